/* core/aid/deadline.h - which periods of the law run for a case now, and when each ends. Codes D01..D19 are those of rules.tsv.
 *
 * Computed from the case row alone (no table of deadlines that could be wrong): the state says which clock runs, the row's days when it began and how long it stood.
 *   state            code   from                         stops
 *   S2 S4 S5         D01    received_on                  paused_days do not count; S2c and S3: stands still since paused_on
 *   S3               D02    paused_on (or supplement_due as given)
 *   S6 S6u           D03    decided_on
 *   S6n              D04    received_on (of the notice)
 *   S6u S7 S8        D13    decided_on, while urgent_ground is set and decision is still 03
 *   S7               D07    assigned_on                  agreed_on
 *   X4 X5            D08    decided_on / terminated_on: the applicant's time to object (informational: not counted as overdue)   objected_on
 *   O1               D09    objected_on
 *   X4 X5, 维持      D10    objection_decided_on, 复议; D10_2: 诉讼 (both informational)
 *   S7 S8            D11    change_asked_on              a new handler, or the note that he stays, clears change_asked_on
 *   X5               D12    terminated_on                form 18 is served: see deadlines_stored
 *   S8               D14    closed_on                    reported_on
 *   S9 S10           D15    reported_on                  paid_on
 *   any before S9    D19    limitation_on itself; in S7 and S8 only until that day, since what the handler filed is not known here
 * What stops a period must not be older than the day it counts from: a new assignment starts D07 anew. A period whose first day is empty does not run.
 * Informational ones end with their day. The length is the rule's of the first day (core/aid/rule.h).
 * Registers beside the cases (deadline_todo; the table `registers` in deadline.c):
 *   duty_help        D06    asked_at                     case_id
 *   volunteer V3     D16    asked_leave_on
 *   consultation by letter, without an answer   D17   date
 *   volunteer V2     L01    letter_to is the last day itself; shown from rule letter_warn_days before it on
 *   meeting_action   M01    due is the last day itself   done_on
 *   complaint K1     D18    date;  K2: D18_2 from accepted_on (index on state)
 * D05 has no register. */
#ifndef CORE_AID_DEADLINE_H
#define CORE_AID_DEADLINE_H

#include "core/aid/calendar.h"

enum { DEADLINES_MAX = 8, DEADLINE_CODE_BYTES = 8 };
#define DEADLINE_NO_DAY INT32_MIN

struct deadline {
    char code[DEADLINE_CODE_BYTES]; /* "D01" */
    int32_t from;                   /* day of the event it counts from; DEADLINE_NO_DAY: not known, the last day is given (D19, L01, M01) */
    int32_t due;                    /* last day; while paused: as if it ran on from today */
    int32_t days_left;              /* due - today; negative: overdue */
    bool paused;                    /* stands still */
    bool informational;             /* somebody else's right, not our duty */
    bool assumed;                   /* the year of `due` has no holiday list yet: only Saturdays and Sundays were taken as off */
};

/* What the period is about, in a few characters: "审查决定". Borrowed from rules. */
const char *deadline_label(const struct rules *rules, const char *code);

/* The deadlines of one case, soonest first; at most DEADLINES_MAX. Returns how many. Pure: D12 is reported as long as the case is in X5. */
size_t deadlines_of_case(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline out[DEADLINES_MAX]);
/* The same for a case of the store: D12 is left out once form 18 has been served. Errors: storage. */
enum status deadlines_stored(struct store *store, const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today,
                             struct deadline out[DEADLINES_MAX], size_t *n, struct errmsg *err);
/* The soonest duty of those (not informational, rather running than paused), for list rows; NULL: none. */
const struct deadline *deadline_soonest(const struct deadline *deadlines, size_t n);
/* deadlines_of_case and deadline_soonest in one; false: none runs. */
bool deadline_next(const struct rules *rules, const struct calendar *calendar, const struct record *kase, int32_t today, struct deadline *out);
/* Whether fewer than seven days (rule urgent_days) are left to the limitation: urgent-first aid may be offered (法律援助法第四十四条第一项). */
bool deadline_is_urgent(const struct rules *rules, const struct record *kase, int32_t today);
/* The day a limitation ends, from its kind (code of set limitation) and the day it begins: rules D19_01..D19_08. DEADLINE_NO_DAY: 其他, or no such kind. */
int32_t deadline_limitation(const struct rules *rules, const struct calendar *calendar, const char *kind_code, int32_t from_day);

struct todo_item {
    const struct record_type *type; /* case, or one of the registers */
    struct id id;
    const struct record *record; /* borrowed during the call */
    struct deadline deadline;
};
typedef bool (*todo_row)(void *context, const struct todo_item *item);
/* Everything the actor may see (scope; sealed rows only for those who may) whose clock runs, soonest first, at most `limit` (0: all). informational ones only when asked.
 * O(open cases) by the index on state, each read in a few columns only; whole records are read for what is given out. */
enum status deadline_todo(struct store *store, const struct actor *actor, const struct rules *rules, const struct calendar *calendar, int32_t today, bool informational,
                          size_t limit, todo_row row, void *context, struct errmsg *err);

#endif /* CORE_AID_DEADLINE_H */
