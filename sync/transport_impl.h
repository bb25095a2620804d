/* sync/transport_impl.h - what transport.c, connection.c, handshake.c and stranger.c share: the loop and the connections of one process. With
 * them the only place that knows libuv. */
#ifndef SYNC_TRANSPORT_IMPL_H
#define SYNC_TRANSPORT_IMPL_H

#include <uv.h>

#include "sync/transport.h"

enum { READ_BYTES = 64 * 1024, N_SIGNALS = 2, PLAIN_MAX_BYTES = 1024 * 1024, WIRE_MAX_BYTES = 32 * 1024 * 1024 };

enum phase { RESOLVING, CONNECTING, HANDSHAKE, TALKING, CLOSING, GONE };

struct text_socket;

/* Belongs to its transport; freed when the last of its callbacks has come. */
/* What is known of its end already. A session's outcome is kept by the session: thousands of quiet connections need none beside it. */
struct connection_end {
    enum status status;
    struct errmsg reason;
    bool opened, quiet;
    struct hash peer_pin;
    uint8_t peer_key[TLS_KEY_BYTES];
    uint64_t wire_in, wire_out;
    int64_t duration_ms;
};

/* A stranger's way to its turn: see stranger.c. NONE: dialled by us, or known. */
enum stranger { STRANGER_NONE, STRANGER_SILENT, STRANGER_WAITS, STRANGER_SERVED, STRANGER_HEARD };
enum stranger_link { LINK_ALL, LINK_ADDRESS, STRANGER_LINKS };

struct stranger_list {
    struct connection *first, *last;
};

struct stranger_place {
    struct connection *before, *next;
};

/* The strangers of one address. before, next: in its ring, while some wait. */
struct stranger_group {
    struct stranger_list silent, waiting;
    struct stranger_group *before, *next;
    uint32_t served; /* in slots */
    bool in_ring, ring, newest_next;
};

struct stranger_ring {
    struct stranger_group *first, *last;
};

struct connection {
    struct transport *transport;
    struct connection *prev, *next, *next_dirty;
    uint64_t no;
    enum phase phase;
    bool incoming, reading, dirty, poked, writing, broken, linger, shut, eof;
    bool counted, refused; /* in by_address; one too many: no line of its own in the trace */
    enum stranger stranger;
    struct stranger_place links[STRANGER_LINKS];
    int64_t slot_ms, turn_ms; /* a stranger: since when it has its slot; since when it is its turn to go on.. */
    size_t turn_bytes;        /* ..and what came since */
    uint16_t address_bucket;
    bool ended_by_us; /* end.status was set here, not by the session */
    unsigned pins;    /* handles and requests that still call back */
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_connect_t connect;
    uv_getaddrinfo_t resolve;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct addrinfo *addresses, *address; /* outgoing: all, the one being tried */
    char name[ADDRESS_TEXT_BYTES];        /* the other side, for traces */
    struct tls *tls; /* NULL before TLS begins, and while another thread has it */
    bool asked;       /* its session waits for the store */
    uint8_t turns_held; /* its bytes were kept back for that so often */
    bool handshaking; /* a step of handshake.c is under way: it has tls */
    struct session *session;
    struct buf wire, in_flight; /* to be sent; being sent */
    int64_t write_ms, stalled_ms; /* when in_flight was begun; since when nothing of it left */
    size_t stalled_bytes;         /* what was left then */
    int64_t begun_ms, org;
    struct session_config session_config;
    struct hash pin;
    struct enrol_ticket ticket;
    bool has_pin, has_ticket;
    struct tls_context *tls_context;
    void *dial_context;
    struct connection_end end;
    struct session_outcome *outcome; /* of the session that is gone; owned, or NULL */
};

/* Connections by a hash of something: two that fall together are counted together. */
enum { BUCKETS = 16384 };

/* Handles of somebody else in the loop: they are closing when close returns. */
struct loop_guest {
    void (*close)(struct loop_guest *guest);
};

struct transport {
    struct transport_config config;
    struct session_actions actions; /* of the step that runs */
    uv_loop_t loop;
    uv_check_t check;
    uv_idle_t idle; /* runs while something is queued, so that the loop does not sleep */
    uv_timer_t tick, sweep, turn;
    uv_signal_t signals[N_SIGNALS];
    uv_tcp_t listener;
    bool listening, ticking, stopping, poked;
    bool unaccepted; /* one has come and there was no memory for it: the loop does not listen until it is taken */
    struct connection *first, *dirty;
    size_t n_connections, n_strangers;
    struct stranger_list silent, slots; /* the oldest first */
    struct stranger_ring rings[2];      /* addresses with strangers that wait: nobody in a slot; somebody */
    struct stranger_group groups[BUCKETS];
    int64_t nobody_ms;                  /* when it was found that nobody has to go */
    uint64_t refused, pushed_out, silent_ended; /* since they were told of last.. */
    int64_t told_ms;                    /* ..then; 0: never */
    char silent_name[ADDRESS_TEXT_BYTES];
    uint16_t by_address[BUCKETS], by_key[BUCKETS], by_org[BUCKETS];
    uint64_t last_no;
    struct text_socket *text_socket; /* or NULL */
    struct loop_guest *guest;        /* or NULL */
    struct buf plain;
    char read_buffer[READ_BYTES];
};

/* text_socket.c: its handles are closing when this returns. Accepts NULL. */
void text_socket_close(struct text_socket *socket);
/* Takes who came when there was no memory for it. Accepts NULL. */
void text_socket_retry(struct text_socket *socket);

/* transport.c */
/* The loop must not sleep: something waits for the end of this turn. */
void transport_wake(struct transport *transport);
/* It is open and its key known: count it, and drop the oldest if that key has too many. */
void transport_count_key(struct connection *connection);
void transport_uncount(struct connection *connection);
/* Something is to be written, or the connection is to be closed, at the end of this turn. */
void transport_mark_dirty(struct connection *connection);
void transport_unmark_dirty(struct connection *connection);

/* stranger.c */
/* Accepted and counted: it is a stranger, connection_start follows when it is its turn. */
void stranger_came(struct connection *connection);
/* Bytes came from it, or TLS is done. */
void stranger_sent(struct connection *connection, size_t bytes, bool tls_done);
/* The store is asked who it is. */
void stranger_heard(struct connection *connection);
/* It is being closed, and hears why. */
void stranger_refused(struct connection *connection);
/* It is known now, or gone: another one may come in. None of the three minds who is no stranger. */
void stranger_left(struct connection *connection);
/* There are too many, in all or of its address. True: a stranger that had its time was closed for it. */
bool stranger_makes_place(const struct connection *newcomer, bool of_its_address);
/* At the end of a turn of the loop: who waits and may come in. */
void strangers_serve(struct transport *transport);

/* handshake.c */
/* Incoming, in HANDSHAKE: take these bytes in another thread, which has the connection's tls until then. connection_fed follows, unless the connection has ended by then. False: there was no memory for it, nothing happened. */
bool handshake_begin(struct connection *connection, const void *data, size_t len);

/* connection.c */
/* TLS has taken bytes that came: what they held, what is to be sent for them, and how it went. */
void connection_fed(struct connection *connection, const struct buf *plain, const struct buf *wire, enum status status, struct errmsg *err);
/* NULL: no memory. Its timer runs for HANDSHAKE_TIMEOUT_MS, of one that came for limits.silent_ms. */
struct connection *connection_new(struct transport *transport, struct tls_context *tls, bool incoming);
/* The socket is connected: begin TLS. */
void connection_start(struct connection *connection);
/* An acknowledgement waits a moment (40 ms) for something to ride with: of a session with nothing to do each that travels alone is one of a dozen packets. Also while it dials, so that the last packet of TCP's own
 * greeting is TLS's first. */
void connection_spare_acks(struct connection *connection);
/* Step the session, if there is one, and carry out what it wants, until it waits for something from outside. */
void connection_step(struct connection *connection, struct session_event *event);
/* Write what is to be written; in CLOSING, go on with closing. */
void connection_flush(struct connection *connection);
/* End it with this reason; the connection is still there until its callbacks have come. */
void connection_fail(struct connection *connection, enum status status, const struct errmsg *reason);
/* The same for a machine that was revoked: it is told, unless something else waits for the line, here or in the system: then it gets nothing more and the connection is cut, also one that is being closed. */
void connection_revoke(struct connection *connection, const struct errmsg *reason);
/* Give everything back at once; the memory goes when the last callback has come. */
void connection_destroy(struct connection *connection);
/* A callback has come: may free. */
void connection_unpin(struct connection *connection);

#endif /* SYNC_TRANSPORT_IMPL_H */
