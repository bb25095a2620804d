/* core/record/store_log.h - the one place that copies a store's write-ahead log back into the database file (a checkpoint), for every process that has the store open. Part of store.c (store.h has what others call).
 *
 * WHAT SQLITE GETS WRONG. Versions 3.7.0 to 3.51.2 but for 3.44.6 and 3.50.7 (Debian 12 has 3.40.1) have the "WAL-reset bug". A log of which all is copied is begun anew from its start by who writes next. Who checkpoints
 * looks first how long the log is, and then how much of it is copied. If the whole log was copied already when he looked first, and another process begins it anew and commits before he looks again, he takes the new log's
 * "nothing" for the old log's, copies what he finds, and notes as many pages as copied as the OLD log had. What is written to the new log up to that length is never copied, and goes with the log: confirmed
 * changes are lost, or half of a change is, and the file is corrupt. With two processes that commit and two that checkpoint as fast as they can it came by itself, in 40 s (SQLite 3.40.1).
 * It takes a checkpoint that does not have the lock for writing: the passive one, which SQLite makes by itself after a commit, and the others where somebody else is just writing (they become passive then).
 *
 * WHAT IS DONE. Every checkpoint is made while a connection of its own, the holder, reads: from before SQLite looks at the log to its end.
 *   Something is not copied when the holder begins to read   it holds a read mark of the log (a lock between processes): nobody begins the log anew until the holder ends
 *   All is copied                                            it reads the database file itself, which nobody may write meanwhile: whatever is taken for not copied, nothing is copied and nothing noted
 * It is cheaper than a lock of our own, which every commit would have to take, too; and it needs nothing of who writes: programs of an older version do not harm the checkpoints of this one (their own are not held).
 * The holder is opened when a checkpoint is due and closed after it: it is no cost of a commit, and where it can't be opened (memory, files), the log just grows until a later commit.
 *
 *   After a commit that leaves `log_pages` in the log   SQLite's own checkpoint is off; ours is as it was, passive: it waits for nobody, and what others read stays in the log until a later commit. The next comes with
 *                                                        a sixteenth of log_pages more if the log is not begun anew (somebody reads it), not with each commit: an opened holder costs more than a small commit
 *   store_checkpoint                                     the same at once
 *   store_empty_log                                      all is copied like this; then the log is cut to nothing (TRUNCATE) with the holder on the database file, and only in that instant nobody may write or read in the log.
 *                                                        Nobody is kept waiting: where somebody does, it is tried again and again, as long as the store is patient. Its STATUS_OK means that the log file is empty
 *   The thread of the center (checkpointer.h)            the same with connections that stay
 *   Closing a store                                      is SQLite's own and safe: it checkpoints only with the lock of the whole file, that is, where no other connection has it open
 * Where SQLite has no such error it is done in the same way: there is one way only. */
#ifndef CORE_RECORD_STORE_LOG_H
#define CORE_RECORD_STORE_LOG_H

#include <sqlite3.h>

#include "core/record/store.h"

enum { STORE_LOG_PAGES = 1000, STORE_LOG_PAGES_BULK = 4000 };

/* The store looks after its log itself, from its next commit on: when that leaves store->log_pages in it. */
void store_log_watch(struct store *store);
/* Another connection to the store's file, for checkpoints or to hold; by its end it never checkpoints. In SQLite's words. To be closed in any case (it may be NULL). Reads nothing of the schema. */
int store_log_connect(const struct store *store, sqlite3 **out);
/* A passive checkpoint by `db`, held by `holder`, which reads nothing yet: how many pages the log had and how many of them are copied now; may be NULL; unchanged on failure. Whoever else of this process may checkpoint
 * waits for his turn (store_impl.h). In SQLite's words: SQLITE_BUSY where another checkpoints. */
int store_log_copy(sqlite3 *db, sqlite3 *holder, int *pages, int *copied);

#endif /* CORE_RECORD_STORE_LOG_H */
