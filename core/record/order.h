/* core/record/order.h - the center's order numbers: eras, and who has seen what.
 *
 * An order number is era << 40 | n, n from 1. A center that finds that it was put back to an earlier state (restored, rolled back) begins a new era, so no number it gives can be one that it gave before
 * and has forgotten; in era 0 numbers are small. A change has two of them:
 *   fold   its place in the order: where apply.h's rule puts it. Column rseq.
 *   given  the number under which the center delivers it now, above everything delivered before: cursors (rcur) count these. Column given where it is not fold; at the center it is lsn.
 * They differ for what comes late: a change that a restored center lost and somebody handed back keeps its old fold; the history of a record that was moved to another org is delivered with the move.
 * A late change is put into its place by making the row anew (core/record/row_rebuild.h).
 *
 * SEEN. `seen` of a change is the cursor of its author's machine when the form was opened: everything delivered to it up to there was known. So within one era numbers are compared; across eras:
 *   fold and seen of one era: known if fold <= seen.  given and seen of one era: known if given <= seen.  given of an earlier era than seen: known.  Everything else: not known; at worst a person is asked
 *   about two edits of which one had seen the other, never is one lost. */
#ifndef CORE_RECORD_ORDER_H
#define CORE_RECORD_ORDER_H

#include <stdbool.h>
#include <stdint.h>

enum { ORDER_ERA_SHIFT = 40 };

static inline uint64_t order_era(uint64_t order)
{
    return order >> ORDER_ERA_SHIFT;
}

/* The number before the first of an era. */
static inline uint64_t order_era_start(uint64_t era)
{
    return era << ORDER_ERA_SHIFT;
}

static inline bool order_was_seen(uint64_t fold, uint64_t given, uint64_t seen)
{
    if (order_era(fold) == order_era(seen))
        return fold <= seen;
    if (order_era(given) == order_era(seen))
        return given <= seen;
    return order_era(given) < order_era(seen);
}

#endif /* CORE_RECORD_ORDER_H */
