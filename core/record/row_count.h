/* core/record/row_count.h - how many rows a list has, counted in pieces: the first page does not wait for the number behind it.
 *
 * A piece looks at a bounded number of rows and says where the next one begins, so that a million rows cost what a thousand do until somebody has time. Nothing is held between pieces: no transaction, no statement.
 * Without a condition the index of the rows that are there (schema.c: TYPE_present) is counted scope by scope, 10,000 entries in half a millisecond; with one the rows are read by their numbers, or the
 * entries of an indexed field that must have one value. Pieces of other moments make a sum of no single moment: who sees a change begins again.
 * The sum is that of records_count: sealed rows count. */
#ifndef CORE_RECORD_ROW_COUNT_H
#define CORE_RECORD_ROW_COUNT_H

#include "core/record/records.h"

struct row_count {
    const struct record_type *type;
    const struct filter *filter; /* borrowed; NULL: all rows in sight */
    int64_t count;               /* so far; whole when done */
    bool done;
    /* row_count.c's own: the next piece begins behind row n of this scope (with a filter: behind row n) */
    int64_t scope, n, last;
    bool begun;
};

/* Count anew. filter: of that type, or NULL; borrowed until the count is done or begun again. */
void row_count_begin(struct row_count *counting, const struct record_type *type, const struct filter *filter);
/* The next piece: at most `most` rows (>= 1) are looked at, and with it what is shared with the actor's org, once. Does nothing when done. O(most) entries of an index; with a filter that no index serves, rows.
 * With a filter up to 16 times as many numbers of rows are passed, where an index leaves out the others or the filter asks about other records.
 * Errors: storage; what was counted stays, and the next call goes on behind it. */
enum status row_count_go_on(struct store *store, const struct actor *actor, struct row_count *counting, int64_t most, struct errmsg *err);

#endif /* CORE_RECORD_ROW_COUNT_H */
