/* core/report/tally_picked.c - see tally_picked.h. */
#include "core/report/tally_picked.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/row.h"
#include "core/report/tally_impl.h"

struct picked {
    struct tally *tally;
    struct tally_view *view;
    const struct count_term *terms;
    size_t n_terms;
    int32_t from, to;
    int64_t org;
    struct tally_row row; /* being counted: day is its first event's */
    bool any;
};

/* What one count adds to the terms; a stock has no beginning. */
static void add_count(void *context, int64_t metric, int32_t day, int64_t amount)
{
    struct picked *picked = context;
    struct tally_row *row = &picked->row;

    if (day > picked->to || (day < picked->from && count_measure_of(metric) != COUNT_OPEN))
        return;
    for (size_t i = 0; i < picked->n_terms; i++) {
        if (picked->terms[i].metric != metric)
            continue;
        row->amount = tally_add(row->amount, picked->terms[i].sign * amount);
        row->day = !picked->any || day < row->day ? day : row->day;
        picked->any = true;
    }
}

static bool is_wanted(const struct picked *picked, int64_t scope)
{
    return row_in_scope(picked->tally->actor, scope) && (picked->org == TALLY_ORG_ALL || picked->org == scope);
}

static enum status count_pick(struct picked *picked, const struct tally_pick *pick, struct errmsg *err)
{
    bool is_case = pick->type == tally_type(TALLY_CASE);
    struct stmt *stmt = store_prepare(picked->tally->store, is_case ? "SELECT " TALLY_CASE_COLUMNS " FROM \"case\" WHERE id=?1" : "SELECT " TALLY_CONSULTATION_COLUMNS " FROM consultation WHERE id=?1");
    enum status status;

    picked->any = false;
    picked->row = (struct tally_row){.type = pick->type, .id = pick->id};
    stmt_id(stmt, 1, pick->id);
    if (!stmt_row(stmt, &status, err))
        return status;
    picked->row.n = stmt_column_int(stmt, TALLY_N);
    if (is_wanted(picked, stmt_column_int(stmt, TALLY_SCOPE))) {
        if (is_case)
            status = tally_count_case(picked->view, stmt, add_count, picked, err);
        else
            tally_count_consultation(picked->view, stmt, add_count, picked);
    }
    stmt_reset(stmt);
    return status;
}

enum status tally_picked_rows(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, const struct tally_pick *picks, size_t n_picks, tally_row_fn row,
                              void *context, struct errmsg *err)
{
    struct picked picked = {.tally = tally, .terms = terms, .n_terms = n_terms, .from = from, .to = to, .org = org};
    bool go_on = true;
    enum status status = tally_fresh_view(tally, &picked.view, err);

    for (size_t i = 0; status == STATUS_OK && go_on && i < n_picks; i++) {
        if (picks[i].type != tally_type(TALLY_CASE) && picks[i].type != tally_type(TALLY_CONSULTATION))
            continue;
        status = count_pick(&picked, &picks[i], err);
        if (status == STATUS_OK && picked.row.amount != 0)
            go_on = row(context, &picked.row);
    }
    free(picked.view);
    return status;
}
