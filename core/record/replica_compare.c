/* core/record/replica_compare.c - the station's side of replica.h: a batch of which something was received before is compared with that. */
#include "core/record/replica.h"

#include "core/record/branch.h"
#include "core/record/lapsed.h"
#include "core/record/replica_impl.h"

/* The own change a stub tells of. */
static enum status find_stub(struct store *store, const struct log_path *own, struct reader *reader, uint64_t items, bool *refused, struct known_change *known, struct errmsg *err)
{
    uint64_t seq = cbor_uint(reader);
    const struct path_log *log = branch_at(own, seq);
    *refused = items >= REFUSED_STUB_ITEMS && cbor_bool(reader);
    if (items == FOLD_STUB_ITEMS)
        (void)cbor_uint(reader);
    return log == NULL ? STATUS_NOT_FOUND : replica_find_known(store, log->no, seq, known, err);
}

/* The change a whole entry tells of, if it is here with the same content. */
static enum status find_whole(struct store *store, struct reader *reader, uint64_t items, struct known_change *known, struct errmsg *err)
{
    struct log_id id = {.station = (uint32_t)cbor_uint(reader)};
    struct content content;
    struct log_info log;
    cbor_bytes_exact(reader, id.incarnation, INCARNATION_BYTES);
    buf_init(&content.header, CHANGE_HEADER_MAX_BYTES);
    enum status status = replica_read_content(reader, &content);
    for (uint64_t i = ORDERED_ITEMS; i < items; i++)
        (void)cbor_uint(reader);
    if (status == STATUS_OK)
        status = changelog_log(store, &id, false, &log, err);
    if (status == STATUS_OK)
        status = replica_find_known(store, log.no, content.change.seq, known, err);
    if (status == STATUS_OK)
        status = replica_check_repeat(store, &log, content.change.seq, &content.header, err);
    if (status == STATUS_FORK) { /* another one, which is for the caller to say */
        errmsg_clear(err);
        status = STATUS_NOT_FOUND;
    }
    buf_release(&content.header);
    return status;
}

/* One entry of a number that was received before. *placed: it has one here (what was refused has none). */
static enum status compare_entry(struct store *store, const struct log_path *own, struct reader *reader, uint64_t items, uint64_t given, bool *placed, bool *same, struct errmsg *err)
{
    struct known_change known = {.lsn = 0};
    bool refused = false;
    enum status status = items <= FOLD_STUB_ITEMS ? find_stub(store, own, reader, items, &refused, &known, err) : find_whole(store, reader, items, &known, err);
    if (reader->status != STATUS_OK || (status != STATUS_OK && status != STATUS_NOT_FOUND))
        return status == STATUS_OK || status == STATUS_NOT_FOUND ? STATUS_MALFORMED : status;
    *placed = !refused;
    *same = refused || (status == STATUS_OK && known.place.given == given);
    return STATUS_OK;
}

/* What was received under these numbers, and stands (lapsed.h). */
static enum status count_received(struct store *store, uint64_t first, uint64_t last, uint64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM change WHERE coalesce(given,rseq) BETWEEN ?1 AND ?2 AND " LAPSED_NOT("lsn"));
    enum status status;
    stmt_int(stmt, 1, (int64_t)first);
    stmt_int(stmt, 2, (int64_t)last);
    if (stmt_row(stmt, &status, err)) {
        *count = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status replica_overlaps(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t first, uint64_t last, bool part, bool *same, struct errmsg *err)
{
    uint64_t rcur, told = 0, received = 0;
    int64_t cursor = 0;
    struct log_path own;
    struct reader reader;
    enum status status = store_meta_read_int(store, "rcur", &cursor, err); /* taken for none, nothing would be compared */
    if (status == STATUS_OK)
        status = replica_own_path(store, &own, err);
    rcur = (uint64_t)cursor;
    *same = true;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK && *same && first <= rcur;) {
        const uint8_t *start = reader.at;
        uint64_t items = cbor_array(&reader), given = cbor_uint(&reader);
        bool placed = false;
        if (given > rcur)
            break;
        if (given == 0 && items == LOG_ITEMS) {
            reader.at = start;
            (void)cbor_skip(&reader, &(size_t){0});
            continue;
        }
        i++;
        status = items < STUB_ITEMS || items > TAKEN_ORDERED_ITEMS ? STATUS_MALFORMED : compare_entry(store, &own, &reader, items, given, &placed, same, err);
        told += placed;
    }
    if (status == STATUS_MALFORMED)
        return errmsg_set(err, STATUS_MALFORMED, "县中心发来的内容格式不正确");
    if (status == STATUS_OK && *same && first <= rcur && !part)
        status = count_received(store, first, last < rcur ? last : rcur, &received, err);
    *same = *same && (part || told == received);
    return status;
}
