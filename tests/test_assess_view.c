/* tests/test_assess_view.c - the yearly assessment on the screen: ranking, a sheet with its reasons, the rows behind a figure, fixing, a reward. The screens' clock stands at 2026-10-23. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/quality/assess.h"
#include "tests/fixture.h"
#include "tests/must.h"
#include "tests/screen.h"
#include "tui/views/views.h"

#define QUALITY "30" /* its number on the first screen */

static struct world world;
static struct app_context context;
static struct screen screen;
static struct actor actor;
static struct id zhang, li;

static struct id put(const char *type, const char *ref_field, const struct id *ref, const char *fields)
{
    struct node *center = &world.center;
    struct actor acting = center->actor;
    struct record record;
    char copy[1000], id[ID_TEXT_BYTES], *rest = NULL;
    acting.acting = true;
    snprintf(copy, sizeof copy, "%s", fields);
    record_init(&record, catalogue_find(type));
    must_do(records_begin(center->store, &acting, &record, world.codes, &err));
    if (ref != NULL) {
        id_format(*ref, id);
        must_do(record_set_text(&record, ref_field, id));
    }
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        assert_non_null(equals);
        *equals = '\0';
        must_do(record_parse(&record, catalogue_field(record.type, part), world.codes, equals + 1, strlen(equals + 1), &err));
    }
    must_do(records_save(center->store, &acting, world.codes, center->random, &record, &err));
    struct id out = record.id;
    record_release(&record);
    return out;
}

/* 张 closed two cases in 2026, one reported late; 李 none. In 2025 张 closed one. */
static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    actor = world.center.actor;
    zhang = put("handler", NULL, NULL, "name=张律师 kind=02");
    li = put("handler", NULL, NULL, "name=李律师 kind=02");
    put("case", "handler_ref", &zhang, "name=甲受援 case_type=02 state=S12 received_on=2026-01-01 assigned_on=2026-01-05 agreed_on=2026-01-08 closed_on=2026-03-02 reported_on=2026-03-20 outcome=01");
    put("case", "handler_ref", &zhang, "name=乙受援 case_type=02 state=S12 received_on=2026-01-01 assigned_on=2026-01-06 agreed_on=2026-01-20 closed_on=2026-04-01 reported_on=2026-07-20 outcome=02");
    put("case", "handler_ref", &zhang, "name=丙受援 case_type=02 state=S12 received_on=2025-01-01 assigned_on=2025-01-06 agreed_on=2025-01-07 closed_on=2025-04-01 reported_on=2025-04-02 outcome=01");
    put("token", "handler_ref", &zhang, "date=2026-03-01 kind=1 quantity=1 giver=甲受援");
    put("complaint", "handler_ref", &li, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-01 finding=2");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    screen_close(&screen);
    world_close(&world);
    return 0;
}

static void sit_down_at(struct node *node, int rows, int cols)
{
    context = screen_context(node);
    context.actor = &actor;
    screen_open(&screen, &context, &view_home, &view_help, rows, cols);
}

static void sit_down(void)
{
    sit_down_at(&world.center, 24, 80);
}

static int64_t count(const char *type)
{
    int64_t n = 0;
    must_do(records_count(world.center.store, &world.center.actor, catalogue_find(type), NULL, &n, &err));
    return n;
}

static void test_ranking_sheet_and_rows(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter");
    screen_expect(&screen, 0, "年度考核   承办人   2026 年");
    screen_expect(&screen, 2, "[承办人] 承办单位  工作站  志愿者");
    screen_expect(&screen, 4, "> 1    1  张律师");
    screen_expect(&screen, 5, "2    2  李律师");
    screen_expect_any(&screen, "2026 年度还没有结束");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "年度考核  张律师  承办人  2026 年");
    screen_expect(&screen, 2, "还没有核定");
    screen_expect(&screen, 4, "> 1 办结案件");
    screen_expect(&screen, 4, "2 件");
    screen_expect_any(&screen, "办结案件 2 件，目标 12 件，20 × 2/12");
    screen_keys(&screen, "4 Enter"); /* 按时签约率: one of two */
    screen_expect(&screen, 0, "按时签约率  张律师  2026 年");
    screen_expect(&screen, 0, "计入 1 / 2");
    screen_expect_any(&screen, "计入  案件        甲受援");
    screen_expect_any(&screen, "未达  案件        乙受援");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 0, "案件  甲受援");
    screen_keys(&screen, "F10 F10");
    screen_expect(&screen, 0, "年度考核  张律师");
    screen_keys(&screen, "F10 Left");
    screen_expect(&screen, 0, "承办人   2025 年");
    screen_keys(&screen, "Enter");
    screen_expect_any(&screen, "办结案件 1 件，目标 12 件");
    screen_keys(&screen, "F6");
    screen_expect_any(&screen, "张律师");
    screen_keys(&screen, "F10 F10 Tab");
    screen_expect(&screen, 0, "承办单位");
    screen_expect_any(&screen, "这一年没有考核对象");
    screen_keys(&screen, "Shift-Tab Shift-Tab");
    screen_expect(&screen, 0, "志愿者");
}

static void test_fixing(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter Enter F2");
    screen_expect_any(&screen, "核定张律师 2026 年度考核？");
    screen_keys(&screen, "2");
    assert_int_equal(count("assessment"), 0);
    screen_keys(&screen, "F2 1");
    screen_expect_any(&screen, "年度没有结束，为什么提前核定");
    screen_keys(&screen, "Enter");
    screen_expect_any(&screen, "没有核定: 提前核定要写理由");
    assert_int_equal(count("assessment"), 0);
    screen_keys(&screen, "F2 1 年底换届 Enter");
    screen_expect_any(&screen, "核定了 1 份 2026 年度考核");
    assert_int_equal(count("assessment"), 1);
    screen_expect(&screen, 2, "2026-10-23");
    screen_expect(&screen, 3, "核定");
    screen_expect_none(&screen, "现在算出的不同");
    put("token", "handler_ref", &zhang, "date=2026-03-02 kind=2 quantity=1 giver=乙受援");
    screen_keys(&screen, "Ctrl-L");
    screen_expect(&screen, 2, "现在算出的不同");
    screen_keys(&screen, "End");
    screen_expect_any(&screen, "2.00      1.00"); /* banners: now and then */
    screen_keys(&screen, "F7");
    screen_expect_any(&screen, "年底换届");
    screen_keys(&screen, "F10 F2");
    screen_expect_any(&screen, "核定过，再次核定张律师");
    screen_keys(&screen, "2 F10");
    screen_expect(&screen, 4, "10-23"); /* beside the ranking */
    screen_expect(&screen, 0, "核定 1");
}

/* A year that is over needs no note, the second time it does. */
static void test_fixing_all(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter Left F2");
    screen_expect_any(&screen, "核定全部 2 个承办人的 2025 年度考核？");
    screen_keys(&screen, "1 Enter");
    screen_expect_any(&screen, "核定了 2 份 2025 年度考核");
    screen_expect(&screen, 0, "核定 2");
    screen_keys(&screen, "F2 1 Enter");
    screen_expect_any(&screen, "没有核定: 再次核定要写理由");
    assert_int_equal(count("assessment"), 2);
}

static void test_only_the_director_fixes(void **state)
{
    (void)state;
    actor.owner = false;
    actor.role = ROLE_CLERK;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter F2");
    screen_expect_any(&screen, "年度考核由县中心负责人核定");
    screen_keys(&screen, "Enter F2");
    screen_expect_any(&screen, "年度考核由县中心负责人核定");
    screen_keys(&screen, "F7");
    screen_expect_any(&screen, "还没有核定");
    screen_close(&screen);
    actor = world.stations[0].actor;
    sit_down_at(&world.stations[0], 24, 80);
    screen_expect_none(&screen, "质量");
}

static void test_a_reward_is_filled_in(void **state)
{
    (void)state;
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter Enter F5");
    screen_expect(&screen, 0, "奖惩");
    screen_expect_any(&screen, "张律师");
    screen_expect_any(&screen, "2026 年度考核 ");
    screen_keys(&screen, "Enter 02 F2");
    screen_expect_any(&screen, "已保存");
    assert_int_equal(count("reward"), 1);
    screen_keys(&screen, "F10 F2 1 年底换届 Enter F5"); /* fixed: the reward hangs on the assessment */
    screen_keys(&screen, "Enter 02 F2");
    screen_expect_any(&screen, "已保存");
    screen_expect_any(&screen, "名"); /* the basis says the rank */
    assert_int_equal(count("reward"), 2);
}

static void test_a_scheme_that_does_not_sum_up(void **state)
{
    (void)state;
    put("assess_standard", NULL, NULL, "kind=handler metric=closed weight=30 target=12 from_year=2026");
    sit_down();
    screen_keys(&screen, QUALITY " Enter 9 Enter");
    screen_expect_any(&screen, "110");
    screen_expect(&screen, 0, "0 个");
    screen_keys(&screen, "Left");
    screen_expect_any(&screen, "张律师");
}

static void test_the_smallest_screen(void **state)
{
    (void)state;
    sit_down_at(&world.center, 20, 60);
    screen_keys(&screen, QUALITY " Enter 9 Enter");
    screen_expect(&screen, 4, "张律师");
    screen_keys(&screen, "Enter");
    screen_expect(&screen, 4, "> 1 办结案件");
    screen_expect_any(&screen, "20 × 2/12");
    screen_keys(&screen, "1 Enter");
    screen_expect_any(&screen, "甲受援");
    screen_keys(&screen, "F1");
    screen_expect_any(&screen, "后面写着为什");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ranking_sheet_and_rows, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_fixing, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_fixing_all, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_only_the_director_fixes, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_reward_is_filled_in, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_scheme_that_does_not_sum_up, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_the_smallest_screen, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
