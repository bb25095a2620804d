/* tests/simulate/trip.c - FAULT_STUMBLE: while a store carries something out, one of its statements fails, or one allocation: an error of the disk, a full one, another writer, no memory; sometimes everything behind it,
 * too, until that is through (tests/stumble.h). A store must bear it: after a failure nothing of the group is kept, nothing that was told is lost, and what comes next works.
 *
 * With a chance of its own: whatever fails, people do the same. Which allocation is the n-th depends on what earlier worlds left in the pool; where allocations may fail, that is made anew first, which costs more than
 * the world itself. So they fail in few worlds, but often there. */
#include <inttypes.h>
#include <sqlite3.h>

#include "core/base/hash.h"
#include "tests/simulate/world.h"
#include "tests/stumble.h"

enum { ONE_IN = 3, BITS_MAX = 8, MEMORY_WORLDS_PERCENT = 2, MEMORY_PERCENT = 70, TRIP_MAX_BYTES = 64 * 1024 };

static uint64_t below(struct world *world, uint64_t limit)
{
    return random_below(random_seeded(&world->stumble_state), limit);
}

bool trip_prepare(struct world *world)
{
    world->memory_fails = world_has(world, FAULT_STUMBLE) && below(world, 100) < MEMORY_WORLDS_PERCENT;
    return !world->memory_fails || world_forget_others(world);
}

void trip_begin(struct world *world)
{
    static const int CODES[] = {SQLITE_IOERR_READ, SQLITE_IOERR_WRITE, SQLITE_FULL, SQLITE_NOMEM, SQLITE_BUSY};
    struct stumble how = {0};

    if (world_has(world, FAULT_STUMBLE) && !world->resting && below(world, ONE_IN) == 0) {
        how.memory = world->memory_fails && below(world, 100) < MEMORY_PERCENT;
        how.for_good = below(world, 4) == 0;
        how.code = CODES[below(world, sizeof CODES / sizeof *CODES)];
        how.at = 1 + below(world, UINT64_C(1) << below(world, BITS_MAX + 1));
    }
    stumble_begin(how);
}

static void keep_trip(struct world *world, uint64_t fired)
{
    struct buf trip;

    buf_init(&trip, TRIP_MAX_BYTES);
    buf_append(&trip, world->trips.bytes, sizeof world->trips.bytes);
    buf_printf(&trip, "%" PRIu64 " %" PRIu64 " %s", world->stumble_state, fired, stumble_failed());
    world->trips = hash_of(trip.data, trip.len);
    buf_release(&trip);
}

bool trip_end(struct world *world)
{
    uint64_t fired = stumble_end();

    if (fired > 0) {
        keep_trip(world, fired);
        world->totals.done[FAULT_STUMBLE]++;
        world_log(world, "    stumbled: %llu", (unsigned long long)fired);
    }
    return fired > 0;
}
