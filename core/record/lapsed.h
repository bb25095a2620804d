/* core/record/lapsed.h - changes at a station whose numbers in the center's order do not stand any more.
 *
 * When a center was put back, a station sets its cursor back to where both agree and hands back what it has above (returned.h). The center tells all of that anew, as a rule under new numbers. What it does not tell again keeps the number
 * it had: what another machine wrote waits at the center for that machine, and of a record that left this org meanwhile nothing is told. Such a number is no word of the center that is followed now, and must not count as
 * one: put back once more, to a copy that has the same change there, both would agree on it, and all below that was told anew since would keep its new place here, until sums find it (scope_sum.h).
 * So a change above the place the cursor goes back to is noted in table lapsed(lsn) until it is told again; no sample is taken of it (sync/heal_order.c). Empty as a rule. */
#ifndef CORE_RECORD_LAPSED_H
#define CORE_RECORD_LAPSED_H

#include "core/record/store.h"

/* In SQL, of the change with this lsn. */
#define LAPSED_NOT(lsn) lsn " NOT IN (SELECT lsn FROM lapsed)"

/* In a transaction: the cursor goes back to this number. O(what is above). Errors: storage. */
enum status lapsed_note(struct store *store, uint64_t number, struct errmsg *err);
/* Whether there are any. Errors: storage. */
enum status lapsed_any(struct store *store, bool *any, struct errmsg *err);
/* In a transaction: the center told it again, or it is not here any more. Errors: storage. */
enum status lapsed_clear(struct store *store, int64_t lsn, struct errmsg *err);

#endif /* CORE_RECORD_LAPSED_H */
