/* tests/simulate/hands.c - records change hands (core/record/reach.h): people at the center give them to another org, share them with one, take that back, and erase them by law. Everything else goes on around
 * it: edits of who does not know yet, cuts, crashes, copies, files.
 *
 * What the oracle knows of it is model.c's fold_hands, and: a machine holds nothing that its org never had; at rest it has the rows its org has now, and of others, and of what was erased, no content. */
#include <stdio.h>

#include "core/record/catalogue.h"
#include "core/record/reach.h"
#include "tests/simulate/world.h"

enum { NOBODYS_ORG = ORG_FIRST - 1 /* there is one, without a machine */ };

static struct actor clerk(struct world *world, const struct model_change *x)
{
    struct actor actor = {.role = ROLE_CLERK, .center = true, .all_scopes = true, .org = world->machines[CENTER].identity.org, .now_ms = world_wall(world, CENTER)};

    snprintf(actor.name, sizeof actor.name, "u%u", x->uid);
    return actor;
}

static int64_t some_org(struct world *world)
{
    return world_chance(world, 15) ? (int64_t)NOBODYS_ORG : world->machines[1 + world_below(world, world->n_stations)].identity.org;
}

bool world_is_shared(struct world *world, size_t m, struct id id, int64_t org)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT 1 FROM share WHERE id=?1 AND scope=?2");
    enum status status;
    bool shared;

    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, org);
    shared = stmt_row(stmt, &status, NULL);
    if (shared)
        stmt_reset(stmt);
    return shared;
}

bool world_draw_hand_over(struct world *world, struct model_change *x)
{
    static const struct {
        enum fault kind;
        enum change_op op;
        unsigned percent; /* of the center's edits */
    } KINDS[] = {{FAULT_MOVE, CHANGE_MOVE, 35}, {FAULT_SHARE, CHANGE_SHARE, 35}, {FAULT_ERASE, CHANGE_ERASE, 8}};
    int64_t owner = x->scope;

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (!world_has(world, KINDS[i].kind) || !world_chance(world, KINDS[i].percent))
            continue;
        x->op = KINDS[i].op;
        if (x->op == CHANGE_ERASE)
            return true;
        int64_t org = some_org(world);
        if (org == owner)
            return false;
        x->scope = x->op == CHANGE_MOVE ? org : owner;
        x->org = x->op == CHANGE_MOVE ? owner : org;
        x->on = x->op == CHANGE_SHARE && !world_is_shared(world, CENTER, x->id, org);
        return true;
    }
    return false;
}

enum status world_append_hand_over(struct world *world, struct model_change *x, struct errmsg *err)
{
    struct store *store = world->machines[CENTER].store;
    const struct record_type *type = catalogue_by_no(x->type_no);
    struct actor actor = clerk(world, x);

    if (x->op == CHANGE_ERASE)
        return reach_erase(store, &actor, type, x->id, "本人要求", "周主任", err);
    if (x->op == CHANGE_MOVE)
        return reach_move(store, &actor, type, x->id, x->scope, NULL, err);
    return reach_share(store, &actor, type, x->id, x->org, x->on, NULL, err);
}
