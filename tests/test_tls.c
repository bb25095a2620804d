/* tests/test_tls.c - two TLS ends joined by buffers: pins, refusals, any split of the bytes, garbage, closing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/tls.h"

enum { WIRE_MAX = 4 * 1024 * 1024 };

struct end {
    struct tls *tls;
    struct buf wire, plain;
    struct hash accept; /* the only pin its judge lets through */
    bool asked;
    enum status status;
};

struct world {
    struct identity ids[3]; /* center, station, stranger */
    struct tls_context *contexts[3];
    struct end client, server;
    size_t moved; /* bytes on the wire, both ways */
};

static bool judge(void *context, struct hash pin)
{
    struct end *end = context;

    end->asked = true;
    return hash_equal(pin, end->accept);
}

static int make_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct errmsg err;

    for (uint64_t i = 0; i < 3; i++) {
        char folder[] = "tls_test.XXXXXX", path[64];
        uint64_t seed = i;

        if (mkdtemp(folder) == NULL ||
            identity_create(&world->ids[i], folder, random_seeded(&seed), &err) != STATUS_OK ||
            tls_context_new(&world->contexts[i], &world->ids[i], &err) != STATUS_OK)
            return -1;
        snprintf(path, sizeof path, "%s/identity.pem", folder);
        unlink(path);
        rmdir(folder);
    }
    *state = world;
    return 0;
}

static void end_init(struct end *end, struct tls_context *context, enum tls_role role, struct hash accept)
{
    memset(end, 0, sizeof *end);
    buf_init(&end->wire, WIRE_MAX);
    buf_init(&end->plain, WIRE_MAX);
    end->accept = accept;
    assert_int_equal(tls_new(&end->tls, context, role, judge, end), STATUS_OK);
}

static void end_release(struct end *end)
{
    tls_free(end->tls);
    buf_release(&end->wire);
    buf_release(&end->plain);
    end->tls = NULL;
}

static int free_world(void **state)
{
    struct world *world = *state;

    end_release(&world->client);
    end_release(&world->server);
    for (int i = 0; i < 3; i++) {
        tls_context_free(world->contexts[i]);
        identity_release(&world->ids[i]);
    }
    free(world);
    return 0;
}

/* Station (identity who) meets the center; each accepts the given pins only. */
static void meet(struct world *world, int who, struct hash client_accepts, struct hash server_accepts)
{
    struct errmsg err;

    end_init(&world->client, world->contexts[who], TLS_CLIENT, client_accepts);
    end_init(&world->server, world->contexts[0], TLS_SERVER, server_accepts);
    world->moved = 0;
    assert_int_equal(tls_start(world->client.tls, &world->client.wire, &err), STATUS_OK);
    assert_true(world->client.wire.len > 0);
}

static bool carry(struct world *world, struct end *from, struct end *to, size_t step)
{
    size_t n = from->wire.len < step ? from->wire.len : step;
    struct errmsg err;

    if (n == 0)
        return false;
    if (to->status == STATUS_OK)
        to->status = tls_feed(to->tls, from->wire.data, n, &to->plain, &to->wire, &err);
    buf_consume(&from->wire, n);
    world->moved += n;
    return true;
}

/* Until nothing moves any more, at most `step` bytes at a time. */
static void pump(struct world *world, size_t step)
{
    bool moved = true;

    while (moved) {
        moved = carry(world, &world->client, &world->server, step);
        moved = carry(world, &world->server, &world->client, step) || moved;
    }
}

static void say(struct end *end, const char *text)
{
    struct errmsg err;

    assert_int_equal(tls_write(end->tls, text, strlen(text), &end->wire, &err), STATUS_OK);
}

static void pinned_ends_talk_at_any_split(void **state)
{
    static const size_t steps[] = {1, 7, 100, 65536};
    struct world *world = *state;
    uint8_t a[TLS_EXPORTER_BYTES], b[TLS_EXPORTER_BYTES];

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        meet(world, 1, world->ids[0].pin, world->ids[1].pin);
        pump(world, steps[i]);
        assert_int_equal(world->client.status, STATUS_OK);
        assert_int_equal(world->server.status, STATUS_OK);
        assert_true(tls_ready(world->client.tls));
        assert_true(tls_ready(world->server.tls));
        assert_true(hash_equal(tls_peer_pin(world->server.tls), world->ids[1].pin));
        assert_true(hash_equal(tls_peer_pin(world->client.tls), world->ids[0].pin));
        assert_memory_equal(tls_peer_key(world->server.tls), world->ids[1].public_key, TLS_KEY_BYTES);
        assert_in_range(world->moved, 700, 1400);
        assert_int_equal(tls_exporter(world->client.tls, a), STATUS_OK);
        assert_int_equal(tls_exporter(world->server.tls, b), STATUS_OK);
        assert_memory_equal(a, b, sizeof a);
        say(&world->client, "问");
        say(&world->server, "答");
        pump(world, steps[i]);
        assert_string_equal(buf_cstr(&world->server.plain), "问");
        assert_string_equal(buf_cstr(&world->client.plain), "答");
        print_message("handshake and two words: %zu bytes\n", world->moved);
        if (i + 1 < sizeof steps / sizeof *steps) {
            end_release(&world->client);
            end_release(&world->server);
        }
    }
}

static void a_mebibyte_arrives_whole(void **state)
{
    struct world *world = *state;
    size_t len = 1024 * 1024;
    uint8_t *data = malloc(len);
    struct errmsg err;

    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i * 7 + i / 256);
    meet(world, 1, world->ids[0].pin, world->ids[1].pin);
    pump(world, 65536);
    assert_int_equal(tls_write(world->client.tls, data, len, &world->client.wire, &err), STATUS_OK);
    /* All at once: several records in one feed must all come out, whatever SSL_pending() says. */
    assert_int_equal(tls_feed(world->server.tls, world->client.wire.data, world->client.wire.len, &world->server.plain,
                              &world->server.wire, &err),
                     STATUS_OK);
    assert_int_equal(world->server.plain.len, len);
    assert_memory_equal(world->server.plain.data, data, len);
    free(data);
}

static void client_refuses_a_wrong_center_before_it_shows_itself(void **state)
{
    struct world *world = *state;

    meet(world, 1, world->ids[2].pin, world->ids[1].pin);
    pump(world, 65536);
    assert_int_equal(world->client.status, STATUS_AUTH);
    assert_true(world->client.asked);
    assert_false(world->server.asked); /* it never saw the client's certificate */
    assert_false(tls_ready(world->client.tls));
    assert_false(tls_ready(world->server.tls));
    assert_int_not_equal(world->server.status, STATUS_OK);
}

static void center_refuses_a_stranger(void **state)
{
    struct world *world = *state;

    meet(world, 2, world->ids[0].pin, world->ids[1].pin);
    pump(world, 65536);
    assert_int_equal(world->server.status, STATUS_AUTH);
    assert_false(tls_ready(world->server.tls));
    /* The client had finished its part; it learns of the refusal with the next bytes. */
    assert_int_equal(world->client.status, STATUS_AUTH);
}

static void closing_is_told_apart_from_a_cut(void **state)
{
    struct world *world = *state;

    meet(world, 1, world->ids[0].pin, world->ids[1].pin);
    pump(world, 65536);
    say(&world->client, "last words");
    tls_close(world->client.tls, &world->client.wire);
    pump(world, 65536);
    assert_int_equal(world->server.status, STATUS_CLOSED);
    assert_string_equal(buf_cstr(&world->server.plain), "last words");
}

static void garbage_is_an_error_at_once(void **state)
{
    static const char *const garbage[] = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
                                          "\x16\x03\x01\xff\xff\x01\x01"};
    struct world *world = *state;
    struct errmsg err;

    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        end_init(&world->server, world->contexts[0], TLS_SERVER, world->ids[1].pin);
        world->server.status = tls_feed(world->server.tls, garbage[i], strlen(garbage[i]), &world->server.plain,
                                        &world->server.wire, &err);
        assert_int_equal(world->server.status, STATUS_PEER);
        assert_int_equal(tls_feed(world->server.tls, "x", 1, &world->server.plain, &world->server.wire, &err),
                         STATUS_CLOSED);
        assert_int_equal(world->server.plain.len, 0);
        end_release(&world->server);
    }
}

static void a_flipped_byte_never_passes(void **state)
{
    struct world *world = *state;
    struct errmsg err;

    for (size_t at = 0; at < 40; at++) {
        meet(world, 1, world->ids[0].pin, world->ids[1].pin);
        pump(world, 65536);
        say(&world->client, "消息");
        if (at < world->client.wire.len) {
            /* Bytes 3 and 4 are the record's length: a longer one just waits for the rest. */
            world->client.wire.data[at] ^= 0x01;
            world->server.status = tls_feed(world->server.tls, world->client.wire.data, world->client.wire.len,
                                            &world->server.plain, &world->server.wire, &err);
            assert_int_equal(world->server.plain.len, 0);
            if (at > 4)
                assert_int_equal(world->server.status, STATUS_PEER);
        }
        end_release(&world->client);
        end_release(&world->server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pinned_ends_talk_at_any_split, make_world, free_world),
        cmocka_unit_test_setup_teardown(a_mebibyte_arrives_whole, make_world, free_world),
        cmocka_unit_test_setup_teardown(client_refuses_a_wrong_center_before_it_shows_itself, make_world, free_world),
        cmocka_unit_test_setup_teardown(center_refuses_a_stranger, make_world, free_world),
        cmocka_unit_test_setup_teardown(closing_is_told_apart_from_a_cut, make_world, free_world),
        cmocka_unit_test_setup_teardown(garbage_is_an_error_at_once, make_world, free_world),
        cmocka_unit_test_setup_teardown(a_flipped_byte_never_passes, make_world, free_world),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
