/* core/record/returned.h - what others still have of a center's lost stretch, after it was restored: handed back by stations, taken in here.
 *
 * ENTRY (CBOR): [ fold, station, incarnation bytes(8), prefix bytes, body bytes, before seq, before mark bytes(8) ]: a change of somebody else's log as it was delivered, with the number it had, and which one came
 * before it (returned_log.h; older programs leave it out). Ascending by fold.
 * AHEAD, beside the entries: of each log of the center's that has some in them (the first RETURNED_AHEAD_MAX) the next change for everybody behind them that the station has: u32 station, 8 bytes incarnation, u64 seq, 8 bytes mark.
 * LOGS, beside them too: where the stations' logs began that have some in them (returned_lineage.h).
 * TAKING. Known already (same log and number, same bytes): nothing. Of the center's own logs of earlier eras: applied at its old place, its log marked partial, and flagged for a person at the center
 * (flagged.h: a station could have made it up). Of a station's log: its owner sends it itself, so it is held in table returned until that came; of a machine that is revoked, or is not enrolled at this center (it was
 * after the backup: nobody comes with that number until it is given again, and who gets it then is another machine: peer.since_era), it is applied like the center's own; and what its owner has not brought when it has sent everything it has on its path (returned_settle) is of a copy that is no more, and is applied too. A log that this center never met it knows
 * by what is told beside the entries. Of two that are held under one number of one log (two copies wrote it, each at a center that was put back since) the second is held in a log of its own, named after it
 * (returned_log_of). Only what a machine of the sender's org can have is taken: changes of its scope, and of records that some change here or in the same batch says it has or had (reach.h). What is here
 * without its content, because the record had left the machine that brought it, gets its content from whoever still has it, and machines that got it like that get the order again from there (returned_resend).
 * A place is given back only in a stretch that was lost: above what this center had of that era when it began a new one, if nobody has it, and not before what came before it in its log; else the change stands
 * where it arrives.
 * An official number that another record bears by now shows as one in the flag's words. */
#ifndef CORE_RECORD_RETURNED_H
#define CORE_RECORD_RETURNED_H

#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/returned_lineage.h"

enum { RETURNED_ENTRY_ITEMS = 7, RETURNED_AHEAD_MAX = 8, RETURNED_AHEAD_BYTES = 4 + INCARNATION_BYTES + 8 + 8 };

struct returned_ahead {
    uint8_t bytes[RETURNED_AHEAD_MAX * RETURNED_AHEAD_BYTES];
    size_t len;
};

/* What goes with a batch; len 0: nothing (an older program). */
struct returned_beside {
    struct returned_ahead ahead;
    struct returned_logs logs;
};

/* Station: the stretch that is still to be handed back, meta return_from (exclusive) and return_to, and what is kept of records that left and the center may not have any more (left_body.h); 0, 0: none. */
enum status returned_stretch(struct store *store, uint64_t *after, uint64_t *to, struct errmsg *err);
/* Station: all of a stretch was handed back, and nothing of the order has come since (meta handed_from, handed_to). The cursor lies before it: a center that was put back once more meanwhile cannot be told from the
 * one that has it, and would take in own changes without what they build on. So the next session hands it back again. */
enum status returned_handed(struct store *store, bool *handed, struct errmsg *err);
/* Station, in a transaction: some of the order has come, or there is nothing of it: no need to hand it back again. */
enum status returned_pulled(struct store *store, struct errmsg *err);
/* Station: others' changes of the stretch, or of one that is to be handed back again, (outside of what was asked for only what is kept) above `beyond`, about max_bytes. count 0: none left, and last is the stretch's end. batch->first and last are numbers of the order as they were given (order.h), ascending.
 * *beside: what goes with them. */
enum status returned_read(struct store *store, uint64_t beyond, size_t max_bytes, struct replica_batch *batch, struct returned_beside *beside, struct errmsg *err);
/* Station, in a transaction or its own: durable at the center up to this number; the stretch is over when it reaches its end. head: the center's last number by then; 0: it did not say (RETURNED.head). */
enum status returned_done(struct store *store, uint64_t upto, uint64_t head, struct errmsg *err);
/* Station, in a transaction: the center's order differs from ours above `common`. The cursor goes back there, what we hold of others above it is to be handed back, and `have` is what the center says. *cursor: where it is
 * now: below `common` when something came late from a place there, so that it is told again what it is to this center; always a number with a change that it came with here, or 0, so that another center, put back
 * further, can be shown that it is the one we met. */
enum status returned_rewind(struct store *store, uint64_t common, uint64_t have_seq, uint64_t *cursor, struct errmsg *err);

/* Station, in a transaction: a change with this number is here and seems not to be at the center, though all was thought the same (a center that was put back went on to numbers that agree by chance; a file of
 * another time was read). The cursor goes to it with its mark, so the next greeting asks, and what is above is handed back: mostly back, but the number may be above the cursor,
 * when the cursor had been set back and the center was put back once more, to before the era of that number. *asks false: that was done for this very number before. */
enum status returned_suspect(struct store *store, uint64_t number, bool *asks, struct errmsg *err);

/* Center, in a transaction. beside: as it was told. Errors: STATUS_MALFORMED. */
enum status returned_take(struct store *store, const struct peer *peer, const void *entries, size_t len, uint64_t count, const struct returned_beside *beside, int64_t now_ms, struct replica_result *result,
                          struct errmsg *err);
/* Where a change goes whose number in its log something else has: a center that was put back more than once may have gone on with one log in several ways. Everybody names it alike. */
struct log_id returned_log_of(const struct log_id *log, const void *header, size_t len);
/* Center: whether number seq of this log, which comes late, may have the place it had. */
enum status order_may_return(struct store *store, int64_t log, uint64_t seq, uint64_t fold, bool *free, struct errmsg *err);
/* Center: the content that is held of a change which its owner sends without (the record left that machine). Replaces *body; *found: there is one. */
enum status returned_content(struct store *store, uint32_t station_no, uint64_t seq, const void *header, size_t header_len, struct buf *body, bool *found, struct errmsg *err);
/* Center: from which number on a machine is to get the order again, because others brought the content of something that had come to it without; 0: it need not. Told to it as a rewind when it is beyond (protocol.h). */
enum status returned_resend(struct store *store, uint32_t station_no, uint64_t *from, struct errmsg *err);
/* Center, in a transaction: it was sent again from this number on, and has applied it. */
enum status returned_resent(struct store *store, uint32_t station_no, uint64_t from, struct errmsg *err);
/* Center: the owner sent this one itself, in whichever log. One with other content under the same number is another copy's, and stays. */
enum status returned_drop(struct store *store, uint32_t station_no, uint64_t seq, const void *header, size_t header_len, struct errmsg *err);
/* Center, in a transaction: the machine is revoked and will not come: take in what is held of its logs. */
enum status returned_adopt(struct store *store, uint32_t station_no, int64_t now_ms, uint64_t *taken, struct errmsg *err);
/* Center, in a transaction: the machine has sent all that lies on its path. What is still held of those of its logs that are known here nobody else will bring: take it in. A log
 * that this center never met, and whose beginning nobody told (an older program), is another copy's: it is waited for; not what is held in a log named after itself, with which nobody ever greets. Taken in,
 * flagged unless the machine itself handed it back. So is what is held of one number that is not enrolled here (programs before this one held that for good). Nothing is held as a rule; then this is two look-ups
 * by key. */
enum status returned_settle(struct store *store, uint32_t station_no, uint64_t *taken, struct errmsg *err);
/* Center: how many are held, of one machine or (0) of all. */
enum status returned_count(struct store *store, uint32_t station_no, int64_t *count, struct errmsg *err);

/* Center, in a transaction: begin a new era. Changes that have numbers >= differing (0: none) are given new ones in the new era, in the same order, late ones keep their places; the own log branches before them.
 * Leases of all stations' logs are forgotten (those given since are not known here), and every station is waited for (restored_waiting). */
enum status order_begin_era(struct store *store, uint64_t differing, struct random_source random, struct errmsg *err);
/* The same when nothing that is here has such a number, yet they were given twice: in two stretches that were both lost (order.h: TWICE). */
enum status order_begin_twice(struct store *store, struct random_source random, struct errmsg *err);

/* Center: the first number in common+1..seen of this org's scope, or of a record that it had and that left it above `common`, or is told to it anew above `seen`, 0: none. A machine of the org that has seen all up to `seen`, but shares nothing above `common` with
 * this center, saw something else there. */
enum status order_first_unseen(struct store *store, int64_t org, uint64_t common, uint64_t seen, uint64_t *number, struct errmsg *err);
/* Center: what was handed back to a place in common+1..seen of a stretch that was lost, and came to the org there at the time: changes of its scope and of records shared with it, what was written in records that it gave away since, and
 * the hand-overs that name it. A machine of the org that saw that stretch saw these; one of whose numbers none is this saw another stretch (order.h: TWICE). In no order, until the callback returns false. */
typedef bool (*order_place)(void *context, uint64_t number, const void *header, size_t len);
enum status order_each_returned(struct store *store, int64_t org, uint64_t common, uint64_t seen, order_place place, void *context, struct errmsg *err);
/* Center: a record that came into the hands of the peer's org in what was lost: the first change of it here that the machine cannot have got with it, 0: none. Numbers above `common` and of an earlier era than the
 * present one are looked at: the org sees none of those in its part of the order, yet who wrote in the record over there would seem to have known them. What the center had then of the record came with the hand-over and is handed back
 * in one batch with it, and before it: what stands behind a hand-over that was lost came later, from a center that had been put back and went on to numbers that agree by chance, and nobody over there knew it. log: the machine's; what lies on its path it has itself. Errors: STATUS_MALFORMED. O(the batch, and the changes of the records). */
enum status returned_first_unseen(struct store *store, const struct peer *peer, const struct log_id *log, const void *entries, size_t len, uint64_t count, uint64_t common, uint64_t *number, struct errmsg *err);
/* Center: how many machines that are not revoked have not been here since the present era began: until they come, nobody knows what was lost. 0 in the first era. */
enum status restored_waiting(struct store *store, int64_t *count, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_H */
