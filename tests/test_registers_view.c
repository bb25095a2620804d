/* tests/test_registers_view.c - the way to every register by keys: the menu, lists limited to a record, new rows that begin with it, what is related, references by name in forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "tests/event_world.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
};

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

static void sit_down(struct desk *desk, struct node *node, int rows, int cols)
{
    desk->context = screen_context(node);
    screen_open(&desk->screen, &desk->context, &view_registers, &view_help, rows, cols);
}

static struct id add(struct node *node, const char *type, const char *first, const char *second, const char *third)
{
    const char *const fields[] = {first, second, third};
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    for (size_t i = 0; i < 3 && fields[i] != NULL; i++) {
        char name[64];
        const char *equals = strchr(fields[i], '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - fields[i]), fields[i]);
        assert_int_equal(record_parse(&record, catalogue_field(record.type, name), node->codes, equals + 1, strlen(equals + 1), &err), STATUS_OK);
    }
    if (records_save(node->store, &node->actor, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static void test_registers_are_chosen_by_number_and_by_letters(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    add(&desk->world.stations[0], "volunteer", "name=王志远", "source=1", NULL);
    sit_down(desk, &desk->world.stations[0], 24, 80);
    screen_expect(screen, 0, "登记簿");
    screen_expect(screen, 2, "活动 0");
    screen_expect_any(screen, "志愿者 1");
    screen_keys(screen, "zyz");
    screen_expect_any(screen, "> 5 志愿者 1");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "志愿者   共 1");
    screen_expect_any(screen, "王志远");
    screen_keys(screen, "F10");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 0, "活动   共 0");
    screen_keys(screen, "F10");
    screen_keys(screen, "锦 旗 Enter");
    screen_expect(screen, 0, "锦旗和感谢信");
    screen_keys(screen, "F10 q q Enter");
    screen_expect_any(screen, "没有“qq”这本登记簿");
    screen_close(screen);
}

/* The center's own registers are not shown at a station while nothing of them is there; a volunteer sees what a volunteer may write. */
static void test_only_what_the_person_may_see(void **state)
{
    struct desk *desk = *state;
    struct node *station = &desk->world.stations[0];
    sit_down(desk, station, 24, 80);
    screen_expect_none(&desk->screen, "聘书");
    screen_expect_none(&desk->screen, "案件评估");
    screen_expect_none(&desk->screen, "账号");
    screen_close(&desk->screen);
    station->actor.owner = false;
    station->actor.role = ROLE_VOLUNTEER;
    sit_down(desk, station, 24, 80);
    screen_expect_any(&desk->screen, "服务时长 0");
    screen_expect_none(&desk->screen, "工作人员");
    screen_close(&desk->screen);
    sit_down(desk, &desk->world.center, 24, 80);
    screen_expect_any(&desk->screen, "案件评估 0");
    screen_expect_none(&desk->screen, "冲突标记");
    screen_close(&desk->screen);
}

static void test_a_small_screen_scrolls(void **state)
{
    struct desk *desk = *state;
    sit_down(desk, &desk->world.center, 20, 60);
    screen_expect(&desk->screen, 2, "宣传");
    screen_expect_none(&desk->screen, "常用名单");
    screen_keys(&desk->screen, "End");
    screen_expect_any(&desk->screen, "常用名单");
    screen_expect_any(&desk->screen, " >"); /* the marker went along */
    screen_keys(&desk->screen, "Home Down Right");
    screen_expect_any(&desk->screen, "宣传周");
    screen_close(&desk->screen);
}

static void test_related_rows_are_listed_and_begun(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    char who[48], id[ID_TEXT_BYTES];
    id_format(add(station, "volunteer", "name=王志远", "source=1", NULL), id);
    snprintf(who, sizeof who, "volunteer=%s", id);
    add(station, "service_hours", who, "date=2026-09-01", "hours=3");
    add(station, "volunteer", "name=李小梅", "source=2", NULL);
    sit_down(desk, station, 24, 80);
    screen_keys(screen, "zyz Enter wzy Enter Ctrl-R");
    screen_expect(screen, 0, "相关   志愿者  王志远");
    screen_expect_any(screen, "> 1 服务时长                    1 条");
    screen_expect_any(screen, "2026-09-01");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "筛选: 志愿者=王志远");
    screen_expect(screen, 0, "共 1   显示 1");
    screen_keys(screen, "F5");
    screen_expect(screen, 0, "服务时长  新建");
    screen_expect_any(screen, "志愿者       [1_____]王志远  在册");
    screen_keys(screen, "Enter Enter Enter 4 F2"); /* the volunteer stands there, name and day follow */
    screen_expect_any(screen, "已保存");
    screen_keys(screen, "F10");
    screen_expect(screen, 0, "共 2   显示 2");
    screen_keys(screen, "Ctrl-D");
    screen_expect_none(screen, "筛选: 志");
    /* The other way: from the hours to the volunteer. */
    screen_keys(screen, "Enter Ctrl-R");
    screen_expect_any(screen, "> 1 -> 志愿者");
    screen_expect_any(screen, "王志远  在册");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "志愿者  王志远  在册");
    screen_close(screen);
}

/* F4 in a limited list narrows it further; what limits it stays until it is taken away. */
static void test_a_condition_beside_the_limit(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    char who[48], other[48], id[ID_TEXT_BYTES];
    id_format(add(station, "volunteer", "name=王志远", "source=1", NULL), id);
    snprintf(who, sizeof who, "volunteer=%s", id);
    id_format(add(station, "volunteer", "name=李小梅", "source=2", NULL), id);
    snprintf(other, sizeof other, "volunteer=%s", id);
    add(station, "service_hours", who, "date=2026-09-01", "hours=3");
    add(station, "service_hours", who, "date=2026-09-02", "hours=8");
    add(station, "service_hours", other, "date=2026-09-02", "hours=8");
    desk->context = screen_context(station);
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    assert_int_equal(app_open(&screen->app, &view_record_list, &(struct view_argument){.type = "service_hours", .where = who}), STATUS_OK);
    screen_keys(screen, "F4 小 时 = 8 Enter");
    screen_expect(screen, 0, "共 3   显示 1");
    screen_keys(screen, "F4 Ctrl-U 小 时 = 9 9 9 Enter"); /* refused: the list stays as it was */
    screen_expect(screen, 0, "显示 1");
    screen_keys(screen, "Ctrl-D");
    screen_expect(screen, 0, "显示 2");
    screen_expect(screen, 0, "筛选: 小时=8");
    screen_close(screen);
}

static void test_a_reference_is_found_by_what_is_typed(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    add(station, "volunteer", "name=王志远", "source=1", "phone=13800000045");
    struct id wanted = add(station, "volunteer", "name=李小梅", "source=2", "phone=13900001278");
    add(station, "volunteer", "name=李大海", "source=2", NULL);
    sit_down(desk, station, 24, 80);
    screen_keys(screen, "fwsc Enter F5");
    screen_expect_any(screen, ">志愿者       [______]必填");
    screen_expect_any(screen, "李大海  在册  2 李小梅  在册"); /* the choices on the hint line */
    screen_keys(screen, "l Enter");
    screen_expect_any(screen, "有几项符合");
    screen_keys(screen, "Ctrl-U lxm Enter");
    screen_expect_any(screen, "志愿者       [2_____]李小梅  在册");
    screen_keys(screen, "Up Ctrl-U 0045 Enter"); /* the end of a telephone number, as in any search */
    screen_expect_any(screen, "]王志远  在册");
    screen_keys(screen, "Up F4 李 小 Enter");
    screen_expect_any(screen, "[2_____]李小梅  在册");
    screen_keys(screen, "Enter Enter 2 F2");
    screen_expect_any(screen, "已保存");
    screen_close(screen);
    struct errmsg err = {{0}};
    struct filter filter;
    char id[ID_TEXT_BYTES], where[64];
    int64_t count = 0;
    id_format(wanted, id);
    snprintf(where, sizeof where, "volunteer=%s", id);
    assert_int_equal(filter_parse(&filter, catalogue_find("service_hours"), station->codes, where, &err), STATUS_OK);
    assert_int_equal(records_count(station->store, &station->actor, filter.type, &filter, &count, &err), STATUS_OK);
    assert_int_equal(count, 1);
    filter_release(&filter);
}

/* The name of a record is worth more than the last columns. */
static void test_names_have_room_in_lists(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    add(&desk->world.stations[0], "event", "title=第二届宣传周广场咨询", "date=2026-09-01", "persons=120");
    sit_down(desk, &desk->world.stations[0], 24, 80);
    screen_keys(screen, "1 Enter");
    screen_expect_any(screen, "> 1 第二届宣传周广场咨询  ");
    screen_expect_any(screen, "120");
    screen_expect_none(screen, "咨询人次");
    screen_close(screen);
    sit_down(desk, &desk->world.stations[0], 24, 120);
    screen_keys(screen, "1 Enter");
    screen_expect_any(screen, "咨询");
    screen_expect_any(screen, "参加人");
    screen_close(screen);
}

static char *state_of(struct node *node, struct id id)
{
    char *state = node_get(node, "volunteer", id, "state");
    assert_non_null(state);
    return state;
}

static void expect_state(struct node *node, struct id id, const char *expected)
{
    char *state = state_of(node, id);
    assert_string_equal(state, expected);
    free(state);
}

static int cases_of(struct node *node, struct id event)
{
    char where[64] = "event=";
    struct filter filter;
    int64_t count = 0;
    id_format(event, where + strlen(where));
    assert_int_equal(filter_parse(&filter, catalogue_find("case"), node->codes, where, NULL), STATUS_OK);
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find("case"), &filter, &count, NULL), STATUS_OK);
    filter_release(&filter);
    return (int)count;
}

/* What is related to an event: its figures above, and a case begun there is of the event; the same from the list of its cases. */
static void test_an_event_adds_up_and_begins_cases(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    struct id event = event_add(station, "event", (struct id){{0}}, "title=赶集普法;kind=02;date=2026-10-23");
    event_add(station, "consultation", event, "event=@;date=2026-10-23;content=离婚;category=01;persons=3;matters=2;channel=06");
    event_add(station, "event_material", event, "event=@;item=01;quantity=120");
    sit_down(desk, station, 24, 80);
    screen_keys(screen, "1 Enter Enter Ctrl-R");
    screen_expect(screen, 0, "相关   活动  ");
    screen_expect(screen, 2, "咨询 3 人次 2 件  资料 120 份  现场受理 0 件");
    screen_expect_any(screen, "3 案件                        0 条");
    screen_keys(screen, "3 F5");
    screen_expect(screen, 0, "起草");
    screen_keys(screen, "李 四 Enter F2");
    screen_keys(screen, "F10 Enter F5"); /* the list of the event's cases */
    screen_expect(screen, 0, "起草");
    screen_keys(screen, "王 五 Enter F2");
    screen_close(screen);
    assert_int_equal(cases_of(station, event), 2);
}

/* From an event's own form: what cannot be done now says why, what was done is said once, and both answers of the question are on the screen. */
static void test_an_event_is_closed_and_opened_again(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    event_add(station, "event", (struct id){{0}}, "title=赶集普法;kind=02;date=2026-10-20");
    station->actor.now_ms = INT64_C(1792717920000);
    sit_down(desk, station, 24, 80);
    screen_keys(screen, "1 Enter Enter F5");
    screen_expect_any(screen, "> 1 收场            要填 收场日期");
    screen_expect_any(screen, "  2 重开            活动没有收场，不用重开");
    screen_keys(screen, "2 Enter");
    screen_expect_any(screen, "活动没有收场，不用重开");
    screen_keys(screen, "1 Enter F2");
    screen_expect_any(screen, " 收场：解答咨询 0 人次、0 件，");
    screen_expect_none(screen, "收场 办好了");
    screen_expect_any(screen, "收场日期     [2026-10-23__]");
    screen_keys(screen, "F5");
    screen_expect_any(screen, "  2 收场            活动已经在 2026-10-23 收场");
    screen_keys(screen, "1 Enter");
    screen_expect_any(screen, "办吗？  1 办  2 不办");
    screen_keys(screen, "1");
    screen_expect_any(screen, "重开 办好了；已重开，可以接着登记");
    screen_expect_any(screen, "收场日期     [____________]");
    screen_close(screen);
}

/* A practice station that no center knows has nothing to send; one of a practice county has. */
static void test_practice_on_its_own_sends_nothing(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *station = &desk->world.stations[0];
    struct hash pin = {{1}};
    add(station, "volunteer", "name=王志远", "source=1", NULL);
    station->machine.practice = true;
    sit_down(desk, station, 24, 80);
    screen_close(screen);
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect_none(screen, "待发");
    screen_close(screen);
    screen_open(screen, &desk->context, view_sync_of(&desk->context), &view_help, 24, 80);
    screen_expect_any(screen, "这里是练习用的数据，不与县中心往来");
    screen_expect_none(screen, "待发  ");
    screen_close(screen);
    assert_int_equal(center_address_set(station->store, "127.0.0.1:9", pin, NULL), STATUS_OK);
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect(screen, 0, "待发 1 条");
    screen_close(screen);
}

static bool count_draft(void *context, const struct draft_info *info)
{
    assert_string_equal(info->type->name, "step");
    ++*(int *)context;
    return true;
}

static int drafts_of(struct node *node)
{
    int n = 0;
    assert_int_equal(draft_list(node->store, &node->actor, count_draft, &n, NULL), STATUS_OK);
    return n;
}

/* A dropped line: what was typed is offered at home, the same act of the same record goes on with it, and only doing it, or the person, takes it away. */
static void test_what_is_typed_for_an_act_is_a_draft(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    struct id id = add(center, "volunteer", "name=王志远", "source=1", "date=2026-01-05");
    add(center, "volunteer", "name=李小梅", "source=1", "date=2026-01-05");
    sit_down(desk, center, 24, 80);
    screen_keys(screen, "zyz Enter wzy Enter F5 1 Enter");
    screen_keys(screen, "Up Ctrl-U 2028-10-31");
    screen_wait(screen, 3000);
    screen_expect(screen, 0, "草稿已保存 09:12");
    screen_close(screen); /* the line drops */
    assert_int_equal(drafts_of(center), 1);
    expect_state(center, id, "V1");
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    screen_expect_any(screen, "聘任  王志远");
    screen_keys(screen, "Enter");
    screen_expect(screen, 0, "聘任   志愿者  王志远");
    screen_expect_any(screen, "2028-10-31");
    screen_expect_any(screen, "接着写草稿");
    screen_keys(screen, "F10");
    screen_expect_any(screen, "还没有办，填好的已留作草稿");
    screen_keys(screen, "2 Enter"); /* another act does not take it */
    screen_expect_none(screen, "接着写草稿");
    screen_keys(screen, "F10 1 Enter");
    screen_expect_any(screen, "2028-10-31");
    screen_keys(screen, "Ctrl-D 1");
    screen_expect_any(screen, "从头填");
    screen_expect_none(screen, "2028-10-31");
    assert_int_equal(drafts_of(center), 0);
    screen_keys(screen, "Up Ctrl-U 2028-11-30 F10");
    assert_int_equal(drafts_of(center), 1);
    screen_keys(screen, "1 Enter F2");
    expect_state(center, id, "V2");
    assert_int_equal(drafts_of(center), 0);
    screen_close(screen);
}

/* From a volunteer's form: the letter is given out and shown, then he asks to leave, and stays after all. No code here or there knows what a volunteer is. */
static void test_acts_are_done_from_the_form(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    struct id id = add(center, "volunteer", "name=王志远", "source=1", "date=2026-01-05");
    center->actor.now_ms = INT64_C(1792717920000);
    sit_down(desk, center, 24, 80);
    screen_keys(screen, "zyz Enter Enter F5");
    screen_expect(screen, 0, "办理   志愿者  王志远  在册");
    screen_expect_any(screen, "> 1 聘任            要填 聘期至");
    screen_expect_any(screen, "留任            要在 申请退出 时办理");
    screen_keys(screen, "4 Enter"); /* not now: the whole sentence */
    screen_expect_any(screen, "志愿者现在是 在册(V1)");
    screen_keys(screen, "1 Enter");
    screen_expect(screen, 0, "聘任   志愿者  王志远");
    screen_expect_any(screen, "出具 法律援助志愿者聘书");
    screen_keys(screen, "Up Ctrl-U Enter F2"); /* the end of the term taken away */
    screen_expect_any(screen, ">聘期至");
    screen_expect_any(screen, "聘期至: 聘任要填这一项");
    expect_state(center, id, "V1");
    screen_keys(screen, "2028-10-31 F2");
    screen_expect_any(screen, "聘任 办好了，现在是 已聘");
    screen_expect_any(screen, "法律援助志愿者聘书");
    expect_state(center, id, "V2");
    screen_keys(screen, "Enter");
    screen_expect_any(screen, "2028年10月31日");
    screen_keys(screen, "F10 F10");
    screen_expect(screen, 0, "志愿者  王志远  已聘");
    screen_keys(screen, "F5 2 Enter 外 出 务 工");
    screen_keys(screen, "F2");
    screen_expect_any(screen, "申请退出 办好了，现在是 申请退出");
    expect_state(center, id, "V3");
    screen_keys(screen, "F5");
    screen_keys(screen, "1 Enter"); /* to stay asks for nothing: a question is enough */
    screen_expect_any(screen, "办吗？");
    screen_keys(screen, "1");
    expect_state(center, id, "V2");
    screen_keys(screen, "Enter F5"); /* what is typed is saved first */
    screen_close(screen);
}

static void test_what_acts_make_is_not_begun_by_hand(void **state)
{
    struct desk *desk = *state;
    struct screen *screen = &desk->screen;
    struct node *center = &desk->world.center;
    desk->context = screen_context(center);
    screen_open(screen, &desk->context, &view_home, &view_help, 24, 80);
    assert_int_equal(view_open_list(&screen->app, "appointment_letter"), STATUS_OK);
    screen_keys(screen, "F5");
    screen_expect_any(screen, "聘书由办理动作产生，不能直接登记和修改");
    screen_expect(screen, 0, "聘书   共 0");
    screen_close(screen);
}

/* F5 on the first screen ends the screens with the wish to practise; main.c does the rest. */
static void test_the_first_screen_offers_practice(void **state)
{
    struct app_context context = {.store = NULL};
    struct screen screen;
    (void)state;
    screen_open(&screen, &context, &view_first_start, NULL, 24, 80);
    screen_expect_any(&screen, "1 练习");
    assert_false(context.wants_practice);
    screen_keys(&screen, "F5");
    assert_true(context.wants_practice);
    assert_true(app_done(&screen.app));
    screen_close(&screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_registers_are_chosen_by_number_and_by_letters, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_only_what_the_person_may_see, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_small_screen_scrolls, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_related_rows_are_listed_and_begun, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_condition_beside_the_limit, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_reference_is_found_by_what_is_typed, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_names_have_room_in_lists, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_event_adds_up_and_begins_cases, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_event_is_closed_and_opened_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_practice_on_its_own_sends_nothing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_what_is_typed_for_an_act_is_a_draft, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_acts_are_done_from_the_form, open_desk, close_desk),
        cmocka_unit_test(test_the_first_screen_offers_practice),
        cmocka_unit_test_setup_teardown(test_what_acts_make_is_not_begun_by_hand, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
