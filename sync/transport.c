/* sync/transport.c - the loop: what connections share, listening, dialling, names and addresses. The order inside one
 * turn of the loop: timers, reads (TLS opened, sessions stepped, store requests queued), then the check handle:
 * requests carried out and committed together, pokes, and one write per connection. */
#include "sync/transport.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/base/language.h"
#include "sync/transport_impl.h"

static void try_address(struct connection *connection);
static void on_incoming(uv_stream_t *listener, int code);
static uint16_t *org_count(const struct connection *connection);

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
            return errmsg_set(err, meanings[i].status, "%s: %s", what, _(meanings[i].text));
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

enum status transport_split_address(const char *address, char *host, size_t host_bytes, char port[8],
                                    struct errmsg *err)
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
    if (host_len == 0 || host_len >= host_bytes || port_len == 0 || port_len > 5 ||
        strspn(colon + 1, "0123456789") != port_len || atoi(colon + 1) > 65535)
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

void transport_wake(struct transport *transport)
{
    uv_idle_start(&transport->idle, on_idle);
}

static void wake_up(void *context)
{
    transport_wake(context);
}

void transport_mark_dirty(struct connection *connection)
{
    if (connection->dirty || connection->phase == GONE)
        return;
    connection->dirty = true;
    connection->next_dirty = connection->transport->dirty;
    connection->transport->dirty = connection;
    transport_wake(connection->transport);
}

void transport_unmark_dirty(struct connection *connection)
{
    for (struct connection **at = &connection->transport->dirty; *at != NULL; at = &(*at)->next_dirty) {
        if (*at == connection) {
            *at = connection->next_dirty;
            break;
        }
    }
    connection->dirty = false;
}

/* Whether what a peer of this center brought is of interest to others beside it: to machines of its org, of the one whose record it wrote in, of those whom that is shared with. What was carried for others, or handed back
 * to a center that was put back, may be for anybody. */
static bool is_news_for(const struct connection *from, const struct session_result *result, const struct connection *other)
{
    return result->kind != REQUEST_INGEST || other->org == from->org || reach_orgs_may_have(&result->taken.reached, other->org);
}

static bool brings_news(const struct connection *from, const struct session_result *result)
{
    if (from->org == 0 || result->status != STATUS_OK)
        return false;
    if (result->kind == REQUEST_RELAY_TAKE || result->kind == REQUEST_RELAY_OPEN)
        return result->relayed.done;
    if (result->kind == REQUEST_TAKE_RETURNS || result->kind == REQUEST_NOTE_PEER)
        return result->taken.taken > 0;
    return result->kind == REQUEST_INGEST && result->taken.taken > 0 && (*org_count(from) > 1 || result->taken.reached.n > 0);
}

/* Our own commits are not seen in the store's data version (center_tick): who is connected and gets some of it is told here. The sender itself looks on its own. */
static void poke_others(struct connection *from, const struct session_result *result)
{
    if (!brings_news(from, result))
        return;
    for (struct connection *other = from->transport->first; other != NULL; other = other->next)
        if (other != from && other->org != 0 && is_news_for(from, result, other))
            other->poked = from->transport->poked = true;
}

static void deliver(void *context, void *owner, const struct session_result *result)
{
    struct connection *connection = owner;
    struct session_event event = {.kind = EVENT_STORE, .result = result};

    (void)context;
    connection->asked = false;
    if (connection->session == NULL)
        return;
    poke_others(connection, result);
    connection_step(connection, &event);
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

            connection_step(connection, &event);
        }
    }
}

/* Its session waits for the store, which is asked again at once: what comes of that goes out in the same packet, as WELCOME does with the acknowledgement of what came behind HELLO. */
static bool hold_back(struct connection *connection)
{
    bool held = connection->asked && connection->turns_held < HOLD_TURNS;

    connection->turns_held = held ? connection->turns_held + 1 : 0;
    return held;
}

static void flush_dirty(struct transport *transport, bool more)
{
    struct connection *held = NULL;

    while (transport->dirty != NULL) {
        struct connection *connection = transport->dirty;

        transport->dirty = connection->next_dirty;
        if (more && hold_back(connection)) {
            connection->next_dirty = held;
            held = connection;
        } else {
            connection->dirty = false;
            connection_flush(connection);
        }
    }
    transport->dirty = held;
}

/* One group of writes a turn, so one fsync: what follows from it waits for what comes meanwhile from others. */
static void on_check(uv_check_t *check)
{
    struct transport *transport = check->data;
    struct replicator *replicator = transport->config.replicator;
    bool more = false;

    poke_all_marked(transport);
    if (replicator != NULL && replicator_queued(replicator) > 0)
        more = replicator_flush(replicator, transport_wall_ms(), deliver, transport);
    for (int round = 1; round < FLUSH_ROUNDS && (more || transport->poked); round++) {
        poke_all_marked(transport);
        more = replicator != NULL && replicator_flush_reads(replicator, transport_wall_ms(), deliver, transport);
    }
    strangers_serve(transport);
    flush_dirty(transport, more);
    if (!more && !transport->poked)
        uv_idle_stop(&transport->idle);
}

/* ---- limits ---- */

static size_t bucket_of(const void *data, size_t len)
{
    return (size_t)(hash_short(data, len) % BUCKETS);
}

/* An IPv4 address also when it came to a socket of IPv6; of IPv6 the network: who has one address there has all of its /64. */
static void count_address(struct connection *connection, const struct sockaddr *address)
{
    const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    const struct in_addr *four = &((const struct sockaddr_in *)(const void *)address)->sin_addr;
    size_t bucket = address->sa_family != AF_INET6 ? bucket_of(four, sizeof *four) : IN6_IS_ADDR_V4MAPPED(six) ? bucket_of(six->s6_addr + 12, 4) : bucket_of(six->s6_addr, 8);

    connection->address_bucket = (uint16_t)bucket;
    connection->counted = true;
    connection->transport->by_address[connection->address_bucket]++;
}

/* One too many, and nobody goes for it. */
static bool has_no_place(const struct connection *connection)
{
    const struct transport *transport = connection->transport;
    const struct transport_limits *limits = &transport->config.limits;
    bool of_address = connection->counted && transport->by_address[connection->address_bucket] > limits->an_address;

    return (of_address || transport->n_connections > limits->connections) && !stranger_makes_place(connection, of_address);
}

static uint16_t *key_count(const struct connection *connection)
{
    return &connection->transport->by_key[bucket_of(connection->end.peer_pin.bytes, HASH_BYTES)];
}

static uint16_t *org_count(const struct connection *connection)
{
    return &connection->transport->by_org[(size_t)connection->org % BUCKETS];
}

/* The list begins with the newest. */
static void drop_oldest(struct connection *connection)
{
    struct connection *oldest = NULL;
    struct errmsg err;
    size_t n = 0;

    for (struct connection *other = connection->transport->first; other != NULL; other = other->next) {
        if (other->org == 0 || other->phase != TALKING || !hash_equal(other->end.peer_pin, connection->end.peer_pin))
            continue;
        oldest = other;
        n++;
    }
    if (n <= connection->transport->config.limits.a_key || oldest == connection)
        return;
    errmsg_set(&err, STATUS_BUSY, "同一台机器又建立了连接，最早的一个关闭");
    connection_fail(oldest, STATUS_BUSY, &err);
}

void transport_count_key(struct connection *connection)
{
    ++*org_count(connection);
    if (++*key_count(connection) > connection->transport->config.limits.a_key)
        drop_oldest(connection);
}

void transport_uncount(struct connection *connection)
{
    if (connection->counted)
        connection->transport->by_address[connection->address_bucket]--;
    connection->counted = false;
    if (connection->org != 0) {
        --*key_count(connection);
        --*org_count(connection);
    }
    connection->org = 0;
}

/* Does the other side take what is written to it? */
static void check_stall(struct connection *connection, int64_t now)
{
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&connection->tcp);
    int64_t most = connection->transport->config.limits.stall_ms;
    struct errmsg err;

    if (!connection->writing || connection->phase >= CLOSING)
        return;
    if (left != connection->stalled_bytes) {
        connection->stalled_bytes = left;
        connection->stalled_ms = now;
    }
    if (now - connection->stalled_ms < most &&
        now - connection->write_ms < most + (int64_t)(connection->in_flight.len / STALL_BYTES_PER_S * 1000))
        return;
    errmsg_set(&err, STATUS_TIMEOUT, "对方不收取数据，还有 %zu 字节没有送出", left);
    connection_fail(connection, STATUS_TIMEOUT, &err);
}

/* Who floods us does not flood the trace. */
static void tell_of_strangers(struct transport *transport)
{
    int64_t now = transport_now_ms(transport);

    if (transport->told_ms != 0 && now - transport->told_ms < TELL_MS)
        return;
    if (transport->refused + transport->pushed_out + transport->silent_ended > 0)
        transport->told_ms = now;
    if (transport->refused > 0)
        trace_write(transport->config.trace, TRACE_WARN, "transport",
                    "拒绝了 %llu 个连接：现有 %zu 个，上限一共 %zu 个、一个地址 %zu 个",
                    (unsigned long long)transport->refused, transport->n_connections,
                    transport->config.limits.connections, transport->config.limits.an_address);
    if (transport->pushed_out > 0)
        trace_write(transport->config.trace, TRACE_WARN, "transport", "给新来的让位，断开了 %llu 个没有说明身份的连接：现有 %zu 个",
                    (unsigned long long)transport->pushed_out, transport->n_connections);
    if (transport->silent_ended > 0)
        trace_write(transport->config.trace, TRACE_WARN, "transport", "断开了 %llu 个来了却不按时说明身份的连接（最近一个来自 %s）：现有 %zu 个；如果一直这样，请查防火墙",
                    (unsigned long long)transport->silent_ended, transport->silent_name, transport->n_connections);
    transport->refused = transport->pushed_out = transport->silent_ended = 0;
}

static void on_sweep(uv_timer_t *timer)
{
    struct transport *transport = timer->data;
    struct connection *next;

    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        check_stall(connection, transport_now_ms(transport));
    }
    if (transport->unaccepted)
        on_incoming((uv_stream_t *)&transport->listener, 0);
    text_socket_retry(transport->text_socket);
    tell_of_strangers(transport);
}

/* As many descriptors as the system lets us have; fewer connections than that, so that accepting never fails for want
 * of one. */
static void fit_descriptors(struct transport_limits *limits)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (limit.rlim_cur < limits->connections + DESCRIPTORS_KEPT) {
        rlim_t want = limits->connections + DESCRIPTORS_KEPT;

        limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > want ? want : limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
        (void)getrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur < limits->connections + DESCRIPTORS_KEPT)
        limits->connections = limit.rlim_cur > 2 * DESCRIPTORS_KEPT ? (size_t)limit.rlim_cur - DESCRIPTORS_KEPT
                                                                    : (size_t)limit.rlim_cur / 2;
}

static void default_limits(struct transport_limits *limits)
{
    limits->connections = limits->connections > 0 ? limits->connections : CONNECTIONS_MAX;
    limits->an_address = limits->an_address > 0 ? limits->an_address : ADDRESS_CONNECTIONS_MAX;
    limits->a_key = limits->a_key > 0 ? limits->a_key : KEY_CONNECTIONS_MAX;
    limits->strangers = limits->strangers > 0 ? limits->strangers : STRANGERS_MAX;
    limits->stall_ms = limits->stall_ms > 0 ? limits->stall_ms : STALL_MS;
    limits->silent_ms = limits->silent_ms > 0 ? limits->silent_ms : HANDSHAKE_TIMEOUT_MS;
    limits->turn_ms = limits->turn_ms > 0 ? limits->turn_ms : STRANGER_TURN_MS;
}

/* ---- how connections begin ---- */

static void transport_name_address(const struct sockaddr *address, char *out, size_t out_bytes)
{
    char host[64] = "?";

    uv_ip_name(address, host, sizeof host);
    if (address->sa_family == AF_INET6)
        snprintf(out, out_bytes, "[%s]:%u", host,
                 ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port));
    else
        snprintf(out, out_bytes, "%s:%u", host, ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port));
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
    transport->unaccepted = connection == NULL;
    if (connection == NULL)
        return; /* libuv holds it and takes no other before: the next sweep tries again */
    connection->session_config = (struct session_config){.role = SESSION_CENTER, .trace = transport->config.trace};
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0) {
        connection->end.status = STATUS_IO;
        connection_destroy(connection);
        return;
    }
    if (uv_tcp_getpeername(&connection->tcp, (struct sockaddr *)&address, &len) == 0) {
        transport_name_address((struct sockaddr *)&address, connection->name, sizeof connection->name);
        count_address(connection, (struct sockaddr *)&address);
    }
    if (has_no_place(connection)) {
        transport->refused++;
        connection->refused = true;
        connection->end.status = errmsg_set(&connection->end.reason, STATUS_BUSY, "连接太多");
        connection_destroy(connection);
        return;
    }
    trace_write(transport->config.trace, TRACE_DEBUG, "transport", "connection %llu %s: accepted",
                (unsigned long long)connection->no, connection->name);
    stranger_came(connection);
}

static void fail_uv(struct connection *connection, int code)
{
    struct errmsg err;
    enum status status = uv_failed(&err, code, connection->name);

    connection_fail(connection, status, &err);
}

/* The socket of a failed try is closed: take a new one for the next address. */
static void on_retry(uv_handle_t *handle)
{
    struct connection *connection = handle->data;

    if (connection->phase == GONE) {
        connection_unpin(connection);
        return;
    }
    uv_tcp_init(&connection->transport->loop, &connection->tcp);
    connection->tcp.data = connection;
    try_address(connection);
}

/* This one did not do. */
static void next_address(struct connection *connection, int code)
{
    if (connection->address->ai_next == NULL) {
        fail_uv(connection, code);
        return;
    }
    connection->address = connection->address->ai_next;
    uv_close((uv_handle_t *)&connection->tcp, on_retry);
}

static void on_connected(uv_connect_t *request, int code)
{
    struct connection *connection = request->data;

    connection_unpin(connection);
    if (connection->phase == GONE)
        return;
    if (code == 0)
        connection_start(connection);
    else
        next_address(connection, code);
}

static void try_address(struct connection *connection)
{
    int code;

    connection->phase = CONNECTING;
    connection->connect.data = connection;
    code = uv_tcp_connect(&connection->connect, &connection->tcp, connection->address->ai_addr, on_connected);
    if (code == 0) {
        connection->pins++;
        connection_spare_acks(connection);
    } else {
        next_address(connection, code); /* no route to it, as a rule: that is said at once */
    }
}

static void on_resolved(uv_getaddrinfo_t *request, int code, struct addrinfo *addresses)
{
    struct connection *connection = request->data;

    if (connection->phase == GONE) {
        uv_freeaddrinfo(addresses);
        connection_unpin(connection);
        return;
    }
    connection_unpin(connection);
    if (code != 0 || addresses == NULL) {
        fail_uv(connection, code != 0 ? code : UV_EAI_NONAME);
        return;
    }
    connection->addresses = connection->address = addresses;
    try_address(connection);
}

enum status transport_dial(struct transport *transport, const struct transport_dial *dial, uint64_t *number,
                           struct errmsg *err)
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
    connection->session_config.packets = true;
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

enum status transport_listen(struct transport *transport, const char *address, char bound[ADDRESS_TEXT_BYTES],
                             struct errmsg *err)
{
    struct sockaddr_storage name;
    char host[256], port[8];
    int len = sizeof name, code;
    enum status status = transport_split_address(address, host, sizeof host, port, err);

    if (status != STATUS_OK)
        return status;
    if (uv_ip4_addr(host, atoi(port), (struct sockaddr_in *)&name) != 0 &&
        uv_ip6_addr(host, atoi(port), (struct sockaddr_in6 *)&name) != 0)
        return errmsg_set(err, STATUS_USAGE, "监听地址 %s 应是本机的 IP 地址（0.0.0.0 表示全部）", host);
    fit_descriptors(&transport->config.limits);
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
    transport_name_address((struct sockaddr *)&name, bound, ADDRESS_TEXT_BYTES);
    return STATUS_OK;
}

/* ---- from above ---- */

void transport_poke(struct transport *transport)
{
    for (struct connection *connection = transport->first; connection != NULL; connection = connection->next)
        connection->poked = true;
    transport->poked = true;
    transport_wake(transport);
}

void transport_poke_orgs(struct transport *transport, const struct reach_orgs *orgs)
{
    for (struct connection *connection = transport->first; connection != NULL; connection = connection->next)
        if (connection->org != 0 && reach_orgs_may_have(orgs, connection->org))
            connection->poked = transport->poked = true;
    if (transport->poked)
        transport_wake(transport);
}

size_t transport_drop(struct transport *transport, struct hash pin, enum status status, const char *reason)
{
    struct connection *next;
    struct errmsg err;
    size_t n = 0;

    errmsg_set(&err, status, "%s", reason);
    for (struct connection *connection = transport->first; connection != NULL; connection = next) {
        next = connection->next;
        if (connection->phase < TALKING || !hash_equal(connection->end.peer_pin, pin))
            continue;
        n += connection->phase == TALKING;
        if (status == STATUS_FORBIDDEN)
            connection_revoke(connection, &err);
        else
            connection_fail(connection, status, &err);
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
        memcpy(out->peer_key, connection->end.peer_key, TLS_KEY_BYTES);
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

void transport_tick_soon(struct transport *transport)
{
    if (transport->ticking && !transport->stopping) /* 1: in this very turn of the loop it would come before the lines */
        uv_timer_start(&transport->tick, on_tick, 1, (uint64_t)transport->config.hooks.tick_ms);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct transport *transport = handle->data;

    trace_write(transport->config.trace, TRACE_INFO, "transport", "收到信号 %d，正在停止", number);
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
        connection_fail(connection, STATUS_CANCELLED, &err);
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

static void start_sweep(struct transport *transport)
{
    uint64_t every = (uint64_t)(transport->config.limits.stall_ms / 4);

    if (every > SWEEP_MS)
        every = SWEEP_MS;
    uv_timer_start(&transport->sweep, on_sweep, every, every);
    uv_unref((uv_handle_t *)&transport->sweep);
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
        return uv_failed(err, code, _("网络"));
    }
    buf_init(&transport->plain, PLAIN_MAX_BYTES);
    session_actions_init(&transport->actions);
    uv_check_init(&transport->loop, &transport->check);
    uv_idle_init(&transport->loop, &transport->idle);
    uv_timer_init(&transport->loop, &transport->tick);
    uv_timer_init(&transport->loop, &transport->sweep);
    uv_timer_init(&transport->loop, &transport->turn);
    uv_unref((uv_handle_t *)&transport->turn);
    transport->check.data = transport->tick.data = transport->sweep.data = transport;
    uv_check_start(&transport->check, on_check);
    uv_unref((uv_handle_t *)&transport->check);
    for (int i = 0; config->signals && i < N_SIGNALS; i++) {
        uv_signal_init(&transport->loop, &transport->signals[i]);
        transport->signals[i].data = transport;
        uv_signal_start(&transport->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&transport->signals[i]);
    }
    default_limits(&transport->config.limits);
    start_sweep(transport);
    if (config->replicator != NULL)
        replicator_on_wake(config->replicator, wake_up, transport);
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
        connection_destroy(connection);
    }
    while (transport->first != NULL)
        uv_run(&transport->loop, UV_RUN_ONCE);
    text_socket_close(transport->text_socket);
    if (transport->guest != NULL)
        transport->guest->close(transport->guest);
    uv_walk(&transport->loop, close_handle, NULL);
    uv_run(&transport->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&transport->loop) != 0)
        assert(false);
    buf_release(&transport->plain);
    session_actions_release(&transport->actions);
    free(transport);
}
