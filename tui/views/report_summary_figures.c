/* tui/views/report_summary_figures.c - the summary's figures: this period, last year's as it was reported and as it is known now, the difference; below the list the same in words. Enter opens the rows. See report_summary.h. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/unit.h"
#include "tui/views/report_summary.h"
#include "tui/views/views.h"

enum { WIDE_CELLS = 7, NARROW_CELLS = 5, NOTE_ROWS = 3, TEXT_BYTES = 64 * 4, NOTE_BYTES = 512, DIFFERENCE_BYTES = REPORT_WAN_BYTES + 1, HEADING_TAG = 1000, CAMPAIGN_TAG };

static const struct list_column wide[WIDE_CELLS] = {{"编号", 4, false}, {"项目", 0, false}, {"本期", 10, true}, {"单位", 4, false}, {"上年上报", 10, true}, {"上年现有", 10, true}, {"增减", 9, true}};
static const struct list_column narrow[NARROW_CELLS] = {{"编号", 4, false}, {"项目", 0, false}, {"本期", 8, true}, {"上年", 8, true}, {"增减", 7, true}};

static bool is_difference(const struct summary_cell *cell)
{
    return strcmp(cell->name, "R2") == 0;
}

/* Last year's figure that the difference is against: as reported, else as known now. */
static int64_t before_of(const struct summary_cell *cell)
{
    return cell->before.has_reported ? cell->before.reported : cell->before.known;
}

static void signed_text(int64_t value, bool money, char out[DIFFERENCE_BYTES])
{
    char text[REPORT_WAN_BYTES];
    report_number(value, money, text);
    snprintf(out, DIFFERENCE_BYTES, "%s%s", value > 0 ? "+" : "", text);
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

struct figure_row {
    char value[DIFFERENCE_BYTES], reported[REPORT_WAN_BYTES], known[REPORT_WAN_BYTES], difference[DIFFERENCE_BYTES];
};

/* The difference is known when R1 of last year is. */
static bool has_before(const struct summary *summary, const struct summary_cell *cell)
{
    const struct summary_cell *whole = is_difference(cell) ? summary_find(summary, "R1") : cell;
    return whole != NULL && whole->has_before;
}

static void fill_row(const struct summary *summary, const struct summary_cell *cell, struct figure_row *out)
{
    *out = (struct figure_row){.value = ""};
    if (is_difference(cell)) {
        if (has_before(summary, cell))
            signed_text(cell->value, cell->money, out->value);
        return;
    }
    report_number(cell->value, cell->money, out->value);
    if (cell->before.has_reported)
        report_number(cell->before.reported, cell->money, out->reported);
    if (cell->has_before) {
        report_number(cell->before.known, cell->money, out->known);
        signed_text(cell->value - before_of(cell), cell->money, out->difference);
    }
}

static enum status add_cell(struct summary_view *state, size_t index, bool is_wide)
{
    const struct summary_cell *cell = &state->summary.cells[index];
    struct figure_row row;
    char label[TEXT_BYTES];
    fill_row(&state->summary, cell, &row);
    snprintf(label, sizeof label, _("%s（%s）"), _(cell->label), _(cell->unit));
    struct list_row to = {.id = {{1, (uint8_t)index}}, .tag = (uint32_t)index, .style = cell->value == 0 ? STYLE_DIM : STYLE_NORMAL};
    const char *const cells[WIDE_CELLS] = {cell->name, _(cell->label), row.value, unit_words(cell->unit, cell->value), row.reported, row.known, row.difference};
    const char *const few[NARROW_CELLS] = {cell->name, label, row.value, cell->before.has_reported ? row.reported : row.known, row.difference};
    memcpy(to.cells, is_wide ? cells : few, (is_wide ? WIDE_CELLS : NARROW_CELLS) * sizeof *cells);
    return list_memory_add(&state->figures.memory, &to, is_wide ? WIDE_CELLS : NARROW_CELLS);
}

static enum status add_campaign(struct summary_view *state, size_t index, bool is_wide)
{
    const struct summary_campaign *campaign = &state->summary.campaigns[index];
    char number[REPORT_WAN_BYTES];
    report_number(campaign->consulted, false, number);
    struct list_row row = {.id = campaign->id, .tag = CAMPAIGN_TAG + (uint32_t)index, .cells = {"C1", campaign->name, number, is_wide ? unit_words("人次", campaign->consulted) : ""}};
    return list_memory_add(&state->figures.memory, &row, is_wide ? WIDE_CELLS : NARROW_CELLS);
}

enum status summary_figures_rows(struct view *view, struct errmsg *err)
{
    struct summary_view *state = view->state;
    bool is_wide = !state->figures.narrow;
    struct list_row heading = {.id = {{2}}, .tag = HEADING_TAG, .style = STYLE_DIM, .cells = {"", _("宣传周（咨询人次）")}};
    enum status status = STATUS_OK;
    list_memory_clear(&state->figures.memory);
    for (size_t i = 0; status == STATUS_OK && i < state->summary.n_cells; i++)
        status = add_cell(state, i, is_wide);
    if (status == STATUS_OK && state->summary.n_campaigns > 0)
        status = list_memory_add(&state->figures.memory, &heading, is_wide ? WIDE_CELLS : NARROW_CELLS);
    for (size_t i = 0; status == STATUS_OK && i < state->summary.n_campaigns; i++)
        status = add_campaign(state, i, is_wide);
    return status != STATUS_OK ? errmsg_set(err, status, "内存不足") : STATUS_OK;
}

enum status summary_figures_open(struct view *view, struct errmsg *err)
{
    struct summary_view *state = view->state;
    state->figures.narrow = view->app->cols < SUMMARY_WIDE_COLUMNS;
    return summary_list_open(view, &state->figures, state->figures.narrow ? narrow : wide, state->figures.narrow ? NARROW_CELLS : WIDE_CELLS, err);
}

/* The window became another one. */
static void fit(struct view *view, int cols)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    if (state->figures.narrow == (cols < SUMMARY_WIDE_COLUMNS))
        return;
    state->figures.narrow = cols < SUMMARY_WIDE_COLUMNS;
    list_set_columns(&state->figures.list, state->figures.narrow ? narrow : wide, state->figures.narrow ? NARROW_CELLS : WIDE_CELLS);
    enum status status = summary_figures_rows(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->figures.list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void open_row(struct view *view, uint32_t tag)
{
    struct summary_view *state = view->state;
    if (tag == HEADING_TAG)
        app_beep(view->app);
    else if (tag >= CAMPAIGN_TAG)
        app_open(view->app, &view_figures, &(struct view_argument){.id = state->summary.campaigns[tag - CAMPAIGN_TAG].id});
    else if (state->summary.cells[tag].value == 0 && state->summary.cells[tag].adjusted == 0)
        app_say(view->app, "这里是 0，没有可看的");
    else
        app_open(view->app, &view_report_rows, &(struct view_argument){.where = state->summary.cells[tag].name, .text = state->period.name});
}

bool summary_figures_key(struct view *view, struct key key)
{
    struct summary_view *state = view->state;
    bool opened;
    bool used = summary_list_key(view, &state->figures, key, &opened);
    const struct list_row *row = opened ? list_selected(&state->figures.list) : NULL;
    if (row != NULL)
        open_row(view, row->tag);
    return used;
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

/* "办理案件 12 件，增加 2 件（20.0 %）。上年同期报 10 件，现在看 11 件。" */
static void put_words(const struct summary *summary, const struct summary_cell *cell, struct buf *out)
{
    struct figure_row row;
    fill_row(summary, cell, &row);
    if (is_difference(cell) && !has_before(summary, cell)) {
        buf_puts(out, _("上年同期没有数，比不了。"));
        return;
    }
    buf_printf(out, "%s %s %s", _(cell->label), row.value, unit_words(cell->unit, cell->value));
    if (is_difference(cell) || !cell->has_before) {
        buf_puts(out, is_difference(cell) ? _("。") : _("。上年同期没有数。"));
        return;
    }
    buf_puts(out, _("，"));
    year_on_year_words(cell->value, before_of(cell), true, cell->unit, out);
    if (cell->before.has_reported)
        buf_printf(out, _("。上年同期报 %s %s%s，现在看 %s %s。"), row.reported, unit_words(cell->unit, cell->before.reported), cell->before.from_baseline ? _("（往年数）") : "", row.known, unit_words(cell->unit, cell->before.known));
    else
        buf_printf(out, _("。上年同期没有存档，现在看 %s %s。"), row.known, unit_words(cell->unit, cell->before.known));
}

/* On a line of their own. */
static void put_changes(const struct summary_view *state, size_t index, struct buf *out)
{
    const struct summary_cell *cell = &state->summary.cells[index];
    char text[REPORT_WAN_BYTES];
    if (cell->adjusted != 0) {
        report_number(cell->adjusted, cell->money, text);
        buf_printf(out, _("\n其中手填的调整数 %s。"), text);
    }
    if (!state->has_then[index] || state->then[index] == cell->value)
        return;
    report_number(state->then[index], cell->money, text);
    buf_printf(out, _("\n存档时是 %s，以后补报、更正了。"), text);
}

static void put_campaign(const struct summary_campaign *campaign, struct buf *out)
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    day_format(campaign->from, from);
    day_format(campaign->to, to);
    buf_printf(out, _("%s 至 %s 咨询 %lld 人次，资料 %lld 份，现场受理 %lld 件。Enter 看这次宣传周的数"), from, to, (long long)campaign->consulted, (long long)campaign->handouts, (long long)campaign->accepted);
}

void summary_figures_draw(struct view *view, struct canvas *canvas)
{
    struct summary_view *state = view->state;
    fit(view, canvas->cols);
    int note = summary_list_draw(view, &state->figures, canvas, NOTE_ROWS);
    const struct list_row *row = list_selected(&state->figures.list);
    struct buf words;
    buf_init(&words, NOTE_BYTES * 4);
    if (row != NULL && row->tag < HEADING_TAG) {
        put_words(&state->summary, &state->summary.cells[row->tag], &words);
        put_changes(state, row->tag, &words);
    } else if (row != NULL && row->tag >= CAMPAIGN_TAG) {
        put_campaign(&state->summary.campaigns[row->tag - CAMPAIGN_TAG], &words);
    }
    summary_notes_draw(canvas, note, NOTE_ROWS, buf_cstr(&words));
    buf_release(&words);
}
