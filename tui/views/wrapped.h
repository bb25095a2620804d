/* tui/views/wrapped.h - a text that takes the screen from a row on to the lines of messages and keys, wrapped, scrolled a line or a page at a time. */
#ifndef TUI_VIEWS_WRAPPED_H
#define TUI_VIEWS_WRAPPED_H

#include "tui/app.h"

struct wrapped {
    size_t top, lines, rows; /* the first line shown; how many there were, and how many found room, when it was drawn last */
};

/* Up and Down, PgUp and PgDn, Home and End; false: another key. */
bool wrapped_key(struct view *view, struct wrapped *wrapped, struct key key);
void wrapped_draw(struct wrapped *wrapped, struct canvas *canvas, int row, const char *text);

#endif /* TUI_VIEWS_WRAPPED_H */
