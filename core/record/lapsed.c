/* core/record/lapsed.c - see lapsed.h. */
#include "core/record/lapsed.h"

#include <assert.h>

enum status lapsed_note(struct store *store, uint64_t number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR IGNORE INTO lapsed(lsn) SELECT lsn FROM change WHERE coalesce(given,rseq)>?1");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, (int64_t)number);
    return stmt_run(stmt, err);
}

enum status lapsed_any(struct store *store, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM lapsed LIMIT 1");
    enum status status;
    *any = stmt_row(stmt, &status, err);
    if (*any)
        stmt_reset(stmt);
    return status;
}

enum status lapsed_clear(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM lapsed WHERE lsn=?1");
    assert(store_in_transaction(store));
    stmt_int(stmt, 1, lsn);
    return stmt_run(stmt, err);
}
