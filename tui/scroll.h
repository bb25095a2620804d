/* tui/scroll.h - moving through lines that stay as they are: up, down, a page, to either end. A page keeps one line of the last one in sight. */
#ifndef TUI_SCROLL_H
#define TUI_SCROLL_H

#include "tui/key.h"

enum scroll_result {
    SCROLL_IGNORED, /* not such a key */
    SCROLL_MOVED,
    SCROLL_STUCK /* nothing more that way: the caller beeps */
};

/* *top is the first line in sight of `lines`, `rows` (at least 1) of which are seen at once. Afterwards the last page is full; a *top beyond that is brought back. */
enum scroll_result scroll_key(size_t *top, size_t lines, size_t rows, struct key key);

#endif /* TUI_SCROLL_H */
