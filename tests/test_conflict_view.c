/* tests/test_conflict_view.c - the worklist of conflicts and the screen of one record: every value with its author, taken, joined, typed, taken back; deletion against edit; more than two values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/erasure.h"
#include "core/record/conflict.h"
#include "core/record/machine_name.h"
#include "core/record/reach.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct id id;
};

/* The center's screen over a consultation that the station and the center changed apart. */
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

static void sit_down(struct desk *desk, int rows, int cols)
{
    struct node *node = &desk->world.center;
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_conflicts, &view_help, rows, cols);
}

static void edit_apart(struct desk *desk, const char *field, const char *before, const char *station, const char *center)
{
    struct node *node = &desk->world.stations[0];
    desk->id = node_consult(node, "陈志强", "土地承包");
    node_set(node, "consultation", desk->id, field, before);
    world_sync(&desk->world, 0);
    node_set(node, "consultation", desk->id, field, station);
    node_set(&desk->world.center, "consultation", desk->id, field, center);
    world_sync(&desk->world, 0);
}

static void expect_field(struct node *node, struct id id, const char *field, const char *value)
{
    char *have = node_get(node, "consultation", id, field);
    if (value == NULL) {
        assert_null(have);
        return;
    }
    assert_non_null(have);
    assert_string_equal(have, value);
    free(have);
}

static void test_every_value_with_its_author(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    struct peer peer;
    assert_int_equal(peer_find(desk->world.center.store, 1, &peer, NULL), STATUS_OK);
    peer.last_contact_ms = 1;
    peer.skew_ms = 180 * 1000;
    assert_int_equal(peer_note(desk->world.center.store, &peer, NULL), STATUS_OK);
    sit_down(desk, 24, 80);
    screen_expect_any(&desk->screen, "1 条 1 处");
    screen_expect_any(&desk->screen, "13900000002 / 13900000003");
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 2, "字段  电话");
    screen_expect(&desk->screen, 3, "原来         13900000001");
    screen_expect(&desk->screen, 4, ">1 站2          13900000002  (显示)");
    screen_expect(&desk->screen, 5, " 2 县中心       13900000003");
    screen_expect_any(&desk->screen, "那台机器的钟快 3 分钟");
    screen_expect_any(&desk->screen, "县中心排在第 ");
    screen_expect_none(&desk->screen, "两个都留"); /* a telephone number is one number */
    screen_keys(&desk->screen, "2");
    screen_expect_any(&desk->screen, "已处理");
    expect_field(&desk->world.center, desk->id, "phone", "13900000003");
    assert_int_equal(node_conflicts(&desk->world.center), 0);
    world_sync(&desk->world, 0); /* and the station hears of it */
    expect_field(&desk->world.stations[0], desk->id, "phone", "13900000003");
    assert_int_equal(node_conflicts(&desk->world.stations[0]), 0);
}

static void test_a_settlement_is_taken_back_and_made_anew(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 2");
    screen_expect_any(&desk->screen, "可撤回");
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect_any(&desk->screen, "刚撤回，请重新选");
    expect_field(&desk->world.center, desk->id, "phone", "13900000002");
    screen_keys(&desk->screen, "3 Ctrl-U 13900000009 Enter");
    screen_expect_any(&desk->screen, "已处理");
    expect_field(&desk->world.center, desk->id, "phone", "13900000009");
    world_sync(&desk->world, 0);
    expect_field(&desk->world.stations[0], desk->id, "phone", "13900000009");
}

/* Two people decided, not knowing of each other: neither decision is taken back to the other unasked. */
static void test_two_decisions_are_a_conflict_again(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    const struct record_type *type = catalogue_find("consultation");
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 2");
    assert_int_equal(conflict_resolve(station->store, &station->actor, type, desk->id, catalogue_field(type, "phone"), value_string("13900000002"), NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    assert_int_equal(node_conflicts(&desk->world.center), 1);
    app_data_changed(&desk->screen.app);
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect(&desk->screen, 22, "这一处别人也定了");
    screen_expect_any(&desk->screen, "第 1 / 1 处");
    screen_expect_none(&desk->screen, "刚撤回");
    expect_field(&desk->world.center, desk->id, "phone", "13900000002");
    assert_int_equal(node_conflicts(&desk->world.center), 1);
    screen_keys(&desk->screen, "2");
    expect_field(&desk->world.center, desk->id, "phone", "13900000003");
    assert_int_equal(node_conflicts(&desk->world.center), 0);
}

/* Typing takes the place of what stands there; what is no value of the field is refused as in a form, and offered again to be put right. */
static void test_a_third_value_is_checked_as_in_a_form(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 3");
    screen_expect(&desk->screen, 22, "[13900000002");
    screen_keys(&desk->screen, "1390000000 Enter");
    screen_expect(&desk->screen, 22, "电话: 手机号应为 11 位，现有 10 位");
    screen_keys(&desk->screen, "3");
    screen_expect(&desk->screen, 22, "[1390000000_");
    screen_keys(&desk->screen, "7 Enter");
    screen_expect_any(&desk->screen, "已处理");
    expect_field(&desk->world.center, desk->id, "phone", "13900000007");
}

static void test_moving_in_it_keeps_what_stands_there(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 3 End 139 Enter"); /* one typed behind the other */
    screen_expect(&desk->screen, 22, "电话: 手机号应为 11 位，现有 14 位");
    screen_keys(&desk->screen, "3 Backspace Backspace Backspace Backspace 8 Enter");
    expect_field(&desk->world.center, desk->id, "phone", "13900000008");
}

static void test_who_may_only_look_is_told_before_he_types(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    struct actor actor = desk->world.center.actor;
    desk->world.center.actor = node_person(&desk->world.center, "审计", ROLE_AUDITOR);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 3");
    screen_expect(&desk->screen, 22, "审计 只能查看，不能修改");
    assert_int_equal(node_conflicts(&desk->world.center), 1);
    desk->world.center.actor = node_person(&desk->world.center, "司法局的人", ROLE_BUREAU);
    screen_keys(&desk->screen, "3");
    screen_expect(&desk->screen, 22, "咨询的分歧由中心受理员、中心负责人处理，司法局的人 的角色是 司法局");
    screen_expect_none(&desk->screen, "[13900000002");
    screen_keys(&desk->screen, "F10");
    desk->world.center.actor = actor;
}

/* A day as people say it, and one that a form would refuse: the consultation needs one. */
static void test_a_day_is_read_as_in_a_form(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "date", "2026-10-20", "2026-10-21", "2026-10-22");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 3 Ctrl-U Enter");
    screen_expect(&desk->screen, 22, "日期: ");
    screen_expect_none(&desk->screen, "已处理");
    assert_int_equal(node_conflicts(&desk->world.center), 1);
    screen_keys(&desk->screen, "3 Ctrl-U 昨天 Enter");
    screen_expect_any(&desk->screen, "已处理");
    assert_int_equal(node_number(&desk->world.center, "SELECT date FROM consultation"), day_of_ms(app_now_ms(&desk->screen.app), DAY_OFFICE_OFFSET_MIN) - 1);
}

static void test_texts_may_both_stay(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "content", "土地承包", "土地承包，邻居多占", "土地承包三十年");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "3 两个都留     土地承包，邻居多占 / 土地承包三十年");
    screen_keys(&desk->screen, "3");
    expect_field(&desk->world.center, desk->id, "content", "土地承包，邻居多占 / 土地承包三十年");
    assert_int_equal(node_conflicts(&desk->world.center), 0);
}

/* A long text does not stand on the screen as it is stored: taken back, the other one is still to be had. */
static void test_a_long_text_taken_back_is_chosen_anew(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "content", "土地承包", "土地承包，邻居多占", "土地承包三十年");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 1 Ctrl-Z");
    screen_expect_any(&desk->screen, "刚撤回，请重新选");
    screen_keys(&desk->screen, "2");
    screen_expect_any(&desk->screen, "已处理");
    expect_field(&desk->world.center, desk->id, "content", "土地承包三十年");
}

/* The screen was left, another session may have begun: the worklist takes it back, and its values stand there again. */
static void test_a_settlement_is_taken_back_from_the_worklist(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect_any(&desk->screen, "没有可以撤回的");
    screen_keys(&desk->screen, "Enter 2 F10");
    screen_expect_any(&desk->screen, "没有冲突");
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect_any(&desk->screen, "刚撤回，请重新选");
    screen_expect(&desk->screen, 4, ">1 站2          13900000002  (显示)");
    screen_expect(&desk->screen, 5, " 2 县中心       13900000003");
    expect_field(&desk->world.center, desk->id, "phone", "13900000002");
    world_sync(&desk->world, 0);
    expect_field(&desk->world.stations[0], desk->id, "phone", "13900000002");
    screen_keys(&desk->screen, "2");
    screen_expect_any(&desk->screen, "已处理");
    world_sync(&desk->world, 0);
    expect_field(&desk->world.stations[0], desk->id, "phone", "13900000003");
    /* what was written since stays: there is nothing to take back */
    node_set(&desk->world.stations[0], "consultation", desk->id, "phone", "13900000004");
    world_sync(&desk->world, 0);
    screen_keys(&desk->screen, "F10 Ctrl-Z");
    screen_expect_any(&desk->screen, "没有可以撤回的");
}

/* What stands in the record is the first of the values again, also where its machine was not the first to write in it. */
static void test_what_is_shown_stands_first_again(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct errmsg err = {{0}};
    desk->id = node_consult(center, "陈志强", "土地承包");
    if (reach_move(center->store, &center->actor, catalogue_find("consultation"), desk->id, 2, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    node_set(center, "consultation", desk->id, "phone", "13900000001");
    world_sync(&desk->world, 0);
    node_set(station, "consultation", desk->id, "phone", "13900000002");
    node_set(center, "consultation", desk->id, "phone", "13900000003");
    world_sync(&desk->world, 0);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, ">1 站2          13900000002  (显示)");
    screen_expect(&desk->screen, 5, " 2 县中心       13900000003");
    screen_keys(&desk->screen, "2 F10 Ctrl-Z");
    screen_expect_any(&desk->screen, "刚撤回，请重新选");
    screen_expect(&desk->screen, 4, ">1 站2          13900000002  (显示)");
    screen_expect(&desk->screen, 5, " 2 县中心       13900000003");
}

static void be(struct desk *desk, const char *name)
{
    struct actor *actor = &desk->world.center.actor;
    snprintf(actor->name, sizeof actor->name, "%s", name);
}

/* Each takes back his own. */
static void test_what_another_settled_is_his(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    be(desk, "刘敏");
    screen_keys(&desk->screen, "Enter 2 F10");
    screen_expect_any(&desk->screen, "没有冲突");
    be(desk, "何平");
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect_any(&desk->screen, "没有可以撤回的");
    expect_field(&desk->world.center, desk->id, "phone", "13900000003");
    be(desk, "刘敏");
    screen_keys(&desk->screen, "Ctrl-Z");
    screen_expect_any(&desk->screen, "刚撤回，请重新选");
}

static void test_a_deletion_is_taken_back_from_the_worklist(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    desk->id = node_consult(station, "陈志强", "土地承包");
    world_sync(&desk->world, 0);
    node_set(station, "consultation", desk->id, "phone", "13900000002");
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 1 F10 Ctrl-Z"); /* it stays, was said; taken back it goes */
    screen_expect_any(&desk->screen, "已撤回");
}

static void test_leaving_it_changes_nothing(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 20, 60);
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "4 先放着");
    screen_keys(&desk->screen, "4");
    screen_expect_any(&desk->screen, "先放着了，几个值都留着");
    screen_keys(&desk->screen, "F10");
    assert_int_equal(node_conflicts(&desk->world.center), 1);
    screen_keys(&desk->screen, "Enter Ctrl-Z");
    screen_expect_any(&desk->screen, "没有可以撤回的");
}

/* Two texts that are the same for a screen and more: each row shows where they part, below stands the whole of the selected one, from there on. */
static void test_long_texts_that_part_at_their_end(void **state)
{
    static const char SENTENCE[] = "她说邻居的围墙越过了边界，", *const ENDS[] = {"所以要拆掉。", "但愿意出钱。"};
    struct desk *desk = *state;
    struct buf texts[2];
    for (int i = 0; i < 2; i++) {
        buf_init(&texts[i], 1 << 16);
        buf_puts(&texts[i], "开头的话。");
        for (int k = 0; k < 24; k++)
            buf_puts(&texts[i], SENTENCE);
        buf_puts(&texts[i], ENDS[i]);
    }
    edit_apart(desk, "content", "土地承包", buf_cstr(&texts[0]), buf_cstr(&texts[1]));
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, "..了边界，所以要拆掉。");
    screen_expect(&desk->screen, 5, "..了边界，但愿意出钱。");
    screen_expect_any(&desk->screen, "3 两个都留");
    screen_expect_any(&desk->screen, "全文 323 字，第 318 字起不同；PgDn 翻看 ");
    screen_expect_any(&desk->screen, "，所以要拆掉。");
    screen_expect(&desk->screen, 11, "   墙越过了边界");
    screen_keys(&desk->screen, "PgUp PgUp");
    screen_expect(&desk->screen, 11, "   开头的话。");
    screen_keys(&desk->screen, "Down");
    screen_expect_any(&desk->screen, "，但愿意出钱。");
    screen_resize(&desk->screen, 20, 60);
    screen_expect_any(&desk->screen, "，但愿意出钱。");
    screen_keys(&desk->screen, "3");
    buf_puts(&texts[0], " / ");
    buf_puts(&texts[0], buf_cstr(&texts[1]));
    expect_field(&desk->world.center, desk->id, "content", buf_cstr(&texts[0]));
    for (int i = 0; i < 2; i++)
        buf_release(&texts[i]);
}

/* Data come in all the time: what a person has selected stays selected, or he is told. */
static void test_the_selection_stays_when_data_come(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter Down");
    screen_expect(&desk->screen, 5, ">2 县中心");
    node_consult(station, "王建国", "工资");
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect(&desk->screen, 5, ">2 县中心");
    const struct record_type *type = catalogue_find("consultation");
    assert_int_equal(conflict_resolve(station->store, &station->actor, type, desk->id, catalogue_field(type, "phone"), value_text("13900000009", 11), NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "这一处刚刚变了");
}

static void test_deletion_against_edit(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    desk->id = node_consult(station, "陈志强", "土地承包");
    world_sync(&desk->world, 0);
    node_set(station, "consultation", desk->id, "phone", "13900000002");
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect_any(&desk->screen, "一边删除了，另一边还在修改");
    screen_expect_any(&desk->screen, "保留这条记录  (显示)");
    screen_expect_any(&desk->screen, "这一边写的");
    screen_expect_any(&desk->screen, "电话: 13900000002");
    screen_keys(&desk->screen, "F6");
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_record_edit);
    screen_keys(&desk->screen, "F10 Down");
    screen_expect_none(&desk->screen, "电话: 13900000002"); /* who deletes writes nothing */
    screen_keys(&desk->screen, "2");
    expect_field(center, desk->id, "phone", NULL);
    screen_keys(&desk->screen, "Ctrl-Z");
    expect_field(center, desk->id, "phone", "13900000002");
    world_sync(&desk->world, 0);
    expect_field(station, desk->id, "phone", "13900000002");
}

/* The edit has its place first: against the deletion stands who edited, not who began the record. The center's director, who writes no consultations, decides and takes it back. */
static void test_deletion_behind_an_edit(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct actor actor = center->actor;
    desk->id = node_consult(station, "陈志强", "土地承包");
    world_sync(&desk->world, 0);
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("consultation"), desk->id, NULL), STATUS_OK);
    node_set(center, "consultation", desk->id, "phone", "13900000002");
    world_sync(&desk->world, 0);
    center->actor = node_person(center, "主任", ROLE_DIRECTOR);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, ">1 县中心       保留这条记录  (显示)");
    screen_expect_any(&desk->screen, "电话: 13900000002");
    screen_expect_none(&desk->screen, "姓名: 陈志强");
    screen_keys(&desk->screen, "2");
    expect_field(station, desk->id, "phone", "13900000002");
    expect_field(center, desk->id, "phone", NULL);
    screen_keys(&desk->screen, "Ctrl-Z");
    expect_field(center, desk->id, "phone", "13900000002");
    center->actor = actor;
}

/* As a third machine's edit would leave it: another value that lost in the same cell. */
static void add_third(struct node *center, const char *value)
{
    struct errmsg err = {{0}};
    assert_int_equal(store_begin(center->store, "test", &err), STATUS_OK);
    struct stmt *stmt = store_prepare(center->store, "INSERT INTO conflict(type,id,field,scope,value,log,seq) SELECT type,id,field,scope,?1,log,1 FROM conflict");
    stmt_string(stmt, 1, value);
    assert_int_equal(stmt_run(stmt, &err), STATUS_OK);
    assert_int_equal(store_commit(center->store, &err), STATUS_OK);
}

static void test_more_than_two_values_stand_together(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    edit_apart(desk, "content", "原来的", "站里写的", "中心写的");
    add_third(center, "第三个");
    sit_down(desk, 24, 80);
    screen_expect_any(&desk->screen, "1 条 1 处");
    assert_int_equal(node_conflicts(center), 1); /* one to decide, told so on every screen */
    screen_expect_any(&desk->screen, "站里写的 / 中心写的 / 第三个");
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, "站里写的  (显示)");
    screen_expect(&desk->screen, 5, "中心写的");
    screen_expect(&desk->screen, 6, "第三个");
    screen_expect(&desk->screen, 7, "4 几个都留     站里写的 / 中心写的 / 第三个");
    screen_keys(&desk->screen, "3");
    expect_field(center, desk->id, "content", "第三个");
}

/* A station's own value, what another took for its own, and the long one that is shown keeps its mark. */
static void test_machines_and_people_go_by_what_people_call_them(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    edit_apart(desk, "content", "原来的", "站里写的一长段: 三个月没有发工资，老板说工程款没有到账，一共九千六百元。有考勤记录和聊天记录", "中心写的");
    desk->context = screen_context(station);
    screen_open(&desk->screen, &desk->context, &view_conflicts, &view_help, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, ">1 本站 ");
    screen_expect(&desk->screen, 4, "  (显示) ");
    screen_expect(&desk->screen, 5, " 2 县中心 ");
}

static void name_machine(struct desk *desk, uint32_t station_no, const char *name)
{
    struct errmsg err = {{0}};
    struct node *center = &desk->world.center;
    struct peer peer;
    assert_int_equal(machine_name_change(center->store, &center->actor, station_no, name, &err), STATUS_OK);
    assert_int_equal(peer_find(center->store, station_no, &peer, &err), STATUS_OK);
    peer.last_contact_ms = 1;
    peer.skew_ms = 180 * 1000;
    assert_int_equal(peer_note(center->store, &peer, &err), STATUS_OK);
}

/* What tells two machines of a village apart stands at the end of their names; the longest name takes nothing from what is said of the clock. */
static void test_long_names_of_machines_are_told_apart(void **state)
{
    static const char LONGEST[] = "白马镇东岗村村民委员会二楼东侧法律援助接待窗口笔记本电脑二";
    struct errmsg err = {{0}};
    struct desk *desk = *state;
    struct node *center = &desk->world.center, *one = &desk->world.stations[0], *two = &desk->world.stations[1];
    name_machine(desk, 1, LONGEST);
    name_machine(desk, 2, "白马镇东岗村2号机");
    desk->id = node_consult(one, "陈志强", "土地承包");
    world_sync(&desk->world, 0);
    assert_int_equal(reach_share(center->store, &center->actor, catalogue_find("consultation"), desk->id, two->machine.org, true, NULL, &err), STATUS_OK);
    world_sync(&desk->world, 1);
    node_set(one, "consultation", desk->id, "phone", "13900000002");
    node_set(two, "consultation", desk->id, "phone", "13900000003");
    world_sync(&desk->world, 1);
    world_sync(&desk->world, 0);
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter");
    screen_expect(&desk->screen, 4, ">1 白马..电脑二 13900000002  (显示)");
    screen_expect(&desk->screen, 5, " 2 白马..2号机  13900000003");
    screen_expect_any(&desk->screen, "那台机器的钟快 3 分钟  白马镇东岗村");
}

static void test_lists_mark_what_waits_for_a_decision(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    (void)node_consult(&desk->world.center, "王五", "借款");
    desk->context = screen_context(&desk->world.center);
    screen_open_at(&desk->screen, &desk->context, &view_record_list, &(struct view_argument){.type = "consultation"}, 24, 80);
    screen_expect_any(&desk->screen, "!2026"); /* behind the row's number */
    screen_keys(&desk->screen, "王五");
    screen_expect_none(&desk->screen, "!2026");
    screen_keys(&desk->screen, "Esc Ctrl-T Ctrl-T"); /* a mark of bulk changes goes first */
    screen_expect_none(&desk->screen, "!2026");
}

static void test_after_the_last_one_the_screen_says_what_to_do(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "phone", "13900000001", "13900000002", "13900000003");
    sit_down(desk, 24, 80);
    screen_keys(&desk->screen, "Enter 1");
    screen_expect(&desk->screen, 2, "这条记录没有冲突了。F10 返回；定得不对，现在可以按 Ctrl-Z 撤回");
    screen_expect_none(&desk->screen, "数字选定");
    screen_expect_none(&desk->screen, "0 / 0");
}

static void test_a_case_says_which_key_shows_them(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct id id = node_make(station, "case", "name=陈志强", "case_type=民事", "received_on=2026-10-20", NULL);
    world_sync(&desk->world, 0);
    node_set(station, "case", id, "phone", "13900000002");
    node_set(center, "case", id, "phone", "13900000003");
    world_sync(&desk->world, 0);
    desk->context = screen_context(center);
    screen_open_at(&desk->screen, &desk->context, &view_case, &(struct view_argument){.type = "case", .id = id}, 24, 80);
    screen_expect(&desk->screen, 22, "两边都改过，等人定一个: 按 F6");
    screen_keys(&desk->screen, "F6");
    screen_expect(&desk->screen, 0, "冲突  陈志强");
}

static void erase_it(struct desk *desk)
{
    struct node *center = &desk->world.center;
    struct errmsg err = {{0}};
    if (erasure_write(center->store, &center->actor, catalogue_find("consultation"), desk->id, "本人要求", "何平", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void expect_nothing_of_him(struct desk *desk)
{
    screen_expect_none(&desk->screen, "陈志强");
    screen_expect_none(&desk->screen, "承包费");
    screen_expect(&desk->screen, 22, "这条咨询已不在这里");
    assert_int_equal(node_conflicts(&desk->world.center), 0);
}

/* Another program of this machine erases the record by law: whatever stood open about its conflict, nothing of it stays on the screen, and nothing is decided any more. */
static void test_a_record_that_is_erased_meanwhile(void **state)
{
    static const struct {
        const char *keys, *then; /* then: before the screen has heard of it */
    } OPEN[] = {{"Enter", NULL}, {"Enter 4 承 包 费 三", NULL}, {"Enter F6", NULL}, {"Enter F1", NULL}, {"Enter", "1"}, {"Enter", "Ctrl-Z"}, {"Enter 1", "Ctrl-Z"}};
    struct desk *desk = *state;
    for (size_t i = 0; i < sizeof OPEN / sizeof OPEN[0]; i++) {
        edit_apart(desk, "topic", "欠承包费", "承包费甲", "承包费乙");
        sit_down(desk, 24, 80);
        screen_expect_any(&desk->screen, "陈志强");
        screen_keys(&desk->screen, OPEN[i].keys);
        erase_it(desk);
        if (OPEN[i].then != NULL)
            screen_keys(&desk->screen, OPEN[i].then);
        app_data_changed(&desk->screen.app);
        screen_wait(&desk->screen, 1000);
        if (strcmp(OPEN[i].keys, "Enter F1") == 0)
            screen_keys(&desk->screen, "F10");
        expect_nothing_of_him(desk);
        assert_ptr_equal(app_top(&desk->screen.app)->class, &view_conflicts);
        screen_expect_any(&desk->screen, "没有冲突");
        screen_keys(&desk->screen, "Ctrl-Z"); /* what he settled before is not to be had back */
        screen_expect_none(&desk->screen, "陈志强");
        screen_close(&desk->screen);
        world_sync(&desk->world, 0);
        node_verify(&desk->world.stations[0]);
    }
}

/* The worklist alone. */
static void test_an_erased_record_is_not_listed(void **state)
{
    struct desk *desk = *state;
    edit_apart(desk, "topic", "欠承包费", "承包费甲", "承包费乙");
    sit_down(desk, 24, 80);
    screen_expect_any(&desk->screen, "陈志强");
    erase_it(desk);
    screen_keys(&desk->screen, "Enter"); /* not heard of yet */
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_conflicts);
    screen_expect(&desk->screen, 22, "没有这条咨询");
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect_none(&desk->screen, "陈志强");
    screen_expect_any(&desk->screen, "没有冲突");
}

static void test_no_conflicts(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, 24, 80);
    screen_expect_any(&desk->screen, "没有冲突");
}

/* Joined without those that found no room in the cell, they would count as settled. */
static void test_no_side_is_left_out_of_both(void **state)
{
    const struct record_type *type = catalogue_find("consultation");
    struct conflict_cell cell = {.type = type, .field = catalogue_field(type, "content"), .n = 2, .sides = {{.value = value_string("工资")}, {.value = value_string("低保")}}};
    struct errmsg err = {{0}};
    struct buf both;
    (void)state;
    buf_init(&both, 1000);
    assert_int_equal(conflict_join(&cell, &both, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&both), "工资 / 低保");
    buf_clear(&both);
    cell.more = 1;
    assert_int_equal(conflict_join(&cell, &both, &err), STATUS_INVALID);
    assert_int_equal(both.len, 0);
    assert_string_not_equal(err.text, "");
    buf_release(&both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_value_with_its_author, open_desk, close_desk),
        cmocka_unit_test(test_no_side_is_left_out_of_both),
        cmocka_unit_test_setup_teardown(test_a_settlement_is_taken_back_and_made_anew, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_texts_may_both_stay, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_two_decisions_are_a_conflict_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_third_value_is_checked_as_in_a_form, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_moving_in_it_keeps_what_stands_there, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_day_is_read_as_in_a_form, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_who_may_only_look_is_told_before_he_types, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_long_text_taken_back_is_chosen_anew, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_settlement_is_taken_back_from_the_worklist, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_is_shown_stands_first_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_another_settled_is_his, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_deletion_is_taken_back_from_the_worklist, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_leaving_it_changes_nothing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_long_texts_that_part_at_their_end, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_selection_stays_when_data_come, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_deletion_against_edit, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_deletion_behind_an_edit, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_more_than_two_values_stand_together, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_machines_and_people_go_by_what_people_call_them, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_long_names_of_machines_are_told_apart, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_lists_mark_what_waits_for_a_decision, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_after_the_last_one_the_screen_says_what_to_do, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_case_says_which_key_shows_them, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_record_that_is_erased_meanwhile, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_erased_record_is_not_listed, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_no_conflicts, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
