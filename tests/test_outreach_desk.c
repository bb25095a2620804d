/* tests/test_outreach_desk.c - what a laptop keeps in mind for an event, what a consultation there begins with, its lines saved by program and command line, events that are open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/outreach/event.h"
#include "core/outreach/outreach_desk.h"
#include "tests/command.h"
#include "tests/fixture.h"

/* 2026-10-23 09:12 in the office */
static const int64_t NOW_MS = INT64_C(1792717920000);

static struct world world;

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    world.stations[0].actor.now_ms = NOW_MS;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* "field=value;field=value" as a person types it. */
static void begin_event(struct node *node, const char *fields, struct record *event)
{
    struct errmsg err = {{0}};
    char text[300], *rest = text;
    record_init(event, catalogue_find("event"));
    assert_int_equal(records_begin(node->store, &node->actor, event, node->codes, &err), STATUS_OK);
    snprintf(text, sizeof text, "%s", fields);
    for (char *word; (word = strtok_r(rest, ";", &rest)) != NULL;) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        if (record_parse(event, catalogue_field(event->type, word), node->codes, value, strlen(value), &err) != STATUS_OK)
            fail_msg("%s=%s: %s", word, value, err.text);
    }
    assert_int_equal(record_derive(event, node->codes), STATUS_OK);
    if (records_save(node->store, &node->actor, node->codes, node->random, event, &err) != STATUS_OK)
        fail_msg("%s: %s", fields, err.text);
}

static enum status save_line(struct node *node, const struct record *event, const struct outreach_desk *desk, const char *text, struct record *out, struct errmsg *err)
{
    struct outreach_line_typed typed = {.text = text, .len = strlen(text), .last_category = "03", .person = ""};
    return outreach_save_line(node->store, &node->actor, node->codes, node->random, event, desk, &typed, out, err);
}

static void test_what_is_kept_is_there_again(void **state)
{
    struct node *node = &world.stations[0];
    struct outreach_desk desk = {.worker = "阿依 古丽", .groups = "06,07", .keys = {"29", "28", "14"}}, again;
    struct id event = id_make(node->random), other = id_make(node->random);
    (void)state;
    desk.volunteer = other;
    assert_int_equal(outreach_desk_save(node->store, event, &desk, NULL), STATUS_OK);
    assert_int_equal(outreach_desk_load(node->store, event, &again, NULL), STATUS_OK);
    assert_true(id_equal(again.volunteer, other));
    assert_string_equal(again.worker, "阿依 古丽");
    assert_string_equal(again.groups, "06,07");
    assert_string_equal(again.keys[0], "29");
    assert_string_equal(again.keys[2], "14");
    assert_string_equal(again.keys[9], "");
    assert_int_equal(outreach_desk_load(node->store, other, &again, NULL), STATUS_OK); /* another event knows nothing of it */
    assert_true(id_is_zero(again.volunteer));
    assert_string_equal(again.worker, "");
    assert_int_equal(outreach_desk_forget(node->store, event, NULL), STATUS_OK);
    assert_int_equal(outreach_desk_load(node->store, event, &again, NULL), STATUS_OK);
    assert_string_equal(again.groups, "");
}

static void test_keys_hold_what_is_asked_most(void **state)
{
    struct node *node = &world.stations[0];
    struct outreach_desk desk = {.keys = {""}};
    struct errmsg err = {{0}};
    struct record event;
    int64_t count;
    (void)state;
    begin_event(node, "title=进军营;kind=05;place_kind=03;date=2026-10-23", &event);
    assert_int_equal(event_tally(node->store, &node->actor, node->codes, node->random, &event, "15", 3, &count, &err), STATUS_OK);
    assert_int_equal(event_tally(node->store, &node->actor, node->codes, node->random, &event, "22", 9, &count, &err), STATUS_OK);
    snprintf(desk.keys[5], sizeof desk.keys[5], "24"); /* chosen by hand: it stays */
    assert_int_equal(outreach_desk_fill(node->store, &node->actor, node->codes, &event, &desk, &err), STATUS_OK);
    assert_string_equal(desk.keys[1], "28"); /* 军人军属权益 at a barracks */
    assert_string_equal(desk.keys[2], "22");
    assert_string_equal(desk.keys[3], "15");
    assert_string_equal(desk.keys[5], "24");
    for (size_t i = 0; i < DESK_KEYS; i++)
        for (size_t j = i + 1; j < DESK_KEYS; j++)
            assert_string_not_equal(desk.keys[i], desk.keys[j]);
    assert_int_equal(outreach_desk_key(&desk, "22"), 2);
    assert_int_equal(outreach_desk_key(&desk, "09"), -1);
    assert_int_equal(outreach_desk_key(&desk, ""), -1);
    record_release(&event);
}

static void test_a_line_brings_what_the_event_says(void **state)
{
    struct node *node = &world.stations[0];
    struct outreach_desk desk = {.worker = "王兰", .groups = "05"};
    struct errmsg err = {{0}};
    struct record event, line;
    (void)state;
    begin_event(node, "title=进村;kind=04;date=2026-10-20;end_date=2026-10-24;town=永阳街道", &event);
    assert_int_equal(save_line(node, &event, &desk, "=2 20人", &line, &err), STATUS_OK);
    assert_string_equal(record_text(&line, "category"), "03");
    assert_string_equal(record_text(&line, "worker"), "王兰");
    assert_string_equal(record_text(&line, "categories"), "05");
    assert_string_equal(record_text(&line, "town"), record_text(&event, "town"));
    assert_string_equal(record_text(&line, "channel"), "06");
    assert_string_equal(record_text(&line, "handling"), "01");
    assert_int_equal(record_get(&line, catalogue_field(line.type, "date")).number, 20749); /* today, a day of the event */
    record_release(&line);
    record_release(&event);
    begin_event(node, "title=进军营;kind=05;date=2026-10-20;town=永阳街道", &event);
    assert_int_equal(save_line(node, &event, &desk, "142", &line, &err), STATUS_OK);
    assert_string_equal(record_text(&line, "town"), ""); /* where a barracks is stays unwritten */
    assert_int_equal(record_get(&line, catalogue_field(line.type, "date")).number, 20746); /* written down later: the day of the event */
    record_release(&line);
    assert_int_equal(save_line(node, &event, &desk, "142；73041部队", &line, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "番号"));
    record_release(&event);
    begin_event(node, "title=进村;kind=04;date=2026-10-20", &event);
    assert_int_equal(save_line(node, &event, &desk, "142；73041部队", &line, &err), STATUS_OK); /* in a village anybody may speak of them */
    record_release(&line);
    record_release(&event);
}

struct seen {
    size_t n;
    char first[64];
};

static bool see_event(void *context, const struct record *event)
{
    struct seen *seen = context;
    if (seen->n++ == 0)
        snprintf(seen->first, sizeof seen->first, "%s", record_text(event, "title"));
    return true;
}

static void test_open_events_newest_first(void **state)
{
    struct node *node = &world.stations[0];
    struct seen seen = {.n = 0}, elsewhere = {.n = 0};
    struct record event;
    (void)state;
    begin_event(node, "title=旧;date=2026-10-01", &event);
    record_release(&event);
    begin_event(node, "title=新;date=2026-10-22", &event);
    record_release(&event);
    begin_event(node, "title=收了;date=2026-10-23;closed_on=2026-10-23", &event);
    record_release(&event);
    assert_int_equal(outreach_open_events(node->store, &node->actor, 10, see_event, &seen, NULL), STATUS_OK);
    assert_int_equal(seen.n, 2);
    assert_string_equal(seen.first, "新");
    assert_int_equal(outreach_open_events(world.stations[1].store, &world.stations[1].actor, 10, see_event, &elsewhere, NULL), STATUS_OK);
    assert_int_equal(elsewhere.n, 0);
    seen.n = 0;
    assert_int_equal(outreach_open_events(node->store, &node->actor, 1, see_event, &seen, NULL), STATUS_OK);
    assert_int_equal(seen.n, 1);
}

/* ---- on the command line ---- */

static void test_lines_on_the_command_line(void **state)
{
    static struct world county;
    char folder[64] = "/tmp/test_outreach_desk.XXXXXX", station[80], center[80], line[200], id[ID_TEXT_BYTES];
    struct record event;
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&county, 1, folder);
    snprintf(station, sizeof station, "%s/%u", folder, county.stations[0].machine.station_no);
    snprintf(center, sizeof center, "%s/%u", folder, county.center.machine.station_no);
    begin_event(&county.stations[0], "title=广场;date=2026-10-23", &event);
    id_format(event.id, id);
    record_release(&event);
    world_close(&county);
    snprintf(line, sizeof line, "quick %s ldbc2 =1 '142 20人 张文芳'", id);
    command_expect(station, NOW_MS, line, 0, "张文芳");
    snprintf(line, sizeof line, "quick %s ldbc2 99 --json", id);
    command_expect(station, NOW_MS, line, 3, "\"reason\":\"类别 “99”: 没有这一项");
    command_expect(station, NOW_MS, line, 3, "\"saved\":1}");
    snprintf(line, sizeof line, "quick %s 99", id);
    command_expect(station, NOW_MS, line, 1, "1 行里 1 行没有收入");
    snprintf(line, sizeof line, "count consultation --where event=%s", id);
    command_expect(station, NOW_MS, line, 0, "5");
    snprintf(line, sizeof line, "do close %s", id);
    command_expect(station, NOW_MS, line, 0, "24 人次");
    snprintf(line, sizeof line, "quick %s 142", id);
    command_expect(station, NOW_MS, line, 1, "已经收场");
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_kept_is_there_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_keys_hold_what_is_asked_most, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_line_brings_what_the_event_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_open_events_newest_first, set_up, tear_down),
        cmocka_unit_test(test_lines_on_the_command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
