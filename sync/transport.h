/* sync/transport.h - sessions over TCP and TLS with libuv: one loop, many connections, one thread; but for the handshakes of who comes in (handshake.c).
 *
 * The transport moves bytes between sockets, TLS and sessions, hands the sessions' store requests to the replicator
 * once per turn of the loop (so what arrived together is committed together), and keeps timers. It looks into no frame.
 * It opens and closes: listen, dial, drop, stop. What should happen when is decided above it, through hooks
 * (service.c).
 *
 * LIFE OF A CONNECTION. resolving -> connecting -> handshake -> talking -> closing -> gone. A stranger that sends
 * garbage or nothing is closed with one trace line; the handshake has HANDSHAKE_TIMEOUT_MS in all, however slowly its
 * bytes drip. Closing: what was written is flushed, close_notify, TCP shutdown; after an error we go on reading for a
 * moment, because closing a socket with unread bytes resets it and our last word (why) would be lost.
 *
 * MEMORY. One read buffer, one plaintext buffer and one set of session actions for all; a quiet connection holds its TLS
 * and session state only. Reading stops while the session has enough to do or WIRE_HIGH_BYTES wait to be sent. UV_*
 * codes become enum status here.
 *
 * LIMITS (struct transport_limits). Connections in all and from one address (of IPv6: one /64): more are closed at once. A line in the
 * trace tells how many were, one in TELL_MS at most; so are those told that came and did not say who they are within silent_ms, which have no lines of their own: anybody can be one of them, in any number. Strangers, connections whose key is not known yet: more wait
 * unread, so that a crowd after a power cut is greeted one after the other and not refused; who is let in next, and who
 * does nothing with its turn and has to go for others, is told in stranger.c. Connections of
 * one key: the oldest is dropped, it is the one that a broken line left behind. A peer that takes nothing of what is
 * written to it for stall_ms, or takes it slower than STALL_BYTES_PER_S, is dropped; one that sends nothing, or a byte
 * now and then, is the session's business (protocol.h). */
#ifndef SYNC_TRANSPORT_H
#define SYNC_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/trace.h"
#include "sync/enrol.h"
#include "sync/replicator.h"
#include "sync/session.h"
#include "sync/tls.h"

enum {
    ADDRESS_TEXT_BYTES = 300,      /* "host:port" */
    WIRE_HIGH_BYTES = 1024 * 1024, /* queued for one connection: stop reading from it */
    TRANSPORT_BACKLOG = 1024,
    CONNECTIONS_MAX = 16384,
    ADDRESS_CONNECTIONS_MAX = 12288, /* a county's stations may stand behind one address; yet it leaves room for others */
    STRANGERS_MAX = 128,
    STRANGER_TURN_MS = 3 * 1000, /* when others wait: to finish TLS, then to say who it is, or to send.. */
    STRANGER_TURN_BYTES = 1024,  /* ..so many */
    STRANGER_LOOK_MS = 100,
    KEY_CONNECTIONS_MAX = 4,
    STALL_MS = 120 * 1000,
    STALL_BYTES_PER_S = 500,
    SWEEP_MS = 5 * 1000,
    TELL_MS = 60 * 1000,
    DESCRIPTORS_KEPT = 64, /* for the store and the rest of the process */
    LINGER_MS = 2 * 1000,  /* after an error: time for the other side to read why */
    FLUSH_MS = 10 * 1000,  /* closing: the other side does not take our last bytes */
    TCP_USER_TIMEOUT_MS = 120 * 1000, /* unacknowledged bytes: the line is dead */
    FLUSH_ROUNDS = 4, /* reads that follow from results are carried out in the same turn, this often */
    HOLD_TURNS = 3 /* what is to be sent waits for so many turns at most for the store's next answer */
};

struct transport;

/* How a connection ended. */
struct transport_end {
    uint64_t connection; /* number in traces */
    bool incoming;
    enum status status;   /* STATUS_OK: as session_outcome says */
    struct errmsg reason; /* for people */
    bool opened;          /* the other side accepted us (WELCOME) */
    bool quiet;           /* nothing was on its way any more, in either direction */
    struct session_outcome outcome;
    struct hash peer_pin;       /* zeros before the handshake was done */
    uint8_t peer_key[TLS_KEY_BYTES]; /* the raw public key of that pin */
    uint64_t wire_in, wire_out; /* TCP payload, TLS included */
    int64_t duration_ms;
};

/* Answers a session's store request at once, in place of the replicator; for dialled and accepted connections alike
 * `context` is the dial's or the transport's. */
typedef void (*transport_answer)(void *context, const struct session_request *request, struct session_result *result);

struct transport_hooks {
    void *context;
    void (*ended)(void *context, void *dial_context,
                  const struct transport_end *end); /* or NULL; dial_context NULL for incoming */
    void (*tick)(void *context);                    /* or NULL; every tick_ms */
    int64_t tick_ms;
    transport_answer answer; /* or NULL: the replicator */
};

/* 0: as above. */
struct transport_limits {
    size_t connections, an_address, a_key, strangers;
    int64_t stall_ms, turn_ms;
    int64_t silent_ms; /* who comes has so long until its machine is known */
};

struct transport_config {
    struct tls_context *tls;       /* borrowed */
    struct replicator *replicator; /* borrowed; NULL with hooks.answer, or when only enrolling */
    struct trace *trace;           /* borrowed, or NULL */
    struct random_source random;   /* each session gets some */
    bool signals;                  /* SIGINT and SIGTERM stop the loop */
    struct transport_hooks hooks;
    struct transport_limits limits;
};

/* Errors: STATUS_NOMEM, STATUS_IO. On error *out is NULL. */
enum status transport_new(struct transport **out, const struct transport_config *config, struct errmsg *err);
/* Not from inside a hook. Drops what is still connected. Accepts NULL. */
void transport_free(struct transport *transport);

/* Listen on "ADDR:PORT" ("[::1]:7000", "0.0.0.0:0"; numeric, port 0: any free one). bound gets the address with its
 * real port. Errors: STATUS_USAGE (not an address), STATUS_EXISTS (port taken), STATUS_FORBIDDEN, STATUS_IO. */
enum status transport_listen(struct transport *transport, const char *address, char bound[ADDRESS_TEXT_BYTES],
                             struct errmsg *err);

struct transport_dial {
    const char *address; /* "HOST:PORT"; copied */
    struct session_config session;
    struct hash pin;                   /* the only key to talk to.. */
    const struct enrol_ticket *ticket; /* ..or, if not NULL, any key the code speaks of; copied */
    struct tls_context *tls;           /* NULL: the transport's */
    void *context;                     /* for hooks.ended and hooks.answer; NULL: hooks.context */
};

/* Begin a connection; how it ends comes through hooks.ended, always later, not from inside this call. Returns its
 * number. Errors: STATUS_USAGE (not HOST:PORT), STATUS_NOMEM, STATUS_IO. */
enum status transport_dial(struct transport *transport, const struct transport_dial *dial, uint64_t *number,
                           struct errmsg *err);

/* Poke every session, or those of machines of these orgs. Carried out before the loop sleeps. */
void transport_poke(struct transport *transport);
void transport_poke_orgs(struct transport *transport, const struct reach_orgs *orgs);
/* Close connections of this key with a reason for both ends. Returns how many. */
size_t transport_drop(struct transport *transport, struct hash pin, enum status status, const char *reason);
size_t transport_connections(const struct transport *transport);

/* A look at a dialled connection that is still there. Returns false if it is gone. */
struct transport_look {
    bool open, quiet;
    struct session_outcome outcome; /* so far */
    uint64_t wire_in, wire_out;
    uint8_t peer_key[TLS_KEY_BYTES];
};
bool transport_look(const struct transport *transport, uint64_t number, struct transport_look *out);

/* Run until transport_stop or, if nothing listens or ticks, until no connection is left. */
void transport_run(struct transport *transport);
/* Close everything in order; transport_run returns when that is done. From any hook. */
void transport_stop(struct transport *transport);

/* Clocks: one that never goes back, for schedules, and the wall's. */
/* The next tick comes as soon as the loop has served its lines once, then again every tick_ms. */
void transport_tick_soon(struct transport *transport);
int64_t transport_now_ms(const struct transport *transport);
int64_t transport_wall_ms(void);

/* "HOST:PORT" or "[V6]:PORT" into its parts. Errors: STATUS_USAGE with a message. */
enum status transport_split_address(const char *address, char *host, size_t host_bytes, char port[8],
                                    struct errmsg *err);
const char *transport_library_version(void);

#endif /* SYNC_TRANSPORT_H */
