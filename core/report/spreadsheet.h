/* core/report/spreadsheet.h - an XLSX file, sheet by sheet and row by row (libxlsxwriter, constant memory).
 *
 * Each sheet: a header row, bold, frozen, with a filter; columns as wide as their content; days as dates, money in yuan with two decimals, numbers as numbers; texts are always
 * strings, so what begins with = + - @ is never a formula; printed on A4 across, as wide as one page, the header on each, the title above.
 * The file is whole or not there: it is written beside its place under another name, readable by its owner only, looked through, fsynced and renamed. What libxlsxwriter gathers on
 * the way lies unlinked in the same folder, so that a full disk there is noticed and nothing of it stays elsewhere.
 * Memory: one row and the widths. One program in one thread writes one workbook at a time. */
#ifndef CORE_REPORT_SPREADSHEET_H
#define CORE_REPORT_SPREADSHEET_H

#include "core/report/cell.h"

struct spreadsheet;

enum {
    SPREADSHEET_ROWS_MAX = 1048576, /* of a sheet, the header and the totals among them */
    SPREADSHEET_SHEETS_MAX = 32,
    SPREADSHEET_COLUMNS_MAX = 128
};

/* False when configure was told --without-xlsx: then spreadsheet_open answers STATUS_UNSUPPORTED in words. */
bool spreadsheet_available(void);
/* Errors: STATUS_IO (the folder cannot be written), STATUS_FULL, STATUS_UNSUPPORTED, STATUS_NOMEM; nothing is left behind. */
enum status spreadsheet_open(struct spreadsheet **out, const char *path, struct errmsg *err);
/* Begin a sheet; the one before is done. name: of the tab, made to fit (31 characters, no []:*?/\). title: printed above. columns: 1..SPREADSHEET_COLUMNS_MAX, labels copied.
 * Errors: STATUS_NOMEM, STATUS_TOO_LARGE (too many sheets). */
enum status spreadsheet_sheet(struct spreadsheet *sheet, const char *name, const char *title, const struct report_column *columns, size_t n_columns, struct errmsg *err);
/* One row of as many cells as the sheet has columns. Errors: STATUS_TOO_LARGE (SPREADSHEET_ROWS_MAX), STATUS_IO, STATUS_FULL. */
enum status spreadsheet_row(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err);
/* The last row, bold, outside the filter. */
enum status spreadsheet_totals(struct spreadsheet *sheet, const struct report_cell *cells, struct errmsg *err);
/* Write it all and give it its name; frees the spreadsheet in any case. On error the old file of that name, if any, stays and nothing else is left.
 * Errors: STATUS_FULL, STATUS_IO. */
enum status spreadsheet_close(struct spreadsheet *sheet, struct errmsg *err);
/* Give up: nothing is left. NULL is fine. */
void spreadsheet_abandon(struct spreadsheet *sheet);
/* Whether so many rows of data fit a sheet. Errors: STATUS_TOO_LARGE with the number in the message. For callers that count first. */
enum status spreadsheet_fits(int64_t rows, struct errmsg *err);

#endif /* CORE_REPORT_SPREADSHEET_H */
