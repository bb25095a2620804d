/* core/report/report_text.c - forms as text for terminals: see report_file.h.
 *
 * Blocks of columns one below the other, each with the names of the units. Heads stand over their columns in levels, those that several columns share run over them in dashes; the last piece of each stands right over its
 * printed number. Only ASCII between the words. */
#include "core/report/report_impl.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/width.h"

enum { UNIT_WIDTH_MIN = 8, HEAD_LINES = 4 /* what a head is broken into, if that is wide enough */, COLUMN_MIN = 4, COLUMN_MAX = 14, GAP = 2 };

struct text_form {
    const struct form_sheet *sheet;
    struct buf *out;
    size_t columns;
    size_t name;                      /* width of the units' names */
    size_t widths[FORM_COLUMNS_MAX];  /* of columns, without the gap before them */
    size_t heights[LAYOUT_LEVELS_MAX]; /* of the block's levels, in lines; of shared heads only */
    size_t head_lines;                /* of the block */
    struct layout_block block;
};

static void put_times(char c, size_t n, struct buf *out)
{
    while (n-- > 0)
        buf_putc(out, (uint8_t)c);
}

static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->data[--out->len] = '\0';
    buf_putc(out, '\n');
}

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* ---- layout -------------------------------------------------------------------------------------------------------- */

static size_t head_width(const struct layout_piece *piece)
{
    size_t width = width_text(piece->text, piece->len), wish = (width + HEAD_LINES - 1) / HEAD_LINES;

    wish += wish % 2;
    return wish < COLUMN_MIN ? COLUMN_MIN : wish > COLUMN_MAX ? COLUMN_MAX : wish;
}

static void measure(struct text_form *text)
{
    const struct ministry_form *form = text->sheet->form;
    size_t cap = greater(text->columns / 3, UNIT_WIDTH_MIN);

    text->name = greater(UNIT_WIDTH_MIN, width_text(form->first, strlen(form->first)));
    for (size_t i = 0; i < text->sheet->n_rows; i++)
        text->name = greater(text->name, width_text(text->sheet->rows[i].name, strlen(text->sheet->rows[i].name)));
    text->name = text->name < cap ? text->name : cap;
    for (size_t i = 0; i < form->n_columns; i++) {
        struct layout_piece pieces[LAYOUT_LEVELS_MAX];
        size_t n = layout_pieces(&form->columns[i], pieces);

        text->widths[i] = greater(head_width(&pieces[n - 1]), layout_values_width(text->sheet, i));
    }
}

/* Columns that a shared head runs over, gaps between them among them. */
static size_t span_width(const struct text_form *text, size_t column, size_t span)
{
    size_t width = 0;

    for (size_t i = column; i < column + span; i++)
        width += text->widths[i] + (i > column ? GAP : 0);
    return width;
}

static void measure_heads(struct text_form *text)
{
    const struct ministry_form *form = text->sheet->form;
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];

    memset(text->heights, 0, sizeof text->heights);
    text->head_lines = 0;
    for (size_t i = text->block.first; i < text->block.end; i++) {
        size_t n = layout_pieces(&form->columns[i], pieces);

        for (size_t level = 0; level + 1 < n; level++) {
            size_t width = span_width(text, i, layout_span(form, i, level, text->block.end));

            if (layout_begins(form, i, level, text->block.first))
                text->heights[level] = greater(text->heights[level], layout_lines(pieces[level].text, pieces[level].len, width));
        }
    }
    for (size_t i = text->block.first; i < text->block.end; i++) {
        size_t n = layout_pieces(&form->columns[i], pieces), lines = layout_lines(pieces[n - 1].text, pieces[n - 1].len, text->widths[i]);

        for (size_t level = 0; level + 1 < n; level++)
            lines += text->heights[level];
        text->head_lines = greater(text->head_lines, lines);
    }
}

/* ---- heads --------------------------------------------------------------------------------------------------------- */

/* Line `line` of a broken text; none: len 0. */
static const char *line_of(const struct layout_piece *piece, size_t width, size_t line, size_t *len)
{
    size_t at = 0;

    for (; at < piece->len && line > 0; line--)
        at += layout_line(piece->text + at, piece->len - at, width);
    *len = layout_line(piece->text + at, piece->len - at, width);
    return piece->text + at;
}

/* A line of a shared head: its last line ends in dashes up to where it ends. */
static void put_shared(struct text_form *text, const struct layout_piece *piece, size_t width, size_t line)
{
    size_t lines = layout_lines(piece->text, piece->len, width), len, used;
    const char *at = line_of(piece, width, line, &len);

    buf_append(text->out, at, len);
    used = width_text(at, len);
    put_times(line + 1 == lines ? '-' : ' ', width > used ? width - used : 0, text->out);
}

/* A line of a column's own head. Its lines end at the right edge, where the numbers do, and begin one below the other. */
static void put_own(struct text_form *text, const struct layout_piece *piece, size_t column, size_t line)
{
    size_t width = text->widths[column], widest = 0, lines = layout_lines(piece->text, piece->len, width), len, used;
    const char *at;

    for (size_t i = 0; i < lines; i++) {
        at = line_of(piece, width, i, &len);
        widest = greater(widest, width_text(at, len));
    }
    at = line_of(piece, width, line, &len);
    used = width_text(at, len);
    put_times(' ', width > widest ? width - widest : 0, text->out);
    buf_append(text->out, at, len);
    put_times(' ', widest > used ? widest - used : 0, text->out);
}

/* What stands in line `line` of the heads at a column; returns how many columns that was. */
static size_t put_head_cell(struct text_form *text, size_t column, size_t line)
{
    const struct ministry_form *form = text->sheet->form;
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];
    size_t n = layout_pieces(&form->columns[column], pieces), from = 0, lines;

    for (size_t level = 0; level + 1 < n; level++) {
        size_t span = layout_span(form, column, level, text->block.end), width = span_width(text, column, span);

        if (line < from + text->heights[level]) {
            if (line - from < layout_lines(pieces[level].text, pieces[level].len, width))
                put_shared(text, &pieces[level], width, line - from);
            else
                put_times(' ', width, text->out);
            return span;
        }
        from += text->heights[level];
    }
    lines = layout_lines(pieces[n - 1].text, pieces[n - 1].len, text->widths[column]);
    if (line >= text->head_lines - lines)
        put_own(text, &pieces[n - 1], column, line - (text->head_lines - lines));
    else
        put_times(' ', text->widths[column], text->out);
    return 1;
}

static void put_name(struct text_form *text, const struct layout_piece *name, size_t line)
{
    size_t len, used;
    const char *at = line_of(name, text->name, line, &len);

    buf_append(text->out, at, len);
    used = width_text(at, len);
    put_times(' ', text->name > used ? text->name - used : 0, text->out);
}

static void put_right(struct text_form *text, const char *words, size_t column)
{
    size_t used = width_text(words, strlen(words));

    put_times(' ', GAP + (text->widths[column] > used ? text->widths[column] - used : 0), text->out);
    buf_puts(text->out, words);
}

static void put_heads(struct text_form *text)
{
    const struct ministry_form *form = text->sheet->form;
    struct layout_piece first = {form->first, strlen(form->first)};

    for (size_t line = 0; line < text->head_lines; line++) {
        put_times(' ', text->name, text->out);
        for (size_t i = text->block.first; i < text->block.end;) {
            put_times(' ', GAP, text->out);
            i += put_head_cell(text, i, line);
        }
        end_line(text->out);
    }
    put_name(text, &first, 0);
    for (size_t i = text->block.first; i < text->block.end; i++) {
        char number[LAYOUT_CELL_BYTES];

        snprintf(number, sizeof number, "(%d)", form->columns[i].no);
        put_right(text, number, i);
    }
    end_line(text->out);
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static void put_row(struct text_form *text, const struct form_row *row)
{
    struct layout_piece name = {row->name, strlen(row->name)};
    size_t lines = layout_lines(name.text, name.len, text->name);

    for (size_t line = 0; line < lines; line++) {
        put_name(text, &name, line);
        for (size_t i = text->block.first; line == 0 && i < text->block.end; i++) {
            char cell[LAYOUT_CELL_BYTES];

            layout_cell(text->sheet->form, row, i, cell);
            put_right(text, cell, i);
        }
        end_line(text->out);
    }
}

static void put_block(struct text_form *text)
{
    size_t width = text->name;

    for (size_t i = text->block.first; i < text->block.end; i++)
        width += GAP + text->widths[i];
    measure_heads(text);
    put_heads(text);
    put_times('-', width, text->out);
    buf_putc(text->out, '\n');
    for (size_t i = 0; i < text->sheet->n_rows; i++) {
        if (i + 1 == text->sheet->n_rows && i > 0) {
            put_times('-', width, text->out);
            buf_putc(text->out, '\n');
        }
        put_row(text, &text->sheet->rows[i]);
    }
}

static void put_blocks(struct text_form *text)
{
    const struct ministry_form *form = text->sheet->form;
    struct layout_block blocks[FORM_COLUMNS_MAX];
    size_t widths[FORM_COLUMNS_MAX], n;

    for (size_t i = 0; i < form->n_columns; i++)
        widths[i] = text->widths[i] + GAP;
    n = layout_blocks(form, widths, text->columns - text->name, FORM_COLUMNS_MAX, blocks);
    for (size_t i = 0; i < n; i++) {
        text->block = blocks[i];
        buf_putc(text->out, '\n');
        if (n > 1)
            buf_printf(text->out, "第%d至%d栏，共%zu栏\n", form->columns[blocks[i].first].no, form->columns[blocks[i].end - 1].no, form->n_columns);
        put_block(text);
    }
}

/* ---- head and foot ------------------------------------------------------------------------------------------------- */

/* Words broken into lines. */
static void put_lines(struct text_form *text, const char *words)
{
    for (size_t at = 0, len = strlen(words); at < len;) {
        size_t n = layout_line(words + at, len - at, text->columns);

        buf_append(text->out, words + at, n);
        end_line(text->out);
        at += n;
    }
}

static void put_top(struct text_form *text, const struct report_head *head, struct buf *words)
{
    const char *title = text->sheet->form->title;
    size_t width = width_text(title, strlen(title));

    put_times(' ', width < text->columns ? (text->columns - width) / 2 : 0, text->out);
    buf_printf(text->out, "%s\n", title);
    buf_printf(words, "填报单位：%s", head->office);
    put_lines(text, buf_cstr(words));
    buf_clear(words);
    report_words_period(&text->sheet->period, words);
    put_lines(text, buf_cstr(words));
    if (head->draft)
        put_lines(text, REPORT_DRAFT);
}

static void put_foot(struct text_form *text, const struct report_head *head, struct buf *words)
{
    buf_putc(text->out, '\n');
    buf_clear(words);
    report_words_adjusted(text->sheet, words);
    put_lines(text, buf_cstr(words));
    buf_clear(words);
    report_words_stations(head, words);
    put_lines(text, buf_cstr(words));
    buf_clear(words);
    report_words_sign(head, words);
    put_lines(text, buf_cstr(words));
}

/* Quotation marks are as wide as one column on some terminals and two on others: heads would not stand over their numbers. */
static void spell_quotes(struct layout_print *print)
{
    static const char *const MARKS[][2] = {{"“", "\""}, {"”", "\""}, {"‘", "'"}, {"’", "'"}};

    for (size_t i = 0; i < print->form.n_columns; i++)
        for (size_t k = 0; k < sizeof MARKS / sizeof MARKS[0]; k++)
            for (char *at = print->headings[i]; (at = strstr(at, MARKS[k][0])) != NULL;) {
                *at++ = MARKS[k][1][0];
                memmove(at, at + strlen(MARKS[k][0]) - 1, strlen(at + strlen(MARKS[k][0]) - 1) + 1);
            }
}

enum status report_form_text(const struct form_sheet *sheet, const struct report_head *head, int columns, struct buf *out, struct errmsg *err)
{
    struct layout_print print;
    const struct form_sheet printed = layout_print(sheet, head->codes, &print);
    struct text_form text = {.sheet = &printed, .out = out, .columns = (size_t)columns};
    struct buf words;
    enum status status = STATUS_OK;

    assert(columns >= REPORT_TEXT_COLUMNS_MIN && sheet->n_rows > 0);
    spell_quotes(&print);
    buf_init(&words, 1 << 16);
    measure(&text);
    put_top(&text, head, &words);
    put_blocks(&text);
    put_foot(&text, head, &words);
    if (words.status != STATUS_OK || out->status != STATUS_OK)
        status = errmsg_set(err, words.status != STATUS_OK ? words.status : out->status, "报表太长");
    buf_release(&words);
    return status;
}
