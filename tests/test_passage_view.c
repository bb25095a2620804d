/* tests/test_passage_view.c - a record leaves the station while somebody has it open: the form says so and keeps what was typed, and nothing else; the list of what came and left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/reach.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct id id;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 2, NULL);
    desk->id = node_consult(&desk->world.stations[0], "张文芳", "工资没有发");
    world_sync(&desk->world, 0);
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

static void sit_down(struct desk *desk, const struct view_class *class, const struct view_argument *argument)
{
    desk->context = screen_context(&desk->world.stations[0]);
    screen_open_at(&desk->screen, &desk->context, class, argument, 24, 80);
}

static void give_away(struct desk *desk)
{
    struct errmsg err = {{0}};
    must(reach_move(desk->world.center.store, &desk->world.center.actor, catalogue_find("consultation"), desk->id, 3, NULL, &err), &err);
    world_sync(&desk->world, 0);
}

static void test_what_was_typed_stays_when_its_record_leaves(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_expect_any(&desk->screen, "工资没有发");
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了 Enter");
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "已由县中心移送");
    screen_expect_any(&desk->screen, "老板跑了");
    screen_expect_none(&desk->screen, "工资没有发");
    screen_keys(&desk->screen, "F2");
    screen_expect_any(&desk->screen, "不能再存");
    assert_int_equal(node_number(&desk->world.stations[0], "SELECT count(*) FROM draft"), 1);
    assert_int_equal(node_number(&desk->world.stations[0], "SELECT count(*) FROM draft WHERE instr(fields,CAST('张文芳' AS BLOB))>0"), 0);
}

static void test_the_list_until_it_is_read(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_passages, NULL);
    screen_expect_any(&desk->screen, "没有。县中心把案件");
    desk->world.center.actor.now_ms = desk->screen.now_ms;
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect(&desk->screen, 0, "没看过 1 件");
    screen_expect_any(&desk->screen, "移送到 ");
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "内容已经不在本站");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 0, "没看过 0 件");
    screen_expect_any(&desk->screen, "移送到 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_was_typed_stays_when_its_record_leaves, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_list_until_it_is_read, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
