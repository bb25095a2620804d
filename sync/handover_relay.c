/* sync/handover_relay.c - files that pass through: kept at a station for the center, opened there, answered the same
 * way back. See handover.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/stick_log.h"
#include "sync/handover.h"

static enum status keep_bytes(const struct handover *handover, struct handover_source source, struct relay *relay,
                              struct errmsg *err)
{
    uint8_t *piece = malloc(RELAY_PIECE_BYTES);
    enum status status = piece != NULL ? STATUS_OK : STATUS_NOMEM;
    struct hash hash;
    size_t got = 1;

    while (status == STATUS_OK && relay->held < relay->total && got > 0) {
        status = source.read(source.context, relay->held, piece, RELAY_PIECE_BYTES, &got, err);
        if (status == STATUS_OK && got > 0)
            status = relay_append(handover->store, relay, relay->held, piece, got, err);
    }
    free(piece);
    if (status == STATUS_OK)
        status = relay_hash(handover->store, relay->no, &hash, err);
    if (status == STATUS_OK && !hash_equal(hash, relay->id))
        return errmsg_set(err, STATUS_IO, "文件在读取时变了，请重新导入");
    return status;
}

/* A row that is here already: a refused one is offered again. */
static enum status keep_known(const struct handover *handover, struct relay *relay, struct errmsg *err)
{
    if (relay->state == RELAY_TAKEN)
        return errmsg_set(err, STATUS_EXISTS, "这个文件早已转交县中心：%s", relay->text);
    if (relay->state != RELAY_REFUSED)
        return errmsg_set(err, STATUS_EXISTS, "这个文件已经收下，等待下次联网时转交县中心");
    relay->state = RELAY_WAITING;
    relay->handed = 0;
    relay->text[0] = 0;
    return relay_note(handover->store, relay, err);
}

static enum status keep_new(const struct handover *handover, struct handover_source source, struct relay *relay,
                            struct errmsg *err)
{
    enum status status = store_begin(handover->store, "relay", err);

    if (status != STATUS_OK)
        return status;
    status = relay_add(handover->store, relay, err);
    if (status == STATUS_OK)
        status = keep_bytes(handover, source, relay, err);
    if (status == STATUS_OK)
        return store_commit(handover->store, err);
    store_rollback(handover->store);
    return status;
}

/* What it says here would be taken for having been handed over. */
static enum status is_own(const struct stick_entry *own, struct errmsg *err)
{
    char at[TIME_TEXT_BYTES];

    day_format_time(own->at_ms, DAY_OFFICE_OFFSET_MIN, at);
    return errmsg_set(err, STATUS_INVALID, "这是本机自己在 %s 写的文件（第 %" PRIu64 " 到 %" PRIu64 " 条），在本机导入没有用：请带到县中心，或另一台能联网的工作站导入", at, own->first, own->last);
}

enum status handover_keep(const struct handover *handover, struct handover_source source, struct relay *relay, bool *own,
                          struct errmsg *err)
{
    struct relay fresh = {.state = RELAY_WAITING, .added_ms = handover->wall_ms};
    uint8_t center[BUNDLE_KEY_BYTES];
    struct stick_entry written;
    struct hash pin;
    enum status status = handover_center(handover, center, &pin, err);

    if (own != NULL)
        *own = false;
    if (status == STATUS_OK)
        status = handover_recipient(source, &fresh.recipient, err);
    if (status == STATUS_OK && !hash_equal(fresh.recipient, pin))
        return errmsg_set(err, STATUS_AUTH, "这个文件不是给本机的，也不是给本机的县中心的");
    if (status == STATUS_OK)
        status = handover_look(source, &fresh.total, &fresh.id, err);
    if (status != STATUS_OK)
        return status;
    status = stick_log_find(handover->store, fresh.id, &written, err);
    if (status == STATUS_OK) {
        if (own != NULL)
            *own = true;
        return is_own(&written, err);
    }
    if (status != STATUS_NOT_FOUND)
        return status;
    status = relay_find(handover->store, fresh.id, relay, err);
    if (status == STATUS_OK)
        return keep_known(handover, relay, err);
    if (status != STATUS_NOT_FOUND)
        return status;
    *relay = fresh;
    return keep_new(handover, source, relay, err);
}

static enum status read_relay(void *context, uint64_t at, void *data, size_t max, size_t *got, struct errmsg *err)
{
    const struct handover_relay *relay = context;
    struct buf bytes;
    enum status status;

    buf_init(&bytes, max);
    status = relay_read(relay->store, relay->no, at, max, &bytes, err);
    if (status == STATUS_OK && bytes.len > 0)
        memcpy(data, bytes.data, bytes.len);
    *got = status == STATUS_OK ? bytes.len : 0;
    buf_release(&bytes);
    return status;
}

struct handover_source handover_relay_source(struct handover_relay *relay)
{
    return (struct handover_source){read_relay, relay};
}

/* ---- the center opens what a station brought ---- */

static enum status gather(void *context, const void *data, size_t len, struct errmsg *err)
{
    struct buf *answer = context;

    buf_append(answer, data, len);
    return answer->status == STATUS_OK ? STATUS_OK : errmsg_set(err, answer->status, "回执太大");
}

/* The answer for the sender goes back the way the file came; it replaces older ones that nobody fetched. */
static enum status send_back(struct store *store, const struct buf *answer, struct hash recipient, uint32_t via,
                             int64_t now_ms, struct errmsg *err)
{
    struct relay relay = {.id = hash_of(answer->data, answer->len),
                          .recipient = recipient,
                          .via = via,
                          .state = RELAY_WAITING,
                          .total = answer->len,
                          .added_ms = now_ms};
    enum status status = store_begin(store, "relay", err);

    if (status != STATUS_OK)
        return status;
    status = relay_add(store, &relay, err);
    for (size_t at = 0; status == STATUS_OK && at < answer->len; at += RELAY_PIECE_BYTES) {
        size_t len = answer->len - at < RELAY_PIECE_BYTES ? answer->len - at : RELAY_PIECE_BYTES;

        status = relay_append(store, &relay, at, answer->data + at, len, err);
    }
    if (status == STATUS_OK)
        status = relay_keep(store, &relay, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

static enum status open_relay(void *context, struct store *store, const struct relay *relay, uint32_t via,
                              int64_t now_ms, char text[RELAY_TEXT_BYTES], struct errmsg *err)
{
    struct handover here = *(const struct handover *)context;
    struct handover_relay bytes = {store, relay->no};
    struct handover_result result;
    struct errmsg ignored = {{0}};
    struct buf answer;
    struct handover_sink sink = {gather, &answer};
    enum status status;

    here.store = store;
    here.wall_ms = now_ms;
    buf_init(&answer, RELAY_FILE_MAX_BYTES);
    status = handover_import(&here, handover_relay_source(&bytes), &sink, &result, err);
    /* An answer too large for a relay: what the sender wrote is taken nevertheless. */
    if (status == STATUS_TOO_LARGE)
        status = handover_import(&here, handover_relay_source(&bytes), NULL, &result, err);
    else if (status == STATUS_OK && send_back(store, &answer, result.sender, via, now_ms, &ignored) != STATUS_OK)
        trace_write(here.trace, TRACE_WARN, "relay", "代转的文件已收下，回执没有写成：%s；送来的机器用 bundle export --ask 再要", errmsg_text(&ignored, STATUS_NOMEM));
    buf_release(&answer);
    if (status == STATUS_OK && result.outcome.healed[0] != '\0')
        snprintf(text, RELAY_TEXT_BYTES, _("%s；回执带回去导入后，那台机器要重新导出"), result.outcome.healed);
    else if (status == STATUS_OK && result.closing.last == 0)
        snprintf(text, RELAY_TEXT_BYTES, "%s", _("县中心收到，里面没有变更，只要回执"));
    else if (status == STATUS_OK)
        snprintf(text, RELAY_TEXT_BYTES, _("县中心收下第 %" PRIu64 " 到 %" PRIu64 " 条，其中新的 %" PRIu64 " 条"),
                 result.closing.first, result.closing.last, result.outcome.received);
    return status;
}

struct relay_opener handover_opener(struct handover *handover)
{
    return (struct relay_opener){open_relay, handover};
}
