/* sync/session.h - one conversation between a station and its center, as a pure engine: events in, actions out (protocol.h has the rules).
 *
 * It has no socket, clock, randomness or store. The shell (transport.c over TLS, a bundle, the simulator) feeds events and carries the actions out:
 *   1. EVENT_CONNECTED once the carrier is authenticated; then EVENT_BYTES as bytes come, in order, split anywhere.
 *   2. after every session_step: send actions->send; if actions->wants_store hand actions->request to the replicator and feed its result back as EVENT_STORE
 *      (at most one request is out at a time; bytes may be fed meanwhile); arrange EVENT_TICK at actions->timer_ms.
 *   3. when actions->close is set, flush what was sent, close the carrier and free the session: it takes no further events. A request that is still out must
 *      be forgotten first (replicator_forget).
 *   4. EVENT_CLOSED when the carrier ended by itself: the session then sets close (perhaps only after its outstanding request was answered).
 *   EVENT_POKE: there may be new local changes (station) or order numbers (center).
 * While session_reading() is false the shell should stop reading from the carrier: enough waits.
 * States: START -> GREETING -> OPEN -> ENDING -> DONE. Any error sends ERR, sets close, DONE. Not thread-safe. */
#ifndef SYNC_SESSION_H
#define SYNC_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/record/scope_repair.h"
#include "sync/message.h"
#include "sync/protocol.h"

enum session_role {
    SESSION_STATION, /* sends HELLO */
    SESSION_CENTER,  /* answers HELLO or ENROL */
    SESSION_ENROL    /* sends ENROL; the machine has no store yet, so no requests come */
};

/* A session without somebody at the other end (protocol.h, FILE). It keeps no time: give it now_ms 0. */
enum session_file {
    SESSION_LINE,     /* not a file */
    SESSION_WRITE,    /* station: all that is sent goes into a file */
    SESSION_READ,     /* center: reads a station's file; what it sends is for the answer, if wants_answer. Station: reads that answer; what it sends is for nobody */
};

struct session_config {
    enum session_role role;
    bool once;              /* station: close when both sides are done */
    struct hash enrol_key;  /* ENROL: hash of the code's secret part */
    char name[MACHINE_NAME_MAX_BYTES]; /* ENROL: name of this machine */
    const struct message_enrol *before; /* ENROL: what it was before (station_no, incarnation, center_incarnation, org); NULL: a new machine. Borrowed while the session lives */
    struct trace *trace;    /* or NULL; borrowed */
    bool packets;           /* station: the line is one of packets that get lost (session_station.c, the tail of a flight) */
    enum session_file file;
    bool wants_answer;      /* center, SESSION_READ */
    bool from_given;        /* SESSION_WRITE: begin behind file_from instead of what the center is known to have */
    uint64_t file_from;
};

enum session_event_kind { EVENT_CONNECTED, EVENT_BYTES, EVENT_TICK, EVENT_STORE, EVENT_POKE, EVENT_CLOSED };

struct session_result;
struct history;

struct session_event {
    enum session_event_kind kind;
    int64_t now_ms;  /* a clock that never goes back (uv_now); for timers */
    int64_t wall_ms; /* the wall clock; only told to the peer and shown */
    struct {
        uint8_t exporter[EXPORTER_BYTES];
        struct hash own_pin, peer_pin; /* SHA-256 of the public keys */
        uint8_t entropy[16];           /* random; for leases and new logs */
    } connected;
    const void *data; /* EVENT_BYTES: borrowed during the call */
    size_t len;
    const struct session_result *result; /* EVENT_STORE: borrowed during the call */
};

/* ---- what a session asks of its store ---- */
enum request_kind {
    REQUEST_NONE,
    /* station */
    REQUEST_STATE,      /* -> state */
    REQUEST_READ_OWN,   /* after, max_bytes -> chunk (count 0: none) */
    REQUEST_SET_HAVE,   /* have_seq, have_hash; durable */
    REQUEST_SET_CENTER, /* incarnation (zeros: as before), hello.packings, hello.dictionary (what the center understands) -> ; durable */
    REQUEST_APPLY,      /* chunk, packed -> taken, or of a repair chunk, repaired; durable */
    REQUEST_SET_LEASE,  /* lease; durable */
    REQUEST_SAMPLE,     /* compare -> samples; of the order into a file: samples.from = where they begin to be whole, all of them in packed */
    REQUEST_KEEP_COMPARE, /* compare: what the center wants to see in the next file; durable */
    REQUEST_BRANCH,     /* have_seq = the last common number, entropy, after = what the center has if it only called us behind, else 0, hello.head_seq and head_hash = what was told of our log by the file that is answered (zeros: no file) -> more: we are not behind, come again; differs: it was a copy's file; else durable: a new own log begins there */
    REQUEST_REWIND,     /* after = the last common order number, have_seq -> taken.rcur: the cursor now, perhaps below that; durable */
    REQUEST_READ_RETURNS, /* after, max_bytes -> returned, packed (count 0: none left); with wants: those of them behind own number `after` -> the same, wants_at */
    REQUEST_RETURNS_DONE, /* after = durable at the center up to this order number; durable */
    REQUEST_RETURNS_PULLED, /* the order that follows what was handed back has come to its end, with nothing in it; durable */
    REQUEST_SUMS,       /* sums.from, sums.to (0: up to the last) -> sums */
    REQUEST_LOOKUP_NEXT, /* -> lookup (no 0: none) */
    REQUEST_LOOKUP_DONE, /* found; durable */
    /* both */
    REQUEST_RELAY_NEXT, /* pin, max_bytes, keeps -> relay with the next piece in packed; relay.total 0: nothing to hand over */
    REQUEST_RELAY_DONE, /* pin, relayed -> ; durable */
    REQUEST_RELAY_TAKE, /* pin, relay, packed -> relayed; durable. relayed.at = total without done: open it */
    REQUEST_RELAY_OPEN, /* pin, relay -> relayed; durable */
    /* center */
    REQUEST_GREET,      /* pin, hello, entropy -> peer, state, have, order_head, lease, heal; durable (the lease). STATUS_AUTH unknown key, STATUS_FORBIDDEN revoked */
    REQUEST_INGEST,     /* pin, log, chunk, packed -> taken; durable. STATUS_GAP: taken.have_* say where the log stands */
    REQUEST_READ_SCOPE, /* pin, log, after, max_bytes -> chunk, more */
    REQUEST_NOTE_PEER,  /* pin, peer's contact fields; durable */
    REQUEST_ENROL,      /* pin, exporter, enrol -> peer, state; durable (also a failed try) */
    REQUEST_COMPARED,   /* pin, hello, samples (of the order from a file: packed, as SAMPLE gives them) -> compare (what 0: done), heal; durable if an era begins */
    REQUEST_TAKE_RETURNS, /* pin, returned, packed, after = the station's cursor, entropy (for an era, if this center was put back again) -> returned.last, order_head; durable */
    REQUEST_CHECK_SUMS, /* pin, sums -> sums.differ */
    REQUEST_READ_REPAIR, /* pin, log, sums.from, sums.to -> chunk with repair set */
    REQUEST_LOOKUP,     /* pin, lookup -> found; durable: who asked and why */
    REQUEST_KINDS
};

/* What the center found at the greeting (protocol.h, HEALING). */
struct session_heal {
    bool branch;           /* the station begins a new log at common_seq */
    uint64_t common_seq;
    bool rewind;
    uint64_t common_order;
    struct message_compare compare; /* what != 0: not decided yet, ask this first */
    uint8_t wants[WANTS_MAX_BYTES]; /* WELCOME.wants */
    size_t wants_len;
    int64_t wants_upto;             /* for NOTE_PEER, once the station has handed back what it has of them */
};

struct session_request {
    enum request_kind kind;
    struct hash pin; /* center: the peer's, looked up again by every request so that a revocation works at once */
    struct log_id log;
    uint64_t after;
    size_t max_bytes;
    uint64_t packings, dictionary; /* READ_*: how the peer may be sent entries (sync/packing.h) */
    struct history *history; /* READ_OWN, READ_SCOPE: of what was sent; INGEST, APPLY: of what was received; GREET, STATE: for a window to be promised. NULL: none. Borrowed from the session until the result was fed back */
    uint64_t bulk_to;        /* READ_OWN: the history ends with this number */
    struct message_changes chunk;
    const uint8_t *packed; /* borrowed from the session until the result was fed back */
    size_t packed_len;
    struct message_hello hello;
    struct message_relay relay;
    bool keeps; /* RELAY_NEXT: own backups, too */
    bool file; /* GREET, NOTE_PEER, COMPARED, APPLY: from a file, which may be an old one; SAMPLE: into one */
    uint8_t exporter[EXPORTER_BYTES];
    uint64_t have_seq;
    bool own_told;     /* READ_SCOPE: the peer has written up to have_seq as far as this session knows; more in its log is another copy's: FORK */
    uint64_t safe_seq, safe_order, order_head; /* SET_CENTER; RETURNS_DONE: order_head, 0: unknown */
    int64_t wants_upto; /* NOTE_PEER: 0: nothing was asked for, or not answered yet */
    struct hash have_hash;
    uint8_t incarnation[INCARNATION_BYTES];
    uint64_t sent_order;
    int64_t skew_ms;
    int64_t wall_ms;
    uint8_t entropy[16];           /* GREET: for the lease; BRANCH: for the new log's incarnation */
    uint8_t lease[LEASE_BYTES];
    struct message_compare compare;
    struct message_sums sums;
    /* One of them, by the kind: a request is copied on its way, and they are most of what there is to copy. */
    union {
        struct message_enrol enrol;       /* ENROL */
        struct message_samples samples;   /* COMPARED */
        struct message_return returned;   /* TAKE_RETURNS */
        struct message_relayed relayed;   /* RELAY_DONE */
        struct message_lookup lookup;     /* LOOKUP */
        struct message_found found;       /* LOOKUP_DONE */
        struct {
            uint8_t wants[WANTS_MAX_BYTES]; /* READ_RETURNS: WELCOME.wants */
            size_t wants_len;
        };
    };
};

struct session_result {
    enum request_kind kind;
    enum status status;
    struct errmsg err;          /* for people, when status is not OK */
    struct replica_state state;
    struct peer peer;
    uint64_t have_seq;          /* GREET, ENROL */
    struct hash have_hash;
    uint64_t order_head;
    struct message_changes chunk; /* READ_*: header, filled in */
    struct buf packed;            /* READ_*: owned by the replicator, read by the session during the call */
    uint64_t places;              /* READ_SCOPE: replica_batch.places */
    bool more;
    struct replica_result taken;  /* INGEST, APPLY; REWIND: rcur; NOTE_PEER: taken in of what others had handed back */
    struct message_relay relay;     /* RELAY_NEXT */
    bool relay_used;                /* STATE: this machine carries or carried files, or a backup of its own waits for the center */
    bool keeps;                     /* GREET: stations' backups are kept here */
    uint8_t lease[LEASE_BYTES];     /* STATE: the one it has; GREET: the next one */
    struct session_heal heal;       /* GREET, COMPARED */
    struct message_compare compare; /* COMPARED */
    uint64_t left;                  /* TAKE_RETURNS: how many of them were not kept (message_returned) */
    uint64_t wants_at;              /* READ_RETURNS of wants: the last own number in it */
    bool known;                     /* ENROL: the key had its number before */
    struct message_sums sums;       /* SUMS, CHECK_SUMS */
    unsigned window;                /* STATE, GREET: what request.history was promised; 0: nothing */
    uint64_t scope_sum;             /* STATE: of what is held; GREET: of what this station holds when it has everything */
    struct scope_repaired repaired; /* APPLY of a repair */
    bool differs;                   /* APPLY of an answer to an older file: what it tells again of numbers applied before is not what was received then; BRANCH: it answers another copy's file. Nothing was applied */
    uint8_t order_mark[MARK_BYTES]; /* STATE: of the center's change at rcur, as it told it; zeros: unknown */
    bool returns;                   /* STATE: others' changes are to be handed back */
    bool handed;                    /* STATE: they were, and are to be again over a line (returned.h) */
    bool lookup_waits;              /* STATE: a question waits */
    /* One of them, by the kind, as in a request. */
    union {
        struct message_relayed relayed; /* RELAY_TAKE, RELAY_OPEN */
        struct message_samples samples; /* SAMPLE */
        struct message_return returned; /* READ_RETURNS, TAKE_RETURNS */
        struct message_lookup lookup;   /* LOOKUP_NEXT */
        struct message_found found;     /* LOOKUP */
        struct {
            uint8_t path[PATH_MAX_LOGS * PATH_ENTRY_BYTES]; /* STATE: of the own log, for HELLO */
            size_t path_len;
        };
    };
};

const char *request_name(enum request_kind kind);

/* ---- what a session wants done ---- */
struct session_actions {
    struct buf send;   /* owned by the caller; appended to; the caller clears it when sent */
    bool wants_store;  /* set by a step; the caller clears it when it has taken the request */
    struct session_request request;
    int64_t timer_ms;  /* absolute, event.now_ms's clock; 0 none */
    bool close;
};

void session_actions_init(struct session_actions *actions);
void session_actions_release(struct session_actions *actions);

struct session;

/* Errors: STATUS_NOMEM. */
enum status session_new(struct session **out, const struct session_config *config);
void session_free(struct session *session);
/* Never fails: what goes wrong becomes actions. */
void session_step(struct session *session, const struct session_event *event, struct session_actions *actions);
bool session_reading(const struct session *session);
/* WELCOME was exchanged and the session has not ended. */
bool session_is_open(const struct session *session);
/* Open, and nothing is on the way in either direction. */
bool session_is_quiet(const struct session *session);
/* Center: the peer after GREET, else NULL. Borrowed. */
const struct peer *session_peer(const struct session *session);

/* How it came out: valid at any time, final once close was set. */
struct session_outcome {
    enum status status;   /* STATUS_OK: both sides finished; at the center also: the line ended while nothing was on the way */
    struct errmsg reason; /* for people, when not OK, or unnoted */
    enum status unnoted;  /* center, of a file: all was taken, and that the station was heard of could not be written down */
    bool by_peer;         /* the other side refused (its ERR) */
    uint64_t sent, received; /* changes acknowledged by the peer; changes applied or ingested here */
    uint64_t places;      /* center, into a file: of what was sent, places of changes that the station has */
    uint64_t conflicts, quarantined;
    uint64_t repeated;    /* changes that were here already */
    uint64_t gap_first, gap_last; /* STATUS_GAP: own changes of the station that have to come first */
    uint64_t relays_handed, relays_refused, relays_taken; /* files the peer took or refused; files taken here */
    uint64_t bytes_out, bytes_in; /* of frames, before TLS */
    uint64_t round_trips; /* times we waited for an answer to something sent */
    int64_t skew_ms;      /* the peer's clock minus ours */
    bool skew_known;
    uint64_t send_total;  /* station: own changes the center did not have when the session opened */
    uint64_t order_from, order_at, order_to; /* station: its cursor then, its cursor now, the end of the order then */
    bool again;           /* healed: the station connects again at once */
    char healed[160];     /* for people: what was found and mended; empty: nothing */
    uint64_t returned;    /* others' changes handed back to a restored center */
    uint64_t left;        /* and those it did not keep, since this machine's own log comes to the same */
    bool enrolled;        /* ENROL role: the next field is filled */
    struct message_enrolled enrolment;
};
const struct session_outcome *session_outcome(const struct session *session);

#endif /* SYNC_SESSION_H */
