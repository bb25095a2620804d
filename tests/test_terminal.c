/* tests/test_terminal.c - the built program on a real pty, read back through libvterm: the one place where curses, terminfo and the decoder meet.
 *
 * No sleeps: every step waits for what the screen must show, with a deadline. Also counts what the program sends: a typed hanzi costs at most 8 bytes,
 * an arrow in a list at most 32 (research: a slow line is 1,200 bytes a second). Needs the built aidpost in AIDPOST_BUILDDIR. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/pty_screen.h"

enum { HANZI_MAX_BYTES = 8, ARROW_MAX_BYTES = 32 };

struct desk {
    struct pty_screen pty;
    char folder[64];
};

/* account: given as --as, or NULL. */
static void start_as(struct desk *desk, const char *term, const char *account)
{
    const char *const arguments[] = {"--data", desk->folder, account != NULL ? "--as" : NULL, account, NULL};
    pty_screen_start(&desk->pty, &(struct pty_start){.term = term, .arguments = arguments});
}

static void start(struct desk *desk, const char *term)
{
    start_as(desk, term, NULL);
}

static int open_store(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    snprintf(desk->folder, sizeof desk->folder, "/tmp/aidpost-pty-XXXXXX");
    if (mkdtemp(desk->folder) == NULL)
        return 1;
    pty_run(desk->folder, "init center --name 测试中心 --area 320117", NULL);
    for (int i = 0; i < 5; i++) {
        char add[100];
        snprintf(add, sizeof add, "add consultation name=来访人 content=第%d件事", i);
        pty_run(desk->folder, add, NULL);
    }
    *state = desk;
    return 0;
}

static int drop_store(void **state)
{
    struct desk *desk = *state;
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", desk->folder);
    int failed = system(command);
    free(desk);
    return failed;
}

/* The answer to the width probe comes behind the first picture, which on a slow line is not sent twice. */
static void test_the_first_picture_is_painted_once(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;

    start(desk, "xterm-256color");
    pty_screen_wait(pty, "咨询速录");
    pty_screen_settle(pty);
    size_t first = pty->bytes;
    pty->bytes = 0;
    pty_screen_type(pty, "\x0c"); /* Ctrl-L: everything once more */
    pty_screen_settle(pty);
    assert_in_range(first, 1, (size_t)pty->bytes * 5 / 4);
    pty_screen_keys(pty, "F10");
    pty_screen_stop(pty, 0);
}

/* The program starts only when there is something to read. */
static int start_late(void *context)
{
    const struct desk *desk = context;
    struct pollfd typed = {.fd = STDIN_FILENO, .events = POLLIN};
    const char *build = getenv("AIDPOST_BUILDDIR");
    char program[600];

    snprintf(program, sizeof program, "%s/aidpost", build != NULL ? build : ".");
    if (poll(&typed, 1, PTY_DEADLINE_MS) == 1)
        execl(program, "aidpost", "--data", desk->folder, (char *)NULL);
    return 1;
}

/* Who knows the way types on while the program still starts: the tty makes of Enter a line feed then. */
static void test_what_is_typed_before_the_screens_are_there_counts(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;

    pty_screen_start(pty, &(struct pty_start){.child = start_late, .context = desk});
    pty_screen_type(pty, "11\r张\r");
    pty_screen_wait(pty, "姓名 [张");
    pty_screen_wait(pty, ">性别");
    pty_screen_keys(pty, "F10 F10");
    pty_screen_stop(pty, 0);
}

static void test_quick_entry_and_drafts_on_a_pty(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    pty_screen_wait(pty, "咨询速录");
    pty_screen_type(pty, "11\r");
    pty_screen_wait(pty, "姓名 [");
    pty_screen_settle(pty);
    pty->bytes = 0;
    pty_screen_type(pty, "张");
    pty_screen_wait(pty, "张");
    pty_screen_settle(pty);
    pty->bytes = 0;
    pty_screen_type(pty, "文");
    pty_screen_wait(pty, "张文");
    pty_screen_settle(pty);
    assert_true(pty->bytes <= HANZI_MAX_BYTES);
    pty_screen_type(pty, "\r");
    pty_screen_wait(pty, "草稿"); /* stored when the field was left */
    pty_screen_stop(pty, SIGKILL);    /* the line drops */
    start(desk, "xterm-256color");
    pty_screen_wait(pty, "咨询 未写完");
    pty_screen_type(pty, "1\r");
    pty_screen_wait(pty, "[张文");
    pty_screen_type(pty, "\x1b[21~"); /* F10 */
    pty_screen_wait(pty, "待办");
    pty_screen_type(pty, "\x1b[21~");
    pty_screen_stop(pty, 0);
}

static void test_an_arrow_in_a_list_is_cheap(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    pty_screen_wait(pty, "咨询速录");
    pty_screen_type(pty, "16\r");
    pty_screen_wait(pty, "第0件事");
    pty_screen_settle(pty);
    pty->bytes = 0;
    pty_screen_type(pty, "\x1b[B");
    pty_screen_settle(pty);
    assert_true(pty->bytes > 0);
    assert_true(pty->bytes <= ARROW_MAX_BYTES);
    pty_screen_type(pty, "\x1b[21~");
    pty_screen_stop(pty, SIGHUP);
}

/* For a screen reader: nothing it would spell out, and the cursor where the person works. */
static void test_plain_screens_for_the_ear(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    const char *const arguments[] = {"--data", desk->folder, "--plain", NULL};
    pty_screen_start(pty, &(struct pty_start){.arguments = arguments});
    pty_screen_wait(pty, "咨询速录");
    pty_screen_type(pty, "11\r");
    pty_screen_wait(pty, "姓名 [ ");
    pty_screen_settle(pty);
    assert_false(pty_screen_shows(pty, "--"));
    assert_false(pty_screen_shows(pty, "_"));
    assert_true(pty->cursor_visible);
    assert_int_equal(pty->cursor_row, 2);
    assert_int_equal(pty->cursor_col, 7);
    pty_screen_resize(pty, 30, 100);
    pty_screen_wait(pty, "F10返回");
    pty_screen_settle(pty);
    assert_false(pty_screen_shows(pty, "--"));
    pty_screen_stop(pty, SIGHUP);
}

static void test_strange_terminals_and_a_small_window(void **state)
{
    static const char *const TERMS[] = {"linux", "vt100", "putty", "screen-256color", "no-such-terminal"};
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    for (size_t i = 0; i < sizeof TERMS / sizeof TERMS[0]; i++) {
        start(desk, TERMS[i]);
        pty_screen_wait(pty, "咨询速录");
        pty_screen_stop(pty, SIGTERM);
    }
    start(desk, "xterm-256color");
    pty_screen_wait(pty, "咨询速录");
    pty_screen_resize(pty, 10, 40);
    pty_screen_wait(pty, "窗口");
    pty_screen_stop(pty, SIGTERM);
}

static void test_signing_in_locking_and_out_on_a_pty(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    char path[128], add[200];
    struct buf rows;
    snprintf(path, sizeof path, "%s/word", desk->folder);
    FILE *word = fopen(path, "w");
    assert_non_null(word);
    fputs("Xiaoming-26\n", word);
    fclose(word);
    snprintf(add, sizeof add, "user add xm --role clerk --password-file '%s'", path);
    pty_run(desk->folder, add, NULL);
    pty_run(desk->folder, "rule set require_signin 1", NULL);
    start(desk, "xterm-256color");
    pty_screen_wait(pty, "账号 [");
    assert_false(pty_screen_shows(pty, "待办"));
    pty_screen_type(pty, "xm\rXiaoming-25\r");
    pty_screen_wait(pty, "账号或密码不对");
    pty_screen_type(pty, "Xiaoming-26\r");
    pty_screen_wait(pty, "待办");
    pty_screen_wait(pty, " xm ");
    pty_screen_type(pty, "11\r");
    pty_screen_wait(pty, "姓名 [");
    pty_screen_type(pty, "张文芳");
    pty_screen_wait(pty, "张文芳");
    pty_screen_type(pty, "\x11"); /* Ctrl-Q: no flow control in between */
    pty_screen_wait(pty, "已锁屏");
    pty_screen_wait_gone(pty, "张文芳"); /* the rows below are painted behind the title */
    pty_screen_type(pty, "Xiaoming-26\r");
    pty_screen_wait(pty, "张文芳");
    pty_screen_type(pty, "\x1b[21~"); /* F10: back home, then out, then the end of the program */
    pty_screen_wait(pty, "待办");
    pty_screen_type(pty, "\x1b[21~");
    pty_screen_wait(pty, "已退出");
    pty_screen_type(pty, "\x1b[21~");
    pty_screen_stop(pty, 0);
    pty_run(desk->folder, "rule set require_signin 0", NULL);
    start_as(desk, "xterm-256color", "xm");
    pty_screen_wait(pty, "账号 [xm");
    pty_screen_type(pty, "Xiaoming-26\r");
    pty_screen_wait(pty, "待办");
    pty_screen_stop(pty, SIGHUP); /* leaving that way is noted, too */
    /* Newest first: 登录 密码不对 锁屏 解锁 退出, 登录 退出. */
    static const char *const expected[] = {"\"05\"", "\"01\"", "\"05\"", "\"07\"", "\"06\"", "\"01\"", "\"02\""};
    buf_init(&rows, 1 << 16);
    pty_run(desk->folder, "signins --json", &rows);
    const char *at = buf_cstr(&rows);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        at = strstr(at, "\"result\":");
        assert_non_null(at);
        at += strlen("\"result\":");
        assert_memory_equal(at, expected[i], 4);
    }
    assert_null(strstr(at, "\"result\":"));
    assert_null(strstr(buf_cstr(&rows), "Xiaoming-2"));
    buf_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_is_typed_before_the_screens_are_there_counts, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_the_first_picture_is_painted_once, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_quick_entry_and_drafts_on_a_pty, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_an_arrow_in_a_list_is_cheap, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_signing_in_locking_and_out_on_a_pty, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_plain_screens_for_the_ear, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_strange_terminals_and_a_small_window, open_store, drop_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
