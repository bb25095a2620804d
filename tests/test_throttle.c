/* tests/test_throttle.c - the throttle against made-up lines: how old what a person sees can get, and what it costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tui/throttle.h"

enum { PAGE = 1800, ARROW = 16, HANZI = 3, MARK = 4, REPEAT_MS = 33, ANSWERS = 64 };

/* A line of so many bytes a second that takes latency_ms each way; a terminal that answers, or not. */
struct line {
    struct throttle throttle;
    int64_t rate, latency_ms;
    int64_t now_ms, last_key_ms;
    int64_t free_ms; /* when the line has carried all */
    int64_t answers[ANSWERS];
    size_t n_answers;
    bool answers_at_all;
    size_t frames, bytes;
    size_t left; /* of a frame that came in slices */
};

static void open_line(struct line *line, int64_t rate, int64_t latency_ms, bool answers)
{
    *line = (struct line){.rate = rate, .latency_ms = latency_ms, .now_ms = 1000, .answers_at_all = answers, .last_key_ms = -100000};
    throttle_init(&line->throttle, 0, line->now_ms);
}

static void send_bytes(struct line *line, size_t bytes, bool mark)
{
    size_t all = bytes + (mark ? MARK : 0);
    int64_t from = line->free_ms > line->now_ms ? line->free_ms : line->now_ms;
    line->free_ms = from + (int64_t)all * 1000 / line->rate;
    line->bytes += all;
    throttle_sent(&line->throttle, all, mark, line->now_ms);
    if (mark && line->answers_at_all) {
        assert_true(line->n_answers < ANSWERS);
        line->answers[line->n_answers++] = line->free_ms + 2 * line->latency_ms;
    }
}

static void take_answers(struct line *line)
{
    while (line->n_answers > 0 && line->answers[0] <= line->now_ms) {
        line->n_answers--;
        for (size_t i = 0; i < line->n_answers; i++)
            line->answers[i] = line->answers[i + 1];
        throttle_answered(&line->throttle, line->now_ms);
    }
}

/* One millisecond: answers come, and what is to be painted is if it may. */
static void pass(struct line *line)
{
    line->now_ms++;
    take_answers(line);
    if (line->left == 0 || throttle_paint_at(&line->throttle, line->now_ms) > line->now_ms)
        return;
    size_t slice = throttle_slice(&line->throttle, line->now_ms), bytes = line->left < slice ? line->left : slice;
    line->left -= bytes;
    line->frames++;
    send_bytes(line, bytes, throttle_wants_mark(&line->throttle, bytes, line->now_ms));
}

static void key(struct line *line, size_t bytes)
{
    line->left = bytes; /* a newer picture takes the place of an older one */
    line->last_key_ms = line->now_ms;
    throttle_key(&line->throttle, line->now_ms);
}

static void start(struct line *line)
{
    send_bytes(line, 60, true); /* the probe */
    key(line, PAGE);
    for (int i = 0; i < 6000; i++)
        pass(line);
    line->frames = line->bytes = 0;
}

/* Hold a key for 2 s; returns how long after the last one the newest picture has arrived. */
static int64_t hold(struct line *line, size_t bytes)
{
    for (int64_t t = 0; t < 2000; t++) {
        if (t % REPEAT_MS == 0)
            key(line, bytes);
        pass(line);
    }
    int64_t end = line->last_key_ms;
    while (line->left > 0)
        pass(line);
    return line->free_ms + line->latency_ms - end;
}

static void test_a_held_page_key_on_9600_bits(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 960, 20, true);
    start(&line);
    assert_true(throttle_is_slow(&line.throttle));
    int64_t page_ms = PAGE * 1000 / 960, late = hold(&line, PAGE);
    print_message("%d of %d, slice %zu\n", (int)late, (int)page_ms, throttle_slice(&line.throttle, line.now_ms));
    assert_true(late <= page_ms * 108 / 100); /* 4 bytes more each slice, a glance under way, and the pause that shows that the key was let go */
    /* Without a start that taught it the rate. */
    open_line(&line, 960, 20, true);
    send_bytes(&line, 60, true);
    assert_true(hold(&line, PAGE) <= page_ms * 2);
}

/* On a line that is slow and far the next slice does not wait for the answer to the last one: a page takes little more than its bytes. */
static void test_a_slow_line_that_is_far_is_kept_busy(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 960, 300, true);
    start(&line);
    assert_true(throttle_is_slow(&line.throttle));
    key(&line, PAGE);
    int64_t began = line.now_ms, page_ms = PAGE * 1000 / 960;
    while (line.left > 0)
        pass(&line);
    int64_t took = line.free_ms - began, late = hold(&line, PAGE);
    print_message("%d, held %d, of %d and 300 ms a way\n", (int)took, (int)late, (int)page_ms);
    assert_true(took <= page_ms * 12 / 10);
    assert_true(late <= page_ms * 12 / 10 + 2 * 300 + 300);
}

static void test_a_held_page_key_where_nobody_answers(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 960, 20, false);
    start(&line);
    assert_true(hold(&line, PAGE) <= 2 * (PAGE * 1000 / 960) + 200);
    /* One key at a time is painted at once all the same. */
    for (int i = 0; i < 20; i++) {
        key(&line, PAGE);
        pass(&line);
        assert_int_equal(line.left, 0);
        for (int t = 0; t < 80; t++)
            pass(&line);
    }
    /* So are arrows: they fit the line. */
    for (int t = 0; t < 60000; t++)
        pass(&line);
    line.frames = 0;
    hold(&line, ARROW);
    assert_true(line.frames >= 40);
    /* And keys that come faster than a held one repeats. */
    for (int i = 0; i < 20; i++) {
        key(&line, PAGE);
        pass(&line);
        assert_int_equal(line.left, 0);
    }
}

static void test_a_fast_line_paints_each_key(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 10000000, 0, true);
    start(&line);
    assert_false(throttle_is_slow(&line.throttle));
    assert_int_equal(throttle_slice(&line.throttle, line.now_ms), SIZE_MAX);
    for (int i = 0; i < 100; i++) {
        key(&line, PAGE);
        pass(&line);
        assert_int_equal(line.left, 0);
        pass(&line);
    }
}

static void test_a_far_line_is_not_a_slow_one(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 100000, 150, true); /* 800 kbit/s, 300 ms there and back */
    start(&line);
    assert_false(throttle_is_slow(&line.throttle));
    assert_true(hold(&line, PAGE) <= 600);
    assert_true(line.frames >= 8); /* it can be followed */
    open_line(&line, 100000, 450, true); /* by way of a satellite */
    start(&line);
    key(&line, PAGE);
    for (int t = 0; t < 2000; t++)
        pass(&line);
    assert_false(throttle_is_slow(&line.throttle));
}

static void test_a_hiccup_is_not_a_slow_line(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 10000000, 1, true);
    start(&line);
    throttle_sent(&line.throttle, THROTTLE_MARK_BYTES, true, line.now_ms);
    throttle_answered(&line.throttle, line.now_ms + 110); /* the terminal was busy for a moment */
    assert_false(throttle_is_slow(&line.throttle));
}

static void test_typing_costs_nothing(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 10000000, 1, true);
    start(&line);
    for (int i = 0; i < 1000; i++) {
        key(&line, HANZI);
        for (int t = 0; t < 10; t++)
            pass(&line);
        assert_int_equal(line.left, 0);
    }
    assert_true(line.bytes <= 1000 * HANZI * 11 / 10);
    assert_false(throttle_is_slow(&line.throttle)); /* it is the person who is slow */
}

static void test_arrows_on_a_slow_line(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 1200, 50, true);
    start(&line);
    assert_true(hold(&line, ARROW) <= 400);
    assert_true(line.frames >= 30);
}

static void test_a_mark_that_is_lost_holds_nothing_for_long(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 10000000, 1, true);
    start(&line);
    line.answers_at_all = false; /* say, another program took the answers */
    key(&line, 3 * THROTTLE_WINDOW_BYTES);
    pass(&line);
    key(&line, PAGE);
    for (int i = 0; i < THROTTLE_LOST_MS + 10; i++)
        pass(&line);
    assert_int_equal(line.left, 0);
    /* A line that is dead for a minute gets a handful of frames, not thousands. */
    line.frames = 0;
    for (int i = 0; i < 60000; i++) {
        if (i % REPEAT_MS == 0)
            key(&line, PAGE);
        pass(&line);
    }
    assert_in_range(line.frames, 1, 24);
    /* And comes back. */
    line.answers_at_all = true;
    line.free_ms = 0;
    for (int i = 0; i < THROTTLE_LOST_MAX_MS; i++)
        pass(&line);
    key(&line, PAGE);
    for (int i = 0; i < 20; i++)
        pass(&line);
    assert_int_equal(line.left, 0);
}

static void test_the_line_gets_better_and_worse(void **state)
{
    struct line line;
    (void)state;
    open_line(&line, 1200, 20, true);
    start(&line);
    assert_true(throttle_is_slow(&line.throttle));
    line.rate = 1000000;
    hold(&line, PAGE);
    assert_false(throttle_is_slow(&line.throttle));
    line.rate = 1200;
    hold(&line, PAGE);
    hold(&line, PAGE);
    assert_true(throttle_is_slow(&line.throttle));
}

static void test_a_told_rate_is_believed(void **state)
{
    struct throttle throttle;
    (void)state;
    throttle_init(&throttle, 1200, 0);
    assert_true(throttle_is_slow(&throttle));
    assert_int_equal(throttle_slice(&throttle, 1000000), 120);
    throttle_init(&throttle, 11520, 0);
    assert_false(throttle_is_slow(&throttle));
}

static void test_the_clock_may_be_set(void **state)
{
    struct throttle throttle;
    (void)state;
    throttle_init(&throttle, 0, 1000000);
    for (int i = 0; i < 10; i++)
        throttle_sent(&throttle, PAGE, throttle_wants_mark(&throttle, PAGE, 1000000), 1000000);
    assert_true(throttle_paint_at(&throttle, 5) <= 5);
    throttle_answered(&throttle, 5);
    throttle_sent(&throttle, 5 * PAGE, true, 5);
    assert_true(throttle_paint_at(&throttle, 1) <= 1);
    /* What is assumed to be under way does not grow by the days that it was set back. */
    throttle_init(&throttle, 0, INT64_C(1000000000));
    throttle_sent(&throttle, 10, false, 0);
    throttle_key(&throttle, 100);
    throttle_key(&throttle, 130);
    assert_true(throttle_paint_at(&throttle, 130) <= 130);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_held_page_key_on_9600_bits),
        cmocka_unit_test(test_a_slow_line_that_is_far_is_kept_busy),
        cmocka_unit_test(test_a_held_page_key_where_nobody_answers),
        cmocka_unit_test(test_a_fast_line_paints_each_key),
        cmocka_unit_test(test_a_far_line_is_not_a_slow_one),
        cmocka_unit_test(test_a_hiccup_is_not_a_slow_line),
        cmocka_unit_test(test_typing_costs_nothing),
        cmocka_unit_test(test_arrows_on_a_slow_line),
        cmocka_unit_test(test_a_mark_that_is_lost_holds_nothing_for_long),
        cmocka_unit_test(test_the_line_gets_better_and_worse),
        cmocka_unit_test(test_a_told_rate_is_believed),
        cmocka_unit_test(test_the_clock_may_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
