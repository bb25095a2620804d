/* tests/test_view_person.c - duplicates, merging and the hint at entry, as they stand on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

static void sit_down(struct desk *desk, struct node *node, const struct view_class *first)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, first, &view_help, 24, 80);
}

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

static struct id put_person(struct node *node, const char *name, const char *id_no, const char *phone, const char *address)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("person"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    if (id_no[0] != '\0')
        assert_int_equal(record_set_text(&record, "id_no", id_no), STATUS_OK);
    if (phone[0] != '\0')
        assert_int_equal(record_set_text(&record, "phone", phone), STATUS_OK);
    if (address[0] != '\0')
        assert_int_equal(record_set_text(&record, "address", address), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static void field_is(struct node *node, struct id id, const char *field, const char *expected)
{
    char *text = node_get(node, "person", id, field);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void sync_all(struct desk *desk)
{
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < desk->world.n_stations; i++)
            world_sync(&desk->world, i);
}

/* Open, check, F2, Enter: four keys. */
static void a_pair_is_merged_with_four_keys(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center, *one = &desk->world.stations[0], *two = &desk->world.stations[1];
    struct id a = put_person(one, "王秀兰", "110105198001010032", "13900000001", "");
    struct id b = put_person(two, "王秀蘭", "110105198001010032", "13900000002", "青石村3号");
    sync_all(desk);
    sit_down(desk, center, &view_duplicates);
    screen_expect(screen, 0, "查重  可能是同一人的档案");
    screen_expect(screen, 0, "1 对");
    screen_expect(screen, 3, "证件号码相同");
    screen_expect(screen, 3, "王秀兰 1980-01-01 139000");
    screen_expect(screen, 3, "王秀蘭 1980-01-01");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "合并  王秀兰 / 王秀蘭");
    screen_expect(screen, 2, "1 保留  站2 ");
    screen_expect(screen, 2, "2 并入  站3");
    screen_expect(screen, 3, "案件 0 ");
    screen_expect(screen, 4, ">姓名       *王秀兰                            王秀蘭");
    screen_expect_any(screen, " 电话       *13900000001                       13900000002");
    screen_expect_any(screen, " 证件号码   *110105198001010032                (相同)");
    screen_expect_any(screen, " 住址        (空)                             *青石村3号");
    screen_expect_cursor(screen, 4, 0);
    screen_keys(screen, "F2");
    screen_expect_any(screen, "合并成一份？");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "已合并");
    screen_expect_any(screen, "没有可能重复的档案");
    field_is(center, a, "phone", "13900000001");
    field_is(center, a, "address", "青石村3号");
    char id[ID_TEXT_BYTES];
    id_format(a, id);
    field_is(center, b, "merged_into", id);
    screen_close(screen);
    sync_all(desk);
    field_is(one, a, "address", "青石村3号");

    /* Taken apart from the person's screen; the merged file says so itself. */
    sit_down(desk, center, &view_home);
    assert_int_equal(view_open_record(&screen->app, catalogue_find("person"), b), STATUS_OK);
    screen_keys(screen, "Down");
    screen_expect(screen, 0, "已并入别的档案");
    screen_keys(screen, "F8");
    screen_expect(screen, 3, "已并入");
    screen_keys(screen, "F10 F10");
    assert_int_equal(view_open_record(&screen->app, catalogue_find("person"), a), STATUS_OK);
    screen_keys(screen, "F8");
    screen_expect(screen, 0, "同一人  王秀兰");
    screen_expect(screen, 3, "已合并 2026-10-23");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "拆开这次合并");
    screen_keys(screen, "1");
    screen_expect_any(screen, "已拆开");
    field_is(center, a, "address", "");
    field_is(center, b, "merged_into", "");
    screen_close(screen);
}

static void each_field_is_chosen(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    struct id a = put_person(center, "王秀兰", "110105198001010032", "13900000001", "甲村");
    struct id b = put_person(center, "王秀兰", "110105198001010032", "13900000002", "乙村");
    sit_down(desk, center, &view_duplicates);
    screen_keys(screen, "Enter");
    /* Down to the telephone: name, sex, birth day, kind, number, telephone. */
    screen_keys(screen, "Down Down Down Down Down Right");
    screen_expect_any(screen, ">电话        13900000001                      *13900000002");
    screen_keys(screen, "Left 2");
    screen_expect_any(screen, ">电话        13900000001                      *13900000002");
    screen_keys(screen, "Up Right"); /* the same on both sides: nothing to choose */
    screen_expect_any(screen, ">证件号码   *110105198001010032                (相同)");
    /* The other file stays: choices begin anew. */
    screen_keys(screen, "F6");
    screen_expect_any(screen, " 电话       *13900000002                       13900000001");
    screen_keys(screen, "Down Right F2 Enter");
    char id[ID_TEXT_BYTES];
    id_format(b, id);
    field_is(center, a, "merged_into", id);
    field_is(center, b, "phone", "13900000001");
    field_is(center, b, "address", "乙村");
    screen_close(screen);
}

static void two_people_are_set_aside(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    put_person(center, "王秀兰", "", "13900000001", "");
    put_person(center, "王秀兰", "", "13900000001", "");
    sit_down(desk, center, &view_duplicates);
    screen_expect(screen, 3, "姓名和电话相同");
    screen_keys(screen, "Enter F8");
    screen_expect_any(screen, "这两份不是同一人？");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "不是同一人，以后不再列出这一对");
    screen_expect_any(screen, "没有可能重复的档案");
    screen_keys(screen, "F10");
    screen_close(screen);
}

/* A station sees its own people's doubles and opens them; it does not merge. */
static void a_station_looks_only(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *one = &desk->world.stations[0];
    put_person(one, "王秀兰", "", "13900000001", "甲村");
    put_person(one, "王秀兰", "", "13900000001", "乙村");
    put_person(&desk->world.stations[1], "王秀兰", "", "13900000001", "丙村");
    sync_all(desk);
    sit_down(desk, one, &view_duplicates);
    screen_expect(screen, 0, "1 对");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "人员  王秀兰");
    screen_close(screen);
}

static void somebody_known_is_told_at_entry(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *one = &desk->world.stations[0];
    put_person(one, "王秀兰", "110105198001010032", "13900000001", "");
    sync_all(desk); /* the orgs' names */
    sit_down(desk, one, &view_home);
    assert_int_equal(app_open(&screen->app, &view_record_edit, &(struct view_argument){.type = "person"}), STATUS_OK);
    screen_keys(screen, "王秀蘭 Enter");
    screen_expect_none(screen, "可能是同一人"); /* a name alone is no evidence */
    screen_keys(screen, "Enter Enter Enter Enter Enter 110105198001010032 Enter");
    screen_expect(screen, 22, "可能是同一人：王秀兰 1980-01-01 13900000001 站2 证件号码相同");
    screen_keys(screen, "F10");
    /* A case: the applicant's number. */
    assert_int_equal(app_open(&screen->app, &view_record_edit, &(struct view_argument){.type = "case"}), STATUS_OK);
    screen_keys(screen, "王秀兰 Enter Enter Enter Enter 13900000001 Enter");
    screen_expect(screen, 22, "可能是同一人：王秀兰 1980-01-01 13900000001 站2 姓名和电话相同");
    screen_keys(screen, "F10");
    /* The application that a station drafts. */
    assert_int_equal(app_open(&screen->app, &view_case_action, &(struct view_argument){.type = "draft"}), STATUS_OK);
    screen_keys(screen, "王秀兰 Enter Enter Enter");
    screen_keys(screen, "13900000001 Enter");
    screen_expect(screen, 22, "可能是同一人：王秀兰 1980-01-01 13900000001 站2 姓名和电话相同");
    screen_keys(screen, "F10");
    /* A consultation: name and telephone. */
    assert_int_equal(app_open(&screen->app, &view_consult_entry, NULL), STATUS_OK);
    screen_keys(screen, "王秀兰 Enter Enter 13900000001 Enter");
    screen_expect(screen, 22, "可能是同一人：王秀兰");
    screen_keys(screen, "1");
    screen_expect_none(screen, "可能是同一人"); /* the choices of the field that is being typed matter more */
    screen_close(screen);
}

static void views_stand_in_small_windows(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    put_person(center, "阿依古丽·买买提", "110105198001010032", "13900000001", "很长的地址很长的地址很长的地址很长的地址很长的地址很长的地址很长的地址很长的地址");
    put_person(center, "阿依古丽买买提", "110105198001010032", "13900000002", "另一个地址");
    desk->context = screen_context(center);
    screen_open(screen, &desk->context, &view_duplicates, &view_help, 20, 60);
    screen_expect(screen, 3, "证件号码相同");
    screen_keys(screen, "Enter Down Down Down Down Down Down Down Down Down Down F1 F10 F7 F10 F10");
    screen_expect(screen, 0, "查重");
    screen_close(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pair_is_merged_with_four_keys, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(each_field_is_chosen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(two_people_are_set_aside, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_station_looks_only, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(somebody_known_is_told_at_entry, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(views_stand_in_small_windows, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
