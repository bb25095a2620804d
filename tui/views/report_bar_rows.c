/* tui/views/report_bar_rows.c - the records behind a bar of a chart or a cell of a heat table: what each adds, and that it adds up.
 *
 * The bar is found anew by what it stands for each time it is read, so that it may change while a record of it is open. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/unit.h"
#include "tui/views/report_open.h"
#include "tui/views/report_row_list.h"
#include "tui/views/views.h"

enum { HEAD_ROW = 1, LIST_ROW = HEAD_ROW + 2, WHICH_BYTES = 64, TITLE_BYTES = 256, ALL_MONTHS = CHART_MONTHS_MAX };

static const char RULE[] = "period_summary", HEAT_CASES[] = "heat-cases", HEAT_CONSULTATIONS[] = "heat-consultations";

struct bar_rows {
    struct report_desk desk;
    char source[WHICH_BYTES], which[WHICH_BYTES], period_name[PERIOD_NAME_BYTES];
    struct period period; /* of the bar */
    char title[TITLE_BYTES];
    const char *unit;     /* static */
    bool money;
    struct report_row_list rows;
};

/* ---- what the figure is ------------------------------------------------------------------------------------------- */

/* A bar by its part, one of a month by the month's name. */
static bool is_bar(const struct chart_bar *bar, const char *which)
{
    return bar->part != 0 || strchr(which, '-') == NULL ? bar->part == strtoll(which, NULL, 10) : strcmp(bar->period.name, which) == 0;
}

static enum status read_chart(struct bar_rows *state, const struct chart_kind *kind, const struct period *period, struct errmsg *err)
{
    const struct form_desk *desk = &state->desk.desk;
    struct chart *chart = malloc(sizeof *chart);
    enum status status = chart != NULL ? chart_compute(desk, kind, period, TALLY_ORG_ALL, chart, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    for (size_t i = 0; status == STATUS_OK && i < chart->n_bars; i++) {
        if (!is_bar(&chart->bars[i], state->which))
            continue;
        snprintf(state->title, sizeof state->title, "%s  %s", _(kind->title), _(chart->bars[i].label));
        state->period = chart->bars[i].period;
        state->unit = kind->unit;
        state->money = kind->money;
        status = chart_rows(desk, chart, i, TALLY_ORG_ALL, report_row_list_take, &state->rows, err);
        break;
    }
    free(chart);
    return status;
}

/* A cell of the heat table is a bar of the chart by town, or by month for the total. */
static enum status cell_rows(struct bar_rows *state, const struct heat *heat, size_t row, struct errmsg *err)
{
    bool total = row + 1 == heat->n_towns;
    struct chart *chart = calloc(1, sizeof *chart);
    if (chart == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    chart->kind = chart_kind_find(heat->consultations ? (total ? "consultations-month" : "consultations-town") : total ? "cases-month" : "cases-town");
    chart->n_bars = 1;
    chart->bars[0] = (struct chart_bar){.period = state->period, .part = heat->towns[row].town};
    enum status status = chart_rows(&state->desk.desk, chart, 0, TALLY_ORG_ALL, report_row_list_take, &state->rows, err);
    free(chart);
    return status;
}

/* which: "row:month", as the table stands. */
static enum status read_heat(struct bar_rows *state, bool consultations, const struct period *period, struct errmsg *err)
{
    struct heat *heat = malloc(sizeof *heat);
    enum status status = heat != NULL ? heat_compute(&state->desk.desk, consultations, period, heat, err) : errmsg_set(err, STATUS_NOMEM, "内存不足");
    size_t row = strtoul(state->which, NULL, 10), month = strchr(state->which, ':') != NULL ? strtoul(strchr(state->which, ':') + 1, NULL, 10) : ALL_MONTHS;
    char label[HEAT_MONTH_BYTES] = "合计";
    if (status == STATUS_OK && row < heat->n_towns) {
        if (month < heat->n_months)
            heat_month_label(heat, month, label);
        state->period = month < heat->n_months ? heat->months[month] : *period;
        state->unit = consultations ? "人次" : "件";
        snprintf(state->title, sizeof state->title, "%s  %s %s", heat_title(heat), heat->towns[row].name, label);
        status = cell_rows(state, heat, row, err);
    }
    free(heat);
    return status;
}

static enum status read_source(struct bar_rows *state, const struct period *period, struct errmsg *err)
{
    const struct chart_kind *kind = chart_kind_find(state->source);
    if (kind != NULL)
        return read_chart(state, kind, period, err);
    return read_heat(state, strcmp(state->source, HEAT_CONSULTATIONS) == 0, period, err);
}

static enum status read_rows(struct bar_rows *state, struct errmsg *err)
{
    struct period period;
    report_row_list_clear(&state->rows);
    enum status status = report_desk_period(&state->desk, RULE, state->period_name, &period, err);
    if (status == STATUS_OK)
        status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    status = read_source(state, &period, err);
    report_desk_end(&state->desk);
    state->rows.money = state->money;
    return status == STATUS_OK && state->rows.status != STATUS_OK ? errmsg_set(err, state->rows.status, "%s", status_text(state->rows.status)) : status;
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static void rows_close(struct view *view)
{
    struct bar_rows *state = view->state;
    report_row_list_release(&state->rows);
    report_desk_close(&state->desk);
}

static enum status rows_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct bar_rows *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    copy_text(state->source, sizeof state->source, argument->type);
    copy_text(state->which, sizeof state->which, argument->where);
    copy_text(state->period_name, sizeof state->period_name, argument->text);
    state->unit = "";
    report_row_list_init(&state->rows, view, false, false);
    status = list_set_height(&state->rows.list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = read_rows(state, err);
    if (status == STATUS_OK)
        status = list_reset(&state->rows.list, err);
    if (status != STATUS_OK)
        rows_close(view);
    return status;
}

static void rows_refresh(struct view *view)
{
    struct bar_rows *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = read_rows(state, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->rows.list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- from the other screens --------------------------------------------------------------------------------------- */

void report_open_bar(struct view *view, const struct chart *chart, size_t bar)
{
    char which[WHICH_BYTES];
    bool of_month = chart->bars[bar].part == 0 && (chart->bars[bar].period.from != chart->period.from || chart->bars[bar].period.to != chart->period.to);
    if (of_month)
        copy_text(which, sizeof which, chart->bars[bar].period.name);
    else
        snprintf(which, sizeof which, "%lld", (long long)chart->bars[bar].part);
    app_open(view->app, &view_report_bar_rows, &(struct view_argument){.type = chart->kind->name, .where = which, .text = chart->period.name});
}

void report_open_heat(struct view *view, const struct heat *heat, size_t row, size_t month)
{
    char which[WHICH_BYTES];
    snprintf(which, sizeof which, "%zu:%zu", row, month);
    app_open(view->app, &view_report_bar_rows, &(struct view_argument){.type = heat->consultations ? HEAT_CONSULTATIONS : HEAT_CASES, .where = which, .text = heat->period.name});
}

/* ---- keys, drawing ------------------------------------------------------------------------------------------------ */

static bool rows_key(struct view *view, struct key key)
{
    return report_row_list_key(&((struct bar_rows *)view->state)->rows, key);
}

static void rows_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct bar_rows *state = view->state;
    char sum[REPORT_NUMBER_BYTES];
    report_number(state->rows.sum, state->money, sum);
    buf_puts(left, _("明细"));
    buf_printf(right, _("  合计 %s %s  共 %lld 条"), sum, unit_words(state->unit, state->rows.sum), (long long)state->rows.n_all);
}

static void rows_draw(struct view *view, struct canvas *canvas)
{
    struct bar_rows *state = view->state;
    char days[REPORT_DAYS_BYTES];
    report_days_words(&state->period, days);
    canvas_puts(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_BOLD, state->title);
    canvas_puts(canvas, HEAD_ROW + 1, 1, canvas->cols - 2, STYLE_NORMAL, days);
    report_row_list_draw(&state->rows, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW, _("没有记录"));
}

static void rows_hint(struct view *view, size_t columns, struct buf *out)
{
    const struct bar_rows *state = view->state;
    (void)columns;
    if (state->rows.n_all > (int64_t)state->rows.n)
        buf_printf(out, _("只列前 %d 条"), REPORT_ROWS_MAX);
    else
        buf_puts(out, _("Enter 打开这条记录，F10 回到那个数"));
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

const struct view_class view_report_bar_rows = {
    .name = "report-bar-rows",
    .state_bytes = sizeof(struct bar_rows),
    .help = "图里一条、表里一格是哪些记录加起来的: 日期是它归期间的那一天（决定、结案、咨询），“数”是这条记录加了多少，全部相加就是那个数。\n"
            "群体案件只由一件代表计数；（封存）的只计数，看不到是哪一条。Enter 打开记录，改了以后回来，数跟着变。",
    .open = rows_open,
    .close = rows_close,
    .key = rows_key,
    .draw = rows_draw,
    .title = rows_title,
    .keymap = rows_keymap,
    .hint = rows_hint,
    .refresh = rows_refresh,
};
