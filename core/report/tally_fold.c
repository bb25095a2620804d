/* core/report/tally_fold.c - writing a tally down: what the journal tells goes into the table, some rows a transaction, so that nobody waits long for the store. A fold that is cut short has counted
 * less, never wrong: each part moves the marks by as much as it counted. */
#include <assert.h>
#include <stdio.h>

#include "core/record/county_codes.h"
#include "core/record/recount.h"
#include "core/report/tally_impl.h"

enum { FOLD_ROWS = 100000 }; /* a second or so of work */

/* ---- fold ---- */

static enum status drop_cell(struct store *store, const struct tally_cell *cell, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM tally WHERE metric=?1 AND bucket=?2 AND org=?3");
    stmt_int(stmt, 1, cell->metric);
    stmt_int(stmt, 2, cell->bucket);
    stmt_int(stmt, 3, cell->org);
    return stmt_run(stmt, err);
}

static enum status write_cell(struct store *store, const struct tally_cell *cell, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO tally(metric,bucket,org,value) VALUES(?1,?2,?3,?4) ON CONFLICT(metric,bucket,org) DO UPDATE SET value=value+excluded.value "
                                             "RETURNING value");
    enum status status;
    bool nothing = false;
    stmt_int(stmt, 1, cell->metric);
    stmt_int(stmt, 2, cell->bucket);
    stmt_int(stmt, 3, cell->org);
    stmt_int(stmt, 4, cell->value);
    while (stmt_row(stmt, &status, err))
        nothing = stmt_column_int(stmt, 0) == 0;
    return status == STATUS_OK && nothing ? drop_cell(store, cell, err) : status;
}

/* How far to count now: of the two big types some rows, of the others all, because cases hang on them. */
static enum status find_upto(struct store *store, enum tally_type type, int64_t mark, int64_t rows, int64_t *upto, struct errmsg *err)
{
    char sql[160];
    bool big = type == TALLY_CASE || type == TALLY_CONSULTATION;
    snprintf(sql, sizeof sql, "SELECT max(n) FROM (SELECT n FROM \"%s\" WHERE n>?1 ORDER BY n LIMIT ?2)", tally_type(type)->name);
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    *upto = mark;
    stmt_int(stmt, 1, mark);
    stmt_int(stmt, 2, big ? rows : -1);
    if (stmt_row(stmt, &status, err)) {
        if (!stmt_column_is_null(stmt, 0))
            *upto = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status tally_fold_part(struct store *store, const struct code_book *codes, const struct count_rules *rules, int64_t rows, struct errmsg *err)
{
    int64_t marks[TALLY_TYPES], upto[TALLY_TYPES], stamp = tally_stamp(codes);
    struct tally_cells cells = {0};
    enum status status = STATUS_OK;
    if (recount_stamp(store) != stamp) {
        status = stmt_run(store_prepare(store, "DELETE FROM tally"), err);
        if (status == STATUS_OK)
            status = recount_start(store, stamp, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < TALLY_TYPES; i++) {
        marks[i] = recount_mark(store, tally_type((enum tally_type)i));
        status = find_upto(store, (enum tally_type)i, marks[i], rows, &upto[i], err);
    }
    if (status == STATUS_OK)
        status = tally_difference(store, rules, marks, upto, &cells, err);
    if (status == STATUS_OK)
        status = tally_cells_sort(&cells);
    for (size_t i = 0; status == STATUS_OK && i < cells.n; i++)
        status = write_cell(store, &cells.cells[i], err);
    tally_cells_release(&cells);
    if (status == STATUS_OK)
        status = recount_clear(store, err);
    for (size_t i = 0; status == STATUS_OK && i < TALLY_TYPES; i++)
        status = upto[i] == marks[i] ? STATUS_OK : recount_set_mark(store, tally_type((enum tally_type)i), upto[i], err);
    return status;
}

/* Something waits to be counted, or was counted by other rules. */
static enum status is_due(struct store *store, const struct code_book *codes, int64_t least, bool *due, struct errmsg *err)
{
    int64_t pending = 0;
    enum status status = recount_pending(store, least, &pending, err);
    *due = pending >= least || recount_stamp(store) != tally_stamp(codes);
    return status;
}

/* A program that has been running since before the county changed its codes would count everything anew by the old ones, and the next program back again: it had better leave the table alone. */
static enum status knows_codes(struct store *store, const struct code_book *codes, bool *knows, struct errmsg *err)
{
    struct machine machine;
    struct code_book *fresh;
    *knows = recount_stamp(store) == tally_stamp(codes);
    if (*knows)
        return STATUS_OK;
    enum status status = machine_load(store, &machine, err);
    if (status == STATUS_OK)
        status = county_codes_load(&fresh, store, &machine, err);
    if (status != STATUS_OK)
        return status;
    *knows = tally_stamp(fresh) == tally_stamp(codes);
    code_book_free(fresh);
    return STATUS_OK;
}

/* One part in a transaction of its own. */
static enum status fold_alone(struct store *store, const struct code_book *codes, int64_t rows, struct errmsg *err)
{
    struct count_rules *rules = NULL;
    enum status status = count_rules_new(&rules, codes, err);
    if (status == STATUS_OK)
        status = store_begin(store, "tally", err);
    if (status == STATUS_OK) {
        status = tally_fold_part(store, codes, rules, rows, err);
        if (status == STATUS_OK)
            status = store_commit(store, err);
        else
            store_rollback(store);
    }
    count_rules_free(rules);
    return status;
}

static enum status fold_while_due(struct store *store, const struct code_book *codes, int64_t least, struct errmsg *err)
{
    bool due = false;
    enum status status = is_due(store, codes, least < 1 ? 1 : least, &due, err);
    while (status == STATUS_OK && due) {
        status = fold_alone(store, codes, FOLD_ROWS, err);
        if (status == STATUS_OK)
            status = is_due(store, codes, 1, &due, err);
    }
    return status;
}

enum status tally_fold(struct store *store, const struct code_book *codes, struct errmsg *err)
{
    assert(!store_in_transaction(store));
    return fold_while_due(store, codes, 1, err);
}

enum status tally_fold_if(struct store *store, const struct code_book *codes, int64_t least, struct errmsg *err)
{
    bool due = false, knows = false;
    assert(!store_in_transaction(store));
    enum status status = is_due(store, codes, least < 1 ? 1 : least, &due, err);
    if (status == STATUS_OK && due)
        status = knows_codes(store, codes, &knows, err);
    if (status != STATUS_OK || !knows)
        return status;
    store_set_patient(store, false);
    status = fold_while_due(store, codes, least, err);
    store_set_patient(store, true);
    return status;
}

enum status tally_fold_step(struct store *store, const struct code_book *codes, int64_t least, int64_t rows, bool *more, struct errmsg *err)
{
    assert(!store_in_transaction(store) && least > 0 && rows > 0);
    enum status status = is_due(store, codes, least, more, err);
    if (status == STATUS_OK && *more)
        status = knows_codes(store, codes, more, err);
    if (status != STATUS_OK || !*more)
        return status;
    store_set_patient(store, false);
    status = fold_alone(store, codes, rows, err);
    store_set_patient(store, true);
    return status == STATUS_OK ? is_due(store, codes, least, more, err) : status;
}

enum status tally_forget(struct store *store, struct errmsg *err)
{
    enum status status = store_begin(store, "tally", err);
    if (status != STATUS_OK)
        return status;
    status = stmt_run(store_prepare(store, "DELETE FROM tally"), err);
    if (status == STATUS_OK)
        status = recount_forget(store, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}
