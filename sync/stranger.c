/* sync/stranger.c - whose turn it is among strangers: incoming connections whose machine is not known yet.
 *
 * Who is a stranger costs: a TLS object, signatures, a look into the store. So no more than limits.strangers have a SLOT at once. Anybody can be a stranger, in any number, and do nothing with his slot: 128 that sent a
 * ClientHello and fell silent kept a good station out for 26 s, 8,000 that sent nothing at all for longer than it waits. What is done about that, for a county behind one address as for many:
 *
 *   state     how it is left                                                          costs
 *   SILENT    it sends something -> WAITS; 30 s -> gone                               a descriptor and its struct
 *   WAITS     a slot is free or made free -> SERVED; 30 s since it came -> gone       the same; it is not read from
 *   SERVED    its session asks the store -> HEARD; 30 s -> gone; or it has to go      a slot
 *   HEARD     the store answers: it is known (no stranger any more) or is closed      a slot
 *
 * - Who has sent nothing has no slot. The loop is told that there is something to read, without reading it (on_nothing_to_read_into), so it costs no buffer either. A station speaks as soon as it is connected.
 * - Addresses have turns, not connections: first those with nobody in a slot, in the order in which they began to wait, then the others one after the other. An address is an IPv4 address or an IPv6 /64.
 *   One address alone may have all slots: when a county's stations come together through one, they are not held up.
 * - In one address its oldest and its newest waiting stranger come in turn. In a crowd the oldest is never passed over for long; behind a flood that nobody outlives, who has just come is served at once.
 * - When slots are scarce, a stranger keeps one for STRANGER_TURN_MS. It begins anew when TLS is done and with every STRANGER_TURN_BYTES that came: a slow line is not cut in its HELLO. Who is late goes for who waits,
 *   those of the address with the most slots first, of them the oldest. An address that has at least two slots fewer than another one gets one of those even if that stranger is not late, but never before it had
 *   STRANGER_TURN_MS in all: a crowd is through long before. HEARD is our own time: it does not count, but what the store refused and does not hang up can go again. So is a step in a thread (handshake.c): nobody goes then, and who ends for another reason keeps the slot
 *   until the thread is done.
 * - When there are too many connections, the oldest silent one that had STRANGER_TURN_MS goes, and if there is none of that address, the oldest that waits; if there is none either, the newcomer is refused.
 *
 * MEMORY AND TIME. Lists through the connections, one group of BUCKETS for an address (two that fall together are one): nothing is allocated. Everything is O(1), but for looking for who has to go: that passes over
 * limits.strangers at most, at most once in a millisecond without finding one, and who is found had his STRANGER_TURN_MS, so that is not often either. */
#include <errno.h>
#include <sys/socket.h>

#include "sync/transport_impl.h"

/* ---- lists ---- */

static void push(struct stranger_list *list, struct connection *connection, enum stranger_link link)
{
    connection->links[link] = (struct stranger_place){.before = list->last};
    if (list->last != NULL)
        list->last->links[link].next = connection;
    else
        list->first = connection;
    list->last = connection;
}

static void take_out(struct stranger_list *list, struct connection *connection, enum stranger_link link)
{
    struct connection *next = connection->links[link].next, *before = connection->links[link].before;

    if (next != NULL)
        next->links[link].before = before;
    else
        list->last = before;
    if (before != NULL)
        before->links[link].next = next;
    else
        list->first = next;
    connection->links[link] = (struct stranger_place){NULL, NULL};
}

static struct stranger_group *group_of(const struct connection *connection)
{
    return &connection->transport->groups[connection->address_bucket];
}

/* ---- the turns of addresses ---- */

static void leave_ring(struct transport *transport, struct stranger_group *group)
{
    struct stranger_ring *ring;

    if (!group->in_ring)
        return;
    ring = &transport->rings[group->ring];
    group->in_ring = false;
    if (group->next != NULL)
        group->next->before = group->before;
    else
        ring->last = group->before;
    if (group->before != NULL)
        group->before->next = group->next;
    else
        ring->first = group->next;
    group->next = group->before = NULL;
}

/* At the end of where it belongs now. */
static void enter_ring(struct transport *transport, struct stranger_group *group)
{
    struct stranger_ring *ring;

    leave_ring(transport, group);
    if (group->waiting.first == NULL)
        return;
    group->in_ring = true;
    group->ring = group->served > 0;
    ring = &transport->rings[group->ring];
    group->before = ring->last;
    if (ring->last != NULL)
        ring->last->next = group;
    else
        ring->first = group;
    ring->last = group;
}

static struct stranger_group *next_group(const struct transport *transport)
{
    return transport->rings[0].first != NULL ? transport->rings[0].first : transport->rings[1].first;
}

static struct connection *next_of(struct stranger_group *group)
{
    group->newest_next = !group->newest_next;
    return group->newest_next ? group->waiting.first : group->waiting.last;
}

/* ---- coming, speaking, leaving ---- */

static void on_nothing_to_read_into(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    (void)suggested;
    *buf = uv_buf_init(NULL, 0);
}

/* 1: there is a byte, 0: not yet, -1: it is gone. */
static int peek(const struct connection *connection)
{
    uv_os_fd_t fd;
    ssize_t n;
    char byte;

    if (uv_fileno((const uv_handle_t *)&connection->tcp, &fd) != 0)
        return -1;
    n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    return n > 0 ? 1 : -1;
}

static void leave_silence(struct connection *connection)
{
    uv_read_stop((uv_stream_t *)&connection->tcp);
    take_out(&connection->transport->silent, connection, LINK_ALL);
    take_out(&group_of(connection)->silent, connection, LINK_ADDRESS);
    connection->stranger = STRANGER_NONE;
}

static void begin_to_wait(struct connection *connection)
{
    struct transport *transport = connection->transport;
    struct stranger_group *group = group_of(connection);

    leave_silence(connection);
    connection->stranger = STRANGER_WAITS;
    push(&group->waiting, connection, LINK_ADDRESS);
    if (!group->in_ring)
        enter_ring(transport, group);
    transport_wake(transport);
}

static void on_readable(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct connection *connection = stream->data;
    int what = n == UV_ENOBUFS ? peek(connection) : n == 0 ? 0 : -1;
    struct errmsg err;

    (void)buf;
    if (connection->stranger != STRANGER_SILENT)
        return;
    if (what > 0) {
        begin_to_wait(connection);
    } else if (what < 0) {
        errmsg_set(&err, STATUS_CLOSED, "加密连接建立之前对方就断开了");
        connection_fail(connection, STATUS_CLOSED, &err);
    }
}

void stranger_came(struct connection *connection)
{
    connection->stranger = STRANGER_SILENT;
    push(&connection->transport->silent, connection, LINK_ALL);
    push(&group_of(connection)->silent, connection, LINK_ADDRESS);
    if (uv_read_start((uv_stream_t *)&connection->tcp, on_nothing_to_read_into, on_readable) != 0)
        begin_to_wait(connection); /* its start finds out what is wrong with it */
}

void stranger_heard(struct connection *connection)
{
    if (connection->stranger != STRANGER_SERVED)
        return;
    take_out(&connection->transport->slots, connection, LINK_ALL);
    connection->stranger = STRANGER_HEARD;
}

void stranger_refused(struct connection *connection)
{
    if (connection->stranger != STRANGER_HEARD)
        return;
    connection->slot_ms = connection->turn_ms = transport_now_ms(connection->transport);
    push(&connection->transport->slots, connection, LINK_ALL);
    connection->stranger = STRANGER_SERVED;
}

void stranger_left(struct connection *connection)
{
    struct transport *transport = connection->transport;
    struct stranger_group *group = group_of(connection);

    if (connection->stranger == STRANGER_SILENT) {
        leave_silence(connection);
    } else if (connection->stranger == STRANGER_WAITS) {
        take_out(&group->waiting, connection, LINK_ADDRESS);
        if (group->waiting.first == NULL)
            leave_ring(transport, group);
    } else if (connection->stranger != STRANGER_NONE) {
        if (connection->stranger == STRANGER_SERVED)
            take_out(&transport->slots, connection, LINK_ALL);
        transport->n_strangers--;
        if (--group->served == 0 && group->in_ring)
            enter_ring(transport, group);
    }
    connection->stranger = STRANGER_NONE;
    if (next_group(transport) != NULL)
        transport_wake(transport);
}

void stranger_sent(struct connection *connection, size_t bytes, bool tls_done)
{
    connection->turn_bytes += bytes;
    if (connection->stranger == STRANGER_NONE || (!tls_done && connection->turn_bytes < STRANGER_TURN_BYTES))
        return;
    connection->turn_bytes = 0;
    connection->turn_ms = transport_now_ms(connection->transport);
}

/* ---- who has to go ---- */

static void push_out(struct connection *connection)
{
    connection->transport->pushed_out++;
    if (connection->phase < CLOSING) {
        connection->refused = connection->ended_by_us = true;
        connection->end.status = errmsg_set(&connection->end.reason, STATUS_BUSY, "连接太多，迟迟没有说明身份");
    }
    connection_destroy(connection);
}

static struct connection *who_has_to_go(struct transport *transport, const struct stranger_group *group)
{
    int64_t now = transport_now_ms(transport);
    struct connection *found = NULL;

    if (transport->nobody_ms == now)
        return NULL;
    for (struct connection *at = transport->slots.first; at != NULL && now - at->slot_ms >= transport->config.limits.turn_ms; at = at->links[LINK_ALL].next) {
        bool late = now - at->turn_ms >= transport->config.limits.turn_ms, has_more = group_of(at)->served >= group->served + 2;

        if (!at->handshaking && (late || has_more) && (found == NULL || group_of(at)->served > group_of(found)->served))
            found = at;
    }
    if (found == NULL)
        transport->nobody_ms = now;
    return found;
}

static bool has_room(struct transport *transport, const struct stranger_group *group)
{
    struct connection *goes;

    if (transport->n_strangers < transport->config.limits.strangers)
        return true;
    goes = who_has_to_go(transport, group);
    if (goes != NULL)
        push_out(goes);
    return goes != NULL;
}

bool stranger_makes_place(const struct connection *newcomer, bool of_its_address)
{
    struct transport *transport = newcomer->transport;
    struct connection *oldest = of_its_address ? group_of(newcomer)->silent.first : transport->silent.first;

    if (oldest == NULL)
        oldest = group_of(newcomer)->waiting.first;
    if (oldest == NULL || transport_now_ms(transport) - oldest->begun_ms < transport->config.limits.turn_ms)
        return false;
    push_out(oldest);
    return true;
}

/* ---- the next ones ---- */

static void serve(struct connection *connection)
{
    struct transport *transport = connection->transport;
    struct stranger_group *group = group_of(connection);

    take_out(&group->waiting, connection, LINK_ADDRESS);
    connection->stranger = STRANGER_SERVED;
    push(&transport->slots, connection, LINK_ALL);
    connection->slot_ms = connection->turn_ms = transport_now_ms(transport);
    transport->n_strangers++;
    group->served++;
    enter_ring(transport, group);
    connection_start(connection);
}

/* The loop has only to wake: who waits is looked after at the end of its turn. */
static void on_turn(uv_timer_t *timer)
{
    (void)timer;
}

void strangers_serve(struct transport *transport)
{
    struct stranger_group *group;

    while (!transport->stopping && (group = next_group(transport)) != NULL) {
        if (!has_room(transport, group)) {
            if (group->served > 0)
                enter_ring(transport, group); /* perhaps the next address has fewer */
            if (!uv_is_active((uv_handle_t *)&transport->turn))
                uv_timer_start(&transport->turn, on_turn, STRANGER_LOOK_MS, STRANGER_LOOK_MS);
            return;
        }
        serve(next_of(group));
    }
    uv_timer_stop(&transport->turn);
}
