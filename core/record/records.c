/* core/record/records.c - see records.h: begin, get, save, delete, undo. Lists are in record_list.c, history in history.c. */
#include "core/record/records.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/changelog.h"
#include "core/record/code_book.h"
#include "core/record/privacy.h"
#include "core/record/reach_impl.h"
#include "core/record/row.h"
#include "core/record/row_changes.h"
#include "core/record/schema.h"

enum { ROLE_NAMES_BYTES = 256 };

/* Authority (四统一): who may write this type at all. An action has checked its own rights. */
static enum status check_type(const struct actor *actor, const struct record_type *type, struct errmsg *err)
{
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能修改", actor->name);
    if ((type->flags & TYPE_CENTER) && !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能由县中心登记和修改", _(type->label));
    if (actor->acting)
        return STATUS_OK;
    if (type->flags & TYPE_ACTION)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s由办理动作产生，不能直接登记和修改", _(type->label));
    if (!actor_is_one_of(actor, type->writers))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能登记和修改%s", actor->name, actor_role_label(actor->role), _(type->label));
    return STATUS_OK;
}

/* Not stored yet; the id may have been chosen before, so that another record can name it. */
static bool is_new(const struct record *record)
{
    return record->version == 0;
}

enum status records_may_write(const struct actor *actor, const struct record_type *type, struct errmsg *err)
{
    return check_type(actor, type, err);
}

/* The owner may enter old cases whole and correct what actions wrote; the state moves by actions alone. */
static bool may_correct(const struct actor *actor, const struct record *record, const struct field_def *field)
{
    return actor->acting || (actor->owner && actor->center && (is_new(record) || strcmp(field->name, "state") != 0));
}

static enum status check_field(const struct actor *actor, const struct record *record, size_t i, struct errmsg *err)
{
    const struct field_def *field = &record->type->fields[i];
    if ((field->flags & FIELD_CENTER) && !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s: 只能由县中心填写", _(field->label));
    bool initial = is_new(record) && field->initial != NULL && value_equal(record->values[i], value_string(field->initial));
    if ((field->flags & FIELD_ACTION) && !initial && !may_correct(actor, record, field))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s: 由办理动作填写，不能直接修改", _(field->label));
    if ((field->flags & FIELD_FREEZE) && !may_correct(actor, record, field) && record_is_frozen(record))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s: 已经作出决定，要更正请用“更正”(do correct)写明理由", _(field->label));
    if ((field->flags & FIELD_ONCE) && !is_new(record) && record->loaded[i].kind != VALUE_NULL)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s: 已经写定，不能再改", _(field->label));
    return STATUS_OK;
}

/* Whether an action has taken a row of these values beyond the state in which it begins. */
static bool has_moved_on(const struct record_type *type, const struct value *values)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if ((field->flags & FIELD_ACTION) && field->initial != NULL && values[i].kind != VALUE_NULL && !value_equal(values[i], value_string(field->initial)))
            return true;
    }
    return false;
}

static enum status check_fields(const struct actor *actor, const struct record *record, struct errmsg *err)
{
    if ((record->type->flags & TYPE_INSERT_ONLY) && !is_new(record))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s只增不改", _(record->type->label));
    if (!actor->acting && !actor->owner && actor->role == ROLE_VOLUNTEER && !is_new(record) && has_moved_on(record->type, record->loaded))
        return errmsg_set(err, STATUS_FORBIDDEN, "已经收件的%s由工作站和中心的人员修改", _(record->type->label)); /* domain.md 3.1: a volunteer's part ends with the receipt */
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < record->type->n_fields; i++)
        if (!value_equal(record->values[i], record->loaded[i]))
            status = check_field(actor, record, i, err);
    return status;
}

enum status records_begin(struct store *store, const struct actor *actor, struct record *record, const struct code_book *codes, struct errmsg *err)
{
    const struct record_type *type = record->type;
    record->scope = (type->flags & TYPE_SHARED) ? 0 : actor->org;
    enum status status = row_seen(store, &record->seen, err);
    struct machine machine;
    if (status == STATUS_OK)
        status = machine_load(store, &machine, err);
    for (size_t i = 0; status == STATUS_OK && i < type->n_fields; i++) {
        const struct field_def *field = &type->fields[i];
        if (field->initial == NULL || record->values[i].kind != VALUE_NULL)
            continue;
        if (strcmp(field->initial, "today") == 0)
            status = record_set(record, field, value_int(day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)));
        else if (strcmp(field->initial, "user") == 0)
            status = record_set(record, field, value_string(actor->name));
        else if (strcmp(field->initial, "display") == 0)
            status = record_set(record, field, value_string(actor->display[0] != '\0' ? actor->display : actor->name));
        else if (strcmp(field->initial, "station") == 0)
            status = record_set(record, field, value_string(machine.name));
        else
            status = record_parse(record, field, codes, field->initial, strlen(field->initial), err);
    }
    return status;
}

/* The stored row, in scope or not; *found false if there is none. */
static enum status load(struct store *store, const struct record_type *type, struct id id, struct record *out, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare_lasting(store, schema_row_by_id(store, type));
    stmt_id(stmt, 1, id);
    enum status status;
    *found = stmt_row(stmt, &status, err);
    if (!*found)
        return status;
    status = row_read(stmt, type, out);
    stmt_reset(stmt);
    return status;
}

/* Whether a deleted row still has its content: what left this machine or was erased stands there deleted, too, and empty. */
static enum status has_content(struct store *store, const struct record_type *type, struct id id, bool *has, struct errmsg *err)
{
    struct reach_place place;
    enum status status = reach_place_of(store, type, id, &place, err);
    *has = status == STATUS_OK && place.there && !place.absent;
    return status;
}

static enum status get(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool deleted_too, struct record *out, struct errmsg *err)
{
    bool found;
    enum status status = load(store, type, id, out, &found, err);
    bool shows = true, sees = false, there = true;
    if (status == STATUS_OK && found) {
        status = privacy_shows(store, actor, type, id, &shows, err);
        if (status == STATUS_OK)
            status = reach_sees(store, actor, id, out->scope, &sees, err);
        if (status == STATUS_OK && out->deleted)
            status = has_content(store, type, id, &there, err);
        if (status != STATUS_OK)
            record_release(out);
    }
    if (status == STATUS_OK && found && (!shows || (out->deleted && !(deleted_too && there)) || !sees || (privacy_is_sealed(out) && !privacy_sees_sealed(actor)))) {
        record_release(out);
        found = false;
    }
    if (status != STATUS_OK)
        return status;
    if (!found)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", _(type->label));
    status = record_mark_loaded(out);
    if (status == STATUS_OK)
        status = row_seen(store, &out->seen, err);
    if (status == STATUS_OK)
        status = row_conflicts(store, id, &out->conflicts, err);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

enum status records_get(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct record *out, struct errmsg *err)
{
    return get(store, actor, type, id, false, out, err);
}

enum status records_get_deleted_too(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct record *out, struct errmsg *err)
{
    return get(store, actor, type, id, true, out, err);
}

enum status records_get_any(struct store *store, const struct actor *actor, struct id id, struct record *out, struct errmsg *err)
{
    for (size_t i = 0; i < catalogue_count(); i++) {
        enum status status = records_get(store, actor, catalogue_at(i), id, out, err);
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    return errmsg_set(err, STATUS_NOT_FOUND, "没有这个编号的记录");
}

/* Half-open range of ids that begin with the hex digits of text. */
static bool prefix_range(const char *text, size_t len, struct id *from, struct id *to)
{
    char low[ID_TEXT_BYTES], high[ID_TEXT_BYTES];
    if (len < 6 || len > ID_TEXT_BYTES - 1)
        return false;
    memset(low, '0', sizeof low);
    memset(high, 'f', sizeof high);
    memcpy(low, text, len);
    memcpy(high, text, len);
    return id_parse(low, ID_TEXT_BYTES - 1, from) == STATUS_OK && id_parse(high, ID_TEXT_BYTES - 1, to) == STATUS_OK;
}

static enum status count_prefix(struct store *store, const struct actor *actor, const struct record_type *type, struct id from, struct id to, enum records_named named, struct id *id, int *count,
                                struct errmsg *err)
{
    /* Of an emptied place w_log is 0 and w_seq says why (reach.h). */
    static const char *const CONDITIONS[] = {[RECORDS_THERE] = "gone=0", [RECORDS_DELETED_TOO] = "w_log<>0", [RECORDS_ERASED_TOO] = "(w_log<>0 OR w_seq=2)"};
    _Static_assert(REACH_ERASED == 2, "as the condition says");
    struct buf sql;
    buf_init(&sql, 512);
    int index = 3;
    buf_printf(&sql, "SELECT id FROM \"%s\" WHERE id BETWEEN ?1 AND ?2 AND %s", type->name, CONDITIONS[named]);
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " LIMIT 2");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    stmt_id(stmt, 1, from);
    stmt_id(stmt, 2, to);
    index = 3;
    row_scope_bind(actor, stmt, &index);
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        *id = stmt_column_id(stmt, 0);
        ++*count;
    }
    buf_release(&sql);
    return status;
}

enum status records_resolve_id(struct store *store, const struct actor *actor, const char *text, const struct record_type **type, struct id *id, struct errmsg *err)
{
    return records_resolve_named(store, actor, text, RECORDS_THERE, type, id, err);
}

enum status records_resolve_named(struct store *store, const struct actor *actor, const char *text, enum records_named named, const struct record_type **type, struct id *id, struct errmsg *err)
{
    struct id from, to;
    if (!prefix_range(text, strlen(text), &from, &to))
        return errmsg_set(err, STATUS_MALFORMED, "编号应为 32 位十六进制数字，或至少前 6 位: %s", text);
    const struct record_type *wanted = *type;
    int count = 0;
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *each = catalogue_at(i);
        if (wanted != NULL && each != wanted)
            continue;
        int before = count;
        enum status status = count_prefix(store, actor, each, from, to, named, id, &count, err);
        if (status != STATUS_OK)
            return status;
        if (count > before)
            *type = each;
    }
    if (count == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这个编号的记录: %s", text);
    if (count > 1)
        return errmsg_set(err, STATUS_INVALID, "编号 %s 不止一条记录符合，请多写几位", text);
    return STATUS_OK;
}

/* Body of changed fields. */
static uint64_t encode_changed(const struct record *record, struct buf *body)
{
    uint64_t count = 0;
    for (size_t i = 0; i < record->type->n_fields; i++)
        if (!value_equal(record->values[i], record->loaded[i]))
            count++;
    cbor_put_map(body, count);
    /* Ascending field numbers: the catalogue's order need not be. */
    for (uint32_t no = 1, written = 0; written < count && no <= UINT16_MAX; no++) {
        const struct field_def *field = catalogue_field_by_no(record->type, no);
        if (field == NULL)
            continue;
        size_t i = catalogue_field_index(record->type, field);
        if (value_equal(record->values[i], record->loaded[i]))
            continue;
        cbor_put_uint(body, no);
        value_encode(record->values[i], body);
        written++;
    }
    return count;
}

/* Somebody saved meanwhile: fine for other fields, not for ours. */
static enum status check_stale(const struct record *record, const struct record *now, struct errmsg *err)
{
    if (now->deleted)
        return errmsg_set(err, STATUS_STALE, "这条%s已被删除", _(record->type->label));
    for (size_t i = 0; i < record->type->n_fields; i++) {
        if (value_equal(record->values[i], record->loaded[i]) || value_equal(now->values[i], record->loaded[i]))
            continue;
        if (!value_equal(now->values[i], record->values[i]))
            return errmsg_set(err, STATUS_STALE, "%s: 打开之后已被别人改过，请重新打开这条%s", _(record->type->fields[i].label), _(record->type->label));
    }
    return STATUS_OK;
}

static enum status append(struct store *store, bool center, const struct actor *actor, const struct record_type *type, struct id id, int64_t scope, int64_t seen, enum change_op op,
                          const struct buf *body, int64_t *lsn, struct errmsg *err)
{
    if (body->status == STATUS_NOMEM) /* not the row's fault: an import would refuse it and go on behind it */
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    if (body->status != STATUS_OK || body->len > CHANGE_BODY_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "%s: 内容超过 %d KB", _(type->label), CHANGE_BODY_MAX_BYTES / 1024);
    struct change change = {.at_ms = actor->now_ms, .type_no = type->no, .id = id, .op = op, .seen = (uint64_t)seen, .scope = scope,
                            .flags = actor->more ? CHANGE_FLAG_MORE : 0};
    snprintf(change.user, sizeof change.user, "%s", actor->name);
    return changelog_append_own(store, center, &change, body->data, body->len, lsn, err);
}

/* An id chosen before the first save belongs to no row yet. */
static enum status check_unused(struct store *store, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record now;
    bool found = false;
    enum status status = id_is_zero(id) ? STATUS_OK : load(store, type, id, &now, &found, err);
    if (status != STATUS_OK || !found)
        return status;
    record_release(&now);
    return errmsg_set(err, STATUS_STALE, "这条%s已经登记过，请重新打开", _(type->label));
}

/* The row as it is now: there, in sight, and nobody has changed what we change. */
static enum status check_stored(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err)
{
    struct record now;
    bool found, sees;
    enum status status = load(store, record->type, record->id, &now, &found, err);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", _(record->type->label));
    status = reach_sees(store, actor, record->id, now.scope, &sees, err);
    if (status == STATUS_OK && !sees)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", _(record->type->label));
    else if (status == STATUS_OK && now.version != record->version)
        status = check_stale(record, &now, err);
    record->scope = now.scope;
    record_release(&now);
    return status;
}

/* Center: what hangs on a shared case is shared too. */
static enum status follow(struct store *store, const struct actor *actor, const struct record *record, struct id id, struct errmsg *err)
{
    struct change because = {.at_ms = actor->now_ms, .seen = (uint64_t)record->seen, .flags = actor->more ? CHANGE_FLAG_MORE : 0};
    bool moved;
    snprintf(because.user, sizeof because.user, "%s", actor->name);
    return reach_follow(store, record->type, id, &because, 0, &moved, NULL, err);
}

/* Inside the transaction. */
static enum status save_inside(struct store *store, const struct actor *actor, struct random_source random, struct record *record, int64_t *lsn, struct errmsg *err)
{
    struct id id = id_is_zero(record->id) ? id_make(random) : record->id;
    enum status status = is_new(record) ? check_unused(store, record->type, record->id, err) : check_stored(store, actor, record, err);
    if (status != STATUS_OK)
        return status;
    struct buf body;
    bool center = store_meta_int(store, "role_center", 0) != 0;
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    encode_changed(record, &body);
    status = append(store, center, actor, record->type, id, record->scope, record->seen, CHANGE_PUT, &body, lsn, err);
    buf_wipe(&body);
    if (status == STATUS_OK && is_new(record) && center)
        status = follow(store, actor, record, id, err);
    if (status == STATUS_OK)
        record->id = id;
    return status;
}

/* What the actor sees he may write to; a new row may also stand in the scope of a case that is shared with his org. What hangs on something else that is shared (a member of the household in a person's file) is written in
 * his own scope and the center takes it after the file (reach_follow): a center of an older program refuses other rows of another org's, and what a station wrote would be in its quarantine. */
static enum status scope_is_open(struct store *store, const struct actor *actor, const struct record *record, bool *open, struct errmsg *err)
{
    const struct record_type *kase = catalogue_find("case");
    const struct field_def *field = catalogue_field(record->type, "case_id");
    struct reach_place place;
    struct id id;
    if (!is_new(record) || row_in_scope(actor, record->scope))
        return reach_sees(store, actor, record->id, record->scope, open, err);
    struct value named = field == NULL || field->kind != FIELD_REF ? value_null() : record_get(record, field);
    *open = false;
    if (named.kind != VALUE_TEXT || id_parse(named.text, named.len, &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = reach_find_share(store, id, actor->org, open, err);
    if (status != STATUS_OK || !*open)
        return status;
    status = reach_place_of(store, kase, id, &place, err);
    *open = status == STATUS_OK && place.scope == record->scope;
    return status;
}

static enum status check_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err)
{
    const struct field_def *bad = NULL;
    bool open = false;
    enum status status = check_type(actor, record->type, err);
    if (status == STATUS_OK)
        status = check_fields(actor, record, err);
    if (status == STATUS_OK)
        status = scope_is_open(store, actor, record, &open, err);
    if (status == STATUS_OK && !open)
        status = errmsg_set(err, STATUS_FORBIDDEN, "这条%s属于别的单位", _(record->type->label));
    if (status == STATUS_OK)
        status = record_check(record, codes, &bad, err);
    return status;
}

enum status records_save_draft(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct id draft,
                               struct errmsg *err)
{
    if (!id_is_zero(record->id) && !record_changed(record))
        return STATUS_OK;
    enum status status = record_derive(record, codes);
    if (status == STATUS_OK)
        status = check_save(store, actor, codes, record, err);
    if (status != STATUS_OK)
        return status;
    bool own;
    status = store_join(store, "save", &own, err);
    if (status != STATUS_OK)
        return status;
    struct value fresh[FIELD_MAX_COUNT];
    struct id id_before = record->id;
    int64_t lsn = 0;
    status = save_inside(store, actor, random, record, &lsn, err);
    if (status == STATUS_OK && !id_is_zero(draft)) {
        struct stmt *stmt = store_prepare(store, "DELETE FROM draft WHERE id=?1");
        stmt_id(stmt, 1, draft);
        status = stmt_run(stmt, err);
    }
    int64_t seen = record->seen;
    if (status == STATUS_OK)
        status = row_seen(store, &seen, err); /* before the commit: behind it that would be two reading transactions more */
    bool begun = status == STATUS_OK && (status = record_loaded_begin(record, fresh)) == STATUS_OK; /* what is committed is not said to have failed */
    status = store_leave(store, own, status, err);
    if (begun)
        record_loaded_end(record, fresh, status == STATUS_OK);
    if (status != STATUS_OK) {
        record->id = id_before;
        return status;
    }
    record->version = lsn;
    record->seen = seen;
    return STATUS_OK;
}

enum status records_save(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *record, struct errmsg *err)
{
    return records_save_draft(store, actor, codes, random, record, (struct id){{0}}, err);
}

/* Run one change of a row in its own transaction, or in the open one. */
static enum status append_alone(struct store *store, const struct actor *actor, const struct record *row, enum change_op op, const struct buf *body, struct errmsg *err)
{
    bool own;
    enum status status = store_join(store, "change", &own, err);
    if (status != STATUS_OK)
        return status;
    int64_t lsn;
    status = append(store, store_meta_int(store, "role_center", 0) != 0, actor, row->type, row->id, row->scope, row->seen, op, body, &lsn, err);
    return store_leave(store, own, status, err);
}

/* A case that has left intake is a public file: it ends by an action, it is not deleted. */
static enum status check_moved_on(const struct record *row, struct errmsg *err)
{
    if (has_moved_on(row->type, row->values))
        return errmsg_set(err, STATUS_FORBIDDEN, "这件%s已经收件，不能删除；不办了用撤回、移送或终止", _(row->type->label));
    return STATUS_OK;
}

enum status records_delete(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    struct record row;
    enum status status = check_type(actor, type, err);
    if (status == STATUS_OK && (type->flags & TYPE_INSERT_ONLY))
        status = errmsg_set(err, STATUS_FORBIDDEN, "%s只增不改，不能删除", _(type->label));
    if (status == STATUS_OK)
        status = records_get(store, actor, type, id, &row, err);
    if (status != STATUS_OK)
        return status;
    struct buf body;
    buf_init(&body, 16);
    cbor_put_map(&body, 0);
    status = check_moved_on(&row, err);
    if (status == STATUS_OK)
        status = append_alone(store, actor, &row, CHANGE_DELETE, &body, err);
    buf_release(&body);
    record_release(&row);
    return status;
}

/* Who settles: whoever may write such rows, and the center's director; which of two actions made apart counts is for the center's clerk or director to say. */
enum status records_may_settle(const struct actor *actor, const struct record_type *type, const struct field_def *field, struct errmsg *err)
{
    bool by_action = (type->flags & TYPE_ACTION) != 0 || (field != NULL && (field->flags & FIELD_ACTION));
    unsigned roles = by_action ? 1u << ROLE_CLERK | 1u << ROLE_DIRECTOR : type->writers | 1u << ROLE_DIRECTOR;
    if (type->flags & TYPE_CENTER) /* a clerk's word does not make an administrator of an account */
        roles &= type->writers;
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能修改", actor->name);
    if (type->flags & TYPE_INSERT_ONLY)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s只增不改", _(type->label));
    if (!actor->center && (by_action || (type->flags & TYPE_CENTER) || (field != NULL && (field->flags & FIELD_CENTER))))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s: 只能由县中心填写", field != NULL ? _(field->label) : _(type->label));
    if (!actor->acting && !actor_is_one_of(actor, roles)) {
        const unsigned away = 1u << ROLE_STATION | 1u << ROLE_VOLUNTEER;
        char names[ROLE_NAMES_BYTES];
        actor_role_labels(actor->center ? roles & ~away : roles & away, names, sizeof names);
        return errmsg_set(err, STATUS_FORBIDDEN, "%s的分歧由%s处理，%s 的角色是 %s", _(type->label), names, actor->name, actor_role_label(actor->role));
    }
    return STATUS_OK;
}

enum status records_resolve(struct store *store, const struct actor *actor, const struct record *row, const struct field_def *field, struct value value, struct errmsg *err)
{
    enum status status = records_may_settle(actor, row->type, field, err);
    if (status != STATUS_OK)
        return status;
    struct buf body;
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, 1);
    cbor_put_uint(&body, field == NULL ? 0 : field->no);
    value_encode(value, &body);
    status = append_alone(store, actor, row, CHANGE_RESOLVE, &body, err);
    buf_wipe(&body);
    return status;
}

/* Undo: the values before the row's last change, written as a new change. */

struct undo {
    const struct record_type *type;
    bool written[FIELD_MAX_COUNT]; /* by the last change */
    char user[ACTOR_NAME_MAX_BYTES];
    enum change_op op;
    struct record before;        /* values of those fields before it, from older changes */
    bool found[FIELD_MAX_COUNT]; /* newest first, so the first one found counts */
    int64_t prev; /* of the change looked at last */
    bool is_last, any_before, unreadable, no_memory;
    bool settles, gone; /* the last change settled a deletion: gone or not */
};

static bool undo_row(void *context, const struct change_row *row)
{
    struct undo *undo = context;
    struct change change;
    struct reader reader;
    undo->prev = row->prev;
    if (row->body == NULL || change_decode_header(row->header, row->header_len, &change) != STATUS_OK) {
        undo->unreadable = true;
        return false;
    }
    reader_init(&reader, row->body, row->body_len);
    uint64_t count = change.op <= CHANGE_RESOLVE ? cbor_map(&reader) : 0; /* moves and shares write no fields */
    if (undo->is_last) {
        snprintf(undo->user, sizeof undo->user, "%s", change.user);
        undo->op = change.op;
    } else {
        undo->any_before = true;
    }
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        const struct field_def *field = catalogue_field_by_no(undo->type, no);
        struct value value = value_decode(&reader);
        if (undo->is_last && no == 0 && undo->op == CHANGE_RESOLVE) {
            undo->settles = true;
            undo->gone = value.kind == VALUE_INT && value.number != 0;
        }
        if (field == NULL || reader.status != STATUS_OK)
            continue;
        size_t index = catalogue_field_index(undo->type, field);
        if (undo->is_last) {
            undo->written[index] = true;
        } else if (undo->written[index] && !undo->found[index]) {
            undo->found[index] = true;
            enum status set = record_set(&undo->before, field, value);
            undo->no_memory |= set == STATUS_NOMEM;
            undo->unreadable |= set != STATUS_OK;
        }
    }
    return true;
}

static bool is_among(const struct row_changes *changes, int64_t lsn)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->lsns[i] == lsn)
            return true;
    return false;
}

static enum status undo_collect(struct store *store, int64_t head, struct undo *undo, struct errmsg *err)
{
    struct row_changes changes;
    undo->is_last = true;
    enum status status = row_changes(store, head, 0, ROW_CHANGES_ALL, &changes, err);
    for (size_t i = changes.count; status == STATUS_OK && i > 0 && !undo->unreadable; i--) {
        status = changelog_get(store, changes.lsns[i - 1], undo_row, undo, err);
        undo->is_last = false;
        undo->unreadable |= status == STATUS_OK && undo->prev != 0 && !is_among(&changes, undo->prev); /* no longer kept */
    }
    row_changes_release(&changes);
    if (status != STATUS_OK)
        return status;
    if (undo->no_memory)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    return undo->unreadable ? errmsg_set(err, STATUS_NOT_FOUND, "以前的内容已不可读，不能撤回") : STATUS_OK;
}

static enum status undo_write(struct store *store, const struct actor *actor, const struct record *row, const struct undo *undo, struct errmsg *err)
{
    if (undo->op == CHANGE_DELETE || (undo->settles && undo->gone)) {
        struct buf body;
        buf_init(&body, 16);
        cbor_put_map(&body, 1);
        cbor_put_uint(&body, 0);
        cbor_put_int(&body, 0);
        enum status status = append_alone(store, actor, row, CHANGE_PUT, &body, err);
        buf_release(&body);
        return status;
    }
    if (!undo->any_before || undo->settles) { /* the record's first change: undo takes the record away; so it does where a person said that it stays */
        struct buf body;
        buf_init(&body, 16);
        cbor_put_map(&body, 0);
        enum status status = append_alone(store, actor, row, CHANGE_DELETE, &body, err);
        buf_release(&body);
        return status;
    }
    struct record now;
    bool found;
    enum status status = load(store, row->type, row->id, &now, &found, err);
    if (status != STATUS_OK || !found)
        return status;
    status = record_mark_loaded(&now);
    for (size_t i = 0; status == STATUS_OK && i < row->type->n_fields; i++)
        if (undo->written[i])
            status = record_set(&now, &row->type->fields[i], undo->before.values[i]);
    struct buf body;
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    if (status == STATUS_OK && encode_changed(&now, &body) > 0)
        status = append_alone(store, actor, row, CHANGE_PUT, &body, err);
    buf_wipe(&body);
    record_release(&now);
    return status;
}

/* NULL: a deletion, or what took one back. */
static const struct field_def *first_written(const struct undo *undo)
{
    for (size_t i = 0; i < undo->type->n_fields; i++)
        if (undo->written[i])
            return &undo->type->fields[i];
    return NULL;
}

/* An action cannot be taken back by undo: papers went out and clocks ran. */
static enum status undo_allowed(const struct actor *actor, const struct record *row, const struct undo *undo, struct errmsg *err)
{
    if (row->type->flags & TYPE_INSERT_ONLY)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s只增不改，不能撤回", _(row->type->label));
    if (undo->op > CHANGE_RESOLVE)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s最后一次变更是移交或协办，不能撤回；请再移交回来，或者结束协办", _(row->type->label));
    if (!undo->any_before)
        return check_moved_on(row, err);
    if (undo->op == CHANGE_PUT && first_written(undo) == NULL) /* "undone" would be taken for something */
        return errmsg_set(err, STATUS_FORBIDDEN, "最后一次变更没有改过哪一项，没有可以撤回的；刚恢复的%s要是不要了，请再删除", _(row->type->label));
    for (size_t i = 0; i < row->type->n_fields; i++) {
        const struct field_def *field = &row->type->fields[i];
        if (undo->written[i] && (field->flags & FIELD_ACTION) && !(actor->owner && actor->center && strcmp(field->name, "state") != 0))
            return errmsg_set(err, STATUS_FORBIDDEN, "%s: 是办理动作写的，不能撤回；请用相应的动作更正", _(field->label));
        if (undo->written[i] && (field->flags & FIELD_FREEZE) && record_is_frozen(row) && !(actor->owner && actor->center))
            return errmsg_set(err, STATUS_FORBIDDEN, "%s: 已经作出决定，不能撤回；要更正请用“更正”(do correct)写明理由", _(field->label));
    }
    return STATUS_OK;
}

static enum status undo_last(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool settlement, struct errmsg *err)
{
    struct record row;
    bool found;
    enum status status = load(store, type, id, &row, &found, err);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", _(type->label));
    struct reach_place place;
    bool sees;
    status = reach_sees(store, actor, id, row.scope, &sees, err);
    if (status == STATUS_OK && !sees)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有这条%s", _(type->label));
    if (status == STATUS_OK)
        status = reach_place_of(store, type, id, &place, err);
    if (status == STATUS_OK && place.why == REACH_ERASED)
        status = errmsg_set(err, STATUS_FORBIDDEN, "这条%s的内容已依法清除，不能撤回", _(type->label));
    if (status != STATUS_OK) {
        record_release(&row);
        return status;
    }
    struct undo undo = {.type = type};
    record_init(&undo.before, type);
    status = record_mark_loaded(&row);
    if (status == STATUS_OK)
        status = row_seen(store, &row.seen, err);
    if (status == STATUS_OK)
        status = undo_collect(store, row.version, &undo, err);
    if (status == STATUS_OK && strcmp(undo.user, actor->name) != 0)
        status = errmsg_set(err, STATUS_STALE, "最后一次修改是 %s 做的，不能由 %s 撤回", undo.user, actor->name);
    if (status == STATUS_OK && settlement)
        status = records_may_settle(actor, type, first_written(&undo), err);
    if (status == STATUS_OK)
        status = undo_allowed(actor, &row, &undo, err);
    if (status == STATUS_OK)
        status = undo_write(store, actor, &row, &undo, err);
    record_release(&undo.before);
    record_release(&row);
    return status;
}

enum status records_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    enum status status = check_type(actor, type, err);
    return status == STATUS_OK ? undo_last(store, actor, type, id, false, err) : status;
}

enum status records_undo_settlement(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err)
{
    return undo_last(store, actor, type, id, true, err);
}
