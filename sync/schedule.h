/* sync/schedule.h - when a station tries again: backoff with jitter after failures, at once for new changes, otherwise every so often.
 *
 * Plain data; times are of one clock that never goes back. Randomness and time are arguments. */
#ifndef SYNC_SCHEDULE_H
#define SYNC_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/id.h"

#define SCHEDULE_FIRST_MS (INT64_C(5) * 1000)       /* after the first failure */
#define SCHEDULE_LONGEST_MS (INT64_C(5) * 60 * 1000) /* a town's line may come back any minute */

struct schedule {
    int64_t every_ms;  /* between successful sessions; 0: only on demand */
    int64_t next_ms;   /* next attempt; INT64_MAX: none planned */
    int64_t floor_ms;  /* not before this, whatever is wanted: the line just failed */
    unsigned failures; /* in a row */
};

/* The first attempt is due at once. */
void schedule_init(struct schedule *schedule, int64_t every_ms, int64_t now_ms);
/* A session ended well. */
void schedule_succeeded(struct schedule *schedule, int64_t now_ms);
/* It failed: wait SCHEDULE_FIRST_MS * 2^(failures-1), at most SCHEDULE_LONGEST_MS, times 0.5..1.0 by chance (so that a thousand stations don't come back
 * together after the center's power cut). */
void schedule_failed(struct schedule *schedule, int64_t now_ms, struct random_source random);
/* New local changes: at once, but after a failure not before SCHEDULE_FIRST_MS have passed. */
void schedule_changed(struct schedule *schedule, int64_t now_ms);
/* A person asked: at once. */
void schedule_asked(struct schedule *schedule, int64_t now_ms);
bool schedule_due(const struct schedule *schedule, int64_t now_ms);

#endif /* SYNC_SCHEDULE_H */
