/* tests/test_day_span.c - runs of days as people say them. Today is 2026-10-23, a Friday. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/day_span.h"

static void told(const char *text, int32_t today, char out[2 * DAY_TEXT_BYTES])
{
    int32_t from = -7, to = -7;
    enum status status = day_span_parse(text, strlen(text), today, &from, &to);
    if (status != STATUS_OK) {
        assert_true(from == -7 && to == -7);
        snprintf(out, 2 * DAY_TEXT_BYTES, "%s", status == STATUS_MALFORMED ? "-" : "!");
        return;
    }
    char a[DAY_TEXT_BYTES], b[DAY_TEXT_BYTES];
    day_format(from, a);
    day_format(to, b);
    snprintf(out, 2 * DAY_TEXT_BYTES, "%s %s", a, b);
}

static void spans(void **state)
{
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"今天", "2026-10-23 2026-10-23"},     {"昨天", "2026-10-22 2026-10-22"},     {"2026-03-08", "2026-03-08 2026-03-08"}, {"3.8", "2026-03-08 2026-03-08"},
        {"本周", "2026-10-19 2026-10-25"},     {"上周", "2026-10-12 2026-10-18"},     {"上周五", "2026-10-16 2026-10-16"},     {"本月", "2026-10-01 2026-10-31"},
        {"上个月", "2026-09-01 2026-09-30"},   {"下月", "2026-11-01 2026-11-30"},     {"本季度", "2026-10-01 2026-12-31"},     {"上季度", "2026-07-01 2026-09-30"},
        {"上半年", "2026-01-01 2026-06-30"},   {"下半年", "2026-07-01 2026-12-31"},   {"今年", "2026-01-01 2026-12-31"},       {"去年", "2025-01-01 2025-12-31"},
        {"最近7天", "2026-10-17 2026-10-23"},  {"近 ７ 天", "2026-10-17 2026-10-23"}, {"最近七天", "2026-10-17 2026-10-23"},   {"近两周", "2026-10-10 2026-10-23"},
        {"最近3个月", "2026-07-24 2026-10-23"}, {"近半年", "2026-04-24 2026-10-23"},  {"近一年", "2025-10-24 2026-10-23"},     {"最近1天", "2026-10-23 2026-10-23"},
        {"未来7天", "2026-10-23 2026-10-29"},  {"this month", "2026-10-01 2026-10-31"}, {"Last 7 days", "2026-10-17 2026-10-23"}, {"today", "2026-10-23 2026-10-23"},
        {"last month", "2026-09-01 2026-09-30"}, {"下周", "2026-10-26 2026-11-01"}, {"Next week", "2026-10-26 2026-11-01"}, {"前年", "2024-01-01 2024-12-31"}, {"明年", "2027-01-01 2027-12-31"},
        {"未来3个月", "2026-10-23 2027-01-22"}, {"今后一周", "2026-10-23 2026-10-29"}, {"next 2 weeks", "2026-10-23 2026-11-05"}, {"yesterday", "2026-10-22 2026-10-22"},
        {"tomorrow", "2026-10-24 2026-10-24"}, {"近1个星期", "2026-10-17 2026-10-23"}, {"last 2 weeks", "2026-10-10 2026-10-23"}, {"近2星期", "2026-10-10 2026-10-23"},
        {"past year", "-"}, {"past 1 year", "2025-10-24 2026-10-23"}, {"过去2天", "2026-10-22 2026-10-23"},
        {"最近0天", "-"}, {"最近", "-"}, {"近99999年", "-"}, {"劳动", "-"}, {"", "-"}, {"本月底", "2026-10-31 2026-10-31"}, {"2月30日", "!"}, {"近3300年", "!"},
    };
    int32_t today;
    char text[2 * DAY_TEXT_BYTES];
    (void)state;
    assert_int_equal(day_from_ymd(2026, 10, 23, &today), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        told(cases[i].text, today, text);
        if (strcmp(text, cases[i].told) != 0)
            fail_msg("%s: %s, not %s", cases[i].text, text, cases[i].told);
    }
    assert_int_equal(day_from_ymd(2026, 1, 1, &today), STATUS_OK); /* over the end of a year */
    told("上月", today, text);
    assert_string_equal(text, "2025-12-01 2025-12-31");
    told("上季度", today, text);
    assert_string_equal(text, "2025-10-01 2025-12-31");
    assert_int_equal(day_from_ymd(2026, 5, 31, &today), STATUS_OK);
    told("最近3个月", today, text); /* February ends earlier */
    assert_string_equal(text, "2026-03-01 2026-05-31");
    told("本季度", today, text); /* in the middle of one */
    assert_string_equal(text, "2026-04-01 2026-06-30");
    told("上季度", today, text);
    assert_string_equal(text, "2026-01-01 2026-03-31");
    told("最近100天", DAY_MIN + 50, text); /* before there are days */
    assert_string_equal(text, "!");
    told("未来100天", DAY_MAX - 50, text);
    assert_string_equal(text, "!");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(spans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
