/* core/record/recount.h - what changed since it was last counted: the journal that lets figures be kept up to date without counting everything again.
 *
 * Fields that statistics read have FIELD_COUNTED in the catalogue. For each type that has some, the schema makes a table recount_TYPE with the columns n, was_there, scope, gone and those fields, and
 * triggers on the type's own table: the first write to a row since the last count leaves there what the row held before it (was_there 0: it is new), later writes leave nothing. So it does not matter who
 * writes, by which path. Whoever keeps counts subtracts what the journal says a row held, adds what it holds now, and clears the journal, in one transaction (core/report/tally.h).
 * Cost: one insert by key into a small table per counted row written, nothing for other fields. The journal grows with what changed since the last count, at most one row per record.
 * It is local: neither synced nor in the change log; backups take it along. */
#ifndef CORE_RECORD_RECOUNT_H
#define CORE_RECORD_RECOUNT_H

#include "core/record/catalogue.h"
#include "core/record/store.h"

/* Whether the type has counted fields. */
bool recount_has(const struct record_type *type);
/* The statements that make journal table and triggers of the type (idempotent). For core/record/schema.c. */
enum status recount_prepare(struct store *store, const struct record_type *type, struct errmsg *err);
/* Rows in all journals, counted up to `most`. O(most). */
enum status recount_pending(struct store *store, int64_t most, int64_t *count, struct errmsg *err);
/* Empty all journals. In the caller's transaction. */
enum status recount_clear(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_RECOUNT_H */
