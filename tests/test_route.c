/* tests/test_route.c - addresses in walking order: numbers in every spelling, names of places left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/quality/route.h"

static void comes_first(const char *a, const char *b)
{
    if (route_compare(a, b) >= 0 || route_compare(b, a) <= 0)
        fail_msg("%s before %s: %d %d", a, b, route_compare(a, b), route_compare(b, a));
}

static void test_doors_in_order(void **state)
{
    (void)state;
    comes_first("2组8号", "10组1号");
    comes_first("2组8号", "2组10号");
    comes_first("三组12号", "十二组1号");
    comes_first("二十组", "一百零二组");
    comes_first("３组１号", "3组 2号");
    comes_first("3组", "3组1号");
    comes_first("3组1号", "");
    comes_first("李家组3号", "李家组20号");
    assert_int_equal(route_compare("三组12号", "3 组 １２ 号"), 0);
    assert_int_equal(route_compare("", ""), 0);
    assert_true(route_compare("三岔路口", "三岔路口西") < 0); /* a name that begins with a number word */
    comes_first("1号", "三岔路口");
    comes_first("三岔路口", "二岔路口"); /* names, by their characters: nothing is counted */
}

/* One writer gives the names of town and village, the next leaves them out. */
static void test_behind_the_names_of_the_place(void **state)
{
    (void)state;
    struct code_book *codes;
    assert_int_equal(code_book_new(&codes, "320117"), STATUS_OK);
    const char *town = code_book_by_name(codes, "town", "永阳街道")->code, *village = code_book_by_name(codes, "village", "戴家社区居委会")->code;
    assert_string_equal(route_within(codes, town, village, "永阳街道戴家社区3组12号"), "3组12号");
    assert_string_equal(route_within(codes, town, village, "戴家社区3组12号"), "3组12号");
    assert_string_equal(route_within(codes, town, village, "3组12号"), "3组12号");
    assert_string_equal(route_within(codes, "", "", "永阳街道3组"), "永阳街道3组");
    village = code_book_by_name(codes, "village", "高平居民委员会")->code;
    assert_string_equal(route_within(codes, town, village, "永阳街道高平社区3组12号"), "3组12号");
    assert_string_equal(route_within(codes, town, village, "高平村3组12号"), "3组12号");
    code_book_free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doors_in_order),
        cmocka_unit_test(test_behind_the_names_of_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
