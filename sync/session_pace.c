/* sync/session_pace.c - see session_pace.h. */
#include "sync/session_pace.h"

enum { RATIO_FIRST = 4 * PACE_RATIO_ONE, RATIO_MOST = 64 * PACE_RATIO_ONE, GROWTH = 4, CHUNK_LEAST_BYTES = 8 * 1024, SMALL_BYTES = 4 * 1024 };

void pace_init(struct pace *pace)
{
    *pace = (struct pace){.allowed = PACE_LEAST_BYTES, .ratio = RATIO_FIRST};
}

bool pace_is_free(const struct pace *pace)
{
    return pace->on_way <= pace->allowed - pace->allowed / (2 * PACE_CHUNKS);
}

size_t pace_chunk_bytes(const struct pace *pace)
{
    size_t bytes = pace->allowed / PACE_CHUNKS * pace->ratio / PACE_RATIO_ONE;

    return bytes < CHUNK_LEAST_BYTES ? CHUNK_LEAST_BYTES : bytes > CHUNK_BYTES ? CHUNK_BYTES : bytes;
}

void pace_sent(struct pace *pace, size_t packed, size_t raw)
{
    size_t ratio = packed > 0 ? raw * PACE_RATIO_ONE / packed : PACE_RATIO_ONE;

    pace->on_way += packed;
    /* A small chunk says little about the next. */
    if (raw < CHUNK_LEAST_BYTES)
        return;
    pace->ratio = (unsigned)(ratio < PACE_RATIO_ONE ? PACE_RATIO_ONE : ratio > RATIO_MOST ? RATIO_MOST : ratio);
}

void pace_landed(struct pace *pace, size_t packed, int64_t sent_ms, int64_t now_ms)
{
    int64_t took_ms = now_ms - (sent_ms > pace->landed_ms ? sent_ms : pace->landed_ms);
    size_t most = pace->allowed * GROWTH, carried;

    pace->landed_ms = now_ms;
    pace->lately_bytes = pace->lately_bytes / 2 + packed;
    pace->lately_ms = pace->lately_ms / 2 + took_ms;
    carried = (size_t)((int64_t)pace->lately_bytes * PACE_MS / (pace->lately_ms > 0 ? pace->lately_ms : 1));
    pace->on_way -= packed < pace->on_way ? packed : pace->on_way;
    /* A few records show how long an answer takes, not what the line carries. */
    if (packed < SMALL_BYTES && carried < pace->allowed)
        return;
    pace->allowed = carried > most ? most : carried;
    if (pace->allowed < PACE_LEAST_BYTES)
        pace->allowed = PACE_LEAST_BYTES;
    if (pace->allowed > PACE_MOST_BYTES)
        pace->allowed = PACE_MOST_BYTES;
}

void pace_lost(struct pace *pace)
{
    pace->on_way = 0;
}
