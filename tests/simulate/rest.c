/* tests/simulate/rest.c - the world comes to rest: lines end, disks have room again, and everybody syncs until nothing moves. */
#include "tests/simulate/world.h"

enum { ROUNDS_MOST = 8 };

static void drain(struct world *world)
{
    for (size_t m = 0; m < world->n_machines; m++)
        if (world->machines[m].page_limit != 0)
            world_fill_disk(world, m, false);
    for (size_t i = 0; i < LINES_MAX; i++)
        if (world->lines[i].used)
            world_cut(world, &world->lines[i]);
    for (unsigned turn = 0; turn < 2000; turn++) {
        bool any = false;

        for (size_t i = 0; i < LINES_MAX; i++)
            if (world->lines[i].used) {
                any = true;
                world_move(world, &world->lines[i].ends[1], 4096);
                world_flush(world, CENTER);
            }
        if (!any)
            return;
    }
}

/* Clean sessions of everybody in turn, until as many in a row as there are stations have moved nothing: then each has had one behind the last that moved something. */
static void sync_all(struct world *world)
{
    size_t stations = world->n_machines - 1, still = 0;

    for (size_t i = 0; still < stations && !world->failed; i++) {
        size_t m = 1 + i % stations;
        enum status expected = world->machines[m].revoked ? STATUS_FORBIDDEN : STATUS_OK;
        uint64_t healed = world->totals.healed;

        if (i == ROUNDS_MOST * stations) {
            world_fail(world, "the world does not come to rest");
            world_log_differences(world);
            return;
        }
        world_sync_healed(world, m);
        if (!world->failed && world->last_outcome.status != expected)
            world_fail(world, "station %zu: the clean session ended with %s: %s", m, status_name(world->last_outcome.status), world->last_outcome.reason.text);
        still = world->last_outcome.sent + world->last_outcome.received + (world->totals.healed - healed) + world->last_outcome.returned == 0 ? still + 1 : 0;
    }
}

void world_come_to_rest(struct world *world, struct uid_set *held)
{
    world_log(world, "-- at rest");
    world->resting = true;
    if (!world->failed)
        drain(world);
    if (!world->failed)
        world_note_held(world, held);
    if (!world->failed)
        sync_all(world);
}
