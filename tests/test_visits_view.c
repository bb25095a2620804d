/* tests/test_visits_view.c - return visits by keys: progress of the towns, the worklist, the form read aloud, money taken, who was not there, the numbers and the visits behind them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "tests/paper_case.h"
#include "tests/screen.h"
#include "tui/views/views.h"

/* The screen's clock stands on 2026-10-23: the cases of 2025 are visited. */
struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct id first; /* 李甲's case */
};

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct id put(struct node *node, int64_t scope, const char *type, const char *const *fields)
{
    struct record record = paper_record(node, scope, type, fields);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id closed_case(struct node *node, int64_t scope, const char *name, const char *town, const char *address, const char *safe)
{
    char person[64], fields[5][200], id[ID_TEXT_BYTES];
    snprintf(fields[0], sizeof fields[0], "name=%s", name);
    snprintf(fields[1], sizeof fields[1], "address=%s", address);
    snprintf(fields[2], sizeof fields[2], "safe_contact=%s", safe);
    id_format(put(node, scope, "person", safe[0] != '\0' ? FIELDS(fields[0], fields[1], "phone=15400000001", fields[2]) : FIELDS(fields[0], fields[1], "phone=15400000001")), id);
    snprintf(person, sizeof person, "applicant=%s", id);
    snprintf(fields[3], sizeof fields[3], "town=%s", town);
    return put(node, scope, "case", FIELDS(fields[0], fields[3], person, "case_type=民事", "state=S12", "received_on=2025-01-06", "closed_on=2025-06-30", "handler=陈律师", "cause=追索劳动报酬纠纷"));
}

static void visited(struct node *node, struct id kase, const char *outcome, const char *overall)
{
    char id[ID_TEXT_BYTES], fields[3][64];
    id_format(kase, id);
    snprintf(fields[0], sizeof fields[0], "case_id=%s", id);
    snprintf(fields[1], sizeof fields[1], "outcome=%s", outcome);
    snprintf(fields[2], sizeof fields[2], "overall=%s", overall);
    put(node, 2, "return_visit", overall[0] != '\0' ? FIELDS(fields[0], fields[1], fields[2], "name=赵丙", "date=2026-03-01", "method=上门") : FIELDS(fields[0], fields[1], "date=2026-03-01", "method=上门"));
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct node *center = &desk->world.center;
    world_open(&desk->world, 2, NULL);
    desk->first = closed_case(center, 2, "李甲", "永阳街道", "10组1号", "");
    closed_case(center, 2, "王乙", "永阳街道", "2组8号", "");
    struct id third = closed_case(center, 2, "赵丙", "白马镇", "1组1号", "");
    closed_case(center, 3, "孙丁", "白马镇", "3组3号", "找村妇联主任转告");
    visited(center, third, "已访", "基本满意");
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

static int64_t rows_of(struct node *node, const char *type)
{
    int64_t count;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find(type), NULL, &count, NULL), STATUS_OK);
    return count;
}

static void test_progress_and_the_way(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.center, &view_home, 24, 80);
    screen_keys(screen, "28 Enter");
    screen_expect(screen, 0, "回访   2025 年结案的民事案件");
    screen_expect(screen, 0, "已访 1 / 4");
    screen_expect(screen, 3, "> 1 永阳街道                           2      0       0      2    0.00%        -");
    screen_expect(screen, 4, "  2 白马镇                             2      1       0      1   50.00%  100.00%");
    screen_expect(screen, 5, "  3 合计                               4      1       0      3   25.00%  100.00%");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "待回访   永阳街道   2 件");
    screen_expect(screen, 2, "> 1 王乙        15400000001    2组8号"); /* the second house before the tenth */
    screen_expect(screen, 3, "  2 李甲");
    screen_expect_any(screen, "结案 2025-06-30  承办人 陈律师  追索劳动报酬纠纷");
    screen_expect_any(screen, "还没有去过");
    screen_keys(screen, "F10 F8");
    screen_expect(screen, 0, "待回访   全部镇街   3 件");
    screen_expect(screen, 2, "永阳街道 2组8号");
    screen_keys(screen, "3 Enter"); /* the form of the third, and back */
    screen_expect_any(screen, "孙丁  追索劳动报酬纠纷");
    screen_keys(screen, "F10 Down Down");
    screen_expect(screen, 4, "见下面         白马镇 不要上门");
    screen_expect_any(screen, "只能这样联系: 找村妇联主任转告");
    screen_expect_none(screen, "3组3号");
    screen_keys(screen, "F6");
    screen_expect(screen, 0, "孙丁");
    screen_keys(screen, "F10 F10 Left");
    screen_expect(screen, 0, "回访   2024 年结案的民事案件");
    screen_expect_any(screen, "这一年没有结案的民事案件");
    screen_keys(screen, "F8");
    screen_expect_any(screen, "2024 年没有结案的民事案件；左右键换年度");
    screen_keys(screen, "Right Right");
    screen_expect(screen, 0, "2026 年结案");
    screen_keys(screen, "Right"); /* the future has no closed cases */
    screen_expect(screen, 0, "2026 年结案");
    screen_close(screen);
}

static bool count_draft(void *context, const struct draft_info *info)
{
    assert_string_equal(info->type->name, "return_visit");
    ++*(int *)context;
    return true;
}

/* Called away in the middle: Enter on the same house goes on with that form, on another one it begins a new one. */
static void test_a_visit_begun_is_gone_on_with(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    int n = 0;
    sit_down(desk, center, &view_visits, 24, 80);
    screen_keys(screen, "Enter Enter");
    screen_expect(screen, 2, "王乙");
    screen_keys(screen, "2 1 F10");
    assert_int_equal(draft_list(center->store, &center->actor, count_draft, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "接着登记上次没有保存的回访");
    screen_expect_any(screen, "方式         [2_____]电话               结果         [1_____]已访");
    screen_keys(screen, "F10 Down Enter");
    screen_expect(screen, 2, "李甲");
    screen_expect_none(screen, "接着登记");
    screen_keys(screen, "F10 Up Enter F10");
    n = 0;
    assert_int_equal(draft_list(center->store, &center->actor, count_draft, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    screen_close(screen);
}

/* Ten digits after the method: the recipient, five answers, money, performance, publicity. */
static void test_a_visit_by_digits_and_money_taken(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    sit_down(desk, center, &view_visits, 24, 80);
    screen_keys(screen, "Enter Enter");
    screen_expect(screen, 0, "回访  新建");
    screen_expect(screen, 2, "案件         [1_____]王乙");
    screen_expect(screen, 4, ">方式         [1_____]上门");
    screen_expect_any(screen, "一、承办人的服务态度，满意吗   [______]");
    screen_keys(screen, "1 1 1 2");
    screen_expect_any(screen, ">二、承办人的沟通交流，满意吗");
    screen_expect_any(screen, "1 满意  2 基本满意  3 不满意"); /* read aloud from the line below */
    screen_keys(screen, "1 1 3");
    screen_keys(screen, "F2"); /* without the overall answer: refused, and there */
    screen_expect_any(screen, ">五、对法律援助总的满意吗");
    screen_expect_any(screen, "总体评价: 已访的要填总体评价");
    assert_int_equal(rows_of(center, "return_visit"), 1);
    screen_keys(screen, "1 1 3 1 收 了 五 百 元");
    assert_int_equal(rows_of(center, "complaint"), 0);
    screen_keys(screen, "F2");
    screen_expect_any(screen, "受援人反映收取财物，已立一件投诉，打开看吗？  1 打开  2 以后再看");
    assert_int_equal(rows_of(center, "complaint"), 1);
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "投诉  已收到  王乙  收取财物");
    screen_expect_any(screen, "陈律师");
    screen_keys(screen, "F10 F8");
    screen_expect(screen, 0, "32 受援人回访记录表");
    screen_expect_any(screen, "[x]已访");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 0, "待回访   永阳街道   1 件");
    screen_expect_none(screen, "王乙");
    screen_keys(screen, "F10");
    screen_expect(screen, 3, "> 1 永阳街道                           2      1       0      1   50.00%  100.00%");
    /* The numbers, and the visits behind them. */
    screen_keys(screen, "End F6");
    screen_expect(screen, 0, "回访答复   全部镇街");
    screen_expect(screen, 5, " 服务态度             0        1        0        1  100.00%");
    screen_expect(screen, 8, " 案件结果             0        0        1        1    0.00%");
    screen_expect(screen, 11, " 收受财物             1");
    screen_keys(screen, "Down Down Down Down Right Right");
    screen_expect(screen, 8, ">1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "案件结果 不满意   全部镇街   1 件");
    screen_expect_any(screen, "王乙");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "回访  王乙  2026-10-23");
    screen_expect(screen, 0, "只读");
    screen_keys(screen, "F10 F6"); /* its case */
    screen_expect(screen, 0, "王乙");
    screen_keys(screen, "F10 F10 Home Enter"); /* reached: both */
    screen_expect(screen, 0, "访到的   全部镇街   2 件");
    screen_keys(screen, "F10 Home Down Down Down Down Down Down");
    screen_expect(screen, 11, ">1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "收受财物   全部镇街   1 件");
    screen_close(screen);
}

static void test_nobody_at_home(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    sit_down(desk, center, &view_visits, 24, 80);
    screen_keys(screen, "Enter 2 Enter 1 2");
    screen_expect_any(screen, ">意见建议"); /* past every question */
    screen_keys(screen, "Up");
    screen_expect_any(screen, ">结果"); /* and back the way one came */
    screen_keys(screen, "Down 腊 月 回 来 F2");
    screen_expect_any(screen, "已保存");
    screen_expect_none(screen, "投诉");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "待回访   永阳街道   2 件"); /* worth another try */
    screen_expect(screen, 3, "李甲        15400000001    10组1号                       去过1次 外出务工");
    screen_expect_any(screen, "去过 1 次，上次 2026-10-23 外出务工");
    /* Dead: no other try. */
    screen_keys(screen, "1 Enter 1 5 F2 F10");
    screen_expect(screen, 0, "待回访   永阳街道   1 件");
    screen_keys(screen, "F10");
    screen_expect(screen, 3, "> 1 永阳街道                           2      0       2      0    0.00%        -");
    screen_expect_any(screen, "未访到的里还有 1 件值得再去");
    screen_keys(screen, "F6");
    screen_expect(screen, 0, "回访答复   永阳街道");
    screen_expect(screen, 13, " 外出务工             1");
    screen_expect(screen, 16, " 已故                 1");
    screen_keys(screen, "Right Enter");
    screen_expect(screen, 0, "未访到的   永阳街道   2 件");
    screen_keys(screen, "F10 Left Enter");
    screen_expect_any(screen, "这里是 0，没有可看的");
    screen_close(screen);
}

/* What was typed and not saved is a draft; nothing is in the register. */
static void test_a_visit_left_is_a_draft(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.center, &view_home, 24, 80);
    screen_keys(screen, "28 Enter Enter Enter 1 1 1 3 F10");
    screen_expect_any(screen, "没保存的修改已留作草稿");
    assert_int_equal(rows_of(&desk->world.center, "return_visit"), 1);
    screen_keys(screen, "F10 F10");
    screen_expect_any(screen, "草稿  回访 未写完");
    screen_keys(screen, "1 Enter");
    screen_expect_any(screen, "一、承办人的服务态度，满意吗   [3_____]不满意");
    screen_close(screen);
}

/* Station 2 holds three of the four cases, and visits them itself. */
static void test_a_station_sees_its_own(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    world_sync(&desk->world, 0);
    sit_down(desk, station, &view_visits, 24, 80);
    screen_expect(screen, 0, "已访 1 / 3");
    screen_expect(screen, 4, "白马镇                             1      1       0      0  100.00%  100.00%");
    screen_keys(screen, "F8");
    screen_expect(screen, 0, "待回访   全部镇街   2 件");
    screen_expect_none(screen, "孙丁");
    screen_keys(screen, "Enter 2 1 1 1 1 1 1 1 0 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "待回访   全部镇街   1 件");
    world_sync(&desk->world, 0);
    assert_int_equal(rows_of(&desk->world.center, "return_visit"), 2);
    screen_close(screen);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    sit_down(desk, &desk->world.center, &view_visits, 20, 60);
    screen_expect(screen, 5, "合计");
    screen_expect(screen, 5, "25.00%  100.00%");
    screen_keys(screen, "F8");
    screen_expect(screen, 2, "王乙      15400000001  永阳街道 2组8号");
    screen_keys(screen, "Enter 1 1 1 1 1 1 1 1");
    screen_expect_any(screen, ">承办人收过您的钱物吗           [______]");
    screen_keys(screen, "0 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10 F10 F6");
    screen_expect_any(screen, "总体评价             1        0        0        0  100.00%");
    screen_close(screen);
}

/* The blank form, the list on paper, the law, the keys. */
static void test_papers(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct world world;
    char folder[] = "/tmp/test_visits_view.XXXXXX", command[120], path[100];
    sit_down(desk, &desk->world.center, &view_visits, 24, 80);
    screen_expect(screen, 23, "F9法条");
    screen_keys(screen, "F8 Ctrl-K");
    screen_expect(screen, 0, "32 受援人回访记录表");
    screen_expect_any(screen, "[ ]满意");
    screen_expect_none(screen, "[x]");
    screen_keys(screen, "F10 F8"); /* a store in memory has no folder to write into */
    screen_expect_any(screen, "数据不在文件夹里");
    screen_keys(screen, "F1");
    screen_expect_any(screen, "F8 把名单写成文件");
    screen_close(screen);
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    closed_case(&world.center, 2, "李甲", "永阳街道", "10组1号", "");
    sit_down(desk, &world.center, &view_visits, 24, 80);
    screen_keys(screen, "Enter F8");
    screen_expect_any(screen, "已写");
    screen_close(screen);
    snprintf(path, sizeof path, "%s/0/export.log", folder);
    FILE *log = fopen(path, "r");
    assert_non_null(log);
    char line[200] = "";
    assert_non_null(fgets(line, sizeof line, log));
    fclose(log);
    assert_non_null(strstr(line, "what=visits rows=1"));
    assert_null(strstr(line, "李甲"));
    world_close(&world);
    snprintf(command, sizeof command, "ls %s/0/papers/visits-2025-* >/dev/null && rm -rf %s", folder, folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_progress_and_the_way, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_visit_by_digits_and_money_taken, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_visit_begun_is_gone_on_with, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_nobody_at_home, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_visit_left_is_a_draft, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_station_sees_its_own, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_papers, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
