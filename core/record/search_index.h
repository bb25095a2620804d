/* core/record/search_index.h - what a record is found by, and the follower that keeps the index up with the change log.
 *
 * KEYS of a record, one line each (see core/record/tokenizer.h for the marks):
 *   TOKENIZER_NAME name            each name, folded; once more without its middle dots
 *   TOKENIZER_KEY 'p' initials     of each name, every reading; once more for each part behind a middle dot
 *   TOKENIZER_KEY 't' digits       of each phone, last digit first
 *   TOKENIZER_KEY 'i' number       of each identity document, last character first
 * TEXT: the folded values of all other searchable fields and of the names, one line each; codes by their names. */
#ifndef CORE_RECORD_SEARCH_INDEX_H
#define CORE_RECORD_SEARCH_INDEX_H

#include "core/record/record.h"

enum { SEARCH_TEXT_MAX_BYTES = 1024 * 1024 };

/* Append a record's keys and text. Fields whose values cannot be read as text are left out. Errors: STATUS_NOMEM, STATUS_TOO_LARGE. */
enum status search_index_record(const struct record *record, const struct code_book *codes, struct buf *keys, struct buf *text);

/* Append the letters and digits of a folded text, last one first. */
void search_index_reverse(const char *text, size_t len, struct buf *out);

#endif /* CORE_RECORD_SEARCH_INDEX_H */
