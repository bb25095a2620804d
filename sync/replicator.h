/* sync/replicator.h - carries the sessions' store requests out over a store (engine_store.h), and packs and unpacks chunks.
 *
 * GROUP COMMIT. A durable write costs an fsync, however small. So requests are queued (replicator_submit) and carried out together (replicator_flush, once per turn
 * of the event loop): reads at once, all writes of all sessions inside one transaction. Results of writes are delivered only after the commit returned
 * STATUS_OK: what is acknowledged is durable. If one request fails, the group is rolled back and done again with a savepoint each; only its session hears of it. If the commit fails,
 * every write of the group gets that status, and nothing was kept.
 * A store behind a network (engine_store_ops.start) gets such a group and the caller goes on; at most one of writes and one of reads is under way. Its results are delivered by the flush that follows the wake
 * (replicator_on_wake). What is forgotten meanwhile is carried out all the same; its bytes were unpacked before.
 * Every request of a center session looks the peer up again by its key: a revoked peer gets STATUS_FORBIDDEN.
 * Not thread-safe; one per store. */
#ifndef SYNC_REPLICATOR_H
#define SYNC_REPLICATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/trace.h"
#include "core/record/store.h"
#include "sync/engine_store.h"
#include "sync/relay_request.h"

/* Of a group that is under way while the caller goes on, unpacked chunks are held: as many bytes at most, and one chunk more. */
enum { GROUP_RAW_MAX_BYTES = 16 * 1024 * 1024 };

/* A group is closed at this many requests or bytes: bounds the time a station waits for its acknowledgement. Reads ask for READS_MAX_BYTES at most in one flush. A station has one request in the queue at a
 * time and those are taken in order, so whoever has a million changes to send or to get waits for its turn like everybody. */
enum { GROUP_REQUESTS_MAX = 256, GROUP_PACKED_MAX_BYTES = 2 * 1024 * 1024, READS_MAX_BYTES = 4 * 1024 * 1024 };

struct replicator;

/* Over any store; borrowed like the trace (or NULL) until replicator_free. Errors: STATUS_NOMEM. */
enum status replicator_new_over(struct replicator **out, struct engine_store engine, struct trace *trace);
/* Over this machine's records. */
enum status replicator_new(struct replicator **out, struct store *store, struct trace *trace);
void replicator_free(struct replicator *replicator);
/* Packs quickly rather than short from now on (compressor_hurry): for the simulator. Before anything was packed. */
void replicator_hurry(struct replicator *replicator);
/* How chunks may refer to those before them (packer_set_history); for tests and the simulator. */
void replicator_set_history(struct replicator *replicator, unsigned window_log, bool always);
/* From how many bytes on a history is told in parts (protocol.h, PARTS); 0: as always. For tests and the simulator. */
void replicator_set_parts(struct replicator *replicator, size_t bytes);
/* Center, over records only: who opens files that stations carry here. Without one they are refused. */
void replicator_set_opener(struct replicator *replicator, struct relay_opener opener);

/* Queue a request of `owner` (an opaque handle given back with the result; one request per owner at a time). The request is copied, its packed bytes are
 * borrowed until the result was delivered or forgotten. Errors: STATUS_NOMEM. */
enum status replicator_submit(struct replicator *replicator, void *owner, const struct session_request *request);
/* Drop what the owner has queued. Call before its session is freed. Also allowed from inside deliver. */
void replicator_forget(struct replicator *replicator, void *owner);
/* What a flush would do something about: not what waits for a group that is under way. */
size_t replicator_queued(const struct replicator *replicator);
/* Called when a group that was under way has come to its end: flush soon. Never from inside replicator_flush. */
void replicator_on_wake(struct replicator *replicator, void (*wake)(void *context), void *context);

/* Gets each result; feed it to the owner's session as EVENT_STORE. May submit (taken up by the next flush) and forget. The result is valid during the call. */
typedef void (*replicator_deliver)(void *context, void *owner, const struct session_result *result);
/* Carry out what is queued, at most one group of writes. now_ms is the wall clock. Returns whether something is still queued (call again soon).
 * Must not be called inside a transaction of the store. */
bool replicator_flush(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context);
/* The same of the reads only: what follows from a group of writes need not wait for the next. Of a store behind a network nothing is carried out. */
bool replicator_flush_reads(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context);

/* Carry one request out at once, in its own transaction if it writes. For `once` and tests. Release the result with session_result_release. */
void replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result);
void session_result_release(struct session_result *result);

struct replicator_stats {
    uint64_t groups, writes, reads, failed;
    uint64_t redone; /* groups of which a request failed, so that they were done twice */
};
struct replicator_stats replicator_stats(const struct replicator *replicator);

#endif /* SYNC_REPLICATOR_H */
