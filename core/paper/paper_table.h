/* core/paper/paper_table.h - a table of a paper as a grid: which cell covers which columns and rows. Shared by the text and the PDF layout; inside core/paper only.
 *
 * Rows that follow each other make one table; a |=..| line begins a new one right below. Texts are borrowed from the marked text. */
#ifndef CORE_PAPER_PAPER_TABLE_H
#define CORE_PAPER_PAPER_TABLE_H

#include "core/paper/markup.h"

struct paper_cell {
    size_t row, col, rows, cols; /* where it begins, how many it covers; >= 1 */
    const char *text;            /* escaped; see markup_segment */
    size_t len;
};

struct paper_table {
    size_t n_rows, n_cols, n_cells;
    int widths[MARKUP_CELLS_MAX]; /* as asked for; 0: none were given */
    struct paper_cell *cells;     /* owned; by row, then column */
};

/* Read the table that begins at *at; *at moves behind its last row. Errors: STATUS_NOMEM, STATUS_MALFORMED (a row without its closing |). */
enum status paper_table_read(const char **at, const char *end, struct paper_table *table, struct errmsg *err);
void paper_table_release(struct paper_table *table);

#endif /* CORE_PAPER_PAPER_TABLE_H */
