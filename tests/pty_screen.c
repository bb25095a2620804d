/* tests/pty_screen.c - see pty_screen.h. */
#include "tests/pty_screen.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/utf8.h"
#include "tui/key.h"

enum { ARGUMENTS_MAX = 16, ROW_MAX_BYTES = 1 << 14, SCREEN_MAX_BYTES = 1 << 20, POLL_MS = 50 };

int64_t pty_now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- what libvterm tells ---- */

static int on_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
    struct pty_screen *pty = user;
    (void)old, (void)visible; /* "visible" is about the scrollback; the mode comes as a property */
    pty->cursor_row = pos.row;
    pty->cursor_col = pos.col;
    return 1;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct pty_screen *pty = user;
    if (property == VTERM_PROP_CURSORVISIBLE)
        pty->cursor_visible = value->boolean;
    return 1;
}

static int on_bell(void *user)
{
    ((struct pty_screen *)user)->bells++;
    return 1;
}

static void open_vterm(struct pty_screen *pty)
{
    static const VTermScreenCallbacks callbacks = {.movecursor = on_cursor, .settermprop = on_property, .bell = on_bell};
    pty->vt = vterm_new(pty->rows, pty->cols);
    assert_non_null(pty->vt);
    vterm_set_utf8(pty->vt, 1);
    pty->screen = vterm_obtain_screen(pty->vt);
    vterm_screen_set_callbacks(pty->screen, &callbacks, pty);
    vterm_screen_reset(pty->screen, 1);
}

/* ---- the child ---- */

static void set_environment(const struct pty_start *start)
{
    setenv("TERM", start->term != NULL ? start->term : "xterm-256color", 1);
    unsetenv("LANG");
    unsetenv("LC_ALL");
    for (const char *const *entry = start->environment; entry != NULL && *entry != NULL; entry++) {
        char name[128];
        const char *equals = strchr(*entry, '=');
        snprintf(name, sizeof name, "%.*s", equals != NULL ? (int)(equals - *entry) : (int)strlen(*entry), *entry);
        if (equals != NULL)
            setenv(name, equals + 1, 1);
        else
            unsetenv(name);
    }
}

static void run_child(const struct pty_start *start)
{
    char path[PTY_PATH_BYTES], name[] = "aidpost";
    char *argv[ARGUMENTS_MAX + 2] = {name};
    set_environment(start);
    if (start->child != NULL)
        _exit(start->child(start->context));
    for (int i = 0; start->arguments != NULL && start->arguments[i] != NULL && i < ARGUMENTS_MAX; i++)
        argv[i + 1] = strdup(start->arguments[i]);
    execv(pty_program(path), argv);
    _exit(127);
}

void pty_screen_start(struct pty_screen *pty, const struct pty_start *start)
{
    *pty = (struct pty_screen){.rows = start->rows > 0 ? start->rows : 24, .cols = start->cols > 0 ? start->cols : 80, .cursor_visible = true};
    struct winsize size = {.ws_row = (unsigned short)pty->rows, .ws_col = (unsigned short)pty->cols};
    open_vterm(pty);
    fflush(NULL); /* else the child writes what the test has not written yet */
    pty->pid = forkpty(&pty->fd, NULL, NULL, &size);
    assert_true(pty->pid >= 0);
    if (pty->pid == 0)
        run_child(start);
}

void pty_screen_stop(struct pty_screen *pty, int signal_no)
{
    int64_t end = pty_now_ms() + PTY_DEADLINE_MS;
    if (signal_no != 0)
        kill(pty->pid, signal_no);
    while (waitpid(pty->pid, &pty->exit_status, WNOHANG) == 0) {
        if (pty_now_ms() > end) {
            pty_screen_print(pty);
            kill(pty->pid, SIGKILL);
            fail_msg("the program did not end");
        }
        pty_screen_pump(pty, POLL_MS);
    }
    close(pty->fd);
    vterm_free(pty->vt);
    pty->vt = NULL;
    pty->pid = 0;
}

/* ---- input ---- */

void pty_screen_type(struct pty_screen *pty, const char *bytes)
{
    assert_int_equal(write(pty->fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static void put_key(struct key key, const char *word, struct buf *out)
{
    static const struct {
        enum key_kind kind;
        const char *bytes;
    } KEYS[] = {{K_ENTER, "\r"},       {K_TAB, "\t"},        {K_BACKTAB, "\033[Z"}, {K_BACKSPACE, "\177"}, {K_DELETE, "\033[3~"}, {K_INSERT, "\033[2~"}, {K_UP, "\033[A"},
                {K_DOWN, "\033[B"},    {K_RIGHT, "\033[C"},  {K_LEFT, "\033[D"},    {K_HOME, "\033[H"},    {K_END, "\033[F"},     {K_PAGE_UP, "\033[5~"}, {K_PAGE_DOWN, "\033[6~"},
                {K_F1, "\033OP"},      {K_F2, "\033OQ"},     {K_F3, "\033OR"},      {K_F4, "\033OS"},      {K_F5, "\033[15~"},    {K_F6, "\033[17~"},    {K_F7, "\033[18~"},
                {K_F8, "\033[19~"},    {K_F9, "\033[20~"},   {K_F10, "\033[21~"}};
    if (key.kind == K_CHAR && (key.modifiers & KEY_CTRL)) {
        buf_putc(out, (uint8_t)(key.code & 0x1f));
        return;
    }
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (KEYS[i].kind == key.kind) {
            buf_puts(out, KEYS[i].bytes);
            return;
        }
    assert_int_equal(key.kind, K_CHAR); /* an Esc alone would need a pause behind it */
    buf_puts(out, word);
}

void pty_screen_keys(struct pty_screen *pty, const char *names)
{
    char *copy = strdup(names), *save = NULL;
    struct buf bytes;
    assert_non_null(copy);
    buf_init(&bytes, ROW_MAX_BYTES);
    for (char *word = strtok_r(copy, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save)) {
        struct key key = key_char(' ');
        if (key_parse(word, &key) == STATUS_OK)
            put_key(key, word, &bytes);
        else
            buf_puts(&bytes, word);
    }
    pty_screen_type(pty, buf_cstr(&bytes));
    buf_release(&bytes);
    free(copy);
}

void pty_screen_resize(struct pty_screen *pty, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    pty->rows = rows;
    pty->cols = cols;
    vterm_set_size(pty->vt, rows, cols);
    assert_int_equal(ioctl(pty->fd, TIOCSWINSZ, &size), 0);
}

/* ---- waiting ---- */

static void pass_answers(struct pty_screen *pty)
{
    char out[256];
    size_t len;
    while ((len = vterm_output_read(pty->vt, out, sizeof out)) > 0) {
        if (write(pty->fd, out, len) < 0 && errno == EIO)
            return; /* it has gone meanwhile */
    }
}

bool pty_screen_pump(struct pty_screen *pty, int wait_ms)
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

static void wait_until(struct pty_screen *pty, const char *text, bool shown)
{
    int64_t end = pty_now_ms() + PTY_DEADLINE_MS;
    while (pty_screen_shows(pty, text) != shown) {
        if (pty_now_ms() > end) {
            pty_screen_print(pty);
            fail_msg("the screen %s: %s", shown ? "never showed" : "goes on showing", text);
        }
        pty_screen_pump(pty, POLL_MS);
    }
}

void pty_screen_wait(struct pty_screen *pty, const char *text)
{
    wait_until(pty, text, true);
}

void pty_screen_wait_gone(struct pty_screen *pty, const char *text)
{
    wait_until(pty, text, false);
}

void pty_screen_settle(struct pty_screen *pty)
{
    while (pty_screen_pump(pty, PTY_QUIET_MS))
        ;
}

/* ---- looking ---- */

static void put_cell(const VTermScreenCell *cell, struct buf *out)
{
    char bytes[8];
    if (cell->chars[0] == 0 || cell->chars[0] == (uint32_t)-1)
        buf_putc(out, ' ');
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0 && cell->chars[i] != (uint32_t)-1; i++)
        buf_append(out, bytes, utf8_encode(cell->chars[i], bytes));
}

void pty_screen_row(const struct pty_screen *pty, int row, struct buf *out)
{
    size_t start = out->len;
    for (int col = 0; row >= 0 && row < pty->rows && col < pty->cols;) {
        VTermScreenCell cell;
        if (!vterm_screen_get_cell(pty->screen, (VTermPos){.row = row, .col = col}, &cell))
            break;
        put_cell(&cell, out);
        col += cell.width > 1 ? cell.width : 1;
    }
    while (out->len > start && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
}

void pty_screen_text(const struct pty_screen *pty, struct buf *out)
{
    for (int row = 0; row < pty->rows; row++) {
        pty_screen_row(pty, row, out);
        buf_putc(out, '\n');
    }
}

bool pty_screen_shows(const struct pty_screen *pty, const char *text)
{
    bool found = false;
    for (int row = 0; row < pty->rows && !found; row++) {
        struct buf line;
        buf_init(&line, ROW_MAX_BYTES);
        pty_screen_row(pty, row, &line);
        found = strstr(buf_cstr(&line), text) != NULL;
        buf_release(&line);
    }
    return found;
}

void pty_screen_print(const struct pty_screen *pty)
{
    /* Row by row: cmocka cuts long messages. */
    for (int row = 0; row < pty->rows; row++) {
        struct buf line;
        buf_init(&line, ROW_MAX_BYTES);
        pty_screen_row(pty, row, &line);
        print_error("|%s\n", buf_cstr(&line));
        buf_release(&line);
    }
    print_error("cursor %d,%d%s\n", pty->cursor_row, pty->cursor_col, pty->cursor_visible ? "" : " hidden");
}

/* ---- the built program ---- */

const char *pty_program(char out[PTY_PATH_BYTES])
{
    const char *build = getenv("AIDPOST_BUILDDIR");
    snprintf(out, PTY_PATH_BYTES, "%s/aidpost", build == NULL ? "." : build);
    return out;
}

void pty_run(const char *folder, const char *verb, struct buf *out)
{
    char path[PTY_PATH_BYTES], command[PTY_PATH_BYTES + 1024], chunk[4096];
    size_t n;
    snprintf(command, sizeof command, "'%s' %s --data '%s' 2>/dev/null", pty_program(path), verb, folder);
    FILE *from = popen(command, "r");
    assert_non_null(from);
    while ((n = fread(chunk, 1, sizeof chunk, from)) > 0)
        if (out != NULL)
            buf_append(out, chunk, n);
    if (pclose(from) != 0)
        fail_msg("failed: %s", command);
}
