/* core/record/record_parse.c - a field's value from text, as people, files and command lines write it.
 *
 * Every text is first normalised (NFC, blanks at the ends, no control characters). Numbers, days, codes and phones are then read in
 * their ASCII twins, so full-width input needs no care. Messages name the reason, not the field: the caller knows its line and label. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/money.h"
#include "core/base/utf8.h"
#include "core/record/code_book.h"
#include "core/record/id_card.h"
#include "core/record/phone.h"
#include "core/record/record.h"

enum {
    INPUT_MAX_BYTES = 1 << 20,  /* a field of 20,000 characters has at most 80 KB; more is never stored */
    SHORT_MAX_BYTES = 128,      /* numbers, days, phones, document numbers */
    CODES_MAX = 64              /* codes in one FIELD_CODES */
};

#define INT_DEFAULT_MAX INT64_C(999999999)
#define MONEY_DEFAULT_MAX INT64_C(99999999999999) /* fen: 999,999,999,999.99 yuan */

struct parse {
    struct record *record;
    const struct field_def *field;
    const struct code_book *codes;
    const char *text; /* normalised, not empty */
    size_t len;
    struct errmsg *err;
};

/* Marks without width that come along when a name or a phone is copied from a chat or an address book. */
static bool is_invisible(uint32_t code)
{
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF;
}

/* ASCII twins without blanks (and without commas if asked); 、 stays what utf8_ascii_twin makes of it. */
static enum status fold(const struct parse *parse, bool drop_commas, char out[SHORT_MAX_BYTES])
{
    size_t used = 0;
    for (size_t at = 0; at < parse->len;) {
        uint32_t code;
        size_t step = utf8_decode(parse->text + at, parse->len - at, &code);
        assert(step > 0);
        at += step;
        code = utf8_ascii_twin(code);
        if (code == ' ' || code == 0xA0 || is_invisible(code) || (drop_commas && code == ','))
            continue;
        char bytes[UTF8_MAX_BYTES];
        size_t n = utf8_encode(code, bytes);
        if (used + n >= SHORT_MAX_BYTES)
            return errmsg_set(parse->err, STATUS_TOO_LARGE, "内容过长，最多 %u 个字", catalogue_max_chars(parse->field));
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return STATUS_OK;
}

static enum status set_number(const struct parse *parse, int64_t number)
{
    return record_set(parse->record, parse->field, value_int(number));
}

static enum status check_chars(const struct parse *parse, const char *text, size_t len)
{
    size_t chars = utf8_count(text, len), max = catalogue_max_chars(parse->field);
    if (chars > max)
        return errmsg_set(parse->err, STATUS_TOO_LARGE, "最多 %zu 个字，现有 %zu 个", max, chars);
    return STATUS_OK;
}

/* What the rules of its kind left nothing of is empty. */
static enum status set_text(const struct parse *parse, const char *text, size_t len)
{
    return record_set(parse->record, parse->field, len > 0 ? value_text(text, len) : value_null());
}

static enum status parse_text(const struct parse *parse)
{
    enum status status = check_chars(parse, parse->text, parse->len);
    if (status != STATUS_OK)
        return status;
    return record_set(parse->record, parse->field, value_text(parse->text, parse->len));
}

static bool is_middle_dot(uint32_t code)
{
    return code == 0xB7 || code == 0x30FB || code == 0xFF0E || code == 0xFF65 || code == 0x2022 || code == 0x2027 || code == 0x22C5;
}

/* A blank between these stays: Latin names need it. One beside a Han character or a middle dot is there for the look ("张　三"). */
static bool blank_counts(uint32_t before, uint32_t after)
{
    enum { CJK_BEGIN = 0x2E80, MIDDLE_DOT = 0xB7 };
    return before != 0 && (before < CJK_BEGIN || after < CJK_BEGIN) && before != MIDDLE_DOT && after != MIDDLE_DOT;
}

static void unify_name(const char *text, size_t len, struct buf *out)
{
    uint32_t before = 0;
    bool blank = false;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        assert(step > 0);
        at += step;
        if (is_invisible(code))
            continue;
        if (code == ' ' || code == 0x3000 || code == 0xA0) {
            blank = true;
            continue;
        }
        if (is_middle_dot(code))
            code = 0xB7;
        if (blank && blank_counts(before, code))
            buf_putc(out, ' ');
        blank = false;
        before = code;
        char bytes[UTF8_MAX_BYTES];
        buf_append(out, bytes, utf8_encode(code, bytes));
    }
}

/* One kind of middle dot, no needless blanks, nothing invisible; composed again, since what stood between may be gone. */
static enum status parse_name(const struct parse *parse)
{
    struct buf plain, name;
    buf_init(&plain, INPUT_MAX_BYTES * 4);
    buf_init(&name, INPUT_MAX_BYTES * 4);
    unify_name(parse->text, parse->len, &plain);
    enum status status = plain.status;
    if (status == STATUS_OK)
        status = utf8_normalise(buf_cstr(&plain), plain.len, false, &name);
    if (status == STATUS_OK)
        status = check_chars(parse, buf_cstr(&name), name.len);
    if (status == STATUS_OK)
        status = set_text(parse, buf_cstr(&name), name.len);
    buf_wipe(&plain);
    buf_wipe(&name);
    return status;
}

static enum status check_range(const struct parse *parse, int64_t number, int64_t min, int64_t max)
{
    if (parse->field->min != 0 || parse->field->max != 0) {
        min = parse->field->min;
        max = parse->field->max;
    }
    if (number < min || number > max)
        return errmsg_set(parse->err, STATUS_RANGE, "应在 %lld 到 %lld 之间", (long long)min, (long long)max);
    return STATUS_OK;
}

static enum status parse_int(const struct parse *parse)
{
    char text[SHORT_MAX_BYTES];
    enum status status = fold(parse, true, text);
    if (status != STATUS_OK)
        return status;
    const char *at = text;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || at[digits] != '\0')
        return errmsg_set(parse->err, STATUS_MALFORMED, "应为整数，如 3");
    if (digits > 18)
        return errmsg_set(parse->err, STATUS_RANGE, "数字太大");
    int64_t number = strtoll(at, NULL, 10);
    if (negative)
        number = -number;
    status = check_range(parse, number, 0, INT_DEFAULT_MAX);
    return status == STATUS_OK ? set_number(parse, number) : status;
}

static bool is_two_digits(const char *at)
{
    return at[0] >= '0' && at[0] <= '9' && at[1] >= '0' && at[1] <= '9';
}

/* h:mm, h:mm:ss, with fractions of a second. */
static bool is_time(const char *at)
{
    size_t hours = strspn(at, "0123456789");
    if (hours < 1 || hours > 2 || at[hours] != ':' || !is_two_digits(at + hours + 1))
        return false;
    at += hours + 3;
    if (*at == ':' && is_two_digits(at + 1))
        at += 3;
    if (*at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    return *at == '\0';
}

/* Spreadsheets and other programs write a time behind the day: "2026/3/5 0:00:00", "2026-03-05T09:12". The length without it. */
static size_t day_length(const struct parse *parse)
{
    char tail[SHORT_MAX_BYTES];
    struct parse behind = *parse;
    size_t at = parse->len;
    while (at > 0 && parse->text[at - 1] != ' ' && parse->text[at - 1] != 'T')
        at--;
    if (at < 2)
        return parse->len;
    behind.text += at;
    behind.len -= at;
    behind.err = NULL;
    return fold(&behind, false, tail) == STATUS_OK && is_time(tail) ? at - 1 : parse->len;
}

static enum status parse_day(const struct parse *parse)
{
    char text[SHORT_MAX_BYTES];
    int32_t day = 0;
    struct parse part = *parse;
    part.len = day_length(parse);
    enum status status = fold(&part, false, text);
    if (status == STATUS_OK)
        status = day_parse(text, strlen(text), &day);
    if (status == STATUS_RANGE && (memcmp(text, "1900", 4) < 0 || memcmp(text, "2199", 4) > 0))
        return errmsg_set(parse->err, STATUS_RANGE, "%s 的年份要在 1900 到 2199 之间，请核对", text);
    if (status == STATUS_RANGE)
        return errmsg_set(parse->err, STATUS_RANGE, "%s 没有这一天，请核对", text);
    if (status != STATUS_OK)
        return errmsg_set(parse->err, STATUS_MALFORMED, "不是日期；请写成 2026-03-05 这样");
    if (parse->field->min != 0 || parse->field->max != 0) {
        if (day < parse->field->min || day > parse->field->max)
            return errmsg_set(parse->err, STATUS_RANGE, "日期超出范围");
    }
    return set_number(parse, day);
}

static enum status parse_money(const struct parse *parse)
{
    char text[SHORT_MAX_BYTES];
    int64_t fen = 0;
    enum status status = fold(parse, true, text);
    if (status != STATUS_OK)
        return status;
    status = money_parse(text, strlen(text), MONEY_FEN, &fen); /* a plain integer is fen */
    if (status == STATUS_MALFORMED)
        return errmsg_set(parse->err, STATUS_MALFORMED, "应为金额，如 1200元 或 1200.50");
    if (status == STATUS_RANGE)
        return errmsg_set(parse->err, STATUS_RANGE, "金额最小到分");
    if (status != STATUS_OK || check_range(parse, fen, 0, MONEY_DEFAULT_MAX) != STATUS_OK)
        return errmsg_set(parse->err, STATUS_RANGE, fen < 0 ? "金额不能是负数" : "金额太大");
    return set_number(parse, fen);
}

static enum status parse_bool(const struct parse *parse)
{
    static const char *const yes[] = {"是", "有", "对", "1", "true", "yes", "y", "√", "Y", "TRUE", "True", "Yes"};
    static const char *const no[] = {"否", "无", "不", "0", "false", "no", "n", "×", "N", "FALSE", "False", "No"};
    char text[SHORT_MAX_BYTES];
    enum status status = fold(parse, false, text);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (strcmp(text, yes[i]) == 0)
            return set_number(parse, 1);
        if (strcmp(text, no[i]) == 0)
            return set_number(parse, 0);
    }
    return errmsg_set(parse->err, STATUS_MALFORMED, "应为 是 或 否");
}

/* Villages of different towns share names: with the town known, its own comes first. */
static const struct code *find_in_town(const struct parse *parse, const char *name)
{
    const struct field_def *field = catalogue_field(parse->record->type, "town");
    if (strcmp(parse->field->codes, "village") != 0 || field == NULL)
        return NULL;
    struct value town = record_get(parse->record, field);
    if (town.kind != VALUE_TEXT)
        return NULL;
    size_t n = code_book_count(parse->codes, "village");
    for (size_t i = 0; i < n; i++) {
        const struct code *code = code_book_at(parse->codes, "village", i);
        if (strcmp(code->name, name) == 0 && strcmp(code->parent, town.text) == 0)
            return code;
    }
    return NULL;
}

static bool was_loaded_with(const struct parse *parse, const char *code)
{
    struct value loaded = parse->record->loaded[catalogue_field_index(parse->record->type, parse->field)];
    size_t len = strlen(code);
    if (loaded.kind != VALUE_TEXT)
        return false;
    for (const char *at = loaded.text; (at = strstr(at, code)) != NULL; at += len)
        if ((at == loaded.text || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

/* What cannot be picked, and what can instead; short, for the message line. */
static enum status refuse_code(const struct parse *parse, const struct code *code, int32_t day)
{
    const struct code *other = code_book_successor(parse->codes, code, day);
    const char *instead = other != NULL ? other->code : "";
    char bound[DAY_TEXT_BYTES];
    if (code->retired)
        return errmsg_set(parse->err, STATUS_INVALID, "代码 %s（%s）已停用，不能再选%s%s", code->code, code->name, other != NULL ? "，请用 " : "", instead);
    bool over = code->active_to != 0 && day > code->active_to;
    day_format(over ? code->active_to : code->active_from, bound);
    return errmsg_set(parse->err, STATUS_INVALID, over ? "%s %s 只用到 %s，这一天%s%s" : "%s %s 从 %s 起才用，这一天%s%s", code->code, code->name, bound,
                      other != NULL ? "请用 " : "不能用", instead);
}

/* The codes of a short table, "01 永久、02 三十年"; false: there are too many to say. */
static bool list_codes(const struct parse *parse, int32_t day, char *out, size_t out_bytes)
{
    size_t n = code_book_count(parse->codes, parse->field->codes), used = 0;
    for (size_t i = 0; i < n && n <= 16; i++) {
        const struct code *code = code_book_at(parse->codes, parse->field->codes, i);
        if (!code_usable(code, day))
            continue;
        int len = snprintf(out + used, out_bytes - used, "%s%s %s", used > 0 ? _("、") : "", code->code, _(code->name));
        if (len < 0 || (size_t)len >= out_bytes - used)
            return false;
        used += (size_t)len;
    }
    return used > 0;
}

/* One code by code or name. Errors: STATUS_INVALID. */
static enum status find_code(const struct parse *parse, const char *text, const struct code **out)
{
    const char *set = parse->field->codes;
    int32_t day = record_day(parse->record);
    const struct code *code = code_book_find(parse->codes, set, text);
    if (code == NULL)
        code = find_in_town(parse, text);
    if (code == NULL)
        code = code_book_by_name_on(parse->codes, set, text, day);
    if (code == NULL) {
        size_t shown = utf8_cut(text, strlen(text), 60);
        char list[240];
        if (list_codes(parse, day, list, sizeof list))
            return errmsg_set(parse->err, STATUS_INVALID, "没有这个代码: %.*s；%s: %s", (int)shown, text, _(parse->field->label), list);
        return errmsg_set(parse->err, STATUS_INVALID, "没有这个代码: %.*s；可用 %s 的代码或名称", (int)shown, text, _(parse->field->label));
    }
    if (!code_usable(code, day) && !was_loaded_with(parse, code->code))
        return refuse_code(parse, code, day);
    *out = code;
    return STATUS_OK;
}

/* The text as typed, then its ASCII twins: a full-width code is found, a name with full-width brackets too. Errors: STATUS_INVALID, STATUS_NOMEM. */
static enum status find_code_folded(const struct parse *parse, const char *text, const struct code **out)
{
    struct parse part = *parse;
    if (parse->codes == NULL)
        return errmsg_set(parse->err, STATUS_INVALID, "没有装入代码表，不能填 %s", _(parse->field->label));
    enum status status = code_book_need(parse->codes, parse->field->codes, parse->err);
    if (status != STATUS_OK)
        return status;
    char folded[SHORT_MAX_BYTES];
    part.text = text;
    part.len = strlen(text);
    if (code_book_find(parse->codes, parse->field->codes, text) == NULL && fold(&part, false, folded) == STATUS_OK &&
        strcmp(folded, text) != 0 && find_code(&part, folded, out) == STATUS_OK)
        return STATUS_OK;
    char padded[3] = {'0', text[0], '\0'};
    if (text[0] >= '1' && text[0] <= '9' && text[1] == '\0' && code_book_find(parse->codes, parse->field->codes, text) == NULL &&
        code_book_find(parse->codes, parse->field->codes, padded) != NULL)
        text = padded; /* 2 is 02 where every code has two digits */
    return find_code(&part, text, out);
}

static enum status parse_code(const struct parse *parse)
{
    const struct code *code = NULL;
    enum status status = find_code_folded(parse, parse->text, &code);
    if (status != STATUS_OK)
        return status;
    return record_set(parse->record, parse->field, value_string(code->code));
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum status set_codes(const struct parse *parse, const char **list, size_t n)
{
    struct buf out;
    buf_init(&out, INPUT_MAX_BYTES);
    qsort(list, n, sizeof(list[0]), compare_codes);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && strcmp(list[i], list[i - 1]) == 0)
            continue;
        if (out.len > 0)
            buf_putc(&out, ',');
        buf_puts(&out, list[i]);
    }
    enum status status = out.status;
    if (status == STATUS_OK)
        status = check_chars(parse, buf_cstr(&out), out.len);
    if (status == STATUS_OK)
        status = set_text(parse, buf_cstr(&out), out.len);
    buf_release(&out);
    return status;
}

/* Bytes of the separator at text, 0 if there is none: , ; ， ； 、 and blanks. */
static size_t separator(const char *text)
{
    static const char *const list[] = {",", ";", " ", "\n", "，", "；", "、", "　"};
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        if (strncmp(text, list[i], strlen(list[i])) == 0)
            return strlen(list[i]);
    }
    return 0;
}

static enum status parse_codes(const struct parse *parse)
{
    const char *list[CODES_MAX];
    size_t n = 0;
    for (const char *at = parse->text; *at != '\0';) {
        size_t skip = separator(at), len = 0;
        if (skip > 0) {
            at += skip;
            continue;
        }
        while (at[len] != '\0' && separator(at + len) == 0)
            len++;
        char item[SHORT_MAX_BYTES];
        if (len >= sizeof(item) || n == CODES_MAX)
            return errmsg_set(parse->err, STATUS_TOO_LARGE, "内容过长，最多 %d 项", CODES_MAX);
        memcpy(item, at, len);
        item[len] = '\0';
        at += len;
        const struct code *code = NULL;
        enum status status = find_code_folded(parse, item, &code);
        if (status != STATUS_OK)
            return status;
        list[n++] = code->code;
    }
    return set_codes(parse, list, n);
}

static enum status parse_ref(const struct parse *parse)
{
    char text[SHORT_MAX_BYTES], out[ID_TEXT_BYTES];
    struct id id;
    enum status status = fold(parse, false, text);
    if (status == STATUS_OK)
        status = id_parse(text, strlen(text), &id);
    if (status != STATUS_OK)
        return errmsg_set(parse->err, STATUS_MALFORMED, "应为记录编号，32 位十六进制数字");
    id_format(id, out);
    return record_set(parse->record, parse->field, value_string(out));
}

/* "3.20117E+17": what a spreadsheet makes of a long number that it takes for one. Its last digits are lost. */
static enum status refuse_rounded(const struct parse *parse, const char *folded)
{
    size_t whole = strspn(folded, "0123456789.");
    if (whole < 1 || (folded[whole] != 'E' && folded[whole] != 'e') || strchr(folded, '.') == folded)
        return STATUS_OK;
    const char *power = folded + whole + 1 + (folded[whole + 1] == '+');
    if (power[0] == '\0' || power[strspn(power, "0123456789")] != '\0' || (folded[whole + 1] != '+' && strchr(folded, '.') == NULL))
        return STATUS_OK;
    return errmsg_set(parse->err, STATUS_MALFORMED, "%s 是表格软件改写过的长号码，末几位已经丢了；把那一列设为文本，填原来的号码", folded);
}

static enum status parse_phone(const struct parse *parse)
{
    char folded[SHORT_MAX_BYTES], text[PHONE_MAX_BYTES];
    enum status status = fold(parse, false, folded);
    if (status == STATUS_OK)
        status = refuse_rounded(parse, folded);
    if (status == STATUS_OK)
        status = phone_read(folded, text, parse->err);
    if (status == STATUS_OK)
        status = check_chars(parse, text, strlen(text));
    return status == STATUS_OK ? record_set(parse->record, parse->field, value_string(text)) : status;
}

static enum status parse_id_no(const struct parse *parse)
{
    char number[SHORT_MAX_BYTES];
    const struct field_def *kind = catalogue_field(parse->record->type, "id_kind");
    struct value code = kind != NULL ? record_get(parse->record, kind) : value_null();
    char folded[SHORT_MAX_BYTES];
    if (fold(parse, false, folded) == STATUS_OK && refuse_rounded(parse, folded) != STATUS_OK)
        return STATUS_MALFORMED;
    enum status status = id_number_check(code.kind == VALUE_TEXT ? code.text : "", parse->text, parse->len, DAY_MAX, number,
                                         sizeof(number), parse->err);
    if (status == STATUS_OK)
        status = check_chars(parse, number, strlen(number));
    if (status != STATUS_OK)
        return status;
    return set_text(parse, number, strlen(number));
}

static enum status parse_kind(const struct parse *parse)
{
    switch (parse->field->kind) {
    case FIELD_TEXT:
    case FIELD_LONG:
        return parse_text(parse);
    case FIELD_NAME:
        return parse_name(parse);
    case FIELD_INT:
        return parse_int(parse);
    case FIELD_DAY:
        return parse_day(parse);
    case FIELD_MONEY:
        return parse_money(parse);
    case FIELD_BOOL:
        return parse_bool(parse);
    case FIELD_CODE:
        return parse_code(parse);
    case FIELD_CODES:
        return parse_codes(parse);
    case FIELD_REF:
        return parse_ref(parse);
    case FIELD_PHONE:
        return parse_phone(parse);
    case FIELD_ID_NO:
        return parse_id_no(parse);
    case FIELD_SECRET:
        return errmsg_set(parse->err, STATUS_INVALID, "密码不能这样填；请用 user passwd 修改");
    case FIELD_KINDS:
        break;
    }
    assert(false);
    return STATUS_INVALID;
}

/* Files glued together leave several marks at the start, with blanks between. */
static void drop_marks(struct buf *text)
{
    static const char *const marks[] = {"\xEF\xBB\xBF", " ", "\n", "　"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0];) {
        size_t n = strlen(marks[i]);
        if (text->len >= n && memcmp(text->data, marks[i], n) == 0) {
            buf_consume(text, n);
            i = 0;
        } else {
            i++;
        }
    }
}

static enum status normalise(const struct field_def *field, const char *text, size_t len, struct buf *out, struct errmsg *err)
{
    bool lines = field->kind == FIELD_LONG || field->kind == FIELD_CODES;
    if (len > INPUT_MAX_BYTES)
        return errmsg_set(err, STATUS_TOO_LARGE, "内容过长，最多 %u 个字", catalogue_max_chars(field));
    size_t valid = utf8_valid_prefix(text, len);
    if (valid < len)
        return errmsg_set(err, STATUS_MALFORMED, "第 %zu 个字节起不是 UTF-8 文字", valid + 1);
    enum status status = utf8_normalise(text, len, lines, out);
    if (status == STATUS_MALFORMED && !lines && (memchr(text, '\n', len) != NULL || memchr(text, '\r', len) != NULL))
        return errmsg_set(err, status, "只能写一行，不能换行");
    if (status == STATUS_MALFORMED)
        return errmsg_set(err, status, "含有控制字符，请删去");
    if (status == STATUS_TOO_LARGE)
        return errmsg_set(err, status, "内容过长，最多 %u 个字", catalogue_max_chars(field));
    if (status == STATUS_OK)
        drop_marks(out);
    return status;
}

enum status record_parse(struct record *record, const struct field_def *field, const struct code_book *codes, const char *text, size_t len,
                         struct errmsg *err)
{
    struct buf clean;
    buf_init(&clean, (size_t)INPUT_MAX_BYTES * 4); /* NFC grows a text at most threefold */
    enum status status = normalise(field, text, len, &clean, err);
    if (status == STATUS_OK && clean.len == 0) {
        status = record_set(record, field, value_null());
    } else if (status == STATUS_OK) {
        struct parse parse = {record, field, codes, buf_cstr(&clean), clean.len, err};
        status = parse_kind(&parse);
    }
    buf_wipe(&clean);
    return status;
}
