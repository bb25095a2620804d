/* tests/test_related.c - what refers to a record, read off the catalogue; filters in words and as the beginning of a record; references as titles in forms; the command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/record/filter_text.h"
#include "core/record/related.h"
#include "tests/command.h"
#include "tests/fixture.h"

static const int64_t NOW_MS = INT64_C(1772676000000); /* 2026-03-05 10:00 in the office */

/* "field=value", ended by NULL. */
static struct id add(struct node *node, const char *type, const char *const *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &record, node->codes, &err), STATUS_OK);
    for (; *fields != NULL; fields++) {
        char name[64];
        const char *equals = strchr(*fields, '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        assert_int_equal(record_parse(&record, catalogue_field(record.type, name), node->codes, equals + 1, strlen(equals + 1), &err), STATUS_OK);
    }
    if (records_save(node->store, &node->actor, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static struct id add_hours(struct node *node, struct id volunteer, const char *day)
{
    char who[48], when[32], id[ID_TEXT_BYTES];
    id_format(volunteer, id);
    snprintf(who, sizeof who, "volunteer=%s", id);
    snprintf(when, sizeof when, "date=%s", day);
    return add(node, "service_hours", (const char *const[]){who, when, "hours=3", NULL});
}

struct seen {
    int64_t hours, others;
    int32_t newest;
    size_t kinds;
};

static bool see(void *context, const struct record_type *type, const struct field_def *field, int64_t count, int32_t newest)
{
    struct seen *seen = context;
    seen->kinds++;
    if (strcmp(type->name, "service_hours") == 0 && strcmp(field->name, "volunteer") == 0) {
        seen->hours = count;
        seen->newest = newest;
    } else {
        seen->others += count;
    }
    return true;
}

static struct seen look(struct node *node, const char *type, struct id id)
{
    struct errmsg err = {{0}};
    struct seen seen = {.newest = 0};
    assert_int_equal(related_count(node->store, &node->actor, catalogue_find(type), id, see, &seen, &err), STATUS_OK);
    return seen;
}

static void rows_are_counted_with_their_newest_day(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    char day[DAY_TEXT_BYTES];
    (void)state;
    world_open(&world, 2, NULL);
    struct node *station = &world.stations[0];
    struct id volunteer = add(station, "volunteer", (const char *const[]){"name=王志远", "source=1", "date=2026-01-05", NULL});
    assert_int_equal(look(station, "volunteer", volunteer).hours, 0);
    struct id first = add_hours(station, volunteer, "2026-02-01");
    add_hours(station, volunteer, "2026-03-02");
    struct seen seen = look(station, "volunteer", volunteer);
    assert_int_equal(seen.hours, 2);
    assert_int_equal(seen.others, 0);
    assert_true(seen.kinds >= 8); /* consultations, hours, referrals, attendance, letters, faults, shifts, complaints, rewards: none is written by hand */
    day_format(seen.newest, day);
    assert_string_equal(day, "2026-03-02");
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("service_hours"), first, &err), STATUS_OK);
    assert_int_equal(look(station, "volunteer", volunteer).hours, 1);
    assert_int_equal(look(&world.stations[1], "volunteer", volunteer).hours, 0);
    world_close(&world);
}

static void another_stations_rows_are_not_counted(void **state)
{
    struct world world;
    (void)state;
    world_open(&world, 2, NULL);
    struct id volunteer = add(&world.stations[0], "volunteer", (const char *const[]){"name=王志远", "source=1", "date=2026-01-05", NULL});
    add_hours(&world.stations[0], volunteer, "2026-02-01");
    world_sync(&world, 0);
    assert_int_equal(look(&world.center, "volunteer", volunteer).hours, 1);
    struct actor stranger = world.center.actor;
    stranger.all_scopes = false;
    stranger.org = world.stations[1].machine.org;
    world.center.actor = stranger;
    assert_int_equal(look(&world.center, "volunteer", volunteer).hours, 0);
    world_close(&world);
}

static bool see_target(void *context, const struct field_def *field, const struct record *target)
{
    struct buf *out = context;
    buf_printf(out, "%s:%s;", field->name, record_text(target, "name"));
    return true;
}

static void what_a_record_refers_to_is_named(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct record record;
    struct buf text;
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id hours = add_hours(station, add(station, "volunteer", (const char *const[]){"name=王志远", "source=1", "date=2026-01-05", NULL}), "2026-02-01");
    assert_int_equal(records_get(station->store, &station->actor, catalogue_find("service_hours"), hours, &record, &err), STATUS_OK);
    buf_init(&text, 256);
    assert_int_equal(related_targets(station->store, &station->actor, &record, see_target, &text, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&text), "volunteer:王志远;");
    buf_release(&text);
    record_release(&record);
    world_close(&world);
}

/* Left out: the reverse of a reference that is followed the other way, or found by search. Whoever adds a reference without FIELD_INDEX sees it here. */
static void references_that_are_not_followed(void **state)
{
    static const char *const left_out[] = {"person.merged_into",   "consultation.referral", "consultation.person",         "case.firm",
                                           "case.consultation",    "return_visit.complaint", "volunteer.event",             "appointment_letter.document",
                                           "complaint.visit"};
    size_t n = 0;
    (void)state;
    for (size_t t = 0; t < catalogue_count(); t++) {
        const struct record_type *type = catalogue_at(t);
        for (size_t i = 0; i < type->n_fields; i++) {
            char name[96];
            if (type->fields[i].kind != FIELD_REF || related_is_followed(&type->fields[i]))
                continue;
            snprintf(name, sizeof name, "%s.%s", type->name, type->fields[i].name);
            if (n >= sizeof left_out / sizeof left_out[0] || strcmp(name, left_out[n]) != 0)
                fail_msg("%s is not followed", name);
            n++;
        }
    }
    assert_int_equal(n, sizeof left_out / sizeof left_out[0]);
}

static void a_filter_reads_in_words_and_begins_a_record(void **state)
{
    struct world world;
    struct errmsg err = {{0}};
    struct filter filter;
    struct record record;
    struct buf words;
    char where[160], id[ID_TEXT_BYTES];
    (void)state;
    world_open(&world, 1, NULL);
    struct node *station = &world.stations[0];
    struct id volunteer = add(station, "volunteer", (const char *const[]){"name=王志远", "source=1", "date=2026-01-05", NULL});
    id_format(volunteer, id);
    snprintf(where, sizeof where, "volunteer=%s and kind=1 and date>=2026-02-01 and hours=2", id);
    assert_int_equal(filter_parse(&filter, catalogue_find("service_hours"), station->codes, where, &err), STATUS_OK);
    buf_init(&words, 400);
    filter_describe(&filter, station->store, &station->actor, station->codes, &words);
    assert_non_null(strstr(buf_cstr(&words), "志愿者=王志远"));
    assert_non_null(strstr(buf_cstr(&words), " 且 日期>=2026-02-01"));
    assert_null(strstr(buf_cstr(&words), id));
    record_init(&record, filter.type);
    assert_int_equal(filter_prefill(&filter, &station->actor, &record), STATUS_OK);
    assert_string_equal(record_text(&record, "volunteer"), id);
    assert_int_equal(record_get(&record, catalogue_field(record.type, "hours")).number, 2);
    assert_int_equal(record_get(&record, catalogue_field(record.type, "date")).kind, VALUE_NULL); /* not an equal term */
    record_release(&record);
    buf_release(&words);
    filter_release(&filter);
    /* One of several, and a field of the record a reference names: said, but nothing to begin with. */
    assert_int_equal(filter_parse(&filter, catalogue_find("service_hours"), station->codes, "kind in (法治宣传, 回访) and volunteer.name=王志远 and note!~夜", &err), STATUS_OK);
    buf_init(&words, 400);
    filter_describe(&filter, station->store, &station->actor, station->codes, &words);
    assert_string_equal(buf_cstr(&words), "服务内容=法治宣传、回访 且 志愿者的姓名=王志远 且 说明!~夜");
    record_init(&record, filter.type);
    assert_int_equal(filter_prefill(&filter, &station->actor, &record), STATUS_OK);
    assert_string_equal(record_text(&record, "kind"), "");
    assert_string_equal(record_text(&record, "name"), "");
    record_release(&record);
    buf_release(&words);
    filter_release(&filter);
    /* What actions write is not filled in by a filter. */
    assert_int_equal(filter_parse(&filter, catalogue_find("volunteer"), station->codes, "state=V2 and name=李", &err), STATUS_OK);
    record_init(&record, filter.type);
    assert_int_equal(filter_prefill(&filter, &station->actor, &record), STATUS_OK);
    assert_string_equal(record_text(&record, "state"), "");
    assert_string_equal(record_text(&record, "name"), "李");
    record_release(&record);
    filter_release(&filter);
    world_close(&world);
}

static void the_command_line_says_the_same(void **state)
{
    static struct world world;
    char folder[64] = "/tmp/test_related.XXXXXX", station[80], line[128], id[ID_TEXT_BYTES];
    (void)state;
    assert_non_null(mkdtemp(folder));
    world_open(&world, 1, folder);
    snprintf(station, sizeof station, "%s/%u", folder, world.stations[0].machine.station_no);
    struct id volunteer = add(&world.stations[0], "volunteer", (const char *const[]){"name=王志远", "source=1", "date=2026-01-05", NULL});
    struct id hours = add_hours(&world.stations[0], volunteer, "2026-02-01");
    world_close(&world);
    id_format(volunteer, id);
    snprintf(line, sizeof line, "related %s", id);
    command_expect(station, NOW_MS, line, 0, "服务时长（志愿者）\t1 条\t最近 2026-02-01");
    snprintf(line, sizeof line, "related %s --json", id);
    command_expect(station, NOW_MS, line, 0, "\"related\":[{\"type\":\"service_hours\",\"field\":\"volunteer\",\"count\":1,\"newest\":\"2026-02-01\"}]");
    id_format(hours, id);
    snprintf(line, sizeof line, "related %s", id);
    command_expect(station, NOW_MS, line, 0, "-> 志愿者\t王志远");
    command_expect(station, NOW_MS, "related 00112233445566778899aabbccddeeff", 1, NULL);
    command_expect(station, NOW_MS, "related", 2, NULL);
    test_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_counted_with_their_newest_day),      cmocka_unit_test(another_stations_rows_are_not_counted),
        cmocka_unit_test(what_a_record_refers_to_is_named),            cmocka_unit_test(references_that_are_not_followed),
        cmocka_unit_test(a_filter_reads_in_words_and_begins_a_record), cmocka_unit_test(the_command_line_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
