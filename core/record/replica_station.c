/* core/record/replica_station.c - the station's side of replica.h: reading its own log, applying the center's order. What the center said of itself is replica_told.c, a batch that was received before replica_compare.c, a history that comes in parts
 * history_part.c. */
#include "core/record/replica.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/apply.h"
#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/history_part.h"
#include "core/record/lapsed.h"
#include "core/record/left_body.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/replica_impl.h"
#include "core/record/returned.h"
#include "core/record/row_rebuild.h"
#include "core/record/scope_sum.h"

/* Reading. */

/* Changes of one log after `after`, up to `to`. What lies above `have` and has its place already had it from a center that lost it: the place is told. */
static enum status read_log(struct store *store, int64_t log, uint64_t after, uint64_t to, uint64_t have, size_t max_bytes, struct replica_batch *batch, struct errmsg *err)
{
    enum status status;
    struct stmt *stmt = store_prepare(store, "SELECT c.seq,c.header," LEFT_BODY_OF_C ",c.hash,c.rseq FROM change c WHERE c.log=?1 AND c.seq>?2 AND c.seq<=?3 ORDER BY c.seq");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)after);
    stmt_int(stmt, 3, (int64_t)to);
    while (stmt_row(stmt, &status, err)) {
        size_t header_len, body_len, hash_len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len);
        const uint8_t *body = replica_column_body(stmt, 2, &body_len);
        batch->last = (uint64_t)stmt_column_int(stmt, 0);
        bool placed = batch->last > have && stmt_column_int(stmt, 4) != 0;
        cbor_put_array(&batch->entries, placed ? PLACED_PUSHED_ITEMS : PUSHED_ITEMS);
        replica_put_content(&batch->entries, header, header_len, body, body_len);
        if (placed)
            cbor_put_uint(&batch->entries, (uint64_t)stmt_column_int(stmt, 4));
        if (batch->count++ == 0)
            batch->first = batch->last;
        const uint8_t *hash = stmt_column_blob(stmt, 3, &hash_len);
        if (hash_len == HASH_BYTES)
            memcpy(batch->last_hash.bytes, hash, hash_len);
        if (batch->entries.status != STATUS_OK || (batch->entries.len >= max_bytes && !replica_more_follows(header, header_len))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status != STATUS_OK ? status : batch->entries.status;
}

enum status replica_read_own(struct store *store, uint64_t after_seq, size_t max_bytes, struct replica_batch *batch, struct errmsg *err)
{
    struct log_path path;
    enum status status = replica_own_path(store, &path, err);
    batch->count = 0;
    batch->first = batch->last = 0;
    if (status != STATUS_OK)
        return status;
    const struct path_log *log = branch_at(&path, after_seq + 1);
    struct log_info own;
    if (log == NULL)
        return errmsg_set(err, STATUS_GAP, "第 %llu 条变更之后的日志不在本机", (unsigned long long)after_seq);
    status = changelog_own(store, &own, err);
    return status == STATUS_OK ? read_log(store, log->no, after_seq, branch_end(&path, log), own.have_seq, max_bytes, batch, err) : status;
}

/* Applying. */

/* Rows to be looked at when the batch has been taken in: those that changed hands, and those that got a change in the middle. */
struct touched {
    struct {
        const struct record_type *type;
        struct id id;
        bool rebuild;
    } *rows; /* owned */
    size_t n, room;
};

static enum status touch(struct touched *touched, const struct record_type *type, struct id id, bool rebuild)
{
    for (size_t i = 0; i < touched->n; i++) {
        if (id_equal(touched->rows[i].id, id)) {
            touched->rows[i].rebuild |= rebuild;
            return STATUS_OK;
        }
    }
    if (touched->n == touched->room) {
        size_t room = touched->room == 0 ? 16 : touched->room * 2;
        void *grown = realloc(touched->rows, room * sizeof *touched->rows);
        if (grown == NULL)
            return STATUS_NOMEM;
        touched->rows = grown;
        touched->room = room;
    }
    touched->rows[touched->n].type = type;
    touched->rows[touched->n].id = id;
    touched->rows[touched->n++].rebuild = rebuild;
    return STATUS_OK;
}

static enum status finish_touched(struct store *store, const struct touched *touched, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < touched->n && status == STATUS_OK; i++) {
        if (touched->rows[i].rebuild)
            status = row_rebuild(store, touched->rows[i].type, touched->rows[i].id, err);
        if (status == STATUS_OK)
            status = reach_settle(store, touched->rows[i].type, touched->rows[i].id, err);
    }
    return status;
}

struct own_change {
    struct buf header, body;
    int64_t lsn;
    bool erased;
};

static bool copy_change(void *context, const struct change_row *row)
{
    struct own_change *own = context;
    own->lsn = row->lsn;
    own->erased = row->body == NULL;
    buf_append(&own->header, row->header, row->header_len);
    buf_append(&own->body, row->body, row->body_len);
    return true;
}

static enum status read_known(struct stmt *stmt, struct known_change *out, struct errmsg *err)
{
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    *out = (struct known_change){.lsn = stmt_column_int(stmt, 0), .state = stmt_column_int(stmt, 3), .scope = stmt_column_int(stmt, 4)};
    out->place.fold = (uint64_t)stmt_column_int(stmt, 1);
    out->place.given = stmt_column_is_null(stmt, 2) ? out->place.fold : (uint64_t)stmt_column_int(stmt, 2);
    out->place.taken = stmt_column_is_null(stmt, 5) ? out->place.given : (uint64_t)stmt_column_int(stmt, 5);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status replica_find_known(struct store *store, int64_t log, uint64_t seq, struct known_change *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT lsn,rseq,given,state,scope,taken FROM change WHERE log=?1 AND seq=?2");
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)seq);
    return read_known(stmt, out, err);
}

static void bind_unless(struct stmt *stmt, int index, uint64_t number, uint64_t said_already)
{
    if (number != said_already)
        stmt_int(stmt, index, (int64_t)number);
    else
        stmt_null(stmt, index);
}

static enum status mark_ordered(struct store *store, int64_t lsn, struct place place, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL change SET rseq=?2,given=?3,taken=?4 WHERE lsn=?1"); /* no function: schema.c */
    stmt_int(stmt, 1, lsn);
    bind_unless(stmt, 2, place.fold, 0);
    bind_unless(stmt, 3, place.given, place.fold);
    bind_unless(stmt, 4, place.taken, place.given);
    return stmt_run(stmt, err);
}

static enum status mark_refused(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE change SET state=1 WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "INSERT OR REPLACE INTO quarantine(lsn, reason) VALUES(?1, '县中心没有接受，原因见县中心')");
    stmt_int(stmt, 1, lsn);
    return stmt_run(stmt, err);
}

/* The station's side of a batch. */
struct intake {
    struct store *store;
    struct log_path path; /* own */
    uint64_t ordered_seq;
    int64_t lsn;
    uint64_t start, rcur; /* before the batch; now */
    struct content content;
    struct touched touched;
    uint64_t sum;      /* what came to the scope's sum (scope_sum.h) */
    struct log_info log; /* the last one that was asked for; no 0: none. Only its name and number are right */
    bool others;         /* there are more logs of its machine */
    bool lapsed;         /* there are numbers that do not stand (lapsed.h) */
};

/* The center told a change that is here: its number stands. */
static enum status note_told(struct intake *intake, const struct known_change *known, struct errmsg *err)
{
    return intake->lapsed ? lapsed_clear(intake->store, known->lsn, err) : STATUS_OK;
}

/* A change that is here gets its place. */
static enum status give_place(struct intake *intake, int64_t log, int64_t lsn, struct place place, struct replica_result *result, struct errmsg *err)
{
    struct store *store = intake->store;
    struct own_change copy = {0};
    buf_init(&copy.header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&copy.body, CHANGE_BODY_MAX_BYTES);
    struct change change;
    enum status status = changelog_get(store, lsn, copy_change, &copy, err);
    if (status == STATUS_OK)
        status = copy.header.status != STATUS_OK ? copy.header.status : copy.body.status; /* half a copy must not pass for a change */
    if (status == STATUS_OK)
        status = change_decode_header(copy.header.data, copy.header.len, &change);
    if (status == STATUS_OK)
        status = mark_ordered(store, lsn, place, err);
    if (status == STATUS_OK)
        intake->sum ^= scope_sum_of(copy.header.data, copy.header.len, place.fold);
    if (status == STATUS_OK) {
        struct apply_origin origin = {.log = log, .order = place.fold, .lsn = lsn};
        struct apply_outcome outcome;
        const void *body = copy.erased ? NULL : copy.body.data == NULL ? "" : (const void *)copy.body.data;
        status = apply_order(store, &change, body, copy.body.len, &origin, &outcome, err);
        result->conflicts += outcome.conflicts;
        /* While it had no place it closed conflicts whose losers, seen from this place, its author may not have known: they are open again (order.h, TWICE). */
        bool reopens = change.op == CHANGE_RESOLVE && order_is_ambiguous(change.seen, place.fold);
        /* The place it had at a center that was put back, given again: what lies behind it was applied before it. */
        const struct record_type *type = catalogue_by_no(change.type_no);
        uint64_t last = 0;
        if (status == STATUS_OK && type != NULL && place.fold != place.given)
            status = row_last_fold(store, type, change.id, &last, err);
        bool rebuild = reopens || last > place.fold;
        if (status == STATUS_OK && type != NULL && (outcome.reach || rebuild))
            status = touch(&intake->touched, type, change.id, rebuild);
    }
    buf_release(&copy.header);
    buf_release(&copy.body);
    return status;
}

static enum status identify(struct store *store, int64_t lsn, uint64_t *type_no, struct id *id, struct buf *header, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT type,id,header FROM change WHERE lsn=?1");
    enum status status;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    size_t len;
    *type_no = (uint64_t)stmt_column_int(stmt, 0);
    *id = stmt_column_id(stmt, 1);
    const uint8_t *bytes = stmt_column_blob(stmt, 2, &len);
    buf_clear(header);
    buf_append(header, bytes, len);
    stmt_reset(stmt);
    return header->status;
}

/* A change that had a place has another one, or (fold 0) none any more, because the center does not accept it after all. Its row is made anew at the end of the batch. */
static enum status change_place(struct intake *intake, const struct known_change *known, struct place place, bool rebuild, struct errmsg *err)
{
    const struct place had = known->place;
    bool other_era = order_era(had.taken) != order_era(place.taken);
    uint64_t type_no = 0;
    struct id id;
    if (had.fold == place.fold && had.given == place.given && had.taken == place.taken && !rebuild)
        return STATUS_OK;
    enum status status = identify(intake->store, known->lsn, &type_no, &id, &intake->content.header, err);
    if (status == STATUS_OK)
        status = mark_ordered(intake->store, known->lsn, place, err);
    if (status != STATUS_OK)
        return status;
    if (known->scope >= 0 && had.fold != place.fold) {
        intake->sum ^= scope_sum_of(intake->content.header.data, intake->content.header.len, had.fold);
        if (place.fold != 0)
            intake->sum ^= scope_sum_of(intake->content.header.data, intake->content.header.len, place.fold);
    }
    const struct record_type *type = catalogue_by_no(type_no);
    return type != NULL && (rebuild || other_era || had.fold != place.fold) ? touch(&intake->touched, type, id, true) : STATUS_OK;
}

/* It was refused before, by a center that has been put back since. */
static enum status mark_accepted(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE change SET state=0 WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "DELETE FROM quarantine WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    return stmt_run(stmt, err);
}

static enum status refuse_own(struct intake *intake, const struct known_change *known, struct replica_result *result, struct errmsg *err)
{
    enum status status = known->place.fold == 0 ? STATUS_OK : change_place(intake, known, (struct place){0}, true, err);
    result->quarantined += known->state != CHANGE_STATE_QUARANTINED;
    if (status == STATUS_OK)
        status = mark_refused(intake->store, known->lsn, err);
    return status == STATUS_OK ? reach_forget_refused(intake->store, known->lsn, err) : status;
}

/* An own change that left with its record gets its place only when the record is back: a center that was put back had lost it, so it did not come with the record's history. It counts again, and has
 * the content that was kept of it (left_body.h). One that was refused before, and is not now, is counted where it gets its place. */
static enum status count_again(struct intake *intake, const struct known_change *known, struct place place, struct errmsg *err)
{
    const struct buf *header = &intake->content.header;
    uint64_t type_no = 0;
    struct change change;
    struct id id;
    bool here = false;
    enum status status = identify(intake->store, known->lsn, &type_no, &id, &intake->content.header, err);
    const struct record_type *type = status == STATUS_OK ? catalogue_by_no(type_no) : NULL;
    if (type != NULL)
        status = reach_is_here(intake->store, type, id, &here, err);
    if (status != STATUS_OK || !here || change_decode_header(header->data, header->len, &change) != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(intake->store, "UPDATE change SET scope=?2 WHERE lsn=?1");
    stmt_int(stmt, 1, known->lsn);
    stmt_int(stmt, 2, change.scope);
    status = stmt_run(stmt, err);
    if (known->place.fold != 0)
        intake->sum ^= scope_sum_of(header->data, header->len, place.fold);
    bool given = false;
    if (status == STATUS_OK)
        status = left_body_give_back(intake->store, known->lsn, &given, err);
    return status == STATUS_OK && given ? touch(&intake->touched, type, id, true) : status;
}

static enum status order_own(struct intake *intake, struct place place, uint64_t seq, bool refused, struct replica_result *result, struct errmsg *err)
{
    struct known_change known;
    const struct path_log *log = branch_at(&intake->path, seq);
    enum status status = log == NULL ? STATUS_NOT_FOUND : replica_find_known(intake->store, log->no, seq, &known, err);
    if (status == STATUS_NOT_FOUND) /* the center knows more of this log than this machine: a restored copy */
        return errmsg_set(err, STATUS_FORK, "县中心有本机第 %llu 条变更，本机却没有：本机可能是用旧备份恢复的", (unsigned long long)seq);
    if (status == STATUS_OK)
        status = note_told(intake, &known, err);
    if (status != STATUS_OK)
        return status;
    if (seq > intake->ordered_seq)
        intake->ordered_seq = seq;
    if (refused)
        return refuse_own(intake, &known, result, err);
    if (known.place.fold == 0 && known.state == CHANGE_STATE_QUARANTINED)
        status = mark_accepted(intake->store, known.lsn, err);
    if (status == STATUS_OK && known.scope < 0)
        status = count_again(intake, &known, place, err);
    if (status != STATUS_OK)
        return status;
    return known.place.fold != 0 ? change_place(intake, &known, place, false, err) : give_place(intake, log->no, known.lsn, place, result, err);
}

/* The log of an entry into intake->log: mostly the one of the entry before. Whoever makes a log forgets it. */
static enum status find_log(struct intake *intake, const struct log_id *id, struct errmsg *err)
{
    struct log_info log;
    if (intake->log.no != 0 && intake->log.id.station == id->station && memcmp(intake->log.id.incarnation, id->incarnation, INCARNATION_BYTES) == 0)
        return STATUS_OK;
    intake->log.no = 0;
    enum status status = changelog_log(intake->store, id, true, &log, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(intake->store, "SELECT 1 FROM log WHERE station=?1 AND no<>?2 LIMIT 1");
    stmt_int(stmt, 1, id->station);
    stmt_int(stmt, 2, log.no);
    intake->others = stmt_row(stmt, &status, err);
    if (intake->others)
        stmt_reset(stmt);
    if (status == STATUS_OK)
        status = returned_lineage_told(intake->store, log.no, err);
    if (status == STATUS_OK)
        intake->log = log;
    return status;
}

/* LOG: where a log of somebody else began. */
static enum status take_lineage(struct intake *intake, struct reader *reader, struct errmsg *err)
{
    intake->log.no = 0;
    struct log_id id = {.station = (uint32_t)cbor_uint(reader)}, parent_id;
    struct log_info log, parent;
    struct hash base_hash;
    cbor_bytes_exact(reader, id.incarnation, INCARNATION_BYTES);
    parent_id.station = (uint32_t)cbor_uint(reader);
    cbor_bytes_exact(reader, parent_id.incarnation, INCARNATION_BYTES);
    uint64_t base = cbor_uint(reader);
    cbor_bytes_exact(reader, base_hash.bytes, HASH_BYTES);
    if (reader->status != STATUS_OK || base == 0 || base > INT64_MAX)
        return errmsg_set(err, STATUS_MALFORMED, "县中心发来的内容格式不正确");
    enum status status = changelog_log(intake->store, &parent_id, true, &parent, err);
    return status == STATUS_OK ? branch_declare_anew(intake->store, &id, parent.no, base, &log, err) : status;
}

/* The row has changes whose place lies behind this one: it is made anew at the end of the batch. */
static enum status comes_late(struct intake *intake, const struct record_type *type, struct place place, bool *late, struct errmsg *err)
{
    uint64_t last = 0;
    enum status status = STATUS_OK;
    if (type != NULL && place.fold != place.given)
        status = row_last_fold(intake->store, type, intake->content.change.id, &last, err);
    *late = last > place.fold;
    return status;
}

static enum status insert_foreign(struct intake *intake, const struct log_info *log, struct place place, struct replica_result *result, struct errmsg *err)
{
    const struct content *content = &intake->content;
    const struct record_type *type = catalogue_by_no(content->change.type_no);
    struct apply_origin origin = {.log = log->no, .order = place.fold, .lsn = ++intake->lsn};
    struct apply_outcome outcome = {0};
    bool late;
    enum status status = comes_late(intake, type, place, &late, err);
    if (status == STATUS_OK && late) {
        outcome.unknown = content->change.op > CHANGE_ERASE;
        status = reach_link(intake->store, type, &content->change, &origin, &outcome.prev, err);
    } else if (status == STATUS_OK) {
        status = apply_change(intake->store, &content->change, content->body, content->body_len, &origin, &outcome, err);
    }
    if (status == STATUS_OK && (late || outcome.anew || outcome.reach))
        status = touch(&intake->touched, type, content->change.id, late || outcome.anew);
    if (status != STATUS_OK)
        return status;
    /* Of somebody else's log this machine sees only its own scope: there is no chain to check, the center did. */
    struct change_insert row = {.lsn = origin.lsn, .log = log->no, .order = place.fold, .given = place.given, .taken = place.taken, .prev = outcome.prev, .change = &content->change, .header = content->header.data,
                                .header_len = content->header.len, .body = content->body, .body_len = content->body_len, .reason = outcome.quarantine};
    if (outcome.quarantine != NULL) {
        row.state = CHANGE_STATE_QUARANTINED;
        result->quarantined++;
    } else if (outcome.unknown) {
        row.state = CHANGE_STATE_UNKNOWN_TYPE;
    }
    result->conflicts += outcome.conflicts;
    result->taken++;
    intake->sum ^= scope_sum_of(content->header.data, content->header.len, place.fold);
    return changelog_insert(intake->store, &row, err);
}

/* Its body, which went with the record; where the center has lost it, what was kept here (left_body.h). */
static enum status give_content_back(struct intake *intake, int64_t lsn, struct errmsg *err)
{
    const struct content *content = &intake->content;
    struct stmt *stmt = store_prepare(intake->store, "UPDATE change SET body=?2, scope=?3 WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    if (content->body != NULL)
        stmt_blob(stmt, 2, content->body, content->body_len);
    else
        stmt_null(stmt, 2);
    stmt_int(stmt, 3, content->change.scope);
    enum status status = stmt_run(stmt, err);
    return status == STATUS_OK ? left_body_give_back(intake->store, lsn, &(bool){false}, err) : status;
}

/* A change that is here already, told again with a record that came back. Its place may be another one than it had when it left: its number was given twice since (order.h), and nobody told this org. */
static enum status give_back(struct intake *intake, const struct known_change *known, struct place place, struct errmsg *err)
{
    const struct content *content = &intake->content;
    const struct record_type *type = catalogue_by_no(content->change.type_no);
    enum status status = give_content_back(intake, known->lsn, err);
    if (status == STATUS_OK)
        status = mark_ordered(intake->store, known->lsn, place, err);
    if (status == STATUS_OK)
        intake->sum ^= scope_sum_of(content->header.data, content->header.len, place.fold);
    return status == STATUS_OK && type != NULL && place.fold != known->place.fold ? touch(&intake->touched, type, content->change.id, true) : status;
}

/* It came without its content, which somebody else still had. */
static enum status fill_content(struct intake *intake, int64_t lsn, struct errmsg *err)
{
    const struct content *content = &intake->content;
    const struct record_type *type = catalogue_by_no(content->change.type_no);
    struct reach_place place = {0};
    struct stmt *stmt = store_prepare(intake->store, "SELECT 1 FROM change WHERE lsn=?1 AND body IS NULL");
    enum status status;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, err))
        return status;
    stmt_reset(stmt);
    if (type != NULL)
        status = reach_place_of(intake->store, type, content->change.id, &place, err);
    if (status != STATUS_OK || place.why == REACH_ERASED)
        return status;
    stmt = store_prepare(intake->store, "UPDATE change SET body=?2 WHERE lsn=?1");
    stmt_int(stmt, 1, lsn);
    stmt_blob(stmt, 2, content->body, content->body_len);
    status = stmt_run(stmt, err);
    return status == STATUS_OK && type != NULL ? touch(&intake->touched, type, content->change.id, true) : status;
}

/* Whether the center made this log for what it had lost (returned_log_of): it is named after the first change it took into it. */
static enum status is_of_lost(struct intake *intake, const struct log_info *log, bool *lost, struct errmsg *err)
{
    const struct buf *header = &intake->content.header;
    struct log_id name = returned_log_of(&log->id, header->data, header->len);
    struct stmt *stmt = store_prepare(intake->store, "SELECT header FROM change WHERE log=?1 ORDER BY seq LIMIT 1");
    enum status status;
    *lost = memcmp(name.incarnation, log->id.incarnation, INCARNATION_BYTES) == 0;
    stmt_int(stmt, 1, log->no);
    if (*lost || !stmt_row(stmt, &status, err))
        return *lost ? STATUS_OK : status;
    size_t len;
    const uint8_t *first = stmt_column_blob(stmt, 0, &len);
    name = returned_log_of(&log->id, first, len);
    stmt_reset(stmt);
    *lost = memcmp(name.incarnation, log->id.incarnation, INCARNATION_BYTES) == 0;
    return STATUS_OK;
}

/* A center that was put back went on with its own log under another name, and with a station's when nobody could tell it where that began: a change that is here already may be one of that log now. Of a station only what
 * was told before this era and comes in a log of lost changes, into which the center takes nothing that it has already: what two copies of one machine have both not sent are two changes, also where they are the
 * same byte for byte. */
static enum status find_moved(struct intake *intake, const struct log_info *log, uint64_t given, struct known_change *out, struct errmsg *err)
{
    const struct content *content = &intake->content;
    bool station = log->id.station != STATION_NO_CENTER, lost = true;
    if (!intake->others)
        return STATUS_NOT_FOUND;
    enum status status = station ? is_of_lost(intake, log, &lost, err) : STATUS_OK;
    if (status != STATUS_OK || !lost)
        return status != STATUS_OK ? status : STATUS_NOT_FOUND;
    struct stmt *stmt = store_prepare(intake->store, "SELECT c.lsn,c.rseq,c.given,c.state,c.scope,c.taken FROM log l JOIN change c ON c.log=l.no AND c.seq=?2 WHERE l.station=?1 AND l.no<>?3 AND c.header=?4");
    int64_t from = 0;
    stmt_int(stmt, 1, log->id.station);
    stmt_int(stmt, 2, (int64_t)content->change.seq);
    stmt_int(stmt, 3, log->no);
    stmt_blob(stmt, 4, content->header.data, content->header.len);
    status = read_known(stmt, out, err);
    if (status == STATUS_OK && station && order_era(out->place.given) >= order_era(given))
        return STATUS_NOT_FOUND;
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(intake->store, "SELECT log FROM change WHERE lsn=?1");
    stmt_int(stmt, 1, out->lsn);
    if (stmt_row(stmt, &status, err)) {
        from = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status != STATUS_OK || branch_path_holds(&intake->path, from, content->change.seq))
        return status != STATUS_OK ? status : STATUS_NOT_FOUND;
    stmt = store_prepare(intake->store, "UPDATE change SET log=?2 WHERE lsn=?1");
    stmt_int(stmt, 1, out->lsn);
    stmt_int(stmt, 2, log->no);
    return stmt_run(stmt, err);
}

static enum status touch_log(struct intake *intake, int64_t log, uint64_t from, uint64_t to, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(intake->store, "SELECT type,id FROM change WHERE log=?1 AND seq BETWEEN ?2 AND ?3");
    enum status status;

    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)from);
    stmt_int(stmt, 3, (int64_t)to);
    while (stmt_row(stmt, &status, err)) {
        const struct record_type *type = catalogue_by_no((uint64_t)stmt_column_int(stmt, 0));
        status = type != NULL ? touch(&intake->touched, type, stmt_column_id(stmt, 1), true) : STATUS_OK;
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* The center has another change at this place of the log: one of the two was lost when it was put back, and it wrote the other one later. Ours keeps its content in a log named after it, as the center names it
 * when it gets it back (returned.c). If the center's comes with its own number, so will what it wrote behind it: what we have of that log behind ours was written by who knew ours, and goes along. */
static enum status set_aside(struct intake *intake, const struct log_info *log, const struct known_change *known, bool in_order, struct errmsg *err)
{
    struct buf header;
    struct id id;
    uint64_t type_no, seq = intake->content.change.seq, to = in_order ? INT64_MAX : seq;

    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    enum status status = identify(intake->store, known->lsn, &type_no, &id, &header, err);
    struct log_id name = returned_log_of(&log->id, header.data, header.len);
    struct log_info aside;
    intake->log.no = 0;
    buf_release(&header);
    if (status == STATUS_OK)
        status = changelog_log(intake->store, &name, true, &aside, err);
    if (status == STATUS_OK)
        status = touch_log(intake, log->no, seq, to, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(intake->store, "UPDATE OR IGNORE change SET log=?4 WHERE log=?1 AND seq BETWEEN ?2 AND ?3");
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, (int64_t)seq);
    stmt_int(stmt, 3, (int64_t)to);
    stmt_int(stmt, 4, aside.no);
    return stmt_run(stmt, err);
}

static enum status take_foreign(struct intake *intake, struct reader *reader, uint64_t given, uint64_t items, struct replica_result *result, struct errmsg *err)
{
    struct log_id id = {.station = (uint32_t)cbor_uint(reader)};
    struct content *content = &intake->content;
    struct place place = {.given = given, .fold = given, .taken = given};
    cbor_bytes_exact(reader, id.incarnation, INCARNATION_BYTES);
    enum status status = replica_read_content(reader, content);
    if (status == STATUS_OK && items >= FOLD_ORDERED_ITEMS)
        place.fold = cbor_uint(reader);
    if (status == STATUS_OK && items == TAKEN_ORDERED_ITEMS)
        place.taken = cbor_uint(reader);
    if (status == STATUS_NOMEM)
        return errmsg_set(err, status, "内存不足");
    if (status != STATUS_OK || reader->status != STATUS_OK || place.fold == 0 || place.taken == 0 || place.taken > INT64_MAX)
        return errmsg_set(err, STATUS_MALFORMED, "县中心的第 %llu 条变更格式不正确", (unsigned long long)given);
    const struct record_type *type = catalogue_by_no(content->change.type_no);
    struct known_change known;
    bool moved = false;
    status = find_log(intake, &id, err);
    const struct log_info log = intake->log;
    if (status == STATUS_OK)
        status = replica_find_known(intake->store, log.no, content->change.seq, &known, err);
    if (status == STATUS_NOT_FOUND) {
        status = find_moved(intake, &log, given, &known, err);
        moved = status == STATUS_OK;
    }
    if (status == STATUS_NOT_FOUND)
        return insert_foreign(intake, &log, place, result, err);
    if (status == STATUS_OK)
        status = replica_check_repeat(intake->store, &log, content->change.seq, &content->header, err);
    if (status == STATUS_FORK && !branch_path_holds(&intake->path, log.no, content->change.seq)) {
        errmsg_clear(err);
        status = set_aside(intake, &log, &known, place.given == place.fold, err);
        return status == STATUS_OK ? insert_foreign(intake, &log, place, result, err) : status;
    }
    if (status == STATUS_OK && type != NULL)
        status = touch(&intake->touched, type, content->change.id, false);
    if (status == STATUS_OK)
        status = note_told(intake, &known, err);
    if (status != STATUS_OK)
        return status;
    result->repeated++;
    /* One of our own, in the history of a record that left and came back: that may be the only word of its place. */
    if (content->change.seq > intake->ordered_seq && branch_path_holds(&intake->path, log.no, content->change.seq))
        intake->ordered_seq = content->change.seq;
    if (known.place.fold == 0) {
        if (known.state == CHANGE_STATE_QUARANTINED) { /* as in order_own; and the row was made without it */
            status = mark_accepted(intake->store, known.lsn, err);
            if (status == STATUS_OK && type != NULL)
                status = touch(&intake->touched, type, content->change.id, true);
        }
        if (status == STATUS_OK && known.scope < 0)
            status = give_content_back(intake, known.lsn, err);
        return status == STATUS_OK ? give_place(intake, log.no, known.lsn, place, result, err) : status;
    }
    if (known.scope >= 0 && content->body != NULL)
        status = fill_content(intake, known.lsn, err);
    if (status != STATUS_OK)
        return status;
    if (known.scope < 0) /* it left with its record, which comes back */
        return give_back(intake, &known, place, err);
    return change_place(intake, &known, place, moved, err);
}

/* One entry; *counted: it is a change, not only a log's beginning. */
static enum status apply_entry(struct intake *intake, struct reader *reader, bool *counted, struct replica_result *result, struct errmsg *err)
{
    const uint8_t *start = reader->at;
    uint64_t items = cbor_array(reader);
    uint64_t given = cbor_uint(reader);
    *counted = given != 0 || items != LOG_ITEMS;
    if (!*counted)
        return take_lineage(intake, reader, err);
    if (reader->status == STATUS_OK && given <= intake->start) {
        reader->at = start;
        (void)cbor_skip(reader, &(size_t){0});
        result->repeated++;
        return reader->status;
    }
    enum status status;
    if (items >= STUB_ITEMS && items <= FOLD_STUB_ITEMS) {
        uint64_t seq = cbor_uint(reader);
        bool refused = items >= REFUSED_STUB_ITEMS && cbor_bool(reader);
        struct place place = {.given = given, .fold = items == FOLD_STUB_ITEMS ? cbor_uint(reader) : given, .taken = given};
        if (reader->status != STATUS_OK || place.fold == 0)
            return errmsg_set(err, STATUS_MALFORMED, "县中心的第 %llu 条变更格式不正确", (unsigned long long)given);
        status = order_own(intake, place, seq, refused, result, err);
    } else if (items >= ORDERED_ITEMS && items <= TAKEN_ORDERED_ITEMS) {
        status = take_foreign(intake, reader, given, items, result, err);
    } else {
        status = errmsg_set(err, STATUS_MALFORMED, "县中心发来的内容格式不正确");
    }
    intake->rcur = given;
    return status;
}

static enum status apply_entries(struct intake *intake, const void *entries, size_t len, uint64_t count, struct replica_result *result, struct errmsg *err)
{
    struct reader reader;
    enum status status = STATUS_OK;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK;) {
        bool counted;
        status = apply_entry(intake, &reader, &counted, result, err);
        i += counted;
    }
    if (status == STATUS_OK && (reader.status != STATUS_OK || reader_left(&reader) != 0))
        status = errmsg_set(err, STATUS_MALFORMED, "县中心发来的内容格式不正确");
    return status;
}

struct part_taking {
    struct intake *intake;
    struct replica_result *result;
};

static enum status apply_part(void *context, const void *entries, size_t len, uint64_t count, struct errmsg *err)
{
    struct part_taking *taking = context;
    return apply_entries(taking->intake, entries, len, count, taking->result, err);
}

enum status replica_apply(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t upto, struct replica_result *result, struct errmsg *err)
{
    return replica_apply_behind(store, entries, len, count, 0, upto, result, err);
}

enum status replica_apply_behind(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t from_fold, uint64_t upto, struct replica_result *result, struct errmsg *err)
{
    bool parts = false;
    assert(store_in_transaction(store));
    *result = (struct replica_result){0};
    struct log_info own;
    struct intake intake = {.store = store, .start = (uint64_t)store_meta_int(store, "rcur", 0)};
    intake.rcur = intake.start;
    enum status status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = branch_path(store, own.no, &intake.path, err);
    if (status == STATUS_OK)
        status = changelog_head(store, &intake.lsn, err);
    if (status == STATUS_OK)
        status = lapsed_any(store, &intake.lapsed, err);
    if (status == STATUS_OK)
        status = history_part_check(store, from_fold, &parts, err);
    if (status != STATUS_OK)
        return status;
    intake.ordered_seq = own.ordered_seq;
    buf_init(&intake.content.header, CHANGE_HEADER_MAX_BYTES);
    if (parts)
        status = history_part_take(store, apply_part, &(struct part_taking){&intake, result}, err);
    if (status == STATUS_OK)
        status = apply_entries(&intake, entries, len, count, result, err);
    buf_release(&intake.content.header);
    if (status == STATUS_OK)
        status = scope_sum_add(store, SCOPE_SUM_STATION, intake.sum, err);
    if (status == STATUS_OK)
        status = finish_touched(store, &intake.touched, err);
    if (status == STATUS_OK)
        status = left_body_clear(store, NULL, err);
    if (status == STATUS_OK && count > 0)
        status = returned_pulled(store, err);
    free(intake.touched.rows);
    if (status != STATUS_OK)
        return status;
    result->rcur = upto > intake.rcur ? upto : intake.rcur;
    status = store_meta_set_int(store, "rcur", (int64_t)result->rcur, err);
    if (status != STATUS_OK || intake.ordered_seq == own.ordered_seq)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE OR FAIL log SET ordered_seq=?2 WHERE no=?1");
    stmt_int(stmt, 1, own.no);
    stmt_int(stmt, 2, (int64_t)intake.ordered_seq);
    return stmt_run(stmt, err);
}
