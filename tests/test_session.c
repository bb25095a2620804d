/* tests/test_session.c - sync/session.h alone: a station's end, the line and its time, enrolment; the center's end is in test_session_center.c. No store, no line: every result is made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/base/trace.h"
#include "sync/packing.h"
#include "tests/session_bench.h"

/* ---- station ---- */

static void test_nothing_to_do_is_one_round_trip(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome = bench_welcome(7, 20);

    (void)state;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_expect_nothing(&bench);
    bench_result(&bench, bench_state(7, 7, 20, true));
    bench_expect_frame(&bench, FRAME_HELLO, &hello);
    assert_int_equal(hello.station_no, 3);
    assert_int_equal(hello.head_seq, 7);
    assert_int_equal(hello.rcur, 20);
    assert_true(hello.once && hello.practice);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.close);
    bench_message(&bench, FRAME_END, NULL);
    assert_true(bench.actions.close);
    bench_expect_nothing(&bench);
    assert_false(bench.actions.wants_store);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    assert_int_equal(session_outcome(bench.session)->round_trips, 1);
    assert_int_equal(session_outcome(bench.session)->skew_ms, 5000);
    bench_close(&bench);
}

static void test_hello_and_the_first_changes_leave_together(void **state)
{
    struct bench bench;
    struct session_request request;

    (void)state;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, bench_state(9, 4, 0, true));
    bench_expect_nothing(&bench);
    request = bench_wants(&bench, REQUEST_READ_OWN);
    assert_int_equal(request.after, 4);
    assert_int_equal(request.max_bytes, CHUNK_FIRST_BYTES);
    bench_give_chunk(&bench, 5, 7);
    bench_expect_frame(&bench, FRAME_HELLO, NULL);
    bench_expect_frame(&bench, FRAME_CHANGES, NULL);
    /* no second chunk before WELCOME */
    assert_false(bench.actions.wants_store);
    bench_close(&bench);
}

static void test_the_window_is_four_chunks(void **state)
{
    struct bench bench;
    struct message_ack ack = {.have_seq = 2};

    (void)state;
    bench_open_station(&bench, 2, 1, false);
    for (uint64_t seq = 3; seq <= 5; seq++) {
        assert_int_equal(bench_wants(&bench, REQUEST_READ_OWN).after, seq - 1);
        bench_give_chunk(&bench, seq, seq);
        bench_expect_frame(&bench, FRAME_CHANGES, NULL);
    }
    assert_false(bench.actions.wants_store);
    bench_message(&bench, FRAME_ACK, &ack);
    assert_int_equal(bench_wants(&bench, REQUEST_SET_HAVE).have_seq, 2);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(bench_wants(&bench, REQUEST_READ_OWN).after, 5);
    assert_int_equal(session_outcome(bench.session)->sent, 1);
    bench_close(&bench);
}

static void test_what_the_center_understands_is_used_and_remembered(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome = bench_welcome(4, 0);
    struct message_ack ack = {.have_seq = 4, .rewind = true};
    struct session_result known = bench_state(9, 4, 0, true);
    struct session_request request;

    (void)state;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    known.state.center_packings = 1 << PACKING_ZSTD | 1 << PACKING_COLUMNS;
    bench_result(&bench, known);
    /* the first chunk as the center had it at the last contact */
    request = bench_wants(&bench, REQUEST_READ_OWN);
    assert_true((request.packings >> PACKING_COLUMNS & 1) != 0);
    assert_int_equal(request.dictionary, 0);
    bench_give_chunk(&bench, 5, 9);
    bench_expect_frame(&bench, FRAME_HELLO, &hello);
    bench_expect_frame(&bench, FRAME_CHANGES, NULL);
    assert_int_equal(hello.packings, packing_own().packings);
    assert_int_equal(hello.dictionary, packing_own().dictionary);
    /* it is an earlier program now: that is written down, and the chunk goes once more, as everybody reads it */
    bench_message(&bench, FRAME_WELCOME, &welcome);
    request = bench_wants(&bench, REQUEST_SET_CENTER);
    assert_int_equal(request.hello.packings, 0);
    assert_int_equal(request.incarnation[0], 0);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_CENTER});
    bench_message(&bench, FRAME_ACK, &ack);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    request = bench_wants(&bench, REQUEST_READ_OWN);
    assert_int_equal(request.after, 4);
    assert_int_equal(request.packings, 1 << PACKING_NONE | 1 << PACKING_ZSTD);
    bench_close(&bench);
}

/* Up to where a backup of the center holds the order is written down, with its last number; of a center that was put back only when it has what it lost. What is handed back to it then has the number it tells. */
static void test_up_to_where_the_order_is_safe_is_remembered(void **state)
{
    struct bench bench;
    struct message_welcome welcome = bench_welcome(7, 20);
    struct session_request request;
    struct session_result own = bench_state(7, 7, 20, true), returns = {.kind = REQUEST_READ_RETURNS, .returned = {.first = 12, .last = 12, .count = 1, .raw_bytes = 3}};
    struct message_returned answer = {.last = 12, .head = 33};

    (void)state;
    welcome.protocol = PROTOCOL_MAX;
    welcome.safe_order = 15;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, own);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    request = bench_wants(&bench, REQUEST_SET_CENTER);
    assert_int_equal(request.safe_order, 15);
    assert_int_equal(request.order_head, 20);
    bench_close(&bench);

    own.state.safe_order = 9;
    welcome.rewind = true;
    welcome.common_order = 10;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, own);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    bench_wants(&bench, REQUEST_SET_HAVE); /* and not SET_CENTER: nothing new is to be kept of it */
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(bench_wants(&bench, REQUEST_REWIND).after, 10);
    bench_result(&bench, (struct session_result){.kind = REQUEST_REWIND, .taken = {.rcur = 10}});
    assert_int_equal(bench_wants(&bench, REQUEST_READ_RETURNS).after, 0);
    buf_init(&returns.packed, 100);
    buf_puts(&returns.packed, "abc");
    bench_result(&bench, returns);
    buf_release(&returns.packed);
    bench_message(&bench, FRAME_RETURNED, &answer);
    request = bench_wants(&bench, REQUEST_RETURNS_DONE);
    assert_int_equal(request.after, 12);
    assert_int_equal(request.order_head, 33);
    bench_result(&bench, (struct session_result){.kind = REQUEST_RETURNS_DONE});
    assert_int_equal(bench_wants(&bench, REQUEST_READ_RETURNS).after, 12); /* what is kept here is still there to be read */
    bench_close(&bench);
}

/* It said more when it got back what was kept here: it is asked about it again, though nothing else is new. */
static void test_a_center_that_tells_less_than_it_did_is_written_down(void **state)
{
    struct bench bench;
    struct message_welcome welcome = bench_welcome(7, 20);
    struct session_result own = bench_state(7, 7, 20, true);

    (void)state;
    own.state.left_known = 21;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, own);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_int_equal(bench_wants(&bench, REQUEST_SET_CENTER).order_head, 20);
    bench_close(&bench);
}

static void test_a_rewind_goes_back_and_sends_again(void **state)
{
    struct bench bench;
    struct message_ack ack = {.have_seq = 6, .rewind = true};
    struct message_welcome welcome = bench_welcome(6, 0);

    (void)state;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, bench_state(12, 10, 0, true));
    bench_wants(&bench, REQUEST_READ_OWN);
    bench_give_chunk(&bench, 11, 12);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_int_equal(bench_wants(&bench, REQUEST_SET_HAVE).have_seq, 6);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_false(bench.actions.wants_store); /* it sent all it has: the center's word decides */
    bench_message(&bench, FRAME_ACK, &ack);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(bench_wants(&bench, REQUEST_READ_OWN).after, 6);
    bench_close(&bench);
}

static void test_applied_before_acknowledged(void **state)
{
    struct bench bench;
    struct message_changes header = {.first = 1, .last = 8, .count = 2, .raw_bytes = 3};
    struct message_ack ack;
    struct buf out;
    size_t mark;

    (void)state;
    bench_open_station(&bench, 0, 0, false);
    buf_init(&out, 1000);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bench_bytes(&bench, out.data, out.len);
    {
        struct session_request request = bench_wants(&bench, REQUEST_APPLY);

        assert_int_equal(request.chunk.last, 8);
        assert_int_equal(request.packed_len, 3);
        assert_memory_equal(request.packed, "abc", 3);
    }
    bench_expect_nothing(&bench);
    bench_result(&bench, (struct session_result){.kind = REQUEST_APPLY, .taken = {.taken = 2, .rcur = 8}});
    bench_expect_frame(&bench, FRAME_ACK, &ack);
    assert_int_equal(ack.rcur, 8);
    /* a chunk beyond the next one: ask again from where we are */
    header.first = 20;
    header.last = 30;
    buf_clear(&out);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bench_bytes(&bench, out.data, out.len);
    {
        struct message_pull pull;

        bench_expect_frame(&bench, FRAME_PULL, &pull);
        assert_int_equal(pull.after, 8);
    }
    buf_release(&out);
    bench_close(&bench);
}

static void order_came(struct bench *bench, struct message_changes header)
{
    struct buf out;
    size_t mark;

    buf_init(&out, 1000);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    bench_bytes(bench, out.data, out.len);
    buf_release(&out);
}

static const uint8_t LOG_INC[INCARNATION_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8}, OTHER_INC[INCARNATION_BYTES] = {1, 2, 3, 4, 5, 6, 7, 9};

/* What center says which protocol, and for which log the chunk is (NULL: it does not say). */
static void come_for(struct bench *bench, uint64_t protocol, const uint8_t *log)
{
    struct session_result own = bench_state(7, 7, 20, true);
    struct message_welcome welcome = bench_welcome(7, 30);
    struct message_changes header = {.first = 21, .last = 30, .count = 2, .raw_bytes = 3};

    memcpy(own.state.machine.incarnation, LOG_INC, INCARNATION_BYTES);
    welcome.protocol = protocol;
    if (log != NULL)
        memcpy(header.log, log, INCARNATION_BYTES);
    bench_open(bench, SESSION_STATION, true);
    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, own);
    bench_expect_frame(bench, FRAME_HELLO, NULL);
    bench_message(bench, FRAME_WELCOME, &welcome);
    order_came(bench, header);
}

/* A chunk for the log that the machine had before it was put back, or for its copy's: its stubs are numbers of that log. */
static void test_a_chunk_for_another_log_is_not_taken(void **state)
{
    struct bench bench;

    (void)state;
    come_for(&bench, PROTOCOL_MAX, OTHER_INC);
    assert_false(bench.actions.wants_store);
    bench_expect_refusal(&bench, STATUS_PEER, "另一本日志");
    bench_close(&bench);
    come_for(&bench, PROTOCOL_MAX, NULL);
    assert_false(bench.actions.wants_store);
    bench_expect_refusal(&bench, STATUS_PEER, "另一本日志");
    bench_close(&bench);
    come_for(&bench, PROTOCOL_MAX, LOG_INC);
    assert_int_equal(bench_wants(&bench, REQUEST_APPLY).chunk.last, 30);
    bench_close(&bench);
    come_for(&bench, PROTOCOL_WANTS, NULL); /* an older center does not say */
    assert_int_equal(bench_wants(&bench, REQUEST_APPLY).chunk.last, 30);
    bench_close(&bench);
}

static void test_another_center_an_older_center_and_practice_are_refused(void **state)
{
    struct bench bench;

    (void)state;
    for (int i = 0; i < 4; i++) {
        struct message_welcome welcome = bench_welcome(7, 20);
        static const char *const words[] = {"不是原来", "旧", "练习", "旧的副本"};

        bench_open(&bench, SESSION_STATION, true);
        bench_connected(&bench);
        bench_wants(&bench, REQUEST_STATE);
        bench_result(&bench, bench_state(7, 7, 20, true));
        bench_expect_frame(&bench, FRAME_HELLO, NULL);
        if (i == 0)
            welcome.center_incarnation[0] = 1;
        else if (i == 1)
            welcome.order_head = 19;
        else if (i == 2)
            welcome.practice = false;
        else
            welcome.have_seq = 8;
        bench_message(&bench, FRAME_WELCOME, &welcome);
        bench_expect_refusal(&bench, i == 2 ? STATUS_FOREIGN : STATUS_FORK, words[i]);
        bench_close(&bench);
    }
}

static void test_the_first_center_met_is_remembered(void **state)
{
    struct bench bench;
    struct message_welcome welcome = bench_welcome(0, 0);

    (void)state;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, bench_state(0, 0, 0, false));
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_memory_equal(bench_wants(&bench, REQUEST_SET_CENTER).incarnation, BENCH_CENTER, INCARNATION_BYTES);
    assert_false(session_is_open(bench.session));
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_CENTER});
    assert_true(session_is_open(bench.session));
    bench_close(&bench);
}

static void test_a_refusal_by_the_center_is_told_in_its_words(void **state)
{
    struct bench bench;
    struct message_err err = {.code = "forbidden", .text = "这台机器已被中心停用"};

    (void)state;
    bench_open_station(&bench, 0, 0, true);
    bench_message(&bench, FRAME_ERR, &err);
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_FORBIDDEN);
    assert_true(session_outcome(bench.session)->by_peer);
    assert_non_null(strstr(session_outcome(bench.session)->reason.text, "停用"));
    bench_close(&bench);
}

/* ---- both: lines and time ---- */

static void test_garbage_ends_the_session(void **state)
{
    struct bench bench;

    (void)state;
    bench_open(&bench, SESSION_CENTER, false);
    bench_connected(&bench);
    bench_bytes(&bench, "GET / HTTP/1.1\r\n", 16);
    bench_expect_refusal(&bench, STATUS_PEER, "不是本协议");
    bench_close(&bench);
}

static void test_frames_from_the_future_are_skipped_if_they_may_be(void **state)
{
    struct bench bench;
    struct buf out;

    (void)state;
    bench_open_station(&bench, 0, 0, false);
    buf_init(&out, 100);
    frame_put(&out, 60 | FRAME_IGNORABLE, "new", 3);
    bench_bytes(&bench, out.data, out.len);
    assert_false(bench.actions.close);
    buf_clear(&out);
    frame_put(&out, 60, "new", 3);
    bench_bytes(&bench, out.data, out.len);
    bench_expect_refusal(&bench, STATUS_PEER, "60");
    buf_release(&out);
    bench_close(&bench);
}

static void test_no_answer_in_30_seconds(void **state)
{
    struct bench bench;

    (void)state;
    bench_open(&bench, SESSION_CENTER, false);
    bench_connected(&bench);
    assert_int_equal(bench.actions.timer_ms, 1000 + HANDSHAKE_TIMEOUT_MS);
    bench_tick(&bench, HANDSHAKE_TIMEOUT_MS - 1);
    assert_false(bench.actions.close);
    bench_tick(&bench, 1);
    bench_expect_refusal(&bench, STATUS_TIMEOUT, "30");
    bench_close(&bench);
}

static void count_line(void *context, const char *line)
{
    (void)line;
    ++*(unsigned *)context;
}

/* Strangers that say nothing may come in any number: whoever carries their bytes tells of them together, the session has no line for each. A station has one of its center. */
static void test_a_silent_stranger_has_no_line(void **state)
{
    static const enum session_role roles[] = {SESSION_CENTER, SESSION_STATION};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        unsigned lines = 0;
        struct trace trace;
        struct bench bench;

        trace_init(&trace, TRACE_INFO, count_line, &lines);
        bench_open_traced(&bench, roles[i], &trace);
        bench_connected(&bench);
        if (roles[i] == SESSION_STATION) {
            (void)bench_wants(&bench, REQUEST_STATE);
            bench_result(&bench, (struct session_result){.kind = REQUEST_STATE, .state = {.machine = {.station_no = 7, .org = 2}}});
        }
        lines = 0;
        bench_tick(&bench, HANDSHAKE_TIMEOUT_MS);
        assert_true(bench.actions.close);
        assert_int_equal(lines, roles[i] == SESSION_CENTER ? 0 : 1);
        bench_close(&bench);
    }
}

/* A station that has sent HELLO with so many bytes of changes. */
static void send_with_hello(struct bench *bench, size_t bytes)
{
    struct session_result chunk = bench_chunk(1, 10);

    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, bench_state(10, 0, 0, true));
    bench_wants(bench, REQUEST_READ_OWN);
    buf_release(&chunk.packed);
    buf_init(&chunk.packed, bytes);
    memset(buf_extend(&chunk.packed, bytes), 7, bytes);
    bench_result(bench, chunk);
    buf_release(&chunk.packed);
    bench_expect_frame(bench, FRAME_HELLO, NULL);
    bench_expect_frame(bench, FRAME_CHANGES, NULL);
}

static void test_a_ping_follows_what_takes_more_than_a_packet(void **state)
{
    struct message_welcome welcome = bench_welcome(10, 0);
    struct bench bench;

    (void)state;
    bench_open_packets(&bench);
    send_with_hello(&bench, 9000);
    assert_in_range(bench.actions.timer_ms, bench.now_ms + 1, bench.now_ms + 100);
    bench_tick(&bench, bench.actions.timer_ms - bench.now_ms - 1);
    bench_expect_nothing(&bench);
    bench_tick(&bench, 1);
    bench_expect_frame(&bench, FRAME_PING, NULL);
    assert_int_equal(bench.actions.timer_ms, 1000 + HANDSHAKE_TIMEOUT_MS);
    bench_tick(&bench, 500); /* once */
    bench_expect_nothing(&bench);
    bench_close(&bench);
    /* not where the answer comes first */
    bench_open_packets(&bench);
    send_with_hello(&bench, 9000);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    bench_tick(&bench, 100);
    bench_expect_nothing(&bench);
    bench_close(&bench);
    /* nor behind one packet, nor where none are lost */
    bench_open_packets(&bench);
    send_with_hello(&bench, 900);
    assert_int_equal(bench.actions.timer_ms, 1000 + HANDSHAKE_TIMEOUT_MS);
    bench_close(&bench);
    bench_open(&bench, SESSION_STATION, true);
    send_with_hello(&bench, 9000);
    assert_int_equal(bench.actions.timer_ms, 1000 + HANDSHAKE_TIMEOUT_MS);
    bench_close(&bench);
}

static void test_ping_after_four_minutes_end_after_five(void **state)
{
    struct bench bench;

    (void)state;
    bench_open_station(&bench, 0, 0, false);
    assert_int_equal(bench.actions.timer_ms, 1000 + PING_EVERY_MS);
    bench_tick(&bench, PING_EVERY_MS);
    bench_expect_frame(&bench, FRAME_PING, NULL);
    bench_message(&bench, FRAME_PING, NULL); /* theirs */
    bench_tick(&bench, IDLE_TIMEOUT_MS - 1);
    bench_expect_frame(&bench, FRAME_PING, NULL);
    assert_false(bench.actions.close);
    bench_tick(&bench, 1);
    bench_expect_refusal(&bench, STATUS_TIMEOUT, "5");
    bench_close(&bench);
}

static void test_a_line_that_breaks_is_not_a_good_end(void **state)
{
    struct bench bench;

    (void)state;
    bench_open_station(&bench, 5, 2, true);
    bench_step(&bench, (struct session_event){.kind = EVENT_CLOSED});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_CLOSED);
    bench_close(&bench);
}

static void test_a_flood_is_stopped(void **state)
{
    static uint8_t block[512 * 1024];
    struct bench bench;

    (void)state;
    bench_open(&bench, SESSION_CENTER, false);
    bench_connected(&bench);
    {
        struct message_hello hello = {.protocol_min = 1, .protocol_max = 1, .station_no = 3};

        bench_message(&bench, FRAME_HELLO, &hello);
    }
    bench_wants(&bench, REQUEST_GREET);
    assert_true(session_reading(bench.session));
    bench_bytes(&bench, block, sizeof block);
    assert_false(session_reading(bench.session)); /* the shell stops here */
    for (int i = 0; i < 20 && !bench.actions.close; i++)
        bench_bytes(&bench, block, sizeof block);
    bench_expect_refusal(&bench, STATUS_TOO_LARGE, "不等确认");
    bench_close(&bench);
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
    bench_open(&station, SESSION_ENROL, false);
    bench_connected(&station);
    assert_int_equal(frame_next(&station.sent, &frame), STATUS_OK);
    assert_int_equal(frame.type, FRAME_ENROL);
    buf_init(&out, 4096);
    frame_put(&out, frame.type, frame.payload, frame.len);
    bench_open(&center, SESSION_CENTER, false);
    bench_connected(&center);
    bench_bytes(&center, out.data, out.len);
    request = bench_wants(&center, REQUEST_ENROL);
    assert_string_equal(request.enrol.name, "笔记本");
    enrolled.peer = (struct peer){.station_no = 4, .org = 12, .org_code = "yongyang", .org_name = "永阳镇法律援助工作站"};
    enrolled.state.machine = (struct machine){.center = true, .name = "溧水区法律援助中心", .area = "320117"};
    bench_result(&center, enrolled);
    assert_true(center.actions.close);
    assert_int_equal(frame_next(&center.sent, &frame), STATUS_OK);
    buf_clear(&out);
    frame_put(&out, frame.type, frame.payload, frame.len);
    bench_bytes(&station, out.data, out.len);
    assert_true(station.actions.close);
    assert_int_equal(session_outcome(station.session)->status, STATUS_OK);
    assert_true(session_outcome(station.session)->enrolled);
    assert_int_equal(session_outcome(station.session)->enrolment.station_no, 4);
    assert_string_equal(session_outcome(station.session)->enrolment.center_name, "溧水区法律援助中心");
    buf_release(&out);
    bench_close(&station);
    bench_close(&center);
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
            bench_open_station(&bench, 5, 2, random_below(random, 2) == 0);
        else
            bench_greet(&bench, (struct message_hello){.head_seq = 5, .have_seq = 2}, bench_greeting(2, 0));
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
        bench_bytes(&bench, out.data, out.len);
        for (int i = 0; i < 10 && bench.actions.wants_store && !bench.actions.close; i++) {
            struct session_result any = {.kind = bench.actions.request.kind, .status = random_below(random, 4) == 0 ? STATUS_IO : STATUS_OK};

            bench.actions.wants_store = false;
            bench_result(&bench, any);
        }
        buf_release(&out);
        bench_close(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_to_do_is_one_round_trip),
        cmocka_unit_test(test_hello_and_the_first_changes_leave_together),
        cmocka_unit_test(test_the_window_is_four_chunks),
        cmocka_unit_test(test_what_the_center_understands_is_used_and_remembered),
        cmocka_unit_test(test_up_to_where_the_order_is_safe_is_remembered),
        cmocka_unit_test(test_a_center_that_tells_less_than_it_did_is_written_down),
        cmocka_unit_test(test_a_rewind_goes_back_and_sends_again),
        cmocka_unit_test(test_applied_before_acknowledged),
        cmocka_unit_test(test_a_chunk_for_another_log_is_not_taken),
        cmocka_unit_test(test_another_center_an_older_center_and_practice_are_refused),
        cmocka_unit_test(test_the_first_center_met_is_remembered),
        cmocka_unit_test(test_a_refusal_by_the_center_is_told_in_its_words),
        cmocka_unit_test(test_garbage_ends_the_session),
        cmocka_unit_test(test_frames_from_the_future_are_skipped_if_they_may_be),
        cmocka_unit_test(test_no_answer_in_30_seconds),
        cmocka_unit_test(test_a_silent_stranger_has_no_line),
        cmocka_unit_test(test_a_ping_follows_what_takes_more_than_a_packet),
        cmocka_unit_test(test_ping_after_four_minutes_end_after_five),
        cmocka_unit_test(test_a_line_that_breaks_is_not_a_good_end),
        cmocka_unit_test(test_a_flood_is_stopped),
        cmocka_unit_test(test_enrolment_from_both_ends),
        cmocka_unit_test(test_random_frames_do_no_harm),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
