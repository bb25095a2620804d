/* tests/test_stumble_hub_heal.c - a county's session at a hub on PostgreSQL that was put back, or that met another copy of the county's machine before, with each statement of COMPARED and TAKE_RETURNS failing in turn: the
 * county hears that it is to come again and loses nothing, nothing is kept of half a request, and the sessions that follow bring both to where they get without a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/replica.h"
#include "core/record/scope_sum.h"
#include "tests/dialogue.h"
#include "tests/must.h"
#include "tests/province.h"
#include "tests/stumble_pg.h"

enum { TRIES_MAX = 200, SESSIONS_MOST = 6, FLUSHES_MOST = 8 };

/* mends: done again by the hub itself, nobody hears of it. */
struct way {
    const char *name;
    enum stumble_pg_way way;
    bool for_good, mends;
    uint64_t stride;
};

static const struct way WAYS[] = {
    {"an error", STUMBLE_PG_ERROR, false, false, 1}, {"errors for good", STUMBLE_PG_ERROR, true, false, 4},          {"a full disk", STUMBLE_PG_FULL, true, false, 5},
    {"a clash", STUMBLE_PG_CLASH, false, true, 2},   {"a lost connection", STUMBLE_PG_LOST, false, true, 4},         {"a lost answer", STUMBLE_PG_LOST_BEHIND, false, true, 3},
    {"not sent", STUMBLE_PG_UNSENT, false, true, 4},
};

/* ---- a session whose center is the hub, as the service carries its requests out ---- */

static struct {
    struct province *province;
    struct replicator *replicator; /* the hub's */
    struct buf first;              /* the county's store when it had met the hub once */
} line;

struct waiting {
    struct session_result *out;
    bool answered;
};

static void keep_answer(void *context, void *owner, const struct session_result *result)
{
    struct waiting *waiting = owner;

    (void)context;
    assert_false(waiting->answered);
    waiting->answered = true;
    *waiting->out = *result;
    buf_init(&waiting->out->packed, FRAME_MAX_BYTES);
    buf_append(&waiting->out->packed, result->packed.data, result->packed.len);
}

void __real_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result);
void __wrap_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result);

void __wrap_replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    struct waiting waiting = {.out = result};
    bool on = stumble_pg_pause();

    if (replicator != line.replicator) {
        __real_replicator_run(replicator, request, now_ms, result);
        stumble_pg_go_on(on);
        return;
    }
    stumble_pg_go_on(on && (request->kind == REQUEST_COMPARED || request->kind == REQUEST_TAKE_RETURNS));
    assert_int_equal(replicator_submit(replicator, &waiting, request), STATUS_OK);
    for (int i = 0; i < FLUSHES_MOST && !waiting.answered; i++) {
        (void)replicator_flush(replicator, now_ms, keep_answer, NULL);
        hub_store_drain(line.province->store);
        (void)replicator_flush(replicator, now_ms, keep_answer, NULL);
    }
    assert_true(waiting.answered);
    stumble_pg_go_on(on);
}

static struct session_outcome say(struct province *province)
{
    struct dialogue dialogue;
    struct session_outcome outcome;

    dialogue_open_hurried(&dialogue, &province->world, 0, true);
    replicator_free(dialogue.replicators[CENTER_END]);
    assert_int_equal(replicator_new_over(&dialogue.replicators[CENTER_END], hub_world_engine(province->hub), NULL), STATUS_OK);
    replicator_hurry(dialogue.replicators[CENTER_END]);
    line.province = province;
    line.replicator = dialogue.replicators[CENTER_END];
    dialogue_run(&dialogue);
    line.replicator = NULL;
    for (int end = 0; end < 2; end++)
        assert_true(dialogue.closed[end]);
    outcome = dialogue.outcomes[STATION_END];
    dialogue_close(&dialogue);
    return outcome;
}

/* Until nothing is to be mended any more. */
static void converse(struct province *province, const char *when, uint64_t at)
{
    struct session_outcome outcome = {.again = true};

    for (int i = 0; i < SESSIONS_MOST && outcome.again; i++) {
        outcome = say(province);
        if (outcome.status != STATUS_OK)
            fail_msg("%s, statement %llu: %s", when, (unsigned long long)at, outcome.reason.text);
    }
    assert_false(outcome.again);
}

/* ---- what is to be mended ---- */

static struct node *county_of(struct province *province)
{
    return &province->world.stations[0];
}

static void consult(struct province *province, int n)
{
    while (n-- > 0)
        node_consult(county_of(province), "张文芳", "工资没有发");
}

/* The hub lost two of the county's changes, and the county wrote another one. */
static void hub_was_put_back(struct province *province)
{
    consult(province, 1);
    converse(province, "before", 0);
    hub_world_run(province->hub, "DROP TABLE IF EXISTS county_kept,log_kept");
    hub_world_run(province->hub, "CREATE TABLE county_kept AS SELECT * FROM county");
    hub_world_run(province->hub, "CREATE TABLE log_kept AS SELECT * FROM log");
    consult(province, 2);
    converse(province, "before", 0);
    hub_world_run(province->hub, "DELETE FROM change x USING county_kept k WHERE k.no=x.county AND x.ord>k.order_head");
    hub_world_run(province->hub, "UPDATE county c SET order_head=k.order_head,scope_sum=k.scope_sum FROM county_kept k WHERE k.no=c.no");
    hub_world_run(province->hub, "DELETE FROM log");
    hub_world_run(province->hub, "INSERT INTO log SELECT * FROM log_kept");
    consult(province, 1);
}

/* The county's machine was put back to where it began, and wrote under numbers that the hub has: each time a new log from there on. */
static void county_was_put_back(struct province *province)
{
    node_restore(county_of(province), &line.first);
    consult(province, 3);
}

/* The same, and then the hub lost what it had been told of the new log: it stands behind others' changes, which come to it by the county's machine. */
static void both_were_put_back(struct province *province)
{
    county_was_put_back(province);
    converse(province, "before", 0);
    hub_was_put_back(province);
}

struct scene {
    const char *name;
    void (*prepare)(struct province *province);
    int64_t adds; /* changes that are at the hub in the end, each time */
};

static const struct scene SCENES[] = {
    {"the hub was put back", hub_was_put_back, 4},
    {"the county was put back", county_was_put_back, 3},
    {"both were put back", both_were_put_back, 7},
};

/* ---- each statement ---- */

static int64_t changes(struct province *province)
{
    return province_ask(province, "SELECT count(*) FROM change WHERE county=%lld", (long long)province_org(province, 0));
}

static void expect_same(struct province *province, const struct scene *scene, const char *way, uint64_t at, int64_t before)
{
    struct replica_state replica;
    uint64_t sum;

    must(replica_state(county_of(province)->store, &replica, NULL), NULL);
    must(scope_sum_get(county_of(province)->store, SCOPE_SUM_STATION, &sum, NULL), NULL);
    if (changes(province) != before + scene->adds)
        fail_msg("%s, %s %llu: %lld changes are there, not %lld", scene->name, way, (unsigned long long)at, (long long)(changes(province) - before), (long long)scene->adds);
    assert_int_equal(replica.have_seq, replica.head_seq);
    assert_int_equal(replica.ordered_seq, replica.head_seq);
    assert_int_equal(province_ask(province, "SELECT scope_sum FROM county WHERE no=%lld", (long long)province_org(province, 0)), (int64_t)sum);
    assert_int_equal(province_ask(province, "SELECT count(*)-count(DISTINCT ord) FROM change WHERE county=%lld", (long long)province_org(province, 0)), 0);
}

static uint64_t try_statement(struct province *province, const struct scene *scene, const struct way *way, uint64_t at)
{
    int64_t before = changes(province);

    scene->prepare(province);
    int64_t there = changes(province);
    stumble_pg_begin(way->way, at, way->for_good);
    struct session_outcome outcome = say(province);
    uint64_t fired = stumble_pg_end();
    if (outcome.status != STATUS_OK && (fired == 0 || way->mends))
        fail_msg("%s, %s %llu: %s", scene->name, way->name, (unsigned long long)at, outcome.reason.text);
    if (fired > 0 && !way->mends && (outcome.status == STATUS_OK || !outcome.by_peer || outcome.reason.text[0] == '\0'))
        fail_msg("%s, %s %llu: the county hears %s: %s", scene->name, way->name, (unsigned long long)at, status_name(outcome.status), outcome.reason.text);
    if (changes(province) < there)
        fail_msg("%s, %s %llu: something is gone", scene->name, way->name, (unsigned long long)at);
    converse(province, scene->name, at);
    expect_same(province, scene, way->name, at, before);
    return fired;
}

static void test_each_statement(void **state)
{
    struct province province;

    (void)state;
    for (size_t k = 0; k < sizeof SCENES / sizeof *SCENES; k++) {
        province_open(&province);
        consult(&province, 3);
        converse(&province, "first", 0);
        node_keep(county_of(&province), &line.first);
        consult(&province, 4);
        converse(&province, "first", 0);
        for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
            uint64_t at = 1;

            while (try_statement(&province, &SCENES[k], &WAYS[i], at) > 0) {
                at += WAYS[i].stride;
                assert_true(at < TRIES_MAX);
            }
            print_message("%s, %s: %llu statements\n", SCENES[k].name, WAYS[i].name, (unsigned long long)at - 1);
            assert_true(at > 3);
        }
        node_verify(county_of(&province));
        buf_release(&line.first);
        province_close(&province);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_statement)};

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
