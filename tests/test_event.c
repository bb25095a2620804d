/* tests/test_event.c - what an event adds up to: rows before typed figures, each figure for itself, within the scope; people by category; the tally keys; places in the forces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/outreach/event.h"
#include "core/record/privacy.h"
#include "tests/event_world.h"

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static struct id add(struct node *node, const char *type, struct id that, const char *fields)
{
    return event_add(node, type, that, fields);
}

static struct id add_event(struct node *node, const char *fields)
{
    return add(node, "event", NO_ID, fields);
}

static struct record get_event(struct node *node, struct id id)
{
    struct record event;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("event"), id, &event, NULL), STATUS_OK);
    return event;
}

static struct event_totals totals_of(struct node *node, struct id id)
{
    struct errmsg err = {{0}};
    struct event_totals totals;
    struct record event = get_event(node, id);
    assert_int_equal(event_totals(node->store, &node->actor, node->codes, &event, &totals, &err), STATUS_OK);
    record_release(&event);
    return totals;
}

static void test_typed_figures_stand_where_there_are_no_rows(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=广场宣传;consulted=120;consulted_matters=90;materials=3000;boards=8;banners=2;gifts=40;accepted=3;volunteers=6;photos=15;persons=500");
    struct event_totals totals = totals_of(node, event);
    assert_int_equal(totals.consulted, 120);
    assert_int_equal(totals.matters, 90);
    assert_int_equal(totals.consultations, 0);
    assert_int_equal(totals.handouts, 3000);
    assert_int_equal(totals.boards, 8);
    assert_int_equal(totals.banners, 2);
    assert_int_equal(totals.gifts, 40);
    assert_int_equal(totals.accepted, 3);
    assert_int_equal(totals.volunteers, 6);
    assert_int_equal(totals.hours, 0);
    assert_int_equal(totals.media, 0);
    assert_int_equal(totals.photos, 15);
    assert_int_equal(totals.audience, 500);
}

static void test_rows_come_before_typed_figures_each_for_itself(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=送法进社区;consulted=999;materials=999;boards=8;accepted=999;volunteers=999");
    struct id other = add_event(node, "title=别的活动");
    struct id volunteer = add(node, "volunteer", event, "name=王志愿;source=1;date=2026-01-01"), second = add(node, "volunteer", event, "name=李志愿;source=1;date=2026-01-01");
    char hours[160], text[ID_TEXT_BYTES];

    add(node, "consultation", event, "event=@;content=甲;persons=3;matters=2;category=01");
    add(node, "consultation", event, "event=@;content=乙;persons=;matters=;category=02"); /* empty: one person, one matter */
    add(node, "consultation", other, "event=@;content=丙;persons=50");
    add(node, "event_material", event, "event=@;item=01;quantity=200");
    add(node, "event_material", event, "event=@;item=03;quantity=100");
    add(node, "event_material", event, "event=@;item=03;quantity=1");
    add(node, "event_material", event, "event=@;item=06;quantity=30");
    add(node, "case", event, "event=@;name=申请人一;case_type=民事;state=S2");
    add(node, "case", event, "event=@;name=申请人二;case_type=民事;state=S6");
    add(node, "case", event, "event=@;name=草稿;case_type=民事;state=S1");
    add(node, "case", event, "event=@;name=撤回;case_type=民事;state=X2");
    id_format(volunteer, text);
    snprintf(hours, sizeof hours, "event=@;volunteer=%s;hours=4;date=2026-01-01", text);
    add(node, "service_hours", event, hours);
    add(node, "service_hours", event, hours); /* the same one in the afternoon */
    id_format(second, text);
    snprintf(hours, sizeof hours, "event=@;volunteer=%s;hours=3;date=2026-01-01", text);
    add(node, "service_hours", event, hours);
    add(node, "media_item", event, "event=@;kind=2;outlet=日报;title=送法;times=3");

    struct event_totals totals = totals_of(node, event);
    assert_int_equal(totals.consultations, 2);
    assert_int_equal(totals.consulted, 4);
    assert_int_equal(totals.matters, 3);
    assert_int_equal(totals.handouts, 301);
    assert_int_equal(totals.boards, 8); /* typed: no row tells of boards */
    assert_int_equal(totals.gifts, 30);
    assert_int_equal(totals.accepted, 2);
    assert_int_equal(totals.volunteers, 2);
    assert_int_equal(totals.hours, 11);
    assert_int_equal(totals.media, 1);
    assert_int_equal(totals_of(node, other).consulted, 50);
}

static void test_deleted_rows_do_not_count(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=送法进社区;consulted=7");
    struct id row = add(node, "consultation", event, "event=@;content=甲;persons=3");
    assert_int_equal(totals_of(node, event).consulted, 3);
    assert_int_equal(records_delete(node->store, &node->actor, catalogue_find("consultation"), row, NULL), STATUS_OK);
    assert_int_equal(totals_of(node, event).consultations, 0);
    assert_int_equal(totals_of(node, event).consulted, 7); /* what was typed again */
}

static void test_county_items_count_by_their_unit(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event;
    assert_int_equal(code_book_put(world.codes, "publicity_item", "21", "扇子（份）", "", false), STATUS_OK);
    assert_int_equal(code_book_put(world.codes, "publicity_item", "22", "易拉宝(块)", "", false), STATUS_OK);
    assert_int_equal(code_book_put(world.codes, "publicity_item", "23", "大喇叭", "", false), STATUS_OK);
    event = add_event(node, "title=赶集;banners=5");
    add(node, "event_material", event, "event=@;item=21;quantity=70");
    add(node, "event_material", event, "event=@;item=22;quantity=4");
    add(node, "event_material", event, "event=@;item=23;quantity=2");
    struct event_totals totals = totals_of(node, event);
    assert_int_equal(totals.handouts, 70);
    assert_int_equal(totals.boards, 4);
    assert_int_equal(totals.banners, 5);
    assert_int_equal(totals.gifts, 0);
}

static void test_rows_of_other_orgs_stay_out(void **state)
{
    (void)state;
    struct node *station = &world.stations[0], *center = &world.center;
    struct id event = add_event(station, "title=送法进社区;date=2026-01-01");
    add(station, "consultation", event, "event=@;content=甲;persons=2");
    world_sync(&world, 0);
    add(center, "consultation", event, "event=@;content=中心的人记的;persons=5"); /* scope of the center */
    assert_int_equal(totals_of(center, event).consulted, 7);
    struct actor stranger = center->actor; /* a branch worker at the center's desk */
    struct event_totals totals;
    struct errmsg err;
    struct record record = get_event(center, event);
    stranger.all_scopes = false;
    stranger.org = 2;
    assert_int_equal(event_totals(center->store, &stranger, center->codes, &record, &totals, &err), STATUS_OK);
    assert_int_equal(totals.consulted, 2);
    stranger.org = 3;
    assert_int_equal(event_totals(center->store, &stranger, center->codes, &record, &totals, &err), STATUS_OK);
    assert_int_equal(totals.consultations, 0);
    record_release(&record);
    world_sync(&world, 1);
    assert_int_equal(records_get(world.stations[1].store, &world.stations[1].actor, catalogue_find("event"), event, &record, &err), STATUS_NOT_FOUND);
}

/* ---- people by category ---- */

struct lines {
    char text[400];
};

static bool put_category(void *context, const char *category, int64_t persons, int64_t matters)
{
    struct lines *lines = context;
    size_t len = strlen(lines->text);
    snprintf(lines->text + len, sizeof lines->text - len, "%s:%lld/%lld ", category, (long long)persons, (long long)matters);
    return true;
}

static void test_people_by_category(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=广场宣传"), other = add_event(node, "title=另一场"), none = {{0}};
    struct lines lines = {""};
    struct errmsg err;
    add(node, "consultation", event, "event=@;content=甲;persons=3;matters=2;category=28");
    add(node, "consultation", event, "event=@;content=乙;persons=2;category=01");
    add(node, "consultation", event, "event=@;content=丙;category=01;matters=3");
    add(node, "consultation", event, "event=@;content=丁;persons=4");
    add(node, "consultation", other, "event=@;content=戊;persons=9;category=01");
    assert_int_equal(event_categories(node->store, &node->actor, event, none, put_category, &lines, &err), STATUS_OK);
    assert_string_equal(lines.text, ":4/1 01:3/4 28:3/2 ");
}

/* ---- the tally keys ---- */

static int64_t tally(struct node *node, struct id id, const char *category, int64_t step)
{
    struct errmsg err = {{0}};
    int64_t count = -1;
    struct record event = get_event(node, id);
    enum status status = event_tally(node->store, &node->actor, node->codes, node->random, &event, category, step, &count, &err);
    record_release(&event);
    if (status != STATUS_OK)
        fail_msg("%s", err.text);
    return count;
}

static int64_t count_rows(struct node *node)
{
    int64_t count;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find("consultation"), NULL, &count, NULL), STATUS_OK);
    return count;
}

static void test_a_press_is_one_person_of_a_category(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=广场宣传;date=2026-01-01");
    assert_int_equal(tally(node, event, "01", 1), 1);
    assert_int_equal(tally(node, event, "01", 1), 2);
    assert_int_equal(tally(node, event, "02", 5), 5);
    assert_int_equal(tally(node, event, "01", -1), 1);
    assert_int_equal(count_rows(node), 2);
    struct event_totals totals = totals_of(node, event);
    assert_int_equal(totals.consulted, 6);
    assert_int_equal(totals.matters, 6);
    assert_int_equal(totals.tallies, 2);
    assert_int_equal(tally(node, event, "01", -1), 0); /* nobody is no row */
    assert_int_equal(count_rows(node), 1);
    assert_int_equal(tally(node, event, "01", 2), 2);
    node_verify(node);
}

static void test_a_tally_does_not_go_below_zero(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=广场宣传;date=2026-01-01");
    struct record record = get_event(node, event);
    struct errmsg err = {{0}};
    int64_t count = 77;
    assert_int_equal(event_tally(node->store, &node->actor, node->codes, node->random, &record, "01", -1, &count, &err), STATUS_RANGE);
    assert_int_equal(count, 77);
    tally(node, event, "01", 2);
    assert_int_equal(event_tally(node->store, &node->actor, node->codes, node->random, &record, "01", -3, &count, &err), STATUS_RANGE);
    assert_int_equal(event_tally(node->store, &node->actor, node->codes, node->random, &record, "没有", 1, &count, &err), STATUS_INVALID);
    assert_int_equal(totals_of(node, event).consulted, 2);
    record_release(&record);
    assert_false(store_in_transaction(node->store));
}

/* The fixture's clock stands on 2026-01-01. */
static void test_the_day_of_a_tally_is_the_events(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    static const struct {
        const char *days, *expected;
    } events[] = {{"date=2026-01-01", "2026-01-01"}, {"date=2025-12-30", "2025-12-30"}, {"date=2025-12-30;end_date=2026-01-02", "2026-01-01"}};

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        char fields[120];
        snprintf(fields, sizeof fields, "title=活动;%s", events[i].days);
        struct id event = add_event(node, fields);
        tally(node, event, "01", 1);
        struct lines got = {""};
        struct stmt *stmt = store_prepare(node->store, "SELECT strftime('%Y-%m-%d', date*86400, 'unixepoch') FROM consultation WHERE event=?1");
        char id[ID_TEXT_BYTES];
        enum status status;
        id_format(event, id);
        stmt_string(stmt, 1, id);
        while (stmt_row(stmt, &status, NULL))
            snprintf(got.text + strlen(got.text), sizeof got.text - strlen(got.text), "%s", stmt_column_text(stmt, 0, NULL));
        assert_string_equal(got.text, events[i].expected);
    }
}

/* One worker, two machines: each counts in its own row, and nobody has to decide anything. */
static void test_two_machines_do_not_contend(void **state)
{
    (void)state;
    struct node *station = &world.stations[0], *center = &world.center;
    struct id event = add_event(station, "title=广场宣传;date=2026-01-01");
    world_sync(&world, 0);
    snprintf(center->actor.name, sizeof center->actor.name, "%s", station->actor.name);
    assert_int_equal(tally(station, event, "01", 3), 3);
    assert_int_equal(tally(center, event, "01", 4), 4); /* row of the station's scope, written at the center */
    world_sync(&world, 0);
    assert_int_equal(tally(station, event, "01", 1), 4);
    assert_int_equal(tally(center, event, "01", 1), 5);
    world_sync(&world, 0);
    assert_int_equal(totals_of(station, event).consulted, 9);
    assert_int_equal(totals_of(center, event).consulted, 9);
    struct id second = add_event(station, "title=另一场;date=2026-01-01");
    assert_int_equal(tally(station, second, "01", 3), 3);
    world_sync(&world, 0);
    assert_int_equal(tally(center, second, "01", 1), 1); /* not in the station's row, which may be moving */
    assert_int_equal(tally(station, second, "01", 1), 4);
    world_sync(&world, 0);
    assert_int_equal(totals_of(station, second).consulted, 5);
    assert_int_equal(node_conflicts(station) + node_conflicts(center), 0);
}

static void test_who_counts_in_a_barracks_counts_soldiers(void **state)
{
    (void)state;
    struct node *node = &world.stations[0];
    struct id event = add_event(node, "title=送法进军营;kind=05;unit=01;date=2026-01-01");
    tally(node, event, "28", 12);
    struct stmt *stmt = store_prepare(node->store, "SELECT categories, channel FROM consultation");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    assert_string_equal(stmt_column_text(stmt, 0, NULL), "06,07");
    assert_string_equal(stmt_column_text(stmt, 1, NULL), "06");
    stmt_reset(stmt);
}

/* ---- places in the forces ---- */

static void test_what_is_a_barracks(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        bool expected;
    } events[] = {{"title=一;kind=05", true},          {"title=二;kind=02;also=04,05", true}, {"title=三;kind=02;place_kind=03", true},
                  {"title=四;kind=03;also=04", false}, {"title=五;unit=01", false},           {"title=六", false}};
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct record event = get_event(&world.center, add_event(&world.center, events[i].fields));
        assert_int_equal(event_is_barracks(&event), events[i].expected);
        assert_int_equal(privacy_masks(&event, catalogue_field(event.type, "place")), events[i].expected);
        assert_int_equal(privacy_masks(&event, catalogue_field(event.type, "town")), events[i].expected);
        assert_int_equal(privacy_masks(&event, catalogue_field(event.type, "village")), events[i].expected);
        assert_int_equal(privacy_masks(&event, catalogue_field(event.type, "note")), events[i].expected);
        assert_false(privacy_masks(&event, catalogue_field(event.type, "unit")));
        assert_false(privacy_masks(&event, catalogue_field(event.type, "title")));
        record_release(&event);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_typed_figures_stand_where_there_are_no_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_come_before_typed_figures_each_for_itself, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deleted_rows_do_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_county_items_count_by_their_unit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_of_other_orgs_stay_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_people_by_category, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_press_is_one_person_of_a_category, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_tally_does_not_go_below_zero, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_day_of_a_tally_is_the_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_machines_do_not_contend, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_who_counts_in_a_barracks_counts_soldiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_a_barracks, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
