/* core/record/recount.h - what changed since it was last counted: the journal that lets figures be kept up to date without counting everything again.
 *
 * Fields that statistics read have FIELD_COUNTED in the catalogue. Of each type that has some a MARK is kept: rows with a number n above it were never counted (row numbers rise and are not given twice,
 * since rows are never taken out of a table). For rows up to the mark the schema makes a table recount_TYPE with the columns n, id, scope, gone and those fields, and triggers on the type's own table: the
 * first write since the last count that changes any of them leaves there what the row held before it, later writes leave nothing. So it does not matter who writes, by which path. Whoever keeps counts
 * subtracts what the journal says a row held, adds what it holds now, counts the rows above the mark, then clears the journal and moves the mark, in one transaction (core/report/tally.h).
 * Cost: nothing for a new row; one insert by key into a small table for the first change of a counted row; a comparison for other fields. The journal holds at most one row per record.
 * The STAMP says by which rules it was counted. Without one nothing was: so in a new store, and in one whose counted fields a newer program changed.
 * Local: neither synced nor in the change log; backups take it along. */
#ifndef CORE_RECORD_RECOUNT_H
#define CORE_RECORD_RECOUNT_H

#include "core/record/catalogue.h"
#include "core/record/store.h"

/* Whether the type has counted fields. */
bool recount_has(const struct record_type *type);
/* Make journal table and triggers of the type, or make them anew when its counted fields have changed (then nothing counts as counted any more). For core/record/schema.c, in its transaction. */
enum status recount_prepare(struct store *store, const struct record_type *type, struct errmsg *err);

/* By which rules the counts were made; 0: there are none. */
int64_t recount_stamp(struct store *store);
/* The last counted row number of the type; 0: none. */
int64_t recount_mark(struct store *store, const struct record_type *type);
/* Rows that wait to be counted, in all journals and above the marks, counted up to `most`. O(most). */
enum status recount_pending(struct store *store, int64_t most, int64_t *count, struct errmsg *err);

/* In the caller's transaction: */
/* Nothing is counted: journals empty, no marks. What is counted from now on is counted by the rules of this stamp, not 0. */
enum status recount_start(struct store *store, int64_t stamp, struct errmsg *err);
/* The same without a stamp. */
enum status recount_forget(struct store *store, struct errmsg *err);
/* Empty all journals: what they tell has been counted. */
enum status recount_clear(struct store *store, struct errmsg *err);
/* Rows of the type up to n are counted. */
enum status recount_set_mark(struct store *store, const struct record_type *type, int64_t n, struct errmsg *err);

#endif /* CORE_RECORD_RECOUNT_H */
