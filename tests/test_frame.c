/* tests/test_frame.c - sync/frame.h: cut anywhere, garbage noticed early, memory bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sync/frame.h"

static void three_frames(struct buf *out)
{
    size_t mark;

    buf_init(out, 1024 * 1024);
    frame_put(out, FRAME_HELLO, "hello", 5);
    frame_put(out, FRAME_PING, NULL, 0);
    mark = frame_begin(out, 99 | FRAME_IGNORABLE);
    buf_puts(out, "from the future");
    frame_end(out, mark);
}

static void expect_three(struct frame_reader *reader, size_t *got)
{
    struct frame frame;

    while (frame_next(reader, &frame) == STATUS_OK) {
        switch ((*got)++) {
        case 0:
            assert_int_equal(frame.type, FRAME_HELLO);
            assert_false(frame.ignorable);
            assert_int_equal(frame.len, 5);
            assert_memory_equal(frame.payload, "hello", 5);
            break;
        case 1:
            assert_int_equal(frame.type, FRAME_PING);
            assert_int_equal(frame.len, 0);
            break;
        case 2:
            assert_int_equal(frame.type, 99);
            assert_true(frame.ignorable);
            assert_int_equal(frame.len, 15);
            break;
        default:
            fail_msg("a fourth frame");
        }
    }
}

static void test_frames_may_be_cut_at_every_byte(void **state)
{
    struct buf bytes;

    (void)state;
    three_frames(&bytes);
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        struct frame_reader reader;
        size_t got = 0;

        frame_reader_init(&reader, FRAME_MAX_BYTES);
        assert_int_equal(frame_feed(&reader, bytes.data, cut), STATUS_OK);
        expect_three(&reader, &got);
        assert_int_equal(frame_feed(&reader, bytes.data + cut, bytes.len - cut), STATUS_OK);
        expect_three(&reader, &got);
        assert_int_equal(got, 3);
        assert_int_equal(frame_backlog(&reader), 0);
        frame_reader_release(&reader);
    }
    buf_release(&bytes);
}

static void test_one_byte_at_a_time(void **state)
{
    struct buf bytes;
    struct frame_reader reader;
    size_t got = 0;

    (void)state;
    three_frames(&bytes);
    frame_reader_init(&reader, FRAME_MAX_BYTES);
    for (size_t i = 0; i < bytes.len; i++) {
        assert_int_equal(frame_feed(&reader, bytes.data + i, 1), STATUS_OK);
        expect_three(&reader, &got);
    }
    assert_int_equal(got, 3);
    frame_reader_release(&reader);
    buf_release(&bytes);
}

static void test_a_bad_length_is_noticed_from_four_bytes_and_stays(void **state)
{
    static const uint8_t zero[4] = {0, 0, 0, 0}, big[4] = {0, 0, 0x10, 1};
    struct frame_reader reader;
    struct frame frame;

    (void)state;
    frame_reader_init(&reader, 4096);
    assert_int_equal(frame_feed(&reader, zero, 3), STATUS_OK);
    assert_int_equal(frame_next(&reader, &frame), STATUS_NOT_FOUND);
    assert_int_equal(frame_feed(&reader, zero, 1), STATUS_OK);
    assert_int_equal(frame_next(&reader, &frame), STATUS_PEER);
    assert_int_equal(frame_next(&reader, &frame), STATUS_PEER);
    assert_int_equal(frame_feed(&reader, zero, 1), STATUS_PEER);
    frame_reader_release(&reader);

    frame_reader_init(&reader, 4096);
    assert_int_equal(frame_feed(&reader, big, 4), STATUS_OK);
    assert_int_equal(frame_next(&reader, &frame), STATUS_PEER);
    frame_reader_release(&reader);

    frame_reader_init(&reader, 4097);
    assert_int_equal(frame_feed(&reader, big, 4), STATUS_OK);
    assert_int_equal(frame_next(&reader, &frame), STATUS_NOT_FOUND);
    frame_reader_release(&reader);
}

static void test_what_waits_is_bounded(void **state)
{
    static uint8_t block[1024 * 1024];
    struct frame_reader reader;
    size_t fed = 0;

    (void)state;
    frame_reader_init(&reader, FRAME_MAX_BYTES);
    while (frame_feed(&reader, block, sizeof block) == STATUS_OK)
        fed += sizeof block;
    assert_int_equal(fed, FRAME_BACKLOG_MAX_BYTES);
    assert_int_equal(reader.status, STATUS_TOO_LARGE);
    frame_reader_release(&reader);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(frame_name(FRAME_HELLO), "HELLO");
    assert_string_equal(frame_name(FRAME_CONFLICTS), "CONFLICTS");
    assert_string_equal(frame_name(FRAME_RELAYED), "RELAYED");
    assert_string_equal(frame_name(FRAME_FOUND), "FOUND");
    assert_string_not_equal(frame_name(FRAME_LAST), "?"); /* every one has a name, and no name is beyond the last */
    assert_string_equal(frame_name(FRAME_LAST + 1), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_may_be_cut_at_every_byte),
        cmocka_unit_test(test_one_byte_at_a_time),
        cmocka_unit_test(test_a_bad_length_is_noticed_from_four_bytes_and_stays),
        cmocka_unit_test(test_what_waits_is_bounded),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
