/* tests/test_transport_turns.c - what one turn of the loop does for the store (transport.c, on_check): one group of writes, so one fsync, the reads that follow from it, and nothing is sent of an answer that grows in the
 * next turn. Both ends in one loop over one store that counts; the turns are counted by a handle of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sync/transport_impl.h"

enum { N_CHANGES = 3, TICK_MS = 20, TICKS_MAX = 100 /* nothing comes any more */ };

/* What is noted when the center's requests of one kind were committed. */
struct noted {
    unsigned commits;
    uint64_t turn, wire_out;
};

struct world {
    struct identity ids[3]; /* center, station, another that stays connected */
    struct tls_context *tls[3];
    struct replicator *replicator;
    struct transport *transport;
    char address[ADDRESS_TEXT_BYTES];
    uv_prepare_t prepare;
    uint64_t turn, last_commit_turn, read_turn;
    unsigned crowded; /* commits in a turn that had one */
    bool in_group[REQUEST_KINDS];
    struct noted noted[REQUEST_KINDS];
    struct transport_end center;
    unsigned n_ended;
    bool brings_at_the_end; /* what others handed back of its changes is taken in when it has sent all it has */
    bool sits, came, noted_it;    /* the other one is connected; the first has brought that */
    unsigned reads_behind, ticks_behind;
};

static struct hash hash_three(void)
{
    return hash_of("three", 5);
}

/* ---- the store ---- */

static uint64_t center_wire_out(const struct world *world)
{
    for (const struct connection *at = world->transport->first; at != NULL; at = at->next)
        if (at->incoming)
            return at->end.wire_out;
    return 0;
}

static enum status store_do(void *store, struct errmsg *err)
{
    (void)store;
    (void)err;
    return STATUS_OK;
}

static enum status begin(void *store, struct errmsg *err)
{
    struct world *world = store;

    (void)err;
    memset(world->in_group, 0, sizeof world->in_group);
    return STATUS_OK;
}

static enum status commit(void *store, struct errmsg *err)
{
    struct world *world = store;

    (void)err;
    world->crowded += world->turn == world->last_commit_turn;
    world->last_commit_turn = world->turn;
    for (int kind = 0; kind < REQUEST_KINDS; kind++) {
        if (!world->in_group[kind])
            continue;
        world->noted[kind].commits++;
        world->noted[kind].turn = world->turn;
        world->noted[kind].wire_out = center_wire_out(world);
    }
    return STATUS_OK;
}

static void nothing(void *store)
{
    (void)store;
}

static enum status savepoint_end(void *store, bool keep, struct errmsg *err)
{
    (void)keep;
    return store_do(store, err);
}

static bool writes(enum request_kind kind)
{
    return kind != REQUEST_STATE && kind != REQUEST_READ_OWN && kind != REQUEST_READ_SCOPE;
}

static bool own_transaction(enum request_kind kind)
{
    (void)kind;
    return false;
}

static enum status run(void *store, struct engine_call *call, struct session_result *result)
{
    struct world *world = store;

    world->in_group[call->request->kind] = true;
    switch (call->request->kind) {
    case REQUEST_STATE:
        result->state.machine.station_no = 7;
        result->state.machine.org = 2;
        result->state.machine.incarnation[0] = 1;
        result->state.head_seq = N_CHANGES;
        result->state.head_hash = hash_three();
        break;
    case REQUEST_READ_OWN:
        if (call->request->after >= N_CHANGES)
            break;
        buf_puts(&call->batch.entries, "abc");
        call->batch.first = 1;
        call->batch.last = call->batch.count = N_CHANGES;
        call->batch.last_hash = hash_three();
        break;
    case REQUEST_GREET:
        result->peer.station_no = 7;
        result->peer.org = 2;
        result->state.machine.center = true;
        result->state.machine.incarnation[0] = 9;
        break;
    case REQUEST_INGEST:
        assert_int_equal(call->unpacked, STATUS_OK);
        result->taken = (struct replica_result){.taken = N_CHANGES, .have_seq = N_CHANGES, .have_hash = hash_three()};
        break;
    case REQUEST_NOTE_PEER:
        if (!hash_equal(call->request->pin, world->ids[1].pin) || !world->brings_at_the_end)
            break;
        result->taken.taken = 1;
        world->noted_it = true;
        break;
    case REQUEST_READ_SCOPE:
        call->batch.last = call->request->after;
        world->sits |= hash_equal(call->request->pin, world->ids[2].pin);
        world->reads_behind += world->noted_it && hash_equal(call->request->pin, world->ids[2].pin);
        if (world->noted[REQUEST_INGEST].commits > 0 && world->read_turn == 0)
            world->read_turn = world->turn;
        break;
    default:
        break;
    }
    return STATUS_OK;
}

static const struct engine_store_ops ops = {.begin = begin,
                                            .commit = commit,
                                            .rollback = nothing,
                                            .savepoint = store_do,
                                            .savepoint_end = savepoint_end,
                                            .begin_read = store_do,
                                            .end_read = nothing,
                                            .writes = writes,
                                            .own_transaction = own_transaction,
                                            .run = run};

/* ---- the loop ---- */

static void count_turn(uv_prepare_t *prepare)
{
    struct world *world = prepare->data;

    world->turn++;
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct world *world = context;

    (void)dial_context;
    if (world->n_ended < 2) /* behind them only the one that stays, when the test ends */
        assert_int_equal(end->status, STATUS_OK);
    if (end->incoming)
        world->center = *end;
    if (++world->n_ended == 2 && !world->brings_at_the_end)
        transport_stop(world->transport);
}

static enum status dial(struct world *world, int who, bool once)
{
    struct transport_dial dial = {.address = world->address, .pin = world->ids[0].pin, .tls = world->tls[who], .session = {.role = SESSION_STATION, .once = once}};
    struct errmsg err;

    return transport_dial(world->transport, &dial, NULL, &err);
}

/* The one that stays sits there; then the other comes, brings its own, and goes. */
static void tick(void *context)
{
    struct world *world = context;

    if (!world->brings_at_the_end)
        return;
    if (world->sits && world->n_ended == 0 && !world->came) {
        world->came = true;
        assert_int_equal(dial(world, 1, true), STATUS_OK);
    }
    world->ticks_behind++;
    if ((world->reads_behind > 0 && world->n_ended == 2) || world->ticks_behind == TICKS_MAX)
        transport_stop(world->transport);
}

static int make_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct transport_config config = {.random = random_system(), .hooks = {.context = world, .ended = ended, .tick = tick, .tick_ms = TICK_MS}};
    struct errmsg err;

    for (uint64_t i = 0; i < 3; i++) {
        uint64_t seed = i + 1;

        if (identity_make(&world->ids[i], random_seeded(&seed), &err) != STATUS_OK || tls_context_new(&world->tls[i], &world->ids[i], &err) != STATUS_OK)
            return -1;
    }
    config.tls = world->tls[0];
    if (replicator_new_over(&world->replicator, (struct engine_store){&ops, world}, NULL) != STATUS_OK)
        return -1;
    config.replicator = world->replicator;
    if (transport_new(&world->transport, &config, &err) != STATUS_OK || transport_listen(world->transport, "127.0.0.1:0", world->address, &err) != STATUS_OK)
        return -1;
    uv_prepare_init(&world->transport->loop, &world->prepare);
    world->prepare.data = world;
    uv_prepare_start(&world->prepare, count_turn);
    uv_unref((uv_handle_t *)&world->prepare);
    *state = world;
    return 0;
}

static int free_world(void **state)
{
    struct world *world = *state;

    transport_free(world->transport);
    replicator_free(world->replicator);
    for (int i = 0; i < 3; i++) {
        tls_context_free(world->tls[i]);
        identity_release(&world->ids[i]);
    }
    free(world);
    return 0;
}

static void run_session(struct world *world)
{
    assert_int_equal(dial(world, 1, true), STATUS_OK);
    transport_run(world->transport);
    assert_int_equal(world->n_ended, 2);
    assert_int_equal(world->center.outcome.received, N_CHANGES);
}

/* ---- tests ---- */

/* GREET and the INGEST of what came with HELLO are two turns, so that who is greeted and who is taken in share a commit when many come; the read that follows is not a third. */
static void one_group_of_writes_a_turn(void **state)
{
    struct world *world = *state;

    run_session(world);
    assert_int_equal(world->crowded, 0);
    assert_int_equal(world->noted[REQUEST_GREET].commits, 1);
    assert_int_equal(world->noted[REQUEST_INGEST].commits, 1);
    assert_true(world->noted[REQUEST_INGEST].turn == world->noted[REQUEST_GREET].turn + 1);
    assert_true(world->read_turn == world->noted[REQUEST_INGEST].turn);
}

/* WELCOME goes out with the acknowledgement: a packet of its own would cost 40 bytes and more on a line that is paid for. */
static void welcome_waits_for_what_follows_at_once(void **state)
{
    struct world *world = *state;

    run_session(world);
    assert_true(world->noted[REQUEST_GREET].wire_out > 0); /* the handshake */
    assert_true(world->noted[REQUEST_INGEST].wire_out == world->noted[REQUEST_GREET].wire_out);
    assert_true(world->center.wire_out > world->noted[REQUEST_INGEST].wire_out);
}

/* What others handed back to a center that was put back, of a machine that has now sent all it has: it may be anybody's, and who is connected gets it without being asked to look. */
static void what_is_taken_in_at_the_end_wakes_the_others(void **state)
{
    struct world *world = *state;

    world->brings_at_the_end = true;
    assert_int_equal(dial(world, 2, false), STATUS_OK);
    transport_run(world->transport);
    assert_true(world->noted_it);
    assert_true(world->reads_behind > 0);
    assert_int_equal(world->n_ended, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_group_of_writes_a_turn, make_world, free_world),
        cmocka_unit_test_setup_teardown(welcome_waits_for_what_follows_at_once, make_world, free_world),
        cmocka_unit_test_setup_teardown(what_is_taken_in_at_the_end_wakes_the_others, make_world, free_world),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
