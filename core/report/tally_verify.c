/* core/report/tally_verify.c - does a tally say what the records say? Counts every row anew and compares with what reports would show: the table and what lies over it. */
#include <inttypes.h>
#include <stdio.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/report/tally_impl.h"

enum { PROBLEMS_MAX = 20, PROBLEM_BYTES = 320 };

struct verify {
    struct tally *tally;
    struct tally_cells anew;
    size_t at, over_at; /* next cell of anew and of tally->over */
    void (*problem)(void *context, const char *text);
    void *context;
    size_t problems;
    int64_t checked;
};

static void report(struct verify *verify, const struct tally_cell *cell, int64_t shown, int64_t right)
{
    char text[PROBLEM_BYTES], word[COUNT_WORD_BYTES], from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    if (verify->problems++ >= PROBLEMS_MAX || verify->problem == NULL)
        return;
    count_word(cell->metric, word);
    day_format(tally_bucket_first(cell->bucket), from);
    day_format(tally_bucket_last(cell->bucket), to);
    snprintf(text, sizeof text, _("统计 %s，%s 至 %s，机构 %" PRId64 ": 报表用的数是 %" PRId64 "，按记录重新数是 %" PRId64), word, from, to, cell->org, shown, right);
    verify->problem(verify->context, text);
}

/* The value of the cell in a sorted list, whose place moves behind it. */
static int64_t take(const struct tally_cells *cells, size_t *at, const struct tally_cell *cell)
{
    if (*at < cells->n && tally_cell_compare(&cells->cells[*at], cell) == 0)
        return cells->cells[(*at)++].value;
    return 0;
}

/* The least cell that is left of those in memory; NULL: none. */
static const struct tally_cell *least(const struct verify *verify)
{
    const struct tally_cells *anew = &verify->anew, *over = &verify->tally->over;
    const struct tally_cell *a = verify->at < anew->n ? &anew->cells[verify->at] : NULL, *b = verify->over_at < over->n ? &over->cells[verify->over_at] : NULL;
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    return tally_cell_compare(a, b) <= 0 ? a : b;
}

static void check(struct verify *verify, struct tally_cell cell, int64_t stored)
{
    int64_t shown = tally_add(stored, take(&verify->tally->over, &verify->over_at, &cell)), right = take(&verify->anew, &verify->at, &cell);
    verify->checked++;
    if (shown != right)
        report(verify, &cell, shown, right);
}

/* Cells that the table does not have, up to the given one. */
static void check_before(struct verify *verify, const struct tally_cell *limit)
{
    const struct tally_cell *cell;
    while ((cell = least(verify)) != NULL && (limit == NULL || tally_cell_compare(cell, limit) < 0))
        check(verify, *cell, 0);
}

static enum status compare(struct verify *verify, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(verify->tally->store, "SELECT metric,bucket,org,value FROM tally ORDER BY metric,bucket,org");
    enum status status;
    while (stmt_row(stmt, &status, err)) {
        struct tally_cell cell = {.metric = stmt_column_int(stmt, 0), .bucket = (int32_t)stmt_column_int(stmt, 1), .org = stmt_column_int(stmt, 2)};
        check_before(verify, &cell);
        check(verify, cell, stmt_column_int(stmt, 3));
    }
    check_before(verify, NULL);
    return status;
}

static enum status count_anew(struct verify *verify, struct errmsg *err)
{
    int64_t marks[TALLY_TYPES] = {0}, upto[TALLY_TYPES];
    for (size_t i = 0; i < TALLY_TYPES; i++)
        upto[i] = INT64_MAX;
    enum status status = tally_rules(verify->tally, err);
    if (status == STATUS_OK)
        status = tally_difference(verify->tally->store, verify->tally->rules, marks, upto, &verify->anew, err);
    return status == STATUS_OK ? tally_cells_sort(&verify->anew) : status;
}

enum status tally_verify(struct store *store, const struct code_book *codes, void (*problem)(void *context, const char *text), void *context, int64_t *checked, struct errmsg *err)
{
    struct actor everybody = {.all_scopes = true};
    struct verify verify = {.problem = problem, .context = context};
    enum status status = tally_open(&verify.tally, store, &everybody, codes, err);
    *checked = 0;
    if (status != STATUS_OK)
        return status;
    if (!verify.tally->anew) { /* else nothing stored is shown to anybody */
        status = count_anew(&verify, err);
        if (status == STATUS_OK)
            status = compare(&verify, err);
    }
    *checked = verify.checked;
    tally_cells_release(&verify.anew);
    tally_close(verify.tally);
    return status;
}
