/* core/paper/paper.c - a paper as plain text for a terminal. See paper.h. The PDF is made by paper_pdf.c.
 *
 * Lines break between characters, but no line begins with a closing mark or ends with an opening one, and numbers and Latin words stay whole (避头尾). Table borders
 * are ASCII: box-drawing characters are of ambiguous width. For the same reason ballot boxes become [ ] and [x]. */
#include "core/paper/paper.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/paper/markup.h"
#include "core/paper/paper_table.h"
#include "core/base/utf8.h"
#include "core/base/width.h"

enum { LINE_MAX_BYTES = 1 << 20, INDENT_COLUMNS = 4, SIGN_BLANK = 12, BOX_MAX_COLUMNS = 31 };

static const char INDENT[] = "　　";

/* ---- breaking lines ---------------------------------------------------------------------------------------------- */

static bool is_one_of(uint32_t code, const char *set)
{
    size_t len = strlen(set);

    for (size_t at = 0; at < len;) {
        uint32_t each;

        at += utf8_decode(set + at, len - at, &each);
        if (each == code)
            return true;
    }
    return false;
}

static bool is_closing(uint32_t code)
{
    return is_one_of(code, "，。、；：！？）》〉】」』〕”’…—％℃·,.;:!?)]}%");
}

static bool is_opening(uint32_t code)
{
    return is_one_of(code, "（《〈【「『〔“‘([{");
}

static bool is_word(uint32_t code)
{
    return code > ' ' && code < 0x7f;
}

/* Bytes of a ballot box (as ASCII) and its label, which stay together when the label is short; 0: there is none. */
static size_t boxed_piece(const char *text, size_t len)
{
    size_t at = 3;

    if (len < 4 || (memcmp(text, "[ ]", 3) != 0 && memcmp(text, "[x]", 3) != 0))
        return 0;
    while (at < len && text[at] != ' ' && (len - at < 3 || memcmp(text + at, "　", 3) != 0))
        at++;
    return width_text(text, at) <= BOX_MAX_COLUMNS ? at : 0;
}

/* Bytes of the next piece that must not be broken: opening marks, a character or a word, closing marks. */
static size_t next_piece(const char *text, size_t len)
{
    size_t at = boxed_piece(text, len), core = 0;
    uint32_t code;

    if (at > 0)
        return at;
    while (at < len) {
        size_t n = utf8_decode(text + at, len - at, &code), grapheme;

        if (n == 0)
            return len;
        grapheme = width_grapheme(text + at, len - at);
        if (core > 0 && !is_closing(code) && !(is_word(code) && is_word((unsigned char)text[at - 1]) && !is_opening(code)))
            break;
        at += grapheme;
        if (!is_opening(code))
            core = at;
        if (code == ' ')
            break;
    }
    return at;
}

/* How much of the text goes on a line of that many columns: bytes, and columns in *used. Never 0 unless len is. */
static size_t fit_line(const char *text, size_t len, size_t columns, size_t *used)
{
    size_t at = 0;

    *used = 0;
    while (at < len) {
        size_t piece = next_piece(text + at, len - at), width = width_text(text + at, piece);

        if (*used + width > columns) {
            if (at == 0) {
                at = width_fit(text, len, columns, used);
                return at > 0 ? at : width_grapheme(text, len);
            }
            break;
        }
        at += piece;
        *used += width;
    }
    return at;
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

static void put_blanks(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_putc(out, ' ');
}

static void end_line(struct buf *out)
{
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        out->len--;
    buf_putc(out, '\n');
}

enum align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };

/* One broken line into a field of `columns`, blanks on both sides. */
static void put_aligned(struct buf *out, const char *text, size_t len, size_t used, size_t columns, enum align align)
{
    size_t free_columns = columns > used ? columns - used : 0;
    size_t before = align == ALIGN_RIGHT ? free_columns : align == ALIGN_CENTRE ? free_columns / 2 : 0;

    put_blanks(out, before);
    buf_append(out, text, len);
    put_blanks(out, free_columns - before);
}

/* Ballot boxes as ASCII, in place. */
static void spell_boxes(struct buf *text)
{
    static const char *const spellings[][2] = {{"□", "[ ]"}, {"☑", "[x]"}}; /* three bytes each */

    for (size_t i = 0; i + 3 <= text->len; i++)
        for (size_t k = 0; k < 2; k++)
            if (memcmp(text->data + i, spellings[k][0], 3) == 0)
                memcpy(text->data + i, spellings[k][1], 3);
}

/* A line or paragraph, broken; indent: what each of its \n lines begins with. */
static void put_paragraph(struct buf *out, const char *text, size_t len, size_t columns, enum align align)
{
    bool indented = len >= strlen(INDENT) && memcmp(text, INDENT, strlen(INDENT)) == 0, right;
    const char *at = text;
    struct buf line;

    buf_init(&line, LINE_MAX_BYTES);
    if (len == 0)
        end_line(out);
    while (len > 0 && markup_segment(&at, text + len, &line, &right)) {
        bool blank = line.len == 0;

        spell_boxes(&line);
        for (size_t pos = 0; pos < line.len || blank; blank = false) {
            size_t used, n = fit_line((const char *)line.data + pos, line.len - pos, columns, &used);

            put_aligned(out, (const char *)line.data + pos, n, used, columns, right ? ALIGN_RIGHT : align);
            end_line(out);
            pos += n;
        }
        buf_clear(&line);
        if (indented && at != NULL && *at != 0 && strncmp(at, INDENT, strlen(INDENT)) != 0)
            buf_puts(&line, INDENT);
    }
    if (line.status != STATUS_OK)
        out->status = line.status;
    buf_wipe(&line);
}

static void put_rule(struct buf *out, size_t columns, char c)
{
    while (columns-- > 0)
        buf_putc(out, (uint8_t)c);
    buf_putc(out, '\n');
}

static void put_signs(struct buf *out, const struct markup_line *line, size_t columns)
{
    const char *at = line->text, *end = line->text + line->len;
    struct markup_cell label;
    size_t n = 0, each;
    struct buf text;
    bool right;

    while (markup_sign(&at, end, &label))
        n++;
    each = n > 0 ? columns / n : columns;
    buf_init(&text, LINE_MAX_BYTES);
    for (at = line->text; markup_sign(&at, end, &label);) {
        const char *from = label.text;
        size_t used;

        buf_clear(&text);
        (void)markup_segment(&from, label.text + label.len, &text, &right);
        buf_puts(&text, "：");
        used = width_text((const char *)text.data, text.len);
        for (size_t i = 0; i < SIGN_BLANK && used < each; i++, used++)
            buf_putc(&text, '_');
        put_aligned(out, (const char *)text.data, text.len, used, each, ALIGN_LEFT);
    }
    end_line(out);
    buf_release(&text);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

struct broken_cell {
    struct buf text; /* broken lines, each padded to the width, divided by \n */
    size_t lines;
};

/* Greatest width of the lines of a cell. */
static size_t natural_width(const struct paper_cell *cell)
{
    const char *at = cell->text;
    size_t width = 2;
    struct buf line;
    bool right;

    buf_init(&line, LINE_MAX_BYTES);
    while (markup_segment(&at, cell->text + cell->len, &line, &right)) {
        size_t w = width_text(buf_cstr(&line), line.len);

        width = w > width ? w : width;
        buf_clear(&line);
    }
    buf_release(&line);
    return width;
}

/* Columns of the terminal for each column of the table, by the asked widths or by content; their sum is `available`. */
static void share_width(const struct paper_table *table, size_t available, size_t widths[MARKUP_CELLS_MAX])
{
    size_t wish[MARKUP_CELLS_MAX] = {0}, sum = 0, given = 0, reached = 0;

    for (size_t i = 0; i < table->n_cols; i++)
        wish[i] = (size_t)table->widths[i];
    for (size_t i = 0; table->widths[0] == 0 && i < table->n_cells; i++) {
        size_t w = table->cells[i].cols == 1 ? natural_width(&table->cells[i]) : 0;

        wish[table->cells[i].col] = w > wish[table->cells[i].col] ? w : wish[table->cells[i].col];
    }
    for (size_t i = 0; i < table->n_cols; i++) {
        wish[i] = wish[i] > 0 ? wish[i] : 1;
        sum += wish[i];
    }
    /* Cumulative rounding: what one column loses the next gets. */
    for (size_t i = 0; i < table->n_cols; i++) {
        reached += wish[i];
        widths[i] = available * reached / sum - given;
        given += widths[i];
    }
    /* A column takes at least one Chinese character; the widest gives way. */
    for (size_t i = 0; i < table->n_cols; i++) {
        size_t widest = 0;

        for (size_t k = 1; k < table->n_cols; k++)
            widest = widths[k] > widths[widest] ? k : widest;
        for (; widths[i] < 2 && widths[widest] > 2; widths[i]++)
            widths[widest]--;
    }
}

static size_t cell_width(const struct paper_cell *cell, const size_t widths[MARKUP_CELLS_MAX])
{
    size_t width = cell->cols - 1; /* the borders inside */

    for (size_t i = cell->col; i < cell->col + cell->cols; i++)
        width += widths[i];
    return width;
}

static void break_cell(const struct paper_cell *cell, size_t width, struct broken_cell *out)
{
    const char *at = cell->text;
    struct buf line;
    bool right;

    buf_init(&out->text, LINE_MAX_BYTES);
    buf_init(&line, LINE_MAX_BYTES);
    out->lines = 0;
    while (markup_segment(&at, cell->text + cell->len, &line, &right)) {
        bool blank = line.len == 0;

        spell_boxes(&line);
        for (size_t pos = 0; pos < line.len || blank; blank = false) {
            size_t used, n = fit_line(buf_cstr(&line) + pos, line.len - pos, width, &used);
            bool centred = !right && at == NULL && out->lines == 0 && pos == 0 && n == line.len && cell->cols == 1;

            put_aligned(&out->text, buf_cstr(&line) + pos, n, used, width, right ? ALIGN_RIGHT : centred ? ALIGN_CENTRE : ALIGN_LEFT);
            buf_putc(&out->text, '\n');
            out->lines++;
            pos += n;
        }
        buf_clear(&line);
    }
    buf_wipe(&line);
}

/* Line n of a broken cell; NULL when it has fewer. */
static const char *cell_line(const struct broken_cell *cell, size_t n, size_t *len)
{
    const char *at = buf_cstr(&cell->text);

    if (n >= cell->lines)
        return NULL;
    for (; n > 0; n--)
        at = strchr(at, '\n') + 1;
    *len = (size_t)(strchr(at, '\n') - at);
    return at;
}

struct text_table {
    const struct paper_table *table;
    size_t widths[MARKUP_CELLS_MAX];
    size_t *heights; /* of rows, in lines */
    struct broken_cell *cells;
};

static const struct paper_cell *covering(const struct paper_table *table, size_t row, size_t col)
{
    for (size_t i = 0; i < table->n_cells; i++) {
        const struct paper_cell *cell = &table->cells[i];

        if (row >= cell->row && row < cell->row + cell->rows && col >= cell->col && col < cell->col + cell->cols)
            return cell;
    }
    return NULL;
}

static void measure_rows(struct text_table *text)
{
    const struct paper_table *table = text->table;

    for (size_t i = 0; i < table->n_rows; i++)
        text->heights[i] = 1;
    for (size_t i = 0; i < table->n_cells; i++) {
        const struct paper_cell *cell = &table->cells[i];
        size_t have = cell->rows - 1; /* the borders inside */

        for (size_t row = cell->row; row < cell->row + cell->rows; row++)
            have += text->heights[row];
        if (text->cells[i].lines > have)
            text->heights[cell->row + cell->rows - 1] += text->cells[i].lines - have;
    }
}

/* Which line of a cell stands on line `line` of row `row` (the border above the row counts as line -1). */
static size_t line_in_cell(const struct text_table *text, const struct paper_cell *cell, size_t row, size_t line)
{
    size_t at = line;

    for (size_t r = cell->row; r < row; r++)
        at += text->heights[r] + 1;
    return at;
}

static void put_row_line(struct buf *out, const struct text_table *text, size_t row, size_t line)
{
    const struct paper_table *table = text->table;

    for (size_t col = 0; col < table->n_cols;) {
        const struct paper_cell *cell = covering(table, row, col);
        size_t len = 0, width = cell != NULL ? cell_width(cell, text->widths) : text->widths[col];
        const char *piece = cell != NULL ? cell_line(&text->cells[cell - table->cells], line_in_cell(text, cell, row, line), &len) : NULL;

        buf_putc(out, '|');
        if (piece != NULL)
            buf_append(out, piece, len);
        else
            put_blanks(out, width);
        col += cell != NULL ? cell->cols : 1;
    }
    buf_puts(out, "|\n");
}

/* What stands at the left of a column in a border: an upright where cells meet, a plain one beside a cell that reaches across at the very left. */
static char corner(const struct paper_cell *above, const struct paper_cell *below, size_t col)
{
    if (above != NULL && above == below && col == 0)
        return '|';
    return (above != NULL && above->col == col) || (below != NULL && below->col == col) ? '+' : '-';
}

/* The border between row - 1 and row; row == n_rows: the last one. A cell that reaches across shows its text there. */
static void put_border(struct buf *out, const struct text_table *text, size_t row)
{
    const struct paper_table *table = text->table;

    for (size_t col = 0; col < table->n_cols;) {
        const struct paper_cell *above = row > 0 ? covering(table, row - 1, col) : NULL, *below = row < table->n_rows ? covering(table, row, col) : NULL;
        size_t len = 0, width = text->widths[col], cols = 1;
        const char *piece = NULL;

        buf_putc(out, (uint8_t)corner(above, below, col));
        if (above != NULL && above == below) {
            width = cell_width(above, text->widths);
            cols = above->cols;
            piece = cell_line(&text->cells[above - table->cells], line_in_cell(text, above, row, 0) - 1, &len);
        }
        if (piece != NULL)
            buf_append(out, piece, len);
        else
            for (size_t i = 0; i < width; i++)
                buf_putc(out, above != NULL && above == below ? ' ' : '-');
        col += cols;
    }
    buf_puts(out, "+\n");
}

static enum status put_table(struct buf *out, const char **at, const char *end, size_t columns, bool follows, struct errmsg *err)
{
    struct paper_table table;
    struct text_table text = {.table = &table};
    enum status status = paper_table_read(at, end, &table, err);

    if (status != STATUS_OK)
        return status;
    if (table.n_rows == 0)
        goto out;
    text.heights = calloc(table.n_rows, sizeof(*text.heights));
    text.cells = calloc(table.n_cells, sizeof(*text.cells));
    if (text.heights == NULL || text.cells == NULL) {
        status = STATUS_NOMEM;
        goto out;
    }
    share_width(&table, columns > table.n_cols + 1 ? columns - table.n_cols - 1 : table.n_cols, text.widths);
    for (size_t i = 0; i < table.n_cells; i++)
        break_cell(&table.cells[i], cell_width(&table.cells[i], text.widths), &text.cells[i]);
    measure_rows(&text);
    for (size_t row = 0; row < table.n_rows; row++) {
        if (row > 0 || !follows)
            put_border(out, &text, row);
        for (size_t line = 0; line < text.heights[row]; line++)
            put_row_line(out, &text, row, line);
    }
    put_border(out, &text, table.n_rows);
out:
    for (size_t i = 0; text.cells != NULL && i < table.n_cells; i++)
        buf_wipe(&text.cells[i].text);
    free(text.cells);
    free(text.heights);
    paper_table_release(&table);
    return status;
}

/* ---- the paper --------------------------------------------------------------------------------------------------- */

static void put_line(struct buf *out, const struct markup_line *line, size_t columns)
{
    switch (line->kind) {
    case MARKUP_TEXT:
        put_paragraph(out, line->text, line->len, columns, ALIGN_LEFT);
        break;
    case MARKUP_TITLE:
    case MARKUP_CENTRE:
        put_paragraph(out, line->text, line->len, columns, ALIGN_CENTRE);
        break;
    case MARKUP_RIGHT:
        put_paragraph(out, line->text, line->len, columns, ALIGN_RIGHT);
        break;
    case MARKUP_RULE:
        put_rule(out, columns, '-');
        break;
    case MARKUP_PAGE:
        put_rule(out, columns, '=');
        break;
    case MARKUP_SEAL:
        put_paragraph(out, "（盖章）", strlen("（盖章）"), columns, ALIGN_RIGHT);
        break;
    case MARKUP_SIGN:
        put_signs(out, line, columns);
        break;
    case MARKUP_WIDE:
    case MARKUP_ROW:
    case MARKUP_WIDTHS:
        break;
    }
}

enum status paper_text(const char *marked, size_t len, int columns, struct buf *out, struct errmsg *err)
{
    const char *at = marked, *end = marked + len;
    enum status status = STATUS_OK;
    bool in_table = false;

    assert(columns >= 40);
    while (status == STATUS_OK && at < end) {
        const char *before = at;
        struct markup_line line;

        (void)markup_next(&at, end, &line);
        if (line.kind == MARKUP_ROW || line.kind == MARKUP_WIDTHS) {
            at = before;
            status = put_table(out, &at, end, (size_t)columns, in_table, err);
            in_table = true;
        } else {
            put_line(out, &line, (size_t)columns);
            in_table = false;
        }
    }
    if (status == STATUS_OK && out->status != STATUS_OK)
        status = errmsg_set(err, out->status, "文书太长");
    return status;
}
