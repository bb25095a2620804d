/* core/aid/calendar.c - see calendar.h.
 *
 * One sorted array of the days that are not as their weekday says: shipped rows first, county rows over them. Names lie in one buffer, found by offset.
 * Counting: 民法典第二百条至第二百零四条, 民事诉讼法第八十五条. */
#include "core/aid/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/data/data.h"

enum { NAMES_MAX_BYTES = 1 << 24, HOURS_PER_DAY = 24, MONTHS_PER_YEAR = 12, SHIPPED_COLUMNS = 3 };

struct entry {
    int32_t day;
    bool off;
    bool county;   /* lies over a shipped one of the same day */
    size_t name;   /* offset in names */
    struct id id;  /* of two county rows for one day the greater counts, on every machine */
};

struct calendar {
    struct entry *entries;
    size_t n, room;
    struct buf names;
};

/* ---- loading ---- */

static enum status add(struct calendar *calendar, struct entry entry, const char *name, size_t len)
{
    if (calendar->n == calendar->room) {
        size_t room = calendar->room > 0 ? calendar->room * 2 : 1024;
        struct entry *entries = realloc(calendar->entries, room * sizeof *entries);
        if (entries == NULL)
            return STATUS_NOMEM;
        calendar->entries = entries;
        calendar->room = room;
    }
    const struct entry *last = calendar->n > 0 ? &calendar->entries[calendar->n - 1] : NULL;
    const char *before = last != NULL ? buf_cstr(&calendar->names) + last->name : "";
    if (last != NULL && strlen(before) == len && memcmp(before, name, len) == 0) {
        entry.name = last->name;
    } else {
        entry.name = calendar->names.len;
        buf_append(&calendar->names, name, len);
        buf_putc(&calendar->names, '\0');
    }
    calendar->entries[calendar->n++] = entry;
    return calendar->names.status;
}

/* date is_off_day name */
static enum status read_shipped(struct calendar *calendar)
{
    const struct data_file *file = data_find("holidays.tsv");
    assert(file != NULL);
    enum status status = STATUS_OK;
    for (const char *line = file->text, *end; status == STATUS_OK && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        const char *cells[SHIPPED_COLUMNS] = {line};
        for (size_t i = 1; i < SHIPPED_COLUMNS; i++)
            cells[i] = strchr(cells[i - 1], '\t') + 1;
        struct entry entry = {.off = cells[1][0] == '1'};
        enum status parsed = day_parse(line, (size_t)(cells[1] - 1 - line), &entry.day);
        assert(parsed == STATUS_OK);
        status = add(calendar, entry, cells[2], (size_t)(end - cells[2]));
    }
    return status;
}

struct loading {
    struct calendar *calendar;
    enum status status;
};

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct loading *loading = context;
    struct value date = record_get(record, catalogue_field(record->type, "date")), off = record_get(record, catalogue_field(record->type, "off"));
    const char *name = record_text(record, "name");
    (void)key;
    if (date.kind != VALUE_INT)
        return true;
    struct entry entry = {.day = (int32_t)date.number, .off = off.kind == VALUE_INT && off.number != 0, .county = true, .id = record->id};
    loading->status = add(loading->calendar, entry, name, strlen(name));
    return loading->status == STATUS_OK;
}

static int order_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->county != y->county)
        return x->county ? 1 : -1;
    return memcmp(&x->id, &y->id, sizeof x->id);
}

/* The last entry of a day is the one that counts. */
static void settle(struct calendar *calendar)
{
    size_t n = 0;
    qsort(calendar->entries, calendar->n, sizeof *calendar->entries, order_entries);
    for (size_t i = 0; i < calendar->n; i++) {
        if (i + 1 == calendar->n || calendar->entries[i + 1].day != calendar->entries[i].day)
            calendar->entries[n++] = calendar->entries[i];
    }
    calendar->n = n;
}

enum status calendar_load(struct calendar **out, struct store *store, const struct actor *actor, struct errmsg *err)
{
    struct calendar *calendar = calloc(1, sizeof *calendar);
    *out = NULL;
    if (calendar == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    buf_init(&calendar->names, NAMES_MAX_BYTES);
    struct loading loading = {.calendar = calendar};
    struct list_query query = {.type = catalogue_find("holiday"), .ascending = true};
    enum status status = read_shipped(calendar);
    if (status == STATUS_OK)
        status = records_list(store, actor, &query, take_row, &loading, err);
    if (status == STATUS_OK)
        status = loading.status;
    if (status != STATUS_OK) {
        calendar_free(calendar);
        return status;
    }
    settle(calendar);
    *out = calendar;
    return STATUS_OK;
}

void calendar_free(struct calendar *calendar)
{
    if (calendar == NULL)
        return;
    free(calendar->entries);
    buf_release(&calendar->names);
    free(calendar);
}

/* ---- days ---- */

static const struct entry *find(const struct calendar *calendar, int32_t day)
{
    size_t low = 0, high = calendar->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (calendar->entries[middle].day == day)
            return &calendar->entries[middle];
        if (calendar->entries[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool is_weekend(int32_t day)
{
    int weekday = day_weekday(day);
    return weekday == 0 || weekday == 6;
}

/* Days of the year that are free by law whatever the year's list adds (全国年节及纪念日放假办法, since 2025); those of the moon's calendar and 清明 need the list. */
static const struct fixed {
    int month, dom;
    const char *name;
} fixed_holidays[] = {{1, 1, CHINESE("元旦")}, {5, 1, CHINESE("劳动节")}, {5, 2, CHINESE("劳动节")}, {10, 1, CHINESE("国庆节")}, {10, 2, CHINESE("国庆节")}, {10, 3, CHINESE("国庆节")}};

enum { FIXED_HOLIDAYS = sizeof fixed_holidays / sizeof fixed_holidays[0] };

/* Of a year without a list: a listed year says itself what is free. */
static const struct fixed *fixed_holiday(const struct calendar *calendar, int32_t day)
{
    int year, month, dom;
    day_to_ymd(day, &year, &month, &dom);
    for (size_t i = 0; i < FIXED_HOLIDAYS; i++)
        if (fixed_holidays[i].month == month && fixed_holidays[i].dom == dom)
            return calendar_knows_year(calendar, year) ? NULL : &fixed_holidays[i];
    return NULL;
}

bool calendar_is_workday(const struct calendar *calendar, int32_t day)
{
    const struct entry *entry = find(calendar, day);
    return entry != NULL ? !entry->off : !is_weekend(day) && fixed_holiday(calendar, day) == NULL;
}

const char *calendar_name(const struct calendar *calendar, int32_t day)
{
    const struct entry *entry = find(calendar, day);
    const struct fixed *fixed = entry == NULL ? fixed_holiday(calendar, day) : NULL;
    if (entry == NULL)
        return fixed != NULL ? fixed->name : "";
    if (entry->off)
        return buf_cstr(&calendar->names) + entry->name;
    return is_weekend(day) ? "调休" : "";
}

/* Lists reach over the turn of the year by a few days, so one listed day says little: New Year's Day and National Day must both be there. */
bool calendar_knows_year(const struct calendar *calendar, int year)
{
    int32_t new_year, national;
    if (day_from_ymd(year, 1, 1, &new_year) != STATUS_OK || day_from_ymd(year, 10, 1, &national) != STATUS_OK)
        return false;
    return find(calendar, new_year) != NULL && find(calendar, national) != NULL;
}

int32_t calendar_next_workday(const struct calendar *calendar, int32_t day)
{
    while (day < DAY_MAX && !calendar_is_workday(calendar, day))
        day++;
    return day;
}

/* Working days of the week in (from, to], holidays aside; from <= to. */
static int32_t weekdays_between(int32_t from, int32_t to)
{
    int32_t weeks = (to - from) / 7, count = weeks * 5;
    for (int32_t day = from + weeks * 7 + 1; day <= to; day++)
        count += !is_weekend(day);
    return count;
}

/* Holidays that no list names, on days of the week that would else be worked, in (from, to]. */
static int32_t fixed_between(const struct calendar *calendar, int32_t from, int32_t to)
{
    int first, last, month, dom;
    int32_t count = 0, day;
    day_to_ymd(from, &first, &month, &dom);
    day_to_ymd(to, &last, &month, &dom);
    for (int year = first; year <= last; year++)
        for (size_t i = 0; i < FIXED_HOLIDAYS; i++)
            if (day_from_ymd(year, fixed_holidays[i].month, fixed_holidays[i].dom, &day) == STATUS_OK && day > from && day <= to && !is_weekend(day) && find(calendar, day) == NULL)
                count += fixed_holiday(calendar, day) != NULL;
    return count;
}

int32_t calendar_workdays_between(const struct calendar *calendar, int32_t from, int32_t to)
{
    if (to < from)
        return -calendar_workdays_between(calendar, to, from);
    int32_t count = weekdays_between(from, to);
    for (size_t i = 0; i < calendar->n; i++) {
        const struct entry *entry = &calendar->entries[i];
        if (entry->day > from && entry->day <= to && entry->off == !is_weekend(entry->day))
            count += entry->off ? -1 : 1;
    }
    return count - fixed_between(calendar, from, to);
}

/* ---- periods ---- */

static int32_t clamp(int64_t day)
{
    return day > DAY_MAX ? DAY_MAX : day < DAY_MIN ? DAY_MIN : (int32_t)day;
}

/* The same day of a later month, or the month's last day where there is none (民法典第二百零二条). */
static int32_t add_months(int32_t from, int64_t months)
{
    int year, month, dom;
    int32_t day;
    day_to_ymd(from, &year, &month, &dom);
    int64_t count = (int64_t)year * MONTHS_PER_YEAR + (month - 1) + months;
    if (count / MONTHS_PER_YEAR > 2199)
        return DAY_MAX;
    year = (int)(count / MONTHS_PER_YEAR);
    month = (int)(count % MONTHS_PER_YEAR) + 1;
    while (day_from_ymd(year, month, dom, &day) != STATUS_OK)
        dom--;
    return day;
}

static int32_t add_workdays(const struct calendar *calendar, int32_t from, int64_t n)
{
    int32_t day = from;
    while (n > 0 && day < DAY_MAX)
        n -= calendar_is_workday(calendar, ++day);
    return n == 0 && day == from ? calendar_next_workday(calendar, day) : day;
}

int32_t calendar_term_end(int32_t from, struct rule_term term)
{
    from = clamp(from);
    if (term.unit == TERM_YEAR || term.unit == TERM_MONTH)
        return clamp(add_months(from, term.unit == TERM_YEAR ? term.n * MONTHS_PER_YEAR : term.n));
    return clamp((int64_t)from + (term.unit == TERM_HOUR ? (term.n + HOURS_PER_DAY - 1) / HOURS_PER_DAY : term.n));
}

int32_t calendar_due(const struct calendar *calendar, int32_t from, struct rule_term term, int32_t paused_days)
{
    assert(paused_days >= 0 && term.n >= 0);
    from = clamp(from);
    switch (term.unit) {
    case TERM_WORKDAY:
        return add_workdays(calendar, from, term.n + paused_days);
    case TERM_HOUR: /* hours run through, and only the day is known: the last of them ends on this one */
        return clamp((int64_t)from + (term.n + HOURS_PER_DAY - 1) / HOURS_PER_DAY + paused_days);
    case TERM_MONTH:
        return calendar_next_workday(calendar, clamp((int64_t)add_months(from, term.n) + paused_days));
    case TERM_YEAR:
        return calendar_next_workday(calendar, clamp((int64_t)add_months(from, term.n * MONTHS_PER_YEAR) + paused_days));
    case TERM_DAY:
        break;
    }
    return calendar_next_workday(calendar, clamp((int64_t)from + term.n + paused_days));
}
