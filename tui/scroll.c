/* tui/scroll.c - see scroll.h. */
#include "tui/scroll.h"

enum scroll_result scroll_key(size_t *top, size_t lines, size_t rows, struct key key)
{
    size_t last = lines > rows ? lines - rows : 0, page = rows > 1 ? rows - 1 : 1, before = *top, to;
    switch (key.modifiers == 0 ? key.kind : K_NONE) {
    case K_UP:
        to = before > 0 ? before - 1 : 0;
        break;
    case K_DOWN:
        to = before + 1;
        break;
    case K_PAGE_UP:
        to = before > page ? before - page : 0;
        break;
    case K_PAGE_DOWN:
        to = before + page;
        break;
    case K_HOME:
        to = 0;
        break;
    case K_END:
        to = last;
        break;
    default:
        return SCROLL_IGNORED;
    }
    *top = to < last ? to : last;
    return *top != before ? SCROLL_MOVED : SCROLL_STUCK;
}
