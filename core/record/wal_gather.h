/* core/record/wal_gather.h - what a commit writes to the store's write-ahead log goes to the file in large pieces. Part of store.c.
 *
 * WHY. SQLite writes each page of a commit with two calls, the frame's head of 24 bytes and the page, though they all follow one another in the log and nobody reads them before the commit has synced it. A center that
 * takes in 1,000 stations spent a seventh of its time in these calls.
 *
 * HOW. For as long as COMMIT runs, and no longer, the log's file has methods of ours: writes that follow one another are gathered, WAL_GATHER_BYTES at most, and given to the file in one piece.
 *   xSync            writes what is gathered before it syncs. A store is PRAGMA synchronous=FULL, so each commit ends with it: SQLite marks the pages as committed, for itself and for other processes, after it only.
 *                    (With less, others would see a commit that is not in the file yet.)
 *   xRead, xTruncate, xFileSize and a write elsewhere   write it first, too: the file is to SQLite what it always was.
 *   What cannot be written   is the answer of the call that tried, and of every later write and sync of this COMMIT. So it fails, and SQLite takes the transaction back as after any write that failed: nothing is kept
 *                    to be tried again. That is why it is done in COMMIT only. Pages that are written before, for want of room in the cache, go to the file at once: their transaction may be taken back without the log's file being
 *                    told, and then others write where they stood.
 *
 * What is on the disk when the power goes, in whatever pieces, was never more than SQLite expects of it: frames of a commit that was not synced, which their checksums tell. */
#ifndef CORE_RECORD_WAL_GATHER_H
#define CORE_RECORD_WAL_GATHER_H

#include <sqlite3.h>
#include <stdbool.h>

enum { WAL_GATHER_BYTES = 16 * (24 + 4096) }; /* sixteen pages with their heads */

struct wal_gather {
    sqlite3_io_methods methods;      /* the file's own, but for those that look at what is gathered */
    const sqlite3_io_methods *real;  /* the file's own; NULL: no COMMIT runs, or not with us */
    sqlite3_file *file;
    unsigned char *bytes;            /* owned; NULL: none was needed yet */
    int len;                         /* bytes gathered.. */
    sqlite3_int64 at;                /* ..which belong here in the file */
    int failed;                      /* why something could not be written, in SQLite's words; SQLITE_OK: nothing failed */
};

/* COMMIT comes next, of a database in WAL mode with synchronous=FULL. Without memory, or a log, all is written as SQLite writes it. */
void wal_gather_begin(struct wal_gather *gather, sqlite3 *db);
/* COMMIT was run, and succeeded or was taken back. Nothing is gathered any more. That one which succeeded has left something unwritten is a broken promise: the database was not synchronous=FULL. */
void wal_gather_end(struct wal_gather *gather, bool committed);
/* The store closes. Zeroed is as good as released. */
void wal_gather_release(struct wal_gather *gather);

#endif /* CORE_RECORD_WAL_GATHER_H */
