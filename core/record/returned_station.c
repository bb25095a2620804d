/* core/record/returned_station.c - the station's side of returned.h: the stretch it hands back, its cursor set back. The stretch is in delivery numbers (`given`), as the cursor is: what shares one number travels
 * together. */
#include "core/record/returned.h"

#include <assert.h>
#include <string.h>

#include "core/record/branch.h"
#include "core/record/lapsed.h"
#include "core/record/left_body.h"
#include "core/record/order.h"
#include "core/record/returned_entry.h"
#include "core/record/returned_log.h"

static enum status read_stretch(struct store *store, const char *first, const char *last, uint64_t *after, uint64_t *to, struct errmsg *err)
{
    int64_t from = 0, until = 0;
    enum status status = store_meta_read_int(store, first, &from, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, last, &until, err);
    *after = (uint64_t)from;
    *to = (uint64_t)until;
    return status;
}

/* What was asked for, and still has to go. */
static enum status asked_stretch(struct store *store, uint64_t *after, uint64_t *to, struct errmsg *err)
{
    return read_stretch(store, "return_from", "return_to", after, to, err);
}

/* The same, or what went whole when nothing of the order has come since (returned_handed). */
static enum status whole_stretch(struct store *store, uint64_t *after, uint64_t *to, struct errmsg *err)
{
    enum status status = asked_stretch(store, after, to, err);
    return status != STATUS_OK || *to != 0 ? status : read_stretch(store, "handed_from", "handed_to", after, to, err);
}

enum status returned_stretch(struct store *store, uint64_t *after, uint64_t *to, struct errmsg *err)
{
    uint64_t first = 0, last = 0;
    enum status status = asked_stretch(store, after, to, err);
    if (status == STATUS_OK)
        status = left_body_stretch(store, &first, &last, err);
    if (status != STATUS_OK || first == 0)
        return status;
    if (*to == 0 || first <= *after)
        *after = first - 1;
    if (last > *to)
        *to = last;
    return STATUS_OK;
}

enum status returned_handed(struct store *store, bool *handed, struct errmsg *err)
{
    uint64_t after, to;
    enum status status = read_stretch(store, "handed_from", "handed_to", &after, &to, err);
    *handed = to != 0;
    return status;
}

enum status returned_pulled(struct store *store, struct errmsg *err)
{
    bool handed;
    enum status status = returned_handed(store, &handed, err);
    if (status != STATUS_OK || !handed)
        return status;
    status = store_meta_remove(store, "handed_from", err);
    return status == STATUS_OK ? store_meta_remove(store, "handed_to", err) : status;
}

static enum status set_stretch(struct store *store, uint64_t after, uint64_t to, struct errmsg *err)
{
    enum status status = store_meta_set_int(store, "return_from", (int64_t)after, err);
    return status == STATUS_OK ? store_meta_set_int(store, "return_to", (int64_t)to, err) : status;
}

/* It begins: handed_from is where. */
static enum status begin_stretch(struct store *store, uint64_t after, uint64_t to, struct errmsg *err)
{
    enum status status = set_stretch(store, after, to, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "handed_from", (int64_t)after, err);
    return status == STATUS_OK ? store_meta_remove(store, "handed_to", err) : status;
}

static enum status end_stretch(struct store *store, uint64_t to, struct errmsg *err)
{
    enum status status = store_meta_remove(store, "return_from", err);
    if (status == STATUS_OK)
        status = store_meta_remove(store, "return_to", err);
    return status == STATUS_OK ? store_meta_set_int(store, "handed_to", (int64_t)to, err) : status;
}

/* The center's logs in a batch, and the last of each. */
struct read_logs {
    struct {
        int64_t no;
        uint64_t seq;
    } logs[RETURNED_AHEAD_MAX];
    size_t n;
};

static void note_log(struct read_logs *logs, int64_t no, uint64_t seq)
{
    size_t i = 0;
    while (i < logs->n && logs->logs[i].no != no)
        i++;
    if (i == RETURNED_AHEAD_MAX)
        return;
    if (i == logs->n) {
        logs->logs[logs->n].seq = 0;
        logs->logs[logs->n++].no = no;
    }
    if (seq > logs->logs[i].seq)
        logs->logs[i].seq = seq;
}

static enum status put_ahead(struct store *store, int64_t log, uint64_t seq, uint64_t number, struct buf *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT l.station,l.incarnation,c.seq,c.header FROM change c JOIN log l ON l.no=c.log "
                                             "WHERE c.log=?1 AND c.seq>?2 AND c.scope=0 AND coalesce(c.given,c.rseq)>?3 ORDER BY c.seq LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)seq);
    stmt_int(stmt, 3, (int64_t)number);
    if (!stmt_row(stmt, &status, err))
        return status;
    uint8_t mark[RETURNED_MARK_BYTES];
    size_t len;
    buf_put_u32(out, (uint32_t)stmt_column_int(stmt, 0));
    const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
    assert(len == INCARNATION_BYTES);
    buf_append(out, bytes, len);
    buf_put_u64(out, (uint64_t)stmt_column_int(stmt, 2));
    bytes = stmt_column_blob(stmt, 3, &len);
    returned_mark_of(bytes, len, mark);
    buf_append(out, mark, sizeof mark);
    stmt_reset(stmt);
    return out->status;
}

static enum status read_ahead(struct store *store, const struct read_logs *logs, uint64_t number, struct returned_ahead *ahead, struct errmsg *err)
{
    enum status status = STATUS_OK;
    struct buf bytes;
    buf_init(&bytes, sizeof ahead->bytes);
    for (size_t i = 0; i < logs->n && status == STATUS_OK; i++)
        status = put_ahead(store, logs->logs[i].no, logs->logs[i].seq, number, &bytes, err);
    if (status == STATUS_OK && bytes.len > 0)
        memcpy(ahead->bytes, bytes.data, bytes.len);
    ahead->len = status == STATUS_OK ? bytes.len : 0;
    buf_release(&bytes);
    return status;
}

enum status returned_read(struct store *store, uint64_t beyond, size_t max_bytes, struct replica_batch *batch, struct returned_beside *beside, struct errmsg *err)
{
    struct read_logs logs = {.n = 0};
    uint64_t after, to, asked_after = 0, asked_to = 0;
    struct log_path path;
    enum status status = returned_stretch(store, &after, &to, err);
    if (status == STATUS_OK)
        status = whole_stretch(store, &asked_after, &asked_to, err);
    if (to == 0 || (asked_to != 0 && asked_after < after))
        after = asked_after;
    if (asked_to > to)
        to = asked_to;
    if (status == STATUS_OK)
        status = replica_own_path(store, &path, err);
    batch->count = 0;
    batch->first = batch->last = to;
    beside->ahead.len = beside->logs.len = 0;
    if (status != STATUS_OK || to == 0)
        return status;
    struct stmt *stmt = store_prepare(store, RETURNED_ENTRY_COLUMNS "WHERE coalesce(c.given,c.rseq)>?1 AND coalesce(c.given,c.rseq)<=?2 "
                                             "AND (coalesce(c.given,c.rseq)>?3 AND coalesce(c.given,c.rseq)<=?4 OR c.lsn IN (SELECT lsn FROM left_body WHERE number>" LEFT_BODY_KNOWN ")) ORDER BY 1,2");
    stmt_int(stmt, 1, (int64_t)(beyond > after ? beyond : after));
    stmt_int(stmt, 2, (int64_t)to);
    stmt_int(stmt, 3, (int64_t)asked_after);
    stmt_int(stmt, 4, (int64_t)asked_to);
    while (stmt_row(stmt, &status, err)) {
        uint64_t number = (uint64_t)stmt_column_int(stmt, 0);
        if (branch_path_holds(&path, stmt_column_int(stmt, 2), (uint64_t)stmt_column_int(stmt, 3)))
            continue; /* own ones are pushed again */
        if (batch->entries.len >= max_bytes && number != batch->last) {
            stmt_reset(stmt);
            break;
        }
        struct returned_before before;
        bool fits;
        status = returned_logs_add(store, stmt_column_int(stmt, 2), &beside->logs, &fits, err);
        if (status == STATUS_OK && !fits && batch->count > 0 && number != batch->last) { /* with the next ones */
            stmt_reset(stmt);
            break;
        }
        if (status == STATUS_OK)
            status = returned_log_before(store, stmt_column_int(stmt, 2), (uint64_t)stmt_column_int(stmt, 3), number, stmt_column_int(stmt, 8), &before, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
        returned_entry_put(stmt, &before, &batch->entries);
        if (stmt_column_int(stmt, 4) == STATION_NO_CENTER)
            note_log(&logs, stmt_column_int(stmt, 2), (uint64_t)stmt_column_int(stmt, 3));
        batch->last = number;
        if (batch->count++ == 0)
            batch->first = number;
        if (batch->entries.status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    if (status == STATUS_OK)
        status = batch->entries.status;
    return status == STATUS_OK ? read_ahead(store, &logs, batch->last, &beside->ahead, err) : status;
}

enum status returned_done(struct store *store, uint64_t upto, uint64_t head, struct errmsg *err)
{
    uint64_t after, to;
    bool own;
    enum status status = store_join(store, "returns", &own, err);
    if (status == STATUS_OK)
        status = asked_stretch(store, &after, &to, err);
    if (status == STATUS_OK && to != 0)
        status = upto >= to ? end_stretch(store, to, err) : upto > after ? set_stretch(store, upto, to, err) : STATUS_OK;
    if (status == STATUS_OK)
        status = left_body_returned(store, upto, head, err);
    return store_leave(store, own, status, err);
}

static enum status set_back(struct store *store, const struct log_info *own, uint64_t common, uint64_t have_seq, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE log SET have_seq=?2 WHERE no=?1");
    stmt_int(stmt, 1, own->no);
    stmt_int(stmt, 2, (int64_t)(have_seq < own->head_seq ? have_seq : own->head_seq));
    enum status status = stmt_run(stmt, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "rcur", (int64_t)common, err);
    if (status == STATUS_OK)
        status = left_body_forget_known(store, err);
    return status == STATUS_OK ? store_meta_remove(store, "order_mark", err) : status;
}

/* What came late, or again, is here under a number above `common`; the center, put back to a time when it had it at its place, counts it as told. It may call its log by another name than the center of then did. */
static enum status find_untold(struct store *store, uint64_t common, uint64_t *from, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT min(rseq) FROM change WHERE given IS NOT NULL AND given>?1 AND rseq<=?1");
    enum status status;
    *from = common;
    stmt_int(stmt, 1, (int64_t)common);
    if (stmt_row(stmt, &status, err)) {
        if (!stmt_column_is_null(stmt, 0))
            *from = (uint64_t)stmt_column_int(stmt, 0) - 1;
        stmt_reset(stmt);
    }
    return status;
}

/* Down to a number at which something stands here that came under it, or to the order's beginning: only of such a number is there a mark by which the center that is put back once more knows that it is the one we met.
 * There is nothing of our scope in between. */
static enum status down_to_marked(struct store *store, uint64_t *cursor, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(max(rseq),0) FROM change WHERE rseq<=?1 AND given IS NULL AND taken IS NULL");
    enum status status;
    stmt_int(stmt, 1, (int64_t)*cursor);
    if (stmt_row(stmt, &status, err)) {
        *cursor = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status returned_rewind(struct store *store, uint64_t common, uint64_t have_seq, uint64_t *cursor, struct errmsg *err)
{
    uint64_t after, to, rcur;
    int64_t cursor_now = 0;
    struct log_info own;
    assert(store_in_transaction(store));
    enum status status = store_meta_read_int(store, "rcur", &cursor_now, err);
    rcur = (uint64_t)cursor_now;
    if (status != STATUS_OK)
        return status;
    if (common > rcur)
        return errmsg_set(err, STATUS_MALFORMED, "县中心要本机退回第 %llu 号，本机只到 %llu 号", (unsigned long long)common, (unsigned long long)rcur);
    status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = whole_stretch(store, &after, &to, err);
    if (status != STATUS_OK)
        return status;
    /* A stretch of an earlier rewind that was not finished, or after which nothing came, goes on with this one. */
    if (to == 0 || common < after)
        after = common;
    if (rcur > to)
        to = rcur;
    if (to > after)
        status = begin_stretch(store, after, to, err);
    /* What people see here is still all of it (row_seen). */
    if (status == STATUS_OK && rcur > (uint64_t)store_meta_int(store, "seen", 0))
        status = store_meta_set_int(store, "seen", (int64_t)rcur, err);
    if (status == STATUS_OK)
        status = lapsed_note(store, common, err);
    if (status == STATUS_OK)
        status = find_untold(store, common, cursor, err);
    if (status == STATUS_OK)
        status = down_to_marked(store, cursor, err);
    return status == STATUS_OK ? set_back(store, &own, *cursor, have_seq, err) : status;
}

/* The highest number anything here came with. */
static enum status last_received(struct store *store, uint64_t *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT max(coalesce(given,rseq)) FROM change");
    enum status status;
    *number = 0;
    if (stmt_row(stmt, &status, err)) {
        *number = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status returned_suspect(struct store *store, uint64_t number, bool *asks, struct errmsg *err)
{
    uint64_t after, to, last = 0, rcur = (uint64_t)store_meta_int(store, "rcur", 0);
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE coalesce(given,rseq)=?1 ORDER BY taken IS NOT NULL, given IS NOT NULL LIMIT 1");
    uint8_t mark[RETURNED_MARK_BYTES] = {0};
    enum status status;
    assert(store_in_transaction(store));
    *asks = (uint64_t)store_meta_int(store, "suspected", 0) != number;
    if (!*asks)
        return store_meta_remove(store, "suspected", err);
    stmt_int(stmt, 1, (int64_t)number);
    if (stmt_row(stmt, &status, err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        struct hash hash = hash_of(header, len);
        memcpy(mark, hash.bytes, sizeof mark);
        stmt_reset(stmt);
    }
    if (status == STATUS_OK)
        status = asked_stretch(store, &after, &to, err);
    if (status == STATUS_OK)
        status = last_received(store, &last, err);
    if (last < rcur)
        last = rcur;
    if (status == STATUS_OK)
        status = begin_stretch(store, to == 0 || number - 1 < after ? number - 1 : after, last > to ? last : to, err);
    if (status == STATUS_OK && rcur > (uint64_t)store_meta_int(store, "seen", 0))
        status = store_meta_set_int(store, "seen", (int64_t)rcur, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "rcur", (int64_t)number, err);
    if (status == STATUS_OK)
        status = left_body_forget_known(store, err);
    if (status == STATUS_OK)
        status = store_meta_set_int(store, "suspected", (int64_t)number, err);
    return status == STATUS_OK ? store_meta_set_blob(store, "order_mark", mark, sizeof mark, err) : status;
}
