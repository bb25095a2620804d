/* tests/test_schedule.c - sync/schedule.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sync/schedule.h"

static void test_first_attempt_is_at_once_then_every_so_often(void **state)
{
    struct schedule schedule;

    (void)state;
    schedule_init(&schedule, 300000, 1000);
    assert_true(schedule_due(&schedule, 1000));
    schedule_succeeded(&schedule, 2000);
    assert_false(schedule_due(&schedule, 301999));
    assert_true(schedule_due(&schedule, 302000));
}

static void test_only_on_demand(void **state)
{
    struct schedule schedule;

    (void)state;
    schedule_init(&schedule, 0, 0);
    schedule_succeeded(&schedule, 10);
    assert_false(schedule_due(&schedule, INT64_MAX - 1));
    schedule_asked(&schedule, 20);
    assert_true(schedule_due(&schedule, 20));
}

static void test_waits_double_up_to_the_longest_and_differ_by_chance(void **state)
{
    uint64_t seed = 1;
    struct random_source random = random_seeded(&seed);
    struct schedule schedule;
    int64_t full = SCHEDULE_FIRST_MS;
    bool differ = false;

    (void)state;
    schedule_init(&schedule, 0, 0);
    for (int i = 0; i < 2000; i++) {
        int64_t wait;

        schedule_failed(&schedule, 0, random);
        wait = schedule.next_ms;
        assert_in_range(wait, full / 2, full);
        differ = differ || wait != full / 2;
        full = full * 2 > SCHEDULE_LONGEST_MS ? SCHEDULE_LONGEST_MS : full * 2;
    }
    assert_true(differ);
    schedule_succeeded(&schedule, 0);
    schedule_failed(&schedule, 0, random);
    assert_in_range(schedule.next_ms, SCHEDULE_FIRST_MS / 2, SCHEDULE_FIRST_MS);
}

static void test_new_changes_go_at_once_but_not_right_behind_a_failure(void **state)
{
    uint64_t seed = 1;
    struct schedule schedule;

    (void)state;
    schedule_init(&schedule, 300000, 0);
    schedule_succeeded(&schedule, 0);
    schedule_changed(&schedule, 100);
    assert_true(schedule_due(&schedule, 100));
    for (int i = 0; i < 8; i++)
        schedule_failed(&schedule, 1000, random_seeded(&seed));
    schedule_changed(&schedule, 2000);
    assert_false(schedule_due(&schedule, 1000 + SCHEDULE_FIRST_MS - 1));
    assert_true(schedule_due(&schedule, 1000 + SCHEDULE_FIRST_MS));
    schedule_asked(&schedule, 2000);
    assert_true(schedule_due(&schedule, 2000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_attempt_is_at_once_then_every_so_often),
        cmocka_unit_test(test_only_on_demand),
        cmocka_unit_test(test_waits_double_up_to_the_longest_and_differ_by_chance),
        cmocka_unit_test(test_new_changes_go_at_once_but_not_right_behind_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
