/* sync/session_lookup.c - the station's questions whether a person has been elsewhere, and the center's answers (protocol.h, LOOKUP; core/record/lookup.h): one at a time. */
#include <string.h>

#include "sync/session_impl.h"

void lookup_open(struct session *session, bool agreed)
{
    session->lookup.on = agreed;
    session->lookup.more = agreed && session->config.role == SESSION_STATION;
}

bool lookup_quiet(const struct session *session)
{
    return !session->lookup.more && !session->lookup.out;
}

bool lookup_idle(struct session *session)
{
    if (!session->lookup.on || !session->lookup.more || session->lookup.out)
        return false;
    session_ask(session, REQUEST_LOOKUP_NEXT);
    return true;
}

static void on_lookup(struct session *session, const struct frame *frame)
{
    struct message_lookup question;

    if (!session_read(session, frame, &question))
        return;
    session_ask(session, REQUEST_LOOKUP)->lookup = question;
}

static void on_found(struct session *session, const struct frame *frame)
{
    struct message_found answer;

    if (!session_read(session, frame, &answer))
        return;
    if (!session->lookup.out || answer.no != session->lookup.no) {
        session_fail(session, STATUS_PEER, "中心回答了没有问过的问题");
        return;
    }
    session_ask(session, REQUEST_LOOKUP_DONE)->found = answer;
}

bool lookup_frame(struct session *session, const struct frame *frame)
{
    bool center = session->config.role == SESSION_CENTER;

    if (frame->type != FRAME_LOOKUP && frame->type != FRAME_FOUND)
        return false;
    if (session->state != STATE_OPEN || !session->lookup.on || center != (frame->type == FRAME_LOOKUP))
        session_fail(session, STATUS_PEER, "此时不该收到 %s 帧", frame_name(frame->type));
    else if (center)
        on_lookup(session, frame);
    else
        on_found(session, frame);
    return true;
}

static void got_next(struct session *session, const struct session_result *result)
{
    session->lookup.more = false;
    if (result->lookup.no == 0)
        return;
    session->lookup.out = true;
    session->lookup.no = result->lookup.no;
    session_send(session, FRAME_LOOKUP, &result->lookup);
}

bool lookup_result(struct session *session, const struct session_result *result)
{
    if (result->kind != REQUEST_LOOKUP_NEXT && result->kind != REQUEST_LOOKUP_DONE && result->kind != REQUEST_LOOKUP)
        return false;
    if (result->status != STATUS_OK) {
        session_fail(session, result->status, "%s", errmsg_text(&result->err, result->status));
    } else if (result->kind == REQUEST_LOOKUP_NEXT) {
        got_next(session, result);
    } else if (result->kind == REQUEST_LOOKUP_DONE) {
        session->lookup.out = false;
        session->lookup.more = true;
    } else {
        session_send(session, FRAME_FOUND, &result->found);
    }
    return true;
}
