/* tui/views/outreach_rows.h - the consultations of an event that were written down one by one, newest first, below the line they are typed in. */
#ifndef TUI_VIEWS_OUTREACH_ROWS_H
#define TUI_VIEWS_OUTREACH_ROWS_H

#include "tui/canvas.h"
#include "tui/views/common.h"

enum { OUTREACH_ROWS_MAX = 100, OUTREACH_CELL_BYTES = 96 };

struct outreach_row {
    struct id id;
    int64_t number; /* of the row at this event, from 1 */
    char at[CLOCK_TEXT_BYTES];
    char category[OUTREACH_CELL_BYTES], who[OUTREACH_CELL_BYTES], persons[OUTREACH_CELL_BYTES], rest[OUTREACH_CELL_BYTES * 2];
};

/* Fields are for reading. */
struct outreach_rows {
    struct outreach_row rows[OUTREACH_ROWS_MAX];
    size_t n;
    int64_t total;   /* of the event, also those that are not held here */
    size_t selected; /* 0: none; else rows[selected - 1] */
    size_t top;
    struct record last; /* owned: the newest; type NULL: none */
};

void outreach_rows_release(struct outreach_rows *rows);
/* Read the newest rows of the event; the selected record stays selected while it is there. Errors: storage; rows may be fewer then. */
enum status outreach_rows_read(struct outreach_rows *rows, struct view *view, struct id event, struct errmsg *err);
/* Up and Down; false: the move ends above the first row, nothing is selected then, or the key is another. */
bool outreach_rows_key(struct outreach_rows *rows, struct key key);
/* `height` rows from `row` on; the cursor goes to the selected one. */
void outreach_rows_draw(struct outreach_rows *rows, struct canvas *canvas, int row, int height);

#endif /* TUI_VIEWS_OUTREACH_ROWS_H */
