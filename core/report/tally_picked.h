/* core/report/tally_picked.h - what certain rows add to a figure, whether or not they have an event in its period: for whoever knows which rows to look at (core/report/snapshot.h). */
#ifndef CORE_REPORT_TALLY_PICKED_H
#define CORE_REPORT_TALLY_PICKED_H

#include "core/report/tally.h"

struct tally_pick {
    const struct record_type *type; /* others than case and consultation add nothing */
    struct id id;
};

/* As tally_rows, of these rows only, in their order, as the store has them at this moment: nothing is remembered from before, so that it may be asked in the past too (core/record/past.h). Rows that add nothing, or
 * lie outside of org and the actor's scope, are left out; ids stay, sealed or not: the caller hides them. Return false to stop. O(picks). */
enum status tally_picked_rows(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, const struct tally_pick *picks, size_t n_picks, tally_row_fn row,
                              void *context, struct errmsg *err);

#endif /* CORE_REPORT_TALLY_PICKED_H */
