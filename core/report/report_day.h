/* core/report/report_day.h - what stands between an office and handing in its reports, item by item, each with the place where it is put right.
 *
 * Stations that have not synced (rule report_sync_days, or since before the period's end), changes not yet sent, quarantined, in conflict or to be looked at, drafts, deadlines overdue at the period's end, cases ended
 * without an outcome, a handler on the roster, an amount recovered; approved cases without anything that tells their statistical matter; notices without stage or ground; consultations without a category; events without
 * kind or not closed; entries by hand that are missing; checks that fail; reports of the period not yet frozen. Only what the actor may see; entries and freezing are told at the center only, where they are made.
 * WHICH REPORTS: those whose statistical year begins on the period's start (rules period_forms, period_summary ..; for a start of no rule: all). Freezing is for reports that cover such a period: the summary and forms 1-13 a
 * half or a year, the quarterly form a quarter, the monthly form a month. Checks are run for those, and for days that are no such period for all of them.
 * SEALED rows the actor may not see are not in `count`, since no list shows them; `detail` says how many. */
#ifndef CORE_REPORT_REPORT_DAY_H
#define CORE_REPORT_REPORT_DAY_H

#include "core/report/summary.h"

enum report_day_kind { REPORT_DAY_STATION, REPORT_DAY_RECORDS, REPORT_DAY_WORKLIST, REPORT_DAY_CHECK, REPORT_DAY_ENTRY, REPORT_DAY_FREEZE };

struct report_day_item {
    enum report_day_kind kind;
    const char *code;        /* "stations" "no_outcome" .. stable */
    const char *words;       /* 已结案件没有填结案方式 */
    int64_t count;           /* how many; 0: fine */
    const char *type, *where; /* REPORT_DAY_RECORDS: the --where expression that lists them, exactly `count`; else "" */
    const char *place;       /* REPORT_DAY_WORKLIST: one of report_day_place_at; REPORT_DAY_CHECK, _FREEZE: the report's name; _ENTRY: the first cell that is missing; _STATION: "sync"; else "" */
    const char *detail;      /* which station since when, which check, which cells; "" nothing */
    bool blocks;             /* the report cannot be handed in before */
};
typedef bool (*report_day_row)(void *context, const struct report_day_item *item);
/* Every item, those that are fine too (count 0): first what blocks, then what is open, then what is fine, each in the order above; stations not synced for longest first, one item each.
 * Errors: storage. Cost: the checks of every report of the period, and the rows of the period by date index. */
enum status report_day(const struct form_desk *desk, const struct period *period, report_day_row row, void *context, struct errmsg *err);

/* Stations whose records of the period may not all be here, not here for longest first, with their last contact (0: never). At the center; elsewhere there are none. Return false to stop. Errors: storage, STATUS_NOMEM. */
struct rules;
typedef bool (*report_day_station)(void *context, const char *name, int64_t contact_ms);
enum status report_day_stations(const struct form_desk *desk, const struct rules *rules, const struct period *period, report_day_station row, void *context, struct errmsg *err);

/* Places that screens know: "sync" "quarantine" "conflicts" "flagged" "drafts" "deadlines"; index 0.. until NULL. Static. */
const char *report_day_place_at(size_t index);
/* "station" "records" "worklist" "check" "entry" "freeze". */
const char *report_day_kind_name(enum report_day_kind kind);

#endif /* CORE_REPORT_REPORT_DAY_H */
