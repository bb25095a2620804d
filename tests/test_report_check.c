/* tests/test_report_check.c - every line of the table of checks reads, means cells there are, holds for figures that agree and fires on one that does not, naming every cell; explanations stand as long as the difference
 * does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/report/report_check.h"
#include "core/report/summary.h"
#include "tests/report_world.h"

enum { CELLS_MAX = 600, ROUNDS_MAX = 200 };

static struct form_book *book;

static int set_up(void **state)
{
    struct errmsg err = {{0}};
    (void)state;
    return form_book_new(&book, &err) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    form_book_free(book);
    return 0;
}

/* ---- made-up figures ---- */

struct figures {
    struct {
        char cell[FORM_CELL_BYTES];
        int64_t value;
    } cells[CELLS_MAX];
    size_t n;
    const char *absent; /* a cell that is not at hand */
};

static int64_t *figure(struct figures *figures, const char *cell)
{
    for (size_t i = 0; i < figures->n; i++)
        if (strcmp(figures->cells[i].cell, cell) == 0)
            return &figures->cells[i].value;
    assert_true(figures->n < CELLS_MAX);
    snprintf(figures->cells[figures->n].cell, FORM_CELL_BYTES, "%s", cell);
    figures->cells[figures->n].value = 0;
    return &figures->cells[figures->n++].value;
}

static bool figure_value(void *context, const char *cell, int64_t org, int64_t *value)
{
    struct figures *figures = context;
    assert_int_equal(org, 7);
    if (figures->absent != NULL && strcmp(figures->absent, cell) == 0)
        return false;
    *value = *figure(figures, cell);
    return true;
}

static int64_t sum_of(struct figures *figures, const struct report_rule *rule, size_t from, size_t to)
{
    int64_t sum = 0;
    for (size_t i = from; i < to; i++)
        sum += *figure(figures, rule->cells[i]);
    return sum;
}

static void parse(const char *text, struct report_rule *rule)
{
    struct errmsg err = {{0}};
    if (report_rule_parse(text, rule, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
}

/* Figures of every cell that the table names, none of them 0, that agree with one another: what is too small grows, until all lines hold. */
static void make_consistent(struct figures *figures)
{
    struct report_check_line line;
    struct report_rule rule;
    uint64_t seed = 5;
    struct random_source random = random_seeded(&seed);
    *figures = (struct figures){.n = 0};
    for (size_t i = 0; report_check_at(i, &line); i++) {
        parse(line.rule, &rule);
        for (size_t c = 0; c < rule.n_cells; c++)
            *figure(figures, rule.cells[c]) = 1 + (int64_t)random_below(random, 20);
    }
    for (int round = 0, wrong = 1; wrong > 0; round++) {
        wrong = 0;
        assert_true(round < ROUNDS_MAX);
        for (size_t i = 0; report_check_at(i, &line); i++) {
            parse(line.rule, &rule);
            int64_t left = sum_of(figures, &rule, 0, rule.n_left), right = sum_of(figures, &rule, rule.n_left, rule.n_cells);
            if (left < right)
                *figure(figures, rule.cells[0]) += right - left;
            else if (left > right && !rule.at_least)
                *figure(figures, rule.cells[rule.n_cells - 1]) += left - right;
            wrong += left < right || (left > right && !rule.at_least);
        }
    }
}

/* ---- what fails ---- */

struct failed {
    const char *rule; /* looked for; NULL: any */
    size_t n;         /* times it failed */
    struct check_failure last;
    char message[1 << 14];
};

static bool on_failure(void *context, const struct check_failure *failure)
{
    struct failed *failed = context;
    if (failed->rule != NULL && strcmp(failed->rule, failure->rule) != 0)
        return true;
    failed->n++;
    failed->last = *failure;
    snprintf(failed->message, sizeof failed->message, "%s", failure->message);
    return true;
}

static void run(struct figures *figures, const char *form, struct failed *failed, const char *rule)
{
    struct errmsg err = {{0}};
    *failed = (struct failed){.rule = rule};
    if (report_check_run(book, form, 7, "永阳站", figure_value, figures, on_failure, failed, &err) != STATUS_OK)
        fail_msg("%s", err.text);
}

static void must_have(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("no “%s” in: %s", part, text);
}

/* How a cell must be told: form, number, heading, value. */
static void must_name(const char *message, const char *cell, int64_t value)
{
    const struct ministry_form *form;
    const struct form_column *column = form_book_cell(book, cell, &form);
    char text[512], name[CHECK_FORM_BYTES];
    if (column != NULL) {
        report_short_name(form->name, name);
        if (column->money)
            snprintf(text, sizeof text, "%s第%d栏“%s”%lld.%02lld元", name, column->no, column->heading, (long long)value / 100, (long long)value % 100);
        else
            snprintf(text, sizeof text, "%s第%d栏“%s”%lld", name, column->no, column->heading, (long long)value);
    } else {
        const struct summary_cell *found = NULL;
        for (size_t i = 0; found == NULL && summary_cell_at(i) != NULL; i++)
            if (strcmp(summary_cell_at(i)->name, cell) == 0)
                found = summary_cell_at(i);
        assert_non_null(found);
        if (found->money)
            snprintf(text, sizeof text, "工作总结%s“%s”%lld.%02lld元", cell, found->label, (long long)value / 100, (long long)value % 100);
        else
            snprintf(text, sizeof text, "工作总结%s“%s”%lld", cell, found->label, (long long)value);
    }
    must_have(message, text);
}

/* ---- the table ---- */

static void test_every_line_reads_and_means_cells_there_are(void **state)
{
    struct report_check_line line, other;
    struct report_rule rule;
    size_t n = 0;
    (void)state;
    for (; report_check_at(n, &line); n++) {
        bool own = false;
        parse(line.rule, &rule);
        assert_true(rule.n_left >= 1 && rule.n_left < rule.n_cells);
        assert_true(line.words[0] != '\0');
        assert_true(strcmp(line.form, "summary") == 0 || form_book_find(book, line.form) != NULL);
        for (size_t c = 0; c < rule.n_cells; c++) {
            const struct ministry_form *form = NULL;
            char spelling[FORM_CELL_BYTES];
            const struct form_column *column = form_book_cell(book, rule.cells[c], &form);
            bool of_summary = rule.cells[c][0] == 'R';
            if (!of_summary) {
                if (column == NULL)
                    fail_msg("%s: %s", line.rule, rule.cells[c]);
                form_cell_name(form, column, spelling);
                assert_string_equal(spelling, rule.cells[c]);
            }
            own |= of_summary ? strcmp(line.form, "summary") == 0 : strcmp(form->name, line.form) == 0;
            for (size_t d = 0; d < c; d++)
                assert_string_not_equal(rule.cells[c], rule.cells[d]);
        }
        assert_true(own); /* shown by a form that has a part in it */
        assert_true(strlen(line.rule) <= catalogue_max_chars(catalogue_field(catalogue_find("report_explanation"), "rule"))); /* can be explained */
        for (size_t i = 0; i < n; i++) {
            assert_true(report_check_at(i, &other));
            assert_true(strcmp(other.rule, line.rule) != 0);
        }
    }
    assert_int_equal(n, report_check_count());
    assert_true(n > 100);
}

/* Lines whose two sides are of different sorts would never make sense. */
static void test_no_line_compares_money_with_numbers(void **state)
{
    struct report_check_line line;
    struct report_rule rule;
    (void)state;
    for (size_t i = 0; report_check_at(i, &line); i++) {
        int money = 0, forms = 0;
        parse(line.rule, &rule);
        for (size_t c = 0; c < rule.n_cells; c++) {
            const struct form_column *column = form_book_cell(book, rule.cells[c], NULL);
            money += column != NULL && column->money;
            forms += column != NULL;
        }
        if (money != 0 && money != forms)
            fail_msg("%s", line.rule);
    }
}

static void test_none_fires_on_figures_that_agree(void **state)
{
    struct figures *figures = calloc(1, sizeof *figures);
    struct failed *failed = calloc(1, sizeof *failed);
    (void)state;
    make_consistent(figures);
    run(figures, NULL, failed, NULL);
    if (failed->n > 0)
        fail_msg("%s", failed->message);
    for (size_t i = 0; i < figures->n; i++)
        figures->cells[i].value = 0; /* nothing happened at all */
    run(figures, NULL, failed, NULL);
    assert_int_equal(failed->n, 0);
    free(figures);
    free(failed);
}

static void check_message(const struct failed *failed, struct figures *figures, const struct report_rule *rule, const struct report_check_line *line)
{
    must_have(failed->message, "永阳站：");
    must_have(failed->message, rule->at_least ? " < " : " ≠ ");
    must_have(failed->message, line->words);
    must_have(failed->message, line->todo);
    must_have(failed->message, "写明原因");
    for (size_t c = 0; c < rule->n_cells; c++) {
        must_name(failed->message, rule->cells[c], *figure(figures, rule->cells[c]));
        assert_string_equal(failed->last.cells[c].cell, rule->cells[c]);
        assert_int_equal(failed->last.cells[c].value, *figure(figures, rule->cells[c]));
        assert_int_equal(failed->last.cells[c].left, c < rule->n_left);
    }
    assert_int_equal(failed->last.n_cells, rule->n_cells);
    assert_int_equal(failed->last.left, sum_of(figures, rule, 0, rule->n_left));
    assert_int_equal(failed->last.right, sum_of(figures, rule, rule->n_left, rule->n_cells));
    assert_int_equal(failed->last.difference, failed->last.left - failed->last.right);
    assert_null(failed->last.explained);
}

/* Each line, each of its cells: one more or less is told, with every cell by name. */
static void test_every_line_fires_and_names_every_cell(void **state)
{
    struct figures *agreed = calloc(1, sizeof *agreed), *figures = calloc(1, sizeof *figures);
    struct failed *failed = calloc(1, sizeof *failed);
    struct report_check_line line;
    struct report_rule rule;
    (void)state;
    make_consistent(agreed);
    for (size_t i = 0; report_check_at(i, &line); i++) {
        parse(line.rule, &rule);
        for (size_t c = 0; c < rule.n_cells; c++) {
            *figures = *agreed;
            int64_t room = sum_of(figures, &rule, 0, rule.n_left) - sum_of(figures, &rule, rule.n_left, rule.n_cells);
            *figure(figures, rule.cells[c]) += c < rule.n_left ? -room - 1 : room + 1;
            run(figures, line.form, failed, line.rule);
            if (failed->n != 1)
                fail_msg("%s does not fire", line.rule);
            assert_int_equal(failed->last.difference, -1);
            check_message(failed, figures, &rule, &line);
            if (rule.at_least)
                continue;
            *figures = *agreed;
            *figure(figures, rule.cells[c]) += c < rule.n_left ? 5 : -5;
            run(figures, line.form, failed, line.rule);
            assert_int_equal(failed->n, 1);
            assert_int_equal(failed->last.difference, 5);
        }
    }
    free(agreed);
    free(figures);
    free(failed);
}

static void test_sums_are_told_and_money_is_yuan(void **state)
{
    struct figures *figures = calloc(1, sizeof *figures);
    struct failed *failed = calloc(1, sizeof *failed);
    (void)state;
    *figure(figures, "F8.3") = 123456;
    *figure(figures, "F5.45") = 100;
    *figure(figures, "F6.45") = 5;
    run(figures, "form8", failed, "F8.3=F5.45+F6.45+F7.33");
    must_have(failed->message, "1234.56元 ≠ ");
    must_have(failed->message, "0.05元");
    must_have(failed->message, " = 1.05元，相差 1233.51元。");
    *figure(figures, "F8.3") = 0;
    run(figures, "form8", failed, "F8.3=F5.45+F6.45+F7.33");
    must_have(failed->message, "，相差 -1.05元。");
    free(figures);
    free(failed);
}

/* What is not at hand is not checked; figures of another office may be anything. */
static void test_cells_not_at_hand_and_enormous_ones(void **state)
{
    struct figures *figures = calloc(1, sizeof *figures);
    struct failed *failed = calloc(1, sizeof *failed);
    (void)state;
    *figure(figures, "F3.1") = 1;
    figures->absent = "F3.11";
    run(figures, "form3", failed, "F3.1=F3.2+F3.10+F3.11");
    assert_int_equal(failed->n, 0);
    figures->absent = NULL;
    *figure(figures, "F3.2") = INT64_MAX;
    *figure(figures, "F3.10") = INT64_MAX;
    *figure(figures, "F3.1") = INT64_MIN;
    run(figures, "form3", failed, "F3.1=F3.2+F3.10+F3.11");
    assert_int_equal(failed->n, 1);
    assert_int_equal(failed->last.right, INT64_MAX);
    assert_int_equal(failed->last.difference, INT64_MIN);
    *figure(figures, "F3.2") = *figure(figures, "F3.10") = INT64_MIN;
    *figure(figures, "F3.1") = 0;
    run(figures, "form3", failed, "F3.1=F3.2+F3.10+F3.11");
    assert_int_equal(failed->last.difference, INT64_MAX);
    free(figures);
    free(failed);
}

static void test_expressions_are_read_strictly(void **state)
{
    static const char *const bad[] = {"", "F6.2", "F6.2=", "=F6.2", "F6.2==F6.3", "F6.2=>F6.3", "F6.2>F6.3", "F6.2=F6.3+", "F6.2=+F6.3", "F6.2=F6.3=F6.4", "f6.2=f6.3", "F6.=F6.3", "F=F6.3",
                                      "F6.2=F6.3 ", " F6.2=F6.3", "F6.2=F6.3-F6.4", "F6.2=1", "F1234567890123.2=F6.3", "F6.2=甲"};
    struct report_rule rule;
    struct errmsg err = {{0}};
    char text[400] = "M1=M2";
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (report_rule_parse(bad[i], &rule, &err) != STATUS_MALFORMED)
            fail_msg("taken: %s", bad[i]);
    for (int i = 2; i < CHECK_CELLS_MAX; i++)
        strcat(text, "+M2");
    parse(text, &rule);
    assert_int_equal(rule.n_cells, CHECK_CELLS_MAX);
    assert_int_equal(rule.n_left, 1);
    strcat(text, "+M2");
    assert_int_equal(report_rule_parse(text, &rule, &err), STATUS_TOO_LARGE);
    must_have(err.text, "16");
    for (int i = 0; i < 60; i++)
        strcat(text, "+M2");
    assert_int_equal(report_rule_parse(text, &rule, &err), STATUS_TOO_LARGE);
    parse("F9.5>=F8.5", &rule);
    assert_true(rule.at_least);
    parse("R1+R3=F8.1+F8.2", &rule);
    assert_false(rule.at_least);
    assert_int_equal(rule.n_left, 2);
    assert_string_equal(rule.cells[3], "F8.2");
}

static void test_reports_have_short_names(void **state)
{
    static const char *const names[][2] = {{"form1", "年报表一"}, {"form10", "年报表十"}, {"form13", "年报表十三"}, {"monthly", "月报"}, {"quarterly", "季报"}, {"summary", "工作总结"}, {"form14", "form14"}, {"formx", "formx"}};
    char name[CHECK_FORM_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        report_short_name(names[i][0], name);
        assert_string_equal(name, names[i][1]);
    }
}

/* ---- with records ---- */

static struct failed *check_form(struct report_world *desk, const char *form_name, const char *rule, int64_t *open)
{
    struct errmsg err = {{0}};
    struct failed *failed = calloc(1, sizeof *failed);
    const struct ministry_form *form = form_book_find(desk->book, form_name);
    struct form_sheet sheet;
    failed->rule = rule;
    report_world_count(desk);
    assert_int_equal(form_compute(&desk->desk, form, &desk->period, &sheet, &err), STATUS_OK);
    if (report_check(&desk->desk, form, &sheet, on_failure, failed, open, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    form_sheet_release(&sheet);
    report_world_done(desk);
    return failed;
}

static void adjust(struct report_world *desk, const char *cell, const char *amount, const char *org)
{
    node_make(&desk->world.center, "stat_entry", "date=2026-03-05", cell, amount, "basis=补报", org, NULL);
}

static void explain(struct report_world *desk, const char *rule, int64_t org, const char *text, enum status expected, const char *part)
{
    struct errmsg err = {{0}};
    enum status status = report_explain(&desk->desk, desk->world.center.random, "form8", rule, &desk->period, org, text, &err);
    if (status != expected)
        fail_msg("%s: %s", rule, err.text);
    if (part != NULL)
        must_have(err.text, part);
}

static const char RULE[] = "F8.1=F5.1+F6.2+F7.2";

static void test_an_adjustment_breaks_a_check_until_it_is_explained(void **state)
{
    struct report_world *desk = calloc(1, sizeof *desk);
    struct failed *failed;
    int64_t open;
    (void)state;
    report_world_open(desk, 1);
    failed = check_form(desk, "form8", NULL, &open);
    assert_int_equal(open, 0);
    assert_int_equal(failed->n, 0);
    free(failed);
    adjust(desk, "cell=F8.1", "amount=2", NULL);
    failed = check_form(desk, "form8", RULE, &open);
    assert_int_equal(open, 2); /* the center and the total */
    assert_int_equal(failed->n, 2);
    must_have(failed->message, "合计：年报表八第1栏“法律援助案件批准总数”2 ≠ 年报表五第1栏“合计”0 + 年报表六第2栏“批准情况/合计”0 + 年报表七第2栏“批准情况/合计”0 = 0，相差 2。");
    free(failed);
    report_world_close(desk);
    free(desk);
}

static void test_explanations_stand_as_long_as_the_difference(void **state)
{
    struct report_world *desk = calloc(1, sizeof *desk);
    struct failed *failed;
    int64_t open;
    (void)state;
    report_world_open(desk, 1);
    explain(desk, RULE, 0, "没有不符", STATUS_INVALID, "相符");
    explain(desk, "F8.1=F5.1", 0, "没有这条", STATUS_NOT_FOUND, "年报表八没有校验 F8.1=F5.1");
    adjust(desk, "cell=F8.1", "amount=2", NULL);
    explain(desk, RULE, 0, "乡镇补报两件", STATUS_OK, NULL);
    explain(desk, RULE, 1, "乡镇补报两件", STATUS_OK, NULL);
    explain(desk, RULE, 77, "没有这个单位", STATUS_INVALID, NULL);
    failed = check_form(desk, "form8", RULE, &open);
    assert_int_equal(open, 0);
    assert_int_equal(failed->n, 2);
    free(failed);
    adjust(desk, "cell=F8.1", "amount=1", NULL);
    failed = check_form(desk, "form8", RULE, &open);
    assert_int_equal(open, 2);
    assert_int_equal(failed->n, 2);
    must_have(failed->message, "合计：年报表八第1栏");
    free(failed);
    /* explained again: the same record says the new reason */
    explain(desk, RULE, 0, "三件", STATUS_OK, NULL);
    explain(desk, RULE, 1, "三件", STATUS_OK, NULL);
    failed = check_form(desk, "form8", RULE, &open);
    assert_int_equal(open, 0);
    free(failed);
    int64_t count = 0;
    assert_int_equal(records_count(desk->desk.store, desk->desk.actor, catalogue_find("report_explanation"), NULL, &count, NULL), STATUS_OK);
    assert_int_equal(count, 2);
    explain(desk, RULE, 0, "", STATUS_INVALID, "说明");
    report_world_close(desk);
    free(desk);
}

/* What is written by hand follows the official relations: duty lawyers are part of consultations. */
static void test_entries_by_hand_agree(void **state)
{
    static const char *const entries[][2] = {{"cell=F4.2", "money=1000元"}, {"cell=F4.16", "money=300元"}, {"cell=F4.17", "money=120元"}, {"cell=F4.18", "money=80元"}, {"cell=F3.9", "money=1元"}, {"cell=F3.8", "money=2元"}};
    struct report_world *desk = calloc(1, sizeof *desk);
    struct failed *failed;
    int64_t open;
    (void)state;
    report_world_open(desk, 1);
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        adjust(desk, entries[i][0], entries[i][1], NULL);
    for (int form = 3; form <= 4; form++) {
        failed = check_form(desk, form == 3 ? "form3" : "form4", NULL, &open);
        if (open != 0)
            fail_msg("%s", failed->message);
        free(failed);
    }
    assert_int_equal(report_world_cell(desk, "F4.4", 0), 38000);
    adjust(desk, "cell=F4.17", "money=200元", NULL);
    failed = check_form(desk, "form4", "F4.16>=F4.17", &open);
    assert_int_equal(open, 2);
    assert_int_equal(failed->last.difference, -2000);
    must_have(failed->message, "年报表四第16栏“业务经费（万元）/咨询补贴”300.00元 < 年报表四第17栏“业务经费（万元）/法院看守所值班律师补贴”320.00元，相差 -20.00元。");
    free(failed);
    report_world_close(desk);
    free(desk);
}

/* The summary's figures are explained as forms' are. */
static void test_a_summary_is_explained(void **state)
{
    struct report_world *desk = calloc(1, sizeof *desk);
    struct errmsg err = {{0}};
    (void)state;
    report_world_open(desk, 1);
    assert_int_equal(report_explain(&desk->desk, desk->world.center.random, "summary", "R1=F8.1", &desk->period, 0, "没有不符", &err), STATUS_INVALID);
    must_have(err.text, "相符");
    adjust(desk, "cell=R1", "amount=3", NULL);
    if (report_explain(&desk->desk, desk->world.center.random, "summary", "R1=F8.1", &desk->period, 0, "含外县移交三件", &err) != STATUS_OK)
        fail_msg("%s", err.text);
    struct stmt *stmt = store_prepare(desk->desk.store, "SELECT difference FROM report_explanation WHERE report='summary'");
    enum status status;
    assert_true(stmt_row(stmt, &status, NULL));
    assert_int_equal(stmt_column_int(stmt, 0), 3);
    stmt_reset(stmt);
    report_world_close(desk);
    free(desk);
}

/* Only the center's desk explains. */
static void test_who_may_explain(void **state)
{
    struct report_world *desk = calloc(1, sizeof *desk);
    struct actor reviewer;
    (void)state;
    report_world_open(desk, 1);
    adjust(desk, "cell=F8.1", "amount=2", NULL);
    reviewer = desk->world.center.actor;
    reviewer.owner = false;
    reviewer.role = ROLE_REVIEWER;
    desk->desk.actor = &reviewer;
    explain(desk, RULE, 0, "乡镇补报两件", STATUS_FORBIDDEN, NULL);
    report_world_close(desk);
    free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line_reads_and_means_cells_there_are),
        cmocka_unit_test(test_no_line_compares_money_with_numbers),
        cmocka_unit_test(test_none_fires_on_figures_that_agree),
        cmocka_unit_test(test_every_line_fires_and_names_every_cell),
        cmocka_unit_test(test_sums_are_told_and_money_is_yuan),
        cmocka_unit_test(test_cells_not_at_hand_and_enormous_ones),
        cmocka_unit_test(test_expressions_are_read_strictly),
        cmocka_unit_test(test_reports_have_short_names),
        cmocka_unit_test(test_an_adjustment_breaks_a_check_until_it_is_explained),
        cmocka_unit_test(test_explanations_stand_as_long_as_the_difference),
        cmocka_unit_test(test_entries_by_hand_agree),
        cmocka_unit_test(test_a_summary_is_explained),
        cmocka_unit_test(test_who_may_explain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
