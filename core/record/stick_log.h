/* core/record/stick_log.h - what this machine wrote to sticks last: which file, when, which of its changes, on which stick. Without a line nobody else tells a person where his changes are on their way; and a file of our own
 * that is offered here again is known by it (what is in it nobody but the center can read).
 *
 * A local value of the store, not in the change log; the newest STICK_LOG_MAX. */
#ifndef CORE_RECORD_STICK_LOG_H
#define CORE_RECORD_STICK_LOG_H

#include <stdint.h>

#include "core/base/hash.h"
#include "core/record/store.h"

enum { STICK_LOG_MAX = 16, STICK_PLACE_BYTES = 96 };

struct stick_entry {
    struct hash id; /* SHA-256 of the file */
    int64_t at_ms;
    uint64_t first, last;          /* changes; last 0: none, it only asks for the center's */
    char place[STICK_PLACE_BYTES]; /* the stick and the file, "KINGSTON/aidpost-3-20261023-0912.aidb" */
};

/* The last two parts of a path, as place; of longer ones the end. */
void stick_place(const char *path, char out[STICK_PLACE_BYTES]);
/* In the caller's transaction or its own. Errors: storage, STATUS_NOMEM; nothing is written then. */
enum status stick_log_add(struct store *store, const struct stick_entry *entry, struct errmsg *err);
/* The newest first. */
enum status stick_log_list(struct store *store, struct stick_entry out[STICK_LOG_MAX], size_t *n, struct errmsg *err);
/* Errors: STATUS_NOT_FOUND without a message. */
enum status stick_log_find(struct store *store, struct hash id, struct stick_entry *out, struct errmsg *err);

#endif /* CORE_RECORD_STICK_LOG_H */
