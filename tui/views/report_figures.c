/* tui/views/report_figures.c - see report_figures.h. All of it is one reading of the data. */
#include "tui/views/report_figures.h"

#include <stdlib.h>
#include <string.h>


enum { FAILURES_FIRST = 8 };

/* ---- checks ---- */

static bool take_failure(void *context, const struct check_failure *from)
{
    struct report_failures *failures = context;
    if (failures->n == failures->room) {
        size_t room = failures->room > 0 ? failures->room * 2 : FAILURES_FIRST;
        struct report_failure *all = realloc(failures->all, room * sizeof *all);
        if (all == NULL) {
            failures->status = STATUS_NOMEM;
            return false;
        }
        failures->all = all;
        failures->room = room;
    }
    struct report_failure *failure = &failures->all[failures->n];
    *failure = (struct report_failure){.org = from->org, .difference = from->difference, .at_least = from->at_least, .n_cells = from->n_cells};
    copy_text(failure->rule, sizeof failure->rule, from->rule);
    copy_text(failure->words, sizeof failure->words, from->words);
    copy_text(failure->todo, sizeof failure->todo, from->todo);
    copy_text(failure->org_name, sizeof failure->org_name, from->org_name);
    memcpy(failure->cells, from->cells, sizeof failure->cells);
    if (from->explained != NULL && (failure->explained = strdup(from->explained)) == NULL) {
        failures->status = STATUS_NOMEM;
        return false;
    }
    failures->n++;
    return true;
}

enum status report_failures_read(const struct report_desk *desk, const struct form_sheet *sheet, struct report_failures *out, struct errmsg *err)
{
    *out = (struct report_failures){.status = STATUS_OK};
    enum status status = report_check(&desk->desk, sheet->form, sheet, take_failure, out, &out->open, err);
    return status == STATUS_OK && out->status != STATUS_OK ? errmsg_set(err, out->status, "%s", status_text(out->status)) : status;
}

void report_failures_release(struct report_failures *failures)
{
    for (size_t i = 0; i < failures->n; i++)
        free(failures->all[i].explained);
    free(failures->all);
    *failures = (struct report_failures){.status = STATUS_OK};
}

/* ---- units ---- */

/* The sheet has the total last. */
static size_t row_of(const struct report_figures *figures, size_t unit)
{
    return unit == 0 ? figures->sheet.n_rows - 1 : unit - 1;
}

size_t report_figures_units(const struct report_figures *figures)
{
    return figures->sheet.n_rows;
}

const struct form_row *report_figures_unit(const struct report_figures *figures, size_t unit)
{
    return &figures->sheet.rows[row_of(figures, unit)];
}

size_t report_figures_find(const struct report_figures *figures, int64_t org)
{
    for (size_t unit = 1; org != 0 && unit < figures->sheet.n_rows; unit++)
        if (report_figures_unit(figures, unit)->org == org)
            return unit;
    return 0;
}

unsigned report_figures_marks(const struct report_figures *figures, size_t unit, size_t column)
{
    return figures->marks[unit * figures->form->n_columns + column];
}

bool report_figures_frozen(const struct report_figures *figures, size_t unit, size_t column, int64_t *value)
{
    char cell[FORM_CELL_BYTES];
    form_cell_name(figures->form, &figures->form->columns[column], cell);
    return figures->frozen && snapshot_value(&figures->snapshot, cell, report_figures_unit(figures, unit)->org, value);
}

bool report_figures_before(const struct report_figures *figures, size_t unit, size_t column, struct year_on_year *out)
{
    int64_t org = report_figures_unit(figures, unit)->org, now = 0;
    bool missing = figures->form->columns[column].by_hand;
    char cell[FORM_CELL_BYTES];
    if (!figures->has_before)
        return false;
    for (size_t i = 0; i < figures->before.n_rows; i++) {
        if (figures->before.rows[i].org != org)
            continue;
        now = figures->before.rows[i].values[column];
        missing = figures->before.rows[i].missing[column];
    }
    form_cell_name(figures->form, &figures->form->columns[column], cell);
    year_before_cell(figures->reported, cell, org, now, figures->before_records, out);
    return out->has_reported || (figures->before_records && !missing);
}

int64_t report_figures_reference(const struct year_on_year *before)
{
    return before->has_reported ? before->reported : before->known;
}

/* ---- reading ---- */

static enum status read_before(struct report_desk *desk, struct report_figures *out, struct errmsg *err)
{
    struct period before;
    if (period_shift(&out->period, -1, &before, NULL) != STATUS_OK)
        return STATUS_OK; /* before there was time */
    enum status status = year_before_load(&desk->desk, out->form->name, &out->period, &out->reported, err);
    if (status == STATUS_OK)
        status = report_desk_has_records(desk, &before, &out->before_records, err);
    if (status == STATUS_OK)
        status = form_compute(&desk->desk, out->form, &before, &out->before, err);
    out->has_before = status == STATUS_OK;
    return status;
}

static enum status read_snapshot(struct report_desk *desk, struct report_figures *out, struct errmsg *err)
{
    enum status status = snapshot_load(&desk->desk, out->form->name, &out->period, &out->snapshot, err);
    out->frozen = status == STATUS_OK;
    if (status != STATUS_NOT_FOUND)
        return status;
    errmsg_clear(err);
    return STATUS_OK;
}

static void mark_failures(struct report_figures *out)
{
    for (size_t i = 0; i < out->failures.n; i++) {
        const struct report_failure *failure = &out->failures.all[i];
        size_t unit = report_figures_find(out, failure->org);
        for (size_t c = 0; c < out->form->n_columns; c++) {
            char cell[FORM_CELL_BYTES];
            form_cell_name(out->form, &out->form->columns[c], cell);
            for (size_t k = 0; k < failure->n_cells; k++)
                if (strcmp(failure->cells[k].cell, cell) == 0)
                    out->marks[unit * out->form->n_columns + c] |= failure->explained != NULL ? FIGURE_EXPLAINED : FIGURE_FAILED;
        }
    }
}

static enum status mark(struct report_figures *out, struct errmsg *err)
{
    out->marks = calloc(out->sheet.n_rows * out->form->n_columns, 1);
    if (out->marks == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    for (size_t unit = 0; unit < out->sheet.n_rows; unit++) {
        const struct form_row *row = report_figures_unit(out, unit);
        for (size_t c = 0; c < out->form->n_columns; c++) {
            uint8_t *marks = &out->marks[unit * out->form->n_columns + c];
            int64_t then;
            *marks = (uint8_t)((row->missing[c] ? FIGURE_MISSING : 0) | (row->adjusted[c] != 0 ? FIGURE_ADJUSTED : 0));
            if (report_figures_frozen(out, unit, c, &then) && then != row->values[c]) {
                *marks |= FIGURE_LATE;
                out->n_late++;
            }
        }
    }
    mark_failures(out);
    return STATUS_OK;
}

enum status report_figures_read(struct report_desk *desk, const struct ministry_form *form, const char *text, struct report_figures *out, struct errmsg *err)
{
    *out = (struct report_figures){.form = form};
    enum status status = report_desk_period(desk, form->rule, text, &out->period, err);
    if (status == STATUS_OK)
        status = report_desk_begin(desk, err);
    if (status != STATUS_OK)
        return status;
    status = form_compute(&desk->desk, form, &out->period, &out->sheet, err);
    bool computed = status == STATUS_OK;
    if (computed)
        status = report_failures_read(desk, &out->sheet, &out->failures, err);
    if (status == STATUS_OK)
        status = read_before(desk, out, err);
    if (status == STATUS_OK)
        status = read_snapshot(desk, out, err);
    report_desk_end(desk);
    if (status == STATUS_OK)
        status = mark(out, err);
    if (status != STATUS_OK && computed)
        report_figures_release(out);
    return status;
}

void report_figures_release(struct report_figures *figures)
{
    form_sheet_release(&figures->sheet);
    if (figures->has_before)
        form_sheet_release(&figures->before);
    year_before_free(figures->reported);
    report_failures_release(&figures->failures);
    if (figures->frozen)
        snapshot_release(&figures->snapshot);
    free(figures->marks);
    *figures = (struct report_figures){.form = figures->form};
}
