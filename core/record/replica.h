/* core/record/replica.h - what the sync engine asks of a store: about a dozen calls, so that another engine (PostgreSQL, the simulator's memory) can answer them.
 *
 * ENTRIES. Changes travel in CBOR arrays, produced and consumed here; sync/ frames and compresses them without looking inside.
 *   pushed  (station to center): [ prefix bytes, body bytes ]                                  own log, contiguous from a first seq
 *   ordered (center to station): [ rseq, station, incarnation bytes(8), prefix bytes, body bytes ]   somebody else's change
 *                                [ rseq, own seq ]                  the station's own change: just its place in the order
 *                                [ rseq, own seq, true ]            the same, but the center quarantined it
 *   since protocol 2 also:
 *   pushed  [ prefix, body, fold ]            it had this place in the order (a center that lost it may give it back, core/record/order.h)
 *   ordered [ given, station, incarnation, prefix, body, fold ]   the same with another place: it comes late, or with a record that was moved here
 *           [ given, own seq, refused, fold ] the same for a stub
 *           [ 0, station, incarnation, parent station, parent incarnation, base seq, base hash(32) ]   LOG: where that log began (core/record/branch.h); stands before the log's first change in a batch
 *   since protocol 3 also:
 *   ordered [ given, station, incarnation, prefix, body, fold, taken ]   of the history that comes with a record: the number under which the center has it (order.h)
 *   A whole entry of a change that is here already (same log and number) only tells its place. An erased body is sent as null. LOG entries are not counted in a batch's count.
 * PARTS, since protocol 7. A record that was edited for years has a history larger than any batch, and all of it bears one number. It is cut into batches of its own (upto_fold); the reader puts them aside
 * (history_part.h) and applies them together with the last one, which goes on where they end (from_fold), in one transaction: nobody sees half a record. What was put aside counts for one session only.
 * A batch is the concatenation of entries (no outer array) with a count beside it. Batches end at transaction ends (CHANGE_FLAG_MORE), except that a transaction
 * larger than the batch limit is one batch by itself.
 *
 * DUTIES. replica_ingest and replica_apply run inside the caller's transaction; acknowledge only after its commit returned STATUS_OK. A batch that was already
 * taken in (again) changes nothing. A change that can't be applied is quarantined with its reason and still counts as taken. One whose user is an account
 * that the center has disabled is applied and flagged (core/record/flagged.h).
 *
 * Cost: ingest and apply O(changed cells) each, reading a scope O(changes for that scope) by index (scope, order). */
#ifndef CORE_RECORD_REPLICA_H
#define CORE_RECORD_REPLICA_H

#include "core/base/hash.h"
#include "core/record/branch.h"
#include "core/record/machine.h"
#include "core/record/reach.h"

struct replica_state {
    struct machine machine;
    uint64_t head_seq;          /* last own change */
    struct hash head_hash;      /* chain hash there */
    uint64_t safe_seq;          /* station: own changes up to here are in a proven backup of the center, as it told last */
    uint64_t safe_order;        /* the last order number that a proven backup of the center holds: at a station as it told last; 0: none */
    uint64_t left_known;        /* station: meta left_known (left_body.h); 0: none */
    uint64_t have_seq;          /* station: the center has own changes up to here (durable); center: = head_seq */
    uint64_t ordered_seq;       /* station: own changes up to here have their order number */
    uint64_t rcur;              /* station: last center order number applied; center: last given */
    uint8_t center_incarnation[INCARNATION_BYTES]; /* station: of the center it syncs with (zero before the first contact); center: its own */
    int64_t pending;            /* own changes the center does not have yet */
    uint64_t center_packings, center_dictionary; /* station: what the center understood at the last contact (sync/packing.h); 0 before */
};

enum status replica_state(struct store *store, struct replica_state *out, struct errmsg *err);
/* The path of a log: as far as it is known here; of an unknown one just itself, and STATUS_NOT_FOUND. */
enum status replica_path(struct store *store, const struct log_id *log, struct log_path *out, struct errmsg *err);
enum status replica_own_path(struct store *store, struct log_path *out, struct errmsg *err);
/* Chain hash at seq along a log's path (0: zeros). Errors: STATUS_NOT_FOUND. */
enum status replica_hash_at(struct store *store, const struct log_id *log, uint64_t seq, struct hash *out, struct errmsg *err);

#define REPLICA_UNCUT "移交给本站的一件材料历史太长，本站的程序太旧，不会分几次收，请先更新程序；双方数据未动"

struct replica_batch {
    struct buf entries;   /* owned; init by the caller with its max */
    uint64_t count;
    uint64_t places;      /* of them, to be read in the center's order: places of the reader's own changes, which it has */
    uint64_t first, last; /* own seq, or order numbers */
    struct hash last_hash; /* pushed batches: chain hash at `last` */
    bool plain;           /* set by the caller: for a reader that speaks protocol 1 */
    bool tells_taken;     /* set by the caller: for a reader that speaks protocol 3 */
    bool own_told;        /* set by the caller: the reader's own changes are known up to own_most and no further */
    uint64_t own_most;
    size_t part_most;     /* set by the caller: a history longer than this is cut there; 0: never */
    bool in_parts;        /* set by the caller: the reader can put its parts together */
    uint64_t from_number, from_fold; /* set by the caller: the history that comes with this number was read up to this place; 0: none. from_fold is 0 afterwards if the batch does not go on with that number */
    bool uncut;                      /* a history is longer than its reader takes at once, and the reader cannot put parts together */
    uint64_t upto_fold;   /* a part: the history that comes with number `last` goes on behind this place, and the reader's cursor stays; 0: all of it */
};

/* Station: changes of its own path after `after_seq`, about max_bytes of entries (at least one transaction), of one log of the path. count 0: none. Errors: STATUS_GAP (below what the path tells). */
enum status replica_read_own(struct store *store, uint64_t after_seq, size_t max_bytes, struct replica_batch *batch, struct errmsg *err);

struct replica_result {
    uint64_t taken;       /* entries newly stored */
    uint64_t repeated;    /* entries that were already here */
    uint64_t quarantined;
    uint64_t conflicts;   /* newly opened */
    uint64_t have_seq;    /* center: the log's last seq now */
    struct hash have_hash;
    uint64_t rcur;        /* last order number given (center) or applied (station) */
    struct reach_orgs reached; /* center, INGEST: the orgs beside the sender's own, which gets all of it, that get some of it */
};

struct peer;
/* Center, inside a transaction: take pushed entries of the path that ends in the peer's log, the first having sequence number first_seq; all of one log of the path. A log with a parent was declared
 * before (branch.h). have_seq, have_hash: along the path.
 * Errors: STATUS_GAP (first_seq > have + 1), STATUS_FORK (a repeated seq with another hash), STATUS_MALFORMED (entries do not parse: the peer is broken),
 * STATUS_FORBIDDEN never (out-of-scope or center-side changes are quarantined). On error the caller rolls back. */
enum status replica_ingest(struct store *store, const struct peer *peer, const struct log_id *log, uint64_t first_seq, const void *entries, size_t len, uint64_t count,
                           int64_t now_ms, struct replica_result *result, struct errmsg *err);
/* Center: ordered entries for the peer's scopes (its org and everyone) with order number > after. If nothing is left, last = the highest order number looked at
 * (the station may move its cursor there). *more tells whether entries remain.
 * Errors: STATUS_FORK (own_told: the log holds more than the reader has written, so another copy of it writes in it; told its place, the reader would take it for that of its own change). */
enum status replica_read_scope(struct store *store, const struct peer *peer, const struct log_id *own, uint64_t after, size_t max_bytes, struct replica_batch *batch, bool *more,
                               struct errmsg *err);
/* Center: up to where the path of the log is stored here without a gap, and the chain hash there; 0 and zeros if unknown. */
enum status replica_have(struct store *store, const struct log_id *log, uint64_t *seq, struct hash *hash, struct errmsg *err);
/* The same for a path with `no` filled in. */
enum status replica_path_have(struct store *store, const struct log_path *path, uint64_t *seq, struct hash *hash, struct errmsg *err);
/* Center: up to where the path is in a proven backup of it (log.safe_seq), 0 if unknown. What is safe of a log says nothing of what another one, begun before its end, has under the same numbers. */
enum status replica_safe(struct store *store, const struct log_id *log, uint64_t *seq, struct errmsg *err);
enum status replica_path_safe(struct store *store, const struct log_path *path, uint64_t *seq, struct errmsg *err);
/* Center: the highest order number given. */
enum status replica_order_head(struct store *store, uint64_t *order, struct errmsg *err);

/* Station, inside a transaction: apply ordered entries; rcur becomes `upto` (>= the last entry's order number). Entries at or below rcur are skipped.
 * Errors: STATUS_MALFORMED; the caller rolls back. */
enum status replica_apply(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t upto, struct replica_result *result, struct errmsg *err);
/* As replica_apply, of a batch that goes on behind from_fold where parts put aside end (STATUS_GAP: they do not); 0: what was put aside is not wanted any more. */
enum status replica_apply_behind(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t from_fold, uint64_t upto, struct replica_result *result, struct errmsg *err);
/* Station: whether a batch for numbers from `first` on, of which some were applied before (<= rcur), tells the same of those as was received then: the batch may be of a center that was put back since, or
 * before. part: it is one of several for a number (PARTS), others tell the rest of what was received. True when nothing of it was. Errors: STATUS_MALFORMED. O(the batch, and what was received since first). */
enum status replica_overlaps(struct store *store, const void *entries, size_t len, uint64_t count, uint64_t first, uint64_t last, bool part, bool *same, struct errmsg *err);
/* Station, own transaction: the center has own changes up to seq (chain hash there). Errors: STATUS_FORK if our chain differs at seq, STATUS_GAP if seq > head. */
enum status replica_set_have(struct store *store, uint64_t seq, struct hash hash, struct errmsg *err);
/* Station, own transaction unless in one: what the center understands. */
enum status replica_set_center_packings(struct store *store, uint64_t packings, uint64_t dictionary, struct errmsg *err);
/* Station: a proven backup of the center holds own changes up to seq. In a transaction or its own. */
enum status replica_set_safe(struct store *store, uint64_t seq, struct errmsg *err);
/* The last order number that a proven backup of the center holds: a center notes it, and keeps the highest; a station notes what it is told (0: none, or an older center). In a transaction or its own. */
enum status replica_set_safe_order(struct store *store, uint64_t order, struct errmsg *err);
/* Station: what the center says of itself is not what it said when it got back what was kept of records that left (left_body.h): its last number is lower, or (other) it bears another name. In a transaction or its own. */
enum status replica_check_left(struct store *store, bool other, uint64_t order_head, struct errmsg *err);
/* Station: remember the center it met. */
enum status replica_set_center(struct store *store, const uint8_t incarnation[INCARNATION_BYTES], struct errmsg *err);

typedef bool (*replica_quarantine_row)(void *context, int64_t lsn, const struct log_id *log, uint64_t seq, const char *reason);
enum status replica_quarantine_list(struct store *store, replica_quarantine_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_REPLICA_H */
