/* tests/test_day.c - the whole range of days, ways to write them, ages and moments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"

static void every_day_in_order(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t expected = DAY_MIN;

    (void)state;
    for (int y = 1900; y <= 2199; y++) {
        for (int m = 1; m <= 12; m++) {
            int n = lengths[m - 1] + (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));

            for (int d = 1; d <= n; d++) {
                char text[DAY_TEXT_BYTES], want[32];
                int y2, m2, d2;
                int32_t day;

                assert_int_equal(day_from_ymd(y, m, d, &day), STATUS_OK);
                assert_int_equal(day, expected);
                day_to_ymd(day, &y2, &m2, &d2);
                assert_true(y2 == y && m2 == m && d2 == d);
                snprintf(want, sizeof want, "%04d-%02d-%02d", y, m, d);
                day_format(day, text);
                assert_string_equal(text, want);
                assert_int_equal(day_parse(text, 10, &day), STATUS_OK);
                assert_int_equal(day, expected);
                assert_int_equal(day_weekday(day), ((expected - DAY_MIN) + 1) % 7); /* 1900-01-01 was a Monday */
                expected++;
            }
            assert_int_equal(day_from_ymd(y, m, n + 1, &(int32_t){0}), STATUS_RANGE);
        }
    }
    assert_int_equal(expected, DAY_MAX + 1);
}

static void no_such_days(void **state)
{
    int32_t day = 77;

    (void)state;
    assert_int_equal(day_from_ymd(1899, 12, 31, &day), STATUS_RANGE);
    assert_int_equal(day_from_ymd(2200, 1, 1, &day), STATUS_RANGE);
    assert_int_equal(day_from_ymd(2026, 0, 1, &day), STATUS_RANGE);
    assert_int_equal(day_from_ymd(2026, 13, 1, &day), STATUS_RANGE);
    assert_int_equal(day_from_ymd(2026, 1, 0, &day), STATUS_RANGE);
    assert_int_equal(day_parse("2025-02-29", 10, &day), STATUS_RANGE);
    assert_int_equal(day, 77);
}

static void ways_to_write(void **state)
{
    static const char *const good[] = {"2026-03-05", "2026-3-5",     "2026/3/5",       "2026/03/05",  "2026.3.5",
                                       "20260305",   "2026年3月5日", "2026年03月05日", "2026年3月5号"};
    static const char *const bad[] = {
        "",           "2026",       "2026-03",     "2026-03-",    "2026-03-05 ", " 2026-03-05",
        "26-03-05",   "2026-03/05", "2026-003-05", "2026-3-005",  "2026305",     "202603055",
        "2026年3月5", "2026年3月",  "abcd-ef-gh",  "-2026-03-05", "2026--3-5",   "２０２６-3-5"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int32_t day = 0;

        assert_int_equal(day_parse(good[i], strlen(good[i]), &day), STATUS_OK);
        assert_int_equal(day, 20517);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int32_t day = 5;

        if (day_parse(bad[i], strlen(bad[i]), &day) != STATUS_MALFORMED || day != 5)
            fail_msg("%s", bad[i]);
    }
}

static int age(const char *born, const char *on)
{
    int32_t a, b;

    assert_int_equal(day_parse(born, 10, &a), STATUS_OK);
    assert_int_equal(day_parse(on, 10, &b), STATUS_OK);
    return day_age(a, b);
}

static void ages(void **state)
{
    (void)state;
    assert_int_equal(age("2000-05-10", "2018-05-09"), 17);
    assert_int_equal(age("2000-05-10", "2018-05-10"), 18);
    assert_int_equal(age("2000-02-29", "2018-02-28"), 17);
    assert_int_equal(age("2000-02-29", "2018-03-01"), 18);
    assert_int_equal(age("2000-12-31", "2001-01-01"), 0);
    assert_int_equal(age("2000-01-01", "2000-01-01"), 0);
}

static void moments(void **state)
{
    char text[TIME_TEXT_BYTES];

    (void)state;
    day_format_time(0, 0, text);
    assert_string_equal(text, "1970-01-01 00:00:00");
    day_format_time(0, DAY_OFFICE_OFFSET_MIN, text);
    assert_string_equal(text, "1970-01-01 08:00:00");
    day_format_time(-1, 0, text);
    assert_string_equal(text, "1969-12-31 23:59:59");
    day_format_time(INT64_C(1795478400000) - 1, 0, text);
    assert_string_equal(text, "2026-11-23 23:59:59");
    day_format_time(INT64_C(1795478400000), 0, text);
    assert_string_equal(text, "2026-11-24 00:00:00");
    assert_int_equal(day_of_ms(INT64_C(1795478400000) - 1, 0), 20780);
    assert_int_equal(day_of_ms(INT64_C(1795478400000) - 1, 480), 20781);
    assert_int_equal(day_of_ms(INT64_MIN, 480), DAY_MIN);
    assert_int_equal(day_of_ms(INT64_MAX, -480), DAY_MAX);
    day_format_time(INT64_MAX, 480, text);
    assert_string_equal(text, "2199-12-31 23:59:59");
    day_format_time(INT64_MIN, 480, text);
    assert_string_equal(text, "1900-01-01 00:00:00");
}

static void a_damaged_day_can_be_shown(void **state)
{
    char text[DAY_TEXT_BYTES];

    (void)state;
    day_format(INT32_MIN, text);
    assert_string_equal(text, "0000-00-00");
    day_format(DAY_MAX + 1, text);
    assert_string_equal(text, "0000-00-00");
    for (int32_t day = -30; day < 30; day++)
        assert_int_equal(day_weekday(day + 7), day_weekday(day));
    assert_int_equal(day_weekday(0), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_in_order),
        cmocka_unit_test(no_such_days),
        cmocka_unit_test(ways_to_write),
        cmocka_unit_test(ages),
        cmocka_unit_test(moments),
        cmocka_unit_test(a_damaged_day_can_be_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
