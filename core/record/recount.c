/* core/record/recount.c - see core/record/recount.h.
 *
 * Marks are meta values "counted_TYPE", the stamp is "counted_by". The triggers read the mark themselves: without one it is NULL, no row is at or below it, and nothing is remembered.
 * Counted references have an index in the journal as well: whoever counts asks which cases a group had. */
#include "core/record/recount.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { SQL_MAX_BYTES = 16384, META_NAME_BYTES = 64 };

static const char STAMP[] = "counted_by";

bool recount_has(const struct record_type *type)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].flags & FIELD_COUNTED)
            return true;
    return false;
}

/* ---- journal and triggers ---- */

/* ,"a"BETWEEN"b".. : the counted fields, each behind a text. */
static void put_fields(const struct record_type *type, const char *before, bool with_kind, struct buf *out)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if (field->flags & FIELD_COUNTED)
            buf_printf(out, "%s\"%s\"%s", before, field->name, !with_kind ? "" : catalogue_is_number(field->kind) ? " INTEGER" : " TEXT");
    }
}

static void put_table(const struct record_type *type, struct buf *out)
{
    buf_printf(out, "CREATE TABLE \"recount_%s\"(n INTEGER PRIMARY KEY, id BLOB, scope INTEGER, gone INTEGER", type->name);
    put_fields(type, ", ", true, out);
    buf_puts(out, ")");
}

/* One trigger: for rows that were counted and are not remembered yet. OR ROLLBACK, which never comes to pass, because the default would need a statement journal for every update. */
static void put_trigger(const struct record_type *type, const char *name, const char *when, const char *condition, struct buf *out)
{
    const char *table = type->name;
    buf_printf(out, "CREATE TRIGGER \"recount_%s_%s\" AFTER %s", table, name, when);
    buf_printf(out, " ON \"%s\" WHEN %sold.n<=(SELECT value FROM meta WHERE name='counted_%s') AND NOT EXISTS(SELECT 1 FROM \"recount_%s\" WHERE n=old.n) ", table, condition, table, table);
    buf_printf(out, "BEGIN INSERT OR ROLLBACK INTO \"recount_%s\" VALUES(old.n,old.id,old.scope,old.gone", table);
    put_fields(type, ",old.", false, out);
    buf_puts(out, "); END;");
}

static void put_triggers(const struct record_type *type, struct buf *out)
{
    struct buf fields;
    buf_init(&fields, SQL_MAX_BYTES);
    buf_puts(&fields, "UPDATE OF ");
    size_t begin = fields.len;
    put_fields(type, ",", false, &fields);
    if (fields.len > begin)
        fields.data[begin] = ' ';
    if (fields.status != STATUS_OK) /* of half the fields it would be a trigger, too */
        out->status = fields.status;
    put_trigger(type, "fields", buf_cstr(&fields), "", out);
    /* Some writes name these two and change neither. */
    put_trigger(type, "row", "UPDATE OF scope,gone", "(old.gone IS NOT new.gone OR old.scope IS NOT new.scope) AND ", out);
    put_trigger(type, "delete", "DELETE", "", out);
    buf_release(&fields);
}

static void put_indexes(const struct record_type *type, struct buf *out)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if ((field->flags & FIELD_COUNTED) && (field->flags & FIELD_INDEX) && field->kind == FIELD_REF)
            buf_printf(out, "CREATE INDEX \"recount_%s_%s\" ON \"recount_%s\"(\"%s\") WHERE \"%s\" IS NOT NULL;", type->name, field->name, type->name, field->name, field->name);
    }
}

static enum status exec_buf(struct store *store, struct buf *sql, struct errmsg *err)
{
    enum status status = sql->status == STATUS_OK ? store_exec(store, buf_cstr(sql), err) : sql->status;
    buf_clear(sql);
    return status;
}

/* Whether the store has this very table. */
static enum status has_table(struct store *store, const struct record_type *type, const char *sql, bool *has, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM sqlite_master WHERE type='table' AND name='recount_'||?1 AND sql=?2");
    enum status status;
    stmt_string(stmt, 1, type->name);
    stmt_string(stmt, 2, sql);
    *has = stmt_row(stmt, &status, err);
    if (*has)
        stmt_reset(stmt);
    return status;
}

/* No marks, no stamp. */
static enum status unmark(struct store *store, struct errmsg *err)
{
    enum status status = store_meta_remove(store, STAMP, err);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++) {
        char name[META_NAME_BYTES];
        snprintf(name, sizeof name, "counted_%s", catalogue_at(i)->name);
        if (recount_has(catalogue_at(i)))
            status = store_meta_remove(store, name, err);
    }
    return status;
}

enum status recount_prepare(struct store *store, const struct record_type *type, struct errmsg *err)
{
    bool there = false;
    struct buf table, sql;
    if (!recount_has(type))
        return STATUS_OK;
    buf_init(&table, SQL_MAX_BYTES);
    buf_init(&sql, SQL_MAX_BYTES);
    put_table(type, &table);
    enum status status = table.status;
    if (status == STATUS_OK)
        status = has_table(store, type, buf_cstr(&table), &there, err);
    if (status == STATUS_OK && !there) {
        for (size_t i = 0; i < 3; i++)
            buf_printf(&sql, "DROP TRIGGER IF EXISTS \"recount_%s_%s\";", type->name, (const char *const[]){"fields", "row", "delete"}[i]);
        buf_printf(&sql, "DROP TABLE IF EXISTS \"recount_%s\";%s;", type->name, buf_cstr(&table));
        put_indexes(type, &sql);
        put_triggers(type, &sql);
        status = exec_buf(store, &sql, err);
        if (status == STATUS_OK)
            status = unmark(store, err);
    }
    buf_release(&sql);
    buf_release(&table);
    return status;
}

/* ---- what was counted ---- */

int64_t recount_stamp(struct store *store)
{
    return store_meta_int(store, STAMP, 0);
}

int64_t recount_mark(struct store *store, const struct record_type *type)
{
    char name[META_NAME_BYTES];
    snprintf(name, sizeof name, "counted_%s", type->name);
    return store_meta_int(store, name, 0);
}

enum status recount_set_mark(struct store *store, const struct record_type *type, int64_t n, struct errmsg *err)
{
    char name[META_NAME_BYTES];
    assert(recount_has(type));
    snprintf(name, sizeof name, "counted_%s", type->name);
    return store_meta_set_int(store, name, n, err);
}

/* Rows of a table whose number stands so to the type's mark. */
static enum status count_up_to(struct store *store, const char *prefix, const struct record_type *type, const char *operator, int64_t most, int64_t *count, struct errmsg *err)
{
    char sql[256];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM (SELECT 1 FROM \"%s%s\" WHERE n%s?1 LIMIT ?2)", prefix, type->name, operator);
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    stmt_int(stmt, 1, recount_mark(store, type));
    stmt_int(stmt, 2, most - *count);
    if (stmt_row(stmt, &status, err)) {
        *count += stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status recount_pending(struct store *store, int64_t most, int64_t *count, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *count = 0;
    for (size_t i = 0; status == STATUS_OK && *count < most && i < catalogue_count(); i++) {
        if (!recount_has(catalogue_at(i)))
            continue;
        status = count_up_to(store, "", catalogue_at(i), ">", most, count, err);
        if (status == STATUS_OK)
            status = count_up_to(store, "recount_", catalogue_at(i), "<=", most, count, err);
    }
    return status;
}

enum status recount_clear(struct store *store, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "DELETE FROM \"recount_%s\"", catalogue_at(i)->name);
        if (recount_has(catalogue_at(i)))
            status = stmt_run(store_prepare(store, sql), err);
    }
    return status;
}

enum status recount_forget(struct store *store, struct errmsg *err)
{
    enum status status = recount_clear(store, err);
    return status == STATUS_OK ? unmark(store, err) : status;
}

enum status recount_start(struct store *store, int64_t stamp, struct errmsg *err)
{
    assert(stamp != 0 && store_in_transaction(store));
    enum status status = recount_forget(store, err);
    return status == STATUS_OK ? store_meta_set_int(store, STAMP, stamp, err) : status;
}
