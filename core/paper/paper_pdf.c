/* core/paper/paper_pdf.c - a paper as A4 pages in PDF: the size it is set in, and drawing by Pango and Cairo. See paper.h and paper_layout.h.
 *
 * Sizes: a paper is laid out in the largest of a few sizes that puts it on one page, from the official 16 point down; a longer one is set in a middle size.
 * So layout comes first (paper_layout.c), then pages are cut (paper_page.c), then they are drawn. Fonts are embedded as subsets.
 * Margins: those of official documents (GB/T 9704) for letters, narrower ones for forms that would not fit. */
#include "core/paper/paper.h"

#include <stdio.h>
#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "core/base/day.h"
#include "core/base/library.h"
#include "core/paper/markup.h"
#include "core/paper/paper_layout.h"

struct paper_calls {
    PAPER_CALLS(LIBRARY_POINTER)
};
static const char *const CALL_NAMES[] = {PAPER_CALLS(LIBRARY_NAME)};

#define SHORT_SIDE (210 * PAPER_PT_PER_MM) /* A4 */
#define LONG_SIDE (297 * PAPER_PT_PER_MM)

static const struct paper_style styles[] = {
    {16, 14, 24, 16, 37, 32, 28, 26}, {15, 13, 23, 15, 32, 28, 27, 25}, {14, 12, 22, 14, 30, 26, 26, 24}, {13, 11.5, 21, 13, 25, 22, 24, 22},
    {12, 11, 20, 12, 22, 20, 22, 20}, {11, 10, 19, 11, 20, 18, 20, 18},
};

enum { N_STYLES = sizeof(styles) / sizeof(styles[0]), STYLE_LONG = 3 /* what papers of several pages are set in */ };

/* ---- drawing ----------------------------------------------------------------------------------------------------- */

static void draw_line(const struct paper_calls *call, cairo_t *cairo, const struct paper_line *line, double x, double y)
{
    PangoLayoutLine *text = call->pango_layout_get_line_readonly(line->layout, line->index);
    PangoRectangle logical;

    if (text == NULL)
        return;
    call->pango_layout_line_get_extents(text, NULL, &logical);
    /* Centre the line's own height in the room it was given; the rectangle is relative to the baseline. */
    y += (line->height - (double)logical.height / PANGO_SCALE) / 2 - (double)logical.y / PANGO_SCALE;
    call->cairo_move_to(cairo, x + line->x, y);
    call->pango_cairo_show_layout_line(cairo, text);
}

static void draw_row(const struct paper_calls *call, cairo_t *cairo, const struct paper_item *rows, double x, double y)
{
    for (size_t i = 0; i < rows->n_cells; i++) {
        const struct paper_box *cell = &rows->cells[i];
        double height = 0, at;

        for (size_t k = 0; k < cell->rows; k++)
            height += rows[k].height;
        at = y + PAPER_PAD_Y + (cell->centred ? (height - cell->height) / 2 : 0);
        call->cairo_rectangle(cairo, x + cell->x, y, cell->width, height);
        call->cairo_stroke(cairo);
        for (size_t k = 0; k < cell->n_lines; k++) {
            draw_line(call, cairo, &cell->lines[k], x + cell->x + PAPER_PAD_X, at);
            at += cell->lines[k].height;
        }
    }
}

static void draw_signs(const struct paper_layout *layout, cairo_t *cairo, const struct paper_item *item, double x, double y)
{
    const struct paper_calls *call = layout->call;

    for (size_t i = 0; i < item->n_cells; i++) {
        const struct paper_box *cell = &item->cells[i];
        double left = x + cell->x, label, base = y + item->height - 6;

        if (cell->n_lines == 0)
            continue;
        label = paper_line_width(layout, cell->lines[0].layout, 0);
        draw_line(call, cairo, &cell->lines[0], left, base - cell->lines[0].height + 3);
        call->cairo_move_to(cairo, left + label, base);
        call->cairo_line_to(cairo, left + paper_lesser(cell->width - 10, label + 130), base);
        call->cairo_stroke(cairo);
    }
}

/* Where the seal goes: a pale ring over the signature. */
static void draw_seal(struct paper_layout *layout, cairo_t *cairo, const struct paper_item *item, double x, double y)
{
    static const double dashes[] = {3, 3};
    const struct paper_calls *call = layout->call;
    double radius = 15 * PAPER_PT_PER_MM, middle_x = paper_lesser(x + item->middle, x + layout->width - radius), middle_y = y - item->line.height / 2;
    struct buf label;
    PangoLayout *text;

    buf_init(&label, 64);
    buf_puts(&label, "（盖章）");
    text = paper_make_lines(layout, &label, 9, false, 1e4, false);
    buf_release(&label);
    call->cairo_save(cairo);
    call->cairo_set_source_rgb(cairo, 0.85, 0.45, 0.45);
    call->cairo_set_line_width(cairo, 0.8);
    call->cairo_set_dash(cairo, dashes, 2, 0);
    call->cairo_new_sub_path(cairo);
    call->cairo_arc(cairo, middle_x, middle_y, radius, 0, 2 * G_PI);
    call->cairo_stroke(cairo);
    call->cairo_move_to(cairo, middle_x - paper_line_width(layout, text, 0) / 2, middle_y + radius * 0.55);
    call->pango_cairo_show_layout(cairo, text);
    call->cairo_restore(cairo);
}

static void draw_item(struct paper_layout *layout, cairo_t *cairo, const struct paper_item *item, double x, double y)
{
    const struct paper_calls *call = layout->call;

    switch (item->kind) {
    case ITEM_LINE:
        draw_line(call, cairo, &item->line, x, y);
        break;
    case ITEM_RULE:
        call->cairo_move_to(cairo, x, y + item->height / 2);
        call->cairo_line_to(cairo, x + layout->width, y + item->height / 2);
        call->cairo_stroke(cairo);
        break;
    case ITEM_ROW:
        draw_row(call, cairo, item, x, y);
        break;
    case ITEM_SEAL:
        draw_seal(layout, cairo, item, x, y);
        break;
    case ITEM_SIGN:
        draw_signs(layout, cairo, item, x, y);
        break;
    case ITEM_SPACE:
    case ITEM_PAGE:
        break;
    }
}

static void draw_number(struct paper_layout *layout, cairo_t *cairo, size_t number)
{
    const struct paper_calls *call = layout->call;
    struct buf text;
    PangoLayout *made;

    buf_init(&text, 64);
    buf_printf(&text, "— %zu —", number);
    made = paper_make_lines(layout, &text, 12, false, 1e4, false);
    buf_release(&text);
    call->cairo_move_to(cairo, (layout->page_width - paper_line_width(layout, made, 0)) / 2, layout->page_height - 17 * PAPER_PT_PER_MM);
    call->pango_cairo_show_layout(cairo, made);
}

static void draw_pages(struct paper_layout *layout, cairo_t *cairo, const size_t starts[], size_t n_pages)
{
    const struct paper_calls *call = layout->call;
    double x = layout->style->left * PAPER_PT_PER_MM;

    call->cairo_set_line_width(cairo, 0.7);
    for (size_t page = 0; page < n_pages; page++) {
        size_t end = page + 1 < n_pages ? starts[page + 1] : layout->n_items;
        double y = layout->style->top * PAPER_PT_PER_MM, top = y;

        for (size_t i = starts[page]; i < end; i++) {
            if (page > 0 && y == top && layout->items[i].kind == ITEM_SPACE)
                continue;
            draw_item(layout, cairo, &layout->items[i], x, y);
            y += layout->items[i].height;
        }
        draw_number(layout, cairo, page + 1);
        call->cairo_show_page(cairo);
    }
}

/* ---- the paper --------------------------------------------------------------------------------------------------- */

static void begin_layout(struct paper_layout *layout, const struct paper_calls *call, const struct paper_style *style, PangoContext *context, bool wide, struct errmsg *err)
{
    memset(layout, 0, sizeof(*layout));
    layout->call = call;
    layout->style = style;
    layout->context = context;
    layout->page_width = wide ? LONG_SIDE : SHORT_SIDE;
    layout->page_height = wide ? SHORT_SIDE : LONG_SIDE;
    layout->width = layout->page_width - (style->left + style->right) * PAPER_PT_PER_MM;
    layout->err = err;
}

static void end_layout(struct paper_layout *layout)
{
    paper_release_items(layout);
    paper_release_lines(layout);
}

/* The largest style that needs one page, or the one for long papers. */
static enum status choose_style(struct paper_layout *layout, const struct paper_calls *call, PangoContext *context, bool wide, const char *marked, size_t len, size_t starts[PAPER_PAGES_MAX], size_t *n_pages,
                                struct errmsg *err)
{
    for (size_t i = 0; i <= N_STYLES; i++) {
        begin_layout(layout, call, &styles[i < N_STYLES ? i : STYLE_LONG], context, wide, err);
        paper_lay_out(layout, marked, len);
        *n_pages = paper_cut_pages(layout, starts);
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

static enum status finish(const struct paper_calls *call, cairo_t *cairo, cairo_surface_t *surface, const struct buf *out, struct errmsg *err)
{
    cairo_status_t failed = call->cairo_status(cairo);

    call->cairo_surface_finish(surface);
    if (failed == CAIRO_STATUS_SUCCESS)
        failed = call->cairo_surface_status(surface);
    if (failed == CAIRO_STATUS_SUCCESS && out->status == STATUS_OK)
        return STATUS_OK;
    if (failed == CAIRO_STATUS_NO_MEMORY)
        return STATUS_NOMEM;
    return errmsg_set(err, out->status != STATUS_OK ? out->status : STATUS_IO, "不能生成 PDF: %s", call->cairo_status_to_string(failed));
}

/* Whether the pages lie on their side. */
static bool is_wide(const char *marked, size_t len)
{
    const char *at = marked;
    struct markup_line line;

    return markup_next(&at, marked + len, &line) && line.kind == MARKUP_WIDE;
}

static enum status make_pdf(const struct paper_calls *call, const char *marked, size_t len, const char *title, int32_t day, struct buf *out, struct errmsg *err)
{
    bool wide = is_wide(marked, len);
    cairo_surface_t *surface = call->cairo_pdf_surface_create_for_stream(write_bytes, out, wide ? LONG_SIDE : SHORT_SIDE, wide ? SHORT_SIDE : LONG_SIDE);
    cairo_t *cairo = call->cairo_create(surface);
    /* An own font map, gone with the paper: the library's would keep every font ever touched. */
    PangoFontMap *fonts = call->pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    PangoContext *context;
    char created[DAY_TEXT_BYTES + 16], date[DAY_TEXT_BYTES];
    size_t starts[PAPER_PAGES_MAX], n_pages = 0;
    struct paper_layout layout;
    enum status status;

    if (fonts == NULL) {
        call->cairo_destroy(cairo);
        call->cairo_surface_destroy(surface);
        return errmsg_set(err, STATUS_UNSUPPORTED, "Cairo 没有编入 FreeType，不能生成 PDF");
    }
    context = call->pango_font_map_create_context(fonts);
    call->pango_cairo_update_context(cairo, context);
    day_format(day, date);
    snprintf(created, sizeof(created), "%sT00:00:00+08:00", date);
    call->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    call->cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    call->pango_context_set_language(context, call->pango_language_from_string("zh-cn"));
    call->pango_cairo_context_set_resolution(context, 72);
    call->pango_context_set_round_glyph_positions(context, FALSE);
    status = choose_style(&layout, call, context, wide, marked, len, starts, &n_pages, err);
    if (status == STATUS_OK) {
        draw_pages(&layout, cairo, starts, n_pages);
        status = layout.status;
    }
    end_layout(&layout);
    call->g_object_unref(context);
    call->g_object_unref(fonts);
    if (status == STATUS_OK)
        status = finish(call, cairo, surface, out, err);
    else
        call->cairo_surface_finish(surface);
    call->cairo_destroy(cairo);
    call->cairo_surface_destroy(surface);
    return status;
}

enum status paper_pdf(const char *marked, size_t len, const char *title, int32_t day, struct buf *out, struct errmsg *err)
{
    struct paper_calls call;
    enum status status = library_load(PANGOCAIRO_LIBRARY, CALL_NAMES, sizeof(CALL_NAMES) / sizeof(CALL_NAMES[0]), &call, sizeof(call), err);

    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "写不成 PDF，可以用文字输出");
    return make_pdf(&call, marked, len, title, day, out, err);
}

bool paper_has_pdf(void)
{
    return true;
}
