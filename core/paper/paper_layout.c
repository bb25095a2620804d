/* core/paper/paper_layout.c - a marked text as items from top to bottom: paragraphs, tables, signatures. See paper_layout.h. */
#include "core/paper/paper_layout.h"

#include <stdlib.h>
#include <string.h>

#include "core/paper/markup.h"
#include "core/paper/paper_table.h"

enum { WORD_MAX_CHARS = 8 };

/* Whether a paragraph reads better with even margins: not one with blanks to fill in, boxes, or a long number that would tear its line apart. */
static bool is_prose(const struct buf *content)
{
    const char *text = buf_cstr(content), *body = strncmp(text, PAPER_INDENT, strlen(PAPER_INDENT)) == 0 ? text + strlen(PAPER_INDENT) : text;
    size_t run = 0;

    if (strstr(body, "__") != NULL || strstr(body, PAPER_INDENT) != NULL || strstr(body, "□") != NULL || strstr(body, "☑") != NULL)
        return false;
    for (; *body != 0; body++) {
        run = *body > ' ' && *body < 0x7f ? run + 1 : 0;
        if (run > WORD_MAX_CHARS)
            return false;
    }
    return true;
}

/* x of a line in a field: centred, to the right, or left. */
static double align_x(const struct paper_layout *layout, struct _PangoLayout *text, int index, double width, int align)
{
    double free_width = width - paper_line_width(layout, text, index);

    return free_width <= 0 || align == 0 ? 0 : align < 0 ? free_width / 2 : free_width;
}

enum { LEFT = 0, CENTRE = -1, RIGHT = 1 };

/* Every \n line of a marked text as items. */
static void add_paragraph(struct paper_layout *layout, const char *marked, size_t len, double size, double leading, bool bold, int align)
{
    const char *at = marked;
    bool indented = len >= strlen(PAPER_INDENT) && memcmp(marked, PAPER_INDENT, strlen(PAPER_INDENT)) == 0, right;
    struct buf content;

    buf_init(&content, PAPER_LINE_MAX_BYTES);
    if (len == 0)
        (void)paper_add_item(layout, ITEM_SPACE, size * leading * 0.6);
    while (len > 0 && layout->status == STATUS_OK && markup_segment(&at, marked + len, &content, &right)) {
        struct _PangoLayout *text = paper_make_lines(layout, &content, size, bold, layout->width, align == LEFT && !right && is_prose(&content));

        for (int i = 0; i < paper_line_count(layout, text); i++) {
            struct paper_item *item = paper_add_item(layout, ITEM_LINE, size * leading);

            if (item != NULL)
                item->line = (struct paper_line){text, i, align_x(layout, text, i, layout->width, right ? RIGHT : align), size * leading};
        }
        buf_clear(&content);
        if (indented && at != NULL && strncmp(at, PAPER_INDENT, strlen(PAPER_INDENT)) != 0)
            buf_puts(&content, PAPER_INDENT);
    }
    buf_wipe(&content);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

#define PAPER_PAD_X 4.0
#define PAPER_PAD_Y 3.5

static double natural_width(struct paper_layout *layout, const struct paper_cell *cell)
{
    const char *at = cell->text;
    double width = 0;
    struct buf content;
    bool right;

    buf_init(&content, PAPER_LINE_MAX_BYTES);
    while (layout->status == STATUS_OK && markup_segment(&at, cell->text + cell->len, &content, &right)) {
        struct _PangoLayout *text = paper_make_lines(layout, &content, layout->style->table, false, 1e5, false);
        double w = paper_line_width(layout, text, 0);

        width = w > width ? w : width;
        buf_clear(&content);
    }
    buf_wipe(&content);
    return width + 2 * PAPER_PAD_X;
}

/* x of each column's left edge and of the right end. */
static void share_width(struct paper_layout *layout, const struct paper_table *table, double edges[MARKUP_CELLS_MAX + 1])
{
    double wish[MARKUP_CELLS_MAX] = {0}, sum = 0, at = 0;

    for (size_t i = 0; i < table->n_cols; i++)
        wish[i] = table->widths[i];
    for (size_t i = 0; table->widths[0] == 0 && i < table->n_cells; i++) {
        double w = table->cells[i].cols == 1 ? natural_width(layout, &table->cells[i]) : 0;

        wish[table->cells[i].col] = paper_greater(wish[table->cells[i].col], paper_lesser(w, layout->width / 2));
    }
    for (size_t i = 0; i < table->n_cols; i++) {
        wish[i] = wish[i] > 0 ? wish[i] : 1;
        sum += wish[i];
    }
    for (size_t i = 0; i < table->n_cols; i++) {
        edges[i] = at / sum * layout->width;
        at += wish[i];
    }
    edges[table->n_cols] = layout->width;
}

static void add_cell_line(struct paper_layout *layout, struct paper_box *box, struct _PangoLayout *text, int index, double x)
{
    double height = layout->style->table * 1.45;
    struct paper_line *lines = realloc(box->lines, (box->n_lines + 1) * sizeof(*lines));

    if (lines == NULL) {
        paper_fail(layout, STATUS_NOMEM);
        return;
    }
    box->lines = lines;
    lines[box->n_lines++] = (struct paper_line){text, index, x, height};
    box->height += height;
}

/* A line of a cell; one that is at most `most` times as long as the cell is wide is set smaller rather than broken. */
static struct _PangoLayout *make_cell_text(struct paper_layout *layout, const struct buf *content, double inner, double most)
{
    double size = layout->style->table, width;
    struct _PangoLayout *text = paper_make_lines(layout, content, size, false, inner, false), *smaller;

    if (paper_line_count(layout, text) < 2 || layout->status != STATUS_OK)
        return text;
    width = paper_line_width(layout, paper_make_lines(layout, content, size, false, 1e4, false), 0);
    if (width > inner * most)
        return text;
    smaller = paper_make_lines(layout, content, size * inner / width * 0.995, false, inner, false);
    return paper_line_count(layout, smaller) == 1 ? smaller : text;
}

static void lay_cell(struct paper_layout *layout, const struct paper_cell *cell, struct paper_box *box)
{
    double inner = box->width - 2 * PAPER_PAD_X;
    const char *at = cell->text;
    struct buf content;
    bool right, single;

    buf_init(&content, PAPER_LINE_MAX_BYTES);
    while (layout->status == STATUS_OK && markup_segment(&at, cell->text + cell->len, &content, &right)) {
        struct _PangoLayout *text = make_cell_text(layout, &content, inner, at != NULL || box->n_lines > 0 ? 1 : cell->col == 0 ? 1.2 : 1.28);
        int n = paper_line_count(layout, text);

        single = at == NULL && box->n_lines == 0 && cell->cols == 1 && (n == 1 || box->width < layout->width / (cell->col == 0 ? 3 : 6));
        for (int i = 0; i < n; i++)
            add_cell_line(layout, box, text, i, align_x(layout, text, i, inner, right ? RIGHT : single ? CENTRE : LEFT));
        buf_clear(&content);
    }
    buf_wipe(&content);
    box->height += 2 * PAPER_PAD_Y;
    box->rows = cell->rows;
    box->centred = true;
}

/* Row heights: the greatest cell; cells that reach over several rows stretch the last of them. */
static void set_heights(struct paper_layout *layout, size_t first, size_t n_rows)
{
    struct paper_item *rows = &layout->items[first];

    for (size_t row = 0; row < n_rows; row++)
        for (size_t i = 0; i < rows[row].n_cells; i++)
            if (rows[row].cells[i].rows == 1 && rows[row].cells[i].height > rows[row].height)
                rows[row].height = rows[row].cells[i].height;
    for (size_t row = 0; row < n_rows; row++) {
        for (size_t i = 0; i < rows[row].n_cells; i++) {
            double have = 0;
            size_t covers = rows[row].cells[i].rows;

            for (size_t k = row; covers > 1 && k < row + covers; k++)
                have += rows[k].height;
            if (covers > 1 && rows[row].cells[i].height > have)
                rows[row + covers - 1].height += rows[row].cells[i].height - have;
        }
        rows[row].keep = false;
    }
    /* Rows that a cell joins stay on one page. */
    for (size_t row = 0; row < n_rows; row++)
        for (size_t i = 0; i < rows[row].n_cells; i++)
            for (size_t k = row; k + 1 < row + rows[row].cells[i].rows; k++)
                rows[k].keep = true;
}

static void add_row(struct paper_layout *layout, const struct paper_table *table, size_t row, const double edges[MARKUP_CELLS_MAX + 1])
{
    struct paper_item *item = paper_add_item(layout, ITEM_ROW, layout->style->table * 1.45 + 2 * PAPER_PAD_Y);
    struct paper_box *boxes;
    size_t n = 0;

    if (item == NULL)
        return;
    boxes = calloc(table->n_cols, sizeof(*boxes));
    if (boxes == NULL) {
        paper_fail(layout, STATUS_NOMEM);
        return;
    }
    item->cells = boxes;
    for (size_t i = 0; i < table->n_cells; i++) {
        const struct paper_cell *cell = &table->cells[i];

        if (cell->row != row)
            continue;
        boxes[n].x = edges[cell->col];
        boxes[n].width = edges[cell->col + cell->cols] - edges[cell->col];
        item->n_cells = n + 1;
        lay_cell(layout, cell, &boxes[n++]);
    }
}

static void add_table(struct paper_layout *layout, const char **at, const char *end)
{
    double edges[MARKUP_CELLS_MAX + 1];
    struct paper_table table;
    enum status status = paper_table_read(at, end, &table, layout->err);
    bool follows = layout->n_items > 0 && layout->items[layout->n_items - 1].kind == ITEM_ROW;
    size_t first;

    if (status != STATUS_OK) {
        paper_fail(layout, status);
        return;
    }
    if (!follows && table.n_rows > 0)
        (void)paper_add_item(layout, ITEM_SPACE, 4);
    first = layout->n_items;
    if (table.n_rows > 0)
        share_width(layout, &table, edges);
    for (size_t row = 0; row < table.n_rows && layout->status == STATUS_OK; row++)
        add_row(layout, &table, row, edges);
    if (layout->status == STATUS_OK && table.n_rows > 0) {
        set_heights(layout, first, table.n_rows);
        layout->after_table = layout->had_table = true;
    }
    paper_table_release(&table);
}

/* ---- the other lines --------------------------------------------------------------------------------------------- */

static void add_signs(struct paper_layout *layout, const struct markup_line *line)
{
    const char *at = line->text, *end = line->text + line->len;
    double size = layout->style->body * 0.9;
    struct paper_item *item = paper_add_item(layout, ITEM_SIGN, size * 2.6);
    struct markup_cell label;
    struct buf content;
    size_t n = 0;
    bool right;

    while (markup_sign(&at, end, &label))
        n++;
    if (item == NULL || n == 0)
        return;
    item->cells = calloc(n, sizeof(*item->cells));
    if (item->cells == NULL) {
        paper_fail(layout, STATUS_NOMEM);
        return;
    }
    item->n_cells = n;
    buf_init(&content, PAPER_LINE_MAX_BYTES);
    n = 0;
    for (at = line->text; markup_sign(&at, end, &label); n++) {
        struct paper_box *box = &item->cells[n];
        const char *from = label.text;

        buf_clear(&content);
        (void)markup_segment(&from, label.text + label.len, &content, &right);
        buf_puts(&content, "：");
        box->width = layout->width / (double)item->n_cells;
        box->x = box->width * (double)n;
        add_cell_line(layout, box, paper_make_lines(layout, &content, size, false, box->width, false), 0, 0);
    }
    buf_wipe(&content);
}

/* The day stands four characters from the right and the name is centred over it; a name too long for that stands two characters from the right and the day is centred
 * below it (GB/T 9704). Returns the middle, from the left. */
static double place_signature(struct paper_layout *layout, size_t first)
{
    double em = layout->style->body, longest = 0, right, middle;
    struct paper_line *day = &layout->items[layout->n_items - 1].line;
    double day_width = paper_line_width(layout, day->layout, day->index);

    for (size_t i = first; i < layout->n_items; i++)
        longest = paper_greater(longest, paper_line_width(layout, layout->items[i].line.layout, layout->items[i].line.index));
    right = layout->width - 4 * em;
    middle = right - day_width / 2;
    if (middle + longest / 2 > layout->width - 2 * em)
        middle = paper_greater(layout->width - 2 * em - longest / 2, longest / 2);
    for (size_t i = first; i < layout->n_items; i++) {
        struct paper_line *line = &layout->items[i].line;

        line->x = middle - paper_line_width(layout, line->layout, line->index) / 2;
    }
    return middle;
}

/* The seal goes over the middle of the lines to the right that stand before it. */
static void add_seal(struct paper_layout *layout)
{
    double height = 0, middle = layout->width * 0.75;
    size_t first = layout->n_items;
    struct paper_item *item;

    while (first > 0 && layout->items[first - 1].kind == ITEM_LINE && layout->items[first - 1].line.x > layout->width / 4) {
        layout->items[--first].keep = true;
        height += layout->items[first].height;
    }
    if (first < layout->n_items)
        middle = place_signature(layout, first);
    item = paper_add_item(layout, ITEM_SEAL, 8);
    if (item == NULL)
        return;
    item->middle = middle;
    item->line.height = height;
    /* A signature does not stand alone on a page: the last line of the text goes with it. */
    while (first > 0 && layout->items[first - 1].kind == ITEM_SPACE)
        layout->items[--first].keep = true;
    if (first > 0 && layout->items[first - 1].kind == ITEM_LINE)
        layout->items[first - 1].keep = true;
}

/* Paragraphs of a form, whose tables come first, are notes and set as its tables are. */
static void add_text(struct paper_layout *layout, const struct markup_line *line, bool form)
{
    const struct paper_style *style = layout->style;

    if (form)
        add_paragraph(layout, line->text, line->len, style->table, 1.55, false, LEFT);
    else
        add_paragraph(layout, line->text, line->len, style->body, 1.7, false, LEFT);
}

static void add_line(struct paper_layout *layout, const struct markup_line *line)
{
    const struct paper_style *style = layout->style;
    bool form = layout->had_table && !layout->prose_first;

    if (layout->after_table)
        (void)paper_add_item(layout, ITEM_SPACE, 6);
    layout->after_table = false;
    layout->prose_first |= line->kind == MARKUP_TEXT && line->len > 0 && !layout->had_table;
    switch (line->kind) {
    case MARKUP_TEXT:
        add_text(layout, line, form);
        break;
    case MARKUP_TITLE:
        add_paragraph(layout, line->text, line->len, style->title, 1.7, true, CENTRE);
        break;
    case MARKUP_CENTRE:
        add_paragraph(layout, line->text, line->len, style->centre, 1.7, false, CENTRE);
        break;
    case MARKUP_RIGHT:
        add_paragraph(layout, line->text, line->len, form ? style->table : style->body * 0.95, 1.7, false, RIGHT);
        break;
    case MARKUP_RULE:
        (void)paper_add_item(layout, ITEM_RULE, style->body);
        break;
    case MARKUP_PAGE:
        (void)paper_add_item(layout, ITEM_PAGE, 0);
        break;
    case MARKUP_SEAL:
        add_seal(layout);
        break;
    case MARKUP_SIGN:
        add_signs(layout, line);
        break;
    case MARKUP_WIDE:
    case MARKUP_ROW:
    case MARKUP_WIDTHS:
        break;
    }
}

void paper_lay_out(struct paper_layout *layout, const char *marked, size_t len)
{
    const char *at = marked, *end = marked + len;

    while (at < end && layout->status == STATUS_OK) {
        const char *before = at;
        struct markup_line line;

        (void)markup_next(&at, end, &line);
        if (line.kind == MARKUP_ROW || line.kind == MARKUP_WIDTHS) {
            at = before;
            add_table(layout, &at, end);
        } else {
            add_line(layout, &line);
        }
    }
}
