/* core/outreach/event_act.h - what the acts on an event do (hooks of core/register/act_table.c; see struct act).
 *
 * Closing (收场) writes what the rows add up to into the event and says it; figures of which there are no rows stay as typed. What is registered later still counts (event.h); reopening and
 * closing again brings the event's own fields up to date. */
#ifndef CORE_OUTREACH_EVENT_ACT_H
#define CORE_OUTREACH_EVENT_ACT_H

#include "core/outreach/event.h"
#include "core/register/act.h"

/* Errors: STATUS_INVALID (closed already: the message says when; closed before it began). */
enum status event_close(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Errors: STATUS_INVALID (is open), STATUS_FORBIDDEN (neither the director nor who closed it today). */
enum status event_reopen(struct store *store, const struct actor *acting, const struct code_book *codes, struct random_source random, struct act_move *move, struct errmsg *err);
/* Whether the event is not closed yet, or is: which of the two acts there is. By the record as it was loaded. Errors: STATUS_INVALID in words. */
enum status event_is_open(const struct record *event, struct errmsg *err);
enum status event_is_closed(const struct record *event, struct errmsg *err);

#endif /* CORE_OUTREACH_EVENT_ACT_H */
