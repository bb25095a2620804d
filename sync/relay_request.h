/* sync/relay_request.h - what sessions ask of the store about files carried for others (core/record/relay.h), and who
 * opens them.
 *
 * A center opens a complete file with its key, which a store does not have: the program gives the replicator an opener.
 * A station opens nothing; a complete file is an answer of the center, kept for the machine it is sealed to.
 * A station's own backups go the same way behind all other files (core/record/carry.h); nobody opens them, the center
 * keeps them (core/record/kept.h). */
#ifndef SYNC_RELAY_REQUEST_H
#define SYNC_RELAY_REQUEST_H

#include "core/record/relay.h"
#include "sync/session.h"

/* Takes in the file whose bytes the store holds and, if there is an answer, adds it as a relay that waits for `via`.
 * Called outside a transaction. STATUS_OK and a text for people: taken. Any other status and its message: refused, and
 * nothing of it was kept. */
struct relay_opener {
    enum status (*open)(void *context, struct store *store, const struct relay *relay, uint32_t via, int64_t now_ms,
                        char text[RELAY_TEXT_BYTES], struct errmsg *err);
    void *context;
};

/* Errors of all: the store's. A file that cannot be taken is not one: then result->relayed is done and says why. */
/* Fills in result->relay and result->packed. `via`: the peer's station number at the center, 0 at a station. */
enum status relay_request_next(struct store *store, uint32_t via, const struct session_request *request,
                               struct session_result *result);
/* These two inside a transaction. */
enum status relay_request_done(struct store *store, const struct session_request *request, int64_t now_ms,
                               struct session_result *result);
enum status relay_request_take(struct store *store, uint32_t via, const struct session_request *request, int64_t now_ms,
                               struct session_result *result);
/* Outside a transaction. opener->open NULL at a center: refused. */
enum status relay_request_open(struct store *store, const struct relay_opener *opener, bool center, uint32_t via,
                               const struct session_request *request, int64_t now_ms, struct session_result *result);

#endif /* SYNC_RELAY_REQUEST_H */
