/* core/record/phone.c - see phone.h. Signs first (digits, a leading +, single hyphens), then the country's code goes, then it is a mobile or a landline or stays.
 * Area codes: 010 and 02x have three digits, all others four; local numbers seven or eight (工信部 电信网编号计划). */
#include "core/record/phone.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"

enum { DIGITS_MIN = 3, MOBILE_MIN = 9, PLAIN_MAX = 15 /* ITU-T E.164 */, LOCAL_MIN = 7, LOCAL_MAX = 8, AREA_SHORT = 3, AREA_LONG = 4 };

static const char DIGITS[] = "0123456789";

/* Digits, a leading +, and single hyphens between groups; brackets around an area code, # and 转 before an extension become a hyphen. */
static enum status read_signs(const char *text, char out[PHONE_MAX_BYTES], struct errmsg *err)
{
    static const char *const dashes[] = {CHINESE("—"), CHINESE("–"), CHINESE("−"), CHINESE("‐"), CHINESE("‑"), CHINESE("转")};
    size_t used = 0;
    for (const char *at = text; *at != '\0'; at++) {
        char c = *at;
        for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++) {
            if (strncmp(at, dashes[i], 3) == 0) {
                c = '-';
                at += 2;
            }
        }
        if (c == '(' || c == ')' || c == '#' || c == '*')
            c = '-';
        if (c != '-' && (c < '0' || c > '9') && !(c == '+' && used == 0))
            return errmsg_set(err, STATUS_MALFORMED, "只能是数字、+、- 和空格；一格写一个号码");
        if (c == '-' && (used == 0 || out[used - 1] == '-'))
            continue;
        out[used++] = c;
    }
    while (used > 0 && out[used - 1] == '-')
        used--;
    out[used] = '\0';
    return STATUS_OK;
}

static void digits_of(const char *text, char out[PHONE_MAX_BYTES])
{
    size_t used = 0;
    for (; *text != '\0'; text++)
        if (*text >= '0' && *text <= '9')
            out[used++] = *text;
    out[used] = '\0';
}

static bool is_mobile(const char *digits)
{
    return strlen(digits) == PHONE_MOBILE_DIGITS && digits[0] == '1' && digits[1] >= '3';
}

/* What follows the country's code, NULL: another country's, or none. */
static const char *behind_country(const char *text)
{
    static const char *const codes[] = {"+86", "0086"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strncmp(text, codes[i], strlen(codes[i])) == 0) {
            text += strlen(codes[i]);
            return text + (*text == '-');
        }
    return NULL;
}

/* Area code, local number, extension. The local number ends with the group of digits that makes it long enough. */
static bool cut_landline(const char *text, char out[PHONE_MAX_BYTES])
{
    char area[AREA_LONG + 1] = "", local[PHONE_MAX_BYTES] = "";
    size_t area_len = text[0] == '0' && (text[1] == '1' || text[1] == '2') ? AREA_SHORT : AREA_LONG, used = 0;
    if (text[0] != '0' || strspn(text, DIGITS) < area_len)
        return false;
    memcpy(area, text, area_len);
    for (text += area_len; *text != '\0' && used < LOCAL_MIN;) {
        text += *text == '-';
        size_t n = strspn(text, DIGITS);
        memcpy(local + used, text, n);
        used += n;
        text += n;
    }
    local[used] = '\0';
    if (used < LOCAL_MIN || used > LOCAL_MAX)
        return false;
    int len = snprintf(out, PHONE_MAX_BYTES, "%s-%s%s", area, local, text); /* the rest begins with its hyphen */
    return len > 0 && len < PHONE_MAX_BYTES;
}

/* A number of this country in its one form; false: not known for sure. */
static bool unify(const char *text, bool country, char out[PHONE_MAX_BYTES])
{
    char digits[PHONE_MAX_BYTES], with_nought[PHONE_MAX_BYTES + 1];
    digits_of(text, digits);
    if (text[0] != '+' && is_mobile(digits + (digits[0] == '0'))) {
        memmove(out, digits + (digits[0] == '0'), PHONE_MOBILE_DIGITS + 1);
        return true;
    }
    snprintf(with_nought, sizeof with_nought, "0%s", text);
    bool national = strncmp(digits, "400", 3) == 0 || strncmp(digits, "800", 3) == 0;
    return cut_landline(text, out) || (country && !national && cut_landline(with_nought, out));
}

enum status phone_read(const char *text, char out[PHONE_MAX_BYTES], struct errmsg *err)
{
    char plain[PHONE_MAX_BYTES], digits[PHONE_MAX_BYTES];
    enum status status = read_signs(text, plain, err);
    if (status != STATUS_OK)
        return status;
    digits_of(plain, digits);
    size_t n = strlen(digits);
    const char *rest = behind_country(plain);
    if (n < DIGITS_MIN)
        return errmsg_set(err, STATUS_MALFORMED, "电话至少 3 位数字");
    if (rest == NULL && strncmp(plain, "86", 2) == 0 && is_mobile(digits + 2))
        rest = plain + 2;
    if (unify(rest != NULL ? rest : plain, rest != NULL, out))
        return STATUS_OK;
    if (strlen(plain) == n && plain[0] == '1' && plain[1] >= '3' && n >= MOBILE_MIN)
        return errmsg_set(err, STATUS_MALFORMED, "手机号应为 11 位，现有 %zu 位", n);
    if (strspn(plain, DIGITS) > PLAIN_MAX) /* two numbers, or one typed behind another */
        return errmsg_set(err, STATUS_MALFORMED, "电话最多 %d 位数字，现有 %zu 位", PLAIN_MAX, n);
    memcpy(out, plain, strlen(plain) + 1);
    return STATUS_OK;
}
