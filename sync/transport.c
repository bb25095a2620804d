/* sync/transport.c - sockets, TLS and timers around sessions; see transport.h. The order inside one turn of the loop: timers, reads (TLS opened,
 * sessions stepped, store requests queued), then the check handle: requests carried out and committed together, pokes, and one write per connection. */
#include "sync/transport.h"

#include <assert.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <uv.h>

enum { READ_BYTES = 64 * 1024, N_SIGNALS = 2, PLAIN_MAX_BYTES = 1024 * 1024, WIRE_MAX_BYTES = 32 * 1024 * 1024 };

enum phase { RESOLVING, CONNECTING, HANDSHAKE, TALKING, CLOSING, GONE };

struct connection {
    struct transport *transport;
    struct connection *prev, *next, *next_dirty;
    uint64_t no;
    enum phase phase;
    bool incoming, reading, dirty, poked, writing, broken, linger, shut, eof;
    bool ended_by_us; /* end.status was set here, not by the session */
    unsigned pins;    /* handles and requests that still call back */
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connect;
    uv_getaddrinfo_t resolve;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct addrinfo *addresses, *address; /* outgoing: all, the one being tried */
    char name[ADDRESS_TEXT_BYTES];        /* the other side, for traces */
    struct tls *tls;
    struct session *session;
    struct session_actions actions;
    struct buf wire, in_flight; /* to be sent; being sent */
    int64_t begun_ms, org;
    struct session_config session_config;
    struct hash pin;
    struct enrol_ticket ticket;
    bool has_pin, has_ticket;
    struct tls_context *tls_context;
    void *dial_context;
    struct transport_end end;
};

struct transport {
    struct transport_config config;
    uv_loop_t loop;
    uv_check_t check;
    uv_idle_t idle; /* runs while something is queued, so that the loop does not sleep */
    uv_timer_t tick;
    uv_signal_t signals[N_SIGNALS];
    uv_tcp_t listener;
    bool listening, ticking, stopping, poked;
    struct connection *first, *dirty;
    size_t n_connections;
    uint64_t last_no;
    struct buf plain;
    char read_buffer[READ_BYTES];
};

static void step(struct connection *connection, struct session_event *event);
static void finish(struct connection *connection);
static void try_address(struct connection *connection);
static void destroy(struct connection *connection);

/* ---- foreign codes end here ---- */

struct uv_meaning {
    int code;
    enum status status;
    const char *text;
};

static const struct uv_meaning meanings[] = {
    {UV_ECONNREFUSED, STATUS_CLOSED, "对方没有在监听（中心的同步程序没有运行，或者地址、端口不对）"},
    {UV_ETIMEDOUT, STATUS_TIMEOUT, "连接超时"},
    {UV_ENETUNREACH, STATUS_CLOSED, "网络不通"},
    {UV_EHOSTUNREACH, STATUS_CLOSED, "到不了对方主机"},
    {UV_ENETDOWN, STATUS_CLOSED, "网络没有接通"},
    {UV_EAI_NONAME, STATUS_NOT_FOUND, "找不到这个主机名"},
    {UV_EAI_AGAIN, STATUS_CLOSED, "暂时查不到主机名（网络没有接通？）"},
    {UV_EAI_NODATA, STATUS_NOT_FOUND, "找不到这个主机名"},
    {UV_ECONNRESET, STATUS_CLOSED, "连接被对方中断"},
    {UV_EPIPE, STATUS_CLOSED, "连接被对方中断"},
    {UV_EOF, STATUS_CLOSED, "对方断开了连接"},
    {UV_EADDRINUSE, STATUS_EXISTS, "端口已被别的程序占用"},
    {UV_EACCES, STATUS_FORBIDDEN, "没有权限使用这个端口"},
    {UV_EADDRNOTAVAIL, STATUS_IO, "本机没有这个地址"},
    {UV_EMFILE, STATUS_IO, "打开的连接太多"},
    {UV_ENOMEM, STATUS_NOMEM, "内存不足"},
};

static enum status uv_failed(struct errmsg *err, int code, const char *what)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code)
            return errmsg_set(err, meanings[i].status, "%s: %s", what, meanings[i].text);
    return errmsg_set(err, STATUS_IO, "%s: %s", what, uv_strerror(code));
}

int64_t transport_now_ms(const struct transport *transport)
{
    return (int64_t)uv_now(&transport->loop);
}

int64_t transport_wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *transport_library_version(void)
{
    return uv_version_string();
}

enum status transport_split_address(const char *address, char *host, size_t host_bytes, char port[8], struct errmsg *err)
{
    const char *colon = strrchr(address, ':');
    size_t host_len = colon != NULL ? (size_t)(colon - address) : 0;
    size_t port_len = colon != NULL ? strlen(colon + 1) : 0;

    if (host_len >= 2 && address[0] == '[' && address[host_len - 1] == ']') {
        address++;
        host_len -= 2;
    } else if (host_len > 0 && memchr(address, ':', host_len) != NULL) {
        host_len = 0; /* a bare IPv6 address: which colon is the port's? */
    }
    if (host_len == 0 || host_len >= host_bytes || port_len == 0 || port_len > 5 || strspn(colon + 1, "0123456789") != port_len || atoi(colon + 1) > 65535)
        return errmsg_set(err, STATUS_USAGE, "地址应写作 主机:端口，例如 192.168.1.5:7474 或 [fe80::1]:7474");
    memcpy(host, address, host_len);
    host[host_len] = 0;
    memcpy(port, colon + 1, port_len + 1);
    return STATUS_OK;
}

/* ---- the loop's turn ---- */

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static void wake(struct transport *transport)
{
    uv_idle_start(&transport->idle, on_idle);
}

static void mark_dirty(struct connection *connection)
{
    if (connection->dirty || connection->phase == GONE)
        return;
    connection->dirty = true;
    connection->next_dirty = connection->transport->dirty;
    connection->transport->dirty = connection;
    wake(connection->transport);
}

static void deliver(void *context, void *owner, const struct session_result *result)
{
    struct connection *connection = owner;
    struct session_event event = {.kind = EVENT_STORE, .result = result};

    (void)context;
    if (connection->session == NULL)
        return;
    if (result->kind == REQUEST_INGEST && result->status == STATUS_OK && result->taken.taken > 0 && connection->org != 0) {
        /* The other stations of this org want these changes too; the sender itself looks on its own. */
        for (struct connection *other = connection->transport->first; other != NULL; other = other->next)
            if (other != connection && other->org == connection->org)
                other->poked = connection->transport->poked = true;
    }
    step(connection, &event);
}

static void poke_all_marked(struct transport *transport)
{
    struct connection *next;

    if (!transport->poked)
        return;
    transport->poked = false;
    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        if (!connection->poked)
            continue;
        connection->poked = false;
        if (connection->session != NULL) {
            struct session_event event = {.kind = EVENT_POKE};

            step(connection, &event);
        }
    }
}

static void flush_write(struct connection *connection);

static void on_check(uv_check_t *check)
{
    struct transport *transport = check->data;
    bool more = false;

    for (int round = 0; round < FLUSH_ROUNDS; round++) {
        poke_all_marked(transport);
        if (transport->config.replicator == NULL || replicator_queued(transport->config.replicator) == 0) {
            more = false;
            break;
        }
        more = replicator_flush(transport->config.replicator, transport_wall_ms(), deliver, transport);
    }
    while (transport->dirty != NULL) {
        struct connection *connection = transport->dirty;

        transport->dirty = connection->next_dirty;
        connection->dirty = false;
        flush_write(connection);
    }
    if (!more && !transport->poked)
        uv_idle_stop(&transport->idle);
}

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
        want = true;
    else if (connection->phase == TALKING)
        want = connection->session != NULL && session_reading(connection->session) && connection->wire.len < WIRE_HIGH_BYTES;
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
        destroy(connection);
}

static void begin_shutdown(struct connection *connection)
{
    if (connection->shut)
        return;
    connection->shut = true;
    connection->shutdown.data = connection;
    if (uv_shutdown(&connection->shutdown, (uv_stream_t *)&connection->tcp, on_shutdown) != 0) {
        destroy(connection);
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
            destroy(connection);
        return; /* reading tells the rest */
    }
    mark_dirty(connection);
    update_reading(connection);
}

/* One write at a time; its buffer lives until its callback. */
static void flush_write(struct connection *connection)
{
    uv_buf_t piece;

    if (connection->phase == GONE || connection->phase < HANDSHAKE || connection->writing)
        return;
    if (connection->broken) {
        if (connection->phase == CLOSING)
            destroy(connection);
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
    piece = uv_buf_init((char *)connection->in_flight.data, (unsigned)connection->in_flight.len);
    connection->writing = true;
    connection->pins++;
    if (uv_write(&connection->write, (uv_stream_t *)&connection->tcp, &piece, 1, on_written) != 0) {
        connection->pins--;
        connection->writing = false;
        connection->broken = true;
        destroy(connection);
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
    connection->end.outcome = *session_outcome(connection->session);
    if (!connection->ended_by_us) {
        connection->end.status = connection->end.outcome.status;
        connection->end.reason = connection->end.outcome.reason;
    }
    session_free(connection->session);
    connection->session = NULL;
}

static void trace_end(const struct connection *connection)
{
    const struct transport_end *end = &connection->end;
    const struct session_outcome *outcome = &end->outcome;

    if (end->status == STATUS_OK)
        trace_write(connection->transport->config.trace, TRACE_INFO, "transport",
                    "connection %llu %s: done, sent %llu received %llu conflicts %llu quarantined %llu, wire out %llu in %llu, %lld ms",
                    (unsigned long long)connection->no, connection->name, (unsigned long long)outcome->sent, (unsigned long long)outcome->received,
                    (unsigned long long)outcome->conflicts, (unsigned long long)outcome->quarantined, (unsigned long long)end->wire_out,
                    (unsigned long long)end->wire_in, (long long)end->duration_ms);
    else
        trace_write(connection->transport->config.trace, TRACE_WARN, "transport", "connection %llu %s: closed, %s: %s", (unsigned long long)connection->no,
                    connection->name, status_name(end->status), errmsg_text(&end->reason, end->status));
}

static void unpin(struct connection *connection)
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
    trace_end(connection);
    if (transport->config.hooks.ended != NULL)
        transport->config.hooks.ended(transport->config.hooks.context, connection->dial_context, &connection->end);
    free(connection);
}

static void on_handle_closed(uv_handle_t *handle)
{
    unpin(handle->data);
}

static void remove_dirty(struct connection *connection)
{
    for (struct connection **at = &connection->transport->dirty; *at != NULL; at = &(*at)->next_dirty) {
        if (*at == connection) {
            *at = connection->next_dirty;
            break;
        }
    }
    connection->dirty = false;
}

/* Give everything back; the memory goes when the last callback has come. */
static void destroy(struct connection *connection)
{
    if (connection->phase == GONE)
        return;
    if (connection->dirty)
        remove_dirty(connection);
    forget_session(connection);
    connection->phase = GONE;
    connection->end.duration_ms = transport_now_ms(connection->transport) - connection->begun_ms;
    tls_free(connection->tls);
    connection->tls = NULL;
    session_actions_release(&connection->actions);
    buf_release(&connection->wire);
    if (connection->addresses != NULL)
        uv_freeaddrinfo(connection->addresses);
    connection->addresses = NULL;
    uv_cancel((uv_req_t *)&connection->resolve); /* has no effect when it is not queued */
    if (!uv_is_closing((uv_handle_t *)&connection->tcp))
        uv_close((uv_handle_t *)&connection->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&connection->timer, on_handle_closed);
}

static void on_timer(uv_timer_t *timer);

static void arm(struct connection *connection, int64_t delay_ms)
{
    uv_timer_start(&connection->timer, on_timer, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

/* The session said its last word, or we did: flush and close. */
static void finish(struct connection *connection)
{
    bool talked;

    if (connection->phase >= CLOSING)
        return;
    if (connection->phase < HANDSHAKE) {
        destroy(connection);
        return;
    }
    talked = connection->phase == TALKING;
    connection->phase = CLOSING;
    forget_session(connection);
    if (connection->tls != NULL)
        tls_close(connection->tls, &connection->wire);
    /* Only who understood us is told why; a stranger is not waited for. */
    connection->linger = talked && connection->end.status != STATUS_OK && connection->end.status != STATUS_CANCELLED && !connection->broken && !connection->eof;
    arm(connection, connection->linger ? LINGER_MS : FLUSH_MS);
    update_reading(connection);
    mark_dirty(connection);
}

static void fail(struct connection *connection, enum status status, const struct errmsg *reason)
{
    if (connection->phase >= CLOSING)
        return;
    connection->ended_by_us = true;
    connection->end.status = status;
    connection->end.reason = *reason;
    finish(connection);
}

static void on_timer(uv_timer_t *timer)
{
    struct connection *connection = timer->data;
    struct errmsg err;

    if (connection->phase == CLOSING) {
        destroy(connection);
    } else if (connection->phase == TALKING) {
        struct session_event event = {.kind = EVENT_TICK};

        step(connection, &event);
    } else if (connection->phase != GONE) {
        errmsg_set(&err, STATUS_TIMEOUT, "%d 秒内没有建立起加密连接", (int)(HANDSHAKE_TIMEOUT_MS / 1000));
        fail(connection, STATUS_TIMEOUT, &err);
    }
}

/* ---- one connection: its session ---- */

static enum status send_actions(struct connection *connection, struct errmsg *err)
{
    struct session_actions *actions = &connection->actions;
    enum status status = STATUS_OK;

    if (actions->send.len > 0) {
        status = tls_write(connection->tls, actions->send.data, actions->send.len, &connection->wire, err);
        buf_release(&actions->send);
        mark_dirty(connection);
    }
    return status;
}

/* Hand the store request on. True when a result was put into *event: step again. */
static bool take_request(struct connection *connection, struct session_event *event, struct session_result *result, enum status *status)
{
    struct transport *transport = connection->transport;
    transport_answer answer = transport->config.hooks.answer;

    connection->actions.wants_store = false;
    if (answer == NULL) {
        *status = transport->config.replicator == NULL ? STATUS_UNSUPPORTED : replicator_submit(transport->config.replicator, connection, &connection->actions.request);
        wake(transport);
        return false;
    }
    memset(result, 0, sizeof *result);
    result->kind = connection->actions.request.kind;
    answer(connection->dial_context != NULL ? connection->dial_context : transport->config.hooks.context, &connection->actions.request, result);
    *event = (struct session_event){.kind = EVENT_STORE, .result = result};
    return true;
}

static void note_session(struct connection *connection)
{
    const struct peer *peer = session_peer(connection->session);

    if (connection->end.opened || !session_is_open(connection->session))
        return;
    connection->end.opened = true;
    if (peer != NULL)
        connection->org = peer->org;
    trace_write(connection->transport->config.trace, TRACE_INFO, "transport", "connection %llu %s: open, station %u", (unsigned long long)connection->no,
                connection->name, peer != NULL ? peer->station_no : 0);
}

/* Step the session and carry out what it wants, until it waits for something from outside. */
static void step(struct connection *connection, struct session_event *event)
{
    struct session_result *result = NULL;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;

    if (connection->session == NULL)
        return;
    for (;;) {
        event->now_ms = transport_now_ms(connection->transport);
        event->wall_ms = transport_wall_ms();
        session_step(connection->session, event, &connection->actions);
        if (result != NULL)
            session_result_release(result);
        note_session(connection);
        status = send_actions(connection, &err);
        if (status != STATUS_OK || !connection->actions.wants_store || connection->actions.close)
            break;
        if (result == NULL && connection->transport->config.hooks.answer != NULL && (result = malloc(sizeof *result)) == NULL)
            status = STATUS_NOMEM;
        if (status != STATUS_OK || !take_request(connection, event, result, &status))
            break;
    }
    free(result);
    if (status != STATUS_OK)
        fail(connection, status, &err);
    else if (connection->actions.close)
        finish(connection);
    else {
        if (connection->actions.timer_ms != 0)
            arm(connection, connection->actions.timer_ms - transport_now_ms(connection->transport));
        else
            uv_timer_stop(&connection->timer);
        update_reading(connection);
    }
}

static bool start_session(struct connection *connection, struct errmsg *err)
{
    struct session_event event = {.kind = EVENT_CONNECTED};

    connection->end.peer_pin = event.connected.peer_pin = tls_peer_pin(connection->tls);
    event.connected.own_pin = tls_context_pin(connection->tls_context);
    if (tls_exporter(connection->tls, event.connected.exporter) != STATUS_OK || session_new(&connection->session, &connection->session_config) != STATUS_OK) {
        errmsg_set(err, STATUS_NOMEM, "无法开始会话");
        return false;
    }
    connection->phase = TALKING;
    step(connection, &event);
    return true;
}

static bool judge(void *context, struct hash pin)
{
    const struct connection *connection = context;

    if (connection->has_ticket)
        return enrol_pin_matches(&connection->ticket, pin);
    /* The center lets any key finish the handshake: whether it is known, revoked or wants to enrol, the session decides, and can say so. */
    return !connection->has_pin || hash_equal(connection->pin, pin);
}

static void peer_closed(struct connection *connection)
{
    struct session_event event = {.kind = EVENT_CLOSED};
    struct errmsg err;

    if (connection->phase == CLOSING) {
        destroy(connection);
    } else if (connection->phase == TALKING) {
        if (!connection->eof) {
            connection->eof = true;
            update_reading(connection);
            step(connection, &event);
        }
    } else if (connection->phase != GONE) {
        connection->broken = true;
        errmsg_set(&err, STATUS_CLOSED, "加密连接建立之前对方就断开了");
        fail(connection, STATUS_CLOSED, &err);
    }
}

static void take_bytes(struct connection *connection, const char *data, size_t len)
{
    struct transport *transport = connection->transport;
    struct errmsg err = {{0}};
    enum status status;

    connection->end.wire_in += len;
    buf_clear(&transport->plain);
    status = tls_feed(connection->tls, data, len, &transport->plain, &connection->wire, &err);
    if (connection->wire.len > 0)
        mark_dirty(connection);
    if (connection->phase == HANDSHAKE && tls_ready(connection->tls) && !start_session(connection, &err)) {
        fail(connection, STATUS_NOMEM, &err);
        return;
    }
    if (connection->phase == TALKING && transport->plain.len > 0) {
        struct session_event event = {.kind = EVENT_BYTES, .data = transport->plain.data, .len = transport->plain.len};

        step(connection, &event);
    }
    hash_wipe(transport->plain.data, transport->plain.len);
    if (connection->phase != TALKING && connection->phase != HANDSHAKE)
        return;
    if (status == STATUS_CLOSED) {
        peer_closed(connection);
    } else if (status != STATUS_OK) {
        if (connection->phase == TALKING && !connection->end.opened && status == STATUS_AUTH)
            errmsg_wrap(&err, status, "对方没有接受本机的密钥");
        fail(connection, status, &err);
    }
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
        peer_closed(connection);
    } else if (connection->phase != CLOSING) {
        take_bytes(connection, buf->base, (size_t)n);
    }
}

/* ---- how connections begin ---- */

static struct connection *connection_new(struct transport *transport, struct tls_context *tls, bool incoming)
{
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL)
        return NULL;
    connection->transport = transport;
    connection->no = ++transport->last_no;
    connection->incoming = incoming;
    connection->tls_context = tls;
    connection->begun_ms = transport_now_ms(transport);
    connection->end.connection = connection->no;
    connection->end.incoming = incoming;
    buf_init(&connection->wire, WIRE_MAX_BYTES);
    session_actions_init(&connection->actions);
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
    arm(connection, HANDSHAKE_TIMEOUT_MS);
    return connection;
}

static void tune_socket(struct connection *connection)
{
    unsigned timeout_ms = TCP_USER_TIMEOUT_MS;
    uv_os_fd_t fd;

    uv_tcp_nodelay(&connection->tcp, 1);
    if (uv_fileno((uv_handle_t *)&connection->tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof timeout_ms);
}

static void name_address(const struct sockaddr *address, char *out, size_t out_bytes)
{
    char host[64] = "?";

    uv_ip_name(address, host, sizeof host);
    if (address->sa_family == AF_INET6)
        snprintf(out, out_bytes, "[%s]:%u", host, ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port));
    else
        snprintf(out, out_bytes, "%s:%u", host, ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port));
}

static void start_handshake(struct connection *connection)
{
    struct errmsg err = {{0}};
    enum status status;

    connection->phase = HANDSHAKE;
    tune_socket(connection);
    status = tls_new(&connection->tls, connection->tls_context, connection->incoming ? TLS_SERVER : TLS_CLIENT, judge, connection);
    if (status == STATUS_OK)
        status = tls_start(connection->tls, &connection->wire, &err);
    if (status != STATUS_OK) {
        fail(connection, status, &err);
        return;
    }
    mark_dirty(connection);
    update_reading(connection);
}

static void on_incoming(uv_stream_t *listener, int code)
{
    struct transport *transport = listener->data;
    struct sockaddr_storage address;
    struct connection *connection;
    int len = sizeof address;

    if (code < 0 || transport->stopping)
        return;
    connection = connection_new(transport, transport->config.tls, true);
    if (connection == NULL)
        return; /* it stays in the kernel's queue */
    connection->session_config = (struct session_config){.role = SESSION_CENTER, .trace = transport->config.trace};
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0) {
        connection->end.status = STATUS_IO;
        destroy(connection);
        return;
    }
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &len) == 0)
        name_address((struct sockaddr *)&address, connection->name, sizeof connection->name);
    trace_write(transport->config.trace, TRACE_DEBUG, "transport", "connection %llu %s: accepted", (unsigned long long)connection->no, connection->name);
    start_handshake(connection);
}

static void fail_uv(struct connection *connection, int code)
{
    struct errmsg err;
    enum status status = uv_failed(&err, code, connection->name);

    fail(connection, status, &err);
}

/* The socket of a failed try is closed: take a new one for the next address. */
static void on_retry(uv_handle_t *handle)
{
    struct connection *connection = handle->data;

    if (connection->phase == GONE) {
        unpin(connection);
        return;
    }
    uv_tcp_init(&connection->transport->loop, &connection->tcp);
    connection->tcp.data = connection;
    try_address(connection);
}

static void on_connected(uv_connect_t *request, int code)
{
    struct connection *connection = request->data;

    unpin(connection);
    if (connection->phase == GONE)
        return;
    if (code == 0) {
        start_handshake(connection);
    } else if (connection->address->ai_next != NULL) {
        connection->address = connection->address->ai_next;
        uv_close((uv_handle_t *)&connection->tcp, on_retry);
    } else {
        fail_uv(connection, code);
    }
}

static void try_address(struct connection *connection)
{
    int code;

    connection->phase = CONNECTING;
    connection->connect.data = connection;
    code = uv_tcp_connect(&connection->connect, &connection->tcp, connection->address->ai_addr, on_connected);
    if (code == 0)
        connection->pins++;
    else
        fail_uv(connection, code);
}

static void on_resolved(uv_getaddrinfo_t *request, int code, struct addrinfo *addresses)
{
    struct connection *connection = request->data;

    if (connection->phase == GONE) {
        uv_freeaddrinfo(addresses);
        unpin(connection);
        return;
    }
    unpin(connection);
    if (code != 0 || addresses == NULL) {
        fail_uv(connection, code != 0 ? code : UV_EAI_NONAME);
        return;
    }
    connection->addresses = connection->address = addresses;
    try_address(connection);
}

enum status transport_dial(struct transport *transport, const struct transport_dial *dial, uint64_t *number, struct errmsg *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    char host[256], port[8];
    struct connection *connection;
    enum status status = transport_split_address(dial->address, host, sizeof host, port, err);
    int code;

    if (status != STATUS_OK)
        return status;
    uv_update_time(&transport->loop);
    connection = connection_new(transport, dial->tls != NULL ? dial->tls : transport->config.tls, false);
    if (connection == NULL)
        return STATUS_NOMEM;
    snprintf(connection->name, sizeof connection->name, "%s", dial->address);
    connection->session_config = dial->session;
    connection->has_pin = dial->ticket == NULL;
    connection->pin = dial->pin;
    connection->has_ticket = dial->ticket != NULL;
    if (dial->ticket != NULL)
        connection->ticket = *dial->ticket;
    connection->dial_context = dial->context;
    connection->resolve.data = connection;
    if (number != NULL)
        *number = connection->no;
    code = uv_getaddrinfo(&transport->loop, &connection->resolve, on_resolved, host, port, &hints);
    if (code == 0)
        connection->pins++;
    else
        fail_uv(connection, code);
    return STATUS_OK;
}

enum status transport_listen(struct transport *transport, const char *address, char bound[ADDRESS_TEXT_BYTES], struct errmsg *err)
{
    struct sockaddr_storage name;
    char host[256], port[8];
    int len = sizeof name, code;
    enum status status = transport_split_address(address, host, sizeof host, port, err);

    if (status != STATUS_OK)
        return status;
    if (uv_ip4_addr(host, atoi(port), (struct sockaddr_in *)&name) != 0 && uv_ip6_addr(host, atoi(port), (struct sockaddr_in6 *)&name) != 0)
        return errmsg_set(err, STATUS_USAGE, "监听地址 %s 应是本机的 IP 地址（0.0.0.0 表示全部）", host);
    uv_tcp_init(&transport->loop, &transport->listener);
    transport->listener.data = transport;
    transport->listening = true;
    code = uv_tcp_bind(&transport->listener, (struct sockaddr *)&name, 0);
    if (code == 0)
        code = uv_listen((uv_stream_t *)&transport->listener, TRANSPORT_BACKLOG, on_incoming);
    if (code == 0)
        code = uv_tcp_getsockname(&transport->listener, (struct sockaddr *)&name, &len);
    if (code != 0)
        return uv_failed(err, code, address);
    name_address((struct sockaddr *)&name, bound, ADDRESS_TEXT_BYTES);
    return STATUS_OK;
}

/* ---- from above ---- */

void transport_poke(struct transport *transport)
{
    for (struct connection *connection = transport->first; connection != NULL; connection = connection->next)
        connection->poked = true;
    transport->poked = true;
    wake(transport);
}

void transport_poke_org(struct transport *transport, int64_t org)
{
    for (struct connection *connection = transport->first; connection != NULL; connection = connection->next)
        connection->poked = connection->poked || (connection->end.opened && connection->org == org);
    transport->poked = true;
    wake(transport);
}

size_t transport_drop(struct transport *transport, struct hash pin, enum status status, const char *reason)
{
    struct connection *next;
    struct errmsg err;
    size_t n = 0;

    errmsg_set(&err, status, "%s", reason);
    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->phase == TALKING && hash_equal(connection->end.peer_pin, pin)) {
            fail(connection, status, &err);
            n++;
        }
    }
    return n;
}

size_t transport_connections(const struct transport *transport)
{
    return transport->n_connections;
}

bool transport_look(const struct transport *transport, uint64_t number, struct transport_look *out)
{
    for (const struct connection *connection = transport->first; connection != NULL; connection = connection->next) {
        if (connection->no != number || connection->phase >= CLOSING)
            continue;
        *out = (struct transport_look){.wire_in = connection->end.wire_in, .wire_out = connection->end.wire_out};
        if (connection->session != NULL) {
            out->open = session_is_open(connection->session);
            out->quiet = session_is_quiet(connection->session);
            out->outcome = *session_outcome(connection->session);
        }
        return true;
    }
    return false;
}

static void on_tick(uv_timer_t *timer)
{
    struct transport *transport = timer->data;

    transport->config.hooks.tick(transport->config.hooks.context);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct transport *transport = handle->data;

    trace_write(transport->config.trace, TRACE_INFO, "transport", "signal %d: stopping", number);
    transport_stop(transport);
}

void transport_stop(struct transport *transport)
{
    struct errmsg err;
    struct connection *next;

    if (transport->stopping)
        return;
    transport->stopping = true;
    errmsg_set(&err, STATUS_CANCELLED, "程序停止");
    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        fail(connection, STATUS_CANCELLED, &err);
    }
    if (transport->listening && !uv_is_closing((uv_handle_t *)&transport->listener))
        uv_close((uv_handle_t *)&transport->listener, NULL);
    if (transport->ticking)
        uv_timer_stop(&transport->tick);
    if (transport->config.signals)
        for (int i = 0; i < N_SIGNALS; i++)
            uv_signal_stop(&transport->signals[i]);
}

void transport_run(struct transport *transport)
{
    uv_run(&transport->loop, UV_RUN_DEFAULT);
}

enum status transport_new(struct transport **out, const struct transport_config *config, struct errmsg *err)
{
    static const int numbers[N_SIGNALS] = {SIGINT, SIGTERM};
    struct transport *transport = calloc(1, sizeof *transport);
    int code;

    *out = NULL;
    if (transport == NULL)
        return STATUS_NOMEM;
    transport->config = *config;
    code = uv_loop_init(&transport->loop);
    if (code != 0) {
        free(transport);
        return uv_failed(err, code, "网络");
    }
    buf_init(&transport->plain, PLAIN_MAX_BYTES);
    uv_check_init(&transport->loop, &transport->check);
    uv_idle_init(&transport->loop, &transport->idle);
    uv_timer_init(&transport->loop, &transport->tick);
    transport->check.data = transport->tick.data = transport;
    uv_check_start(&transport->check, on_check);
    uv_unref((uv_handle_t *)&transport->check);
    for (int i = 0; config->signals && i < N_SIGNALS; i++) {
        uv_signal_init(&transport->loop, &transport->signals[i]);
        transport->signals[i].data = transport;
        uv_signal_start(&transport->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&transport->signals[i]);
    }
    if (config->hooks.tick != NULL) {
        transport->ticking = true;
        uv_timer_start(&transport->tick, on_tick, (uint64_t)config->hooks.tick_ms, (uint64_t)config->hooks.tick_ms);
    }
    *out = transport;
    return STATUS_OK;
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void transport_free(struct transport *transport)
{
    struct connection *next;

    if (transport == NULL)
        return;
    transport_stop(transport);
    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        destroy(connection);
    }
    while (transport->first != NULL)
        uv_run(&transport->loop, UV_RUN_ONCE);
    uv_walk(&transport->loop, close_handle, NULL);
    uv_run(&transport->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&transport->loop) != 0)
        assert(false);
    buf_release(&transport->plain);
    free(transport);
}
