/* tests/test_phrase_code.c - codes of phrases at the end of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/phrase_code.h"

static int open_codes(void **state)
{
    struct code_book *book;
    if (code_book_new(&book, "320117") != STATUS_OK || code_book_put(book, "say", "01", "甲。", "", false) != STATUS_OK || code_book_put(book, "say", "12", "乙。", "", false) != STATUS_OK)
        return 1;
    *state = book;
    return 0;
}

static int close_codes(void **state)
{
    code_book_free(*state);
    return 0;
}

static void the_last_line_of_codes_becomes_phrases(void **state)
{
    static const struct {
        const char *text, *expanded; /* NULL: it is text */
    } cases[] = {
        {"01", "甲。"}, {"12+01", "乙。甲。"}, {" １２、01 ", "乙。甲。"}, {"写了这些\n01 12", "写了这些\n甲。乙。"}, {"01\n写了这些", NULL}, {"", NULL}, {"+", NULL}, {"1", NULL}, {"012", NULL},
        {"01+99", NULL}, {"13900000001", NULL}, {"01 元", NULL}, {"12.01", NULL}, {"01+1", NULL}, {"前\n", NULL}, {"\xFF" "01", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf out;
        buf_init(&out, 1000);
        buf_puts(&out, "|");
        bool found = phrase_code_expand(*state, "say", cases[i].text, strlen(cases[i].text), &out);
        if (found != (cases[i].expanded != NULL) || strcmp(buf_cstr(&out) + 1, found ? cases[i].expanded : "") != 0)
            fail_msg("%s: %s", cases[i].text, buf_cstr(&out));
        buf_release(&out);
    }
}

/* The shipped phrases of cases: two digits, sentences. */
static void the_shipped_phrases_are_sentences(void **state)
{
    size_t n = code_book_count(*state, "case_phrase");
    assert_true(n >= 20);
    for (size_t i = 0; i < n; i++) {
        const struct code *code = code_book_at(*state, "case_phrase", i);
        const char *full_stop = "。";
        assert_int_equal(strlen(code->code), 2);
        assert_true(strlen(code->name) > strlen(full_stop));
        assert_string_equal(code->name + strlen(code->name) - strlen(full_stop), full_stop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_last_line_of_codes_becomes_phrases), cmocka_unit_test(the_shipped_phrases_are_sentences)};
    return cmocka_run_group_tests(tests, open_codes, close_codes);
}
