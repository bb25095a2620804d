/* tests/test_value.c - equality and the encoding of single values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/value.h"

static void equality_needs_kind_and_content(void **state)
{
    (void)state;
    assert_true(value_equal(value_null(), value_null()));
    assert_true(value_equal(value_int(-3), value_int(-3)));
    assert_true(value_equal(value_string("张三"), value_text("张三丰", 6)));
    assert_false(value_equal(value_int(3), value_int(-3)));
    assert_false(value_equal(value_int(0), value_null()));
    assert_false(value_equal(value_string(""), value_null()));
    assert_false(value_equal(value_string("1"), value_int(1)));
    assert_false(value_equal(value_string("ab"), value_string("abc")));
}

static void values_survive_encoding(void **state)
{
    (void)state;
    const struct value values[] = {value_null(),          value_int(0),      value_int(INT64_MAX), value_int(INT64_MIN), value_int(-1),
                                   value_string("𫊸·a"), value_string(""), value_int(24)};
    struct buf out;
    struct reader reader;
    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        value_encode(values[i], &out);
    assert_int_equal(out.status, STATUS_OK);
    reader_init(&reader, out.data, out.len);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        assert_true(value_equal(value_decode(&reader), values[i]));
    assert_int_equal(reader.status, STATUS_OK);
    assert_int_equal(reader_left(&reader), 0);
    buf_release(&out);
}

static void other_cbor_is_malformed(void **state)
{
    (void)state;
    /* a byte string, an array, true, a text cut off, invalid UTF-8, nothing, a number above INT64_MAX */
    static const struct {
        const char *bytes;
        size_t len;
    } bad[] = {{"\x41x", 2}, {"\x80", 1}, {"\xF5", 1}, {"\x62x", 2}, {"\x61\xFF", 2}, {"", 0}, {"\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct reader reader;
        reader_init(&reader, bad[i].bytes, bad[i].len);
        struct value value = value_decode(&reader);
        assert_int_equal(value.kind, VALUE_NULL);
        assert_int_equal(reader.status, STATUS_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_needs_kind_and_content),
        cmocka_unit_test(values_survive_encoding),
        cmocka_unit_test(other_cbor_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
