/* core/record/pace.h - a person's own numbers: how many records were typed, and how many seconds and keys one took. For his own eyes: kept on this machine only, not in the change log, so that
 * nothing of it is synchronised, reported or compared; every read takes the actor and gives only his. Kept PACE_DAYS_KEPT days. */
#ifndef CORE_RECORD_PACE_H
#define CORE_RECORD_PACE_H

#include "core/record/records.h"

enum { PACE_DAYS_KEPT = 92, PACE_ACTIVE_GAP_MS = 60000 };

/* What was typed for one record. A longer silence than PACE_ACTIVE_GAP_MS is somebody talking: it counts as that much. */
struct pace_meter {
    unsigned keys;
    int64_t active_ms, last_ms; /* last_ms 0: no key yet */
};

void pace_key(struct pace_meter *meter, int64_t now_ms);

/* Note one saved record of the actor, and forget what is older than is kept. Own transaction unless one is open. Errors: STATUS_BUSY, STATUS_FULL, STATUS_IO. */
enum status pace_add(struct store *store, const struct actor *actor, const struct record_type *type, const struct pace_meter *meter, struct errmsg *err);

struct pace {
    int64_t records;
    int64_t median_ms, median_keys; /* of those records; 0 without any */
};
/* The actor's own records of a type (NULL: of all) on days from..to. Errors: storage. */
enum status pace_read(struct store *store, const struct actor *actor, const struct record_type *type, int32_t from, int32_t to, struct pace *out, struct errmsg *err);

#endif /* CORE_RECORD_PACE_H */
