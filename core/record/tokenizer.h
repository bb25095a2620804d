/* core/record/tokenizer.h - the full-text tokenizer "bigram" for Chinese: every pair of neighbouring characters and every single one.
 *
 * Chinese writes no spaces, and SQLite's own trigram tokenizer finds nothing for two characters. Documents are folded text (utf8_fold) in lines; no pair
 * reaches across a line feed. Every other character counts, ASCII included. A line's first byte may say what it is (folded text holds no control characters):
 *   TOKENIZER_KEY   the whole line, mark included, is one token: found as it is or by its beginning
 *   TOKENIZER_NAME  characters and pairs as in a text, each with the mark before it: found in names only
 * A quoted string of a query is one token, itself. */
#ifndef CORE_RECORD_TOKENIZER_H
#define CORE_RECORD_TOKENIZER_H

#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

struct sqlite3;

#define TOKENIZER_KEY '\x01'
#define TOKENIZER_NAME '\x02'

/* Make tokenizer "bigram" known to one connection. Errors, without a message: STATUS_UNSUPPORTED (SQLite without FTS5), STATUS_NOMEM, STATUS_IO. */
enum status tokenizer_register(struct sqlite3 *db);

/* Append to *match the FTS5 expression that holds for every text (name with mark TOKENIZER_NAME; texts: mark 0) containing the word: folded UTF-8, at least one
 * character, no line feed. For one and two characters it holds for no other text; for longer words hits must be compared with the text. */
void tokenizer_query(char mark, const char *word, size_t len, struct buf *match);
/* Append to *match the FTS5 expression that holds for records with a key (TOKENIZER_KEY, then text) that begins like this one. */
void tokenizer_query_key(const char *key, size_t len, struct buf *match);

#endif /* CORE_RECORD_TOKENIZER_H */
