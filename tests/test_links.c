/* tests/test_links.c - the built program on lines and terminals as stations have them: 9,600 bit/s, a line that stands still, one that drops, a terminal set to GBK,
 * keys in every spelling, noise, pastes, sizes that change at every step.
 *
 * A slow line is the pty read at a rate; a GBK terminal is one whose bytes are recoded between the pty and libvterm. Deadlines, no sleeps, but for the rate. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tests/pty_screen.h"
#include "tui/charset.h"

enum { LINE_RATE = 960, CHUNK_MS = 20, REPEAT_MS = 33, HELD_MS = 2000, QUEUED_KEYS = 64, QUEUED_MAX_BYTES = 300, HANZI_MAX_BYTES = 4, ARROW_MAX_BYTES = 16, RECORDS = 1200 };

struct desk {
    struct pty_screen pty;
    char folder[64];
};

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void start_with(struct desk *desk, const char *term, const char *option, const char *value)
{
    const char *const arguments[] = {"--data", desk->folder, option, value, NULL};
    pty_screen_start(&desk->pty, &(struct pty_start){.term = term, .arguments = arguments});
}

static void start(struct desk *desk, const char *term)
{
    start_with(desk, term, NULL, NULL);
}

static void import_records(const char *folder)
{
    char path[128], verb[200];
    snprintf(path, sizeof path, "%s/in.jsonl", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < RECORDS; i++)
        fprintf(file, "{\"name\":\"张文%d\",\"content\":\"第%d件事：单位拖欠工资，要求支付\",\"phone\":\"139000%05d\",\"date\":\"2026-%02d-%02d\"}\n", i, i, i, 1 + i % 9, 1 + i % 28);
    fclose(file);
    snprintf(verb, sizeof verb, "import consultation '%s'", path);
    pty_run(folder, verb, NULL);
}

static int open_store(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    snprintf(desk->folder, sizeof desk->folder, "/tmp/aidpost-links-XXXXXX");
    if (mkdtemp(desk->folder) == NULL)
        return 1;
    pty_run(desk->folder, "init center --name 测试中心 --area 320117", NULL);
    import_records(desk->folder);
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

static void open_list(struct desk *desk)
{
    pty_screen_wait(&desk->pty, "咨询速录");
    pty_screen_type(&desk->pty, "16\r");
    pty_screen_wait(&desk->pty, "咨询内容");
    pty_screen_settle(&desk->pty);
}

static void open_entry(struct desk *desk)
{
    pty_screen_wait(&desk->pty, "咨询速录");
    pty_screen_type(&desk->pty, "11\r");
    pty_screen_wait(&desk->pty, "姓名 [");
    pty_screen_settle(&desk->pty);
}

/* ---- slow lines ---- */

/* What a line of LINE_RATE carries in a chunk of time. Returns the bytes. answers: whether the terminal's answers go back. */
static size_t carry(struct pty_screen *pty, bool answers)
{
    char in[LINE_RATE], out[256];
    struct timespec chunk = {0, CHUNK_MS * 1000000};
    struct pollfd ready = {.fd = pty->fd, .events = POLLIN};
    nanosleep(&chunk, NULL);
    ssize_t len = poll(&ready, 1, 0) > 0 ? read(pty->fd, in, LINE_RATE * CHUNK_MS / 1000) : 0;
    if (len <= 0)
        return 0;
    vterm_input_write(pty->vt, in, (size_t)len);
    size_t n;
    while ((n = vterm_output_read(pty->vt, out, sizeof out)) > 0)
        assert_true(!answers || write(pty->fd, out, n) == (ssize_t)n);
    return (size_t)len;
}

/* Until nothing came for 400 ms; returns when the last bytes came, and how many in *bytes. */
static int64_t carry_all(struct pty_screen *pty, bool answers, size_t *bytes)
{
    int64_t last = now_ms();
    *bytes = 0;
    while (now_ms() - last < 400) {
        size_t n = carry(pty, answers);
        *bytes += n;
        last = n > 0 ? now_ms() : last;
    }
    return last;
}

/* Hold PgDn for 2 s on a line of 9,600 bit/s; how long after the last key the line falls silent, and what a page takes on it. */
static int64_t hold_page_key(struct desk *desk, bool answers, int64_t *page_ms)
{
    struct pty_screen *pty = &desk->pty;
    size_t bytes;
    start(desk, "xterm-256color");
    carry_all(pty, answers, &bytes);
    pty_screen_type(pty, "16\r");
    carry_all(pty, answers, &bytes);
    pty_screen_type(pty, "\033[6~");
    carry_all(pty, answers, &bytes);
    *page_ms = (int64_t)bytes * 1000 / LINE_RATE;
    int64_t began = now_ms(), next = began, key = began;
    while (now_ms() - began < HELD_MS) {
        if (now_ms() >= next) {
            pty_screen_type(pty, "\033[6~");
            key = now_ms();
            next += REPEAT_MS;
        }
        carry(pty, answers);
    }
    int64_t late = carry_all(pty, answers, &bytes) - key;
    assert_true(pty_screen_shows(pty, "咨询内容"));
    pty_screen_stop(pty, SIGHUP);
    return late;
}

static void test_a_held_page_key_on_9600_bits(void **state)
{
    int64_t page_ms, late = hold_page_key(*state, true, &page_ms);
    print_message("a page %d ms, painted out after %d ms\n", (int)page_ms, (int)late);
    assert_in_range(page_ms, 300, 2500);
    assert_true(late <= page_ms + 300);
}

static void test_a_held_page_key_where_the_terminal_answers_nothing(void **state)
{
    int64_t page_ms, late = hold_page_key(*state, false, &page_ms);
    print_message("a page %d ms, painted out after %d ms\n", (int)page_ms, (int)late);
    assert_true(late <= 5 * page_ms / 2 + 300);
}

static void test_keys_typed_ahead_are_one_frame(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    char keys[QUEUED_KEYS * 4 + 1] = "";
    start(desk, "xterm-256color");
    open_entry(desk);
    pty_screen_type(pty, "\033[B\033[B\033[B\033[B\033[B"); /* to a field with room */
    pty_screen_settle(pty);
    for (int i = 0; i < QUEUED_KEYS; i++)
        strcat(keys, i % 2 == 0 ? "青" : "石");
    pty->bytes = 0;
    pty_screen_type(pty, keys);
    pty_screen_settle(pty);
    assert_true(pty_screen_shows(pty, "青石青石青石青石青石"));
    print_message("64 hanzi at once: %zu bytes\n", pty->bytes);
    assert_in_range(pty->bytes, 1, QUEUED_MAX_BYTES);
    pty_screen_type(pty, "\033[21~");
    open_list(desk);
    keys[0] = '\0';
    for (int i = 0; i < QUEUED_KEYS; i++)
        strcat(keys, i % 8 < 4 ? "\033[B" : "\033[A");
    strcat(keys, "\033[B");
    pty->bytes = 0;
    pty_screen_type(pty, keys);
    pty_screen_settle(pty);
    assert_in_range(pty->bytes, 1, ARROW_MAX_BYTES); /* there and back, and one further */
    pty_screen_stop(pty, SIGHUP);
}

static void test_bytes_of_a_key(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    static const char *const text[] = {"张", "文", "芳", "赵", "秀", "兰"};
    start(desk, "xterm-256color");
    open_list(desk);
    for (int i = 0; i < 12; i++) {
        pty->bytes = 0;
        pty_screen_type(pty, i < 6 ? "\033[B" : "\033[A");
        pty_screen_settle(pty);
        assert_in_range(pty->bytes, 1, ARROW_MAX_BYTES);
    }
    pty->bytes = 0;
    pty_screen_type(pty, "\033[6~");
    pty_screen_settle(pty);
    struct buf shown;
    buf_init(&shown, 1 << 20);
    pty_screen_text(pty, &shown);
    print_message("a page: %zu bytes for %zu of text\n", pty->bytes, shown.len);
    assert_true(pty->bytes * 10 <= shown.len * 11);
    buf_release(&shown);
    pty_screen_type(pty, "\033[21~");
    open_entry(desk);
    pty_screen_type(pty, "王");
    pty_screen_settle(pty);
    pty->bytes = 0;
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        pty_screen_type(pty, text[i]);
        pty_screen_settle(pty);
    }
    assert_true(pty_screen_shows(pty, "王张文芳赵秀兰"));
    print_message("six hanzi: %zu bytes\n", pty->bytes);
    assert_true(pty->bytes <= 6 * HANZI_MAX_BYTES);
    pty_screen_stop(pty, SIGHUP);
}

/* ---- lines that stand still, and dead ones ---- */

static int drafts(struct desk *desk)
{
    struct buf out;
    int n = -1;
    buf_init(&out, 1 << 20);
    pty_run(desk->folder, "todo --json", &out);
    const char *at = strstr(buf_cstr(&out), "\"drafts\":");
    assert_non_null(at);
    n = atoi(at + strlen("\"drafts\":"));
    buf_release(&out);
    return n;
}

static void test_a_terminal_that_stands_still_stops_no_draft(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    open_entry(desk);
    int before = drafts(desk);
    /* From here nobody reads: pages until the kernel takes no more, then a form is filled in blindly. */
    for (int i = 0; i < 400; i++) {
        pty_screen_type(pty, i % 2 == 0 ? "\x0c" : "\033[6~"); /* Ctrl-L paints all */
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    pty_screen_type(pty, "李四\r");
    int64_t end = now_ms() + PTY_DEADLINE_MS;
    while (drafts(desk) == before && now_ms() < end)
        continue;
    assert_int_equal(drafts(desk), before + 1);
    /* It reads again, and shows the newest picture. */
    pty_screen_wait(pty, "李四");
    pty_screen_stop(pty, SIGHUP);
}

static double cpu_s_of(pid_t pid)
{
    char path[64];
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel), 2);
    fclose(file);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static void test_idle_costs_next_to_nothing(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    open_list(desk);
    double before = cpu_s_of(pty->pid);
    int64_t end = now_ms() + 3000;
    pty->bytes = 0;
    while (now_ms() < end)
        pty_screen_pump(pty, 100);
    assert_true(pty->bytes <= 16);
    assert_true(cpu_s_of(pty->pid) - before <= 0.05);
    pty_screen_stop(pty, SIGHUP);
}

/* However the line goes, the program ends by itself, at once, and what was written is a draft. */
static void end_with(struct desk *desk, int how)
{
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    open_entry(desk);
    pty_screen_type(pty, "王五");
    pty_screen_wait(pty, "王五");
    int before = drafts(desk);
    if (how == 0)
        close(pty->fd); /* the ssh client is gone: EIO and SIGHUP */
    else
        kill(pty->pid, how);
    int64_t end = now_ms() + PTY_DEADLINE_MS;
    int status = 0;
    pid_t gone = 0;
    while ((gone = waitpid(pty->pid, &status, WNOHANG)) == 0 && now_ms() < end)
        if (how != 0)
            pty_screen_pump(pty, 10);
    assert_int_equal(gone, pty->pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(drafts(desk), before + 1);
    if (how != 0)
        close(pty->fd);
    vterm_free(pty->vt);
}

static void test_dead_lines(void **state)
{
    end_with(*state, 0);
    end_with(*state, SIGHUP);
    end_with(*state, SIGTERM);
}

/* ---- GBK ---- */

struct gbk_terminal {
    struct pty_screen *pty;
    struct charset charset;
};

static void gbk_pump(struct gbk_terminal *terminal)
{
    char in[4096], out[256];
    struct pty_screen *pty = terminal->pty;
    struct pollfd ready = {.fd = pty->fd, .events = POLLIN};
    struct buf text;
    if (poll(&ready, 1, 50) <= 0)
        return;
    ssize_t len = read(pty->fd, in, sizeof in);
    if (len <= 0)
        return;
    buf_init(&text, 1 << 16);
    charset_decode(&terminal->charset, (const uint8_t *)in, (size_t)len, &text);
    vterm_input_write(pty->vt, buf_cstr(&text), text.len);
    buf_release(&text);
    size_t n;
    while ((n = vterm_output_read(pty->vt, out, sizeof out)) > 0)
        assert_int_equal(write(pty->fd, out, n), (ssize_t)n);
}

static void gbk_wait(struct gbk_terminal *terminal, const char *text)
{
    int64_t end = now_ms() + PTY_DEADLINE_MS;
    while (!pty_screen_shows(terminal->pty, text)) {
        if (now_ms() > end) {
            pty_screen_print(terminal->pty);
            fail_msg("the GBK screen never showed: %s", text);
        }
        gbk_pump(terminal);
    }
}

static void gbk_type(struct gbk_terminal *terminal, const char *text)
{
    struct buf bytes;
    buf_init(&bytes, 4096);
    charset_encode(&terminal->charset, text, strlen(text), &bytes);
    pty_screen_type(terminal->pty, buf_cstr(&bytes));
    buf_release(&bytes);
}

static void test_a_terminal_set_to_gbk(void **state)
{
    struct desk *desk = *state;
    struct gbk_terminal terminal = {.pty = &desk->pty};
    assert_int_equal(charset_open(&terminal.charset, CHARSET_GB18030), STATUS_OK);
    terminal.charset.four_bytes = true;
    start(desk, "xterm-256color");
    gbk_wait(&terminal, "看得清请按 1");
    gbk_wait(&terminal, "not set to UTF-8");
    gbk_type(&terminal, "1");
    gbk_wait(&terminal, "咨询速录");
    gbk_type(&terminal, "11\r");
    gbk_wait(&terminal, "姓名 [");
    gbk_type(&terminal, "朱镕𫖯");
    gbk_wait(&terminal, "朱镕𫖯");
    pty_screen_type(terminal.pty, "\xff\xb0"); /* bad, and the beginning of a character: no key is lost behind them */
    gbk_type(&terminal, "\r");
    gbk_wait(&terminal, "草稿");
    gbk_type(&terminal, "\033[21~");
    gbk_wait(&terminal, "待办");
    pty_screen_stop(&desk->pty, SIGHUP);
    start(desk, "xterm-256color"); /* what was stored is the name */
    pty_screen_wait(&desk->pty, "咨询 未写完");
    pty_screen_type(&desk->pty, "1\r");
    pty_screen_wait(&desk->pty, "[朱镕𫖯");
    pty_screen_stop(&desk->pty, SIGHUP);
    charset_close(&terminal.charset);
}

static void test_gbk_that_was_told_is_not_asked_for(void **state)
{
    struct desk *desk = *state;
    struct gbk_terminal terminal = {.pty = &desk->pty};
    assert_int_equal(charset_open(&terminal.charset, CHARSET_GB18030), STATUS_OK);
    start_with(desk, "xterm-256color", "--charset", "gbk");
    gbk_wait(&terminal, "咨询速录");
    pty_screen_stop(&desk->pty, SIGHUP);
    charset_close(&terminal.charset);
}

/* A Latin-1 terminal: every byte a character. */
static void test_a_terminal_without_chinese_is_refused_in_both_encodings(void **state)
{
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "vt100");
    vterm_set_utf8(pty->vt, 0);
    vterm_screen_reset(pty->screen, 1);
    pty_screen_wait(pty, "not set to UTF-8");
    pty_screen_type(pty, "2");
    pty_screen_wait(pty, "(Please set the terminal to UTF-8)");
    pty_screen_stop(pty, 0);
    assert_int_equal(WEXITSTATUS(pty->exit_status), 1);
}

/* ---- keys, pastes, noise ---- */

/* 18 keys as terminals spell them; each key's effect in a field that holds 甲乙丙 is looked at by what is typed behind it. */
static const char *const spellings[] = {
    "\033[D", "\033OD", "\033[1~", "\033[H", "\033OH", "\033[7~", "\033[4~", "\033[F", "\033OF", "\033[8~", "\033[C", "\033OC",
};

static void test_keys_in_every_spelling(void **state)
{
    static const char *const terms[] = {"xterm-256color", "linux", "putty", "tmux-256color", "screen", "vt100"};
    static const char *const f1[] = {"\033OP", "\033[11~", "\033[[A", "\033" "1"};
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    for (size_t t = 0; t < sizeof terms / sizeof terms[0]; t++) {
        start(desk, terms[t]);
        open_entry(desk);
        for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
            pty_screen_type(pty, "甲乙丙");
            pty_screen_wait(pty, "[甲乙丙");
            pty_screen_type(pty, spellings[i]);
            pty_screen_type(pty, "丁");
            pty_screen_wait(pty, i < 2 ? "[甲乙丁丙" : i < 6 ? "[丁甲乙丙" : "[甲乙丙丁");
            pty_screen_type(pty, "\033[4~\x7f\x08\x7f\x08"); /* End, then Backspace as both send it */
            pty_screen_wait(pty, "姓名 [____");
        }
        for (size_t i = 0; i < sizeof f1 / sizeof f1[0]; i++) {
            pty_screen_type(pty, f1[i]);
            pty_screen_wait(pty, "帮助");
            pty_screen_wait_gone(pty, "姓名 [");
            pty_screen_type(pty, i % 2 == 0 ? "\033[21~" : "\033" "0");
            pty_screen_wait(pty, "姓名 [");
        }
        pty_screen_stop(pty, SIGHUP);
    }
}

static void test_noise_never_becomes_text(void **state)
{
    static const char *const noise[] = {
        "\033[I", "\033[O", "\033[24;80R", "\033[2;5R", "\033[0n", "\033[?1;2c", "\033[>0;276;0c", "\033[<0;10;10M", "\033[<0;10;10m", "\033[M !!", "\033[32;10;10M", "\033]11;rgb:ffff/ffff/ffff\033\\",
        "\033]0;title\007", "\033P1$r0m\033\\", "\033[?2026;2$y", "\033[99~", "\033[1;99X", "\xff\xfe", "\xe5\xbc", "\xc0\xaf", "\x80",
    };
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    open_entry(desk);
    for (size_t i = 0; i < sizeof noise / sizeof noise[0]; i++) {
        pty_screen_type(pty, "甲");
        pty_screen_type(pty, noise[i]);
        pty_screen_type(pty, "乙");
        pty_screen_wait(pty, "姓名 [甲乙__");
        pty_screen_type(pty, "\x7f\x7f");
        pty_screen_wait(pty, "姓名 [____");
    }
    pty_screen_stop(pty, SIGHUP);
}

/* ---- sizes ---- */

static void test_resizing_at_every_step_of_a_form(void **state)
{
    static const char *const steps[] = {"张", "文", "芳", "\r", "1", "3", "9", "0", "0", "1", "2", "3", "4", "5", "6", "7", "8", "\r", "\033[A", "\033[A", "\033[D"};
    static const int sizes[][2] = {{24, 80}, {10, 40}, {50, 132}, {24, 79}, {20, 60}, {1, 1}, {25, 81}, {300, 500}, {24, 80}};
    struct desk *desk = *state;
    struct pty_screen *pty = &desk->pty;
    start(desk, "xterm-256color");
    open_entry(desk);
    size_t n_sizes = sizeof sizes / sizeof sizes[0];
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        pty_screen_type(pty, steps[i]);
        for (size_t k = 0; k < 3; k++)
            pty_screen_resize(pty, sizes[(i * 3 + k) % n_sizes][0], sizes[(i * 3 + k) % n_sizes][1]);
        pty_screen_resize(pty, 24, 80);
    }
    pty_screen_wait(pty, "[张文芳");
    pty_screen_settle(pty);
    assert_true(pty_screen_shows(pty, "[张文芳_"));
    assert_true(pty_screen_shows(pty, "F1更多"));
    pty_screen_stop(pty, SIGHUP);
    assert_int_equal(drafts(desk), 1);
}

int main(void)
{
#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, open_store, drop_store)
    const struct CMUnitTest tests[] = {
        STORE_TEST(test_a_held_page_key_on_9600_bits),
        STORE_TEST(test_a_held_page_key_where_the_terminal_answers_nothing),
        STORE_TEST(test_keys_typed_ahead_are_one_frame),
        STORE_TEST(test_bytes_of_a_key),
        STORE_TEST(test_a_terminal_that_stands_still_stops_no_draft),
        STORE_TEST(test_idle_costs_next_to_nothing),
        STORE_TEST(test_dead_lines),
        STORE_TEST(test_a_terminal_set_to_gbk),
        STORE_TEST(test_gbk_that_was_told_is_not_asked_for),
        STORE_TEST(test_a_terminal_without_chinese_is_refused_in_both_encodings),
        STORE_TEST(test_keys_in_every_spelling),
        STORE_TEST(test_noise_never_becomes_text),
        STORE_TEST(test_resizing_at_every_step_of_a_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
