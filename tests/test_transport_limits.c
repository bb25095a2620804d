/* tests/test_transport_limits.c - what nobody can make a center do (sync/transport.h, LIMITS): too many connections, from one address or of one key, a crowd of strangers, a peer that takes nothing, no
 * descriptors left. Real sockets on loopback; the station that takes nothing is a process of its own. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/message.h"
#include "sync/transport.h"

enum { FDS_MAX = 512, ORDER_BYTES = 900 * 1024, TICK_MS = 5, TICKS_MAX = 4000 };

struct world {
    struct identity ids[2]; /* center, station */
    struct tls_context *tls[2];
    struct transport *transport;
    char address[ADDRESS_TEXT_BYTES];
    void (*tick)(struct world *world);
    bool (*stops)(const struct transport_end *end);
    unsigned ticks, busy, n_ended, later;
    struct transport_end last;
    uint64_t dialled[4];
    int fds[FDS_MAX];
    size_t n_fds, n_closed;
    bool closed[FDS_MAX]; /* when the dialled one was open */
    uint64_t order_head;
    void *context; /* the test's */
};

static void answer(void *context, const struct session_request *request, struct session_result *result)
{
    struct world *world = context;

    switch (request->kind) {
    case REQUEST_STATE:
        result->state.machine.station_no = 7;
        result->state.machine.org = 2;
        break;
    case REQUEST_GREET:
        result->peer.station_no = 7;
        result->peer.org = 2;
        result->state.machine.center = true;
        result->order_head = world->order_head;
        break;
    case REQUEST_READ_SCOPE:
        buf_init(&result->packed, FRAME_MAX_BYTES);
        result->chunk.last = request->after;
        if (request->after >= world->order_head)
            break;
        (void)buf_extend(&result->packed, ORDER_BYTES);
        result->chunk = (struct message_changes){.first = 1, .last = 1, .count = 1, .raw_bytes = ORDER_BYTES};
        break;
    default:
        break;
    }
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct world *world = context;

    (void)dial_context;
    world->busy += end->status == STATUS_BUSY;
    world->n_ended++;
    if (world->stops == NULL || !world->stops(end))
        return;
    world->last = *end;
    transport_stop(world->transport);
}

static void on_tick(void *context)
{
    struct world *world = context;

    assert_true(world->ticks < TICKS_MAX);
    world->ticks++;
    if (world->tick != NULL)
        world->tick(world);
}

static struct trace *heard; /* of the next world; NULL: nobody listens */

static void open_world(struct world *world, struct transport_limits limits)
{
    struct transport_config config = {.random = random_system(), .hooks = {.context = world, .ended = ended, .answer = answer, .tick = on_tick, .tick_ms = TICK_MS}, .limits = limits, .trace = heard};
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
}

static void close_world(struct world *world)
{
    for (size_t i = 0; i < world->n_fds; i++)
        close(world->fds[i]);
    transport_free(world->transport);
    for (int i = 0; i < 2; i++) {
        tls_context_free(world->tls[i]);
        identity_release(&world->ids[i]);
    }
}

static struct sockaddr_in center_address(const struct world *world)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    name.sin_port = htons((uint16_t)atoi(strrchr(world->address, ':') + 1));
    return name;
}

/* From 127.0.0.<host>: what the transport dials comes from 127.0.0.1. */
static void connect_from(struct world *world, uint8_t host)
{
    struct sockaddr_in name = center_address(world), own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xffU) | host)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    world->fds[world->n_fds++] = fd;
}

static void connect_silent(struct world *world)
{
    connect_from(world, 1);
}

/* The first bytes of a ClientHello that never becomes whole. */
static void speak(struct world *world, size_t no)
{
    static const uint8_t begun[] = {0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, 0xfc, 3, 3};

    assert_int_equal(send(world->fds[no], begun, sizeof begun, MSG_NOSIGNAL), sizeof begun);
}

static bool was_closed(int fd)
{
    char byte;

    ssize_t n = recv(fd, &byte, 1, MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static void dial(struct world *world, size_t no)
{
    struct transport_dial dial = {.address = world->address, .pin = world->ids[0].pin, .tls = world->tls[1], .session = {.role = SESSION_STATION}};
    struct errmsg err;

    assert_int_equal(transport_dial(world->transport, &dial, &world->dialled[no], &err), STATUS_OK);
}

static bool is_open(struct world *world, size_t no)
{
    struct transport_look look;

    return transport_look(world->transport, world->dialled[no], &look) && look.open;
}

/* ---- one too many ---- */

static void stop_when_two_are_closed(struct world *world)
{
    if (world->busy == 2)
        transport_stop(world->transport);
}

static void connections_of_one_address_are_limited(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.an_address = 3});
    for (int i = 0; i < 5; i++)
        connect_silent(&world);
    world.tick = stop_when_two_are_closed;
    transport_run(world.transport);
    assert_int_equal(world.busy, 2);
    assert_true(was_closed(world.fds[3]) && was_closed(world.fds[4]));
    close_world(&world);
}

static void connections_are_limited_in_all(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.connections = 3});
    for (int i = 0; i < 5; i++)
        connect_silent(&world);
    world.tick = stop_when_two_are_closed;
    transport_run(world.transport);
    assert_int_equal(world.busy, 2);
    close_world(&world);
}

/* ---- a crowd of strangers ---- */

static void let_the_silent_one_go(struct world *world)
{
    if (world->ticks == 20) {
        assert_false(is_open(world, 0)); /* it waits for its turn.. */
        assert_int_equal(world->busy, 0);
        close(world->fds[--world->n_fds]);
    } else if (is_open(world, 0)) { /* ..and gets it */
        assert_true(world->ticks > 20);
        transport_stop(world->transport);
    }
}

static void strangers_are_greeted_in_turn_and_not_refused(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.strangers = 1});
    connect_silent(&world);
    speak(&world, 0);
    dial(&world, 0);
    world.tick = let_the_silent_one_go;
    transport_run(world.transport);
    assert_int_equal(world.busy, 0);
    close_world(&world);
}

static void stop_when_open(struct world *world)
{
    if (!is_open(world, 0))
        return;
    for (size_t i = 0; i < world->n_fds; i++)
        world->n_closed += world->closed[i] = was_closed(world->fds[i]);
    transport_stop(world->transport);
}

static void who_says_nothing_has_no_slot(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.strangers = 1});
    for (int i = 0; i < 400; i++)
        connect_silent(&world);
    dial(&world, 0);
    world.tick = stop_when_open;
    transport_run(world.transport);
    assert_int_equal(world.busy, 0); /* nobody had to go */
    close_world(&world);
}

static void dial_when_all_have_slots(struct world *world)
{
    if (world->ticks == 20)
        dial(world, 0);
    else if (world->ticks > 20)
        stop_when_open(world);
}

/* All of one address, the newcomer, too. */
static void who_falls_silent_goes_for_who_comes(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.turn_ms = 50});
    for (size_t i = 0; i < STRANGERS_MAX; i++) {
        connect_silent(&world);
        speak(&world, i);
    }
    world.tick = dial_when_all_have_slots;
    transport_run(world.transport);
    assert_int_equal(world.busy, 1); /* the oldest, and no other */
    assert_true(world.n_closed == 1 && world.closed[0]);
    close_world(&world);
}

/* A flood that nobody outlives: each of them has its turn before it has to go. */
static void in_a_flood_the_newest_comes_in_and_the_oldest_too(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.strangers = 1, .turn_ms = 30});
    for (size_t i = 0; i < 200; i++) {
        connect_silent(&world);
        speak(&world, i);
    }
    world.tick = dial_when_all_have_slots;
    transport_run(world.transport);
    assert_true(world.closed[0] && world.closed[1]);
    assert_true(world.n_closed < 100);
    close_world(&world);
}

/* ---- what is told of them ---- */

struct told {
    unsigned together, each;
    unsigned long long count;
    struct world *world;
};

static void hear(void *context, const char *line)
{
    struct told *told = context;
    const char *words = strstr(line, "不按时说明身份");

    told->each += words == NULL && strstr(line, "timeout") != NULL;
    if (words == NULL)
        return;
    told->together++;
    told->count += strtoull(strstr(line, "断开了 ") + strlen("断开了 "), NULL, 10);
    transport_stop(told->world->transport);
}

static void a_flood_of_silent_ones_is_one_line(void **state)
{
    enum { SILENT = 20, SILENT_MS = 40, STALL_SHORT_MS = 4000 };
    struct world world;
    struct trace trace;
    struct told told = {.world = &world};

    (void)state;
    trace_init(&trace, TRACE_INFO, hear, &told);
    heard = &trace;
    open_world(&world, (struct transport_limits){.silent_ms = SILENT_MS, .stall_ms = STALL_SHORT_MS});
    heard = NULL;
    for (size_t i = 0; i < SILENT; i++) {
        connect_silent(&world);
        if (i % 2 == 0)
            speak(&world, i); /* half of a hello, and then nothing */
    }
    transport_run(world.transport);
    assert_int_equal(told.together, 1);
    assert_int_equal(told.count, SILENT);
    assert_int_equal(told.each, 0);
    close_world(&world);
}

/* ---- and again within the minute ---- */

static void count_together(void *context, const char *line)
{
    *(unsigned *)context += strstr(line, "不按时说明身份") != NULL;
}

enum { SWEEPS_MORE_TICKS = 20 };

/* One is told of; one that comes after that is not before a minute is over, however often it is looked. */
static void send_another(struct world *world)
{
    if (world->n_fds == 1 && *(unsigned *)world->context > 0)
        connect_silent(world);
    if (world->n_ended == 2 && ++world->later > SWEEPS_MORE_TICKS)
        transport_stop(world->transport);
}

static void the_next_line_of_silent_ones_waits_a_minute(void **state)
{
    enum { SILENT_MS = 20, STALL_SHORT_MS = 4 * TICK_MS };
    struct world world;
    struct trace trace;
    unsigned together = 0;

    (void)state;
    trace_init(&trace, TRACE_INFO, count_together, &together);
    heard = &trace;
    open_world(&world, (struct transport_limits){.silent_ms = SILENT_MS, .stall_ms = STALL_SHORT_MS});
    heard = NULL;
    world.context = &together;
    world.tick = send_another;
    connect_silent(&world);
    transport_run(world.transport);
    assert_int_equal(world.n_ended, 2);
    assert_int_equal(together, 1);
    close_world(&world);
}

/* Four of one address send enough to keep their slots. */
static void drip_and_dial(struct world *world)
{
    static const uint8_t bytes[STRANGER_TURN_BYTES];

    if (world->ticks % 10 == 5 && world->ticks < 120)
        for (size_t i = 0; i < 4; i++)
            (void)!send(world->fds[i], bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (world->ticks == 60) {
        assert_int_equal(world->busy, 0);
        dial(world, 0);
    } else if (world->ticks > 60) {
        stop_when_open(world);
    }
}

static void fill_with_four(struct world *world, uint8_t host)
{
    open_world(world, (struct transport_limits){.strangers = 4, .turn_ms = 200});
    for (size_t i = 0; i < 4; i++) {
        connect_from(world, host);
        speak(world, i);
    }
    world->tick = drip_and_dial;
}

static void an_address_with_fewer_gets_a_slot_of_the_fullest(void **state)
{
    struct world world;

    (void)state;
    fill_with_four(&world, 2);
    transport_run(world.transport);
    assert_int_equal(world.busy, 1);
    assert_true(world.ticks < 120);
    assert_true(world.n_closed == 1 && world.closed[0]);
    close_world(&world);
}

/* A slow line is no silence: who comes from the same address waits until they fall silent. */
static void who_goes_on_sending_keeps_its_slot(void **state)
{
    struct world world;

    (void)state;
    fill_with_four(&world, 1);
    transport_run(world.transport);
    assert_int_equal(world.busy, 1);
    assert_true(world.ticks >= 120);
    close_world(&world);
}

static void an_old_silent_one_goes_when_there_are_too_many(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.an_address = 3, .turn_ms = 50});
    for (int i = 0; i < 3; i++)
        connect_silent(&world);
    world.tick = dial_when_all_have_slots;
    transport_run(world.transport);
    assert_int_equal(world.busy, 1);
    assert_true(world.n_closed == 1 && world.closed[0]);
    close_world(&world);
}

/* ---- one key, many connections ---- */

static bool is_busy_here(const struct transport_end *end)
{
    return end->incoming && end->status == STATUS_BUSY;
}

static void dial_the_next(struct world *world)
{
    for (size_t i = 0; i < 3; i++) {
        if (world->dialled[i] == 0)
            dial(world, i);
        else if (!is_open(world, i))
            return;
        if (!is_open(world, i))
            return;
    }
}

static void the_oldest_connection_of_a_key_goes(void **state)
{
    struct world world;

    (void)state;
    open_world(&world, (struct transport_limits){.a_key = 2});
    world.tick = dial_the_next;
    world.stops = is_busy_here;
    transport_run(world.transport);
    assert_int_equal(world.busy, 1);
    assert_int_equal(world.last.connection, 2); /* 1 dialled 2 */
    close_world(&world);
}

/* ---- a peer that takes nothing ---- */

static void send_all(int fd, const struct buf *wire)
{
    if (write(fd, wire->data, wire->len) != (ssize_t)wire->len)
        _exit(1);
}

/* What a deaf one does when it is let go: reads to the end. Says by its exit whether the line was cut (DEAF_CUT) or closed behind the last byte. */
enum { DEAF_CUT = 7, DEAF_CLOSED = 8 };

static void read_all(int fd)
{
    char bytes[4096];
    ssize_t n;

    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        ;
    _exit(n == 0 ? DEAF_CLOSED : DEAF_CUT);
}

/* A station that says HELLO and does not read any more, before a byte comes on `until` (-1: never). */
static void be_deaf(const struct world *world, int until)
{
    struct sockaddr_in name = center_address(world);
    struct message_hello hello = {.protocol_min = 1, .protocol_max = 1, .station_no = 7, .org = 2};
    int fd = socket(AF_INET, SOCK_STREAM, 0), small = 4096, segment = 536;
    struct buf wire, plain, frames;
    struct errmsg err;
    struct tls *tls;
    char bytes[4096];

    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    buf_init(&wire, 65536);
    buf_init(&plain, 65536);
    buf_init(&frames, 65536);
    if (connect(fd, (struct sockaddr *)&name, sizeof name) != 0 || tls_new(&tls, world->tls[1], TLS_CLIENT, NULL, NULL) != STATUS_OK ||
        tls_start(tls, &wire, &err) != STATUS_OK)
        _exit(1);
    send_all(fd, &wire);
    while (!tls_ready(tls)) {
        ssize_t n = read(fd, bytes, sizeof bytes);

        buf_clear(&wire);
        if (n <= 0 || tls_feed(tls, bytes, (size_t)n, &plain, &wire, &err) != STATUS_OK)
            _exit(1);
        if (wire.len > 0)
            send_all(fd, &wire);
    }
    buf_clear(&wire);
    message_put(FRAME_HELLO, &hello, &frames);
    if (tls_write(tls, frames.data, frames.len, &wire, &err) != STATUS_OK)
        _exit(1);
    send_all(fd, &wire);
    if (until >= 0 && read(until, bytes, 1) == 1)
        read_all(fd);
    for (;;)
        pause();
}

static bool is_incoming(const struct transport_end *end)
{
    return end->incoming;
}

static void a_peer_that_takes_nothing_is_dropped(void **state)
{
    struct world world;
    pid_t deaf;

    (void)state;
    open_world(&world, (struct transport_limits){.stall_ms = 300});
    world.order_head = 1;
    world.stops = is_incoming;
    deaf = fork();
    assert_true(deaf >= 0);
    if (deaf == 0)
        be_deaf(&world, -1);
    transport_run(world.transport);
    assert_int_equal(kill(deaf, SIGKILL), 0);
    assert_int_equal(waitpid(deaf, NULL, 0), deaf);
    assert_true(world.last.opened);
    assert_int_equal(world.last.status, STATUS_TIMEOUT);
    assert_non_null(strstr(world.last.reason.text, "不收取"));
    close_world(&world);
}

/* Its chunk waits for the line when the machine is revoked. */
static void revoke_when_it_waits(struct world *world)
{
    struct transport_look look;

    if (world->later == 0 && transport_look(world->transport, 1, &look) && look.open && look.wire_out >= ORDER_BYTES)
        world->later = (unsigned)transport_drop(world->transport, world->ids[1].pin, STATUS_FORBIDDEN, "站点已停用");
}

/* A stolen laptop on a slow line: what was under way to it does not come any more, neither what waits here nor what the system holds. */
static void what_waits_for_a_revoked_machine_is_thrown_away(void **state)
{
    struct world world;
    int go[2], how;
    pid_t deaf;

    (void)state;
    open_world(&world, (struct transport_limits){.stall_ms = 60 * 1000});
    world.order_head = 1;
    world.stops = is_incoming;
    world.tick = revoke_when_it_waits;
    assert_int_equal(pipe(go), 0);
    deaf = fork();
    assert_true(deaf >= 0);
    if (deaf == 0)
        be_deaf(&world, go[0]);
    transport_run(world.transport);
    assert_int_equal(world.later, 1);
    assert_true(world.last.opened);
    assert_int_equal(world.last.status, STATUS_FORBIDDEN);
    assert_string_equal(world.last.reason.text, "站点已停用");
    assert_int_equal(write(go[1], "", 1), 1);
    assert_int_equal(waitpid(deaf, &how, 0), deaf);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), DEAF_CUT);
    close(go[0]);
    close(go[1]);
    close_world(&world);
}

/* ---- no descriptors ---- */

static void free_some_descriptors(struct world *world)
{
    if (world->ticks == 20) {
        while (world->n_fds > 0)
            close(world->fds[--world->n_fds]);
        dial(world, 0);
    } else if (world->ticks > 20 && is_open(world, 0)) {
        transport_stop(world->transport);
    }
}

static void without_descriptors_it_goes_on_when_there_are_some_again(void **state)
{
    struct rlimit before, few;
    struct world world;
    int next;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    open_world(&world, (struct transport_limits){.connections = 1000});
    for (int i = 0; i < 20; i++)
        connect_silent(&world);
    next = dup(0);
    close(next);
    few = (struct rlimit){(rlim_t)next + 3, before.rlim_max}; /* three of the twenty can be accepted */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    world.tick = free_some_descriptors;
    transport_run(world.transport);
    assert_true(world.ticks > 20 && world.ticks < TICKS_MAX);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    close_world(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connections_of_one_address_are_limited), cmocka_unit_test(connections_are_limited_in_all),
        cmocka_unit_test(strangers_are_greeted_in_turn_and_not_refused), cmocka_unit_test(the_oldest_connection_of_a_key_goes),
        cmocka_unit_test(who_says_nothing_has_no_slot), cmocka_unit_test(who_falls_silent_goes_for_who_comes), cmocka_unit_test(in_a_flood_the_newest_comes_in_and_the_oldest_too),
        cmocka_unit_test(a_flood_of_silent_ones_is_one_line),
        cmocka_unit_test(the_next_line_of_silent_ones_waits_a_minute),
        cmocka_unit_test(an_address_with_fewer_gets_a_slot_of_the_fullest), cmocka_unit_test(who_goes_on_sending_keeps_its_slot), cmocka_unit_test(an_old_silent_one_goes_when_there_are_too_many),
        cmocka_unit_test(a_peer_that_takes_nothing_is_dropped), cmocka_unit_test(what_waits_for_a_revoked_machine_is_thrown_away), cmocka_unit_test(without_descriptors_it_goes_on_when_there_are_some_again),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
