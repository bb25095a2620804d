/* core/record/old_number.h - at a center: the logs of a number that nobody goes by any more, and the machine that wrote them comes under another one.
 *
 * A machine that is enrolled anew under another number begins a log behind its old one (branch.h), and nobody writes in that any more: what the center lacks of it goes on in the new one. But others may have handed back
 * what the center had lost of the old log (returned.h), and hold it by that name, as do all who built on it. Brought once more in the new log, each of those changes would stand twice: the second time late, as something that
 * nobody knew. So what is missing of such a log comes in that log.
 *
 * WHOSE IT IS. Only where nobody else goes on in it: its number is revoked, or was nobody's here when it was handed back (log.partial 2: what has that number since is another machine, which began another log). And only by
 * a machine of an office that had the record of its first change. What is here already is compared byte for byte. When it is enrolled it hears what is here last of its log (MESSAGE enrolled, sync/message.h): behind that it
 * begins the new one, though it may not know that so much had arrived.
 * THE LIMIT. Where the machine comes before anybody hands back, its old log is not known here, and all of it goes on in the new one; what is handed back later is known by its header, in whichever log it is
 * (returned_entry.c). */
#ifndef CORE_RECORD_OLD_NUMBER_H
#define CORE_RECORD_OLD_NUMBER_H

#include "core/record/branch.h"
#include "core/record/peer.h"

/* In a transaction: this log was handed back in part while its number was nobody's. Errors: storage. */
enum status old_number_note(struct store *store, int64_t log, struct errmsg *err);
/* Whether the machine brings what is missing of this log of its path under that name: of its own number, or as above. Errors: storage. */
enum status old_number_goes_on(struct store *store, const struct peer *peer, const struct path_log *log, bool *goes_on, struct errmsg *err);
/* The last change that is here of such a log of an old number, and the hash of its header; 0: it is none, or not here. Errors: storage. */
enum status old_number_last(struct store *store, const struct peer *peer, const struct path_log *log, uint64_t *last, struct hash *hash, struct errmsg *err);

#endif /* CORE_RECORD_OLD_NUMBER_H */
