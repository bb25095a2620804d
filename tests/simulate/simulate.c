/* tests/simulate/simulate.c - the seeded world: a center and three to six stations do everything wrong that can be done, then come to rest and must agree.
 *
 *   simulate --seeds A..B [--verbose] [--files]   run the seeds; prints each failing one with what was found
 *   simulate                                      what `make check` runs: a fixed set
 * --verbose prints what happened in each seed. Stores are in memory, in files for one seed in eight (all with --files). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/record/peer.h"
#include "tests/simulate/world.h"

enum { CHECK_SEEDS = 250, ACTIONS_LEAST = 150, ACTIONS_MORE = 450 };

struct totals {
    uint64_t seeds, failed, events, sessions, cuts, crashes, changes, conflicts;
};

static void act_on_line(struct world *world)
{
    struct line *line = &world->lines[world_below(world, LINES_MAX)];

    for (size_t i = 0; i < LINES_MAX && !line->used; i++)
        line = &world->lines[i];
    if (!line->used)
        return;
    if (world_chance(world, 4))
        world_cut(world, line);
    else
        world_move(world, &line->ends[world_below(world, 2)], world_chance(world, 20) ? 8 : 4096);
}

static void revoke_one(struct world *world)
{
    size_t m = 1 + world_below(world, world->n_stations);
    struct machine_sim *machine = &world->machines[m];
    struct peer peer;
    struct log_id id = {.station = machine->identity.station_no};
    struct hash hash;

    if (machine->revoked || peer_revoke(world->machines[CENTER].store, machine->identity.station_no, 1, NULL) != STATUS_OK)
        return;
    memcpy(id.incarnation, machine->identity.incarnation, INCARNATION_BYTES);
    machine->revoked = true;
    if (peer_find_pin(world->machines[CENTER].store, machine->pin, &peer, NULL) != STATUS_OK || !peer.revoked ||
        replica_have(world->machines[CENTER].store, &id, &machine->have_at_revocation, &hash, NULL) != STATUS_OK)
        world_fail(world, "station %zu: not revoked", m);
    world_log(world, "%zu: revoked at %" PRIu64, m, machine->have_at_revocation);
}

static void act(struct world *world)
{
    size_t any = world_below(world, world->n_stations + 1), station = 1 + world_below(world, world->n_stations);
    uint64_t dice = world_below(world, 1000);

    if (dice < 260) {
        world_edit(world, any);
        if (world_chance(world, 70))
            world_poke(world, any);
    } else if (dice < 310) {
        world_connect(world, station, world_chance(world, 60));
    } else if (dice < 760) {
        act_on_line(world);
    } else if (dice < 960) {
        world_flush(world, world_chance(world, 50) ? CENTER : any);
    } else if (dice < 980) {
        world_tick(world, (int64_t)world_below(world, world_chance(world, 5) ? 400000 : 3000));
    } else if (dice < 986) {
        world->machines[any].clock_off_ms += ((int64_t)world_below(world, 21) - 10) * INT64_C(86400000) * 365;
    } else if (dice < 998) {
        world_crash(world, any, world_chance(world, 50));
    } else {
        revoke_one(world);
    }
}

static void come_to_rest(struct world *world)
{
    world_log(world, "-- at rest");
    for (size_t i = 0; i < LINES_MAX; i++)
        if (world->lines[i].used)
            world_cut(world, &world->lines[i]);
    for (unsigned turn = 0; turn < 2000; turn++)
        for (size_t i = 0; i < LINES_MAX; i++)
            if (world->lines[i].used) {
                world_move(world, &world->lines[i].ends[1], 4096);
                world_flush(world, CENTER);
            }
    for (unsigned round = 0; round < 2; round++)
        for (size_t m = 1; m <= world->n_stations && !world->failed; m++) {
            enum status expected = world->machines[m].revoked ? STATUS_FORBIDDEN : STATUS_OK;

            world_sync(world, m);
            if (world->last_outcome.status != expected)
                world_fail(world, "station %zu: the clean session ended with %s: %s", m, status_name(world->last_outcome.status), world->last_outcome.reason.text);
        }
}

static bool run_seed(struct pool *pool, uint64_t seed, const char *root, bool files, bool verbose, struct totals *totals)
{
    struct world *world = malloc(sizeof *world);
    uint64_t actions;
    bool ok;

    if (world == NULL)
        return false;
    if (world_init(world, pool, seed, root, files)) {
        world->log_wanted = verbose;
        actions = ACTIONS_LEAST + world_below(world, ACTIONS_MORE);
        for (uint64_t i = 0; i < actions && !world->failed; i++)
            act(world);
        if (!world->failed)
            come_to_rest(world);
        if (!world->failed)
            world_check_end(world);
    }
    ok = !world->failed;
    if (verbose)
        fputs(buf_cstr(&world->log), stdout);
    if (!ok)
        printf("seed %" PRIu64 ": %s\n", seed, world->failure.text);
    totals->seeds++;
    totals->failed += !ok;
    totals->events += world->events;
    totals->sessions += world->sessions;
    totals->cuts += world->cuts;
    totals->crashes += world->crashes;
    totals->changes += world->model.n;
    totals->conflicts += world->conflicts;
    world_release(world);
    free(world);
    return ok;
}

int main(int argc, char **argv)
{
    uint64_t from = 1, to = CHECK_SEEDS;
    bool verbose = false, all_files = false;
    struct totals totals = {0};
    struct pool pool;
    struct errmsg err = {{0}};
    char root[64] = "/dev/shm/aidpost-sim-XXXXXX";

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seeds") == 0 && i + 1 < argc && sscanf(argv[i + 1], "%" SCNu64 "..%" SCNu64, &from, &to) >= 1) {
            if (strstr(argv[++i], "..") == NULL)
                to = from;
        } else if (strcmp(argv[i], "--verbose") == 0) {
            verbose = true;
        } else if (strcmp(argv[i], "--files") == 0) {
            all_files = true;
        } else {
            fprintf(stderr, "usage: simulate [--seeds A..B] [--verbose] [--files]\n");
            return 2;
        }
    }
    if (hash_start() != STATUS_OK)
        return 1;
    if (mkdtemp(root) == NULL) {
        snprintf(root, sizeof root, "%s", "simulate-XXXXXX");
        if (mkdtemp(root) == NULL)
            return 1;
    }
    if (pool_init(&pool, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    for (uint64_t seed = from; seed <= to; seed++)
        run_seed(&pool, seed, root, all_files || seed % 8 == 0, verbose, &totals);
    pool_release(&pool);
    rmdir(root);
    printf("%" PRIu64 " seeds, %" PRIu64 " failed; %" PRIu64 " changes, %" PRIu64 " open conflicts, %" PRIu64 " sessions, %" PRIu64 " cuts, %" PRIu64 " crashes, %" PRIu64 " events\n", totals.seeds,
           totals.failed, totals.changes, totals.conflicts, totals.sessions, totals.cuts, totals.crashes, totals.events);
    return totals.failed == 0 ? 0 : 1;
}
