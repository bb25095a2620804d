/* core/base/day.c - calendar arithmetic.
 * Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil, civil_from_days). */
#include "core/base/day.h"

#include <stdio.h>
#include <string.h>

#define MS_PER_DAY (INT64_C(24) * 60 * 60 * 1000)

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

enum status day_from_ymd(int year, int month, int dom, int32_t *day)
{
    int y, era_year, day_of_year;

    if (year < 1900 || year > 2199 || month < 1 || month > 12 || dom < 1 || dom > month_days(year, month))
        return STATUS_RANGE;
    /* Years begin in March, so that the leap day is the last. */
    y = month <= 2 ? year - 1 : year;
    era_year = y % 400;
    day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dom - 1;
    *day = y / 400 * 146097 + era_year * 365 + era_year / 4 - era_year / 100 + day_of_year - 719468;
    return STATUS_OK;
}

void day_to_ymd(int32_t day, int *year, int *month, int *dom)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int32_t doe = (int32_t)(z - era * 146097);
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int32_t mp = (5 * doy + 2) / 153;

    *dom = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = (int)(yoe + era * 400) + (*month <= 2);
}

/* Digits at text, at least min and at most max of them; returns how many, 0 if not so. */
static size_t read_digits(const char *text, size_t len, size_t min, size_t max, int *value)
{
    size_t n = 0;

    *value = 0;
    while (n < len && n < max && text[n] >= '0' && text[n] <= '9')
        *value = *value * 10 + (text[n++] - '0');
    return n >= min ? n : 0;
}

/* One of two separators at text, or nothing when both are "". */
static bool read_mark(const char **text, size_t *len, const char *mark, const char *other)
{
    size_t n = strlen(mark);

    if (*len < n || memcmp(*text, mark, n) != 0) {
        n = strlen(other);
        if (*len < n || memcmp(*text, other, n) != 0)
            return false;
    }
    *text += n;
    *len -= n;
    return true;
}

/* The marks after year, month and day of each way to write a date. */
struct date_form {
    const char *after_year, *after_month, *after_day, *after_day_too;
    size_t min_digits; /* of month and day */
};

static bool parse_form(const struct date_form *form, const char *text, size_t len, int ymd[3])
{
    const char *const marks[3][2] = {{form->after_year, form->after_year},
                                     {form->after_month, form->after_month},
                                     {form->after_day, form->after_day_too}};

    for (int i = 0; i < 3; i++) {
        size_t n = read_digits(text, len, i == 0 ? 4 : form->min_digits, i == 0 ? 4 : 2, &ymd[i]);

        if (n == 0)
            return false;
        text += n;
        len -= n;
        if (!read_mark(&text, &len, marks[i][0], marks[i][1]))
            return false;
    }
    return len == 0;
}

enum status day_parse(const char *text, size_t len, int32_t *day)
{
    static const struct date_form forms[] = {
        {"-", "-", "", "", 1},       {"/", "/", "", "", 1}, {".", ".", "", "", 1},
        {"年", "月", "日", "号", 1}, {"", "", "", "", 2},
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        int ymd[3];

        if (parse_form(&forms[i], text, len, ymd))
            return day_from_ymd(ymd[0], ymd[1], ymd[2], day);
    }
    return STATUS_MALFORMED;
}

void day_format(int32_t day, char out[DAY_TEXT_BYTES])
{
    char text[32];
    int year, month, dom;

    if (day < DAY_MIN || day > DAY_MAX) {
        /* A damaged row must still be shown. */
        memcpy(out, "0000-00-00", DAY_TEXT_BYTES);
        return;
    }
    day_to_ymd(day, &year, &month, &dom);
    snprintf(text, sizeof text, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month, (unsigned)dom);
    memcpy(out, text, DAY_TEXT_BYTES);
}

int day_weekday(int32_t day)
{
    /* 1970-01-01 was a Thursday. */
    return (day % 7 + 7 + 4) % 7;
}

int day_age(int32_t born, int32_t on)
{
    int y1, m1, d1, y2, m2, d2;

    day_to_ymd(born, &y1, &m1, &d1);
    day_to_ymd(on, &y2, &m2, &d2);
    return y2 - y1 - (m2 < m1 || (m2 == m1 && d2 < d1));
}

/* Local milliseconds, held within DAY_MIN..DAY_MAX: a broken clock must not break arithmetic. */
static int64_t local_ms(int64_t unix_ms, int offset_min)
{
    int64_t low = DAY_MIN * MS_PER_DAY;
    int64_t high = (DAY_MAX + 1) * MS_PER_DAY - 1;
    int64_t offset_ms = (int64_t)offset_min * 60 * 1000;

    if (unix_ms <= low - offset_ms)
        return low;
    if (unix_ms >= high - offset_ms)
        return high;
    return unix_ms + offset_ms;
}

/* Rounds down, also before 1970. */
static int32_t whole_days(int64_t ms)
{
    return (int32_t)(ms / MS_PER_DAY - (ms % MS_PER_DAY < 0));
}

int32_t day_of_ms(int64_t unix_ms, int offset_min)
{
    return whole_days(local_ms(unix_ms, offset_min));
}

void day_format_time(int64_t unix_ms, int offset_min, char out[TIME_TEXT_BYTES])
{
    int64_t ms = local_ms(unix_ms, offset_min);
    int32_t day = whole_days(ms);
    unsigned second = (unsigned)((ms - day * MS_PER_DAY) / 1000);
    char text[32];

    day_format(day, out);
    snprintf(text, sizeof text, " %02u:%02u:%02u", second / 3600, second / 60 % 60, second % 60);
    memcpy(out + DAY_TEXT_BYTES - 1, text, TIME_TEXT_BYTES - DAY_TEXT_BYTES + 1);
}
