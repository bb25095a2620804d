/* core/record/lookup_erase.h - questions whether somebody has been elsewhere (lookup.h), when a record that they were about is erased by law.
 *
 * The center says what goes, since it alone knows all records and which of them a line of an answer tells of: table lookup there keeps their ids (column hits, one of 16 bytes for each line that was given).
 *   the record's line     goes from every answer; the lines about other records stay
 *   who was asked about   goes, and with it all lines, where the text is a name or a number that the record had at any time and nobody else bears (core/record/called.h); so does a reason that holds such a one
 *   who asked, when       stays, at the center and at the station; so does the reason else
 * Answers that were given before the ids were kept lose all their lines. At the center this happens in the transaction that erases. Each question's station is told by a change of the center's own log (lookup_erase_tell):
 *   type LOOKUP_ERASE_TYPE, which is in no catalogue: an older program keeps the change as one of a type it does not know, and what it says is done when that machine has a newer program (lookup_erase_catch_up).
 *   scope: the station's org; body { 1: station number, 2: when it was asked, 3: mask }: bit i the line i of the answer, LOOKUP_ERASE_LINES all, LOOKUP_ERASE_TEXT who was asked about, LOOKUP_ERASE_REASON why.
 * So it comes like everything else: by line or by stick, however late, and again to a machine that was put back. A line that went leaves its place empty, so the numbers of the others stay.
 * WHO CONFIRMS. A station confirms by the place in the order up to which it has applied (reach_erasure_machines), by line and by stick alike. One with an older program has the change then, but does not yet know what it says:
 * it does so only with its next program, when that is opened first (lookup_erase_catch_up). Which those are shows in the protocol that it spoke last (peer.h): of less than LOOKUP_ERASE_PROTOCOL it is told as too old.
 * A question that the center never got is its station's alone: it goes when the station had the record itself. */
#ifndef CORE_RECORD_LOOKUP_ERASE_H
#define CORE_RECORD_LOOKUP_ERASE_H

#include "core/record/apply.h"

enum { LOOKUP_ERASE_PROTOCOL = 6 /* sync/protocol.h; programs that speak less do not know of it */, LOOKUP_ERASE_TYPE = 0xfe00, LOOKUP_ERASE_LINES = 1 << 12, LOOKUP_ERASE_TEXT = 1 << 13, LOOKUP_ERASE_REASON = 1 << 14 };

/* The record is about to be emptied by this erasure, which is the change `lsn` and not in the log yet; head: the last one that is. In its transaction. O(questions kept here + changes of the record), and a
 * look by index where one names it; for a telephone number, which has no index with consultations, through them. Errors: storage, STATUS_NOMEM. */
enum status lookup_erase(struct store *store, const struct record_type *type, struct id id, int64_t head, const struct change *erasure, int64_t lsn, struct errmsg *err);
/* Center, in the caller's transaction: tell the stations what was not told yet. Errors: storage, STATUS_NOMEM. */
enum status lookup_erase_tell(struct store *store, struct errmsg *err);
/* Whether something is to be told. Errors: storage; *waits is then unchanged. O(1). */
enum status lookup_erase_waits(struct store *store, bool *waits, struct errmsg *err);
/* Station: a change of this type came; of another log than the center's, for another machine or not to be read it is passed over. Errors: storage. */
enum status lookup_erase_apply(struct store *store, const void *body, size_t len, const struct apply_origin *origin, struct errmsg *err);
/* Station, when a program opens a store that another one had, which may not have known the type: what came then. Done once more it changes nothing. O(changes) if it ever asked anything. Errors: storage. */
enum status lookup_erase_catch_up(struct store *store, struct errmsg *err);

#endif /* CORE_RECORD_LOOKUP_ERASE_H */
