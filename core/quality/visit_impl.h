/* core/quality/visit_impl.h - between visit_satisfaction.c, which reads what the visits of a case come to, and visit_frame.c, which walks the cases of a year. */
#ifndef CORE_QUALITY_VISIT_IMPL_H
#define CORE_QUALITY_VISIT_IMPL_H

#include "core/quality/visit.h"
#include "core/record/store.h"

/* What the visits of one case that nobody corrected come to. */
struct visit_state {
    int tries;               /* visits */
    bool reached;            /* one of them reached somebody: voice is the last such one's, else the last try's */
    struct visit_voice voice;
};

/* Adds one visit, given in order of date. */
void visit_state_add(struct visit_state *state, const struct visit_voice *voice);
/* All visits of a case in those days that the actor may see. O(visits of the case) by index. */
enum status visit_state_of(struct store *store, const struct actor *actor, struct id kase, int32_t from, int32_t until, struct visit_state *out, struct errmsg *err);
/* What a case that was visited adds to the figures. */
void visit_satisfaction_add(struct visit_satisfaction *sum, const struct visit_state *state);

/* A case of a year's frame as it is walked by; texts borrowed from the statement, "" when empty. */
struct frame_case {
    struct id id;
    int64_t n;
    const char *name, *town, *village, *applicant, *safe_contact, *phone, *cause, *handler, *handler_ref;
    int64_t scope;
    int32_t closed_on;
    struct visit_state state;
};
/* Return false to stop; *status may be set to an error. */
typedef bool (*frame_row)(void *context, const struct frame_case *kase);
/* until: visits after that day are not looked at. hide_sealed: without the cases that the actor may not see by name. */
enum status visit_walk_frame(struct store *store, const struct actor *actor, int year, int32_t until, bool hide_sealed, frame_row row, void *context, struct errmsg *err);

#endif /* CORE_QUALITY_VISIT_IMPL_H */
