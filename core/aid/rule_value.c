/* core/aid/rule_value.c - a rule's value from text and its one spelling. See rule.h.
 *
 * Numbers, yes/no and money are read by record_parse, as everywhere in the program, through a private type whose fields have the kinds; terms are read here.
 * Periods in days, months, years, hours: 民法典第二百条; working days: 行政复议法第八十八条 and others. */
#include "core/aid/rule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"

enum { VALUE_MAX_CHARS = 200, TERM_MAX = 9999, TERM_MAX_DIGITS = 9 };

static const struct field_def value_fields[] = {
    {1, "whole", "取值", FIELD_INT, NULL, 0, 0, 0, 0, NULL, NULL, NULL},
    {2, "yes_no", "取值", FIELD_BOOL, NULL, 0, 0, 0, 0, NULL, NULL, NULL},
    {3, "money", "取值", FIELD_MONEY, NULL, 0, 0, 0, 0, NULL, NULL, NULL},
    {4, "words", "取值", FIELD_TEXT, NULL, VALUE_MAX_CHARS, 0, 0, 0, NULL, NULL, NULL},
};

static const struct record_type value_type = {1, "value", "取值", value_fields, sizeof value_fields / sizeof value_fields[0], 0, "whole", NULL, NULL, 0};

static const struct field_def *field_of(enum rule_kind kind)
{
    switch (kind) {
    case RULE_INT:
        return &value_fields[0];
    case RULE_BOOL:
        return &value_fields[1];
    case RULE_MONEY:
        return &value_fields[2];
    default:
        return &value_fields[3];
    }
}

const char *rule_kind_name(enum rule_kind kind)
{
    static const char *const names[RULE_KINDS] = {"int", "bool", "money", "term", "text", "secret"};
    assert(kind < RULE_KINDS);
    return names[kind];
}

/* ---- terms ---- */

static const struct unit_word {
    const char *word;
    enum term_unit unit;
} unit_words[] = {
    {"日", TERM_DAY},       {"天", TERM_DAY},        {"个工作日", TERM_WORKDAY}, {"工作日", TERM_WORKDAY},   {"小时", TERM_HOUR},  {"个小时", TERM_HOUR},
    {"月", TERM_MONTH},     {"个月", TERM_MONTH},    {"年", TERM_YEAR},          {"day", TERM_DAY},          {"days", TERM_DAY},   {"workday", TERM_WORKDAY},
    {"workdays", TERM_WORKDAY}, {"hour", TERM_HOUR}, {"hours", TERM_HOUR},       {"month", TERM_MONTH},      {"months", TERM_MONTH}, {"year", TERM_YEAR},
    {"years", TERM_YEAR},
};

static const char *const unit_labels[] = {"日", "工作日", "小时", "月", "年"};

const char *rule_unit_name(enum term_unit unit)
{
    static const char *const names[] = {"day", "workday", "hour", "month", "year"};
    assert(unit <= TERM_YEAR);
    return names[unit];
}

enum status rule_parse_term(const char *text, struct rule_term *out, struct errmsg *err)
{
    char folded[RULE_TERM_BYTES * 2];
    struct buf buf;
    buf_init(&buf, sizeof folded - 1);
    enum status status = utf8_fold(text, strlen(text), &buf); /* no blanks, full-width as ASCII, lower case */
    memcpy(folded, buf_cstr(&buf), buf.len + 1);
    buf_release(&buf);
    size_t digits = strspn(folded, "0123456789");
    if (status == STATUS_OK && digits > 0) {
        for (size_t i = 0; i < sizeof unit_words / sizeof unit_words[0]; i++) {
            if (strcmp(folded + digits, unit_words[i].word) != 0)
                continue;
            int64_t n = digits > TERM_MAX_DIGITS ? TERM_MAX + 1 : strtoll(folded, NULL, 10);
            if (n > TERM_MAX)
                return errmsg_set(err, STATUS_RANGE, "期限太长：%s", text);
            *out = (struct rule_term){.n = n, .unit = unit_words[i].unit};
            return STATUS_OK;
        }
    }
    if (status == STATUS_NOMEM)
        return status;
    return errmsg_set(err, STATUS_MALFORMED, "期限要写数字和单位，如 7日、5工作日、24小时、6月、3年");
}

void rule_format_term(struct rule_term term, char out[RULE_TERM_BYTES])
{
    struct buf text;
    buf_init(&text, RULE_TERM_BYTES - 1);
    buf_printf(&text, "%lld%s", (long long)term.n, unit_labels[term.unit]);
    memcpy(out, buf_cstr(&text), text.len + 1);
    buf_release(&text);
}

static enum status take_term(const struct rule_def *def, const char *text, struct buf *out, struct rule_term *term, struct errmsg *err)
{
    struct rule_term parsed;
    char spelling[RULE_TERM_BYTES];
    enum status status = rule_parse_term(text, &parsed, err);
    if (status != STATUS_OK)
        return status;
    if (parsed.n < def->min || parsed.n > def->max)
        return errmsg_set(err, STATUS_RANGE, "期限的数字应在 %lld 到 %lld 之间", (long long)def->min, (long long)def->max);
    rule_format_term(parsed, spelling);
    buf_puts(out, spelling);
    if (term != NULL)
        *term = parsed;
    return out->status;
}

/* ---- texts with slots ---- */

/* A pattern's slots are known ones, and a number that is counted keeps its {serial}. */
static enum status check_slots(const struct rule_def *def, const char *text, struct errmsg *err)
{
    static const char *const slots[] = {"{area}", "{word}", "{year}", "{serial}", "{type}", "{retention}"};
    if (strchr(def->initial, '{') == NULL)
        return STATUS_OK;
    for (const char *at = text; (at = strpbrk(at, "{}")) != NULL;) {
        size_t len = 0;
        for (size_t i = 0; i < sizeof slots / sizeof slots[0] && len == 0; i++) {
            if (strncmp(at, slots[i], strlen(slots[i])) == 0)
                len = strlen(slots[i]);
        }
        if (len == 0)
            return errmsg_set(err, STATUS_MALFORMED, "花括号里只能是 {area} {word} {year} {serial} {type} {retention}");
        at += len;
    }
    if (strstr(def->initial, "{serial}") != NULL && strstr(text, "{serial}") == NULL)
        return errmsg_set(err, STATUS_MALFORMED, "要有 {serial}（顺序号），不然各件的号都一样");
    return STATUS_OK;
}

/* ---- all kinds ---- */

static enum status out_of_range(const struct rule_def *def, struct errmsg *err)
{
    if (def->kind == RULE_MONEY)
        return errmsg_set(err, STATUS_RANGE, "金额应在 %lld元 到 %lld元 之间；要写单位，如 %s（只写整数按分计）", (long long)def->min / 100, (long long)def->max / 100,
                          def->initial);
    return errmsg_set(err, STATUS_RANGE, "应在 %lld 到 %lld 之间", (long long)def->min, (long long)def->max);
}

/* Yuan without needless decimals: "2490元" "0.50元". */
static void put_money(int64_t fen, struct buf *out)
{
    buf_printf(out, "%lld", (long long)(fen / 100));
    if (fen % 100 != 0)
        buf_printf(out, ".%02lld", (long long)(fen % 100));
    buf_puts(out, "元");
}

static void put_value(enum rule_kind kind, struct value value, struct buf *out)
{
    if (kind == RULE_MONEY)
        put_money(value.number, out);
    else if (value.kind == VALUE_INT)
        buf_printf(out, "%lld", (long long)value.number);
    else if (value.kind == VALUE_TEXT)
        buf_append(out, value.text, value.len);
}

enum status rule_parse_value(const struct rule_def *def, const char *text, struct buf *out, int64_t *number, struct rule_term *term, struct errmsg *err)
{
    if (def->kind == RULE_TERM)
        return take_term(def, text, out, term, err);
    const struct field_def *field = field_of(def->kind);
    struct record holder;
    record_init(&holder, &value_type);
    enum status status = record_parse(&holder, field, NULL, text, strlen(text), err);
    struct value value = record_get(&holder, field);
    bool words = def->kind == RULE_TEXT || def->kind == RULE_SECRET;
    if (status == STATUS_OK && !words && value.kind != VALUE_INT)
        status = errmsg_set(err, STATUS_MALFORMED, "取值不能空着");
    if (status == STATUS_OK && !words && (value.number < def->min || value.number > def->max))
        status = out_of_range(def, err);
    if (status == STATUS_OK && words && value.kind == VALUE_TEXT)
        status = check_slots(def, value.text, err);
    if (status == STATUS_OK) {
        put_value(def->kind, value, out);
        if (number != NULL && !words)
            *number = value.number;
        status = out->status;
    }
    record_release(&holder);
    return status;
}
