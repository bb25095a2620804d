/* core/record/left_body.h - content that a station wrote itself, of records that left it, until a proven backup of the center has it.
 *
 * When a record leaves (reach.h) a station clears its content. What it had written there, and the center has taken, the center may lose all the same when it is put back, and the org that got the record may not have
 * been there yet: then nobody would have it. So the bodies of own changes go from table change, where everybody reads, into table left_body(lsn, seq, body), where only those look who give a center back what it lost:
 * replica_read_own (it greets with less than this machine has), wanted_read (WELCOME.wants), and what makes the record anew when it comes back here (replica_station.c, scope_repair_apply.c). History, search, dump,
 * exports, reports and rebuilds see a change without content, as before.
 *
 * WHEN IT GOES: up to the center's `safe` (log.safe_seq, told in each WELCOME), and never beyond `have`: where two copies of a machine went different ways the center's figure may be of the other one's log. The move itself
 * need not be in the backup: whatever the center is put back to has the content then, and who heard of the move hands that back. What was erased by law goes at once (reach_apply.c). In pieces of LEFT_BODY_PIECE, by
 * whoever learns `safe` or has a transaction of a session open anyway, and when the store is opened.
 * Only own changes on this machine's path (branch.h): what came from others is theirs to keep. */
#ifndef CORE_RECORD_LEFT_BODY_H
#define CORE_RECORD_LEFT_BODY_H

#include "core/record/store.h"

enum { LEFT_BODY_PIECE = 256 };

/* The content of change c, kept or in its place: for the readers named above. */
#define LEFT_BODY_OF_C "coalesce(c.body,(SELECT k.body FROM left_body k WHERE k.lsn=c.lsn))"

/* All at a station, in the open transaction. Errors: storage. */

/* The content of an own change, number seq of its log, is kept aside; who calls clears it in table change. Nothing to keep: nothing. O(1). */
enum status left_body_keep(struct store *store, int64_t lsn, uint64_t seq, struct errmsg *err);
/* The record is back: a change that is still without its content gets it, and nothing is kept of it any more. *given: it got it. O(1). */
enum status left_body_give_back(struct store *store, int64_t lsn, bool *given, struct errmsg *err);
/* One piece of what is safe goes; *more (or NULL): there was more of it. Nothing to do: one look-up by key. O(LEFT_BODY_PIECE). */
enum status left_body_clear(struct store *store, bool *more, struct errmsg *err);
/* The same in a transaction of its own, for who opens a store; only where there is something to do. */
enum status left_body_clear_if_any(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_LEFT_BODY_H */
