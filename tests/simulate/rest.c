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

/* Clean sessions of everybody until nothing moves any more. */
static void sync_all(struct world *world)
{
    uint64_t moved = 1;

    for (unsigned round = 0; moved > 0 && !world->failed; round++) {
        moved = 0;
        if (round == ROUNDS_MOST)
            world_fail(world, "the world does not come to rest");
        if (world->failed)
            world_log_differences(world);
        for (size_t m = 1; m < world->n_machines && !world->failed; m++) {
            enum status expected = world->machines[m].revoked ? STATUS_FORBIDDEN : STATUS_OK;
            uint64_t healed = world->totals.healed;

            world_sync_healed(world, m);
            if (!world->failed && world->last_outcome.status != expected)
                world_fail(world, "station %zu: the clean session ended with %s: %s", m, status_name(world->last_outcome.status), world->last_outcome.reason.text);
            moved += world->last_outcome.sent + world->last_outcome.received + (world->totals.healed - healed) + world->last_outcome.returned;
        }
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
