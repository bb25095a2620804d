/* core/aid/stat_entry.h - figures that people write by hand: what no record of this program tells, reasoned adjustments of what is counted (stat_entry), and what was reported before the program was there (stat_baseline).
 *
 * Both name a cell of a form (core/aid/form_book.h) or of the summary: R1 .. R23 (core/report/summary.h), but for R2, which is a difference. Money cells take `money`, all others `amount`. */
#ifndef CORE_AID_STAT_ENTRY_H
#define CORE_AID_STAT_ENTRY_H

#include "core/aid/form_book.h"
#include "core/record/records.h"

/* A cell as a person names it. column NULL: one of the summary's. */
struct stat_cell {
    const struct ministry_form *form;
    const struct form_column *column;
    char name[FORM_CELL_BYTES]; /* its one spelling */
    bool money;
};

/* Errors: STATUS_INVALID, in words that say which cells there are. */
enum status stat_cell_find(const struct form_book *book, const char *text, struct stat_cell *out, struct errmsg *err);

/* Before a stat_entry is saved by hand: the cell exists and gets its one spelling; money for money cells, else amount; a cell that is not entered by hand is adjusted, which needs its reason (basis); a state of affairs
 * (hand last) is not negative, and has one row a day and org; the org has a row in the forms (the center's is written as none).
 * Errors: STATUS_INVALID naming the field, storage, STATUS_NOMEM. */
enum status stat_entry_prepare(struct store *store, const struct actor *actor, struct record *entry, struct errmsg *err);
/* Before a stat_baseline is saved by hand: the same of cell and value; the period gets its spelling ("2024H1"), and no other row has the same cell, period and org. */
enum status stat_baseline_prepare(struct store *store, const struct actor *actor, struct record *baseline, struct errmsg *err);

#endif /* CORE_AID_STAT_ENTRY_H */
