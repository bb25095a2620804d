/* core/record/phrase_code.h - codes of phrases in a text of several lines: a last line of nothing but codes ("03", "03+12") becomes their phrases.
 *
 * A code is two digits; + , ; / 、 and blanks of either width divide. A line with a code that the set does not have is text and stays, so are other numbers. */
#ifndef CORE_RECORD_PHRASE_CODE_H
#define CORE_RECORD_PHRASE_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/record/code_book.h"

/* The text with the phrases in place of its last line, appended to out; retired phrases count, too. False: the last line is no codes, nothing is appended. O(text + codes * log n). */
bool phrase_code_expand(const struct code_book *codes, const char *set, const char *text, size_t len, struct buf *out);

#endif /* CORE_RECORD_PHRASE_CODE_H */
