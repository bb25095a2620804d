/* core/record/name_walk.h - the rows of a type in the pinyin order of a text field (core/record/pinyin_order.h), along the field's ordinary index.
 *
 * The index stands by the bytes of the text, so all texts that begin alike stand together. What begins alike also stands together in pinyin order, so the walk goes from beginning to beginning: is what
 * begins so little enough, it is read and sorted, else it goes on to the beginnings one character longer, the next one in the order first. That one is found by looking for the characters behind the
 * last one in turn, and at the same time through all that are there, whatever ends first. Nothing is stored in pinyin order: a save costs what it did, other programs read and write the table,
 * and the order may change.
 * Rows without a text are one kind, by row number, before the others in ascending order; among equal texts the row number decides.
 * Cost: some 10 to 40 searches in the index to begin behind a key, then about one entry read per row given. */
#ifndef CORE_RECORD_NAME_WALK_H
#define CORE_RECORD_NAME_WALK_H

#include "core/record/records.h"

struct name_walk;

/* Whether lists order a field so: texts and names. */
bool name_walk_orders(const struct field_def *field);
/* Rows behind `after` (unset: all). field: name_walk_orders, with FIELD_INDEX. The walk reads what is there at each step: whoever wants one state of the data begins a reading transaction around it.
 * Errors: STATUS_NOMEM; *out is NULL then. */
enum status name_walk_open(struct name_walk **out, struct store *store, const struct record_type *type, const struct field_def *field, bool ascending, const struct list_key *after,
                           struct errmsg *err);
/* The next row's place, deleted or out of scope or not; its text is borrowed until the next call. False: at the end, or failed: *status. */
bool name_walk_next(struct name_walk *walk, struct list_key *key, enum status *status, struct errmsg *err);
void name_walk_close(struct name_walk *walk);

#endif /* CORE_RECORD_NAME_WALK_H */
