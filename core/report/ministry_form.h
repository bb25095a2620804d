/* core/report/ministry_form.h - the Ministry's statistical forms filled in: every cell, and the rows behind it (research domain.md 5.2). What forms and columns there are: core/aid/form_book.h.
 *
 * To every column that is not by hand the stat_entry rows of its cell in the period are added (补报、调整): they are rows behind the cell as well. A sum's or cell's parts bring theirs along.
 * ROWS: the center and each station and branch that the actor sees (form_is_row_kind: those that had opened by the period's end and are not closed, and any org that has a figure), by number; then the total over
 * them. A row of a register counts for the org that owns it (stations of form 12 for themselves, entries by hand for the org they name, else for the center); what belongs to everyone counts for the center.
 * Money is in fen here; printed in 万元 with two decimals. */
#ifndef CORE_REPORT_MINISTRY_FORM_H
#define CORE_REPORT_MINISTRY_FORM_H

#include "core/aid/form_book.h"
#include "core/report/tally.h"

struct form_row {
    int64_t org;       /* number; 0: the total */
    char name[64 * 4];
    int64_t values[FORM_COLUMNS_MAX];
    int64_t adjusted[FORM_COLUMNS_MAX]; /* of that by stat_entry, columns not by hand */
    bool missing[FORM_COLUMNS_MAX];     /* by hand, and nobody entered it */
};

struct form_sheet {
    const struct ministry_form *form;
    struct period period;
    struct form_row *rows; /* owned; the last is the total */
    size_t n_rows;
};

/* What forms are computed from; borrowed for as long as the desk is used. */
struct form_desk {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct form_book *book;
    struct tally *tally;
};

/* Errors: storage, STATUS_NOMEM. Release when done. O(columns * buckets * orgs) and what the live sources walk. */
enum status form_compute(const struct form_desk *desk, const struct ministry_form *form, const struct period *period, struct form_sheet *out, struct errmsg *err);
void form_sheet_release(struct form_sheet *sheet);
/* One cell of the total (or of one org), without the rest of the form. */
enum status form_cell(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, int64_t *value, struct errmsg *err);

/* The rows behind a cell: what they add up to is its value (`hand last`: the one row). org: TALLY_ORG_ALL for the total. Rows of sums and of other forms' cells: those of their parts. */
enum status form_rows(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, tally_row_fn row, void *context,
                      struct errmsg *err);

#endif /* CORE_REPORT_MINISTRY_FORM_H */
