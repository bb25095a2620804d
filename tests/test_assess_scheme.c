/* tests/test_assess_scheme.c - the schemes of the yearly assessment: those shipped, and what a county changes in them. */
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
#include "tests/assess_bed.h"
#include "tests/command.h"
#include "tests/fixture.h"

/* ---- the scheme ---- */

static enum status add_line(const char *fields, struct errmsg *said)
{
    struct node *center = &assess_bed_world.center;
    struct record record;
    record_init(&record, catalogue_find("assess_standard"));
    must_do(records_begin(center->store, &center->actor, &record, assess_bed_world.codes, &err));
    assess_bed_fill(&record, fields);
    enum status status = record_prepare(center->store, &center->actor, assess_bed_world.codes, center->random, &record, said);
    if (status == STATUS_OK)
        status = records_save(center->store, &center->actor, assess_bed_world.codes, center->random, &record, said);
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
        must_do(assess_scheme_load(&scheme, assess_bed_desk.store, assess_bed_desk.actor, kinds[i], 2026, &err));
        assert_int_equal(assess_scheme_sum(&scheme), 100);
        for (size_t k = 0; k < scheme.n; k++)
            assert_true((scheme.lines[k].metric->kinds & 1u << i) != 0);
        assert_non_null(code_book_find(assess_bed_world.codes, "assess_kind", kinds[i]));
    }
    assert_int_equal(code_book_count(assess_bed_world.codes, "assess_metric"), assess_metric_count());
    for (size_t i = 0; i < assess_metric_count(); i++)
        assert_non_null(code_book_find(assess_bed_world.codes, "assess_metric", assess_metric_at(i)->code));
    assert_int_equal(assess_scheme_load(&scheme, assess_bed_desk.store, assess_bed_desk.actor, "judge", 2026, &said), STATUS_NOT_FOUND);
}

static void test_the_county_changes_the_scheme_from_a_year_on(void **state)
{
    struct assess_scheme scheme;
    struct assess_sheet sheet;
    struct assess_subject subject;
    struct errmsg said = {{0}};
    (void)state;
    must_line("kind=handler metric=closed weight=25 target=10 from_year=2026");
    must_do(assess_find(&assess_bed_desk, "handler", "李律师", &subject, &err));
    assert_int_equal(assess_compute(&assess_bed_desk, &subject, &sheet, &said), STATUS_INVALID);
    assert_string_equal(said.text, "2026 年承办人的考核指标分值合计 105(加分、扣分不算)，应为 100；改好考核指标(assess_standard)再用");
    must_line("kind=handler metric=organ weight=0 from_year=2026");
    assess_bed_compute("handler", "李律师", &sheet);
    assert_string_equal(sheet.items[0].reason, "办结案件 1 件，目标 10 件，25 × 1/10 = 2.50");
    assert_int_equal(sheet.n, 10); /* no opinions of organs */
    must_line("kind=handler metric=tokens weight=2 from_year=2027");
    must_do(assess_scheme_load(&scheme, assess_bed_desk.store, assess_bed_desk.actor, "handler", 2027, &err));
    assert_int_equal(scheme.lines[scheme.n - 1].weight, 2);
    assert_int_equal(scheme.lines[scheme.n - 1].cap, ASSESS_NO_CAP);
    must_do(assess_scheme_load(&scheme, assess_bed_desk.store, assess_bed_desk.actor, "handler", 2025, &err)); /* the year before is as shipped */
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
    must_do(records_has_same(assess_bed_desk.store, assess_bed_desk.actor, record, same, 3, &has, &err));
    assert_false(has);
    must_do(records_has_same(assess_bed_desk.store, assess_bed_desk.actor, record, fewer, 2, &has, &err));
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
    must_do(records_list(assess_bed_desk.store, assess_bed_desk.actor, &query, has_no_other, &seen, &err));
    assert_int_equal(seen, 2);
}

/* Penalties stop at their cap. */
static void test_a_cap_holds_penalties_too(void **state)
{
    struct assess_sheet sheet;
    (void)state;
    must_line("kind=volunteer metric=complaints weight=-10 cap=4 from_year=2026");
    assess_bed_compute("volunteer", "王志愿", &sheet);
    assert_int_equal(sheet.items[5].points, -400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shipped_schemes_sum_to_a_hundred, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_the_county_changes_the_scheme_from_a_year_on, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_lines_that_make_no_sense, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_line_is_not_its_own_twin, assess_bed_open_world, assess_bed_close_world),
        cmocka_unit_test_setup_teardown(test_a_cap_holds_penalties_too, assess_bed_open_world, assess_bed_close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
