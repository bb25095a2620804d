/* core/record/row_changes.h - the changes of one row, in the order in which they count: by their place in the center's order, then what is pending as it was written.
 *
 * Found by the list that `prev` links from the row's head, which is in order of arrival; a late change (core/record/order.h) stands elsewhere. O(changes of the row). */
#ifndef CORE_RECORD_ROW_CHANGES_H
#define CORE_RECORD_ROW_CHANGES_H

#include "core/record/store.h"

struct row_changes {
    int64_t *lsns; /* owned: row_changes_release */
    size_t count;
};

enum row_changes_which {
    ROW_CHANGES_ALL,
    ROW_CHANGES_APPLIED /* what the row is made of: nothing quarantined or unknown, no body erased. Without a place are own ones only, also those that the center refused: they stay on top */
};

/* head: of the row; upto: no change that arrived later, 0: all. *out needs row_changes_release on any return. Errors: storage, STATUS_NOMEM. */
enum status row_changes(struct store *store, int64_t head, int64_t upto, enum row_changes_which which, struct row_changes *out, struct errmsg *err);
void row_changes_release(struct row_changes *changes);

#endif /* CORE_RECORD_ROW_CHANGES_H */
