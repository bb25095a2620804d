/* tui/views/eval_form.h - a sheet of evaluation as a form: reviewers, a score and a reason per item, the comment; and as a draft.
 *
 * An item is one line: its number, part and name, the score in brackets, the reason behind it. The reason's brackets are there only where a reason is needed or stands already:
 * a full score goes straight on to the next item. The draft is a row of eval_item, its parts all the items and the evaluation. */
#ifndef TUI_VIEWS_EVAL_FORM_H
#define TUI_VIEWS_EVAL_FORM_H

#include "core/quality/eval.h"
#include "tui/views/common.h"

enum { EVAL_LABEL_BYTES = 160 };

struct eval_label {
    char text[EVAL_LABEL_BYTES];
};

/* Reading is fine; fields belong to eval_form.c, except as noted. */
struct eval_form {
    struct eval_sheet sheet;   /* owned; its lines are what the form says */
    struct form form;
    struct form_def *defs;     /* owned: reviewers, then score and reason of each item, then the comment */
    struct eval_label *labels; /* owned: one per item */
    int cols, first;           /* the layout is for this width; first row of the form in the window */
    struct id draft;           /* zero: none stored yet */
    int64_t draft_ms;
    bool dirty;                /* typed since the draft was stored */
    struct view *view;         /* borrowed */
};

/* What a field of the form is. */
enum eval_part { EVAL_REVIEWERS, EVAL_SCORE, EVAL_REASON, EVAL_COMMENT };

/* Takes the sheet over, whose fields are then the form's: on errors it is released. Errors: STATUS_NOMEM. */
enum status eval_form_open(struct eval_form *form, struct view *view, struct eval_sheet *sheet, struct errmsg *err);
void eval_form_close(struct eval_form *form); /* also of one that did not open */
/* Key of the form, told on the message line; a score that no digit can follow moves on by itself. */
enum form_result eval_form_key(struct eval_form *form, struct key key);
/* What the field is and which item of the standard it belongs to (NULL for the others). */
enum eval_part eval_form_part(const struct eval_form *form, size_t field, const struct eval_item_def **item);
/* How many items have a score, and what they sum to. */
size_t eval_form_scored(const struct eval_form *form, int *sum);
/* Reviewers and comment into the evaluation; scores are there already. Errors: a field that is refused, named. */
enum status eval_form_store(struct eval_form *form, struct errmsg *err);
/* Put the focus where a refusal of eval_save points. */
void eval_form_focus_named(struct eval_form *form, const char *message);
/* Rows `rows` from `row` on; draw what stands around it afterwards. */
void eval_form_draw(struct eval_form *form, struct canvas *canvas, int row, int rows);

/* Store what is typed, if anything is. Failures are told. */
void eval_form_store_draft(struct eval_form *form);
/* The draft's evaluation: case, round, standard, day, reviewers, comment. Errors: STATUS_NOT_FOUND, STATUS_INVALID; *out needs no release then. */
enum status eval_form_draft_head(struct view *view, struct id draft, struct record *out, struct errmsg *err);
/* Lay the draft over an opened form. Errors: as draft_load_parts. */
enum status eval_form_load_draft(struct eval_form *form, struct id draft, struct errmsg *err);
/* The person's draft for this case, if there is one. */
bool eval_form_find_draft(struct view *view, struct id kase, struct id *draft);

#endif /* TUI_VIEWS_EVAL_FORM_H */
