/* core/record/id_card.c - see id_card.h. Checksum: ISO 7064 MOD 11-2 as GB 11643-1999 uses it. */
#include "core/record/id_card.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/utf8.h"

enum { NUMBER_CHARS = 18, OLD_NUMBER_CHARS = 15, OTHER_MAX_CHARS = 30 };

char id_card_checksum(const char digits[17])
{
    static const int WEIGHTS[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * WEIGHTS[i];
    return "10X98765432"[sum % 11];
}

/* ASCII letters in upper case, full-width folded, blanks and dashes out. Returns the length, or out_bytes when it does not fit. */
static size_t clean(const char *text, size_t len, char *out, size_t out_bytes)
{
    size_t used = 0;
    for (size_t at = 0; at < len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t n = utf8_decode(text + at, len - at, &code);
        if (n == 0)
            return out_bytes;
        at += n;
        code = utf8_ascii_twin(code);
        if (code == ' ' || code == '-')
            continue;
        if (code >= 'a' && code <= 'z')
            code -= 'a' - 'A';
        size_t m = utf8_encode(code, bytes);
        if (used + m >= out_bytes)
            return out_bytes;
        memcpy(out + used, bytes, m);
        used += m;
    }
    out[used] = '\0';
    return used;
}

static enum status check_digits(const char *number, size_t count, struct errmsg *err)
{
    for (size_t i = 0; i < count; i++)
        if (number[i] < '0' || number[i] > '9')
            return errmsg_set(err, STATUS_INVALID, "证件号码第 %zu 位应为数字", i + 1);
    return STATUS_OK;
}

enum status id_card_parse(const char *text, size_t len, int32_t today, struct id_card *out, struct errmsg *err)
{
    char number[64];
    size_t count = clean(text, len, number, sizeof number);
    if (count != NUMBER_CHARS && count != OLD_NUMBER_CHARS)
        return errmsg_set(err, STATUS_INVALID, "居民身份证号应为 18 位，现有 %zu 位", count < sizeof number ? utf8_count(number, count) : count);
    enum status status = check_digits(number, count == NUMBER_CHARS ? 17 : OLD_NUMBER_CHARS, err);
    if (status != STATUS_OK)
        return status;
    if (count == OLD_NUMBER_CHARS) { /* before 1999: two-digit year, no check character */
        memmove(number + 8, number + 6, OLD_NUMBER_CHARS - 6);
        memcpy(number + 6, "19", 2);
        number[17] = id_card_checksum(number);
        number[18] = '\0';
    }
    int32_t born;
    if (day_parse(number + 6, 8, &born) != STATUS_OK || born > today)
        return errmsg_set(err, STATUS_INVALID, "证件号码第 7 至 14 位不是出生日期: %.8s", number + 6);
    char check = id_card_checksum(number);
    if (number[17] != check)
        return errmsg_set(err, STATUS_INVALID, "证件号码校验不符: 第 18 位应为 %c", check);
    *out = (struct id_card){.born = born, .sex = (number[16] - '0') % 2 == 1 ? 1 : 2};
    memcpy(out->number, number, sizeof out->number);
    memcpy(out->area, number, 6);
    return STATUS_OK;
}

static bool only(const char *number, const char *allowed)
{
    return number[strspn(number, allowed)] == '\0';
}

/* What can be said about the other kinds of document (set id_kind). */
static enum status check_other(const char *kind, const char *number, size_t count, struct errmsg *err)
{
    if (strcmp(kind, "31") == 0 && (count < 5 || count > 17 || !only(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")))
        return errmsg_set(err, STATUS_INVALID, "护照号应为 5 至 17 位字母和数字");
    if (strcmp(kind, "32") == 0 && !((count == 9 || count == 11) && (number[0] == 'H' || number[0] == 'M') && only(number + 1, "0123456789")))
        return errmsg_set(err, STATUS_INVALID, "港澳居民来往内地通行证号应为 H 或 M 加 8 或 10 位数字");
    if (strcmp(kind, "33") == 0 && !((count == 8 || count == 10 || count == 11) && only(number, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ()")))
        return errmsg_set(err, STATUS_INVALID, "台湾居民来往大陆通行证号应为 8、10 或 11 位");
    if (strcmp(kind, "41") == 0 && (count < 20 || !only(number, "0123456789XB")))
        return errmsg_set(err, STATUS_INVALID, "残疾人证号应为身份证号后加 2 位类别和等级");
    return STATUS_OK;
}

enum status id_number_check(const char *kind, const char *text, size_t len, int32_t today, char *out, size_t out_bytes, struct errmsg *err)
{
    char number[128];
    size_t count = clean(text, len, number, sizeof number);
    if (count >= sizeof number || utf8_count(number, count) > OTHER_MAX_CHARS)
        return errmsg_set(err, STATUS_TOO_LARGE, "证件号码最多 %d 位", OTHER_MAX_CHARS);
    bool resident = strcmp(kind, "11") == 0 || strcmp(kind, "12") == 0 || strcmp(kind, "34") == 0;
    bool guess = kind[0] == '\0' && count == NUMBER_CHARS;
    if (resident || guess) {
        struct id_card card;
        enum status status = id_card_parse(text, len, today, &card, err);
        if (status == STATUS_OK)
            snprintf(out, out_bytes, "%s", card.number);
        return status;
    }
    enum status status = check_other(kind, number, count, err);
    if (status == STATUS_OK)
        snprintf(out, out_bytes, "%s", number);
    return status;
}
