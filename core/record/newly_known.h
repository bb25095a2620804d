/* core/record/newly_known.h - changes of record types that this program knows and the one before it did not.
 *
 * A program keeps changes of types that it does not know byte for byte in the log (change.state 2) and applies nothing. A center is brought up to date before its stations, so every new type comes to old programs first:
 * when one of those is replaced, what came meanwhile becomes rows. So it does where an older program stood in this one's place for a while. verify.c replays with what the program knows now what was applied. */
#ifndef CORE_RECORD_NEWLY_KNOWN_H
#define CORE_RECORD_NEWLY_KNOWN_H

#include "core/record/store.h"

/* Applies them in the order of their places, then what is pending. In the caller's transaction, once the tables of all types are there. What cannot be applied is quarantined with its reason. O(changes that are
 * not known), by their index (change_unknown). Errors: storage. */
enum status newly_known_apply(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_NEWLY_KNOWN_H */
