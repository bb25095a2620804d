/* tests/test_bad_machine.c - the built program's screens on a machine whose disk is full or whose clock is wrong (tests/false_machine.c): what is typed stays, the message says what to do, work goes on afterwards.
 * The command line and the services on such a machine: full_disk_test.sh, clock_test.sh. */
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/pty_screen.h"

enum { PATH_BYTES = 600, ENVIRONMENT_MAX = 5 };

struct desk {
    struct pty_screen pty;
    char folder[64];
    char full[PATH_BYTES], clock[PATH_BYTES]; /* what the false machine looks at */
    char lines[ENVIRONMENT_MAX][PATH_BYTES];
};

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);

    snprintf(desk->folder, sizeof desk->folder, "/tmp/aidpost-bad-XXXXXX");
    if (mkdtemp(desk->folder) == NULL)
        return 1;
    pty_run(desk->folder, "init center --name 测试中心 --area 320117", NULL);
    snprintf(desk->full, sizeof desk->full, "%s/full", desk->folder);
    snprintf(desk->clock, sizeof desk->clock, "%s/clock", desk->folder);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    char command[200];

    snprintf(command, sizeof command, "rm -rf '%s'", desk->folder);
    int failed = system(command);
    free(desk);
    return failed;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void sit_down(struct desk *desk)
{
    const char *build = getenv("AIDPOST_BUILDDIR"), *sanitizer = getenv("ASAN_OPTIONS"), *environment[ENVIRONMENT_MAX] = {NULL};
    const char *arguments[] = {"--data", desk->folder, NULL};
    char library[PATH_MAX];

    assert_non_null(realpath(build != NULL ? build : ".", library));
    snprintf(desk->lines[0], PATH_BYTES, "LD_PRELOAD=%.400s/tests/false_machine.so", library);
    snprintf(desk->lines[1], PATH_BYTES, "FALSE_FULL=%.400s", desk->full);
    snprintf(desk->lines[2], PATH_BYTES, "FALSE_CLOCK=%.400s", desk->clock);
    snprintf(desk->lines[3], PATH_BYTES, "ASAN_OPTIONS=%.400s:verify_asan_link_order=0", sanitizer != NULL ? sanitizer : "");
    for (size_t i = 0; i + 1 < ENVIRONMENT_MAX; i++)
        environment[i] = desk->lines[i];
    pty_screen_start(&desk->pty, &(struct pty_start){.arguments = arguments, .environment = environment});
    pty_screen_wait(&desk->pty, "咨询速录");
}

static void expect_count(const struct desk *desk, const char *verb, const char *answer)
{
    struct buf out;

    buf_init(&out, 1 << 20);
    pty_run(desk->folder, verb, &out);
    if (strstr(buf_cstr(&out), answer) == NULL)
        fail_msg("%s: %s instead of %s", verb, buf_cstr(&out), answer);
    buf_release(&out);
}

/* Neither the draft nor the record finds room: the person is told, the form stays as it is, and the same key saves it later, once. */
static void what_is_typed_outlives_a_full_disk(void **state)
{
    struct desk *desk = *state;

    sit_down(desk);
    pty_screen_keys(&desk->pty, "11 Enter");
    pty_screen_wait(&desk->pty, ">姓名 [");
    write_text(desk->full, "");
    pty_screen_type(&desk->pty, "张文芳\r");
    pty_screen_wait(&desk->pty, "草稿没有存上: ");
    pty_screen_wait(&desk->pty, "磁盘已满");
    pty_screen_type(&desk->pty, "\r\r\r0201工资");
    pty_screen_wait(&desk->pty, "工资");
    pty_screen_keys(&desk->pty, "F2");
    pty_screen_wait(&desk->pty, "请清出空间后再试");
    pty_screen_wait(&desk->pty, "张文芳");
    assert_int_equal(unlink(desk->full), 0);
    expect_count(desk, "count consultation --json", "\"count\":0");
    pty_screen_keys(&desk->pty, "F2");
    pty_screen_wait(&desk->pty, "已保存");
    pty_screen_stop(&desk->pty, SIGTERM);
    expect_count(desk, "count consultation --json", "\"count\":1");
    expect_count(desk, "list consultation", "张文芳");
    expect_count(desk, "todo", "草稿 0");
    expect_count(desk, "verify", "核对无误");
}

static void set_clock(const struct desk *desk, long long seconds_off)
{
    char text[32];

    snprintf(text, sizeof text, "%lld\n", seconds_off);
    write_text(desk->clock, text);
}

/* Said on the first screen, and where an event is begun; records are taken; it is gone when the clock is right again. */
static void a_clock_that_is_wrong_is_said(void **state)
{
    struct desk *desk = *state;

    set_clock(desk, 3600 - (long long)time(NULL));
    sit_down(desk);
    pty_screen_wait(&desk->pty, "时钟  本机的钟是 1970-01-01，不对；日期和期限都会错");
    pty_screen_keys(&desk->pty, "27 Enter F5");
    pty_screen_wait(&desk->pty, "本机的钟是 1970-01-01");
    pty_screen_keys(&desk->pty, "F10 F10");
    pty_screen_wait(&desk->pty, "咨询速录");
    pty_screen_stop(&desk->pty, SIGTERM);
    pty_run(desk->folder, "add consultation content=电池换过以后", NULL);
    set_clock(desk, -20 * 86400);
    sit_down(desk);
    pty_screen_wait(&desk->pty, "时钟  本机的钟慢了或曾快过: 现在 ");
    pty_screen_stop(&desk->pty, SIGTERM);
    set_clock(desk, 0);
    sit_down(desk);
    pty_screen_wait(&desk->pty, "没有待办");
    pty_screen_stop(&desk->pty, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_typed_outlives_a_full_disk, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_clock_that_is_wrong_is_said, open_desk, close_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
