/* tests/test_report_day_view.c - the checklist by keys: what is to be done, in words; the way to each fix, and how the item stands when one comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "core/report/report_day.h"
#include "tests/event_world.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23: the half that ended last is 2026H1; the forms' begins on 1 December, the summary's on 1 January. */
struct desk {
    struct world world;
    struct node *center;
    struct app_context context;
    struct screen screen;
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->center = &desk->world.center;
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

static void sit_down(struct desk *desk, struct node *node, const char *period, int rows, int cols)
{
    struct view_argument argument = {.text = period};
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, rows, cols);
    assert_int_equal(app_open(&desk->screen.app, &view_report_day, &argument), STATUS_OK);
    screen_keys(&desk->screen, "Ctrl-L");
}

/* The marker down to the row that has the text. */
static void go_to(struct screen *screen, const char *text)
{
    bool there = false;
    for (int i = 0; i < 120 && !there; i++) {
        struct buf row;
        buf_init(&row, 1024);
        canvas_row_text(&screen->canvas, screen->canvas.cursor_row, &row);
        there = strstr(buf_cstr(&row), text) != NULL;
        buf_release(&row);
        if (!there)
            screen_keys(screen, "Down");
    }
    if (!there)
        fail_msg("no row with %s", text);
}

/* The row under the cursor. */
static void expect_row(struct screen *screen, const char *text)
{
    screen_expect(screen, screen->canvas.cursor_row, text);
}

static struct id ended_case(struct desk *desk, const char *name)
{
    char fields[256];
    snprintf(fields, sizeof fields, "name=%s;case_type=02;source=41;state=S8;received_on=2026-02-01;decision=01;decided_on=2026-02-03;cause=追索劳动报酬纠纷;closed_on=2026-04-20", name);
    return event_add(desk->center, "case", NO_ID, fields);
}

/* Two parts, as the years are two; what blocks first, what is fine last and in words of its own. */
static void test_what_is_to_be_done(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    ended_case(desk, "王甲");
    ended_case(desk, "王乙");
    sit_down(desk, desk->center, NULL, 24, 80);
    screen_expect(screen, 0, "报表日  2026年上半年");
    screen_expect(screen, 1, "要办 ");
    screen_expect(screen, 1, "；未报 ");
    screen_expect(screen, 3, "报表  2025-12-01 至 2026-05-31");
    screen_expect(screen, 4, "> 2 "); /* the first item, not its heading */
    go_to(screen, "已结案件没有填结案方式");
    expect_row(screen, " 要办    已结案件没有填结案方式                                             2");
    screen_expect(screen, 22, "Enter 列出这些记录，一条一条补；回来重新数");
    screen_keys(screen, "Home");
    go_to(screen, "未报    站点的记录还没有送齐");
    screen_expect(screen, 19, " 站2 还没有同步过");
    go_to(screen, "活动都收场了");
    expect_row(screen, " 好      活动都收场了");
    screen_expect(screen, 22, "这一项是好的");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "这一项是好的，没有要办的");
    go_to(screen, "报表十三（投诉处理情况）：校验都通过，或者有说明");
    expect_row(screen, "好");
    go_to(screen, "工作总结  2026-01-01 至 2026-06-30");
    screen_keys(screen, "Enter"); /* a heading */
    screen_expect(screen, 0, "报表日");
    go_to(screen, "未报    工作总结：还没有存档");
    screen_close(screen);
}

static void test_records_are_filled_in(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct id first = ended_case(desk, "王甲"), second = ended_case(desk, "王乙");
    sit_down(desk, desk->center, "2026H1", 24, 80);
    go_to(screen, "已结案件没有填结案方式");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "案件   共 2   显示 2");
    screen_expect(screen, 0, "筛选: ");
    screen_expect_any(screen, "王甲");
    screen_expect_any(screen, "王乙");
    screen_keys(screen, "F10");
    expect_row(screen, "已结案件没有填结案方式"); /* nothing was done: nothing is said */
    screen_expect_none(screen, "还有");
    screen_keys(screen, "Enter");
    node_set(desk->center, "case", first, "outcome", "01");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "还有 1: 已结案件没有填结案方式");
    expect_row(screen, "要办    已结案件没有填结案方式                                             1");
    screen_keys(screen, "Enter");
    node_set(desk->center, "case", second, "outcome", "01");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "办好了: 已结案件都填了结案方式");
    screen_keys(screen, "Home");
    go_to(screen, "好      已结案件都填了结案方式");
    screen_close(screen);
}

static void test_a_figure_by_hand(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, desk->center, "2026H1", 24, 80);
    go_to(screen, "报表一（机构）：手填的栏目没有填");
    expect_row(screen, " 21");
    screen_expect(screen, 19, " F1.1 F1.2 F1.3");
    screen_expect(screen, 22, "Enter 填 F1.1 ");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "手填数  新建");
    screen_expect_any(screen, "栏目         [F1.1_");
    screen_expect_any(screen, "日期         [2026-05-31"); /* the end of the forms' half */
    screen_keys(screen, "Enter Enter 1 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "还有 20: 报表一（机构）：手填的栏目没有填");
    screen_expect(screen, 19, " F1.2 F1.3");
    screen_close(screen);
}

/* A check that does not hold blocks: it stands first, and leads to the report's checks. */
static void test_checks_and_freezing(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    event_add(desk->center, "stat_entry", NO_ID, "cell=F6.3;date=2026-05-01;amount=2;basis=补报");
    sit_down(desk, desk->center, "2026H1", 24, 80);
    screen_expect(screen, 1, "其中不办就不能存档的 1 项");
    screen_expect(screen, 4, "> 2 要办    报表六（民事法律援助）：校验没有通过，也没有说明");
    screen_expect(screen, 22, "不办不能存档。Enter 看是哪几个数");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "F6.3");
    screen_expect_none(screen, "报表日");
    event_add(desk->center, "stat_entry", NO_ID, "cell=F6.3;date=2026-05-02;amount=-2;basis=报错了");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "办好了: 报表六（民事法律援助）：校验都通过，或者有说明");
    screen_expect_none(screen, "其中不办");
    /* The summary is kept in its own screen. */
    go_to(screen, "工作总结：还没有存档");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "工作总结  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_keys(screen, "F8 Enter");
    screen_expect_any(screen, "已存档 2026H1");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "办好了: 工作总结：已存档");
    go_to(screen, "好      工作总结：已存档");
    screen_expect(screen, 19, " 2026-10-23 已存档");
    screen_keys(screen, "Enter"); /* it may still be looked at */
    screen_expect(screen, 0, "工作总结");
    screen_close(screen);
}

/* What the text of the summary tells otherwise: to the page that says where. */
static void test_the_text_of_the_summary(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    event_add(desk->center, "stat_entry", NO_ID, "cell=R1;date=2026-05-01;amount=2;basis=补报");
    sit_down(desk, desk->center, "2026H1", 24, 80);
    go_to(screen, "工作总结：两处的数不一致，也没有说明");
    screen_keys(screen, "Enter");
    screen_expect(screen, 1, "【正文】");
    screen_expect(screen, 2, "数字不一致 2 处");
    screen_keys(screen, "F10");
    expect_row(screen, "工作总结：两处的数不一致");
    screen_close(screen);
}

static void test_stations_drafts_and_periods_that_ran_out(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct errmsg err = {{0}};
    struct id draft = {{0}};
    struct record record;
    record_init(&record, catalogue_find("consultation"));
    assert_int_equal(record_set_text(&record, "content", "没写完"), STATUS_OK);
    assert_int_equal(draft_save(desk->center->store, &desk->center->actor, desk->center->random, &record, &draft, &err), STATUS_OK);
    record_release(&record);
    event_add(desk->center, "case", NO_ID, "name=超;case_type=02;source=41;received_on=2026-05-11;state=S2"); /* 7 days: over on 18 May */
    sit_down(desk, desk->center, "2026H1", 24, 80);
    go_to(screen, "站点的记录还没有送齐");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "同步    登记的机器 1 台");
    screen_keys(screen, "F10");
    screen_keys(screen, "Home");
    go_to(screen, "期末已经超期的事项");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "D01");
    screen_keys(screen, "F10 Home");
    go_to(screen, "没有写完的草稿");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "草稿");
    screen_expect(screen, 0, "1 份");
    screen_expect(screen, 3, "> 1 咨询        没写完");
    screen_keys(screen, "Enter"); /* gone on with where it was begun */
    screen_expect(screen, 0, "咨询速录");
    screen_keys(screen, "F10 Ctrl-D");
    screen_expect(screen, 22, "选中的草稿不要了？没有保存的内容就没有了  1 不要了  2 留着");
    screen_keys(screen, "2 Ctrl-D 1");
    screen_expect_any(screen, "没有草稿，写的都保存了");
    screen_keys(screen, "F10");
    screen_expect(screen, 22, "办好了: 没有草稿");
    screen_close(screen);
}

/* Every place the core knows has its screen. */
static void test_every_place_is_known(void **state)
{
    struct desk *desk = *state;
    (void)desk;
    for (size_t i = 0; report_day_place_at(i) != NULL; i++)
        assert_non_null(view_report_day_place(report_day_place_at(i)));
    assert_null(view_report_day_place("nowhere"));
}

static void test_months_and_other_periods(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, desk->center, "2026-03", 24, 80);
    screen_expect(screen, 0, "报表日  2026年3月(2026-03-01 至 2026-03-31)");
    screen_expect_none(screen, "工作总结");
    go_to(screen, "还没有存档");
    screen_keys(screen, "Enter");
    screen_expect_none(screen, "报表日");
    screen_keys(screen, "F10 Left");
    screen_expect(screen, 0, "2026年2月(2026-02-01 至 2026-02-28)");
    screen_keys(screen, "F4 2026Q1 Enter");
    screen_expect(screen, 0, "2026年第一季度");
    screen_keys(screen, "F4 2025 H1 Enter");
    screen_expect(screen, 0, "2025年上半年");
    /* One year for all: one part. */
    event_add(desk->center, "rule", NO_ID, "name=period_summary;value=12-01;from_day=2025-01-01");
    app_data_changed(&screen->app);
    screen_keys(screen, "F5");
    screen_keys(screen, "F4 2026H1 Enter");
    screen_expect(screen, 0, "报表日  2026年上半年(2025-12-01 至 2026-05-31)");
    go_to(screen, "未报    工作总结：还没有存档");
    screen_expect_none(screen, "工作总结  2025-12-01");
    screen_close(screen);
}

/* A station is told what it can do itself. */
static void test_a_station(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    world_sync(&desk->world, 0);
    event_add(station, "consultation", NO_ID, "date=2026-03-02;name=来访;content=工资没发");
    sit_down(desk, station, "2026H1", 24, 80);
    go_to(screen, "本机的变更还没有送到县中心");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "同步    断网照常录入");
    screen_keys(screen, "F10");
    go_to(screen, "咨询没有填类别");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "咨询   共 1   显示 1");
    screen_keys(screen, "F10");
    screen_expect_none(screen, "存档");
    screen_close(screen);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    ended_case(desk, "王甲");
    sit_down(desk, desk->center, "2026H1", 20, 60);
    screen_expect(screen, 0, "报表日  2026年上半年");
    go_to(screen, "已结案件没有填结案方式");
    expect_row(screen, " 要办    已结案件没有填结案方式                         1");
    screen_expect(screen, 18, "Enter 列出这些记录，一条一条补；回来重新数");
    screen_expect(screen, 19, "Enter去办");
    go_to(screen, "报表一（机构）：手填的栏目没有填");
    screen_expect(screen, 15, " F1.1 F1.2");
    screen_close(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_to_be_done, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_records_are_filled_in, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_figure_by_hand, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_checks_and_freezing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_text_of_the_summary, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_stations_drafts_and_periods_that_ran_out, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_every_place_is_known, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_months_and_other_periods, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
