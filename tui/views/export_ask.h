/* tui/views/export_ask.h - the questions before a list becomes a file: which name, and, where there is one already, whether it is replaced. */
#ifndef TUI_VIEWS_EXPORT_ASK_H
#define TUI_VIEWS_EXPORT_ASK_H

#include <limits.h>

#include "tui/app.h"

enum export_step {
    EXPORT_OTHER, /* the answer is to some other question */
    EXPORT_OFF,   /* not wanted, or told why not */
    EXPORT_WAIT,  /* asked on */
    EXPORT_WRITE  /* write to path now */
};

enum { EXPORT_ASK_PATH = 900, EXPORT_ASK_REPLACE }; /* tags */

struct export_ask {
    char path[PATH_MAX];
};

/* Ask for the file; offered: <the person's folder>/<name>.xlsx (.csv where spreadsheets are not built in). name has no ending. */
void export_ask(struct view *view, const char *name);
/* The same with an ending of the caller's, without its dot. */
void export_ask_as(struct view *view, const char *name, const char *ending);
/* From view->answer. A name without a folder goes to the person's folder, "~/" is it. endings: ".xlsx .csv": what may be written. */
enum export_step export_answer(struct view *view, struct export_ask *ask, const struct view_answer *answer, const char *endings);
/* What happened, on the message line. */
void export_told(struct view *view, const struct export_ask *ask, enum status status, int64_t rows, const struct errmsg *err);

#endif /* TUI_VIEWS_EXPORT_ASK_H */
