/* tests/simulate/oracle_hub.c - the same where the center is a hub: what oracle.c says of it; its tables are looked at in hub_check.c. */
#include <stdio.h>
#include <string.h>

#include "core/record/replica.h"
#include "tests/simulate/oracle_impl.h"

/* A station's cursor has passed nothing of its county that it has not got. */
static void check_hub_cursor(struct world *world, size_t m)
{
    struct replica_state state;
    struct uid_set passed = {{0}};

    world_look(world, m);
    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK)
        return;
    hub_sim_look(world, world->machines[m].identity.org, state.rcur, false, &passed);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(&passed, (uint32_t)i) && !uid_in(&world->machines[m].memory.known, (uint32_t)i))
            world_fail(world, "machine %zu: its cursor %llx has passed u%zu, which it does not have", m, (unsigned long long)state.rcur, i);
}

static void check_all_told(struct world *world, size_t m)
{
    struct replica_state state;

    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK || state.pending != 0 || state.have_seq != state.head_seq || state.ordered_seq != state.head_seq)
        world_fail(world, "station %zu: of %llu changes %llu are acknowledged, %llu have their place, %lld pending", m, (unsigned long long)state.head_seq, (unsigned long long)state.have_seq,
                   (unsigned long long)state.ordered_seq, (long long)state.pending);
}

static void check_copies(struct world *world, size_t m, size_t copy)
{
    struct oracle_texts texts;
    char what[128];

    oracle_texts_init(&texts);
    world_rows(world, m, &texts.rows);
    world_conflicts(world, m, -1, &texts.conflicts);
    world_rows(world, copy, &texts.is_rows);
    world_conflicts(world, copy, -1, &texts.is_conflicts);
    snprintf(what, sizeof what, "station %zu's rows against those of its copy %zu", m, copy);
    oracle_compare(world, what, buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    snprintf(what, sizeof what, "station %zu's conflicts against those of its copy %zu", m, copy);
    oracle_compare(world, what, buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    oracle_texts_release(&texts);
}

static void check_hub_erased(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT header,body FROM change WHERE body IS NOT NULL");
    enum status status;
    size_t header_len, body_len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        const struct model_change *x = world_identify(world, m, header, header_len, body, body_len);

        if (x != NULL && x->op == CHANGE_PUT && hub_sim_is_erased(world, x->id))
            world_fail(world, "machine %zu: u%u has its content, and was erased", m, x->uid);
    }
    if (world->failed)
        stmt_reset(stmt);
}

void world_check_hub_end(struct world *world, const struct uid_set *held, bool verify)
{
    struct uid_set now = {{0}};

    for (size_t m = 0; m < world->n_machines && !world->failed; m++)
        world_check_moment(world, m);
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            check_hub_cursor(world, m);
    hub_sim_look(world, 0, UINT64_MAX, true, &now);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if ((uid_in(held, (uint32_t)i) || uid_in(&world->machines[CENTER].memory.known, (uint32_t)i)) && !uid_in(&now, (uint32_t)i))
            world_fail(world, "u%zu is lost: somebody held it, the hub does not have it", i);
    if (!world->failed)
        oracle_check_numbers(world);
    if (!world->failed && world->differed[0] != 0)
        world_fail(world, "%s", world->differed);
    if (!world->failed)
        hub_sim_check(world, oracle_has_copies(world));
    for (size_t m = 1; m < world->n_machines && !world->failed; m++) {
        if (world->machines[m].revoked)
            continue;
        check_all_told(world, m);
        check_hub_erased(world, m);
        for (size_t k = 1; k < m && !world->failed; k++)
            if (world->machines[k].key == world->machines[m].key)
                check_copies(world, k, m);
    }
    for (size_t m = 1; m < world->n_machines && verify && !world->failed; m++)
        if (!oracle_holds_foreign(world, m))
            oracle_check_verify(world, m);
}
