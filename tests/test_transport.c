/* tests/test_transport.c - real sockets on loopback, both ends in one loop, stores played by answers: whole sessions,
 * wrong keys, garbage, nobody there. */
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/transport.h"

enum { N_CHANGES = 3, ENDS_MAX = 8 };

struct world {
    struct identity ids[2]; /* center, station */
    struct tls_context *tls[2];
    struct transport *transport;
    char address[ADDRESS_TEXT_BYTES];
    struct transport_end ends[ENDS_MAX];
    size_t n_ends, expected;
    bool stop_when_open;
    uint64_t dialled;
    unsigned asked[REQUEST_KINDS];
    uint64_t center_have;
};

static struct hash hash_three(void)
{
    return hash_of("three", 5);
}

static void answer_station(const struct session_request *request, struct session_result *result)
{
    switch (request->kind) {
    case REQUEST_STATE:
        result->state.machine.station_no = 7;
        result->state.machine.org = 2;
        result->state.machine.incarnation[0] = 1;
        result->state.head_seq = N_CHANGES;
        result->state.head_hash = hash_three();
        break;
    case REQUEST_READ_OWN:
        buf_init(&result->packed, 64);
        if (request->after >= N_CHANGES)
            break;
        buf_puts(&result->packed, "abc");
        result->chunk = (struct message_changes){.first = 1, .last = N_CHANGES, .count = N_CHANGES, .raw_bytes = 3};
        memcpy(result->chunk.last_hash, hash_three().bytes, HASH_BYTES);
        break;
    default:
        break;
    }
}

static void answer_center(struct world *world, const struct session_request *request, struct session_result *result)
{
    switch (request->kind) {
    case REQUEST_GREET:
        if (!hash_equal(request->pin, world->ids[1].pin)) {
            result->status = errmsg_set(&result->err, STATUS_AUTH, "不认识");
            break;
        }
        result->peer.station_no = 7;
        result->peer.org = 2;
        result->state.machine.center = true;
        result->state.machine.incarnation[0] = 9;
        result->have_seq = world->center_have;
        break;
    case REQUEST_INGEST:
        assert_int_equal(request->packed_len, 3);
        assert_memory_equal(request->packed, "abc", 3);
        world->center_have = request->chunk.last;
        result->taken = (struct replica_result){.taken = N_CHANGES, .have_seq = N_CHANGES, .have_hash = hash_three()};
        break;
    case REQUEST_READ_SCOPE:
        buf_init(&result->packed, 64);
        result->chunk.last = request->after;
        break;
    default:
        break;
    }
}

/* Which side asks shows in the kind of the request. */
static void answer(void *context, const struct session_request *request, struct session_result *result)
{
    struct world *world = context;
    bool dialled = request->kind < REQUEST_GREET;

    world->asked[request->kind]++;
    if (dialled)
        answer_station(request, result);
    else
        answer_center(world, request, result);
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct world *world = context;

    (void)dial_context;
    assert_true(world->n_ends < ENDS_MAX);
    world->ends[world->n_ends++] = *end;
    if (world->n_ends == world->expected)
        transport_stop(world->transport);
}

static void tick(void *context)
{
    struct world *world = context;
    struct transport_look look;

    if (world->stop_when_open && transport_look(world->transport, world->dialled, &look) && look.open && look.quiet)
        transport_stop(world->transport);
}

static int make_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct transport_config config = {
        .random = random_system(),
        .hooks = {.context = world, .ended = ended, .answer = answer, .tick = tick, .tick_ms = 5}};
    struct errmsg err;

    for (uint64_t i = 0; i < 2; i++) {
        char folder[] = "transport_test.XXXXXX", path[64];
        uint64_t seed = i;

        if (mkdtemp(folder) == NULL ||
            identity_create(&world->ids[i], folder, random_seeded(&seed), &err) != STATUS_OK ||
            tls_context_new(&world->tls[i], &world->ids[i], &err) != STATUS_OK)
            return -1;
        snprintf(path, sizeof path, "%s/identity.pem", folder);
        unlink(path);
        rmdir(folder);
    }
    config.tls = world->tls[0];
    if (transport_new(&world->transport, &config, &err) != STATUS_OK ||
        transport_listen(world->transport, "127.0.0.1:0", world->address, &err) != STATUS_OK)
        return -1;
    *state = world;
    return 0;
}

static int free_world(void **state)
{
    struct world *world = *state;

    transport_free(world->transport);
    for (int i = 0; i < 2; i++) {
        tls_context_free(world->tls[i]);
        identity_release(&world->ids[i]);
    }
    free(world);
    return 0;
}

static void dial(struct world *world, const char *address, struct hash pin, bool once)
{
    struct transport_dial dial = {
        .address = address, .pin = pin, .tls = world->tls[1], .session = {.role = SESSION_STATION, .once = once}};
    struct errmsg err;

    assert_int_equal(transport_dial(world->transport, &dial, &world->dialled, &err), STATUS_OK);
}

static const struct transport_end *end_of(const struct world *world, bool incoming)
{
    for (size_t i = 0; i < world->n_ends; i++)
        if (world->ends[i].incoming == incoming)
            return &world->ends[i];
    fail_msg("no such end");
    return NULL;
}

static void a_whole_session(void **state)
{
    struct world *world = *state;
    const struct transport_end *station, *center;

    world->expected = 2;
    dial(world, world->address, world->ids[0].pin, true);
    transport_run(world->transport);
    station = end_of(world, false);
    center = end_of(world, true);
    assert_int_equal(station->status, STATUS_OK);
    assert_int_equal(center->status, STATUS_OK);
    assert_true(station->opened);
    assert_int_equal(station->outcome.sent, N_CHANGES);
    assert_int_equal(center->outcome.received, N_CHANGES);
    assert_int_equal(world->center_have, N_CHANGES);
    assert_true(hash_equal(center->peer_pin, world->ids[1].pin));
    /* Every byte that one side wrote the other one read, except a farewell that nobody waits for. */
    assert_int_equal(station->wire_out, center->wire_in);
    assert_true(station->wire_in <= center->wire_out);
    assert_int_equal(transport_connections(world->transport), 0);
}

/* A machine with no resolver and no /etc/hosts knows not even this name, and a station would try for ever. */
static bool knows_localhost(void)
{
    struct addrinfo *found = NULL;
    bool known = getaddrinfo("localhost", NULL, NULL, &found) == 0;
    if (known)
        freeaddrinfo(found);
    return known;
}

static void names_are_resolved_and_all_addresses_tried(void **state)
{
    struct world *world = *state;
    char address[ADDRESS_TEXT_BYTES];

    if (!knows_localhost())
        skip();

    world->expected = 2;
    snprintf(address, sizeof address, "localhost%s", strrchr(world->address, ':'));
    dial(world, address, world->ids[0].pin, true);
    transport_run(world->transport);
    assert_int_equal(end_of(world, false)->status, STATUS_OK);
}

static void a_wrong_center_gets_nothing(void **state)
{
    struct world *world = *state;

    world->expected = 2;
    dial(world, world->address, hash_of("other", 5), true);
    transport_run(world->transport);
    assert_int_equal(end_of(world, false)->status, STATUS_AUTH);
    assert_non_null(strstr(end_of(world, false)->reason.text, world->address));
    assert_int_not_equal(end_of(world, true)->status, STATUS_OK);
    assert_int_equal(world->asked[REQUEST_STATE], 0);
    assert_int_equal(world->asked[REQUEST_GREET], 0);
}

static void a_stranger_is_told_so(void **state)
{
    struct world *world = *state;
    struct transport_dial dial = {.address = world->address,
                                  .pin = world->ids[0].pin,
                                  .tls = world->tls[0],
                                  .session = {.role = SESSION_STATION, .once = true}};
    const struct transport_end *station;
    struct errmsg err;

    world->expected = 2;
    assert_int_equal(transport_dial(world->transport, &dial, NULL, &err), STATUS_OK);
    transport_run(world->transport);
    station = end_of(world, false);
    assert_int_equal(station->status, STATUS_AUTH);
    assert_true(station->outcome.by_peer);
    assert_string_equal(station->reason.text, station->outcome.reason.text);
    assert_int_equal(world->asked[REQUEST_INGEST], 0);
}

static void nobody_there(void **state)
{
    struct world *world = *state;
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof name;
    char address[ADDRESS_TEXT_BYTES];
    int fd = socket(AF_INET, SOCK_STREAM, 0); /* bound, so nobody else gets the port, but not listening */

    assert_int_equal(bind(fd, (struct sockaddr *)&name, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &len), 0);
    snprintf(address, sizeof address, "127.0.0.1:%u", ntohs(name.sin_port));
    world->expected = 1;
    dial(world, address, world->ids[0].pin, true);
    transport_run(world->transport);
    close(fd);
    assert_int_equal(world->ends[0].status, STATUS_CLOSED);
    assert_non_null(strstr(world->ends[0].reason.text, "没有在监听"));
}

static int plain_connect(const struct world *world)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    name.sin_port = htons((uint16_t)atoi(strrchr(world->address, ':') + 1));
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0); /* the kernel's queue takes it */
    return fd;
}

static void garbage_is_thrown_out(void **state)
{
    static const char garbage[] = "GET / HTTP/1.0\r\n\r\n";
    struct world *world = *state;
    int fd = plain_connect(world);

    world->expected = 1;
    assert_int_equal(write(fd, garbage, sizeof garbage), sizeof garbage);
    assert_int_equal(shutdown(fd, SHUT_WR), 0);
    transport_run(world->transport);
    close(fd);
    assert_int_equal(world->ends[0].status, STATUS_PEER);
    assert_false(world->ends[0].opened);
    assert_int_equal(world->asked[REQUEST_GREET], 0);
}

static void silence_then_gone(void **state)
{
    struct world *world = *state;
    int fd = plain_connect(world);

    world->expected = 1;
    close(fd);
    transport_run(world->transport);
    assert_int_equal(world->ends[0].status, STATUS_CLOSED);
}

static void stopping_closes_open_sessions(void **state)
{
    struct world *world = *state;

    world->stop_when_open = true;
    dial(world, world->address, world->ids[0].pin, false);
    transport_run(world->transport);
    assert_int_equal(world->n_ends, 2);
    assert_int_equal(end_of(world, false)->status, STATUS_CANCELLED);
    assert_true(end_of(world, false)->opened);
    assert_int_equal(transport_connections(world->transport), 0);
}

static void addresses(void **state)
{
    static const char *const bad[] = {"",           ":",       "host",   "host:",   ":80",
                                      "host:99999", "host:8o", "::1:80", "host:-1", "host:123456"};
    char host[64], port[8];
    struct errmsg err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(transport_split_address(bad[i], host, sizeof host, port, &err), STATUS_USAGE);
    assert_int_equal(transport_split_address("[fe80::1]:7474", host, sizeof host, port, &err), STATUS_OK);
    assert_string_equal(host, "fe80::1");
    assert_string_equal(port, "7474");
    assert_int_equal(transport_split_address("中心.example:0", host, sizeof host, port, &err), STATUS_OK);
    assert_string_equal(host, "中心.example");
}

static void a_taken_port_is_named(void **state)
{
    struct world *world = *state;
    struct transport_config config = {.tls = world->tls[0], .random = random_system()};
    struct transport *second;
    char bound[ADDRESS_TEXT_BYTES];
    struct errmsg err;

    assert_int_equal(transport_new(&second, &config, &err), STATUS_OK);
    assert_int_equal(transport_listen(second, world->address, bound, &err), STATUS_EXISTS);
    assert_non_null(strstr(err.text, "占用"));
    transport_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_session, make_world, free_world),
        cmocka_unit_test_setup_teardown(names_are_resolved_and_all_addresses_tried, make_world, free_world),
        cmocka_unit_test_setup_teardown(a_wrong_center_gets_nothing, make_world, free_world),
        cmocka_unit_test_setup_teardown(a_stranger_is_told_so, make_world, free_world),
        cmocka_unit_test_setup_teardown(nobody_there, make_world, free_world),
        cmocka_unit_test_setup_teardown(garbage_is_thrown_out, make_world, free_world),
        cmocka_unit_test_setup_teardown(silence_then_gone, make_world, free_world),
        cmocka_unit_test_setup_teardown(stopping_closes_open_sessions, make_world, free_world),
        cmocka_unit_test(addresses),
        cmocka_unit_test_setup_teardown(a_taken_port_is_named, make_world, free_world),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
