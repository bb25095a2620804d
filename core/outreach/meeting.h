/* core/outreach/meeting.h - meetings and what they decided (research domain.md row 29). */
#ifndef CORE_OUTREACH_MEETING_H
#define CORE_OUTREACH_MEETING_H

#include "core/record/records.h"

/* Before it is saved by hand: the meeting is there; neither the last day nor the day it was done lies before the meeting. Errors: STATUS_INVALID naming the field. */
enum status meeting_action_prepare(struct store *store, const struct actor *actor, struct record *action, struct errmsg *err);

#endif /* CORE_OUTREACH_MEETING_H */
