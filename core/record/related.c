/* core/record/related.c - see related.h. */
#include "core/record/related.h"

#include <string.h>

#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 1024 };

bool related_is_followed(const struct field_def *field)
{
    return field->kind == FIELD_REF && (field->flags & FIELD_INDEX) != 0;
}

static bool orders_by_day(const struct record_type *type)
{
    return catalogue_field(type, type->order)->kind == FIELD_DAY;
}

/* ?1 the record, ?2 how many are counted, then the scope. */
static struct stmt *prepare(struct store *store, const struct actor *actor, const struct record_type *type, const struct field_def *field)
{
    struct buf sql;
    int index = 3;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT count(*), max(d) FROM (SELECT \"%s\" AS d FROM \"%s\" WHERE \"%s\"=?1 AND gone=0", type->order, type->name, field->name);
    row_scope_sql(actor, &sql, &index);
    privacy_sql(actor, type, &sql);
    buf_puts(&sql, " LIMIT ?2)");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    return stmt;
}

static enum status count_rows(struct store *store, const struct actor *actor, const struct record_type *type, const struct field_def *field, const char *id, int64_t *count, int32_t *newest,
                              struct errmsg *err)
{
    struct stmt *stmt = prepare(store, actor, type, field);
    enum status status;
    int index = 3;
    *count = 0;
    *newest = RELATED_NO_DAY;
    stmt_string(stmt, 1, id);
    stmt_int(stmt, 2, RELATED_COUNT_MAX);
    row_scope_bind(actor, stmt, &index);
    if (stmt_row(stmt, &status, err)) {
        struct value day = stmt_column_value(stmt, 1);
        *count = stmt_column_int(stmt, 0);
        if (orders_by_day(type) && day.kind == VALUE_INT)
            *newest = (int32_t)day.number;
        stmt_reset(stmt);
    }
    return status;
}

enum status related_count(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, related_row row, void *context, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    id_format(id, text);
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *other = catalogue_at(t);
        for (size_t i = 0; i < other->n_fields; i++) {
            const struct field_def *field = &other->fields[i];
            int64_t count;
            int32_t newest;
            if (!related_is_followed(field) || strcmp(field->codes, type->name) != 0)
                continue;
            enum status status = count_rows(store, actor, other, field, text, &count, &newest, err);
            if (status != STATUS_OK)
                return status;
            if (!row(context, other, field, count, newest))
                return STATUS_OK;
        }
    }
    return STATUS_OK;
}

enum status related_targets(struct store *store, const struct actor *actor, const struct record *record, related_target target, void *context, struct errmsg *err)
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        struct value value = record_get(record, field);
        struct record other;
        struct id id;
        if (field->kind != FIELD_REF || value.kind != VALUE_TEXT || id_parse(value.text, value.len, &id) != STATUS_OK)
            continue;
        enum status status = records_get(store, actor, catalogue_find(field->codes), id, &other, err);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        bool go_on = privacy_is_sealed(&other) && !privacy_sees_sealed(actor) ? true : target(context, field, &other);
        record_release(&other);
        if (!go_on)
            break;
    }
    return STATUS_OK;
}
