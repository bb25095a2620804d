/* tests/memory_store.h - a center's store that keeps everything in arrays: the engine's second store (sync/engine_store.h), written from that header alone and without SQL.
 *
 * It keeps the log and the order, not the rows: nothing is applied, so there are no conflicts and no center-side checks. What a center that was put back needs (orders that differ, RETURN), divergence, lookups and files
 * for others it does not have: STATUS_UNSUPPORTED. "Durable" means committed. */
#ifndef TESTS_MEMORY_STORE_H
#define TESTS_MEMORY_STORE_H

#include "sync/engine_store.h"

struct memory_store;

/* A center with this identity. */
struct memory_store *memory_store_new(const struct machine *center);
void memory_store_free(struct memory_store *self);
struct engine_store memory_store_engine(struct memory_store *self);
/* What other programs do at a center, each durable at once. */
void memory_store_add_peer(struct memory_store *self, const struct peer *peer);
void memory_store_revoke(struct memory_store *self, struct hash pin);
/* An own change of the center for a scope (0: everyone), with an empty body. Returns its order number. */
uint64_t memory_store_append(struct memory_store *self, int64_t scope, struct id id);

#endif /* TESTS_MEMORY_STORE_H */
