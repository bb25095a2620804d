/* core/record/id_card.c - the resident identity number; other documents are in id_number.c.
 *
 * GB 11643-1999: six digits of area, eight of birth day, three of sequence (odd: male), one check character. The check is
 * ISO 7064 MOD 11-2: sum of digit times weight, modulo 11, picks a character of "10X98765432". The 15-digit form before 1999
 * has two digits of the year (19xx) and no check character. Areas are not looked up here: abolished codes stay valid for life (id_card_area.c warns). */
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
    enum status status = id_number_fold(text, len, number, sizeof(number), err);
    if (status == STATUS_TOO_LARGE)
        return errmsg_set(err, STATUS_INVALID, "居民身份证号码应为 18 位");
    if (status != STATUS_OK)
        return status;
    status = check_length(number, err);
    if (status != STATUS_OK)
        return status;
    bool old = utf8_count(number, strlen(number)) == ID_CARD_OLD_CHARS;
    char original[ID_CARD_OLD_CHARS + 1] = "";
    size_t bad = first_letter(number, old ? ID_CARD_OLD_CHARS : ID_CARD_DIGITS);
    if (bad != 0)
        return errmsg_set(err, STATUS_INVALID, "第 %zu 位应为数字", bad);
    if (old) {
        memcpy(original, number, ID_CARD_OLD_CHARS);
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
    memcpy(out->original, original, sizeof original);
    memcpy(out->area, number, 6);
    out->area[6] = '\0';
    out->born = born;
    out->sex = (number[16] - '0') % 2 == 1 ? 1 : 2;
    return STATUS_OK;
}

bool id_card_old_number(const struct id_card *card, char out[ID_CARD_OLD_CHARS + 1])
{
    if (strncmp(card->number + 6, "19", 2) != 0)
        return false;
    memcpy(out, card->number, 6);
    memcpy(out + 6, card->number + 8, ID_CARD_DIGITS - 8);
    out[ID_CARD_OLD_CHARS] = '\0';
    return true;
}
