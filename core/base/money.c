/* core/base/money.c - see money.h. A sum is read as terms, a number and its unit each, from the largest unit down. */
#include "core/base/money.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { TEXT_BYTES = 128, DIGITS_MAX = 16, WORDS_DIGITS_MAX = 12, YUAN_SHIFT = 2, WAN_SHIFT = 6, NO_UNIT = -1 };

/* Twins without blanks and commas. False: too long, or not UTF-8. */
static bool fold(const char *text, size_t len, char out[TEXT_BYTES])
{
    size_t used = 0;
    for (size_t at = 0; at < len;) {
        char bytes[UTF8_MAX_BYTES];
        uint32_t code;
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            return false;
        at += step;
        code = utf8_ascii_twin(code);
        if (code == ' ' || code == ',' || code == 0xA0)
            continue;
        size_t n = utf8_encode(code, bytes);
        if (used + n >= TEXT_BYTES)
            return false;
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return used > 0;
}

static bool take(const char **text, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*text, word, len) != 0)
        return false;
    *text += len;
    return true;
}

/* The power of ten that makes the unit fen. */
static int take_unit(const char **text)
{
    static const struct {
        const char *word;
        int shift;
    } units[] = {{"亿", 10}, {"万", 6}, {"千", 5}, {"百", 4}, {"元", 2}, {"圆", 2}, {"块", 2}, {"角", 1}, {"毛", 1}, {"分", 0}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (take(text, units[i].word))
            return units[i].shift;
    return NO_UNIT;
}

/* Digits with at most one point, times 10^shift. */
static enum status scaled(const char *text, size_t len, int shift, int64_t *out)
{
    int64_t number = 0;
    int places = -1, digits = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '.' && places < 0) {
            places = 0;
            continue;
        }
        if (text[i] < '0' || text[i] > '9')
            return STATUS_MALFORMED;
        if (places >= shift) {
            if (text[i] != '0')
                return STATUS_RANGE;
            continue;
        }
        number = number * 10 + (text[i] - '0');
        digits += number > 0;
        if (digits > DIGITS_MAX)
            return STATUS_TOO_LARGE;
        if (places >= 0)
            places++;
    }
    for (int i = places < 0 ? 0 : places; i < shift; i++) {
        number *= 10;
        digits += number > 0;
        if (digits > DIGITS_MAX)
            return STATUS_TOO_LARGE;
    }
    *out = number;
    return STATUS_OK;
}

/* Digits behind a unit that have none of their own, as one says them: "1万2" is 1.2万, "3千5" 3500, "12块5" 12.50; "1万2000" fills all places below. The power of ten, NO_UNIT: neither. */
static int spoken_shift(const char *digits, size_t len, int before)
{
    if (len == 1 && digits[0] != '0' && before >= YUAN_SHIFT)
        return before - 1;
    bool whole = before > YUAN_SHIFT && before <= WAN_SHIFT && len == (size_t)(before - YUAN_SHIFT);
    return whole && memchr(digits, '.', len) == NULL ? YUAN_SHIFT : NO_UNIT;
}

/* All of the text, which has no sign any more. */
static enum status read_terms(const char *text, int plain_shift, int64_t *fen)
{
    int before = NO_UNIT;
    *fen = 0;
    while (*text != '\0') {
        int64_t term;
        size_t len = strspn(text, "0123456789.");
        const char *number = text;
        if (len == 0 || strspn(text, ".") == len)
            return STATUS_MALFORMED;
        text += len;
        int shift = take_unit(&text);
        if (shift == NO_UNIT && before != NO_UNIT && *text == '\0')
            shift = spoken_shift(number, len, before);
        if (shift == NO_UNIT && (before != NO_UNIT || *text != '\0'))
            return STATUS_MALFORMED;
        if (before != NO_UNIT && shift >= before)
            return STATUS_MALFORMED;
        if (shift > YUAN_SHIFT && (strcmp(text, "元") == 0 || strcmp(text, "圆") == 0))
            text = "";
        enum status status = scaled(number, len, shift != NO_UNIT ? shift : memchr(number, '.', len) != NULL ? YUAN_SHIFT : plain_shift, &term);
        if (status != STATUS_OK)
            return status;
        *fen += term;
        before = shift;
    }
    return STATUS_OK;
}

enum status money_parse(const char *text, size_t len, enum money_plain plain, int64_t *fen)
{
    char folded[TEXT_BYTES];
    const char *at = folded;
    int64_t sum;
    if (!fold(text, len, folded))
        return STATUS_MALFORMED;
    bool negative = take(&at, "-");
    if (!negative)
        (void)take(&at, "+");
    bool currency = take(&at, "¥") || take(&at, "￥");
    if (*at == '\0')
        return STATUS_MALFORMED;
    enum status status = read_terms(at, plain == MONEY_YUAN || currency ? YUAN_SHIFT : 0, &sum);
    if (status == STATUS_OK)
        *fen = negative ? -sum : sum;
    else if (status == STATUS_TOO_LARGE)
        *fen = negative ? INT64_MIN : INT64_MAX;
    return status;
}

static void put_amount(int64_t fen, struct buf *out)
{
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    buf_printf(out, "%s%llu.%02llu", fen < 0 ? "-" : "", (unsigned long long)(n / 100), (unsigned long long)(n % 100));
}

void money_format(int64_t fen, struct buf *out)
{
    put_amount(fen, out);
    buf_puts(out, "元");
}

void money_show(int64_t fen, struct buf *out)
{
    put_amount(fen, out);
    if (language_is_foreign())
        buf_putc(out, ' ');
    buf_puts(out, _("元"));
}

static const char *const digit_words[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};

/* Yuan by groups of four digits; one 零 for any run of noughts inside. */
static void yuan_words(uint64_t yuan, struct buf *out)
{
    static const char *const places[] = {"", "拾", "佰", "仟"}, *const groups[] = {"", "万", "亿"};
    bool nought = false, any = false, in_group = false;
    uint64_t power = UINT64_C(100000000000);
    for (int place = WORDS_DIGITS_MAX - 1; place >= 0; place--, power /= 10) {
        unsigned digit = (unsigned)(yuan / power % 10);
        if (digit == 0) {
            nought = any;
        } else {
            buf_printf(out, "%s%s%s", nought ? "零" : "", digit_words[digit], places[place % 4]);
            nought = false;
            any = in_group = true;
        }
        if (place % 4 == 0 && in_group) {
            buf_puts(out, groups[place / 4]);
            in_group = false;
        }
    }
    buf_puts(out, "元");
}

void money_words(int64_t fen, struct buf *out)
{
    uint64_t n = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen, yuan = n / 100;
    unsigned jiao = (unsigned)(n / 10 % 10), rest = (unsigned)(n % 10);
    if (yuan >= UINT64_C(1000000000000))
        return;
    if (fen < 0)
        buf_puts(out, "负");
    if (n == 0)
        buf_puts(out, "零元");
    else if (yuan > 0)
        yuan_words(yuan, out);
    if (jiao > 0)
        buf_printf(out, "%s角", digit_words[jiao]);
    else if (rest > 0 && yuan > 0)
        buf_puts(out, "零");
    if (rest > 0)
        buf_printf(out, "%s分", digit_words[rest]);
    else
        buf_puts(out, "整");
}
