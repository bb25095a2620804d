/* core/record/id_card.c - numbers of identity documents.
 *
 * GB 11643-1999: six digits of area, eight of birth day, three of sequence (odd: male), one check character. The check is
 * ISO 7064 MOD 11-2: sum of digit times weight, modulo 11, picks a character of "10X98765432". The 15-digit form before 1999
 * has two digits of the year (19xx) and no check character. Areas are not looked up: abolished codes stay valid for life. */
#include "core/record/id_card.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

enum { ID_CARD_DIGITS = 17, ID_CARD_CHARS = 18, ID_CARD_OLD_CHARS = 15, NUMBER_MAX_BYTES = 64 };

char id_card_checksum(const char digits[17])
{
    static const int weights[ID_CARD_DIGITS] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < ID_CARD_DIGITS; i++)
        sum += (digits[i] - '0') * weights[i];
    return "10X98765432"[sum % 11];
}

/* ASCII twins, upper case, without blanks. Errors: STATUS_INVALID, STATUS_TOO_LARGE. */
static enum status number_fold(const char *text, size_t len, char *out, size_t out_bytes, struct errmsg *err)
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

static int two_digits(const char *at)
{
    return (at[0] - '0') * 10 + (at[1] - '0');
}

/* Place (from 1) of the first character among n that is not a digit, or 0. */
static size_t first_letter(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return i + 1;
    }
    return 0;
}

static enum status check_length(const char *number, struct errmsg *err)
{
    size_t chars = utf8_count(number, strlen(number));
    if (chars == ID_CARD_CHARS || chars == ID_CARD_OLD_CHARS)
        return STATUS_OK;
    return errmsg_set(err, STATUS_INVALID, "居民身份证号码应为 18 位，现有 %zu 位", chars);
}

static enum status check_birth(const char *number, int32_t today, int32_t *born, struct errmsg *err)
{
    int year = two_digits(number + 6) * 100 + two_digits(number + 8);
    int month = two_digits(number + 10), dom = two_digits(number + 12);
    if (day_from_ymd(year, month, dom, born) != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "第 7 至 14 位不是日期: %.8s", number + 6);
    if (*born > today)
        return errmsg_set(err, STATUS_INVALID, "第 7 至 14 位的出生日期 %d-%02d-%02d 在将来", year, month, dom);
    return STATUS_OK;
}

enum status id_card_parse(const char *text, size_t len, int32_t today, struct id_card *out, struct errmsg *err)
{
    char number[NUMBER_MAX_BYTES];
    enum status status = number_fold(text, len, number, sizeof(number), err);
    if (status == STATUS_TOO_LARGE)
        return errmsg_set(err, STATUS_INVALID, "居民身份证号码应为 18 位");
    if (status != STATUS_OK)
        return status;
    status = check_length(number, err);
    if (status != STATUS_OK)
        return status;
    bool old = utf8_count(number, strlen(number)) == ID_CARD_OLD_CHARS;
    size_t bad = first_letter(number, old ? ID_CARD_OLD_CHARS : ID_CARD_DIGITS);
    if (bad != 0)
        return errmsg_set(err, STATUS_INVALID, "第 %zu 位应为数字", bad);
    if (old) {
        memmove(number + 8, number + 6, ID_CARD_OLD_CHARS - 6);
        memcpy(number + 6, "19", 2);
        number[ID_CARD_DIGITS] = id_card_checksum(number);
        number[ID_CARD_CHARS] = '\0';
    }
    if (number[0] == '0')
        return errmsg_set(err, STATUS_INVALID, "第 1 位不能是 0");
    int32_t born = 0;
    status = check_birth(number, today, &born, err);
    if (status != STATUS_OK)
        return status;
    char check = id_card_checksum(number);
    if (number[ID_CARD_DIGITS] != check || number[ID_CARD_CHARS] != '\0')
        return errmsg_set(err, STATUS_INVALID, "第 18 位校验码应为 %c，请核对号码", check);
    memcpy(out->number, number, ID_CARD_CHARS + 1);
    memcpy(out->area, number, 6);
    out->area[6] = '\0';
    out->born = born;
    out->sex = (number[16] - '0') % 2 == 1 ? 1 : 2;
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

static enum status check_passport(const char *number, struct errmsg *err)
{
    size_t n = 0;
    while (is_digit(number[n]) || is_letter(number[n]))
        n++;
    if (number[n] != '\0' || n < 5 || n > 17)
        return errmsg_set(err, STATUS_INVALID, "护照号码应为 5 至 17 位字母和数字");
    return STATUS_OK;
}

/* Documents that are not a resident identity number; kinds as in domain table 4.14. */
static enum status check_other(int kind, const char *number, struct errmsg *err)
{
    size_t chars = utf8_count(number, strlen(number));
    switch (kind) {
    case 21:
        if (chars < 5 || chars > 20)
            return errmsg_set(err, STATUS_INVALID, "军人证件号码应为 5 至 20 个字，如 军字第1234567号");
        return STATUS_OK;
    case 31:
        return check_passport(number, err);
    case 32:
        if ((number[0] != 'H' && number[0] != 'M') || (!has_shape(number, 1, 8, 8) && !has_shape(number, 1, 10, 10)))
            return errmsg_set(err, STATUS_INVALID, "港澳居民来往内地通行证应为 H 或 M 加 8 位或 10 位数字");
        return STATUS_OK;
    case 33:
        if (!has_shape(number, 0, 8, 8) && !has_shape(number, 0, 10, 11))
            return errmsg_set(err, STATUS_INVALID, "台湾居民来往大陆通行证应为 8 位、10 位或 11 位数字");
        return STATUS_OK;
    case 35:
        if (!has_shape(number, 3, 12, 12) && !(has_shape(number, 0, 18, 18) && number[0] == '9'))
            return errmsg_set(err, STATUS_INVALID, "外国人永久居留身份证应为 3 个字母加 12 位数字，或 9 开头的 18 位数字");
        return STATUS_OK;
    case 41: {
        struct id_card card;
        if (chars < 20)
            return errmsg_set(err, STATUS_INVALID, "残疾人证号码应为身份证号码 18 位加类别、等级 2 位，现有 %zu 位", chars);
        return id_card_parse(number, utf8_offset(number, strlen(number), ID_CARD_CHARS), DAY_MAX, &card, err);
    }
    default:
        return STATUS_OK;
    }
}

enum status id_number_check(const char *kind, const char *text, size_t len, int32_t today, char *out, size_t out_bytes, struct errmsg *err)
{
    char number[NUMBER_MAX_BYTES];
    enum status status = number_fold(text, len, number, sizeof(number), err);
    if (status != STATUS_OK)
        return status;
    int code = strlen(kind) == 2 && first_letter(kind, 2) == 0 ? two_digits(kind) : 0;
    bool guessed = kind[0] == '\0' && utf8_count(number, strlen(number)) == ID_CARD_CHARS && is_digit(number[0]) && number[0] != '9';
    if (code == 11 || code == 12 || code == 34 || guessed) {
        struct id_card card;
        status = id_card_parse(number, strlen(number), today, &card, err);
        if (status != STATUS_OK)
            return status;
        if (code == 34 && strncmp(card.area, "81", 2) != 0 && strncmp(card.area, "82", 2) != 0 && strncmp(card.area, "83", 2) != 0)
            return errmsg_set(err, STATUS_INVALID, "港澳台居民居住证号码应以 81、82 或 83 开头");
        memcpy(number, card.number, sizeof(card.number));
    } else {
        status = check_other(code, number, err);
        if (status != STATUS_OK)
            return status;
    }
    if (strlen(number) >= out_bytes)
        return errmsg_set(err, STATUS_TOO_LARGE, "证件号码过长，最多 %zu 个字符", out_bytes - 1);
    memcpy(out, number, strlen(number) + 1);
    return STATUS_OK;
}
