/* tests/test_code_book.c - code tables in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/code_book.h"

static struct code_book *open_book(const char *area)
{
    struct code_book *book;
    assert_int_equal(code_book_new(&book, area), STATUS_OK);
    return book;
}

static const char *code_of(const struct code_book *book, const char *set, const char *name)
{
    const struct code *code = code_book_by_name(book, set, name);
    return code == NULL ? "" : code->code;
}

static void test_shipped_tables(void **state)
{
    struct code_book *book = open_book("320117");

    (void)state;
    assert_true(code_book_count(book, "cause") > 1000);
    assert_string_equal(code_book_name(book, "town", "320117001"), "永阳街道");
    assert_string_equal(code_book_find(book, "town", "320117001")->parent, "320117");
    assert_true(code_book_count(book, "village") > 100 && code_book_count(book, "village") < 200);
    const struct code *village = code_book_find(book, "village", "320117001001");
    assert_string_equal(village->name, "中山路居委会");
    assert_string_equal(village->parent, "320117001");
    assert_string_equal(village->set, "village");
    assert_string_equal(code_of(book, "village", "中山路"), "320117001001");
    assert_string_equal(code_of(book, "village", "中山路居民委员会"), "320117001001");
    assert_string_equal(code_book_name(book, "division", "320117"), "溧水区");
    assert_string_equal(code_book_find(book, "division", "320117")->parent, "3201");
    code_book_free(book);
}

static void test_no_area(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    assert_int_equal(code_book_count(book, "town"), 0);
    assert_null(code_book_find(book, "town", "320117001"));
    assert_null(code_book_find(book, "no such set", "1"));
    assert_null(code_book_by_name(book, "no such set", "1"));
    assert_string_equal(code_book_name(book, "town", "999"), "999");
    assert_string_equal(code_book_name(book, "town", NULL), "");
    code_book_free(book);
}

static void put(struct code_book *book, const char *code, const char *name)
{
    assert_int_equal(code_book_put(book, "x", code, name, "", false), STATUS_OK);
}

static void test_put_and_replace(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    put(book, "3", "丙");
    put(book, "1", "甲");
    put(book, "2", "乙");
    const struct code *old = code_book_find(book, "x", "1");
    assert_string_equal(code_book_at(book, "x", 0)->code, "3"); /* as they were put */
    put(book, "1", "甲新");
    assert_int_equal(code_book_count(book, "x"), 3);
    assert_string_equal(code_book_name(book, "x", "1"), "甲新");
    assert_string_equal(old->name, "甲"); /* who still shows it may go on */
    assert_string_equal(code_of(book, "x", "甲新"), "1");
    assert_string_equal(code_of(book, "x", "甲"), "");
    assert_string_equal(code_of(book, "x", "乙"), "2");
    assert_string_equal(code_of(book, "x", ""), "");
    code_book_free(book);
}

static void test_many_puts_against_brute_force(void **state)
{
    struct code_book *book = open_book(NULL);
    char code[16], name[32];

    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        unsigned n = i * 7919u % 2003u;
        snprintf(code, sizeof code, "%u", n);
        snprintf(name, sizeof name, "名%u", n * 3u);
        put(book, code, name);
    }
    for (unsigned i = 0; i < 2000; i++) {
        unsigned n = i * 7919u % 2003u;
        snprintf(code, sizeof code, "%u", n);
        snprintf(name, sizeof name, "名%u", n * 3u);
        assert_string_equal(code_book_name(book, "x", code), name);
        assert_string_equal(code_of(book, "x", name), code);
        assert_string_equal(code_book_at(book, "x", i)->code, code);
    }
    code_book_free(book);
}

static void test_short_names(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    put(book, "1", "青石村村民委员会");
    put(book, "2", "白马村委会");
    put(book, "3", "天生桥社区居委会");
    put(book, "4", "东村村委会");
    put(book, "5", "西村委会");
    assert_string_equal(code_of(book, "x", "青石村"), "1");
    assert_string_equal(code_of(book, "x", "青石村村委会"), "1");
    assert_string_equal(code_of(book, "x", "青石村委会"), "1");
    assert_string_equal(code_of(book, "x", "白马村"), "2");
    assert_string_equal(code_of(book, "x", "白马村村民委员会"), "2");
    assert_string_equal(code_of(book, "x", "天生桥社区"), "3");
    assert_string_equal(code_of(book, "x", "天生桥社区居民委员会"), "3");
    assert_string_equal(code_of(book, "x", "东村"), "4");
    assert_string_equal(code_of(book, "x", "西村"), "5");
    put(book, "6", "青石村村委会"); /* two of them now: neither is meant by the short name, both by their own */
    assert_string_equal(code_of(book, "x", "青石村"), "");
    assert_string_equal(code_of(book, "x", "青石村村委会"), "6");
    assert_string_equal(code_of(book, "x", "青石村村民委员会"), "1");
    assert_int_equal(code_book_put(book, "x", "6", "青石村村委会", "", true), STATUS_OK);
    assert_string_equal(code_of(book, "x", "青石村"), "1"); /* the retired one does not count */
    put(book, "7", "青石村");
    assert_string_equal(code_of(book, "x", "青石村"), "7");
    code_book_free(book);
}

static void test_matching(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    put(book, "12", "单位A");
    const struct code *code = code_book_find(book, "x", "12");
    assert_true(code_matches(code, ""));
    assert_true(code_matches(code, "1"));
    assert_true(code_matches(code, "12"));
    assert_true(code_matches(code, "１")); /* full-width */
    assert_false(code_matches(code, "2"));
    assert_false(code_matches(code, "123"));
    assert_true(code_matches(code, "dw"));
    assert_true(code_matches(code, "SWA"));
    assert_false(code_matches(code, "wa"));
    assert_true(code_matches(code, "位"));
    assert_true(code_matches(code, "位a"));
    assert_false(code_matches(code, "位b"));
    code_book_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_tables), cmocka_unit_test(test_no_area),     cmocka_unit_test(test_put_and_replace), cmocka_unit_test(test_many_puts_against_brute_force),
        cmocka_unit_test(test_short_names),    cmocka_unit_test(test_matching),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
