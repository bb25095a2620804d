/* core/report/upward_cells.h - a county's report figures for the hub: records of type county_cells (core/record/upward.h) in the upward store.
 *
 * What is told: summary and form1 .. form13 for halves and years, monthly for months, quarterly for quarters, by the county's own calendars, from the first period that anything is on record for (at most
 * UPWARD_CELLS_YEARS back) to those that today lies in; of forms also the row of each org that has a figure. They are computed by the functions that `aidpost report` uses, over one state of the data, and appended
 * when they differ from what the upward store says: equal to the county's own by construction.
 * A PASS counts the periods again that end on the earliest day touched since the last one (core/report/upward_days.h) or later, and once a day those that run. It goes by STEPS, so that a program that has a line to serve
 * never stands still for long: each folds what waits (core/report/tally.h) or tells some reports more, each report over one state of the data, until its caller has had enough. What changes while a pass is under way lies
 * behind the place it began at, and is looked at by the next. Cut short it has told less, never wrong: what was told stays, and the next pass looks at the same stretch again. Its own cursor over the center's order stands in
 * table meta of the upward store, written when a pass has ended: upward_cells_order, where it began, with the mark of that change
 * (upward_cells_mark, 8 bytes of its chain value; when it does not hold the center was put back and everything is counted again), upward_cells_day (the day of the last pass).
 * What another copy of the upward store told (core/record/upward_gather.h, COPIES) counts as not told: its periods are counted again (upward_cells_heard: looked for up to that own lsn) and told by the own log. */
#ifndef CORE_REPORT_UPWARD_CELLS_H
#define CORE_REPORT_UPWARD_CELLS_H

#include "core/record/store.h"

enum { UPWARD_CELLS_YEARS = 20, UPWARD_CELLS_MARK_BYTES = 8 };

struct upward_cells_told {
    uint64_t computed; /* reports */
    uint64_t appended; /* records of figures */
};

/* A pass that is under way; zero: none. The caller keeps it in memory from step to step. */
struct upward_cells_pass {
    bool running; /* there is more: call again */
    /* upward_cells.c's own: what it looked at and counts, as it was when the pass began */
    int64_t head, heard;
    uint8_t mark[UPWARD_CELLS_MARK_BYTES];
    bool marked, folded;
    int32_t today, from, first;
    size_t done; /* reports of its list */
};

/* Asked between two pieces of work, some milliseconds each; true: that was enough for this step. */
struct upward_enough {
    bool (*is)(void *context);
    void *context;
};

/* A step: at least one piece, and more until `enough`. A pass that does not run begins. Its appends are one transaction of the upward store; of the center at most the counts are folded. Nothing is written when nothing is
 * new. *out is added to. After an error the pass does not run: the next step begins anew. While another writes at the center a step that would fold does nothing.
 * O(changes since, and reports touched: some milliseconds each) for a pass. Errors: as upward_fits (core/record/upward_gather.h), storage, STATUS_NOMEM; STATUS_INVALID (a rule of the county's calendars is wrong: err
 * names it). */
enum status upward_cells_step(struct store *center, struct store *upward, int64_t now_ms, const struct upward_enough *enough, struct upward_cells_pass *pass, struct upward_cells_told *out, struct errmsg *err);

#endif /* CORE_REPORT_UPWARD_CELLS_H */
