/* sync/connection.c - one connection: bytes out, its end, its session. See transport.h for the life of a connection. */
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "core/base/language.h"
#include "sync/advice.h"
#include "sync/transport_impl.h"

enum { SEND_KEEP_BYTES = 64 * 1024, HELD_SHORT_BYTES = 4096 };

static void finish(struct connection *connection);
static void on_timer(uv_timer_t *timer);

/* ---- one connection: bytes out ---- */

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct connection *connection = handle->data;

    (void)suggested;
    *buf = uv_buf_init(connection->transport->read_buffer, READ_BYTES);
}

/* Read only while somebody can use it; in CLOSING only to let the other side finish. */
static void update_reading(struct connection *connection)
{
    bool want = false;

    if (connection->phase == HANDSHAKE)
        want = !connection->handshaking;
    else if (connection->phase == TALKING)
        want = connection->session != NULL && session_reading(connection->session) &&
               connection->wire.len < WIRE_HIGH_BYTES;
    else if (connection->phase == CLOSING)
        want = connection->linger;
    want = want && !connection->eof && !connection->broken;
    if (want && !connection->reading)
        connection->reading = uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read) == 0;
    else if (!want && connection->reading) {
        uv_read_stop((uv_stream_t *)&connection->tcp);
        connection->reading = false;
    }
}

static void on_shutdown(uv_shutdown_t *request, int code)
{
    struct connection *connection = request->data;

    connection->pins--;
    if (connection->phase == GONE)
        return;
    if (code < 0 || !connection->linger)
        connection_destroy(connection);
}

static void begin_shutdown(struct connection *connection)
{
    if (connection->shut)
        return;
    connection->shut = true;
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, (uv_stream_t *)&connection->tcp, on_shutdown) != 0) {
        connection_destroy(connection);
        return;
    }
    connection->pins++;
}

static void on_written(uv_write_t *request, int code)
{
    struct connection *connection = request->data;

    connection->pins--;
    connection->writing = false;
    buf_release(&connection->in_flight);
    if (connection->phase == GONE)
        return; /* the handle's close callback comes after this one and frees */
    if (code < 0) {
        connection->broken = true;
        if (connection->phase == CLOSING)
            connection_destroy(connection);
        return; /* reading tells the rest */
    }
    transport_mark_dirty(connection);
    update_reading(connection);
}

/* One write at a time; its buffer lives until its callback. */
void connection_flush(struct connection *connection)
{
    uv_buf_t piece;

    if (connection->phase == GONE || connection->phase < HANDSHAKE || connection->writing)
        return;
    if (connection->broken) {
        if (connection->phase == CLOSING)
            connection_destroy(connection);
        return;
    }
    if (connection->wire.len == 0) {
        if (connection->phase == CLOSING)
            begin_shutdown(connection);
        return;
    }
    connection->in_flight = connection->wire;
    buf_init(&connection->wire, WIRE_MAX_BYTES);
    connection->end.wire_out += connection->in_flight.len;
    connection->write.data = connection;
    connection->write_ms = connection->stalled_ms = transport_now_ms(connection->transport);
    connection->stalled_bytes = connection->in_flight.len;
    piece = uv_buf_init((char *)connection->in_flight.data, (unsigned)connection->in_flight.len);
    connection->writing = true;
    connection->pins++;
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &piece, 1, on_written) != 0) {
        connection->pins--;
        connection->writing = false;
        connection->broken = true;
        buf_release(&connection->in_flight); /* its callback does not come */
        connection_destroy(connection);
    }
}

/* ---- one connection: its end ---- */

static void forget_session(struct connection *connection)
{
    struct replicator *replicator = connection->transport->config.replicator;

    if (connection->session == NULL)
        return;
    if (replicator != NULL)
        replicator_forget(replicator, connection);
    connection->asked = false;
    const struct session_outcome *outcome = session_outcome(connection->session);

    connection->outcome = malloc(sizeof *connection->outcome);
    if (connection->outcome != NULL)
        *connection->outcome = *outcome;
    if (!connection->ended_by_us) {
        connection->end.status = outcome->status;
        connection->end.reason = outcome->reason;
        if (connection->outcome == NULL && outcome->status == STATUS_OK) /* what it came to can't be told: nobody may take it for nothing */
            connection->end.status = errmsg_set(&connection->end.reason, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    connection->end.quiet = session_is_quiet(connection->session);
    session_free(connection->session);
    connection->session = NULL;
}

static struct transport_end end_of(const struct connection *connection)
{
    const struct connection_end *known = &connection->end;
    struct transport_end end = {.connection = connection->no,
                                .incoming = connection->incoming,
                                .status = known->status,
                                .reason = known->reason,
                                .opened = known->opened,
                                .quiet = known->quiet,
                                .peer_pin = known->peer_pin,
                                .wire_in = known->wire_in,
                                .wire_out = known->wire_out,
                                .duration_ms = known->duration_ms};

    memcpy(end.peer_key, known->peer_key, TLS_KEY_BYTES);
    if (connection->outcome != NULL)
        end.outcome = *connection->outcome;
    return end;
}

static void trace_end(const struct connection *connection, const struct transport_end *end)
{
    const struct session_outcome *outcome = &end->outcome;
    const struct peer *peer = connection->session != NULL ? session_peer(connection->session) : NULL;
    char whose[sizeof peer->org_code + sizeof peer->name + 64] = "";

    if (connection->incoming && peer == NULL && end->status == STATUS_TIMEOUT) { /* a stranger: they are told of together */
        connection->transport->silent_ended++;
        snprintf(connection->transport->silent_name, sizeof connection->transport->silent_name, "%s", connection->name);
        return;
    }
    if (peer != NULL)
        snprintf(whose, sizeof whose, _(" 站点 %u（%s，%s）"), peer->station_no, peer->org_code, peer->name);
    if (end->status == STATUS_OK)
        trace_write(connection->transport->config.trace, TRACE_INFO, "transport",
                    "连接 %llu %s%s：完成，发出 %llu 收到 %llu 分歧 %llu 隔离 %llu，线上发 %llu 收 %llu 字节，%lld 毫秒",
                    (unsigned long long)connection->no, connection->name, whose, (unsigned long long)outcome->sent,
                    (unsigned long long)outcome->received, (unsigned long long)outcome->conflicts,
                    (unsigned long long)outcome->quarantined, (unsigned long long)end->wire_out,
                    (unsigned long long)end->wire_in, (long long)end->duration_ms);
    else
        trace_write(connection->transport->config.trace, end->status == STATUS_CANCELLED ? TRACE_INFO : TRACE_WARN, "transport", "连接 %llu %s%s：断开，%s：%s%s",
                    (unsigned long long)connection->no, connection->name, whose, status_name(end->status),
                    errmsg_text(&end->reason, end->status), end->status == STATUS_CANCELLED ? "" : advice_for(end->status));
}

void connection_unpin(struct connection *connection)
{
    struct transport *transport = connection->transport;

    if (--connection->pins > 0 || connection->phase != GONE)
        return;
    if (connection->prev != NULL)
        connection->prev->next = connection->next;
    else
        transport->first = connection->next;
    if (connection->next != NULL)
        connection->next->prev = connection->prev;
    transport->n_connections--;
    struct transport_end end = end_of(connection);
    if (!connection->refused)
        trace_end(connection, &end);
    if (transport->config.hooks.ended != NULL)
        transport->config.hooks.ended(transport->config.hooks.context, connection->dial_context, &end);
    free(connection->outcome);
    free(connection);
}

static void on_handle_closed(uv_handle_t *handle)
{
    connection_unpin(handle->data);
}

void connection_destroy(struct connection *connection)
{
    if (connection->phase == GONE)
        return;
    if (connection->dirty)
        transport_unmark_dirty(connection);
    forget_session(connection);
    if (!connection->handshaking)
        stranger_left(connection); /* else when the thread is done */
    transport_uncount(connection);
    connection->phase = GONE;
    connection->end.duration_ms = transport_now_ms(connection->transport) - connection->begun_ms;
    tls_free(connection->tls);
    connection->tls = NULL;
    buf_release(&connection->wire);
    if (connection->addresses != NULL)
        uv_freeaddrinfo(connection->addresses);
    connection->addresses = NULL;
    uv_cancel((uv_req_t *)&connection->resolve); /* has no effect when it is not queued */
    if (!uv_is_closing((uv_handle_t *)&connection->tcp))
        uv_close((uv_handle_t *)&connection->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
}

/* Something that was said before waits for the line. */
static bool has_unsent(const struct connection *connection)
{
    return connection->wire.len > 0 || connection->writing;
}

static void arm(struct connection *connection, int64_t delay_ms)
{
    uv_timer_start(&connection->timer, on_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

/* What is written now waits for the end of the stream, which leaves right behind it: one packet in place of two. */
static void hold_last(struct connection *connection)
{
    const int hold = 1;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &hold, sizeof hold);
}

/* Both said their last word and the other side has closed: there is nobody to say close_notify to, and each packet it would be answered with is one too many. */
static bool is_over(const struct connection *connection)
{
    return connection->eof && !connection->broken && connection->end.status == STATUS_OK && !has_unsent(connection);
}

/* What waits in the system is thrown away, too. */
static void end_at_once(struct connection *connection)
{
    const struct linger none = {.l_onoff = 1};
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    connection_destroy(connection);
}

/* The session said its last word, or we did: flush and close. */
static void finish(struct connection *connection)
{
    bool talked;

    if (connection->phase >= CLOSING)
        return;
    if (connection->phase < HANDSHAKE) {
        connection_destroy(connection);
        return;
    }
    stranger_refused(connection);
    talked = connection->phase == TALKING;
    connection->phase = CLOSING;
    forget_session(connection);
    if (talked && is_over(connection)) {
        end_at_once(connection);
        return;
    }
    hold_last(connection);
    if (connection->tls != NULL)
        tls_close(connection->tls, &connection->wire);
    /* Only who understood us is told why; a stranger is not waited for. */
    connection->linger = talked && connection->end.status != STATUS_OK && connection->end.status != STATUS_CANCELLED &&
                         !connection->broken && !connection->eof;
    arm(connection, connection->linger ? LINGER_MS : FLUSH_MS);
    update_reading(connection);
    transport_mark_dirty(connection);
}

void connection_fail(struct connection *connection, enum status status, const struct errmsg *reason)
{
    if (connection->phase >= CLOSING)
        return;
    connection->ended_by_us = true;
    connection->end.status = status;
    connection->end.reason = *reason;
    finish(connection);
}

/* What was handed to the system waits there for a slow line; what was said last is a few short frames at most. */
static bool system_holds(const struct connection *connection)
{
    uv_os_fd_t fd;
    int left;

    return uv_fileno((const uv_handle_t *)&connection->tcp, &fd) == 0 && ioctl(fd, SIOCOUTQ, &left) == 0 && left > HELD_SHORT_BYTES;
}

void connection_revoke(struct connection *connection, const struct errmsg *reason)
{
    bool unsent = has_unsent(connection) || system_holds(connection);

    if (connection->phase == GONE || (connection->phase == CLOSING && !unsent))
        return;
    if (!unsent) {
        connection_fail(connection, STATUS_FORBIDDEN, reason);
        return;
    }
    if (connection->phase < CLOSING) {
        connection->ended_by_us = true;
        connection->end.status = STATUS_FORBIDDEN;
        connection->end.reason = *reason;
    }
    end_at_once(connection);
}

/* Our session found out that the machine was revoked. */
static bool is_revoked(const struct connection *connection)
{
    const struct session_outcome *outcome = session_outcome(connection->session);

    return outcome->status == STATUS_FORBIDDEN && !outcome->by_peer;
}

static void on_timer(uv_timer_t *timer)
{
    struct connection *connection = timer->data;
    struct errmsg err;

    if (connection->phase == CLOSING) {
        connection_destroy(connection);
    } else if (connection->phase == TALKING) {
        struct session_event event = {.kind = EVENT_TICK};

        connection_step(connection, &event);
    } else if (connection->phase != GONE) {
        errmsg_set(&err, STATUS_TIMEOUT, "%d 秒内没有建立起加密连接", (int)(HANDSHAKE_TIMEOUT_MS / 1000));
        connection_fail(connection, STATUS_TIMEOUT, &err);
    }
}

/* ---- one connection: its session ---- */

static enum status send_actions(struct connection *connection, struct errmsg *err)
{
    struct session_actions *actions = &connection->transport->actions;
    enum status status = STATUS_OK;

    if (actions->send.len > 0) {
        status = tls_write(connection->tls, actions->send.data, actions->send.len, &connection->wire, err);
        if (actions->send.cap > SEND_KEEP_BYTES)
            buf_release(&actions->send);
        else
            buf_clear(&actions->send);
        transport_mark_dirty(connection);
    }
    return status;
}

/* Hand the store request on. True when a result was put into *event: step again. */
static bool take_request(struct connection *connection, struct session_event *event, struct session_result *result,
                         enum status *status)
{
    struct transport *transport = connection->transport;
    transport_answer answer = transport->config.hooks.answer;

    transport->actions.wants_store = false;
    stranger_heard(connection);
    if (answer == NULL) {
        *status = transport->config.replicator == NULL
                      ? STATUS_UNSUPPORTED
                      : replicator_submit(transport->config.replicator, connection, &transport->actions.request);
        connection->asked = *status == STATUS_OK;
        transport_wake(transport);
        return false;
    }
    memset(result, 0, sizeof *result);
    result->kind = transport->actions.request.kind;
    answer(connection->dial_context != NULL ? connection->dial_context : transport->config.hooks.context,
           &transport->actions.request, result);
    *event = (struct session_event){.kind = EVENT_STORE, .result = result};
    return true;
}

static void note_session(struct connection *connection)
{
    const struct peer *peer = session_peer(connection->session);

    if (connection->end.opened || !session_is_open(connection->session))
        return;
    connection->end.opened = true;
    stranger_left(connection);
    if (peer == NULL) { /* a station's, to its center */
        trace_write(connection->transport->config.trace, TRACE_INFO, "transport", "连接 %llu %s：接通", (unsigned long long)connection->no, connection->name);
        return;
    }
    connection->org = peer->org;
    transport_count_key(connection);
    trace_write(connection->transport->config.trace, TRACE_INFO, "transport", "连接 %llu %s：接通，站点 %u", (unsigned long long)connection->no, connection->name, peer->station_no);
}

void connection_step(struct connection *connection, struct session_event *event)
{
    struct session_actions *actions = &connection->transport->actions;
    struct session_result *result = NULL;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    bool unsent = has_unsent(connection);

    if (connection->session == NULL)
        return;
    actions->wants_store = actions->close = false;
    actions->timer_ms = 0;
    for (;;) {
        event->now_ms = transport_now_ms(connection->transport);
        event->wall_ms = transport_wall_ms();
        session_step(connection->session, event, actions);
        if (result != NULL)
            session_result_release(result);
        note_session(connection);
        status = send_actions(connection, &err);
        if (status != STATUS_OK || !actions->wants_store || actions->close)
            break;
        if (result == NULL && connection->transport->config.hooks.answer != NULL &&
            (result = malloc(sizeof *result)) == NULL)
            status = STATUS_NOMEM;
        if (status != STATUS_OK || !take_request(connection, event, result, &status))
            break;
    }
    free(result);
    if (status != STATUS_OK)
        connection_fail(connection, status, &err);
    else if (actions->close && is_revoked(connection) && (unsent || system_holds(connection)))
        end_at_once(connection); /* not even what waits for the line goes out any more */
    else if (actions->close)
        finish(connection);
    else {
        if (actions->timer_ms != 0)
            arm(connection, actions->timer_ms - transport_now_ms(connection->transport));
        else
            uv_timer_stop(&connection->timer);
        update_reading(connection);
    }
}

static bool start_session(struct connection *connection, struct errmsg *err)
{
    struct session_event event = {.kind = EVENT_CONNECTED};

    connection->end.peer_pin = event.connected.peer_pin = tls_peer_pin(connection->tls);
    memcpy(connection->end.peer_key, tls_peer_key(connection->tls), TLS_KEY_BYTES);
    event.connected.own_pin = tls_context_pin(connection->tls_context);
    connection->transport->config.random.fill(connection->transport->config.random.context, event.connected.entropy, sizeof event.connected.entropy);
    if (tls_exporter(connection->tls, event.connected.exporter) != STATUS_OK ||
        session_new(&connection->session, &connection->session_config) != STATUS_OK) {
        errmsg_set(err, STATUS_NOMEM, "无法开始会话");
        return false;
    }
    connection->phase = TALKING;
    stranger_sent(connection, 0, true);
    connection_step(connection, &event);
    return true;
}

static bool judge(void *context, struct hash pin)
{
    const struct connection *connection = context;

    if (connection->has_ticket)
        return enrol_pin_matches(&connection->ticket, pin);
    /* The center lets any key finish the handshake: whether it is known, revoked or wants to enrol, the session
     * decides, and can say so. */
    return !connection->has_pin || hash_equal(connection->pin, pin);
}

static void connection_peer_closed(struct connection *connection)
{
    struct session_event event = {.kind = EVENT_CLOSED};
    struct errmsg err;

    if (connection->phase == CLOSING) {
        connection_destroy(connection);
    } else if (connection->phase == TALKING) {
        if (!connection->eof) {
            connection->eof = true;
            update_reading(connection);
            connection_step(connection, &event);
        }
    } else if (connection->phase != GONE) {
        connection->broken = true;
        errmsg_set(&err, STATUS_CLOSED, "加密连接建立之前对方就断开了");
        connection_fail(connection, STATUS_CLOSED, &err);
    }
}

void connection_fed(struct connection *connection, const struct buf *plain, const struct buf *wire, enum status status, struct errmsg *err)
{
    buf_append(&connection->wire, wire->data, wire->len);
    if (status == STATUS_OK)
        status = connection->wire.status;
    if (connection->wire.len > 0)
        transport_mark_dirty(connection);
    if (connection->phase == HANDSHAKE && tls_ready(connection->tls) && !start_session(connection, err)) {
        connection_fail(connection, STATUS_NOMEM, err);
        return;
    }
    if (connection->phase == TALKING && plain->len > 0) {
        struct session_event event = {.kind = EVENT_BYTES, .data = plain->data, .len = plain->len};

        connection_step(connection, &event);
    }
    if (connection->phase != TALKING && connection->phase != HANDSHAKE)
        return;
    if (status == STATUS_CLOSED) {
        connection_peer_closed(connection);
    } else if (status != STATUS_OK) {
        if (connection->phase == TALKING && !connection->end.opened && status == STATUS_AUTH)
            errmsg_wrap(err, status, "对方没有接受本机的密钥");
        if (!connection->incoming && connection->phase == HANDSHAKE)
            errmsg_wrap(err, status, "%s", connection->name);
        connection_fail(connection, status, err);
    } else {
        update_reading(connection);
    }
}

static void take_bytes(struct connection *connection, const char *data, size_t len)
{
    struct transport *transport = connection->transport;
    struct errmsg err = {{0}};
    struct buf none = {0};
    enum status status;

    connection->end.wire_in += len;
    stranger_sent(connection, len, false);
    if (connection->incoming && connection->phase == HANDSHAKE && handshake_begin(connection, data, len)) {
        update_reading(connection);
        return;
    }
    buf_clear(&transport->plain);
    status = tls_feed(connection->tls, data, len, &transport->plain, &connection->wire, &err);
    connection_fed(connection, &transport->plain, &none, status, &err);
    hash_wipe(transport->plain.data, transport->plain.len);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct connection *connection = stream->data;

    if (n == 0 || connection->phase == GONE)
        return;
    if (n < 0) {
        uv_read_stop(stream);
        connection->reading = false;
        connection->broken = connection->broken || n != UV_EOF;
        connection_peer_closed(connection);
    } else if (connection->phase != CLOSING) {
        take_bytes(connection, buf->base, (size_t)n);
    }
}

/* ---- its beginning ---- */

struct connection *connection_new(struct transport *transport, struct tls_context *tls, bool incoming)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL)
        return NULL;
    connection->transport = transport;
    connection->no = ++transport->last_no;
    connection->incoming = incoming;
    connection->tls_context = tls;
    connection->begun_ms = transport_now_ms(transport);
    connection->end.status = STATUS_CLOSED; /* until it is known better: what breaks off before there is a session was not done */
    buf_init(&connection->wire, WIRE_MAX_BYTES);
    uv_tcp_init(&transport->loop, &connection->tcp);
    uv_timer_init(&transport->loop, &connection->timer);
    connection->tcp.data = connection;
    connection->timer.data = connection;
    connection->pins = 2;
    connection->next = transport->first;
    if (transport->first != NULL)
        transport->first->prev = connection;
    transport->first = connection;
    transport->n_connections++;
    arm(connection, incoming ? transport->config.limits.silent_ms : HANDSHAKE_TIMEOUT_MS);
    return connection;
}

void connection_spare_acks(struct connection *connection)
{
    const int none = 0;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &none, sizeof none);
}

static void tune_socket(struct connection *connection)
{
    unsigned timeout_ms = TCP_USER_TIMEOUT_MS;
    uv_os_fd_t fd;

    uv_tcp_nodelay(&connection->tcp, 1);
    if (uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
    connection_spare_acks(connection);
}

void connection_start(struct connection *connection)
{
    struct errmsg err = {{0}};
    enum status status;

    connection->phase = HANDSHAKE;
    arm(connection, connection->incoming ? connection->transport->config.limits.silent_ms : HANDSHAKE_TIMEOUT_MS);
    tune_socket(connection);
    status = tls_new(&connection->tls, connection->tls_context, connection->incoming ? TLS_SERVER : TLS_CLIENT, judge,
                     connection);
    if (status == STATUS_OK)
        status = tls_start(connection->tls, &connection->wire, &err);
    if (status != STATUS_OK) {
        connection_fail(connection, status, &err);
        return;
    }
    transport_mark_dirty(connection);
    update_reading(connection);
}
