/* core/outreach/volunteer_prepare.c - what a volunteer's rows must pass before they are saved by hand, and what is filled in from the roster. See volunteer.h. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/volunteer.h"
#include "core/record/row.h"

enum { HOURS_OF_A_DAY = 24, REASON_BYTES = 300, SQL_MAX_BYTES = 1024 };

static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));
    *day = value.kind == VALUE_INT ? (int32_t)value.number : 0;
    return value.kind == VALUE_INT;
}

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

static bool field_changed(const struct record *record, const char *field)
{
    size_t i = catalogue_field_index(record->type, catalogue_field(record->type, field));
    return !value_equal(record->values[i], record->loaded[i]);
}

static enum status wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...) __attribute__((format(printf, 4, 5)));

static enum status wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...)
{
    char reason[REASON_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, _(format), args);
    va_end(args);
    const struct field_def *def = catalogue_field(record->type, field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %s", _(def->label), def->name, reason);
}

/* The row a reference field points to. *found false: the field is empty, or the row is not here. */
static enum status follow(struct store *store, const struct actor *actor, const struct record *from, const char *field, struct record *out, bool *found, struct errmsg *err)
{
    const struct field_def *def = catalogue_field(from->type, field);
    struct value value = record_get(from, def);
    struct id id;
    *found = false;
    if (value.kind != VALUE_TEXT || id_parse(value.text, value.len, &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(store, actor, catalogue_find(def->codes), id, out, NULL);
    *found = status == STATUS_OK;
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s", status_text(status));
    return STATUS_OK;
}

static enum status fill_text(struct record *record, const char *field, const char *text)
{
    return text[0] != '\0' && is_empty(record, field) ? record_set_text(record, field, text) : STATUS_OK;
}

/* ---- the roster ---- */

/* Others on the roster who are like this one: ?1 a text, ?2 another or null. */
static enum status find_other(struct store *store, const struct actor *actor, const char *condition, const char *first, const char *second, struct id self, char *name, size_t name_bytes,
                              bool *found, struct errmsg *err)
{
    struct buf sql;
    int index = 4;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT name FROM volunteer WHERE %s AND id<>?3 AND gone=0", condition);
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " ORDER BY n LIMIT 1");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, first);
    stmt_string(stmt, 2, second);
    stmt_id(stmt, 3, self);
    index = 4;
    row_scope_bind(actor, stmt, &index);
    *found = stmt_row(stmt, &status, err);
    if (*found) {
        size_t len;
        snprintf(name, name_bytes, "%s", stmt_column_text(stmt, 0, &len));
        stmt_reset(stmt);
    }
    return *found ? STATUS_OK : status;
}

enum status volunteer_prepare(struct store *store, const struct actor *actor, struct record *volunteer, struct errmsg *err)
{
    const char *id_no = record_text(volunteer, "id_no");
    char name[REASON_BYTES];
    bool found;
    if (id_no[0] == '\0' || !field_changed(volunteer, "id_no"))
        return STATUS_OK;
    enum status status = find_other(store, actor, "id_no=?1 AND ?2 IS NULL AND coalesce(state,'') NOT IN ('V4','V5')", id_no, NULL, volunteer->id, name, sizeof name, &found, err);
    if (status == STATUS_OK && found)
        return errmsg_set(err, STATUS_EXISTS, "字段 证件号码(id_no): 名册里已有这个号码的人（%s）；修改那一条，不要再登记一次", name);
    return status;
}

enum status volunteer_remark(struct store *store, const struct actor *actor, const struct record *volunteer, struct buf *out, struct errmsg *err)
{
    const char *name = record_text(volunteer, "name"), *phone = record_text(volunteer, "phone"), *id_no = record_text(volunteer, "id_no");
    char other[REASON_BYTES];
    bool same_id = false, same_phone = false;
    enum status status = STATUS_OK;
    if (id_no[0] != '\0')
        status = find_other(store, actor, "id_no=?1 AND ?2 IS NULL", id_no, NULL, volunteer->id, other, sizeof other, &same_id, err);
    if (status == STATUS_OK && same_id)
        buf_printf(out, _("名册里还有证件号码相同的一条（%s）"), other);
    else if (status == STATUS_OK && name[0] != '\0' && phone[0] != '\0')
        status = find_other(store, actor, "name=?1 AND phone=?2", name, phone, volunteer->id, other, sizeof other, &same_phone, err);
    if (status == STATUS_OK && same_phone)
        buf_puts(out, _("名册里还有姓名、电话相同的一条"));
    return status;
}

/* ---- rows about a volunteer ---- */

/* The volunteer a row names: his name and scope for the row, and that he had not left by its day. */
static enum status take_volunteer(struct store *store, const struct actor *actor, struct record *row, bool names, struct errmsg *err)
{
    struct record volunteer;
    int32_t day, left;
    bool found;
    enum status status = follow(store, actor, row, "volunteer", &volunteer, &found, err);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return wrong(err, row, "volunteer", _("名册里没有这个人；先在志愿者名册里登记"));
    if (day_of(row, "date", &day) && day_of(&volunteer, "left_on", &left) && day > left) {
        char text[DAY_TEXT_BYTES];
        day_format(left, text);
        status = wrong(err, row, "date", _("%.100s 已在 %s %s"), record_text(&volunteer, "name"), text, strcmp(record_text(&volunteer, "state"), "V5") == 0 ? _("除名") : _("退出"));
    }
    if (status == STATUS_OK && names)
        status = fill_text(row, "name", record_text(&volunteer, "name"));
    if (status == STATUS_OK && id_is_zero(row->id) && actor->all_scopes) /* what the center writes down about a station's volunteer reaches the station */
        row->scope = volunteer.scope;
    record_release(&volunteer);
    return status;
}

/* Hours of the other rows of that volunteer and day. */
static enum status hours_beside(struct store *store, const struct actor *actor, const struct record *hours, int32_t day, int64_t *sum, struct errmsg *err)
{
    struct buf sql;
    int index = 4;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT coalesce(sum(hours),0) FROM service_hours WHERE volunteer=?1 AND date=?2 AND id<>?3 AND gone=0");
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, record_text(hours, "volunteer"));
    stmt_int(stmt, 2, day);
    stmt_id(stmt, 3, hours->id);
    index = 4;
    row_scope_bind(actor, stmt, &index);
    if (!stmt_row(stmt, &status, err))
        return status;
    *sum = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status check_day(struct store *store, const struct actor *actor, const struct record *hours, int32_t day, int64_t given, struct errmsg *err)
{
    int64_t sum = 0;
    struct rules *rules;
    enum status status = hours_beside(store, actor, hours, day, &sum, err);
    sum += given;
    if (status != STATUS_OK)
        return status;
    if (sum > HOURS_OF_A_DAY)
        return wrong(err, hours, "hours", _("这一天合计 %lld 小时，超过了 24 小时；请核对日期和小时"), (long long)sum);
    if (!is_empty(hours, "note"))
        return STATUS_OK;
    status = rules_load(&rules, store, actor, err);
    if (status != STATUS_OK)
        return status;
    int64_t most = rules_int(rules, "volunteer_hours_day", day);
    rules_free(rules);
    if (sum > most)
        return wrong(err, hours, "note", _("这一天合计 %lld 小时，超过 %lld 小时的要写明理由"), (long long)sum, (long long)most);
    return STATUS_OK;
}

enum status service_hours_prepare(struct store *store, const struct actor *actor, struct record *hours, struct errmsg *err)
{
    struct value given = record_get(hours, catalogue_field(hours->type, "hours"));
    int32_t day;
    enum status status = take_volunteer(store, actor, hours, true, err);
    if (status != STATUS_OK || given.kind != VALUE_INT || !day_of(hours, "date", &day))
        return status; /* what is missing is for the catalogue to say */
    return check_day(store, actor, hours, day, given.number, err);
}

enum status volunteer_fault_prepare(struct store *store, const struct actor *actor, struct record *fault, struct errmsg *err)
{
    return take_volunteer(store, actor, fault, true, err);
}

enum status referral_prepare(struct store *store, const struct actor *actor, struct record *referral, struct errmsg *err)
{
    return is_empty(referral, "volunteer") ? STATUS_OK : take_volunteer(store, actor, referral, false, err);
}

/* Day and hours of the training, day of the meeting. */
static enum status take_occasion(struct store *store, const struct actor *actor, struct record *attendance, const char *field, struct errmsg *err)
{
    struct record occasion;
    bool found;
    enum status status = follow(store, actor, attendance, field, &occasion, &found, err);
    if (status != STATUS_OK || !found)
        return status;
    if (is_empty(attendance, "date"))
        status = record_set(attendance, catalogue_field(attendance->type, "date"), record_get(&occasion, catalogue_field(occasion.type, "date")));
    const struct field_def *hours = catalogue_field(occasion.type, "hours");
    if (status == STATUS_OK && hours != NULL && is_empty(attendance, "hours") && strcmp(record_text(attendance, "result"), "1") == 0)
        status = record_set(attendance, catalogue_field(attendance->type, "hours"), record_get(&occasion, hours));
    record_release(&occasion);
    return status;
}

enum status attendance_prepare(struct store *store, const struct actor *actor, struct record *attendance, struct errmsg *err)
{
    struct record handler;
    bool found;
    enum status status = take_occasion(store, actor, attendance, "training", err);
    if (status == STATUS_OK)
        status = take_occasion(store, actor, attendance, "meeting", err);
    if (status == STATUS_OK && !is_empty(attendance, "volunteer"))
        status = take_volunteer(store, actor, attendance, true, err);
    if (status != STATUS_OK || is_empty(attendance, "handler_ref"))
        return status;
    status = follow(store, actor, attendance, "handler_ref", &handler, &found, err);
    if (status != STATUS_OK)
        return status;
    if (!found)
        return wrong(err, attendance, "handler_ref", _("承办人名册里没有这个人"));
    status = fill_text(attendance, "name", record_text(&handler, "name"));
    record_release(&handler);
    return status;
}
