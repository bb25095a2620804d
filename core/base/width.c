/* core/base/width.c - column widths by binary search in core/base/width_table.h. */
#include "core/base/width.h"

#include "core/base/utf8.h"
#include "core/base/width_table.h"

static bool in_ranges(const struct width_range *ranges, size_t n, uint32_t code)
{
    size_t low = 0;

    while (low < n) {
        size_t middle = low + (n - low) / 2;

        if (code > ranges[middle].last)
            low = middle + 1;
        else if (code < ranges[middle].first)
            n = middle;
        else
            return true;
    }
    return false;
}

int width_of(uint32_t code)
{
    /* The usual characters first: screens are mostly ASCII and hanzi. */
    if (code < 0x300)
        return code < 0x20 || (code >= 0x7F && code < 0xA0) ? -1 : 1;
    if (code >= 0x4E00 && code <= 0x9FFF)
        return 2;
    if ((code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF)
        return -1;
    if (in_ranges(width_wide, sizeof width_wide / sizeof width_wide[0], code))
        return 2;
    if (in_ranges(width_zero, sizeof width_zero / sizeof width_zero[0], code))
        return 0;
    return 1;
}

bool width_is_ambiguous(uint32_t code)
{
    if (code < 0xA0 || (code >= 0x4E00 && code <= 0x9FFF))
        return false;
    return in_ranges(width_ambiguous, sizeof width_ambiguous / sizeof width_ambiguous[0], code);
}

/* Step over one character; an invalid byte counts as one column, so that damaged text still gets drawn and passed. */
static size_t step(const char *text, size_t len, int *width)
{
    uint32_t code;
    size_t n = utf8_decode(text, len, &code);

    *width = n > 0 ? width_of(code) : 1;
    return n > 0 ? n : 1;
}

size_t width_text(const char *text, size_t len)
{
    size_t columns = 0;

    while (len > 0) {
        int width;
        size_t n = step(text, len, &width);

        columns += width > 0 ? (size_t)width : 0;
        text += n;
        len -= n;
    }
    return columns;
}

size_t width_grapheme(const char *text, size_t len)
{
    size_t at;
    int width;

    if (len == 0)
        return 0;
    at = step(text, len, &width);
    while (at < len) {
        size_t n = step(text + at, len - at, &width);

        if (width != 0)
            break;
        at += n;
    }
    return at;
}

size_t width_fit(const char *text, size_t len, size_t columns, size_t *used)
{
    size_t at = 0;
    size_t sum = 0;

    while (at < len) {
        size_t n = width_grapheme(text + at, len - at);
        size_t width = width_text(text + at, n);

        if (width > columns - sum)
            break;
        sum += width;
        at += n;
    }
    if (used != NULL)
        *used = sum;
    return at;
}

static bool is_latin(char c)
{
    return (unsigned char)c > ' ' && (unsigned char)c < 0x7F;
}

static bool in_set(uint32_t code, const uint32_t *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (set[i] == code)
            return true;
    return false;
}

/* ，。、；：？！）》〉」』】〕”’…·％ */
bool width_closes(uint32_t code)
{
    static const uint32_t set[] = {0xff0c, 0x3002, 0x3001, 0xff1b, 0xff1a, 0xff1f, 0xff01, 0xff09, 0x300b, 0x3009,
                                   0x300d, 0x300f, 0x3011, 0x3015, 0x201d, 0x2019, 0x2026, 0xb7,   0xff05, ',',
                                   '.',    ';',    ':',    '?',    '!',    ')',    ']',    '}',    '%'};
    return in_set(code, set, sizeof set / sizeof set[0]);
}

/* （《〈「『【〔“‘￥ */
bool width_opens(uint32_t code)
{
    static const uint32_t set[] = {0xff08, 0x300a, 0x3008, 0x300c, 0x300e, 0x3010, 0x3014, 0x201c, 0x2018, 0xffe5, '(', '[', '{'};
    return in_set(code, set, sizeof set / sizeof set[0]);
}

/* Whether a row may end here, 0 < at < len. */
static bool may_end(const char *text, size_t len, size_t before, size_t at)
{
    uint32_t last = 0, next = 0;

    if (is_latin(text[at - 1]) && is_latin(text[at]))
        return false;
    if (text[at - 1] == ' ' || text[at] == ' ')
        return true;
    (void)utf8_decode(text + before, len - before, &last);
    (void)utf8_decode(text + at, len - at, &next);
    return !width_closes(next) && !width_opens(last);
}

size_t width_wrap(const char *text, size_t len, size_t columns)
{
    size_t fit = width_fit(text, len, columns, NULL), end = 0;

    if (fit == len || fit == 0)
        return fit;
    for (size_t before = 0, at = width_grapheme(text, len); at <= fit; at += width_grapheme(text + at, len - at)) {
        if (may_end(text, len, before, at))
            end = at;
        before = at;
    }
    fit = end > 0 ? end : fit;
    while (fit < len && text[fit] == ' ')
        fit++;
    return fit;
}
