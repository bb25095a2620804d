/* tui/views/case_roster.h - who may be given a case: the candidates below the form of 指派 and 更换承办人, best first, those who may not with the reason. */
#ifndef TUI_VIEWS_CASE_ROSTER_H
#define TUI_VIEWS_CASE_ROSTER_H

#include "core/aid/assignment.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"

enum { ROSTER_NAME_BYTES = 401 };

struct case_roster {
    struct list_memory memory;
    struct list list;
    size_t n_eligible;
    struct id taken; /* chosen from the list; zero: a name was typed */
    char taken_name[ROSTER_NAME_BYTES];
};

void case_roster_init(struct case_roster *roster);
void case_roster_release(struct case_roster *roster);
/* Read the candidates for the case; wish: a name or "". Errors: storage. */
enum status case_roster_read(struct case_roster *roster, struct view *view, const struct rules *rules, const struct record *kase, const char *wish, struct errmsg *err);
/* Take the selected one. False: the roster is empty, or this one may not (why is told). */
bool case_roster_take(struct case_roster *roster, struct view *view);
void case_roster_draw(struct case_roster *roster, struct canvas *canvas, int row, int rows, bool focused);

#endif /* TUI_VIEWS_CASE_ROSTER_H */
