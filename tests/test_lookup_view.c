/* tests/test_lookup_view.c - the screen that asks the center about a person: from the search and the entry screen, with a reason; what it says while there is no answer, and when it has come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/lookup.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 2, NULL);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    screen_close(&desk->screen);
    world_close(&desk->world);
    free(desk);
    return 0;
}

static void sit_down(struct desk *desk, struct node *node, const struct view_class *first)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, first, &view_help, 24, 80);
}

/* What the sync program would do. */
static void answer(struct desk *desk)
{
    struct errmsg err = {{0}};
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct lookup question, found;
    assert_int_equal(lookup_next(station->store, desk->screen.now_ms, &question, &err), STATUS_OK);
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_answer(center->store, &station->peer, &question, desk->screen.now_ms, &found, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    found.no = question.no;
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(lookup_note(station->store, &found, desk->screen.now_ms, &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
}

static void test_asked_from_the_search_and_answered(void **state)
{
    struct desk *desk = *state;
    node_make(&desk->world.stations[1], "consultation", "name=张文芳", "date=2026-03-04", "content=工资没有发", NULL);
    world_sync(&desk->world, 1);
    sit_down(desk, &desk->world.stations[0], &view_search);
    screen_keys(&desk->screen, "张文芳 F7");
    screen_expect(&desk->screen, 2, "查谁    [张文芳");
    screen_keys(&desk->screen, "查查 F2");
    screen_expect_any(&desk->screen, "至少 4 个字");
    screen_keys(&desk->screen, "是不是重复来访 Enter");
    screen_expect_any(&desk->screen, "张文芳  正在问县中心");
    screen_wait(&desk->screen, 21 * 1000);
    screen_expect_any(&desk->screen, "还没有答复: 现在连不上县中心");
    answer(desk);
    screen_wait(&desk->screen, 1000);
    screen_expect_any(&desk->screen, "张文芳  来过 1 次");
    screen_expect_any(&desk->screen, "2026-03-04");
    screen_expect_any(&desk->screen, "站3");
    screen_expect_none(&desk->screen, "工资");
}

static void test_asked_from_the_entry_of_a_visitor(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0], &view_consult_entry);
    screen_keys(&desk->screen, "王建国 F7");
    screen_expect(&desk->screen, 2, "查谁    [王建国");
    screen_keys(&desk->screen, "是不是重复来访 F2");
    answer(desk);
    screen_wait(&desk->screen, 1000);
    screen_expect_any(&desk->screen, "王建国  县中心没有查到");
    screen_keys(&desk->screen, "F10");
    screen_expect_any(&desk->screen, "王建国"); /* what was being written is still there */
}

static void test_the_center_has_everything_itself(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.center, &view_search);
    screen_keys(&desk->screen, "张文芳 F7");
    screen_expect_any(&desk->screen, "直接查找就可以");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_asked_from_the_search_and_answered, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_asked_from_the_entry_of_a_visitor, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_center_has_everything_itself, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
