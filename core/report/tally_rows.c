/* core/report/tally_rows.c - the rows behind a figure: each case and consultation with an event in the period is counted by the same rules, and what it adds to the terms is kept. A page is cut from the
 * whole, sorted by day; nothing is stored by the figure. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/report/tally_impl.h"

enum { COLUMNS_SQL_MAX_BYTES = 2048 };

struct found {
    struct tally_row *rows; /* owned */
    size_t n, room;
};

struct search {
    struct tally *tally;
    struct tally_view *view;
    const struct count_term *terms;
    size_t n_terms;
    int32_t from, to;
    int64_t org;
    const struct record_type *types[2]; /* TALLY_CONSULTATION, TALLY_CASE */
    struct found found;
    struct tally_row now; /* being counted: day is its first event's */
    bool any;
    enum status status;
    struct errmsg *err;
};

/* What one count adds to the terms. */
static void note_count(void *context, int64_t metric, int32_t day, int64_t amount)
{
    struct search *search = context;
    bool open = count_measure_of(metric) == COUNT_OPEN;
    if (day > search->to || (!open && day < search->from))
        return;
    for (size_t i = 0; i < search->n_terms; i++) {
        if (search->terms[i].metric != metric)
            continue;
        search->now.amount = tally_add(search->now.amount, search->terms[i].sign * amount);
        search->now.day = !search->any || day < search->now.day ? day : search->now.day;
        search->any = true;
    }
}

static void keep(struct search *search)
{
    struct found *found = &search->found;
    if (found->n == found->room) {
        size_t room = found->room == 0 ? 256 : found->room * 2;
        struct tally_row *rows = reallocarray(found->rows, room, sizeof rows[0]);
        if (rows == NULL) {
            search->status = errmsg_set(search->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
            return;
        }
        found->rows = rows;
        found->room = room;
    }
    found->rows[found->n++] = search->now;
}

static bool look_at(void *context, enum tally_type type, struct stmt *row)
{
    struct search *search = context;
    int64_t scope = stmt_column_int(row, TALLY_SCOPE);
    if (!row_in_scope(search->tally->actor, scope) || (search->org != TALLY_ORG_ALL && search->org != scope))
        return true;
    search->any = false;
    search->now = (struct tally_row){.type = search->types[type], .n = stmt_column_int(row, TALLY_N)};
    search->now.sealed = stmt_column_int(row, type == TALLY_CASE ? TALLY_CASE_COUNT : TALLY_CONSULTATION_COUNT) == 0;
    if (!search->now.sealed)
        search->now.id = stmt_column_id(row, TALLY_ID);
    if (type == TALLY_CASE)
        search->status = tally_count_case(search->view, row, note_count, search, search->err);
    else
        tally_count_consultation(search->view, row, note_count, search);
    if (search->status == STATUS_OK && search->now.amount != 0)
        keep(search);
    return search->status == STATUS_OK;
}

static int compare_rows(const void *a, const void *b)
{
    const struct tally_row *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->type->no != y->type->no)
        return x->type->no < y->type->no ? -1 : 1;
    return (x->n > y->n) - (x->n < y->n);
}

/* The columns of a type, and one that says whether the actor may see which row it is. */
static void put_columns(const struct actor *actor, enum tally_type type, struct buf *out)
{
    buf_printf(out, "%s,(1", type == TALLY_CASE ? TALLY_CASE_COLUMNS : TALLY_CONSULTATION_COLUMNS);
    privacy_sql(actor, tally_type(type), out);
    buf_puts(out, ")");
}

/* Which measures the terms have: of consultations, of cases, the stock. */
static void ask_measures(const struct search *search, bool *consultations, bool *cases, bool *stock)
{
    *consultations = *cases = *stock = false;
    for (size_t i = 0; i < search->n_terms; i++) {
        enum count_measure measure = count_measure_of(search->terms[i].metric);
        bool talks = measure == COUNT_PERSONS || measure == COUNT_VISITORS || measure == COUNT_MATTERS;
        *consultations = *consultations || talks;
        *cases = *cases || !talks;
        *stock = *stock || measure == COUNT_OPEN;
    }
}

static enum status find_rows(struct search *search)
{
    struct buf cases, consultations;
    bool wants_cases, wants_consultations, stock;
    buf_init(&cases, COLUMNS_SQL_MAX_BYTES);
    buf_init(&consultations, COLUMNS_SQL_MAX_BYTES);
    ask_measures(search, &wants_consultations, &wants_cases, &stock);
    put_columns(search->tally->actor, TALLY_CASE, &cases);
    put_columns(search->tally->actor, TALLY_CONSULTATION, &consultations);
    struct tally_dated dated = {.store = search->tally->store, .from = stock ? DAY_MIN : search->from, .to = search->to, .row = look_at, .context = search,
                                .case_columns = wants_cases ? buf_cstr(&cases) : NULL, .consultation_columns = wants_consultations ? buf_cstr(&consultations) : NULL};
    enum status status = tally_dated_rows(&dated, search->err);
    buf_release(&cases);
    buf_release(&consultations);
    return status == STATUS_OK ? search->status : status;
}

enum status tally_rows(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, const struct tally_row *after, size_t max, tally_row_fn row,
                       void *context, struct errmsg *err)
{
    struct search search = {.tally = tally, .terms = terms, .n_terms = n_terms, .from = from, .to = to, .org = org, .err = err,
                            .types = {tally_type(TALLY_CONSULTATION), tally_type(TALLY_CASE)}};
    enum status status = tally_fresh_view(tally, &search.view, err);
    if (status == STATUS_OK)
        status = find_rows(&search);
    free(search.view);
    if (status == STATUS_OK && search.found.n > 1)
        qsort(search.found.rows, search.found.n, sizeof search.found.rows[0], compare_rows);
    for (size_t i = 0, given = 0; status == STATUS_OK && i < search.found.n && (max == 0 || given < max); i++) {
        if (after != NULL && compare_rows(&search.found.rows[i], after) <= 0)
            continue;
        given++;
        if (!row(context, &search.found.rows[i]))
            break;
    }
    free(search.found.rows);
    return status;
}
