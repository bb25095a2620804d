/* core/record/pinyin.c - see core/record/pinyin.h.
 *
 * The table is text inside the program, one line a character in the order of code points: character, tab, initials (most common first).
 * It is searched where it lies: halve the bytes, step to the start of the line there, compare. No state, nothing to load. */
#include "core/record/pinyin.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/data/data.h"

/* Initials of one text, one more reading each: the alternatives of all its characters multiplied out, up to a limit. */
enum { TEXT_INITIALS_MAX = 128, MEMO_CHARACTERS = 0x10000 };

struct readings {
    char initials[TEXT_INITIALS_MAX][PINYIN_READINGS_MAX];
    uint8_t count[TEXT_INITIALS_MAX]; /* 1.. */
    size_t len;
};

static uint32_t code_at(const char *line, const char *end)
{
    uint32_t code = 0;
    return line < end && utf8_decode(line, (size_t)(end - line), &code) > 0 ? code : 0;
}

static const char *line_end(const char *at, const char *end)
{
    const char *feed = memchr(at, '\n', (size_t)(end - at));
    return feed == NULL ? end : feed;
}

/* The line of the character, NULL if the table has none. A heading line begins with an ASCII character and so sorts first. */
static const char *find_line(const char *table, size_t len, uint32_t code)
{
    const char *low = table; /* always the start of a line */
    const char *high = table + len;

    while (low < high) {
        const char *line = low + (high - low) / 2;
        while (line > low && line[-1] != '\n')
            line--;
        uint32_t here = code_at(line, high);
        if (here == code)
            return line;
        if (here > code) {
            high = line;
        } else {
            low = line_end(line, high);
            low += low < high;
        }
    }
    return NULL;
}

size_t pinyin_initials_of(uint32_t code, char out[PINYIN_READINGS_MAX])
{
    const struct data_file *file = data_find("pinyin.tsv");
    const char *line;
    size_t count = 0;

    assert(file != NULL);
    if (code < 0x80 || (line = find_line((const char *)file->text, file->len, code)) == NULL)
        return 0;
    const char *end = line_end(line, (const char *)file->text + file->len);
    const char *at = memchr(line, '\t', (size_t)(end - line));
    for (at = at == NULL ? end : at + 1; at < end && *at >= 'a' && *at <= 'z' && count < PINYIN_READINGS_MAX; at++)
        if (memchr(out, *at, count) == NULL)
            out[count++] = *at;
    return count;
}

/* Readings of the characters of the first plane, as they were looked up. */
struct pinyin_memo {
    struct {
        char initials[PINYIN_READINGS_MAX];
        uint8_t count, known;
    } of[MEMO_CHARACTERS];
};

struct pinyin_memo *pinyin_memo_new(void)
{
    return calloc(1, sizeof(struct pinyin_memo)); /* only the pages that are touched cost */
}

void pinyin_memo_free(struct pinyin_memo *memo)
{
    free(memo);
}

static size_t look_up(struct pinyin_memo *memo, uint32_t code, char out[PINYIN_READINGS_MAX])
{
    if (memo == NULL || code >= MEMO_CHARACTERS)
        return pinyin_initials_of(code, out);
    if (!memo->of[code].known) {
        memo->of[code].count = (uint8_t)pinyin_initials_of(code, memo->of[code].initials);
        memo->of[code].known = 1;
    }
    memcpy(out, memo->of[code].initials, memo->of[code].count);
    return memo->of[code].count;
}

static void add_character(struct pinyin_memo *memo, struct readings *readings, uint32_t code)
{
    char *initials = readings->initials[readings->len];
    size_t count;

    code = utf8_ascii_twin(code);
    if (code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    if ((code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')) {
        initials[0] = (char)code;
        count = 1;
    } else {
        count = look_up(memo, code, initials);
    }
    if (count > 0)
        readings->count[readings->len++] = (uint8_t)count;
}

/* How many alternatives are kept: the later characters lose their rarer readings first, since people type from the front. */
static size_t combinations(struct readings *readings)
{
    size_t total = 1;
    for (size_t i = 0; i < readings->len; i++) {
        while (total * readings->count[i] > PINYIN_COMBINATIONS_MAX)
            readings->count[i]--;
        total *= readings->count[i];
    }
    return total;
}

void pinyin_initials(const char *text, size_t len, struct buf *out)
{
    pinyin_initials_memo(NULL, text, len, out);
}

void pinyin_initials_memo(struct pinyin_memo *memo, const char *text, size_t len, struct buf *out)
{
    struct readings readings;

    readings.len = 0; /* the rest is written before it is read */

    for (size_t at = 0; at < len && readings.len < TEXT_INITIALS_MAX;) {
        uint32_t code = 0;
        size_t used = utf8_decode(text + at, len - at, &code);
        if (used > 0)
            add_character(memo, &readings, code);
        at += used > 0 ? used : 1;
    }
    if (readings.len == 0)
        return;
    size_t total = combinations(&readings);
    for (size_t n = 0; n < total; n++) {
        /* Mixed-radix digits of n, the last character changing fastest: the most common reading of all comes first. */
        char line[TEXT_INITIALS_MAX];
        size_t rest = n;
        for (size_t i = readings.len; i-- > 0; rest /= readings.count[i])
            line[i] = readings.initials[i][rest % readings.count[i]];
        if (n > 0)
            buf_putc(out, ' ');
        buf_append(out, line, readings.len);
    }
}
