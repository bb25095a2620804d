/* core/report/spreadsheet_chart.c - charts on pages: see spreadsheet.h.
 *
 * A chart names ranges of cells, and carries a copy of what they say for programs that draw it without reading the cells (viewers, mail programs). libxlsxwriter makes the copy from sheets it keeps in memory; ours are
 * written away, so the copy is made here, of what the page kept. */
#include "core/report/spreadsheet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/report/spreadsheet_impl.h"

enum { USUAL_WIDTH = 480, USUAL_HEIGHT = 288, LABELLED_BARS_MAX = 26, GAP = 60 };

static const lxw_color_t THIS_YEAR = 0x1F4E79, LAST_YEAR = 0x7F7F7F;

/* Append one cell's copy. False: no memory. */
static bool copy_cell(lxw_series_range *range, const struct kept_cell *cell)
{
    lxw_series_data_point *point = calloc(1, sizeof *point);

    if (point == NULL)
        return false;
    if (cell->is_number) {
        point->number = cell->number;
    } else {
        point->string = strdup(cell->text != NULL ? cell->text : "");
        point->is_string = LXW_TRUE;
        range->has_string_cache = LXW_TRUE;
        if (point->string == NULL) {
            free(point);
            return false;
        }
    }
    STAILQ_INSERT_TAIL(range->data_cache, point, list_pointers); /* freed with the chart */
    range->num_data_points++;
    return true;
}

static bool copy_range(const struct sheet *of, lxw_series_range *range, size_t first_row, size_t last_row, size_t column)
{
    range->ignore_cache = LXW_TRUE; /* for libxlsxwriter: it is there */
    for (size_t row = first_row; row <= last_row; row++)
        if (!copy_cell(range, &of->kept[row * of->n_columns + column]))
            return false;
    return true;
}

static bool add_series(const struct sheet *of, lxw_chart *made, const struct spreadsheet_chart *chart, size_t column, bool last_year)
{
    lxw_row_t first = (lxw_row_t)chart->first_row, last = (lxw_row_t)chart->last_row;
    lxw_chart_series *series = of->call->chart_add_series(made, NULL, NULL);
    lxw_chart_fill fill = {.color = THIS_YEAR};
    lxw_chart_pattern hatched = {.type = LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL, .fg_color = LAST_YEAR, .bg_color = LXW_COLOR_WHITE};
    lxw_chart_line edge = {.color = last_year ? LAST_YEAR : THIS_YEAR, .width = 0.75};

    if (series == NULL)
        return false;
    of->call->chart_series_set_name_range(series, of->tab, (lxw_row_t)chart->head_row, (lxw_col_t)column);
    of->call->chart_series_set_categories(series, of->tab, first, 0, last, 0);
    of->call->chart_series_set_values(series, of->tab, first, (lxw_col_t)column, last, (lxw_col_t)column);
    of->call->chart_series_set_line(series, &edge);
    if (last_year)
        of->call->chart_series_set_pattern(series, &hatched);
    else
        of->call->chart_series_set_fill(series, &fill);
    if (chart->last_row - chart->first_row < LABELLED_BARS_MAX)
        of->call->chart_series_set_labels(series);
    return copy_range(of, series->title.range, chart->head_row, chart->head_row, column) && copy_range(of, series->categories, chart->first_row, chart->last_row, 0) &&
           copy_range(of, series->values, chart->first_row, chart->last_row, column);
}

/* Where bars lie, their labels stand on the y axis. */
static lxw_chart_axis *label_axis(const lxw_chart *made, const struct spreadsheet_chart *chart)
{
    return chart->lying ? made->y_axis : made->x_axis;
}

static lxw_chart_axis *value_axis(const lxw_chart *made, const struct spreadsheet_chart *chart)
{
    return chart->lying ? made->x_axis : made->y_axis;
}

static bool set_names(const struct sheet *of, lxw_chart *made, const struct spreadsheet_chart *chart)
{
    lxw_chart_axis *labels = label_axis(made, chart), *values = value_axis(made, chart);

    of->call->chart_title_set_name_range(made, of->tab, (lxw_row_t)chart->title_row, 0);
    of->call->chart_axis_set_name_range(labels, of->tab, (lxw_row_t)chart->head_row, 0);
    of->call->chart_axis_set_name_range(values, of->tab, (lxw_row_t)chart->unit_row, (lxw_col_t)chart->unit_column);
    return copy_range(of, made->title.range, chart->title_row, chart->title_row, 0) && copy_range(of, labels->title.range, chart->head_row, chart->head_row, 0) &&
           copy_range(of, values->title.range, chart->unit_row, chart->unit_row, chart->unit_column);
}

static bool any_negative(const struct sheet *of, const struct spreadsheet_chart *chart)
{
    for (size_t row = chart->first_row; row <= chart->last_row; row++)
        for (size_t i = 0; i < 2; i++)
            if (of->kept[row * of->n_columns + chart->series[i]].number < 0)
                return true;
    return false;
}

static lxw_chart *make_chart(const struct spreadsheet *sheet, const struct sheet *of, const struct spreadsheet_chart *chart)
{
    lxw_chart *made = of->call->workbook_add_chart(sheet->workbook, chart->lying ? LXW_CHART_BAR : LXW_CHART_COLUMN);
    lxw_chart_font plain = {.size = 12, .bold = LXW_TRUE};

    if (made == NULL || !add_series(of, made, chart, chart->series[0], false) || !add_series(of, made, chart, chart->series[1], true) || !set_names(of, made, chart))
        return NULL; /* what was made belongs to the workbook */
    of->call->chart_title_set_name_font(made, &plain);
    of->call->chart_legend_set_position(made, LXW_CHART_LEGEND_BOTTOM);
    if (!any_negative(of, chart)) /* else programs begin where they like */
        of->call->chart_axis_set_min(value_axis(made, chart), 0);
    of->call->chart_set_series_gap(made, GAP);
    if (chart->lying) /* the first bar is the topmost */
        of->call->chart_axis_set_reverse(made->y_axis);
    if (chart->lying) /* and the values' axis is below all the same */
        of->call->chart_axis_set_crossing_max(made->y_axis);
    return made;
}

enum status spreadsheet_chart(struct spreadsheet *sheet, const struct spreadsheet_chart *chart, struct errmsg *err)
{
    struct sheet *of = &sheet->sheets[sheet->n_sheets - 1];
    lxw_chart_options options = {.x_scale = (double)chart->width / USUAL_WIDTH, .y_scale = (double)chart->height / USUAL_HEIGHT, .description = (char *)(uintptr_t)chart->words};
    lxw_chart *made;

    assert(sheet->n_sheets > 0 && of->is_charted && chart->first_row <= chart->last_row && chart->last_row < of->rows && chart->title_row < of->rows && chart->head_row < of->rows &&
           chart->unit_row < of->rows);
    made = make_chart(sheet, of, chart);
    if (made == NULL || of->call->worksheet_insert_chart_opt(of->worksheet, (lxw_row_t)chart->row, (lxw_col_t)chart->column, made, &options) != LXW_NO_ERROR)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    return STATUS_OK;
}
