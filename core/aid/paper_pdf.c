/* core/aid/paper_pdf.c - a paper as A4 pages in PDF, by Pango and Cairo; the only file that includes their headers. See paper.h.
 *
 * Faces: a Song face for everything, its bold for titles, with fall-backs for rare characters; fonts are embedded as subsets. A character without a glyph is an error.
 * Sizes: a paper is laid out in the largest of a few sizes that puts it on one page, from the official 16 point down; a longer one goes on in the size that needs the
 * fewest pages. So layout comes first, as boxes of lines with their heights, then pages are cut, then they are drawn.
 * Margins: those of official documents (GB/T 9704) for letters, narrower ones for forms that would not fit. */
#include "core/aid/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "core/aid/markup.h"
#include "core/aid/paper_table.h"
#include "core/base/day.h"
#include "core/base/utf8.h"

static const char FACES[] = "Noto Serif CJK SC, Source Han Serif SC, AR PL UMing CN, HanaMinA, HanaMinB, BabelStone Han, serif";
static const char INDENT[] = "　　";

#define PT_PER_MM 2.834645669
#define SHORT_SIDE (210 * PT_PER_MM) /* A4 */
#define LONG_SIDE (297 * PT_PER_MM)

enum { SEGMENT_MAX_BYTES = 1 << 20, ITEMS_MAX = 20000, PAGES_MAX = 500, LABEL_MAX_CHARS = 14, WORD_MAX_CHARS = 8 };

/* One way to set a paper: sizes in points, margins in millimetres. */
struct style {
    double body, table, title, centre;
    double top, bottom, left, right;
};

static const struct style styles[] = {
    {16, 14, 24, 16, 37, 32, 28, 26}, {15, 13, 23, 15, 32, 28, 27, 25}, {14, 12, 22, 14, 30, 26, 26, 24}, {13, 11.5, 21, 13, 25, 22, 24, 22},
    {12, 11, 20, 12, 22, 20, 22, 20}, {11, 10, 19, 11, 20, 18, 20, 18},
};

enum { N_STYLES = sizeof(styles) / sizeof(styles[0]), STYLE_LONG = 3 /* what papers of several pages are set in */ };

/* ---- items: what stands on the pages, from top to bottom --------------------------------------------------------- */

enum item_kind { ITEM_LINE, ITEM_SPACE, ITEM_RULE, ITEM_PAGE, ITEM_ROW, ITEM_SEAL, ITEM_SIGN };

/* A line of text at its place. */
struct line {
    PangoLayout *layout; /* owned by the item or cell that made it; lines of one layout share it */
    int index;           /* which of its lines */
    double x, height;    /* x from the left edge of the field */
};

struct cell_box {
    double x, width;
    struct line *lines;
    size_t n_lines;
    double height;
    bool centred; /* vertically */
    size_t rows;  /* rows it covers */
};

struct item {
    enum item_kind kind;
    double height;
    struct line line;      /* ITEM_LINE */
    double middle;         /* ITEM_SEAL: of the signature, from the left */
    bool keep;             /* stays with the item that follows */
    bool first_row;        /* ITEM_ROW: draws its upper border */
    struct cell_box *cells; /* ITEM_ROW, ITEM_SIGN */
    size_t n_cells;
};

struct layout {
    const struct style *style;
    PangoContext *context;
    struct item *items;
    size_t n_items, cap;
    GPtrArray *layouts; /* all PangoLayouts, for the end */
    double page_width, page_height;
    bool had_table, after_table, prose_first; /* there was a table; it was the last; text came before the first one */
    double width;       /* of the text area */
    enum status status;
    struct errmsg *err;
};

static double greater(double a, double b)
{
    return a > b ? a : b;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

static void fail(struct layout *layout, enum status status)
{
    if (layout->status == STATUS_OK)
        layout->status = status;
}

static struct item *add_item(struct layout *layout, enum item_kind kind, double height)
{
    if (layout->n_items == layout->cap) {
        size_t cap = layout->cap > 0 ? layout->cap * 2 : 64;
        struct item *items = layout->n_items < ITEMS_MAX ? realloc(layout->items, cap * sizeof(*items)) : NULL;

        if (items == NULL) {
            fail(layout, layout->n_items < ITEMS_MAX ? STATUS_NOMEM : errmsg_set(layout->err, STATUS_TOO_LARGE, "文书太长，印不下"));
            return NULL;
        }
        layout->items = items;
        layout->cap = cap;
    }
    layout->items[layout->n_items] = (struct item){.kind = kind, .height = height};
    return &layout->items[layout->n_items++];
}

static void release_items(struct layout *layout)
{
    for (size_t i = 0; i < layout->n_items; i++) {
        for (size_t k = 0; k < layout->items[i].n_cells; k++)
            free(layout->items[i].cells[k].lines);
        free(layout->items[i].cells);
    }
    free(layout->items);
    layout->items = NULL;
    layout->n_items = layout->cap = 0;
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

/* Name the first character that no font has. */
static void check_glyphs(struct layout *layout, PangoLayout *text)
{
    PangoLayoutIter *iter;

    if (layout->status != STATUS_OK || pango_layout_get_unknown_glyphs_count(text) == 0)
        return;
    iter = pango_layout_get_iter(text);
    do {
        PangoLayoutRun *run = pango_layout_iter_get_run_readonly(iter);

        for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++) {
            PangoGlyph glyph = run->glyphs->glyphs[i].glyph;
            uint32_t code = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
            char character[UTF8_MAX_BYTES];

            if ((glyph & PANGO_GLYPH_UNKNOWN_FLAG) == 0 || glyph == PANGO_GLYPH_INVALID_INPUT)
                continue;
            layout->status = errmsg_set(layout->err, STATUS_INVALID, "没有装能印“%.*s”(U+%04X)的字体；请安装收字更全的字体，如 fonts-noto-cjk、fonts-hanazono", (int)utf8_encode(code, character),
                                        character, (unsigned)code);
            break;
        }
    } while (layout->status == STATUS_OK && pango_layout_iter_next_run(iter));
    pango_layout_iter_free(iter);
    if (layout->status == STATUS_OK)
        layout->status = errmsg_set(layout->err, STATUS_INVALID, "文书里有字没有装能印它的字体；请安装 fonts-noto-cjk、fonts-hanazono");
}

static bool is_box(const char *text, size_t len)
{
    return len >= 3 && (memcmp(text, "□", 3) == 0 || memcmp(text, "☑", 3) == 0);
}

/* Bytes of a box's label: up to the next blank or the end. */
static size_t label_length(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && text[at] != ' ' && (len - at < 3 || memcmp(text + at, "　", 3) != 0))
        at++;
    return at;
}

/* A box and its label stay on one line: word joiners stand between the characters, unless the label is too long for that. */
static void join_boxes(const struct buf *in, struct buf *out)
{
    static const char joiner[] = "\xe2\x81\xa0";
    const char *text = buf_cstr(in);
    size_t joined = 0; /* up to where characters are joined */

    for (size_t i = 0; i < in->len;) {
        uint32_t code;
        size_t n = utf8_decode(text + i, in->len - i, &code);

        if (n == 0)
            n = 1;
        if (is_box(text + i, in->len - i)) {
            size_t label = label_length(text + i + n, in->len - i - n);

            joined = i + n + (utf8_count(text + i + n, label) <= LABEL_MAX_CHARS ? label : 1);
        }
        buf_append(out, text + i, n);
        i += n;
        if (i < joined)
            buf_puts(out, joiner);
    }
}

/* Whether a paragraph reads better with even margins: not one with blanks to fill in, boxes, or a long number that would tear its line apart. */
static bool is_prose(const struct buf *content)
{
    const char *text = buf_cstr(content), *body = strncmp(text, INDENT, strlen(INDENT)) == 0 ? text + strlen(INDENT) : text;
    size_t run = 0;

    if (strstr(body, "__") != NULL || strstr(body, INDENT) != NULL || strstr(body, "□") != NULL || strstr(body, "☑") != NULL)
        return false;
    for (; *body != 0; body++) {
        run = *body > ' ' && *body < 0x7f ? run + 1 : 0;
        if (run > WORD_MAX_CHARS)
            return false;
    }
    return true;
}

static PangoLayout *make_text(struct layout *layout, const struct buf *content, double size, bool bold, double width, bool justify)
{
    PangoLayout *text = pango_layout_new(layout->context);
    PangoFontDescription *font = pango_font_description_from_string(FACES);
    struct buf joined;

    buf_init(&joined, 2 * SEGMENT_MAX_BYTES);
    join_boxes(content, &joined);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(text, font);
    pango_layout_set_text(text, buf_cstr(&joined), (int)joined.len);
    pango_layout_set_width(text, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(text, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_justify(text, justify);
    pango_font_description_free(font);
    if (joined.status != STATUS_OK)
        fail(layout, joined.status);
    buf_wipe(&joined);
    g_ptr_array_add(layout->layouts, text);
    check_glyphs(layout, text);
    return text;
}

static double line_width(PangoLayout *text, int index)
{
    PangoRectangle logical;

    pango_layout_line_get_extents(pango_layout_get_line_readonly(text, index), NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

/* x of a line in a field: centred, to the right, or left. */
static double align_x(PangoLayout *text, int index, double width, int align)
{
    double free_width = width - line_width(text, index);

    return free_width <= 0 || align == 0 ? 0 : align < 0 ? free_width / 2 : free_width;
}

enum { LEFT = 0, CENTRE = -1, RIGHT = 1 };

/* Every \n line of a marked text as items. */
static void add_paragraph(struct layout *layout, const char *marked, size_t len, double size, double leading, bool bold, int align)
{
    const char *at = marked;
    bool indented = len >= strlen(INDENT) && memcmp(marked, INDENT, strlen(INDENT)) == 0, right;
    struct buf content;

    buf_init(&content, SEGMENT_MAX_BYTES);
    if (len == 0)
        (void)add_item(layout, ITEM_SPACE, size * leading * 0.6);
    while (len > 0 && layout->status == STATUS_OK && markup_segment(&at, marked + len, &content, &right)) {
        PangoLayout *text = make_text(layout, &content, size, bold, layout->width, align == LEFT && !right && is_prose(&content));

        for (int i = 0; i < pango_layout_get_line_count(text); i++) {
            struct item *item = add_item(layout, ITEM_LINE, size * leading);

            if (item != NULL)
                item->line = (struct line){text, i, align_x(text, i, layout->width, right ? RIGHT : align), size * leading};
        }
        buf_clear(&content);
        if (indented && at != NULL && strncmp(at, INDENT, strlen(INDENT)) != 0)
            buf_puts(&content, INDENT);
    }
    buf_wipe(&content);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

#define CELL_PAD_X 4.0
#define CELL_PAD_Y 3.5

static double natural_width(struct layout *layout, const struct paper_cell *cell)
{
    const char *at = cell->text;
    double width = 0;
    struct buf content;
    bool right;

    buf_init(&content, SEGMENT_MAX_BYTES);
    while (layout->status == STATUS_OK && markup_segment(&at, cell->text + cell->len, &content, &right)) {
        PangoLayout *text = make_text(layout, &content, layout->style->table, false, 1e5, false);
        double w = line_width(text, 0);

        width = w > width ? w : width;
        buf_clear(&content);
    }
    buf_wipe(&content);
    return width + 2 * CELL_PAD_X;
}

/* x of each column's left edge and of the right end. */
static void share_width(struct layout *layout, const struct paper_table *table, double edges[MARKUP_CELLS_MAX + 1])
{
    double wish[MARKUP_CELLS_MAX] = {0}, sum = 0, at = 0;

    for (size_t i = 0; i < table->n_cols; i++)
        wish[i] = table->widths[i];
    for (size_t i = 0; table->widths[0] == 0 && i < table->n_cells; i++) {
        double w = table->cells[i].cols == 1 ? natural_width(layout, &table->cells[i]) : 0;

        wish[table->cells[i].col] = greater(wish[table->cells[i].col], lesser(w, layout->width / 2));
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

static void add_cell_line(struct layout *layout, struct cell_box *box, PangoLayout *text, int index, double x)
{
    double height = layout->style->table * 1.45;
    struct line *lines = realloc(box->lines, (box->n_lines + 1) * sizeof(*lines));

    if (lines == NULL) {
        fail(layout, STATUS_NOMEM);
        return;
    }
    box->lines = lines;
    lines[box->n_lines++] = (struct line){text, index, x, height};
    box->height += height;
}

/* A line of a cell; one that is at most `most` times as long as the cell is wide is set smaller rather than broken. */
static PangoLayout *make_cell_text(struct layout *layout, const struct buf *content, double inner, double most)
{
    double size = layout->style->table, width;
    PangoLayout *text = make_text(layout, content, size, false, inner, false), *smaller;

    if (pango_layout_get_line_count(text) < 2 || layout->status != STATUS_OK)
        return text;
    width = line_width(make_text(layout, content, size, false, 1e4, false), 0);
    if (width > inner * most)
        return text;
    smaller = make_text(layout, content, size * inner / width * 0.995, false, inner, false);
    return pango_layout_get_line_count(smaller) == 1 ? smaller : text;
}

static void lay_cell(struct layout *layout, const struct paper_cell *cell, struct cell_box *box)
{
    double inner = box->width - 2 * CELL_PAD_X;
    const char *at = cell->text;
    struct buf content;
    bool right, single;

    buf_init(&content, SEGMENT_MAX_BYTES);
    while (layout->status == STATUS_OK && markup_segment(&at, cell->text + cell->len, &content, &right)) {
        PangoLayout *text = make_cell_text(layout, &content, inner, at != NULL || box->n_lines > 0 ? 1 : cell->col == 0 ? 1.2 : 1.28);
        int n = pango_layout_get_line_count(text);

        single = at == NULL && box->n_lines == 0 && cell->cols == 1 && (n == 1 || box->width < layout->width / (cell->col == 0 ? 3 : 6));
        for (int i = 0; i < n; i++)
            add_cell_line(layout, box, text, i, align_x(text, i, inner, right ? RIGHT : single ? CENTRE : LEFT));
        buf_clear(&content);
    }
    buf_wipe(&content);
    box->height += 2 * CELL_PAD_Y;
    box->rows = cell->rows;
    box->centred = true;
}

/* Row heights: the greatest cell; cells that reach over several rows stretch the last of them. */
static void set_heights(struct layout *layout, size_t first, size_t n_rows)
{
    struct item *rows = &layout->items[first];

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

static void add_row(struct layout *layout, const struct paper_table *table, size_t row, const double edges[MARKUP_CELLS_MAX + 1])
{
    struct item *item = add_item(layout, ITEM_ROW, layout->style->table * 1.45 + 2 * CELL_PAD_Y);
    struct cell_box *boxes;
    size_t n = 0;

    if (item == NULL)
        return;
    boxes = calloc(table->n_cols, sizeof(*boxes));
    if (boxes == NULL) {
        fail(layout, STATUS_NOMEM);
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

static void add_table(struct layout *layout, const char **at, const char *end)
{
    double edges[MARKUP_CELLS_MAX + 1];
    struct paper_table table;
    enum status status = paper_table_read(at, end, &table, layout->err);
    bool follows = layout->n_items > 0 && layout->items[layout->n_items - 1].kind == ITEM_ROW;
    size_t first;

    if (status != STATUS_OK) {
        fail(layout, status);
        return;
    }
    if (!follows && table.n_rows > 0)
        (void)add_item(layout, ITEM_SPACE, 4);
    first = layout->n_items;
    if (table.n_rows > 0)
        share_width(layout, &table, edges);
    for (size_t row = 0; row < table.n_rows && layout->status == STATUS_OK; row++)
        add_row(layout, &table, row, edges);
    if (layout->status == STATUS_OK && table.n_rows > 0) {
        layout->items[first].first_row = !follows;
        set_heights(layout, first, table.n_rows);
        layout->after_table = layout->had_table = true;
    }
    paper_table_release(&table);
}

/* ---- the other lines --------------------------------------------------------------------------------------------- */

static void add_signs(struct layout *layout, const struct markup_line *line)
{
    const char *at = line->text, *end = line->text + line->len;
    double size = layout->style->body * 0.9;
    struct item *item = add_item(layout, ITEM_SIGN, size * 2.6);
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
        fail(layout, STATUS_NOMEM);
        return;
    }
    item->n_cells = n;
    buf_init(&content, SEGMENT_MAX_BYTES);
    n = 0;
    for (at = line->text; markup_sign(&at, end, &label); n++) {
        struct cell_box *box = &item->cells[n];
        const char *from = label.text;

        buf_clear(&content);
        (void)markup_segment(&from, label.text + label.len, &content, &right);
        buf_puts(&content, "：");
        box->width = layout->width / (double)item->n_cells;
        box->x = box->width * (double)n;
        add_cell_line(layout, box, make_text(layout, &content, size, false, box->width, false), 0, 0);
    }
    buf_wipe(&content);
}

/* The day stands four characters from the right and the name is centred over it; a name too long for that stands two characters from the right and the day is centred
 * below it (GB/T 9704). Returns the middle, from the left. */
static double place_signature(struct layout *layout, size_t first)
{
    double em = layout->style->body, longest = 0, right, middle;
    struct line *day = &layout->items[layout->n_items - 1].line;
    double day_width = line_width(day->layout, day->index);

    for (size_t i = first; i < layout->n_items; i++)
        longest = greater(longest, line_width(layout->items[i].line.layout, layout->items[i].line.index));
    right = layout->width - 4 * em;
    middle = right - day_width / 2;
    if (middle + longest / 2 > layout->width - 2 * em)
        middle = greater(layout->width - 2 * em - longest / 2, longest / 2);
    for (size_t i = first; i < layout->n_items; i++) {
        struct line *line = &layout->items[i].line;

        line->x = middle - line_width(line->layout, line->index) / 2;
    }
    return middle;
}

/* The seal goes over the middle of the lines to the right that stand before it. */
static void add_seal(struct layout *layout)
{
    double height = 0, middle = layout->width * 0.75;
    size_t first = layout->n_items;
    struct item *item;

    while (first > 0 && layout->items[first - 1].kind == ITEM_LINE && layout->items[first - 1].line.x > layout->width / 4) {
        layout->items[--first].keep = true;
        height += layout->items[first].height;
    }
    if (first < layout->n_items)
        middle = place_signature(layout, first);
    item = add_item(layout, ITEM_SEAL, 8);
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
static void add_text(struct layout *layout, const struct markup_line *line, bool form)
{
    const struct style *style = layout->style;

    if (form)
        add_paragraph(layout, line->text, line->len, style->table, 1.55, false, LEFT);
    else
        add_paragraph(layout, line->text, line->len, style->body, 1.7, false, LEFT);
}

static void add_line(struct layout *layout, const struct markup_line *line)
{
    const struct style *style = layout->style;
    bool form = layout->had_table && !layout->prose_first;

    if (layout->after_table)
        (void)add_item(layout, ITEM_SPACE, 6);
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
        (void)add_item(layout, ITEM_RULE, style->body);
        break;
    case MARKUP_PAGE:
        (void)add_item(layout, ITEM_PAGE, 0);
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

static void lay_out(struct layout *layout, const char *marked, size_t len)
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

/* ---- pages ------------------------------------------------------------------------------------------------------- */

static double text_height(const struct layout *layout)
{
    return layout->page_height - (layout->style->top + layout->style->bottom) * PT_PER_MM;
}

/* Height of an item and all that must stay with it. */
static double kept_height(const struct layout *layout, size_t index)
{
    double height = layout->items[index].height;

    while (layout->items[index].keep && index + 1 < layout->n_items)
        height += layout->items[++index].height;
    return height;
}

/* A row that fits on no page, or would leave more than a third of one empty, is cut between its lines. */
static bool is_cut(const struct layout *layout, const struct item *item, double left)
{
    double page = text_height(layout);

    return item->kind == ITEM_ROW && item->height > left && (item->height > page || left > page / 3) && left > 6 * layout->style->table;
}

/* Cut a row so that its first part is at most `left` high; what remains becomes the next item. False: there is nothing to cut. */
static bool cut_row(struct layout *layout, size_t index, double left)
{
    struct item *rest, *item;
    struct cell_box *cells;

    if (add_item(layout, ITEM_ROW, 0) == NULL)
        return false;
    memmove(&layout->items[index + 2], &layout->items[index + 1], (layout->n_items - index - 2) * sizeof(*layout->items));
    item = &layout->items[index];
    rest = &layout->items[index + 1];
    *rest = (struct item){.kind = ITEM_ROW, .first_row = true, .keep = item->keep};
    cells = calloc(item->n_cells, sizeof(*cells));
    if (cells == NULL) {
        fail(layout, STATUS_NOMEM);
        return false;
    }
    rest->cells = cells;
    rest->n_cells = item->n_cells;
    item->keep = false;
    item->height = left;
    for (size_t i = 0; i < item->n_cells; i++) {
        struct cell_box *from = &item->cells[i], *to = &cells[i];
        double height = 2 * CELL_PAD_Y;
        size_t n = 0;

        *to = (struct cell_box){.x = from->x, .width = from->width, .rows = from->rows, .height = 2 * CELL_PAD_Y, .centred = from->centred};
        while (n < from->n_lines && height + from->lines[n].height <= left)
            height += from->lines[n++].height;
        if (n < from->n_lines) {
            to->n_lines = from->n_lines - n;
            to->lines = calloc(to->n_lines, sizeof(*to->lines));
            if (to->lines == NULL) {
                to->n_lines = 0;
                fail(layout, STATUS_NOMEM);
                return false;
            }
            memcpy(to->lines, from->lines + n, to->n_lines * sizeof(*to->lines));
            from->centred = to->centred = false;
        }
        for (size_t k = 0; k < to->n_lines; k++)
            to->height += to->lines[k].height;
        from->n_lines = n;
        from->height = height;
        rest->height = greater(rest->height, to->height);
    }
    return true;
}

/* Where pages begin: index of the first item of each. Returns how many pages; cuts rows where needed. */
static size_t cut_pages(struct layout *layout, size_t starts[PAGES_MAX])
{
    double page = text_height(layout), used = 0;
    size_t n = 1;

    starts[0] = 0;
    for (size_t i = 0; i < layout->n_items && layout->status == STATUS_OK; i++) {
        double need = kept_height(layout, i);
        bool cut = false;

        if (used + need > page + 0.01 && is_cut(layout, &layout->items[i], page - used))
            cut = cut_row(layout, i, page - used);
        if (layout->status == STATUS_OK && !cut && ((used > 0 && used + need > page + 0.01 && (need <= page || used + layout->items[i].height > page)) || layout->items[i].kind == ITEM_PAGE)) {
            if (n == PAGES_MAX) {
                fail(layout, errmsg_set(layout->err, STATUS_TOO_LARGE, "文书超过 %d 页", PAGES_MAX));
                return n;
            }
            starts[n++] = i;
            used = 0;
            if (layout->items[i].kind == ITEM_ROW)
                layout->items[i].first_row = true;
            if (is_cut(layout, &layout->items[i], page))
                (void)cut_row(layout, i, page);
        }
        /* Room before the first line of a further page is dropped. */
        if (n == 1 || used > 0 || layout->items[i].kind != ITEM_SPACE)
            used += layout->items[i].height;
    }
    return n;
}

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static void draw_line(cairo_t *cairo, const struct line *line, double x, double y)
{
    PangoLayoutLine *text = pango_layout_get_line_readonly(line->layout, line->index);
    PangoRectangle logical;

    if (text == NULL)
        return;
    pango_layout_line_get_extents(text, NULL, &logical);
    /* Centre the line's own height in the room it was given; the rectangle is relative to the baseline. */
    y += (line->height - (double)logical.height / PANGO_SCALE) / 2 - (double)logical.y / PANGO_SCALE;
    cairo_move_to(cairo, x + line->x, y);
    pango_cairo_show_layout_line(cairo, text);
}

static void draw_row(cairo_t *cairo, const struct item *rows, double x, double y)
{
    for (size_t i = 0; i < rows->n_cells; i++) {
        const struct cell_box *cell = &rows->cells[i];
        double height = 0, at;

        for (size_t k = 0; k < cell->rows; k++)
            height += rows[k].height;
        at = y + CELL_PAD_Y + (cell->centred ? (height - cell->height) / 2 : 0);
        cairo_rectangle(cairo, x + cell->x, y, cell->width, height);
        cairo_stroke(cairo);
        for (size_t k = 0; k < cell->n_lines; k++) {
            draw_line(cairo, &cell->lines[k], x + cell->x + CELL_PAD_X, at);
            at += cell->lines[k].height;
        }
    }
}

static void draw_signs(cairo_t *cairo, const struct item *item, double x, double y)
{
    for (size_t i = 0; i < item->n_cells; i++) {
        const struct cell_box *cell = &item->cells[i];
        double left = x + cell->x, label, base = y + item->height - 6;

        if (cell->n_lines == 0)
            continue;
        label = line_width(cell->lines[0].layout, 0);
        draw_line(cairo, &cell->lines[0], left, base - cell->lines[0].height + 3);
        cairo_move_to(cairo, left + label, base);
        cairo_line_to(cairo, left + lesser(cell->width - 10, label + 130), base);
        cairo_stroke(cairo);
    }
}

/* Where the seal goes: a pale ring over the signature. */
static void draw_seal(struct layout *layout, cairo_t *cairo, const struct item *item, double x, double y)
{
    static const double dashes[] = {3, 3};
    double radius = 15 * PT_PER_MM, middle_x = lesser(x + item->middle, x + layout->width - radius), middle_y = y - item->line.height / 2;
    struct buf label;
    PangoLayout *text;

    buf_init(&label, 64);
    buf_puts(&label, "（盖章）");
    text = make_text(layout, &label, 9, false, 1e4, false);
    buf_release(&label);
    cairo_save(cairo);
    cairo_set_source_rgb(cairo, 0.85, 0.45, 0.45);
    cairo_set_line_width(cairo, 0.8);
    cairo_set_dash(cairo, dashes, 2, 0);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, middle_x, middle_y, radius, 0, 2 * G_PI);
    cairo_stroke(cairo);
    cairo_move_to(cairo, middle_x - line_width(text, 0) / 2, middle_y + radius * 0.55);
    pango_cairo_show_layout(cairo, text);
    cairo_restore(cairo);
}

static void draw_item(struct layout *layout, cairo_t *cairo, const struct item *item, double x, double y)
{
    switch (item->kind) {
    case ITEM_LINE:
        draw_line(cairo, &item->line, x, y);
        break;
    case ITEM_RULE:
        cairo_move_to(cairo, x, y + item->height / 2);
        cairo_line_to(cairo, x + layout->width, y + item->height / 2);
        cairo_stroke(cairo);
        break;
    case ITEM_ROW:
        draw_row(cairo, item, x, y);
        break;
    case ITEM_SEAL:
        draw_seal(layout, cairo, item, x, y);
        break;
    case ITEM_SIGN:
        draw_signs(cairo, item, x, y);
        break;
    case ITEM_SPACE:
    case ITEM_PAGE:
        break;
    }
}

static void draw_number(struct layout *layout, cairo_t *cairo, size_t number)
{
    struct buf text;
    PangoLayout *made;

    buf_init(&text, 64);
    buf_printf(&text, "— %zu —", number);
    made = make_text(layout, &text, 12, false, 1e4, false);
    buf_release(&text);
    cairo_move_to(cairo, (layout->page_width - line_width(made, 0)) / 2, layout->page_height - 17 * PT_PER_MM);
    pango_cairo_show_layout(cairo, made);
}

static void draw_pages(struct layout *layout, cairo_t *cairo, const size_t starts[], size_t n_pages)
{
    double x = layout->style->left * PT_PER_MM;

    cairo_set_line_width(cairo, 0.7);
    for (size_t page = 0; page < n_pages; page++) {
        size_t end = page + 1 < n_pages ? starts[page + 1] : layout->n_items;
        double y = layout->style->top * PT_PER_MM, top = y;

        for (size_t i = starts[page]; i < end; i++) {
            if (page > 0 && y == top && layout->items[i].kind == ITEM_SPACE)
                continue;
            draw_item(layout, cairo, &layout->items[i], x, y);
            y += layout->items[i].height;
        }
        draw_number(layout, cairo, page + 1);
        cairo_show_page(cairo);
    }
}

/* ---- the paper --------------------------------------------------------------------------------------------------- */

static void begin_layout(struct layout *layout, const struct style *style, PangoContext *context, bool wide, struct errmsg *err)
{
    memset(layout, 0, sizeof(*layout));
    layout->style = style;
    layout->context = context;
    layout->layouts = g_ptr_array_new_with_free_func(g_object_unref);
    layout->page_width = wide ? LONG_SIDE : SHORT_SIDE;
    layout->page_height = wide ? SHORT_SIDE : LONG_SIDE;
    layout->width = layout->page_width - (style->left + style->right) * PT_PER_MM;
    layout->err = err;
}

static void end_layout(struct layout *layout)
{
    release_items(layout);
    g_ptr_array_free(layout->layouts, TRUE);
}

/* The largest style that needs one page, or the one for long papers. */
static enum status choose_style(struct layout *layout, PangoContext *context, bool wide, const char *marked, size_t len, size_t starts[PAGES_MAX], size_t *n_pages,
                                struct errmsg *err)
{
    for (size_t i = 0; i <= N_STYLES; i++) {
        begin_layout(layout, &styles[i < N_STYLES ? i : STYLE_LONG], context, wide, err);
        lay_out(layout, marked, len);
        *n_pages = cut_pages(layout, starts);
        if (layout->status != STATUS_OK || *n_pages == 1 || i == N_STYLES)
            break;
        end_layout(layout);
    }
    return layout->status;
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    struct buf *out = closure;

    buf_append(out, data, length);
    return out->status == STATUS_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum status finish(cairo_t *cairo, cairo_surface_t *surface, const struct buf *out, struct errmsg *err)
{
    cairo_status_t failed = cairo_status(cairo);

    cairo_surface_finish(surface);
    if (failed == CAIRO_STATUS_SUCCESS)
        failed = cairo_surface_status(surface);
    if (failed == CAIRO_STATUS_SUCCESS && out->status == STATUS_OK)
        return STATUS_OK;
    if (failed == CAIRO_STATUS_NO_MEMORY)
        return STATUS_NOMEM;
    return errmsg_set(err, out->status != STATUS_OK ? out->status : STATUS_IO, "不能生成 PDF: %s", cairo_status_to_string(failed));
}

/* Whether the pages lie on their side. */
static bool is_wide(const char *marked, size_t len)
{
    const char *at = marked;
    struct markup_line line;

    return markup_next(&at, marked + len, &line) && line.kind == MARKUP_WIDE;
}

enum status paper_pdf(const char *marked, size_t len, const char *title, int32_t day, struct buf *out, struct errmsg *err)
{
    bool wide = is_wide(marked, len);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_bytes, out, wide ? LONG_SIDE : SHORT_SIDE, wide ? SHORT_SIDE : LONG_SIDE);
    cairo_t *cairo = cairo_create(surface);
    /* An own font map, gone with the paper: the library's would keep every font ever touched. */
    PangoFontMap *fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    PangoContext *context;
    char created[DAY_TEXT_BYTES + 16], date[DAY_TEXT_BYTES];
    size_t starts[PAGES_MAX], n_pages = 0;
    struct layout layout;
    enum status status;

    if (fonts == NULL) {
        cairo_destroy(cairo);
        cairo_surface_destroy(surface);
        return errmsg_set(err, STATUS_UNSUPPORTED, "Cairo 没有编入 FreeType，不能生成 PDF");
    }
    context = pango_font_map_create_context(fonts);
    pango_cairo_update_context(cairo, context);
    day_format(day, date);
    snprintf(created, sizeof(created), "%sT00:00:00+08:00", date);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    status = choose_style(&layout, context, wide, marked, len, starts, &n_pages, err);
    if (status == STATUS_OK) {
        draw_pages(&layout, cairo, starts, n_pages);
        status = layout.status;
    }
    end_layout(&layout);
    g_object_unref(context);
    g_object_unref(fonts);
    if (status == STATUS_OK)
        status = finish(cairo, surface, out, err);
    else
        cairo_surface_finish(surface);
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return status;
}

bool paper_has_pdf(void)
{
    return true;
}
