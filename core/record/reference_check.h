/* core/record/reference_check.h - what a field that points at another record may hold when somebody writes it by hand: an id alone says nothing about what it is the id of, and a figure
 * that follows it (an event's hours, a handler's letters of thanks) would silently miss the row. */
#ifndef CORE_RECORD_REFERENCE_CHECK_H
#define CORE_RECORD_REFERENCE_CHECK_H

#include "core/record/actor.h"
#include "core/record/record.h"
#include "core/record/store.h"

/* Every reference that differs from what was loaded names a record of the field's type that is there and that the actor may see. What the row already had stays: the other record may
 * have been handed over or deleted since. Fields that the program fills are not looked at: nobody typed them, and a table exported elsewhere brings them along. *bad (may be NULL): the field at fault. O(changed references), each by its key.
 * Errors: STATUS_INVALID naming the field; storage. */
enum status reference_check(struct store *store, const struct actor *actor, const struct record *record, const struct field_def **bad, struct errmsg *err);

#endif /* CORE_RECORD_REFERENCE_CHECK_H */
