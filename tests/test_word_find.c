/* tests/test_word_find.c - names of Latin letters by the beginnings of their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/data/language_choice.h"
#include "tui/code_source.h"
#include "tui/list_find.h"
#include "tui/word_find.h"

static void beginnings_and_first_letters(void **state)
{
    static const char text[] = "Ask for supplement (once)";
    (void)state;
    assert_true(word_find(text, "as") && word_find(text, "SUPP") && word_find(text, "for s") && word_find(text, "on"));
    assert_true(word_find(text, "afs") && word_find(text, "AFS") && word_find(text, "as") && word_find(text, "fso"));
    assert_false(word_find(text, "sa") || word_find(text, "upp") || word_find(text, "asf") || word_find(text, "x"));
    assert_false(word_find(text, "") || word_find(text, "补") || word_find("", "a"));
}

/* In English menus and codes are found by what stands there; in Chinese by pinyin only. */
static void menus_in_english(void **state)
{
    struct code_book *book;
    const struct code *code;
    struct list_find find;
    const char *cells[] = {"Ask for supplement", "3"};
    (void)state;
    assert_int_equal(code_book_new(&book, "320117"), STATUS_OK);
    struct code_source sex = code_source_of_book(book, "sex");
    assert_int_equal(code_source_resolve(&sex, "fe", &code), CODE_NONE);
    assert_false(word_find_shown("App 投诉", "app"));
    assert_int_equal(language_choose("en", NULL), STATUS_OK);
    assert_int_equal(code_source_resolve(&sex, "fe", &code), CODE_ONE);
    assert_string_equal(code->code, "2");
    assert_true(word_find_shown("App 投诉", "app") && word_find_shown("within 12 hours", "wi"));
    assert_false(word_find_shown("within 12 hours", "12")); /* a number is a code's or a row's */
    list_find_read(&find, "afs");
    assert_true(list_find_matches(&find, cells, 2));
    list_find_read(&find, "sfa");
    assert_false(list_find_matches(&find, cells, 2));
    assert_int_equal(language_choose("zh", NULL), STATUS_OK);
    code_book_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(beginnings_and_first_letters), cmocka_unit_test(menus_in_english)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
