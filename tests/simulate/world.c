/* tests/simulate/world.c - machines are made, opened again and put away. */
#include "tests/simulate/world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/record/changelog.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "sync/compress.h"

enum { LOG_MAX_BYTES = 4 * 1024 * 1024, TYPE_ORG = 1, FILE_MAX_BYTES = 8 * 1024 * 1024 };

const char *const fault_names[FAULTS] = {"cut",     "crash",            "full",  "clock",           "revoke",         "bad", "newer", "file",
                                         "restore", "restore-declared", "clone", "center-declared", "center-restore", "move", "share", "erase", "repeat", "stumble"};

const char *const excuse_names[EXCUSES] = {"stale", "torn", "invented", "twice", "mended"};

void world_fail(struct world *world, const char *format, ...)
{
    va_list args;

    if (world->failed)
        return;
    world->failed = true;
    va_start(args, format);
    vsnprintf(world->failure.text, sizeof world->failure.text, format, args);
    va_end(args);
}

void world_log(struct world *world, const char *format, ...)
{
    va_list args;

    if (!world->log_wanted)
        return;
    va_start(args, format);
    buf_vprintf(&world->log, format, args);
    va_end(args);
    buf_putc(&world->log, '\n');
}

uint64_t world_below(struct world *world, uint64_t below)
{
    return random_below(world->random, below);
}

bool world_chance(struct world *world, unsigned percent)
{
    return world_below(world, 100) < percent;
}

bool world_has(const struct world *world, enum fault fault)
{
    return (world->faults >> fault & 1) != 0;
}

bool world_excused(struct world *world, enum excuse excuse)
{
    world->totals.excused[excuse] = 1;
    return (world->denied >> excuse & 1) == 0;
}

int64_t world_wall(const struct world *world, size_t m)
{
    return 1700000000000 + world->now_ms + world->machines[m].clock_off_ms;
}

/* ---- opening ---- */

/* In memory: the machine's place in the pool. */
static enum status open_in_memory(struct world *world, size_t m, const struct buf *image, struct errmsg *err)
{
    enum status status = pool_reset(world->pool, m, image, err);

    world->machines[m].store = world->pool->at.stores[m];
    world->machines[m].replicator = world->pool->at.replicators[m];
    world->machines[m].filing = world->pool->at.filing[m];
    return status;
}

static void remove_files(const char *folder)
{
    static const char *const names[] = {"aidpost.db", "aidpost.db-wal", "aidpost.db-shm"};
    char path[600];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static enum status open_file(struct world *world, size_t m, const struct buf *image, struct errmsg *err)
{
    struct machine_sim *machine = &world->machines[m];
    enum status status = STATUS_OK;
    char path[600];

    replicator_free(machine->replicator);
    store_close(machine->store);
    machine->replicator = NULL;
    machine->store = NULL;
    if (image != NULL) {
        remove_files(machine->folder);
        snprintf(path, sizeof path, "%s/aidpost.db", machine->folder);
        status = file_make_folder(machine->folder, err);
        if (status == STATUS_OK)
            status = file_write(path, image->data, image->len, 0600, err);
    }
    if (status == STATUS_OK)
        status = store_open(&machine->store, machine->folder, STORE_OPEN_EXISTING, err);
    if (status == STATUS_OK && !world->synced)
        status = store_tune_unsynced(machine->store, err); /* only closing is simulated, not the disk's cache */
    if (status == STATUS_OK)
        status = replicator_new(&machine->replicator, machine->store, NULL);
    if (status == STATUS_OK)
        replicator_hurry(machine->replicator);
    return status;
}

static void set_window(struct world *world, size_t m)
{
    if (world->machines[m].replicator != NULL)
        replicator_set_history(world->machines[m].replicator, world->windows[m != CENTER], world->always_refers);
    if (world->machines[m].replicator != NULL)
        replicator_set_parts(world->machines[m].replicator, world->parts);
    if (world->machines[m].filing != NULL)
        replicator_set_parts(world->machines[m].filing, world->parts);
}

void world_draw_windows(struct world *world, uint64_t seed)
{
    enum { WINDOWS = STREAM_WINDOW_LOG - STREAM_WINDOW_LOG_LEAST + 1 };
    uint64_t drawn = (seed * 0x9E3779B97F4A7C15u) >> 24;

    world->parts = seed % 3 == 0 ? 0 : seed % 3 == 1 ? 1 : 300 + (size_t)(seed % 500);
    for (size_t m = 0; m < world->n_machines; m++)
        set_window(world, m);
    if (drawn % 3 == 0)
        return;
    for (size_t i = 0; i < 2; i++)
        world->windows[i] = drawn >> (4 + 4 * i) & 7 ? STREAM_WINDOW_LOG_LEAST + (unsigned)((drawn >> (12 + 4 * i)) % WINDOWS) : 0;
    world->always_refers = (drawn >> 20 & 7) != 0;
    for (size_t m = 0; m < world->n_machines; m++)
        set_window(world, m);
    for (size_t process = 0; world->hub != NULL && process < HUB_PROCESSES; process++)
        replicator_set_history(hub_sim_replicator(world, process), world->windows[0], world->always_refers);
}

bool world_reopen(struct world *world, size_t m, const struct buf *image)
{
    struct machine_sim *machine = &world->machines[m];
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    if (machine->folder[0] != 0)
        status = open_file(world, m, image, &err);
    else if (image != NULL)
        status = open_in_memory(world, m, image, &err);
    else if (store_in_transaction(machine->store)) /* its sessions are gone already, and with them what they had asked for */
        store_rollback(machine->store);
    set_window(world, m);
    if (machine->page_limit != 0)
        world_fill_disk(world, m, false);
    if (status != STATUS_OK)
        world_fail(world, "open machine %zu: %s", m, errmsg_text(&err, status));
    return status == STATUS_OK;
}

bool world_forget_others(struct world *world)
{
    struct buf images[MACHINES_MAX];
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    for (size_t m = 0; m < world->n_machines; m++) {
        buf_init(&images[m], POOL_IMAGE_MAX_BYTES);
        if (status == STATUS_OK && world->machines[m].folder[0] == 0 && world->machines[m].store != NULL)
            status = store_image(world->machines[m].store, &images[m], &err);
    }
    if (status == STATUS_OK)
        pool_set_aside(world->pool);
    else
        world_fail(world, "image: %s", errmsg_text(&err, status));
    for (size_t m = 0; m < world->n_machines; m++) {
        if (!world->failed && images[m].len > 0)
            (void)world_reopen(world, m, &images[m]);
        buf_release(&images[m]);
    }
    return !world->failed;
}

/* ---- making ---- */

/* A new machine with this identity. */
static bool make_machine(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct errmsg err = {{0}};
    enum status status;

    if (!world_reopen(world, m, m == CENTER ? &world->pool->blank_center : &world->pool->blank))
        return false;
    status = store_begin(machine->store, "sim", &err);
    if (status == STATUS_OK)
        status = machine_create(machine->store, &machine->identity, &err);
    if (status == STATUS_OK && m != CENTER)
        status = center_address_set(machine->store, "center:7474", world->machines[CENTER].pin, &err);
    if (status == STATUS_OK && m != CENTER)
        status = center_key_set(machine->store, world->machines[CENTER].key->public_key, &err);
    if (status == STATUS_OK)
        status = store_commit(machine->store, &err);
    if (status != STATUS_OK)
        world_fail(world, "make machine %zu: %s", m, errmsg_text(&err, status));
    return status == STATUS_OK;
}

static bool make_center(struct world *world)
{
    struct machine_sim *center = &world->machines[CENTER];

    center->identity = (struct machine){.center = true, .practice = true, .org = 1, .name = "县中心", .area = "320117"};
    world->random.fill(world->random.context, center->identity.incarnation, INCARNATION_BYTES);
    if (world->hub != NULL)
        return hub_sim_begin(world);
    if (!make_machine(world, CENTER))
        return false;
    for (int64_t org = ORG_FIRST - 1; org < ORG_FIRST + ORGS && !world->failed; org++) {
        struct model_value values[] = {{.field = 1, .kind = VALUE_INT, .number = org}, {.field = 3, .kind = VALUE_TEXT}};

        snprintf(values[1].text, sizeof values[1].text, "org%d", (int)org);
        world_put(world, CENTER, NULL, CHANGE_PUT, id_make(world->random), TYPE_ORG, values, 2);
    }
    return !world->failed;
}

/* To a hub a county is one station and one org. */
static bool make_county(struct world *world, size_t m)
{
    struct machine_sim *county = &world->machines[m];

    county->identity = (struct machine){.practice = true, .station_no = (uint32_t)m, .org = ORG_FIRST + (int64_t)m - 1, .name = "县", .area = "320117"};
    world->random.fill(world->random.context, county->identity.incarnation, INCARNATION_BYTES);
    hub_sim_add_county(world, m);
    return !world->failed && make_machine(world, m);
}

static bool make_station(struct world *world, size_t m)
{
    struct machine_sim *station = &world->machines[m];
    struct errmsg err = {{0}};
    struct peer peer;
    /* Often two machines work for one org: then they edit the same rows. */
    int64_t org = ORG_FIRST + (world->one_org ? 0 : (int64_t)world_below(world, 1 + world->n_stations / 2));
    enum status status = store_begin(world->machines[CENTER].store, "sim", &err);

    if (status == STATUS_OK)
        status = peer_add(world->machines[CENTER].store, org, "laptop", station->pin, 1, &peer, &err);
    if (status == STATUS_OK)
        status = store_commit(world->machines[CENTER].store, &err);
    if (status != STATUS_OK) {
        world_fail(world, "add peer: %s", errmsg_text(&err, status));
        return false;
    }
    station->identity = (struct machine){.practice = true, .station_no = peer.station_no, .org = org, .name = "站", .area = "320117"};
    world->random.fill(world->random.context, station->identity.incarnation, INCARNATION_BYTES);
    return make_machine(world, m);
}

static bool init(struct world *world, struct pool *pool, struct hub_sim *hub, uint64_t seed, size_t n_stations, const char *root, bool files)
{
    memset(world, 0, sizeof *world);
    world->pool = pool;
    world->hub = hub;
    world->random_state = seed * 0xD1342543DE82EF95u + 0x632BE59BD9B4E019u; /* not the generator's own step: neighbours would share their streams */
    world->clock_state = world->random_state ^ 0x5851F42D4C957F2Du;
    world->repeat_state = world->random_state ^ 0x9E3779B97F4A7C15u; /* its own chance: whatever is repeated, people do the same */
    world->stumble_state = world->random_state ^ 0xD6E8FEB86659FD93u;
    world->random = random_seeded(&world->random_state);
    world->synced = seed / 64 % 2 == 1; /* of which each 64th is in folders (simulate.c) */
    world->now_ms = 1000;
    buf_init(&world->log, LOG_MAX_BYTES);
    model_init(&world->model);
    for (size_t i = 0; i < FILES_MAX; i++)
        buf_init(&world->files[i].bytes, FILE_MAX_BYTES);
    world->one_org = n_stations > 0;
    world->n_stations = n_stations > 0 ? n_stations : 2 + world_below(world, world_chance(world, 25) ? STATIONS_MAX - 1 : 2);
    world->n_machines = 1 + world->n_stations;
    for (size_t m = 0; m < MACHINES_MAX; m++) {
        struct machine_sim *machine = &world->machines[m];

        machine->key = &pool->keys[m];
        machine->pin = bundle_pin(machine->key->public_key);
        if (files)
            snprintf(machine->folder, sizeof machine->folder, "%s/m%zu", root, m);
    }
    if (!make_center(world)) {
        world_fail(world, "the center can't be made");
        return false;
    }
    for (size_t m = 1; m <= world->n_stations; m++)
        if (!(hub != NULL ? make_county(world, m) : make_station(world, m)))
            return false;
    return true;
}

bool world_init(struct world *world, struct pool *pool, uint64_t seed, size_t n_stations, const char *root, bool files)
{
    return init(world, pool, NULL, seed, n_stations, root, files);
}

bool world_init_hub(struct world *world, struct pool *pool, struct hub_sim *hub, uint64_t seed, const char *root, bool files)
{
    return init(world, pool, hub, seed, 0, root, files);
}

size_t world_add_machine(struct world *world)
{
    return world->n_machines < MACHINES_MAX ? world->n_machines++ : 0;
}

void world_release(struct world *world)
{
    free(world->given);
    for (size_t m = 0; m < world->n_machines; m++)
        world_drop_sessions(world, m);
    for (size_t m = 0; m < world->n_machines; m++) {
        if (world->machines[m].page_limit != 0)
            world_fill_disk(world, m, false);
        if (world->machines[m].folder[0] == 0)
            continue; /* the pool's */
        replicator_free(world->machines[m].replicator);
        store_close(world->machines[m].store);
        remove_files(world->machines[m].folder);
    }
    if (world->failed)
        pool_forget(world->pool);
    else
        pool_take_back(world->pool);
    if (world->hub != NULL)
        hub_sim_end(world);
    for (size_t i = 0; i < FILES_MAX; i++)
        buf_release(&world->files[i].bytes);
    secure_off(world);
    repeat_release(world);
    model_release(&world->model);
    buf_release(&world->before_flush);
    buf_release(&world->log);
}
