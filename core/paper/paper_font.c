/* core/paper/paper_font.c - texts of a paper in their faces: broken into lines, measured, checked for characters that no font has. See paper_layout.h. */
#include "core/paper/paper_layout.h"

#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "core/base/library.h"
#include "core/base/utf8.h"

struct paper_calls {
    PAPER_CALLS(LIBRARY_POINTER)
};

/* A Song face, then faces with rare characters. */
static const char FACES[] = "Noto Serif CJK SC, Source Han Serif SC, AR PL UMing CN, HanaMinA, HanaMinB, BabelStone Han, serif";

enum { LABEL_MAX_CHARS = 14 };

/* Name the first character that no font has. */
static void check_glyphs(struct paper_layout *layout, PangoLayout *text)
{
    const struct paper_calls *call = layout->call;
    PangoLayoutIter *iter;

    if (layout->status != STATUS_OK || call->pango_layout_get_unknown_glyphs_count(text) == 0)
        return;
    iter = call->pango_layout_get_iter(text);
    do {
        PangoLayoutRun *run = call->pango_layout_iter_get_run_readonly(iter);

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
    } while (layout->status == STATUS_OK && call->pango_layout_iter_next_run(iter));
    call->pango_layout_iter_free(iter);
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

/* Remember a text for the end. */
static void keep(struct paper_layout *layout, PangoLayout *text)
{
    if (layout->n_texts == layout->cap_texts) {
        size_t cap = layout->cap_texts > 0 ? layout->cap_texts * 2 : 64;
        PangoLayout **texts = realloc(layout->texts, cap * sizeof(*texts));

        if (texts == NULL) {
            paper_fail(layout, STATUS_NOMEM);
            return;
        }
        layout->texts = texts;
        layout->cap_texts = cap;
    }
    layout->texts[layout->n_texts++] = text;
}

void paper_release_lines(struct paper_layout *layout)
{
    for (size_t i = 0; i < layout->n_texts; i++)
        layout->call->g_object_unref(layout->texts[i]);
    free(layout->texts);
    layout->texts = NULL;
    layout->n_texts = layout->cap_texts = 0;
}

PangoLayout *paper_make_lines(struct paper_layout *layout, const struct buf *content, double size, bool bold, double width, bool justify)
{
    const struct paper_calls *call = layout->call;
    PangoLayout *text = call->pango_layout_new(layout->context);
    PangoFontDescription *font = call->pango_font_description_from_string(FACES);
    struct buf joined;

    buf_init(&joined, 2 * PAPER_LINE_MAX_BYTES);
    join_boxes(content, &joined);
    call->pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    if (bold)
        call->pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    call->pango_layout_set_font_description(text, font);
    call->pango_layout_set_text(text, buf_cstr(&joined), (int)joined.len);
    call->pango_layout_set_width(text, (int)(width * PANGO_SCALE));
    call->pango_layout_set_wrap(text, PANGO_WRAP_WORD_CHAR);
    call->pango_layout_set_justify(text, justify);
    call->pango_font_description_free(font);
    if (joined.status != STATUS_OK)
        paper_fail(layout, joined.status);
    buf_wipe(&joined);
    keep(layout, text);
    check_glyphs(layout, text);
    return text;
}

double paper_line_width(const struct paper_layout *layout, PangoLayout *text, int index)
{
    PangoRectangle logical;

    layout->call->pango_layout_line_get_extents(layout->call->pango_layout_get_line_readonly(text, index), NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

int paper_line_count(const struct paper_layout *layout, PangoLayout *text)
{
    return layout->call->pango_layout_get_line_count(text);
}
