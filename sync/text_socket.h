/* sync/text_socket.h - a Unix socket that answers whoever connects with one text over HTTP/1.0 and closes: for metrics (curl --unix-socket FILE http://aidpost/metrics, or a collector that reads sockets).
 *
 * Who may connect is what the file's rights say (0600 in a 0700 folder: the service's own user and root). Nothing that is sent here is looked into, apart from the end of the request: at most REQUEST_MAX_BYTES of it are read, a
 * reader has TIME_MS in all, READERS_MAX may be there at once; more are closed. Runs in the transport's loop and does not keep it alive. */
#ifndef SYNC_TEXT_SOCKET_H
#define SYNC_TEXT_SOCKET_H

#include "core/base/bytes.h"
#include "sync/transport.h"

/* Append the text, as it is now. */
typedef void (*text_socket_answer)(void *context, struct buf *out);

/* One per transport; it is closed with it, and the file removed. A file of that name that is left from a program that is no more is replaced; another kind of file, or one that somebody listens to, is not. Errors: STATUS_EXISTS,
 * STATUS_TOO_LARGE (the path is longer than a socket's may be, 107 bytes), STATUS_IO, STATUS_NOMEM. */
enum status text_socket_open(struct transport *transport, const char *path, text_socket_answer answer, void *context, struct errmsg *err);

#endif /* SYNC_TEXT_SOCKET_H */
