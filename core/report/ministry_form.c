/* core/report/ministry_form.c - see ministry_form.h.
 *
 * A form is computed by what it is made of, not column by column: the columns' plans (form_plan.h) are laid side by side, and each different count is asked for once by org (tally_by_org), each family of live sources is
 * walked once, the entries by hand are read once; what comes is added to every column that uses it. */
#include "core/report/ministry_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/report/form_entry.h"
#include "core/report/form_live.h"
#include "core/report/form_plan.h"

enum { SQL_MAX_BYTES = 512, ROWS_FIRST = 64 };

static enum status no_memory(struct errmsg *err)
{
    return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

/* ---- rows of a sheet ---- */

struct computing {
    const struct form_desk *desk;
    const struct ministry_form *form;
    const struct period *period;
    struct form_plan *plans; /* by column */
    struct use *uses;        /* of counts: by metric */
    size_t n_uses;
    struct form_row *rows;
    bool *shown;             /* by row: open at the end, or it has a figure */
    size_t n_rows, room;
    size_t last;             /* row looked up last: orgs come ascending */
    enum status status;      /* first failure */
    struct errmsg *err;
};

/* One count in one column. */
struct use {
    int64_t metric;
    size_t column;
    int sign;
};

static struct form_row *new_row(struct computing *computing, int64_t org, bool shown)
{
    if (computing->n_rows == computing->room) {
        size_t room = computing->room > 0 ? computing->room * 2 : ROWS_FIRST;
        struct form_row *rows = realloc(computing->rows, room * sizeof *rows);
        if (rows != NULL)
            computing->rows = rows;
        bool *flags = rows != NULL ? realloc(computing->shown, room * sizeof *flags) : NULL;
        if (flags == NULL) {
            computing->status = no_memory(computing->err);
            return NULL;
        }
        computing->shown = flags;
        computing->room = room;
    }
    struct form_row *row = &computing->rows[computing->n_rows];
    *row = (struct form_row){.org = org};
    for (size_t i = 0; i < computing->form->n_columns; i++)
        row->missing[i] = computing->form->columns[i].by_hand;
    computing->shown[computing->n_rows++] = shown;
    return row;
}

/* The row of an org, made if there is none: it has a figure. NULL: no memory. */
static struct form_row *row_of(struct computing *computing, int64_t org)
{
    for (size_t i = 0; i < computing->n_rows; i++) {
        size_t at = (computing->last + i) % computing->n_rows;
        if (computing->rows[at].org != org)
            continue;
        computing->last = at;
        computing->shown[at] = true;
        return &computing->rows[at];
    }
    struct form_row *row = new_row(computing, org, true);
    if (row != NULL)
        org_name(computing->desk->store, org, row->name, sizeof row->name);
    return row;
}

/* The orgs that have a row, whether there are figures or not: by number. */
static enum status list_orgs(struct computing *computing)
{
    const struct actor *actor = computing->desk->actor;
    struct stmt *stmt = store_prepare(computing->desk->store, "SELECT number,name,kind,coalesce(closed,0)=0 AND coalesce(opened_on,?1)<=?1 FROM org WHERE gone=0 ORDER BY number");
    enum status status;

    stmt_int(stmt, 1, computing->period->to);
    while (computing->status == STATUS_OK && stmt_row(stmt, &status, computing->err)) {
        int64_t number = stmt_column_int(stmt, 0);
        if (!form_is_row_kind(stmt_column_text(stmt, 2, NULL)) || (!actor->all_scopes && number != actor->org))
            continue;
        struct form_row *row = new_row(computing, number, stmt_column_int(stmt, 3) != 0);
        if (row != NULL)
            snprintf(row->name, sizeof row->name, "%s", stmt_column_text(stmt, 1, NULL));
    }
    if (computing->status == STATUS_OK)
        return status;
    stmt_reset(stmt);
    return computing->status;
}

/* ---- counts ---- */

static int compare_uses(const void *a, const void *b)
{
    const struct use *left = a, *right = b;

    return left->metric != right->metric ? (left->metric < right->metric ? -1 : 1) : left->column < right->column ? -1 : left->column > right->column;
}

static enum status gather_uses(struct computing *computing)
{
    computing->uses = malloc((computing->form->n_columns * COUNT_TERMS_MAX) * sizeof *computing->uses);
    if (computing->uses == NULL)
        return no_memory(computing->err);
    for (size_t c = 0; c < computing->form->n_columns; c++)
        for (size_t i = 0; i < computing->plans[c].n_terms; i++)
            computing->uses[computing->n_uses++] = (struct use){computing->plans[c].terms[i].metric, c, computing->plans[c].terms[i].sign};
    qsort(computing->uses, computing->n_uses, sizeof *computing->uses, compare_uses);
    return STATUS_OK;
}

/* The uses of one metric, while its figures come in. */
struct metric_uses {
    struct computing *computing;
    const struct use *uses;
    size_t n;
};

static bool take_count(void *context, int64_t org, int64_t sum)
{
    const struct metric_uses *metric = context;
    struct form_row *row = sum != 0 ? row_of(metric->computing, org != 0 ? org : ORG_NUMBER_CENTER) : NULL;

    for (size_t i = 0; row != NULL && i < metric->n; i++)
        row->values[metric->uses[i].column] += metric->uses[i].sign * sum;
    return metric->computing->status == STATUS_OK;
}

static enum status add_counts(struct computing *computing)
{
    const struct period *period = computing->period;
    enum status status = gather_uses(computing);

    for (size_t i = 0, n; i < computing->n_uses && status == STATUS_OK; i += n) {
        struct count_term term = {.metric = computing->uses[i].metric, .sign = 1};
        for (n = 1; i + n < computing->n_uses && computing->uses[i + n].metric == term.metric;)
            n++;
        struct metric_uses metric = {.computing = computing, .uses = computing->uses + i, .n = n};
        status = tally_by_org(computing->desk->tally, &term, 1, period->from, period->to, take_count, &metric, computing->err);
        status = status == STATUS_OK ? computing->status : status;
    }
    return status;
}

/* ---- live sources ---- */

static bool take_hit(void *context, const struct live_hit *hit)
{
    struct computing *computing = context;
    struct form_row *row = row_of(computing, hit->org);

    for (size_t c = 0; row != NULL && c < computing->form->n_columns; c++)
        for (size_t i = 0; i < computing->plans[c].n_lives; i++)
            if (computing->plans[c].lives[i] == hit->member)
                row->values[c] += hit->amount;
    return computing->status == STATUS_OK;
}

static enum status add_lives(struct computing *computing)
{
    struct live_wanted wanted = {{0}};

    for (size_t c = 0; c < computing->form->n_columns; c++)
        for (size_t i = 0; i < computing->plans[c].n_lives; i++)
            live_want(&wanted, computing->plans[c].lives[i]);
    enum status status = form_live_each(computing->desk, &wanted, computing->period->from, computing->period->to, take_hit, computing, computing->err);
    return status == STATUS_OK ? computing->status : status;
}

/* ---- entries by hand ---- */

static bool take_entry(void *context, const struct form_entry *entry)
{
    struct computing *computing = context;
    struct form_row *row = row_of(computing, entry->org);

    for (size_t c = 0; row != NULL && c < computing->form->n_columns; c++) {
        for (size_t i = 0; i < computing->plans[c].n_entries; i++) {
            if (computing->plans[c].entries[i].column != entry->column)
                continue;
            row->values[c] += entry->amount;
            if (!entry->column->by_hand)
                row->adjusted[c] += entry->amount;
        }
        if (&computing->form->columns[c] == entry->column)
            row->missing[c] = false;
    }
    return computing->status == STATUS_OK;
}

static bool has_entry(const struct form_plan_entry *wanted, size_t n, const struct form_column *column)
{
    for (size_t i = 0; i < n; i++)
        if (wanted[i].column == column)
            return true;
    return false;
}

static enum status add_entries(struct computing *computing)
{
    struct form_plan_entry *wanted = malloc(computing->form->n_columns * FORM_ENTRIES_MAX * sizeof *wanted);
    size_t n = 0;

    if (wanted == NULL)
        return no_memory(computing->err);
    for (size_t c = 0; c < computing->form->n_columns; c++)
        for (size_t i = 0; i < computing->plans[c].n_entries; i++)
            if (!has_entry(wanted, n, computing->plans[c].entries[i].column))
                wanted[n++] = computing->plans[c].entries[i];
    enum status status = form_entries_each(computing->desk, wanted, n, computing->period->from, computing->period->to, take_entry, computing, computing->err);
    free(wanted);
    return status == STATUS_OK ? computing->status : status;
}

/* ---- the sheet ---- */

static int compare_rows(const void *a, const void *b)
{
    const struct form_row *left = a, *right = b;

    return left->org < right->org ? -1 : left->org > right->org;
}

/* Leave out who was closed or not yet there and has no figure; then by number, and the total behind them. */
static enum status finish_rows(struct computing *computing)
{
    size_t n = 0;
    struct form_row *total = new_row(computing, 0, true);

    if (total == NULL)
        return computing->status;
    for (size_t r = 0; r + 1 < computing->n_rows; r++)
        if (computing->shown[r])
            computing->rows[n++] = computing->rows[r];
    qsort(computing->rows, n, sizeof *computing->rows, compare_rows);
    total = &computing->rows[n];
    *total = computing->rows[computing->n_rows - 1];
    snprintf(total->name, sizeof total->name, "合计");
    for (size_t r = 0; r < n; r++) {
        for (size_t c = 0; c < computing->form->n_columns; c++) {
            total->values[c] += computing->rows[r].values[c];
            total->adjusted[c] += computing->rows[r].adjusted[c];
            total->missing[c] = total->missing[c] && computing->rows[r].missing[c];
        }
    }
    computing->n_rows = n + 1;
    return STATUS_OK;
}

static enum status make_plans(struct computing *computing)
{
    enum status status = STATUS_OK;

    computing->plans = malloc(computing->form->n_columns * sizeof *computing->plans);
    if (computing->plans == NULL)
        return no_memory(computing->err);
    for (size_t c = 0; c < computing->form->n_columns && status == STATUS_OK; c++)
        status = form_plan_make(computing->desk->book, computing->form, &computing->form->columns[c], &computing->plans[c], computing->err);
    return status;
}

enum status form_compute(const struct form_desk *desk, const struct ministry_form *form, const struct period *period, struct form_sheet *out, struct errmsg *err)
{
    struct computing computing = {.desk = desk, .form = form, .period = period, .status = STATUS_OK, .err = err};
    enum status status = make_plans(&computing);

    if (status == STATUS_OK)
        status = list_orgs(&computing);
    if (status == STATUS_OK)
        status = add_counts(&computing);
    if (status == STATUS_OK)
        status = add_lives(&computing);
    if (status == STATUS_OK)
        status = add_entries(&computing);
    if (status == STATUS_OK)
        status = finish_rows(&computing);
    free(computing.plans);
    free(computing.uses);
    free(computing.shown);
    *out = (struct form_sheet){.form = form, .period = *period};
    if (status == STATUS_OK) {
        out->rows = computing.rows;
        out->n_rows = computing.n_rows;
    } else {
        free(computing.rows);
    }
    return status;
}

void form_sheet_release(struct form_sheet *sheet)
{
    free(sheet->rows);
    *sheet = (struct form_sheet){0};
}

/* ---- one cell, and the rows behind it ---- */

/* What belongs to everyone counts for the center. */
static bool counts_for(int64_t org, int64_t wanted)
{
    return wanted <= 0 || org == wanted;
}

struct adding {
    const struct form_plan *plan;
    int64_t org; /* 0 or less: all */
    int64_t value;
};

static bool add_hit(void *context, const struct live_hit *hit)
{
    struct adding *adding = context;

    for (size_t i = 0; counts_for(hit->org, adding->org) && i < adding->plan->n_lives; i++)
        if (adding->plan->lives[i] == hit->member)
            adding->value += hit->amount;
    return true;
}

static bool add_entry(void *context, const struct form_entry *entry)
{
    struct adding *adding = context;

    for (size_t i = 0; counts_for(entry->org, adding->org) && i < adding->plan->n_entries; i++)
        if (adding->plan->entries[i].column == entry->column)
            adding->value += entry->amount;
    return true;
}

static struct live_wanted wanted_by(const struct form_plan *plan)
{
    struct live_wanted wanted = {{0}};

    for (size_t i = 0; i < plan->n_lives; i++)
        live_want(&wanted, plan->lives[i]);
    return wanted;
}

/* The orgs whose counts a cell of `org` adds up, at most two: index 0.. until false. */
static bool counted_org(int64_t org, size_t index, int64_t *number)
{
    *number = index == 0 ? (org > 0 ? org : TALLY_ORG_ALL) : 0;
    return index == 0 || (index == 1 && org == ORG_NUMBER_CENTER);
}

enum status form_cell(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, int64_t *value, struct errmsg *err)
{
    struct form_plan plan;
    struct adding adding = {.plan = &plan, .org = org};
    enum status status = form_plan_make(desk->book, form, column, &plan, err);
    int64_t number, sum = 0;

    for (size_t i = 0; status == STATUS_OK && plan.n_terms > 0 && counted_org(org, i, &number); i++) {
        status = tally_sum(desk->tally, plan.terms, plan.n_terms, period->from, period->to, number, &sum, err);
        adding.value += sum;
    }
    if (status == STATUS_OK) {
        struct live_wanted wanted = wanted_by(&plan);
        status = form_live_each(desk, &wanted, period->from, period->to, add_hit, &adding, err);
    }
    if (status == STATUS_OK)
        status = form_entries_each(desk, plan.entries, plan.n_entries, period->from, period->to, add_entry, &adding, err);
    *value = adding.value;
    return status;
}

struct giving {
    const struct form_desk *desk;
    const struct form_plan *plan;
    int64_t org;
    tally_row_fn row;
    void *context;
    bool stopped;
    enum status status; /* first failure */
    struct errmsg *err;
};

static bool give(struct giving *giving, struct tally_row *row)
{
    bool shows = true;

    giving->status = privacy_shows(giving->desk->store, giving->desk->actor, row->type, row->id, &shows, giving->err);
    if (giving->status != STATUS_OK)
        return false;
    if (!shows) {
        row->id = (struct id){{0}};
        row->sealed = true;
    }
    giving->stopped = !giving->row(giving->context, row);
    return !giving->stopped;
}

static bool give_count(void *context, const struct tally_row *row)
{
    struct giving *giving = context;

    giving->stopped = !giving->row(giving->context, row);
    return !giving->stopped;
}

static bool give_hit(void *context, const struct live_hit *hit)
{
    struct giving *giving = context;

    for (size_t i = 0; counts_for(hit->org, giving->org) && i < giving->plan->n_lives; i++) {
        struct tally_row row = {.type = hit->type, .id = hit->id, .n = hit->n, .day = hit->day, .amount = hit->amount};
        if (giving->plan->lives[i] == hit->member && !give(giving, &row))
            return false;
    }
    return true;
}

static bool give_entry(void *context, const struct form_entry *entry)
{
    struct giving *giving = context;

    for (size_t i = 0; counts_for(entry->org, giving->org) && i < giving->plan->n_entries; i++) {
        struct tally_row row = {.type = catalogue_find("stat_entry"), .id = entry->id, .n = entry->n, .day = entry->day, .amount = entry->amount};
        if (giving->plan->entries[i].column == entry->column && !give(giving, &row))
            return false;
    }
    return true;
}

enum status form_rows(const struct form_desk *desk, const struct ministry_form *form, const struct form_column *column, const struct period *period, int64_t org, tally_row_fn row, void *context,
                      struct errmsg *err)
{
    struct form_plan plan;
    struct giving giving = {.desk = desk, .plan = &plan, .org = org, .row = row, .context = context, .status = STATUS_OK, .err = err};
    enum status status = form_plan_make(desk->book, form, column, &plan, err);
    int64_t number;

    for (size_t i = 0; status == STATUS_OK && plan.n_terms > 0 && !giving.stopped && counted_org(org, i, &number); i++)
        status = tally_rows(desk->tally, plan.terms, plan.n_terms, period->from, period->to, number, NULL, 0, give_count, &giving, err);
    if (status == STATUS_OK && !giving.stopped) {
        struct live_wanted wanted = wanted_by(&plan);
        status = form_live_each(desk, &wanted, period->from, period->to, give_hit, &giving, err);
    }
    if (status == STATUS_OK && giving.status == STATUS_OK && !giving.stopped)
        status = form_entries_each(desk, plan.entries, plan.n_entries, period->from, period->to, give_entry, &giving, err);
    return status == STATUS_OK ? giving.status : status;
}
