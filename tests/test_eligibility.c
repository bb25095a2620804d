/* tests/test_eligibility.c - scope and means of a case: every ground of notice, exemption and waiver, the standard's boundary, ages on the day itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/eligibility.h"
#include "core/base/day.h"
#include "tests/fixture.h"

static struct world world;
static struct rules *rules;

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static void set_rule(const char *name, const char *value, const char *from)
{
    struct errmsg err = {{0}};
    struct node *center = &world.center;
    if (rule_set(center->store, &center->actor, center->codes, center->random, name, value, day(from), "", &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

/* 2000 yuan in 2025, 2500 from 2026-03-01 on. */
static int open_world(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    world_open(&world, 0, NULL);
    set_rule("means_standard", "2000元", "2025-01-01");
    set_rule("means_standard", "2500元", "2026-03-01");
    set_rule("means_soldier_factor", "100", "2025-01-01");
    assert_int_equal(rules_load(&rules, world.center.store, &world.center.actor, &err), STATUS_OK);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    rules_free(rules);
    world_close(&world);
    return 0;
}

/* A case from "field=value;field=value", as typed. received_on is 2026-02-10 unless given. */
static void make(struct record *kase, const char *fields)
{
    record_init(kase, catalogue_find("case"));
    assert_int_equal(record_set_int(kase, "received_on", day("2026-02-10")), STATUS_OK);
    for (const char *at = fields; *at != '\0';) {
        char name[64];
        struct errmsg err = {{0}};
        size_t len = strcspn(at, ";"), equals = strcspn(at, "=");
        assert_true(equals < len && equals < sizeof name);
        memcpy(name, at, equals);
        name[equals] = '\0';
        const struct field_def *field = catalogue_field(kase->type, name);
        assert_non_null(field);
        if (record_parse(kase, field, world.codes, at + equals + 1, len - equals - 1, &err) != STATUS_OK)
            fail_msg("%s: %s", name, err.text);
        at += len + (at[len] == ';');
    }
}

static struct eligibility judge(const char *fields)
{
    struct record kase;
    struct eligibility out;
    make(&kase, fields);
    eligibility_of(rules, &kase, day("2026-02-10"), &out);
    record_release(&kase);
    return out;
}

static void expect(const char *fields, const char *scope, const char *means, const char *scope_says, const char *means_says)
{
    struct eligibility out = judge(fields);
    if (strcmp(out.scope, scope) != 0 || strcmp(out.means, means) != 0)
        fail_msg("%s: scope \"%s\" (%s), means \"%s\" (%s)", fields, out.scope, out.scope_text, out.means, out.means_text);
    if (strstr(out.scope_text, scope_says) == NULL || strstr(out.means_text, means_says) == NULL)
        fail_msg("%s: %s | %s", fields, out.scope_text, out.means_text);
    if (out.asks_income != (strcmp(means, "01") == 0 || strcmp(means, "02") == 0 || strcmp(means, "") == 0))
        fail_msg("%s: asks_income %d with means \"%s\"", fields, out.asks_income, out.means);
}

static void notice_needs_no_means(void **state)
{
    (void)state;
    static const char *const articles[] = {"第二十五条第一款第(一)项", "第二十五条第一款第(二)项", "第二十五条第一款第(三)项", "第二十五条第一款第(四)项", "第二十五条第一款第(五)项",
                                           "第二十五条第一款第(六)项", "第二十五条第一款第(七)项", "第二十八条", "第二十五条第二款"};
    for (int i = 0; i < 9; i++) {
        char fields[128];
        /* An income above every standard changes nothing. */
        snprintf(fields, sizeof fields, "case_type=01;source=11;notice_ground=0%d;income=99999元", i + 1);
        expect(fields, "01", "04", articles[i], articles[i]);
    }
    expect("case_type=01;source=12", "01", "04", "第二十八条", "第二十八条");
    expect("case_type=01;source=11", "01", "04", "通知情形还没有填", "不审查经济状况");
    expect("case_type=01;matter=C2", "01", "04", "通知", "不审查");
}

static void criminal_matters_on_application(void **state)
{
    (void)state;
    expect("case_type=01;source=31;income=1999元", "01", "01", "第二十四条", "第三十四条");
    expect("case_type=01;source=32;income=3000元", "01", "02", "第二十四条", "因其他原因");
    expect("case_type=01;source=33", "01", "", "第二十九条", "还没有填");
    expect("case_type=01;source=34;income=3000元", "01", "02", "第二十九条", "超过标准 2000元");
    expect("case_type=01;legal_status=16", "01", "", "第二十九条", "");
    expect("case_type=01;legal_status=12", "01", "", "第二十四条", "");
    expect("case_type=01;source=32;stage=06", "01", "", "第三十三条", "");
    expect("case_type=01;source=24", "", "", "填写案件来源或者法律地位后才能判断", "");
}

static void civil_matters(void **state)
{
    (void)state;
    static const char *const items[] = {"(一)", "(二)", "(三)", "(四)", "(五)", "(六)", "(七)", "(八)", "(九)"};
    for (int i = 0; i < 9; i++) {
        char fields[64], says[64];
        snprintf(fields, sizeof fields, "case_type=02;matter=M%d;income=2000元", i + 1);
        snprintf(says, sizeof says, "法律援助法第三十一条第%s项", items[i]);
        expect(fields, "01", "01", says, "不超过标准 2000元");
    }
    expect("case_type=03;matter=M2;income=2000元", "01", "01", "第(二)项", "");
    expect("case_type=02;matter=M0;income=100元", "02", "01", "不属于法律援助事项范围", "");
    expect("case_type=02;income=100元", "", "01", "填写申请事项后才能判断", "");
    expect("case_type=02;matter=C1", "", "", "与案件类型不符", "");
    expect("case_type=02;matter=M4;categories=15;income=1元", "01", "01", "第六十九条", "");
}

static void exemptions_and_waivers(void **state)
{
    (void)state;
    static const char *const items[] = {"(一)", "(二)", "(三)", "(四)", "(五)"};
    for (int i = 0; i < 5; i++) {
        char fields[96], says[64];
        snprintf(fields, sizeof fields, "case_type=02;matter=M9;exempt_32=0%d;income=99999元", i + 1);
        snprintf(says, sizeof says, "法律援助法第三十二条第%s项", items[i]);
        expect(fields, "01", "04", i < 4 ? says : "第三十一条第(九)项", says);
    }
    /* Items 1 to 4 name the matter, item 5 does not. */
    expect("case_type=02;exempt_32=04", "01", "04", "第三十二条第(四)项", "家庭暴力");
    expect("case_type=02;exempt_32=05", "", "04", "填写申请事项后才能判断", "第三十二条第(五)项");
    for (int i = 0; i < 4; i++) {
        char fields[96], says[64];
        snprintf(fields, sizeof fields, "case_type=02;matter=M5;waived_42=0%d;income=99999元", i + 1);
        snprintf(says, sizeof says, "法律援助法第四十二条第%s项", items[i]);
        expect(fields, "01", "03", "第三十一条第(五)项", says);
    }
    /* Article 32 is asked first. */
    expect("case_type=02;matter=M4;exempt_32=04;waived_42=02", "01", "04", "", "第三十二条");
    /* Item 3 is for wages and industrial injuries. */
    expect("case_type=02;matter=M7;waived_42=03", "01", "03", "", "第四十二条第(三)项");
    expect("case_type=02;matter=M4;waived_42=03;income=3000元", "01", "02", "", "只适用于劳动报酬和工伤");
}

static void categories_waive_the_check(void **state)
{
    (void)state;
    expect("case_type=02;matter=M4;categories=10;income=99999元", "01", "03", "", "第四十二条第(二)项");
    expect("case_type=02;matter=M4;categories=09", "01", "03", "", "须有材料证明");
    expect("case_type=02;matter=M4;categories=08", "01", "03", "", "优抚对象");
    expect("case_type=02;matter=M5;categories=05", "01", "03", "", "第四十二条第(三)项");
    expect("case_type=02;matter=M4;categories=05", "01", "", "", "还没有填");
    expect("case_type=02;matter=M5;categories=04", "01", "", "", "还没有填");
}

static void standard_of_the_day_of_receipt(void **state)
{
    (void)state;
    expect("case_type=02;matter=M4;income=2000元", "01", "01", "", "人均月收入 2000元，不超过标准 2000元");
    expect("case_type=02;matter=M4;income=2000.01元", "01", "02", "", "人均月收入 2000.01元，超过标准 2000元");
    expect("case_type=02;matter=M4;income=0元", "01", "01", "", "人均月收入 0元");
    /* Judged on 2026-02-10 whenever the paper came in. */
    expect("case_type=02;matter=M4;received_on=2026-02-28;income=2500元", "01", "02", "", "标准 2000元");
    expect("case_type=02;matter=M4;received_on=2026-03-01;income=2500元", "01", "01", "", "标准 2500元");
    assert_int_equal(judge("case_type=02;received_on=2026-03-01").standard_fen, 250000);
    assert_int_equal(judge("case_type=02;received_on=2025-12-31").standard_fen, 200000);
}

static void soldiers_come_first(void **state)
{
    (void)state;
    assert_true(judge("case_type=02;categories=06").priority);
    assert_true(judge("case_type=02;categories=04,07").priority);
    assert_true(judge("case_type=02;soldier_priority=是").priority);
    assert_false(judge("case_type=02;categories=08").priority);
    set_rule("means_soldier_factor", "150", "2026-01-01");
    struct rules *wider;
    struct record kase;
    struct eligibility out;
    assert_int_equal(rules_load(&wider, world.center.store, &world.center.actor, NULL), STATUS_OK);
    make(&kase, "case_type=02;matter=M4;categories=07;income=3000元");
    eligibility_of(wider, &kase, day("2026-02-10"), &out);
    assert_int_equal(out.standard_fen, 300000);
    assert_string_equal(out.means, "01");
    record_release(&kase);
    rules_free(wider);
}

static void ages_on_the_day(void **state)
{
    (void)state;
    /* Born 2008-02-10: eighteen on 2026-02-10 itself. */
    assert_int_equal(judge("case_type=02;born=2008-02-10").age, 18);
    assert_false(judge("case_type=02;born=2008-02-10").needs_guardian);
    assert_int_equal(judge("case_type=02;born=2008-02-11").age, 17);
    assert_true(judge("case_type=02;born=2008-02-11").needs_guardian);
    /* A minor who is accused is notified: nobody has to apply for him. */
    assert_false(judge("case_type=01;source=11;notice_ground=01;born=2010-01-01").needs_guardian);
    /* Born on 29 February 2008: in the common year 2026 eighteen on 1 March. */
    assert_int_equal(judge("case_type=02;born=2008-02-29;received_on=2026-02-28").age, 17);
    assert_int_equal(judge("case_type=02;born=2008-02-29;received_on=2026-03-01").age, 18);
    /* In a leap year on the day itself: sixty on 2028-02-29 when born 1968-02-29. */
    assert_int_equal(judge("case_type=02;born=1968-02-29;received_on=2028-02-28").age, 59);
    assert_int_equal(judge("case_type=02;born=1968-02-29;received_on=2028-02-29").age, 60);
    assert_int_equal(judge("case_type=02").age, -1);
    assert_int_equal(judge("case_type=02;born=2026-02-11").age, -1);
    /* From the number alone: GB 11643's example, born 1949-12-31. */
    assert_int_equal(judge("case_type=02;id_no=11010519491231002X").age, 76);
}

static void abuse_of_a_minor_is_reported(void **state)
{
    (void)state;
    assert_true(judge("case_type=02;born=2018-01-01;exempt_32=04").must_report);
    assert_true(judge("case_type=02;born=2018-01-01;agent=李四;agent_kind=04").must_report);
    assert_false(judge("case_type=02;born=2018-01-01;exempt_32=01").must_report);
    assert_false(judge("case_type=02;born=1990-01-01;exempt_32=04").must_report);
    assert_false(judge("case_type=02;exempt_32=04").must_report);
}

static void fewer_than_seven_days_are_urgent(void **state)
{
    (void)state;
    assert_true(judge("case_type=02;limitation_on=2026-02-10").urgent);  /* today is the last day */
    assert_true(judge("case_type=02;limitation_on=2026-02-16").urgent);  /* six days left */
    assert_false(judge("case_type=02;limitation_on=2026-02-17").urgent); /* seven */
    assert_false(judge("case_type=02;limitation_on=2026-02-09").urgent); /* over */
    assert_false(judge("case_type=02").urgent);
}

static void categories(const char *fields, const char *on, const char *expected)
{
    struct record kase;
    struct buf out;
    buf_init(&out, 256);
    make(&kase, fields);
    eligibility_categories(&kase, day(on), &out);
    if (strcmp(buf_cstr(&out), expected) != 0)
        fail_msg("%s on %s: got %s, wanted %s", fields, on, buf_cstr(&out), expected);
    buf_release(&out);
    record_release(&kase);
}

/* Codes of the county's own stay as they are, in their place. */
static void categories_of_the_county(void **state)
{
    struct record kase;
    struct buf out;
    (void)state;
    buf_init(&out, 256);
    make(&kase, "sex=2;born=1990-05-05");
    assert_int_equal(record_set_text(&kase, "categories", "05,12A,23,a-rather-long-code-of-32-letters"), STATUS_OK);
    eligibility_categories(&kase, day("2026-02-10"), &out);
    assert_string_equal(buf_cstr(&out), "05,12A,17,23,a-rather-long-code-of-32-letters");
    buf_release(&out);
    record_release(&kase);
}

static void categories_follow_from_the_person(void **state)
{
    (void)state;
    categories("sex=2;born=1990-05-05", "2026-02-10", "17");
    categories("sex=1;born=1990-05-05", "2026-02-10", "");
    categories("sex=2;born=2008-02-11", "2026-02-10", "18");  /* a girl is no 妇女 */
    categories("sex=2;born=2008-02-10", "2026-02-10", "17");  /* eighteen today */
    categories("sex=1;born=1966-02-11", "2026-02-10", "");
    categories("sex=1;born=1966-02-10", "2026-02-10", "19");  /* sixty today */
    categories("sex=2;born=1960-01-01;ethnic=03", "2026-02-10", "17,19,20");
    categories("ethnic=01", "2026-02-10", "");
    categories("sex=2", "2026-02-10", "");                    /* of unknown age */
    categories("sex=1;born=1966-02-10;categories=05,10", "2026-02-10", "05,10,19");
    /* Facts decide over what was typed; what was typed stays where they are unknown. */
    categories("sex=1;born=1990-01-01;categories=05,17,18,19", "2026-02-10", "05");
    categories("categories=05,17,19,20", "2026-02-10", "05,17,19,20");
    categories("sex=2;born=1990-05-05;categories=21", "2026-02-10", "17,21");
    /* From the number alone: a woman of 76. */
    categories("id_no=11010519491231002X", "2026-02-10", "17,19");
    categories("born=2008-02-29;sex=1", "2026-02-28", "18");
    categories("born=2008-02-29;sex=1", "2026-03-01", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notice_needs_no_means),
        cmocka_unit_test(criminal_matters_on_application),
        cmocka_unit_test(civil_matters),
        cmocka_unit_test(exemptions_and_waivers),
        cmocka_unit_test(categories_waive_the_check),
        cmocka_unit_test(standard_of_the_day_of_receipt),
        cmocka_unit_test(soldiers_come_first),
        cmocka_unit_test(ages_on_the_day),
        cmocka_unit_test(abuse_of_a_minor_is_reported),
        cmocka_unit_test(fewer_than_seven_days_are_urgent),
        cmocka_unit_test(categories_follow_from_the_person), cmocka_unit_test(categories_of_the_county),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
