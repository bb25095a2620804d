/* tests/test_status.c - codes, texts and messages of core/base/status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/status.h"
#include "core/base/utf8.h"

static void every_code_has_a_name_and_a_text(void **state)
{
    (void)state;
    for (int i = 0; i < STATUS_COUNT; i++) {
        assert_true(strlen(status_text((enum status)i)) > 0);
        assert_true(strlen(status_name((enum status)i)) > 0);
    }
    assert_string_equal(status_name(STATUS_TOO_LARGE), "too_large");
    assert_string_equal(status_text(STATUS_OK), "成功");
    assert_non_null(status_text((enum status)999));
    assert_non_null(status_name((enum status) - 1));
}

static void context_goes_before_the_message(void **state)
{
    struct errmsg err;

    (void)state;
    errmsg_clear(&err);
    assert_string_equal(errmsg_text(&err, STATUS_BUSY), status_text(STATUS_BUSY));
    assert_int_equal(errmsg_set(&err, STATUS_INVALID, "只能是%s", "数字"), STATUS_INVALID);
    assert_int_equal(errmsg_wrap(&err, STATUS_INVALID, "字段 %s", "电话"), STATUS_INVALID);
    errmsg_wrap(&err, STATUS_INVALID, "第 %d 行", 3);
    assert_string_equal(err.text, "第 3 行: 字段 电话: 只能是数字");
    errmsg_clear(&err);
    errmsg_wrap(&err, STATUS_IO, "甲");
    assert_string_equal(err.text, "甲: 读写失败");
    errmsg_wrap(&err, STATUS_IO, "%s", err.text);
    assert_string_equal(err.text, "甲: 读写失败: 甲: 读写失败");
}

static void no_buffer_is_accepted(void **state)
{
    (void)state;
    errmsg_clear(NULL);
    assert_int_equal(errmsg_set(NULL, STATUS_GAP, "x"), STATUS_GAP);
    assert_int_equal(errmsg_wrap(NULL, STATUS_GAP, "x"), STATUS_GAP);
    assert_string_equal(errmsg_text(NULL, STATUS_GAP), status_text(STATUS_GAP));
}

static void long_messages_end_at_a_character(void **state)
{
    struct errmsg err;
    char text[1024];

    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'a', shift);
        for (size_t i = shift; i + 4 < sizeof text; i += 4)
            memcpy(text + i, "\xF0\xAB\x96\xAF", 5);
        errmsg_set(&err, STATUS_IO, "%s", text);
        assert_true(utf8_valid(err.text, strlen(err.text)));
        assert_in_range(strlen(err.text), ERRMSG_MAX_BYTES - 4, ERRMSG_MAX_BYTES - 1);
        errmsg_wrap(&err, STATUS_IO, "行");
        assert_true(utf8_valid(err.text, strlen(err.text)));
        assert_memory_equal(err.text, "行: ", 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_name_and_a_text),
        cmocka_unit_test(context_goes_before_the_message),
        cmocka_unit_test(no_buffer_is_accepted),
        cmocka_unit_test(long_messages_end_at_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
