/* tests/test_hub_store.c - what a hub's store must do beyond the seam that all engines share (test_engine_store.c), on a real PostgreSQL: groups carried out while the caller goes on, transactions done again, requests that
 * break alone, the server killed in the middle, several processes on one county. What it keeps: test_hub_rows.c; what it does when copies differ: test_hub_heal.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/province.h"

/* ---- groups ---- */

static void test_a_group_is_under_way_while_its_callers_go_on(void **state)
{
    struct province province;
    struct province_push pushes[PROVINCE_COUNTIES];
    uint64_t trips;

    (void)state;
    province_open(&province);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        for (int k = 0; k < 100; k++)
            node_consult(&province.world.stations[i], "张文芳", "工资没有发");
        province_push_make(&province, i, 0, &pushes[i]);
        province_submit(&province, &pushes[i]);
    }
    assert_int_equal(replicator_queued(province.replicator), PROVINCE_COUNTIES);
    assert_false(replicator_flush(province.replicator, 1000, province_deliver, NULL)); /* nothing to do before it comes back */
    assert_int_equal(replicator_queued(province.replicator), 0);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++)
        assert_false(pushes[i].answered);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change"), 0);
    trips = hub_store_stats(province.store).round_trips;
    hub_store_drain(province.store);
    assert_in_range(hub_store_stats(province.store).round_trips - trips, 1, 3);
    assert_int_equal(replicator_queued(province.replicator), 1); /* answers wait */
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        assert_true(pushes[i].answered);
        assert_int_equal(pushes[i].result.status, STATUS_OK);
        assert_int_equal(pushes[i].result.taken.taken, 100);
        assert_int_equal(pushes[i].result.taken.rcur, 100);
        assert_memory_equal(pushes[i].result.taken.have_hash.bytes, pushes[i].batch.last_hash.bytes, HASH_BYTES);
        province_push_release(&pushes[i]);
    }
    province_check_orders(&province);
    province_close(&province);
}

/* A session that ended does not get its answer; what it sent is taken all the same, and its bytes are not looked at any more. */
static void test_who_left_is_not_answered(void **state)
{
    struct province province;
    struct province_push push;

    (void)state;
    province_open(&province);
    node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    province_push_make(&province, 0, 0, &push);
    province_submit(&province, &push);
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    replicator_forget(province.replicator, &push);
    province_push_release(&push);
    hub_store_drain(province.store);
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    assert_false(push.answered);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change"), 1);
    /* and a replicator that goes while something is under way takes nobody with it */
    province_push_make(&province, 0, 0, &push);
    province_submit(&province, &push);
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    province_push_release(&push);
    province_close(&province);
}

/* Requests of one county in one group come one after the other. */
static void test_two_of_one_county_in_a_group(void **state)
{
    struct province province;
    struct province_push pushes[2];

    (void)state;
    province_open(&province);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++) {
        province_push_make(&province, 0, 0, &pushes[i]);
        province_submit(&province, &pushes[i]);
    }
    province_carry_out(&province);
    assert_int_equal(pushes[0].result.taken.taken, 3);
    assert_int_equal(pushes[1].result.taken.taken, 0);
    assert_int_equal(pushes[1].result.taken.repeated, 3);
    province_check_orders(&province);
    for (size_t i = 0; i < 2; i++)
        province_push_release(&pushes[i]);
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
        struct province_push push;

        province_open(&province);
        trip(&province, "nextval('tries')<=3", codes[c]);
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
        province_push_make(&province, 0, 0, &push);
        province_submit(&province, &push);
        province_carry_out(&province);
        assert_true(push.answered);
        assert_int_equal(push.result.status, STATUS_OK);
        assert_int_equal(push.result.taken.taken, 1);
        assert_int_equal(hub_store_stats(province.store).retries, 3);
        province_check_orders(&province);
        province_push_release(&push);
        province_close(&province);
    }
}

static void test_only_who_breaks_hears_of_it(void **state)
{
    struct province province;
    struct province_push pushes[PROVINCE_COUNTIES];
    char when[64];

    (void)state;
    province_open(&province);
    snprintf(when, sizeof when, "NEW.county=%lld", (long long)province_org(&province, 1));
    trip(&province, when, "22003");
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        node_consult(&province.world.stations[i], "张文芳", "工资没有发");
        province_push_make(&province, i, 0, &pushes[i]);
        province_submit(&province, &pushes[i]);
    }
    province_carry_out(&province);
    for (size_t i = 0; i < PROVINCE_COUNTIES; i++) {
        assert_true(pushes[i].answered);
        assert_int_equal(pushes[i].result.status, i == 1 ? STATUS_INVALID : STATUS_OK);
        assert_int_equal(province_ask(&province, "SELECT count(*) FROM change WHERE county=%lld", (long long)province_org(&province, i)), i != 1);
        province_push_release(&pushes[i]);
    }
    province_check_orders(&province);
    province_close(&province);
}

/* What is written is not kept before COMMIT has come back well. */
static void test_what_fails_at_commit_is_not_acknowledged(void **state)
{
    struct province province;

    (void)state;
    province_open(&province);
    hub_world_run(province.hub, "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE='22003'; END $$");
    hub_world_run(province.hub, "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()");
    node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    for (int kept = 0; kept < 2; kept++) {
        struct province_push push;

        province_push_make(&province, 0, 0, &push);
        province_submit(&province, &push);
        province_carry_out(&province);
        assert_true(push.answered);
        assert_int_equal(push.result.status, kept ? STATUS_OK : STATUS_INVALID);
        assert_int_equal(province_ask(&province, "SELECT count(*) FROM change"), kept);
        province_push_release(&push);
        if (!kept)
            hub_world_run(province.hub, "DROP TRIGGER late ON change");
    }
    province_check_orders(&province);
    province_close(&province);
}

/* At every point of a group: before, while it is under way, and after what would have been its end. */
static void test_the_server_dies_in_the_middle(void **state)
{
    struct province province;

    (void)state;
    province_open(&province);
    for (int point = 0; point < 3; point++) {
        struct province_push push;
        uint64_t before = (uint64_t)province_ask(&province, "SELECT count(*) FROM change");

        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
        province_push_make(&province, 0, before, &push);
        province_submit(&province, &push);
        if (point == 0)
            hub_world_crash();
        (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
        if (point == 1)
            hub_world_crash();
        if (point == 2) {
            hub_store_ready(province.store, 0); /* as far as it gets without waiting */
            hub_world_crash();
        }
        assert_false(push.answered);
        hub_world_again();
        hub_store_drain(province.store);
        (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
        assert_true(push.answered);
        if (push.result.status != STATUS_OK)
            fail_msg("%s", push.result.err.text);
        assert_int_equal(push.result.taken.taken + push.result.taken.repeated, 1);
        assert_int_equal(push.result.taken.have_seq, before + 1);
        assert_int_equal(province_ask(&province, "SELECT count(*) FROM change"), before + 1);
        province_check_orders(&province);
        province_push_release(&push);
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
    struct province_push pushes[2];

    (void)state;
    province_open(&province);
    another = hub_world_another(province.hub);
    assert_int_equal(replicator_new_over(&other, hub_store_engine(another), NULL), STATUS_OK);
    for (int k = 0; k < 3; k++)
        node_consult(&province.world.stations[0], "张文芳", "工资没有发");
    for (size_t i = 0; i < 2; i++)
        province_push_make(&province, 0, 0, &pushes[i]);
    province_submit(&province, &pushes[0]);
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    while (province_ask(&province, "SELECT count(*) FROM pg_stat_activity WHERE application_name='aidpostd' AND state='idle in transaction'") < 1)
        ; /* its first batch is through: it has the lock, and nobody drives it on */
    assert_int_equal(replicator_submit(other, &pushes[1], &pushes[1].request), STATUS_OK);
    (void)replicator_flush(other, 1000, province_deliver, NULL);
    while (province_ask(&province, "SELECT count(*) FROM pg_stat_activity WHERE application_name='aidpostd' AND (wait_event_type='Lock' OR (state='idle in transaction' AND pid<>pg_backend_pid()))") < 2)
        hub_store_ready(another, 0);
    assert_int_equal(province_ask(&province, "SELECT count(*) FROM change"), 0);
    hub_store_drain(province.store);
    (void)replicator_flush(province.replicator, 1000, province_deliver, NULL);
    hub_store_drain(another);
    (void)replicator_flush(other, 1000, province_deliver, NULL);
    assert_true(pushes[0].answered && pushes[1].answered);
    assert_int_equal(pushes[0].result.status, STATUS_OK);
    assert_int_equal(pushes[0].result.taken.taken, 3);
    if (pushes[1].result.status != STATUS_OK)
        fail_msg("%s", pushes[1].result.err.text);
    assert_int_equal(pushes[1].result.taken.repeated, 3);
    assert_int_equal(hub_store_stats(another).retries, 0);
    province_check_orders(&province);
    for (size_t i = 0; i < 2; i++)
        province_push_release(&pushes[i]);
    replicator_free(other);
    hub_store_close(another);
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
        cmocka_unit_test(test_what_fails_at_commit_is_not_acknowledged),
        cmocka_unit_test(test_the_server_dies_in_the_middle),
        cmocka_unit_test(test_two_processes_on_one_county),
    };

    if (!hub_world_available())
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
