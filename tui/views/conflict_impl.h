/* tui/views/conflict_impl.h - what conflict.c, which decides, and conflict_draw.c share: the state of the screen of one record's conflicts. */
#ifndef TUI_VIEWS_CONFLICT_IMPL_H
#define TUI_VIEWS_CONFLICT_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/bytes.h"
#include "tui/app.h"
#include "tui/views/conflict_rows.h"

enum { CONFLICT_TITLE_BYTES = 200, CONFLICT_WHOLE_MAX_BYTES = 1 << 20 };

/* What can be done with a cell: take value i, or one of these. */
enum { CHOICE_BOTH = CONFLICT_SIDES_MAX, CHOICE_TYPE, CHOICE_LEAVE, CHOICES_MAX };

struct conflict_view {
    struct conflict_choices choices;
    const struct record_type *type;
    struct id id;
    size_t at;       /* which cell */
    size_t selected; /* row among the offered choices */
    bool settled;    /* `last` can be taken back */
    struct conflict_choice last;
    char title[CONFLICT_TITLE_BYTES];
    struct {
        const struct field_def *field; /* NULL: none */
        struct buf text; /* all of it */
    } refused; /* what was typed and is no value of the field: offered again, to be put right */
    struct whole_text {
        struct buf text;          /* the selected value to its end; empty: nothing is selected that has more than its row shows */
        size_t differs;           /* from which byte on it is another than the first value (the first: than the second); its length: nowhere */
        size_t top, lines, rows;  /* as it was drawn last.. */
        int cols;                 /* ..on a screen of that width; 0: not yet, it is to be drawn from where it differs */
    } whole;
};

/* The cell that is shown; NULL: none is left. */
const struct conflict_choice *conflict_present(const struct conflict_view *state);
/* The choices a cell offers, in the order of their digits. Returns how many. */
size_t conflict_offer(const struct conflict_choice *cell, size_t offered[CHOICES_MAX]);
void conflict_draw(struct view *view, struct canvas *canvas);

#endif /* TUI_VIEWS_CONFLICT_IMPL_H */
