/* tui/app_missing.c - characters the terminal shows as 〓: what they are, in words, so that a name can be read, and spelt to somebody on the telephone. */
#include "core/aid/person_name.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/record/pinyin.h"
#include "tui/app.h"
#include "tui/painter.h"

enum { MISSING_MAX = 8 };

struct missing {
    uint32_t codes[MISSING_MAX];
    size_t n;
};

static bool is_new(const struct missing *missing, uint32_t code)
{
    for (size_t i = 0; i < missing->n; i++)
        if (missing->codes[i] == code)
            return false;
    return missing->n < MISSING_MAX;
}

static void collect(const struct app *app, const struct canvas *canvas, int row, struct missing *missing)
{
    for (int col = 0; col < canvas->cols; col++) {
        const struct cell *cell = canvas_cell(canvas, row, col);
        if (cell->width == 2 && !app->draws(app->draws_context, cell->code) && is_new(missing, cell->code))
            missing->codes[missing->n++] = cell->code;
    }
}

/* "〓 U+31350 拼音首字母 b" and the usual form of a variant, where they are known. */
static void put_one(uint32_t code, struct buf *out)
{
    char initials[PINYIN_READINGS_MAX], same[UTF8_MAX_BYTES], shown[UTF8_MAX_BYTES];
    size_t n = pinyin_initials_of(code, initials);
    uint32_t usual = person_name_variant(code);
    buf_printf(out, "%.*s U+%04X", (int)utf8_encode(PAINTER_GETA, shown), shown, (unsigned)code);
    if (n > 0)
        buf_puts(out, _(" 拼音首字母 "));
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%c", i > 0 ? "/" : "", initials[i]);
    if (usual != code)
        buf_printf(out, _("（同 %.*s）"), (int)utf8_encode(usual, same), same);
}

bool app_missing_text(const struct app *app, const struct canvas *canvas, int row, struct buf *out)
{
    struct missing missing = {.n = 0};
    if (app->draws == NULL || row < 0 || row >= canvas->rows)
        return false;
    collect(app, canvas, row, &missing);
    for (size_t i = 0; i < missing.n; i++) {
        buf_puts(out, i > 0 ? "  " : "");
        put_one(missing.codes[i], out);
    }
    return missing.n > 0;
}
