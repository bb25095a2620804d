/* tests/simulate/repeat.c - I9: a chunk taken once more, in any later session and any number of times, changes nothing.
 *
 * Inside one session TLS delivers each byte once. But a program that resends, a relay that answers twice or a machine that was cut off and does not know what had arrived bring a chunk again, in another session.
 * So the last chunks that went over each machine's lines are kept (CHANGES of both sides, RETURN), and while people work one of them is now and then put between the frames of a later session of the same
 * machine, often more than once. What that does to the session is its business: it may take it for a repeat, answer it, or end. What it does to the stores the oracle sees (oracle.c).
 * Kept are chunks of the present past only: what an end sent before its store was put back was sent by a machine that is no more (files are the way in which that comes along: files.c). What the center had
 * sent to a station before that was put back is kept: a chunk that is meant for another log than the session's must not do harm either (CHANGES.log). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sync/frame.h"
#include "tests/simulate/world.h"

enum { KEPT_MAX = 24, KEPT_BYTES_MAX = 64 * 1024 };

struct kept {
    size_t station;
    uint64_t session;
    bool from_station;
    struct buf frame; /* whole; empty: none */
};

struct repeats {
    struct kept kept[KEPT_MAX];
    size_t next; /* the place of the oldest */
};

static uint64_t below(struct world *world, uint64_t limit)
{
    return random_below(random_seeded(&world->repeat_state), limit);
}

static bool is_chunk(uint8_t type)
{
    uint8_t known = type & (uint8_t)~FRAME_IGNORABLE;

    return known == FRAME_CHANGES || known == FRAME_RETURN;
}

static void keep(struct world *world, const struct side *side, const uint8_t *frame, size_t len)
{
    struct kept *kept = &world->repeats->kept[world->repeats->next++ % KEPT_MAX];

    if (kept->frame.max == 0)
        buf_init(&kept->frame, KEPT_BYTES_MAX);
    buf_clear(&kept->frame);
    buf_append(&kept->frame, frame, len);
    kept->station = side->line->station;
    kept->session = side->line->session;
    kept->from_station = side->is_station;
}

/* One of an earlier session of this machine, in this direction; NULL: none. */
static const struct kept *draw(struct world *world, const struct side *side)
{
    size_t at = below(world, KEPT_MAX);

    for (size_t i = 0; i < KEPT_MAX; i++, at = (at + 1) % KEPT_MAX) {
        const struct kept *kept = &world->repeats->kept[at];

        if (kept->frame.len > 0 && kept->station == side->line->station && kept->from_station == side->is_station && kept->session < side->line->session)
            return kept;
    }
    return NULL;
}

void repeat_frames(struct world *world, struct side *side, struct buf *send)
{
    size_t at = 0, end = send->len;
    bool greeted = side->frames > 0; /* what opens a session stays as it is */

    if (world->repeats == NULL)
        world->repeats = calloc(1, sizeof *world->repeats);
    assert(world->repeats != NULL);
    while (at + FRAME_HEADER_BYTES <= end) {
        const uint8_t *frame = send->data + at;
        size_t len = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 | frame[3];

        len += FRAME_HEADER_BYTES - 1;
        assert(at + len <= end);
        if (is_chunk(frame[FRAME_HEADER_BYTES - 1]) && len <= KEPT_BYTES_MAX)
            keep(world, side, frame, len);
        side->frames++;
        at += len;
    }
    while (greeted && !world->resting && below(world, 100) < 25) {
        const struct kept *kept = draw(world, side);

        if (kept == NULL)
            return;
        buf_append(send, kept->frame.data, kept->frame.len);
        world->totals.done[FAULT_REPEAT]++;
        world_log(world, "%zu: a chunk of an earlier session comes once more, from the %s", side->line->station, side->is_station ? "station" : "center");
    }
}

void repeat_forget(struct world *world, size_t m)
{
    for (size_t i = 0; world->repeats != NULL && i < KEPT_MAX; i++) {
        struct kept *kept = &world->repeats->kept[i];

        if (m == CENTER ? !kept->from_station : kept->station == m && kept->from_station)
            buf_clear(&kept->frame);
    }
}

void repeat_release(struct world *world)
{
    for (size_t i = 0; world->repeats != NULL && i < KEPT_MAX; i++)
        if (world->repeats->kept[i].frame.max != 0)
            buf_release(&world->repeats->kept[i].frame);
    free(world->repeats);
    world->repeats = NULL;
}
