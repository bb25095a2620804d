/* tui/picker.h - choose one code of a set: type digits, initials or Chinese to filter, arrows and Enter to choose.
 *
 * Digits filter by the beginning of the code, so the code itself + Enter always works. The county's favourites stand first, with numbers that pick them. Opened by the app over the lower part of the view (app_pick). */
#ifndef TUI_PICKER_H
#define TUI_PICKER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/code_source.h"
#include "tui/edit_field.h"
#include "tui/key.h"

enum { PICKER_FILTER_CHARS = 20, PICKER_TITLE_BYTES = 64 };

struct picker {
    struct code_source source;
    char title[PICKER_TITLE_BYTES];
    struct edit_field filter;
    char typed[PICKER_FILTER_CHARS * 4 + 1]; /* folded text of the filter */
    struct code_choice *choices; /* owned: what matches, up to room: a source that finds more while one types is cut there */
    size_t room;
    size_t selected, top;        /* among the matches */
    size_t count;                /* matches */
    size_t height;        /* rows of the last draw, for PgUp/PgDn */
    bool lost;            /* what was selected has gone: the next Enter, perhaps on its way, takes nothing */
};

enum picker_result { PICKER_IGNORED, PICKER_MOVED, PICKER_REFUSED, PICKER_CHOSEN, PICKER_CANCELLED };

/* title copied (cut); filter: initial text, may be "". */
void picker_init(struct picker *picker, struct code_source source, const char *title, const char *filter);
void picker_release(struct picker *picker);
/* Esc or F10: first clears a filter, then PICKER_CANCELLED. */
enum picker_result picker_key(struct picker *picker, struct key key);
/* The selected choice; NULL when nothing matches. */
const struct code *picker_choice(const struct picker *picker);
/* Data changed: leave out what is not to be offered any more (code_source.refresh). False: the selected one was among it. O(choices). */
bool picker_refresh(struct picker *picker);
/* Draw into rows x columns (rows >= 3) at row, col; puts the cursor into the filter. */
void picker_draw(struct picker *picker, struct canvas *canvas, int row, int col, int rows, int columns);

#endif /* TUI_PICKER_H */
