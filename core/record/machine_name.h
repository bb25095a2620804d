/* core/record/machine_name.h - what people call a machine: "团结村2号机". Two laptops of one office are two names; a number says nothing to whoever must decide between two values.
 *
 * A name is a row of record type machine, written at the center only: when the machine is enrolled (the name it asked for, the name that came with its code, or one made of its office's name and a running number), for
 * machines of earlier programs when the center's service starts, and when an administrator renames it. Its row id follows from the machine's number, the moment it was
 * enrolled and the county's own office, so that a center that was put back says the same row again, and another county, or another machine that is given a number which was lost, another one.
 *
 * A NUMBER THAT TWO HAD. A center that was put back gives the numbers again that it had lost. When the lost machine's row comes back with what stations hand over, two machines go by the number (field since: when each was
 * enrolled). The center's lists call the one that is enrolled there by its own name; what was written under the number is called by neither, as nobody can tell which of them wrote it, and no other office is told a name.
 *
 * NAMED TWICE. A machine that was renamed in what such a center lost, and once more since, is called as it was last in the center's order (TYPE_LATEST): nobody is asked. (That is the name that came back, where
 * nobody knew of the loss yet when the other one was given: its number had come to mean two things, order.h.)
 *
 * WHO LEARNS IT. The row is its office's (scope): the office's own machines know each other. Another office gets a row of its own of the same machine (field told_to) when it first gets a change that the machine wrote:
 * with a record that is handed over or shared, or written into a record that both have. Nobody else hears of it; the rows say who was told. They are rows of the office that gets them, not shared ones: a program that
 * does not know the type then still finds nothing of another office in its store (verify). A machine whose name is not here is called as before: by its office or its number (station_label, peer.h).
 */
#ifndef CORE_RECORD_MACHINE_NAME_H
#define CORE_RECORD_MACHINE_NAME_H

#include "core/record/peer.h"
#include "core/record/reach.h"

enum { MACHINE_CALLED_CHARS = 30, MACHINE_CALLED_BYTES = MACHINE_CALLED_CHARS * 4 + 1 };

/* By its number; "": not known here, or two had it. The center has none: it is 县中心. Errors: storage. One look at an index. */
enum status machine_name_find(struct store *store, uint32_t station_no, char out[MACHINE_CALLED_BYTES], struct errmsg *err);
/* The same for who asks in a transaction that is sure of what it read (store_end_read_sure, store_failure). */
void machine_name_of(struct store *store, uint32_t station_no, char out[MACHINE_CALLED_BYTES]);
/* Its name, else station_label. */
void machine_called(struct store *store, uint32_t station_no, char out[MACHINE_NAME_MAX_BYTES]);

/* What may be a name: who types a wish hears it while he can type another one. Errors: STATUS_INVALID, as machine_name_change. */
enum status machine_name_check(const char *name, struct errmsg *err);
/* Center, in the caller's transaction: the machine that was just enrolled gets a name: the wished one, made different (" 2") where another machine has it; else a made one. A wish that no name may be is passed over: nobody is
 * kept out for it. A machine that has one already keeps it where nothing is wished. peer->name is the name then. Errors: storage. */
enum status machine_name_give(struct store *store, struct peer *peer, const char *wish, int64_t now_ms, struct errmsg *err);
/* Center: all machines that have no name get one, those of an earlier program. In the caller's transaction or its own. *given: how many. Nothing to do: one look at each machine. */
enum status machine_name_complete(struct store *store, int64_t now_ms, size_t *given, struct errmsg *err);
/* Center: called otherwise from now on, also for what it wrote before. In the caller's transaction or its own. Errors: STATUS_FORBIDDEN (not the center, not an administrator or director), STATUS_NOT_FOUND, STATUS_INVALID
 * (empty, too long, control characters, digits only), STATUS_EXISTS (another machine, or an office, is called so); nothing changed. */
enum status machine_name_change(struct store *store, const struct actor *actor, uint32_t station_no, const char *name, struct errmsg *err);

/* Center, in the caller's transaction: these orgs got a change of this machine, all of them behind the number `after`; they learn its name. */
enum status machine_name_tell(struct store *store, uint32_t station_no, const struct reach_orgs *orgs, int64_t after, int64_t now_ms, struct errmsg *err);
/* Center, in the caller's transaction: this org got the whole history of the record; it learns the names of all who wrote it. */
enum status machine_name_tell_writers(struct store *store, const struct record_type *type, struct id id, int64_t org, int64_t now_ms, struct errmsg *err);

#endif /* CORE_RECORD_MACHINE_NAME_H */
