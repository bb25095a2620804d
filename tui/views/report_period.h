/* tui/views/report_period.h - choosing the period of reports: this or the last month, quarter, half, year by a digit, any other as people write it; earlier and later ones by a key. What was chosen last is remembered
 * while the program runs (app_context.report_period). */
#ifndef TUI_VIEWS_REPORT_PERIOD_H
#define TUI_VIEWS_REPORT_PERIOD_H

#include "tui/views/report_desk.h"

enum { REPORT_ASK_PERIOD = 910 }; /* tag of the picker */

/* What the picker offers: borrowed by it while it is open, so it belongs into the view's state. */
struct report_period_choices;

/* Named in *name ("2026H1"): argument, else the one remembered, else the half that ended last. */
void report_period_first(const struct view *view, const struct report_desk *desk, const char *argument, char name[PERIOD_NAME_BYTES]);
void report_period_remember(const struct view *view, const char *name);
/* The picker. *choices is made at the first call, report_period_free gives it back. */
void report_period_ask(struct view *view, const struct report_desk *desk, struct report_period_choices **choices);
void report_period_free(struct report_period_choices *choices);
/* From view->answer. True: *name is the period chosen. */
bool report_period_answer(const struct report_period_choices *choices, const struct view_answer *answer, char name[PERIOD_NAME_BYTES]);
/* The one before or after; beeps and leaves *name alone at the end of time. True: another one. */
bool report_period_step(struct view *view, bool back, char name[PERIOD_NAME_BYTES]);

#endif /* TUI_VIEWS_REPORT_PERIOD_H */
