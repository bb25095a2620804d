/* sync/pg_pipeline.h - one connection to PostgreSQL, used in pipeline mode: statements are queued, sent together, and their results handed to who asked, in order. libpq's names and codes end in pg_pipeline.c.
 *
 * A BATCH is what is queued up to pg_sync. Of a batch in which a statement fails, everything behind it is skipped by the server; pg_batch tells of the first failure. A batch is no transaction: BEGIN and COMMIT are
 * statements like others. Statements are prepared when they are first used on a connection. Values travel in binary, so nothing is ever put into SQL text.
 *
 * TWO DRIVERS, one machine. Never blocking: watch pg_socket for what pg_watch says, and call pg_advance when it is so; it returns when nothing more can be done at once. Blocking: pg_wait, for commands and tests.
 *
 *   CLOSED -pg_connect-> CONNECTING -> READY (the session's settings are its first batch) -> CLOSED when the connection is lost or pg_close
 *
 * FAILURES as status and words: STATUS_BUSY (serialization failure, deadlock, lock timeout: the same again may go well; pg_again), STATUS_CLOSED (server not there, stopped, connection lost; pg_again, on a new
 * connection), STATUS_AUTH (password, method), STATUS_FORBIDDEN (rights; a standby), STATUS_NOT_FOUND (no such database or table), STATUS_FULL, STATUS_NOMEM, STATUS_EXISTS (unique), STATUS_USAGE (the URL), STATUS_IO.
 * Words name the SQLSTATE; values never get into them. Not thread-safe. */
#ifndef SYNC_PG_PIPELINE_H
#define SYNC_PG_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum { PG_PARAMS_MAX = 1024, PG_STATEMENTS_MAX = 64, PG_WAIT_MS = 120 * 1000 };

/* One SQL statement. types: one letter a parameter: i int8, b bytea, t text, f bool, j JSON text, n numeric as text, I int8[], B bytea[], T text[]. no: 0 .. PG_STATEMENTS_MAX-1, its own, or PG_PLAIN: parsed each time. */
enum { PG_PLAIN = -1 };
struct pg_statement {
    int no;
    const char *sql, *types;
};

struct pg_pipeline;
struct pg_rows; /* what a statement came to; valid during the call */

size_t pg_count(const struct pg_rows *rows);
/* Of a command: how many rows it touched. */
size_t pg_touched(const struct pg_rows *rows);
bool pg_is_null(const struct pg_rows *rows, size_t row, int column);
/* 0 for null. int8, int4 or bool. */
int64_t pg_int(const struct pg_rows *rows, size_t row, int column);
/* bytea or text, borrowed; NULL for null, and never NULL else. */
const uint8_t *pg_bytes(const struct pg_rows *rows, size_t row, int column, size_t *len);
/* Text into a field of a fixed size, cut at a character. */
void pg_text(const struct pg_rows *rows, size_t row, int column, char *out, size_t out_bytes);
/* Bytes of exactly this length; zeros else. */
void pg_fixed(const struct pg_rows *rows, size_t row, int column, void *out, size_t len);

/* url: postgresql://.. or "host=.. dbname=.."; copied. The schema is the search_path of its options, else "aidpost". Loads libpq (core/base/library.h). Errors: STATUS_USAGE (not a URL), STATUS_UNSUPPORTED (no libpq on
 * this machine), STATUS_NOMEM; *out is NULL. */
enum status pg_new(struct pg_pipeline **out, const char *url, struct errmsg *err);
void pg_free(struct pg_pipeline *pg);

/* Begin to connect; what is queued meanwhile waits. Nothing when connected. */
void pg_connect(struct pg_pipeline *pg);
void pg_close(struct pg_pipeline *pg);
bool pg_is_ready(const struct pg_pipeline *pg);

/* Parameters of the next statement, in order. Bytes are copied. */
void pg_put_int(struct pg_pipeline *pg, int64_t v);
void pg_put_bool(struct pg_pipeline *pg, bool v);
void pg_put_null(struct pg_pipeline *pg);
/* bytea, text or JSON; NULL: null. */
void pg_put_bytes(struct pg_pipeline *pg, const void *data, size_t len);
void pg_put_text(struct pg_pipeline *pg, const char *text);
/* Arrays: n times pg_item_*. of: 'I', 'B' or 'T' as above. */
void pg_put_array(struct pg_pipeline *pg, size_t n, char of);
void pg_item_int(struct pg_pipeline *pg, int64_t v);
void pg_item_bytes(struct pg_pipeline *pg, const void *data, size_t len);

/* Queue the statement with these parameters. If that can't be done (no memory), the connection is given up, and with it the transaction that would have a gap. rows (or NULL) gets its result, not when it failed or was skipped; what it returns other than STATUS_OK counts as the batch's failure. context lives until then. */
typedef enum status (*pg_result)(void *context, const struct pg_rows *rows, struct errmsg *err);
void pg_send(struct pg_pipeline *pg, const struct pg_statement *statement, pg_result rows, void *context);
/* End of the batch. */
void pg_sync(struct pg_pipeline *pg);
/* Statements or batches that are not through. */
bool pg_is_busy(const struct pg_pipeline *pg);
/* Of the last batch that came through, or of the connection. */
enum status pg_batch(const struct pg_pipeline *pg, struct errmsg *err);
/* Whether that failure may go away when all is done once more (on a new connection if pg_is_ready says no). */
bool pg_again(const struct pg_pipeline *pg);

/* Never blocking. */
struct pg_watch {
    int socket; /* -1: nothing to watch */
    bool read, write;
};
struct pg_watch pg_watch(const struct pg_pipeline *pg);
/* Read, write, hand results out. True: something came to an end (a batch, or the connection) and nothing more is under way. */
bool pg_advance(struct pg_pipeline *pg);
/* Blocking: until nothing is under way, or PG_WAIT_MS have passed (then the connection is given up). Connects if it must. The status is the last batch's. */
enum status pg_wait(struct pg_pipeline *pg, struct errmsg *err);
/* One statement as a batch, waited for. */
enum status pg_run(struct pg_pipeline *pg, const struct pg_statement *statement, pg_result rows, void *context, struct errmsg *err);

/* "15.1"; "0.0" when it is not on this machine. */
const char *pg_library_version(char out[16]);

#endif /* SYNC_PG_PIPELINE_H */
