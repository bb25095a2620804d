/* tui/views/record_before.h - the record before, for = and F8: the newest of its type saved on these screens, else the newest in the store. */
#ifndef TUI_VIEWS_RECORD_BEFORE_H
#define TUI_VIEWS_RECORD_BEFORE_H

#include "tui/views/common.h"

struct record_before {
    bool looked, found;
    struct record record; /* owned while found */
};

/* The record before `now`, which is not counted itself; looked up once. NULL: there is none. */
const struct record *record_before_of(struct record_before *before, const struct view *view, const struct record *now);
void record_before_release(struct record_before *before);

#endif /* TUI_VIEWS_RECORD_BEFORE_H */
