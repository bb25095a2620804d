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
#include "core/record/row.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"
#include "core/report/report_period.h"
#include "core/report/summary.h"
#include "core/report/upward_days.h"

enum { MARK_BYTES = 8, FIGURES_MAX_BYTES = 64 * 1024, FOLD_LEAST = 500, DAYS_PER_YEAR = 366 };

static const char AUTHOR[] = "upward";

struct pass {
    struct store *center, *upward;
    struct machine machine;
    struct actor actor;
    struct code_book *codes;
    struct rules *rules;
    struct form_book *book;
    struct form_desk desk;
    struct summary *summary;
    int64_t org, now_ms;
    int32_t today, from, first; /* counted again: periods that end on `from` or later */
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

static void put_figures(struct pass *pass, struct figure *figures, size_t n)
{
    struct json_writer json;
    buf_clear(&pass->figures);
    qsort(figures, n, sizeof figures[0], by_name);
    json_begin(&json, &pass->figures);
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

struct told {
    bool there, same;
};

static enum status look_up(struct pass *pass, struct id id, const struct period *period, struct told *told)
{
    struct stmt *stmt = store_prepare(pass->upward, "SELECT figures,from_day,until_day FROM county_cells WHERE id=?1 AND gone=0");
    enum status status;
    size_t len;
    *told = (struct told){false, false};
    stmt_id(stmt, 1, id);
    if (!stmt_row(stmt, &status, pass->err))
        return status;
    const char *figures = stmt_column_text(stmt, 0, &len);
    told->there = true;
    told->same = len == pass->figures.len && memcmp(figures, pass->figures.data, len) == 0 && stmt_column_int(stmt, 1) == period->from && stmt_column_int(stmt, 2) == period->to;
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

static enum status append(struct pass *pass, struct id id, const char *report, const struct period *period, int64_t org)
{
    struct change change = {.at_ms = pass->now_ms, .type_no = UPWARD_CELLS_TYPE, .id = id, .op = CHANGE_PUT, .scope = pass->org};
    struct buf *body = &pass->body;
    int64_t lsn, seen = 0;
    buf_clear(body);
    cbor_put_map(body, UPWARD_CELLS_FIGURES);
    put_text(body, UPWARD_CELLS_REPORT, report, strlen(report));
    put_text(body, UPWARD_CELLS_PERIOD, period->name, strlen(period->name));
    put_int(body, UPWARD_CELLS_FROM, period->from);
    put_int(body, UPWARD_CELLS_UNTIL, period->to);
    put_int(body, UPWARD_CELLS_ORG, org);
    put_text(body, UPWARD_CELLS_FIGURES, buf_cstr(&pass->figures), pass->figures.len);
    memcpy(change.user, AUTHOR, sizeof AUTHOR);
    enum status status = body->status != STATUS_OK ? body->status : row_seen(pass->upward, &seen, pass->err);
    change.seen = (uint64_t)seen;
    if (status == STATUS_OK)
        status = store_begin(pass->upward, "upward", pass->err);
    if (status != STATUS_OK)
        return status;
    status = changelog_append_own(pass->upward, false, &change, body->data, body->len, &lsn, pass->err);
    if (status == STATUS_OK)
        return store_commit(pass->upward, pass->err);
    store_rollback(pass->upward);
    return status;
}

/* idle: an org without any figure; it is told only if it had some. */
static enum status tell(struct pass *pass, const char *report, const struct period *period, int64_t org, bool idle)
{
    struct id id = upward_cells_id(pass->org, report, period->name, org);
    struct told told;
    enum status status = pass->figures.status != STATUS_OK ? pass->figures.status : look_up(pass, id, period, &told);
    if (status != STATUS_OK || told.same || (idle && !told.there))
        return status;
    pass->out->appended++;
    return append(pass, id, report, period, org);
}

/* ---- reports ---- */

static enum status tell_row(struct pass *pass, const struct form_sheet *sheet, const struct form_row *row)
{
    struct figure figures[FORM_COLUMNS_MAX];
    bool idle = row->org != 0;
    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        form_cell_name(sheet->form, &sheet->form->columns[i], figures[i].name);
        figures[i].value = row->values[i];
        figures[i].known = true;
        idle &= row->values[i] == 0;
    }
    put_figures(pass, figures, sheet->form->n_columns);
    return tell(pass, sheet->form->name, &sheet->period, row->org, idle);
}

static enum status tell_form(struct pass *pass, const struct ministry_form *form, const struct period *period)
{
    struct form_sheet sheet;
    enum status status = form_compute(&pass->desk, form, period, &sheet, pass->err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < sheet.n_rows && status == STATUS_OK; i++)
        status = tell_row(pass, &sheet, &sheet.rows[i]);
    form_sheet_release(&sheet);
    return status;
}

static enum status tell_summary(struct pass *pass, const struct period *period)
{
    struct figure figures[SUMMARY_CELLS_MAX];
    enum status status = summary_compute(&pass->desk, period, true, pass->summary, pass->err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < pass->summary->n_cells; i++) {
        const struct summary_cell *cell = &pass->summary->cells[i];
        snprintf(figures[i].name, sizeof figures[i].name, "%s", cell->name);
        figures[i].value = cell->value;
        figures[i].known = summary_is_known(pass->summary, cell);
    }
    put_figures(pass, figures, pass->summary->n_cells);
    return tell(pass, "summary", period, 0, false);
}

/* One period by its name, if it is one that is to be counted again. form NULL: the summary. */
static enum status tell_named(struct pass *pass, const struct ministry_form *form, const char *name)
{
    struct period period;
    enum status status = report_period_find(pass->rules, form != NULL ? form->rule : "period_summary", name, pass->today, &period, pass->err);
    if (status != STATUS_OK)
        return status == STATUS_RANGE ? STATUS_OK : status; /* before the first day there is */
    if (period.to < pass->from || period.to < pass->first || period.from > pass->today)
        return STATUS_OK;
    pass->out->computed++;
    return form != NULL ? tell_form(pass, form, &period) : tell_summary(pass, &period);
}

static enum status tell_year(struct pass *pass, const struct ministry_form *form, int year)
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
        status = tell_named(pass, form, name);
    }
    if (status != STATUS_OK || kind != PERIOD_HALF)
        return status;
    snprintf(name, sizeof name, "%04d", year);
    return tell_named(pass, form, name);
}

static enum status tell_all(struct pass *pass)
{
    int32_t from = pass->from > pass->first ? pass->from : pass->first;
    int first_year, last_year, month, dom;
    enum status status = STATUS_OK;
    day_to_ymd(from, &first_year, &month, &dom);
    day_to_ymd(pass->today, &last_year, &month, &dom);
    for (int year = first_year - 1; year <= last_year + 1 && status == STATUS_OK; year++) { /* a statistical year may begin in the one before */
        status = tell_year(pass, NULL, year);
        for (size_t i = 0; i < form_book_count(pass->book) && status == STATUS_OK; i++)
            status = tell_year(pass, form_book_at(pass->book, i), year);
    }
    return status;
}

/* ---- what a pass has to do ---- */

/* The chain value at the center's number, its first bytes; false: there is no such change. */
static bool mark_at(struct store *center, int64_t order, uint8_t out[MARK_BYTES])
{
    struct stmt *stmt = store_prepare(center, "SELECT hash FROM change WHERE lsn=?1");
    enum status status;
    size_t len = 0;
    stmt_int(stmt, 1, order);
    if (!stmt_row(stmt, &status, NULL))
        return false;
    const uint8_t *hash = stmt_column_blob(stmt, 0, &len);
    if (len >= MARK_BYTES)
        memcpy(out, hash, MARK_BYTES);
    stmt_reset(stmt);
    return len >= MARK_BYTES;
}

static bool mark_holds(struct pass *pass, int64_t order)
{
    uint8_t now[MARK_BYTES];
    struct buf mark;
    buf_init(&mark, MARK_BYTES);
    bool holds = store_meta_blob(pass->upward, "upward_cells_mark", &mark) && mark.len == MARK_BYTES && mark_at(pass->center, order, now) && memcmp(mark.data, now, MARK_BYTES) == 0;
    buf_release(&mark);
    return holds;
}

/* pass->from: from which day on; UPWARD_DAYS_NONE: nothing. *head: how far the center's order was looked at. */
static enum status find_work(struct pass *pass, int64_t *head, bool *moved)
{
    int64_t order = store_meta_int(pass->upward, "upward_cells_order", 0), day = store_meta_int(pass->upward, "upward_cells_day", 0);
    enum status status = changelog_head(pass->center, head, pass->err);
    pass->from = UPWARD_DAYS_NONE;
    *moved = *head != order || day != pass->today;
    if (status != STATUS_OK || *head == 0)
        return status;
    if (order == 0 || !mark_holds(pass, order)) {
        pass->from = UPWARD_DAYS_ALL;
        *moved = true;
    } else if (*head > order) {
        status = upward_days_since(pass->center, order, &pass->from, pass->err);
    }
    if (day < pass->today && pass->from > day + 1)
        pass->from = (int32_t)day + 1; /* periods that began since */
    return status;
}

static enum status find_first(struct pass *pass)
{
    int32_t oldest = pass->today - UPWARD_CELLS_YEARS * DAYS_PER_YEAR;
    enum status status = upward_days_first(pass->center, &pass->first, pass->err);
    struct stmt *stmt = store_prepare(pass->upward, "SELECT min(until_day) FROM county_cells WHERE gone=0");
    if (status == STATUS_OK && stmt_row(stmt, &status, pass->err)) { /* what was told once is kept right */
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

static enum status keep(struct pass *pass, int64_t head)
{
    uint8_t mark[MARK_BYTES];
    if (!mark_at(pass->center, head, mark))
        return STATUS_OK;
    enum status status = store_begin(pass->upward, "upward", pass->err);
    if (status != STATUS_OK)
        return status;
    status = store_meta_set_int(pass->upward, "upward_cells_order", head, pass->err);
    if (status == STATUS_OK)
        status = store_meta_set_blob(pass->upward, "upward_cells_mark", mark, sizeof mark, pass->err);
    if (status == STATUS_OK)
        status = store_meta_set_int(pass->upward, "upward_cells_day", pass->today, pass->err);
    if (status == STATUS_OK)
        return store_commit(pass->upward, pass->err);
    store_rollback(pass->upward);
    return status;
}

/* ---- the desk ---- */

static enum status count(struct pass *pass)
{
    enum status status = find_first(pass);
    if (status == STATUS_OK)
        status = rules_load(&pass->rules, pass->center, &pass->actor, pass->err);
    if (status == STATUS_OK)
        status = form_book_new(&pass->book, pass->err);
    pass->desk = (struct form_desk){.store = pass->center, .actor = &pass->actor, .codes = pass->codes, .book = pass->book};
    if (status == STATUS_OK)
        status = tally_open(&pass->desk.tally, pass->center, &pass->actor, pass->codes, pass->err);
    if (status == STATUS_OK)
        status = tell_all(pass);
    tally_close(pass->desk.tally);
    form_book_free(pass->book);
    rules_free(pass->rules);
    return status;
}

static enum status run(struct pass *pass)
{
    int64_t head;
    bool moved;
    enum status status = upward_fits(pass->center, pass->upward, pass->err);
    if (status == STATUS_OK)
        status = machine_load(pass->center, &pass->machine, pass->err);
    if (status != STATUS_OK)
        return status;
    pass->actor = machine_owner(&pass->machine, AUTHOR, pass->now_ms);
    pass->org = store_meta_int(pass->upward, "org", 0);
    pass->today = day_of_ms(pass->now_ms, DAY_OFFICE_OFFSET_MIN);
    status = find_work(pass, &head, &moved);
    if (status == STATUS_OK && pass->from != UPWARD_DAYS_NONE)
        status = count(pass);
    return status == STATUS_OK && moved ? keep(pass, head) : status;
}

enum status upward_cells_tell(struct store *center, struct store *upward, int64_t now_ms, struct upward_cells_told *out, struct errmsg *err)
{
    struct pass pass = {.center = center, .upward = upward, .now_ms = now_ms, .out = out, .err = err, .summary = calloc(1, sizeof(struct summary))};
    struct machine machine;
    enum status status = pass.summary == NULL ? STATUS_NOMEM : machine_load(center, &machine, err);
    if (status == STATUS_OK)
        status = county_codes_load(&pass.codes, center, &machine, err);
    if (status == STATUS_OK)
        (void)tally_fold_if(center, pass.codes, FOLD_LEAST, NULL); /* right without it, quicker with it */
    if (status == STATUS_OK)
        status = store_begin_read(center, err);
    if (status == STATUS_OK) {
        buf_init(&pass.figures, FIGURES_MAX_BYTES);
        buf_init(&pass.body, CHANGE_BODY_MAX_BYTES);
        status = run(&pass);
        store_end_read(center);
        buf_release(&pass.figures);
        buf_release(&pass.body);
    }
    if (pass.codes != NULL)
        code_book_free(pass.codes);
    free(pass.summary);
    return status;
}
