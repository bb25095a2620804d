/* core/report/form_entry.h - stat_entry rows as the forms read them: adjustments and expenses of the period, states of affairs as they last were. Within core/report/ministry_form.c. */
#ifndef CORE_REPORT_FORM_ENTRY_H
#define CORE_REPORT_FORM_ENTRY_H

#include "core/report/form_plan.h"

struct form_entry {
    const struct form_column *column;
    struct id id;
    int64_t n;      /* row number */
    int64_t org;    /* number; of none: the center */
    int32_t day;
    int64_t amount; /* fen of money columns; may be 0 (a state of affairs: none) or negative */
};
/* Return false to stop. */
typedef bool (*form_entry_row)(void *context, const struct form_entry *entry);

/* The rows that count for the wanted columns (each once): `hand last` the latest of each org up to `to`, all others those of from..to. Within the actor's scope. Errors: storage, STATUS_NOMEM.
 * O(entries of the period) by date, and O(entries of the cell) for each `hand last`. */
enum status form_entries_each(const struct form_desk *desk, const struct form_plan_entry *wanted, size_t n_wanted, int32_t from, int32_t to, form_entry_row row, void *context, struct errmsg *err);

#endif /* CORE_REPORT_FORM_ENTRY_H */
