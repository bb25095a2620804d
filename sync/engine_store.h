/* sync/engine_store.h - the store seam: what the sync engine needs of whatever keeps the changes. The county's SQLite file answers through sync/record_store.h, the simulator's memory through
 * tests/memory_store.h; a province's database would be a third. tests/test_engine_store.c is what each of them must pass.
 *
 * A store answers REQUESTS (sync/session.h), carried out by the replicator: writes in groups, one transaction each - a group in which a request fails is rolled back and done again, each request inside a savepoint; reads inside one state of the store. Packing, queues and
 * results are the replicator's; a store sees entries unpacked (core/record/replica.h) and gives entries unpacked. A center's store answers a dozen:
 *
 *   GREET        the peer by its pin (AUTH unknown, FORBIDDEN revoked), state, have along its path, order head, the next lease; heal: what is to be mended (protocol.h, HEALING)
 *   COMPARED     samples -> the next question, or heal
 *   INGEST       entries -> taken. Contiguous, repeated ones change nothing; GAP with have; FORK (a repeated number with other bytes, or a chain that ends elsewhere); order numbers without gaps
 *   READ_SCOPE   after, max_bytes -> batch: the peer's scope in the order, its own as stubs; whole transactions; `more`. FORK (own_told) when its log holds more than have_seq: two copies of one machine are connected
 *   NOTE_PEER    contact fields
 *   ENROL        the proof against the open codes; a failed try is kept (call->keep)
 *   TAKE_RETURNS entries a restored center lost
 *   CHECK_SUMS, READ_REPAIR   divergence of scopes
 *   LOOKUP       who was where
 *   RELAY_*      files for others (UNSUPPORTED where a store has none)
 * and a station's store its own (STATE, READ_OWN, SET_HAVE, SET_CENTER, APPLY, SET_LEASE, SAMPLE, BRANCH, REWIND, ..).
 *
 * DUTIES. commit returns STATUS_OK only when everything is durable; after any failure nothing of the group is kept. What a savepoint took back leaves no trace: no order number is lost to it. A peer is looked
 * up by its pin in every request, so a revocation works at once. Not thread-safe: one caller at a time. */
#ifndef SYNC_ENGINE_STORE_H
#define SYNC_ENGINE_STORE_H

#include "core/record/replica.h"
#include "sync/session.h"

/* One request on its way through a store. */
struct engine_call {
    const struct session_request *request;
    int64_t now_ms;             /* wall clock */
    const void *entries;        /* INGEST, APPLY, TAKE_RETURNS: the chunk, unpacked */
    size_t len;
    enum status unpacked;       /* or why it could not be: the peer is judged first */
    size_t max_bytes;           /* READ_*: about so much */
    size_t part_most;           /* READ_SCOPE: replica_batch.part_most */
    struct replica_batch batch; /* READ_*: what was read; entries are init'ed */
    bool keep;                  /* out: what was written stays although the answer is no */
};

/* A group of requests on its way through a store that does not make its caller wait: all writes, or all reads. Owned by the caller and unmoved until `done`; whatever the calls point at, too. */
struct engine_group {
    struct engine_call *calls;      /* READ_*: batch.entries are init'ed */
    struct session_result *results; /* kind and packed are init'ed; status and the rest come by `done` */
    size_t n;
    bool writes;
    void (*done)(void *context); /* from the store's own events, never inside `start` */
    void *context;
};

struct engine_store_ops {
    enum status (*begin)(void *store, struct errmsg *err);
    enum status (*commit)(void *store, struct errmsg *err);
    void (*rollback)(void *store); /* also after a begin or commit that failed: then nothing */
    enum status (*savepoint)(void *store, struct errmsg *err);
    enum status (*savepoint_end)(void *store, bool keep, struct errmsg *err);
    enum status (*begin_read)(void *store, struct errmsg *err);
    void (*end_read)(void *store);
    /* Before a read begins, for what must write then (counting anew now and then). May be NULL. */
    enum status (*prepare)(void *store, struct engine_call *call, struct session_result *result);
    /* Whether it runs inside a group's transaction; else as a read, or (own_transaction) opening one itself when it has something to write. */
    bool (*writes)(enum request_kind kind);
    bool (*own_transaction)(enum request_kind kind);
    enum status (*run)(void *store, struct engine_call *call, struct session_result *result);
    /* A store behind a network: carries a whole group out while the caller goes on, at most one of writes and one of reads at a time. Writes are durable when `done` is called; each request stands for itself: one
     * that fails leaves nothing and the others stay. NULL: the calls above answer at once. */
    void (*start)(void *store, struct engine_group *group);
    /* Nobody waits for it any more: `done` is not called. What it wrote may stay. */
    void (*abandon)(void *store, struct engine_group *group);
};

/* A store as the replicator holds it. Borrowed. */
struct engine_store {
    const struct engine_store_ops *ops;
    void *store;
};

#endif /* SYNC_ENGINE_STORE_H */
