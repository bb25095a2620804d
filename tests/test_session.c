/* tests/test_session.c - sync/session.h alone: no store, no line; every result is made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "sync/frame.h"
#include "sync/packing.h"
#include "sync/session.h"

struct bench {
    struct session *session;
    struct session_actions actions;
    struct frame_reader sent; /* what it has sent, as frames */
    int64_t now_ms;
};

static void open_bench(struct bench *bench, enum session_role role, bool once)
{
    struct session_config config = {.role = role, .once = once, .name = "笔记本"};

    memset(bench, 0, sizeof *bench);
    bench->now_ms = 1000;
    session_actions_init(&bench->actions);
    frame_reader_init(&bench->sent, FRAME_MAX_BYTES);
    assert_int_equal(session_new(&bench->session, &config), STATUS_OK);
}

static void close_bench(struct bench *bench)
{
    session_free(bench->session);
    session_actions_release(&bench->actions);
    frame_reader_release(&bench->sent);
}

static void step(struct bench *bench, struct session_event event)
{
    event.now_ms = bench->now_ms;
    event.wall_ms = 1767225600000 + bench->now_ms;
    session_step(bench->session, &event, &bench->actions);
    assert_int_equal(frame_feed(&bench->sent, bench->actions.send.data, bench->actions.send.len), STATUS_OK);
    buf_clear(&bench->actions.send);
}

static void connected(struct bench *bench)
{
    step(bench, (struct session_event){.kind = EVENT_CONNECTED});
}

static void bytes(struct bench *bench, const void *data, size_t len)
{
    step(bench, (struct session_event){.kind = EVENT_BYTES, .data = data, .len = len});
}

static void message(struct bench *bench, enum frame_type type, const void *content)
{
    struct buf out;

    buf_init(&out, FRAME_MAX_BYTES);
    message_put(type, content, &out);
    bytes(bench, out.data, out.len);
    buf_release(&out);
}

static void tick(struct bench *bench, int64_t ms)
{
    bench->now_ms += ms;
    step(bench, (struct session_event){.kind = EVENT_TICK});
}

/* The request that is out, taken. */
static struct session_request wants(struct bench *bench, enum request_kind kind)
{
    assert_true(bench->actions.wants_store);
    assert_string_equal(request_name(bench->actions.request.kind), request_name(kind));
    bench->actions.wants_store = false;
    return bench->actions.request;
}

static void result(struct bench *bench, struct session_result result)
{
    step(bench, (struct session_event){.kind = EVENT_STORE, .result = &result});
}

static void expect_frame(struct bench *bench, enum frame_type type, void *content)
{
    struct frame frame;

    assert_int_equal(frame_next(&bench->sent, &frame), STATUS_OK);
    assert_string_equal(frame_name(frame.type), frame_name((uint8_t)type));
    if (content != NULL)
        assert_int_equal(message_decode(type, frame.payload, frame.len, content, type == FRAME_CHANGES ? &(size_t){0} : NULL, NULL), STATUS_OK);
}

static void expect_nothing(struct bench *bench)
{
    struct frame frame;

    assert_int_equal(frame_next(&bench->sent, &frame), STATUS_NOT_FOUND);
}

static void expect_refusal(struct bench *bench, enum status status, const char *word)
{
    struct message_err err;

    expect_frame(bench, FRAME_ERR, &err);
    assert_string_equal(err.code, status_name(status));
    if (strstr(err.text, word) == NULL)
        fail_msg("\"%s\" does not say %s", err.text, word);
    assert_true(bench->actions.close);
    assert_int_equal(session_outcome(bench->session)->status, status);
}

static const uint8_t CENTER_INC[INCARNATION_BYTES] = {9, 9, 9, 9, 9, 9, 9, 9};

static struct session_result a_state(uint64_t head, uint64_t have, uint64_t rcur, bool met)
{
    struct session_result state = {.kind = REQUEST_STATE};

    state.state.machine = (struct machine){.station_no = 3, .org = 12, .practice = true};
    state.state.head_seq = head;
    state.state.have_seq = have;
    state.state.rcur = rcur;
    memset(state.state.head_hash.bytes, (int)head, HASH_BYTES);
    if (met)
        memcpy(state.state.center_incarnation, CENTER_INC, INCARNATION_BYTES);
    return state;
}

static struct message_welcome a_welcome(uint64_t have, uint64_t order)
{
    struct message_welcome welcome = {.protocol = 1, .have_seq = have, .order_head = order, .practice = true, .org = 12, .t_ms = 1767225600000 + 1000 + 5000};

    memcpy(welcome.center_incarnation, CENTER_INC, INCARNATION_BYTES);
    return welcome;
}

static struct session_result a_chunk(uint64_t first, uint64_t last)
{
    struct session_result chunk = {.kind = REQUEST_READ_OWN, .chunk = {.first = first, .last = last, .count = last - first + 1, .raw_bytes = 3}};

    buf_init(&chunk.packed, 100);
    buf_puts(&chunk.packed, "abc");
    return chunk;
}

static void give_chunk(struct bench *bench, uint64_t first, uint64_t last)
{
    struct session_result chunk = a_chunk(first, last);

    result(bench, chunk);
    buf_release(&chunk.packed);
}

/* ---- station ---- */

static void station_opened(struct bench *bench, uint64_t head, uint64_t have, bool once)
{
    struct message_welcome welcome = a_welcome(have, 0);

    open_bench(bench, SESSION_STATION, once);
    connected(bench);
    wants(bench, REQUEST_STATE);
    result(bench, a_state(head, have, 0, true));
    if (head > have) {
        wants(bench, REQUEST_READ_OWN);
        give_chunk(bench, have + 1, head);
    }
    message(bench, FRAME_WELCOME, &welcome);
    expect_frame(bench, FRAME_HELLO, NULL);
    if (head > have)
        expect_frame(bench, FRAME_CHANGES, NULL);
}

static void test_nothing_to_do_is_one_round_trip(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome = a_welcome(7, 20);

    (void)state;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    expect_nothing(&bench);
    result(&bench, a_state(7, 7, 20, true));
    expect_frame(&bench, FRAME_HELLO, &hello);
    assert_int_equal(hello.station_no, 3);
    assert_int_equal(hello.head_seq, 7);
    assert_int_equal(hello.rcur, 20);
    assert_true(hello.once && hello.practice);
    message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.close);
    message(&bench, FRAME_END, NULL);
    assert_true(bench.actions.close);
    expect_nothing(&bench);
    assert_false(bench.actions.wants_store);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    assert_int_equal(session_outcome(bench.session)->round_trips, 1);
    assert_int_equal(session_outcome(bench.session)->skew_ms, 5000);
    close_bench(&bench);
}

static void test_hello_and_the_first_changes_leave_together(void **state)
{
    struct bench bench;
    struct session_request request;

    (void)state;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    result(&bench, a_state(9, 4, 0, true));
    expect_nothing(&bench);
    request = wants(&bench, REQUEST_READ_OWN);
    assert_int_equal(request.after, 4);
    assert_int_equal(request.max_bytes, CHUNK_FIRST_BYTES);
    give_chunk(&bench, 5, 7);
    expect_frame(&bench, FRAME_HELLO, NULL);
    expect_frame(&bench, FRAME_CHANGES, NULL);
    /* no second chunk before WELCOME */
    assert_false(bench.actions.wants_store);
    close_bench(&bench);
}

static void test_the_window_is_four_chunks(void **state)
{
    struct bench bench;
    struct message_ack ack = {.have_seq = 2};

    (void)state;
    station_opened(&bench, 2, 1, false);
    for (uint64_t seq = 3; seq <= 5; seq++) {
        assert_int_equal(wants(&bench, REQUEST_READ_OWN).after, seq - 1);
        give_chunk(&bench, seq, seq);
        expect_frame(&bench, FRAME_CHANGES, NULL);
    }
    assert_false(bench.actions.wants_store);
    message(&bench, FRAME_ACK, &ack);
    assert_int_equal(wants(&bench, REQUEST_SET_HAVE).have_seq, 2);
    result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(wants(&bench, REQUEST_READ_OWN).after, 5);
    assert_int_equal(session_outcome(bench.session)->sent, 1);
    close_bench(&bench);
}

static void test_what_the_center_understands_is_used_and_remembered(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome = a_welcome(4, 0);
    struct message_ack ack = {.have_seq = 4, .rewind = true};
    struct session_result known = a_state(9, 4, 0, true);
    struct session_request request;

    (void)state;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    known.state.center_packings = 1 << PACKING_ZSTD | 1 << PACKING_COLUMNS;
    result(&bench, known);
    /* the first chunk as the center had it at the last contact */
    request = wants(&bench, REQUEST_READ_OWN);
    assert_true((request.packings >> PACKING_COLUMNS & 1) != 0);
    assert_int_equal(request.dictionary, 0);
    give_chunk(&bench, 5, 9);
    expect_frame(&bench, FRAME_HELLO, &hello);
    expect_frame(&bench, FRAME_CHANGES, NULL);
    assert_int_equal(hello.packings, packing_own().packings);
    assert_int_equal(hello.dictionary, packing_own().dictionary);
    /* it is an earlier program now: that is written down, and the chunk goes once more, as everybody reads it */
    message(&bench, FRAME_WELCOME, &welcome);
    request = wants(&bench, REQUEST_SET_CENTER);
    assert_int_equal(request.hello.packings, 0);
    assert_int_equal(request.incarnation[0], 0);
    result(&bench, (struct session_result){.kind = REQUEST_SET_CENTER});
    message(&bench, FRAME_ACK, &ack);
    wants(&bench, REQUEST_SET_HAVE);
    result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    request = wants(&bench, REQUEST_READ_OWN);
    assert_int_equal(request.after, 4);
    assert_int_equal(request.packings, 1 << PACKING_NONE | 1 << PACKING_ZSTD);
    close_bench(&bench);
}

static void test_a_rewind_goes_back_and_sends_again(void **state)
{
    struct bench bench;
    struct message_ack ack = {.have_seq = 6, .rewind = true};
    struct message_welcome welcome = a_welcome(6, 0);

    (void)state;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    result(&bench, a_state(12, 10, 0, true));
    wants(&bench, REQUEST_READ_OWN);
    give_chunk(&bench, 11, 12);
    message(&bench, FRAME_WELCOME, &welcome);
    assert_int_equal(wants(&bench, REQUEST_SET_HAVE).have_seq, 6);
    result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_false(bench.actions.wants_store); /* it sent all it has: the center's word decides */
    message(&bench, FRAME_ACK, &ack);
    wants(&bench, REQUEST_SET_HAVE);
    result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(wants(&bench, REQUEST_READ_OWN).after, 6);
    close_bench(&bench);
}

static void test_applied_before_acknowledged(void **state)
{
    struct bench bench;
    struct message_changes header = {.first = 1, .last = 8, .count = 2, .raw_bytes = 3};
    struct message_ack ack;
    struct buf out;
    size_t mark;

    (void)state;
    station_opened(&bench, 0, 0, false);
    buf_init(&out, 1000);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bytes(&bench, out.data, out.len);
    {
        struct session_request request = wants(&bench, REQUEST_APPLY);

        assert_int_equal(request.chunk.last, 8);
        assert_int_equal(request.packed_len, 3);
        assert_memory_equal(request.packed, "abc", 3);
    }
    expect_nothing(&bench);
    result(&bench, (struct session_result){.kind = REQUEST_APPLY, .taken = {.taken = 2, .rcur = 8}});
    expect_frame(&bench, FRAME_ACK, &ack);
    assert_int_equal(ack.rcur, 8);
    /* a chunk beyond the next one: ask again from where we are */
    header.first = 20;
    header.last = 30;
    buf_clear(&out);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bytes(&bench, out.data, out.len);
    {
        struct message_pull pull;

        expect_frame(&bench, FRAME_PULL, &pull);
        assert_int_equal(pull.after, 8);
    }
    buf_release(&out);
    close_bench(&bench);
}

static void test_another_center_an_older_center_and_practice_are_refused(void **state)
{
    struct bench bench;

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct message_welcome welcome = a_welcome(7, 20);
        static const char *const words[] = {"不是原来", "旧", "练习", "旧的副本"};

        open_bench(&bench, SESSION_STATION, true);
        connected(&bench);
        wants(&bench, REQUEST_STATE);
        result(&bench, a_state(7, 7, 20, true));
        expect_frame(&bench, FRAME_HELLO, NULL);
        if (i == 0)
            welcome.center_incarnation[0] = 1;
        else if (i == 1)
            welcome.order_head = 19;
        else if (i == 2)
            welcome.practice = false;
        else
            welcome.have_seq = 8;
        message(&bench, FRAME_WELCOME, &welcome);
        expect_refusal(&bench, i == 2 ? STATUS_FOREIGN : STATUS_FORK, words[i]);
        close_bench(&bench);
    }
}

static void test_the_first_center_met_is_remembered(void **state)
{
    struct bench bench;
    struct message_welcome welcome = a_welcome(0, 0);

    (void)state;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    result(&bench, a_state(0, 0, 0, false));
    message(&bench, FRAME_WELCOME, &welcome);
    assert_memory_equal(wants(&bench, REQUEST_SET_CENTER).incarnation, CENTER_INC, INCARNATION_BYTES);
    assert_false(session_is_open(bench.session));
    result(&bench, (struct session_result){.kind = REQUEST_SET_CENTER});
    assert_true(session_is_open(bench.session));
    close_bench(&bench);
}

static void test_a_refusal_by_the_center_is_told_in_its_words(void **state)
{
    struct bench bench;
    struct message_err err = {.code = "forbidden", .text = "这台机器已被中心停用"};

    (void)state;
    station_opened(&bench, 0, 0, true);
    message(&bench, FRAME_ERR, &err);
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_FORBIDDEN);
    assert_true(session_outcome(bench.session)->by_peer);
    assert_non_null(strstr(session_outcome(bench.session)->reason.text, "停用"));
    close_bench(&bench);
}

/* ---- both: lines and time ---- */

static void test_garbage_ends_the_session(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, SESSION_CENTER, false);
    connected(&bench);
    bytes(&bench, "GET / HTTP/1.1\r\n", 16);
    expect_refusal(&bench, STATUS_PEER, "不是本协议");
    close_bench(&bench);
}

static void test_frames_from_the_future_are_skipped_if_they_may_be(void **state)
{
    struct bench bench;
    struct buf out;

    (void)state;
    station_opened(&bench, 0, 0, false);
    buf_init(&out, 100);
    frame_put(&out, 60 | FRAME_IGNORABLE, "new", 3);
    bytes(&bench, out.data, out.len);
    assert_false(bench.actions.close);
    buf_clear(&out);
    frame_put(&out, 60, "new", 3);
    bytes(&bench, out.data, out.len);
    expect_refusal(&bench, STATUS_PEER, "60");
    buf_release(&out);
    close_bench(&bench);
}

static void test_no_answer_in_30_seconds(void **state)
{
    struct bench bench;

    (void)state;
    open_bench(&bench, SESSION_CENTER, false);
    connected(&bench);
    assert_int_equal(bench.actions.timer_ms, 1000 + HANDSHAKE_TIMEOUT_MS);
    tick(&bench, HANDSHAKE_TIMEOUT_MS - 1);
    assert_false(bench.actions.close);
    tick(&bench, 1);
    expect_refusal(&bench, STATUS_TIMEOUT, "30");
    close_bench(&bench);
}

static void test_ping_after_four_minutes_end_after_five(void **state)
{
    struct bench bench;

    (void)state;
    station_opened(&bench, 0, 0, false);
    assert_int_equal(bench.actions.timer_ms, 1000 + PING_EVERY_MS);
    tick(&bench, PING_EVERY_MS);
    expect_frame(&bench, FRAME_PING, NULL);
    message(&bench, FRAME_PING, NULL); /* theirs */
    tick(&bench, IDLE_TIMEOUT_MS - 1);
    expect_frame(&bench, FRAME_PING, NULL);
    assert_false(bench.actions.close);
    tick(&bench, 1);
    expect_refusal(&bench, STATUS_TIMEOUT, "5");
    close_bench(&bench);
}

static void test_a_line_that_breaks_is_not_a_good_end(void **state)
{
    struct bench bench;

    (void)state;
    station_opened(&bench, 5, 2, true);
    step(&bench, (struct session_event){.kind = EVENT_CLOSED});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_CLOSED);
    close_bench(&bench);
}

static void test_a_flood_is_stopped(void **state)
{
    static uint8_t block[512 * 1024];
    struct bench bench;

    (void)state;
    open_bench(&bench, SESSION_CENTER, false);
    connected(&bench);
    {
        struct message_hello hello = {.protocol_min = 1, .protocol_max = 1, .station_no = 3};

        message(&bench, FRAME_HELLO, &hello);
    }
    wants(&bench, REQUEST_GREET);
    assert_true(session_reading(bench.session));
    bytes(&bench, block, sizeof block);
    assert_false(session_reading(bench.session)); /* the shell stops here */
    for (int i = 0; i < 20 && !bench.actions.close; i++)
        bytes(&bench, block, sizeof block);
    expect_refusal(&bench, STATUS_TOO_LARGE, "不等确认");
    close_bench(&bench);
}

/* ---- center ---- */

static struct session_result a_greeting(uint64_t have, uint64_t order)
{
    struct session_result greeting = {.kind = REQUEST_GREET, .have_seq = have, .order_head = order};

    greeting.peer = (struct peer){.station_no = 3, .org = 12};
    greeting.state.machine = (struct machine){.center = true, .practice = true};
    memcpy(greeting.state.machine.incarnation, CENTER_INC, INCARNATION_BYTES);
    return greeting;
}

static void greet(struct bench *bench, struct message_hello hello, struct session_result greeting)
{
    hello.protocol_min = hello.protocol_max = 1;
    hello.station_no = 3;
    hello.org = hello.org == 0 ? 12 : hello.org;
    hello.practice = true;
    open_bench(bench, SESSION_CENTER, false);
    connected(bench);
    message(bench, FRAME_HELLO, &hello);
    wants(bench, REQUEST_GREET);
    result(bench, greeting);
}

static void test_center_welcomes_and_ends_when_there_is_nothing(void **state)
{
    struct bench bench;
    struct message_welcome welcome;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 7, .have_seq = 7, .rcur = 20, .once = true}, a_greeting(7, 20));
    expect_frame(&bench, FRAME_WELCOME, &welcome);
    expect_frame(&bench, FRAME_END, NULL);
    assert_int_equal(welcome.have_seq, 7);
    assert_int_equal(welcome.order_head, 20);
    wants(&bench, REQUEST_NOTE_PEER);
    step(&bench, (struct session_event){.kind = EVENT_CLOSED});
    assert_false(bench.actions.close); /* the note is still being written */
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    close_bench(&bench);
}

/* Files for others go over the line only when both sides said that they can. */
/* Own backups go only to a center that says it keeps such, and come only where they are kept. */
static void test_backups_are_agreed(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome;
    struct session_result used = a_state(0, 0, 0, true), greeting = a_greeting(0, 0);
    struct buf piece;
    size_t mark;

    (void)state;
    used.relay_used = true;
    for (int keep = 0; keep <= 1; keep++) {
        open_bench(&bench, SESSION_STATION, true);
        connected(&bench);
        wants(&bench, REQUEST_STATE);
        result(&bench, used);
        expect_frame(&bench, FRAME_HELLO, &hello);
        welcome = a_welcome(0, 0);
        welcome.relay = true;
        welcome.keep = keep != 0;
        message(&bench, FRAME_WELCOME, &welcome);
        wants(&bench, REQUEST_RELAY_NEXT);
        assert_int_equal(bench.actions.request.keeps, keep);
        close_bench(&bench);

        greeting.keeps = keep != 0;
        greet(&bench, (struct message_hello){.relay = true}, greeting);
        expect_frame(&bench, FRAME_WELCOME, &welcome);
        assert_int_equal(welcome.keep, keep);
        wants(&bench, REQUEST_RELAY_NEXT);
        assert_false(bench.actions.request.keeps); /* a center has none */
        result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
        wants(&bench, REQUEST_NOTE_PEER);
        result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_init(&piece, 1000);
        mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
        message_encode(FRAME_RELAY, &(struct message_relay){.total = 3, .keep_ms = 5}, &piece);
        buf_puts(&piece, "abc");
        frame_end(&piece, mark);
        bytes(&bench, piece.data, piece.len);
        if (keep)
            wants(&bench, REQUEST_RELAY_TAKE);
        else
            expect_refusal(&bench, STATUS_PEER, "不保管备份");
        close_bench(&bench);
        buf_release(&piece);
    }
}

static void test_relays_are_agreed(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome;
    struct session_result used = a_state(0, 0, 0, true);
    struct buf piece;
    size_t mark;

    (void)state;
    /* A center of before: the station that has one keeps it, and everything else goes on. */
    used.relay_used = true;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    result(&bench, used);
    expect_frame(&bench, FRAME_HELLO, &hello);
    assert_true(hello.relay);
    welcome = a_welcome(0, 0);
    message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.wants_store);
    message(&bench, FRAME_END, NULL);
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    close_bench(&bench);

    /* A station that did not say so. */
    greet(&bench, (struct message_hello){.once = false}, a_greeting(0, 0));
    expect_frame(&bench, FRAME_WELCOME, &welcome);
    assert_false(welcome.relay);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    buf_init(&piece, 1000);
    mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
    message_encode(FRAME_RELAY, &(struct message_relay){.total = 3}, &piece);
    buf_puts(&piece, "abc");
    frame_end(&piece, mark);
    bytes(&bench, piece.data, piece.len);
    expect_refusal(&bench, STATUS_PEER, "RELAY");
    close_bench(&bench);

    /* One that did; pieces that cannot be. */
    for (uint64_t total = 2; total <= 3; total++) {
        greet(&bench, (struct message_hello){.relay = true}, a_greeting(0, 0));
        expect_frame(&bench, FRAME_WELCOME, &welcome);
        assert_true(welcome.relay);
        wants(&bench, REQUEST_RELAY_NEXT);
        result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
        wants(&bench, REQUEST_NOTE_PEER);
        result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_clear(&piece);
        mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
        message_encode(FRAME_RELAY, &(struct message_relay){.total = total}, &piece);
        buf_puts(&piece, "abc");
        frame_end(&piece, mark);
        bytes(&bench, piece.data, piece.len);
        if (total == 3)
            wants(&bench, REQUEST_RELAY_TAKE);
        else
            expect_refusal(&bench, STATUS_PEER, "RELAY");
        close_bench(&bench);
    }
    buf_release(&piece);
}

/* A file of any size waits until the changes have their answer; and no answer is taken to a file that was not sent. */
static void test_files_wait_for_changes(void **state)
{
    struct bench bench;
    struct message_welcome welcome = a_welcome(1, 0);
    struct message_ack ack = {.have_seq = 2};
    struct message_relayed relayed = {.done = true};
    struct session_result used = a_state(2, 1, 0, true);

    (void)state;
    used.relay_used = true;
    welcome.relay = true;
    open_bench(&bench, SESSION_STATION, true);
    connected(&bench);
    wants(&bench, REQUEST_STATE);
    result(&bench, used);
    wants(&bench, REQUEST_READ_OWN);
    give_chunk(&bench, 2, 2);
    expect_frame(&bench, FRAME_HELLO, NULL);
    expect_frame(&bench, FRAME_CHANGES, NULL);
    message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.wants_store);
    message(&bench, FRAME_ACK, &ack);
    wants(&bench, REQUEST_SET_HAVE);
    result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    wants(&bench, REQUEST_RELAY_NEXT);
    result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
    message(&bench, FRAME_RELAYED, &relayed);
    expect_refusal(&bench, STATUS_PEER, "没有发给它的文件");
    close_bench(&bench);
}

static void test_center_refuses_before_any_data(void **state)
{
    struct bench bench;
    struct session_result refused = {.kind = REQUEST_GREET, .status = STATUS_FORBIDDEN, .err = {"这台机器已被中心停用"}};

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 7}, refused);
    expect_refusal(&bench, STATUS_FORBIDDEN, "停用");
    close_bench(&bench);
    greet(&bench, (struct message_hello){.org = 13}, a_greeting(0, 0));
    expect_refusal(&bench, STATUS_FORBIDDEN, "单位");
    close_bench(&bench);
    refused.status = STATUS_FOREIGN;
    snprintf(refused.err.text, sizeof refused.err.text, "另一个中心");
    greet(&bench, (struct message_hello){.rcur = 21}, refused);
    expect_refusal(&bench, STATUS_FOREIGN, "另一个中心");
    close_bench(&bench);
}

static void send_changes(struct bench *bench, uint64_t first, uint64_t last)
{
    struct message_changes header = {.first = first, .last = last, .count = last - first + 1, .raw_bytes = 3};
    struct buf out;
    size_t mark;

    buf_init(&out, 1000);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bytes(bench, out.data, out.len);
    buf_release(&out);
}

static void test_center_acknowledges_what_is_stored_and_sends_its_place(void **state)
{
    struct bench bench;
    struct message_ack ack;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 9, .have_seq = 7, .rcur = 20, .once = true}, a_greeting(7, 20));
    expect_frame(&bench, FRAME_WELCOME, NULL);
    expect_nothing(&bench); /* 8 and 9 are still to come */
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 8, 9);
    wants(&bench, REQUEST_INGEST);
    expect_nothing(&bench);
    result(&bench, (struct session_result){.kind = REQUEST_INGEST, .taken = {.taken = 2, .have_seq = 9, .rcur = 22}});
    expect_frame(&bench, FRAME_ACK, &ack);
    assert_int_equal(ack.have_seq, 9);
    assert_int_equal(wants(&bench, REQUEST_READ_SCOPE).after, 20);
    {
        struct session_result chunk = a_chunk(21, 22);

        chunk.kind = REQUEST_READ_SCOPE;
        result(&bench, chunk);
        buf_release(&chunk.packed);
    }
    expect_frame(&bench, FRAME_CHANGES, NULL);
    expect_frame(&bench, FRAME_END, NULL);
    ack = (struct message_ack){.rcur = 22};
    message(&bench, FRAME_ACK, &ack);
    message(&bench, FRAME_END, NULL);
    assert_int_equal(wants(&bench, REQUEST_NOTE_PEER).sent_order, 22);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    close_bench(&bench);
}

static void test_center_tells_a_gap_once_and_drops_until_it_fits(void **state)
{
    struct bench bench;
    struct message_ack ack;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 12, .have_seq = 10}, a_greeting(6, 0));
    expect_frame(&bench, FRAME_WELCOME, NULL);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 11, 11);
    wants(&bench, REQUEST_INGEST);
    result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_GAP, .taken = {.have_seq = 6}});
    expect_frame(&bench, FRAME_ACK, &ack);
    assert_true(ack.rewind);
    assert_int_equal(ack.have_seq, 6);
    send_changes(&bench, 12, 12);
    assert_false(bench.actions.wants_store);
    expect_nothing(&bench);
    send_changes(&bench, 7, 12);
    wants(&bench, REQUEST_INGEST);
    close_bench(&bench);
}

static void test_revoked_while_connected(void **state)
{
    struct bench bench;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 1}, a_greeting(0, 0));
    expect_frame(&bench, FRAME_WELCOME, NULL);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 1, 1);
    wants(&bench, REQUEST_INGEST);
    result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_FORBIDDEN, .err = {"这台机器已被中心停用"}});
    expect_refusal(&bench, STATUS_FORBIDDEN, "停用");
    close_bench(&bench);
}

static void expect_rewind(struct bench *bench, uint64_t have)
{
    struct message_ack ack;

    expect_frame(bench, FRAME_ACK, &ack);
    assert_true(ack.rewind);
    assert_int_equal(ack.have_seq, have);
}

static void test_a_chunk_that_cannot_be_read_is_asked_for_again_once(void **state)
{
    struct session_result unread = {.kind = REQUEST_INGEST, .status = STATUS_UNSUPPORTED};
    struct message_welcome welcome;
    struct bench bench;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 1, .packings = 1 << PACKING_ZSTD | 1 << PACKING_COLUMNS}, a_greeting(0, 0));
    expect_frame(&bench, FRAME_WELCOME, &welcome);
    assert_int_equal(welcome.packings, packing_own().packings);
    assert_int_equal(welcome.dictionary, packing_own().dictionary);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 1, 1);
    wants(&bench, REQUEST_INGEST);
    result(&bench, unread);
    expect_rewind(&bench, 0);
    /* nobody sends it so again */
    send_changes(&bench, 1, 1);
    wants(&bench, REQUEST_INGEST);
    result(&bench, unread);
    expect_refusal(&bench, STATUS_UNSUPPORTED, "");
    close_bench(&bench);
}

static void test_a_byte_a_minute_is_no_line(void **state)
{
    static const uint8_t begins[] = {0, 0, 1, 0, FRAME_CHANGES, 1, 2, 3, 4, 5};
    struct bench bench;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 1}, a_greeting(0, 0));
    expect_frame(&bench, FRAME_WELCOME, NULL);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    for (size_t i = 0; i < 2; i++) {
        bytes(&bench, begins + i, 1);
        tick(&bench, 60 * 1000);
        assert_false(bench.actions.close);
    }
    assert_true(bench.actions.timer_ms <= bench.now_ms + 1000);
    bytes(&bench, begins + 2, 1);
    tick(&bench, 1000);
    expect_refusal(&bench, STATUS_TIMEOUT, "太慢");
    close_bench(&bench);
}

/* A megabyte over a bad line takes minutes, and is a frame all the same. */
static void test_a_large_frame_may_take_its_time(void **state)
{
    static uint8_t piece[8000];
    const uint8_t begins[] = {0, 15, 0, 0, FRAME_CHANGES};
    struct bench bench;

    (void)state;
    greet(&bench, (struct message_hello){.head_seq = 1}, a_greeting(0, 0));
    expect_frame(&bench, FRAME_WELCOME, NULL);
    wants(&bench, REQUEST_NOTE_PEER);
    result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    bytes(&bench, begins, sizeof begins);
    for (size_t sent = 0; sent < 900000; sent += sizeof piece) {
        bytes(&bench, piece, sizeof piece);
        tick(&bench, 4000); /* 2 kB a second */
        assert_false(bench.actions.close);
    }
    close_bench(&bench);
}

static void test_impossible_chunks_are_refused(void **state)
{
    static const struct message_changes bad[] = {
        {.first = 0, .last = 1, .count = 2, .raw_bytes = 3},
        {.first = 5, .last = 4, .count = 1, .raw_bytes = 3},
        {.first = 1, .last = 2, .count = 3, .raw_bytes = 3},
        {.first = 1, .last = 2, .count = 1, .raw_bytes = 3}, /* a hole in the station's own log */
        {.first = 1, .last = 1, .count = 1, .raw_bytes = 0},
        {.first = 1, .last = 1, .count = 1, .raw_bytes = (uint64_t)CHUNK_RAW_MAX_BYTES + 1},
        {.first = 1, .last = 1, .count = 1, .raw_bytes = 3, .packing = PACKINGS_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct bench bench;
        struct buf out;
        size_t mark;

        greet(&bench, (struct message_hello){.head_seq = 1}, a_greeting(0, 0));
        expect_frame(&bench, FRAME_WELCOME, NULL);
        wants(&bench, REQUEST_NOTE_PEER);
        result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_init(&out, 1000);
        mark = frame_begin(&out, FRAME_CHANGES);
        message_encode(FRAME_CHANGES, &bad[i], &out);
        buf_puts(&out, "abc");
        frame_end(&out, mark);
        bytes(&bench, out.data, out.len);
        expect_refusal(&bench, i == 5 || i == 4 ? STATUS_TOO_LARGE : STATUS_PEER, "CHANGES");
        buf_release(&out);
        close_bench(&bench);
    }
}

/* ---- enrolment ---- */

static void test_enrolment_from_both_ends(void **state)
{
    struct bench station, center;
    struct frame frame;
    struct session_request request;
    struct session_result enrolled = {.kind = REQUEST_ENROL};
    struct buf out;

    (void)state;
    open_bench(&station, SESSION_ENROL, false);
    connected(&station);
    assert_int_equal(frame_next(&station.sent, &frame), STATUS_OK);
    assert_int_equal(frame.type, FRAME_ENROL);
    buf_init(&out, 4096);
    frame_put(&out, frame.type, frame.payload, frame.len);
    open_bench(&center, SESSION_CENTER, false);
    connected(&center);
    bytes(&center, out.data, out.len);
    request = wants(&center, REQUEST_ENROL);
    assert_string_equal(request.enrol.name, "笔记本");
    enrolled.peer = (struct peer){.station_no = 4, .org = 12, .org_code = "yongyang", .org_name = "永阳镇法律援助工作站"};
    enrolled.state.machine = (struct machine){.center = true, .name = "溧水区法律援助中心", .area = "320117"};
    result(&center, enrolled);
    assert_true(center.actions.close);
    assert_int_equal(frame_next(&center.sent, &frame), STATUS_OK);
    buf_clear(&out);
    frame_put(&out, frame.type, frame.payload, frame.len);
    bytes(&station, out.data, out.len);
    assert_true(station.actions.close);
    assert_int_equal(session_outcome(station.session)->status, STATUS_OK);
    assert_true(session_outcome(station.session)->enrolled);
    assert_int_equal(session_outcome(station.session)->enrolment.station_no, 4);
    assert_string_equal(session_outcome(station.session)->enrolment.center_name, "溧水区法律援助中心");
    buf_release(&out);
    close_bench(&station);
    close_bench(&center);
}

static void test_random_frames_do_no_harm(void **state)
{
    uint64_t seed = 3;
    struct random_source random = random_seeded(&seed);

    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct bench bench;
        struct buf out;

        if (random_below(random, 2) == 0)
            station_opened(&bench, 5, 2, random_below(random, 2) == 0);
        else
            greet(&bench, (struct message_hello){.head_seq = 5, .have_seq = 2}, a_greeting(2, 0));
        buf_init(&out, 100000);
        for (uint64_t n = random_below(random, 8); n > 0; n--) {
            uint8_t noise[40];
            struct message_ack ack = {.have_seq = random_below(random, 8), .rcur = random_below(random, 8), .rewind = random_below(random, 2) == 0};

            random.fill(random.context, noise, sizeof noise);
            if (random_below(random, 2) == 0)
                message_put(FRAME_ACK, &ack, &out);
            else
                frame_put(&out, (uint8_t)random_below(random, 256), noise, random_below(random, sizeof noise));
        }
        bytes(&bench, out.data, out.len);
        for (int i = 0; i < 10 && bench.actions.wants_store && !bench.actions.close; i++) {
            struct session_result any = {.kind = bench.actions.request.kind, .status = random_below(random, 4) == 0 ? STATUS_IO : STATUS_OK};

            bench.actions.wants_store = false;
            result(&bench, any);
        }
        buf_release(&out);
        close_bench(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_do_is_one_round_trip),
        cmocka_unit_test(test_hello_and_the_first_changes_leave_together),
        cmocka_unit_test(test_the_window_is_four_chunks),
        cmocka_unit_test(test_what_the_center_understands_is_used_and_remembered),
        cmocka_unit_test(test_a_rewind_goes_back_and_sends_again),
        cmocka_unit_test(test_applied_before_acknowledged),
        cmocka_unit_test(test_another_center_an_older_center_and_practice_are_refused),
        cmocka_unit_test(test_the_first_center_met_is_remembered),
        cmocka_unit_test(test_a_refusal_by_the_center_is_told_in_its_words),
        cmocka_unit_test(test_garbage_ends_the_session),
        cmocka_unit_test(test_frames_from_the_future_are_skipped_if_they_may_be),
        cmocka_unit_test(test_no_answer_in_30_seconds),
        cmocka_unit_test(test_ping_after_four_minutes_end_after_five),
        cmocka_unit_test(test_a_line_that_breaks_is_not_a_good_end),
        cmocka_unit_test(test_a_flood_is_stopped),
        cmocka_unit_test(test_center_welcomes_and_ends_when_there_is_nothing),
        cmocka_unit_test(test_center_refuses_before_any_data),
        cmocka_unit_test(test_center_acknowledges_what_is_stored_and_sends_its_place),
        cmocka_unit_test(test_relays_are_agreed),
        cmocka_unit_test(test_files_wait_for_changes),
        cmocka_unit_test(test_backups_are_agreed),
        cmocka_unit_test(test_center_tells_a_gap_once_and_drops_until_it_fits),
        cmocka_unit_test(test_revoked_while_connected),
        cmocka_unit_test(test_a_chunk_that_cannot_be_read_is_asked_for_again_once),
        cmocka_unit_test(test_a_byte_a_minute_is_no_line),
        cmocka_unit_test(test_a_large_frame_may_take_its_time),
        cmocka_unit_test(test_impossible_chunks_are_refused),
        cmocka_unit_test(test_enrolment_from_both_ends),
        cmocka_unit_test(test_random_frames_do_no_harm),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
