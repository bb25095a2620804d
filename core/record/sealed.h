/* core/record/sealed.h - files of encrypted backups in folders beside a store: their names, and what there is.
 *
 * NAME      "<kept>-<made>-<total>-<sha256>.<backup|part>": when it was kept (0: not yet) and made, in ms of the wall clock; bytes of the whole file; 64 hex digits. ".part": not all of it is here yet.
 * All that is known of a file stands in its name, so that a folder that was copied elsewhere by hand is still complete, and the store, whose own backups would hold the others' else, has none of it.
 * Files of any other name are never touched. */
#ifndef CORE_RECORD_SEALED_H
#define CORE_RECORD_SEALED_H

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/record/store.h"

enum { SEALED_MAX = 16, SEALED_NAME_BYTES = 160, SEALED_FILE_MAX_BYTES = 256 * 1024 * 1024 };
#define SEALED_MADE_MAX_MS INT64_C(253402300799000) /* the year 9999 */

struct sealed {
    int64_t kept_ms; /* 0..SEALED_MADE_MAX_MS */
    int64_t made_ms; /* 1..SEALED_MADE_MAX_MS */
    uint64_t total;  /* bytes, 1.. */
    struct hash id;  /* SHA-256 of the whole file */
    bool part;
    uint64_t held; /* bytes that are here; sealed_list fills it in */
};

/* The folder `name` beside the store's file. Errors: STATUS_NOT_FOUND (a store in memory has none), STATUS_TOO_LARGE; both without a message. */
enum status sealed_folder(const struct store *store, const char *name, char *out, size_t out_bytes);
/* STATUS_TOO_LARGE without a message. */
enum status sealed_path(const char *folder, const struct sealed *sealed, char *out, size_t out_bytes);
bool sealed_parse(const char *name, struct sealed *out); /* held stays as it was */
/* Up to SEALED_MAX of them, oldest first by (kept_ms, made_ms). *n 0: no folder, or none in it. Errors: STATUS_IO. O(files in the folder). */
enum status sealed_list(const char *folder, struct sealed out[SEALED_MAX], size_t *n, struct errmsg *err);
/* SHA-256 and size of a whole file. Errors: STATUS_NOT_FOUND, STATUS_IO. */
enum status sealed_hash(const char *path, struct hash *id, uint64_t *bytes, struct errmsg *err);
/* Copy to a file that is not there (mode 0600), durable when it comes back. Errors: STATUS_EXISTS, STATUS_NOT_FOUND, STATUS_IO, STATUS_FULL; there is none then. */
enum status sealed_copy(const char *from, const char *to, struct errmsg *err);

#endif /* CORE_RECORD_SEALED_H */
