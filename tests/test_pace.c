/* tests/test_pace.c - a person's own numbers: counted as he types, shown to him alone, forgotten in time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/pace.h"
#include "core/record/replica.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tests/steps.h"
#include "tui/views/views.h"

#define DAY_MS INT64_C(86400000)

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    world_open(world, 1, NULL);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    world_close(*state);
    free(*state);
    return 0;
}

static void a_meter_counts_keys_and_no_long_silence(void **state)
{
    struct pace_meter meter = {.keys = 0};
    (void)state;
    pace_key(&meter, 1000);
    pace_key(&meter, 1200);
    pace_key(&meter, 1200 + 10 * 60000); /* ten minutes of talking count as one */
    pace_key(&meter, 1300 + 10 * 60000);
    pace_key(&meter, 5);                 /* the clock was set back */
    assert_int_equal(meter.keys, 5);
    assert_int_equal(meter.active_ms, 200 + PACE_ACTIVE_GAP_MS + 100);
}

static void add(struct node *node, const char *type, int64_t ms, unsigned keys)
{
    struct pace_meter meter = {.keys = keys, .active_ms = ms};
    assert_int_equal(pace_add(node->store, &node->actor, catalogue_find(type), &meter, NULL), STATUS_OK);
}

static void expect(struct node *node, const char *type, int32_t from, int32_t to, int64_t records, int64_t ms, int64_t keys)
{
    struct pace pace;
    assert_int_equal(pace_read(node->store, &node->actor, type != NULL ? catalogue_find(type) : NULL, from, to, &pace, NULL), STATUS_OK);
    assert_int_equal(pace.records, records);
    assert_int_equal(pace.median_ms, ms);
    assert_int_equal(pace.median_keys, keys);
}

static void medians_of_ones_own(void **state)
{
    struct node *node = &((struct world *)*state)->stations[0];
    struct actor me = node->actor;
    int32_t today = day_of_ms(node->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
    expect(node, NULL, today, today, 0, 0, 0);
    add(node, "consultation", 40000, 31);
    add(node, "consultation", 20000, 15);
    add(node, "consultation", 90000, 20);
    add(node, "case", 300000, 200);
    expect(node, "consultation", today, today, 3, 40000, 20);
    expect(node, NULL, today, today, 4, 40000, 20);
    strcpy(node->actor.name, "somebody-else");
    expect(node, NULL, today, today, 0, 0, 0);
    node->actor = me;
    node->actor.now_ms += DAY_MS;
    add(node, "consultation", 10000, 9);
    expect(node, NULL, today + 1, today + 1, 1, 10000, 9);
    expect(node, NULL, today, today + 1, 5, 40000, 20);
    node->actor.now_ms += (PACE_DAYS_KEPT + 1) * DAY_MS;
    add(node, "consultation", 10000, 9); /* what is older goes */
    expect(node, NULL, today, today + 1, 0, 0, 0);
}

/* It comes with every save: what is kept of others' and of earlier ones is not passed over. */
static void noting_a_save_costs_the_same_however_many_are_kept(void **state)
{
    enum { SAVES = 400 };
    struct world world;
    (void)state;
    steps_watch(1);
    world_open(&world, 1, NULL);
    struct node *node = &world.stations[0];
    struct actor me = node->actor;
    add(node, "consultation", 40000, 31);
    strcpy(node->actor.name, "somebody-else");
    add(node, "consultation", 40000, 31);
    uint64_t before = steps_taken();
    add(node, "consultation", 40000, 31);
    before = steps_taken() - before;
    for (int i = 0; i < SAVES; i++) {
        node->actor.now_ms += i % 20 == 0 ? DAY_MS : 0;
        strcpy(node->actor.name, i % 2 == 0 ? me.name : "somebody-else");
        add(node, "consultation", 40000, 31);
    }
    uint64_t after = steps_taken();
    add(node, "consultation", 40000, 31);
    assert_true(before > 0);
    assert_in_range(steps_taken() - after, 1, before + SAVES / 10);
    /* Also of who saves no more. */
    node->actor = me;
    node->actor.now_ms += (PACE_DAYS_KEPT + 30) * DAY_MS;
    add(node, "consultation", 40000, 31);
    assert_int_equal(node_number(node, "SELECT count(*) FROM pace"), 1);
    world_close(&world);
    steps_watch_end();
}

/* Nothing of it is a change: nothing to send, nothing in the log. */
static void nothing_of_it_leaves_the_machine(void **state)
{
    struct world *world = *state;
    struct node *node = &world->stations[0];
    world_sync(world, 0);
    char *before = node_dump(&world->center);
    struct replica_result nothing;
    add(node, "consultation", 40000, 31);
    nothing = world_sync(world, 0);
    assert_int_equal(nothing.taken, 0);
    char *after = node_dump(&world->center);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void typed_on_the_screens_and_shown(void **state)
{
    struct node *node = &((struct world *)*state)->stations[0];
    struct app_context context = {.store = node->store, .actor = &node->actor, .machine = &node->machine, .codes = node->codes, .random = node->random};
    struct screen screen;
    screen_open(&screen, &context, &view_home, &view_help, 24, 80);
    screen_keys(&screen, "11 Enter 张文芳 Enter 2 13900000001 Enter Enter 02 Enter 1+2 Enter Enter 1");
    screen_wait(&screen, 4000);
    screen_keys(&screen, "F2 F10");
    int32_t today = day_of_ms(node->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
    struct pace pace;
    assert_int_equal(pace_read(node->store, &node->actor, catalogue_find("consultation"), today, today, &pace, NULL), STATUS_OK);
    assert_int_equal(pace.records, 1);
    assert_int_equal(pace.median_keys, 28); /* 张文芳 3, 2 1, the telephone 11, 02 2, 1+2 3, 1 1, Enter 6, F2 1 */
    assert_in_range(pace.median_ms, 4000, 5000);
    assert_int_equal(app_open(&screen.app, &view_pace, NULL), STATUS_OK);
    screen_wait(&screen, 1);
    screen_expect(&screen, 0, "我的数字");
    screen_expect(&screen, 4, "咨询             1 条");
    screen_expect(&screen, 5, "4 秒 28 键");
    screen_expect_any(&screen, "只有自己看得到");
    screen_close(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_meter_counts_keys_and_no_long_silence),
        cmocka_unit_test_setup_teardown(medians_of_ones_own, open_world, close_world),
        cmocka_unit_test(noting_a_save_costs_the_same_however_many_are_kept),
        cmocka_unit_test_setup_teardown(nothing_of_it_leaves_the_machine, open_world, close_world),
        cmocka_unit_test_setup_teardown(typed_on_the_screens_and_shown, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
