/* tui/edit_layout.c - see edit_layout.h; also the drawing part of edit_field.h.
 *
 * Wrapping: a line may break before any character, except before closing punctuation, behind opening punctuation and inside a run of
 * ASCII letters and digits (kinsoku, after JIS X 4051 reduced to what Chinese prose needs). When no break is allowed on a
 * line it breaks where it is full. Lines are found again from the start of the text each time: texts are a few thousand characters. */
#include "tui/edit_layout.h"

#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"

static int columns_of(uint32_t code)
{
    int width = width_of(code);
    return width < 0 ? 0 : width;
}

size_t edit_step_left(const struct edit_field *field, size_t at)
{
    while (at > 0) {
        at--;
        if (field->codes[at] == '\n' || columns_of(field->codes[at]) > 0)
            break;
    }
    return at;
}

size_t edit_step_right(const struct edit_field *field, size_t at)
{
    if (at < field->len)
        at++;
    while (at < field->len && field->codes[at] != '\n' && columns_of(field->codes[at]) == 0)
        at++;
    return at;
}

static bool is_word_ascii(uint32_t code)
{
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') || code == '_';
}

/* 0 blank or punctuation, 1 ASCII word, 2 other letters (Chinese) */
static int word_class(uint32_t code)
{
    if (is_word_ascii(code))
        return 1;
    if (code < 0x80 || width_closes(code) || width_opens(code) || code == 0x3000 || (code >= 0xff01 && code <= 0xff0f))
        return 0;
    return 2;
}

size_t edit_word_left(const struct edit_field *field, size_t at)
{
    while (at > 0 && word_class(field->codes[edit_step_left(field, at)]) == 0)
        at = edit_step_left(field, at);
    int run = at > 0 ? word_class(field->codes[edit_step_left(field, at)]) : 0;
    while (at > 0 && word_class(field->codes[edit_step_left(field, at)]) == run)
        at = edit_step_left(field, at);
    return at;
}

size_t edit_word_right(const struct edit_field *field, size_t at)
{
    int run = at < field->len ? word_class(field->codes[at]) : 0;
    while (run != 0 && at < field->len && word_class(field->codes[at]) == run)
        at = edit_step_right(field, at);
    while (at < field->len && word_class(field->codes[at]) == 0)
        at = edit_step_right(field, at);
    return at;
}

static bool may_break(const struct edit_field *field, size_t at)
{
    uint32_t before = field->codes[edit_step_left(field, at)], after = field->codes[at];
    if (width_closes(after) || width_opens(before))
        return false;
    return !(is_word_ascii(before) && is_word_ascii(after));
}

size_t edit_line_next(const struct edit_field *field, size_t from)
{
    int columns = 0;
    size_t at = from, good = from;
    while (at < field->len) {
        if (field->codes[at] == '\n')
            return at + 1;
        int width = columns_of(field->codes[at]);
        if (columns + width > field->cols) {
            /* `at` is where the line is full */
            return may_break(field, at) ? at : good > from ? good : at;
        }
        if (at > from && may_break(field, at))
            good = at;
        columns += width;
        at = edit_step_right(field, at);
    }
    return field->len;
}

static int columns_between(const struct edit_field *field, size_t from, size_t to)
{
    int columns = 0;
    for (size_t i = from; i < to; i++) {
        int width = columns_of(field->codes[i]);
        columns += width > 1 && (field->flags & EDIT_SECRET) ? 1 : width;
    }
    return columns;
}

/* Whether the text's last line is complete, so that the cursor behind it stands on an empty line of its own. */
static bool has_empty_last(const struct edit_field *field, size_t last_from)
{
    if (field->len == 0)
        return false;
    return field->codes[field->len - 1] == '\n' || columns_between(field, last_from, field->len) >= field->cols;
}

/* Number and start of the line that `at` is on. */
static size_t line_of(const struct edit_field *field, size_t at, size_t *start)
{
    size_t line = 0, from = 0;
    for (;;) {
        size_t next = edit_line_next(field, from);
        if (at < next || (next >= field->len && !has_empty_last(field, from))) {
            *start = from;
            return line;
        }
        line++;
        from = next;
        if (next >= field->len) {
            *start = field->len;
            return line;
        }
    }
}

/* Start of a line by number; the last line when there are fewer. */
static size_t line_at(const struct edit_field *field, size_t line)
{
    size_t from = 0;
    for (size_t i = 0; i < line; i++) {
        size_t next = edit_line_next(field, from);
        if (next >= field->len)
            return has_empty_last(field, from) ? field->len : from;
        from = next;
    }
    return from;
}

size_t edit_line_count(const struct edit_field *field)
{
    size_t start = 0;
    return field->flags & EDIT_LINES ? line_of(field, field->len, &start) + 1 : 1;
}

size_t edit_line_start(const struct edit_field *field, size_t at)
{
    size_t start = 0;
    if (field->flags & EDIT_LINES)
        line_of(field, at, &start);
    return start;
}

size_t edit_line_end(const struct edit_field *field, size_t at)
{
    if (!(field->flags & EDIT_LINES))
        return field->len;
    size_t next = edit_line_next(field, edit_line_start(field, at));
    if (next > 0 && next <= field->len && next > at && field->codes[next - 1] == '\n')
        return next - 1;
    /* Behind a soft break the cursor would show on the next line: stand before the line's last character. */
    return next < field->len ? edit_step_left(field, next) : next;
}

size_t edit_line_move(struct edit_field *field, int by)
{
    size_t start = 0;
    size_t line = line_of(field, field->cursor, &start);
    if (field->goal_col < 0)
        field->goal_col = columns_between(field, start, field->cursor);
    size_t last = edit_line_count(field) - 1;
    size_t step = (size_t)(by < 0 ? -by : by);
    if (by < 0 ? line == 0 : line == last)
        return field->cursor;
    size_t target = by < 0 ? (step > line ? 0 : line - step) : (line + step > last ? last : line + step);
    size_t at = line_at(field, target);
    size_t end = edit_line_end(field, at);
    for (int columns = 0; at < end;) {
        columns += columns_of(field->codes[at]);
        if (columns > field->goal_col)
            break;
        at = edit_step_right(field, at);
    }
    return at;
}

void edit_set_size(struct edit_field *field, int rows, int cols)
{
    field->rows = rows < 1 ? 1 : rows;
    int least = field->flags & EDIT_LINES ? 2 : 1; /* a wide character must fit, or wrapping has no end */
    field->cols = cols < least ? least : cols;
}

/* Columns needed from `from` so that the cursor has its cell: that of the character it stands on, or one behind the text. */
static int needed_columns(const struct edit_field *field, size_t from)
{
    size_t at = field->cursor;
    int own = at < field->len ? columns_between(field, at, edit_step_right(field, at)) : 1;
    if (at == field->len && (field->len >= field->max_chars || (field->flags & EDIT_TIGHT)))
        own = 0; /* full: nothing will stand there, the cursor may stay on the last character */
    return columns_between(field, from, at) + own;
}

static void scroll_line(struct edit_field *field)
{
    if (field->first > field->cursor)
        field->first = field->cursor;
    if (field->first > field->len)
        field->first = field->len;
    while (field->first < field->cursor && needed_columns(field, field->first) > field->cols)
        field->first = edit_step_right(field, field->first);
    /* After deleting: show as much before as fits. */
    while (field->first > 0) {
        size_t before = edit_step_left(field, field->first);
        int behind = field->flags & EDIT_TIGHT ? 0 : 1;
        if (columns_between(field, before, field->len) + behind > field->cols)
            break;
        field->first = before;
    }
}

static void scroll_lines(struct edit_field *field)
{
    size_t start = 0;
    size_t line = line_of(field, field->cursor, &start);
    size_t rows = (size_t)field->rows;
    if (line < field->first)
        field->first = line;
    if (line >= field->first + rows)
        field->first = line - rows + 1;
    size_t count = edit_line_count(field);
    if (field->first + rows > count)
        field->first = count > rows ? count - rows : 0;
}

void edit_cursor(struct edit_field *field, int *row, int *col)
{
    if (field->flags & EDIT_LINES) {
        size_t start = 0;
        scroll_lines(field);
        *row = (int)(line_of(field, field->cursor, &start) - field->first);
        *col = columns_between(field, start, field->cursor);
    } else {
        scroll_line(field);
        *row = 0;
        *col = columns_between(field, field->first, field->cursor);
        if ((field->flags & EDIT_TIGHT) && *col <= field->cols)
            return;
        if (*col >= field->cols)
            *col = columns_between(field, field->first, edit_step_left(field, field->cursor));
    }
    if (*col >= field->cols)
        *col = field->cols - 1;
}

/* Draw codes[from..to) in cols columns, the rest filled. */
static void draw_line(const struct edit_field *field, struct canvas *canvas, int row, int col, enum style style, char rest,
                      size_t from, size_t to)
{
    int used = 0;
    while (from < to && field->codes[from] != '\n') {
        size_t next = edit_step_right(field, from);
        int width = columns_between(field, from, next);
        if (used + width > field->cols)
            break;
        char text[UTF8_MAX_BYTES * (CANVAS_MARKS + 1)];
        size_t len = 0;
        for (size_t i = from; i < next && i <= from + CANVAS_MARKS; i++)
            len += utf8_encode(field->flags & EDIT_SECRET ? '*' : field->codes[i], text + len);
        used += canvas_put(canvas, row, col + used, width, style, text, len);
        from = next;
    }
    canvas_fill(canvas, row, col + used, 1, field->cols - used, style, canvas->plain ? ' ' : rest);
}

void edit_draw(struct edit_field *field, struct canvas *canvas, int row, int col, enum style style, char rest, bool focused)
{
    int cursor_row = 0, cursor_col = 0;
    size_t scrolled = field->first;
    if (focused)
        edit_cursor(field, &cursor_row, &cursor_col);
    else
        field->first = 0; /* what a text is about stands at its beginning */
    if (field->flags & EDIT_LINES) {
        for (int i = 0; i < field->rows; i++) {
            size_t line = field->first + (size_t)i;
            size_t from = line < edit_line_count(field) ? line_at(field, line) : field->len;
            draw_line(field, canvas, row + i, col, style, rest, from, edit_line_next(field, from));
        }
    } else {
        draw_line(field, canvas, row, col, style, rest, field->first, field->len);
    }
    if (focused)
        canvas_set_cursor(canvas, row + cursor_row, col + cursor_col);
    else
        field->first = scrolled;
}
