/* core/report/form_plan.h - what a form's column comes down to: counts, members of live sources, entries by hand. Sums and other forms' cells are taken apart, so that a cell, its row and the records
 * behind it are read from the same list. Within core/report/ministry_form.c. Pure. */
#ifndef CORE_REPORT_FORM_PLAN_H
#define CORE_REPORT_FORM_PLAN_H

#include "core/report/ministry_form.h"

enum { FORM_LIVES_MAX = 16, FORM_ENTRIES_MAX = 24 };

/* stat_entry rows of a cell: the column's own, and those of what it is made of. */
struct form_plan_entry {
    const struct ministry_form *form;
    const struct form_column *column;
};

struct form_plan {
    struct count_term terms[COUNT_TERMS_MAX];
    size_t n_terms;
    int lives[FORM_LIVES_MAX]; /* members: form_live_find */
    size_t n_lives;
    struct form_plan_entry entries[FORM_ENTRIES_MAX];
    size_t n_entries;
};

/* Errors: STATUS_MALFORMED naming the cell (the shipped table is wrong: a test holds that it is not). */
enum status form_plan_make(const struct form_book *book, const struct ministry_form *form, const struct form_column *column, struct form_plan *out, struct errmsg *err);

#endif /* CORE_REPORT_FORM_PLAN_H */
