/* tests/stumble_uv.c - see stumble_uv.h. */
#include "tests/stumble_uv.h"

#include <uv.h>

static struct {
    uint64_t at, count, fired;
    bool on, several;
} state;

static bool falls(void)
{
    if (!state.on || ++state.count != state.at)
        return false;
    state.fired++;
    return true;
}

int __real_uv_loop_init(uv_loop_t *loop);
int __real_uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb done, const char *node, const char *service, const struct addrinfo *hints);
int __real_uv_tcp_connect(uv_connect_t *request, uv_tcp_t *tcp, const struct sockaddr *address, uv_connect_cb done);
int __real_uv_tcp_bind(uv_tcp_t *tcp, const struct sockaddr *address, unsigned flags);
int __real_uv_tcp_getpeername(const uv_tcp_t *tcp, struct sockaddr *out, int *len);
int __real_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb came);
int __real_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t bufs[], unsigned n, uv_write_cb done);
int __real_uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb done);
int __real_uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work, uv_after_work_cb done);
int __wrap_uv_loop_init(uv_loop_t *loop);
int __wrap_uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb done, const char *node, const char *service, const struct addrinfo *hints);
int __wrap_uv_tcp_connect(uv_connect_t *request, uv_tcp_t *tcp, const struct sockaddr *address, uv_connect_cb done);
int __wrap_uv_tcp_bind(uv_tcp_t *tcp, const struct sockaddr *address, unsigned flags);
int __wrap_uv_tcp_getpeername(const uv_tcp_t *tcp, struct sockaddr *out, int *len);
int __wrap_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb came);
int __wrap_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t bufs[], unsigned n, uv_write_cb done);
int __wrap_uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb done);
int __wrap_uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work, uv_after_work_cb done);

int __wrap_uv_loop_init(uv_loop_t *loop)
{
    return falls() ? UV_ENOMEM : __real_uv_loop_init(loop);
}

int __wrap_uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *request, uv_getaddrinfo_cb done, const char *node, const char *service, const struct addrinfo *hints)
{
    struct addrinfo several = *hints;

    several.ai_socktype = 0; /* one for each kind of socket */
    return falls() ? UV_ENOMEM : __real_uv_getaddrinfo(loop, request, done, node, service, state.several ? &several : hints);
}

int __wrap_uv_tcp_connect(uv_connect_t *request, uv_tcp_t *tcp, const struct sockaddr *address, uv_connect_cb done)
{
    return falls() ? UV_ENETUNREACH : __real_uv_tcp_connect(request, tcp, address, done);
}

int __wrap_uv_tcp_bind(uv_tcp_t *tcp, const struct sockaddr *address, unsigned flags)
{
    return falls() ? UV_EACCES : __real_uv_tcp_bind(tcp, address, flags);
}

int __wrap_uv_tcp_getpeername(const uv_tcp_t *tcp, struct sockaddr *out, int *len)
{
    return falls() ? UV_ENOTCONN : __real_uv_tcp_getpeername(tcp, out, len);
}

int __wrap_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb came)
{
    return falls() ? UV_EADDRINUSE : __real_uv_listen(stream, backlog, came);
}

int __wrap_uv_write(uv_write_t *request, uv_stream_t *stream, const uv_buf_t bufs[], unsigned n, uv_write_cb done)
{
    return falls() ? UV_ENOMEM : __real_uv_write(request, stream, bufs, n, done);
}

int __wrap_uv_shutdown(uv_shutdown_t *request, uv_stream_t *stream, uv_shutdown_cb done)
{
    return falls() ? UV_ENOMEM : __real_uv_shutdown(request, stream, done);
}

int __wrap_uv_queue_work(uv_loop_t *loop, uv_work_t *request, uv_work_cb work, uv_after_work_cb done)
{
    return falls() ? UV_ENOMEM : __real_uv_queue_work(loop, request, work, done);
}

void stumble_uv_begin(uint64_t at)
{
    state.at = at;
    state.count = state.fired = 0;
    state.on = true;
}

uint64_t stumble_uv_end(void)
{
    state.on = false;
    return state.fired;
}

void stumble_uv_several(bool several)
{
    state.several = several;
}

uint64_t stumble_uv_count(void)
{
    return state.count;
}
