/* tests/test_width.c - columns of characters and texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/width.h"

static void widths(void **state)
{
    static const struct {
        uint32_t code;
        int width;
    } rows[] = {
        {0, -1},      {0x1B, -1},   {'a', 1},     {0x7F, -1},   {0x9F, -1},   {0xA0, 1},    {0xAD, 1},
        {0xB7, 1},    {0x301, 0},   {0x4E2D, 2},  {0x9FFF, 2},  {0x3400, 2},  {0x3000, 2},  {0x3001, 2},
        {0xFF01, 2},  {0xFF61, 1},  {0xFFE5, 2},  {0x201C, 1},  {0x2014, 1},  {0x2026, 1},  {0x2500, 1},
        {0x25CF, 1},  {0x200B, 0},  {0x200D, 0},  {0xFEFF, 0},  {0xFE0F, 0},  {0xE0100, 0}, {0x2B5AF, 2},
        {0x20000, 2}, {0x2FFFD, 2}, {0x30000, 2}, {0x323AF, 2}, {0x3FFFD, 2}, {0x40000, 1}, {0x1F600, 2},
        {0xAC00, 2},  {0x1160, 0},  {0x1100, 2},  {0x31350, 2}, {0xE000, 1},  {0xD800, -1}, {0x110000, -1},
        {0x3099, 0},  {0x30A2, 2},  {0xF900, 2},  {0x2E80, 2},  {0x1FAE8, 2}, {0x303F, 1},  {0x25A1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (width_of(rows[i].code) != rows[i].width)
            fail_msg("U+%04X: %d", rows[i].code, width_of(rows[i].code));
    for (uint32_t code = 0x4E00; code <= 0x9FFF; code++)
        assert_int_equal(width_of(code), 2);
    for (uint32_t code = 0x20000; code <= 0x3FFFD; code++)
        if (code < 0x2FFFE || code > 0x2FFFF)
            assert_int_equal(width_of(code), 2);
}

static void ambiguous(void **state)
{
    static const uint32_t yes[] = {0x201C, 0x201D, 0x2018, 0x2019, 0x2014, 0x2026, 0xB7,
                                   0x2460, 0x25CB, 0x25CF, 0x25A0, 0x25A1, 0x2605, 0x2192,
                                   0xD7,   0xB1,   0x2103, 0x203B, 0x2500, 0x2502, 0x253C};
    static const uint32_t no[] = {'a', '|', 0x4E2D, 0x3001, 0xFF0C, 0x3000, 0x2B5AF, 0xC0, 0x301, 0x2713};

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        assert_true(width_is_ambiguous(yes[i]));
        assert_int_equal(width_of(yes[i]), 1);
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_false(width_is_ambiguous(no[i]));
    for (uint32_t code = 0x2500; code <= 0x254B; code++)
        assert_true(width_is_ambiguous(code));
}

static void texts(void **state)
{
    static const char text[] = "a中e\xCC\x81\xCC\x82\xF0\xAB\x96\xAF"; /* 1 2 1 2 columns in 1 3 5 4 bytes */
    static const size_t bytes[] = {0, 1, 1, 4, 9, 9, 13, 13};
    static const size_t columns[] = {0, 1, 1, 3, 4, 4, 6, 6};
    size_t used;

    (void)state;
    assert_int_equal(width_text(text, 13), 6);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(width_fit(text, 13, i, &used), bytes[i]);
        assert_int_equal(used, columns[i]);
    }
    assert_int_equal(width_fit(text, 13, 100, NULL), 13);
    assert_int_equal(width_grapheme(text + 4, 9), 5);
    assert_int_equal(width_grapheme(text, 0), 0);
    assert_int_equal(width_grapheme("\xCC\x81"
                                    "a",
                                    3),
                     2); /* a mark without a base */
    assert_int_equal(width_text("a\nb\x1b", 4), 2);
    assert_int_equal(width_text("", 0), 0);
    assert_int_equal(width_text("\xFF\xFE", 2), 2); /* damaged bytes take a column each */
}

/* Rows of the text in so many columns, divided by '|'. */
static void expect_wrapped(const char *text, size_t columns, const char *expected)
{
    char rows[256];
    size_t n = 0, len = strlen(text);
    for (size_t at = 0; at < len;) {
        size_t fit = width_wrap(text + at, len - at, columns);
        assert_true(fit > 0);
        n += (size_t)snprintf(rows + n, sizeof rows - n, "%s%.*s", at > 0 ? "|" : "", (int)fit, text + at);
        at += fit;
    }
    assert_string_equal(rows, expected);
}

static void rows_break_at_words(void **state)
{
    (void)state;
    expect_wrapped("type a number", 8, "type a |number");
    expect_wrapped("type a number", 6, "type a |number");
    expect_wrapped("type a number", 20, "type a number");
    expect_wrapped("unbreakable word", 5, "unbre|akabl|e |word");
    expect_wrapped("按 Enter 返回", 8, "按 Enter |返回");
    expect_wrapped("按 Enter 返回", 6, "按 |Enter |返回");
    expect_wrapped("中文随处可断", 5, "中文|随处|可断");
    expect_wrapped("可断，不可断。", 4, "可|断，|不可|断。");
    expect_wrapped("见（民法典）第一条", 4, "见|（民|法|典）|第一|条");
    expect_wrapped("见（民法典）第一条", 6, "见（民|法典）|第一条");
    expect_wrapped("五日内(D07)；迟延", 11, "五日内|(D07)；迟延");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(widths), cmocka_unit_test(ambiguous), cmocka_unit_test(texts), cmocka_unit_test(rows_break_at_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
