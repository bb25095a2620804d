/* tui/views/act_draft.h - what is typed in the form of an act (core/register/act.h), kept as a draft until the act is done.
 *
 * One draft of type `step` with two parts: a step that names the act ("volunteer:appoint") in `action` and the record acted upon in `case_id`, and that record with what was typed. No
 * action on a case has such a name, so that drafts of both are told apart (case_form.h). */
#ifndef TUI_VIEWS_ACT_DRAFT_H
#define TUI_VIEWS_ACT_DRAFT_H

#include "core/register/act.h"
#include "tui/views/common.h"

/* Store what is typed. begun: the record as the act began; typed: with what the form holds, its loaded values are replaced by begun's. title: for the list of drafts.
 * Errors: draft_save_parts'. */
enum status act_draft_store(struct app_context *context, const struct act *act, const struct record *begun, struct record *typed, const char *title, struct id *draft, struct errmsg *err);
/* The person's newest draft of this act on this record; false: none. */
bool act_draft_find(struct app_context *context, const struct act *act, struct id on, struct id *draft);
/* Act and record of a stored draft. Errors: STATUS_NOT_FOUND, STATUS_INVALID (of no act). */
enum status act_draft_of(struct app_context *context, struct id draft, const struct act **act, struct id *on, struct errmsg *err);
/* Lay the draft over the fields of a move that has just begun. changed gets the labels of fields that somebody else changed since, divided by 、. Errors: draft_load_parts'. */
enum status act_draft_load(struct app_context *context, struct id draft, struct act_move *move, struct buf *changed, struct errmsg *err);

#endif /* TUI_VIEWS_ACT_DRAFT_H */
