/* core/record/tokenizer.h - the full-text tokenizer "bigram" for Chinese: every pair of neighbouring characters and every single one.
 *
 * Chinese writes no spaces, and SQLite's own trigram tokenizer finds nothing for two characters. Documents are folded text (utf8_fold); a line feed
 * separates fields and no pair reaches across it. Every other character counts, ASCII included. Queries are quoted strings of one or two characters. */
#ifndef CORE_RECORD_TOKENIZER_H
#define CORE_RECORD_TOKENIZER_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

struct sqlite3;

/* Make tokenizer "bigram" known to one connection. Errors: STATUS_UNSUPPORTED (SQLite without FTS5), STATUS_NOMEM. */
enum status tokenizer_register(struct sqlite3 *db);

/* Append to *match the FTS5 expression that holds for every text containing the word (folded UTF-8, at least one character, no line feed).
 * For one and two characters it holds for no other text; for longer words hits must be compared with the text.
 * A following word is joined with AND if *match is not empty. */
void tokenizer_query(const char *word, size_t len, struct buf *match);

#endif /* CORE_RECORD_TOKENIZER_H */
