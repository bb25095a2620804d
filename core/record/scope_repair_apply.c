/* core/record/scope_repair_apply.c - the station puts a range of the center's order in place of its own (scope_repair.h). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/apply.h"
#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/changelog.h"
#include "core/record/lapsed.h"
#include "core/record/left_body.h"
#include "core/record/reach_impl.h"
#include "core/record/returned.h"
#include "core/record/row_rebuild.h"
#include "core/record/scope_repair.h"
#include "core/record/scope_sum.h"

enum { ORDERED_ITEMS = 5, PLACED_ITEMS = 6, LOG_ITEMS = 7, SQL_MAX_BYTES = 256 };

/* A record some change of which was touched. */
struct touched {
    int64_t type;
    struct id id;
    int64_t last; /* linking: lsn of its change before */
};

struct repair {
    struct store *store;
    struct scope_repaired *out;
    struct errmsg *err;
    struct log_path own;
    struct log_info own_log;
    int64_t lsn;                         /* the last one used */
    uint64_t first, last;
    int64_t seen[2 * SCOPE_REPAIR_SPAN]; /* lsns that the center has, too */
    size_t n_seen;
    struct touched *touched;             /* owned */
    size_t n_touched, room;
    struct buf header;
};

/* One whole entry. */
struct entry {
    uint64_t order, fold;
    struct log_id log_id;
    struct log_info log;
    struct change change;
    const uint8_t *body; /* NULL: erased */
    size_t body_len;
};

static enum status touch(struct repair *repair, int64_t type, struct id id)
{
    for (size_t i = 0; i < repair->n_touched; i++)
        if (repair->touched[i].type == type && id_equal(repair->touched[i].id, id))
            return STATUS_OK;
    if (repair->n_touched == repair->room) {
        size_t room = repair->room == 0 ? 64 : repair->room * 2;
        struct touched *grown = realloc(repair->touched, room * sizeof *grown);
        if (grown == NULL)
            return errmsg_set(repair->err, STATUS_NOMEM, "内存不足");
        repair->touched = grown;
        repair->room = room;
    }
    repair->touched[repair->n_touched++] = (struct touched){.type = type, .id = id};
    return STATUS_OK;
}

static enum status malformed(struct repair *repair)
{
    return errmsg_set(repair->err, STATUS_MALFORMED, "县中心发来的修复内容格式不正确");
}

/* ---- reading ---- */

static enum status read_log(struct repair *repair, struct reader *reader)
{
    struct log_id id = {.station = (uint32_t)cbor_uint(reader)}, parent_id = {0};
    struct log_info parent, log;
    cbor_bytes_exact(reader, id.incarnation, INCARNATION_BYTES);
    parent_id.station = (uint32_t)cbor_uint(reader);
    cbor_bytes_exact(reader, parent_id.incarnation, INCARNATION_BYTES);
    uint64_t base = cbor_uint(reader);
    cbor_bytes_exact(reader, (uint8_t[HASH_BYTES]){0}, HASH_BYTES);
    if (reader->status != STATUS_OK || base == 0 || base > INT64_MAX)
        return malformed(repair);
    enum status status = changelog_log(repair->store, &parent_id, true, &parent, repair->err);
    return status == STATUS_OK ? branch_declare_anew(repair->store, &id, parent.no, base, &log, repair->err) : status;
}

/* The header is what came, or that with the hash of the body behind it. */
static void put_header(struct repair *repair, const uint8_t *prefix, size_t prefix_len, const struct entry *entry)
{
    static const uint8_t BYTES_32[2] = {0x58, 0x20};
    buf_clear(&repair->header);
    buf_append(&repair->header, prefix, prefix_len);
    if (entry->body == NULL)
        return;
    struct hash hash = hash_of(entry->body, entry->body_len);
    buf_append(&repair->header, BYTES_32, sizeof BYTES_32);
    buf_append(&repair->header, hash.bytes, HASH_BYTES);
}

static enum status read_entry(struct repair *repair, struct reader *reader, uint64_t items, struct entry *entry)
{
    size_t prefix_len = 0;
    entry->log_id.station = (uint32_t)cbor_uint(reader);
    cbor_bytes_exact(reader, entry->log_id.incarnation, INCARNATION_BYTES);
    const uint8_t *prefix = cbor_bytes(reader, &prefix_len);
    if (cbor_peek(reader) == CBOR_NULL)
        cbor_null(reader);
    else
        entry->body = cbor_bytes(reader, &entry->body_len);
    entry->fold = items == PLACED_ITEMS ? cbor_uint(reader) : entry->order;
    if (reader->status != STATUS_OK || entry->fold < repair->first || entry->fold > repair->last || entry->order > INT64_MAX)
        return malformed(repair);
    put_header(repair, prefix, prefix_len, entry);
    if (repair->header.status == STATUS_NOMEM) /* not the center's fault */
        return errmsg_set(repair->err, STATUS_NOMEM, "内存不足");
    if (repair->header.status != STATUS_OK || change_decode_header(repair->header.data, repair->header.len, &entry->change) != STATUS_OK)
        return malformed(repair);
    return changelog_log(repair->store, &entry->log_id, true, &entry->log, repair->err);
}

/* ---- one change ---- */

static enum status place(struct repair *repair, int64_t lsn, const struct entry *entry)
{
    struct stmt *stmt = store_prepare(repair->store, "UPDATE change SET rseq=?2, given=nullif(?3,?2), taken=NULL WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, (int64_t)entry->fold);
    stmt_int(stmt, 3, (int64_t)entry->order);
    enum status status = stmt_run(stmt, repair->err);
    return status == STATUS_OK ? lapsed_clear(repair->store, lsn, repair->err) : status;
}

/* Our own log's chain runs through it; of others' logs no chain is kept. */
static enum status chain_of(struct repair *repair, const struct entry *entry, struct hash *out)
{
    struct hash before;
    *out = (struct hash){{0}};
    if (entry->log.no != repair->own_log.no)
        return STATUS_OK;
    enum status status = branch_hash_at(repair->store, &repair->own, entry->change.seq - 1, &before, repair->err);
    if (status == STATUS_OK)
        *out = change_chain(before, repair->header.data, repair->header.len);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status add_change(struct repair *repair, const struct entry *entry)
{
    struct apply_origin origin = {.log = entry->log.no, .order = entry->fold, .lsn = repair->lsn + 1};
    struct apply_outcome outcome = {0};
    struct change_insert row = {.lsn = repair->lsn + 1, .log = entry->log.no, .order = entry->fold, .change = &entry->change, .header = repair->header.data, .header_len = repair->header.len,
                                .body = entry->body, .body_len = entry->body_len};
    enum status status = chain_of(repair, entry, &row.hash);
    if (status == STATUS_OK && entry->body != NULL)
        status = apply_change(repair->store, &entry->change, entry->body, entry->body_len, &origin, &outcome, repair->err);
    row.reason = outcome.quarantine;
    row.prev = outcome.prev;
    row.state = outcome.quarantine != NULL ? CHANGE_STATE_QUARANTINED : catalogue_by_no(entry->change.type_no) == NULL ? CHANGE_STATE_UNKNOWN_TYPE : CHANGE_STATE_APPLIED;
    if (status == STATUS_OK)
        status = changelog_insert(repair->store, &row, repair->err);
    if (status == STATUS_OK)
        status = place(repair, row.lsn, entry);
    if (status != STATUS_OK)
        return status;
    repair->lsn = row.lsn;
    repair->seen[repair->n_seen++] = row.lsn;
    repair->out->added++;
    return touch(repair, (int64_t)entry->change.type_no, entry->change.id);
}

struct stored {
    int64_t lsn, type;
    struct id id;
    bool same_header, equal;
};

static enum status find_stored(struct repair *repair, const struct entry *entry, struct stored *out)
{
    struct stmt *stmt = store_prepare(repair->store, "SELECT lsn,type,id,coalesce(rseq,0),header,body,scope FROM change WHERE log=?1 AND seq=?2");
    enum status status;
    size_t header_len, body_len;
    stmt_int(stmt, 1, entry->log.no);
    stmt_int(stmt, 2, (int64_t)entry->change.seq);
    if (!stmt_row(stmt, &status, repair->err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    const uint8_t *header = stmt_column_blob(stmt, 4, &header_len), *body = stmt_column_blob(stmt, 5, &body_len);
    *out = (struct stored){.lsn = stmt_column_int(stmt, 0), .type = stmt_column_int(stmt, 1), .id = stmt_column_id(stmt, 2)};
    /* A body that is erased on one side only is no damage: the other side will hear of it. */
    bool same_body = entry->body == NULL || stmt_column_is_null(stmt, 5) || (body_len == entry->body_len && memcmp(body, entry->body, body_len) == 0);
    out->same_header = header_len == repair->header.len && memcmp(header, repair->header.data, header_len) == 0;
    bool left = stmt_column_int(stmt, 6) < 0; /* its record left; the center says that it did not */
    out->equal = same_body && !left && (uint64_t)stmt_column_int(stmt, 3) == entry->fold && out->same_header;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status correct(struct repair *repair, const struct entry *entry, const struct stored *stored)
{
    struct stmt *stmt = store_prepare(repair->store, "UPDATE change SET scope=?2,type=?3,id=?4,header=?5,body=?6,state=?7 WHERE lsn=?1");
    stmt_int(stmt, 1, stored->lsn);
    stmt_int(stmt, 2, entry->change.scope);
    stmt_int(stmt, 3, (int64_t)entry->change.type_no);
    stmt_id(stmt, 4, entry->change.id);
    stmt_blob(stmt, 5, repair->header.data, repair->header.len);
    if (entry->body == NULL)
        stmt_null(stmt, 6);
    else
        stmt_blob(stmt, 6, entry->body, entry->body_len);
    stmt_int(stmt, 7, catalogue_by_no(entry->change.type_no) == NULL ? CHANGE_STATE_UNKNOWN_TYPE : CHANGE_STATE_APPLIED);
    enum status status = stmt_run(stmt, repair->err);
    if (status == STATUS_OK && stored->same_header) /* kept since its record left, and the center has it without content */
        status = left_body_give_back(repair->store, stored->lsn, &(bool){false}, repair->err);
    if (status == STATUS_OK)
        status = place(repair, stored->lsn, entry);
    if (status == STATUS_OK) {
        stmt = store_prepare(repair->store, "DELETE FROM quarantine WHERE lsn=?1");
        stmt_int(stmt, 1, stored->lsn);
        status = stmt_run(stmt, repair->err);
    }
    if (status == STATUS_OK)
        status = touch(repair, stored->type, stored->id);
    repair->out->corrected++;
    return status == STATUS_OK ? touch(repair, (int64_t)entry->change.type_no, entry->change.id) : status;
}

static enum status take_entry(struct repair *repair, struct reader *reader)
{
    uint64_t items = cbor_array(reader);
    struct entry entry = {.order = cbor_uint(reader)};
    struct stored stored;
    if (reader->status == STATUS_OK && items == LOG_ITEMS && entry.order == 0)
        return read_log(repair, reader);
    if (reader->status != STATUS_OK || (items != ORDERED_ITEMS && items != PLACED_ITEMS) || repair->n_seen == sizeof repair->seen / sizeof repair->seen[0])
        return malformed(repair);
    enum status status = read_entry(repair, reader, items, &entry);
    if (status == STATUS_OK)
        status = find_stored(repair, &entry, &stored);
    if (status == STATUS_NOT_FOUND)
        return add_change(repair, &entry);
    if (status != STATUS_OK)
        return status;
    repair->seen[repair->n_seen++] = stored.lsn;
    return stored.equal ? STATUS_OK : correct(repair, &entry, &stored);
}

/* ---- what the center does not have ---- */

static bool was_seen(const struct repair *repair, int64_t lsn)
{
    for (size_t i = 0; i < repair->n_seen; i++)
        if (repair->seen[i] == lsn)
            return true;
    return false;
}

static enum status remove_change(struct repair *repair, int64_t lsn)
{
    static const char *const FROM[] = {"DELETE FROM quarantine WHERE lsn=?1", "DELETE FROM flagged WHERE lsn=?1", "DELETE FROM change WHERE lsn=?1"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof FROM / sizeof FROM[0] && status == STATUS_OK; i++) {
        struct stmt *stmt = store_prepare(repair->store, FROM[i]);
        stmt_int(stmt, 1, lsn);
        status = stmt_run(stmt, repair->err);
    }
    repair->out->removed++;
    return status == STATUS_OK ? lapsed_clear(repair->store, lsn, repair->err) : status;
}

static enum status remove_superfluous(struct repair *repair)
{
    struct stmt *stmt = store_prepare(repair->store, "SELECT lsn,log,seq,type,id FROM change WHERE rseq BETWEEN ?1 AND ?2 AND scope>=0");
    struct buf lsns;
    enum status status;
    buf_init(&lsns, 1 << 20);
    stmt_int(stmt, 1, (int64_t)repair->first);
    stmt_int(stmt, 2, (int64_t)repair->last);
    while (stmt_row(stmt, &status, repair->err)) {
        int64_t lsn = stmt_column_int(stmt, 0);
        if (was_seen(repair, lsn))
            continue;
        if (branch_path_holds(&repair->own, stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2))) {
            repair->out->kept++;
            continue;
        }
        buf_append(&lsns, &lsn, sizeof lsn);
        status = lsns.status != STATUS_OK ? lsns.status : touch(repair, stmt_column_int(stmt, 3), stmt_column_id(stmt, 4));
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    for (size_t at = 0; at < lsns.len && status == STATUS_OK; at += sizeof(int64_t)) {
        int64_t lsn;
        memcpy(&lsn, lsns.data + at, sizeof lsn);
        status = remove_change(repair, lsn);
    }
    buf_release(&lsns);
    return status;
}

/* ---- what the center lost ---- */

/* What stands under another number of its log than its header tells was never written so: damage, which no center has lost. */
static bool stands_at(const uint8_t *header, size_t header_len, uint64_t seq)
{
    struct change change;
    return change_decode_header(header, header_len, &change) == STATUS_OK && change.seq == seq;
}

/* The number a sound change of somebody else was delivered with; 0: it is own, damaged, or came along with its record's history. */
static enum status number_of(struct repair *repair, int64_t lsn, uint64_t *number)
{
    struct stmt *stmt = store_prepare(repair->store, "SELECT c.log,c.seq,c.header,c.body,coalesce(c.given,c.rseq,0) FROM change c WHERE c.lsn=?1 AND c.scope>=0 AND c.taken IS NULL AND "
                                                     "(c.given IS NULL OR NOT EXISTS(SELECT 1 FROM change o WHERE o.rseq=c.given AND o.given IS NULL))");
    enum status status;
    size_t header_len, body_len;
    *number = 0;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, repair->err))
        return status;
    const uint8_t *header = stmt_column_blob(stmt, 2, &header_len), *body = stmt_column_blob(stmt, 3, &body_len);
    uint64_t seq = (uint64_t)stmt_column_int(stmt, 1);
    if (!branch_path_holds(&repair->own, stmt_column_int(stmt, 0), seq) && stands_at(header, header_len, seq) &&
        scope_repair_is_sound(header, header_len, body, body_len, stmt_column_is_null(stmt, 3)))
        *number = (uint64_t)stmt_column_int(stmt, 4);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status note_lost(struct repair *repair, int64_t lsn, uint64_t *lowest)
{
    uint64_t number;
    enum status status = number_of(repair, lsn, &number);
    if (number != 0 && (*lowest == 0 || number < *lowest))
        *lowest = number;
    return status;
}

/* Another change stands here under the number in its log that the center tells of. */
static enum status look_at_entry(struct repair *repair, struct reader *reader, uint64_t *lowest)
{
    uint64_t items = cbor_array(reader);
    struct entry entry = {.order = cbor_uint(reader)};
    struct stored stored;
    if (reader->status == STATUS_OK && items == LOG_ITEMS && entry.order == 0)
        return read_log(repair, reader);
    if (reader->status != STATUS_OK || (items != ORDERED_ITEMS && items != PLACED_ITEMS) || repair->n_seen == sizeof repair->seen / sizeof repair->seen[0])
        return malformed(repair);
    enum status status = read_entry(repair, reader, items, &entry);
    if (status == STATUS_OK)
        status = find_stored(repair, &entry, &stored);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    repair->seen[repair->n_seen++] = stored.lsn;
    return stored.same_header ? STATUS_OK : note_lost(repair, stored.lsn, lowest);
}

/* The lowest number here of a change that is not at the center; 0: none. */
static enum status find_lost(struct repair *repair, const void *entries, size_t len, uint64_t count, uint64_t *lowest)
{
    struct reader reader;
    enum status status = STATUS_OK;
    *lowest = 0;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++)
        status = look_at_entry(repair, &reader, lowest);
    struct stmt *stmt = store_prepare(repair->store, "SELECT lsn FROM change WHERE rseq BETWEEN ?1 AND ?2 AND scope>=0");
    stmt_int(stmt, 1, (int64_t)repair->first);
    stmt_int(stmt, 2, (int64_t)repair->last);
    while (status == STATUS_OK && stmt_row(stmt, &status, repair->err)) {
        int64_t lsn = stmt_column_int(stmt, 0);
        if (!was_seen(repair, lsn))
            status = note_lost(repair, lsn, lowest);
        if (status != STATUS_OK)
            stmt_reset(stmt);
    }
    repair->n_seen = 0;
    return status;
}

/* *asks: the center is to be asked first. */
static enum status suspect(struct repair *repair, const void *entries, size_t len, uint64_t count, bool *asks)
{
    uint64_t lowest;
    enum status status = find_lost(repair, entries, len, count, &lowest);
    *asks = false;
    return status == STATUS_OK && lowest != 0 ? returned_suspect(repair->store, lowest, asks, repair->err) : status;
}

/* ---- rows ---- */

static int compare_touched(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;
    int by_id = memcmp(x->id.bytes, y->id.bytes, sizeof x->id.bytes);
    return by_id != 0 ? by_id : (x->type > y->type) - (x->type < y->type);
}

static enum status set_prev(struct repair *repair, int64_t lsn, int64_t prev)
{
    struct stmt *stmt = store_prepare(repair->store, "UPDATE change SET prev=nullif(?2,0) WHERE lsn=?1 AND coalesce(prev,0)<>?2");
    stmt_int(stmt, 1, lsn);
    stmt_int(stmt, 2, prev);
    return stmt_run(stmt, repair->err);
}

/* The touched records' changes, in arrival order, each pointing to the one before: what was taken out, or was never there, left holes. What could not be applied is not in the list, refused own ones are. */
static enum status link_again(struct repair *repair)
{
    struct stmt *stmt = store_prepare(repair->store, "SELECT lsn,type,id FROM change WHERE state<>1 OR rseq IS NULL ORDER BY lsn");
    enum status status;
    qsort(repair->touched, repair->n_touched, sizeof *repair->touched, compare_touched);
    while (stmt_row(stmt, &status, repair->err)) {
        struct touched key = {.type = stmt_column_int(stmt, 1), .id = stmt_column_id(stmt, 2)};
        struct touched *found = bsearch(&key, repair->touched, repair->n_touched, sizeof key, compare_touched);
        if (found == NULL)
            continue;
        status = set_prev(repair, stmt_column_int(stmt, 0), found->last);
        found->last = stmt_column_int(stmt, 0);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status make_row(struct repair *repair, const struct touched *touched)
{
    const struct record_type *type = catalogue_by_no((uint64_t)touched->type);
    struct buf sql;
    if (type == NULL)
        return STATUS_OK;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET head=?2 WHERE id=?1", type->name);
    struct stmt *stmt = store_prepare_buf(repair->store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, touched->id);
    stmt_int(stmt, 2, touched->last);
    enum status status = stmt_run(stmt, repair->err);
    if (status == STATUS_OK)
        status = row_rebuild(repair->store, type, touched->id, repair->err);
    if (status == STATUS_OK)
        status = reach_settle(repair->store, type, touched->id, repair->err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status make_rows(struct repair *repair)
{
    enum status status = repair->n_touched > 0 ? link_again(repair) : STATUS_OK;
    for (size_t i = 0; i < repair->n_touched && status == STATUS_OK; i++)
        status = make_row(repair, &repair->touched[i]);
    return status;
}

static enum status count_again(struct repair *repair)
{
    uint64_t before, sums[SCOPE_RANGES], after = 0, to;
    enum status status = scope_sum_get(repair->store, SCOPE_SUM_STATION, &before, repair->err);
    if (status == STATUS_OK)
        status = scope_repair_end(repair->store, &to, repair->err);
    if (status == STATUS_OK && to > 0)
        status = scope_repair_sums(repair->store, SCOPE_SUM_STATION, 0, 1, to, sums, repair->err);
    for (size_t i = 0; i < SCOPE_RANGES && status == STATUS_OK && to > 0; i++)
        after ^= sums[i];
    repair->out->sum = after;
    return status == STATUS_OK ? scope_sum_add(repair->store, SCOPE_SUM_STATION, before ^ after, repair->err) : status;
}

static enum status begin(struct repair *repair)
{
    enum status status = changelog_own(repair->store, &repair->own_log, repair->err);
    if (status == STATUS_OK)
        status = branch_path(repair->store, repair->own_log.no, &repair->own, repair->err);
    return status == STATUS_OK ? changelog_head(repair->store, &repair->lsn, repair->err) : status;
}

enum status scope_repair_apply(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t first, uint64_t last, struct scope_repaired *out, struct errmsg *err)
{
    struct repair *repair = calloc(1, sizeof *repair);
    struct reader reader;
    assert(store_in_transaction(store));
    *out = (struct scope_repaired){0};
    if (repair == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *repair = (struct repair){.store = store, .out = out, .err = err, .first = first, .last = last};
    buf_init(&repair->header, CHANGE_HEADER_MAX_BYTES);
    reader_init(&reader, entries, len);
    enum status status = first == 0 || last < first || last - first >= 2 * SCOPE_REPAIR_SPAN || last > INT64_MAX ? malformed(repair) : begin(repair);
    if (status == STATUS_OK)
        status = suspect(repair, entries, len, count, &out->suspected);
    for (uint64_t i = 0; i < count && status == STATUS_OK && !out->suspected; i++)
        status = take_entry(repair, &reader);
    if (status == STATUS_OK && reader_left(&reader) != 0 && !out->suspected)
        status = malformed(repair);
    if (status == STATUS_OK && !out->suspected)
        status = remove_superfluous(repair);
    if (status == STATUS_OK && !out->suspected)
        status = make_rows(repair);
    if (status == STATUS_OK && !out->suspected)
        status = count_again(repair);
    buf_release(&repair->header);
    free(repair->touched);
    free(repair);
    return status;
}
