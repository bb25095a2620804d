/* core/record/newly_known.h - record types and fields that this program knows and the one before it did not.
 *
 * A program keeps changes of types that it does not know byte for byte in the log (change.state 2) and applies nothing; fields that it does not know it keeps in the row beside its columns (extra.h). A center is
 * brought up to date before its stations, so every new type and field comes to old programs first: when one of those is replaced, what came meanwhile becomes rows, and what stood beside the columns stands in them. So it
 * does where an older program stood in this one's place for a while. verify.c replays with what the program knows now what was applied.
 * A record that left, or was erased by law, while a program had the store that did not know all its columns: what it left in them goes, too. */
#ifndef CORE_RECORD_NEWLY_KNOWN_H
#define CORE_RECORD_NEWLY_KNOWN_H

#include "core/record/store.h"

/* Changes are applied as they came, a row of which one came late (order.h) is made anew; rows that hold a field of this program's are made anew (row_rebuild.h). In the caller's transaction, once the tables of all types are there. What
 * cannot be applied is quarantined with its reason. O(changes that are not known), by their index (change_unknown), and one pass over the rows: once for each change of program. Errors: storage. */
enum status newly_known_apply(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_NEWLY_KNOWN_H */
