/* tests/heal_trial.c - see heal_trial.h. */
#include "tests/heal_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/branch.h"
#include "core/record/left_body.h"
#include "core/record/order.h"
#include "core/record/returned.h"
#include "core/record/returned_by.h"
#include "core/record/scope_sum.h"
#include "tests/heal_steps.h"
#include "tests/trial.h"

enum { HEAL_STRIDE = 3, PIECE_BYTES = 600, BATCH_MAX_BYTES = 1 << 20, NOW_MS = 1, NAME_MAX = 120 };

struct world *heal_trial_open(struct heal_trial *heal, size_t n_stations)
{
    *heal = (struct heal_trial){.stride = HEAL_STRIDE};
    return bed_open(&heal->bed, n_stations);
}

void heal_trial_close(struct heal_trial *heal)
{
    bed_close(&heal->bed);
}

static struct store *center_store(const struct heal_trial *heal)
{
    return heal->bed.world.center.store;
}

typedef enum status (*heal_act)(void *context, struct buf *out, struct errmsg *err);

/* Tries the step, then takes it. */
static void play(struct heal_trial *heal, const char *name, const char *step, heal_act act)
{
    struct errmsg err = {{0}};
    struct buf none;
    char text[NAME_MAX];

    snprintf(text, sizeof text, "%s: %s", name, step);
    trial_play(&(struct trial){.name = text, .act = act, .context = heal, .nodes = {&heal->bed.world.center, heal->station}, .seed = &heal->bed.world.seed, .stride = heal->stride});
    buf_init(&none, BATCH_MAX_BYTES);
    must(act(heal, &none, &err), &err);
    buf_release(&none);
}

/* ---- the center ---- */

static enum status begin_era(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    enum status status = store_begin(center_store(heal), "test", err);

    (void)out;
    if (status != STATUS_OK)
        return status;
    status = order_begin_era(center_store(heal), heal->differing, heal->bed.world.center.random, err);
    return store_leave(center_store(heal), true, status, err);
}

void heal_trial_era(struct heal_trial *heal, const char *name, uint64_t differing)
{
    heal->differing = differing;
    play(heal, name, "an era begins", begin_era);
}

static enum status settle(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    uint64_t taken = 0;
    enum status status = store_begin(center_store(heal), "test", err);

    if (status != STATUS_OK)
        return status;
    status = returned_settle(center_store(heal), heal->station->peer.station_no, &taken, err);
    status = store_leave(center_store(heal), true, status, err);
    if (status == STATUS_OK)
        buf_printf(out, "%llu\n", (unsigned long long)taken);
    return status;
}

void heal_trial_settle(struct heal_trial *heal, const char *name, size_t station)
{
    heal->station = &heal->bed.world.stations[station];
    play(heal, name, "what is held is taken in", settle);
}

/* ---- the station goes back ---- */

static enum status go_back(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct store *store = heal->station->store;
    struct log_id log = node_log(heal->station);
    uint64_t have, cursor = 0;
    struct hash hash;
    enum status status = replica_have(center_store(heal), &log, &have, &hash, err);

    if (status == STATUS_OK)
        status = store_begin(store, "test", err);
    if (status != STATUS_OK)
        return status;
    status = store_leave(store, true, returned_rewind(store, heal->common, have, &cursor, err), err);
    if (status == STATUS_OK)
        buf_printf(out, "%llu\n", (unsigned long long)cursor);
    return status;
}

void heal_trial_rewind(struct heal_trial *heal, const char *name, size_t station, uint64_t common)
{
    heal->station = &heal->bed.world.stations[station];
    heal->common = common;
    play(heal, name, "the cursor goes back", go_back);
}

/* ---- it hands back ---- */

static enum status take(struct heal_trial *heal, const struct replica_batch *batch, const struct returned_beside *beside, struct replica_result *result, struct errmsg *err)
{
    struct store *store = center_store(heal);
    enum status status = store_begin(store, "test", err);

    if (status != STATUS_OK)
        return status;
    status = returned_take(store, &heal->station->peer, batch->entries.data, batch->entries.len, batch->count, beside, NOW_MS, result, err);
    return store_leave(store, true, status, err);
}

static enum status hand_back(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct replica_batch batch = {0};
    struct replica_result result = {0};
    struct returned_beside beside;

    buf_init(&batch.entries, BATCH_MAX_BYTES);
    enum status status = returned_read(heal->station->store, heal->at, PIECE_BYTES, &batch, &beside, err);
    if (status == STATUS_OK && batch.count > 0)
        status = take(heal, &batch, &beside, &result, err);
    buf_release(&batch.entries);
    if (status != STATUS_OK)
        return status;
    heal->count = batch.count;
    heal->last = batch.last;
    buf_printf(out, "%llu %llu %llu %llu %llu\n", (unsigned long long)batch.count, (unsigned long long)batch.last, (unsigned long long)result.taken, (unsigned long long)result.repeated,
               (unsigned long long)result.conflicts);
    return status;
}

static enum status hear_that_it_is_there(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    uint64_t head = 0;
    enum status status = replica_order_head(center_store(heal), &head, err);

    (void)out;
    return status == STATUS_OK ? returned_done(heal->station->store, heal->last, head, err) : status;
}

void heal_trial_hand_back(struct heal_trial *heal, const char *name, size_t station)
{
    heal->station = &heal->bed.world.stations[station];
    heal->at = 0;
    do {
        play(heal, name, "a batch is handed back", hand_back);
        heal->at = heal->last;
        play(heal, name, "it is there", hear_that_it_is_there);
    } while (heal->count > 0);
}

/* ---- the rest of a session ---- */

static enum status tell_path(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct store *store = center_store(heal);
    struct log_path path;
    enum status status = replica_own_path(heal->station->store, &path, err);

    if (status == STATUS_OK)
        status = branch_path_known(store, &path, err);
    if (status == STATUS_OK)
        status = store_begin(store, "test", err);
    if (status != STATUS_OK)
        return status;
    status = store_leave(store, true, branch_declare_path(store, &path, err), err);
    if (status == STATUS_OK)
        buf_printf(out, "%zu\n", path.n);
    return status;
}

static enum status push(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct store *store = center_store(heal);
    struct log_id log = node_log(heal->station);
    struct replica_batch batch = {0};
    struct replica_result result = {0};
    struct replica_state state;
    enum status status = replica_state(heal->station->store, &state, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&batch.entries, BATCH_MAX_BYTES);
    status = replica_read_own(heal->station->store, state.have_seq, BATCH_MAX_BYTES, &batch, err);
    if (status == STATUS_OK && batch.count > 0) {
        status = store_begin(store, "test", err);
        if (status == STATUS_OK)
            status = store_leave(store, true, replica_ingest(store, &heal->station->peer, &log, batch.first, batch.entries.data, batch.entries.len, batch.count, NOW_MS, &result, err), err);
    }
    buf_release(&batch.entries);
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %llu %llu\n", (unsigned long long)batch.count, (unsigned long long)result.taken, (unsigned long long)result.quarantined, (unsigned long long)result.conflicts);
    return status;
}

static enum status hear_what_it_has(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct log_id log = node_log(heal->station);
    uint64_t have;
    struct hash hash;
    enum status status = replica_have(center_store(heal), &log, &have, &hash, err);

    (void)out;
    return status == STATUS_OK ? replica_set_have(heal->station->store, have, hash, err) : status;
}

void heal_trial_push(struct heal_trial *heal, const char *name, size_t station)
{
    heal->station = &heal->bed.world.stations[station];
    play(heal, name, "its logs are told", tell_path);
    play(heal, name, "what it wrote is sent", push);
    play(heal, name, "what the center has", hear_what_it_has);
}

static enum status apply(struct store *store, const struct replica_batch *batch, struct replica_result *result, struct errmsg *err)
{
    enum status status = store_begin(store, "test", err);

    if (status != STATUS_OK)
        return status;
    status = replica_apply(store, batch->entries.data, batch->entries.len, batch->count, batch->last, result, err);
    return store_leave(store, true, status, err);
}

static enum status pull(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct log_id log = node_log(heal->station);
    struct replica_batch batch = {.tells_taken = true};
    struct replica_result result = {0};
    struct replica_state state;
    bool more;
    enum status status = replica_state(heal->station->store, &state, err);

    if (status != STATUS_OK)
        return status;
    buf_init(&batch.entries, BATCH_MAX_BYTES);
    status = replica_read_scope(center_store(heal), &heal->station->peer, &log, state.rcur, BATCH_MAX_BYTES, &batch, &more, err);
    if (status == STATUS_OK)
        status = apply(heal->station->store, &batch, &result, err);
    buf_release(&batch.entries);
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %llu %llu %d\n", (unsigned long long)result.taken, (unsigned long long)result.repeated, (unsigned long long)result.quarantined, (unsigned long long)result.conflicts, more);
    return status;
}

void heal_trial_pull(struct heal_trial *heal, const char *name, size_t station)
{
    heal->station = &heal->bed.world.stations[station];
    play(heal, name, "it gets the order", pull);
}

/* ---- what is said of it ---- */

static bool put_place(void *context, uint64_t number, const void *header, size_t len)
{
    bool on = stumble_pause();

    (void)header;
    buf_printf(context, "place %llu %zu\n", (unsigned long long)number, len);
    stumble_go_on(on);
    return true;
}

static enum status put_held(void *context, const struct returned_by *held)
{
    bool on = stumble_pause();

    buf_printf(context, "held %llu %u %zu\n", (unsigned long long)held->fold, held->log.station, held->body_len);
    stumble_go_on(on);
    return STATUS_OK;
}

static enum status look_at_order(struct heal_trial *heal, struct buf *out, struct errmsg *err)
{
    struct store *store = center_store(heal);
    const struct peer *peer = &heal->station->peer;
    uint64_t unseen = 0, from = 0, sum = 0, scope = 0;
    int64_t held = 0, waiting = 0;
    enum status status = order_first_unseen(store, peer->org, 1, INT64_MAX, &unseen, err);

    if (status == STATUS_OK)
        status = order_each_returned(store, peer->org, 0, INT64_MAX, put_place, out, err);
    if (status == STATUS_OK)
        status = returned_resend(store, peer->station_no, &from, err);
    if (status == STATUS_OK)
        status = returned_by_each(store, peer->station_no, peer->org, 1, INT64_MAX, put_held, out, err);
    if (status == STATUS_OK)
        status = returned_by_sum(store, peer->station_no, peer->org, &sum, err);
    if (status == STATUS_OK)
        status = scope_sum_for(store, peer->org, &scope, err);
    if (status == STATUS_OK)
        status = returned_count(store, 0, &held, err);
    if (status == STATUS_OK)
        status = restored_waiting(store, &waiting, err);
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %llx %llx %lld %lld\n", (unsigned long long)unseen, (unsigned long long)from, (unsigned long long)sum, (unsigned long long)scope, (long long)held, (long long)waiting);
    return status;
}

/* As if a file came, which tells all of the order once more. */
static enum status look_at_overlap(struct heal_trial *heal, struct buf *out, struct errmsg *err)
{
    struct log_id log = node_log(heal->station);
    struct replica_batch batch = {.tells_taken = true};
    bool more, same = false;

    buf_init(&batch.entries, BATCH_MAX_BYTES);
    enum status status = replica_read_scope(center_store(heal), &heal->station->peer, &log, 0, BATCH_MAX_BYTES, &batch, &more, err);
    if (status == STATUS_OK)
        status = replica_overlaps(heal->station->store, batch.entries.data, batch.entries.len, batch.count, 1, batch.last, false, &same, err);
    buf_release(&batch.entries);
    if (status == STATUS_OK)
        buf_printf(out, "%d\n", same);
    return status;
}

static enum status look_at_stretch(struct heal_trial *heal, struct buf *out, struct errmsg *err)
{
    struct store *store = heal->station->store;
    struct replica_batch batch = {0};
    struct returned_beside beside;
    struct replica_state state;
    uint64_t after = 0, to = 0, handed_number = 0;
    bool handed = false;
    struct log_id log = node_log(heal->station);
    enum status status = returned_stretch(store, &after, &to, err);

    if (status == STATUS_OK)
        status = returned_handed(store, &handed, err);
    if (status == STATUS_OK)
        status = replica_state(store, &state, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&batch.entries, BATCH_MAX_BYTES);
    status = returned_read(store, 0, BATCH_MAX_BYTES, &batch, &beside, err);
    if (status == STATUS_OK && batch.count > 0)
        status = returned_first_unseen(center_store(heal), &heal->station->peer, &log, batch.entries.data, batch.entries.len, batch.count, 1, &handed_number, err);
    buf_release(&batch.entries);
    if (status == STATUS_OK)
        buf_printf(out, "%llu %llu %d %llu %llu %llu\n", (unsigned long long)after, (unsigned long long)to, handed, (unsigned long long)batch.count, (unsigned long long)handed_number,
                   (unsigned long long)state.rcur);
    return status;
}

/* The engine reads in one transaction at each store, and asks in the end whether something was misread. */
static enum status look(void *context, struct buf *out, struct errmsg *err)
{
    struct heal_trial *heal = context;
    struct store *station = heal->station->store, *center = center_store(heal);
    enum status status = store_begin_read(center, err);

    if (status != STATUS_OK)
        return status;
    status = store_begin_read(station, err);
    if (status == STATUS_OK) {
        status = look_at_order(heal, out, err);
        if (status == STATUS_OK)
            status = look_at_overlap(heal, out, err);
        if (status == STATUS_OK)
            status = look_at_stretch(heal, out, err);
        status = store_end_read_sure(station, status, err);
    }
    return store_end_read_sure(center, status, err);
}

void heal_trial_look(struct heal_trial *heal, const char *name, size_t station)
{
    heal->station = &heal->bed.world.stations[station];
    play(heal, name, "what is said of it", look);
}

/* ---- a session ---- */

static void meet_again(struct heal_trial *heal, const char *name, size_t station, uint64_t differing, uint64_t common)
{
    struct node *node = &heal->bed.world.stations[station], *center = &heal->bed.world.center;
    uint64_t unseen, rcur = (uint64_t)store_meta_int(node->store, "rcur", 0);

    must_do(order_first_unseen(center->store, node->peer.org, common, rcur, &unseen, &err));
    if (unseen != 0 && (differing == 0 || unseen < differing))
        differing = unseen;
    if (order_era(rcur) >= (uint64_t)store_meta_int(center->store, "era", 0) || unseen != 0) {
        heal_raise_era(center, order_era(rcur));
        heal_trial_era(heal, name, differing);
    }
    heal_trial_rewind(heal, name, station, common);
    heal_trial_look(heal, name, station);
    heal_trial_hand_back(heal, name, station);
}

void heal_trial_come(struct heal_trial *heal, const char *name, size_t station)
{
    struct node *node = &heal->bed.world.stations[station], *center = &heal->bed.world.center;
    uint64_t differing, rcur = (uint64_t)store_meta_int(node->store, "rcur", 0), common = heal_common_order(center, node, &differing);

    heal->station = node;
    if (differing != 0 || rcur > (uint64_t)node_number(center, "SELECT max(lsn) FROM change"))
        meet_again(heal, name, station, differing, common);
    heal_trial_push(heal, name, station);
    heal_trial_pull(heal, name, station);
    heal_trial_look(heal, name, station);
}
