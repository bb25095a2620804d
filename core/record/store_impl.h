/* core/record/store_impl.h - what store.c, stmt.c, store_image.c, store_log.c and checkpointer.c share. */
#ifndef CORE_RECORD_STORE_IMPL_H
#define CORE_RECORD_STORE_IMPL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/id.h"
#include "core/record/store.h"
#include "core/record/wal_gather.h"

enum {
    STMT_BUCKETS = 512, /* a program has some 350 texts.. */
    STMT_RECENT = 2048, /* ..and where fewer places were left free they would put each other out of `recent` */
    STMT_IDS = 4,
    SQL_VALUE_MAX_BYTES = 4 * 1024 * 1024
};

struct stmt {
    sqlite3_stmt *handle;
    struct store *store;
    struct stmt *next;
    char *sql;
    uint64_t hash;       /* of sql */
    bool taken;          /* between store_prepare and its end */
    bool guarded;        /* writes what has a guard (schema.c): inside store_begin only */
    struct id ids[STMT_IDS]; /* bound ids live here, so that SQLite need not copy them */
    size_t n_ids;
    enum status failure; /* of preparing */
    int code;            /* SQLite's of it */
};

/* Where another thread checkpoints beside this connection (checkpointer.h): whoever else of this process does has the turn meanwhile. take NULL: nobody. */
struct store_turn {
    void (*take)(void *context);
    void (*give)(void *context);
    void *context;
};

struct recent {
    struct stmt *stmt;   /* NULL: none */
    const char *lasting; /* the text, where it is one that stays (store_prepare_lasting); else NULL: another one may stand at its address by now */
};

struct store {
    sqlite3 *db;
    char path[1024];
    struct stmt *buckets[STMT_BUCKETS];
    struct recent recent[STMT_RECENT]; /* by the address of the SQL text: who asks for it again finds it without hashing it */
    struct stmt broken; /* handed out when even a stmt can't be allocated, or its text could not be composed */
    struct stmt *preparing; /* whom authorize() is asked for; NULL: store_exec, or SQLite prepares anew */
    bool writing;
    enum status lost; /* why SQLite took the open transaction back by itself (full disk, I/O error); STATUS_OK: it did not */
    unsigned reading; /* how deep in store_begin_read */
    const char *who;
    enum status failure, failure_before; /* of a statement since the transaction began; when the savepoint was made */
    char *slots[STORE_SLOTS_MAX];
    struct pinyin_order *pinyin; /* NULL until it is asked for */
    struct store_turn turn;
    bool in_wal;               /* it has a write-ahead log that each commit syncs (a file system without shared memory refuses it, and a store in memory has none).. */
    struct wal_gather gather;  /* ..and then what a commit writes to it goes through here */
    int log_pages;   /* a commit that leaves so many in the log has them copied (store_log.h).. */
    int log_due;     /* ..and so many, where the log was not begun anew since */
    int patience_ms; /* how long others that write are waited for */
};

enum status store_status_of(int code);
/* The same where memory or room may be what was lacking, which only the connection tells. */
enum status store_status_here(const struct store *store, int code);
/* The status in our words, and SQLite's behind them. */
enum status store_tell(const struct store *store, enum status status, int code, struct errmsg *err);
/* Of a statement in a transaction, for store_failure. A constraint and a guard are answers. Whatever else happens to a statement, its reader may have taken the answer that did not come for an empty one. */
void store_note_failure(struct store *store, enum status status);
/* The store closes. */
void stmt_free_all(struct store *store);
/* What SQLite just answered, as a status with its message. */
enum status store_fail(struct store *store, int code, struct errmsg *err);
/* One that is not connected yet; NULL: no memory, with the message. */
struct store *store_new(struct errmsg *err);
enum status store_connect_file(struct store *store, enum store_open how, struct errmsg *err);
/* What every store needs once its database is connected; `status` tells whether it is. On failure the store is closed. */
enum status store_finish_open(struct store **out, struct store *store, enum store_open how, enum status status, struct errmsg *err);

#endif /* CORE_RECORD_STORE_IMPL_H */
