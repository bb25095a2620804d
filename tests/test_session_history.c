/* tests/test_session_history.c - what a session makes of windows and of chunks that refer to those before (protocol.h, HISTORY); no store and no line: every result is made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "sync/frame.h"
#include "sync/history.h"
#include "sync/session.h"

struct bench {
    struct session *session;
    struct session_actions actions;
    struct frame_reader sent;
    struct history_pool *pool;
};

static void step(struct bench *bench, struct session_event event)
{
    event.now_ms = 1000;
    event.wall_ms = INT64_C(1767225601000);
    session_step(bench->session, &event, &bench->actions);
    assert_int_equal(frame_feed(&bench->sent, bench->actions.send.data, bench->actions.send.len), STATUS_OK);
    buf_clear(&bench->actions.send);
}

static void open_bench(struct bench *bench, enum session_role role)
{
    struct session_config config = {.role = role};

    memset(bench, 0, sizeof *bench);
    session_actions_init(&bench->actions);
    frame_reader_init(&bench->sent, FRAME_MAX_BYTES);
    assert_int_equal(history_pool_new(&bench->pool, HISTORY_POOL_BYTES), STATUS_OK);
    assert_int_equal(session_new(&bench->session, &config), STATUS_OK);
    step(bench, (struct session_event){.kind = EVENT_CONNECTED});
}

static void close_bench(struct bench *bench)
{
    session_free(bench->session);
    assert_int_equal(history_pool_used(bench->pool), 0); /* whatever it was in the middle of */
    history_pool_release(bench->pool);
    session_actions_release(&bench->actions);
    frame_reader_release(&bench->sent);
}

static void message(struct bench *bench, enum frame_type type, const void *content)
{
    struct buf out;

    buf_init(&out, FRAME_MAX_BYTES);
    message_put(type, content, &out);
    step(bench, (struct session_event){.kind = EVENT_BYTES, .data = out.data, .len = out.len});
    buf_release(&out);
}

static void chunk(struct bench *bench, uint64_t first, uint64_t last, uint8_t follows)
{
    struct message_changes header = {.first = first, .last = last, .count = last - first + 1, .raw_bytes = 3, .packing = PACKING_HISTORY, .follows = {follows}};
    struct buf out;
    size_t mark;

    buf_init(&out, 1000);
    mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    buf_puts(&out, "abc");
    frame_end(&out, mark);
    step(bench, (struct session_event){.kind = EVENT_BYTES, .data = out.data, .len = out.len});
    buf_release(&out);
}

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

static void give(struct bench *bench, enum request_kind kind, uint64_t first, uint64_t last)
{
    struct session_result read = {.kind = kind, .chunk = {.first = first, .last = last, .count = last - first + 1, .raw_bytes = 3}, .more = true};

    buf_init(&read.packed, 100);
    buf_puts(&read.packed, "abc");
    result(bench, read);
    buf_release(&read.packed);
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
    assert_false(bench->actions.wants_store);
    assert_false(bench->actions.close);
}

/* A station with ten changes, all of them there, at a center that speaks `protocol` and gives that window. */
static void station_told_model(struct bench *bench, uint64_t protocol, uint64_t window, uint64_t model)
{
    struct message_welcome welcome = {.protocol = protocol, .practice = true, .org = 12, .window = window, .model = model};
    struct session_result state = {.kind = REQUEST_STATE};
    struct session_request request;
    struct message_hello hello;

    open_bench(bench, SESSION_STATION);
    request = wants(bench, REQUEST_STATE);
    assert_true(history_offer(request.history, bench->pool, 15, false));
    state.window = 15;
    state.state.machine = (struct machine){.station_no = 3, .org = 12, .practice = true};
    state.state.head_seq = 10;
    result(bench, state);
    request = wants(bench, REQUEST_READ_OWN);
    assert_null(request.history); /* what rides with HELLO stands by itself */
    give(bench, REQUEST_READ_OWN, 1, 4);
    expect_frame(bench, FRAME_HELLO, &hello);
    expect_frame(bench, FRAME_CHANGES, NULL);
    assert_int_equal(hello.window, 15);
    assert_int_equal(hello.model, FORETELL_MODEL);
    message(bench, FRAME_WELCOME, &welcome);
}

static void station(struct bench *bench, uint64_t protocol, uint64_t window)
{
    station_told_model(bench, protocol, window, 0);
}

/* One that tells none gets zstd; of one that knows a later one both know ours. */
static void test_a_station_foretells_by_a_model_that_the_center_has(void **state)
{
    static const uint64_t told[][4] = {{PROTOCOL_HISTORY, 17, 0, 0}, {PROTOCOL_HISTORY, 17, 1, 1}, {PROTOCOL_HISTORY, 17, 9, FORETELL_MODEL}};
    struct session_request request;
    struct bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        station_told_model(&bench, told[i][0], told[i][1], told[i][2]);
        request = wants(&bench, REQUEST_READ_OWN);
        assert_non_null(request.history);
        assert_int_equal(request.history->model, told[i][3]);
        close_bench(&bench);
    }
}

static void test_a_station_refers_as_far_back_as_the_center_says(void **state)
{
    struct bench bench;
    struct session_request request;

    (void)state;
    station(&bench, PROTOCOL_MAX, 17);
    request = wants(&bench, REQUEST_READ_OWN);
    assert_non_null(request.history);
    assert_int_equal(request.history->window_log, 17);
    assert_int_equal(request.bulk_to, 10);
    give(&bench, REQUEST_READ_OWN, 5, 10);
    request = wants(&bench, REQUEST_READ_OWN);
    assert_null(request.history); /* that was the bulk */
    close_bench(&bench);
}

/* Chunks that pack to a sixteenth, sent and confirmed at once. */
static struct session_request next_of_a_bulk(struct bench *bench, uint64_t *seq)
{
    struct message_ack ack = {.have_seq = *seq + 1};

    do {
        struct session_result read = {.kind = REQUEST_READ_OWN, .chunk = {.first = *seq + 1, .last = *seq + 1, .count = 1, .raw_bytes = 128000}, .more = true};

        ++*seq;
        buf_init(&read.packed, 8000);
        memset(buf_extend(&read.packed, 8000), 7, 8000);
        (void)wants(bench, REQUEST_READ_OWN);
        result(bench, read);
        buf_release(&read.packed);
    } while (bench->actions.wants_store);
    message(bench, FRAME_ACK, &ack);
    (void)wants(bench, REQUEST_SET_HAVE);
    result(bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    return bench->actions.request;
}

/* Answers that a lost packet held up come together: without its history each chunk takes half again. */
static void test_a_line_that_looks_fast_for_a_moment_keeps_the_history(void **state)
{
    uint8_t follows[MARK_BYTES];
    struct buf raw, out;
    struct bench bench;
    uint64_t seq = 4;

    (void)state;
    buf_init(&raw, 100);
    buf_init(&out, 1000);
    buf_puts(&raw, "what went before");
    station(&bench, PROTOCOL_MAX, 17);
    assert_int_equal(history_pack(bench.actions.request.history, bench.pool, true, &raw, NULL, 0, false, &out, follows), STATUS_OK);
    assert_int_equal(next_of_a_bulk(&bench, &seq).max_bytes, HISTORY_ASK_BYTES);
    assert_int_equal(next_of_a_bulk(&bench, &seq).max_bytes, CHUNK_BYTES); /* it is fast indeed */
    close_bench(&bench);
    buf_release(&raw);
    buf_release(&out);
}

static void test_no_history_with_an_older_center_or_one_that_gives_no_window(void **state)
{
    static const uint64_t told[][2] = {{1, 0}, {PROTOCOL_HISTORY - 1, 0}, {PROTOCOL_HISTORY - 1, 19}, {PROTOCOL_HISTORY, 0}, {PROTOCOL_HISTORY, STREAM_WINDOW_LOG_LEAST - 1}};
    struct bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        station(&bench, told[i][0], told[i][1]);
        assert_null(wants(&bench, REQUEST_READ_OWN).history);
        close_bench(&bench);
    }
}

static void test_a_station_asks_again_once_for_what_it_cannot_follow(void **state)
{
    struct bench bench;
    struct message_pull pull;

    (void)state;
    station(&bench, PROTOCOL_MAX, 17);
    wants(&bench, REQUEST_READ_OWN);
    result(&bench, (struct session_result){.kind = REQUEST_READ_OWN});
    chunk(&bench, 1, 2, 7);
    assert_non_null(wants(&bench, REQUEST_APPLY).history);
    result(&bench, (struct session_result){.kind = REQUEST_APPLY, .status = STATUS_UNSUPPORTED, .chunk = {.packing = PACKING_HISTORY}});
    expect_frame(&bench, FRAME_PULL, &pull);
    assert_int_equal(pull.after, 0);
    chunk(&bench, 3, 4, 8); /* was on its way */
    expect_nothing(&bench);
    chunk(&bench, 1, 2, 0);
    wants(&bench, REQUEST_APPLY);
    result(&bench, (struct session_result){.kind = REQUEST_APPLY, .taken = {.rcur = 2}});
    expect_frame(&bench, FRAME_ACK, NULL);
    chunk(&bench, 1, 2, 0); /* of an earlier session, repeated */
    expect_nothing(&bench);
    close_bench(&bench);
}

/* A center whose station has ten changes to send. window 0: the store gave none. */
static void center(struct bench *bench, uint64_t protocol, uint64_t window, unsigned own, struct message_welcome *welcome)
{
    struct message_hello hello = {.protocol_min = 1, .protocol_max = protocol, .station_no = 3, .org = 12, .practice = true, .head_seq = 10, .window = window, .model = window == 0 ? 0 : 1};
    struct session_result greeting = {.kind = REQUEST_GREET, .order_head = 50};
    struct session_request request;

    open_bench(bench, SESSION_CENTER);
    message(bench, FRAME_HELLO, &hello);
    request = wants(bench, REQUEST_GREET);
    assert_int_equal(request.history != NULL, protocol >= PROTOCOL_HISTORY);
    if (own != 0 && request.history != NULL)
        assert_true(history_offer(request.history, bench->pool, own, false));
    greeting.peer = (struct peer){.station_no = 3, .org = 12};
    greeting.state.machine = (struct machine){.center = true, .practice = true};
    result(bench, greeting);
    expect_frame(bench, FRAME_WELCOME, welcome);
}

static void test_a_center_refers_as_far_back_as_the_station_says(void **state)
{
    static const uint64_t told[][3] = {{PROTOCOL_HISTORY, 12, 12}, {PROTOCOL_HISTORY, 63, STREAM_WINDOW_LOG}, {PROTOCOL_HISTORY, 0, 0}, {PROTOCOL_HISTORY - 1, 12, 0}, {1, 0, 0}};
    struct message_welcome welcome;
    struct session_request request;
    struct bench bench;

    (void)state;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        center(&bench, told[i][0], told[i][1], 14, &welcome);
        assert_int_equal(welcome.window, told[i][0] >= PROTOCOL_HISTORY ? 14 : 0);
        request = wants(&bench, REQUEST_READ_SCOPE);
        assert_int_equal(request.history != NULL ? request.history->window_log : 0, told[i][2]);
        assert_int_equal(request.history != NULL ? request.history->model : 0, told[i][2] != 0);
        assert_int_equal(welcome.model, welcome.window != 0 ? FORETELL_MODEL : 0);
        close_bench(&bench);
    }
}

static void opened_center(struct bench *bench, unsigned own)
{
    struct message_welcome welcome;

    center(bench, PROTOCOL_MAX, 0, own, &welcome);
    wants(bench, REQUEST_READ_SCOPE);
    result(bench, (struct session_result){.kind = REQUEST_READ_SCOPE});
    wants(bench, REQUEST_NOTE_PEER);
    result(bench, (struct session_result){.kind = REQUEST_NOTE_PEER});
}

static void test_a_center_asks_again_for_what_it_cannot_follow(void **state)
{
    struct bench bench;
    struct message_ack ack;

    (void)state;
    opened_center(&bench, 14);
    /* as often as it happens, unlike what is packed in a way that is not known here */
    for (int i = 0; i < 3; i++) {
        chunk(&bench, 1, 2, 7);
        assert_non_null(wants(&bench, REQUEST_INGEST).history);
        result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_UNSUPPORTED, .chunk = {.packing = PACKING_HISTORY}});
        expect_frame(&bench, FRAME_ACK, &ack);
        assert_true(ack.rewind);
        assert_int_equal(ack.have_seq, 0);
        chunk(&bench, 3, 4, 8);
        expect_nothing(&bench);
    }
    close_bench(&bench);
}

static void test_the_memory_is_given_back_when_all_is_there(void **state)
{
    struct bench bench;
    struct message_err err;

    (void)state;
    opened_center(&bench, 14);
    assert_int_not_equal(history_pool_used(bench.pool), 0);
    chunk(&bench, 1, 10, 0);
    wants(&bench, REQUEST_INGEST);
    result(&bench, (struct session_result){.kind = REQUEST_INGEST, .taken = {.have_seq = 10}});
    expect_frame(&bench, FRAME_ACK, NULL);
    assert_int_equal(history_pool_used(bench.pool), 0);
    bench.actions.wants_store = false;
    result(&bench, (struct session_result){.kind = REQUEST_READ_SCOPE});
    /* then nothing may refer any more; what is here already is passed over */
    chunk(&bench, 1, 10, 0);
    expect_nothing(&bench);
    chunk(&bench, 11, 12, 9);
    expect_frame(&bench, FRAME_ERR, &err);
    assert_string_equal(err.code, status_name(STATUS_PEER));
    assert_true(bench.actions.close);
    close_bench(&bench);
}

static void test_no_window_no_history(void **state)
{
    struct bench bench;
    struct message_err err;

    (void)state;
    opened_center(&bench, 0);
    chunk(&bench, 1, 2, 0);
    expect_frame(&bench, FRAME_ERR, &err);
    assert_string_equal(err.code, status_name(STATUS_PEER));
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_station_refers_as_far_back_as_the_center_says),
        cmocka_unit_test(test_a_station_foretells_by_a_model_that_the_center_has),
        cmocka_unit_test(test_a_line_that_looks_fast_for_a_moment_keeps_the_history), cmocka_unit_test(test_no_history_with_an_older_center_or_one_that_gives_no_window),
        cmocka_unit_test(test_a_station_asks_again_once_for_what_it_cannot_follow),
        cmocka_unit_test(test_a_center_refers_as_far_back_as_the_station_says),
        cmocka_unit_test(test_a_center_asks_again_for_what_it_cannot_follow),
        cmocka_unit_test(test_the_memory_is_given_back_when_all_is_there),
        cmocka_unit_test(test_no_window_no_history),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
