/* tests/test_practice.c - practice data: reproducible, valid by the program's own rules, nobody's numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/practice.h"
#include "core/case/practice_case.h"
#include "core/register/practice_year.h"
#include "core/record/filter.h"
#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/record/id_card.h"
#include "tests/fixture.h"

static const int32_t TODAY = 20454; /* 2026-01-01 */

static void people_pass_every_check(void **state)
{
    (void)state;
    struct practice *practice;
    struct code_book *codes;
    uint64_t seed = 5;
    int men = 0;
    assert_int_equal(practice_new(&practice), STATUS_OK);
    assert_int_equal(code_book_new(&codes, "320117"), STATUS_OK);
    for (int i = 0; i < 500; i++) {
        struct practice_person person;
        struct id_card card;
        practice_make_person(practice, codes, random_seeded(&seed), "320117", i % 2 ? NULL : "320117001", TODAY, &person);
        assert_true(utf8_valid(person.name, strlen(person.name)));
        assert_in_range(utf8_count(person.name, strlen(person.name)), 2, 4);
        assert_int_equal(id_card_parse(person.id_no, 18, TODAY, &card, NULL), STATUS_OK);
        assert_int_equal(card.born, person.born);
        assert_int_equal(card.sex, person.sex[0] - '0');
        assert_string_equal(card.area, "320117");
        assert_in_range(day_age(person.born, TODAY), 18, 85);
        assert_memory_equal(person.id_no + 14, "99", 2);
        assert_int_equal(strlen(person.phone), 11);
        assert_memory_equal(person.phone, "1540", 4);
        assert_non_null(code_book_find(codes, "village", person.village));
        if (i % 2 == 0)
            assert_string_equal(person.town, "320117001");
        men += card.sex == 1;
    }
    assert_in_range(men, 150, 350);
    code_book_free(codes);
    practice_free(practice);
}

/* Every name this module knows is a code that ships. */
static void consultations_are_complete(void **state)
{
    (void)state;
    static const char *const filled[] = {"date", "sex", "town", "category", "content", "answer", "handling", "channel", "persons", "matters"};
    struct practice *practice;
    struct code_book *codes;
    uint64_t seed = 6;
    assert_int_equal(practice_new(&practice), STATUS_OK);
    assert_int_equal(code_book_new(&codes, "320117"), STATUS_OK);
    for (int i = 0; i < 1000; i++) {
        struct practice_person person;
        struct record record;
        struct errmsg err = {{0}};
        record_init(&record, catalogue_find("consultation"));
        practice_make_person(practice, codes, random_seeded(&seed), "320117", NULL, TODAY, &person);
        assert_int_equal(practice_consultation(practice, codes, random_seeded(&seed), &person, TODAY, &record), STATUS_OK);
        for (size_t j = 0; j < sizeof filled / sizeof filled[0]; j++)
            assert_int_not_equal(record_get(&record, catalogue_field(record.type, filled[j])).kind, VALUE_NULL);
        assert_true(strlen(record_text(&record, "answer")) > 10);
        if (record_check(&record, codes, NULL, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        record_release(&record);
    }
    code_book_free(codes);
    practice_free(practice);
}

static int64_t count(struct node *node, const char *type)
{
    int64_t n = 0;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find(type), NULL, &n, NULL), STATUS_OK);
    return n;
}

enum { CONSULTATIONS = 230, CONSULTATIONS_OF_A_LARGE_COUNTY = 4200 };

static void fill(struct world *world, int64_t consultations, struct practice_counts *counts)
{
    struct practice *practice;
    struct node *node = &world->stations[0];
    struct errmsg err = {{0}};
    uint64_t seed = 11;
    struct practice_job job = {.area = "320117", .town = "320117001", .today = TODAY, .days = 30, .count = consultations};
    assert_int_equal(practice_new(&practice), STATUS_OK);
    enum status status = practice_fill(practice, node->store, &node->actor, node->codes, random_seeded(&seed), &job, counts, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    practice_free(practice);
}

static void a_station_is_filled_the_same_way_twice(void **state)
{
    (void)state;
    struct world one, two;
    struct practice_counts counts, again;
    world_open(&one, 1, NULL);
    world_open(&two, 1, NULL);
    fill(&one, CONSULTATIONS, &counts);
    fill(&two, CONSULTATIONS, &again);
    assert_memory_equal(&counts, &again, sizeof counts);
    assert_int_equal(counts.consultations, 230);
    assert_int_equal(counts.events, 1);
    assert_true(counts.cases >= 5 && counts.persons >= 5 && counts.persons <= counts.cases);
    assert_int_equal(count(&one.stations[0], "consultation"), counts.consultations);
    assert_int_equal(count(&one.stations[0], "case"), counts.cases);
    assert_int_equal(count(&one.stations[0], "person"), counts.persons);
    node_verify(&one.stations[0]);
    world_sync(&one, 0);
    assert_int_equal(count(&one.center, "consultation"), counts.consultations);
    world_close(&one);
    world_close(&two);
}

/* The practice county shows cases in many states, and every step of the way passed the real rules. */
static void cases_stand_in_many_states(void **state)
{
    (void)state;
    static const char *const states[] = {"S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "X4"};
    struct world world;
    struct practice_counts counts;
    struct errmsg err = {{0}};
    int64_t moved;
    world_open(&world, 1, NULL);
    fill(&world, CONSULTATIONS, &counts);
    struct node *station = &world.stations[0], *center = &world.center;
    station->actor.now_ms = center->actor.now_ms = ((int64_t)TODAY * 86400 + 4 * 3600) * 1000; /* noon at the office */
    assert_int_equal(practice_receive_cases(station->store, &station->actor, station->codes, station->random, &moved, &err), STATUS_OK);
    assert_true(moved >= counts.cases / 2);
    world_sync(&world, 0);
    assert_int_equal(practice_handle_cases(center->store, &center->actor, center->codes, center->random, &moved, &err), STATUS_OK);
    world_sync(&world, 0);
    size_t found = 0;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct filter filter;
        char where[16];
        int64_t n = 0;
        snprintf(where, sizeof where, "state=%s", states[i]);
        assert_int_equal(filter_parse(&filter, catalogue_find("case"), station->codes, where, &err), STATUS_OK);
        assert_int_equal(records_count(station->store, &station->actor, catalogue_find("case"), &filter, &n, &err), STATUS_OK);
        filter_release(&filter);
        found += n > 0;
    }
    assert_true(found >= 8);
    node_verify(station);
    node_verify(center);
    world_close(&world);
}

static int64_t count_where(struct node *node, const char *type, const char *where)
{
    struct filter filter;
    struct errmsg err = {{0}};
    int64_t n = 0;
    if (filter_parse(&filter, catalogue_find(type), node->codes, where, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(records_count(node->store, &node->actor, filter.type, &filter, &n, &err), STATUS_OK);
    filter_release(&filter);
    return n;
}

/* Four handlers may have twenty open cases each: what is more waits, and the practice county is there all the same. */
static void more_cases_than_the_roster_may_have_wait(void **state)
{
    (void)state;
    struct world world;
    struct practice_counts counts;
    struct errmsg err = {{0}};
    int64_t moved;
    world_open(&world, 1, NULL);
    fill(&world, CONSULTATIONS_OF_A_LARGE_COUNTY, &counts);
    struct node *station = &world.stations[0], *center = &world.center;
    station->actor.now_ms = center->actor.now_ms = ((int64_t)TODAY * 86400 + 4 * 3600) * 1000;
    assert_int_equal(practice_receive_cases(station->store, &station->actor, station->codes, station->random, &moved, &err), STATUS_OK);
    world_sync(&world, 0);
    if (practice_handle_cases(center->store, &center->actor, center->codes, center->random, &moved, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_in_range(count_where(center, "case", "handler!="), 40, 80);
    assert_true(count_where(center, "case", "state=S6") > 40);
    world_close(&world);
}

static bool lies_in_the_past(void *context, const struct record *record, const struct list_key *key)
{
    int32_t day = record_day(record);
    (void)context, (void)key;
    if (strcmp(record->type->name, "meeting_action") == 0) /* what is still to be done */
        return true;
    if (day > TODAY || day < TODAY - 1000)
        fail_msg("%s %d", record->type->name, (int)(day - TODAY));
    return true;
}

/* A year of everything else: at the stations and the center, over the wire and back, by the rules of each type. */
static void a_year_of_registers(void **state)
{
    static const char *const types[] = {"campaign",      "event",      "event_material", "stock_move", "media_item",  "volunteer",     "appointment_letter", "service_hours",     "referral",
                                        "training",      "attendance", "staff",          "duty_shift", "meeting",     "meeting_action", "rule_document",     "return_visit",      "complaint",
                                        "organ_opinion", "court_observation", "eval",    "reward",  "honour",     "token"};
    struct practice *practice;
    struct world world;
    struct errmsg err = {{0}};
    int64_t made;
    (void)state;
    world_open(&world, 2, NULL);
    assert_int_equal(practice_new(&practice), STATUS_OK);
    struct node *center = &world.center;
    struct practice_year_job job = {.practice = practice, .area = "320117", .town = "320117001", .today = TODAY, .count = practice_year_count(20)};
    assert_int_equal(job.count, 5);
    assert_int_equal(practice_year_count(5000), PRACTICE_YEAR_COUNT_MAX);
    for (size_t i = 0; i < 2; i++)
        world.stations[i].actor.now_ms = ((int64_t)TODAY * 86400 + 4 * 3600) * 1000;
    center->actor.now_ms = world.stations[0].actor.now_ms;
    if (practice_year_center(&job, center->store, &center->actor, center->codes, center->random, &made, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 2; i++) {
        struct node *station = &world.stations[i];
        world_sync(&world, i);
        job.town = i == 0 ? "320117001" : "320117101";
        if (practice_year_station(&job, station->store, &station->actor, station->codes, station->random, &made, &err) != STATUS_OK)
            fail_msg("%s", err.text);
        assert_true(made > 40);
        world_sync(&world, i);
    }
    assert_int_equal(practice_handle_cases(center->store, &center->actor, center->codes, center->random, &made, &err), STATUS_OK); /* the roster */
    if (practice_year_after(&job, center->store, &center->actor, center->codes, center->random, &made, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct list_query query = {.type = catalogue_find(types[i])};
        if (count(center, types[i]) == 0)
            fail_msg("no %s", types[i]);
        assert_int_equal(records_list(center->store, &center->actor, &query, lies_in_the_past, NULL, &err), STATUS_OK);
    }
    assert_int_equal(count(center, "campaign"), 2);
    assert_int_equal(count_where(center, "event", "campaign!="), 10);
    assert_int_equal(count_where(center, "event", "closed_on="), 2); /* today's, one at each station */
    assert_int_equal(count_where(center, "case", "state=S12 and case_type=民事"), 10);
    assert_int_equal(count_where(center, "complaint", "visit!="), 1); /* money was taken once */
    assert_true(count_where(center, "complaint", "state=K1") >= 1 && count_where(center, "complaint", "state=K2") >= 1);
    assert_true(count_where(center, "volunteer", "state=V2") >= 2);
    assert_true(count_where(center, "volunteer", "state=V1") >= 2);
    for (size_t i = 0; i < 2; i++) {
        world_sync(&world, i);
        assert_int_equal(count_where(&world.stations[i], "case", "state=S12"), 5);
        assert_true(count(&world.stations[i], "return_visit") >= 3);
        assert_int_equal(count(&world.stations[i], "token"), 1);
        node_verify(&world.stations[i]);
    }
    node_verify(center);
    practice_free(practice);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_pass_every_check),
        cmocka_unit_test(consultations_are_complete),
        cmocka_unit_test(a_station_is_filled_the_same_way_twice),
        cmocka_unit_test(cases_stand_in_many_states), cmocka_unit_test(more_cases_than_the_roster_may_have_wait),
        cmocka_unit_test(a_year_of_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
