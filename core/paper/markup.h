/* core/paper/markup.h - the lines a paper's text is made of: what template.h describes, read one by one, for checking and for layout.
 *
 * The markup is plain text that an office can edit in a form. Values are put in escaped (markup_put), so that nothing an applicant said can turn into a title or a new
 * cell. Nothing is allocated; all texts are borrowed from the input. */
#ifndef CORE_PAPER_MARKUP_H
#define CORE_PAPER_MARKUP_H

#include <stdbool.h>

#include "core/base/bytes.h"

enum markup_kind {
    MARKUP_TEXT,   /* a paragraph, or an empty line */
    MARKUP_TITLE,  /* # */
    MARKUP_CENTRE, /* ## */
    MARKUP_RIGHT,  /* > */
    MARKUP_ROW,    /* |a|b| */
    MARKUP_WIDTHS, /* |=4|6| */
    MARKUP_RULE,   /* --- */
    MARKUP_PAGE,   /* === */
    MARKUP_SEAL,   /* [seal] */
    MARKUP_SIGN,   /* [sign: a][sign: b] */
    MARKUP_WIDE    /* [landscape] */
};

enum { MARKUP_CELLS_MAX = 24, MARKUP_WIDTH_MAX = 99 };

struct markup_line {
    enum markup_kind kind;
    const char *text; /* behind the marker; still escaped */
    size_t len;
};

/* The next line; *at moves behind it. False at the end. */
bool markup_next(const char **at, const char *end, struct markup_line *line);

enum markup_join { MARKUP_OWN, MARKUP_JOIN_LEFT /* <: part of the cell left of it */, MARKUP_JOIN_ABOVE /* ^: part of the cell above */ };

struct markup_cell {
    enum markup_join join;
    const char *text; /* escaped */
    size_t len;
};

/* Cells of a MARKUP_ROW. Returns how many; 0 when the line does not end in | or has more than MARKUP_CELLS_MAX. */
size_t markup_cells(const struct markup_line *line, struct markup_cell cells[MARKUP_CELLS_MAX]);
/* Column widths of a MARKUP_WIDTHS line, 1..MARKUP_WIDTH_MAX, in characters. Returns how many; 0 when malformed. */
size_t markup_widths(const struct markup_line *line, int widths[MARKUP_CELLS_MAX]);
/* The labels of a MARKUP_SIGN line one after another: *at moves. False at the end. */
bool markup_sign(const char **at, const char *end, struct markup_cell *label);

/* One line of a paragraph or cell up to a \n escape, without its escapes; appends to out. *right: it began with "> ". *at moves behind it and is
 * NULL after the last; then false. A text without any \n gives one line, also when it is empty. */
bool markup_segment(const char **at, const char *end, struct buf *out, bool *right);

/* Append a value so that it reads back as it is; `text` may hold line feeds, which become \n escapes. */
void markup_put(const char *text, size_t len, struct buf *out);

#endif /* CORE_PAPER_MARKUP_H */
