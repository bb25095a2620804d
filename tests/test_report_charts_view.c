/* tests/test_report_charts_view.c - charts by keys: which one, bars with last year's below and in words, the rows behind a bar; the heat table cell by cell; all of them into a spreadsheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/report/spreadsheet.h"
#include "tests/event_world.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23. */
struct desk {
    struct world world;
    struct node *center;
    struct app_context context;
    struct screen screen;
    char folder[32]; /* the person's own */
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->center = &desk->world.center;
    snprintf(desk->folder, sizeof desk->folder, "/tmp/test_charts.XXXXXX");
    assert_non_null(mkdtemp(desk->folder));
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    world_close(&desk->world);
    int result = rmdir(desk->folder);
    free(desk);
    return result;
}

static void sit_down(struct desk *desk, struct node *node, int rows, int cols)
{
    desk->context = screen_context(node);
    desk->context.home = desk->folder;
    screen_open(&desk->screen, &desk->context, &view_report_charts, &view_help, rows, cols);
}

static void add_case(struct desk *desk, const char *name, const char *decided, const char *town)
{
    char fields[256];
    snprintf(fields, sizeof fields, "name=%s;case_type=02;source=41;state=S5;received_on=%s;decision=01;decided_on=%s%s%s", name, decided, decided, town[0] != '\0' ? ";town=" : "", town);
    event_add(desk->center, "case", NO_ID, fields);
}

/* February 2, March 1, the year before one in March; one of them in a town nobody wrote down. */
static void make_half(struct desk *desk)
{
    add_case(desk, "王甲", "2026-02-03", "永阳街道");
    add_case(desk, "王乙", "2026-02-20", "白马镇");
    add_case(desk, "王丙", "2026-03-06", "");
    add_case(desk, "李丁", "2025-03-06", "白马镇");
    event_add(desk->center, "consultation", NO_ID, "date=2026-03-02;name=来访;content=工资没发;category=02;channel=01;persons=30;town=白马镇");
    event_add(desk->center, "consultation", NO_ID, "date=2026-04-02;name=来电;content=工资没发;category=02;channel=02;persons=12;town=永阳街道");
}

static void test_which_chart(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_expect(screen, 0, "图  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_expect(screen, 3, "> 1 案件（按月）                      件      条形图，按月份，下面是上年");
    screen_expect(screen, 13, " 11 挽回损失或取得利益（按月）        万元");
    screen_expect(screen, 15, " 13 咨询（各乡镇各月）                人次    表，数越大记号越重");
    screen_keys(screen, "Right");
    screen_expect(screen, 0, "图  2026年下半年");
    screen_keys(screen, "Left F4 2025H1 Enter");
    screen_expect(screen, 0, "图  2025年上半年(2025-01-01 至 2025-06-30)");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 0, "案件（按月）");
    screen_expect(screen, 0, "2025年上半年");
    screen_close(screen);
}

static void test_bars_and_their_rows(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "Enter");
    screen_expect(screen, 1, " 案件（按月），单位：件");
    screen_expect(screen, 2, " 本期 2026年上半年(2026-01-01 至 2026-06-30)");
    screen_expect(screen, 3, " 上年 2025年上半年(2025-01-01 至 2025-06-30)");
    screen_expect(screen, 4, " # 本期，- 上年；最长 2 件");
    screen_expect(screen, 5, ">1月    0 件");
    screen_expect(screen, 7, " 2月    2 件 ###################################################################");
    screen_expect(screen, 9, " 3月    1 件 ##################################");
    screen_expect(screen, 10, "   上年 1 件 ----------------------------------");
    screen_expect(screen, 22, "1/6 1月 0 件，上年 0 件，持平");
    screen_expect_cursor(screen, 5, 0);
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "这里是 0，没有可看的");
    screen_keys(screen, "Down Down");
    screen_expect(screen, 9, ">3月");
    screen_expect(screen, 5, " 1月");
    screen_expect(screen, 22, "3/6 3月 1 件，上年 1 件，持平");
    screen_keys(screen, "Up");
    screen_expect(screen, 22, "2/6 2月 2 件，上年 0 件，增加 2 件");
    screen_expect_cursor(screen, 7, 0);
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 2 件  共 2 条");
    screen_expect(screen, 1, "案件（按月）  2月");
    screen_expect(screen, 2, "2026-02-01 至 2026-02-28");
    screen_expect(screen, 4, "2026-02-03  案件      王甲");
    screen_expect(screen, 5, "2026-02-20  案件      王乙");
    screen_keys(screen, "2 Enter");
    screen_expect(screen, 0, "王乙");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 7, ">2月");
    screen_keys(screen, "Home PgDn");
    screen_expect(screen, 15, ">6月");
    screen_keys(screen, "Left");
    screen_expect(screen, 2, "本期 2025年下半年");
    screen_close(screen);
}

/* Down to the bar whose words, on the message line, have the text. */
static void go_to(struct screen *screen, const char *text)
{
    bool there = false;
    for (int i = 0; i < 64 && !there; i++) {
        struct buf row;
        buf_init(&row, 1024);
        canvas_row_text(&screen->canvas, 22, &row);
        there = strstr(buf_cstr(&row), text) != NULL;
        buf_release(&row);
        if (!there)
            screen_keys(screen, "Down");
    }
    assert_true(there);
}

/* By a part: those who have none are a bar as well, with their rows. */
static void test_bars_of_towns_and_channels(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "3 Enter");
    screen_expect(screen, 1, "案件（按乡镇），单位：件");
    screen_expect_any(screen, "未填");
    go_to(screen, "未填");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 1 件  共 1 条");
    screen_expect(screen, 4, "王丙");
    screen_keys(screen, "F10 F10 7 Enter");
    screen_expect(screen, 1, "咨询（按途径），单位：人次");
    screen_expect(screen, 5, ">来访");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 30 人次  共 1 条");
    screen_keys(screen, "F10 F10 2 Enter"); /* types of cases: a bar without its part's dimension */
    screen_expect(screen, 1, "案件（按类型），单位：件");
    screen_keys(screen, "Down");
    screen_expect(screen, 22, "民事");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 3 件  共 3 条");
    screen_expect(screen, 1, "案件（按类型）  民事");
    screen_close(screen);
}

static void test_towns_by_month(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "12 Enter");
    screen_expect(screen, 0, "图  各乡镇案件批准数（件）");
    screen_expect(screen, 0, "2026年上半年");
    screen_expect(screen, 1, "数字后的记号:  # 1");
    screen_expect(screen, 2, " 乡镇        1月   2月   3月   4月   5月   6月  合计");
    screen_expect(screen, 3, " 永阳街道    >0     1#    0     0     0     0     1");
    screen_expect(screen, 22, "永阳街道 1月 0 件");
    screen_keys(screen, "Right");
    screen_expect(screen, 3, " 永阳街道     0    >1#");
    screen_expect(screen, 22, "永阳街道 2月 1 件");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 1 件  共 1 条");
    screen_expect(screen, 1, "各乡镇案件批准数（件）  永阳街道 2月");
    screen_expect(screen, 4, "王甲");
    screen_keys(screen, "F10 End"); /* the whole */
    screen_expect(screen, 22, "合计 3 件");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 3 件  共 3 条");
    screen_keys(screen, "F10 Up"); /* where nobody wrote the town down */
    screen_expect(screen, 22, "乡镇未填 合计 1 件");
    screen_keys(screen, "Left Left Left Left");
    screen_expect(screen, 22, "乡镇未填 3月 1 件");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 1 件  共 1 条");
    screen_expect(screen, 4, "王丙");
    screen_keys(screen, "F10 Down Left");
    screen_expect(screen, 22, "合计 2月 2 件");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 2 件  共 2 条");
    screen_keys(screen, "F10 <");
    screen_expect(screen, 0, "2025年下半年");
    screen_keys(screen, "> >");
    screen_expect(screen, 0, "2026年下半年");
    screen_close(screen);
}

static void test_consultations_and_a_year_on_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 20, 60);
    screen_keys(screen, "13 Enter");
    screen_expect(screen, 1, "数字后的记号:  . 1至7  : 8至15  + 16至22  # 23至30");
    screen_expect_any(screen, "  30#");
    screen_expect_any(screen, "  12:");
    screen_keys(screen, "F4 7 Enter"); /* this year: more months than fit */
    screen_expect(screen, 2, " 乡镇        1月   2月   3月   4月   5月   6月   7月   8月");
    screen_expect(screen, 18, "列 1-8 / 13");
    screen_keys(screen, "End");
    screen_expect(screen, 2, "12月  合计");
    screen_expect(screen, 18, "合计 42 人次   列 6-13 / 13");
    screen_keys(screen, "Home");
    screen_expect(screen, 2, " 乡镇        1月");
    screen_close(screen);
}

static void test_bars_on_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 20, 60);
    screen_expect(screen, 19, "F2导出  F4期间");
    screen_keys(screen, "Enter");
    screen_expect(screen, 7, " 2月    2 件 ##############################################");
    screen_expect(screen, 9, " 3月    1 件 #######################");
    screen_keys(screen, "Down Down Down Down Down"); /* the sixth bar makes the first one go */
    screen_expect(screen, 5, " 2月");
    screen_expect(screen, 13, ">6月");
    screen_expect(screen, 15, " 注：批准的案件，按批准日期计。");
    screen_keys(screen, "Home");
    screen_expect(screen, 5, ">1月");
    screen_close(screen);
}

static void test_into_a_spreadsheet(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char path[64];
    struct buf bytes;
    struct errmsg err = {{0}};
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "F2");
    screen_expect(screen, 22, "charts-2026H1.xlsx");
    screen_keys(screen, "Enter");
    snprintf(path, sizeof path, "%s/charts-2026H1.xlsx", desk->folder);
    if (spreadsheet_available()) {
        screen_expect_any(screen, "已写");
        buf_init(&bytes, 1 << 24);
        assert_int_equal(file_read(path, &bytes, &err), STATUS_OK);
        assert_memory_equal(bytes.data, "PK", 2);
        buf_release(&bytes);
        screen_keys(screen, "F2 Enter"); /* nothing is overwritten unasked */
        screen_expect(screen, 22, "已有 charts-2026H1.xlsx，覆盖？");
        screen_keys(screen, "2");
        unlink(path);
    }
    screen_keys(screen, "F2 Ctrl-U a.csv Enter");
    screen_expect_any(screen, "文件名应以 .xlsx 结尾");
    screen_close(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_chart, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_bars_and_their_rows, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_bars_of_towns_and_channels, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_towns_by_month, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_consultations_and_a_year_on_a_small_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_bars_on_a_small_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_into_a_spreadsheet, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
