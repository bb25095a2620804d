/* sync/session_sums.c - a session in which nothing moved, and yet the two stores do not hold the same: find where, and mend the station's copy (protocol.h, DIVERGENCE; core/record/scope_repair.h).
 *
 * The station drives: it sends the sums of a range, the center says which parts differ, the station asks for the lowest of them again, until the range is small and the center sends its changes there. Then the rest of
 * the order is looked at. Nothing of it may end a session that is otherwise good: what cannot be mended is told and left. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "core/record/scope_repair.h"
#include "sync/session_impl.h"

_Static_assert((int)SCOPE_RANGES == SUMS_RANGES, "one way to cut the order");

enum {
    ASKS_MAX = 4096,        /* SUMS frames a session */
    WAIT_MS = 10 * 1000     /* a session that stays has no END that says the center has nothing more */
};

static uint64_t get_sum(const uint8_t bytes[8])
{
    uint64_t sum = 0;

    for (size_t i = 0; i < 8; i++)
        sum = sum << 8 | bytes[i];
    return sum;
}

void sums_put(uint64_t sum, uint8_t bytes[8])
{
    for (size_t i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(sum >> (56 - 8 * i));
}

void sums_open(struct session *session)
{
    struct sums_state *sums = &session->sums;

    sums->on = session->welcome.protocol >= PROTOCOL_HEALING && session->config.file == SESSION_LINE;
    sums->center = get_sum(session->welcome.scope_sum);
    sums->done = !sums->on || session->config.role == SESSION_CENTER || sums->own == sums->center;
    sums->at_ms = session->now_ms + WAIT_MS;
}

bool sums_quiet(const struct session *session)
{
    return !session->sums.out;
}

int64_t sums_timer(const struct session *session)
{
    const struct sums_state *sums = &session->sums;

    return sums->on && !sums->done && !sums->out && !session->config.once && sums->at_ms > session->now_ms ? sums->at_ms : 0;
}

/* ---- station ---- */

static uint64_t mended(const struct sums_state *sums)
{
    return sums->total.added + sums->total.corrected + sums->total.removed;
}

static void tell_end(struct session *session)
{
    struct sums_state *sums = &session->sums;
    char *healed = session->outcome.healed;

    sums->done = true;
    if (mended(sums) > 0) {
        snprintf(healed, sizeof session->outcome.healed, _("核对发现本机与县中心不一致，已修复：补上 %" PRIu64 " 条，更正 %" PRIu64 " 条，去掉 %" PRIu64 " 条"), sums->total.added, sums->total.corrected,
                 sums->total.removed);
        trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u：它的一份与县中心的不一致，已修复：补上 %" PRIu64 " 条，更正 %" PRIu64 " 条，去掉 %" PRIu64 " 条", session->log.station,
                    sums->total.added, sums->total.corrected, sums->total.removed);
    } else if (sums->same) {
        snprintf(healed, sizeof session->outcome.healed, "%s",
                 sums->held == sums->center ? _("核对过：两边的内容相同，只是本机记的校验和不对，一天内会重算") : _("核对过：两边的内容相同，只是中心记的校验和不对（省级中心自己重算；县中心请运行 aidpost verify）"));
        trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u：两边的内容相同，只是%s记的校验和不对", session->log.station, sums->held == sums->center ? _("本机") : _("中心"));
    } else {
        snprintf(healed, sizeof session->outcome.healed, _("核对发现本机与县中心不一致，没能自动修复；请在本机运行 aidpost verify，并告诉县中心"));
        trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u：它的一份与县中心的不一致，没能修复：请在两边运行 aidpost verify", session->log.station);
    }
}

static void ask_sums(struct session *session, uint64_t from, uint64_t to)
{
    struct session_request *request = session_ask(session, REQUEST_SUMS);

    request->sums.from = from;
    request->sums.to = to;
}

/* Only what nobody is just changing can be compared. */
static bool moved(const struct session *session)
{
    const struct session_outcome *outcome = &session->outcome;

    return outcome->sent > 0 || outcome->received > 0 || outcome->repeated > 0 || session->n_flights > 0 || session->have != session->own.rcur || session->acked < session->own.head_seq;
}

bool sums_idle(struct session *session)
{
    struct sums_state *sums = &session->sums;

    if (!sums->on || sums->done || sums->out || session->more || !return_quiet(session))
        return false;
    if (session->config.once ? !session->end_received : session->now_ms < sums->at_ms)
        return false;
    if (moved(session)) {
        sums->done = true;
        return false;
    }
    ask_sums(session, 1, 0);
    return true;
}

static void got_sums(struct session *session, const struct session_result *result)
{
    struct sums_state *sums = &session->sums;

    if (result->sums.to == 0 || sums->asked >= ASKS_MAX) {
        tell_end(session);
        return;
    }
    if (sums->asked++ == 0) {
        sums->end = result->sums.to;
        for (unsigned i = 0; i < SUMS_RANGES; i++)
            sums->held ^= get_sum(result->sums.sums + i * 8);
    }
    sums->from = result->sums.from;
    sums->to = result->sums.to;
    sums->out = true;
    session_send(session, FRAME_SUMS, &result->sums);
}

/* What the center says differs: look closer at the lowest of it. */
static void on_answer(struct session *session, const struct message_sums *answer)
{
    struct sums_state *sums = &session->sums;
    uint64_t first, last;

    if (!sums->out || answer->from != sums->from || answer->to != sums->to) {
        session_fail(session, STATUS_PEER, "中心回答了没有问过的核对");
        return;
    }
    sums->out = false;
    for (unsigned i = 0; i < SCOPE_RANGES; i++) {
        if ((answer->differ >> i & 1) == 0 || !scope_range(sums->from, sums->to, i, &first, &last))
            continue;
        ask_sums(session, first, last);
        return;
    }
    sums->same = sums->asked == 1 && !answer->bad;
    tell_end(session);
}

/* CHANGES{repair} in answer to SUMS. */
void sums_changes(struct session *session, const struct message_changes *header, const uint8_t *packed, size_t len)
{
    struct sums_state *sums = &session->sums;
    struct session_request *request;

    if (!sums->out || header->first != sums->from || header->last > sums->to) {
        session_fail(session, STATUS_PEER, "中心发来了没有要过的修复");
        return;
    }
    sums->out = false;
    request = session_ask(session, REQUEST_APPLY);
    request->chunk = *header;
    session_hold(session, request, packed, len);
}

static void got_repaired(struct session *session, const struct session_result *result)
{
    struct sums_state *sums = &session->sums;
    const struct scope_repaired *part = &result->repaired;

    if (part->suspected) {
        session->outcome.again = true;
        tell_end(session);
        snprintf(session->outcome.healed, sizeof session->outcome.healed, _("核对发现本机有县中心没有的内容：下一次连接先与它核对顺序，把它缺的交回"));
        return;
    }
    sums->total.added += part->added;
    sums->total.corrected += part->corrected;
    sums->total.removed += part->removed;
    if (part->sum == sums->center || result->chunk.last >= sums->end)
        tell_end(session);
    else
        ask_sums(session, result->chunk.last + 1, sums->end);
}

/* ---- center ---- */

static void on_asked(struct session *session, const struct message_sums *asked)
{
    if (asked->from == 0 || asked->to < asked->from || session->sums.asked++ >= ASKS_MAX) {
        session_fail(session, STATUS_PEER, "SUMS 帧的范围不成立");
        return;
    }
    session->sums.from = asked->from;
    session->sums.to = asked->to;
    session_ask(session, REQUEST_CHECK_SUMS)->sums = *asked;
}

static void tell_differ(struct session *session, uint64_t differ, bool bad)
{
    struct message_sums answer = {.from = session->sums.from, .to = session->sums.to, .differ = differ, .bad = bad};

    session_send(session, FRAME_SUMS, &answer);
}

static void checked(struct session *session, const struct session_result *result)
{
    struct session_request *request;

    if (result->sums.differ == 0 || session->sums.to - session->sums.from >= SCOPE_REPAIR_SPAN) {
        tell_differ(session, result->sums.differ, false);
        return;
    }
    request = session_ask(session, REQUEST_READ_REPAIR);
    request->sums.from = session->sums.from;
    request->sums.to = session->sums.to;
}

/* What was read says that our own copy is the bad one. Else it says nothing of it: the store was busy, its disk or its memory failed, the station was revoked meanwhile. */
static bool is_ours_bad(enum status status)
{
    return status == STATUS_CORRUPT || status == STATUS_MALFORMED || status == STATUS_NOT_FOUND || status == STATUS_TOO_LARGE;
}

static void send_repair(struct session *session, const struct session_result *result)
{
    struct buf *out = &session->actions->send;
    struct message_changes header = result->chunk;
    size_t mark;

    if (result->status != STATUS_OK && !is_ours_bad(result->status)) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
        return;
    }
    if (result->status != STATUS_OK) { /* the station keeps its copy */
        trace_write(session->config.trace, TRACE_ERROR, "session", "站点 %u（%s，%s）：它的一份与本中心的不一致，不能修复：%s", session->peer.station_no, session->peer.org_code, session->peer.name,
                    errmsg_text(&result->err, result->status));
        tell_differ(session, 0, true);
        return;
    }
    header.repair = true;
    session_name_log(session, &header);
    mark = frame_begin(out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, out);
    buf_append(out, result->packed.data, result->packed.len);
    frame_end(out, mark);
    session_note_sent(session, FRAME_CHANGES, &header);
    trace_write(session->config.trace, TRACE_WARN, "session", "站点 %u（%s，%s）：它的一份与本中心的在顺序号 %" PRIu64 " 到 %" PRIu64 " 之间不一致，已送去 %" PRIu64 " 条修复", session->peer.station_no,
                session->peer.org_code, session->peer.name, header.first, header.last, header.count);
}

/* ---- both ---- */

bool sums_frame(struct session *session, const struct frame *frame)
{
    struct message_sums message;

    if (frame->type != FRAME_SUMS)
        return false;
    if (session->state != STATE_OPEN || !session->sums.on)
        session_fail(session, STATUS_PEER, "此时不该收到 %s 帧", frame_name(frame->type));
    else if (!session_read(session, frame, &message))
        ;
    else if (session->config.role == SESSION_CENTER)
        on_asked(session, &message);
    else
        on_answer(session, &message);
    return true;
}

bool sums_result(struct session *session, const struct session_result *result)
{
    bool repaired = result->kind == REQUEST_APPLY && result->chunk.repair;

    if (result->kind != REQUEST_SUMS && result->kind != REQUEST_CHECK_SUMS && result->kind != REQUEST_READ_REPAIR && !repaired)
        return false;
    if (result->kind == REQUEST_READ_REPAIR)
        send_repair(session, result);
    else if (result->status != STATUS_OK)
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
    else if (result->kind == REQUEST_SUMS)
        got_sums(session, result);
    else if (result->kind == REQUEST_CHECK_SUMS)
        checked(session, result);
    else
        got_repaired(session, result);
    return true;
}
