/* tests/test_day_phrase.c - days as people say them, seen from Friday 23 October 2026 unless a row says otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/day_phrase.h"

#define TODAY "2026-10-23"

struct phrase_case {
    const char *text, *today, *day; /* day NULL: not understood; "": no such day */
};

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    assert_int_equal(day_parse(text, strlen(text), &day), STATUS_OK);
    return day;
}

static void expect_all(const struct phrase_case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int32_t day = 12345;
        char text[DAY_TEXT_BYTES];
        enum status status = day_phrase_parse(cases[i].text, strlen(cases[i].text), day_of(cases[i].today), &day);
        enum status expected = cases[i].day == NULL ? STATUS_MALFORMED : cases[i].day[0] == '\0' ? STATUS_RANGE : STATUS_OK;
        day_format(day, text);
        if (status != expected || (status == STATUS_OK ? strcmp(text, cases[i].day) != 0 : day != 12345))
            fail_msg("%s on %s: %s, status %d", cases[i].text, cases[i].today, text, (int)status);
    }
}

static void words_and_distances(void **state)
{
    static const struct phrase_case cases[] = {
        {"今天", TODAY, "2026-10-23"},    {"明天", TODAY, "2026-10-24"},    {"后天", TODAY, "2026-10-25"},      {"大后天", TODAY, "2026-10-26"},  {"昨天", TODAY, "2026-10-22"},
        {"前天", TODAY, "2026-10-21"},    {"大前天", TODAY, "2026-10-20"},  {"zt", TODAY, "2026-10-22"},        {"ＤＨＴ", TODAY, "2026-10-26"},  {"+7", TODAY, "2026-10-30"},
        {"-2", TODAY, "2026-10-21"},      {"＋７", TODAY, "2026-10-30"},    {"3天后", TODAY, "2026-10-26"},     {"三天以后", TODAY, "2026-10-26"}, {"2天前", TODAY, "2026-10-21"},
        {"两周后", TODAY, "2026-11-06"},  {"1个月后", TODAY, "2026-11-23"}, {"一个月前", TODAY, "2026-09-23"},  {"1个月后", "2026-01-31", "2026-02-28"}, {"十二个月后", TODAY, "2027-10-23"},
        {"三十天后", TODAY, "2026-11-22"}, {"明天", "2026-12-31", "2027-01-01"}, {"3天", TODAY, NULL},         {"天后", TODAY, NULL},            {"+99999", TODAY, NULL},
    };
    (void)state;
    expect_all(cases, sizeof cases / sizeof cases[0]);
}

static void weekdays(void **state)
{
    static const struct phrase_case cases[] = {
        {"周三", TODAY, "2026-10-21"},   {"星期五", TODAY, "2026-10-23"},  {"周日", TODAY, "2026-10-25"},      {"礼拜天", TODAY, "2026-10-25"}, {"下周一", TODAY, "2026-10-26"},
        {"下下周一", TODAY, "2026-11-02"}, {"上周五", TODAY, "2026-10-16"}, {"下个星期日", TODAY, "2026-11-01"}, {"本周六", TODAY, "2026-10-24"}, {"周一", "2026-10-25", "2026-10-19"},
        {"下周1", TODAY, "2026-10-26"},  {"周", TODAY, NULL},              {"下周", TODAY, NULL},              {"周八", TODAY, NULL},           {"周8", TODAY, NULL},
    };
    (void)state;
    expect_all(cases, sizeof cases / sizeof cases[0]);
}

static void months_and_years(void **state)
{
    static const struct phrase_case cases[] = {
        {"3.8", TODAY, "2026-03-08"},      {"3-8", TODAY, "2026-03-08"},       {"3月8日", TODAY, "2026-03-08"},   {"三月八号", TODAY, "2026-03-08"}, {"10-24", TODAY, "2026-10-24"},
        {"１０。２４", TODAY, "2026-10-24"}, {"3、8", TODAY, "2026-03-08"},     {"0308", TODAY, "2026-03-08"},     {"2026/3/8", TODAY, "2026-03-08"}, {"2026年3月8日", TODAY, "2026-03-08"},
        {"二〇二六年三月八日", TODAY, "2026-03-08"}, {"２０２６－０３－０８", TODAY, "2026-03-08"}, {"26-3-8", TODAY, "2026-03-08"}, {"260308", TODAY, "2026-03-08"}, {"20260308", TODAY, "2026-03-08"},
        {"去年3月8日", TODAY, "2025-03-08"}, {"明年1.5", TODAY, "2027-01-05"},  {"8日", TODAY, "2026-10-08"},      {"下月8号", TODAY, "2026-11-08"},  {"上月底", TODAY, "2026-09-30"},
        {"月底", TODAY, "2026-10-31"},     {"本月底", "2026-02-03", "2026-02-28"}, {"12-28", "2026-01-05", "2025-12-28"}, {"1-5", "2026-12-20", "2027-01-05"}, {"1-15", "2026-11-27", "2027-01-15"}, {"1-30", "2026-11-27", "2026-01-30"}, {"2-28", "2026-12-20", "2026-02-28"},
        {"十月二十一日", TODAY, "2026-10-21"}, {"2-30", TODAY, ""},            {"13.1", TODAY, ""},               {"0230", TODAY, ""},               {"31日", "2026-02-03", ""},
        {"2-29", TODAY, ""},               {"1", TODAY, NULL},                 {"3.8.", TODAY, NULL},             {"年底", TODAY, NULL},             {"", TODAY, NULL},
    };
    (void)state;
    expect_all(cases, sizeof cases / sizeof cases[0]);
}

/* Whatever the text, no reading outside of it, and an answer that is a day or none. */
static void noise(void **state)
{
    static const char alphabet[] = "0123456789+-./ 年月日号天周后前一二三十";
    uint32_t seed = 5;
    (void)state;
    for (int round = 0; round < 200000; round++) {
        char text[24];
        size_t len = 0;
        seed = seed * 1664525 + 1013904223;
        for (size_t want = seed >> 16 & 15; len < want; len++) {
            seed = seed * 1664525 + 1013904223;
            text[len] = alphabet[(seed >> 8) % (sizeof alphabet - 1)];
        }
        char *exact = malloc(len > 0 ? len : 1);
        assert_non_null(exact);
        memcpy(exact, text, len);
        int32_t day = 0;
        if (day_phrase_parse(exact, len, 20749, &day) == STATUS_OK)
            assert_true(day >= DAY_MIN && day <= DAY_MAX);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_and_distances), cmocka_unit_test(weekdays), cmocka_unit_test(months_and_years), cmocka_unit_test(noise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
