/* core/base/day_span.c - see day_span.h. The text is folded as days are; then one reader after the other tries the whole of it. */
#include "core/base/day_span.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/day_phrase.h"

enum { WEEK = 7, QUARTER_MONTHS = 3, HALF_MONTHS = 6, YEAR_MONTHS = 12, LONG_WAY = 40000 };

struct span {
    int32_t from, to;
};

static enum status check(int64_t from, int64_t to, struct span *out)
{
    if (from < DAY_MIN || to > DAY_MAX)
        return STATUS_RANGE;
    *out = (struct span){(int32_t)from, (int32_t)to};
    return STATUS_OK;
}

/* `months` whole months from month `first` on, counted from year 0. */
static enum status whole_months(int first, int months, struct span *out)
{
    int32_t from, next;
    enum status status = day_from_ymd(first / YEAR_MONTHS, first % YEAR_MONTHS + 1, 1, &from);
    if (status == STATUS_OK)
        status = day_from_ymd((first + months) / YEAR_MONTHS, (first + months) % YEAR_MONTHS + 1, 1, &next);
    return status == STATUS_OK ? check(from, next - 1, out) : status;
}

/* ---- readers: STATUS_MALFORMED when the text is not of their kind ---- */

enum unit { WEEKS, MONTHS, QUARTERS, YEARS, FIRST_HALF, SECOND_HALF };

static enum status read_word(const char *text, int32_t today, struct span *out)
{
    static const struct {
        const char *word;
        enum unit unit;
        int by;
    } words[] = {
        {"本周", WEEKS, 0},       {"这周", WEEKS, 0},        {"上周", WEEKS, -1},        {"下周", WEEKS, 1},         {"thisweek", WEEKS, 0},     {"lastweek", WEEKS, -1},  {"nextweek", WEEKS, 1},
        {"本月", MONTHS, 0},      {"这个月", MONTHS, 0},     {"上月", MONTHS, -1},       {"上个月", MONTHS, -1},     {"下月", MONTHS, 1},        {"下个月", MONTHS, 1},    {"thismonth", MONTHS, 0},
        {"lastmonth", MONTHS, -1}, {"nextmonth", MONTHS, 1}, {"本季度", QUARTERS, 0},    {"这个季度", QUARTERS, 0},  {"上季度", QUARTERS, -1},   {"上个季度", QUARTERS, -1}, {"thisquarter", QUARTERS, 0},
        {"lastquarter", QUARTERS, -1}, {"今年", YEARS, 0},   {"本年", YEARS, 0},         {"去年", YEARS, -1},        {"前年", YEARS, -2},        {"明年", YEARS, 1},       {"thisyear", YEARS, 0},
        {"lastyear", YEARS, -1},  {"上半年", FIRST_HALF, 0}, {"下半年", SECOND_HALF, 0},
    };
    size_t i = 0, n = sizeof words / sizeof words[0];
    int year, month, dom;
    while (i < n && strcmp(words[i].word, text) != 0)
        i++;
    if (i == n)
        return STATUS_MALFORMED;
    day_to_ymd(today, &year, &month, &dom);
    int this_month = year * YEAR_MONTHS + month - 1, january = year * YEAR_MONTHS;
    int64_t monday = (int64_t)today - (day_weekday(today) + WEEK - 1) % WEEK + (int64_t)words[i].by * WEEK;
    switch (words[i].unit) {
    case WEEKS:
        return check(monday, monday + WEEK - 1, out);
    case MONTHS:
        return whole_months(this_month + words[i].by, 1, out);
    case QUARTERS:
        return whole_months(this_month / QUARTER_MONTHS * QUARTER_MONTHS + words[i].by * QUARTER_MONTHS, QUARTER_MONTHS, out);
    case YEARS:
        return whole_months(january + words[i].by * YEAR_MONTHS, YEAR_MONTHS, out);
    case FIRST_HALF:
        return whole_months(january, HALF_MONTHS, out);
    case SECOND_HALF:
        return whole_months(january + HALF_MONTHS, HALF_MONTHS, out);
    }
    return STATUS_MALFORMED;
}

static const char *behind(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0 ? text + strlen(word) : NULL;
}

/* "7天", "2周", "3个月", "半年", "1年": in days, or in months (*months). */
static bool read_length(const char *text, int *number, bool *months)
{
    static const struct {
        const char *unit;
        int times;
        bool months;
    } units[] = {{"天", 1, false},  {"日", 1, false},   {"days", 1, false},  {"day", 1, false},   {"周", WEEK, false},   {"个星期", WEEK, false}, {"星期", WEEK, false},
                 {"weeks", WEEK, false}, {"week", WEEK, false}, {"个月", 1, true}, {"月", 1, true}, {"months", 1, true}, {"month", 1, true},
                 {"年", YEAR_MONTHS, true}, {"years", YEAR_MONTHS, true}, {"year", YEAR_MONTHS, true}};
    size_t digits = strspn(text, "0123456789");
    if (strcmp(text, "半年") == 0) {
        *number = HALF_MONTHS;
        *months = true;
        return true;
    }
    if (digits < 1 || digits > 5)
        return false;
    *number = atoi(text);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(text + digits, units[i].unit) != 0)
            continue;
        *number *= units[i].times;
        *months = units[i].months;
        return *number >= 1 && *number <= LONG_WAY;
    }
    return false;
}

/* The same day so many months away, or that month's last. */
static enum status months_away(int32_t today, int months, int32_t *out)
{
    int year, month, dom;
    day_to_ymd(today, &year, &month, &dom);
    int count = year * YEAR_MONTHS + month - 1 + months;
    enum status status = STATUS_RANGE;
    for (int last = dom; count >= 0 && status != STATUS_OK && last >= dom - 3 && last >= 1; last--)
        status = day_from_ymd(count / YEAR_MONTHS, count % YEAR_MONTHS + 1, last, out);
    return status;
}

static enum status read_back_or_on(const char *text, int32_t today, struct span *out)
{
    static const char *const back[] = {"最近", "近", "过去", "last", "past"}, *const on[] = {"未来", "今后", "next"};
    const char *rest = NULL;
    bool onward = false, months;
    int number;
    int32_t end;
    for (size_t i = 0; rest == NULL && i < sizeof back / sizeof back[0]; i++)
        rest = behind(text, back[i]);
    for (size_t i = 0; rest == NULL && i < sizeof on / sizeof on[0]; i++)
        onward = (rest = behind(text, on[i])) != NULL;
    if (rest == NULL || !read_length(rest, &number, &months))
        return STATUS_MALFORMED;
    if (!months)
        return onward ? check(today, (int64_t)today + number - 1, out) : check((int64_t)today - number + 1, today, out);
    enum status status = months_away(today, onward ? number : -number, &end);
    if (status != STATUS_OK)
        return status;
    return onward ? check(today, (int64_t)end - 1, out) : check((int64_t)end + 1, today, out);
}

static enum status read_english_day(const char *text, int32_t today, struct span *out)
{
    static const char *const words[] = {"yesterday", "today", "tomorrow"};
    for (int i = 0; i < 3; i++)
        if (strcmp(text, words[i]) == 0)
            return check((int64_t)today + i - 1, (int64_t)today + i - 1, out);
    return STATUS_MALFORMED;
}

enum status day_span_parse(const char *text, size_t len, int32_t today, int32_t *from, int32_t *to)
{
    static enum status (*const readers[])(const char *, int32_t, struct span *) = {read_word, read_back_or_on, read_english_day};
    char folded[DAY_PHRASE_MAX_BYTES];
    struct span found = {0, 0};
    enum status status = day_phrase_parse(text, len, today, &found.from);
    found.to = found.from;
    if (status == STATUS_MALFORMED && day_phrase_fold(text, len, folded))
        for (size_t i = 0; status == STATUS_MALFORMED && i < sizeof readers / sizeof readers[0]; i++)
            status = readers[i](folded, today, &found);
    if (status != STATUS_OK)
        return status;
    *from = found.from;
    *to = found.to;
    return STATUS_OK;
}
