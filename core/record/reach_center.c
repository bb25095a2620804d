/* core/record/reach_center.c - the center's side of changing hands: who gets which change, and what a machine may still write. See reach.h (WHO GETS A CHANGE), reach_impl.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/record/change_body.h"
#include "core/record/delivery.h"
#include "core/record/machine_name.h"
#include "core/record/order.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"
#include "core/record/scope_sum.h"

/* ---- table reach ---- */

/* One row of the list of a record's changes. */
struct listed {
    int64_t lsn, scope;
    uint64_t fold;
    const uint8_t *header; /* borrowed from the statement */
    size_t header_len;
    int64_t org; /* of the machine that wrote it; 0: the center */
};

static enum status toggle(struct store *store, int64_t scope, const struct listed *change, struct errmsg *err)
{
    return scope_sum_toggle(store, scope, change->header, change->header_len, change->fold, err);
}

static enum status reach_add(struct store *store, int64_t scope, int64_t given, const struct listed *change, bool stub, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT OR IGNORE INTO reach(scope,given,lsn,stub) VALUES(?1,?2,?3,?4)");
    stmt_int(stmt, 1, scope);
    stmt_int(stmt, 2, given);
    stmt_int(stmt, 3, change->lsn);
    stmt_int(stmt, 4, stub);
    enum status status = stmt_run(stmt, err);
    return status == STATUS_OK && !stub && store_changes(store) > 0 ? toggle(store, scope, change, err) : status;
}

/* The scope does not get this change any more. */
static enum status reach_remove(struct store *store, int64_t scope, const struct listed *change, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM reach WHERE scope=?1 AND lsn=?2 AND stub=0");
    enum status status;
    int64_t whole = 0;
    stmt_int(stmt, 1, scope);
    stmt_int(stmt, 2, change->lsn);
    if (stmt_row(stmt, &status, err)) {
        whole = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    for (; status == STATUS_OK && whole > 0; whole--)
        status = toggle(store, scope, change, err);
    if (status != STATUS_OK)
        return status;
    stmt = store_prepare(store, "DELETE FROM reach WHERE scope=?1 AND lsn=?2");
    stmt_int(stmt, 1, scope);
    stmt_int(stmt, 2, change->lsn);
    return stmt_run(stmt, err);
}

/* From now on table reach says who gets it. */
static enum status take_from_scope(struct store *store, const struct listed *change, struct errmsg *err)
{
    if (change->scope == REACH_ONLY)
        return STATUS_OK;
    enum status status = delivery_remove(store, change->scope, change->lsn, change->header, change->header_len, change->fold, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "UPDATE change SET scope=?2 WHERE lsn=?1");
    stmt_int(stmt, 1, change->lsn);
    stmt_int(stmt, 2, REACH_ONLY);
    return stmt_run(stmt, err);
}

/* ---- hand-overs ---- */

struct hand_over {
    int64_t from, to; /* 0: nobody loses it, nobody gains it */
    int64_t given;    /* number (and lsn) of the change that says so */
    bool moves;       /* the owner changes */
};

static enum status hand_over_one(struct store *store, const struct hand_over *over, const struct listed *change, struct errmsg *err)
{
    enum status status = over->moves ? take_from_scope(store, change, err) : STATUS_OK;
    if (status == STATUS_OK && over->from != 0)
        status = reach_remove(store, over->from, change, err);
    if (status == STATUS_OK && over->to != 0)
        status = reach_remove(store, over->to, change, err);
    if (status == STATUS_OK && over->to != 0)
        status = reach_add(store, over->to, over->given, change, false, err);
    /* Its own writer still has to learn the place it got. */
    if (status == STATUS_OK && over->from != 0 && change->org == over->from)
        status = reach_add(store, over->from, change->lsn, change, true, err);
    return status;
}

#define LISTED "SELECT c.lsn,c.scope,coalesce(c.rseq,c.lsn),c.header,coalesce((SELECT p.org FROM log l JOIN peer p ON p.station_no=l.station WHERE l.no=c.log),0) FROM "

static void read_listed(struct stmt *stmt, struct listed *out)
{
    *out = (struct listed){.lsn = stmt_column_int(stmt, 0), .scope = stmt_column_int(stmt, 1), .fold = (uint64_t)stmt_column_int(stmt, 2), .org = stmt_column_int(stmt, 4)};
    out->header = stmt_column_blob(stmt, 3, &out->header_len);
}

static enum status hand_over(struct store *store, int64_t head, const struct hand_over *over, struct errmsg *err)
{
    /* In order, so that the list is complete before its rows are changed. */
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST LISTED "list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 AND c.lsn<>?2 ORDER BY c.lsn");
    enum status status;
    stmt_int(stmt, 1, head);
    stmt_int(stmt, 2, over->given);
    while (stmt_row(stmt, &status, err)) {
        struct listed change;
        read_listed(stmt, &change);
        status = hand_over_one(store, over, &change, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status one_listed(struct store *store, int64_t lsn, int64_t scope, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, LISTED "change c WHERE c.lsn=?1");
    enum status status;
    struct listed change;
    stmt_int(stmt, 1, lsn);
    if (!stmt_row(stmt, &status, err))
        return status;
    read_listed(stmt, &change);
    status = change.scope == scope ? STATUS_OK : reach_add(store, scope, lsn, &change, false, err);
    stmt_reset(stmt);
    return status;
}

struct orgs {
    int64_t *orgs; /* owned */
    size_t n, room;
    enum status status; /* STATUS_NOMEM: some are missing */
};

/* Each once, however many: who is left out would not hear of an erasure. A county has some dozen. */
static bool collect_org(void *context, int64_t org)
{
    struct orgs *orgs = context;
    for (size_t i = 0; i < orgs->n; i++)
        if (orgs->orgs[i] == org)
            return true;
    if (orgs->n == orgs->room) {
        size_t room = orgs->room == 0 ? 16 : 2 * orgs->room;
        int64_t *grown = realloc(orgs->orgs, room * sizeof *grown);
        if (grown == NULL) {
            orgs->status = STATUS_NOMEM;
            return false;
        }
        orgs->orgs = grown;
        orgs->room = room;
    }
    orgs->orgs[orgs->n++] = org;
    return true;
}

static enum status orgs_shared_with(struct store *store, struct id id, struct orgs *orgs, struct errmsg *err)
{
    enum status status = reach_shared_with(store, id, collect_org, orgs, err);
    return status == STATUS_OK ? orgs->status : status;
}

/* Every org that has or had the row. */
static enum status orgs_that_had(struct store *store, int64_t head, struct orgs *orgs, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 ORDER BY c.rseq");
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        struct reach_body body;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &change) != STATUS_OK)
            continue;
        if (change.scope > 0)
            (void)collect_org(orgs, change.scope);
        if ((change.op == CHANGE_MOVE || change.op == CHANGE_SHARE) && reach_body_parse(change.op, bytes, len, &body) == NULL)
            (void)collect_org(orgs, body.org);
    }
    return status == STATUS_OK ? orgs->status : status;
}

bool reach_names(const struct change *change, const void *body, size_t len, int64_t org)
{
    struct reach_body parsed;
    if (change->scope == 0 || change->scope == org)
        return true;
    return (change->op == CHANGE_MOVE || change->op == CHANGE_SHARE) && body != NULL && reach_body_parse(change->op, body, len, &parsed) == NULL && parsed.org == org;
}

enum status reach_ever_had(struct store *store, const struct record_type *type, struct id id, int64_t org, bool *had, struct errmsg *err)
{
    struct reach_place place;
    *had = false;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1");
    stmt_int(stmt, 1, place.head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &len);
        *had |= change_decode_header(header, header_len, &change) == STATUS_OK && reach_names(&change, body, len, org);
    }
    return status;
}

static enum status note_move(struct store *store, int64_t head, const struct change *change, int64_t lsn, int64_t from, struct errmsg *err)
{
    struct hand_over over = {.from = from, .to = change->scope, .given = lsn, .moves = true};
    enum status status = hand_over(store, head, &over, err);
    return status == STATUS_OK ? one_listed(store, lsn, from, err) : status;
}

static enum status note_share(struct store *store, int64_t head, int64_t lsn, const struct reach_body *body, struct errmsg *err)
{
    struct hand_over over = {.from = body->on ? 0 : body->org, .to = body->on ? body->org : 0, .given = lsn};
    enum status status = hand_over(store, head, &over, err);
    return status == STATUS_OK ? one_listed(store, lsn, body->org, err) : status;
}

void reach_orgs_add(struct reach_orgs *orgs, int64_t org)
{
    for (size_t i = 0; i < orgs->n; i++)
        if (orgs->orgs[i] == org)
            return;
    if (orgs->n < REACH_ORGS_MAX)
        orgs->orgs[orgs->n++] = org;
    else
        orgs->many = true;
}

bool reach_orgs_may_have(const struct reach_orgs *orgs, int64_t org)
{
    for (size_t i = 0; i < orgs->n; i++)
        if (orgs->orgs[i] == org)
            return true;
    return orgs->many;
}

enum status reach_orgs_since(struct store *store, int64_t after, struct reach_orgs *orgs, struct errmsg *err)
{
    /* A hand-over stands in reach under its own number, with those whom it concerns. */
    struct stmt *stmt = store_prepare(store, "SELECT scope FROM change WHERE lsn>?1 UNION ALL SELECT scope FROM reach WHERE lsn>?1 "
                                             "UNION ALL SELECT p.org FROM relay r CROSS JOIN peer p ON p.station_no=r.via WHERE r.state=2"); /* RELAY_WAITING, as its index has it */
    enum status status;
    stmt_int(stmt, 1, after);
    while (stmt_row(stmt, &status, err)) {
        int64_t scope = stmt_column_int(stmt, 0);
        if (scope == 0)
            orgs->many = true;
        else if (scope != REACH_ONLY)
            reach_orgs_add(orgs, scope);
        if (orgs->many) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status note_for_shares(struct store *store, struct id id, int64_t lsn, struct reach_orgs *reached, struct errmsg *err)
{
    struct orgs orgs = {.n = 0};
    enum status status = orgs_shared_with(store, id, &orgs, err);
    for (size_t i = 0; status == STATUS_OK && i < orgs.n; i++) {
        status = one_listed(store, lsn, orgs.orgs[i], err);
        if (reached != NULL)
            reach_orgs_add(reached, orgs.orgs[i]);
    }
    free(orgs.orgs);
    return status;
}

static enum status note_erase(struct store *store, int64_t head, int64_t lsn, struct errmsg *err)
{
    struct orgs orgs = {.n = 0};
    enum status status = orgs_that_had(store, head, &orgs, err);
    for (size_t i = 0; status == STATUS_OK && i < orgs.n; i++)
        status = one_listed(store, lsn, orgs.orgs[i], err);
    free(orgs.orgs);
    return status;
}

/* ---- a hand-over that the center had lost ---- */

struct late {
    int64_t given;  /* its number */
    int64_t org;    /* whom this is about.. */
    int64_t notice; /* ..what tells it that it is not.. (find_notice) */
    bool has;       /* ..and whether it has the row now */
};

/* Of the row's hand-overs, by their places, the last that takes it from the org; the last of all if that was given it behind that. */
struct notice {
    int64_t last, taken; /* lsn; 0: none */
};

static void notice_add(struct notice *notice, int64_t org, int64_t lsn, const struct change *change, const void *bytes, size_t len)
{
    struct reach_body body;
    if (change->op != CHANGE_MOVE && change->op != CHANGE_SHARE)
        return;
    bool whole = bytes != NULL && reach_body_parse(change->op, bytes, len, &body) == NULL, names = whole && body.org == org;
    notice->last = lsn;
    if (change->scope == org || (names && change->op == CHANGE_SHARE && body.on))
        notice->taken = 0;
    else if (names)
        notice->taken = lsn;
}

/* What tells the org. */
static enum status find_notice(struct store *store, int64_t head, int64_t org, int64_t *lsn, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.lsn,c.header,c.body FROM list JOIN change c ON c.lsn=list.lsn WHERE c.state=0 ORDER BY c.rseq");
    struct notice notice = {0};
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &len);
        if (change_decode_header(header, header_len, &change) == STATUS_OK)
            notice_add(&notice, org, stmt_column_int(stmt, 0), &change, body, len);
    }
    *lsn = notice.taken != 0 ? notice.taken : notice.last;
    return status;
}

static enum status late_one(struct store *store, const struct late *late, const struct listed *change, struct errmsg *err)
{
    struct change header;
    bool erases = change_decode_header(change->header, change->header_len, &header) == STATUS_OK && header.op == CHANGE_ERASE;
    bool gets = late->has || erases || change->lsn == late->notice;
    enum status status = STATUS_OK;
    if (change->scope == late->org && change->lsn == late->given && gets)
        return STATUS_OK; /* comes with its own number */
    if (change->scope == late->org)
        status = take_from_scope(store, change, err);
    if (status == STATUS_OK)
        status = reach_remove(store, late->org, change, err);
    if (status == STATUS_OK && gets)
        return reach_add(store, late->org, late->given, change, false, err);
    return status == STATUS_OK && change->org == late->org ? reach_add(store, late->org, change->lsn, change, true, err) : status;
}

static enum status late_for_org(struct store *store, int64_t head, const struct late *late, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST LISTED "list JOIN change c ON c.lsn=list.lsn WHERE c.state<>1 ORDER BY c.lsn");
    enum status status;
    stmt_int(stmt, 1, head);
    while (stmt_row(stmt, &status, err)) {
        struct listed change;
        read_listed(stmt, &change);
        status = late_one(store, late, &change, err);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

enum status reach_note_late(struct store *store, const struct record_type *type, struct id id, int64_t lsn, struct errmsg *err)
{
    struct reach_place place;
    struct orgs orgs = {.n = 0};
    struct late late = {.given = lsn};
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status == STATUS_OK)
        status = orgs_that_had(store, place.head, &orgs, err);
    for (size_t i = 0; status == STATUS_OK && i < orgs.n; i++) {
        late.org = orgs.orgs[i];
        late.has = place.scope == late.org || reach_is_shared(store, id, late.org);
        status = find_notice(store, place.head, late.org, &late.notice, err);
        if (status == STATUS_OK)
            status = late_for_org(store, place.head, &late, err);
    }
    free(orgs.orgs);
    return status;
}

enum status reach_note(struct store *store, const struct record_type *type, const struct change *change, int64_t lsn, const void *bytes, size_t len, struct reach_orgs *reached, struct errmsg *err)
{
    struct reach_body body;
    struct reach_place place = {0};
    bool op = reach_is_op(change->op);
    assert(store_in_transaction(store));
    if (op && reach_body_parse(change->op, bytes, len, &body) != NULL)
        return STATUS_OK;
    enum status status = op ? reach_place_of(store, type, change->id, &place, err) : STATUS_OK;
    if (status == STATUS_OK && change->op == CHANGE_MOVE)
        status = note_move(store, place.head, change, lsn, body.org, err);
    else if (status == STATUS_OK && change->op == CHANGE_SHARE)
        status = note_share(store, place.head, lsn, &body, err);
    else if (status == STATUS_OK && change->op == CHANGE_ERASE)
        status = note_erase(store, place.head, lsn, err);
    return status == STATUS_OK ? note_for_shares(store, change->id, lsn, reached, err) : status;
}

enum status reach_note_writer(struct store *store, int64_t org, struct id id, int64_t lsn, struct errmsg *err)
{
    struct listed change = {.lsn = lsn};
    return reach_is_shared(store, id, org) ? STATUS_OK : reach_add(store, org, lsn, &change, true, err);
}

/* ---- what an author's org had ---- */

/* The center lost it and got it back, or gave its number twice: it had another number when the author may have seen it. Not where its place is of the author's era and behind what he had seen. */
static bool may_have_known(uint64_t fold, uint64_t taken, uint64_t seen, bool returned)
{
    if (order_era(fold) == order_era(seen) && fold > seen)
        return false;
    return order_era(taken) > order_era(seen) && (returned || order_is_ambiguous(seen, taken));
}

enum status reach_had(struct store *store, const struct record_type *type, struct id id, int64_t org, uint64_t seen, uint64_t written_at, bool *had, struct errmsg *err)
{
    struct reach_place place;
    int64_t owner = 0;
    bool shared = false, maybe = false, first = true;
    *had = false;
    enum status status = reach_place_of(store, type, id, &place, err);
    if (status != STATUS_OK || !place.there)
        return status;
    struct stmt *stmt = store_prepare(store, REACH_ROW_LIST "SELECT c.header,c.body,c.rseq,coalesce(c.given,c.lsn),l.partial FROM list JOIN change c ON c.lsn=list.lsn JOIN log l ON l.no=c.log "
                                                            "WHERE c.state<>1 AND c.rseq IS NOT NULL ORDER BY c.rseq");
    stmt_int(stmt, 1, place.head);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        struct reach_body body;
        size_t header_len, len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *bytes = stmt_column_blob(stmt, 1, &len);
        if (change_decode_header(header, header_len, &change) != STATUS_OK)
            continue;
        bool hands = reach_is_op(change.op) && reach_body_parse(change.op, bytes, len, &body) == NULL;
        if (first) /* a move may be here before the row's own changes: then it was its old owner's */
            owner = hands && change.op == CHANGE_MOVE ? body.org : change.scope;
        first = false;
        uint64_t fold = (uint64_t)stmt_column_int(stmt, 2), taken = (uint64_t)stmt_column_int(stmt, 3);
        bool known = order_was_seen(fold, taken, seen, written_at);
        if (!known && hands && may_have_known(fold, taken, seen, stmt_column_int(stmt, 4) != 0))
            maybe |= change.op == CHANGE_MOVE ? change.scope == org : change.op == CHANGE_SHARE && body.on && body.org == org;
        if (!known || !hands)
            continue;
        if (change.op == CHANGE_MOVE)
            owner = change.scope;
        else if (change.op == CHANGE_SHARE && body.org == org)
            shared = body.on;
    }
    *had = owner == org || owner == 0 || shared || maybe;
    return status;
}

/* ---- what a machine may still write ---- */

/* The record that a new row's case_id names; false: none. */
static bool case_of_body(const struct record_type *type, const void *bytes, size_t len, struct id *id)
{
    struct change_body body;
    const struct field_def *field = catalogue_field(type, "case_id");
    if (field == NULL || field->kind != FIELD_REF || change_body_parse(type, CHANGE_PUT, bytes, len, &body) != NULL)
        return false;
    for (size_t i = 0; i < body.count; i++)
        if (body.fields[i].def == field && body.fields[i].value.kind == VALUE_TEXT)
            return id_parse(body.fields[i].value.text, body.fields[i].value.len, id) == STATUS_OK;
    return false;
}

/* A new row of another scope: fine if it hangs on a case of that scope that is shared with the org, or was when it was written. */
static enum status admit_new(struct store *store, int64_t org, const struct record_type *type, const struct change *change, uint64_t written_at, const void *bytes, size_t len, const char **reason,
                             struct errmsg *err)
{
    struct id id;
    bool had = false;
    enum status status = STATUS_OK;
    if (change->scope == org)
        return STATUS_OK;
    const struct record_type *kase = catalogue_find("case");
    if (case_of_body(type, bytes, len, &id))
        status = reach_had(store, kase, id, org, change->seen, written_at, &had, err);
    if (had)
        status = reach_had(store, kase, id, change->scope, change->seen, written_at, &had, err);
    if (!had)
        *reason = _("不属于该站的范围");
    return status;
}

/* Without one nothing needs to be read of what comes. */
static enum status any_erased(struct store *store, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, "SELECT 1 FROM erasure LIMIT 1");
    enum status status;
    *any = stmt_row(stmt, &status, err);
    stmt_reset(stmt);
    return status;
}

enum status reach_admit(struct store *store, int64_t org, const struct change *change, uint64_t written_at, const void *bytes, size_t len, bool *absent, const char **reason, const char **flag,
                        struct errmsg *err)
{
    const struct record_type *type = catalogue_by_no(change->type_no);
    struct reach_place place;
    bool had = false;
    *reason = *flag = NULL;
    *absent = false;
    if (type == NULL) {
        *reason = change->scope == org ? NULL : _("不属于该站的范围");
        return STATUS_OK;
    }
    enum status status = reach_place_of(store, type, change->id, &place, err);
    *absent = status == STATUS_OK && !place.there;
    if (status == STATUS_OK && !place.there) {
        bool any = false, late = false;
        status = admit_new(store, org, type, change, written_at, bytes, len, reason, err);
        if (status == STATUS_OK && *reason == NULL)
            status = any_erased(store, &any, err);
        if (status == STATUS_OK && any)
            status = reach_is_about_erased(store, change, 0, bytes, len, &late, err);
        *flag = late ? _("所属的记录已依法清除，写的时候还不知道；看过请一并清除") : NULL;
        return status;
    }
    if (status != STATUS_OK)
        return status;
    if (place.scope != org && !reach_is_shared(store, change->id, org)) {
        status = reach_had(store, type, change->id, org, change->seen, written_at, &had, err);
        *flag = had ? _("记录已移交，移交前在原单位所写") : NULL;
        *reason = had ? NULL : change->scope == org ? _("记录属于别的单位") : _("不属于该站的范围");
    }
    if (place.why == REACH_ERASED && *reason == NULL)
        *flag = _("内容已依法清除，这条修改来得晚，没有留下内容");
    return status;
}

/* ---- what hangs on a record goes where it is ---- */

static enum status append(struct store *store, const struct record_type *type, struct id id, enum change_op op, int64_t scope, const struct buf *body, const struct change *because, struct errmsg *err)
{
    struct change change = {.at_ms = because->at_ms, .type_no = type->no, .id = id, .op = op, .scope = scope, .flags = because->flags};
    int64_t lsn, seen;
    memcpy(change.user, because->user, sizeof change.user);
    enum status status = row_seen(store, &seen, err);
    change.seen = (uint64_t)seen;
    return status == STATUS_OK ? changelog_append_own(store, true, &change, body->data, body->len, &lsn, err) : status;
}

static enum status move_to(struct store *store, const struct record_type *type, struct id id, int64_t from, int64_t to, const struct change *because, struct errmsg *err)
{
    struct buf body;
    buf_init(&body, 32);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, REACH_OLD_SCOPE);
    cbor_put_int(&body, from);
    enum status status = append(store, type, id, CHANGE_MOVE, to, &body, because, err);
    buf_release(&body);
    return status == STATUS_OK ? machine_name_tell_writers(store, type, id, to, because->at_ms, err) : status;
}

static enum status share_with(struct store *store, const struct record_type *type, struct id id, int64_t scope, int64_t org, const struct change *because, struct errmsg *err)
{
    struct buf body;
    buf_init(&body, 32);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, REACH_SHARE_ORG);
    cbor_put_int(&body, org);
    cbor_put_uint(&body, REACH_SHARE_ON);
    cbor_put_uint(&body, 1);
    enum status status = append(store, type, id, CHANGE_SHARE, scope, &body, because, err);
    buf_release(&body);
    return status == STATUS_OK ? machine_name_tell_writers(store, type, id, org, because->at_ms, err) : status;
}

/* The record that a row hangs on; zero: none. */
static enum status parent_of_row(struct store *store, const struct record_type *type, struct id id, const struct record_type **parent, struct id *out, struct errmsg *err)
{
    const struct field_def *field = reach_parent_field(type, parent);
    enum status status = STATUS_OK;
    *out = (struct id){{0}};
    if (field == NULL)
        return STATUS_OK;
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, err))
        return status;
    struct value value = stmt_column_value(stmt, ROW_FIELDS + (int)catalogue_field_index(type, field));
    if (value.kind == VALUE_TEXT)
        (void)id_parse(value.text, value.len, out);
    stmt_reset(stmt);
    return STATUS_OK;
}

enum status reach_follow(struct store *store, const struct record_type *type, struct id id, const struct change *because, uint64_t written_at, bool *moved, struct reach_orgs *reached,
                         struct errmsg *err)
{
    const struct record_type *parent = NULL;
    struct reach_place own, place;
    struct orgs orgs = {.n = 0};
    struct id named;
    *moved = false;
    enum status status = parent_of_row(store, type, id, &parent, &named, err);
    if (status != STATUS_OK || id_is_zero(named))
        return status;
    status = reach_place_of(store, type, id, &own, err);
    if (status == STATUS_OK)
        status = reach_place_of(store, parent, named, &place, err);
    if (status != STATUS_OK || !place.there || own.scope <= 0 || place.scope <= 0)
        return status;
    if (own.scope != place.scope) {
        bool had, helps = false; /* what the center keeps for itself stays there; so does what was never of the record's org */
        status = reach_had(store, parent, named, own.scope, because->seen, written_at, &had, err);
        if (status != STATUS_OK || !had)
            return status;
        status = reach_find_share(store, named, own.scope, &helps, err);
        *moved = status == STATUS_OK && !helps; /* who has it shared wrote into it as he may */
        if (status == STATUS_OK)
            status = move_to(store, type, id, own.scope, place.scope, because, err);
        if (reached != NULL)
            reach_orgs_add(reached, place.scope);
    }
    if (status == STATUS_OK)
        status = orgs_shared_with(store, named, &orgs, err);
    for (size_t i = 0; status == STATUS_OK && i < orgs.n; i++) {
        status = share_with(store, type, id, place.scope, orgs.orgs[i], because, err);
        if (reached != NULL)
            reach_orgs_add(reached, orgs.orgs[i]);
    }
    free(orgs.orgs);
    return status;
}
