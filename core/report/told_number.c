/* core/report/told_number.c - see told_number.h. */
#include "core/report/told_number.h"

#include <string.h>

#include "core/base/utf8.h"

#define NUMBER_MAX (INT64_MAX / 2)

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;

    return __builtin_mul_overflow(a, b, &product) || product > NUMBER_MAX ? NUMBER_MAX : product;
}

static int64_t plus(int64_t a, int64_t b)
{
    return a > NUMBER_MAX - b ? NUMBER_MAX : a + b;
}

/* ---- one character after the other, full-width ones as their ASCII twins ---- */

struct cursor {
    const char *at, *end;
};

static uint32_t peek(const struct cursor *cursor, size_t *used)
{
    uint32_t code;

    *used = cursor->at < cursor->end ? utf8_decode(cursor->at, (size_t)(cursor->end - cursor->at), &code) : 0;
    return *used > 0 ? utf8_ascii_twin(code) : 0;
}

static bool take(struct cursor *cursor, uint32_t wanted)
{
    size_t used;

    if (peek(cursor, &used) != wanted)
        return false;
    cursor->at += used;
    return true;
}

static bool take_word(struct cursor *cursor, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < len || memcmp(cursor->at, word, len) != 0)
        return false;
    cursor->at += len;
    return true;
}

static int digit_at(const struct cursor *cursor)
{
    size_t used;
    uint32_t code = peek(cursor, &used);

    return code >= '0' && code <= '9' ? (int)(code - '0') : -1;
}

/* ---- Chinese numerals ---- */

static const struct {
    const char *word;
    int value;
} numerals[] = {{"零", 0}, {"〇", 0}, {"一", 1}, {"二", 2}, {"两", 2}, {"三", 3}, {"四", 4}, {"五", 5}, {"六", 6}, {"七", 7}, {"八", 8}, {"九", 9}};

static const struct {
    const char *word;
    int64_t value;
} powers[] = {{"十", 10}, {"百", 100}, {"千", 1000}, {"万", 10000}, {"亿", 100000000}};

static bool take_numeral(struct cursor *cursor, int64_t *value)
{
    for (size_t i = 0; i < sizeof numerals / sizeof numerals[0]; i++)
        if (take_word(cursor, numerals[i].word)) {
            *value = numerals[i].value;
            return true;
        }
    return false;
}

static bool take_power(struct cursor *cursor, int64_t *value)
{
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++)
        if (take_word(cursor, powers[i].word)) {
            *value = powers[i].value;
            return true;
        }
    return false;
}

/* 三千二百, 十五, 两万: digits times powers, parts below 万 counted up before they are multiplied. False: no numeral stands here. */
static bool read_chinese(struct cursor *cursor, struct told_number *out)
{
    int64_t all = 0, part = 0, digit = 0, value, last = 1;
    bool open = false, any = false; /* open: a digit waits for its power */
    struct cursor ahead = *cursor;

    if (take_word(&ahead, "万") || take_word(&ahead, "亿"))
        return false;
    for (;; any = true) {
        if (take_numeral(cursor, &value)) {
            digit = plus(times(open ? digit : 0, 10), value); /* 二〇二六 */
            open = true;
            last = 1;
        } else if (take_power(cursor, &value)) {
            if (value < 10000) {
                part = plus(part, times(open ? digit : 1, value));
                last = value;
            } else {
                part = plus(part, open ? digit : 0);
                all = value == 10000 ? plus(all, times(part, value)) : times(plus(all, part), value);
                part = 0;
                last = open || last == 1 ? value : times(last, value);
            }
            open = false;
        } else {
            break;
        }
    }
    out->number = times(plus(plus(all, part), open ? digit : 0), TOLD_ONE);
    out->step = times(last, TOLD_ONE);
    return any;
}

/* ---- digits ---- */

/* A comma between digits, three by three. */
static bool take_separator(struct cursor *cursor)
{
    struct cursor ahead = *cursor;

    if (!take(&ahead, ','))
        return false;
    for (int i = 0; i < 3; i++) {
        size_t used;

        if (digit_at(&ahead) < 0)
            return false;
        peek(&ahead, &used);
        ahead.at += used;
    }
    if (digit_at(&ahead) >= 0)
        return false;
    take(cursor, ',');
    return true;
}

static void take_digit(struct cursor *cursor)
{
    size_t used;

    peek(cursor, &used);
    cursor->at += used;
}

static bool read_digits(struct cursor *cursor, struct told_number *out)
{
    int64_t place = TOLD_ONE;
    int digit;

    if (digit_at(cursor) < 0)
        return false;
    out->number = 0;
    out->step = TOLD_ONE;
    while ((digit = digit_at(cursor)) >= 0) {
        out->number = plus(times(out->number, 10), digit * TOLD_ONE);
        out->step = digit != 0 || out->number == 0 ? TOLD_ONE : times(out->step, 10);
        take_digit(cursor);
        take_separator(cursor);
    }
    struct cursor dot = *cursor;
    if (!take(&dot, '.') || digit_at(&dot) < 0)
        return true;
    for (*cursor = dot; (digit = digit_at(cursor)) >= 0 && place >= 10; take_digit(cursor)) {
        place /= 10;
        out->number = plus(out->number, digit * place);
        out->step = place;
    }
    return true;
}

/* ---- what stands around ---- */

static const struct {
    const char *word;
    enum told_how how;
} before[] = {{"超过", TOLD_MORE}, {"超", TOLD_MORE}, {"逾", TOLD_MORE}, {"近", TOLD_NEARLY}, {"约", TOLD_ABOUT}},
  after[] = {{"余", TOLD_MORE}, {"多", TOLD_MORE}, {"几", TOLD_MORE}, {"以上", TOLD_LEAST}, {"左右", TOLD_ABOUT}, {"上下", TOLD_ABOUT}};

static void read_before(const char *text, const char *number, struct told_number *out)
{
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        size_t len = strlen(before[i].word);

        if ((size_t)(number - text) >= len && memcmp(number - len, before[i].word, len) == 0) {
            out->how = before[i].how;
            return;
        }
    }
}

static bool read_after(struct cursor *cursor, struct told_number *out)
{
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        if (take_word(cursor, after[i].word)) {
            out->how = after[i].how;
            return true;
        }
    return false;
}

/* Powers and words of rounding behind the digits, in either order: 1.2万余, 20余万. */
static void read_behind(struct cursor *cursor, struct told_number *out)
{
    int64_t power;

    while (take(cursor, ' '))
        ;
    for (;;) {
        if (take_power(cursor, &power)) {
            out->number = times(out->number, power);
            out->step = times(out->step, power);
        } else if (!read_after(cursor, out)) {
            return;
        }
    }
}

static bool holds(const char *text, size_t len, const char *word)
{
    size_t word_len = strlen(word);

    for (size_t i = 0; i + word_len <= len; i++)
        if (memcmp(text + i, word, word_len) == 0)
            return true;
    return false;
}

static int sign_of(const char *text, size_t len)
{
    if (holds(text, len, "减") || holds(text, len, "降") || holds(text, len, "-") || holds(text, len, "－"))
        return -1;
    return holds(text, len, "增") || holds(text, len, "升");
}

typedef bool (*read_number)(struct cursor *cursor, struct told_number *out);

/* The first number that `read` finds and that is no percentage. */
static bool find(const char *text, size_t len, read_number read, struct told_number *out)
{
    struct cursor cursor = {text, text + len};

    while (cursor.at < cursor.end) {
        const char *begin = cursor.at;
        size_t used;

        *out = (struct told_number){.how = TOLD_EXACT};
        if (!read(&cursor, out)) {
            peek(&cursor, &used);
            cursor.at += used > 0 ? used : 1;
            continue;
        }
        read_before(text, begin, out);
        read_behind(&cursor, out);
        if (!take(&cursor, '%'))
            return true;
    }
    return false;
}

bool told_number_read(const char *text, size_t len, struct told_number *out)
{
    bool found = find(text, len, read_digits, out) || find(text, len, read_chinese, out);

    if (!found && holds(text, len, "持平")) {
        *out = (struct told_number){.step = TOLD_ONE};
        found = true;
    }
    out->sign = sign_of(text, len);
    return found;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

bool told_number_fits(const struct told_number *told, int64_t value, int64_t grain)
{
    int64_t off = value - told->number;

    switch (told->how) {
    case TOLD_EXACT:
        return off == 0 || (told->number % grain == 0 && apart(told->number, value) * 2 <= grain);
    case TOLD_MORE:
        return off > 0 && off < told->step;
    case TOLD_LEAST:
        return off >= 0 && off < told->step;
    case TOLD_NEARLY:
        return off < 0 && -off < told->step;
    case TOLD_ABOUT:
        return apart(told->number, value) < told->step;
    }
    return false;
}
