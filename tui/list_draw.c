/* tui/list_draw.c - a list as it is seen: how wide its columns are, header, rows, marker, what it is narrowed to. See list.h. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/list.h"

enum { BEFORE_NUMBER_MAX = 64, COLUMN_GROWS_MOST = 8, ELASTIC_LEAST = 16 };

int list_header_rows(const struct list *list)
{
    return list->columns[0].label != NULL || list_is_narrowed(list) ? 1 : 0;
}

/* Columns of the marker and the row number. */
static int gutter(const struct list *list)
{
    return 1 + (list->flags & LIST_NUMBERS ? (list->height > 9 ? 3 : 2) : 0);
}

static int head_columns(const struct list_column *column)
{
    const char *label = column->label != NULL ? _(column->label) : "";
    return (int)width_text(label, strlen(label));
}

/* What a column would take to cut nothing of its head and of the rows read so far. */
static int wished_columns(const struct list *list, size_t i)
{
    int head = head_columns(&list->columns[i]);
    return head > list->widest[i] ? head : list->widest[i];
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* The widths as declared, and the index of the elastic column, n_columns if none. Returns what is left of the line behind them all, the elastic one at 0. */
static int declared_widths(const struct list *list, int columns, int widths[LIST_MAX_COLUMNS], size_t *elastic)
{
    int left = columns - gutter(list);
    *elastic = list->n_columns;
    for (size_t i = 0; i < list->n_columns; i++) {
        widths[i] = list->columns[i].columns;
        left -= widths[i] + (i > 0 ? 2 : 0);
        if (list->columns[i].columns == 0)
            *elastic = i;
    }
    return left;
}

/* What the others do not use goes to the elastic column, the last ones giving first. */
static int feed_elastic(const struct list *list, int widths[LIST_MAX_COLUMNS], int left, int wanted)
{
    for (size_t i = list->n_columns; i-- > 0 && left < wanted;) {
        int spare = widths[i] - wished_columns(list, i);
        if (widths[i] > 0 && spare > 0) {
            spare = at_most(spare, wanted - left);
            widths[i] -= spare;
            left += spare;
        }
    }
    return left;
}

/* The widths are made for usual Chinese words; a longer head, then a longer cell, takes what the elastic column, or the end of the line, can spare. */
static int grow_columns(const struct list *list, int widths[LIST_MAX_COLUMNS], int left, int kept)
{
    for (size_t n = 0; n < 2 * list->n_columns && left > kept; n++) {
        size_t i = n % list->n_columns;
        int wished = n < list->n_columns ? head_columns(&list->columns[i]) : wished_columns(list, i);
        int most = list->columns[i].columns + COLUMN_GROWS_MOST - widths[i];
        int more = at_most(at_most(wished - widths[i], most), left - kept);
        if (widths[i] > 0 && more > 0) {
            widths[i] += more;
            left -= more;
        }
    }
    return left;
}

/* What the columns beside the elastic one could grow by. */
static int columns_cut(const struct list *list, const int widths[LIST_MAX_COLUMNS])
{
    int cut = 0;
    for (size_t i = 0; i < list->n_columns; i++) {
        int more = at_most(wished_columns(list, i), list->columns[i].columns + COLUMN_GROWS_MOST) - widths[i];
        cut += widths[i] > 0 && more > 0 ? more : 0;
    }
    return cut;
}

/* How wide each column is drawn. */
static void lay_out(const struct list *list, int columns, int widths[LIST_MAX_COLUMNS])
{
    size_t elastic;
    int left = declared_widths(list, columns, widths, &elastic);
    if (elastic == list->n_columns) {
        grow_columns(list, widths, left, 0);
        return;
    }
    int wanted = at_most(wished_columns(list, elastic), ELASTIC_LEAST);
    /* In Chinese that is on a screen too narrow for the widths; in other languages words are twice as long, and nothing is cut for a column that has blanks to spare. */
    left = feed_elastic(list, widths, left, language_is_foreign() ? wished_columns(list, elastic) + columns_cut(list, widths) : wanted);
    left = grow_columns(list, widths, left, wanted);
    /* What is left of the line; but where a number stands behind it, not so much that the eye loses the row on the way. */
    if (elastic + 1 < list->n_columns && list->columns[elastic + 1].right)
        left = at_most(left, BEFORE_NUMBER_MAX);
    widths[elastic] = left > 0 ? left : 0;
}

static bool is_blank(const char *cell)
{
    return cell == NULL || cell[0] == '\0';
}

/* The width of a text's cell with the blank ones behind it: as in a spreadsheet it runs on over them. */
static int run_columns(const struct list *list, const char *const *cells, const int widths[LIST_MAX_COLUMNS], size_t i)
{
    int run = widths[i];
    for (i++; i < list->n_columns && is_blank(cells[i]); i++)
        run += 2 + widths[i];
    return run;
}

static void draw_cells(const struct list *list, struct canvas *canvas, int row, int col, int columns, const int widths[LIST_MAX_COLUMNS], enum style style, const char *const *cells)
{
    int at = gutter(list);
    canvas_fill(canvas, row, col + at, 1, columns - at, style, ' ');
    for (size_t i = 0; i < list->n_columns && at < columns; at += widths[i++] + 2) {
        if (is_blank(cells[i]))
            continue;
        if (list->columns[i].right)
            canvas_put_right(canvas, row, col + at, at_most(widths[i], columns - at), style, cells[i]);
        else
            canvas_puts(canvas, row, col + at, at_most(run_columns(list, cells, widths, i), columns - at), style, cells[i]);
    }
}

static void draw_row(const struct list *list, struct canvas *canvas, int row, int col, int columns, const int widths[LIST_MAX_COLUMNS], size_t index)
{
    const struct list_row *line = &list->rows[index];
    bool selected = index == list->selected;
    draw_cells(list, canvas, row, col, columns, widths, line->style, line->cells);
    canvas_fill(canvas, row, col, 1, gutter(list), STYLE_NORMAL, ' ');
    canvas_puts(canvas, row, col, 1, STYLE_NORMAL, selected ? ">" : " ");
    if (list->flags & LIST_NUMBERS) {
        char number[24];
        snprintf(number, sizeof number, "%zu", index + 1);
        canvas_put_right(canvas, row, col + 1, gutter(list) - 2, STYLE_NORMAL, number);
        if (list->marks != NULL && id_set_has(list->marks, line->id))
            canvas_puts(canvas, row, col + gutter(list) - 1, 1, STYLE_BOLD, "*");
        else if (line->sign != 0)
            canvas_put(canvas, row, col + gutter(list) - 1, 1, line->style, &line->sign, 1);
    }
}

static void draw_labels(const struct list *list, struct canvas *canvas, int row, int col, int columns, const int widths[LIST_MAX_COLUMNS])
{
    const char *labels[LIST_MAX_COLUMNS] = {NULL};
    for (size_t i = 0; i < list->n_columns; i++)
        labels[i] = _(list->columns[i].label);
    draw_cells(list, canvas, row, col, columns, widths, STYLE_DIM, labels);
}

/* What the list is narrowed to, and how many rows that leaves. Returns the column behind it, where one types on. */
static int draw_sought(const struct list *list, struct canvas *canvas, int row, int col, int columns)
{
    int end = canvas_printf(canvas, row, col + 1, columns - 2, STYLE_NORMAL, _("查找 %s"), list->sought);
    int at = col + 1 + end;
    canvas_printf(canvas, row, at + 3, columns - (at + 3 - col), STYLE_DIM, _("%zu%s 行%s   Esc列出全部"), list->n, list->at_start && list->at_end ? "" : "+",
                  list->scan_cut ? _("，后面的没有找，请再打几个字") : "");
    return at;
}

void list_draw(const struct list *list, struct canvas *canvas, int row, int col, int rows, int columns, const char *empty, bool focused)
{
    int line = row, header = list_header_rows(list), typing_at = 0, widths[LIST_MAX_COLUMNS];
    lay_out(list, columns, widths);
    if (header > 0) {
        canvas_fill(canvas, line, col, 1, columns, STYLE_NORMAL, ' ');
        if (list_is_narrowed(list))
            typing_at = draw_sought(list, canvas, line, col, columns);
        else
            draw_labels(list, canvas, line, col, columns, widths);
        line++;
    }
    for (int i = 0; i < rows - header; i++) {
        if ((size_t)i < list->n)
            draw_row(list, canvas, line + i, col, columns, widths, (size_t)i);
        else
            canvas_fill(canvas, line + i, col, 1, columns, STYLE_NORMAL, ' ');
    }
    if (list->n == 0 && (empty != NULL || list_is_narrowed(list)))
        canvas_paragraph(canvas, line, col + 1, rows - header, columns - 2, STYLE_NORMAL, list_is_narrowed(list) ? _("没有符合的；退格少打几个字") : _(empty));
    if (focused && list->in_find && list_is_narrowed(list))
        canvas_set_cursor(canvas, line - 1, typing_at);
    else if (focused)
        canvas_set_cursor(canvas, line + (int)list->selected, col);
}
