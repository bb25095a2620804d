/* core/record/row_rebuild.h - make one row anew from its changes: after a change took its place in the middle, moved to another log, or was taken away.
 *
 * Takes the row, its base values and open conflicts out and applies the row's changes again (apply.h): what has a place in the order by fold, then what is pending by lsn. The row keeps its number n, so what
 * points to it (search, worklists, journals of figures) stays; the journal of figures and the search hear of it as of any write. Quarantined, erased and unknown changes are passed over.
 * Whose the row is, and with whom it is shared, is found anew too; of a row that is not here (reach.h) only that.
 * O(changes of the row), by the list that `prev` links; cost of one row, never of the store. In the caller's transaction. */
#ifndef CORE_RECORD_ROW_REBUILD_H
#define CORE_RECORD_ROW_REBUILD_H

#include "core/record/apply.h"

/* A row that no applied change is left of ends as gone, with all its fields empty. Errors: storage; STATUS_NOT_FOUND: no such row. */
enum status row_rebuild(struct store *store, const struct record_type *type, struct id id, struct errmsg *err);
/* The highest fold among the row's ordered changes, 0: none. */
enum status row_last_fold(struct store *store, const struct record_type *type, struct id id, uint64_t *fold, struct errmsg *err);

#endif /* CORE_RECORD_ROW_REBUILD_H */
