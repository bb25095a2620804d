/* tui/views/find_box.h - the box one types into above a list that a search fills (core/record/search.h): the search itself and the lists of records.
 *
 * Digits are two things there, the tail of a phone and the number of a row. The rule: a last word of one or two digits is a row's number, it is selected at once and Enter
 * opens it; from the third digit on it is sought like any word. */
#ifndef TUI_VIEWS_FIND_BOX_H
#define TUI_VIEWS_FIND_BOX_H

#include "tui/edit_field.h"
#include "tui/list.h"

enum { FIND_BOX_CHARS = 60, FIND_BOX_BYTES = FIND_BOX_CHARS * 4 + 1 };

struct find_box {
    struct edit_field edit;
    int columns;
    bool active; /* the cursor stands in it */
};

/* text: what to find, or NULL. */
void find_box_init(struct find_box *box, int columns, const char *text);
void find_box_release(struct find_box *box);

enum find_box_result {
    FIND_BOX_IGNORED, /* not a key of the box */
    FIND_BOX_CHANGED, /* something else is sought now */
    FIND_BOX_USED,    /* done; a row may have been selected */
    FIND_BOX_REFUSED, /* beep */
};
enum find_box_result find_box_key(struct find_box *box, struct list *list, struct key key);
/* Empty it, if there is anything in it. Returns whether there was. */
bool find_box_clear(struct find_box *box);
/* What is sought: without a row's number at its end. Returns false when that is nothing. */
bool find_box_text(const struct find_box *box, char out[FIND_BOX_BYTES]);
/* "查找 [____]" at row, column 1. Returns the first column behind it. */
int find_box_draw(struct find_box *box, struct canvas *canvas, int row);

#endif /* TUI_VIEWS_FIND_BOX_H */
