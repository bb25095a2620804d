/* tui/views/erase_ask.h - the questions before a record is erased by law: the reason, the officer, and whether all that goes with it may go. Of records in their form (record_edit.c) and of deleted ones (record_list.c). */
#ifndef TUI_VIEWS_ERASE_ASK_H
#define TUI_VIEWS_ERASE_ASK_H

#include "core/case/erasure.h"
#include "core/record/reach.h"
#include "tui/app.h"

enum { ERASE_ASK_REASON = 910, ERASE_ASK_OFFICER, ERASE_ASK_SURE }; /* tags */

struct erase_ask {
    const struct record_type *type;
    struct id id;
    char reason[4 * REACH_TEXT_MAX_CHARS + 1], officer[4 * REACH_TEXT_MAX_CHARS + 1];
};

/* Ask for the reason, or tell why it cannot be erased. */
void erase_ask(struct view *view, struct erase_ask *ask, const struct record_type *type, struct id id);
/* Whether the answer is to one of these questions. */
bool erase_asked(const struct view_answer *answer);
/* From view->answer: asks on, or erases, or tells why not. True: it is erased. */
bool erase_answer(struct view *view, struct erase_ask *ask, const struct view_answer *answer, struct erasure_done *done);
/* What went, on the message line. */
void erase_told(struct view *view, const struct erasure_done *done);

#endif /* TUI_VIEWS_ERASE_ASK_H */
