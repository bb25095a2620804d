/* tui/terminal.c - see terminal.h.
 *
 * curses keeps the picture and computes what to send; input is read from the descriptor directly, because getch() would turn
 * bytes into keys by a terminfo entry that often is not the terminal's. */
#include "tui/terminal.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>

#include "core/base/width.h"

enum { PENDING_BYTES = 512, DEFAULT_ROWS = 24, DEFAULT_COLS = 80, PROBE_ROW = 2, PAIR_CONFLICT = 1 };
enum { GETA_MARK = 0x3013 /* 〓 */ };

struct terminal {
    struct terminal_options options;
    SCREEN *screen;
    FILE *in, *out; /* owned duplicates of the descriptors */
    struct canvas shown;
    bool shown_valid;
    struct terminal_widths widths;
    uint8_t pending[PENDING_BYTES]; /* typed while the probe waited */
    size_t n_pending;
    bool color;
    struct termios before;
};

static bool is_utf8_locale(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* curses takes the widths of characters from the locale; any UTF-8 one will do. */
static bool choose_locale(void)
{
    static const char *const others[] = {"C.UTF-8", "C.utf8", "zh_CN.UTF-8", "en_US.UTF-8"};
    if (setlocale(LC_CTYPE, "") != NULL && is_utf8_locale())
        return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (setlocale(LC_CTYPE, others[i]) != NULL && is_utf8_locale())
            return true;
    }
    return false;
}

static bool start_curses(struct terminal *terminal)
{
    const char *term = getenv("TERM");
    const char *const types[] = {term != NULL && term[0] != '\0' ? term : "xterm-256color", "xterm-256color", "xterm", "vt100"};
    for (size_t i = 0; i < sizeof types / sizeof types[0] && terminal->screen == NULL; i++)
        terminal->screen = newterm(types[i], terminal->out, terminal->in);
    return terminal->screen != NULL;
}

static void set_modes(struct terminal *terminal)
{
    raw();
    noecho();
    nonl();
    keypad(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    scrollok(stdscr, FALSE);
    curs_set(1);
    if (terminal->options.color && has_colors() && start_color() == OK && use_default_colors() == OK)
        terminal->color = init_pair(PAIR_CONFLICT, COLOR_YELLOW, -1) == OK;
}

static void write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* a dead terminal is noticed by reading */
        text += n;
        len -= (size_t)n;
    }
}

static void write_text(struct terminal *terminal, const char *text)
{
    fflush(terminal->out);
    write_all(terminal->options.output_fd, text, strlen(text));
}

/* ---- width probe ---- */

/* Take the answers ESC [ row ; col R out of the bytes; the rest stays. Appends the columns found. */
static void take_reports(struct terminal *terminal, int cols[3], int *n)
{
    uint8_t *bytes = terminal->pending;
    for (size_t i = 0; i + 5 < terminal->n_pending && *n < 3;) {
        int row = 0, col = 0;
        size_t at = i + 2;
        bool starts = bytes[i] == 0x1b && bytes[i + 1] == '[';
        while (starts && at < terminal->n_pending && bytes[at] >= '0' && bytes[at] <= '9' && row < 1000)
            row = row * 10 + bytes[at++] - '0';
        bool middle = starts && at < terminal->n_pending && bytes[at] == ';';
        at += middle ? 1 : 0;
        while (middle && at < terminal->n_pending && bytes[at] >= '0' && bytes[at] <= '9' && col < 1000)
            col = col * 10 + bytes[at++] - '0';
        if (!middle || at >= terminal->n_pending || bytes[at] != 'R') {
            i++;
            continue;
        }
        cols[(*n)++] = col;
        memmove(bytes + i, bytes + at + 1, terminal->n_pending - at - 1);
        terminal->n_pending -= at + 1 - i;
    }
}

static void probe_widths(struct terminal *terminal)
{
    int cols[3] = {0}, n = 0;
    int64_t until = terminal->options.now_ms(terminal->options.clock) + terminal->options.probe_ms;
    write_text(terminal, "\033[2;1H中文\033[6n\033[2;1H\033[K·\033[6n\033[2;1H\033[K\U0002b5af\033[6n\033[2;1H\033[K");
    while (n < 3 && terminal->n_pending < sizeof terminal->pending) {
        int64_t left = until - terminal->options.now_ms(terminal->options.clock);
        struct pollfd wait = {.fd = terminal->options.input_fd, .events = POLLIN};
        if (left <= 0 || left > terminal->options.probe_ms || poll(&wait, 1, (int)left) <= 0)
            break;
        ssize_t got = read(wait.fd, terminal->pending + terminal->n_pending, sizeof terminal->pending - terminal->n_pending);
        if (got <= 0)
            break;
        terminal->n_pending += (size_t)got;
        take_reports(terminal, cols, &n);
    }
    terminal->widths.answered = n == 3;
    if (n < 3)
        return;
    /* Each of the six bytes a character, or each two of them one of double width: both end in column 7. */
    terminal->widths.utf8 = cols[0] != 7;
    terminal->widths.wide_ambiguous = cols[1] == 3;
    terminal->widths.plane2 = cols[2] == 3;
}

/* ---- open, close ---- */

static void read_size(struct terminal *terminal, int *rows, int *cols)
{
    struct winsize size = {0};
    if (ioctl(terminal->options.output_fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        size = (struct winsize){.ws_row = DEFAULT_ROWS, .ws_col = DEFAULT_COLS};
    *rows = size.ws_row < CANVAS_MAX_ROWS ? size.ws_row : CANVAS_MAX_ROWS;
    *cols = size.ws_col < CANVAS_MAX_COLS ? size.ws_col : CANVAS_MAX_COLS;
}

static FILE *duplicate(int fd, const char *mode)
{
    int copy = dup(fd);
    FILE *file = copy >= 0 ? fdopen(copy, mode) : NULL;
    if (file == NULL && copy >= 0)
        close(copy);
    return file;
}

static void free_terminal(struct terminal *terminal)
{
    if (terminal->in != NULL)
        fclose(terminal->in);
    if (terminal->out != NULL)
        fclose(terminal->out);
    canvas_release(&terminal->shown);
    free(terminal);
}

enum status terminal_open(struct terminal **out, const struct terminal_options *options, struct errmsg *err)
{
    *out = NULL;
    if (!isatty(options->input_fd) || !isatty(options->output_fd))
        return errmsg_set(err, STATUS_UNSUPPORTED, "这里不是终端，屏幕界面要在终端里运行");
    if (!choose_locale())
        return errmsg_set(err, STATUS_UNSUPPORTED, "系统没有 UTF-8 的语言环境 (C.UTF-8)");
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (terminal == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    terminal->options = *options;
    terminal->widths = (struct terminal_widths){.utf8 = true, .plane2 = true};
    terminal->in = duplicate(options->input_fd, "r");
    terminal->out = duplicate(options->output_fd, "w");
    tcgetattr(options->input_fd, &terminal->before);
    if (terminal->in == NULL || terminal->out == NULL || canvas_init(&terminal->shown, 1, 1) != STATUS_OK) {
        free_terminal(terminal);
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    if (!start_curses(terminal)) {
        free_terminal(terminal);
        return errmsg_set(err, STATUS_UNSUPPORTED, "不认识终端类型 TERM=%s，请改用 TERM=xterm", getenv("TERM") != NULL ? getenv("TERM") : "");
    }
    set_modes(terminal);
    refresh();
    if (options->probe_ms > 0)
        probe_widths(terminal);
    write_text(terminal, "\033[?2004h");
    clearok(curscr, TRUE);
    *out = terminal;
    return STATUS_OK;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL)
        return;
    write_text(terminal, "\033[?2004l");
    endwin();
    tcsetattr(terminal->options.input_fd, TCSANOW, &terminal->before);
    delscreen(terminal->screen);
    free_terminal(terminal);
}

void terminal_size(const struct terminal *terminal, int *rows, int *cols)
{
    (void)terminal;
    getmaxyx(stdscr, *rows, *cols);
    *rows = *rows < CANVAS_MAX_ROWS ? *rows : CANVAS_MAX_ROWS;
    *cols = *cols < CANVAS_MAX_COLS ? *cols : CANVAS_MAX_COLS;
}

struct terminal_widths terminal_width_report(const struct terminal *terminal)
{
    return terminal->widths;
}

bool terminal_resize(struct terminal *terminal)
{
    int rows = 0, cols = 0, old_rows = 0, old_cols = 0;
    read_size(terminal, &rows, &cols);
    getmaxyx(stdscr, old_rows, old_cols);
    if (rows == old_rows && cols == old_cols)
        return false;
    resizeterm(rows, cols);
    terminal->shown_valid = false;
    return true;
}

/* ---- input ---- */

enum status terminal_read(struct terminal *terminal, void *bytes, size_t max, size_t *len)
{
    *len = 0;
    if (terminal->n_pending > 0) {
        size_t n = terminal->n_pending < max ? terminal->n_pending : max;
        memcpy(bytes, terminal->pending, n);
        memmove(terminal->pending, terminal->pending + n, terminal->n_pending - n);
        terminal->n_pending -= n;
        *len = n;
        return STATUS_OK;
    }
    struct pollfd ready = {.fd = terminal->options.input_fd, .events = POLLIN};
    int found = poll(&ready, 1, 0);
    if (found == 0 || (found < 0 && errno == EINTR))
        return STATUS_OK;
    if (found < 0 || (ready.revents & POLLNVAL))
        return STATUS_CLOSED;
    ssize_t got = read(ready.fd, bytes, max);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return STATUS_OK;
    if (got <= 0) /* end of file, EIO after a hang-up, EBADF: all the same to us */
        return STATUS_CLOSED;
    *len = (size_t)got;
    return STATUS_OK;
}

int terminal_fd(const struct terminal *terminal)
{
    return terminal->options.input_fd;
}

/* ---- output ---- */

static attr_t attribute_of(const struct terminal *terminal, enum style style, short *pair)
{
    *pair = 0;
    switch (style) {
    case STYLE_BOLD:
    case STYLE_TITLE:
    case STYLE_MATCH:
    case STYLE_OVERDUE:
    case STYLE_ERROR:
        return A_BOLD;
    case STYLE_REVERSE:
        return A_REVERSE;
    case STYLE_CONFLICT:
        *pair = terminal->color ? PAIR_CONFLICT : 0;
        return A_BOLD;
    default: /* dim too: grey is the first thing sunlight takes */
        return A_NORMAL;
    }
}

/* An ASCII look-alike of an ambiguous character for terminals that draw those two columns wide. */
static wchar_t narrow_twin(uint32_t code)
{
    switch (code) {
    case 0x201c:
    case 0x201d:
        return L'"';
    case 0x2018:
    case 0x2019:
        return L'\'';
    case 0xb7:
        return L'.';
    case 0xd7:
        return L'x';
    case 0x2014:
        return L'-';
    case 0x2026:
        return L'~';
    default:
        return L'?';
    }
}

/* What can really be drawn in the cell's columns: the terminal and the C library must agree on the width. */
static wchar_t drawable(const struct terminal *terminal, const struct cell *cell)
{
    wchar_t code = (wchar_t)cell->code;
    if (cell->width == 1 && terminal->widths.wide_ambiguous && width_is_ambiguous(cell->code))
        return narrow_twin(cell->code);
    bool plane2 = cell->code >= 0x20000 && cell->code < 0x40000;
    if (wcwidth(code) != cell->width || (plane2 && !terminal->widths.plane2))
        return cell->width == 2 ? GETA_MARK : L'?';
    return code;
}

static void put_cell(struct terminal *terminal, int row, int col, const struct cell *cell)
{
    wchar_t text[CANVAS_MARKS + 2];
    size_t n = 0;
    short pair = 0;
    attr_t attribute = attribute_of(terminal, (enum style)cell->style, &pair);
    cchar_t complex;
    text[n++] = drawable(terminal, cell);
    for (int i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++) {
        if (wcwidth((wchar_t)cell->marks[i]) == 0)
            text[n++] = (wchar_t)cell->marks[i];
    }
    text[n] = L'\0';
    if (setcchar(&complex, text, attribute, pair, NULL) == OK)
        mvadd_wch(row, col, &complex);
}

static bool row_changed(const struct terminal *terminal, const struct canvas *canvas, int row)
{
    if (!terminal->shown_valid)
        return true;
    size_t bytes = (size_t)canvas->cols * sizeof *canvas->cells;
    return memcmp(canvas_cell(canvas, row, 0), canvas_cell(&terminal->shown, row, 0), bytes) != 0;
}

/* Remember the frame. Without memory for it every row counts as changed next time; curses still sends only differences. */
static void remember_frame(struct terminal *terminal, const struct canvas *canvas)
{
    terminal->shown_valid = false;
    bool same = terminal->shown.rows == canvas->rows && terminal->shown.cols == canvas->cols;
    if (!same && canvas_resize(&terminal->shown, canvas->rows, canvas->cols) != STATUS_OK)
        return;
    memcpy(terminal->shown.cells, canvas->cells, (size_t)canvas->rows * (size_t)canvas->cols * sizeof *canvas->cells);
    terminal->shown_valid = true;
}

void terminal_show(struct terminal *terminal, const struct canvas *canvas)
{
    if (terminal->shown.rows != canvas->rows || terminal->shown.cols != canvas->cols)
        terminal->shown_valid = false;
    for (int row = 0; row < canvas->rows; row++) {
        if (!row_changed(terminal, canvas, row))
            continue;
        for (int col = 0; col < canvas->cols; col++) {
            const struct cell *cell = canvas_cell(canvas, row, col);
            if (cell->width > 0)
                put_cell(terminal, row, col, cell);
        }
    }
    remember_frame(terminal, canvas);
    move(canvas->cursor_row, canvas->cursor_col);
    wnoutrefresh(stdscr);
    doupdate();
}

void terminal_repaint(struct terminal *terminal)
{
    terminal->shown_valid = false;
    clearok(curscr, TRUE);
}

void terminal_beep(struct terminal *terminal)
{
    (void)terminal;
    beep();
    doupdate();
}
