/* core/record/delivery.h - a center: which changes go to which scope, in the order of their numbers. An index that is written in groups, since a save would else write a page of it and one of the sums.
 *
 * Table delivery(scope, lsn) repeats change.scope (reach.h: who gets a change) for every change up to meta `delivered`, without those of REACH_ONLY. Changes behind it, the TAIL, stand in no row of it and in no sum
 * of scope_sum.h: whoever asks for a scope reads the tail as well (DELIVERY_END, DELIVERY_TAIL_AFTER). So nothing has to be settled before it is read, and power may fail anywhere: table, sums and `delivered` move in one transaction.
 * The tail ends where a station's push has been taken in, and at every DELIVERY_GROUP-th number: it has less than twice as many changes. All numbers that are given lie behind it.
 * A change that changes hands later is taken out of table and sum if it is up to `delivered`; in the tail only change.scope moves.
 * A station has no rows here and no `delivered`; a center's store of a program before version 3 gets both when it is opened (schema.c). */
#ifndef CORE_RECORD_DELIVERY_H
#define CORE_RECORD_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

struct store;

enum { DELIVERY_GROUP = 512 };

/* SQL: the number up to which changes stand in table delivery; beyond any without one. */
#define DELIVERY_END "coalesce((SELECT value FROM meta WHERE name='delivered'),9223372036854775807)"
/* Where a reader who has all up to `lsn` begins with the tail. One bound: of two SQLite takes the first, and passed over all of the log from there. */
#define DELIVERY_TAIL_AFTER(lsn) "max(" lsn "," DELIVERY_END ")"

/* The tail into table and sums. In the caller's transaction. Errors: storage. O(tail). */
enum status delivery_settle(struct store *store, struct errmsg *err);
/* The center wrote the change with this number itself: settles if a group is full. In the caller's transaction. */
enum status delivery_note(struct store *store, int64_t lsn, struct errmsg *err);
/* The change goes to its scope no more: out of its table row and the scope's sum; change.scope is the caller's. In the caller's transaction. */
enum status delivery_remove(struct store *store, int64_t scope, int64_t lsn, const void *header, size_t header_len, uint64_t fold, struct errmsg *err);
/* The table from the log, whatever it was; nothing is left in the tail. Sums are the caller's (scope_sum_recount). In the caller's transaction. O(changes). */
enum status delivery_rebuild(struct store *store, struct errmsg *err);
/* What the tail adds to what a station of the org gets: its own scope's and everyone's. Errors: storage. O(tail). */
enum status delivery_tail_sum(struct store *store, int64_t org, uint64_t *sum, struct errmsg *err);
/* Whether the table says what the log says. O(changes). */
enum status delivery_check(struct store *store, bool *sound, struct errmsg *err);

#endif /* CORE_RECORD_DELIVERY_H */
