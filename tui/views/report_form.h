/* tui/views/report_form.h - the state of the screen of one form, shared by report_form.c (reading, keys), report_form_draw.c and report_form_do.c (freezing, files, entries by hand). */
#ifndef TUI_VIEWS_REPORT_FORM_H
#define TUI_VIEWS_REPORT_FORM_H

#include "tui/views/export_ask.h"
#include "tui/views/report_figures.h"
#include "tui/views/report_period.h"

/* A list of the columns for one unit, or units by columns. */
enum form_mode { FORM_MODE_LIST, FORM_MODE_TABLE };
/* What a table shows: the cells, last year's, the difference. */
enum form_shown { FORM_SHOWN_NOW, FORM_SHOWN_BEFORE, FORM_SHOWN_DIFFERENCE, FORM_SHOWN_KINDS };

enum { FORM_TYPED_MAX = 2, FORM_NOTE_BYTES = 2048, FORM_DETAIL_ROW = 2, FORM_DETAIL_ROWS = 2 };

struct form_view {
    struct report_desk desk;
    struct report_figures figures;
    char period[PERIOD_NAME_BYTES];
    struct report_period_choices *choices; /* owned */
    enum form_mode mode;
    enum form_shown shown;    /* in the table */
    bool compares;            /* last year in the list */
    size_t unit, column;      /* the cell in hand */
    size_t top;               /* first line of the list, or of the table below the total */
    size_t first;             /* first column of the table */
    char typed[FORM_TYPED_MAX + 1]; /* a column's printed number, being typed */
    char *note;               /* owned; told in the place of the cell's heading while a question is open: stations that have not synced */
    struct export_ask export;
};

/* ---- report_form_draw.c ---- */

void report_form_draw(struct view *view, struct canvas *canvas);
/* What there is to know of the cell in hand beside its number: entered by hand, missing, a check, what was frozen, last year. Appends. */
void report_form_cell_words(const struct form_view *state, struct buf *out);

/* ---- report_form_do.c ---- */

enum form_ask { FORM_ASK_FREEZE = 1, FORM_ASK_BASIS, FORM_ASK_DRAFT };

void report_form_freeze(struct view *view);
void report_form_export(struct view *view);
/* A new stat_entry of the cell in hand, begun with cell, day and unit. */
void report_form_enter(struct view *view);
/* False: the answer is to another question. */
bool report_form_answer(struct view *view, const struct view_answer *answer);
/* Read everything again; the cell in hand stays. Tells what went wrong. */
void report_form_read_again(struct view *view);

#endif /* TUI_VIEWS_REPORT_FORM_H */
