/* tests/test_assignment.c - who may have a case, in which order, and how the work was shared out; every expectation worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/assignment.h"
#include "core/base/day.h"
#include "tests/fixture.h"
#include "tests/must.h"

static struct world world;
static struct rules *rules;

static void load_rules(void)
{
    rules_free(rules);
    rules = NULL;
    must_do(rules_load(&rules, world.center.store, &world.center.actor, &err));
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world, 1, NULL);
    load_rules();
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    rules_free(rules);
    rules = NULL;
    world_close(&world);
    return 0;
}

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

/* "name=张三 kind=02 town=320117001" */
static void fill(struct record *record, const char *fields)
{
    char copy[1000], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    for (char *part = strtok_r(copy, " ", &rest); part != NULL; part = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(part, '=');
        assert_non_null(equals);
        *equals = '\0';
        const struct field_def *field = catalogue_field(record->type, part);
        assert_non_null(field);
        struct errmsg err = {{0}};
        if (record_parse(record, field, world.codes, equals + 1, strlen(equals + 1), &err) != STATUS_OK)
            fail_msg("%s=%s: %s", part, equals + 1, err.text);
    }
}

/* Actions write what plain saves may not: here the test is the action. */
static void put_row(struct record *record)
{
    struct node *center = &world.center;
    struct actor acting = center->actor;
    acting.acting = true;
    must_do(records_save(center->store, &acting, center->codes, center->random, record, &err));
}

static struct id handler(const char *fields)
{
    struct record record;
    record_init(&record, catalogue_find("handler"));
    fill(&record, fields);
    must_do(records_save(world.center.store, &world.center.actor, world.center.codes, world.center.random, &record, &err));
    struct id id = record.id;
    record_release(&record);
    return id;
}

/* A case; handler zero: not assigned. */
static struct id add_case(struct id who, const char *state, const char *fields)
{
    struct record record;
    char text[ID_TEXT_BYTES];
    record_init(&record, catalogue_find("case"));
    fill(&record, "received_on=2020-01-01 case_type=02");
    fill(&record, fields);
    if (record_text(&record, "name")[0] == '\0')
        fill(&record, "name=受援人");
    must_do(record_set_text(&record, "state", state));
    if (!id_is_zero(who)) {
        id_format(who, text);
        must_do(record_set_text(&record, "handler_ref", text));
    }
    put_row(&record);
    struct id id = record.id;
    record_release(&record);
    return id;
}

static void new_case(struct record *kase, const char *fields)
{
    record_init(kase, catalogue_find("case"));
    fill(kase, "name=王五 received_on=2026-06-01 case_type=02");
    fill(kase, fields);
}

/* What came, as "张三+ 李四- ": eligible or not. */
struct seen {
    char text[1000];
    struct candidate last; /* of the name in `find` */
    const char *find;
};

static bool see(void *context, const struct candidate *candidate)
{
    struct seen *seen = context;
    const char *name = record_text(candidate->handler, "name");
    assert_true(id_equal(candidate->id, candidate->handler->id));
    assert_true(candidate->reason[0] != '\0');
    snprintf(seen->text + strlen(seen->text), sizeof seen->text - strlen(seen->text), "%s%s ", name, candidate->eligible ? "+" : "-");
    if (seen->find != NULL && strcmp(seen->find, name) == 0)
        seen->last = *candidate;
    return true;
}

static void ask(struct seen *seen, const struct record *kase, const char *wish, const char *find, const char *today)
{
    *seen = (struct seen){.find = find};
    must_do(assignment_candidates(world.center.store, &world.center.actor, rules, kase, wish, day(today), see, seen, &err));
}

/* Whether the only handler of the roster may have the case; the words. */
static void check_one(const char *fields, const char *case_fields, const char *today, bool eligible, const char *words)
{
    struct record kase;
    struct seen seen;
    close_world(NULL);
    open_world(NULL);
    handler(fields);
    new_case(&kase, case_fields);
    ask(&seen, &kase, NULL, "甲", today);
    assert_string_equal(seen.text, eligible ? "甲+ " : "甲- ");
    if (strstr(seen.last.reason, words) == NULL)
        fail_msg("%s: %s", words, seen.last.reason);
    record_release(&kase);
}

static void who_left_or_is_suspended(void **state)
{
    (void)state;
    check_one("name=甲 kind=02", "town=320117001", "2026-06-10", true, "在办 0 件；从未指派");
    check_one("name=甲 kind=02 left_on=2026-06-11", "town=320117001", "2026-06-10", true, "");
    check_one("name=甲 kind=02 left_on=2026-06-10", "town=320117001", "2026-06-10", false, "已退出");
    /* Suspended until yesterday: free again; until today: not yet. */
    check_one("name=甲 kind=02 suspended_from=2026-06-01 suspended_to=2026-06-09", "town=320117001", "2026-06-10", true, "");
    check_one("name=甲 kind=02 suspended_from=2026-06-01 suspended_to=2026-06-10", "town=320117001", "2026-06-10", false, "暂停指派至 2026-06-10");
    check_one("name=甲 kind=02 suspended_from=2026-06-10", "town=320117001", "2026-06-10", false, "止日未定");
    check_one("name=甲 kind=02 suspended_from=2026-06-11", "town=320117001", "2026-06-10", true, "");
    check_one("name=甲 kind=02 suspended_to=2026-06-10", "town=320117001", "2026-06-10", false, "暂停指派至");
}

static void criminal_cases_by_kind(void **state)
{
    (void)state;
    check_one("name=甲 kind=01", "case_type=01", "2026-06-10", true, "");
    check_one("name=甲 kind=02", "case_type=01", "2026-06-10", true, "");
    check_one("name=甲 kind=03", "case_type=01", "2026-06-10", false, "不承办刑事案件");
    check_one("name=甲 kind=05", "case_type=01", "2026-06-10", false, "不承办刑事案件");
    check_one("name=甲 kind=03", "case_type=02", "2026-06-10", true, "");
    check_one("name=甲 kind=05", "case_type=03", "2026-06-10", true, "");
}

/* 法律援助法第二十六条: three years on the day, for life and death and for the review of a death sentence. */
static void years_for_life_and_death(void **state)
{
    (void)state;
    check_one("name=甲 kind=02 criminal_from=2023-06-10", "case_type=01 notice_ground=04", "2026-06-10", true, "");
    check_one("name=甲 kind=02 criminal_from=2023-06-11", "case_type=01 notice_ground=04", "2026-06-10", false, "不满 3 年");
    check_one("name=甲 kind=02 criminal_from=2024-01-01", "case_type=01 notice_ground=05", "2026-06-10", false, "不满 3 年");
    check_one("name=甲 kind=02 practice_from=2010-01-01", "case_type=01 notice_ground=04", "2026-06-10", false, "没有登记刑辩起日");
    check_one("name=甲 kind=02 criminal_from=2026-01-01", "case_type=01 notice_ground=02", "2026-06-10", true, "");
}

static void set_rule(const char *name, const char *value)
{
    struct node *center = &world.center;
    must_do(rule_set(center->store, &center->actor, center->codes, center->random, name, value, day("2026-01-01"), "本县办法", &err));
    load_rules();
}

static void minors(void **state)
{
    struct record kase;
    struct seen seen;
    (void)state;
    check_one("name=甲 kind=02", "born=2010-01-01", "2026-06-10", false, "未成年人");
    check_one("name=甲 kind=02 knows_minors=1", "born=2010-01-01", "2026-06-10", true, "熟悉未成年人");
    check_one("name=甲 kind=02", "case_type=01 notice_ground=01", "2026-06-10", false, "未成年人");
    check_one("name=甲 kind=02", "categories=18", "2026-06-10", false, "未成年人");
    /* Eighteen on the day of receipt (2026-06-01): of age. */
    check_one("name=甲 kind=02", "born=2008-06-01", "2026-06-10", true, "");
    check_one("name=甲 kind=02", "born=2008-06-02", "2026-06-10", false, "未成年人");
    /* Where the rule only prefers them, they come first, before a match of expertise. */
    set_rule("assign_minor_required", "否");
    handler("name=乙 kind=02 knows_minors=1");
    handler("name=丙 kind=02 expertise=01");
    new_case(&kase, "born=2010-01-01 cause=M22.1");
    ask(&seen, &kase, NULL, "乙", "2026-06-10");
    assert_string_equal(seen.text, "乙+ 丙+ 甲+ ");
    assert_true(seen.last.expert);
    record_release(&kase);
}

static void load_at_its_limit(void **state)
{
    struct record kase;
    struct seen seen;
    struct id a, b;
    (void)state;
    a = handler("name=甲 kind=02 load_max=2");
    b = handler("name=乙 kind=02");
    add_case(a, "S7", "assigned_on=2026-02-01");
    add_case(a, "S8", "assigned_on=2025-12-31");
    add_case(a, "S11", "assigned_on=2026-03-01"); /* paid: no longer open */
    add_case(b, "S9r", "assigned_on=2026-03-05");
    add_case(b, "X5", "assigned_on=2026-04-05");
    new_case(&kase, "town=320117001");
    ask(&seen, &kase, NULL, "甲", "2026-06-10");
    assert_string_equal(seen.text, "乙+ 甲- ");
    assert_non_null(strstr(seen.last.reason, "在办 2 件，已到上限 2 件"));
    assert_int_equal(seen.last.open_cases, 2);
    assert_int_equal(seen.last.this_year, 2);
    assert_int_equal(seen.last.last_assigned, day("2026-03-01"));
    ask(&seen, &kase, NULL, "乙", "2026-06-10");
    assert_int_equal(seen.last.open_cases, 1);
    assert_int_equal(seen.last.last_assigned, day("2026-04-05"));
    /* The county's limit where the roster has none. */
    set_rule("assign_load_max", "1");
    ask(&seen, &kase, NULL, "乙", "2026-06-10");
    assert_string_equal(seen.text, "甲- 乙- ");
    set_rule("assign_load_max", "0");
    ask(&seen, &kase, NULL, "乙", "2026-06-10");
    assert_string_equal(seen.text, "乙+ 甲- ");
    record_release(&kase);
}

/* Expertise before town, town before load, load before turn, turn before name. */
static void the_order(void **state)
{
    struct record kase;
    struct seen seen;
    struct id town, few, late;
    (void)state;
    handler("name=专 kind=02 expertise=02,14");
    town = handler("name=镇 kind=02 town=320117001");
    few = handler("name=少 kind=02");
    late = handler("name=久 kind=02");
    handler("name=乙 kind=02");
    handler("name=丁 kind=02");
    add_case(town, "S8", "assigned_on=2026-01-10");
    add_case(town, "S8", "assigned_on=2026-01-11");
    add_case(few, "S12", "assigned_on=2026-05-01");
    add_case(late, "S12", "assigned_on=2026-02-01");
    handler("name=忙 kind=02");
    struct record record;
    must_do(assignment_find(world.center.store, &world.center.actor, "忙", &record, &err));
    add_case(record.id, "S8", "assigned_on=2020-01-01");
    record_release(&record);
    new_case(&kase, "cause=M205.5 town=320117001"); /* wages: 劳动纠纷 02, 劳动报酬 14 */
    ask(&seen, &kase, NULL, "镇", "2026-06-10");
    /* 丁 and 乙 were never asked: by name (U+4E01 before U+4E59); 久 waits longer than 少; 忙 has an open case. */
    assert_string_equal(seen.text, "专+ 镇+ 丁+ 乙+ 久+ 少+ 忙+ ");
    assert_true(seen.last.same_town && !seen.last.expert);
    assert_string_equal(seen.last.reason, "同一镇街；在办 2 件；上次指派 2026-01-11");
    ask(&seen, &kase, "忙", "忙", "2026-06-10");
    assert_string_equal(seen.text, "忙+ 专+ 镇+ 丁+ 乙+ 久+ 少+ ");
    assert_true(seen.last.wished);
    assert_string_equal(seen.last.reason, "受援人意愿；在办 1 件；上次指派 2020-01-01");
    /* A wish nobody has, or one with blanks. */
    ask(&seen, &kase, "无名氏", NULL, "2026-06-10");
    assert_string_equal(seen.text, "专+ 镇+ 丁+ 乙+ 久+ 少+ 忙+ ");
    ask(&seen, &kase, " 忙　", NULL, "2026-06-10");
    assert_string_equal(seen.text, "忙+ 专+ 镇+ 丁+ 乙+ 久+ 少+ ");
    record_release(&kase);
}

/* A criminal case asks for 刑事辩护, soldiers for 军人军属权益. */
static void expertise_of_other_kinds(void **state)
{
    struct record kase;
    struct seen seen;
    (void)state;
    handler("name=刑 kind=02 expertise=05");
    handler("name=军 kind=02 expertise=28");
    handler("name=一 kind=02");
    new_case(&kase, "case_type=01");
    ask(&seen, &kase, NULL, NULL, "2026-06-10");
    assert_string_equal(seen.text, "刑+ 军+ 一+ ");
    record_release(&kase);
    new_case(&kase, "categories=07 cause=M14");
    ask(&seen, &kase, NULL, NULL, "2026-06-10");
    assert_string_equal(seen.text, "军+ 刑+ 一+ ");
    record_release(&kase);
}

/* Handler 甲 acts against 王五 elsewhere; 乙 acts for him. */
static void conflict_of_interest(void **state)
{
    struct record kase;
    struct seen seen;
    char reason[CANDIDATE_REASON_BYTES];
    (void)state;
    struct id a = handler("name=甲 kind=02"), b = handler("name=乙 kind=02");
    add_case(a, "S8", "name=赵六 opponent=永阳建筑公司 assigned_on=2026-02-01 handler=甲");
    add_case(b, "S8", "name=钱七 opponent=孙八 assigned_on=2026-02-01 handler=乙");
    /* The applicant here is the other side there. */
    new_case(&kase, "opponent=赵六");
    fill(&kase, "name=永阳建筑公司");
    ask(&seen, &kase, NULL, "甲", "2026-06-10");
    assert_string_equal(seen.text, "乙+ 甲- ");
    assert_non_null(strstr(seen.last.reason, "利益冲突"));
    struct record found;
    must_do(assignment_find(world.center.store, &world.center.actor, "甲", &found, &err));
    struct errmsg err = {{0}};
    assert_int_equal(assignment_check(world.center.store, &world.center.actor, rules, &kase, &found, day("2026-06-10"), reason, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "甲不能承办本案: 利益冲突"));
    record_release(&found);
    record_release(&kase);
}

/* The other side has the handler's name: perhaps somebody else. */
static void one_name_two_people(void **state)
{
    struct record kase;
    struct seen seen;
    (void)state;
    handler("name=甲一 kind=02");
    handler("name=乙二 kind=02 phone=13900000001");
    new_case(&kase, "opponent=甲一");
    ask(&seen, &kase, NULL, "甲一", "2026-06-10");
    assert_string_equal(seen.text, "甲一+ 乙二+ ");
    assert_non_null(strstr(seen.last.reason, "与当事人同名，请核对"));
    record_release(&kase);
}

static void finding_and_checking_one(void **state)
{
    struct record kase, found;
    char reason[CANDIDATE_REASON_BYTES] = "", text[ID_TEXT_BYTES];
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    (void)state;
    struct id a = handler("name=张三 kind=02 town=320117001");
    struct id same = handler("name=李四 kind=02");
    handler("name=李四 kind=03");
    add_case(a, "S8", "assigned_on=2026-02-01");
    assert_int_equal(assignment_find(center->store, &center->actor, "张 三", &found, &err), STATUS_OK);
    assert_true(id_equal(found.id, a));
    new_case(&kase, "town=320117001");
    assert_int_equal(assignment_check(center->store, &center->actor, rules, &kase, &found, day("2026-06-10"), reason, &err), STATUS_OK);
    assert_string_equal(reason, "同一镇街；在办 1 件；上次指派 2026-02-01");
    record_release(&found);
    assert_int_equal(assignment_find(center->store, &center->actor, "李四", &found, &err), STATUS_INVALID);
    assert_non_null(strstr(err.text, "2 个李四"));
    id_format(same, text);
    assert_non_null(strstr(err.text, (char[]){text[0], text[1], text[2], text[3], text[4], text[5], text[6], text[7], 0}));
    text[8] = '\0';
    assert_int_equal(assignment_find(center->store, &center->actor, text, &found, &err), STATUS_OK);
    assert_true(id_equal(found.id, same));
    record_release(&found);
    assert_int_equal(assignment_find(center->store, &center->actor, "无名", &found, &err), STATUS_NOT_FOUND);
    assert_int_equal(assignment_find(center->store, &center->actor, "", &found, &err), STATUS_NOT_FOUND);
    assert_int_equal(assignment_find(center->store, &center->actor, "abcdef123456", &found, &err), STATUS_NOT_FOUND);
    record_release(&kase);
}

/* ---- fairness ---- */

struct sheet {
    char text[2000];
};

static bool write_row(void *context, const struct fairness *row)
{
    struct sheet *sheet = context;
    char last[DAY_TEXT_BYTES] = "never";
    if (row->last_assigned != INT32_MIN)
        day_format(row->last_assigned, last);
    snprintf(sheet->text + strlen(sheet->text), sizeof sheet->text - strlen(sheet->text), "%s %lld=%lld+%lld wish%lld late%lld %lld %s\n", record_text(row->handler, "name"),
             (long long)row->assigned, (long long)row->open, (long long)row->closed, (long long)row->by_wish, (long long)row->overdue, (long long)row->subsidy_fen, last);
    return true;
}

static void pay(struct id who, const char *fields)
{
    struct record record;
    char text[ID_TEXT_BYTES];
    record_init(&record, catalogue_find("payment"));
    id_format(who, text);
    must_do(record_set_text(&record, "handler_ref", text));
    id_format(add_case((struct id){{0}}, "S1", "note=x"), text);
    must_do(record_set_text(&record, "case_id", text));
    fill(&record, fields);
    put_row(&record);
    record_release(&record);
}

static void fairness_over_a_half_year(void **state)
{
    struct sheet sheet = {""};
    (void)state;
    struct id a = handler("name=甲 kind=02"), b = handler("name=乙 kind=02"), left = handler("name=丁 kind=02 left_on=2025-05-01");
    handler("name=丙 kind=03");
    handler("name=万一 kind=03");
    handler("name=丁三 kind=03");
    /* 2026-01-05 is a Monday; five days from it end on 10 January, a Saturday, so on Monday 12. */
    add_case(a, "S8", "assigned_on=2026-01-05 agreed_on=2026-01-12 assign_reason=受援人意愿；在办0件");
    add_case(a, "S8", "assigned_on=2026-01-05 agreed_on=2026-01-13"); /* a day late */
    add_case(a, "S7", "assigned_on=2026-06-29"); /* not yet due on 30 June */
    add_case(a, "S7", "assigned_on=2026-03-02"); /* never agreed */
    add_case(a, "S9", "assigned_on=2025-12-31 agreed_on=2026-01-04 closed_on=2026-02-01 reported_on=2026-05-01"); /* before the period */
    add_case(b, "S12", "assigned_on=2026-02-02 agreed_on=2026-02-03 closed_on=2026-03-02 reported_on=2026-04-01"); /* 30 days: in time */
    add_case(b, "S12", "assigned_on=2026-02-02 agreed_on=2026-02-03 closed_on=2026-03-02 reported_on=2026-04-02"); /* a day late */
    add_case(b, "S8", "assigned_on=2026-07-01 agreed_on=2026-07-02"); /* after the period */
    add_case(left, "S12", "assigned_on=2025-01-10");
    pay(a, "amount=200000 paid_on=2026-06-30");
    pay(a, "amount=90000 paid_on=2026-07-01");
    pay(b, "amount=130000 paid_on=2026-01-01");
    must_do(assignment_fairness(world.center.store, &world.center.actor, rules, day("2026-01-01"), day("2026-06-30"), write_row, &sheet, &err));
    assert_string_equal(sheet.text, "甲 4=4+0 wish1 late2 200000 2026-06-29\n"
                                    "乙 2=0+2 wish0 late1 130000 2026-07-01\n"
                                    "丙 0=0+0 wish0 late0 0 never\n" /* equal ones as a reader looks for them, bing, ding, wan */
                                    "丁三 0=0+0 wish0 late0 0 never\n"
                                    "万一 0=0+0 wish0 late0 0 never\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_left_or_is_suspended, open_world, close_world),
        cmocka_unit_test_setup_teardown(criminal_cases_by_kind, open_world, close_world),
        cmocka_unit_test_setup_teardown(years_for_life_and_death, open_world, close_world),
        cmocka_unit_test_setup_teardown(minors, open_world, close_world),
        cmocka_unit_test_setup_teardown(load_at_its_limit, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_order, open_world, close_world),
        cmocka_unit_test_setup_teardown(expertise_of_other_kinds, open_world, close_world),
        cmocka_unit_test_setup_teardown(conflict_of_interest, open_world, close_world),
        cmocka_unit_test_setup_teardown(one_name_two_people, open_world, close_world),
        cmocka_unit_test_setup_teardown(finding_and_checking_one, open_world, close_world),
        cmocka_unit_test_setup_teardown(fairness_over_a_half_year, open_world, close_world),
    };
    return cmocka_run_group_tests_name("assignment", tests, NULL, NULL);
}
