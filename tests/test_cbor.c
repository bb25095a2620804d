/* tests/test_cbor.c - the examples of RFC 8949 that lie in the subset, and everything outside of it refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/id.h"

/* RFC 8949, appendix A. */
static const struct {
    uint64_t v;
    const char *bytes;
    size_t len;
} uints[] = {
    {0, "\x00", 1},
    {1, "\x01", 1},
    {10, "\x0a", 1},
    {23, "\x17", 1},
    {24, "\x18\x18", 2},
    {25, "\x18\x19", 2},
    {100, "\x18\x64", 2},
    {255, "\x18\xff", 2},
    {256, "\x19\x01\x00", 3},
    {1000, "\x19\x03\xe8", 3},
    {65535, "\x19\xff\xff", 3},
    {65536, "\x1a\x00\x01\x00\x00", 5},
    {1000000, "\x1a\x00\x0f\x42\x40", 5},
    {UINT32_MAX, "\x1a\xff\xff\xff\xff", 5},
    {UINT64_C(4294967296), "\x1b\x00\x00\x00\x01\x00\x00\x00\x00", 9},
    {UINT64_C(1000000000000), "\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", 9},
    {UINT64_MAX, "\x1b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
};

static void unsigned_numbers(void **state)
{
    struct reader reader;
    struct buf buf;

    (void)state;
    buf_init(&buf, 100);
    for (size_t i = 0; i < sizeof uints / sizeof uints[0]; i++) {
        buf_clear(&buf);
        cbor_put_uint(&buf, uints[i].v);
        assert_int_equal(buf.len, uints[i].len);
        assert_memory_equal(buf.data, uints[i].bytes, buf.len);
        reader_init(&reader, buf.data, buf.len);
        assert_int_equal(cbor_peek(&reader), CBOR_UINT);
        assert_true(cbor_uint(&reader) == uints[i].v);
        assert_int_equal(cbor_peek(&reader), CBOR_END);
    }
    buf_release(&buf);
}

static void signed_numbers(void **state)
{
    static const struct {
        int64_t v;
        const char *bytes;
        size_t len;
    } rows[] = {
        {-1, "\x20", 1},
        {-10, "\x29", 1},
        {-24, "\x37", 1},
        {-25, "\x38\x18", 2},
        {-100, "\x38\x63", 2},
        {-1000, "\x39\x03\xe7", 3},
        {INT64_MIN, "\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", 9},
        {INT64_MAX, "\x1b\x7f\xff\xff\xff\xff\xff\xff\xff", 9},
    };
    struct reader reader;
    struct buf buf;

    (void)state;
    buf_init(&buf, 100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buf_clear(&buf);
        cbor_put_int(&buf, rows[i].v);
        assert_int_equal(buf.len, rows[i].len);
        assert_memory_equal(buf.data, rows[i].bytes, buf.len);
        reader_init(&reader, buf.data, buf.len);
        assert_true(cbor_int(&reader) == rows[i].v);
        assert_int_equal(reader.status, STATUS_OK);
    }
    reader_init(&reader, "\x1b\x80\x00\x00\x00\x00\x00\x00\x00", 9);
    assert_true(cbor_int(&reader) == 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    reader_init(&reader, "\x3b\xff\xff\xff\xff\xff\xff\xff\xff", 9);
    assert_true(cbor_int(&reader) == 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    buf_release(&buf);
}

/* A message with every type: {1: h'01020304', 2: "水", 3: [1, [2, 3], -500], 7: {}, 200: true, 300: false, 65536: null}
 */
static const uint8_t message[] =
    "\xa7\x01\x44\x01\x02\x03\x04\x02\x63\xe6\xb0\xb4\x03\x83\x01\x82\x02\x03\x39\x01\xf3\x07"
    "\xa0\x18\xc8\xf5\x19\x01\x2c\xf4\x1a\x00\x01\x00\x00\xf6";
enum { MESSAGE_BYTES = sizeof message - 1 };

static void put_message(struct buf *buf)
{
    cbor_put_map(buf, 7);
    cbor_put_uint(buf, 1);
    cbor_put_bytes(buf, "\1\2\3\4", 4);
    cbor_put_uint(buf, 2);
    cbor_put_text(buf, "水", 3);
    cbor_put_uint(buf, 3);
    cbor_put_array(buf, 3);
    cbor_put_int(buf, 1);
    cbor_put_array(buf, 2);
    cbor_put_int(buf, 2);
    cbor_put_int(buf, 3);
    cbor_put_int(buf, -500);
    cbor_put_uint(buf, 7);
    cbor_put_map(buf, 0);
    cbor_put_uint(buf, 200);
    cbor_put_bool(buf, true);
    cbor_put_uint(buf, 300);
    cbor_put_bool(buf, false);
    cbor_put_uint(buf, 65536);
    cbor_put_null(buf);
}

static void read_message(struct reader *reader)
{
    uint8_t four[4];
    size_t len;

    assert_int_equal(cbor_map(reader), 7);
    cbor_uint(reader);
    cbor_bytes_exact(reader, four, 4);
    assert_memory_equal(four, "\1\2\3\4", 4);
    cbor_uint(reader);
    assert_memory_equal(cbor_text(reader, &len), "水", 3);
    cbor_uint(reader);
    assert_int_equal(cbor_array(reader), 3);
    assert_int_equal(cbor_int(reader), 1);
    assert_int_equal(cbor_array(reader), 2);
    cbor_skip(reader, &len);
    cbor_skip(reader, &len);
    assert_int_equal(cbor_int(reader), -500);
    assert_int_equal(cbor_uint(reader), 7);
    assert_int_equal(cbor_map(reader), 0);
    assert_int_equal(cbor_uint(reader), 200);
    assert_true(cbor_bool(reader));
    assert_int_equal(cbor_uint(reader), 300);
    assert_int_equal(cbor_peek(reader), CBOR_FALSE);
    assert_false(cbor_bool(reader));
    assert_int_equal(cbor_uint(reader), 65536);
    cbor_null(reader);
}

static void a_message_of_all_types(void **state)
{
    struct reader reader;
    struct buf buf;
    size_t len;

    (void)state;
    buf_init(&buf, 1000);
    put_message(&buf);
    assert_int_equal(buf.len, MESSAGE_BYTES);
    assert_memory_equal(buf.data, message, MESSAGE_BYTES);
    reader_init(&reader, buf.data, buf.len);
    read_message(&reader);
    assert_int_equal(reader.status, STATUS_OK);
    assert_int_equal(cbor_peek(&reader), CBOR_END);
    reader_init(&reader, buf.data, buf.len);
    assert_ptr_equal(cbor_skip(&reader, &len), buf.data);
    assert_int_equal(len, MESSAGE_BYTES);
    buf_release(&buf);
}

static bool skips(const void *data, size_t len)
{
    /* In memory of its own, so that a sanitizer sees a byte read too far. */
    uint8_t *copy = malloc(len > 0 ? len : 1);
    struct reader reader;
    const uint8_t *item;
    size_t n;
    bool whole;

    memcpy(copy, data, len);
    reader_init(&reader, copy, len);
    item = cbor_skip(&reader, &n);
    assert_true((item != NULL) == (reader.status == STATUS_OK));
    assert_true(n <= len);
    whole = item != NULL && n == len;
    free(copy);
    return whole;
}

static void cut_anywhere_is_malformed(void **state)
{
    (void)state;
    assert_true(skips(message, MESSAGE_BYTES));
    for (size_t n = 0; n < MESSAGE_BYTES; n++)
        assert_false(skips(message, n));
}

static void outside_the_subset_is_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
    } rows[] = {
        {"\x18\x17", 2},                             /* 23 in two bytes */
        {"\x19\x00\xff", 3},                         /* 255 in three */
        {"\x1a\x00\x00\xff\xff", 5},                 /* 65535 in five */
        {"\x1b\x00\x00\x00\x00\xff\xff\xff\xff", 9}, /* 2^32 - 1 in nine */
        {"\x38\x17", 2},
        {"\x58\x01\x00", 3},
        {"\x78\x01\x61", 3},
        {"\x98\x01\x00", 3},
        {"\xb8\x01\x00\x00", 4},
        {"\x3b\x80\x00\x00\x00\x00\x00\x00\x00", 9}, /* below INT64_MIN */
        {"\xf9\x00\x00", 3},                         /* floats */
        {"\xfa\x00\x00\x00\x00", 5},
        {"\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a", 9},
        {"\xf7", 1}, /* undefined */
        {"\xf0", 1},
        {"\xf8\xff", 2},
        {"\xf8\x14", 2}, /* false in two bytes */
        {"\xc0\x60", 2}, /* tags */
        {"\xc1\x00", 2},
        {"\xd8\x20\x60", 3},
        {"\x5f\xff", 2}, /* indefinite lengths */
        {"\x7f\xff", 2},
        {"\x9f\xff", 2},
        {"\xbf\xff", 2},
        {"\xff", 1},
        {"\x1c", 1}, /* reserved */
        {"\x1f", 1},
        {"\x61\xff", 2}, /* text that is not UTF-8 */
        {"\x62\xc0\x80", 3},
        {"\xa2\x02\x00\x01\x00", 5},     /* keys not ascending */
        {"\xa2\x01\x00\x01\x00", 5},     /* a key twice */
        {"\xa1\x20\x00", 3},             /* a negative key */
        {"\xa1\x61\x61\x00", 4},         /* a text key */
        {"\x81\xa2\x02\x00\x01\x00", 6}, /* the same inside */
        {"\xa1\x01\xa2\x02\x00\x01\x00", 7},
        {"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 9}, /* counts beyond the bytes there are */
        {"\xbb\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00", 11},
        {"\x5b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
        {"\x7b\xff\xff\xff\xff\xff\xff\xff\xff", 9},
        {"\x9a\xff\xff\xff\xff", 5},
        {"\xa1\x01", 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (skips(rows[i].bytes, rows[i].len))
            fail_msg("row %zu was accepted", i);
}

static void counts_are_held_against_what_is_left(void **state)
{
    struct reader reader;

    (void)state;
    reader_init(&reader, "\x82\x00\x00", 3);
    assert_int_equal(cbor_array(&reader), 2);
    reader_init(&reader, "\x83\x00\x00", 3);
    assert_int_equal(cbor_array(&reader), 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    reader_init(&reader, "\xa1\x00\x00", 3);
    assert_int_equal(cbor_map(&reader), 1);
    reader_init(&reader, "\xa2\x00\x00\x00", 4);
    assert_int_equal(cbor_map(&reader), 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
}

static void deep_nesting_is_refused(void **state)
{
    uint8_t arrays[64], maps[64];

    (void)state;
    for (size_t depth = 1; depth < 20; depth++) {
        memset(arrays, 0x81, depth);
        arrays[depth] = 0x00;
        assert_true(skips(arrays, depth + 1) == (depth <= CBOR_DEPTH_MAX));
        arrays[depth - 1] = 0x80;
        assert_true(skips(arrays, depth) == (depth <= CBOR_DEPTH_MAX));
        for (size_t i = 0; i < depth; i++)
            memcpy(maps + 2 * i, "\xa1\x01", 2);
        maps[2 * depth] = 0xf6;
        assert_true(skips(maps, 2 * depth + 1) == (depth <= CBOR_DEPTH_MAX));
    }
}

static void the_first_failure_sticks(void **state)
{
    struct reader reader;
    uint8_t out[2] = {9, 9};
    size_t len = 9;

    (void)state;
    reader_init(&reader, "\x61\x61\x01\x42\x01\x02", 6);
    assert_int_equal(cbor_uint(&reader), 0);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    assert_int_equal(cbor_peek(&reader), CBOR_BAD);
    assert_null(cbor_text(&reader, &len));
    assert_int_equal(len, 0);
    assert_null(cbor_bytes(&reader, &len));
    assert_null(cbor_skip(&reader, &len));
    assert_false(cbor_bool(&reader));
    assert_int_equal(cbor_int(&reader), 0);
    cbor_bytes_exact(&reader, out, 2);
    assert_memory_equal(out, "\0\0", 2);
    reader_init(&reader, "\x43\x01\x02\x03", 4);
    cbor_bytes_exact(&reader, out, 2);
    assert_int_equal(reader.status, STATUS_MALFORMED);
    reader_init(&reader, "\x40\x60", 2);
    assert_non_null(cbor_bytes(&reader, &len));
    assert_non_null(cbor_text(&reader, &len));
    assert_int_equal(reader.status, STATUS_OK);
    reader_init(&reader, "\xf6", 1);
    assert_false(cbor_bool(&reader));
    assert_int_equal(reader.status, STATUS_MALFORMED);
    reader_init(&reader, "\xf5", 1);
    cbor_null(&reader);
    assert_int_equal(reader.status, STATUS_MALFORMED);
}

static void writing_bad_text_or_too_much_fails(void **state)
{
    struct buf buf;

    (void)state;
    buf_init(&buf, 6);
    cbor_put_text(&buf, "\xff", 1);
    assert_int_equal(buf.status, STATUS_MALFORMED);
    assert_int_equal(buf.len, 0);
    buf_clear(&buf);
    cbor_put_bytes(&buf, "123456", 6);
    assert_int_equal(buf.status, STATUS_TOO_LARGE);
    assert_int_equal(buf.len, 0);
    buf_clear(&buf);
    cbor_put_bytes(&buf, "12345", 5);
    assert_int_equal(buf.status, STATUS_OK);
    buf_release(&buf);
}

/* Write what skip accepted once more, item by item. */
static void rewrite(struct reader *reader, struct buf *buf)
{
    enum cbor_type type = cbor_peek(reader);
    uint64_t n = 0;
    size_t len;

    switch (type) {
    case CBOR_UINT:
        cbor_put_uint(buf, cbor_uint(reader));
        break;
    case CBOR_NEGINT:
        cbor_put_int(buf, cbor_int(reader));
        break;
    case CBOR_BYTES: {
        const uint8_t *data = cbor_bytes(reader, &len);

        cbor_put_bytes(buf, data, len);
        break;
    }
    case CBOR_TEXT: {
        const char *text = cbor_text(reader, &len);

        cbor_put_text(buf, text, len);
        break;
    }
    case CBOR_ARRAY:
        n = cbor_array(reader);
        cbor_put_array(buf, n);
        break;
    case CBOR_MAP:
        n = cbor_map(reader);
        cbor_put_map(buf, n);
        n *= 2;
        break;
    case CBOR_NULL:
        cbor_null(reader);
        cbor_put_null(buf);
        break;
    case CBOR_TRUE:
    case CBOR_FALSE:
        cbor_put_bool(buf, cbor_bool(reader));
        break;
    case CBOR_END:
    case CBOR_BAD:
        fail();
    }
    for (uint64_t i = 0; i < n; i++)
        rewrite(reader, buf);
}

/* Random bytes and damaged messages: no crash, and what is accepted is byte for byte what the writer writes. */
static void random_bytes(void **state)
{
    uint64_t seed = 20261124;
    struct random_source random = random_seeded(&seed);
    unsigned accepted = 0;
    struct buf buf;

    (void)state;
    buf_init(&buf, 1000);
    for (int run = 0; run < 100000; run++) {
        struct reader reader;
        uint8_t *data;
        size_t len, n;

        if (run % 2 == 0) {
            len = (size_t)random_below(random, 40);
            data = malloc(len + 1);
            random.fill(random.context, data, len);
        } else {
            len = MESSAGE_BYTES;
            data = malloc(len + 1);
            memcpy(data, message, len);
            for (uint64_t k = random_below(random, 3) + 1; k > 0; k--)
                random.fill(random.context, data + random_below(random, len), 1);
        }
        data = realloc(data, len > 0 ? len : 1);
        reader_init(&reader, data, len);
        if (cbor_skip(&reader, &n) != NULL) {
            accepted++;
            buf_clear(&buf);
            reader_init(&reader, data, n);
            rewrite(&reader, &buf);
            assert_int_equal(buf.len, n);
            assert_memory_equal(buf.data, data, n);
        }
        free(data);
    }
    assert_true(accepted > 10000);
    buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unsigned_numbers),
        cmocka_unit_test(signed_numbers),
        cmocka_unit_test(a_message_of_all_types),
        cmocka_unit_test(cut_anywhere_is_malformed),
        cmocka_unit_test(outside_the_subset_is_refused),
        cmocka_unit_test(counts_are_held_against_what_is_left),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(writing_bad_text_or_too_much_fails),
        cmocka_unit_test(random_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
