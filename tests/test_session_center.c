/* tests/test_session_center.c - sync/session.h alone: the center's end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "sync/packing.h"
#include "tests/session_bench.h"

static void test_center_welcomes_and_ends_when_there_is_nothing(void **state)
{
    struct bench bench;
    struct message_welcome welcome;
    struct session_result greeting = bench_greeting(7, 20);

    (void)state;
    greeting.state.safe_order = 15;
    bench_greet(&bench, (struct message_hello){.head_seq = 7, .have_seq = 7, .rcur = 20, .once = true}, greeting);
    bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
    bench_expect_frame(&bench, FRAME_END, NULL);
    assert_int_equal(welcome.have_seq, 7);
    assert_int_equal(welcome.order_head, 20);
    assert_int_equal(welcome.safe_order, 15);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_step(&bench, (struct session_event){.kind = EVENT_CLOSED});
    assert_false(bench.actions.close); /* the note is still being written */
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    bench_close(&bench);
}

/* Files for others go over the line only when both sides said that they can. */
/* Own backups go only to a center that says it keeps such, and come only where they are kept. */
static void test_backups_are_agreed(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome;
    struct session_result used = bench_state(0, 0, 0, true), greeting = bench_greeting(0, 0);
    struct buf piece;
    size_t mark;

    (void)state;
    used.relay_used = true;
    for (int keep = 0; keep <= 1; keep++) {
        bench_open(&bench, SESSION_STATION, true);
        bench_connected(&bench);
        bench_wants(&bench, REQUEST_STATE);
        bench_result(&bench, used);
        bench_expect_frame(&bench, FRAME_HELLO, &hello);
        welcome = bench_welcome(0, 0);
        welcome.relay = true;
        welcome.keep = keep != 0;
        bench_message(&bench, FRAME_WELCOME, &welcome);
        bench_wants(&bench, REQUEST_RELAY_NEXT);
        assert_int_equal(bench.actions.request.keeps, keep);
        bench_close(&bench);

        greeting.keeps = keep != 0;
        bench_greet(&bench, (struct message_hello){.relay = true}, greeting);
        bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
        assert_int_equal(welcome.keep, keep);
        bench_wants(&bench, REQUEST_RELAY_NEXT);
        assert_false(bench.actions.request.keeps); /* a center has none */
        bench_result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
        bench_wants(&bench, REQUEST_NOTE_PEER);
        bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_init(&piece, 1000);
        mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
        message_encode(FRAME_RELAY, &(struct message_relay){.total = 3, .keep_ms = 5}, &piece);
        buf_puts(&piece, "abc");
        frame_end(&piece, mark);
        bench_bytes(&bench, piece.data, piece.len);
        if (keep)
            bench_wants(&bench, REQUEST_RELAY_TAKE);
        else
            bench_expect_refusal(&bench, STATUS_PEER, "不保管备份");
        bench_close(&bench);
        buf_release(&piece);
    }
}

static void test_relays_are_agreed(void **state)
{
    struct bench bench;
    struct message_hello hello;
    struct message_welcome welcome;
    struct session_result used = bench_state(0, 0, 0, true);
    struct buf piece;
    size_t mark;

    (void)state;
    /* A center of before: the station that has one keeps it, and everything else goes on. */
    used.relay_used = true;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, used);
    bench_expect_frame(&bench, FRAME_HELLO, &hello);
    assert_true(hello.relay);
    welcome = bench_welcome(0, 0);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.wants_store);
    bench_message(&bench, FRAME_END, NULL);
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    bench_close(&bench);

    /* A station that did not say so. */
    bench_greet(&bench, (struct message_hello){.once = false}, bench_greeting(0, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
    assert_false(welcome.relay);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    buf_init(&piece, 1000);
    mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
    message_encode(FRAME_RELAY, &(struct message_relay){.total = 3}, &piece);
    buf_puts(&piece, "abc");
    frame_end(&piece, mark);
    bench_bytes(&bench, piece.data, piece.len);
    bench_expect_refusal(&bench, STATUS_PEER, "RELAY");
    bench_close(&bench);

    /* One that did; pieces that cannot be. */
    for (uint64_t total = 2; total <= 3; total++) {
        bench_greet(&bench, (struct message_hello){.relay = true}, bench_greeting(0, 0));
        bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
        assert_true(welcome.relay);
        bench_wants(&bench, REQUEST_RELAY_NEXT);
        bench_result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
        bench_wants(&bench, REQUEST_NOTE_PEER);
        bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_clear(&piece);
        mark = frame_begin(&piece, FRAME_RELAY | FRAME_IGNORABLE);
        message_encode(FRAME_RELAY, &(struct message_relay){.total = total}, &piece);
        buf_puts(&piece, "abc");
        frame_end(&piece, mark);
        bench_bytes(&bench, piece.data, piece.len);
        if (total == 3)
            bench_wants(&bench, REQUEST_RELAY_TAKE);
        else
            bench_expect_refusal(&bench, STATUS_PEER, "RELAY");
        bench_close(&bench);
    }
    buf_release(&piece);
}

/* A file of any size waits until the changes have their answer; and no answer is taken to a file that was not sent. */
static void test_files_wait_for_changes(void **state)
{
    struct bench bench;
    struct message_welcome welcome = bench_welcome(1, 0);
    struct message_ack ack = {.have_seq = 2};
    struct message_relayed relayed = {.done = true};
    struct session_result used = bench_state(2, 1, 0, true);

    (void)state;
    used.relay_used = true;
    welcome.relay = true;
    bench_open(&bench, SESSION_STATION, true);
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, used);
    bench_wants(&bench, REQUEST_READ_OWN);
    bench_give_chunk(&bench, 2, 2);
    bench_expect_frame(&bench, FRAME_HELLO, NULL);
    bench_expect_frame(&bench, FRAME_CHANGES, NULL);
    bench_message(&bench, FRAME_WELCOME, &welcome);
    assert_false(bench.actions.wants_store);
    bench_message(&bench, FRAME_ACK, &ack);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    bench_wants(&bench, REQUEST_RELAY_NEXT);
    bench_result(&bench, (struct session_result){.kind = REQUEST_RELAY_NEXT});
    bench_message(&bench, FRAME_RELAYED, &relayed);
    bench_expect_refusal(&bench, STATUS_PEER, "没有发给它的文件");
    bench_close(&bench);
}

static void test_center_refuses_before_any_data(void **state)
{
    struct bench bench;
    struct session_result refused = {.kind = REQUEST_GREET, .status = STATUS_FORBIDDEN, .err = {"这台机器已被中心停用"}};

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 7}, refused);
    bench_expect_refusal(&bench, STATUS_FORBIDDEN, "停用");
    bench_close(&bench);
    bench_greet(&bench, (struct message_hello){.org = 13}, bench_greeting(0, 0));
    bench_expect_refusal(&bench, STATUS_FORBIDDEN, "单位");
    bench_close(&bench);
    refused.status = STATUS_FOREIGN;
    snprintf(refused.err.text, sizeof refused.err.text, "另一个中心");
    bench_greet(&bench, (struct message_hello){.rcur = 21}, refused);
    bench_expect_refusal(&bench, STATUS_FOREIGN, "另一个中心");
    bench_close(&bench);
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
    bench_bytes(bench, out.data, out.len);
    buf_release(&out);
}

static void test_center_acknowledges_what_is_stored_and_sends_its_place(void **state)
{
    struct bench bench;
    struct message_ack ack;
    struct message_changes order;
    struct message_hello hello = {.head_seq = 9, .have_seq = 7, .rcur = 20, .once = true};

    (void)state;
    memcpy(hello.incarnation, "whoselog", INCARNATION_BYTES);
    bench_greet(&bench, hello, bench_greeting(7, 20));
    bench_expect_frame(&bench, FRAME_WELCOME, NULL);
    bench_expect_nothing(&bench); /* 8 and 9 are still to come */
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 8, 9);
    bench_wants(&bench, REQUEST_INGEST);
    bench_expect_nothing(&bench);
    bench_result(&bench, (struct session_result){.kind = REQUEST_INGEST, .taken = {.taken = 2, .have_seq = 9, .rcur = 22}});
    bench_expect_frame(&bench, FRAME_ACK, &ack);
    assert_int_equal(ack.have_seq, 9);
    assert_int_equal(bench_wants(&bench, REQUEST_READ_SCOPE).after, 20);
    {
        struct session_result chunk = bench_chunk(21, 22);

        chunk.kind = REQUEST_READ_SCOPE;
        bench_result(&bench, chunk);
        buf_release(&chunk.packed);
    }
    bench_expect_frame(&bench, FRAME_CHANGES, &order);
    assert_memory_equal(order.log, "whoselog", INCARNATION_BYTES); /* whose places these are */
    bench_expect_frame(&bench, FRAME_END, NULL);
    ack = (struct message_ack){.rcur = 22};
    bench_message(&bench, FRAME_ACK, &ack);
    bench_message(&bench, FRAME_END, NULL);
    assert_int_equal(bench_wants(&bench, REQUEST_NOTE_PEER).sent_order, 22);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    bench_close(&bench);
}

static void test_center_tells_a_gap_once_and_drops_until_it_fits(void **state)
{
    struct bench bench;
    struct message_ack ack;

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 12, .have_seq = 10}, bench_greeting(6, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, NULL);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 11, 11);
    bench_wants(&bench, REQUEST_INGEST);
    bench_result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_GAP, .taken = {.have_seq = 6}});
    bench_expect_frame(&bench, FRAME_ACK, &ack);
    assert_true(ack.rewind);
    assert_int_equal(ack.have_seq, 6);
    send_changes(&bench, 12, 12);
    assert_false(bench.actions.wants_store);
    bench_expect_nothing(&bench);
    send_changes(&bench, 7, 12);
    bench_wants(&bench, REQUEST_INGEST);
    bench_close(&bench);
}

static void test_revoked_while_connected(void **state)
{
    struct bench bench;

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 1}, bench_greeting(0, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, NULL);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 1, 1);
    bench_wants(&bench, REQUEST_INGEST);
    bench_result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_FORBIDDEN, .err = {"这台机器已被中心停用"}});
    bench_expect_refusal(&bench, STATUS_FORBIDDEN, "停用");
    bench_close(&bench);
}

static void expect_rewind(struct bench *bench, uint64_t have)
{
    struct message_ack ack;

    bench_expect_frame(bench, FRAME_ACK, &ack);
    assert_true(ack.rewind);
    assert_int_equal(ack.have_seq, have);
}

static void test_a_chunk_that_cannot_be_read_is_asked_for_again_once(void **state)
{
    struct session_result unread = {.kind = REQUEST_INGEST, .status = STATUS_UNSUPPORTED};
    struct message_welcome welcome;
    struct bench bench;

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 1, .packings = 1 << PACKING_ZSTD | 1 << PACKING_COLUMNS}, bench_greeting(0, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
    assert_int_equal(welcome.packings, packing_own().packings);
    assert_int_equal(welcome.dictionary, packing_own().dictionary);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    send_changes(&bench, 1, 1);
    bench_wants(&bench, REQUEST_INGEST);
    bench_result(&bench, unread);
    expect_rewind(&bench, 0);
    /* nobody sends it so again */
    send_changes(&bench, 1, 1);
    bench_wants(&bench, REQUEST_INGEST);
    bench_result(&bench, unread);
    bench_expect_refusal(&bench, STATUS_UNSUPPORTED, "");
    bench_close(&bench);
}

static void test_a_byte_a_minute_is_no_line(void **state)
{
    static const uint8_t begins[] = {0, 0, 1, 0, FRAME_CHANGES, 1, 2, 3, 4, 5};
    struct bench bench;

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 1}, bench_greeting(0, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, NULL);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    for (size_t i = 0; i < 2; i++) {
        bench_bytes(&bench, begins + i, 1);
        bench_tick(&bench, 60 * 1000);
        assert_false(bench.actions.close);
    }
    assert_true(bench.actions.timer_ms <= bench.now_ms + 1000);
    bench_bytes(&bench, begins + 2, 1);
    bench_tick(&bench, 1000);
    bench_expect_refusal(&bench, STATUS_TIMEOUT, "太慢");
    bench_close(&bench);
}

/* A megabyte over a bad line takes minutes, and is a frame all the same. */
static void test_a_large_frame_may_take_its_time(void **state)
{
    static uint8_t piece[8000];
    const uint8_t begins[] = {0, 15, 0, 0, FRAME_CHANGES};
    struct bench bench;

    (void)state;
    bench_greet(&bench, (struct message_hello){.head_seq = 1}, bench_greeting(0, 0));
    bench_expect_frame(&bench, FRAME_WELCOME, NULL);
    bench_wants(&bench, REQUEST_NOTE_PEER);
    bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
    bench_bytes(&bench, begins, sizeof begins);
    for (size_t sent = 0; sent < 900000; sent += sizeof piece) {
        bench_bytes(&bench, piece, sizeof piece);
        bench_tick(&bench, 4000); /* 2 kB a second */
        assert_false(bench.actions.close);
    }
    bench_close(&bench);
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

        bench_greet(&bench, (struct message_hello){.head_seq = 1}, bench_greeting(0, 0));
        bench_expect_frame(&bench, FRAME_WELCOME, NULL);
        bench_wants(&bench, REQUEST_NOTE_PEER);
        bench_result(&bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
        buf_init(&out, 1000);
        mark = frame_begin(&out, FRAME_CHANGES);
        message_encode(FRAME_CHANGES, &bad[i], &out);
        buf_puts(&out, "abc");
        frame_end(&out, mark);
        bench_bytes(&bench, out.data, out.len);
        bench_expect_refusal(&bench, i == 5 || i == 4 ? STATUS_TOO_LARGE : STATUS_PEER, "CHANGES");
        buf_release(&out);
        bench_close(&bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
