/* tui/terminal.c - see terminal.h. Input is read from the descriptor directly, because getch() would turn bytes into keys by a terminfo entry that often is not
 * the terminal's. */
#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>
/* term.h calls things lines and columns. */
#undef lines
#undef columns

#include "core/base/utf8.h"
#include "core/base/width.h"
#include "tui/throttle.h"
#include "tui/painter.h"

enum { DEFAULT_ROWS = 24, DEFAULT_COLS = 80, PROBE_ROW = 2, PROBES = 4, MODE_BYTES = 64, RAW_BYTES = 512, CLOSE_MS = 300 };

enum question { NOTHING_ASKED, GBK_ASKED, GBK_REFUSED };

struct terminal {
    struct terminal_options options;
    int output_fd;    /* not blocking; our own opening of the terminal, else that of the options */
    bool own_output;
    int old_flags;    /* of the options' descriptor, when it is not our own */
    struct termios before, raw;
    char enter[MODE_BYTES], leave[MODE_BYTES]; /* alternate screen; "" when there is none */
    int rows, cols;
    struct painter painter;
    struct throttle throttle;
    struct charset charset;
    struct buf frame; /* UTF-8, before charset */
    struct buf out;   /* for the kernel; out.data[written..] is still to go */
    size_t written;
    struct buf in; /* read, but not given to the caller */
    int typed_before; /* bytes that came before raw mode and were not read yet */
    struct terminal_widths widths;
    int probe_cols[PROBES];
    int n_probed; /* answers to the probe so far; PROBES: all, or none is out */
    enum question question;
    bool stale, gone;
    bool stuck;   /* the kernel did not take all of the last frame */
    bool entered; /* something was sent: there is something to leave */
};

/* ---- what the terminal can do ---- */

/* A string of terminfo without its padding ($<5>). */
static void copy_capability(const char *name, char out[MODE_BYTES])
{
    const char *from = tigetstr((char *)(uintptr_t)name);
    size_t n = 0;
    out[0] = '\0';
    if (from == NULL || from == (char *)-1)
        return;
    for (; *from != '\0' && n < MODE_BYTES - 1; from++) {
        if (from[0] == '$' && from[1] == '<' && strchr(from, '>') != NULL)
            from = strchr(from, '>');
        else
            out[n++] = *from;
    }
    out[n] = '\0';
}

static bool capability_is(const char *name, const char *expected)
{
    char text[MODE_BYTES];
    copy_capability(name, text);
    return strcmp(text, expected) == 0;
}

static bool is_ecma48(void)
{
    return capability_is("cup", "\033[%i%p1%d;%p2%dH") && capability_is("el", "\033[K");
}

static struct painter_traits read_traits(struct terminal *terminal)
{
    const char *term = getenv("TERM");
    struct painter_traits traits = {.light = terminal->options.light, .wraps_late = true, .erases_chars = true, .moves_to_column = true, .scrolls = true, .plane2 = true};
    int result = 0;
    bool known = term != NULL && term[0] != '\0' && setupterm(term, terminal->options.output_fd, &result) == OK && result == 1;
    if (known && !is_ecma48()) {
        del_curterm(cur_term);
        known = false;
    }
    if (!known && (setupterm("xterm", terminal->options.output_fd, &result) != OK || result != 1)) {
        traits.color = terminal->options.color; /* no terminfo at all: what any terminal program of today does */
        return traits;
    }
    char text[MODE_BYTES];
    traits.wraps_late = tigetflag("xenl") == 1;
    traits.erases_chars = capability_is("ech", "\033[%p1%dX");
    traits.moves_to_column = capability_is("hpa", "\033[%i%p1%dG");
    copy_capability("ri", text);
    traits.scrolls = capability_is("csr", "\033[%i%p1%d;%p2%dr") && strcmp(text, "\033M") == 0;
    traits.color = terminal->options.color && tigetnum("colors") >= 8;
    copy_capability("smcup", terminal->enter);
    copy_capability("rmcup", terminal->leave);
    del_curterm(cur_term);
    return traits;
}

static void read_size(struct terminal *terminal, int *rows, int *cols)
{
    struct winsize size = {0};
    if (ioctl(terminal->options.output_fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = DEFAULT_ROWS, .ws_col = DEFAULT_COLS};
    *rows = size.ws_row < CANVAS_MAX_ROWS ? size.ws_row : CANVAS_MAX_ROWS;
    *cols = size.ws_col < CANVAS_MAX_COLS ? size.ws_col : CANVAS_MAX_COLS;
}

/* A serial line knows its speed; a pty says 38,400 whatever is behind it. */
static int64_t line_rate(const struct terminal *terminal)
{
    static const struct {
        speed_t speed;
        int64_t bits;
    } slow[] = {{B300, 300}, {B600, 600}, {B1200, 1200}, {B2400, 2400}, {B4800, 4800}, {B9600, 9600}, {B19200, 19200}};
    for (size_t i = 0; i < sizeof slow / sizeof slow[0] && terminal->options.line_rate == 0; i++) {
        if (cfgetospeed(&terminal->before) == slow[i].speed)
            return slow[i].bits / 10;
    }
    return terminal->options.line_rate;
}

/* ---- bytes out ---- */

/* Our own opening of the same terminal can be non-blocking without making the shell's descriptors so. Where that may not be opened (another user's pty), theirs is, until the end. */
static void open_output(struct terminal *terminal)
{
    char name[128];
    int fd = terminal->options.output_fd;
    terminal->output_fd = ttyname_r(fd, name, sizeof name) == 0 ? open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
    terminal->own_output = terminal->output_fd >= 0;
    if (terminal->own_output)
        return;
    terminal->output_fd = fd;
    terminal->old_flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, terminal->old_flags | O_NONBLOCK);
}

static void put_text(struct terminal *terminal, const char *text)
{
    charset_encode(&terminal->charset, text, strlen(text), &terminal->out);
}

bool terminal_wants_to_write(const struct terminal *terminal)
{
    return !terminal->gone && terminal->out.len > terminal->written;
}

enum status terminal_flush(struct terminal *terminal)
{
    terminal->stuck = false;
    while (terminal_wants_to_write(terminal) && !terminal->stuck) {
        ssize_t n = write(terminal->output_fd, terminal->out.data + terminal->written, terminal->out.len - terminal->written);
        terminal->entered = true;
        if (n > 0)
            terminal->written += (size_t)n;
        else if (n < 0 && errno == EAGAIN)
            terminal->stuck = true;
        else if (n == 0 || errno != EINTR)
            terminal->gone = true;
    }
    if (terminal->gone)
        return STATUS_CLOSED;
    if (!terminal->stuck) {
        buf_clear(&terminal->out);
        terminal->written = 0;
    }
    return STATUS_OK;
}

/* ---- probe ---- */

/* None of their bytes is a C1 control, which a terminal that is not UTF-8 could obey. */
static void put_probe(struct terminal *terminal, int64_t now_ms)
{
    static const char *const texts[PROBES] = {"中中", "·", "\U0002aa30", "\U00031820"};
    size_t before = terminal->out.len;
    for (int i = 0; i < PROBES; i++) {
        put_text(terminal, "\033[2;1H\033[K");
        put_text(terminal, texts[i]);
        put_text(terminal, "\033[6n");
    }
    put_text(terminal, "\033[2;1H\033[K\033[5n");
    terminal->n_probed = 0;
    throttle_sent(&terminal->throttle, terminal->out.len - before, true, now_ms);
}

static void use_widths(struct terminal *terminal)
{
    struct painter_traits *traits = &terminal->painter.traits, before = *traits;
    traits->sure_ambiguous = terminal->widths.answered && !terminal->widths.wide_ambiguous;
    traits->wide_ambiguous = terminal->widths.wide_ambiguous;
    traits->plane2 = terminal->widths.plane2;
    traits->plane3 = terminal->widths.plane3;
    /* That ambiguous characters are narrow is what was painted already. A plane that can be drawn after all takes the cells that show 〓 and no others: the first
       picture went out before the answer, and on a slow line it is not sent twice. */
    bool moved = before.wide_ambiguous != traits->wide_ambiguous;
    bool lost = (before.plane2 && !traits->plane2) || (before.plane3 && !traits->plane3);
    bool gained = (!before.plane2 && traits->plane2) || (!before.plane3 && traits->plane3);
    if (moved || lost)
        painter_forget(&terminal->painter);
    if (moved || lost || gained)
        terminal->stale = true;
}

/* A line in GBK, and what to do in words that any terminal shows. */
static void ask_for_gbk(struct terminal *terminal)
{
    terminal->question = GBK_ASKED;
    put_text(terminal, "\033[H\033[2J\r\n ");
    utf8_to_gb18030("这一行中文看得清吗？看得清请按 1，看不清请按 2。", strlen("这一行中文看得清吗？看得清请按 1，看不清请按 2。"), &terminal->out);
    put_text(terminal, "\r\n\r\n This terminal is not set to UTF-8.\r\n"
                       " 1  the Chinese line above is readable: go on in GBK\r\n"
                       " 2  it is not: leave, set the terminal to UTF-8, come back\r\n"
                       " 3  go on in UTF-8 all the same\r\n ");
}

static void take_probe(struct terminal *terminal)
{
    const int *cols = terminal->probe_cols;
    bool gb18030 = terminal->charset.kind == CHARSET_GB18030;
    /* Each of the six bytes a character, or each two of them one of double width: both end in column 7. */
    terminal->widths = (struct terminal_widths){
        .answered = true,
        .utf8 = gb18030 || cols[0] == 5 || terminal->options.utf8,
        .wide_ambiguous = cols[1] == 3 || gb18030,
        .plane2 = cols[2] == 3,
        .plane3 = cols[3] == 3,
    };
    if (gb18030) /* U+2AA30 went out as 〓 if four bytes are not believed yet */
        terminal->widths.plane2 = terminal->widths.plane3 = terminal->charset.four_bytes = terminal->charset.four_bytes && cols[2] == 3;
    if (!terminal->widths.utf8 && terminal->question == NOTHING_ASKED)
        ask_for_gbk(terminal);
    else
        use_widths(terminal);
}

void terminal_report(struct terminal *terminal, struct key key, int64_t now_ms)
{
    if (key.code == 'n') {
        throttle_answered(&terminal->throttle, now_ms);
        terminal->painter.traits.plain = throttle_is_slow(&terminal->throttle);
        return;
    }
    if (key.code != 'R' || key.report[0] != PROBE_ROW || terminal->n_probed == PROBES)
        return;
    terminal->probe_cols[terminal->n_probed++] = key.report[1];
    if (terminal->n_probed == PROBES)
        take_probe(terminal);
}

bool terminal_draws(struct terminal *terminal, uint32_t code)
{
    return painter_draws(&terminal->painter.traits, code) && charset_has(&terminal->charset, code);
}

/* ---- a terminal that is not UTF-8 ---- */

bool terminal_asks(const struct terminal *terminal)
{
    return terminal->question == GBK_ASKED;
}

static bool use_gb18030(struct terminal *terminal)
{
    if (charset_open(&terminal->charset, CHARSET_GB18030) != STATUS_OK)
        return false;
    terminal->charset.four_bytes = true; /* until the probe says otherwise */
    terminal->widths = (struct terminal_widths){.utf8 = true, .wide_ambiguous = true};
    use_widths(terminal);
    return true;
}

bool terminal_answer(struct terminal *terminal, struct key key, int64_t now_ms)
{
    int digit = key_digit(key);
    bool leaves = digit == 2 || key.kind == K_ESC || key.kind == K_F10 || (key.kind == K_CHAR && key.code == 'c' && (key.modifiers & KEY_CTRL));
    if (digit == 1 && use_gb18030(terminal))
        put_probe(terminal, now_ms);
    else if (leaves || digit == 1)
        return false;
    else if (digit != 3)
        return true;
    terminal->question = GBK_REFUSED; /* never asked again */
    terminal->widths.utf8 = true;
    painter_forget(&terminal->painter);
    terminal->stale = true;
    return true;
}

/* ---- open, close ---- */

static void set_raw(struct terminal *terminal)
{
    terminal->raw = terminal->before;
    terminal->raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    terminal->raw.c_oflag &= ~(tcflag_t)OPOST;
    terminal->raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    terminal->raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    terminal->raw.c_cflag |= CS8;
    terminal->raw.c_cc[VMIN] = 1;
    terminal->raw.c_cc[VTIME] = 0;
    tcsetattr(terminal->options.input_fd, TCSANOW, &terminal->raw);
    /* What was typed before this moment lies there as the line discipline left it: each Enter a line feed. */
    if ((terminal->before.c_iflag & ICRNL) == 0 || ioctl(terminal->options.input_fd, FIONREAD, &terminal->typed_before) != 0)
        terminal->typed_before = 0;
}

static void restore_enters(struct terminal *terminal, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len && terminal->typed_before > 0; i++, terminal->typed_before--)
        if (bytes[i] == '\n')
            bytes[i] = '\r';
}

/* Alternate screen, ASCII in G0, the cursor visible, pastes in brackets. */
static void put_modes(struct terminal *terminal)
{
    put_text(terminal, terminal->enter);
    put_text(terminal, "\033(B\033[?25h\033[?2004h");
}

static void free_terminal(struct terminal *terminal)
{
    painter_release(&terminal->painter);
    charset_close(&terminal->charset);
    buf_release(&terminal->frame);
    buf_release(&terminal->out);
    buf_wipe(&terminal->in);
    free(terminal);
}

enum status terminal_open(struct terminal **out, const struct terminal_options *options, int64_t now_ms, struct errmsg *err)
{
    *out = NULL;
    if (!isatty(options->input_fd) || !isatty(options->output_fd))
        return errmsg_set(err, STATUS_UNSUPPORTED, "这里不是终端，屏幕界面要在终端里运行");
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    terminal->options = *options;
    terminal->widths = (struct terminal_widths){.utf8 = true, .plane2 = true};
    terminal->n_probed = PROBES;
    buf_init(&terminal->frame, PAINTER_FRAME_MAX_BYTES);
    buf_init(&terminal->out, 2 * PAINTER_FRAME_MAX_BYTES);
    buf_init(&terminal->in, 1 << 16);
    if (painter_init(&terminal->painter, read_traits(terminal)) != STATUS_OK) {
        free_terminal(terminal);
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    if (options->gb18030 && !use_gb18030(terminal)) {
        free_terminal(terminal);
        return errmsg_set(err, STATUS_UNSUPPORTED, "系统没有 GB18030 的转换表，请把终端编码改为 UTF-8");
    }
    tcgetattr(options->input_fd, &terminal->before);
    set_raw(terminal);
    open_output(terminal);
    read_size(terminal, &terminal->rows, &terminal->cols);
    throttle_init(&terminal->throttle, line_rate(terminal), now_ms);
    terminal->painter.traits.plain = throttle_is_slow(&terminal->throttle);
    put_modes(terminal);
    if (options->probe)
        put_probe(terminal, now_ms);
    *out = terminal;
    return STATUS_OK;
}

/* What other people must not read stays not on the screen. */
static void put_leaving(struct terminal *terminal)
{
    if (!terminal->entered)
        return;
    buf_clear(&terminal->out);
    terminal->written = 0;
    put_text(terminal, "\033[m\033[?2004l\033[H\033[2J");
    put_text(terminal, terminal->leave);
    int64_t waited = 0;
    struct pollfd room = {.fd = terminal->output_fd, .events = POLLOUT};
    while (terminal_flush(terminal) == STATUS_OK && terminal_wants_to_write(terminal) && waited < CLOSE_MS) {
        poll(&room, 1, CLOSE_MS / 10);
        waited += CLOSE_MS / 10;
    }
    if (terminal_wants_to_write(terminal)) /* closing a serial line would wait for it */
        tcflush(terminal->output_fd, TCOFLUSH);
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL)
        return;
    put_leaving(terminal);
    tcsetattr(terminal->options.input_fd, TCSANOW, &terminal->before);
    if (terminal->own_output)
        close(terminal->output_fd);
    else
        fcntl(terminal->output_fd, F_SETFL, terminal->old_flags);
    free_terminal(terminal);
}

void terminal_size(const struct terminal *terminal, int *rows, int *cols)
{
    *rows = terminal->rows;
    *cols = terminal->cols;
}

struct terminal_widths terminal_width_report(const struct terminal *terminal)
{
    return terminal->widths;
}

void terminal_resize(struct terminal *terminal)
{
    int rows = 0, cols = 0;
    read_size(terminal, &rows, &cols);
    terminal->rows = rows;
    terminal->cols = cols;
    painter_forget(&terminal->painter);
    terminal->stale = true;
}

void terminal_resume(struct terminal *terminal)
{
    tcsetattr(terminal->options.input_fd, TCSANOW, &terminal->raw);
    put_modes(terminal);
    painter_forget(&terminal->painter);
    terminal->stale = true;
}

/* ---- input ---- */

enum status terminal_read(struct terminal *terminal, void *bytes, size_t max, size_t *len)
{
    uint8_t raw[RAW_BYTES];
    *len = 0;
    struct pollfd ready = {.fd = terminal->options.input_fd, .events = POLLIN};
    int found = terminal->in.len > 0 ? 0 : poll(&ready, 1, 0);
    if (found < 0 && errno != EINTR)
        return STATUS_CLOSED;
    if (found > 0) {
        ssize_t got = ready.revents & POLLNVAL ? -1 : read(ready.fd, raw, sizeof raw);
        if (got < 0 && (ready.revents & POLLNVAL) == 0 && (errno == EINTR || errno == EAGAIN))
            return STATUS_OK;
        if (got <= 0) /* end of file, EIO after a hang-up, EBADF: all the same to us */
            return STATUS_CLOSED;
        restore_enters(terminal, raw, (size_t)got);
        charset_decode(&terminal->charset, raw, (size_t)got, &terminal->in);
    }
    *len = terminal->in.len < max ? terminal->in.len : max;
    if (*len > 0)
        memcpy(bytes, terminal->in.data, *len);
    buf_consume(&terminal->in, *len);
    return STATUS_OK;
}

int terminal_input_fd(const struct terminal *terminal)
{
    return terminal->options.input_fd;
}

int terminal_output_fd(const struct terminal *terminal)
{
    return terminal->output_fd;
}

/* ---- output ---- */

void terminal_key(struct terminal *terminal, int64_t now_ms)
{
    throttle_key(&terminal->throttle, now_ms);
}

int64_t terminal_show_at(struct terminal *terminal, int64_t now_ms)
{
    if (terminal->stuck) /* else what waits goes with the frame: modes and probe with the first one */
        return INT64_MAX;
    return throttle_paint_at(&terminal->throttle, now_ms);
}

bool terminal_show(struct terminal *terminal, const struct canvas *canvas, int64_t now_ms)
{
    buf_clear(&terminal->frame);
    terminal->painter.hurries = throttle_hurries(&terminal->throttle);
    bool all = painter_paint(&terminal->painter, canvas, throttle_slice(&terminal->throttle, now_ms), &terminal->frame);
    if (terminal->frame.len == 0)
        return all;
    bool mark = terminal->options.probe && throttle_wants_mark(&terminal->throttle, terminal->frame.len, now_ms);
    size_t before = terminal->out.len;
    if (mark)
        buf_puts(&terminal->frame, "\033[5n");
    charset_encode(&terminal->charset, buf_cstr(&terminal->frame), terminal->frame.len, &terminal->out);
    throttle_sent(&terminal->throttle, terminal->out.len - before, mark, now_ms);
    terminal_flush(terminal);
    return all;
}

bool terminal_take_stale(struct terminal *terminal)
{
    bool stale = terminal->stale;
    terminal->stale = false;
    return stale;
}

void terminal_repaint(struct terminal *terminal, int64_t now_ms)
{
    if (terminal->options.probe && terminal->n_probed == PROBES)
        put_probe(terminal, now_ms);
    painter_forget(&terminal->painter);
    terminal->stale = true;
}

void terminal_beep(struct terminal *terminal)
{
    put_text(terminal, "\a");
    terminal_flush(terminal);
}
