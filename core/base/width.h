/* core/base/width.h - how many terminal columns a character takes, from our own table.
 *
 * libc's wcwidth() depends on the locale and its version (-1 for newer CJK extensions). Ours: 2 for East Asian Wide and
 * Full-width (all CJK blocks including planes 2 and 3), 0 for combining marks and zero-width characters, 1 else
 * (ambiguous characters are narrow), -1 for C0, C1 and unassigned controls. Source: Unicode 15 EastAsianWidth. O(log n). */
#ifndef CORE_BASE_WIDTH_H
#define CORE_BASE_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int width_of(uint32_t code);
/* East Asian Ambiguous: not to be used in screen chrome. */
bool width_is_ambiguous(uint32_t code);
/* Columns of valid UTF-8; control characters count 0. */
size_t width_text(const char *text, size_t len);
/* Bytes of the longest prefix that fits in columns and ends on a grapheme boundary (a base with its width-0 marks);
 * *used (may be NULL) gets its columns. */
size_t width_fit(const char *text, size_t len, size_t columns, size_t *used);
/* Punctuation that may not begin a row, and that may not end one (kinsoku, after JIS X 4051 reduced to what Chinese prose needs), with their ASCII forms. */
bool width_closes(uint32_t code);
bool width_opens(uint32_t code);
/* The same for text that goes on in the next row: a row ends behind a blank rather than within a word of Latin letters, and where punctuation allows it, if it has such a place,
 * and takes the blanks along that follow it. At least one grapheme when len > 0 and any fits. */
size_t width_wrap(const char *text, size_t len, size_t columns);
/* Bytes of the first grapheme at text (base plus following width-0 marks); 0 when len == 0. */
size_t width_grapheme(const char *text, size_t len);

#endif /* CORE_BASE_WIDTH_H */
