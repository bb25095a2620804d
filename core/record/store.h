/* core/record/store.h - the database file: open, transactions that know who began them, small named values. The only file that knows SQLite
 * (with stmt.c, store_image.c, store_log.c, checkpointer.c and tokenizer.c beside it).
 *
 * A store is one SQLite file `aidpost.db` in WAL mode with synchronous=FULL: commit returns only when the transaction is durable.
 * Several processes (screens over SSH, the sync program) share it; one writes at a time (BEGIN IMMEDIATE, busy timeout 10 s), so the
 * local sequence number lsn, a counter row moved inside the writing transaction, has commit order for free.
 * SQLite up to 3.51.2 can lose confirmed changes where one process copies the log back into the file while another begins it anew ("WAL-reset bug"): store_log.h says how, and what keeps every process of ours from it.
 * Guard triggers refuse writes from other programs: they call aidpost_writing(), which only exists here. What they guard this program itself writes inside store_begin only (else STATUS_FORBIDDEN).
 * application_id marks the file as ours, user_version is the schema version; migrations add only.
 * SQLITE_* codes become enum status here: BUSY, FULL, IO, CORRUPT, FOREIGN, VERSION, NOMEM, EXISTS (constraint). */
#ifndef CORE_RECORD_STORE_H
#define CORE_RECORD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/stmt.h"

struct store;
struct pinyin_order; /* core/record/pinyin_order.h */

/* "AIDP": marks the file as ours. */
#define STORE_APPLICATION_ID 0x41494450

enum store_open { STORE_OPEN_EXISTING, STORE_CREATE, STORE_READ_ONLY };

/* Open <folder>/aidpost.db (or ":memory:" as folder for tests: a private in-memory store). STORE_CREATE makes folder and file, mode 0600, and
 * fails with STATUS_EXISTS if there is one; STORE_OPEN_EXISTING migrates an older schema.
 * Errors: STATUS_NOT_FOUND, STATUS_FOREIGN (not ours, or not a database), STATUS_CORRUPT, STATUS_VERSION (newer schema), STATUS_IO, STATUS_FULL,
 * STATUS_BUSY, STATUS_NOMEM. On error *out is NULL. */
enum status store_open(struct store **out, const char *folder, enum store_open how, struct errmsg *err);
void store_close(struct store *store);
const char *store_path(const struct store *store);
/* False: a private store in memory. */
bool store_has_file(const struct store *store);

/* Begin a writing transaction; `who` (static string, e.g. "import") names the beginner in messages. Not nested (assert).
 * Errors: STATUS_BUSY, STATUS_FULL, STATUS_IO. */
enum status store_begin(struct store *store, const char *who, struct errmsg *err);
/* Durable when it returns STATUS_OK. On error everything was rolled back. Fails where a statement of the transaction failed (store_failure), whether or not somebody looked at that. */
enum status store_commit(struct store *store, struct errmsg *err);
/* Where there is no memory even for that, the next transaction to begin does it first. */
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);
/* What a statement failed with since the open transaction began, writing or reading, or since before the savepoint that was taken back; STATUS_OK: none did, or none is open. STATUS_EXISTS and STATUS_FORBIDDEN are
 * answers, not failures. A reader that takes an answer which did not come for an empty one, as store_meta_int does, thereby decides nothing that stays. */
enum status store_failure(const struct store *store);
/* For what is a transaction of its own or part of its caller's: begins one unless one is open. *own: whether it did. Errors: as store_begin. */
enum status store_join(struct store *store, const char *who, bool *own, struct errmsg *err);
/* The end of what store_join began: durable if `status` is STATUS_OK, else taken back; the caller's transaction is left open. Returns `status`, or why the commit failed. */
enum status store_leave(struct store *store, bool own, enum status status, struct errmsg *err);
/* A part of the open transaction that can be taken back alone (one level), and must be where a statement failed: store_savepoint_end then keeps nothing for certain, and returns store_failure. Errors: storage; a
 * transaction that was lost meanwhile (full disk) is told by what it was lost for. */
enum status store_savepoint(struct store *store, struct errmsg *err);
enum status store_savepoint_end(struct store *store, bool keep, struct errmsg *err);
/* For the center's sync program and bulk work: a larger page cache (12 MiB) and rarer checkpoints (each 4,000 pages), so that the pages of the indexes that changes are scattered over are written once for several groups. */
void store_tune_bulk(struct store *store);
/* For a session of the screens, of which many share one weak machine: a small page cache. */
void store_tune_screen(struct store *store);
/* For the simulator, which closes programs and never cuts the power: nothing is synced from here on, so a commit may be lost with the machine. Errors: as store_exec. */
enum status store_tune_unsynced(struct store *store, struct errmsg *err);
/* Whether to wait for another connection that writes (some seconds; so it is at first), or to fail with STATUS_BUSY at once: for work that can be done another time. Returns how it was. */
bool store_set_patient(struct store *store, bool patient);
/* Between two transactions of long work (an import): a few milliseconds in which others that wait to write get their turn; the next begin would else be there before them each time. */
void store_give_way(const struct store *store);
/* A reading transaction: one state of the data over several statements. Nests; inside a writing one it is that one. No writing transaction begins before the outermost has ended. */
enum status store_begin_read(struct store *store, struct errmsg *err);
void store_end_read(struct store *store);
/* The same for who took answers that did not come for empty ones on the way: returns `status`, or, if that is STATUS_OK, what a statement of the transaction failed with (store_failure). */
enum status store_end_read_sure(struct store *store, enum status status, struct errmsg *err);
/* Moves when another connection committed. Cheap (20 us). */
uint64_t store_data_version(struct store *store);
/* Copy the log file back into the database file; after big imports and at the end. Waits for nobody: what others still read stays in the log. Never fails visibly. */
void store_checkpoint(struct store *store);
/* The same, and cut the log file to nothing, so that no old page stands in it. Outside transactions. Waits for the thread of this process that does so too, if there is one (checkpointer.h), and, where the store is patient, some
 * seconds for others, whom it keeps from nothing. In memory: nothing to do. Errors: STATUS_BUSY (another connection reads or writes), STATUS_IO, STATUS_FULL, STATUS_NOMEM; the log is as it was, or copied in part. */
enum status store_empty_log(struct store *store, struct errmsg *err);

/* Rows changed by the last statement run. */
int64_t store_changes(struct store *store);
int64_t store_last_rowid(struct store *store);
/* SQL texts composed once per connection (from the catalogue) are kept in slots; NULL until set. The text is copied. */
enum { STORE_SLOTS_MAX = 256 };
const char *store_slot(const struct store *store, unsigned slot);
const char *store_slot_set(struct store *store, unsigned slot, const char *text);
/* How names stand in lists. Statements may say ORDER BY name COLLATE pinyin; what is stored never does (an index, a column): programs that do not know the order could not write there, and it may change.
 * NULL: no memory. */
struct pinyin_order *store_pinyin(struct store *store);
/* Run SQL text without parameters or results (schema, pragmas). */
enum status store_exec(struct store *store, const char *sql, struct errmsg *err);

/* Small named values kept in the file (table meta): counters, identity, cursors. */
int64_t store_meta_int(struct store *store, const char *name, int64_t otherwise);
/* The same for who decides on it in no transaction, where nobody asks store_failure: *value stays as it is if the name is absent, and on failure. Errors: storage. */
enum status store_meta_read_int(struct store *store, const char *name, int64_t *value, struct errmsg *err);
enum status store_meta_set_int(struct store *store, const char *name, int64_t value, struct errmsg *err);
/* Appends to out; nothing if absent. Returns whether it was there. What could not be read is not there, as with store_meta_int: who must know asks store_failure, in a transaction. */
bool store_meta_blob(struct store *store, const char *name, struct buf *out);
/* The same with a word on what could not be read, *there then false. Errors: storage, out->status. */
enum status store_meta_read_blob(struct store *store, const char *name, struct buf *out, bool *there, struct errmsg *err);
enum status store_meta_set_blob(struct store *store, const char *name, const void *data, size_t len, struct errmsg *err);
enum status store_meta_remove(struct store *store, const char *name, struct errmsg *err);

/* Online copy of the whole file to a path (mode 0600), consistent while others write. Errors: as store_open. */
enum status store_copy(struct store *store, const char *path, struct errmsg *err);
/* For tests and the simulator: the committed state as bytes (appended), a private in-memory store made from them, and such a store put to another state. Its statements stay prepared and no schema is
 * read again, so putting a store back costs one copy of it (0.2 ms), where making one costs 30 ms. Not inside a transaction. Errors: STATUS_NOMEM, STATUS_BUSY (a statement is not finished); open: as store_open. */
enum status store_image(struct store *store, struct buf *out, struct errmsg *err);
enum status store_open_image(struct store **out, const void *image, size_t len, struct errmsg *err);
enum status store_set_image(struct store *store, const void *image, size_t len, struct errmsg *err);
/* SQLite's own integrity check; appends one line per problem. */
enum status store_integrity(struct store *store, struct buf *problems, struct errmsg *err);
const char *store_library_version(void);

#endif /* CORE_RECORD_STORE_H */
