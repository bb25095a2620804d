/* tui/views/roster_table.h - a roster of a case's form (core/case/roster.h) as a table: its rows with the columns of their record type, and below them the row in hand as a form.
 *
 * What the table holds is the roster's text, a line a row; the view puts it into its field after every key (roster_table_text), so that the draft has what is typed, also of a row that is not complete.
 * Keys: Enter goes through the cells and on to the next row, behind the last one to a new row; Enter on the first cell of an empty last row (the identity stands there already) is done. Up above the first cell and PgUp go to the row
 * above, PgDn below. Ctrl-Z in a cell takes its typing back, then the last change of a row, removal or move. A row is checked when it is left for another one; going back never refuses.
 * Borrowed: the book of codes, which must outlive the table. */
#ifndef TUI_VIEWS_ROSTER_TABLE_H
#define TUI_VIEWS_ROSTER_TABLE_H

#include "core/case/roster.h"
#include "tui/form.h"
#include "tui/views/common.h"

enum { ROSTER_UNDO_MAX = 32 };

struct roster_past {
    char *text; /* owned */
    size_t at;
};

/* Fields belong to roster_table.c; reading form, n and at is fine. */
struct roster_table {
    const struct roster *roster; /* NULL: closed */
    const struct code_book *codes;
    int32_t day, today;
    char *lines[ROSTER_ROWS_MAX]; /* owned; "" : a row nothing was typed in */
    size_t n, at;                 /* the row in hand, < n */
    struct form form;             /* of the row in hand */
    struct form_def defs[ROSTER_COLUMNS_MAX];
    struct roster_past past[ROSTER_UNDO_MAX];
    size_t n_past;
    int cols;     /* laid out for */
    size_t first; /* row at the top of the table */
};

enum roster_key {
    ROSTER_IGNORED,
    ROSTER_KEPT,    /* the key was the table's: put its text into the field */
    ROSTER_REFUSED, /* beep; message says why */
    ROSTER_DONE     /* the person is through: close it */
};

/* Open it on a text at its first row that cannot be read, else at the new row behind the last. day: the record's, which says what codes are in force; today: from where days are counted.
 * Errors: STATUS_NOMEM, STATUS_TOO_LARGE (more rows than the roster may have); nothing to close then. */
enum status roster_table_open(struct roster_table *table, const struct roster *roster, const struct code_book *codes, int32_t day, int32_t today, const char *text, struct errmsg *err);
void roster_table_close(struct roster_table *table);
bool roster_table_is_open(const struct roster_table *table);
/* The roster's text as it stands, appended; rows without anything are left out. */
void roster_table_text(const struct roster_table *table, struct buf *out);
/* A key of a person; err gets the message of a refusal. */
enum roster_key roster_table_key(struct roster_table *table, struct view *view, struct key key, struct errmsg *err);
/* A new row above the row in hand. Errors: STATUS_TOO_LARGE (the roster is full), STATUS_INVALID (the row in hand is not in order), STATUS_NOMEM. */
enum status roster_table_insert(struct roster_table *table, struct errmsg *err);
/* Take the row in hand out. */
void roster_table_remove(struct roster_table *table);
/* Move the row in hand up (-1) or down (1). Errors: STATUS_RANGE (it is at the end), STATUS_INVALID as above. */
enum status roster_table_move(struct roster_table *table, int by, struct errmsg *err);
/* Whether the row in hand is in order: the message begins with its number and names the column, which gets the focus. */
enum status roster_table_check(struct roster_table *table, struct errmsg *err);
/* A code that was picked for the cell in hand. */
void roster_table_take_pick(struct roster_table *table, const char *code);
/* What the cell in hand is of. */
const struct field_def *roster_table_field(const struct roster_table *table);
/* Into rows x the canvas's width from `row` on: header, rows, a rule, the form. The cursor stands in the cell in hand. */
void roster_table_draw(struct roster_table *table, struct canvas *canvas, int row, int rows);

#endif /* TUI_VIEWS_ROSTER_TABLE_H */
