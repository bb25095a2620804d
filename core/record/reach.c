/* core/record/reach.c - moving, sharing and erasing records: what the center writes, and what hangs on a record. See reach.h. */
#include "core/record/reach.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/base/utf8.h"
#include "core/record/lookup_erase.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { SQL_MAX_BYTES = 1024, ORGS_MAX = 64, MERGES_MAX = 8, TARGETS_FIRST = 4 };

/* ---- what hangs on a record ---- */

/* What hangs on what. What a merge wrote and wrote over is the merged person's, too: its row goes where the merged file goes. */
static const struct {
    const char *parent, *child, *field; /* child NULL: every type that has the field */
} HANGS[] = {{"case", NULL, "case_id"}, {"eval", "eval_item", "eval"}, {"person", "relation", "person"}, {"person", "merge", "loser"}};

/* The field by which rows of a type hang on a record of another type; NULL: they do not. */
static const struct field_def *hangs_by(const struct record_type *child, const struct record_type *type)
{
    for (size_t i = 0; i < sizeof HANGS / sizeof HANGS[0] && !(child->flags & TYPE_SHARED); i++) {
        if (strcmp(HANGS[i].parent, type->name) != 0 || (HANGS[i].child != NULL && strcmp(HANGS[i].child, child->name) != 0))
            continue;
        const struct field_def *field = catalogue_field(child, HANGS[i].field);
        if (field != NULL && field->kind == FIELD_REF && strcmp(field->codes, type->name) == 0)
            return field;
    }
    return NULL;
}

const struct field_def *reach_parent_field(const struct record_type *child, const struct record_type **parent)
{
    for (size_t i = 0; i < sizeof HANGS / sizeof HANGS[0]; i++) {
        *parent = catalogue_find(HANGS[i].parent);
        const struct field_def *field = hangs_by(child, *parent);
        if (field != NULL)
            return field;
    }
    return NULL;
}

/* What hangs on something that hangs itself. */
static bool has_children(const struct record_type *type)
{
    for (size_t i = 0; i < sizeof HANGS / sizeof HANGS[0]; i++)
        if (strcmp(HANGS[i].parent, type->name) == 0)
            return true;
    return false;
}

/* ---- who may ---- */

static enum status check_actor(struct store *store, const struct actor *actor, const char *what, struct errmsg *err)
{
    int64_t center = 0;
    enum status status = store_meta_read_int(store, "role_center", &center, err);
    if (status != STATUS_OK)
        return status;
    if (!actor->center || center == 0)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s只能在县中心办理", what);
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能修改", actor->name);
    if (!actor->acting && !actor_is_one_of(actor, 1u << ROLE_CLERK | 1u << ROLE_DIRECTOR | 1u << ROLE_ADMIN))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能办理%s", actor->name, actor_role_label(actor->role), what);
    return STATUS_OK;
}

static enum status check_org(struct store *store, int64_t number, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM org WHERE number=?1 AND gone=0");
    enum status status;
    stmt_int(stmt, 1, number);
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? errmsg_set(err, STATUS_NOT_FOUND, "没有 %lld 号机构", (long long)number) : status;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status find_place(struct store *store, const struct record_type *type, struct id id, struct reach_place *place, struct errmsg *err)
{
    enum status status = reach_place_of(store, type, id, place, err);
    if (status != STATUS_OK)
        return status;
    if (!place->there || (place->absent && place->why != REACH_ERASED))
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", type->label);
    if (place->why == REACH_ERASED)
        return errmsg_set(err, STATUS_EXISTS, "这条%s的内容已依法清除", type->label);
    return STATUS_OK;
}

/* A record that an org has. */
static enum status find_owned(struct store *store, const struct record_type *type, struct id id, struct reach_place *place, struct errmsg *err)
{
    enum status status = find_place(store, type, id, place, err);
    if (status == STATUS_OK && (type->flags & TYPE_SHARED) != 0)
        status = errmsg_set(err, STATUS_INVALID, "%s是全县共用的，不属于哪一个单位", type->label);
    return status;
}

/* ---- writing ---- */

struct writing {
    struct store *store;
    const struct actor *actor;
    int64_t from, to; /* move: scopes; share: the owner's and the org */
    bool on;
    enum change_op op;
    int64_t rows;
    struct errmsg *err;
    struct {
        const struct record_type *type;
        struct id id;
    } *targets; /* owned */
    size_t n, room;
};

static enum status add_target(struct writing *writing, const struct record_type *type, struct id id)
{
    for (size_t i = 0; i < writing->n; i++)
        if (id_equal(writing->targets[i].id, id))
            return STATUS_OK;
    if (writing->n == writing->room) {
        size_t room = writing->room == 0 ? TARGETS_FIRST : writing->room * 2;
        void *grown = realloc(writing->targets, room * sizeof *writing->targets);
        if (grown == NULL)
            return errmsg_set(writing->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        writing->targets = grown;
        writing->room = room;
    }
    writing->targets[writing->n].type = type;
    writing->targets[writing->n++].id = id;
    return STATUS_OK;
}

static void encode_body(const struct writing *writing, struct buf *body)
{
    if (writing->op == CHANGE_MOVE) {
        cbor_put_map(body, 1);
        cbor_put_uint(body, REACH_OLD_SCOPE);
        cbor_put_int(body, writing->from);
        return;
    }
    cbor_put_map(body, 2);
    cbor_put_uint(body, REACH_SHARE_ORG);
    cbor_put_int(body, writing->to);
    cbor_put_uint(body, REACH_SHARE_ON);
    cbor_put_uint(body, writing->on);
}

static enum status append(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, enum change_op op, int64_t scope, const struct buf *body, struct errmsg *err)
{
    /* Without CHANGE_FLAG_MORE: each row comes whole by itself, so however long the histories of a case are, none of its parts is too long for a chunk. */
    struct change change = {.at_ms = actor->now_ms, .type_no = type->no, .id = id, .op = op, .scope = scope};
    int64_t lsn, seen;
    snprintf(change.user, sizeof change.user, "%s", actor->name);
    enum status status = row_seen(store, &seen, err);
    change.seen = (uint64_t)seen;
    if (status == STATUS_OK)
        status = body->status;
    return status == STATUS_OK ? changelog_append_own(store, true, &change, body->data, body->len, &lsn, err) : status;
}

static enum status write_targets(struct writing *writing)
{
    struct buf body;
    enum status status = STATUS_OK;
    buf_init(&body, 64);
    encode_body(writing, &body);
    int64_t scope = writing->op == CHANGE_MOVE ? writing->to : writing->from;
    for (size_t i = 0; status == STATUS_OK && i < writing->n; i++)
        status = append(writing->store, writing->actor, writing->targets[i].type, writing->targets[i].id, writing->op, scope, &body, writing->err);
    for (size_t i = 0; status == STATUS_OK && writing->on && i < writing->n; i++) /* who gets it reads which machines wrote it */
        status = machine_name_tell_writers(writing->store, writing->targets[i].type, writing->targets[i].id, writing->to, writing->actor->now_ms, writing->err);
    writing->rows += status == STATUS_OK ? (int64_t)writing->n : 0;
    buf_release(&body);
    free(writing->targets);
    writing->targets = NULL;
    writing->n = writing->room = 0;
    return status;
}

static enum status collect_children(struct writing *writing, const struct record_type *type, struct id id);

static enum status collect_of_type(struct writing *writing, const struct record_type *child, const struct field_def *field, const char *id)
{
    struct buf sql;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id FROM \"%s\" WHERE \"%s\"=?1 AND scope=?2 AND w_log<>0 ORDER BY n", child->name, field->name);
    struct stmt *stmt = store_prepare_buf(writing->store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, id);
    stmt_int(stmt, 2, writing->from);
    while (stmt_row(stmt, &status, writing->err)) {
        struct id found = stmt_column_id(stmt, 0);
        status = add_target(writing, child, found);
        if (status == STATUS_OK && has_children(child))
            status = collect_children(writing, child, found);
        if (status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

static enum status collect_children(struct writing *writing, const struct record_type *type, struct id id)
{
    char text[ID_TEXT_BYTES];
    enum status status = STATUS_OK;
    id_format(id, text);
    for (size_t i = 0; status == STATUS_OK && i < catalogue_count(); i++) {
        const struct field_def *field = hangs_by(catalogue_at(i), type);
        if (field != NULL)
            status = collect_of_type(writing, catalogue_at(i), field, text);
    }
    return status;
}

/* The record itself and what hangs on it, of this scope, deleted or not: those that are there (w_log<>0). */
static enum status collect(struct writing *writing, const struct record_type *type, struct id id)
{
    enum status status = add_target(writing, type, id);
    return status == STATUS_OK ? collect_children(writing, type, id) : status;
}

/* ---- the applicant ---- */

static enum status applicant_of(struct store *store, struct id kase, struct id *person, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    struct stmt *stmt = store_prepare(store, "SELECT applicant FROM \"case\" WHERE id=?1");
    enum status status;
    *person = (struct id){{0}};
    stmt_id(stmt, 1, kase);
    if (!stmt_row(stmt, &status, err))
        return status;
    snprintf(text, sizeof text, "%s", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    (void)id_parse(text, strlen(text), person);
    return STATUS_OK;
}

/* Whether a row that the org has, its own or shared with it, this case apart, names the person: another case, a consultation, somebody else's relation, a file that was merged into this one. */
static enum status is_named_there(struct store *store, struct id person, struct id kase, int64_t org, bool *named, struct errmsg *err)
{
    static const char *const QUESTIONS[] = {
        "SELECT 1 FROM \"case\" c WHERE c.applicant=?1 AND c.w_log<>0 AND c.id<>?3 AND (c.scope=?2 OR EXISTS(SELECT 1 FROM share s WHERE s.id=c.id AND s.scope=?2)) LIMIT 1",
        "SELECT 1 FROM relation c WHERE c.other=?1 AND c.w_log<>0 AND c.id<>?3 AND (c.scope=?2 OR EXISTS(SELECT 1 FROM share s WHERE s.id=c.id AND s.scope=?2)) LIMIT 1",
        "SELECT 1 FROM consultation c WHERE c.person=?1 AND c.w_log<>0 AND c.id<>?3 AND (c.scope=?2 OR EXISTS(SELECT 1 FROM share s WHERE s.id=c.id AND s.scope=?2)) LIMIT 1",
        "SELECT 1 FROM \"merge\" c WHERE c.survivor=?1 AND c.undone IS NOT 1 AND c.w_log<>0 AND c.id<>?3 AND (c.scope=?2 OR EXISTS(SELECT 1 FROM share s WHERE s.id=c.id AND s.scope=?2)) LIMIT 1",
    };
    char text[ID_TEXT_BYTES];
    enum status status = STATUS_OK;
    *named = false;
    id_format(person, text);
    for (size_t i = 0; status == STATUS_OK && !*named && i < sizeof QUESTIONS / sizeof QUESTIONS[0]; i++) {
        struct stmt *stmt = store_prepare(store, QUESTIONS[i]);
        stmt_string(stmt, 1, text);
        stmt_int(stmt, 2, org);
        stmt_id(stmt, 3, kase);
        *named = stmt_row(stmt, &status, err);
        if (*named)
            stmt_reset(stmt);
    }
    return status;
}

/* The case goes to an org (which has it by now), or has left one: what that is to one of its applicant's files. */
typedef enum status (*file_goes)(struct writing *over, struct id kase, struct id file, const struct reach_place *place);

static enum status write_file(struct writing *over, enum change_op op, bool on, int64_t from, int64_t to, struct id file)
{
    struct writing writing = {.store = over->store, .actor = over->actor, .from = from, .to = to, .on = on, .op = op, .err = over->err};
    enum status status = collect(&writing, catalogue_find("person"), file);
    if (status == STATUS_OK)
        status = write_targets(&writing);
    over->rows += writing.rows;
    free(writing.targets);
    return status;
}

/* It goes where the case goes, or is shared with that org while the old one needs it still. */
static enum status bring_file(struct writing *over, struct id kase, struct id file, const struct reach_place *place)
{
    bool named = true, shared = false;
    enum status status = STATUS_OK;
    if (place->scope == over->to)
        return STATUS_OK;
    if (over->op == CHANGE_MOVE && place->scope == over->from)
        status = is_named_there(over->store, file, kase, over->from, &named, over->err);
    if (status == STATUS_OK && !named)
        return write_file(over, CHANGE_MOVE, true, over->from, over->to, file);
    if (status == STATUS_OK)
        status = reach_find_share(over->store, file, over->to, &shared, over->err);
    return status != STATUS_OK || shared ? status : write_file(over, CHANGE_SHARE, true, place->scope, over->to, file);
}

/* With whom it was shared for the sake of this case, it is not any more, unless something else there names it. */
static enum status take_file_back(struct writing *over, struct id kase, struct id file, const struct reach_place *place)
{
    int64_t org = over->op == CHANGE_MOVE ? over->from : over->to;
    bool shared = false, named = true;
    enum status status = place->scope == org ? STATUS_OK : reach_find_share(over->store, file, org, &shared, over->err);
    if (status == STATUS_OK && shared)
        status = is_named_there(over->store, file, kase, org, &named, over->err);
    return status != STATUS_OK || !shared || named ? status : write_file(over, CHANGE_SHARE, false, place->scope, org, file);
}

/* The file that this one was merged into; zero: none. */
static enum status merged_into(struct store *store, struct id file, struct id *into, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    struct stmt *stmt = store_prepare(store, "SELECT merged_into FROM person WHERE id=?1");
    enum status status;
    *into = (struct id){{0}};
    stmt_id(stmt, 1, file);
    if (!stmt_row(stmt, &status, err))
        return status;
    snprintf(text, sizeof text, "%s", stmt_column_text(stmt, 0, NULL));
    stmt_reset(stmt);
    (void)id_parse(text, strlen(text), into);
    return STATUS_OK;
}

/* The applicant's file, and those it was merged into. */
static enum status with_applicant(struct writing *over, struct id kase, file_goes goes)
{
    struct id file, next;
    enum status status = applicant_of(over->store, kase, &file, over->err);
    for (int i = 0; i < MERGES_MAX && status == STATUS_OK && !id_is_zero(file); i++, file = next) {
        struct reach_place place;
        status = merged_into(over->store, file, &next, over->err);
        if (status == STATUS_OK)
            status = reach_place_of(over->store, catalogue_find("person"), file, &place, over->err);
        if (status == STATUS_OK && place.there && !place.absent && place.scope != 0)
            status = goes(over, kase, file, &place);
    }
    return status;
}

static enum status write_all(struct writing *writing, const struct record_type *type, struct id id)
{
    bool own = !store_in_transaction(writing->store);
    enum status status = own ? store_begin(writing->store, "reach", writing->err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = collect(writing, type, id);
    if (status == STATUS_OK)
        status = write_targets(writing);
    bool kase = strcmp(type->name, "case") == 0;
    if (status == STATUS_OK && kase && writing->on)
        status = with_applicant(writing, id, bring_file);
    if (status == STATUS_OK && kase && (writing->op == CHANGE_MOVE || !writing->on))
        status = with_applicant(writing, id, take_file_back);
    free(writing->targets);
    if (own && status == STATUS_OK)
        return store_commit(writing->store, writing->err);
    if (own)
        store_rollback(writing->store);
    return status;
}

enum status reach_move(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, int64_t to, int64_t *rows, struct errmsg *err)
{
    struct reach_place place;
    enum status status = check_actor(store, actor, _("移交"), err);
    if (status == STATUS_OK)
        status = find_owned(store, type, id, &place, err);
    if (status == STATUS_OK)
        status = check_org(store, to, err);
    if (status == STATUS_OK && place.scope == to)
        status = errmsg_set(err, STATUS_INVALID, "这条%s本来就在那个单位", type->label);
    if (status != STATUS_OK)
        return status;
    struct writing writing = {.store = store, .actor = actor, .from = place.scope, .to = to, .on = true, .op = CHANGE_MOVE, .err = err};
    status = write_all(&writing, type, id);
    if (rows != NULL)
        *rows = writing.rows;
    return status;
}

enum status reach_share(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, int64_t org, bool on, int64_t *rows, struct errmsg *err)
{
    struct reach_place place;
    bool shared = false;
    enum status status = check_actor(store, actor, _("协办"), err);
    if (status == STATUS_OK)
        status = find_owned(store, type, id, &place, err);
    if (status == STATUS_OK)
        status = check_org(store, org, err);
    if (status == STATUS_OK && place.scope == org)
        status = errmsg_set(err, STATUS_INVALID, "这条%s就是那个单位的", type->label);
    if (status == STATUS_OK)
        status = reach_find_share(store, id, org, &shared, err);
    if (status == STATUS_OK && shared == on)
        status = errmsg_set(err, STATUS_INVALID, on ? "这条%s已经有那个单位协办" : "这条%s没有那个单位协办", type->label);
    if (status != STATUS_OK)
        return status;
    struct writing writing = {.store = store, .actor = actor, .from = place.scope, .to = org, .on = on, .op = CHANGE_SHARE, .err = err};
    status = write_all(&writing, type, id);
    if (rows != NULL)
        *rows = writing.rows;
    return status;
}

static enum status check_text(const char *label, const char *text, struct errmsg *err)
{
    size_t n = utf8_count(text, strlen(text));
    if (n < 1)
        return errmsg_set(err, STATUS_INVALID, "%s: 必须填写", label);
    if (!plain_is(text))
        return errmsg_set(err, STATUS_MALFORMED, "%s: 含有换行、控制字符，或者不是 UTF-8 文字", label);
    return n > REACH_TEXT_MAX_CHARS ? errmsg_set(err, STATUS_INVALID, "%s: 最多 %d 字", label, REACH_TEXT_MAX_CHARS) : STATUS_OK;
}

enum status reach_erase(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const char *reason, const char *officer, struct errmsg *err)
{
    struct reach_place place;
    struct buf body;
    enum status status = check_actor(store, actor, _("依法清除"), err);
    if (status == STATUS_OK)
        status = check_text(_("理由(reason)"), reason, err);
    if (status == STATUS_OK)
        status = check_text(_("批准人(officer)"), officer, err);
    if (status == STATUS_OK)
        status = find_place(store, type, id, &place, err);
    if (status != STATUS_OK)
        return status;
    bool own;
    status = store_join(store, "erase", &own, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&body, 8 * REACH_TEXT_MAX_CHARS + 32);
    cbor_put_map(&body, 2);
    cbor_put_uint(&body, REACH_ERASE_REASON);
    cbor_put_text(&body, reason, strlen(reason));
    cbor_put_uint(&body, REACH_ERASE_OFFICER);
    cbor_put_text(&body, officer, strlen(officer));
    status = append(store, actor, type, id, CHANGE_ERASE, place.scope, &body, err);
    if (status == STATUS_OK)
        status = lookup_erase_tell(store, err);
    buf_release(&body);
    return store_leave(store, own, status, err);
}

/* ---- reading ---- */

enum status reach_sees(struct store *store, const struct actor *actor, struct id id, int64_t scope, bool *sees, struct errmsg *err)
{
    *sees = row_in_scope(actor, scope);
    return *sees ? STATUS_OK : reach_find_share(store, id, actor->org, sees, err);
}

enum status reach_shared_with(struct store *store, struct id id, reach_org row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT scope FROM share WHERE id=?1 ORDER BY scope");
    enum status status;
    stmt_id(stmt, 1, id);
    while (stmt_row(stmt, &status, err)) {
        if (!row(context, stmt_column_int(stmt, 0))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}
