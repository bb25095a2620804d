/* tui/list_find.h - whether a row of a list holds what was typed to find it: the same words as in the search box, compared with what the row shows.
 *
 * Words are divided by blanks and all have to be there; "-word" must not. A word of letters is also looked for as pinyin initials, each character by any of its
 * readings ("zwf" finds 张文芳 and 告知张文芳), and as first letters of Latin words (tui/word_find.h); everything is folded (utf8_fold) first. */
#ifndef TUI_LIST_FIND_H
#define TUI_LIST_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/status.h"

enum { LIST_FIND_CHARS = 20, LIST_FIND_BYTES = LIST_FIND_CHARS * 4 + 1, LIST_FIND_WORDS = 8 };

/* What was typed, read once for many rows. */
struct list_find {
    char text[LIST_FIND_BYTES]; /* the words folded, each ends with '\0' */
    struct list_find_word {
        const char *text;
        bool excluded, initials; /* initials: letters only */
    } words[LIST_FIND_WORDS];
    size_t n;
};

/* text: at most LIST_FIND_BYTES - 1 bytes (assert), valid UTF-8. More words than there is room for: the last ones are not looked for. */
void list_find_read(struct list_find *find, const char *text);
/* Cells may be NULL. A find without words matches every row. */
bool list_find_matches(const struct list_find *find, const char *const *cells, size_t n_cells);

#endif /* TUI_LIST_FIND_H */
