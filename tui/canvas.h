/* tui/canvas.h - a grid of cells: what the screens draw into and what tests read as text.
 *
 * A wide character owns two cells: the first has width 2, the second width 0 and code 0. Nothing here ever leaves half a
 * wide character: writing over one half blanks the other. All text goes through canvas_put(), which clips and pads by
 * display columns. Coordinates outside the grid are clipped, never an error. */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

/* Styles by meaning; terminal.c decides how they look. Meaning is always also in a word or sign. */
#define STYLE_LIST(X)                                             \
    X(NORMAL, "normal")                                           \
    X(BOLD, "bold")                                               \
    X(REVERSE, "reverse")                                         \
    X(DIM, "dim")         /* hints, keys of the key line */       \
    X(TITLE, "title")     /* header line */                       \
    X(MATCH, "match")     /* found text: 【工资】 */              \
    X(OVERDUE, "overdue") /* a deadline that is near or over */   \
    X(CONFLICT, "conflict")                                       \
    X(ERROR, "error")

enum style {
#define STYLE_ENUM(name, text) STYLE_##name,
    STYLE_LIST(STYLE_ENUM)
#undef STYLE_ENUM
        STYLE_COUNT
};

const char *style_name(enum style style);

enum { CANVAS_MARKS = 2, CANVAS_MAX_ROWS = 300, CANVAS_MAX_COLS = 500 };

struct cell {
    uint32_t code;                /* a printable code point; ' ' when blank; 0 in the second half of a wide one */
    uint32_t marks[CANVAS_MARKS]; /* combining marks, 0 when unused; more are not shown */
    uint8_t width;                /* 1, 2, or 0 for the second half */
    uint8_t style;                /* enum style */
};

struct canvas {
    int rows, cols;
    struct cell *cells; /* owned: rows * cols */
    int cursor_row, cursor_col;
    bool plain; /* for the ear: rules and the empty places of fields are blank, no signs a screen reader would spell out. Stays over canvas_resize */
};

/* 1 <= rows <= CANVAS_MAX_ROWS, same for cols (assert). Blank, cursor at 0,0. Errors: STATUS_NOMEM; then nothing to release. */
enum status canvas_init(struct canvas *canvas, int rows, int cols);
void canvas_release(struct canvas *canvas);
/* New size, content lost; values are brought into the limits. Errors: STATUS_NOMEM, unchanged. */
enum status canvas_resize(struct canvas *canvas, int rows, int cols);
void canvas_clear(struct canvas *canvas);
void canvas_set_cursor(struct canvas *canvas, int row, int col); /* brought into the grid */

/* The one clip-and-pad function: draw text (any bytes; what is not UTF-8 or a control character becomes '?') at row, col in
 * at most `columns` columns and fill what is left of them with blanks; columns < 0: as wide as the text, no fill.
 * Returns the columns the text itself took. */
int canvas_put(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text, size_t len);
/* The same for a C string. */
int canvas_puts(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text);
/* The same, the text at the right end of the columns (>= 0). */
int canvas_put_right(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text);
/* The text wrapped (width_wrap, '\n' ends a row) into rows of so many columns, each filled up with blanks; at most `rows` of them, the last one cut with "..". Returns the rows used. */
int canvas_paragraph(struct canvas *canvas, int row, int col, int rows, int columns, enum style style, const char *text);
/* Formatted, columns < 0 allowed; cut at 1023 bytes. */
int canvas_printf(struct canvas *canvas, int row, int col, int columns, enum style style, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* One code point (and its marks are added by canvas_put only); a wide one that does not fit is left out. Returns its columns. */
int canvas_put_code(struct canvas *canvas, int row, int col, enum style style, uint32_t code);
/* Blank a rectangle, or fill it with an ASCII character. */
void canvas_fill(struct canvas *canvas, int row, int col, int rows, int columns, enum style style, char fill);
/* A line of '-' over the whole row; nothing on a plain canvas. */
void canvas_rule(struct canvas *canvas, int row);

const struct cell *canvas_cell(const struct canvas *canvas, int row, int col); /* inside the grid (assert) */
/* Append one row as text without trailing blanks and without line feed. */
void canvas_row_text(const struct canvas *canvas, int row, struct buf *out);
/* Append the whole grid as text: each row with '\n', trailing blanks dropped, trailing empty rows kept. */
void canvas_text(const struct canvas *canvas, struct buf *out);
/* Append one line per run of a style other than normal: "row:col style text". */
void canvas_styles(const struct canvas *canvas, struct buf *out);
/* Checks for tests: no half cells, widths agree with width_of, cursor inside. NULL if all is well, else what is wrong. */
const char *canvas_check(const struct canvas *canvas);

#endif /* TUI_CANVAS_H */
