/* core/record/record_at.h - a record as it stood when the center had given a certain order number.
 *
 * The row's changes up to that number are folded by the rule of core/record/apply.h, in memory: what was known then, not what was true then. For reports that say what came to light since (core/report/snapshot.h).
 * At the center only, where arrival order is the center's order. Bodies erased by law count as changes of nothing. */
#ifndef CORE_RECORD_RECORD_AT_H
#define CORE_RECORD_RECORD_AT_H

#include "core/record/record.h"
#include "core/record/store.h"

enum { RECORD_NOW = 0 };

/* order: the last order number that counts, 1..; RECORD_NOW: the row as it is. *was_there false: nobody had heard of it, and *out needs no release; a deleted one was there, with `deleted` set. out->version is the last
 * change that was folded. Neither scope nor seals are looked at: the caller does. Errors: STATUS_CORRUPT (the log), storage, STATUS_NOMEM. O(changes of the row); O(1) when it has not changed since. */
enum status record_at(struct store *store, const struct record_type *type, struct id id, int64_t order, struct record *out, bool *was_there, struct errmsg *err);

/* Rows that changed behind an order number, each once, by (type, id). Return false to stop. O(changes since). */
typedef bool (*record_changed_row)(void *context, const struct record_type *type, struct id id);
enum status records_changed_since(struct store *store, int64_t order, record_changed_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_RECORD_AT_H */
