/* core/base/period.h - the periods that offices report: years, halves, quarters, months, by a calendar of their own (research domain.md 5.2).
 *
 * A statistical year is said by the day it begins on, "MM-DD": 01-01 is the calendar year; 12-01 is December of the year before to November; 12-21 begins on the 21st of December before. A start in July
 * or later lies in the year before, an earlier one in the year itself. Halves, quarters and months follow from the day: H1 of a year that begins on 12-01 is December to May.
 * MONTHS begin on the start's day of the month and are called by the calendar month that most of their days lie in: for a start on the 1st to 15th the one they begin in, from the 16th the one they end in.
 * So of a year that begins on 12-01 month 2025-12 is 1 to 31 December 2025, the first of 2026; of one that begins on 12-21 month 2026-03 is 21 February to 20 March, and 2026-01 (21 December to 20
 * January) is the first of 2026. A month's name says nothing about the statistical year it belongs to, and needs not.
 * The start's day is 1..28. Which start a report uses is a rule (core/aid/rule.h): period_summary, period_monthly, period_quarterly, period_forms. Periods lie in 1901-01-01 .. 2198-12-31, but for the
 * ends of the statistical years and months there. Pure. */
#ifndef CORE_BASE_PERIOD_H
#define CORE_BASE_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"

enum { PERIOD_NAME_BYTES = 24, PERIOD_LABEL_BYTES = 64 };

struct year_start {
    int month, dom; /* 1..12, 1..28 */
};

enum period_kind { PERIOD_YEAR, PERIOD_HALF, PERIOD_QUARTER, PERIOD_MONTH, PERIOD_DAYS };

struct period {
    enum period_kind kind;
    int year, part;               /* the statistical year, and half 1..2, quarter 1..4, 0 for years; of months the name's year and month 1..12; both 0 for PERIOD_DAYS */
    struct year_start start;
    int32_t from, to;             /* days, both included */
    char name[PERIOD_NAME_BYTES]; /* its one spelling: "2026" "2026H1" "2026Q3" "2026-03" "2026-01-01..2026-03-31" */
};

/* "MM-DD". Errors: STATUS_MALFORMED, STATUS_RANGE with the reason. */
enum status year_start_parse(const char *text, struct year_start *out, struct errmsg *err);
/* "2026" "2026H1" "2026h2" "2026Q3" "2026-03" "202603" "2026M3" "2026年上半年" "2026年3月" "2026年第三季度" "2026年" or DAY..DAY (also DAY至DAY; days as day_parse reads them); full-width characters and
 * blanks do not matter. Errors: STATUS_MALFORMED (names the forms there are), STATUS_RANGE (no such month, quarter, day; the last day before the first; a year out of range). *out is unchanged. */
enum status period_parse(const char *text, struct year_start start, struct period *out, struct errmsg *err);
/* The same period `years` later (negative: before). Days of PERIOD_DAYS move by calendar years, 29 February to the 28th. Errors: STATUS_RANGE. */
enum status period_shift(const struct period *period, int years, struct period *out, struct errmsg *err);
/* The next period of its kind (or, backwards, the one before): 2026H2 after 2026H1. PERIOD_DAYS: as many days. Errors: STATUS_RANGE. */
enum status period_next(const struct period *period, bool backwards, struct period *out, struct errmsg *err);
/* Which period of the kind a day lies in; PERIOD_DAYS: the day alone. Errors: STATUS_RANGE. */
enum status period_of_day(enum period_kind kind, struct year_start start, int32_t day, struct period *out, struct errmsg *err);
/* The index-th month of the period (0..), of kind PERIOD_MONTH and with the whole month's name, but from and to cut to the period's days; false behind the last. */
bool period_month(const struct period *period, size_t index, struct period *out);
/* For people: "2026年上半年(2025-12-01 至 2026-05-31)"; PERIOD_DAYS: "2026-01-01 至 2026-03-31". */
void period_label(const struct period *period, char out[PERIOD_LABEL_BYTES]);
/* For screens and command lines: the label, or in another language the name and the days. */
void period_show(const struct period *period, char out[PERIOD_LABEL_BYTES]);

#endif /* CORE_BASE_PERIOD_H */
