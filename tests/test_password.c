/* tests/test_password.c - what a password must be, that the last five do not come back, and its age in days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/aid/password.h"
#include "core/base/hash.h"

/* 2026-01-01 08:00 in the office. */
static const int64_t NOW_MS = INT64_C(1767225600000);
enum { TODAY = 20454, DAY_MS = 86400000 };

static enum status check(const char *password, struct errmsg *err)
{
    return password_check("xiaoming", password, strlen(password), err);
}

static void simple_ones_are_refused(void **state)
{
    (void)state;
    struct errmsg err = {{0}};
    assert_int_equal(check("Abc123-", &err), STATUS_INVALID);
    assert_string_equal(err.text, "密码至少 8 个字符，现有 7 个");
    assert_int_equal(check("Abc123-x", &err), STATUS_OK);
    assert_int_equal(check("abcdefgh1", &err), STATUS_INVALID);
    assert_string_equal(err.text, "密码太简单：小写字母、大写字母、数字、其他字符中至少要有三种");
    assert_int_equal(check("ABCDEFGH1", &err), STATUS_INVALID);
    assert_int_equal(check("abcdefgH1", &err), STATUS_OK);
    assert_int_equal(check("正确的马1电池a", &err), STATUS_OK);
    assert_int_equal(check("xiaoming-2026A", &err), STATUS_INVALID);
    assert_string_equal(err.text, "密码里不能有账号名");
    assert_int_equal(check("Abc123-\xff\xff", &err), STATUS_INVALID);
    assert_int_equal(password_check("xiaoming", "Abc123-\0x", 9, &err), STATUS_INVALID);
    char longest[PASSWORD_MAX_BYTES + 2];
    memset(longest, 'a', sizeof longest - 1);
    memcpy(longest, "A1", 2);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(check(longest, &err), STATUS_INVALID);
    longest[PASSWORD_MAX_BYTES] = '\0';
    assert_int_equal(check(longest, &err), STATUS_OK);
}

static enum status put(struct record *account, const char *password, int64_t now_ms)
{
    return password_put(account, password, strlen(password), now_ms, NULL);
}

static bool is(const struct record *account, const char *password)
{
    return password_is(account, password, strlen(password));
}

static void the_last_five_do_not_come_back(void **state)
{
    (void)state;
    static const char *const words[] = {"Word-0001", "Word-0002", "Word-0003", "Word-0004", "Word-0005", "Word-0006"};
    struct record account;
    record_init(&account, catalogue_find("user"));
    assert_false(is(&account, ""));
    for (int i = 0; i < 5; i++)
        assert_int_equal(put(&account, words[i], NOW_MS), STATUS_OK);
    assert_true(is(&account, words[4]));
    assert_false(is(&account, words[3]));
    /* Of 1 to 5 none may be taken again, and a refusal changes nothing. */
    for (int i = 0; i < 5; i++)
        assert_int_equal(put(&account, words[i], NOW_MS), STATUS_INVALID);
    assert_true(is(&account, words[4]));
    /* With a sixth the first is free again. */
    assert_int_equal(put(&account, words[5], NOW_MS), STATUS_OK);
    assert_int_equal(put(&account, words[1], NOW_MS), STATUS_INVALID);
    assert_int_equal(put(&account, words[0], NOW_MS), STATUS_OK);
    assert_true(is(&account, words[0]));
    assert_true(strlen(record_text(&account, "password_history")) <= 600);
    assert_null(strstr(record_text(&account, "password_history"), "Word"));
    record_release(&account);
}

static void passwords_grow_old_by_days(void **state)
{
    (void)state;
    struct password_rules rules = {.max_days = 90};
    struct record account;
    record_init(&account, catalogue_find("user"));
    assert_int_equal(password_days_left(&account, &rules, NOW_MS), 0);
    assert_int_equal(put(&account, "Word-0001", NOW_MS), STATUS_OK);
    assert_int_equal(record_get(&account, catalogue_field(account.type, "password_on")).number, TODAY);
    assert_int_equal(password_days_left(&account, &rules, NOW_MS), 90);
    assert_int_equal(password_days_left(&account, &rules, NOW_MS + INT64_C(89) * DAY_MS), 1);
    assert_int_equal(password_days_left(&account, &rules, NOW_MS + INT64_C(90) * DAY_MS), 0);
    assert_int_equal(password_days_left(&account, &rules, NOW_MS + INT64_C(100) * DAY_MS), -10);
    assert_int_equal(password_days_left(&account, &rules, 0), TODAY + 90); /* a clock that says 1970 */
    rules.max_days = 0;
    assert_int_equal(password_days_left(&account, &rules, NOW_MS + INT64_C(1000) * DAY_MS), INT32_MAX);
    record_release(&account);
}

static int start(void **state)
{
    (void)state;
    return hash_start() == STATUS_OK ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simple_ones_are_refused),
        cmocka_unit_test(the_last_five_do_not_come_back),
        cmocka_unit_test(passwords_grow_old_by_days),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
