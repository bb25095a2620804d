/* sync/session_impl.h - the inside of a session, shared by session.c (events, frames, timers, endings), session_station.c and session_center.c. */
#ifndef SYNC_SESSION_IMPL_H
#define SYNC_SESSION_IMPL_H

#include "sync/frame.h"
#include "sync/packing.h"
#include "sync/session.h"
#include "sync/session_pace.h"

enum session_state {
    STATE_START,    /* not connected */
    STATE_GREETING, /* HELLO or ENROL on its way, no WELCOME yet */
    STATE_OPEN,
    STATE_DONE
};

/* A chunk that was sent and not yet acknowledged. */
struct flight {
    uint64_t last, part, count; /* part: its upto_fold */
    size_t bytes;
    int64_t sent_ms;
};

/* Files for others: one piece on its way out at a time. */
struct relay_state_out {
    bool on;   /* both sides can */
    bool more; /* there may be one to hand over */
    bool out;  /* a piece has no answer yet */
};

/* Whether both hold the same: session_sums.c. */
struct sums_state {
    bool on;   /* both sides can */
    bool done; /* station: looked, or nothing to look for */
    bool out;  /* station: asked, no answer yet */
    int64_t at_ms;        /* station that stays: it looks then */
    uint64_t own, center; /* station: the sums at the greeting */
    uint64_t held;        /* station: what its changes come to */
    bool same;            /* station: all that is here is there, and nothing else */
    uint64_t from, to;    /* the range that is asked */
    uint64_t end;         /* station: of the order */
    uint64_t asked;
    struct scope_repaired total;
};

/* Questions about people: one on its way at a time. */
struct lookup_state_out {
    bool on;   /* both sides can */
    bool more; /* station: there may be one */
    bool out;  /* station: it has no answer yet */
    uint64_t no;
};

/* What a center that was put back gets again (session_return.c). */
struct return_state {
    bool on;      /* station: there may be something left to hand back; own changes wait. center: the station has not said PULL yet; the order waits */
    bool out;     /* a chunk has no answer yet */
    bool ending;  /* the end of the stretch is being noted */
    bool handed;  /* station: all was handed over, and nothing of the order has come since */
    bool rewound; /* WELCOME{rewind} was carried out */
    bool wanted;  /* station: the chunk that is being read, or that has no answer yet, is of WELCOME.wants */
    bool wants_read;     /* station: all of those that it has were handed over */
    uint64_t wants_at;   /* station: ..up to this own number */
    int64_t wants_upto;  /* center: what it asked for (core/record/wanted.h); 0: nothing */
    bool wants_answered; /* center: and got, as far as there is any */
    uint64_t count;
    uint64_t at;  /* station: handed over up to this number */
};

/* Center, reading a file: what the station would have answered if it had been asked. */
struct file_samples {
    bool has_log;
    struct message_samples log;
    struct buf order;              /* SAMPLE_BYTES each, ascending */
    uint64_t order_whole, order_to; /* from here to there none is left out */
    bool has_order;
};

struct session {
    struct session_config config;
    enum session_state state;
    struct session_outcome outcome;

    /* the step that runs */
    struct session_actions *actions;
    int64_t now_ms, wall_ms;

    /* carrier */
    struct frame_reader in;
    uint8_t exporter[EXPORTER_BYTES];
    struct hash own_pin, peer_pin;
    int64_t connected_ms, received_ms, sent_ms;
    int64_t frame_ms; /* since when a frame is on its way in; 0: none */
    bool carrier_closed;
    bool waiting; /* sent something since the last bytes came */

    /* store */
    enum request_kind out; /* the request that has no result yet */
    struct buf held;       /* packed bytes it refers to */

    /* greeting */
    struct message_hello hello;     /* ours, or the station's */
    struct message_welcome welcome; /* station: the center's */
    struct replica_state own;       /* station: from REQUEST_STATE */
    struct log_id log;
    bool center_known; /* station: SET_CENTER is not needed or done */
    bool lease_kept;   /* station: so is SET_LEASE */
    bool other_order;  /* station, reading a file: it tells otherwise of numbers applied before */
    bool have_checked; /* station: what WELCOME tells of its log was compared */

    /* sending */
    uint64_t sent;  /* where the next read begins: after this seq or order number */
    uint64_t told;  /* center: the `last` of the newest chunk: the next one's first - 1 */
    uint64_t acked; /* the peer confirmed up to here */
    uint64_t part_number, part_fold; /* center: the history that comes with this number was told up to this place; station: such a one is put aside up to this place. 0: none (protocol.h, PARTS) */
    struct flight flights[CHUNK_WINDOW];
    size_t n_flights;
    struct pace pace;
    struct packing_terms terms; /* how the peer may be sent entries */
    struct history out_history, in_history; /* of the chunks of this session, as far as agreed */
    bool unread; /* center: a chunk was packed in a way that is not known here */
    bool more; /* there may be more to send */
    bool spoke; /* station: sent something since WELCOME */
    int64_t tail_ms; /* station: a PING follows what was sent with HELLO then; 0: none */
    bool end_sent, end_received;

    /* receiving */
    uint64_t have;    /* center: of the station's log; station: rcur */
    uint64_t resent_from; /* center: WELCOME told a rewind, the order is sent again from this number on; 0: it did not */
    bool rewind_told; /* the peer was asked to go back: chunks beyond have + 1 are dropped until one fits */

    /* healing (session_heal.c) */
    uint8_t entropy[16];
    struct message_compare compare; /* center: what it asked; station: what it was asked */
    unsigned compared;              /* questions so far */
    struct file_samples *samples;   /* owned, or NULL */
    bool healing;                   /* a question is open: nothing else is read or sent */
    bool forked;                    /* station: its chain differs from the center's; what the center sends meanwhile is dropped */

    struct relay_state_out relay;
    struct return_state returns;
    struct sums_state sums;
    struct lookup_state_out lookup;
    struct message_relay relay_in; /* the piece whose request is out */

    /* center */
    struct peer peer;
    bool peer_known;
    bool note_due; /* something happened that peer_note should keep */
    int64_t noted_ms;
};

/* Send a frame of a message; message NULL for PING and END. */
void session_send(struct session *session, enum frame_type type, const void *message);
/* A frame put together by hand was sent, or read: trace and times. */
void session_note_sent(struct session *session, enum frame_type type, const void *message);
void session_note_read(struct session *session, enum frame_type type, const void *message);
/* May another chunk be sent, and of how many bytes of entries? */
bool session_may_send(const struct session *session);
size_t session_chunk_bytes(const struct session *session);
/* Forget what is on the way: it will be sent again. */
void session_rewind(struct session *session, uint64_t to);
/* Center: name the station's log in a chunk's header (protocol.h); station: the same, to compare with. Nothing in files. */
void session_name_log(const struct session *session, struct message_changes *header);
/* Send CHANGES: the header, then the packed entries. */
void session_send_chunk(struct session *session, const struct message_changes *header, const struct buf *packed);
/* Prepare actions->request with the kind and what every request carries; the caller fills in the rest. Nothing may be out (assert). */
struct session_request *session_ask(struct session *session, enum request_kind kind);
/* Keep a chunk's bytes until its request is answered and point the request to them. False after an allocation failure (the session has failed). */
bool session_hold(struct session *session, struct session_request *request, const uint8_t *packed, size_t len);
/* WELCOME was exchanged: the peer takes chunks that refer so far back, foretold by a model up to that one. */
void session_agree_window(struct session *session, uint64_t protocol, uint64_t window, uint64_t model);
/* A chunk that belongs to the history of this session: to be dropped, since nothing in it is new, or since the session failed: none was agreed. */
bool session_passes_over(struct session *session, const struct message_changes *header);
/* Check what a CHANGES header promises; on failure the session has failed. *at is where the entries begin. */
bool session_read_chunk(struct session *session, const struct frame *frame, struct message_changes *header, size_t *at);
/* Decode or fail the session. */
bool session_read(struct session *session, const struct frame *frame, void *message);
/* Chunks up to `last` were acknowledged. */
void session_landed(struct session *session, uint64_t last, uint64_t part);
/* Say why (ERR), end. */
void session_fail(struct session *session, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* End well. */
void session_finish(struct session *session, enum status status);

/* session_relay.c: the two frames, the four requests, the same on both sides. */
/* Returns false if the frame is none of its. */
bool relay_frame(struct session *session, const struct frame *frame);
bool relay_result(struct session *session, const struct session_result *result);
/* Ask for the next piece, if it is time. Returns whether it did. */
bool relay_idle(struct session *session);
/* Nothing to hand over, nothing on its way. */
bool relay_quiet(const struct session *session);

/* session_lookup.c, as session_relay.c. */
void lookup_open(struct session *session, bool agreed);
bool lookup_frame(struct session *session, const struct frame *frame);
bool lookup_result(struct session *session, const struct session_result *result);
bool lookup_idle(struct session *session);
bool lookup_quiet(const struct session *session);

/* session_sums.c. */
void sums_put(uint64_t sum, uint8_t bytes[8]);
/* WELCOME was exchanged (session->welcome is filled in on both sides). */
void sums_open(struct session *session);
bool sums_frame(struct session *session, const struct frame *frame);
void sums_changes(struct session *session, const struct message_changes *header, const uint8_t *packed, size_t len);
bool sums_result(struct session *session, const struct session_result *result);
/* Station: look, if it is time. Returns whether it asked the store. */
bool sums_idle(struct session *session);
bool sums_quiet(const struct session *session);
/* When it will be time; 0: nothing to wait for. */
int64_t sums_timer(const struct session *session);
/* session_return.c. */
/* Station: STATE came back; waits: a stretch of an earlier session. */
void return_state(struct session *session, bool waits);
/* WELCOME was exchanged. */
void return_open(struct session *session);
/* Station: an answer to a file that was answered before (protocol.h, FILE): a rewind in it is passed over. */
bool return_answers_older(const struct session *session);
/* Station, before it opens: WELCOME says to go back. Returns whether it asked the store. */
bool return_rewind(struct session *session);
bool return_frame(struct session *session, const struct frame *frame);
bool return_result(struct session *session, const struct session_result *result);
bool return_idle(struct session *session);
bool return_over(struct session *session);
/* Center: the station is greeted; it has others' changes to hand back, or is about to look for them. */
void return_await(struct session *session);
/* Center: it is ready for the order, after this number. False: it was not waited for. */
bool return_pulled(struct session *session, uint64_t after);
bool return_quiet(const struct session *session);
void station_welcome_next(struct session *session);
/* session_heal.c: COMPARE and SAMPLES on both sides, WELCOME{branch}. */
void heal_free_samples(struct session *session);
/* Returns false if the frame is none of its; while a question is open everything else is dropped. */
bool heal_frame(struct session *session, const struct frame *frame);
bool heal_result(struct session *session, const struct session_result *result);
/* Center: GREET or COMPARED came back. Asks on, or tells the station what to do and ends the session. False: nothing of that (perhaps a rewind, in which the session goes on). */
bool heal_begin(struct session *session, const struct session_result *result);
/* Center: a chunk did not fit to what is here: find out where they parted. */
void heal_forked(struct session *session);
/* Station, writing a file: HELLO, and behind it samples of its log and of the order, since nobody can ask for them. */
void heal_write_greeting(struct session *session);
void station_file_hello(struct session *session);
/* Center: COMPARED says that it was put back, and that is the answer to a file. */
void heal_tell_rewind(struct session *session, const struct session_result *result);
/* Station: WELCOME says so. */
void heal_branch(struct session *session);
/* Center: GREET or COMPARED came back with STATUS_OK. */
void center_greeted(struct session *session, const struct session_result *result);
/* Center: WELCOME as far as it is the same whatever was found. */
struct message_welcome center_welcome(const struct session *session, const struct session_result *result);

void station_connected(struct session *session);
void station_frame(struct session *session, const struct frame *frame);
void station_result(struct session *session, const struct session_result *result);
/* Before WELCOME: send what follows the first flight, if it is time. */
void station_tail(struct session *session);
/* Nothing waits to be read: send, ask or end. Returns whether it did something. */
bool station_idle(struct session *session);

void center_frame(struct session *session, const struct frame *frame);
void center_result(struct session *session, const struct session_result *result);
bool center_idle(struct session *session);
/* The carrier is gone and everything read: a last note, then the end. */
void center_closed(struct session *session);

/* After data, the peer's row is written at most this often while connected. */
#define NOTE_EVERY_MS (INT64_C(60) * 1000)

#endif /* SYNC_SESSION_IMPL_H */
