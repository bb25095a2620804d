/* core/record/upward_erase.c - what a county erased by law leaves the upward store and the hub: see upward_gather_impl.h, upward.h (ERASURE BY LAW). */
#include <stdlib.h>
#include <string.h>

#include "core/record/reach_impl.h"
#include "core/record/upward_gather_impl.h"

struct told {
    struct log_id log;
    uint64_t seq;
};

struct told_list {
    struct told *list; /* owned */
    size_t n, room;
    enum status status;
};

static bool note_told(struct told_list *told, const struct change *outer, const void *body, size_t len)
{
    struct upward_change inner;
    upward_init(&inner);
    enum status status = upward_decode(outer, body, len, &inner, NULL);
    if (status == STATUS_NOMEM) /* passed over, its header would not be told once more */
        told->status = STATUS_NOMEM;
    if (status == STATUS_OK && inner.has_change) {
        if (told->n == told->room) {
            size_t room = told->room == 0 ? 16 : 2 * told->room;
            void *grown = realloc(told->list, room * sizeof told->list[0]);
            told->status = grown == NULL ? STATUS_NOMEM : STATUS_OK;
            if (grown != NULL)
                told->list = grown, told->room = room;
        }
        if (told->status == STATUS_OK)
            told->list[told->n++] = (struct told){inner.log, inner.change.seq};
    }
    upward_release(&inner);
    return told->status == STATUS_OK;
}

/* What was told of the row so far, newest first. */
static enum status list_told(struct upward_gathering *gather, const struct reach_place *place, struct told_list *told)
{
    struct stmt *stmt = store_prepare(gather->upward, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.body IS NOT NULL");
    enum status status;
    stmt_int(stmt, 1, place->head);
    while (stmt_row(stmt, &status, gather->err)) {
        struct change outer;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &outer) == STATUS_OK && outer.op == CHANGE_PUT && !note_told(told, &outer, body, len)) {
            stmt_reset(stmt);
            return told->status;
        }
    }
    return status;
}

static enum status lsn_of(struct upward_gathering *gather, const struct told *told, int64_t *lsn)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT c.lsn FROM change c JOIN log l ON l.no=c.log WHERE l.station=?1 AND l.incarnation=?2 AND c.seq=?3");
    enum status status;
    *lsn = 0;
    stmt_int(stmt, 1, told->log.station);
    stmt_blob(stmt, 2, told->log.incarnation, INCARNATION_BYTES);
    stmt_int(stmt, 3, (int64_t)told->seq);
    if (stmt_row(stmt, &status, gather->err)) {
        *lsn = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* The inner erasure's own body: { 1: reason, 2: officer } is an outer one's, too. */
struct reason {
    struct buf body;
    bool applied;
};

static bool take_reason(void *context, const struct change_row *row)
{
    struct reason *reason = context;
    struct reach_body body;
    struct change change;
    reason->applied = row->state == CHANGE_STATE_APPLIED && row->body != NULL && change_decode_header(row->header, row->header_len, &change) == STATUS_OK && change.op == CHANGE_ERASE &&
                      reach_body_parse(CHANGE_ERASE, row->body, row->body_len, &body) == NULL;
    if (reason->applied)
        buf_append(&reason->body, row->body, row->body_len);
    return false;
}

enum status upward_erase_told(struct upward_gathering *gather, const struct upward_item *item)
{
    struct reason reason = {.applied = false};
    struct told_list told = {.n = 0};
    struct reach_place place;
    buf_init(&reason.body, CHANGE_BODY_MAX_BYTES);
    enum status status = reach_place_of(gather->upward, catalogue_by_no(UPWARD_CHANGE_TYPE), item->id, &place, gather->err);
    if (status == STATUS_OK && place.there && place.why != REACH_ERASED)
        status = changelog_get(gather->center, item->lsn, take_reason, &reason, gather->err);
    if (status == STATUS_OK && reason.applied) {
        status = list_told(gather, &place, &told);
        if (status == STATUS_OK)
            status = upward_append(gather, item->id, CHANGE_ERASE, false, &reason.body);
        gather->out->erased++;
    }
    struct upward_one one = {.gather = gather, .header_only = true};
    for (size_t i = told.n; i-- > 0 && status == STATUS_OK;) {
        int64_t lsn;
        status = lsn_of(gather, &told.list[i], &lsn);
        if (status == STATUS_OK && lsn != 0)
            status = upward_tell_change(&one, lsn);
    }
    free(told.list);
    buf_release(&reason.body);
    return status;
}

/* ---- what another copy told ---- */

struct heard_list {
    bool own;     /* an erasure by the own log is among the row's changes */
    int64_t theirs; /* another one; 0: none */
};

static enum status find_erasures(struct upward_gathering *gather, const struct log_path *own, const struct reach_place *place, struct heard_list *out)
{
    struct stmt *stmt = store_prepare(gather->upward, REACH_ROW_LIST "SELECT c.lsn,c.log,c.seq,c.header FROM list JOIN change c ON c.lsn=list.lsn");
    enum status status;
    *out = (struct heard_list){.own = false};
    stmt_int(stmt, 1, place->head);
    while (stmt_row(stmt, &status, gather->err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 3, &len);
        if (change_decode_header(header, len, &change) != STATUS_OK || change.op != CHANGE_ERASE)
            continue;
        if (branch_path_holds(own, stmt_column_int(stmt, 1), (uint64_t)stmt_column_int(stmt, 2)))
            out->own = true;
        else
            out->theirs = stmt_column_int(stmt, 0);
    }
    return status;
}

/* Who erased it and why: the center's own word, or (it may have lost that) the other copy's. */
static enum status find_reason(struct upward_gathering *gather, struct id id, int64_t theirs, struct reason *reason)
{
    struct stmt *stmt = store_prepare(gather->center, "SELECT c.lsn FROM erasure e JOIN change c ON c.lsn=e.lsn WHERE c.id=?1 ORDER BY e.lsn DESC LIMIT 1");
    enum status status;
    int64_t lsn = 0;
    stmt_id(stmt, 1, id);
    if (stmt_row(stmt, &status, gather->err)) {
        lsn = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status == STATUS_OK && lsn != 0)
        status = changelog_get(gather->center, lsn, take_reason, reason, gather->err);
    if (status == STATUS_OK && !reason->applied && theirs != 0)
        status = changelog_get(gather->upward, theirs, take_reason, reason, gather->err);
    return status;
}

struct lsn_list {
    int64_t *list; /* owned */
    size_t n, room;
};

static bool add_lsn(struct lsn_list *lsns, int64_t lsn)
{
    if (lsns->n == lsns->room) {
        size_t room = lsns->room == 0 ? 16 : 2 * lsns->room;
        void *grown = realloc(lsns->list, room * sizeof lsns->list[0]);
        if (grown == NULL)
            return false;
        lsns->list = grown;
        lsns->room = room;
    }
    lsns->list[lsns->n++] = lsn;
    return true;
}

/* The center's changes of the row, newest first; whichever type it has, which an erasure does not tell. Those behind the cursor are told under the alias when it comes to them. */
static enum status list_of_row(struct upward_gathering *gather, struct id id, struct lsn_list *lsns)
{
    struct reach_place place = {.there = false};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < catalogue_count() && status == STATUS_OK && !place.there; i++)
        status = reach_place_of(gather->center, catalogue_at(i), id, &place, gather->err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(gather->center, REACH_ROW_LIST "SELECT lsn FROM list WHERE lsn<=?2 ORDER BY lsn DESC");
    stmt_int(stmt, 1, place.head);
    stmt_int(stmt, 2, gather->cursor);
    while (stmt_row(stmt, &status, gather->err))
        if (!add_lsn(lsns, stmt_column_int(stmt, 0))) {
            stmt_reset(stmt);
            return STATUS_NOMEM;
        }
    return status;
}

enum status upward_erase_heard(struct upward_gathering *gather, const struct log_path *own, struct id id)
{
    struct reason reason = {.applied = false};
    struct lsn_list lsns = {.n = 0};
    struct heard_list heard = {.own = false};
    struct reach_place place;
    buf_init(&reason.body, CHANGE_BODY_MAX_BYTES);
    enum status status = reach_place_of(gather->upward, catalogue_by_no(UPWARD_CHANGE_TYPE), id, &place, gather->err);
    if (status == STATUS_OK && place.there)
        status = find_erasures(gather, own, &place, &heard);
    bool due = status == STATUS_OK && place.there && !heard.own;
    if (due)
        status = find_reason(gather, id, heard.theirs, &reason);
    if (due && status == STATUS_OK && reason.applied) {
        status = list_of_row(gather, id, &lsns);
        if (status == STATUS_OK)
            status = upward_append(gather, id, CHANGE_ERASE, false, &reason.body);
        gather->out->erased++;
    }
    struct upward_one one = {.gather = gather, .header_only = true};
    for (size_t i = lsns.n; i-- > 0 && status == STATUS_OK;)
        status = upward_tell_change(&one, lsns.list[i]);
    free(lsns.list);
    buf_release(&reason.body);
    return status;
}
