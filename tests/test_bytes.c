/* tests/test_bytes.c - the growing buffer and the bounded reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/bytes.h"

static void grows_and_stays_terminated(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 100000);
    assert_string_equal(buf_cstr(&buf), "");
    for (int i = 0; i < 100000; i++) {
        buf_putc(&buf, (uint8_t)('a' + i % 26));
        assert_int_equal(buf.data[buf.len], 0);
    }
    assert_int_equal(buf.len, 100000);
    assert_int_equal(buf.status, STATUS_OK);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], 'a' + i % 26);
    buf_putc(&buf, 'x');
    assert_int_equal(buf.status, STATUS_TOO_LARGE);
    assert_int_equal(buf.len, 100000);
    buf_wipe(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.max, 100000);
}

static void a_call_past_the_limit_appends_nothing_of_itself(void **state)
{
    struct buf buf;

    (void)state;
    for (size_t max = 0; max < 12; max++) {
        buf_init(&buf, max);
        buf_append(&buf, "0123456789", max);
        assert_int_equal(buf.status, STATUS_OK);
        buf_put_u32(&buf, 1);
        assert_int_equal(buf.status, STATUS_TOO_LARGE);
        assert_int_equal(buf.len, max);
        buf_putc(&buf, 'z'); /* the failure sticks */
        assert_null(buf_extend(&buf, 0));
        assert_int_equal(buf.len, max);
        assert_memory_equal(buf_cstr(&buf), "0123456789", max);
        buf_clear(&buf);
        assert_int_equal(buf.status, STATUS_OK);
        assert_string_equal(buf_cstr(&buf), "");
        buf_release(&buf);
    }
    buf_init(&buf, SIZE_MAX);
    buf_puts(&buf, "x");
    assert_null(buf_extend(&buf, SIZE_MAX - 1));
    assert_int_equal(buf.status, STATUS_TOO_LARGE);
    buf_release(&buf);
}

static void prints_short_and_long(void **state)
{
    struct buf buf;
    char text[1000];

    (void)state;
    memset(text, 'q', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    buf_init(&buf, 2000);
    buf_printf(&buf, "%d %s", 7, "七");
    assert_string_equal(buf_cstr(&buf), "7 七");
    for (int n = 250; n < 262; n++) {
        buf_clear(&buf);
        buf_printf(&buf, "%.*s", n, text);
        assert_int_equal(buf.len, n);
        assert_memory_equal(buf.data, text, (size_t)n);
        assert_int_equal(buf.data[n], 0);
    }
    buf_clear(&buf);
    buf_printf(&buf, "%s", text);
    buf_printf(&buf, "%s!!", text);
    buf_printf(&buf, "%s!!!!", text);
    assert_int_equal(buf.len, 2000);
    assert_int_equal(buf.status, STATUS_TOO_LARGE);
    buf_release(&buf);
}

static void integers_go_round(void **state)
{
    struct buf buf;
    struct reader reader;

    (void)state;
    buf_init(&buf, 100);
    buf_putc(&buf, 0xAB);
    buf_put_u16(&buf, 0x1234);
    buf_put_u32(&buf, 0xDEADBEEF);
    buf_put_u64(&buf, UINT64_C(0x0102030405060708));
    assert_memory_equal(buf.data, "\xAB\x12\x34\xDE\xAD\xBE\xEF\1\2\3\4\5\6\7\10", 15);
    reader_init(&reader, buf.data, buf.len);
    assert_int_equal(reader_u8(&reader), 0xAB);
    assert_int_equal(reader_u16(&reader), 0x1234);
    assert_int_equal(reader_u32(&reader), 0xDEADBEEF);
    assert_true(reader_u64(&reader) == UINT64_C(0x0102030405060708));
    assert_int_equal(reader_left(&reader), 0);
    assert_non_null(reader_take(&reader, 0));
    assert_int_equal(reader.status, STATUS_OK);
    assert_int_equal(reader_u8(&reader), 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    reader_init(&reader, buf.data, 3);
    assert_int_equal(reader_u32(&reader), 0);
    assert_int_equal(reader_u8(&reader), 0); /* nothing after a failure */
    assert_null(reader_take(&reader, 1));
    assert_int_equal(reader_left(&reader), 0);
    reader_init(&reader, NULL, 0);
    assert_null(reader_take(&reader, SIZE_MAX));
    buf_release(&buf);
}

static void consumes_from_the_front(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 10);
    buf_consume(&buf, 0);
    buf_puts(&buf, "abcdef");
    buf_consume(&buf, 2);
    assert_string_equal(buf_cstr(&buf), "cdef");
    buf_consume(&buf, 4);
    assert_string_equal(buf_cstr(&buf), "");
    buf_puts(&buf, "0123456789");
    assert_int_equal(buf.status, STATUS_OK);
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_terminated), cmocka_unit_test(a_call_past_the_limit_appends_nothing_of_itself),
        cmocka_unit_test(prints_short_and_long),      cmocka_unit_test(integers_go_round),
        cmocka_unit_test(consumes_from_the_front),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
