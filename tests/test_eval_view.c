/* tests/test_eval_view.c - evaluation on the screen: what waits, a sheet scored item by item, reasons, drafts, rounds, who may. The screens' clock stands at 2026-10-23. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/quality/eval.h"
#include "core/record/draft.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/screen.h"
#include "tui/views/views.h"

#define QUALITY "30" /* its number on the first screen */

static struct world world;
static struct app_context context;
static struct screen screen;
static struct actor actor;
static struct id handler, first_case, second_case, open_case;

/* So many items of the 15 of civil100 in full. */
#define FULL_11 "= = = = = = = = = = ="
#define FULL_13 FULL_11 " = ="
#define FULL_15 FULL_13 " = ="

/* "name=张三 kind=02"; as actions and people would have left it. */
static struct id put(const char *type, const char *fields)
{
    struct node *center = &world.center;
    struct actor acting = center->actor;
    struct record record;
    char copy[1000], *rest = NULL;
    acting.acting = true;
    snprintf(copy, sizeof copy, "%s", fields);
    record_init(&record, catalogue_find(type));
    must_do(records_begin(center->store, &acting, &record, world.codes, &err));
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        assert_non_null(equals);
        *equals = '\0';
        must_do(record_parse(&record, catalogue_field(record.type, part), world.codes, equals + 1, strlen(equals + 1), &err));
    }
    must_do(records_save(center->store, &acting, world.codes, center->random, &record, &err));
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id add_case(const char *fields)
{
    char text[1000], id[ID_TEXT_BYTES];
    id_format(handler, id);
    snprintf(text, sizeof text, "received_on=2026-01-05 case_type=02 handler=张律师 handler_ref=%s %s", id, fields);
    return put("case", text);
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    world.center.actor.now_ms = INT64_C(1830297600000); /* 2028: behind all days below */
    actor = world.center.actor;
    handler = put("handler", "name=张律师 kind=02");
    first_case = add_case("name=甲受援 state=S10 closed_on=2026-08-01 cause=追索劳动报酬纠纷");
    second_case = add_case("name=乙受援 state=S12 closed_on=2026-09-01");
    open_case = add_case("name=丙受援 state=S8");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    screen_close(&screen);
    world_close(&world);
    return 0;
}

static void sit_down_at(struct node *node, struct actor *who, int rows, int cols)
{
    context = screen_context(node);
    context.actor = who;
    screen_open(&screen, &context, &view_home, &view_help, rows, cols);
    screen.app.law = &view_law;
}

static void sit_down(void)
{
    sit_down_at(&world.center, &actor, 24, 80);
}

/* Everything in full by this reviewer. */
static void judge(struct id kase, const char *reviewers)
{
    struct node *center = &world.center;
    struct eval_sheet sheet;
    struct rules *rules;
    must_do(rules_load(&rules, center->store, &center->actor, &err));
    must_do(eval_begin(center->store, &center->actor, world.codes, kase, NULL, NULL, 20700 /* 2026-09-04 */, &sheet, &err));
    must_do(record_set_text(&sheet.eval, "reviewers", reviewers));
    for (size_t i = 0; i < sheet.standard->n_items; i++) {
        const struct eval_item_def *item = &sheet.standard->items[i];
        must_do(eval_score(&sheet, item->number, item->number == 1 ? 3 : item->max, item->number == 1 ? "签约迟了" : NULL, &err));
    }
    must_do(eval_save(center->store, &center->actor, world.codes, center->random, rules, &sheet, &err));
    eval_release(&sheet);
    rules_free(rules);
}

/* The evaluation that counts has this total and grade; 0: there is none. */
static void check_eval(struct id kase, int64_t total, const char *grade)
{
    struct record eval;
    bool found;
    must_do(eval_of_case(world.center.store, &world.center.actor, kase, &eval, &found, &err));
    assert_true(found == (total > 0));
    if (!found)
        return;
    assert_int_equal(record_get(&eval, catalogue_field(eval.type, "total")).number, total);
    assert_string_equal(record_text(&eval, "grade"), grade);
    record_release(&eval);
}

static bool count_draft(void *out, const struct draft_info *info)
{
    (void)info;
    ++*(size_t *)out;
    return true;
}

static size_t drafts(void)
{
    size_t n = 0;
    must_do(draft_list(world.center.store, &actor, count_draft, &n, &err));
    return n;
}

/* ---- a sheet ---- */

static void test_a_sheet_is_scored_and_saved(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter");
    screen_expect(&screen, 0, "质量   2026 年");
    screen_expect(&screen, 2, "> 1 待评估的案件");
    screen_expect(&screen, 2, "  2 "); /* the case that is not closed does not wait */
    screen_keys(&screen, "1 Enter");
    screen_expect(&screen, 0, "待评估的案件");
    screen_expect(&screen, 4, "> 1 08-01       甲受援");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "初评  甲受援  追索劳动报酬纠纷");
    screen_expect(&screen, 0, "已打 0/15 项");
    screen_expect_any(&screen, "民事行政案件百分制 第 1 版");
    screen_keys(&screen, "5");
    screen_expect(&screen, 0, "已打 1/15 项  5 分");
    screen_expect(&screen, 5, "> 2 "); /* nothing may follow a 5 of 5 */
    screen_keys(&screen, "4");
    screen_expect_any(&screen, "第 2 项 约见受援人: 写明扣分理由");
    screen_keys(&screen, "Enter"); /* not without */
    screen_expect_any(&screen, "第 2 项 约见受援人: 得 4 分，满分 6，请写明扣分理由");
    screen_keys(&screen, "没有告知权利 Enter = 1"); /* 1 of 12: another digit may come */
    screen_expect(&screen, 0, "已打 4/15 项  16 分");
    screen_keys(&screen, "0 Enter 证据不全 Enter " FULL_11);
    screen_expect(&screen, 0, "总分 96 优秀");
    screen_keys(&screen, "总体较好 F2");
    screen_expect_any(&screen, "已保存: 甲受援  初评  总分 96 优秀");
    check_eval(first_case, 96, "1");
    assert_int_equal(drafts(), 0);
    screen_expect(&screen, 0, "1 件"); /* the list again, without it */
    screen_keys(&screen, "F10");
    screen_expect_any(&screen, "评为优秀");
    screen_keys(&screen, "3 Enter Enter");
    screen_expect(&screen, 0, "评估  甲受援  [初评]");
    screen_keys(&screen, "Down");
    screen_expect_any(&screen, "没有告知权利");
    screen_keys(&screen, "End");
    screen_expect_any(&screen, "总体较好");
}

static void test_what_is_wrong_is_told_and_found(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter 9 Enter");
    screen_expect_any(&screen, "第 1 项 签约时限: 得分应为 0 到 5，不是 9");
    screen_keys(&screen, "F2");
    screen_expect_any(&screen, "得分应为 0 到 5");
    screen_keys(&screen, "Backspace F2");
    screen_expect_any(&screen, "没有打分"); /* none at all is no sheet */
    screen_keys(&screen, "5 = F2");
    screen_expect_any(&screen, "第 3 项 案情和请求: 没有打分");
    screen_expect(&screen, 6, "> 3 ");
    screen_keys(&screen, FULL_13 " Up 3 Up Up F2"); /* the score of the last item, and away from it without a reason */
    screen_expect_any(&screen, "第 15 项 材料齐全: 得 3 分，满分 5，请写明扣分理由");
    screen_keys(&screen, "缺目录 F2");
    screen_expect_any(&screen, "总分 98 优秀");
    check_eval(first_case, 98, "1");
}

static void test_another_standard(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter 5 F4 五级 Enter");
    screen_expect_any(&screen, "换评估表，已经打的分和评语不要了？");
    screen_keys(&screen, "2");
    screen_expect(&screen, 0, "1/15 项");
    screen_keys(&screen, "F4 五级 Enter 1");
    screen_expect(&screen, 0, "0/5 项");
    screen_keys(&screen, "5 4 3 2 文书只有一页 Enter 3");
    screen_expect(&screen, 0, "总分 3 合格"); /* 17/5 = 3.4 */
    screen_keys(&screen, "F2");
    check_eval(first_case, 3, "3");
}

/* ---- drafts ---- */

static void test_what_is_typed_stays(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter 5 4 没有告知 F10");
    screen_expect_any(&screen, "已留作草稿");
    assert_int_equal(drafts(), 1);
    check_eval(first_case, 0, NULL);
    screen_keys(&screen, "F10 F10");
    screen_expect_any(&screen, "初评  甲受援");
    screen_keys(&screen, "1 Enter");
    screen_expect(&screen, 0, "已打 2/15 项  9 分");
    screen_expect_any(&screen, "没有告知");
    screen_keys(&screen, "F10 " QUALITY " Enter 1 Enter Enter"); /* the same from the list of cases */
    screen_expect(&screen, 0, "已打 2/15 项  9 分");
    screen_keys(&screen, "Down Down 利 Enter =" );
    screen_expect(&screen, 0, "已打 3/15 项");
    screen_keys(&screen, "Ctrl-D 1");
    assert_int_equal(drafts(), 0);
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "已打 0/15 项");
}

static void test_a_line_that_drops(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter 5 4");
    screen_wait(&screen, 3000);
    screen_close(&screen);
    assert_int_equal(drafts(), 1);
    sit_down();
    screen_keys(&screen, "1 Enter");
    screen_expect(&screen, 0, "已打 2/15 项  9 分");
}

/* ---- rounds ---- */

static void test_a_second_round_needs_somebody_else(void **state)
{
    (void)state;
    judge(second_case, actor.name);
    sit_down();
    screen_keys(&screen, QUALITY " Enter 2 Enter");
    screen_expect(&screen, 0, "可以复评的");
    screen_expect(&screen, 4, "乙受援");
    screen_expect(&screen, 4, "98 优秀");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "复评  乙受援");
    screen_keys(&screen, FULL_15 " F2");
    screen_expect_any(&screen, "两轮都评，复评要换人");
    screen_expect(&screen, 3, ">评估人");
    check_eval(second_case, 98, "1");
    screen_keys(&screen, "Ctrl-U 钱老师 F2");
    screen_expect_any(&screen, "复评  总分 100 优秀");
    check_eval(second_case, 100, "1");
    screen_expect(&screen, 0, "0 件");
}

static void test_the_handler_does_not_judge(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter Up");
    screen_keys(&screen, "Ctrl-U 张律师 Enter " FULL_15 " F2");
    screen_expect_any(&screen, "张律师是本案的承办人，不能评估自己的案件");
    check_eval(first_case, 0, NULL);
}

static void test_from_the_case(void **state)
{
    (void)state;
    judge(first_case, "李主任");
    judge(first_case, "钱老师");
    sit_down();
    screen_keys(&screen, "13 Enter 甲受援 Enter");
    screen_expect(&screen, 23, "Ctrl-E评估");
    screen_keys(&screen, "Ctrl-E");
    screen_expect(&screen, 0, "评估  甲受援   初评 [复评]");
    screen_expect_any(&screen, "评估人 钱老师");
    screen_expect_any(&screen, "签约迟了");
    screen_keys(&screen, "Left");
    screen_expect_any(&screen, "评估人 李主任");
    screen_expect_any(&screen, "以最后一轮为准");
    screen_keys(&screen, "Left");
    screen_expect(&screen, 0, "[初评]");
    screen_keys(&screen, "F5");
    screen_expect(&screen, 0, "上级评估  甲受援");
    screen_keys(&screen, "F7");
    screen_expect(&screen, 0, "初评 [复评]");
    screen_keys(&screen, "F10 F10 F10 F10 Esc 丙受援 Enter");
    screen_expect(&screen, 0, "丙受援");
    screen_keys(&screen, "Ctrl-E");
    screen_expect_any(&screen, "报结或者终止以后才能评估");
}

static void test_a_sheet_entered_whole(void **state)
{
    char text[200], id[ID_TEXT_BYTES];
    (void)state;
    id_format(second_case, id);
    snprintf(text, sizeof text, "case_id=%s name=乙受援 round=1 standard=civil100 edition=1 date=2026-09-02 reviewers=赵老师 total=75 grade=2 comment=卷宗齐全", id);
    put("eval", text);
    sit_down();
    screen_keys(&screen, QUALITY " Enter 4 Enter Enter");
    screen_expect(&screen, 0, "总分 75 良好");
    screen_expect_any(&screen, "卷宗齐全");
    screen_expect_any(&screen, "没有逐项打分，只登记了总分");
    screen_keys(&screen, "F4"); /* its record */
    screen_expect(&screen, 0, "案件评估");
    screen_keys(&screen, "F10 F6");
    screen_expect(&screen, 0, "案件  乙受援");
}

/* ---- who ---- */

static void test_it_is_the_centers(void **state)
{
    struct node *station = &world.stations[0];
    (void)state;
    sit_down_at(station, &station->actor, 24, 80);
    screen_expect_none(&screen, QUALITY " 质量");
    screen_keys(&screen, QUALITY " Enter");
    screen_expect_any(&screen, "没有编号 " QUALITY);
    screen_close(&screen);
    actor.owner = false;
    actor.role = ROLE_ARCHIVIST;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 1 Enter Enter");
    screen_expect_any(&screen, "不能评估案件");
    screen_expect(&screen, 0, "待评估的案件");
}

static void test_the_smallest_screen(void **state)
{
    (void)state;
    sit_down_at(&world.center, &actor, 20, 60);
    screen_keys(&screen, QUALITY " Enter");
    screen_expect(&screen, 2, "> 1 待评估的案件");
    screen_keys(&screen, "1 Enter Enter 5 4");
    screen_expect(&screen, 6, "> 2 约见受援人");
    screen_expect(&screen, 6, "[4__]/6");
    screen_expect_any(&screen, "及时约见，告知权利义务和诉讼风险"); /* what the item asks for, wrapped */
    screen_keys(&screen, "没有告知权利 Enter " FULL_13);
    screen_expect_any(&screen, "评语 [");
    screen_expect(&screen, 0, "总分 98 优秀");
    screen_keys(&screen, "F1");
    screen_expect_any(&screen, "低于满分的"); /* the help is wrapped, not cut */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_sheet_is_scored_and_saved, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_is_wrong_is_told_and_found, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_another_standard, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_is_typed_stays, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_line_that_drops, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_second_round_needs_somebody_else, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_the_handler_does_not_judge, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_from_the_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_sheet_entered_whole, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_it_is_the_centers, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_the_smallest_screen, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
