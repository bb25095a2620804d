/* core/report/form_layout.h - how a form is laid out on whatever it is shown on: headings in levels, columns in blocks that fit, what a cell says.
 *
 * A heading "批准情况/合计" is a path: neighbours that begin alike share the cell of that level, and the last piece of each reaches down to its number. Pure; texts are borrowed from the form. */
#ifndef CORE_REPORT_FORM_LAYOUT_H
#define CORE_REPORT_FORM_LAYOUT_H

#include "core/report/ministry_form.h"

enum { LAYOUT_LEVELS_MAX = 8, LAYOUT_CELL_BYTES = 32 };

/* A form as it is printed: with the headings that the county names itself. */
struct layout_print {
    struct ministry_form form;
    struct form_column columns[FORM_COLUMNS_MAX];
    char headings[FORM_COLUMNS_MAX][FORM_HEADING_BYTES];
};
/* The same sheet, of the form in print; rows stay the sheet's. codes may be NULL. */
struct form_sheet layout_print(const struct form_sheet *sheet, const struct code_book *codes, struct layout_print *print);

struct layout_piece {
    const char *text;
    size_t len;
};

/* Pieces of a heading; what is deeper than LAYOUT_LEVELS_MAX stays in the last one. Returns how many (>= 1). */
size_t layout_pieces(const struct form_column *column, struct layout_piece pieces[LAYOUT_LEVELS_MAX]);
/* Levels of the columns first .. end - 1. */
size_t layout_levels(const struct ministry_form *form, size_t first, size_t end);
/* Columns from `column` on, before `end`, that share its piece of that level: 1 for a last piece. */
size_t layout_span(const struct ministry_form *form, size_t column, size_t level, size_t end);
/* Whether the cell of that level begins at `column`, in a block that begins at `first`. */
bool layout_begins(const struct ministry_form *form, size_t column, size_t level, size_t first);

struct layout_block {
    size_t first, end; /* columns */
};
/* As few blocks as fit: columns are widths[] wide, a block at most `room` and `most` columns. Of all ways with that many blocks the one that cuts few headings apart and fills them evenly. A column wider than room has a
 * block of its own. Returns how many. O(columns^2). */
size_t layout_blocks(const struct ministry_form *form, const size_t widths[], size_t room, size_t most, struct layout_block blocks[FORM_COLUMNS_MAX]);

/* Bytes of the first line of a text broken at `width` columns: no line begins with a closing mark if that can be helped. Never 0 unless len is. */
size_t layout_line(const char *text, size_t len, size_t width);
/* How many lines that makes, at least 1. */
size_t layout_lines(const char *text, size_t len, size_t width);

/* What a cell says: "12", "12.35" (万元), "未填". */
void layout_cell(const struct ministry_form *form, const struct form_row *row, size_t column, char out[LAYOUT_CELL_BYTES]);
/* The widest of a column's cells. */
size_t layout_values_width(const struct form_sheet *sheet, size_t column);

#endif /* CORE_REPORT_FORM_LAYOUT_H */
