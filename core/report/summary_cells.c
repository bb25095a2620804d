/* core/report/summary_cells.c - the figures of a summary and the rows behind them. See summary.h.
 *
 * A cell is the column of a form over the summary's own days, one of the figures of outreach, or the frame of visits; R7 adds the consultations by tally and what was typed into events that have none, which is what
 * outreach means by `consulted` (core/outreach/figure.h), without walking a consultation. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/outreach/campaign_text.h"
#include "core/quality/visit.h"
#include "core/record/filter.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/report/summary_impl.h"

enum { SQL_MAX_BYTES = 1024, R1 = 0, R2 = 1 };

enum cell_source {
    FROM_FORM,    /* what: the column */
    FROM_FIGURE,  /* what: name, code */
    FROM_TALLY,   /* R7 */
    FROM_VISITED, /* R17 */
    FROM_FRAME,   /* R17T */
    FROM_CHANGE   /* R2 */
};

struct cell_def {
    struct summary_cell cell;
    enum cell_source source;
    const char *what, *code;
};

#define CELL(name_, label_, unit_) {.name = (name_), .label = (label_), .unit = (unit_)}

static const struct cell_def defs[] = {
    {CELL("R1", "办理案件", "件"), FROM_FORM, "F8.1", ""},
    {CELL("R2", "比上年同期增减", "件"), FROM_CHANGE, "", ""},
    {CELL("R3", "民事案件", "件"), FROM_FORM, "F6.2", ""},
    {CELL("R4", "刑事案件", "件"), FROM_FORM, "F5.1", ""},
    {CELL("R5", "行政案件", "件"), FROM_FORM, "F7.2", ""},
    {CELL("R6", "宣传送法活动", "场次"), FROM_FIGURE, "sessions", ""},
    {CELL("R7", "解答咨询", "人次"), FROM_TALLY, "consulted", ""},
    {CELL("R8", "发放资料", "份"), FROM_FIGURE, "handouts", ""},
    {CELL("R9", "荣誉", "项"), FROM_FIGURE, "honour", ""},
    {CELL("R10", "锦旗", "面"), FROM_FIGURE, "token", "1"},
    {CELL("R11", "感谢信", "封"), FROM_FIGURE, "token", "2"},
    {CELL("R12", "招募志愿者", "人"), FROM_FIGURE, "recruited", ""},
    {CELL("R13", "业务培训", "期"), FROM_FIGURE, "trainings", ""},
    {CELL("R14", "妇女案件", "件"), FROM_FORM, "F8.5", ""},
    {CELL("R15", "老年人案件", "件"), FROM_FORM, "F8.9", ""},
    {CELL("R16", "联席会", "次"), FROM_FIGURE, "meetings", ""},
    {CELL("R17", "已回访民事案件", "件"), FROM_VISITED, "", ""},
    {CELL("R17T", "应回访民事案件", "件"), FROM_FRAME, "", ""},
    {CELL("R18", "农民工案件", "件"), FROM_FORM, "F8.8", ""},
    {CELL("R19", "未成年人案件", "件"), FROM_FORM, "F8.10", ""},
    {CELL("R20", "残疾人案件", "件"), FROM_FORM, "F8.6", ""},
    {CELL("R21", "军人军属案件", "件"), FROM_FORM, "F8.11", ""},
    {{.name = "R22", .label = "挽回损失金额", .unit = "万元", .money = true}, FROM_FORM, "F8.3", ""},
    {CELL("R23", "受援人", "人次"), FROM_FORM, "F9.1", ""},
};

enum { N_CELLS = sizeof defs / sizeof defs[0] };

_Static_assert((int)N_CELLS <= (int)SUMMARY_CELLS_MAX, "room for every cell");

const struct summary_cell *summary_cell_at(size_t index)
{
    return index < N_CELLS ? &defs[index].cell : NULL;
}

void summary_cell_source(size_t index, char out[SUMMARY_SOURCE_BYTES])
{
    static const char *const words[] = {[FROM_FORM] = "报表栏目 ", [FROM_FIGURE] = "宣传工作的数 ", [FROM_TALLY] = "咨询，加上没有逐条登记的活动填的人次", [FROM_VISITED] = "上年办结的民事案件里已回访的",
                                        [FROM_FRAME] = "上年办结的民事案件", [FROM_CHANGE] = "R1 减上年同期"};

    assert(index < N_CELLS);
    const struct cell_def *def = &defs[index];
    bool named = def->source == FROM_FORM || def->source == FROM_FIGURE;
    snprintf(out, SUMMARY_SOURCE_BYTES, "%s%s%s%s", words[def->source], named ? def->what : "", *def->code ? " " : "", def->code);
}

static size_t index_of(const char *name)
{
    size_t i = 0;

    while (i < N_CELLS && strcmp(defs[i].cell.name, name) != 0)
        i++;
    return i;
}

const struct summary_cell *summary_find(const struct summary *summary, const char *name)
{
    for (size_t i = 0; i < summary->n_cells; i++)
        if (strcmp(summary->cells[i].name, name) == 0)
            return &summary->cells[i];
    return NULL;
}

bool summary_is_known(const struct summary *summary, const struct summary_cell *cell)
{
    return strcmp(cell->name, "R2") != 0 || summary_find(summary, "R1")->has_before;
}

bool summary_before(const struct summary_cell *cell, int64_t *before)
{
    *before = cell->before.has_reported ? cell->before.reported : cell->before.known;
    return cell->has_before;
}

int summary_visit_year(const struct period *period)
{
    int year, month, dom;

    if (period->year != 0)
        return period->year - 1;
    day_to_ymd(period->to, &year, &month, &dom);
    return year - 1;
}

/* ---- computing ---- */

static const char *const wanted[] = {"sessions", "consulted", "handouts", "honour", "token", "recruited", "trainings", "meetings", NULL};

static bool is_of(const struct cell_def *def, const struct figure *figure)
{
    return (def->source == FROM_FIGURE || def->source == FROM_TALLY) && strcmp(def->what, figure->name) == 0 && (def->code[0] == '\0' || strcmp(def->code, figure->code) == 0);
}

static bool take_figure(void *context, const struct figure *figure)
{
    struct summary_cell *cells = context;

    for (size_t i = 0; i < N_CELLS; i++)
        if (is_of(&defs[i], figure))
            cells[i].value += figure->value;
    return true;
}

static enum status add_figures(const struct form_desk *desk, const struct period *period, struct summary_cell *cells, struct errmsg *err)
{
    const struct figure_want want = {.names = wanted, .typed_only = true};
    struct event_choice choice = event_choice_period(period->from, period->to);

    return figures_some(desk->store, desk->actor, desk->codes, &choice, &want, take_figure, cells, err);
}

static struct count_term persons_term(void)
{
    return (struct count_term){.metric = count_metric(COUNT_PERSONS, COUNT_CONSULTATION, DIM_ALL, 0), .sign = 1};
}

static enum status add_consultations(const struct form_desk *desk, const struct period *period, struct summary_cell *cell, struct errmsg *err)
{
    struct count_term term = persons_term();
    int64_t sum = 0;
    enum status status = tally_sum(desk->tally, &term, 1, period->from, period->to, TALLY_ORG_ALL, &sum, err);

    cell->value += sum;
    return status;
}

static enum status add_column(const struct form_desk *desk, const struct period *period, const char *name, struct summary_cell *cell, struct errmsg *err)
{
    const struct ministry_form *form;
    const struct form_column *column = form_book_cell(desk->book, name, &form);
    int64_t value = 0;

    if (column == NULL)
        return errmsg_set(err, STATUS_CORRUPT, "统计报表里没有 %s 栏", name);
    enum status status = form_cell(desk, form, column, period, TALLY_ORG_ALL, &value, err);
    cell->value += value;
    return status;
}

static enum status add_visits(const struct form_desk *desk, const struct period *period, struct summary_cell *cells, struct errmsg *err)
{
    struct visit_count count;
    enum status status = visit_count_until(desk->store, desk->actor, summary_visit_year(period), period->to, &count, err);

    if (status == STATUS_OK) {
        cells[index_of("R17")].value += count.visited;
        cells[index_of("R17T")].value += count.frame;
    }
    return status;
}

/* Entries by hand of the summary's own cells in the period. Columns: cell, id, n, day, value. */
static struct stmt *entries(const struct form_desk *desk, const struct period *period, const char *cell)
{
    struct buf sql;
    int index = 4;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT cell,id,n,date,coalesce(money,amount,0) FROM stat_entry WHERE date>=?1 AND date<=?2 AND gone=0 AND cell GLOB 'R*' AND (?3 IS NULL OR cell=?3)");
    row_scope_sql(desk->actor, &sql, &index);
    buf_puts(&sql, " ORDER BY date,n");
    struct stmt *stmt = store_prepare_buf(desk->store, &sql);
    buf_release(&sql);
    index = 4;
    stmt_int(stmt, 1, period->from);
    stmt_int(stmt, 2, period->to);
    stmt_string(stmt, 3, cell);
    row_scope_bind(desk->actor, stmt, &index);
    return stmt;
}

static enum status add_entries(const struct form_desk *desk, const struct period *period, struct summary_cell *cells, struct errmsg *err)
{
    struct stmt *stmt = entries(desk, period, NULL);
    enum status status;

    while (stmt_row(stmt, &status, err)) {
        size_t i = index_of(stmt_column_text(stmt, 0, NULL));

        if (i < N_CELLS) {
            cells[i].value += stmt_column_int(stmt, 4);
            cells[i].adjusted += stmt_column_int(stmt, 4);
        }
    }
    return status;
}

static enum status compute_cells(const struct form_desk *desk, const struct period *period, struct summary_cell cells[N_CELLS], struct errmsg *err)
{
    enum status status = add_figures(desk, period, cells, err);

    if (status == STATUS_OK)
        status = add_visits(desk, period, cells, err);
    for (size_t i = 0; status == STATUS_OK && i < N_CELLS; i++) {
        if (defs[i].source == FROM_FORM)
            status = add_column(desk, period, defs[i].what, &cells[i], err);
        else if (defs[i].source == FROM_TALLY)
            status = add_consultations(desk, period, &cells[i], err);
    }
    return status == STATUS_OK ? add_entries(desk, period, cells, err) : status;
}

/* ---- the year before ---- */

static enum status compare(const struct form_desk *desk, struct summary *out, struct errmsg *err)
{
    struct summary_cell last[N_CELLS];
    struct year_before *before = NULL;
    struct period period;
    bool records = false;

    if (period_shift(&out->period, -1, &period, NULL) != STATUS_OK)
        return STATUS_OK; /* before the first day there is */
    for (size_t i = 0; i < N_CELLS; i++)
        last[i] = defs[i].cell;
    enum status status = compute_cells(desk, &period, last, err);
    if (status == STATUS_OK)
        status = year_before_load(desk, "summary", &out->period, &before, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < N_CELLS; i++)
        records = records || last[i].value != 0;
    for (size_t i = 0; i < N_CELLS; i++) {
        struct summary_cell *cell = &out->cells[i];

        if (defs[i].source == FROM_CHANGE)
            continue;
        year_before_cell(before, cell->name, 0, last[i].value, records, &cell->before);
        cell->has_before = records || cell->before.has_reported;
    }
    year_before_free(before);
    return STATUS_OK;
}

static void set_change(struct summary *out)
{
    int64_t before;

    if (summary_before(&out->cells[R1], &before))
        out->cells[R2].value += out->cells[R1].value - before;
}

/* ---- campaigns ---- */

struct campaigns {
    const struct form_desk *desk;
    struct summary *out;
    enum status status;
    struct errmsg *err;
};

static bool add_campaign(void *context, const struct record *campaign, const struct list_key *key)
{
    struct campaigns *campaigns = context;
    const struct form_desk *desk = campaigns->desk;
    struct campaign_totals totals;
    struct buf title;

    (void)key;
    campaigns->status = campaign_totals(desk->store, desk->actor, desk->codes, campaign, &totals, campaigns->err);
    if (campaigns->status != STATUS_OK)
        return false;
    struct summary_campaign *out = &campaigns->out->campaigns[campaigns->out->n_campaigns++];
    *out = (struct summary_campaign){.id = campaign->id, .consulted = totals.sum.consulted, .handouts = totals.sum.handouts, .accepted = totals.sum.accepted};
    out->from = (int32_t)record_get(campaign, catalogue_field(campaign->type, "date")).number;
    out->to = (int32_t)record_get(campaign, catalogue_field(campaign->type, "end_date")).number;
    buf_init(&title, sizeof out->name);
    campaign_title(campaign, &title);
    strncpy(out->name, buf_cstr(&title), sizeof out->name - 1);
    buf_release(&title);
    return campaigns->out->n_campaigns < SUMMARY_CAMPAIGNS_MAX;
}

static enum status compute_campaigns(const struct form_desk *desk, struct summary *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("campaign");
    const struct field_def *date = catalogue_field(type, "date");
    struct filter filter = {.type = type, .n_terms = 2};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    struct campaigns campaigns = {.desk = desk, .out = out, .err = err};

    filter.terms[0] = (struct filter_term){.field = date, .op = FILTER_GE, .value = value_int(out->period.from)};
    filter.terms[1] = (struct filter_term){.field = date, .op = FILTER_LE, .value = value_int(out->period.to)};
    enum status status = records_list(desk->store, desk->actor, &query, add_campaign, &campaigns, err);
    return status == STATUS_OK ? campaigns.status : status;
}

enum status summary_compute(const struct form_desk *desk, const struct period *period, bool with_before, struct summary *out, struct errmsg *err)
{
    *out = (struct summary){.period = *period, .n_cells = N_CELLS};
    for (size_t i = 0; i < N_CELLS; i++)
        out->cells[i] = defs[i].cell;
    enum status status = compute_cells(desk, period, out->cells, err);
    if (status == STATUS_OK)
        status = compute_campaigns(desk, out, err);
    if (status == STATUS_OK && with_before)
        status = compare(desk, out, err);
    if (status == STATUS_OK)
        set_change(out);
    return status;
}

/* ---- the rows behind a cell ---- */

struct rows {
    const struct form_desk *desk;
    const struct cell_def *def;
    tally_row_fn row;
    void *context;
    bool stopped;
    enum status status;
    struct errmsg *err;
};

static bool give(struct rows *rows, const struct tally_row *row)
{
    rows->stopped = rows->stopped || !rows->row(rows->context, row);
    return !rows->stopped;
}

static bool give_part_row(void *context, const struct figure_part_row *row)
{
    struct tally_row out = {.type = row->type, .n = row->n, .day = row->day, .amount = row->amount, .sealed = !row->seen};

    if (row->seen)
        out.id = row->id;
    return row->amount == 0 || give(context, &out);
}

static bool give_figure(void *context, const struct figure *figure)
{
    struct rows *rows = context;
    const struct form_desk *desk = rows->desk;

    for (size_t i = 0; is_of(rows->def, figure) && i < figure->n_parts && !rows->stopped && rows->status == STATUS_OK; i++)
        rows->status = figure_part_rows(desk->store, desk->actor, desk->codes, &figure->parts[i], give_part_row, rows, rows->err);
    return !rows->stopped && rows->status == STATUS_OK;
}

static enum status figure_rows(struct rows *rows, const struct period *period)
{
    const char *const names[] = {rows->def->what, NULL};
    const struct figure_want want = {.names = names, .typed_only = rows->def->source == FROM_TALLY};
    struct event_choice choice = event_choice_period(period->from, period->to);
    enum status status = figures_some(rows->desk->store, rows->desk->actor, rows->desk->codes, &choice, &want, give_figure, rows, rows->err);

    return status == STATUS_OK ? rows->status : status;
}

static bool give_tally_row(void *context, const struct tally_row *row)
{
    return give(context, row);
}

static enum status consultation_rows(struct rows *rows, const struct period *period)
{
    struct count_term term = persons_term();

    return tally_rows(rows->desk->tally, &term, 1, period->from, period->to, TALLY_ORG_ALL, NULL, 0, give_tally_row, rows, rows->err);
}

static enum status column_rows(struct rows *rows, const struct period *period)
{
    const struct ministry_form *form;
    const struct form_column *column = form_book_cell(rows->desk->book, rows->def->what, &form);

    if (column == NULL)
        return errmsg_set(rows->err, STATUS_CORRUPT, "统计报表里没有 %s 栏", rows->def->what);
    return form_rows(rows->desk, form, column, period, TALLY_ORG_ALL, give_tally_row, rows, rows->err);
}

/* Whether the actor may know which case it is: it is sealed or not by its own field. */
static bool sees_case(struct rows *rows, struct id id)
{
    struct stmt *stmt;
    bool sealed = false;

    if (privacy_sees_sealed(rows->desk->actor))
        return true;
    stmt = store_prepare(rows->desk->store, "SELECT 1 FROM \"case\" WHERE id=?1 AND sealed=1");
    stmt_id(stmt, 1, id);
    sealed = stmt_row(stmt, &rows->status, rows->err);
    if (sealed)
        stmt_reset(stmt);
    return !sealed && rows->status == STATUS_OK;
}

static bool give_visit_case(void *context, const struct visit_case *kase)
{
    struct rows *rows = context;
    struct tally_row out = {.type = catalogue_find("case"), .n = kase->n, .day = kase->closed_on, .amount = 1};

    if (rows->def->source == FROM_VISITED && !kase->reached)
        return true;
    out.sealed = !sees_case(rows, kase->kase);
    if (!out.sealed)
        out.id = kase->kase;
    return rows->status == STATUS_OK && give(rows, &out);
}

static enum status visit_rows(struct rows *rows, const struct period *period)
{
    enum status status = visit_cases(rows->desk->store, rows->desk->actor, summary_visit_year(period), period->to, give_visit_case, rows, rows->err);

    return status == STATUS_OK ? rows->status : status;
}

static enum status entry_rows(struct rows *rows, const struct period *period)
{
    struct stmt *stmt = entries(rows->desk, period, rows->def->cell.name);
    enum status status;

    while (!rows->stopped && stmt_row(stmt, &status, rows->err)) {
        struct tally_row out = {.type = catalogue_find("stat_entry"), .id = stmt_column_id(stmt, 1), .n = stmt_column_int(stmt, 2), .day = (int32_t)stmt_column_int(stmt, 3)};

        out.amount = stmt_column_int(stmt, 4);
        if (!give(rows, &out)) {
            stmt_reset(stmt);
            return STATUS_OK;
        }
    }
    return rows->stopped ? STATUS_OK : status;
}

enum status summary_rows(const struct form_desk *desk, const struct period *period, const char *cell, tally_row_fn row, void *context, struct errmsg *err)
{
    size_t i = index_of(cell);
    struct rows rows = {.desk = desk, .row = row, .context = context, .err = err};
    enum status status = STATUS_OK;

    if (i == N_CELLS)
        return errmsg_set(err, STATUS_NOT_FOUND, "总结里没有 %.20s；有 R1 至 R23 和 R17T", cell);
    rows.def = &defs[i == R2 ? R1 : i];
    switch (rows.def->source) {
    case FROM_FORM:
        status = column_rows(&rows, period);
        break;
    case FROM_TALLY:
        status = consultation_rows(&rows, period);
        if (status == STATUS_OK && !rows.stopped)
            status = figure_rows(&rows, period);
        break;
    case FROM_FIGURE:
        status = figure_rows(&rows, period);
        break;
    case FROM_VISITED:
    case FROM_FRAME:
        status = visit_rows(&rows, period);
        break;
    case FROM_CHANGE:
        break;
    }
    return status == STATUS_OK && !rows.stopped ? entry_rows(&rows, period) : status;
}
