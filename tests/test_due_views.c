/* tests/test_due_views.c - periods on the screens: home, the list of all, the column of the case list; the page of rules. The screens' clock stands at 2026-10-23. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/rule.h"
#include "core/base/day.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tests/write_sql.h"
#include "tui/views/views.h"

static struct world world;
static struct app_context context;
static struct screen screen;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    screen_close(&screen);
    world_close(&world);
    return 0;
}

static void sit_down(struct node *node, int rows, int cols)
{
    context = screen_context(node);
    screen_open(&screen, &context, &view_home, &view_help, rows, cols);
    screen.app.law = &view_law;
}

/* A draft of an application whose limitation ends on that day. */
static struct id add_case(struct node *node, const char *name, const char *limitation, const char *more_field, const char *more)
{
    struct errmsg err = {{0}};
    struct record kase;
    const char *const pairs[][2] = {{"name", name}, {"received_on", "2026-10-20"}, {"limitation_on", limitation}, {more_field, more}};
    record_init(&kase, catalogue_find("case"));
    assert_int_equal(records_begin(node->store, &node->actor, &kase, node->codes, &err), STATUS_OK);
    for (size_t i = 0; i < 4; i++) {
        if (pairs[i][0] != NULL && record_parse(&kase, catalogue_field(kase.type, pairs[i][0]), node->codes, pairs[i][1], strlen(pairs[i][1]), &err) != STATUS_OK)
            fail_msg("%s", err.text);
    }
    if (records_save(node->store, &node->actor, node->codes, node->random, &kase, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = kase.id;
    record_release(&kase);
    return id;
}

/* As the action that receives it would leave the row. */
static void receive(struct node *node, struct id id, const char *day)
{
    char sql[200], text[ID_TEXT_BYTES];
    int32_t on;
    assert_int_equal(day_parse(day, strlen(day), &on), STATUS_OK);
    id_format(id, text);
    snprintf(sql, sizeof sql, "UPDATE \"case\" SET state='S2',received_on=%d,limitation_on=NULL WHERE id=x'%s'", on, text);
    write_sql(node->store, sql);
}

static void test_home_lists_what_ends_first(void **state)
{
    struct node *center = &world.center;
    (void)state;
    add_case(center, "赵六", "2026-11-02", NULL, NULL);
    add_case(center, "张文芳", "2026-10-25", "cause", "追索劳动报酬纠纷");
    add_case(center, "周国忠", "2026-10-20", NULL, NULL);
    add_case(center, "小某", "2026-10-23", "sealed", "是");
    receive(center, add_case(center, "李四", "2026-10-30", NULL, NULL), "2026-10-19"); /* + 7: Monday the 26th */
    sit_down(center, 24, 80);
    screen_expect(&screen, 2, "待办 5 ");
    screen_expect(&screen, 3, "> 1 超 3 天   D19   时效届满     周国忠                           申请草稿");
    screen_expect(&screen, 4, "  2 今天止    D19   时效届满     （封存）                         申请草稿");
    screen_expect(&screen, 5, "  3 剩 2 天   D19   时效届满     张文芳   追索劳动报酬纠纷        申请草稿");
    screen_expect(&screen, 6, "  4 剩 3 天   D01   审查决定     李四                             已收件");
    screen_expect(&screen, 7, "  5 剩 10 天  D19   时效届满     赵六                             申请草稿");
    screen_expect_none(&screen, "小某");
    screen_keys(&screen, "4 Enter");
    screen_expect_any(&screen, "李四");
    screen_expect_none(&screen, "待办 5");
    screen_keys(&screen, "F10");
    screen_expect(&screen, 2, "待办 5 ");
}

static void test_drafts_come_before_and_rows_are_shared(void **state)
{
    struct node *center = &world.center;
    (void)state;
    for (int i = 1; i <= 12; i++) {
        char name[32], day[32];
        snprintf(name, sizeof name, "案%d", i);
        snprintf(day, sizeof day, "2026-11-%02d", i);
        add_case(center, name, day, NULL, NULL);
    }
    sit_down(center, 24, 80);
    screen_keys(&screen, "11 Enter 王建国 Enter");
    screen_close(&screen); /* the line drops: a draft stays */
    sit_down(center, 24, 80);
    screen_expect(&screen, 2, "待办 10+");
    screen_expect(&screen, 3, "> 1 草稿  咨询 未写完");
    screen_expect(&screen, 4, "  2 剩 9 天   D19   时效届满     案1 ");
    screen_expect(&screen, 12, " 10 剩 17 天  D19   时效届满     案9 ");
    screen_expect_none(&screen, "案10");
    screen_expect_any(&screen, "全部在 21 期限");
    for (int i = 0; i < 8; i++)
        screen_keys(&screen, "11 Enter 王 Enter F10");
    screen_expect_any(&screen, "草稿 9");
    screen_expect(&screen, 8, " 6 草稿  还有 4 份没写完，Enter 看全部"); /* four rows stay for periods, and every draft can be reached */
    screen_expect(&screen, 9, "  7 剩 9 天   D19   时效届满     案1 ");
    screen_expect(&screen, 12, " 10 剩 12 天  D19   时效届满     案4 ");
}

static void test_the_smallest_screen(void **state)
{
    struct node *center = &world.center;
    (void)state;
    for (int i = 1; i <= 12; i++) {
        char name[32], day[32];
        snprintf(name, sizeof name, "案%d", i);
        snprintf(day, sizeof day, "2026-11-%02d", i);
        add_case(center, name, day, NULL, NULL);
    }
    sit_down(center, 20, 60);
    screen_expect(&screen, 2, "+"); /* the places leave room for some */
    screen_expect(&screen, 2, "草稿 0");
    screen_expect(&screen, 7, "  5 剩 13 天  时效届满     案5 ");
    screen_expect(&screen, 7, "申请草稿"); /* what is to be done is told on any screen */
    screen_expect_any(&screen, "11 咨询速录"); /* no place falls off the screen */
    screen_expect_any(&screen, "24 查重");
    screen_expect_any(&screen, "27 外展");
    screen_expect_any(&screen, "31 报表");
    screen_keys(&screen, "Down Down Down Down");
    screen_expect(&screen, 7, "> 5 ");
    screen_expect_cursor(&screen, 7, 0);
    screen_keys(&screen, "Down Down Down Down Down Down"); /* stops at the last row shown */
    screen_expect_none(&screen, ">11 咨询速录");
    screen_keys(&screen, "13 Enter");
    screen_expect(&screen, 2, "期限");
    screen_expect(&screen, 3, "剩20天 D19"); /* the newest first: 案12 ends on 12 November */
    screen_keys(&screen, "F10 20 Enter");
    screen_expect(&screen, 0, "规则");
    screen_expect_any(&screen, "依据: 法律援助法第四十三条");
}

static void test_the_list_of_all_and_the_case_column(void **state)
{
    struct node *center = &world.center;
    (void)state;
    for (int i = 1; i <= 12; i++) {
        char name[32], day[32];
        snprintf(name, sizeof name, "案%d", i);
        snprintf(day, sizeof day, "2026-11-%02d", i);
        add_case(center, name, day, NULL, NULL);
    }
    add_case(center, "过期的", "2026-10-01", NULL, NULL);
    sit_down(center, 24, 80);
    screen_keys(&screen, "21 Enter");
    screen_expect(&screen, 0, "期限   13 件");
    screen_expect(&screen, 0, "超期 1");
    screen_expect(&screen, 1, "> 1 超 22 天  D19   时效届满     过期的");
    screen_expect(&screen, 13, " 13 剩 20 天  D19   时效届满     案12");
    screen_keys(&screen, "2 Enter");
    screen_expect_any(&screen, "案1");
    screen_keys(&screen, "F10 F10 13 Enter");
    screen_expect(&screen, 2, "期限");
    screen_expect(&screen, 3, "超22天 D19");
    screen_keys(&screen, "案3"); /* found rows have it, too */
    screen_expect(&screen, 3, "剩11天 D19");
}

static void test_the_state_stands_in_one_column(void **state)
{
    (void)state;
    add_case(&world.center, "阿依古丽·买买提江", "2026-11-01", "cause", "追索劳动报酬纠纷");
    add_case(&world.center, "张三", "2026-11-02", "cause", "离婚纠纷");
    sit_down(&world.center, 24, 80);
    screen_expect(&screen, 3, "> 1 剩 9 天   D19   时效届满     阿依古丽·买买提江 追索劳动报酬纠 申请草稿");
    screen_expect(&screen, 4, "  2 剩 10 天  D19   时效届满     张三     离婚纠纷                申请草稿");
    screen_resize(&screen, 20, 60); /* lines made for a wider screen are made anew */
    screen_expect(&screen, 3, "> 1 剩 9 天   时效届满     阿依古丽·买买提 追索劳动 申请草稿");
    screen_keys(&screen, "21 Enter");
    screen_resize(&screen, 24, 80);
    screen_expect(&screen, 2, "  2 剩 10 天  D19   时效届满     张三     离婚纠纷                申请草稿");
}

static void test_the_case_list_keeps_state_and_deadline(void **state)
{
    (void)state;
    add_case(&world.center, "张三", "2026-11-02", "cause", "离婚纠纷");
    sit_down(&world.center, 24, 120);
    screen_keys(&screen, "13 Enter");
    screen_expect(&screen, 2, "案件类型");
    screen_expect(&screen, 3, "申请草稿    剩10天 D19");
    screen_resize(&screen, 20, 60);
    screen_expect(&screen, 2, "案由              状态        期限");
    screen_expect(&screen, 3, "离婚纠纷          申请草稿    剩10天 D19");
}

static void test_a_station_long_away_is_warned(void **state)
{
    struct node *station = &world.stations[0];
    (void)state;
    receive(station, add_case(station, "李四", "2026-10-30", NULL, NULL), "2026-10-22");
    sit_down(station, 24, 80);
    screen_expect_none(&screen, "没有联上县中心"); /* one day is not two */
    screen_close(&screen);
    receive(station, add_case(station, "王五", "2026-10-30", NULL, NULL), "2026-10-21");
    sit_down(station, 24, 80);
    screen_expect(&screen, 3, "> 1 同步  2 天没有联上县中心，2 件申请已收件");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "同步");
    screen_keys(&screen, "F10");
    screen_close(&screen);
    /* A success yesterday: one day. */
    struct errmsg err = {{0}};
    struct sync_attempt attempt = {.at_ms = screen.now_ms - INT64_C(86400000), .ok = true};
    assert_int_equal(store_begin(station->store, "test", &err), STATUS_OK);
    assert_int_equal(sync_attempt_note(station->store, &attempt, &err), STATUS_OK);
    assert_int_equal(store_commit(station->store, &err), STATUS_OK);
    sit_down(station, 24, 80);
    screen_expect_none(&screen, "没有联上县中心");
}

static void test_a_rule_is_set_on_the_screen(void **state)
{
    struct node *center = &world.center;
    struct rules *rules;
    int32_t before, after;
    (void)state;
    sit_down(center, 24, 80);
    screen_keys(&screen, "20 Enter");
    screen_expect(&screen, 0, "规则");
    screen_expect(&screen, 2, "> 1 审查决定");
    screen_expect(&screen, 2, "7日");
    screen_expect_any(&screen, "D01  收到申请之日起");
    screen_keys(&screen, "2 Enter");
    screen_expect_any(&screen, "补正材料（空着: 恢复出厂的 15日） [15日");
    screen_keys(&screen, "Ctrl-U 十天 Enter");
    screen_expect_any(&screen, "期限要写数字和单位");
    screen_keys(&screen, "Enter Ctrl-U 10天 Enter");
    screen_expect_any(&screen, "从哪一天起的事情按它办 [2026-10-23");
    screen_keys(&screen, "Ctrl-U 2026-10-01 Enter 溧司发〔2026〕3号 Enter");
    screen_expect_any(&screen, "已设定: 2026-10-01 起 补正材料 为 10日");
    screen_expect(&screen, 3, "10日");
    screen_expect(&screen, 3, "2026-10-01");
    screen_expect_any(&screen, "依据: 溧司发〔2026〕3号");
    assert_int_equal(rules_load(&rules, center->store, &center->actor, NULL), STATUS_OK);
    day_from_ymd(2026, 9, 30, &before);
    day_from_ymd(2026, 10, 1, &after);
    assert_string_equal(rules_text(rules, "D02", before), "15日");
    assert_string_equal(rules_text(rules, "D02", after), "10日");
    rules_free(rules);
    screen_keys(&screen, "Home F9");
    screen_expect(&screen, 0, "法条");
    screen_expect_any(&screen, "第四十三条");
}

static void test_a_later_day_waits_and_esc_changes_nothing(void **state)
{
    (void)state;
    sit_down(&world.center, 24, 80);
    screen_keys(&screen, "20 Enter Enter Ctrl-U 9日 Enter Ctrl-U 2027-01-01 Enter Enter");
    screen_expect(&screen, 2, "7日");
    screen_expect_any(&screen, "2027-01-01 起 9日");
    screen_keys(&screen, "2 Enter Ctrl-U 9日 Enter Esc");
    screen_expect(&screen, 3, "15日");
}

static void test_a_station_only_reads_the_rules(void **state)
{
    (void)state;
    sit_down(&world.stations[0], 24, 80);
    screen_keys(&screen, "20 Enter Enter");
    screen_expect_any(&screen, "由县中心的管理员或负责人设定");
    screen_expect_none(&screen, "Enter设定");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_home_lists_what_ends_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_drafts_come_before_and_rows_are_shared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_smallest_screen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_list_of_all_and_the_case_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_state_stands_in_one_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_case_list_keeps_state_and_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_station_long_away_is_warned, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_rule_is_set_on_the_screen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_later_day_waits_and_esc_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_station_only_reads_the_rules, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
