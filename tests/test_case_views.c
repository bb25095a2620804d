/* tests/test_case_views.c - the screens of a case over real stores, each person at their own: a whole life by keys, refusals, drafts, what is masked, the center's inbox.
 * People: 李收 (station), 王初 (clerk), 赵审 (reviewer), 钱批 (director), 周档 (archivist). The day is 2026-10-23, a Friday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/case/case_flow.h"
#include "core/record/draft.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "core/case/erasure.h"
#include "tests/desk.h"

enum { LABEL_SEALED = 0x5C01 /* 封存 */ };

/* Who seals what he will not find again is told before it is gone. */
static void test_sealing_says_who_sees_it_then(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "12 Enter 张文芳");
    desk_go_to(desk, LABEL_SEALED, ">封存");
    desk_keys(desk, "1 F2");
    desk_expect(desk, "封存后你在名单里找不到它，只有县中心主任、档案员看得到");
    desk_keys(desk, "2"); /* not yet: it stands in the form as it was */
    screen_expect(&desk->screen, 0, "起草申请");
    desk_keys(desk, "F2 1");
    screen_expect(&desk->screen, 22, "起草申请 办好了");
    desk_get_up(desk);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter");
    screen_expect_none(&desk->screen, "张文芳");
    desk_get_up(desk);
    (void)desk_drafted(desk, "李四", "stage=04");
    desk_sit_down(desk, station, &desk->station); /* the same in the form of the record */
    desk_keys(desk, "13 Enter Enter F4");
    desk_go_to(desk, LABEL_SEALED, ">封存");
    desk_keys(desk, "1 F2");
    desk_expect(desk, "封存后你在名单里找不到它");
    desk_keys(desk, "1");
    screen_expect(&desk->screen, 22, "已保存");
    desk_get_up(desk);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter");
    screen_expect_none(&desk->screen, "李四");
    desk_get_up(desk);
}

/* Whom a case is handed to is chosen as any code is: a list, a part of the name, initials, the number. Its own station is none of them. */
static void test_the_station_a_case_goes_to_is_chosen(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    desk_name_org(center, 11, "永阳街道法律援助工作站");
    desk_name_org(center, 12, "白马镇法律援助工作站（东）");
    assert_int_equal(peer_revoke(center->store, desk->world.stations[0].peer.station_no, DESK_TODAY_MS, NULL), STATUS_OK);
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "13 Enter Enter F2 请协办 Enter");
    screen_expect(&desk->screen, 0, "请协办  张文芳");
    desk_expect(desk, "11 永阳街道法律援助工作站"); /* the hint lists them at once */
    desk_keys(desk, "F4");
    desk_expect(desk, "11      永阳街道法律援助工作站");
    desk_expect(desk, "12      白马镇法律援助工作站（东）");
    screen_expect_none(&desk->screen, "站2"); /* whose it is */
    desk_keys(desk, "yyj Enter"); /* initials */
    desk_expect(desk, "[11");
    desk_expect(desk, "]永阳街道法律援助工作站");
    desk_keys(desk, "Up Ctrl-U 工作站 Enter");
    screen_expect(&desk->screen, 22, "对方单位: 有几个单位符合“工作站”，再写几个字或按 F4 选");
    desk_keys(desk, "Ctrl-U 月球站 Enter");
    screen_expect(&desk->screen, 22, "对方单位: 没有“月球站”可选，按 F4 列出各站");
    desk_keys(desk, "Ctrl-U 白马 F2");
    screen_expect(&desk->screen, 22, "请协办 办好了");
    assert_true(reach_is_shared(center->store, id, 12));
    desk_keys(desk, "F2 请协办 Enter F4"); /* who helps already is not asked again */
    screen_expect_none(&desk->screen, "12      白马镇");
    desk_keys(desk, "Esc F10 F2 协办结束 Enter F4");
    desk_expect(desk, "12      白马镇法律援助工作站（东）");
    screen_expect_none(&desk->screen, "11      永阳");
    desk_keys(desk, "Esc F10 F2 移送 Enter 11 F2");
    screen_expect(&desk->screen, 22, "移送 办好了"); /* it goes on there: nobody asks whether it may end */
    case_expect(center, id, "station", "永阳街道法律援助工作站");
    case_expect_state(center, id, "S2");
    desk_keys(desk, "F2 移送 Enter F4"); /* the one it came from has no machine left */
    desk_expect(desk, "2       站2（电脑已停用）");
    desk_keys(desk, "2 Enter");
    desk_expect(desk, "]站2（电脑已停用）");
    desk_keys(desk, "Up Ctrl-U 邻县（市）法律援助中心 Enter");
    desk_expect(desk, "[邻县（市）法律援助中心"); /* as it was written */
    desk_keys(desk, "F2");
    desk_expect(desk, "移送: 办了就不再往下办理，确定吗？");
    desk_keys(desk, "1");
    case_expect_state(center, id, "X3");
    desk_get_up(desk);
}

static void station_takes_the_application(struct desk *desk)
{
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_keys(desk, "12 Enter");
    screen_expect(&desk->screen, 0, "起草申请");
    desk_expect(desk, "依据 法律援助法第四十一条");
    desk_keys(desk, "张文芳 Enter Enter 32012419870312274X Enter 13900000001 Enter");
    desk_expect(desk, ">民族"); /* what the number says is passed over */
    desk_expect(desk, "[1987-03-12__]"); /* nobody typed the birth day, nor the sex */
    desk_expect(desk, "[2_____]女");
    desk_keys(desk, "Enter Enter Enter Enter Enter m5");
    desk_expect(desk, "第三十一条第(五)项");
    desk_keys(desk, "追索劳动报酬纠纷 Enter F2");
    screen_expect(&desk->screen, 0, "案件  张文芳  追索劳动报酬纠纷");
    screen_expect(&desk->screen, 0, "申请草稿");
    screen_expect(&desk->screen, 22, "起草申请 办好了，现在是 申请草稿");
    desk_keys(desk, "F2");
    desk_expect(desk, "办理  现在能办 4 项");
    desk_keys(desk, "收件 Enter");
    screen_expect(&desk->screen, 0, "收件  张文芳  追索劳动报酬纠纷");
    desk_expect(desk, "期限 D01 起算");
    desk_keys(desk, "身份证复印件；工资欠条 F2"); /* the day is there: typing begins with the list */
    screen_expect(&desk->screen, 22, "已收件 S01-26-0001；申请表");
    desk_expect(desk, "[5文书 ");      /* where the papers are that just came out */
    desk_expect(desk, "2材料 2");
    desk_expect(desk, "审查决定 10-30 剩 7 天");
    desk_get_up(desk);
    world_sync(&desk->world, 0);
}

static void center_decides(struct desk *desk)
{
    struct node *center = &desk->world.center;
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[1待初审 1]");
    screen_expect(&desk->screen, 23, " F2初审  Enter看案件");
    desk_keys(desk, "F2 01 Enter 符合条件 F2");
    screen_expect(&desk->screen, 22, "初审 办好了，现在是 已初审");
    desk_expect(desk, "2待审查 1");
    desk_get_up(desk);
    desk_sit_down(desk, center, &desk->reviewer);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[2待审查 1]");
    desk_keys(desk, "F2");
    desk_expect(desk, "王初  经济状况符合；事项范围符合；符合条件"); /* what the clerk found, below the form */
    desk_keys(desk, "同意 F2");
    screen_expect(&desk->screen, 22, "审查 办好了，现在是 已审查");
    desk_get_up(desk);
    desk_sit_down(desk, center, &desk->director);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[3待审批 1]");
    desk_keys(desk, "F2 F2");
    screen_expect(&desk->screen, 22, "给予援助；审查表");
    desk_expect(desk, "援决字〔2026〕第1号");
    desk_get_up(desk);
}

static void center_assigns(struct desk *desk)
{
    struct node *center = &desk->world.center;
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter 4 F2");
    desk_expect(desk, "> 1 王律师");
    desk_keys(desk, "Enter F2");
    screen_expect(&desk->screen, 22, "已指派；指派通知书");
    desk_keys(desk, "5 F2 F2");
    screen_expect(&desk->screen, 22, "承办中；委托代理、辩护协议");
    desk_keys(desk, "F10 13 Enter Enter");
    desk_expect(desk, "承办 王律师");
    desk_keys(desk, "F2 bj Enter"); /* 报结 by its initials */
    screen_expect(&desk->screen, 0, "报结  张文芳");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 22, "结案文书: "); /* the first needed one that is empty, and the focus on it */
    desk_keys(desk, "01 2026-10-23 Enter 01 追回工资三万元 Enter Enter Enter 30000 Enter F2");
    screen_expect(&desk->screen, 22, "已报结；结案报告表");
    desk_keys(desk, "F2 回访 Enter"); /* what an action is stands there whole */
    screen_expect(&desk->screen, 3, "自动立投诉");
    desk_keys(desk, "F10");
    desk_get_up(desk);
}

static void center_closes(struct desk *desk)
{
    struct node *center = &desk->world.center;
    desk_sit_down(desk, center, &desk->reviewer);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[6结案审核 1]");
    desk_keys(desk, "F2");
    desk_expect(desk, "报结");
    desk_keys(desk, "齐全 F2");
    screen_expect(&desk->screen, 22, "结案审核 办好了，现在是 结案审核通过");
    desk_get_up(desk);
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter 7 F2");
    desk_expect(desk, "实发");
    desk_keys(desk, "Enter 2000 Enter");
    desk_expect(desk, "2000.00元");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 22, "发放补贴 办好了，现在是 补贴已发");
    desk_get_up(desk);
    desk_sit_down(desk, center, &desk->archivist);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[8待归档 1]");
    desk_keys(desk, "F8 1");
    screen_expect(&desk->screen, 22, "1 件都办好了");
    desk_expect(desk, "[8待归档 0]");
    desk_get_up(desk);
}

static void test_a_case_from_application_to_archive_by_keys(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct list_query query = {.type = catalogue_find("case")};
    struct id id = {{0}};
    case_handler(center, "王律师", "02");
    station_takes_the_application(desk);
    center_decides(desk);
    center_assigns(desk);
    center_closes(desk);
    assert_int_equal(records_list(center->store, &center->actor, &query, desk_take_id, &id, NULL), STATUS_OK);
    case_expect_state(center, id, "S12");
    char *recovered = node_get(center, "case", id, "effect");
    assert_string_equal(recovered, "追回工资三万元");
    free(recovered);
    assert_int_equal(desk_drafts_of(center, &desk->clerk), 0);
    assert_int_equal(desk_drafts_of(&desk->world.stations[0], &desk->station), 0);
    node_verify(center);
}

/* domain.md 7.3: a clean case is approved in ten keys or fewer, from the inbox. */
static void test_a_clean_case_is_approved_in_few_keys(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    case_does(center, &desk->clerk, "pre-review", &id, "means_result=03", "scope_result=01", "opinion=符合");
    case_does(center, &desk->reviewer, "examine", &id, "opinion=同意");
    desk_sit_down(desk, center, &desk->director);
    desk_keys(desk, "23 Enter");
    static const char *const PRESSED[] = {"3", "F2", "F2"};
    for (size_t i = 0; i < sizeof PRESSED / sizeof PRESSED[0]; i++)
        desk_keys(desk, PRESSED[i]);
    case_expect_state(center, id, "S6");
    assert_true(sizeof PRESSED / sizeof PRESSED[0] <= 10);
    desk_get_up(desk);
}

static void test_what_is_not_allowed_says_why(void **state)
{
    struct desk *desk = *state;
    struct id id = desk_drafted(desk, "赵𫖯", "stage=04");
    (void)id;
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_keys(desk, "13 Enter Enter F2 审查 Enter");
    screen_expect(&desk->screen, 22, "审查(examine) 只能由县中心办理");
    desk_keys(desk, "Ctrl-U Backspace Backspace 补正 Enter");
    screen_expect(&desk->screen, 22, "要在 已收件 时办理");
    desk_keys(desk, "Esc"); /* what was typed is gone, the list is whole again */
    desk_keys(desk, "9");
    screen_expect(&desk->screen, 22, "没有 9，现在能办的有 4 项");
    desk_keys(desk, "Esc");
    desk_expect(desk, "[1概况]");
    desk_get_up(desk);
}

static void test_safe_contact_masks_telephone_and_address(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "王某", "stage=04");
    node_set(station, "case", id, "phone", "13912345678");
    node_set(station, "case", id, "safe_contact", "白天打给姑姑 13700000000");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter");
    desk_expect(desk, "注意 只能这样联系: 白天打给姑姑 13700000000");
    desk_expect(desk, "电话         (见安全联系方式)");
    screen_expect_none(&desk->screen, "13912345678");
    desk_get_up(desk);
}

static void test_parties_and_materials_are_added_from_their_panels(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    desk_received(desk, "张文芳", "2026-10-20");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F5");
    screen_expect(&desk->screen, 22, "F5 在 2材料 和 3当事人 里登记");
    desk_keys(desk, "3");
    desk_expect(desk, "还没有对方当事人和代理人。F5 登记");
    desk_keys(desk, "F5 01 某某建筑公司 Enter F2 F10");
    desk_expect(desk, "[3当事人 1]");
    desk_expect(desk, ">对方当事人    某某建筑公司");
    desk_keys(desk, "4");
    desk_expect(desk, ">10-20  收件          李收");
    desk_expect(desk, "申请草稿 -> 已收件");
    desk_keys(desk, "Enter"); /* a step is read, never edited: no draft comes of it */
    screen_expect(&desk->screen, 0, "只读");
    desk_keys(desk, "Enter 张");
    screen_expect(&desk->screen, 22, "办理记录只能看，不能改");
    desk_keys(desk, "F10");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

/* What the center adds to a station's case goes to that station. */
static void test_a_party_added_at_the_center_reaches_the_station(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    (void)id;
    desk_sit_down(desk, &desk->world.center, &desk->clerk);
    desk_keys(desk, "13 Enter Enter 3 F5 01 某某建筑公司 Enter F2 F10");
    desk_expect(desk, "[3当事人 1]");
    desk_get_up(desk);
    world_sync(&desk->world, 0);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter 3");
    desk_expect(desk, ">对方当事人    某某建筑公司");
    desk_get_up(desk);
}

static bool second_one(void *context, const struct record *record, const struct list_key *key)
{
    struct id *ids = context;
    (void)key;
    ids[id_is_zero(ids[0]) ? 0 : 1] = record->id;
    return true;
}

/* Two handlers of one name: the one taken from the roster is meant, by his file. */
static void test_who_is_taken_from_the_roster_is_meant(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct id id = desk_received(desk, "张文芳", "2026-10-20"), ids[2] = {{{0}}, {{0}}};
    struct list_query query = {.type = catalogue_find("handler")};
    case_handler(center, "王律师", "02");
    case_handler(center, "王律师", "03");
    case_does(center, &desk->clerk, "pre-review", &id, "means_result=03", "scope_result=01", "opinion=符合");
    case_does(center, &desk->reviewer, "examine", &id, "opinion=同意");
    case_does(center, &desk->director, "approve", &id, "opinion=同意");
    case_handler(center, "赵律师", "02");
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter 4 F2"); /* the roster narrows by typing, as every list */
    desk_expect(desk, "赵律师");
    screen_keys(&desk->screen, "wls"); /* the cursor stands in what is typed */
    screen_expect_none(&desk->screen, "赵律师");
    desk_keys(desk, "Esc");
    desk_expect(desk, "赵律师");
    screen_keys(&desk->screen, "qqq Enter");
    desk_expect(desk, "F4 回到表里自己写姓名");
    desk_keys(desk, "F4 F4");
    desk_expect(desk, "赵律师");
    screen_keys(&desk->screen, "王 2 Enter F2");
    screen_expect(&desk->screen, 22, "已指派；指派通知书");
    desk_get_up(desk);
    assert_int_equal(records_list(center->store, &center->actor, &query, second_one, ids, NULL), STATUS_OK);
    char *ref = node_get(center, "case", id, "handler_ref"), *name = node_get(center, "case", id, "handler");
    char first[ID_TEXT_BYTES], second[ID_TEXT_BYTES];
    id_format(ids[0], first);
    id_format(ids[1], second);
    assert_true(strcmp(ref, first) == 0 || strcmp(ref, second) == 0);
    assert_string_equal(name, "王律师");
    free(ref);
    free(name);
}

static void test_what_to_mind_stands_on_top(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "小明", "stage=04");
    node_set(station, "case", id, "id_no", "");
    node_set(station, "case", id, "born", "2016-01-01");
    node_set(station, "case", id, "limitation_on", "2026-10-26");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter");
    desk_expect(desk, "离时效届满不足七日，可以先行提供援助(法律援助法第四十四条)");
    desk_expect(desk, "未成年人由法定代理人代为申请(法律援助法第四十条)");
    desk_expect(desk, "时效届满 10-26 剩 3 天");
    desk_get_up(desk);
    node_set(station, "case", id, "sealed", "是");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, &desk->world.center, &desk->director);
    desk_keys(desk, "13 Enter Enter");
    desk_expect(desk, "已封存，不进名单和查找");
    desk_get_up(desk);
}

static void test_inbox_counts_and_order(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    desk_received(desk, "新来", "2026-10-22");
    desk_received(desk, "阿依古丽·买买提", "2026-10-13"); /* due on the 20th: three days ago */
    desk_received(desk, "居中", "2026-10-19");
    struct id late = desk_received(desk, "补正过期", "2026-09-01");
    case_does(&desk->world.stations[0], &desk->station, "request-supplement", &late, "items=低保证", "date=2026-09-02", "supplement_due=2026-09-17");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, center, &desk->clerk);
    desk_keys(desk, "23 Enter");
    desk_expect(desk, "[1待初审 3]");
    desk_expect(desk, "0补正逾期 1");
    screen_expect(&desk->screen, 6, ">超 3 天   阿依古丽·买");
    screen_expect(&desk->screen, 6, "10-13  10 天");
    screen_expect(&desk->screen, 7, " 剩 3 天   居中");
    screen_expect(&desk->screen, 8, " 剩 6 天   新来");
    desk_keys(desk, "0");
    screen_expect(&desk->screen, 6, "补正过期");
    screen_expect(&desk->screen, 23, " F2视为撤回");
    desk_keys(desk, "F2 F2");
    desk_expect(desk, "办了就不再往下办理，确定吗？");
    desk_keys(desk, "2");
    case_expect_state(center, late, "S3");
    desk_keys(desk, "F2 1");
    case_expect_state(center, late, "X1");
    screen_expect(&desk->screen, 22, "视为撤回 办好了");
    desk_expect(desk, "补正逾期: 没有");
    desk_get_up(desk);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    desk_received(desk, "阿依古丽·买买提", "2026-10-20");
    desk_sit_down_at(desk, center, &desk->clerk, 20, 60);
    desk_keys(desk, "23 Enter");
    screen_expect(&desk->screen, 6, "剩余      申请人           案由");
    desk_keys(desk, "Enter 4");
    desk_expect(desk, "[4记录 2]");
    desk_keys(desk, "2");
    desk_keys(desk, "F2 5");
    screen_expect(&desk->screen, 0, "初审");
    desk_expect(desk, ">经济状况     [______]");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 18, "经济状况: ");
    desk_keys(desk, "F10 F10 F10 12 Enter");
    desk_expect(desk, "下面还有");
    desk_keys(desk, "Tab Tab Tab"); /* scrolls: the focus stays inside the window */
    app_resize(&desk->screen.app, 24, 80);
    assert_int_equal(canvas_resize(&desk->screen.canvas, 24, 80), STATUS_OK);
    desk_keys(desk, "Enter");
    desk_expect(desk, " 时效届满     [____________]             情况紧急     ["); /* two to a line again */
    desk_get_up(desk);
}

static void test_the_station_has_no_inbox(void **state)
{
    struct desk *desk = *state;
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    screen_expect_none(&desk->screen, "收件箱");
    desk_keys(desk, "23 Enter");
    screen_expect(&desk->screen, 22, "没有编号 23");
    desk_get_up(desk);
}

/* What a volunteer drafted waits for the station's people, and is told to them; to the volunteer it is not. */
static void test_a_volunteers_application_is_in_the_stations_to_do(void **state)
{
    struct desk *desk = *state;
    struct actor volunteer = desk_person(&desk->world.stations[0], "小志", ROLE_VOLUNTEER);
    desk_sit_down(desk, &desk->world.stations[0], &volunteer);
    desk_keys(desk, "12 Enter 张文芳 Enter F2 F10");
    screen_expect_none(&desk->screen, "等收件");
    desk_get_up(desk);
    desk_sit_down(desk, &desk->world.stations[0], &desk->station);
    desk_expect(desk, "1 收件  1 件申请起草好了，等收件");
    desk_keys(desk, "1 Enter");
    desk_expect(desk, "张文芳");
    desk_get_up(desk);
}

/* Another session of the station is quicker: the action is refused with the reason, and what was typed stays a draft. */
static void test_another_session_acts_first(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001");
    case_does(station, &desk->station, "receive", &id, "items=户口簿");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 22, "别人");
    case_expect_state(station, id, "S2");
    char *phone = node_get(station, "case", id, "phone");
    assert_true(phone == NULL || strcmp(phone, "13900000001") != 0); /* nothing of the second receipt is in the case */
    free(phone);
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);
    desk_get_up(desk);
}

/* Another session edits another field of the case, or the same one, while an action is filled in. */
static void test_another_session_saves_first(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    node_set(station, "case", id, "phone", "13711111111");
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 22, "别人");
    case_expect_state(station, id, "S1");
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);
    desk_get_up(desk);
}

/* The case is deleted while an action on it is filled in. */
static void test_the_case_is_deleted_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("case"), id, NULL), STATUS_OK);
    desk_keys(desk, "F2");
    screen_expect(&desk->screen, 22, "删除");
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);
    desk_keys(desk, "F10"); /* and out again */
    desk_get_up(desk);
}

/* Erased by law at the center, and the erasure comes with a sync while an action on the case is filled in: it is said why, nothing is done and nothing of the person stays. */
static void test_the_case_is_erased_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    const struct record_type *type = catalogue_find("case");
    struct errmsg err = {{0}};
    struct record gone;
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);
    if (erasure_write(center->store, &center->actor, type, id, "本人要求", "何平", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    assert_int_equal(records_get(station->store, &station->actor, type, id, &gone, NULL), STATUS_NOT_FOUND);
    screen_expect(&desk->screen, 22, "已不在这里");
    screen_expect(&desk->screen, 0, "案件   共 0");
    screen_expect_none(&desk->screen, "张文芳");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

/* The center gives the case to another station while an action on it is filled in: what was typed is there to be read, nothing of the case; and so it is when the draft is taken up later. */
static void test_the_case_leaves_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct errmsg err = {{0}};
    desk_name_org(center, 12, "白马镇法律援助工作站");
    struct id id = desk_drafted(desk, "张文芳", "stage=04");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    assert_int_equal(desk_drafts_of(station, &desk->station), 1);
    if (reach_move(center->store, &center->actor, catalogue_find("case"), id, 12, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    screen_expect(&desk->screen, 22, "不能再存");
    screen_expect_any(&desk->screen, "身份证复印件");
    screen_expect_any(&desk->screen, "13900000001");
    screen_expect_none(&desk->screen, "张文芳");
    assert_int_equal(node_number(station, "SELECT count(*) FROM draft WHERE title<>'' OR instr(fields,CAST('张文芳' AS BLOB))>0"), 0);
    desk_keys(desk, "F10 F10");
    screen_expect_none(&desk->screen, "张文芳");
    desk_keys(desk, "1 Enter");
    screen_expect_any(&desk->screen, "身份证复印件");
    desk_keys(desk, "Ctrl-D 1");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_case_from_application_to_archive_by_keys, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_station_a_case_goes_to_is_chosen, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_case_leaves_meanwhile, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_sealing_says_who_sees_it_then, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_clean_case_is_approved_in_few_keys, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_what_is_not_allowed_says_why, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_safe_contact_masks_telephone_and_address, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_parties_and_materials_are_added_from_their_panels, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_party_added_at_the_center_reaches_the_station, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_who_is_taken_from_the_roster_is_meant, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_what_to_mind_stands_on_top, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_inbox_counts_and_order, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_volunteers_application_is_in_the_stations_to_do, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_another_session_acts_first, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_another_session_saves_first, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_case_is_deleted_meanwhile, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_case_is_erased_meanwhile, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_small_screen, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_station_has_no_inbox, desk_open, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
