/* Tests of core/outreach/volunteer, duty, network, meeting, token, core/aid/rule_document and of their verbs: figures of one volunteer, stars, who may be struck off, what is refused, the
 * network with its branches, days without anybody. The clock stands on 2026-03-05, a Thursday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/outreach/volunteer.h"
#include "tests/command.h"
#include "tests/fixture.h"

static const int64_t NOW_MS = INT64_C(1772676000000);

static struct desk {
    struct world world;
    struct node *center, *station;
} desk;

static int open_desk(void **state)
{
    (void)state;
    world_open(&desk.world, 2, NULL);
    desk.center = &desk.world.center;
    desk.station = &desk.world.stations[0];
    desk.center->actor.now_ms = desk.station->actor.now_ms = NOW_MS;
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    world_close(&desk.world);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

/* As forms, imports and `add` save; fields "name=value" until NULL, in which %V stands for `whom`. */
static enum status save(struct node *node, const char *type, struct id *id, struct id whom, struct errmsg *err, const char *const *fields)
{
    struct record record;
    errmsg_clear(err);
    record_init(&record, catalogue_find(type));
    enum status status = id_is_zero(*id) ? records_begin(node->store, &node->actor, &record, node->codes, err) : records_get(node->store, &node->actor, record.type, *id, &record, err);
    for (; status == STATUS_OK && *fields != NULL; fields++) {
        const char *equals = strchr(*fields, '=');
        char name[64], text[ID_TEXT_BYTES];
        snprintf(name, sizeof name, "%.*s", (int)(equals - *fields), *fields);
        id_format(whom, text);
        const char *value = strcmp(equals + 1, "%V") == 0 ? text : equals + 1;
        assert_non_null(catalogue_field(record.type, name));
        status = record_parse(&record, catalogue_field(record.type, name), node->codes, value, strlen(value), err);
    }
    if (status == STATUS_OK)
        status = store_begin(node->store, "test", err);
    if (status == STATUS_OK) {
        status = record_prepare(node->store, &node->actor, node->codes, node->random, &record, err);
        if (status == STATUS_OK)
            status = records_save(node->store, &node->actor, node->codes, node->random, &record, err);
        if (status == STATUS_OK)
            status = store_commit(node->store, err);
        else
            store_rollback(node->store);
    }
    if (status == STATUS_OK)
        *id = record.id;
    record_release(&record);
    return status;
}

#define FIELDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct id put(struct node *node, const char *type, struct id whom, const char *const *fields)
{
    struct errmsg err;
    struct id id = {{0}};
    enum status status = save(node, type, &id, whom, &err, fields);
    if (status != STATUS_OK)
        fail_msg("%s: %s", type, errmsg_text(&err, status));
    return id;
}

#define refused(node, type, whom, expected, says, ...)                                             \
    do {                                                                                           \
        struct errmsg refused_err;                                                                 \
        struct id refused_id = {{0}};                                                              \
        enum status refused_status = save(node, type, &refused_id, whom, &refused_err, FIELDS(__VA_ARGS__)); \
        if (refused_status != (expected) || strstr(refused_err.text, says) == NULL)                \
            fail_msg("%s: %s: \"%s\" does not say \"%s\"", type, status_name(refused_status), refused_err.text, says); \
    } while (0)

static void field_is(struct node *node, const char *type, struct id id, const char *field, const char *expected)
{
    struct record record;
    struct buf text;
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find(type), id, &record, NULL), STATUS_OK);
    buf_init(&text, 4096);
    record_format_raw(catalogue_field(record.type, field), record_get(&record, catalogue_field(record.type, field)), &text);
    assert_string_equal(buf_cstr(&text), expected);
    buf_release(&text);
    record_release(&record);
}

static const struct id NOBODY = {{0}};

static struct id volunteer(struct node *node, const char *name)
{
    char field[100];
    snprintf(field, sizeof field, "name=%s", name);
    return put(node, "volunteer", NOBODY, FIELDS(field, "source=社区", "date=2025-01-01"));
}

/* ---- figures ---- */

static struct volunteer_record record_of(struct node *node, struct id id, int year)
{
    struct errmsg err = {{0}};
    struct rules *rules;
    struct record volunteer;
    struct volunteer_record out;
    assert_int_equal(rules_load(&rules, node->store, &node->actor, &err), STATUS_OK);
    assert_int_equal(records_get(node->store, &node->actor, catalogue_find("volunteer"), id, &volunteer, &err), STATUS_OK);
    assert_int_equal(volunteer_record(node->store, &node->actor, rules, &volunteer, year, day("2026-03-05"), &out, &err), STATUS_OK);
    record_release(&volunteer);
    rules_free(rules);
    return out;
}

static void sums_of_year_and_ever(void **state)
{
    struct node *station = desk.station;
    int64_t hours;
    (void)state;
    struct id id = volunteer(station, "孙二"), other = volunteer(station, "周三");
    struct id event = put(station, "event", NOBODY, FIELDS("title=广场", "date=2026-02-01"));
    char of_event[64], text[ID_TEXT_BYTES];
    id_format(event, text);
    snprintf(of_event, sizeof of_event, "event=%s", text);
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2025-12-31", "hours=8"));
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-02-01", "hours=3", of_event));
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-02-01", "hours=2", of_event));
    struct id gone = put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-02-02", "hours=7"));
    put(station, "service_hours", other, FIELDS("volunteer=%V", "date=2026-02-01", "hours=1"));
    assert_int_equal(records_delete(station->store, &station->actor, catalogue_find("service_hours"), gone, NULL), STATUS_OK);
    put(station, "consultation", id, FIELDS("volunteer=%V", "date=2026-01-05", "content=问", "persons=3"));
    put(station, "consultation", id, FIELDS("volunteer=%V", "date=2026-01-05", "content=问", "persons="));
    put(station, "referral", id, FIELDS("volunteer=%V", "date=2026-01-06", "name=甲", "result=已咨询"));
    put(station, "referral", id, FIELDS("volunteer=%V", "date=2026-01-06", "name=乙"));
    struct id training = put(station, "training", NOBODY, FIELDS("title=初任培训", "date=2026-01-20", "hours=6"));
    id_format(training, text);
    char of_training[64];
    snprintf(of_training, sizeof of_training, "training=%s", text);
    put(station, "attendance", id, FIELDS("volunteer=%V", of_training));
    put(station, "attendance", id, FIELDS("volunteer=%V", of_training, "result=缺席"));
    put(station, "volunteer_fault", id, FIELDS("volunteer=%V", "date=2026-01-07", "kind=无故失约"));
    struct volunteer_record record = record_of(station, id, 2026);
    assert_int_equal(record.year.hours, 5);
    assert_int_equal(record.ever.hours, 13);
    assert_int_equal(record.year.days, 1);
    assert_int_equal(record.ever.days, 2);
    assert_int_equal(record.year.events, 1);
    assert_int_equal(record.year.consulted, 4);
    assert_int_equal(record.year.referrals, 2);
    assert_int_equal(record.year.followed, 1);
    assert_int_equal(record.year.trainings, 1);
    assert_int_equal(record.year.training_hours, 6);
    assert_int_equal(record.year.missed, 1);
    assert_int_equal(record.letters, 0);
    assert_int_equal(record.letter_days_left, INT32_MIN);
    assert_false(record.may_be_struck);
    assert_int_equal(volunteer_hours(station->store, &station->actor, id, day("2026-02-01"), day("2026-02-28"), &hours, NULL), STATUS_OK);
    assert_int_equal(hours, 5);
}

static void stars_by_hours(void **state)
{
    struct rules *rules;
    (void)state;
    static const struct {
        int64_t hours;
        int stars;
    } steps[] = {{0, 0}, {99, 0}, {100, 1}, {299, 1}, {300, 2}, {600, 3}, {999, 3}, {1000, 4}, {1500, 5}, {99999, 5}};
    assert_int_equal(rules_load(&rules, desk.center->store, &desk.center->actor, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        assert_int_equal(volunteer_stars(rules, steps[i].hours, day("2026-03-05")), steps[i].stars);
    rules_free(rules);
}

static void who_may_be_struck_off(void **state)
{
    struct node *center = desk.center;
    (void)state;
    struct id missed = volunteer(center, "孙二"), complained = volunteer(center, "周三"), greedy = volunteer(center, "吴四");
    put(center, "volunteer_fault", missed, FIELDS("volunteer=%V", "date=2025-12-31", "kind=无故失约"));
    put(center, "volunteer_fault", missed, FIELDS("volunteer=%V", "date=2026-01-01", "kind=无故失约"));
    put(center, "volunteer_fault", missed, FIELDS("volunteer=%V", "date=2026-02-01", "kind=无故失约"));
    assert_false(record_of(center, missed, 2026).may_be_struck); /* three, but not in one year */
    put(center, "volunteer_fault", missed, FIELDS("volunteer=%V", "date=2026-03-01", "kind=无故失约"));
    struct volunteer_record record = record_of(center, missed, 2026);
    assert_true(record.may_be_struck);
    assert_string_equal(record.why, "2026 年无故失约 3 次（满 3 次可以除名）");
    assert_false(record_of(center, missed, 2025).may_be_struck);
    for (int i = 0; i < 3; i++)
        put(center, "volunteer_fault", complained, FIELDS("volunteer=%V", "date=2026-03-01", "kind=服务质量投诉"));
    assert_non_null(strstr(record_of(center, complained, 2026).why, "服务质量投诉 3 次"));
    put(center, "volunteer_fault", greedy, FIELDS("volunteer=%V", "date=2020-03-01", "kind=收取财物"));
    record = record_of(center, greedy, 2026);
    assert_true(record.may_be_struck);
    assert_string_equal(record.why, "收取财物");
}

/* ---- what is refused and filled in ---- */

static void whole_hours_and_eight_a_day(void **state)
{
    struct node *station = desk.station;
    (void)state;
    struct id id = volunteer(station, "孙二");
    struct id first = put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-03-01", "hours=5"));
    field_is(station, "service_hours", first, "name", "孙二");
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-03-01", "hours=3"));
    refused(station, "service_hours", id, STATUS_INVALID, "说明(note): 这一天合计 9 小时，超过 8 小时", "volunteer=%V", "date=2026-03-01", "hours=1");
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-03-01", "hours=1", "note=防汛值守"));
    refused(station, "service_hours", id, STATUS_INVALID, "小时(hours): 这一天合计 25 小时", "volunteer=%V", "date=2026-03-01", "hours=16", "note=连续值守");
    refused(station, "service_hours", id, STATUS_MALFORMED, "", "volunteer=%V", "hours=1.5");
    refused(station, "service_hours", NOBODY, STATUS_INVALID, "名册里没有这个人", "hours=1", "volunteer=00000000000000000000000000000009");
    /* changing a row counts the others, not itself twice */
    struct errmsg err;
    enum status status = save(station, "service_hours", &first, NOBODY, &err, FIELDS("hours=4"));
    assert_int_equal(status, STATUS_OK);
    put(station, "service_hours", id, FIELDS("volunteer=%V", "date=2026-03-02", "hours=8")); /* another day begins anew */
}

static void nothing_after_he_left(void **state)
{
    struct node *center = desk.center;
    (void)state;
    struct id id = volunteer(center, "孙二");
    struct errmsg err;
    assert_int_equal(save(center, "volunteer", &id, NOBODY, &err, FIELDS("left_on=2026-02-01")), STATUS_OK); /* the owner enters what was before */
    put(center, "service_hours", id, FIELDS("volunteer=%V", "date=2026-02-01", "hours=1"));
    refused(center, "service_hours", id, STATUS_INVALID, "日期(date): 孙二 已在 2026-02-01 退出", "volunteer=%V", "date=2026-02-02", "hours=1");
    refused(center, "referral", id, STATUS_INVALID, "已在 2026-02-01 退出", "volunteer=%V", "date=2026-02-02", "name=甲");
    refused(center, "volunteer_fault", id, STATUS_INVALID, "已在 2026-02-01 退出", "volunteer=%V", "date=2026-02-02", "kind=无故失约");
}

static void one_document_number_once(void **state)
{
    struct node *center = desk.center;
    struct errmsg err;
    struct buf remark;
    struct record record;
    (void)state;
    struct id id = put(center, "volunteer", NOBODY, FIELDS("name=孙二", "source=社区", "id_no=32012419870312274X", "phone=13900000001"));
    refused(center, "volunteer", NOBODY, STATUS_EXISTS, "证件号码(id_no): 名册里已有这个号码的人（孙二）", "name=孙尔", "source=社区", "id_no=32012419870312274X");
    assert_int_equal(save(center, "volunteer", &id, NOBODY, &err, FIELDS("id_no=32012419870312274X", "note=同一个人")), STATUS_OK); /* not himself */
    struct id other = put(center, "volunteer", NOBODY, FIELDS("name=孙二", "source=社区", "phone=13900000001")); /* said, not refused */
    assert_int_equal(records_get(center->store, &center->actor, catalogue_find("volunteer"), other, &record, &err), STATUS_OK);
    buf_init(&remark, 1024);
    assert_int_equal(record_remark(center->store, &center->actor, &record, &remark, &err), STATUS_OK);
    assert_string_equal(buf_cstr(&remark), "名册里还有姓名、电话相同的一条");
    record_release(&record);
    buf_release(&remark);
    assert_true(record_of(center, id, 2026).listed_twice);
    assert_false(record_of(center, volunteer(center, "周三"), 2026).listed_twice);
    /* who left may come back */
    struct act_move move;
    assert_int_equal(act_begin(center->store, &center->actor, center->codes, act_find(catalogue_find("volunteer"), "strike"), id, &move, &err), STATUS_OK);
    assert_int_equal(act_set(&move, center->codes, "leave_reason", "搬家", strlen("搬家"), &err), STATUS_OK);
    assert_int_equal(act_commit(center->store, &center->actor, center->codes, center->random, &move, &err), STATUS_OK);
    act_release(&move);
    put(center, "volunteer", NOBODY, FIELDS("name=孙二", "source=社区", "id_no=32012419870312274X"));
}

/* What the center writes down about a station's volunteer belongs to the station. */
static void rows_go_where_the_volunteer_is(void **state)
{
    (void)state;
    struct id id = volunteer(desk.station, "孙二");
    world_sync(&desk.world, 0);
    struct id hours = put(desk.center, "service_hours", id, FIELDS("volunteer=%V", "date=2026-03-01", "hours=5"));
    struct id fault = put(desk.center, "volunteer_fault", id, FIELDS("volunteer=%V", "date=2026-03-01", "kind=无故失约"));
    world_sync(&desk.world, 0);
    world_sync(&desk.world, 1);
    field_is(desk.station, "service_hours", hours, "hours", "5");
    field_is(desk.station, "volunteer_fault", fault, "name", "孙二");
    struct record record;
    struct node *other = &desk.world.stations[1];
    assert_int_equal(records_get(other->store, &other->actor, catalogue_find("service_hours"), hours, &record, NULL), STATUS_NOT_FOUND);
    assert_int_equal(record_of(desk.station, id, 2026).year.hours, 5);
    refused(other, "service_hours", id, STATUS_INVALID, "名册里没有这个人", "volunteer=%V", "hours=1");
}

static void who_came_to_what(void **state)
{
    struct node *center = desk.center;
    (void)state;
    struct id id = volunteer(center, "孙二");
    struct id meeting = put(center, "meeting", NOBODY, FIELDS("title=联席会", "date=2026-02-03"));
    struct id handler = put(center, "handler", NOBODY, FIELDS("name=陈律师", "kind=02"));
    struct id row = put(center, "attendance", meeting, FIELDS("meeting=%V", "name=县妇联"));
    field_is(center, "attendance", row, "date", "2026-02-03");
    field_is(center, "attendance", row, "hours", "");
    struct id training = put(center, "training", NOBODY, FIELDS("title=初任培训", "date=2026-01-20", "hours=6"));
    char of[64], text[ID_TEXT_BYTES];
    id_format(training, text);
    snprintf(of, sizeof of, "training=%s", text);
    row = put(center, "attendance", handler, FIELDS("handler_ref=%V", of));
    field_is(center, "attendance", row, "name", "陈律师");
    field_is(center, "attendance", row, "date", "2026-01-20");
    field_is(center, "attendance", row, "hours", "6");
    row = put(center, "attendance", id, FIELDS("volunteer=%V", of, "result=请假", "date=2026-01-21"));
    field_is(center, "attendance", row, "hours", ""); /* who was not there has none */
    field_is(center, "attendance", row, "date", "2026-01-21");
    refused(center, "attendance", id, STATUS_INVALID, "会议(meeting)", "name=某人", "meeting=00000000000000000000000000000009");
}

static void meetings_and_what_they_decided(void **state)
{
    struct node *center = desk.center;
    (void)state;
    struct id meeting = put(center, "meeting", NOBODY, FIELDS("title=联席会", "date=2026-02-03"));
    put(center, "meeting_action", meeting, FIELDS("meeting=%V", "content=印发名册", "due=2026-02-03"));
    refused(center, "meeting_action", meeting, STATUS_INVALID, "限期(due): 在会议（2026-02-03）之前", "meeting=%V", "content=印发名册", "due=2026-02-02");
    refused(center, "meeting_action", meeting, STATUS_INVALID, "办结日期(done_on)", "meeting=%V", "content=印发名册", "done_on=2026-02-02");
    refused(center, "meeting_action", NOBODY, STATUS_INVALID, "没有这次会议", "meeting=00000000000000000000000000000009", "content=印发名册");
}

static void the_handler_of_the_case_gets_the_banner(void **state)
{
    struct node *center = desk.center;
    char text[ID_TEXT_BYTES], field[64];
    (void)state;
    struct id handler = put(center, "handler", NOBODY, FIELDS("name=陈律师", "kind=02"));
    id_format(handler, text);
    snprintf(field, sizeof field, "handler_ref=%s", text);
    struct id kase = put(center, "case", NOBODY, FIELDS("name=张文芳", field));
    struct id token = put(center, "token", kase, FIELDS("case_id=%V", "kind=1"));
    field_is(center, "token", token, "handler_ref", text);
    token = put(center, "token", kase, FIELDS("kind=1"));
    field_is(center, "token", token, "handler_ref", "");
}

static void an_edition_ends_the_one_before(void **state)
{
    struct node *center = desk.center;
    struct errmsg err;
    (void)state;
    struct id first = put(center, "rule_document", NOBODY, FIELDS("title=县法律援助实施办法", "issued_on=2020-01-01", "effective_on=2020-02-01"));
    field_is(center, "rule_document", first, "edition", "1");
    refused(center, "rule_document", first, STATUS_INVALID, "施行日期(effective_on): 在上一版的施行日期之前", "title=办法", "issued_on=2019-01-01", "effective_on=2019-02-01", "replaces=%V");
    refused(center, "rule_document", NOBODY, STATUS_INVALID, "取代(replaces): 没有这一版", "title=办法", "issued_on=2019-01-01", "replaces=00000000000000000000000000000009");
    field_is(center, "rule_document", first, "repealed_on", "");
    struct id second = put(center, "rule_document", first, FIELDS("title=县法律援助实施办法", "issued_on=2026-01-01", "effective_on=2026-04-01", "replaces=%V"));
    char changes[4];
    node_last_changes(center, 3, changes);
    assert_string_equal(changes, ".m."); /* the first edition entered; its end and the second as one */
    field_is(center, "rule_document", second, "edition", "2");
    field_is(center, "rule_document", first, "repealed_on", "2026-04-01");
    refused(center, "rule_document", first, STATUS_INVALID, "已经由《县法律援助实施办法》第 2 版取代", "title=办法", "issued_on=2026-02-01", "replaces=%V");
    assert_int_equal(save(center, "rule_document", &second, NOBODY, &err, FIELDS("effective_on=2026-05-01")), STATUS_OK); /* the old one's last day follows */
    field_is(center, "rule_document", first, "repealed_on", "2026-05-01");
    assert_int_equal(save(center, "rule_document", &first, NOBODY, &err, FIELDS("repealed_on=2026-04-30")), STATUS_OK);
    assert_int_equal(save(center, "rule_document", &second, NOBODY, &err, FIELDS("effective_on=2026-06-01")), STATUS_OK); /* what somebody typed stays */
    field_is(center, "rule_document", first, "repealed_on", "2026-04-30");
    assert_int_equal(save(center, "rule_document", &second, second, &err, FIELDS("replaces=%V")), STATUS_INVALID);
    assert_int_equal(save(center, "rule_document", &second, NOBODY, &err, FIELDS("edition=1")), STATUS_INVALID);
    assert_non_null(strstr(err.text, "版次(edition)"));
    world_sync(&desk.world, 0); /* both changes arrive */
    field_is(desk.station, "rule_document", first, "repealed_on", "2026-04-30");
    field_is(desk.station, "rule_document", second, "edition", "2");
    node_verify(center);
}

/* ---- branches ---- */

static void branches_protect_their_group(void **state)
{
    struct node *center = desk.center;
    struct errmsg err;
    (void)state;
    static const char *const branches[][3] = {{"name=县妇联法律援助分部", "", "01"}, {"name=县老龄委分部", "", "02"},   {"name=县总工会分部", "", "03"},    {"name=团县委分部", "", "04"},
                                              {"name=县人武部分部", "", "05"},       {"name=县残联分部", "", "06"},     {"name=某分部", "host=妇联", "01"}, {"name=县残联二分部", "host=工会", "03"},
                                              {"name=另一分部", "", ""}};
    for (size_t i = 0; i < sizeof branches / sizeof branches[0]; i++) {
        char code[20];
        snprintf(code, sizeof code, "code=b%zu", i);
        struct id id = put(center, "org", NOBODY, FIELDS(code, "kind=branch", branches[i][0], branches[i][1][0] != '\0' ? branches[i][1] : "note="));
        field_is(center, "org", id, "protected", branches[i][2]);
    }
    struct id given = put(center, "org", NOBODY, FIELDS("code=x1", "kind=branch", "name=县妇联分部", "protected=妇女,青少年"));
    field_is(center, "org", given, "protected", "01,04");
    struct id station = put(center, "org", NOBODY, FIELDS("code=x2", "kind=station", "name=某妇联路工作站"));
    field_is(center, "org", station, "protected", "");
    assert_int_equal(save(center, "org", &station, NOBODY, &err, FIELDS("kind=branch", "host=残联")), STATUS_OK);
    field_is(center, "org", station, "protected", "06");
    assert_int_equal(save(center, "org", &station, NOBODY, &err, FIELDS("protected=")), STATUS_OK); /* cleared by hand stays so */
    field_is(center, "org", station, "protected", "");
}

static void category_is(const char *type, const char *expected)
{
    struct record record;
    record_init(&record, catalogue_find(type));
    assert_int_equal(records_begin(desk.station->store, &desk.station->actor, &record, desk.station->codes, NULL), STATUS_OK);
    assert_int_equal(org_offer_category(desk.station->store, &desk.station->actor, &record, NULL), STATUS_OK);
    if (catalogue_field(record.type, "categories") != NULL)
        assert_string_equal(record_text(&record, "categories"), expected);
    record_release(&record);
}

static struct id org_of(struct node *node, int number)
{
    struct stmt *stmt = store_prepare(node->store, "SELECT id FROM org WHERE number=?1");
    enum status status;
    stmt_int(stmt, 1, number);
    assert_true(stmt_row(stmt, &status, NULL));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    return id;
}

/* The station's own org becomes a branch, of one body after the other. */
static void begun_at_a_branch(void **state)
{
    struct errmsg err;
    (void)state;
    static const char *const hosts[][2] = {{"host=残联", "01"}, {"host=部队、人武部", "07"}, {"host=工会", ""}, {"host=共青团", ""}, {"host=妇联", ""}};
    struct id org = org_of(desk.center, 2);
    world_sync(&desk.world, 0);
    category_is("consultation", "");
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        assert_int_equal(save(desk.center, "org", &org, NOBODY, &err, FIELDS("kind=branch", "protected=", hosts[i][0])), STATUS_OK);
        world_sync(&desk.world, 0);
        category_is("consultation", hosts[i][1]);
        category_is("case", hosts[i][1]);
        category_is("event", "");
    }
    assert_int_equal(save(desk.center, "org", &org, NOBODY, &err, FIELDS("protected=军人军属,残疾人")), STATUS_OK);
    world_sync(&desk.world, 0);
    category_is("consultation", ""); /* of several groups none is meant */
}

/* ---- the command line ---- */

static struct folder {
    char root[64], center[80], station[80];
} folder;

static int open_folder(void **state)
{
    static struct world world;
    (void)state;
    snprintf(folder.root, sizeof folder.root, "/tmp/test_volunteer.XXXXXX");
    if (mkdtemp(folder.root) == NULL)
        return -1;
    world_open(&world, 1, folder.root);
    struct errmsg err;
    struct id org = org_of(&world.center, 2); /* the station's: a branch at the disabled persons' federation */
    if (save(&world.center, "org", &org, NOBODY, &err, FIELDS("kind=branch", "host=残联")) != STATUS_OK)
        return -1;
    world_sync(&world, 0);
    snprintf(folder.center, sizeof folder.center, "%s/%u", folder.root, world.center.machine.station_no);
    snprintf(folder.station, sizeof folder.station, "%s/%u", folder.root, world.stations[0].machine.station_no);
    world_close(&world);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder.root);
    return 0;
}

static void at_center(const char *line, int code, const char *says)
{
    command_expect(folder.center, NOW_MS, line, code, says);
}

/* `add` and take the id. */
static void added(const char *line, char id[ID_TEXT_BYTES])
{
    struct command command;
    command_run(&command, folder.center, NOW_MS, line);
    if (command.code != 0)
        fail_msg("%s: %s%s", line, command.out, command.err);
    snprintf(id, ID_TEXT_BYTES, "%.32s", command.out);
    command_release(&command);
}

static void line_of(const char *format, const char *id, int code, const char *says)
{
    char line[400];
    const char *at = strstr(format, "ID");
    snprintf(line, sizeof line, "%.*s%s%s", (int)(at - format), format, id, at + 2);
    at_center(line, code, says);
}

static void verbs_of_volunteers(void **state)
{
    char id[ID_TEXT_BYTES], line[300];
    (void)state;
    added("add volunteer name=孙二 source=社区 date=2026-01-01 phone=13900000001", id);
    at_center("add volunteer name=孙二 source=社区 phone=13900000001", 0, "注意: 名册里还有姓名、电话相同的一条");
    line_of("do appoint ID letter_to=明年", id, 1, "聘期至(letter_to)");
    line_of("do appoint ID nothing=1", id, 2, "appoint 没有字段 nothing，有(*必填): letter_to* event");
    line_of("do appoint ID --json", id, 0, "\"state\":\"V2\",\"documents\":[{\"id\":");
    line_of("do appoint ID letter_to=2026-03-31 --json", id, 0, "\"form\":\"43\",\"title\":\"法律援助志愿者聘书\",\"number\":\"(溧)援聘字〔2026〕第2号\"}],\"said\":\"聘书 (溧)援聘字〔2026〕第2号，聘期至 2026-03-31\"}");
    line_of("do 聘任 ID", id, 0, "聘书 (溧)援聘字〔2026〕第3号，聘期至 2029-03-05");
    line_of("do appoint ID letter_to=2026-03-31", id, 0, "V2");
    line_of("do stay ID", id, 1, "志愿者现在是 已聘(V2)，留任(stay) 要在 申请退出 时办理");
    line_of("do assign ID handler=auto", id, 1, "");
    line_of("set ID letter_no=1 state=V4", id, 1, "");
    at_center("do appoint 00000000000000000000000000000009", 1, "");
    at_center("do nothing-like-this 00000000", 2, "没有 nothing-like-this 这个办理动作");
    snprintf(line, sizeof line, "add service_hours volunteer=%s hours=9", id);
    at_center(line, 1, "字段 说明(note): 这一天合计 9 小时");
    snprintf(line, sizeof line, "add service_hours volunteer=%s hours=8 kind=法律咨询", id);
    at_center(line, 0, NULL);
    for (int i = 0; i < 3; i++) {
        snprintf(line, sizeof line, "add volunteer_fault volunteer=%s kind=无故失约", id);
        at_center(line, 0, NULL);
    }
    at_center("volunteers", 0, "孙二\t已聘\t13900000001\t8\t8\t0 星\t聘期至 2026-03-31（剩 26 天）\t失约 3 投诉 0\t可以除名: 2026 年无故失约 3 次");
    at_center("volunteers", 0, "志愿者 2 人，2026 年服务 8 小时，可以除名 1 人");
    at_center("volunteers --year 2025 --json", 0, "\"people\":2,\"hours\":0,\"may_be_struck\":0}");
    at_center("volunteers --year 26", 2, "--year 应是年份");
    struct command command;
    command_run(&command, folder.center, NOW_MS, "list appointment_letter --where 聘书编号~第2号 --json");
    const char *letter = strstr(command.out, "\"id\":\"");
    assert_non_null(letter);
    char letter_id[ID_TEXT_BYTES];
    snprintf(letter_id, sizeof letter_id, "%.32s", letter + 6);
    command_release(&command);
    line_of("document 43 ID", letter_id, 0, "(溧)援聘字〔2026〕第2号");
    line_of("document issue 43 ID", letter_id, 1, "由志愿者的“聘任”(do appoint)颁发"); /* or a number would be gone */
    line_of("volunteer ID --json", id, 0, "\"may_be_struck\":true,\"why\":\"2026 年无故失约 3 次（满 3 次可以除名）\",\"listed_twice\":true,\"letter_rows\":[{");
    line_of("volunteer ID", id, 0, "聘书编号 (溧)援聘字〔2026〕第4号 颁发日期 2026-03-05 有效期至 2026-03-31");
    line_of("volunteer ID", id, 0, "服务时长:\n  日期 2026-03-05 小时 8 服务内容 法律咨询\n");
    at_center("volunteer 000000000000", 1, "");
    at_center("volunteer", 2, "用法");
    at_center("todo --json", 0, "\"type\":\"volunteer\",\"deadline\":\"L01\",\"label\":\"聘期届满\",\"from\":null,\"due\":\"2026-03-31\",\"days_left\":26,\"name\":\"孙二\"");
    line_of("do ask-leave ID leave_reason=搬家", id, 0, "V3\n  2026-03-26 前办理");
    at_center("todo", 0, "2026-03-26\tD16 志愿者退出\t孙二");
    line_of("actions ID", id, 0, "stay\t留任\tV3 -> V2");
    at_center("actions volunteer --json", 0, "{\"actions\":[{\"action\":\"appoint\",\"label\":\"聘任\",\"from\":[\"V1\",\"V2\"],\"to\":\"V2\",\"roles\":[\"clerk\",\"director\"],\"side\":\"center\","
                                             "\"needs\":[\"letter_to\"],\"takes\":[\"event\"],\"documents\":[\"43\"]");
    at_center("actions 案件", 0, "draft\t");
    at_center("actions handler", 2, "承办人没有办理动作");
}


static void verbs_of_the_network(void **state)
{
    char id[ID_TEXT_BYTES], line[300];
    (void)state;
    at_center("add org code=fl kind=branch name=县妇联法律援助分部 phone=025-57210000", 0, NULL);
    at_center("add org code=p1 kind=point name=中山路联络点 area=320117001001 contact=郑联络 phone=13900000002", 0, NULL);
    at_center("add org code=p2 kind=point name=停办点 area=320117001002 closed=是", 0, NULL);
    at_center("network", 0, "法律援助分部\t县妇联法律援助分部\t维护: 妇女\t025-57210000\t0 人（专职 0）\t今天值班: -");
    at_center("network", 0, "法律援助联络点\t中山路联络点\t永阳街道 中山路居委会\t联络员: 郑联络\t13900000002");
    added("add staff name=王专 org=站2 post=专职 date=2025-01-01", id);
    at_center("add staff name=李离 org=站2 post=专职 left_on=2026-03-04", 0, NULL);
    at_center("add staff name=周末 org=站2 post=联络员 left_on=2026-03-05", 0, NULL); /* the last day at work */
    at_center("add staff name=赵新 org=站2 post=兼职 date=2026-03-06", 0, NULL);
    at_center("network --json", 0, "\"staff\":2,\"leaders\":0,\"full_time\":1,\"part_time\":0,\"contacts\":1,");
    at_center("add duty_shift name=钱值 place=接待窗口", 0, NULL);
    at_center("add duty_shift name=孙缺 result=缺席", 0, NULL);
    at_center("add duty_shift name=周缺 result=请假 substitute=吴替", 0, NULL);
    at_center("network --json", 0, "\"on_duty\":\"钱值、吴替\"");
    at_center("network --json", 0, "\"code\":\"fl\",\"name\":\"县妇联法律援助分部\",\"kind\":\"branch\",\"protected\":\"01\",");
    at_center("network --json", 0, "\"town\":\"320117001\",\"village\":\"320117001001\",\"contact\":\"郑联络\"");
    struct command command;
    command_run(&command, folder.center, NOW_MS, "network --json");
    assert_null(strstr(command.out, "停办点"));
    command_release(&command);
    at_center("add duty_shift name=钱值 date=2026-03-09 shift=下午", 0, NULL);
    at_center("add duty_shift name=孙早 date=2026-03-09 shift=上午", 0, NULL);
    at_center("add duty_shift name=周缺 date=2026-03-10 result=缺席", 0, NULL);
    at_center("duty --from 2026-03-05 --to 2026-03-10", 0, "2026-03-06 周五\t没有人\n2026-03-07 周六\t休息\n2026-03-08 周日\t休息\n2026-03-09 周一\t上午 孙早 ，下午 钱值 \n2026-03-10 周二\t全天 周缺（缺席） \t没有人\n"
                                                           "没有人值班的工作日 2 天\n");
    at_center("duty --from 2026-03-09 --to 2026-03-09 --json", 0, "{\"from\":\"2026-03-09\",\"to\":\"2026-03-09\",\"days\":[{\"date\":\"2026-03-09\",\"workday\":true,\"gap\":false,\"shifts\":[{");
    at_center("duty --from 2026-03-09 --to 2026-03-09 --json", 0, "\"gaps\":0}");
    at_center("duty --to 2026-03-04", 2, "--to 不能在 --from 之前");
    at_center("duty --from 明天", 2, "--from 应是日期");
    snprintf(line, sizeof line, "add rule_document title=办法 issued_on=2026-01-01 replaces=%s", id);
    at_center(line, 1, "取代(replaces): 没有这一版");
    /* at a station the others' people are not known */
    command_expect(folder.station, NOW_MS, "network --json", 0, "\"kind\":\"center\",\"protected\":\"\",\"town\":\"\",\"village\":\"\",\"contact\":\"\",\"phone\":\"\",\"has_full_time\":false,\"staff\":null,");
    command_expect(folder.station, NOW_MS, "network --json", 0, "\"kind\":\"branch\",\"protected\":\"06\",\"town\":\"\",\"village\":\"\",\"contact\":\"\",\"phone\":\"\",\"has_full_time\":false,\"staff\":0,");
}

/* Consultations and applications written at the federation's branch are those of disabled people, until somebody says otherwise. */
static void at_station(const char *line, int code, const char *says)
{
    command_expect(folder.station, NOW_MS, line, code, says);
}

static void written_at_a_branch(void **state)
{
    (void)state;
    at_station("add consultation content=问", 0, NULL);
    at_station("list consultation --json", 0, "\"categories\":\"01\"");
    at_station("add consultation content=另问 categories=低保对象", 0, NULL);
    at_station("list consultation --where content~另问 --json", 0, "\"categories\":\"10\"");
    at_station("add consultation content=再问 categories=", 0, NULL);
    at_station("count consultation --where 'content~再问 and categories=' --json", 0, "{\"count\":1}");
    at_station("do draft new name=张文芳 cause=追索劳动报酬纠纷", 0, NULL);
    at_station("list case --json", 0, "\"categories\":\"01\"");
    at_center("add consultation content=问", 0, NULL);
    at_center("count consultation --where categories= --json", 0, "{\"count\":1}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums_of_year_and_ever, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(stars_by_hours, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(who_may_be_struck_off, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(whole_hours_and_eight_a_day, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(nothing_after_he_left, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(one_document_number_once, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(rows_go_where_the_volunteer_is, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(who_came_to_what, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(meetings_and_what_they_decided, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(the_handler_of_the_case_gets_the_banner, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(an_edition_ends_the_one_before, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(branches_protect_their_group, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(begun_at_a_branch, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(verbs_of_volunteers, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(verbs_of_the_network, open_folder, remove_folder),
        cmocka_unit_test_setup_teardown(written_at_a_branch, open_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
