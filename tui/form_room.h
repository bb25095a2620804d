/* tui/form_room.h - room for the labels of another language in a form's table, whose columns are laid out by hand for the Chinese ones. */
#ifndef TUI_FORM_ROOM_H
#define TUI_FORM_ROOM_H

#include "tui/form.h"

/* Columns a label takes on the screen, and what it takes at most; longer ones are cut. */
int form_label_columns(const struct form_def *def);

/* Change the defs so that labels that stand below each other line up and none touches what follows: columns of fields move right by what the longest label of the
 * columns before them grew, then names behind codes, then the fields themselves give way at the end of the line (`cols` columns). Nothing changes where all labels fit. */
void form_make_room(struct form_def *defs, size_t n, int cols);

#endif /* TUI_FORM_ROOM_H */
