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

static int64_t drafts_with(const struct desk *desk, const char *text)
{
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM draft WHERE instr(fields,CAST('%s' AS BLOB))>0 OR instr(coalesce(title,''),'%s')>0", text, text);
    return node_number((struct node *)&desk->world.stations[0], sql);
}

/* What is no value yet cannot be in a draft: it stays where it was typed. Of the record nothing is there any more, not in the fields beside, not in the title, not under Ctrl-Z, not in the draft. */
static void test_what_is_half_typed_stays_too_and_nothing_else(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_keys(&desk->screen, "Enter Ctrl-U 老板跑了 Up Ctrl-U 2026-13"); /* the name, then the day, which cannot be left */
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "已由县中心移送");
    screen_expect_any(&desk->screen, "2026-13");
    screen_expect_none(&desk->screen, "必填");
    screen_expect_none(&desk->screen, "F2保存");
    screen_expect_any(&desk->screen, "老板跑了");
    screen_expect_none(&desk->screen, "工资没有发");
    screen_expect_none(&desk->screen, "张文芳");
    screen_keys(&desk->screen, "Ctrl-Z Ctrl-Z");
    screen_expect_none(&desk->screen, "张文芳");
    screen_wait(&desk->screen, 3000);
    screen_keys(&desk->screen, "F10");
    assert_int_equal(drafts_with(desk, "张文芳"), 0);
    assert_int_equal(drafts_with(desk, "工资没有发"), 0);
}

static void test_its_draft_is_taken_up_to_be_read(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_home, NULL);
    app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了 Enter F10");
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_none(&desk->screen, "张文芳");
    screen_keys(&desk->screen, "1 Enter");
    screen_expect_any(&desk->screen, "不能再存");
    screen_expect_any(&desk->screen, "老板跑了");
    screen_keys(&desk->screen, "F2");
    screen_expect_any(&desk->screen, "不能再存");
    assert_int_equal(drafts_with(desk, "老板跑了"), 1);
}

static void erase(struct desk *desk)
{
    struct errmsg err = {{0}};
    must(reach_erase(desk->world.center.store, &desk->world.center.actor, catalogue_find("consultation"), desk->id, "期满", "何平", &err), &err);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 3000);
}

/* Erased by law, with words in the form: they are about that person, too. */
static void test_of_what_was_erased_nothing_is_kept(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_home, NULL);
    app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了");
    erase(desk);
    screen_keys(&desk->screen, "F2");
    assert_int_equal(node_number(&desk->world.stations[0], "SELECT count(*) FROM draft"), 0);
}

/* The same when it had left before. */
static void test_of_what_left_and_was_erased_nothing_is_kept(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &view_home, NULL);
    app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了");
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 3000);
    assert_int_equal(drafts_with(desk, "老板跑了"), 1);
    screen_keys(&desk->screen, "了");
    erase(desk);
    screen_expect_none(&desk->screen, "老板跑了");
    assert_int_equal(node_number(&desk->world.stations[0], "SELECT count(*) FROM draft"), 0);
}

/* It comes back: what was typed is a draft of it again. */
static void test_it_comes_back_while_its_form_is_open(void **state)
{
    struct desk *desk = *state;
    struct errmsg err = {{0}};
    sit_down(desk, &view_home, NULL);
    app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = desk->id});
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了 Enter");
    give_away(desk);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    must(reach_move(desk->world.center.store, &desk->world.center.actor, catalogue_find("consultation"), desk->id, 2, NULL, &err), &err);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "又回到本站");
    screen_keys(&desk->screen, "1 Enter");
    screen_expect_any(&desk->screen, "老板跑了");
    screen_expect_any(&desk->screen, "工资没有发");
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
        cmocka_unit_test_setup_teardown(test_what_is_half_typed_stays_too_and_nothing_else, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_its_draft_is_taken_up_to_be_read, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_of_what_was_erased_nothing_is_kept, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_of_what_left_and_was_erased_nothing_is_kept, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_it_comes_back_while_its_form_is_open, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_list_until_it_is_read, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
