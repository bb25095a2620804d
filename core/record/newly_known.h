/* core/record/newly_known.h - record types and fields that this program knows and the one before it did not.
 *
 * A program keeps changes of types that it does not know byte for byte in the log (change.state 2) and applies nothing; fields that it does not know it keeps in the row beside its columns (extra.h). A center is
 * brought up to date before its stations, so every new type and field comes to old programs first: when one of those is replaced, what came meanwhile becomes rows, and what stood beside the columns stands in them. So it
 * does where an older program stood in this one's place for a while. verify.c replays with what the program knows now what was applied.
 * IN PIECES. Made anew all at once, 100,000 rows would keep everybody else from saving for longer than they wait. So the shape of the tables is committed first, and how far the rest is stands in meta: killed, it goes on
 * there. Who opens the store meanwhile does pieces of it, too, and has it when all is done.
 * THE LIMIT. An older program that has the store open still goes on as it knows, and nothing looks at that again before the next change of program: screens are to be closed for an update (README.md), and a look at each
 * opening would be a pass over all rows.
 * A record that left, or was erased by law, while a program had the store that did not know all its columns: what it left in them goes, too. */
#ifndef CORE_RECORD_NEWLY_KNOWN_H
#define CORE_RECORD_NEWLY_KNOWN_H

#include "core/record/store.h"

enum { NEWLY_KNOWN_PIECE = 500 }; /* changes or rows in one transaction: a tenth of a second */

/* In the transaction that makes the tables of all types: it is to be done, from the beginning, and the first piece is. *more: there is something left. Errors: storage. */
enum status newly_known_begin(struct store *store, int most, bool *more, struct errmsg *err);
/* What is to be done is done in transactions of its own, a piece at a time; between them others write. Nothing mostly: then this is a look into meta.
 * Changes are applied as they came, a row of which one came late (order.h) is made anew; rows that hold a field of this program's are made anew (row_rebuild.h). What cannot be applied is quarantined with its reason.
 * O(changes that are not known), by their index (change_unknown), and one pass over the rows: once for each change of program. Errors: storage. */
enum status newly_known_finish(struct store *store, struct errmsg *err);
/* One piece of that, up to so many changes and rows. *more: there is something left. */
enum status newly_known_piece(struct store *store, int most, bool *more, struct errmsg *err);

#endif /* CORE_RECORD_NEWLY_KNOWN_H */
