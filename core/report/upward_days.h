/* core/report/upward_days.h - which days' figures a stretch of the center's order may have changed: from which day on reports are to be counted again for the hub, without looking at what is stored.
 *
 * A row counts on the days it bears (received, decided, closed, held, paid ..), and in what is open or there at a later day: so a change of it touches the periods that end on its earliest day or later, and no
 * others (also the next year's comparison and return visits lie behind). Looked at are the days the row bears now, those that any of its changes gave it if one of them wrote such a day, and those of the case,
 * event, training, meeting or group it hangs on (of a group: of all its cases), and of a case its payments. Orgs, handlers, people in post, codes, rules and figures of earlier years touch every day; so does a row that was erased by law, whose days
 * nobody knows any more. What no report reads (UNREAD in upward_days.c) touches none. */
#ifndef CORE_REPORT_UPWARD_DAYS_H
#define CORE_REPORT_UPWARD_DAYS_H

#include "core/record/store.h"

#define UPWARD_DAYS_NONE INT32_MAX
#define UPWARD_DAYS_ALL INT32_MIN
enum { UPWARD_DAYS_CHANGES_MAX = 5000 }; /* more than so many changes at once: all days */

/* *from: the earliest day touched by changes whose local number at the center is above `after`, or one of the two above. O(changes in the stretch, and those of their rows where days changed). Errors: storage. */
enum status upward_days_since(struct store *center, int64_t after, int32_t *from, struct errmsg *err);
/* The first day that something is on record for, by index; UPWARD_DAYS_NONE: nothing is. */
enum status upward_days_first(struct store *center, int32_t *first, struct errmsg *err);

#endif /* CORE_REPORT_UPWARD_DAYS_H */
