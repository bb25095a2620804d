/* core/report/report_day.h - what stands between an office and handing in its reports, item by item, each with the place where it is put right.
 *
 * Stations that have not synced (rule report_sync_days, or since before the period's end), changes quarantined or in conflict, drafts, deadlines overdue at the period's end, cases ended without an outcome, a handler
 * on the roster, an amount recovered or a statistical matter; notices without stage or ground; consultations without a category; events without kind or not closed; entries by hand that are missing; checks that fail;
 * reports of the period not yet frozen. Only what the actor may see. */
#ifndef CORE_REPORT_REPORT_DAY_H
#define CORE_REPORT_REPORT_DAY_H

#include "core/report/summary.h"

enum report_day_kind { REPORT_DAY_STATION, REPORT_DAY_RECORDS, REPORT_DAY_WORKLIST, REPORT_DAY_CHECK, REPORT_DAY_ENTRY, REPORT_DAY_FREEZE };

struct report_day_item {
    enum report_day_kind kind;
    const char *code;        /* "stations" "no_outcome" .. stable */
    const char *words;       /* 已结案件没有填结案方式 */
    int64_t count;           /* how many; 0: fine */
    const char *type, *where; /* REPORT_DAY_RECORDS: the --where expression that lists them */
    const char *place;       /* REPORT_DAY_WORKLIST: "conflicts" "inbox" "deadlines" "drafts" ..; REPORT_DAY_CHECK, _FREEZE: the report's name; _ENTRY: the cell; _STATION: "" */
    const char *detail;      /* which station since when, which check; "" nothing */
    bool blocks;             /* the report cannot be handed in before */
};
typedef bool (*report_day_row)(void *context, const struct report_day_item *item);
/* Every item, those that are fine too (count 0), worst first within their order. forms_period for forms, period for the summary: the caller's choice. */
enum status report_day(const struct form_desk *desk, const struct period *period, report_day_row row, void *context, struct errmsg *err);

#endif /* CORE_REPORT_REPORT_DAY_H */
