/* core/record/presence.h - who has which record open for editing on this machine: a hint beside the title, never a lock.
 *
 * Each session on the screens keeps one row with a lease of PRESENCE_LEASE_MS, renewed while the form is open; a session that died is forgotten when its lease ends.
 * Local to the machine, in no log, never synchronised; losing a row costs nothing, so a store that is busy is not waited for. */
#ifndef CORE_RECORD_PRESENCE_H
#define CORE_RECORD_PRESENCE_H

#include "core/record/actor.h"
#include "core/record/store.h"

enum { PRESENCE_LEASE_MS = 60000, PRESENCE_RENEW_MS = 20000, PRESENCE_NAMED = 3 };

/* This session edits this record from now on (one at a time); leases that have ended go. Own transaction. Errors: STATUS_BUSY (not kept this time), storage. */
enum status presence_keep(struct store *store, const struct actor *actor, struct id session, struct id record, struct errmsg *err);
/* ..and edits nothing any more. Same errors. */
enum status presence_leave(struct store *store, struct id session, struct errmsg *err);
/* The same when the program ends, waiting while others write: sessions that end together (a line that drops) would leave some behind until their leases end. */
enum status presence_end(struct store *store, struct id session, struct errmsg *err);
/* Append the names by which the others who edit the record are called, "刘敏、何平"; of more than PRESENCE_NAMED the first two and how many they are, "刘敏、何平 等 7 人"; nothing if there are none. Errors: storage. O(sessions). */
enum status presence_others(struct store *store, const struct actor *actor, struct id session, struct id record, struct buf *out, struct errmsg *err);

#endif /* CORE_RECORD_PRESENCE_H */
