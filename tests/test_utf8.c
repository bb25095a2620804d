/* tests/test_utf8.c - validation against the whole code space, both normal forms against libutf8proc, GB18030. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/base/id.h"
#include "core/base/utf8.h"

static bool is_scalar(uint32_t code)
{
    return code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

static void every_code_point_goes_round(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 0x120000; code++) {
        char text[UTF8_MAX_BYTES];
        size_t n = utf8_encode(code, text);
        uint32_t back = 0;

        if (!is_scalar(code)) {
            assert_int_equal(n, 0);
            continue;
        }
        assert_int_equal(utf8_decode(text, n, &back), n);
        assert_int_equal(back, code);
        for (size_t cut = 1; cut < n; cut++)
            assert_int_equal(utf8_decode(text, cut, &back), 0);
    }
}

/* A decoder written another way: by the table of RFC 3629, section 4. */
static size_t reference(const uint8_t *b, size_t len)
{
    static const struct {
        uint8_t first, last, low, high, n;
    } rows[] = {
        {0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (b[0] < rows[i].first || b[0] > rows[i].last)
            continue;
        if (rows[i].n == 1)
            return 1;
        if (len < rows[i].n || b[1] < rows[i].low || b[1] > rows[i].high)
            return 0;
        for (size_t k = 2; k < rows[i].n; k++)
            if ((b[k] & 0xC0) != 0x80)
                return 0;
        return rows[i].n;
    }
    return 0;
}

static void all_short_sequences_agree_with_the_rfc(void **state)
{
    static const uint8_t edges[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xE0, 0xF4, 0xFF};
    uint8_t b[4];
    uint32_t code;

    (void)state;
    for (unsigned v = 0; v < 0x10000; v++) {
        b[0] = (uint8_t)(v >> 8);
        b[1] = (uint8_t)v;
        assert_int_equal(utf8_decode((char *)b, 1, &code), reference(b, 1));
        assert_int_equal(utf8_decode((char *)b, 2, &code), reference(b, 2));
        for (size_t i = 0; i < sizeof edges; i++) {
            b[2] = edges[i];
            assert_int_equal(utf8_decode((char *)b, 3, &code), reference(b, 3));
            for (size_t k = 0; k < sizeof edges; k++) {
                b[3] = edges[k];
                assert_int_equal(utf8_decode((char *)b, 4, &code), reference(b, 4));
            }
        }
    }
}

static size_t reference_prefix(const uint8_t *b, size_t len)
{
    size_t at = 0, n;

    while (at < len && (n = reference(b + at, len - at)) > 0)
        at += n;
    return at;
}

/* Where several bytes are looked at together: every beginning of three bytes before, behind and among others. */
static void all_beginnings_of_three_in_a_text_agree_with_the_rfc(void **state)
{
    uint8_t text[] = {0, 0, 0, 'a', 0xE4, 0xB8, 0xAD, 'b', 'c', 'd', 'e', 0, 0, 0, 0xC3, 0xA9};
    unsigned wrong = 0;

    (void)state;
    for (unsigned v = 0; v < 0x1000000; v++) {
        for (size_t i = 0; i < 3; i++)
            text[i] = text[11 + i] = (uint8_t)(v >> (16 - 8 * i));
        if (v < 0xC00000 && v % 251 != 0) /* of those that begin no character of several bytes a part will do */
            continue;
        wrong += utf8_valid_prefix((char *)text, sizeof text) != reference_prefix(text, sizeof text);
    }
    assert_int_equal(wrong, 0);
    for (size_t len = 0; len <= sizeof text; len++)
        for (size_t from = 0; from <= len; from++)
            assert_int_equal(utf8_valid_prefix((char *)text + from, len - from), reference_prefix(text + from, len - from));
}

static void bad_sequences_are_refused(void **state)
{
    static const char *const bad[] = {
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x80\x80",
        "\xE0\x9F\xBF",
        "\xF0\x80\x80\x80",
        "\xF0\x8F\xBF\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\x80",
        "\xE4\xB8",
        "\xED\xA0\xBD\xED\xB8\x80",
    };
    struct buf out;

    (void)state;
    buf_init(&out, 100);
    buf_puts(&out, "before");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[16] = "ab";

        strcat(text, bad[i]);
        assert_false(utf8_valid(bad[i], strlen(bad[i])));
        assert_int_equal(utf8_valid_prefix(text, strlen(text)), 2);
        assert_int_equal(utf8_normalise(text, strlen(text), true, &out), STATUS_MALFORMED);
        assert_int_equal(utf8_fold(text, strlen(text), &out), STATUS_MALFORMED);
        assert_int_equal(utf8_to_gb18030(text, strlen(text), &out), STATUS_MALFORMED);
        assert_string_equal(buf_cstr(&out), "before");
    }
    buf_release(&out);
}

static void counting_and_cutting(void **state)
{
    static const char text[] = "a·中\xF0\xAB\x96\xAF"
                               "b"; /* 1 2 3 4 1 bytes */
    static const size_t bounds[] = {0, 1, 3, 6, 10, 11};

    (void)state;
    assert_int_equal(utf8_count(text, 11), 5);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(utf8_offset(text, 11, i), bounds[i]);
    assert_int_equal(utf8_offset(text, 11, 99), 11);
    for (size_t at = 0; at < 15; at++) {
        size_t want = 0;

        for (size_t i = 0; i < 6; i++)
            if (bounds[i] <= at)
                want = bounds[i];
        assert_int_equal(utf8_cut(text, 11, at), want);
    }
    assert_int_equal(utf8_count("", 0), 0);
    assert_int_equal(utf8_cut("", 0, 0), 0);
}

static void expect_normal(const char *text, bool lines, const char *expected)
{
    struct buf out;

    buf_init(&out, 1000);
    buf_puts(&out, ">");
    if (expected == NULL) {
        assert_int_equal(utf8_normalise(text, strlen(text), lines, &out), STATUS_MALFORMED);
        assert_string_equal(buf_cstr(&out), ">");
    } else {
        assert_int_equal(utf8_normalise(text, strlen(text), lines, &out), STATUS_OK);
        assert_string_equal(buf_cstr(&out) + 1, expected);
    }
    buf_release(&out);
}

static void normalising(void **state)
{
    struct buf out;

    (void)state;
    expect_normal("", false, "");
    expect_normal(" 　\t ", false, "");
    expect_normal("\xEF\xBB\xBF　 王 小\t明 　", false, "王 小 明");
    expect_normal("一\r\n二\r三\n四\n", true, "一\n二\n三\n四");
    expect_normal("\r\n\r\n一\r\r\n二", true, "一\n\n二");
    expect_normal("一\n二", false, NULL);
    expect_normal("一\n", false, NULL);
    expect_normal("一\x1b[2J", true, NULL);
    expect_normal("\x7f", true, NULL);
    expect_normal("\xC2\x85", true, NULL);
    expect_normal("e\xCC\x81", false, "é");
    expect_normal("\xEF\xA4\x80", false, "豈"); /* U+F900 */
    expect_normal("が", false, "が");
    expect_normal("か\xE3\x82\x99", false, "が");
    expect_normal("Ａ１（甲）", false, "Ａ１（甲）");
    expect_normal("\xF0\xAB\x96\xAF·买买提", false, "\xF0\xAB\x96\xAF·买买提");
    buf_init(&out, 100);
    assert_int_equal(utf8_normalise("a\0b", 3, true, &out), STATUS_MALFORMED);
    buf_release(&out);
}

static void expect_fold(const char *text, const char *expected)
{
    struct buf out;

    buf_init(&out, 1000);
    assert_int_equal(utf8_fold(text, strlen(text), &out), STATUS_OK);
    assert_string_equal(buf_cstr(&out), expected);
    buf_release(&out);
}

static void folding(void **state)
{
    (void)state;
    expect_fold("", "");
    expect_fold(" \t\r\n　\xC2\xA0\xE2\x80\x8B", "");
    expect_fold("ＡｂＣ１２３", "abc123");
    expect_fold("苏Ａ·12 345", "苏a·12345");
    expect_fold("买买提・阿．不•都‧拉", "买买提·阿·不·都·拉");
    expect_fold("阿\xEF\xBD\xA5都", "阿·都"); /* half-width katakana dot */
    expect_fold("（甲）、乙。", "(甲)、乙。");
    expect_fold("①㎡℃", "1m2°c");
    expect_fold("㏇", "co.");
    expect_fold("好……é…", "好......é...");
    expect_fold("\xEF\xA4\x80", "豈");
    expect_fold("葛\xF3\xA0\x84\x80", "葛"); /* variation selector */
    expect_fold("\xEF\xBC\xA5\xCC\x81", "É");
}

/* The shortcuts past libutf8proc must not show: all code points, alone and between two others. */
static void shortcuts_agree_with_libutf8proc(void **state)
{
    struct buf out, text;

    (void)state;
    buf_init(&out, 1000);
    buf_init(&text, 1000);
    for (uint32_t code = 0xA0; code <= 0x10FFFF; code++) {
        utf8proc_uint8_t *nfc, *nfkc;
        char c[4];
        size_t n = utf8_encode(code, c);

        if (n == 0 || code == 0x3000 || code == 0xFEFF)
            continue;
        buf_clear(&text);
        buf_puts(&text, "中");
        buf_append(&text, c, n);
        buf_puts(&text, "国");
        nfc = utf8proc_NFC(text.data);
        buf_clear(&out);
        assert_int_equal(utf8_normalise(buf_cstr(&text), text.len, false, &out), STATUS_OK);
        assert_string_equal(buf_cstr(&out), (char *)nfc);
        free(nfc);

        /* What folding changes beyond NFKC is applied twice here without effect. */
        buf_clear(&out);
        assert_int_equal(utf8_fold(buf_cstr(&text), text.len, &out), STATUS_OK);
        nfkc = utf8proc_NFKC(text.data);
        buf_clear(&text);
        assert_int_equal(utf8_fold((char *)nfkc, strlen((char *)nfkc), &text), STATUS_OK);
        if (code != 0xFF0E) /* a full-width stop stands for a middle dot */
            assert_string_equal(buf_cstr(&out), buf_cstr(&text));
        free(nfkc);
    }
    buf_release(&out);
    buf_release(&text);
}

static void normal_forms_are_stable(void **state)
{
    static const uint32_t pool[] = {'a',    'Z',     ' ',    '\t',   0xB7,   0xE9,   0x301,  0x3000,
                                    0x3001, 0x4E2D,  0x304B, 0x3099, 0xFF21, 0xFF9E, 0xF900, 0x1100,
                                    0x1161, 0x2B5AF, 0x2460, 0x200B, 0xAC00, 0x11A8};
    uint64_t seed = 3;
    struct random_source random = random_seeded(&seed);
    struct buf text, once, twice;

    (void)state;
    buf_init(&text, 1000);
    buf_init(&once, 1000);
    buf_init(&twice, 1000);
    for (int run = 0; run < 20000; run++) {
        uint64_t n = random_below(random, 8);

        buf_clear(&text);
        buf_clear(&once);
        buf_clear(&twice);
        for (uint64_t i = 0; i < n; i++) {
            char c[4];

            buf_append(&text, c, utf8_encode(pool[random_below(random, sizeof pool / sizeof pool[0])], c));
        }
        assert_int_equal(utf8_normalise(buf_cstr(&text), text.len, false, &once), STATUS_OK);
        assert_int_equal(utf8_normalise(buf_cstr(&once), once.len, false, &twice), STATUS_OK);
        assert_string_equal(buf_cstr(&once), buf_cstr(&twice));
        buf_clear(&twice);
        assert_int_equal(utf8_fold(buf_cstr(&text), text.len, &twice), STATUS_OK);
        assert_true(utf8_valid(buf_cstr(&twice), twice.len));
    }
    buf_release(&text);
    buf_release(&once);
    buf_release(&twice);
}

static void a_full_buffer_stays_as_it_was(void **state)
{
    static const char *const texts[] = {"一二三四五", "e\xCC\x81 e\xCC\x81 e\xCC\x81 e\xCC\x81", "㎡㎡㎡㎡㎡"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t max = 3; max < 12; max++) {
            struct buf out;

            buf_init(&out, max);
            buf_puts(&out, "abc");
            assert_int_equal(utf8_normalise(texts[i], strlen(texts[i]), true, &out), STATUS_TOO_LARGE);
            assert_int_equal(utf8_fold(texts[i], strlen(texts[i]), &out), STATUS_TOO_LARGE);
            assert_int_equal(utf8_from_gb18030("\xD6\xD0\xD6\xD0\xD6\xD0", 6, &out), STATUS_TOO_LARGE);
            assert_string_equal(buf_cstr(&out), "abc");
            assert_int_equal(out.len, 3);
            assert_int_equal(out.status, STATUS_OK);
            buf_release(&out);
        }
    }
}

static void ascii_twins(void **state)
{
    (void)state;
    assert_int_equal(utf8_ascii_twin(0xFF01), '!');
    assert_int_equal(utf8_ascii_twin(0xFF11), '1');
    assert_int_equal(utf8_ascii_twin(0xFF5E), '~');
    assert_int_equal(utf8_ascii_twin(0xFF5F), 0xFF5F);
    assert_int_equal(utf8_ascii_twin(0x3000), ' ');
    assert_int_equal(utf8_ascii_twin(0x3001), '/');
    assert_int_equal(utf8_ascii_twin('x'), 'x');
    assert_int_equal(utf8_ascii_twin(0x4E2D), 0x4E2D);
}

static void gb18030(void **state)
{
    struct buf gb, back, text;

    (void)state;
    buf_init(&gb, 1 << 24);
    buf_init(&back, 1 << 24);
    buf_init(&text, 1 << 24);
    assert_int_equal(utf8_from_gb18030("\xB7\xA8\xD4\xAE\xD5\xBE", 6, &back), STATUS_OK);
    assert_string_equal(buf_cstr(&back), "法援站");
    assert_int_equal(utf8_from_gb18030("\xB7", 1, &back), STATUS_MALFORMED);
    assert_int_equal(utf8_from_gb18030("\xB7\x20", 2, &back), STATUS_MALFORMED);
    assert_string_equal(buf_cstr(&back), "法援站");
    buf_clear(&back);
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char c[4];

        if (code >= 0xE000 && code < 0xF900) /* private use: fonts of 2000 stood there */
            continue;
        buf_append(&text, c, utf8_encode(code, c));
    }
    assert_int_equal(utf8_to_gb18030((char *)text.data, text.len, &gb), STATUS_OK);
    assert_int_equal(utf8_from_gb18030((char *)gb.data, gb.len, &back), STATUS_OK);
    assert_int_equal(utf8_count((char *)back.data, back.len), utf8_count((char *)text.data, text.len));
    /* All hanzi come back as they went. */
    for (uint32_t code = 0x4E00; code <= 0x9FA5; code++) {
        char c[4], two[8];

        buf_clear(&gb);
        buf_clear(&back);
        utf8_encode(code, c);
        assert_int_equal(utf8_to_gb18030(c, 3, &gb), STATUS_OK);
        assert_int_equal(gb.len, 2);
        memcpy(two, gb.data, 2);
        assert_int_equal(utf8_from_gb18030(two, 2, &back), STATUS_OK);
        assert_memory_equal(back.data, c, 3);
        if (code == 0x4E10)
            code = 0x9F90; /* opening a converter 20,000 times is slow */
    }
    buf_release(&gb);
    buf_release(&back);
    buf_release(&text);
}

static void what_a_terminal_must_not_see(void **state)
{
    char text[] = "\x01\x1b[31m张\t三\n\x7f\xc2\x9b\xc2\xb7\xb0", plain[] = "白马镇 a~";

    (void)state;
    utf8_tame(text, sizeof text - 1);
    assert_string_equal(text, "??[31m张\t三\n???\xc2\xb7\xb0");
    utf8_tame(plain, sizeof plain - 1);
    assert_string_equal(plain, "白马镇 a~");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_round),
        cmocka_unit_test(all_short_sequences_agree_with_the_rfc),
        cmocka_unit_test(all_beginnings_of_three_in_a_text_agree_with_the_rfc),
        cmocka_unit_test(bad_sequences_are_refused),
        cmocka_unit_test(counting_and_cutting),
        cmocka_unit_test(normalising),
        cmocka_unit_test(folding),
        cmocka_unit_test(shortcuts_agree_with_libutf8proc),
        cmocka_unit_test(normal_forms_are_stable),
        cmocka_unit_test(a_full_buffer_stays_as_it_was),
        cmocka_unit_test(ascii_twins),
        cmocka_unit_test(gb18030),
        cmocka_unit_test(what_a_terminal_must_not_see),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
