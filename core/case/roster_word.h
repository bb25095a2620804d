/* core/case/roster_word.h - the words of a roster's line: what divides them, and what a word may be. For party_line.c, member_line.c and material_line.c.
 *
 * A blank inside a name or a remark is written as U+00A0 where words are divided by blanks, and comes back as a blank. */
#ifndef CORE_CASE_ROSTER_WORD_H
#define CORE_CASE_ROSTER_WORD_H

#include "core/base/status.h"
#include "core/record/code_book.h"
#include "core/record/record.h"

enum { ROSTER_WORD_BYTES = 256 };

/* The next line of a roster from *at on that is not blank; false at the end. Semicolons of either width divide as line feeds do. */
bool roster_line_next(const char **at, const char **line, size_t *len);
/* The next word from *at on before end, between blanks and commas of either width; false at the end. */
bool roster_word_next(const char **at, const char *end, const char **word, size_t *len);
/* The next word as a text of its own, U+00A0 as a blank. False at the end. Errors in err, *status: STATUS_INVALID (longer than a word may be). */
bool roster_word_take(const char **at, const char *end, char word[ROSTER_WORD_BYTES], enum status *status, struct errmsg *err);
/* The code of a set that a word names: its code or name, or with `initials` what only one code begins with. NULL: none. Borrowed from the book. */
const char *roster_word_code(const struct code_book *codes, const char *set, const char *word, bool initials);
/* Whether a word is a number between prefix and suffix ("工资", "元"): the number (up to a point, commas and 万) gets what stands between. A suffix of a sum may be left out. */
bool roster_word_number(const char *word, const char *prefix, const char *suffix, bool suffix_needed, char number[ROSTER_WORD_BYTES]);
bool roster_word_is_ascii(const char *word);
/* A word into a field of the record. Errors: record_parse's; the message begins with the field's label and names the word. */
enum status roster_word_put(struct record *row, const struct code_book *codes, const char *field, const char *word, struct errmsg *err);
/* Append a field of a row as a word, behind a blank unless it begins the line: prefix, the value, suffix; blanks in it as U+00A0, a code whose name has a divider in it as the code. Nothing
 * for an empty field. */
void roster_word_show(const struct record *row, const char *field, const struct code_book *codes, const char *prefix, const char *suffix, struct buf *out);

#endif /* CORE_CASE_ROSTER_WORD_H */
