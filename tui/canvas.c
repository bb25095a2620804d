/* tui/canvas.c - see canvas.h. */
#include "tui/canvas.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"

static const char *const style_names[STYLE_COUNT] = {
#define STYLE_TEXT(name, text) text,
    STYLE_LIST(STYLE_TEXT)
#undef STYLE_TEXT
};

const char *style_name(enum style style)
{
    return style_names[style];
}

static struct cell *cell_at(struct canvas *canvas, int row, int col)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static bool inside(const struct canvas *canvas, int row, int col)
{
    return row >= 0 && row < canvas->rows && col >= 0 && col < canvas->cols;
}

static struct cell blank_cell(enum style style)
{
    return (struct cell){.code = ' ', .width = 1, .style = (uint8_t)style};
}

enum status canvas_init(struct canvas *canvas, int rows, int cols)
{
    assert(rows >= 1 && rows <= CANVAS_MAX_ROWS && cols >= 1 && cols <= CANVAS_MAX_COLS);
    *canvas = (struct canvas){.rows = rows, .cols = cols};
    canvas->cells = calloc((size_t)rows * (size_t)cols, sizeof *canvas->cells);
    if (canvas->cells == NULL)
        return STATUS_NOMEM;
    canvas_clear(canvas);
    return STATUS_OK;
}

void canvas_release(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){0};
}

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

enum status canvas_resize(struct canvas *canvas, int rows, int cols)
{
    struct canvas fresh;
    enum status status = canvas_init(&fresh, within(rows, 1, CANVAS_MAX_ROWS), within(cols, 1, CANVAS_MAX_COLS));
    if (status != STATUS_OK)
        return status;
    fresh.plain = canvas->plain;
    canvas_release(canvas);
    *canvas = fresh;
    return STATUS_OK;
}

void canvas_clear(struct canvas *canvas)
{
    size_t n = (size_t)canvas->rows * (size_t)canvas->cols;
    for (size_t i = 0; i < n; i++)
        canvas->cells[i] = blank_cell(STYLE_NORMAL);
    canvas->cursor_row = canvas->cursor_col = 0;
}

void canvas_set_cursor(struct canvas *canvas, int row, int col)
{
    canvas->cursor_row = within(row, 0, canvas->rows - 1);
    canvas->cursor_col = within(col, 0, canvas->cols - 1);
}

/* Before a cell is overwritten: if it is half of a wide character, blank the other half. */
static void open_cell(struct canvas *canvas, int row, int col)
{
    struct cell *cell = cell_at(canvas, row, col);
    if (cell->width == 0)
        cell[-1] = blank_cell((enum style)cell[-1].style);
    else if (cell->width == 2)
        cell[1] = blank_cell((enum style)cell[1].style);
}

int canvas_put_code(struct canvas *canvas, int row, int col, enum style style, uint32_t code)
{
    int width = width_of(code);
    if (width < 1) {
        code = '?';
        width = 1;
    }
    if (!inside(canvas, row, col) || col + width > canvas->cols)
        return 0;
    open_cell(canvas, row, col);
    if (width == 2)
        open_cell(canvas, row, col + 1);
    struct cell *cell = cell_at(canvas, row, col);
    cell[0] = (struct cell){.code = code, .width = (uint8_t)width, .style = (uint8_t)style};
    if (width == 2)
        cell[1] = (struct cell){.style = (uint8_t)style};
    return width;
}

/* What turns the direction of what follows, or ends a line: a terminal that obeys would show another row than the one that is here, its neighbours in it. The text keeps them. */
static bool is_order_mark(uint32_t mark)
{
    return mark == 0x061c || mark == 0x200e || mark == 0x200f || (mark >= 0x2028 && mark <= 0x202e) || (mark >= 0x2066 && mark <= 0x2069);
}

static void add_mark(struct canvas *canvas, int row, int col, uint32_t mark)
{
    if (!inside(canvas, row, col) || is_order_mark(mark))
        return;
    struct cell *cell = cell_at(canvas, row, col);
    if (cell->width == 0)
        cell--;
    for (int i = 0; i < CANVAS_MARKS; i++) {
        if (cell->marks[i] == 0) {
            cell->marks[i] = mark;
            return;
        }
    }
}

/* Printable ASCII. Only at the ends can the other half of a wide character be left over. */
static void blank(struct canvas *canvas, int row, int col, int columns, enum style style, uint32_t fill)
{
    int end = col + columns < canvas->cols ? col + columns : canvas->cols;
    col = col > 0 ? col : 0;
    if (row < 0 || row >= canvas->rows || col >= end)
        return;
    open_cell(canvas, row, col);
    open_cell(canvas, row, end - 1);
    for (struct cell *cell = cell_at(canvas, row, col); col < end; col++)
        *cell++ = (struct cell){.code = fill, .width = 1, .style = (uint8_t)style};
}

int canvas_put(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text, size_t len)
{
    int limit = columns < 0 ? canvas->cols - col : columns;
    int used = 0;
    size_t at = 0;
    bool marks_allowed = false; /* a mark without a base on this row is not shown */
    while (at < len) {
        uint32_t code = 0;
        size_t n = utf8_decode(text + at, len - at, &code);
        if (n == 0) {
            code = '?';
            n = 1;
        }
        at += n;
        int width = width_of(code);
        if (width == 0) {
            if (marks_allowed)
                add_mark(canvas, row, col + used - 1, code);
            continue;
        }
        if (width < 0) {
            code = '?';
            width = 1;
        }
        if (used + width > limit)
            break;
        marks_allowed = canvas_put_code(canvas, row, col + used, style, code) > 0;
        used += width;
    }
    if (columns > used)
        blank(canvas, row, col + used, columns - used, style, ' ');
    return used;
}

int canvas_puts(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text)
{
    return canvas_put(canvas, row, col, columns, style, text, strlen(text));
}

int canvas_put_right(struct canvas *canvas, int row, int col, int columns, enum style style, const char *text)
{
    assert(columns >= 0);
    size_t used = 0;
    size_t len = width_fit(text, strlen(text), (size_t)columns, &used);
    int lead = columns - (int)used;
    blank(canvas, row, col, lead, style, ' ');
    return canvas_put(canvas, row, col + lead, (int)used, style, text, len);
}

int canvas_paragraph(struct canvas *canvas, int row, int col, int rows, int columns, enum style style, const char *text)
{
    int used = 0;

    assert(columns > 2);
    while (*text != '\0' && used < rows) {
        size_t len = strcspn(text, "\n");
        bool more = width_text(text, len) > (size_t)columns || text[len] == '\n', cut = used + 1 == rows && more;
        size_t take = cut ? width_fit(text, len, (size_t)columns - 2, NULL) : width_wrap(text, len, (size_t)columns), shown = take;

        while (shown > 0 && text[shown - 1] == ' ')
            shown--;
        int end = canvas_put(canvas, row + used, col, columns, style, text, shown);
        if (cut)
            canvas_puts(canvas, row + used, col + end, 2, style, "..");
        used++;
        text += take;
        text += take == len && *text == '\n';
    }
    return used;
}

int canvas_printf(struct canvas *canvas, int row, int col, int columns, enum style style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, _(format), args);
    va_end(args);
    if (len < 0)
        return 0;
    size_t n = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    return canvas_put(canvas, row, col, columns, style, text, utf8_valid_prefix(text, n));
}

void canvas_fill(struct canvas *canvas, int row, int col, int rows, int columns, enum style style, char fill)
{
    for (int r = 0; r < rows; r++)
        blank(canvas, row + r, col, columns, style, (unsigned char)fill);
}

void canvas_rule(struct canvas *canvas, int row)
{
    if (!canvas->plain)
        canvas_fill(canvas, row, 0, 1, canvas->cols, STYLE_NORMAL, '-');
}

const struct cell *canvas_cell(const struct canvas *canvas, int row, int col)
{
    assert(inside(canvas, row, col));
    return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static void append_cell(const struct cell *cell, struct buf *out)
{
    char text[UTF8_MAX_BYTES];
    if (cell->width == 0)
        return;
    buf_append(out, text, utf8_encode(cell->code, text));
    for (int i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++)
        buf_append(out, text, utf8_encode(cell->marks[i], text));
}

void canvas_row_text(const struct canvas *canvas, int row, struct buf *out)
{
    int end = canvas->cols;
    while (end > 0 && canvas_cell(canvas, row, end - 1)->code == ' ')
        end--;
    for (int col = 0; col < end; col++)
        append_cell(canvas_cell(canvas, row, col), out);
}

void canvas_text(const struct canvas *canvas, struct buf *out)
{
    for (int row = 0; row < canvas->rows; row++) {
        canvas_row_text(canvas, row, out);
        buf_putc(out, '\n');
    }
}

void canvas_styles(const struct canvas *canvas, struct buf *out)
{
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col < canvas->cols;) {
            int from = col;
            uint8_t style = canvas_cell(canvas, row, from)->style;
            while (col < canvas->cols && canvas_cell(canvas, row, col)->style == style)
                col++;
            if (style == STYLE_NORMAL)
                continue;
            buf_printf(out, "%d:%d %s ", row, from, style_name((enum style)style));
            for (int i = from; i < col; i++)
                append_cell(canvas_cell(canvas, row, i), out);
            buf_putc(out, '\n');
        }
    }
}

const char *canvas_check(const struct canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        for (int col = 0; col < canvas->cols; col++) {
            const struct cell *cell = canvas_cell(canvas, row, col);
            if (cell->width == 0)
                return "a second half without its first";
            if (cell->width != width_of(cell->code))
                return "a cell whose width is not its character's";
            if (cell->style >= STYLE_COUNT)
                return "an unknown style";
            if (cell->width == 2) {
                if (col + 1 >= canvas->cols || cell[1].width != 0 || cell[1].code != 0)
                    return "half a wide character";
                col++;
            }
        }
    }
    if (!inside(canvas, canvas->cursor_row, canvas->cursor_col))
        return "the cursor is outside";
    return NULL;
}
