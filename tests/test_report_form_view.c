/* tests/test_report_form_view.c - reports by keys: the list of a period, a form as list and table, the records behind a cell and back, checks and their explanations, freezing and what came late, entries by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23; the half that ended last is 2026H1: by the forms' year 2025-12-01 to 2026-05-31. */
struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct id first; /* case 张文芳 */
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

static void sit_down(struct desk *desk, struct node *node, int rows, int cols)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_reports, &view_help, rows, cols);
}

static struct id add_case(struct node *node, const char *name, const char *sex, const char *received, const char *decided, const char *more)
{
    return node_make(node, "case", name, "case_type=02", "source=41", "state=S5", "aid_form=05", "born=1980-01-01", sex, received, "decision=01", decided, more, NULL);
}

/* A station receives it, the center decides. */
static void add_case_of_station(struct desk *desk)
{
    struct node *center = &desk->world.center, *station = &desk->world.stations[0];
    struct id id = node_make(station, "case", "name=王五", "case_type=02", "source=41", "state=S1", "sex=1", "born=1980-01-01", "received_on=2026-02-10", "stat_matter=F1", NULL);
    world_sync(&desk->world, 0);
    center->actor.acting = true;
    node_set(center, "case", id, "decision", "01");
    node_set(center, "case", id, "decided_on", "2026-02-12");
    center->actor.acting = false;
}

/* Civil cases: two women with wages at the center, one of them with money recovered; one at a station; one that tells no matter; a divorce a year before. Consultations of both, and some added by hand. */
static void make_county(struct desk *desk)
{
    struct node *center = &desk->world.center, *station = &desk->world.stations[0];
    desk->first = node_make(center, "case", "name=张文芳", "case_type=02", "source=41", "state=S7", "aid_form=05", "stat_matter=C1", "born=1980-01-01", "sex=2", "received_on=2026-01-05", "decision=01", "decided_on=2026-01-08",
                            "closed_on=2026-03-25", "outcome=01", "recovered=123456.78元", NULL);
    add_case(center, "name=李四妹", "sex=2", "received_on=2026-02-01", "decided_on=2026-02-03", "stat_matter=C1");
    add_case(center, "name=赵六", "sex=1", "received_on=2026-05-30", "decided_on=2026-05-31", NULL);
    add_case(center, "name=钱七", "sex=2", "received_on=2025-03-01", "decided_on=2025-03-02", "stat_matter=B1");
    add_case_of_station(desk);
    node_make(center, "consultation", "date=2026-01-10", "content=问", "persons=3", "sex=女", "category=02", "channel=01", NULL);
    node_make(station, "consultation", "date=2026-05-31", "content=问", "persons=2", "category=02", "channel=01", NULL);
    node_make(center, "stat_entry", "cell=F11.1", "date=2026-03-01", "amount=4", "basis=漏登一场活动", NULL);
    world_sync(&desk->world, 0);
    world_sync(&desk->world, 1);
}

/* ---- the list of reports ---- */

static void test_every_report_of_a_period(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_expect(screen, 0, "报表   2026年上半年");
    screen_expect(screen, 0, "校验 3 处不符");
    screen_expect(screen, 2, "> 1 月报      法律援助业务数据统计表      2025-12-01至2026-05-31  按月报送");
    screen_expect_any(screen, "  8 表六      民事法律援助                2025-12-01至2026-05-31  相符");
    screen_expect_any(screen, " 12 表十      已结案件中各类人员办理情况  2025-12-01至2026-05-31  2 处不符");
    screen_expect_any(screen, " 16 总结      工作总结                    2026-01-01至2026-06-30  1 处不符"); /* the figure added to form 11 */
    screen_expect(screen, 21, "法律援助业务数据统计表（月报）  2025-12-01 至 2026-05-31");
    screen_expect(screen, 22, "这一期不报这张表");
    screen_keys(screen, "F4");
    screen_expect_any(screen, "1       本月  2026年10月");
    screen_expect_any(screen, "8       去年  2025年");
    screen_keys(screen, "2 Enter"); /* last month */
    screen_expect(screen, 0, "报表   2026年9月");
    screen_expect(screen, 2, "2026-09-01至2026-09-30  相符");
    screen_expect_any(screen, "表六      民事法律援助                2026-09-01至2026-09-30  半年报送");
    screen_keys(screen, "Left");
    screen_expect(screen, 0, "2026年8月");
    screen_keys(screen, "> >");
    screen_expect(screen, 0, "2026年10月");
    screen_keys(screen, "F4 2025q3 Enter"); /* as people write it */
    screen_expect(screen, 0, "2025年第三季度");
    screen_expect_any(screen, "季报      法律咨询数据统计表          2025-06-01至2025-08-31  相符");
    screen_keys(screen, "F4 2026 上 半 年");
    screen_expect_any(screen, "2026H1");
    screen_keys(screen, "Esc Esc Esc Esc"); /* first what was typed, then the question */
    screen_expect(screen, 0, "2025年第三季度");
    screen_keys(screen, "19 Enter"); /* what was entered by hand */
    screen_expect(screen, 0, "手填数   共 1");
    screen_close(screen);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_expect(screen, 0, "2026年上半年"); /* another run of the program */
    screen_keys(screen, "F4 2026-03 Enter 1 Enter");
    screen_expect(screen, 0, "月报 法律援助业务数据统计表   2026年3月");
    screen_keys(screen, "<");
    screen_expect(screen, 0, "2026年2月");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "报表   2026年2月"); /* the list goes along */
}

/* ---- a form ---- */

static void test_a_figure_and_what_is_behind_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "8 Enter");
    screen_expect(screen, 0, "表六 民事法律援助   2026年上半年");
    screen_expect(screen, 1, "合计  1/4（左右键换单位）   2025-12-01 至 2026-05-31");
    screen_expect(screen, 2, "F6.1 申请: 4 件   来源: 收到的民事案件申请，按收件日期");
    screen_expect(screen, 5, ">1   申请                                     4             1        -       +3");
    screen_expect(screen, 6, " 2   批准情况/合计                            4             1        -       +3");
    screen_expect(screen, 22, "比上年同期增加 3 件（300.0 %）");
    screen_expect_cursor(screen, 5, 0);
    screen_keys(screen, "9"); /* no number of two digits begins with it */
    screen_expect(screen, 2, "F6.9 批准情况/请求支付劳动报酬: 2 件");
    screen_expect(screen, 13, ">9 ");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "明细   F6.9  2026年上半年");
    screen_expect(screen, 0, "合计 2 件  共 2 条");
    screen_expect(screen, 1, "表六 批准情况/请求支付劳动报酬");
    screen_expect(screen, 2, "合计   2025-12-01 至 2026-05-31");
    screen_expect(screen, 4, "> 1 2026-01-08  案件      张文芳");
    screen_expect(screen, 5, "  2 2026-02-03  案件      李四妹");
    screen_keys(screen, "2 Enter");
    screen_expect_any(screen, "李四妹");
    screen_expect_none(screen, "张文芳");
    screen_keys(screen, "F10");
    screen_expect(screen, 5, "> 2 2026-02-03  案件      李四妹");
    screen_keys(screen, "F10"); /* the same cell */
    screen_expect(screen, 13, ">9 ");
    screen_expect_cursor(screen, 13, 0);
    screen_keys(screen, "1 4"); /* two digits */
    screen_expect(screen, 2, "F6.14 批准情况/交通事故: 1 件");
    screen_keys(screen, "1");
    screen_expect(screen, 22, "到第 1 栏");
    screen_keys(screen, "Enter");
    screen_expect(screen, 5, ">1   申请");
    screen_keys(screen, "4 8");
    screen_expect(screen, 22, "没有第 48 栏，这张表有 1 到 47 栏");
    /* Units: the total, the center, the stations. */
    screen_keys(screen, "Right");
    screen_expect(screen, 1, "2/4");
    screen_expect(screen, 2, "F6.1 申请: 3 件");
    screen_keys(screen, "Right");
    screen_expect(screen, 1, "站2  3/4");
    screen_expect(screen, 5, ">1   申请                                     1             0        -       +1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 2, "站2   2025-12-01");
    screen_expect(screen, 4, "> 1 2026-02-10  案件      王五");
    screen_expect(screen, 0, "共 1 条");
    screen_keys(screen, "F10");
    screen_expect(screen, 1, "站2  3/4");
    /* Money is told in 万元, as it is printed. */
    screen_keys(screen, "4 5 Left");
    screen_expect(screen, 2, "F6.45 已结案件承办情况/挽回损失或取得利益（万元）: 12.35 万元");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 12.35 万元  共 1 条");
    screen_expect(screen, 4, "12.35");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 0, "报表   2026年上半年");
}

static void test_the_table(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "8 Enter 9 Tab");
    screen_expect(screen, 4, "单位                   7         8         9        10        11        12");
    screen_expect(screen, 5, "7-12 栏/47");
    screen_expect(screen, 6, "合计                   0         0        >2         0         0         0");
    screen_expect_cursor(screen, 6, 43);
    screen_expect(screen, 8, "站2                    0         0         0");
    screen_keys(screen, "Down");
    screen_expect(screen, 7, ">2");
    screen_keys(screen, "Right Right Right Right"); /* over the edge of the block */
    screen_expect(screen, 5, "13-18 栏/47");
    screen_expect(screen, 2, "F6.13 批准情况/其他劳动纠纷: 0 件");
    screen_keys(screen, "Down Right");
    screen_expect(screen, 8, "站2                    0        >1");
    screen_keys(screen, "F6");
    screen_expect(screen, 1, "上年同期");
    screen_expect(screen, 8, ">0");
    screen_keys(screen, "F6");
    screen_expect(screen, 1, "比上年增减");
    screen_expect(screen, 8, ">+1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 4, "王五");
    screen_keys(screen, "F10 Tab");
    screen_expect(screen, 1, "站2  3/4");
    screen_expect_any(screen, ">14   交通事故");
    screen_keys(screen, "F6"); /* without last year there is room for words */
    screen_expect_none(screen, "增减");
    screen_expect_any(screen, "本期 标");
}

/* ---- checks ---- */

static void test_a_check_that_does_not_hold(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    make_county(desk);
    sit_down(desk, center, 24, 80);
    screen_keys(screen, "12 Enter");
    screen_expect(screen, 0, "校验 2 处不符");
    screen_expect(screen, 6, " 2    民事/诉讼                               0 校");
    screen_keys(screen, "Down");
    screen_expect(screen, 22, "校验不符，F4 看是和哪几格");
    screen_keys(screen, "F4");
    screen_expect(screen, 0, "表十校验   2026年上半年");
    screen_expect(screen, 0, "不符 2 处，没有说明 2");
    screen_expect(screen, 2, "民事已结数等于各类人员办结之和");
    screen_expect(screen, 2, "差 1  没说明");
    screen_expect(screen, 3, "  2       F6.33 已结案件承办情况/已结案总数                          1");
    screen_expect(screen, 4, "  3     = F10.2 法律援助机构人员办案数（件）/民事/诉讼               0");
    screen_expect(screen, 5, "  4     + F10.3");
    screen_expect(screen, 18, "站1: 民事已结数等于各类人员办结之和；给没有指明承办人的已结案件补上承办人");
    screen_expect(screen, 21, "还没有说明");
    /* To a cell, of another form. */
    screen_keys(screen, "2 Enter");
    screen_expect(screen, 0, "表六 民事法律援助");
    screen_expect(screen, 1, "2/4");
    screen_expect(screen, 2, "F6.33 已结案件承办情况/已结案总数: 1 件");
    screen_keys(screen, "Enter");
    screen_expect(screen, 4, "张文芳");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 3, "> 2       F6.33");
    /* A handler of the roster is named: nothing is left. Then he is taken away again. */
    struct id handler = node_make(center, "handler", "name=李律师", "kind=02", NULL);
    char ref[ID_TEXT_BYTES];
    id_format(handler, ref);
    center->actor.acting = true;
    node_set(center, "case", desk->first, "handler_ref", ref);
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_expect_any(screen, "全部相符");
    screen_keys(screen, "F5"); /* nothing to explain */
    screen_expect(screen, 0, "表十校验");
    node_set(center, "case", desk->first, "handler_ref", "");
    center->actor.acting = false;
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    /* It is as it is: the reason, for the center and for the total. */
    screen_keys(screen, "Home F5");
    screen_expect(screen, 22, "为什么不符");
    screen_keys(screen, "Enter"); /* nothing written */
    screen_expect(screen, 2, "没说明");
    screen_keys(screen, "F5 承办人是外县律师，不在名册 Enter");
    screen_expect_any(screen, "已说明；相差的数再变，要重新说明");
    screen_expect(screen, 2, "差 1  已说明");
    screen_expect(screen, 0, "不符 2 处，没有说明 1");
    screen_expect(screen, 21, "说明: 承办人是外县律师，不在名册");
    screen_keys(screen, "End F5 同上 Enter");
    screen_expect(screen, 0, "没有说明 0");
    screen_keys(screen, "F10");
    screen_expect_none(screen, "处不符");
    screen_expect(screen, 6, " 说");
    screen_expect(screen, 22, "校验不符，已说明（F4）");
    screen_keys(screen, "F10");
    screen_expect_any(screen, ">12 表十      已结案件中各类人员办理情况  2025-12-01至2026-05-31  已说明");
    screen_expect(screen, 0, "校验 1 处不符"); /* the summary's */
}

/* The summary, the checklist and the charts are of the same period. */
static void test_what_else_there_is_of_a_period(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "16");
    screen_expect(screen, 21, "工作总结  2026-01-01 至 2026-06-30");
    screen_expect(screen, 22, "有数不一致: Enter 打开");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "工作总结  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_keys(screen, "Tab Tab F5 活动另计 Enter F8 Enter F10");
    screen_expect_any(screen, ">16 总结      工作总结                    2026-01-01至2026-06-30  已说明    已存");
    screen_keys(screen, "17 Enter");
    screen_expect(screen, 0, "报表日  2026年上半年");
    screen_keys(screen, "F10 18");
    screen_expect(screen, 22, "Enter 选一张图");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "图  2026年上半年(2026-01-01 至 2026-06-30)");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "报表   2026年上半年");
    screen_close(screen);
}

/* ---- freezing ---- */

static void test_freezing_and_what_comes_late(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    make_county(desk);
    sit_down(desk, center, 24, 80);
    screen_keys(screen, "8 Enter F7");
    screen_expect(screen, 22, "这一期还没有存档");
    screen_keys(screen, "F8");
    screen_expect(screen, 2, "记录可能还没有送齐: 站2 "); /* their last contact is before the period's end, by the world's clock */
    screen_expect(screen, 2, "站3 ");
    screen_expect(screen, 22, "存档表六2026H1？2 站没有同步  1 存档  2 不存");
    screen_keys(screen, "2");
    screen_expect(screen, 2, "F6.1 申请: 4 件");
    screen_keys(screen, "F8 1");
    screen_expect(screen, 22, "报送给谁、重报的理由，可以空着");
    screen_keys(screen, "报市局 Enter");
    screen_expect(screen, 22, "已存档；以后到的、改的按 F7 看");
    screen_expect(screen, 0, "已存档");
    screen_keys(screen, "F7");
    screen_expect(screen, 22, "和存档时一样，没有补报、调整");
    /* One comes late, one is changed. */
    add_case(center, "name=孙八", "sex=2", "received_on=2026-04-01", "decided_on=2026-04-02", "stat_matter=C1");
    center->actor.acting = true;
    node_set(center, "case", desk->first, "recovered", "200000元");
    center->actor.acting = false;
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_expect(screen, 0, "已存档，有变");
    screen_keys(screen, "Down Up");
    screen_expect(screen, 5, ">1   申请                                     5 变");
    screen_expect(screen, 22, "存档时 4（F7）");
    screen_keys(screen, "F7");
    screen_expect(screen, 0, "表六补报、调整   2026年上半年");
    screen_expect(screen, 0, "2026-10-23 存档");
    screen_expect(screen, 2, "> 1 合计          F6.1 申请                                4         5         1");
    screen_expect_any(screen, "合计          F6.9 批准情况/请求支付劳动报酬           2         3         1");
    screen_expect_any(screen, "存档时各站: 站2");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "补报、调整   F6.1");
    screen_expect(screen, 0, "相差 +1 件  共 1 条");
    screen_expect(screen, 2, "存档于 2026-10-23");
    screen_expect(screen, 4, "> 1 2026-04-01  案件      孙八");
    screen_expect(screen, 4, " 0         1         1");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "孙八");
    screen_keys(screen, "F10 F10");
    screen_keys(screen, "Down Down Down Down Down Down Down Down Down Down Down Down"); /* the money is somewhere below */
    screen_expect_any(screen, "F6.45 已结案件承办情况/挽回损失");
    /* Once more, as it is now. */
    screen_keys(screen, "F10 F8");
    screen_expect(screen, 22, "重新存档表六2026H1？");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 0, "已存档");
    screen_expect_none(screen, "有变");
    screen_keys(screen, "F10");
    screen_expect_any(screen, "> 8 表六      民事法律援助                2025-12-01至2026-05-31  相符      已存");
    screen_keys(screen, "End Enter");
    screen_expect(screen, 0, "报表存档   共 2");
}

/* What nobody explained is neither frozen nor written, but as a draft. */
static void test_open_checks_stop_it(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "12 Enter F8");
    screen_expect(screen, 22, "校验有 2 处不符，先按 F4 看");
    screen_keys(screen, "F2");
    screen_expect(screen, 22, "校验有 2 处不符（F4），  1 写成草稿  2 不写");
    screen_keys(screen, "2");
    screen_expect(screen, 0, "表十");
    screen_expect_none(screen, "导出到");
}

static void read_file(const char *path, struct buf *out)
{
    char block[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        buf_append(out, block, n);
    fclose(file);
}

static void export_to(struct desk *desk, const char *keys, const char *path, const char *part)
{
    struct screen *screen = &desk->screen;
    char typed[256];
    struct buf text;
    screen_keys(screen, keys);
    screen_expect(screen, 22, "导出到");
    for (int i = 0; i < 200; i++)
        screen_keys(screen, "Backspace");
    snprintf(typed, sizeof typed, "%s Enter", path);
    screen_keys(screen, typed);
    screen_expect(screen, 22, "已导出 4 行到");
    buf_init(&text, 1 << 20);
    read_file(path, &text);
    if (strstr(buf_cstr(&text), part) == NULL)
        fail_msg("no “%s” in %s", part, path);
    buf_release(&text);
    remove(path);
}

static void test_files(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char folder[] = "/tmp/aidpost-forms-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "8 Enter");
    snprintf(path, sizeof path, "%s/a.csv", folder);
    export_to(desk, "F2", path, "合计,4,4,");
    snprintf(path, sizeof path, "%s/a.pdf", folder);
    export_to(desk, "F2", path, "%PDF");
    snprintf(path, sizeof path, "%s/a.xlsx", folder);
    export_to(desk, "F2", path, "PK");
    screen_keys(screen, "F10 12 Enter");
    snprintf(path, sizeof path, "%s/b.csv", folder);
    export_to(desk, "F2 1", path, "草稿");
    rmdir(folder);
}

/* A CSV does not say of itself that its figures are made up: its name does, whatever is typed. */
static void test_practice_figures_are_named_so(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct errmsg err = {{0}};
    char folder[] = "/tmp/aidpost-forms-XXXXXX", path[64], typed[128];
    assert_non_null(mkdtemp(folder));
    make_county(desk);
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    assert_int_equal(store_meta_set_int(center->store, "practice", 1, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
    sit_down(desk, center, 24, 80);
    screen_keys(&desk->screen, "8 Enter F2");
    for (int i = 0; i < 200; i++)
        screen_keys(&desk->screen, "Backspace");
    snprintf(path, sizeof path, "%s/a.csv", folder);
    snprintf(typed, sizeof typed, "%s Enter", path);
    screen_keys(&desk->screen, typed);
    screen_expect_any(&desk->screen, "练习数据");
    assert_int_equal(access(path, F_OK), -1);
    snprintf(path, sizeof path, "%s/练习.csv", folder);
    export_to(desk, "F2", path, "合计,4,4,");
    rmdir(folder);
}

/* ---- entries by hand ---- */

static void test_entries_by_hand(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_keys(screen, "3 Enter 1 2");
    screen_expect(screen, 16, ">12   办公业务用房面积平米数               没填 缺                   -");
    screen_expect(screen, 22, "这一栏手填，还没有人填过；Enter 填");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "手填数  新建");
    screen_expect(screen, 2, "[F1.12_");
    screen_expect(screen, 2, "[2026-05-31");
    screen_expect(screen, 3, ">数值");
    screen_keys(screen, "320 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 16, ">12   办公业务用房面积平米数                320                      -");
    screen_keys(screen, "Enter"); /* now it has a row */
    screen_expect(screen, 0, "合计 320 平方米  共 1 条");
    screen_expect(screen, 4, "手填数");
    screen_keys(screen, "F10 Right Right"); /* a station's own */
    screen_expect(screen, 1, "站2  3/4");
    screen_keys(screen, "Enter");
    screen_expect(screen, 4, "站2");
    screen_keys(screen, "80 F2 F10");
    screen_expect(screen, 16, "80");
    screen_keys(screen, "Left Left");
    screen_expect(screen, 16, "400");
    /* A counted figure is added to, with the reason. */
    screen_keys(screen, "F10 13 Enter");
    screen_expect(screen, 0, "表十一 咨询");
    screen_expect(screen, 5, ">1   咨询总数（人次）                         9 调");
    screen_expect(screen, 22, "其中手填调整 +4");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合计 9 人次  共 3 条");
    screen_expect_any(screen, "2026-03-01  手填数");
    screen_keys(screen, "F10 F5");
    screen_expect(screen, 0, "手填数  新建");
    screen_expect(screen, 22, "依据里写明理由");
    screen_keys(screen, "Enter Enter Enter 两处各登一次 F2"); /* money and unit passed over: a number is missing */
    screen_expect(screen, 22, "数值: F11.1 要填这一项");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 0, "报表");
}

/* ---- who sees what ---- */

/* A sealed case counts; who it is about stays unsaid. */
static void test_sealed_rows(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    make_county(desk);
    node_set(center, "case", desk->first, "sealed", "是");
    sit_down(desk, center, 24, 80);
    center->actor = (struct actor){.name = "何干事", .org = 1, .all_scopes = true, .center = true, .role = ROLE_CLERK, .now_ms = screen->now_ms};
    screen_keys(screen, "8 Enter 9 Enter");
    screen_expect(screen, 0, "合计 2 件  共 2 条");
    screen_expect(screen, 4, "（封存）");
    screen_expect_none(screen, "张文芳");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 22, "封存的记录，这个账号看不到是哪一条");
}

static void test_a_station_sees_its_own(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    world_sync(&desk->world, 0);
    sit_down(desk, &desk->world.stations[0], 24, 80);
    screen_keys(screen, "8 Enter");
    screen_expect(screen, 1, "合计  1/2");
    screen_expect(screen, 5, ">1   申请                                     1");
    screen_keys(screen, "F8");
    screen_expect(screen, 22, "中心");
    screen_expect(screen, 0, "表六");
    screen_keys(screen, "F5");
    screen_expect(screen, 22, "中心");
    screen_expect(screen, 0, "表六");
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    make_county(desk);
    sit_down(desk, &desk->world.center, 20, 60);
    screen_expect(screen, 2, "> 1 月报      法律援助业务数据统计表       按月报送");
    screen_expect(screen, 17, "月报  2025-12-01 至 2026-05-31");
    screen_keys(screen, "8 Enter 9");
    screen_expect(screen, 0, "表六   2026年上半年");
    screen_expect(screen, 4, "栏  项目                         本期 标     上年     增减");
    screen_expect(screen, 13, ">9    请求支付劳动报酬               2           0       +2");
    screen_keys(screen, "Enter");
    screen_expect(screen, 4, "张文芳");
    screen_keys(screen, "F10 Tab");
    screen_expect(screen, 5, "9-12 栏/47");
    screen_expect(screen, 6, "合计              >2         0         0         0");
    screen_keys(screen, "F10 12 Enter F4");
    screen_expect(screen, 2, "差 1  没说明");
    screen_expect_any(screen, "补上承办人");
    screen_keys(screen, "F10 F10 8 Enter F8 1 Enter");
    add_case(&desk->world.center, "name=孙八", "sex=2", "received_on=2026-04-01", "decided_on=2026-04-02", "stat_matter=C1");
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_keys(screen, "F7");
    screen_expect(screen, 2, "> 1 合计          F6.1 申请                4         5     1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 4, "> 1 2026-04-01  孙八");
    screen_expect(screen, 4, "0        1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_report_of_a_period, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_else_there_is_of_a_period, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_figure_and_what_is_behind_it, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_table, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_check_that_does_not_hold, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_freezing_and_what_comes_late, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_open_checks_stop_it, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_files, open_desk, close_desk), cmocka_unit_test_setup_teardown(test_practice_figures_are_named_so, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_entries_by_hand, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_sealed_rows, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station_sees_its_own, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
