/* tests/test_option.c - the option parser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/option.h"

static const struct option_def table[] = {
    {"data", 'd', "DIR", "数据文件夹"}, {"json", 'j', NULL, "结果写成一个 JSON 对象"},
    {"verbose", 'v', NULL, "多说一些"}, {"a-very-long-option-name", 0, "SOMETHING", "长"},
    {"地区", 0, "代码", "中文名称"},    {NULL, 0, NULL, NULL},
};

static enum status parse(struct option_set *set, struct errmsg *err, const char *const *words)
{
    char *argv[20] = {(char *)(uintptr_t) "aidpost"};
    int argc = 1;

    for (; words[argc - 1] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc - 1];
    errmsg_clear(err);
    return option_parse(set, table, argc, argv, err);
}

#define PARSE(...) parse(&set, &err, (const char *const[]){__VA_ARGS__, NULL})

static void good_lines(void **state)
{
    struct option_set set;
    struct errmsg err;

    (void)state;
    assert_int_equal(PARSE("import", "--data", "/x", "-j", "consultation", "--", "--data", "-"), STATUS_OK);
    assert_string_equal(option_value(&set, "data"), "/x");
    assert_string_equal(option_value(&set, "json"), "");
    assert_null(option_value(&set, "verbose"));
    assert_int_equal(set.n_arguments, 4);
    assert_string_equal(set.arguments[0], "import");
    assert_string_equal(set.arguments[1], "consultation");
    assert_string_equal(set.arguments[2], "--data");
    assert_string_equal(set.arguments[3], "-");
    option_release(&set);

    assert_int_equal(PARSE("tally", "-2", "--data", "/x", "-17"), STATUS_OK); /* numbers */
    assert_int_equal(set.n_arguments, 3);
    assert_string_equal(set.arguments[1], "-2");
    assert_string_equal(set.arguments[2], "-17");
    option_release(&set);
    assert_int_equal(PARSE("tally", "-2x"), STATUS_USAGE);
    assert_int_equal(PARSE("--data=a=b", "-jvd", "x", "-dy", "-", "--地区=320117"), STATUS_OK);
    assert_string_equal(option_value(&set, "data"), "y"); /* the last counts */
    assert_string_equal(option_value(&set, "json"), "");
    assert_string_equal(option_value(&set, "verbose"), "");
    assert_string_equal(option_value(&set, "地区"), "320117");
    assert_int_equal(set.n_arguments, 1);
    option_release(&set);

    assert_int_equal(PARSE("--data=", "--data", "--json"), STATUS_OK); /* a value may look like an option */
    assert_string_equal(option_value(&set, "data"), "--json");
    assert_null(option_value(&set, "json"));
    option_release(&set);
    assert_int_equal(option_parse(&set, table, 0, NULL, &err), STATUS_OK);
    assert_int_equal(set.n_arguments, 0);
    option_release(&set);
}

static void bad_lines_name_the_option(void **state)
{
    struct option_set set;
    struct errmsg err;

    (void)state;
    assert_int_equal(PARSE("--nothing"), STATUS_USAGE);
    assert_string_equal(err.text, "不认识的选项 --nothing");
    assert_int_equal(PARSE("--dat", "x"), STATUS_USAGE);
    assert_int_equal(PARSE("-x"), STATUS_USAGE);
    assert_string_equal(err.text, "不认识的选项 -x");
    assert_int_equal(PARSE("--data"), STATUS_USAGE);
    assert_string_equal(err.text, "选项 --data 缺少值 DIR");
    assert_int_equal(PARSE("-jd"), STATUS_USAGE);
    assert_string_equal(err.text, "选项 -d 缺少值 DIR");
    assert_int_equal(PARSE("--json=1"), STATUS_USAGE);
    assert_string_equal(err.text, "选项 --json 不带值");
    assert_int_equal(PARSE("x", "y", "--=z"), STATUS_USAGE);
}

static void too_many_arguments(void **state)
{
    static char word[] = "x";
    char *argv[OPTION_ARGUMENTS_MAX + 2];
    struct option_set set;
    struct errmsg err;

    (void)state;
    for (size_t i = 0; i < OPTION_ARGUMENTS_MAX + 2; i++)
        argv[i] = word;
    assert_int_equal(option_parse(&set, table, OPTION_ARGUMENTS_MAX + 1, argv, &err), STATUS_OK);
    assert_int_equal(set.n_arguments, OPTION_ARGUMENTS_MAX);
    option_release(&set);
    assert_int_equal(option_parse(&set, table, OPTION_ARGUMENTS_MAX + 2, argv, &err), STATUS_USAGE);
}

static void help(void **state)
{
    struct buf out;

    (void)state;
    buf_init(&out, 10000);
    option_help(table, &out);
    assert_string_equal(buf_cstr(&out), "  -d, --data DIR            数据文件夹\n"
                                        "  -j, --json                结果写成一个 JSON 对象\n"
                                        "  -v, --verbose             多说一些\n"
                                        "      --a-very-long-option-name SOMETHING\n"
                                        "                            长\n"
                                        "      --地区 代码           中文名称\n");
    buf_release(&out);
}

static void test_a_name_is_listed_whole(void **state)
{
    (void)state;
    assert_true(option_listed("data json", "data"));
    assert_true(option_listed("metadata data", "data"));
    assert_true(option_listed("data", "data"));
    assert_false(option_listed("metadata datafile", "data"));
    assert_false(option_listed("", "data"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_is_listed_whole),
        cmocka_unit_test(good_lines),
        cmocka_unit_test(bad_lines_name_the_option),
        cmocka_unit_test(too_many_arguments),
        cmocka_unit_test(help),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
