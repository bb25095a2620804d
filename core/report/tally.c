/* core/report/tally.c - see tally.h: opening a tally and asking it. What changed: tally_change.c; counting a row: tally_view.c; writing down: tally_fold.c; rows: tally_rows.c. */
#include "core/report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/data/data.h"
#include "core/record/recount.h"
#include "core/record/row.h"
#include "core/report/tally_impl.h"

/* ---- opening ---- */

static uint64_t hash_bytes(uint64_t hash, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return hash;
}

/* What the rules are made from: our version of them, the shipped maps, and which codes there are, and below which. */
int64_t tally_stamp(const struct code_book *codes)
{
    static const char *const SETS[] = {"cause", "stat_matter", "category"};
    static const char *const FILES[] = {"stat_matters.tsv", "consult_map.tsv"};
    uint64_t sum = COUNT_VERSION;
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        const struct data_file *file = data_find(FILES[i]);
        sum = file == NULL ? sum : hash_bytes(sum, file->text, file->len);
    }
    for (size_t i = 0; i < sizeof SETS / sizeof SETS[0]; i++) {
        uint64_t stamp = code_book_stamp(codes, SETS[i]);
        sum = hash_bytes(sum, (const char *)&stamp, sizeof stamp);
    }
    int64_t stamp = (int64_t)(sum & INT64_MAX);
    return stamp == 0 ? 1 : stamp;
}

enum status tally_rules(struct tally *tally, struct errmsg *err)
{
    return tally->rules != NULL ? STATUS_OK : count_rules_new(&tally->rules, tally->codes, err);
}

enum status tally_fresh_view(struct tally *tally, struct tally_view **view, struct errmsg *err)
{
    int64_t upto[TALLY_TYPES];
    enum status status = tally_rules(tally, err);
    *view = NULL;
    if (status != STATUS_OK)
        return status;
    *view = malloc(sizeof **view);
    if (*view == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    for (size_t i = 0; i < TALLY_TYPES; i++)
        upto[i] = INT64_MAX;
    tally_view_init(*view, tally->store, tally->rules, false, upto);
    return STATUS_OK;
}

/* What lies over the table. */
static enum status lay_over(struct tally *tally, struct errmsg *err)
{
    int64_t marks[TALLY_TYPES] = {0}, upto[TALLY_TYPES], pending = 1;
    enum status status = STATUS_OK;
    tally->anew = recount_stamp(tally->store) != tally_stamp(tally->codes);
    if (!tally->anew)
        status = recount_pending(tally->store, 1, &pending, err);
    if (status != STATUS_OK || pending == 0)
        return status;
    for (size_t i = 0; i < TALLY_TYPES; i++) {
        marks[i] = tally->anew ? 0 : recount_mark(tally->store, tally_type((enum tally_type)i));
        upto[i] = INT64_MAX;
    }
    status = tally_rules(tally, err);
    if (status == STATUS_OK)
        status = tally_difference(tally->store, tally->rules, marks, upto, &tally->over, err);
    return status == STATUS_OK ? tally_cells_sort(&tally->over) : status;
}

enum status tally_open(struct tally **out, struct store *store, const struct actor *actor, const struct code_book *codes, struct errmsg *err)
{
    struct tally *tally = calloc(1, sizeof *tally);
    *out = NULL;
    if (tally == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    tally->store = store;
    tally->actor = actor;
    tally->codes = codes;
    tally->reads = !store_in_transaction(store);
    enum status status = tally->reads ? store_begin_read(store, err) : STATUS_OK;
    if (status != STATUS_OK) {
        free(tally);
        return status;
    }
    status = lay_over(tally, err);
    if (status != STATUS_OK) {
        tally_close(tally);
        return status;
    }
    *out = tally;
    return STATUS_OK;
}

void tally_close(struct tally *tally)
{
    if (tally == NULL)
        return;
    if (tally->reads)
        store_end_read(tally->store);
    for (struct tally_edge *edge = tally->edges, *next; edge != NULL; edge = next) {
        next = edge->next;
        tally_cells_release(&edge->cells);
        free(edge);
    }
    tally_cells_release(&tally->over);
    count_rules_free(tally->rules);
    free(tally);
}

/* ---- the ends of periods ---- */

struct edge_count {
    struct tally_view *view;
    struct tally_sink sink;
    enum status status;
    struct errmsg *err;
};

static bool count_dated(void *context, enum tally_type type, struct stmt *row)
{
    struct edge_count *count = context;
    count->sink.org = stmt_column_int(row, TALLY_SCOPE);
    if (type == TALLY_CASE)
        count->status = tally_count_case(count->view, row, tally_sink_emit, &count->sink, count->err);
    else
        tally_count_consultation(count->view, row, tally_sink_emit, &count->sink);
    return count->status == STATUS_OK;
}

static enum status count_edge(struct tally *tally, struct tally_edge *edge, struct errmsg *err)
{
    struct edge_count count = {.sink = {.cells = &edge->cells, .sign = 1, .by_day = true, .from = edge->range.from, .to = edge->range.to}, .err = err};
    struct tally_dated dated = {.store = tally->store, .from = edge->range.from, .to = edge->range.to, .case_columns = TALLY_CASE_COLUMNS,
                                .consultation_columns = TALLY_CONSULTATION_COLUMNS, .row = count_dated, .context = &count};
    enum status status = tally_fresh_view(tally, &count.view, err);
    if (status == STATUS_OK)
        status = tally_dated_rows(&dated, err);
    free(count.view);
    if (status == STATUS_OK)
        status = count.status;
    return status == STATUS_OK ? tally_cells_sort(&edge->cells) : status;
}

/* The counts of some days. Borrowed from the tally. */
static enum status edge_of(struct tally *tally, struct tally_range range, const struct tally_cells **out, struct errmsg *err)
{
    struct tally_edge *edge = tally->edges;
    while (edge != NULL && (edge->range.from != range.from || edge->range.to != range.to))
        edge = edge->next;
    if (edge == NULL) {
        edge = calloc(1, sizeof *edge);
        if (edge == NULL)
            return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
        edge->range = range;
        enum status status = count_edge(tally, edge, err);
        if (status != STATUS_OK) {
            tally_cells_release(&edge->cells);
            free(edge);
            return status;
        }
        edge->next = tally->edges;
        tally->edges = edge;
    }
    *out = &edge->cells;
    return STATUS_OK;
}

/* ---- sums ---- */

/* Sums by org, ascending. */
struct org_sums {
    size_t n;
    int64_t orgs[TALLY_ORGS_MAX], sums[TALLY_ORGS_MAX];
    bool too_many;
};

struct question {
    struct tally *tally;
    int32_t from, to;
    int64_t org;           /* or TALLY_ORG_ALL */
    int64_t sum;
    struct org_sums *by_org; /* NULL: the sum only */
    struct errmsg *err;
};

static void add_to_org(struct org_sums *sums, int64_t org, int64_t amount)
{
    size_t low = 0, high = sums->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sums->orgs[middle] < org)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == sums->n || sums->orgs[low] != org) {
        sums->too_many = sums->too_many || sums->n == TALLY_ORGS_MAX;
        if (sums->too_many)
            return;
        memmove(&sums->orgs[low + 1], &sums->orgs[low], (sums->n - low) * sizeof sums->orgs[0]);
        memmove(&sums->sums[low + 1], &sums->sums[low], (sums->n - low) * sizeof sums->sums[0]);
        sums->orgs[low] = org;
        sums->sums[low] = 0;
        sums->n++;
    }
    sums->sums[low] = tally_add(sums->sums[low], amount);
}

static void add_amount(struct question *question, int64_t org, int64_t amount)
{
    if (!row_in_scope(question->tally->actor, org) || (question->org != TALLY_ORG_ALL && question->org != org))
        return;
    if (question->by_org != NULL)
        add_to_org(question->by_org, org, amount);
    else
        question->sum = tally_add(question->sum, amount);
}

static void add_cells(struct question *question, const struct tally_cells *cells, int64_t metric, int sign, int32_t first, int32_t last)
{
    for (size_t i = tally_cells_find(cells, metric, first); i < cells->n && cells->cells[i].metric == metric && cells->cells[i].bucket <= last; i++)
        add_amount(question, cells->cells[i].org, sign * cells->cells[i].value);
}

static enum status add_table(struct question *question, int64_t metric, int sign, int32_t first, int32_t last)
{
    struct stmt *stmt = store_prepare(question->tally->store, "SELECT org,value FROM tally WHERE metric=?1 AND bucket BETWEEN ?2 AND ?3");
    enum status status;
    stmt_int(stmt, 1, metric);
    stmt_int(stmt, 2, first);
    stmt_int(stmt, 3, last);
    while (stmt_row(stmt, &status, question->err))
        add_amount(question, stmt_column_int(stmt, 0), sign * stmt_column_int(stmt, 1));
    return status;
}

static enum status add_term(struct question *question, const struct count_term *term)
{
    struct tally_range edges[2];
    int32_t first, last;
    int32_t from = count_measure_of(term->metric) == COUNT_OPEN ? INT32_MIN : question->from;
    size_t n = tally_split(from, question->to, &first, &last, edges);
    enum status status = STATUS_OK;
    if (first <= last) {
        if (!question->tally->anew)
            status = add_table(question, term->metric, term->sign, first, last);
        add_cells(question, &question->tally->over, term->metric, term->sign, first, last);
    }
    for (size_t i = 0; status == STATUS_OK && i < n; i++) {
        const struct tally_cells *cells;
        status = edge_of(question->tally, edges[i], &cells, question->err);
        if (status == STATUS_OK)
            add_cells(question, cells, term->metric, term->sign, 0, 0);
    }
    return status;
}

static enum status answer(struct question *question, const struct count_term *terms, size_t n_terms)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < n_terms; i++)
        status = add_term(question, &terms[i]);
    return status;
}

enum status tally_sum(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org, int64_t *sum, struct errmsg *err)
{
    struct question question = {.tally = tally, .from = from, .to = to, .org = org, .err = err};
    enum status status = answer(&question, terms, n_terms);
    *sum = status == STATUS_OK ? question.sum : 0;
    return status;
}

enum status tally_by_org(struct tally *tally, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, tally_org_row row, void *context, struct errmsg *err)
{
    struct org_sums sums;
    struct question question = {.tally = tally, .from = from, .to = to, .org = TALLY_ORG_ALL, .by_org = &sums, .err = err};
    sums.n = 0;
    sums.too_many = false;
    enum status status = answer(&question, terms, n_terms);
    if (status != STATUS_OK)
        return status;
    if (sums.too_many)
        return errmsg_set(err, STATUS_TOO_LARGE, "有数据的机构超过 %d 个，报表不能逐个列出", TALLY_ORGS_MAX);
    for (size_t i = 0; i < sums.n; i++)
        if (sums.sums[i] != 0 && !row(context, sums.orgs[i], sums.sums[i]))
            break;
    return STATUS_OK;
}

/* ---- by part ---- */

/* The least metric above `after` and up to `last`, of the table, the overlay and the edges; 0: none. */
static enum status next_metric(struct tally *tally, const struct tally_cells *const cells[3], int64_t after, int64_t last, int64_t *next, struct errmsg *err)
{
    enum status status = STATUS_OK;
    *next = 0;
    if (!tally->anew) {
        struct stmt *stmt = store_prepare(tally->store, "SELECT metric FROM tally WHERE metric>?1 AND metric<=?2 ORDER BY metric LIMIT 1");
        stmt_int(stmt, 1, after);
        stmt_int(stmt, 2, last);
        if (stmt_row(stmt, &status, err)) {
            *next = stmt_column_int(stmt, 0);
            stmt_reset(stmt);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        size_t at = cells[i] == NULL ? 0 : tally_cells_find(cells[i], after + 1, INT32_MIN);
        if (cells[i] != NULL && at < cells[i]->n && cells[i]->cells[at].metric <= last && (*next == 0 || cells[i]->cells[at].metric < *next))
            *next = cells[i]->cells[at].metric;
    }
    return status;
}

enum status tally_by_part(struct tally *tally, enum count_measure measure, int type, enum count_dimension dimension, int32_t from, int32_t to, int64_t org, tally_part_row row, void *context,
                          struct errmsg *err)
{
    int64_t first = count_metric(measure, type, dimension, 0), last = first + ((INT64_C(1) << 40) - 1), sum;
    const struct tally_cells *cells[3] = {&tally->over, NULL, NULL};
    struct tally_range edges[2];
    struct count_term term = {.sign = 1};
    int32_t begin, end;
    enum status status = STATUS_OK;

    for (size_t i = 0, n = tally_split(measure == COUNT_OPEN ? INT32_MIN : from, to, &begin, &end, edges); status == STATUS_OK && i < n; i++)
        status = edge_of(tally, edges[i], &cells[i + 1], err);
    for (int64_t at = first - 1; status == STATUS_OK; at = term.metric) {
        status = next_metric(tally, cells, at, last, &term.metric, err);
        if (status != STATUS_OK || term.metric == 0)
            break;
        status = tally_sum(tally, &term, 1, from, to, org, &sum, err);
        if (status == STATUS_OK && sum != 0 && !row(context, term.metric & ((INT64_C(1) << 40) - 1), sum))
            break;
    }
    return status;
}
