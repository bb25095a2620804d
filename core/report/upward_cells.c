/* core/report/upward_cells.c - see upward_cells.h. */
#include "core/report/upward_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/day.h"
#include "core/base/json.h"
#include "core/record/changelog.h"
#include "core/record/county_codes.h"
#include "core/record/replica.h"
#include "core/record/row.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "core/report/report_period.h"
#include "core/report/summary.h"
#include "core/report/upward_days.h"

/* FOLD_ROWS: some ten milliseconds of folding */
enum { FIGURES_MAX_BYTES = 64 * 1024, FOLD_LEAST = 500, FOLD_ROWS = 500, DAYS_PER_YEAR = 366 };

static const char AUTHOR[] = "upward";

struct step {
    struct store *center, *upward;
    struct machine machine;
    struct actor actor;
    struct code_book *codes;
    struct rules *rules;
    struct form_book *book;
    struct form_desk desk;
    struct summary *summary;
    int64_t org, now_ms;
    struct log_path own;
    size_t at;          /* reports of the list that were come by */
    bool stopped, left; /* enough was done; ..and there is more */
    const struct upward_enough *enough;
    struct upward_cells_pass *pass; /* counted again: periods that end on pass->from or later */
    struct buf figures, body;
    struct upward_cells_told *out;
    struct errmsg *err;
};

/* ---- one record of figures ---- */

struct figure {
    char name[FORM_CELL_BYTES];
    int64_t value;
    bool known;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct figure *)a)->name, ((const struct figure *)b)->name);
}

static void put_figures(struct step *step, struct figure *figures, size_t n)
{
    struct json_writer json;
    buf_clear(&step->figures);
    qsort(figures, n, sizeof figures[0], by_name);
    json_begin(&json, &step->figures);
    json_object(&json);
    for (size_t i = 0; i < n; i++) {
        json_key(&json, figures[i].name);
        if (figures[i].known)
            json_int(&json, figures[i].value);
        else
            json_null(&json);
    }
    json_object_end(&json);
}

/* same: by the own log. What another copy of the upward store told the hub may lose again. */
struct told {
    bool there, same;
};

static enum status look_up(struct step *step, struct id id, const struct period *period, struct told *told)
{
    struct stmt *stmt = store_prepare(step->upward, "SELECT figures,from_day,until_day,w_log,w_seq FROM county_cells WHERE id=?1 AND gone=0");
    enum status status;
    size_t len;
    *told = (struct told){false, false};
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, step->err))
        return status;
    const char *figures = stmt_column_text(stmt, 0, &len);
    told->there = true;
    told->same = len == step->figures.len && memcmp(figures, step->figures.data, len) == 0 && stmt_column_int(stmt, 1) == period->from && stmt_column_int(stmt, 2) == period->to &&
                 branch_path_holds(&step->own, stmt_column_int(stmt, 3), (uint64_t)stmt_column_int(stmt, 4));
    stmt_reset(stmt);
    return STATUS_OK;
}

static void put_text(struct buf *body, unsigned field, const char *text, size_t len)
{
    cbor_put_uint(body, field);
    cbor_put_text(body, text, len);
}

static void put_int(struct buf *body, unsigned field, int64_t number)
{
    cbor_put_uint(body, field);
    cbor_put_int(body, number);
}

static enum status append(struct step *step, struct id id, const char *report, const struct period *period, int64_t org)
{
    struct change change = {.at_ms = step->now_ms, .type_no = UPWARD_CELLS_TYPE, .id = id, .op = CHANGE_PUT, .scope = step->org};
    struct buf *body = &step->body;
    int64_t lsn, seen = 0;
    buf_clear(body);
    cbor_put_map(body, UPWARD_CELLS_FIGURES);
    put_text(body, UPWARD_CELLS_REPORT, report, strlen(report));
    put_text(body, UPWARD_CELLS_PERIOD, period->name, strlen(period->name));
    put_int(body, UPWARD_CELLS_FROM, period->from);
    put_int(body, UPWARD_CELLS_UNTIL, period->to);
    put_int(body, UPWARD_CELLS_ORG, org);
    put_text(body, UPWARD_CELLS_FIGURES, buf_cstr(&step->figures), step->figures.len);
    memcpy(change.user, AUTHOR, sizeof AUTHOR);
    enum status status = body->status != STATUS_OK ? body->status : row_seen(step->upward, &seen, step->err);
    change.seen = (uint64_t)seen;
    if (status == STATUS_OK && !store_in_transaction(step->upward))
        status = store_begin(step->upward, "upward", step->err);
    return status == STATUS_OK ? changelog_append_own(step->upward, false, &change, body->data, body->len, &lsn, step->err) : status;
}

/* idle: an org without any figure; it is told only if it had some. */
static enum status tell(struct step *step, const char *report, const struct period *period, int64_t org, bool idle)
{
    struct id id = upward_cells_id(step->org, report, period->name, org);
    struct told told;
    enum status status = step->figures.status != STATUS_OK ? step->figures.status : look_up(step, id, period, &told);
    if (status != STATUS_OK || told.same || (idle && !told.there))
        return status;
    step->out->appended++;
    return append(step, id, report, period, org);
}

/* ---- reports ---- */

static enum status tell_row(struct step *step, const struct form_sheet *sheet, const struct form_row *row)
{
    struct figure figures[FORM_COLUMNS_MAX];
    bool idle = row->org != 0;
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        form_cell_name(sheet->form, &sheet->form->columns[i], figures[i].name);
        figures[i].value = row->values[i];
        figures[i].known = true;
        idle &= row->values[i] == 0;
    }
    put_figures(step, figures, sheet->form->n_columns);
    return tell(step, sheet->form->name, &sheet->period, row->org, idle);
}

static enum status tell_form(struct step *step, const struct ministry_form *form, const struct period *period)
{
    struct form_sheet sheet;
    enum status status = form_compute(&step->desk, form, period, &sheet, step->err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sheet.n_rows && status == STATUS_OK; i++)
        status = tell_row(step, &sheet, &sheet.rows[i]);
    form_sheet_release(&sheet);
    return status;
}

static enum status tell_summary(struct step *step, const struct period *period)
{
    struct figure figures[SUMMARY_CELLS_MAX];
    enum status status = summary_compute(&step->desk, period, true, step->summary, step->err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < step->summary->n_cells; i++) {
        const struct summary_cell *cell = &step->summary->cells[i];
        snprintf(figures[i].name, sizeof figures[i].name, "%s", cell->name);
        figures[i].value = cell->value;
        figures[i].known = summary_is_known(step->summary, cell);
    }
    put_figures(step, figures, step->summary->n_cells);
    return tell(step, "summary", period, 0, false);
}

/* One period by its name, if it is one that is to be counted again and its turn has come. form NULL: the summary. */
static enum status tell_named(struct step *step, const struct ministry_form *form, const char *name)
{
    struct period period;
    bool turn = step->at++ >= step->pass->done;
    step->left |= turn && step->stopped;
    if (!turn || step->stopped)
        return STATUS_OK;
    step->pass->done = step->at;
    enum status status = report_period_find(step->rules, form != NULL ? form->rule : "period_summary", name, step->pass->today, &period, step->err);
    if (status != STATUS_OK)
        return status == STATUS_RANGE ? STATUS_OK : status; /* before the first day there is */
    if (period.to < step->pass->from || period.to < step->pass->first || period.from > step->pass->today)
        return STATUS_OK;
    step->out->computed++;
    status = form != NULL ? tell_form(step, form, &period) : tell_summary(step, &period);
    step->stopped = step->enough->is(step->enough->context);
    return status;
}

static enum status tell_year(struct step *step, const struct ministry_form *form, int year)
{
    enum period_kind kind = form != NULL ? form->usual : PERIOD_HALF;
    int parts = kind == PERIOD_MONTH ? 12 : kind == PERIOD_QUARTER ? 4 : 2;
    enum status status = STATUS_OK;
    char name[PERIOD_NAME_BYTES];
    for (int part = 1; part <= parts && status == STATUS_OK; part++) {
        if (kind == PERIOD_MONTH)
            snprintf(name, sizeof name, "%04d-%02d", year, part);
        else
            snprintf(name, sizeof name, "%04d%c%d", year, kind == PERIOD_QUARTER ? 'Q' : 'H', part);
        status = tell_named(step, form, name);
    }
    if (status != STATUS_OK || kind != PERIOD_HALF)
        return status;
    snprintf(name, sizeof name, "%04d", year);
    return tell_named(step, form, name);
}

static enum status tell_all(struct step *step)
{
    int32_t from = step->pass->from > step->pass->first ? step->pass->from : step->pass->first;
    int first_year, last_year, month, dom;
    enum status status = STATUS_OK;
    day_to_ymd(from, &first_year, &month, &dom);
    day_to_ymd(step->pass->today, &last_year, &month, &dom);
    for (int year = first_year - 1; year <= last_year + 1 && status == STATUS_OK; year++) { /* a statistical year may begin in the one before */
        status = tell_year(step, NULL, year);
        for (size_t i = 0; i < form_book_count(step->book) && status == STATUS_OK; i++)
            status = tell_year(step, form_book_at(step->book, i), year);
    }
    return status;
}

/* ---- what a pass has to do ---- */

/* The chain value at the center's number, its first bytes; false: there is no such change. */
static bool mark_at(struct store *center, int64_t order, uint8_t out[UPWARD_CELLS_MARK_BYTES])
{
    struct stmt *stmt = store_prepare(center, "SELECT hash FROM change WHERE lsn=?1");
    enum status status;
    size_t len = 0;
    stmt_int(stmt, 1, order);
    if (!stmt_row(stmt, &status, NULL))
        return false;
    const uint8_t *hash = stmt_column_blob(stmt, 0, &len);
    if (len >= UPWARD_CELLS_MARK_BYTES)
        memcpy(out, hash, UPWARD_CELLS_MARK_BYTES);
    stmt_reset(stmt);
    return len >= UPWARD_CELLS_MARK_BYTES;
}

static bool mark_holds(struct step *step, int64_t order)
{
    uint8_t now[UPWARD_CELLS_MARK_BYTES];
    struct buf mark;
    buf_init(&mark, UPWARD_CELLS_MARK_BYTES);
    bool holds = store_meta_blob(step->upward, "upward_cells_mark", &mark) && mark.len == UPWARD_CELLS_MARK_BYTES && mark_at(step->center, order, now) && memcmp(mark.data, now, UPWARD_CELLS_MARK_BYTES) == 0;
    buf_release(&mark);
    return holds;
}

/* pass->head: how far the center's order is looked at; pass->from: from which day on, UPWARD_DAYS_NONE: nothing. *moved: the cursor is another one afterwards. */
static enum status find_work(struct step *step, bool *moved)
{
    struct upward_cells_pass *pass = step->pass;
    int64_t order = store_meta_int(step->upward, "upward_cells_order", 0), day = store_meta_int(step->upward, "upward_cells_day", 0);
    enum status status = changelog_head(step->center, &pass->head, step->err);
    pass->from = UPWARD_DAYS_NONE;
    *moved = pass->head != order || day != pass->today;
    if (status != STATUS_OK || pass->head == 0)
        return status;
    pass->marked = mark_at(step->center, pass->head, pass->mark);
    if (order == 0 || !mark_holds(step, order)) {
        pass->from = UPWARD_DAYS_ALL;
        *moved = true;
    } else if (pass->head > order) {
        status = upward_days_since(step->center, order, &pass->from, step->err);
    }
    if (day < pass->today && pass->from > day + 1)
        pass->from = (int32_t)day + 1; /* periods that began since */
    return status;
}

/* Figures that another copy told since the last pass: their periods are counted again. */
static enum status hear_copies(struct step *step, bool *moved)
{
    struct upward_cells_pass *pass = step->pass;
    struct stmt *stmt = store_prepare(step->upward, "SELECT c.log,c.seq,t.until_day FROM change c JOIN county_cells t ON t.id=c.id WHERE c.lsn>?1 AND c.lsn<=?2 AND c.type=?3");
    enum status status = changelog_head(step->upward, &pass->heard, step->err);
    if (status != STATUS_OK)
        return status;
    stmt_int(stmt, 1, store_meta_int(step->upward, "upward_cells_heard", 0));
    stmt_int(stmt, 2, pass->heard);
    stmt_int(stmt, 3, UPWARD_CELLS_TYPE);
    while (stmt_row(stmt, &status, step->err)) {
        if (branch_path_holds(&step->own, stmt_column_int(stmt, 0), (uint64_t)stmt_column_int(stmt, 1)))
            continue;
        *moved = true;
        if (!stmt_column_is_null(stmt, 2) && stmt_column_int(stmt, 2) < pass->from)
            pass->from = (int32_t)stmt_column_int(stmt, 2);
    }
    return status;
}

static enum status find_first(struct step *step)
{
    struct upward_cells_pass *pass = step->pass;
    int32_t oldest = pass->today - UPWARD_CELLS_YEARS * DAYS_PER_YEAR;
    enum status status = upward_days_first(step->center, &pass->first, step->err);
    struct stmt *stmt = store_prepare(step->upward, "SELECT min(until_day) FROM county_cells WHERE gone=0");
    if (status == STATUS_OK && stmt_row(stmt, &status, step->err)) { /* what was told once is kept right */
        if (!stmt_column_is_null(stmt, 0) && stmt_column_int(stmt, 0) < pass->first)
            pass->first = (int32_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (pass->first > pass->today)
        pass->first = pass->today;
    if (pass->first < oldest)
        pass->first = oldest;
    return status;
}

/* In the transaction of the step's appends, if it has any. */
static enum status keep(struct step *step)
{
    const struct upward_cells_pass *pass = step->pass;
    enum status status = STATUS_OK;
    if (!pass->marked)
        return STATUS_OK;
    if (!store_in_transaction(step->upward))
        status = store_begin(step->upward, "upward", step->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(step->upward, "upward_cells_order", pass->head, step->err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(step->upward, "upward_cells_mark", pass->mark, sizeof pass->mark, step->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(step->upward, "upward_cells_heard", pass->heard, step->err);
    return status == STATUS_OK ? store_meta_set_int(step->upward, "upward_cells_day", pass->today, step->err) : status;
}

static enum status begin_pass(struct step *step)
{
    struct upward_cells_pass *pass = step->pass;
    bool moved;
    *pass = (struct upward_cells_pass){.today = day_of_ms(step->now_ms, DAY_OFFICE_OFFSET_MIN)};
    enum status status = find_work(step, &moved);
    if (status == STATUS_OK)
        status = hear_copies(step, &moved);
    if (status == STATUS_OK && pass->from != UPWARD_DAYS_NONE)
        status = find_first(step);
    if (status != STATUS_OK)
        return status;
    pass->running = pass->from != UPWARD_DAYS_NONE;
    return !pass->running && moved ? keep(step) : STATUS_OK;
}

/* ---- the desk ---- */

static enum status count(struct step *step)
{
    enum status status = rules_load(&step->rules, step->center, &step->actor, step->err);
    if (status == STATUS_OK)
        status = form_book_new(&step->book, step->err);
    step->desk = (struct form_desk){.store = step->center, .actor = &step->actor, .codes = step->codes, .book = step->book};
    if (status == STATUS_OK)
        status = tally_open(&step->desk.tally, step->center, &step->actor, step->codes, step->err);
    if (status == STATUS_OK)
        status = tell_all(step);
    tally_close(step->desk.tally);
    form_book_free(step->book);
    rules_free(step->rules);
    if (status != STATUS_OK || step->left)
        return status;
    step->pass->running = false;
    return keep(step);
}

/* ---- a step ---- */

/* One state of the center's data; what is appended is kept whole or not at all. */
static enum status look(struct step *step, enum status (*work)(struct step *step))
{
    enum status status = store_begin_read(step->center, step->err);
    if (status != STATUS_OK)
        return status;
    status = work(step);
    store_end_read(step->center);
    if (!store_in_transaction(step->upward))
        return status;
    if (status == STATUS_OK)
        return store_commit(step->upward, step->err);
    store_rollback(step->upward);
    return status;
}

/* Reports are right without it, but would each time count what waits. Ends with pass->folded, or with enough done, or when another writes. */
static void fold(struct step *step)
{
    bool more = true;
    while (more && !step->stopped) {
        enum status status = tally_fold_step(step->center, step->codes, FOLD_LEAST, FOLD_ROWS, &more, NULL);
        step->stopped = status == STATUS_BUSY || step->enough->is(step->enough->context);
        more = more && (status == STATUS_OK || status == STATUS_BUSY);
    }
    step->pass->folded = !more;
}

static enum status run(struct step *step)
{
    enum status status = upward_fits(step->center, step->upward, step->err);
    if (status == STATUS_OK)
        status = machine_load(step->center, &step->machine, step->err);
    if (status == STATUS_OK)
        status = county_codes_load(&step->codes, step->center, &step->machine, step->err);
    if (status == STATUS_OK)
        status = replica_own_path(step->upward, &step->own, step->err);
    if (status != STATUS_OK)
        return status;
    step->actor = machine_owner(&step->machine, AUTHOR, step->now_ms);
    status = store_meta_read_int(step->upward, "org", &step->org, step->err); /* misread as 0, figures would be everybody's */
    if (status == STATUS_OK && !step->pass->running)
        status = look(step, begin_pass);
    if (status == STATUS_OK && step->pass->running && !step->pass->folded)
        fold(step);
    return status == STATUS_OK && step->pass->running && !step->stopped ? look(step, count) : status;
}

enum status upward_cells_step(struct store *center, struct store *upward, int64_t now_ms, const struct upward_enough *enough, struct upward_cells_pass *pass, struct upward_cells_told *out, struct errmsg *err)
{
    struct step step = {.center = center, .upward = upward, .now_ms = now_ms, .enough = enough, .pass = pass, .out = out, .err = err, .summary = calloc(1, sizeof(struct summary))};
    buf_init(&step.figures, FIGURES_MAX_BYTES);
    buf_init(&step.body, CHANGE_BODY_MAX_BYTES);
    enum status status = step.summary == NULL ? STATUS_NOMEM : run(&step);
    if (status != STATUS_OK)
        pass->running = false;
    buf_release(&step.figures);
    buf_release(&step.body);
    code_book_free(step.codes);
    free(step.summary);
    return status;
}
