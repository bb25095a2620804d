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

enum status left_body_keep_others(struct store *store, int64_t lsn, uint64_t number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR REPLACE INTO left_body(lsn,seq,body,number) SELECT lsn,0,body,?2 FROM change WHERE lsn=?1 AND body IS NOT NULL");
    assert(store_in_transaction(store) && number > 0);
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, (int64_t)number);
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

static enum status first_kept(struct store *store, const char *sql, uint64_t *first, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;
    *first = 0;
    if (stmt_row(stmt, &status, err)) {
        *first = (uint64_t)stmt_column_int(stmt, 0); /* numbers begin with 1 */
        stmt_reset(stmt);
    }
    return status;
}

/* Up to which own number the content may go; none kept up to there: 0. */
static enum status find_own_due(struct store *store, uint64_t *upto, struct errmsg *err)
{
    struct log_info own;
    uint64_t first;
    *upto = 0;
    enum status status = first_kept(store, "SELECT min(seq) FROM left_body WHERE seq>0", &first, err);
    if (status != STATUS_OK || first == 0)
        return status;
    status = changelog_own(store, &own, err);
    uint64_t safe = own.safe_seq < own.have_seq ? own.safe_seq : own.have_seq;
    *upto = status == STATUS_OK && first <= safe ? safe : 0;
    return status;
}

/* ..and up to which number of the order that of others. */
static enum status find_others_due(struct store *store, uint64_t *upto, struct errmsg *err)
{
    uint64_t first, known = 0;
    *upto = 0;
    enum status status = first_kept(store, "SELECT min(number) FROM left_body WHERE number IS NOT NULL", &first, err);
    uint64_t safe = (uint64_t)store_meta_int(store, "safe_order", 0);
    if (status != STATUS_OK || first == 0 || first > safe)
        return status;
    status = first_kept(store, "SELECT " LEFT_BODY_KNOWN, &known, err);
    safe = safe < known ? safe : known;
    *upto = status == STATUS_OK && first <= safe ? safe : 0;
    return status;
}

struct due {
    uint64_t own, others;
};

static enum status find_due(struct store *store, struct due *due, struct errmsg *err)
{
    *due = (struct due){0};
    enum status status = find_own_due(store, &due->own, err);
    return status == STATUS_OK ? find_others_due(store, &due->others, err) : status;
}

static enum status clear_piece(struct store *store, const char *sql, uint64_t upto, bool *more, struct errmsg *err)
{
    if (upto == 0)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, (int64_t)upto);
    stmt_int(stmt, 2, LEFT_BODY_PIECE);
    enum status status = stmt_run(stmt, err);
    if (more != NULL && status == STATUS_OK)
        *more |= store_changes(store) == LEFT_BODY_PIECE;
    return status;
}

enum status left_body_clear(struct store *store, bool *more, struct errmsg *err)
{
    struct due due;
    assert(store_in_transaction(store));
    if (more != NULL)
        *more = false;
    enum status status = find_due(store, &due, err);
    if (status == STATUS_OK)
        status = clear_piece(store, "DELETE FROM left_body WHERE lsn IN (SELECT lsn FROM left_body WHERE seq>0 AND seq<=?1 ORDER BY seq LIMIT ?2)", due.own, more, err);
    return status == STATUS_OK ? clear_piece(store, "DELETE FROM left_body WHERE lsn IN (SELECT lsn FROM left_body WHERE number<=?1 ORDER BY number LIMIT ?2)", due.others, more, err) : status;
}

enum status left_body_clear_if_any(struct store *store, struct errmsg *err)
{
    struct due due;
    bool own;
    enum status status = find_due(store, &due, err);
    if (status != STATUS_OK || (due.own == 0 && due.others == 0))
        return status;
    status = store_join(store, "left_body", &own, err);
    if (status == STATUS_OK)
        status = store_leave(store, own, left_body_clear(store, NULL, err), err);
    return status;
}

enum status left_body_stretch(struct store *store, uint64_t *first, uint64_t *last, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT min(coalesce(c.given,c.rseq)),max(coalesce(c.given,c.rseq)) FROM left_body k JOIN change c ON c.lsn=k.lsn WHERE k.number>" LEFT_BODY_KNOWN);
    enum status status;
    *first = *last = 0;
    if (stmt_row(stmt, &status, err)) {
        *first = (uint64_t)stmt_column_int(stmt, 0);
        *last = (uint64_t)stmt_column_int(stmt, 1);
        stmt_reset(stmt);
    }
    return status;
}

enum status left_body_returned(struct store *store, uint64_t upto, uint64_t head, struct errmsg *err)
{
    uint64_t first, last;
    assert(store_in_transaction(store));
    enum status status = left_body_stretch(store, &first, &last, err);
    if (status == STATUS_OK && head != 0)
        status = store_meta_set_int(store, "left_head", (int64_t)head, err);
    if (status != STATUS_OK || head == 0 || first == 0 || first > upto)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE left_body SET number=?1 WHERE number>" LEFT_BODY_KNOWN " AND lsn IN (SELECT k.lsn FROM left_body k JOIN change c ON c.lsn=k.lsn "
                                             "WHERE k.number IS NOT NULL AND coalesce(c.given,c.rseq)<=?2)");
    stmt_int(stmt, 1, (int64_t)head);
    stmt_int(stmt, 2, (int64_t)upto);
    status = stmt_run(stmt, err);
    return status == STATUS_OK && last <= upto ? store_meta_set_int(store, "left_known", (int64_t)head, err) : status;
}

enum status left_body_forget_known(struct store *store, struct errmsg *err)
{
    return store_meta_remove(store, "left_known", err);
}
