/* core/record/related.h - what hangs on a record and what it hangs on, read off the catalogue: a type with a FIELD_REF to the record's type may have rows that name it.
 *
 * Nothing is written by hand here: a new reference in the catalogue is found by itself. Fields without FIELD_INDEX would cost a walk through their table and are passed over (the few
 * there are repeat a reference that exists the other way round; test_related.c has their list). Scope and sealing hold as in lists. Cost: O(rows that name the record), each counted up
 * to RELATED_COUNT_MAX. */
#ifndef CORE_RECORD_RELATED_H
#define CORE_RECORD_RELATED_H

#include "core/record/records.h"

enum { RELATED_COUNT_MAX = 99999, RELATED_NO_DAY = INT32_MIN };

/* Rows of `type` whose `field` names the record: how many, and the newest day among them (by the type's order field; RELATED_NO_DAY if it is no day). Return false to stop. */
typedef bool (*related_row)(void *context, const struct record_type *type, const struct field_def *field, int64_t count, int32_t newest);
/* Every type and field that may name records of `type`, those with no row too, in the catalogue's order. Errors: storage. */
enum status related_count(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, related_row row, void *context, struct errmsg *err);

/* A record that `field` of the record names. */
typedef bool (*related_target)(void *context, const struct field_def *field, const struct record *target);
/* What the record refers to, in the order of its fields; what the actor does not see is passed over. Errors: storage. */
enum status related_targets(struct store *store, const struct actor *actor, const struct record *record, related_target target, void *context, struct errmsg *err);

/* Whether rows of the type are ever found by this field. */
bool related_is_followed(const struct field_def *field);

#endif /* CORE_RECORD_RELATED_H */
