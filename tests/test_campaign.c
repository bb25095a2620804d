/* tests/test_campaign.c - a publicity week over eight towns and a garrison, kept by nine machines, against figures added up by hand; and a year's outreach work.
 *
 * The week (1 to 7 June 2026):
 *   eight stations, i = 0..7, one event each in its town: tallies 经济纠纷 10+i, 土地承包 20, 损害赔偿 5, 职工权益 15, and three consultations of ten people each about 婚姻家庭;
 *     material 01 1000, 02 200, 03 100+i, gifts 50; boards 6 as rows at i = 0..3, 5 typed at i = 4; two applications at i = 0 and a draft, one at i = 3, one taken back at i = 5
 *   the center: the square, figures typed only (500 people, 400 matters, 12000 leaflets, 3 applications); the garrison, 60 军人军属 and 5 婚姻家庭, 300 leaflets, one application */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/outreach/campaign_text.h"
#include "core/outreach/outreach_totals.h"
#include "tests/command.h"
#include "tests/event_world.h"

enum { TOWNS = 8 };
static const int64_t NOON_MS = INT64_C(1767225600000); /* the fixture's clock: 2026-01-01 */

/* The six categories of the county's own summary, as our codes. */
static const char ECONOMY[] = "04", LAND[] = "21", MARRIAGE[] = "01", DAMAGE[] = "23", WORKERS[] = "02", SOLDIERS[] = "28";

static struct world world;
static struct id campaign, events[TOWNS], square, garrison;
static char folder[] = "/tmp/aidpost-campaign-XXXXXX";

static void tally(struct node *node, struct id id, const char *category, int64_t persons)
{
    struct errmsg err = {{0}};
    struct record event;
    int64_t count;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("event"), id, &event, &err), STATUS_OK);
    if (event_tally(node->store, &node->actor, node->codes, node->random, &event, category, persons, &count, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    record_release(&event);
}

static void add_town(int i)
{
    struct node *node = &world.stations[i];
    char fields[300];
    snprintf(fields, sizeof fields, "title=送法到镇;kind=04;also=%s;date=2026-06-0%d;town=%s;campaign=@;bodies=09%s;laws=03,04%s", i == 0 ? "02,10" : i == 1 ? "02" : "", i % 7 + 1,
             code_book_at(node->codes, "town", (size_t)i)->code, i == 0 ? ",02,03" : "", i == 4 ? ";boards=5" : i == 1 ? ";volunteers=6" : "");
    events[i] = event_add(node, "event", campaign, fields);
    tally(node, events[i], ECONOMY, 10 + i);
    tally(node, events[i], LAND, 20);
    tally(node, events[i], DAMAGE, 5);
    tally(node, events[i], WORKERS, 15);
    for (int n = 0; n < 3; n++)
        event_add(node, "consultation", events[i], "event=@;date=2026-06-03;content=离婚;category=01;persons=10;channel=06");
    event_add(node, "event_material", events[i], "event=@;item=01;quantity=1000");
    event_add(node, "event_material", events[i], "event=@;item=02;quantity=200");
    snprintf(fields, sizeof fields, "event=@;item=03;quantity=%d", 100 + i);
    event_add(node, "event_material", events[i], fields);
    event_add(node, "event_material", events[i], "event=@;item=06;quantity=50");
    if (i < 4)
        event_add(node, "event_material", events[i], "event=@;item=04;quantity=6");
}

/* An application as it comes about: a draft, then one state after the other, since the center takes no other way from a station. */
static void apply(struct node *node, struct id event, const char *states)
{
    struct actor acting = node->actor;
    struct errmsg err = {{0}};
    char text[40], *rest = text;
    struct id id = event_add(node, "case", event, "event=@;name=申请人;case_type=民事;received_on=2026-06-01");

    acting.acting = true;
    snprintf(text, sizeof text, "%s", states);
    for (char *state; (state = strtok_r(rest, " ", &rest)) != NULL;) {
        struct record kase;
        assert_int_equal(records_get(node->store, &acting, catalogue_find("case"), id, &kase, &err), STATUS_OK);
        assert_int_equal(record_set_text(&kase, "state", state), STATUS_OK);
        assert_int_equal(records_save(node->store, &acting, node->codes, node->random, &kase, &err), STATUS_OK);
        record_release(&kase);
    }
}

static void add_applications(void)
{
    apply(&world.stations[0], events[0], "S2");
    apply(&world.stations[0], events[0], "S2 S3");
    apply(&world.stations[0], events[0], "");
    apply(&world.stations[3], events[3], "S2");
    apply(&world.stations[5], events[5], "X2");
}

static void add_center(void)
{
    struct node *node = &world.center;
    char fields[400], id[ID_TEXT_BYTES];
    snprintf(fields, sizeof fields,
             "title=启动仪式;kind=01;also=02;date=2026-06-01;end_date=2026-06-02;place=县城广场;town=%s;campaign=@;bodies=01,04,05,06,07,08;laws=02,05,06,07;consulted=500;"
             "consulted_matters=400;materials=12000;accepted=3;photos=40",
             code_book_at(node->codes, "town", 0)->code);
    square = event_add(node, "event", campaign, fields);
    snprintf(fields, sizeof fields, "title=送法进军营;kind=05;place_kind=03;unit=01;date=2026-06-05;town=%s;place=某山脚下;campaign=@", code_book_at(node->codes, "town", 3)->code);
    garrison = event_add(node, "event", campaign, fields);
    tally(node, garrison, SOLDIERS, 60);
    tally(node, garrison, MARRIAGE, 5);
    event_add(node, "event_material", garrison, "event=@;item=01;quantity=300");
    apply(node, garrison, "S2");
    event_add(node, "media_item", square, "event=@;kind=1;outlet=县电视台;title=启动;date=2026-06-01;times=4");
    event_add(node, "media_item", square, "event=@;kind=2;outlet=日报;title=启动;date=2026-06-02");
    id_format(event_add(node, "volunteer", NO_ID, "name=王志愿;source=1;date=2026-01-01"), id);
    snprintf(fields, sizeof fields, "event=@;volunteer=%s;hours=4;date=2026-06-01", id);
    event_add(node, "service_hours", square, fields);
    snprintf(fields, sizeof fields, "event=@;volunteer=%s;hours=3;date=2026-06-05", id);
    event_add(node, "service_hours", garrison, fields);
    /* What is not of the week. */
    event_add(node, "event", NO_ID, "title=平时的活动;kind=02;date=2026-06-03;consulted=9999;materials=9999");
    struct id dropped = event_add(node, "event", campaign, "title=取消的;kind=02;date=2026-06-03;campaign=@;consulted=9999");
    assert_int_equal(records_delete(node->store, &node->actor, catalogue_find("event"), dropped, NULL), STATUS_OK);
}

static void sync_all(void)
{
    for (size_t i = 0; i < TOWNS; i++)
        world_sync(&world, i);
}

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/aidpost-campaign-XXXXXX");
    assert_non_null(mkdtemp(folder));
    world_open(&world, TOWNS, folder);
    campaign = event_add(&world.center, "campaign", NO_ID, "name=法律援助宣传周;ordinal=2;date=2026-06-01;end_date=2026-06-07;theme=法援惠民生;bodies=10");
    sync_all();
    for (int i = 0; i < TOWNS; i++)
        add_town(i);
    add_applications();
    add_center();
    return 0;
}

static int tear_down(void **state)
{
    char command[80];
    (void)state;
    world_close(&world);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static struct campaign_totals totals_at(struct node *node)
{
    struct errmsg err = {{0}};
    struct campaign_totals totals;
    struct record record;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("campaign"), campaign, &record, &err), STATUS_OK);
    assert_int_equal(campaign_totals(node->store, &node->actor, node->codes, &record, &totals, &err), STATUS_OK);
    record_release(&record);
    return totals;
}

static void expect_whole_week(struct node *node)
{
    struct campaign_totals totals = totals_at(node);
    assert_int_equal(totals.events, 10);
    assert_int_equal(totals.towns, 8);
    assert_int_equal(totals.barracks, 1);
    assert_int_equal(totals.kinds[0], 1); /* 01 宣传周 */
    assert_int_equal(totals.kinds[1], 3); /* 02: the square, two towns as well */
    assert_int_equal(totals.kinds[3], 8); /* 04 */
    assert_int_equal(totals.kinds[4], 1); /* 05 */
    assert_int_equal(totals.kinds[9], 1); /* 10 */
    assert_int_equal(totals.sum.consulted, 8 * (10 + 20 + 30 + 5 + 15) + 28 + 65 + 500); /* 1233 */
    assert_int_equal(totals.sum.matters, 8 * (10 + 20 + 3 + 5 + 15) + 28 + 65 + 400);
    assert_int_equal(totals.sum.handouts, 8 * 1300 + 28 + 300 + 12000); /* 22728 */
    assert_int_equal(totals.sum.boards, 4 * 6 + 5);
    assert_int_equal(totals.sum.gifts, 400);
    assert_int_equal(totals.sum.accepted, 2 + 1 + 1 + 3);
    assert_int_equal(totals.sum.volunteers, 1 + 6); /* one person at two events, six typed */
    assert_int_equal(totals.sum.hours, 7);
    assert_int_equal(totals.sum.media, 2);
    assert_int_equal(totals.sum.photos, 40);
    assert_string_equal(totals.bodies, "01,02,03,04,05,06,07,08,09,10");
    assert_string_equal(totals.laws, "02,03,04,05,06,07");
    int32_t day;
    day_from_ymd(2026, 6, 1, &day);
    assert_int_equal(totals.first, day);
    assert_int_equal(totals.last, day + 6);
}

static void test_a_station_knows_its_own_part(void **state)
{
    (void)state;
    struct campaign_totals totals = totals_at(&world.stations[4]);
    assert_int_equal(totals.events, 1);
    assert_int_equal(totals.towns, 1);
    assert_int_equal(totals.barracks, 0);
    assert_int_equal(totals.sum.consulted, 84);
    assert_int_equal(totals.sum.handouts, 1304);
    assert_int_equal(totals.sum.boards, 5);
    assert_string_equal(totals.bodies, "09,10");
}

static void test_the_center_knows_the_week_after_sync(void **state)
{
    (void)state;
    assert_int_equal(totals_at(&world.center).events, 2);
    sync_all();
    expect_whole_week(&world.center);
    sync_all(); /* once more changes nothing */
    expect_whole_week(&world.center);
    node_verify(&world.center);
}

/* Somebody at the center counts on at a station's event, while the station does. */
static void test_two_machines_at_one_event(void **state)
{
    (void)state;
    sync_all();
    tally(&world.center, events[0], WORKERS, 7);
    tally(&world.stations[0], events[0], WORKERS, 2);
    sync_all();
    assert_int_equal(totals_at(&world.center).sum.consulted, 1233 + 9);
    assert_int_equal(totals_at(&world.stations[0]).sum.consulted, 80 + 9);
    assert_int_equal(node_conflicts(&world.center), 0);
}

struct lines {
    char text[400];
};

static bool put_category(void *context, const char *category, int64_t persons, int64_t matters)
{
    struct lines *lines = context;
    size_t len = strlen(lines->text);
    (void)matters;
    snprintf(lines->text + len, sizeof lines->text - len, "%s:%lld ", category, (long long)persons);
    return true;
}

static void test_people_by_category(void **state)
{
    (void)state;
    struct lines lines = {""};
    struct errmsg err;
    sync_all();
    assert_int_equal(event_categories(world.center.store, &world.center.actor, NO_ID, campaign, put_category, &lines, &err), STATUS_OK);
    assert_string_equal(lines.text, "01:245 02:120 04:108 21:160 23:40 28:60 ");
}

/* ---- figures and their rows ---- */

struct figure_sum {
    int64_t consulted, matters, handouts, boards, gifts, accepted, volunteers, hours, media, events, barracks, towns, category_01, laws, kind_02;
};

static bool note_figure(void *context, const struct figure *figure)
{
    struct figure_sum *sum = context;
    struct {
        const char *name;
        int64_t *to;
    } names[] = {{"consulted", &sum->consulted}, {"matters", &sum->matters},       {"handouts", &sum->handouts}, {"boards", &sum->boards}, {"gifts", &sum->gifts}, {"accepted", &sum->accepted},
                 {"volunteers", &sum->volunteers}, {"hours", &sum->hours},         {"media", &sum->media},       {"events", &sum->events}, {"barracks", &sum->barracks}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i].name, figure->name) == 0)
            *names[i].to = figure->value;
    sum->towns += strcmp(figure->name, "town") == 0;
    sum->laws += strcmp(figure->name, "law") == 0;
    if (strcmp(figure->name, "category") == 0 && strcmp(figure->code, "01") == 0)
        sum->category_01 = figure->value;
    if (strcmp(figure->name, "kind") == 0 && strcmp(figure->code, "02") == 0)
        sum->kind_02 = figure->value;
    return true;
}

/* What is measured through the --where expressions is what the totals say. */
static void test_figures_agree_with_the_totals(void **state)
{
    (void)state;
    struct event_choice choice = event_choice_campaign(campaign);
    struct figure_sum sum = {.events = 0};
    struct errmsg err = {{0}};
    sync_all();
    struct campaign_totals totals = totals_at(&world.center);
    assert_int_equal(figures_each(world.center.store, &world.center.actor, world.codes, &choice, note_figure, &sum, &err), STATUS_OK);
    assert_int_equal(sum.events, totals.events);
    assert_int_equal(sum.barracks, totals.barracks);
    assert_int_equal(sum.towns, totals.towns);
    assert_int_equal(sum.laws, 6);
    assert_int_equal(sum.kind_02, totals.kinds[1]);
    assert_int_equal(sum.consulted, totals.sum.consulted);
    assert_int_equal(sum.matters, totals.sum.matters);
    assert_int_equal(sum.handouts, totals.sum.handouts);
    assert_int_equal(sum.boards, totals.sum.boards);
    assert_int_equal(sum.gifts, totals.sum.gifts);
    assert_int_equal(sum.accepted, totals.sum.accepted);
    assert_int_equal(sum.volunteers, totals.sum.volunteers);
    assert_int_equal(sum.hours, totals.sum.hours);
    assert_int_equal(sum.media, totals.sum.media);
    assert_int_equal(sum.category_01, 245);
}

/* ---- a part of the figures, and the rows behind them ---- */

struct few {
    char names[400]; /* "sessions=10 .." */
    int64_t consulted;
};

struct rows_sum {
    int64_t sum, n;
    int32_t day;
};

static bool add_part_row(void *context, const struct figure_part_row *row)
{
    struct rows_sum *rows = context;
    assert_true(row->day >= rows->day);
    assert_true(row->seen);
    rows->day = row->day;
    rows->sum += row->amount;
    rows->n++;
    return true;
}

/* Every part's rows add up to it. */
static bool note_few(void *context, const struct figure *figure)
{
    struct few *few = context;
    size_t len = strlen(few->names);
    snprintf(few->names + len, sizeof few->names - len, "%s%s%s%s=%lld", len > 0 ? " " : "", figure->name, figure->code[0] != '\0' ? ":" : "", figure->code, (long long)figure->value);
    if (strcmp(figure->name, "consulted") == 0)
        few->consulted = figure->value;
    for (size_t i = 0; i < figure->n_parts; i++) {
        struct rows_sum rows = {.day = INT32_MIN};
        assert_int_equal(figure_part_rows(world.center.store, &world.center.actor, world.codes, &figure->parts[i], add_part_row, &rows, NULL), STATUS_OK);
        assert_int_equal(rows.sum, figure->parts[i].value);
        assert_true(rows.n > 0);
    }
    return true;
}

static struct few few_of(const struct event_choice *choice, const struct figure_want *want)
{
    struct few few = {.consulted = 0};
    struct errmsg err = {{0}};
    if (figures_some(world.center.store, &world.center.actor, world.codes, choice, want, note_few, &few, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    return few;
}

static void test_some_figures_are_the_same_figures(void **state)
{
    static const char *const names[] = {"sessions", "consulted", "handouts", "recruited", "source", NULL}, *const none[] = {NULL};
    const struct figure_want all = {.names = NULL}, some = {names, false}, typed = {names, true}, nothing = {none, false};
    struct event_choice june = event_choice_period(20605, 20634);
    struct few few;
    (void)state;
    sync_all();
    event_add(&world.center, "volunteer", NO_ID, "name=李志愿;source=1;date=2026-06-03");
    event_add(&world.center, "volunteer", NO_ID, "name=赵志愿;source=4;date=2026-06-30");
    event_add(&world.center, "consultation", NO_ID, "date=2026-06-20;content=在窗口;persons=2");
    assert_string_equal(few_of(&june, &nothing).names, "");
    few = few_of(&june, &some);
    assert_string_equal(few.names, "sessions=11 consulted=11234 handouts=32727 recruited=2 source:1=1 source:4=1");
    assert_int_equal(few_of(&june, &all).consulted, few.consulted);
    /* What is left to the tally: the square's 500 and the other event's 9999 have no rows; the towns' and the garrison's figures, also typed, have. */
    node_set(&world.center, "event", garrison, "consulted", "999");
    assert_string_equal(few_of(&june, &typed).names, "sessions=11 consulted=10499 handouts=32727 recruited=2 source:1=1 source:4=1");
    assert_int_equal(few_of(&june, &some).consulted, few.consulted);
}

/* Volunteers are one row each, whatever they did. */
static void test_rows_behind_distinct_people(void **state)
{
    static const char *const names[] = {"volunteers", "hours", "accepted", NULL};
    const struct figure_want want = {names, false};
    struct event_choice week = event_choice_campaign(campaign);
    (void)state;
    sync_all();
    assert_string_equal(few_of(&week, &want).names, "accepted=7 volunteers=7 hours=7");
}

static void test_numbers_as_summaries_tell_them(void **state)
{
    (void)state;
    static const struct {
        int64_t number;
        const char *text;
    } numbers[] = {{0, "0"},          {7, "7"},         {10, "10"},        {96, "90余"},        {100, "100"},      {867, "860余"},   {860, "860"},        {1234, "1200余"},
                   {9999, "9900余"},  {10000, "1万"},   {12345, "1.2万余"}, {10428, "1万余"}, {22728, "2.2万余"}, {120000, "12万"}, {123456, "12万余"}, {1999999, "190万余"}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char text[FIGURE_ROUNDED_BYTES];
        figure_round(numbers[i].number, text);
        assert_string_equal(text, numbers[i].text);
    }
}

static void test_the_week_in_one_paragraph(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct errmsg err = {{0}};
    struct record record;
    struct buf exact, rounded;
    sync_all();
    buf_init(&exact, 65536);
    buf_init(&rounded, 65536);
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("campaign"), campaign, &record, &err), STATUS_OK);
    assert_int_equal(campaign_text(node->store, &node->actor, node->codes, &record, false, &exact, &err), STATUS_OK);
    assert_int_equal(campaign_text(node->store, &node->actor, node->codes, &record, true, &rounded, &err), STATUS_OK);
    static const char *const parts[] = {"2026年6月1日至6月7日开展第2届法律援助宣传周，主题为“法援惠民生”。", "人武部、人民法院、人民检察院、总工会、团县委、妇联、老龄委、残联、各镇法律援助工作站、司法局参加。",
                                        "共办活动 10 场，走进 8 个镇街（", "）和驻军单位 1 场。", "宣传《法律援助条例》《江苏省法律援助条例》《妇女权益保障法》《老年人权益保障法》《未成年人保护法》《工会法》。",
                                        "解答咨询 1233 人次（其中婚姻家庭 245、劳动纠纷 120、债权债务 108、土地承包 160、人身损害 40、军人军属权益 60）", "发放宣传资料 22728 份", "现场受理法律援助申请 7 件", "媒体报道 2 条。"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(buf_cstr(&exact), parts[i]) == NULL)
            fail_msg("%s\nnot in: %s", parts[i], buf_cstr(&exact));
    assert_non_null(strstr(buf_cstr(&rounded), "解答咨询 1200余人次"));
    assert_non_null(strstr(buf_cstr(&rounded), "发放宣传资料 2.2万余份"));
    assert_non_null(strstr(buf_cstr(&rounded), "共办活动 10 场"));
    assert_null(strstr(buf_cstr(&exact), "某山脚下")); /* where the garrison lies */
    /* A name that counts itself is not counted twice; over New Year both years are told. */
    record_set_text(&record, "name", "第二个法律援助宣传周");
    int32_t first, last;
    assert_int_equal(day_from_ymd(2026, 12, 28, &first), STATUS_OK);
    assert_int_equal(day_from_ymd(2027, 1, 3, &last), STATUS_OK);
    record_set_int(&record, "date", first);
    record_set_int(&record, "end_date", last);
    buf_clear(&exact);
    assert_int_equal(campaign_text(node->store, &node->actor, node->codes, &record, false, &exact, &err), STATUS_OK);
    assert_non_null(strstr(buf_cstr(&exact), "2026年12月28日至2027年1月3日开展第二个法律援助宣传周，"));
    record_release(&record);
    buf_release(&exact);
    buf_release(&rounded);
}

/* ---- a year ---- */

static int32_t day(int month, int dom)
{
    int32_t out;
    assert_int_equal(day_from_ymd(2026, month, dom, &out), STATUS_OK);
    return out;
}

static void test_a_periods_outreach(void **state)
{
    (void)state;
    struct node *node = &world.center;
    struct outreach_totals totals;
    struct errmsg err = {{0}};
    sync_all();
    event_add(node, "consultation", NO_ID, "date=2026-02-03;content=来访;persons=2;matters=3"); /* at the office, no event */
    event_add(node, "consultation", NO_ID, "date=2025-12-31;content=去年的;persons=50");
    struct id school = event_add(node, "event", NO_ID, "title=志愿者培训;kind=12;date=2026-03-01;persons=30"), named = event_add(node, "event", NO_ID, "title=业务培训;kind=12;date=2026-03-02;persons=99");
    (void)school;
    struct id course = event_add(node, "training", named, "title=业务培训;date=2026-03-02;persons=77;event=@");
    event_add(node, "attendance", course, "training=@;name=甲;date=2026-03-02");
    event_add(node, "attendance", course, "training=@;name=乙;result=到场;date=2026-03-02");
    event_add(node, "attendance", course, "training=@;name=丙;result=缺席;date=2026-03-02");
    event_add(node, "training", NO_ID, "title=没有签到的;date=2026-04-02;persons=20");
    event_add(node, "event", NO_ID, "title=联席会;kind=11;date=2026-04-01");
    struct id joint = event_add(node, "event", NO_ID, "title=联席会二;kind=11;date=2026-05-01");
    event_add(node, "meeting", joint, "title=联席会二;kind=联席会;date=2026-05-01;event=@");
    event_add(node, "meeting", NO_ID, "title=例会;kind=工作例会;date=2026-05-02");
    event_add(node, "honour", NO_ID, "title=先进集体;level=1;name=县中心;date=2026-01-20");
    event_add(node, "honour", NO_ID, "title=先进工作者;level=2;name=某人;date=2026-01-21");
    event_add(node, "token", NO_ID, "kind=锦旗（面）;quantity=3;date=2026-02-01");
    event_add(node, "token", NO_ID, "kind=感谢信（封）;quantity=1;date=2026-02-01");
    event_add(node, "token", NO_ID, "kind=锦旗（面）;quantity=2;date=2026-02-02");
    assert_int_equal(outreach_totals(node->store, &node->actor, node->codes, day(1, 1), day(6, 30), &totals, &err), STATUS_OK);
    assert_int_equal(totals.events, 10 + 1 + 2 + 2);
    assert_int_equal(totals.sessions, 10 + 1); /* trainings and joint meetings are none */
    assert_int_equal(totals.kinds[1], 3 + 1);
    assert_int_equal(totals.kinds[10], 2);
    assert_int_equal(totals.consulted, 1233 + 9999 + 2);
    assert_int_equal(totals.matters, 924 - 7 + 3);
    assert_int_equal(totals.handouts, 22728 + 9999);
    assert_int_equal(totals.accepted, 7);
    assert_int_equal(totals.media[0], 4); /* times on the air */
    assert_int_equal(totals.media[1], 1);
    assert_int_equal(totals.media_items, 2);
    assert_int_equal(totals.honours[0], 1);
    assert_int_equal(totals.honours[1], 1);
    assert_int_equal(totals.tokens[0], 5);
    assert_int_equal(totals.tokens[1], 1);
    assert_int_equal(totals.trainings, 3);             /* two courses, one event that no course names */
    assert_int_equal(totals.training_persons, 2 + 20 + 30); /* signed, typed, audience */
    assert_int_equal(totals.meetings, 2);
    assert_int_equal(outreach_totals(node->store, &node->actor, node->codes, day(6, 1), day(6, 1), &totals, &err), STATUS_OK);
    assert_int_equal(totals.events, 3);          /* the square, stations 0 and 7 */
    assert_int_equal(totals.handouts, 12000 + 2 * 1300 + 7);
    assert_int_equal(outreach_totals(node->store, &node->actor, node->codes, day(6, 2), day(6, 1), &totals, &err), STATUS_RANGE);
}

/* ---- the command line ---- */

/* Run every {"type":T,"where":W,"value":N} of an answer: each must open rows. */
static size_t open_all(const char *data, const char *json)
{
    size_t opened = 0;
    for (const char *at = json; (at = strstr(at, "{\"type\":\"")) != NULL; opened++) {
        char type[40], where[300], line[400];
        struct command command;
        if (sscanf(at, "{\"type\":\"%39[^\"]\",\"where\":\"%299[^\"]\"", type, where) != 2)
            fail_msg("%.200s", at);
        snprintf(line, sizeof line, "count %s --where '%s' --json", type, where);
        command_run(&command, data, NOON_MS, line);
        if (command.code != 0 || strstr(command.out, "\"count\":0") != NULL)
            fail_msg("%s: %s%s", line, command.out, command.err);
        command_release(&command);
        at++;
    }
    return opened;
}

static void test_campaign_on_the_command_line(void **state)
{
    (void)state;
    char data[80];
    struct command command;
    snprintf(data, sizeof data, "%s/0", folder);
    sync_all();
    command_run(&command, data, NOON_MS, "campaign --json --round");
    assert_int_equal(command.code, 0);
    assert_non_null(strstr(command.out, "\"name\":\"consulted\",\"label\":\"解答咨询\",\"unit\":\"人次\",\"value\":1233,\"rounded\":\"1200余\""));
    assert_non_null(strstr(command.out, "\"name\":\"handouts\",\"label\":\"发放资料\",\"unit\":\"份\",\"value\":22728,\"rounded\":\"2.2万余\""));
    assert_non_null(strstr(command.out, "\"name\":\"category\",\"code\":\"28\",\"label\":\"军人军属权益\",\"unit\":\"人次\",\"value\":60"));
    assert_non_null(strstr(command.out, "解答咨询 1200余人次"));
    assert_null(strstr(command.out, "某山脚下"));
    assert_true(open_all(data, command.out) > 40);
    command_release(&command);
    command_expect(data, NOON_MS, "campaign --text", 0, "解答咨询 1233 人次");
    command_expect(data, NOON_MS, "campaign latest", 0, "发放资料\t22728 份");
    command_expect(data, NOON_MS, "campaign 没有", 1, "");
    command_expect(data, NOON_MS, "outreach --from 2026-06-01 --to 2026-06-30 --round", 0, "宣传场次\t11 场");
    command_run(&command, data, NOON_MS, "outreach --year 2026 --json");
    assert_true(open_all(data, command.out) > 20);
    command_release(&command);
    command_expect(data, NOON_MS, "outreach --year 20x", 2, "--year");
    command_expect(data, NOON_MS, "outreach --from 2026-06-31", 2, "--from");
    command_expect(data, NOON_MS, "outreach --from 2026-06-30 --to 2026-06-01", 2, "早于");
}

static void test_event_on_the_command_line(void **state)
{
    (void)state;
    char data[80], line[120], id[ID_TEXT_BYTES];
    struct command command;
    snprintf(data, sizeof data, "%s/0", folder);
    id_format(garrison, id);
    snprintf(line, sizeof line, "event %s --json", id);
    command_run(&command, data, NOON_MS, line);
    assert_int_equal(command.code, 0);
    assert_non_null(strstr(command.out, "\"place\":null,\"town\":null,\"unit\":\"01\""));
    assert_non_null(strstr(command.out, "\"value\":65,"));
    assert_true(open_all(data, command.out) >= 8);
    command_release(&command);
    snprintf(line, sizeof line, "event %s", id);
    command_run(&command, data, NOON_MS, line);
    assert_non_null(strstr(command.out, "解答咨询\t65 人次\tconsultation --where \"event="));
    assert_null(strstr(command.out, "某山脚下"));
    command_release(&command);
    snprintf(line, sizeof line, "export event %s/events.csv --labels", folder);
    command_expect(data, NOON_MS, line, 0, NULL);
    snprintf(line, sizeof line, "%s/events.csv", folder);
    FILE *file = fopen(line, "r");
    char text[20000];
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[len] = '\0';
    assert_non_null(strstr(text, "送法进军营"));
    assert_non_null(strstr(text, "县城广场"));
    assert_null(strstr(text, "某山脚下"));
    id_format(square, id);
    snprintf(line, sizeof line, "event %s", id);
    command_expect(data, NOON_MS, line, 0, "地点\t县城广场");
    id_format(campaign, id);
    snprintf(line, sizeof line, "event %s", id);
    command_expect(data, NOON_MS, line, 2, "这是一条宣传周，不是活动");
}

static void test_tally_and_close_on_the_command_line(void **state)
{
    (void)state;
    char data[80], line[160], id[ID_TEXT_BYTES];
    snprintf(data, sizeof data, "%s/0", folder);
    id_format(garrison, id);
    snprintf(line, sizeof line, "tally %s 军人军属权益 --json", id);
    command_expect(data, NOON_MS, line, 0, "\"count\":1,\"consulted\":66"); /* the owner's name, not the fixture's: a row of its own */
    snprintf(line, sizeof line, "tally %s 28 5", id);
    command_expect(data, NOON_MS, line, 0, "6 人次\t全场 71 人次");
    snprintf(line, sizeof line, "tally %s 28 -2", id);
    command_expect(data, NOON_MS, line, 0, "4 人次\t全场 69 人次");
    snprintf(line, sizeof line, "tally %s 28 -9", id);
    command_expect(data, NOON_MS, line, 1, "不能再减 9");
    snprintf(line, sizeof line, "tally %s 没有", id);
    command_expect(data, NOON_MS, line, 2, "没有这个咨询类别");
    snprintf(line, sizeof line, "tally %s 28 x", id);
    command_expect(data, NOON_MS, line, 2, "整数");
    int64_t later = NOON_MS + INT64_C(86400000) * 160;
    snprintf(line, sizeof line, "do close %s persons=200", id);
    command_expect(data, NOON_MS, line, 1, "不能早于日期 2026-06-05");
    command_expect(data, later, line, 0, "解答咨询 69 人次、69 件，发放资料 300 份，现场受理 1 件");
    command_expect(data, later, line, 1, "已经在 2026-06-10 收场");
    snprintf(line, sizeof line, "do reopen %s", id);
    command_expect(data, later, line, 0, "已重开");
}

static void test_stock_on_the_command_line(void **state)
{
    (void)state;
    char data[80];
    snprintf(data, sizeof data, "%s/0", folder);
    command_expect(data, NOON_MS, "add stock_move item=01 kind=入库 quantity=310", 0, "");
    command_expect(data, NOON_MS, "add stock_move item=01 kind=调出 quantity=-3", 1, "只有盘点");
    command_expect(data, NOON_MS, "stock", 0, "宣传资料（份）\t现有 10\t收发 310\t活动发出 300\t! 不足");
    command_expect(data, NOON_MS, "stock --json --org 站1", 0, "\"on_hand\":10,\"state\":\"low\"");
    command_expect(data, NOON_MS, "stock --org 没有", 1, "");
}

/* ---- files ---- */

static void import(const char *data, const char *type, const char *csv, int code, const char *said)
{
    char path[80], line[200];
    snprintf(path, sizeof path, "%s/in.csv", folder);
    FILE *file = fopen(path, "w");
    fputs(csv, file);
    fclose(file);
    snprintf(line, sizeof line, "import %s %s --json", type, path);
    command_expect(data, NOON_MS, line, code, said);
}

static void test_files_with_chinese_headers(void **state)
{
    (void)state;
    char data[80], csv[900], id[ID_TEXT_BYTES];
    snprintf(data, sizeof data, "%s/0", folder);
    id_format(campaign, id);
    snprintf(csv, sizeof csv,
             "名称,类别,兼有类别,日期,参加部门,宣传法规,宣传周,咨询人次,发放材料\n"
             "赶集宣传,送法进镇村,广场宣传、现场受理,2026-06-04,人武部、妇联；残联 总工会,《》,%s,10,100\n"
             "赶集宣传二,04,04，02,2026年6月5日,\"妇联,残联\",法律援助法、工会法,%s,20,200\n"
             "周外的活动,04,,2026-07-05,,,%s,30,300\n",
             id, id, id);
    import(data, "event", csv, 3, "\"added\":1");
    command_expect(data, NOON_MS, "count event --where 'title=赶集宣传二 and bodies=06,08 and laws=01,07 and also=02' --json", 0, "\"count\":1");
    import(data, "event", "名称,日期,参加部门\n赶集宣传三,2026-06-04,人武部、妇联；残联 总工会\n", 0, "\"added\":1");
    command_expect(data, NOON_MS, "count event --where 'title=赶集宣传三 and bodies=01,04,06,08' --json", 0, "\"count\":1");
    id_format(square, id);
    snprintf(csv, sizeof csv, "活动,品种,数量,日期\n%s,宣传资料（份）,500,2026-06-01\n%s,展板（块）,0,2026-06-01\n", id, id);
    import(data, "event_material", csv, 3, "数量");
    import(data, "media_item", "日期,媒体,媒体名称,标题,次数\n2026-06-03,报纸杂志,日报,送法到镇,2\n", 0, "\"added\":1");
    command_expect(data, NOON_MS, "outreach --from 2026-06-01 --to 2026-06-07", 0, "报纸杂志\t3 次");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_station_knows_its_own_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_center_knows_the_week_after_sync, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_machines_at_one_event, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_people_by_category, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_figures_agree_with_the_totals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_some_figures_are_the_same_figures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_behind_distinct_people, set_up, tear_down),
        cmocka_unit_test(test_numbers_as_summaries_tell_them),
        cmocka_unit_test_setup_teardown(test_the_week_in_one_paragraph, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_periods_outreach, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_campaign_on_the_command_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_event_on_the_command_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tally_and_close_on_the_command_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_stock_on_the_command_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_with_chinese_headers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
