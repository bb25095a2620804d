/* core/record/history_part.c - see history_part.h. */
#include "core/record/history_part.h"

#include <assert.h>

enum status history_part_forget(struct store *store, struct errmsg *err)
{
    return store_exec(store, "DELETE FROM history_part", err);
}

static enum status find_end(struct store *store, uint64_t *fold, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT fold FROM history_part ORDER BY no DESC LIMIT 1");
    enum status status;
    bool any = stmt_row(stmt, &status, err);
    *fold = any ? (uint64_t)stmt_column_int(stmt, 0) : 0;
    if (any)
        stmt_reset(stmt);
    return status;
}

enum status history_part_check(struct store *store, uint64_t from_fold, bool *any, struct errmsg *err)
{
    uint64_t fold;
    enum status status = find_end(store, &fold, err);
    *any = fold != 0;
    if (status != STATUS_OK || fold == from_fold)
        return status;
    if (from_fold != 0)
        return errmsg_set(err, STATUS_GAP, "县中心分几次送来的历史接不上"); /* another process took something in meanwhile */
    *any = false;
    return history_part_forget(store, err);
}

enum status history_part_keep(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t from_fold, uint64_t upto_fold, struct errmsg *err)
{
    bool any;
    assert(store_in_transaction(store));
    enum status status = history_part_check(store, from_fold, &any, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "INSERT INTO history_part(fold,count,entries) VALUES(?1,?2,?3)");
    stmt_int(stmt, 1, (int64_t)upto_fold);
    stmt_int(stmt, 2, (int64_t)count);
    stmt_blob(stmt, 3, entries, len);
    return stmt_run(stmt, err);
}

enum status history_part_take(struct store *store, history_part_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count,entries FROM history_part ORDER BY no");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *entries = stmt_column_blob(stmt, 1, &len);
        status = row(context, entries, len, (uint64_t)stmt_column_int(stmt, 0), err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK ? history_part_forget(store, err) : status;
}

enum status history_part_any(struct store *store, bool *any, struct errmsg *err)
{
    uint64_t fold;
    enum status status = find_end(store, &fold, err);
    *any = fold != 0;
    return status;
}
