/* core/record/record_text.c - a record's values as people, files and the command line write and read them, and the rules of a whole record. See record.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/id.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/record/code_book.h"
#include "core/record/id_card.h"
#include "core/record/record.h"

enum { TEXT_SLACK_BYTES = 64, FEN_PER_YUAN = 100, TITLE_COLUMNS = 60, CODES_MAX = 32 };
static const int64_t FEN_MAX = INT64_C(1000000000000000); /* ten thousand billion yuan: a typing error beyond */

/* Full-width digits and signs as ASCII, blanks dropped: for everything that is not prose. */
static void fold_ascii(const char *text, size_t len, struct buf *out)
{
    for (size_t at = 0; at < len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t n = utf8_decode(text + at, len - at, &code);
        at += n;
        code = utf8_ascii_twin(code);
        if (code != ' ' && n > 0)
            buf_append(out, bytes, utf8_encode(code, bytes));
        if (n == 0)
            break;
    }
}

static enum status set_owned(struct record *record, const struct field_def *field, const struct buf *text)
{
    return text->status != STATUS_OK ? text->status : record_set(record, field, value_text(buf_cstr(text), text->len));
}

static enum status check_chars(const struct field_def *field, const char *text, size_t len, struct errmsg *err)
{
    size_t chars = utf8_count(text, len);
    uint32_t max = catalogue_max_chars(field);
    return chars <= max ? STATUS_OK : errmsg_set(err, STATUS_TOO_LARGE, "最多 %u 个字，现有 %zu 个", max, chars);
}

/* The separator inside the names of many minorities is U+00B7; other dots people type become it. */
static void unify_dots(const char *text, size_t len, struct buf *out)
{
    for (size_t at = 0; at < len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t n = utf8_decode(text + at, len - at, &code);
        if (n == 0)
            return;
        if (code == 0x30FB || code == 0xFF0E || code == 0x2022 || code == 0x2027 || code == 0x22C5)
            code = 0xB7;
        buf_append(out, bytes, utf8_encode(code, bytes));
        at += n;
    }
}

static enum status parse_text(struct record *record, const struct field_def *field, const char *text, size_t len, struct errmsg *err)
{
    enum status status = check_chars(field, text, len, err);
    if (status != STATUS_OK || field->kind != FIELD_NAME)
        return status == STATUS_OK ? record_set(record, field, value_text(text, len)) : status;
    struct buf name;
    buf_init(&name, len * 2 + TEXT_SLACK_BYTES);
    unify_dots(text, len, &name);
    status = set_owned(record, field, &name);
    buf_release(&name);
    return status;
}

static enum status parse_int(const struct field_def *field, const char *text, int64_t *out, struct errmsg *err)
{
    char *end;
    long long number = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0')
        return errmsg_set(err, STATUS_INVALID, "应为整数");
    int64_t min = field->min, max = field->max;
    if (min == 0 && max == 0)
        max = INT64_C(1000000000);
    if (number < min || number > max)
        return errmsg_set(err, STATUS_RANGE, "应在 %lld 到 %lld 之间", (long long)min, (long long)max);
    *out = number;
    return STATUS_OK;
}

/* "123.45", "123.45元", "123元", "3.1万": yuan; "12345": fen. */
static enum status parse_money(const char *text, int64_t *fen, struct errmsg *err)
{
    static const char HELP[] = "金额写作 12000元、0.5万元 或 120.50；只写整数按分计";
    char *end;
    long long whole = strtoll(text, &end, 10);
    if (end == text || whole < 0 || whole > FEN_MAX)
        return errmsg_set(err, STATUS_INVALID, "%s", HELP);
    if (*end == '\0') {
        *fen = whole;
        return STATUS_OK;
    }
    int64_t scale = FEN_PER_YUAN, part = 0, unit = 1;
    if (*end == '.')
        for (end++; *end >= '0' && *end <= '9' && unit < 1000000; end++, unit *= 10)
            part = part * 10 + (*end - '0');
    if (strncmp(end, "万", strlen("万")) == 0) {
        scale *= 10000;
        end += strlen("万");
    }
    if (strncmp(end, "元", strlen("元")) == 0)
        end += strlen("元");
    if (*end != '\0' || part * scale % unit != 0)
        return errmsg_set(err, STATUS_INVALID, "%s", HELP);
    if (whole > FEN_MAX / scale)
        return errmsg_set(err, STATUS_RANGE, "金额过大");
    *fen = whole * scale + part * scale / unit;
    return STATUS_OK;
}

static enum status parse_bool(const char *text, int64_t *out, struct errmsg *err)
{
    static const char *const YES[] = {"1", "是", "有", "true", "yes", "y", "√"}, *const NO[] = {"0", "否", "无", "false", "no", "n", "×"};
    for (size_t i = 0; i < sizeof YES / sizeof YES[0]; i++) {
        if (strcasecmp(text, YES[i]) == 0 || strcasecmp(text, NO[i]) == 0) {
            *out = strcasecmp(text, YES[i]) == 0;
            return STATUS_OK;
        }
    }
    return errmsg_set(err, STATUS_INVALID, "应为 是 或 否");
}

static const struct code *find_code(const struct code_book *codes, const char *set, const char *text, size_t len)
{
    char key[256];
    if (codes == NULL || len >= sizeof key)
        return NULL;
    memcpy(key, text, len);
    key[len] = '\0';
    const struct code *code = code_book_find(codes, set, key);
    return code != NULL ? code : code_book_by_name(codes, set, key);
}

static enum status parse_code(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len, struct errmsg *err)
{
    const struct code *code = find_code(codes, field->codes, text, len);
    if (code == NULL)
        return errmsg_set(err, STATUS_INVALID, "%s 没有这个代码或名称: %.*s", field->label, (int)utf8_cut(text, len, len < 60 ? len : 60), text);
    return record_set(record, field, value_string(code->code));
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status parse_codes(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len, struct errmsg *err)
{
    const char *found[CODES_MAX];
    size_t count = 0;
    for (size_t at = 0; at < len;) {
        size_t n = strcspn(text + at, ",;/ \n");
        if (n > 0) {
            const struct code *code = find_code(codes, field->codes, text + at, n);
            if (code == NULL)
                return errmsg_set(err, STATUS_INVALID, "%s 没有这个代码或名称: %.*s", field->label, (int)n, text + at);
            if (count == CODES_MAX)
                return errmsg_set(err, STATUS_TOO_LARGE, "最多 %d 项", CODES_MAX);
            found[count++] = code->code;
        }
        at += n < len - at ? n + 1 : n;
    }
    qsort(found, count, sizeof found[0], compare_codes);
    struct buf list;
    buf_init(&list, 1024);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(found[i], found[i - 1]) == 0)
            continue;
        if (list.len > 0)
            buf_putc(&list, ',');
        buf_puts(&list, found[i]);
    }
    enum status status = set_owned(record, field, &list);
    buf_release(&list);
    return status;
}

static enum status parse_phone(struct record *record, const struct field_def *field, const char *text, size_t len, struct errmsg *err)
{
    size_t digits = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            digits++;
        else if (strchr("+-()/#*,", text[i]) == NULL)
            return errmsg_set(err, STATUS_INVALID, "电话只能有数字和 + - ( ) / # ,");
    }
    if (digits < 3)
        return errmsg_set(err, STATUS_INVALID, "电话至少要有 3 位数字");
    enum status status = check_chars(field, text, len, err);
    return status == STATUS_OK ? record_set(record, field, value_text(text, len)) : status;
}

static enum status parse_id_number(struct record *record, const struct field_def *field, const char *text, size_t len, struct errmsg *err)
{
    const struct field_def *kind = catalogue_field(record->type, "id_kind");
    struct value code = kind == NULL ? value_null() : record_get(record, kind);
    char number[64];
    enum status status = id_number_check(code.kind == VALUE_TEXT ? code.text : "", text, len, DAY_MAX, number, sizeof number, err);
    return status == STATUS_OK ? record_set(record, field, value_string(number)) : status;
}

static enum status parse_ref(struct record *record, const struct field_def *field, const char *text, size_t len, struct errmsg *err)
{
    struct id id;
    char hex[ID_TEXT_BYTES];
    if (id_parse(text, len, &id) != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "应为 32 位记录编号");
    id_format(id, hex);
    return record_set(record, field, value_string(hex));
}

/* Everything but prose: over the text with full-width forms folded. */
static enum status parse_folded(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len, struct errmsg *err)
{
    int64_t number = 0;
    int32_t day = 0;
    enum status status = STATUS_OK;
    switch (field->kind) {
    case FIELD_INT:
        status = parse_int(field, text, &number, err);
        break;
    case FIELD_MONEY:
        status = parse_money(text, &number, err);
        break;
    case FIELD_BOOL:
        status = parse_bool(text, &number, err);
        break;
    case FIELD_DAY:
        status = day_parse(text, len, &day);
        number = day;
        if (status != STATUS_OK)
            return errmsg_set(err, status, status == STATUS_RANGE ? "没有这一天: %.40s" : "日期应写作 2026-03-05: %.40s", text);
        break;
    case FIELD_CODES:
        return parse_codes(record, field, codes, text, len, err);
    case FIELD_PHONE:
        return parse_phone(record, field, text, len, err);
    case FIELD_ID_NO:
        return parse_id_number(record, field, text, len, err);
    case FIELD_REF:
        return parse_ref(record, field, text, len, err);
    default:
        assert(!"kinds of prose are parsed elsewhere");
    }
    return status == STATUS_OK ? record_set(record, field, value_int(number)) : status;
}

static enum status parse_clean(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len, struct errmsg *err)
{
    if (len == 0)
        return record_set(record, field, value_null());
    if (field->kind == FIELD_TEXT || field->kind == FIELD_LONG || field->kind == FIELD_NAME || field->kind == FIELD_SECRET)
        return parse_text(record, field, text, len, err);
    if (field->kind == FIELD_CODE)
        return parse_code(record, field, codes, text, len, err);
    struct buf folded;
    buf_init(&folded, len + TEXT_SLACK_BYTES);
    fold_ascii(text, len, &folded);
    enum status status = folded.status;
    if (status == STATUS_OK)
        status = parse_folded(record, field, codes, buf_cstr(&folded), folded.len, err);
    buf_wipe(&folded);
    return status;
}

enum status record_parse(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len, struct errmsg *err)
{
    struct buf clean;
    /* A text far over the limit is refused before it is normalised. */
    if (len / UTF8_MAX_BYTES > (size_t)catalogue_max_chars(field) * 4)
        return errmsg_set(err, STATUS_TOO_LARGE, "最多 %u 个字", catalogue_max_chars(field));
    buf_init(&clean, len * 3 + TEXT_SLACK_BYTES);
    enum status status = utf8_normalise(text, len, field->kind == FIELD_LONG, &clean);
    if (status == STATUS_MALFORMED)
        errmsg_set(err, status, utf8_valid(text, len) ? "含有不允许的控制字符" : "编码不正确，应为 UTF-8");
    else if (status == STATUS_OK)
        status = parse_clean(record, field, codes, buf_cstr(&clean), clean.len, err);
    buf_wipe(&clean);
    return status;
}

/* Out. */

static void format_number(enum field_kind kind, int64_t number, bool people, struct buf *out)
{
    char day[DAY_TEXT_BYTES];
    if (kind == FIELD_DAY && number >= DAY_MIN && number <= DAY_MAX) {
        day_format((int32_t)number, day);
        buf_puts(out, day);
    } else if (kind == FIELD_MONEY && people) {
        buf_printf(out, "%lld.%02lld元", (long long)(number / FEN_PER_YUAN), (long long)(number % FEN_PER_YUAN));
    } else if (kind == FIELD_BOOL && people) {
        buf_puts(out, number != 0 ? "是" : "否");
    } else {
        buf_printf(out, "%lld", (long long)number);
    }
}

void record_format_raw(const struct field_def *field, struct value value, struct buf *out)
{
    if (field->kind == FIELD_SECRET)
        return;
    if (value.kind == VALUE_INT)
        format_number(field->kind, value.number, false, out);
    else if (value.kind == VALUE_TEXT)
        buf_append(out, value.text, value.len);
}

static void format_codes(const struct field_def *field, const struct code_book *codes, struct value value, struct buf *out)
{
    for (size_t at = 0; at < value.len;) {
        char code[64];
        size_t n = strcspn(value.text + at, ",");
        if (n < sizeof code) {
            memcpy(code, value.text + at, n);
            code[n] = '\0';
            if (at > 0)
                buf_puts(out, "、");
            buf_puts(out, code_book_name(codes, field->codes, code));
        }
        at += n + 1;
    }
}

void record_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    struct value value = record_get(record, field);
    if (field->kind == FIELD_SECRET || value.kind == VALUE_NULL)
        return;
    if (value.kind == VALUE_INT)
        format_number(field->kind, value.number, true, out);
    else if (codes != NULL && field->kind == FIELD_CODE)
        buf_puts(out, code_book_name(codes, field->codes, value.text));
    else if (codes != NULL && field->kind == FIELD_CODES)
        format_codes(field, codes, value, out);
    else
        buf_append(out, value.text, value.len);
}

void record_title(const struct record *record, const struct code_book *codes, struct buf *out)
{
    struct buf title;
    buf_init(&title, CODES_MAX * 1024 * 4);
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (!(field->flags & FIELD_TITLE) || record->values[i].kind == VALUE_NULL)
            continue;
        if (title.len > 0)
            buf_puts(&title, "  ");
        record_format(record, field, codes, &title);
    }
    const char *text = buf_cstr(&title);
    size_t len = strcspn(text, "\n");
    buf_append(out, text, width_fit(text, len, TITLE_COLUMNS, NULL));
    buf_wipe(&title);
}

/* Whole-record rules. */

static bool is_set(const struct record *record, const char *name, size_t len)
{
    char field[64];
    if (len >= sizeof field)
        return false;
    memcpy(field, name, len);
    field[len] = '\0';
    const struct field_def *def = catalogue_field(record->type, field);
    return def != NULL && record_get(record, def).kind != VALUE_NULL;
}

/* "field=value" or "field". */
static bool condition_holds(const struct record *record, const char *condition)
{
    const char *equals = strchr(condition, '=');
    if (equals == NULL)
        return is_set(record, condition, strlen(condition));
    if (!is_set(record, condition, (size_t)(equals - condition)))
        return false;
    char field[64];
    memcpy(field, condition, (size_t)(equals - condition));
    field[equals - condition] = '\0';
    const struct field_def *def = catalogue_field(record->type, field);
    struct buf text;
    buf_init(&text, 1024);
    record_format_raw(def, record_get(record, def), &text);
    bool holds = strcmp(buf_cstr(&text), equals + 1) == 0;
    buf_release(&text);
    return holds;
}

static enum status check_one_of(const struct record *record, const struct field_def **bad, struct errmsg *err)
{
    struct buf labels;
    bool any = record->type->one_of == NULL;
    buf_init(&labels, 512);
    for (const char *at = record->type->one_of; at != NULL && *at != '\0' && !any;) {
        size_t n = strcspn(at, ",");
        char name[64];
        any = is_set(record, at, n);
        memcpy(name, at, n < sizeof name ? n : sizeof name - 1);
        name[n < sizeof name ? n : sizeof name - 1] = '\0';
        const struct field_def *field = catalogue_field(record->type, name);
        if (*bad == NULL)
            *bad = field;
        buf_printf(&labels, "%s%s", labels.len > 0 ? "、" : "", field == NULL ? name : field->label);
        at += at[n] == ',' ? n + 1 : n;
    }
    enum status status = any ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "%s: 至少填一项", buf_cstr(&labels));
    if (any)
        *bad = NULL;
    buf_release(&labels);
    return status;
}

enum status record_check(const struct record *record, const struct code_book *codes, const struct field_def **bad, struct errmsg *err)
{
    const struct field_def *unwanted;
    (void)codes;
    if (bad == NULL)
        bad = &unwanted;
    *bad = NULL;
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        bool needed = (field->flags & FIELD_REQUIRED) || (field->required_when != NULL && condition_holds(record, field->required_when));
        if (needed && record->values[i].kind == VALUE_NULL) {
            *bad = field;
            return errmsg_set(err, STATUS_INVALID, "%s: 必须填写", field->label);
        }
    }
    return check_one_of(record, bad, err);
}

void record_derive(struct record *record)
{
    const struct field_def *sex = catalogue_field(record->type, "sex"), *born = catalogue_field(record->type, "born");
    const struct field_def *number = catalogue_field(record->type, "id_no");
    if (number == NULL || record_get(record, number).kind != VALUE_TEXT)
        return;
    struct id_card card;
    struct value text = record_get(record, number);
    if (id_card_parse(text.text, text.len, DAY_MAX, &card, NULL) != STATUS_OK)
        return;
    if (sex != NULL && record_get(record, sex).kind == VALUE_NULL)
        (void)record_set_text(record, "sex", card.sex == 1 ? "1" : "2");
    if (born != NULL && record_get(record, born).kind == VALUE_NULL)
        (void)record_set_int(record, "born", card.born);
}
