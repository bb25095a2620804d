/* tests/test_terminal.c - the built program on a real pty, read back through libvterm: the one place where curses, terminfo and the decoder meet.
 *
 * No sleeps: every step waits for what the screen must show, with a deadline. Also counts what the program sends: a typed hanzi costs at most 8 bytes,
 * an arrow in a list at most 32 (research: a slow line is 1,200 bytes a second). Needs the built aidpost in AIDPOST_BUILDDIR. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

#include "core/base/utf8.h"

enum { ROWS = 24, COLS = 80, DEADLINE_MS = 15000, QUIET_MS = 120, ROW_BYTES = COLS * 4 + 1, HANZI_MAX_BYTES = 8, ARROW_MAX_BYTES = 32 };

struct pty {
    pid_t pid;
    int fd;
    VTerm *vt;
    VTermScreen *screen;
    size_t bytes; /* from the program since the last look */
    char folder[64];
};

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static const char *program(char out[512])
{
    const char *build = getenv("AIDPOST_BUILDDIR");
    snprintf(out, 512, "%s/aidpost", build == NULL ? "." : build);
    return out;
}

static void run(const char *arguments)
{
    char path[512], command[1200];
    snprintf(command, sizeof command, "'%s' %s >/dev/null 2>&1", program(path), arguments);
    assert_int_equal(system(command), 0);
}

/* Answers that libvterm writes (cursor position for the width probe) go back to the program. */
static void pass_answers(struct pty *pty)
{
    char out[256];
    size_t len;
    while ((len = vterm_output_read(pty->vt, out, sizeof out)) > 0)
        assert_int_equal(write(pty->fd, out, len), (ssize_t)len);
}

/* Take what comes within wait_ms; false when nothing came. */
static bool pump(struct pty *pty, int wait_ms)
{
    char in[4096];
    struct pollfd pollfd = {.fd = pty->fd, .events = POLLIN};
    if (poll(&pollfd, 1, wait_ms) <= 0)
        return false;
    ssize_t len = read(pty->fd, in, sizeof in);
    if (len <= 0)
        return false;
    pty->bytes += (size_t)len;
    vterm_input_write(pty->vt, in, (size_t)len);
    pass_answers(pty);
    return true;
}

static void row_text(struct pty *pty, int row, char out[ROW_BYTES])
{
    size_t used = 0;
    for (int col = 0; col < COLS;) {
        VTermScreenCell cell;
        vterm_screen_get_cell(pty->screen, (VTermPos){.row = row, .col = col}, &cell);
        uint32_t code = cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1 ? ' ' : cell.chars[0];
        used += utf8_encode(code, out + used);
        col += cell.width > 1 ? cell.width : 1;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

static bool shows(struct pty *pty, const char *text)
{
    char row[ROW_BYTES];
    for (int i = 0; i < ROWS; i++) {
        row_text(pty, i, row);
        if (strstr(row, text) != NULL)
            return true;
    }
    return false;
}

static void wait_for(struct pty *pty, const char *text)
{
    int64_t end = now_ms() + DEADLINE_MS;
    while (!shows(pty, text)) {
        if (now_ms() > end) {
            char row[ROW_BYTES];
            for (int i = 0; i < ROWS; i++) {
                row_text(pty, i, row);
                print_error("|%s\n", row);
            }
            fail_msg("the screen never showed: %s", text);
        }
        pump(pty, 50);
    }
}

static void wait_gone(struct pty *pty, const char *text)
{
    int64_t end = now_ms() + DEADLINE_MS;
    while (shows(pty, text)) {
        if (now_ms() > end)
            fail_msg("the screen goes on showing: %s", text);
        pump(pty, 50);
    }
}

static void settle(struct pty *pty)
{
    while (pump(pty, QUIET_MS))
        ;
}

static void type(struct pty *pty, const char *keys)
{
    assert_int_equal(write(pty->fd, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* account: given as --as, or NULL. */
static void start_as(struct pty *pty, const char *term, const char *account)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
    char path[512];
    pty->vt = vterm_new(ROWS, COLS);
    vterm_set_utf8(pty->vt, 1);
    pty->screen = vterm_obtain_screen(pty->vt);
    vterm_screen_reset(pty->screen, 1);
    pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
    assert_true(pty->pid >= 0);
    if (pty->pid == 0) {
        setenv("TERM", term, 1);
        unsetenv("LANG");
        unsetenv("LC_ALL");
        if (account != NULL)
            execl(program(path), "aidpost", "--data", pty->folder, "--as", account, (char *)NULL);
        else
            execl(program(path), "aidpost", "--data", pty->folder, (char *)NULL);
        _exit(127);
    }
}

static void start(struct pty *pty, const char *term)
{
    start_as(pty, term, NULL);
}

static void stop(struct pty *pty, int signal_no)
{
    int status;
    if (signal_no != 0)
        kill(pty->pid, signal_no);
    int64_t end = now_ms() + DEADLINE_MS;
    while (waitpid(pty->pid, &status, WNOHANG) == 0) {
        pump(pty, 20);
        assert_true(now_ms() < end);
    }
    close(pty->fd);
    vterm_free(pty->vt);
}

static int open_store(void **state)
{
    static const char *const ORDER = "init center --name 测试中心 --area 320117 --data '%s'";
    char arguments[200];
    struct pty *pty = calloc(1, sizeof *pty);
    snprintf(pty->folder, sizeof pty->folder, "/tmp/aidpost-pty-XXXXXX");
    if (mkdtemp(pty->folder) == NULL)
        return 1;
    snprintf(arguments, sizeof arguments, ORDER, pty->folder);
    run(arguments);
    for (int i = 0; i < 5; i++) {
        snprintf(arguments, sizeof arguments, "add consultation name=来访人 content=第%d件事 --data '%s'", i, pty->folder);
        run(arguments);
    }
    *state = pty;
    return 0;
}

static int drop_store(void **state)
{
    struct pty *pty = *state;
    char command[200];
    snprintf(command, sizeof command, "rm -rf '%s'", pty->folder);
    int failed = system(command);
    free(pty);
    return failed;
}

static void test_quick_entry_and_drafts_on_a_pty(void **state)
{
    struct pty *pty = *state;
    start(pty, "xterm-256color");
    wait_for(pty, "咨询速录");
    type(pty, "11\r");
    wait_for(pty, "姓名 [");
    settle(pty);
    pty->bytes = 0;
    type(pty, "张");
    wait_for(pty, "张");
    settle(pty);
    pty->bytes = 0;
    type(pty, "文");
    wait_for(pty, "张文");
    settle(pty);
    assert_true(pty->bytes <= HANZI_MAX_BYTES);
    type(pty, "\r");
    wait_for(pty, "草稿"); /* stored when the field was left */
    stop(pty, SIGKILL);    /* the line drops */
    start(pty, "xterm-256color");
    wait_for(pty, "咨询 未写完");
    type(pty, "1\r");
    wait_for(pty, "[张文");
    type(pty, "\x1b[21~"); /* F10 */
    wait_for(pty, "待办");
    type(pty, "\x1b[21~");
    stop(pty, 0);
}

static void test_an_arrow_in_a_list_is_cheap(void **state)
{
    struct pty *pty = *state;
    start(pty, "xterm-256color");
    wait_for(pty, "咨询速录");
    type(pty, "16\r");
    wait_for(pty, "第0件事");
    settle(pty);
    pty->bytes = 0;
    type(pty, "\x1b[B");
    settle(pty);
    assert_true(pty->bytes > 0);
    assert_true(pty->bytes <= ARROW_MAX_BYTES);
    type(pty, "\x1b[21~");
    stop(pty, SIGHUP);
}

static void test_strange_terminals_and_a_small_window(void **state)
{
    static const char *const TERMS[] = {"linux", "vt100", "putty", "screen-256color", "no-such-terminal"};
    struct pty *pty = *state;
    for (size_t i = 0; i < sizeof TERMS / sizeof TERMS[0]; i++) {
        start(pty, TERMS[i]);
        wait_for(pty, "咨询速录");
        stop(pty, SIGTERM);
    }
    start(pty, "xterm-256color");
    wait_for(pty, "咨询速录");
    struct winsize size = {.ws_row = 10, .ws_col = 40};
    vterm_set_size(pty->vt, 10, 40);
    assert_int_equal(ioctl(pty->fd, TIOCSWINSZ, &size), 0);
    int64_t end = now_ms() + DEADLINE_MS;
    char row[ROW_BYTES] = "";
    while (strstr(row, "窗口") == NULL && now_ms() < end) {
        pump(pty, 50);
        for (int r = 0; r < 10 && strstr(row, "窗口") == NULL; r++) {
            size_t used = 0;
            for (int col = 0; col < 40;) {
                VTermScreenCell cell;
                vterm_screen_get_cell(pty->screen, (VTermPos){.row = r, .col = col}, &cell);
                used += utf8_encode(cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1 ? ' ' : cell.chars[0], row + used);
                col += cell.width > 1 ? cell.width : 1;
            }
            row[used] = '\0';
        }
    }
    assert_non_null(strstr(row, "窗口"));
    stop(pty, SIGTERM);
}

static void run_here(struct pty *pty, const char *verb)
{
    char arguments[300];
    snprintf(arguments, sizeof arguments, "%s --data '%s'", verb, pty->folder);
    run(arguments);
}

/* What a verb of the store prints, in out. */
static void read_verb(struct pty *pty, const char *verb, char *out, size_t out_bytes)
{
    char path[512], command[800];
    snprintf(command, sizeof command, "'%s' %s --data '%s'", program(path), verb, pty->folder);
    FILE *from = popen(command, "r");
    assert_non_null(from);
    size_t len = fread(out, 1, out_bytes - 1, from);
    out[len] = '\0';
    assert_int_equal(pclose(from), 0);
}

static void test_signing_in_locking_and_out_on_a_pty(void **state)
{
    struct pty *pty = *state;
    char path[128], add[200], rows[4096];
    snprintf(path, sizeof path, "%s/word", pty->folder);
    FILE *word = fopen(path, "w");
    assert_non_null(word);
    fputs("Xiaoming-26\n", word);
    fclose(word);
    snprintf(add, sizeof add, "user add xm --role clerk --password-file '%s'", path);
    run_here(pty, add);
    run_here(pty, "rule set require_signin 1");
    start(pty, "xterm-256color");
    wait_for(pty, "账号 [");
    assert_false(shows(pty, "待办"));
    type(pty, "xm\rXiaoming-25\r");
    wait_for(pty, "账号或密码不对");
    type(pty, "Xiaoming-26\r");
    wait_for(pty, "待办");
    wait_for(pty, " xm ");
    type(pty, "11\r");
    wait_for(pty, "姓名 [");
    type(pty, "张文芳");
    wait_for(pty, "张文芳");
    type(pty, "\x11"); /* Ctrl-Q: no flow control in between */
    wait_for(pty, "已锁屏");
    wait_gone(pty, "张文芳"); /* the rows below are painted behind the title */
    type(pty, "Xiaoming-26\r");
    wait_for(pty, "张文芳");
    type(pty, "\x1b[21~"); /* F10: back home, then out, then the end of the program */
    wait_for(pty, "待办");
    type(pty, "\x1b[21~");
    wait_for(pty, "已退出");
    type(pty, "\x1b[21~");
    stop(pty, 0);
    run_here(pty, "rule set require_signin 0");
    start_as(pty, "xterm-256color", "xm");
    wait_for(pty, "账号 [xm");
    type(pty, "Xiaoming-26\r");
    wait_for(pty, "待办");
    stop(pty, SIGHUP); /* leaving that way is noted, too */
    /* Newest first: 登录 密码不对 锁屏 解锁 退出, 登录 退出. */
    static const char *const expected[] = {"\"05\"", "\"01\"", "\"05\"", "\"07\"", "\"06\"", "\"01\"", "\"02\""};
    read_verb(pty, "signins --json", rows, sizeof rows);
    const char *at = rows;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        at = strstr(at, "\"result\":");
        assert_non_null(at);
        at += strlen("\"result\":");
        assert_memory_equal(at, expected[i], 4);
    }
    assert_null(strstr(at, "\"result\":"));
    assert_null(strstr(rows, "Xiaoming-2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_quick_entry_and_drafts_on_a_pty, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_an_arrow_in_a_list_is_cheap, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_signing_in_locking_and_out_on_a_pty, open_store, drop_store),
        cmocka_unit_test_setup_teardown(test_strange_terminals_and_a_small_window, open_store, drop_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
