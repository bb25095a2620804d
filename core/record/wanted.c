/* core/record/wanted.c - see wanted.h. */
#include "core/record/wanted.h"

#include <assert.h>
#include <stdlib.h>

#include "core/record/catalogue.h"
#include "core/record/reach_impl.h"
#include "core/record/returned_entry.h"

/* ---- center ---- */

static enum status asked_upto(struct store *store, int64_t log, int64_t *upto, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT asked FROM log WHERE no=?1");
    enum status status;
    *upto = 0;
    stmt_int(stmt, 1, log);
    if (stmt_row(stmt, &status, err)) {
        *upto = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

static enum status set_asked(struct store *store, int64_t log, int64_t upto, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE log SET asked=?2 WHERE no=?1 AND asked<?2");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, upto);
    return stmt_run(stmt, err);
}

static enum status is_erased(struct store *store, uint64_t type_no, struct id id, bool *erased, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, id, &place, err);
    *erased = place.why == REACH_ERASED;
    return status;
}

static int compare_seqs(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

enum status wanted_find(struct store *store, const struct log_path *path, uint64_t head, struct wanted *out, struct errmsg *err)
{
    int64_t asked;
    assert(store_in_transaction(store));
    *out = (struct wanted){.n = 0};
    enum status status = asked_upto(store, path->logs[0].no, &asked, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "SELECT lsn,log,seq,type,id FROM change WHERE body IS NULL AND lsn>?1 AND state<>1 ORDER BY lsn");
    stmt_int(stmt, 1, asked);
    while (stmt_row(stmt, &status, err)) {
        uint64_t seq = (uint64_t)stmt_column_int(stmt, 2);
        bool erased = true;
        if (out->n == WANTED_MAX) { /* the others another time */
            stmt_reset(stmt);
            break;
        }
        out->upto = stmt_column_int(stmt, 0);
        if (seq <= head && branch_path_holds(path, stmt_column_int(stmt, 1), seq))
            status = is_erased(store, (uint64_t)stmt_column_int(stmt, 3), stmt_column_id(stmt, 4), &erased, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        if (!erased)
            out->seqs[out->n++] = seq;
    }
    qsort(out->seqs, out->n, sizeof out->seqs[0], compare_seqs); /* what came first need not have been written first */
    return status == STATUS_OK && out->n == 0 && out->upto > asked ? set_asked(store, path->logs[0].no, out->upto, err) : status;
}

enum status wanted_asked(struct store *store, const struct log_id *log, int64_t upto, struct errmsg *err)
{
    struct log_info info;
    enum status status = changelog_log(store, log, false, &info, err);
    return status == STATUS_OK ? set_asked(store, info.no, upto, err) : status;
}

enum status wanted_take(struct store *store, const void *entries, size_t len, uint64_t count, struct errmsg *err)
{
    struct reader reader;
    struct returned_entry entry;
    enum status status = STATUS_OK;
    assert(store_in_transaction(store));
    reader_init(&reader, entries, len);
    buf_init(&entry.header, CHANGE_HEADER_MAX_BYTES);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        bool known;
        status = returned_entry_read(&reader, &entry);
        if (status == STATUS_OK)
            status = returned_entry_known(store, &entry, &known, NULL, err);
    }
    if (status == STATUS_OK && reader_left(&reader) != 0)
        status = STATUS_MALFORMED;
    buf_release(&entry.header);
    return status == STATUS_MALFORMED ? errmsg_set(err, STATUS_MALFORMED, "交回的变更格式不正确") : status;
}

/* ---- station ---- */

enum status wanted_read(struct store *store, const uint64_t *seqs, size_t n, uint64_t after, size_t max_bytes, struct replica_batch *batch, uint64_t *at, struct errmsg *err)
{
    static const struct returned_before none = {.told = true};
    struct log_path path;
    enum status status = replica_own_path(store, &path, err);
    batch->count = batch->first = batch->last = 0;
    *at = after;
    for (size_t i = 0; i < n && status == STATUS_OK && batch->entries.len < max_bytes; i++) {
        const struct path_log *log = branch_at(&path, seqs[i]);
        if (seqs[i] <= after || log == NULL)
            continue;
        struct stmt *stmt = store_prepare(store, RETURNED_ENTRY_COLUMNS "WHERE c.log=?1 AND c.seq=?2 AND " LEFT_BODY_OF_C " IS NOT NULL");
        stmt_int(stmt, 1, log->no);
        stmt_int(stmt, 2, (int64_t)seqs[i]);
        if (!stmt_row(stmt, &status, err))
            continue;
        returned_entry_put(stmt, &none, &batch->entries);
        stmt_reset(stmt);
        batch->count++;
        *at = seqs[i];
        status = batch->entries.status;
    }
    return status;
}
