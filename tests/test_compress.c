/* tests/test_compress.c - sync/compress.h: what is packed comes back; a bomb does not go off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/data/data.h"
#include "sync/compress.h"
#include "sync/protocol.h"

static uint8_t zeros[CHUNK_RAW_MAX_BYTES];

static void pack_zeros(struct compressor **compressor, size_t len, struct buf *packed)
{
    assert_int_equal(compressor_new(compressor, COMPRESS_LEVEL), STATUS_OK);
    buf_init(packed, FRAME_MAX_BYTES);
    assert_int_equal(compressor_pack(*compressor, zeros, len, packed), STATUS_OK);
}

static void test_there_and_back(void **state)
{
    struct compressor *compressor;
    struct buf packed, back;

    (void)state;
    pack_zeros(&compressor, 5000, &packed);
    assert_true(packed.len < 100);
    buf_init(&back, 10000);
    buf_puts(&back, "before");
    assert_int_equal(compressor_unpack(compressor, packed.data, packed.len, 5000, &back), STATUS_OK);
    assert_int_equal(back.len, 5006);
    assert_memory_equal(back.data + 6, zeros, 5000);
    buf_release(&packed);
    buf_release(&back);
    compressor_free(compressor);
}

static void test_a_bomb_is_refused_before_it_is_unpacked(void **state)
{
    struct compressor *compressor;
    struct buf packed, back;

    (void)state;
    pack_zeros(&compressor, sizeof zeros, &packed);
    buf_init(&back, 1000000);
    /* it says 4 MiB, the header promised less */
    assert_int_equal(compressor_unpack(compressor, packed.data, packed.len, 1000, &back), STATUS_MALFORMED);
    assert_int_equal(back.cap, 0);
    /* both say 4 MiB, more than we take */
    assert_int_equal(compressor_unpack(compressor, packed.data, packed.len, sizeof zeros, &back), STATUS_TOO_LARGE);
    assert_int_equal(back.cap, 0);
    buf_release(&packed);
    buf_release(&back);
    compressor_free(compressor);
}

static void test_damage_cuts_and_second_frames_are_malformed(void **state)
{
    struct compressor *compressor;
    struct buf packed, back;
    size_t len;

    (void)state;
    pack_zeros(&compressor, 5000, &packed);
    len = packed.len;
    buf_init(&back, 100000);
    for (size_t cut = 0; cut < len; cut++)
        assert_int_equal(compressor_unpack(compressor, packed.data, cut, 5000, &back), STATUS_MALFORMED);
    assert_int_equal(back.len, 0);
    assert_int_equal(compressor_pack(compressor, zeros, 5000, &packed), STATUS_OK);
    assert_int_equal(compressor_unpack(compressor, packed.data, packed.len, 5000, &back), STATUS_MALFORMED);
    for (size_t i = 0; i < len; i++) {
        packed.data[i] ^= 0x55;
        (void)compressor_unpack(compressor, packed.data, len, 5000, &back);
        packed.data[i] ^= 0x55;
        buf_clear(&back);
    }
    buf_release(&packed);
    buf_release(&back);
    compressor_free(compressor);
}

static void test_what_does_not_fit_is_said(void **state)
{
    struct compressor *compressor;
    struct buf packed;

    (void)state;
    pack_zeros(&compressor, 10, &packed);
    buf_release(&packed);
    buf_init(&packed, 8);
    for (int again = 0; again < 2; again++) {
        assert_int_equal(compressor_pack(compressor, "this will not fit into eight bytes", 34, &packed), STATUS_TOO_LARGE);
        assert_int_equal(packed.len, 0);
    }
    buf_release(&packed);
    /* and what comes next, everybody else's, does */
    buf_init(&packed, 100);
    assert_int_equal(compressor_pack(compressor, "this will fit", 13, &packed), STATUS_OK);
    buf_release(&packed);
    compressor_free(compressor);
}

/* With a dictionary the level is the dictionary's: what was asked for on the compressor did not count, and batches that go over slow lines were a twelfth longer than need be. */
static void test_a_dictionary_is_looked_through_as_well(void **state)
{
    static const size_t sizes[] = {600, 5000};
    const struct data_file *texts = data_find("practice_texts.txt");
    struct compress_how how = {.dictionary = COMPRESS_DICTIONARY};
    struct compressor *thorough, *hurried;
    struct buf packed, quick;

    (void)state;
    buf_init(&packed, 10000);
    buf_init(&quick, 10000);
    assert_int_equal(compressor_new(&thorough, COMPRESS_LEVEL), STATUS_OK);
    assert_int_equal(compressor_new(&hurried, COMPRESS_LEVEL), STATUS_OK);
    compressor_hurry(hurried);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        buf_clear(&packed);
        buf_clear(&quick);
        assert_int_equal(compressor_pack_as(thorough, texts->text + 20000, sizes[i], &how, &packed), STATUS_OK);
        assert_int_equal(compressor_pack_as(hurried, texts->text + 20000, sizes[i], &how, &quick), STATUS_OK);
        assert_in_range(packed.len, 1, quick.len * 98 / 100);
    }
    buf_release(&packed);
    buf_release(&quick);
    compressor_free(thorough);
    compressor_free(hurried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_dictionary_is_looked_through_as_well),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_a_bomb_is_refused_before_it_is_unpacked),
        cmocka_unit_test(test_damage_cuts_and_second_frames_are_malformed),
        cmocka_unit_test(test_what_does_not_fit_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
