/* tests/test_session_wrong.c - a peer that says what cannot be: each frame where it must not come, or with what does not hold, to both ends of a session. It is told why and which frame, the store is asked nothing, and what
 * was taken before stays. Questions that never end do end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "tests/session_bench.h"

enum { GARBAGE = 3 /* bytes in place of a message */ };

struct wrong {
    enum frame_type type;
    const void *message; /* NULL: none, only what is behind it */
    size_t behind;       /* bytes */
    enum status status;
    const char *word;
};

#define WRONG(type, name, ...) type, &(const struct name){__VA_ARGS__}

static void say(struct bench *bench, const struct wrong *wrong)
{
    struct buf out;

    buf_init(&out, FRAME_MAX_BYTES);
    size_t mark = frame_begin(&out, frame_type_byte((uint8_t)wrong->type));
    message_encode(wrong->type, wrong->message, &out);
    for (size_t i = 0; i < wrong->behind; i++)
        buf_putc(&out, 0xff);
    frame_end(&out, mark);
    bench_bytes(bench, out.data, out.len);
    buf_release(&out);
}

/* The store has nothing to tell. */
static void answer_nothing(struct bench *bench)
{
    while (bench->actions.wants_store) {
        bench->actions.wants_store = false;
        bench_result(bench, (struct session_result){.kind = bench->actions.request.kind});
    }
}

static void hear_nothing(struct bench *bench)
{
    struct frame frame;

    while (frame_next(&bench->sent, &frame) == STATUS_OK)
        ;
}

/* ---- where each end may be ---- */

static struct message_welcome welcome_of(uint64_t protocol)
{
    struct message_welcome welcome = bench_welcome(7, 20);

    welcome.protocol = protocol;
    welcome.relay = welcome.lookup = true;
    welcome.scope_sum[0] = 1; /* what is here is not what it counts */
    return welcome;
}

static void open_greeting_station(struct bench *bench)
{
    bench_open(bench, SESSION_STATION, false);
    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, bench_state(7, 7, 20, true));
    hear_nothing(bench);
}

static void open_station(struct bench *bench)
{
    struct message_welcome welcome = welcome_of(PROTOCOL_MAX);

    open_greeting_station(bench);
    bench_message(bench, FRAME_WELCOME, &welcome);
    answer_nothing(bench);
    assert_true(session_is_open(bench->session));
    hear_nothing(bench);
}

static void open_greeting_center(struct bench *bench)
{
    bench_open(bench, SESSION_CENTER, false);
    bench_connected(bench);
}

static const struct message_hello HELLO = {.protocol_min = 1, .protocol_max = PROTOCOL_MAX, .station_no = 3, .org = 12, .practice = true, .head_seq = 7, .have_seq = 7, .rcur = 20, .relay = true, .lookup = true};

static void open_center(struct bench *bench)
{
    open_greeting_center(bench);
    bench_message(bench, FRAME_HELLO, &HELLO);
    bench_wants(bench, REQUEST_GREET);
    bench_result(bench, bench_greeting(7, 20));
    answer_nothing(bench);
    assert_true(session_is_open(bench->session));
    hear_nothing(bench);
}

static void open_enrol(struct bench *bench)
{
    bench_open(bench, SESSION_ENROL, false);
    bench_connected(bench);
    hear_nothing(bench);
}

static void refuse_each(void (*open)(struct bench *bench), const struct wrong *wrongs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct bench bench;

        open(&bench);
        say(&bench, &wrongs[i]);
        if (bench.actions.wants_store || !bench.actions.close)
            fail_msg("%zu: %s: the store is asked, or it goes on", i, frame_name((uint8_t)wrongs[i].type));
        bench_expect_refusal(&bench, wrongs[i].status, wrongs[i].word);
        bench_expect_nothing(&bench);
        assert_false(session_outcome(bench.session)->by_peer);
        bench_close(&bench);
    }
}

#define REFUSE(open, wrongs) refuse_each(open, wrongs, sizeof wrongs / sizeof *wrongs)

/* ---- each frame ---- */

static void test_what_a_station_does_not_take_before_it_is_welcome(void **state)
{
    const struct message_welcome old = welcome_of(0), new = welcome_of(PROTOCOL_MAX + 1);
    struct message_welcome other_log = welcome_of(PROTOCOL_MAX);
    const struct wrong wrongs[] = {
        {FRAME_WELCOME, &old, 0, STATUS_VERSION, "不支持"},
        {FRAME_WELCOME, &new, 0, STATUS_VERSION, "不支持"},
        {FRAME_WELCOME, NULL, GARBAGE, STATUS_PEER, "WELCOME"},
        {FRAME_WELCOME, &other_log, 0, STATUS_PEER, "不是本机现在的日志"},
        {WRONG(FRAME_COMPARE, message_compare, .what = COMPARE_LOG, .from = 0, .to = 7), 0, STATUS_PEER, "COMPARE"},
        {WRONG(FRAME_COMPARE, message_compare, .what = COMPARE_LOG, .from = 8, .to = 7), 0, STATUS_PEER, "COMPARE"},
        {WRONG(FRAME_COMPARE, message_compare, .what = 3, .from = 1, .to = 7), 0, STATUS_PEER, "COMPARE"},
        {FRAME_COMPARE, NULL, GARBAGE, STATUS_PEER, "COMPARE"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 21, .last = 22, .count = 2, .raw_bytes = 3), 3, STATUS_PEER, "CHANGES"},
        {WRONG(FRAME_SUMS, message_sums, .from = 1, .to = 7), 0, STATUS_PEER, "SUMS"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3), 3, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_FOUND, message_found, .no = 1), 0, STATUS_PEER, "FOUND"},
        {WRONG(FRAME_RETURNED, message_returned, .last = 3), 0, STATUS_PEER, "RETURNED"},
        {FRAME_HELLO, &HELLO, 0, STATUS_PEER, "HELLO"},
    };

    (void)state;
    other_log.branch = true;
    other_log.common_seq = 3;
    other_log.branch_log[0] = 1;
    REFUSE(open_greeting_station, wrongs);
}

static void test_what_a_station_does_not_take(void **state)
{
    const struct message_welcome again = welcome_of(PROTOCOL_MAX);
    const struct wrong wrongs[] = {
        {FRAME_WELCOME, &again, 0, STATUS_PEER, "WELCOME"},
        {FRAME_HELLO, &HELLO, 0, STATUS_PEER, "HELLO"},
        {WRONG(FRAME_ACK, message_ack, .have_seq = 8), 0, STATUS_PEER, "没有发送的变更"},
        {FRAME_ACK, NULL, GARBAGE, STATUS_PEER, "ACK"},
        {FRAME_CHANGES, NULL, GARBAGE, STATUS_PEER, "CHANGES"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 1, .last = 20, .repair = true), 0, STATUS_PEER, "没有要过的修复"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 21, .last = 22, .count = 2, .raw_bytes = 3, .packing = PACKING_HISTORY), 3, STATUS_PEER, "没有约定的前文"},
        {WRONG(FRAME_SUMS, message_sums, .from = 1, .to = 20), 0, STATUS_PEER, "没有问过的核对"},
        {FRAME_SUMS, NULL, GARBAGE, STATUS_PEER, "SUMS"},
        {WRONG(FRAME_FOUND, message_found, .no = 1), 0, STATUS_PEER, "没有问过的问题"},
        {FRAME_FOUND, NULL, GARBAGE, STATUS_PEER, "FOUND"},
        {WRONG(FRAME_LOOKUP, message_lookup, .no = 1), 0, STATUS_PEER, "LOOKUP"},
        {WRONG(FRAME_RETURNED, message_returned, .last = 3), 0, STATUS_PEER, "没有交给它的变更"},
        {FRAME_RETURNED, NULL, GARBAGE, STATUS_PEER, "RETURNED"},
        {WRONG(FRAME_RETURN, message_return, .first = 1, .last = 3, .count = 1, .raw_bytes = 3), 3, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_RELAYED, message_relayed, .at = 3), 0, STATUS_PEER, "没有发给它的文件"},
        {FRAME_RELAYED, NULL, GARBAGE, STATUS_PEER, "RELAYED"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3), 4, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3), 0, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3, .at = 2), 2, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_RELAY, message_relay, .total = 1 << 20), RELAY_PIECE_MAX_BYTES + 1, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3, .keep_ms = 1), 3, STATUS_PEER, "不保管备份"},
        {FRAME_RELAY, NULL, GARBAGE, STATUS_PEER, "RELAY"},
        {WRONG(FRAME_SAMPLES, message_samples, .what = COMPARE_LOG, .from = 1, .to = 7), 0, STATUS_PEER, "SAMPLES"},
        {WRONG(FRAME_COMPARE, message_compare, .what = COMPARE_ORDER, .from = 0, .to = 7), 0, STATUS_PEER, "COMPARE"},
        {WRONG(FRAME_PULL, message_pull, .after = 3), 0, STATUS_PEER, "PULL"},
        {FRAME_ERR, NULL, GARBAGE, STATUS_PEER, "ERR"},
    };

    (void)state;
    REFUSE(open_station, wrongs);
}

static void test_whom_a_center_does_not_greet(void **state)
{
    struct message_hello bad[6] = {HELLO, HELLO, HELLO, HELLO, HELLO, HELLO};
    const struct message_enrol early = {.protocol_min = PROTOCOL_MAX + 1, .protocol_max = PROTOCOL_MAX + 2}, late = {.protocol_min = 0, .protocol_max = 0};
    const struct wrong wrongs[] = {
        {FRAME_HELLO, &bad[0], 0, STATUS_VERSION, "没有交集"},
        {FRAME_HELLO, &bad[1], 0, STATUS_VERSION, "没有交集"},
        {FRAME_HELLO, &bad[2], 0, STATUS_PEER, "HELLO"},
        {FRAME_HELLO, &bad[3], 0, STATUS_PEER, "HELLO"},
        {FRAME_HELLO, &bad[4], 0, STATUS_PEER, "HELLO"},
        {FRAME_HELLO, NULL, GARBAGE, STATUS_PEER, "HELLO"},
        {FRAME_ENROL, &early, 0, STATUS_VERSION, "没有交集"},
        {FRAME_ENROL, &late, 0, STATUS_VERSION, "没有交集"},
        {FRAME_ENROL, NULL, GARBAGE, STATUS_PEER, "ENROL"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 8, .last = 8, .count = 1, .raw_bytes = 3), 3, STATUS_PEER, "CHANGES"},
        {WRONG(FRAME_SAMPLES, message_samples, .what = COMPARE_LOG, .from = 1, .to = 7), 0, STATUS_PEER, "SAMPLES"},
        {WRONG(FRAME_RETURN, message_return, .first = 1, .last = 3, .count = 1, .raw_bytes = 3), 3, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_SUMS, message_sums, .from = 1, .to = 7), 0, STATUS_PEER, "SUMS"},
        {WRONG(FRAME_LOOKUP, message_lookup, .no = 1), 0, STATUS_PEER, "LOOKUP"},
    };
    struct bench bench;

    (void)state;
    bad[0].protocol_min = PROTOCOL_MAX + 1;
    bad[0].protocol_max = PROTOCOL_MAX + 2;
    bad[1].protocol_min = bad[1].protocol_max = PROTOCOL_MIN - 1;
    bad[2].station_no = 0;
    bad[3].station_no = (uint64_t)UINT32_MAX + 1;
    bad[4].have_seq = bad[4].head_seq + 1;
    REFUSE(open_greeting_center, wrongs);
    /* Practice data, which the store does not see to. */
    bad[5].practice = false;
    open_greeting_center(&bench);
    bench_message(&bench, FRAME_HELLO, &bad[5]);
    bench_wants(&bench, REQUEST_GREET);
    bench_result(&bench, bench_greeting(7, 20));
    bench_expect_refusal(&bench, STATUS_FOREIGN, "练习");
    bench_close(&bench);
}

static void test_what_a_center_does_not_take(void **state)
{
    const struct wrong wrongs[] = {
        {FRAME_HELLO, &HELLO, 0, STATUS_PEER, "HELLO"},
        {WRONG(FRAME_ACK, message_ack, .rcur = 21), 0, STATUS_PEER, "没有发给它的变更"},
        {FRAME_ACK, NULL, GARBAGE, STATUS_PEER, "ACK"},
        {WRONG(FRAME_PULL, message_pull, .after = 21), 0, STATUS_PEER, "没有发给它的变更"},
        {WRONG(FRAME_PULL, message_pull, .after = INT64_MAX), 0, STATUS_PEER, "没有发给它的变更"},
        {FRAME_PULL, NULL, GARBAGE, STATUS_PEER, "PULL"},
        {FRAME_CHANGES, NULL, GARBAGE, STATUS_PEER, "CHANGES"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 8, .last = 8, .count = 1, .raw_bytes = 3, .repair = true), 3, STATUS_PEER, "CHANGES"},
        {WRONG(FRAME_CHANGES, message_changes, .first = 8, .last = 8, .count = 1, .raw_bytes = 3, .packing = PACKING_HISTORY), 3, STATUS_PEER, "没有约定的前文"},
        {WRONG(FRAME_SAMPLES, message_samples, .what = COMPARE_LOG, .from = 1, .to = 7), 0, STATUS_PEER, "SAMPLES"},
        {WRONG(FRAME_COMPARE, message_compare, .what = COMPARE_LOG, .from = 1, .to = 7), 0, STATUS_PEER, "COMPARE"},
        {WRONG(FRAME_SUMS, message_sums, .from = 0, .to = 7), 0, STATUS_PEER, "SUMS"},
        {WRONG(FRAME_SUMS, message_sums, .from = 8, .to = 7), 0, STATUS_PEER, "SUMS"},
        {FRAME_SUMS, NULL, GARBAGE, STATUS_PEER, "SUMS"},
        {WRONG(FRAME_FOUND, message_found, .no = 1), 0, STATUS_PEER, "FOUND"},
        {FRAME_LOOKUP, NULL, GARBAGE, STATUS_PEER, "LOOKUP"},
        {WRONG(FRAME_RETURNED, message_returned, .last = 3), 0, STATUS_PEER, "RETURNED"},
        {WRONG(FRAME_RETURN, message_return, .first = 1, .last = 3, .count = 0, .raw_bytes = 3), 3, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_RETURN, message_return, .first = 4, .last = 3, .count = 1, .raw_bytes = 3), 3, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_RETURN, message_return, .first = 1, .last = 3, .count = 1, .raw_bytes = 0), 3, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_RETURN, message_return, .first = 1, .last = 3, .count = 1, .raw_bytes = (uint64_t)CHUNK_RAW_MAX_BYTES + 1), 3, STATUS_PEER, "RETURN"},
        {FRAME_RETURN, NULL, GARBAGE, STATUS_PEER, "RETURN"},
        {WRONG(FRAME_RELAYED, message_relayed, .at = 3), 0, STATUS_PEER, "没有发给它的文件"},
        {WRONG(FRAME_RELAY, message_relay, .total = 3, .keep_ms = 1), 3, STATUS_PEER, "不保管备份"},
        {FRAME_RELAY, NULL, GARBAGE, STATUS_PEER, "RELAY"},
        {FRAME_ENROL, &(const struct message_enrol){.protocol_min = 1, .protocol_max = 1}, 0, STATUS_PEER, "ENROL"},
    };

    (void)state;
    REFUSE(open_center, wrongs);
}

static void test_what_does_not_answer_an_enrolment(void **state)
{
    static const struct wrong wrongs[] = {
        {FRAME_END, NULL, 0, STATUS_PEER, "登记时收到了 END"},
        {FRAME_ENROLLED, NULL, GARBAGE, STATUS_PEER, "ENROLLED"},
    };

    (void)state;
    REFUSE(open_enrol, wrongs);
}

/* ---- questions ---- */

static void begin_to_compare(struct bench *bench)
{
    struct session_result greeting = bench_greeting(7, 20);

    greeting.heal.compare = (struct message_compare){COMPARE_LOG, 1, 7};
    open_greeting_center(bench);
    bench_message(bench, FRAME_HELLO, &HELLO);
    bench_wants(bench, REQUEST_GREET);
    bench_result(bench, greeting);
    bench_expect_frame(bench, FRAME_COMPARE, NULL);
}

static void test_an_answer_to_another_question(void **state)
{
    static const struct message_samples others[] = {{.what = COMPARE_ORDER, .from = 1, .to = 7}, {.what = COMPARE_LOG, .from = 2, .to = 7}, {.what = COMPARE_LOG, .from = 1, .to = 6}};

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct bench bench;

        begin_to_compare(&bench);
        bench_message(&bench, FRAME_SAMPLES, &others[i]);
        assert_false(bench.actions.wants_store);
        bench_expect_refusal(&bench, STATUS_PEER, "答的不是所问的");
        bench_close(&bench);
    }
}

static void test_a_station_that_never_agrees(void **state)
{
    const struct message_samples samples = {.what = COMPARE_LOG, .from = 1, .to = 7};
    struct session_result result = bench_greeting(7, 20);
    struct bench bench;
    unsigned questions = 1;

    (void)state;
    result.kind = REQUEST_COMPARED;
    result.heal.compare = (struct message_compare){COMPARE_LOG, 1, 7};
    begin_to_compare(&bench);
    for (;;) {
        bench_message(&bench, FRAME_SAMPLES, &samples);
        bench_wants(&bench, REQUEST_COMPARED);
        bench_result(&bench, result);
        if (bench.actions.close)
            break;
        bench_expect_frame(&bench, FRAME_COMPARE, NULL);
        assert_true(++questions < 1000);
    }
    assert_int_equal(questions, 64);
    bench_expect_refusal(&bench, STATUS_FORK, "双方数据未动");
    bench_close(&bench);
}

static void test_a_station_that_asks_for_sums_without_end(void **state)
{
    const struct message_sums asked = {.from = 1, .to = 1 << 20};
    struct bench bench;
    unsigned answers = 0;

    (void)state;
    open_center(&bench);
    for (;;) {
        bench_message(&bench, FRAME_SUMS, &asked);
        if (bench.actions.close)
            break;
        bench_wants(&bench, REQUEST_CHECK_SUMS);
        bench_result(&bench, (struct session_result){.kind = REQUEST_CHECK_SUMS});
        bench_expect_frame(&bench, FRAME_SUMS, NULL);
        assert_true(++answers < 10000);
    }
    assert_int_equal(answers, 4096);
    bench_expect_refusal(&bench, STATUS_PEER, "SUMS");
    bench_close(&bench);
}

/* What the center cannot read of its own copy is told, and the station keeps its own; what is no matter of that copy ends the session. */
static void test_a_repair_that_cannot_be_read(void **state)
{
    static const enum status of_the_copy[] = {STATUS_CORRUPT, STATUS_MALFORMED, STATUS_NOT_FOUND, STATUS_TOO_LARGE}, others[] = {STATUS_IO, STATUS_NOMEM, STATUS_BUSY, STATUS_FORBIDDEN};

    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct session_result repair = {.kind = REQUEST_READ_REPAIR, .status = i < 4 ? of_the_copy[i] : others[i - 4], .err = {"读不出"}};
        struct session_result differ = {.kind = REQUEST_CHECK_SUMS, .sums = {.differ = 2}};
        const struct message_sums asked = {.from = 1, .to = 20};
        struct message_sums answer;
        struct bench bench;

        open_center(&bench);
        bench_message(&bench, FRAME_SUMS, &asked);
        bench_wants(&bench, REQUEST_CHECK_SUMS);
        bench_result(&bench, differ);
        struct session_request request = bench_wants(&bench, REQUEST_READ_REPAIR);
        assert_int_equal(request.sums.from, 1);
        assert_int_equal(request.sums.to, 20);
        bench_result(&bench, repair);
        if (i < 4) {
            bench_expect_frame(&bench, FRAME_SUMS, &answer);
            assert_true(answer.bad);
            assert_int_equal(answer.differ, 0);
            assert_false(bench.actions.close);
        } else {
            bench_expect_refusal(&bench, repair.status, "读不出");
        }
        bench_close(&bench);
    }
}

/* ---- what a station makes of sums ---- */

/* A station that stays looks once nothing moved for a while. Its own number for what it holds, and what its changes come to. */
static void look(struct bench *bench, uint64_t own, uint8_t held)
{
    struct session_result result = bench_state(7, 7, 20, true), sums = {.kind = REQUEST_SUMS, .sums = {.from = 1, .to = 20}};
    struct message_welcome welcome = welcome_of(PROTOCOL_MAX);

    result.scope_sum = own;
    bench_open(bench, SESSION_STATION, false);
    bench_connected(bench);
    bench_wants(bench, REQUEST_STATE);
    bench_result(bench, result);
    bench_message(bench, FRAME_WELCOME, &welcome);
    answer_nothing(bench);
    hear_nothing(bench);
    bench_tick(bench, 11 * 1000);
    bench_wants(bench, REQUEST_SUMS);
    sums.sums.sums[0] = held;
    bench_result(bench, sums);
}

static void expect_told(struct bench *bench, const char *word)
{
    const char *healed = session_outcome(bench->session)->healed;

    if (strstr(healed, word) == NULL)
        fail_msg("\"%s\" does not say %s", healed, word);
    assert_false(bench->actions.close);
    assert_false(bench->actions.wants_store);
    bench_tick(bench, 11 * 1000); /* once is enough */
    assert_false(bench->actions.wants_store);
    bench_close(bench);
}

static void test_whose_number_is_the_wrong_one(void **state)
{
    struct message_sums answer = {.from = 1, .to = 20};
    struct bench bench;

    (void)state;
    look(&bench, 5, 1); /* its changes come to what the center says */
    bench_expect_frame(&bench, FRAME_SUMS, NULL);
    bench_message(&bench, FRAME_SUMS, &answer);
    expect_told(&bench, "只是本机记的校验和不对");
    look(&bench, 5, 9);
    bench_expect_frame(&bench, FRAME_SUMS, NULL);
    bench_message(&bench, FRAME_SUMS, &answer);
    expect_told(&bench, "只是中心记的校验和不对");
    look(&bench, 5, 9);
    bench_expect_frame(&bench, FRAME_SUMS, NULL);
    answer.bad = true;
    bench_message(&bench, FRAME_SUMS, &answer);
    expect_told(&bench, "没能自动修复");
}

/* It mends from the lowest on, and looks at the rest of the order behind that. */
static void test_what_is_mended_is_told_with_what_lies_behind_it(void **state)
{
    struct message_sums answer = {.from = 1, .to = 20, .differ = 1 << 1};
    struct session_result repaired = {.kind = REQUEST_APPLY, .chunk = {.repair = true, .first = 3, .last = 4}, .repaired = {.added = 1, .corrected = 2}};
    struct bench bench;

    (void)state;
    look(&bench, 5, 9);
    bench_expect_frame(&bench, FRAME_SUMS, NULL);
    bench_message(&bench, FRAME_SUMS, &answer);
    struct session_request request = bench_wants(&bench, REQUEST_SUMS); /* closer */
    assert_int_equal(request.sums.from, 3);
    assert_int_equal(request.sums.to, 4);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SUMS, .sums = {.from = 3, .to = 4}});
    bench_expect_frame(&bench, FRAME_SUMS, NULL);
    const struct wrong repair = {WRONG(FRAME_CHANGES, message_changes, .first = 3, .last = 4, .count = 1, .raw_bytes = 3, .repair = true), 3, STATUS_OK, ""};
    say(&bench, &repair);
    assert_true(bench_wants(&bench, REQUEST_APPLY).chunk.repair);
    bench_result(&bench, repaired);
    request = bench_wants(&bench, REQUEST_SUMS); /* the rest */
    assert_int_equal(request.sums.from, 5);
    assert_int_equal(request.sums.to, 20);
    bench_result(&bench, (struct session_result){.kind = REQUEST_SUMS}); /* nothing is there any more */
    expect_told(&bench, "补上 1 条，更正 2 条，去掉 0 条");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_station_does_not_take_before_it_is_welcome),
        cmocka_unit_test(test_what_a_station_does_not_take),
        cmocka_unit_test(test_whom_a_center_does_not_greet),
        cmocka_unit_test(test_what_a_center_does_not_take),
        cmocka_unit_test(test_what_does_not_answer_an_enrolment),
        cmocka_unit_test(test_an_answer_to_another_question),
        cmocka_unit_test(test_a_station_that_never_agrees),
        cmocka_unit_test(test_a_station_that_asks_for_sums_without_end),
        cmocka_unit_test(test_a_repair_that_cannot_be_read),
        cmocka_unit_test(test_whose_number_is_the_wrong_one),
        cmocka_unit_test(test_what_is_mended_is_told_with_what_lies_behind_it),
    };

    if (hash_start() != STATUS_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
