/* sync/session_pace.h - how large the next chunk is: as much as the line carries in PACE_MS, so that a cut costs little on a slow line and a fast one is kept busy.
 *
 * Bytes here are packed bytes, what travels; chunks are asked for in bytes of entries, by the ratio that the last chunks had. One direction begins at PACE_LEAST_BYTES and grows fourfold at most with each
 * acknowledgement, by the rate that it shows (bytes over the time from sending to acknowledgement, waiting and the other side's commit included). Never more than `allowed` is on the way unacknowledged, but
 * for one chunk alone: a large transaction travels whole. */
#ifndef SYNC_SESSION_PACE_H
#define SYNC_SESSION_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sync/protocol.h"

enum { PACE_MS = 2000, PACE_LEAST_BYTES = 16 * 1024, PACE_MOST_BYTES = 2 * 1024 * 1024, PACE_RATIO_ONE = 16 };

struct pace {
    size_t allowed;   /* bytes on the way */
    size_t on_way;
    unsigned ratio;   /* bytes of entries for PACE_RATIO_ONE packed bytes */
};

void pace_init(struct pace *pace);
/* May another chunk leave? */
bool pace_is_free(const struct pace *pace);
/* Bytes of entries to ask for. */
size_t pace_chunk_bytes(const struct pace *pace);
void pace_sent(struct pace *pace, size_t packed, size_t raw);
/* `packed` bytes, sent at `sent_ms`, were acknowledged. */
void pace_landed(struct pace *pace, size_t packed, int64_t took_ms);
/* What was on the way is lost or was refused. */
void pace_lost(struct pace *pace);

#endif /* SYNC_SESSION_PACE_H */
