/* tests/test_case_form_view.c - the form of an application at the station: what has the focus, drafts, what is taken over from a consultation or the one before, rosters and tables within it. The day is 2026-10-23. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/desk.h"

/* Enter until the field whose label begins with that character has the focus. */
enum { LABEL_OTHERS = 0x5176 /* 其他当事人 */, LABEL_HOUSEHOLD = 0x5BB6 /* 家庭成员 */, LABEL_MATERIALS = 0x6750 /* 材料清单 */ };

static void test_a_missing_field_has_the_focus(void **state)
{
    struct desk *desk = *state;
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    (void)id;
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_keys(desk, "12 Enter F2");
    screen_expect(&desk->screen, 22, "申请人: 起草申请要填这一项");
    screen_expect_cursor(&desk->screen, 5, 15);
    desk_keys(desk, "F10 13 Enter Enter F2 通知补正 Enter F2");
    screen_expect(&desk->screen, 22, "材料清单: ");
    screen_expect(&desk->screen, 6, ">材料清单     [");
    screen_expect(&desk->screen, 6, "]必填");
    /* A rule of the law beyond needed fields leads to its field, too. */
    desk_keys(desk, "低保证 Enter Enter 2026-10-23 Enter F2");
    screen_expect(&desk->screen, 22, "补正期限: 要在通知之日以后");
    desk_expect(desk, ">补正期限");
    desk_get_up(desk);
}

static void test_a_draft_survives_the_line(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    screen_expect(&desk->screen, 0, "草稿已保存");
    desk_get_up(desk); /* the line drops: nothing was done */
    case_expect_state(station, id, "S1");
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);

    /* Meanwhile somebody else wrote another number into the same field. */
    node_set(station, "case", id, "phone", "13711111111");
    desk_sit_down(desk, station, &desk->station);
    desk_expect(desk, "办理记录 未写完");
    desk_expect(desk, "收件  张文芳");
    desk_keys(desk, "1 Enter");
    screen_expect(&desk->screen, 22, "接着写草稿；其间别人改过 电话，请核对");
    desk_expect(desk, "[身份证复印件");
    desk_expect(desk, "[13900000001");
    desk_keys(desk, "F10");

    /* The same action on the same case finds it; another action, or another case, does not. */
    desk_keys(desk, "13 Enter Enter F2 记事 Enter");
    screen_expect_none(&desk->screen, "接着写草稿");
    desk_keys(desk, "F10 F10 F10");
    desk_drafted(desk, "另一人", "stage=04");
    desk_keys(desk, "13 Enter");
    screen_expect(&desk->screen, 3, "> 1 另一人");
    desk_keys(desk, "Enter F2 收件 Enter");
    screen_expect_none(&desk->screen, "接着写草稿");
    desk_keys(desk, "F10 F10 Down Enter F2 收件 Enter");
    desk_expect(desk, "[身份证复印件");
    desk_keys(desk, "F2");
    case_expect_state(station, id, "S2");
    char *phone = node_get(station, "case", id, "phone");
    assert_string_equal(phone, "13900000001");
    free(phone);
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

static void test_a_draft_can_be_thrown_away(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter Enter Enter Enter 身份证复印件 Enter F10 F2 收件 Enter");
    screen_expect(&desk->screen, 22, "接着写草稿");
    desk_keys(desk, "Ctrl-D 1");
    screen_expect(&desk->screen, 22, "从头填");
    screen_expect_none(&desk->screen, "身份证复印件");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

/* The case moved on by another hand: the draft cannot be finished, and is thrown away from the home screen. */
static void test_a_draft_that_came_too_late(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter Enter Enter Enter 身份证复印件 Enter F10 F10 F10");
    case_does(station, &desk->station, "receive", &id, "items=身份证复印件");
    desk_keys(desk, "1 Enter");
    screen_expect(&desk->screen, 22, "案件现在是 已收件(S2)，收件(receive) 要在 申请草稿 时办理");
    screen_expect(&desk->screen, 0, "法律援助工作站");
    desk_keys(desk, "Ctrl-D 1");
    screen_expect_none(&desk->screen, "办理记录 未写完");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

static void test_a_consultation_becomes_an_application(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "11 Enter 周国忠 Enter 1 13900000001 Enter Enter 02 工资三个月没发 F5");
    screen_expect(&desk->screen, 0, "起草申请  周国忠");
    desk_expect(desk, "[周国忠");
    desk_expect(desk, "[13900000001");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 0, "案件  周国忠");
    desk_expect(desk, "工资三个月没发");
    desk_keys(desk, "F10");
    screen_expect(&desk->screen, 0, "咨询速录");
    desk_keys(desk, "F10 16 Enter Enter");
    desk_expect(desk, "[03____]申请法律援助"); /* counted as such */
    desk_get_up(desk);
}

static void test_what_need_not_be_asked_is_passed_over(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Enter F2 F4"); /* saved: on the case's screen, then the record form */
    desk_keys(desk, "F10 F2 起草 Enter");
    for (int i = 0; i < 60 && strcmp(desk->screen.app.message, "到最后一项了，F2 办理") != 0; i++)
        screen_keys(&desk->screen, "Enter");
    screen_expect_none(&desk->screen, "不必填，见下面");
    desk_keys(desk, "F10 F4");
    desk_keys(desk, "F10");
    struct id id = {{0}};
    struct list_query query = {.type = catalogue_find("case")};
    assert_int_equal(records_list(station->store, &station->actor, &query, desk_take_id, &id, NULL), STATUS_OK);
    node_set(station, "case", id, "waived_42", "03");
    desk_keys(desk, "F2 起草 Enter");
    desk_expect(desk, "第四十二条第(三)项");
    for (int i = 0; i < 60 && strcmp(desk->screen.app.message, "到最后一项了，F2 办理") != 0; i++) {
        screen_keys(&desk->screen, "Enter");
        const struct cell *cell = canvas_cell(&desk->screen.canvas, desk->screen.canvas.cursor_row, 1);
        assert_false(cell->code == 0x5bb6); /* 家庭人数 never has the focus */
    }
    desk_get_up(desk);
}

/* The next one of the same matter: = takes one field of the case before, F8 what is empty and not the person's own. */
static void test_an_application_like_the_one_before(void **state)
{
    struct desk *desk = *state;
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Enter Enter Enter 13900000001 Enter 2 F2 F10");
    desk_keys(desk, "12 Enter 王建国 F8");
    desk_expect(desk, "照上一件填了");
    desk_expect(desk, "[王建国");
    desk_expect(desk, "]女");
    screen_expect_none(&desk->screen, "13900000001");
    desk_keys(desk, "Enter Enter Enter =");
    desk_expect(desk, "[13900000001");
    desk_keys(desk, "F2 Ctrl-Z");
    desk_expect(desk, "办理动作，撤不回来"); /* and no older save is taken back instead */
    desk_get_up(desk);
}

/* Several applicants and the other side are written in the form of the application, a line each; a line that is none says which. */
static void test_a_roster_in_the_form_becomes_parties(void **state)
{
    struct desk *desk = *state;
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Tab");
    desk_go_to(desk, 0x5176, ">其他当事人");
    desk_keys(desk, "王小明 Space 13900000002 Ctrl-J 证人 F2");
    desk_expect(desk, "第 2 行: 没有写姓名");
    desk_expect(desk, ">其他当事人");
    desk_keys(desk, "Space 赵秀兰 F2");
    desk_expect(desk, "3当事人 2");
    desk_keys(desk, "3");
    desk_expect(desk, "王小明");
    desk_expect(desk, "赵秀兰");
    desk_get_up(desk);
}

struct members {
    struct buf text;
    const struct code_book *codes;
};

static bool list_member(void *context, const struct record *record, const struct list_key *key)
{
    static const char *const fields[] = {"kind", "name", "age", "wages", "note"};
    struct members *members = context;
    (void)key;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        record_format(record, catalogue_field(record->type, fields[i]), members->codes, &members->text);
        buf_putc(&members->text, i + 1 < sizeof fields / sizeof fields[0] ? ' ' : '\n');
    }
    return true;
}

static void expect_relations(struct desk *desk, const char *expected)
{
    const struct node *station = &desk->world.stations[0];
    struct list_query query = {.type = catalogue_find("relation")};
    struct members members = {.codes = station->codes};
    buf_init(&members.text, 4096);
    assert_int_equal(records_list(station->store, &station->actor, &query, list_member, &members, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&members.text), expected);
    buf_release(&members.text);
}

/* A roster as a table: rows typed cell by cell, moved, taken out and taken back, refused with row and column, kept when the line drops. */
static void test_a_roster_as_a_table(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Tab");
    desk_go_to(desk, LABEL_OTHERS, ">其他当事人");
    desk_keys(desk, "F4");
    desk_expect(desk, "> 1  还没有别的当事人");
    desk_expect(desk, "[04____]共同申请人");
    desk_keys(desk, "Enter 王小明 Enter 13900000002 Enter Enter 01 Enter");
    screen_expect(&desk->screen, 6, "  1  共同申请人 王小明          13900000002");
    screen_expect(&desk->screen, 7, "> 2  (新的一行)");
    desk_keys(desk, "01 某某公司 Enter 1390 PgUp"); /* a telephone number that is none */
    screen_expect(&desk->screen, 22, "第 2 行: 电话");
    desk_keys(desk, "0000003 PgUp");
    screen_expect(&desk->screen, 6, "> 1  共同申请人 王小明");
    screen_expect(&desk->screen, 7, "  2  对方当事人 某某公司");
    desk_keys(desk, "F8"); /* down */
    screen_expect(&desk->screen, 6, "  1  对方当事人 某某公司");
    screen_expect(&desk->screen, 7, "> 2  共同申请人 王小明");
    desk_keys(desk, "F8");
    screen_expect(&desk->screen, 22, "已经是最后一行");
    desk_keys(desk, "F7 F7");
    screen_expect(&desk->screen, 22, "已经是第一行");
    desk_keys(desk, "Ctrl-D");
    screen_expect_none(&desk->screen, "王小明");
    desk_keys(desk, "Ctrl-Z");
    screen_expect(&desk->screen, 6, "> 1  共同申请人 王小明");
    desk_keys(desk, "F5 07 赵秀兰 PgDn");
    screen_expect(&desk->screen, 6, "  1  证人       赵秀兰");
    screen_expect(&desk->screen, 7, "> 2  共同申请人 王小明");
    desk_keys(desk, "王大明"); /* behind the name, and the line drops */
    screen_wait(&desk->screen, 3000);
    desk_get_up(desk);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "1 Enter Up");
    desk_expect(desk, ">其他当事人");
    desk_expect(desk, "[证人 赵秀兰__");
    desk_expect(desk, "[对方当事人 某某公司 13900000003__");
    desk_keys(desk, "F4");
    screen_expect(&desk->screen, 7, "  2  共同申请人 王小明王大明");
    desk_keys(desk, "F2 3");
    desk_expect(desk, "3当事人 3");
    desk_expect(desk, "赵秀兰");
    desk_expect(desk, "某某公司");
    desk_get_up(desk);
}

/* The household becomes relations of the applicant's file at the receipt; who is there already is brought up to date. */
static void test_the_household_and_the_materials_of_an_application(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Enter Enter 32012419870312274X Enter Enter");
    desk_go_to(desk, LABEL_HOUSEHOLD, ">家庭成员");
    desk_keys(desk, "F4 01 王小明 Enter 45 Enter 3000 Enter Enter Enter 务农 Enter");
    screen_expect(&desk->screen, 6, "  1  配偶     王小明        45    3000元");
    desk_keys(desk, "zinv"); /* 子女 by its initials would be zn */
    desk_keys(desk, "Ctrl-U 04 王小红 Enter 9 Enter F10");
    desk_expect(desk, "[配偶 王小明 45岁 工资3000元 务农__");
    desk_keys(desk, "Enter");
    desk_expect(desk, "家庭人数     [3_");
    desk_keys(desk, "F2");
    expect_relations(desk, ""); /* no file yet */
    desk_keys(desk, "F2 收件 Enter");
    desk_go_to(desk, LABEL_MATERIALS, ">材料清单");
    desk_keys(desk, "F4 身份证 Enter 01 2 Enter 3 Enter 1");
    screen_expect(&desk->screen, 7, "  1  身份证");
    desk_keys(desk, "户口簿 F10");
    desk_expect(desk, "[身份证（身份证明） 2份 3页 原件__");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 0, "已收件");
    desk_expect(desk, "2材料 2");
    expect_relations(desk, "配偶 王小明 45 3000.00元 务农\n子女 王小红 9  \n");

    /* Another application of the same person two years later. */
    struct id id = {{0}};
    case_does(station, &desk->station, "draft", &id, "name=张文芳", "id_no=32012419870312274X", "matter=M5", "stage=04");
    case_does(station, &desk->station, "receive", &id, "items=身份证复印件", "members=配偶 王小明 47岁 工资3500元\n母亲 赵秀兰 70岁");
    expect_relations(desk, "母亲 赵秀兰 70  \n配偶 王小明 47 3500.00元 务农\n子女 王小红 9  \n");
    struct errmsg err;
    id = (struct id){{0}};
    case_does(station, &desk->station, "draft", &id, "name=李四", "id_no=320117197101069998", "matter=M5", "stage=04");
    assert_int_equal(case_act(station, &desk->station, "receive", &id, &err, CASE_FIELDS("items=身份证;户口簿 1000份")), STATUS_RANGE);
    assert_non_null(strstr(err.text, "字段 材料清单(items): 第 2 行: 份数 1000"));
    assert_int_equal(case_act(station, &desk->station, "receive", &id, &err, CASE_FIELDS("items=身份证", "members=母亲 赵秀兰;配偶")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "字段 家庭成员(members): 第 2 行: 没有写姓名"));
    desk_get_up(desk);
}

/* Long texts: codes at their end become phrases, F4 lists them, Ctrl-T takes what was written before in the same action, or in cases of the same cause. */
static void test_long_texts_by_codes_and_after_earlier_ones(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct id first = {{0}}, other = {{0}};
    case_does(station, &desk->station, "draft", &first, "name=赵大", "cause=追索劳动报酬纠纷", "matter=M5", "id_no=32012419870312274X", "stage=04", "narrative=建筑公司拖欠工资六个月");
    case_does(station, &desk->station, "draft", &other, "name=钱二", "cause=追索劳动报酬纠纷", "matter=M5", "stage=04", "narrative=饭店老板不给加班费");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "12 Enter 张文芳 Enter Ctrl-T");
    screen_expect(&desk->screen, 22, "还没有同案由的案件写过这一项；先填案由");
    desk_get_up(desk);
    case_does(station, &desk->station, "receive", &first, "items=身份证复印件");
    world_sync(&desk->world, 0);

    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter"); /* 钱二 */
    desk_go_to(desk, 0x6848 /* 案情及理由 */, ">案情及理由");
    desk_expect(desk, "F4 短语(或代码 11+20)");
    desk_keys(desk, "Ctrl-U 公司拖欠工资 Ctrl-T");
    desk_expect(desk, "建筑公司拖欠工资六个月");
    desk_keys(desk, "1 Enter");
    desk_expect(desk, "[建筑公司拖欠工资六个月__");
    screen_expect(&desk->screen, 22, "取了 10-23 那件的");
    desk_keys(desk, "Ctrl-Z"); /* one's own words are back at once */
    desk_expect(desk, "[公司拖欠工资__");
    desk_keys(desk, "Ctrl-J 41+45 Enter Up");
    desk_expect(desk, "[公司拖欠工资__");
    desk_expect(desk, "[申请人到用人单位工作，用人单位拖欠工资");
    desk_get_up(desk);

    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter F2 01 Enter Ctrl-T"); /* 初审, the first ever */
    screen_expect(&desk->screen, 22, "这个动作以前还没有写过这一项");
    desk_keys(desk, "F4 tyscyj Enter");
    desk_expect(desk, "[同意审查意见。__");
    desk_keys(desk, "Ctrl-U 01 F2");
    case_expect_state(center, first, "S4");
    desk_get_up(desk);
    world_sync(&desk->world, 0);
    case_does(station, &desk->station, "receive", &other, "items=身份证复印件", "id_no=320117197101069998");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter F2 01 Enter Ctrl-T");
    desk_expect(desk, "申请人经济状况符合本地经济困难标准");
    desk_keys(desk, "1 Enter F2");
    case_expect_state(center, other, "S4");
    desk_get_up(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_missing_field_has_the_focus, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_draft_survives_the_line, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_draft_can_be_thrown_away, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_draft_that_came_too_late, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_consultation_becomes_an_application, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_what_need_not_be_asked_is_passed_over, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_an_application_like_the_one_before, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_roster_in_the_form_becomes_parties, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_roster_as_a_table, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_household_and_the_materials_of_an_application, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_long_texts_by_codes_and_after_earlier_ones, desk_open, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
