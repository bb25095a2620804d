/* tui/views/assess_desk.h - what the three screens of the yearly assessment share: the desk it is worked out at, points as text, and the questions before it is fixed. */
#ifndef TUI_VIEWS_ASSESS_DESK_H
#define TUI_VIEWS_ASSESS_DESK_H

#include "core/quality/assess.h"
#include "tui/views/due.h"

enum { ASSESS_POINTS_BYTES = 24, ASSESS_ASK_FIX = 101, ASSESS_ASK_NOTE = 102 };

struct assess_bench {
    struct due_clock clock; /* what the desk borrows */
    struct assess_desk desk;
};

/* year 0: this one. Errors: STATUS_FORBIDDEN (not the center), STATUS_RANGE, storage; *bench needs no close then. */
enum status assess_bench_open(struct view *view, int64_t year, struct assess_bench *bench, struct errmsg *err);
void assess_bench_close(struct assess_bench *bench);

/* Hundredths as people write them: 8850 is 88.50, of -5 -0.05. */
void assess_points_text(int64_t points, char out[ASSESS_POINTS_BYTES]);

/* Ask whether to fix what is called `who`. needs_note: it was fixed before; a year that is not over needs one, too. Refusals are told. */
void assess_ask_fix(struct view *view, const struct assess_desk *desk, const char *who, bool needs_note);
/* Takes the answers to it; true: *note is said (may be ""), fix now. */
bool assess_fix_answered(struct view *view, const struct assess_desk *desk, bool needs_note, const struct view_answer *answer, const char **note);
/* Fix and tell. only NULL: all of the kind. */
void assess_fix_now(struct view *view, const struct assess_desk *desk, const char *kind, const struct assess_subject *only, const char *note);

#endif /* TUI_VIEWS_ASSESS_DESK_H */
