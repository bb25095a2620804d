/* core/record/left_body.h - content of records that left a station, kept there until a proven backup of the center has it.
 *
 * When a record leaves (reach.h) a station clears its content. What the center took of it since its last backup it may lose all the same, when it is put back, and the org that got the record may not have been there yet:
 * then nobody would have it. So such bodies go from table change, where everybody reads, into table left_body(lsn, seq, body, number), where only those look who give a center back what it lost: replica_read_own (it greets
 * with less than this machine has), wanted_read (WELCOME.wants), returned_read (others' changes), and what makes the record anew when it comes back here (replica_station.c, scope_repair_apply.c). History, search, dump,
 * exports, reports and rebuilds see a change without content, as before.
 *
 * WHICH. Own changes on this machine's path (branch.h) behind the center's `safe` (log.safe_seq): seq is the number in the log, number NULL. All others, the center's and other machines', that the center has under a number
 * (order.h: taken) behind its SAFE ORDER (meta safe_order: up to where its order is in its newest backup; WELCOME.safe_order): seq 0, number that one. Of a center that tells none, or has no backup, nothing of others is kept:
 * there would be no end to it. So what is kept is what came since the center's last backup, and no more.
 * WHEN IT GOES. Own: up to `safe`, and never beyond `have`: where two copies of a machine went different ways the center's figure may be of the other one's log. Others': up to the safe order, and never beyond what the center is
 * known to have. The move itself need not be in the backup: whatever the center is put back to has the content then, and who heard of the move hands that back. What was erased by law goes at once (reach_apply.c). In pieces
 * of LEFT_BODY_PIECE of either kind, by whoever learns what is safe or has a transaction of a session open anyway, and when the store is opened.
 * WHAT THE CENTER IS KNOWN TO HAVE: all up to the cursor (meta rcur). When that is set back (returned_rewind) what is kept behind it is to be handed back, though its own number may lie before the stretch that is: it was handed back
 * before then, and the record, being no more of this org, is not told again. Once handed back it has the number the center had given last by then (RETURNED.head; meta left_known), for the backup must hold that. A center that
 * tells a lower number than that, or bears another name than then, was put back again: it is handed back once more. An older center tells no head: then its number stays what it was.
 * What was handed back with its record still here has a number of the center that was put back since (lapsed.h) until it is told anew. If the center gave the record away before it got that, the move is told
 * first: then it is kept under the number that the center had given last when it got it back (meta left_head), as if it had been kept before. Where no safe order was told yet, that of WELCOME{rewind} counts:
 * nothing is kept that it could let go.
 * Nothing is here that was not here before: a machine keeps longer what it had, where nobody sees it, so that what a person said is not lost. That is what the record's leaving costs, and why there is an end. */
#ifndef CORE_RECORD_LEFT_BODY_H
#define CORE_RECORD_LEFT_BODY_H

#include "core/record/store.h"

enum { LEFT_BODY_PIECE = 256 };

/* The content of change c, kept or in its place: for the readers named above. */
#define LEFT_BODY_OF_C "coalesce(c.body,(SELECT k.body FROM left_body k WHERE k.lsn=c.lsn))"
/* SQL: up to which number of the order the center is known to have what it had. */
#define LEFT_BODY_KNOWN "(SELECT coalesce(max(value),0) FROM meta WHERE name IN ('rcur','left_known'))"

/* All at a station, in the open transaction. Errors: storage. */

/* The content of an own change, number seq of its log, is kept aside; who calls clears it in table change. Nothing to keep: nothing. O(1). */
enum status left_body_keep(struct store *store, int64_t lsn, uint64_t seq, struct errmsg *err);
/* The same of somebody else's, which the center has under this number (> 0). O(1). */
enum status left_body_keep_others(struct store *store, int64_t lsn, uint64_t number, struct errmsg *err);
/* The record is back: a change that is still without its content gets it, and nothing is kept of it any more. *given: it got it. O(1). */
enum status left_body_give_back(struct store *store, int64_t lsn, bool *given, struct errmsg *err);
/* One piece of what is safe goes; *more (or NULL): there was more of it. Nothing to do: two look-ups by key. O(LEFT_BODY_PIECE). */
enum status left_body_clear(struct store *store, bool *more, struct errmsg *err);
/* The same in a transaction of its own, for who opens a store; only where there is something to do. */
enum status left_body_clear_if_any(struct store *store, struct errmsg *err);

/* Others' content that the center is not known to have: the numbers it was delivered with lie in *first..*last; 0, 0: there is none. Reads only. O(what is kept). */
enum status left_body_stretch(struct store *store, uint64_t *first, uint64_t *last, struct errmsg *err);
/* Of that, what was delivered with numbers up to `upto` was handed back, and is durable at the center, whose last number was `head` then (0: it does not say: nothing). O(what is kept). */
enum status left_body_returned(struct store *store, uint64_t upto, uint64_t head, struct errmsg *err);
/* The cursor was set back: what was handed back before counts no more. */
enum status left_body_forget_known(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_LEFT_BODY_H */
