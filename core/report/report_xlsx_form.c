/* core/report/report_xlsx_form.c - the pages of a form in a spreadsheet: see report_file.h.
 *
 * The form as it is printed: heads in levels, joined where neighbours share one, each last piece down to the printed numbers; units, total. And, where there is last year's, a page that stands the other way: a row a column
 * of the form, this year's total, last year's, the change, then each unit's two figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/width.h"
#include "core/report/report_impl.h"

enum { UNIT_WIDTH_MIN = 10, UNIT_WIDTH_MAX = 30, HEAD_MIN = 4, HEAD_MAX = 16, HEAD_LINES = 4, MARGIN = 1, TAB_BYTES = 160 };

static const char NOT_ENTERED[] = "未填";

/* "报表六（民事法律援助）" of 法律援助统计报表六（民事法律援助）: a tab has room for 31 characters. */
static void tab_of(const struct ministry_form *form, const char *behind, char out[TAB_BYTES])
{
    static const char COMMON[] = "法律援助统计";
    const char *title = strncmp(form->title, COMMON, strlen(COMMON)) == 0 ? form->title + strlen(COMMON) : form->title;

    snprintf(out, TAB_BYTES, "%s%s", title, behind);
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t name_width(const struct form_sheet *form)
{
    size_t width = UNIT_WIDTH_MIN;

    for (size_t i = 0; i < form->n_rows; i++)
        width = greater(width, width_text(form->rows[i].name, strlen(form->rows[i].name)));
    return width < UNIT_WIDTH_MAX ? width : UNIT_WIDTH_MAX;
}

/* ---- heads --------------------------------------------------------------------------------------------------------- */

static size_t head_width(const struct form_column *column)
{
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];
    size_t n = layout_pieces(column, pieces), wish = (width_text(pieces[n - 1].text, pieces[n - 1].len) + HEAD_LINES - 1) / HEAD_LINES;

    return wish < HEAD_MIN ? HEAD_MIN : wish > HEAD_MAX ? HEAD_MAX : wish + wish % 2;
}

struct heads {
    const struct ministry_form *form;
    const size_t *widths; /* of the page's columns: the units' names, then the form's */
    size_t levels;
    unsigned lines[LAYOUT_LEVELS_MAX];
};

/* Lines of text each level is high: shared heads their own, the last level what the longest last piece still needs. */
static void measure_heads(struct heads *heads)
{
    size_t n_columns = heads->form->n_columns;

    for (size_t level = 0; level < heads->levels; level++)
        heads->lines[level] = 1;
    for (size_t own = 0; own < 2; own++) { /* shared heads first */
        for (size_t i = 0; i < n_columns; i++) {
            struct layout_piece pieces[LAYOUT_LEVELS_MAX];
            size_t n = layout_pieces(&heads->form->columns[i], pieces), need;

            for (size_t level = 0; own == 0 && level + 1 < n; level++) {
                size_t width = 0, span = layout_span(heads->form, i, level, n_columns);

                for (size_t k = i; k < i + span; k++)
                    width += heads->widths[k + 1] + MARGIN;
                if (layout_begins(heads->form, i, level, 0))
                    heads->lines[level] = (unsigned)greater(heads->lines[level], layout_lines(pieces[level].text, pieces[level].len, width - MARGIN));
            }
            need = layout_lines(pieces[n - 1].text, pieces[n - 1].len, heads->widths[i + 1]);
            for (size_t level = n - 1; own == 1 && level + 1 < heads->levels; level++)
                need -= need > heads->lines[level] ? heads->lines[level] : need;
            if (own == 1)
                heads->lines[heads->levels - 1] = (unsigned)greater(heads->lines[heads->levels - 1], need);
        }
    }
}

static void fill_head(const struct heads *heads, size_t column, size_t level, struct report_line *line, char text[256])
{
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];
    size_t n = layout_pieces(&heads->form->columns[column], pieces);
    struct spreadsheet_cell *cell = &line->cells[column + 1];

    cell->look = LOOK_HEAD;
    if (level >= n || (level + 1 < n && !layout_begins(heads->form, column, level, 0)))
        return; /* part of the cell above, or left */
    snprintf(text, 256, "%.*s", (int)pieces[level].len, pieces[level].text);
    report_line_text(line, column + 1, LOOK_HEAD, text);
    if (level + 1 < n)
        cell->columns = layout_span(heads->form, column, level, heads->form->n_columns);
    else
        cell->rows = heads->levels - level;
}

static enum status put_heads(struct spreadsheet *sheet, const struct heads *heads, struct errmsg *err)
{
    char(*texts)[256] = calloc(heads->form->n_columns, sizeof *texts);
    struct report_line line;
    enum status status = texts != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");

    for (size_t level = 0; status == STATUS_OK && level < heads->levels; level++) {
        report_line_clear(&line);
        line.cells[0].look = LOOK_HEAD;
        if (level == 0)
            report_line_text(&line, 0, LOOK_HEAD, heads->form->first);
        if (level == 0)
            line.cells[0].rows = heads->levels + 1; /* and beside the printed numbers */
        for (size_t i = 0; i < heads->form->n_columns; i++)
            fill_head(heads, i, level, &line, texts[i]);
        status = spreadsheet_line(sheet, line.cells, heads->lines[level], err);
    }
    report_line_clear(&line);
    line.cells[0].look = LOOK_HEAD;
    for (size_t i = 0; i < heads->form->n_columns; i++)
        report_line_number(&line, i + 1, LOOK_HEAD, heads->form->columns[i].no, false);
    free(texts);
    return status == STATUS_OK ? spreadsheet_line(sheet, line.cells, 1, err) : status;
}

/* ---- the form ------------------------------------------------------------------------------------------------------ */

static void fill_value(const struct form_row *row, const struct form_column *column, size_t i, struct report_line *line, size_t at, enum spreadsheet_look look)
{
    if (row->missing[i])
        report_line_text(line, at, look, NOT_ENTERED);
    else
        report_line_number(line, at, look, row->values[i], column->money);
}

static enum status put_rows(struct spreadsheet *sheet, const struct form_sheet *form, struct errmsg *err)
{
    struct report_line line;
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < form->n_rows; i++) {
        enum spreadsheet_look look = i + 1 == form->n_rows ? LOOK_TOTAL : LOOK_CELL;

        report_line_clear(&line);
        report_line_text(&line, 0, look, form->rows[i].name);
        for (size_t k = 0; k < form->form->n_columns; k++)
            fill_value(&form->rows[i], &form->form->columns[k], k, &line, k + 1, look);
        status = spreadsheet_line(sheet, line.cells, 1, err);
    }
    return status;
}

static enum status put_notes(struct spreadsheet *sheet, const struct spreadsheet_page *page, const struct form_sheet *form, const struct report_head *head, struct errmsg *err)
{
    struct buf words;
    enum status status;

    buf_init(&words, 1 << 12);
    report_words_adjusted(form, &words);
    status = report_put_words(sheet, page, buf_cstr(&words), err);
    buf_release(&words);
    return status == STATUS_OK ? report_put_foot(sheet, page, head, err) : status;
}

enum status report_form_page(struct spreadsheet *sheet, const struct form_sheet *form, const struct report_head *head, struct errmsg *err)
{
    size_t widths[FORM_COLUMNS_MAX + 1] = {name_width(form)};
    struct heads heads = {.form = form->form, .widths = widths, .levels = layout_levels(form->form, 0, form->form->n_columns)};
    char tab[TAB_BYTES];
    struct spreadsheet_page page = {.name = tab, .n_columns = form->form->n_columns + 1, .widths = widths, .frozen_rows = REPORT_TOP_LINES + heads.levels + 1, .frozen_columns = 1};
    enum status status;

    tab_of(form->form, "", tab);
    for (size_t i = 0; i < form->form->n_columns; i++)
        widths[i + 1] = greater(head_width(&form->form->columns[i]), layout_values_width(form, i));
    measure_heads(&heads);
    status = report_begin_page(sheet, &page, form->form->title, &form->period, head, err);
    if (status == STATUS_OK)
        status = put_heads(sheet, &heads, err);
    if (status == STATUS_OK)
        status = put_rows(sheet, form, err);
    return status == STATUS_OK ? put_notes(sheet, &page, form, head, err) : status;
}

/* ---- year on year -------------------------------------------------------------------------------------------------- */

enum { G_NO, G_HEADING, G_UNIT, G_VALUE, G_BEFORE, G_CHANGE, G_SHARE, G_UNITS };

/* Units beside the total: none where the page would be too wide. */
static size_t shown_units(const struct form_sheet *form)
{
    return G_UNITS + 2 * (form->n_rows - 1) <= SPREADSHEET_COLUMNS_MAX ? form->n_rows - 1 : 0;
}

static const struct form_row *row_of(const struct form_sheet *form, int64_t org)
{
    for (size_t i = 0; i < form->n_rows; i++)
        if (form->rows[i].org == org)
            return &form->rows[i];
    return NULL;
}

static enum status put_growth_heads(struct spreadsheet *sheet, const struct form_sheet *form, const struct form_sheet *before, struct errmsg *err)
{
    static const char *const HEADS[] = {"栏次", "指标", "单位"}, *const CHANGES[] = {"增减", "增减%"};
    char now[PERIOD_LABEL_BYTES], last[PERIOD_LABEL_BYTES];
    struct report_line line;
    size_t units = shown_units(form);
    enum status status;

    report_period_short(&form->period, now);
    report_period_short(&before->period, last);
    report_line_clear(&line);
    for (size_t i = G_NO; i <= G_UNIT; i++) {
        report_line_text(&line, i, LOOK_HEAD, HEADS[i]);
        line.cells[i].rows = 2;
    }
    for (size_t i = 0; i <= units; i++) {
        size_t at = i == 0 ? G_VALUE : G_UNITS + 2 * (i - 1), columns = i == 0 ? 4 : 2;

        for (size_t k = at; k < at + columns; k++)
            line.cells[k].look = LOOK_HEAD;
        report_line_text(&line, at, LOOK_HEAD, form->rows[i == 0 ? form->n_rows - 1 : i - 1].name);
        line.cells[at].columns = columns;
    }
    status = spreadsheet_line(sheet, line.cells, 2, err);
    report_line_clear(&line);
    for (size_t i = G_NO; i <= G_UNIT; i++)
        line.cells[i].look = LOOK_HEAD;
    for (size_t i = 0; i <= units; i++) {
        size_t at = i == 0 ? G_VALUE : G_UNITS + 2 * (i - 1);

        report_line_text(&line, at, LOOK_HEAD, now);
        report_line_text(&line, at + 1, LOOK_HEAD, last);
        for (size_t k = 0; i == 0 && k < 2; k++)
            report_line_text(&line, at + 2 + k, LOOK_HEAD, CHANGES[k]);
    }
    return status == STATUS_OK ? spreadsheet_line(sheet, line.cells, 2, err) : status;
}

/* Value and last year's; a figure that is not there, or a unit that was not, stays empty. */
static void fill_pair(const struct form_sheet *form, const struct form_row *row, const struct form_row *before, size_t i, struct report_line *line, size_t at)
{
    const struct form_column *column = &form->form->columns[i];

    line->cells[at].look = line->cells[at + 1].look = LOOK_CELL;
    if (row != NULL)
        fill_value(row, column, i, line, at, LOOK_CELL);
    if (before != NULL)
        fill_value(before, column, i, line, at + 1, LOOK_CELL);
}

static enum status put_growth_row(struct spreadsheet *sheet, const struct form_sheet *form, const struct form_sheet *before, size_t i, struct errmsg *err)
{
    const struct form_column *column = &form->form->columns[i];
    const struct form_row *total = &form->rows[form->n_rows - 1], *last = &before->rows[before->n_rows - 1];
    struct report_line line;

    report_line_clear(&line);
    report_line_number(&line, G_NO, LOOK_CELL, column->no, false);
    report_line_text(&line, G_HEADING, LOOK_CELL, column->heading);
    report_line_text(&line, G_UNIT, LOOK_CELL, column->unit);
    fill_pair(form, total, last, i, &line, G_VALUE);
    line.cells[G_CHANGE].look = line.cells[G_SHARE].look = LOOK_CELL;
    if (!total->missing[i] && !last->missing[i])
        report_line_growth(&line, G_CHANGE, LOOK_CELL, total->values[i], last->values[i], column->money);
    for (size_t unit = 0; unit < shown_units(form); unit++)
        fill_pair(form, &form->rows[unit], row_of(before, form->rows[unit].org), i, &line, G_UNITS + 2 * unit);
    return spreadsheet_line(sheet, line.cells, 1, err);
}

enum status report_growth_page(struct spreadsheet *sheet, const struct form_sheet *form, const struct form_sheet *before, const struct report_head *head, struct errmsg *err)
{
    size_t widths[SPREADSHEET_COLUMNS_MAX] = {5, 30, 6, 12, 12, 8, 8}, units = shown_units(form);
    char tab[TAB_BYTES], title[TAB_BYTES + 64];
    struct spreadsheet_page page = {.name = tab, .n_columns = G_UNITS + 2 * units, .widths = widths, .frozen_rows = REPORT_TOP_LINES + 2, .frozen_columns = G_UNIT + 1};
    enum status status;

    tab_of(form->form, "同比", tab);
    snprintf(title, sizeof title, "%.160s　与上年同期比较", form->form->title);
    for (size_t i = 0; i < 2 * units; i++)
        widths[G_UNITS + i] = greater(8, width_text(form->rows[i / 2].name, strlen(form->rows[i / 2].name)) / 2);
    status = report_begin_page(sheet, &page, title, &form->period, head, err);
    if (status == STATUS_OK)
        status = put_growth_heads(sheet, form, before, err);
    for (size_t i = 0; status == STATUS_OK && i < form->form->n_columns; i++)
        status = put_growth_row(sheet, form, before, i, err);
    return status == STATUS_OK ? report_put_foot(sheet, &page, head, err) : status;
}
