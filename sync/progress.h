/* sync/progress.h - long transfers show how far they are: a bar with the time left on a terminal, and a row in the store for the screens (core/record/sync_state.h).
 *
 * Fed from a loop's tick or from between two pieces of a file; a look that is PROGRESS_JUMP_MS after the one before, or earlier than it, found a clock that was set. The first second says nothing: most syncs are over by then. The bar is renewed at most 5 times a second, the store once a second, and only
 * while something moves. */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include <stdio.h>

#include "core/record/store.h"
#include "core/record/sync_state.h"
#include "sync/session.h"

enum { PROGRESS_QUIET_MS = 1000, PROGRESS_BAR_MS = 200, PROGRESS_NOTE_MS = 1000, PROGRESS_JUMP_MS = 60 * 1000 };

struct progress {
    struct store *store; /* borrowed; NULL: no row */
    FILE *terminal;      /* borrowed; NULL: no bar */
    const char *what;    /* "同步"; static */
    struct sync_progress now;
    int64_t drawn_ms, noted_ms;
    bool drawn, noted;
};

/* Something may have moved. now_ms: the wall clock. total 0: not known yet. */
void progress_feed(struct progress *progress, int64_t now_ms, uint64_t done, uint64_t total, uint64_t bytes);
/* The transfer is over, or stands still: the bar goes, the row, too. It may begin again. */
void progress_end(struct progress *progress);
/* How far a station's session is: own changes the center confirmed and order numbers applied, of all there were when it began. */
void progress_of_session(const struct session_outcome *outcome, uint64_t *done, uint64_t *total);

#endif /* SYNC_PROGRESS_H */
