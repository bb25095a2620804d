/* tui/word_find.h - finding a name of Latin letters by what is typed, as pinyin initials find a Chinese one: the beginning of a word, or the first letters of words. */
#ifndef TUI_WORD_FIND_H
#define TUI_WORD_FIND_H

#include <stdbool.h>

/* "su" and "as" find "Ask for supplement" (letters may leave words out: "as", "afs"), "for s" too. Capitals do not matter; words are runs of letters and digits. False for "" and for
 * what has other letters than ASCII's. O(text * typed). */
bool word_find(const char *text, const char *typed);
/* The same in a text of the program, as it is shown; false for what begins with a digit, and in Chinese, where names are found by their initials. */
bool word_find_shown(const char *text, const char *typed);

#endif /* TUI_WORD_FIND_H */
