/* core/record/store.c - see store.h. Everything that knows SQLite's C interface is here (and in stmt.c, store_image.c, store_log.c, wal_gather.c, checkpointer.c and tokenizer.c). */
#include "core/record/store.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/record/left_body.h"
#include "core/record/pinyin_order.h"
#include "core/record/reach.h"
#include "core/record/schema.h"
#include "core/record/store_folder.h"
#include "core/record/store_impl.h"
#include "core/record/store_log.h"
#include "core/record/tokenizer.h"

enum {
    BUSY_TIMEOUT_MS = 10000,
    BUSY_EAGER_MS = 1000,       /* who waits for a writer asks each millisecond for so long, then each */
    BUSY_AGAIN_MS = 5,
    GIVE_WAY_MS = 3,            /* between two transactions of long work */
    CACHE_KIB = 6144,           /* per connection */
    CACHE_SCREEN_KIB = 384,    /* store_tune_screen: what it needs again is in the system's cache, once for all sessions */
    CACHE_CENTER_KIB = 12288    /* store_tune_bulk: with 64 MiB a center takes in no more */
};

enum status store_status_of(int code)
{
    /* Also where SQLite calls it an error of reading, or of a cursor, or a page that it could not look into. */
    if (code == SQLITE_IOERR_NOMEM)
        return STATUS_NOMEM;
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STATUS_OK;
    case SQLITE_NOMEM:
        return STATUS_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STATUS_BUSY;
    case SQLITE_FULL:
        return STATUS_FULL;
    case SQLITE_CORRUPT:
        return STATUS_CORRUPT;
    case SQLITE_NOTADB:
        return STATUS_FOREIGN;
    case SQLITE_CONSTRAINT:
        return STATUS_EXISTS;
    case SQLITE_TOOBIG:
        return STATUS_TOO_LARGE;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return STATUS_FORBIDDEN;
    default:
        return STATUS_IO;
    }
}

/* Where the store is opened on a disk that is full to the last byte, it is the index of the write-ahead log that finds no room: SQLite calls that an error of reading and writing. So nothing can be read there until there
 * are 32 KiB, and the message says to make room. Reading without that index would be reading alone (locking_mode=EXCLUSIVE): whoever leaves a screen open would keep the sync program out after room was made. */
static bool lacks_room(const struct store *store, int code)
{
    if ((code & 0xff) != SQLITE_IOERR || store->db == NULL)
        return false;
    return sqlite3_extended_errcode(store->db) == SQLITE_IOERR_SHMSIZE || file_status(sqlite3_system_errno(store->db)) == STATUS_FULL;
}

/* Before result codes are extended, only the connection tells that it was memory that an error of reading lacked. */
static bool lacks_memory(const struct store *store, int code)
{
    return code == SQLITE_IOERR && store->db != NULL && sqlite3_extended_errcode(store->db) == SQLITE_IOERR_NOMEM;
}

enum status store_status_here(const struct store *store, int code)
{
    return lacks_memory(store, code) ? STATUS_NOMEM : lacks_room(store, code) ? STATUS_FULL : store_status_of(code);
}

/* The status in our words, and SQLite's behind them, which are for the operator: they name tables and columns, never values. Of memory there is nothing more to say; and the connection tells of its last call, which may
 * have been another than the one that failed. */
enum status store_tell(const struct store *store, enum status status, int code, struct errmsg *err)
{
    bool last = store->db != NULL && (sqlite3_errcode(store->db) & 0xff) == (code & 0xff);

    if (status == STATUS_NOMEM)
        return errmsg_set(err, status, "%s", status_text(status));
    return errmsg_set(err, status, "%s (%s)", status_text(status), last ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
}

enum status store_fail(struct store *store, int code, struct errmsg *err)
{
    enum status status = store_status_here(store, code);
    if (store->writing && store->lost == STATUS_OK && store->db != NULL && sqlite3_get_autocommit(store->db) != 0)
        store->lost = status;
    return store_tell(store, status, code, err);
}

static const char WRITING[] = "aidpost_writing";

static void function_writing(sqlite3_context *context, int n, sqlite3_value **values)
{
    const struct store *store = sqlite3_user_data(context);
    (void)n;
    (void)values;
    sqlite3_result_int(context, store->writing);
}

/* Guards call aidpost_writing(), on which other programs fail. For a statement of ours the answer is known without asking, so the call is left out: a function could fail, and against that SQLite would open
 * a statement journal, into which it copies every page before it is written - a third of the cost of an insert. What has a guard is remembered, and stmt_row() refuses it outside transactions. */
static int authorize(void *context, int action, const char *none, const char *function, const char *database, const char *trigger)
{
    struct store *store = context;
    (void)none;
    (void)database;
    (void)trigger;
    if (action != SQLITE_FUNCTION || function == NULL || strcmp(function, WRITING) != 0)
        return SQLITE_OK;
    if (store->preparing == NULL)
        return store->writing ? SQLITE_IGNORE : SQLITE_OK;
    store->preparing->guarded = true;
    return SQLITE_IGNORE;
}

struct pinyin_order *store_pinyin(struct store *store)
{
    if (store->pinyin == NULL)
        store->pinyin = pinyin_order_new();
    return store->pinyin;
}

static int compare_pinyin(void *store, int a_len, const void *a, int b_len, const void *b)
{
    return pinyin_order_compare(store_pinyin(store), a, (size_t)a_len, b, (size_t)b_len);
}

enum status store_exec(struct store *store, const char *sql, struct errmsg *err)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : store_fail(store, code, err);
}

static int64_t pragma_int(struct store *store, const char *name, enum status *status, struct errmsg *err)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA %s", name);
    struct stmt *stmt = store_prepare(store, sql);
    int64_t value = 0;
    if (stmt_row(stmt, status, err)) {
        value = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return value;
}

/* SQLite's own handler soon asks ten times a second only, and hands no turns out: beside an import, a worker's save met a moment without a writer after seconds, or ran out of patience. */
static int wait_for_writer(void *context, int asked)
{
    const struct store *store = context;
    bool eager = asked < BUSY_EAGER_MS;
    int waited_ms = eager ? asked : BUSY_EAGER_MS + (asked - BUSY_EAGER_MS) * BUSY_AGAIN_MS;

    if (waited_ms >= store->patience_ms)
        return 0;
    (void)sqlite3_sleep(eager ? 1 : BUSY_AGAIN_MS);
    return 1;
}

enum status store_connect_file(struct store *store, enum store_open how, struct errmsg *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (how == STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (how == STORE_READ_ONLY)
        flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);
    if (code != SQLITE_OK)
        return store_fail(store, code, err);
    sqlite3_extended_result_codes(store->db, 1);
    (void)sqlite3_busy_handler(store->db, wait_for_writer, store);
    store_set_patient(store, true);
    store_log_watch(store);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, SQL_VALUE_MAX_BYTES);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    code = sqlite3_create_function(store->db, WRITING, 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, store, function_writing, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_collation(store->db, "pinyin", SQLITE_UTF8, store, compare_pinyin);
    if (code == SQLITE_OK)
        code = sqlite3_set_authorizer(store->db, authorize, store);
    if (code != SQLITE_OK)
        return store_fail(store, code, err);
    enum status status = tokenizer_register(store->db);
    return status == STATUS_OK ? status : errmsg_set(err, status, "%s", status_text(status));
}

/* Whose file is it? Before anything is written to it. */
static enum status check_owner(struct store *store, enum store_open how, struct errmsg *err)
{
    enum status status = STATUS_OK;
    int64_t application = pragma_int(store, "application_id", &status, err);
    int64_t version = status == STATUS_OK ? pragma_int(store, "user_version", &status, err) : 0;
    if (status != STATUS_OK)
        return status;
    if (how == STORE_CREATE && application == 0 && version == 0)
        return STATUS_OK;
    if (application != STORE_APPLICATION_ID)
        return errmsg_set(err, STATUS_FOREIGN, "%s: 不是法援站的数据文件", store->path);
    if (version > SCHEMA_STORE_VERSION)
        return errmsg_set(err, STATUS_VERSION, "%s: 数据版本 %lld 比本程序的 %d 新，请先升级程序", store->path, (long long)version, SCHEMA_STORE_VERSION);
    return STATUS_OK;
}

static enum status configure(struct store *store, enum store_open how, struct errmsg *err)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "%sPRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
             "PRAGMA cache_size=-%d; PRAGMA trusted_schema=OFF;",
             how == STORE_READ_ONLY ? "" : "PRAGMA journal_mode=WAL;", CACHE_KIB);
    enum status status = store_exec(store, sql, err);
    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = store_prepare(store, "PRAGMA journal_mode");
    if (stmt_row(stmt, &status, err)) {
        store->in_wal = strcmp(stmt_column_text(stmt, 0, NULL), "wal") == 0;
        stmt_reset(stmt);
    }
    return status;
}

struct store *store_new(struct errmsg *err)
{
    /* Nobody asks SQLite how much memory it has, so it need not count under a lock at each allocation. Heard before the first connection only; later it is refused and nothing is changed. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        return NULL;
    }
    store->broken = (struct stmt){.store = store};
    store->log_pages = STORE_LOG_PAGES;
    return store;
}

/* What every store needs once its database is connected (status tells whether it is). */
enum status store_finish_open(struct store **out, struct store *store, enum store_open how, enum status status, struct errmsg *err)
{
    if (status == STATUS_OK)
        status = check_owner(store, how, err);
    if (status == STATUS_OK)
        status = configure(store, how, err);
    if (status == STATUS_OK && how != STORE_READ_ONLY)
        status = schema_prepare(store, how == STORE_CREATE, err);
    if (status == STATUS_OK && how == STORE_OPEN_EXISTING) {
        (void)left_body_clear_if_any(store, NULL);
        (void)reach_finish_if_free(store, REACH_SHORT_BYTES, NULL); /* the space of an erasure that nobody could overwrite while others were reading */
    }
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return STATUS_OK;
}

enum status store_open(struct store **out, const char *folder, enum store_open how, struct errmsg *err)
{
    *out = NULL;
    struct store *store = store_new(err);
    if (store == NULL)
        return STATUS_NOMEM;
    /* New files are private from their first byte; SQLite gives -wal and -shm the same mode. */
    mode_t mask = umask(0077);
    enum status status = store_folder_look(folder, how, store->path, sizeof store->path, err);
    if (status == STATUS_OK)
        status = store_connect_file(store, how, err);
    status = store_finish_open(out, store, how, status, err);
    umask(mask);
    return status;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    if (store->writing)
        store_rollback(store);
    stmt_free_all(store);
    for (size_t i = 0; i < STORE_SLOTS_MAX; i++)
        free(store->slots[i]);
    wal_gather_release(&store->gather);
    sqlite3_close_v2(store->db);
    pinyin_order_free(store->pinyin);
    free(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

void store_tune_bulk(struct store *store)
{
    char sql[48];
    snprintf(sql, sizeof sql, "PRAGMA cache_size=-%d;", CACHE_CENTER_KIB);
    (void)store_exec(store, sql, NULL);
    store->log_pages = STORE_LOG_PAGES_BULK;
}

void store_tune_screen(struct store *store)
{
    char sql[48];
    snprintf(sql, sizeof sql, "PRAGMA cache_size=-%d;", CACHE_SCREEN_KIB);
    (void)store_exec(store, sql, NULL);
}

enum status store_tune_unsynced(struct store *store, struct errmsg *err)
{
    store->in_wal = false;
    return store_exec(store, "PRAGMA synchronous=OFF", err);
}

bool store_set_patient(struct store *store, bool patient)
{
    bool was = store->patience_ms > 0;
    store->patience_ms = patient ? BUSY_TIMEOUT_MS : 0;
    return was;
}

void store_give_way(const struct store *store)
{
    assert(!store->writing);
    (void)store;
    (void)sqlite3_sleep(GIVE_WAY_MS);
}

bool store_has_file(const struct store *store)
{
    return strcmp(store->path, ":memory:") != 0;
}

/* Transactions. */

/* A transaction that nobody has is one that could not be taken back: ROLLBACK needs memory, too. What was written in it goes before another begins; none could begin otherwise, until the store was closed. */
static void take_back(struct store *store)
{
    if (store->reading == 0 && !store->writing && sqlite3_get_autocommit(store->db) == 0)
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

enum status store_begin(struct store *store, const char *who, struct errmsg *err)
{
    assert(!store->writing);
    take_back(store);
    struct stmt *stmt = store_prepare(store, "BEGIN IMMEDIATE");
    enum status status = stmt_run(stmt, err);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "%s", who);
    store->writing = true;
    store->lost = STATUS_OK;
    store->who = who;
    store->failure = STATUS_OK;
    return STATUS_OK;
}

static enum status run_commit(struct store *store, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "COMMIT");
    if (store->in_wal)
        wal_gather_begin(&store->gather, store->db);
    enum status status = stmt_run(stmt, err);
    wal_gather_end(&store->gather, status == STATUS_OK);
    return status;
}

enum status store_commit(struct store *store, struct errmsg *err)
{
    assert(store->writing);
    enum status status = store->failure;
    if (status == STATUS_OK)
        status = run_commit(store, err);
    else
        errmsg_set(err, status, "%s", status_text(status));
    if (status != STATUS_OK) {
        errmsg_wrap(err, status, "%s", store->who);
        store_rollback(store);
        return status;
    }
    store->writing = false;
    return STATUS_OK;
}

void store_rollback(struct store *store)
{
    store->writing = false;
    store->failure = STATUS_OK;
    take_back(store); /* SQLite may have done it by itself (full disk, I/O error) */
}

void store_note_failure(struct store *store, enum status status)
{
    if (store->failure == STATUS_OK && (store->writing || store->reading > 0) && status != STATUS_EXISTS && status != STATUS_FORBIDDEN)
        store->failure = status;
}

enum status store_failure(const struct store *store)
{
    return store->failure;
}

bool store_in_transaction(const struct store *store)
{
    return store->writing;
}

enum status store_join(struct store *store, const char *who, bool *own, struct errmsg *err)
{
    *own = !store->writing;
    return *own ? store_begin(store, who, err) : STATUS_OK;
}

enum status store_leave(struct store *store, bool own, enum status status, struct errmsg *err)
{
    if (!own || !store->writing) /* not writing: its begin failed */
        return status;
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status store_savepoint(struct store *store, struct errmsg *err)
{
    assert(store->writing);
    store->failure_before = store->failure;
    return stmt_run(store_prepare(store, "SAVEPOINT part"), err);
}

enum status store_savepoint_end(struct store *store, bool keep, struct errmsg *err)
{
    if (store->lost != STATUS_OK) /* SQLite would say that it knows no such savepoint, in place of the reason */
        return errmsg_set(err, store->lost, "%s", status_text(store->lost));
    if (!keep) {
        enum status status = stmt_run(store_prepare(store, "ROLLBACK TO part"), err);
        if (status != STATUS_OK)
            return status;
        store->failure = store->failure_before;
    }
    if (store->failure != STATUS_OK)
        return errmsg_set(err, store->failure, "%s", status_text(store->failure));
    return stmt_run(store_prepare(store, "RELEASE part"), err);
}

enum status store_begin_read(struct store *store, struct errmsg *err)
{
    if (store->writing)
        return STATUS_OK; /* already one state of the data */
    take_back(store);
    enum status status = store->reading > 0 ? STATUS_OK : stmt_run(store_prepare(store, "BEGIN"), err);
    if (status == STATUS_OK && store->reading++ == 0)
        store->failure = STATUS_OK;
    return status;
}

void store_end_read(struct store *store)
{
    if (store->reading == 0 || --store->reading > 0)
        return;
    if (stmt_run(store_prepare(store, "COMMIT"), NULL) != STATUS_OK) /* left open, it would keep every later transaction from beginning */
        store_rollback(store);
    store->failure = STATUS_OK;
}

enum status store_end_read_sure(struct store *store, enum status status, struct errmsg *err)
{
    if (status == STATUS_OK && store->failure != STATUS_OK)
        status = errmsg_set(err, store->failure, "%s", status_text(store->failure));
    store_end_read(store);
    return status;
}

uint64_t store_data_version(struct store *store)
{
    enum status status = STATUS_OK;
    return (uint64_t)pragma_int(store, "data_version", &status, NULL);
}

int64_t store_changes(struct store *store)
{
    return sqlite3_changes64(store->db);
}

int64_t store_last_rowid(struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

const char *store_slot(const struct store *store, unsigned slot)
{
    assert(slot < STORE_SLOTS_MAX);
    return store->slots[slot];
}

const char *store_slot_set(struct store *store, unsigned slot, const char *text)
{
    assert(slot < STORE_SLOTS_MAX && store->slots[slot] == NULL);
    store->slots[slot] = strdup(text);
    return store->slots[slot] == NULL ? "" : store->slots[slot];
}

/* Table meta. */

enum status store_meta_read_int(struct store *store, const char *name, int64_t *value, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT value FROM meta WHERE name=?1");
    stmt_string(stmt, 1, name);
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status;
    *value = stmt_column_int(stmt, 0);
    stmt_reset(stmt);
    return STATUS_OK;
}

int64_t store_meta_int(struct store *store, const char *name, int64_t otherwise)
{
    (void)store_meta_read_int(store, name, &otherwise, NULL);
    return otherwise;
}

/* Mostly the name is there. One statement for both would be an upsert, and that opens a statement journal (authorize). */
static enum status meta_set(struct store *store, const char *name, struct value number, const void *data, size_t len, struct errmsg *err)
{
    for (int i = 0; i < 2; i++) {
        struct stmt *stmt = i == 0 ? store_prepare(store, "UPDATE OR FAIL meta SET value=?2 WHERE name=?1") : store_prepare(store, "INSERT OR FAIL INTO meta(name,value) VALUES(?1,?2)");
        stmt_string(stmt, 1, name);
        if (data != NULL)
            stmt_blob(stmt, 2, data, len);
        else
            stmt_value(stmt, 2, number);
        enum status status = stmt_run(stmt, err);
        if (status != STATUS_OK || store_changes(store) > 0)
            return status;
    }
    return STATUS_OK;
}

enum status store_meta_set_int(struct store *store, const char *name, int64_t value, struct errmsg *err)
{
    return meta_set(store, name, value_int(value), NULL, 0, err);
}

enum status store_meta_read_blob(struct store *store, const char *name, struct buf *out, bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT value FROM meta WHERE name=?1");
    stmt_string(stmt, 1, name);
    enum status status;
    *there = false;
    if (!stmt_row(stmt, &status, err))
        return status;
    size_t len;
    const uint8_t *blob = stmt_column_blob(stmt, 0, &len);
    buf_append(out, blob, len);
    if (out->status == STATUS_NOMEM)
        store_note_failure(store, out->status);
    stmt_reset(stmt);
    *there = out->status == STATUS_OK;
    return *there ? STATUS_OK : errmsg_set(err, out->status, "%s", status_text(out->status));
}

bool store_meta_blob(struct store *store, const char *name, struct buf *out)
{
    bool there;
    (void)store_meta_read_blob(store, name, out, &there, NULL);
    return there;
}

enum status store_meta_set_blob(struct store *store, const char *name, const void *data, size_t len, struct errmsg *err)
{
    return meta_set(store, name, value_null(), data == NULL ? "" : data, len, err);
}

enum status store_meta_remove(struct store *store, const char *name, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM meta WHERE name=?1");
    stmt_string(stmt, 1, name);
    return stmt_run(stmt, err);
}

enum status store_copy(struct store *store, const char *path, struct errmsg *err)
{
    sqlite3 *to = NULL;
    mode_t mask = umask(0077);
    int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    umask(mask);
    if (code == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(to, "main", store->db, "main");
        if (backup == NULL) {
            code = sqlite3_errcode(to);
        } else {
            code = sqlite3_backup_step(backup, -1);
            int end = sqlite3_backup_finish(backup);
            code = code == SQLITE_DONE ? end : code;
        }
    }
    enum status status = code == SQLITE_OK ? STATUS_OK : errmsg_set(err, store_status_of(code), "%s: %s (%s)", path, status_text(store_status_of(code)), sqlite3_errstr(code));
    sqlite3_close_v2(to);
    return status;
}

enum status store_integrity(struct store *store, struct buf *problems, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "PRAGMA integrity_check(20)");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        const char *text = stmt_column_text(stmt, 0, NULL);
        if (strcmp(text, "ok") != 0)
            buf_printf(problems, "%s\n", text);
    }
    return status;
}

const char *store_library_version(void)
{
    return sqlite3_libversion();
}
