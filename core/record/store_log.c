/* core/record/store_log.c - see store_log.h. */
#include "core/record/store_log.h"

#include <stdbool.h>
#include <stddef.h>

#include "core/record/store_impl.h"

enum { EMPTY_AGAIN_MS = 5, COPY_AGAIN_PART = 16 };

static int hold(sqlite3 *holder)
{
    return sqlite3_exec(holder, "BEGIN; PRAGMA application_id;", NULL, NULL, NULL);
}

static void let_go(sqlite3 *holder)
{
    (void)sqlite3_exec(holder, "ROLLBACK", NULL, NULL, NULL);
}

static int checkpoint_held(sqlite3 *db, sqlite3 *holder, int how, int *pages, int *copied)
{
    int code = hold(holder);

    if (code == SQLITE_OK)
        code = sqlite3_wal_checkpoint_v2(db, "main", how, pages, copied);
    let_go(holder);
    return code;
}

int store_log_copy(sqlite3 *db, sqlite3 *holder, int *pages, int *copied)
{
    return checkpoint_held(db, holder, SQLITE_CHECKPOINT_PASSIVE, pages, copied);
}

/* The name is the whole path: the process may have changed its folder. What is asked makes SQLite find the log. */
int store_log_connect(const struct store *store, sqlite3 **out)
{
    int code = sqlite3_open_v2(sqlite3_db_filename(store->db, "main"), out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_db_config(*out, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return code == SQLITE_OK ? sqlite3_exec(*out, "PRAGMA application_id;", NULL, NULL, NULL) : code;
}

/* With the turn, and a holder for as long as it takes. */
static int with_holder(struct store *store, int (*work)(struct store *store, sqlite3 *holder))
{
    sqlite3 *holder = NULL;
    int code;

    if (store->turn.take != NULL)
        store->turn.take(store->turn.context);
    code = store_log_connect(store, &holder);
    if (code == SQLITE_OK)
        code = work(store, holder);
    (void)sqlite3_close_v2(holder);
    if (store->turn.take != NULL)
        store->turn.give(store->turn.context);
    return code;
}

static int copy(struct store *store, sqlite3 *holder)
{
    return store_log_copy(store->db, holder, NULL, NULL);
}

/* The holder itself would be waited for where somebody wrote in between: nobody is. */
static int empty(struct store *store, sqlite3 *holder)
{
    int pages = 0, copied = 0, code = store_log_copy(store->db, holder, &pages, &copied);

    if (code == SQLITE_OK && copied < pages)
        return SQLITE_BUSY;
    if (code == SQLITE_OK) {
        bool patient = store_set_patient(store, false);
        code = checkpoint_held(store->db, holder, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        (void)store_set_patient(store, patient);
    }
    return code;
}

/* After each commit, which is durable by then. What is answered here would become the commit's answer. */
static int look(void *context, sqlite3 *db, const char *database, int pages)
{
    struct store *store = context;

    (void)db;
    (void)database;
    if (pages < store->log_pages) {
        store->log_due = 0;
    } else if (pages >= store->log_due) {
        store->log_due = pages + store->log_pages / COPY_AGAIN_PART;
        (void)with_holder(store, copy);
    }
    return SQLITE_OK;
}

void store_log_watch(struct store *store)
{
    (void)sqlite3_wal_hook(store->db, look, store);
}

void store_checkpoint(struct store *store)
{
    if (store_has_file(store))
        (void)with_holder(store, copy);
}

/* The second try comes at once: by then what was written during the first is copied, and there is nothing to sync any more. */
enum status store_empty_log(struct store *store, struct errmsg *err)
{
    int code, waited_ms = 0;

    if (!store_has_file(store))
        return STATUS_OK;
    for (; (code = with_holder(store, empty)), (code & 0xff) == SQLITE_BUSY && waited_ms < store->patience_ms; waited_ms += EMPTY_AGAIN_MS)
        if (waited_ms > 0)
            (void)sqlite3_sleep(EMPTY_AGAIN_MS);
    return code == SQLITE_OK ? STATUS_OK : errmsg_set(err, store_status_of(code), "%s (%s)", status_text(store_status_of(code)), sqlite3_errstr(code));
}
