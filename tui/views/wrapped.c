/* tui/views/wrapped.c - see wrapped.h. */
#include "tui/views/wrapped.h"

#include "tui/views/case_text.h"

struct drawing {
    struct canvas *canvas;
    size_t at, top;
    int row;
};

bool wrapped_key(struct view *view, struct wrapped *wrapped, struct key key)
{
    if (key.modifiers != 0 || (key.kind != K_UP && key.kind != K_DOWN))
        return false;
    if (key.kind == K_UP ? wrapped->top > 0 : wrapped->top + 1 < wrapped->lines)
        wrapped->top = key.kind == K_UP ? wrapped->top - 1 : wrapped->top + 1;
    else
        app_beep(view->app);
    return true;
}

static bool draw_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    if (drawing->at >= drawing->top && drawing->row < drawing->canvas->rows - 2)
        canvas_puts(drawing->canvas, drawing->row++, 1, drawing->canvas->cols - 2, STYLE_NORMAL, text);
    drawing->at++;
    return true;
}

void wrapped_draw(struct wrapped *wrapped, struct canvas *canvas, int row, const char *text)
{
    struct drawing drawing = {.canvas = canvas, .top = wrapped->top, .row = row};
    case_wrap(text, canvas->cols - 2, draw_line, &drawing);
    wrapped->lines = drawing.at;
}
