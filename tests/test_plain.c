/* tests/test_plain.c - core/base/plain.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/plain.h"

static void made(const char *text, const char *want)
{
    char out[64];

    snprintf(out, sizeof out, "%s", text);
    plain_make(out);
    assert_string_equal(out, want);
    assert_true(plain_is(out));
    assert_int_equal(plain_is(text), strcmp(text, want) == 0);
}

static void what_may_be_printed_stays(void **state)
{
    (void)state;
    made("", "");
    made("laptop 3", "laptop 3");
    made("永阳镇法律援助工作站 𠮷", "永阳镇法律援助工作站 𠮷");
    made("\xc2\xa0", "\xc2\xa0"); /* U+00A0, the first behind C1 */
}

static void what_moves_the_cursor_does_not(void **state)
{
    (void)state;
    made("a\x1b[31mb", "a?[31mb");
    made("a\nb\tc\r", "a?b?c?");
    made("\x7f", "?");
    made("\xc2\x9b", "??"); /* U+009B, an escape and a bracket in one */
    made("站\xff\xe6\xb3", "站???");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_be_printed_stays),
        cmocka_unit_test(what_moves_the_cursor_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
