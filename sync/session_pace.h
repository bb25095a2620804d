/* sync/session_pace.h - how large the next chunk is: as much as the line carries in PACE_MS, so that a cut costs little on a slow line and a fast one is kept busy.
 *
 * Bytes here are packed bytes, what travels; chunks are asked for in bytes of entries, by the ratio that the last chunks had. One direction begins at PACE_LEAST_BYTES and grows fourfold at most with each
 * acknowledgement, by the rate that it shows: bytes over the time in which the line had nothing else of ours to carry, from the acknowledgement before, or from the sending when nothing was on the way.
 * (From the sending always would count each chunk's wait for the one before it, see half the rate, and shrink to the least on any slow line.)
 *
 * Eight seconds: four chunks of two seconds each. While one is carried the acknowledgement of the one before comes back; the others are for what a lost packet holds up. On a line whose queue is full a lost
 * acknowledgement comes again after five seconds, and TCP, never kept busy, takes the line for a faster one and makes that queue: with two chunks such a line stood idle for a fifth of a first sync. How well a chunk
 * packs is a guess, so the next one leaves as long as half a chunk's room is left, else each one that packed a little worse than the one before would leave the line idle for a round trip. At 64 kbit/s that is 16 kB
 * packed a chunk, where what is foretold packs within a two-hundredth of its best; a cut costs what the line had carried of a chunk, two seconds, and what was not acknowledged yet. One large transaction travels whole. */
#ifndef SYNC_SESSION_PACE_H
#define SYNC_SESSION_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sync/protocol.h"

enum { PACE_MS = 8000, PACE_CHUNKS = 4, PACE_LEAST_BYTES = 32 * 1024, PACE_MOST_BYTES = 2 * 1024 * 1024, PACE_RATIO_ONE = 16 };

struct pace {
    size_t allowed;   /* bytes on the way, about */
    size_t on_way;
    unsigned ratio;   /* bytes of entries for PACE_RATIO_ONE packed bytes */
    int64_t landed_ms; /* of the last acknowledgement */
    /* What landed lately and how long the line took for it, each acknowledgement weighing half of the one after it: two that come together, the first held up, say what both say. */
    size_t lately_bytes;
    int64_t lately_ms;
};

void pace_init(struct pace *pace);
/* May another chunk leave? */
bool pace_is_free(const struct pace *pace);
/* Bytes of entries to ask for. */
size_t pace_chunk_bytes(const struct pace *pace);
void pace_sent(struct pace *pace, size_t packed, size_t raw);
/* The oldest on the way, `packed` bytes sent at `sent_ms`, was acknowledged at `now_ms` (one clock, any zero; it never runs backwards). */
void pace_landed(struct pace *pace, size_t packed, int64_t sent_ms, int64_t now_ms);
/* What was on the way is lost or was refused. */
void pace_lost(struct pace *pace);

#endif /* SYNC_SESSION_PACE_H */
