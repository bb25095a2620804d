/* tests/test_trace.c - trace lines: level, stamp, escapes, the ring. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/trace.h"
#include "core/base/utf8.h"

static void keep_line(void *context, const char *line)
{
    snprintf(context, TRACE_LINE_BYTES, "%s", line);
}

static int64_t fixed_time(void *context)
{
    (void)context;
    return INT64_C(1795478400000);
}

static void lines(void **state)
{
    char line[TRACE_LINE_BYTES] = "";
    struct trace trace;

    (void)state;
    trace_write(NULL, TRACE_ERROR, "x", "nothing");
    trace_init(&trace, TRACE_INFO, keep_line, line);
    trace_write(&trace, TRACE_DEBUG, "sync", "hidden");
    assert_string_equal(line, "");
    assert_int_equal(trace.count, 0);
    trace_write(&trace, TRACE_WARN, "sync", "%d 条, a\nb\x1b[2J\x7f", 3);
    assert_string_equal(line, "warn sync: 3 条, a\\x0Ab\\x1B[2J\\x7F");
    trace_write(&trace, TRACE_INFO, "x", "%s", "\xC2\x85\xFF中");
    assert_string_equal(line, "info x: \\xC2\\x85\\xFF中");
    trace.now_ms = fixed_time;
    trace_write(&trace, TRACE_ERROR, "store", "full");
    assert_string_equal(line, "2026-11-24T00:00:00Z error store: full");
    assert_string_equal(trace.last[2], line);
}

static void long_lines_are_cut_at_a_character(void **state)
{
    char text[2000], line[TRACE_LINE_BYTES] = "";
    struct trace trace;

    (void)state;
    trace_init(&trace, TRACE_INFO, keep_line, line);
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "中", 4);
        trace_write(&trace, TRACE_INFO, "m", "%s", text);
        assert_true(utf8_valid(line, strlen(line)));
        assert_in_range(strlen(line), TRACE_LINE_BYTES - 4, TRACE_LINE_BYTES - 1);
    }
    memset(text, '\n', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    trace_write(&trace, TRACE_INFO, "m", "%s", text);
    assert_true(strlen(line) < TRACE_LINE_BYTES);
    assert_string_equal(line + strlen(line) - 4, "\\x0A");
}

static void the_last_lines_are_kept(void **state)
{
    struct trace trace;

    (void)state;
    trace_init(&trace, TRACE_DEBUG, NULL, NULL);
    for (int i = 0; i < TRACE_KEEP * 2 + 5; i++)
        trace_write(&trace, TRACE_DEBUG, "m", "%d", i);
    assert_int_equal(trace.count, TRACE_KEEP * 2 + 5);
    assert_string_equal(trace.last[4], "debug m: 132");
    assert_string_equal(trace.last[5], "debug m: 69");
}

static void levels(void **state)
{
    (void)state;
    assert_int_equal(trace_level_parse("error"), TRACE_ERROR);
    assert_int_equal(trace_level_parse("warn"), TRACE_WARN);
    assert_int_equal(trace_level_parse("info"), TRACE_INFO);
    assert_int_equal(trace_level_parse("debug"), TRACE_DEBUG);
    assert_int_equal(trace_level_parse("DEBUG"), TRACE_INFO);
    assert_int_equal(trace_level_parse(NULL), TRACE_INFO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(long_lines_are_cut_at_a_character),
        cmocka_unit_test(the_last_lines_are_kept),
        cmocka_unit_test(levels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
