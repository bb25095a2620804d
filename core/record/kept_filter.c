/* core/record/kept_filter.c - see kept_filter.h. Table kept_filter: core/record/schema.c. */
#include "core/record/kept_filter.h"

#include <assert.h>

#include "core/record/called.h"

enum status kept_filter_set(struct store *store, const struct actor *actor, const struct record_type *type, int digit, const char *text, struct errmsg *err)
{
    const char *sql = text[0] == '\0' ? "DELETE FROM kept_filter WHERE user=?1 AND type=?2 AND digit=?3"
                                      : "INSERT OR REPLACE INTO kept_filter(user, type, digit, text) VALUES(?1, ?2, ?3, ?4)";
    enum status status;

    assert(digit >= KEPT_FILTER_FIRST && digit <= KEPT_FILTER_LAST);
    status = store_begin(store, "kept-filter", err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, sql);
    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, (int64_t)type->no);
    stmt_int(stmt, 3, digit);
    if (text[0] != '\0')
        stmt_string(stmt, 4, text);
    status = stmt_run(stmt, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}

/* digit 0: all of them, each with its digit. */
static enum status read(struct store *store, const struct actor *actor, const struct record_type *type, int digit, struct buf *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT digit, text FROM kept_filter WHERE user=?1 AND type=?2 AND (?3=0 OR digit=?3) ORDER BY digit");
    enum status status;
    bool any = false;

    stmt_string(stmt, 1, actor->name);
    stmt_int(stmt, 2, (int64_t)type->no);
    stmt_int(stmt, 3, digit);
    while (stmt_row(stmt, &status, err)) {
        if (digit == 0)
            buf_printf(out, "%s%d ", any ? "  " : "", (int)stmt_column_int(stmt, 0));
        buf_puts(out, stmt_column_text(stmt, 1, NULL));
        any = true;
    }
    return status;
}

enum status kept_filter_get(struct store *store, const struct actor *actor, const struct record_type *type, int digit, struct buf *out, struct errmsg *err)
{
    assert(digit >= KEPT_FILTER_FIRST && digit <= KEPT_FILTER_LAST);
    return read(store, actor, type, digit, out, err);
}

enum status kept_filter_list(struct store *store, const struct actor *actor, const struct record_type *type, struct buf *out, struct errmsg *err)
{
    return read(store, actor, type, 0, out, err);
}

/* ---- a record is erased ---- */

static enum status keeps_any(struct store *store, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM kept_filter LIMIT 1");
    enum status status;

    *any = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

static enum status forget(struct store *store, const struct called *called, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT user, type, digit, text FROM kept_filter");
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        bool gone;
        status = called_look_condition(store, called, stmt_column_text(stmt, 3, NULL), &gone, err);
        if (status == STATUS_OK && gone) {
            struct stmt *drop = store_prepare(store, "DELETE FROM kept_filter WHERE user=?1 AND type=?2 AND digit=?3");
            stmt_string(drop, 1, stmt_column_text(stmt, 0, NULL));
            stmt_int(drop, 2, stmt_column_int(stmt, 1));
            stmt_int(drop, 3, stmt_column_int(stmt, 2));
            status = stmt_run(drop, err);
        }
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status kept_filter_erase(struct store *store, const struct record_type *type, struct id id, int64_t head, struct errmsg *err)
{
    struct called called;
    bool any;
    enum status status = keeps_any(store, &any, err);

    assert(store_in_transaction(store));
    if (status != STATUS_OK || !any)
        return status;
    status = called_read(store, type, id, head, &called, err);
    if (status == STATUS_OK && called.names.len > 0)
        status = forget(store, &called, err);
    called_release(&called);
    return status;
}
