/* tests/test_session_pace.c - sync/session_pace.h: chunks as large as the line carries in a few seconds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "sync/session_pace.h"

/* A line of so many bytes a second and a round trip of so many ms: chunks that pack to a quarter, acknowledged one after the other, until `total` bytes were sent. Returns the most that was on the way. */
struct line {
    size_t bytes_per_s;
    int64_t round_trip_ms;
};

static size_t run(struct pace *pace, struct line line, size_t total, size_t *last_chunk)
{
    size_t sent = 0, most = 0, sizes[CHUNK_WINDOW];
    int64_t sent_ms[CHUNK_WINDOW], now = 0, free_ms = 0;
    size_t n = 0;

    while (sent < total) {
        while (n < CHUNK_WINDOW && pace_is_free(pace)) {
            *last_chunk = pace_chunk_bytes(pace);
            sizes[n] = *last_chunk / 4;
            sent_ms[n] = now;
            pace_sent(pace, sizes[n], *last_chunk);
            sent += sizes[n++];
            if (pace->on_way > most)
                most = pace->on_way;
        }
        /* the oldest arrives: the line has carried it, and the answer has come back */
        free_ms = (free_ms > sent_ms[0] ? free_ms : sent_ms[0]) + (int64_t)(sizes[0] * 1000 / line.bytes_per_s);
        if (now < free_ms + line.round_trip_ms)
            now = free_ms + line.round_trip_ms;
        pace_landed(pace, sizes[0], sent_ms[0], now);
        for (size_t i = 1; i < n; i++) {
            sizes[i - 1] = sizes[i];
            sent_ms[i - 1] = sent_ms[i];
        }
        n--;
    }
    return most;
}

static void test_on_a_bad_line_a_chunk_is_two_seconds(void **state)
{
    struct pace pace;
    size_t chunk;

    (void)state;
    pace_init(&pace);
    /* what the line really carries in that time: neither the round trip nor the chunk before counts against it */
    assert_in_range(run(&pace, (struct line){8000, 700}, 300000, &chunk), 56000, 72000);
    assert_in_range(chunk, 56000, 4 * 16384); /* packed at most what a cut may cost */
}

/* How well the next chunk packs is a guess: one a twelfth larger than meant must not leave alone, or the line is idle until its answer is back. */
static void test_a_chunk_that_packs_worse_does_not_stop_the_line(void **state)
{
    const size_t bytes = 17333;
    struct pace pace;

    (void)state;
    pace_init(&pace);
    pace.allowed = 64000; /* 8,000 bytes a second: 16,000 a chunk were meant */
    for (int64_t now = 2167; now <= 21670; now += 2167) {
        for (; pace_is_free(&pace); pace_sent(&pace, bytes, 4 * bytes))
            ;
        assert_int_equal(pace.on_way, PACE_CHUNKS * bytes);
        pace_landed(&pace, bytes, 0, now);
        assert_in_range(pace.allowed, 63900, 64100); /* divisions lose a little */
    }
}

/* A lost packet holds the first of two up, then both are acknowledged at once. */
static void test_answers_that_come_together_do_not_look_like_a_fast_line(void **state)
{
    struct pace pace;
    int64_t now = 0;

    (void)state;
    pace_init(&pace);
    for (int i = 0; i < 20; i++) {
        size_t bytes = pace.allowed / 2;

        pace_sent(&pace, bytes, 4 * bytes);
        pace_sent(&pace, bytes, 4 * bytes);
        pace_landed(&pace, bytes, now, now + (int64_t)bytes / 4);
        pace_landed(&pace, bytes, now, now + (int64_t)bytes / 4);
        now += (int64_t)bytes / 4;
        assert_true(pace.allowed <= 128 * 1024); /* the line carries 64,000 */
    }
}

static void test_on_a_fast_line_chunks_grow_to_the_most(void **state)
{
    struct pace pace;
    size_t chunk;

    (void)state;
    pace_init(&pace);
    run(&pace, (struct line){10000000, 5}, 4000000, &chunk);
    assert_int_equal(chunk, CHUNK_BYTES);
    assert_in_range(pace.allowed, 1024 * 1024, PACE_MOST_BYTES);
}

static void test_a_line_that_gets_worse_gets_less(void **state)
{
    struct pace pace;
    size_t chunk;

    (void)state;
    pace_init(&pace);
    run(&pace, (struct line){10000000, 5}, 4000000, &chunk);
    pace_lost(&pace);
    run(&pace, (struct line){8000, 700}, 4000000, &chunk);
    assert_in_range(chunk, 53000, 67000);
    assert_in_range(pace.allowed, 53000, 67000);
}

static void test_small_chunks_do_not_slow_the_line_down(void **state)
{
    struct pace pace;
    size_t chunk;

    (void)state;
    pace_init(&pace);
    run(&pace, (struct line){1000000, 5}, 4000000, &chunk);
    pace_lost(&pace);
    for (int i = 0; i < 50; i++) {
        pace_sent(&pace, 300, 900); /* a record saved now and then */
        pace_landed(&pace, 300, 1000000 + 100 * i, 1000000 + 100 * i + 20);
    }
    assert_in_range(pace.allowed, 192 * 1024, PACE_MOST_BYTES);
}

static void test_one_chunk_may_always_leave(void **state)
{
    struct pace pace;

    (void)state;
    pace_init(&pace);
    pace_sent(&pace, 900 * 1024, 4 * 1024 * 1024); /* one large transaction */
    assert_false(pace_is_free(&pace));
    pace_landed(&pace, 900 * 1024, 0, 120000);
    assert_true(pace_is_free(&pace));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_a_bad_line_a_chunk_is_two_seconds),       cmocka_unit_test(test_answers_that_come_together_do_not_look_like_a_fast_line),
        cmocka_unit_test(test_a_chunk_that_packs_worse_does_not_stop_the_line), cmocka_unit_test(test_on_a_fast_line_chunks_grow_to_the_most),
        cmocka_unit_test(test_a_line_that_gets_worse_gets_less),            cmocka_unit_test(test_small_chunks_do_not_slow_the_line_down),
        cmocka_unit_test(test_one_chunk_may_always_leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
