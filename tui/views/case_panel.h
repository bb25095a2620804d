/* tui/views/case_panel.h - the five parts of a case's screen as rows: main fields, materials, parties, steps, papers. */
#ifndef TUI_VIEWS_CASE_PANEL_H
#define TUI_VIEWS_CASE_PANEL_H

#include "core/case/case_flow.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"

enum case_panel { PANEL_MAIN, PANEL_MATERIALS, PANEL_PARTIES, PANEL_STEPS, PANEL_PAPERS, CASE_PANELS };

struct case_panel_info {
    const char *label; /* on the tab */
    const char *type;  /* record type of the rows; NULL: fields of the case itself */
    const char *empty; /* what to do when there are none */
};

const struct case_panel_info *case_panel_info(enum case_panel panel);
/* The columns of its list on a screen of that width; narrow ones lack the last. Static. */
const struct list_column *case_panel_columns(enum case_panel panel, int cols, size_t *n);
/* Read the rows of one panel, oldest first; memory is cleared before. cols: width of the screen, for the rows of PANEL_MAIN. */
enum status case_panel_read(struct view *view, const struct record *kase, enum case_panel panel, int cols, struct list_memory *memory, struct errmsg *err);
/* How many rows each panel has; PANEL_MAIN: 0. */
enum status case_panel_count(struct view *view, const struct record *kase, size_t counts[CASE_PANELS], struct errmsg *err);
/* The whole text of a row, for the lines below the list; appended. Nothing for panels without such. */
void case_panel_detail(struct view *view, enum case_panel panel, struct id id, struct buf *out);

#endif /* TUI_VIEWS_CASE_PANEL_H */
