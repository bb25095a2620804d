/* sync/relay_request.c - see relay_request.h. */
#include "sync/relay_request.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/record/carry.h"
#include "core/record/kept.h"
#include "sync/bundle.h"

static struct hash id_of(const uint8_t id[HASH_BYTES])
{
    struct hash hash;

    memcpy(hash.bytes, id, HASH_BYTES);
    return hash;
}

static void copy_text(char *out, size_t out_bytes, const char *text)
{
    size_t len = utf8_cut(text, strlen(text), out_bytes - 1);

    memcpy(out, text, len);
    out[len] = 0;
}

/* The last word about a file. */
static void refuse(struct message_relayed *relayed, enum status status, const struct errmsg *why)
{
    relayed->done = true;
    snprintf(relayed->code, sizeof relayed->code, "%s", status_name(status));
    copy_text(relayed->text, sizeof relayed->text, errmsg_text(why, status));
}

/* ---- handing over ---- */

/* Behind everything else: a backup of this machine, if the center keeps such. */
static enum status next_backup(struct store *store, const struct session_request *request,
                               struct session_result *result)
{
    struct message_relay *piece = &result->relay;
    struct carry carry;
    enum status status = carry_next(store, &carry, &result->err);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    piece->at = carry.handed < carry.file.total ? carry.handed : carry.file.total - 1;
    status = carry_read(store, &carry, piece->at, request->max_bytes, &result->packed, &result->err);
    if (status == STATUS_OK && result->packed.len == 0)
        status = errmsg_set(&result->err, STATUS_CORRUPT, "等待送到县中心的备份缺了内容");
    if (status != STATUS_OK)
        return status;
    piece->total = carry.file.total;
    piece->keep_ms = carry.file.made_ms;
    memcpy(piece->id, carry.file.id.bytes, HASH_BYTES);
    return STATUS_OK;
}

static enum status backup_done(struct store *store, const struct message_relayed *answer, int64_t now_ms,
                               struct errmsg *err)
{
    struct carry carry;
    enum status status = carry_find(store, id_of(answer->id), &carry, err);

    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* somebody removed it meanwhile */
    if (status != STATUS_OK)
        return status;
    if (!answer->done)
        return carry_note(store, &carry, answer->at, err);
    return carry_end(store, &carry, answer->code[0] == 0 ? NULL : answer->text, now_ms, err);
}

enum status relay_request_next(struct store *store, uint32_t via, const struct session_request *request,
                               struct session_result *result)
{
    struct message_relay *piece = &result->relay;
    struct relay relay;
    enum status status = relay_next(store, via, &relay, &result->err);

    *piece = (struct message_relay){.total = 0};
    if (status == STATUS_NOT_FOUND)
        return request->keeps && via == STATION_NO_CENTER ? next_backup(store, request, result) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    /* The last byte again, if the last answer was lost: it asks for a new one. */
    piece->at = relay.handed < relay.total ? relay.handed : relay.total - 1;
    piece->total = relay.total;
    memcpy(piece->id, relay.id.bytes, HASH_BYTES);
    status = relay_read(store, relay.no, piece->at, request->max_bytes, &result->packed, &result->err);
    if (status == STATUS_OK && result->packed.len == 0)
        return errmsg_set(&result->err, STATUS_CORRUPT, "等待转交的文件缺了内容");
    return status;
}

enum status relay_request_done(struct store *store, const struct session_request *request, int64_t now_ms,
                               struct session_result *result)
{
    const struct message_relayed *answer = &request->relayed;
    struct relay relay;
    enum status status = relay_find(store, id_of(answer->id), &relay, &result->err);

    if (status == STATUS_NOT_FOUND)
        return backup_done(store, answer, now_ms, &result->err);
    if (status != STATUS_OK)
        return status;
    relay.handed = answer->at < relay.total ? answer->at : relay.total;
    if (!answer->done)
        return relay_note(store, &relay, &result->err);
    /* An answer on its way back has reached its station. */
    if (relay.via != STATION_NO_CENTER)
        return relay_remove(store, relay.no, &result->err);
    relay.state = answer->code[0] == 0 ? RELAY_TAKEN : RELAY_REFUSED;
    copy_text(relay.text, sizeof relay.text, answer->text);
    return relay_note(store, &relay, &result->err);
}

/* ---- taking ---- */

static enum status begin(struct store *store, uint32_t via, const struct message_relay *piece, int64_t now_ms,
                         struct relay *relay, struct errmsg *err)
{
    *relay = (struct relay){
        .id = id_of(piece->id), .via = via, .state = RELAY_PARTIAL, .total = piece->total, .added_ms = now_ms};
    return relay_add(store, relay, err);
}

/* To the part of whoever brings it. When it is whole *relay is the file. */
static enum status append(struct store *store, struct relay *relay, const struct session_request *request, struct session_result *result)
{
    struct message_relayed *relayed = &result->relayed;
    struct hash hash;
    enum status status;

    if (relay->total != request->relay.total)
        return errmsg_set(&result->err, STATUS_PEER, "同一个文件前后说的大小不同");
    status = relay_append(store, relay, request->relay.at, request->packed, request->packed_len, &result->err);
    relayed->at = relay->held;
    if (status == STATUS_GAP)
        return STATUS_OK; /* `at` says where to go on */
    if (status != STATUS_OK || relay->held < relay->total)
        return status;
    status = relay_hash(store, relay->no, &hash, &result->err);
    if (status != STATUS_OK)
        return status;
    if (hash_equal(hash, relay->id))
        return relay_whole(store, relay, &result->err);
    errmsg_set(&result->err, STATUS_CORRUPT, "文件在转交途中损坏，请重新导入");
    refuse(relayed, STATUS_CORRUPT, &result->err);
    return relay_remove(store, relay->no, &result->err);
}

/* What there is of the file: nothing yet, refused once (it may be brought again), or begun by a program that did not keep apart who brought what. */
static enum status take_piece(struct store *store, uint32_t via, const struct relay *known, const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    struct relay part;
    enum status status = known != NULL && known->state == RELAY_PARTIAL ? relay_remove(store, known->no, &result->err) : STATUS_OK;

    if (status == STATUS_OK)
        status = relay_find_part(store, id_of(request->relay.id), via, &part, &result->err);
    if (status == STATUS_NOT_FOUND)
        status = begin(store, via, &request->relay, now_ms, &part, &result->err);
    return status == STATUS_OK ? append(store, &part, request, result) : status;
}

static bool is_answer(enum status status)
{
    return status == STATUS_TOO_LARGE || status == STATUS_INVALID || status == STATUS_PEER;
}

/* A backup of the station: kept as it is, outside of the store. */
static enum status keep_backup(struct store *store, uint32_t via, const struct session_request *request, int64_t now_ms,
                               struct session_result *result)
{
    struct message_relayed *relayed = &result->relayed;
    struct sealed file = {.made_ms = request->relay.keep_ms, .total = request->relay.total, .id = id_of(request->relay.id)};
    enum status status = kept_take(store, via, &file, request->relay.at, request->packed, request->packed_len, now_ms,
                                   &relayed->at, &relayed->done, &result->err);

    if (!is_answer(status) && status != STATUS_CORRUPT && status != STATUS_FULL)
        return status;
    refuse(relayed, status, &result->err);
    return STATUS_OK;
}

enum status relay_request_take(struct store *store, uint32_t via, const struct session_request *request, int64_t now_ms,
                               struct session_result *result)
{
    struct message_relayed *relayed = &result->relayed;
    struct relay relay;
    enum status status = relay_find(store, id_of(request->relay.id), &relay, &result->err);

    *relayed = (struct message_relayed){.at = 0};
    memcpy(relayed->id, request->relay.id, HASH_BYTES);
    if (request->relay.keep_ms != 0)
        return keep_backup(store, via, request, now_ms, result);
    if (status == STATUS_OK && (relay.state == RELAY_TAKEN || relay.state == RELAY_RETURN)) {
        relayed->at = relay.total;
        relayed->done = true;
        copy_text(relayed->text, sizeof relayed->text, relay.text);
        return STATUS_OK;
    }
    if (status == STATUS_OK && relay.state == RELAY_PARTIAL && relay.held == relay.total) { /* whole, and not opened yet */
        relayed->at = relay.total;
        return STATUS_OK;
    }
    if (status == STATUS_OK && relay.state == RELAY_WAITING)
        status = errmsg_set(&result->err, STATUS_INVALID, "这个文件是这里自己要转交出去的");
    else if (status == STATUS_OK || status == STATUS_NOT_FOUND)
        status = take_piece(store, via, status == STATUS_OK ? &relay : NULL, request, now_ms, result);
    if (!is_answer(status))
        return status;
    refuse(relayed, status, &result->err);
    return STATUS_OK;
}

/* ---- opening ---- */

/* A station keeps the newest answer for each machine. */
static enum status keep_answer(struct store *store, struct relay *relay, struct errmsg *err)
{
    struct bundle_reader *reader;
    struct bundle_record record;
    struct buf head;
    enum status status = bundle_reader_new(&reader, NULL);

    if (status != STATUS_OK)
        return status;
    buf_init(&head, BUNDLE_FEED_BYTES);
    status = relay_read(store, relay->no, 0, BUNDLE_FEED_BYTES, &head, err);
    if (status == STATUS_OK)
        status = bundle_feed(reader, head.data, head.len);
    if (status == STATUS_OK)
        status = bundle_next(reader, &record, err);
    if (bundle_has_header(reader)) {
        relay->recipient = bundle_recipient(reader);
        relay->state = RELAY_RETURN;
        status = relay_keep(store, relay, err);
    } else if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        status = bundle_cut(reader, err);
    }
    buf_release(&head);
    bundle_reader_free(reader);
    return status;
}

static enum status open_file(struct store *store, const struct relay_opener *opener, bool center, uint32_t via,
                             struct relay *relay, int64_t now_ms, struct errmsg *err)
{
    enum status status;

    if (!center)
        return keep_answer(store, relay, err);
    if (opener->open == NULL)
        return errmsg_set(err, STATUS_UNSUPPORTED, "中心现在不能打开转交的文件");
    status = opener->open(opener->context, store, relay, via, now_ms, relay->text, err);
    if (status == STATUS_OK)
        relay->state = RELAY_TAKEN;
    return status;
}

/* Not the file's fault: keep it, try again at the next contact. */
static bool is_ours(enum status status)
{
    return status == STATUS_NOMEM || status == STATUS_BUSY || status == STATUS_FULL || status == STATUS_IO;
}

enum status relay_request_open(struct store *store, const struct relay_opener *opener, bool center, uint32_t via,
                               const struct session_request *request, int64_t now_ms, struct session_result *result)
{
    struct message_relayed *relayed = &result->relayed;
    struct relay relay;
    enum status status = relay_find(store, id_of(request->relay.id), &relay, &result->err), opened;

    if (status != STATUS_OK)
        return status;
    *relayed = (struct message_relayed){.at = relay.total};
    memcpy(relayed->id, request->relay.id, HASH_BYTES);
    opened = open_file(store, opener, center, via, &relay, now_ms, &result->err);
    if (is_ours(opened))
        return opened;
    relayed->done = true;
    if (opened == STATUS_OK) {
        copy_text(relayed->text, sizeof relayed->text, relay.text);
        return center ? relay_note(store, &relay, &result->err) : STATUS_OK;
    }
    refuse(relayed, opened, &result->err);
    relay.state = RELAY_REFUSED;
    copy_text(relay.text, sizeof relay.text, relayed->text);
    status = relay_drop_bytes(store, &relay, &result->err);
    return status == STATUS_OK ? relay_note(store, &relay, &result->err) : status;
}
