/* tests/session_bench.h - one end of a session alone: no store, no line; every message, result and hour is made up by the test, and what the session sends is read as frames. */
#ifndef TESTS_SESSION_BENCH_H
#define TESTS_SESSION_BENCH_H

#include "sync/frame.h"
#include "sync/session.h"

struct bench {
    struct session *session;
    struct session_actions actions;
    struct frame_reader sent; /* what it has sent, as frames */
    int64_t now_ms;
};

extern const uint8_t BENCH_CENTER[INCARNATION_BYTES]; /* the center of all that is made up here */

/* A session that has not heard anything; a station that has opened and got its welcome (head: its own changes, have: those that the center has), with its greeting read away; a center that
 * has got that hello and that answer of its store. */
void bench_open(struct bench *bench, enum session_role role, bool once);
void bench_open_as(struct bench *bench, struct session_config config); /* as the test says */
void bench_open_packets(struct bench *bench); /* a station whose line loses packets */
void bench_open_traced(struct bench *bench, enum session_role role, struct trace *trace); /* its lines go there; borrowed */
void bench_open_station(struct bench *bench, uint64_t head, uint64_t have, bool once);
void bench_greet(struct bench *bench, struct message_hello hello, struct session_result greeting);
void bench_close(struct bench *bench);

/* ---- what happens to it ---- */

void bench_connected(struct bench *bench);
void bench_step(struct bench *bench, struct session_event event);
void bench_bytes(struct bench *bench, const void *data, size_t len);
/* content: the message of that frame. */
void bench_message(struct bench *bench, enum frame_type type, const void *content);
void bench_tick(struct bench *bench, int64_t ms);
/* What the store answers. */
void bench_result(struct bench *bench, struct session_result result);
void bench_give_chunk(struct bench *bench, uint64_t first, uint64_t last);

/* ---- what it must do ---- */

/* The request that is out, of that kind, taken. */
struct session_request bench_wants(struct bench *bench, enum request_kind kind);
/* The next frame sent is of that type; its message goes to content (or NULL). */
void bench_expect_frame(struct bench *bench, enum frame_type type, void *content);
void bench_expect_nothing(struct bench *bench);
/* It says so to the other end, with that word, and closes. */
void bench_expect_refusal(struct bench *bench, enum status status, const char *word);

/* ---- answers ---- */

/* met: it has met BENCH_CENTER. */
struct session_result bench_state(uint64_t head, uint64_t have, uint64_t rcur, bool met);
struct session_result bench_greeting(uint64_t have, uint64_t order);
struct message_welcome bench_welcome(uint64_t have, uint64_t order);
/* Three bytes of own changes; release its packed bytes. */
struct session_result bench_chunk(uint64_t first, uint64_t last);

#endif /* TESTS_SESSION_BENCH_H */
