/* tests/test_session_file.c - sessions with nobody at the other end (sync/session.h, session_file): what a center makes of a station's file when it was put back or the station is a copy, and a station of the answer, frame
 * by frame; no store. Whole ways there and back are in test_bundle.c, test_heal.c and stick_heal_test.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "tests/session_bench.h"

static const uint8_t LOG[INCARNATION_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct message_samples samples(enum compare_what what, uint64_t from, uint64_t to, size_t n)
{
    struct message_samples message = {.what = what, .from = from, .to = to, .samples_len = n * SAMPLE_BYTES};

    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b < 8; b++)
            message.samples[i * SAMPLE_BYTES + b] = (uint8_t)((from + i) >> (56 - 8 * b));
    return message;
}

static void chunk_came(struct bench *bench, struct message_changes header, size_t packed)
{
    struct buf out;

    buf_init(&out, FRAME_MAX_BYTES + 4);
    size_t mark = frame_begin(&out, FRAME_CHANGES);
    message_encode(FRAME_CHANGES, &header, &out);
    for (size_t i = 0; i < packed; i++)
        buf_putc(&out, (uint8_t)i);
    frame_end(&out, mark);
    assert_int_equal(out.status, STATUS_OK);
    bench_bytes(bench, out.data, out.len);
    buf_release(&out);
}

/* ---- a center reads ---- */

/* HELLO of a machine with ten changes of which the center is known to have seven, and that has followed the order up to 900. */
static void read_file(struct bench *bench, bool wants_answer, struct session_result greeting)
{
    struct message_hello hello = {.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = 3, .org = 12, .practice = true, .head_seq = 10, .have_seq = 7, .rcur = 900};

    memcpy(hello.incarnation, LOG, INCARNATION_BYTES);
    bench_open_as(bench, (struct session_config){.role = SESSION_CENTER, .file = SESSION_READ, .wants_answer = wants_answer});
    bench_connected(bench);
    bench_message(bench, FRAME_HELLO, &hello);
    assert_true(bench_wants(bench, REQUEST_GREET).file);
    bench_result(bench, greeting);
    assert_false(bench->actions.close);
    assert_false(bench->actions.wants_store);
    bench_expect_nothing(bench);
}

static struct session_result asks(enum compare_what what, uint64_t from, uint64_t to)
{
    struct session_result greeting = bench_greeting(7, 500);

    greeting.heal.compare = (struct message_compare){.what = what, .from = from, .to = to};
    return greeting;
}

/* What the store says once it has compared. */
static struct session_result compared(void)
{
    struct session_result result = bench_greeting(7, 500);

    result.kind = REQUEST_COMPARED;
    return result;
}

/* What stands behind the samples is as long as it likes: a laptop may have written for weeks. */
static void test_behind_the_samples_of_the_order_stands_what_was_written(void **state)
{
    static const size_t lengths[] = {3, FRAME_GREETING_MAX_BYTES + 1, CHUNK_BYTES};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct message_samples order = samples(COMPARE_ORDER, 1, 900, 10);
        struct session_result result = compared();
        struct message_welcome welcome;
        struct bench bench;

        read_file(&bench, true, asks(COMPARE_ORDER, 1, 900));
        bench_message(&bench, FRAME_SAMPLES, &order);
        assert_false(bench.actions.wants_store);
        chunk_came(&bench, (struct message_changes){.first = 8, .last = 10, .count = 3, .raw_bytes = lengths[i] * 2}, lengths[i]);
        struct session_request request = bench_wants(&bench, REQUEST_COMPARED);
        assert_int_equal(request.samples.from, 1);
        assert_int_equal(request.samples.to, 900);
        assert_int_equal(request.packed_len, 10 * SAMPLE_BYTES);
        result.heal.rewind = true;
        result.heal.common_order = 500;
        bench_result(&bench, result);
        bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
        assert_true(welcome.rewind);
        assert_int_equal(welcome.common_order, 500);
        bench_expect_frame(&bench, FRAME_END, NULL);
        assert_true(bench.actions.close);
        assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
        assert_int_equal(session_outcome(bench.session)->received, 0);
        assert_non_null(strstr(session_outcome(bench.session)->healed, "交回来"));
        bench_close(&bench);
    }
}

/* The file tells too little: it is asked for more in the answer, and nothing behind the question is read. */
static void expect_asked_back(struct bench *bench, bool wants_answer, uint64_t from, uint64_t to)
{
    struct message_compare compare;

    assert_false(bench->actions.wants_store);
    if (!wants_answer) {
        bench_expect_refusal(bench, STATUS_FORK, "请再导入一次并写回执");
        return;
    }
    bench_expect_frame(bench, FRAME_COMPARE, &compare);
    assert_int_equal(compare.what, COMPARE_ORDER);
    assert_int_equal(compare.from, from);
    assert_int_equal(compare.to, to);
    bench_expect_frame(bench, FRAME_END, NULL);
    bench_expect_nothing(bench);
    assert_true(bench->actions.close);
    assert_int_equal(session_outcome(bench->session)->status, STATUS_OK);
    assert_non_null(strstr(session_outcome(bench->session)->healed, "逐段核对"));
    assert_int_equal(session_outcome(bench->session)->received, 0);
}

static void test_a_file_that_tells_too_little_of_the_order(void **state)
{
    (void)state;
    for (int wants_answer = 0; wants_answer < 2; wants_answer++) {
        struct message_samples log = samples(COMPARE_LOG, 7, 10, 4), order = samples(COMPARE_ORDER, 1, 900, 10);
        struct session_result result = compared();
        struct bench bench;

        /* nothing: an older program wrote it */
        read_file(&bench, wants_answer != 0, asks(COMPARE_ORDER, 1, 900));
        bench_message(&bench, FRAME_SAMPLES, &log);
        bench_message(&bench, FRAME_END, NULL);
        expect_asked_back(&bench, wants_answer != 0, 1, 900);
        bench_close(&bench);

        read_file(&bench, wants_answer != 0, asks(COMPARE_ORDER, 1, 900));
        bench_message(&bench, FRAME_SAMPLES, &order);
        bench_message(&bench, FRAME_END, NULL);
        bench_wants(&bench, REQUEST_COMPARED);
        result.heal.compare = (struct message_compare){.what = COMPARE_ORDER, .from = 40, .to = 380};
        bench_result(&bench, result);
        expect_asked_back(&bench, wants_answer != 0, 40, 380);
        bench_close(&bench);
    }
}

/* Both parted and the file tells where, but nobody is to bring the answer: the station could not go back. */
static void test_a_center_that_was_put_back_wants_to_answer(void **state)
{
    struct message_samples order = samples(COMPARE_ORDER, 1, 900, 10);
    struct session_result result = compared();
    struct bench bench;

    (void)state;
    read_file(&bench, false, asks(COMPARE_ORDER, 1, 900));
    bench_message(&bench, FRAME_SAMPLES, &order);
    bench_message(&bench, FRAME_END, NULL);
    bench_wants(&bench, REQUEST_COMPARED);
    result.heal.rewind = true;
    bench_result(&bench, result);
    bench_expect_refusal(&bench, STATUS_FORK, "双方数据未动");
    bench_close(&bench);
}

/* The log parted, and the program that wrote the file was too old to tell where. */
static void test_a_file_without_samples_of_its_log(void **state)
{
    struct bench bench;

    (void)state;
    read_file(&bench, true, asks(COMPARE_LOG, 1, 10));
    chunk_came(&bench, (struct message_changes){.first = 8, .last = 10, .count = 3, .raw_bytes = 9}, 3);
    assert_false(bench.actions.wants_store);
    bench_expect_refusal(&bench, STATUS_FORK, "请更新它的程序后重新导出");
    bench_close(&bench);
}

/* The center does not see it before a change does not fit. */
static void test_a_change_in_a_file_does_not_fit(void **state)
{
    (void)state;
    for (int told = 0; told < 2; told++) {
        struct message_samples log = samples(COMPARE_LOG, 7, 10, 4);
        struct bench bench;
        struct message_welcome welcome;
        struct message_hello hello = {.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = 3, .org = 12, .practice = true, .head_seq = 10, .have_seq = 7};

        bench_open_as(&bench, (struct session_config){.role = SESSION_CENTER, .file = SESSION_READ, .wants_answer = true});
        bench_connected(&bench);
        bench_message(&bench, FRAME_HELLO, &hello);
        bench_wants(&bench, REQUEST_GREET);
        bench_result(&bench, bench_greeting(7, 0));
        bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
        if (told != 0)
            bench_message(&bench, FRAME_SAMPLES, &log);
        chunk_came(&bench, (struct message_changes){.first = 8, .last = 10, .count = 3, .raw_bytes = 9}, 3);
        bench_wants(&bench, REQUEST_INGEST);
        bench_result(&bench, (struct session_result){.kind = REQUEST_INGEST, .status = STATUS_FORK});
        if (told == 0) {
            bench_expect_refusal(&bench, STATUS_FORK, "说不出从哪一条起不同");
        } else {
            struct session_result result = compared();

            assert_int_equal(bench_wants(&bench, REQUEST_COMPARED).samples.samples_len, 4 * SAMPLE_BYTES);
            result.heal.branch = true;
            result.heal.common_seq = 8;
            bench_result(&bench, result);
            bench_expect_frame(&bench, FRAME_WELCOME, &welcome);
            assert_true(welcome.branch);
            assert_int_equal(welcome.common_seq, 8);
            bench_expect_frame(&bench, FRAME_END, NULL);
            assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
        }
        bench_close(&bench);
    }
}

/* Of which part of the order a file tells all. */
static void test_where_the_samples_of_the_order_are_whole(void **state)
{
    static const struct {
        uint64_t from, to;
        size_t n;
        uint64_t whole; /* once it was read */
    } frames[] = {{1, 100, 10, 1}, {101, 300, SAMPLES_MAX, 301}, {301, 400, SAMPLES_MAX - 1, 301}, {450, 500, 0, 450}, {501, 900, 3, 450}};
    const size_t n_frames = sizeof frames / sizeof *frames;

    (void)state;
    for (size_t n = 1; n <= n_frames; n++) {
        struct bench bench;
        size_t told = 0;

        read_file(&bench, true, asks(COMPARE_ORDER, 1, 900));
        for (size_t i = 0; i < n; i++) {
            struct message_samples order = samples(COMPARE_ORDER, frames[i].from, frames[i].to, frames[i].n);

            bench_message(&bench, FRAME_SAMPLES, &order);
            told += frames[i].n;
        }
        bench_message(&bench, FRAME_END, NULL);
        struct session_request request = bench_wants(&bench, REQUEST_COMPARED);
        assert_int_equal(request.samples.from, frames[n - 1].whole);
        assert_int_equal(request.samples.to, frames[n - 1].to);
        assert_int_equal(request.packed_len, told * SAMPLE_BYTES);
        bench_close(&bench);
    }
}

static void test_samples_in_a_file_that_cannot_be(void **state)
{
    const struct message_samples good = samples(COMPARE_ORDER, 5, 9, 2), log = samples(COMPARE_LOG, 1, 10, 2);
    struct message_samples bad[] = {samples(COMPARE_ORDER, 9, 12, 2) /* again */, samples(COMPARE_ORDER, 12, 11, 0), samples(COMPARE_ORDER, 10, 12, 2), samples(3, 10, 12, 2), log /* once more */};

    (void)state;
    bad[2].samples_len--;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct bench bench;

        read_file(&bench, true, asks(COMPARE_ORDER, 1, 900));
        bench_message(&bench, FRAME_SAMPLES, &log);
        bench_message(&bench, FRAME_SAMPLES, &good);
        assert_false(bench.actions.close);
        bench_message(&bench, FRAME_SAMPLES, &bad[i]);
        assert_false(bench.actions.wants_store);
        bench_expect_refusal(&bench, STATUS_PEER, "SAMPLES");
        bench_close(&bench);
    }
}

/* ---- a station reads the answer ---- */

/* It has ten changes, of which the center had seven, and is at 900 of the order. */
static void read_answer(struct bench *bench, struct message_welcome welcome)
{
    struct session_result own = bench_state(10, 7, 900, true);

    memcpy(own.state.machine.incarnation, LOG, INCARNATION_BYTES);
    bench_open_as(bench, (struct session_config){.role = SESSION_STATION, .file = SESSION_READ});
    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, own);
    welcome.protocol = PROTOCOL_MAX;
    bench_message(bench, FRAME_WELCOME, &welcome);
}

static struct message_welcome answers(uint64_t rcur)
{
    struct message_welcome welcome = bench_welcome(7, 950);

    welcome.answers_rcur = rcur;
    return welcome;
}

static void expect_end(struct bench *bench, const char *word)
{
    assert_false(bench->actions.wants_store);
    assert_true(bench->actions.close);
    assert_int_equal(session_outcome(bench->session)->status, STATUS_OK);
    if (strstr(session_outcome(bench->session)->healed, word) == NULL)
        fail_msg("\"%s\" does not say %s", session_outcome(bench->session)->healed, word);
}

static void test_what_the_center_wants_to_know_is_kept_for_the_next_file(void **state)
{
    struct message_compare compare = {.what = COMPARE_ORDER, .from = 40, .to = 380};
    static const struct message_compare bad[] = {{COMPARE_ORDER, 0, 10}, {COMPARE_ORDER, 11, 10}, {COMPARE_LOG, 1, 10}, {3, 1, 10}};
    struct bench bench;

    (void)state;
    bench_open_as(&bench, (struct session_config){.role = SESSION_STATION, .file = SESSION_READ});
    bench_connected(&bench);
    bench_wants(&bench, REQUEST_STATE);
    bench_result(&bench, bench_state(10, 7, 900, true));
    bench_message(&bench, FRAME_COMPARE, &compare);
    struct session_request kept = bench_wants(&bench, REQUEST_KEEP_COMPARE);
    assert_memory_equal(&kept.compare, &compare, sizeof compare);
    bench_result(&bench, (struct session_result){.kind = REQUEST_KEEP_COMPARE});
    expect_end(&bench, "逐段核对");
    bench_close(&bench);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bench_open_as(&bench, (struct session_config){.role = SESSION_STATION, .file = SESSION_READ});
        bench_connected(&bench);
        bench_wants(&bench, REQUEST_STATE);
        bench_result(&bench, bench_state(10, 7, 900, true));
        bench_message(&bench, FRAME_COMPARE, &bad[i]);
        assert_false(bench.actions.wants_store);
        bench_expect_refusal(&bench, STATUS_PEER, "COMPARE");
        bench_close(&bench);
    }
}

/* It was read before, or answers an older file: what it says of going back was for then. */
static void test_an_answer_of_before_does_not_rewind(void **state)
{
    struct message_welcome welcome = answers(899);
    struct bench bench;

    (void)state;
    welcome.rewind = true;
    welcome.common_order = 20;
    read_answer(&bench, welcome);
    expect_end(&bench, "没有采用");
    bench_close(&bench);
    welcome.answers_rcur = 900;
    read_answer(&bench, welcome);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE});
    assert_int_equal(bench_wants(&bench, REQUEST_REWIND).after, 20);
    bench_close(&bench);
}

static void test_an_answer_that_was_left_out(void **state)
{
    struct bench bench;

    (void)state;
    read_answer(&bench, answers(900));
    assert_false(bench.actions.wants_store);
    chunk_came(&bench, (struct message_changes){.first = 921, .last = 950, .count = 2, .raw_bytes = 9}, 3);
    assert_false(bench.actions.wants_store);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_GAP);
    assert_non_null(strstr(session_outcome(bench.session)->reason.text, "901 到 920"));
    bench_close(&bench);
}

/* An answer to an older file begins before our cursor: it tells of the same numbers once more, and otherwise where the center was put back meanwhile. */
static void test_an_answer_that_tells_otherwise_is_passed_over(void **state)
{
    struct message_changes both = {.first = 881, .last = 910, .count = 2, .raw_bytes = 9}, before = {.first = 881, .last = 890, .count = 2, .raw_bytes = 9};
    struct bench bench;

    (void)state;
    read_answer(&bench, answers(880));
    chunk_came(&bench, both, 3);
    assert_true(bench_wants(&bench, REQUEST_APPLY).file);
    bench_result(&bench, (struct session_result){.kind = REQUEST_APPLY, .chunk = both, .differs = true});
    expect_end(&bench, "没有采用");
    assert_int_equal(session_outcome(bench.session)->received, 0);
    bench_close(&bench);

    read_answer(&bench, answers(880));
    chunk_came(&bench, before, 3);
    bench_wants(&bench, REQUEST_APPLY);
    bench_result(&bench, (struct session_result){.kind = REQUEST_APPLY, .chunk = before, .differs = true});
    assert_false(bench.actions.close);
    before.first = 891;
    before.last = 900;
    chunk_came(&bench, before, 3); /* all of it before the cursor: nothing is lost */
    assert_false(bench.actions.close);
    assert_false(bench.actions.wants_store);
    both.first = 901;
    chunk_came(&bench, both, 3);
    expect_end(&bench, "没有采用");
    bench_close(&bench);
}

/* The center has another copy's changes under our numbers: whatever else the answer brings, it is no good end. */
static void test_an_answer_about_another_copys_log(void **state)
{
    struct message_welcome welcome = answers(900);
    struct bench bench;

    (void)state;
    welcome.have_seq = 9;
    read_answer(&bench, welcome);
    bench_wants(&bench, REQUEST_SET_HAVE);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SET_HAVE, .status = STATUS_FORK});
    chunk_came(&bench, (struct message_changes){.first = 901, .last = 950, .count = 2, .raw_bytes = 9}, 3);
    assert_false(bench.actions.wants_store); /* its stubs are numbers of that log */
    bench_message(&bench, FRAME_END, NULL);
    bench_expect_refusal(&bench, STATUS_FORK, "第 9 条与本机的不同");
    bench_close(&bench);
}

/* One that tells to begin another log is for the log that the file was of. */
static void test_an_answer_that_branches_another_log(void **state)
{
    struct message_welcome welcome = answers(900);
    struct bench bench;

    (void)state;
    welcome.branch = true;
    welcome.common_seq = 8;
    read_answer(&bench, welcome);
    assert_false(bench.actions.wants_store);
    assert_true(bench.actions.close);
    assert_int_equal(session_outcome(bench.session)->status, STATUS_OK);
    assert_false(session_outcome(bench.session)->again);
    bench_close(&bench);
    memcpy(welcome.branch_log, LOG, INCARNATION_BYTES);
    welcome.answers_seq = 10;
    memset(welcome.answers_hash, 7, HASH_BYTES);
    read_answer(&bench, welcome);
    struct session_request request = bench_wants(&bench, REQUEST_BRANCH);
    assert_int_equal(request.have_seq, 8);
    assert_int_equal(request.hello.head_seq, 10);
    assert_memory_equal(request.hello.head_hash, welcome.answers_hash, HASH_BYTES);
    bench_result(&bench, (struct session_result){.kind = REQUEST_BRANCH, .differs = true});
    bench_expect_refusal(&bench, STATUS_FORK, "另一份副本");
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_behind_the_samples_of_the_order_stands_what_was_written),
        cmocka_unit_test(test_a_file_that_tells_too_little_of_the_order),
        cmocka_unit_test(test_a_center_that_was_put_back_wants_to_answer),
        cmocka_unit_test(test_a_file_without_samples_of_its_log),
        cmocka_unit_test(test_a_change_in_a_file_does_not_fit),
        cmocka_unit_test(test_where_the_samples_of_the_order_are_whole),
        cmocka_unit_test(test_samples_in_a_file_that_cannot_be),
        cmocka_unit_test(test_what_the_center_wants_to_know_is_kept_for_the_next_file),
        cmocka_unit_test(test_an_answer_of_before_does_not_rewind),
        cmocka_unit_test(test_an_answer_that_was_left_out),
        cmocka_unit_test(test_an_answer_that_tells_otherwise_is_passed_over),
        cmocka_unit_test(test_an_answer_about_another_copys_log),
        cmocka_unit_test(test_an_answer_that_branches_another_log),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
