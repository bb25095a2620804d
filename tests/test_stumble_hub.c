/* tests/test_stumble_hub.c - a county's session at a hub on PostgreSQL with each allocation failing in turn, and with each statement that goes to the server: what was asked is answered or refused with its reason, asked
 * again it is answered, nothing is taken twice and no order number is left out. So are three counties whose changes come in one transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/upward_gather.h"
#include "sync/enrol.h"
#include "sync/hub_schema.h"
#include "sync/hub_verb.h"
#include "tests/province.h"
#include "tests/stumble.h"
#include "tests/stumble_pg.h"

enum { TRIES_MAX = 2000, FLUSHES_MOST = 8, CHECK_EVERY = 25, READ_BYTES = 64 * 1024 };

struct county {
    struct province province;
    uint8_t lease[LEASE_BYTES];
    uint64_t have, seen; /* of its changes at the hub; of the hub's order here */
    struct hash secret;  /* of the code with which another county's machine is let in again */
};

/* mends: done again by the hub itself, nobody hears of it. */
struct pg_stumble {
    const char *name;
    enum stumble_pg_way way;
    bool for_good, mends;
    uint64_t stride; /* of those that wait before they connect anew not each is tried */
};

static const struct pg_stumble PG_WAYS[] = {
    {"an error", STUMBLE_PG_ERROR, false, false, 1}, {"errors for good", STUMBLE_PG_ERROR, true, false, 3}, {"a full disk", STUMBLE_PG_FULL, true, false, 5},
    {"a clash", STUMBLE_PG_CLASH, false, true, 1},   {"not sent", STUMBLE_PG_UNSENT, false, true, 3},       {"a lost connection", STUMBLE_PG_LOST, false, true, 4},
    {"a lost answer", STUMBLE_PG_LOST_BEHIND, false, true, 3},
};

static const enum request_kind KINDS[] = {REQUEST_GREET, REQUEST_INGEST, REQUEST_READ_SCOPE, REQUEST_CHECK_SUMS, REQUEST_READ_REPAIR, REQUEST_NOTE_PEER, REQUEST_ENROL};
enum { N_KINDS = sizeof KINDS / sizeof *KINDS };

static struct node *node_of(struct county *county)
{
    return &county->province.world.stations[0];
}

static void make_request(struct county *county, enum request_kind kind, struct province_push *push)
{
    const struct node *node = node_of(county);
    struct session_request *request = &push->request;
    struct replica_state state;

    province_push_make(&county->province, 0, county->have, push);
    request->kind = kind;
    assert_int_equal(replica_state(node->store, &state, NULL), STATUS_OK);
    request->hello = (struct message_hello){.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = node->machine.station_no, .org = (uint64_t)node->machine.org, .head_seq = state.head_seq};
    memcpy(request->hello.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    memcpy(request->hello.head_hash, state.head_hash.bytes, HASH_BYTES);
    memcpy(request->hello.lease, county->lease, LEASE_BYTES);
    memset(request->entropy, (int)(county->have % 255) + 1, sizeof request->entropy);
    request->max_bytes = READ_BYTES;
    request->after = county->seen;
    request->sums = (struct message_sums){.from = 1, .to = county->have + 1};
    if (kind == REQUEST_ENROL) {
        request->pin = hash_of(county->secret.bytes, HASH_BYTES);
        struct hash proof = enrol_proof(county->secret, request->exporter, request->pin);
        memcpy(request->enrol.proof, proof.bytes, HASH_BYTES);
        snprintf(request->enrol.name, sizeof request->enrol.name, "新机器");
    }
    if (kind == REQUEST_NOTE_PEER || kind == REQUEST_READ_SCOPE)
        request->have_seq = county->have;
    if (kind != REQUEST_INGEST) {
        request->packed = NULL;
        request->packed_len = 0;
    }
}

/* Until it is answered: without memory it stays queued, or is not taken into the queue at all. */
static void carry_out(struct county *county, struct province_push *push)
{
    bool queued = false;

    for (int i = 0; i < FLUSHES_MOST && !push->answered; i++) {
        if (!queued)
            queued = replicator_submit(county->province.replicator, push, &push->request) == STATUS_OK;
        province_carry_out(&county->province);
    }
    if (!push->answered)
        fail_msg("request %d is never answered", push->request.kind);
}

static enum status ask(struct county *county, enum request_kind kind)
{
    struct province_push push;
    bool on = stumble_pause(), pg_on = stumble_pg_pause();

    make_request(county, kind, &push);
    stumble_go_on(on);
    stumble_pg_go_on(pg_on);
    carry_out(county, &push);
    on = stumble_pause();
    pg_on = stumble_pg_pause();
    enum status status = push.result.status;
    if (status != STATUS_OK && status != STATUS_NOMEM && push.result.err.text[0] == '\0')
        fail_msg("request %d failed and does not say why: %s", kind, status_name(status));
    if (status == STATUS_OK && kind == REQUEST_GREET) {
        if (push.result.heal.branch || push.result.heal.rewind || push.result.heal.compare.what != 0)
            fail_msg("it is taken for a copy: lease %d, have %llu of %llu", county->lease[0], (unsigned long long)push.result.have_seq, (unsigned long long)push.request.hello.head_seq);
        assert_int_not_equal(push.result.lease[0], 0);
        memcpy(county->lease, push.result.lease, LEASE_BYTES);
    } else if (status == STATUS_OK && kind == REQUEST_INGEST) {
        county->have = push.result.taken.have_seq;
    }
    if (status == STATUS_OK && kind == REQUEST_ENROL)
        assert_int_equal(push.result.peer.org, province_org(&county->province, 1));
    if (status == STATUS_OK && kind == REQUEST_READ_SCOPE)
        county->seen = push.result.chunk.last > county->seen ? push.result.chunk.last : county->seen;
    province_push_release(&push);
    stumble_go_on(on);
    stumble_pg_go_on(pg_on);
    return status;
}

/* A code for the second county's machine, which gets a new key each time. */
static void make_code(struct county *county, uint64_t at)
{
    char sql[400], hex[2 * HASH_BYTES + 1];

    county->secret = hash_of(&at, sizeof at);
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", county->secret.bytes[i]);
    snprintf(sql, sizeof sql, "INSERT INTO enrol_code(no,secret_hash,county,again,expires_ms) VALUES(%llu,decode('%s','hex'),%lld,true,9000000000000)", (unsigned long long)at, hex,
             (long long)province_org(&county->province, 1));
    hub_world_run(county->province.hub, sql);
}

/* The n-th session. Its at-th allocation fails, or with pg its at-th statement. Returns how much failed. */
static uint64_t try_session(struct county *county, uint64_t n, uint64_t at, const struct pg_stumble *pg)
{
    enum status answers[N_KINDS];
    uint64_t fired;

    make_code(county, n);
    node_consult(node_of(county), "张文芳", "工资没有发");
    if (pg != NULL)
        stumble_pg_begin(pg->way, at, pg->for_good);
    else
        stumble_begin((struct stumble){.memory = true, .at = at});
    for (size_t i = 0; i < N_KINDS; i++)
        answers[i] = ask(county, KINDS[i]);
    fired = pg != NULL ? stumble_pg_end() : stumble_end();
    for (size_t i = 0; i < N_KINDS; i++) {
        if (answers[i] != STATUS_OK && pg != NULL && pg->mends)
            fail_msg("%s, statement %llu: request %d is not done again by itself: %s", pg->name, (unsigned long long)at, KINDS[i], status_name(answers[i]));
        if (answers[i] != STATUS_OK && fired == 0)
            fail_msg("request %d: %s", KINDS[i], status_name(answers[i]));
        if (answers[i] != STATUS_OK && ask(county, KINDS[i]) != STATUS_OK)
            fail_msg("%s %llu: request %d done again fails, too", pg != NULL ? pg->name : "allocation", (unsigned long long)at, KINDS[i]);
    }
    if (county->have != n)
        fail_msg("%s %llu: %llu of %llu changes are there", pg != NULL ? pg->name : "allocation", (unsigned long long)at, (unsigned long long)county->have, (unsigned long long)n);
    if (pg != NULL || n % CHECK_EVERY == 0)
        province_check_orders(&county->province);
    return fired;
}

static void test_each_allocation(void **state)
{
    struct county county = {.have = 0};
    uint64_t at = 1;

    (void)state;
    province_open(&county.province);
    while (try_session(&county, at, at, NULL) > 0) {
        at++;
        assert_true(at < TRIES_MAX);
    }
    print_message("a county's session: %llu allocations\n", (unsigned long long)at - 1);
    assert_true(at > 10);
    province_check_orders(&county.province);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change"), (int64_t)at);
    province_close(&county.province);
}

/* What there was no memory to read is not stored as what a newer program told: nobody would tell it again. */
static void test_each_allocation_of_what_is_told(void **state)
{
    struct county county = {.have = 0};
    struct world world;
    struct errmsg err = {{0}};
    uint64_t at = 1, fired = 1;

    (void)state;
    world_open(&world, 0, NULL);
    province_open(&county.province);
    assert_int_equal(ask(&county, REQUEST_GREET), STATUS_OK);
    for (; fired > 0; at++) {
        struct upward_gathered gathered = {.more = false};

        assert_true(at < TRIES_MAX);
        node_consult(&world.center, "张文芳", "工资没有发");
        assert_int_equal(upward_gather(world.center.store, node_of(&county)->store, 1000, &gathered, &err), STATUS_OK);
        stumble_begin((struct stumble){.memory = true, .at = at});
        enum status status = ask(&county, REQUEST_INGEST);
        fired = stumble_end();
        if (status != STATUS_OK && ask(&county, REQUEST_INGEST) != STATUS_OK)
            fail_msg("allocation %llu: done again it fails, too", (unsigned long long)at);
        if (province_ask(&county.province, "SELECT count(*) FROM change WHERE state<>0") != 0)
            fail_msg("allocation %llu: it is taken for what is not understood", (unsigned long long)at);
    }
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM record_consultation"), (int64_t)at - 1);
    province_close(&county.province);
    world_close(&world);
}

static void test_each_statement(void **state)
{
    struct county county = {.have = 0};
    uint64_t n = 0;

    (void)state;
    province_open(&county.province);
    for (size_t i = 0; i < sizeof PG_WAYS / sizeof *PG_WAYS; i++) {
        uint64_t at = 1;

        while (try_session(&county, ++n, at, &PG_WAYS[i]) > 0) {
            at += PG_WAYS[i].stride;
            assert_true(at < TRIES_MAX);
        }
        print_message("%s: %llu statements\n", PG_WAYS[i].name, (unsigned long long)at - 1);
        assert_true(at > 10);
    }
    province_check_orders(&county.province);
    assert_int_equal(province_ask(&county.province, "SELECT count(*) FROM change"), (int64_t)n);
    province_close(&county.province);
}

/* ---- the verbs of who runs the hub ---- */

struct office {
    struct province province;
    struct hub_place place;
    uint64_t seed;
    unsigned n_fresh;
};

static int64_t revoked(struct office *office)
{
    return province_ask(&office->province, "SELECT count(*) FROM county WHERE revoked_ms<>0");
}

static int64_t codes(struct office *office)
{
    return province_ask(&office->province, "SELECT count(*) FROM enrol_code");
}

enum { VERB_STATIONS, VERB_CODE, VERB_CODE_NEW, VERB_REVOKE, N_VERBS };

static enum status do_verb(struct office *office, int verb, struct buf *out, struct errmsg *err)
{
    struct hub_holder holder;
    struct peer peer;

    buf_clear(out);
    switch (verb) {
    case VERB_STATIONS:
        return hub_verb_stations(&office->place, true, out, err);
    case VERB_CODE:
        return hub_verb_code(&office->place, NULL, "1", NULL, hash_of("secret", 6), &holder, err);
    case VERB_CODE_NEW:
        return hub_verb_code(&office->place, "C9", NULL, "新县", hash_of("other", 5), &holder, err);
    default:
        return hub_verb_revoke(&office->place, "1", &peer, err);
    }
}

static void put_office_back(struct office *office)
{
    hub_world_run(office->province.hub, "UPDATE county SET revoked_ms=0");
    hub_world_run(office->province.hub, "DELETE FROM enrol_code");
    hub_world_run(office->province.hub, "DELETE FROM county WHERE code='C9'");
}

/* What the verb was to do stands there. */
static bool verb_is_done(struct office *office, int verb, const struct buf *out, const struct buf *expected)
{
    switch (verb) {
    case VERB_STATIONS:
        return out->len == expected->len && memcmp(out->data, expected->data, out->len) == 0;
    case VERB_CODE:
    case VERB_CODE_NEW:
        return codes(office) == 1;
    default:
        return revoked(office) == 1;
    }
}

static uint64_t try_verb(struct office *office, int verb, uint64_t at, const struct pg_stumble *pg, const struct buf *expected)
{
    struct errmsg err = {{0}};
    struct buf out;

    buf_init(&out, 1 << 20);
    put_office_back(office);
    stumble_pg_begin(pg->way, at, pg->for_good);
    enum status status = do_verb(office, verb, &out, &err);
    uint64_t fired = stumble_pg_end();
    bool is_done = verb_is_done(office, verb, &out, expected);
    if (status == STATUS_OK && !is_done)
        fail_msg("%s, statement %llu: verb %d says that it is done, and it is not", pg->name, (unsigned long long)at, verb);
    if (status != STATUS_OK && (fired == 0 || pg->way == STUMBLE_PG_CLASH || err.text[0] == '\0'))
        fail_msg("%s, statement %llu: verb %d: %s: %s", pg->name, (unsigned long long)at, verb, status_name(status), err.text);
    if (status != STATUS_OK && is_done && verb != VERB_STATIONS && pg->way != STUMBLE_PG_LOST && pg->way != STUMBLE_PG_LOST_BEHIND)
        fail_msg("%s, statement %llu: verb %d says that it failed, and it is done", pg->name, (unsigned long long)at, verb);
    if (status != STATUS_OK && !is_done && (do_verb(office, verb, &out, &err) != STATUS_OK || !verb_is_done(office, verb, &out, expected)))
        fail_msg("%s, statement %llu: verb %d done again: %s", pg->name, (unsigned long long)at, verb, err.text);
    buf_release(&out);
    return fired;
}

static void open_office(struct office *office)
{
    memset(office, 0, sizeof *office);
    province_open(&office->province);
    office->seed = 5;
    office->place = (struct hub_place){.url = hub_world_url(office->province.hub), .name = "省级中心", .area = "000000", .random = random_seeded(&office->seed), .now_ms = 1790000000000};
}

static void test_verbs(void **state)
{
    struct office office;
    struct errmsg err = {{0}};
    struct buf expected;

    (void)state;
    open_office(&office);
    stumble_pg_keep(true);
    buf_init(&expected, 1 << 20);
    for (int verb = 0; verb < N_VERBS; verb++) {
        put_office_back(&office);
        assert_int_equal(do_verb(&office, verb, &expected, &err), STATUS_OK);
        for (size_t i = 0; i < sizeof PG_WAYS / sizeof *PG_WAYS; i++)
            for (uint64_t at = 1; try_verb(&office, verb, at, &PG_WAYS[i], &expected) > 0; at++)
                assert_true(at < TRIES_MAX);
    }
    buf_release(&expected);
    stumble_pg_keep(false);
    province_close(&office.province);
}

/* The connection went, which is noticed, and with it the transaction: nothing of it may be said to be kept. */
static void test_lost_transaction(void **state)
{
    struct province province;
    struct errmsg err = {{0}};

    (void)state;
    province_open(&province);
    struct engine_store engine = hub_world_engine(province.hub);
    assert_int_equal(engine.ops->begin(engine.store, &err), STATUS_OK);
    hub_world_run(province.hub, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid<>pg_backend_pid() AND backend_type='client backend'");
    assert_int_equal(engine.ops->savepoint(engine.store, &err), STATUS_CLOSED);
    assert_int_equal(engine.ops->commit(engine.store, &err), STATUS_CLOSED);
    assert_int_equal(engine.ops->begin(engine.store, &err), STATUS_OK);
    assert_int_equal(engine.ops->commit(engine.store, &err), STATUS_OK);
    province_close(&province);
}

/* ---- the tables of a new hub ---- */

static enum status make_tables(struct office *office, const char *url, struct errmsg *err)
{
    struct hub_founding founding = {.name = "省级中心", .area = "000000", .random = random_seeded(&office->seed), .now_ms = 1};
    struct machine machine;
    struct pg_pipeline *pg;
    bool made;
    enum status status = pg_new(&pg, url, err);

    if (status != STATUS_OK)
        return status;
    status = hub_schema_make(pg, &founding, &made, err);
    if (status == STATUS_OK)
        status = hub_schema_read(pg, &machine, err);
    pg_free(pg);
    return status;
}

/* The URL of a schema of the same server that nobody had before: to drop one takes as long as to make it. */
static void other_schema(struct office *office, char out[512])
{
    const char *url = office->place.url, *hub = strstr(url, "hub");

    while (hub != NULL && strstr(hub + 1, "hub") != NULL)
        hub = strstr(hub + 1, "hub");
    assert_non_null(hub);
    snprintf(out, 512, "%.*sfresh%u", (int)(hub - url), url, ++office->n_fresh);
}

/* Returns how much failed. */
static uint64_t try_tables(struct office *office, const struct stumble *memory, uint64_t pg_at, enum stumble_pg_way way)
{
    struct errmsg err = {{0}};
    char url[512];

    other_schema(office, url);
    if (memory != NULL)
        stumble_begin(*memory);
    else
        stumble_pg_begin(way, pg_at, false);
    enum status status = make_tables(office, url, &err);
    uint64_t fired = memory != NULL ? stumble_end() : stumble_pg_end();
    if (status != STATUS_OK && status != STATUS_NOMEM && err.text[0] == '\0')
        fail_msg("the tables: it failed and does not say why: %s", status_name(status));
    if (status != STATUS_OK && fired == 0)
        fail_msg("the tables: %s", err.text);
    if (status != STATUS_OK && make_tables(office, url, &err) != STATUS_OK)
        fail_msg("the tables, done again: %s", err.text);
    if (province_ask(&office->province, "SELECT count(*) FROM fresh%u.hub f, hub h WHERE f.views IS DISTINCT FROM h.views", office->n_fresh) != 0)
        fail_msg("the tables: the views are told to be others");
    return fired;
}

static void test_tables(void **state)
{
    static const enum stumble_pg_way ways[] = {STUMBLE_PG_ERROR, STUMBLE_PG_UNSENT};
    struct office office;

    (void)state;
    open_office(&office);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (uint64_t at = 2 + i; try_tables(&office, NULL, at, ways[i]) > 0; at += 61)
            ;
    for (uint64_t at = 1; try_tables(&office, &(struct stumble){.memory = true, .at = at}, 0, 0) > 0; at += 3)
        ;
    province_close(&office.province);
}

/* Three counties' newest changes as one group. Returns how much failed. */
static uint64_t try_group(struct province *province, uint64_t have[PROVINCE_COUNTIES], uint64_t at, const struct pg_stumble *pg)
{
    struct province_push pushes[PROVINCE_COUNTIES];

    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        node_consult(&province->world.stations[i], "张文芳", "工资没有发");
        province_push_make(province, i, have[i], &pushes[i]);
    }
    stumble_pg_begin(pg->way, at, pg->for_good);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++)
        province_submit(province, &pushes[i]);
    province_carry_out(province);
    uint64_t fired = stumble_pg_end();
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        if (!pushes[i].answered)
            fail_msg("%s %llu: county %zu is not answered", pg->name, (unsigned long long)at, i);
        if (pushes[i].result.status != STATUS_OK && (fired == 0 || pg->mends))
            fail_msg("%s %llu: county %zu: %s", pg->name, (unsigned long long)at, i, pushes[i].result.err.text);
        if (pushes[i].result.status == STATUS_OK)
            have[i] = pushes[i].result.taken.have_seq;
        if (province_ask(province, "SELECT count(*) FROM change WHERE county=%lld", (long long)province_org(province, i)) < (int64_t)have[i])
            fail_msg("%s %llu: county %zu was told of more than is there", pg->name, (unsigned long long)at, i);
        province_push_release(&pushes[i]);
    }
    province_check_orders(province);
    return fired;
}

static void test_group(void **state)
{
    struct province province;
    uint64_t have[PROVINCE_COUNTIES] = {0};

    (void)state;
    province_open(&province);
    for (size_t i = 0; i < sizeof PG_WAYS / sizeof *PG_WAYS; i++) {
        uint64_t at = 1;

        while (try_group(&province, have, at, &PG_WAYS[i]) > 0) {
            at += PG_WAYS[i].stride;
            assert_true(at < TRIES_MAX);
        }
        print_message("%s: %llu statements of a group\n", PG_WAYS[i].name, (unsigned long long)at - 1);
        assert_true(at > 3);
    }
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++)
        assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE county=%lld", (long long)province_org(&province, i)), (int64_t)have[i]);
    province_close(&province);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_allocation), cmocka_unit_test(test_each_allocation_of_what_is_told), cmocka_unit_test(test_each_statement), cmocka_unit_test(test_group), cmocka_unit_test(test_verbs), cmocka_unit_test(test_lost_transaction),
                                       cmocka_unit_test(test_tables)};

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
