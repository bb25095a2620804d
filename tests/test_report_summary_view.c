/* tests/test_report_summary_view.c - the summary by keys: figures against last year and the rows behind them, words and whose they are, the text with what does not hold before it, explaining, keeping, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/file.h"
#include "core/paper/paper.h"
#include "core/report/spreadsheet.h"
#include "tests/event_world.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23: the half that ended last is 2026H1. */
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
    snprintf(desk->folder, sizeof desk->folder, "/tmp/test_summary.XXXXXX");
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
    screen_open(&desk->screen, &desk->context, &view_report_summary, &view_help, rows, cols);
}

/* Three cases, one of them criminal, where there was one the year before; 90 people asked for advice, 70 the year before by a figure from before this program; a campaign. */
static void make_half(struct desk *desk)
{
    struct node *center = desk->center;
    event_add(center, "case", NO_ID, "name=王甲;case_type=02;source=41;state=S5;received_on=2026-02-01;decision=01;decided_on=2026-02-03;sex=2;born=1980-05-01");
    event_add(center, "case", NO_ID, "name=王乙;case_type=02;source=41;state=S5;received_on=2026-03-01;decision=01;decided_on=2026-03-05");
    event_add(center, "case", NO_ID, "name=王丙;case_type=01;source=31;state=S5;received_on=2026-03-01;decision=01;decided_on=2026-03-06");
    event_add(center, "case", NO_ID, "name=李丁;case_type=02;source=41;state=S5;received_on=2025-03-01;decision=01;decided_on=2025-03-06");
    for (int i = 0; i < 3; i++)
        event_add(center, "consultation", NO_ID, "date=2026-03-02;name=来访;content=工资没发;category=02;persons=30");
    event_add(center, "stat_baseline", NO_ID, "cell=R7;period=2025H1;amount=70");
    event_add(center, "campaign", NO_ID, "name=法律援助宣传周;ordinal=2;date=2026-03-02;end_date=2026-03-08");
}

static void test_figures_against_last_year(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_expect(screen, 0, "工作总结  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_expect(screen, 1, " 【数】  文字    正文     校验都通过，可以上报");
    screen_expect(screen, 2, "    编号  项目                     本期  单位    上年上报    上年现有       增减");
    screen_expect(screen, 3, "> 1 R1    办理案件                    3  件                         1         +2");
    screen_expect(screen, 4, "  2 R2    比上年同期增减             +2  件");
    screen_expect(screen, 5, "  3 R3    民事案件                    2  件                         1         +1");
    screen_expect(screen, 6, "  4 R4    刑事案件                    1  件                         0         +1");
    screen_expect(screen, 9, "  7 R7    解答咨询                   90  人次          70           0        +20");
    screen_expect(screen, 19, " 办理案件 3 件，增加 2 件（200.0 %）。上年同期没有存档，现在看 1 件。");
    screen_keys(screen, "7");
    screen_expect(screen, 19, " 解答咨询 90 人次，增加 20 人次（28.6 %）。上年同期报 70 人次（往年数），现在看");
    screen_keys(screen, "Home Down");
    screen_expect(screen, 19, " 比上年同期增减 +2 件。");
    /* The rows behind a figure, and back to it. */
    screen_keys(screen, "3 Enter");
    screen_expect(screen, 0, "明细");
    screen_expect(screen, 0, "合计 2 件  共 2 条");
    screen_expect(screen, 1, "工作总结 民事案件");
    screen_expect(screen, 2, "2026-01-01 至 2026-06-30");
    screen_expect(screen, 4, "> 1 2026-02-03  案件      王甲");
    screen_expect(screen, 5, "  2 2026-03-05  案件      王乙");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "王甲");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 5, "> 3 R3    民事案件");
    screen_keys(screen, "5 Enter");
    screen_expect_any(screen, "这里是 0，没有可看的");
    /* The campaign at the end leads to its own figures. */
    screen_keys(screen, "End");
    screen_expect_any(screen, "C1    第2届法律援助");
    screen_expect(screen, 19, " 2026-03-02 至 2026-03-08 咨询 0 人次，资料 0 份，现场受理 0 件。Enter 看这次");
    screen_keys(screen, "Up Enter"); /* a heading is no figure */
    screen_expect(screen, 0, "工作总结");
    screen_keys(screen, "Down Enter");
    screen_expect(screen, 0, "宣传周   第2届法律援助宣传周");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "工作总结");
    screen_close(screen);
}

static void test_periods(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "Left");
    screen_expect(screen, 0, "2025年下半年(2025-07-01 至 2025-12-31)");
    screen_expect(screen, 3, "R1    办理案件                    0  件");
    screen_keys(screen, "Left");
    screen_expect(screen, 0, "2025年上半年");
    screen_expect(screen, 3, "R1    办理案件                    1  件");
    screen_expect(screen, 19, "办理案件 1 件。上年同期没有数");
    screen_keys(screen, "2");
    screen_expect(screen, 19, "上年同期没有数，比不了");
    screen_keys(screen, "F4 7 Enter");
    screen_expect(screen, 0, "2026年(2026-01-01 至 2026-12-31)");
    screen_keys(screen, "Home");
    screen_expect(screen, 3, "R1    办理案件                    3  件");
    /* The county's year. */
    event_add(desk->center, "rule", NO_ID, "name=period_summary;value=12-01;from_day=2025-01-01");
    app_data_changed(&screen->app);
    screen_keys(screen, "F4 2026H1 Enter");
    screen_expect(screen, 0, "2026年上半年(2025-12-01 至 2026-05-31)");
    screen_close(screen);
}

static void test_words_and_whose_they_are(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    event_add(desk->center, "report_text", NO_ID, "slot=features;text=推行“一站式”受理。");
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "Tab");
    screen_expect(screen, 1, "   数  【文字】  正文");
    screen_expect(screen, 3, "> 1 主题词            出厂    应援尽援、就近便民、保证质量");
    screen_expect_any(screen, "特色工作          本县    推行“一站式”受理。");
    screen_expect(screen, 18, "应援尽援、就近便民、保证质量");
    /* This period's own, begun with what stands there. */
    screen_keys(screen, "Enter");
    screen_expect(screen, 22, "现在是出厂的话  1 只改这一期  2 以后每期都这样写");
    screen_keys(screen, "1");
    screen_expect(screen, 0, "总结文字  新建");
    screen_expect_any(screen, "期间         [2026H1");
    screen_expect_any(screen, "文字项       [theme");
    screen_expect_any(screen, "[应援尽援、就近便民、保证质量");
    screen_keys(screen, "Enter Enter Ctrl-U 规范、高效 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 3, "> 1 主题词            本期    规范、高效");
    screen_keys(screen, "Enter"); /* there is one: no question */
    screen_expect(screen, 0, "总结文字  2026H1  theme");
    screen_keys(screen, "F10");
    /* Of every period. */
    screen_keys(screen, "Down Enter 2");
    screen_expect(screen, 0, "总结文字  新建");
    screen_expect_any(screen, "期间         [____");
    screen_expect_any(screen, "文字项       [opening");
    screen_keys(screen, "F2 F10");
    screen_expect(screen, 4, "> 2 开头              本县");
    screen_keys(screen, "Right");
    screen_expect(screen, 3, "主题词            出厂    应援尽援");
    screen_expect(screen, 4, "开头              本县");
    screen_keys(screen, "Left Tab");
    screen_expect_any(screen, "按照“规范、高效”");
    screen_expect_any(screen, "上半年共办理法律援助案件3件，比上年同期增加2件");
    screen_close(screen);
}

/* How one figure is told: a slot that is on no list, which the text is held against. */
static void test_a_figure_told_otherwise(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "Tab F5");
    screen_expect(screen, 0, "总结文字  新建");
    screen_expect_any(screen, "期间         [2026H1");
    screen_keys(screen, "Enter R7@1 Enter 120 F2 F10 End");
    screen_expect_any(screen, "R7@1              本期    120");
    screen_expect(screen, 1, "1 处数不一致，还不能上报，见正文");
    screen_expect(screen, 0, "草稿");
    screen_keys(screen, "Tab");
    screen_expect(screen, 2, "数字不一致 1 处，其中 1 处还没有处理：");
    screen_expect(screen, 3, "1 “");
    screen_expect_any(screen, "写的是“120”，记录统计是 90");
    screen_expect_any(screen, "这一项不能靠说明放行");
    screen_expect_any(screen, "草稿：有数字不一致");
    screen_keys(screen, "F5");
    screen_expect_any(screen, "不能靠说明放行");
    screen_keys(screen, "F8");
    screen_expect_any(screen, "有 1 处数不一致，先改好");
    /* Put right where it was written. */
    screen_keys(screen, "Shift-Tab Enter Enter Enter Ctrl-U 90 F2 F10 Tab");
    screen_expect(screen, 1, "校验都通过，可以上报");
    screen_expect_none(screen, "草稿");
    screen_close(screen);
}

static void test_a_check_explained_and_the_report_kept(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    event_add(desk->center, "stat_entry", NO_ID, "cell=R7;date=2026-05-01;amount=-20;basis=重复登记");
    sit_down(desk, desk->center, 24, 80);
    screen_expect(screen, 1, "1 处数不一致，还不能上报，见正文");
    screen_keys(screen, "7");
    screen_expect(screen, 19, "解答咨询 70 人次");
    screen_expect_any(screen, "其中手填的调整数 -20");
    screen_keys(screen, "F8"); /* refused, and shown why */
    screen_expect(screen, 1, "【正文】");
    screen_expect_any(screen, "有 1 处数不一致，先改好");
    screen_expect(screen, 2, "数字不一致 1 处，其中 1 处还没有处理：");
    screen_expect_any(screen, "R7");
    screen_expect_any(screen, "表十一第1栏");
    screen_expect_any(screen, "还没有说明");
    screen_keys(screen, "F5");
    screen_expect(screen, 22, "R7>=F11.1 没有通过的理由 [");
    screen_keys(screen, "三人重复登记 Enter");
    screen_expect_any(screen, "已说明；相差的数再变，要重新说明");
    screen_expect_any(screen, "已说明: 三人重复登记");
    screen_expect(screen, 1, "校验都有说明，可以上报");
    screen_keys(screen, "F5");
    screen_expect_any(screen, "没有要说明的");
    screen_keys(screen, "F8");
    screen_expect(screen, 22, "存档，报送给谁（可空着） [");
    screen_keys(screen, "市司法局 Enter");
    screen_expect_any(screen, "已存档 2026H1");
    screen_expect(screen, 0, "已存档");
    screen_expect(screen, 1, "2026-10-23 已存档");
    /* A case that came late. */
    event_add(desk->center, "case", NO_ID, "name=王戊;case_type=02;source=41;state=S5;received_on=2026-04-01;decision=01;decided_on=2026-04-05");
    app_data_changed(&screen->app);
    screen_keys(screen, "Tab 1");
    screen_expect(screen, 1, "2026-10-23 已存档，以后 4 个数变了"); /* cases, the difference, civil ones, people */
    screen_expect(screen, 3, "R1    办理案件                    4  件");
    screen_expect_any(screen, "存档时是 3，以后补报、更正了");
    screen_keys(screen, "F8");
    screen_expect(screen, 22, "2026-10-23 已存档；重新存档的理由 [");
    screen_keys(screen, "Esc");
    screen_close(screen);
}

static void expect_file(const char *path, const char *begins)
{
    struct buf bytes;
    struct errmsg err = {{0}};
    buf_init(&bytes, 1 << 24);
    if (file_read(path, &bytes, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.text);
    assert_true(bytes.len > strlen(begins));
    assert_memory_equal(bytes.data, begins, strlen(begins));
    buf_release(&bytes);
    unlink(path);
}

static void test_files(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char path[64];
    make_half(desk);
    sit_down(desk, desk->center, 24, 80);
    screen_keys(screen, "F2");
    screen_expect(screen, 22, "导出到 [");
    screen_expect(screen, 22, paper_has_pdf() ? "summary-2026H1.pdf" : "summary-2026H1.txt");
    screen_keys(screen, "Ctrl-U s.txt Enter");
    screen_expect_any(screen, "已写");
    snprintf(path, sizeof path, "%s/s.txt", desk->folder);
    expect_file(path, " ");
    if (paper_has_pdf()) {
        screen_keys(screen, "F2 Enter");
        screen_expect_any(screen, "已写");
        snprintf(path, sizeof path, "%s/summary-2026H1.pdf", desk->folder);
        expect_file(path, "%PDF-");
    }
    screen_keys(screen, "F2 Ctrl-U s.doc Enter");
    screen_expect_any(screen, "文件名应以 .pdf .txt .xlsx 结尾");
    if (spreadsheet_available()) {
        screen_keys(screen, "F2 Ctrl-U s.xlsx Enter");
        screen_expect_any(screen, "已写");
        snprintf(path, sizeof path, "%s/s.xlsx", desk->folder);
        expect_file(path, "PK");
    }
    /* What does not hold can only be a draft. */
    event_add(desk->center, "stat_entry", NO_ID, "cell=R7;date=2026-05-01;amount=-20;basis=重复登记");
    app_data_changed(&screen->app);
    screen_keys(screen, "F2");
    screen_expect(screen, 22, "有 1 处数不一致，只能写成草稿  1 写草稿  2 不写");
    screen_keys(screen, "2");
    screen_expect_none(screen, "导出到");
    screen_keys(screen, "F2 1");
    screen_expect(screen, 22, "summary-2026H1-draft.");
    screen_keys(screen, "Esc");
    screen_close(screen);
}

/* A template that cannot be read is told in place of the text; the figures are there. */
static void test_a_wrong_template(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    event_add(desk->center, "report_text", NO_ID, "slot=template.half;text=办了{R99}件");
    sit_down(desk, desk->center, 24, 80);
    screen_expect(screen, 1, "模板有错，见正文");
    screen_expect(screen, 3, "R1    办理案件                    3  件");
    screen_keys(screen, "Tab Tab");
    screen_expect(screen, 2, "R99");
    screen_keys(screen, "F2");
    screen_expect_any(screen, "R99");
    screen_expect_none(screen, "导出到");
    screen_close(screen);
}

/* A station sees what is its own and writes nothing. */
static void test_a_station(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    make_half(desk);
    world_sync(&desk->world, 0);
    event_add(station, "consultation", NO_ID, "date=2026-03-02;name=来访;content=工资没发;category=02;persons=4");
    sit_down(desk, station, 24, 80);
    screen_expect(screen, 9, "R7    解答咨询                    4  人次");
    screen_keys(screen, "Tab Enter");
    screen_expect_none(screen, "只改这一期");
    screen_keys(screen, "Tab F8");
    screen_expect_none(screen, "报送给谁");
    screen_close(screen);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_half(desk);
    sit_down(desk, desk->center, 20, 60);
    screen_expect(screen, 0, "工作总结  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_expect(screen, 2, "    编号  项目                       本期      上年     增减");
    screen_expect(screen, 3, "> 1 R1    办理案件（件）                3         1       +2");
    screen_expect(screen, 9, "  7 R7    解答咨询（人次）             90        70      +20");
    screen_keys(screen, "7");
    screen_expect(screen, 15, " 解答咨询 90 人次，增加 20 人次（28.6 %）。上年同期报 70 人");
    screen_expect(screen, 16, " 次（往年数），现在看 0 人次。");
    screen_expect(screen, 19, "F2导出  F8存档");
    /* A wider window has all columns. */
    app_resize(&screen->app, 24, 80);
    assert_int_equal(canvas_resize(&screen->canvas, 24, 80), STATUS_OK);
    screen_keys(screen, "Home");
    screen_expect(screen, 9, "  7 R7    解答咨询                   90  人次          70           0        +20");
    app_resize(&screen->app, 20, 60);
    assert_int_equal(canvas_resize(&screen->canvas, 20, 60), STATUS_OK);
    screen_keys(screen, "Tab");
    screen_expect(screen, 3, ">1 主题词            出厂    应援尽援、就近便民、保证质量");
    screen_keys(screen, "Tab End Home PgDn");
    screen_expect(screen, 18, "第 16 至");
    screen_close(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_figures_against_last_year, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_periods, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_words_and_whose_they_are, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_figure_told_otherwise, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_check_explained_and_the_report_kept, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_files, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_wrong_template, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
