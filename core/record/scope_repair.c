/* core/record/scope_repair.c - see scope_repair.h: ranges and their sums, what the center reads out. What the station does with it is in scope_repair_apply.c. */
#include "core/record/scope_repair.h"

#include <assert.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/delivery.h"
#include "core/record/replica_impl.h"
#include "core/record/returned_by.h"
#include "core/record/scope_sum.h"

enum { LOGS_MAX = 64 };

bool scope_range(uint64_t from, uint64_t to, unsigned i, uint64_t *first, uint64_t *last)
{
    assert(from >= 1 && from <= to && i < SCOPE_RANGES);
    uint64_t width = (to - from) / SCOPE_RANGES + 1;
    if (i > 0 && (to - from) / width < i)
        return false;
    *first = from + width * i;
    *last = to - *first < width ? to : *first + width - 1;
    return true;
}

bool scope_repair_is_sound(const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len, bool erased)
{
    struct change change;
    return change_decode_header(header, header_len, &change) == STATUS_OK && (erased || hash_equal(hash_of(body, body_len), change.body_hash));
}

#define STATION_RANGE "SELECT rseq,header,body FROM change WHERE rseq BETWEEN ?1 AND ?2 AND scope>=0"
#define CENTER_RANGE(columns)                                                                                                                                                        \
    "SELECT " columns " FROM delivery d JOIN change c ON c.lsn=d.lsn JOIN log l ON l.no=c.log WHERE d.scope IN (0,?3) AND c.state<>1 AND c.rseq BETWEEN ?1 AND ?2 "                     \
    "UNION ALL SELECT " columns " FROM change c JOIN log l ON l.no=c.log WHERE c.lsn>" DELIVERY_END " AND c.scope IN (0,?3) AND c.state<>1 AND +c.rseq BETWEEN ?1 AND ?2 "                \
    "UNION ALL SELECT " columns " FROM reach r JOIN change c ON c.lsn=r.lsn JOIN log l ON l.no=c.log WHERE r.scope=?3 AND r.stub=0 AND c.state<>1 AND c.rseq BETWEEN ?1 AND ?2"

static struct stmt *begin_range(struct store *store, const char *sql, int64_t org, uint64_t from, uint64_t to)
{
    struct stmt *stmt = store_prepare(store, sql);
    stmt_int(stmt, 1, (int64_t)from);
    stmt_int(stmt, 2, to > INT64_MAX ? INT64_MAX : (int64_t)to);
    if (org != SCOPE_SUM_STATION)
        stmt_int(stmt, 3, org);
    return stmt;
}

struct range_sums {
    uint64_t from, width, *sums;
};

static enum status add_held(void *context, const struct returned_by *held)
{
    struct range_sums *ranges = context;
    ranges->sums[(held->fold - ranges->from) / ranges->width] ^= scope_sum_of(held->header, held->header_len, held->fold);
    return STATUS_OK;
}

enum status scope_repair_sums(struct store *store, int64_t org, uint32_t station_no, uint64_t from, uint64_t to, uint64_t sums[SCOPE_RANGES], struct errmsg *err)
{
    uint64_t width = (to - from) / SCOPE_RANGES + 1;
    bool station = org == SCOPE_SUM_STATION;
    memset(sums, 0, SCOPE_RANGES * sizeof *sums);
    struct stmt *stmt = begin_range(store, station ? STATION_RANGE : CENTER_RANGE("c.rseq,c.header"), org, from, to);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        size_t header_len, body_len = 0;
        uint64_t fold = (uint64_t)stmt_column_int(stmt, 0);
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = station ? stmt_column_blob(stmt, 2, &body_len) : NULL;
        if (!station || scope_repair_is_sound(header, header_len, body, body_len, stmt_column_is_null(stmt, 2)))
            sums[(fold - from) / width] ^= scope_sum_of(header, header_len, fold);
    }
    return status == STATUS_OK && !station ? returned_by_each(store, station_no, org, from, to, add_held, &(struct range_sums){from, width, sums}, err) : status;
}

enum status scope_repair_end(struct store *store, uint64_t *to, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT max(rseq) FROM change");
    enum status status;
    *to = (uint64_t)store_meta_int(store, "rcur", 0);
    if (!stmt_row(stmt, &status, err))
        return status;
    if ((uint64_t)stmt_column_int(stmt, 0) > *to)
        *to = (uint64_t)stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status count_sound(struct store *store, uint64_t *sum, struct errmsg *err)
{
    struct stmt *stmt = begin_range(store, STATION_RANGE, SCOPE_SUM_STATION, 1, INT64_MAX);
    enum status status;
    *sum = 0;
    while (stmt_row(stmt, &status, err)) {
        size_t header_len, body_len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &body_len);
        if (scope_repair_is_sound(header, header_len, body, body_len, stmt_column_is_null(stmt, 2)))
            *sum ^= scope_sum_of(header, header_len, (uint64_t)stmt_column_int(stmt, 0));
    }
    return status;
}

static enum status keep_sum(struct store *store, uint64_t before, uint64_t after, int64_t now_ms, struct errmsg *err)
{
    enum status status = scope_sum_add(store, SCOPE_SUM_STATION, before ^ after, err);
    return status == STATUS_OK ? store_meta_set_int(store, "sums_counted_ms", now_ms, err) : status;
}

enum status scope_repair_recount(struct store *store, int64_t now_ms, uint64_t *sum, struct errmsg *err)
{
    uint64_t counted = 0;
    int64_t before_ms = store_meta_int(store, "sums_counted_ms", 0);
    enum status status = scope_sum_get(store, SCOPE_SUM_STATION, sum, err);
    if (status != STATUS_OK || (now_ms >= before_ms && now_ms - before_ms < SCOPE_RECOUNT_MS))
        return status;
    status = store_begin(store, "sums", err);
    if (status != STATUS_OK)
        return status;
    status = scope_sum_get(store, SCOPE_SUM_STATION, sum, err);
    if (status == STATUS_OK)
        status = count_sound(store, &counted, err);
    if (status == STATUS_OK)
        status = keep_sum(store, *sum, counted, now_ms, err);
    if (status == STATUS_OK)
        status = store_commit(store, err);
    else
        store_rollback(store);
    if (status == STATUS_OK)
        *sum = counted;
    return status;
}

/* ---- the center reads out ---- */

enum { AT_ORDER, AT_FOLD, AT_HEADER, AT_BODY, AT_STATION, AT_INCARNATION, AT_LOG, AT_PARENT };

static void put_log(struct store *store, const struct log_info *log, struct buf *out)
{
    struct log_info parent;
    struct hash base = {{0}};
    if (changelog_log_by_no(store, log->parent, &parent, NULL) != STATUS_OK || replica_hash_at(store, &parent.id, log->base_seq, &base, NULL) != STATUS_OK)
        return;
    cbor_put_array(out, LOG_ITEMS);
    cbor_put_uint(out, 0);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, parent.id.station);
    cbor_put_bytes(out, parent.id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, log->base_seq);
    cbor_put_bytes(out, base.bytes, HASH_BYTES);
}

struct reading {
    struct store *store;
    struct replica_batch *batch;
    int64_t logs[LOGS_MAX]; /* told in this batch */
    size_t n_logs;
    struct errmsg *err;
};

static enum status tell_log(struct reading *reading, struct stmt *stmt)
{
    int64_t no = stmt_column_int(stmt, AT_LOG);
    struct log_info log;
    if (stmt_column_is_null(stmt, AT_PARENT))
        return STATUS_OK;
    for (size_t i = 0; i < reading->n_logs; i++)
        if (reading->logs[i] == no)
            return STATUS_OK;
    if (reading->n_logs < LOGS_MAX)
        reading->logs[reading->n_logs++] = no;
    size_t before = reading->batch->entries.len;
    enum status status = changelog_log_by_no(reading->store, no, &log, reading->err);
    if (status == STATUS_OK)
        put_log(reading->store, &log, &reading->batch->entries);
    reading->batch->count += reading->batch->entries.len > before;
    return status;
}

/* body NULL: erased. */
static enum status put_entry(struct replica_batch *batch, uint64_t order, uint64_t fold, const struct log_id *log, const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len)
{
    struct buf *out = &batch->entries;
    cbor_put_array(out, order == fold ? ORDERED_ITEMS : FOLD_ORDERED_ITEMS);
    cbor_put_uint(out, order);
    cbor_put_uint(out, log->station);
    cbor_put_bytes(out, log->incarnation, INCARNATION_BYTES);
    replica_put_content(out, header, header_len, body, body_len);
    if (order != fold)
        cbor_put_uint(out, fold);
    batch->count++;
    return out->status;
}

static enum status put_held(void *context, const struct returned_by *held)
{
    struct reading *reading = context;
    return put_entry(reading->batch, held->fold, held->fold, &held->log, held->header, held->header_len, held->body, held->body_len);
}

static enum status is_damaged(struct reading *reading, uint64_t order)
{
    return errmsg_set(reading->err, STATUS_CORRUPT, "县中心第 %llu 号变更的内容已损坏，不能用来修复；请在县中心运行 aidpost verify", (unsigned long long)order);
}

static enum status put_change(struct reading *reading, struct stmt *stmt)
{
    size_t header_len, body_len, len;
    uint64_t order = (uint64_t)stmt_column_int(stmt, AT_ORDER), fold = (uint64_t)stmt_column_int(stmt, AT_FOLD);
    const uint8_t *header = stmt_column_blob(stmt, AT_HEADER, &header_len), *body = replica_column_body(stmt, AT_BODY, &body_len);
    if (!scope_repair_is_sound(header, header_len, body, body_len, body == NULL))
        return is_damaged(reading, order);
    enum status status = tell_log(reading, stmt);
    struct log_id log = {.station = (uint32_t)stmt_column_int(stmt, AT_STATION)};
    const uint8_t *incarnation = stmt_column_blob(stmt, AT_INCARNATION, &len);
    if (status == STATUS_OK && len != INCARNATION_BYTES)
        return is_damaged(reading, order);
    if (status == STATUS_OK)
        memcpy(log.incarnation, incarnation, len);
    return status == STATUS_OK ? put_entry(reading->batch, order, fold, &log, header, header_len, body, body_len) : status;
}

enum status scope_repair_read(struct store *store, int64_t org, uint32_t station_no, uint64_t from, uint64_t to, struct replica_batch *batch, struct errmsg *err)
{
    struct reading reading = {.store = store, .batch = batch, .err = err};
    enum status status;
    batch->count = 0;
    batch->first = from;
    batch->last = to;
    struct stmt *stmt = begin_range(store, CENTER_RANGE("c.lsn,c.rseq,c.header,c.body,l.station,l.incarnation,c.log,l.parent") " ORDER BY 2", org, from, to);
    while (stmt_row(stmt, &status, err)) {
        uint64_t fold = (uint64_t)stmt_column_int(stmt, AT_FOLD);
        if (batch->entries.len >= SCOPE_REPAIR_BYTES) {
            batch->last = fold - 1;
            stmt_reset(stmt);
            break;
        }
        status = put_change(&reading, stmt);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK ? returned_by_each(store, station_no, org, from, batch->last, put_held, &reading, err) : status;
}
