/* core/outreach/duty.h - who is on duty when (research domain.md 6.3): the roster of duty_shift rows by day, and the days without anybody. */
#ifndef CORE_OUTREACH_DUTY_H
#define CORE_OUTREACH_DUTY_H

#include "core/aid/calendar.h"

enum { DUTY_DAYS_MAX = 366 };

struct duty_day {
    int32_t day;
    bool workday;
    bool gap;                     /* a working day without anybody: no row, or only people who were on leave or away and had no substitute */
    const struct record *shifts;  /* borrowed during the call; by shift, then as they were entered */
    size_t n;
};
/* Return false to stop. */
typedef bool (*duty_row)(void *context, const struct duty_day *day);

/* Every day of [from, to], oldest first, with the rows the actor may see. Errors: STATUS_RANGE (to before from, more than DUTY_DAYS_MAX days), storage, STATUS_NOMEM. */
enum status duty_roster(struct store *store, const struct actor *actor, const struct calendar *calendar, int32_t from, int32_t to, duty_row row, void *context, struct errmsg *err);
/* Who stands there: the substitute, else the person on the roster; "" when he was on leave or away. Borrowed. */
const char *duty_present(const struct record *shift);

#endif /* CORE_OUTREACH_DUTY_H */
