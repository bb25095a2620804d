/* tui/views/undo_save.h - take back what was saved on these screens, and get its text back to put it right. */
#ifndef TUI_VIEWS_UNDO_SAVE_H
#define TUI_VIEWS_UNDO_SAVE_H

#include "tui/last_saves.h"
#include "tui/views/common.h"

/* Undo the save in the store (a new change, as always). *typed gets what was typed, to be edited on: a new record if the save had made one, else the record as it is now with what the
 * save had changed in it; release it. save is forgotten. Errors: record_undo's; save stays, *typed needs no release. */
enum status undo_save(struct app *app, const struct last_save *save, struct record *typed, struct errmsg *err);
/* For app_context.undo: take back the newest save and open its text as a draft. Says what happened. */
void view_undo_last_save(struct app *app);

#endif /* TUI_VIEWS_UNDO_SAVE_H */
