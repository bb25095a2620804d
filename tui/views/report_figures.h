/* tui/views/report_figures.h - one form of one period with all that is told about its cells: last year's figures, what was frozen, checks that do not hold, what was entered by hand and what is missing.
 *
 * UNITS are the rows in the order of the screens: the total first, then the orgs. */
#ifndef TUI_VIEWS_REPORT_FIGURES_H
#define TUI_VIEWS_REPORT_FIGURES_H

#include "tui/views/report_desk.h"

/* ---- checks that do not hold ---- */

enum { FAILURE_ORG_BYTES = 64 * 4 };

struct report_failure {
    char rule[CHECK_RULE_BYTES], words[CHECK_WORDS_BYTES], todo[CHECK_WORDS_BYTES], org_name[FAILURE_ORG_BYTES];
    char *explained; /* owned; NULL: nobody did */
    bool at_least;
    int64_t org, difference;
    struct check_cell cells[CHECK_CELLS_MAX];
    size_t n_cells;
};

struct report_failures {
    struct report_failure *all; /* owned */
    size_t n, room;
    int64_t open; /* those nobody explained */
    enum status status;
};

/* The checks of a sheet, while the desk counts. Release in any case. Errors: storage, STATUS_NOMEM. */
enum status report_failures_read(const struct report_desk *desk, const struct form_sheet *sheet, struct report_failures *out, struct errmsg *err);
void report_failures_release(struct report_failures *failures);

/* ---- figures ---- */

enum figure_mark { FIGURE_MISSING = 1, FIGURE_FAILED = 2, FIGURE_EXPLAINED = 4, FIGURE_ADJUSTED = 8, FIGURE_LATE = 16 /* not what was frozen */ };

struct report_figures {
    const struct ministry_form *form; /* of the desk's book */
    struct period period;
    struct form_sheet sheet;
    bool has_before;          /* there is such a period a year earlier */
    struct form_sheet before; /* as known now */
    struct year_before *reported; /* owned */
    bool before_records;
    struct report_failures failures;
    bool frozen;
    struct snapshot snapshot;
    uint8_t *marks; /* owned: by unit and column */
    size_t n_late;  /* cells that are not as they were frozen */
};

/* text: the period's name. desk: kept open by the caller longer than the figures. On an error there is nothing to release. Errors: report_desk_period's, storage, STATUS_NOMEM. */
enum status report_figures_read(struct report_desk *desk, const struct ministry_form *form, const char *text, struct report_figures *out, struct errmsg *err);
void report_figures_release(struct report_figures *figures);

size_t report_figures_units(const struct report_figures *figures);
const struct form_row *report_figures_unit(const struct report_figures *figures, size_t unit);
/* The unit of an org (0: the total); the total where it has no row. */
size_t report_figures_find(const struct report_figures *figures, int64_t org);
/* enum figure_mark */
unsigned report_figures_marks(const struct report_figures *figures, size_t unit, size_t column);
/* What the cell was when it was frozen. False: it was not in it. */
bool report_figures_frozen(const struct report_figures *figures, size_t unit, size_t column, int64_t *value);
/* A year earlier. False: nothing is known of it, not even that it was 0. */
bool report_figures_before(const struct report_figures *figures, size_t unit, size_t column, struct year_on_year *out);
/* What the cell is compared with: as it was reported, else as it is known. */
int64_t report_figures_reference(const struct year_on_year *before);

#endif /* TUI_VIEWS_REPORT_FIGURES_H */
