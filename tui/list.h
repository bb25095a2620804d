/* tui/list.h - a list on the screen: a window of rows over a source that pages by key, one selected row, a marker.
 *
 * The list holds only the rows that are visible (a million records cost what twenty cost) and asks its source for more by the key of
 * its first or last row, never by number. Selection is '>' in column 1, not a reverse bar: 15 bytes a key instead of 211. Visible
 * rows are numbered 1.. from the top; digits + Enter open that row where the list has digits on.
 *
 * With LIST_FIND typing narrows the list at once: letters (pinyin initials), characters, a number that is no row's; words and "-word" as in the search box
 * (list_find.h). What is typed stands in place of the header; Esc or Backspace to the first letter gives the whole list back. Any source can be narrowed: its rows
 * are read on until enough of them match, at most LIST_SCAN_ROWS for one page.
 *
 * A row is cells of text, one per column of the list. Rows of equal id are the same row when the list is read again, so the
 * selection stays on it, wherever it moved within the window. */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/id.h"
#include "core/base/status.h"
#include "core/record/records.h" /* struct list_key */
#include "tui/canvas.h"
#include "tui/id_set.h"
#include "tui/key.h"
#include "tui/list_find.h"

enum { LIST_MAX_COLUMNS = 12, LIST_MAX_ROWS = CANVAS_MAX_ROWS, LIST_TYPED_BYTES = 8, LIST_SCAN_ROWS = 5000 };

enum list_way {
    LIST_AFTER,  /* rows behind the key, in order; an unset key: from the start */
    LIST_FROM,   /* the same, but the key's own row first if it is still there */
    LIST_BEFORE, /* rows before the key, the nearest first; an unset key: the last rows, the last first */
};

struct list_page; /* what a source fills during one fetch */

struct list_row {
    struct list_key key; /* where it stands: copied, its text too */
    struct id id;
    uint32_t tag; /* free for the source: record type, kind of work item */
    enum style style;
    char sign;    /* behind its number, where a mark takes its place; 0: none */
    const char *cells[LIST_MAX_COLUMNS]; /* owned by the list when the row is in it; NULL: blank */
    char *texts; /* belongs to the list: where its cells are; sources leave it NULL */
};

/* Add one row, copied with all its texts. False when the page is full or memory is short: stop. */
bool list_page_add(struct list_page *page, const struct list_row *row);
/* For a source whose rows lie in an array of n, row i with key.row i + 1: give() is called for those that are asked for, in their order, until it returns false. */
void list_page_walk(struct list_page *page, enum list_way way, const struct list_key *key, size_t max, size_t n, bool (*give)(void *context, struct list_page *page, size_t index), void *context);
/* The source gives what it has found and would have to look longer for more; it remembers how far it got, and list_go_on asks again from the same key. */
void list_page_unfinished(struct list_page *page);

struct list_source {
    void *context; /* borrowed */
    /* Call list_page_add for up to max rows. The source need not look at how many were taken. */
    enum status (*fetch)(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err);
};

struct list_column {
    const char *label; /* header; NULL as the label of the first column: the list has no header row */
    int columns;       /* width; 0 in one column: what is left of the line, before a column of numbers at most 64. A longer head or cell takes what that column, or the end of
                        * the line, can spare; on a narrow screen that column takes what the others do not use. A text runs on over blank cells behind it */
    bool right;        /* numbers */
};

enum list_flag {
    LIST_DIGITS = 1,  /* digits select by row number as they are typed, Enter opens */
    LIST_NUMBERS = 2, /* show row numbers behind the marker */
    LIST_FIND = 4,    /* what is typed narrows the list */
    LIST_USUAL = LIST_DIGITS | LIST_NUMBERS | LIST_FIND
};

/* Fields belong to list.c, reading n, selected, at_start, at_end, typed is fine. */
struct list {
    struct list_source source;
    const struct list_column *columns; /* borrowed */
    size_t n_columns;
    unsigned flags;
    struct list_row *rows; /* owned: the window */
    size_t n;
    size_t height;   /* rows that fit: the window is never longer */
    size_t selected; /* < n, 0 when empty */
    bool at_start, at_end; /* nothing before the first / behind the last row of the window */
    char typed[LIST_TYPED_BYTES];
    size_t n_typed;
    char sought[LIST_FIND_BYTES]; /* what the list is narrowed to, as typed; "": nothing */
    struct list_find find;        /* ..read */
    const struct id_set *marks;   /* borrowed: rows with a '*' behind their number; NULL: none */
    bool in_find;                 /* the last key was typed into it: the cursor stands there */
    int widest[LIST_MAX_COLUMNS];   /* columns that the longest cell read so far takes */
    size_t owed;                  /* rows that a key asked for, or the window has room for, and the source has not found yet */
    bool owed_down;               /* ..behind the window, else before it */
    bool scan_cut;                /* the last page was not read to its end: LIST_SCAN_ROWS */
};

enum list_result {
    LIST_IGNORED,
    LIST_MOVED,
    LIST_OPEN,    /* Enter on a row, or on a typed number: list_selected() is it */
    LIST_REFUSED, /* at the edge, or no such number: beep */
    LIST_FAILED,  /* the source failed: err says why; rows as before */
};

/* n_columns <= LIST_MAX_COLUMNS (assert). Empty until list_reload. */
void list_init(struct list *list, struct list_source source, const struct list_column *columns, size_t n_columns, unsigned flags);
void list_release(struct list *list);
/* Other columns (n_columns <= LIST_MAX_COLUMNS, assert). The caller reads the rows again: list_reload. */
void list_set_columns(struct list *list, const struct list_column *columns, size_t n_columns);
/* How many rows fit (>= 1). A longer window is filled at the next reload or move; call list_reload after a growth. */
enum status list_set_height(struct list *list, size_t rows, struct errmsg *err);
/* Read from the start, select the first row: for a new filter or order. Errors: the source's; rows as before. */
enum status list_reset(struct list *list, struct errmsg *err);
/* Read the window again from its first row, keep the selected record selected: after data changed. Same errors. */
enum status list_reload(struct list *list, struct errmsg *err);
/* What the source still owes, as far as it comes at once: call it while no key waits and `owed` is not 0. The selected row stays selected while the window fills. Same errors. */
enum status list_go_on(struct list *list, struct errmsg *err);
/* Not to look on; a key that asks for more does it again. */
void list_stop(struct list *list);
/* Whether the list is narrowed. */
bool list_is_narrowed(const struct list *list);
/* Up Down PgUp PgDn Home End Enter, digits with LIST_DIGITS (Backspace corrects, Esc clears them, other keys drop them), text with LIST_FIND. */
enum list_result list_key(struct list *list, struct key key, struct errmsg *err);
/* The selected row; NULL when the list is empty. Borrowed until the next call that changes the list. */
const struct list_row *list_selected(const struct list *list);
/* Select the row with this id if it is in the window. */
bool list_select_id(struct list *list, struct id id);
/* Select the row of this number (1.. from the top); false if there is none. */
bool list_select_number(struct list *list, unsigned long number);
/* Draw header (when columns have labels) and rows into rows x columns cells at row, col; `empty` is shown when there are none. The height is
 * the caller's duty (list_set_height(rows - header)). focused puts the cursor on the selected row's marker. */
void list_draw(const struct list *list, struct canvas *canvas, int row, int col, int rows, int columns, const char *empty, bool focused);
/* 1 when the list has a header row or is narrowed, else 0. */
int list_header_rows(const struct list *list);

#endif /* TUI_LIST_H */
