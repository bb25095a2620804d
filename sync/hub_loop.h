/* sync/hub_loop.h - a hub's database connections in the transport's loop: their sockets are watched (uv_poll), their pauses kept (a timer). */
#ifndef SYNC_HUB_LOOP_H
#define SYNC_HUB_LOOP_H

#include "sync/hub_store.h"
#include "sync/transport.h"

/* From now on groups that `start` took are carried out by this loop. It ends with the transport; the hub's store must outlive that. Does not keep the loop alive. Errors: STATUS_NOMEM, STATUS_IO. */
enum status hub_loop_attach(struct hub_store *hub, struct transport *transport, struct errmsg *err);

#endif /* SYNC_HUB_LOOP_H */
