/* tui/views/case_menu.h - 办理: what may be done to a case now, as a numbered list in the lower part of its screen; what may not be done stands below, with the reason. */
#ifndef TUI_VIEWS_CASE_MENU_H
#define TUI_VIEWS_CASE_MENU_H

#include "core/case/case_flow.h"
#include "tui/edit_field.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"

struct case_menu {
    struct list_memory memory;
    struct list list;
    struct edit_field find;
    bool open, in_find; /* in_find: the cursor stands in the find box */
    size_t n_allowed;
    int cols; /* of the screen that its columns were chosen for */
};

enum case_menu_result { CASE_MENU_IGNORED, CASE_MENU_MOVED, CASE_MENU_CLOSED, CASE_MENU_CHOSEN };

void case_menu_init(struct case_menu *menu);
void case_menu_release(struct case_menu *menu);
/* Show the actions for this case and this person. Errors: STATUS_NOMEM. */
enum status case_menu_open(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct errmsg *err);
/* The case changed under it: what may be done now; what was typed and selected stays. */
void case_menu_refresh(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase);
/* A digit takes the allowed action of that number; letters and Chinese narrow the list; Enter takes the selected one; Esc clears what is typed, then closes.
 * *chosen is set with CASE_MENU_CHOSEN. An action that is not allowed is refused here, with its reason as the message. */
enum case_menu_result case_menu_key(struct case_menu *menu, struct view *view, const struct rules *rules, const struct record *kase, struct key key,
                                    const struct case_action **chosen);
void case_menu_draw(struct case_menu *menu, struct canvas *canvas, int row, int rows);

#endif /* TUI_VIEWS_CASE_MENU_H */
