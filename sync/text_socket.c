/* sync/text_socket.c - see text_socket.h. */
#include "sync/text_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "sync/transport_impl.h"

enum { READERS_MAX = 4, REQUEST_MAX_BYTES = 4096, TIME_MS = 5000, ANSWER_MAX_BYTES = 4 * 1024 * 1024, BACKLOG = 8 };

/* One that has connected; freed when pipe and timer are closed. */
struct reader_end {
    struct text_socket *socket;
    uv_pipe_t pipe;
    uv_timer_t timer;
    uv_write_t write;
    struct buf answer;
    char request[REQUEST_MAX_BYTES];
    size_t request_len;
    unsigned handles;
    bool closing, answered;
};

struct text_socket {
    uv_pipe_t listener;
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    text_socket_answer answer;
    void *context;
    struct reader_end *readers[READERS_MAX];
    bool listening;
    bool unaccepted; /* one has come and there was no memory for it: the loop does not listen until it is taken */
};

static void on_handle_closed(uv_handle_t *handle)
{
    struct reader_end *reader = handle->data;

    if (--reader->handles > 0)
        return;
    buf_release(&reader->answer);
    free(reader);
}

static void end(struct reader_end *reader)
{
    if (reader->closing)
        return;
    reader->closing = true;
    for (size_t i = 0; i < READERS_MAX && reader->socket != NULL; i++)
        if (reader->socket->readers[i] == reader)
            reader->socket->readers[i] = NULL;
    uv_close((uv_handle_t *)&reader->pipe, on_handle_closed);
    uv_close((uv_handle_t *)&reader->timer, on_handle_closed);
}

static void on_written(uv_write_t *write, int code)
{
    (void)code;
    end(write->data);
}

static void on_time(uv_timer_t *timer)
{
    end(timer->data);
}

static void answer(struct reader_end *reader)
{
    static const char head[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nConnection: close\r\n\r\n";
    uv_buf_t out;

    reader->answered = true;
    uv_read_stop((uv_stream_t *)&reader->pipe);
    buf_puts(&reader->answer, head);
    reader->socket->answer(reader->socket->context, &reader->answer);
    if (reader->answer.status != STATUS_OK) {
        end(reader);
        return;
    }
    out = uv_buf_init((char *)reader->answer.data, (unsigned)reader->answer.len);
    reader->write.data = reader;
    if (uv_write(&reader->write, (uv_stream_t *)&reader->pipe, &out, 1, on_written) != 0)
        end(reader);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct reader_end *reader = handle->data;

    (void)suggested;
    *out = uv_buf_init(reader->request + reader->request_len, (unsigned)(REQUEST_MAX_BYTES - reader->request_len));
}

/* The end of the request's head, or of all that the other side has to say. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *unused)
{
    struct reader_end *reader = stream->data;

    (void)unused;
    if (n > 0)
        reader->request_len += (size_t)n;
    if (n == UV_EOF || memmem(reader->request, reader->request_len, "\r\n\r\n", 4) != NULL)
        answer(reader);
    else if (n < 0 || reader->request_len == REQUEST_MAX_BYTES)
        end(reader);
}

static void on_connected(uv_stream_t *listener, int code)
{
    struct text_socket *socket = listener->data;
    struct reader_end *reader;
    size_t at = 0;

    while (at < READERS_MAX && socket->readers[at] != NULL)
        at++;
    reader = code == 0 ? calloc(1, sizeof *reader) : NULL;
    socket->unaccepted = code == 0 && reader == NULL;
    if (reader == NULL)
        return;
    reader->handles = 2;
    reader->pipe.data = reader->timer.data = reader;
    buf_init(&reader->answer, ANSWER_MAX_BYTES);
    uv_pipe_init(listener->loop, &reader->pipe, 0);
    uv_timer_init(listener->loop, &reader->timer);
    if (uv_accept(listener, (uv_stream_t *)&reader->pipe) != 0 || at == READERS_MAX) {
        end(reader);
        return;
    }
    reader->socket = socket;
    socket->readers[at] = reader;
    uv_timer_start(&reader->timer, on_time, TIME_MS, 0);
    if (uv_read_start((uv_stream_t *)&reader->pipe, give_room, on_read) != 0)
        end(reader);
}

void text_socket_retry(struct text_socket *socket)
{
    if (socket != NULL && socket->unaccepted)
        on_connected((uv_stream_t *)&socket->listener, 0);
}

/* What a program that was killed left behind would refuse us the name. */
static enum status clear_the_way(const char *path, struct errmsg *err)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct stat there;
    bool answered = false;
    int fd;

    if (lstat(path, &there) != 0)
        return STATUS_OK;
    if (!S_ISSOCK(there.st_mode))
        return errmsg_set(err, STATUS_EXISTS, "%s 不是套接字，不替换", path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
    if (fd >= 0) {
        answered = connect(fd, (struct sockaddr *)&name, sizeof name) == 0;
        close(fd);
    }
    if (answered)
        return errmsg_set(err, STATUS_EXISTS, "已有程序在用 %s", path);
    return unlink(path) == 0 ? STATUS_OK : errmsg_set(err, STATUS_IO, "不能删除旧的 %s: %s", path, strerror(errno));
}

enum status text_socket_open(struct transport *transport, const char *path, text_socket_answer answer_with, void *context, struct errmsg *err)
{
    struct text_socket *socket;
    enum status status;
    int code;

    if (strlen(path) >= sizeof socket->path)
        return errmsg_set(err, STATUS_TOO_LARGE, "套接字的路径过长: %s", path);
    status = clear_the_way(path, err);
    if (status != STATUS_OK)
        return status;
    socket = calloc(1, sizeof *socket);
    if (socket == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    socket->answer = answer_with;
    socket->context = context;
    snprintf(socket->path, sizeof socket->path, "%s", path);
    uv_pipe_init(&transport->loop, &socket->listener, 0);
    socket->listener.data = socket;
    transport->text_socket = socket;
    /* The process's umask is 077: the file is ours alone. */
    code = uv_pipe_bind(&socket->listener, path);
    socket->listening = code == 0;
    if (code == 0)
        code = uv_listen((uv_stream_t *)&socket->listener, BACKLOG, on_connected);
    uv_unref((uv_handle_t *)&socket->listener);
    if (code == 0)
        return STATUS_OK;
    return errmsg_set(err, STATUS_IO, "不能在 %s 上应答: %s", path, uv_strerror(code));
}

static void on_listener_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void text_socket_close(struct text_socket *socket)
{
    if (socket == NULL)
        return;
    for (size_t i = 0; i < READERS_MAX; i++) {
        struct reader_end *reader = socket->readers[i];

        if (reader != NULL) {
            end(reader);
            reader->socket = NULL;
        }
    }
    if (socket->listening)
        unlink(socket->path);
    uv_close((uv_handle_t *)&socket->listener, on_listener_closed);
}
