/* tests/test_left_view.c - a record leaves the station while a screen shows it (tui/app_left.c): whatever the screen, nothing of it is shown from then on but what the person typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/reach.h"
#include "tests/case_act.h"
#include "tests/desk.h"
#include "tests/must.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

#define STATION(desk) (&(desk)->world.stations[0])
/* As far as it goes, whatever was filled in. */
#define TEN_UP "Up Up Up Up Up Up Up Up Up Up "
#define TO_THE_TOP TEN_UP TEN_UP TEN_UP TEN_UP

/* To another station; the one at the screen hears of it. */
static void give_away(struct desk *desk, const char *type, struct id id)
{
    struct node *center = &desk->world.center;
    struct errmsg err = {{0}};
    desk_name_org(center, 12, "白马镇法律援助工作站");
    world_sync(&desk->world, 0);
    must(reach_move(center->store, &center->actor, catalogue_find(type), id, 12, NULL, &err), &err);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
}

static void expect_nothing_of_zhang(struct desk *desk, const char *where)
{
    static const char *const WORDS[] = {"张文芳", "身份证复印件", "追索劳动报酬", "32012419870312274X"};
    app_draw(&desk->screen.app, &desk->screen.canvas);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        struct buf text;
        buf_init(&text, 1 << 16);
        canvas_text(&desk->screen.canvas, &text);
        if (strstr(buf_cstr(&text), WORDS[i]) != NULL)
            fail_msg("%s still shows %s\n%s", where, WORDS[i], buf_cstr(&text));
        buf_release(&text);
    }
}

/* Every screen that shows a case: of one alone on the screen, and with the help over it. keys: from the home screen. */
static void test_every_screen_of_a_case(void **state)
{
    static const struct {
        const char *keys, *sees;
        const struct view_class *class;
        const char *said;
    } SCREENS[] = {
        {"13 Enter Enter", "张文芳", &view_case, "移送到"},
        {"13 Enter Enter 2", "身份证复印件", &view_case, "移送到"},
        {"13 Enter Enter F2", "张文芳", &view_case, "移送到"},
        {"13 Enter Enter F4", "张文芳", &view_record_edit, "移送到"},
        {"13 Enter Enter 2 Enter", "身份证复印件", &view_record_edit, "移送到"},
        {"13 Enter Enter F7", "张文芳", &view_history, "移送到"},
        {"13 Enter Enter F8", "张文芳", &view_document, "移送到"},
        {"13 Enter Enter Ctrl-R", "张文芳", &view_related, "移送到"},
        {"13 Enter Enter 5 Enter", "张文芳", &view_document, "移送到"},
        {"F3 z w f", "张文芳", &view_search, "没有符合的"},
        {"13 Enter Enter F1", "", &view_help, ""},
        {"13 Enter Ctrl-T F8 End Enter", "张文芳", &view_bulk, "移送到"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof SCREENS / sizeof SCREENS[0]; i++) {
        void *opened;
        desk_open(&opened);
        struct desk *desk = opened;
        struct id id = desk_received(desk, "张文芳", "2026-10-20");
        desk_sit_down(desk, STATION(desk), &desk->station);
        screen_keys(&desk->screen, SCREENS[i].keys);
        if (app_top(&desk->screen.app)->class != SCREENS[i].class)
            screen_print(&desk->screen);
        assert_ptr_equal(app_top(&desk->screen.app)->class, SCREENS[i].class);
        screen_expect_any(&desk->screen, SCREENS[i].sees);
        give_away(desk, "case", id);
        expect_nothing_of_zhang(desk, SCREENS[i].keys);
        screen_expect_any(&desk->screen, SCREENS[i].said);
        screen_keys(&desk->screen, "F10");
        expect_nothing_of_zhang(desk, SCREENS[i].keys);
        desk_get_up(desk);
        desk_close(&opened);
    }
}

/* The application stands on a consultation that leaves: what came from there, and what followed from that by itself, is no word of his. */
static void test_an_application_on_a_consultation(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "id_no", "32012419870312274X");
    desk_sit_down(desk, station, &desk->station);
    assert_int_equal(app_open(&desk->screen.app, &view_case_action, &(struct view_argument){.type = "draft", .id = id}), STATUS_OK);
    screen_wait(&desk->screen, 0);
    screen_expect_any(&desk->screen, "张文芳");
    screen_expect_any(&desk->screen, "1987-03-12");
    desk_go_to(desk, 0x5907 /* 备 */, ">备注");
    screen_keys(&desk->screen, "明天再来");
    give_away(desk, "consultation", id);
    expect_nothing_of_zhang(desk, "application");
    screen_expect_none(&desk->screen, "1987-03-12");
    screen_expect_none(&desk->screen, "工资没有发");
    screen_expect(&desk->screen, 22, "不能再存");
    screen_expect_any(&desk->screen, "明天再来");
    desk_keys(desk, "F10 1 Enter"); /* the draft, taken up later */
    screen_expect_any(&desk->screen, "明天再来");
    screen_expect_none(&desk->screen, "1987-03-12");
    desk_get_up(desk);
}

/* The same when the form was closed, and the draft lay there, as the consultation left. */
static void test_a_draft_of_such_an_application(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "id_no", "32012419870312274X");
    desk_sit_down(desk, station, &desk->station);
    assert_int_equal(app_open(&desk->screen.app, &view_case_action, &(struct view_argument){.type = "draft", .id = id}), STATUS_OK);
    screen_wait(&desk->screen, 0);
    desk_go_to(desk, 0x5907 /* 备 */, ">备注");
    screen_keys(&desk->screen, "明天再来 F10");
    assert_int_equal(app_open(&desk->screen.app, &view_case_action, &(struct view_argument){.type = "draft", .id = id}), STATUS_OK);
    screen_wait(&desk->screen, 0);
    screen_keys(&desk->screen, TO_THE_TOP);
    screen_expect_any(&desk->screen, "1987-03-12"); /* it follows again */
    screen_keys(&desk->screen, "F10");
    give_away(desk, "consultation", id);
    expect_nothing_of_zhang(desk, "home");
    desk_keys(desk, "1 Enter");
    screen_expect_any(&desk->screen, "明天再来");
    screen_expect_none(&desk->screen, "1987-03-12");
    desk_get_up(desk);
}

/* What is no value yet is in no draft; it is shown as long as the screen is open. */
static void test_what_is_no_value_yet(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter F2 通知补正 Enter 低保证 Enter Enter Ctrl-U 2026-13");
    screen_expect_any(&desk->screen, ">补正期限");
    give_away(desk, "case", id);
    expect_nothing_of_zhang(desk, "notice");
    screen_expect_any(&desk->screen, "补正期限: 2026-13");
    screen_expect_any(&desk->screen, "不在草稿里");
    desk_get_up(desk);
}

/* A row of the case that was not stored yet. */
static void test_a_new_row_of_the_case(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    desk_sit_down(desk, station, &desk->station);
    desk_keys(desk, "13 Enter Enter 2 F5 工资条三张 Enter");
    give_away(desk, "case", id);
    expect_nothing_of_zhang(desk, "new material");
    screen_expect_any(&desk->screen, "工资条三张");
    screen_expect(&desk->screen, 22, "不能再存");
    desk_keys(desk, "F10 F10");
    expect_nothing_of_zhang(desk, "home");
    desk_keys(desk, "1 Enter");
    screen_expect_any(&desk->screen, "工资条三张");
    desk_keys(desk, "Ctrl-D 1");
    assert_int_equal(desk_drafts_of(station, &desk->station), 0);
    desk_get_up(desk);
}

/* Typing a new consultation, with the last one below: the last one goes, what is typed stays. */
static void test_the_last_entry(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    desk_sit_down(desk, station, &desk->station);
    screen_keys(&desk->screen, "11 Enter 张文芳 Enter 2 Enter Enter Enter 01 工资没发 Enter F2 王建国");
    screen_expect_any(&desk->screen, "张文芳");
    struct id id = {{0}};
    struct list_query query = {.type = catalogue_find("consultation"), .limit = 1};
    assert_int_equal(records_list(station->store, &desk->station, &query, desk_take_id, &id, NULL), STATUS_OK);
    give_away(desk, "consultation", id);
    expect_nothing_of_zhang(desk, "entry");
    screen_expect_any(&desk->screen, "王建国");
    desk_get_up(desk);
}

/* Saved in this session, then gone: nothing of it is repeated into another record, and an older save is not taken back instead. */
static void test_what_was_saved_is_not_repeated(void **state)
{
    struct desk *desk = *state;
    struct id older = node_consult(STATION(desk), "王建国", "房屋漏水"), id = node_consult(STATION(desk), "张文芳", "工资没有发");
    const struct id ids[] = {older, id};
    desk_sit_down(desk, STATION(desk), &desk->station);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = ids[i]}), STATUS_OK);
        desk_go_to(desk, 0x7B54 /* 答 */, ">答复");
        screen_keys(&desk->screen, "明天再来 F2 F10");
    }
    give_away(desk, "consultation", id);
    assert_int_equal(app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation"}), STATUS_OK);
    desk_go_to(desk, 0x54A8 /* 咨 */, ">咨询内容");
    screen_keys(&desk->screen, "=");
    expect_nothing_of_zhang(desk, "form");
    screen_expect_none(&desk->screen, "工资没有发");
    screen_expect_any(&desk->screen, "房屋漏水");
    desk_keys(desk, "F10 Ctrl-Z");
    screen_expect_any(&desk->screen, "已不在这里，撤不回来");
    char *answer = node_get(STATION(desk), "consultation", older, "answer");
    assert_non_null(answer);
    assert_string_equal(answer, "明天再来");
    free(answer);
    desk_get_up(desk);
}

/* An open question is about the record: it goes with it, also where the form stays because something was typed. */
static void test_a_question_goes_with_its_record(void **state)
{
    struct desk *desk = *state;
    struct id id = node_consult(STATION(desk), "张文芳", "工资没有发");
    desk_sit_down(desk, STATION(desk), &desk->station);
    assert_int_equal(app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "consultation", .id = id}), STATUS_OK);
    screen_keys(&desk->screen, "Down Ctrl-U 老板跑了 Enter Ctrl-D");
    assert_int_equal(app_overlay_shown(&desk->screen.app), APP_PROMPT);
    give_away(desk, "consultation", id);
    assert_int_equal(app_overlay_shown(&desk->screen.app), APP_NO_OVERLAY);
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_record_edit);
    expect_nothing_of_zhang(desk, "form");
    screen_expect_any(&desk->screen, "老板跑了");
    desk_get_up(desk);
}

/* Where it went is what the list of what left is looked at for: never cut, at 60 columns the office is called by its town. */
static void test_the_list_says_where_on_any_screen(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = desk_received(desk, "张文芳", "2026-10-20");
    desk_sit_down(desk, station, &desk->station);
    assert_int_equal(app_open(&desk->screen.app, &view_passages, NULL), STATUS_OK);
    desk->world.center.actor.now_ms = desk->screen.now_ms;
    give_away(desk, "case", id);
    screen_expect(&desk->screen, 3, "案件    S01-26-0001             移送到 白马镇法律援助工作站");
    assert_int_equal(store_exec(station->store, "UPDATE passage SET way=2,number='宁溧援决字〔2026〕12号'", NULL), STATUS_OK); /* a share that ended, of a case with its official number */
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect(&desk->screen, 3, "宁溧援决字〔2026〕12号  协办结束，由 白马镇 办");
    screen_resize(&desk->screen, 20, 60);
    screen_wait(&desk->screen, 0);
    screen_expect(&desk->screen, 3, "宁溧援决字〔2026〕12号  协办结束，由 白马镇 办");
    assert_int_equal(store_exec(station->store, "UPDATE passage SET way=1,number=''", NULL), STATUS_OK);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    screen_expect(&desk->screen, 3, "案件");
    screen_expect(&desk->screen, 3, "移送到 白马镇法律援助工作站");
    desk_get_up(desk);
}

static bool take_line(void *context, const char *text)
{
    buf_puts(context, text);
    return true;
}

/* The center deletes what somebody here is writing in: his words are shown, and are there later, from the home screen. */
static void test_a_record_that_is_deleted(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk), *center = &desk->world.center;
    struct id id = node_consult(station, "张文芳", "工资没有发");
    node_set(station, "consultation", id, "category", "15");
    world_sync(&desk->world, 0);
    desk_sit_down(desk, station, &desk->station);
    screen_keys(&desk->screen, "16 Enter Enter");
    desk_go_to(desk, 0x7B54 /* 答 */, ">答复");
    screen_keys(&desk->screen, "明天再来");
    screen_wait(&desk->screen, 2500); /* it is a draft now */
    assert_int_equal(records_delete(center->store, &center->actor, catalogue_find("consultation"), id, NULL), STATUS_OK);
    world_sync(&desk->world, 0);
    app_data_changed(&desk->screen.app);
    screen_wait(&desk->screen, 0);
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_left_draft);
    screen_expect(&desk->screen, 0, "没存的字  记录已经被删除");
    screen_expect_any(&desk->screen, "答复: 明天再来");
    screen_expect(&desk->screen, 22, "这条咨询已被删除：这里只有没存的字");
    screen_expect_none(&desk->screen, "工资没有发");
    desk_keys(desk, "F10 F10");
    screen_expect(&desk->screen, 3, "草稿  咨询 未写完");
    screen_expect_none(&desk->screen, "15  "); /* its category in words */
    desk_keys(desk, "1 Enter");
    screen_expect_any(&desk->screen, "答复: 明天再来");
    desk_keys(desk, "Ctrl-D 1");
    screen_expect_any(&desk->screen, "草稿 0");
    desk_get_up(desk);
}

/* More than a screen of his words: paged through to their end. */
static void test_long_words_are_paged_through(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    desk_sit_down(desk, station, &desk->station);
    screen_keys(&desk->screen, "16 Enter Enter");
    desk_go_to(desk, 0x54A8 /* 咨 */, ">咨询内容");
    for (int i = 0; i < 80; i++)
        screen_keys(&desk->screen, "她说邻居的围墙越过了边界，");
    screen_keys(&desk->screen, "到这里为止。");
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("consultation"), id, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F2");
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_left_draft);
    screen_expect_none(&desk->screen, "为止。");
    screen_keys(&desk->screen, "PgDn PgDn");
    screen_expect_any(&desk->screen, "为止。");
    screen_keys(&desk->screen, "Home");
    screen_expect(&desk->screen, 2, "咨询内容: ");
    desk_get_up(desk);
}

/* Nothing was stored as a draft yet, and the person saves: the same. */
static void test_a_save_over_a_deletion(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = node_consult(station, "张文芳", "工资没有发");
    desk_sit_down(desk, station, &desk->station);
    screen_keys(&desk->screen, "16 Enter Enter");
    desk_go_to(desk, 0x7B54 /* 答 */, ">答复");
    screen_keys(&desk->screen, "明天再来");
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("consultation"), id, NULL), STATUS_OK);
    screen_keys(&desk->screen, "F2");
    assert_ptr_equal(app_top(&desk->screen.app)->class, &view_left_draft);
    screen_expect_any(&desk->screen, "答复: 明天再来");
    desk_get_up(desk);
}

static void test_a_long_text_is_wrapped_to_its_end(void **state)
{
    struct buf text, lines;
    (void)state;
    buf_init(&text, 1 << 20);
    buf_init(&lines, 1 << 20);
    for (int i = 0; i < 40000; i++)
        buf_printf(&text, "%d字", i % 10);
    case_wrap(buf_cstr(&text), 78, take_line, &lines);
    assert_int_equal(lines.len, text.len);
    assert_string_equal(buf_cstr(&lines), buf_cstr(&text));
    buf_clear(&lines);
    buf_puts(&text, "\n");
    for (int i = 0; i < 40000; i++)
        buf_printf(&text, "%d词", i % 10);
    case_wrap(buf_cstr(&text), 78, take_line, &lines);
    assert_int_equal(lines.len, text.len - 1); /* without the line feed */
    buf_release(&text);
    buf_release(&lines);
}

/* Its name is in an open picker of another record's form: that stays open, without the name. */
static void test_a_picker_drops_the_name(void **state)
{
    struct desk *desk = *state;
    struct node *station = STATION(desk);
    struct id id = node_make(station, "person", "name=张文芳", "sex=2", NULL);
    node_make(station, "person", "name=王建国", "sex=1", NULL);
    world_sync(&desk->world, 0);
    desk_sit_down(desk, station, &desk->station);
    assert_int_equal(app_open(&desk->screen.app, &view_record_edit, &(struct view_argument){.type = "relation"}), STATUS_OK);
    screen_wait(&desk->screen, 0);
    screen_keys(&desk->screen, "F4");
    screen_expect_any(&desk->screen, "张文芳");
    screen_expect_any(&desk->screen, "王建国");
    give_away(desk, "person", id);
    expect_nothing_of_zhang(desk, "picker");
    screen_expect_any(&desk->screen, "王建国");
    screen_keys(&desk->screen, "Esc Esc z w f"); /* nor does typing find it */
    expect_nothing_of_zhang(desk, "field");
    desk_get_up(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_screen_of_a_case),
        cmocka_unit_test_setup_teardown(test_an_application_on_a_consultation, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_draft_of_such_an_application, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_what_is_no_value_yet, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_new_row_of_the_case, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_last_entry, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_what_was_saved_is_not_repeated, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_picker_drops_the_name, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_question_goes_with_its_record, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_the_list_says_where_on_any_screen, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_record_that_is_deleted, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_long_words_are_paged_through, desk_open, desk_close),
        cmocka_unit_test_setup_teardown(test_a_save_over_a_deletion, desk_open, desk_close),
        cmocka_unit_test(test_a_long_text_is_wrapped_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
