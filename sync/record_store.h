/* sync/record_store.h - the engine's store (engine_store.h) over this machine's records: core/record/replica.h, peer.h and their kin. */
#ifndef SYNC_RECORD_STORE_H
#define SYNC_RECORD_STORE_H

#include "core/record/store.h"
#include "sync/engine_store.h"
#include "sync/relay_request.h"

struct record_store;

/* The store is borrowed until record_store_free. Errors: STATUS_NOMEM. */
enum status record_store_new(struct record_store **out, struct store *store);
void record_store_free(struct record_store *self);
/* Center: who opens files that stations carry here. Without one they are refused. */
void record_store_set_opener(struct record_store *self, struct relay_opener opener);
/* Valid until record_store_free. */
struct engine_store record_store_engine(struct record_store *self);

#endif /* SYNC_RECORD_STORE_H */
