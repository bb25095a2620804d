/* core/record/scope_sum.h - do two machines hold the same? One number per scope that says so.
 *
 * sum(scope) = XOR over all ordered changes delivered to the scope (its own, everyone's apart, and what reach adds) of the first 8 bytes of SHA-256(header || fold as u64 big-endian). Rows are a function of the
 * ordered changes (apply.h) and `verify` proves that function on each machine, so equal sums mean equal content. Kept by the same calls that give a change its place; O(1) a change.
 * A station's sum is over all ordered changes it holds; its center compares sum(0) ^ sum(its org). Erasing a body changes no sum; a move takes the row's changes from one sum to the other. */
#ifndef CORE_RECORD_SCOPE_SUM_H
#define CORE_RECORD_SCOPE_SUM_H

#include "core/record/store.h"

enum { SCOPE_SUM_STATION = -1 }; /* the row a station keeps: everything it holds */

/* A change with this header has got its place, or has lost it (the same operation), in the scope's sum. In the caller's transaction. */
enum status scope_sum_toggle(struct store *store, int64_t scope, const void *header, size_t header_len, uint64_t fold, struct errmsg *err);
enum status scope_sum_get(struct store *store, int64_t scope, uint64_t *sum, struct errmsg *err);
/* Count anew from the log; for verify and for stores made before sums were kept. O(changes). */
enum status scope_sum_recount(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_SCOPE_SUM_H */
