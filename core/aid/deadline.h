/* core/aid/deadline.h - which periods of the law run for a case now, and when each ends. Codes D01..D19 are those of rules.tsv.
 *
 * Computed from the case row alone (no table of deadlines that could be wrong): the state says which clock runs, the row's days when it began and how long it stood.
 *   state            code  from                         stops while
 *   S2 S4 S5         D01   received_on                  paused_days; S2c and S3: stands still since paused_on
 *   S3               D02   paused_on (or supplement_due as given)
 *   S6               D03   decided_on
 *   S6n              D04   received_on (of the notice)
 *   S6u S7u..        D13   decided_on, while urgent_ground is set and decision is still 03
 *   S7               D07   assigned_on, until agreed_on
 *   X4 X5            D08   decided_on / terminated_on: the applicant's time to object (informational: not counted as overdue)
 *   O1               D09   objected_on
 *   objection 维持   D10   informational
 *   S7 S8 asked      D11   change_asked_on
 *   X5               D12   terminated_on, until form 18 is served
 *   S8 closed_on     D14   closed_on, until reported_on
 *   S9 S10           D15   reported_on, until paid_on
 *   any before S9    D19   limitation_on itself
 * D05 D06 D16 D17 D18 belong to other registers; D06 runs on duty_help.asked_at, D17 on letter consultations without an answer. */
#ifndef CORE_AID_DEADLINE_H
#define CORE_AID_DEADLINE_H

#include "core/aid/calendar.h"

enum { DEADLINES_MAX = 8, DEADLINE_CODE_BYTES = 8 };

struct deadline {
    char code[DEADLINE_CODE_BYTES]; /* "D01" */
    int32_t from;                   /* day of the event it counts from */
    int32_t due;                    /* last day; while paused: as if it ran on from today */
    int32_t days_left;              /* due - today; negative: overdue */
    bool paused;                    /* stands still */
    bool informational;             /* somebody else's right, not our duty */
};

/* The deadlines of one case, soonest first; at most DEADLINES_MAX. Returns how many. */
size_t deadlines_of_case(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline out[DEADLINES_MAX]);
/* The soonest duty of a case (not informational), for list rows; false: none runs. */
bool deadline_next(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline *out);
/* Whether fewer than seven days (rule urgent_days) are left to the limitation: urgent-first aid may be offered (法律援助法第四十四条第一项). */
bool deadline_is_urgent(const struct rules *rules, const struct record *kase, int32_t today);

struct todo_item {
    const struct record_type *type; /* case, consultation, duty_help */
    struct id id;
    const struct record *record; /* borrowed during the call */
    struct deadline deadline;
};
typedef bool (*todo_row)(void *context, const struct todo_item *item);
/* Everything in the actor's scope whose clock runs, soonest first, at most `limit` (0: all). informational ones only when asked.
 * O(open cases) by the index on state. */
enum status deadline_todo(struct store *store, const struct actor *actor, const struct rules *rules, const struct calendar *calendar, int32_t today, bool informational,
                          size_t limit, todo_row row, void *context, struct errmsg *err);

#endif /* CORE_AID_DEADLINE_H */
