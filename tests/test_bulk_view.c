/* tests/test_bulk_view.c - a list with the keys of the screen: filters kept on digits, marks and what is done with them at once: tried, done, taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/record/kept_filter.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct node *node;
    struct id ids[5];
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    static const char *const NAMES[] = {"甲一", "乙二", "丙三", "丁四", "戊五"};
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->node = &desk->world.stations[0];
    for (size_t i = 0; i < 5; i++)
        desk->ids[i] = node_consult(desk->node, NAMES[i], "欠薪");
    desk->context = screen_context(desk->node);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_keys(&desk->screen, "16 Enter");
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    screen_close(&desk->screen);
    node_verify(desk->node);
    world_close(&desk->world);
    free(desk);
    return 0;
}

static void expect(struct desk *desk, size_t which, const char *category)
{
    char *got = node_get(desk->node, "consultation", desk->ids[which], "category");
    if (category == NULL)
        assert_null(got);
    else
        assert_string_equal(got, category);
    free(got);
}

static void marked_tried_done_and_taken_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "Ctrl-T Ins"); /* the two newest */
    screen_expect(screen, 0, "标记 2");
    screen_expect(screen, 3, "1*");
    screen_expect(screen, 4, "2*");
    screen_keys(screen, "Up Ctrl-T"); /* one again */
    screen_expect(screen, 0, "标记 1");
    screen_keys(screen, "Up Ctrl-T F8");
    screen_expect(screen, 0, "标记了 2 条");
    screen_keys(screen, "类 别 Enter");
    screen_keys(screen, "01 Enter");
    screen_expect(screen, 0, "类别 = 婚姻家庭"); /* no code */
    screen_expect(screen, 0, "会改 2   本来就是 0   不能改 0");
    expect(desk, 4, "");
    screen_keys(screen, "F2");
    screen_expect(screen, 22, "已改 2 条");
    expect(desk, 4, "01");
    expect(desk, 3, "01");
    expect(desk, 2, "");
    screen_keys(screen, "Ctrl-Z");
    screen_expect(screen, 22, "2 条恢复原样");
    expect(desk, 4, "");
    expect(desk, 3, "");
}

static void all_of_the_filter_and_a_refusal(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    node_set(desk->node, "consultation", desk->ids[0], "category", "03");
    screen_keys(screen, "F4 类别!=03 Enter F7");
    screen_expect(screen, 0, "标记 4");
    screen_keys(screen, "F7");
    screen_expect_none(screen, "标记 4");
    screen_keys(screen, "F7");
    assert_int_equal(records_delete(desk->node->store, &desk->node->actor, catalogue_find("consultation"), desk->ids[2], NULL), STATUS_OK);
    screen_keys(screen, "F8 删 除 Enter");
    screen_expect(screen, 0, "会改 3   本来就是 0   不能改 1");
    screen_expect_any(screen, "没有这条咨询");
    screen_keys(screen, "F2");
    expect(desk, 4, NULL);
    expect(desk, 0, "03");
    screen_keys(screen, "F10 F7 F7 F8"); /* marks of rows that are gone go, too */
    screen_keys(screen, "撤 回 Enter");
    screen_expect(screen, 22, "3 条恢复原样");
    expect(desk, 4, "");
}

static void filters_are_kept_on_digits(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    node_set(desk->node, "consultation", desk->ids[0], "category", "03");
    screen_keys(screen, "F4 7 Enter");
    screen_expect(screen, 22, "数字 7 上没有存筛选");
    screen_keys(screen, "F4 类别=03 Enter Ctrl-K x Enter");
    screen_expect(screen, 22, "1 到 9");
    screen_keys(screen, "Ctrl-K 7 Enter");
    screen_expect(screen, 22, "F4 7 Enter");
    screen_expect(screen, 21, "7 类别=03");
    screen_expect(screen, 0, "显示 1");
    screen_keys(screen, "F6 Esc"); /* back to how it was opened */
    screen_expect(screen, 0, "显示 5");
    screen_expect(screen, 21, "日期 从大到小");
    screen_keys(screen, "F10 16 Enter F4 7 Enter");
    screen_expect(screen, 0, "显示 1");
    screen_expect(screen, 0, "筛选: 类别=03");
    snprintf(desk->node->actor.name, sizeof desk->node->actor.name, "何平"); /* each person's own */
    screen_keys(screen, "Esc F10 16 Enter F4 7 Enter");
    screen_expect(screen, 22, "没有存筛选");
}

static void expect_kept(struct desk *desk, const char *type, const char *text)
{
    struct buf kept;
    buf_init(&kept, 4096);
    assert_int_equal(kept_filter_list(desk->node->store, &desk->node->actor, catalogue_find(type), &kept, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&kept), text);
    buf_release(&kept);
}

static void keep_on(struct desk *desk, const char *type, int digit, const char *text)
{
    assert_int_equal(kept_filter_set(desk->node->store, &desk->node->actor, catalogue_find(type), digit, text, NULL), STATUS_OK);
}

/* Each kind of record has nine digits of its own; the last one kept on a digit counts, an empty one takes it away. */
static void a_digit_holds_the_last_one_of_its_kind(void **state)
{
    struct desk *desk = *state;
    keep_on(desk, "consultation", 3, "类别=01");
    keep_on(desk, "case", 3, "案由~劳动");
    keep_on(desk, "consultation", 3, "类别=02");
    keep_on(desk, "consultation", 1, "性别=女");
    expect_kept(desk, "consultation", "1 性别=女  3 类别=02");
    expect_kept(desk, "case", "3 案由~劳动");
    keep_on(desk, "consultation", 3, "");
    expect_kept(desk, "consultation", "1 性别=女");
    expect_kept(desk, "case", "3 案由~劳动");
}

/* A condition about today stays one: on the next day it is about the next day, in an open list and from its digit. */
static void days_that_are_kept_stay_relative(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    node_set(desk->node, "consultation", desk->ids[0], "date", "2026-10-23");
    node_set(desk->node, "consultation", desk->ids[1], "date", "2026-10-23");
    node_set(desk->node, "consultation", desk->ids[2], "date", "2026-10-24");
    screen_keys(screen, "F4 日期=今天 Enter Ctrl-K 8 Enter");
    screen_expect(screen, 21, "8 日期=今天");
    screen_expect(screen, 0, "显示 2");
    screen_wait(screen, 24 * 3600 * 1000);
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_expect(screen, 0, "显示 1");
    screen_keys(screen, "F10 16 Enter F4 8 Enter");
    screen_expect(screen, 0, "显示 1");
    screen_expect(screen, 0, "筛选: 日期=今天");
    screen_keys(screen, "F4 Ctrl-U 日期=最近2天 Enter");
    screen_expect(screen, 0, "显示 3");
    screen_keys(screen, "F4 Ctrl-U 日期!=本月 Enter");
    screen_expect(screen, 22, "几天的只能用");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(filters_are_kept_on_digits, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_digit_holds_the_last_one_of_its_kind, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(days_that_are_kept_stay_relative, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(marked_tried_done_and_taken_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(all_of_the_filter_and_a_refusal, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
