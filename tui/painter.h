/* tui/painter.h - the bytes that turn the picture a terminal shows into the next one. Pure: no terminal, no curses, no locale.
 *
 * Why not curses' own doupdate(): it writes row by row (24 to 52 write() calls a page), cannot stop half-way on a slow line, and believes the C library's
 * widths (U+31350 is -1 in glibc 2.36 and comes out as a blank). Here a frame is bytes in one buffer; what the terminal can do are traits that terminal.c takes
 * from terminfo, all of them ECMA-48 (a terminal that is not cannot show Chinese anyway).
 *
 * How it saves bytes: only cells that differ are sent; unchanged cells between two changes are sent again when that is shorter than a move; moves take the
 * shortest of the absolute and relative forms; the rest of a row is erased; rows that only moved up or down are moved by a scroll region. Attributes are
 * three: bold, reverse, and magenta for conflicts where there is colour; never black or white, so the terminal's own ground stays. Of the eight colours magenta alone can be read on black and on white in the palettes in use
 * (tests/test_painter.c has them); bold makes it brighter in many terminals, which helps on black (3.4 to 1 at least) and is too pale on white (2.6), so where the ground is known to be light it is not bold (4.7).
 * The move to the cursor is the last thing of a frame (input methods and screen readers follow it).
 * Behind a character whose width the terminal may see differently the place is told absolutely, so one such character shifts nothing else. */
#ifndef TUI_PAINTER_H
#define TUI_PAINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "tui/canvas.h"

/* What COLORFGBG says ("0;15": black on white); NULL, or nothing of that kind: false, as most terminals are dark. */
bool painter_ground_is_light(const char *colorfgbg);

enum { PAINTER_FRAME_MAX_BYTES = 1 << 22, PAINTER_GETA = 0x3013 /* 〓: a character the terminal cannot draw */ };

struct painter_traits {
    bool scrolls;        /* scroll regions (csr) */
    bool erases_chars;   /* ECH */
    bool moves_to_column; /* CHA */
    bool color;
    bool light;          /* its ground is known to be light: painter_ground_is_light */
    bool plain;          /* no bold: a slow line saves its bytes */
    bool wraps_late;     /* the last column may be written without scrolling (xenl) */
    bool sure_ambiguous; /* ambiguous characters are known to take one column; else the place behind them is told anew */
    bool wide_ambiguous; /* they take two: drawn as their ASCII twins */
    bool plane2, plane3; /* characters of these planes take two columns; else drawn as 〓 */
};

/* Fields belong to painter.c, but for the traits, which may be changed before painter_forget; planes that can be drawn may be added at any time. */
struct painter {
    struct painter_traits traits;
    struct canvas shown; /* what the terminal shows; styles are looks */
    struct canvas next;  /* the frame at work; the same size */
    bool known;          /* the terminal shows `shown`; else everything is painted */
    int row, col;        /* where its cursor is; -1: not known (row: nor is the column) */
    int look;            /* its attributes now; -1: not known */
    bool hurries;        /* the caller's: a frame that is cut is cut within a row, too, and leaves the cursor where it stopped */
};

/* Errors: STATUS_NOMEM; then nothing to release. */
enum status painter_init(struct painter *painter, struct painter_traits traits);
void painter_release(struct painter *painter);
/* Nothing is known of what the terminal shows: the next frame clears it and paints everything. */
void painter_forget(struct painter *painter);
/* Whether a character of two columns is drawn as itself. */
bool painter_draws(const struct painter_traits *traits, uint32_t code);
/* Append the bytes for this frame to out: nothing when nothing differs, else ending with the move to the cursor. After max_bytes (soft: a row more, in a hurry a cell) it stops and
 * returns false: the cursor's row comes first, and what is left out keeps what it shows; the next call goes on from there, with a newer frame if there is one.
 * Without memory (out->status, or a size that is new) nothing is appended, true, and the next call paints everything. O(cells). */
bool painter_paint(struct painter *painter, const struct canvas *frame, size_t max_bytes, struct buf *out);

#endif /* TUI_PAINTER_H */
