/* tests/test_handshake.c - an incoming connection's handshake is another thread's (sync/handshake.c): the loop goes on meanwhile, and the connection may end before the thread is done. The pool has one thread here,
 * and the test holds it, so that a step waits until the test lets it run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/transport_impl.h"

enum { TICK_MS = 5, TICKS_MAX = 4000, TICKS_BESIDE = 3, WIRE_BYTES = 64 * 1024 };

struct world {
    struct identity ids[2]; /* center, station */
    struct tls_context *tls[2];
    struct transport *transport;
    char address[ADDRESS_TEXT_BYTES];
    struct tls *client; /* of the station, over fd */
    int fd, other_fd; /* other_fd: of one who waits behind it, or -1 */
    uv_loop_t held_loop; /* what holds the pool's thread.. */
    uv_work_t held, behind;
    uv_sem_t go; /* ..until then */
    bool let_go, answered, stuck_done;
    bool until_end; /* run until the connection has ended, else until the center answers */
    void (*when_stuck)(struct world *world); /* once; NULL: nothing */
    unsigned ticks, stuck_ticks, n_ended;
    struct transport_end last;
};

static void hold(uv_work_t *work)
{
    struct world *world = work->data;

    uv_sem_wait(&world->go);
}

static void let_go(struct world *world)
{
    if (!world->let_go)
        uv_sem_post(&world->go);
    world->let_go = true;
}

static bool is_stuck(const struct world *world)
{
    for (const struct connection *at = world->transport->first; at != NULL; at = at->next)
        if (at->handshaking)
            return true;
    return false;
}

static bool somebody_waits(const struct world *world)
{
    for (const struct connection *at = world->transport->first; at != NULL; at = at->next)
        if (at->stranger == STRANGER_WAITS)
            return true;
    return false;
}

/* The center's first words have come. */
static bool has_answer(const struct world *world)
{
    char byte;

    return recv(world->fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 1;
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct world *world = context;

    (void)dial_context;
    world->n_ended++;
    if (world->other_fd < 0)
        assert_int_equal(world->transport->n_strangers, 0);
    world->last = *end;
    transport_stop(world->transport);
}

static void on_tick(void *context)
{
    struct world *world = context;

    assert_true(++world->ticks < TICKS_MAX);
    if (!world->until_end && has_answer(world)) {
        world->answered = true;
        transport_stop(world->transport);
    } else if (!world->let_go && is_stuck(world)) {
        /* Whatever has become of the connection: who waits for a thread is counted, so that no others come in its place. */
        assert_int_equal(world->transport->n_strangers, 1);
        assert_int_equal(world->transport->pushed_out, 0);
        if (world->when_stuck != NULL && !world->stuck_done)
            world->when_stuck(world);
        world->stuck_done = true;
        if ((world->other_fd < 0 || somebody_waits(world)) && ++world->stuck_ticks == TICKS_BESIDE)
            let_go(world);
    }
}

static int dial(const struct world *world)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    name.sin_port = htons((uint16_t)atoi(strrchr(world->address, ':') + 1));
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    return fd;
}

static void greet(struct world *world)
{
    struct errmsg err;
    struct buf wire;

    world->fd = dial(world);
    world->other_fd = -1;
    buf_init(&wire, WIRE_BYTES);
    assert_int_equal(tls_new(&world->client, world->tls[1], TLS_CLIENT, NULL, NULL), STATUS_OK);
    assert_int_equal(tls_start(world->client, &wire, &err), STATUS_OK);
    assert_int_equal(write(world->fd, wire.data, wire.len), (ssize_t)wire.len);
    buf_release(&wire);
}

static void open_world(struct world *world)
{
    struct transport_config config = {.random = random_system(), .limits = {.strangers = 1, .turn_ms = 1}, .hooks = {.context = world, .ended = ended, .tick = on_tick, .tick_ms = TICK_MS}};
    struct errmsg err;

    memset(world, 0, sizeof *world);
    for (uint64_t i = 0; i < 2; i++) {
        uint64_t seed = i;

        assert_int_equal(identity_make(&world->ids[i], random_seeded(&seed), &err), STATUS_OK);
        assert_int_equal(tls_context_new(&world->tls[i], &world->ids[i], &err), STATUS_OK);
    }
    config.tls = world->tls[0];
    assert_int_equal(transport_new(&world->transport, &config, &err), STATUS_OK);
    assert_int_equal(transport_listen(world->transport, "127.0.0.1:0", world->address, &err), STATUS_OK);
    assert_int_equal(uv_loop_init(&world->held_loop), 0);
    assert_int_equal(uv_sem_init(&world->go, 0), 0);
    world->held.data = world;
    assert_int_equal(uv_queue_work(&world->held_loop, &world->held, hold, NULL), 0);
    greet(world);
}

static void close_world(struct world *world)
{
    let_go(world);
    assert_int_equal(uv_run(&world->held_loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&world->held_loop), 0);
    uv_sem_destroy(&world->go);
    tls_free(world->client);
    close(world->fd);
    if (world->other_fd >= 0)
        close(world->other_fd);
    transport_free(world->transport);
    for (int i = 0; i < 2; i++) {
        tls_context_free(world->tls[i]);
        identity_release(&world->ids[i]);
    }
}

static void the_loop_goes_on_meanwhile(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    transport_run(world.transport);
    assert_int_equal(world.stuck_ticks, TICKS_BESIDE);
    assert_true(world.answered);
    close_world(&world);
}

static void destroy(struct world *world)
{
    connection_destroy(world->transport->first);
}

/* What the thread works with is freed when it is done, not before and not twice. */
static void it_may_be_gone_when_the_thread_is_done(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    world.when_stuck = destroy;
    transport_run(world.transport);
    assert_int_equal(world.n_ended, 1);
    assert_false(world.answered);
    close_world(&world);
}

static void run_late(struct world *world)
{
    struct errmsg err;

    errmsg_set(&err, STATUS_TIMEOUT, "too late");
    connection_fail(world->transport->first, STATUS_TIMEOUT, &err);
}

static void it_may_have_failed_when_the_thread_is_done(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    world.when_stuck = run_late;
    transport_run(world.transport);
    assert_int_equal(world.n_ended, 1);
    assert_int_equal(world.last.status, STATUS_TIMEOUT);
    assert_false(world.answered);
    close_world(&world);
}

static void another_comes(struct world *world)
{
    world->other_fd = dial(world);
    assert_int_equal(write(world->other_fd, "\x16", 1), 1);
}

/* That it takes so long is not the stranger's fault: its slot, the only one and longer its own than it is promised, is not given to who waits. */
static void nobody_has_to_go_meanwhile(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    world.when_stuck = another_comes;
    transport_run(world.transport);
    assert_int_equal(world.stuck_ticks, TICKS_BESIDE);
    close_world(&world);
}

static void pass(uv_work_t *work)
{
    (void)work;
}

/* The thread is done with the step, and the loop has not heard of it yet. */
static void run_late_and_let_finish(struct world *world)
{
    assert_int_equal(uv_queue_work(&world->held_loop, &world->behind, pass, NULL), 0);
    let_go(world);
    assert_int_equal(uv_run(&world->held_loop, UV_RUN_DEFAULT), 0);
    assert_true(is_stuck(world));
    run_late(world);
    assert_int_equal(world->transport->first->phase, CLOSING);
}

/* Who is told that it is too late is not answered afterwards. */
static void what_the_thread_made_too_late_is_not_sent(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    world.when_stuck = run_late_and_let_finish;
    world.until_end = true;
    transport_run(world.transport);
    assert_int_equal(world.n_ended, 1);
    assert_int_equal(world.last.status, STATUS_TIMEOUT);
    assert_int_equal(world.last.wire_out, 0);
    assert_false(has_answer(&world));
    close_world(&world);
}

static void leave(struct world *world)
{
    shutdown(world->fd, SHUT_WR);
}

/* Nobody listens to the line meanwhile: what comes then is read afterwards. */
static void the_end_of_the_line_is_seen_afterwards(void **state)
{
    struct world world;

    (void)state;
    open_world(&world);
    world.when_stuck = leave;
    world.until_end = true;
    transport_run(world.transport);
    assert_int_equal(world.last.status, STATUS_CLOSED);
    assert_true(has_answer(&world));
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loop_goes_on_meanwhile),
        cmocka_unit_test(it_may_be_gone_when_the_thread_is_done),
        cmocka_unit_test(it_may_have_failed_when_the_thread_is_done),
        cmocka_unit_test(nobody_has_to_go_meanwhile),
        cmocka_unit_test(what_the_thread_made_too_late_is_not_sent),
        cmocka_unit_test(the_end_of_the_line_is_seen_afterwards),
    };

    if (setenv("UV_THREADPOOL_SIZE", "1", 1) != 0 || hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
