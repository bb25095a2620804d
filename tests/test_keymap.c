/* tests/test_keymap.c - keys find their commands, the key line fits, clashes are found. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tui/keymap.h"

enum { COMMAND_MERGE = COMMAND_VIEW };

static const struct command own[] = {{COMMAND_MERGE, "merge", "合并两个人"}, {COMMAND_NONE, NULL, NULL}};
static const struct binding bindings[] = {
    {"Enter", COMMAND_OPEN, "打开", 0},
    {"数字", COMMAND_NONE, "直达", BINDING_HINT},
    {"F3", COMMAND_SEARCH, "查找", 0},
    {"F6", COMMAND_MERGE, "合并", 0},
    {"Ctrl-R", COMMAND_REFRESH, "刷新", BINDING_HIDDEN},
    {"?", COMMAND_HELP, "帮助", BINDING_HIDDEN},
    {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
    {NULL, 0, NULL, 0},
};
static const struct keymap keymap = {bindings, own};

static void expect_line(size_t columns, const char *expected)
{
    struct buf line;
    buf_init(&line, 1000);
    keymap_line(&keymap, columns, &line);
    assert_string_equal(buf_cstr(&line), expected);
    buf_release(&line);
}

static void finds_commands(void **state)
{
    (void)state;
    assert_int_equal(keymap_find(&keymap, key_named(K_F6, 0)), COMMAND_MERGE);
    assert_int_equal(keymap_find(&keymap, key_char(0xff1f)), COMMAND_HELP); /* full-width ？ */
    assert_int_equal(keymap_find(&keymap, key_named(K_F6, KEY_SHIFT)), COMMAND_NONE);
    assert_int_equal(keymap_find(&keymap, key_char('x')), COMMAND_NONE);
    assert_null(keymap_check(&keymap));
}

static void line_keeps_what_matters(void **state)
{
    (void)state;
    expect_line(80, " Enter打开  数字直达  F3查找  F6合并  F1帮助  F10返回");
    expect_line(53, " Enter打开  数字直达  F3查找  F6合并  F1帮助  F10返回");
    expect_line(52, " Enter打开  数字直达  F3查找  F1更多  F10返回"); /* there are more than there is room for */
    expect_line(40, " Enter打开  数字直达  F1更多  F10返回");
    expect_line(10, " F1更多  F10返回");
}

static void help_lines(void **state)
{
    struct buf text;
    (void)state;
    buf_init(&text, 4000);
    keymap_help(&keymap, &text);
    assert_non_null(strstr(buf_cstr(&text), "F6          合并两个人\n"));
    assert_non_null(strstr(buf_cstr(&text), "Ctrl-R      "));
    buf_release(&text);
}

static void clashes_are_found(void **state)
{
    static const struct binding twice[] = {{"F2", COMMAND_SAVE, "保存", 0}, {"Esc-2", COMMAND_NEW, "新建", 0}, {NULL, 0, NULL, 0}};
    static const struct binding unknown[] = {{"F99", COMMAND_SAVE, "保存", 0}, {NULL, 0, NULL, 0}};
    static const struct binding nothing[] = {{"F2", COMMAND_VIEW + 7, "保存", 0}, {NULL, 0, NULL, 0}};
    (void)state;
    assert_string_equal(keymap_check(&(struct keymap){twice, NULL}), "Esc-2");
    assert_string_equal(keymap_check(&(struct keymap){unknown, NULL}), "F99");
    assert_string_equal(keymap_check(&(struct keymap){nothing, own}), "F2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_commands),
        cmocka_unit_test(line_keeps_what_matters),
        cmocka_unit_test(help_lines),
        cmocka_unit_test(clashes_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
