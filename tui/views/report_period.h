/* tui/views/report_period.h - choosing the period of reports: this or the last month, quarter, half, year by a digit, any other as people write it; earlier and later ones by a key. What was chosen last is remembered
 * while the program runs (app_context.report_period). */
#ifndef TUI_VIEWS_REPORT_PERIOD_H
#define TUI_VIEWS_REPORT_PERIOD_H

#include "tui/views/report_desk.h"

enum { REPORT_ASK_PERIOD = 910 }; /* tag of the picker */

/* The commands of every screen with a period: rows for its table, which may begin its own ids at COMMAND_VIEW. */
enum { COMMAND_PERIOD = COMMAND_VIEW + 64, COMMAND_EARLIER, COMMAND_LATER };
#define REPORT_PERIOD_COMMANDS                                                                                                  \
    {COMMAND_PERIOD, "period", "选哪一期：本月、上月、本季、本半年、今年，或者自己写"}, {COMMAND_EARLIER, "earlier", "上一期"}, \
    {                                                                                                                           \
        COMMAND_LATER, "later", "下一期"                                                                                        \
    }

/* What a screen does with another period's name. */
typedef void report_period_take(struct view *view, const char *name);

/* What the picker offers: borrowed by it while it is open, so it belongs into the view's state. */
struct report_period_choices;

/* Named in *name ("2026H1"): argument, else the one remembered, else the half that ended last. */
void report_period_first(const struct view *view, const struct report_desk *desk, const char *argument, char name[PERIOD_NAME_BYTES]);
void report_period_remember(const struct view *view, const char *name);
/* One of the three commands: the picker opens, or `take` gets the name of the period before or after `shown` (at the end of time a beep). False: another command.
 * *choices is made when it is first wanted, report_period_free gives it back. */
bool report_period_command(struct view *view, const struct report_desk *desk, struct report_period_choices **choices, const char *shown, int command, report_period_take *take);
/* From view->answer. True: `take` got the period chosen in the picker. */
bool report_period_answer(struct view *view, const struct report_period_choices *choices, const struct view_answer *answer, report_period_take *take);
void report_period_free(struct report_period_choices *choices);

#endif /* TUI_VIEWS_REPORT_PERIOD_H */
