/* tui/views/report_chart.c - one chart as bars of text, last year's below each, for eyes and ears: number and unit stand before every bar, the selected one is marked and told in words. Enter opens its rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/unit.h"
#include "tui/views/report_open.h"
#include "tui/views/views.h"

enum { FIRST_ROW = 1, REST_LINES = 2, TEXT_BYTES = 1 << 16, WORDS_BYTES = 512 };

static const struct command COMMANDS[] = {REPORT_PERIOD_COMMANDS, {COMMAND_NONE, NULL, NULL}};

static const char RULE[] = "period_summary";

struct chart_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    const struct chart_kind *kind;
    char name[PERIOD_NAME_BYTES]; /* of the period */
    struct chart chart;
    size_t selected, top;
};

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static enum status read_chart(struct view *view, struct errmsg *err)
{
    struct chart_view *state = view->state;
    struct period period;
    enum status status = report_desk_period(&state->desk, RULE, state->name, &period, err);
    if (status == STATUS_OK)
        status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    status = chart_compute(&state->desk.desk, state->kind, &period, TALLY_ORG_ALL, &state->chart, err);
    report_desk_end(&state->desk);
    return status;
}

static void chart_close(struct view *view)
{
    struct chart_view *state = view->state;
    report_period_free(state->choices);
    report_desk_close(&state->desk);
}

static enum status chart_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct chart_view *state = view->state;
    state->kind = argument != NULL && argument->type != NULL ? chart_kind_find(argument->type) : NULL;
    if (state->kind == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这张图");
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    report_last_half(&state->desk, RULE, today_of(view), argument->text, state->name);
    status = read_chart(view, err);
    if (status != STATUS_OK)
        chart_close(view);
    return status;
}

/* Bars may come and go: the same place, not the same bar, unless it is still there. */
static void select_again(struct chart_view *state, const struct chart_bar *before)
{
    for (size_t i = 0; i < state->chart.n_bars; i++)
        if (strcmp(state->chart.bars[i].label, before->label) == 0)
            state->selected = i;
    if (state->selected >= state->chart.n_bars)
        state->selected = state->chart.n_bars > 0 ? state->chart.n_bars - 1 : 0;
}

static void read_again(struct view *view)
{
    struct chart_view *state = view->state;
    struct chart_bar before = state->chart.bars[state->selected];
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = read_chart(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    select_again(state, &before);
    app_touch(view->app);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static size_t page_bars(const struct view *view)
{
    int rows = (view->app->rows >= APP_MIN_ROWS ? view->app->rows : APP_MIN_ROWS) - 2 - FIRST_ROW - CHART_HEAD_LINES - REST_LINES;
    return (size_t)(rows / CHART_BAR_LINES);
}

static void move_to(struct view *view, size_t bar)
{
    struct chart_view *state = view->state;
    if (state->chart.n_bars > 0 && bar >= state->chart.n_bars)
        bar = state->chart.n_bars - 1;
    if (bar == state->selected || state->chart.n_bars == 0)
        app_beep(view->app);
    else
        state->selected = bar;
}

static void open_bar(struct view *view)
{
    struct chart_view *state = view->state;
    if (state->chart.n_bars == 0)
        app_beep(view->app);
    else if (state->chart.bars[state->selected].value == 0)
        app_say(view->app, "这里是 0，没有可看的");
    else
        report_open_bar(view, &state->chart, state->selected);
}

static bool chart_key(struct view *view, struct key key)
{
    struct chart_view *state = view->state;
    size_t page = page_bars(view), at = state->selected;
    switch (key.modifiers == 0 ? key.kind : K_NONE) {
    case K_UP:
        move_to(view, at > 0 ? at - 1 : 0);
        return true;
    case K_DOWN:
        move_to(view, at + 1);
        return true;
    case K_PAGE_UP:
        move_to(view, at > page ? at - page : 0);
        return true;
    case K_PAGE_DOWN:
        move_to(view, at + page);
        return true;
    case K_HOME:
        move_to(view, 0);
        return true;
    case K_END:
        move_to(view, CHART_BARS_MAX);
        return true;
    case K_ENTER:
        open_bar(view);
        return true;
    default:
        return false;
    }
}

static void take_period(struct view *view, const char *name)
{
    struct chart_view *state = view->state;
    copy_text(state->name, sizeof state->name, name);
    report_period_remember(view, name);
    read_again(view);
}

static bool chart_command(struct view *view, int command)
{
    struct chart_view *state = view->state;
    return report_period_command(view, &state->desk, &state->choices, state->name, command, take_period);
}

static void chart_answer(struct view *view, const struct view_answer *answer)
{
    struct chart_view *state = view->state;
    (void)report_period_answer(view, state->choices, answer, take_period);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void chart_title(struct view *view, struct buf *left, struct buf *right)
{
    struct chart_view *state = view->state;
    char words[PERIOD_LABEL_BYTES];
    report_period_words(&state->chart.period, words);
    buf_printf(left, _("图  %s"), _(state->kind->title));
    buf_printf(right, "  %s", words);
}

/* Lines of text from `row` on, one column in; those beyond `rows` are left out. */
static void draw_lines(struct canvas *canvas, int row, int rows, const char *text)
{
    for (const char *at = text; *at != '\0' && rows > 0; row++, rows--) {
        size_t len = strcspn(at, "\n");
        canvas_put(canvas, row, 1, canvas->cols - 1, STYLE_NORMAL, at, len);
        at += len + (at[len] == '\n');
    }
}

static void chart_draw(struct view *view, struct canvas *canvas)
{
    struct chart_view *state = view->state;
    size_t page = page_bars(view);
    int row = FIRST_ROW + CHART_HEAD_LINES;
    struct buf text;
    if (state->selected < state->top)
        state->top = state->selected;
    if (state->selected >= state->top + page)
        state->top = state->selected - page + 1;
    buf_init(&text, TEXT_BYTES);
    chart_head_text(&state->chart, canvas->cols - 1, &text);
    draw_lines(canvas, FIRST_ROW, CHART_HEAD_LINES, buf_cstr(&text));
    buf_clear(&text);
    chart_text(&state->chart, canvas->cols - 1, state->top, page, &text);
    draw_lines(canvas, row, canvas->rows - 2 - row, buf_cstr(&text));
    buf_release(&text);
    if (state->chart.n_bars > 0) {
        row += (int)(state->selected - state->top) * CHART_BAR_LINES;
        canvas_puts(canvas, row, 0, 1, STYLE_NORMAL, ">");
    }
    canvas_set_cursor(canvas, row, 0);
}

/* The selected bar in words: "3月 12 件，上年 9 件，增加 3 件（33.3 %）" */
static void chart_hint(struct view *view, size_t columns, struct buf *out)
{
    struct chart_view *state = view->state;
    const struct chart_bar *bar = &state->chart.bars[state->selected];
    char value[REPORT_NUMBER_BYTES], before[REPORT_NUMBER_BYTES];
    (void)columns;
    if (state->chart.n_bars == 0)
        return;
    report_number(bar->value, state->kind->money, value);
    report_number(bar->before, state->kind->money, before);
    buf_printf(out, _("%zu/%zu %s %s %s，上年 %s %s，"), state->selected + 1, state->chart.n_bars, _(bar->label), value, unit_words(state->kind->unit, bar->value), before,
               unit_words(state->kind->unit, bar->before));
    year_on_year_words(bar->value, bar->before, true, state->kind->unit, out);
}

static const struct keymap *chart_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "明细", BINDING_HINT}, {"上下", COMMAND_NONE, "移动", BINDING_HINT}, {"左右", COMMAND_NONE, "换期", BINDING_HINT}, {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN},
        {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"F4", COMMAND_PERIOD, "期间", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_report_chart = {
    .name = "report-chart",
    .state_bytes = sizeof(struct chart_view),
    .help = "一张条形图: 每一条前面是名称和数，# 越长数越大；下面一行是上年同期，用 - 画。全图一个比例。选中的一条，最下面一行用话说一遍。\n"
            "上下键选，Enter 列出这一条是哪些记录。左右键前后一期，F4 选期间。写成表格里的图，回上一屏按 F2。",
    .open = chart_open,
    .close = chart_close,
    .key = chart_key,
    .command = chart_command,
    .draw = chart_draw,
    .title = chart_title,
    .keymap = chart_keymap,
    .hint = chart_hint,
    .answer = chart_answer,
    .refresh = read_again,
};
