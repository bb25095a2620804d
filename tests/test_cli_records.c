/* tests/test_cli_records.c - add, set, get, import and verify as a script meets them: what is ambiguous is refused, what is read from a pipe is understood, and the exit code says whether something was stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/office.h"
#include "tui/cli.h"

static const int64_t NOW_MS = OFFICE_NOW_MS;

static struct office desk;

static int set_up(void **state)
{
    (void)state;
    return office_make(&desk, 0, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    return office_remove(&desk);
}

static void run(const char *line, int code, const char *says)
{
    command_expect(desk.center, NOW_MS, line, code, says);
}

static int64_t now(void *clock)
{
    (void)clock;
    return NOW_MS;
}

/* With `typed` on standard input and standard output going to the file; the exit code. */
static int run_with(const char *typed, const char *out_path, int argc, char *words[])
{
    static uint64_t seed = 11;
    char program[] = "aidpost", option[] = "--data", *argv[16] = {program};
    FILE *in = fmemopen((char *)(uintptr_t)typed, strlen(typed), "r"), *out = fopen(out_path, "w"), *err = fopen("/dev/null", "w");
    struct cli_system system = {.in = in, .out = out, .err = err, .random = random_seeded(&seed), .now_ms = now};
    assert_non_null(in);
    assert_non_null(out);
    assert_true(argc + 3 < 16);
    memcpy(argv + 1, words, (size_t)argc * sizeof words[0]);
    argv[argc + 1] = option;
    argv[argc + 2] = desk.center;
    int code = cli_run(&system, argc + 3, argv);
    fclose(in);
    fclose(out);
    fclose(err);
    return code;
}

static void a_field_stands_once(void **state)
{
    (void)state;
    run("add consultation content=a content=b", 2, "字段 content 写了两次");
    run("count consultation", 0, "0\n");
    run("add consultation content=a topic=content=", 0, NULL);
    run("set consultation --where content=a name=甲 name=乙", 2, "字段 name 写了两次");
    run("do draft new name=甲 case_type=民事 name=乙", 2, "字段 name 写了两次");
}

static void a_wrong_number_is_named_once(void **state)
{
    struct command command;
    (void)state;
    command_run(&command, desk.center, NOW_MS, "get zzz");
    assert_int_equal(command.code, 1);
    assert_string_equal(command.err, "aidpost: 编号应为 32 位十六进制数字，或至少前 6 位: zzz\n");
    command_release(&command);
}

/* 1 says that nothing changed. */
static void what_was_stored_is_not_called_failed(void **state)
{
    char add[] = "add", count[] = "count", type[] = "consultation", field[] = "content=a";
    (void)state;
    assert_int_equal(run_with(" ", "/dev/full", 3, (char *[]){add, type, field}), 3);
    run("count consultation", 0, "1\n");
    assert_int_equal(run_with(" ", "/dev/full", 2, (char *[]){count, type}), 1);
}

static void a_pipe_says_what_it_carries(void **state)
{
    static const char *const texts[] = {"内容,姓名\n欠薪,甲\n", "内容\t姓名\n欠薪\t甲\n", "\xEF\xBB\xBF{\"content\":\"欠薪\",\"name\":\"甲\"}\n", "\n{\"content\":\"欠薪\",\"name\":\"甲\"}\n"};
    char import[] = "import", type[] = "consultation", path[] = "-";
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(run_with(texts[i], "/dev/null", 3, (char *[]){import, type, path}), 0);
    run("count consultation --where 'content=欠薪 and name=甲'", 0, "4\n");
}

/* Pages of the file overwritten, one at a time: whether it can still be read or not, verify says what is wrong in its own shape. */
static void what_cannot_be_read_is_a_problem(void **state)
{
    enum { PAGE_BYTES = 4096, PAGES_MAX = 400 };
    static uint8_t page[PAGE_BYTES], garbage[PAGE_BYTES];
    char path[120];
    int unreadable = 0;
    (void)state;
    for (int i = 0; i < 20; i++)
        run("add consultation content=a", 0, NULL);
    snprintf(path, sizeof path, "%s/aidpost.db", desk.center);
    memset(garbage, 0xA5, sizeof garbage);
    for (long at = 1; at < PAGES_MAX && unreadable == 0; at++) {
        struct command command;
        FILE *file = fopen(path, "r+");
        assert_non_null(file);
        bool there = fseek(file, at * PAGE_BYTES, SEEK_SET) == 0 && fread(page, 1, PAGE_BYTES, file) == PAGE_BYTES;
        assert_int_equal(fseek(file, at * PAGE_BYTES, SEEK_SET), 0);
        if (there)
            assert_int_equal(fwrite(garbage, 1, PAGE_BYTES, file), PAGE_BYTES);
        fclose(file);
        if (!there)
            break;
        command_run(&command, desk.center, NOW_MS, "count consultation");
        bool opens = command.code == 0;
        command_release(&command);
        command_run(&command, desk.center, NOW_MS, "verify --json");
        if (opens && command.code != 0) {
            assert_int_equal(command.code, 1);
            assert_int_equal(strncmp(command.out, "{\"ok\":false,", 12), 0);
            unreadable += strstr(command.out, "数据文件已损坏") != NULL;
        }
        command_release(&command);
        file = fopen(path, "r+");
        assert_non_null(file);
        assert_int_equal(fseek(file, at * PAGE_BYTES, SEEK_SET), 0);
        assert_int_equal(fwrite(page, 1, PAGE_BYTES, file), PAGE_BYTES);
        fclose(file);
    }
    assert_int_equal(unreadable, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_field_stands_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_wrong_number_is_named_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_stored_is_not_called_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_a_problem, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_says_what_it_carries, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("cli_records", tests, NULL, NULL);
}
