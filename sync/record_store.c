/* sync/record_store.c - see record_store.h. One function a request, one table that says how each runs. */
#include "sync/record_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/carry.h"
#include "core/record/history_part.h"
#include "core/record/kept.h"
#include "core/record/lookup.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/reach.h"
#include "core/record/replica.h"
#include "core/record/returned.h"
#include "core/record/scope_repair.h"
#include "core/record/scope_sum.h"
#include "core/record/wanted.h"
#include "sync/enrol.h"
#include "sync/heal_order.h"
#include "sync/heal_request.h"

_Static_assert(sizeof ((struct message_return *)0)->ahead == sizeof ((struct returned_ahead *)0)->bytes && sizeof ((struct message_return *)0)->logs == sizeof ((struct returned_logs *)0)->bytes,
               "the message holds what goes with a batch");

struct record_store {
    struct store *store;
    struct relay_opener opener;
};

/* A chunk that could not be unpacked. STATUS_UNSUPPORTED: packed in a way that this program does not know. */
static enum status unpacked(const struct engine_call *call, struct session_result *result)
{
    if (call->unpacked == STATUS_OK)
        return STATUS_OK;
    return errmsg_set(&result->err, call->unpacked, "变更块解压失败：%s", status_text(call->unpacked));
}

/* ---- station's requests ---- */

static enum status own_state(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    enum status status = replica_state(self->store, &result->state, &result->err);

    result->relay_used = relay_used(self->store) || carry_next(self->store, &(struct carry){.handed = 0}, NULL) == STATUS_OK;
    result->lookup_waits = lookup_next(self->store, call->now_ms, &(struct lookup){0}, NULL) == STATUS_OK;
    return status == STATUS_OK ? heal_request_own(self->store, result) : status;
}

static enum status read_own(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status = replica_read_own(self->store, request->after, call->max_bytes, &call->batch, &result->err);

    if (status == STATUS_TOO_LARGE)
        errmsg_set(&result->err, status, "第 %llu 条变更所在的一次提交超过 4 MiB，无法传送", (unsigned long long)call->batch.first);
    return status;
}

/* The cursor stays where it is. */
static enum status keep_part(struct record_store *self, const struct engine_call *call, struct session_result *result)
{
    const struct message_changes *chunk = &call->request->chunk;

    result->taken = (struct replica_result){.rcur = (uint64_t)store_meta_int(self->store, "rcur", 0)};
    return history_part_keep(self->store, call->entries, call->len, chunk->count, chunk->from_fold, chunk->upto_fold, &result->err);
}

static enum status apply(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status;

    result->chunk = request->chunk;
    status = unpacked(call, result);
    if (status != STATUS_OK)
        return status;
    if (request->chunk.repair)
        return scope_repair_apply(self->store, call->entries, call->len, request->chunk.count, request->chunk.first, request->chunk.last, &result->repaired, &result->err);
    if (request->file) {
        bool same = true;

        status = replica_overlaps(self->store, call->entries, call->len, request->chunk.count, request->chunk.first, request->chunk.last, request->chunk.from_fold != 0 || request->chunk.upto_fold != 0, &same, &result->err);
        result->differs = !same;
        if (status != STATUS_OK || !same)
            return status;
    }
    if (request->chunk.upto_fold != 0)
        return keep_part(self, call, result);
    status = replica_apply_behind(self->store, call->entries, call->len, request->chunk.count, request->chunk.from_fold, request->chunk.last, &result->taken, &result->err);
    return status == STATUS_OK && result->taken.rcur == request->chunk.last ? heal_order_keep_mark(self->store, request->chunk.mark, &result->err) : status;
}

static enum status read_wanted(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    uint64_t seqs[WANTED_MAX];
    struct reader reader;
    size_t n = 0;

    reader_init(&reader, request->wants, request->wants_len);
    while (n < WANTED_MAX && reader_left(&reader) >= sizeof seqs[0])
        seqs[n++] = reader_u64(&reader);
    return wanted_read(self->store, seqs, n, request->after, call->max_bytes, &call->batch, &result->wants_at, &result->err);
}

static enum status read_returns(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    struct returned_beside beside;

    if (call->request->wants_len > 0)
        return read_wanted(self, call, result);
    enum status status = returned_read(self->store, call->request->after, call->max_bytes, &call->batch, &beside, &result->err);

    memcpy(result->returned.ahead, beside.ahead.bytes, beside.ahead.len);
    result->returned.ahead_len = beside.ahead.len;
    memcpy(result->returned.logs, beside.logs.bytes, beside.logs.len);
    result->returned.logs_len = beside.logs.len;
    return status;
}

static void put_sums(const uint64_t sums[SCOPE_RANGES], uint8_t bytes[SUMS_RANGES * 8])
{
    for (size_t i = 0; i < SCOPE_RANGES * 8; i++)
        bytes[i] = (uint8_t)(sums[i / 8] >> (56 - 8 * (i % 8)));
}

static enum status own_sums(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    uint64_t sums[SCOPE_RANGES];
    enum status status = STATUS_OK;

    result->sums = request->sums;
    if (result->sums.to == 0)
        status = scope_repair_end(self->store, &result->sums.to, &result->err);
    if (status != STATUS_OK || result->sums.to == 0)
        return status;
    status = scope_repair_sums(self->store, SCOPE_SUM_STATION, 0, result->sums.from, result->sums.to, sums, &result->err);
    put_sums(sums, result->sums.sums);
    return status;
}

/* ---- center's requests ---- */

static enum status find_peer(struct record_store *self, const struct session_request *request, struct session_result *result)
{
    enum status status = peer_find_pin(self->store, request->pin, &result->peer, &result->err);

    if (status == STATUS_NOT_FOUND)
        return errmsg_set(&result->err, STATUS_AUTH, "中心不认识这台机器的密钥，请先用登记码登记");
    if (status == STATUS_OK && result->peer.revoked)
        return errmsg_set(&result->err, STATUS_FORBIDDEN, "这台机器已被中心停用");
    return status;
}

static enum status greet(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status = find_peer(self, request, result);

    if (status == STATUS_OK && request->log.station != result->peer.station_no)
        return errmsg_set(&result->err, STATUS_AUTH, "站号 %u 与这把密钥登记的 %u 不符", request->log.station, result->peer.station_no);
    if (status != STATUS_OK)
        return status;
    result->keeps = kept_possible(self->store);
    return request->kind == REQUEST_GREET ? heal_request_greet(self->store, request, result) : heal_request_compared(self->store, request, result);
}

static enum status ingest(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    const struct message_changes *chunk = &request->chunk;
    struct hash last_hash;
    enum status status = find_peer(self, request, result);

    result->chunk = *chunk;
    if (status == STATUS_OK)
        status = unpacked(call, result);
    if (status == STATUS_OK)
        status = replica_ingest(self->store, &result->peer, &request->log, chunk->first, call->entries, call->len, chunk->count,
                                request->wall_ms, &result->taken, &result->err);
    if (status == STATUS_GAP || status == STATUS_UNSUPPORTED)
        (void)replica_have(self->store, &request->log, &result->taken.have_seq, &result->taken.have_hash, NULL);
    if (status != STATUS_OK)
        return status;
    memcpy(last_hash.bytes, chunk->last_hash, HASH_BYTES);
    if (result->taken.have_seq == chunk->last && !hash_equal(last_hash, result->taken.have_hash))
        return errmsg_set(&result->err, STATUS_FORK, "第 %llu 到 %llu 条变更与中心已有的接不上：可能有两台机器共用一份数据，或本站从旧备份恢复；双方数据未动，请联系中心",
                          (unsigned long long)chunk->first, (unsigned long long)chunk->last);
    return STATUS_OK;
}

static enum status read_scope(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status = find_peer(self, request, result);
    bool there;

    call->batch.plain = request->hello.protocol_max < PROTOCOL_HEALING;
    call->batch.tells_taken = request->hello.protocol_max >= PROTOCOL_TAKEN;
    call->batch.own_told = request->own_told;
    call->batch.own_most = request->have_seq;
    call->batch.in_parts = request->hello.protocol_max >= PROTOCOL_PARTS;
    call->batch.from_number = request->chunk.from_fold != 0 ? request->chunk.last : 0;
    call->batch.from_fold = request->chunk.from_fold;
    if (status == STATUS_OK)
        status = replica_read_scope(self->store, &result->peer, &request->log, request->after, call->max_bytes, &call->batch, &result->more, &result->err);
    if (status == STATUS_OK && call->batch.count > 0)
        status = heal_order_mark_at(self->store, call->batch.last, result->chunk.mark, &there, &result->err);
    return status;
}

static enum status take_returns(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    struct returned_beside beside = {.ahead.len = request->returned.ahead_len, .logs.len = request->returned.logs_len};
    enum status status = find_peer(self, request, result);

    result->returned = request->returned;
    if (status == STATUS_OK)
        status = unpacked(call, result);
    if (status != STATUS_OK)
        return status;
    if (request->returned.last == 0)
        return wanted_take(self->store, call->entries, call->len, request->returned.count, &result->err);
    status = heal_order_returns(self->store, request, call->entries, call->len, result);
    if (status != STATUS_OK)
        return status;
    memcpy(beside.ahead.bytes, request->returned.ahead, request->returned.ahead_len);
    memcpy(beside.logs.bytes, request->returned.logs, request->returned.logs_len);
    status = returned_take(self->store, &result->peer, call->entries, call->len, request->returned.count, &beside, request->wall_ms, &result->taken, &result->err);
    return status == STATUS_OK ? replica_order_head(self->store, &result->order_head, &result->err) : status;
}

/* All of it or nothing, and one commit: a station's disk is slow. */
static enum status set_center(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    static const uint8_t as_before[INCARNATION_BYTES];
    bool own, other = memcmp(request->incarnation, as_before, INCARNATION_BYTES) != 0;
    enum status status = store_join(self->store, "center", &own, &result->err);

    if (status == STATUS_OK && other)
        status = replica_set_center(self->store, request->incarnation, &result->err);
    if (status == STATUS_OK)
        status = replica_check_left(self->store, other, request->order_head, &result->err);
    if (status == STATUS_OK)
        status = replica_set_safe(self->store, request->safe_seq, &result->err);
    if (status == STATUS_OK)
        status = replica_set_safe_order(self->store, request->safe_order, &result->err);
    if (status == STATUS_OK)
        status = replica_set_center_packings(self->store, request->hello.packings, request->hello.dictionary, &result->err);
    return store_leave(self->store, own, status, &result->err);
}

static enum status check_sums(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    uint64_t sums[SCOPE_RANGES];
    uint8_t ours[SUMS_RANGES * 8];
    enum status status = find_peer(self, request, result);

    if (status == STATUS_OK)
        status = scope_repair_sums(self->store, result->peer.org, result->peer.station_no, request->sums.from, request->sums.to, sums, &result->err);
    if (status != STATUS_OK)
        return status;
    put_sums(sums, ours);
    for (size_t i = 0; i < SUMS_RANGES; i++)
        if (memcmp(ours + i * 8, request->sums.sums + i * 8, 8) != 0)
            result->sums.differ |= UINT64_C(1) << i;
    return STATUS_OK;
}

static enum status read_repair(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status = find_peer(self, request, result);

    if (status != STATUS_OK)
        return status;
    return scope_repair_read(self->store, result->peer.org, result->peer.station_no, request->sums.from, request->sums.to, &call->batch, &result->err);
}

static enum status note_peer(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    enum status status = find_peer(self, request, result);

    if (status != STATUS_OK)
        return status;
    result->peer.last_contact_ms = request->wall_ms;
    result->peer.have_seq = request->have_seq;
    if (!request->file)
        result->peer.skew_ms = request->skew_ms;
    if (!request->file || request->hello.protocol_max > result->peer.protocol) /* a file may be older than the program is by now */
        result->peer.protocol = request->hello.protocol_max;
    if (!request->file || request->sent_order > result->peer.sent_order)
        result->peer.sent_order = request->sent_order;
    if (request->have_seq >= request->hello.head_seq)
        result->peer.met_era = (uint64_t)store_meta_int(self->store, "era", 0);
    /* A file tells what there was when it was written; a line, that there is no more. */
    if (request->have_seq >= request->hello.head_seq && !request->file)
        status = returned_settle(self->store, result->peer.station_no, &result->taken.taken, &result->err);
    if (status == STATUS_OK && request->wants_upto != 0)
        status = wanted_asked(self->store, &request->log, request->wants_upto, &result->err);
    if (status == STATUS_OK && request->after != 0 && request->sent_order >= request->after)
        status = returned_resent(self->store, result->peer.station_no, request->after, &result->err);
    if (status == STATUS_OK)
        status = replica_safe(self->store, &request->log, &result->peer.safe_seq, &result->err);
    return status == STATUS_OK ? peer_note(self->store, &result->peer, &result->err) : status;
}

/* ---- files for others ---- */

/* Which way they go: at the center through the peer that asks, which must not be revoked; at a station there is one way. A center whose role can't be read must not act as a station: it would keep the file for a laptop to
 * fetch instead of opening it. */
static enum status relay_via(struct record_store *self, struct engine_call *call, struct session_result *result, bool *center)
{
    int64_t role = 0;
    enum status status = store_meta_read_int(self->store, "role_center", &role, &result->err);

    *center = role != 0;
    result->peer.station_no = STATION_NO_CENTER;
    return status == STATUS_OK && *center ? find_peer(self, call->request, result) : status;
}

static enum status relay_requested(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    bool center;
    enum status status = relay_via(self, call, result, &center);

    if (status != STATUS_OK)
        return status;
    switch (request->kind) {
    case REQUEST_RELAY_NEXT:
        return relay_request_next(self->store, result->peer.station_no, request, result);
    case REQUEST_RELAY_DONE:
        return relay_request_done(self->store, request, call->now_ms, result);
    case REQUEST_RELAY_TAKE:
        return relay_request_take(self->store, result->peer.station_no, request, call->now_ms, result);
    default:
        return relay_request_open(self->store, &self->opener, center, result->peer.station_no, request, call->now_ms, result);
    }
}

/* ---- questions about people ---- */

_Static_assert((int)LOOKUP_TEXT_BYTES == sizeof ((struct message_lookup *)0)->text && (int)LOOKUP_REASON_BYTES == sizeof ((struct message_lookup *)0)->reason &&
                   (int)LOOKUP_USER_BYTES == sizeof ((struct message_lookup *)0)->user && (int)LOOKUP_LINES_BYTES == sizeof ((struct message_found *)0)->lines,
               "the message holds what the table holds");

static enum status lookup_asked(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    struct lookup question;
    struct message_lookup *out = &result->lookup;
    enum status status = lookup_next(self->store, call->now_ms, &question, &result->err);

    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    out->no = (uint64_t)question.no;
    out->asked_ms = question.asked_ms;
    memcpy(out->text, question.text, sizeof out->text);
    memcpy(out->reason, question.reason, sizeof out->reason);
    memcpy(out->user, question.user, sizeof out->user);
    return STATUS_OK;
}

static enum status lookup_found(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    const struct message_found *found = &request->found;
    struct lookup answer = {.no = (int64_t)found->no, .state = found->code[0] == 0 ? LOOKUP_ANSWERED : LOOKUP_REFUSED, .total = (int64_t)found->total};

    memcpy(answer.lines, found->lines, sizeof answer.lines);
    return lookup_note(self->store, &answer, call->now_ms, &result->err);
}

/* Center: written down in the same transaction as the answer is made in. */
static enum status lookup_asked_here(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    const struct message_lookup *in = &request->lookup;
    struct lookup question = {.asked_ms = in->asked_ms}, answer;
    enum status status = find_peer(self, request, result);

    if (status != STATUS_OK)
        return status;
    memcpy(question.text, in->text, sizeof question.text);
    memcpy(question.reason, in->reason, sizeof question.reason);
    memcpy(question.user, in->user, sizeof question.user);
    status = lookup_answer(self->store, &result->peer, &question, call->now_ms, &answer, &result->err);
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

/* A failed try is counted. */
static enum status enrol(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    const struct session_request *request = call->request;
    struct code_search search = {.request = request};
    const char *name = request->enrol.name, *wish;
    uint32_t station_no = 0;
    enum status status = replica_state(self->store, &result->state, &result->err);

    if (status != STATUS_OK)
        return status;
    status = find_peer(self, request, result);
    result->known = status == STATUS_OK;
    if (status == STATUS_OK)
        return heal_request_enrol_have(self->store, request, result->peer.org, result);
    /* Known already: the answer was lost on its way. Whoever holds the key may hear it again. */
    if (status != STATUS_AUTH)
        return status;
    errmsg_clear(&result->err);
    status = enrol_code_list(self->store, call->now_ms, try_code, &search, &result->err);
    if (status != STATUS_OK)
        return status;
    if (search.found.no == 0) {
        status = enrol_code_failed(self->store, call->now_ms, &result->err);
        call->keep = status == STATUS_OK;
        return status != STATUS_OK ? status : errmsg_set(&result->err, STATUS_AUTH, "登记码不对、已用过或已过期");
    }
    wish = name[0] != 0 ? name : search.found.name;
    status = heal_request_enrol_judge(self->store, request, search.found.org, result);
    if (status == STATUS_OK && search.found.station_no != 0)
        status = heal_request_enrol_same(self->store, request, search.found.station_no, result);
    if (status == STATUS_OK)
        status = heal_request_enrol_have(self->store, request, search.found.org, result);
    if (status == STATUS_OK)
        status = enrol_code_use(self->store, search.found.no, &result->err);
    if (status == STATUS_OK && search.found.station_no != 0)
        status = peer_rekey(self->store, search.found.station_no, name, request->pin, call->now_ms, &result->peer, &result->err);
    else if (status == STATUS_OK)
        status = heal_request_enrol_number(self->store, request, &station_no, &result->err);
    if (status == STATUS_OK && search.found.station_no == 0)
        status = peer_add_as(self->store, station_no, search.found.org, wish, request->pin, call->now_ms, &result->peer, &result->err);
    return status == STATUS_OK ? machine_name_give(self->store, &result->peer, wish, call->now_ms, &result->err) : status;
}

/* ---- how each runs ---- */

static enum status set_have(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return replica_set_have(self->store, call->request->have_seq, call->request->have_hash, &result->err);
}

static enum status sample(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return heal_request_sample(self->store, call->request, result);
}

static enum status keep_compare(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return heal_order_keep_compare(self->store, call->request, result);
}

static enum status set_lease(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return heal_request_set_lease(self->store, call->request, result);
}

static enum status begin_branch(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return heal_request_branch(self->store, call->request, result);
}

static enum status rewind_order(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return heal_order_rewind(self->store, call->request, result);
}

static enum status returns_done(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    return returned_done(self->store, call->request->after, call->request->order_head, &result->err);
}

static enum status returns_pulled(struct record_store *self, struct engine_call *call, struct session_result *result)
{
    (void)call;
    return returned_pulled(self->store, &result->err);
}

enum way {
    READS,
    WRITES,         /* in the group's transaction */
    OWN_TRANSACTION /* opens one itself, if there is something to write */
};

struct request_def {
    enum status (*run)(struct record_store *self, struct engine_call *call, struct session_result *result);
    enum way way;
};

static const struct request_def defs[REQUEST_KINDS] = {
    [REQUEST_STATE] = {own_state, READS},
    [REQUEST_READ_OWN] = {read_own, READS},
    [REQUEST_SET_HAVE] = {set_have, OWN_TRANSACTION},
    [REQUEST_SET_CENTER] = {set_center, OWN_TRANSACTION},
    [REQUEST_APPLY] = {apply, WRITES},
    [REQUEST_SET_LEASE] = {set_lease, WRITES},
    [REQUEST_SAMPLE] = {sample, READS},
    [REQUEST_KEEP_COMPARE] = {keep_compare, WRITES},
    [REQUEST_BRANCH] = {begin_branch, WRITES},
    [REQUEST_REWIND] = {rewind_order, WRITES},
    [REQUEST_READ_RETURNS] = {read_returns, READS},
    [REQUEST_RETURNS_DONE] = {returns_done, WRITES},
    [REQUEST_RETURNS_PULLED] = {returns_pulled, WRITES},
    [REQUEST_SUMS] = {own_sums, READS},
    [REQUEST_LOOKUP_NEXT] = {lookup_asked, READS},
    [REQUEST_LOOKUP_DONE] = {lookup_found, WRITES},
    [REQUEST_RELAY_NEXT] = {relay_requested, READS},
    [REQUEST_RELAY_DONE] = {relay_requested, WRITES},
    [REQUEST_RELAY_TAKE] = {relay_requested, WRITES},
    [REQUEST_RELAY_OPEN] = {relay_requested, OWN_TRANSACTION},
    [REQUEST_GREET] = {greet, WRITES},
    [REQUEST_INGEST] = {ingest, WRITES},
    [REQUEST_READ_SCOPE] = {read_scope, READS},
    [REQUEST_NOTE_PEER] = {note_peer, WRITES},
    [REQUEST_ENROL] = {enrol, WRITES},
    [REQUEST_COMPARED] = {greet, WRITES},
    [REQUEST_TAKE_RETURNS] = {take_returns, WRITES},
    [REQUEST_CHECK_SUMS] = {check_sums, READS},
    [REQUEST_READ_REPAIR] = {read_repair, READS},
    [REQUEST_LOOKUP] = {lookup_asked_here, WRITES},
};

static const struct request_def *def_of(enum request_kind kind)
{
    assert((size_t)kind < REQUEST_KINDS && defs[kind].run != NULL);
    return &defs[kind];
}

static enum status op_begin(void *store, struct errmsg *err)
{
    return store_begin(((struct record_store *)store)->store, "sync", err);
}

static enum status op_commit(void *store, struct errmsg *err)
{
    struct record_store *self = store;
    enum status status = store_commit(self->store, err);

    if (status == STATUS_OK) /* an erasure among them: its space, now or the next time */
        (void)reach_finish_if_free(self->store, REACH_SHORT_BYTES, NULL);
    return status;
}

static void op_rollback(void *store)
{
    struct record_store *self = store;

    if (store_in_transaction(self->store))
        store_rollback(self->store);
}

static enum status op_savepoint(void *store, struct errmsg *err)
{
    return store_savepoint(((struct record_store *)store)->store, err);
}

static enum status op_savepoint_end(void *store, bool keep, struct errmsg *err)
{
    return store_savepoint_end(((struct record_store *)store)->store, keep, err);
}

static enum status op_begin_read(void *store, struct errmsg *err)
{
    return store_begin_read(((struct record_store *)store)->store, err);
}

static void op_end_read(void *store)
{
    store_end_read(((struct record_store *)store)->store);
}

/* Now and then the station counts what it really holds; that writes, so it comes before the reading begins. */
static enum status op_prepare(void *store, struct engine_call *call, struct session_result *result)
{
    if (call->request->kind != REQUEST_STATE)
        return STATUS_OK;
    return scope_repair_recount(((struct record_store *)store)->store, call->now_ms, &result->scope_sum, &result->err);
}

static bool op_writes(enum request_kind kind)
{
    return def_of(kind)->way == WRITES;
}

static bool op_own_transaction(enum request_kind kind)
{
    return def_of(kind)->way == OWN_TRANSACTION;
}

static enum status op_run(void *store, struct engine_call *call, struct session_result *result)
{
    struct record_store *self = store;
    enum status status = def_of(call->request->kind)->run(self, call, result), failed = store_failure(self->store);

    if (failed == STATUS_OK)
        return status;
    call->keep = false;
    /* What was decided on what could not be read is no answer: not that it is there, and not that this machine may not come. */
    return status == failed || status == STATUS_NOMEM ? status : errmsg_set(&result->err, failed, "%s", status_text(failed));
}

static const struct engine_store_ops ops = {
    .begin = op_begin,
    .commit = op_commit,
    .rollback = op_rollback,
    .savepoint = op_savepoint,
    .savepoint_end = op_savepoint_end,
    .begin_read = op_begin_read,
    .end_read = op_end_read,
    .prepare = op_prepare,
    .writes = op_writes,
    .own_transaction = op_own_transaction,
    .run = op_run,
};

enum status record_store_new(struct record_store **out, struct store *store)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return STATUS_NOMEM;
    (*out)->store = store;
    return STATUS_OK;
}

void record_store_free(struct record_store *self)
{
    free(self);
}

void record_store_set_opener(struct record_store *self, struct relay_opener opener)
{
    self->opener = opener;
}

struct engine_store record_store_engine(struct record_store *self)
{
    return (struct engine_store){.ops = &ops, .store = self};
}
