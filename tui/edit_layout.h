/* tui/edit_layout.h - where the text of an edit field stands: graphemes, words, wrapped lines, the scrolled view. */
#ifndef TUI_EDIT_LAYOUT_H
#define TUI_EDIT_LAYOUT_H

#include "tui/edit_field.h"

/* Positions are indexes into field->codes on grapheme boundaries, 0..len. All are total: at an edge they return the edge. */
size_t edit_step_left(const struct edit_field *field, size_t at);
size_t edit_step_right(const struct edit_field *field, size_t at);
size_t edit_word_left(const struct edit_field *field, size_t at);
size_t edit_word_right(const struct edit_field *field, size_t at);
/* Start and end of the shown line that `at` stands on (a one-line field: of the text). */
size_t edit_line_start(const struct edit_field *field, size_t at);
size_t edit_line_end(const struct edit_field *field, size_t at);
/* The position `by` shown lines further down (negative: up) at the column the cursor came from; the same position when there is none. */
size_t edit_line_move(struct edit_field *field, int by);
/* Where the line that begins at `from` ends: the start of the next one, or len. A line feed belongs to the line it ends. */
size_t edit_line_next(const struct edit_field *field, size_t from);

#endif /* TUI_EDIT_LAYOUT_H */
