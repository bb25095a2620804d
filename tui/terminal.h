/* tui/terminal.h - the terminal: raw mode, size, bytes in, frames out, and everything put back at the end. The only file that knows curses, of which it uses
 * the terminfo part: what TERM can do become the painter's traits.
 *
 * TERM: the given one; one that is unknown or not of the ECMA-48 kind is taken for an xterm. Raw mode: Ctrl-S, Q, Z, C are keys, no type-ahead is thrown away.
 * Output never blocks: a frame is one write(); what the kernel does not take waits here, and no newer frame is made while it does (tui/throttle.h says the same of
 * the line behind the kernel). So a stalled terminal stops nothing: drafts are stored, the loop goes on.
 * Probe: writes 中中, ·, U+2AA30, U+31820 and asks for the cursor behind each (DSR 6), then for a status (DSR 5, the first mark of the throttle). Nobody waits for the
 * answers: the first frame goes out with the probe in the same write, and is painted anew if they say something unexpected.
 * A terminal that is not UTF-8 gets a line in GBK and the question whether it can be read: if so, all is recoded (tui/charset.h). */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"
#include "tui/canvas.h"
#include "tui/charset.h"
#include "tui/key.h"

struct terminal;

struct terminal_widths {
    bool answered;       /* the terminal answered at all; else the defaults below hold */
    bool utf8;           /* 中中 took 4 columns (default true) */
    bool wide_ambiguous; /* · took 2 columns (default false): they are drawn as ASCII then */
    bool plane2;         /* U+2AA30 took 2 columns (default true); else drawn as 〓 */
    bool plane3;         /* U+31820 did (default false) */
};

struct terminal_options {
    int input_fd, output_fd; /* usually 0 and 1 */
    bool color;              /* false: NO_COLOR */
    bool light;              /* COLORFGBG says that the ground is light */
    bool probe;
    int64_t line_rate;       /* bytes a second, when somebody said so; 0: found out */
    bool gb18030, utf8;      /* said to be set to GBK or GB18030, to UTF-8: no question */
};

/* Errors: STATUS_UNSUPPORTED with a message (not a terminal, no converter for gb18030); then the terminal is as before. */
enum status terminal_open(struct terminal **out, const struct terminal_options *options, int64_t now_ms, struct errmsg *err);
/* Puts the terminal back; waits at most a third of a second for a line that is stuck. Accepts NULL. */
void terminal_close(struct terminal *terminal);
void terminal_size(const struct terminal *terminal, int *rows, int *cols);
struct terminal_widths terminal_width_report(const struct terminal *terminal);
/* Ask the kernel for the size after SIGWINCH, and paint everything anew: there and back again it may be the same, but the picture is not. */
void terminal_resize(struct terminal *terminal);
/* Raw mode again and everything painted anew: the program was stopped and goes on. */
void terminal_resume(struct terminal *terminal);

/* ---- input ---- */
/* Bytes that are there now, at most max (>= 64), as UTF-8; 0: none. STATUS_CLOSED: the terminal is gone. */
enum status terminal_read(struct terminal *terminal, void *bytes, size_t max, size_t *len);
/* An answer of the terminal (K_REPORT). */
void terminal_report(struct terminal *terminal, struct key key, int64_t now_ms);
/* True while the terminal asks whether its GBK line can be read: keys are for terminal_answer then, and no frame is shown. */
bool terminal_asks(const struct terminal *terminal);
/* A key for that question. False: the person cannot read it, or leaves. */
bool terminal_answer(struct terminal *terminal, struct key key, int64_t now_ms);

/* ---- output ---- */
/* A person pressed a key: one that is held is not painted each time where the line may not carry it. */
void terminal_key(struct terminal *terminal, int64_t now_ms);
/* When a frame may be shown: <= now_ms: now; INT64_MAX: not before the kernel takes what waits (terminal_wants_to_write). */
int64_t terminal_show_at(struct terminal *terminal, int64_t now_ms);
/* Send what differs from the last frame, cursor last. True: all of it; false: the rest with the next call. */
bool terminal_show(struct terminal *terminal, const struct canvas *canvas, int64_t now_ms);
/* Whether a character of two columns is shown as itself, not as 〓. */
bool terminal_draws(struct terminal *terminal, uint32_t code);
/* Whether the last frame is to be shown again: the terminal's answers changed how it is drawn. True once. */
bool terminal_take_stale(struct terminal *terminal);
/* Clear, ask again, paint everything again (Ctrl-L). */
void terminal_repaint(struct terminal *terminal, int64_t now_ms);
void terminal_beep(struct terminal *terminal);
/* Bytes wait: poll for POLLOUT, then terminal_flush. */
bool terminal_wants_to_write(const struct terminal *terminal);
/* Hand the kernel what it takes. Errors: STATUS_CLOSED: the terminal is gone. */
enum status terminal_flush(struct terminal *terminal);
int terminal_input_fd(const struct terminal *terminal);
int terminal_output_fd(const struct terminal *terminal);

#endif /* TUI_TERMINAL_H */
