/* tests/test_changelog.c - finding a log costs the same however much was written into the own one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/changelog.h"
#include "tests/fixture.h"
#include "tests/steps.h"

enum { CHANGES = 300 };

static struct log_info log_of_first_station(struct world *world)
{
    struct log_info log;
    assert_int_equal(changelog_own(world->stations[0].store, &log, NULL), STATUS_OK);
    return log;
}

/* Of a look by name and one by number. */
static uint64_t steps_of_finding(struct store *store, const struct log_id *id, uint64_t head_seq)
{
    uint64_t before = steps_taken();
    struct log_info by_name, by_no;
    assert_int_equal(changelog_log(store, id, false, &by_name, NULL), STATUS_OK);
    assert_int_equal(changelog_log_by_no(store, by_name.no, &by_no, NULL), STATUS_OK);
    assert_int_equal(by_name.head_seq, head_seq);
    assert_int_equal(by_no.head_seq, head_seq);
    return steps_taken() - before;
}

static void test_another_log_is_found_without_passing_over_the_own_one(void **state)
{
    struct world world;
    char phone[24];
    (void)state;
    steps_watch(1);
    world_open(&world, 1, NULL);
    node_consult(&world.stations[0], "张文芳", "工资没有发");
    world_sync(&world, 0);
    struct log_id id = log_of_first_station(&world).id;
    uint64_t before = steps_of_finding(world.center.store, &id, 1);
    struct id own = node_consult(&world.center, "王建国", "离婚");
    for (int i = 0; i < CHANGES; i++) {
        snprintf(phone, sizeof phone, "1390000%04d", i);
        node_set(&world.center, "consultation", own, "phone", phone);
    }
    assert_true(before > 0);
    assert_in_range(steps_of_finding(world.center.store, &id, 1), 1, before + CHANGES / 10);
    world_close(&world);
    steps_watch_end();
}

/* Its row is behind (changelog.h), whichever way it is found. */
static void test_the_own_log_is_told_to_its_end(void **state)
{
    struct world world;
    struct log_info own, by_name, by_no;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "phone", "13900000001");
    assert_int_equal(node_number(station, "SELECT head_seq FROM log WHERE station=1"), 0);
    assert_int_equal(changelog_own(station->store, &own, NULL), STATUS_OK);
    assert_int_equal(changelog_log(station->store, &own.id, false, &by_name, NULL), STATUS_OK);
    assert_int_equal(changelog_log_by_no(station->store, own.no, &by_no, NULL), STATUS_OK);
    assert_int_equal(own.head_seq, 2);
    assert_int_equal(by_name.head_seq, 2);
    assert_int_equal(by_no.head_seq, 2);
    assert_true(hash_equal(own.head_hash, by_name.head_hash) && hash_equal(own.head_hash, by_no.head_hash));
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_another_log_is_found_without_passing_over_the_own_one),
        cmocka_unit_test(test_the_own_log_is_told_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
