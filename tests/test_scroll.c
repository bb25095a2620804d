/* tests/test_scroll.c - lines under a window of rows: every key from every place against what a person expects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/scroll.h"

static enum scroll_result press(size_t *top, size_t lines, size_t rows, enum key_kind kind)
{
    return scroll_key(top, lines, rows, (struct key){.kind = kind});
}

static void test_a_page_keeps_a_line_in_sight(void **state)
{
    size_t top = 0;
    (void)state;
    assert_int_equal(press(&top, 100, 20, K_PAGE_DOWN), SCROLL_MOVED);
    assert_int_equal(top, 19); /* the line that was last is first */
    assert_int_equal(press(&top, 100, 20, K_PAGE_UP), SCROLL_MOVED);
    assert_int_equal(top, 0);
}

static void test_the_last_page_is_full(void **state)
{
    size_t top = 70;
    (void)state;
    assert_int_equal(press(&top, 100, 20, K_PAGE_DOWN), SCROLL_MOVED);
    assert_int_equal(top, 80);
    assert_int_equal(press(&top, 100, 20, K_PAGE_DOWN), SCROLL_STUCK);
    assert_int_equal(press(&top, 100, 20, K_DOWN), SCROLL_STUCK);
    assert_int_equal(press(&top, 100, 20, K_HOME), SCROLL_MOVED);
    assert_int_equal(top, 0);
    assert_int_equal(press(&top, 100, 20, K_UP), SCROLL_STUCK);
    assert_int_equal(press(&top, 100, 20, K_END), SCROLL_MOVED);
    assert_int_equal(top, 80);
}

static void test_fewer_lines_than_rows(void **state)
{
    static const enum key_kind kinds[] = {K_UP, K_DOWN, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END};
    (void)state;
    for (size_t lines = 0; lines < 4; lines++)
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            size_t top = 0;
            assert_int_equal(press(&top, lines, 4, kinds[i]), SCROLL_STUCK);
            assert_int_equal(top, 0);
        }
}

static void test_one_row(void **state)
{
    size_t top = 0;
    (void)state;
    assert_int_equal(press(&top, 3, 1, K_PAGE_DOWN), SCROLL_MOVED);
    assert_int_equal(top, 1);
}

/* The lines became fewer, or the screen larger. */
static void test_a_place_beyond_the_end_comes_back(void **state)
{
    size_t top = 95;
    (void)state;
    assert_int_equal(press(&top, 100, 20, K_DOWN), SCROLL_MOVED);
    assert_int_equal(top, 80);
}

static void test_other_keys_are_not_its_own(void **state)
{
    size_t top = 7;
    (void)state;
    assert_int_equal(press(&top, 100, 20, K_ENTER), SCROLL_IGNORED);
    assert_int_equal(scroll_key(&top, 100, 20, (struct key){.kind = K_DOWN, .modifiers = KEY_CTRL}), SCROLL_IGNORED);
    assert_int_equal(top, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_keeps_a_line_in_sight), cmocka_unit_test(test_the_last_page_is_full),
        cmocka_unit_test(test_fewer_lines_than_rows),        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_a_place_beyond_the_end_comes_back), cmocka_unit_test(test_other_keys_are_not_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
