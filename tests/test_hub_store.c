/* tests/test_hub_store.c - what a hub's store must do beyond the seam that all engines share (test_engine_store.c), on a real PostgreSQL: groups carried out while the caller goes on, transactions done again, requests that
 * break alone, the server killed in the middle, several processes on one county, rows and report cells of counties, erasure by law, a database that was put back, a county's copy that differs from what is here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/changelog.h"
#include "core/record/order.h"
#include "core/record/reach.h"
#include "core/record/scope_sum.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "sync/hub_store.h"
#include "sync/replicator.h"
#include "tests/dialogue.h"
#include "tests/fixture.h"
#include "tests/hub_world.h"

enum { COUNTIES = 3, CHUNK = 256 * 1024 };

/* Upward stores of some counties (stations of a world whose center is not used), and the hub. */
struct province {
    struct world world;
    struct hub_world *hub;
    struct hub_store *store;
    struct replicator *replicator;
};

static void province_open(struct province *province)
{
    struct peer peers[COUNTIES];

    memset(province, 0, sizeof *province);
    world_open(&province->world, COUNTIES, NULL);
    for (size_t i = 0; i < COUNTIES; i++)
        peers[i] = province->world.stations[i].peer;
    province->hub = hub_world_open(&province->world.center.machine, peers, COUNTIES);
    province->store = hub_world_store(province->hub);
    assert_int_equal(replicator_new_over(&province->replicator, hub_world_engine(province->hub), NULL), STATUS_OK);
}

static void province_close(struct province *province)
{
    replicator_free(province->replicator);
    hub_world_close(province->hub);
    world_close(&province->world);
}

/* A chunk of what a county has after `after`, as a request that waits for its answer. */
struct push {
    struct session_request request;
    struct replica_batch batch;
    struct session_result result;
    bool answered;
};

static void push_make(struct province *province, size_t county, uint64_t after, struct push *push)
{
    const struct node *node = &province->world.stations[county];

    *push = (struct push){.request = {.kind = REQUEST_INGEST, .pin = node->peer.pin, .log = {.station = node->machine.station_no}, .wall_ms = 1000}};
    memcpy(push->request.log.incarnation, node->machine.incarnation, INCARNATION_BYTES);
    buf_init(&push->batch.entries, CHUNK_RAW_MAX_BYTES);
    assert_int_equal(replica_read_own(node->store, after, CHUNK, &push->batch, NULL), STATUS_OK);
    push->request.chunk = (struct message_changes){.first = push->batch.first, .last = push->batch.last, .count = push->batch.count, .raw_bytes = push->batch.entries.len, .packing = PACKING_NONE};
    memcpy(push->request.chunk.last_hash, push->batch.last_hash.bytes, HASH_BYTES);
    push->request.packed = push->batch.entries.data;
    push->request.packed_len = push->batch.entries.len;
}

static void push_release(struct push *push)
{
    buf_release(&push->batch.entries);
}

static void deliver(void *context, void *owner, const struct session_result *result)
{
    struct push *push = owner;

    (void)context;
    assert_false(push->answered);
    push->answered = true;
    push->result = *result;
    buf_init(&push->result.packed, 16);
}

/* Start what waits, carry it to its end, hand out the answers. */
static void carry_out(struct province *province)
{
    (void)replicator_flush(province->replicator, 1000, deliver, NULL);
    hub_store_drain(province->store);
    (void)replicator_flush(province->replicator, 1000, deliver, NULL);
}

static void submit(struct province *province, struct push *push)
{
    assert_int_equal(replicator_submit(province->replicator, push, &push->request), STATUS_OK);
}

/* Everything a county has. */
static void push_all(struct province *province, size_t county)
{
    uint64_t after = 0;

    for (;;) {
        struct push push;

        push_make(province, county, after, &push);
        if (push.batch.count == 0) {
            push_release(&push);
            break;
        }
        submit(province, &push);
        carry_out(province);
        assert_true(push.answered);
        if (push.result.status != STATUS_OK)
            fail_msg("%s", push.result.err.text);
        after = push.batch.last;
        push_release(&push);
    }
}

static int64_t ask(struct province *province, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int64_t ask(struct province *province, const char *format, ...)
{
    char sql[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    return hub_world_ask(province->hub, sql);
}

static int64_t org_of(const struct province *province, size_t county)
{
    return province->world.stations[county].machine.org;
}

/* The order of each county is 1..n. */
static void check_orders(struct province *province)
{
    assert_int_equal(ask(province, "SELECT count(*) FROM county c WHERE order_head<>(SELECT count(*) FROM change x WHERE x.county=c.no) OR order_head<>(SELECT coalesce(max(ord),0) FROM change x WHERE x.county=c.no)"), 0);
}

/* ---- groups ---- */

static void test_a_group_is_under_way_while_its_callers_go_on(void **state)
{
    struct province province;
    struct push pushes[COUNTIES];
    uint64_t trips;

    (void)state;
    province_open(&province);
    for (size_t i = 0; i < COUNTIES; i++) {
        for (int k = 0; k < 100; k++)
            node_consult(&province.world.stations[i], "张文芳", "工资没有发");
        push_make(&province, i, 0, &pushes[i]);
        submit(&province, &pushes[i]);
    }
    assert_int_equal(replicator_queued(province.replicator), COUNTIES);
    assert_false(replicator_flush(province.replicator, 1000, deliver, NULL)); /* nothing to do before it comes back */
    assert_int_equal(replicator_queued(province.replicator), 0);
    for (size_t i = 0; i < COUNTIES; i++)
        assert_false(pushes[i].answered);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change"), 0);
    trips = hub_store_stats(province.store).round_trips;
    hub_store_drain(province.store);
    assert_in_range(hub_store_stats(province.store).round_trips - trips, 1, 3);
    assert_int_equal(replicator_queued(province.replicator), 1); /* answers wait */
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    for (size_t i = 0; i < COUNTIES; i++) {
        assert_true(pushes[i].answered);
        assert_int_equal(pushes[i].result.status, STATUS_OK);
        assert_int_equal(pushes[i].result.taken.taken, 100);
        assert_int_equal(pushes[i].result.taken.rcur, 100);
        assert_memory_equal(pushes[i].result.taken.have_hash.bytes, pushes[i].batch.last_hash.bytes, HASH_BYTES);
        push_release(&pushes[i]);
    }
    check_orders(&province);
    province_close(&province);
}

/* A session that ended does not get its answer; what it sent is taken all the same, and its bytes are not looked at any more. */
static void test_who_left_is_not_answered(void **state)
{
    struct province province;
    struct push push;

    (void)state;
    province_open(&province);
    node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    push_make(&province, 0, 0, &push);
    submit(&province, &push);
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    replicator_forget(province.replicator, &push);
    push_release(&push);
    hub_store_drain(province.store);
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    assert_false(push.answered);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change"), 1);
    /* and a replicator that goes while something is under way takes nobody with it */
    push_make(&province, 0, 0, &push);
    submit(&province, &push);
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    push_release(&push);
    province_close(&province);
}

/* Requests of one county in one group come one after the other. */
static void test_two_of_one_county_in_a_group(void **state)
{
    struct province province;
    struct push pushes[2];

    (void)state;
    province_open(&province);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++) {
        push_make(&province, 0, 0, &pushes[i]);
        submit(&province, &pushes[i]);
    }
    carry_out(&province);
    assert_int_equal(pushes[0].result.taken.taken, 3);
    assert_int_equal(pushes[1].result.taken.taken, 0);
    assert_int_equal(pushes[1].result.taken.repeated, 3);
    check_orders(&province);
    for (size_t i = 0; i < 2; i++)
        push_release(&pushes[i]);
    province_close(&province);
}

/* ---- what goes wrong in the database ---- */

static void trip(struct province *province, const char *when, const char *code)
{
    char sql[600];

    snprintf(sql, sizeof sql, "CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF %s THEN RAISE EXCEPTION 'x' USING ERRCODE='%s'; END IF; RETURN NEW; END $$", when, code);
    hub_world_run(province->hub, "CREATE SEQUENCE tries"); /* counts what is taken back, too */
    hub_world_run(province->hub, sql);
    hub_world_run(province->hub, "CREATE TRIGGER trip BEFORE INSERT ON change FOR EACH ROW EXECUTE FUNCTION trip()");
}

static void test_a_serialization_failure_is_done_again(void **state)
{
    static const char *const codes[] = {"40001", "40P01"};

    (void)state;
    for (size_t c = 0; c < 2; c++) {
        struct province province;
        struct push push;

        province_open(&province);
        trip(&province, "nextval('tries')<=3", codes[c]);
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
        push_make(&province, 0, 0, &push);
        submit(&province, &push);
        carry_out(&province);
        assert_true(push.answered);
        assert_int_equal(push.result.status, STATUS_OK);
        assert_int_equal(push.result.taken.taken, 1);
        assert_int_equal(hub_store_stats(province.store).retries, 3);
        check_orders(&province);
        push_release(&push);
        province_close(&province);
    }
}

static void test_only_who_breaks_hears_of_it(void **state)
{
    struct province province;
    struct push pushes[COUNTIES];
    char when[64];

    (void)state;
    province_open(&province);
    snprintf(when, sizeof when, "NEW.county=%lld", (long long)org_of(&province, 1));
    trip(&province, when, "22003");
    for (size_t i = 0; i < COUNTIES; i++) {
        node_consult(&province.world.stations[i], "张文芳", "工资没有发");
        push_make(&province, i, 0, &pushes[i]);
        submit(&province, &pushes[i]);
    }
    carry_out(&province);
    for (size_t i = 0; i < COUNTIES; i++) {
        assert_true(pushes[i].answered);
        assert_int_equal(pushes[i].result.status, i == 1 ? STATUS_INVALID : STATUS_OK);
        assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE county=%lld", (long long)org_of(&province, i)), i != 1);
        push_release(&pushes[i]);
    }
    check_orders(&province);
    province_close(&province);
}

/* At every point of a group: before, while it is under way, and after what would have been its end. */
static void test_the_server_dies_in_the_middle(void **state)
{
    struct province province;

    (void)state;
    province_open(&province);
    for (int point = 0; point < 3; point++) {
        struct push push;
        uint64_t before = (uint64_t)ask(&province, "SELECT count(*) FROM change");

        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
        push_make(&province, 0, before, &push);
        submit(&province, &push);
        if (point == 0)
            hub_world_crash();
        (void)replicator_flush(province.replicator, 1000, deliver, NULL);
        if (point == 1)
            hub_world_crash();
        if (point == 2) {
            hub_store_ready(province.store, 0); /* as far as it gets without waiting */
            hub_world_crash();
        }
        assert_false(push.answered);
        hub_world_again();
        hub_store_drain(province.store);
        (void)replicator_flush(province.replicator, 1000, deliver, NULL);
        assert_true(push.answered);
        if (push.result.status != STATUS_OK)
            fail_msg("%s", push.result.err.text);
        assert_int_equal(push.result.taken.taken + push.result.taken.repeated, 1);
        assert_int_equal(push.result.taken.have_seq, before + 1);
        assert_int_equal(ask(&province, "SELECT count(*) FROM change"), before + 1);
        check_orders(&province);
        push_release(&push);
    }
    assert_true(hub_store_stats(province.store).reconnects >= 2);
    province_close(&province);
}

/* ---- several processes ---- */

/* The first holds the county and has not committed; the second must wait for it, and then sees what it did. */
static void test_two_processes_on_one_county(void **state)
{
    struct province province;
    struct replicator *other;
    struct hub_store *another;
    struct push pushes[2];

    (void)state;
    province_open(&province);
    another = hub_world_another(province.hub);
    assert_int_equal(replicator_new_over(&other, hub_store_engine(another), NULL), STATUS_OK);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++)
        push_make(&province, 0, 0, &pushes[i]);
    submit(&province, &pushes[0]);
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    while (ask(&province, "SELECT count(*) FROM pg_stat_activity WHERE application_name='aidpostd' AND state='idle in transaction'") < 1)
        ; /* its first batch is through: it has the lock, and nobody drives it on */
    assert_int_equal(replicator_submit(other, &pushes[1], &pushes[1].request), STATUS_OK);
    (void)replicator_flush(other, 1000, deliver, NULL);
    while (ask(&province, "SELECT count(*) FROM pg_stat_activity WHERE application_name='aidpostd' AND (wait_event_type='Lock' OR (state='idle in transaction' AND pid<>pg_backend_pid()))") < 2)
        hub_store_ready(another, 0);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change"), 0);
    hub_store_drain(province.store);
    (void)replicator_flush(province.replicator, 1000, deliver, NULL);
    hub_store_drain(another);
    (void)replicator_flush(other, 1000, deliver, NULL);
    assert_true(pushes[0].answered && pushes[1].answered);
    assert_int_equal(pushes[0].result.status, STATUS_OK);
    assert_int_equal(pushes[0].result.taken.taken, 3);
    if (pushes[1].result.status != STATUS_OK)
        fail_msg("%s", pushes[1].result.err.text);
    assert_int_equal(pushes[1].result.taken.repeated, 3);
    assert_int_equal(hub_store_stats(another).retries, 0);
    check_orders(&province);
    for (size_t i = 0; i < 2; i++)
        push_release(&pushes[i]);
    replicator_free(other);
    hub_store_close(another);
    province_close(&province);
}

/* ---- rows, report cells, erasure: a real county center gathers into its upward store ---- */

struct county {
    struct world world; /* center and one station */
    struct province province;
};

static void county_open(struct county *county)
{
    world_open(&county->world, 1, NULL);
    province_open(&county->province);
}

static void county_close(struct county *county)
{
    province_close(&county->province);
    world_close(&county->world);
}

static void tell_hub(struct county *county)
{
    struct upward_gathered gathered = {0};
    struct errmsg err = {{0}};

    do {
        if (upward_gather(county->world.center.store, county->province.world.stations[0].store, 1000, &gathered, &err) != STATUS_OK)
            fail_msg("%s", err.text);
    } while (gathered.more);
    push_all(&county->province, 0);
}

static void check_rows(struct county *county, const char *type, int64_t rows)
{
    assert_int_equal(ask(&county->province, "SELECT count(*) FROM record_%s WHERE county_no=%lld", type, (long long)org_of(&county->province, 0)), rows);
}

static void test_rows_are_the_county_s(void **state)
{
    struct county county;
    struct id id;
    char hex[ID_TEXT_BYTES];

    (void)state;
    county_open(&county);
    id = node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    node_consult(&county.world.stations[0], "李强", "押金没有退");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    check_rows(&county, "consultation", 2);
    id_format(id, hex);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s' AND content='工资没有发' AND name='张文芳'", hex), 1);
    /* changed, deleted */
    node_set(&county.world.stations[0], "consultation", id, "content", "工资发了一半");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s' AND content='工资发了一半' AND name='张文芳'", hex), 1);
    check_rows(&county, "consultation", 2);
    /* each change of the county once, its logs without gaps */
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM (SELECT inner_log,count(*) n,max(inner_seq) m,min(inner_seq) s FROM change WHERE inner_log IS NOT NULL GROUP BY inner_log) x WHERE n<>m OR s<>1"), 0);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM change WHERE state<>0"), 0);
    check_orders(&county.province);
    county_close(&county);
}

/* An inner change that is told twice is counted once; its row is as it was told last. */
static void test_an_inner_change_is_taken_once(void **state)
{
    struct county county;
    struct world second;
    struct peer peer;

    (void)state;
    county_open(&county);
    node_consult(&county.world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    int64_t inner = ask(&county.province, "SELECT count(*) FROM change WHERE inner_log IS NOT NULL");
    assert_true(inner > 0);
    /* the county set up its upward store anew: another log of the same machine */
    world_open(&second, COUNTIES, NULL);
    peer = county.province.world.stations[0].peer;
    struct node *fresh = &second.stations[0];
    struct upward_gathered gathered = {0};
    fresh->peer.pin = peer.pin;
    fresh->machine.incarnation[0] ^= 0x55;
    assert_int_equal(upward_gather(county.world.center.store, fresh->store, 1000, &gathered, NULL), STATUS_OK);
    struct node keep = county.province.world.stations[0];
    county.province.world.stations[0] = *fresh;
    push_all(&county.province, 0);
    county.province.world.stations[0] = keep;
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM change WHERE inner_log IS NOT NULL"), inner);
    assert_true(ask(&county.province, "SELECT count(*) FROM change") > inner);
    check_rows(&county, "consultation", 1);
    check_orders(&county.province);
    world_close(&second);
    county_close(&county);
}

static void test_what_is_erased_by_law_is_gone_here_too(void **state)
{
    struct county county;
    struct id id, other;
    char hex[ID_TEXT_BYTES];

    (void)state;
    county_open(&county);
    id = node_consult(&county.world.stations[0], "张文芳", "秘密的内容");
    other = node_consult(&county.world.stations[0], "李强", "押金没有退");
    (void)other;
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    node_set(&county.world.stations[0], "consultation", id, "content", "更秘密的内容");
    (void)world_sync(&county.world, 0);
    tell_hub(&county);
    id_format(id, hex);
    assert_true(ask(&county.province, "SELECT count(*) FROM change WHERE position('秘密的内容'::bytea in body)>0") >= 2);
    assert_int_equal(reach_erase(county.world.center.store, &county.world.center.actor, catalogue_find("consultation"), id, "本人要求删除", "何平", NULL), STATUS_OK);
    tell_hub(&county);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM change WHERE position('秘密的内容'::bytea in body)>0"), 0);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM change WHERE position('张文芳'::bytea in body)>0"), 0);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM county_row WHERE cells::text LIKE '%%张文芳%%'"), 0);
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM record_consultation WHERE row_id='%s'", hex), 0);
    check_rows(&county, "consultation", 1);
    /* the county's logs are still whole: the headers were told once more */
    assert_int_equal(ask(&county.province, "SELECT count(*) FROM (SELECT inner_log,count(*) n,max(inner_seq) m FROM change WHERE inner_log IS NOT NULL GROUP BY inner_log) x WHERE n<>m"), 0);
    check_orders(&county.province);
    county_close(&county);
}

/* ---- report cells ---- */

/* A change of the county's own log. */
static void tell(struct province *province, size_t county, uint64_t type_no, struct id id, const void *body, size_t len)
{
    struct node *node = &province->world.stations[county];
    struct change change = {.user = "center", .type_no = type_no, .id = id, .op = CHANGE_PUT, .scope = node->machine.org};
    int64_t lsn;

    assert_int_equal(store_begin(node->store, "test", NULL), STATUS_OK);
    assert_int_equal(changelog_append_own(node->store, false, &change, body, len, &lsn, NULL), STATUS_OK);
    assert_int_equal(store_commit(node->store, NULL), STATUS_OK);
}

static void tell_cells(struct province *province, size_t county, const char *period, int64_t org, const char *figures)
{
    struct buf body;

    buf_init(&body, 4096);
    cbor_put_map(&body, 6);
    cbor_put_uint(&body, UPWARD_CELLS_REPORT);
    cbor_put_text(&body, "summary", 7);
    cbor_put_uint(&body, UPWARD_CELLS_PERIOD);
    cbor_put_text(&body, period, strlen(period));
    cbor_put_uint(&body, UPWARD_CELLS_FROM);
    cbor_put_int(&body, 20000);
    cbor_put_uint(&body, UPWARD_CELLS_UNTIL);
    cbor_put_int(&body, 20181);
    cbor_put_uint(&body, UPWARD_CELLS_ORG);
    cbor_put_int(&body, org);
    cbor_put_uint(&body, UPWARD_CELLS_FIGURES);
    cbor_put_text(&body, figures, strlen(figures));
    tell(province, county, UPWARD_CELLS_TYPE, upward_cells_id(province->world.stations[county].machine.org, "summary", period, org), body.data, body.len);
    buf_release(&body);
}

static void test_report_cells_and_the_province_s_sum(void **state)
{
    struct province province;

    (void)state;
    province_open(&province);
    tell_cells(&province, 0, "2026H1", 0, "{\"R1\":7,\"R2\":-1.5,\"R3\":null}");
    tell_cells(&province, 0, "2026H1", 12, "{\"R1\":3}");
    tell_cells(&province, 1, "2026H1", 0, "{\"R1\":5,\"R3\":2}");
    push_all(&province, 0);
    push_all(&province, 1);
    assert_int_equal(ask(&province, "SELECT value::int8 FROM province_cell WHERE report='summary' AND period='2026H1' AND cell='R1'"), 12);
    assert_int_equal(ask(&province, "SELECT (value*10)::int8 FROM province_cell WHERE cell='R2'"), -15);
    assert_int_equal(ask(&province, "SELECT counties FROM province_cell WHERE cell='R3'"), 1);
    assert_int_equal(ask(&province, "SELECT count(*) FROM report_cell WHERE county=%lld AND org=12 AND value=3 AND until_day=20181", (long long)org_of(&province, 0)), 1);
    /* told anew: in place of what was told before */
    tell_cells(&province, 0, "2026H1", 0, "{\"R1\":8}");
    push_all(&province, 0);
    assert_int_equal(ask(&province, "SELECT value::int8 FROM province_cell WHERE cell='R1'"), 13);
    assert_int_equal(ask(&province, "SELECT count(*) FROM report_cell WHERE county=%lld AND org=0", (long long)org_of(&province, 0)), 1);
    /* what is no figures stays in the log and breaks nothing */
    tell_cells(&province, 0, "2026H2", 0, "{\"R1\":\"viele\"}");
    tell_cells(&province, 0, "2026H2", 12, "[1]");
    push_all(&province, 0);
    assert_int_equal(ask(&province, "SELECT count(*) FROM report_cell WHERE period='2026H2'"), 0);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE state=2"), 2);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE state=0"), 4);
    hub_world_expect_said(province.hub, "(C1): 2 changes from number 4 (type 59) on are kept but not understood");
    /* nor does what a newer program may tell: another type, and another content of a known one */
    node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    tell(&province, 0, UPWARD_CHANGE_TYPE, (struct id){{7}}, "\xa1\x18\x63\x01", 4);
    push_all(&province, 0);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE state=2"), 4);
    hub_world_expect_said(province.hub, "(C1): 2 changes from number 6 (type 4) on are kept but not understood");
    check_orders(&province);
    province_close(&province);
}

/* ---- a database that was put back ---- */

static void converse(struct province *province, size_t county, struct session_outcome *out)
{
    struct dialogue dialogue;

    for (int round = 0; round < 6; round++) {
        dialogue_open(&dialogue, &province->world, county, true);
        replicator_free(dialogue.replicators[CENTER_END]);
        assert_int_equal(replicator_new_over(&dialogue.replicators[CENTER_END], hub_world_engine(province->hub), NULL), STATUS_OK);
        dialogue_run(&dialogue);
        *out = dialogue.outcomes[STATION_END];
        dialogue_close(&dialogue);
        if (!out->again)
            break;
    }
}

static void keep_state(struct province *province)
{
    hub_world_run(province->hub, "CREATE TABLE county_kept AS SELECT * FROM county");
    hub_world_run(province->hub, "CREATE TABLE log_kept AS SELECT * FROM log");
}

static void put_back(struct province *province)
{
    hub_world_run(province->hub, "DELETE FROM change x USING county_kept k WHERE k.no=x.county AND x.ord>k.order_head");
    hub_world_run(province->hub, "UPDATE county c SET order_head=k.order_head,scope_sum=k.scope_sum FROM county_kept k WHERE k.no=c.no");
    hub_world_run(province->hub, "DELETE FROM log");
    hub_world_run(province->hub, "INSERT INTO log SELECT * FROM log_kept");
}

/* Two copies of a county's upward store write; the hub forgets what the one told and the other heard. */
static void test_a_hub_that_was_put_back_hears_of_another_copy(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    struct node first;

    (void)state;
    province_open(&province);
    for (int k = 0; k < 2; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    keep_state(&province);
    world_open(&second, COUNTIES, NULL);
    second.stations[0].machine.incarnation[0] ^= 0x55;
    second.stations[0].peer.pin = province.world.stations[0].peer.pin;
    node_consult(&second.stations[0], "李强", "另一份写的");
    first = province.world.stations[0];
    province.world.stations[0] = second.stations[0];
    push_all(&province, 0);
    province.world.stations[0] = first;
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.received, 1);
    put_back(&province);
    converse(&province, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    assert_int_equal(outcome.returned, 0); /* the county hears no more than happened */
    assert_int_equal(outcome.left, 1);
    node_verify(&province.world.stations[0]);
    province.world.stations[0] = second.stations[0];
    push_all(&province, 0);
    province.world.stations[0] = first;
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE county=%lld", (long long)org_of(&province, 0)), 3);
    node_verify(&province.world.stations[0]);
    world_close(&second);
    province_close(&province);
}

static void test_a_hub_that_was_put_back_goes_on(void **state)
{
    struct province province;
    struct session_outcome outcome;
    struct replica_state replica;
    long long org;

    (void)state;
    province_open(&province);
    org = (long long)org_of(&province, 0);
    for (int k = 0; k < 4; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    keep_state(&province);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "李强", "押金没有退");
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(ask(&province, "SELECT order_head FROM county WHERE no=%lld", org), 7);
    put_back(&province);
    node_consult(&province.world.stations[0], "王芳", "一条新的");
    converse(&province, 0, &outcome);
    if (outcome.status != STATUS_OK)
        fail_msg("%s", outcome.reason.text);
    hub_world_expect_said(province.hub, "(C1): the database is older than what this county was told");
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE county=%lld", org), 8);
    assert_true(order_era((uint64_t)ask(&province, "SELECT order_head FROM county WHERE no=%lld", org)) > 0);
    assert_int_equal(replica_state(province.world.stations[0].store, &replica, NULL), STATUS_OK);
    assert_int_equal(replica.have_seq, 8);
    assert_int_equal(replica.ordered_seq, 8);
    node_verify(&province.world.stations[0]);
    converse(&province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.sent + outcome.received, 0);
    province_close(&province);
}

/* ---- a county whose copy differs ---- */

static void damage(struct node *node, const char *sql)
{
    struct errmsg err = {{0}};

    assert_int_equal(store_begin(node->store, "test", &err), STATUS_OK);
    if (store_exec(node->store, sql, &err) != STATUS_OK)
        fail_msg("%s: %s", sql, err.text);
    assert_int_equal(store_exec(node->store, "DELETE FROM meta WHERE name='sums_counted_ms'", &err), STATUS_OK); /* as if a day had passed: it counts anew */
    assert_int_equal(store_commit(node->store, &err), STATUS_OK);
}

/* One session to its end. lines: what was said, to be freed. */
static struct session_outcome say(struct province *province, size_t county, char **lines)
{
    struct dialogue dialogue;
    struct session_outcome outcome;

    dialogue_open(&dialogue, &province->world, county, true);
    replicator_free(dialogue.replicators[CENTER_END]);
    assert_int_equal(replicator_new_over(&dialogue.replicators[CENTER_END], hub_world_engine(province->hub), NULL), STATUS_OK);
    dialogue_run(&dialogue);
    outcome = dialogue.outcomes[STATION_END];
    *lines = strdup(buf_cstr(&dialogue.lines));
    assert_non_null(*lines);
    dialogue_close(&dialogue);
    return outcome;
}

/* A county whose two copies wrote, of which the first is left: so it has changes of its own log and of another one. */
static void open_with_copy(struct province *province, struct world *second)
{
    struct session_outcome outcome;
    struct node first;

    province_open(province);
    for (int k = 0; k < 30; k++)
        node_consult(&province->world.stations[0], "张文芳", "工资没有发");
    node_consult(&province->world.stations[1], "王芳", "别的县");
    converse(province, 0, &outcome);
    converse(province, 1, &outcome);
    world_open(second, COUNTIES, NULL);
    second->stations[0].machine.incarnation[0] ^= 0x55;
    second->stations[0].peer.pin = province->world.stations[0].peer.pin;
    for (int k = 0; k < 4; k++)
        node_consult(&second->stations[0], "李强", "另一份写的");
    first = province->world.stations[0];
    province->world.stations[0] = second->stations[0];
    push_all(province, 0);
    province->world.stations[0] = first;
    converse(province, 0, &outcome);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.received, 4);
}

static void test_a_county_s_copy_that_differs_is_mended(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    struct node *county;
    char *lines, *before, *after;
    uint64_t sum;

    (void)state;
    open_with_copy(&province, &second);
    county = &province.world.stations[0];
    before = node_dump(county);
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    assert_string_equal(outcome.healed, "");
    free(lines);
    /* own ones and the other copy's: gone, and altered */
    damage(county, "DELETE FROM change WHERE rseq IN (7,32)");
    damage(county, "UPDATE change SET body=x'a0' WHERE rseq IN (20,34)");
    outcome = say(&province, 0, &lines);
    assert_int_equal(outcome.status, STATUS_OK);
    if (strstr(lines, "SUMS") == NULL || strstr(lines, " repair") == NULL)
        fail_msg("%s", lines);
    assert_non_null(strstr(outcome.healed, "补上 2 条，更正 2 条，去掉 0 条"));
    free(lines);
    node_verify(county);
    after = node_dump(county);
    assert_string_equal(after, before);
    free(after);
    free(before);
    assert_int_equal(scope_sum_get(county->store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    assert_int_equal(ask(&province, "SELECT scope_sum FROM county WHERE no=%lld", (long long)org_of(&province, 0)), (int64_t)sum);
    /* and it stays so */
    damage(county, "SELECT 1");
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    free(lines);
    check_orders(&province);
    world_close(&second);
    province_close(&province);
}

/* What is here and was altered is nobody's to copy. */
static void test_a_hub_whose_own_copy_is_bad_mends_nothing(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    char *lines;
    long long org;

    (void)state;
    open_with_copy(&province, &second);
    org = (long long)org_of(&province, 0);
    damage(&province.world.stations[0], "DELETE FROM change WHERE rseq=33");
    ask(&province, "UPDATE change SET body='\\xa0' WHERE county=%lld AND ord=33", org);
    outcome = say(&province, 0, &lines);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_non_null(strstr(outcome.healed, "没能自动修复"));
    free(lines);
    assert_int_equal(ask(&province, "SELECT count(*) FROM change WHERE county=%lld", org), 34);
    world_close(&second);
    province_close(&province);
}

/* The hub's own number is wrong: looked at, and nobody's store is changed for it. */
static void test_a_hub_whose_sum_is_wrong_takes_nothing_out(void **state)
{
    struct province province;
    struct world second;
    struct session_outcome outcome;
    char *lines, *before, *after;
    uint64_t sum;

    (void)state;
    open_with_copy(&province, &second);
    before = node_dump(&province.world.stations[0]);
    ask(&province, "UPDATE county SET scope_sum=scope_sum#1 WHERE no=%lld", (long long)org_of(&province, 0));
    outcome = say(&province, 0, &lines);
    if (strstr(lines, "SUMS") == NULL)
        fail_msg("%s", lines);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_non_null(strstr(outcome.healed, "两边的内容相同，只是中心记的校验和不对"));
    free(lines);
    node_verify(&province.world.stations[0]);
    after = node_dump(&province.world.stations[0]);
    assert_string_equal(after, before);
    free(after);
    free(before);
    /* and it is counted anew with the next greeting */
    outcome = say(&province, 0, &lines);
    assert_null(strstr(lines, "SUMS"));
    assert_string_equal(outcome.healed, "");
    free(lines);
    assert_int_equal(scope_sum_get(province.world.stations[0].store, SCOPE_SUM_STATION, &sum, NULL), STATUS_OK);
    assert_int_equal(ask(&province, "SELECT scope_sum FROM county WHERE no=%lld", (long long)org_of(&province, 0)), (int64_t)sum);
    hub_world_expect_said(province.hub, "counted anew");
    world_close(&second);
    province_close(&province);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_group_is_under_way_while_its_callers_go_on),
        cmocka_unit_test(test_who_left_is_not_answered),
        cmocka_unit_test(test_two_of_one_county_in_a_group),
        cmocka_unit_test(test_a_serialization_failure_is_done_again),
        cmocka_unit_test(test_only_who_breaks_hears_of_it),
        cmocka_unit_test(test_the_server_dies_in_the_middle),
        cmocka_unit_test(test_two_processes_on_one_county),
        cmocka_unit_test(test_rows_are_the_county_s),
        cmocka_unit_test(test_an_inner_change_is_taken_once),
        cmocka_unit_test(test_what_is_erased_by_law_is_gone_here_too),
        cmocka_unit_test(test_report_cells_and_the_province_s_sum),
        cmocka_unit_test(test_a_hub_that_was_put_back_goes_on),
        cmocka_unit_test(test_a_hub_that_was_put_back_hears_of_another_copy),
        cmocka_unit_test(test_a_county_s_copy_that_differs_is_mended),
        cmocka_unit_test(test_a_hub_whose_own_copy_is_bad_mends_nothing),
        cmocka_unit_test(test_a_hub_whose_sum_is_wrong_takes_nothing_out),
    };

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
