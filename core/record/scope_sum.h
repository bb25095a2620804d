/* core/record/scope_sum.h - do two machines hold the same? One number per scope that says so.
 *
 * sum(scope) = XOR over all ordered changes delivered to the scope (its own, everyone's apart, and what reach adds) of the first 8 bytes of SHA-256(header || fold as u64 big-endian). Rows are a function of the
 * ordered changes (apply.h) and `verify` proves that function on each machine, so equal sums mean equal content. Kept by the same calls that give a change its place, at a center for many changes at once: those of the tail are in no sum yet (delivery.h).
 * A station's sum is over all ordered changes it holds; its center compares sum(0) ^ sum(its org). Erasing a body changes no sum; a move takes the row's changes from one sum to the other.
 * What the center refused (state quarantined there) is delivered to nobody and counts nowhere; at the sender it never gets a place. A change that only the station cannot apply counts at both.
 * A row of `change` with a negative scope (a record that left this station's scope, while its headers stay) counts nowhere.
 * The name meta scope_sums is there from the first count on; a store without it was made before sums were kept, and is counted when it is opened for writing. */
#ifndef CORE_RECORD_SCOPE_SUM_H
#define CORE_RECORD_SCOPE_SUM_H

#include "core/record/store.h"

enum { SCOPE_SUM_STATION = -1 }; /* the row a station keeps: everything it holds */

/* What one change adds to a sum, or takes out of it: XOR it. */
uint64_t scope_sum_of(const void *header, size_t header_len, uint64_t fold);
/* XOR what several changes come to into the scope's sum: one write for all changes of a transaction. bits 0: nothing. In the caller's transaction. */
enum status scope_sum_add(struct store *store, int64_t scope, uint64_t bits, struct errmsg *err);
/* Both for one change: it has got its place, or has lost it (the same operation). In the caller's transaction. */
enum status scope_sum_toggle(struct store *store, int64_t scope, const void *header, size_t header_len, uint64_t fold, struct errmsg *err);
/* 0 for a scope without changes. At a center without the tail. */
enum status scope_sum_get(struct store *store, int64_t scope, uint64_t *sum, struct errmsg *err);
/* Center: what a station of this org holds when it has everything: sum(0) ^ sum(org), and the tail's. */
enum status scope_sum_for(struct store *store, int64_t org, uint64_t *sum, struct errmsg *err);

/* Count from the log, each scope once, ascending, at a center without the tail; writes nothing. O(changes). */
typedef void (*scope_sum_row)(void *context, int64_t scope, uint64_t sum);
enum status scope_sum_count(struct store *store, scope_sum_row row, void *context, struct errmsg *err);
/* Count anew from the log, for stores made before sums were kept. In the caller's transaction. O(changes). */
enum status scope_sum_recount(struct store *store, struct errmsg *err);
/* Whether sums are kept in this store (see above). */
bool scope_sum_kept(struct store *store);

#endif /* CORE_RECORD_SCOPE_SUM_H */
