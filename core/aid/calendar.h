/* core/aid/calendar.h - working days: the State Council's yearly lists (holidays.tsv) overlaid by records of type `holiday`, and the day a period ends.
 *
 * Counting (民法典第二百至二百零四条; 民事诉讼法第八十五条): the day of the event is not counted; a period in days, months or years whose last day is a statutory
 * holiday or a day of rest ends on the next working day; holidays inside do not extend it. A period in working days counts working days only. Months and years end
 * on the same day of the month, or on the month's last day where there is none. Hours run through. */
#ifndef CORE_AID_CALENDAR_H
#define CORE_AID_CALENDAR_H

#include "core/aid/rule.h"

struct calendar;

enum status calendar_load(struct calendar **out, struct store *store, const struct actor *actor, struct errmsg *err);
void calendar_free(struct calendar *calendar);
/* Listed, or else the week: Saturday and Sunday are off, and in a year without a list the holidays whose date the law fixes (元旦, 劳动节, 国庆节). O(log n). */
bool calendar_is_workday(const struct calendar *calendar, int32_t day);
/* Name of the holiday, "调休" for a make-up working day, "" otherwise. Borrowed. */
const char *calendar_name(const struct calendar *calendar, int32_t day);
/* Whether the year's list is known (New Year's Day and National Day are in it); without it only Saturdays, Sundays and the fixed holidays are known to be off, and callers warn. */
bool calendar_knows_year(const struct calendar *calendar, int year);
/* The last day of a period that begins with an event on `from`. paused_days: days that do not count (补正), added before rolling over (for TERM_WORKDAY: working days).
 * Hours: only days are kept, so 24 hours end with the next day, a day of rest or not. n and paused_days >= 0 (assert); never beyond DAY_MAX. */
int32_t calendar_due(const struct calendar *calendar, int32_t from, struct rule_term term, int32_t paused_days);
/* The last day of a term that a person is given, as it stands in the calendar: the same day of the month so many months or years later, a working day or not. Never beyond DAY_MAX. */
int32_t calendar_term_end(int32_t from, struct rule_term term);
int32_t calendar_next_workday(const struct calendar *calendar, int32_t day); /* day itself if it is one */
/* Working days in (from, to]; negative when to < from. */
int32_t calendar_workdays_between(const struct calendar *calendar, int32_t from, int32_t to);

#endif /* CORE_AID_CALENDAR_H */
