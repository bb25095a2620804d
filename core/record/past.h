/* core/record/past.h - the records as they stood when the center had given a certain order number, for every query of this connection, until the past is lifted again.
 *
 * For each type with rows that changed since, a temporary view of the type's name is laid over its table: rows that did not change, and what the others were then (core/record/record_at.h). SQLite looks for a name
 * among temporary things first, so whatever counts, lists or filters records does so in the past, without knowing: a figure then and now cannot be counted in two ways (core/report/snapshot.h).
 * It is the connection's own: other programs see nothing of it, and a crash leaves nothing behind. Reading only: a write to a type that is laid over is refused by SQLite. No statement of the store may be in the
 * middle of its rows when the past is laid or lifted. At the center only.
 * Cost: O(changes since) to lay; a query by an indexed field stays one, with a look by id for each row. */
#ifndef CORE_RECORD_PAST_H
#define CORE_RECORD_PAST_H

#include "core/record/catalogue.h"
#include "core/record/store.h"

struct past;

/* wanted: of which types; NULL: all. One past at a time. Errors: record_at's, storage, STATUS_NOMEM; then nothing is laid, or past_lift's. */
enum status past_lay(struct past **out, struct store *store, int64_t order, bool (*wanted)(const struct record_type *type), struct errmsg *err);
/* NULL is allowed. Errors: storage; what of the past stays laid (all of it, at worst) then lies over the present until the store is closed, which the message says. */
enum status past_lift(struct past *past, struct errmsg *err);

#endif /* CORE_RECORD_PAST_H */
