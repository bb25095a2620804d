/* core/report/form_layout.c - see form_layout.h. */
#include "core/report/form_layout.h"

#include <stdio.h>
#include <string.h>

#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/report/cell.h"

static const char NOT_ENTERED[] = "未填";

/* ---- headings ------------------------------------------------------------------------------------------------------ */

struct form_sheet layout_print(const struct form_sheet *sheet, const struct code_book *codes, struct layout_print *print)
{
    struct form_sheet printed = *sheet;

    print->form = *sheet->form;
    print->form.columns = print->columns;
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        print->columns[i] = sheet->form->columns[i];
        form_column_heading(&sheet->form->columns[i], codes, print->headings[i]);
        print->columns[i].heading = print->headings[i];
    }
    printed.form = &print->form;
    return printed;
}

size_t layout_pieces(const struct form_column *column, struct layout_piece pieces[LAYOUT_LEVELS_MAX])
{
    const char *at = column->heading;
    size_t n = 0;

    for (;;) {
        size_t len = n + 1 < LAYOUT_LEVELS_MAX ? strcspn(at, "/") : strlen(at);

        pieces[n++] = (struct layout_piece){at, len};
        if (at[len] == '\0')
            return n;
        at += len + 1;
    }
}

size_t layout_levels(const struct ministry_form *form, size_t first, size_t end)
{
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];
    size_t levels = 1;

    for (size_t i = first; i < end; i++) {
        size_t n = layout_pieces(&form->columns[i], pieces);

        levels = n > levels ? n : levels;
    }
    return levels;
}

/* Levels two headings have in common, without the last of either. */
static size_t shared_levels(const struct ministry_form *form, size_t a, size_t b)
{
    struct layout_piece left[LAYOUT_LEVELS_MAX], right[LAYOUT_LEVELS_MAX];
    size_t n_left = layout_pieces(&form->columns[a], left), n_right = layout_pieces(&form->columns[b], right), n = 0;

    while (n + 1 < n_left && n + 1 < n_right && left[n].len == right[n].len && memcmp(left[n].text, right[n].text, left[n].len) == 0)
        n++;
    return n;
}

size_t layout_span(const struct ministry_form *form, size_t column, size_t level, size_t end)
{
    size_t span = 1;

    while (column + span < end && shared_levels(form, column + span - 1, column + span) > level)
        span++;
    return span;
}

bool layout_begins(const struct ministry_form *form, size_t column, size_t level, size_t first)
{
    return column == first || shared_levels(form, column - 1, column) <= level;
}

/* ---- blocks -------------------------------------------------------------------------------------------------------- */

struct cut {
    size_t blocks, from; /* blocks up to here; where the last of them begins */
    double cost;
};

/* Room left over counts by its square, so that blocks are even; a heading cut apart as much as a third of a block left empty, for each level. */
static double block_cost(const struct ministry_form *form, size_t end, size_t used, size_t room)
{
    double left = used < room ? (double)(room - used) / (double)room : 0;
    size_t apart = end < form->n_columns ? shared_levels(form, end - 1, end) : 0;

    return left * left + (double)apart / 9;
}

size_t layout_blocks(const struct ministry_form *form, const size_t widths[], size_t room, size_t most, struct layout_block blocks[FORM_COLUMNS_MAX])
{
    struct cut cuts[FORM_COLUMNS_MAX + 1] = {{0}};
    size_t n;

    for (size_t end = 1; end <= form->n_columns; end++) {
        size_t used = 0;

        cuts[end].blocks = SIZE_MAX;
        for (size_t from = end; from > 0 && end - from < most; from--) {
            struct cut cut = {.blocks = cuts[from - 1].blocks + 1, .from = from - 1};

            used += widths[from - 1];
            if (used > room && from < end)
                break;
            cut.cost = cuts[from - 1].cost + block_cost(form, end, used, room);
            if (cut.blocks < cuts[end].blocks || (cut.blocks == cuts[end].blocks && cut.cost < cuts[end].cost))
                cuts[end] = cut;
        }
    }
    n = cuts[form->n_columns].blocks;
    for (size_t i = n, end = form->n_columns; i > 0; end = cuts[end].from, i--)
        blocks[i - 1] = (struct layout_block){cuts[end].from, end};
    return n;
}

/* ---- lines --------------------------------------------------------------------------------------------------------- */

static bool closes(const char *text, size_t len)
{
    static const char *const MARKS[] = {"、", "，", "。", "；", "：", "）", "”", "》", "！", "？", ")", ",", ";"};

    for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++)
        if (len >= strlen(MARKS[i]) && memcmp(text, MARKS[i], strlen(MARKS[i])) == 0)
            return true;
    return false;
}

/* Bytes of text without its last character. */
static size_t without_last(const char *text, size_t len)
{
    do
        len--;
    while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80);
    return len;
}

size_t layout_line(const char *text, size_t len, size_t width)
{
    size_t n = width_fit(text, len, width, NULL), back;

    if (n == 0 || n == len)
        return n > 0 || len == 0 ? n : width_grapheme(text, len);
    back = closes(text + n, len - n) ? without_last(text, n) : n;
    return back > 0 && !closes(text + back, len - back) ? back : n;
}

size_t layout_lines(const char *text, size_t len, size_t width)
{
    size_t lines = 0;

    for (size_t at = 0; at < len; lines++)
        at += layout_line(text + at, len - at, width);
    return lines > 0 ? lines : 1;
}

/* ---- cells --------------------------------------------------------------------------------------------------------- */

void layout_cell(const struct ministry_form *form, const struct form_row *row, size_t column, char out[LAYOUT_CELL_BYTES])
{
    if (row->missing[column])
        snprintf(out, LAYOUT_CELL_BYTES, "%s", NOT_ENTERED);
    else if (form->columns[column].money)
        report_wan(row->values[column], out);
    else
        snprintf(out, LAYOUT_CELL_BYTES, "%lld", (long long)row->values[column]);
}

size_t layout_values_width(const struct form_sheet *sheet, size_t column)
{
    char text[LAYOUT_CELL_BYTES];
    size_t width = 1;

    for (size_t i = 0; i < sheet->n_rows; i++) {
        layout_cell(sheet->form, &sheet->rows[i], column, text);
        if (width_text(text, strlen(text)) > width)
            width = width_text(text, strlen(text));
    }
    return width;
}
