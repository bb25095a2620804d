/* tests/session_bench.c - see session_bench.h. */
#include "tests/session_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

const uint8_t BENCH_CENTER[INCARNATION_BYTES] = {9, 9, 9, 9, 9, 9, 9, 9};

#define NAME "笔记本"

void bench_open_as(struct bench *bench, struct session_config config)
{
    memset(bench, 0, sizeof *bench);
    bench->now_ms = 1000;
    session_actions_init(&bench->actions);
    frame_reader_init(&bench->sent, FRAME_MAX_BYTES);
    assert_int_equal(session_new(&bench->session, &config), STATUS_OK);
}

void bench_open(struct bench *bench, enum session_role role, bool once)
{
    bench_open_as(bench, (struct session_config){.role = role, .once = once, .name = NAME});
}

void bench_open_packets(struct bench *bench)
{
    bench_open_as(bench, (struct session_config){.role = SESSION_STATION, .once = true, .name = NAME, .packets = true});
}

void bench_open_traced(struct bench *bench, enum session_role role, struct trace *trace)
{
    bench_open_as(bench, (struct session_config){.role = role, .name = NAME, .trace = trace});
}

void bench_close(struct bench *bench)
{
    session_free(bench->session);
    session_actions_release(&bench->actions);
    frame_reader_release(&bench->sent);
}

void bench_step(struct bench *bench, struct session_event event)
{
    event.now_ms = bench->now_ms;
    event.wall_ms = 1767225600000 + bench->now_ms;
    session_step(bench->session, &event, &bench->actions);
    assert_int_equal(frame_feed(&bench->sent, bench->actions.send.data, bench->actions.send.len), STATUS_OK);
    buf_clear(&bench->actions.send);
}

void bench_connected(struct bench *bench)
{
    bench_step(bench, (struct session_event){.kind = EVENT_CONNECTED});
}

void bench_bytes(struct bench *bench, const void *data, size_t len)
{
    bench_step(bench, (struct session_event){.kind = EVENT_BYTES, .data = data, .len = len});
}

void bench_message(struct bench *bench, enum frame_type type, const void *content)
{
    struct buf out;

    buf_init(&out, FRAME_MAX_BYTES);
    message_put(type, content, &out);
    bench_bytes(bench, out.data, out.len);
    buf_release(&out);
}

void bench_tick(struct bench *bench, int64_t ms)
{
    bench->now_ms += ms;
    bench_step(bench, (struct session_event){.kind = EVENT_TICK});
}

/* The request that is out, taken. */
struct session_request bench_wants(struct bench *bench, enum request_kind kind)
{
    assert_true(bench->actions.wants_store);
    assert_string_equal(request_name(bench->actions.request.kind), request_name(kind));
    bench->actions.wants_store = false;
    return bench->actions.request;
}

void bench_result(struct bench *bench, struct session_result result)
{
    bench_step(bench, (struct session_event){.kind = EVENT_STORE, .result = &result});
}

void bench_expect_frame(struct bench *bench, enum frame_type type, void *content)
{
    struct frame frame;

    assert_int_equal(frame_next(&bench->sent, &frame), STATUS_OK);
    assert_string_equal(frame_name(frame.type), frame_name((uint8_t)type));
    if (content != NULL)
        assert_int_equal(message_decode(type, frame.payload, frame.len, content, type == FRAME_CHANGES ? &(size_t){0} : NULL, NULL), STATUS_OK);
}

void bench_expect_nothing(struct bench *bench)
{
    struct frame frame;

    assert_int_equal(frame_next(&bench->sent, &frame), STATUS_NOT_FOUND);
}

void bench_expect_refusal(struct bench *bench, enum status status, const char *word)
{
    struct message_err err;

    bench_expect_frame(bench, FRAME_ERR, &err);
    assert_string_equal(err.code, status_name(status));
    if (strstr(err.text, word) == NULL)
        fail_msg("\"%s\" does not say %s", err.text, word);
    assert_true(bench->actions.close);
    assert_int_equal(session_outcome(bench->session)->status, status);
}

struct session_result bench_state(uint64_t head, uint64_t have, uint64_t rcur, bool met)
{
    struct session_result state = {.kind = REQUEST_STATE};

    state.state.machine = (struct machine){.station_no = 3, .org = 12, .practice = true};
    state.state.head_seq = head;
    state.state.have_seq = have;
    state.state.rcur = rcur;
    memset(state.state.head_hash.bytes, (int)head, HASH_BYTES);
    if (met)
        memcpy(state.state.center_incarnation, BENCH_CENTER, INCARNATION_BYTES);
    return state;
}

struct message_welcome bench_welcome(uint64_t have, uint64_t order)
{
    struct message_welcome welcome = {.protocol = 1, .have_seq = have, .order_head = order, .practice = true, .org = 12, .t_ms = 1767225600000 + 1000 + 5000};

    memcpy(welcome.center_incarnation, BENCH_CENTER, INCARNATION_BYTES);
    return welcome;
}

struct session_result bench_chunk(uint64_t first, uint64_t last)
{
    struct session_result chunk = {.kind = REQUEST_READ_OWN, .chunk = {.first = first, .last = last, .count = last - first + 1, .raw_bytes = 3}};

    buf_init(&chunk.packed, 100);
    buf_puts(&chunk.packed, "abc");
    return chunk;
}

void bench_give_chunk(struct bench *bench, uint64_t first, uint64_t last)
{
    struct session_result chunk = bench_chunk(first, last);

    bench_result(bench, chunk);
    buf_release(&chunk.packed);
}

void bench_open_station(struct bench *bench, uint64_t head, uint64_t have, bool once)
{
    struct message_welcome welcome = bench_welcome(have, 0);

    bench_open(bench, SESSION_STATION, once);
    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, bench_state(head, have, 0, true));
    if (head > have) {
        bench_wants(bench, REQUEST_READ_OWN);
        bench_give_chunk(bench, have + 1, head);
    }
    bench_message(bench, FRAME_WELCOME, &welcome);
    bench_expect_frame(bench, FRAME_HELLO, NULL);
    if (head > have)
        bench_expect_frame(bench, FRAME_CHANGES, NULL);
}

struct session_result bench_greeting(uint64_t have, uint64_t order)
{
    struct session_result greeting = {.kind = REQUEST_GREET, .have_seq = have, .order_head = order};

    greeting.peer = (struct peer){.station_no = 3, .org = 12};
    greeting.state.machine = (struct machine){.center = true, .practice = true};
    memcpy(greeting.state.machine.incarnation, BENCH_CENTER, INCARNATION_BYTES);
    return greeting;
}

void bench_greet(struct bench *bench, struct message_hello hello, struct session_result greeting)
{
    hello.protocol_min = hello.protocol_max = 1;
    hello.station_no = 3;
    hello.org = hello.org == 0 ? 12 : hello.org;
    hello.practice = true;
    bench_open(bench, SESSION_CENTER, false);
    bench_connected(bench);
    bench_message(bench, FRAME_HELLO, &hello);
    bench_wants(bench, REQUEST_GREET);
    bench_result(bench, greeting);
}
