/* tests/test_record_edit.c - the record form: repeating from the record before, and taking back what was saved with its text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/reach.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/undo_save.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static void sit_down(struct desk *desk, struct node *node)
{
    desk->context = screen_context(node);
    desk->context.undo = view_undo_last_save;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    *state = desk;
    sit_down(desk, &desk->world.stations[0]);
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

static void open_new(struct desk *desk, const char *type)
{
    assert_int_equal(view_open_new(&desk->screen.app, catalogue_find(type), NULL), STATUS_OK);
    screen_wait(&desk->screen, 1);
}

static int64_t count(struct desk *desk, const char *type)
{
    int64_t n = -1;
    assert_int_equal(records_count(desk->context.store, desk->context.actor, catalogue_find(type), NULL, &n, NULL), STATUS_OK);
    return n;
}

/* A person and the next one of the same household: the same telephone, the same village. */
static void test_equals_and_f8_repeat_the_record_before(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    open_new(desk, "person");
    screen_expect(screen, 23, "=同上条");
    screen_keys(screen, "=");
    screen_expect_any(screen, "没有上一条可以重复");
    screen_keys(screen, "王建国 Enter Enter Enter 1 F2");
    screen_expect_any(screen, "已保存");
    screen_expect(screen, 23, "F7历史");
    screen_keys(screen, "F10");
    open_new(desk, "person");
    screen_keys(screen, "=");
    screen_expect(screen, 2, "[王建国");
    screen_keys(screen, "Ctrl-U 王小明 F8");
    screen_expect(screen, 2, "[王小明");
    screen_expect_any(screen, "]男");
    screen_expect_any(screen, "照上一条填了");
    screen_keys(screen, "F8");
    screen_expect_any(screen, "没有空着的可以照上一条填");
    screen_keys(screen, "F2");
    assert_int_equal(count(desk, "person"), 2);
}

static void test_a_new_record_taken_back_gives_its_text_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    open_new(desk, "person");
    screen_keys(screen, "王建国 Enter Enter Enter 1 F2");
    assert_int_equal(count(desk, "person"), 1);
    screen_keys(screen, "Ctrl-Z");
    screen_expect_any(screen, "写的放回表里了");
    screen_expect(screen, 0, "新建");
    screen_expect(screen, 2, "[王建国");
    screen_expect_any(screen, "]男");
    assert_int_equal(count(desk, "person"), 0);
    screen_keys(screen, "Up Up Up Up Home 小 F2"); /* put right and saved again */
    screen_expect(screen, 2, "[小王建国");
    assert_int_equal(count(desk, "person"), 1);
}

static void test_a_change_taken_back_gives_its_text_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct id id = node_make(&desk->world.stations[0], "person", "name=王建国", "phone=13900000001", NULL);
    assert_int_equal(view_open_record(&screen->app, catalogue_find("person"), id), STATUS_OK);
    screen_keys(screen, "Ctrl-U 王国建 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "Ctrl-Z");
    screen_expect(screen, 2, "[王国建"); /* in the form.. */
    char *name = node_get(&desk->world.stations[0], "person", id, "name");
    assert_string_equal(name, "王建国"); /* ..not in the store */
    free(name);
    screen_keys(screen, "Ctrl-Z");
    screen_expect_any(screen, "没保存的修改");
    screen_keys(screen, "F2");
    name = node_get(&desk->world.stations[0], "person", id, "name");
    assert_string_equal(name, "王国建");
    free(name);
}

/* Typing and taking it back letter by letter is no unsaved change: the key goes on to the save before. */
static void test_a_change_of_before_is_taken_back_without_text(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct id id = node_make(&desk->world.stations[0], "person", "name=王建国", NULL);
    node_set(&desk->world.stations[0], "person", id, "name", "王国建");
    assert_int_equal(view_open_record(&screen->app, catalogue_find("person"), id), STATUS_OK);
    screen_keys(screen, "x Ctrl-Z Ctrl-Z");
    screen_expect_any(screen, "已撤回上次保存的修改");
    screen_expect(screen, 2, "[王建国");
}

static void test_any_list_takes_the_last_save_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "Ctrl-Z");
    screen_expect_any(screen, "没有刚保存的可以撤回");
    open_new(desk, "person");
    screen_keys(screen, "王建国 Enter Enter Enter 1 F2 F10");
    assert_int_equal(view_open_list(&screen->app, "person"), STATUS_OK);
    screen_keys(screen, "Down");
    screen_expect_any(screen, "王建国");
    screen_keys(screen, "Ctrl-Z");
    screen_expect_any(screen, "已撤回 人员 王建国");
    screen_expect(screen, 2, "[王建国");
    assert_int_equal(count(desk, "person"), 0);
    screen_keys(screen, "F2 F10"); /* saved again: in the list once */
    assert_int_equal(count(desk, "person"), 1);
    screen_expect_any(screen, "显示 1");
}

static void test_a_consultation_taken_back_from_a_list_comes_back_into_quick_entry(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "11 Enter 张文芳 Enter 2 13900000001 Enter Enter 02 工资三个月没发 Enter F2 F10");
    assert_int_equal(count(desk, "consultation"), 1);
    screen_keys(screen, "Ctrl-Z");
    screen_expect(screen, 0, "咨询速录");
    screen_expect(screen, 2, "[张文芳");
    screen_expect_any(screen, "[工资三个月没发");
    assert_int_equal(count(desk, "consultation"), 0);
    screen_keys(screen, "F2");
    assert_int_equal(count(desk, "consultation"), 1);
}

/* What is being typed is not mixed with what comes back. */
static void test_quick_entry_in_use_gets_the_text_as_a_draft(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    screen_keys(screen, "11 Enter 张文芳 Enter 2 13900000001 Enter Enter 02 工资三个月没发 Enter F2");
    screen_keys(screen, "李 Enter Ctrl-Z");
    screen_expect_any(screen, "内容在草稿里");
    screen_expect(screen, 2, "[李");
    screen_keys(screen, "F10");
    screen_expect_any(screen, "张文芳");
    assert_int_equal(count(desk, "consultation"), 0);
}

static bool keep_erasure(void *context, const struct reach_erasure *erasure)
{
    snprintf(context, 256, "%s|%s", erasure->reason, erasure->officer);
    return false;
}

/* The center's administrator, by the key of deleting: a reason, who approved, and a last question that Enter does not answer. */
static void test_erasing_asks_why_and_who_and_once_more(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    char told[256] = "";
    struct record record;
    screen_close(screen);
    center->actor.role = ROLE_ADMIN;
    sit_down(desk, center);
    struct id id = node_consult(center, "张文芳", "工资没有发");
    assert_int_equal(view_open_record(&screen->app, catalogue_find("consultation"), id), STATUS_OK);
    screen_keys(screen, "Ctrl-D");
    screen_expect_any(screen, "3 依法清除");
    screen_keys(screen, "3 Enter");
    screen_expect_any(screen, "没有清除: 要写明理由，至少 4 个字");
    screen_keys(screen, "张文芳 要求 Enter"); /* refused where it was typed, which stands there still */
    screen_expect_any(screen, "没有清除: 理由在各台机器上长期留着");
    screen_expect_any(screen, "依法清除的理由");
    screen_expect_any(screen, "张文芳要求");
    screen_keys(screen, "Ctrl-U 本人要求 Enter Enter");
    screen_expect_any(screen, "没有清除: 要写批准人");
    screen_keys(screen, "张文芳 Enter");
    screen_expect_any(screen, "没有清除: 批准人在各台机器上长期留着");
    screen_keys(screen, "Ctrl-U 周主任 Enter Enter");
    screen_expect_any(screen, "从各台机器上清除？");
    screen_keys(screen, "1");
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("consultation"), id, &record, NULL), STATUS_OK);
    record_release(&record);
    screen_keys(screen, "Ctrl-D 3 本人要求 Enter 周主任 Enter 2");
    screen_expect_any(screen, "内容已依法清除(1 条记录)");
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("consultation"), id, &record, NULL), STATUS_NOT_FOUND);
    assert_int_equal(reach_erasures(center->store, keep_erasure, told, NULL), STATUS_OK);
    assert_string_equal(told, "本人要求|周主任");
}

/* What is said at the deletion is true: Ctrl-Z brings the record back, not an older save's text. */
static void test_a_deletion_is_taken_back(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    struct id kept = node_consult(station, "王建国", "土地"), id = node_consult(station, "张文芳", "工资没有发");
    char *name;
    assert_int_equal(view_open_record(&screen->app, catalogue_find("consultation"), kept), STATUS_OK);
    screen_keys(screen, "Enter Ctrl-U 王建华 F2");
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    assert_int_equal(view_open_record(&screen->app, catalogue_find("consultation"), id), STATUS_OK);
    screen_keys(screen, "Ctrl-D 1");
    screen_expect_any(screen, "已删除；历史里仍可查到，Ctrl-Z 撤回");
    assert_int_equal(count(desk, "consultation"), 1);
    screen_keys(screen, "Ctrl-Z");
    screen_expect_any(screen, "没有删除了，已恢复 咨询 张文芳");
    assert_int_equal(count(desk, "consultation"), 2);
    name = node_get(station, "consultation", kept, "name");
    assert_string_equal(name, "王建华");
    free(name);
    screen_keys(screen, "Ctrl-Z"); /* the save before it */
    name = node_get(station, "consultation", kept, "name");
    assert_string_equal(name, "王建国");
    free(name);
    screen_keys(screen, "F10");
}

/* Nobody else is offered it. */
static void test_erasing_is_the_administrators(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct id id = node_consult(&desk->world.stations[0], "张文芳", "工资没有发");
    assert_int_equal(view_open_record(&screen->app, catalogue_find("consultation"), id), STATUS_OK);
    screen_keys(screen, "Ctrl-D");
    screen_expect_any(screen, "删除这条记录？");
    screen_expect_none(screen, "依法清除");
}

/* A reader that types Enter after every part, into the form of a person: eight fields away from where it began. */
static void test_a_card_reader_with_enters_fills_a_person(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    open_new(desk, "person");
    screen_keys(screen, "Enter 小王");
    screen_wait(screen, 200);
    screen_keys(screen, "王建国 Enter 女 Enter 满族 Enter 1987-03-12 Enter 32012419870312274X Enter 江苏省南京市溧水区 Enter");
    screen_expect(screen, 2, "[王建国");
    screen_expect(screen, 3, "[小王___"); /* typed by hand before */
    screen_expect_any(screen, "]女");
    screen_expect_any(screen, "[1987-03-12");
    screen_expect_any(screen, "[32012419870312274X");
    screen_expect_any(screen, "[江苏省南京市溧水区");
    screen_expect_any(screen, "]满族");
    screen_keys(screen, "F2");
    screen_expect_any(screen, "已保存");
}

/* Where one is in a long form, and what is missing: counted over the form and in each part. */
static void test_parts_of_a_form_say_what_is_missing(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    open_new(desk, "person");
    screen_expect(screen, 0, "必填缺 1 项");
    screen_expect(screen, 1, ">1身份 缺1  2联系  3情况 ---");
    screen_keys(screen, "Tab");
    screen_expect(screen, 1, " 1身份 缺1 >2联系  3情况 ---");
    screen_expect_any(screen, ">电话");
    screen_keys(screen, "Tab");
    screen_expect_any(screen, ">民族");
    screen_keys(screen, "Tab");
    screen_expect_any(screen, ">姓名"); /* around */
    screen_keys(screen, "王建国 Tab");
    screen_expect(screen, 1, " 1身份 >2联系  3情况 ---");
    screen_expect_none(screen, "必填缺");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_equals_and_f8_repeat_the_record_before, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_new_record_taken_back_gives_its_text_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_change_taken_back_gives_its_text_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_change_of_before_is_taken_back_without_text, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_any_list_takes_the_last_save_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_consultation_taken_back_from_a_list_comes_back_into_quick_entry, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_card_reader_with_enters_fills_a_person, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_parts_of_a_form_say_what_is_missing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_quick_entry_in_use_gets_the_text_as_a_draft, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_erasing_asks_why_and_who_and_once_more, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_deletion_is_taken_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_erasing_is_the_administrators, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
