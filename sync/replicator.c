/* sync/replicator.c - store requests of sessions, carried out in groups. */
#include "sync/replicator.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/lookup.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "core/record/replica.h"
#include "core/record/returned.h"
#include "core/record/scope_repair.h"
#include "core/record/scope_sum.h"
#include "sync/enrol.h"
#include "sync/heal_order.h"
#include "sync/heal_request.h"
#include "sync/packing.h"

enum { FEWEST_BYTES = 32 * 1024, ENTRIES_KEEP_BYTES = 1024 * 1024 };

struct item {
    void *owner; /* NULL: forgotten */
    struct session_request request;
};

struct group {
    struct item *items;
    struct session_result *results;
    size_t n;
};

struct replicator {
    struct store *store;
    struct trace *trace;
    struct packer *packer;
    struct relay_opener opener;
    struct buf entries; /* scratch: one chunk unpacked */
    struct item *queue;
    size_t n_queue, cap_queue;
    struct group *running; /* while results are delivered */
    struct replicator_stats stats;
};

enum status replicator_new(struct replicator **out, struct store *store, struct trace *trace)
{
    struct replicator *replicator = calloc(1, sizeof *replicator);

    *out = NULL;
    if (replicator == NULL)
        return STATUS_NOMEM;
    replicator->store = store;
    replicator->trace = trace;
    buf_init(&replicator->entries, CHUNK_RAW_MAX_BYTES);
    if (packer_new(&replicator->packer) != STATUS_OK) {
        free(replicator);
        return STATUS_NOMEM;
    }
    *out = replicator;
    return STATUS_OK;
}

void replicator_free(struct replicator *replicator)
{
    if (replicator == NULL)
        return;
    assert(replicator->running == NULL);
    packer_free(replicator->packer);
    buf_release(&replicator->entries);
    free(replicator->queue);
    free(replicator);
}

void replicator_set_opener(struct replicator *replicator, struct relay_opener opener)
{
    replicator->opener = opener;
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

/* STATUS_UNSUPPORTED: packed in a way that this program does not know. */
static enum status unpack(struct replicator *replicator, const struct session_request *request, const void **entries, struct errmsg *err)
{
    const struct message_changes *chunk = &request->chunk;
    enum status status;

    if (replicator->entries.cap > ENTRIES_KEEP_BYTES)
        buf_release(&replicator->entries);
    buf_clear(&replicator->entries);
    status = packer_unpack(replicator->packer, chunk->packing, request->packed, request->packed_len, (size_t)chunk->raw_bytes, &replicator->entries);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "变更块解压失败：%s", status_text(status));
    *entries = replicator->entries.data;
    return STATUS_OK;
}

static enum status pack(struct replicator *replicator, const struct session_request *request, const struct replica_batch *batch, struct session_result *result)
{
    struct packing_terms terms = {.packings = request->packings, .dictionary = request->dictionary};
    struct message_changes *chunk = &result->chunk;
    enum status status;

    *chunk = (struct message_changes){.first = batch->first, .last = batch->last, .count = batch->count, .raw_bytes = batch->entries.len};
    memcpy(chunk->last_hash, batch->last_hash.bytes, HASH_BYTES);
    if (batch->count == 0)
        return STATUS_OK;
    status = packer_pack(replicator->packer, batch->entries.data, batch->entries.len, terms, &result->packed, &chunk->packing);
    return status == STATUS_OK ? STATUS_OK : errmsg_set(&result->err, status, "一次提交的变更压缩后超过 1 MiB，无法传送");
}

/* What does not pack into a frame may do so in fewer changes; a transaction stays whole. */
static bool try_fewer(enum status status, size_t *max_bytes)
{
    if (status != STATUS_TOO_LARGE || *max_bytes <= FEWEST_BYTES)
        return false;
    *max_bytes /= 4;
    return true;
}

/* ---- station's requests ---- */

static enum status own_state(struct replicator *replicator, int64_t now_ms, struct session_result *result)
{
    enum status status = replica_state(replicator->store, &result->state, &result->err);

    result->relay_used = relay_used(replicator->store);
    result->lookup_waits = lookup_next(replicator->store, now_ms, &(struct lookup){0}, NULL) == STATUS_OK;
    return status == STATUS_OK ? heal_request_own(replicator->store, result) : status;
}

static enum status read_own(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    size_t max_bytes = request->max_bytes;
    enum status status;

    do {
        struct replica_batch batch = {0};

        buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
        buf_clear(&result->packed);
        status = replica_read_own(replicator->store, request->after, max_bytes, &batch, &result->err);
        if (status == STATUS_OK)
            status = pack(replicator, request, &batch, result);
        else if (status == STATUS_TOO_LARGE)
            errmsg_set(&result->err, status, "第 %llu 条变更所在的一次提交超过 4 MiB，无法传送", (unsigned long long)batch.first);
        buf_release(&batch.entries);
    } while (try_fewer(status, &max_bytes));
    return status;
}

static enum status apply(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    const void *entries;
    enum status status = unpack(replicator, request, &entries, &result->err);

    result->chunk = request->chunk;
    if (status != STATUS_OK)
        return status;
    if (request->chunk.repair)
        return scope_repair_apply(replicator->store, entries, (size_t)request->chunk.raw_bytes, request->chunk.count, request->chunk.first, request->chunk.last, &result->repaired, &result->err);
    status = replica_apply(replicator->store, entries, (size_t)request->chunk.raw_bytes, request->chunk.count, request->chunk.last, &result->taken, &result->err);
    return status == STATUS_OK && result->taken.rcur == request->chunk.last ? heal_order_keep_mark(replicator->store, request->chunk.mark, &result->err) : status;
}

/* A chunk of RETURN is packed like one of CHANGES. */
static enum status read_returns(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    size_t max_bytes = request->max_bytes;
    enum status status;

    do {
        struct replica_batch batch = {0};

        buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
        buf_clear(&result->packed);
        status = returned_read(replicator->store, max_bytes, &batch, &result->err);
        if (status == STATUS_OK)
            status = pack(replicator, request, &batch, result);
        buf_release(&batch.entries);
    } while (try_fewer(status, &max_bytes));
    const struct message_changes *chunk = &result->chunk;
    result->returned = (struct message_return){.first = chunk->first, .last = chunk->last, .count = chunk->count, .raw_bytes = chunk->raw_bytes, .packing = chunk->packing};
    return status;
}

static void put_sums(const uint64_t sums[SCOPE_RANGES], uint8_t bytes[SUMS_RANGES * 8])
{
    for (size_t i = 0; i < SCOPE_RANGES * 8; i++)
        bytes[i] = (uint8_t)(sums[i / 8] >> (56 - 8 * (i % 8)));
}

static enum status own_sums(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    uint64_t sums[SCOPE_RANGES];
    enum status status = STATUS_OK;

    result->sums = request->sums;
    if (result->sums.to == 0)
        status = scope_repair_end(replicator->store, &result->sums.to, &result->err);
    if (status != STATUS_OK || result->sums.to == 0)
        return status;
    status = scope_repair_sums(replicator->store, SCOPE_SUM_STATION, result->sums.from, result->sums.to, sums, &result->err);
    put_sums(sums, result->sums.sums);
    return status;
}

/* ---- center's requests ---- */

static enum status find_peer(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    enum status status = peer_find_pin(replicator->store, request->pin, &result->peer, &result->err);

    if (status == STATUS_NOT_FOUND)
        return errmsg_set(&result->err, STATUS_AUTH, "中心不认识这台机器的密钥，请先用登记码登记");
    if (status == STATUS_OK && result->peer.revoked)
        return errmsg_set(&result->err, STATUS_FORBIDDEN, "这台机器已被中心停用");
    return status;
}

static enum status greet(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    enum status status = find_peer(replicator, request, result);

    if (status == STATUS_OK && request->log.station != result->peer.station_no)
        return errmsg_set(&result->err, STATUS_AUTH, "站号 %u 与这把密钥登记的 %u 不符", request->log.station, result->peer.station_no);
    if (status != STATUS_OK)
        return status;
    return request->kind == REQUEST_GREET ? heal_request_greet(replicator->store, request, result) : heal_request_compared(replicator->store, request, result);
}

static enum status ingest(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    const struct message_changes *chunk = &request->chunk;
    const void *entries;
    struct hash last_hash;
    enum status status = find_peer(replicator, request, result);

    result->chunk = *chunk;
    if (status == STATUS_OK)
        status = unpack(replicator, request, &entries, &result->err);
    if (status == STATUS_OK)
        status = replica_ingest(replicator->store, &result->peer, &request->log, chunk->first, entries, (size_t)chunk->raw_bytes, chunk->count,
                                request->wall_ms, &result->taken, &result->err);
    if (status == STATUS_GAP || status == STATUS_UNSUPPORTED)
        (void)replica_have(replicator->store, &request->log, &result->taken.have_seq, &result->taken.have_hash, NULL);
    if (status != STATUS_OK)
        return status;
    memcpy(last_hash.bytes, chunk->last_hash, HASH_BYTES);
    if (result->taken.have_seq == chunk->last && !hash_equal(last_hash, result->taken.have_hash))
        return errmsg_set(&result->err, STATUS_FORK, "第 %llu 到 %llu 条变更与中心已有的接不上：可能有两台机器共用一份数据，或本站从旧备份恢复；双方数据未动，请联系中心",
                          (unsigned long long)chunk->first, (unsigned long long)chunk->last);
    return STATUS_OK;
}

static enum status read_scope(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    size_t max_bytes = request->max_bytes;
    enum status status = find_peer(replicator, request, result);

    if (status != STATUS_OK)
        return status;
    do {
        struct replica_batch batch = {.plain = request->hello.protocol_max < PROTOCOL_HEALING};

        buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
        buf_clear(&result->packed);
        status = replica_read_scope(replicator->store, &result->peer, &request->log, request->after, max_bytes, &batch, &result->more, &result->err);
        if (status == STATUS_OK)
            status = pack(replicator, request, &batch, result);
        buf_release(&batch.entries);
    } while (try_fewer(status, &max_bytes));
    bool there;
    if (status == STATUS_OK && result->chunk.count > 0)
        status = heal_order_mark_at(replicator->store, result->chunk.last, result->chunk.mark, &there, &result->err);
    return status;
}

static enum status take_returns(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    struct session_request chunk = *request;
    const void *entries;
    enum status status = find_peer(replicator, request, result);

    chunk.chunk = (struct message_changes){.raw_bytes = request->returned.raw_bytes, .packing = request->returned.packing};
    result->returned = request->returned;
    if (status == STATUS_OK)
        status = unpack(replicator, &chunk, &entries, &result->err);
    if (status != STATUS_OK)
        return status;
    return returned_take(replicator->store, &result->peer, entries, (size_t)request->returned.raw_bytes, request->returned.count, request->wall_ms, &result->taken, &result->err);
}

static enum status set_center(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    static const uint8_t as_before[INCARNATION_BYTES];
    enum status status = STATUS_OK;

    if (memcmp(request->incarnation, as_before, INCARNATION_BYTES) != 0)
        status = replica_set_center(replicator->store, request->incarnation, &result->err);
    return status == STATUS_OK ? replica_set_center_packings(replicator->store, request->hello.packings, request->hello.dictionary, &result->err) : status;
}

static enum status check_sums(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    uint64_t sums[SCOPE_RANGES];
    uint8_t ours[SUMS_RANGES * 8];
    enum status status = find_peer(replicator, request, result);

    if (status == STATUS_OK)
        status = scope_repair_sums(replicator->store, result->peer.org, request->sums.from, request->sums.to, sums, &result->err);
    if (status != STATUS_OK)
        return status;
    put_sums(sums, ours);
    for (size_t i = 0; i < SUMS_RANGES; i++)
        if (memcmp(ours + i * 8, request->sums.sums + i * 8, 8) != 0)
            result->sums.differ |= UINT64_C(1) << i;
    return STATUS_OK;
}

static enum status read_repair(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    struct replica_batch batch = {0};
    enum status status = find_peer(replicator, request, result);

    if (status != STATUS_OK)
        return status;
    buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
    status = scope_repair_read(replicator->store, result->peer.org, request->sums.from, request->sums.to, &batch, &result->err);
    if (status == STATUS_OK)
        status = pack(replicator, request, &batch, result);
    buf_release(&batch.entries);
    return status;
}

static enum status note_peer(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    enum status status = find_peer(replicator, request, result);

    if (status != STATUS_OK)
        return status;
    result->peer.last_contact_ms = request->wall_ms;
    result->peer.have_seq = request->have_seq;
    if (!request->file)
        result->peer.skew_ms = request->skew_ms;
    if (!request->file || request->sent_order > result->peer.sent_order)
        result->peer.sent_order = request->sent_order;
    if (request->have_seq >= request->hello.head_seq)
        result->peer.met_era = (uint64_t)store_meta_int(replicator->store, "era", 0);
    return peer_note(replicator->store, &result->peer, &result->err);
}

/* ---- files for others ---- */

static bool is_center(struct replicator *replicator)
{
    return store_meta_int(replicator->store, "role_center", 0) != 0;
}

/* Which way they go: at the center through the peer that asks, which must not be revoked; at a station there is one way. */
static enum status relay_via(struct replicator *replicator, const struct session_request *request, struct session_result *result)
{
    result->peer.station_no = STATION_NO_CENTER;
    return is_center(replicator) ? find_peer(replicator, request, result) : STATUS_OK;
}

static enum status relay_requested(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    enum status status = relay_via(replicator, request, result);

    if (status != STATUS_OK)
        return status;
    switch (request->kind) {
    case REQUEST_RELAY_NEXT:
        return relay_request_next(replicator->store, result->peer.station_no, request, result);
    case REQUEST_RELAY_DONE:
        return relay_request_done(replicator->store, request, result);
    case REQUEST_RELAY_TAKE:
        return relay_request_take(replicator->store, result->peer.station_no, request, now_ms, result);
    default:
        return relay_request_open(replicator->store, &replicator->opener, is_center(replicator), result->peer.station_no, request, now_ms, result);
    }
}

/* ---- questions about people ---- */

_Static_assert((int)LOOKUP_TEXT_BYTES == sizeof ((struct message_lookup *)0)->text && (int)LOOKUP_REASON_BYTES == sizeof ((struct message_lookup *)0)->reason &&
                   (int)LOOKUP_USER_BYTES == sizeof ((struct message_lookup *)0)->user && (int)LOOKUP_LINES_BYTES == sizeof ((struct message_found *)0)->lines,
               "the message holds what the table holds");

static enum status lookup_asked(struct replicator *replicator, int64_t now_ms, struct session_result *result)
{
    struct lookup question;
    struct message_lookup *out = &result->lookup;
    enum status status = lookup_next(replicator->store, now_ms, &question, &result->err);

    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    out->no = (uint64_t)question.no;
    out->asked_ms = question.asked_ms;
    memcpy(out->text, question.text, sizeof out->text);
    memcpy(out->reason, question.reason, sizeof out->reason);
    memcpy(out->user, question.user, sizeof out->user);
    return STATUS_OK;
}

static enum status lookup_found(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    const struct message_found *found = &request->found;
    struct lookup answer = {.no = (int64_t)found->no, .state = found->code[0] == 0 ? LOOKUP_ANSWERED : LOOKUP_REFUSED, .total = (int64_t)found->total};

    memcpy(answer.lines, found->lines, sizeof answer.lines);
    return lookup_note(replicator->store, &answer, now_ms, &result->err);
}

/* Center: written down in the same transaction as the answer is made in. */
static enum status lookup_asked_here(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    const struct message_lookup *in = &request->lookup;
    struct lookup question = {.asked_ms = in->asked_ms}, answer;
    enum status status = find_peer(replicator, request, result);

    if (status != STATUS_OK)
        return status;
    memcpy(question.text, in->text, sizeof question.text);
    memcpy(question.reason, in->reason, sizeof question.reason);
    memcpy(question.user, in->user, sizeof question.user);
    status = lookup_answer(replicator->store, &result->peer, &question, now_ms, &answer, &result->err);
    if (status != STATUS_OK)
        return status;
    result->found = (struct message_found){.no = in->no, .total = (uint64_t)answer.total};
    if (answer.state == LOOKUP_REFUSED)
        snprintf(result->found.code, sizeof result->found.code, "%s", status_name(STATUS_FORBIDDEN));
    memcpy(result->found.lines, answer.lines, sizeof result->found.lines);
    return STATUS_OK;
}

/* ---- enrolment ---- */

struct code_search {
    const struct session_request *request;
    struct enrol_code found;
};

static bool try_code(void *context, const struct enrol_code *code)
{
    struct code_search *search = context;
    struct hash proof = enrol_proof(code->secret_hash, search->request->exporter, search->request->pin), given;

    memcpy(given.bytes, search->request->enrol.proof, HASH_BYTES);
    if (!hash_equal(proof, given))
        return true;
    search->found = *code;
    return false;
}

/* *keep: what was written stays although the answer is no (a failed try is counted). */
static enum status enrol(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result, bool *keep)
{
    struct code_search search = {.request = request};
    const char *name = request->enrol.name;
    enum status status = replica_state(replicator->store, &result->state, &result->err);

    *keep = false;
    if (status != STATUS_OK)
        return status;
    status = find_peer(replicator, request, result);
    /* Known already: the answer was lost on its way. Whoever holds the key may hear it again. */
    result->known = status == STATUS_OK;
    if (status == STATUS_OK)
        return heal_request_enrol_have(replicator->store, request, result);
    if (status != STATUS_AUTH)
        return status;
    errmsg_clear(&result->err);
    status = enrol_code_list(replicator->store, now_ms, try_code, &search, &result->err);
    if (status != STATUS_OK)
        return status;
    if (search.found.no == 0) {
        status = enrol_code_failed(replicator->store, now_ms, &result->err);
        *keep = status == STATUS_OK;
        return status != STATUS_OK ? status : errmsg_set(&result->err, STATUS_AUTH, "登记码不对、已用过或已过期");
    }
    status = heal_request_enrol_judge(replicator->store, request, search.found.org, result);
    if (status == STATUS_OK)
        status = heal_request_enrol_have(replicator->store, request, result);
    if (status == STATUS_OK)
        status = enrol_code_use(replicator->store, search.found.no, &result->err);
    if (status == STATUS_OK)
        status = peer_add(replicator->store, search.found.org, name[0] != 0 ? name : search.found.name, request->pin, now_ms, &result->peer, &result->err);
    return status;
}

/* ---- running ---- */

static bool writes(enum request_kind kind)
{
    return kind == REQUEST_REWIND || kind == REQUEST_RETURNS_DONE || kind == REQUEST_TAKE_RETURNS || kind == REQUEST_INGEST || kind == REQUEST_APPLY || kind == REQUEST_NOTE_PEER || kind == REQUEST_ENROL ||
           kind == REQUEST_RELAY_DONE || kind == REQUEST_RELAY_TAKE || kind == REQUEST_LOOKUP || kind == REQUEST_LOOKUP_DONE || kind == REQUEST_GREET ||
           kind == REQUEST_COMPARED || kind == REQUEST_SET_LEASE || kind == REQUEST_BRANCH;
}

/* Outside a transaction. SET_HAVE, SET_CENTER and RELAY_OPEN open their own, and only if there is something to write. */
static enum status run_alone(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    switch (request->kind) {
    case REQUEST_STATE:
        return own_state(replicator, now_ms, result);
    case REQUEST_READ_OWN:
        return read_own(replicator, request, result);
    case REQUEST_LOOKUP_NEXT:
        return lookup_asked(replicator, now_ms, result);
    case REQUEST_SUMS:
        return own_sums(replicator, request, result);
    case REQUEST_CHECK_SUMS:
        return check_sums(replicator, request, result);
    case REQUEST_READ_REPAIR:
        return read_repair(replicator, request, result);
    case REQUEST_SET_HAVE:
        return replica_set_have(replicator->store, request->have_seq, request->have_hash, &result->err);
    case REQUEST_SET_CENTER:
        return set_center(replicator, request, result);
    case REQUEST_READ_RETURNS:
        return read_returns(replicator, request, result);
    case REQUEST_SAMPLE:
        return heal_request_sample(replicator->store, request, result);
    case REQUEST_READ_SCOPE:
        return read_scope(replicator, request, result);
    case REQUEST_RELAY_NEXT:
    case REQUEST_RELAY_OPEN:
        return relay_requested(replicator, request, now_ms, result);
    default:
        assert(!"not a request that runs alone");
        return STATUS_UNSUPPORTED;
    }
}

/* One state of the store over all statements of a request. */
static enum status run_read(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    bool reads = request->kind != REQUEST_SET_HAVE && request->kind != REQUEST_SET_CENTER && request->kind != REQUEST_RELAY_OPEN;
    enum status status = STATUS_OK;

    /* Now and then the station counts what it really holds; that writes, so it comes before the reading begins. */
    if (request->kind == REQUEST_STATE)
        status = scope_repair_recount(replicator->store, now_ms, &result->scope_sum, &result->err);
    if (status == STATUS_OK && reads)
        status = store_begin_read(replicator->store, &result->err);
    if (status != STATUS_OK)
        return status;
    status = run_alone(replicator, request, now_ms, result);
    if (reads)
        store_end_read(replicator->store);
    replicator->stats.reads++;
    return status;
}

/* Inside the group's transaction. */
static enum status run_write(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result, bool *keep)
{
    enum status status;

    *keep = false;
    switch (request->kind) {
    case REQUEST_GREET:
    case REQUEST_COMPARED:
        status = greet(replicator, request, result);
        break;
    case REQUEST_SET_LEASE:
        status = heal_request_set_lease(replicator->store, request, result);
        break;
    case REQUEST_BRANCH:
        status = heal_request_branch(replicator->store, request, result);
        break;
    case REQUEST_REWIND:
        status = heal_order_rewind(replicator->store, request, result);
        break;
    case REQUEST_RETURNS_DONE:
        status = returned_done(replicator->store, request->after, &result->err);
        break;
    case REQUEST_TAKE_RETURNS:
        status = take_returns(replicator, request, result);
        break;
    case REQUEST_INGEST:
        status = ingest(replicator, request, result);
        break;
    case REQUEST_APPLY:
        status = apply(replicator, request, result);
        break;
    case REQUEST_NOTE_PEER:
        status = note_peer(replicator, request, result);
        break;
    case REQUEST_LOOKUP:
        status = lookup_asked_here(replicator, request, now_ms, result);
        break;
    case REQUEST_LOOKUP_DONE:
        status = lookup_found(replicator, request, now_ms, result);
        break;
    case REQUEST_RELAY_DONE:
    case REQUEST_RELAY_TAKE:
        status = relay_requested(replicator, request, now_ms, result);
        break;
    default:
        status = enrol(replicator, request, now_ms, result, keep);
        break;
    }
    *keep = *keep || status == STATUS_OK;
    replicator->stats.writes++;
    return status;
}

static void fail_group(struct group *group, enum status status, const struct errmsg *err)
{
    for (size_t i = 0; i < group->n; i++) {
        group->results[i].status = status;
        group->results[i].err = *err;
    }
}

static void run_group(struct replicator *replicator, struct group *group, int64_t now_ms)
{
    struct errmsg err = {{0}};
    enum status status = store_begin(replicator->store, "sync", &err);

    for (size_t i = 0; status == STATUS_OK && i < group->n; i++) {
        struct session_result *result = &group->results[i];
        bool keep;

        status = store_savepoint(replicator->store, &err);
        if (status != STATUS_OK)
            break;
        result->status = run_write(replicator, &group->items[i].request, now_ms, result, &keep);
        status = store_savepoint_end(replicator->store, keep, &err);
    }
    if (status == STATUS_OK)
        status = store_commit(replicator->store, &err);
    if (status == STATUS_OK) /* an erasure among them: its space, now or the next time */
        (void)reach_finish_if_free(replicator->store, NULL);
    else if (store_in_transaction(replicator->store))
        store_rollback(replicator->store);
    replicator->stats.groups++;
    if (status != STATUS_OK) {
        trace_write(replicator->trace, TRACE_ERROR, "replicator", "group of %zu failed: %s", group->n, errmsg_text(&err, status));
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
}

size_t replicator_queued(const struct replicator *replicator)
{
    size_t n = 0;

    for (size_t i = 0; i < replicator->n_queue; i++)
        n += replicator->queue[i].owner != NULL;
    return n;
}

/* Move what this turn carries out from the queue to a group: reads or writes in order, until it has enough. */
static size_t take_items(struct replicator *replicator, bool want_writes, struct item *items)
{
    size_t n = 0, left = 0, bytes = 0, most = want_writes ? GROUP_PACKED_MAX_BYTES : READS_MAX_BYTES;

    for (size_t i = 0; i < replicator->n_queue; i++) {
        struct item *item = &replicator->queue[i];

        if (item->owner == NULL)
            continue;
        if (writes(item->request.kind) == want_writes && n < GROUP_REQUESTS_MAX && (n == 0 || bytes < most)) {
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
    if (group->items[i].owner != NULL)
        deliver(context, group->items[i].owner, &group->results[i]);
    session_result_release(&group->results[i]);
}

/* Reads are delivered one by one: a packed chunk each is too much to hold for all. */
static void flush_reads(struct replicator *replicator, struct group *group, int64_t now_ms, replicator_deliver deliver, void *context)
{
    for (size_t i = 0; i < group->n; i++) {
        if (group->items[i].owner == NULL)
            continue;
        group->results[i].status = run_read(replicator, &group->items[i].request, now_ms, &group->results[i]);
        deliver_one(replicator, group, i, deliver, context);
    }
}

static void flush_writes(struct replicator *replicator, struct group *group, int64_t now_ms, replicator_deliver deliver, void *context)
{
    if (group->n > 0)
        run_group(replicator, group, now_ms);
    for (size_t i = 0; i < group->n; i++)
        deliver_one(replicator, group, i, deliver, context);
}

/* Returns false when there was no memory for it; everything stays queued. */
static bool flush_kind(struct replicator *replicator, bool want_writes, int64_t now_ms, replicator_deliver deliver, void *context)
{
    size_t most = replicator->n_queue < GROUP_REQUESTS_MAX ? replicator->n_queue : GROUP_REQUESTS_MAX;
    struct group group = {0};

    if (most == 0)
        return true;
    group.items = calloc(most, sizeof *group.items);
    group.results = calloc(most, sizeof *group.results);
    if (group.items == NULL || group.results == NULL) {
        free(group.items);
        free(group.results);
        return false;
    }
    group.n = take_items(replicator, want_writes, group.items);
    for (size_t i = 0; i < group.n; i++)
        result_init(&group.results[i], group.items[i].request.kind);
    replicator->running = &group;
    if (want_writes)
        flush_writes(replicator, &group, now_ms, deliver, context);
    else
        flush_reads(replicator, &group, now_ms, deliver, context);
    replicator->running = NULL;
    free(group.items);
    free(group.results);
    return true;
}

bool replicator_flush(struct replicator *replicator, int64_t now_ms, replicator_deliver deliver, void *context)
{
    assert(!store_in_transaction(replicator->store));
    (void)flush_kind(replicator, false, now_ms, deliver, context);
    (void)flush_kind(replicator, true, now_ms, deliver, context);
    return replicator_queued(replicator) > 0;
}

void replicator_run(struct replicator *replicator, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    struct item item = {replicator, *request};
    struct group group = {&item, result, 1};

    result_init(result, request->kind);
    if (writes(request->kind))
        run_group(replicator, &group, now_ms);
    else
        result->status = run_read(replicator, request, now_ms, result);
}

struct replicator_stats replicator_stats(const struct replicator *replicator)
{
    return replicator->stats;
}
