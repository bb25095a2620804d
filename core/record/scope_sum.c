/* core/record/scope_sum.c - see scope_sum.h. Table scope_sum(scope, sum): sums as signed 64-bit numbers; a station keeps one row, SCOPE_SUM_STATION, a center one a scope. */
#include "core/record/scope_sum.h"

#include "core/base/hash.h"
#include "core/record/delivery.h"

enum { SUM_BYTES = 8 };

uint64_t scope_sum_of(const void *header, size_t header_len, uint64_t fold)
{
    uint8_t order[SUM_BYTES];
    for (size_t i = 0; i < SUM_BYTES; i++)
        order[i] = (uint8_t)(fold >> (8 * (SUM_BYTES - 1 - i)));
    struct hash hash = hash_pair(header, header_len, order, sizeof order);
    uint64_t sum = 0;
    for (size_t i = 0; i < SUM_BYTES; i++)
        sum = sum << 8 | hash.bytes[i];
    return sum;
}

enum status scope_sum_add(struct store *store, int64_t scope, uint64_t bits, struct errmsg *err)
{
    if (bits == 0)
        return STATUS_OK;
    for (int i = 0; i < 2; i++) { /* mostly it is there, and an upsert would open a statement journal (schema.c) */
        struct stmt *stmt = i == 0 ? store_prepare(store, "UPDATE OR FAIL scope_sum SET sum=(sum|?2)&~(sum&?2) WHERE scope=?1") : store_prepare(store, "INSERT OR FAIL INTO scope_sum(scope,sum) VALUES(?1,?2)");
        stmt_int(stmt, 1, scope);
        stmt_int(stmt, 2, (int64_t)bits);
        enum status status = stmt_run(stmt, err);
        if (status != STATUS_OK || store_changes(store) > 0)
            return status;
    }
    return STATUS_OK;
}

enum status scope_sum_toggle(struct store *store, int64_t scope, const void *header, size_t header_len, uint64_t fold, struct errmsg *err)
{
    return scope_sum_add(store, scope, scope_sum_of(header, header_len, fold), err);
}

enum status scope_sum_get(struct store *store, int64_t scope, uint64_t *sum, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT sum FROM scope_sum WHERE scope=?1");
    stmt_int(stmt, 1, scope);
    enum status status;
    *sum = 0;
    if (!stmt_row(stmt, &status, err))
        return status;
    *sum = (uint64_t)stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status scope_sum_for(struct store *store, int64_t org, uint64_t *sum, struct errmsg *err)
{
    uint64_t everyone, own = 0, tail = 0;
    enum status status = scope_sum_get(store, 0, &everyone, err);
    if (status == STATUS_OK && org != 0)
        status = scope_sum_get(store, org, &own, err);
    if (status == STATUS_OK)
        status = delivery_tail_sum(store, org, &tail, err);
    *sum = everyone ^ own ^ tail;
    return status;
}

/* A station: everything it holds, one sum. A center: what is delivered without the tail (delivery.h), and what reach adds to whom, scope by scope. */
#define STATION_CHANGES "SELECT -1,header,rseq FROM change WHERE rseq IS NOT NULL AND scope>=0"
#define CENTER_CHANGES \
    "SELECT scope,header,rseq FROM change WHERE lsn<=" DELIVERY_END " AND state<>1 AND rseq IS NOT NULL AND scope>=0 " \
    "UNION ALL SELECT r.scope,c.header,c.rseq FROM reach r JOIN change c ON c.lsn=r.lsn WHERE c.state<>1 AND r.stub=0 ORDER BY 1"

enum status scope_sum_count(struct store *store, scope_sum_row row, void *context, struct errmsg *err)
{
    int64_t center = 0, scope = SCOPE_SUM_STATION;
    uint64_t sum = 0;
    bool any = false;
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, center != 0 ? CENTER_CHANGES : STATION_CHANGES);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        int64_t its = stmt_column_int(stmt, 0);
        if (any && its != scope) {
            row(context, scope, sum);
            sum = 0;
        }
        any = true;
        scope = its;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        sum ^= scope_sum_of(header, len, (uint64_t)stmt_column_int(stmt, 2));
    }
    if (status == STATUS_OK && any)
        row(context, scope, sum);
    return status;
}

struct recount {
    struct store *store;
    enum status status;
    struct errmsg *err;
};

static void keep(void *context, int64_t scope, uint64_t sum)
{
    struct recount *recount = context;
    if (recount->status == STATUS_OK)
        recount->status = scope_sum_add(recount->store, scope, sum, recount->err);
}

enum status scope_sum_recount(struct store *store, struct errmsg *err)
{
    struct recount recount = {.store = store, .err = err};
    enum status status = stmt_run(store_prepare(store, "DELETE FROM scope_sum"), err);
    if (status == STATUS_OK)
        status = scope_sum_count(store, keep, &recount, err);
    if (status == STATUS_OK)
        status = recount.status;
    return status == STATUS_OK ? store_meta_set_int(store, "scope_sums", 1, err) : status;
}

bool scope_sum_kept(struct store *store)
{
    return store_meta_int(store, "scope_sums", 0) != 0;
}
