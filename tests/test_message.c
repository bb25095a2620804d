/* tests/test_message.c - sync/message.h: what is written is read, small, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/cbor.h"
#include "core/base/id.h"
#include "sync/message.h"

enum { MESSAGE_BYTES = 1024 };

static struct message_hello a_hello(void)
{
    struct message_hello hello = {.protocol_min = 1, .protocol_max = 3, .station_no = 17, .head_seq = 70000, .have_seq = 69950, .ordered_seq = 69940,
                                  .rcur = 1234567, .schema = 1, .t_ms = 1767225600123, .once = true, .practice = true, .org = 12};

    memset(hello.incarnation, 0xAB, sizeof hello.incarnation);
    memset(hello.head_hash, 0xCD, sizeof hello.head_hash);
    memset(hello.center_incarnation, 0xEF, sizeof hello.center_incarnation);
    return hello;
}

static void test_hello_comes_back_and_is_small(void **state)
{
    struct message_hello hello = a_hello(), back;
    struct buf bytes;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    message_put(FRAME_HELLO, &hello, &bytes);
    assert_true(bytes.len <= 120);
    assert_int_equal(message_decode(FRAME_HELLO, bytes.data + 5, bytes.len - 5, &back, NULL, NULL), STATUS_OK);
    assert_memory_equal(&back, &hello, sizeof hello);
    buf_release(&bytes);
}

static void test_texts_negative_numbers_and_switches_come_back(void **state)
{
    struct message_enrolled enrolled = {.station_no = 3, .org = 12, .org_code = "yongyang", .org_name = "永阳镇法律援助工作站", .practice = true, .t_ms = -5}, back;
    struct buf bytes;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    message_encode(FRAME_ENROLLED, &enrolled, &bytes);
    assert_int_equal(message_decode(FRAME_ENROLLED, bytes.data, bytes.len, &back, NULL, NULL), STATUS_OK);
    assert_memory_equal(&back, &enrolled, sizeof back);
    buf_release(&bytes);
}

static void test_fields_at_zero_are_not_sent(void **state)
{
    struct message_ack ack = {0}, back = {.have_seq = 9};
    struct buf bytes;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    message_encode(FRAME_ACK, &ack, &bytes);
    assert_int_equal(bytes.len, 1);
    assert_int_equal(message_decode(FRAME_ACK, bytes.data, bytes.len, &back, NULL, NULL), STATUS_OK);
    assert_int_equal(back.have_seq, 0);
    buf_release(&bytes);
}

static void test_every_cut_and_every_byte_behind_is_malformed(void **state)
{
    struct message_hello hello = a_hello(), back;
    struct errmsg err = {{0}};
    struct buf bytes;
    size_t used;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    message_encode(FRAME_HELLO, &hello, &bytes);
    for (size_t len = 0; len < bytes.len; len++) {
        uint8_t *copy = malloc(len + 1); /* so that the sanitizer sees a read behind it */

        assert_non_null(copy);
        memcpy(copy, bytes.data, len);
        copy = realloc(copy, len > 0 ? len : 1);
        assert_int_equal(message_decode(FRAME_HELLO, copy, len, &back, NULL, &err), STATUS_MALFORMED);
        free(copy);
    }
    buf_putc(&bytes, 0);
    assert_int_equal(message_decode(FRAME_HELLO, bytes.data, bytes.len, &back, NULL, &err), STATUS_MALFORMED);
    assert_int_equal(message_decode(FRAME_HELLO, bytes.data, bytes.len, &back, &used, &err), STATUS_OK);
    assert_int_equal(used, bytes.len - 1);
    buf_release(&bytes);
}

static void test_an_unknown_key_is_skipped(void **state)
{
    struct message_pull pull;
    struct buf bytes;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    cbor_put_map(&bytes, 2);
    cbor_put_uint(&bytes, 1);
    cbor_put_uint(&bytes, 77);
    cbor_put_uint(&bytes, 1000);
    cbor_put_array(&bytes, 1);
    cbor_put_text(&bytes, "x", 1);
    assert_int_equal(message_decode(FRAME_PULL, bytes.data, bytes.len, &pull, NULL, NULL), STATUS_OK);
    assert_int_equal(pull.after, 77);
    buf_release(&bytes);
}

static void expect_malformed(enum frame_type type, const struct buf *bytes, const char *named)
{
    uint8_t message[MESSAGE_BYTES];
    struct errmsg err = {{0}};

    assert_int_equal(message_decode(type, bytes->data, bytes->len, message, NULL, &err), STATUS_MALFORMED);
    assert_non_null(strstr(err.text, named));
}

static void test_wrong_kinds_sizes_and_order_are_malformed(void **state)
{
    static const uint8_t eight[8] = {0};
    struct buf bytes;

    (void)state;
    buf_init(&bytes, MESSAGE_BYTES);
    cbor_put_map(&bytes, 1); /* a text where a number belongs */
    cbor_put_uint(&bytes, 1);
    cbor_put_text(&bytes, "1", 1);
    expect_malformed(FRAME_PULL, &bytes, "after");

    buf_clear(&bytes); /* over int64 */
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, 1);
    cbor_put_uint(&bytes, (uint64_t)INT64_MAX + 1);
    expect_malformed(FRAME_PULL, &bytes, "after");

    buf_clear(&bytes); /* a hash of 8 bytes */
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, 2);
    cbor_put_bytes(&bytes, eight, sizeof eight);
    expect_malformed(FRAME_ACK, &bytes, "have_hash");

    buf_clear(&bytes); /* keys not ascending */
    cbor_put_map(&bytes, 2);
    cbor_put_uint(&bytes, 7);
    cbor_put_uint(&bytes, 1);
    cbor_put_uint(&bytes, 1);
    cbor_put_uint(&bytes, 1);
    expect_malformed(FRAME_ACK, &bytes, "");

    buf_clear(&bytes); /* required field missing */
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, 2);
    cbor_put_text(&bytes, "x", 1);
    expect_malformed(FRAME_ERR, &bytes, "code");

    buf_clear(&bytes); /* a text one byte too long for its field */
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, 1);
    cbor_put_text(&bytes, "01234567890123456789012345678901", 32);
    expect_malformed(FRAME_ERR, &bytes, "code");

    static const uint8_t many[WANTS_MAX_BYTES + 1] = {0}; /* more than there is room for */
    buf_clear(&bytes);
    cbor_put_map(&bytes, 1);
    cbor_put_uint(&bytes, 25);
    cbor_put_bytes(&bytes, many, sizeof many);
    expect_malformed(FRAME_WELCOME, &bytes, "wants");
    buf_release(&bytes);
}

static void test_random_bytes_do_no_harm(void **state)
{
    static const enum frame_type types[] = {FRAME_HELLO, FRAME_WELCOME, FRAME_CHANGES, FRAME_ACK, FRAME_PULL, FRAME_ERR, FRAME_ENROL, FRAME_ENROLLED};
    uint64_t seed = 5;
    struct random_source random = random_seeded(&seed);
    struct message_hello hello = a_hello();
    uint8_t message[MESSAGE_BYTES];
    struct buf good;

    (void)state;
    buf_init(&good, MESSAGE_BYTES);
    message_encode(FRAME_HELLO, &hello, &good);
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[MESSAGE_BYTES];
        size_t len = good.len;

        memcpy(bytes, good.data, len);
        for (uint64_t n = 1 + random_below(random, 4); n > 0; n--)
            bytes[random_below(random, len)] = (uint8_t)random_below(random, 256);
        (void)message_decode(types[random_below(random, 8)], bytes, len, message, NULL, NULL);
    }
    buf_release(&good);
}

static void test_error_codes_travel_by_name(void **state)
{
    struct message_err message = {.code = "forbidden"};

    (void)state;
    assert_int_equal(message_err_status(&message), STATUS_FORBIDDEN);
    memcpy(message.code, "invented", 9);
    assert_int_equal(message_err_status(&message), STATUS_PEER);
    memcpy(message.code, "ok", 3);
    assert_int_equal(message_err_status(&message), STATUS_PEER);
}

static void test_the_description_has_numbers_but_no_texts(void **state)
{
    struct message_enrolled enrolled = {.station_no = 3, .org_name = "永阳镇"};
    struct message_hello hello = a_hello();
    struct buf text;

    (void)state;
    buf_init(&text, MESSAGE_BYTES);
    message_describe(FRAME_HELLO, &hello, &text);
    assert_non_null(strstr(buf_cstr(&text), "HELLO protocol_min=1 protocol_max=3 station_no=17 head_seq=70000"));
    assert_non_null(strstr(buf_cstr(&text), " once practice org=12"));
    buf_clear(&text);
    message_describe(FRAME_ENROLLED, &enrolled, &text);
    assert_string_equal(buf_cstr(&text), "ENROLLED station_no=3");
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello_comes_back_and_is_small),
        cmocka_unit_test(test_texts_negative_numbers_and_switches_come_back),
        cmocka_unit_test(test_fields_at_zero_are_not_sent),
        cmocka_unit_test(test_every_cut_and_every_byte_behind_is_malformed),
        cmocka_unit_test(test_an_unknown_key_is_skipped),
        cmocka_unit_test(test_wrong_kinds_sizes_and_order_are_malformed),
        cmocka_unit_test(test_random_bytes_do_no_harm),
        cmocka_unit_test(test_error_codes_travel_by_name),
        cmocka_unit_test(test_the_description_has_numbers_but_no_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
