/* tui/run.h - the loop between terminal and app: poll, decode, drain all keys, paint once when the line has room.
 *
 * A terminal that takes nothing any more stops nothing: keys are taken, time passes, drafts are stored; only the newest picture is painted when it takes bytes again. */
#ifndef TUI_RUN_H
#define TUI_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/status.h"
#include "tui/app.h"

enum { RUN_DATA_POLL_MS = 500 };

struct run_options {
    const struct view_class *first; /* the home view */
    const struct view_class *help, *law;
    const struct view_argument *argument; /* of the first view; may be NULL */
    const struct view_class *signin;      /* the cover, where people sign in by account; else NULL */
    const char *ask_account;              /* sign in first, the name filled in if it is not ""; NULL: somebody is in already */
    bool require_signin;                  /* leaving the first view signs out */
    int64_t lock_after_ms;                /* of who is in already by account */
    bool tour;                            /* begin with the practice tour */
    bool plain;                           /* for screen readers: canvas.h */
    bool color;                           /* false when NO_COLOR is set */
    bool light;                           /* COLORFGBG says that the terminal's ground is light */
    int64_t line_rate;                    /* bytes a second of the line, when somebody said so; 0: found out */
    bool gb18030, utf8;                   /* the terminal is said to be set to GBK or GB18030, or to UTF-8 */
    /* A number that moves when another connection committed (store_data_version); NULL: never asked. */
    uint64_t (*data_version)(void *context);
    void *data_context;
};

/* The screens until the person leaves or the terminal is gone (drafts are stored in both cases; SIGHUP, SIGTERM, SIGINT end it the same way).
 * Errors: STATUS_UNSUPPORTED (no terminal, unknown TERM), STATUS_CLOSED (the terminal went away), or what the first view's open returned. */
enum status run_screens(struct app_context *context, const struct run_options *options, struct errmsg *err);

#endif /* TUI_RUN_H */
