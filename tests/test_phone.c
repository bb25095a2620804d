/* tests/test_phone.c - one telephone is one text, however it was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/record/phone.h"

static void takes(const char *const *typed, size_t n, const char *form)
{
    for (size_t i = 0; i < n; i++) {
        struct errmsg err;
        char out[PHONE_MAX_BYTES], again[PHONE_MAX_BYTES];
        errmsg_clear(&err);
        assert_int_equal(phone_read(typed[i], out, &err), STATUS_OK);
        assert_string_equal(out, form);
        assert_int_equal(phone_read(out, again, &err), STATUS_OK); /* the form stays what it is */
        assert_string_equal(again, form);
    }
}

#define TAKES(form, ...) takes((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), form)

static void refuses(const char *typed, const char *reason)
{
    struct errmsg err;
    char out[PHONE_MAX_BYTES];
    errmsg_clear(&err);
    assert_int_equal(phone_read(typed, out, &err), STATUS_MALFORMED);
    assert_non_null(strstr(err.text, reason));
}

static void mobiles(void **state)
{
    (void)state;
    TAKES("13812345678", "13812345678", "138-1234-5678", "+8613812345678", "+86-138-1234-5678", "008613812345678", "8613812345678", "86-13812345678", "013812345678", "(+86)13812345678");
    TAKES("19912345678", "19912345678", "+86(199)12345678");
    TAKES("13812345678-801", "13812345678-801", "13812345678转801");
    refuses("1381234567", "手机号应为 11 位，现有 10 位");
    refuses("138123456789", "手机号应为 11 位，现有 12 位");
    refuses("13900000002139000000", "手机号应为 11 位，现有 20 位"); /* one typed behind another */
    refuses("57212345572123455", "电话最多 15 位数字，现有 17 位");
}

static void landlines(void **state)
{
    (void)state;
    TAKES("025-57212345", "02557212345", "025-57212345", "025-5721-2345", "(025)5721-2345", "+862557212345", "+86-25-57212345", "+86-025-57212345", "0086-25-5721-2345");
    TAKES("025-57212345-801", "02557212345-801", "025-57212345转801", "(025)5721-2345#801");
    TAKES("010-87654321", "01087654321", "+86-10-87654321");
    TAKES("0511-7654321", "05117654321", "0511-7654321", "+86-511-7654321");
    TAKES("0512-65432198", "051265432198");
}

static void others_as_typed(void **state)
{
    (void)state;
    TAKES("12348", "12348", "12348-");
    TAKES("57212345", "57212345");
    TAKES("5721-2345", "5721-2345");
    TAKES("400-820-8820", "400-820-8820", "400--820--8820");
    TAKES("+86-400-820-8820", "+86-400-820-8820");
    TAKES("+852-23456789", "+852-23456789");
    TAKES("+1-13812345678", "+1-13812345678"); /* another country's */
    TAKES("025-57212345678", "025-57212345678"); /* where it ends is a guess */
    refuses("无", "只能是数字");
    refuses("12", "至少 3 位");
    refuses("--", "至少 3 位");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(mobiles), cmocka_unit_test(landlines), cmocka_unit_test(others_as_typed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
