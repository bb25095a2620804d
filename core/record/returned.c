/* core/record/returned.c - the center's side of returned.h: what is handed back is judged, taken in, held for its owner. The station's: returned_station.c. What nobody over there saw of a record: returned_unseen.c. */
#include "core/record/returned.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/catalogue.h"
#include "core/record/change_body.h"
#include "core/record/flagged.h"
#include "core/record/old_number.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/returned_by.h"
#include "core/record/returned_entry.h"
#include "core/record/returned_log.h"
#include "core/record/row_rebuild.h"

enum { LINK_LOGS_MAX = 16, HELD_AT_ONCE = 1024 };

static const char BY_STATION[] = "恢复后由站点交回，请核对";
static const char DOUBLE_NUMBER[] = "恢复后由站点交回，编号与另一件重复，请核对";
static const char OF_COPY[] = "写它的那份数据已不在（恢复过或复制过），由别的站点交回，请核对";
static const char OF_REVOKED[] = "写它的机器已停用，由别的站点交回，请核对";
static const char OF_LOST[] = "写它的机器在恢复后的县中心没有登记，由别的站点交回，请核对";

/* Whether what came before it in its log stands behind that place. */
static enum status is_overtaken(struct store *store, int64_t log, uint64_t seq, uint64_t fold, bool *overtaken, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(rseq,lsn)>?3 FROM change WHERE log=?1 AND seq<?2 ORDER BY seq DESC LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)seq);
    stmt_int(stmt, 3, (int64_t)fold);
    if (stmt_row(stmt, &status, err)) {
        *overtaken = stmt_column_int(stmt, 0) != 0;
        stmt_reset(stmt);
    }
    return status;
}

enum status order_may_return(struct store *store, int64_t log, uint64_t seq, uint64_t fold, bool *free, struct errmsg *err)
{
    uint64_t era = (uint64_t)store_meta_int(store, "era", 0);
    bool overtaken = false;
    *free = false;
    /* Where numbers were given twice nobody can tell which of the two a place was of: it would put a change among others than those its author saw, even before his own earlier ones. */
    if (fold == 0 || order_era(fold) >= era || order_is_ambiguous(fold, order_era_start(era) + 1))
        return STATUS_OK;
    enum status status = is_overtaken(store, log, seq, fold, &overtaken, err);
    if (status != STATUS_OK || overtaken)
        return status;
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(max(lsn),0)<?1 AND NOT EXISTS(SELECT 1 FROM change WHERE given IS NOT NULL AND rseq=?1) FROM change WHERE lsn<?2");
    stmt_int(stmt, 1, (int64_t)fold);
    stmt_int(stmt, 2, (int64_t)order_era_start(order_era(fold) + 1) + 1);
    if (stmt_row(stmt, &status, err)) {
        *free = stmt_column_int(stmt, 0) != 0;
        stmt_reset(stmt);
    }
    return status;
}

static enum status mark_partial(struct store *store, int64_t log, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE log SET partial=1 WHERE no=?1 AND partial=0");
    stmt_int(stmt, 1, log);
    return stmt_run(stmt, err);
}

struct log_id returned_log_of(const struct log_id *log, const void *header, size_t len)
{
    struct log_id out = {.station = log->station};
    struct hash name = hash_of(header, len);
    memcpy(out.incarnation, name.bytes, INCARNATION_BYTES);
    return out;
}

static enum status find_log(struct store *store, const struct returned_entry *entry, struct log_info *log, struct errmsg *err)
{
    enum status status = returned_log_find(store, &entry->id, &entry->change, entry->header.data, entry->header.len, &entry->before, &entry->ahead, entry->org, log, err);
    return status == STATUS_OK ? mark_partial(store, log->no, err) : status;
}

/* Its chain value, if the change before it is here; else zeros. */
static enum status chain_here(struct store *store, int64_t log, const struct returned_entry *entry, struct hash *hash, struct errmsg *err)
{
    static const struct hash none;
    struct stmt *stmt = store_prepare(store, "SELECT hash FROM change WHERE log=?1 AND seq=?2");
    enum status status;
    *hash = none;
    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, (int64_t)entry->change.seq - 1);
    if (!stmt_row(stmt, &status, err))
        return status;
    size_t len;
    struct hash before = none;
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    if (len == HASH_BYTES)
        memcpy(before.bytes, bytes, len);
    stmt_reset(stmt);
    if (!hash_equal(before, none))
        *hash = change_chain(before, entry->header.data, entry->header.len);
    return STATUS_OK;
}

/* A number that the center gives (an official one) and that another record bears meanwhile. */
static enum status bears_double(struct store *store, const struct record_type *type, const struct returned_entry *entry, bool *twice, struct errmsg *err)
{
    struct change_body body;
    enum status status = STATUS_OK;
    *twice = false;
    if (entry->body == NULL || change_body_parse(type, entry->change.op, entry->body, entry->body_len, &body) != NULL)
        return STATUS_OK;
    for (size_t i = 0; i < body.count && status == STATUS_OK && !*twice; i++) {
        const struct field_def *field = body.fields[i].def;
        char sql[256];
        if (field == NULL || field->kind != FIELD_TEXT || body.fields[i].value.kind != VALUE_TEXT || (field->flags & (FIELD_CENTER | FIELD_INDEX)) != (FIELD_CENTER | FIELD_INDEX))
            continue;
        snprintf(sql, sizeof sql, "SELECT 1 FROM \"%s\" WHERE \"%s\"=?1 AND id<>?2 AND gone=0 LIMIT 1", type->name, field->name);
        struct stmt *stmt = store_prepare(store, sql);
        stmt_value(stmt, 1, body.fields[i].value);
        stmt_id(stmt, 2, entry->change.id);
        *twice = stmt_row(stmt, &status, err);
        if (*twice)
            stmt_reset(stmt);
    }
    return status;
}

static enum status place_of(struct store *store, const struct returned_entry *entry, int64_t log, int64_t *lsn, uint64_t *fold, struct errmsg *err)
{
    bool free = false;
    enum status status = changelog_next(store, lsn, err);
    if (status == STATUS_OK)
        status = order_may_return(store, log, entry->change.seq, entry->fold, &free, err);
    *fold = free ? entry->fold : (uint64_t)*lsn;
    return status;
}

static bool hands_over(const struct returned_entry *entry)
{
    return entry->change.op == CHANGE_MOVE || entry->change.op == CHANGE_SHARE;
}

static enum status insert_entry(struct store *store, struct returned_entry *entry, const struct log_info *log, int64_t lsn, uint64_t fold, struct change_insert *row, struct replica_result *result,
                                struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    struct apply_origin origin = {.log = log->no, .order = fold, .lsn = lsn};
    struct apply_outcome outcome = {0};
    enum status status = apply_change(store, &entry->change, entry->body, entry->body_len, &origin, &outcome, err);
    if (status == STATUS_OK)
        status = chain_here(store, log->no, entry, &row->hash, err);
    row->prev = outcome.prev;
    row->reason = outcome.quarantine;
    if (outcome.quarantine != NULL)
        row->state = CHANGE_STATE_QUARANTINED;
    else if (outcome.unknown)
        row->state = CHANGE_STATE_UNKNOWN_TYPE;
    else
        entry->change.scope = outcome.scope;
    if (outcome.erased)
        row->body = entry->body = NULL;
    result->conflicts += outcome.conflicts;
    result->quarantined += outcome.quarantine != NULL;
    if (status == STATUS_OK)
        status = changelog_insert(store, row, err);
    if (status == STATUS_OK && row->state == CHANGE_STATE_APPLIED && type != NULL && !hands_over(entry))
        status = reach_note(store, type, &entry->change, lsn, entry->body, entry->body_len, NULL, err);
    return status;
}

/* Apply it at its old place. reason NULL: nobody needs to look at it, unless its number is borne twice. */
static enum status adopt(struct store *store, struct returned_entry *entry, const char *reason, struct replica_result *result, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    struct log_info log;
    int64_t lsn = 0;
    uint64_t fold = 0, last = 0;
    bool twice = false;
    enum status status = find_log(store, entry, &log, err);
    if (status == STATUS_OK && reason == OF_LOST)
        status = old_number_note(store, log.no, err);
    if (status == STATUS_OK)
        status = place_of(store, entry, log.no, &lsn, &fold, err);
    if (status == STATUS_OK && type != NULL)
        status = row_last_fold(store, type, entry->change.id, &last, err);
    if (status != STATUS_OK)
        return status;
    struct change_insert row = {.lsn = lsn, .log = log.no, .order = fold, .given = (uint64_t)lsn, .change = &entry->change, .header = entry->header.data, .header_len = entry->header.len,
                                .body = entry->body, .body_len = entry->body_len};
    status = insert_entry(store, entry, &log, lsn, fold, &row, result, err);
    if (status == STATUS_OK && last > fold)
        status = row_rebuild(store, type, entry->change.id, err);
    if (status == STATUS_OK && type != NULL && row.state == CHANGE_STATE_APPLIED && hands_over(entry)) /* when it is known whose the row is in the end */
        status = reach_note_late(store, type, entry->change.id, lsn, err);
    if (status == STATUS_OK && type != NULL)
        status = bears_double(store, type, entry, &twice, err);
    if (status == STATUS_OK && row.state != CHANGE_STATE_QUARANTINED && (twice || reason != NULL))
        status = flagged_add(store, lsn, twice ? DOUBLE_NUMBER : reason, err);
    result->taken++;
    return status;
}

/* Something else is held under its number in that log: two copies went on with it. Or it was so when this one came, and it is held by the other name. */
static enum status is_taken(struct store *store, const struct returned_entry *entry, const struct log_id *aside, bool *taken, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM returned WHERE station=?1 AND seq=?3 AND (incarnation=?2 AND header<>?4 OR incarnation=?5)");
    enum status status;
    stmt_int(stmt, 1, entry->id.station);
    stmt_blob(stmt, 2, entry->id.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)entry->change.seq);
    stmt_blob(stmt, 4, entry->header.data, entry->header.len);
    stmt_blob(stmt, 5, aside->incarnation, INCARNATION_BYTES);
    *taken = stmt_row(stmt, &status, err);
    if (*taken)
        stmt_reset(stmt);
    return status;
}

static enum status hold(struct store *store, const struct peer *peer, const struct returned_entry *entry, int64_t now_ms, struct errmsg *err)
{
    bool taken;
    const struct log_id aside = returned_log_of(&entry->id, entry->header.data, entry->header.len);
    enum status status = is_taken(store, entry, &aside, &taken, err);
    if (status != STATUS_OK)
        return status;
    const struct log_id log = taken ? aside : entry->id;
    /* Once more, with the content that the first one to hand it back did not have any more. */
    struct stmt *stmt = store_prepare(store, "INSERT INTO returned(station,incarnation,seq,fold,header,body,via,added_ms,before_seq,before_mark) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
                                             "ON CONFLICT(station,incarnation,seq) DO UPDATE SET body=coalesce(body,excluded.body)");
    stmt_int(stmt, 1, entry->id.station);
    stmt_blob(stmt, 2, log.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)entry->change.seq);
    stmt_int(stmt, 4, (int64_t)entry->fold);
    stmt_blob(stmt, 5, entry->header.data, entry->header.len);
    if (entry->body != NULL)
        stmt_blob(stmt, 6, entry->body, entry->body_len);
    else
        stmt_null(stmt, 6);
    stmt_int(stmt, 7, peer->station_no);
    stmt_int(stmt, 8, now_ms);
    if (entry->before.told) {
        stmt_int(stmt, 9, (int64_t)entry->before.seq);
        stmt_blob(stmt, 10, entry->before.mark, RETURNED_MARK_BYTES);
    } else {
        stmt_null(stmt, 9);
        stmt_null(stmt, 10);
    }
    status = stmt_run(stmt, err);
    return status == STATUS_OK ? returned_by_note(store, &log, entry->change.seq, peer->station_no, entry->fold, err) : status;
}

/* Could a machine of this org have it? What came with a hand-over has its number, so it is handed back in one batch with it; what came later finds the hand-over here. */
static enum status could_know(struct store *store, const struct peer *peer, const struct returned_entry *entry, const struct buf *handed, bool *could, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    *could = reach_names(&entry->change, entry->body, entry->body_len, peer->org);
    for (size_t at = 0; at < handed->len && !*could; at += sizeof entry->change.id.bytes)
        *could = memcmp(handed->data + at, entry->change.id.bytes, sizeof entry->change.id.bytes) == 0;
    return *could || type == NULL ? STATUS_OK : reach_ever_had(store, type, entry->change.id, peer->org, could, err);
}

/* Nobody needs the content any more, nor may have it. */
static enum status drop_erased(struct store *store, struct returned_entry *entry, struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(entry->change.type_no);
    struct reach_place place = {0};
    enum status status = type == NULL ? STATUS_OK : reach_place_of(store, type, entry->change.id, &place, err);
    if (place.why != REACH_ERASED)
        return status;
    entry->body = NULL;
    entry->body_len = 0;
    return status;
}

static enum status take_entry(struct store *store, const struct peer *peer, struct returned_entry *entry, const struct buf *handed, const struct returned_logs *logs, int64_t now_ms, struct replica_result *result,
                              struct errmsg *err)
{
    struct peer owner;
    bool known = false, could = false;
    int64_t log = 0;
    entry->org = peer->org;
    enum status status = could_know(store, peer, entry, handed, &could, err);
    if (status != STATUS_OK || !could)
        return status;
    status = returned_entry_known(store, entry, &known, &log, err);
    if (status != STATUS_OK)
        return status;
    if (known) {
        struct returned_before here = {.seq = entry->change.seq};
        returned_mark_of(entry->header.data, entry->header.len, here.mark);
        result->repeated++;
        status = returned_log_came_before(store, log, &entry->before, err);
        return status == STATUS_OK ? returned_log_goes_ahead(store, log, &here, &entry->ahead, err) : status;
    }
    if (entry->id.station == STATION_NO_CENTER)
        return adopt(store, entry, BY_STATION, result, err);
    status = returned_logs_declare(store, logs, &entry->id, entry->change.seq, err);
    if (status != STATUS_OK)
        return status;
    status = peer_find(store, entry->id.station, &owner, err);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && order_era(entry->fold) < owner.since_era))
        return adopt(store, entry, OF_LOST, result, err);
    if (status == STATUS_OK && owner.revoked)
        return adopt(store, entry, OF_REVOKED, result, err);
    if (status == STATUS_OK)
        status = drop_erased(store, entry, err);
    return status == STATUS_OK ? hold(store, peer, entry, now_ms, err) : status;
}

/* The rows that a move or a share among the entries brings to the org, or takes from it: their ids one behind the other. */
static enum status collect_handed(const void *entries, size_t len, uint64_t count, int64_t org, struct returned_entry *entry, struct buf *handed)
{
    struct reader reader;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && returned_entry_read(&reader, entry) == STATUS_OK; i++)
        if (hands_over(entry) && reach_names(&entry->change, entry->body, entry->body_len, org))
            buf_append(handed, entry->change.id.bytes, sizeof entry->change.id.bytes);
    return handed->status;
}

/* Changes of the center's logs in a batch that are here already, by log in the order of the batch, then what was told beside it: what comes before one of them in its log belongs where it is (returned_log.h, AHEAD). */
struct links {
    struct link {
        uint64_t index; /* in the batch; UINT64_MAX: told beside it */
        struct returned_before at;
        size_t next; /* of the same log; 0: none */
    } *links; /* owned; from 1 */
    size_t n, room;
    struct {
        struct log_id id;
        size_t first, last; /* first: the next one that comes; 0: none */
        uint64_t highest;   /* taken so far */
    } logs[LINK_LOGS_MAX];
    size_t n_logs;
    struct to_come {
        uint64_t index, seq;
        uint8_t mark[RETURNED_MARK_BYTES];
        struct returned_before before;
        size_t log; /* LINK_LOGS_MAX: too many logs */
    } *to_come; /* owned: those that are not here yet, by seq and mark */
    size_t n_to_come, to_come_room;
};

/* LINK_LOGS_MAX: too many logs. */
static size_t link_log(struct links *links, const struct log_id *id, bool add)
{
    for (size_t i = 0; i < links->n_logs; i++)
        if (links->logs[i].id.station == id->station && memcmp(links->logs[i].id.incarnation, id->incarnation, INCARNATION_BYTES) == 0)
            return i;
    if (!add || links->n_logs == LINK_LOGS_MAX)
        return LINK_LOGS_MAX;
    links->logs[links->n_logs].id = *id;
    links->logs[links->n_logs].first = links->logs[links->n_logs].last = 0;
    links->logs[links->n_logs].highest = 0;
    return links->n_logs++;
}

static enum status add_link(struct links *links, const struct log_id *id, struct link link)
{
    size_t log = link_log(links, id, true);
    if (log == LINK_LOGS_MAX)
        return STATUS_OK;
    if (links->n + 1 >= links->room) {
        size_t room = links->room == 0 ? 64 : links->room * 2;
        void *grown = realloc(links->links, room * sizeof *links->links);
        if (grown == NULL)
            return STATUS_NOMEM;
        links->links = grown;
        links->room = room;
    }
    links->links[++links->n] = link;
    if (links->logs[log].first == 0)
        links->logs[log].first = links->n;
    else
        links->links[links->logs[log].last].next = links->n;
    links->logs[log].last = links->n;
    return STATUS_OK;
}

static int compare_to_come(const void *a, const void *b)
{
    const struct to_come *x = a, *y = b;
    int by_seq = (x->seq > y->seq) - (x->seq < y->seq);
    return by_seq != 0 ? by_seq : memcmp(x->mark, y->mark, RETURNED_MARK_BYTES);
}

static enum status add_to_come(struct links *links, uint64_t index, const struct returned_entry *entry)
{
    if (links->n_to_come == links->to_come_room) {
        size_t room = links->to_come_room == 0 ? 64 : links->to_come_room * 2;
        void *grown = realloc(links->to_come, room * sizeof *links->to_come);
        if (grown == NULL)
            return STATUS_NOMEM;
        links->to_come = grown;
        links->to_come_room = room;
    }
    struct to_come *one = &links->to_come[links->n_to_come++];
    *one = (struct to_come){.index = index, .seq = entry->change.seq, .before = entry->before, .log = link_log(links, &entry->id, true)};
    returned_mark_of(entry->header.data, entry->header.len, one->mark);
    return STATUS_OK;
}

/* What came before it stands behind it in the batch: a record left the station and came back, and its history came again with the number of that move. Nearest of what is here by now is what came before that one. */
static void pass_over_what_is_to_come(const struct links *links, struct returned_entry *entry, uint64_t index)
{
    struct returned_before *before = &entry->before;
    while (entry->id.station == STATION_NO_CENTER && links->n_to_come > 0 && before->told && before->seq > 0) {
        struct to_come key = {.seq = before->seq};
        memcpy(key.mark, before->mark, sizeof key.mark);
        const struct to_come *at = bsearch(&key, links->to_come, links->n_to_come, sizeof key, compare_to_come);
        if (at == NULL || at->index <= index)
            return;
        *before = at->before; /* of a smaller number (returned_entry_read) */
    }
}

static enum status add_ahead(struct links *links, const struct returned_ahead *ahead)
{
    struct reader reader;
    enum status status = STATUS_OK;
    reader_init(&reader, ahead->bytes, ahead->len);
    while (status == STATUS_OK && reader_left(&reader) >= RETURNED_AHEAD_BYTES) {
        struct log_id id = {.station = reader_u32(&reader)};
        struct link link = {.index = UINT64_MAX};
        memcpy(id.incarnation, reader_take(&reader, INCARNATION_BYTES), INCARNATION_BYTES);
        link.at.seq = reader_u64(&reader);
        memcpy(link.at.mark, reader_take(&reader, RETURNED_MARK_BYTES), RETURNED_MARK_BYTES);
        status = add_link(links, &id, link);
    }
    return status;
}

/* The batch is read twice: what comes later in it counts for what comes first. */
static enum status find_links(struct store *store, const void *entries, size_t len, uint64_t count, const struct returned_ahead *ahead, struct returned_entry *entry, struct links *links, struct errmsg *err)
{
    struct reader reader;
    enum status status = STATUS_OK;
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        struct link link = {.index = i};
        bool known = false;
        status = returned_entry_read(&reader, entry);
        if (status != STATUS_OK)
            return status == STATUS_NOMEM ? errmsg_set(err, status, "内存不足") : errmsg_set(err, STATUS_MALFORMED, "交回的变更格式不正确");
        if (entry->id.station != STATION_NO_CENTER || !entry->before.told)
            continue;
        status = returned_entry_known(store, entry, &known, NULL, err);
        link.at.seq = entry->change.seq;
        returned_mark_of(entry->header.data, entry->header.len, link.at.mark);
        if (status == STATUS_OK)
            status = known ? add_link(links, &entry->id, link) : add_to_come(links, i, entry);
    }
    if (links->n_to_come > 0)
        qsort(links->to_come, links->n_to_come, sizeof *links->to_come, compare_to_come);
    if (status == STATUS_OK && reader_left(&reader) != 0)
        return errmsg_set(err, STATUS_MALFORMED, "交回的变更之后有多余的内容");
    return status == STATUS_OK ? add_ahead(links, ahead) : status;
}

static struct returned_before link_ahead(struct links *links, const struct returned_entry *entry, uint64_t index)
{
    struct returned_before none = {.seq = 0};
    size_t log = link_log(links, &entry->id, false);
    if (log == LINK_LOGS_MAX)
        return none;
    size_t at = links->logs[log].first;
    while (at != 0 && links->links[at].index <= index)
        at = links->links[at].next;
    links->logs[log].first = at;
    while (at != 0 && links->links[at].at.seq <= entry->change.seq) /* of an older history, which came with a record */
        at = links->links[at].next;
    return at != 0 ? links->links[at].at : none;
}

/* What came later in its log stood before it in the batch, and is here by now: a record came into the station's hands with a history older than what the station had of the log already. */
static void link_overtaken(struct links *links, struct returned_entry *entry, uint64_t index)
{
    size_t log = link_log(links, &entry->id, false);
    if (log == LINK_LOGS_MAX)
        return;
    for (size_t i = 0; entry->ahead.seq == 0 && links->logs[log].highest > entry->change.seq && i < links->n_to_come; i++) {
        const struct to_come *one = &links->to_come[i];
        if (one->log != log || one->seq <= entry->change.seq || one->index > index)
            continue;
        entry->ahead.seq = one->seq;
        memcpy(entry->ahead.mark, one->mark, sizeof one->mark);
    }
    if (entry->change.seq > links->logs[log].highest)
        links->logs[log].highest = entry->change.seq;
}

enum status returned_take(struct store *store, const struct peer *peer, const void *entries, size_t len, uint64_t count, const struct returned_beside *beside, int64_t now_ms, struct replica_result *result,
                          struct errmsg *err)
{
    struct reader reader;
    struct returned_entry entry;
    struct links links = {.n = 0};
    struct buf handed;
    assert(store_in_transaction(store));
    *result = (struct replica_result){0};
    buf_init(&entry.header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&handed, len);
    enum status status = returned_logs_valid(&beside->logs) ? find_links(store, entries, len, count, &beside->ahead, &entry, &links, err)
                                                            : errmsg_set(err, STATUS_MALFORMED, "交回的日志开头格式不正确");
    if (status == STATUS_OK)
        status = collect_handed(entries, len, count, peer->org, &entry, &handed);
    reader_init(&reader, entries, len);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        status = returned_entry_read(&reader, &entry);
        entry.ahead = link_ahead(&links, &entry, i);
        link_overtaken(&links, &entry, i);
        if (status == STATUS_OK)
            pass_over_what_is_to_come(&links, &entry, i);
        if (status == STATUS_OK)
            status = take_entry(store, peer, &entry, &handed, &beside->logs, now_ms, result, err);
    }
    buf_release(&handed);
    buf_release(&entry.header);
    free(links.links);
    free(links.to_come);
    return status;
}

enum status returned_content(struct store *store, uint32_t station_no, uint64_t seq, const void *header, size_t header_len, struct buf *body, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT body FROM returned WHERE station=?1 AND seq=?2 AND header=?3 AND body IS NOT NULL LIMIT 1");
    enum status status;
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, (int64_t)seq);
    stmt_blob(stmt, 3, header, header_len);
    buf_clear(body);
    *found = stmt_row(stmt, &status, err);
    if (!*found)
        return status;
    size_t len;
    const uint8_t *bytes = stmt_column_blob(stmt, 0, &len);
    buf_append(body, bytes, len);
    stmt_reset(stmt);
    return body->status;
}

enum status returned_resend(struct store *store, uint32_t station_no, uint64_t *from, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT resend FROM peer WHERE station_no=?1");
    enum status status;
    *from = 0;
    stmt_int(stmt, 1, station_no);
    if (stmt_row(stmt, &status, err)) {
        *from = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status returned_resent(struct store *store, uint32_t station_no, uint64_t from, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE peer SET resend=0 WHERE station_no=?1 AND resend=?2");
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, (int64_t)from);
    return stmt_run(stmt, err);
}

enum status returned_drop(struct store *store, uint32_t station_no, uint64_t seq, const void *header, size_t header_len, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM returned WHERE station=?1 AND seq=?2 AND header=?3");
    stmt_int(stmt, 1, station_no);
    stmt_int(stmt, 2, (int64_t)seq);
    stmt_blob(stmt, 3, header, header_len);
    return stmt_run(stmt, err);
}

/* Those that are held of a machine, in the order of their places, not all at once: *nos. of_known: of the logs that are known here, and what is held by a name of its own (hold), by which nobody will ever greet. */
static enum status list_held(struct store *store, uint32_t station_no, bool of_known, struct buf *nos, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT no,incarnation,header,EXISTS(SELECT 1 FROM log l WHERE l.station=r.station AND l.incarnation=r.incarnation) FROM returned r WHERE station=?1 ORDER BY fold,no");
    const struct log_id of_station = {.station = station_no};
    enum status status;
    buf_clear(nos);
    stmt_int(stmt, 1, station_no);
    while (stmt_row(stmt, &status, err)) {
        int64_t no = stmt_column_int(stmt, 0);
        size_t len, header_len;
        const uint8_t *incarnation = stmt_column_blob(stmt, 1, &len), *header = stmt_column_blob(stmt, 2, &header_len);
        const struct log_id aside = returned_log_of(&of_station, header, header_len);
        if (of_known && stmt_column_int(stmt, 3) == 0 && (len != INCARNATION_BYTES || memcmp(incarnation, aside.incarnation, len) != 0))
            continue;
        buf_append(nos, &no, sizeof no);
        if (nos->status != STATUS_OK || nos->len == HELD_AT_ONCE * sizeof no) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK ? nos->status : status;
}

static enum status read_held(struct store *store, int64_t no, struct returned_entry *entry, struct buf *body, uint32_t *via, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT station,incarnation,fold,header,body,via,before_seq,before_mark FROM returned WHERE no=?1");
    enum status status;
    stmt_int(stmt, 1, no);
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    size_t len;
    entry->id.station = (uint32_t)stmt_column_int(stmt, 0);
    const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
    if (len == INCARNATION_BYTES)
        memcpy(entry->id.incarnation, bytes, len);
    entry->fold = (uint64_t)stmt_column_int(stmt, 2);
    buf_clear(&entry->header);
    buf_clear(body);
    bytes = stmt_column_blob(stmt, 3, &len);
    buf_append(&entry->header, bytes, len);
    bool erased = stmt_column_is_null(stmt, 4);
    *via = (uint32_t)stmt_column_int(stmt, 5);
    bytes = stmt_column_blob(stmt, 4, &len);
    buf_append(body, bytes, len);
    entry->ahead = (struct returned_before){.seq = 0};
    entry->before = (struct returned_before){.told = !stmt_column_is_null(stmt, 6), .seq = (uint64_t)stmt_column_int(stmt, 6)};
    bytes = stmt_column_blob(stmt, 7, &len);
    if (len == RETURNED_MARK_BYTES)
        memcpy(entry->before.mark, bytes, len);
    stmt_reset(stmt);
    entry->body = erased ? NULL : body->data != NULL ? body->data : (const uint8_t *)"";
    entry->body_len = body->len;
    if (entry->header.status != STATUS_OK || body->status != STATUS_OK)
        return STATUS_NOMEM;
    enum status decoded = change_decode_header(entry->header.data, entry->header.len, &entry->change);
    entry->org = entry->change.scope;
    return decoded;
}

static enum status forget_held(struct store *store, int64_t no, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM returned WHERE no=?1");
    stmt_int(stmt, 1, no);
    return stmt_run(stmt, err);
}

static enum status adopt_one(struct store *store, int64_t no, struct returned_entry *entry, struct buf *body, uint32_t station_no, const char *reason, const char *own_reason, struct replica_result *result,
                             struct errmsg *err)
{
    uint32_t via = 0;
    bool known = false;
    enum status status = read_held(store, no, entry, body, &via, err);
    if (status == STATUS_OK)
        status = returned_entry_known(store, entry, &known, NULL, err);
    if (status == STATUS_OK && !known)
        status = adopt(store, entry, via == station_no ? own_reason : reason, result, err);
    return status == STATUS_OK ? forget_held(store, no, err) : status;
}

/* own_reason: for what the machine itself handed back. */
static enum status adopt_held(struct store *store, uint32_t station_no, bool of_known, const char *reason, const char *own_reason, uint64_t *taken, struct errmsg *err)
{
    struct replica_result result = {0};
    struct returned_entry entry;
    struct buf body, nos;
    assert(store_in_transaction(store));
    buf_init(&entry.header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    buf_init(&nos, HELD_AT_ONCE * sizeof(int64_t));
    enum status status = list_held(store, station_no, of_known, &nos, err);
    while (status == STATUS_OK && nos.len > 0) { /* with what is taken in further logs may be known */
        for (size_t at = 0; at < nos.len && status == STATUS_OK; at += sizeof(int64_t)) {
            int64_t no;
            memcpy(&no, nos.data + at, sizeof no);
            status = adopt_one(store, no, &entry, &body, station_no, reason, own_reason, &result, err);
        }
        if (status == STATUS_OK)
            status = list_held(store, station_no, of_known, &nos, err);
    }
    buf_release(&nos);
    buf_release(&body);
    buf_release(&entry.header);
    *taken = result.taken;
    return status;
}

enum status returned_adopt(struct store *store, uint32_t station_no, int64_t now_ms, uint64_t *taken, struct errmsg *err)
{
    (void)now_ms;
    return adopt_held(store, station_no, false, OF_REVOKED, OF_REVOKED, taken, err);
}

/* What a program before this one held for machines that are not enrolled here; whoever comes is the occasion. */
static enum status settle_lost(struct store *store, uint64_t *taken, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT min(station) FROM returned WHERE station NOT IN (SELECT station_no FROM peer)");
    enum status status;
    uint32_t station_no = 0;
    *taken = 0;
    if (stmt_row(stmt, &status, err)) {
        station_no = (uint32_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status == STATUS_OK && station_no != 0 ? adopt_held(store, station_no, false, OF_LOST, OF_LOST, taken, err) : status;
}

enum status returned_settle(struct store *store, uint32_t station_no, uint64_t *taken, struct errmsg *err)
{
    uint64_t lost;
    enum status status = adopt_held(store, station_no, true, OF_COPY, NULL, taken, err);
    if (status == STATUS_OK)
        status = settle_lost(store, &lost, err);
    *taken += status == STATUS_OK ? lost : 0;
    return status;
}

enum status returned_count(struct store *store, uint32_t station_no, int64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM returned WHERE ?1=0 OR station=?1");
    enum status status;
    *count = 0;
    stmt_int(stmt, 1, station_no);
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

enum status restored_waiting(struct store *store, int64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM peer WHERE revoked=0 AND last_contact_ms>0 AND met_era<coalesce((SELECT value FROM meta WHERE name='era'),0)");
    enum status status;
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}
