/* tests/test_deadline.c - every clock of a case against days counted by hand (2026's holidays: see test_calendar.c), and the worklist of a store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "tests/fixture.h"
#include "tests/write_sql.h"

static struct desk {
    struct world world;
    struct rules *rules;
    struct calendar *calendar;
    struct record kase;
} desk;

static void load(struct node *node)
{
    struct errmsg err = {{0}};
    rules_free(desk.rules);
    calendar_free(desk.calendar);
    assert_int_equal(rules_load(&desk.rules, node->store, &node->actor, &err), STATUS_OK);
    assert_int_equal(calendar_load(&desk.calendar, node->store, &node->actor, &err), STATUS_OK);
}

static int set_up(void **state)
{
    (void)state;
    memset(&desk, 0, sizeof desk);
    world_open(&desk.world, 2, NULL);
    load(&desk.world.center);
    record_init(&desk.kase, catalogue_find("case"));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    record_release(&desk.kase);
    rules_free(desk.rules);
    calendar_free(desk.calendar);
    world_close(&desk.world);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t day;
    if (day_parse(text, strlen(text), &day) != STATUS_OK)
        fail_msg("%s", text);
    return day;
}

/* "state=S2 received_on=2026-03-02 paused_days=3" on a fresh case: numbers of less than five digits are counts, dates are dates. */
static void make_case(const char *fields)
{
    char text[400], *rest = text;
    record_release(&desk.kase);
    record_init(&desk.kase, catalogue_find("case"));
    snprintf(text, sizeof text, "%s", fields);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        const struct field_def *field = catalogue_field(desk.kase.type, word);
        assert_non_null(field);
        if (field->kind == FIELD_DAY)
            assert_int_equal(record_set_int(&desk.kase, word, day(value)), STATUS_OK);
        else if (field->kind == FIELD_INT)
            assert_int_equal(record_set_int(&desk.kase, word, atoi(value)), STATUS_OK);
        else
            assert_int_equal(record_set_text(&desk.kase, word, value), STATUS_OK);
    }
}

/* "D01 2026-03-09 4" for each, joined by "; ", with "paused", "info", "assumed" where so. */
static void write_deadlines(const struct deadline *deadlines, size_t n, char *out, size_t room)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char due[DAY_TEXT_BYTES];
        day_format(deadlines[i].due, due);
        len += (size_t)snprintf(out + len, room - len, "%s%s %s %d%s%s%s", i > 0 ? "; " : "", deadlines[i].code, due, (int)deadlines[i].days_left,
                                deadlines[i].paused ? " paused" : "", deadlines[i].informational ? " info" : "", deadlines[i].assumed ? " assumed" : "");
    }
}

static void expect(const char *fields, const char *today, const char *expected)
{
    struct deadline out[DEADLINES_MAX];
    char got[400];
    make_case(fields);
    write_deadlines(out, deadlines_of_case(desk.rules, desk.calendar, &desk.kase, day(today), out), got, sizeof got);
    if (strcmp(got, expected) != 0)
        fail_msg("%s on %s: \"%s\", expected \"%s\"", fields, today, got, expected);
}

static void expect_next(const char *fields, const char *today, const char *expected)
{
    struct deadline next;
    char got[100];
    make_case(fields);
    write_deadlines(&next, deadline_next(desk.rules, desk.calendar, &desk.kase, day(today), &next), got, sizeof got);
    assert_string_equal(got, expected);
}

static void test_review_d01(void **state)
{
    (void)state;
    expect("state=S2 received_on=2026-03-02", "2026-03-05", "D01 2026-03-09 4"); /* 3..9 March, a Monday */
    expect("state=S4 received_on=2026-03-02", "2026-03-09", "D01 2026-03-09 0");
    expect("state=S5 received_on=2026-03-02", "2026-03-12", "D01 2026-03-09 -3"); /* three days over */
    expect("state=S2 received_on=2026-02-09", "2026-02-12", "D01 2026-02-24 12"); /* 16 February: Spring Festival until the 23rd */
    expect("state=S2 received_on=2026-02-07", "2026-02-12", "D01 2026-02-14 2");  /* a worked Saturday */
    expect("state=S1 received_on=2026-03-02", "2026-03-05", "");                  /* a draft was not received */
    expect("state=S2", "2026-03-05", "");                                         /* no day, no clock */
    expect("state=S6 received_on=2026-03-02", "2026-03-05", "");
}

static void test_review_stands_still_while_papers_are_missing(void **state)
{
    (void)state;
    /* One supplement of 3 days, later one of 5: 9 March + 8. */
    expect("state=S2 received_on=2026-03-02 paused_days=3", "2026-03-05", "D01 2026-03-12 7");
    expect("state=S4 received_on=2026-03-02 paused_days=8", "2026-03-05", "D01 2026-03-17 12");
    /* Paused on the 4th, seen on the 10th: 6 days so far, 15 March is a Sunday. D02: 4 March + 15. */
    expect("state=S3 received_on=2026-03-02 paused_on=2026-03-04", "2026-03-10", "D01 2026-03-16 6 paused; D02 2026-03-19 9");
    /* The clerk gave a shorter time. */
    expect("state=S3 received_on=2026-03-02 paused_on=2026-03-04 supplement_due=2026-03-12", "2026-03-10", "D02 2026-03-12 2; D01 2026-03-16 6 paused");
    /* The second supplement after one of 2 days: 9 + 2 + (20 - 16) = 15 March, a Sunday. */
    expect("state=S3 received_on=2026-03-02 paused_days=2 paused_on=2026-03-16", "2026-03-20", "D01 2026-03-16 -4 paused; D02 2026-03-31 11");
    /* Another center checks: no D02. */
    expect("state=S2c received_on=2026-03-02 paused_on=2026-03-03", "2026-03-03", "D01 2026-03-09 6 paused");
    /* On the next day one day does not count. */
    expect("state=S2c received_on=2026-03-02 paused_on=2026-03-03", "2026-03-04", "D01 2026-03-10 6 paused");
    expect_next("state=S3 received_on=2026-03-02 paused_on=2026-03-04", "2026-03-10", "D02 2026-03-19 9"); /* rather what runs */
    expect_next("state=S2c received_on=2026-03-02 paused_on=2026-03-03", "2026-03-03", "D01 2026-03-09 6 paused");
}

static void test_assignment_d03_d04(void **state)
{
    (void)state;
    expect("state=S6 received_on=2026-02-09 decided_on=2026-02-13", "2026-02-13", "D03 2026-02-24 11"); /* 16 February: the festival */
    expect("state=S6 decided_on=2026-03-03", "2026-03-03", "D03 2026-03-06 3");                         /* a Friday */
    expect("state=S6n received_on=2026-09-29", "2026-09-30", "D04 2026-10-08 8");                       /* 2 October: National Day */
}

static void test_agreement_d07(void **state)
{
    (void)state;
    expect("state=S7 assigned_on=2026-04-01", "2026-04-02", "D07 2026-04-07 5"); /* 6 April: Qingming */
    expect("state=S7 assigned_on=2026-04-01 agreed_on=2026-04-03", "2026-04-03", "");
    expect("state=S7 assigned_on=2026-04-10 agreed_on=2026-04-03", "2026-04-10", "D07 2026-04-15 5"); /* the former handler's agreement */
    expect("state=S8 assigned_on=2026-04-01", "2026-04-02", "");
}

static void test_objection_d08_d09_d10(void **state)
{
    (void)state;
    expect("state=X4 decided_on=2026-03-02", "2026-03-10", "D08 2026-03-17 7 info");
    expect("state=X4 decided_on=2026-03-02", "2026-03-17", "D08 2026-03-17 0 info");
    expect("state=X4 decided_on=2026-03-02", "2026-03-18", ""); /* the right is over: nothing to do */
    expect("state=X4 decided_on=2026-03-02 objected_on=2026-03-09", "2026-03-10", "");
    expect("state=X5 terminated_on=2026-03-02 objected_on=2026-02-09", "2026-03-10", "D12 2026-03-05 -5; D08 2026-03-17 7 info"); /* an older objection, upheld then */
    expect("state=O1 decided_on=2026-04-20 objected_on=2026-04-30", "2026-04-30", "D09 2026-05-06 6"); /* 5 May: Labour Day */
    /* 2 March + 60 days = 1 May, Labour Day until the 5th; + 6 months = 2 September, a Wednesday. */
    expect("state=X4 decided_on=2026-02-02 objected_on=2026-02-24 objection_result=01 objection_decided_on=2026-03-02", "2026-03-03",
           "D10 2026-05-06 64 info; D10_2 2026-09-02 183 info");
    expect("state=X4 objected_on=2026-02-24 objection_result=01 objection_decided_on=2026-03-02", "2026-06-01", "D10_2 2026-09-02 93 info");
    expect("state=X4 objected_on=2026-02-24 objection_result=02 objection_decided_on=2026-03-02", "2026-03-03", "");
    expect_next("state=X4 decided_on=2026-03-02", "2026-03-10", ""); /* not our duty */
}

static void test_change_of_handler_d11(void **state)
{
    (void)state;
    /* 30 September, then 8, 9, 10 (worked Saturday), 12 October. */
    expect("state=S8 assigned_on=2026-08-03 change_asked_on=2026-09-29", "2026-09-30", "D11 2026-10-12 12");
    expect("state=S7 assigned_on=2026-09-29 change_asked_on=2026-09-29", "2026-10-13", "D07 2026-10-08 -5; D11 2026-10-12 -1"); /* 4 October: National Day */
    expect("state=S8 assigned_on=2026-08-03", "2026-09-30", "");
}

static void test_termination_d12(void **state)
{
    (void)state;
    expect("state=X5 terminated_on=2026-05-30", "2026-06-01", "D12 2026-06-02 1; D08 2026-06-15 14 info"); /* 14 June is a Sunday */
    expect_next("state=X5 terminated_on=2026-05-30", "2026-06-10", "D12 2026-06-02 -8");
    expect("state=S12 terminated_on=2026-05-30", "2026-06-01", "");
}

static void test_urgent_first_d13(void **state)
{
    (void)state;
    /* 19 June: Dragon Boat Festival until Sunday; D03 as for any grant. */
    expect("state=S6u urgent_ground=01 decision=03 decided_on=2026-06-12", "2026-06-12", "D03 2026-06-15 3; D13 2026-06-22 10");
    expect("state=S8 urgent_ground=01 decision=03 decided_on=2026-06-12", "2026-06-25", "D13 2026-06-22 -3");
    expect("state=S8 urgent_ground=01 decision=01 decided_on=2026-06-12", "2026-06-25", ""); /* the papers came */
    expect("state=S7 decision=03 decided_on=2026-06-12", "2026-06-13", "");
}

static void test_closing_d14_d15(void **state)
{
    (void)state;
    expect("state=S8 closed_on=2026-01-31", "2026-02-27", "D14 2026-03-02 3"); /* 30 days: 2 March, a Monday */
    expect("state=S8 closed_on=2026-01-31 reported_on=2026-02-11", "2026-02-27", "");
    expect("state=S9 reported_on=2026-01-24", "2026-02-14", "D15 2026-02-24 10"); /* 23 February: the festival */
    expect("state=S10 reported_on=2026-01-24", "2026-02-25", "D15 2026-02-24 -1");
    expect("state=S10 reported_on=2026-01-24 paid_on=2026-02-13", "2026-02-25", "");
    expect("state=S9r reported_on=2026-01-24", "2026-02-14", ""); /* the handler is asked for more */
    expect("state=S11 reported_on=2026-01-24", "2026-02-14", "");
}

static void test_limitation_d19(void **state)
{
    (void)state;
    expect("state=S1 received_on=2026-03-02 limitation_on=2026-03-10", "2026-03-05", "D19 2026-03-10 5");
    expect("state=S2 received_on=2026-03-02 limitation_on=2026-03-04", "2026-03-05", "D19 2026-03-04 -1; D01 2026-03-09 4");
    expect("state=S8 limitation_on=2026-03-10", "2026-03-10", "D19 2026-03-10 0");
    expect("state=S8 limitation_on=2026-03-10", "2026-03-11", ""); /* filed or not: the handler knows */
    expect("state=S9 reported_on=2026-03-09 limitation_on=2026-04-10", "2026-03-11", "D15 2026-04-08 28");
    make_case("state=S1 limitation_on=2026-03-11");
    assert_false(deadline_is_urgent(desk.rules, &desk.kase, day("2026-03-04"))); /* seven days are not fewer than seven */
    assert_true(deadline_is_urgent(desk.rules, &desk.kase, day("2026-03-05")));
    assert_true(deadline_is_urgent(desk.rules, &desk.kase, day("2026-03-11")));
    assert_false(deadline_is_urgent(desk.rules, &desk.kase, day("2026-03-12"))); /* too late */
    make_case("state=S1");
    assert_false(deadline_is_urgent(desk.rules, &desk.kase, day("2026-03-05")));
}

static void test_limitation_by_kind(void **state)
{
    static const struct {
        const char *kind, *from, *due;
    } kinds[] = {
        {"01", "2023-05-01", "2026-05-06"}, /* 3 years: Labour Day until the 5th */
        {"02", "2025-02-28", "2026-02-28"}, /* 1 year: a worked Saturday */
        {"03", "2026-02-01", "2026-02-24"}, /* 15 days: 16 February, the festival */
        {"04", "2025-12-25", "2026-02-24"}, /* 60 days: 6 + 31 + 23 = 23 February */
        {"05", "2025-08-31", "2026-02-28"}, /* 6 months: no 31 February */
        {"06", "2026-03-02", "2026-03-17"}, /* 15 days */
        {"07", "2026-09-25", "2026-10-08"}, /* 10 days: 5 October */
        {"08", "2024-02-29", "2026-02-28"}, /* 2 years from a leap day */
    };
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char got[DAY_TEXT_BYTES];
        day_format(deadline_limitation(desk.rules, desk.calendar, kinds[i].kind, day(kinds[i].from)), got);
        assert_string_equal(got, kinds[i].due);
    }
    assert_int_equal(deadline_limitation(desk.rules, desk.calendar, "09", 0), DEADLINE_NO_DAY); /* 其他: a person enters the day */
    assert_int_equal(deadline_limitation(desk.rules, desk.calendar, "", 0), DEADLINE_NO_DAY);
    assert_int_equal(deadline_limitation(desk.rules, desk.calendar, "0123456789012345678", 0), DEADLINE_NO_DAY);
}

static void set_rule(const char *name, const char *value, const char *from)
{
    struct node *center = &desk.world.center;
    struct errmsg err = {{0}};
    if (rule_set(center->store, &center->actor, center->codes, center->random, name, value, day(from), NULL, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    load(center);
}

static void test_an_old_case_is_judged_by_the_old_rule(void **state)
{
    (void)state;
    set_rule("D01", "10日", "2026-04-01");
    expect("state=S2 received_on=2026-03-31", "2026-04-02", "D01 2026-04-07 5");  /* 7 days: a Tuesday */
    expect("state=S2 received_on=2026-04-01", "2026-04-02", "D01 2026-04-13 11"); /* 10 days: 11 April is a Saturday */
    set_rule("D14", "15日", "2026-01-01");
    expect("state=S8 closed_on=2025-12-31", "2026-01-05", "D14 2026-01-30 25");
    expect("state=S8 closed_on=2026-01-01", "2026-01-05", "D14 2026-01-16 11");
}

static void test_a_year_without_a_list_is_said_so(void **state)
{
    (void)state;
    expect("state=S2 received_on=2026-12-28", "2026-12-29", "D01 2027-01-04 6 assumed");
    expect("state=S2 received_on=2026-12-24", "2026-12-29", "D01 2026-12-31 2");
}

static void test_days_from_a_wild_row_do_no_harm(void **state)
{
    (void)state;
    make_case("state=S2 received_on=2026-03-02");
    record_set_int(&desk.kase, "paused_days", INT64_MIN);
    struct deadline out[DEADLINES_MAX];
    assert_int_equal(deadlines_of_case(desk.rules, desk.calendar, &desk.kase, day("2026-03-05"), out), 1);
    assert_int_equal(out[0].due, day("2026-03-09"));
    record_set_int(&desk.kase, "received_on", INT64_MAX);
    assert_int_equal(deadlines_of_case(desk.rules, desk.calendar, &desk.kase, day("2026-03-05"), out), 0);
    make_case("state=S12345678901234567890 received_on=2026-03-02");
    assert_int_equal(deadlines_of_case(desk.rules, desk.calendar, &desk.kase, day("2026-03-05"), out), 0);
}

/* ---- the store's worklist ---- */

/* Days and states of a case are written by actions; here the row is put as they would leave it. */
static struct id put_case(struct node *node, const char *name, const char *fields)
{
    struct errmsg err = {{0}};
    struct record kase;
    struct buf sql;
    char text[ID_TEXT_BYTES];
    make_case(fields);
    record_init(&kase, desk.kase.type);
    assert_int_equal(records_begin(node->store, &node->actor, &kase, node->codes, &err), STATUS_OK);
    record_set_text(&kase, "name", name);
    if (records_save(node->store, &node->actor, node->codes, node->random, &kase, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct id id = kase.id;
    record_release(&kase);
    id_format(id, text);
    buf_init(&sql, 4096);
    buf_puts(&sql, "UPDATE \"case\" SET id=id");
    for (size_t i = 0; i < desk.kase.type->n_fields; i++) {
        struct value value = desk.kase.values[i];
        const char *column = desk.kase.type->fields[i].name;
        if (value.kind == VALUE_INT)
            buf_printf(&sql, ",%s=%lld", column, (long long)value.number);
        else if (value.kind == VALUE_TEXT)
            buf_printf(&sql, ",%s='%s'", column, value.text);
    }
    buf_printf(&sql, " WHERE id=x'%s'", text);
    write_sql(node->store, buf_cstr(&sql));
    buf_release(&sql);
    return id;
}

struct told {
    char text[1000];
    size_t n, stop_after;
};

static bool tell(void *context, const struct todo_item *item)
{
    struct told *told = context;
    char one[100];
    const char *name = record_text(item->record, catalogue_field(item->type, "name") != NULL ? "name" : "content");
    write_deadlines(&item->deadline, 1, one, sizeof one);
    assert_ptr_equal(item->record->type, item->type);
    size_t len = strlen(told->text);
    snprintf(told->text + len, sizeof told->text - len, "%s%s %s", len > 0 ? "\n" : "", one, name);
    told->n++;
    return told->n != told->stop_after;
}

static void expect_todo(struct node *node, const char *today, bool informational, size_t limit, const char *expected)
{
    struct errmsg err = {{0}};
    struct told told = {{0}, 0, 0};
    if (deadline_todo(node->store, &node->actor, desk.rules, desk.calendar, day(today), informational, limit, tell, &told, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    assert_string_equal(told.text, expected);
}

static void test_the_worklist_is_sorted_and_scoped(void **state)
{
    struct node *center = &desk.world.center, *first = &desk.world.stations[0], *second = &desk.world.stations[1];
    (void)state;
    put_case(center, "甲", "state=S5 received_on=2026-03-02");
    put_case(center, "乙", "state=S6 decided_on=2026-03-03");
    put_case(center, "丙", "state=S12 received_on=2026-03-02 closed_on=2026-03-03");
    put_case(center, "丁", "state=X4 decided_on=2026-03-02");
    put_case(center, "戊", "state=S8 assigned_on=2026-03-02 agreed_on=2026-03-03");
    put_case(center, "己", "state=S1 limitation_on=2026-03-08 received_on=2026-03-03");
    put_case(first, "站甲", "state=S2 received_on=2026-03-01");
    put_case(second, "站乙", "state=S3 received_on=2026-03-01 paused_on=2026-03-02 supplement_due=2026-03-11");
    expect_todo(center, "2026-03-05", false, 0, "D03 2026-03-06 1 乙\nD19 2026-03-08 3 己\nD01 2026-03-09 4 甲");
    expect_todo(center, "2026-03-05", false, 2, "D03 2026-03-06 1 乙\nD19 2026-03-08 3 己");
    expect_todo(center, "2026-03-05", true, 0, "D03 2026-03-06 1 乙\nD19 2026-03-08 3 己\nD01 2026-03-09 4 甲\nD08 2026-03-17 12 info 丁");
    expect_todo(first, "2026-03-05", false, 0, "D01 2026-03-09 4 站甲");
    expect_todo(second, "2026-03-05", false, 0, "D01 2026-03-11 6 paused 站乙\nD02 2026-03-11 6 站乙");
    /* A worker of one org on the center's machine sees that org's only. */
    struct actor narrow = center->actor;
    struct told told = {{0}, 0, 0};
    narrow.all_scopes = false;
    narrow.org = 2;
    world_sync(&desk.world, 0);
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE \"case\" SET state='S2',received_on=%d WHERE name='站甲'", day("2026-03-01"));
    write_sql(center->store, sql);
    assert_int_equal(deadline_todo(center->store, &narrow, desk.rules, desk.calendar, day("2026-03-05"), false, 1, tell, &told, NULL), STATUS_OK);
    assert_string_equal(told.text, "D01 2026-03-09 4 站甲");
    told.n = 0;
    told.stop_after = 1;
    assert_int_equal(deadline_todo(center->store, &center->actor, desk.rules, desk.calendar, day("2026-03-05"), false, 0, tell, &told, NULL), STATUS_OK);
    assert_int_equal(told.n, 1);
}

/* The query picks rows before the clocks are computed: for every state, with every day filled in, it must not leave out one that runs. */
static void test_the_query_finds_whatever_runs(void **state)
{
    struct node *center = &desk.world.center;
    struct code_book *codes = desk.world.codes;
    (void)state;
    for (size_t i = 0; i < code_book_count(codes, "case_state"); i++) {
        char fields[400], got[400];
        struct deadline out[DEADLINES_MAX];
        struct told told = {{0}, 0, 0};
        snprintf(fields, sizeof fields,
                 "state=%s received_on=2026-03-01 paused_on=2026-03-02 decided_on=2026-03-02 decision=03 urgent_ground=02 assigned_on=2026-03-02 change_asked_on=2026-03-03 "
                 "closed_on=2026-03-03 reported_on=%s objection_result=01 objection_decided_on=2026-03-03 terminated_on=2026-03-03 limitation_on=2026-03-09",
                 code_book_at(codes, "case_state", i)->code, code_book_at(codes, "case_state", i)->code[1] == '8' ? "2026-03-01" : "2026-03-04");
        put_case(center, "辛", fields);
        size_t n = deadlines_of_case(desk.rules, desk.calendar, &desk.kase, day("2026-03-05"), out);
        assert_int_equal(deadline_todo(center->store, &center->actor, desk.rules, desk.calendar, day("2026-03-05"), true, 0, tell, &told, NULL), STATUS_OK);
        write_deadlines(out, n, got, sizeof got);
        if (told.n != n)
            fail_msg("state %s: the worklist has \"%s\", the clocks say \"%s\"", code_book_at(codes, "case_state", i)->code, told.text, got);
        write_sql(center->store, "UPDATE \"case\" SET gone=1");
    }
}

/* Who may not see a sealed case does not lose a row of a short list to it. */
static void test_sealed_cases_are_for_those_who_may_see_them(void **state)
{
    struct node *center = &desk.world.center;
    struct told told = {{0}, 0, 0};
    (void)state;
    struct id id = put_case(center, "小某", "state=S5 received_on=2026-03-02");
    put_case(center, "甲", "state=S5 received_on=2026-03-04");
    char sql[200], text[ID_TEXT_BYTES];
    id_format(id, text);
    snprintf(sql, sizeof sql, "UPDATE \"case\" SET sealed=1 WHERE id=x'%s'", text);
    write_sql(center->store, sql);
    expect_todo(center, "2026-03-05", false, 1, "D01 2026-03-09 4 小某"); /* the machine's owner */
    struct actor clerk = center->actor;
    clerk.role = ROLE_CLERK;
    clerk.owner = false;
    assert_int_equal(deadline_todo(center->store, &clerk, desk.rules, desk.calendar, day("2026-03-05"), false, 1, tell, &told, NULL), STATUS_OK);
    assert_string_equal(told.text, "D01 2026-03-11 6 甲");
}

static void test_a_served_notice_ends_d12(void **state)
{
    struct node *center = &desk.world.center;
    struct deadline out[DEADLINES_MAX];
    char text[ID_TEXT_BYTES], sql[400];
    size_t n;
    (void)state;
    struct id id = put_case(center, "庚", "state=X5 terminated_on=2026-03-02");
    id_format(id, text);
    snprintf(sql, sizeof sql,
             "INSERT INTO document(id,scope,head,w_log,w_seq,case_id,form,issued_on,served_on,voided) VALUES(randomblob(16),1,0,0,0,'%s','18',%d,NULL,NULL),"
             "(randomblob(16),1,0,0,0,'%s','18',%d,%d,1),(randomblob(16),1,0,0,0,'%s','19',%d,%d,NULL)",
             text, day("2026-03-02"), text, day("2026-03-02"), day("2026-03-03"), text, day("2026-03-02"), day("2026-03-03"));
    write_sql(center->store, sql);
    /* Issued, but not served; served, but void; served, but another form. */
    expect_todo(center, "2026-03-04", false, 0, "D12 2026-03-05 1 庚");
    write_sql(center->store, "UPDATE document SET served_on=issued_on WHERE form='18' AND voided IS NULL");
    expect_todo(center, "2026-03-04", false, 0, "");
    make_case("state=X5 terminated_on=2026-03-02");
    desk.kase.id = id;
    assert_int_equal(deadlines_stored(center->store, desk.rules, desk.calendar, &desk.kase, day("2026-03-04"), out, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1); /* D08 is left */
    assert_string_equal(out[0].code, "D08");
}

static void add_record(struct node *node, const char *type, const char *const pairs[][2], size_t n)
{
    struct errmsg err = {{0}};
    struct record row;
    record_init(&row, catalogue_find(type));
    assert_int_equal(records_begin(node->store, &node->actor, &row, node->codes, &err), STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        if (record_parse(&row, catalogue_field(row.type, pairs[i][0]), node->codes, pairs[i][1], strlen(pairs[i][1]), &err) != STATUS_OK)
            fail_msg("%s", err.text);
    }
    if (records_save(node->store, &node->actor, node->codes, node->random, &row, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    record_release(&row);
}

static void test_letters_and_the_duty_desk(void **state)
{
    struct node *station = &desk.world.stations[0];
    (void)state;
    add_record(station, "consultation", (const char *const[][2]){{"date", "2026-02-11"}, {"name", "寄信人"}, {"channel", "来信"}, {"content", "问"}}, 4);
    add_record(station, "consultation", (const char *const[][2]){{"date", "2026-02-11"}, {"name", "答过的"}, {"channel", "来信"}, {"content", "问"}, {"answer", "答"}}, 5);
    add_record(station, "consultation", (const char *const[][2]){{"date", "2026-02-11"}, {"name", "来访的"}, {"channel", "来访"}, {"content", "问"}}, 4);
    add_record(station, "duty_help", (const char *const[][2]){{"date", "2026-02-14"}, {"lawyer", "律师"}, {"name", "申请人"}, {"asked_at", "2026-02-14"}, {"applies", "是"}}, 5);
    add_record(station, "duty_help", (const char *const[][2]){{"date", "2026-02-14"}, {"lawyer", "律师"}, {"name", "只咨询"}, {"asked_at", "2026-02-14"}}, 4);
    /* D17, 7 working days: 12, 13, 14 (worked Saturday), 24, 25, 26, 27 February. D06: 24 hours end with the 15th, a holiday. */
    expect_todo(station, "2026-02-14", false, 0, "D06 2026-02-15 1 申请人\nD17 2026-02-27 13 寄信人");
}

static void test_volunteers_and_meetings(void **state)
{
    struct node *station = &desk.world.stations[0];
    (void)state;
    add_record(station, "volunteer", (const char *const[][2]){{"name", "要退的"}, {"source", "社区"}, {"date", "2025-01-01"}}, 3);
    add_record(station, "volunteer", (const char *const[][2]){{"name", "聘期将满"}, {"source", "社区"}, {"date", "2025-01-01"}}, 3);
    add_record(station, "volunteer", (const char *const[][2]){{"name", "聘期还长"}, {"source", "社区"}, {"date", "2025-01-01"}}, 3);
    add_record(station, "volunteer", (const char *const[][2]){{"name", "已退的"}, {"source", "社区"}, {"date", "2025-01-01"}}, 3);
    add_record(station, "meeting", (const char *const[][2]){{"title", "联席会"}, {"kind", "联席会"}, {"date", "2026-02-01"}}, 3);
    add_record(station, "meeting_action", (const char *const[][2]){{"meeting", "00000000000000000000000000000001"}, {"content", "印发名册"}, {"due", "2026-02-20"}}, 3);
    add_record(station, "meeting_action", (const char *const[][2]){{"meeting", "00000000000000000000000000000001"}, {"content", "办好的"}, {"due", "2026-02-20"}, {"done_on", "2026-02-10"}}, 4);
    char sql[600];
    snprintf(sql, sizeof sql,
             "UPDATE volunteer SET state='V3',asked_leave_on=%d WHERE name='要退的';UPDATE volunteer SET state='V2',letter_to=%d WHERE name='聘期将满';"
             "UPDATE volunteer SET state='V2',letter_to=%d WHERE name='聘期还长';UPDATE volunteer SET state='V4',letter_to=%d WHERE name='已退的'",
             day("2026-02-11"), day("2026-03-16"), day("2026-03-17"), day("2026-02-16"));
    write_sql(station->store, sql);
    /* 15 working days: 12, 13, 14 (worked Saturday), 24, 25, 26, 27, 28 (worked) February, 2 to 6, 9, 10 March. letter_warn_days: 30. */
    expect_todo(station, "2026-02-14", false, 0, "M01 2026-02-20 6 印发名册\nD16 2026-03-10 24 要退的\nL01 2026-03-16 30 聘期将满");
    expect_todo(station, "2026-02-13", false, 0, "M01 2026-02-20 7 印发名册\nD16 2026-03-10 25 要退的");
    expect_todo(station, "2026-03-20", false, 1, "M01 2026-02-20 -28 印发名册");
    expect_todo(&desk.world.stations[1], "2026-02-14", false, 0, "");
}

static void test_labels(void **state)
{
    (void)state;
    assert_string_equal(deadline_label(desk.rules, "D01"), "审查决定");
    assert_string_equal(deadline_label(desk.rules, "D19"), "时效届满");
    assert_string_equal(deadline_label(desk.rules, "D16"), "志愿者退出");
    assert_string_equal(deadline_label(desk.rules, "L01"), "聘期届满");
    assert_string_equal(deadline_label(desk.rules, "M01"), "会议事项");
    assert_string_equal(deadline_label(desk.rules, "D99"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_review_d01, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_review_stands_still_while_papers_are_missing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_assignment_d03_d04, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_agreement_d07, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_objection_d08_d09_d10, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_change_of_handler_d11, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_termination_d12, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_urgent_first_d13, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_closing_d14_d15, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limitation_d19, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limitation_by_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_old_case_is_judged_by_the_old_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_year_without_a_list_is_said_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_days_from_a_wild_row_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_worklist_is_sorted_and_scoped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_query_finds_whatever_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sealed_cases_are_for_those_who_may_see_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_served_notice_ends_d12, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_letters_and_the_duty_desk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_volunteers_and_meetings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_labels, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
