/* core/report/spreadsheet.h - an XLSX file, sheet by sheet and row by row (libxlsxwriter, constant memory; loaded with the first file, core/base/library.h).
 *
 * LISTS (spreadsheet_sheet): a header row, bold, frozen, with a filter; columns as wide as their content; days as dates, money in yuan with two decimals, numbers as numbers; texts are always
 * strings, so what begins with = + - @ is never a formula; printed on A4 across, as wide as one page, the header on each, the title above.
 * PAGES (spreadsheet_page): reports, whose cells have looks of their own, are joined and framed, and have charts beside them. They are written downwards like lists: libxlsxwriter would join cells only by writing them,
 * and copies the cells of a chart out of sheets it keeps; here both come from what was written (spreadsheet_page.c, spreadsheet_chart.c).
 * The file is whole or not there: it is written beside its place under another name, readable by its owner only, looked through, fsynced and renamed. What libxlsxwriter gathers on
 * the way lies unlinked in the same folder, so that a full disk there is noticed and nothing of it stays elsewhere.
 * Memory: one row and the widths. One program in one thread writes one workbook at a time. */
#ifndef CORE_REPORT_SPREADSHEET_H
#define CORE_REPORT_SPREADSHEET_H

#include "core/report/cell.h"

struct spreadsheet;

enum {
    SPREADSHEET_ROWS_MAX = 1048576, /* of a sheet, the header and the totals among them */
    SPREADSHEET_SHEETS_MAX = 64,
    SPREADSHEET_COLUMNS_MAX = 128
};

/* False when configure was told --without-xlsx: then spreadsheet_open answers STATUS_UNSUPPORTED in words. */
bool spreadsheet_available(void);
/* Errors: STATUS_IO (the folder cannot be written), STATUS_FULL, STATUS_UNSUPPORTED (not built in, or libxlsxwriter is not installed), STATUS_NOMEM; nothing is left behind. */
enum status spreadsheet_open(struct spreadsheet **out, const char *path, struct errmsg *err);
/* Begin a sheet; the one before is done. name: of the tab, made to fit (31 characters, no []:*?/\). title: printed above. columns: 1..SPREADSHEET_COLUMNS_MAX, labels copied.
 * Errors: STATUS_NOMEM, STATUS_TOO_LARGE (too many sheets). */
enum status spreadsheet_sheet(struct spreadsheet *sheet, const char *name, const char *title, const struct report_column *columns, size_t n_columns, struct errmsg *err);
/* One row of as many cells as the sheet has columns. Errors: STATUS_TOO_LARGE (SPREADSHEET_ROWS_MAX), STATUS_IO, STATUS_FULL. */
enum status spreadsheet_row(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err);
/* The last row, bold, outside the filter. */
enum status spreadsheet_totals(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err);

/* ---- pages -------------------------------------------------------------------------------------------------------- */

enum spreadsheet_look {
    LOOK_PLAIN, /* runs over the cells beside it */
    LOOK_NOTE,  /* wrapped: for joined cells */
    LOOK_TITLE, /* large, bold */
    LOOK_HEAD,  /* framed, bold, centred, wrapped, on grey */
    LOOK_CELL,  /* framed; texts to the left, numbers to the right */
    LOOK_TOTAL, /* framed, bold */
    LOOK_HEAT_1,
    LOOK_HEAT_2,
    LOOK_HEAT_3,
    LOOK_HEAT_4, /* framed, on pale to strong orange */
    SPREADSHEET_LOOKS
};

enum spreadsheet_unit {
    UNIT_OWN,  /* as in lists: money in yuan */
    UNIT_WAN,  /* money in 万元, shown with two decimals, exact behind them */
    UNIT_SHARE /* REPORT_INT in thousandths, shown in % with one decimal */
};

struct spreadsheet_cell {
    struct report_cell cell;
    enum spreadsheet_look look;
    enum spreadsheet_unit unit;
    size_t columns, rows; /* joined with the cells right of it and below, which are given as empty ones of the same look; 0 and 1: alone */
};

struct spreadsheet_page {
    const char *name; /* of the tab, made to fit */
    size_t n_columns; /* 1..SPREADSHEET_COLUMNS_MAX */
    const size_t *widths; /* of columns, in characters of Latin letters, at least; framed cells that are alone make theirs wider. Copied */
    size_t frozen_rows, frozen_columns;
    bool charted; /* charts follow: what cells say is kept until the next sheet */
};

/* Begin a page; the sheet before is done. Printed across, one page wide: A4, A3 when more columns than can be read there; the frozen rows on each. Errors: as spreadsheet_sheet. */
enum status spreadsheet_page(struct spreadsheet *sheet, const struct spreadsheet_page *page, struct errmsg *err);
/* One row of n_columns cells. lines: of text it is high, 0: one. Errors: as spreadsheet_row. */
enum status spreadsheet_line(struct spreadsheet *sheet, const struct spreadsheet_cell *cells, unsigned lines, struct errmsg *err);
/* Rows written on this sheet so far: where the next goes. */
size_t spreadsheet_rows(const struct spreadsheet *sheet);

/* Bars of two series beside each other, on the page that is being written; rows and columns from 0, all written already. Titles, labels and values are ranges of its cells. */
struct spreadsheet_chart {
    bool lying;                 /* bars lie: for labels that are long or many */
    size_t title_row;           /* in column 0 */
    size_t head_row;            /* column 0: what the labels are; the series' columns: their names */
    size_t first_row, last_row; /* of bars; labels in column 0 */
    size_t series[2];           /* columns: this year, last year (hatched) */
    size_t unit_row, unit_column; /* name of the axis of values */
    size_t row, column;         /* its upper left corner */
    unsigned width, height;     /* pixels */
    const char *words;          /* what it shows, for those who do not see it */
};
/* Errors: STATUS_NOMEM. */
enum status spreadsheet_chart(struct spreadsheet *sheet, const struct spreadsheet_chart *chart, struct errmsg *err);

/* ---- end ---------------------------------------------------------------------------------------------------------- */

/* Write it all and give it its name; frees the spreadsheet in any case. On error the old file of that name, if any, stays and nothing else is left (the new one does if the disk failed to make its name durable).
 * Errors: STATUS_FULL, STATUS_IO. */
enum status spreadsheet_close(struct spreadsheet *sheet, struct errmsg *err);
/* Give up: nothing is left. NULL is fine. */
void spreadsheet_abandon(struct spreadsheet *sheet);
/* Whether so many rows of data fit a sheet. Errors: STATUS_TOO_LARGE with the number in the message. For callers that count first. */
enum status spreadsheet_fits(int64_t rows, struct errmsg *err);

#endif /* CORE_REPORT_SPREADSHEET_H */
