/* tests/simulate/oracle.c - what must hold: at any moment on every machine, and for everything once the world has come to rest.
 *
 *   I1  what a station holds for acknowledged is at the center; what was committed stays        world_check_moment, world_check_kept, world_check_end
 *   I2  every committed change that somebody holds reaches the center                           oracle_check_held     oracle_logs.c
 *   I3  no number of a log has two contents anywhere                                            oracle_check_numbers
 *   I4  logs are contiguous and their chains hold                                               oracle_check_chains
 *   I5  rows of equal scope are equal on all machines                                           oracle_check_station  oracle_model.c, rows as text: oracle_rows.c
 *   I6  one open conflict per concurrent pair, nothing lost in silence, nothing invented        oracle_check_model
 *   I7  no row and no change of another scope; at rest no content of what left or was erased    world_look, oracle_check_station, oracle_check_content
 *   I13 bytes as committed, known to the program or not                                         world_look
 *   I14 of one transaction a machine has all of its scope or nothing                            world_check_moment
 *   where no machine was put back or copied nothing has to be mended (scope_sum.h)              oracle_check_model
 * Where the center is a hub (hub.c): I1-I4 over its tables, I5 between copies of one county, and in place of I6 and I7 the rows and report cells that it makes of types 58 and 59. A hub folds nothing, and
 * nobody but a county's own copies ever gets anything of a county: conflicts and other orgs' changes are no matter of it (oracle_hub.c).
 * I8 is a way to run (simulate.c), I9 a kind of fault (repeat.c, files.c), I16 is looked at where results are delivered (lines.c). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/record/changelog.h"
#include "core/record/replica.h"
#include "core/record/newly_known.h"
#include "core/record/verify.h"
#include "tests/simulate/oracle_impl.h"

/* ---- at any moment ---- */

struct model_change *world_identify(struct world *world, size_t m, const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len)
{
    uint64_t header_bytes = model_fingerprint(0, header, header_len);
    struct model_change *x = model_by_header(&world->model, header_bytes);
    struct change change;

    if (x == NULL && change_decode_header(header, header_len, &change) == STATUS_OK && change.user[0] == 'u')
        x = model_find(&world->model, (uint32_t)strtoul(change.user + 1, NULL, 10));
    if (x == NULL)
        world_fail(world, "machine %zu has a change that nobody committed", m);
    else if (body == NULL && !model_changed_hands(&world->model, x->id, m == CENTER && !uid_in(&world->lost, x->uid)))
        world_fail(world, "machine %zu: u%u has lost its content", m, x->uid);
    else if ((body == NULL ? x->header_bytes != header_bytes : x->bytes != model_fingerprint(header_bytes, body, body_len)))
        world_fail(world, "machine %zu: u%u is not what was committed", m, x->uid);
    return world->failed ? NULL : x;
}

/* By what its header says, or because its row was of this org once. */
static bool in_scope(const struct world *world, size_t m, const struct model_change *x)
{
    int64_t org = world->machines[m].identity.org;

    return m == CENTER || x->scope == 0 || x->scope == org || uid_in(&world->machines[m].memory.own, x->uid) || model_org_had(&world->model, x->id, org);
}

static void note_given(struct world *world, uint64_t number, uint32_t uid)
{
    for (size_t i = world->n_given; i-- > 0;)
        if (world->given[i].number == number && world->given[i].uid == uid)
            return;
    if (world->n_given == world->cap_given) {
        world->cap_given = world->cap_given > 0 ? world->cap_given * 2 : 256;
        world->given = realloc(world->given, world->cap_given * sizeof *world->given);
        assert(world->given != NULL);
    }
    world->given[world->n_given++] = (struct given_number){number, uid};
}

void oracle_look_from(struct world *world, size_t m, int64_t from, struct uid_set *found, int64_t *last)
{
    if (m == CENTER && world->hub != NULL) {
        hub_sim_look(world, 0, UINT64_MAX, true, found);
        return;
    }
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT lsn,header,body FROM change WHERE lsn>?1 ORDER BY lsn");
    enum status status;
    size_t header_len, body_len;

    stmt_int(stmt, 1, from);
    while (stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &body_len);
        struct model_change *x = world_identify(world, m, header, header_len, body, body_len);

        if (x != NULL && !in_scope(world, m, x))
            world_fail(world, "machine %zu holds u%u of scope %lld", m, x->uid, (long long)x->scope);
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
        uid_add(found, x->uid);
        *last = stmt_column_int(stmt, 0);
        if (m == CENTER)
            note_given(world, (uint64_t)*last, x->uid);
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: look: %s", m, status_text(status));
}

void world_look(struct world *world, size_t m)
{
    struct memory *memory = &world->machines[m].memory;

    oracle_look_from(world, m, memory->scanned, &memory->known, &memory->scanned);
}

void world_look_told(struct world *world, size_t m, uint64_t seen, struct uid_set *told)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT header FROM change WHERE coalesce(given,rseq)<=?1");
    enum status status;
    size_t len;

    stmt_int(stmt, 1, (int64_t)seen);
    while (stmt_row(stmt, &status, NULL)) {
        struct change change;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        if (change_decode_header(header, len, &change) == STATUS_OK && change.user[0] == 'u')
            uid_add(told, (uint32_t)strtoul(change.user + 1, NULL, 10));
    }
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: look: %s", m, status_text(status));
}

void world_look_now(struct world *world, size_t m, struct uid_set *now)
{
    int64_t last = 0;

    oracle_look_from(world, m, 0, now, &last);
}

static void check_kept(struct world *world, size_t m, const struct uid_set *only, const char *when)
{
    const struct uid_set *before = &world->machines[m].memory.known;
    struct uid_set now = {{0}};

    world_look_now(world, m, &now);
    for (size_t i = 0; i < world->model.n && !world->failed; i++)
        if (uid_in(before, (uint32_t)i) && !uid_in(&now, (uint32_t)i) && (only == NULL || uid_in(only, (uint32_t)i)))
            world_fail(world, "machine %zu: u%zu was committed, and is gone %s", m, i, when);
}

void world_check_kept(struct world *world, size_t m, const char *when)
{
    check_kept(world, m, NULL, when);
}

/* A hub that was put back takes nothing that others told (hub_greet.c, TAKE_RETURNS): what another copy told, and is at the hub no more, goes. */
void world_check_mended(struct world *world, size_t m)
{
    struct uid_set held;

    if (world->hub != NULL)
        world_note_held(world, &held);
    check_kept(world, m, world->hub != NULL ? &held : NULL, "after a repair");
}

/* Every number of the path a station holds for acknowledged is at the center. Asked after each look at a machine, so of its state (replica_state) only what is compared here. */
static void check_acked(struct world *world, size_t m)
{
    struct machine_sim *machine = &world->machines[m];
    struct log_info own;
    int64_t rcur = 0;
    uint64_t order = 0;

    if (m == CENTER && world->hub != NULL)
        return;
    if (world->hub != NULL)
        order = hub_sim_order_head(world, machine->identity.org);
    if (changelog_own(machine->store, &own, NULL) != STATUS_OK || store_meta_read_int(machine->store, "rcur", &rcur, NULL) != STATUS_OK ||
        (world->hub == NULL && replica_order_head(world->machines[CENTER].store, &order, NULL) != STATUS_OK)) {
        world_fail(world, "machine %zu: no state", m);
        return;
    }
    if (own.head_seq != machine->memory.n_path)
        world_fail(world, "machine %zu: committed %zu, has %llu", m, machine->memory.n_path, (unsigned long long)own.head_seq);
    if (m == CENTER || world->failed)
        return;
    /* What the center lost since they met last (stale) the station cannot know before they meet again. */
    for (uint64_t seq = 1; seq <= own.have_seq; seq++) {
        uint32_t uid = machine->memory.path[seq - 1];

        if (uid_in(&world->machines[CENTER].memory.known, uid) || (machine->stale && uid_in(&world->lost, uid) && world_excused(world, EXCUSE_STALE)))
            continue;
        world_fail(world, "station %zu: u%u (number %llu) counts as acknowledged, the center does not have it", m, uid, (unsigned long long)seq);
    }
    if ((uint64_t)rcur > order && !(machine->stale && world_excused(world, EXCUSE_STALE)))
        world_fail(world, "station %zu: applied order %llx, the center is at %llx", m, (unsigned long long)rcur, (unsigned long long)order);
}

/* Whether x and another change of its transaction may have different fates by now. What the center wrote for several orgs at once nobody but itself had whole: after it lost that, each org's part is as whole as ever,
 * and comes back from a station of that org or, if none had it yet, not at all. To hold back one org's part until the others come would lose it, so parts go their own ways, at the center and on to everybody. Parts of
 * one org it had together: unless one of the rows was given away before it came there. The same of what a station wrote that was put back itself to before it: then whoever got one of the rows has the only copy. */
static bool is_torn(const struct world *world, const struct model_change *x, const struct model_change *with)
{
    const struct uid_set *author = &world->machines[x->machine].memory.known;
    bool had_whole = x->machine != CENTER && uid_in(author, x->uid) && uid_in(author, with->uid);
    bool one_hand = x->scope == with->scope && !model_changed_hands(&world->model, x->id, false) && !model_changed_hands(&world->model, with->id, false);

    return !had_whole && uid_in(&world->lost, x->uid) && !one_hand;
}

/* It is to be with the rest of its transaction. Rows that change hands come to a station, and go, each by itself. */
static bool is_of_one_piece(const struct world *world, size_t m, const struct model_change *x)
{
    return x->fate != FATE_QUARANTINED && in_scope(world, m, x) && (m == CENTER || !model_changed_hands(&world->model, x->id, false));
}

/* Changes of one transaction stand side by side in the model: each must be where the one before it of the same transaction is. */
static void check_transactions(struct world *world, size_t m, const struct uid_set *has)
{
    for (size_t i = 1; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        if (world->model.changes[i - 1].txn != x->txn || !is_of_one_piece(world, m, x))
            continue;
        for (size_t k = i; k-- > 0 && world->model.changes[k].txn == x->txn;) {
            const struct model_change *with = &world->model.changes[k];
            bool together = uid_in(has, with->uid) == uid_in(has, x->uid);

            if (!is_of_one_piece(world, m, with) || (is_torn(world, x, with) && (together || world_excused(world, EXCUSE_TORN))))
                continue;
            if (!together)
                world_fail(world, "machine %zu: of one transaction it has %s u%u and %s u%u", m, uid_in(has, with->uid) ? "" : "not", with->uid, uid_in(has, x->uid) ? "" : "not", x->uid);
            break;
        }
    }
}

void world_check_moment(struct world *world, size_t m)
{
    for (size_t i = 0; i < 2 && !world->failed; i++)
        world_look(world, i == 0 ? (size_t)CENTER : m);
    if (!world->failed)
        check_transactions(world, m, &world->machines[m].memory.known);
    for (size_t i = 0; i < world->n_machines && !world->failed; i++)
        if (i == m || m == CENTER)
            check_acked(world, i);
}

void world_check_cursor(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT lsn,header,body FROM change WHERE state<>1 AND lsn<=?1");
    struct replica_state state;
    enum status status;
    size_t header_len, body_len;

    world_look(world, m);
    if (replica_state(world->machines[m].store, &state, NULL) != STATUS_OK)
        return;
    stmt_int(stmt, 1, (int64_t)state.rcur);
    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 1, &header_len), *body = stmt_column_blob(stmt, 2, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);

        if (x != NULL && (x->scope == 0 || x->scope == world->machines[m].identity.org) && !uid_in(&world->machines[m].memory.known, x->uid) && !model_changed_hands(&world->model, x->id, false))
            world_fail(world, "machine %zu: its cursor %llx has passed u%u (%llx), which it does not have", m, (unsigned long long)state.rcur, x->uid, (unsigned long long)stmt_column_int(stmt, 0));
    }
    if (world->failed)
        stmt_reset(stmt);
}

/* ---- at rest: each store by itself ---- */

static void problem(void *context, const char *text)
{
    struct world *world = context;

    world_fail(world, "verify: %s", text);
}

/* verify is right to object to an own change for somebody else's org. */
bool oracle_holds_foreign(struct world *world, size_t m)
{
    for (size_t i = 0; i < world->model.n; i++)
        if (m != CENTER && uid_in(&world->machines[m].memory.own, (uint32_t)i) && world->model.changes[i].fate == FATE_QUARANTINED && world->model.changes[i].scope != world->machines[m].identity.org)
            return true;
    return false;
}

/* A store in a folder was opened for this world alone: to prepare what verify asks took longer than all that the world did. SQLite looks at the file where it lies; what stands in it verify reads in the machine's place
 * in the pool, where everything is prepared. Not what has another schema than that place (VACUUM counts as a change of it): there, all would be prepared anew. NULL: err. */
static struct store *verified_where(struct world *world, size_t m, struct errmsg *err)
{
    struct machine_sim *machine = &world->machines[m];
    struct buf image, problems;
    struct store *found = NULL;
    enum status status;

    if (machine->folder[0] == 0)
        return machine->store;
    buf_init(&image, POOL_IMAGE_MAX_BYTES);
    buf_init(&problems, ERRMSG_MAX_BYTES);
    status = store_integrity(machine->store, &problems, err);
    if (status == STATUS_OK && problems.len > 0)
        problem(world, buf_cstr(&problems));
    if (status == STATUS_OK)
        status = store_image(machine->store, &image, err);
    if (status == STATUS_OK && !pool_fits(world->pool, m, &image))
        found = machine->store;
    else if (status == STATUS_OK && pool_reset(world->pool, m, &image, err) == STATUS_OK)
        found = world->pool->at.stores[m];
    buf_release(&image);
    buf_release(&problems);
    return found;
}

void oracle_check_verify(struct world *world, size_t m)
{
    struct verify_result result = {.ok = false};
    struct errmsg err = {{0}};
    struct store *scratch, *store = verified_where(world, m, &err);
    enum status status = store != NULL ? pool_scratch(world->pool, &scratch, &err) : STATUS_IO;

    if (status == STATUS_OK)
        status = verify_store_in(store, scratch, problem, world, &result, &err);
    if (status != STATUS_OK || !result.ok || world->failed) {
        char text[ERRMSG_MAX_BYTES];

        snprintf(text, sizeof text, "%.400s", world->failed ? world->failure.text : errmsg_text(&err, status));
        world->failed = false;
        world_fail(world, "machine %zu: %s", m, text);
    }
    world->totals.verified++;
}

/* As if an older program had stood in this one's place for a while: it did not know the type (newly_known.h). Then verify's replay says what the rows should be. */
static void replace_program(struct world *world, size_t m)
{
    static const char FORGET[] = "UPDATE change SET state=2,prev=NULL WHERE type=6 AND state<>1; DELETE FROM code; DELETE FROM conflict WHERE type=6; DELETE FROM base WHERE type=6";
    struct store *store = world->machines[m].store;
    struct errmsg err = {{0}};
    bool more = false;
    enum status status = store_begin(store, "sim", &err);

    if (status == STATUS_OK)
        status = store_exec(store, FORGET, &err);
    if (status == STATUS_OK)
        status = newly_known_begin(store, 7, &more, &err);
    if (status == STATUS_OK)
        status = store_commit(store, &err);
    while (status == STATUS_OK && more)
        status = newly_known_piece(store, 7, &more, &err);
    if (status != STATUS_OK)
        world_fail(world, "machine %zu: another program: %s", m, errmsg_text(&err, status));
}

/* The center's rows against the model, and each station's against the center's. */
static void check_rows(struct world *world)
{
    struct buf rows, shares;

    buf_init(&rows, POOL_IMAGE_MAX_BYTES);
    buf_init(&shares, POOL_IMAGE_MAX_BYTES);
    oracle_check_model(world, &rows, &shares);
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            oracle_check_station(world, m, buf_cstr(&rows), buf_cstr(&shares));
    buf_release(&rows);
    buf_release(&shares);
}

void world_check_end(struct world *world, const struct uid_set *held, bool verify)
{
    world_check_moment(world, CENTER); /* with what all of them hold for acknowledged */
    for (size_t m = 1; m < world->n_machines && !world->failed; m++) {
        world_look(world, m);
        if (!world->failed)
            check_transactions(world, m, &world->machines[m].memory.known);
    }
    for (size_t m = 1; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            world_check_cursor(world, m);
    if (!world->failed)
        oracle_check_held(world, held);
    if (!world->failed)
        oracle_check_numbers(world);
    if (!world->failed)
        oracle_check_chains(world);
    if (!world->failed)
        check_rows(world);
    for (size_t m = 0; m < world->n_machines && !world->failed; m++)
        if (!world->machines[m].revoked)
            oracle_check_content(world, m);
    for (size_t m = 0; m < world->n_machines && verify && !world->failed; m++)
        if (!oracle_holds_foreign(world, m)) {
            replace_program(world, m);
            if (!world->failed)
                oracle_check_verify(world, m);
        }
}
