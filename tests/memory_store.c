/* tests/memory_store.c - see memory_store.h. */
#include "tests/memory_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/record/catalogue.h"
#include "core/record/change.h"
#include "core/record/scope_sum.h"
#include "sync/heal_request.h"

enum { PEERS_MAX = 16, LOGS_MAX = 64, LEVELS_MAX = 2 };

struct kept_change {
    size_t log;
    uint64_t seq;
    int64_t scope;
    bool refused, more;
    struct hash chain;
    struct buf header, body;
};

struct kept_log {
    struct log_id id;
    uint64_t base_seq; /* of its path before it */
    size_t parent;     /* index; itself: none */
    uint64_t head_seq;
    struct hash head_hash;
    uint8_t lease[LEASE_BYTES], lease_before[LEASE_BYTES];
    bool leased;
};

/* Everything but the changes, which are only ever added: so a mark of these and of their number takes anything back. */
struct memory_state {
    struct peer peers[PEERS_MAX];
    size_t n_peers;
    struct kept_log logs[LOGS_MAX];
    size_t n_logs, n_changes;
};

struct memory_store {
    struct machine machine;
    struct memory_state now, marks[LEVELS_MAX];
    size_t n_marks;
    struct kept_change *changes; /* change i has order number i + 1 */
    size_t cap;
};

/* ---- what is kept ---- */

static struct kept_change *add_change(struct memory_store *self)
{
    if (self->now.n_changes == self->cap) {
        self->cap = self->cap > 0 ? self->cap * 2 : 64;
        self->changes = realloc(self->changes, self->cap * sizeof *self->changes);
        assert(self->changes != NULL);
    }
    struct kept_change *change = &self->changes[self->now.n_changes++];
    memset(change, 0, sizeof *change);
    buf_init(&change->header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&change->body, CHANGE_BODY_MAX_BYTES);
    return change;
}

static void go_back(struct memory_store *self, const struct memory_state *mark)
{
    for (size_t i = mark->n_changes; i < self->now.n_changes; i++) {
        buf_release(&self->changes[i].header);
        buf_release(&self->changes[i].body);
    }
    self->now = *mark;
}

static struct kept_log *find_log(struct memory_store *self, const struct log_id *id)
{
    for (size_t i = 0; i < self->now.n_logs; i++)
        if (self->now.logs[i].id.station == id->station && memcmp(self->now.logs[i].id.incarnation, id->incarnation, INCARNATION_BYTES) == 0)
            return &self->now.logs[i];
    return NULL;
}

static struct kept_log *make_log(struct memory_store *self, const struct log_id *id)
{
    struct kept_log *log = find_log(self, id);

    if (log != NULL)
        return log;
    assert(self->now.n_logs < LOGS_MAX);
    log = &self->now.logs[self->now.n_logs];
    *log = (struct kept_log){.id = *id, .parent = self->now.n_logs++};
    return log;
}

static size_t index_of(const struct memory_store *self, const struct kept_log *log)
{
    return (size_t)(log - self->now.logs);
}

/* The log of the path that ends in `log` which holds number seq. */
static const struct kept_log *holder(const struct memory_store *self, const struct kept_log *log, uint64_t seq)
{
    while (seq <= log->base_seq && log->parent != index_of(self, log))
        log = &self->now.logs[log->parent];
    return log;
}

static const struct kept_change *change_at(const struct memory_store *self, const struct kept_log *log, uint64_t seq)
{
    size_t wanted = index_of(self, holder(self, log, seq));

    for (size_t i = 0; i < self->now.n_changes; i++)
        if (self->changes[i].log == wanted && self->changes[i].seq == seq)
            return &self->changes[i];
    return NULL;
}

static bool on_path(const struct memory_store *self, const struct kept_log *tip, const struct kept_change *change)
{
    return tip != NULL && index_of(self, holder(self, tip, change->seq)) == change->log;
}

/* ---- peers ---- */

static enum status find_peer(struct memory_store *self, const struct session_request *request, struct session_result *result)
{
    for (size_t i = 0; i < self->now.n_peers; i++) {
        if (!hash_equal(self->now.peers[i].pin, request->pin))
            continue;
        result->peer = self->now.peers[i];
        return result->peer.revoked ? errmsg_set(&result->err, STATUS_FORBIDDEN, "revoked") : STATUS_OK;
    }
    return errmsg_set(&result->err, STATUS_AUTH, "unknown key");
}

static enum status note_peer(struct memory_store *self, const struct session_request *request, struct session_result *result)
{
    enum status status = find_peer(self, request, result);

    for (size_t i = 0; i < self->now.n_peers && status == STATUS_OK; i++) {
        struct peer *peer = &self->now.peers[i];

        if (peer->station_no != result->peer.station_no)
            continue;
        peer->last_contact_ms = request->wall_ms;
        peer->have_seq = request->have_seq;
        peer->sent_order = request->sent_order;
        result->peer = *peer;
    }
    return status;
}

/* ---- greeting ---- */

/* The station's log, made with the parents HELLO tells if it is new. */
static struct kept_log *declare(struct memory_store *self, const struct session_request *request)
{
    struct kept_log *log = find_log(self, &request->log);
    struct reader reader;
    struct log_id id;
    uint64_t base;

    if (log != NULL)
        return log;
    log = make_log(self, &request->log);
    reader_init(&reader, request->hello.path, request->hello.path_len);
    while (reader_left(&reader) >= 2 * PATH_ENTRY_BYTES) {
        struct kept_log *parent;

        (void)reader_take(&reader, 4 + INCARNATION_BYTES);
        base = reader_u64(&reader);
        struct reader next = reader;
        id.station = reader_u32(&next);
        memcpy(id.incarnation, reader_take(&next, INCARNATION_BYTES), INCARNATION_BYTES);
        parent = make_log(self, &id);
        log->parent = index_of(self, parent);
        log->base_seq = log->head_seq = base;
        log = parent;
    }
    return find_log(self, &request->log);
}

/* Up to where the path is here without a gap. */
static uint64_t have_of(const struct memory_store *self, const struct kept_log *log, struct hash *hash)
{
    const struct kept_change *last;
    uint64_t have = log->head_seq;

    while (log->parent != index_of(self, log) && self->now.logs[log->parent].head_seq < log->base_seq) {
        log = &self->now.logs[log->parent];
        have = log->head_seq;
    }
    last = have > 0 ? change_at(self, log, have) : NULL;
    *hash = last != NULL ? last->chain : (struct hash){{0}};
    return have;
}

struct chain {
    struct memory_store *self;
    const struct kept_log *log;
};

static enum status agrees(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *same)
{
    struct chain *chain = context;
    const struct kept_change *change = change_at(chain->self, chain->log, number);

    *same = change != NULL && memcmp(change->chain.bytes, mark, MARK_BYTES) == 0;
    return STATUS_OK;
}

static void give_lease(struct kept_log *log, const struct session_request *request, struct session_result *result)
{
    const uint8_t *told = request->hello.lease;

    if (request->file)
        return;
    if (log->leased && memcmp(told, log->lease, LEASE_BYTES) != 0 && memcmp(told, log->lease_before, LEASE_BYTES) != 0) {
        result->heal.branch = true;
        result->heal.common_seq = result->have_seq < request->hello.head_seq ? result->have_seq : request->hello.head_seq;
        return;
    }
    if (!log->leased || memcmp(told, log->lease, LEASE_BYTES) == 0)
        memcpy(log->lease_before, told, LEASE_BYTES);
    memcpy(log->lease, request->entropy, LEASE_BYTES);
    memcpy(result->lease, request->entropy, LEASE_BYTES);
    log->leased = true;
}

static uint64_t sum_of(const struct memory_store *self, int64_t org)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < self->now.n_changes; i++)
        if ((self->changes[i].scope == 0 || self->changes[i].scope == org) && !self->changes[i].refused)
            sum ^= scope_sum_of(self->changes[i].header.data, self->changes[i].header.len, i + 1);
    return sum;
}

static enum status greet(struct memory_store *self, const struct session_request *request, struct session_result *result)
{
    const struct message_hello *hello = &request->hello;
    enum status status = find_peer(self, request, result);
    const struct kept_change *at_head;
    struct kept_log *log;

    if (status == STATUS_OK && request->log.station != result->peer.station_no)
        return errmsg_set(&result->err, STATUS_AUTH, "not the number of this key");
    if (status != STATUS_OK)
        return status;
    log = declare(self, request);
    result->state.machine = self->machine;
    result->have_seq = have_of(self, log, &result->have_hash);
    result->order_head = self->now.n_changes;
    result->scope_sum = sum_of(self, result->peer.org);
    if (hello->rcur > result->order_head)
        return errmsg_set(&result->err, STATUS_UNSUPPORTED, "this store is never put back");
    if (request->kind == REQUEST_COMPARED) {
        struct chain chain = {self, log};
        struct heal_narrow narrow;

        status = heal_narrow(&request->samples, true, agrees, &chain, &narrow);
        result->heal.branch = status == STATUS_OK && narrow.done;
        result->heal.common_seq = narrow.common;
        if (!narrow.done)
            result->compare = result->heal.compare = (struct message_compare){COMPARE_LOG, narrow.from, narrow.to};
        return status;
    }
    at_head = hello->head_seq > 0 && result->have_seq >= hello->head_seq ? change_at(self, log, hello->head_seq) : NULL;
    if (at_head != NULL && memcmp(at_head->chain.bytes, hello->head_hash, HASH_BYTES) != 0) {
        result->heal.compare = (struct message_compare){COMPARE_LOG, 1, hello->head_seq};
    } else if (result->have_seq > hello->head_seq && !request->file) {
        result->heal.branch = true;
        result->heal.common_seq = hello->head_seq;
    } else {
        give_lease(log, request, result);
    }
    return STATUS_OK;
}

/* ---- taking in ---- */

/* prefix + 58 20 + H(body) */
static enum status rebuild(const uint8_t *prefix, size_t prefix_len, const uint8_t *body, size_t body_len, struct buf *header, struct change *change)
{
    static const uint8_t bytes_32[2] = {0x58, 0x20};
    struct hash hash = hash_of(body, body_len);

    buf_clear(header);
    buf_append(header, prefix, prefix_len);
    buf_append(header, bytes_32, sizeof bytes_32);
    buf_append(header, hash.bytes, HASH_BYTES);
    return header->status != STATUS_OK ? STATUS_MALFORMED : change_decode_header(header->data, header->len, change);
}

static void take(struct memory_store *self, struct kept_log *log, const struct peer *peer, const struct change *change, const struct buf *header, const uint8_t *body, size_t body_len,
                 struct replica_result *taken)
{
    struct kept_change *kept = add_change(self);

    log->head_seq = change->seq;
    log->head_hash = change_chain(log->head_hash, header->data, header->len);
    kept->log = index_of(self, log);
    kept->seq = change->seq;
    kept->scope = peer->org;
    kept->refused = change->scope != peer->org;
    kept->more = (change->flags & CHANGE_FLAG_MORE) != 0;
    kept->chain = log->head_hash;
    buf_append(&kept->header, header->data, header->len);
    buf_append(&kept->body, body, body_len);
    taken->taken++;
    taken->quarantined += kept->refused;
}

static enum status take_entries(struct memory_store *self, struct engine_call *call, struct kept_log *log, const struct peer *peer, struct replica_result *taken, struct errmsg *err)
{
    const struct message_changes *chunk = &call->request->chunk;
    enum status status = STATUS_OK;
    struct reader reader;
    struct buf header;

    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    reader_init(&reader, call->entries, call->len);
    for (uint64_t seq = chunk->first; seq < chunk->first + chunk->count && status == STATUS_OK; seq++) {
        size_t prefix_len = 0, body_len = 0;
        struct change change;
        uint64_t items = cbor_array(&reader);
        const uint8_t *prefix = cbor_bytes(&reader, &prefix_len), *body = cbor_bytes(&reader, &body_len);
        struct kept_log *in = &self->now.logs[index_of(self, holder(self, log, seq))];

        if (items == 3)
            (void)cbor_uint(&reader);
        if (items < 2 || items > 3 || reader.status != STATUS_OK || rebuild(prefix, prefix_len, body, body_len, &header, &change) != STATUS_OK || change.seq != seq) {
            status = errmsg_set(err, STATUS_MALFORMED, "change %llu does not parse", (unsigned long long)seq);
        } else if (seq <= in->head_seq) {
            const struct kept_change *known = change_at(self, log, seq);

            taken->repeated++;
            if (known == NULL || known->header.len != header.len || memcmp(known->header.data, header.data, header.len) != 0)
                status = errmsg_set(err, STATUS_FORK, "change %llu is another here", (unsigned long long)seq);
        } else {
            if (seq == in->base_seq + 1 && in->parent != index_of(self, in)) /* the chain runs on over the base */
                in->head_hash = change_at(self, in, in->base_seq)->chain;
            take(self, in, peer, &change, &header, body, body_len, taken);
        }
    }
    if (status == STATUS_OK && reader_left(&reader) > 0)
        status = errmsg_set(err, STATUS_MALFORMED, "more than the header told");
    buf_release(&header);
    return status;
}

static enum status ingest(struct memory_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    const struct message_changes *chunk = &request->chunk;
    enum status status = find_peer(self, request, result);
    struct kept_log *log = find_log(self, &request->log);

    result->chunk = *chunk;
    if (status != STATUS_OK)
        return status;
    if (log == NULL)
        log = make_log(self, &request->log);
    result->taken.have_seq = have_of(self, log, &result->taken.have_hash);
    if (call->unpacked != STATUS_OK)
        return errmsg_set(&result->err, call->unpacked, "packed strangely");
    if (chunk->first > result->taken.have_seq + 1)
        return errmsg_set(&result->err, STATUS_GAP, "changes are missing before these");
    status = take_entries(self, call, log, &result->peer, &result->taken, &result->err);
    result->taken.have_seq = have_of(self, log, &result->taken.have_hash);
    result->taken.rcur = self->now.n_changes;
    if (status == STATUS_OK && result->taken.have_seq == chunk->last && memcmp(result->taken.have_hash.bytes, chunk->last_hash, HASH_BYTES) != 0)
        return errmsg_set(&result->err, STATUS_FORK, "the chain ends elsewhere");
    return status;
}

/* ---- the order out ---- */

static void put_entry(struct buf *out, uint64_t order, const struct kept_change *change, const struct kept_log *log, bool own)
{
    if (own) {
        cbor_put_array(out, change->refused ? 3 : 2);
        cbor_put_uint(out, order);
        cbor_put_uint(out, change->seq);
        if (change->refused)
            cbor_put_bool(out, true);
        return;
    }
    cbor_put_array(out, 5);
    cbor_put_uint(out, order);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_bytes(out, change->header.data, change->header.len - CHANGE_HASH_SUFFIX_BYTES);
    cbor_put_bytes(out, change->body.data, change->body.len);
}

static void put_log(struct buf *out, const struct memory_store *self, const struct kept_log *log, size_t told[], size_t *n_told)
{
    const struct kept_log *parent = &self->now.logs[log->parent];
    size_t index = index_of(self, log);

    if (log->parent == index)
        return;
    for (size_t i = 0; i < *n_told; i++)
        if (told[i] == index)
            return;
    told[(*n_told)++] = index;
    cbor_put_array(out, 7);
    cbor_put_uint(out, 0);
    cbor_put_uint(out, log->id.station);
    cbor_put_bytes(out, log->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, parent->id.station);
    cbor_put_bytes(out, parent->id.incarnation, INCARNATION_BYTES);
    cbor_put_uint(out, log->base_seq);
    cbor_put_bytes(out, log->base_seq > 0 ? change_at(self, log, log->base_seq)->chain.bytes : (const uint8_t[HASH_BYTES]){0}, HASH_BYTES);
}

static enum status read_scope(struct memory_store *self, struct engine_call *call, struct session_result *result)
{
    struct replica_batch *batch = &call->batch;
    enum status status = find_peer(self, call->request, result);
    const struct kept_log *own = find_log(self, &call->request->log);
    size_t told[LOGS_MAX], n_told = 0;
    bool inside = false;

    batch->first = batch->last = call->request->after;
    for (uint64_t i = call->request->after; i < self->now.n_changes && status == STATUS_OK; i++) {
        const struct kept_change *change = &self->changes[i];
        const struct kept_log *log = &self->now.logs[change->log];
        bool is_own = on_path(self, own, change);

        if ((change->scope != 0 && change->scope != result->peer.org) || (change->refused && !is_own))
            continue;
        if (is_own && call->request->own_told && change->seq > call->request->have_seq)
            return errmsg_set(&result->err, STATUS_FORK, "another copy writes in this log");
        if (batch->entries.len >= call->max_bytes && !inside) {
            result->more = true;
            return STATUS_OK;
        }
        if (!is_own)
            put_log(&batch->entries, self, log, told, &n_told);
        put_entry(&batch->entries, i + 1, change, log, is_own);
        inside = change->more;
        batch->last = i + 1;
        if (batch->count++ == 0)
            batch->first = batch->last;
    }
    if (status == STATUS_OK)
        batch->last = self->now.n_changes > batch->last ? self->now.n_changes : batch->last;
    return status != STATUS_OK ? status : batch->entries.status;
}

/* ---- the seam ---- */

static enum status op_mark(void *store, struct errmsg *err)
{
    struct memory_store *self = store;

    (void)err;
    assert(self->n_marks < LEVELS_MAX);
    self->marks[self->n_marks++] = self->now;
    return STATUS_OK;
}

static enum status op_commit(void *store, struct errmsg *err)
{
    struct memory_store *self = store;

    (void)err;
    assert(self->n_marks == 1);
    self->n_marks = 0;
    return STATUS_OK;
}

static void op_rollback(void *store)
{
    struct memory_store *self = store;

    if (self->n_marks == 0)
        return;
    go_back(self, &self->marks[0]);
    self->n_marks = 0;
}

static enum status op_savepoint_end(void *store, bool keep, struct errmsg *err)
{
    struct memory_store *self = store;

    (void)err;
    assert(self->n_marks == 2);
    if (!keep)
        go_back(self, &self->marks[1]);
    self->n_marks = 1;
    return STATUS_OK;
}

static enum status op_begin_read(void *store, struct errmsg *err)
{
    (void)store;
    (void)err;
    return STATUS_OK;
}

static void op_end_read(void *store)
{
    (void)store;
}

static bool op_writes(enum request_kind kind)
{
    return kind != REQUEST_READ_SCOPE && kind != REQUEST_CHECK_SUMS && kind != REQUEST_READ_REPAIR && kind != REQUEST_RELAY_NEXT;
}

static bool op_own_transaction(enum request_kind kind)
{
    (void)kind;
    return false;
}

static enum status op_run(void *store, struct engine_call *call, struct session_result *result)
{
    struct memory_store *self = store;

    switch (call->request->kind) {
    case REQUEST_GREET:
    case REQUEST_COMPARED:
        return greet(self, call->request, result);
    case REQUEST_INGEST:
        return ingest(self, call, result);
    case REQUEST_READ_SCOPE:
        return read_scope(self, call, result);
    case REQUEST_NOTE_PEER:
        return note_peer(self, call->request, result);
    case REQUEST_RELAY_NEXT:
        return STATUS_OK; /* nothing to hand over */
    default:
        return errmsg_set(&result->err, STATUS_UNSUPPORTED, "%s: not kept here", request_name(call->request->kind));
    }
}

static const struct engine_store_ops ops = {
    .begin = op_mark,
    .commit = op_commit,
    .rollback = op_rollback,
    .savepoint = op_mark,
    .savepoint_end = op_savepoint_end,
    .begin_read = op_begin_read,
    .end_read = op_end_read,
    .writes = op_writes,
    .own_transaction = op_own_transaction,
    .run = op_run,
};

struct memory_store *memory_store_new(const struct machine *center)
{
    struct memory_store *self = calloc(1, sizeof *self);
    struct log_id own = {.station = STATION_NO_CENTER};

    assert(self != NULL);
    self->machine = *center;
    memcpy(own.incarnation, center->incarnation, INCARNATION_BYTES);
    (void)make_log(self, &own);
    return self;
}

void memory_store_free(struct memory_store *self)
{
    static const struct memory_state nothing;

    go_back(self, &nothing);
    free(self->changes);
    free(self);
}

struct engine_store memory_store_engine(struct memory_store *self)
{
    return (struct engine_store){.ops = &ops, .store = self};
}

void memory_store_add_peer(struct memory_store *self, const struct peer *peer)
{
    assert(self->now.n_peers < PEERS_MAX);
    self->now.peers[self->now.n_peers++] = *peer;
}

void memory_store_revoke(struct memory_store *self, struct hash pin)
{
    for (size_t i = 0; i < self->now.n_peers; i++)
        if (hash_equal(self->now.peers[i].pin, pin))
            self->now.peers[i].revoked = true;
}

uint64_t memory_store_append(struct memory_store *self, int64_t scope, struct id id)
{
    struct kept_log *own = &self->now.logs[0];
    struct kept_change *kept = add_change(self);
    struct change change = {.seq = own->head_seq + 1, .user = "center", .type_no = catalogue_find("consultation")->no, .id = id, .op = CHANGE_PUT, .schema = SCHEMA_VERSION, .scope = scope};

    cbor_put_map(&kept->body, 0);
    change.body_hash = hash_of(kept->body.data, kept->body.len);
    change_encode_header(&change, &kept->header);
    own->head_seq = kept->seq = change.seq;
    own->head_hash = kept->chain = change_chain(own->head_hash, kept->header.data, kept->header.len);
    kept->scope = scope;
    return self->now.n_changes;
}
