/* core/report/spreadsheet_page.c - sheets that are pages: see spreadsheet.h.
 *
 * Rows are written once, downwards. libxlsxwriter's own worksheet_merge_range() writes the cells of the range as well and so cannot reach over several rows here; what it does besides, remembering the range for the end of
 * the sheet, is done alone. */
#include "core/report/spreadsheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/spreadsheet_impl.h"

enum { WIDTH_LEAST = 4, WIDTH_MOST = 60, MARGIN = 1, LINE_POINTS = 16, ROW_POINTS = 18, A4 = 9, A3 = 8, A4_CHARS = 200 /* beyond it A4 would be set too small */ };

enum number { NUMBER_PLAIN, NUMBER_YUAN, NUMBER_WAN, NUMBER_SHARE, NUMBER_DAY };

static const char *const NUMBER_FORMATS[SPREADSHEET_NUMBERS] = {[NUMBER_YUAN] = "#,##0.00", [NUMBER_WAN] = "#,##0.00", [NUMBER_SHARE] = "0.0%", [NUMBER_DAY] = "yyyy-mm-dd"};

static const struct {
    bool framed, bold, centred, wrapped;
    double size;          /* 0: the usual */
    lxw_color_t colour;   /* 0: none */
} LOOKS[SPREADSHEET_LOOKS] = {
    [LOOK_NOTE] = {.wrapped = true},
    [LOOK_TITLE] = {.bold = true, .size = 14},
    [LOOK_HEAD] = {.framed = true, .bold = true, .centred = true, .wrapped = true, .colour = 0xE7E6E6},
    [LOOK_CELL] = {.framed = true},
    [LOOK_TOTAL] = {.framed = true, .bold = true},
    [LOOK_HEAT_1] = {.framed = true, .colour = 0xFFF2CC},
    [LOOK_HEAT_2] = {.framed = true, .colour = 0xFFD98A},
    [LOOK_HEAT_3] = {.framed = true, .colour = 0xF9B26B},
    [LOOK_HEAT_4] = {.framed = true, .colour = 0xF08A5D},
};

static enum number number_of(const struct spreadsheet_cell *cell)
{
    if (cell->cell.kind == REPORT_DAY)
        return NUMBER_DAY;
    if (cell->unit == UNIT_SHARE)
        return NUMBER_SHARE;
    if (cell->cell.kind == REPORT_MONEY)
        return cell->unit == UNIT_WAN ? NUMBER_WAN : NUMBER_YUAN;
    return NUMBER_PLAIN;
}

static lxw_format *make_look(struct spreadsheet *sheet, enum spreadsheet_look look, enum number number)
{
    lxw_format *format = sheet->call.workbook_add_format(sheet->workbook);

    if (format == NULL)
        return NULL;
    sheet->call.format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (NUMBER_FORMATS[number] != NULL)
        sheet->call.format_set_num_format(format, NUMBER_FORMATS[number]);
    if (LOOKS[look].framed)
        sheet->call.format_set_border(format, LXW_BORDER_THIN);
    if (LOOKS[look].bold)
        sheet->call.format_set_bold(format);
    if (LOOKS[look].centred)
        sheet->call.format_set_align(format, LXW_ALIGN_CENTER);
    if (LOOKS[look].wrapped)
        sheet->call.format_set_text_wrap(format);
    if (LOOKS[look].size > 0)
        sheet->call.format_set_font_size(format, LOOKS[look].size);
    if (LOOKS[look].colour != 0) {
        sheet->call.format_set_pattern(format, LXW_PATTERN_SOLID);
        sheet->call.format_set_bg_color(format, LOOKS[look].colour);
        sheet->call.format_set_fg_color(format, LOOKS[look].colour);
    }
    return format;
}

/* NULL: no memory. */
static lxw_format *look_of(struct spreadsheet *sheet, const struct spreadsheet_cell *cell)
{
    enum number number = number_of(cell);

    if (sheet->looks[cell->look][number] == NULL)
        sheet->looks[cell->look][number] = make_look(sheet, cell->look, number);
    return sheet->looks[cell->look][number];
}

/* ---- what charts copy ---------------------------------------------------------------------------------------------- */

void spreadsheet_forget(struct sheet *of)
{
    for (size_t i = 0; of->kept != NULL && i < of->rows * of->n_columns; i++)
        free(of->kept[i].text);
    free(of->kept);
    of->kept = NULL;
}

/* Room for the row that comes next. */
static bool keep_row(struct sheet *of)
{
    struct kept_cell *kept = realloc(of->kept, (of->rows + 1) * of->n_columns * sizeof *kept);

    if (kept == NULL)
        return false;
    memset(kept + of->rows * of->n_columns, 0, of->n_columns * sizeof *kept);
    of->kept = kept;
    return true;
}

/* ---- cells --------------------------------------------------------------------------------------------------------- */

static double number_value(const struct spreadsheet_cell *cell)
{
    double number = (double)cell->cell.number;

    switch (number_of(cell)) {
    case NUMBER_YUAN:
        return number / 100;
    case NUMBER_WAN:
        return number / 1000000;
    case NUMBER_SHARE:
        return number / 1000;
    case NUMBER_DAY:
        return number + SPREADSHEET_DAY_EPOCH;
    case NUMBER_PLAIN:
        break;
    }
    return number;
}

/* Characters a number takes. */
static void number_words(const struct spreadsheet_cell *cell, struct buf *words)
{
    char wan[REPORT_WAN_BYTES];

    if (number_of(cell) == NUMBER_WAN) {
        report_wan(cell->cell.number, wan);
        buf_puts(words, wan);
    } else if (number_of(cell) == NUMBER_SHARE) {
        buf_printf(words, "%.1f%%", (double)cell->cell.number / 10);
    } else {
        report_cell_text(&cell->cell, words);
    }
}

static bool is_alone(const struct spreadsheet_cell *cell)
{
    return cell->columns <= 1 && cell->rows <= 1;
}

static lxw_error put_number(struct spreadsheet *sheet, struct sheet *of, size_t column, const struct spreadsheet_cell *cell, lxw_format *format)
{
    struct buf words;
    lxw_error error;

    buf_init(&words, 64);
    number_words(cell, &words);
    if (spreadsheet_is_exact(cell->cell.number)) {
        if (cell->look != LOOK_PLAIN)
            spreadsheet_widen(of, column, words.len + (cell->cell.kind == REPORT_MONEY && words.len > 6 ? (words.len - 4) / 3 : 0));
        error = of->call->worksheet_write_number(of->worksheet, of->rows, (lxw_col_t)column, number_value(cell), format);
    } else { /* what no cell can hold is told as text, not rounded */
        error = spreadsheet_put_text(sheet, of, of->rows, column, buf_cstr(&words), words.len, format);
    }
    if (of->is_charted)
        of->kept[of->rows * of->n_columns + column] = (struct kept_cell){.is_number = true, .number = number_value(cell)};
    buf_release(&words);
    return error;
}

static lxw_error put_words(struct spreadsheet *sheet, struct sheet *of, size_t column, const struct spreadsheet_cell *cell, lxw_format *format)
{
    size_t width = of->widths[column];
    lxw_error error = spreadsheet_put_text(sheet, of, of->rows, column, cell->cell.text, cell->cell.len, format);

    /* Others run over the cells beside them or are wrapped. */
    if (!is_alone(cell) || !LOOKS[cell->look].framed || LOOKS[cell->look].wrapped)
        of->widths[column] = width;
    if (of->is_charted && error == LXW_NO_ERROR) {
        char *text = strndup(cell->cell.text, cell->cell.len);

        if (text == NULL)
            return LXW_ERROR_MEMORY_MALLOC_FAILED;
        of->kept[of->rows * of->n_columns + column].text = text;
    }
    return error;
}

/* See the head of this file. */
static lxw_error join(struct sheet *of, size_t column, const struct spreadsheet_cell *cell)
{
    lxw_merged_range *range;

    if (is_alone(cell))
        return LXW_NO_ERROR;
    range = calloc(1, sizeof *range);
    if (range == NULL)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    range->first_row = of->rows;
    range->last_row = of->rows + (lxw_row_t)(cell->rows > 1 ? cell->rows - 1 : 0);
    range->first_col = (lxw_col_t)column;
    range->last_col = (lxw_col_t)(column + (cell->columns > 1 ? cell->columns - 1 : 0));
    STAILQ_INSERT_TAIL(of->worksheet->merged_ranges, range, list_pointers); /* freed with the workbook */
    of->worksheet->merged_range_count++;
    return LXW_NO_ERROR;
}

static lxw_error put_cell(struct spreadsheet *sheet, struct sheet *of, size_t column, const struct spreadsheet_cell *cell)
{
    lxw_format *format = look_of(sheet, cell);

    if (format == NULL)
        return LXW_ERROR_MEMORY_MALLOC_FAILED;
    if (cell->cell.kind == REPORT_TEXT && cell->cell.len > 0)
        return put_words(sheet, of, column, cell, format);
    if (cell->cell.kind > REPORT_TEXT)
        return put_number(sheet, of, column, cell, format);
    return cell->look != LOOK_PLAIN ? of->call->worksheet_write_blank(of->worksheet, of->rows, (lxw_col_t)column, format) : LXW_NO_ERROR;
}

/* ---- pages --------------------------------------------------------------------------------------------------------- */

enum status spreadsheet_page(struct spreadsheet *sheet, const struct spreadsheet_page *page, struct errmsg *err)
{
    struct sheet *of;
    enum status status = spreadsheet_begin(sheet, page->name, page->n_columns, &of, err);

    if (status != STATUS_OK)
        return status;
    of->is_page = true;
    of->is_charted = page->charted;
    for (size_t i = 0; i < page->n_columns; i++)
        of->widths[i] = page->widths[i];
    of->call->worksheet_set_footer(of->worksheet, "&C第 &P 页 共 &N 页");
    of->call->worksheet_set_landscape(of->worksheet);
    of->call->worksheet_fit_to_pages(of->worksheet, 1, 0);
    of->call->worksheet_center_horizontally(of->worksheet);
    of->call->worksheet_gridlines(of->worksheet, LXW_HIDE_ALL_GRIDLINES);
    of->call->worksheet_set_default_row(of->worksheet, ROW_POINTS, LXW_FALSE);
    if (page->frozen_rows > 0 || page->frozen_columns > 0)
        of->call->worksheet_freeze_panes(of->worksheet, (lxw_row_t)page->frozen_rows, (lxw_col_t)page->frozen_columns);
    if (page->frozen_rows > 0)
        of->call->worksheet_repeat_rows(of->worksheet, 0, (lxw_row_t)page->frozen_rows - 1);
    return STATUS_OK;
}

enum status spreadsheet_line(struct spreadsheet *sheet, const struct spreadsheet_cell *cells, unsigned lines, struct errmsg *err)
{
    struct sheet *of = &sheet->sheets[sheet->n_sheets - 1];
    lxw_error error = LXW_NO_ERROR;

    assert(sheet->n_sheets > 0 && of->is_page);
    if (of->rows >= SPREADSHEET_ROWS_MAX)
        return spreadsheet_fits((int64_t)of->rows, err);
    if (of->is_charted && !keep_row(of))
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (lines > 1)
        error = of->call->worksheet_set_row(of->worksheet, of->rows, lines * LINE_POINTS + (ROW_POINTS - LINE_POINTS), NULL);
    for (size_t i = 0; error == LXW_NO_ERROR && i < of->n_columns; i++) {
        error = put_cell(sheet, of, i, &cells[i]);
        if (error == LXW_NO_ERROR)
            error = join(of, i, &cells[i]);
    }
    of->rows++;
    return spreadsheet_row_status(sheet, of, error, err);
}

size_t spreadsheet_rows(const struct spreadsheet *sheet)
{
    return sheet->n_sheets > 0 ? sheet->sheets[sheet->n_sheets - 1].rows : 0;
}

void spreadsheet_end_page(struct sheet *of)
{
    size_t all = 0;

    for (size_t i = 0; i < of->n_columns; i++) {
        size_t width = of->widths[i] + MARGIN;

        width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
        all += width;
        of->call->worksheet_set_column(of->worksheet, (lxw_col_t)i, (lxw_col_t)i, (double)width, NULL);
    }
    of->call->worksheet_set_paper(of->worksheet, all > A4_CHARS ? A3 : A4);
    spreadsheet_forget(of);
}
