/* tests/test_period.c - the periods that offices report, by four calendars: their days, names, neighbours, months, and how people write them. */
#include "core/base/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"

static const char *const STARTS[] = {"01-01", "12-01", "12-21", "07-01", "06-15", "01-28", "02-16", "11-15"};
enum { N_STARTS = sizeof STARTS / sizeof STARTS[0] };

static struct year_start start_of(const char *text)
{
    struct year_start start;
    struct errmsg err = {""};
    if (year_start_parse(text, &start, &err) != STATUS_OK)
        fail_msg("%s: %s", text, err.text);
    return start;
}

static int32_t day(int year, int month, int dom)
{
    int32_t out;
    assert_int_equal(day_from_ymd(year, month, dom, &out), STATUS_OK);
    return out;
}

static struct period parse(const char *start, const char *text)
{
    struct period out;
    struct errmsg err = {""};
    if (period_parse(text, start_of(start), &out, &err) != STATUS_OK)
        fail_msg("%s by %s: %s", text, start, err.text);
    return out;
}

static void check(const char *start, const char *text, const char *name, const char *days)
{
    struct period got = parse(start, text);
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES], both[64];
    day_format(got.from, from);
    day_format(got.to, to);
    snprintf(both, sizeof both, "%s..%s", from, to);
    if (strcmp(got.name, name) != 0 || strcmp(both, days) != 0)
        fail_msg("%s by %s: %s %s, not %s %s", text, start, got.name, both, name, days);
}

static void days_of_every_kind(void **state)
{
    static const char *const ROWS[][3] = {
        {"01-01", "2026", "2026-01-01..2026-12-31"},   {"01-01", "2026H1", "2026-01-01..2026-06-30"}, {"01-01", "2026H2", "2026-07-01..2026-12-31"},
        {"01-01", "2026Q1", "2026-01-01..2026-03-31"}, {"01-01", "2026Q4", "2026-10-01..2026-12-31"}, {"01-01", "2026-02", "2026-02-01..2026-02-28"},
        {"01-01", "2028-02", "2028-02-01..2028-02-29"}, {"01-01", "2028", "2028-01-01..2028-12-31"},
        /* December to November. */
        {"12-01", "2026", "2025-12-01..2026-11-30"},   {"12-01", "2026H1", "2025-12-01..2026-05-31"}, {"12-01", "2026H2", "2026-06-01..2026-11-30"},
        {"12-01", "2026Q1", "2025-12-01..2026-02-28"}, {"12-01", "2028Q1", "2027-12-01..2028-02-29"}, {"12-01", "2026Q2", "2026-03-01..2026-05-31"},
        {"12-01", "2026Q3", "2026-06-01..2026-08-31"}, {"12-01", "2026Q4", "2026-09-01..2026-11-30"}, {"12-01", "2025-12", "2025-12-01..2025-12-31"},
        {"12-01", "2026-03", "2026-03-01..2026-03-31"}, {"12-01", "2026-12", "2026-12-01..2026-12-31"},
        /* From the 21st to the 20th. */
        {"12-21", "2026", "2025-12-21..2026-12-20"},   {"12-21", "2026H1", "2025-12-21..2026-06-20"}, {"12-21", "2026H2", "2026-06-21..2026-12-20"},
        {"12-21", "2026Q1", "2025-12-21..2026-03-20"}, {"12-21", "2026Q3", "2026-06-21..2026-09-20"}, {"12-21", "2026-01", "2025-12-21..2026-01-20"},
        {"12-21", "2026-03", "2026-02-21..2026-03-20"}, {"12-21", "2028-03", "2028-02-21..2028-03-20"}, {"12-21", "2026-12", "2026-11-21..2026-12-20"},
        /* From July of the year before; a start in the first half lies in the year itself. */
        {"07-01", "2026", "2025-07-01..2026-06-30"},   {"07-01", "2026H1", "2025-07-01..2025-12-31"}, {"07-01", "2026Q4", "2026-04-01..2026-06-30"},
        {"07-01", "2025-09", "2025-09-01..2025-09-30"}, {"06-15", "2026", "2026-06-15..2027-06-14"},   {"06-15", "2026-06", "2026-06-15..2026-07-14"},
        {"02-16", "2026", "2026-02-16..2027-02-15"},   {"02-16", "2026-03", "2026-02-16..2026-03-15"}, {"01-28", "2026-02", "2026-01-28..2026-02-27"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        check(ROWS[i][0], ROWS[i][1], ROWS[i][1], ROWS[i][2]);
}

static void spellings(void **state)
{
    static const char *const ROWS[][2] = {
        {"2026年", "2026"}, {"2026年度", "2026"}, {" 2026 ", "2026"}, {"２０２６", "2026"}, {"2026全年", "2026"}, {"2026h2", "2026H2"}, {"2026 H 1", "2026H1"}, {"2026年上半年", "2026H1"},
        {"2026下半年", "2026H2"}, {"2026q3", "2026Q3"}, {"2026年第三季度", "2026Q3"}, {"2026年第3季度", "2026Q3"}, {"2026年一季度", "2026Q1"}, {"2026第四季度", "2026Q4"},
        {"2026-3", "2026-03"}, {"202603", "2026-03"}, {"2026M3", "2026-03"}, {"2026m03", "2026-03"}, {"2026/3", "2026-03"}, {"2026.03", "2026-03"}, {"2026年3月", "2026-03"},
        {"2026年03月", "2026-03"}, {"2026 年 3 月份", "2026-03"}, {"2026年十二月", "2026-12"}, {"2026年十月", "2026-10"}, {"2026年十一月", "2026-11"}, {"2026年一月", "2026-01"},
        {"2026-01-01..2026-03-31", "2026-01-01..2026-03-31"}, {"20260101 .. 20260331", "2026-01-01..2026-03-31"}, {"2026年1月1日至2026年3月31日", "2026-01-01..2026-03-31"},
        {"2026/1/1到2026/3/31", "2026-01-01..2026-03-31"}, {"2026-01-01～2026-01-01", "2026-01-01..2026-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct period got = parse("12-21", ROWS[i][0]);
        if (strcmp(got.name, ROWS[i][1]) != 0)
            fail_msg("%s: %s, not %s", ROWS[i][0], got.name, ROWS[i][1]);
    }
}

static void what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        enum status status;
    } ROWS[] = {
        {"", STATUS_MALFORMED},           {"今年", STATUS_MALFORMED},         {"26", STATUS_MALFORMED},            {"20261", STATUS_MALFORMED},      {"2026H", STATUS_MALFORMED},
        {"2026X1", STATUS_MALFORMED},     {"2026年上半", STATUS_MALFORMED},   {"2026-03-05", STATUS_MALFORMED},    {"20260305", STATUS_MALFORMED},   {"2026年第季度", STATUS_MALFORMED},
        {"2026..", STATUS_MALFORMED},     {"..2026", STATUS_MALFORMED},       {"2026-01-01..x", STATUS_MALFORMED}, {"2026H1x", STATUS_MALFORMED},    {"-2026", STATUS_MALFORMED},
        {"\xff", STATUS_MALFORMED},       {"2026H0", STATUS_RANGE},           {"2026H3", STATUS_RANGE},            {"2026Q5", STATUS_RANGE},         {"2026年第五季度", STATUS_RANGE},
        {"2026-13", STATUS_RANGE},        {"2026-00", STATUS_RANGE},          {"202613", STATUS_RANGE},            {"2026年13月", STATUS_RANGE},     {"1900", STATUS_RANGE},
        {"2199-01", STATUS_RANGE},        {"9999", STATUS_RANGE},             {"2026-02-30..2026-03-01", STATUS_RANGE}, {"2026-03-01..2026-02-01", STATUS_RANGE},
        {"1900-12-31..1901-01-05", STATUS_RANGE}, {"2198-12-01..2199-01-01", STATUS_RANGE},
        {"2026年上半年上半年上半年上半年上半年上半年上半年上半年", STATUS_MALFORMED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct period out = {.year = 7};
        struct errmsg err = {""};
        enum status status = period_parse(ROWS[i].text, start_of("12-01"), &out, &err);
        if (status != ROWS[i].status || err.text[0] == '\0' || out.year != 7)
            fail_msg("'%s': %s, '%s'", ROWS[i].text, status_name(status), err.text);
        if (status == STATUS_MALFORMED && (strstr(err.text, "2026H1") == NULL || strstr(err.text, "2026-01-01..2026-03-31") == NULL))
            fail_msg("'%s' does not say how it is written: %s", ROWS[i].text, err.text);
    }
}

static void starts(void **state)
{
    static const struct {
        const char *text;
        enum status status;
    } ROWS[] = {
        {"", STATUS_MALFORMED}, {"1-1", STATUS_MALFORMED}, {"01/01", STATUS_MALFORMED}, {"2026-01-01", STATUS_MALFORMED}, {"01-0x", STATUS_MALFORMED}, {" 1-01", STATUS_MALFORMED},
        {"00-01", STATUS_RANGE}, {"13-01", STATUS_RANGE}, {"01-00", STATUS_RANGE}, {"12-29", STATUS_RANGE}, {"02-30", STATUS_RANGE},
    };
    (void)state;
    struct year_start start = start_of("12-28");
    assert_true(start.month == 12 && start.dom == 28);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct errmsg err = {""};
        if (year_start_parse(ROWS[i].text, &start, &err) != ROWS[i].status || err.text[0] == '\0' || start.month != 12)
            fail_msg("'%s': %s", ROWS[i].text, err.text);
    }
}

/* Every day of five years, in every kind: the period holds the day, its name says it again, and its neighbours touch it. */
static void every_day(void **state)
{
    static const enum period_kind KINDS[] = {PERIOD_YEAR, PERIOD_HALF, PERIOD_QUARTER, PERIOD_MONTH, PERIOD_DAYS};
    (void)state;
    for (size_t s = 0; s < N_STARTS; s++) {
        struct year_start start = start_of(STARTS[s]);
        for (int32_t on = day(2023, 11, 1); on <= day(2028, 3, 31); on++) {
            for (size_t k = 0; k < 5; k++) {
                struct period got, again, next, back;
                assert_int_equal(period_of_day(KINDS[k], start, on, &got, NULL), STATUS_OK);
                assert_true(got.kind == KINDS[k] && got.from <= on && on <= got.to);
                again = parse(STARTS[s], got.name);
                assert_true(again.kind == got.kind && again.from == got.from && again.to == got.to && again.year == got.year && again.part == got.part);
                assert_int_equal(period_next(&got, false, &next, NULL), STATUS_OK);
                assert_int_equal(period_next(&next, true, &back, NULL), STATUS_OK);
                assert_true(next.kind == got.kind && next.from == got.to + 1 && back.from == got.from && strcmp(back.name, got.name) == 0);
            }
        }
    }
}

/* Years are cut into halves, quarters and months without rest; no two months of a year have one name, and most of a month's days lie in the month it is called by. */
static void years_are_cut_up(void **state)
{
    static const char *const PARTS[][12] = {{"2028H1", "2028H2"}, {"2028Q1", "2028Q2", "2028Q3", "2028Q4"}};
    (void)state;
    for (size_t s = 0; s < N_STARTS; s++) {
        struct period year = parse(STARTS[s], "2028"), month, before = {0};
        for (size_t k = 0; k < 2; k++) {
            int32_t from = year.from;
            for (size_t i = 0; PARTS[k][i] != NULL; i++) {
                struct period part = parse(STARTS[s], PARTS[k][i]);
                assert_int_equal(part.from, from);
                from = part.to + 1;
            }
            assert_int_equal(from, year.to + 1);
        }
        int32_t from = year.from;
        size_t n = 0;
        for (; period_month(&year, n, &month); n++) {
            assert_true(month.kind == PERIOD_MONTH && month.from == from && (n == 0 || month.year * 12 + month.part == before.year * 12 + before.part + 1));
            from = month.to + 1;
            before = month;
        }
        assert_true(n == 12 && from == year.to + 1);
    }
    /* By counting days, for the starts where it is not close. */
    for (size_t s = 0; s < 4; s++) {
        struct period year = parse(STARTS[s], "2026"), month;
        for (size_t i = 0; period_month(&year, i, &month); i++) {
            int inside = 0;
            for (int32_t on = month.from; on <= month.to; on++) {
                int y, m, dom;
                day_to_ymd(on, &y, &m, &dom);
                inside += y == month.year && m == month.part;
            }
            assert_true(2 * inside > month.to - month.from + 1);
        }
    }
}

static void check_months(const char *start, const char *text, const char *expected)
{
    struct period whole = parse(start, text), month;
    char got[400] = "";
    for (size_t i = 0; period_month(&whole, i, &month); i++) {
        int y, m, from, to;
        day_to_ymd(month.from, &y, &m, &from);
        day_to_ymd(month.to, &y, &m, &to);
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s:%d-%d", i > 0 ? " " : "", month.name, from, to);
    }
    if (strcmp(got, expected) != 0)
        fail_msg("%s by %s: %s", text, start, got);
    assert_false(period_month(&whole, SIZE_MAX, &month));
}

static void months_of_a_period(void **state)
{
    (void)state;
    check_months("12-01", "2026Q1", "2025-12:1-31 2026-01:1-31 2026-02:1-28");
    check_months("12-21", "2026Q1", "2026-01:21-20 2026-02:21-20 2026-03:21-20");
    check_months("01-01", "2026-01-10..2026-03-05", "2026-01:10-31 2026-02:1-28 2026-03:1-5");
    check_months("12-21", "2026-01-10..2026-03-05", "2026-01:10-20 2026-02:21-20 2026-03:21-5");
    check_months("01-01", "2026-01-10..2026-01-10", "2026-01:10-10");
    check_months("12-21", "2026-03", "2026-03:21-20");
    check_months("12-21", "2198-12-20..2198-12-31", "2198-12:20-20 2199-01:21-31");
    check_months("01-15", "1901-01-01..1901-01-15", "1900-12:1-14 1901-01:15-15");
}

static void check_shift(const char *start, const char *text, int years, const char *expected)
{
    struct period from = parse(start, text), to;
    assert_int_equal(period_shift(&from, years, &to, NULL), STATUS_OK);
    if (strcmp(to.name, expected) != 0)
        fail_msg("%s %+d: %s", text, years, to.name);
    struct period same = parse(start, expected);
    assert_true(same.from == to.from && same.to == to.to && same.kind == to.kind);
}

static void shifted_by_years(void **state)
{
    (void)state;
    check_shift("12-01", "2026", -1, "2025");
    check_shift("12-01", "2026H1", -1, "2025H1");
    check_shift("12-21", "2026Q3", 2, "2028Q3");
    check_shift("12-21", "2025-12", 1, "2026-12");
    check_shift("01-01", "2028-02", -1, "2027-02"); /* 29 days, then 28 */
    check_shift("01-01", "2026-01-05..2026-03-31", -1, "2025-01-05..2025-03-31");
    check_shift("01-01", "2028-02-29..2028-03-31", -1, "2027-02-28..2027-03-31");
    check_shift("01-01", "2028-02-01..2028-02-29", -4, "2024-02-01..2024-02-29");
    check_shift("01-01", "2027-02-28..2027-02-28", 1, "2028-02-28..2028-02-28");
    check_shift("01-01", "2026", 0, "2026");

    struct period to, first = parse("01-01", "1901"), last = parse("01-01", "2198-12"), days = parse("01-01", "2198-12-01..2198-12-31");
    static const int FAR[] = {400, -400, INT32_MAX, INT32_MIN};
    assert_int_equal(period_shift(&first, -1, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_shift(&last, 1, &to, NULL), STATUS_RANGE);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(period_shift(&days, FAR[i], &to, NULL), STATUS_RANGE);
        assert_int_equal(period_shift(&last, FAR[i], &to, NULL), STATUS_RANGE);
    }
}

static void check_next(const char *start, const char *text, const char *expected)
{
    struct period here = parse(start, text), there, back;
    assert_int_equal(period_next(&here, false, &there, NULL), STATUS_OK);
    assert_string_equal(there.name, expected);
    assert_int_equal(period_next(&there, true, &back, NULL), STATUS_OK);
    assert_string_equal(back.name, here.name);
}

static void neighbours(void **state)
{
    (void)state;
    check_next("12-01", "2026", "2027");
    check_next("12-01", "2026H1", "2026H2");
    check_next("12-01", "2026H2", "2027H1");
    check_next("12-21", "2026Q4", "2027Q1");
    check_next("12-21", "2026-12", "2027-01");
    check_next("01-01", "2026-01-01..2026-01-10", "2026-01-11..2026-01-20");
    struct period to, first = parse("12-01", "1901H1"), last = parse("12-01", "2198-12"), days = parse("01-01", "2198-12-31..2198-12-31");
    assert_int_equal(period_next(&first, true, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_next(&last, false, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_next(&days, false, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_of_day(PERIOD_YEAR, start_of("01-01"), DAY_MIN, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_of_day(PERIOD_MONTH, start_of("12-21"), DAY_MAX, &to, NULL), STATUS_RANGE);
    assert_int_equal(period_of_day(PERIOD_DAYS, start_of("12-21"), INT32_MIN, &to, NULL), STATUS_RANGE);
}

static void labels(void **state)
{
    static const char *const ROWS[][2] = {
        {"2026H1", "2026年上半年(2025-12-01 至 2026-05-31)"}, {"2026H2", "2026年下半年(2026-06-01 至 2026-11-30)"}, {"2026", "2026年(2025-12-01 至 2026-11-30)"},
        {"2026Q3", "2026年第三季度(2026-06-01 至 2026-08-31)"}, {"2026-03", "2026年3月(2026-03-01 至 2026-03-31)"}, {"2026-01-01..2026-03-31", "2026-01-01 至 2026-03-31"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char label[PERIOD_LABEL_BYTES];
        struct period period = parse("12-01", ROWS[i][0]);
        period_label(&period, label);
        assert_string_equal(label, ROWS[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_of_every_kind), cmocka_unit_test(spellings),          cmocka_unit_test(what_is_wrong),    cmocka_unit_test(starts),
        cmocka_unit_test(every_day),          cmocka_unit_test(years_are_cut_up),   cmocka_unit_test(months_of_a_period), cmocka_unit_test(shifted_by_years),
        cmocka_unit_test(neighbours),         cmocka_unit_test(labels),
    };
    return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
