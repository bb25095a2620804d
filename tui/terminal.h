/* tui/terminal.h - the only file that knows curses: start, size, bytes in, canvas out, and everything put back at the end.
 *
 * Locale: setlocale(LC_CTYPE, ""), then C.UTF-8, C.utf8, zh_CN.UTF-8, en_US.UTF-8 until the codeset is UTF-8. TERM: the given one, then
 * xterm-256color, xterm, vt100. Raw mode: Ctrl-S, Q, Z, C are keys. Bracketed paste on. The hardware cursor is always visible
 * and its move is the last output of every frame (input methods and screen readers follow it).
 * Width probe: writes 中文, ·, U+2B5AF and asks for the cursor (DSR 6); see struct terminal_widths. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"
#include "tui/canvas.h"

struct terminal;

struct terminal_widths {
    bool answered;       /* the terminal answered at all; else the defaults below hold */
    bool utf8;           /* 中文 took 4 columns (default true) */
    bool wide_ambiguous; /* · took 2 columns (default false): they are drawn as ASCII then */
    bool plane2;         /* U+2B5AF took 2 columns (default true); else drawn as 〓 */
};

struct terminal_options {
    int input_fd, output_fd; /* usually 0 and 1 */
    bool color;              /* false: NO_COLOR */
    int probe_ms;            /* how long to wait for the width probe; 0: no probe */
    int64_t (*now_ms)(void *clock);
    void *clock;
};

/* Errors: STATUS_UNSUPPORTED with a message (not a terminal, no usable TERM); then the terminal is as before. */
enum status terminal_open(struct terminal **out, const struct terminal_options *options, struct errmsg *err);
/* Puts the terminal back. Accepts NULL. */
void terminal_close(struct terminal *terminal);
void terminal_size(const struct terminal *terminal, int *rows, int *cols);
struct terminal_widths terminal_width_report(const struct terminal *terminal);
/* Ask the kernel for the size after SIGWINCH. True if it changed. */
bool terminal_resize(struct terminal *terminal);
/* Bytes that are there now, at most max; 0: none. STATUS_CLOSED: the terminal is gone. */
enum status terminal_read(struct terminal *terminal, void *bytes, size_t max, size_t *len);
/* Paint what differs from the last frame, cursor last. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas);
/* Paint everything again (Ctrl-L). */
void terminal_repaint(struct terminal *terminal);
void terminal_beep(struct terminal *terminal);
/* File descriptor to poll for input. */
int terminal_fd(const struct terminal *terminal);

#endif /* TUI_TERMINAL_H */
