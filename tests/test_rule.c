/* tests/test_rule.c - the shipped table is whole, values are read strictly, the county's rows count from their day on, and only its leaders write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/law.h"
#include "core/aid/rule.h"
#include "core/base/day.h"
#include "tests/fixture.h"

struct desk {
    struct world world;
    struct rules *rules;
};

static struct desk desk;

static void load(struct node *node)
{
    struct errmsg err = {{0}};
    rules_free(desk.rules);
    assert_int_equal(rules_load(&desk.rules, node->store, &node->actor, &err), STATUS_OK);
}

static int set_up(void **state)
{
    (void)state;
    world_open(&desk.world, 1, NULL);
    desk.rules = NULL;
    load(&desk.world.center);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rules_free(desk.rules);
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

static enum status try_set(struct node *node, const char *name, const char *value, const char *from, const char *basis, struct errmsg *err)
{
    err->text[0] = '\0';
    return rule_set(node->store, &node->actor, node->codes, node->random, name, value, day(from), basis, err);
}

static void set(const char *name, const char *value, const char *from, const char *basis)
{
    struct errmsg err = {{0}};
    if (try_set(&desk.world.center, name, value, from, basis, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    load(&desk.world.center);
}

static void expect_text(const char *name, const char *on, const char *text)
{
    assert_string_equal(rules_text(desk.rules, name, day(on)), text);
}

static void test_the_shipped_table(void **state)
{
    static const char *const needed[] = {"D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D15", "D16", "D17", "D18",
                                         "D19_01", "D19_02", "D19_03", "D19_04", "D19_05", "D19_06", "D19_07", "D19_08"};
    (void)state;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const struct rule_def *def = rules_find(desk.rules, needed[i]);
        assert_non_null(def);
        assert_int_equal(def->kind, RULE_TERM);
    }
    for (size_t i = 0; i < rules_count(desk.rules); i++) {
        const struct rule_def *def = rules_at(desk.rules, i);
        assert_ptr_equal(rules_find(desk.rules, def->name), def);
        assert_ptr_equal(rules_find(desk.rules, def->label), def);
        assert_true(strcmp(def->mark, "source") == 0 || strcmp(def->mark, "knowledge") == 0 || strcmp(def->mark, "proposal") == 0);
        assert_true(strlen(def->basis) > 0 && strlen(def->help) > 0);
        assert_true(def->min <= def->max && def->max > 0);
        /* What is shipped stands there in its one spelling. */
        assert_string_equal(rules_text(desk.rules, def->name, 0), def->initial);
        assert_int_equal(rules_from(desk.rules, def->name, DAY_MAX), RULE_NO_DAY);
        assert_string_equal(rules_basis(desk.rules, def->name, 0), def->basis);
    }
    assert_null(rules_find(desk.rules, "D20"));
    assert_null(rules_find(desk.rules, ""));
}

/* Whether the text begins with the name of a law that is at hand. */
static bool names_a_law(const struct law_book *book, const char *text)
{
    for (size_t i = 0; i < law_book_count(book); i++) {
        const char *law = law_book_at(book, i)->law;
        if (strncmp(text, law, strlen(law)) == 0 && strncmp(text + strlen(law), "第", strlen("第")) == 0)
            return true;
    }
    return false;
}

/* F9 on a rule shows its article: each citation of a law at hand finds one. */
static void test_bases_are_found_in_the_law_at_hand(void **state)
{
    struct law_book *book;
    size_t found = 0;
    (void)state;
    assert_int_equal(law_book_open(&book, NULL), STATUS_OK);
    for (size_t i = 0; i < rules_count(desk.rules); i++) {
        char basis[300], *rest = basis;
        snprintf(basis, sizeof basis, "%s", rules_at(desk.rules, i)->basis);
        for (char *piece = basis; piece != NULL; piece = rest) {
            rest = strstr(piece, "；");
            if (rest != NULL) {
                *rest = '\0';
                rest += strlen("；");
            }
            if (!names_a_law(book, piece))
                continue;
            if (law_book_cited(book, piece) == SIZE_MAX)
                fail_msg("%s: %s", rules_at(desk.rules, i)->name, piece);
            found++;
        }
    }
    assert_true(found >= 50);
    law_book_free(book);
}

static void test_lengths_of_the_law(void **state)
{
    static const struct {
        const char *name;
        int64_t n;
        enum term_unit unit;
    } terms[] = {{"D01", 7, TERM_DAY},     {"D03", 3, TERM_DAY},    {"D06", 24, TERM_HOUR},    {"D07", 5, TERM_DAY},      {"D09", 5, TERM_DAY},      {"D10_2", 6, TERM_MONTH},
                 {"D11", 5, TERM_WORKDAY}, {"D14", 30, TERM_DAY},   {"D16", 15, TERM_WORKDAY}, {"D17", 7, TERM_WORKDAY},  {"D19_01", 3, TERM_YEAR},  {"D19_02", 1, TERM_YEAR},
                 {"D19_03", 15, TERM_DAY}, {"D19_04", 60, TERM_DAY}, {"D19_05", 6, TERM_MONTH}, {"D19_06", 15, TERM_DAY}, {"D19_07", 10, TERM_DAY}, {"D19_08", 2, TERM_YEAR}};
    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        struct rule_term term = rules_term(desk.rules, terms[i].name, day("2026-01-01"));
        assert_int_equal(term.n, terms[i].n);
        assert_int_equal(term.unit, terms[i].unit);
    }
    assert_int_equal(rules_int(desk.rules, "means_standard", 0), 249000);
    assert_int_equal(rules_int(desk.rules, "separate_review", 0), 1);
    assert_int_equal(rules_int(desk.rules, "urgent_delegate", 0), 0);
    assert_int_equal(rules_int(desk.rules, "urgent_days", 0), 7);
    assert_string_equal(rules_text(desk.rules, "assign_criminal_kinds", 0), "01,02");
    assert_string_equal(rules_text(desk.rules, "interest_salt", 0), "");
}

static void test_terms_are_read_as_people_write_them(void **state)
{
    static const struct {
        const char *text, *spelling;
    } good[] = {{"7日", "7日"},        {"7 天", "7日"},         {"７日", "7日"},       {"5工作日", "5工作日"},   {"5 个工作日", "5工作日"}, {"24小时", "24小时"}, {"6个月", "6月"},
                {"3年", "3年"},        {" 15日 ", "15日"},      {"7 day", "7日"},      {"7 days", "7日"},        {"5 workday", "5工作日"},  {"24 Hours", "24小时"}, {"6 month", "6月"},
                {"3 years", "3年"},    {"007日", "7日"},        {"0日", "0日"},        {"9999日", "9999日"}};
    static const struct {
        const char *text;
        enum status status;
    } bad[] = {{"", STATUS_MALFORMED},   {"7", STATUS_MALFORMED},     {"日", STATUS_MALFORMED},     {"七日", STATUS_MALFORMED},     {"-7日", STATUS_MALFORMED}, {"7.5日", STATUS_MALFORMED},
               {"7日内", STATUS_MALFORMED}, {"7周", STATUS_MALFORMED}, {"10000日", STATUS_RANGE}, {"99999999999999999999日", STATUS_RANGE}};
    char text[RULE_TERM_BYTES];
    struct rule_term term;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (rule_parse_term(good[i].text, &term, NULL) != STATUS_OK)
            fail_msg("%s", good[i].text);
        rule_format_term(term, text);
        assert_string_equal(text, good[i].spelling);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct errmsg err = {{0}};
        if (rule_parse_term(bad[i].text, &term, &err) != bad[i].status)
            fail_msg("%s", bad[i].text);
        assert_true(strlen(err.text) > 0);
    }
    char flood[1000];
    memset(flood, '9', sizeof flood - 1);
    flood[sizeof flood - 1] = '\0';
    assert_int_equal(rule_parse_term(flood, &term, NULL), STATUS_MALFORMED);
}

static void test_bad_values_are_refused_with_the_reason(void **state)
{
    static const struct {
        const char *name, *value;
        enum status status;
        const char *says;
    } bad[] = {
        {"D01", "7", STATUS_MALFORMED, "D01 审查决定: 期限要写数字和单位"},
        {"D01", "0日", STATUS_RANGE, "1 到 365"},
        {"D01", "366日", STATUS_RANGE, "1 到 365"},
        {"means_standard", "2490", STATUS_RANGE, "要写单位，如 2490元"}, /* a plain integer is fen */
        {"means_standard", "很低", STATUS_MALFORMED, "means_standard 经济困难标准: "},
        {"separate_review", "也许", STATUS_MALFORMED, "separate_review"},
        {"assign_load_max", "1000", STATUS_RANGE, "0 到 999"},
        {"assign_load_max", "二十", STATUS_MALFORMED, "assign_load_max"},
        {"number_pattern", "{area}{word}〔{year}〕号", STATUS_MALFORMED, "{serial}"},
        {"number_pattern", "{word}{serial}{amount}", STATUS_MALFORMED, "花括号里只能是"},
        {"number_pattern", "{word}{serial}}", STATUS_MALFORMED, "花括号里只能是"},
        {"no_such_rule", "1", STATUS_NOT_FOUND, "没有规则 no_such_rule"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct errmsg err;
        enum status status = try_set(&desk.world.center, bad[i].name, bad[i].value, "2026-01-01", NULL, &err);
        if (status != bad[i].status || strstr(err.text, bad[i].says) == NULL)
            fail_msg("%s=%s: %s %s", bad[i].name, bad[i].value, status_name(status), err.text);
    }
    load(&desk.world.center);
    for (size_t i = 0; i < rules_count(desk.rules); i++)
        assert_int_equal(rules_from(desk.rules, rules_at(desk.rules, i)->name, DAY_MAX), RULE_NO_DAY);
}

static void test_values_get_one_spelling(void **state)
{
    (void)state;
    set("D01", "10 days", "2026-01-01", NULL);
    set("means_standard", "2660.5", "2026-01-01", NULL);
    set("经济困难标准", "266000", "2026-02-01", NULL); /* by label; a plain integer is fen */
    set("separate_review", "否", "2026-01-01", NULL);
    set("number_pattern", "{area}法援{word}[{year}]{serial}", "2026-01-01", NULL);
    expect_text("D01", "2026-01-01", "10日");
    expect_text("means_standard", "2026-01-01", "2660.50元");
    expect_text("means_standard", "2026-02-01", "2660元");
    expect_text("separate_review", "2026-01-01", "0");
    expect_text("number_pattern", "2026-01-01", "{area}法援{word}[{year}]{serial}");
    assert_int_equal(rules_int(desk.rules, "means_standard", day("2026-01-15")), 266050);
}

static void test_a_rule_counts_from_its_day_on(void **state)
{
    struct rule_version version;
    (void)state;
    set("means_standard", "2660元", "2026-01-01", "苏人社发〔2025〕某号");
    set("means_standard", "2800元", "2028-01-01", NULL);
    assert_int_equal(rules_int(desk.rules, "means_standard", day("2025-12-31")), 249000);
    assert_int_equal(rules_int(desk.rules, "means_standard", day("2026-01-01")), 266000);
    assert_int_equal(rules_int(desk.rules, "means_standard", day("2027-12-31")), 266000);
    assert_int_equal(rules_int(desk.rules, "means_standard", day("2028-01-01")), 280000);
    assert_string_equal(rules_basis(desk.rules, "means_standard", day("2026-06-01")), "苏人社发〔2025〕某号");
    assert_string_equal(rules_basis(desk.rules, "means_standard", day("2028-06-01")), rules_find(desk.rules, "means_standard")->basis);
    assert_int_equal(rules_from(desk.rules, "means_standard", day("2027-06-01")), day("2026-01-01"));
    assert_true(rules_version(desk.rules, "means_standard", 0, &version));
    assert_string_equal(version.value, "2660元");
    assert_true(rules_version(desk.rules, "means_standard", 1, &version));
    assert_int_equal(version.from, day("2028-01-01"));
    assert_false(rules_version(desk.rules, "means_standard", 2, &version));
    assert_false(rules_version(desk.rules, "D01", 0, &version));
    expect_text("D01", "2026-06-01", "7日"); /* neighbours are untouched */
    expect_text("receipt_alarm_days", "2026-06-01", "2");
}

static int64_t count_rows(struct node *node)
{
    int64_t count = -1;
    assert_int_equal(records_count(node->store, &node->actor, catalogue_find("rule"), NULL, &count, NULL), STATUS_OK);
    return count;
}

static void test_the_same_day_is_changed_and_the_shipped_value_comes_back(void **state)
{
    (void)state;
    set("D02", "10日", "2026-03-01", "一");
    set("D02", "20日", "2026-03-01", "二");
    assert_int_equal(count_rows(&desk.world.center), 1);
    expect_text("D02", "2026-03-01", "20日");
    assert_string_equal(rules_basis(desk.rules, "D02", day("2026-03-01")), "二");
    set("D02", "", "2026-05-01", NULL);
    expect_text("D02", "2026-04-30", "20日");
    expect_text("D02", "2026-05-01", "15日");
    assert_string_equal(rules_basis(desk.rules, "D02", day("2026-05-01")), "法律援助法第四十三条");
    set("D03", "", "2026-05-01", NULL); /* already so: nothing is written */
    assert_int_equal(count_rows(&desk.world.center), 2);
    node_verify(&desk.world.center);
}

static void test_rules_travel_to_stations_which_may_not_write_them(void **state)
{
    struct node *station = &desk.world.stations[0];
    struct errmsg err;
    (void)state;
    set("D02", "10日", "2026-03-01", NULL);
    assert_int_equal(try_set(station, "D02", "30日", "2026-03-01", NULL, &err), STATUS_FORBIDDEN);
    assert_non_null(strstr(err.text, "只能在县中心"));
    world_sync(&desk.world, 0);
    load(station);
    expect_text("D02", "2026-03-01", "10日");
    expect_text("D02", "2026-02-28", "15日");
}

static void test_only_leaders_of_the_center_write_them(void **state)
{
    static const enum actor_role others[] = {ROLE_STATION, ROLE_VOLUNTEER, ROLE_CLERK, ROLE_REVIEWER, ROLE_BUREAU, ROLE_ARCHIVIST, ROLE_AUDITOR};
    struct node *center = &desk.world.center;
    struct errmsg err;
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        center->actor.role = others[i];
        assert_int_equal(try_set(center, "D02", "30日", "2026-03-01", NULL, &err), STATUS_FORBIDDEN);
    }
    center->actor.role = ROLE_DIRECTOR;
    set("D02", "30日", "2026-03-01", NULL);
    center->actor.role = ROLE_ADMIN;
    set("D02", "29日", "2026-03-01", NULL);
    expect_text("D02", "2026-03-01", "29日");
}

static void add_raw(const char *name, const char *value)
{
    struct node *center = &desk.world.center;
    struct errmsg err = {{0}};
    struct record row;
    record_init(&row, catalogue_find("rule"));
    assert_int_equal(records_begin(center->store, &center->actor, &row, center->codes, &err), STATUS_OK);
    record_set_text(&row, "name", name);
    record_set_text(&row, "value", value);
    record_set_int(&row, "from_day", day("2026-01-01"));
    assert_int_equal(records_save(center->store, &center->actor, center->codes, center->random, &row, &err), STATUS_OK);
    record_release(&row);
}

/* A row of a newer program, or one that came in some other way, must not stop the clock of the county. */
static void test_rows_that_make_no_sense_count_as_absent(void **state)
{
    (void)state;
    add_raw("D01", "很快");
    add_raw("D99", "7日");
    load(&desk.world.center);
    assert_int_equal(rules_ignored(desk.rules), 2);
    expect_text("D01", "2026-06-01", "7日");
}

static void test_a_record_is_prepared_before_it_is_saved(void **state)
{
    struct node *center = &desk.world.center;
    struct errmsg err = {{0}};
    struct record row;
    (void)state;
    record_init(&row, catalogue_find("rule"));
    record_set_text(&row, "name", "补正材料");
    record_set_text(&row, "value", "10 天");
    assert_int_equal(rule_prepare(center->store, &center->actor, &row, &err), STATUS_OK);
    assert_string_equal(record_text(&row, "name"), "D02");
    assert_string_equal(record_text(&row, "value"), "10日");
    record_set_text(&row, "value", "十天");
    assert_int_equal(rule_prepare(center->store, &center->actor, &row, &err), STATUS_MALFORMED);
    assert_string_equal(record_text(&row, "value"), "十天");
    record_set_text(&row, "name", "D99");
    assert_int_equal(rule_prepare(center->store, &center->actor, &row, &err), STATUS_NOT_FOUND);
    record_release(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_shipped_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bases_are_found_in_the_law_at_hand, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lengths_of_the_law, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_terms_are_read_as_people_write_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad_values_are_refused_with_the_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_get_one_spelling, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_rule_counts_from_its_day_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_same_day_is_changed_and_the_shipped_value_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rules_travel_to_stations_which_may_not_write_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_leaders_of_the_center_write_them, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rows_that_make_no_sense_count_as_absent, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_record_is_prepared_before_it_is_saved, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
