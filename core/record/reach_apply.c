/* core/record/reach_apply.c - what a move, a share and an erasure do to a row, and how a row leaves this machine or comes back. See reach.h, reach_impl.h. */
#include <assert.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/branch.h"
#include "core/record/change_body.h"
#include "core/record/draft.h"
#include "core/record/kept_filter.h"
#include "core/record/left_body.h"
#include "core/record/lookup_erase.h"
#include "core/record/passage.h"
#include "core/record/reach_impl.h"
#include "core/record/recount.h"
#include "core/record/row_rebuild.h"
#include "core/record/schema.h"
#include "core/record/scope_sum.h"
#include "core/record/search.h"

enum { SQL_MAX_BYTES = 8192 };

/* ---- bodies ---- */

bool reach_is_op(enum change_op op)
{
    return op == CHANGE_MOVE || op == CHANGE_SHARE || op == CHANGE_ERASE;
}

static bool read_org(struct reader *reader, int64_t *org)
{
    *org = cbor_int(reader);
    return reader->status == STATUS_OK && *org > 0 && *org <= INT32_MAX;
}

static bool read_text(struct reader *reader, const char **text, size_t *len)
{
    *text = cbor_text(reader, len);
    return reader->status == STATUS_OK && *len > 0 && utf8_count(*text, *len) <= REACH_TEXT_MAX_CHARS && memchr(*text, '\0', *len) == NULL;
}

const char *reach_body_parse(enum change_op op, const void *bytes, size_t len, struct reach_body *out)
{
    struct reader reader;
    bool fine = false;
    *out = (struct reach_body){.reason = "", .officer = ""};
    reader_init(&reader, bytes, len);
    uint64_t count = cbor_map(&reader);
    if (op == CHANGE_MOVE)
        fine = count == 1 && cbor_uint(&reader) == REACH_OLD_SCOPE && read_org(&reader, &out->org);
    else if (op == CHANGE_SHARE)
        fine = count == 2 && cbor_uint(&reader) == REACH_SHARE_ORG && read_org(&reader, &out->org) && cbor_uint(&reader) == REACH_SHARE_ON;
    else
        fine = count == 2 && cbor_uint(&reader) == REACH_ERASE_REASON && read_text(&reader, &out->reason, &out->reason_len) && cbor_uint(&reader) == REACH_ERASE_OFFICER &&
               read_text(&reader, &out->officer, &out->officer_len);
    if (fine && op == CHANGE_SHARE) {
        uint64_t on = cbor_uint(&reader);
        fine = on <= 1;
        out->on = on == 1;
    }
    return fine && reader.status == STATUS_OK && reader_left(&reader) == 0 ? NULL : _("变更内容的格式不正确");
}

/* ---- a row's place ---- */

enum status reach_place_of(struct store *store, const struct record_type *type, struct id id, struct reach_place *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    enum status status;
    *out = (struct reach_place){0};
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    *out = (struct reach_place){.there = true, .n = stmt_column_int(stmt, ROW_N), .scope = stmt_column_int(stmt, ROW_SCOPE), .head = stmt_column_int(stmt, ROW_HEAD)};
    out->absent = stmt_column_int(stmt, ROW_W_LOG) == 0;
    out->why = out->absent ? (enum reach_absence)stmt_column_int(stmt, ROW_W_SEQ) : REACH_NO_CHANGE;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status make_place(struct store *store, const struct record_type *type, struct id id, int64_t scope, int64_t head, enum reach_absence why, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_insert(store, type));
    stmt_id(stmt, ROW_ID, id);
    stmt_int(stmt, ROW_SCOPE, scope);
    stmt_int(stmt, ROW_HEAD, head);
    stmt_int(stmt, ROW_W_LOG, 0);
    stmt_int(stmt, ROW_W_SEQ, why);
    stmt_null(stmt, ROW_CELLS);
    stmt_int(stmt, ROW_GONE, 1);
    stmt_null(stmt, ROW_EXTRA);
    for (size_t i = 0; i < type->n_fields; i++)
        stmt_null(stmt, ROW_FIELDS + (int)i);
    return stmt_run(stmt, err);
}

/* UPDATE of the type's table WHERE id=?1; up to two more numbers. */
static enum status update_row(struct store *store, const struct record_type *type, const char *set, struct id id, int64_t a, int64_t b, struct errmsg *err)
{
    struct buf sql;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "UPDATE OR FAIL \"%s\" SET %s WHERE id=?1", type->name, set);
    enum status status = sql.status;
    if (status == STATUS_OK) {
        struct stmt *stmt = store_prepare_buf(store, &sql);
        stmt_id(stmt, 1, id);
        stmt_int(stmt, 2, a);
        stmt_int(stmt, 3, b);
        status = stmt_run(stmt, err);
    }
    buf_release(&sql);
    return status;
}

static enum status run_for_id(struct store *store, const char *sql, struct id id, int64_t number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, number);
    return stmt_run(stmt, err);
}

enum status reach_link(struct store *store, const struct record_type *type, const struct change *change, const struct apply_origin *origin, int64_t *prev, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, change->id, &place, err);
    if (status != STATUS_OK)
        return status;
    *prev = place.head;
    if (!place.there)
        return make_place(store, type, change->id, change->scope, origin->lsn, REACH_NO_CHANGE, err);
    return origin->lsn > place.head ? update_row(store, type, "head=?2+0*?3", change->id, origin->lsn, 0, err) : STATUS_OK;
}

/* With whom else a row is shared that left is not for this org any more. */
static enum status forget_shares(struct store *store, struct id id, struct errmsg *err)
{
    return run_for_id(store, "DELETE FROM share WHERE id=?1 AND ?2=?2", id, 0, err);
}

/* All that the table has, also what a newer program added: nobody else empties it. */
static enum status put_empty_fields(struct store *store, const struct record_type *type, struct buf *set, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT name FROM pragma_table_info(?1) WHERE cid>=?2");
    enum status status;
    stmt_string(stmt, 1, type->name);
    stmt_int(stmt, 2, ROW_FIELDS);
    while (stmt_row(stmt, &status, err))
        buf_printf(set, ",\"%s\"=NULL", stmt_column_text(stmt, 0, NULL));
    return status == STATUS_OK ? set->status : status;
}

enum status reach_empty(struct store *store, const struct record_type *type, struct id id, enum reach_absence why, struct errmsg *err)
{
    static const char *const FORGET[] = {"DELETE FROM conflict WHERE id=?1 AND ?2=?2", "DELETE FROM base WHERE id=?1 AND ?2=?2"};
    struct buf set;
    buf_init(&set, SQL_MAX_BYTES);
    buf_puts(&set, "w_log=0,w_seq=?2+0*?3,cells=NULL,gone=1,extra=NULL");
    enum status status = put_empty_fields(store, type, &set, err);
    if (status == STATUS_OK)
        status = update_row(store, type, buf_cstr(&set), id, why, 0, err);
    buf_release(&set);
    for (size_t i = 0; status == STATUS_OK && i < sizeof FORGET / sizeof FORGET[0]; i++)
        status = run_for_id(store, FORGET[i], id, 0, err);
    /* What somebody here was typing is his until he drops it; what it was typed over is the record's. */
    if (status == STATUS_OK && why == REACH_LEFT)
        status = draft_record_left(store, id, err);
    if (status == STATUS_OK && why == REACH_ERASED)
        status = run_for_id(store, "DELETE FROM draft WHERE record=?1 AND ?2=?2", id, 0, err);
    if (status == STATUS_OK && why == REACH_LEFT)
        status = forget_shares(store, id, err);
    if (status == STATUS_OK && store_meta_int(store, "erase_pending", PENDING_NONE) == PENDING_NONE)
        status = store_meta_set_int(store, "erase_pending", PENDING_PAPERS, err);
    /* What somebody was typing about it, an action on the case say, has the person's words too: in its fields a reference is the id as text. */
    if (status == STATUS_OK && why == REACH_ERASED)
        status = run_for_id(store, "DELETE FROM draft WHERE instr(fields,CAST(lower(hex(?1)) AS BLOB))>0 AND ?2=?2", id, 0, err);
    return status == STATUS_OK ? search_forget(store, id, err) : status;
}

/* ---- sharing ---- */

enum status reach_find_share(struct store *store, struct id id, int64_t org, bool *shared, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM share WHERE id=?1 AND scope=?2");
    enum status status;
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, org);
    *shared = stmt_row(stmt, &status, err);
    if (*shared)
        stmt_reset(stmt);
    return status;
}

bool reach_is_shared(struct store *store, struct id id, int64_t org)
{
    bool shared;
    (void)reach_find_share(store, id, org, &shared, NULL);
    return shared;
}

static enum status set_share(struct store *store, const struct record_type *type, struct id id, int64_t org, bool on, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, on ? "INSERT OR IGNORE INTO share(id,scope,type) VALUES(?1,?2,?3)" : "DELETE FROM share WHERE id=?1 AND scope=?2 AND ?3=?3");
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, org);
    stmt_int(stmt, 3, type->no);
    return stmt_run(stmt, err);
}

enum status reach_share_own(struct store *store, const struct record_type *type, struct id id, int64_t scope, int64_t log, struct errmsg *err)
{
    int64_t org = scope == 0 ? 0 : store_meta_int(store, "org", 0);
    if (scope == org || store_meta_int(store, "role_center", 0) != 0 || log != store_meta_int(store, "own_log", 0))
        return STATUS_OK;
    return set_share(store, type, id, org, true, err);
}

/* ---- the three kinds ---- */

static enum status set_owner(struct store *store, const struct record_type *type, struct id id, int64_t scope, struct errmsg *err)
{
    enum status status = update_row(store, type, "scope=?2+0*?3", id, scope, 0, err);
    if (status == STATUS_OK)
        status = run_for_id(store, "UPDATE conflict SET scope=?2 WHERE id=?1", id, scope, err);
    if (status == STATUS_OK)
        status = run_for_id(store, "UPDATE draft SET scope=?2 WHERE record=?1", id, scope, err);
    if (status == STATUS_OK)
        status = run_for_id(store, "UPDATE search_doc SET scope=?2 WHERE id=?1", id, scope, err);
    return status;
}

static enum status apply_move(struct store *store, const struct record_type *type, const struct change *change, int64_t from, struct errmsg *err)
{
    enum status status = set_owner(store, type, change->id, change->scope, err);

    /* What is its own is not shared with it; nor with who gave it away, who may not have heard that it had become its own. */
    if (status == STATUS_OK)
        status = set_share(store, type, change->id, change->scope, false, err);
    return status == STATUS_OK ? set_share(store, type, change->id, from, false, err) : status;
}

/* What stands in the row goes into journals, old questions and conditions kept on lists, too. */
static enum status forget_elsewhere(struct store *store, const struct record_type *type, const struct change *change, int64_t head, int64_t lsn, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, change->id, &place, err);
    if (status == STATUS_OK && recount_has(type) && place.n <= recount_mark(store, type))
        status = recount_forget(store, err); /* the journal holds what the row held: figures are counted anew */
    if (status == STATUS_OK)
        status = kept_filter_erase(store, type, change->id, head, err);
    return status == STATUS_OK ? lookup_erase(store, type, change->id, head, change, lsn, err) : status;
}

/* Held for others' machines (returned.h): the row's id stands in the header. That there was such a change stays, here as in every log. */
static enum status forget_returned(struct store *store, struct id id, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "UPDATE returned SET body=NULL WHERE body IS NOT NULL AND instr(header,?1)>0");
    stmt_id(stmt, 1, id);
    return stmt_run(stmt, err);
}

enum status reach_drop_content(struct store *store, int64_t head, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, len, &change) == STATUS_OK && reach_is_op(change.op))
            continue;
        struct stmt *drop = store_prepare(store, "UPDATE change SET body=NULL WHERE lsn=?1");
        stmt_int(drop, 1, stmt_column_int(stmt, 0));
        status = stmt_run(drop, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, REACH_ROW_LIST "DELETE FROM left_body WHERE lsn IN (SELECT lsn FROM list)");
    stmt_int(stmt, 1, head);
    return stmt_run(stmt, err);
}

enum status reach_has_content(struct store *store, const struct record_type *type, struct id id, bool *has, struct errmsg *err)
{
    struct reach_place place;
    *has = false;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL OR EXISTS(SELECT 1 FROM left_body k WHERE k.lsn=c.lsn)");
    stmt_int(stmt, 1, place.head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);
        *has |= change_decode_header(header, len, &change) == STATUS_OK && !reach_is_op(change.op);
    }
    return status;
}

static enum status remember_erasure(struct store *store, int64_t lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR IGNORE INTO erasure(lsn) VALUES(?1)");
    stmt_int(stmt, 1, lsn);
    return stmt_run(stmt, err);
}

static enum status apply_erase(struct store *store, const struct record_type *type, const struct change *change, int64_t head, int64_t lsn, struct errmsg *err)
{
    enum status status = forget_elsewhere(store, type, change, head, lsn, err);
    if (status == STATUS_OK)
        status = reach_empty(store, type, change->id, REACH_ERASED, err);
    if (status == STATUS_OK)
        status = reach_drop_content(store, head, err);
    if (status == STATUS_OK)
        status = reach_drop_refused(store, change->id, err);
    if (status == STATUS_OK)
        status = passage_forget(store, change->id, err);
    if (status == STATUS_OK)
        status = run_for_id(store, "DELETE FROM search_todo WHERE id=?1 AND ?2=?2", change->id, 0, err);
    if (status == STATUS_OK)
        status = forget_returned(store, change->id, err);
    return status == STATUS_OK ? store_meta_set_int(store, "erase_pending", PENDING_ALL, err) : status;
}

enum status reach_apply(struct store *store, const struct record_type *type, const struct change *change, const void *bytes, size_t len, const struct apply_origin *origin, struct apply_outcome *outcome,
                        struct errmsg *err)
{
    struct reach_body body;
    struct reach_place before;
    bool own = change->op == CHANGE_ERASE && (type->flags & TYPE_INNER) != 0; /* a county erases at the hub what it told there; whose row it is was looked at (reach_admit) */
    outcome->quarantine = origin->from_station && !own ? _("移交、协办和依法清除只由县中心办理") : reach_body_parse(change->op, bytes, len, &body);
    if (outcome->quarantine != NULL)
        return STATUS_OK;
    enum status status = reach_place_of(store, type, change->id, &before, err);
    if (status == STATUS_OK)
        status = reach_link(store, type, change, origin, &outcome->prev, err);
    if (status != STATUS_OK)
        return status;
    outcome->reach = true;
    /* An erased record changes hands all the same: who is to hear of its changes, though nothing is left in them. */
    if (before.why == REACH_ERASED && change->op == CHANGE_ERASE)
        return STATUS_OK;
    /* A share names the owner: who did not hear of the move before it (an org that came and went meanwhile) learns it here. */
    if (change->op == CHANGE_SHARE && before.scope != change->scope)
        status = set_owner(store, type, change->id, change->scope, err);
    if (status == STATUS_OK && change->op == CHANGE_MOVE)
        status = apply_move(store, type, change, body.org, err);
    else if (status == STATUS_OK && change->op == CHANGE_SHARE)
        status = set_share(store, type, change->id, body.org, body.on, err);
    else if (status == STATUS_OK)
        status = apply_erase(store, type, change, before.head, origin->lsn, err);
    if (status == STATUS_OK && change->op == CHANGE_ERASE)
        status = remember_erasure(store, origin->lsn, err);
    struct reach_place after;
    if (status == STATUS_OK)
        status = reach_place_of(store, type, change->id, &after, err);
    outcome->scope = status == STATUS_OK ? after.scope : 0;
    return status;
}

/* ---- in whose hands, by all that the row's changes say ---- */

/* One change of the row, in the order of their places. */
static enum status hand_on(struct store *store, const struct record_type *type, const struct change *change, const void *bytes, size_t len, struct reach_hands *hands, struct errmsg *err)
{
    struct reach_body body;
    bool whole = bytes != NULL && reach_body_parse(change->op, bytes, len, &body) == NULL;
    bool moves = reach_hands_add(hands, change);
    enum status status = STATUS_OK;
    if (!moves)
        return STATUS_OK;
    if (change->op == CHANGE_MOVE)
        status = set_share(store, type, change->id, change->scope, false, err);
    return status == STATUS_OK && whole ? set_share(store, type, change->id, body.org, change->op == CHANGE_SHARE && body.on, err) : status;
}

bool reach_hands_add(struct reach_hands *hands, const struct change *change)
{
    bool moves = change->op == CHANGE_MOVE || change->op == CHANGE_SHARE;
    if (moves) {
        hands->owner = change->scope;
        hands->moved = true;
    } else if (!hands->moved && !hands->born) {
        hands->owner = change->scope;
        hands->born = change->op != CHANGE_DELETE && change->op != CHANGE_ERASE;
    }
    return moves;
}

enum status reach_settle_hands(struct store *store, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct reach_place place;
    struct reach_hands hands = {.owner = REACH_ONLY};
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 ORDER BY c.rseq IS NULL,c.rseq,c.lsn");
    stmt_int(stmt, 1, place.head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
        status = change_decode_header(header, header_len, &change) == STATUS_OK ? hand_on(store, type, &change, bytes, len, &hands, err) : STATUS_OK;
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status == STATUS_OK && hands.owner != REACH_ONLY && (hands.moved || hands.owner != place.scope) ? set_owner(store, type, id, hands.owner, err) : status;
}

/* ---- a station's rows come and go ---- */

/* What no proven backup of the center has (left_body.h). */
struct unsafe {
    const struct log_path *path; /* own */
    uint64_t safe_seq;
    int64_t safe_order; /* 0: nothing of others is kept */
    int64_t handed;     /* the center's last number when it got what it had lost (left_body.h); 0: it did not say */
    bool none;          /* erased by law: nothing is kept at all */
};

static enum status keep_aside(struct store *store, struct stmt *stmt, const struct unsafe *unsafe, struct errmsg *err)
{
    int64_t lsn = stmt_column_int(stmt, 0), log = stmt_column_int(stmt, 4), number = stmt_column_int(stmt, 6);
    uint64_t seq = (uint64_t)stmt_column_int(stmt, 5);
    if (unsafe->none)
        return STATUS_OK;
    if (branch_path_holds(unsafe->path, log, seq))
        return seq > unsafe->safe_seq ? left_body_keep(store, lsn, seq, err) : STATUS_OK;
    if (stmt_column_int(stmt, 7) != 0 && number < unsafe->handed) /* its own was of a center that was put back since */
        number = unsafe->handed;
    return unsafe->safe_order > 0 && number > unsafe->safe_order ? left_body_keep_others(store, lsn, (uint64_t)number, err) : STATUS_OK;
}

/* A change of a row that left: header only. It is not the scope's any more. Of a move or a share the body stays: it holds nothing of the row, and a center that was put back may need it; so does, aside, what the center
 * may lose of it. */
static enum status drop_left(struct store *store, struct stmt *stmt, const struct unsafe *unsafe, struct errmsg *err)
{
    struct change change;
    size_t len;
    const uint8_t *header = stmt_column_blob(stmt, 1, &len);
    bool counted = stmt_column_int(stmt, 2) != CHANGE_STATE_QUARANTINED;
    bool keeps = change_decode_header(header, len, &change) == STATUS_OK && reach_is_op(change.op);
    enum status status = counted ? scope_sum_toggle(store, SCOPE_SUM_STATION, header, len, (uint64_t)stmt_column_int(stmt, 3), err) : STATUS_OK;
    if (status == STATUS_OK && !keeps)
        status = keep_aside(store, stmt, unsafe, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *drop = store_prepare(store, "UPDATE change SET body=CASE WHEN ?3 THEN body END, scope=?2 WHERE lsn=?1");
    stmt_int(drop, 1, stmt_column_int(stmt, 0));
    stmt_int(drop, 2, REACH_ONLY);
    stmt_int(drop, 3, keeps);
    return stmt_run(drop, err);
}

/* What tells that it left, or how it came: it stays as it is. The center chooses it by all hand-overs of the row (reach_note_late), of which we know those that concerned us while we were told; so it is the one that it told last. */
static enum status find_notice(struct store *store, int64_t head, int64_t *lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.header FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0 AND c.scope>=0 AND c.rseq IS NOT NULL ORDER BY coalesce(c.given,c.rseq),c.rseq");
    enum status status;
    stmt_int(stmt, 1, head);
    *lsn = 0;
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, len, &change) == STATUS_OK && (change.op == CHANGE_MOVE || change.op == CHANGE_SHARE))
            *lsn = stmt_column_int(stmt, 0);
    }
    return status;
}

/* The people here are told (passage.h): by the last move or share of the row, if that was this org's. number: of one that leaves. */
static enum status tell(struct store *store, const struct record_type *type, struct id id, int64_t notice, const char *number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT header,body FROM change WHERE lsn=?1");
    int64_t org = store_meta_int(store, "org", 0);
    struct change change;
    struct reach_body body;
    enum status status;
    size_t len;

    stmt_int(stmt, 1, notice);
    if (!stmt_row(stmt, &status, err))
        return status;
    const uint8_t *header = stmt_column_blob(stmt, 0, &len);
    bool whole = change_decode_header(header, len, &change) == STATUS_OK;
    const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
    whole = whole && bytes != NULL && reach_body_parse(change.op, bytes, len, &body) == NULL;
    stmt_reset(stmt);
    bool moves = whole && change.op == CHANGE_MOVE, shares = whole && change.op == CHANGE_SHARE && body.org == org;
    enum passage_way way = moves && change.scope == org ? PASSAGE_CAME : shares && body.on ? PASSAGE_SHARED : shares ? PASSAGE_UNSHARED : PASSAGE_LEFT;
    if ((!moves && !shares) || passage_is_away(way) != (number != NULL))
        return STATUS_OK;
    return passage_note(store, type, id, way, way == PASSAGE_CAME ? body.org : change.scope, number != NULL ? number : "", change.at_ms, notice, err);
}

static enum status tell_that_it_came(struct store *store, const struct record_type *type, struct id id, const struct reach_place *place, struct errmsg *err)
{
    int64_t notice = 0;
    enum status status = passage_is_told(type) ? find_notice(store, place->head, &notice, err) : STATUS_OK;

    return status == STATUS_OK && notice != 0 ? tell(store, type, id, notice, NULL, err) : status;
}

/* Whether the center is not known to have it: an own change that it has not got, or lost when it was put back. */
static bool is_unsent(const struct log_path *path, uint64_t have_seq, int64_t log, uint64_t seq)
{
    return seq > have_seq && branch_path_holds(path, log, seq);
}

static enum status leave(struct store *store, const struct record_type *type, struct id id, const struct reach_place *place, struct errmsg *err)
{
    int64_t notice = 0;
    char number[PASSAGE_NUMBER_BYTES] = "";
    bool told = !place->absent && passage_is_told(type); /* one that was never here with its content is nobody's news */
    enum status status = told ? passage_number(store, type, id, number, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = place->why == REACH_NO_CHANGE ? reach_empty(store, type, id, REACH_LEFT, err) : place->why == REACH_LEFT ? forget_shares(store, id, err) : STATUS_OK;
    struct log_info own;
    struct log_path path;
    if (status == STATUS_OK)
        status = find_notice(store, place->head, &notice, err);
    if (status == STATUS_OK && told && notice != 0)
        status = tell(store, type, id, notice, number, err);
    if (status == STATUS_OK)
        status = changelog_own(store, &own, err);
    if (status == STATUS_OK)
        status = branch_path(store, own.no, &path, err);
    struct unsafe unsafe = {.path = &path, .none = place->why == REACH_ERASED};
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "safe_order", &unsafe.safe_order, err);
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "left_head", &unsafe.handed, err);
    if (status != STATUS_OK)
        return status;
    unsafe.safe_seq = own.safe_seq;
    /* Pending ones keep their body until the center has given them a place, and again when it lost them. */
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.header,c.state,c.rseq,c.log,c.seq,coalesce(c.taken,c.given,c.rseq),c.lsn IN (SELECT lsn FROM lapsed) FROM list JOIN change c ON c.lsn=list.lsn "
                                                            "WHERE c.lsn<>?2 AND c.scope>=0 AND c.lsn NOT IN (SELECT lsn FROM erasure) AND (c.rseq IS NOT NULL AND c.state IN (0,2) OR c.state=1)");
    stmt_int(stmt, 1, place->head);
    stmt_int(stmt, 2, notice);
    while (stmt_row(stmt, &status, err)) {
        int64_t log = stmt_column_int(stmt, 4);
        uint64_t seq = (uint64_t)stmt_column_int(stmt, 5);
        if (is_unsent(&path, own.have_seq, log, seq))
            continue;
        status = drop_left(store, stmt, &unsafe, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static bool is_of_org(struct store *store, const struct reach_place *place, struct id id)
{
    int64_t org = store_meta_int(store, "org", 0);
    return place->scope == 0 || place->scope == org || reach_is_shared(store, id, org);
}

enum status reach_is_here(struct store *store, const struct record_type *type, struct id id, bool *here, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, id, &place, err);
    *here = status == STATUS_OK && place.there && is_of_org(store, &place, id);
    return status;
}

enum status reach_settle(struct store *store, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct reach_place place;
    assert(store_in_transaction(store));
    if (store_meta_int(store, "role_center", 0) != 0)
        return STATUS_OK;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    if (place.why == REACH_ERASED)
        status = reach_drop_content(store, place.head, err);
    if (status == STATUS_OK && !is_of_org(store, &place, id))
        return leave(store, type, id, &place, err);
    if (status == STATUS_OK && place.why != REACH_ERASED)
        status = tell_that_it_came(store, type, id, &place, err);
    if (status != STATUS_OK || place.why != REACH_LEFT)
        return status;
    status = update_row(store, type, "w_seq=?2+0*?3", id, REACH_NO_CHANGE, 0, err); /* it is back: made from its changes */
    return status == STATUS_OK ? row_rebuild(store, type, id, err) : status;
}
