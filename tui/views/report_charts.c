/* tui/views/report_charts.c - which chart: the bars there are (core/report/chart.h) and the two heat tables, for one period; F2 writes all of them into a spreadsheet as native charts. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/report/spreadsheet.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/export_ask.h"
#include "tui/views/report_book.h"
#include "tui/views/report_open.h"
#include "tui/views/views.h"

enum { CELLS = 3, LIST_ROW = 2, NAME_BYTES = 64, HEAT_TAG = 1000 };

enum { COMMAND_FILE = COMMAND_VIEW };

static const struct command COMMANDS[] = {REPORT_PERIOD_COMMANDS,
                                          {COMMAND_FILE, "file", "全部图写成一个 .xlsx，里面是电子表格自己的图"},
                                          {COMMAND_NONE, NULL, NULL}};

static const char RULE[] = "period_summary";

static const struct heat_choice {
    const char *name, *title, *unit;
} heats[] = {{"cases", "案件（各乡镇各月）", "件"}, {"consultations", "咨询（各乡镇各月）", "人次"}};

struct charts_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    char name[PERIOD_NAME_BYTES];          /* of the period */
    struct period period;
    struct list_memory memory;
    struct list list;
    struct export_ask export;
};

static const struct list_column columns[CELLS] = {{"图", 32, false}, {"单位", 6, false}, {"画法", 0, false}};

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static enum status add_rows(struct charts_view *state)
{
    enum status status = STATUS_OK;
    const struct chart_kind *kind;
    for (uint32_t i = 0; status == STATUS_OK && (kind = chart_kind_at(i)) != NULL; i++) {
        char way[NAME_BYTES];
        snprintf(way, sizeof way, _("条形图，按%s，下面是上年"), _(kind->label));
        struct list_row row = {.id = {{1, (uint8_t)i}}, .tag = i, .cells = {_(kind->title), _(kind->unit), way}};
        status = list_memory_add(&state->memory, &row, CELLS);
    }
    for (uint32_t i = 0; status == STATUS_OK && i < sizeof heats / sizeof heats[0]; i++) {
        struct list_row row = {.id = {{2, (uint8_t)i}}, .tag = HEAT_TAG + i, .cells = {_(heats[i].title), _(heats[i].unit), _("表，数越大记号越重")}};
        status = list_memory_add(&state->memory, &row, CELLS);
    }
    return status;
}

static void charts_close(struct view *view)
{
    struct charts_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    report_period_free(state->choices);
    report_desk_close(&state->desk);
}

static enum status charts_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct charts_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    report_last_half(&state->desk, RULE, today_of(view), argument != NULL ? argument->text : NULL, state->name);
    status = report_desk_period(&state->desk, RULE, state->name, &state->period, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = add_rows(state);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        charts_close(view);
    return status;
}

static void charts_refresh(struct view *view)
{
    struct charts_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = report_desk_period(&state->desk, RULE, state->name, &state->period, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void open_selected(struct view *view)
{
    struct charts_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row->tag >= HEAT_TAG)
        app_open(view->app, &view_report_heat, &(struct view_argument){.type = heats[row->tag - HEAT_TAG].name, .text = state->name});
    else
        app_open(view->app, &view_report_chart, &(struct view_argument){.type = chart_kind_at(row->tag)->name, .text = state->name});
}

static bool charts_key(struct view *view, struct key key)
{
    struct charts_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static void take_period(struct view *view, const char *name)
{
    struct charts_view *state = view->state;
    copy_text(state->name, sizeof state->name, name);
    report_period_remember(view, name);
    charts_refresh(view);
}

static bool charts_command(struct view *view, int command)
{
    struct charts_view *state = view->state;
    char name[NAME_BYTES];
    if (command != COMMAND_FILE)
        return report_period_command(view, &state->desk, &state->choices, state->name, command, take_period);
    snprintf(name, sizeof name, "charts-%s", state->period.name);
    export_ask_as(view, name, "xlsx");
    return true;
}

static void write_book(struct view *view)
{
    struct charts_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_book_write(view, &state->desk, NULL, &state->period, false, state->export.path, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", state->export.path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void charts_answer(struct view *view, const struct view_answer *answer)
{
    struct charts_view *state = view->state;
    if (export_answer(view, &state->export, answer, ".xlsx") == EXPORT_WRITE)
        write_book(view);
    else
        (void)report_period_answer(view, state->choices, answer, take_period);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void charts_title(struct view *view, struct buf *left, struct buf *right)
{
    struct charts_view *state = view->state;
    char label[PERIOD_LABEL_BYTES];
    (void)right;
    period_show(&state->period, label);
    buf_printf(left, _("图  %s"), label);
}

static void charts_draw(struct view *view, struct canvas *canvas)
{
    struct charts_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, "", true);
}

static const struct keymap *charts_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "看图", BINDING_HINT}, {"F2", COMMAND_FILE, "导出", 0}, {"F4", COMMAND_PERIOD, "期间", 0}, {"左右", COMMAND_NONE, "换期", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN},
        {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_report_charts = {
    .name = "report-charts",
    .state_bytes = sizeof(struct charts_view),
    .help = "本期的图: 案件、咨询、挽回损失，按月、类型、乡镇、人群、事项分，都和上年同期对照；最后两张是各乡镇各月的表。Enter 看图，图里每一条都能看到是哪些记录。\n"
            "左右键前后一期，F4 选期间。F2 把全部图写成一个 .xlsx，里面是电子表格自己的图，可以改样子、贴进文稿。",
    .open = charts_open,
    .close = charts_close,
    .key = charts_key,
    .command = charts_command,
    .draw = charts_draw,
    .title = charts_title,
    .keymap = charts_keymap,
    .answer = charts_answer,
    .refresh = charts_refresh,
};
