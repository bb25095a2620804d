/* core/record/wanted.h - content that a center lacks and that a machine which wrote it may still have.
 *
 * A machine drops the content of what it wrote in a record when that leaves its org (reach.h). Once a backup of the center has it, that is (left_body.h): until then it can still hand it over. But of two copies
 * of one machine (branch.h) the one whose record has left may come first, with bare headers; the other one still has the content, and would never be asked for what the center seems to have. So the center asks a machine
 * that greets for changes on its path that are empty here and that it was not asked for before, each once (column log.asked): before it tells it the order, by which the content would go there, too.
 * What was erased by law is not asked for. */
#ifndef CORE_RECORD_WANTED_H
#define CORE_RECORD_WANTED_H

#include "core/record/branch.h"
#include "core/record/peer.h"
#include "core/record/replica.h"

enum { WANTED_MAX = 64 };

struct wanted {
    uint64_t seqs[WANTED_MAX]; /* numbers on the path, ascending */
    size_t n;
    int64_t upto; /* the change looked at last; for wanted_asked */
};

/* Center, in a transaction: what is wanted of the machine whose log the known path ends in, of its changes up to `head`. Errors: storage. O(changes without content that came since it was asked last). */
enum status wanted_find(struct store *store, const struct log_path *path, uint64_t head, struct wanted *out, struct errmsg *err);
/* Center, in a transaction: the log's machine was asked for all up to there and has handed back what it has. */
enum status wanted_asked(struct store *store, const struct log_id *log, int64_t upto, struct errmsg *err);
/* Station: entries (returned.h) of those of these own changes (numbers ascending) behind number `after` that have their content here, about max_bytes. count 0: none; else *at: the last one. Errors: storage. */
enum status wanted_read(struct store *store, const uint64_t *seqs, size_t n, uint64_t after, size_t max_bytes, struct replica_batch *batch, uint64_t *at, struct errmsg *err);
/* Center, in a transaction: what came of it fills what is empty here; anything else is passed over. Errors: STATUS_MALFORMED. */
enum status wanted_take(struct store *store, const void *entries, size_t len, uint64_t count, struct errmsg *err);

#endif /* CORE_RECORD_WANTED_H */
