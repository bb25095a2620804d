/* tui/edit_field.h - text being edited: one line that scrolls sideways, or several that wrap.
 *
 * Own, because libform loses Chinese text. The text is an array of code points. The cursor stands on grapheme boundaries (a
 * base character with its width-0 marks). A view of the text is laid out by edit_set_size(): one-line fields scroll by columns and never
 * show half a character; several lines wrap at any Chinese character, between words for Latin, with kinsoku (no closing
 * punctuation at the start of a line, no opening one at its end). What is stored is never changed by how it is shown.
 * Limits in characters and bytes refuse the key (result EDIT_REFUSED: beep), never cut silently; a paste that is too long
 * is refused as a whole from the first character that does not fit (the part before is kept, result EDIT_REFUSED). */
#ifndef TUI_EDIT_FIELD_H
#define TUI_EDIT_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "tui/canvas.h"
#include "tui/key.h"

enum edit_flag {
    EDIT_LINES = 1,  /* several lines: Up/Down move inside, pasted line feeds are kept, Ctrl-J or Alt-Enter breaks the line */
    EDIT_FOLD = 2,   /* full-width characters are stored as their ASCII twins (numbers, dates, codes) */
    EDIT_TIGHT = 8,  /* one line whose text may fill the view to the last column: the cursor then stands behind it, at col == cols */
    EDIT_OVER = 16,  /* of a line that is asked for (prompt.h): the first character typed takes the place of what stands there */
    EDIT_SECRET = 4, /* shown as '*' (passwords, PINs); wiped on release */
};

enum { EDIT_MAX_CHARS = 100000, EDIT_UNDO_STEPS = 100 };

enum edit_result {
    EDIT_IGNORED, /* not a key of an edit field, or the cursor is already at the edge */
    EDIT_MOVED,
    EDIT_CHANGED,
    EDIT_REFUSED, /* a limit, or nothing to undo: beep */
};

struct edit_undo; /* one step; edit_field.c */

/* Fields belong to edit_field.c except where noted. */
struct edit_field {
    uint32_t *codes; /* owned */
    size_t len, cap;
    size_t cursor; /* 0..len, on a grapheme boundary */
    size_t max_chars, max_bytes;
    size_t bytes; /* UTF-8 bytes of the text */
    unsigned flags;
    int rows, cols; /* the view's size */
    size_t first;   /* one line: first code shown; several: first line shown */
    int goal_col;   /* column that Up/Down aim at; -1: none */
    struct edit_undo *undo; /* owned, n_undo steps */
    size_t n_undo;
    bool typing;  /* the last step was typing that the next character may join */
    bool touched; /* changed by keys since edit_set; free for the caller to clear */
};

/* max_chars <= EDIT_MAX_CHARS; max_bytes 0: four per character. Starts empty with a view of 1 x 20. */
void edit_init(struct edit_field *field, size_t max_chars, size_t max_bytes, unsigned flags);
void edit_release(struct edit_field *field);
/* The view's size in cells, both >= 1 (brought up to 1; cols of several lines to 2). */
void edit_set_size(struct edit_field *field, int rows, int cols);
/* Replace the text (what is not UTF-8 or a control character is left out; cut at the limits), cursor at its end, undo forgotten.
 * Errors: STATUS_NOMEM, unchanged. */
enum status edit_set(struct edit_field *field, const char *text, size_t len);
/* Append the text as UTF-8. */
void edit_text(const struct edit_field *field, struct buf *out);
bool edit_is_empty(const struct edit_field *field);
/* Insert text at the cursor as one undo step. EDIT_REFUSED if part of it did not fit. */
enum edit_result edit_insert(struct edit_field *field, const char *text, size_t len);
/* Handles text, paste, Left Right Home End Backspace Del, Ctrl-Left/Right (words; a run of Chinese up to punctuation), Ctrl-A
 * Ctrl-E, Ctrl-W Ctrl-K Ctrl-U, Ctrl-Z (undo); with EDIT_LINES also Up Down PgUp PgDn. Left at the start is EDIT_IGNORED, as are Enter,
 * Tab, Esc and F keys. Ctrl-Z with nothing to undo is EDIT_IGNORED too, so that a view can undo more. */
enum edit_result edit_key(struct edit_field *field, struct key key);
/* Delete everything as one undo step. */
enum edit_result edit_erase_all(struct edit_field *field);
/* Put this text in place of all that is there, as one undo step: one Ctrl-Z gives the person's own text back. EDIT_REFUSED if part of it did not fit. */
enum edit_result edit_replace_all(struct edit_field *field, const char *text, size_t len);
enum edit_result edit_undo(struct edit_field *field);
/* Draw the view at row, col with `rest` ('_' for input, ' ' for read only) in cells without text. Focused: what stands around the cursor, which is put on the canvas; else the
 * beginning of the text. */
void edit_draw(struct edit_field *field, struct canvas *canvas, int row, int col, enum style style, char rest, bool focused);
/* Where the cursor is inside the view, after scrolling: 0 <= row < rows, 0 <= col < cols (<= cols with EDIT_TIGHT). */
void edit_cursor(struct edit_field *field, int *row, int *col);
/* Lines the whole text takes in this view (>= 1). */
size_t edit_line_count(const struct edit_field *field);

#endif /* TUI_EDIT_FIELD_H */
