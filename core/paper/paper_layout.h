/* core/paper/paper_layout.h - a paper as boxes of lines with their heights, and where pages end: what the files of libpdf.a share. Not for others.
 *
 * Texts are Pango's, known here by name only, so that this header needs none of Pango's: paper_font.c makes and measures them, paper_pdf.c draws them; paper_layout.c
 * and paper_page.c do without. Lengths are points, from the left and top of the text area. */
#ifndef CORE_PAPER_PAPER_LAYOUT_H
#define CORE_PAPER_PAPER_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"

struct _PangoLayout;  /* broken lines of text */
struct _PangoContext; /* fonts */

/* What paper_font.c and paper_pdf.c call of Pango, Cairo and GObject, which are loaded with the first PDF (core/base/library.h): they make struct paper_calls of it. */
#define PAPER_CALLS(X) \
    X(cairo_arc) \
    X(cairo_create) \
    X(cairo_destroy) \
    X(cairo_line_to) \
    X(cairo_move_to) \
    X(cairo_new_sub_path) \
    X(cairo_pdf_surface_create_for_stream) \
    X(cairo_pdf_surface_set_metadata) \
    X(cairo_rectangle) \
    X(cairo_restore) \
    X(cairo_save) \
    X(cairo_set_dash) \
    X(cairo_set_line_width) \
    X(cairo_set_source_rgb) \
    X(cairo_show_page) \
    X(cairo_status) \
    X(cairo_status_to_string) \
    X(cairo_stroke) \
    X(cairo_surface_destroy) \
    X(cairo_surface_finish) \
    X(cairo_surface_status) \
    X(g_object_unref) \
    X(pango_cairo_context_set_resolution) \
    X(pango_cairo_font_map_new_for_font_type) \
    X(pango_cairo_show_layout) \
    X(pango_cairo_show_layout_line) \
    X(pango_cairo_update_context) \
    X(pango_context_set_language) \
    X(pango_context_set_round_glyph_positions) \
    X(pango_font_description_free) \
    X(pango_font_description_from_string) \
    X(pango_font_description_set_absolute_size) \
    X(pango_font_description_set_weight) \
    X(pango_font_map_create_context) \
    X(pango_language_from_string) \
    X(pango_layout_get_iter) \
    X(pango_layout_get_line_count) \
    X(pango_layout_get_line_readonly) \
    X(pango_layout_get_unknown_glyphs_count) \
    X(pango_layout_iter_free) \
    X(pango_layout_iter_get_run_readonly) \
    X(pango_layout_iter_next_run) \
    X(pango_layout_line_get_extents) \
    X(pango_layout_new) \
    X(pango_layout_set_font_description) \
    X(pango_layout_set_justify) \
    X(pango_layout_set_text) \
    X(pango_layout_set_width) \
    X(pango_layout_set_wrap)

struct paper_calls;

enum { PAPER_LINE_MAX_BYTES = 1 << 20, PAPER_PAGES_MAX = 500 };

#define PAPER_INDENT "　　"
#define PAPER_PAD_X 4.0 /* inside the borders of a cell */
#define PAPER_PAD_Y 3.5
#define PAPER_PT_PER_MM 2.834645669

/* One way to set a paper: sizes in points, margins in millimetres. */
struct paper_style {
    double body, table, title, centre;
    double top, bottom, left, right;
};

enum paper_item_kind { ITEM_LINE, ITEM_SPACE, ITEM_RULE, ITEM_PAGE, ITEM_ROW, ITEM_SEAL, ITEM_SIGN };

/* A line of text at its place. */
struct paper_line {
    struct _PangoLayout *layout; /* of struct paper_layout; lines of one text share it */
    int index;                   /* which of its lines */
    double x, height;            /* x from the left edge of the field */
};

struct paper_box {
    double x, width;
    struct paper_line *lines;
    size_t n_lines;
    double height;
    bool centred; /* vertically */
    size_t rows;  /* rows it covers */
};

struct paper_item {
    enum paper_item_kind kind;
    double height;
    struct paper_line line;  /* ITEM_LINE; ITEM_SEAL: its height is the signature's */
    double middle;           /* ITEM_SEAL: of the signature, from the left */
    bool keep;               /* stays with the item that follows */
    struct paper_box *cells; /* ITEM_ROW, ITEM_SIGN */
    size_t n_cells;
};

struct paper_layout {
    const struct paper_calls *call;
    const struct paper_style *style;
    struct _PangoContext *context;
    struct paper_item *items;
    size_t n_items, cap;
    struct _PangoLayout **texts; /* owned: all of them, for the end */
    size_t n_texts, cap_texts;
    double page_width, page_height;
    bool had_table, after_table, prose_first; /* there was a table; it was the last; text came before the first one */
    double width; /* of the text area */
    enum status status;
    struct errmsg *err;
};

/* --- paper_page.c: no Pango --- */
double paper_greater(double a, double b);
double paper_lesser(double a, double b);
/* Remember the first failure. */
void paper_fail(struct paper_layout *layout, enum status status);
/* The new last item; NULL after a failure. Valid until the next call. */
struct paper_item *paper_add_item(struct paper_layout *layout, enum paper_item_kind kind, double height);
void paper_release_items(struct paper_layout *layout);
/* Where pages begin: index of the first item of each. Returns how many; cuts rows that fit on no page. */
size_t paper_cut_pages(struct paper_layout *layout, size_t starts[PAPER_PAGES_MAX]);

/* --- paper_font.c --- */
/* Break a text into lines of that width. Never NULL; owned by the layout. A character without a glyph is a failure that names it. */
struct _PangoLayout *paper_make_lines(struct paper_layout *layout, const struct buf *content, double size, bool bold, double width, bool justify);
int paper_line_count(const struct paper_layout *layout, struct _PangoLayout *text);
double paper_line_width(const struct paper_layout *layout, struct _PangoLayout *text, int index);
void paper_release_lines(struct paper_layout *layout);

/* --- paper_layout.c --- */
/* The items of a marked text in the layout's style. */
void paper_lay_out(struct paper_layout *layout, const char *marked, size_t len);

#endif /* CORE_PAPER_PAPER_LAYOUT_H */
