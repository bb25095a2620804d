/* core/report/upward_cells.h - a county's report figures for the hub: records of type county_cells (core/record/upward.h) in the upward store.
 *
 * What is told: summary and form1 .. form13 for halves and years, monthly for months, quarterly for quarters, by the county's own calendars, from the first period that anything is on record for (at most
 * UPWARD_CELLS_YEARS back) to those that today lies in; of forms also the row of each org that has a figure. They are computed by the functions that `aidpost report` uses, over one state of the data, and appended
 * when they differ from what the upward store says: equal to the county's own by construction.
 * A PASS counts the periods again that end on the earliest day touched since the last one (core/report/upward_days.h) or later, and once a day those that run. Cut short it has told less, never wrong: what was
 * told stays, and the next pass looks at the same stretch again. Its own cursor over the center's order stands in table meta of the upward store: upward_cells_order with the mark of that change
 * (upward_cells_mark, 8 bytes of its chain value; when it does not hold the center was put back and everything is counted again), upward_cells_day (the day of the last pass). */
#ifndef CORE_REPORT_UPWARD_CELLS_H
#define CORE_REPORT_UPWARD_CELLS_H

#include "core/record/store.h"

enum { UPWARD_CELLS_YEARS = 20 };

struct upward_cells_told {
    uint64_t computed; /* reports */
    uint64_t appended; /* records of figures */
};

/* One pass, its appends in transactions of the upward store; of the center at most the counts are folded (core/report/tally.h), so that the next pass is quick. Nothing is written when nothing is new. *out is added to.
 * O(changes since, and reports touched: some milliseconds each). Errors: as upward_fits (core/record/upward_gather.h), storage, STATUS_NOMEM; STATUS_INVALID (a rule of the county's calendars is wrong: err names it). */
enum status upward_cells_tell(struct store *center, struct store *upward, int64_t now_ms, struct upward_cells_told *out, struct errmsg *err);

#endif /* CORE_REPORT_UPWARD_CELLS_H */
