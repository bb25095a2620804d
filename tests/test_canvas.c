/* tests/test_canvas.c - the grid never holds half a character, whatever is drawn where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/id.h"
#include "core/base/utf8.h"
#include "tui/canvas.h"

static void expect(const struct canvas *canvas, const char *text)
{
    struct buf out;
    buf_init(&out, 1u << 20);
    canvas_text(canvas, &out);
    assert_string_equal(buf_cstr(&out), text);
    assert_null(canvas_check(canvas));
    buf_release(&out);
}

static void clip_and_pad(void **state)
{
    struct canvas canvas;
    (void)state;
    assert_int_equal(canvas_init(&canvas, 3, 10), STATUS_OK);
    assert_int_equal(canvas_puts(&canvas, 0, 0, 5, STYLE_NORMAL, "张文芳"), 4); /* the third does not fit in 5 */
    assert_int_equal(canvas_puts(&canvas, 0, 5, -1, STYLE_NORMAL, "abcdefgh"), 5);
    assert_int_equal(canvas_puts(&canvas, 1, 9, -1, STYLE_NORMAL, "中"), 0); /* no room for two columns */
    assert_int_equal(canvas_put_right(&canvas, 2, 0, 10, STYLE_NORMAL, "12天"), 4);
    expect(&canvas, "张文 abcde\n\n      12天\n");
    canvas_puts(&canvas, 0, 0, 10, STYLE_NORMAL, "x"); /* padding wipes the rest */
    expect(&canvas, "x\n\n      12天\n");
    canvas_release(&canvas);
}

static void half_characters_are_blanked(void **state)
{
    struct canvas canvas;
    (void)state;
    assert_int_equal(canvas_init(&canvas, 1, 10), STATUS_OK);
    canvas_puts(&canvas, 0, 0, -1, STYLE_NORMAL, "甲乙丙丁");
    canvas_puts(&canvas, 0, 3, -1, STYLE_NORMAL, "X");
    expect(&canvas, "甲 X丙丁\n");
    canvas_puts(&canvas, 0, 5, -1, STYLE_NORMAL, "中");
    expect(&canvas, "甲 X 中\n");
    canvas_release(&canvas);
}

static void odd_input(void **state)
{
    struct canvas canvas;
    (void)state;
    assert_int_equal(canvas_init(&canvas, 1, 12), STATUS_OK);
    canvas_puts(&canvas, 0, 0, -1, STYLE_NORMAL, "a\xff\tb\033");
    expect(&canvas, "a??b?\n");
    canvas_clear(&canvas);
    canvas_puts(&canvas, 0, 0, -1, STYLE_NORMAL, "e\u0301\u0302\u0303x"); /* two marks are kept, more are not shown */
    expect(&canvas, "e\u0301\u0302x\n");
    canvas_clear(&canvas);
    canvas_puts(&canvas, 0, 0, -1, STYLE_NORMAL, "a\u202eb\u2067c\u2028d\u200fe\u0301"); /* a terminal would write the row backwards from there */
    expect(&canvas, "abcde\u0301\n");
    canvas_clear(&canvas);
    canvas_puts(&canvas, 0, 0, -1, STYLE_NORMAL, "\u0301x"); /* no base */
    expect(&canvas, "x\n");
    canvas_clear(&canvas);
    canvas_puts(&canvas, -1, 0, -1, STYLE_NORMAL, "x");
    canvas_puts(&canvas, 0, -3, -1, STYLE_NORMAL, "abcdef");
    canvas_puts(&canvas, 5, 50, 3, STYLE_NORMAL, "x");
    expect(&canvas, "def\n");
    canvas_release(&canvas);
}

static void styles_and_cursor(void **state)
{
    struct canvas canvas;
    struct buf out;
    (void)state;
    buf_init(&out, 1000);
    assert_int_equal(canvas_init(&canvas, 2, 10), STATUS_OK);
    canvas_puts(&canvas, 1, 2, -1, STYLE_OVERDUE, "剩1天");
    canvas_styles(&canvas, &out);
    assert_string_equal(buf_cstr(&out), "1:2 overdue 剩1天\n");
    canvas_set_cursor(&canvas, 99, -4);
    assert_int_equal(canvas.cursor_row, 1);
    assert_int_equal(canvas.cursor_col, 0);
    buf_release(&out);
    canvas_release(&canvas);
}

static void random_drawing_keeps_the_invariants(void **state)
{
    static const char *const texts[] = {"中", "a", "张文芳 abc", "e\u0301", "\U0002b5af·", "，。", "\xe4\xb8", "〓①“”", ""};
    uint64_t seed = 3;
    struct random_source random = random_seeded(&seed);
    struct canvas canvas;
    (void)state;
    assert_int_equal(canvas_init(&canvas, 6, 17), STATUS_OK);
    for (int i = 0; i < 50000; i++) {
        const char *text = texts[random_below(random, sizeof texts / sizeof texts[0])];
        int row = (int)random_below(random, 8) - 1, col = (int)random_below(random, 21) - 2, columns = (int)random_below(random, 14) - 1;
        if (i % 5 == 0)
            canvas_put_right(&canvas, row, col, columns < 0 ? 0 : columns, STYLE_BOLD, text);
        else
            assert_true(canvas_puts(&canvas, row, col, columns, STYLE_NORMAL, text) <= (columns < 0 ? 19 : columns));
        const char *wrong = canvas_check(&canvas);
        if (wrong != NULL)
            fail_msg("%s after %s at %d,%d,%d", wrong, text, row, col, columns);
    }
    canvas_release(&canvas);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clip_and_pad),      cmocka_unit_test(half_characters_are_blanked),
        cmocka_unit_test(odd_input),         cmocka_unit_test(styles_and_cursor),
        cmocka_unit_test(random_drawing_keeps_the_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
