/* core/record/row_count.c - see row_count.h. */
#include "core/record/row_count.h"

#include <assert.h>

#include "core/record/filter.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1 << 17 /* every condition a list of values */, WIDE_TIMES = 16 /* of pieces: an index passes over the rows that do not count, or each piece costs something of its own */ };

void row_count_begin(struct row_count *counting, const struct record_type *type, const struct filter *filter)
{
    *counting = (struct row_count){.type = type, .filter = filter, .scope = INT64_MIN};
}

/* The first column of the statement's one row. */
static enum status one_number(struct stmt *stmt, int64_t *out, bool *null, struct errmsg *err)
{
    enum status status;
    *out = 0;
    *null = true;
    if (stmt_row(stmt, &status, err)) {
        *null = stmt_column_is_null(stmt, 0);
        *out = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* ---- all rows: the index (scope, gone), whose entries of one scope stand by their row numbers ---- */

/* The scope behind this one that has rows, of those the actor sees as his own or everyone's; done: there is none. Those are asked for by name only where they lie behind: with `scope>` beside them SQLite would find the
 * entries of the one that was counted, and ask each of them. */
static enum status next_scope(struct store *store, const struct actor *actor, struct row_count *counting, struct errmsg *err)
{
    struct buf sql;
    bool none;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT scope FROM \"%s\" WHERE gone=0 AND scope%s ORDER BY scope LIMIT 1", counting->type->name, actor->all_scopes ? ">?1" : " IN (CASE WHEN ?1<0 THEN 0 END,CASE WHEN ?1<?2 THEN ?2 END)");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, counting->scope);
    if (!actor->all_scopes)
        stmt_int(stmt, 2, actor->org);
    int64_t scope;
    enum status status = one_number(stmt, &scope, &none, err);
    if (status != STATUS_OK)
        return status;
    counting->scope = scope;
    counting->n = INT64_MIN;
    counting->done = none;
    return STATUS_OK;
}

/* Rows of other orgs that are shared with the actor's: few, and found from the table of what is shared. */
static enum status count_shared(struct store *store, const struct actor *actor, struct row_count *counting, struct errmsg *err)
{
    struct buf sql;
    int64_t shared = 0;
    bool none;
    if (actor->all_scopes)
        return STATUS_OK;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT count(*) FROM share s CROSS JOIN \"%s\" t ON t.id=s.id WHERE s.scope=?1 AND t.gone=0 AND t.scope NOT IN (0,?1)", counting->type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, actor->org);
    enum status status = one_number(stmt, &shared, &none, err);
    counting->count += shared;
    return status;
}

static struct stmt *prepare_scope(struct store *store, const struct row_count *counting, const char *what, const char *tail)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT %s FROM \"%s\" WHERE gone=0 AND scope=?1 AND n>?2%s", what, counting->type->name, tail);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, counting->scope);
    stmt_int(stmt, 2, counting->n);
    return stmt;
}

/* `most` entries of the scope, passed over as an offset, which costs least; or what it has left: then the next scope is sought. */
static enum status count_scope(struct store *store, const struct actor *actor, struct row_count *counting, int64_t most, int64_t *looked, struct errmsg *err)
{
    struct stmt *stmt = prepare_scope(store, counting, "n", " ORDER BY n LIMIT 1 OFFSET ?3");
    int64_t last, rows = 0;
    bool none;
    stmt_int(stmt, 3, most - 1);
    enum status status = one_number(stmt, &last, &none, err);
    if (status == STATUS_OK && !none) {
        counting->count += most;
        counting->n = last;
        *looked += most;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = one_number(prepare_scope(store, counting, "count(*)", ""), &rows, &none, err);
    if (status != STATUS_OK)
        return status;
    *looked += rows + 1;
    counting->count += rows;
    counting->n = INT64_MAX;
    return next_scope(store, actor, counting, err);
}

static enum status count_all(struct store *store, const struct actor *actor, struct row_count *counting, int64_t most, struct errmsg *err)
{
    int64_t looked = 0;
    enum status status = STATUS_OK;
    if (!counting->begun)
        status = count_shared(store, actor, counting, err);
    if (status == STATUS_OK && !counting->begun)
        status = next_scope(store, actor, counting, err);
    counting->begun = status == STATUS_OK;
    if (!counting->begun)
        row_count_begin(counting, counting->type, NULL);
    while (status == STATUS_OK && !counting->done && looked < most)
        status = count_scope(store, actor, counting, most - looked, &looked, err);
    return status;
}

/* ---- rows that a filter picks, by their numbers ---- */

/* It asks for one value of a field that has an index: the entries of one value stand by their row numbers, too. */
static bool is_indexed(const struct filter_term *term)
{
    return term->via == NULL && term->field != NULL && term->op == FILTER_EQ && term->value.kind != VALUE_NULL && (term->field->flags & FIELD_INDEX);
}

static bool any_term(const struct filter *filter, bool (*is)(const struct filter_term *))
{
    for (size_t i = 0; i < filter->n_terms; i++)
        if (is(&filter->terms[i]))
            return true;
    return false;
}

/* What it asks of another record makes a set of those once a piece. */
static bool needs_set(const struct filter_term *term)
{
    return term->via != NULL;
}

static enum status last_number(struct store *store, const struct record_type *type, int64_t *last, struct errmsg *err)
{
    struct buf sql;
    bool none;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT max(n) FROM \"%s\"", type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    return one_number(stmt, last, &none, err);
}

static enum status count_picked(struct store *store, const struct actor *actor, struct row_count *counting, int64_t most, struct errmsg *err)
{
    bool indexed = any_term(counting->filter, is_indexed), wide = indexed || any_term(counting->filter, needs_set), none;
    struct buf sql;
    int index = 3;
    int64_t rows, until;
    enum status status = counting->begun ? STATUS_OK : last_number(store, counting->type, &counting->last, err);
    if (status != STATUS_OK)
        return status;
    if (!counting->begun)
        counting->n = 0;
    until = counting->n + (wide ? WIDE_TIMES * most : most);
    buf_init(&sql, SQL_MAX_BYTES);
    /* Any other index would be passed through whole for each piece. */
    buf_printf(&sql, "SELECT count(*) FROM \"%s\"%s WHERE n>?1 AND n<=?2 AND gone=0", counting->type->name, indexed ? "" : " NOT INDEXED");
    row_scope_sql(actor, &sql, &index);
    filter_sql(counting->filter, actor, &sql, &index);
    status = sql.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare_buf(store, &sql);
        stmt_int(stmt, 1, counting->n);
        stmt_int(stmt, 2, until);
        index = 3;
        row_scope_bind(actor, stmt, &index);
        filter_bind(counting->filter, actor, stmt, &index);
        status = one_number(stmt, &rows, &none, err);
    }
    buf_release(&sql);
    if (status != STATUS_OK)
        return status;
    counting->begun = true;
    counting->count += rows;
    counting->n = until;
    counting->done = until >= counting->last;
    return STATUS_OK;
}

enum status row_count_go_on(struct store *store, const struct actor *actor, struct row_count *counting, int64_t most, struct errmsg *err)
{
    assert(most >= 1);
    if (counting->done)
        return STATUS_OK;
    return counting->filter == NULL ? count_all(store, actor, counting, most, err) : count_picked(store, actor, counting, most, err);
}
