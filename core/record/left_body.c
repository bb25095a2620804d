/* core/record/left_body.c - see left_body.h. */
#include "core/record/left_body.h"

#include <assert.h>

#include "core/record/changelog.h"

enum status left_body_keep(struct store *store, int64_t lsn, uint64_t seq, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR REPLACE INTO left_body(lsn,seq,body) SELECT lsn,?2,body FROM change WHERE lsn=?1 AND body IS NOT NULL");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, (int64_t)seq);
    return stmt_run(stmt, err);
}

enum status left_body_give_back(struct store *store, int64_t lsn, bool *given, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE change SET body=k.body FROM left_body k WHERE change.lsn=?1 AND k.lsn=?1 AND change.body IS NULL");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, lsn);
    enum status status = stmt_run(stmt, err);
    *given = status == STATUS_OK && store_changes(store) > 0;
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "DELETE FROM left_body WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    return stmt_run(stmt, err);
}

/* Up to which own number the content may go; none kept up to there: 0. */
static enum status find_due(struct store *store, uint64_t *upto, struct errmsg *err)
{
    struct log_info own;
    struct stmt *stmt = store_prepare(store, "SELECT min(seq) FROM left_body");
    enum status status;
    uint64_t first = 0;
    *upto = 0;
    if (stmt_row(stmt, &status, err)) {
        first = (uint64_t)stmt_column_int(stmt, 0); /* numbers begin with 1 */
        stmt_reset(stmt);
    }
    if (status != STATUS_OK || first == 0)
        return status;
    status = changelog_own(store, &own, err);
    uint64_t safe = own.safe_seq < own.have_seq ? own.safe_seq : own.have_seq;
    *upto = status == STATUS_OK && first <= safe ? safe : 0;
    return status;
}

enum status left_body_clear(struct store *store, bool *more, struct errmsg *err)
{
    uint64_t upto;
    assert(store_in_transaction(store));
    if (more != NULL)
        *more = false;
    enum status status = find_due(store, &upto, err);
    if (status != STATUS_OK || upto == 0)
        return status;
    struct stmt *stmt = store_prepare(store, "DELETE FROM left_body WHERE lsn IN (SELECT lsn FROM left_body WHERE seq<=?1 ORDER BY seq LIMIT ?2)");
    stmt_int(stmt, 1, (int64_t)upto);
    stmt_int(stmt, 2, LEFT_BODY_PIECE);
    status = stmt_run(stmt, err);
    if (more != NULL)
        *more = status == STATUS_OK && store_changes(store) == LEFT_BODY_PIECE;
    return status;
}

enum status left_body_clear_if_any(struct store *store, struct errmsg *err)
{
    uint64_t upto = 0;
    bool own;
    enum status status = find_due(store, &upto, err);
    if (status != STATUS_OK || upto == 0)
        return status;
    status = store_join(store, "left_body", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, left_body_clear(store, NULL, err), err);
    return status;
}
