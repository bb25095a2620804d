/* core/record/row.c - see row.h. */
#include "core/record/row.h"

#include "core/record/schema.h"

enum status row_read(struct stmt *stmt, const struct record_type *type, struct record *record)
{
    record_init(record, type);
    record->id = stmt_column_id(stmt, ROW_ID);
    record->scope = stmt_column_int(stmt, ROW_SCOPE);
    record->version = stmt_column_int(stmt, ROW_HEAD);
    record->deleted = stmt_column_int(stmt, ROW_GONE) != 0;
    for (size_t i = 0; i < type->n_fields; i++) {
        if (stmt_column_is_null(stmt, ROW_FIELDS + (int)i))
            continue;
        enum status status = record_set(record, &type->fields[i], stmt_column_value(stmt, ROW_FIELDS + (int)i));
        if (status != STATUS_OK) {
            record_release(record);
            return status;
        }
    }
    return STATUS_OK;
}

void row_scope_sql(const struct actor *actor, struct buf *sql, int *index)
{
    if (actor->all_scopes)
        return;
    buf_printf(sql, " AND (scope IN (0,?%d) OR id IN (SELECT id FROM share WHERE scope=?%d))", *index, *index);
    ++*index;
}

void row_scope_bind(const struct actor *actor, struct stmt *stmt, int *index)
{
    if (!actor->all_scopes)
        stmt_int(stmt, (*index)++, actor->org);
}

bool row_in_scope(const struct actor *actor, int64_t scope)
{
    return actor->all_scopes || scope == 0 || scope == actor->org;
}

#define META(name) "coalesce((SELECT value FROM meta WHERE name='" name "'),0)"

enum status row_seen(struct store *store, int64_t *seen, struct errmsg *err)
{
    /* One statement, for it is asked at every save and every record that is opened. A station: meta seen where the center was put back (returned.h); what is shown here was not. */
    struct stmt *stmt = store_prepare(store, "SELECT CASE WHEN " META("role_center") "=0 THEN max(" META("rcur") "," META("seen") ") ELSE coalesce((SELECT max(lsn) FROM change),0) END");
    enum status status;
    *seen = 0;
    if (stmt_row(stmt, &status, err)) {
        *seen = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status row_conflicts(struct store *store, struct id id, unsigned *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(DISTINCT field) FROM conflict WHERE id=?1");
    stmt_id(stmt, 1, id);
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = (unsigned)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
