/* tui/views/case_form.h - the form of one action on a case: its fields, made from the table of actions, over the three records it fills in (case, step, the row beside); and its draft.
 *
 * DRAFT. What is typed is one draft of type `step` with the parts step, case and the row beside: payment or return visit (core/record/draft.h). Each part holds what differs from the records as the
 * action began, so that defaults follow the day; what follows by itself from other fields is left out. The step's `action` names the action and its `case_id` what it was opened on: the case, or the consultation, person or event a
 * new one starts from; that is how the draft is found again when the same action is opened on the same thing. */
#ifndef TUI_VIEWS_CASE_FORM_H
#define TUI_VIEWS_CASE_FORM_H

#include "core/case/case_flow.h"
#include "tui/form.h"
#include "tui/form_sections.h"
#include "tui/office_source.h"
#include "tui/ref_source.h"
#include "tui/views/common.h"

enum case_part { PART_CASE, PART_STEP, PART_BESIDE, CASE_PARTS };
enum { CASE_FORM_FIELDS_MAX = 64 };

struct case_form {
    struct case_move move;
    struct record begun[CASE_PARTS]; /* owned: as the action began, defaults filled in */
    struct form form;
    struct form_def defs[CASE_FORM_FIELDS_MAX];
    const struct field_def *fields[CASE_FORM_FIELDS_MAX];
    enum case_part parts[CASE_FORM_FIELDS_MAX];
    bool needed[CASE_FORM_FIELDS_MAX];
    struct ref_source *refs[CASE_FORM_FIELDS_MAX]; /* owned; NULL for other kinds */
    bool derived[CASE_FORM_FIELDS_MAX];            /* holds what followed from other fields, and follows them until somebody types in it */
    bool foreign[CASE_FORM_FIELDS_MAX];            /* holds a reference that is not among the choices: left alone while empty */
    struct office_source *offices; /* owned: the choices of `target` where the action hands the case to an office; NULL: it does not */
    size_t n;
    struct form_sections sections; /* of the intake; other actions are short */
    int cols, first; /* laid out for; row of the form at the top of its window */
    struct id on;    /* what it was opened on; zero */
    struct id draft; /* zero: none stored yet */
    int64_t draft_ms;
    bool dirty;      /* typed since the draft was stored */
};

/* Begin the action on id and make its form; lay it out for cols. Errors: case_move_begin's, STATUS_NOMEM; closing it does nothing then. */
enum status case_form_open(struct case_form *form, struct view *view, const struct case_action *action, struct id id, struct form_hooks hooks, int cols, struct errmsg *err);
void case_form_close(struct case_form *form);
void case_form_lay_out(struct case_form *form, int cols);
/* Index of the field, SIZE_MAX if the action does not ask for it. */
size_t case_form_field(const struct case_form *form, const char *name);
/* What stands in the form as records, leaving out what cannot be parsed. Errors: STATUS_NOMEM; else release all of out. */
enum status case_form_peek(const struct case_form *form, struct view *view, struct record out[CASE_PARTS]);
void case_form_drop(struct record parts[CASE_PARTS]);
/* What that leaves out, as it was typed: a line "label: words" each, appended. */
void case_form_unread(const struct case_form *form, struct view *view, struct buf *out);
/* One field strictly, into a copy: for checks when it is left. Errors: record_parse's, the message begins with the label. */
enum status case_form_check_field(const struct case_form *form, struct view *view, size_t field, struct errmsg *err);
/* Everything into the move, ready to commit. Errors: the same; *bad gets the field. */
enum status case_form_take(struct case_form *form, struct view *view, size_t *bad, struct errmsg *err);
/* Where typing begins: the first needed field that is empty, else the first empty one; in a draft behind what was typed. Call it when what follows from the fields is in. */
void case_form_start(struct case_form *form, struct view *view);
/* Whether the action hands the case to an office of the county: it goes on there. Ask after case_form_take. */
bool case_form_to_office(const struct case_form *form);
/* A value that follows from others into the form's field of that name, if there is one and nobody has typed something else in it. */
void case_form_offer(struct case_form *form, struct view *view, const struct record *record, const char *name);

/* Store what is typed; nothing when nothing was typed since. title: for the list of drafts. Errors: draft_save_parts'. */
enum status case_form_store_draft(struct case_form *form, struct view *view, const char *title, struct errmsg *err);
/* The person's newest draft of this action on the same thing; false: none. An action opened on nothing, or on an event, has none: each new application is its own. */
bool case_form_find_draft(const struct case_form *form, struct view *view, struct id *draft);
/* Lay a draft over the form. changed gets the labels of fields that somebody else changed since, divided by 、. Errors: draft_load_parts'. */
enum status case_form_load_draft(struct case_form *form, struct view *view, struct id draft, struct buf *changed, struct errmsg *err);
/* Action and thing of a stored draft. Errors: STATUS_NOT_FOUND, STATUS_INVALID (of no action). */
enum status case_form_of_draft(struct view *view, struct id draft, const struct case_action **action, struct id *on, struct errmsg *err);

#endif /* TUI_VIEWS_CASE_FORM_H */
