/* tests/simulate/mutants.c - rules broken on purpose, in what surrounds the engine, to see that the oracle notices: each must be caught within MUTANT_SEEDS seeds.
 *
 * The program itself is not touched: a mutant spoils what passes between engine and store, or the store between two calls, as the broken rule would. */
#include <stdio.h>
#include <string.h>

#include "tests/simulate/world.h"

const struct mutant mutants[MUTANTS] = {
    [MUTANT_ACK_BEFORE_FSYNC] = {"ack-before-fsync", "the center acknowledges, then its power goes and the commit was not on the disk", 1u << FAULT_CRASH, OVER_STORE | OVER_HUB},
    [MUTANT_DROP_LOSER] = {"drop-loser", "the loser of a concurrent edit is not kept", 0, OVER_STORE},
    [MUTANT_SEEN_AT_SAVE] = {"seen-at-save", "a change says it had seen what came while its form was open", 0, OVER_STORE},
    [MUTANT_SKIP_ONE] = {"skip-one", "a cursor moves one further than what was applied", 0, OVER_STORE | OVER_HUB},
    [MUTANT_SERVE_REVOKED] = {"serve-revoked", "a revoked key goes on being served", 1u << FAULT_REVOKE, OVER_STORE | OVER_HUB},
    [MUTANT_LOSE_PART] = {"lose-part", "of a transaction only the first change is kept", 0, OVER_STORE | OVER_HUB},
    [MUTANT_REUSE_SEQ] = {"reuse-seq", "a station put back to an earlier state goes on in its old log", 1u << FAULT_RESTORE, OVER_STORE | OVER_HUB},
    [MUTANT_NO_RETURN] = {"no-return", "what stations have of others is not handed back to a restored center", 1u << FAULT_CENTER_DECLARED, OVER_STORE},
    [MUTANT_ORDER_OUTSIDE] = {"order-outside", "order numbers are drawn outside of the transaction, and of one that is taken back they are gone", 1u << FAULT_CRASH, OVER_HUB},
};

bool world_is(const struct world *world, enum mutant_kind kind)
{
    return world->mutant == &mutants[kind];
}

static void spoil(struct world *world, size_t m, const char *sql)
{
    struct store *store = world->machines[m].store;

    if (store_in_transaction(store) || store_begin(store, "sim", NULL) != STATUS_OK)
        return;
    if (store_exec(store, sql, NULL) != STATUS_OK || store_commit(store, NULL) != STATUS_OK)
        store_rollback(store);
}

void mutant_before_flush(struct world *world, size_t m)
{
    if (!world_is(world, MUTANT_ACK_BEFORE_FSYNC) || m != CENTER || (world->hub == NULL && replicator_queued(world->machines[CENTER].replicator) == 0))
        return;
    if (world->hub != NULL) {
        hub_sim_keep(world, IMAGES_MAX);
        world->hub_before_flush = true;
        return;
    }
    if (world->before_flush.max == 0)
        buf_init(&world->before_flush, POOL_IMAGE_MAX_BYTES);
    buf_clear(&world->before_flush);
    (void)store_image(world->machines[CENTER].store, &world->before_flush, NULL);
}

void mutant_after_flush(struct world *world, size_t m)
{
    if (world_is(world, MUTANT_DROP_LOSER))
        spoil(world, m, "DELETE FROM conflict WHERE field<>0 AND no=(SELECT max(no) FROM conflict)");
    if (world_is(world, MUTANT_SERVE_REVOKED) && m == CENTER && world->hub != NULL)
        hub_sim_run(world, "UPDATE county SET revoked_ms=0 WHERE revoked_ms<>0");
    else if (world_is(world, MUTANT_SERVE_REVOKED) && m == CENTER)
        spoil(world, m, "UPDATE peer SET revoked=0");
}

void mutant_after_hub_crash(struct world *world)
{
    if (world_is(world, MUTANT_ACK_BEFORE_FSYNC) && world->hub_before_flush)
        hub_sim_put_back(world, IMAGES_MAX);
    if (world_is(world, MUTANT_ORDER_OUTSIDE))
        hub_sim_run(world, "UPDATE county SET order_head=order_head+1 WHERE order_head>0");
}

const struct buf *mutant_after_crash(struct world *world, size_t m)
{
    return world_is(world, MUTANT_ACK_BEFORE_FSYNC) && m == CENTER && world->before_flush.len > 0 ? &world->before_flush : NULL;
}

void mutant_result(struct world *world, const struct side *side, struct session_result *result)
{
    if (world_is(world, MUTANT_SKIP_ONE) && result->kind == REQUEST_APPLY && result->status == STATUS_OK && world_chance(world, 10)) {
        spoil(world, side->machine, "UPDATE meta SET value=value+1 WHERE name='rcur'");
        result->taken.rcur++;
    }
    if (world_is(world, MUTANT_LOSE_PART) && result->kind == REQUEST_INGEST && result->taken.taken > 1 && world_chance(world, 10)) {
        if (world->hub != NULL)
            hub_sim_run(world, "DELETE FROM change x USING county c WHERE x.county=c.no AND x.ord=c.order_head");
        else
            spoil(world, CENTER, "DELETE FROM change WHERE lsn=(SELECT max(lsn) FROM change)");
    }
    if (world_is(world, MUTANT_REUSE_SEQ))
        result->heal.branch = false;
    if (world_is(world, MUTANT_NO_RETURN) && result->kind == REQUEST_READ_RETURNS)
        result->returned.count = 0;
}
