/* core/base/period.c - see period.h.
 *
 * All kinds but PERIOD_DAYS are runs of whole months that begin on the start's day of the month. A month is counted from year 0, by the calendar month it begins in, so that every period is (first, count). */
#include "core/base/period.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"

enum { MONTHS = 12, DOM_MAX = 28, LATE_START_MONTH = 7, LATE_START_DOM = 16, YEAR_MIN = 1901, YEAR_MAX = 2198, TEXT_BYTES = 64, YEAR_DIGITS = 4, PARTS_MAX = 12 };

static const struct {
    int months, parts; /* of one; how many a year */
} KINDS[] = {[PERIOD_YEAR] = {12, 1}, [PERIOD_HALF] = {6, 2}, [PERIOD_QUARTER] = {3, 4}, [PERIOD_MONTH] = {1, 12}, [PERIOD_DAYS] = {0, 0}};

/* ---- whole months ---- */

static enum status out_of_range(struct errmsg *err)
{
    return errmsg_set(err, STATUS_RANGE, "超出 %d 至 %d 年的范围", YEAR_MIN, YEAR_MAX);
}

/* The day that the month of that number begins on. */
static enum status month_begins(int month, int dom, int32_t *day)
{
    return day_from_ymd(month / MONTHS, month % MONTHS + 1, dom, day);
}

/* The number of the first month of a statistical year. */
static int year_begins(int year, struct year_start start)
{
    return (start.month >= LATE_START_MONTH ? year - 1 : year) * MONTHS + start.month - 1;
}

/* Months that begin late are called by the next calendar month. */
static int name_shift(struct year_start start)
{
    return start.dom >= LATE_START_DOM ? 1 : 0;
}

static void put_name(struct period *period)
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];

    switch (period->kind) {
    case PERIOD_YEAR:
        snprintf(period->name, sizeof period->name, "%d", period->year);
        break;
    case PERIOD_HALF:
        snprintf(period->name, sizeof period->name, "%dH%d", period->year, period->part);
        break;
    case PERIOD_QUARTER:
        snprintf(period->name, sizeof period->name, "%dQ%d", period->year, period->part);
        break;
    case PERIOD_MONTH:
        snprintf(period->name, sizeof period->name, "%d-%02d", period->year, period->part);
        break;
    case PERIOD_DAYS:
        day_format(period->from, from);
        day_format(period->to, to);
        snprintf(period->name, sizeof period->name, "%s..%s", from, to);
        break;
    }
}

/* part: as in struct period. */
static enum status make(enum period_kind kind, int year, int part, struct year_start start, struct period *out, struct errmsg *err)
{
    struct period made = {.kind = kind, .year = year, .part = part, .start = start};
    int first = kind == PERIOD_MONTH  ? year * MONTHS + part - 1 - name_shift(start)
                : kind == PERIOD_YEAR ? year_begins(year, start)
                                      : year_begins(year, start) + (part - 1) * KINDS[kind].months;
    int32_t next;

    if (year < YEAR_MIN - 1 || year > YEAR_MAX + 1 || month_begins(first, start.dom, &made.from) != STATUS_OK || month_begins(first + KINDS[kind].months, start.dom, &next) != STATUS_OK)
        return out_of_range(err);
    made.to = next - 1;
    put_name(&made);
    *out = made;
    return STATUS_OK;
}

static enum status make_days(int32_t from, int32_t to, struct year_start start, struct period *out, struct errmsg *err)
{
    struct period made = {.kind = PERIOD_DAYS, .start = start, .from = from, .to = to};
    int32_t least = 0, most = 0;

    (void)day_from_ymd(YEAR_MIN, 1, 1, &least);
    (void)day_from_ymd(YEAR_MAX, MONTHS, 31, &most);
    if (from < least || to > most)
        return out_of_range(err);
    put_name(&made);
    *out = made;
    return STATUS_OK;
}

/* Whether the office may ask for it: one year less at both ends than can be made, so that months at the ends can be. */
static enum status make_asked(enum period_kind kind, int year, int part, struct year_start start, struct period *out, struct errmsg *err)
{
    return year < YEAR_MIN || year > YEAR_MAX ? out_of_range(err) : make(kind, year, part, start, out, err);
}

/* ---- text ---- */

enum status year_start_parse(const char *text, struct year_start *out, struct errmsg *err)
{
    static const char *const FORM = "统计年度起始日写作“月-日”，如 01-01、12-01、12-21";
    char digits[] = "0123456789";

    if (strlen(text) != 5 || text[2] != '-' || strspn(text, digits) != 2 || strspn(text + 3, digits) != 2)
        return errmsg_set(err, STATUS_MALFORMED, "%s，不能是“%.20s”", FORM, text);
    struct year_start start = {atoi(text), atoi(text + 3)};
    if (start.month < 1 || start.month > MONTHS)
        return errmsg_set(err, STATUS_RANGE, "没有 %d 月；%s", start.month, FORM);
    if (start.dom < 1 || start.dom > DOM_MAX)
        return errmsg_set(err, STATUS_RANGE, "起始日应在 1 至 %d 日之间，不能是 %d 日：每个月都要有这一天", DOM_MAX, start.dom);
    *out = start;
    return STATUS_OK;
}

static enum status unknown(const char *text, struct errmsg *err)
{
    return errmsg_set(err, STATUS_MALFORMED, "看不懂时段“%.40s”；可写 2026、2026H1(上半年)、2026Q3(第三季度)、2026-03、2026年上半年、2026年第三季度、2026年3月，或 2026-01-01..2026-03-31", text);
}

/* ASCII twins, capitals, no blanks. False if it is too long or no text. */
static bool fold(const char *text, char out[TEXT_BYTES])
{
    size_t used = 0, len = strlen(text);

    for (size_t at = 0; at < len;) {
        uint32_t code;
        char bytes[UTF8_MAX_BYTES];
        size_t step = utf8_decode(text + at, len - at, &code);
        if (step == 0)
            return false;
        at += step;
        code = utf8_ascii_twin(code);
        if (code == ' ' || code == '\t' || code == 0x3000)
            continue;
        if (code >= 'a' && code <= 'z')
            code -= 'a' - 'A';
        size_t n = utf8_encode(code, bytes);
        if (used + n >= TEXT_BYTES)
            return false;
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return true;
}

/* One or two digits, or a Chinese number up to 十二; *end behind it. -1: none. */
static int read_number(const char *text, const char **end)
{
    static const char *const WORDS[] = {"十一", "十二", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"};
    static const int NUMBERS[] = {11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    size_t digits = strspn(text, "0123456789");

    if (digits == 1 || digits == 2) {
        *end = text + digits;
        return atoi(text);
    }
    for (size_t i = 0; digits == 0 && i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strncmp(text, WORDS[i], strlen(WORDS[i])) == 0) {
            *end = text + strlen(WORDS[i]);
            return NUMBERS[i];
        }
    }
    return -1;
}

/* A way to write a part of a year: what stands before its number and after it. */
struct spelling {
    const char *before, *after;
    enum period_kind kind;
    int part; /* where there is no number; else 0 */
};

static const struct spelling SPELLINGS[] = {
    {"", "", PERIOD_YEAR, -1},         {"年", "", PERIOD_YEAR, -1},         {"年度", "", PERIOD_YEAR, -1},      {"全年", "", PERIOD_YEAR, -1},        {"年全年", "", PERIOD_YEAR, -1},
    {"年上半年", "", PERIOD_HALF, 1},  {"上半年", "", PERIOD_HALF, 1},      {"年下半年", "", PERIOD_HALF, 2},   {"下半年", "", PERIOD_HALF, 2},       {"H", "", PERIOD_HALF, 0},
    {"Q", "", PERIOD_QUARTER, 0},      {"年第", "季度", PERIOD_QUARTER, 0}, {"年", "季度", PERIOD_QUARTER, 0},  {"第", "季度", PERIOD_QUARTER, 0},    {"M", "", PERIOD_MONTH, 0},
    {"-", "", PERIOD_MONTH, 0},        {"/", "", PERIOD_MONTH, 0},          {".", "", PERIOD_MONTH, 0},         {"年", "月", PERIOD_MONTH, 0},        {"年", "月份", PERIOD_MONTH, 0},
    {"", "", PERIOD_MONTH, 0},
};

/* What follows the year. *part: as written, which may be none that there is. */
static bool read_part(const char *text, enum period_kind *kind, int *part)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof SPELLINGS[0]; i++) {
        const struct spelling *way = &SPELLINGS[i];
        const char *end = text + strlen(way->before);
        if (strncmp(text, way->before, strlen(way->before)) != 0)
            continue;
        int number = way->part != 0 ? way->part : read_number(end, &end);
        if ((way->part == 0 && number < 0) || strcmp(end, way->after) != 0)
            continue;
        if (way->before[0] == '\0' && way->kind == PERIOD_MONTH && strlen(text) != 2) /* 202603, but not 20263 */
            continue;
        *kind = way->kind;
        *part = way->kind == PERIOD_YEAR ? 0 : number;
        return true;
    }
    return false;
}

static enum status read_day(const char *text, size_t len, const char *whole, int32_t *day, struct errmsg *err)
{
    enum status status = day_parse(text, len, day);

    if (status == STATUS_RANGE)
        return errmsg_set(err, status, "时段“%.40s”: 没有 %.*s 这一天", whole, (int)len, text);
    return status == STATUS_OK ? STATUS_OK : unknown(whole, err);
}

/* DAY..DAY; *found false: it is something else. */
static enum status parse_days(const char *folded, const char *text, struct year_start start, struct period *out, bool *found, struct errmsg *err)
{
    static const char *const BETWEEN[] = {"..", "至", "到", "~"};
    int32_t from, to;

    *found = false;
    for (size_t i = 0; i < sizeof BETWEEN / sizeof BETWEEN[0]; i++) {
        const char *at = strstr(folded, BETWEEN[i]);
        if (at == NULL)
            continue;
        *found = true;
        const char *last = at + strlen(BETWEEN[i]);
        enum status status = read_day(folded, (size_t)(at - folded), text, &from, err);
        if (status == STATUS_OK)
            status = read_day(last, strlen(last), text, &to, err);
        if (status != STATUS_OK)
            return status;
        if (to < from)
            return errmsg_set(err, STATUS_RANGE, "时段“%.40s”: 止日早于起日，请对调", text);
        return make_days(from, to, start, out, err);
    }
    return STATUS_OK;
}

enum status period_parse(const char *text, struct year_start start, struct period *out, struct errmsg *err)
{
    static const char *const WORDS[] = {[PERIOD_YEAR] = "", [PERIOD_HALF] = N_("半年(1 或 2)"), [PERIOD_QUARTER] = N_("季度(1 至 4)"), [PERIOD_MONTH] = N_("月(1 至 12)"), [PERIOD_DAYS] = ""};
    char folded[TEXT_BYTES];
    bool found;
    enum period_kind kind;
    int part;

    if (!fold(text, folded))
        return unknown(text, err);
    enum status status = parse_days(folded, text, start, out, &found, err);
    if (status != STATUS_OK || found)
        return status;
    if (strspn(folded, "0123456789") < YEAR_DIGITS || !read_part(folded + YEAR_DIGITS, &kind, &part))
        return unknown(text, err);
    if (kind != PERIOD_YEAR && (part < 1 || part > KINDS[kind].parts))
        return errmsg_set(err, STATUS_RANGE, "时段“%.40s”: 没有这个%s", text, _(WORDS[kind]));
    folded[YEAR_DIGITS] = '\0';
    return make_asked(kind, atoi(folded), part, start, out, err);
}

/* ---- neighbours ---- */

/* The same day of another year; 29 February becomes the 28th. */
static enum status shift_day(int32_t day, int years, int32_t *out)
{
    int year, month, dom;

    day_to_ymd(day, &year, &month, &dom);
    if (years < -YEAR_MAX || years > YEAR_MAX)
        return STATUS_RANGE;
    enum status status = day_from_ymd(year + years, month, dom, out);
    return status == STATUS_OK || month != 2 || dom != 29 ? status : day_from_ymd(year + years, month, DOM_MAX, out);
}

enum status period_shift(const struct period *period, int years, struct period *out, struct errmsg *err)
{
    int32_t from, to;

    if (years < -YEAR_MAX || years > YEAR_MAX)
        return out_of_range(err);
    if (period->kind != PERIOD_DAYS)
        return make_asked(period->kind, period->year + years, period->part, period->start, out, err);
    if (shift_day(period->from, years, &from) != STATUS_OK || shift_day(period->to, years, &to) != STATUS_OK)
        return out_of_range(err);
    return make_days(from, to, period->start, out, err);
}

enum status period_next(const struct period *period, bool backwards, struct period *out, struct errmsg *err)
{
    int32_t days = period->to - period->from + 1;
    int step = backwards ? -1 : 1, parts = KINDS[period->kind].parts;

    if (period->kind == PERIOD_DAYS)
        return make_days(period->from + step * days, period->to + step * days, period->start, out, err);
    if (period->kind == PERIOD_YEAR)
        return make_asked(PERIOD_YEAR, period->year + step, 0, period->start, out, err);
    int number = period->year * parts + period->part - 1 + step;
    return make_asked(period->kind, number / parts, number % parts + 1, period->start, out, err);
}

/* The number of the month, by the day it begins on, that a day lies in. */
static int month_of(int32_t day, struct year_start start)
{
    int year, month, dom;

    day_to_ymd(day, &year, &month, &dom);
    return year * MONTHS + month - 1 - (dom < start.dom);
}

static enum status month_of_day(int32_t day, struct year_start start, struct period *out, struct errmsg *err)
{
    int named = month_of(day, start) + name_shift(start);
    return make(PERIOD_MONTH, named / MONTHS, named % MONTHS + 1, start, out, err);
}

enum status period_of_day(enum period_kind kind, struct year_start start, int32_t day, struct period *out, struct errmsg *err)
{
    if (day < DAY_MIN || day > DAY_MAX)
        return out_of_range(err);
    if (kind == PERIOD_DAYS)
        return make_days(day, day, start, out, err);
    struct period month;
    enum status status = month_of_day(day, start, &month, err);
    if (status != STATUS_OK)
        return status;
    if (kind == PERIOD_MONTH)
        return make_asked(PERIOD_MONTH, month.year, month.part, start, out, err);
    /* Months since the first month of year 0. */
    int since = month_of(day, start) - year_begins(0, start), part = since % MONTHS / KINDS[kind].months + 1;
    return make_asked(kind, since / MONTHS, kind == PERIOD_YEAR ? 0 : part, start, out, err);
}

bool period_month(const struct period *period, size_t index, struct period *out)
{
    struct period month;

    if (index > (size_t)YEAR_MAX * MONTHS || month_of_day(period->from, period->start, &month, NULL) != STATUS_OK)
        return false;
    int named = month.year * MONTHS + month.part - 1 + (int)index;
    if (make(PERIOD_MONTH, named / MONTHS, named % MONTHS + 1, period->start, &month, NULL) != STATUS_OK || month.from > period->to)
        return false;
    if (month.from < period->from)
        month.from = period->from;
    if (month.to > period->to)
        month.to = period->to;
    *out = month;
    return true;
}

void period_label(const struct period *period, char out[PERIOD_LABEL_BYTES])
{
    static const char *const HALVES[] = {"", "上半年", "下半年"}, *const QUARTERS[] = {"", "第一季度", "第二季度", "第三季度", "第四季度"};
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES], part[TEXT_BYTES] = "";

    day_format(period->from, from);
    day_format(period->to, to);
    if (period->kind == PERIOD_DAYS) {
        snprintf(out, PERIOD_LABEL_BYTES, "%s 至 %s", from, to);
        return;
    }
    if (period->kind == PERIOD_HALF)
        snprintf(part, sizeof part, "%s", HALVES[period->part]);
    else if (period->kind == PERIOD_QUARTER)
        snprintf(part, sizeof part, "%s", QUARTERS[period->part]);
    else if (period->kind == PERIOD_MONTH)
        snprintf(part, sizeof part, "%d月", period->part);
    snprintf(out, PERIOD_LABEL_BYTES, "%d年%.24s(%s 至 %s)", period->year, part, from, to);
}

void period_show(const struct period *period, char out[PERIOD_LABEL_BYTES])
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];

    if (!language_is_foreign()) {
        period_label(period, out);
        return;
    }
    day_format(period->from, from);
    day_format(period->to, to);
    if (period->kind == PERIOD_DAYS)
        snprintf(out, PERIOD_LABEL_BYTES, _("%s 至 %s"), from, to);
    else
        snprintf(out, PERIOD_LABEL_BYTES, _("%s (%s 至 %s)"), period->name, from, to);
}
