/* tests/pty_screen.h - a program on a real pty, read back through libvterm: what a person at a terminal of a certain TERM and size sees.
 *
 * No sleeps: pty_screen_wait() waits for what the screen must show, with a deadline, and prints the screen when it never comes; pty_screen_settle()
 * waits until nothing comes any more. What the terminal answers (the cursor position, for the width probe) goes back to the program by itself.
 * `bytes` counts what the program sent: set it to 0, press a key, settle, compare. Everything here fails the test on any error. */
#ifndef TESTS_PTY_SCREEN_H
#define TESTS_PTY_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <vterm.h>

#include "core/base/bytes.h"

enum { PTY_DEADLINE_MS = 15000, PTY_QUIET_MS = 120, PTY_PATH_BYTES = 512 };

/* Zeroed fields are the usual case: the built program without arguments in 24x80 of an xterm. */
struct pty_start {
    const char *term; /* NULL: xterm-256color */
    int rows, cols;   /* 0: 24, 80 */
    const char *const *arguments;   /* of the built program; ends with NULL */
    const char *const *environment; /* "NAME=VALUE", or "NAME" to take it out; ends with NULL. TERM is set, LANG and LC_ALL are taken out before */
    int (*child)(void *context);    /* runs in the child instead of the built program; its result is the exit code */
    void *context;
};

struct pty_screen {
    pid_t pid; /* 0: stopped */
    int fd;    /* of the terminal's side */
    VTerm *vt;
    VTermScreen *screen;
    int rows, cols;
    size_t bytes; /* from the program; the caller sets it to 0 */
    int cursor_row, cursor_col;
    bool cursor_visible;
    int bells;
    int exit_status; /* as waitpid() gives it, once stopped */
};

/* Start it. The screen must not move in memory until pty_screen_stop(). */
void pty_screen_start(struct pty_screen *pty, const struct pty_start *start);
/* signal_no 0: wait until the program ends by itself. Frees everything. */
void pty_screen_stop(struct pty_screen *pty, int signal_no);

/* --- input --- */
void pty_screen_type(struct pty_screen *pty, const char *bytes);
/* Keys by name as in tests/screen.h: "F5 张 Enter Ctrl-S"; F keys and arrows in xterm's spelling, which the program knows at any TERM. */
void pty_screen_keys(struct pty_screen *pty, const char *names);
void pty_screen_resize(struct pty_screen *pty, int rows, int cols);

/* --- waiting --- */
int64_t pty_now_ms(void); /* the system's monotonic clock, for deadlines */
/* Take what comes within wait_ms; false: nothing came, or the program has gone. */
bool pty_screen_pump(struct pty_screen *pty, int wait_ms);
void pty_screen_wait(struct pty_screen *pty, const char *text);
void pty_screen_wait_gone(struct pty_screen *pty, const char *text);
void pty_screen_settle(struct pty_screen *pty);

/* --- looking --- */
/* Without trailing blanks. Row out of range: "". */
void pty_screen_row(const struct pty_screen *pty, int row, struct buf *out);
/* All rows, each with a line feed. */
void pty_screen_text(const struct pty_screen *pty, struct buf *out);
bool pty_screen_shows(const struct pty_screen *pty, const char *text);
/* The whole screen as an error message of the test. */
void pty_screen_print(const struct pty_screen *pty);

/* --- the built program without a terminal (AIDPOST_BUILDDIR) --- */
const char *pty_program(char out[PTY_PATH_BYTES]);
/* A verb with --data folder ('verb' as for a shell). out: what it printed, NULL: nobody wants it. Fails the test unless it exits with 0. */
void pty_run(const char *folder, const char *verb, struct buf *out);

#endif /* TESTS_PTY_SCREEN_H */
