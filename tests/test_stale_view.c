/* tests/test_stale_view.c - two people on one station save the same field: nobody's value is overwritten unseen, each is offered, everything else merges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/erasure.h"
#include "core/record/draft.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct node *node;
    struct id id;
    struct app_context context;
    struct screen screen;
};

/* Somebody else, meanwhile. */
static void she_sets(struct desk *desk, const char *field, const char *text)
{
    char mine[ACTOR_NAME_MAX_BYTES];
    memcpy(mine, desk->node->actor.name, sizeof mine);
    strcpy(desk->node->actor.name, "何平");
    node_set(desk->node, "consultation", desk->id, field, text);
    memcpy(desk->node->actor.name, mine, sizeof mine);
}

static void expect(struct desk *desk, const char *field, const char *text)
{
    char *got = node_get(desk->node, "consultation", desk->id, field);
    assert_string_equal(got, text);
    free(got);
}

static void go_to(struct desk *desk, const char *marked)
{
    for (int i = 0; i < FIELD_MAX_COUNT; i++) {
        struct buf text;
        buf_init(&text, 100000);
        canvas_text(&desk->screen.canvas, &text);
        bool there = strstr(buf_cstr(&text), marked) != NULL;
        buf_release(&text);
        if (there)
            return;
        screen_keys(&desk->screen, "Enter");
    }
    fail_msg("no %s", marked);
}

/* A consultation is open, its phone and content typed over, and somebody else saves the phone, the topic.. */
static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->node = &desk->world.stations[0];
    desk->id = node_consult(desk->node, "张文芳", "欠薪");
    node_set(desk->node, "consultation", desk->id, "phone", "13900000001");
    desk->context = screen_context(desk->node);
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_keys(&desk->screen, "16 Enter Enter");
    go_to(desk, ">电话");
    screen_keys(&desk->screen, "Ctrl-U 13900000003 Enter");
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    screen_close(&desk->screen);
    node_verify(desk->node);
    world_close(&desk->world);
    free(desk);
    return 0;
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int *)context;
    return true;
}

static void expect_drafts(struct desk *desk, int n)
{
    int count = 0;
    assert_int_equal(draft_list(desk->node->store, &desk->node->actor, count_draft, &count, NULL), STATUS_OK);
    assert_int_equal(count, n);
}

static void another_field_merges(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "content", "欠薪三个月");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "已保存");
    expect(desk, "phone", "13900000003");
    expect(desk, "content", "欠薪三个月");
}

/* While somebody types, another saves: which fields is said at once, what is typed stays. */
static void a_change_elsewhere_is_told(void **state)
{
    struct desk *desk = *state;
    screen_expect_none(&desk->screen, "别处改过");
    she_sets(desk, "content", "欠薪三个月");
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect(&desk->screen, 22, "这条记录刚在别处改过: 咨询内容；您写的都在");
    screen_expect(&desk->screen, 0, "别处改过");
    screen_expect_any(&desk->screen, "[13900000003");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "已保存");
    screen_expect_any(&desk->screen, "[欠薪三个月");
    expect(desk, "phone", "13900000003");
    screen_expect_none(&desk->screen, "别处改过");
}

/* Words that are no value of their field are in no draft: who leaves is told them. */
static void what_is_no_value_is_told_at_leaving(void **state)
{
    struct desk *desk = *state;
    go_to(desk, ">证件类型");
    screen_keys(&desk->screen, "随便写的 F10");
    screen_expect_any(&desk->screen, "还不是有效的值，草稿里没有: 证件类型: 随便写的");
    expect_drafts(desk, 1);
}

static void the_same_field_is_asked_for(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 0, "同时改过  张文芳");
    screen_expect(&desk->screen, 2, "字段  电话");
    screen_expect(&desk->screen, 3, "原来       13900000001");
    screen_expect(&desk->screen, 4, ">1  已存的     13900000002");
    screen_expect(&desk->screen, 4, "何平");
    screen_expect(&desk->screen, 5, " 2  我写的     13900000003");
    screen_expect_cursor(&desk->screen, 4, 0);
    expect(desk, "phone", "13900000002"); /* untouched */
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "电话: 还没有选");
    screen_keys(&desk->screen, "2");
    screen_expect(&desk->screen, 22, "都选好了");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 0, "咨询  张文芳");
    screen_expect_any(&desk->screen, "[13900000003");
    expect(desk, "phone", "13900000003");
    expect_drafts(desk, 0);
    screen_keys(&desk->screen, "Ctrl-Z");
    expect(desk, "phone", "13900000002"); /* taken back */
}

static void theirs_stays_and_mine_of_other_fields_is_saved(void **state)
{
    struct desk *desk = *state;
    go_to(desk, ">咨询内容");
    screen_keys(&desk->screen, "Ctrl-U 欠薪半年 Enter");
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2 1 F2");
    expect(desk, "phone", "13900000002");
    expect(desk, "content", "欠薪半年");
    expect_drafts(desk, 0);
}

static void nothing_of_mine_is_left_to_save(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2 1 F2");
    screen_expect(&desk->screen, 0, "咨询  张文芳");
    screen_expect_any(&desk->screen, "[13900000002");
    expect(desk, "phone", "13900000002");
    expect_drafts(desk, 0);
}

static void a_third_value_and_both(void **state)
{
    struct desk *desk = *state;
    go_to(desk, ">咨询内容");
    screen_keys(&desk->screen, "Ctrl-U 欠薪半年 Enter");
    she_sets(desk, "phone", "13900000002");
    she_sets(desk, "content", "欠薪三个月");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 0, "未选 2");
    screen_keys(&desk->screen, "3 Ctrl-U 不是号码 Enter");
    screen_expect(&desk->screen, 22, "电话");
    screen_keys(&desk->screen, "3 Ctrl-U 13900000009 Enter");
    screen_expect(&desk->screen, 2, "字段  咨询内容");
    screen_keys(&desk->screen, "3 F2");
    expect(desk, "phone", "13900000009");
    expect(desk, "content", "欠薪三个月 / 欠薪半年");
}

/* What is typed on this screen is in the draft: put off, it stands in the form, and is what he wrote the next time. */
static void a_third_value_outlives_the_screen(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2 3 13900000009 Enter F10"); /* typed over what stood there */
    screen_expect(&desk->screen, 0, "咨询  张文芳");
    screen_expect_any(&desk->screen, "[13900000009");
    expect_drafts(desk, 1);
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 4, ">1  已存的     13900000002");
    screen_expect(&desk->screen, 5, " 2  我写的     13900000009");
    screen_keys(&desk->screen, "2 F2");
    expect(desk, "phone", "13900000009");
    expect_drafts(desk, 0);
}

static void what_was_chosen_stays_when_it_changes_again(void **state)
{
    struct desk *desk = *state;
    go_to(desk, ">咨询内容");
    screen_keys(&desk->screen, "Ctrl-U 欠薪半年 Enter");
    she_sets(desk, "phone", "13900000002");
    she_sets(desk, "content", "欠薪三个月");
    screen_keys(&desk->screen, "F2 3 13900000009 Enter 2");
    she_sets(desk, "content", "欠薪四个月");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "又有人改了");
    screen_expect(&desk->screen, 0, "未选 1");
    screen_expect(&desk->screen, 2, "字段  咨询内容");
    screen_keys(&desk->screen, "2 F2");
    expect(desk, "phone", "13900000009");
    expect(desk, "content", "欠薪半年");
}

static void what_is_refused_is_offered_again(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2 3 1390000000 Enter");
    screen_expect(&desk->screen, 22, "电话: 手机号应为 11 位，现有 10 位");
    screen_keys(&desk->screen, "3 9 Enter F2"); /* the digit that was missing */
    expect(desk, "phone", "13900000009");
}

/* However long it is: it is kept to its end, here and in the draft. */
static void a_long_answer_is_kept_whole(void **state)
{
    struct desk *desk = *state;
    char whole[30 * 36 + 32] = "";
    go_to(desk, ">咨询内容");
    screen_keys(&desk->screen, "Ctrl-U 欠薪半年 Enter");
    she_sets(desk, "content", "欠薪三个月");
    screen_keys(&desk->screen, "F2 4");
    for (int i = 0; i < 30; i++) {
        screen_keys(&desk->screen, "她说邻居的围墙越过边界，");
        strcat(whole, "她说邻居的围墙越过边界，");
    }
    screen_keys(&desk->screen, "到这里为止。 Enter F2");
    strcat(whole, "到这里为止。");
    expect(desk, "content", whole);
    expect_drafts(desk, 0);
}

/* A draft taken up again: data come in, and what stands in the form is still the draft. */
static void a_draft_taken_up_stays_when_data_come(void **state)
{
    struct desk *desk = *state;
    screen_keys(&desk->screen, "F10 F10 1 Enter");
    screen_expect_any(&desk->screen, "[13900000003");
    she_sets(desk, "content", "欠薪三个月");
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect_any(&desk->screen, "[13900000003");
    screen_keys(&desk->screen, "F2");
    expect(desk, "phone", "13900000003");
    expect(desk, "content", "欠薪三个月");
}

static bool take_draft(void *context, const struct draft_info *info)
{
    *(struct id *)context = info->id;
    return false;
}

/* On another terminal the draft was finished or dropped: what was typed here since is not in it. */
static void what_was_typed_since_the_draft_was_stored_stays(void **state)
{
    struct desk *desk = *state;
    struct id draft = {{0}};
    screen_wait(&desk->screen, 3000);
    assert_int_equal(draft_list(desk->node->store, &desk->node->actor, take_draft, &draft, NULL), STATUS_OK);
    assert_int_equal(draft_delete(desk->node->store, &desk->node->actor, draft, NULL), STATUS_OK);
    go_to(desk, ">咨询内容");
    screen_keys(&desk->screen, "Ctrl-U 欠薪半年");
    app_data_changed(&desk->screen.app);
    screen_expect_any(&desk->screen, "欠薪半年");
    screen_expect_any(&desk->screen, "[13900000003");
    expect_drafts(desk, 1);
}

static void it_changes_once_more_meanwhile(void **state)
{
    struct desk *desk = *state;
    she_sets(desk, "phone", "13900000002");
    screen_keys(&desk->screen, "F2 2");
    she_sets(desk, "phone", "13900000004");
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "又有人改了");
    screen_expect(&desk->screen, 4, "13900000004");
    expect(desk, "phone", "13900000004");
    screen_keys(&desk->screen, "F10");
    expect_drafts(desk, 1); /* put off: what was typed is kept */
    screen_expect_any(&desk->screen, "[13900000003");
}

static void a_deleted_record_is_told_and_the_text_kept(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(records_delete(desk->node->store, &desk->node->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F2");
    screen_expect(&desk->screen, 22, "这条咨询已被删除");
    expect_drafts(desk, 1);
}

/* Out of a form whose record is gone, without a try to save: back to the list, and what was typed is a draft. */
static void a_form_of_a_vanished_record_closes(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(records_delete(desk->node->store, &desk->node->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F10");
    screen_expect(&desk->screen, 0, "咨询   共 0");
    expect_drafts(desk, 1);
    screen_keys(&desk->screen, "F10 1 Enter"); /* the draft, taken up again */
    screen_expect(&desk->screen, 22, "这条咨询已被删除：这里只有没存的字");
    screen_expect_any(&desk->screen, "电话: 13900000003");
    screen_keys(&desk->screen, "Ctrl-D 1");
    expect_drafts(desk, 0);
}

/* The same when the program hears of it first: what was typed is shown. */
static void a_form_is_closed_when_its_record_vanishes(void **state)
{
    struct desk *desk = *state;
    screen_wait(&desk->screen, 3000); /* a pause: what was typed is stored as a draft */
    assert_int_equal(records_delete(desk->node->store, &desk->node->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect(&desk->screen, 22, "这条咨询已被删除：这里只有没存的字");
    screen_expect_any(&desk->screen, "电话: 13900000003");
    screen_keys(&desk->screen, "F10");
    screen_expect(&desk->screen, 0, "咨询   共 0");
    expect_drafts(desk, 1);
}

/* Erased by law at the center, and the erasure comes with a sync while the record is open: nothing is saved, and it is said why. */
static void an_erased_record_is_told(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    const struct record_type *type = catalogue_find("consultation");
    struct errmsg err = {{0}};
    struct record gone;
    world_sync(&desk->world, 0);
    if (erasure_write(center->store, &center->actor, type, desk->id, "本人要求", "何平", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect(&desk->screen, 22, "这条咨询已不在这里");
    assert_int_equal(records_get(desk->node->store, &desk->node->actor, type, desk->id, &gone, NULL), STATUS_NOT_FOUND);
    screen_expect(&desk->screen, 0, "咨询   共 0"); /* the list below */
    expect_drafts(desk, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_field_merges, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_change_elsewhere_is_told, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_is_no_value_is_told_at_leaving, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_same_field_is_asked_for, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(theirs_stays_and_mine_of_other_fields_is_saved, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(nothing_of_mine_is_left_to_save, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_third_value_and_both, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(it_changes_once_more_meanwhile, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_third_value_outlives_the_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_was_chosen_stays_when_it_changes_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_is_refused_is_offered_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_long_answer_is_kept_whole, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_draft_taken_up_stays_when_data_come, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_was_typed_since_the_draft_was_stored_stays, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_form_of_a_vanished_record_closes, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_form_is_closed_when_its_record_vanishes, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(an_erased_record_is_told, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_deleted_record_is_told_and_the_text_kept, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
