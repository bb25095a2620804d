/* core/report/form_plan.c - see form_plan.h. */
#include "core/report/form_plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/report/form_live.h"

enum { DEPTH_MAX = 6 /* sums of sums; deeper is a circle */ };

struct making {
    const struct form_book *book;
    struct form_plan *out;
    struct errmsg *err;
};

static enum status add(struct making *making, const struct ministry_form *form, const struct form_column *column, int depth);

static enum status malformed(struct making *making, const struct ministry_form *form, const struct form_column *column, const char *what)
{
    char cell[FORM_CELL_BYTES];

    form_cell_name(form, column, cell);
    return errmsg_set(making->err, STATUS_MALFORMED, "%s: %s: %s", cell, column->source, what);
}

static enum status add_counts(struct making *making, const struct ministry_form *form, const struct form_column *column)
{
    struct count_term terms[COUNT_TERMS_MAX];
    struct form_plan *plan = making->out;
    char cell[FORM_CELL_BYTES];
    size_t n = 0;
    enum status status = count_parse(column->argument, terms, &n, making->err);

    form_cell_name(form, column, cell);
    if (status != STATUS_OK)
        return errmsg_wrap(making->err, status, "%s", cell);
    if (plan->n_terms + n > COUNT_TERMS_MAX)
        return malformed(making, form, column, "too many counts");
    for (size_t i = 0; i < n; i++)
        plan->terms[plan->n_terms++] = terms[i];
    return STATUS_OK;
}

static enum status add_live(struct making *making, const struct ministry_form *form, const struct form_column *column)
{
    struct form_plan *plan = making->out;
    int member = form_live_find(column->argument);

    if (member < 0 || plan->n_lives == FORM_LIVES_MAX)
        return malformed(making, form, column, "no such live source");
    plan->lives[plan->n_lives++] = member;
    return STATUS_OK;
}

/* "3+6+9" of the form itself, "F5.1+F6.2" of others. */
static enum status add_parts(struct making *making, const struct ministry_form *form, const struct form_column *column, int depth)
{
    for (const char *at = column->argument; *at != '\0';) {
        const struct ministry_form *other = form;
        const struct form_column *part = NULL;
        char name[FORM_CELL_BYTES] = "";
        size_t len = strcspn(at, "+");
        if (len > 0 && len < sizeof name) {
            memcpy(name, at, len);
            part = column->kind == FORM_SUM ? form_column_find(form, atoi(name)) : form_book_cell(making->book, name, &other);
        }
        if (part == NULL)
            return malformed(making, form, column, name);
        enum status status = add(making, other, part, depth + 1);
        if (status != STATUS_OK)
            return status;
        at += len + (at[len] == '+');
    }
    return STATUS_OK;
}

static enum status add(struct making *making, const struct ministry_form *form, const struct form_column *column, int depth)
{
    struct form_plan *plan = making->out;

    if (depth > DEPTH_MAX || plan->n_entries == FORM_ENTRIES_MAX)
        return malformed(making, form, column, "too many parts");
    plan->entries[plan->n_entries++] = (struct form_plan_entry){.form = form, .column = column};
    switch (column->kind) {
    case FORM_COUNT:
        return add_counts(making, form, column);
    case FORM_LIVE:
        return add_live(making, form, column);
    case FORM_SUM:
    case FORM_CELL:
        return add_parts(making, form, column, depth);
    default:
        return STATUS_OK;
    }
}

enum status form_plan_make(const struct form_book *book, const struct ministry_form *form, const struct form_column *column, struct form_plan *out, struct errmsg *err)
{
    struct making making = {.book = book, .out = out, .err = err};

    *out = (struct form_plan){0};
    return add(&making, form, column, 0);
}
