/* tests/heal_steps.c - see heal_steps.h. */
#include "tests/heal_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/record/lapsed.h"
#include "core/record/order.h"
#include "core/record/returned.h"
#include "core/record/scope_sum.h"

uint64_t heal_common_order(struct node *center, struct node *station, uint64_t *differing)
{
    struct stmt *stmt = store_prepare(station->store, "SELECT coalesce(given,rseq),header FROM change WHERE rseq IS NOT NULL AND taken IS NULL AND " LAPSED_NOT("lsn") " ORDER BY 1");
    enum status status;
    uint64_t common = 0;
    *differing = 0;
    while (stmt_row(stmt, &status, NULL)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        struct stmt *ours = store_prepare(center->store, "SELECT header=?2 FROM change WHERE lsn=?1");
        stmt_int(ours, 1, stmt_column_int(stmt, 0));
        stmt_blob(ours, 2, header, len);
        bool same = stmt_row(ours, &status, NULL) && stmt_column_int(ours, 0) != 0;
        stmt_reset(ours);
        if (!same) {
            *differing = (uint64_t)stmt_column_int(stmt, 0);
            stmt_reset(stmt);
            break;
        }
        common = (uint64_t)stmt_column_int(stmt, 0);
    }
    return common;
}

void heal_rewind(struct node *center, struct node *station, uint64_t common)
{
    struct errmsg err = {{0}};
    struct log_id log = node_log(station);
    uint64_t have;
    struct hash hash;
    must(replica_have(center->store, &log, &have, &hash, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(returned_rewind(station->store, common, have, &(uint64_t){0}, &err), &err);
    must(store_commit(station->store, &err), &err);
}

void heal_hand_back(struct world *world, struct node *station, struct replica_result *sum)
{
    struct errmsg err = {{0}};
    uint64_t at = 0;
    for (;;) {
        struct replica_batch batch = {0};
        struct replica_result result = {0};
        struct returned_beside beside;
        uint64_t head = 0;
        buf_init(&batch.entries, 1 << 22);
        must(returned_read(station->store, at, 600, &batch, &beside, &err), &err);
        uint64_t count = batch.count, last = batch.last;
        at = last;
        if (count > 0) {
            must(store_begin(world->center.store, "test", &err), &err);
            must(returned_take(world->center.store, &station->peer, batch.entries.data, batch.entries.len, batch.count, &beside, 1, &result, &err), &err);
            must(store_commit(world->center.store, &err), &err);
            must(replica_order_head(world->center.store, &head, &err), &err);
        }
        buf_release(&batch.entries);
        sum->taken += result.taken;
        must(returned_done(station->store, last, head, &err), &err);
        if (count == 0)
            break;
    }
    assert_int_equal(store_meta_int(station->store, "return_to", 0), 0);
}

void heal_push(struct world *world, struct node *station, size_t max_bytes)
{
    struct errmsg err = {{0}};
    struct replica_batch batch = {0};
    struct replica_result result;
    struct replica_state state;
    struct log_id log = node_log(station);
    buf_init(&batch.entries, 1 << 20);
    must(replica_state(station->store, &state, &err), &err);
    must(replica_read_own(station->store, state.have_seq, max_bytes, &batch, &err), &err);
    must(store_begin(world->center.store, "test", &err), &err);
    must(replica_ingest(world->center.store, &station->peer, &log, batch.first, batch.entries.data, batch.entries.len, batch.count, 1, &result, &err), &err);
    must(store_commit(world->center.store, &err), &err);
    must(replica_set_have(station->store, result.have_seq, result.have_hash, &err), &err);
    buf_release(&batch.entries);
}

void heal_pull(struct world *world, struct node *station)
{
    struct errmsg err = {{0}};
    struct replica_batch batch = {0};
    struct replica_result result;
    struct replica_state state;
    struct log_id log = node_log(station);
    bool more;
    buf_init(&batch.entries, 1 << 20);
    must(replica_state(station->store, &state, &err), &err);
    batch.tells_taken = true;
    must(replica_read_scope(world->center.store, &station->peer, &log, state.rcur, 1 << 20, &batch, &more, &err), &err);
    must(store_begin(station->store, "test", &err), &err);
    must(replica_apply(station->store, batch.entries.data, batch.entries.len, batch.count, batch.last, &result, &err), &err);
    must(store_commit(station->store, &err), &err);
    buf_release(&batch.entries);
}

void heal_raise_era(struct node *center, uint64_t era)
{
    struct errmsg err = {{0}};
    if (store_meta_int(center->store, "era", 0) >= (int64_t)era)
        return;
    must(store_begin(center->store, "test", &err), &err);
    must(store_meta_set_int(center->store, "era", (int64_t)era, &err), &err);
    must(store_commit(center->store, &err), &err);
}

struct replica_result heal_come(struct world *world, size_t station)
{
    struct errmsg err = {{0}};
    struct node *node = &world->stations[station], *center = &world->center;
    struct replica_result sum = {0};
    uint64_t differing, rcur = (uint64_t)store_meta_int(node->store, "rcur", 0), common = heal_common_order(center, node, &differing);
    if (differing != 0 || rcur > (uint64_t)node_number(center, "SELECT max(lsn) FROM change")) {
        uint64_t unseen;
        must(order_first_unseen(center->store, node->peer.org, common, rcur, &unseen, &err), &err);
        if (unseen != 0 && (differing == 0 || unseen < differing))
            differing = unseen;
        if (order_era(rcur) >= (uint64_t)store_meta_int(center->store, "era", 0) || unseen != 0) {
            heal_raise_era(center, order_era(rcur));
            bed_begin_era(center, differing);
        }
        heal_rewind(center, node, common);
        heal_hand_back(world, node, &sum);
    }
    struct replica_result more = world_sync(world, station);
    sum.quarantined += more.quarantined;
    return sum;
}

void heal_come_all(struct world *world, size_t rounds)
{
    for (size_t turn = 0; turn < rounds * world->n_stations; turn++)
        (void)heal_come(world, turn % world->n_stations);
}

void heal_settle(struct world *world)
{
    heal_come_all(world, 3);
    node_verify(&world->center);
    for (size_t i = 0; i < world->n_stations; i++) {
        uint64_t ours, theirs;
        node_verify(&world->stations[i]);
        must(scope_sum_get(world->stations[i].store, SCOPE_SUM_STATION, &ours, NULL), NULL);
        must(scope_sum_for(world->center.store, world->stations[i].machine.org, &theirs, NULL), NULL);
        assert_int_equal(ours, theirs);
    }
}

void heal_sync_all(struct world *world)
{
    for (size_t i = 0; i < world->n_stations; i++)
        (void)world_sync(world, i);
}
