/* core/record/returned.h - what others still have of a center's lost stretch, after it was restored: handed back by stations, taken in here.
 *
 * ENTRY (CBOR): [ fold, station, incarnation bytes(8), prefix bytes, body bytes ]: a change of somebody else's log as it was delivered, with the number it had. Ascending by fold.
 * TAKING. Known already (same log and number, same bytes): nothing. Of the center's own logs of earlier eras: applied at its old place, its log marked partial, and flagged for a person at the center
 * (flagged.h: a station could have made it up). Of a station's log: its owner sends it itself, so it is held in table returned until that came; of a machine that is revoked it is applied like the
 * center's own. Only changes of the sender's scope above the number it shares with this center are taken. */
#ifndef CORE_RECORD_RETURNED_H
#define CORE_RECORD_RETURNED_H

#include "core/record/peer.h"
#include "core/record/replica.h"

/* Station: the stretch that is still to be handed back, meta return_from (exclusive) and return_to; 0, 0: none. */
enum status returned_stretch(struct store *store, uint64_t *after, uint64_t *to, struct errmsg *err);
/* Station: others' changes of the stretch, about max_bytes. count 0: none left. batch->first and last are folds. */
enum status returned_read(struct store *store, size_t max_bytes, struct replica_batch *batch, struct errmsg *err);
/* Station, own transaction: durable at the center up to this fold; the stretch is over when it reaches its end. */
enum status returned_done(struct store *store, uint64_t upto, struct errmsg *err);
/* Station, in a transaction: the center's order differs from ours above `common`. The cursor goes back there, what we hold of others above it is to be handed back, and `have` is what the center says. */
enum status returned_rewind(struct store *store, uint64_t common, uint64_t have_seq, struct errmsg *err);

/* Center, in a transaction. Errors: STATUS_MALFORMED. */
enum status returned_take(struct store *store, const struct peer *peer, const void *entries, size_t len, uint64_t count, int64_t now_ms, struct replica_result *result, struct errmsg *err);
/* Center: the owner sent this one itself. */
enum status returned_drop(struct store *store, const struct log_id *log, uint64_t seq, struct errmsg *err);
/* Center, in a transaction: the machine is revoked and will not come: take in what is held of its logs. */
enum status returned_adopt(struct store *store, uint32_t station_no, int64_t now_ms, uint64_t *taken, struct errmsg *err);
/* Center: how many are held, of one machine or (0) of all. */
enum status returned_count(struct store *store, uint32_t station_no, int64_t *count, struct errmsg *err);

/* Center, in a transaction: begin a new era. Own changes and others' that got numbers >= differing (0: none) in the present era are given new ones in the new era, in the same order; the own log branches. */
enum status order_begin_era(struct store *store, uint64_t differing, struct random_source random, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_H */
