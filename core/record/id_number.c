/* core/record/id_number.c - numbers of identity documents of every kind in set id_kind; see id_card.h. Research domain.md 4.14.
 *
 * A table says how each kind is checked. Kinds without a published format are held to a length only; the numbers that contain a resident identity number (household register,
 * residence permit of people from Hong Kong, Macau and Taiwan, disability certificate) give sex and birth day too. */
#include "core/record/id_card.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

enum { CARD_CHARS = 18, OLD_CARD_CHARS = 15, DISABILITY_CHARS = 20, MILITARY_MIN_CHARS = 5, MILITARY_MAX_CHARS = 20, PASSPORT_MIN = 5, PASSPORT_MAX = 17 };

enum status id_number_fold(const char *text, size_t len, char *out, size_t out_bytes, struct errmsg *err)
{
    size_t used = 0;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            return errmsg_set(err, STATUS_INVALID, "第 %zu 个字节起不是 UTF-8 文字", at + 1);
        at += step;
        code = utf8_ascii_twin(code);
        if (code == ' ' || code == '\t' || code == 0x3000 || code == 0xA0 || code == 0xFEFF)
            continue;
        if ((code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E)) /* marks that are copied along unseen */
            continue;
        if (code < 0x20 || code == 0x7F)
            return errmsg_set(err, STATUS_INVALID, "含有控制字符，请删去");
        if (code >= 'a' && code <= 'z')
            code -= 'a' - 'A';
        char bytes[UTF8_MAX_BYTES];
        size_t n = utf8_encode(code, bytes);
        if (used + n >= out_bytes)
            return errmsg_set(err, STATUS_TOO_LARGE, "证件号码过长，最多 %zu 个字符", out_bytes - 1);
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return STATUS_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Whether the number is letters then digits, with counts in the given ranges. */
static bool has_shape(const char *number, size_t letters, size_t min_digits, size_t max_digits)
{
    size_t at = 0, digits = 0;
    while (at < letters) {
        if (!is_letter(number[at]))
            return false;
        at++;
    }
    for (; is_digit(number[at]); at++)
        digits++;
    return number[at] == '\0' && digits >= min_digits && digits <= max_digits;
}

/* ---- one function a kind; out->number is folded ---- */

struct reading {
    struct id_number *out;
    int32_t today;
    struct errmsg *err;
};

static size_t chars_of(const struct reading *reading)
{
    return utf8_count(reading->out->number, strlen(reading->out->number));
}

static enum status read_card(const struct reading *reading)
{
    struct id_number *out = reading->out;
    enum status status = id_card_parse(out->number, strlen(out->number), reading->today, &out->card, reading->err);
    out->has_card = status == STATUS_OK;
    if (status == STATUS_OK)
        memcpy(out->number, out->card.number, sizeof out->card.number);
    return status;
}

static enum status read_military(const struct reading *reading)
{
    size_t chars = chars_of(reading);
    if (chars < MILITARY_MIN_CHARS || chars > MILITARY_MAX_CHARS)
        return errmsg_set(reading->err, STATUS_INVALID, "军人证件号码应为 %d 至 %d 个字，如 军字第1234567号", MILITARY_MIN_CHARS, MILITARY_MAX_CHARS);
    return STATUS_OK;
}

static enum status read_passport(const struct reading *reading)
{
    const char *number = reading->out->number;
    size_t n = 0;
    while (is_digit(number[n]) || is_letter(number[n]))
        n++;
    if (number[n] != '\0' || n < PASSPORT_MIN || n > PASSPORT_MAX)
        return errmsg_set(reading->err, STATUS_INVALID, "护照号码应为 %d 至 %d 位字母和数字", PASSPORT_MIN, PASSPORT_MAX);
    return STATUS_OK;
}

static enum status read_hk_macau(const struct reading *reading)
{
    const char *number = reading->out->number;
    if ((number[0] != 'H' && number[0] != 'M') || (!has_shape(number, 1, 8, 8) && !has_shape(number, 1, 10, 10)))
        return errmsg_set(reading->err, STATUS_INVALID, "港澳居民来往内地通行证应为 H 或 M 加 8 位或 10 位数字");
    return STATUS_OK;
}

static enum status read_taiwan(const struct reading *reading)
{
    if (!has_shape(reading->out->number, 0, 8, 8) && !has_shape(reading->out->number, 0, 10, 11))
        return errmsg_set(reading->err, STATUS_INVALID, "台湾居民来往大陆通行证应为 8 位、10 位或 11 位数字");
    return STATUS_OK;
}

static enum status read_residence(const struct reading *reading)
{
    static const char *const areas[] = {"810000", "820000", "830000"};
    struct id_number *out = reading->out;
    enum status status = read_card(reading);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        if (strcmp(out->card.area, areas[i]) == 0 && out->card.original[0] == '\0')
            return STATUS_OK;
    out->has_card = false;
    return errmsg_set(reading->err, STATUS_INVALID, "港澳台居民居住证号码应为 18 位，以 810000（香港）、820000（澳门）或 830000（台湾）开头");
}

/* Old: country in three letters and 12 digits. New (since 2023): 18 characters that begin with 9; the last may be X. */
static enum status read_permanent(const struct reading *reading)
{
    const char *number = reading->out->number;
    bool recent = number[0] == '9' && strlen(number) == CARD_CHARS && strspn(number, "0123456789") >= CARD_CHARS - 1 && (is_digit(number[CARD_CHARS - 1]) || number[CARD_CHARS - 1] == 'X');
    if (!recent && !has_shape(number, 3, 12, 12))
        return errmsg_set(reading->err, STATUS_INVALID, "外国人永久居留身份证应为 3 个字母加 12 位数字，或 9 开头的 18 位号码");
    return STATUS_OK;
}

/* Identity number, type, grade, and B1, B2 .. on certificates issued again. */
static enum status read_disability(const struct reading *reading)
{
    struct id_number *out = reading->out;
    size_t len = strlen(out->number);
    const char *tail = out->number + CARD_CHARS;
    if (chars_of(reading) < DISABILITY_CHARS)
        return errmsg_set(reading->err, STATUS_INVALID, "残疾人证号码应为身份证号码 18 位加类别、等级 2 位，现有 %zu 位", chars_of(reading));
    enum status status = id_card_parse(out->number, utf8_offset(out->number, len, CARD_CHARS), reading->today, &out->card, reading->err);
    if (status != STATUS_OK)
        return status;
    if (tail[0] < '1' || tail[0] > '7')
        return errmsg_set(reading->err, STATUS_INVALID, "第 19 位应为残疾类别：1 视力 2 听力 3 言语 4 肢体 5 智力 6 精神 7 多重");
    if (tail[1] < '1' || tail[1] > '4')
        return errmsg_set(reading->err, STATUS_INVALID, "第 20 位应为残疾等级：1 至 4");
    if (tail[2] != '\0' && !(tail[2] == 'B' && tail[3] >= '1' && tail[3] <= '9' && (tail[4] == '\0' || (is_digit(tail[4]) && tail[5] == '\0'))))
        return errmsg_set(reading->err, STATUS_INVALID, "第 20 位之后只能是补办次数，如 B1");
    out->has_card = true;
    out->disability = tail[0] - '0';
    out->grade = tail[1] - '0';
    for (const char *at = tail + 2; *at != '\0'; at++)
        out->copy = is_digit(*at) ? out->copy * 10 + (*at - '0') : 0;
    return STATUS_OK;
}

static enum status read_free(const struct reading *reading)
{
    (void)reading;
    return STATUS_OK;
}

static const struct {
    const char *kind;
    enum status (*read)(const struct reading *reading);
} kinds[] = {
    {"11", read_card},      {"12", read_card},      {"21", read_military},   {"31", read_passport},   {"32", read_hk_macau}, {"33", read_taiwan},
    {"34", read_residence}, {"35", read_permanent}, {"41", read_disability}, {"90", read_free},       {"99", read_free},
};

/* A kind nobody chose: what looks like a resident identity number is one, also when a digit is missing or too many; a passport is chosen as one. */
static bool looks_like_card(const char *number)
{
    size_t chars = utf8_count(number, strlen(number));
    if (chars == OLD_CARD_CHARS)
        return strspn(number, "0123456789") == OLD_CARD_CHARS && number[0] != '0';
    if (chars == CARD_CHARS)
        return is_digit(number[0]) && number[0] != '9';
    bool digits = strspn(number, "0123456789") + (number[chars - 1] == 'X') == chars;
    return digits && (chars == OLD_CARD_CHARS + 1 || chars == CARD_CHARS - 1 || chars == CARD_CHARS + 1); /* one digit lost or typed twice */
}

enum status id_number_read(const char *kind, const char *text, size_t len, int32_t today, struct id_number *out, struct errmsg *err)
{
    struct reading reading = {out, today, err};
    *out = (struct id_number){.disability = 0};
    enum status status = id_number_fold(text, len, out->number, sizeof out->number, err);
    if (status != STATUS_OK)
        return status;
    snprintf(out->kind, sizeof out->kind, "%s", kind[0] == '\0' && looks_like_card(out->number) ? "11" : strlen(kind) < sizeof out->kind ? kind : "");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, out->kind) == 0)
            return kinds[i].read(&reading);
    return STATUS_OK; /* a kind that the county added */
}

enum status id_number_check(const char *kind, const char *text, size_t len, int32_t today, char *out, size_t out_bytes, struct errmsg *err)
{
    struct id_number number;
    enum status status = id_number_read(kind, text, len, today, &number, err);
    if (status != STATUS_OK)
        return status;
    if (strlen(number.number) >= out_bytes)
        return errmsg_set(err, STATUS_TOO_LARGE, "证件号码过长，最多 %zu 个字符", out_bytes - 1);
    memcpy(out, number.number, strlen(number.number) + 1);
    return STATUS_OK;
}

void id_number_disability(const struct id_number *number, char out[ID_DISABILITY_BYTES])
{
    static const char *const types[] = {"", "视力残疾", "听力残疾", "言语残疾", "肢体残疾", "智力残疾", "精神残疾", "多重残疾"};
    static const char *const grades[] = {"", "一级", "二级", "三级", "四级"};
    snprintf(out, ID_DISABILITY_BYTES, "%s%s", types[number->disability], grades[number->grade]);
}
