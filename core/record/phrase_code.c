/* core/record/phrase_code.c - see phrase_code.h. */
#include "core/record/phrase_code.h"

#include <stdint.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

enum { CODE_DIGITS = 2 };

/* The next code of a line from *at on, after its dividers. False: there is none; then *at is end if nothing but dividers was left. */
static bool next_code(const char **at, const char *end, char code[CODE_DIGITS + 1])
{
    size_t n = 0;
    while (*at < end) {
        uint32_t character;
        size_t step = utf8_decode(*at, (size_t)(end - *at), &character);
        character = step > 0 ? utf8_ascii_twin(character) : 0;
        bool digit = character >= '0' && character <= '9';
        if (digit && n == CODE_DIGITS)
            return false; /* a longer number */
        if (digit)
            code[n++] = (char)character;
        else if (character == 0 || strchr("+,;/ ", (int)character) == NULL || character >= 0x80)
            return false;
        else if (n > 0)
            break;
        *at += step;
    }
    code[n] = '\0';
    *at -= n < CODE_DIGITS ? n > 0 : 0; /* one digit alone is not used up */
    return n == CODE_DIGITS;
}

static bool put_phrases(const struct code_book *codes, const char *set, const char *line, const char *end, struct buf *out)
{
    char code[CODE_DIGITS + 1];
    size_t n = 0;
    for (; next_code(&line, end, code); n++) {
        const struct code *phrase = code_book_find(codes, set, code);
        if (phrase == NULL)
            return false;
        buf_puts(out, _(phrase->name));
    }
    return n > 0 && line == end;
}

bool phrase_code_expand(const struct code_book *codes, const char *set, const char *text, size_t len, struct buf *out)
{
    struct buf phrases;
    size_t from = len;
    while (from > 0 && text[from - 1] != '\n')
        from--;
    buf_init(&phrases, out->max);
    bool found = put_phrases(codes, set, text + from, text + len, &phrases) && phrases.status == STATUS_OK;
    if (found) {
        buf_append(out, text, from);
        buf_append(out, phrases.data, phrases.len);
    }
    buf_release(&phrases);
    return found;
}
