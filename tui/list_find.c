/* tui/list_find.c - see list_find.h. */
#include "tui/list_find.h"

#include <assert.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/utf8.h"
#include "core/record/pinyin.h"
#include "tui/word_find.h"

enum { CELL_MAX_BYTES = 8192 };

static bool letters_only(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 'a' || *text > 'z')
            return false;
    return true;
}

static void add_word(struct list_find *find, const char *text, size_t len, size_t *used)
{
    bool excluded = len > 1 && text[0] == '-';
    struct buf folded;
    buf_init(&folded, LIST_FIND_BYTES);
    if (utf8_fold(text + excluded, len - excluded, &folded) == STATUS_OK && folded.len > 0 && *used + folded.len < sizeof find->text) {
        char *to = find->text + *used;
        memcpy(to, buf_cstr(&folded), folded.len + 1);
        find->words[find->n++] = (struct list_find_word){.text = to, .excluded = excluded, .initials = letters_only(to)};
        *used += folded.len + 1;
    }
    buf_release(&folded);
}

void list_find_read(struct list_find *find, const char *text)
{
    size_t used = 0;
    assert(strlen(text) < LIST_FIND_BYTES);
    *find = (struct list_find){.n = 0};
    while (*text != '\0' && find->n < LIST_FIND_WORDS) {
        size_t len = strcspn(text, " ");
        if (len > 0)
            add_word(find, text, len, &used);
        text += len + (text[len] == ' ');
    }
}

/* Whether the letter is an initial of the character, or the character itself. */
static bool begins_with(uint32_t code, char letter)
{
    char initials[PINYIN_READINGS_MAX];
    size_t n = pinyin_initials_of(code, initials);
    return code == (uint32_t)(unsigned char)letter || memchr(initials, letter, n) != NULL;
}

/* Whether the characters from here on begin with these letters, one each. */
static bool initials_here(const char *text, size_t len, const char *letters)
{
    for (size_t at = 0; *letters != '\0'; letters++) {
        uint32_t code;
        size_t n = at < len ? utf8_decode(text + at, len - at, &code) : 0;
        if (n == 0 || !begins_with(code, *letters))
            return false;
        at += n;
    }
    return true;
}

/* text is folded, which takes the blanks out; shown is what it was made of. */
static bool word_in(const struct list_find_word *word, const char *text, size_t len, const char *shown)
{
    if (strstr(text, word->text) != NULL || (word->initials && word_find(shown, word->text)))
        return true;
    for (size_t at = 0; word->initials && at < len; at += utf8_offset(text + at, len - at, 1))
        if (initials_here(text + at, len - at, word->text))
            return true;
    return false;
}

bool list_find_matches(const struct list_find *find, const char *const *cells, size_t n_cells)
{
    bool found[LIST_FIND_WORDS] = {false};
    struct buf folded;
    buf_init(&folded, CELL_MAX_BYTES);
    for (size_t i = 0; i < n_cells; i++) {
        buf_clear(&folded);
        if (cells[i] == NULL || utf8_fold(cells[i], strlen(cells[i]), &folded) != STATUS_OK)
            continue;
        for (size_t w = 0; w < find->n; w++)
            found[w] = found[w] || word_in(&find->words[w], buf_cstr(&folded), folded.len, cells[i]);
    }
    buf_release(&folded);
    for (size_t w = 0; w < find->n; w++)
        if (found[w] == find->words[w].excluded)
            return false;
    return true;
}
