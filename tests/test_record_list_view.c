/* tests/test_record_list_view.c - a long list: its first picture waits for one page; the numbers at its head and the hits behind the page come while no key waits, and are those of a count over everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "core/record/filter.h"
#include "core/record/search.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tests/write_sql.h"
#include "tui/views/views.h"

enum { ROWS = 12345, HITS = 700, TITLE_ROW = 0, FIRST_ROW = 3, LAST_ROW = 21, PAGE = 17 };

struct desk {
    struct world world;
    struct node *node;
    struct app_context context;
    struct screen screen;
};

/* Rows enough that they are not counted in one piece; they are not in the search's index. */
static void add_rows(struct node *node, int n)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "INSERT INTO consultation(id,scope,head,w_log,w_seq,date,name,category,content) WITH RECURSIVE c(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM c WHERE i<%d) "
             "SELECT randomblob(16),%lld,1,1,1,20000+i%%500,'人'||i,CASE i%%5 WHEN 0 THEN '01' ELSE '02' END,'借款' FROM c",
             n, (long long)node->actor.org);
    write_sql(node->store, sql);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->node = &desk->world.stations[0];
    desk->context = screen_context(desk->node);
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

static void open_list(struct desk *desk)
{
    screen_open_at(&desk->screen, &desk->context, &view_record_list, &(struct view_argument){.type = "consultation"}, 24, 80);
}

/* The picture alone, as a person sees it before the work behind it is done. */
static void type_only(struct screen *screen, const char *text)
{
    for (const char *c = text; *c != '\0';) {
        uint32_t code = 0;
        c += utf8_decode(c, strlen(c), &code);
        app_key(&screen->app, key_char(code), screen->now_ms);
    }
    app_draw(&screen->app, &screen->canvas);
}

static void a_long_list_is_shown_before_it_is_counted(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char whole[64];
    add_rows(desk->node, ROWS);
    open_list(desk);
    snprintf(whole, sizeof whole, "共 %d   显示 %d", ROWS, ROWS);
    screen_expect(screen, TITLE_ROW, whole);
    /* again, without the work behind it */
    assert_int_equal(app_open(&screen->app, &view_record_list, &(struct view_argument){.type = "consultation"}), STATUS_OK);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, TITLE_ROW, "共 200+   显示 200+");
    screen_expect(screen, FIRST_ROW, ">");
    assert_true(app_has_work(&screen->app));
    while (app_has_work(&screen->app))
        app_work(&screen->app, screen->now_ms);
    assert_true(app_dirty(&screen->app));
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, TITLE_ROW, whole);
    screen_expect(screen, LAST_ROW, "/ 12345 ");
}

static void what_a_condition_picks_is_counted_behind_the_picture(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct filter filter;
    char shows[64];
    int64_t picked = 0;
    add_rows(desk->node, ROWS);
    open_list(desk);
    screen_keys(screen, "F4 类别=01 Space and Space 姓名~人1 Enter");
    assert_int_equal(filter_parse(&filter, catalogue_find("consultation"), desk->node->codes, "category=01 and name~人1", NULL), STATUS_OK);
    assert_int_equal(records_count(desk->node->store, &desk->node->actor, filter.type, &filter, &picked, NULL), STATUS_OK);
    filter_release(&filter);
    assert_in_range(picked, 500, 1500);
    snprintf(shows, sizeof shows, "共 %d   显示 %d", ROWS, (int)picked);
    screen_expect(screen, TITLE_ROW, shows);
    screen_keys(screen, "F4 Ctrl-U 姓名~人1234 Enter");
    screen_expect(screen, TITLE_ROW, "显示 7"); /* 1234, 12340 to 12345 */
}

/* One piece, and what it paints. */
static void look_once(struct screen *screen)
{
    app_work(&screen->app, screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
}

static void answer_filter(struct desk *desk, const char *filter)
{
    struct screen *screen = &desk->screen;
    screen_keys(screen, "F4 Ctrl-U");
    type_only(screen, filter);
    app_key(&screen->app, key_named(K_ENTER, 0), screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
}

/* Days 20000 to 20499, 24 rows each, the newest first: 人12340 stands on day 20340, some 4,000 rows down, 人1 at the end but for a day. */
static void a_condition_without_an_index_is_looked_for_in_pieces(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    int pieces = 0;
    add_rows(desk->node, ROWS);
    open_list(desk);
    answer_filter(desk, "姓名~人1234");
    screen_expect(screen, LAST_ROW, "正在查找: 看了 2000 / 12345 行   Esc停下");
    screen_expect(screen, FIRST_ROW, "正在查找 ..");
    look_once(screen);
    screen_expect(screen, FIRST_ROW, "人12345"); /* shown as it comes */
    screen_expect(screen, LAST_ROW, "看了 4000 / 12345");
    /* keys work on what is there */
    app_key(&screen->app, key_named(K_DOWN, 0), screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, FIRST_ROW + 1, ">");
    for (; app_has_work(&screen->app) && pieces < 100; pieces++)
        app_work(&screen->app, screen->now_ms);
    assert_in_range(pieces, 5, 99);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, TITLE_ROW, "显示 7 ");
    screen_expect(screen, FIRST_ROW + 6, "人1234 ");
    screen_expect(screen, LAST_ROW, "7 / 7 ");
    screen_expect(screen, FIRST_ROW + 1, ">"); /* still selected */
    /* from the end */
    app_key(&screen->app, key_named(K_END, 0), screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, FIRST_ROW + 6, ">");
}

static void work_off(struct screen *screen)
{
    while (app_has_work(&screen->app))
        app_work(&screen->app, screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
}

static void looking_through_rows_can_be_stopped_and_goes_on(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    add_rows(desk->node, ROWS);
    open_list(desk);
    answer_filter(desk, "姓名=人1");
    screen_expect(screen, LAST_ROW, "正在查找: 看了 2000 / 12345 行");
    app_key(&screen->app, key_named(K_ESC, 0), screen->now_ms);
    app_tick(&screen->app, screen->now_ms + APP_ESC_MS);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, 22, "停下了");
    work_off(screen);
    screen_expect(screen, FIRST_ROW, "还没有找完；PgDn 接着找");
    app_key(&screen->app, key_named(K_PAGE_DOWN, 0), screen->now_ms + APP_ESC_MS);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, LAST_ROW, "正在查找: 看了 2000 / 12345 行"); /* behind the first 2,000 */
    work_off(screen);
    screen_expect(screen, FIRST_ROW, "人1 ");
    screen_expect(screen, LAST_ROW, "1 / 1 ");
}

static void a_long_count_is_not_begun_again_at_each_change(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    add_rows(desk->node, ROWS);
    open_list(desk);
    for (int i = 0; i < 3; i++)
        node_consult(desk->node, "王平", "借款");
    app_data_changed(&screen->app);
    screen_wait(screen, 1000);
    screen_expect(screen, TITLE_ROW, "共 12345"); /* the number of a moment ago */
    screen_wait(screen, 5000);
    screen_expect(screen, TITLE_ROW, "共 12348   显示 12348");
}

static void a_short_one_is_at_once(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    add_rows(desk->node, 30);
    open_list(desk);
    node_consult(desk->node, "王平", "借款");
    app_data_changed(&screen->app);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, TITLE_ROW, "共 31   显示 31");
}

static void a_page_of_hits_comes_first(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    char name[32];
    for (int i = 0; i < HITS; i++) {
        snprintf(name, sizeof name, "王%03d", i);
        node_consult(desk->node, name, i % 2 == 0 ? "拖欠工资" : "借款");
    }
    open_list(desk);
    type_only(screen, "工资");
    screen_expect(screen, TITLE_ROW, "显示 18+"); /* the page and one more, so that it is known to go on */
    screen_expect(screen, FIRST_ROW, "王698");
    screen_expect(screen, LAST_ROW, "17 / 18+");
    screen_wait(screen, 1);
    screen_expect(screen, TITLE_ROW, "显示 350");
    screen_expect(screen, LAST_ROW, "17 / 350 ");
    screen_expect(screen, 22, "只列最新 200 条");
    /* what is typed ahead goes to the last hit that is listed, not to the last of the first page */
    screen_keys(screen, "Esc");
    type_only(screen, "工资");
    app_key(&screen->app, key_named(K_END, 0), screen->now_ms);
    app_draw(&screen->app, &screen->canvas);
    screen_expect(screen, FIRST_ROW + PAGE - 1, "王300");
    screen_keys(screen, "Home PgDn");
    screen_expect(screen, FIRST_ROW, "王664");
}

static void hits_that_a_condition_leaves_fill_the_page_as_they_come(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    for (int i = 0; i < HITS; i++)
        node_consult(desk->node, i == 3 ? "赵六" : "王平", "拖欠工资");
    open_list(desk);
    screen_keys(screen, "F4 姓名=赵六 Enter");
    type_only(screen, "工资");
    screen_expect(screen, FIRST_ROW, "正在查找"); /* not: there are none */
    screen_wait(screen, 1);
    screen_expect(screen, FIRST_ROW, "赵六");
    screen_expect(screen, TITLE_ROW, "显示 1 ");
}

static void a_condition_that_names_no_field_is_answered_for_the_screen(void **state)
{
    struct desk *desk = *state;
    open_list(desk);
    screen_keys(&desk->screen, "F4 xx=1 Enter");
    screen_expect_any(&desk->screen, "咨询没有字段“xx”；写表头上的名称，F1 有写法");
}

/* The center's administrator finds what somebody deleted, by the person's own name, and erases it; nobody else sees it. */
static void what_was_deleted_is_found_and_erased_here(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    const struct record_type *type = catalogue_find("consultation");
    struct record gone;
    struct id id = node_consult(desk->node, "张文芳", "离婚");
    (void)node_consult(desk->node, "李梅", "借款");
    assert_int_equal(records_delete(desk->node->store, &desk->node->actor, type, id, NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    open_list(desk);
    screen_keys(&desk->screen, "Ctrl-R");
    screen_expect(&desk->screen, 22, "删除过的只列给县中心的管理员");
    screen_expect_none(&desk->screen, "张文芳");
    screen_close(&desk->screen);
    center->actor.role = ROLE_ADMIN;
    desk->context = screen_context(center);
    open_list(desk);
    screen_expect_any(&desk->screen, "李梅");
    screen_expect_none(&desk->screen, "张文芳");
    screen_keys(&desk->screen, "Ctrl-R");
    screen_expect(&desk->screen, TITLE_ROW, "咨询   删除过的");
    screen_expect_any(&desk->screen, "张文芳");
    screen_expect_none(&desk->screen, "李梅");
    screen_expect(&desk->screen, 21, " 1 / 1 ");
    screen_expect(&desk->screen, 23, "Enter依法清除  F4筛选  F6排序  Ctrl-R没有删除的");
    screen_expect_none(&desk->screen, "F5新建");
    screen_keys(&desk->screen, "李");
    screen_expect(&desk->screen, 22, "F4 筛选，如 姓名=…");
    screen_keys(&desk->screen, "F4 姓名=李梅 Enter");
    screen_expect_any(&desk->screen, "没有符合筛选的");
    screen_expect(&desk->screen, 21, " 0 / 0 ");
    screen_keys(&desk->screen, "F4 Ctrl-U 姓名=张文芳 Enter Enter 本人要求删除 Enter 周主任 Enter");
    screen_expect_any(&desk->screen, "从各台机器上清除？");
    screen_keys(&desk->screen, "2");
    screen_expect(&desk->screen, 22, "内容已依法清除(1 条记录)；各站在下次同步时清除，以前的备份里还有");
    screen_expect_none(&desk->screen, "离婚");
    assert_int_equal(records_get_deleted_too(center->store, &center->actor, type, id, &gone, NULL), STATUS_NOT_FOUND);
    screen_keys(&desk->screen, "Esc");
    screen_keys(&desk->screen, "Esc");
    screen_expect_any(&desk->screen, "李梅");
    screen_expect(&desk->screen, TITLE_ROW, "咨询   共 1   显示 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_long_list_is_shown_before_it_is_counted, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_condition_that_names_no_field_is_answered_for_the_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_was_deleted_is_found_and_erased_here, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_a_condition_picks_is_counted_behind_the_picture, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_condition_without_an_index_is_looked_for_in_pieces, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(looking_through_rows_can_be_stopped_and_goes_on, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_long_count_is_not_begun_again_at_each_change, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_short_one_is_at_once, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_page_of_hits_comes_first, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(hits_that_a_condition_leaves_fill_the_page_as_they_come, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
