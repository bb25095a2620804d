/* core/record/store_alone.h - nobody else has the store of a folder open: asked before its files are removed under a service, a screen or a backup that still uses them.
 *
 * SQLite marks every open store with a shared lock on its lock bytes (file format, "the lock-byte page"), in WAL mode for as long as it is open. An exclusive lock on the same bytes is got when there is none, keeps
 * others from opening it while it is held, and tells who is in the way when it is not got. It is the process's: connections of this process do not count and must be closed before.
 *
 * A center's service is the only one of its store, beside screens and backups: two would let in stations side by side, each knowing its own connections only (limits, a machine connected twice, revocation). It holds a
 * lock on the folder itself (flock), which leaves no file behind and ends with the process. */
#ifndef CORE_RECORD_STORE_ALONE_H
#define CORE_RECORD_STORE_ALONE_H

#include "core/base/status.h"

struct store_alone {
    int fd; /* -1: there is no store in the folder */
};

/* Held until store_alone_end, or until this process closes the database file. Errors: STATUS_BUSY (names the process, where the system tells), STATUS_IO, STATUS_FORBIDDEN; nothing is held then. */
enum status store_alone_take(const char *folder, struct store_alone *out, struct errmsg *err);
/* The one service of this store. Held until store_alone_end or the end of the process. Errors: STATUS_BUSY (names the store and the process, where the system tells), STATUS_IO, STATUS_FORBIDDEN; nothing is held then. */
enum status store_alone_serve(const char *folder, struct store_alone *out, struct errmsg *err);
/* The one that makes a center's store in this folder, which is there: by the same lock. Errors: the same. */
enum status store_alone_make(const char *folder, struct store_alone *out, struct errmsg *err);
void store_alone_end(struct store_alone *alone);

#endif /* CORE_RECORD_STORE_ALONE_H */
