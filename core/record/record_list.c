/* core/record/record_list.c - records_list and records_count: pages by key, never by offset. See records.h. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { LIST_SQL_MAX_BYTES = 1 << 17 /* every condition a list of values */ };

void list_key_copy(struct list_key *to, const struct list_key *from)
{
    *to = *from;
    if (from->set && from->value.kind == VALUE_TEXT) {
        size_t len = utf8_cut(from->value.text, from->value.len, from->value.len < sizeof to->text ? from->value.len : sizeof to->text - 1);
        memmove(to->text, from->value.text, len);
        to->text[len] = '\0';
        to->value = value_text(to->text, len);
    }
}

static const struct field_def *order_field(const struct list_query *query)
{
    return query->order != NULL ? query->order : catalogue_field(query->type, query->type->order);
}

static bool is_wanted(const struct list_query *query, const struct field_def *field)
{
    bool wanted = query->fields == NULL || field == order_field(query) || privacy_asks(field);
    for (size_t i = 0; !wanted && i < query->n_fields; i++)
        wanted = query->fields[i] == field;
    return wanted;
}

/* Where schema_row_columns has them, NULL in place of what nobody asked for. */
static void columns_sql(struct store *store, const struct list_query *query, struct buf *sql)
{
    if (query->fields == NULL) {
        buf_puts(sql, schema_row_columns(store, query->type));
        return;
    }
    schema_own_columns(sql);
    for (size_t i = 0; i < query->type->n_fields; i++) {
        const struct field_def *field = &query->type->fields[i];
        if (is_wanted(query, field))
            buf_printf(sql, ",\"%s\"", field->name);
        else
            buf_puts(sql, ",NULL");
    }
}

/* Behind (or before) the key in list order: (order, n) compared as a pair; empty values sort as smallest, as SQLite does. */
static void key_sql(const struct list_query *query, const char *column, bool ascending, struct buf *sql, int *index)
{
    const char *beyond = ascending ? ">" : "<";
    if (query->after.value.kind == VALUE_NULL) {
        buf_printf(sql, " AND ((%s IS NULL AND n%s?%d)", column, beyond, *index);
        if (ascending)
            buf_printf(sql, " OR %s IS NOT NULL", column);
        buf_puts(sql, ")");
        *index += 1;
        return;
    }
    buf_printf(sql, " AND (%s%s?%d OR (%s=?%d AND n%s?%d)", column, beyond, *index, column, *index, beyond, *index + 1);
    if (!ascending)
        buf_printf(sql, " OR %s IS NULL", column);
    buf_puts(sql, ")");
    *index += 2;
}

static void where_sql(const struct actor *actor, const struct filter *filter, struct buf *sql, int *index)
{
    buf_puts(sql, " WHERE gone=0");
    row_scope_sql(actor, sql, index);
    if (filter != NULL)
        filter_sql(filter, actor, sql, index);
}

static void where_bind(const struct actor *actor, const struct filter *filter, struct stmt *stmt, int *index)
{
    row_scope_bind(actor, stmt, index);
    if (filter != NULL)
        filter_bind(filter, actor, stmt, index);
}

enum status records_list(struct store *store, const struct actor *actor, const struct list_query *query, records_row row, void *context, struct errmsg *err)
{
    const struct field_def *order = order_field(query);
    bool ascending = query->ascending != query->backwards;
    char column[64];
    snprintf(column, sizeof column, "\"%s\"", order->name);
    struct buf sql;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    int index = 1;
    buf_puts(&sql, "SELECT ");
    columns_sql(store, query, &sql);
    buf_printf(&sql, " FROM \"%s\"", query->type->name);
    where_sql(actor, query->filter, &sql, &index);
    privacy_sql(actor, query->type, &sql);
    if (query->after.set)
        key_sql(query, column, ascending, &sql, &index);
    buf_printf(&sql, " ORDER BY %s %s, n %s", column, ascending ? "ASC" : "DESC", ascending ? "ASC" : "DESC");
    if (query->limit > 0)
        buf_printf(&sql, " LIMIT ?%d", index);
    if (sql.status != STATUS_OK) {
        enum status failed = sql.status;
        buf_release(&sql);
        return failed;
    }
    struct stmt *stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    index = 1;
    where_bind(actor, query->filter, stmt, &index);
    if (query->after.set && query->after.value.kind != VALUE_NULL)
        stmt_value(stmt, index++, query->after.value);
    if (query->after.set)
        stmt_int(stmt, index++, query->after.row);
    if (query->limit > 0)
        stmt_int(stmt, index, (int64_t)query->limit);
    size_t order_index = catalogue_field_index(query->type, order);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct record record;
        status = row_read(stmt, query->type, &record);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        struct list_key key = {.set = true, .value = record.values[order_index], .row = stmt_column_int(stmt, ROW_N)};
        bool go_on = row(context, &record, &key);
        record_release(&record);
        if (!go_on) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status count_rows(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, bool listed, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    int index = 1;
    buf_printf(&sql, "SELECT count(*) FROM \"%s\"", type->name);
    where_sql(actor, filter, &sql, &index);
    if (listed)
        privacy_sql(actor, type, &sql);
    if (sql.status != STATUS_OK) {
        enum status failed = sql.status;
        buf_release(&sql);
        return failed;
    }
    struct stmt *stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    index = 1;
    where_bind(actor, filter, stmt, &index);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status records_count(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count, struct errmsg *err)
{
    return count_rows(store, actor, type, filter, false, count, err);
}

enum status records_count_listed(struct store *store, const struct actor *actor, const struct record_type *type, const struct filter *filter, int64_t *count, struct errmsg *err)
{
    return count_rows(store, actor, type, filter, true, count, err);
}

enum status records_count_up_to(struct store *store, const struct actor *actor, const struct record_type *type, int64_t most, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, LIST_SQL_MAX_BYTES);
    int index = 1;
    buf_printf(&sql, "SELECT count(*) FROM (SELECT 1 FROM \"%s\"", type->name);
    where_sql(actor, NULL, &sql, &index);
    buf_printf(&sql, " LIMIT ?%d)", index);
    struct stmt *stmt = store_prepare(store, buf_cstr(&sql));
    buf_release(&sql);
    index = 1;
    where_bind(actor, NULL, stmt, &index);
    stmt_int(stmt, index, most);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status records_has_same(struct store *store, const struct actor *actor, const struct record *record, const char *const *fields, size_t n_fields, bool *has, struct errmsg *err)
{
    struct filter filter = {.type = record->type, .n_terms = n_fields + 1};
    char self[ID_TEXT_BYTES];
    int64_t count = 0;
    assert(n_fields < FILTER_TERMS_MAX);
    for (size_t i = 0; i < n_fields; i++) {
        const struct field_def *field = catalogue_field(record->type, fields[i]);
        filter.terms[i] = (struct filter_term){.field = field, .op = FILTER_EQ, .value = record_get(record, field)};
    }
    id_format(record->id, self);
    filter.terms[n_fields] = (struct filter_term){.pseudo = FILTER_ID, .op = FILTER_NE, .value = value_string(self)};
    enum status status = records_count(store, actor, record->type, &filter, &count, err);
    *has = count > 0;
    return status;
}
