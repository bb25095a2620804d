/* tests/test_code_book.c - code tables in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
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

static void test_stamp(void **state)
{
    struct code_book *book = open_book(NULL), *other = open_book(NULL);

    (void)state;
    assert_int_equal(code_book_stamp(book, "x"), 0);
    assert_true(code_book_stamp(book, "cause") != 0 && code_book_stamp(book, "cause") == code_book_stamp(other, "cause"));
    put(book, "1", "甲");
    put(book, "2", "乙");
    put(other, "2", "乙");
    assert_true(code_book_stamp(book, "x") != code_book_stamp(other, "x"));
    put(other, "1", "另外的名称");
    assert_true(code_book_stamp(book, "x") == code_book_stamp(other, "x"));
    assert_int_equal(code_book_put(book, "x", "2", "乙", "1", false), STATUS_OK);
    assert_true(code_book_stamp(book, "x") != code_book_stamp(other, "x"));
    assert_int_equal(code_book_put(book, "x", "2", "乙", "", false), STATUS_OK);
    assert_true(code_book_stamp(book, "x") == code_book_stamp(other, "x"));
    code_book_free(book);
    code_book_free(other);
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

static int32_t day(const char *text)
{
    int32_t out = 0;
    assert_int_equal(day_parse(text, strlen(text), &out), STATUS_OK);
    return out;
}

static const char *name_on(const struct code_book *book, const char *set, const char *name, const char *on)
{
    const struct code *code = code_book_by_name_on(book, set, name, day(on));
    return code == NULL ? "" : code->code;
}

static void test_versions(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    const struct code *old = code_book_find(book, "cause", "L14"), *now = code_book_find(book, "cause", "M14");
    assert_string_equal(old->name, now->name);
    assert_int_equal(old->active_from, 0); /* no older list is shipped: it serves the time before, too */
    assert_int_equal(old->active_to, day("2025-12-31"));
    assert_int_equal(now->active_from, day("2026-01-01"));
    assert_int_equal(now->active_to, 0);
    assert_true(code_usable(old, day("2025-12-31")));
    assert_false(code_usable(old, day("2026-01-01")));
    assert_false(code_usable(now, day("2025-12-31")));
    assert_true(code_usable(now, day("2026-01-01")));
    assert_true(code_usable(now, CODE_DAY_NEWEST));
    assert_string_equal(name_on(book, "cause", "离婚纠纷", "2025-12-31"), "L14");
    assert_string_equal(name_on(book, "cause", "离婚纠纷", "2026-01-01"), "M14");
    assert_string_equal(code_of(book, "cause", "离婚纠纷"), "M14");
    assert_true(code_usable(old, day("2015-03-01")));
    assert_string_equal(name_on(book, "cause", "离婚纠纷", "2015-03-01"), "L14");
    /* Criminal and administrative causes have no versions. */
    assert_true(code_usable(code_book_find(book, "cause", "X177"), day("2015-03-01")));
    assert_ptr_equal(code_book_successor(book, old, day("2026-01-01")), now);
    assert_ptr_equal(code_book_successor(book, now, day("2024-01-01")), old);
    assert_null(code_book_successor(book, old, day("2024-01-01")));                                     /* it is the one */
    assert_null(code_book_successor(book, code_book_find(book, "cause", "L369"), day("2026-01-01"))); /* 网络侵权: none of that name */
    /* A chapter and its only cause of one name: the cause. */
    assert_string_equal(code_of(book, "cause", "不当得利纠纷"), "M148");
    assert_string_equal(name_on(book, "cause", "不当得利纠纷", "2024-01-01"), "L144");
    assert_string_equal(code_of(book, "cause", "走私、贩卖、运输、制造毒品罪"), "X356");
    code_book_free(book);
}

static void test_own_versions(void **state)
{
    struct code_book *book = open_book(NULL);

    (void)state;
    assert_int_equal(code_book_put_dated(book, "x", "a1", "甲", "", false, 0, day("2024-12-31")), STATUS_OK);
    assert_int_equal(code_book_put_dated(book, "x", "b1", "甲", "", false, day("2025-01-01"), 0), STATUS_OK);
    assert_string_equal(name_on(book, "x", "甲", "2024-12-31"), "a1");
    assert_string_equal(name_on(book, "x", "甲", "2025-01-01"), "b1");
    /* Renaming keeps the days; a retired code is usable on no day. */
    assert_int_equal(code_book_put(book, "x", "b1", "乙", "", false), STATUS_OK);
    assert_int_equal(code_book_find(book, "x", "b1")->active_from, day("2025-01-01"));
    assert_int_equal(code_book_put(book, "x", "b1", "乙", "", true), STATUS_OK);
    assert_false(code_usable(code_book_find(book, "x", "b1"), day("2025-06-01")));
    code_book_free(book);
}

/* Each favourite is found on both sides of the change of lists, once, under a number of its own. */
static void test_favourites(void **state)
{
    struct code_book *book = open_book(NULL);
    struct code_favourite now[CODE_FAVOURITES_MAX], before[CODE_FAVOURITES_MAX];
    size_t n = code_book_favourites(book, "cause", day("2026-03-01"), now), m = code_book_favourites(book, "cause", day("2025-03-01"), before);

    (void)state;
    assert_int_equal(n, 67);
    assert_int_equal(m, 67);
    for (size_t i = 0; i < n; i++) {
        assert_in_range(now[i].number, i == 0 ? 1 : now[i - 1].number + 1, 99);
        assert_int_equal(now[i].number, before[i].number);
        assert_string_equal(now[i].code->name, before[i].code->name);
    }
    assert_string_equal(now[0].code->code, "M14");
    assert_string_equal(before[0].code->code, "L14");
    assert_int_equal(code_book_favourites(book, "sex", CODE_DAY_NEWEST, now), 0);
    assert_int_equal(code_book_favourites(book, "no such set", CODE_DAY_NEWEST, now), 0);
    code_book_free(book);
}

/* What the Ministry's forms and the law's lists have, none left out; more may be added, none taken away. */
static void test_sets_are_complete(void **state)
{
    static const struct {
        const char *set;
        size_t count;
    } SETS[] = {
        {"case_type", 3},     {"track", 2},       {"case_source", 12}, {"apply_channel", 8},  {"notice_ground", 9}, {"matter", 11},      {"stat_matter", 25}, {"person_category", 22},
        {"hardship", 6},      {"legal_status", 17}, {"stage", 14},      {"aid_form", 12},      {"custody", 8},       {"outcome", 12},     {"appeal", 6},       {"channel", 7},
        {"consult_topic", 29}, {"consult_type", 9}, {"handling", 6},    {"event_kind", 16},    {"publicity_item", 6}, {"handler_kind", 5}, {"org_host", 13},    {"service", 9},
        {"id_kind", 11},      {"ethnic", 58},     {"sex", 4},          {"education", 40},     {"health", 5},        {"marriage", 8},     {"term_ground", 8},  {"waived_42", 4},
        {"exempt_32", 5},     {"refuse_reason", 4}, {"urgent_ground", 3},
    };
    struct code_book *book = open_book(NULL);

    (void)state;
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++)
        if (code_book_count(book, SETS[i].set) < SETS[i].count)
            fail_msg("%s: %zu", SETS[i].set, code_book_count(book, SETS[i].set));
    code_book_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shipped_tables), cmocka_unit_test(test_no_area),     cmocka_unit_test(test_put_and_replace), cmocka_unit_test(test_stamp),
        cmocka_unit_test(test_many_puts_against_brute_force),
        cmocka_unit_test(test_short_names),    cmocka_unit_test(test_matching),    cmocka_unit_test(test_versions),        cmocka_unit_test(test_own_versions),
        cmocka_unit_test(test_favourites),     cmocka_unit_test(test_sets_are_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
