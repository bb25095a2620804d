/* core/record/stmt.h - statements of a store: prepared once, found again by their text, their values bound, their rows read. Whoever includes store.h has this file.
 *
 * A failed statement of a transaction is noted there (store_failure), for the reader who takes an answer that did not come for an empty one. */
#ifndef CORE_RECORD_STMT_H
#define CORE_RECORD_STMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/value.h"

struct store; /* core/record/store.h */
struct stmt;  /* one prepared statement; belongs to its store */

/* store_prepare returns a statement cached by its SQL text (compared as text; sql is copied); NULL never: on failure it returns a
 * statement that fails at stmt_row with the reason. Parameters are numbered from 1, columns from 0. A statement is finished by stmt_reset
 * or by stepping to the end; text and blob parameters are borrowed until then. */
struct stmt *store_prepare(struct store *store, const char *sql);
/* The same of a text that stays where it is, unchanged, until the store is closed: a literal, or one of its slots. Asked for again it is found by its address alone: O(1), without reading it. */
struct stmt *store_prepare_lasting(struct store *store, const char *sql);
/* The same of a text that was composed. What is not whole (sql->status) fails at stmt_row: cut before its last condition it could be a statement that answers more than was asked for, rows of other orgs too. */
struct stmt *store_prepare_buf(struct store *store, const struct buf *sql);
void stmt_int(struct stmt *stmt, int index, int64_t value);
void stmt_text(struct stmt *stmt, int index, const char *text, size_t len);
void stmt_string(struct stmt *stmt, int index, const char *text); /* NULL binds null */
void stmt_blob(struct stmt *stmt, int index, const void *data, size_t len);
void stmt_null(struct stmt *stmt, int index);
void stmt_id(struct stmt *stmt, int index, struct id id);
void stmt_value(struct stmt *stmt, int index, struct value value);
/* True when a row is there; false at the end or on failure: then look at *status (STATUS_OK at the end). The statement resets itself at the end or on failure. */
bool stmt_row(struct stmt *stmt, enum status *status, struct errmsg *err);
/* Run a statement that returns no rows. */
enum status stmt_run(struct stmt *stmt, struct errmsg *err);
void stmt_reset(struct stmt *stmt);
int64_t stmt_column_int(struct stmt *stmt, int column);
/* Borrowed until the next step or reset. "" with len 0 for null. NUL-terminated. */
const char *stmt_column_text(struct stmt *stmt, int column, size_t *len);
const uint8_t *stmt_column_blob(struct stmt *stmt, int column, size_t *len);
struct id stmt_column_id(struct stmt *stmt, int column); /* zero if not 16 bytes */
bool stmt_column_is_null(struct stmt *stmt, int column);
struct value stmt_column_value(struct stmt *stmt, int column); /* null, int or text; borrowed */

#endif /* CORE_RECORD_STMT_H */
