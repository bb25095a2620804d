/* sync/handshake.c - one step of an incoming connection's handshake in a thread of libuv's pool.
 *
 * A handshake is two signatures, a key agreement and OpenSSL's decoding of a certificate, 0.8 ms. When a county's stations come together after a power cut, that was a quarter of what the center's thread did, while its
 * other processors stood still and stations that were through waited for their changes to be stored.
 *
 * WHOSE IT IS. A step is given the bytes that came; until it is done the connection's TLS is the thread's: nothing is read, written or freed there by the loop. Everything else of the connection stays the loop's: it
 * may end meanwhile (a timeout, a stop), and then what the thread made is thrown away when the loop hears of it. Whoever waits in the pool is one of limits.strangers, so that is bounded. */
#include <stdlib.h>

#include "sync/transport_impl.h"

struct handshake {
    uv_work_t work;
    struct connection *connection;
    struct tls *tls; /* the connection may be gone when the step is done */
    struct buf bytes, plain, wire;
    enum status status;
    struct errmsg err;
};

static void release(struct handshake *step)
{
    hash_wipe(step->plain.data, step->plain.len);
    buf_release(&step->bytes);
    buf_release(&step->plain);
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
    connection->handshake = NULL;
    if (connection->phase == GONE)
        tls_free(step->tls);
    else if (connection->phase == HANDSHAKE)
        connection_fed(connection, &step->plain, &step->wire, step->status, &step->err);
    release(step);
    connection_unpin(connection);
}

bool handshake_begin(struct connection *connection, const void *data, size_t len)
{
    struct handshake *step = calloc(1, sizeof *step);

    if (step == NULL)
        return false;
    step->connection = connection;
    step->tls = connection->tls;
    step->work.data = step;
    buf_init(&step->bytes, READ_BYTES);
    buf_init(&step->plain, PLAIN_MAX_BYTES);
    buf_init(&step->wire, WIRE_MAX_BYTES);
    buf_append(&step->bytes, data, len);
    if (step->bytes.status != STATUS_OK || uv_queue_work(&connection->transport->loop, &step->work, in_thread, in_loop) != 0) {
        release(step);
        return false;
    }
    connection->handshake = step;
    connection->pins++;
    return true;
}
