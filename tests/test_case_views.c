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
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/undo_save.h"
#include "tui/views/views.h"

#define TODAY_MS (INT64_C(1792717920) * 1000)

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct actor station, clerk, reviewer, director, archivist;
};

static struct actor person(const struct node *node, const char *name, enum actor_role role)
{
    struct actor actor = node->actor;
    actor.owner = false;
    actor.role = role;
    actor.now_ms = TODAY_MS;
    snprintf(actor.name, sizeof actor.name, "%s", name);
    return actor;
}

static void handler(struct node *center, const char *name, const char *kind)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("handler"));
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "kind", kind), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &record, &err), STATUS_OK);
    record_release(&record);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    const struct node *center = &desk->world.center;
    desk->station = person(&desk->world.stations[0], "李收", ROLE_STATION);
    desk->clerk = person(center, "王初", ROLE_CLERK);
    desk->reviewer = person(center, "赵审", ROLE_REVIEWER);
    desk->director = person(center, "钱批", ROLE_DIRECTOR);
    desk->archivist = person(center, "周档", ROLE_ARCHIVIST);
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

/* ---- at the screen ---- */

static char cell_at(const struct screen *screen, int row, int col)
{
    uint32_t code = canvas_cell(&screen->canvas, row, col)->code;
    return code < 128 ? (char)code : '*';
}

/* The cursor stands on the marker of a list, or inside the brackets of a field; where there is no marker at all, anywhere. */
static bool cursor_on_focus(const struct screen *screen)
{
    int row = screen->canvas.cursor_row, left = screen->canvas.cursor_col, right = left;
    bool marker = false;
    if (cell_at(screen, row, 0) == '>' && left == 0)
        return true;
    for (int r = 1; r < screen->canvas.rows - 2; r++)
        marker |= cell_at(screen, r, 0) == '>';
    while (left > 0 && cell_at(screen, row, left) != '[')
        left--;
    while (right < screen->canvas.cols - 1 && cell_at(screen, row, right) != ']')
        right++;
    return !marker || (cell_at(screen, row, left) == '[' && cell_at(screen, row, right) == ']');
}

/* Keys, and what must hold of every screen after them. */
static void keys(struct desk *desk, const char *names)
{
    struct screen *screen = &desk->screen;
    screen_keys(screen, names);
    const struct view *top = app_top(&screen->app);
    if (top == NULL || screen->app.overlay != APP_NO_OVERLAY)
        return;
    struct view view = *top;
    const char *wrong = keymap_check(view.class->keymap(&view));
    if (wrong != NULL)
        fail_msg("%s: key %s", view.class->name, wrong);
    assert_non_null(view.class->help);
    if (!cursor_on_focus(screen))
        screen_expect_any(screen, "(the cursor is not on the focus)");
}

static void sit_down_at(struct desk *desk, struct node *node, struct actor *actor, int rows, int cols)
{
    desk->context = screen_context(node);
    desk->context.actor = actor;
    desk->context.undo = view_undo_last_save;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, rows, cols);
}

static void sit_down(struct desk *desk, struct node *node, struct actor *actor)
{
    sit_down_at(desk, node, actor, 24, 80);
}

static void get_up(struct desk *desk)
{
    screen_close(&desk->screen);
}

static void expect(struct desk *desk, const char *text)
{
    screen_expect_any(&desk->screen, text);
}

/* ---- cases made without screens ---- */

static enum status act(struct node *node, const struct actor *actor, const char *action, struct id *id, struct errmsg *err, const char *const *fields)
{
    struct case_move move;
    errmsg_clear(err);
    enum status status = case_move_begin(node->store, actor, node->codes, case_action_find(action), *id, &move, err);
    if (status != STATUS_OK)
        return status;
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        status = case_move_set(&move, node->codes, name, equals + 1, strlen(equals + 1), err);
    }
    if (status == STATUS_OK)
        status = case_move_commit(node->store, actor, node->codes, node->random, &move, err);
    if (status == STATUS_OK)
        *id = move.kase.id;
    case_move_release(&move);
    return status;
}

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define does(node, actor, action, id, ...)                                                                \
    do {                                                                                                  \
        struct errmsg does_err;                                                                           \
        enum status does_status = act(node, actor, action, id, &does_err, FIELDS(__VA_ARGS__));           \
        if (does_status != STATUS_OK)                                                                     \
            fail_msg("%s: %s: %s", action, status_name(does_status), errmsg_text(&does_err, does_status)); \
    } while (0)

static struct id drafted(struct desk *desk, const char *name, const char *more)
{
    struct id id = {{0}};
    char field[128];
    snprintf(field, sizeof field, "name=%s", name);
    does(&desk->world.stations[0], &desk->station, "draft", &id, field, "cause=追索劳动报酬纠纷", "matter=M5", "id_no=32012419870312274X", more);
    return id;
}

static struct id received(struct desk *desk, const char *name, const char *on)
{
    struct id id = drafted(desk, name, "stage=04");
    char field[64];
    snprintf(field, sizeof field, "received_on=%s", on);
    does(&desk->world.stations[0], &desk->station, "receive", &id, field, "items=身份证复印件");
    world_sync(&desk->world, 0);
    return id;
}

static void state_is(struct node *node, struct id id, const char *state)
{
    char *text = node_get(node, "case", id, "state");
    assert_non_null(text);
    assert_string_equal(text, state);
    free(text);
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(int *)context;
    return true;
}

static int drafts_of(const struct node *node, const struct actor *actor)
{
    int n = 0;
    assert_int_equal(draft_list(node->store, actor, count_draft, &n, NULL), STATUS_OK);
    return n;
}

/* ---- tests ---- */

static void text_is(struct node *node, struct id id, const char *field, const char *expected)
{
    char *text = node_get(node, "case", id, field);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void name_org(struct node *center, int64_t number, const char *name)
{
    struct errmsg err = {{0}};
    struct record org;
    record_init(&org, catalogue_find("org"));
    assert_int_equal(record_set_int(&org, "number", number), STATUS_OK);
    assert_int_equal(record_set_text(&org, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&org, "kind", "station"), STATUS_OK);
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &org, &err), STATUS_OK);
    record_release(&org);
}

static void go_to(struct desk *desk, uint32_t label, const char *focus)
{
    for (int i = 0; i < 40 && strcmp(app_top(&desk->screen.app)->class->name, "home") != 0; i++) {
        if (canvas_cell(&desk->screen.canvas, desk->screen.canvas.cursor_row, 1)->code == label)
            break;
        keys(desk, "Enter");
    }
    expect(desk, focus);
}

enum { LABEL_SEALED = 0x5C01 /* 封存 */ };

/* Who seals what he will not find again is told before it is gone. */
static void test_sealing_says_who_sees_it_then(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, &desk->station);
    keys(desk, "12 Enter 张文芳");
    go_to(desk, LABEL_SEALED, ">封存");
    keys(desk, "1 F2");
    expect(desk, "封存后你在名单里找不到它，只有县中心主任、档案员看得到");
    keys(desk, "2"); /* not yet: it stands in the form as it was */
    screen_expect(&desk->screen, 0, "起草申请");
    keys(desk, "F2 1");
    screen_expect(&desk->screen, 22, "起草申请 办好了");
    get_up(desk);
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter");
    screen_expect_none(&desk->screen, "张文芳");
    get_up(desk);
    (void)drafted(desk, "李四", "stage=04");
    sit_down(desk, station, &desk->station); /* the same in the form of the record */
    keys(desk, "13 Enter Enter F4");
    go_to(desk, LABEL_SEALED, ">封存");
    keys(desk, "1 F2");
    expect(desk, "封存后你在名单里找不到它");
    keys(desk, "1");
    screen_expect(&desk->screen, 22, "已保存");
    get_up(desk);
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter");
    screen_expect_none(&desk->screen, "李四");
    get_up(desk);
}

/* Whom a case is handed to is chosen as any code is: a list, a part of the name, initials, the number. Its own station is none of them. */
static void test_the_station_a_case_goes_to_is_chosen(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct id id = received(desk, "张文芳", "2026-10-20");
    name_org(center, 11, "永阳街道法律援助工作站");
    name_org(center, 12, "白马镇法律援助工作站（东）");
    assert_int_equal(peer_revoke(center->store, desk->world.stations[0].peer.station_no, TODAY_MS, NULL), STATUS_OK);
    sit_down(desk, center, &desk->clerk);
    keys(desk, "13 Enter Enter F2 请协办 Enter");
    screen_expect(&desk->screen, 0, "请协办  张文芳");
    expect(desk, "11 永阳街道法律援助工作站"); /* the hint lists them at once */
    keys(desk, "F4");
    expect(desk, "11      永阳街道法律援助工作站");
    expect(desk, "12      白马镇法律援助工作站（东）");
    screen_expect_none(&desk->screen, "站2"); /* whose it is */
    keys(desk, "yyj Enter"); /* initials */
    expect(desk, "[11");
    expect(desk, "]永阳街道法律援助工作站");
    keys(desk, "Up Ctrl-U 工作站 Enter");
    screen_expect(&desk->screen, 22, "对方单位: 有几个单位符合“工作站”，再写几个字或按 F4 选");
    keys(desk, "Ctrl-U 月球站 Enter");
    screen_expect(&desk->screen, 22, "对方单位: 没有“月球站”可选，按 F4 列出各站");
    keys(desk, "Ctrl-U 白马 F2");
    screen_expect(&desk->screen, 22, "请协办 办好了");
    assert_true(reach_is_shared(center->store, id, 12));
    keys(desk, "F2 请协办 Enter F4"); /* who helps already is not asked again */
    screen_expect_none(&desk->screen, "12      白马镇");
    keys(desk, "Esc F10 F2 协办结束 Enter F4");
    expect(desk, "12      白马镇法律援助工作站（东）");
    screen_expect_none(&desk->screen, "11      永阳");
    keys(desk, "Esc F10 F2 移送 Enter 11 F2");
    screen_expect(&desk->screen, 22, "移送 办好了"); /* it goes on there: nobody asks whether it may end */
    text_is(center, id, "station", "永阳街道法律援助工作站");
    state_is(center, id, "S2");
    keys(desk, "F2 移送 Enter F4"); /* the one it came from has no machine left */
    expect(desk, "2       站2（电脑已停用）");
    keys(desk, "2 Enter");
    expect(desk, "]站2（电脑已停用）");
    keys(desk, "Up Ctrl-U 邻县（市）法律援助中心 Enter");
    expect(desk, "[邻县（市）法律援助中心"); /* as it was written */
    keys(desk, "F2");
    expect(desk, "移送: 办了就不再往下办理，确定吗？");
    keys(desk, "1");
    state_is(center, id, "X3");
    get_up(desk);
}

static void station_takes_the_application(struct desk *desk)
{
    sit_down(desk, &desk->world.stations[0], &desk->station);
    keys(desk, "12 Enter");
    screen_expect(&desk->screen, 0, "起草申请");
    expect(desk, "依据 法律援助法第四十一条");
    keys(desk, "张文芳 Enter Enter 32012419870312274X Enter 13900000001 Enter");
    expect(desk, ">民族"); /* what the number says is passed over */
    expect(desk, "[1987-03-12__]"); /* nobody typed the birth day, nor the sex */
    expect(desk, "[2_____]女");
    keys(desk, "Enter Enter Enter Enter Enter m5");
    expect(desk, "第三十一条第(五)项");
    keys(desk, "追索劳动报酬纠纷 Enter F2");
    screen_expect(&desk->screen, 0, "案件  张文芳  追索劳动报酬纠纷");
    screen_expect(&desk->screen, 0, "申请草稿");
    screen_expect(&desk->screen, 22, "起草申请 办好了，现在是 申请草稿");
    keys(desk, "F2");
    expect(desk, "办理  现在能办 4 项");
    keys(desk, "收件 Enter");
    screen_expect(&desk->screen, 0, "收件  张文芳  追索劳动报酬纠纷");
    expect(desk, "期限 D01 起算");
    keys(desk, "身份证复印件；工资欠条 F2"); /* the day is there: typing begins with the list */
    screen_expect(&desk->screen, 22, "已收件 S01-26-0001；申请表");
    expect(desk, "[5文书 ");      /* where the papers are that just came out */
    expect(desk, "2材料 2");
    expect(desk, "审查决定 10-30 剩 7 天");
    get_up(desk);
    world_sync(&desk->world, 0);
}

static void center_decides(struct desk *desk)
{
    struct node *center = &desk->world.center;
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter");
    expect(desk, "[1待初审 1]");
    screen_expect(&desk->screen, 23, " F2初审  Enter看案件");
    keys(desk, "F2 01 Enter 符合条件 F2");
    screen_expect(&desk->screen, 22, "初审 办好了，现在是 已初审");
    expect(desk, "2待审查 1");
    get_up(desk);
    sit_down(desk, center, &desk->reviewer);
    keys(desk, "23 Enter");
    expect(desk, "[2待审查 1]");
    keys(desk, "F2");
    expect(desk, "王初  经济状况符合；事项范围符合；符合条件"); /* what the clerk found, below the form */
    keys(desk, "同意 F2");
    screen_expect(&desk->screen, 22, "审查 办好了，现在是 已审查");
    get_up(desk);
    sit_down(desk, center, &desk->director);
    keys(desk, "23 Enter");
    expect(desk, "[3待审批 1]");
    keys(desk, "F2 F2");
    screen_expect(&desk->screen, 22, "给予援助；审查表");
    expect(desk, "援决字〔2026〕第1号");
    get_up(desk);
}

static void center_assigns(struct desk *desk)
{
    struct node *center = &desk->world.center;
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter 4 F2");
    expect(desk, "> 1 王律师");
    keys(desk, "Enter F2");
    screen_expect(&desk->screen, 22, "已指派；指派通知书");
    keys(desk, "5 F2 F2");
    screen_expect(&desk->screen, 22, "承办中；委托代理、辩护协议");
    keys(desk, "F10 13 Enter Enter");
    expect(desk, "承办 王律师");
    keys(desk, "F2 bj Enter"); /* 报结 by its initials */
    screen_expect(&desk->screen, 0, "报结  张文芳");
    keys(desk, "F2");
    screen_expect(&desk->screen, 22, "结案文书: "); /* the first needed one that is empty, and the focus on it */
    keys(desk, "01 2026-10-23 Enter 01 追回工资三万元 Enter Enter Enter 30000 Enter F2");
    screen_expect(&desk->screen, 22, "已报结；结案报告表");
    keys(desk, "F2 回访 Enter"); /* what an action is stands there whole */
    screen_expect(&desk->screen, 3, "自动立投诉");
    keys(desk, "F10");
    get_up(desk);
}

static void center_closes(struct desk *desk)
{
    struct node *center = &desk->world.center;
    sit_down(desk, center, &desk->reviewer);
    keys(desk, "23 Enter");
    expect(desk, "[6结案审核 1]");
    keys(desk, "F2");
    expect(desk, "报结");
    keys(desk, "齐全 F2");
    screen_expect(&desk->screen, 22, "结案审核 办好了，现在是 结案审核通过");
    get_up(desk);
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter 7 F2");
    expect(desk, "实发");
    keys(desk, "Enter 2000 Enter");
    expect(desk, "2000.00元");
    keys(desk, "F2");
    screen_expect(&desk->screen, 22, "发放补贴 办好了，现在是 补贴已发");
    get_up(desk);
    sit_down(desk, center, &desk->archivist);
    keys(desk, "23 Enter");
    expect(desk, "[8待归档 1]");
    keys(desk, "F8 1");
    screen_expect(&desk->screen, 22, "1 件都办好了");
    expect(desk, "[8待归档 0]");
    get_up(desk);
}

static bool remember_case(void *context, const struct record *record, const struct list_key *key)
{
    (void)key;
    *(struct id *)context = record->id;
    return false;
}

static void test_a_case_from_application_to_archive_by_keys(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct list_query query = {.type = catalogue_find("case")};
    struct id id = {{0}};
    handler(center, "王律师", "02");
    station_takes_the_application(desk);
    center_decides(desk);
    center_assigns(desk);
    center_closes(desk);
    assert_int_equal(records_list(center->store, &center->actor, &query, remember_case, &id, NULL), STATUS_OK);
    state_is(center, id, "S12");
    char *recovered = node_get(center, "case", id, "effect");
    assert_string_equal(recovered, "追回工资三万元");
    free(recovered);
    assert_int_equal(drafts_of(center, &desk->clerk), 0);
    assert_int_equal(drafts_of(&desk->world.stations[0], &desk->station), 0);
    node_verify(center);
}

/* domain.md 7.3: a clean case is approved in ten keys or fewer, from the inbox. */
static void test_a_clean_case_is_approved_in_few_keys(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    struct id id = received(desk, "张文芳", "2026-10-20");
    does(center, &desk->clerk, "pre-review", &id, "means_result=03", "scope_result=01", "opinion=符合");
    does(center, &desk->reviewer, "examine", &id, "opinion=同意");
    sit_down(desk, center, &desk->director);
    keys(desk, "23 Enter");
    static const char *const PRESSED[] = {"3", "F2", "F2"};
    for (size_t i = 0; i < sizeof PRESSED / sizeof PRESSED[0]; i++)
        keys(desk, PRESSED[i]);
    state_is(center, id, "S6");
    assert_true(sizeof PRESSED / sizeof PRESSED[0] <= 10);
    get_up(desk);
}

static void test_what_is_not_allowed_says_why(void **state)
{
    struct desk *desk = *state;
    struct id id = drafted(desk, "赵𫖯", "stage=04");
    (void)id;
    sit_down(desk, &desk->world.stations[0], &desk->station);
    keys(desk, "13 Enter Enter F2 审查 Enter");
    screen_expect(&desk->screen, 22, "审查(examine) 只能由县中心办理");
    keys(desk, "Ctrl-U Backspace Backspace 补正 Enter");
    screen_expect(&desk->screen, 22, "要在 已收件 时办理");
    keys(desk, "Esc"); /* what was typed is gone, the list is whole again */
    keys(desk, "9");
    screen_expect(&desk->screen, 22, "没有 9，现在能办的有 4 项");
    keys(desk, "Esc");
    expect(desk, "[1概况]");
    get_up(desk);
}

static void test_a_missing_field_has_the_focus(void **state)
{
    struct desk *desk = *state;
    struct id id = received(desk, "张文芳", "2026-10-20");
    (void)id;
    sit_down(desk, &desk->world.stations[0], &desk->station);
    keys(desk, "12 Enter F2");
    screen_expect(&desk->screen, 22, "申请人: 起草申请要填这一项");
    screen_expect_cursor(&desk->screen, 5, 15);
    keys(desk, "F10 13 Enter Enter F2 通知补正 Enter F2");
    screen_expect(&desk->screen, 22, "材料清单: ");
    screen_expect(&desk->screen, 6, ">材料清单     [");
    screen_expect(&desk->screen, 6, "]必填");
    /* A rule of the law beyond needed fields leads to its field, too. */
    keys(desk, "低保证 Enter Enter 2026-10-23 Enter F2");
    screen_expect(&desk->screen, 22, "补正期限: 要在通知之日以后");
    expect(desk, ">补正期限");
    get_up(desk);
}

static void test_safe_contact_masks_telephone_and_address(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "王某", "stage=04");
    node_set(station, "case", id, "phone", "13912345678");
    node_set(station, "case", id, "safe_contact", "白天打给姑姑 13700000000");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter");
    expect(desk, "注意 只能这样联系: 白天打给姑姑 13700000000");
    expect(desk, "电话         (见安全联系方式)");
    screen_expect_none(&desk->screen, "13912345678");
    get_up(desk);
}

static void test_a_draft_survives_the_line(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    screen_expect(&desk->screen, 0, "草稿已保存");
    get_up(desk); /* the line drops: nothing was done */
    state_is(station, id, "S1");
    assert_int_equal(drafts_of(station, &desk->station), 1);

    /* Meanwhile somebody else wrote another number into the same field. */
    node_set(station, "case", id, "phone", "13711111111");
    sit_down(desk, station, &desk->station);
    expect(desk, "办理记录 未写完");
    expect(desk, "收件  张文芳");
    keys(desk, "1 Enter");
    screen_expect(&desk->screen, 22, "接着写草稿；其间别人改过 电话，请核对");
    expect(desk, "[身份证复印件");
    expect(desk, "[13900000001");
    keys(desk, "F10");

    /* The same action on the same case finds it; another action, or another case, does not. */
    keys(desk, "13 Enter Enter F2 记事 Enter");
    screen_expect_none(&desk->screen, "接着写草稿");
    keys(desk, "F10 F10 F10");
    drafted(desk, "另一人", "stage=04");
    keys(desk, "13 Enter");
    screen_expect(&desk->screen, 3, "> 1 另一人");
    keys(desk, "Enter F2 收件 Enter");
    screen_expect_none(&desk->screen, "接着写草稿");
    keys(desk, "F10 F10 Down Enter F2 收件 Enter");
    expect(desk, "[身份证复印件");
    keys(desk, "F2");
    state_is(station, id, "S2");
    char *phone = node_get(station, "case", id, "phone");
    assert_string_equal(phone, "13900000001");
    free(phone);
    assert_int_equal(drafts_of(station, &desk->station), 0);
    get_up(desk);
}

static void test_a_draft_can_be_thrown_away(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter Enter Enter Enter 身份证复印件 Enter F10 F2 收件 Enter");
    screen_expect(&desk->screen, 22, "接着写草稿");
    keys(desk, "Ctrl-D 1");
    screen_expect(&desk->screen, 22, "从头填");
    screen_expect_none(&desk->screen, "身份证复印件");
    assert_int_equal(drafts_of(station, &desk->station), 0);
    get_up(desk);
}

/* The case moved on by another hand: the draft cannot be finished, and is thrown away from the home screen. */
static void test_a_draft_that_came_too_late(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter Enter Enter Enter 身份证复印件 Enter F10 F10 F10");
    does(station, &desk->station, "receive", &id, "items=身份证复印件");
    keys(desk, "1 Enter");
    screen_expect(&desk->screen, 22, "案件现在是 已收件(S2)，收件(receive) 要在 申请草稿 时办理");
    screen_expect(&desk->screen, 0, "法律援助工作站");
    keys(desk, "Ctrl-D 1");
    screen_expect_none(&desk->screen, "办理记录 未写完");
    assert_int_equal(drafts_of(station, &desk->station), 0);
    get_up(desk);
}

static void test_a_consultation_becomes_an_application(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, &desk->station);
    keys(desk, "11 Enter 周国忠 Enter 1 13900000001 Enter Enter 02 工资三个月没发 F5");
    screen_expect(&desk->screen, 0, "起草申请  周国忠");
    expect(desk, "[周国忠");
    expect(desk, "[13900000001");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "案件  周国忠");
    expect(desk, "工资三个月没发");
    keys(desk, "F10");
    screen_expect(&desk->screen, 0, "咨询速录");
    keys(desk, "F10 16 Enter Enter");
    expect(desk, "[03____]申请法律援助"); /* counted as such */
    get_up(desk);
}

static void test_what_need_not_be_asked_is_passed_over(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, &desk->station);
    keys(desk, "12 Enter 张文芳 Enter F2 F4"); /* saved: on the case's screen, then the record form */
    keys(desk, "F10 F2 起草 Enter");
    for (int i = 0; i < 60 && strcmp(desk->screen.app.message, "到最后一项了，F2 办理") != 0; i++)
        screen_keys(&desk->screen, "Enter");
    screen_expect_none(&desk->screen, "不必填，见下面");
    keys(desk, "F10 F4");
    keys(desk, "F10");
    struct id id = {{0}};
    struct list_query query = {.type = catalogue_find("case")};
    assert_int_equal(records_list(station->store, &station->actor, &query, remember_case, &id, NULL), STATUS_OK);
    node_set(station, "case", id, "waived_42", "03");
    keys(desk, "F2 起草 Enter");
    expect(desk, "第四十二条第(三)项");
    for (int i = 0; i < 60 && strcmp(desk->screen.app.message, "到最后一项了，F2 办理") != 0; i++) {
        screen_keys(&desk->screen, "Enter");
        const struct cell *cell = canvas_cell(&desk->screen.canvas, desk->screen.canvas.cursor_row, 1);
        assert_false(cell->code == 0x5bb6); /* 家庭人数 never has the focus */
    }
    get_up(desk);
}

static void test_parties_and_materials_are_added_from_their_panels(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    received(desk, "张文芳", "2026-10-20");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F5");
    screen_expect(&desk->screen, 22, "F5 在 2材料 和 3当事人 里登记");
    keys(desk, "3");
    expect(desk, "还没有对方当事人和代理人。F5 登记");
    keys(desk, "F5 01 某某建筑公司 Enter F2 F10");
    expect(desk, "[3当事人 1]");
    expect(desk, ">对方当事人    某某建筑公司");
    keys(desk, "4");
    expect(desk, ">10-20  收件          李收");
    expect(desk, "申请草稿 -> 已收件");
    keys(desk, "Enter"); /* a step is read, never edited: no draft comes of it */
    screen_expect(&desk->screen, 0, "只读");
    keys(desk, "Enter 张");
    screen_expect(&desk->screen, 22, "办理记录只能看，不能改");
    keys(desk, "F10");
    assert_int_equal(drafts_of(station, &desk->station), 0);
    get_up(desk);
}

/* What the center adds to a station's case goes to that station. */
static void test_a_party_added_at_the_center_reaches_the_station(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = received(desk, "张文芳", "2026-10-20");
    (void)id;
    sit_down(desk, &desk->world.center, &desk->clerk);
    keys(desk, "13 Enter Enter 3 F5 01 某某建筑公司 Enter F2 F10");
    expect(desk, "[3当事人 1]");
    get_up(desk);
    world_sync(&desk->world, 0);
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter 3");
    expect(desk, ">对方当事人    某某建筑公司");
    get_up(desk);
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
    struct id id = received(desk, "张文芳", "2026-10-20"), ids[2] = {{{0}}, {{0}}};
    struct list_query query = {.type = catalogue_find("handler")};
    handler(center, "王律师", "02");
    handler(center, "王律师", "03");
    does(center, &desk->clerk, "pre-review", &id, "means_result=03", "scope_result=01", "opinion=符合");
    does(center, &desk->reviewer, "examine", &id, "opinion=同意");
    does(center, &desk->director, "approve", &id, "opinion=同意");
    handler(center, "赵律师", "02");
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter 4 F2"); /* the roster narrows by typing, as every list */
    expect(desk, "赵律师");
    screen_keys(&desk->screen, "wls"); /* the cursor stands in what is typed */
    screen_expect_none(&desk->screen, "赵律师");
    keys(desk, "Esc");
    expect(desk, "赵律师");
    screen_keys(&desk->screen, "qqq Enter");
    expect(desk, "F4 回到表里自己写姓名");
    keys(desk, "F4 F4");
    expect(desk, "赵律师");
    screen_keys(&desk->screen, "王 2 Enter F2");
    screen_expect(&desk->screen, 22, "已指派；指派通知书");
    get_up(desk);
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
    struct id id = drafted(desk, "小明", "stage=04");
    node_set(station, "case", id, "id_no", "");
    node_set(station, "case", id, "born", "2016-01-01");
    node_set(station, "case", id, "limitation_on", "2026-10-26");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter");
    expect(desk, "离时效届满不足七日，可以先行提供援助(法律援助法第四十四条)");
    expect(desk, "未成年人由法定代理人代为申请(法律援助法第四十条)");
    expect(desk, "时效届满 10-26 剩 3 天");
    get_up(desk);
    node_set(station, "case", id, "sealed", "是");
    world_sync(&desk->world, 0);
    sit_down(desk, &desk->world.center, &desk->director);
    keys(desk, "13 Enter Enter");
    expect(desk, "已封存，不进名单和查找");
    get_up(desk);
}

static void test_inbox_counts_and_order(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    received(desk, "新来", "2026-10-22");
    received(desk, "阿依古丽·买买提", "2026-10-13"); /* due on the 20th: three days ago */
    received(desk, "居中", "2026-10-19");
    struct id late = received(desk, "补正过期", "2026-09-01");
    does(&desk->world.stations[0], &desk->station, "request-supplement", &late, "items=低保证", "date=2026-09-02", "supplement_due=2026-09-17");
    world_sync(&desk->world, 0);
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter");
    expect(desk, "[1待初审 3]");
    expect(desk, "0补正逾期 1");
    screen_expect(&desk->screen, 6, ">超 3 天   阿依古丽·买");
    screen_expect(&desk->screen, 6, "10-13  10 天");
    screen_expect(&desk->screen, 7, " 剩 3 天   居中");
    screen_expect(&desk->screen, 8, " 剩 6 天   新来");
    keys(desk, "0");
    screen_expect(&desk->screen, 6, "补正过期");
    screen_expect(&desk->screen, 23, " F2视为撤回");
    keys(desk, "F2 F2");
    expect(desk, "办了就不再往下办理，确定吗？");
    keys(desk, "2");
    state_is(center, late, "S3");
    keys(desk, "F2 1");
    state_is(center, late, "X1");
    screen_expect(&desk->screen, 22, "视为撤回 办好了");
    expect(desk, "补正逾期: 没有");
    get_up(desk);
}

static void test_a_small_screen(void **state)
{
    struct desk *desk = *state;
    struct node *center = &desk->world.center;
    received(desk, "阿依古丽·买买提", "2026-10-20");
    sit_down_at(desk, center, &desk->clerk, 20, 60);
    keys(desk, "23 Enter");
    screen_expect(&desk->screen, 6, "剩余      申请人           案由");
    keys(desk, "Enter 4");
    expect(desk, "[4记录 2]");
    keys(desk, "2");
    keys(desk, "F2 5");
    screen_expect(&desk->screen, 0, "初审");
    expect(desk, ">经济状况     [______]");
    keys(desk, "F2");
    screen_expect(&desk->screen, 18, "经济状况: ");
    keys(desk, "F10 F10 F10 12 Enter");
    expect(desk, "下面还有");
    keys(desk, "Tab Tab Tab"); /* scrolls: the focus stays inside the window */
    app_resize(&desk->screen.app, 24, 80);
    assert_int_equal(canvas_resize(&desk->screen.canvas, 24, 80), STATUS_OK);
    keys(desk, "Enter");
    expect(desk, " 时效届满     [____________]             情况紧急     ["); /* two to a line again */
    get_up(desk);
}

static void test_the_station_has_no_inbox(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0], &desk->station);
    screen_expect_none(&desk->screen, "收件箱");
    keys(desk, "23 Enter");
    screen_expect(&desk->screen, 22, "没有编号 23");
    get_up(desk);
}

/* What a volunteer drafted waits for the station's people, and is told to them; to the volunteer it is not. */
static void test_a_volunteers_application_is_in_the_stations_to_do(void **state)
{
    struct desk *desk = *state;
    struct actor volunteer = person(&desk->world.stations[0], "小志", ROLE_VOLUNTEER);
    sit_down(desk, &desk->world.stations[0], &volunteer);
    keys(desk, "12 Enter 张文芳 Enter F2 F10");
    screen_expect_none(&desk->screen, "等收件");
    get_up(desk);
    sit_down(desk, &desk->world.stations[0], &desk->station);
    expect(desk, "1 收件  1 件申请起草好了，等收件");
    keys(desk, "1 Enter");
    expect(desk, "张文芳");
    get_up(desk);
}

/* The next one of the same matter: = takes one field of the case before, F8 what is empty and not the person's own. */
static void test_an_application_like_the_one_before(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0], &desk->station);
    keys(desk, "12 Enter 张文芳 Enter Enter Enter 13900000001 Enter 2 F2 F10");
    keys(desk, "12 Enter 王建国 F8");
    expect(desk, "照上一件填了");
    expect(desk, "[王建国");
    expect(desk, "]女");
    screen_expect_none(&desk->screen, "13900000001");
    keys(desk, "Enter Enter Enter =");
    expect(desk, "[13900000001");
    keys(desk, "F2 Ctrl-Z");
    expect(desk, "办理动作，撤不回来"); /* and no older save is taken back instead */
    get_up(desk);
}

/* Enter until the field whose label begins with that character has the focus. */
enum { LABEL_OTHERS = 0x5176 /* 其他当事人 */, LABEL_HOUSEHOLD = 0x5BB6 /* 家庭成员 */, LABEL_MATERIALS = 0x6750 /* 材料清单 */ };

/* Several applicants and the other side are written in the form of the application, a line each; a line that is none says which. */
static void test_a_roster_in_the_form_becomes_parties(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.stations[0], &desk->station);
    keys(desk, "12 Enter 张文芳 Tab");
    go_to(desk, 0x5176, ">其他当事人");
    keys(desk, "王小明 Space 13900000002 Ctrl-J 证人 F2");
    expect(desk, "第 2 行: 没有写姓名");
    expect(desk, ">其他当事人");
    keys(desk, "Space 赵秀兰 F2");
    expect(desk, "3当事人 2");
    keys(desk, "3");
    expect(desk, "王小明");
    expect(desk, "赵秀兰");
    get_up(desk);
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
    sit_down(desk, station, &desk->station);
    keys(desk, "12 Enter 张文芳 Tab");
    go_to(desk, LABEL_OTHERS, ">其他当事人");
    keys(desk, "F4");
    expect(desk, "> 1  还没有别的当事人");
    expect(desk, "[04____]共同申请人");
    keys(desk, "Enter 王小明 Enter 13900000002 Enter Enter 01 Enter");
    screen_expect(&desk->screen, 6, "  1  共同申请人 王小明          13900000002");
    screen_expect(&desk->screen, 7, "> 2  (新的一行)");
    keys(desk, "01 某某公司 Enter 1390 PgUp"); /* a telephone number that is none */
    screen_expect(&desk->screen, 22, "第 2 行: 电话");
    keys(desk, "0000003 PgUp");
    screen_expect(&desk->screen, 6, "> 1  共同申请人 王小明");
    screen_expect(&desk->screen, 7, "  2  对方当事人 某某公司");
    keys(desk, "F8"); /* down */
    screen_expect(&desk->screen, 6, "  1  对方当事人 某某公司");
    screen_expect(&desk->screen, 7, "> 2  共同申请人 王小明");
    keys(desk, "F8");
    screen_expect(&desk->screen, 22, "已经是最后一行");
    keys(desk, "F7 F7");
    screen_expect(&desk->screen, 22, "已经是第一行");
    keys(desk, "Ctrl-D");
    screen_expect_none(&desk->screen, "王小明");
    keys(desk, "Ctrl-Z");
    screen_expect(&desk->screen, 6, "> 1  共同申请人 王小明");
    keys(desk, "F5 07 赵秀兰 PgDn");
    screen_expect(&desk->screen, 6, "  1  证人       赵秀兰");
    screen_expect(&desk->screen, 7, "> 2  共同申请人 王小明");
    keys(desk, "王大明"); /* behind the name, and the line drops */
    screen_wait(&desk->screen, 3000);
    get_up(desk);
    sit_down(desk, station, &desk->station);
    keys(desk, "1 Enter Up");
    expect(desk, ">其他当事人");
    expect(desk, "[证人 赵秀兰__");
    expect(desk, "[对方当事人 某某公司 13900000003__");
    keys(desk, "F4");
    screen_expect(&desk->screen, 7, "  2  共同申请人 王小明王大明");
    keys(desk, "F2 3");
    expect(desk, "3当事人 3");
    expect(desk, "赵秀兰");
    expect(desk, "某某公司");
    get_up(desk);
}

/* The household becomes relations of the applicant's file at the receipt; who is there already is brought up to date. */
static void test_the_household_and_the_materials_of_an_application(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, &desk->station);
    keys(desk, "12 Enter 张文芳 Enter Enter 32012419870312274X Enter Enter");
    go_to(desk, LABEL_HOUSEHOLD, ">家庭成员");
    keys(desk, "F4 01 王小明 Enter 45 Enter 3000 Enter Enter Enter 务农 Enter");
    screen_expect(&desk->screen, 6, "  1  配偶     王小明        45    3000元");
    keys(desk, "zinv"); /* 子女 by its initials would be zn */
    keys(desk, "Ctrl-U 04 王小红 Enter 9 Enter F10");
    expect(desk, "[配偶 王小明 45岁 工资3000元 务农__");
    keys(desk, "Enter");
    expect(desk, "家庭人数     [3_");
    keys(desk, "F2");
    expect_relations(desk, ""); /* no file yet */
    keys(desk, "F2 收件 Enter");
    go_to(desk, LABEL_MATERIALS, ">材料清单");
    keys(desk, "F4 身份证 Enter 01 2 Enter 3 Enter 1");
    screen_expect(&desk->screen, 7, "  1  身份证");
    keys(desk, "户口簿 F10");
    expect(desk, "[身份证（身份证明） 2份 3页 原件__");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "已收件");
    expect(desk, "2材料 2");
    expect_relations(desk, "配偶 王小明 45 3000.00元 务农\n子女 王小红 9  \n");

    /* Another application of the same person two years later. */
    struct id id = {{0}};
    does(station, &desk->station, "draft", &id, "name=张文芳", "id_no=32012419870312274X", "matter=M5", "stage=04");
    does(station, &desk->station, "receive", &id, "items=身份证复印件", "members=配偶 王小明 47岁 工资3500元\n母亲 赵秀兰 70岁");
    expect_relations(desk, "母亲 赵秀兰 70  \n配偶 王小明 47 3500.00元 务农\n子女 王小红 9  \n");
    struct errmsg err;
    id = (struct id){{0}};
    does(station, &desk->station, "draft", &id, "name=李四", "id_no=320117197101069998", "matter=M5", "stage=04");
    assert_int_equal(act(station, &desk->station, "receive", &id, &err, FIELDS("items=身份证;户口簿 1000份")), STATUS_RANGE);
    assert_non_null(strstr(err.text, "字段 材料清单(items): 第 2 行: 份数 1000"));
    assert_int_equal(act(station, &desk->station, "receive", &id, &err, FIELDS("items=身份证", "members=母亲 赵秀兰;配偶")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "字段 家庭成员(members): 第 2 行: 没有写姓名"));
    get_up(desk);
}

/* Long texts: codes at their end become phrases, F4 lists them, Ctrl-T takes what was written before in the same action, or in cases of the same cause. */
static void test_long_texts_by_codes_and_after_earlier_ones(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    struct id first = {{0}}, other = {{0}};
    does(station, &desk->station, "draft", &first, "name=赵大", "cause=追索劳动报酬纠纷", "matter=M5", "id_no=32012419870312274X", "stage=04", "narrative=建筑公司拖欠工资六个月");
    does(station, &desk->station, "draft", &other, "name=钱二", "cause=追索劳动报酬纠纷", "matter=M5", "stage=04", "narrative=饭店老板不给加班费");
    sit_down(desk, station, &desk->station);
    keys(desk, "12 Enter 张文芳 Enter Ctrl-T");
    screen_expect(&desk->screen, 22, "还没有同案由的案件写过这一项；先填案由");
    get_up(desk);
    does(station, &desk->station, "receive", &first, "items=身份证复印件");
    world_sync(&desk->world, 0);

    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter"); /* 钱二 */
    go_to(desk, 0x6848 /* 案情及理由 */, ">案情及理由");
    expect(desk, "F4 短语(或代码 11+20)");
    keys(desk, "Ctrl-U 公司拖欠工资 Ctrl-T");
    expect(desk, "建筑公司拖欠工资六个月");
    keys(desk, "1 Enter");
    expect(desk, "[建筑公司拖欠工资六个月__");
    screen_expect(&desk->screen, 22, "取了 10-23 那件的");
    keys(desk, "Ctrl-Z"); /* one's own words are back at once */
    expect(desk, "[公司拖欠工资__");
    keys(desk, "Ctrl-J 41+45 Enter Up");
    expect(desk, "[公司拖欠工资__");
    expect(desk, "[申请人到用人单位工作，用人单位拖欠工资");
    get_up(desk);

    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter F2 01 Enter Ctrl-T"); /* 初审, the first ever */
    screen_expect(&desk->screen, 22, "这个动作以前还没有写过这一项");
    keys(desk, "F4 tyscyj Enter");
    expect(desk, "[同意审查意见。__");
    keys(desk, "Ctrl-U 01 F2");
    state_is(center, first, "S4");
    get_up(desk);
    world_sync(&desk->world, 0);
    does(station, &desk->station, "receive", &other, "items=身份证复印件", "id_no=320117197101069998");
    world_sync(&desk->world, 0);
    sit_down(desk, center, &desk->clerk);
    keys(desk, "23 Enter F2 01 Enter Ctrl-T");
    expect(desk, "申请人经济状况符合本地经济困难标准");
    keys(desk, "1 Enter F2");
    state_is(center, other, "S4");
    get_up(desk);
}

/* Another session of the station is quicker: the action is refused with the reason, and what was typed stays a draft. */
static void test_another_session_acts_first(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001");
    does(station, &desk->station, "receive", &id, "items=户口簿");
    keys(desk, "F2");
    screen_expect(&desk->screen, 22, "别人");
    state_is(station, id, "S2");
    char *phone = node_get(station, "case", id, "phone");
    assert_true(phone == NULL || strcmp(phone, "13900000001") != 0); /* nothing of the second receipt is in the case */
    free(phone);
    assert_int_equal(drafts_of(station, &desk->station), 1);
    get_up(desk);
}

/* Another session edits another field of the case, or the same one, while an action is filled in. */
static void test_another_session_saves_first(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    node_set(station, "case", id, "phone", "13711111111");
    keys(desk, "F2");
    screen_expect(&desk->screen, 22, "别人");
    state_is(station, id, "S1");
    assert_int_equal(drafts_of(station, &desk->station), 1);
    get_up(desk);
}

/* The case is deleted while an action on it is filled in. */
static void test_the_case_is_deleted_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    struct id id = drafted(desk, "张文芳", "stage=04");
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("case"), id, NULL), STATUS_OK);
    keys(desk, "F2");
    screen_expect(&desk->screen, 22, "删除");
    assert_int_equal(drafts_of(station, &desk->station), 1);
    keys(desk, "F10"); /* and out again */
    get_up(desk);
}

/* Erased by law at the center, and the erasure comes with a sync while an action on the case is filled in: it is said why, nothing is done and nothing of the person stays. */
static void test_the_case_is_erased_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0], *center = &desk->world.center;
    const struct record_type *type = catalogue_find("case");
    struct errmsg err = {{0}};
    struct record gone;
    struct id id = drafted(desk, "张文芳", "stage=04");
    world_sync(&desk->world, 0);
    sit_down(desk, station, &desk->station);
    keys(desk, "13 Enter Enter F2 收件 Enter 身份证复印件 Enter 13900000001 Enter");
    assert_int_equal(drafts_of(station, &desk->station), 1);
    if (erasure_write(center->store, &center->actor, type, id, "本人要求", "何平", true, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 1000);
    assert_int_equal(records_get(station->store, &station->actor, type, id, &gone, NULL), STATUS_NOT_FOUND);
    screen_expect(&desk->screen, 22, "已不在这里");
    screen_expect(&desk->screen, 0, "案件   共 0");
    screen_expect_none(&desk->screen, "张文芳");
    assert_int_equal(drafts_of(station, &desk->station), 0);
    get_up(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_case_from_application_to_archive_by_keys, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_station_a_case_goes_to_is_chosen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_sealing_says_who_sees_it_then, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_clean_case_is_approved_in_few_keys, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_is_not_allowed_says_why, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_missing_field_has_the_focus, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_safe_contact_masks_telephone_and_address, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_draft_survives_the_line, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_draft_can_be_thrown_away, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_draft_that_came_too_late, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_consultation_becomes_an_application, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_need_not_be_asked_is_passed_over, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_parties_and_materials_are_added_from_their_panels, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_party_added_at_the_center_reaches_the_station, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_who_is_taken_from_the_roster_is_meant, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_to_mind_stands_on_top, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_inbox_counts_and_order, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_volunteers_application_is_in_the_stations_to_do, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_application_like_the_one_before, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_roster_in_the_form_becomes_parties, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_roster_as_a_table, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_household_and_the_materials_of_an_application, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_long_texts_by_codes_and_after_earlier_ones, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_another_session_acts_first, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_another_session_saves_first, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_case_is_deleted_meanwhile, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_case_is_erased_meanwhile, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_station_has_no_inbox, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
