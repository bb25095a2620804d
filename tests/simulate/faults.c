/* tests/simulate/faults.c - states are kept and come back, machines are copied, keys revoked, disks run full. */
#include <inttypes.h>
#include <string.h>
#include <stdio.h>

#include "core/record/branch.h"
#include "core/record/changelog.h"
#include "core/record/machine.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/returned.h"
#include "tests/simulate/world.h"

/* What a center keeps is a backup like any other: what is in the oldest one that may still be put back is safe (backup.c, mark_safe), and stations may rely on that (left_body.h). */
static void mark_safe(struct world *world)
{
    struct store *store = world->machines[CENTER].store;
    struct errmsg err = {{0}};
    uint64_t order = 0;
    enum status status = store_begin(store, "sim", &err);

    if (status == STATUS_OK)
        status = replica_order_head(store, &order, &err);
    if (status == STATUS_OK)
        status = replica_set_safe_order(store, order, &err);
    if (status == STATUS_OK)
        status = store_exec(store, "UPDATE log SET safe_seq=" CHANGELOG_HEAD " WHERE partial=0", &err);
    if (status == STATUS_OK)
        status = store_exec(store, "UPDATE peer SET safe_seq=coalesce((SELECT l.safe_seq FROM log l WHERE l.station=peer.station_no AND l.partial=0 ORDER BY l.no DESC LIMIT 1),0)", &err);
    if (status == STATUS_OK)
        status = store_commit(store, &err);
    if (status != STATUS_OK)
        world_fail(world, "center: what is safe: %s", errmsg_text(&err, status));
}

/* Another image of the center than this one may still be put back. */
static bool has_older(const struct world *world, size_t place)
{
    for (size_t i = 0; i < IMAGES_MAX; i++)
        if (i != place && world->images[i].used && world->images[i].machine == CENTER)
            return true;
    return false;
}

size_t world_keep_image(struct world *world, size_t m)
{
    size_t place = 0;
    struct errmsg err = {{0}};

    while (place < IMAGES_MAX && world->images[place].used)
        place++;
    if (place == IMAGES_MAX)
        return IMAGES_MAX;
    world_look(world, m);
    buf_clear(&world->pool->images[place]);
    if (m == CENTER && world->hub != NULL)
        hub_sim_keep(world, place);
    else if (store_image(world->machines[m].store, &world->pool->images[place], &err) != STATUS_OK)
        world_fail(world, "machine %zu: no image: %s", m, err.text);
    world->images[place] = (struct image){.used = true, .machine = m, .memory = world->machines[m].memory, .stale = world->machines[m].stale};
    for (size_t i = 0; i < world->n_machines; i++)
        if (world->machines[i].revoked)
            uid_add(&world->images[place].revoked_pins, (uint32_t)i);
    world_log(world, "%zu: image %zu kept", m, place);
    if (m == CENTER && world->hub == NULL && !world->failed && !has_older(world, place))
        mark_safe(world);
    return place;
}

static enum status begin_log(struct world *world, size_t m, struct errmsg *err)
{
    struct store *store = world->machines[m].store;
    struct replica_state state;
    struct log_id fresh = {0};
    struct log_info info;
    enum status status = store_begin(store, "sim", err);

    if (status == STATUS_OK)
        status = replica_state(store, &state, err);
    if (status == STATUS_OK) {
        fresh.station = state.machine.station_no;
        world->random.fill(world->random.context, fresh.incarnation, INCARNATION_BYTES);
        status = changelog_branch(store, &fresh, state.head_seq, &info, err);
    }
    return status == STATUS_OK ? store_commit(store, err) : status;
}

static enum status drop_lease(struct world *world, size_t m, struct errmsg *err)
{
    struct store *store = world->machines[m].store;
    enum status status = store_begin(store, "sim", err);

    if (status == STATUS_OK)
        status = store_exec(store, "UPDATE log SET lease=NULL, lease_before=NULL", err);
    return status == STATUS_OK ? store_commit(store, err) : status;
}

static void put_back(struct world *world, size_t m, size_t image)
{
    world_drop_sessions(world, m);
    repeat_forget(world, m);
    if (m == CENTER && world->hub != NULL)
        hub_sim_put_back(world, image);
    else
        world_reopen(world, m, &world->pool->images[image]);
    world->machines[m].memory = world->images[image].memory;
    world->machines[m].stale = world->images[image].stale;
    world->machines[m].again = false;
}

void world_restore(struct world *world, size_t m, size_t image, bool declared, bool without_lease)
{
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    world_log(world, "%zu: restored from image %zu of %zu%s%s", m, image, world->images[image].machine, declared ? ", declared" : "", without_lease ? ", without lease" : "");
    put_back(world, m, image);
    if (without_lease)
        status = drop_lease(world, m, &err);
    if (status == STATUS_OK && declared)
        status = begin_log(world, m, &err);
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: restore: %s", m, errmsg_text(&err, status));
    if (!world->failed)
        world_check_moment(world, m);
}

/* Whether this machine's key was revoked when the image of the center was kept; the machine may be a clone made since. */
static bool was_revoked(const struct world *world, size_t image, size_t m)
{
    for (size_t i = 1; i < world->n_machines; i++)
        if (uid_in(&world->images[image].revoked_pins, (uint32_t)i) && world->machines[i].key == world->machines[m].key)
            return true;
    return false;
}

static bool has_above_cursor(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT 1 FROM change WHERE coalesce(given,rseq)>(SELECT value FROM meta WHERE name='rcur') LIMIT 1");
    enum status status;
    bool above = stmt_row(stmt, &status, NULL);

    if (above)
        stmt_reset(stmt);
    return above;
}

void world_restore_center(struct world *world, size_t image, bool declared)
{
    struct uid_set before;
    struct store *store = world->machines[CENTER].store;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    world_log(world, "0: center restored from image %zu%s", image, declared ? ", declared" : "");
    world_look(world, CENTER);
    before = world->machines[CENTER].memory.known;
    put_back(world, CENTER, image);
    uid_take_away(&before, &world->machines[CENTER].memory.known);
    uid_union(&world->lost, &before);
    store = world->machines[CENTER].store;
    world->center_lost = true;
    if (world->hub == NULL && store_meta_int(store, "safe_order", 0) == 0) /* the image was the oldest when it was kept: the backup is there, as we see (backup.c, mark_restored) */
        mark_safe(world);
    for (size_t i = 0; i < LINES_MAX; i++)
        world->lines[i].outlived = world->lines[i].used;
    for (size_t m = 1; m < world->n_machines; m++) {
        world->machines[m].stale = true;
        world->machines[m].unpulled |= has_above_cursor(world, m);
        world->machines[m].revoked = was_revoked(world, image, m); /* one made since is forgotten with the rest */
    }
    for (size_t i = 0; i < IMAGES_MAX; i++)
        world->images[i].stale = true; /* what a machine held for acknowledged then, this center may have lost */
    if (declared) {
        status = store_begin(store, "sim", &err);
        if (status == STATUS_OK)
            status = order_begin_era(store, 0, world->random, &err);
        if (status == STATUS_OK)
            status = store_commit(store, &err);
        world->machines[CENTER].memory.scanned = 0; /* own changes may lie elsewhere now */
    }
    if (status != STATUS_OK)
        world_fail(world, "center: new era: %s", errmsg_text(&err, status));
}

size_t world_clone(struct world *world, size_t m)
{
    size_t twin = world_add_machine(world);
    struct machine_sim *machine = &world->machines[twin];
    struct buf image;
    struct errmsg err = {{0}};

    if (twin == 0)
        return 0;
    world_look(world, m);
    buf_init(&image, POOL_IMAGE_MAX_BYTES);
    if (store_image(world->machines[m].store, &image, &err) != STATUS_OK)
        world_fail(world, "machine %zu: no image: %s", m, err.text);
    machine->key = world->machines[m].key;
    machine->pin = world->machines[m].pin;
    machine->identity = world->machines[m].identity;
    machine->memory = world->machines[m].memory;
    machine->revoked = world->machines[m].revoked;
    machine->stale = world->machines[m].stale;
    if (!world->failed)
        world_reopen(world, twin, &image);
    buf_release(&image);
    world_log(world, "%zu: cloned as %zu", m, twin);
    return twin;
}

static bool revoke_at_store(struct world *world, size_t m)
{
    struct peer peer;

    if (peer_revoke(world->machines[CENTER].store, world->machines[m].identity.station_no, 1, NULL) != STATUS_OK)
        return false;
    if (peer_find_pin(world->machines[CENTER].store, world->machines[m].pin, &peer, NULL) != STATUS_OK || !peer.revoked)
        world_fail(world, "station %zu: not revoked", m);
    return true;
}

void world_revoke(struct world *world, size_t m)
{
    if (world->machines[m].revoked)
        return;
    if (world->hub != NULL)
        hub_sim_revoke(world, m);
    else if (!revoke_at_store(world, m))
        return;
    for (size_t i = 1; i < world->n_machines; i++)
        world->machines[i].revoked = world->machines[i].revoked || world->machines[i].key == world->machines[m].key;
    world_log(world, "%zu: revoked", m);
}

void world_fill_disk(struct world *world, size_t m, bool full)
{
    struct machine_sim *machine = &world->machines[m];
    struct stmt *stmt = store_prepare(machine->store, "PRAGMA page_count");
    enum status status;
    char sql[64];

    if (stmt_row(stmt, &status, NULL)) {
        machine->page_limit = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (!full)
        machine->page_limit = 0;
    snprintf(sql, sizeof sql, "PRAGMA max_page_count=%" PRIu64, full ? machine->page_limit : UINT64_C(1000000));
    (void)store_exec(machine->store, sql, NULL);
    world_log(world, "%zu: disk %s", m, full ? "full" : "has room");
}

/* ---- chance ---- */

/* An earlier image of this machine, or of one with its key; IMAGES_MAX: none. */
static size_t pick_image(struct world *world, size_t m)
{
    size_t at = world_below(world, IMAGES_MAX);

    for (size_t i = 0; i < IMAGES_MAX; i++, at = (at + 1) % IMAGES_MAX)
        if (world->images[at].used && world->machines[world->images[at].machine].key == world->machines[m].key)
            return at;
    return IMAGES_MAX;
}

/* Put back, with nothing or something written before anybody is met. */
static bool restore(struct world *world, size_t m, bool declared)
{
    size_t image = pick_image(world, m);

    if (image == IMAGES_MAX)
        return false;
    if (m == CENTER)
        world_restore_center(world, image, declared);
    else
        world_restore(world, m, image, declared, world_chance(world, 30));
    if (world_chance(world, 50))
        world->images[image].used = false;
    for (uint64_t n = world_below(world, 4); n > 0 && !world->failed; n--)
        world->hub == NULL ? world_edit(world, m) : hub_sim_edit(world, m == CENTER ? 1 + world_below(world, world->n_machines - 1) : m);
    return true;
}

static bool restore_center(struct world *world, bool declared)
{
    return restore(world, CENTER, declared);
}

static bool happen(struct world *world, enum fault fault, size_t any, size_t station)
{
    struct machine_sim *machine = &world->machines[any];

    switch (fault) {
    case FAULT_CRASH:
        world_crash(world, any, world_chance(world, 50));
        return true;
    case FAULT_FULL:
        if (any == CENTER && world->hub != NULL)
            return false;
        world_fill_disk(world, any, machine->page_limit == 0);
        return true;
    case FAULT_CLOCK:
        machine->clock_off_ms += ((int64_t)random_below(random_seeded(&world->clock_state), 21) - 10) * INT64_C(86400000) * 365;
        return true;
    case FAULT_REVOKE:
        if (!world_chance(world, 10))
            return false;
        world_revoke(world, station);
        return true;
    case FAULT_FILE:
        world_act_on_files(world);
        return true;
    case FAULT_RESTORE:
    case FAULT_RESTORE_DECLARED:
        return restore(world, station, fault == FAULT_RESTORE_DECLARED);
    case FAULT_CLONE:
        return world_chance(world, 40) && world_clone(world, station) != 0;
    case FAULT_CENTER_DECLARED:
    case FAULT_CENTER_RESTORE:
        return world_chance(world, 60) && restore_center(world, fault == FAULT_CENTER_DECLARED);
    default:
        return false;
    }
}

static bool is_peoples(enum fault fault)
{
    return fault == FAULT_BAD || fault == FAULT_NEWER || fault >= FAULT_MOVE;
}

/* One of the kinds that do not just lie in what people and lines do. */
static enum fault draw(struct world *world)
{
    enum fault kinds[FAULTS];
    size_t n = 0;

    for (enum fault fault = 0; fault < FAULTS; fault++)
        if (world_has(world, fault) && fault != FAULT_CUT && !is_peoples(fault))
            kinds[n++] = fault;
    return n > 0 ? kinds[world_below(world, n)] : FAULT_CUT;
}

bool world_misfortune(struct world *world)
{
    enum fault fault = draw(world);
    size_t any = world_below(world, world->n_machines), station = 1 + world_below(world, world->n_machines - 1);

    if (!happen(world, fault, any, station))
        return false;
    world->totals.done[fault]++;
    return true;
}
