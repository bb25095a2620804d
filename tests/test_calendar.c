/* tests/test_calendar.c - days counted by hand against the State Council's lists of 2024 to 2026, and beyond what is listed.
 *
 * 2026 of the list: off 01-01..03, 02-15..23, 04-04..06, 05-01..05, 06-19..21, 09-25..27, 10-01..07; worked weekends 01-04, 02-14, 02-28, 05-09, 09-20, 10-10.
 * Firsts of months in 2026: Jan Thu, Feb Sun, Mar Sun, Apr Wed, May Fri, Jun Mon, Jul Wed, Aug Sat, Sep Tue, Oct Thu, Nov Sun, Dec Tue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/calendar.h"
#include "core/base/day.h"
#include "tests/fixture.h"

struct desk {
    struct world world;
    struct calendar *calendar;
};

static struct desk desk;

static void load(struct node *node)
{
    struct errmsg err = {{0}};
    calendar_free(desk.calendar);
    assert_int_equal(calendar_load(&desk.calendar, node->store, &node->actor, &err), STATUS_OK);
}

static int set_up(void **state)
{
    (void)state;
    world_open(&desk.world, 1, NULL);
    desk.calendar = NULL;
    load(&desk.world.center);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
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

static void expect_due(const char *from, const char *term, int32_t paused, const char *due)
{
    struct rule_term parsed;
    char got[DAY_TEXT_BYTES];
    assert_int_equal(rule_parse_term(term, &parsed, NULL), STATUS_OK);
    day_format(calendar_due(desk.calendar, day(from), parsed, paused), got);
    if (strcmp(got, due) != 0)
        fail_msg("%s + %s (%d paused): %s, expected %s", from, term, (int)paused, got, due);
}

static void add_holiday(struct node *center, const char *date, bool off, const char *name)
{
    struct errmsg err = {{0}};
    struct record row;
    record_init(&row, catalogue_find("holiday"));
    assert_int_equal(records_begin(center->store, &center->actor, &row, center->codes, &err), STATUS_OK);
    assert_int_equal(record_set_int(&row, "date", day(date)), STATUS_OK);
    assert_int_equal(record_set_int(&row, "off", off), STATUS_OK);
    assert_int_equal(record_set_text(&row, "name", name), STATUS_OK);
    if (records_save(center->store, &center->actor, center->codes, center->random, &row, &err) != STATUS_OK)
        fail_msg("%s", err.text);
    record_release(&row);
}

static void test_days_as_listed(void **state)
{
    static const struct {
        const char *date;
        bool work;
        const char *name;
    } days[] = {
        {"2026-02-13", true, ""},       /* Friday */
        {"2026-02-14", true, "调休"},   /* a worked Saturday */
        {"2026-02-15", false, "春节"},  /* Sunday, of the festival */
        {"2026-02-16", false, "春节"},  /* Monday */
        {"2026-02-23", false, "春节"},  /* the last day */
        {"2026-02-24", true, ""},       /* Tuesday */
        {"2026-02-28", true, "调休"},   /* a worked Saturday */
        {"2026-03-07", false, ""},      /* a plain Saturday */
        {"2026-09-20", true, "调休"},   /* a worked Sunday */
        {"2026-10-07", false, "国庆节"}, /* Wednesday */
        {"2027-01-01", false, "元旦"},   /* a Friday of a year without a list: the law fixes it */
        {"2027-10-01", false, "国庆节"}, /* Friday */
        {"2027-10-04", true, ""},       /* Monday: whether the festival reaches so far is not known */
        {"2027-10-09", false, ""},      /* its Saturdays are taken as off */
        {"2013-05-02", true, ""},       /* a Thursday of a listed year, not free before 2025: the list says it */
    };
    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        if (calendar_is_workday(desk.calendar, day(days[i].date)) != days[i].work)
            fail_msg("%s", days[i].date);
        assert_string_equal(calendar_name(desk.calendar, day(days[i].date)), days[i].name);
    }
}

static void test_years_that_are_known(void **state)
{
    (void)state;
    assert_false(calendar_knows_year(desk.calendar, 2006)); /* two days of it stand in the list of 2007 */
    assert_true(calendar_knows_year(desk.calendar, 2007));
    assert_true(calendar_knows_year(desk.calendar, 2026));
    assert_false(calendar_knows_year(desk.calendar, 2027));
    assert_false(calendar_knows_year(desk.calendar, 9999));
    add_holiday(&desk.world.center, "2027-01-01", true, "元旦");
    load(&desk.world.center);
    assert_false(calendar_knows_year(desk.calendar, 2027)); /* a first page is no list */
    add_holiday(&desk.world.center, "2027-10-01", true, "国庆节");
    load(&desk.world.center);
    assert_true(calendar_knows_year(desk.calendar, 2027));
    add_holiday(&desk.world.center, "2028-10-01", true, "国庆节");
    load(&desk.world.center);
    assert_false(calendar_knows_year(desk.calendar, 2028)); /* nor is a last one */
}

static void test_a_period_in_days_ends_on_a_working_day(void **state)
{
    (void)state;
    expect_due("2026-03-02", "7日", 0, "2026-03-09");  /* the day of receipt is not counted: 3..9 March; a Monday */
    expect_due("2026-03-01", "7日", 0, "2026-03-09");  /* 8 March is a Sunday */
    expect_due("2026-02-09", "7日", 0, "2026-02-24");  /* 16 February lies in the festival, which ends on the 23rd */
    expect_due("2026-02-13", "3日", 0, "2026-02-24");  /* the same from Friday on */
    expect_due("2026-02-07", "7日", 0, "2026-02-14");  /* a worked Saturday is a working day */
    expect_due("2026-02-21", "7日", 0, "2026-02-28");  /* another one, in the middle of the festival begun */
    expect_due("2026-09-13", "7日", 0, "2026-09-20");  /* a worked Sunday */
    expect_due("2026-09-25", "7日", 0, "2026-10-08");  /* 2 October: National Day until the 7th */
    expect_due("2026-09-28", "15日", 0, "2026-10-13"); /* holidays inside do not extend */
    expect_due("2026-10-03", "7日", 0, "2026-10-10");  /* from a holiday to a worked Saturday */
    expect_due("2026-01-24", "30日", 0, "2026-02-24"); /* 23 February is the festival's last day */
    expect_due("2026-03-07", "0日", 0, "2026-03-09");  /* nothing to count: a Saturday still rolls over */
}

static void test_days_that_do_not_count_come_before_rolling_over(void **state)
{
    (void)state;
    expect_due("2026-03-02", "7日", 7, "2026-03-16");     /* 9 March + 7: a Monday */
    expect_due("2026-03-02", "7日", 3 + 5, "2026-03-17"); /* two supplements, of three and five days */
    expect_due("2026-03-02", "7日", 5, "2026-03-16");     /* 14 March is a Saturday */
    expect_due("2026-02-05", "7日", 3, "2026-02-24");     /* 15 February: the pause pushes it into the festival */
    expect_due("2026-02-05", "7日", 0, "2026-02-12");     /* without it a Thursday before */
}

static void test_months_and_years_end_on_the_same_day(void **state)
{
    (void)state;
    expect_due("2025-01-31", "1月", 0, "2025-02-28"); /* no 31 February: the month's last day, a Friday */
    expect_due("2026-01-31", "1月", 0, "2026-02-28"); /* a worked Saturday */
    expect_due("2024-01-31", "1月", 0, "2024-02-29"); /* leap year, Thursday */
    expect_due("2028-01-31", "1月", 0, "2028-02-29"); /* leap year without a list, Tuesday */
    expect_due("2024-02-29", "1年", 0, "2025-02-28"); /* no leap day: Friday */
    expect_due("2024-02-29", "4年", 0, "2028-02-29");
    expect_due("2024-02-29", "3年", 0, "2027-03-01"); /* 28 February 2027 is a Sunday */
    expect_due("2025-08-31", "6月", 0, "2026-02-28");
    expect_due("2026-03-31", "6月", 0, "2026-09-30"); /* Wednesday */
    expect_due("2025-12-31", "2月", 0, "2026-02-28");
    expect_due("2023-05-01", "3年", 0, "2026-05-06"); /* Labour Day until the 5th */
    expect_due("2026-01-31", "1月", 4, "2026-03-04"); /* 28 February + 4: a Wednesday */
    expect_due("2199-06-01", "3年", 0, "2199-12-31"); /* the end of what days can be */
}

static void test_a_period_over_the_turn_of_the_year(void **state)
{
    (void)state;
    expect_due("2026-12-25", "7日", 0, "2027-01-04");    /* 1 January is a Friday, and free in every year */
    expect_due("2026-12-24", "7日", 0, "2026-12-31");
    expect_due("2026-12-28", "7工作日", 0, "2027-01-07"); /* 29, 30, 31, then 4, 5, 6, 7 January */
    expect_due("2027-04-24", "7日", 0, "2027-05-03");    /* the first of May is a Saturday, the second a Sunday */
    expect_due("2028-09-24", "7日", 0, "2028-10-04");    /* a Sunday, the second and third of October free by law */
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2026-12-31"), day("2027-01-08")), 5);
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2026-12-31"), day("2027-12-31")), 259); /* 261 weekdays less 1 January and 1 October */
}

static void test_hours_run_through(void **state)
{
    (void)state;
    expect_due("2026-02-14", "24小时", 0, "2026-02-15"); /* into the festival */
    expect_due("2026-02-14", "48小时", 0, "2026-02-16");
    expect_due("2026-02-14", "25小时", 0, "2026-02-16");
    expect_due("2026-03-06", "1小时", 0, "2026-03-07"); /* a Saturday */
}

static void test_working_days_jump_over_a_holiday_week(void **state)
{
    (void)state;
    expect_due("2026-02-11", "5工作日", 0, "2026-02-25"); /* 12 Thu, 13 Fri, 14 worked Sat, 24 Tue, 25 Wed */
    expect_due("2026-09-28", "7工作日", 0, "2026-10-13"); /* 29, 30, then 8, 9, 10 worked Sat, 12, 13 October */
    expect_due("2026-09-28", "7工作日", 2, "2026-10-15"); /* two working days that do not count: Wed, Thu */
    expect_due("2026-03-07", "0工作日", 0, "2026-03-09");
    expect_due("2026-03-06", "1工作日", 0, "2026-03-09"); /* from Friday to Monday */
}

static void test_working_days_between(void **state)
{
    (void)state;
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2026-02-11"), day("2026-02-25")), 5);
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2026-02-25"), day("2026-02-11")), -5);
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2026-02-25"), day("2026-02-25")), 0);
    /* 2026 has 261 weekdays; 19 of them are holidays (2 + 6 + 1 + 3 + 1 + 1 + 5), 6 weekends are worked. */
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2025-12-31"), day("2026-12-31")), 248);
}

static void test_the_countys_own_days_lie_over_the_list(void **state)
{
    struct node *center = &desk.world.center;
    (void)state;
    add_holiday(center, "2026-03-09", true, "暴雪停工");
    add_holiday(center, "2026-03-07", false, "");
    add_holiday(center, "2026-02-14", true, "春节");
    load(center);
    assert_false(calendar_is_workday(desk.calendar, day("2026-03-09")));
    assert_string_equal(calendar_name(desk.calendar, day("2026-03-09")), "暴雪停工");
    assert_true(calendar_is_workday(desk.calendar, day("2026-03-07")));
    expect_due("2026-03-02", "7日", 0, "2026-03-10"); /* the Monday is off now */
    expect_due("2026-02-28", "7日", 0, "2026-03-07"); /* the Saturday is worked now */
    expect_due("2026-02-07", "7日", 0, "2026-02-24"); /* 14 February was taken back */
    assert_int_equal(calendar_workdays_between(desk.calendar, day("2025-12-31"), day("2026-12-31")), 247);
}

static void test_a_station_counts_like_the_center_after_a_sync(void **state)
{
    (void)state;
    add_holiday(&desk.world.center, "2026-03-09", true, "暴雪停工");
    load(&desk.world.stations[0]);
    expect_due("2026-03-02", "7日", 0, "2026-03-09");
    world_sync(&desk.world, 0);
    load(&desk.world.stations[0]);
    expect_due("2026-03-02", "7日", 0, "2026-03-10");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_days_as_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_years_that_are_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_period_in_days_ends_on_a_working_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_days_that_do_not_count_come_before_rolling_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_months_and_years_end_on_the_same_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_period_over_the_turn_of_the_year, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_hours_run_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_working_days_jump_over_a_holiday_week, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_working_days_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_countys_own_days_lie_over_the_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_station_counts_like_the_center_after_a_sync, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
