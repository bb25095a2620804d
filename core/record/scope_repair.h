/* core/record/scope_repair.h - two sums differ (scope_sum.h): find where in the order, and put the center's changes there in place of what the station has.
 *
 * FINDING. The order from..to is cut into SCOPE_RANGES equal ranges; the sums of those that differ are cut again, until a range is no wider than SCOPE_REPAIR_SPAN numbers. Places are folds (order.h).
 * A station counts here only what is sound: a change whose header cannot be read or whose body is not the one the header names counts as not there. So damage on the disk is found like a change that is missing.
 * REPAIR. The center's changes of the range, whole, the station's own ones too: [ given, station, incarnation, prefix, body ] or with a sixth item fold where that is another number; an erased one as
 * [ .., header, null .. ]; before the first change of a log that was begun from another one its LOG entry (replica.h). The station adds what is missing, corrects what differs, takes out what the center does not
 * have (not its own: those it only tells), then links each touched record's changes anew and makes its row anew (row_rebuild.h).
 * Cost: finding is one scan of the scope's changes a step, at most 16 steps; repair is one scan and O(changes of the touched records). Nothing of this runs unless sums differ. */
#ifndef CORE_RECORD_SCOPE_REPAIR_H
#define CORE_RECORD_SCOPE_REPAIR_H

#include "core/record/replica.h"

enum { SCOPE_RANGES = 16, SCOPE_REPAIR_SPAN = 512, SCOPE_REPAIR_BYTES = 512 * 1024 };

/* The i-th of SCOPE_RANGES ranges of from..to (1 <= from <= to). False: it holds no number. */
bool scope_range(uint64_t from, uint64_t to, unsigned i, uint64_t *first, uint64_t *last);
/* Sums of the ranges. At the center: org and station_no of the station, of which what it handed back and is held for its owner counts, too (returned_by.h). At a station SCOPE_SUM_STATION and 0: everything it holds that is
 * sound. O(changes). */
enum status scope_repair_sums(struct store *store, int64_t org, uint32_t station_no, uint64_t from, uint64_t to, uint64_t sums[SCOPE_RANGES], struct errmsg *err);
/* Station: the highest place of any change held, or rcur if that is higher. */
enum status scope_repair_end(struct store *store, uint64_t *to, struct errmsg *err);
/* Center: what this station of this org must have there. batch->last is lower than `to` when the rest did not fit into SCOPE_REPAIR_BYTES. count 0: nothing. Errors: STATUS_CORRUPT (the center's own copy is damaged). */
enum status scope_repair_read(struct store *store, int64_t org, uint32_t station_no, uint64_t from, uint64_t to, struct replica_batch *batch, struct errmsg *err);

struct scope_repaired {
    bool suspected; /* the station has sound changes of others that the center has not, or other ones under their numbers: not damage here but something lost there. Nothing was changed; the next greeting
                     * asks the center about the lowest of them (returned_suspect). When the same is found again, after all was handed back, it is taken out. */
    uint64_t added, corrected, removed;
    uint64_t kept; /* own changes that have a place here and are not among the center's: left alone */
    uint64_t sum;  /* of everything held, counted anew */
};
/* Whether a stored change is what was written: its header can be read and names its body. */
bool scope_repair_is_sound(const uint8_t *header, size_t header_len, const uint8_t *body, size_t body_len, bool erased);
/* Station, in a transaction. Errors: STATUS_MALFORMED, STATUS_NOMEM; the caller rolls back. */
enum status scope_repair_apply(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t first, uint64_t last, struct scope_repaired *out, struct errmsg *err);
/* Station: count the kept sum anew from what is sound, and keep it; once in SCOPE_RECOUNT_MS. Opens its own transaction when it writes. *sum: what is kept now. O(changes) when it counts. */
#define SCOPE_RECOUNT_MS (INT64_C(24) * 3600 * 1000)
enum status scope_repair_recount(struct store *store, int64_t now_ms, uint64_t *sum, struct errmsg *err);

#endif /* CORE_RECORD_SCOPE_REPAIR_H */
