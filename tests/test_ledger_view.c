/* tests/test_ledger_view.c - ledgers on the screen: the list, the rows, columns that scroll, periods, conditions, orders, parts; to a file, to an own view; the lists' export. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tests/write_sql.h"
#include "tui/views/views.h"

static struct world world;
static struct app_context context;
static struct screen screen;
static char home[64];

/* The screens' clock stands at 2026-10-23. */
static int set_up(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/test_ledger_view.XXXXXX");
    world_open(&world, 1, NULL);
    return mkdtemp(home) == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    DIR *folder = opendir(home);
    (void)state;
    screen_close(&screen);
    world_close(&world);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", home, entry->d_name);
        unlink(path);
    }
    closedir(folder);
    return rmdir(home);
}

static void sit_down(struct node *node, int rows, int cols)
{
    context = screen_context(node);
    context.home = home;
    screen_open(&screen, &context, &view_home, &view_help, rows, cols);
}

static struct id consult(struct node *node, const char *name, const char *date, const char *category, const char *persons)
{
    struct id id = node_consult(node, name, "问题");
    node_set(node, "consultation", id, "date", date);
    node_set(node, "consultation", id, "category", category);
    node_set(node, "consultation", id, "persons", persons);
    return id;
}

static void three(struct node *node)
{
    consult(node, "张三", "2026-10-01", "劳动纠纷", "1");
    consult(node, "李四", "2026-03-05", "婚姻家庭", "3");
    consult(node, "王五", "2025-06-01", "劳动纠纷", "2");
}

static void expect_file(const char *name, const char *part)
{
    char path[400];
    struct buf text;
    snprintf(path, sizeof path, "%s/%s", home, name);
    buf_init(&text, 1 << 20);
    if (file_read(path, &text, NULL) != STATUS_OK)
        fail_msg("no %s", name);
    if (strstr(buf_cstr(&text), part) == NULL)
        fail_msg("%s:\n%s", name, buf_cstr(&text));
    buf_release(&text);
}

static void test_from_home_to_a_record(void **state)
{
    (void)state;
    three(&world.center);
    sit_down(&world.center, 24, 80);
    screen_expect_any(&screen, "台账");
    screen_keys(&screen, "26 Enter");
    screen_expect(&screen, 0, "台账   15 个");
    screen_expect(&screen, 2, "> 1 L1     咨询登记台账");
    screen_expect(&screen, 8, "  7 L7     投诉和异议台账            投诉、异议");
    screen_keys(&screen, "1 Enter");
    screen_expect(&screen, 0, "L1 咨询登记台账");
    screen_expect(&screen, 0, "2026-01-01 至 2026-12-31");
    screen_expect(&screen, 1, "日期        姓名");
    screen_expect(&screen, 2, "> 1 2026-03-05  李四"); /* ledgers go on in time */
    screen_expect(&screen, 3, "  2 2026-10-01  张三");
    screen_expect_none(&screen, "王五");
    screen_expect(&screen, 21, "共 2 行   排序: 台账的顺序   列 2-");
    screen_expect(&screen, 23, "Enter打开  左右换列  F8期间  F4筛选  F6排序  F2导出  F5存名单  F1帮助  F10返回");
    screen_keys(&screen, "Down Enter");
    screen_expect_any(&screen, "张三");
    screen_expect_any(&screen, "F2保存");
    screen_keys(&screen, "F10");
    screen_expect(&screen, 3, "> 2 2026-10-01  张三");
}

static void open_first(int cols)
{
    three(&world.center);
    sit_down(&world.center, cols < 80 ? 20 : 24, cols);
    screen_keys(&screen, "26 Enter 1 Enter");
}

static void test_columns_scroll_beside_the_first(void **state)
{
    (void)state;
    open_first(80);
    screen_expect_none(&screen, "接待人");
    for (int i = 0; i < 14; i++)
        screen_keys(&screen, "Right");
    screen_expect(&screen, 1, "日期");
    screen_expect(&screen, 1, "接待人");
    screen_expect(&screen, 1, "工作站");
    screen_expect(&screen, 2, "2026-03-05");
    screen_expect(&screen, 2, "站1");
    screen_expect_none(&screen, "姓名");
    for (int i = 0; i < 14; i++)
        screen_keys(&screen, "Left");
    screen_expect(&screen, 1, "日期        姓名");
    assert_true(app_take_beep(&screen.app)); /* the first one is reached */
}

static void test_the_smallest_screen(void **state)
{
    (void)state;
    open_first(60);
    screen_expect(&screen, 1, "日期        姓名");
    screen_expect(&screen, 2, "> 1 2026-03-05  李四");
    screen_expect(&screen, 19, "F1更多  F10返回");
    screen_expect(&screen, 17, "共 2 行");
}

static void test_periods(void **state)
{
    (void)state;
    open_first(80);
    screen_keys(&screen, "F8");
    screen_expect(&screen, 22, "期间  1 本月  2 本季  3 本半年  4 今年  5 去年  6 全部  7 自定");
    screen_keys(&screen, "1");
    screen_expect(&screen, 0, "2026-10-01 至 2026-10-31");
    screen_expect(&screen, 2, "张三");
    screen_expect_none(&screen, "李四");
    screen_keys(&screen, "F8 2");
    screen_expect(&screen, 0, "2026-10-01 至 2026-12-31");
    screen_keys(&screen, "F8 3");
    screen_expect(&screen, 0, "2026-07-01 至 2026-12-31");
    screen_keys(&screen, "F8 5");
    screen_expect(&screen, 0, "2025-01-01 至 2025-12-31");
    screen_expect(&screen, 2, "王五");
    screen_keys(&screen, "F8 6");
    screen_expect(&screen, 0, "全部");
    screen_expect_any(&screen, "共 3 行");
    screen_keys(&screen, "F8 7 2026-03-05 Enter");
    screen_expect(&screen, 0, "2026-03-05 至 2026-03-05");
    screen_expect_any(&screen, "共 1 行");
    screen_keys(&screen, "F8 7 2026-13-05 Enter");
    screen_expect(&screen, 22, "写起日和止日");
    screen_expect(&screen, 0, "2026-03-05 至 2026-03-05"); /* as before */
    screen_keys(&screen, "F8 7");
    screen_keys(&screen, "2");
    screen_keys(&screen, "0 2 4 - 0 1 - 0 1 Enter");
    screen_expect_any(&screen, "F8 换期间");
}

static void test_conditions_and_orders(void **state)
{
    (void)state;
    open_first(80);
    screen_keys(&screen, "F8 6 F4 类别=劳动纠纷 Enter");
    screen_expect(&screen, 21, "共 2 行   排序: 台账的顺序");
    screen_expect(&screen, 21, "筛选: 类别=劳动纠纷");
    screen_expect(&screen, 2, "王五");
    screen_expect(&screen, 3, "张三");
    screen_keys(&screen, "F4 nosuch=1 Enter"); /* the old condition stands in the field: it is appended */
    screen_expect(&screen, 22, "类别");
    screen_expect(&screen, 21, "筛选: 类别=劳动纠纷");
    screen_keys(&screen, "F4 Ctrl-U Enter F6");
    screen_expect(&screen, 21, "共 3 行   排序: 日期 从小到大");
    screen_keys(&screen, "F6");
    screen_expect(&screen, 21, "排序: 日期 从大到小");
    screen_expect(&screen, 2, "张三");
    screen_keys(&screen, "F6 F6");
    screen_expect(&screen, 21, "排序: 姓名 从大到小");
    screen_expect(&screen, 2, "张三");
    screen_expect(&screen, 3, "王五");
}

static void test_parts(void **state)
{
    (void)state;
    sit_down(&world.center, 24, 80);
    screen_keys(&screen, "26 Enter 13 Enter");
    screen_expect(&screen, 0, "L13 表彰、锦旗和感谢信登记  1/2 表彰");
    screen_expect(&screen, 23, "Tab换部分");
    screen_keys(&screen, "F4 level=3 Enter Tab");
    screen_expect(&screen, 0, "2/2 锦旗和感谢信");
    screen_expect_none(&screen, "level=3"); /* no field of the other part */
    screen_keys(&screen, "Shift-Tab");
    screen_expect(&screen, 0, "1/2 表彰");
}

static void test_the_worklist_opens_what_is_overdue(void **state)
{
    struct errmsg err = {{0}};
    char sql[200], text[ID_TEXT_BYTES];
    struct record kase;
    (void)state;
    record_init(&kase, catalogue_find("case"));
    assert_int_equal(records_begin(world.center.store, &world.center.actor, &kase, world.codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&kase, "name", "超期人"), STATUS_OK);
    assert_int_equal(records_save(world.center.store, &world.center.actor, world.codes, world.center.random, &kase, &err), STATUS_OK);
    id_format(kase.id, text);
    record_release(&kase);
    /* As actions would leave it: received on the 1st, a change of handler asked for: two periods of one case. */
    snprintf(sql, sizeof sql, "UPDATE \"case\" SET state='S7',assigned_on=20720,change_asked_on=20725 WHERE id=x'%s'", text);
    write_sql(world.center.store, sql);
    sit_down(&world.center, 24, 80);
    screen_keys(&screen, "26 Enter 15 Enter");
    screen_expect(&screen, 0, "L15 超期预警  1/4 期限超期");
    screen_expect(&screen, 2, "D07 签订协议");
    screen_expect(&screen, 3, "D11 更换承办人");
    screen_keys(&screen, "Down");
    screen_expect(&screen, 3, "> 2 D11");
    screen_keys(&screen, "Enter");
    screen_expect_any(&screen, "超期人");
    screen_keys(&screen, "F10");
    screen_expect(&screen, 3, "> 2 D11");
}

static void test_to_a_file(void **state)
{
    (void)state;
    open_first(80);
    screen_keys(&screen, "F2");
    screen_expect(&screen, 22, "导出到 [");
    screen_expect(&screen, 22, "咨询登记台账-20260101-20261231."); /* xlsx, or csv where it is not built in */
    screen_keys(&screen, "Ctrl-U 表.csv Enter");
    screen_expect(&screen, 22, "已导出 2 行到 ");
    expect_file("表.csv", "1,2026-03-05,李四,");
    screen_keys(&screen, "F2 Ctrl-U 表.csv Enter");
    screen_expect(&screen, 22, "已有 表.csv，覆盖？  1 覆盖  2 不导出");
    screen_keys(&screen, "Enter"); /* destroys nothing */
    screen_keys(&screen, "2 F8 6 F2 Ctrl-U 表.csv Enter 1");
    screen_expect(&screen, 22, "已导出 3 行到 ");
    expect_file("表.csv", ",王五,");
    screen_keys(&screen, "F2 Ctrl-U 表.doc Enter");
    screen_expect(&screen, 22, "文件名应以 .xlsx .csv .jsonl 结尾");
    screen_keys(&screen, "F2 Ctrl-U /nosuch/表.csv Enter");
    screen_expect(&screen, 22, "不能写 /nosuch/表.csv");
}

static void test_all_parts_unless_one_is_narrowed(void **state)
{
    (void)state;
    sit_down(&world.center, 24, 80);
    screen_keys(&screen, "26 Enter 13 Enter F2 Ctrl-U a.csv Enter");
    expect_file("a.csv", "（表彰）");
    expect_file("a.csv", "（锦旗和感谢信）");
    screen_keys(&screen, "F4 level=3 Enter F2 Ctrl-U b.csv Enter");
    expect_file("b.csv", "\xEF\xBB\xBF序号,日期,荣誉");
}

static void test_kept_as_an_own_view(void **state)
{
    (void)state;
    three(&world.stations[0]);
    sit_down(&world.stations[0], 24, 80);
    screen_keys(&screen, "26 Enter 1 Enter F4 类别=劳动纠纷 Enter F5 今年讨薪 Enter");
    screen_expect(&screen, 22, "已存成“今年讨薪”");
    screen_keys(&screen, "F5 今年讨薪 Enter");
    screen_expect(&screen, 22, "已经有一个“今年讨薪”");
    screen_keys(&screen, "F10");
    screen_expect(&screen, 0, "自存的名单 1");
    screen_keys(&screen, "16 Enter");
    screen_expect(&screen, 0, "今年讨薪");
    screen_expect(&screen, 0, "全部"); /* its period is part of its condition */
    screen_expect(&screen, 2, "张三");
    screen_expect_any(&screen, "共 1 行");
    screen_keys(&screen, "F10 14 Enter F5");
    screen_expect(&screen, 22, "不能存成常用名单");
}

static void test_a_list_exports_what_its_filter_picks(void **state)
{
    (void)state;
    three(&world.center);
    sit_down(&world.center, 24, 80);
    screen_keys(&screen, "16 Enter");
    screen_expect(&screen, 23, "F2导出");
    screen_keys(&screen, "F4 category=02 Enter F2 Ctrl-U 名单.csv Enter");
    screen_expect(&screen, 22, "已导出 2 行到 ");
    expect_file("名单.csv", "劳动纠纷");
    expect_file("名单.csv", ",姓名,");
    screen_keys(&screen, "F2 Ctrl-U 名单.csv Enter 2");
    screen_expect_none(&screen, "已导出");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_from_home_to_a_record),
        TEST(test_columns_scroll_beside_the_first),
        TEST(test_the_smallest_screen),
        TEST(test_periods),
        TEST(test_conditions_and_orders),
        TEST(test_parts),
        TEST(test_the_worklist_opens_what_is_overdue),
        TEST(test_to_a_file),
        TEST(test_all_parts_unless_one_is_narrowed),
        TEST(test_kept_as_an_own_view),
        TEST(test_a_list_exports_what_its_filter_picks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
