/* core/record/delivery.c - see delivery.h. */
#include "core/record/delivery.h"

#include <assert.h>

#include "core/record/changelog.h"
#include "core/record/scope_sum.h"
#include "core/record/store.h"

static const char DELIVERED[] = "delivered";

static int64_t delivered(struct store *store)
{
    return store_meta_int(store, DELIVERED, INT64_MAX);
}

/* What the tail adds to the sums of some scopes, each written once. A push is of one scope mostly; of a center's own changes as many as fit here are few enough, and nothing is sorted. */
enum { SUMS_HELD = 16 };

struct sums {
    struct {
        int64_t scope;
        uint64_t bits;
    } held[SUMS_HELD];
    size_t n;
};

static enum status write_sums(struct store *store, struct sums *sums, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sums->n && status == STATUS_OK; i++)
        status = scope_sum_add(store, sums->held[i].scope, sums->held[i].bits, err);
    sums->n = 0;
    return status;
}

static enum status toggle(struct store *store, struct sums *sums, int64_t scope, uint64_t bits, struct errmsg *err)
{
    enum status status = STATUS_OK;
    size_t i = 0;
    while (i < sums->n && sums->held[i].scope != scope)
        i++;
    if (i == SUMS_HELD) {
        status = write_sums(store, sums, err);
        i = 0;
    }
    if (i == sums->n) {
        sums->held[i].scope = scope;
        sums->held[i].bits = 0;
        sums->n++;
    }
    sums->held[i].bits ^= bits;
    return status;
}

static enum status add_sums(struct store *store, int64_t after, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT scope,rseq,header FROM change WHERE lsn>?1 AND scope>=0 AND state<>1 AND rseq IS NOT NULL");
    struct sums sums = {.n = 0};
    enum status status;
    stmt_int(stmt, 1, after);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 2, &len);
        status = toggle(store, &sums, stmt_column_int(stmt, 0), scope_sum_of(header, len, (uint64_t)stmt_column_int(stmt, 1)), err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK ? write_sums(store, &sums, err) : status;
}

/* OR FAIL: no statement journal (schema.c); what fails takes its transaction with it. */
static enum status add_rows(struct store *store, int64_t after, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR FAIL INTO delivery(scope,lsn) SELECT scope,lsn FROM change WHERE lsn>?1 AND scope>=0");
    stmt_int(stmt, 1, after);
    return stmt_run(stmt, err);
}

/* In the order of the table, which fills its pages then. */
static enum status add_all_rows(struct store *store, struct errmsg *err)
{
    return stmt_run(store_prepare(store, "INSERT OR FAIL INTO delivery(scope,lsn) SELECT scope,lsn FROM change WHERE scope>=0 ORDER BY scope,lsn"), err);
}

static enum status end_at_head(struct store *store, struct errmsg *err)
{
    int64_t head;
    enum status status = changelog_head(store, &head, err);
    return status == STATUS_OK ? store_meta_set_int(store, DELIVERED, head, err) : status;
}

enum status delivery_settle(struct store *store, struct errmsg *err)
{
    assert(store_in_transaction(store));
    int64_t after = delivered(store);
    if (after == INT64_MAX) { /* it was lost: both anew */
        enum status status = delivery_rebuild(store, err);
        return status == STATUS_OK ? scope_sum_recount(store, err) : status;
    }
    enum status status = add_rows(store, after, err);
    if (status == STATUS_OK && store_changes(store) > 0)
        status = add_sums(store, after, err);
    return status == STATUS_OK ? end_at_head(store, err) : status;
}

enum status delivery_note(struct store *store, int64_t lsn, struct errmsg *err)
{
    return lsn % DELIVERY_GROUP == 0 ? delivery_settle(store, err) : STATUS_OK;
}

enum status delivery_remove(struct store *store, int64_t scope, int64_t lsn, const void *header, size_t header_len, uint64_t fold, struct errmsg *err)
{
    assert(store_in_transaction(store));
    if (lsn > delivered(store))
        return STATUS_OK;
    struct stmt *stmt = store_prepare(store, "DELETE FROM delivery WHERE scope=?1 AND lsn=?2");
    stmt_int(stmt, 1, scope);
    stmt_int(stmt, 2, lsn);
    enum status status = stmt_run(stmt, err);
    return status == STATUS_OK ? scope_sum_toggle(store, scope, header, header_len, fold, err) : status;
}

enum status delivery_rebuild(struct store *store, struct errmsg *err)
{
    assert(store_in_transaction(store));
    enum status status = stmt_run(store_prepare(store, "DELETE FROM delivery"), err);
    if (status == STATUS_OK)
        status = add_all_rows(store, err);
    return status == STATUS_OK ? end_at_head(store, err) : status;
}

enum status delivery_tail_sum(struct store *store, int64_t org, uint64_t *sum, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT rseq,header FROM change WHERE lsn>" DELIVERY_END " AND scope IN (0,?1) AND state<>1 AND rseq IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, org);
    *sum = 0;
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        *sum ^= scope_sum_of(header, len, (uint64_t)stmt_column_int(stmt, 0));
    }
    return status;
}

enum status delivery_check(struct store *store, bool *sound, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT (SELECT value FROM meta WHERE name='delivered') IS NULL OR "
                                             "(SELECT count(*) FROM change WHERE scope>=0 AND lsn<=" DELIVERY_END ")=(SELECT count(*) FROM delivery) AND NOT EXISTS(SELECT 1 FROM delivery d LEFT JOIN change c ON c.lsn=d.lsn WHERE c.scope IS NOT d.scope)");
    enum status status;
    *sound = true;
    if (stmt_row(stmt, &status, err)) {
        *sound = stmt_column_int(stmt, 0) != 0;
        stmt_reset(stmt);
    }
    return status;
}
