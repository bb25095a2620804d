/* tests/test_opinion.c - opinions of courts and hearings that were observed: what follows from the case, who observes, satisfaction by hand figures. The clock stands on 2026-01-01. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/opinion.h"
#include "tests/paper_case.h"

static struct world world;
static struct node *center;
static char handler[ID_TEXT_BYTES];
static struct id kase;

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct id put(int64_t scope, const char *type, const char *const *fields)
{
    struct record record = paper_record(center, scope, type, fields);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static int set_up(void **state)
{
    (void)state;
    char ref[64] = "handler_ref=";
    world_open(&world, 1, NULL);
    center = &world.center;
    id_format(put(0, "handler", FIELDS("name=陈律师", "kind=社会律师")), handler);
    strcat(ref, handler);
    kase = put(2, "case", FIELDS("name=张文芳", "case_type=民事", "state=S8", "received_on=2025-01-06", "assigned_on=2025-01-10", "organ=溧水区人民法院", "handler=陈律师", ref));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static enum status add(const char *type, struct id of, struct id *id, struct errmsg *err, const char *const *fields)
{
    struct record record;
    char text[ID_TEXT_BYTES];
    record_init(&record, catalogue_find(type));
    errmsg_clear(err);
    id_format(of, text);
    assert_int_equal(store_begin(center->store, "test", err), STATUS_OK);
    assert_int_equal(records_begin(center->store, &center->actor, &record, center->codes, err), STATUS_OK);
    assert_int_equal(record_set_text(&record, "case_id", text), STATUS_OK);
    for (; *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        if (record_parse(&record, catalogue_field(record.type, name), center->codes, equals + 1, strlen(equals + 1), err) != STATUS_OK)
            fail_msg("%s: %s", *fields, err->text);
    }
    enum status status = record_prepare(center->store, &center->actor, center->codes, center->random, &record, err);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, center->codes, center->random, &record, err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(center->store, err), STATUS_OK);
    else
        store_rollback(center->store);
    *id = record.id;
    record_release(&record);
    return status;
}

static void refused(const char *type, struct id of, const char *says, const char *const *fields)
{
    struct errmsg err;
    struct id id;
    enum status status = add(type, of, &id, &err, fields);
    if (status != STATUS_INVALID || strstr(err.text, says) == NULL)
        fail_msg("%s \"%s\" does not say \"%s\"", status_name(status), err.text, says);
}

static void field_is(const char *type, struct id id, const char *field, const char *expected)
{
    char *text = node_get(center, type, id, field);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void test_what_follows_from_the_case(void **state)
{
    (void)state;
    struct errmsg err;
    struct id id;
    assert_int_equal(add("organ_opinion", kase, &id, &err, FIELDS("etiquette=满意", "skill=满意", "dedication=基本满意")), STATUS_OK);
    field_is("organ_opinion", id, "organ", "溧水区人民法院");
    field_is("organ_opinion", id, "handler_ref", handler);
    assert_int_equal(add("court_observation", kase, &id, &err, FIELDS("rating=良好", "court=溧水区人民法院第二法庭", "observer=沈小明")), STATUS_OK);
    field_is("court_observation", id, "court", "溧水区人民法院第二法庭");
    field_is("court_observation", id, "handler_ref", handler);
    world_sync(&world, 0);
    char *text = node_get(&world.stations[0], "court_observation", id, "rating"); /* goes with the case */
    assert_string_equal(text, "2");
    free(text);
    node_verify(center);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    struct id alone = put(2, "case", FIELDS("name=王小红", "case_type=民事", "state=S6", "received_on=2025-01-06"));
    refused("organ_opinion", (struct id){{9}}, "没有这件案件", FIELDS("etiquette=满意", "skill=满意", "dedication=满意"));
    refused("organ_opinion", alone, "没有承办人", FIELDS("organ=某院", "etiquette=满意", "skill=满意", "dedication=满意"));
    refused("organ_opinion", kase, "今天之后", FIELDS("date=2026-01-02", "etiquette=满意", "skill=满意", "dedication=满意"));
    refused("organ_opinion", kase, "指派日期", FIELDS("date=2025-01-09", "etiquette=满意", "skill=满意", "dedication=满意"));
    refused("organ_opinion", kase, "敬业精神", FIELDS("etiquette=满意", "skill=满意"));
    refused("court_observation", kase, "承办人", FIELDS("observer=沈小明、陈律师"));
    put(1, "user", FIELDS("name=center", "display=陈律师", "role=clerk", "org=1"));
    refused("court_observation", kase, "承办人", FIELDS("rating=良好")); /* the account's own name */
}

static bool count_voice(void *context, const struct opinion_voice *voice)
{
    assert_true(id_equal(voice->kase, kase));
    ++*(int *)context;
    return true;
}

/* Three opinions in 2025: 满意 5, 基本满意 2, 不满意 2 of nine voices: 7/9. One before, one of another handler. */
static void test_satisfaction(void **state)
{
    (void)state;
    char of[64] = "case_id=", ref[64] = "handler_ref=";
    struct organ_satisfaction sum;
    struct id he, other = {{5}};
    int32_t from, to;
    int voices = 0;
    id_format(kase, of + strlen(of));
    strcat(ref, handler);
    put(2, "organ_opinion", FIELDS(of, ref, "date=2025-01-01", "organ=甲院", "etiquette=1", "skill=1", "dedication=1"));
    put(2, "organ_opinion", FIELDS(of, ref, "date=2025-06-01", "organ=甲院", "etiquette=1", "skill=2", "dedication=3"));
    put(2, "organ_opinion", FIELDS(of, ref, "date=2025-12-31", "organ=甲院", "etiquette=2", "skill=3", "dedication=1"));
    put(2, "organ_opinion", FIELDS(of, ref, "date=2024-12-31", "organ=甲院", "etiquette=3", "skill=3", "dedication=3"));
    put(1, "organ_opinion", FIELDS(of, "date=2025-06-01", "organ=甲院", "etiquette=3", "skill=3", "dedication=3"));
    assert_int_equal(day_parse("2025-01-01", 10, &from), STATUS_OK);
    assert_int_equal(day_parse("2025-12-31", 10, &to), STATUS_OK);
    assert_int_equal(id_parse(handler, strlen(handler), &he), STATUS_OK);
    assert_int_equal(organ_satisfaction(center->store, &center->actor, from, to, he, 0, &sum, count_voice, &voices, NULL), STATUS_OK);
    assert_int_equal(sum.opinions, 3);
    assert_int_equal(voices, 3);
    assert_int_equal(sum.given[0][0], 2);
    assert_int_equal(sum.given[1][2], 1);
    assert_int_equal(organ_rate(&sum), 7778);
    assert_int_equal(organ_satisfaction(center->store, &center->actor, from, to, (struct id){{0}}, 0, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.opinions, 4);
    assert_int_equal(organ_satisfaction(center->store, &center->actor, from, to, (struct id){{0}}, 1, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.opinions, 1);
    assert_int_equal(organ_rate(&sum), 0);
    assert_int_equal(organ_satisfaction(center->store, &center->actor, from, to, other, 0, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(organ_rate(&sum), -1);
    struct actor worker = center->actor;
    worker.all_scopes = worker.owner = false;
    worker.org = 2;
    assert_int_equal(organ_satisfaction(center->store, &worker, from, to, (struct id){{0}}, 0, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.opinions, 3);
}

#define with_county(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_county(test_what_follows_from_the_case),
        with_county(test_what_is_refused),
        with_county(test_satisfaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
