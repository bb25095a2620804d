/* tests/test_stumble_service.c - what the services of a center and of a station do at their ticks, without a loop (tests/fake_transport.h), with each statement, each allocation and each call on a file of a tick failing in turn:
 * it is said, once, and what the tick was for is done by those that follow. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "core/record/catalogue.h"
#include "core/record/checkpointer.h"
#include "core/record/guard.h"
#include "core/record/lookup.h"
#include "core/record/reach.h"
#include "sync/service.h"
#include "sync/upward_verb.h"
#include "tests/fake_transport.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/stumble.h"
#include "tests/write_sql.h"

enum { TRIES_MAX = 400, TELLINGS = 80, SAID_MAX_BYTES = 1 << 20, QUIET_MS = 121 * 1000 };

static const struct stumble STEPS = {.code = SQLITE_IOERR_READ}, MEMORY = {.memory = true}, DISK = {.disk = true, .code = EIO};

struct office {
    struct world world;
    char folder[32], at[64];
    struct identity identity;
    struct store *other; /* what another program at the same store has open */
    struct buf said;     /* lines of the log, warnings and worse */
    struct trace trace;
    struct service service;
    struct stumble how;
};

static void keep_line(void *context, const char *line)
{
    bool on = stumble_pause();

    if (strncmp(line, "warn", 4) == 0 || strncmp(line, "error", 5) == 0) {
        buf_puts(context, line);
        buf_putc(context, '\n');
    }
    stumble_go_on(on);
}

static void open_office(struct office *office, struct node *node, unsigned machine)
{
    struct errmsg err = {{0}};
    static uint64_t seed = 5;

    snprintf(office->at, sizeof office->at, "%s/%u", office->folder, machine);
    must(store_open(&office->other, office->at, STORE_OPEN_EXISTING, &err), &err);
    must(identity_make(&office->identity, random_seeded(&seed), &err), &err);
    buf_init(&office->said, SAID_MAX_BYTES);
    trace_init(&office->trace, TRACE_WARN, keep_line, &office->said);
    office->service = (struct service){.folder = office->at, .store = node->store, .identity = &office->identity, .trace = &office->trace, .random = random_seeded(&seed)};
}

static void open_center(struct office *office)
{
    memset(office, 0, sizeof *office);
    snprintf(office->folder, sizeof office->folder, "test_service.XXXXXX");
    assert_non_null(mkdtemp(office->folder));
    world_open(&office->world, 2, office->folder);
    open_office(office, &office->world.center, 0);
}

static void open_station(struct office *office)
{
    memset(office, 0, sizeof *office);
    snprintf(office->folder, sizeof office->folder, "test_service.XXXXXX");
    assert_non_null(mkdtemp(office->folder));
    world_open(&office->world, 1, office->folder);
    open_office(office, &office->world.stations[0], 1);
}

static void close_office(struct office *office)
{
    store_close(office->other);
    identity_release(&office->identity);
    buf_release(&office->said);
    world_close(&office->world);
    test_folder_remove(office->folder);
}

static void nobody_listens(void *context, const char *address)
{
    (void)context, (void)address;
}

static void serve_center(struct office *office, void (*run)(void *context), struct stumble how)
{
    struct errmsg err = {{0}};

    office->how = how;
    fake_transport_reset(run, office);
    must(service_center(&office->service, "127.0.0.1:0", nobody_listens, NULL, &err), &err);
}

/* How often a line of the log says that. */
static unsigned said(const struct office *office, const char *text)
{
    unsigned n = 0;

    for (const char *c = buf_cstr(&office->said); (c = strstr(c, text)) != NULL; c++)
        n++;
    return n;
}

/* Each failure has a reason after its colon. */
static void expect_reasons(const struct office *office)
{
    if (said(office, "：；") + said(office, "：\n") > 0)
        fail_msg("it does not say why: %s", buf_cstr(&office->said));
}

static void begin(struct office *office, uint64_t at)
{
    buf_clear(&office->said);
    office->how.at = at;
    stumble_begin(office->how);
}

/* ---- a center ---- */

/* A machine that is revoked has no line two ticks later; when one of them could not look, as soon as one can. */
static void revoke_again_and_again(void *context)
{
    struct office *office = context;
    const struct peer *peer = &office->world.stations[0].peer;
    uint64_t at = 1, fired = 1;

    fake_transport_tick(CENTER_TICK_MS);
    fake_transport_tick(CENTER_TICK_MS);
    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        write_sql(office->other, "UPDATE peer SET revoked=0");
        fake_transport_tick(CENTER_TICK_MS);
        fake_transport_tick(CENTER_TICK_MS);
        must(peer_revoke(office->other, peer->station_no, 5, NULL), NULL);
        fake_transport.n_drops = fake_transport.n_pokes = 0;
        begin(office, at);
        fake_transport_tick(CENTER_TICK_MS);
        fake_transport_tick(CENTER_TICK_MS);
        fired = stumble_end();
        fake_transport_tick(CENTER_TICK_MS);
        fake_transport_tick(CENTER_TICK_MS);
        if (fake_transport.n_drops == 0 || !hash_equal(fake_transport.dropped, peer->pin))
            fail_msg("%llu: a revoked machine keeps its line: %s", (unsigned long long)at, buf_cstr(&office->said));
        if (fake_transport.n_pokes == 0)
            fail_msg("%llu: nobody is told that something was committed", (unsigned long long)at);
        assert_in_range(said(office, "\n"), 0, 1);
        expect_reasons(office);
    }
    print_message("a machine is revoked: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 3);
}

static void forget_pokes(void)
{
    fake_transport.n_pokes = 0;
    fake_transport.poked = (struct reach_orgs){.n = 0};
}

/* What the screens or the command line wrote: those are told who get some of it; everybody, when nobody knows who does. */
static void write_again_and_again(void *context)
{
    struct office *office = context;
    struct world *world = &office->world;
    struct node as_other = world->center;
    struct errmsg err = {{0}};
    uint64_t at = 1, fired = 1;

    as_other.store = office->other;
    fake_transport_tick(CENTER_TICK_MS);
    forget_pokes();
    write_sql(office->other, "UPDATE meta SET value=value WHERE name='era'"); /* nobody's business */
    fake_transport_tick(CENTER_TICK_MS);
    assert_int_equal(fake_transport.n_pokes, 0);
    assert_int_equal(fake_transport.poked.n, 0);
    assert_false(fake_transport.poked.many);
    node_make(&as_other, "rule", "name=due_days", "value=7", "from_day=2026-01-01", NULL); /* everybody's */
    fake_transport_tick(CENTER_TICK_MS);
    assert_true(fake_transport.poked.many);
    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        struct id id = node_consult(&world->center, "张文芳", "工资没有发"); /* by this very connection: told where it is committed */
        fake_transport_tick(CENTER_TICK_MS);
        forget_pokes();
        must(reach_move(office->other, &world->center.actor, catalogue_find("consultation"), id, 3, NULL, &err), &err);
        begin(office, at);
        fake_transport_tick(CENTER_TICK_MS);
        fired = stumble_end();
        fake_transport_tick(CENTER_TICK_MS);
        if (fake_transport.n_pokes == 0 && !reach_orgs_may_have(&fake_transport.poked, 3))
            fail_msg("%llu: who got a record is not told", (unsigned long long)at);
        if (fired == 0)
            assert_false(reach_orgs_may_have(&fake_transport.poked, 2));
    }
    print_message("something is written: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 3);
}

static void test_what_others_write(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    serve_center(&office, write_again_and_again, STEPS);
    close_office(&office);
}

static void test_a_revoked_machine(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    serve_center(&office, revoke_again_and_again, STEPS);
    close_office(&office);
}

/* The word beside the store is turned, or it is said that it is not; in no case is the store taken for one that was put back. */
static void turn_again_and_again(void *context)
{
    struct office *office = context;
    uint64_t at = 1, fired = 1;
    struct errmsg err = {{0}};
    bool restored = true;

    fake_transport_tick(GUARD_EVERY_MS);
    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        node_consult(&office->world.center, "张文芳", "工资没有发");
        begin(office, at);
        fake_transport_tick(GUARD_EVERY_MS);
        fired = stumble_end();
        expect_reasons(office);
        must(guard_check(office->other, office->at, office->service.random, &restored, &err), &err);
        if (restored)
            fail_msg("%llu: a store that was never put back is taken for one", (unsigned long long)at);
        buf_clear(&office->said);
        fake_transport_tick(GUARD_EVERY_MS);
        if (office->said.len > 0)
            fail_msg("%llu: it is not tried again: %s", (unsigned long long)at, buf_cstr(&office->said));
    }
    print_message("the word is turned: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 3);
}

static void test_the_guard_s_word(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    serve_center(&office, turn_again_and_again, STEPS);
    serve_center(&office, turn_again_and_again, DISK);
    close_office(&office);
}

/* What was erased is overwritten once nobody writes, in the end. */
static void erase_again_and_again(void *context)
{
    struct office *office = context;
    struct node *center = &office->world.center;
    uint64_t at = 1, fired = 1;

    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        struct id id = node_consult(center, "张文芳", "谁也不该再看到的话");
        must(reach_erase(center->store, &center->actor, catalogue_find("consultation"), id, "本人要求", "主任", NULL), NULL);
        assert_true(reach_unfinished(center->store));
        fake_transport_tick(CENTER_TICK_MS);
        fake_transport_tick(CENTER_TICK_MS);
        begin(office, at);
        fake_transport_tick(QUIET_MS);
        fired = stumble_end();
        bool left = reach_unfinished(center->store);
        if (left && fired == 0)
            fail_msg("%llu: it is not overwritten", (unsigned long long)at);
        expect_reasons(office);
        for (int i = 0; i < 3 && reach_unfinished(center->store); i++)
            fake_transport_tick(QUIET_MS);
        if (reach_unfinished(center->store))
            fail_msg("%llu: it is not tried again: %s", (unsigned long long)at, buf_cstr(&office->said));
        assert_int_equal(machine_files_hold(office->folder, 0, "谁也不该再看到的话"), 0);
    }
    print_message("what was erased is overwritten: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 5);
    node_verify(center);
}

static void test_what_waits_for_a_quiet_time(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    serve_center(&office, erase_again_and_again, STEPS);
    close_office(&office);
}

/* ---- the log is not copied ---- */

static enum status copying; /* how the thread's last checkpoint ended */

enum status __wrap_checkpointer_failure(struct checkpointer *checkpointer, struct errmsg *err);

enum status __wrap_checkpointer_failure(struct checkpointer *checkpointer, struct errmsg *err)
{
    (void)checkpointer;
    return copying == STATUS_OK ? STATUS_OK : errmsg_set(err, copying, "%s", status_text(copying));
}

static void fail_and_work(void *context)
{
    static const enum status WAYS[] = {STATUS_FULL, STATUS_FULL, STATUS_IO, STATUS_OK, STATUS_FULL};
    static const unsigned SAID[] = {1, 1, 2, 2, 3}; /* each trouble once */
    struct office *office = context;

    buf_clear(&office->said);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        copying = WAYS[i];
        fake_transport_tick(CENTER_TICK_MS);
        assert_int_equal(said(office, "不能并入数据库文件"), SAID[i]);
    }
    copying = STATUS_OK;
    fake_transport_tick(CENTER_TICK_MS);
}

static void test_the_log_is_not_copied(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    serve_center(&office, fail_and_work, STEPS);
    close_office(&office);
}

/* ---- beginning ---- */

static void do_nothing(void *context)
{
    (void)context;
    (void)stumble_pause();
}

/* It does not begin, or it serves; what is not needed for that is left out, and said. */
static void begin_with(struct office *office, struct stumble how)
{
    uint64_t fired = 1, at = 1, began = 0;
    struct errmsg err;

    for (; fired > 0; at += 1 + at / 20) {
        assert_true(at < TRIES_MAX * 100);
        fake_transport_reset(do_nothing, office);
        office->how = how;
        errmsg_clear(&err);
        begin(office, at);
        enum status status = service_center(&office->service, "127.0.0.1:0", nobody_listens, NULL, &err);
        stumble_go_on(true);
        fired = stumble_end();
        began += status == STATUS_OK;
        if (status != STATUS_OK && (fired == 0 || errmsg_text(&err, status)[0] == '\0'))
            fail_msg("%llu: %s: %s", (unsigned long long)at, status_name(status), err.text);
        expect_reasons(office);
    }
    assert_true(began > 0 && at > 1);
}

static void test_beginning(void **state)
{
    struct office office;

    (void)state;
    open_center(&office);
    begin_with(&office, MEMORY);
    begin_with(&office, STEPS);
    close_office(&office);
}

/* ---- a station ---- */

static const struct service_target TARGET = {.address = "127.0.0.1:1"};

static void serve_station(struct office *office, int64_t every_ms, void (*run)(void *context), struct stumble how)
{
    struct errmsg err = {{0}};

    office->how = how;
    fake_transport_reset(run, office);
    must(service_station(&office->service, &TARGET, every_ms, &err), &err);
}

static bool take_newest(void *context, const struct sync_attempt *attempt)
{
    *(struct sync_attempt *)context = *attempt;
    return false;
}

static struct sync_attempt newest(struct office *office)
{
    struct sync_attempt attempt = {.at_ms = 0};

    must(sync_attempt_list(office->other, 1, take_newest, &attempt, NULL), NULL);
    return attempt;
}

/* There is something to go to the center for: another program wrote a record, asks for a person, wants to go now. */
static void there_is_news(struct office *office, int kind)
{
    struct node as_other = office->world.stations[0];
    int64_t no;

    as_other.store = office->other;
    as_other.actor.now_ms = fake_transport.wall_ms;
    switch (kind) {
    case 0:
        node_consult(&as_other, "张文芳", "工资没有发");
        return;
    case 1:
        must(lookup_ask(office->other, &as_other.actor, as_other.codes, "李秀兰", "来站里问同一件事", &no, NULL), NULL);
        return;
    default:
        must(sync_request_post(office->other, fake_transport.wall_ms, NULL), NULL);
    }
}

static uint64_t try_news(struct office *office, bool line, int kind, uint64_t at)
{
    if (!line)
        fake_transport_end(STATUS_OK, &(struct session_outcome){.sent = 0});
    write_sql(office->other, "UPDATE lookup SET state=1"); /* they are answered */
    fake_transport_tick(STATION_TICK_MS);
    fake_transport.n_dials = fake_transport.n_pokes = 0;
    there_is_news(office, kind);
    begin(office, at);
    fake_transport_tick(STATION_TICK_MS);
    uint64_t fired = stumble_end();
    fake_transport_tick(STATION_TICK_MS);
    if ((line ? fake_transport.n_pokes : fake_transport.n_dials) == 0)
        fail_msg("%llu: nobody goes for news %d, %s: %s", (unsigned long long)at, kind, line ? "connected" : "not connected", buf_cstr(&office->said));
    assert_in_range(said(office, "\n"), 0, 1);
    expect_reasons(office);
    return fired;
}

/* Without a line it dials, with one it pokes: at this tick or the next. */
static void news_again_and_again(void *context)
{
    for (int line = 0; line < 2; line++)
        for (int kind = 0; kind < 3; kind++) {
            uint64_t at = 1;

            while (try_news(context, line, kind, at) > 0) {
                at++;
                assert_true(at < TRIES_MAX);
            }
            print_message("news %d, %s: %llu\n", kind, line ? "connected" : "not connected", (unsigned long long)at - 1);
            assert_true(at > 3);
        }
}

static void test_news(void **state)
{
    struct office office;

    (void)state;
    open_station(&office);
    serve_station(&office, INT64_C(3600000), news_again_and_again, STEPS);
    close_office(&office);
}

/* A line that can't even be dialled is a failure like each other: the screens tell it, and when it is tried again. */
static void cannot_dial(void *context)
{
    struct office *office = context;

    fake_transport.dials = STATUS_NOMEM;
    fake_transport_end(STATUS_CLOSED, &(struct session_outcome){.sent = 0});
    for (int i = 0; i < 1000 && fake_transport.n_dials < 2; i++)
        fake_transport_tick(1000);
    assert_int_equal(fake_transport.n_dials, 2);
    struct sync_attempt attempt = newest(office);
    assert_false(attempt.ok);
    assert_string_equal(attempt.reason, "it cannot be dialled；这台机器内存不够");
    assert_true(attempt.next_ms > fake_transport.wall_ms);
    fake_transport.dials = STATUS_OK;
    for (int i = 0; i < 1000 && fake_transport.n_dials < 3; i++)
        fake_transport_tick(1000);
    assert_int_equal(fake_transport.n_dials, 3);
}

static void test_a_line_that_cannot_be_dialled(void **state)
{
    struct office office;

    (void)state;
    open_station(&office);
    serve_station(&office, 0, cannot_dial, STEPS);
    serve_station(&office, INT64_C(60000), cannot_dial, STEPS);
    close_office(&office);
}

/* A session ends, well or not, while nothing can be written: the next one comes when it should, and what is written then is right. */
static void end_again_and_again(void *context)
{
    struct office *office = context;
    static const struct session_outcome outcome = {.sent = 2, .received = 1, .healed = "mended"};
    uint64_t fired = 1, at = 1;

    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        begin(office, at);
        fake_transport_end(at % 2 == 0 ? STATUS_OK : STATUS_CLOSED, &outcome);
        fired = stumble_end();
        expect_reasons(office);
        fake_transport.n_dials = 0;
        for (int i = 0; i < 3700 && fake_transport.n_dials == 0; i++)
            fake_transport_tick(1000);
        assert_int_equal(fake_transport.n_dials, 1);
        buf_clear(&office->said);
        fake_transport_end(STATUS_CLOSED, &outcome);
        assert_string_equal(newest(office).reason, "the line broke");
        assert_int_equal(office->said.len, 0);
        for (int i = 0; i < 3700 && fake_transport.n_dials == 1; i++)
            fake_transport_tick(1000);
    }
    print_message("a session ends: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 5);
}

static void test_a_session_s_end(void **state)
{
    struct office office;

    (void)state;
    open_station(&office);
    serve_station(&office, INT64_C(3600000), end_again_and_again, STEPS);
    serve_station(&office, INT64_C(3600000), end_again_and_again, DISK);
    close_office(&office);
}

/* All was exchanged just when it could not be written down: the screens do not go on telling of the failure before. */
static void exchange_again_and_again(void *context)
{
    struct office *office = context;
    uint64_t fired = 1, at = 1;

    for (; fired > 0; at++) {
        assert_true(at < TRIES_MAX);
        fake_transport_end(STATUS_CLOSED, &(struct session_outcome){.sent = 0});
        assert_string_equal(newest(office).reason, "the line broke");
        unsigned dialled = fake_transport.n_dials;
        for (int i = 0; i < 3700 && fake_transport.n_dials == dialled; i++)
            fake_transport_tick(1000);
        fake_transport.has_look = true;
        fake_transport.look = (struct transport_look){.open = true, .quiet = true, .outcome = {.sent = at}};
        begin(office, at);
        fake_transport_tick(STATION_TICK_MS);
        fired = stumble_end();
        expect_reasons(office);
        fake_transport_tick(STATION_TICK_MS);
        fake_transport_tick(STATION_TICK_MS);
        struct sync_attempt attempt = newest(office);
        if (!attempt.ok || attempt.sent != at)
            fail_msg("%llu: the screens tell of what was before: %s\n%s", (unsigned long long)at, attempt.reason, buf_cstr(&office->said));
        assert_in_range(said(office, "不能给屏幕记下这次同步"), 0, 1);
    }
    print_message("an exchange: %llu\n", (unsigned long long)at - 2);
    assert_true(at > 5);
}

static void test_an_exchange_that_could_not_be_noted(void **state)
{
    static const struct stumble FULL = {.code = SQLITE_FULL, .for_good = true};
    struct office office;

    (void)state;
    open_station(&office);
    serve_station(&office, 0, exchange_again_and_again, STEPS);
    serve_station(&office, 0, exchange_again_and_again, FULL);
    close_office(&office);
}

/* ---- a county tells its hub, once ---- */

struct county {
    struct world county, hub; /* the upward store is the hub's one station */
    struct buf center, upward; /* as they were */
    struct service service;
};

static void hub_takes_all(void *context)
{
    (void)context;
    fake_transport_end(STATUS_OK, &(struct session_outcome){.sent = 1});
}

static enum status tell_upward(struct county *county, bool json, struct buf *out, struct errmsg *err)
{
    bool refused = true;

    errmsg_clear(err);
    buf_clear(out);
    fake_transport_reset(hub_takes_all, NULL);
    enum status status = upward_verb_once(&county->service, &TARGET, county->county.center.store, json, out, &refused, err);
    assert_false(refused);
    return status == STATUS_OK ? out->status : status;
}

/* What is told, as text. When the hub was met is not part of it. */
static char *what_is_told(struct county *county)
{
    struct node *upward = &county->hub.stations[0];
    char *rows = node_dump(upward), *text;
    struct buf out;

    buf_init(&out, 1 << 24);
    buf_printf(&out, "%s%lld changes, %lld pages, %lld folded\n", rows, (long long)node_number(upward, "SELECT count(*) FROM change"), (long long)node_number(upward, "SELECT coalesce(sum(length(body)),0) FROM change"),
               (long long)node_number(&county->county.center, "SELECT count(*) FROM change"));
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    free(rows);
    return text;
}

static bool try_telling(struct county *county, struct stumble how, bool json, const char *expected, const char *answer)
{
    struct errmsg err;
    struct buf out;

    node_restore(&county->county.center, &county->center);
    node_restore(&county->hub.stations[0], &county->upward);
    county->service.store = county->hub.stations[0].store;
    buf_init(&out, 1 << 16);
    stumble_begin(how);
    enum status status = tell_upward(county, json, &out, &err);
    uint64_t fired = stumble_end();
    if (status == STATUS_OK && strcmp(buf_cstr(&out), answer) != 0)
        fail_msg("%llu: it tells: %s\n--- expected\n%s", (unsigned long long)how.at, buf_cstr(&out), answer);
    if (status != STATUS_OK && (fired == 0 || errmsg_text(&err, status)[0] == '\0'))
        fail_msg("%llu (%s): %s: %s", (unsigned long long)how.at, stumble_failed(), status_name(status), err.text);
    if (status != STATUS_OK && tell_upward(county, json, &out, &err) != STATUS_OK)
        fail_msg("%llu (%s): done again: %s", (unsigned long long)how.at, stumble_failed(), err.text);
    char *told = what_is_told(county);
    if (strcmp(told, expected) != 0)
        fail_msg("%llu (%s): something else is told:\n%s--- expected\n%s", (unsigned long long)how.at, stumble_failed(), told, expected);
    free(told);
    buf_release(&out);
    return fired > 0;
}

static void test_a_county_tells_its_hub(void **state)
{
    static const struct stumble WAYS[] = {{.code = SQLITE_IOERR_READ}, {.code = SQLITE_FULL, .for_good = true}, {.memory = true}};
    struct county county;
    struct identity identity;
    struct errmsg err;
    struct buf answer;
    uint64_t seed = 5;

    (void)state;
    world_open(&county.county, 1, NULL);
    world_open(&county.hub, 1, NULL);
    must(identity_make(&identity, random_seeded(&seed), &err), &err);
    for (int i = 0; i < 3; i++)
        node_consult(&county.county.center, "张文芳", "工资没有发");
    county.service = (struct service){.store = county.hub.stations[0].store, .identity = &identity, .random = random_seeded(&seed)};
    node_keep(&county.county.center, &county.center);
    node_keep(&county.hub.stations[0], &county.upward);
    buf_init(&answer, 1 << 16);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct stumble how = WAYS[i];

        node_restore(&county.county.center, &county.center);
        node_restore(&county.hub.stations[0], &county.upward);
        county.service.store = county.hub.stations[0].store;
        stumble_begin((struct stumble){.memory = how.memory});
        must(tell_upward(&county, i % 2 == 0, &answer, &err), &err);
        (void)stumble_end();
        uint64_t n = stumble_count();
        char *expected = what_is_told(&county);
        for (how.at = 1; how.at <= n; how.at += 1 + n / TELLINGS)
            (void)try_telling(&county, how, i % 2 == 0, expected, buf_cstr(&answer));
        print_message("a county tells its hub: %llu\n", (unsigned long long)n);
        assert_true(n > 20);
        free(expected);
    }
    buf_release(&answer);
    buf_release(&county.center);
    buf_release(&county.upward);
    identity_release(&identity);
    world_close(&county.county);
    world_close(&county.hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_revoked_machine),
        cmocka_unit_test(test_what_others_write),
        cmocka_unit_test(test_the_guard_s_word),
        cmocka_unit_test(test_what_waits_for_a_quiet_time),
        cmocka_unit_test(test_the_log_is_not_copied),
        cmocka_unit_test(test_beginning),
        cmocka_unit_test(test_news),
        cmocka_unit_test(test_a_line_that_cannot_be_dialled),
        cmocka_unit_test(test_a_session_s_end),
        cmocka_unit_test(test_an_exchange_that_could_not_be_noted),
        cmocka_unit_test(test_a_county_tells_its_hub),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
