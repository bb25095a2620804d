/* tests/test_visit.c - return visits: what one must pass, money taken and its complaint, the frame of a year, progress, corrections, satisfaction by hand figures, the route. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/case_flow.h"
#include "core/case/prepare.h"
#include "core/quality/complaint.h"
#include "core/quality/visit.h"
#include "tests/paper_case.h"

/* The clock of world stands at 2026-01-01: the cases of 2025 are visited. */
static struct world world;
static struct node *center;
static char handler[ID_TEXT_BYTES];

static int set_up(void **state)
{
    (void)state;
    world_open(&world, 2, NULL);
    center = &world.center;
    struct record record = paper_record(center, 0, "handler", (const char *const[]){"name=陈律师", "kind=社会律师", NULL});
    id_format(record.id, handler);
    record_release(&record);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct id put(struct node *node, int64_t scope, const char *type, const char *const *fields)
{
    struct record record = paper_record(node, scope, type, fields);
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* A civil case of org 2 that closed on the day, with more fields of one's own. */
static struct id closed_case(const char *name, const char *closed_on, const char *const *more)
{
    char name_field[80], closed[40], ref[64];
    const char *fields[24] = {name_field, closed, ref, "case_type=民事", "state=S12", "received_on=2024-12-06", "town=永阳街道", "handler=陈律师", "cause=追索劳动报酬纠纷"};
    size_t n = 9;
    snprintf(name_field, sizeof name_field, "name=%s", name);
    snprintf(closed, sizeof closed, "closed_on=%s", closed_on);
    snprintf(ref, sizeof ref, "handler_ref=%s", handler);
    for (; more != NULL && *more != NULL && n < 23; more++)
        fields[n++] = *more;
    fields[n] = NULL;
    return put(center, 2, "case", fields);
}

/* A visit as a person types it, through record_prepare. */
static enum status visit_as(struct node *node, const struct actor *actor, struct id kase, struct id *id, struct errmsg *err, const char *const *fields)
{
    struct record visit;
    char text[ID_TEXT_BYTES];
    enum status status;
    record_init(&visit, catalogue_find("return_visit"));
    id_format(kase, text);
    assert_int_equal(store_begin(node->store, "test", err), STATUS_OK);
    assert_int_equal(records_begin(node->store, actor, &visit, node->codes, err), STATUS_OK);
    assert_int_equal(record_set_text(&visit, "case_id", text), STATUS_OK);
    for (; *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        if (record_parse(&visit, catalogue_field(visit.type, name), node->codes, equals + 1, strlen(equals + 1), err) != STATUS_OK)
            fail_msg("%s: %s", *fields, err->text);
    }
    status = record_prepare(node->store, actor, node->codes, node->random, &visit, err);
    if (status == STATUS_OK)
        status = records_save(node->store, actor, node->codes, node->random, &visit, err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(node->store, err), STATUS_OK);
    else
        store_rollback(node->store);
    if (id != NULL)
        *id = visit.id;
    record_release(&visit);
    return status;
}

static struct id visited(struct id kase, const char *const *fields)
{
    struct errmsg err = {{0}};
    struct id id;
    enum status status = visit_as(center, &center->actor, kase, &id, &err, fields);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    return id;
}

static void refused(struct id kase, const char *says, const char *const *fields)
{
    struct errmsg err = {{0}};
    enum status status = visit_as(center, &center->actor, kase, NULL, &err, fields);
    if (status != STATUS_INVALID || strstr(err.text, says) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", status_name(status), err.text, says);
}

static void field_is(const char *type, struct id id, const char *field, const char *expected)
{
    char *text = node_get(center, type, id, field);
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

/* ---- a visit ---- */

static void test_what_follows_from_the_case(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL), id = visited(kase, FIELDS("overall=满意", "attitude=基本满意", "visitor=李收"));
    struct record visit;
    field_is("return_visit", id, "name", "张文芳");
    field_is("return_visit", id, "handler_ref", handler);
    field_is("return_visit", id, "complaint", "");
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("return_visit"), id, &visit, NULL), STATUS_OK);
    assert_int_equal(visit.scope, 2);
    assert_int_equal(record_get(&visit, catalogue_field(visit.type, "year")).number, 2025);
    record_release(&visit);
    /* The station that holds the case holds the visit, too; the other one does not. */
    world_sync(&world, 0);
    world_sync(&world, 1);
    char *there = node_get(&world.stations[0], "return_visit", id, "overall"), *elsewhere = node_get(&world.stations[1], "return_visit", id, "overall");
    assert_string_equal(there, "1");
    assert_null(elsewhere);
    free(there);
    node_verify(center);
    node_verify(&world.stations[0]);
}

static void test_what_a_visit_must_pass(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL), other = closed_case("李建国", "2025-07-01", NULL);
    struct id open = put(center, 2, "case", FIELDS("name=王小红", "case_type=民事", "state=S8", "received_on=2025-01-06"));
    struct id ended = put(center, 2, "case", FIELDS("name=赵大海", "case_type=民事", "state=X5", "terminated_on=2025-03-04", "received_on=2025-01-06"));
    char wrong_case[64] = "corrects=", ref[64] = "corrects=";
    refused(open, "还没有结案", FIELDS("overall=满意"));
    refused((struct id){{1}}, "没有这件案件", FIELDS("overall=满意"));
    refused(kase, "总体评价(overall)", FIELDS("attitude=满意"));
    refused(kase, "服务态度(attitude)", FIELDS("outcome=外出务工", "attitude=满意"));
    refused(kase, "收受财物(money_taken)", FIELDS("outcome=联系不上", "money_taken=是"));
    refused(kase, "承办人", FIELDS("overall=满意", "visitor=李收、陈律师"));
    refused(kase, "结案日期 2025-06-30", FIELDS("overall=满意", "date=2025-06-29"));
    refused(kase, "今天之后", FIELDS("overall=满意", "date=2026-01-02"));
    refused(ended, "结案日期 2025-03-04", FIELDS("overall=满意", "date=2025-03-03"));
    id_format(visited(other, FIELDS("overall=满意")), wrong_case + strlen(wrong_case));
    refused(kase, "另一件案件", FIELDS("overall=满意", wrong_case));
    refused(kase, "没有这次回访", FIELDS("overall=满意", "corrects=00000000000000000000000000000001"));
    id_format(visited(kase, FIELDS("overall=满意", "date=2025-06-30")), ref + strlen(ref));
    visited(kase, FIELDS("overall=不满意", ref));
    refused(kase, "已经更正过", FIELDS("overall=满意", ref));
    visited(ended, FIELDS("outcome=外出务工"));
    assert_int_equal(rows_of("return_visit"), 4);
    assert_int_equal(rows_of("complaint"), 0);
}

/* The handler does not visit under an account's name either. */
static void test_an_account_of_the_handler(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL);
    struct actor chen = center->actor;
    put(center, 1, "user", FIELDS("name=chen", "display=陈律师", "role=clerk", "org=1"));
    snprintf(chen.name, sizeof chen.name, "chen");
    struct errmsg err = {{0}};
    assert_int_equal(visit_as(center, &chen, kase, NULL, &err, FIELDS("overall=满意")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "陈律师"));
}

/* ---- money taken ---- */

static void test_money_taken_opens_a_complaint(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL);
    struct node *station = &world.stations[0];
    struct errmsg err = {{0}};
    struct id id;
    world_sync(&world, 0);
    /* At the station, offline, by a station's worker. */
    struct actor worker = station->actor;
    worker.owner = false;
    worker.role = ROLE_STATION;
    enum status status = visit_as(station, &worker, kase, &id, &err, FIELDS("overall=不满意", "money_taken=是", "opinion=说要五百元打点", "date=2025-12-30", "answered_by=配偶"));
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    world_sync(&world, 0);
    assert_int_equal(rows_of("return_visit"), 1);
    assert_int_equal(rows_of("complaint"), 1);
    char *text = node_get(center, "return_visit", id, "complaint"), visit[ID_TEXT_BYTES], case_id[ID_TEXT_BYTES];
    struct id complaint;
    assert_int_equal(id_parse(text, strlen(text), &complaint), STATUS_OK);
    free(text);
    id_format(id, visit);
    id_format(kase, case_id);
    static const struct {
        const char *field, *value;
    } expected[] = {{"state", "K1"}, {"channel", "5"}, {"matter", "3"}, {"against_kind", "2"}, {"against", "陈律师"}, {"name", "张文芳"}, {"handler_ref", handler}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        field_is("complaint", complaint, expected[i].field, expected[i].value);
    field_is("complaint", complaint, "visit", visit);
    field_is("complaint", complaint, "case_id", case_id);
    text = node_get(center, "complaint", complaint, "content");
    assert_non_null(strstr(text, "2025-12-30"));
    assert_non_null(strstr(text, "配偶"));
    assert_non_null(strstr(text, "说要五百元打点"));
    free(text);
    node_verify(center);
    node_verify(station);
    /* A correction that still says so belongs to the same complaint. */
    char ref[64] = "corrects=";
    id_format(id, ref + strlen(ref));
    struct id again = visited(kase, FIELDS("overall=基本满意", "money_taken=是", ref));
    char complaint_id[ID_TEXT_BYTES];
    id_format(complaint, complaint_id);
    field_is("return_visit", again, "complaint", complaint_id);
    assert_int_equal(rows_of("complaint"), 1);
}

/* Stored both or neither: the visit's own check fails after its complaint was written. */
static void test_neither_is_stored_when_one_fails(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL);
    struct errmsg err = {{0}};
    struct actor reader = center->actor;
    reader.owner = false;
    reader.role = ROLE_ARCHIVIST; /* may write, but no visits */
    assert_int_equal(visit_as(center, &reader, kase, NULL, &err, FIELDS("overall=不满意", "money_taken=是")), STATUS_FORBIDDEN);
    assert_int_equal(rows_of("return_visit"), 0);
    assert_int_equal(rows_of("complaint"), 0);
    node_verify(center);
}

/* ---- the action on the case ---- */

/* "field=text" one by one, as `aidpost do visit CASE ..` takes them. paper: the text of the form given out; free() it. */
static enum status act(struct id kase, char **paper, struct errmsg *err, const char *const *fields)
{
    struct case_move move;
    errmsg_clear(err);
    enum status status = case_move_begin(center->store, &center->actor, center->codes, case_action_find("visit"), kase, &move, err);
    if (status != STATUS_OK)
        return status;
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        status = case_move_set(&move, center->codes, name, equals + 1, strlen(equals + 1), err);
    }
    if (status == STATUS_OK)
        status = case_move_commit(center->store, &center->actor, center->codes, center->random, &move, err);
    if (status == STATUS_OK && paper != NULL) {
        assert_int_equal(move.n_documents, 1);
        *paper = node_get(center, "document", move.documents[0], "text");
    }
    case_move_release(&move);
    return status;
}

static void says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no \"%s\" in:\n%s", part, text);
}

static void test_the_action_makes_a_visit_and_its_paper(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", FIELDS("phone=13900001234"));
    struct errmsg err;
    char *paper;
    enum status status = act(kase, &paper, &err,
                             FIELDS("date=2025-12-24", "method=电话", "answered_by=配偶", "attitude=满意", "communication=基本满意", "interests=满意", "result=不满意", "overall=基本满意",
                                    "money_taken=否", "performed=部分履行", "publicity_done=是", "opinion=执行款还差一半", "needs_help=申请执行", "visitor=李收"));
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    static const char *const parts[] = {"2025年12月24日", "□上门　☑电话", "☑已访", "☑配偶", "服务态度|☑满意", "沟通交流|□满意　☑基本满意", "案件的结果|□满意　□基本满意　☑不满意",
                                        "总体评价|□满意　☑基本满意", "☑否　□是（金额", "☑部分履行", "宣传法律援助|□否　☑是", "执行款还差一半", "申请执行", "李收", "张文芳"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        says(paper, parts[i]);
    free(paper);
    assert_int_equal(rows_of("return_visit"), 1);
    assert_int_equal(rows_of("step"), 1);
    struct visit_frame frame;
    assert_int_equal(visit_frame(center->store, &center->actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.visited, 1);
    assert_int_equal(visit_rate(&frame.satisfaction, 3), 0);
    /* Nobody there: no answers, and the step says so. */
    assert_int_equal(act(kase, &paper, &err, FIELDS("outcome=外出务工")), STATUS_OK);
    says(paper, "☑外出务工");
    says(paper, "服务态度|□满意　□基本满意　□不满意");
    free(paper);
    assert_int_equal(act(kase, NULL, &err, FIELDS("outcome=外出务工", "overall=满意")), STATUS_INVALID);
    assert_int_equal(act(kase, NULL, &err, FIELDS("date=2025-06-01", "overall=满意")), STATUS_INVALID);
    says(err.text, "结案日期");
    assert_int_equal(act(kase, NULL, &err, FIELDS("method=电话")), STATUS_INVALID);
    says(err.text, "总体评价(overall)");
    assert_int_equal(rows_of("return_visit"), 2);
    assert_int_equal(rows_of("step"), 2);
    node_verify(center);
}

/* As before there were records of visits: a text and a day. */
static void test_the_action_with_a_text_alone(void **state)
{
    (void)state;
    struct id kase = closed_case("张文芳", "2025-06-30", NULL);
    struct errmsg err;
    char *paper;
    assert_int_equal(act(kase, &paper, &err, FIELDS("content=受援人很感谢", "date=2025-12-24")), STATUS_OK);
    says(paper, "受援人很感谢");
    says(paper, "2025年12月24日");
    free(paper);
    assert_int_equal(rows_of("return_visit"), 0);
    assert_int_equal(act(kase, &paper, &err, FIELDS("content=满意")), STATUS_OK);
    says(paper, "总体评价|☑满意");
    free(paper);
    assert_int_equal(rows_of("return_visit"), 1);
    assert_int_equal(act(kase, NULL, &err, FIELDS("content=说得过去", "overall=基本满意")), STATUS_OK);
    assert_int_equal(rows_of("return_visit"), 2);
    assert_int_equal(rows_of("step"), 3);
}

static void test_the_action_and_the_state_of_the_case(void **state)
{
    (void)state;
    struct errmsg err;
    struct id open = put(center, 2, "case", FIELDS("name=王小红", "case_type=民事", "state=S8", "received_on=2025-01-06"));
    struct id closed = put(center, 2, "case", FIELDS("name=钱多多", "case_type=民事", "state=S8", "received_on=2025-01-06", "closed_on=2025-12-30"));
    struct id ended = put(center, 2, "case", FIELDS("name=赵大海", "case_type=民事", "state=X5", "terminated_on=2025-03-04", "received_on=2025-01-06"));
    struct record kase; /* not even offered before the closing day */
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("case"), open, &kase, NULL), STATUS_OK);
    assert_int_equal(case_action_allowed(case_action_find("visit"), &center->actor, center->codes, NULL, &kase, &err), STATUS_INVALID);
    record_release(&kase);
    assert_int_equal(act(open, NULL, &err, FIELDS("overall=满意")), STATUS_INVALID);
    says(err.text, "还没有结案");
    assert_int_equal(act(closed, NULL, &err, FIELDS("overall=满意")), STATUS_OK);
    assert_int_equal(act(ended, NULL, &err, FIELDS("overall=不满意", "money_taken=是")), STATUS_OK);
    assert_int_equal(rows_of("complaint"), 1);
    node_verify(center);
}

/* ---- figures ---- */

/* 2025: nine civil cases in two towns, one closed at each end of the year; beside them a criminal one, one of 2024, an open one. */
struct county {
    struct id cases[9];
};

static struct county make_county(void)
{
    static const char *const days[9] = {"2025-01-01", "2025-02-03", "2025-03-04", "2025-04-05", "2025-05-06", "2025-06-07", "2025-07-08", "2025-08-09", "2025-12-31"};
    struct county county;
    for (size_t i = 0; i < 9; i++) {
        char name[20];
        snprintf(name, sizeof name, "某%c", (char)('A' + i));
        county.cases[i] = closed_case(name, days[i], i < 5 ? FIELDS("village=戴家社区居委会") : FIELDS("town=白马镇"));
    }
    put(center, 2, "case", FIELDS("name=刑某", "case_type=刑事", "state=S12", "closed_on=2025-05-05", "received_on=2025-01-06"));
    put(center, 2, "case", FIELDS("name=旧某", "case_type=民事", "state=S12", "closed_on=2024-12-31", "received_on=2024-01-06"));
    put(center, 2, "case", FIELDS("name=开某", "case_type=民事", "state=S8", "received_on=2025-01-06"));
    put(center, 3, "case", FIELDS("name=邻某", "case_type=民事", "state=S12", "closed_on=2025-06-06", "town=东屏街道", "received_on=2025-01-06"));
    return county;
}

/* A 满意, not found again later; B 基本满意 after one try in vain; C 不满意, corrected from 满意; D away; E refused; F 满意 without the other answers; G, H, I left; one of another station left. */
static void make_visits(const struct county *county)
{
    char ref[64] = "corrects=";
    const struct id *c = county->cases;
    visited(c[0], FIELDS("overall=满意", "attitude=满意", "communication=满意", "interests=满意", "result=不满意", "date=2025-12-01"));
    visited(c[0], FIELDS("outcome=联系不上", "date=2025-12-02"));
    visited(c[1], FIELDS("outcome=联系不上", "date=2025-12-02"));
    visited(c[1], FIELDS("overall=基本满意", "attitude=基本满意", "date=2025-12-20"));
    id_format(visited(c[2], FIELDS("overall=满意", "money_taken=是", "date=2025-12-03")), ref + strlen(ref));
    visited(c[2], FIELDS("overall=不满意", "attitude=满意", "date=2025-12-02", ref)); /* the day was wrong, too: what is corrected is not outdone by being later */
    visited(c[3], FIELDS("outcome=联系不上", "date=2025-12-04"));
    visited(c[3], FIELDS("outcome=外出务工", "date=2025-12-05"));
    visited(c[4], FIELDS("outcome=拒访", "date=2025-12-06"));
    visited(c[5], FIELDS("overall=满意", "date=2025-12-31"));
}

static void test_the_frame(void **state)
{
    (void)state;
    struct county county = make_county();
    struct visit_frame frame;
    assert_int_equal(visit_frame(center->store, &center->actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 10);
    assert_int_equal(frame.left, 10);
    make_visits(&county);
    assert_int_equal(visit_frame(center->store, &center->actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 10);
    assert_int_equal(frame.visited, 4);
    assert_int_equal(frame.unreachable, 2);
    assert_int_equal(frame.left, 4);
    assert_int_equal(frame.by_outcome[0], 0);
    assert_int_equal(frame.by_outcome[1], 1); /* away: the last try's */
    assert_int_equal(frame.by_outcome[2], 0);
    assert_int_equal(frame.by_outcome[3], 1);
    assert_int_equal(frame.again, 1);
    assert_int_equal(frame.satisfaction.given[VISIT_OVERALL][0], 2);
    assert_int_equal(visit_rate(&frame.satisfaction, VISIT_OVERALL), 7500);
    assert_int_equal(visit_frame(center->store, &center->actor, 2024, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 1);
    struct errmsg err = {{0}};
    assert_int_equal(visit_frame(center->store, &center->actor, 99999, &frame, &err), STATUS_INVALID);
}

struct cases_sum {
    size_t n, reached, tried;
    int32_t day;
};

static bool add_case(void *context, const struct visit_case *kase)
{
    struct cases_sum *sum = context;
    assert_true(kase->closed_on >= sum->day);
    assert_int_equal(kase->tries > 0, !id_is_zero(kase->visit));
    assert_true(kase->n > 0);
    sum->day = kase->closed_on;
    sum->n++;
    sum->reached += kase->reached;
    sum->tried += kase->tries > 0;
    return true;
}

/* On the evening of 4 December: what came later is not there yet. */
static void test_the_frame_as_it_stood(void **state)
{
    (void)state;
    struct county county = make_county();
    struct visit_frame frame;
    struct cases_sum sum = {.day = INT32_MIN}, later = {.day = INT32_MIN};
    int32_t day;
    make_visits(&county);
    assert_int_equal(day_from_ymd(2025, 12, 4, &day), STATUS_OK);
    assert_int_equal(visit_frame_until(center->store, &center->actor, 2025, day, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 10);
    assert_int_equal(frame.visited, 2);     /* c[0], c[2] */
    assert_int_equal(frame.unreachable, 2); /* c[1] not yet reached, c[3] */
    assert_int_equal(frame.left, 6);
    assert_int_equal(frame.by_outcome[2], 2);
    struct visit_count count;
    assert_int_equal(visit_count_until(center->store, &center->actor, 2025, day, &count, NULL), STATUS_OK);
    assert_int_equal(count.frame, frame.frame);
    assert_int_equal(count.visited, frame.visited);
    assert_int_equal(visit_count_until(center->store, &center->actor, 2025, DAY_MAX, &count, NULL), STATUS_OK);
    assert_int_equal(count.visited, 4);
    assert_int_equal(visit_count_until(world.stations[0].store, &world.stations[0].actor, 2025, DAY_MAX, &count, NULL), STATUS_OK);
    assert_int_equal(visit_frame(world.stations[0].store, &world.stations[0].actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(count.frame, frame.frame);
    assert_int_equal(count.visited, frame.visited);
    assert_int_equal(visit_cases(center->store, &center->actor, 2025, day, add_case, &sum, NULL), STATUS_OK);
    assert_int_equal(sum.n, 10);
    assert_int_equal(sum.reached, 2);
    assert_int_equal(sum.tried, 4);
    assert_int_equal(visit_cases(center->store, &center->actor, 2025, DAY_MAX, add_case, &later, NULL), STATUS_OK);
    assert_int_equal(later.reached, 4);
    assert_int_equal(later.tried, 6);
}

/* A station counts its own. */
static void test_scope_at_a_station(void **state)
{
    (void)state;
    struct county county = make_county();
    struct visit_frame frame;
    make_visits(&county);
    world_sync(&world, 0);
    world_sync(&world, 1);
    assert_int_equal(visit_frame(world.stations[0].store, &world.stations[0].actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 9);
    assert_int_equal(frame.visited, 4);
    assert_int_equal(visit_frame(world.stations[1].store, &world.stations[1].actor, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 1);
    /* The same at the center for an account that sees its own org only. */
    struct actor worker = center->actor;
    worker.all_scopes = worker.owner = false;
    worker.org = 3;
    assert_int_equal(visit_frame(center->store, &worker, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 1);
}

static bool put_progress(void *context, const struct visit_progress *progress)
{
    const struct visit_frame *frame = progress->frame;
    struct buf *out = context;
    buf_printf(out, "%s%s%s %lld %lld %lld %lld; ", progress->town, progress->village != NULL ? "/" : "", progress->village != NULL ? progress->village : "", (long long)frame->frame,
               (long long)frame->visited, (long long)frame->unreachable, (long long)frame->left);
    return true;
}

static void test_progress_by_place(void **state)
{
    (void)state;
    struct county county = make_county();
    struct buf out;
    buf_init(&out, 4096);
    make_visits(&county);
    closed_case("某J", "2025-02-02", FIELDS("town="));
    closed_case("某K", "2025-02-02", FIELDS("village=东庐社区居委会"));
    closed_case("某L", "2025-02-02", NULL);
    assert_int_equal(visit_progress(center->store, &center->actor, 2025, NULL, put_progress, &out, NULL), STATUS_OK);
    const char *yong = code_book_by_name(world.codes, "town", "永阳街道")->code, *bai = code_book_by_name(world.codes, "town", "白马镇")->code,
               *dong = code_book_by_name(world.codes, "town", "东屏街道")->code;
    char expected[200];
    snprintf(expected, sizeof expected, "%s 7 3 2 2; %s 1 0 0 1; %s 4 1 0 3;  1 0 0 1; ", yong, strcmp(dong, bai) < 0 ? dong : bai, strcmp(dong, bai) < 0 ? bai : dong);
    assert_string_equal(buf_cstr(&out), expected);
    buf_clear(&out);
    assert_int_equal(visit_progress(center->store, &center->actor, 2025, yong, put_progress, &out, NULL), STATUS_OK);
    snprintf(expected, sizeof expected, "%s/%s 5 3 2 0; %s/%s 1 0 0 1; %s/ 1 0 0 1; ", yong, code_book_by_name(world.codes, "village", "戴家社区居委会")->code, yong,
             code_book_by_name(world.codes, "village", "东庐社区居委会")->code, yong);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static bool count_voice(void *context, const struct visit_voice *voice)
{
    int *counts = context;
    counts[voice->outcome]++;
    return true;
}

/* Counted by hand from make_visits. */
static void test_satisfaction(void **state)
{
    (void)state;
    struct county county = make_county();
    struct visit_satisfaction sum;
    int voices[VISIT_OUTCOMES + 1] = {0};
    int32_t from, to;
    make_visits(&county);
    struct visit_query query = {.year = 2025};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, count_voice, voices, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 4);
    assert_int_equal(sum.unreachable, 2);
    assert_int_equal(voices[1], 4);
    assert_int_equal(voices[2], 1);
    assert_int_equal(voices[4], 1);
    assert_int_equal(sum.answered[VISIT_OVERALL], 4);
    assert_int_equal(sum.given[VISIT_OVERALL][0], 2);
    assert_int_equal(sum.given[VISIT_OVERALL][1], 1);
    assert_int_equal(sum.given[VISIT_OVERALL][2], 1);
    assert_int_equal(visit_rate(&sum, VISIT_OVERALL), 7500);
    assert_int_equal(sum.answered[0], 3);
    assert_int_equal(visit_rate(&sum, 0), 10000);
    assert_int_equal(sum.answered[3], 1);
    assert_int_equal(visit_rate(&sum, 3), 0);
    assert_int_equal(visit_rate(&(struct visit_satisfaction){0}, 0), -1);
    assert_int_equal(sum.money_taken, 0); /* corrected */
    assert_int_equal(visit_rate(&(struct visit_satisfaction){.answered = {3}, .given = {{2}}}, 0), 6667);
    /* By the day of the visit: B's first try is in the period, its answer is not. */
    assert_int_equal(day_parse("2025-12-01", 10, &from), STATUS_OK);
    assert_int_equal(day_parse("2025-12-06", 10, &to), STATUS_OK);
    query = (struct visit_query){.from = from, .to = to};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 2);
    assert_int_equal(sum.unreachable, 3);
    assert_int_equal(visit_rate(&sum, VISIT_OVERALL), 5000);
    /* A handler without visits, an org without visits, a town. */
    query.handler = (struct id){{7}};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited + sum.unreachable, 0);
    assert_int_equal(id_parse(handler, strlen(handler), &query.handler), STATUS_OK);
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 2);
    query = (struct visit_query){.year = 2025, .org = 3};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 0);
    query = (struct visit_query){.year = 2025, .town = code_book_by_name(world.codes, "town", "白马镇")->code};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 1);
    query = (struct visit_query){.year = 2025, .handler = {{7}}};
    assert_int_equal(visit_satisfaction(center->store, &center->actor, &query, &sum, NULL, NULL, NULL), STATUS_OK);
    assert_int_equal(sum.visited, 0);
}

/* ---- the route ---- */

static bool put_name(void *context, const struct visit_todo *todo)
{
    buf_printf(context, "%s ", todo->name);
    return true;
}

static const char *route(const struct actor *actor, const char *town, struct buf *out)
{
    struct errmsg err = {{0}};
    buf_clear(out);
    enum status status = visit_worklist(center->store, actor, world.codes, 2025, town, put_name, out, &err);
    if (status != STATUS_OK)
        fail_msg("%s", errmsg_text(&err, status));
    return buf_cstr(out);
}

static struct id lives(const char *name, const char *town, const char *village, const char *address)
{
    char name_field[60], address_field[120], applicant[64] = "applicant=", town_field[60], village_field[80];
    snprintf(name_field, sizeof name_field, "name=%s", name);
    snprintf(address_field, sizeof address_field, "address=%s", address);
    snprintf(town_field, sizeof town_field, "town=%s", town);
    snprintf(village_field, sizeof village_field, "village=%s", village);
    id_format(put(center, 2, "person", FIELDS(name_field, address_field, "phone=13900001234")), applicant + strlen(applicant));
    return closed_case(name, "2025-06-30", FIELDS(applicant, town_field, village_field));
}

static void test_worklist_in_route_order(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 4096);
    lives("壬", "白马镇", "", "石头寨1号");
    lives("丁", "永阳街道", "戴家社区居委会", "永阳街道戴家社区十二组1号");
    lives("丙", "永阳街道", "戴家社区居委会", "3组12号");
    lives("乙", "永阳街道", "戴家社区居委会", "戴家社区三组 2 号");
    lives("甲", "永阳街道", "城郊社区居委会", "9组");
    struct id away = lives("戊", "永阳街道", "戴家社区居委会", "");
    struct id dead = lives("己", "永阳街道", "东庐社区居委会", "1号");
    struct id seen = lives("庚", "永阳街道", "东庐社区居委会", "2号");
    lives("辛", "永阳街道", "", "1组1号");
    visited(away, FIELDS("outcome=外出务工", "date=2025-11-11"));
    visited(dead, FIELDS("outcome=已故"));
    visited(seen, FIELDS("overall=满意"));
    assert_string_equal(route(&center->actor, NULL, &out), "甲 乙 丙 丁 戊 辛 壬 ");
    assert_string_equal(route(&center->actor, code_book_by_name(world.codes, "town", "白马镇")->code, &out), "壬 ");
    buf_release(&out);
}

struct look {
    const char *name;
    struct visit_todo todo;
    char contact[200], address[200], village[40], outcome[4];
    bool found;
};

static bool look_for(void *context, const struct visit_todo *todo)
{
    struct look *look = context;
    if (strcmp(todo->name, look->name) != 0)
        return true;
    look->found = true;
    look->todo = *todo;
    snprintf(look->contact, sizeof look->contact, "%s", todo->contact);
    snprintf(look->address, sizeof look->address, "%s", todo->address);
    snprintf(look->village, sizeof look->village, "%s", todo->village);
    snprintf(look->outcome, sizeof look->outcome, "%s", todo->last_outcome);
    return false;
}

static struct look look(const char *name)
{
    struct look look = {.name = name};
    assert_int_equal(visit_worklist(center->store, &center->actor, world.codes, 2025, NULL, look_for, &look, NULL), STATUS_OK);
    assert_true(look.found);
    return look;
}

static void test_what_the_worklist_says(void **state)
{
    (void)state;
    char into[64] = "merged_into=", applicant[64] = "applicant=";
    struct id kase = lives("甲", "永阳街道", "戴家社区居委会", "3组12号");
    visited(kase, FIELDS("outcome=联系不上", "date=2025-10-01"));
    visited(kase, FIELDS("outcome=外出务工", "date=2025-11-11"));
    struct look seen = look("甲");
    assert_string_equal(seen.contact, "13900001234");
    assert_string_equal(seen.address, "3组12号");
    assert_int_equal(seen.todo.tries, 2);
    assert_string_equal(seen.outcome, "2");
    char day[DAY_TEXT_BYTES];
    day_format(seen.todo.last_on, day);
    assert_string_equal(day, "2025-11-11");
    assert_true(id_equal(seen.todo.kase, kase));
    /* A safe contact in the case, or in the file, or in the file that one was merged into. */
    closed_case("乙", "2025-06-30", FIELDS("phone=13911112222", "village=戴家社区居委会", "safe_contact=白天打给姑姑"));
    seen = look("乙");
    assert_true(seen.todo.careful);
    assert_string_equal(seen.contact, "白天打给姑姑");
    assert_string_equal(seen.village, "");
    assert_string_equal(seen.address, "");
    struct id survivor = put(center, 2, "person", FIELDS("name=丙", "phone=13933334444", "address=某处", "safe_contact=只发短信"));
    id_format(survivor, into + strlen(into));
    id_format(put(center, 2, "person", FIELDS("name=丙", "phone=13955556666", "address=某处", into)), applicant + strlen(applicant));
    closed_case("丙", "2025-06-30", FIELDS("phone=13955556666", applicant));
    seen = look("丙");
    assert_true(seen.todo.careful);
    assert_string_equal(seen.contact, "只发短信");
    assert_string_equal(seen.address, "");
}

static void test_sealed_people(void **state)
{
    (void)state;
    struct buf out;
    struct visit_frame frame;
    char applicant[64] = "applicant=";
    struct actor clerk = center->actor, director = center->actor;
    clerk.owner = director.owner = false;
    clerk.role = ROLE_CLERK;
    director.role = ROLE_DIRECTOR;
    buf_init(&out, 4096);
    struct id sealed = closed_case("甲", "2025-06-30", FIELDS("sealed=是"));
    id_format(put(center, 2, "person", FIELDS("name=乙", "sealed=是")), applicant + strlen(applicant));
    closed_case("乙", "2025-06-30", FIELDS(applicant));
    closed_case("丙", "2025-06-30", NULL);
    assert_string_equal(route(&clerk, NULL, &out), "丙 ");
    assert_int_equal(strlen(route(&director, NULL, &out)), strlen("甲 乙 丙 "));
    assert_int_equal(visit_frame(center->store, &clerk, 2025, &frame, NULL), STATUS_OK);
    assert_int_equal(frame.frame, 3); /* counts count */
    field_is("return_visit", visited(sealed, FIELDS("overall=满意", "name=甲")), "name", "");
    buf_release(&out);
}

#define with_county(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_county(test_what_follows_from_the_case),
        with_county(test_what_a_visit_must_pass),
        with_county(test_an_account_of_the_handler),
        with_county(test_money_taken_opens_a_complaint),
        with_county(test_neither_is_stored_when_one_fails),
        with_county(test_the_action_makes_a_visit_and_its_paper),
        with_county(test_the_action_with_a_text_alone),
        with_county(test_the_action_and_the_state_of_the_case),
        with_county(test_the_frame),
        with_county(test_the_frame_as_it_stood),
        with_county(test_scope_at_a_station),
        with_county(test_progress_by_place),
        with_county(test_satisfaction),
        with_county(test_worklist_in_route_order),
        with_county(test_what_the_worklist_says),
        with_county(test_sealed_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
