/* tui/views/wrapped.c - see wrapped.h. */
#include "tui/views/wrapped.h"

#include "tui/scroll.h"
#include "tui/views/case_text.h"

struct drawing {
    struct canvas *canvas;
    size_t at, top;
    int row;
};

bool wrapped_key(struct view *view, struct wrapped *wrapped, struct key key)
{
    enum scroll_result result = scroll_key(&wrapped->top, wrapped->lines, wrapped->rows > 0 ? wrapped->rows : 1, key);
    if (result == SCROLL_STUCK)
        app_beep(view->app);
    else if (result == SCROLL_MOVED)
        app_touch(view->app);
    return result != SCROLL_IGNORED;
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
    wrapped->rows = canvas->rows - 2 > row ? (size_t)(canvas->rows - 2 - row) : 1;
}
