/* sync/session_return.c - a center that was put back gets again what it lost (protocol.h, HEALING; core/record/returned.h): the station sets its cursor back, hands others' changes over chunk by chunk, each
 * acknowledged before the next (first of all content that the center lacks, if it asked for any), asks for the order (what it knows of what came before what is as it was when it was told), and only then goes on with its own changes, which may build on them. The stretch is kept in its store until all is over: a session that is cut goes on in the next one,
 * and one that is cut before anything of the order has come hands it all back again: the center may have been put back once more meanwhile, and nothing would tell. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "sync/session_impl.h"

void return_state(struct session *session, bool waits)
{
    session->returns.on = waits && session->config.file != SESSION_READ;
}

void return_open(struct session *session)
{
    if (session->welcome.protocol < PROTOCOL_HEALING)
        session->returns.on = false; /* it could not read them; they stay for the next time */
    if (session->welcome.wants_len > 0 && session->welcome.protocol >= PROTOCOL_WANTS && session->config.file == SESSION_LINE)
        session->returns.on = true;
}

void return_await(struct session *session)
{
    session->returns.on = session->config.file == SESSION_LINE && session->hello.protocol_max >= PROTOCOL_HEALING && (session->welcome.rewind || session->hello.returns || session->welcome.wants_len > 0);
}

bool return_pulled(struct session *session, uint64_t after)
{
    if (!session->returns.on)
        return false;
    session->returns.wants_answered = session->returns.wants_upto != 0;
    session->note_due = session->note_due || session->returns.wants_answered;
    if (after != session->sent)
        return false;
    session->returns.on = false;
    return true;
}

bool return_quiet(const struct session *session)
{
    return !session->returns.on;
}

/* ---- station ---- */

bool return_answers_older(const struct session *session)
{
    return session->config.file == SESSION_READ && session->welcome.answers_rcur != session->own.rcur;
}

bool return_rewind(struct session *session)
{
    const struct message_welcome *welcome = &session->welcome;
    struct session_request *request;

    if (!welcome->rewind || session->returns.rewound || welcome->protocol < PROTOCOL_HEALING)
        return false;
    if (return_answers_older(session)) {
        snprintf(session->outcome.healed, sizeof session->outcome.healed, _("这份回执是答复较早的一个文件的，没有采用"));
        session_finish(session, STATUS_OK);
        return true;
    }
    session->returns.rewound = true;
    request = session_ask(session, REQUEST_REWIND);
    request->after = welcome->common_order;
    request->have_seq = session->forked ? 0 : welcome->have_seq; /* of a log that went another way nothing is known to be there */
    return true;
}

static void rewound(struct session *session, const struct session_result *result)
{
    session->have = result->taken.rcur;
    session->returns.on = session->config.file == SESSION_LINE; /* from a file: with the next one that is written */
    snprintf(session->outcome.healed, sizeof session->outcome.healed, _("县中心的数据被恢复到较早的状态：本机从第 %" PRIu64 " 号起与它重新核对，把它缺的都交回"), session->welcome.common_order + 1);
}

/* The order has come to its end, with nothing in it. */
bool return_over(struct session *session)
{
    if (!session->returns.handed || !session->end_received)
        return false;
    session->returns.handed = false;
    (void)session_ask(session, REQUEST_RETURNS_PULLED);
    return true;
}

static bool wants_something(const struct session *session)
{
    return session->welcome.wants_len > 0 && !session->returns.wants_read && session->config.file == SESSION_LINE;
}

bool return_idle(struct session *session)
{
    struct session_request *request;

    if (!session->returns.on || session->returns.out)
        return false;
    request = session_ask(session, REQUEST_READ_RETURNS);
    request->max_bytes = session_chunk_bytes(session);
    session->returns.wanted = wants_something(session);
    if (!session->returns.wanted) {
        request->after = session->returns.at;
        return true;
    }
    request->after = session->returns.wants_at;
    request->wants_len = session->welcome.wants_len;
    memcpy(request->wants, session->welcome.wants, request->wants_len);
    return true;
}

/* Into a file everything goes at once; what of it arrives the answer tells. */
static void wrote_returns(struct session *session, const struct message_return *header)
{
    session->outcome.returned += header->count;
    session->returns.at = header->last;
}

static void got_returns(struct session *session, const struct session_result *result)
{
    const struct message_return *header = &result->returned;
    struct buf *out = &session->actions->send;

    if (session->returns.wanted && header->count == 0) { /* nothing more of it is here */
        session->returns.wanted = false;
        session->returns.wants_read = true;
        return;
    }
    if (session->returns.wanted)
        session->returns.wants_at = result->wants_at;
    if (header->count == 0 && session->returns.at > 0 && session->config.file == SESSION_WRITE) {
        session->returns.on = false; /* it is all in the file */
        return;
    }
    if (header->count == 0) { /* nothing is left: the stretch is over */
        session->returns.ending = true;
        session_ask(session, REQUEST_RETURNS_DONE)->after = header->last;
        return;
    }
    if (session->config.file == SESSION_READ)
        return; /* an answer to an older file: the rest goes with the next one */
    size_t mark = frame_begin(out, frame_type_byte(FRAME_RETURN));
    message_encode(FRAME_RETURN, header, out);
    buf_append(out, result->packed.data, result->packed.len);
    frame_end(out, mark);
    session_note_sent(session, FRAME_RETURN, header);
    if (session->config.file == SESSION_WRITE) {
        wrote_returns(session, header);
        return;
    }
    session->returns.out = true;
    session->returns.count = session->returns.wanted ? 0 : header->count; /* those are our own */
}

static void note_done(struct session *session, uint64_t upto, uint64_t head)
{
    struct session_request *request = session_ask(session, REQUEST_RETURNS_DONE);

    request->after = upto;
    request->order_head = head;
}

/* In an answer that was read before, or that another era of the center wrote, it may be of another stretch: that one is handed over once more. */
static void file_returned(struct session *session, const struct message_returned *answer)
{
    const struct message_welcome *welcome = &session->welcome;

    if (welcome->answers_rcur != session->own.rcur || memcmp(welcome->center_incarnation, session->own.center_incarnation, INCARNATION_BYTES) != 0)
        return;
    session->outcome.returned += answer->count;
    session->returns.out = true;
    note_done(session, answer->last, answer->head);
}

static void on_returned(struct session *session, const struct frame *frame)
{
    struct message_returned answer;

    if (!session_read(session, frame, &answer))
        return;
    if (session->config.file != SESSION_LINE) {
        file_returned(session, &answer);
        return;
    }
    if (!session->returns.out) {
        session_fail(session, STATUS_PEER, "中心确认了没有交给它的变更");
        return;
    }
    if (answer.left > session->returns.count) {
        session_fail(session, STATUS_PEER, "中心说没有收下的比交给它的还多");
        return;
    }
    session->outcome.returned += session->returns.count - answer.left;
    session->outcome.left += answer.left;
    session->end_received = false; /* what it took in may come back to us */
    if (!session->returns.wanted)
        session->returns.at = answer.last;
    note_done(session, answer.last, answer.head);
}

static void returns_noted(struct session *session)
{
    session->returns.out = false;
    if (session->config.file == SESSION_READ && !session->returns.ending) { /* is that all? */
        session_ask(session, REQUEST_READ_RETURNS)->max_bytes = 1;
        return;
    }
    if (!session->returns.ending)
        return;
    session->returns.on = session->returns.ending = false;
    if (session->config.file == SESSION_LINE) {
        struct message_pull pull = {.after = session->have};

        session_send(session, FRAME_PULL, &pull);
        session->end_received = false;
        session->returns.handed = true;
    }
    if (session->outcome.left > 0)
        trace_write(session->config.trace, TRACE_WARN, "session",
                    "县中心恢复过：另一份副本的变更它不需要 %" PRIu64 " 条，交回 %" PRIu64 " 条；它们说的，本机自己的日志里都有", session->outcome.left,
                    session->outcome.returned);
    else if (session->outcome.returned > 0)
        trace_write(session->config.trace, TRACE_WARN, "session", "县中心恢复过：把别人的变更交回给它 %" PRIu64 " 条", session->outcome.returned);
}

/* ---- center ---- */

static void on_return(struct session *session, const struct frame *frame)
{
    struct message_return header;
    struct session_request *request;
    struct errmsg err = {{0}};
    size_t at;

    if (message_decode(FRAME_RETURN, frame->payload, frame->len, &header, &at, &err) != STATUS_OK) {
        session_fail(session, STATUS_PEER, "%s", err.text);
        return;
    }
    session_note_read(session, FRAME_RETURN, &header);
    if (header.count == 0 || header.last < header.first || header.raw_bytes == 0 || header.raw_bytes > CHUNK_RAW_MAX_BYTES) {
        session_fail(session, STATUS_PEER, "RETURN 帧的范围不成立");
        return;
    }
    session->end_sent = false;
    request = session_ask(session, REQUEST_TAKE_RETURNS);
    request->returned = header;
    request->after = session->sent;
    memcpy(request->entropy, session->entropy, sizeof request->entropy);
    for (size_t i = 0; i < sizeof header.last; i++) /* another one for each */
        request->entropy[i] ^= (uint8_t)(header.last >> (8 * i));
    session_hold(session, request, frame->payload + at, frame->len - at);
}

static void returns_taken(struct session *session, const struct session_result *result)
{
    struct message_returned answer = {.last = result->returned.last, .count = session->config.file != SESSION_LINE ? result->returned.count : 0, .left = result->left, .head = result->order_head};

    session->outcome.returned += result->returned.last == 0 ? 0 : result->returned.count - result->left; /* 0: the station's own */
    session->outcome.received += result->taken.taken;
    session->outcome.quarantined += result->taken.quarantined;
    session->outcome.conflicts += result->taken.conflicts;
    session_send(session, FRAME_RETURNED, &answer);
    session->note_due = true;
    session->more = true; /* what was taken in has a place in the order */
}

/* ---- both ---- */

bool return_frame(struct session *session, const struct frame *frame)
{
    bool center = session->config.role == SESSION_CENTER;

    if (session->state != STATE_OPEN || frame->type != (center ? FRAME_RETURN : FRAME_RETURNED))
        return false;
    if (center)
        on_return(session, frame);
    else
        on_returned(session, frame);
    return true;
}

bool return_result(struct session *session, const struct session_result *result)
{
    switch (result->kind) {
    case REQUEST_REWIND:
    case REQUEST_READ_RETURNS:
    case REQUEST_RETURNS_DONE:
    case REQUEST_RETURNS_PULLED:
    case REQUEST_TAKE_RETURNS:
        break;
    default:
        return false;
    }
    if (result->status != STATUS_OK) {
        session_fail(session, result->status == STATUS_MALFORMED ? STATUS_PEER : result->status, "%s", errmsg_text(&result->err, result->status));
    } else if (result->kind == REQUEST_REWIND) {
        rewound(session, result);
        station_welcome_next(session);
    } else if (result->kind == REQUEST_READ_RETURNS) {
        got_returns(session, result);
    } else if (result->kind == REQUEST_RETURNS_DONE) {
        returns_noted(session);
    } else if (result->kind == REQUEST_TAKE_RETURNS) {
        returns_taken(session, result);
    }
    return true;
}
