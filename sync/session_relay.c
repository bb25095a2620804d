/* sync/session_relay.c - files carried for others, in both directions: hand over piece by piece, take, answer
 * (protocol.h, RELAY). */
#include <string.h>

#include "sync/session_impl.h"

static void send_piece(struct session *session, const struct message_relay *piece, const struct buf *bytes)
{
    struct buf *out = &session->actions->send;
    size_t mark = frame_begin(out, frame_type_byte(FRAME_RELAY));

    message_encode(FRAME_RELAY, piece, out);
    buf_append(out, bytes->data, bytes->len);
    frame_end(out, mark);
    session_note_sent(session, FRAME_RELAY, piece);
    session->relay.out = true;
}

/* ---- frames ---- */

static void on_relay(struct session *session, const struct frame *frame)
{
    struct message_relay *piece = &session->relay_in;
    struct session_request *request;
    struct errmsg err = {{0}};
    size_t at;

    if (message_decode(FRAME_RELAY, frame->payload, frame->len, piece, &at, &err) != STATUS_OK) {
        session_fail(session, STATUS_PEER, "%s", err.text);
        return;
    }
    session_note_read(session, FRAME_RELAY, piece);
    if (frame->len - at > RELAY_PIECE_MAX_BYTES || frame->len == at || piece->at + (frame->len - at) > piece->total) {
        session_fail(session, STATUS_PEER, "RELAY 帧的范围不成立");
        return;
    }
    if (piece->keep_ms != 0 && !(session->config.role == SESSION_CENTER && session->welcome.keep)) {
        session_fail(session, STATUS_PEER, "这里不保管备份");
        return;
    }
    /* Files are taken outside the changes' windows: an END before this is not the last word. */
    session->end_sent = false;
    request = session_ask(session, REQUEST_RELAY_TAKE);
    request->relay = *piece;
    session_hold(session, request, frame->payload + at, frame->len - at);
}

static void on_relayed(struct session *session, const struct frame *frame)
{
    struct session_request *request;
    struct message_relayed answer;

    if (!session_read(session, frame, &answer))
        return;
    if (!session->relay.out) {
        session_fail(session, STATUS_PEER, "对方确认了没有发给它的文件");
        return;
    }
    if (answer.done && answer.code[0] == 0)
        session->outcome.relays_handed++;
    else if (answer.done)
        session->outcome.relays_refused++;
    /* What it brought may change what the other side has for us. */
    session->end_received = false;
    request = session_ask(session, REQUEST_RELAY_DONE);
    request->relayed = answer;
}

bool relay_frame(struct session *session, const struct frame *frame)
{
    if (frame->type != FRAME_RELAY && frame->type != FRAME_RELAYED)
        return false;
    if (session->state != STATE_OPEN || !session->relay.on)
        session_fail(session, STATUS_PEER, "此时不该收到 %s 帧", frame_name(frame->type));
    else if (frame->type == FRAME_RELAY)
        on_relay(session, frame);
    else
        on_relayed(session, frame);
    return true;
}

/* ---- results ---- */

static void got_next(struct session *session, const struct session_result *result)
{
    if (result->relay.total == 0) {
        session->relay.more = false;
        return;
    }
    send_piece(session, &result->relay, &result->packed);
}

static void answer(struct session *session, const struct message_relayed *relayed)
{
    session_send(session, FRAME_RELAYED, relayed);
    if (!relayed->done || relayed->code[0] != 0)
        return;
    session->outcome.relays_taken++;
    /* Opened: there are new changes for the one who brought it, and perhaps an answer to carry back. */
    session->more = true;
    session->relay.more = true;
}

static void taken(struct session *session, const struct session_result *result)
{
    if (result->relayed.done || result->relayed.at < session->relay_in.total)
        answer(session, &result->relayed);
    else
        session_ask(session, REQUEST_RELAY_OPEN)->relay = session->relay_in;
}

bool relay_result(struct session *session, const struct session_result *result)
{
    switch (result->kind) {
    case REQUEST_RELAY_NEXT:
    case REQUEST_RELAY_DONE:
    case REQUEST_RELAY_TAKE:
    case REQUEST_RELAY_OPEN:
        break;
    default:
        return false;
    }
    if (result->status != STATUS_OK) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
    } else if (result->kind == REQUEST_RELAY_NEXT) {
        got_next(session, result);
    } else if (result->kind == REQUEST_RELAY_DONE) {
        session->relay.out = false;
        session->relay.more = true;
    } else if (result->kind == REQUEST_RELAY_TAKE) {
        taken(session, result);
    } else {
        answer(session, &result->relayed);
    }
    return true;
}

/* Files of any size do not go before a station's changes, nor between chunks that have no answer yet. */
static bool changes_wait(const struct session *session)
{
    return session->config.role == SESSION_STATION && (session->more || session->n_flights > 0);
}

bool relay_idle(struct session *session)
{
    struct session_request *request;

    if (!session->relay.on || !session->relay.more || session->relay.out || changes_wait(session))
        return false;
    request = session_ask(session, REQUEST_RELAY_NEXT);
    request->max_bytes = RELAY_PIECE_BYTES;
    request->keeps = session->config.role == SESSION_STATION && session->welcome.keep;
    return true;
}

bool relay_quiet(const struct session *session)
{
    return !session->relay.more && !session->relay.out;
}
