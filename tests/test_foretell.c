/* tests/test_foretell.c - sync/foretell.h: what is packed comes back piece by piece, the bytes are the format's, text gets shorter than zstd makes it, and bytes of nobody do no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/hash.h"
#include "core/base/id.h"
#include "sync/compress.h"
#include "sync/foretell.h"
#include "sync/protocol.h"

enum { PIECES = 6, DAMAGES = 400, LONG_ROWS = 8000 };

/* Numbers, then ids, then text in which the same few words come again; of each piece other ones. */
struct piece {
    struct buf raw, packed;
    size_t cuts[2];
};

static void make_piece(unsigned no, size_t rows, struct piece *piece)
{
    static const char *const WORDS[] = {"用人单位", "拖欠工资", "交通事故", "赔偿", "离婚时", "财产", "怎样分割", "老年人", "赡养费", "借条", "没有写", "还款日期", "申请", "劳动仲裁", "邻居", "占用通道"};
    uint64_t seed = 100 + no;
    struct random_source random = random_seeded(&seed);

    buf_init(&piece->raw, 1 << 20);
    buf_init(&piece->packed, 1 << 20);
    for (size_t i = 0; i < rows; i++)
        buf_putc(&piece->raw, (uint8_t)(i % 5));
    piece->cuts[0] = piece->raw.len;
    for (size_t i = 0; i < rows; i++) {
        struct id id = id_make(random);

        buf_append(&piece->raw, id.bytes, sizeof id.bytes);
    }
    piece->cuts[1] = piece->raw.len;
    for (size_t i = 0; i < rows * 6; i++)
        buf_puts(&piece->raw, WORDS[random_below(random, 16)]);
}

static void release(struct piece *piece)
{
    buf_release(&piece->raw);
    buf_release(&piece->packed);
}

static void pack(struct foretell *foretell, struct piece *piece, bool last)
{
    assert_int_equal(foretell_pack(foretell, piece->raw.data, piece->raw.len, piece->cuts, 2, last, &piece->packed), STATUS_OK);
}

static void expect_back(struct foretell *foretell, const struct piece *piece, bool last)
{
    struct buf back;
    bool ended;

    buf_init(&back, piece->raw.len + 6);
    buf_puts(&back, "before");
    assert_true(foretell_is_piece(piece->packed.data, piece->packed.len));
    assert_int_equal(foretell_unpack(foretell, piece->packed.data, piece->packed.len, piece->raw.len, &back, &ended), STATUS_OK);
    assert_int_equal(ended, last);
    assert_int_equal(back.len, piece->raw.len + 6);
    assert_memory_equal(back.data + 6, piece->raw.data, piece->raw.len);
    buf_release(&back);
}

static void test_pieces_come_back_and_are_shorter_than_zstd_makes_them(void **state)
{
    struct foretell *from, *to;
    struct pack_stream *zstd;
    struct buf other;
    size_t ours = 0;

    (void)state;
    assert_int_equal(foretell_new(&from), STATUS_OK);
    assert_int_equal(foretell_new(&to), STATUS_OK);
    assert_int_equal(pack_stream_new(&zstd, STREAM_WINDOW_LOG, false), STATUS_OK);
    buf_init(&other, 1 << 20);
    for (unsigned i = 0; i < PIECES; i++) {
        struct piece piece;

        make_piece(i, 200, &piece);
        pack(from, &piece, i == PIECES - 1);
        expect_back(to, &piece, i == PIECES - 1);
        ours += piece.packed.len - 200 * ID_BYTES;
        assert_int_equal(pack_stream_put(zstd, piece.raw.data, piece.raw.len, piece.cuts, 2, i == PIECES - 1, &other), STATUS_OK);
        release(&piece);
    }
    assert_true(ours < (other.len - PIECES * 200 * ID_BYTES) * 4 / 5);
    buf_release(&other);
    pack_stream_free(zstd);
    foretell_free(from);
    foretell_free(to);
}

/* What two programs of different years must agree on. */
static void test_the_bytes_are_those_of_the_format(void **state)
{
    struct foretell *foretell;
    struct hash hash = {{0}};
    char hex[2 * HASH_BYTES + 1];

    (void)state;
    assert_int_equal(foretell_new(&foretell), STATUS_OK);
    for (unsigned i = 0; i < PIECES; i++) {
        struct piece piece;

        make_piece(i, 120, &piece);
        pack(foretell, &piece, false);
        hash = hash_pair(hash.bytes, HASH_BYTES, piece.packed.data, piece.packed.len);
        release(&piece);
    }
    for (size_t i = 0; i < HASH_BYTES; i++)
        snprintf(hex + 2 * i, 3, "%02x", hash.bytes[i]);
    assert_string_equal(hex, "8c5b33350a7f48f42b379123583ec7cad817bde2f166ec1b6ab3e6fb3bb45ec8");
    foretell_free(foretell);
}

static void test_more_than_is_looked_back_upon(void **state)
{
    struct foretell *from, *to;
    struct piece piece;

    (void)state;
    assert_int_equal(foretell_new(&from), STATUS_OK);
    assert_int_equal(foretell_new(&to), STATUS_OK);
    for (unsigned round = 0; round < 2; round++) {
        make_piece(round, LONG_ROWS, &piece);
        assert_true(piece.raw.len > 512 * 1024);
        pack(from, &piece, false);
        expect_back(to, &piece, false);
        release(&piece);
    }
    foretell_free(from);
    foretell_free(to);
}

static void test_small_and_empty_ones(void **state)
{
    static const size_t LENS[] = {0, 1, 2, 3, 7, 40};
    static const uint8_t BYTES[40] = {0, 255, 0, 0, 255, 255, 0xe0, 0xff, 0xe5, 1, 128};
    struct foretell *from, *to;

    (void)state;
    assert_int_equal(foretell_new(&from), STATUS_OK);
    assert_int_equal(foretell_new(&to), STATUS_OK);
    for (size_t i = 0; i < sizeof LENS / sizeof *LENS; i++) {
        struct piece piece = {.cuts = {LENS[i] / 2, LENS[i] / 2}};

        buf_init(&piece.raw, 100);
        buf_init(&piece.packed, 100);
        buf_append(&piece.raw, BYTES, LENS[i]);
        pack(from, &piece, i == 3);
        expect_back(to, &piece, i == 3);
        release(&piece);
    }
    foretell_free(from);
    foretell_free(to);
}

static void test_what_would_unpack_to_too_much_is_neither_made_nor_taken(void **state)
{
    static const uint8_t zeros[64 * 1024];
    /* one part of 64 Ki bytes, and next to nothing behind it */
    static const uint8_t bomb[] = {FORETELL_MARK, 1, 0x80, 0x80, 4, 0};
    struct foretell *foretell;
    struct buf out;
    bool ended;

    (void)state;
    assert_int_equal(foretell_new(&foretell), STATUS_OK);
    buf_init(&out, 1 << 20);
    buf_puts(&out, "x");
    assert_int_equal(foretell_pack(foretell, zeros, sizeof zeros, NULL, 0, false, &out), STATUS_TOO_LARGE);
    assert_string_equal(buf_cstr(&out), "x");
    buf_release(&out);
    buf_init(&out, 1 << 20);
    assert_int_equal(foretell_unpack(foretell, bomb, sizeof bomb, 1 << 20, &out, &ended), STATUS_MALFORMED);
    assert_int_equal(out.cap, 0); /* no room was made for it */
    buf_release(&out);
    foretell_free(foretell);
}

static void test_what_does_not_fit_leaves_nothing(void **state)
{
    struct foretell *foretell;
    struct piece piece;
    struct buf out;

    (void)state;
    assert_int_equal(foretell_new(&foretell), STATUS_OK);
    make_piece(0, 20, &piece);
    buf_init(&out, 100);
    buf_puts(&out, "x");
    assert_int_equal(foretell_pack(foretell, piece.raw.data, piece.raw.len, piece.cuts, 2, false, &out), STATUS_TOO_LARGE);
    buf_puts(&out, "y"); /* there is room again */
    assert_string_equal(buf_cstr(&out), "xy");
    buf_release(&out);
    release(&piece);
    foretell_free(foretell);
}

static enum status unpack_alone(const uint8_t *packed, size_t len, size_t most)
{
    struct foretell *foretell;
    struct buf out;
    enum status status;
    bool ended;

    assert_int_equal(foretell_new(&foretell), STATUS_OK);
    buf_init(&out, 1 << 20);
    status = foretell_unpack(foretell, packed, len, most, &out, &ended);
    assert_true(status == STATUS_OK ? out.len <= most : out.len == 0);
    buf_release(&out);
    foretell_free(foretell);
    return status;
}

static void test_damage(void **state)
{
    struct foretell *foretell;
    struct piece piece;
    uint64_t seed = 3;
    struct random_source random = random_seeded(&seed);

    (void)state;
    assert_int_equal(foretell_new(&foretell), STATUS_OK);
    make_piece(0, 20, &piece);
    pack(foretell, &piece, false);
    assert_int_equal(unpack_alone(piece.packed.data, piece.packed.len, piece.raw.len), STATUS_OK);
    assert_int_equal(unpack_alone(piece.packed.data, piece.packed.len, piece.raw.len - 1), STATUS_MALFORMED); /* more than was promised */
    for (size_t len = 0; len < piece.packed.len; len++)
        (void)unpack_alone(piece.packed.data, len, piece.raw.len); /* it may be the bits of something else */
    /* one way to be written: no zeros behind it */
    for (unsigned i = 1; i <= 5; i++) {
        buf_putc(&piece.packed, 0);
        assert_int_equal(unpack_alone(piece.packed.data, piece.packed.len, piece.raw.len), STATUS_MALFORMED);
    }
    piece.packed.len -= 5;
    for (unsigned i = 0; i < DAMAGES; i++) {
        uint8_t *at = &piece.packed.data[random_below(random, piece.packed.len)], was = *at;

        *at ^= (uint8_t)(1 + random_below(random, 255));
        (void)unpack_alone(piece.packed.data, piece.packed.len, piece.raw.len);
        *at = was;
    }
    release(&piece);
    foretell_free(foretell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_come_back_and_are_shorter_than_zstd_makes_them),
        cmocka_unit_test(test_the_bytes_are_those_of_the_format),
        cmocka_unit_test(test_more_than_is_looked_back_upon),
        cmocka_unit_test(test_small_and_empty_ones),
        cmocka_unit_test(test_what_would_unpack_to_too_much_is_neither_made_nor_taken),
        cmocka_unit_test(test_what_does_not_fit_leaves_nothing),
        cmocka_unit_test(test_damage),
    };

    return hash_start() == STATUS_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
