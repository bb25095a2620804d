/* tui/views/report_rows.c - the records behind one figure of a form or of the summary: what each adds, and that it adds up to the figure; or, of a frozen form, what each added then and adds now.
 *
 * Opened from the figure; Enter opens a record, Back is the figure again. */
#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/views/report_desk.h"
#include "tui/views/report_row_list.h"
#include "tui/views/views.h"

enum { HEAD_ROW = 1, LIST_ROW = HEAD_ROW + 2, ORG_BYTES = 64 * 4, HEAD_BYTES = 1024 };

struct rows_view {
    struct report_desk desk;
    const struct ministry_form *form; /* NULL: the summary */
    const struct form_column *column;
    const struct summary_cell *summary;
    bool money;
    const char *unit;
    char cell[FORM_CELL_BYTES], org_name[ORG_BYTES];
    int64_t org; /* 0: the total */
    struct period period;
    bool late;
    int32_t frozen_on;   /* late */
    int64_t unexplained; /* late: what no row explains */
    struct report_row_list rows;
};

/* ---- reading ---- */

static enum status read_now(struct rows_view *state, struct errmsg *err)
{
    enum status status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    if (state->form != NULL)
        status = form_rows(&state->desk.desk, state->form, state->column, &state->period, state->org == 0 ? TALLY_ORG_ALL : state->org, report_row_list_take, &state->rows, err);
    else
        status = summary_rows(&state->desk.desk, &state->period, state->cell, report_row_list_take, &state->rows, err);
    report_desk_end(&state->desk);
    return status;
}

static enum status read_late(struct rows_view *state, struct errmsg *err)
{
    struct snapshot snapshot;
    enum status status = snapshot_load(&state->desk.desk, state->form->name, &state->period, &snapshot, err);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? errmsg_set(err, status, "这一期还没有存档") : status;
    state->frozen_on = snapshot.date;
    status = report_desk_begin(&state->desk, err);
    if (status == STATUS_OK) {
        status = snapshot_late_rows(&state->desk.desk, &snapshot, state->column, state->org == 0 ? TALLY_ORG_ALL : state->org, report_row_list_take_late, &state->rows, &state->unexplained, err);
        report_desk_end(&state->desk);
    }
    snapshot_release(&snapshot);
    return status;
}

static enum status read_rows(struct rows_view *state, struct errmsg *err)
{
    report_row_list_clear(&state->rows);
    enum status status = state->late ? read_late(state, err) : read_now(state, err);
    return status == STATUS_OK && state->rows.status != STATUS_OK ? errmsg_set(err, state->rows.status, "%s", status_text(state->rows.status)) : status;
}

static const struct summary_cell *find_summary(const char *cell)
{
    for (size_t i = 0; summary_cell_at(i) != NULL; i++)
        if (strcmp(summary_cell_at(i)->name, cell) == 0)
            return summary_cell_at(i);
    return NULL;
}

static enum status find_figure(struct rows_view *state, const char *cell, struct errmsg *err)
{
    state->column = form_book_cell(state->desk.book, cell, &state->form);
    state->summary = state->column == NULL ? find_summary(cell) : NULL;
    if (state->column == NULL && (state->summary == NULL || state->late))
        return errmsg_set(err, STATUS_NOT_FOUND, "没有 %s 这一栏", cell);
    if (state->column != NULL)
        form_cell_name(state->form, state->column, state->cell);
    else
        copy_text(state->cell, sizeof state->cell, cell);
    state->money = state->column != NULL ? state->column->money : state->summary->money;
    state->unit = state->column != NULL ? state->column->unit : state->summary->unit;
    return STATUS_OK;
}

static enum status find_cell(struct rows_view *state, const struct view_argument *argument, struct errmsg *err)
{
    enum status status = find_figure(state, argument->where, err);
    if (status != STATUS_OK)
        return status;
    state->org = argument->number;
    copy_text(state->org_name, sizeof state->org_name, state->form != NULL ? _("合计") : _("全县"));
    if (state->org != 0)
        org_name(state->desk.desk.store, state->org, state->org_name, sizeof state->org_name);
    return report_desk_period(&state->desk, state->form != NULL ? state->form->rule : "period_summary", argument->text, &state->period, err);
}

static void rows_close(struct view *view)
{
    struct rows_view *state = view->state;
    report_row_list_release(&state->rows);
    report_desk_close(&state->desk);
}

static enum status open_rows(struct view *view, const struct view_argument *argument, bool late, struct errmsg *err)
{
    struct rows_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    state->late = late;
    status = find_cell(state, argument, err);
    if (status != STATUS_OK) {
        report_desk_close(&state->desk);
        return status;
    }
    report_row_list_init(&state->rows, view, state->money, late);
    status = list_set_height(&state->rows.list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = read_rows(state, err);
    if (status == STATUS_OK)
        status = list_reset(&state->rows.list, err);
    if (status != STATUS_OK)
        rows_close(view);
    return status;
}

static enum status rows_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    return open_rows(view, argument, false, err);
}

static enum status late_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    return open_rows(view, argument, true, err);
}

static void rows_refresh(struct view *view)
{
    struct rows_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_rows(state, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->rows.list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static bool rows_key(struct view *view, struct key key)
{
    return report_row_list_key(&((struct rows_view *)view->state)->rows, key);
}

/* ---- drawing ---- */

static void rows_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct rows_view *state = view->state;
    char words[PERIOD_LABEL_BYTES], sum[REPORT_NUMBER_BYTES];
    report_period_words(&state->period, words);
    report_number(state->rows.sum, state->money, sum);
    buf_printf(left, "%s   %s  %s", state->late ? _("补报、调整") : _("明细"), state->cell, words);
    buf_printf(right, _("  %s%s%s %s  共 %lld 条"), state->late ? _("相差 ") : _("合计 "), state->late && state->rows.sum > 0 ? "+" : "", sum, _(state->unit), (long long)state->rows.n_all);
}

/* Which figure it is, whose, of which days. */
static void draw_head(const struct view *view, struct canvas *canvas)
{
    const struct rows_view *state = view->state;
    char heading[FORM_HEADING_BYTES], days[REPORT_DAYS_BYTES], day[DAY_TEXT_BYTES];
    if (state->form != NULL)
        form_column_heading(state->column, view_context(view)->codes, heading);
    else
        copy_text(heading, sizeof heading, _(state->summary->label));
    report_days_words(&state->period, days);
    day_format(state->frozen_on, day);
    canvas_printf(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_BOLD, "%s %s", state->form != NULL ? _(state->form->label) : _("工作总结"), heading);
    canvas_printf(canvas, HEAD_ROW + 1, 1, canvas->cols - 2, STYLE_NORMAL, "%s   %s%s%s", state->org_name, days, state->late ? _("   存档于 ") : "", state->late ? day : "");
}

static void rows_draw(struct view *view, struct canvas *canvas)
{
    struct rows_view *state = view->state;
    draw_head(view, canvas);
    report_row_list_draw(&state->rows, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW, state->late ? _("没有记录说明这个差别") : _("没有记录"));
}

static void rows_hint(struct view *view, size_t columns, struct buf *out)
{
    const struct rows_view *state = view->state;
    char number[REPORT_NUMBER_BYTES];
    (void)columns;
    report_number(state->unexplained, state->money, number);
    if (state->unexplained != 0)
        buf_printf(out, _("另有 %s 没有记录可以说明，是规则、代码表或机构的变动"), number);
    else if (state->rows.n_all > (int64_t)state->rows.n)
        buf_printf(out, _("只列前 %d 条"), REPORT_ROWS_MAX);
    else
        buf_puts(out, _("Enter 打开这条记录，F10 回到这一格"));
}

static const struct keymap *rows_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},  {"PgDn", COMMAND_NONE, "翻页", BINDING_HINT},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT},  {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_report_rows = {
    .name = "report-rows",
    .state_bytes = sizeof(struct rows_view),
    .help = "一个数是哪些记录加起来的: 日期是它归期间的那一天（收件、决定、结案、咨询等），“数”是这条记录在这一格里加了多少，全部相加就是那一格的数。\n"
            "群体案件只由一件代表计数；手填的调整也是其中一条；（封存）的只计数，看不到是哪一条。Enter 打开记录，改了以后回来，数跟着变。",
    .open = rows_open,
    .close = rows_close,
    .key = rows_key,
    .draw = rows_draw,
    .title = rows_title,
    .keymap = rows_keymap,
    .hint = rows_hint,
    .refresh = rows_refresh,
};

const struct view_class view_report_late_rows = {
    .name = "report-late-rows",
    .state_bytes = sizeof(struct rows_view),
    .help = "存档以后到的（补报）和改了的（调整）记录: 存档时在这一格里加了多少，现在加多少。存档时是 0 的是补报，现在是 0 的是后来不算在这里了。\n"
            "没有记录可以说明的差别，是规则、代码表或者机构变了。要按现在的数上报，在那张表里 F8 重新存档。",
    .open = late_open,
    .close = rows_close,
    .key = rows_key,
    .draw = rows_draw,
    .title = rows_title,
    .keymap = rows_keymap,
    .hint = rows_hint,
    .refresh = rows_refresh,
};
