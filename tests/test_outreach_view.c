/* tests/test_outreach_view.c - outreach mode over real stores, by keys: start, lines, tally, taking back, an application, materials, closing; what is there again after an abrupt end.
 * The day is 2026-10-23; 李收 works at the station, 陈平 is on its roster of volunteers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/outreach/event.h"
#include "core/outreach/outreach_desk.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "tests/fixture.h"
#include "tests/screen.h"
#include "tui/views/views.h"

#define TODAY_MS (INT64_C(1792717920) * 1000)
enum { ROWS_MAX = 40 };

struct desk {
    struct world world;
    struct app_context context;
    struct screen screen;
    struct actor station, volunteer;
};

static struct actor person(const struct node *node, const char *name, enum actor_role role)
{
    struct actor actor = node_person(node, name, role);
    actor.now_ms = TODAY_MS;
    return actor;
}

static void volunteer(struct node *node, const char *name)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("volunteer"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", name), STATUS_OK);
    assert_int_equal(record_set_text(&record, "source", "1"), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    record_release(&record);
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    world_open(&desk->world, 1, NULL);
    desk->station = person(&desk->world.stations[0], "李收", ROLE_STATION);
    desk->volunteer = person(&desk->world.stations[0], "陈平", ROLE_VOLUNTEER);
    volunteer(&desk->world.stations[0], "陈平");
    volunteer(&desk->world.stations[0], "高远");
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

static void sit_down_as(struct desk *desk, struct actor *actor, int rows, int cols)
{
    struct node *node = &desk->world.stations[0];
    desk->context = screen_context(node);
    desk->context.actor = actor;
    screen_open(&desk->screen, &desk->context, &view_home, &view_help, rows, cols);
}

static void sit_down(struct desk *desk)
{
    sit_down_as(desk, &desk->station, 24, 80);
}

static void keys(struct desk *desk, const char *names)
{
    screen_keys_checked(&desk->screen, names);
}

/* A barracks event is started from home; the line waits. */
static void start_barracks(struct desk *desk)
{
    sit_down(desk);
    keys(desk, "27 Enter");
    screen_expect_any(&desk->screen, "没有开着的活动");
    keys(desk, "F5 05 Enter Enter Enter Enter 01");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "外展  送法进军营 10-23 驻军单位（代号一）");
}

/* ---- what is in the store ---- */

struct rows {
    struct record records[ROWS_MAX];
    size_t n;
};

static bool take(void *context, const struct record *record, const struct list_key *key)
{
    struct rows *rows = context;
    (void)key;
    assert_true(rows->n < ROWS_MAX);
    assert_int_equal(record_copy(&rows->records[rows->n++], record), STATUS_OK);
    return true;
}

/* All rows of a type, oldest first. */
static void read_rows(struct node *node, const char *type, struct rows *rows)
{
    struct list_query query = {.type = catalogue_find(type), .ascending = true};
    rows->n = 0;
    assert_int_equal(records_list(node->store, &node->actor, &query, take, rows, NULL), STATUS_OK);
}

static void drop_rows(struct rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        record_release(&rows->records[i]);
}

static void expect_field(const struct record *record, const char *field, const char *text)
{
    struct buf shown;
    buf_init(&shown, 4096);
    const struct field_def *def = catalogue_field(record->type, field);
    record_format_raw(def, record_get(record, def), &shown);
    if (strcmp(buf_cstr(&shown), text) != 0)
        fail_msg("%s: “%s”, expected “%s”", field, buf_cstr(&shown), text);
    buf_release(&shown);
}

static struct event_totals totals_of(struct node *node)
{
    struct event_totals totals;
    struct rows events;
    read_rows(node, "event", &events);
    assert_int_equal(events.n, 1);
    assert_int_equal(event_totals(node->store, &node->actor, node->codes, &events.records[0], &totals, NULL), STATUS_OK);
    drop_rows(&events);
    return totals;
}

static bool count_draft(void *context, const struct draft_info *info)
{
    (void)info;
    ++*(size_t *)context;
    return true;
}

static size_t drafts_of(struct desk *desk)
{
    size_t n = 0;
    assert_int_equal(draft_list(desk->context.store, desk->context.actor, count_draft, &n, NULL), STATUS_OK);
    return n;
}

/* ---- starting ---- */

static void test_what_is_said_once_goes_into_every_line(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.stations[0];
    struct rows events, rows;
    sit_down(desk);
    keys(desk, "27 Enter F5");
    screen_expect(&desk->screen, 3, ">类别");
    keys(desk, "05 Enter");
    screen_expect_any(&desk->screen, "名称     [送法进军营");
    screen_expect_any(&desk->screen, "场所     [03_]军营");
    screen_expect_any(&desk->screen, "不写番号、驻地、任务");
    keys(desk, "Enter Enter Enter 01");
    screen_expect_any(&desk->screen, ">参加部门"); /* place, town and village are passed over at a barracks */
    keys(desk, "1+2 Enter 9 Enter Enter cp Enter");
    screen_expect_any(&desk->screen, "陈平");
    screen_expect_any(&desk->screen, "来访人群 [06________________]军人");
    keys(desk, "F2");
    keys(desk, "ldbc2 Enter");
    read_rows(node, "event", &events);
    assert_int_equal(events.n, 1);
    expect_field(&events.records[0], "title", "送法进军营");
    expect_field(&events.records[0], "unit", "01");
    expect_field(&events.records[0], "bodies", "01,02");
    expect_field(&events.records[0], "laws", "09");
    expect_field(&events.records[0], "place", "");
    read_rows(node, "consultation", &rows);
    assert_int_equal(rows.n, 1);
    char event[ID_TEXT_BYTES];
    id_format(events.records[0].id, event);
    expect_field(&rows.records[0], "event", event);
    expect_field(&rows.records[0], "channel", "06");
    expect_field(&rows.records[0], "categories", "06");
    expect_field(&rows.records[0], "worker", "李收");
    expect_field(&rows.records[0], "date", "2026-10-23");
    assert_int_equal(strlen(record_text(&rows.records[0], "volunteer")), ID_TEXT_BYTES - 1);
    drop_rows(&events);
    drop_rows(&rows);
    screen_close(&desk->screen);
}

static void test_a_village_event_gives_its_place(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    sit_down(desk);
    keys(desk, "27 Enter F5 04 Enter Enter Enter Enter");
    screen_expect_any(&desk->screen, ">地点"); /* the unit is asked at barracks only */
    keys(desk, "村部广场 Enter Enter");
    screen_expect_any(&desk->screen, ">村居");
    keys(desk, "F4 Enter F2 hy1 Enter");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 1);
    assert_int_not_equal(record_text(&rows.records[0], "village")[0], '\0');
    assert_int_not_equal(record_text(&rows.records[0], "town")[0], '\0');
    expect_field(&rows.records[0], "categories", "");
    drop_rows(&rows);
    screen_expect(&desk->screen, 0, "村部广场");
    screen_close(&desk->screen);
}

/* The kind is offered from the event before; what came with it goes with it. */
static void test_another_kind_leaves_no_soldiers_behind(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    keys(desk, "F10 F10 27 Enter F5");
    screen_expect_any(&desk->screen, "来访人群 [06________________]军人");
    keys(desk, "02");
    screen_expect_any(&desk->screen, "名称     [广场宣传");
    screen_expect_any(&desk->screen, "来访人群 [__________________]");
    keys(desk, "Up 05");
    screen_expect_any(&desk->screen, "来访人群 [06________________]军人");
    keys(desk, "Up 02 F2 142 Enter");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 1);
    expect_field(&rows.records[0], "categories", "");
    drop_rows(&rows);
    screen_close(&desk->screen);
}

/* An empty battery: the clock says a year ago, the last sync says otherwise. */
static void test_a_clock_that_is_behind_is_told(void **state)
{
    struct desk *desk = *state;
    struct store *store = desk->world.stations[0].store;
    struct errmsg err = {{0}};
    struct sync_attempt attempt = {.at_ms = TODAY_MS + INT64_C(365) * 86400000, .ok = true};
    sit_down(desk);
    screen_expect_none(&desk->screen, "本机的钟慢了");
    screen_close(&desk->screen);
    assert_int_equal(store_begin(store, "test", &err), STATUS_OK);
    assert_int_equal(sync_attempt_note(store, &attempt, &err), STATUS_OK);
    assert_int_equal(store_commit(store, &err), STATUS_OK);
    sit_down(desk);
    screen_expect(&desk->screen, 3, "时钟  本机的钟慢了或曾快过: 现在 2026-10-23，最近记录 2027-10-23；请先校准");
    keys(desk, "27 Enter F5");
    screen_expect(&desk->screen, 2, "本机的钟慢了");
    screen_close(&desk->screen);
}

/* ---- lines ---- */

static void test_five_lines(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    screen_expect(&desk->screen, 3, "(类别)  (性别年龄不记)  (1人)  (当场答复)  (不留名)  (军人)");
    keys(desk, "ldbc2");
    screen_expect(&desk->screen, 3, " 劳动报酬  女 成年  (1人)  (当场答复)  (不留名)  (军人)");
    keys(desk, "Enter");
    screen_expect_any(&desk->screen, "已保存第 1 条");
    screen_expect_any(&desk->screen, "本条 6 键，中位 6 键");
    keys(desk, "281 Space *20 Enter =4 Enter");
    keys(desk, "hy2 Space 张文芳 Space 13900000000 ； 房子怎么分 Enter");
    keys(desk, "１４１ Space 02 Space 军属 Enter");
    screen_expect(&desk->screen, 0, "已录 5");
    screen_expect(&desk->screen, 7, "    5 09:12  劳动报酬       男 成年     1人  代书");
    screen_expect(&desk->screen, 8, "    4 09:12  婚姻家庭       女 成年     1人  当场答复  张文芳  房子怎么分");
    screen_expect(&desk->screen, 9, "    3 09:12  军人军属权益   女 老年     1人  当场答复");
    screen_expect(&desk->screen, 10, "    2 09:12  军人军属权益   男 成年    20人  当场答复");
    screen_expect(&desk->screen, 6, "咨询 24 人次  申请 0 件");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 5);
    expect_field(&rows.records[0], "topic", "劳动报酬");
    expect_field(&rows.records[1], "persons", "20");
    expect_field(&rows.records[3], "phone", "13900000000");
    expect_field(&rows.records[3], "content", "房子怎么分");
    expect_field(&rows.records[4], "categories", "07");
    expect_field(&rows.records[4], "handling", "02");
    drop_rows(&rows);
    assert_int_equal(drafts_of(desk), 0);
    screen_close(&desk->screen);
}

static void test_a_wrong_line_stays_and_says_why(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "Enter");
    screen_expect_any(&desk->screen, "先打类别和性别年龄");
    keys(desk, "ld");
    screen_expect(&desk->screen, 22, "02 劳动纠纷  14 劳动报酬");
    keys(desk, "2 Enter");
    screen_expect(&desk->screen, 21, "没有保存: 类别 “ld”"); /* longer than a row */
    screen_expect(&desk->screen, 2, ">[ld2_");
    keys(desk, "Ctrl-U 142 Space 5 Space 123 Enter");
    screen_expect(&desk->screen, 22, "没有保存: 电话 “123”");
    screen_expect(&desk->screen, 0, "已录 0");
    screen_close(&desk->screen);
}

static void test_units_are_not_written_down_at_a_barracks(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    screen_expect(&desk->screen, 4, "不写番号、驻地、任务");
    keys(desk, "281;73041部队的房子 Enter");
    screen_expect(&desk->screen, 22, "没有保存: 情况 “73041部队”: 像是番号");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 0);
    screen_close(&desk->screen);
}

static void test_the_category_from_the_table(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "ld F4");
    screen_expect_any(&desk->screen, "14      劳动报酬");
    keys(desk, "Down Enter");
    screen_expect(&desk->screen, 2, ">[14_");
    keys(desk, "2 Enter");
    screen_expect(&desk->screen, 7, "劳动报酬       女 成年");
    screen_close(&desk->screen);
}

static void test_undo_brings_the_line_back(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "142 Enter 281 Space 张文芳 Enter");
    screen_expect(&desk->screen, 0, "已录 2");
    keys(desk, "Ctrl-Z");
    screen_expect(&desk->screen, 0, "已录 1");
    screen_expect(&desk->screen, 2, ">[281 张文芳_");
    screen_expect_any(&desk->screen, "已撤回，内容放回来了");
    keys(desk, "Backspace Backspace Backspace 李四 Enter");
    screen_expect(&desk->screen, 7, "李四");
    keys(desk, "Ctrl-Z Ctrl-U Enter");
    keys(desk, "Ctrl-Z Ctrl-Z"); /* the typing that Ctrl-U threw away comes back first: undo of the field */
    screen_expect(&desk->screen, 2, "李四");
    keys(desk, "Ctrl-U");
    screen_close(&desk->screen);
}

static void test_undo_goes_back_as_far_as_was_saved_here(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    keys(desk, "142 Enter 281 Enter Ctrl-Z");
    keys(desk, "Backspace Backspace Backspace");
    screen_expect(&desk->screen, 2, ">[____");
    keys(desk, "F10 1 Enter"); /* another screen: what was saved before is not taken back by accident */
    keys(desk, "Ctrl-Z");
    screen_expect_any(&desk->screen, "没有刚存的一条可以撤回");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 1);
    drop_rows(&rows);
    screen_close(&desk->screen);
}

static void test_the_last_line_again_without_the_person(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "F8");
    screen_expect_any(&desk->screen, "还没有上一条");
    keys(desk, "142 Space 3人 Space 02 Space 张文芳 Enter F8");
    screen_expect(&desk->screen, 2, ">[142 3人 02_");
    keys(desk, "Enter");
    screen_expect(&desk->screen, 7, "    2 09:12  劳动报酬       女 成年     3人  代书");
    keys(desk, "1 F8");
    screen_expect_any(&desk->screen, "这一行已经有字");
    screen_close(&desk->screen);
}

static void test_detail_is_added_to_a_row_later(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    keys(desk, "142 Enter 281 Enter Down Down");
    screen_expect(&desk->screen, 8, ">   1");
    screen_expect_cursor(&desk->screen, 8, 0);
    screen_expect(&desk->screen, 23, "Enter看");
    keys(desk, "Enter");
    screen_expect(&desk->screen, 0, "咨询  劳动报酬");
    keys(desk, "Enter 王建国 F2 F10");
    screen_expect(&desk->screen, 8, ">   1 09:12  劳动报酬       女 成年     1人  当场答复  王建国");
    keys(desk, "Up Up");
    screen_expect(&desk->screen, 2, ">[");
    keys(desk, "Down 0 1 1"); /* typing is a new line wherever the marker stands */
    screen_expect(&desk->screen, 2, ">[011_");
    keys(desk, "Enter");
    read_rows(&desk->world.stations[0], "consultation", &rows);
    assert_int_equal(rows.n, 3);
    expect_field(&rows.records[0], "name", "王建国");
    drop_rows(&rows);
    screen_close(&desk->screen);
}

static void test_a_known_visitor_is_named(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "F10 F10 27 Enter F5 02 F2"); /* a square: no warning in the way */
    keys(desk, "142 Space 张文芳 Space 13900000000 Enter");
    keys(desk, "01 Space 张文芳");
    screen_expect(&desk->screen, 4, "张文芳 来过 1 次，最近 10-23 劳动报酬");
    screen_close(&desk->screen);
}

/* ---- after an abrupt end ---- */

static void test_the_line_is_there_again(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "142 Enter 281 Space 张文");
    screen_wait(&desk->screen, 3000); /* two seconds without a key */
    struct screen dead = desk->screen; /* the power goes: nothing is told to the views */
    (void)dead;
    assert_int_equal(drafts_of(desk), 1);
    sit_down(desk);
    screen_expect_any(&desk->screen, "外展 送法进军营: 281 张文");
    keys(desk, "1 Enter");
    screen_expect(&desk->screen, 0, "外展  送法进军营 10-23");
    screen_expect(&desk->screen, 2, ">[281 张文_");
    screen_expect(&desk->screen, 7, "    1 09:12  劳动报酬");
    keys(desk, "芳 Enter");
    screen_expect_any(&desk->screen, "已保存第 2 条");
    screen_expect_none(&desk->screen, "本条"); /* keys of a line that was typed in two sittings say nothing */
    screen_expect(&desk->screen, 7, "    2 09:12  军人军属权益   男 成年     1人  当场答复  张文芳");
    assert_int_equal(drafts_of(desk), 0);
    screen_close(&desk->screen);
    screen_close(&dead);
}

static void test_the_line_waits_at_its_event(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "281 F10");
    screen_expect_any(&desk->screen, "没写完的一条留着");
    keys(desk, "1 Enter");
    screen_expect(&desk->screen, 2, ">[281_");
    keys(desk, "Ctrl-U F10");
    assert_int_equal(drafts_of(desk), 0);
    screen_close(&desk->screen);
}

/* ---- crowds ---- */

static void test_tally(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.stations[0];
    start_barracks(desk);
    keys(desk, "142 Enter F6");
    screen_expect(&desk->screen, 3, ">  1   军人军属权益                  0");
    screen_expect(&desk->screen, 4, "   2   劳动报酬                      0");
    keys(desk, "1 1 １ 2");
    screen_expect(&desk->screen, 3, "军人军属权益                  3");
    screen_expect(&desk->screen, 4, ">  2   劳动报酬                      1");
    assert_int_equal(totals_of(node).consulted, 5);
    keys(desk, "- 1 + 2 5 Enter 0");
    screen_expect(&desk->screen, 3, "军人军属权益                  2");
    screen_expect(&desk->screen, 12, ">  0");
    screen_expect(&desk->screen, 12, " 25");
    screen_expect(&desk->screen, 15, "计数合计                     28   连逐条的 29 人次");
    keys(desk, "Ctrl-Z Ctrl-Z");
    screen_expect(&desk->screen, 3, "军人军属权益                  3");
    assert_int_equal(totals_of(node).consulted, 5);
    keys(desk, "- 5");
    screen_expect_any(&desk->screen, "没有计: ");
    keys(desk, "+ Enter");
    screen_expect(&desk->screen, 22, "打人数再按 Enter");
    keys(desk, "Esc F4 3 gs Down Enter 3");
    screen_expect(&desk->screen, 5, ">  3   工伤                          1");
    keys(desk, "F6");
    screen_expect(&desk->screen, 0, "已录 1"); /* lines only; the crowd stands in the totals */
    screen_expect(&desk->screen, 6, "咨询 6 人次(逐条 1)");
    keys(desk, "F6");
    screen_expect(&desk->screen, 5, "   3   工伤                          1"); /* keys stay */
    assert_int_equal(totals_of(node).consulted, 6);
    screen_close(&desk->screen);
}

/* ---- an application ---- */

static void test_an_application_from_a_row(void **state)
{
    struct desk *desk = *state;
    struct rows cases, events;
    char event[ID_TEXT_BYTES];
    start_barracks(desk);
    keys(desk, "141 Space 赵兵 ； 工资三个月没发 Enter 281 Enter Down Down F5");
    screen_expect(&desk->screen, 0, "起草申请  赵兵");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "收件  赵兵");
    keys(desk, "身份证 F2");
    screen_expect(&desk->screen, 0, "外展  送法进军营");
    screen_expect_any(&desk->screen, "已收件");
    screen_expect(&desk->screen, 6, "申请 1 件(收件 1)");
    read_rows(&desk->world.stations[0], "case", &cases);
    read_rows(&desk->world.stations[0], "event", &events);
    id_format(events.records[0].id, event);
    assert_int_equal(cases.n, 1);
    expect_field(&cases.records[0], "event", event);
    expect_field(&cases.records[0], "apply_channel", "04");
    expect_field(&cases.records[0], "source", "41");
    expect_field(&cases.records[0], "narrative", "工资三个月没发");
    expect_field(&cases.records[0], "state", "S2");
    assert_int_equal(totals_of(&desk->world.stations[0]).accepted, 1);
    drop_rows(&cases);
    drop_rows(&events);
    screen_close(&desk->screen);
}

static void test_an_application_of_somebody_new(void **state)
{
    struct desk *desk = *state;
    struct rows cases;
    start_barracks(desk);
    keys(desk, "F5 孙大 Enter F10"); /* put aside */
    screen_expect(&desk->screen, 0, "外展  送法进军营");
    keys(desk, "F5");
    screen_expect_any(&desk->screen, "申请人       [____"); /* the next one is somebody else */
    keys(desk, "钱二 F2 F10");
    screen_expect(&desk->screen, 0, "外展  送法进军营");
    screen_expect(&desk->screen, 6, "申请 1 件(收件 0)");
    read_rows(&desk->world.stations[0], "case", &cases);
    assert_int_equal(cases.n, 1);
    expect_field(&cases.records[0], "name", "钱二");
    expect_field(&cases.records[0], "apply_channel", "04");
    expect_field(&cases.records[0], "town", "");
    drop_rows(&cases);
    screen_close(&desk->screen);
}

static void test_a_volunteer_drafts_and_comes_back(void **state)
{
    struct desk *desk = *state;
    sit_down_as(desk, &desk->volunteer, 24, 80);
    keys(desk, "27 Enter F5 02 F2 F5 孙大 F2");
    screen_expect(&desk->screen, 0, "外展  广场宣传"); /* receiving is the station's */
    screen_expect(&desk->screen, 6, "申请 1 件(收件 0)");
    screen_close(&desk->screen);
}

/* From the same row nobody makes a second application by mistake: what a volunteer drafted is received there by the station. */
static void test_an_application_goes_on_from_its_row(void **state)
{
    struct desk *desk = *state;
    struct rows cases;
    start_barracks(desk);
    screen_close(&desk->screen);
    sit_down_as(desk, &desk->volunteer, 24, 80);
    keys(desk, "27 Enter 1 Enter 141 Space 赵兵 ； 工资三个月没发 Enter Down F5 F2");
    screen_expect(&desk->screen, 0, "外展  送法进军营");
    screen_expect(&desk->screen, 22, "起草申请 办好了，现在是 申请草稿，等工作站人员收件");
    keys(desk, "F5");
    screen_expect(&desk->screen, 22, "这一条起草过申请，就是这件");
    screen_expect_any(&desk->screen, "申请草稿");
    screen_close(&desk->screen);
    sit_down(desk);
    keys(desk, "27 Enter 1 Enter Down F5");
    screen_expect(&desk->screen, 0, "收件  赵兵");
    screen_expect(&desk->screen, 22, "这一条起草过申请，接着收件");
    keys(desk, "身份证 F2");
    screen_expect(&desk->screen, 6, "申请 1 件(收件 1)");
    keys(desk, "F5");
    screen_expect(&desk->screen, 22, "就是这件");
    read_rows(&desk->world.stations[0], "case", &cases);
    assert_int_equal(cases.n, 1);
    expect_field(&cases.records[0], "state", "S2");
    drop_rows(&cases);
    screen_close(&desk->screen);
}

/* ---- materials ---- */

static void test_materials_are_edited_again(void **state)
{
    struct desk *desk = *state;
    struct rows rows;
    start_barracks(desk);
    keys(desk, "F7 300 Enter 50 Enter Enter 8 F10");
    screen_expect(&desk->screen, 6, "材料 350 份");
    keys(desk, "F7");
    screen_expect(&desk->screen, 3, ">宣传资料（份）           [300");
    keys(desk, "320 Enter Backspace Backspace F2");
    screen_expect(&desk->screen, 6, "材料 320 份");
    read_rows(&desk->world.stations[0], "event_material", &rows);
    assert_int_equal(rows.n, 2);
    expect_field(&rows.records[0], "quantity", "320");
    expect_field(&rows.records[1], "item", "04");
    expect_field(&rows.records[1], "quantity", "8");
    drop_rows(&rows);
    screen_close(&desk->screen);
}

/* ---- closing ---- */

static void test_closing(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.stations[0];
    struct rows rows;
    start_barracks(desk);
    keys(desk, "142 Enter 281 Space *20 Enter F6 1 1 1 F6 F7 300 F10");
    keys(desk, "2 Ctrl-T");
    screen_expect_any(&desk->screen, "这一行还没有存");
    keys(desk, "Ctrl-U Ctrl-T");
    screen_expect(&desk->screen, 2, "咨询 24 人次 5 件  资料 300 份  现场受理 0 件  志愿者 0 人 0 小时");
    screen_expect(&desk->screen, 3, "劳动报酬 1  军人军属权益 23");
    keys(desk, "120 Enter 15 Enter 3 Enter 天晴 Enter");
    keys(desk, "cp Enter 4 Enter");
    screen_expect(&desk->screen, 2, "志愿者 1 人 4 小时");
    keys(desk, "gy Enter 3 Enter");
    screen_expect(&desk->screen, 2, "志愿者 2 人 7 小时");
    keys(desk, "F10");
    screen_expect_any(&desk->screen, "还没有收场，填的已经存好");
    keys(desk, "Ctrl-T");
    screen_expect_any(&desk->screen, "到场人数 [120____]"); /* what was typed is there again */
    screen_expect_any(&desk->screen, "[4_]");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "已收场  送法进军营");
    screen_expect_any(&desk->screen, "解答咨询 24 人次、5 件，发放资料 300 份");
    screen_expect_any(&desk->screen, "还没有交给县中心的变更: ");
    screen_expect(&desk->screen, 23, "F2写到U盘");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "U 盘");
    keys(desk, "F10");
    screen_expect(&desk->screen, 0, "已收场  送法进军营");
    keys(desk, "Enter");
    screen_expect(&desk->screen, 0, "外展   没收场的活动 0 场");
    read_rows(node, "event", &rows);
    expect_field(&rows.records[0], "closed_on", "2026-10-23");
    expect_field(&rows.records[0], "persons", "120");
    expect_field(&rows.records[0], "photos", "15");
    expect_field(&rows.records[0], "note", "天晴");
    expect_field(&rows.records[0], "consulted", "24");
    expect_field(&rows.records[0], "materials", "300");
    expect_field(&rows.records[0], "volunteers", "2");
    struct outreach_desk left;
    assert_int_equal(outreach_desk_load(node->store, rows.records[0].id, &left, NULL), STATUS_OK);
    assert_int_equal(left.groups[0], '\0'); /* what the laptop kept is forgotten */
    drop_rows(&rows);
    read_rows(node, "service_hours", &rows);
    assert_int_equal(rows.n, 2);
    expect_field(&rows.records[0], "name", "陈平");
    expect_field(&rows.records[0], "hours", "4");
    drop_rows(&rows);
    screen_close(&desk->screen);
}

static void test_hours_are_edited_and_taken_away(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.stations[0];
    struct rows rows;
    start_barracks(desk);
    keys(desk, "Ctrl-T Enter Enter Enter Enter cp Enter 4 Enter F10 Ctrl-T Tab Enter 5 Enter");
    read_rows(node, "service_hours", &rows);
    assert_int_equal(rows.n, 1);
    expect_field(&rows.records[0], "hours", "5");
    drop_rows(&rows);
    keys(desk, "Up Backspace Enter F10");
    read_rows(node, "service_hours", &rows);
    assert_int_equal(rows.n, 0);
    screen_close(&desk->screen);
}

static void test_a_line_of_an_event_that_was_closed_elsewhere(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.stations[0];
    struct rows events;
    start_barracks(desk);
    keys(desk, "142 F10 F10");
    read_rows(node, "event", &events);
    node_set(node, "event", events.records[0].id, "closed_on", "2026-10-23");
    drop_rows(&events);
    keys(desk, "1 Enter");
    screen_expect_any(&desk->screen, "这场活动已经收场");
    assert_int_equal(drafts_of(desk), 1); /* nothing is lost: it may be read and thrown away on the first screen */
    screen_close(&desk->screen);
}

/* ---- small screens, readers ---- */

static void test_sixty_by_twenty(void **state)
{
    struct desk *desk = *state;
    sit_down_as(desk, &desk->station, 20, 60);
    keys(desk, "27 Enter F5 05 F2");
    keys(desk, "Right Left");
    screen_expect(&desk->screen, 18, "Ctrl-T 收场");
    keys(desk, "142 Enter Down");
    screen_expect(&desk->screen, 7, ">   1 09:12  劳动报酬");
    keys(desk, "F6 1");
    screen_expect(&desk->screen, 15, "计数合计");
    keys(desk, "F6 F7");
    screen_expect(&desk->screen, 8, "宣传品（件）");
    keys(desk, "300 Enter F10 Ctrl-T");
    screen_expect(&desk->screen, 2, "咨询2人次2件 资料300份 受理0件 志愿者0人0小时");
    keys(desk, "Enter Enter Enter Enter cp Enter F2"); /* named, but without hours: said once, at the field */
    screen_expect(&desk->screen, 18, "志愿者的小时没有填，不填不算他");
    keys(desk, "4 Enter F2");
    screen_expect(&desk->screen, 0, "已收场  送法进军营");
    screen_expect(&desk->screen, 7, " 收场：解答咨询 2 人次、2 件，发放资料 300 份，现场受理 0");
    screen_expect(&desk->screen, 8, "志愿者 1 人、4 小时");
    screen_expect(&desk->screen, 12, "按 F2 写上去，交给工作站或县中心导入");
    keys(desk, "Enter F10");
    screen_close(&desk->screen);
}

static void test_hours_may_stay_unsaid(void **state)
{
    struct desk *desk = *state;
    start_barracks(desk);
    keys(desk, "142 Enter Ctrl-T Enter Enter Enter Enter cp Enter F2");
    screen_expect(&desk->screen, 0, "收场  送法进军营");
    screen_expect(&desk->screen, 22, "再按 F2 就这样收场");
    keys(desk, "F2");
    screen_expect(&desk->screen, 0, "已收场  送法进军营");
    screen_expect_any(&desk->screen, "志愿者 0 人");
    screen_close(&desk->screen);
}

static void test_who_only_reads_cannot_enter(void **state)
{
    struct desk *desk = *state;
    struct actor auditor = person(&desk->world.stations[0], "审计", ROLE_AUDITOR);
    start_barracks(desk);
    screen_close(&desk->screen);
    sit_down_as(desk, &auditor, 24, 80);
    keys(desk, "27 Enter Enter");
    screen_expect_any(&desk->screen, "只能查看");
    screen_close(&desk->screen);
}

/* The paragraph is copied into reports: told of practice it says so, on the screen and in the file. */
static void test_a_campaign_told_of_practice_says_so(void **state)
{
    struct desk *desk = *state;
    struct node *node = &desk->world.center;
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find("campaign"));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "name", "法律援助宣传周"), STATUS_OK);
    assert_int_equal(record_set_int(&record, "date", 20000), STATUS_OK);
    assert_int_equal(record_set_int(&record, "end_date", 20001), STATUS_OK);
    assert_int_equal(records_save(node->store, &node->actor, node->codes, node->random, &record, &err), STATUS_OK);
    desk->context = screen_context(node);
    for (int practice = 0; practice < 2; practice++) {
        node->machine.practice = practice == 1;
        screen_open_at(&desk->screen, &desk->context, &view_campaign_text, &(struct view_argument){.type = "campaign", .id = record.id}, 24, 80);
        screen_expect_any(&desk->screen, "法律援助宣传周");
        (practice ? screen_expect_any : screen_expect_none)(&desk->screen, "【练习】2024年");
        screen_close(&desk->screen);
    }
    node->machine.practice = false;
    record_release(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_said_once_goes_into_every_line, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_village_event_gives_its_place, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_another_kind_leaves_no_soldiers_behind, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_clock_that_is_behind_is_told, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_five_lines, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_wrong_line_stays_and_says_why, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_units_are_not_written_down_at_a_barracks, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_category_from_the_table, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_undo_brings_the_line_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_undo_goes_back_as_far_as_was_saved_here, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_last_line_again_without_the_person, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_detail_is_added_to_a_row_later, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_known_visitor_is_named, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_line_is_there_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_the_line_waits_at_its_event, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_tally, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_application_from_a_row, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_application_of_somebody_new, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_volunteer_drafts_and_comes_back, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_an_application_goes_on_from_its_row, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_materials_are_edited_again, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_closing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_hours_are_edited_and_taken_away, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_line_of_an_event_that_was_closed_elsewhere, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_sixty_by_twenty, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_hours_may_stay_unsaid, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_who_only_reads_cannot_enter, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(test_a_campaign_told_of_practice_says_so, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
