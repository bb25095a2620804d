/* tui/form_draw.c - how a form looks. */
#include <string.h>

#include "core/base/language.h"
#include "tui/form.h"
#include "tui/form_code.h"
#include "tui/form_room.h"
#include "tui/form_spell.h"

enum { FIELD_MIN_COLUMNS = 4 };

int form_field_col(const struct form_def *def)
{
    return def->col + form_label_columns(def) + (def->label[0] != '\0' ? 1 : 0);
}

int form_end_col(const struct form_def *def)
{
    return form_field_col(def) + def->columns + 2;
}

static void draw_behind(const struct form *form, struct canvas *canvas, size_t i, int row, int col)
{
    const struct form_def *def = &form->defs[i];
    struct buf names;
    if (def->name_columns <= 0)
        return;
    buf_init(&names, 4096);
    form_code_names(form, i, &names);
    bool missing = (def->flags & FORM_REQUIRED) && form_is_empty(form, i);
    canvas_puts(canvas, row, col, def->name_columns, missing ? STYLE_BOLD : STYLE_NORMAL, missing ? _(P_("mark", "必填")) : buf_cstr(&names));
    buf_release(&names);
}

/* A window narrower than the table was made for: a field that would reach over the edge is drawn, and scrolls, in what is left of the row. */
static void fit(struct edit_field *edit, const struct form_def *def, int room)
{
    int columns = def->columns <= room ? def->columns : room < FIELD_MIN_COLUMNS ? FIELD_MIN_COLUMNS : room;
    if (edit->cols != columns)
        edit_set_size(edit, edit->rows, columns);
}

static void draw_field(struct form *form, struct canvas *canvas, size_t i, int row, int col, bool focused)
{
    const struct form_def *def = &form->defs[i];
    struct edit_field *edit = &form->fields[i];
    int rows = edit->rows, at = col + form_field_col(def), top = row + def->row;
    fit(edit, def, canvas->cols - at - (def->kind == FORM_SHOW ? 0 : 2));
    canvas_puts(canvas, top, col + def->col, form_label_columns(def), STYLE_NORMAL, _(def->label));
    if (def->kind == FORM_SHOW) {
        edit_draw(edit, canvas, top, at, STYLE_NORMAL, ' ', false);
        return;
    }
    for (int r = 0; r < rows; r++) {
        canvas_puts(canvas, top + r, at, -1, STYLE_NORMAL, "[");
        canvas_puts(canvas, top + r, at + 1 + edit->cols, -1, STYLE_NORMAL, "]");
    }
    if (focused && col + def->col >= 1)
        canvas_puts(canvas, top, col + def->col - 1, -1, STYLE_NORMAL, ">");
    edit_draw(edit, canvas, top, at + 1, STYLE_NORMAL, '_', focused);
    draw_behind(form, canvas, i, top, at + 2 + edit->cols);
}

void form_draw(struct form *form, struct canvas *canvas, int row, int col, bool focused)
{
    for (size_t i = 0; i < form->n; i++)
        draw_field(form, canvas, i, row, col, focused && i == form->focus);
}

static int scrolled(const struct form *form, int first, int rows)
{
    const struct form_def *def = &form->defs[form->focus];
    int end = def->row + form->fields[form->focus].rows, most = form_height(form) - rows;
    if (end > first + rows)
        first = end - rows;
    if (def->row < first)
        first = def->row;
    return first > most ? (most > 0 ? most : 0) : first < 0 ? 0 : first;
}

void form_draw_window(struct form *form, struct canvas *canvas, int row, int col, int rows, int *first, bool focused)
{
    *first = scrolled(form, *first, rows);
    form_draw(form, canvas, row - *first, col, focused);
    canvas_fill(canvas, 1, 0, row - 1, canvas->cols, STYLE_NORMAL, ' ');
    canvas_fill(canvas, row + rows, 0, canvas->rows - 2 - row - rows, canvas->cols, STYLE_NORMAL, ' ');
}

void form_hint(const struct form *form, size_t columns, struct buf *out)
{
    form_code_hint(form, form->focus, columns, out);
    form_spell_hint(form, form->focus, out);
}

int form_height(const struct form *form)
{
    int rows = 0;
    for (size_t i = 0; i < form->n; i++) {
        int end = form->defs[i].row + form->fields[i].rows;
        rows = end > rows ? end : rows;
    }
    return rows;
}
