/* core/record/returned_by.c - see returned_by.h. */
#include "core/record/returned_by.h"

#include <string.h>

#include "core/record/catalogue.h"
#include "core/record/reach_impl.h"
#include "core/record/replica_impl.h"
#include "core/record/scope_sum.h"

enum { BY_BYTES = 4 + 8, BY_MAX_BYTES = 4096 * BY_BYTES };

struct held_place {
    uint32_t station_no;
    uint64_t fold;
};

/* False: that was the last. */
static bool next_place(struct reader *reader, struct held_place *out)
{
    if (reader_left(reader) < BY_BYTES)
        return false;
    out->station_no = reader_u32(reader);
    out->fold = reader_u64(reader);
    return true;
}

static void put_place(struct buf *out, struct held_place place)
{
    buf_put_u32(out, place.station_no);
    buf_put_u64(out, place.fold);
}

/* The place it has at that station; 0: it did not tell of it. */
static uint64_t place_at(const uint8_t *bytes, size_t len, uint32_t station_no)
{
    struct reader reader;
    struct held_place place;
    reader_init(&reader, bytes, len);
    while (next_place(&reader, &place))
        if (place.station_no == station_no)
            return place.fold;
    return 0;
}

/* What stands there without this station. */
static void put_others(const uint8_t *bytes, size_t len, uint32_t station_no, struct buf *out)
{
    struct reader reader;
    struct held_place place;
    reader_init(&reader, bytes, len);
    while (next_place(&reader, &place))
        if (place.station_no != station_no)
            put_place(out, place);
}

enum status returned_by_note(struct store *store, const struct log_id *log, uint64_t seq, uint32_t station_no, uint64_t fold, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no,held_by FROM returned WHERE station=?1 AND incarnation=?2 AND seq=?3");
    enum status status;
    struct buf by;
    int64_t no = 0;
    buf_init(&by, BY_MAX_BYTES);
    stmt_int(stmt, 1, log->station);
    stmt_blob(stmt, 2, log->incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)seq);
    if (stmt_row(stmt, &status, err)) {
        size_t len;
        no = stmt_column_int(stmt, 0);
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        put_others(bytes, len, station_no, &by);
        stmt_reset(stmt);
        put_place(&by, (struct held_place){station_no, fold});
        status = by.status;
    }
    if (status == STATUS_OK && no != 0) {
        stmt = store_prepare(store, "UPDATE returned SET held_by=?2 WHERE no=?1");
        stmt_int(stmt, 1, no);
        stmt_blob(stmt, 2, by.data, by.len);
        status = stmt_run(stmt, err);
    }
    buf_release(&by);
    return status;
}

/* Without content: its record was erased, and is in the org's hands. */
static enum status is_erased_for(struct store *store, const struct returned_by *held, int64_t org, bool *is, struct errmsg *err)
{
    struct change change;
    struct reach_place place = {0};
    const struct record_type *type = change_decode_header(held->header, held->header_len, &change) == STATUS_OK ? catalogue_by_no(change.type_no) : NULL;
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, change.id, &place, err);
    *is = status == STATUS_OK && place.why == REACH_ERASED && (place.scope == 0 || place.scope == org || reach_is_shared(store, change.id, org));
    return status;
}

enum status returned_by_each(struct store *store, uint32_t station_no, int64_t org, uint64_t from, uint64_t to, returned_by_row row, void *context, struct errmsg *err)
{
    /* Only what may be this station's is sorted: its number stands there somewhere, as put_place() writes it. */
    const uint8_t number[] = {(uint8_t)(station_no >> 24), (uint8_t)(station_no >> 16), (uint8_t)(station_no >> 8), (uint8_t)station_no};
    struct stmt *stmt = store_prepare(store, "SELECT held_by,station,incarnation,header,body FROM returned WHERE instr(held_by,?1)>0 ORDER BY fold,no");
    enum status status;
    stmt_blob(stmt, 1, number, sizeof number);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
        struct returned_by held = {.fold = place_at(bytes, len, station_no), .log = {.station = (uint32_t)stmt_column_int(stmt, 1)}};
        if (held.fold == 0 || held.fold < from || held.fold > to)
            continue;
        bytes = stmt_column_blob(stmt, 2, &len);
        if (len == INCARNATION_BYTES)
            memcpy(held.log.incarnation, bytes, len);
        held.header = stmt_column_blob(stmt, 3, &held.header_len);
        held.body = replica_column_body(stmt, 4, &held.body_len);
        bool counts = held.body != NULL;
        if (!counts)
            status = is_erased_for(store, &held, org, &counts, err);
        if (status == STATUS_OK && counts)
            status = row(context, &held);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status add_to_sum(void *context, const struct returned_by *held)
{
    uint64_t *sum = context;
    *sum ^= scope_sum_of(held->header, held->header_len, held->fold);
    return STATUS_OK;
}

enum status returned_by_sum(struct store *store, uint32_t station_no, int64_t org, uint64_t *sum, struct errmsg *err)
{
    *sum = 0;
    return returned_by_each(store, station_no, org, 1, INT64_MAX, add_to_sum, sum, err);
}
