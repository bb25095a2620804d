/* core/record/history_part.h - at a station: what has come of a history that is too long for one batch (sync/protocol.h, PARTS), until the last of it is here and all is applied in one transaction. Table history_part.
 *
 * Nobody reads it but who applies it, so an erasure does not look for anything there: it counts for the session that brought it, and goes with that (peer.h, sync_attempt_note), or when the next batch goes on elsewhere. */
#ifndef CORE_RECORD_HISTORY_PART_H
#define CORE_RECORD_HISTORY_PART_H

#include "core/record/store.h"

/* All in the caller's transaction; beside what is named: storage. */

/* Put aside a part that goes on at this place (0: the first; what was put aside before goes) and ends at upto_fold. Errors: STATUS_GAP (what is here does not end there). */
enum status history_part_keep(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t from_fold, uint64_t upto_fold, struct errmsg *err);
/* A batch goes on at this place, or (0) nowhere: then what is here is not wanted any more, and goes. *any: parts are here that it goes on from. Errors: STATUS_GAP (what is here does not end there). */
enum status history_part_check(struct store *store, uint64_t from_fold, bool *any, struct errmsg *err);
typedef enum status (*history_part_row)(void *context, const void *entries, size_t len, uint64_t count, struct errmsg *err);
/* One after the other, for all of them at once may be larger than memory; then they go. Errors: those of row, which end it. */
enum status history_part_take(struct store *store, history_part_row row, void *context, struct errmsg *err);
enum status history_part_any(struct store *store, bool *any, struct errmsg *err);
enum status history_part_forget(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_HISTORY_PART_H */
