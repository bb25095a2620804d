/* core/record/replica_center.c - the center's side of replica.h: reading the order for a scope, taking in what a station pushes. */
#include "core/record/replica.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/apply.h"
#include "core/record/branch.h"
#include "core/record/catalogue.h"
#include "core/record/delivery.h"
#include "core/record/flagged.h"
#include "core/record/machine_name.h"
#include "core/record/old_number.h"
#include "core/record/peer.h"
#include "core/record/reach_impl.h"
#include "core/record/replica_impl.h"
#include "core/record/returned.h"
#include "core/record/row_rebuild.h"

enum { LOGS_TOLD_MAX = 64 };

/* Reading. */

/* Which logs' beginnings a batch has told. */
struct told {
    int64_t logs[LOGS_TOLD_MAX];
    size_t n;
};

static bool was_told(struct told *told, int64_t log)
{
    for (size_t i = 0; i < told->n; i++)
        if (told->logs[i] == log)
            return true;
    if (told->n < LOGS_TOLD_MAX)
        told->logs[told->n++] = log;
    return false;
}

static enum status put_beginning(struct store *store, const struct log_path *path, size_t i, struct buf *out, struct errmsg *err)
{
    const struct path_log *log = &path->logs[i], *parent = &path->logs[i + 1];
    struct log_path below = {.n = path->n - i - 1};
    struct hash hash;
    memcpy(below.logs, parent, below.n * sizeof below.logs[0]);
    enum status status = branch_hash_at(store, &below, log->base_seq, &hash, err);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    cbor_put_array(out, LOG_ITEMS);
    cbor_put_uint(out, 0);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, parent->id.station);
    cbor_put_bytes(out, parent->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, log->base_seq);
    cbor_put_bytes(out, hash.bytes, HASH_BYTES);
    return STATUS_OK;
}

/* Where a log with a parent began, the oldest first; once a batch. */
static enum status put_lineage(struct store *store, int64_t log, struct told *told, struct buf *out, struct errmsg *err)
{
    struct log_path path;
    if (was_told(told, log))
        return STATUS_OK;
    enum status status = branch_path(store, log, &path, err);
    for (size_t i = path.n; status == STATUS_OK && i-- > 0;)
        if (i + 1 < path.n && (i == 0 || !was_told(told, path.logs[i].no)))
            status = put_beginning(store, &path, i, out, err);
    return status;
}

/* Columns of READ_SCOPE. */
enum { SCOPE_GIVEN, SCOPE_LOG, SCOPE_HEADER, SCOPE_BODY, SCOPE_STATE, SCOPE_SEQ, SCOPE_STATION, SCOPE_INCARNATION, SCOPE_PARENT, SCOPE_FOLD, SCOPE_LSN, SCOPE_STUB, SCOPE_ITSELF };

static void put_stub(struct buf *out, struct stmt *stmt)
{
    bool refused = stmt_column_int(stmt, SCOPE_STATE) == CHANGE_STATE_QUARANTINED;
    bool moved = stmt_column_int(stmt, SCOPE_FOLD) != stmt_column_int(stmt, SCOPE_GIVEN);
    cbor_put_array(out, moved ? FOLD_STUB_ITEMS : refused ? REFUSED_STUB_ITEMS : STUB_ITEMS);
    cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, SCOPE_GIVEN));
    cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, SCOPE_SEQ));
    if (moved || refused)
        cbor_put_bool(out, refused);
    if (moved)
        cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, SCOPE_FOLD));
}

/* What comes with a record that was handed over, at its old place. */
static bool is_history(struct stmt *stmt)
{
    return stmt_column_int(stmt, SCOPE_ITSELF) == 0 && stmt_column_int(stmt, SCOPE_STUB) == 0;
}

/* One row of the center's order as an entry. is_own: on the station's own path. A record's history comes whole, its own changes too: it may have dropped their bodies when the record left. tells: the reader
 * knows what the seventh item is. */
static void put_ordered(struct buf *out, struct stmt *stmt, bool is_own, bool tells)
{
    size_t len, body_len;
    int64_t given = stmt_column_int(stmt, SCOPE_GIVEN), fold = stmt_column_int(stmt, SCOPE_FOLD);
    bool history = is_history(stmt);
    if (is_own && !history) {
        put_stub(out, stmt);
        return;
    }
    bool taken = history && tells;
    cbor_put_array(out, taken ? TAKEN_ORDERED_ITEMS : fold != given ? FOLD_ORDERED_ITEMS : ORDERED_ITEMS);
    cbor_put_uint(out, (uint64_t)given);
    cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, SCOPE_STATION));
    const uint8_t *incarnation = stmt_column_blob(stmt, SCOPE_INCARNATION, &len);
    cbor_put_bytes(out, incarnation, len);
    const uint8_t *header = stmt_column_blob(stmt, SCOPE_HEADER, &len);
    const uint8_t *body = replica_column_body(stmt, SCOPE_BODY, &body_len);
    replica_put_content(out, header, len, body, body_len);
    if (taken || fold != given)
        cbor_put_uint(out, (uint64_t)fold);
    if (taken)
        cbor_put_uint(out, (uint64_t)stmt_column_int(stmt, SCOPE_LSN));
}

/* Ordered scans merged, not one sorted, and the tail (delivery.h): work follows what is sent, not what is stored. Of one number: the history that comes with it at its old places, then the change that has it. */
#define READ_SCOPE_COLUMNS ",c.log,c.header,c.body,c.state,c.seq,l.station,l.incarnation,l.parent,coalesce(c.rseq,c.lsn),c.lsn"
#define READ_DELIVERY(scope) "SELECT d.lsn" READ_SCOPE_COLUMNS ",0,1 FROM delivery d JOIN change c ON c.lsn=d.lsn JOIN log l ON l.no=c.log WHERE d.scope=" scope " AND d.lsn>?1 UNION ALL "
#define READ_SCOPE                                                                                                                                                  \
    READ_DELIVERY("0") READ_DELIVERY("?2")                                                                                                                          \
    "SELECT c.lsn" READ_SCOPE_COLUMNS ",0,1 FROM change c JOIN log l ON l.no=c.log WHERE c.lsn>" DELIVERY_TAIL_AFTER("?1") " AND c.scope IN (0,?2) UNION ALL "      \
    "SELECT r.given" READ_SCOPE_COLUMNS ",r.stub,r.lsn=r.given FROM reach r JOIN change c ON c.lsn=r.lsn JOIN log l ON l.no=c.log " \
    "WHERE r.scope=?2 AND r.given>?1 AND (r.given>?3 OR r.lsn=r.given OR coalesce(c.rseq,c.lsn)>?4) ORDER BY 1,13,10"

/* A batch as it was where its last number ended. */
struct number_end {
    size_t len;
    uint64_t count, places, last;
};

/* The history of one number has become longer than a batch may be: it is left to the next batch, or cut where it has come to. False: it has to come whole. */
static bool cut_history(struct replica_batch *batch, const struct number_end *end, uint64_t told_fold)
{
    batch->uncut = !batch->in_parts && end->count == 0;
    if (batch->uncut)
        return false;
    if (end->count == 0) {
        batch->upto_fold = told_fold;
        return true;
    }
    batch->entries.len = end->len;
    batch->count = end->count;
    batch->places = end->places;
    batch->last = end->last;
    return true;
}

/* Not for this machine: refused changes, and places of changes of records that left, of others. */
static bool is_for_its_writer(struct stmt *stmt)
{
    return stmt_column_int(stmt, SCOPE_STATE) == CHANGE_STATE_QUARANTINED || stmt_column_int(stmt, SCOPE_STUB) != 0;
}

/* What a reader of protocol 1 cannot take: another place, a change without its body, a kind that it does not know. */
static bool is_new_form(struct stmt *stmt, uint64_t given)
{
    struct change change;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, SCOPE_HEADER, &len);
    return stmt_column_int(stmt, SCOPE_FOLD) != (int64_t)given || stmt_column_is_null(stmt, SCOPE_BODY) ||
           (change_decode_header(header, len, &change) == STATUS_OK && change.op > CHANGE_RESOLVE);
}

enum status replica_read_scope(struct store *store, const struct peer *peer, const struct log_id *own, uint64_t after, size_t max_bytes, struct replica_batch *batch, bool *more,
                               struct errmsg *err)
{
    struct log_path path;
    struct told told = {.n = 0};
    int64_t head = 0;
    enum status status = replica_path(store, own, &path, err);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = changelog_head(store, &head, err);
    if (status != STATUS_OK)
        return status;
    batch->count = batch->places = 0;
    batch->first = batch->last = after;
    *more = false;
    struct stmt *stmt = store_prepare(store, READ_SCOPE);
    stmt_int(stmt, 1, (int64_t)after);
    stmt_int(stmt, 2, peer->org);
    stmt_int(stmt, 3, (int64_t)batch->from_number);
    stmt_int(stmt, 4, (int64_t)batch->from_fold);
    struct number_end end = {.count = 0};
    uint64_t told_fold = 0;
    bool inside = false;
    batch->upto_fold = 0;
    batch->uncut = false;
    while (stmt_row(stmt, &status, err)) {
        uint64_t given = (uint64_t)stmt_column_int(stmt, SCOPE_GIVEN);
        bool is_own = branch_path_holds(&path, stmt_column_int(stmt, SCOPE_LOG), (uint64_t)stmt_column_int(stmt, SCOPE_SEQ));
        if (is_own && batch->own_told && (uint64_t)stmt_column_int(stmt, SCOPE_SEQ) > batch->own_most) {
            uint64_t seq = (uint64_t)stmt_column_int(stmt, SCOPE_SEQ);

            stmt_reset(stmt);
            return errmsg_set(err, STATUS_FORK, "这个站的日志里已有第 %llu 条，这台机器只送到第 %llu 条：还有一份副本在用；重新连接时会自动分开", (unsigned long long)seq, (unsigned long long)batch->own_most);
        }
        if (!is_own && is_for_its_writer(stmt))
            continue;
        if (batch->entries.len >= max_bytes && !inside && given != batch->last) {
            *more = true;
            stmt_reset(stmt);
            break;
        }
        if (batch->count == 0 || given != batch->last)
            end = (struct number_end){.len = batch->entries.len, .count = batch->count, .places = batch->places, .last = batch->last};
        else if (batch->part_most > 0 && batch->entries.len >= batch->part_most && (uint64_t)stmt_column_int(stmt, SCOPE_FOLD) != told_fold && cut_history(batch, &end, told_fold)) {
            *more = true;
            stmt_reset(stmt);
            break;
        }
        if (!is_own && !batch->plain && !stmt_column_is_null(stmt, SCOPE_PARENT))
            status = put_lineage(store, stmt_column_int(stmt, SCOPE_LOG), &told, &batch->entries, err);
        if (batch->plain && is_new_form(stmt, given))
            status = errmsg_set(err, STATUS_VERSION, "本站的程序太旧，读不懂县中心恢复或移交之后的内容，请先更新程序；双方数据未动");
        put_ordered(&batch->entries, stmt, is_own, batch->tells_taken);
        batch->places += is_own && !is_history(stmt);
        size_t header_len;
        const uint8_t *header = stmt_column_blob(stmt, SCOPE_HEADER, &header_len);
        /* What one action wrote arrives as one; asked only where a batch would end. */
        inside = batch->entries.len >= max_bytes && stmt_column_int(stmt, SCOPE_ITSELF) != 0 && replica_more_follows(header, header_len);
        batch->last = given;
        told_fold = (uint64_t)stmt_column_int(stmt, SCOPE_FOLD);
        if (batch->count++ == 0)
            batch->first = batch->last;
        if (status != STATUS_OK || batch->entries.status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    if (batch->first != batch->from_number) /* that number has gone meanwhile, with its record: what was put aside of it is nobody's beginning */
        batch->from_fold = 0;
    if (status == STATUS_OK && !*more && (uint64_t)head > batch->last)
        batch->last = (uint64_t)head;
    if (status == STATUS_OK && batch->entries.status == STATUS_TOO_LARGE && batch->uncut)
        return errmsg_set(err, STATUS_VERSION, REPLICA_UNCUT);
    return status != STATUS_OK ? status : batch->entries.status;
}

/* From the oldest log of the path to the newest: each has to have all up to the place where the next one begins. */
enum status replica_path_have(struct store *store, const struct log_path *path, uint64_t *seq, struct hash *hash, struct errmsg *err)
{
    *seq = 0;
    *hash = (struct hash){{0}};
    for (size_t i = path->n; i-- > 0;) {
        const struct path_log *log = &path->logs[i];
        struct log_info info = {.no = 0};
        enum status status = log->no == 0 ? STATUS_NOT_FOUND : changelog_log_by_no(store, log->no, &info, err);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        if (*seq < log->base_seq)
            break;
        uint64_t end = branch_end(path, log);
        if (info.head_seq > log->base_seq && end > log->base_seq)
            *seq = info.head_seq < end ? info.head_seq : end;
    }
    return branch_hash_at(store, path, *seq, hash, err);
}

enum status replica_have(struct store *store, const struct log_id *log, uint64_t *seq, struct hash *hash, struct errmsg *err)
{
    struct log_path path;
    enum status status = replica_path(store, log, &path, err);
    *seq = 0;
    *hash = (struct hash){{0}};
    if (status == STATUS_OK)
        return replica_path_have(store, &path, seq, hash, err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Each log up to where the next one begins, as far as what lies before it is safe. */
enum status replica_path_safe(struct store *store, const struct log_path *path, uint64_t *seq, struct errmsg *err)
{
    *seq = 0;
    for (size_t i = path->n; i-- > 0 && *seq >= path->logs[i].base_seq;) {
        struct log_info info = {.no = 0};
        enum status status = path->logs[i].no == 0 ? STATUS_NOT_FOUND : changelog_log_by_no(store, path->logs[i].no, &info, err);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        uint64_t end = branch_end(path, &path->logs[i]), safe = info.safe_seq < end ? info.safe_seq : end;
        *seq = safe > *seq ? safe : *seq;
    }
    return STATUS_OK;
}

enum status replica_safe(struct store *store, const struct log_id *log, uint64_t *seq, struct errmsg *err)
{
    struct log_path path;
    enum status status = replica_path(store, log, &path, err);
    *seq = 0;
    if (status == STATUS_OK)
        return replica_path_safe(store, &path, seq, err);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status replica_order_head(struct store *store, uint64_t *order, struct errmsg *err)
{
    int64_t lsn;
    enum status status = changelog_head(store, &lsn, err);
    *order = (uint64_t)lsn;
    return status;
}

/* Taking in. */

/* What a disabled account wrote offline is taken like the rest, and somebody looks at it. */
static enum status flag(struct store *store, struct flag_judge *judge, const struct change *change, int64_t lsn, struct errmsg *err)
{
    const char *reason;
    enum status status = flag_judge_user(store, judge, change->user, &reason, err);
    return status == STATUS_OK && reason != NULL ? flagged_add(store, lsn, reason, err) : status;
}

/* New rows of one push that may have to go after the record they hang on. */
struct newcomers {
    struct {
        const struct record_type *type;
        struct change change;
        int64_t lsn;
        uint64_t fold;
    } *rows; /* owned */
    size_t n, room;
};

static enum status add_newcomer(struct newcomers *list, const struct record_type *type, const struct change *change, int64_t lsn, uint64_t fold)
{
    const struct record_type *parent;
    if (type == NULL || reach_parent_field(type, &parent) == NULL)
        return STATUS_OK;
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;
        void *grown = realloc(list->rows, room * sizeof *list->rows);
        if (grown == NULL)
            return STATUS_NOMEM;
        list->rows = grown;
        list->room = room;
    }
    list->rows[list->n].type = type;
    list->rows[list->n].change = *change;
    list->rows[list->n].fold = fold;
    list->rows[list->n++].lsn = lsn;
    return STATUS_OK;
}

static enum status follow_parents(struct store *store, const struct newcomers *list, struct reach_orgs *reached, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < list->n && status == STATUS_OK; i++) {
        struct change because = list->rows[i].change;
        bool moved = false;
        because.flags = 0;
        status = reach_follow(store, list->rows[i].type, because.id, &because, list->rows[i].fold, &moved, reached, err);
        if (status == STATUS_OK && moved)
            status = flagged_add(store, list->rows[i].lsn, catalogue_field(list->rows[i].type, "case_id") != NULL ? "案件已移交，移交前在原单位所写" : "记录已移交，移交前在原单位所写", err);
    }
    return status;
}

/* One push: what take() works with. */
struct taking {
    struct store *store;
    const struct peer *peer;
    struct log_info log;
    struct flag_judge judge;
    struct newcomers newcomers;
    struct content content;
    uint64_t had; /* the place it says it had (order.h); 0: none */
    bool holds;   /* others handed back changes of stations (returned.h) */
    struct buf held; /* owned: the content of one that they handed back */
    struct replica_result *result;
    struct errmsg *err;
};

/* Who else gets what was taken, and who has to know of it. */
static enum status note_taken(struct taking *taking, const struct apply_outcome *outcome, int64_t lsn, uint64_t fold, bool absent, const char *warning, bool empty)
{
    const struct content *content = &taking->content;
    const struct record_type *type = catalogue_by_no(content->change.type_no);
    enum status status = STATUS_OK;
    /* A row that was not there is shared with nobody. */
    if (type != NULL && (!absent || reach_is_op(content->change.op)))
        status = reach_note(taking->store, type, &content->change, lsn, content->body, content->body_len, &taking->result->reached, taking->err);
    if (status == STATUS_OK && type != NULL && outcome->scope != taking->peer->org) {
        reach_orgs_add(&taking->result->reached, outcome->scope);
        status = reach_note_writer(taking->store, taking->peer->org, content->change.id, lsn, taking->err);
    }
    if (status == STATUS_OK && outcome->created)
        status = add_newcomer(&taking->newcomers, type, &content->change, lsn, fold);
    if (status == STATUS_OK && warning != NULL)
        status = flagged_add(taking->store, lsn, warning, taking->err);
    if (status == STATUS_OK && empty)
        status = flagged_add(taking->store, lsn, FLAGGED_EMPTY, taking->err);
    return status == STATUS_OK ? flag(taking->store, &taking->judge, &content->change, lsn, taking->err) : status;
}

/* Its place: the one it had, if this center lost it and nobody has it, else here. *late: the row has changes behind that. */
static enum status find_place(struct taking *taking, int64_t lsn, uint64_t *fold, bool *late)
{
    const struct record_type *type = catalogue_by_no(taking->content.change.type_no);
    bool free = false;
    uint64_t last = 0;
    enum status status = taking->had == 0 ? STATUS_OK : order_may_return(taking->store, taking->log.no, taking->content.change.seq, taking->had, &free, taking->err);
    *fold = free ? taking->had : (uint64_t)lsn;
    if (status == STATUS_OK && free && type != NULL)
        status = row_last_fold(taking->store, type, taking->content.change.id, &last, taking->err);
    *late = last > *fold;
    return status;
}

/* The record left its writer; who has it now may have handed it back whole. */
static enum status find_content(struct taking *taking)
{
    struct content *content = &taking->content;
    bool found;
    enum status status = returned_content(taking->store, taking->log.id.station, content->change.seq, content->header.data, content->header.len, &taking->held, &found, taking->err);
    if (status == STATUS_OK && found) {
        content->body = taking->held.data != NULL ? taking->held.data : (const uint8_t *)"";
        content->body_len = taking->held.len;
    }
    return status;
}

static enum status take(struct taking *taking, int64_t lsn)
{
    struct content *content = &taking->content;
    struct change *change = &content->change;
    uint64_t fold = 0;
    bool late = false;
    const char *reason = NULL, *warning = NULL;
    struct apply_outcome outcome = {0};
    enum status status = find_place(taking, lsn, &fold, &late);
    struct apply_origin origin = {.log = taking->log.no, .order = fold, .lsn = lsn, .from_station = true, .late = fold != (uint64_t)lsn};
    if (status == STATUS_OK && content->body == NULL && taking->holds)
        status = find_content(taking);
    if (status == STATUS_OK)
        status = reach_admit(taking->store, taking->peer->org, change, fold, content->body, content->body_len, &origin.absent, &reason, &warning, taking->err);
    if (status == STATUS_OK && reason == NULL) {
        status = apply_change(taking->store, change, content->body, content->body_len, &origin, &outcome, taking->err);
        reason = outcome.quarantine;
    }
    if (status != STATUS_OK)
        return status;
    taking->log.head_seq = change->seq;
    taking->log.head_hash = change_chain(taking->log.head_hash, content->header.data, content->header.len);
    if (reason != NULL && !outcome.erased) {
        status = reach_is_about_erased(taking->store, change, taking->log.no, content->body, content->body_len, &outcome.erased, taking->err);
        if (status == STATUS_OK && outcome.erased)
            status = reach_note_refused(taking->store, taking->log.no, change->id, taking->err);
    }
    if (status != STATUS_OK)
        return status;
    if (outcome.erased)
        content->body = NULL;
    struct change_insert row = {.lsn = lsn, .log = taking->log.no, .order = fold, .given = (uint64_t)lsn, .prev = outcome.prev, .change = change, .header = content->header.data,
                                .header_len = content->header.len, .body = content->body, .body_len = content->body_len, .hash = taking->log.head_hash, .reason = reason};
    bool empty = content->body == NULL && !outcome.erased && !reach_is_op(change->op);
    change->scope = reason == NULL ? outcome.scope : taking->peer->org; /* of what is refused only its sender hears */
    if (reason != NULL) {
        row.state = CHANGE_STATE_QUARANTINED;
        taking->result->quarantined++;
    } else if (outcome.unknown) {
        row.state = CHANGE_STATE_UNKNOWN_TYPE;
    }
    taking->result->conflicts += outcome.conflicts;
    taking->result->taken++;
    status = changelog_insert(taking->store, &row, taking->err);
    if (status == STATUS_OK && taking->holds)
        status = returned_drop(taking->store, taking->log.id.station, change->seq, content->header.data, content->header.len, taking->err);
    if (status == STATUS_OK && late && reason == NULL)
        status = row_rebuild(taking->store, catalogue_by_no(change->type_no), change->id, taking->err);
    return status == STATUS_OK && reason == NULL ? note_taken(taking, &outcome, lsn, fold, origin.absent, warning, empty) : status;
}

/* Of a log that others handed back a part of, this change may be here without its chain value. */
static enum status take_known(struct taking *taking, bool *known)
{
    const struct content *content = &taking->content;
    struct log_info *log = &taking->log;
    struct stmt *stmt = store_prepare(taking->store, "UPDATE change SET hash=?3 WHERE log=?1 AND seq=?2");
    struct hash hash = change_chain(log->head_hash, content->header.data, content->header.len);
    stmt_int(stmt, 1, log->no);
    stmt_int(stmt, 2, (int64_t)content->change.seq);
    stmt_blob(stmt, 3, hash.bytes, HASH_BYTES);
    enum status status = stmt_run(stmt, taking->err);
    *known = status == STATUS_OK && store_changes(taking->store) > 0;
    if (!*known)
        return status;
    log->head_seq = content->change.seq;
    log->head_hash = hash;
    taking->result->repeated++;
    status = replica_check_repeat(taking->store, log, content->change.seq, &content->header, taking->err);
    return status == STATUS_OK ? changelog_set_head(taking->store, log, taking->err) : status;
}

static enum status take_next(struct taking *taking, int64_t *lsn)
{
    bool known = false;
    enum status status = taking->log.partial ? take_known(taking, &known) : STATUS_OK;
    if (status != STATUS_OK || known)
        return status;
    return take(taking, ++*lsn);
}

static enum status holds_any(struct store *store, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM returned LIMIT 1");
    enum status status;
    *any = stmt_row(stmt, &status, err);
    if (*any)
        stmt_reset(stmt);
    return status;
}

/* The log of the path that takes first..last, with its head; a log that has nothing yet begins at its base. */
static enum status open_log(struct store *store, const struct peer *peer, const struct log_path *path, uint64_t first, uint64_t last, struct log_info *log, struct errmsg *err)
{
    uint64_t have;
    struct hash hash;
    bool goes_on = false;
    const struct path_log *at = branch_at(path, first);
    if (at == NULL || last > branch_end(path, at))
        return errmsg_set(err, STATUS_MALFORMED, "第 %llu 到 %llu 条变更不属于同一份日志", (unsigned long long)first, (unsigned long long)last);
    enum status status = replica_path_have(store, path, &have, &hash, err);
    if (status != STATUS_OK)
        return status;
    if (first > have + 1)
        return errmsg_set(err, STATUS_GAP, "缺少第 %llu 到 %llu 条变更", (unsigned long long)have + 1, (unsigned long long)first - 1);
    status = last > have ? old_number_goes_on(store, peer, at, &goes_on, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (last > have && !goes_on) /* a machine enrolled anew does not go on in a log of its old number */
        return errmsg_set(err, STATUS_FORK, "第 %llu 条变更属于另一个站号 %u 的日志", (unsigned long long)first, at->id.station);
    status = changelog_log(store, &at->id, true, log, err);
    if (status == STATUS_OK && log->head_seq < log->base_seq) {
        log->head_seq = have; /* the base: nothing behind it was there */
        log->head_hash = hash;
    }
    return status;
}

/* All of a push is taken: `before` is the last number there was. */
static enum status finish_taking(struct taking *taking, int64_t before, int64_t now_ms)
{
    struct replica_result *result = taking->result;
    enum status status = result->taken > 0 ? changelog_set_head(taking->store, &taking->log, taking->err) : STATUS_OK;
    if (status == STATUS_OK)
        status = follow_parents(taking->store, &taking->newcomers, &result->reached, taking->err);
    if (status == STATUS_OK && result->taken > 0)
        status = machine_name_tell(taking->store, taking->peer->station_no, &result->reached, before, now_ms, taking->err);
    return status == STATUS_OK && result->taken > 0 ? delivery_settle(taking->store, taking->err) : status;
}

enum status replica_ingest(struct store *store, const struct peer *peer, const struct log_id *log_id, uint64_t first_seq, const void *entries, size_t len, uint64_t count,
                           int64_t now_ms, struct replica_result *result, struct errmsg *err)
{
    assert(store_in_transaction(store));
    *result = (struct replica_result){0};
    if (log_id->station != peer->station_no)
        return errmsg_set(err, STATUS_MALFORMED, "变更日志的站号 %u 与密钥登记的 %u 不符", log_id->station, peer->station_no);
    struct log_path path;
    struct taking taking = {.store = store, .peer = peer, .result = result, .err = err};
    struct log_info *log = &taking.log;
    struct change *change = &taking.content.change;
    int64_t lsn = 0;
    enum status status = replica_path(store, log_id, &path, err);
    if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = changelog_next(store, &lsn, err);
    lsn--;
    const int64_t before = lsn;
    if (status == STATUS_OK)
        status = holds_any(store, &taking.holds, err);
    if (status == STATUS_OK && count > 0)
        status = open_log(store, peer, &path, first_seq, first_seq + count - 1, log, err);
    if (status != STATUS_OK)
        return status;
    struct reader reader;
    reader_init(&reader, entries, len);
    buf_init(&taking.content.header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&taking.held, CHANGE_BODY_MAX_BYTES);
    for (uint64_t i = 0; i < count && status == STATUS_OK; i++) {
        uint64_t items = cbor_array(&reader);
        status = items == PUSHED_ITEMS || items == PLACED_PUSHED_ITEMS ? replica_read_content(&reader, &taking.content) : STATUS_MALFORMED;
        if (status == STATUS_NOMEM) {
            (void)errmsg_set(err, status, "内存不足");
            break;
        }
        bool read = status == STATUS_OK;
        taking.had = read && items == PLACED_PUSHED_ITEMS ? cbor_uint(&reader) : 0;
        if (!read || reader.status != STATUS_OK || taking.had > INT64_MAX || change->seq != first_seq + i)
            status = errmsg_set(err, STATUS_MALFORMED, "第 %llu 条变更的格式不正确", (unsigned long long)(first_seq + i));
        else if (change->seq <= log->head_seq) {
            status = replica_check_repeat(store, log, change->seq, &taking.content.header, err);
            result->repeated++;
        } else {
            status = take_next(&taking, &lsn);
        }
    }
    buf_release(&taking.held);
    buf_release(&taking.content.header);
    if (status == STATUS_OK && reader_left(&reader) != 0)
        status = errmsg_set(err, STATUS_MALFORMED, "变更之后有多余的内容");
    if (status == STATUS_OK)
        status = finish_taking(&taking, before, now_ms);
    free(taking.newcomers.rows);
    if (status == STATUS_OK)
        status = changelog_head(store, &lsn, err);
    result->rcur = (uint64_t)lsn;
    if (path.logs[0].no == 0 && log->no != 0) /* it began here */
        path.logs[0].no = log->no;
    return status == STATUS_OK ? replica_path_have(store, &path, &result->have_seq, &result->have_hash, err) : status;
}
