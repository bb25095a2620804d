/* core/paper/paper_table.c - see paper_table.h. */
#include "core/paper/paper_table.h"

#include <stdlib.h>
#include <string.h>

/* The cell that covers a place; NULL. */
static struct paper_cell *cell_at(struct paper_table *table, size_t row, size_t col)
{
    for (size_t i = table->n_cells; i > 0; i--) {
        struct paper_cell *cell = &table->cells[i - 1];

        if (row >= cell->row && row < cell->row + cell->rows && col >= cell->col && col < cell->col + cell->cols)
            return cell;
    }
    return NULL;
}

static enum status add_cell(struct paper_table *table, size_t row, size_t col, const struct markup_cell *from)
{
    struct paper_cell *cells = realloc(table->cells, (table->n_cells + 1) * sizeof(*cells));

    if (cells == NULL)
        return STATUS_NOMEM;
    table->cells = cells;
    cells[table->n_cells++] = (struct paper_cell){.row = row, .col = col, .rows = 1, .cols = 1, .text = from->text, .len = from->len};
    return STATUS_OK;
}

static enum status add_row(struct paper_table *table, const struct markup_line *line, struct errmsg *err)
{
    struct markup_cell cells[MARKUP_CELLS_MAX];
    size_t n = markup_cells(line, cells), row = table->n_rows;

    if (n == 0)
        return errmsg_set(err, STATUS_MALFORMED, "表格第 %zu 行没有以 | 结尾", row + 1);
    for (size_t col = 0; col < n; col++) {
        struct paper_cell *left = col > 0 ? cell_at(table, row, col - 1) : NULL;
        struct paper_cell *above = row > 0 ? cell_at(table, row - 1, col) : NULL;

        if (cells[col].join == MARKUP_JOIN_LEFT && left != NULL && left->row == row)
            left->cols++;
        else if (cells[col].join == MARKUP_JOIN_ABOVE && above != NULL && above->col == col)
            above->rows++;
        else if (cells[col].join == MARKUP_OWN || cell_at(table, row, col) == NULL)
            if (add_cell(table, row, col, &cells[col]) != STATUS_OK)
                return STATUS_NOMEM;
    }
    table->n_rows++;
    if (n > table->n_cols)
        table->n_cols = n;
    return STATUS_OK;
}

/* The last cell of a short row takes the rest of the width. */
static void fill_rows(struct paper_table *table)
{
    for (size_t row = 0; row < table->n_rows; row++) {
        struct paper_cell *last = NULL;

        for (size_t col = 0; col < table->n_cols; col++) {
            struct paper_cell *cell = cell_at(table, row, col);

            if (cell != NULL)
                last = cell;
            else if (last != NULL && last->row == row)
                last->cols++;
        }
    }
}

enum status paper_table_read(const char **at, const char *end, struct paper_table *table, struct errmsg *err)
{
    enum status status = STATUS_OK;
    const char *next = *at;
    struct markup_line line;
    bool first = true;

    memset(table, 0, sizeof(*table));
    while (status == STATUS_OK && markup_next(&next, end, &line)) {
        if (first && line.kind == MARKUP_WIDTHS)
            table->n_cols = markup_widths(&line, table->widths);
        else if (line.kind == MARKUP_ROW)
            status = add_row(table, &line, err);
        else
            break;
        first = false;
        *at = next;
    }
    if (status == STATUS_OK)
        fill_rows(table);
    else
        paper_table_release(table);
    return status;
}

void paper_table_release(struct paper_table *table)
{
    free(table->cells);
    memset(table, 0, sizeof(*table));
}
