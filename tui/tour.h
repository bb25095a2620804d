/* tui/tour.h - the practice tour: a new volunteer from the first screen to the first saved record, and to finding it again, in five minutes.
 *
 * It stands beside the screens, in two rows below them, and watches: after each key it looks whether the person has really done the step (what is in the draft, what was saved, which
 * screen is there) and only then says the next one. It presses no key and writes nothing. Ctrl-X ends it at any time. It runs over a practice store alone. */
#ifndef TUI_TOUR_H
#define TUI_TOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"

struct app;

enum { TOUR_ROWS = 2 };

/* All zero: not running. */
struct tour {
    bool running;
    size_t step;
    int64_t started_ms;
    int64_t saved_before; /* consultations that were there when it began */
};

/* Begin at the first step. Errors: STATUS_FORBIDDEN (not a practice store), those of counting records; then it does not run. */
enum status tour_start(struct tour *tour, struct app *app, struct errmsg *err);
void tour_end(struct tour *tour);
/* A key or a tick has been dealt with: go on as far as things have been done. Returns whether that changed what the lines say; at the end it says so on the message line. O(drafts of the person). */
bool tour_look(struct tour *tour, struct app *app);
/* What to do now, and the line below it. Append. */
void tour_line(const struct tour *tour, const struct app *app, struct buf *out);
void tour_line_below(const struct tour *tour, struct buf *out);
size_t tour_steps(void);

#endif /* TUI_TOUR_H */
