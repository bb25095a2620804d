/* core/report/spreadsheet_impl.h - what the files that know libxlsxwriter share: spreadsheet.c (files, lists), spreadsheet_page.c (pages), spreadsheet_chart.c. Not for others. */
#ifndef CORE_REPORT_SPREADSHEET_IMPL_H
#define CORE_REPORT_SPREADSHEET_IMPL_H

#include <limits.h>
#include <sys/types.h>

#include <xlsxwriter.h>

#include "core/base/library.h"
#include "core/report/spreadsheet.h"

/* What is called of libxlsxwriter, which is loaded with the first spreadsheet. */
#define SPREADSHEET_CALLS(X) \
    X(chart_add_series) \
    X(chart_axis_set_crossing_max) \
    X(chart_axis_set_min) \
    X(chart_axis_set_name_range) \
    X(chart_axis_set_reverse) \
    X(chart_legend_set_position) \
    X(chart_series_set_categories) \
    X(chart_series_set_fill) \
    X(chart_series_set_labels) \
    X(chart_series_set_line) \
    X(chart_series_set_name_range) \
    X(chart_series_set_pattern) \
    X(chart_series_set_values) \
    X(chart_set_series_gap) \
    X(chart_title_set_name_font) \
    X(chart_title_set_name_range) \
    X(format_set_align) \
    X(format_set_bg_color) \
    X(format_set_bold) \
    X(format_set_border) \
    X(format_set_fg_color) \
    X(format_set_font_size) \
    X(format_set_num_format) \
    X(format_set_pattern) \
    X(format_set_text_wrap) \
    X(lxw_strerror) \
    X(lxw_workbook_free) \
    X(lxw_worksheet_write_single_row) \
    X(workbook_add_chart) \
    X(workbook_add_format) \
    X(workbook_add_worksheet) \
    X(workbook_close) \
    X(workbook_get_worksheet_by_name) \
    X(workbook_new_opt) \
    X(worksheet_autofilter) \
    X(worksheet_center_horizontally) \
    X(worksheet_fit_to_pages) \
    X(worksheet_freeze_panes) \
    X(worksheet_gridlines) \
    X(worksheet_insert_chart_opt) \
    X(worksheet_repeat_rows) \
    X(worksheet_set_column) \
    X(worksheet_set_default_row) \
    X(worksheet_set_footer) \
    X(worksheet_set_header) \
    X(worksheet_set_landscape) \
    X(worksheet_set_paper) \
    X(worksheet_set_row) \
    X(worksheet_write_blank) \
    X(worksheet_write_number) \
    X(worksheet_write_string)

struct spreadsheet_calls {
    SPREADSHEET_CALLS(LIBRARY_POINTER)
};

enum { SPREADSHEET_TEXT_MAX_BYTES = 1 << 18, SPREADSHEET_TAB_BYTES = 128, SPREADSHEET_NUMBERS = 5, SPREADSHEET_DAY_EPOCH = 25569 /* 1970-01-01 as a spreadsheet counts days */ };

/* Up to 2^53: what a cell's number holds exactly. */
static inline bool spreadsheet_is_exact(int64_t number)
{
    return number >= -INT64_C(9007199254740992) && number <= INT64_C(9007199254740992);
}

/* What a page's cell said, for the copies that charts keep of their cells. */
struct kept_cell {
    bool is_number;
    double number;
    char *text; /* owned; NULL */
};

struct sheet {
    const struct spreadsheet_calls *call; /* the spreadsheet's */
    lxw_worksheet *worksheet;
    char tab[SPREADSHEET_TAB_BYTES];
    struct report_column columns[SPREADSHEET_COLUMNS_MAX]; /* of lists: kinds; labels are written */
    size_t widths[SPREADSHEET_COLUMNS_MAX];
    size_t n_columns;
    lxw_row_t rows; /* written, with the header */
    bool has_totals;
    bool is_page;   /* not a list: no filter */
    bool is_charted;
    struct kept_cell *kept; /* of charted pages: rows * n_columns */
    off_t gathered; /* bytes of its rows, once it is done */
};

struct spreadsheet {
    struct spreadsheet_calls call;
    char path[PATH_MAX], part[PATH_MAX], folder[PATH_MAX];
    lxw_workbook *workbook;
    lxw_format *bold, *day, *money, *wrap, *bold_money;
    lxw_format *looks[SPREADSHEET_LOOKS][SPREADSHEET_NUMBERS]; /* of pages, made when first used */
    struct sheet *sheets; /* SPREADSHEET_SHEETS_MAX */
    size_t n_sheets;
    struct buf text;
};

/* --- spreadsheet.c --- */
enum status spreadsheet_cannot_write(const struct spreadsheet *sheet, struct errmsg *err);
void spreadsheet_widen(struct sheet *of, size_t column, size_t width);
/* The widest line of a text, in columns. */
size_t spreadsheet_text_width(const char *text, size_t len);
/* A text as a cell, cut to what a cell holds. */
lxw_error spreadsheet_put_text(struct spreadsheet *sheet, struct sheet *of, lxw_row_t row, size_t column, const char *text, size_t len, lxw_format *format);
/* End the sheet before and begin one; *out borrowed until the next. */
enum status spreadsheet_begin(struct spreadsheet *sheet, const char *name, size_t n_columns, struct sheet **out, struct errmsg *err);
/* What libxlsxwriter said of a row, and whether its file took it. */
enum status spreadsheet_row_status(const struct spreadsheet *sheet, const struct sheet *of, lxw_error error, struct errmsg *err);

/* --- spreadsheet_page.c --- */
/* What is set when all rows are there: paper. */
void spreadsheet_end_page(struct sheet *of);
void spreadsheet_forget(struct sheet *of);

#endif /* CORE_REPORT_SPREADSHEET_IMPL_H */
