/* core/record/record_check.c - rules over a whole record, and what follows from what is filled in.
 *
 * Checks between fields look only at fields that this edit touched: a record that two stations' edits made inconsistent must still
 * accept a correction of something else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/actor.h"
#include "core/record/code_book.h"
#include "core/record/id_card.h"
#include "core/record/record.h"

struct check {
    const struct record *record;
    const struct code_book *codes;
    const struct field_def **bad;
    struct errmsg *err;
};

static struct value value_of(const struct record *record, const char *name)
{
    const struct field_def *field = catalogue_field(record->type, name);
    return field != NULL ? record_get(record, field) : value_null();
}

static bool touched(const struct record *record, const char *name)
{
    const struct field_def *field = catalogue_field(record->type, name);
    if (field == NULL)
        return false;
    size_t i = catalogue_field_index(record->type, field);
    return !value_equal(record->values[i], record->loaded[i]);
}

static enum status refuse(const struct check *check, const struct field_def *field, const char *reason)
{
    if (check->bad != NULL)
        *check->bad = field;
    return errmsg_set(check->err, STATUS_INVALID, "字段 %s: %s", _(field->label), reason);
}

/* Whether "field=value" or "field" holds. */
static bool condition_holds(const struct record *record, const char *condition)
{
    char name[64];
    const char *equals = strchr(condition, '=');
    size_t len = equals != NULL ? (size_t)(equals - condition) : strlen(condition);
    if (len >= sizeof(name))
        return false;
    memcpy(name, condition, len);
    name[len] = '\0';
    struct value value = value_of(record, name);
    if (equals == NULL || value.kind == VALUE_NULL)
        return value.kind != VALUE_NULL;
    if (value.kind == VALUE_INT)
        return value.number == strtoll(equals + 1, NULL, 10);
    return strcmp(value.text, equals + 1) == 0;
}

static enum status check_required(const struct check *check)
{
    const struct record *record = check->record;
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (record->values[i].kind != VALUE_NULL)
            continue;
        if (field->flags & FIELD_REQUIRED)
            return refuse(check, field, _("必须填写"));
        if (field->required_when != NULL && condition_holds(record, field->required_when))
            return refuse(check, field, _("这种情形必须填写"));
    }
    return STATUS_OK;
}

static enum status check_one_of(const struct check *check)
{
    const struct record *record = check->record;
    const struct field_def *first = NULL;
    char labels[256];
    size_t used = 0;
    if (record->type->one_of == NULL)
        return STATUS_OK;
    for (const char *at = record->type->one_of; *at != '\0';) {
        char name[64];
        size_t len = strcspn(at, ",");
        if (len >= sizeof(name))
            break;
        memcpy(name, at, len);
        name[len] = '\0';
        at += len + (at[len] == ',');
        const struct field_def *field = catalogue_field(record->type, name);
        if (field == NULL)
            continue;
        if (record_get(record, field).kind != VALUE_NULL)
            return STATUS_OK;
        const char *comma = first != NULL ? _("、") : "", *label = _(field->label);
        if (used + strlen(comma) + strlen(label) < sizeof(labels))
            used += (size_t)snprintf(labels + used, sizeof(labels) - used, "%s%s", comma, label);
        first = first != NULL ? first : field;
    }
    if (first == NULL)
        return STATUS_OK;
    if (check->bad != NULL)
        *check->bad = first;
    return errmsg_set(check->err, STATUS_INVALID, "字段 %.*s: 至少填写一项", (int)used, labels);
}

/* What the document number says of the person; false if it says nothing. */
static bool identity(const struct record *record, struct id_number *number)
{
    struct value text = value_of(record, "id_no"), kind = value_of(record, "id_kind");
    if (text.kind != VALUE_TEXT)
        return false;
    return id_number_read(kind.kind == VALUE_TEXT ? kind.text : "", text.text, text.len, DAY_MAX, number, NULL) == STATUS_OK && number->has_card;
}

static enum status check_number(const struct check *check)
{
    const struct record *record = check->record;
    struct value number = value_of(record, "id_no"), kind = value_of(record, "id_kind");
    char out[128];
    struct errmsg reason;
    if (number.kind != VALUE_TEXT || (!touched(record, "id_no") && !touched(record, "id_kind")))
        return STATUS_OK;
    errmsg_clear(&reason);
    if (id_number_check(kind.kind == VALUE_TEXT ? kind.text : "", number.text, number.len, DAY_MAX, out, sizeof(out), &reason) != STATUS_OK)
        return refuse(check, catalogue_field(record->type, "id_no"), reason.text);
    return STATUS_OK;
}

/* Sex, birth day and the record's day against the identity number. */
static enum status check_identity(const struct check *check)
{
    const struct record *record = check->record;
    struct id_number number;
    if (catalogue_field(record->type, "id_no") == NULL || !identity(record, &number))
        return STATUS_OK;
    const struct id_card card = number.card;
    struct value sex = value_of(record, "sex"), born = value_of(record, "born");
    if (sex.kind == VALUE_TEXT && (touched(record, "sex") || touched(record, "id_no"))) {
        if (strcmp(sex.text, card.sex == 1 ? "2" : "1") == 0)
            return refuse(check, catalogue_field(record->type, "sex"),
                          card.sex == 1 ? _("证件号码第 17 位是奇数（男），与所填不符，请核对") : _("证件号码第 17 位是偶数（女），与所填不符，请核对"));
    }
    if (born.kind == VALUE_INT && born.number != card.born && (touched(record, "born") || touched(record, "id_no")))
        return refuse(check, catalogue_field(record->type, "born"), _("与证件号码第 7 至 14 位不符，请核对"));
    const struct field_def *order = catalogue_field(record->type, record->type->order);
    if (order != NULL && order->kind == FIELD_DAY && (touched(record, "id_no") || touched(record, order->name))) {
        struct value day = record_get(record, order);
        if (day.kind == VALUE_INT && card.born > day.number)
            return refuse(check, catalogue_field(record->type, "id_no"), _("号码里的出生日期在本记录的日期之后，请核对"));
    }
    return STATUS_OK;
}

static enum status check_place(const struct check *check)
{
    const struct record *record = check->record;
    struct value town = value_of(record, "town"), village = value_of(record, "village");
    if (check->codes == NULL || town.kind != VALUE_TEXT || village.kind != VALUE_TEXT)
        return STATUS_OK;
    if (!touched(record, "town") && !touched(record, "village"))
        return STATUS_OK;
    enum status status = code_book_need(check->codes, "village", check->err);
    if (status == STATUS_OK)
        status = code_book_need(check->codes, "town", check->err);
    if (status != STATUS_OK)
        return status;
    const struct code *code = code_book_find(check->codes, "village", village.text);
    if (code != NULL && code->parent[0] != '\0' && strcmp(code->parent, town.text) != 0) {
        const char *name = code_book_name(check->codes, "town", code->parent);
        struct errmsg reason;
        errmsg_set(&reason, STATUS_INVALID, "%s属于%s，与所填镇街不符", code->name, name);
        return refuse(check, catalogue_field(record->type, "village"), reason.text);
    }
    return STATUS_OK;
}

/* Pairs of days that must stand in order, in whatever types have both. */
static enum status check_days(const struct check *check)
{
    static const char *const pairs[][2] = {{"date", "end_date"}, {"active_from", "active_to"}, {"received_on", "decided_on"}, {"received_on", "closed_on"}, {"received_on", "assigned_on"},
                                           {"decided_on", "assigned_on"}, {"assigned_on", "terminated_on"}, {"reported_on", "accepted_on"}, {"accepted_on", "paid_on"},
                                           {"accepted_on", "archived_on"}, {"paid_on", "archived_on"}, {"terminated_on", "archived_on"}, {"objected_on", "objection_decided_on"}};
    const struct record *record = check->record;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct value from = value_of(record, pairs[i][0]);
        if (from.kind != VALUE_INT) /* most types have few of them */
            continue;
        struct value to = value_of(record, pairs[i][1]);
        if (to.kind != VALUE_INT || to.number >= from.number)
            continue;
        if (!touched(record, pairs[i][0]) && !touched(record, pairs[i][1]))
            continue;
        struct errmsg reason;
        errmsg_set(&reason, STATUS_INVALID, "不能早于%s", _(catalogue_field(record->type, pairs[i][0])->label));
        return refuse(check, catalogue_field(record->type, pairs[i][1]), reason.text);
    }
    return STATUS_OK;
}

/* A code typed before the record's day changed: refused with what stands in for it. What the record already has stays. */
static enum status check_codes(const struct check *check)
{
    const struct record *record = check->record;
    int32_t day = record_day(record);
    for (size_t i = 0; check->codes != NULL && i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (field->kind != FIELD_CODE || record->values[i].kind != VALUE_TEXT || value_equal(record->values[i], record->loaded[i]))
            continue;
        enum status status = code_book_need(check->codes, field->codes, check->err);
        if (status != STATUS_OK)
            return status;
        const struct code *code = code_book_find(check->codes, field->codes, record->values[i].text);
        if (code == NULL || code->retired || code_usable(code, day))
            continue;
        const struct code *other = code_book_successor(check->codes, code, day);
        struct errmsg reason;
        errmsg_set(&reason, STATUS_INVALID, "%s %s 不是这一天用的%s%s", code->code, code->name, other != NULL ? _("，请用 ") : "", other != NULL ? other->code : "");
        return refuse(check, field, reason.text);
    }
    return STATUS_OK;
}

static bool all_digits(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

/* Rules of single types that the table cannot say. */
static enum status check_type(const struct check *check)
{
    const struct record *record = check->record;
    if (strcmp(record->type->name, "user") == 0 && touched(record, "role") && actor_role_parse(record_text(record, "role")) == ROLE_COUNT)
        return refuse(check, catalogue_field(record->type, "role"),
                      _("没有这个角色；可用 station volunteer clerk reviewer director bureau archivist admin auditor"));
    if (strcmp(record->type->name, "org") == 0 && touched(record, "area")) {
        const char *area = record_text(record, "area");
        size_t len = strlen(area);
        if (!all_digits(area) || (len != 0 && len != 6 && len != 9 && len != 12))
            return refuse(check, catalogue_field(record->type, "area"), _("应为 6、9 或 12 位数字"));
    }
    return STATUS_OK;
}

enum status record_check(const struct record *record, const struct code_book *codes, const struct field_def **bad, struct errmsg *err)
{
    static enum status (*const rules[])(const struct check *) = {check_required, check_one_of, check_number, check_identity,
                                                                 check_place,    check_days,   check_codes,    check_type};
    struct check check = {record, codes, bad, err};
    if (bad != NULL)
        *bad = NULL;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        enum status status = rules[i](&check);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

int32_t record_day(const struct record *record)
{
    const struct field_def *field = catalogue_field(record->type, record->type->order);
    struct value value = field != NULL && field->kind == FIELD_DAY ? record_get(record, field) : value_null();
    return value.kind == VALUE_INT ? (int32_t)value.number : CODE_DAY_NEWEST;
}

static bool is_empty(const struct record *record, const char *name)
{
    return catalogue_field(record->type, name) != NULL && value_of(record, name).kind == VALUE_NULL;
}

/* A disability certificate says what kind: codes of person_category (01 disabled, 02 blind, deaf or mute, 03 mentally ill) and of health. */
static enum status derive_disability(struct record *record, const struct id_number *number)
{
    static const char *const categories[] = {"", "01,02", "01,02", "01,02", "01", "01", "01,03", "01"};
    enum status status = STATUS_OK;
    if (number->disability == 0)
        return STATUS_OK;
    if (is_empty(record, "categories"))
        status = record_set_text(record, "categories", categories[number->disability]);
    if (status == STATUS_OK && is_empty(record, "health"))
        status = record_set_text(record, "health", "6");
    return status;
}

static enum status derive_identity(struct record *record, const struct id_number *number)
{
    enum status status = STATUS_OK;
    if (is_empty(record, "sex"))
        status = record_set_text(record, "sex", number->card.sex == 1 ? "1" : "2");
    if (status == STATUS_OK && is_empty(record, "born"))
        status = record_set_int(record, "born", number->card.born);
    if (status == STATUS_OK && is_empty(record, "id_kind"))
        status = record_set_text(record, "id_kind", number->kind);
    return status == STATUS_OK ? derive_disability(record, number) : status;
}

enum status record_derive(struct record *record, const struct code_book *codes)
{
    struct id_number number;
    enum status status = identity(record, &number) ? derive_identity(record, &number) : STATUS_OK;
    struct value village = value_of(record, "village");
    if (status == STATUS_OK && codes != NULL && village.kind == VALUE_TEXT && is_empty(record, "town")) {
        status = code_book_need(codes, "village", NULL);
        if (status == STATUS_OK)
            status = code_book_need(codes, "town", NULL);
        const struct code *code = status == STATUS_OK ? code_book_find(codes, "village", village.text) : NULL;
        if (code != NULL && code_book_find(codes, "town", code->parent) != NULL)
            status = record_set_text(record, "town", code->parent);
    }
    return status;
}
