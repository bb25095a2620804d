/* core/report/report_markup.c - forms as pages: see report_file.h.
 *
 * core/paper sets a paper of several pages in one size (paper_pdf.c, STYLE_LONG: 11.5 point in tables) and breaks it where a page is full, without repeating heads. So pages are broken here, by counted heights, each
 * with the heads of its block of columns and the names of the units. What is counted is an estimate with room to spare: a line too many is a page early, never a row without its head. Widths are half characters. */
#include "core/report/report_impl.h"

#include <limits.h>
#include <string.h>

#include "core/base/width.h"
#include "core/paper/markup.h"

enum {
    FOOT_BYTES = 1 << 16,
    ROOM = 120,          /* half characters of the text area, across */
    PADDING = 2,         /* of a cell, both sides */
    UNIT_WIDTH_MAX = 20, COLUMN_MIN = 6, COLUMN_MAX = 14,
    HEAD_LINES_MIN = 3, HEAD_LINES_MAX = 6, /* what heads are broken into: tried, the fewest pages win */
    TOP_LINE = 104,      /* half characters of a line above the table */
    FOOT_LINE = 122,     /* of one below it */
    ROWS_LEFT_MIN = 3,   /* a total does not stand alone on a page */
    /* tenths of points: */
    PAGE = 4590, LINE = 167, CELL = 70, TITLE = 360, CENTRED = 240, PARAGRAPH = 222, NOTE = 180, SPACE = 110
};

struct pages {
    const struct form_sheet *sheet;
    const struct report_head *head;
    struct buf *out;
    size_t name, widths[FORM_COLUMNS_MAX]; /* without padding */
    struct layout_block blocks[FORM_COLUMNS_MAX];
    size_t n_blocks;
    size_t head_lines;
    unsigned used, n_pages; /* of the page, in tenths of points */
};

static size_t greater(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void put_words(const char *words, struct buf *out)
{
    markup_put(words, strlen(words), out);
}

static void put_number(int number, struct buf *out)
{
    buf_printf(out, "%d", number);
}

/* ---- layout -------------------------------------------------------------------------------------------------------- */

static void measure(struct pages *pages)
{
    const struct ministry_form *form = pages->sheet->form;
    size_t padded[FORM_COLUMNS_MAX];

    pages->name = greater(COLUMN_MIN, width_text(form->first, strlen(form->first)));
    for (size_t i = 0; i < pages->sheet->n_rows; i++)
        pages->name = greater(pages->name, width_text(pages->sheet->rows[i].name, strlen(pages->sheet->rows[i].name)));
    pages->name = pages->name < UNIT_WIDTH_MAX ? pages->name : UNIT_WIDTH_MAX;
    for (size_t i = 0; i < form->n_columns; i++) {
        struct layout_piece pieces[LAYOUT_LEVELS_MAX];
        size_t n = layout_pieces(&form->columns[i], pieces), wish = (width_text(pieces[n - 1].text, pieces[n - 1].len) + pages->head_lines - 1) / pages->head_lines;

        wish += wish % 2;
        wish = wish < COLUMN_MIN ? COLUMN_MIN : wish > COLUMN_MAX ? COLUMN_MAX : wish;
        pages->widths[i] = greater(wish, layout_values_width(pages->sheet, i));
        padded[i] = pages->widths[i] + PADDING;
    }
    pages->n_blocks = layout_blocks(form, padded, ROOM - pages->name - PADDING, MARKUP_CELLS_MAX - 1, pages->blocks);
}

/* Width of a shared head, between its borders. */
static size_t span_width(const struct pages *pages, size_t column, size_t span)
{
    size_t width = 0;

    for (size_t i = column; i < column + span; i++)
        width += pages->widths[i] + PADDING;
    return width - PADDING;
}

static unsigned cell_height(const struct layout_piece *piece, size_t width)
{
    return (unsigned)layout_lines(piece->text, piece->len, width) * LINE + CELL;
}

/* Height of a block's heads with the printed numbers. As core/paper does it: each level is as high as its highest cell of one row; what reaches over several and needs more stretches the last. */
static unsigned heads_height(const struct pages *pages, const struct layout_block *block)
{
    const struct ministry_form *form = pages->sheet->form;
    size_t levels = layout_levels(form, block->first, block->end);
    unsigned heights[LAYOUT_LEVELS_MAX], all = LINE + CELL, stretched = 0;

    for (size_t level = 0; level < levels; level++) {
        heights[level] = LINE + CELL;
        for (size_t i = block->first; i < block->end; i++) {
            struct layout_piece pieces[LAYOUT_LEVELS_MAX];
            size_t n = layout_pieces(&form->columns[i], pieces), span = layout_span(form, i, level, block->end);

            if (level < n && (level + 1 < n || n == levels) && layout_begins(form, i, level, block->first))
                heights[level] = (unsigned)greater(heights[level], cell_height(&pieces[level], span_width(pages, i, span)));
        }
        all += heights[level];
    }
    for (size_t i = block->first; i < block->end; i++) {
        struct layout_piece pieces[LAYOUT_LEVELS_MAX];
        size_t n = layout_pieces(&form->columns[i], pieces);
        unsigned need = cell_height(&pieces[n - 1], pages->widths[i]), have = 0;

        for (size_t level = n - 1; level < levels; level++)
            have += heights[level];
        stretched = need > have ? (unsigned)greater(stretched, need - have) : stretched;
    }
    return all + stretched;
}

static unsigned row_height(const struct pages *pages, size_t row)
{
    const char *name = pages->sheet->rows[row].name;

    return (unsigned)layout_lines(name, strlen(name), pages->name) * LINE + CELL;
}

/* ---- tables -------------------------------------------------------------------------------------------------------- */

static void put_widths(const struct pages *pages, const struct layout_block *block)
{
    buf_printf(pages->out, "|=%zu|", pages->name + PADDING);
    for (size_t i = block->first; i < block->end; i++)
        buf_printf(pages->out, "%zu|", pages->widths[i] + PADDING);
    buf_putc(pages->out, '\n');
}

/* The cell of a column on a level: its piece, or part of the cell left of or above it. */
static void put_head(const struct pages *pages, const struct layout_block *block, size_t column, size_t level)
{
    const struct ministry_form *form = pages->sheet->form;
    struct layout_piece pieces[LAYOUT_LEVELS_MAX];
    size_t n = layout_pieces(&form->columns[column], pieces);

    if (level >= n)
        buf_putc(pages->out, '^');
    else if (level + 1 < n && !layout_begins(form, column, level, block->first))
        buf_putc(pages->out, '<');
    else
        markup_put(pieces[level].text, pieces[level].len, pages->out);
}

static void put_heads(const struct pages *pages, const struct layout_block *block)
{
    const struct ministry_form *form = pages->sheet->form;
    size_t levels = layout_levels(form, block->first, block->end);

    for (size_t level = 0; level <= levels; level++) {
        buf_putc(pages->out, '|');
        put_words(level == 0 ? form->first : "", pages->out);
        if (level > 0)
            buf_putc(pages->out, '^');
        for (size_t i = block->first; i < block->end; i++) {
            buf_putc(pages->out, '|');
            if (level < levels)
                put_head(pages, block, i, level);
            else
                put_number(form->columns[i].no, pages->out);
        }
        buf_puts(pages->out, "|\n");
    }
}

static void put_row(const struct pages *pages, const struct layout_block *block, const struct form_row *row)
{
    buf_putc(pages->out, '|');
    put_words(row->name, pages->out);
    for (size_t i = block->first; i < block->end; i++) {
        char cell[LAYOUT_CELL_BYTES];

        layout_cell(pages->sheet->form, row, i, cell);
        buf_puts(pages->out, "|> ");
        buf_puts(pages->out, cell);
    }
    buf_puts(pages->out, "|\n");
}

/* ---- pages --------------------------------------------------------------------------------------------------------- */

static void put_columns(const struct pages *pages, const struct layout_block *block)
{
    const struct ministry_form *form = pages->sheet->form;

    buf_printf(pages->out, "第%d至%d栏，共%zu栏", form->columns[block->first].no, form->columns[block->end - 1].no, form->n_columns);
}

static void put_top(struct pages *pages)
{
    struct buf words;

    buf_init(&words, 1 << 12);
    buf_puts(pages->out, "[landscape]\n# ");
    put_words(pages->sheet->form->title, pages->out);
    buf_printf(pages->out, "%s\n", pages->head->draft ? "（草稿）" : "");
    buf_printf(&words, "填报单位（盖章）：%s　　", pages->head->office);
    report_words_period(&pages->sheet->period, &words);
    put_words(buf_cstr(&words), pages->out);
    buf_putc(pages->out, '\n');
    pages->used = TITLE + (unsigned)layout_lines(buf_cstr(&words), words.len, TOP_LINE) * PARAGRAPH;
    pages->n_pages = 1;
    buf_release(&words);
}

/* A page that can be told from the others when it lies alone. */
static void put_next_page(struct pages *pages, const struct layout_block *block)
{
    buf_puts(pages->out, "===\n## ");
    put_words(pages->sheet->form->title, pages->out);
    buf_printf(pages->out, "（续%s）　%s　", pages->head->draft ? "，草稿" : "", pages->sheet->period.name);
    put_columns(pages, block);
    buf_putc(pages->out, '\n');
    pages->used = CENTRED;
    pages->n_pages++;
}

/* The words below the table. */
static void put_foot_words(const struct pages *pages, struct buf *words)
{
    if (pages->head->draft)
        buf_puts(words, REPORT_DRAFT "\n");
    report_words_adjusted(pages->sheet, words);
    if (words->len > 0 && words->data[words->len - 1] != '\n')
        buf_putc(words, '\n');
    report_words_stations(pages->head, words);
    if (words->len > 0 && words->data[words->len - 1] != '\n')
        buf_putc(words, '\n');
    report_words_sign(pages->head, words);
    buf_putc(words, '\n');
}

static void put_foot(const struct pages *pages)
{
    struct buf words;
    size_t len;

    buf_init(&words, FOOT_BYTES);
    put_foot_words(pages, &words);
    for (const char *at = buf_cstr(&words); *at != '\0'; at += len + 1) {
        len = strcspn(at, "\n");
        markup_put(at, len, pages->out);
        buf_putc(pages->out, '\n');
    }
    if (words.status != STATUS_OK && pages->out->status == STATUS_OK)
        pages->out->status = words.status;
    buf_release(&words);
}

static unsigned foot_height(const struct pages *pages)
{
    unsigned height = SPACE;
    struct buf words;
    size_t len;

    buf_init(&words, FOOT_BYTES);
    put_foot_words(pages, &words);
    for (const char *at = buf_cstr(&words); *at != '\0'; at += len + 1) {
        len = strcspn(at, "\n");
        height += (unsigned)layout_lines(at, len, FOOT_LINE) * NOTE;
    }
    buf_release(&words);
    return height;
}

/* The last row of the last block does not stand on another page than the foot. */
static unsigned last_height(const struct pages *pages, const struct layout_block *block, size_t row)
{
    bool last = block + 1 == pages->blocks + pages->n_blocks && row + 1 == pages->sheet->n_rows;

    return row_height(pages, row) + (last ? foot_height(pages) : 0);
}

/* Rows of a block from `row` on that fit the page with the heads; at least one. Returns the first that does not. */
static size_t put_part(struct pages *pages, const struct layout_block *block, size_t row)
{
    const struct form_sheet *sheet = pages->sheet;
    unsigned height = heads_height(pages, block) + SPACE;
    size_t end = row;

    for (; end < sheet->n_rows && (end == row || pages->used + height + last_height(pages, block, end) <= PAGE); end++)
        height += row_height(pages, end);
    if (end < sheet->n_rows && sheet->n_rows - end < ROWS_LEFT_MIN && end - row > ROWS_LEFT_MIN)
        end = sheet->n_rows - ROWS_LEFT_MIN;
    put_widths(pages, block);
    put_heads(pages, block);
    for (size_t i = row; i < end; i++)
        put_row(pages, block, &sheet->rows[i]);
    pages->used += height;
    return end;
}

static void put_block(struct pages *pages, const struct layout_block *block)
{
    unsigned all = heads_height(pages, block) + SPACE + PARAGRAPH;
    size_t row = 0;

    for (size_t i = 0; i < pages->sheet->n_rows; i++)
        all += last_height(pages, block, i);
    /* What fits on a page of its own is not begun at the foot of another. */
    if (block != pages->blocks && pages->used + all > PAGE) {
        put_next_page(pages, block);
    } else if (pages->n_blocks > 1) {
        put_columns(pages, block);
        buf_putc(pages->out, '\n');
        pages->used += PARAGRAPH;
    }
    while (row < pages->sheet->n_rows) {
        if (row > 0)
            put_next_page(pages, block);
        row = put_part(pages, block, row);
    }
}

/* The whole form with heads broken into that many lines. Returns pages. */
static unsigned put_form(struct pages *pages, size_t head_lines, struct buf *out)
{
    pages->head_lines = head_lines;
    pages->out = out;
    measure(pages);
    put_top(pages);
    for (size_t i = 0; i < pages->n_blocks; i++)
        put_block(pages, &pages->blocks[i]);
    put_foot(pages);
    return pages->n_pages;
}

enum status report_form_markup(const struct form_sheet *sheet, const struct report_head *head, struct buf *marked, struct errmsg *err)
{
    struct layout_print print;
    const struct form_sheet printed = layout_print(sheet, head->codes, &print);
    struct pages pages = {.sheet = &printed, .head = head};
    unsigned fewest = UINT_MAX;
    size_t best = HEAD_LINES_MIN;
    struct buf trial;

    buf_init(&trial, 1 << 22);
    for (size_t lines = HEAD_LINES_MIN; lines <= HEAD_LINES_MAX; lines++) {
        unsigned n;

        buf_clear(&trial);
        n = put_form(&pages, lines, &trial);
        best = n < fewest ? lines : best;
        fewest = n < fewest ? n : fewest;
    }
    buf_release(&trial);
    put_form(&pages, best, marked);
    return marked->status == STATUS_OK ? STATUS_OK : errmsg_set(err, marked->status, "报表太长");
}
