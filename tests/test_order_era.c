/* tests/test_order_era.c - eras of the center's order: who has seen what across them, and what moves when one begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "core/record/order.h"
#include "core/record/returned.h"
#include "tests/fixture.h"

enum { E = 1, T = 256 }; /* a clean era, one of numbers given twice */
#define ERA(era, n) (order_era_start(era) + (n))

static void test_who_has_seen_what(void **state)
{
    (void)state;
    /* one era: numbers are compared */
    assert_true(order_was_seen(5, 5, 5, 9));
    assert_false(order_was_seen(6, 6, 5, 9));
    /* a late change: its author's machine had it at its old place, or got it with its new number */
    assert_true(order_was_seen(5, ERA(E, 1), 7, 9));
    assert_true(order_was_seen(5, ERA(E, 1), 7, ERA(E, 3)));
    assert_false(order_was_seen(8, ERA(E, 1), 7, ERA(E, 3)));
    assert_true(order_was_seen(8, ERA(E, 1), ERA(E, 1), ERA(E, 3)));
    assert_false(order_was_seen(8, ERA(E, 2), ERA(E, 1), ERA(E, 3)));
    /* everything of earlier eras */
    assert_true(order_was_seen(8, 8, ERA(E, 0) + 1, ERA(E, 3)));
    assert_false(order_was_seen(ERA(E, 1), ERA(E, 1), 100, ERA(E, 3)));
    /* numbers that were given twice: 7 may be the other 7 */
    assert_false(order_was_seen(6, ERA(T, 1), 7, ERA(T, 3)));
    assert_true(order_was_seen(6, 6, 7, ERA(T, 3)));
    assert_true(order_was_seen(6, ERA(T, 1), 7, 8)); /* placed in the first numbering */
    assert_int_equal(order_within_era(7), 7);
    assert_int_equal(order_within_era(ERA(T, 7)), 7);
    assert_int_equal(order_next_era(0, false, 0), 1);
    assert_int_equal(order_next_era(0, false, ORDER_ERA_STEPS - 1), ORDER_ERA_STEPS);
    assert_int_equal(order_next_era(0, true, ORDER_BLOCK_STEPS + 2), 3 * 256);
    assert_int_equal(order_next_era(250, false, 9), 256); /* no room: as if numbers had been given twice */
    assert_int_equal(order_next_era(1, false, 0), 2);
    assert_int_equal(order_next_era(2, true, 0), 256);
    assert_int_equal(order_next_era(256, false, 0), 257);
    assert_int_equal(order_next_era(257, true, 0), 512);
}

static void begin_era(struct node *center, uint64_t differing)
{
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    enum status status = order_begin_era(center->store, differing, center->random, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
}

static void test_a_new_era_begins_behind_what_was_given(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 1, NULL);
    struct id id = node_consult(&world.stations[0], "张文芳", "工资没有发");
    (void)world_sync(&world, 0);
    int64_t last = node_number(&world.center, "SELECT max(lsn) FROM change");
    begin_era(&world.center, 0);
    assert_int_equal(node_number(&world.center, "SELECT max(lsn) FROM change"), last); /* nothing is given yet */
    node_set(&world.center, "consultation", id, "topic", "欠薪");
    assert_int_equal(node_number(&world.center, "SELECT max(lsn) FROM change"), ERA(E, 1));
    assert_int_equal(node_number(&world.center, "SELECT rseq FROM change ORDER BY lsn DESC LIMIT 1"), ERA(E, 1));
    /* the own log goes on as a new one */
    assert_int_equal(node_number(&world.center, "SELECT count(*) FROM log WHERE station=0"), 2);
    assert_int_equal(node_number(&world.center, "SELECT c.log=(SELECT value FROM meta WHERE name='own_log') FROM change c ORDER BY lsn DESC LIMIT 1"), 1);
    node_verify(&world.center);
    (void)world_sync(&world, 0);
    char *topic = node_get(&world.stations[0], "consultation", id, "topic");
    assert_string_equal(topic, "欠薪");
    free(topic);
    world_close(&world);
}

/* Everything that names a change by its number goes along. */
static void test_numbers_given_twice_move_into_an_era_of_their_own(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 2, NULL);
    struct node *station = &world.stations[0], *center = &world.center;
    struct id id = node_consult(station, "张文芳", "工资没有发"), other = node_consult(&world.stations[1], "王建国", "离婚");
    (void)world_sync(&world, 0);
    (void)world_sync(&world, 1);
    int64_t common = node_number(center, "SELECT max(lsn) FROM change"), all = node_number(center, "SELECT count(*) FROM change");
    node_set(center, "consultation", id, "topic", "欠薪");
    node_set(station, "consultation", id, "topic", "拖欠");
    node_set(station, "consultation", id, "phone", "13900000001");
    (void)world_sync(&world, 0);
    node_set(center, "consultation", other, "topic", "婚姻");
    assert_int_equal(node_conflicts(center), 1);
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(store_exec(center->store, "INSERT INTO flagged(lsn,reason) SELECT max(lsn),'x' FROM change", &err), STATUS_OK);
    assert_int_equal(store_exec(center->store, "INSERT INTO reach(scope,given,lsn) SELECT 9,max(lsn),max(lsn) FROM change", &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    begin_era(center, (uint64_t)common + 1);
    uint64_t era = (uint64_t)node_number(center, "SELECT value FROM meta WHERE name='era'");
    assert_int_equal(era % 256, 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change"), all + 4);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE lsn<1099511627776"), all);
    assert_int_equal(node_number(center, "SELECT max(lsn) FROM change"), ERA(era, 4));
    assert_int_equal(node_number(center, "SELECT min(lsn) FROM change WHERE lsn>1000000"), ERA(era, 1));
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE rseq<>lsn"), 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM change c WHERE prev IS NOT NULL AND NOT EXISTS(SELECT 1 FROM change p WHERE p.lsn=c.prev AND p.id=c.id)"), 0);
    assert_int_equal(node_number(center, "SELECT count(*) FROM consultation t WHERE NOT EXISTS(SELECT 1 FROM change c WHERE c.lsn=t.head AND c.id=t.id)"), 0);
    assert_int_equal(node_number(center, "SELECT lsn FROM flagged"), ERA(era, 4));
    assert_int_equal(node_number(center, "SELECT lsn FROM reach"), ERA(era, 4));
    /* of the own log what was written before is shared, what came after goes on in a new one */
    assert_int_equal(node_number(center, "SELECT count(*) FROM change WHERE log=(SELECT value FROM meta WHERE name='own_log')"), 2);
    node_verify(center);
    node_set(center, "consultation", other, "topic", "婚姻家庭");
    assert_int_equal(node_number(center, "SELECT max(lsn) FROM change"), ERA(era, 5));
    node_verify(center);
    /* and once more: the next clean era */
    begin_era(center, 0);
    era = (uint64_t)node_number(center, "SELECT value FROM meta WHERE name='era'");
    assert_int_not_equal(era % 256, 0);
    node_set(center, "consultation", other, "topic", "婚姻");
    assert_int_equal(node_number(center, "SELECT max(lsn) FROM change"), ERA(era, 1));
    node_verify(center);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_has_seen_what),
        cmocka_unit_test(test_a_new_era_begins_behind_what_was_given),
        cmocka_unit_test(test_numbers_given_twice_move_into_an_era_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
