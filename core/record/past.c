/* core/record/past.c - see past.h. */
#include "core/record/past.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/record/record_at.h"

enum { SQL_MAX_BYTES = 32768, FIXED = 4 /* parameters before the fields: id, scope, head, gone */, SCANNED_MAX = 64 /* fewer rows than that are read faster than indexes are made */ };

struct changed {
    const struct record_type *type;
    struct id id;
};

struct past {
    struct store *store;
    int64_t order;
    bool (*wanted)(const struct record_type *type);
    struct changed *rows; /* owned; by type */
    size_t n, room;
    enum status status;
};

/* ---- which rows ---- */

static bool take_row(void *context, const struct record_type *type, struct id id)
{
    struct past *past = context;

    if (past->wanted != NULL && !past->wanted(type))
        return true;
    if (past->n == past->room) {
        size_t room = past->room == 0 ? 64 : past->room * 2;
        struct changed *grown = realloc(past->rows, room * sizeof *grown);
        if (grown == NULL) {
            past->status = STATUS_NOMEM;
            return false;
        }
        past->rows = grown;
        past->room = room;
    }
    past->rows[past->n++] = (struct changed){type, id};
    return true;
}

/* The first row of the next type behind index i. */
static size_t next_type(const struct past *past, size_t i)
{
    const struct record_type *type = past->rows[i].type;

    while (i < past->n && past->rows[i].type == type)
        i++;
    return i;
}

/* ---- what they were ---- */

static enum status run(struct store *store, struct buf *sql, struct errmsg *err)
{
    enum status status = sql->status == STATUS_OK ? store_exec(store, buf_cstr(sql), err) : sql->status;

    buf_clear(sql);
    return status;
}

/* A table like the type's, with its indexes. */
static enum status make_table(struct store *store, const struct record_type *type, size_t n_rows, struct errmsg *err)
{
    struct buf sql;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "CREATE TEMP TABLE \"past_%s\" AS SELECT * FROM main.\"%s\" WHERE 0", type->name, type->name);
    if (n_rows > SCANNED_MAX)
        buf_printf(&sql, "; CREATE INDEX temp.\"past_%s_id\" ON \"past_%s\"(id)", type->name, type->name);
    for (size_t i = 0; n_rows > SCANNED_MAX && i < type->n_fields; i++)
        if (type->fields[i].flags & FIELD_INDEX)
            buf_printf(&sql, "; CREATE INDEX temp.\"past_%s_%s\" ON \"past_%s\"(\"%s\")", type->name, type->fields[i].name, type->name, type->fields[i].name);
    enum status status = run(store, &sql, err);
    buf_release(&sql);
    return status;
}

static struct stmt *prepare_insert(struct store *store, const struct record_type *type)
{
    struct buf sql;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "INSERT INTO temp.\"past_%s\"(n,id,scope,head,w_log,w_seq,gone", type->name);
    for (size_t i = 0; i < type->n_fields; i++)
        buf_printf(&sql, ",\"%s\"", type->fields[i].name);
    buf_puts(&sql, ") SELECT n,id,?2,?3,0,0,?4");
    for (size_t i = 0; i < type->n_fields; i++)
        buf_printf(&sql, ",?%zu", i + FIXED + 1);
    buf_printf(&sql, " FROM main.\"%s\" WHERE id=?1", type->name);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    return stmt;
}

static enum status put_row(struct past *past, const struct changed *row, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(past->store, "INSERT INTO temp.past_row(id) VALUES(?1)");
    struct record record;
    bool there = false;

    stmt_id(stmt, 1, row->id);
    enum status status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = record_at(past->store, row->type, row->id, past->order, &record, &there, err);
    if (status != STATUS_OK || !there)
        return status;
    stmt = prepare_insert(past->store, row->type);
    stmt_id(stmt, 1, row->id);
    stmt_int(stmt, 2, record.scope);
    stmt_int(stmt, 3, record.version);
    stmt_int(stmt, 4, record.deleted);
    for (size_t i = 0; i < row->type->n_fields; i++)
        stmt_value(stmt, (int)i + FIXED + 1, record.values[i]);
    status = stmt_run(stmt, err);
    record_release(&record);
    return status;
}

static enum status put_rows(struct past *past, struct errmsg *err)
{
    enum status status = store_exec(past->store, "CREATE TEMP TABLE past_row(id BLOB PRIMARY KEY) WITHOUT ROWID", err);

    for (size_t i = 0; status == STATUS_OK && i < past->n; i++) {
        if (i == 0 || past->rows[i].type != past->rows[i - 1].type)
            status = make_table(past->store, past->rows[i].type, next_type(past, i) - i, err);
        if (status == STATUS_OK)
            status = put_row(past, &past->rows[i], err);
    }
    return status;
}

/* ---- the views ---- */

/* Last, since what reads the log must see the tables. */
static enum status lay_views(struct past *past, struct errmsg *err)
{
    enum status status = STATUS_OK;
    struct buf sql;

    buf_init(&sql, SQL_MAX_BYTES);
    for (size_t i = 0; status == STATUS_OK && i < past->n; i = next_type(past, i)) {
        const char *name = past->rows[i].type->name;
        buf_printf(&sql,
                   "CREATE TEMP VIEW \"%s\" AS SELECT * FROM main.\"%s\" AS t WHERE NOT EXISTS (SELECT 1 FROM temp.past_row AS p WHERE p.id=t.id)"
                   " UNION ALL SELECT * FROM temp.\"past_%s\"",
                   name, name, name);
        status = run(past->store, &sql, err);
    }
    buf_release(&sql);
    return status;
}

enum status past_lay(struct past **out, struct store *store, int64_t order, bool (*wanted)(const struct record_type *type), struct errmsg *err)
{
    struct past *past = calloc(1, sizeof *past);

    *out = NULL;
    if (past == NULL)
        return STATUS_NOMEM;
    *past = (struct past){.store = store, .order = order, .wanted = wanted};
    enum status status = records_changed_since(store, order, take_row, past, err);
    if (status == STATUS_OK)
        status = past->status;
    if (status == STATUS_OK)
        status = put_rows(past, err);
    if (status == STATUS_OK)
        status = lay_views(past, err);
    if (status == STATUS_OK) {
        *out = past;
        return STATUS_OK;
    }
    enum status lifted = past_lift(past, err);
    return lifted != STATUS_OK ? lifted : status;
}

/* Without memory of its own. A view that stays asks for a table that went, and then answers nothing; that is better than an answer of the past. */
static enum status drop_all(struct past *past, struct errmsg *err)
{
    enum status status = STATUS_OK, one;

    for (size_t i = 0; i < past->n; i = next_type(past, i)) {
        const char *name = past->rows[i].type->name;
        char sql[256];

        snprintf(sql, sizeof sql, "DROP VIEW IF EXISTS temp.\"%s\"", name);
        if ((one = store_exec(past->store, sql, err)) != STATUS_OK)
            status = one;
        snprintf(sql, sizeof sql, "DROP TABLE IF EXISTS temp.\"past_%s\"", name);
        if ((one = store_exec(past->store, sql, err)) != STATUS_OK)
            status = one;
    }
    one = store_exec(past->store, "DROP TABLE IF EXISTS temp.past_row", err);
    return one != STATUS_OK ? one : status;
}

enum status past_lift(struct past *past, struct errmsg *err)
{
    if (past == NULL)
        return STATUS_OK;
    enum status status = drop_all(past, err);
    free(past->rows);
    free(past);
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "本程序里看到的可能还是以前的内容，请退出后重新打开");
}
