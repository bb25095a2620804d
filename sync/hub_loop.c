/* sync/hub_loop.c - see hub_loop.h.
 *
 * libpq may close a socket and open another under the same number. So a handle is stopped before anything is done with its connection and started anew afterwards, which takes the number out of the loop's poll and puts
 * it back; another number gets another handle. */
#include "sync/hub_loop.h"

#include <stdlib.h>

#include "sync/transport_impl.h"

/* One socket; freed when it is closed. */
struct watched {
    uv_poll_t poll;
    int socket;
    size_t lane;
    struct hub_loop *loop;
};

struct hub_loop {
    struct loop_guest guest;
    struct hub_store *hub;
    struct transport *transport;
    struct watched *watched[HUB_LANES];
    uv_timer_t timer;
    unsigned handles; /* that still call back when they are closed */
    bool closing;
};

static void arm(struct hub_loop *loop);

static void on_closed(uv_handle_t *handle)
{
    struct watched *watched = handle->data;
    struct hub_loop *loop = watched->loop;

    free(watched);
    if (--loop->handles == 0 && loop->closing)
        free(loop);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct hub_loop *loop = handle->data;

    if (--loop->handles == 0)
        free(loop);
}

static void drop(struct hub_loop *loop, size_t lane)
{
    struct watched *watched = loop->watched[lane];

    if (watched == NULL)
        return;
    loop->watched[lane] = NULL;
    uv_poll_stop(&watched->poll);
    uv_close((uv_handle_t *)&watched->poll, on_closed);
}

static void carry_on(struct hub_loop *loop, size_t lane)
{
    if (loop->watched[lane] != NULL)
        uv_poll_stop(&loop->watched[lane]->poll);
    hub_store_ready(loop->hub, lane);
}

static void on_ready(uv_poll_t *poll, int code, int events)
{
    struct watched *watched = poll->data;
    struct hub_loop *loop = watched->loop;

    (void)code; /* libpq finds out by itself */
    (void)events;
    if (loop->closing)
        return;
    carry_on(loop, watched->lane);
    arm(loop);
}

static void on_time(uv_timer_t *timer)
{
    struct hub_loop *loop = timer->data;

    for (size_t lane = 0; lane < HUB_LANES && !loop->closing; lane++)
        carry_on(loop, lane);
    if (!loop->closing)
        arm(loop);
}

static struct watched *watch_socket(struct hub_loop *loop, size_t lane, int socket)
{
    struct watched *watched = calloc(1, sizeof *watched);

    if (watched == NULL)
        return NULL;
    *watched = (struct watched){.socket = socket, .lane = lane, .loop = loop};
    watched->poll.data = watched;
    if (uv_poll_init(&loop->transport->loop, &watched->poll, socket) != 0) {
        free(watched);
        return NULL;
    }
    uv_unref((uv_handle_t *)&watched->poll);
    loop->handles++;
    return watched;
}

/* False: there was no memory; tried again soon. */
static bool arm_lane(struct hub_loop *loop, size_t lane, struct hub_watch watch)
{
    struct watched *watched = loop->watched[lane];

    if (watched != NULL && watched->socket != watch.socket)
        drop(loop, lane);
    if (watch.socket < 0)
        return true;
    if (loop->watched[lane] == NULL)
        loop->watched[lane] = watch_socket(loop, lane, watch.socket);
    watched = loop->watched[lane];
    if (watched == NULL)
        return false;
    uv_poll_stop(&watched->poll);
    return uv_poll_start(&watched->poll, (watch.read ? UV_READABLE : 0) | (watch.write ? UV_WRITABLE : 0), on_ready) == 0;
}

static void arm(struct hub_loop *loop)
{
    int64_t at_ms = 0, now_ms = hub_store_now(loop->hub);

    for (size_t lane = 0; lane < HUB_LANES; lane++) {
        struct hub_watch watch = hub_store_watch(loop->hub, lane);

        if (!arm_lane(loop, lane, watch))
            watch.at_ms = now_ms + HUB_PAUSE_MAX_MS;
        if (watch.at_ms != 0 && (at_ms == 0 || watch.at_ms < at_ms))
            at_ms = watch.at_ms;
    }
    uv_timer_stop(&loop->timer);
    if (at_ms != 0)
        uv_timer_start(&loop->timer, on_time, at_ms > now_ms ? (uint64_t)(at_ms - now_ms) : 0, 0);
}

static void on_start(void *context)
{
    arm(context);
}

static void close_guest(struct loop_guest *guest)
{
    struct hub_loop *loop = (struct hub_loop *)guest;

    loop->closing = true;
    hub_store_on_start(loop->hub, NULL, NULL);
    for (size_t lane = 0; lane < HUB_LANES; lane++)
        drop(loop, lane);
    uv_close((uv_handle_t *)&loop->timer, on_timer_closed);
}

enum status hub_loop_attach(struct hub_store *hub, struct transport *transport, struct errmsg *err)
{
    struct hub_loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    *loop = (struct hub_loop){.guest.close = close_guest, .hub = hub, .transport = transport, .handles = 1};
    uv_timer_init(&transport->loop, &loop->timer);
    uv_unref((uv_handle_t *)&loop->timer);
    loop->timer.data = loop;
    transport->guest = &loop->guest;
    hub_store_on_start(hub, on_start, loop);
    return STATUS_OK;
}
