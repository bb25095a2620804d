/* tests/test_stumble_line.c - sessions over real sockets on loopback with each allocation failing in turn, TLS's own, too: both ends say how it ended, a session that is told as done is, and afterwards the center hears
 * whoever comes. A key that could not be looked at is not a wrong one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "core/record/peer.h"
#include "sync/service.h"
#include "sync/text_socket.h"
#include "sync/transport.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/stumble.h"

enum { N_CHANGES = 3, TICK_MS = 5, TICKS_MOST = 1000, TRIES_MAX = 100000, LAST_ONES = 40 };

/* OpenSSL's memory is this program's: the linker hands it to stumble.c. */
static void *ssl_malloc(size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return malloc(bytes);
}

static void *ssl_realloc(void *old, size_t bytes, const char *file, int line)
{
    (void)file, (void)line;
    return realloc(old, bytes);
}

static void ssl_free(void *old, const char *file, int line)
{
    (void)file, (void)line;
    free(old);
}

static const struct hash THREE = {{3}};

struct line {
    struct identity ids[2]; /* center, station */
    struct tls_context *tls[2];
    struct transport *transport;
    char address[ADDRESS_TEXT_BYTES];
    struct stumble how;
    uint64_t fired;
    bool second; /* nothing fails any more */
    struct transport_end first, last;
    bool has_first, has_last;
    uint64_t center_has;
    unsigned ticks;
    int readers[2]; /* of the text socket */
    char got[2][256];
};

/* ---- the stores ---- */

static void answer_station(const struct session_request *request, struct session_result *result)
{
    if (request->kind == REQUEST_STATE) {
        result->state.machine.station_no = 7;
        result->state.machine.org = 2;
        result->state.machine.incarnation[0] = 1;
        result->state.head_seq = N_CHANGES;
        result->state.head_hash = THREE;
    } else if (request->kind == REQUEST_READ_OWN) {
        buf_init(&result->packed, 64);
        if (request->after >= N_CHANGES)
            return;
        buf_puts(&result->packed, "abc");
        result->chunk = (struct message_changes){.first = 1, .last = N_CHANGES, .count = N_CHANGES, .raw_bytes = 3};
        memcpy(result->chunk.last_hash, THREE.bytes, HASH_BYTES);
    }
}

static void answer_center(struct line *line, const struct session_request *request, struct session_result *result)
{
    if (request->kind == REQUEST_GREET) {
        result->peer.station_no = 7;
        result->peer.org = 2;
        result->state.machine.center = true;
        result->state.machine.incarnation[0] = 9;
        result->have_seq = line->center_has;
        if (line->center_has > 0)
            result->have_hash = THREE;
    } else if (request->kind == REQUEST_INGEST) {
        line->center_has = request->chunk.last;
        result->taken = (struct replica_result){.taken = N_CHANGES, .have_seq = N_CHANGES, .have_hash = THREE};
    } else if (request->kind == REQUEST_READ_SCOPE) {
        buf_init(&result->packed, 64);
        result->chunk.last = request->after;
    }
}

static void answer(void *context, const struct session_request *request, struct session_result *result)
{
    bool on = stumble_pause();

    if (request->kind < REQUEST_GREET)
        answer_station(request, result);
    else
        answer_center(context, request, result);
    stumble_go_on(on);
}

/* ---- the loop ---- */

static void dial(struct line *line)
{
    struct transport_dial dial = {.address = line->address, .pin = line->ids[0].pin, .tls = line->tls[1], .session = {.role = SESSION_STATION, .once = true}};
    struct errmsg err = {{0}};
    enum status status = transport_dial(line->transport, &dial, NULL, &err);

    if (status != STATUS_OK) { /* only the first may fail */
        assert_false(line->second);
        line->first = (struct transport_end){.status = status};
        line->has_first = true;
    }
}

static void ended(void *context, void *dial_context, const struct transport_end *end)
{
    struct line *line = context;

    (void)dial_context;
    if (end->incoming)
        return;
    if (!line->has_first) {
        line->first = *end;
        line->has_first = true;
        return;
    }
    line->last = *end;
    line->has_last = true;
    transport_stop(line->transport);
}

static void tick(void *context)
{
    struct line *line = context;
    bool on = stumble_pause();

    if (line->has_first && !line->second) {
        line->fired = stumble_end();
        on = false;
        line->second = true;
        dial(line);
    }
    if (++line->ticks == TICKS_MOST)
        transport_stop(line->transport);
    stumble_go_on(on);
}

static void open_line(struct line *line)
{
    struct transport_config config = {.random = random_system(), .hooks = {.context = line, .ended = ended, .answer = answer, .tick = tick, .tick_ms = TICK_MS}, .limits = {.stall_ms = 80}};
    struct errmsg err = {{0}};

    memset(line, 0, sizeof *line);
    for (uint64_t i = 0; i < 2; i++) {
        uint64_t seed = i;

        must(identity_make(&line->ids[i], random_seeded(&seed), &err), &err);
        must(tls_context_new(&line->tls[i], &line->ids[i], &err), &err);
    }
    config.tls = line->tls[0];
    must(transport_new(&line->transport, &config, &err), &err);
    must(transport_listen(line->transport, "127.0.0.1:0", line->address, &err), &err);
}

static void close_line(struct line *line)
{
    transport_free(line->transport);
    for (int i = 0; i < 2; i++) {
        tls_context_free(line->tls[i]);
        identity_release(&line->ids[i]);
    }
}

/* ---- a session ---- */

static void expect_session(const struct line *line)
{
    unsigned long long at = line->how.at;

    if (!line->has_first)
        fail_msg("allocation %llu: it never ends", at);
    if (line->first.status == STATUS_OK && line->first.outcome.sent != N_CHANGES)
        fail_msg("allocation %llu: told as done, and %llu sent", at, (unsigned long long)line->first.outcome.sent);
    if (line->first.status == STATUS_AUTH || line->first.status == STATUS_FORBIDDEN)
        fail_msg("allocation %llu: no memory was taken for a wrong key: %s", at, line->first.reason.text);
    if (!line->has_last)
        fail_msg("allocation %llu: nobody hears the next one", at);
    if (line->last.status != STATUS_OK)
        fail_msg("allocation %llu: the next one: %s: %s", at, status_name(line->last.status), line->last.reason.text);
    assert_int_equal(line->center_has, N_CHANGES);
}

static bool try_session(uint64_t at)
{
    struct line line;

    open_line(&line);
    line.how = (struct stumble){.memory = true, .at = at};
    stumble_begin(line.how);
    dial(&line);
    transport_run(line.transport);
    (void)stumble_end();
    expect_session(&line);
    close_line(&line);
    return line.fired > 0;
}

static void test_a_session(void **state)
{
    uint64_t at = 1, last = 0;

    (void)state;
    while (try_session(at)) {
        last = at;
        at += 1 + at / 40; /* near the beginning are ours, then come the many of TLS */
        assert_true(at < TRIES_MAX);
    }
    assert_true(at > 100);
    while (at - last > 1) { /* the last one */
        uint64_t middle = last + (at - last) / 2;

        *(try_session(middle) ? &last : &at) = middle;
    }
    print_message("a session: %llu allocations\n", (unsigned long long)last);
    for (at = last - LAST_ONES; at <= last; at++) /* of its end */
        (void)try_session(at);
}

/* ---- the text socket ---- */

static void say_something(void *context, struct buf *out)
{
    (void)context;
    buf_puts(out, "something");
}

static int reader(const char *path)
{
    static const char wish[] = "GET /metrics HTTP/1.0\r\n\r\n";
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(send(fd, wish, sizeof wish - 1, MSG_NOSIGNAL), sizeof wish - 1);
    return fd;
}

/* The first may come to nothing, the second one is answered. */
static void read_both(void *context)
{
    struct line *line = context;
    bool on = stumble_pause();

    for (int i = 0; i < 2; i++)
        if (line->got[i][0] == '\0' && recv(line->readers[i], line->got[i], sizeof line->got[i] - 1, MSG_DONTWAIT) == 0)
            strcpy(line->got[i], "closed");
    if (line->got[0][0] != '\0' && line->readers[1] < 0) {
        line->fired = stumble_end();
        on = false;
        line->readers[1] = reader(line->address);
    }
    if (line->got[1][0] != '\0' || ++line->ticks == TICKS_MOST)
        transport_stop(line->transport);
    stumble_go_on(on);
}

static bool try_socket(uint64_t at, const char *path)
{
    struct transport_config config = {.random = random_system(), .limits = {.stall_ms = 80}};
    struct errmsg err = {{0}};
    struct line line = {.readers = {-1, -1}};

    config.hooks = (struct transport_hooks){.context = &line, .tick = read_both, .tick_ms = TICK_MS};
    must(transport_new(&line.transport, &config, &err), &err);
    must(text_socket_open(line.transport, path, say_something, NULL, &err), &err);
    snprintf(line.address, sizeof line.address, "%s", path);
    line.readers[0] = reader(path);
    stumble_begin((struct stumble){.memory = true, .at = at});
    transport_run(line.transport);
    (void)stumble_end();
    if (strstr(line.got[1], "something") == NULL)
        fail_msg("allocation %llu: nobody answers the next one: %s", (unsigned long long)at, line.got[1]);
    for (int i = 0; i < 2; i++)
        close(line.readers[i]);
    transport_free(line.transport);
    return line.fired > 0;
}

static void test_the_text_socket(void **state)
{
    char folder[] = "test_line.XXXXXX", path[64];
    uint64_t at = 1;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/socket", folder);
    while (try_socket(at, path))
        at++;
    print_message("the text socket: %llu allocations\n", (unsigned long long)at - 1);
    assert_true(at > 2);
    assert_int_equal(rmdir(folder), 0);
}

/* ---- keys and TLS by themselves ---- */

static void test_a_context(void **state)
{
    uint64_t seed = 1, at, fired = 1;
    struct errmsg err = {{0}};

    (void)state;
    for (at = 1; fired > 0; at += 1 + at / 40) { /* near the beginning are ours, then come the many of TLS */
        struct identity identity;
        struct tls_context *context;
        uint8_t secret[IDENTITY_SECRET_BYTES];

        stumble_begin((struct stumble){.memory = true, .at = at});
        enum status status = identity_make(&identity, random_seeded(&seed), &err);
        bool made = status == STATUS_OK;
        if (made)
            status = identity_secret(&identity, secret, &err);
        context = NULL;
        if (status == STATUS_OK)
            status = tls_context_new(&context, &identity, &err);
        fired = stumble_end();
        if (fired == 0)
            must(status, &err);
        assert_int_equal(status == STATUS_OK, context != NULL);
        tls_context_free(context);
        if (made)
            identity_release(&identity);
        assert_true(at < TRIES_MAX);
    }
    print_message("a key and a context: %llu allocations\n", (unsigned long long)at);
    assert_true(at > 100);
}

/* ---- a station's service ---- */

/* A person asks for a sync just when the store can't be read: the next look takes up the wish. */
struct asking {
    struct store *store;
    unsigned ticks;
    uint64_t fired;
    bool taken;
};

static struct service_fed ask_once(void *context)
{
    struct asking *asking = context;
    bool asks = ++asking->ticks == 2;

    if (asks) {
        must(sync_request_post(asking->store, 1, NULL), NULL);
        stumble_begin((struct stumble){.code = SQLITE_IOERR_READ, .at = 2}); /* the first statement tells that somebody committed */
    } else if (asking->ticks == 3) {
        asking->fired = stumble_end();
    } else if (asking->ticks > 3) {
        asking->taken = store_meta_int(asking->store, "sync_request", -1) == -1;
    }
    if (asking->taken || asking->ticks == 8)
        assert_int_equal(raise(SIGTERM), 0);
    return (struct service_fed){.appended = asks};
}

static void test_a_wish_to_sync(void **state)
{
    struct service_target target = {.address = "127.0.0.1:1"};
    struct errmsg err = {{0}};
    struct identity identity;
    struct world stores;
    uint64_t seed = 1;

    (void)state;
    world_open(&stores, 1, NULL);
    must(identity_make(&identity, random_seeded(&seed), &err), &err);
    struct asking asking = {.store = stores.stations[0].store};
    struct service service = {.store = asking.store, .identity = &identity, .random = random_seeded(&seed), .feed = ask_once, .feed_context = &asking};
    must(service_station(&service, &target, INT64_C(3600000), &err), &err);
    assert_int_equal(asking.fired, 1);
    assert_true(asking.taken);
    identity_release(&identity);
    world_close(&stores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session),
        cmocka_unit_test(test_the_text_socket),
        cmocka_unit_test(test_a_context),
        cmocka_unit_test(test_a_wish_to_sync),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    if (CRYPTO_set_mem_functions(ssl_malloc, ssl_realloc, ssl_free) != 1 || hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
