/* tests/bench/bare_table.c - see bare_table.h. */
#include "tests/bench/bare_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/schema.h"

enum { SQL_MAX_BYTES = 16384, SCOPE = 2 };

static void must(enum status status, const struct errmsg *err)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "bare table: %s\n", errmsg_text(err, status));
    exit(1);
}

static void make_indexes(struct store *store, const struct record_type *type, struct buf *sql)
{
    struct errmsg err;
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if (!(field->flags & FIELD_INDEX))
            continue;
        buf_clear(sql);
        schema_field_index(field, "bare", sql);
        must(store_exec(store, buf_cstr(sql), &err), &err);
    }
    must(store_exec(store, "CREATE INDEX bare_present ON bare(scope,gone) WHERE gone=0", &err), &err);
    for (size_t i = 0; i < catalogue_worklists(); i++) {
        const struct worklist *list = catalogue_worklist(i);
        if (strcmp(list->type, type->name) != 0)
            continue;
        buf_clear(sql);
        buf_printf(sql, "CREATE INDEX bare_%s ON bare(%s) WHERE %s", list->name, list->column, list->where);
        must(store_exec(store, buf_cstr(sql), &err), &err);
    }
}

void bare_table_make(struct store *store, const struct record_type *type, struct bare_table *out)
{
    struct errmsg err;
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    schema_type_table(type, "bare", &sql);
    must(store_exec(store, buf_cstr(&sql), &err), &err);
    make_indexes(store, type, &sql);
    buf_clear(&sql);
    buf_printf(&sql, "INSERT INTO bare%s", strchr(schema_insert(store, type), '('));
    out->type = type;
    out->sql = strdup(buf_cstr(&sql));
    must(out->sql == NULL ? STATUS_NOMEM : sql.status, NULL);
    buf_release(&sql);
}

void bare_table_release(struct bare_table *table)
{
    free(table->sql);
    table->sql = NULL;
}

void bare_table_insert(struct store *store, const struct bare_table *table, struct id id, uint64_t n, const struct value values[FIELD_MAX_COUNT])
{
    struct errmsg err;
    struct stmt *stmt = store_prepare(store, table->sql);
    stmt_id(stmt, ROW_ID, id);
    stmt_int(stmt, ROW_SCOPE, SCOPE);
    stmt_int(stmt, ROW_HEAD, (int64_t)n);
    stmt_int(stmt, ROW_W_LOG, 1);
    stmt_int(stmt, ROW_W_SEQ, (int64_t)n);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, 0);
    stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < table->type->n_fields; i++)
        stmt_value(stmt, ROW_FIELDS + (int)i, values[i]);
    must(stmt_run(stmt, &err), &err);
}
