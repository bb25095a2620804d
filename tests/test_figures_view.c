/* tests/test_figures_view.c - outreach work in numbers by keys: periods, the rows behind a number, parts that unfold, a campaign and its paragraph, the stock of material. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/event_world.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23. */
struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct id campaign;
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
    world_close(&desk->world);
    free(desk);
    return 0;
}

static void sit_down(struct desk *desk, struct node *node, const struct view_class *view, int rows, int cols)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, view, &view_help, rows, cols);
}

/* A week in March at two towns and a garrison, a lecture in October; what was typed of the garrison and the lecture, rows of the towns. */
static void make_year(struct desk *desk)
{
    struct node *center = &desk->world.center;
    desk->campaign = event_add(center, "campaign", NO_ID, "name=法律援助宣传周;ordinal=2;date=2026-03-02;end_date=2026-03-08;theme=走进千家万户;basis=溧司〔2026〕7号");
    struct id town = event_add(center, "event", desk->campaign, "title=送法到镇;kind=04;date=2026-03-02;campaign=@;town=永阳街道;bodies=01,02;laws=01");
    event_add(center, "event_material", town, "event=@;item=01;quantity=1234;date=2026-03-02");
    for (int i = 0; i < 3; i++)
        event_add(center, "consultation", town, "event=@;date=2026-03-02;content=工资没发;category=02;persons=30");
    event_add(center, "event", desk->campaign, "title=送法到镇;kind=04;date=2026-03-03;campaign=@;town=白马镇;bodies=01");
    event_add(center, "event", desk->campaign, "title=送法进军营;kind=05;date=2026-03-04;campaign=@;place=某地;consulted=60");
    event_add(center, "event", NO_ID, "title=社区讲座;kind=14;date=2026-10-05;consulted=25;persons=60");
    event_add(center, "media_item", NO_ID, "kind=1;outlet=溧水电台;title=宣传周开幕;date=2026-03-02;times=3");
    event_add(center, "token", NO_ID, "kind=1;quantity=2;date=2026-04-08");
}

static void test_a_year_and_what_is_behind_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_year(desk);
    sit_down(desk, &desk->world.center, &view_home, 24, 80);
    screen_keys(screen, "29 Enter");
    screen_expect(screen, 0, "宣传   2026年");
    screen_expect(screen, 0, "2026-01-01 至 2026-12-31");
    screen_expect(screen, 3, "> 1 活动                                                     4  场");
    screen_expect_any(screen, "   送法进镇村                                             2  场");
    screen_expect_any(screen, "解答咨询 +                                             175  人次  170余");
    screen_expect_any(screen, "发放资料                                              1234  份    1200余");
    screen_expect_any(screen, "电台电视                                               3  次");
    /* One part: the list of what it counts. */
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "活动   共 4   显示 4");
    screen_expect(screen, 0, "筛选: 日期>=2026-01-01");
    screen_keys(screen, "F10 4 Enter"); /* by kind */
    screen_expect(screen, 21, " 2 / 2");
    screen_expect_any(screen, "送法到镇");
    screen_keys(screen, "F10 3 Enter"); /* a heading is no number */
    screen_expect(screen, 0, "宣传   2026年");
    /* Three parts unfold: consultations of the period, and two events with typed figures. */
    screen_keys(screen, "7 Enter");
    screen_expect_any(screen, "    咨询  日期>=2026-01-01 且 日期<=2026-12-31          90  人次");
    screen_expect_any(screen, "社区讲座  法治讲座  2026-10-05                25  人次");
    screen_keys(screen, "Down Enter");
    screen_expect(screen, 0, "咨询   共 3   显示 3");
    screen_keys(screen, "F10 Down Enter"); /* one record: itself */
    screen_expect(screen, 0, "活动  送法进军营");
    screen_keys(screen, "F10 7 Enter");
    screen_expect_none(screen, "法治讲座  2026-10-05");
    screen_keys(screen, "9 Down Down Enter");
    screen_expect_any(screen, "这里是 0，没有可看的");
    screen_close(screen);
}

static void test_periods(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_year(desk);
    sit_down(desk, &desk->world.center, &view_figures, 24, 80);
    screen_keys(screen, "F4");
    screen_expect(screen, 22, "哪一段时间  1 本月  2 本季  3 本半年  4 今年  5 去年");
    screen_keys(screen, "1");
    screen_expect(screen, 0, "宣传   2026年10月");
    screen_expect(screen, 0, "2026-10-01 至 2026-10-31");
    screen_expect(screen, 3, "1  场");
    screen_keys(screen, "Left");
    screen_expect(screen, 0, "2026年9月");
    screen_expect(screen, 3, "0  场");
    screen_keys(screen, "F4 2");
    screen_expect(screen, 0, "2026年第4季度");
    screen_keys(screen, "Right"); /* over the new year */
    screen_expect(screen, 0, "2027年第1季度");
    screen_expect(screen, 0, "2027-01-01 至 2027-03-31");
    screen_keys(screen, "F4 3 Left");
    screen_expect(screen, 0, "2026年上半年");
    screen_expect(screen, 3, "3  场");
    screen_keys(screen, "Left");
    screen_expect(screen, 0, "2025年下半年");
    screen_expect(screen, 0, "2025-07-01 至 2025-12-31");
    screen_keys(screen, "F4 5");
    screen_expect(screen, 0, "宣传   2025年");
    screen_expect(screen, 3, "0  场");
    screen_expect_none(screen, "宣传周");
    screen_keys(screen, "F4 Enter"); /* this year unless something else is said */
    screen_expect(screen, 0, "宣传   2026年");
    screen_close(screen);
}

static void test_a_campaign_and_its_paragraph(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_year(desk);
    sit_down(desk, &desk->world.center, &view_figures, 24, 80);
    screen_keys(screen, "End");
    screen_expect_any(screen, "  第2届法律援助宣传周  03-02 至 03-08");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "宣传周   第2届法律援助宣传周");
    screen_expect(screen, 2, "2026-03-02 至 2026-03-08   主题: 走进千家万户");
    screen_expect(screen, 3, "依据: 溧司〔2026〕7号");
    screen_expect(screen, 5, "> 1 活动                                                     3  场");
    screen_expect_any(screen, "到过的镇街");
    screen_expect_any(screen, "   白马镇                                                 1  场");
    screen_expect_any(screen, "   人武部                                                 2  场");
    screen_expect_none(screen, "某地"); /* where a garrison lies */
    screen_keys(screen, "End");
    screen_expect_any(screen, "咨询类别");
    screen_expect_any(screen, "   劳动纠纷                                              90  人次");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "筛选: 活动的宣传周=法律援助宣传周");
    screen_expect(screen, 21, " 3 / 3");
    screen_keys(screen, "F10 F4");
    screen_expect(screen, 0, "概数");
    screen_expect_any(screen, "解答咨询 150人次");
    screen_expect_any(screen, "1200余");
    screen_expect_none(screen, "某地");
    screen_keys(screen, "F4");
    screen_expect(screen, 0, "准确的数");
    screen_expect_any(screen, "资料 1234");
    screen_keys(screen, "F8");
    screen_expect_any(screen, "数据不在文件夹里"); /* a store in memory */
    screen_keys(screen, "F10 F6");
    screen_expect(screen, 0, "宣传周  法律援助宣传周");
    screen_close(screen);
}

static void test_the_stock(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    make_year(desk);
    event_add(center, "stock_move", NO_ID, "item=06;kind=入库;quantity=30;date=2026-02-01");
    event_add(center, "stock_move", NO_ID, "item=04;kind=入库;quantity=8;date=2026-02-01");
    sit_down(desk, center, &view_figures, 24, 80);
    screen_keys(screen, "F6");
    screen_expect(screen, 0, "宣传材料库存   3 项");
    screen_expect(screen, 0, "要补的 2");
    screen_expect(screen, 3, "> 1 宣传资料（份）       -1234  ! 欠账         0      1234");
    screen_expect(screen, 4, "  2 展板（块）               8                 8         0");
    screen_expect(screen, 5, "  3 宣传品（件）            30  ! 不足        30         0");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "看哪一种记录  1 收发登记  2 活动发出的");
    screen_keys(screen, "2");
    screen_expect(screen, 0, "发放材料   共 1   显示 1");
    screen_keys(screen, "F10 F5");
    screen_expect(screen, 0, "材料收发  新建");
    screen_expect_any(screen, "品种         [01____]宣传资料（份）");
    screen_keys(screen, "Enter Enter 1 5000 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 3, "> 1 宣传资料（份）        3766              5000      1234");
    screen_expect(screen, 0, "要补的 1");
    screen_keys(screen, "Enter 1");
    screen_expect(screen, 0, "材料收发   共 3   显示 1");
    screen_close(screen);
}

/* A station counts what is its own: events of the center are not. */
static void test_a_station_counts_its_own(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    make_year(desk);
    world_sync(&desk->world, 0);
    event_add(station, "event", desk->campaign, "title=本镇赶集;kind=02;date=2026-03-06;campaign=@;consulted=12");
    sit_down(desk, station, &view_figures, 24, 80);
    screen_expect(screen, 3, "活动                                                     1  场");
    screen_expect_any(screen, "解答咨询                                                12  人次  10余");
    screen_keys(screen, "End Enter");
    screen_expect(screen, 0, "宣传周   第2届法律援助宣传周");
    screen_expect(screen, 5, "1  场");
    screen_expect_none(screen, "白马镇");
    screen_close(screen);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_year(desk);
    sit_down(desk, &desk->world.center, &view_figures, 20, 60);
    screen_expect(screen, 3, "> 1 活动                                 4  场");
    screen_expect_any(screen, "解答咨询 +                         175  人次  170余");
    screen_keys(screen, "7 Enter");
    screen_expect_any(screen, "90  人次");
    screen_keys(screen, "End Enter F4");
    screen_expect_any(screen, "1200余");
    screen_keys(screen, "F10 F10 F6");
    screen_expect(screen, 3, "宣传资料（份）       -1234  ! 欠账     0      1234");
    screen_close(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_year_and_what_is_behind_it, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_periods, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_campaign_and_its_paragraph, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_stock, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station_counts_its_own, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
