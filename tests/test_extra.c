/* tests/test_extra.c - fields of a newer program: each in its place, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/record/extra.h"

static void test_fields_stand_in_order_and_are_replaced(void **state)
{
    struct buf extra, expected;

    (void)state;
    buf_init(&extra, 4096);
    buf_init(&expected, 4096);
    assert_int_equal(extra_get(&extra, 1000).kind, VALUE_NULL);
    assert_int_equal(extra_put(&extra, 1000, value_string("甲")), STATUS_OK);
    assert_int_equal(extra_put(&extra, 2000, value_int(-7)), STATUS_OK);
    assert_int_equal(extra_put(&extra, 300, value_null()), STATUS_OK);
    assert_int_equal(extra_put(&extra, 1000, value_string("更新的乙")), STATUS_OK);
    cbor_put_map(&expected, 3);
    cbor_put_uint(&expected, 300);
    cbor_put_null(&expected);
    cbor_put_uint(&expected, 1000);
    cbor_put_text(&expected, "更新的乙", strlen("更新的乙"));
    cbor_put_uint(&expected, 2000);
    cbor_put_int(&expected, -7);
    assert_int_equal(extra.len, expected.len);
    assert_memory_equal(extra.data, expected.data, expected.len);
    assert_true(value_equal(extra_get(&extra, 1000), value_string("更新的乙")));
    assert_true(value_equal(extra_get(&extra, 2000), value_int(-7)));
    assert_int_equal(extra_get(&extra, 2001).kind, VALUE_NULL);
    buf_release(&expected);
    buf_release(&extra);
}

static void test_a_broken_or_full_map_stays_as_it_was(void **state)
{
    struct buf extra;
    uint8_t before[64];

    (void)state;
    buf_init(&extra, 24);
    assert_int_equal(extra_put(&extra, 1, value_string("0123456789")), STATUS_OK);
    size_t len = extra.len;
    memcpy(before, extra.data, len);
    assert_int_equal(extra_put(&extra, 2, value_string("0123456789abcdef")), STATUS_TOO_LARGE);
    assert_int_equal(extra.len, len);
    assert_memory_equal(extra.data, before, len);
    extra.data[1] = 0xff;
    assert_int_equal(extra_put(&extra, 2, value_int(1)), STATUS_CORRUPT);
    assert_int_equal(extra.len, len);
    buf_release(&extra);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_stand_in_order_and_are_replaced),
        cmocka_unit_test(test_a_broken_or_full_map_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
