/* sync/upward_verb.h - `aidpostd upward`: a county center tells its hub. The station's service over the upward store (service.h), fed from the county center's store: changes (core/record/upward_gather.h) at every
 * tick, report figures (core/report/upward_cells.h) at most every UPWARD_CELLS_EVERY_MS, on the whole never for more than a twentieth of the time. A TURN of either is over after UPWARD_TURN_MS, and a batch or a report
 * more, so that the line is served in between however much there is to tell; with changes left to gather the next turn comes at once. The center's store is read; written to it are folded counts and the note of where the
 * upward folder is. Killed at any time it goes on where its last transaction ended. */
#ifndef SYNC_UPWARD_VERB_H
#define SYNC_UPWARD_VERB_H

#include "sync/service.h"

enum { UPWARD_CELLS_EVERY_MS = 5 * 1000, UPWARD_CELLS_SHARE = 20, UPWARD_TURN_MS = 40 };

/* The county center's store in `folder`, for the upward store in `upward_folder`. Errors: STATUS_USAGE (no folder), STATUS_FORBIDDEN (the same folder; roles), STATUS_FOREIGN, what opening has; messages say what to do. */
enum status upward_verb_open(const char *folder, struct store *upward, const char *upward_folder, struct store **center, struct errmsg *err);
/* Until a signal. every_ms as service_station's. service->store is the upward store; feed is filled in here. */
enum status upward_verb_serve(const struct service *service, const struct service_target *target, struct store *center, int64_t every_ms, struct errmsg *err);
/* Gather all, count, and one session. Appends to out what was done. The gathered stays when the hub cannot be reached. *refused: the hub did not accept some. */
enum status upward_verb_once(const struct service *service, const struct service_target *target, struct store *center, bool json, struct buf *out, bool *refused, struct errmsg *err);
/* Where it stands; center NULL: what waits there is not known. */
enum status upward_verb_status(struct store *upward, struct store *center, bool json, struct buf *out, struct errmsg *err);

#endif /* SYNC_UPWARD_VERB_H */
