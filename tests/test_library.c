/* tests/test_library.c - libraries that are loaded when they are first needed: found, missing, not whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/library.h"

#define MATH_CALLS(X) X(abs) X(labs)
#define MORE_CALLS(X) X(abs) X(no_such_function)

enum { CALLS = 2 };

struct math_calls {
    MATH_CALLS(LIBRARY_POINTER)
};
static const char *const MATH_NAMES[] = {MATH_CALLS(LIBRARY_NAME)}, *const MORE_NAMES[] = {MORE_CALLS(LIBRARY_NAME)};
static const char LIBC[] = "libc.so.6"; /* where every program of this system has these functions */

static void functions_are_found_in_the_order_of_their_names(void **state)
{
    struct math_calls calls = {NULL, NULL};
    struct errmsg err = {{0}};
    (void)state;
    for (int again = 0; again < 2; again++) {
        assert_int_equal(library_load(LIBC, MATH_NAMES, CALLS, &calls, sizeof calls, &err), STATUS_OK);
        assert_int_equal(calls.abs(-7), 7);
        assert_int_equal(calls.labs(-70000000000L), 70000000000L);
    }
    assert_string_equal(err.text, "");
}

static void expect_refused(const char *file, const char *const names[], const char *says)
{
    struct math_calls calls = {NULL, NULL};
    struct errmsg err = {{0}};
    assert_int_equal(library_load(file, names, CALLS, &calls, sizeof calls, &err), STATUS_UNSUPPORTED);
    assert_null(calls.abs);
    assert_null(calls.labs);
    assert_non_null(strstr(err.text, file));
    if (strstr(err.text, says) == NULL)
        fail_msg("%s does not say %s", err.text, says);
    assert_int_equal(library_load(file, names, CALLS, &calls, sizeof calls, NULL), STATUS_UNSUPPORTED);
}

static void a_missing_library_is_named(void **state)
{
    (void)state;
    expect_refused("libnosuch-aidpost.so.9", MATH_NAMES, "请安装");
}

static void a_library_that_lacks_one_function_gives_none(void **state)
{
    (void)state;
    expect_refused(LIBC, MORE_NAMES, "no_such_function");
}

static void what_is_no_library_is_refused(void **state)
{
    char path[] = "/tmp/test_library_XXXXXX";
    int fd = mkstemp(path);
    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "text", 4), 4);
    close(fd);
    expect_refused(path, MATH_NAMES, "请安装");
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_found_in_the_order_of_their_names),
        cmocka_unit_test(a_missing_library_is_named),
        cmocka_unit_test(a_library_that_lacks_one_function_gives_none),
        cmocka_unit_test(what_is_no_library_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
