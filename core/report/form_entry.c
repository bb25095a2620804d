/* core/report/form_entry.c - see form_entry.h. */
#include "core/report/form_entry.h"

#include <string.h>

#include "core/aid/org.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024 };

struct reading {
    const struct form_desk *desk;
    const struct form_plan_entry *wanted;
    size_t n_wanted;
    form_entry_row row;
    void *context;
    struct errmsg *err;
    bool stopped;
};

/* id, n, cell, date, org, amount, money of the rows `where` picks over ?1 and ?2; the caller binds those. */
static struct stmt *select_entries(struct reading *reading, const char *where, const char *order)
{
    struct buf sql;
    int index = 3;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,n,cell,date,org,coalesce(amount,0),coalesce(money,0) FROM stat_entry WHERE %s AND gone=0", where);
    row_scope_sql(reading->desk->actor, &sql, &index);
    buf_printf(&sql, " ORDER BY %s", order);
    struct stmt *stmt = store_prepare_buf(reading->desk->store, &sql);
    buf_release(&sql);
    index = 3;
    row_scope_bind(reading->desk->actor, stmt, &index);
    return stmt;
}

/* The number of the org a reference names; the center's where it names none, or one that is not there. */
static enum status org_number(struct reading *reading, const char *reference, size_t len, int64_t *number)
{
    struct id id;
    enum status status;

    *number = ORG_NUMBER_CENTER;
    if (id_parse(reference, len, &id) != STATUS_OK)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(reading->desk->store, "SELECT number FROM org WHERE id=?1");
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, reading->err))
        return status;
    *number = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status read_entry(struct reading *reading, struct stmt *stmt, const struct form_column *column, struct form_entry *entry)
{
    size_t len;
    const char *org = stmt_column_text(stmt, 4, &len);

    *entry = (struct form_entry){.column = column,
                                 .id = stmt_column_id(stmt, 0),
                                 .n = stmt_column_int(stmt, 1),
                                 .day = (int32_t)stmt_column_int(stmt, 3),
                                 .amount = stmt_column_int(stmt, column->money ? 6 : 5)};
    return org_number(reading, org, len, &entry->org);
}

/* The wanted column of the cell that is not a state of affairs; NULL. */
static const struct form_column *wanted_in_period(const struct reading *reading, const char *cell)
{
    const struct form_column *column = form_book_cell(reading->desk->book, cell, NULL);

    for (size_t i = 0; i < reading->n_wanted; i++)
        if (reading->wanted[i].column == column)
            return column != NULL && column->kind != FORM_HAND_LAST ? column : NULL;
    return NULL;
}

static enum status read_period(struct reading *reading, int32_t from, int32_t to)
{
    struct stmt *stmt = select_entries(reading, "date BETWEEN ?1 AND ?2", "date,n");
    enum status status;

    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    while (stmt_row(stmt, &status, reading->err)) {
        const struct form_column *column = wanted_in_period(reading, stmt_column_text(stmt, 2, NULL));
        struct form_entry entry;
        if (column == NULL)
            continue;
        status = read_entry(reading, stmt, column, &entry);
        if (status == STATUS_OK)
            reading->stopped = !reading->row(reading->context, &entry);
        if (status != STATUS_OK || reading->stopped) {
            stmt_reset(stmt);
            return status;
        }
    }
    return status;
}

/* Whether the org is among those seen; then it is. Orgs behind the last that fit count as seen. */
static bool seen_before(int64_t org, int64_t seen[TALLY_ORGS_MAX], size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (seen[i] == org)
            return true;
    if (*n == TALLY_ORGS_MAX)
        return true;
    seen[(*n)++] = org;
    return false;
}

/* Of two rows of one day the greater id, so that every machine agrees. */
static enum status read_last(struct reading *reading, const struct form_plan_entry *wanted, int32_t to)
{
    struct stmt *stmt = select_entries(reading, "cell=?1 AND date<=?2", "date DESC,id DESC");
    int64_t seen[TALLY_ORGS_MAX];
    size_t n_seen = 0;
    char cell[FORM_CELL_BYTES];
    enum status status;

    form_cell_name(wanted->form, wanted->column, cell);
    stmt_string(stmt, 1, cell);
    stmt_int(stmt, 2, to);
    while (stmt_row(stmt, &status, reading->err)) {
        struct form_entry entry;
        status = read_entry(reading, stmt, wanted->column, &entry);
        if (status == STATUS_OK && !seen_before(entry.org, seen, &n_seen))
            reading->stopped = !reading->row(reading->context, &entry);
        if (status != STATUS_OK || reading->stopped) {
            stmt_reset(stmt);
            return status;
        }
    }
    return status;
}

enum status form_entries_each(const struct form_desk *desk, const struct form_plan_entry *wanted, size_t n_wanted, int32_t from, int32_t to, form_entry_row row, void *context, struct errmsg *err)
{
    struct reading reading = {.desk = desk, .wanted = wanted, .n_wanted = n_wanted, .row = row, .context = context, .err = err};
    bool of_period = false;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < n_wanted; i++)
        of_period = of_period || wanted[i].column->kind != FORM_HAND_LAST;
    if (of_period)
        status = read_period(&reading, from, to);
    for (size_t i = 0; i < n_wanted && status == STATUS_OK && !reading.stopped; i++)
        if (wanted[i].column->kind == FORM_HAND_LAST)
            status = read_last(&reading, &wanted[i], to);
    return status;
}
