/* sync/session.c - the session engine: events in, actions out. What both roles share: frames, window, timers, endings.
 *
 * One request is out at a time and frames are read only while none is: a session is a queue of frames worked off in order, and between two frames it
 * sends what the window allows. So a result never meets a state other than the one that asked. */
#include "sync/session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/trace.h"
#include "core/base/utf8.h"
#include "sync/advice.h"
#include "sync/enrol.h"
#include "sync/session_impl.h"

enum { BACKLOG_GREETING_BYTES = 256 * 1024, BACKLOG_OPEN_BYTES = FRAME_MAX_BYTES + FRAME_HEADER_BYTES, SEND_MAX_BYTES = 16 * 1024 * 1024, HELD_KEEP_BYTES = 1024, WHO_BYTES = 320 };

const char *request_name(enum request_kind kind)
{
    static const char *const names[REQUEST_KINDS] = {
        "none",         "state",        "read_own",    "set_have",    "set_center",  "apply",      "set_lease",  "sample",     "keep_compare", "branch",
        "rewind",       "read_returns", "returns_done", "returns_pulled", "sums",       "lookup_next", "lookup_done", "relay_next", "relay_done", "relay_take",
        "relay_open",   "greet",        "ingest",      "read_scope",  "note_peer",   "enrol",      "compared",   "take_returns", "check_sums",
        "read_repair",  "lookup"};

    return (size_t)kind < REQUEST_KINDS ? names[kind] : "?";
}

void session_actions_init(struct session_actions *actions)
{
    memset(actions, 0, sizeof *actions);
    buf_init(&actions->send, SEND_MAX_BYTES);
}

void session_actions_release(struct session_actions *actions)
{
    buf_release(&actions->send);
    memset(actions, 0, sizeof *actions);
}

enum status session_new(struct session **out, const struct session_config *config)
{
    struct session *session = calloc(1, sizeof *session);

    *out = NULL;
    if (session == NULL)
        return STATUS_NOMEM;
    session->config = *config;
    session->outcome.status = STATUS_CLOSED;
    pace_init(&session->pace);
    frame_reader_init(&session->in, FRAME_GREETING_MAX_BYTES);
    buf_init(&session->held, FRAME_MAX_BYTES);
    *out = session;
    return STATUS_OK;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    frame_reader_release(&session->in);
    buf_release(&session->held);
    history_close(&session->out_history);
    history_close(&session->in_history);
    heal_free_samples(session);
    hash_wipe(&session->config.enrol_key, sizeof session->config.enrol_key);
    free(session);
}

static void trace_message(struct session *session, const char *arrow, enum frame_type type, const void *message)
{
    struct buf line;

    if (session->config.trace == NULL || session->config.trace->level < TRACE_DEBUG)
        return;
    buf_init(&line, TRACE_LINE_BYTES);
    message_describe(type, message, &line);
    trace_write(session->config.trace, TRACE_DEBUG, "session", "%s %s", arrow, buf_cstr(&line));
    buf_release(&line);
}

/* ---- sending ---- */

static void note_sent(struct session *session)
{
    session->sent_ms = session->now_ms;
    session->waiting = true;
    if (session->state == STATE_OPEN)
        session->spoke = true;
}

void session_note_sent(struct session *session, enum frame_type type, const void *message)
{
    trace_message(session, ">", type, message);
    note_sent(session);
}

void session_note_read(struct session *session, enum frame_type type, const void *message)
{
    trace_message(session, "<", type, message);
}

void session_send(struct session *session, enum frame_type type, const void *message)
{
    trace_message(session, ">", type, message);
    message_put(type, message, &session->actions->send);
    note_sent(session);
}

void session_send_chunk(struct session *session, const struct message_changes *header, const struct buf *packed)
{
    struct buf *out = &session->actions->send;
    size_t mark = frame_begin(out, FRAME_CHANGES);

    assert(session->n_flights < CHUNK_WINDOW);
    trace_message(session, ">", FRAME_CHANGES, header);
    message_encode(FRAME_CHANGES, header, out);
    buf_append(out, packed->data, packed->len);
    frame_end(out, mark);
    /* Nobody acknowledges what is in a file. */
    if (session->config.file != SESSION_LINE)
        session->outcome.sent += header->count;
    else
        session->flights[session->n_flights++] = (struct flight){header->last, header->upto_fold, header->count, packed->len, session->now_ms};
    if (session->config.file == SESSION_LINE)
        pace_sent(&session->pace, packed->len, header->raw_bytes);
    if (header->upto_fold == 0)
        session->sent = session->told = header->last;
    note_sent(session);
}

void session_name_log(const struct session *session, struct message_changes *header)
{
    if (session->config.file == SESSION_LINE)
        memcpy(header->log, session->hello.incarnation, INCARNATION_BYTES);
}

bool session_may_send(const struct session *session)
{
    return session->n_flights < CHUNK_WINDOW && pace_is_free(&session->pace);
}

/* Answers that a lost packet held up come together and make a slow line look fast for a moment: that is not worth the history, without which each chunk takes half again. */
size_t session_chunk_bytes(const struct session *session)
{
    size_t bytes = session->config.file == SESSION_LINE ? pace_chunk_bytes(&session->pace) : CHUNK_BYTES;

    if (history_is_open(&session->out_history) && session->pace.allowed <= HISTORY_LINE_BYTES && bytes > HISTORY_ASK_BYTES)
        return HISTORY_ASK_BYTES;
    return bytes;
}

void session_rewind(struct session *session, uint64_t to)
{
    session->n_flights = 0;
    pace_lost(&session->pace);
    history_forget(&session->out_history);
    session->sent = session->acked = to;
    session->more = true;
}

void session_landed(struct session *session, uint64_t last, uint64_t part)
{
    size_t n = 0, parts = 0;

    for (size_t i = 0; part != 0 && parts == 0 && i < session->n_flights; i++)
        parts = session->flights[i].part == part ? i + 1 : 0;
    for (; n < session->n_flights && (n < parts || session->flights[n].last <= last); n++) {
        session->outcome.sent += session->flights[n].count;
        pace_landed(&session->pace, session->flights[n].bytes, session->flights[n].sent_ms, session->now_ms);
    }
    session->n_flights -= n;
    memmove(session->flights, session->flights + n, session->n_flights * sizeof session->flights[0]);
    if (last > session->acked)
        session->acked = last;
}

/* ---- store requests ---- */

struct session_request *session_ask(struct session *session, enum request_kind kind)
{
    struct session_request *request = &session->actions->request;

    assert(session->out == REQUEST_NONE);
    assert(!session->actions->wants_store);
    memset(request, 0, sizeof *request);
    request->kind = kind;
    request->pin = session->peer_pin;
    request->log = session->log;
    request->wall_ms = session->wall_ms;
    request->packings = session->terms.packings;
    request->dictionary = session->terms.dictionary;
    session->actions->wants_store = true;
    session->out = kind;
    return request;
}

bool session_hold(struct session *session, struct session_request *request, const uint8_t *packed, size_t len)
{
    buf_clear(&session->held);
    buf_append(&session->held, packed, len);
    if (session->held.status != STATUS_OK) {
        session_fail(session, session->held.status, "%s", status_text(session->held.status));
        return false;
    }
    request->packed = session->held.data;
    request->packed_len = session->held.len;
    return true;
}

static void drop_held(struct session *session)
{
    if (session->held.cap > HELD_KEEP_BYTES)
        buf_release(&session->held);
    else
        buf_clear(&session->held);
}

/* ---- ending ---- */

static void end(struct session *session, enum status status)
{
    session->state = STATE_DONE;
    session->outcome.status = status;
    session->actions->close = true;
    session->actions->timer_ms = 0;
    /* Nobody will feed the result. */
    session->actions->wants_store = false;
}

/* Whom the log speaks of: at the center the station, if it is known yet. */
static void who(const struct session *session, char out[WHO_BYTES])
{
    if (session->config.role == SESSION_CENTER && session->peer.station_no != 0)
        snprintf(out, WHO_BYTES, _("站点 %u（%s，%s）"), session->peer.station_no, session->peer.org_code, session->peer.name);
    else if (session->config.role == SESSION_CENTER)
        snprintf(out, WHO_BYTES, "%s", _("一台还不认识的机器"));
    else
        snprintf(out, WHO_BYTES, "%s", _("与中心"));
}

void session_fail(struct session *session, enum status status, const char *format, ...)
{
    struct message_err message = {{0}, {0}};
    struct errmsg *reason = &session->outcome.reason;
    char name[WHO_BYTES];
    va_list args;

    assert(status != STATUS_OK);
    if (session->state == STATE_DONE)
        return;
    va_start(args, format);
    vsnprintf(reason->text, sizeof reason->text, _(format), args);
    va_end(args);
    if (!session->carrier_closed && session->state != STATE_START) {
        size_t cut = utf8_cut(reason->text, strlen(reason->text), sizeof message.text - 1);

        snprintf(message.code, sizeof message.code, "%s", status_name(status));
        memcpy(message.text, reason->text, cut);
        session_send(session, FRAME_ERR, &message);
    }
    who(session, name);
    /* A stranger that says nothing may come in any number: whoever carries its bytes counts them (transport.h). */
    bool stranger = session->config.role == SESSION_CENTER && session->peer.station_no == 0 && status == STATUS_TIMEOUT && session->config.file == SESSION_LINE;

    trace_write(session->config.trace, stranger ? TRACE_DEBUG : TRACE_WARN, "session", "%s：会话中止，%s：%s%s", name, status_name(status), reason->text, advice_for(status));
    end(session, status);
}

void session_finish(struct session *session, enum status status)
{
    if (session->state == STATE_DONE)
        return;
    if (status != STATUS_OK)
        errmsg_set(&session->outcome.reason, status, "%s", status_text(status));
    end(session, status);
}

static void refused_by_peer(struct session *session, const struct frame *frame)
{
    struct message_err message;
    char name[WHO_BYTES];

    if (!session_read(session, frame, &message))
        return;
    session->outcome.by_peer = true;
    errmsg_set(&session->outcome.reason, STATUS_PEER, "%s拒绝：%s", session->config.role == SESSION_CENTER ? _("站点") : _("中心"),
               message.text[0] != 0 ? message.text : status_text(message_err_status(&message)));
    who(session, name);
    trace_write(session->config.trace, TRACE_WARN, "session", "%s：对方拒绝，%s：%s%s", name, message.code, message.text, advice_for(message_err_status(&message)));
    end(session, message_err_status(&message));
}

/* ---- reading ---- */

bool session_read(struct session *session, const struct frame *frame, void *message)
{
    struct errmsg err = {{0}};

    if (message_decode((enum frame_type)frame->type, frame->payload, frame->len, message, NULL, &err) != STATUS_OK) {
        session_fail(session, STATUS_PEER, "%s", err.text);
        return false;
    }
    trace_message(session, "<", (enum frame_type)frame->type, message);
    return true;
}

bool session_read_chunk(struct session *session, const struct frame *frame, struct message_changes *header, size_t *at)
{
    struct errmsg err = {{0}};

    if (message_decode(FRAME_CHANGES, frame->payload, frame->len, header, at, &err) != STATUS_OK) {
        session_fail(session, STATUS_PEER, "%s", err.text);
        return false;
    }
    trace_message(session, "<", FRAME_CHANGES, header);
    /* A repair may say that nothing is there, and tells where logs began. From the center a record's whole history may come with one number (core/record/reach.h). */
    if (header->first == 0 || header->last < header->first || (!header->repair && (header->count == 0 || header->count > CHUNK_RAW_MAX_BYTES)) || header->packing >= PACKINGS_MAX) {
        session_fail(session, STATUS_PEER, "CHANGES 帧的范围不成立");
        return false;
    }
    if ((header->raw_bytes == 0) != (header->count == 0) || header->raw_bytes > CHUNK_RAW_MAX_BYTES) {
        session_fail(session, STATUS_TOO_LARGE, "CHANGES 帧展开后为 %llu 字节，上限 %d 字节", (unsigned long long)header->raw_bytes, CHUNK_RAW_MAX_BYTES);
        return false;
    }
    return true;
}

void session_agree_window(struct session *session, uint64_t protocol, uint64_t window, uint64_t model)
{
    if (session->config.file != SESSION_LINE || protocol < PROTOCOL_HISTORY || window < STREAM_WINDOW_LOG_LEAST)
        return;
    session->out_history.window_log = window < STREAM_WINDOW_LOG ? (unsigned)window : STREAM_WINDOW_LOG;
    session->out_history.model = model < FORETELL_MODEL ? (unsigned)model : FORETELL_MODEL;
}

bool session_passes_over(struct session *session, const struct message_changes *header)
{
    if (header->packing != PACKING_HISTORY)
        return false;
    if (header->last <= session->have) {
        session->outcome.repeated += header->count;
        return true;
    }
    if (session->in_history.window_log == 0)
        session_fail(session, STATUS_PEER, "CHANGES 帧引用了没有约定的前文");
    return session->in_history.window_log == 0;
}

/* ENROL role: the one answer it waits for. */
static void enrol_frame(struct session *session, const struct frame *frame)
{
    if (frame->type != FRAME_ENROLLED) {
        session_fail(session, STATUS_PEER, "登记时收到了 %s 帧", frame_name(frame->type));
        return;
    }
    if (!session_read(session, frame, &session->outcome.enrolment))
        return;
    session->outcome.enrolled = true;
    session_finish(session, STATUS_OK);
}

static void enrol_connected(struct session *session)
{
    struct message_enrol enrol = session->config.before != NULL ? *session->config.before : (struct message_enrol){.station_no = 0};
    struct hash proof = enrol_proof(session->config.enrol_key, session->exporter, session->own_pin);

    enrol.protocol_min = PROTOCOL_MIN;
    enrol.protocol_max = PROTOCOL_MAX;
    enrol.t_ms = session->wall_ms;
    memcpy(enrol.proof, proof.bytes, HASH_BYTES);
    memcpy(enrol.name, session->config.name, sizeof enrol.name);
    enrol.name[sizeof enrol.name - 1] = 0;
    session_send(session, FRAME_ENROL, &enrol);
}

static void handle_frame(struct session *session, const struct frame *frame)
{
    switch (frame->type) {
    case FRAME_ERR:
        refused_by_peer(session, frame);
        return;
    case FRAME_PING:
        trace_message(session, "<", FRAME_PING, NULL);
        if (session->now_ms - session->noted_ms > NOTE_EVERY_MS * 15)
            session->note_due = session->peer_known;
        return;
    default:
        break;
    }
    if (frame->ignorable && (frame->type == 0 || frame->type == FRAME_SNAP || frame->type == FRAME_CONFLICTS || frame->type > FRAME_LAST)) {
        trace_write(session->config.trace, TRACE_DEBUG, "session", "< unknown ignorable frame %u", frame->type);
        return;
    }
    if (session->config.role != SESSION_ENROL && (heal_frame(session, frame) || relay_frame(session, frame) || return_frame(session, frame) || sums_frame(session, frame) || lookup_frame(session, frame)))
        return;
    switch (session->config.role) {
    case SESSION_STATION:
        station_frame(session, frame);
        break;
    case SESSION_CENTER:
        center_frame(session, frame);
        break;
    case SESSION_ENROL:
        enrol_frame(session, frame);
        break;
    }
}

static bool idle(struct session *session)
{
    switch (session->config.role) {
    case SESSION_STATION:
        return station_idle(session);
    case SESSION_CENTER:
        return center_idle(session);
    case SESSION_ENROL:
        return false;
    }
    return false;
}

static void carrier_ended(struct session *session)
{
    if (session->config.role == SESSION_CENTER)
        center_closed(session);
    else
        session_finish(session, STATUS_CLOSED);
}

/* Work off what waits until the store is asked or nothing is left to do. */
static void advance(struct session *session)
{
    struct frame frame;

    while (session->state != STATE_DONE && session->state != STATE_START && session->out == REQUEST_NONE) {
        enum status status = frame_next(&session->in, &frame);

        if (status == STATUS_NOT_FOUND)
            frame_rest(&session->in);
        if (status == STATUS_OK) {
            session->frame_ms = 0;
            handle_frame(session, &frame);
        } else if (status != STATUS_NOT_FOUND) {
            session_fail(session, STATUS_PEER, "收到的数据不是本协议的帧");
        } else if (session->carrier_closed) {
            carrier_ended(session);
            return;
        } else if (!idle(session)) {
            return;
        }
    }
}

/* ---- events ---- */

static void on_connected(struct session *session, const struct session_event *event)
{
    assert(session->state == STATE_START);
    session->state = STATE_GREETING;
    memcpy(session->exporter, event->connected.exporter, EXPORTER_BYTES);
    memcpy(session->entropy, event->connected.entropy, sizeof session->entropy);
    session->own_pin = event->connected.own_pin;
    session->peer_pin = event->connected.peer_pin;
    session->connected_ms = session->received_ms = session->sent_ms = session->now_ms;
    if (session->config.role == SESSION_STATION)
        station_connected(session);
    else if (session->config.role == SESSION_ENROL)
        enrol_connected(session);
}

static void on_bytes(struct session *session, const struct session_event *event)
{
    enum status status;

    assert(session->state != STATE_START);
    session->outcome.bytes_in += event->len;
    session->received_ms = session->now_ms;
    if (session->waiting && event->len > 0) {
        session->outcome.round_trips++;
        session->waiting = false;
    }
    status = frame_feed(&session->in, event->data, event->len);
    if (status == STATUS_NOMEM || status == STATUS_TOO_LARGE)
        session_fail(session, status, "%s", status == STATUS_NOMEM ? status_text(status) : _("对方不等确认就继续发送"));
}

static void on_result(struct session *session, const struct session_result *result)
{
    assert(session->out == result->kind && session->out != REQUEST_NONE);
    session->out = REQUEST_NONE;
    history_settle(&session->in_history);
    if (relay_result(session, result) || return_result(session, result) || sums_result(session, result) || lookup_result(session, result) || heal_result(session, result))
        ;
    else if (session->config.role == SESSION_STATION)
        station_result(session, result);
    else
        center_result(session, result);
    if (session->out == REQUEST_NONE)
        drop_held(session);
}

/* When the frame that has begun to come must be there: a byte now and then is no line. 0: none has begun, or it is not read because the store works. */
static int64_t frame_due(const struct session *session)
{
    if (session->frame_ms == 0 || session->out != REQUEST_NONE)
        return 0;
    return session->frame_ms + FRAME_TIMEOUT_MS + (int64_t)(frame_backlog(&session->in) * 1000 / FRAME_BYTES_PER_S);
}

static void note_frame(struct session *session)
{
    if (frame_backlog(&session->in) == 0)
        session->frame_ms = 0;
    else if (session->frame_ms == 0)
        session->frame_ms = session->now_ms;
}

static void check_time(struct session *session)
{
    note_frame(session);
    if (session->state == STATE_GREETING && session->now_ms - session->connected_ms >= HANDSHAKE_TIMEOUT_MS) {
        session_fail(session, STATUS_TIMEOUT, "对方 30 秒内没有应答");
        return;
    }
    if (session->state == STATE_GREETING)
        station_tail(session);
    if (session->state != STATE_OPEN)
        return;
    /* While our own store works, frames may wait unread: that silence is ours. */
    if (frame_due(session) != 0 && session->now_ms >= frame_due(session))
        session_fail(session, STATUS_TIMEOUT, "对方发得太慢：一帧数据过了 %lld 秒还不完整", (long long)((session->now_ms - session->frame_ms) / 1000));
    else if (session->out == REQUEST_NONE && session->now_ms - session->received_ms >= IDLE_TIMEOUT_MS)
        session_fail(session, STATUS_TIMEOUT, "线路 5 分钟没有数据");
    else if (session->now_ms - session->sent_ms >= PING_EVERY_MS)
        session_send(session, FRAME_PING, NULL);
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_timer(const struct session *session)
{
    int64_t at;

    at = session->connected_ms + HANDSHAKE_TIMEOUT_MS;
    if (session->state == STATE_GREETING)
        return session->tail_ms != 0 ? earliest(at, session->tail_ms) : at;
    if (session->state != STATE_OPEN)
        return 0;
    at = session->sent_ms + PING_EVERY_MS;
    if (session->out == REQUEST_NONE)
        at = earliest(at, session->received_ms + IDLE_TIMEOUT_MS);
    if (frame_due(session) != 0)
        at = earliest(at, frame_due(session));
    if (sums_timer(session) > 0)
        at = earliest(at, sums_timer(session));
    /* Later than that, whatever keeps the session busy ends with an event. */
    if (session->note_due && session->noted_ms + NOTE_EVERY_MS > session->now_ms)
        at = earliest(at, session->noted_ms + NOTE_EVERY_MS);
    return at;
}

void session_step(struct session *session, const struct session_event *event, struct session_actions *actions)
{
    size_t before = actions->send.len;

    if (session->state == STATE_DONE)
        return;
    session->actions = actions;
    session->now_ms = event->now_ms;
    session->wall_ms = event->wall_ms;
    switch (event->kind) {
    case EVENT_CONNECTED:
        on_connected(session, event);
        break;
    case EVENT_BYTES:
        on_bytes(session, event);
        break;
    case EVENT_TICK:
        break;
    case EVENT_STORE:
        on_result(session, event->result);
        break;
    case EVENT_POKE:
        session->more = true;
        session->relay.more = session->relay.on;
        session->lookup.more = session->lookup.on && session->config.role == SESSION_STATION;
        break;
    case EVENT_CLOSED:
        session->carrier_closed = true;
        if (session->state == STATE_START)
            session_finish(session, STATUS_CLOSED);
        break;
    }
    advance(session);
    if (session->state != STATE_DONE)
        check_time(session);
    session->outcome.bytes_out += actions->send.len - before;
    if (actions->send.status != STATUS_OK && session->state != STATE_DONE) {
        errmsg_set(&session->outcome.reason, actions->send.status, "%s", status_text(actions->send.status));
        end(session, actions->send.status);
    }
    actions->timer_ms = next_timer(session);
    session->actions = NULL;
}

bool session_reading(const struct session *session)
{
    size_t limit = session->state == STATE_OPEN ? BACKLOG_OPEN_BYTES : BACKLOG_GREETING_BYTES;

    return session->state != STATE_DONE && frame_backlog(&session->in) < limit;
}

bool session_is_open(const struct session *session)
{
    return session->state == STATE_OPEN;
}

bool session_is_quiet(const struct session *session)
{
    return session->state == STATE_OPEN && session->out == REQUEST_NONE && session->n_flights == 0 && !session->more &&
           relay_quiet(session) && sums_quiet(session) && lookup_quiet(session) && frame_backlog(&session->in) == 0;
}

const struct peer *session_peer(const struct session *session)
{
    return session->peer_known ? &session->peer : NULL;
}

const struct session_outcome *session_outcome(const struct session *session)
{
    return &session->outcome;
}
