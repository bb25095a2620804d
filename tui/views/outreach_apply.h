/* tui/views/outreach_apply.h - applications made at an event: how many, and the screen on which one is drafted or goes on. */
#ifndef TUI_VIEWS_OUTREACH_APPLY_H
#define TUI_VIEWS_OUTREACH_APPLY_H

#include "core/outreach/event.h"
#include "tui/view.h"

/* Applications of the event, drafts among them, withdrawn ones not. 0 when they cannot be read. */
int64_t outreach_applications(const struct view *view, struct id event);
/* Begin an application at the event: from one of its consultations, or from nothing when consultation is zero. A consultation that led to one already gives no second: its application
 * goes on where it is, with the receipt when the actor may give it. */
void outreach_apply(struct view *view, struct id event, struct id consultation);

#endif /* TUI_VIEWS_OUTREACH_APPLY_H */
