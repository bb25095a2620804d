/* tests/test_assess.c - the yearly assessment: two handlers, their firm, a station and a volunteer, every sheet worked out by hand; the rows behind the figures; what is frozen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/case/prepare.h"
#include "core/quality/assess.h"
#include "tests/command.h"
#include "tests/fixture.h"

/* 2027-01-20 10:00 in the office */
static const int64_t NOW_MS = INT64_C(1800410400000);

static struct world world;
static struct rules *rules;
static struct calendar *calendar;
static struct assess_desk desk;
static char folder[64], center_folder[80];
static struct id zhang, li, firm, station, volunteer;

#define must(call)                                                                                   \
    do {                                                                                             \
        struct errmsg err = {{0}};                                                                   \
        enum status must_status = (call);                                                            \
        if (must_status != STATUS_OK)                                                                \
            fail_msg("%s: %s: %s", #call, status_name(must_status), errmsg_text(&err, must_status)); \
    } while (0)

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static void set_field(struct record *record, const char *name, const char *text)
{
    struct errmsg said = {{0}};
    const struct field_def *field = catalogue_field(record->type, name);
    assert_non_null(field);
    if (record_parse(record, field, world.codes, text, strlen(text), &said) != STATUS_OK)
        fail_msg("%s=%s: %s", name, text, said.text);
}

/* "name=张三 kind=02" */
static void fill(struct record *record, const char *fields)
{
    char copy[1000], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        assert_non_null(equals);
        *equals = '\0';
        set_field(record, part, equals + 1);
    }
}

/* A row of an org's (1: the center), as actions and people would have left it; `ref` names another row in `ref_field` (NULL: none). */
static struct id put(int64_t org, const char *type, const char *ref_field, struct id ref, const char *fields)
{
    struct node *center = &world.center;
    struct actor acting = center->actor;
    struct record record;
    char id[ID_TEXT_BYTES];
    acting.acting = true;
    record_init(&record, catalogue_find(type));
    must(records_begin(center->store, &acting, &record, world.codes, &err));
    if (record.scope != 0)
        record.scope = org;
    id_format(ref, id);
    if (ref_field != NULL)
        must(record_set_text(&record, ref_field, id));
    fill(&record, fields);
    must(records_save(center->store, &acting, world.codes, center->random, &record, &err));
    struct id out = record.id;
    record_release(&record);
    return out;
}

static struct id add(const char *type, const char *ref_field, struct id ref, const char *fields)
{
    return put(1, type, ref_field, ref, fields);
}

static struct id add_case(struct id handler, const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "name=受援人 received_on=2025-01-01 case_type=02 %s", fields);
    return add("case", "handler_ref", handler, text);
}

/* A visit of a handler's case. */
static void add_visit(struct id handler, struct id kase, const char *fields)
{
    char text[1000], id[ID_TEXT_BYTES];
    id_format(handler, id);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-09-01 %s", id, fields);
    (void)add("return_visit", "case_id", kase, text);
}

static void add_eval(struct id kase, int total)
{
    char text[200];
    snprintf(text, sizeof text, "round=1 standard=civil100 edition=1 date=2027-01-05 reviewers=赵老师 total=%d", total);
    (void)add("eval", "case_id", kase, text);
}

static void add_zhang(void)
{
    struct id cases[7], training, nobody = {{0}};
    cases[0] = add_case(zhang, "state=S12 assigned_on=2026-01-05 agreed_on=2026-01-08 closed_on=2026-03-02 reported_on=2026-03-20 outcome=01");
    cases[1] = add_case(zhang, "state=S12 assigned_on=2026-01-06 agreed_on=2026-01-20 closed_on=2026-04-01 reported_on=2026-05-20 outcome=02");
    cases[2] = add_case(zhang, "state=S9 assigned_on=2025-12-30 agreed_on=2026-02-20 closed_on=2026-06-01 reported_on=2026-06-10 outcome=04");
    cases[3] = add_case(zhang, "state=S8 assigned_on=2026-02-02 closed_on=2026-07-01 outcome=06");
    cases[4] = add_case(zhang, "state=X5 assigned_on=2026-03-03 closed_on=2026-07-30 terminated_on=2026-08-01");
    cases[5] = add_case(zhang, "state=S12 assigned_on=2025-03-03 agreed_on=2025-03-04 closed_on=2025-12-31 reported_on=2025-12-31 outcome=01");
    cases[6] = add_case(zhang, "state=S9 assigned_on=2026-12-31 agreed_on=2027-01-04 closed_on=2027-01-01 reported_on=2027-01-01 outcome=01");
    add_eval(cases[0], 92);
    add_eval(cases[1], 83);
    add_eval(cases[5], 60);
    (void)add("step", "case_id", cases[1], "action=return-closing date=2026-05-25 reason=缺判决书");
    add_visit(zhang, cases[0], "outcome=1 overall=1");
    add_visit(zhang, cases[1], "outcome=1 overall=3");
    add_visit(zhang, cases[2], "outcome=3");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2026-01-10 shift=1 result=1");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2026-01-10 shift=2 result=1");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2026-02-10 result=3");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2026-03-10 result=1 substitute=李律师");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2026-04-10");
    (void)add("duty_shift", "handler_ref", zhang, "name=张律师 date=2027-01-01 result=1");
    (void)add("complaint", "handler_ref", zhang, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-01 finding=2");
    (void)add("complaint", "handler_ref", zhang, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-02 finding=3");
    (void)add("complaint", "handler_ref", zhang, "date=2026-04-01 matter=1 against_kind=1 state=K3 resolved_on=2026-05-03 finding=1");
    (void)add("complaint", "handler_ref", zhang, "date=2025-04-01 matter=2 against_kind=2 state=K3 resolved_on=2025-05-01 finding=1");
    (void)add("token", "handler_ref", zhang, "date=2026-03-01 kind=1 quantity=1 giver=受援人");
    (void)add("token", "handler_ref", zhang, "date=2026-03-02 kind=2 quantity=4 giver=受援人");
    (void)add("token", "handler_ref", zhang, "date=2026-03-03 kind=3 quantity=9 giver=受援人");
    training = add("training", NULL, nobody, "title=业务培训 date=2026-03-01");
    char ref[ID_TEXT_BYTES], text[200];
    id_format(training, ref);
    snprintf(text, sizeof text, "name=张律师 date=2026-03-01 training=%s result=1", ref);
    (void)add("attendance", "handler_ref", zhang, text);
    snprintf(text, sizeof text, "name=张律师 date=2026-03-02 training=%s result=3", ref);
    (void)add("attendance", "handler_ref", zhang, text);
    struct id meeting = add("meeting", NULL, nobody, "title=联席会 kind=1 date=2026-04-01");
    id_format(meeting, ref);
    snprintf(text, sizeof text, "name=张律师 date=2026-04-01 meeting=%s result=1", ref);
    (void)add("attendance", "handler_ref", zhang, text);
}

static void add_li(void)
{
    struct id kase = add_case(li, "state=S12 assigned_on=2026-02-02 agreed_on=2026-02-03 closed_on=2026-03-02 reported_on=2026-03-03 outcome=08");
    char text[200], id[ID_TEXT_BYTES];
    add_eval(kase, 100);
    add_visit(li, kase, "outcome=1 overall=1");
    id_format(li, id);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-04-01 organ=县法院 etiquette=1 skill=2 dedication=3", id);
    (void)add("organ_opinion", "case_id", kase, text);
    snprintf(text, sizeof text, "handler_ref=%s date=2026-04-02 organ=县法院 etiquette=3 skill=3 dedication=3", id);
    (void)add("organ_opinion", "case_id", kase, text);
    snprintf(text, sizeof text, "handler_ref=%s date=2025-04-02 organ=县法院 etiquette=1 skill=1 dedication=1", id);
    (void)add("organ_opinion", "case_id", kase, text);
}

static const struct id NOBODY = {{0}};

static struct id station_case(const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "name=受援人 case_type=02 %s", fields);
    return put(2, "case", NULL, NOBODY, text);
}

static void station_visit(struct id kase, const char *fields)
{
    char text[1000];
    snprintf(text, sizeof text, "date=2026-02-01 %s", fields);
    (void)put(2, "return_visit", "case_id", kase, text);
}

static void add_station(void)
{
    (void)station_case("state=S12 received_on=2026-01-05 decided_on=2026-01-09");
    (void)station_case("state=S12 received_on=2026-02-02 decided_on=2026-02-20");
    (void)station_case("state=S12 received_on=2026-03-02 decided_on=2026-03-14 paused_days=5");
    (void)station_case("state=S1 received_on=2026-03-03");
    (void)station_case("state=X2 received_on=2026-03-04");
    (void)station_case("state=S3 received_on=2026-12-01");
    (void)station_case("state=S6n received_on=2026-12-02 notice_ground=01");
    (void)station_case("state=S2 received_on=2026-12-10");
    (void)station_case("state=X3 received_on=2026-12-11");
    (void)put(1, "case", NULL, NOBODY, "name=受援人 case_type=02 state=S12 received_on=2026-01-05 decided_on=2026-01-09");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-01-01 content=工资 persons=3");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-12-31 content=工资");
    (void)put(2, "consultation", NULL, NOBODY, "date=2026-05-01 topic=广场 persons=200 tally=是");
    (void)put(2, "consultation", NULL, NOBODY, "date=2027-01-01 content=工资 persons=50");
    (void)put(2, "event", NULL, NOBODY, "title=送法进社区 kind=03 date=2026-05-01");
    (void)put(2, "event", NULL, NOBODY, "title=联席会 kind=11 date=2026-06-01");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-05 result=1");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=乙 date=2026-01-05 result=1");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-06 result=1 substitute=乙");
    (void)put(2, "duty_shift", NULL, NOBODY, "name=甲 date=2026-01-07 result=2");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-03-01"), "outcome=1 overall=2");
    (void)station_case("state=S12 received_on=2025-01-05 closed_on=2025-04-01");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-05-01"), "outcome=5");
    station_visit(station_case("state=S12 received_on=2025-01-05 closed_on=2025-06-01"), "outcome=3");
    (void)station_case("case_type=01 state=S12 received_on=2025-01-05 closed_on=2025-07-01");
    (void)put(2, "complaint", NULL, NOBODY, "date=2026-04-01 matter=1 against_kind=5 state=K3 resolved_on=2026-05-03 finding=1");
    (void)put(2, "complaint", NULL, NOBODY, "date=2026-04-01 matter=2 against_kind=2 state=K3 resolved_on=2026-05-03 finding=1");
    (void)put(2, "token", NULL, NOBODY, "date=2026-03-01 kind=1 quantity=1 giver=受援人");
    (void)put(2, "token", NULL, NOBODY, "date=2026-03-01 kind=3 quantity=1 giver=受援人");
}

static void add_hours(const char *event, const char *fields)
{
    char text[300];
    snprintf(text, sizeof text, "name=王志愿 %s%s %s", event[0] != '\0' ? "event=" : "", event, fields);
    (void)add("service_hours", "volunteer", volunteer, text);
}

static void add_volunteer(void)
{
    char one[ID_TEXT_BYTES], two[ID_TEXT_BYTES], text[300];
    id_format(add("event", NULL, NOBODY, "title=广场 kind=02 date=2026-01-10"), one);
    id_format(add("event", NULL, NOBODY, "title=军营 kind=05 date=2026-02-10"), two);
    add_hours(one, "date=2026-01-10 hours=6");
    add_hours(one, "date=2026-01-10 hours=4");
    add_hours(two, "date=2026-02-10 hours=10 note=连夜布置会场");
    add_hours("", "date=2027-01-01 hours=5");
    id_format(add("training", NULL, NOBODY, "title=志愿者培训 date=2026-03-01"), one);
    snprintf(text, sizeof text, "name=王志愿 date=2026-03-01 training=%s result=1", one);
    (void)add("attendance", "volunteer", volunteer, text);
    (void)add("referral", "volunteer", volunteer, "date=2026-03-01 name=赵六 result=3");
    (void)add("referral", "volunteer", volunteer, "date=2025-03-01 name=赵六");
    (void)add("consultation", "volunteer", volunteer, "date=2026-03-01 content=工资 persons=5");
    (void)add("duty_shift", "volunteer", volunteer, "name=王志愿 date=2026-01-10 result=1");
    (void)add("volunteer_fault", "volunteer", volunteer, "date=2026-04-01 kind=1");
    (void)add("volunteer_fault", "volunteer", volunteer, "date=2026-04-02 kind=4");
    (void)add("complaint", "volunteer", volunteer, "date=2026-04-01 matter=2 against_kind=4 state=K3 resolved_on=2026-05-03 finding=1");
    (void)add("complaint", "volunteer", volunteer, "date=2026-04-01 matter=2 against_kind=4 state=K3 resolved_on=2026-05-03 finding=3");
}

static struct id station_org(void)
{
    const struct code *center = code_book_at(world.codes, "org_kind", 0);
    struct node *node = &world.center;
    const struct record_type *type = catalogue_find("org");
    struct record org;
    struct stmt *stmt = store_prepare(node->store, "SELECT id FROM org WHERE number=2");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    struct id id = stmt_column_id(stmt, 0);
    stmt_reset(stmt);
    must(records_get(node->store, &node->actor, type, id, &org, &err));
    assert_string_equal(record_text(&org, "kind"), center->code); /* the fixture makes every org a center */
    set_field(&org, "kind", "station");
    must(records_save(node->store, &node->actor, world.codes, node->random, &org, &err));
    record_release(&org);
    return id;
}

static void load_rules(void)
{
    rules_free(rules);
    calendar_free(calendar);
    must(rules_load(&rules, world.center.store, &world.center.actor, &err));
    must(calendar_load(&calendar, world.center.store, &world.center.actor, &err));
    desk = (struct assess_desk){.store = world.center.store, .actor = &world.center.actor, .codes = world.codes, .rules = rules, .calendar = calendar, .today = day("2027-01-20")};
    must(assess_desk_year(&desk, 2026, &err));
}

static void fill_world(const char *where)
{
    char id[ID_TEXT_BYTES], text[200];
    world_open(&world, 1, where);
    station = station_org();
    firm = add("org", NULL, NOBODY, "number=90 code=mingde name=明德律师事务所 kind=firm");
    id_format(firm, id);
    snprintf(text, sizeof text, "name=张律师 kind=02 firm=%s", id);
    zhang = add("handler", NULL, NOBODY, text);
    snprintf(text, sizeof text, "name=李律师 kind=02 firm=%s", id);
    li = add("handler", NULL, NOBODY, text);
    (void)add("handler", NULL, NOBODY, "name=退休律师 kind=02 left_on=2025-06-30");
    volunteer = add("volunteer", NULL, NOBODY, "name=王志愿 source=1 state=V2 date=2025-01-01");
    add_zhang();
    add_li();
    add_station();
    add_volunteer();
}

static int open_world(void **state)
{
    (void)state;
    fill_world(NULL);
    load_rules();
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    rules_free(rules);
    calendar_free(calendar);
    rules = NULL;
    calendar = NULL;
    world_close(&world);
    return 0;
}

/* ---- sheets ---- */

static void compute(const char *kind, const char *who, struct assess_sheet *sheet)
{
    struct assess_subject subject;
    must(assess_find(&desk, kind, who, &subject, &err));
    must(assess_compute(&desk, &subject, sheet, &err));
}

struct expected {
    const char *metric;
    int64_t value, base, points;
    const char *reason; /* NULL: not looked at */
};

static void check_sheet(const struct assess_sheet *sheet, const struct expected expected[], size_t n, int64_t total, const char *grade)
{
    int64_t sum = 0;
    assert_int_equal(sheet->n, n);
    for (size_t i = 0; i < n; i++) {
        const struct assess_item *item = &sheet->items[i];
        assert_string_equal(item->line.metric->code, expected[i].metric);
        if (item->value != expected[i].value || item->base != expected[i].base || item->points != expected[i].points)
            fail_msg("%s: %lld of %lld gives %lld: %s", expected[i].metric, (long long)item->value, (long long)item->base, (long long)item->points, item->reason);
        if (expected[i].reason != NULL)
            assert_string_equal(item->reason, expected[i].reason);
        sum += item->points;
    }
    assert_int_equal(sheet->total, total);
    assert_int_equal(sum, total);
    assert_string_equal(sheet->grade, grade);
}

/* Nobody gave an opinion: its 5 points are spread over the other 95. */
static void test_a_handler_with_much_to_explain(void **state)
{
    static const struct expected expected[] = {
        {"closed", 4, 0, 702, "办结案件 4 件，目标 12 件，20 × 4/12 × 100/95 = 7.02"},
        {"duty_days", 1, 0, 44, "值班 1 天，目标 24 天，10 × 1/24 × 100/95 = 0.44"},
        {"grade", 8750, 2, 1535, "案件质量平均 87.50 分(2 件)，目标 90 分，15 × 87.50/90 × 100/95 = 15.35"},
        {"signed_in_time", 5000, 4, 526, "按时签约率 50.00%(2/4 件)，目标 100%，10 × 50.00/100 × 100/95 = 5.26"},
        {"closed_in_time", 5000, 4, 526, NULL},
        {"returned", 2500, 4, 395, "退回补充率 25.00%(1/4 件)，容许 0%，5 × 75.00/100 × 100/95 = 3.95"},
        {"success", 6667, 3, 877, "采纳胜诉调解率 66.67%(2/3 件)，目标 80%，10 × 66.67/80 × 100/95 = 8.77"},
        {"satisfaction", 5000, 2, 831, NULL},
        {"organ", 0, 0, 0, "办案机关评价: 没有数据，不计；其余各项按 100/95 折算"},
        {"complaints", 1, 0, -1000, "投诉查实 1 件，每件 -10 分 = -10.00"},
        {"tokens", 5, 0, 300, "锦旗感谢信 5 件，每件 +1 分，最多 3 分 = 3.00"},
    };
    struct assess_sheet sheet;
    (void)state;
    compute("handler", "张律师", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4736, "4");
    assert_false(sheet.items[8].measured);
}

static void test_a_handler_with_one_good_case(void **state)
{
    static const struct expected expected[] = {
        {"closed", 1, 0, 167, "办结案件 1 件，目标 12 件，20 × 1/12 = 1.67"},
        {"duty_days", 0, 0, 0, NULL},
        {"grade", 10000, 1, 1500, "案件质量平均 100.00 分(1 件)，目标 90 分，15 = 15.00"},
        {"signed_in_time", 10000, 1, 1000, NULL},
        {"closed_in_time", 10000, 1, 1000, NULL},
        {"returned", 0, 1, 500, "退回补充率 0.00%(0/1 件)，容许 0%，5 = 5.00"},
        {"success", 10000, 1, 1000, NULL},
        {"satisfaction", 10000, 1, 1500, NULL},
        {"organ", 3333, 6, 175, "办案机关评价 33.33%(2/6 项)，目标 95%，5 × 33.33/95 = 1.75"},
        {"complaints", 0, 0, 0, NULL},
        {"tokens", 0, 0, 0, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    compute("handler", "李律师", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 6842, "3");
}

static void test_a_firm_is_the_sum_of_its_handlers(void **state)
{
    static const struct expected expected[] = {
        {"closed", 5, 0, 208, NULL},         {"training", 1, 0, 50, NULL},         {"grade", 9167, 3, 1500, NULL},      {"signed_in_time", 6000, 5, 600, NULL},
        {"closed_in_time", 6000, 5, 600, NULL}, {"returned", 2000, 5, 400, NULL},  {"success", 7500, 4, 938, NULL},     {"satisfaction", 6667, 3, 1053, NULL},
        {"organ", 3333, 6, 175, NULL},       {"complaints", 1, 0, -1000, NULL},    {"tokens", 5, 0, 300, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    compute("firm", "mingde", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4824, "4");
}

static void test_a_station(void **state)
{
    static const struct expected expected[] = {
        {"received", 7, 0, 233, NULL},
        {"consultations", 204, 0, 680, "解答咨询 204 人次，目标 300 人次，10 × 204/300 = 6.80"},
        {"events", 1, 0, 42, NULL},
        {"duty_days", 2, 0, 5, NULL},
        {"received_in_time", 5000, 4, 1250, NULL},
        {"visits", 3333, 3, 833, NULL},
        {"satisfaction", 10000, 1, 2000, NULL},
        {"complaints", 1, 0, -1000, NULL},
        {"tokens", 1, 0, 100, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    compute("station", "站2", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 4143, "4");
}

static void test_a_volunteer(void **state)
{
    static const struct expected expected[] = {
        {"consultations", 5, 0, 100, NULL}, {"hours", 18, 0, 1200, "服务时长 18 小时，目标 60 小时，40 × 18/60 = 12.00"},
        {"events", 2, 0, 667, NULL},        {"referrals", 1, 0, 200, NULL},
        {"training", 1, 0, 1000, NULL},     {"complaints", 1, 0, -1000, NULL},
        {"missed", 1, 0, -500, NULL},
    };
    struct assess_sheet sheet;
    (void)state;
    compute("volunteer", "王志愿", &sheet);
    check_sheet(&sheet, expected, sizeof expected / sizeof expected[0], 1667, "4");
}

static void test_another_year_is_empty(void **state)
{
    struct assess_sheet sheet;
    (void)state;
    must(assess_desk_year(&desk, 2020, &err));
    compute("handler", "李律师", &sheet);
    assert_int_equal(sheet.total, 0);
    assert_string_equal(sheet.items[2].reason, "案件质量: 没有数据，不计；其余各项按 100/30 折算");
}

/* ---- rows ---- */

struct rows {
    int counted, in_base, left_out;
    char text[4000];
};

static bool note_row(void *context, const struct assess_row *row)
{
    struct rows *rows = context;
    size_t used = strlen(rows->text);
    rows->counted += row->counted;
    rows->in_base += row->in_base && !row->counted;
    rows->left_out += !row->in_base && !row->counted;
    snprintf(rows->text + used, sizeof rows->text - used, "%s%s %s; ", row->type->name, row->counted ? "+" : row->in_base ? "-" : "", row->why);
    return true;
}

static void read_rows(const char *kind, const char *who, const char *metric, struct rows *rows)
{
    struct assess_subject subject;
    *rows = (struct rows){.counted = 0};
    must(assess_find(&desk, kind, who, &subject, &err));
    must(assess_rows(&desk, &subject, metric, note_row, rows, &err));
}

static void test_every_metric_counts_some_rows_and_leaves_others(void **state)
{
    static const struct {
        const char *kind, *who, *metric;
        int counted, in_base, left_out;
    } cases[] = {
        {"handler", "张律师", "closed", 4, 0, 1},         {"handler", "张律师", "duty_days", 1, 0, 4},      {"handler", "张律师", "grade", 2, 0, 2},
        {"handler", "张律师", "signed_in_time", 2, 2, 1}, {"handler", "张律师", "closed_in_time", 2, 2, 0}, {"handler", "张律师", "returned", 1, 3, 0},
        {"handler", "张律师", "success", 2, 1, 1},        {"handler", "张律师", "satisfaction", 1, 1, 1},   {"handler", "张律师", "complaints", 1, 0, 2},
        {"handler", "张律师", "tokens", 2, 0, 1},         {"handler", "张律师", "training", 1, 0, 2},       {"handler", "李律师", "organ", 1, 1, 0},
        {"firm", "明德律师事务所", "closed", 5, 0, 1},    {"station", "站2", "received", 7, 0, 2},          {"station", "站2", "received_in_time", 2, 2, 3},
        {"station", "站2", "consultations", 3, 0, 0},     {"station", "站2", "events", 1, 0, 1},            {"station", "站2", "duty_days", 2, 0, 2},
        {"station", "站2", "visits", 1, 2, 1},            {"station", "站2", "satisfaction", 1, 0, 2},      {"station", "站2", "complaints", 1, 0, 1},
        {"station", "站2", "tokens", 1, 0, 1},            {"volunteer", "王志愿", "hours", 3, 0, 0},        {"volunteer", "王志愿", "events", 2, 0, 0},
        {"volunteer", "王志愿", "referrals", 1, 0, 0},    {"volunteer", "王志愿", "missed", 1, 0, 1},       {"volunteer", "王志愿", "complaints", 1, 0, 1},
        {"volunteer", "王志愿", "training", 1, 0, 0},     {"volunteer", "王志愿", "consultations", 1, 0, 0}, {"volunteer", "王志愿", "duty_days", 1, 0, 0},
    };
    bool seen[ASSESS_METRICS_MAX] = {false};
    struct rows rows;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        read_rows(cases[i].kind, cases[i].who, cases[i].metric, &rows);
        if (rows.counted != cases[i].counted || rows.in_base != cases[i].in_base || rows.left_out != cases[i].left_out)
            fail_msg("%s %s: %d %d %d: %s", cases[i].who, cases[i].metric, rows.counted, rows.in_base, rows.left_out, rows.text);
        seen[assess_metric_find(cases[i].metric) - assess_metric_at(0)] = true;
    }
    for (size_t i = 0; i < assess_metric_count(); i++)
        assert_true(seen[i]);
}

static void check_says(const struct rows *rows, const char *words)
{
    if (strstr(rows->text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", rows->text, words);
}

static void test_rows_say_why(void **state)
{
    struct rows rows;
    struct assess_subject subject;
    struct errmsg said = {{0}};
    (void)state;
    read_rows("handler", "张律师", "signed_in_time", &rows);
    assert_string_equal(rows.text, "case+ 2026-01-05 指派，2026-01-08 签约，期限 2026-01-12; case- 2026-01-06 指派，2026-01-20 签约，期限 2026-01-12，迟了 8 天; "
                                   "case- 2026-02-02 指派，期限 2026-02-09，还没有签约，已过 345 天; case 2026-08-01 终止援助，没有签约; "
                                   "case+ 2026-12-31 指派，2027-01-04 签约，期限 2027-01-05; ");
    read_rows("handler", "张律师", "closed_in_time", &rows);
    check_says(&rows, "case- 2026-04-01 结案，2026-05-20 报结，期限 2026-05-06，迟了 14 天; "); /* the thirtieth day is Labour Day */
    read_rows("handler", "张律师", "returned", &rows);
    check_says(&rows, "case+ 2026-05-25 退回补充 缺判决书; ");
    read_rows("volunteer", "王志愿", "hours", &rows);
    assert_string_equal(rows.text, "service_hours+ 2026-01-10 6 小时; service_hours+ 2026-01-10 4 小时，当天超过 8 小时又没有说明，只计 2 小时; service_hours+ 2026-02-10 10 小时; ");
    read_rows("station", "站2", "received_in_time", &rows);
    check_says(&rows, "case+ 2026-03-02 收件，2026-03-14 决定，期限 2026-03-16; "); /* seven days and five paused: Saturday the 14th, so Monday */
    read_rows("station", "站2", "visits", &rows);
    check_says(&rows, "case- 2025-06-01 结案，去过 1 次，没有访到; ");
    must(assess_find(&desk, "handler", "张律师", &subject, &err));
    assert_int_equal(assess_rows(&desk, &subject, "visits", note_row, &rows, &said), STATUS_NOT_FOUND);
}

/* What still runs on the day is neither in time nor late. */
static void test_what_still_runs(void **state)
{
    struct rows rows;
    (void)state;
    desk.today = day("2026-02-09");
    read_rows("handler", "张律师", "signed_in_time", &rows);
    check_says(&rows, "case 2026-02-02 指派，期限 2026-02-09 未到; ");
    desk.today = day("2026-02-10");
    read_rows("handler", "张律师", "signed_in_time", &rows);
    check_says(&rows, "case- 2026-02-02 指派，期限 2026-02-09，还没有签约，已过 1 天; ");
    read_rows("station", "站2", "events", &rows);
    check_says(&rows, "event 2026-05-01 还没有举行; ");
}

/* ---- the scheme ---- */

static enum status add_line(const char *fields, struct errmsg *said)
{
    struct node *center = &world.center;
    struct record record;
    record_init(&record, catalogue_find("assess_standard"));
    must(records_begin(center->store, &center->actor, &record, world.codes, &err));
    fill(&record, fields);
    enum status status = record_prepare(center->store, &center->actor, world.codes, center->random, &record, said);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, world.codes, center->random, &record, said);
    record_release(&record);
    return status;
}

static void refuse_line(const char *fields, enum status expected, const char *words)
{
    struct errmsg said = {{0}};
    assert_int_equal(add_line(fields, &said), expected);
    if (strstr(said.text, words) == NULL)
        fail_msg("%s: \"%s\" does not say \"%s\"", fields, said.text, words);
}

static void must_line(const char *fields)
{
    struct errmsg said = {{0}};
    if (add_line(fields, &said) != STATUS_OK)
        fail_msg("%s: %s", fields, said.text);
}

static void test_shipped_schemes_sum_to_a_hundred(void **state)
{
    static const char *const kinds[] = {"handler", "firm", "station", "volunteer"};
    struct assess_scheme scheme;
    struct errmsg said = {{0}};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        must(assess_scheme_load(&scheme, desk.store, desk.actor, kinds[i], 2026, &err));
        assert_int_equal(assess_scheme_sum(&scheme), 100);
        for (size_t k = 0; k < scheme.n; k++)
            assert_true((scheme.lines[k].metric->kinds & 1u << i) != 0);
        assert_non_null(code_book_find(world.codes, "assess_kind", kinds[i]));
    }
    assert_int_equal(code_book_count(world.codes, "assess_metric"), assess_metric_count());
    for (size_t i = 0; i < assess_metric_count(); i++)
        assert_non_null(code_book_find(world.codes, "assess_metric", assess_metric_at(i)->code));
    assert_int_equal(assess_scheme_load(&scheme, desk.store, desk.actor, "judge", 2026, &said), STATUS_NOT_FOUND);
}

static void test_the_county_changes_the_scheme_from_a_year_on(void **state)
{
    struct assess_scheme scheme;
    struct assess_sheet sheet;
    struct assess_subject subject;
    struct errmsg said = {{0}};
    (void)state;
    must_line("kind=handler metric=closed weight=25 target=10 from_year=2026");
    must(assess_find(&desk, "handler", "李律师", &subject, &err));
    assert_int_equal(assess_compute(&desk, &subject, &sheet, &said), STATUS_INVALID);
    assert_string_equal(said.text, "2026 年承办人的考核指标分值合计 105(加分、扣分不算)，应为 100；改好考核指标(assess_standard)再用");
    must_line("kind=handler metric=organ weight=0 from_year=2026");
    compute("handler", "李律师", &sheet);
    assert_string_equal(sheet.items[0].reason, "办结案件 1 件，目标 10 件，25 × 1/10 = 2.50");
    assert_int_equal(sheet.n, 10); /* no opinions of organs */
    must_line("kind=handler metric=tokens weight=2 from_year=2027");
    must(assess_scheme_load(&scheme, desk.store, desk.actor, "handler", 2027, &err));
    assert_int_equal(scheme.lines[scheme.n - 1].weight, 2);
    assert_int_equal(scheme.lines[scheme.n - 1].cap, ASSESS_NO_CAP);
    must(assess_scheme_load(&scheme, desk.store, desk.actor, "handler", 2025, &err)); /* the year before is as shipped */
    assert_int_equal(scheme.lines[0].weight, 20);
    assert_int_equal(scheme.n, 11);
}

static void test_lines_that_make_no_sense(void **state)
{
    (void)state;
    refuse_line("kind=volunteer metric=closed weight=10 target=1 from_year=2026", STATUS_INVALID, "志愿者没有“办结案件”这项指标");
    refuse_line("kind=handler metric=closed weight=10 from_year=2026", STATUS_INVALID, "要有目标");
    refuse_line("kind=handler metric=closed weight=-10 target=5 from_year=2026", STATUS_INVALID, "负数");
    refuse_line("kind=handler metric=grade weight=10 target=101 from_year=2026", STATUS_INVALID, "1 到 100");
    refuse_line("kind=handler metric=returned weight=10 target=100 from_year=2026", STATUS_INVALID, "0 到 99");
    refuse_line("kind=handler metric=complaints weight=-5 target=1 from_year=2026", STATUS_INVALID, "没有目标");
    refuse_line("kind=handler metric=closed weight=10 target=5 cap=3 from_year=2026", STATUS_INVALID, "上限");
    must_line("kind=handler metric=complaints weight=-5 cap=20 from_year=2026");
    refuse_line("kind=handler metric=complaints weight=-6 from_year=2026", STATUS_EXISTS, "已经登记过");
}

static bool has_no_other(void *context, const struct record *record, const struct list_key *key)
{
    static const char *const same[] = {"kind", "metric", "from_year"}, *const fewer[] = {"kind", "from_year"};
    bool has = true;
    (void)key;
    must(records_has_same(desk.store, desk.actor, record, same, 3, &has, &err));
    assert_false(has);
    must(records_has_same(desk.store, desk.actor, record, fewer, 2, &has, &err));
    assert_true(has);
    ++*(int *)context;
    return true;
}

/* A line that is edited does not stand in its own way. */
static void test_a_line_is_not_its_own_twin(void **state)
{
    struct list_query query = {.type = catalogue_find("assess_standard")};
    int seen = 0;
    (void)state;
    must_line("kind=handler metric=complaints weight=-5 cap=20 from_year=2026");
    must_line("kind=handler metric=organ weight=0 from_year=2026");
    must(records_list(desk.store, desk.actor, &query, has_no_other, &seen, &err));
    assert_int_equal(seen, 2);
}

/* Penalties stop at their cap. */
static void test_a_cap_holds_penalties_too(void **state)
{
    struct assess_sheet sheet;
    (void)state;
    must_line("kind=volunteer metric=complaints weight=-10 cap=4 from_year=2026");
    compute("volunteer", "王志愿", &sheet);
    assert_int_equal(sheet.items[5].points, -400);
}

/* ---- all, and what is frozen ---- */

static void test_ranking(void **state)
{
    struct assess_sheet *sheets;
    size_t n;
    (void)state;
    must(assess_all(&desk, "handler", &sheets, &n, &err));
    assert_int_equal(n, 2); /* who left in 2025 is not assessed */
    assert_string_equal(sheets[0].subject.name, "李律师");
    assert_int_equal(sheets[0].rank, 1);
    assert_int_equal(sheets[1].total, 4736);
    assert_int_equal(sheets[1].rank, 2);
    free(sheets);
    must(assess_all(&desk, "firm", &sheets, &n, &err));
    assert_int_equal(n, 1);
    free(sheets);
    must(assess_all(&desk, "station", &sheets, &n, &err));
    assert_int_equal(n, 1);
    free(sheets);
    must(assess_desk_year(&desk, 2019, &err)); /* all three have nothing to show: one rank */
    must(assess_all(&desk, "handler", &sheets, &n, &err));
    assert_int_equal(n, 3);
    assert_int_equal(sheets[2].rank, 1);
    free(sheets);
}

struct frozen {
    const struct assess_sheet *sheet;
    size_t n;
};

static int64_t number_of(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

static bool check_frozen(void *context, const struct record *row, const struct list_key *key)
{
    struct frozen *frozen = context;
    (void)key;
    for (size_t i = 0; i < frozen->sheet->n; i++) {
        const struct assess_item *item = &frozen->sheet->items[i];
        if (strcmp(item->line.metric->code, record_text(row, "metric")) != 0)
            continue;
        frozen->n++;
        assert_string_equal(record_text(row, "reason"), item->reason);
        assert_int_equal(number_of(row, "points"), item->points);
        assert_int_equal(number_of(row, "value"), item->value);
        assert_int_equal(number_of(row, "base"), item->base);
        assert_int_equal(number_of(row, "weight"), item->line.weight);
        assert_int_equal(number_of(row, "target"), item->line.target);
        size_t ids = (strlen(record_text(row, "counted")) + 1) / ID_TEXT_BYTES;
        if (strcmp(item->line.metric->code, "closed") == 0)
            assert_int_equal(ids, 4);
        else if (strcmp(item->line.metric->code, "organ") == 0)
            assert_int_equal(ids, 0);
    }
    return true;
}

static void test_a_frozen_sheet_is_the_computed_one(void **state)
{
    struct node *center = &world.center;
    struct assess_subject subject;
    struct assess_sheet sheet;
    struct errmsg said = {{0}};
    struct actor clerk = center->actor;
    size_t fixed;
    int64_t count;
    (void)state;
    must(assess_find(&desk, "handler", "张律师", &subject, &err));
    clerk.owner = false;
    clerk.role = ROLE_CLERK;
    desk.actor = &clerk;
    assert_int_equal(assess_fix(&desk, center->random, "handler", &subject, NULL, &fixed, &said), STATUS_FORBIDDEN);
    desk.actor = &center->actor;
    desk.today = day("2026-12-31");
    assert_int_equal(assess_fix(&desk, center->random, "handler", &subject, NULL, &fixed, &said), STATUS_INVALID);
    assert_non_null(strstr(said.text, "还没有结束"));
    desk.today = day("2027-01-20");
    must(assess_fix(&desk, center->random, "handler", &subject, NULL, &fixed, &err));
    assert_int_equal(fixed, 1);
    must(assess_compute(&desk, &subject, &sheet, &err));
    struct frozen frozen = {.sheet = &sheet};
    struct list_query query = {.type = catalogue_find("assessment_item")};
    must(records_list(center->store, &center->actor, &query, check_frozen, &frozen, &err));
    assert_int_equal(frozen.n, sheet.n);
    assert_int_equal(assess_fix(&desk, center->random, "handler", NULL, NULL, &fixed, &said), STATUS_INVALID); /* one of them again: nothing at all */
    assert_non_null(strstr(said.text, "张律师 2026 年的考核已经核定过"));
    must(records_count(center->store, &center->actor, catalogue_find("assessment"), NULL, &count, &err));
    assert_int_equal(count, 1);
    must(assess_fix(&desk, center->random, "handler", NULL, "补入迟报案件", &fixed, &err));
    assert_int_equal(fixed, 2);
    must(records_count(center->store, &center->actor, catalogue_find("assessment"), NULL, &count, &err));
    assert_int_equal(count, 3);
    node_verify(center);
}

static bool take_first(void *context, const struct record *record, const struct list_key *key)
{
    struct record *out = context;
    (void)key;
    assert_int_equal(record_copy(out, record), STATUS_OK);
    return false;
}

static void test_a_reward_names_whom_it_is_for(void **state)
{
    struct node *center = &world.center;
    struct assess_subject subject;
    struct record assessment, reward;
    struct list_query query = {.type = catalogue_find("assessment")};
    struct errmsg said = {{0}};
    char id[ID_TEXT_BYTES];
    size_t fixed;
    (void)state;
    must(assess_find(&desk, "handler", "李律师", &subject, &err));
    must(assess_fix(&desk, center->random, "handler", &subject, NULL, &fixed, &err));
    must(records_list(center->store, &center->actor, &query, take_first, &assessment, &err));
    id_format(assessment.id, id);
    record_init(&reward, catalogue_find("reward"));
    must(records_begin(center->store, &center->actor, &reward, world.codes, &err));
    fill(&reward, "kind=02");
    must(record_set_text(&reward, "assessment", id));
    must(record_prepare(center->store, &center->actor, world.codes, center->random, &reward, &err));
    assert_string_equal(record_text(&reward, "name"), "李律师");
    assert_string_equal(record_text(&reward, "basis"), "2026 年度考核 68.42 分 第 1 名");
    id_format(li, id);
    assert_string_equal(record_text(&reward, "handler_ref"), id);
    must(records_save(center->store, &center->actor, world.codes, center->random, &reward, &err));
    id_format(zhang, id);
    must(record_set_text(&reward, "handler_ref", id));
    assert_int_equal(record_prepare(center->store, &center->actor, world.codes, center->random, &reward, &said), STATUS_INVALID);
    record_release(&reward);
    record_release(&assessment);
}

/* ---- the command line ---- */

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_assess.XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    fill_world(folder);
    snprintf(center_folder, sizeof center_folder, "%s/%u", folder, world.center.machine.station_no);
    world_close(&world);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    test_folder_remove(folder);
    return 0;
}

static void run(const char *line, int code, const char *says)
{
    command_expect(center_folder, NOW_MS, line, code, says);
}

static void test_command_line(void **state)
{
    (void)state;
    run("assess handler --year 2026", 0, "\t李律师\t68.42\t合格\n2\t");
    run("assess 承办人 --year 2026 --json", 0, "\"name\":\"张律师\",\"total\":4736,\"grade\":\"4\"}]}");
    run("assess handler 张律师 --year 2026", 0, "张律师\t承办人\t2026 年度考核\t总分 47.36 不合格\n  7.02\t办结案件 4 件，目标 12 件，20 × 4/12 × 100/95 = 7.02\n");
    run("assess handler 张律师 --year 2026 --json", 0, "{\"metric\":\"complaints\",\"measured\":true,\"value\":1,\"base\":0,\"target\":0,\"weight\":-10,\"points\":-1000,");
    run("assess handler 张律师 --year 2026 --rows signed_in_time", 0, "\t案件\t");
    run("assess handler 张律师 --year 2026 --rows 按时签约率", 0, "未达\t");
    run("assess handler 张律师 --year 2026 --rows complaints --json", 0, "\"counted\":true,\"in_base\":false,\"why\":\"2026-05-01 办结，批评教育、通报、整改\"}");
    run("assess handler --year 2026 --rows closed", 2, "要写明是谁的");
    run("assess handler 张律师 --rows nothing", 2, "没有指标 nothing");
    run("assess handler 张律师 --rows visits", 1, "承办人没有指标 visits");
    run("assess handler 没有此人", 1, "没有这个考核对象");
    run("assess judge", 2, "考核对象是");
    run("assess handler --year 1", 2, "年度");
    run("assess firm --year 2026", 0, "\t明德律师事务所\t48.24\t");
    run("assess station 站2 --year 2026", 0, "总分 41.43");
    run("assess volunteer 王志愿 --year 2026", 0, "总分 16.67");
    run("assess standards handler", 0, "closed\t办结案件\t20\t目标 12\t程序自带\n");
    run("assess standards handler --json", 0, "\"sum\":100,");
    run("assess fix handler --year 2027", 1, "2027 年度还没有结束");
    run("assess fix handler 张律师 --year 2026", 0, "核定了 1 份 2026 年度考核");
    run("assess fix handler --year 2026", 1, "已经核定过");
    run("assess fix handler --year 2026 'note=补入迟报案件' --json", 0, "{\"fixed\":2}");
    run("list assessment", 0, "张律师");
    run("list assessment_item --where 'metric=grade'", 0, "案件质量平均 87.50 分(2 件)");
    run("add assess_standard kind=handler metric=closed weight=30 target=12 from_year=2026", 0, NULL);
    run("assess handler --year 2026", 1, "分值合计 110");
    run("assess standards handler --year 2026", 0, "closed\t办结案件\t30\t目标 12\t本县 2026 年起\n");
    run("verify", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_handler_with_much_to_explain, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_handler_with_one_good_case, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_firm_is_the_sum_of_its_handlers, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_station, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_volunteer, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_another_year_is_empty, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_every_metric_counts_some_rows_and_leaves_others, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_rows_say_why, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_still_runs, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_shipped_schemes_sum_to_a_hundred, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_the_county_changes_the_scheme_from_a_year_on, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_lines_that_make_no_sense, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_line_is_not_its_own_twin, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_cap_holds_penalties_too, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_ranking, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_frozen_sheet_is_the_computed_one, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_reward_names_whom_it_is_for, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_command_line, open_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
