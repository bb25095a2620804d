/* tui/views/report_form_draw.c - the two pictures of a form: a list of its columns for one unit, units by columns. See report_form.h.
 *
 * Above both stand the unit with its days, and the cell in hand in full: number, heading, unit, where it comes from. Only ASCII and full-width characters; a mark is always also told in words on the hint line. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/unit.h"
#include "core/base/width.h"
#include "tui/field_grid.h"
#include "tui/views/report_form.h"

enum { HEAD_ROW = 1, TABLE_ROW = FORM_DETAIL_ROW + FORM_DETAIL_ROWS, DETAIL_BYTES = 2048, NUMBER_COLUMNS = 8, NO_COLUMNS = 3, UNIT_WIDE = 16, UNIT_NARROW = 12, CELL_COLUMNS = 8, CELL_GAP = 2, LATE_BYTES = 64 };

/* ---- words ---- */

static const struct form_column *column_at(const struct form_view *state, size_t column)
{
    return &state->figures.form->columns[column];
}

static void signed_number(int64_t value, bool money, char out[REPORT_NUMBER_BYTES])
{
    char text[REPORT_NUMBER_BYTES];
    report_number(value, money, text);
    snprintf(out, REPORT_NUMBER_BYTES, "%s%.30s", value > 0 ? "+" : "", text);
}

static void separate(struct buf *out)
{
    if (out->len > 0)
        buf_puts(out, _("；"));
}

static void put_failure(const struct form_view *state, bool explained, struct buf *out)
{
    separate(out);
    buf_puts(out, explained ? _("校验不符，已说明（F4）") : _("校验不符，F4 看是和哪几格"));
    (void)state;
}

static void put_adjusted(const struct form_view *state, struct buf *out)
{
    char text[REPORT_NUMBER_BYTES];
    signed_number(report_figures_unit(&state->figures, state->unit)->adjusted[state->column], column_at(state, state->column)->money, text);
    separate(out);
    buf_printf(out, _("其中手填调整 %s"), text);
}

static void put_late(const struct form_view *state, struct buf *out)
{
    char then[REPORT_NUMBER_BYTES];
    int64_t value = 0;
    (void)report_figures_frozen(&state->figures, state->unit, state->column, &value);
    report_number(value, column_at(state, state->column)->money, then);
    separate(out);
    buf_printf(out, _("存档时 %s（F7）"), then);
}

static void put_before(const struct form_view *state, struct buf *out)
{
    const struct form_column *column = column_at(state, state->column);
    struct year_on_year before;
    bool known = report_figures_before(&state->figures, state->unit, state->column, &before);
    separate(out);
    if (known)
        buf_puts(out, _(P_("before a change", "比上年同期")));
    year_on_year_words(report_figures_unit(&state->figures, state->unit)->values[state->column], known ? report_figures_reference(&before) : 0, known, column->unit, out);
    if (known && before.has_reported && before.known != before.reported)
        buf_puts(out, before.from_baseline ? _("，登记的往年数和现在算的不同") : _("，上报的和现在算的不同"));
}

void report_form_cell_words(const struct form_view *state, struct buf *out)
{
    unsigned marks = report_figures_marks(&state->figures, state->unit, state->column);
    if (marks & FIGURE_MISSING) {
        buf_puts(out, _("这一栏手填，还没有人填过；Enter 填"));
        return;
    }
    if (marks & (FIGURE_FAILED | FIGURE_EXPLAINED))
        put_failure(state, !(marks & FIGURE_FAILED), out);
    if (marks & FIGURE_ADJUSTED)
        put_adjusted(state, out);
    if (marks & FIGURE_LATE)
        put_late(state, out);
    put_before(state, out);
}

/* ---- above the figures ---- */

static void draw_unit(const struct form_view *state, struct canvas *canvas)
{
    static const char *const shown[FORM_SHOWN_KINDS] = {"", "   上年同期", "   比上年增减"};
    size_t units = report_figures_units(&state->figures);
    char days[REPORT_DAYS_BYTES];
    report_days_words(&state->figures.period, days);
    const char *name = report_figures_unit(&state->figures, state->unit)->name;
    int used = canvas_printf(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_BOLD, "%s", name);
    canvas_printf(canvas, HEAD_ROW, 1 + used, canvas->cols - 2 - used, STYLE_NORMAL, "  %zu/%zu%s   %s%s", state->unit + 1, units, state->mode == FORM_MODE_LIST ? _("（左右键换单位）") : "", days,
                  state->mode == FORM_MODE_TABLE ? _(shown[state->shown]) : "");
}

static void draw_detail(const struct view *view, struct canvas *canvas)
{
    const struct form_view *state = view->state;
    const struct form_column *column = column_at(state, state->column);
    char cell[FORM_CELL_BYTES], heading[FORM_HEADING_BYTES], number[REPORT_NUMBER_BYTES];
    const struct form_row *unit = report_figures_unit(&state->figures, state->unit);
    struct buf text;
    if (state->note != NULL) {
        canvas_paragraph(canvas, FORM_DETAIL_ROW, 1, FORM_DETAIL_ROWS, canvas->cols - 2, STYLE_BOLD, state->note);
        return;
    }
    buf_init(&text, DETAIL_BYTES);
    form_cell_name(state->figures.form, column, cell);
    form_column_heading(column, view_context(view)->codes, heading);
    report_number(unit->values[state->column], column->money, number);
    buf_printf(&text, _("%s %s: %s %s   来源: "), cell, heading, unit->missing[state->column] ? _("没填") : number, unit_words(column->unit, unit->values[state->column]));
    report_source_words(column, &text);
    canvas_paragraph(canvas, FORM_DETAIL_ROW, 1, FORM_DETAIL_ROWS, canvas->cols - 2, STYLE_NORMAL, buf_cstr(&text));
    buf_release(&text);
}

/* ---- the list ---- */

/* Where the columns of the list stand. -1: not shown. */
struct list_layout {
    int heading, heading_columns, value, marks, mark_columns, reported, known, difference;
};

static struct list_layout lay_out(const struct form_view *state, int cols)
{
    bool wide = cols >= GRID_WIDE;
    struct list_layout at = {.heading = 1 + NO_COLUMNS + 1, .reported = -1, .known = -1, .difference = -1, .mark_columns = wide ? 4 : 2};
    int right = cols - 1;
    if (state->compares) {
        at.difference = right -= NUMBER_COLUMNS;
        at.reported = right -= NUMBER_COLUMNS + 1;
        if (wide)
            at.known = right -= NUMBER_COLUMNS + 1;
    }
    at.marks = right -= at.mark_columns + (state->compares ? 1 : 0);
    at.value = right -= NUMBER_COLUMNS + 1;
    at.heading_columns = at.value - 1 - at.heading;
    return at;
}

/* The last part of a heading; the whole stands above. */
static const char *own_heading(const char *heading)
{
    const char *slash = strrchr(heading, '/');
    return slash != NULL ? slash + 1 : heading;
}

/* How deep it stands below its group: as many blanks. */
static int depth_of(const char *heading)
{
    int depth = 0;
    for (const char *at = heading; (at = strchr(at, '/')) != NULL; at++)
        depth++;
    return depth;
}

/* What a line of the list says: the first of a group with the group's name, so that three lines that are all called 合计 differ. *depth: blanks before it. */
static const char *line_heading(const struct form_view *state, size_t column, const char *heading, int *depth)
{
    const char *own = own_heading(heading), *above = column > 0 ? column_at(state, column - 1)->heading : "";
    size_t group = (size_t)(own - heading);
    *depth = depth_of(heading);
    if (group == 0 || strncmp(above, heading, group) == 0)
        return own;
    size_t shared = 0; /* of the path: groups that the line above names already */
    for (size_t i = 0; i < group && heading[i] == above[i]; i++)
        if (heading[i] == '/')
            shared = i + 1;
    *depth = 0;
    for (size_t i = 0; i < shared; i++)
        *depth += heading[i] == '/';
    return heading + shared;
}

static void mark_words(unsigned marks, char out[16])
{
    snprintf(out, 16, "%s%s%s%s", marks & FIGURE_MISSING ? _("缺") : "", marks & FIGURE_FAILED ? _("校") : marks & FIGURE_EXPLAINED ? _("说") : "", marks & FIGURE_ADJUSTED ? _("调") : "", marks & FIGURE_LATE ? _("变") : "");
}

static void draw_list_head(const struct form_view *state, const struct list_layout *at, struct canvas *canvas)
{
    canvas_puts(canvas, TABLE_ROW, 1, NO_COLUMNS, STYLE_DIM, _("栏"));
    canvas_puts(canvas, TABLE_ROW, at->heading, at->heading_columns, STYLE_DIM, _("项目"));
    canvas_put_right(canvas, TABLE_ROW, at->value, NUMBER_COLUMNS, STYLE_DIM, _("本期"));
    canvas_puts(canvas, TABLE_ROW, at->marks, at->mark_columns, STYLE_DIM, _("标"));
    if (!state->compares)
        return;
    if (at->known >= 0)
        canvas_put_right(canvas, TABLE_ROW, at->known, NUMBER_COLUMNS, STYLE_DIM, _("上年现在"));
    canvas_put_right(canvas, TABLE_ROW, at->reported, NUMBER_COLUMNS, STYLE_DIM, at->known >= 0 ? _("上年上报") : _("上年"));
    canvas_put_right(canvas, TABLE_ROW, at->difference, NUMBER_COLUMNS, STYLE_DIM, _("增减"));
}

static void put_before_cells(const struct form_view *state, size_t column, const struct list_layout *at, struct canvas *canvas, int row)
{
    bool money = column_at(state, column)->money, known;
    int64_t value = report_figures_unit(&state->figures, state->unit)->values[column];
    struct year_on_year before;
    char text[REPORT_NUMBER_BYTES];
    known = report_figures_before(&state->figures, state->unit, column, &before);
    if (!known) {
        canvas_put_right(canvas, row, at->reported, NUMBER_COLUMNS, STYLE_DIM, "-");
        return;
    }
    if (at->known >= 0) {
        report_number(before.known, money, text);
        canvas_put_right(canvas, row, at->known, NUMBER_COLUMNS, STYLE_NORMAL, text);
    }
    report_number(at->known >= 0 ? before.reported : report_figures_reference(&before), money, text);
    canvas_put_right(canvas, row, at->reported, NUMBER_COLUMNS, STYLE_NORMAL, at->known >= 0 && !before.has_reported ? "-" : text);
    signed_number(value - report_figures_reference(&before), money, text);
    canvas_put_right(canvas, row, at->difference, NUMBER_COLUMNS, STYLE_NORMAL, text);
}

static enum style style_of(unsigned marks, int64_t value)
{
    return marks & (FIGURE_FAILED | FIGURE_MISSING) ? STYLE_OVERDUE : value == 0 ? STYLE_DIM : STYLE_NORMAL;
}

static void draw_list_line(const struct view *view, size_t column, const struct list_layout *at, struct canvas *canvas, int row)
{
    const struct form_view *state = view->state;
    const struct form_row *unit = report_figures_unit(&state->figures, state->unit);
    unsigned marks = report_figures_marks(&state->figures, state->unit, column);
    enum style style = style_of(marks, unit->values[column]);
    char heading[FORM_HEADING_BYTES], number[REPORT_NUMBER_BYTES], words[16];
    form_column_heading(column_at(state, column), view_context(view)->codes, heading);
    report_number(unit->values[column], column_at(state, column)->money, number);
    mark_words(marks, words);
    canvas_puts(canvas, row, 0, 1, STYLE_NORMAL, column == state->column ? ">" : " ");
    canvas_printf(canvas, row, 1, NO_COLUMNS, STYLE_NORMAL, "%d", column_at(state, column)->no);
    int depth;
    const char *line = line_heading(state, column, heading, &depth);
    canvas_puts(canvas, row, at->heading + depth, at->heading_columns - depth, style, line);
    canvas_put_right(canvas, row, at->value, NUMBER_COLUMNS, style, unit->missing[column] ? _("没填") : number);
    canvas_puts(canvas, row, at->marks, at->mark_columns, style, words);
    if (state->compares)
        put_before_cells(state, column, at, canvas, row);
}

/* The window moves as little as it must to hold the cell in hand. */
static size_t window(size_t top, size_t at, size_t rows, size_t n)
{
    if (at < top)
        top = at;
    if (at >= top + rows)
        top = at - rows + 1;
    return n <= rows ? 0 : top > n - rows ? n - rows : top;
}

static void draw_list(const struct view *view, struct canvas *canvas)
{
    struct form_view *state = view->state;
    struct list_layout at = lay_out(state, canvas->cols);
    size_t rows = (size_t)(canvas->rows - 2 - TABLE_ROW - 1), n = state->figures.form->n_columns;
    state->top = window(state->top, state->column, rows, n);
    draw_list_head(state, &at, canvas);
    for (size_t i = 0; i < rows && state->top + i < n; i++)
        draw_list_line(view, state->top + i, &at, canvas, TABLE_ROW + 1 + (int)i);
    canvas_set_cursor(canvas, TABLE_ROW + 1 + (int)(state->column - state->top), 0);
}

/* ---- the table ---- */

/* Signs where there is no room for words. */
static const char *sign_of(unsigned marks)
{
    return marks & FIGURE_MISSING ? "?" : marks & FIGURE_FAILED ? "!" : marks & FIGURE_EXPLAINED ? ":" : marks & FIGURE_ADJUSTED ? "*" : marks & FIGURE_LATE ? "~" : " ";
}

static void cell_text(const struct form_view *state, size_t unit, size_t column, char out[REPORT_NUMBER_BYTES])
{
    const struct form_row *row = report_figures_unit(&state->figures, unit);
    bool money = column_at(state, column)->money;
    struct year_on_year before;
    if (state->shown == FORM_SHOWN_NOW && row->missing[column])
        snprintf(out, REPORT_NUMBER_BYTES, _("没填"));
    else if (state->shown == FORM_SHOWN_NOW)
        report_number(row->values[column], money, out);
    else if (!report_figures_before(&state->figures, unit, column, &before))
        snprintf(out, REPORT_NUMBER_BYTES, "-");
    else if (state->shown == FORM_SHOWN_BEFORE)
        report_number(report_figures_reference(&before), money, out);
    else
        signed_number(row->values[column] - report_figures_reference(&before), money, out);
}

static void draw_table_cell(const struct form_view *state, size_t unit, size_t column, struct canvas *canvas, int row, int col)
{
    unsigned marks = report_figures_marks(&state->figures, unit, column);
    char text[REPORT_NUMBER_BYTES];
    cell_text(state, unit, column, text);
    int width = (int)width_text(text, strlen(text)), at = col + CELL_COLUMNS - (width < CELL_COLUMNS ? width : CELL_COLUMNS);
    canvas_puts(canvas, row, at, col + CELL_COLUMNS - at, style_of(marks, report_figures_unit(&state->figures, unit)->values[column]), text);
    canvas_puts(canvas, row, col + CELL_COLUMNS, 1, STYLE_NORMAL, sign_of(marks));
    if (unit != state->unit || column != state->column)
        return;
    canvas_puts(canvas, row, at - 1, 1, STYLE_NORMAL, ">");
    canvas_set_cursor(canvas, row, at - 1);
}

static void draw_table_head(const struct view *view, struct canvas *canvas, int from, size_t n)
{
    const struct form_view *state = view->state;
    canvas_puts(canvas, TABLE_ROW, 1, from - 1, STYLE_DIM, state->figures.form->first);
    for (size_t i = 0; i < n; i++) {
        const struct form_column *column = column_at(state, state->first + i);
        char heading[FORM_HEADING_BYTES], no[16];
        int col = from + (int)i * (CELL_COLUMNS + CELL_GAP);
        form_column_heading(column, view_context(view)->codes, heading);
        const char *own = own_heading(heading);
        snprintf(no, sizeof no, "%d", column->no);
        canvas_put_right(canvas, TABLE_ROW, col, CELL_COLUMNS, STYLE_DIM, no);
        size_t fits = width_fit(own, strlen(own), CELL_COLUMNS, NULL);
        char cut[FORM_HEADING_BYTES];
        snprintf(cut, sizeof cut, "%.*s", (int)fits, own);
        canvas_put_right(canvas, TABLE_ROW + 1, col, CELL_COLUMNS, STYLE_DIM, cut);
    }
    canvas_printf(canvas, TABLE_ROW + 1, 1, from - 1, STYLE_DIM, "%zu-%zu 栏/%zu", state->first + 1, state->first + n, state->figures.form->n_columns);
}

static void draw_table_line(const struct form_view *state, size_t unit, struct canvas *canvas, int row, int from, size_t n)
{
    canvas_puts(canvas, row, 1, from - 2, unit == 0 ? STYLE_BOLD : STYLE_NORMAL, report_figures_unit(&state->figures, unit)->name);
    for (size_t i = 0; i < n; i++)
        draw_table_cell(state, unit, state->first + i, canvas, row, from + (int)i * (CELL_COLUMNS + CELL_GAP));
}

/* By blocks: the columns change when the cell leaves them. The total stays on top. */
static void draw_table(const struct view *view, struct canvas *canvas)
{
    struct form_view *state = view->state;
    int from = 1 + (canvas->cols >= GRID_WIDE ? UNIT_WIDE : UNIT_NARROW), row = TABLE_ROW + 2;
    size_t block = (size_t)((canvas->cols - from) / (CELL_COLUMNS + CELL_GAP)), columns = state->figures.form->n_columns, rows = (size_t)(canvas->rows - 2 - row - 1);
    size_t units = report_figures_units(&state->figures);
    state->first = state->column / block * block;
    size_t n = columns - state->first < block ? columns - state->first : block;
    state->top = units > 1 ? window(state->top, state->unit > 0 ? state->unit - 1 : state->top, rows, units - 1) : 0;
    draw_table_head(view, canvas, from, n);
    draw_table_line(state, 0, canvas, row, from, n);
    for (size_t i = 0; i < rows && state->top + 1 + i < units; i++)
        draw_table_line(state, state->top + 1 + i, canvas, row + 1 + (int)i, from, n);
}

void report_form_draw(struct view *view, struct canvas *canvas)
{
    const struct form_view *state = view->state;
    draw_unit(state, canvas);
    draw_detail(view, canvas);
    if (state->mode == FORM_MODE_LIST)
        draw_list(view, canvas);
    else
        draw_table(view, canvas);
}
