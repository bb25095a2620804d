/* tui/views/report_summary.h - between the three pages of the summary: report_summary.c opens and answers, report_summary_read.c reads, .._figures.c, .._words.c and .._paper.c are the pages. Not for others. */
#ifndef TUI_VIEWS_REPORT_SUMMARY_H
#define TUI_VIEWS_REPORT_SUMMARY_H

#include "core/report/summary.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/export_ask.h"
#include "tui/views/report_open.h"
#include "tui/views/report_failures.h"

enum summary_page { PAGE_FIGURES, PAGE_WORDS, PAGE_TEXT, SUMMARY_PAGES };

#define SUMMARY_RULE "period_summary"

enum { SUMMARY_TEXT_BYTES = 1 << 21, PAGE_FIRST_ROW = 2 };

/* The rows of figures and words. */
struct summary_list {
    struct list_memory memory;
    struct list list;
    bool narrow; /* its columns are for a narrow screen */
};

enum { SUMMARY_WIDE_COLUMNS = 72 };

struct summary_words_row {
    struct summary_slot slot; /* static */
    int whose;                /* as summary_slot_text */
    char *text;               /* owned */
};

struct summary_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    enum summary_page page;
    char name[PERIOD_NAME_BYTES]; /* of the period */
    struct period period;
    struct summary summary;
    struct failure_lines failures;
    int64_t open;          /* failures nobody explained */
    bool frozen;
    int32_t frozen_on;
    size_t changed;        /* figures that are others now than in the snapshot */
    bool has_then[SUMMARY_CELLS_MAX];
    int64_t then[SUMMARY_CELLS_MAX]; /* as in the snapshot */
    struct summary_list figures, words;
    struct summary_words_row *slots; /* owned */
    size_t n_slots;
    struct buf marked;     /* the text in markup; empty: it could not be filled, text_err says why */
    struct errmsg text_err;
    struct buf lines;      /* the page of the text as it is shown, `columns` wide */
    int columns;
    size_t n_lines, n_head, top; /* head: the lines of failures */
    struct export_ask export;
    char answering[CHECK_RULE_BYTES]; /* the check that is being explained */
};

/* ---- lists ---- */

/* Rows that fit below PAGE_FIRST_ROW with `notes` rows under them. */
enum status summary_list_open(struct view *view, struct summary_list *list, const struct list_column *columns, size_t n, struct errmsg *err);
void summary_list_release(struct summary_list *list);
/* Draw; returns the first row below it. */
int summary_list_draw(struct view *view, struct summary_list *list, struct canvas *canvas, int notes);
/* Text wrapped into at most that many rows. */
void summary_notes_draw(struct canvas *canvas, int row, int rows, const char *text);
/* True: the key was the list's; *opened: Enter on a row. */
bool summary_list_key(struct view *view, struct summary_list *list, struct key key, bool *opened);

/* ---- pages: open once, rows after each reading, release; keys; drawing ---- */

enum status summary_figures_open(struct view *view, struct errmsg *err);
enum status summary_figures_rows(struct view *view, struct errmsg *err);
bool summary_figures_key(struct view *view, struct key key);
void summary_figures_draw(struct view *view, struct canvas *canvas);

enum status summary_words_open(struct view *view, struct errmsg *err);
/* Reads what each slot says, with a desk that need not count. */
enum status summary_words_rows(struct view *view, const struct form_desk *desk, struct errmsg *err);
void summary_words_rows_release(struct summary_view *state);
bool summary_words_key(struct view *view, struct key key);
/* Begin words that are no slot of the list: "R1@2". */
void summary_words_new(struct view *view);
void summary_words_answer(struct view *view, const struct view_answer *answer);
void summary_words_draw(struct view *view, struct canvas *canvas);

bool summary_paper_key(struct view *view, struct key key);
void summary_paper_draw(struct view *view, struct canvas *canvas);
void summary_paper_hint(struct view *view, struct buf *out);
/* Into a file by its ending: .pdf .txt .xlsx. */
enum status summary_paper_write(struct view *view, const char *path, struct errmsg *err);

/* Tags of questions. */
enum { ASK_SUMMARY_DRAFT = 1, ASK_SUMMARY_BASIS, ASK_SUMMARY_RULE, ASK_SUMMARY_EXPLAIN, ASK_SUMMARY_WHOSE };

/* Read all for the period; the lists are not shown anew. */
enum status summary_view_read_all(struct view *view, struct errmsg *err);
/* Read all again: after a change of period, of the data, of words. The place in each list stays. */
void summary_view_read(struct view *view);

#endif /* TUI_VIEWS_REPORT_SUMMARY_H */
