/* core/record/checkpointer.h - a thread that copies a store's write-ahead log back into the database file while its owner goes on writing. For the center's service; nobody else has so much to write.
 *
 * WHY. A checkpoint reads some thousand pages, writes them to other places and waits for the disk, twice. When a county's stations came together that was a tenth of the time of the thread that takes their changes in.
 *
 * HOW. The thread has connections of its own, which do nothing but checkpoints that wait for nobody (passive); the owner's makes none by itself any more. After each of its commits the owner looks how long the log is:
 *   `pages` more than are copied              the thread is woken
 *   the thread has done its work meanwhile    the owner copies what it committed since, some hundred pages: only a log of which all is copied is begun anew from its start, and no thread can be as quick as who writes
 *   4 x `pages`, and each `pages` more        the owner copies itself, after the thread: the disk is slow, or the thread fails. Nobody writes faster than the disk takes it
 * So the log stays below 4 x `pages` and what one transaction writes, unless another process reads one state for long: then it grows until that ends, as it does without the thread.
 *
 * WHAT IS PROMISED stays as it was. A commit returns when the log is synced; the log is synced again before a page of it is copied, and the database before the log is begun anew (synchronous=FULL, on both connections).
 * To SQLite the thread is another process that looks after the log; after a crash at any point the log is read as ever.
 *
 * THE LOG MUST NOT BEGIN ANEW UNDER A CHECKPOINT, the thread's or the owner's: store_log.h says why and how it is held. The connection that holds it is the one of who has the turn.
 *
 * TURNS. SQLite turns away at once who comes while another checkpoints. In this process they take turns (struct store_turn): store_empty_log, by which an erasure proves that nothing is left in the log, waits for the thread. Other processes that checkpoint are not waited for: it is tried another time.
 *
 * Where the thread can't copy (STATUS_FULL, STATUS_IO), nothing is lost: the changes are in the log. It is told by checkpointer_failure, the thread tries again when it is woken next. */
#ifndef CORE_RECORD_CHECKPOINTER_H
#define CORE_RECORD_CHECKPOINTER_H

#include <stdint.h>

#include "core/base/status.h"
#include "core/record/store.h"

struct checkpointer;

enum { CHECKPOINTER_PAGES = 4000, CHECKPOINTER_MOST_TIMES = 4 };

/* pages: 1 or more. The store is borrowed until checkpointer_stop and must lie in a file; outside transactions. Errors: as store_open, STATUS_UNSUPPORTED (SQLite without threads), STATUS_NOMEM (also: no thread to be
 * had); the store then checkpoints by itself as before. */
enum status checkpointer_start(struct checkpointer **out, struct store *store, unsigned pages, struct errmsg *err);
/* Waits for the thread. From then on the store checkpoints by itself. Before the store is closed. NULL: nothing. */
void checkpointer_stop(struct checkpointer *checkpointer);
/* How the thread's last checkpoint ended: STATUS_OK, or why it did not. That others read or checkpoint is no failure. */
enum status checkpointer_failure(struct checkpointer *checkpointer, struct errmsg *err);

struct checkpointer_state {
    uint64_t passes;  /* of the thread, to their end */
    uint64_t own;     /* checkpoints that the owner made itself */
    unsigned waiting; /* who waits for its turn */
    bool idle;        /* the thread does nothing and nothing is wanted of it */
    bool stopping;
};
struct checkpointer_state checkpointer_look(struct checkpointer *checkpointer);

#endif /* CORE_RECORD_CHECKPOINTER_H */
