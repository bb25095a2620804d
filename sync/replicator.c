/* sync/replicator.c - store requests of sessions, carried out in groups. */
#include "sync/replicator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sync/advice.h"
#include "sync/packing.h"
#include "sync/record_store.h"

enum { FEWEST_BYTES = 32 * 1024, ENTRIES_KEEP_BYTES = 1024 * 1024, GROUP_KEEP = 32, PART_BYTES = CHUNK_RAW_MAX_BYTES - 512 * 1024 /* and a change more */ };

struct item {
    void *owner; /* NULL: forgotten */
    struct session_request request;
};

struct group {
    struct item *items;
    struct session_result *results;
    size_t n;
};

/* A group that a store behind a network carries out (engine_store_ops.start). */
struct under_way {
    struct engine_group group;
    struct item *items;
    struct buf *entries; /* one a call: unpacked */
    bool running, finished;
};

enum { LANES = 2 }; /* reads, writes */

struct replicator {
    struct engine_store engine;
    struct record_store *own; /* made here, or NULL */
    struct trace *trace;
    struct packer *packer;
    struct buf entries; /* scratch: one chunk unpacked */
    size_t part_most;   /* a history that is longer is told in parts */
    struct item *queue;
    size_t n_queue, cap_queue;
    struct group *running; /* while results are delivered */
    struct group room;     /* what a group is carried out in, n of each: requests and results are large, and most groups small */
    struct under_way lanes[LANES];
    void (*wake)(void *context);
    void *wake_context;
    struct replicator_stats stats;
};

enum status replicator_new_over(struct replicator **out, struct engine_store engine, struct trace *trace)
{
    struct replicator *replicator = calloc(1, sizeof *replicator);

    *out = NULL;
    if (replicator == NULL)
        return STATUS_NOMEM;
    replicator->engine = engine;
    replicator->trace = trace;
    replicator->part_most = PART_BYTES;
    buf_init(&replicator->entries, CHUNK_RAW_MAX_BYTES);
    if (packer_new(&replicator->packer) != STATUS_OK) {
        free(replicator);
        return STATUS_NOMEM;
    }
    *out = replicator;
    return STATUS_OK;
}

enum status replicator_new(struct replicator **out, struct store *store, struct trace *trace)
{
    struct record_store *own;
    enum status status = record_store_new(&own, store);

    *out = NULL;
    if (status == STATUS_OK)
        status = replicator_new_over(out, record_store_engine(own), trace);
    if (status == STATUS_OK)
        (*out)->own = own;
    else
        record_store_free(own);
    return status;
}

void replicator_hurry(struct replicator *replicator)
{
    packer_hurry(replicator->packer);
}

void replicator_set_history(struct replicator *replicator, unsigned window_log, bool always)
{
    packer_set_history(replicator->packer, window_log, always);
}

void replicator_set_parts(struct replicator *replicator, size_t bytes)
{
    replicator->part_most = bytes > 0 ? bytes : PART_BYTES;
}

static void abandon_all(struct replicator *replicator);

/* Gives it back if it is for more than `keep`. */
static void give_room(struct replicator *replicator, size_t keep)
{
    if (replicator->room.n <= keep)
        return;
    free(replicator->room.items);
    free(replicator->room.results);
    replicator->room = (struct group){.n = 0};
}

static bool take_room(struct replicator *replicator, size_t n)
{
    struct group *room = &replicator->room;

    if (room->n >= n)
        return true;
    give_room(replicator, 0);
    n = n < GROUP_KEEP ? GROUP_KEEP : n;
    room->items = malloc(n * sizeof *room->items);
    room->results = malloc(n * sizeof *room->results);
    room->n = n;
    if (room->items != NULL && room->results != NULL)
        return true;
    give_room(replicator, 0);
    return false;
}

void replicator_free(struct replicator *replicator)
{
    if (replicator == NULL)
        return;
    assert(replicator->running == NULL);
    abandon_all(replicator);
    packer_free(replicator->packer);
    record_store_free(replicator->own);
    buf_release(&replicator->entries);
    free(replicator->queue);
    give_room(replicator, 0);
    free(replicator);
}

void replicator_set_opener(struct replicator *replicator, struct relay_opener opener)
{
    assert(replicator->own != NULL);
    record_store_set_opener(replicator->own, opener);
}

static void result_init(struct session_result *result, enum request_kind kind)
{
    memset(result, 0, sizeof *result);
    result->kind = kind;
    buf_init(&result->packed, FRAME_MAX_BYTES - 256);
}

void session_result_release(struct session_result *result)
{
    buf_release(&result->packed);
}

/* ---- chunks ---- */

static bool brings_entries(enum request_kind kind)
{
    return kind == REQUEST_INGEST || kind == REQUEST_APPLY || kind == REQUEST_TAKE_RETURNS;
}

static bool gives_entries(enum request_kind kind)
{
    return kind == REQUEST_READ_OWN || kind == REQUEST_READ_SCOPE || kind == REQUEST_READ_RETURNS || kind == REQUEST_READ_REPAIR;
}

static uint64_t raw_bytes_of(const struct session_request *request)
{
    return request->kind == REQUEST_TAKE_RETURNS ? request->returned.raw_bytes : request->chunk.raw_bytes;
}

/* A chunk of RETURN is packed like one of CHANGES. */
static void unpack(struct replicator *replicator, struct engine_call *call, struct buf *entries)
{
    const struct session_request *request = call->request;

    if (request->kind != REQUEST_TAKE_RETURNS && request->chunk.packing == PACKING_HISTORY)
        call->unpacked = packer_unpack_on(replicator->packer, request->history, request->chunk.follows, request->packed, request->packed_len, (size_t)raw_bytes_of(request), entries);
    else
        call->unpacked = packer_unpack(replicator->packer, request->kind == REQUEST_TAKE_RETURNS ? request->returned.packing : request->chunk.packing, request->packed,
                                       request->packed_len, (size_t)raw_bytes_of(request), entries);
    call->entries = entries->data;
    call->len = (size_t)raw_bytes_of(request);
}

static enum status pack_entries(struct replicator *replicator, const struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    const struct replica_batch *batch = &call->batch;
    struct packing_terms terms = {.packings = request->packings, .dictionary = request->dictionary};
    struct packing_turn turn = {.full = batch->entries.len >= call->max_bytes};

    if (request->history == NULL)
        return packer_pack(replicator->packer, batch->entries.data, batch->entries.len, terms, &result->packed, &result->chunk.packing);
    turn.last = request->kind == REQUEST_READ_OWN ? batch->last >= request->bulk_to : !result->more;
    return packer_pack_on(replicator->packer, request->history, batch->entries.data, batch->entries.len, turn, terms, &result->packed, &result->chunk.packing, result->chunk.follows);
}

static enum status pack(struct replicator *replicator, const struct engine_call *call, struct session_result *result)
{
    const struct replica_batch *batch = &call->batch;
    struct message_changes *chunk = &result->chunk;
    enum status status;

    chunk->first = batch->first;
    chunk->last = batch->last;
    chunk->count = batch->count;
    chunk->from_fold = call->request->kind == REQUEST_READ_SCOPE ? batch->from_fold : 0;
    chunk->upto_fold = batch->upto_fold;
    result->places = batch->places;
    chunk->raw_bytes = batch->entries.len;
    memcpy(chunk->last_hash, batch->last_hash.bytes, HASH_BYTES);
    if (batch->count == 0 && call->request->history != NULL)
        history_forget(call->request->history);
    if (batch->count == 0)
        return STATUS_OK;
    status = pack_entries(replicator, call, result);
    if (status == STATUS_TOO_LARGE && batch->uncut)
        errmsg_set(&result->err, status, REPLICA_UNCUT);
    else if (status == STATUS_TOO_LARGE)
        errmsg_set(&result->err, status, "一次提交的变更压缩后超过 1 MiB，无法传送");
    return status;
}

/* What does not pack into a frame may do so in fewer changes; a transaction stays whole. *part_most: NULL: as it is. */
static bool try_fewer(enum status status, size_t *max_bytes, size_t *part_most)
{
    bool fewer = *max_bytes > FEWEST_BYTES, shorter = part_most != NULL && *part_most > FEWEST_BYTES;

    if (status != STATUS_TOO_LARGE || !(fewer || shorter))
        return false;
    if (fewer)
        *max_bytes /= 4;
    if (shorter)
        *part_most /= 4;
    return true;
}

/* ---- running ---- */

static enum status run(struct replicator *replicator, struct engine_call *call, struct session_result *result)
{
    return replicator->engine.ops->run(replicator->engine.store, call, result);
}

/* A chunk of RETURN has its own header. */
static void copy_header(const struct engine_call *call, struct session_result *result)
{
    const struct message_changes *chunk = &result->chunk;

    if (call->request->kind != REQUEST_READ_RETURNS)
        return;
    result->returned.first = chunk->first;
    result->returned.last = chunk->last;
    result->returned.count = chunk->count;
    result->returned.raw_bytes = chunk->raw_bytes;
    result->returned.packing = chunk->packing;
}

static enum status run_reader(struct replicator *replicator, struct engine_call *call, struct session_result *result)
{
    enum status status;

    do {
        buf_init(&call->batch.entries, CHUNK_RAW_MAX_BYTES);
        call->batch.part_most = call->part_most;
        buf_clear(&result->packed);
        errmsg_clear(&result->err);
        status = run(replicator, call, result);
        if (status == STATUS_OK)
            status = pack(replicator, call, result);
        buf_release(&call->batch.entries);
        call->batch = (struct replica_batch){0};
    } while (try_fewer(status, &call->max_bytes, &call->part_most));
    copy_header(call, result);
    return status;
}

/* One state of the store over all statements of a request. */
static enum status run_read(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    const struct engine_store_ops *ops = replicator->engine.ops;
    struct engine_call call = {.request = request, .now_ms = now_ms, .max_bytes = request->max_bytes, .part_most = replicator->part_most};
    bool reads = !ops->own_transaction(request->kind);
    enum status status = ops->prepare != NULL ? ops->prepare(replicator->engine.store, &call, result) : STATUS_OK;

    if (status == STATUS_OK && reads)
        status = ops->begin_read(replicator->engine.store, &result->err);
    if (status != STATUS_OK)
        return status;
    status = gives_entries(request->kind) ? run_reader(replicator, &call, result) : run(replicator, &call, result);
    if (reads)
        ops->end_read(replicator->engine.store);
    replicator->stats.reads++;
    return status;
}

/* Inside the group's transaction. */
static enum status run_write(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result, bool *keep)
{
    struct engine_call call = {.request = request, .now_ms = now_ms};
    enum status status;

    if (brings_entries(request->kind)) {
        if (replicator->entries.cap > ENTRIES_KEEP_BYTES)
            buf_release(&replicator->entries);
        buf_clear(&replicator->entries);
        unpack(replicator, &call, &replicator->entries);
    }
    status = run(replicator, &call, result);
    *keep = call.keep || status == STATUS_OK;
    return status;
}

/* A window for what the peer will send: a center to who has much, a station always. */
static void offer_window(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    uint64_t head = request->hello.head_seq, changes = result->kind == REQUEST_STATE ? HISTORY_LEAST_CHANGES : head > result->have_seq ? head - result->have_seq : 0;

    if (result->status == STATUS_OK && request->history != NULL && (result->kind == REQUEST_STATE || result->kind == REQUEST_GREET))
        result->window = packer_offer(replicator->packer, request->history, changes);
}

static void fail_group(struct group *group, enum status status, const struct errmsg *err)
{
    for (size_t i = 0; i < group->n; i++) {
        group->results[i].status = status;
        group->results[i].err = *err;
    }
}

/* The group's requests one after the other. careful: each inside a savepoint, so that one which fails leaves nothing behind. Else *failed is set and the rest left out: then nothing may be kept of them all. */
static enum status run_requests(struct replicator *replicator, struct group *group, int64_t now_ms, bool careful, bool *failed, struct errmsg *err)
{
    const struct engine_store_ops *ops = replicator->engine.ops;
    void *store = replicator->engine.store;
    enum status status = STATUS_OK;

    *failed = false;
    for (size_t i = 0; status == STATUS_OK && !*failed && i < group->n; i++) {
        struct session_result *result = &group->results[i];
        bool keep = true;

        if (careful)
            status = ops->savepoint(store, err);
        if (status != STATUS_OK)
            break;
        result->status = run_write(replicator, &group->items[i].request, now_ms, result, &keep);
        if (careful)
            status = ops->savepoint_end(store, keep, err);
        else
            *failed = !keep;
    }
    return status;
}

/* A savepoint copies every page that is written behind it, a sixth of what a center does when a thousand stations come at once, and hardly ever is one needed. So the group is tried without; where one of its
 * requests fails, all is taken back and done again, with them. */
static void run_group(struct replicator *replicator, struct group *group, int64_t now_ms)
{
    const struct engine_store_ops *ops = replicator->engine.ops;
    void *store = replicator->engine.store;
    struct errmsg err = {{0}};
    bool failed = false;
    enum status status = ops->begin(store, &err);

    if (status == STATUS_OK)
        status = run_requests(replicator, group, now_ms, false, &failed, &err);
    if (failed) {
        ops->rollback(store);
        replicator->stats.redone++;
        for (size_t i = 0; i < group->n; i++) {
            session_result_release(&group->results[i]);
            result_init(&group->results[i], group->items[i].request.kind);
        }
        status = ops->begin(store, &err);
        if (status == STATUS_OK)
            status = run_requests(replicator, group, now_ms, true, &failed, &err);
    }
    if (status == STATUS_OK)
        status = ops->commit(store, &err);
    else
        ops->rollback(store);
    replicator->stats.groups++;
    replicator->stats.writes += group->n;
    if (status != STATUS_OK) {
        trace_write(replicator->trace, TRACE_ERROR, "replicator", "一组 %zu 个请求没有存下来，一个也没有确认：%s%s", group->n, errmsg_text(&err, status), advice_for(status));
        fail_group(group, status, &err);
    }
}

/* ---- the queue ---- */

enum status replicator_submit(struct replicator *replicator, void *owner, const struct session_request *request)
{
    assert(owner != NULL && request->kind != REQUEST_NONE);
    if (replicator->n_queue == replicator->cap_queue) {
        size_t cap = replicator->cap_queue > 0 ? replicator->cap_queue * 2 : 16;
        struct item *queue = realloc(replicator->queue, cap * sizeof *queue);

        if (queue == NULL)
            return STATUS_NOMEM;
        replicator->queue = queue;
        replicator->cap_queue = cap;
    }
    replicator->queue[replicator->n_queue++] = (struct item){owner, *request};
    return STATUS_OK;
}

void replicator_forget(struct replicator *replicator, void *owner)
{
    for (size_t i = 0; i < replicator->n_queue; i++)
        if (replicator->queue[i].owner == owner)
            replicator->queue[i].owner = NULL;
    for (size_t i = 0; replicator->running != NULL && i < replicator->running->n; i++)
        if (replicator->running->items[i].owner == owner)
            replicator->running->items[i].owner = NULL;
    for (int lane = 0; lane < LANES; lane++)
        for (size_t i = 0; i < replicator->lanes[lane].group.n; i++)
            if (replicator->lanes[lane].items[i].owner == owner)
                replicator->lanes[lane].items[i].owner = NULL;
}

size_t replicator_queued(const struct replicator *replicator)
{
    size_t n = 0;

    for (size_t i = 0; i < replicator->n_queue; i++)
        n += replicator->queue[i].owner != NULL && !replicator->lanes[replicator->engine.ops->writes(replicator->queue[i].request.kind)].running;
    for (int lane = 0; lane < LANES; lane++)
        n += replicator->lanes[lane].finished;
    return n;
}

void replicator_on_wake(struct replicator *replicator, void (*wake)(void *context), void *context)
{
    replicator->wake = wake;
    replicator->wake_context = context;
}

/* Move what this turn carries out from the queue to a group: reads or writes in order, until it has enough. */
static size_t take_items(struct replicator *replicator, bool want_writes, struct item *items)
{
    size_t n = 0, left = 0, bytes = 0, most = want_writes ? GROUP_PACKED_MAX_BYTES : READS_MAX_BYTES;
    uint64_t raw = 0, most_raw = replicator->engine.ops->start != NULL ? GROUP_RAW_MAX_BYTES : UINT64_MAX;

    for (size_t i = 0; i < replicator->n_queue; i++) {
        struct item *item = &replicator->queue[i];

        if (item->owner == NULL)
            continue;
        if (replicator->engine.ops->writes(item->request.kind) == want_writes && n < GROUP_REQUESTS_MAX && (n == 0 || (bytes < most && raw < most_raw))) {
            raw += brings_entries(item->request.kind) ? raw_bytes_of(&item->request) : 0;
            bytes += want_writes ? item->request.packed_len : item->request.max_bytes;
            items[n++] = *item;
        } else {
            replicator->queue[left++] = *item;
        }
    }
    replicator->n_queue = left;
    return n;
}

static void deliver_one(struct replicator *replicator, struct group *group, size_t i, replicator_deliver deliver, void *context)
{
    if (group->results[i].status != STATUS_OK)
        replicator->stats.failed++;
    if (group->items[i].owner != NULL) {
        offer_window(replicator, &group->items[i].request, &group->results[i]);
        deliver(context, group->items[i].owner, &group->results[i]);
    }
    session_result_release(&group->results[i]);
}

/* Reads are delivered one by one: a packed chunk each is too much to hold for all. */
static void flush_reads(struct replicator *replicator, struct group *group, int64_t now_ms, replicator_deliver deliver, void *context)
{
    for (size_t i = 0; i < group->n; i++) {
        if (group->items[i].owner == NULL)
            continue;
        result_init(&group->results[i], group->items[i].request.kind);
        group->results[i].status = run_read(replicator, &group->items[i].request, now_ms, &group->results[i]);
        deliver_one(replicator, group, i, deliver, context);
    }
}

static void flush_writes(struct replicator *replicator, struct group *group, int64_t now_ms, replicator_deliver deliver, void *context)
{
    for (size_t i = 0; i < group->n; i++)
        result_init(&group->results[i], group->items[i].request.kind);
    if (group->n > 0)
        run_group(replicator, group, now_ms);
    for (size_t i = 0; i < group->n; i++)
        deliver_one(replicator, group, i, deliver, context);
}

/* With those that were forgotten: taking sorts them out. */
static size_t queued_of_kind(const struct replicator *replicator, bool writes)
{
    size_t n = 0;

    for (size_t i = 0; i < replicator->n_queue; i++)
        n += replicator->queue[i].owner == NULL || replicator->engine.ops->writes(replicator->queue[i].request.kind) == writes;
    return n < GROUP_REQUESTS_MAX ? n : GROUP_REQUESTS_MAX;
}

/* Returns false when there was no memory for it; everything stays queued. */
static bool flush_kind(struct replicator *replicator, bool want_writes, int64_t now_ms, replicator_deliver deliver, void *context)
{
    size_t most = queued_of_kind(replicator, want_writes);
    struct group group;

    if (most == 0)
        return true;
    if (!take_room(replicator, most))
        return false;
    group = replicator->room;
    group.n = take_items(replicator, want_writes, group.items);
    replicator->running = &group;
    if (want_writes)
        flush_writes(replicator, &group, now_ms, deliver, context);
    else
        flush_reads(replicator, &group, now_ms, deliver, context);
    replicator->running = NULL;
    give_room(replicator, GROUP_KEEP);
    return true;
}

/* ---- a store behind a network ---- */

static void release_lane(struct under_way *lane)
{
    for (size_t i = 0; i < lane->group.n; i++) {
        buf_release(&lane->entries[i]);
        buf_release(&lane->group.calls[i].batch.entries);
        session_result_release(&lane->group.results[i]);
    }
    free(lane->items);
    free(lane->entries);
    free(lane->group.calls);
    free(lane->group.results);
    *lane = (struct under_way){.running = false};
}

static void abandon_all(struct replicator *replicator)
{
    for (int at = 0; at < LANES; at++) {
        struct under_way *lane = &replicator->lanes[at];

        if (lane->running && !lane->finished)
            replicator->engine.ops->abandon(replicator->engine.store, &lane->group);
        release_lane(lane);
    }
}

static void lane_done(struct replicator *replicator, bool writes)
{
    struct under_way *lane = &replicator->lanes[writes];

    lane->finished = true;
    if (replicator->wake != NULL)
        replicator->wake(replicator->wake_context);
}

static void writes_done(void *context)
{
    lane_done(context, true);
}

static void reads_done(void *context)
{
    lane_done(context, false);
}

static bool make_room(struct under_way *lane, size_t n)
{
    lane->items = calloc(n, sizeof *lane->items);
    lane->entries = calloc(n, sizeof *lane->entries);
    lane->group.calls = calloc(n, sizeof *lane->group.calls);
    lane->group.results = calloc(n, sizeof *lane->group.results);
    if (lane->items != NULL && lane->entries != NULL && lane->group.calls != NULL && lane->group.results != NULL)
        return true;
    release_lane(lane);
    return false;
}

/* False: there was no memory for it; everything stays queued. */
static bool start_lane(struct replicator *replicator, bool writes, int64_t now_ms)
{
    struct under_way *lane = &replicator->lanes[writes];
    size_t most = replicator->n_queue < GROUP_REQUESTS_MAX ? replicator->n_queue : GROUP_REQUESTS_MAX;

    if (lane->running || most == 0)
        return true;
    if (!make_room(lane, most))
        return false;
    lane->group.n = take_items(replicator, writes, lane->items);
    if (lane->group.n == 0) {
        release_lane(lane);
        return true;
    }
    lane->group.writes = writes;
    lane->group.done = writes ? writes_done : reads_done;
    lane->group.context = replicator;
    for (size_t i = 0; i < lane->group.n; i++) {
        const struct session_request *request = &lane->items[i].request;
        struct engine_call *call = &lane->group.calls[i];

        *call = (struct engine_call){.request = request, .now_ms = now_ms, .max_bytes = request->max_bytes};
        result_init(&lane->group.results[i], request->kind);
        buf_init(&lane->entries[i], CHUNK_RAW_MAX_BYTES);
        buf_init(&call->batch.entries, CHUNK_RAW_MAX_BYTES);
        if (brings_entries(request->kind))
            unpack(replicator, call, &lane->entries[i]);
    }
    replicator->stats.groups += writes;
    *(writes ? &replicator->stats.writes : &replicator->stats.reads) += lane->group.n;
    lane->running = true;
    replicator->engine.ops->start(replicator->engine.store, &lane->group);
    return true;
}

/* A chunk that does not pack into a frame is asked for anew, with fewer changes. */
static bool ask_fewer(struct replicator *replicator, const struct item *item, size_t max_bytes)
{
    struct session_request request = item->request;

    request.max_bytes = max_bytes;
    return replicator_submit(replicator, item->owner, &request) == STATUS_OK;
}

static void deliver_lane(struct replicator *replicator, struct under_way *from, replicator_deliver deliver, void *context)
{
    struct under_way lane = *from; /* what delivering submits may be under way again before it ends */
    struct group group = {.items = lane.items, .results = lane.group.results, .n = lane.group.n};

    *from = (struct under_way){.running = false};
    replicator->running = &group;
    for (size_t i = 0; i < group.n; i++) {
        struct session_result *result = &group.results[i];
        struct engine_call *call = &lane.group.calls[i];

        if (group.items[i].owner != NULL && result->status == STATUS_OK && gives_entries(result->kind)) {
            result->status = pack(replicator, call, result);
            copy_header(call, result);
            if (try_fewer(result->status, &call->max_bytes, NULL) && ask_fewer(replicator, &group.items[i], call->max_bytes))
                continue;
        }
        deliver_one(replicator, &group, i, deliver, context);
    }
    replicator->running = NULL;
    release_lane(&lane);
}

static void flush_lanes(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context)
{
    for (int writes = 0; writes < LANES; writes++) {
        if (replicator->lanes[writes].finished)
            deliver_lane(replicator, &replicator->lanes[writes], deliver, context);
        (void)start_lane(replicator, writes != 0, now_ms);
    }
}

bool replicator_flush(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context)
{
    if (replicator->engine.ops->start != NULL) {
        flush_lanes(replicator, now_ms, deliver, context);
        return replicator_queued(replicator) > 0;
    }
    (void)flush_kind(replicator, false, now_ms, deliver, context);
    (void)flush_kind(replicator, true, now_ms, deliver, context);
    return replicator_queued(replicator) > 0;
}

bool replicator_flush_reads(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context)
{
    if (replicator->engine.ops->start == NULL)
        (void)flush_kind(replicator, false, now_ms, deliver, context);
    return replicator_queued(replicator) > 0;
}

void replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    struct item item = {replicator, *request};
    struct group group = {&item, result, 1};

    result_init(result, request->kind);
    if (replicator->engine.ops->writes(request->kind))
        run_group(replicator, &group, now_ms);
    else
        result->status = run_read(replicator, request, now_ms, result);
    offer_window(replicator, request, result);
}

struct replicator_stats replicator_stats(const struct replicator *replicator)
{
    return replicator->stats;
}
