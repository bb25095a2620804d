/* tui/views/sync_child.h - the sync program as a child of a screen: this program never touches the network or keys, `aidpostd` does, and what it says is shown. */
#ifndef TUI_VIEWS_SYNC_CHILD_H
#define TUI_VIEWS_SYNC_CHILD_H

#include "core/base/bytes.h"
#include "tui/view.h"

enum { SYNC_CHILD_WORDS_MAX = 8 };

/* Run `aidpostd WORD.. --data <folder of the view's store>` to its end. out: its result; messages: what it told people, without its name in front of each line; both are inited and released by the caller. False: it
 * could not be run, and app_fail has told so. n <= SYNC_CHILD_WORDS_MAX (assert). */
bool sync_child_run(struct view *view, const char *const words[], size_t n, struct buf *out, struct buf *messages, int *code);

#endif /* TUI_VIEWS_SYNC_CHILD_H */
