/* tests/test_pinyin.c - the initials of characters and names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "core/data/data.h"
#include "core/record/pinyin.h"

static void expect(const char *text, const char *initials)
{
    struct buf out;
    buf_init(&out, 4096);
    pinyin_initials(text, strlen(text), &out);
    assert_string_equal(buf_cstr(&out), initials);
    buf_release(&out);
}

static void test_names(void **state)
{
    (void)state;
    expect("李小明", "lxm");
    expect("张曾", "zc zz");
    expect("", "");
    expect("，。！", "");
    expect("Li雷 3号", "lil3h lil3x");
    expect("ＡＢ", "ab");
}

static void test_rare_characters_and_dots(void **state)
{
    (void)state;
    expect("李\xF0\xAB\x96\xAF", "lf"); /* U+2B5AF */
    expect("买买力·明", "mmlm"); /* the dot has no reading */
}

static void test_surnames(void **state)
{
    static const struct {
        const char *name;
        char initial;
    } SURNAMES[] = {{"曾", 'z'}, {"单", 's'}, {"解", 'x'}, {"仇", 'q'}, {"区", 'o'}, {"查", 'z'}, {"翟", 'z'}, {"覃", 'q'}, {"尉", 'y'}, {"朴", 'p'}, {"盖", 'g'}};

    (void)state;
    for (size_t i = 0; i < sizeof SURNAMES / sizeof SURNAMES[0]; i++) {
        char readings[PINYIN_READINGS_MAX];
        uint32_t code;
        utf8_decode(SURNAMES[i].name, strlen(SURNAMES[i].name), &code);
        size_t n = pinyin_initials_of(code, readings);
        if (memchr(readings, SURNAMES[i].initial, n) == NULL)
            fail_msg("%s has no reading with %c", SURNAMES[i].name, SURNAMES[i].initial);
    }
}

/* Each line of the table is found, and nothing between the lines. */
static void test_whole_table(void **state)
{
    const struct data_file *file = data_find("pinyin.tsv");
    uint32_t before = 0;
    size_t lines = 0;

    (void)state;
    assert_non_null(file);
    for (const char *line = file->text, *end = file->text + file->len; line < end; lines++) {
        const char *feed = memchr(line, '\n', (size_t)(end - line));
        const char *line_end = feed == NULL ? end : feed;
        char readings[PINYIN_READINGS_MAX];
        uint32_t code;
        assert_true(utf8_decode(line, (size_t)(line_end - line), &code) > 0);
        assert_true(code > before);
        if (code >= 0x80) {
            size_t n = pinyin_initials_of(code, readings);
            const char *tab = memchr(line, '\t', (size_t)(line_end - line));
            assert_non_null(tab);
            assert_true(n > 0 && readings[0] == tab[1]);
            if (before != 0 && before + 1 < code && before >= 0x80)
                assert_int_equal(pinyin_initials_of(before + 1, readings), 0);
        }
        before = code;
        line = line_end + 1;
    }
    assert_true(lines > 40000);
    assert_int_equal(pinyin_initials_of(0x10FFFF, (char[PINYIN_READINGS_MAX]){0}), 0);
    assert_int_equal(pinyin_initials_of('a', (char[PINYIN_READINGS_MAX]){0}), 0);
}

static void test_combinations_are_limited(void **state)
{
    struct buf text, out;

    (void)state;
    buf_init(&text, 4096);
    buf_init(&out, 65536);
    for (size_t i = 0; i < 300; i++)
        buf_puts(&text, "行");
    pinyin_initials(buf_cstr(&text), text.len, &out);
    size_t alternatives = 1;
    for (size_t i = 0; i < out.len; i++)
        alternatives += out.data[i] == ' ';
    assert_int_equal(alternatives, PINYIN_COMBINATIONS_MAX);
    assert_int_equal(out.data[0], 'x');
    buf_release(&text);
    buf_release(&out);
}

static void test_bad_bytes_do_no_harm(void **state)
{
    (void)state;
    expect("李\xFF\xE7小", "lx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),          cmocka_unit_test(test_rare_characters_and_dots), cmocka_unit_test(test_surnames),
        cmocka_unit_test(test_whole_table),    cmocka_unit_test(test_combinations_are_limited), cmocka_unit_test(test_bad_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
