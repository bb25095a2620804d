/* tests/test_views.c - the screens of the program over real stores, as a station worker uses them: expected screens are text, keys are names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static void sit_down_at(struct desk *desk, struct node *node, int rows, int cols)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, rows, cols);
}

static void sit_down(struct desk *desk, struct node *node)
{
    sit_down_at(desk, node, 24, 80);
}

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
    world_close(&desk->world);
    free(desk);
    return 0;
}

/* The three people of the issue: a plain name, one outside the BMP, one with a middle dot. */
static void record_three(struct screen *screen)
{
    screen_keys(screen, "11 Enter");
    screen_keys(screen, "张文芳 Enter 2 13900000001 Enter Enter 02 工资三个月没发 Enter F2");
    screen_keys(screen, "赵𫖯 Enter 1 13812345678 Enter Enter 01 离婚后的抚养费 Enter F2");
    screen_keys(screen, "阿依古丽·买买提 Enter 2 13777770045 Enter Enter 03 摩托车被撞 Enter F2");
    screen_expect_any(screen, "已录 3");
}

static void test_three_consultations_are_found_in_every_way(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.stations[0]);
    record_three(screen);
    screen_keys(screen, "F10 F3");
    static const struct {
        const char *typed, *found, *not_found;
    } FINDS[] = {{"zwf", "张文芳", "赵𫖯"},       {"z", "赵𫖯", "买买提"},   {"𫖯", "赵𫖯", "张文芳"},     {"赵𫖯", "赵𫖯", "张文芳"},
                 {"买", "买买提", "张文芳"},      {"ay", "阿依古丽", "赵𫖯"}, {"0045", "阿依古丽", "张文芳"}, {"5678", "赵𫖯", "阿依古丽"},
                 {"工资", "张文芳", "阿依古丽"}, {"抚养费", "赵𫖯", "张文芳"}};
    for (size_t i = 0; i < sizeof FINDS / sizeof FINDS[0]; i++) {
        screen_keys(screen, "Ctrl-U");
        screen_keys(screen, FINDS[i].typed);
        screen_expect_any(screen, FINDS[i].found);
        screen_expect_none(screen, FINDS[i].not_found);
    }
    screen_close(screen);
}

/* However many drafts and however small the screen: each can be reached from here. */
static void test_every_draft_is_reached_from_home(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct screen *screen = &desk->screen;
    char name[32];
    for (int i = 0; i < 14; i++) {
        struct record record;
        struct id draft = {{0}};
        record_init(&record, catalogue_find("consultation"));
        snprintf(name, sizeof name, "写到一半%d", i);
        assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
        assert_int_equal(draft_save(station->store, &station->actor, station->random, &record, &draft, NULL), STATUS_OK);
        record_release(&record);
    }
    sit_down_at(desk, station, 20, 60);
    screen_expect_any(screen, "草稿 14");
    screen_expect_any(screen, "份没写完，Enter 看全部");
    screen_resize(screen, 24, 80);
    screen_expect(screen, 12, " 10 草稿  还有 5 份没写完，Enter 看全部");
    screen_keys(screen, "10 Enter");
    assert_ptr_equal(app_top(&screen->app)->class, &view_drafts);
    screen_expect_any(screen, "14 份");
    screen_close(screen);
}

/* What comes in above the row that is chosen doesn't move another one under the key. */
static void test_the_chosen_row_stays_the_same(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct screen *screen = &desk->screen;
    struct record record;
    struct id drafts[3] = {{{0}}};
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(record_set_text(&record, "content", "拖欠工资三个月，老板不接电话"), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(record_set_text(&record, "name", i == 0 ? "先写的" : "后写的"), STATUS_OK);
        station->actor.now_ms += 1000;
        assert_int_equal(draft_save(station->store, &station->actor, station->random, &record, &drafts[i], NULL), STATUS_OK);
    }
    sit_down(desk, station);
    screen_keys(screen, "Down");
    screen_expect(screen, 4, "> 2 草稿  咨询 未写完");
    screen_resize(screen, 20, 60); /* what finds no room ends in two dots */
    screen_expect(screen, 4, "先写的  拖欠工资..");
    screen_resize(screen, 24, 80);
    screen_expect(screen, 4, "先写的");
    assert_int_equal(record_set_text(&record, "name", "刚写的"), STATUS_OK);
    station->actor.now_ms += 1000;
    assert_int_equal(draft_save(station->store, &station->actor, station->random, &record, &drafts[2], NULL), STATUS_OK);
    record_release(&record);
    app_data_changed(&screen->app);
    screen_wait(screen, 0);
    screen_expect(screen, 5, "> 3 草稿");
    screen_expect(screen, 5, "先写的");
    screen_close(screen);
}

static void test_the_screen_of_quick_entry(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(&desk->screen, "11 Enter 张文芳 Enter");
    screen_expect(&desk->screen, 0, "咨询速录");
    screen_expect(&desk->screen, 2, " 姓名 [张文芳__________]");
    screen_expect(&desk->screen, 3, ">性别 [_]");
    screen_expect(&desk->screen, 4, " 类别 [______]");
    screen_expect(&desk->screen, 5, " 内容 [________");
    screen_expect(&desk->screen, 7, " 答复 [______________]");
    screen_expect(&desk->screen, 11, " 处理 [_]");
    screen_expect(&desk->screen, 23, " Enter下一项  =同上条  F2存并下一条  F8整条重复  F4代码");
    screen_expect_cursor(&desk->screen, 3, 7);
    screen_close(&desk->screen);
}

/* A scanner at the first screen types the number of somebody, not of a place: 32 would be one. */
static void test_a_number_scanned_at_home_is_looked_for(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0]);
    node_make(&desk->world.stations[0], "person", "name=张文芳", "id_no=32012419870312274X", NULL);
    screen_keys(&desk->screen, "32012419870312274X Enter");
    screen_expect(&desk->screen, 0, "查找");
    screen_expect_any(&desk->screen, "张文芳");
    screen_keys(&desk->screen, "F10 11 Enter"); /* and a place is one still */
    screen_expect(&desk->screen, 0, "咨询速录");
    screen_close(&desk->screen);
}

static void test_a_draft_survives_and_is_offered(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(&desk->screen, "11 Enter 王建国 Enter");
    screen_close(&desk->screen); /* the line drops: nothing was saved */
    sit_down(desk, &desk->world.stations[0]);
    screen_expect_any(&desk->screen, "咨询 未写完");
    screen_keys(&desk->screen, "1 Enter");
    screen_expect_any(&desk->screen, "[王建国");
    screen_keys(&desk->screen, "F2");
    screen_keys(&desk->screen, "F10");
    screen_close(&desk->screen);
}

static void test_a_returning_visitor_is_recognised(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0]);
    record_three(&desk->screen);
    screen_keys(&desk->screen, "zwf");
    screen_expect(&desk->screen, 2, "来过 1 次");
    screen_keys(&desk->screen, "1");
    screen_expect_any(&desk->screen, "13900000001");
    screen_close(&desk->screen);
}

static void test_a_conflict_is_settled_on_the_centers_screen(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = node_consult(station, "陈志强", "土地承包");
    world_sync(&desk->world, 0);
    node_set(station, "consultation", id, "phone", "13900000002");
    node_set(&desk->world.center, "consultation", id, "phone", "13900000003");
    world_sync(&desk->world, 0);
    sit_down(desk, &desk->world.center);
    screen_expect_any(&desk->screen, "冲突");
    screen_keys(&desk->screen, "17 Enter");
    screen_expect_any(&desk->screen, "13900000002 / 13900000003");
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "13900000002  (显示)");
    screen_expect_any(&desk->screen, "2 县中心       13900000003");
    screen_keys(&desk->screen, "2");
    screen_expect_any(&desk->screen, "已处理");
    char *phone = node_get(&desk->world.center, "consultation", id, "phone");
    assert_string_equal(phone, "13900000003");
    free(phone);
    assert_int_equal(node_conflicts(&desk->world.center), 0);
    screen_close(&desk->screen);
}

static void test_a_case_is_written_saved_and_has_a_history(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0]);
    screen_keys(&desk->screen, "12 Enter");
    screen_keys(&desk->screen, "F2");
    screen_expect_any(&desk->screen, "申请人"); /* required: said by name */
    screen_keys(&desk->screen, "周国忠 Enter F2");
    screen_expect_any(&desk->screen, "起草申请 办好了，现在是 申请草稿");
    screen_expect(&desk->screen, 0, "案件  周国忠");
    screen_keys(&desk->screen, "F7");
    screen_expect_any(&desk->screen, "申请人: 周国忠");
    screen_keys(&desk->screen, "F10 F10 13 Enter");
    screen_expect_any(&desk->screen, "周国忠");
    screen_close(&desk->screen);
}

/* Enter until the marker stands at the label. */
static void go_to(struct screen *screen, const char *marked)
{
    for (int i = 0; i < FIELD_MAX_COUNT; i++) {
        struct buf text;
        buf_init(&text, 100000);
        canvas_text(&screen->canvas, &text);
        bool there = strstr(buf_cstr(&text), marked) != NULL;
        buf_release(&text);
        if (there)
            return;
        screen_keys(screen, "Enter");
    }
    fail_msg("no %s", marked);
}

/* A cause is picked by its number; a case of 2025 takes it from the list of that day, and the screen says so when the day is corrected afterwards. */
static void test_a_cause_is_of_the_list_of_the_cases_day(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.center);
    screen_keys(screen, "12 Enter 周国忠 Enter F2 F4"); /* drafted, then its own form */
    go_to(screen, ">案由");
    screen_expect_any(screen, "1 离婚纠纷  2 抚养费纠纷"); /* the favourites stand on the hint line */
    screen_keys(screen, "13 Enter");
    screen_expect_any(screen, "M205.5");
    screen_expect_any(screen, "]追索劳动报酬");
    go_to(screen, ">收件日期");
    screen_keys(screen, "Ctrl-U 2025-06-01 F2");
    screen_expect_any(screen, "M205.5 追索劳动报酬纠纷 从 2026-01-01 起才用");
    screen_expect_any(screen, "这一天请用 L186.5");
    screen_expect_any(screen, ">案由");
    screen_keys(screen, "Ctrl-U 13 Enter");
    screen_expect_any(screen, "[L186.5");
    screen_keys(screen, "F2");
    screen_expect_any(screen, "[L186.5");
    screen_expect_none(screen, "起才用");
    screen_expect_none(screen, "新建");
    screen_close(screen);
}

static void test_sync_help_and_every_key_line(void **state)
{
    struct desk *desk = *state;
    node_consult(&desk->world.stations[0], "李", "问");
    sit_down(desk, &desk->world.stations[0]);
    screen_expect(&desk->screen, 0, "待发 1 条");
    screen_keys(&desk->screen, "15 Enter");
    screen_expect_any(&desk->screen, "待发       1 条");
    screen_expect_any(&desk->screen, "现在重试");
    screen_keys(&desk->screen, "F1");
    screen_expect(&desk->screen, 0, "帮助: 同步");
    screen_expect_any(&desk->screen, "Esc 2 = F2");
    screen_keys(&desk->screen, "输入法");
    screen_expect_none(&desk->screen, "Esc 2 = F2");
    screen_close(&desk->screen);
}

/* What a narrow screen cannot hold goes on in the next row, and is found as one line. */
static void test_help_on_a_narrow_screen(void **state)
{
    struct desk *desk = *state;
    sit_down_at(desk, &desk->world.stations[0], 20, 60);
    screen_keys(&desk->screen, "F1 停手两秒");
    screen_expect(&desk->screen, 3, " 断线、断电: 正在写的内容每项离开时和停手两秒后自动存成草");
    screen_expect(&desk->screen, 4, " 稿，下次在首页继续");
    screen_close(&desk->screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_three_consultations_are_found_in_every_way, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_every_draft_is_reached_from_home, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_chosen_row_stays_the_same, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_screen_of_quick_entry, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_number_scanned_at_home_is_looked_for, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_draft_survives_and_is_offered, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_returning_visitor_is_recognised, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_conflict_is_settled_on_the_centers_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_case_is_written_saved_and_has_a_history, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_cause_is_of_the_list_of_the_cases_day, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_sync_help_and_every_key_line, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_help_on_a_narrow_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
