/* tests/test_complaint.c - complaints: what follows from the case, the acts and who may take them, faults of volunteers, periods over a holiday, form 13 by hand figures.
 * The clock stands on 2026-01-01, a Thursday and a holiday; until 3 January nobody works, 4 January is a make-up working Sunday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/complaint.h"
#include "core/record/filter.h"
#include "tests/paper_case.h"

static struct world world;
static struct node *center;
static struct actor clerk, director, bureau, station;
static char handler[ID_TEXT_BYTES];

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
    world_open(&world, 1, NULL);
    center = &world.center;
    clerk = node_person(center, "王初", ROLE_CLERK);
    director = node_person(center, "钱批", ROLE_DIRECTOR);
    bureau = node_person(center, "孙局", ROLE_BUREAU);
    station = world.stations[0].actor;
    station.owner = false;
    station.role = ROLE_STATION;
    id_format(put(0, "handler", FIELDS("name=陈律师", "kind=社会律师")), handler);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void field_is(struct id id, const char *field, const char *expected)
{
    char *text = node_get(center, "complaint", id, field);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static int64_t rows_of(const char *type)
{
    int64_t count;
    assert_int_equal(records_count(center->store, &center->actor, catalogue_find(type), NULL, &count, NULL), STATUS_OK);
    return count;
}

/* ---- as a person registers one ---- */

static enum status add_as(struct node *node, const struct actor *actor, struct id *id, struct errmsg *err, const char *const *fields)
{
    struct record complaint;
    record_init(&complaint, catalogue_find("complaint"));
    errmsg_clear(err);
    assert_int_equal(store_begin(node->store, "test", err), STATUS_OK);
    assert_int_equal(records_begin(node->store, actor, &complaint, node->codes, err), STATUS_OK);
    for (; *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        if (record_parse(&complaint, catalogue_field(complaint.type, name), node->codes, equals + 1, strlen(equals + 1), err) != STATUS_OK)
            fail_msg("%s: %s", *fields, err->text);
    }
    enum status status = record_prepare(node->store, actor, node->codes, node->random, &complaint, err);
    if (status == STATUS_OK)
        status = records_save(node->store, actor, node->codes, node->random, &complaint, err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(node->store, err), STATUS_OK);
    else
        store_rollback(node->store);
    *id = complaint.id;
    record_release(&complaint);
    return status;
}

static void test_the_handler_is_the_cases(void **state)
{
    (void)state;
    struct errmsg err;
    struct id id;
    char of[64] = "case_id=", ref[64];
    snprintf(ref, sizeof ref, "handler_ref=%s", handler);
    id_format(put(2, "case", FIELDS("name=张文芳", "case_type=民事", "state=S8", "received_on=2025-01-06", "handler=陈律师", ref)), of + strlen(of));
    assert_int_equal(add_as(center, &clerk, &id, &err, FIELDS("matter=懈怠履职、擅自停止办理", "against_kind=承办人", of)), STATUS_OK);
    field_is(id, "state", "K1");
    field_is(id, "against", "陈律师");
    field_is(id, "handler_ref", handler);
    world_sync(&world, 0);
    char *text = node_get(&world.stations[0], "complaint", id, "against"); /* in the case's scope */
    assert_non_null(text);
    free(text);
    /* Somebody else by name, or another body: not the handler. */
    assert_int_equal(add_as(center, &clerk, &id, &err, FIELDS("matter=其他", "against_kind=承办人", "against=老李", of)), STATUS_OK);
    field_is(id, "handler_ref", "");
    assert_int_equal(add_as(center, &clerk, &id, &err, FIELDS("matter=其他", "against_kind=法律援助机构", of)), STATUS_OK);
    field_is(id, "against", "");
    assert_int_equal(add_as(center, &clerk, &id, &err, FIELDS("matter=其他", "case_id=00000000000000000000000000000001")), STATUS_INVALID);
    assert_int_equal(add_as(center, &clerk, &id, &err, FIELDS("matter=其他", "date=2026-01-02")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "收到日期(date)"));
    node_verify(center);
    node_verify(&world.stations[0]);
}

/* ---- acts ---- */

static enum status act(const struct actor *actor, const char *name, struct id id, char said[200], struct errmsg *err, const char *const *fields)
{
    struct act_move move;
    const struct act *act = act_find(catalogue_find("complaint"), name);
    assert_non_null(act);
    errmsg_clear(err);
    enum status status = act_begin(center->store, actor, center->codes, act, id, &move, err);
    if (status != STATUS_OK)
        return status;
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char field[64];
        snprintf(field, sizeof field, "%.*s", (int)(equals - *fields), *fields);
        status = act_set(&move, center->codes, field, equals + 1, strlen(equals + 1), err);
    }
    if (status == STATUS_OK)
        status = act_commit(center->store, actor, center->codes, center->random, &move, err);
    if (said != NULL)
        snprintf(said, 200, "%s", status == STATUS_OK ? buf_cstr(&move.said) : "");
    act_release(&move);
    return status;
}

static void does(const struct actor *actor, const char *name, struct id id, const char *says, const char *const *fields)
{
    struct errmsg err;
    char said[200];
    enum status status = act(actor, name, id, said, &err, fields);
    if (status != STATUS_OK)
        fail_msg("%s: %s", name, errmsg_text(&err, status));
    if (strstr(said, says) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", name, said, says);
}

static void refused(const struct actor *actor, const char *name, struct id id, enum status expected, const char *says, const char *const *fields)
{
    struct errmsg err;
    enum status status = act(actor, name, id, NULL, &err, fields);
    if (status != expected || strstr(err.text, says) == NULL)
        fail_msg("%s: %s \"%s\" does not say \"%s\"", name, status_name(status), err.text, says);
}

static void test_from_receipt_to_appeal(void **state)
{
    (void)state;
    struct id id = put(2, "complaint", FIELDS("date=2025-12-29", "name=张文芳", "matter=懈怠履职、擅自停止办理", "against_kind=承办人", "against=陈律师"));
    char ref[64];
    snprintf(ref, sizeof ref, "handler_ref=%s", handler);
    refused(&bureau, "close", id, STATUS_INVALID, "已受理", FIELDS("finding=查不实", "resolution=x"));
    refused(&station, "accept", id, STATUS_FORBIDDEN, "", FIELDS("accepted_on=2026-01-01"));
    refused(&clerk, "accept", id, STATUS_INVALID, "不能早于收到日期", FIELDS("accepted_on=2025-12-28"));
    does(&clerk, "accept", id, "2026-02-13 前办结", FIELDS("accepted_on=2025-12-30", ref)); /* 45 days */
    field_is(id, "state", "K2");
    refused(&clerk, "decline", id, STATUS_FORBIDDEN, "", FIELDS("reason=x"));
    refused(&director, "decline", id, STATUS_INVALID, "已收到", FIELDS("reason=x"));
    refused(&director, "close", id, STATUS_FORBIDDEN, "司法局", FIELDS("finding=查不实", "resolution=x"));
    refused(&bureau, "close", id, STATUS_INVALID, "处理情况(resolution)", FIELDS("finding=查不实"));
    refused(&bureau, "close", id, STATUS_INVALID, "不能早于受理日期", FIELDS("finding=查不实", "resolution=x", "resolved_on=2025-12-29"));
    assert_int_equal(rows_of("document"), 0);
    does(&bureau, "close", id, "", FIELDS("finding=批评教育、通报、整改", "resolution=约谈承办人，限期会见受援人"));
    field_is(id, "state", "K3");
    field_is(id, "finding", "2");
    field_is(id, "handler_ref", handler);
    assert_int_equal(rows_of("document"), 1);
    refused(&bureau, "appeal", id, STATUS_INVALID, "不服(appeal)", (const char *const[]){NULL});
    does(&bureau, "appeal", id, "", FIELDS("appeal=行政复议"));
    field_is(id, "state", "K3");
    field_is(id, "appeal", "1");
    assert_int_equal(rows_of("volunteer_fault"), 0);
    node_verify(center);
}

struct found {
    char text[200];
};

static bool take_document(void *context, const struct record *document, const struct list_key *key)
{
    struct found *found = context;
    (void)key;
    snprintf(found->text, sizeof found->text, "%s|%s|%s", record_text(document, "form"), record_text(document, "name"), record_text(document, "number"));
    return false;
}

static void test_the_answer_is_numbered(void **state)
{
    (void)state;
    struct found found = {""};
    struct list_query query = {.type = catalogue_find("document"), .limit = 1};
    struct id id = put(2, "complaint", FIELDS("date=2025-12-29", "name=张文芳", "matter=其他", "state=K2", "accepted_on=2025-12-30"));
    does(&bureau, "办结", id, "", FIELDS("finding=查不实", "resolution=没有发现问题"));
    assert_int_equal(records_list(center->store, &center->actor, &query, take_document, &found, NULL), STATUS_OK);
    assert_string_equal(found.text, "44|张文芳|(溧)援投复字〔2026〕第1号");
}

static void test_declined(void **state)
{
    (void)state;
    struct id id = put(2, "complaint", FIELDS("date=2025-12-29", "matter=其他"));
    refused(&bureau, "decline", id, STATUS_INVALID, "不受理理由(reason)", (const char *const[]){NULL});
    does(&bureau, "decline", id, "", FIELDS("reason=不属于法律援助事项"));
    field_is(id, "state", "K4");
    refused(&clerk, "accept", id, STATUS_INVALID, "", FIELDS("accepted_on=2026-01-01"));
    assert_int_equal(rows_of("document"), 0);
}

/* What was found against a volunteer stands in the roster, by what it was about; what was not found does not. */
static void test_faults_of_volunteers(void **state)
{
    (void)state;
    static const struct {
        const char *matter, *finding, *kind; /* kind "": no fault */
    } tries[] = {{"matter=收取财物", "finding=处罚、惩戒、处分", "3"}, {"matter=懈怠履职、擅自停止办理", "finding=批评教育、通报、整改", "2"}, {"matter=收取财物", "finding=查不实", ""}};
    const struct record_type *type = catalogue_find("volunteer_fault");
    char who[64] = "volunteer=";
    id_format(put(2, "volunteer", FIELDS("name=吴愿", "date=2025-03-01", "source=社区")), who + strlen(who));
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        struct filter filter;
        int64_t before = rows_of("volunteer_fault"), kinds;
        char where[20];
        struct id id = put(2, "complaint", FIELDS("date=2025-12-29", tries[i].matter, "against_kind=志愿者", "against=吴愿", "state=K2", "accepted_on=2025-12-30"));
        does(&bureau, "close", id, tries[i].kind[0] != '\0' ? "吴愿" : "", FIELDS(tries[i].finding, "resolution=见卷", who));
        assert_int_equal(rows_of("volunteer_fault"), before + (tries[i].kind[0] != '\0'));
        if (tries[i].kind[0] == '\0')
            continue;
        snprintf(where, sizeof where, "kind=%s", tries[i].kind);
        assert_int_equal(filter_parse(&filter, type, center->codes, where, NULL), STATUS_OK);
        assert_int_equal(records_count(center->store, &center->actor, type, &filter, &kinds, NULL), STATUS_OK);
        assert_int_equal(kinds, 1);
        filter_release(&filter);
    }
    /* Nobody of the roster was named: said, not silently left out. A name that is not there: refused, and nothing is left of the answer. */
    struct id id = put(2, "complaint", FIELDS("date=2025-12-29", "matter=其他", "against_kind=志愿者", "state=K2", "accepted_on=2025-12-30"));
    int64_t papers = rows_of("document");
    refused(&bureau, "close", id, STATUS_INVALID, "没有这位志愿者", FIELDS("finding=处罚、惩戒、处分", "resolution=x", "volunteer=00000000000000000000000000000001"));
    assert_int_equal(rows_of("document"), papers);
    does(&bureau, "close", id, "没有填名册里的志愿者", FIELDS("finding=处罚、惩戒、处分", "resolution=x"));
    assert_int_equal(rows_of("volunteer_fault"), 2);
    node_verify(center);
}

/* ---- periods ---- */

static bool put_todo(void *context, const struct todo_item *item)
{
    char due[DAY_TEXT_BYTES];
    if (strcmp(item->type->name, "complaint") == 0) {
        day_format(item->deadline.due, due);
        buf_printf(context, "%s %s %d; ", item->deadline.code, due, (int)item->deadline.days_left);
    }
    return true;
}

/* Five working days from 31 December 2025: 4 (a make-up Sunday), 5, 6, 7, 8 January. 45 days from 31 December end on Saturday, 14 February, which the make-up list makes a working day. */
static void test_periods_over_a_holiday(void **state)
{
    (void)state;
    struct rules *rules;
    struct calendar *calendar;
    struct deadline deadline;
    struct buf out;
    int32_t today;
    buf_init(&out, 400);
    assert_int_equal(rules_load(&rules, center->store, &center->actor, NULL), STATUS_OK);
    assert_int_equal(calendar_load(&calendar, center->store, &center->actor, NULL), STATUS_OK);
    assert_int_equal(day_parse("2026-01-09", 10, &today), STATUS_OK);
    struct record received = paper_record(center, 2, "complaint", FIELDS("date=2025-12-31", "matter=其他"));
    struct record accepted = paper_record(center, 2, "complaint", FIELDS("date=2025-12-01", "matter=其他", "state=K2", "accepted_on=2025-12-31"));
    struct record closed = paper_record(center, 2, "complaint", FIELDS("date=2025-12-01", "matter=其他", "state=K3", "accepted_on=2025-12-31", "resolved_on=2026-01-01"));
    assert_true(complaint_deadline(rules, calendar, &received, today, &deadline));
    assert_string_equal(deadline.code, "D18");
    assert_int_equal(deadline.days_left, -1);
    assert_true(complaint_deadline(rules, calendar, &accepted, today, &deadline));
    assert_string_equal(deadline.code, "D18_2");
    assert_int_equal(deadline.days_left, 36);
    assert_false(complaint_deadline(rules, calendar, &closed, today, &deadline));
    assert_int_equal(deadline_todo(center->store, &center->actor, rules, calendar, today, false, 0, put_todo, &out, NULL), STATUS_OK);
    assert_string_equal(buf_cstr(&out), "D18 2026-01-08 -1; D18_2 2026-02-14 36; ");
    buf_release(&out);
    record_release(&received);
    record_release(&accepted);
    record_release(&closed);
    calendar_free(calendar);
    rules_free(rules);
}

/* ---- form 13 ---- */

static bool count_row(void *context, const struct complaint_counted *complaint)
{
    ++((int *)context)[complaint->received + 2 * complaint->resolved];
    return true;
}

static void test_form_13(void **state)
{
    (void)state;
    char ref[64];
    int rows[4] = {0};
    struct complaint_counts counts;
    struct complaint_query query = {.org = 0};
    snprintf(ref, sizeof ref, "handler_ref=%s", handler);
    /* Received in 2025: one of each matter and a second one about money; resolved in 2025: three of them and one of 2024; one resolved in 2026. */
    put(2, "complaint", FIELDS("date=2025-01-01", "matter=1", "state=K3", "accepted_on=2025-01-02", "resolved_on=2025-02-01", "finding=3"));
    put(2, "complaint", FIELDS("date=2025-03-01", "matter=2", "state=K3", "accepted_on=2025-03-02", "resolved_on=2025-04-01", "finding=2", "appeal=1", ref));
    put(2, "complaint", FIELDS("date=2025-05-01", "matter=3", "state=K3", "accepted_on=2025-05-02", "resolved_on=2025-12-31", "finding=1", "appeal=2", ref));
    put(2, "complaint", FIELDS("date=2025-12-31", "matter=3", "state=K3", "accepted_on=2026-01-01", "resolved_on=2026-01-01", "finding=1"));
    put(1, "complaint", FIELDS("date=2025-06-01", "matter=4", "state=K4", "reason=不属于"));
    put(2, "complaint", FIELDS("date=2024-12-31", "matter=1", "state=K3", "accepted_on=2025-01-01", "resolved_on=2025-01-05", "finding=3"));
    put(2, "complaint", FIELDS("date=2026-01-01", "matter=4"));
    assert_int_equal(day_parse("2025-01-01", 10, &query.from), STATUS_OK);
    assert_int_equal(day_parse("2025-12-31", 10, &query.to), STATUS_OK);
    assert_int_equal(complaint_count(center->store, &center->actor, &query, &counts, count_row, rows, NULL), STATUS_OK);
    static const int64_t expected[COMPLAINT_COLUMNS] = {5, 1, 1, 2, 1, 4, 1, 1, 2, 1, 1};
    for (size_t i = 0; i < COMPLAINT_COLUMNS; i++)
        if (complaint_column(&counts, i) != expected[i])
            fail_msg("%s: %lld", complaint_column_label(i), (long long)complaint_column(&counts, i));
    assert_int_equal(rows[1], 2);
    assert_int_equal(rows[2], 1);
    assert_int_equal(rows[3], 3);
    assert_int_equal(id_parse(handler, strlen(handler), &query.handler), STATUS_OK);
    assert_int_equal(complaint_count(center->store, &center->actor, &query, &counts, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(counts.received, 2);
    assert_int_equal(counts.findings[0] + counts.findings[1], 2);
    query.handler = (struct id){{0}};
    query.org = 1;
    assert_int_equal(complaint_count(center->store, &center->actor, &query, &counts, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(counts.received, 1);
    query.org = 0;
    world_sync(&world, 0);
    assert_int_equal(complaint_count(world.stations[0].store, &station, &query, &counts, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(counts.received, 4);
}

/* A station registers; it decides nothing, whatever its program says. */
static void test_a_station_only_registers(void **state)
{
    (void)state;
    struct errmsg err;
    struct id id;
    struct node *node = &world.stations[0];
    assert_int_equal(add_as(node, &station, &id, &err, FIELDS("matter=其他", "content=态度不好", "date=2026-01-01")), STATUS_OK);
    world_sync(&world, 0);
    field_is(id, "state", "K1");
    struct record complaint;
    struct actor forger = node->actor;
    forger.acting = forger.center = true;
    assert_int_equal(records_get(node->store, &forger, catalogue_find("complaint"), id, &complaint, NULL), STATUS_OK);
    assert_int_equal(record_set_text(&complaint, "state", "K3"), STATUS_OK);
    assert_int_equal(records_save(node->store, &forger, node->codes, node->random, &complaint, &err), STATUS_OK);
    record_release(&complaint);
    assert_true(world_sync(&world, 0).quarantined > 0);
    field_is(id, "state", "K1");
}

#define with_county(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_county(test_the_handler_is_the_cases),
        with_county(test_from_receipt_to_appeal),
        with_county(test_the_answer_is_numbered),
        with_county(test_declined),
        with_county(test_faults_of_volunteers),
        with_county(test_periods_over_a_holiday),
        with_county(test_form_13),
        with_county(test_a_station_only_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
