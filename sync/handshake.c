/* sync/handshake.c - one step of an incoming connection's handshake in a thread of libuv's pool.
 *
 * A handshake is two signatures, a key agreement and OpenSSL's decoding of a certificate, 0.8 ms. When a county's stations come together after a power cut, that was a quarter of what the center's thread did, while its
 * other processors stood still and stations that were through waited for their changes to be stored.
 *
 * WHOSE IT IS. A step is given the bytes that came and the connection's TLS: connection->tls is NULL until it is done, so that nothing else can read, write or free there. Everything else of the connection stays the
 * loop's: it may end meanwhile (a timeout, a stop), and then the TLS and what the thread made are thrown away when the loop hears of it. The thread reads no more than the TLS, its context and what the connection was
 * begun with (pin, ticket); it traces nothing and knows no store. Whoever waits in the pool is one of limits.strangers until then, also when the connection has ended, so that is bounded.
 *
 * THE POOL. libuv makes it at the first step; UV_THREADPOOL_SIZE (4) threads. Only names are looked up there besides, by who dials; libuv keeps half of the threads free of those. */
#include <stdlib.h>

#include "sync/transport_impl.h"

struct handshake {
    uv_work_t work;
    struct connection *connection;
    struct tls *tls; /* owned */
    struct buf bytes, plain, wire;
    enum status status;
    struct errmsg err;
};

static void release(struct handshake *step)
{
    tls_free(step->tls);
    buf_release(&step->bytes);
    buf_wipe(&step->plain);
    buf_release(&step->wire);
    free(step);
}

static void in_thread(uv_work_t *work)
{
    struct handshake *step = work->data;

    step->status = tls_feed(step->tls, step->bytes.data, step->bytes.len, &step->plain, &step->wire, &step->err);
    tls_thread_done();
}

static void in_loop(uv_work_t *work, int code)
{
    struct handshake *step = work->data;
    struct connection *connection = step->connection;

    (void)code; /* never cancelled */
    connection->handshaking = false;
    if (connection->phase == HANDSHAKE) {
        connection->tls = step->tls;
        step->tls = NULL;
        connection_fed(connection, &step->plain, &step->wire, step->status, &step->err);
    } else if (connection->phase == GONE) {
        stranger_left(connection);
    }
    release(step);
    connection_unpin(connection);
}

bool handshake_begin(struct connection *connection, const void *data, size_t len)
{
    struct handshake *step = calloc(1, sizeof *step);

    if (step == NULL)
        return false;
    step->connection = connection;
    step->tls = connection->tls; /* before it is queued: the thread may be faster than this one */
    step->work.data = step;
    buf_init(&step->bytes, READ_BYTES);
    buf_init(&step->plain, PLAIN_MAX_BYTES);
    buf_init(&step->wire, WIRE_MAX_BYTES);
    buf_append(&step->bytes, data, len);
    if (step->bytes.status != STATUS_OK || uv_queue_work(&connection->transport->loop, &step->work, in_thread, in_loop) != 0) {
        step->tls = NULL; /* still the connection's */
        release(step);
        return false;
    }
    connection->tls = NULL;
    connection->handshaking = true;
    connection->pins++;
    return true;
}
