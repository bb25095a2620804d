/* core/record/order.h - the center's order numbers: eras, and who has seen what.
 *
 * An order number is era << 40 | n, n from 1. A center that finds that it was put back to an earlier state (restored, rolled back) begins a new era, so no number it gives can be one that it gave before
 * and has forgotten; in era 0 numbers are small. A change has up to three of them:
 *   fold   its place in the order: where apply.h's rule puts it. Column rseq.
 *   given  the number under which the center delivers it now, above everything delivered before: cursors (rcur) count these. Column given where it is not fold; at the center it is lsn.
 *   taken  the number under which the center has it: what everybody goes by who asks what an author knew (SEEN). It is given, but for the history of a record that was moved to another org: to that org all of it
 *          is given with the move's number, and the center still has each change under its own. Column taken where it is not given.
 * They differ for what comes late: a change that a restored center lost and somebody handed back keeps its old fold; the history of a record that was moved to another org is delivered with the move.
 * A late change is put into its place by making the row anew (core/record/row_rebuild.h).
 *
 * SEEN. `seen` of a change is the cursor of its author's machine when the form was opened: everything delivered to it up to there was known. So within one era numbers are compared; across eras:
 *   fold and seen of one era: known if fold <= seen.  taken and seen of one era: known if taken <= seen.  taken of an earlier era than seen: known.  Everything else: not known; at worst a person is asked
 *   about two edits of which one had seen the other, never is one lost.
 * TWICE. A center that was rolled back may give numbers again before anybody notices. What was given the second time moves into the new era, and what `seen` of a change there says about the eras before
 *   could mean either: it is trusted only as far as both have the same (fold is not looked at, taken is). A change that has its place in the old era itself means the first. So that everybody can tell, such
 *   an era has a multiple of 256 as its number; the others lie between. Which one comes next is a matter of chance: a center put back twice from one copy must not begin the same era twice. */
#ifndef CORE_RECORD_ORDER_H
#define CORE_RECORD_ORDER_H

#include <stdbool.h>
#include <stdint.h>

enum { ORDER_ERA_SHIFT = 40, ORDER_TWICE_SHIFT = 8, ORDER_ERA_STEPS = 24, ORDER_BLOCK_STEPS = 64, ORDER_ERAS = 1 << 23 /* a number is positive */, ORDER_ERAS_AHEAD_MAX = 1 << 20 };

static inline uint64_t order_era(uint64_t order)
{
    return order >> ORDER_ERA_SHIFT;
}

/* The number within its era, for people. */
static inline uint64_t order_within_era(uint64_t order)
{
    return order & ((UINT64_C(1) << ORDER_ERA_SHIFT) - 1);
}

/* The number before the first of an era. */
static inline uint64_t order_era_start(uint64_t era)
{
    return era << ORDER_ERA_SHIFT;
}

/* The next era; twice: numbers of the present one were given again. chance: any number. After some twenty restores in a row one counts as a twice, which costs some questions and nothing else. */
static inline uint64_t order_next_era(uint64_t era, bool twice, uint64_t chance)
{
    uint64_t block = era >> ORDER_TWICE_SHIFT, next = era + 1 + chance % ORDER_ERA_STEPS;

    if (twice)
        return (block + 1 + chance % ORDER_BLOCK_STEPS) << ORDER_TWICE_SHIFT;
    return next >> ORDER_TWICE_SHIFT == block ? next : (block + 1) << ORDER_TWICE_SHIFT;
}

/* Whether a center whose era is `present` may have been in that one before it was put back: it lies some hundreds of restores behind at most (a machine that is set back at every start gives the same era again and again). What is told of a later one was given by no center: a damaged cursor, or made up. */
static inline bool order_era_credible(uint64_t told, uint64_t present)
{
    return told <= present + ORDER_ERAS_AHEAD_MAX;
}

/* Whether numbers of the era of `seen` may have meant something else to the author of a change with this place (0: pending, written now). */
static inline bool order_is_ambiguous(uint64_t seen, uint64_t place)
{
    return place != 0 && order_era(place) >> ORDER_TWICE_SHIFT > order_era(seen) >> ORDER_TWICE_SHIFT;
}

/* Did the author of the change at `place`, who had seen all up to `seen`, know the change with this fold, which the center has taken under this number? */
static inline bool order_was_seen(uint64_t fold, uint64_t taken, uint64_t seen, uint64_t place)
{
    if (order_era(fold) == order_era(seen) && !order_is_ambiguous(seen, place))
        return fold <= seen;
    return taken <= seen; /* of the same era, or of an earlier one */
}

#endif /* CORE_RECORD_ORDER_H */
