/* tui/views/report_form.c - one of the Ministry's forms on the screen: every figure for one unit as a list, or units by columns as a table; behind each figure its records.
 *
 * The list is the way in: a number, its heading, this period and last year on one line read well at 80 and at 60 columns and by ear; Left and Right go to the next unit. The table (Tab) is the form as it is handed in, by
 * blocks of columns, the total always on top. Both stand on the same cell. The cursor of the terminal is on it. See report_form.h. */
#include "tui/views/report_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/field_grid.h"
#include "tui/views/views.h"

enum { COMMAND_CHECKS = COMMAND_VIEW, COMMAND_COMPARE, COMMAND_LATE, COMMAND_FREEZE, COMMAND_MODE };

static const struct command COMMANDS[] = {{COMMAND_CHECKS, "checks", "哪些数对不上：是哪几格，写明理由"},
                                          {COMMAND_COMPARE, "compare", "清单里显示或收起上年同期；表格里换成上年同期、增减"},
                                          {COMMAND_LATE, "late", "存档以后补报、调整了哪些"},
                                          {COMMAND_FREEZE, "freeze", "上报时存档：这张表的每个数和各站同步到什么时候"},
                                          {COMMAND_MODE, "mode", "清单（一个单位的各栏）和表格（各单位）互换"},
                                          REPORT_PERIOD_COMMANDS,
                                          {COMMAND_NONE, NULL, NULL}};

/* ---- reading ---- */

static void keep_inside(struct form_view *state)
{
    if (state->unit >= report_figures_units(&state->figures))
        state->unit = 0;
    if (state->column >= state->figures.form->n_columns)
        state->column = 0;
}

/* The figures of a period in the place of those there are. On an error these stay. The cell in hand keeps its unit, wherever it stands now. */
static enum status read_figures(struct form_view *state, const char *period, struct errmsg *err)
{
    struct report_figures fresh;
    int64_t org = report_figures_unit(&state->figures, state->unit)->org;
    enum status status = report_figures_read(&state->desk, state->figures.form, period, &fresh, err);
    if (status != STATUS_OK)
        return status;
    report_figures_release(&state->figures);
    state->figures = fresh;
    state->unit = report_figures_find(&fresh, org);
    keep_inside(state);
    return STATUS_OK;
}

void report_form_read_again(struct view *view)
{
    struct form_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = read_figures(state, state->period, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static void go_to_cell(struct form_view *state, const char *cell, int64_t org)
{
    const struct ministry_form *form = NULL;
    const struct form_column *column = cell != NULL ? form_book_cell(state->desk.book, cell, &form) : NULL;
    if (column != NULL && form == state->figures.form)
        state->column = (size_t)(column - form->columns);
    state->unit = report_figures_find(&state->figures, org);
}

static enum status sheet_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct form_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    const struct ministry_form *form = form_book_find(state->desk.book, argument->type);
    report_period_first(view, &state->desk, argument->text, state->period);
    if (form == NULL)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有这张报表");
    if (status == STATUS_OK)
        status = report_figures_read(&state->desk, form, state->period, &state->figures, err);
    if (status != STATUS_OK) {
        report_desk_close(&state->desk);
        return status;
    }
    state->compares = true;
    go_to_cell(state, argument->where, argument->number);
    return STATUS_OK;
}

static void sheet_close(struct view *view)
{
    struct form_view *state = view->state;
    report_figures_release(&state->figures);
    report_period_free(state->choices);
    report_desk_close(&state->desk);
    free(state->note);
}

static void set_period(struct view *view, const char *name)
{
    struct form_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_figures(state, name, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    copy_text(state->period, sizeof state->period, name);
    report_period_remember(view, name);
    app_touch(view->app);
}

/* ---- the cell in hand ---- */

static bool step(size_t *at, bool forward, size_t n)
{
    if (forward ? *at + 1 >= n : *at == 0)
        return false;
    *at = forward ? *at + 1 : *at - 1;
    return true;
}

static bool jump(size_t *at, bool forward, size_t by, size_t n)
{
    size_t before = *at;
    if (forward)
        *at = *at + by < n ? *at + by : n - 1;
    else
        *at = *at > by ? *at - by : 0;
    return *at != before;
}

/* Where an arrow goes: up and down along the list, sideways to the next unit; in the table the other way round. */
static bool arrow_key(struct view *view, struct key key)
{
    struct form_view *state = view->state;
    size_t units = report_figures_units(&state->figures), columns = state->figures.form->n_columns, page = view->app->rows > 12 ? (size_t)view->app->rows - 8 : 4;
    bool list = state->mode == FORM_MODE_LIST, moved;
    size_t *along = list ? &state->column : &state->unit, *across = list ? &state->unit : &state->column, n_along = list ? columns : units, n_across = list ? units : columns;
    switch (key.modifiers == 0 ? key.kind : K_NONE) {
    case K_UP:
    case K_DOWN:
        moved = step(along, key.kind == K_DOWN, n_along);
        break;
    case K_LEFT:
    case K_RIGHT:
        moved = step(across, key.kind == K_RIGHT, n_across);
        break;
    case K_PAGE_UP:
    case K_PAGE_DOWN:
        moved = jump(along, key.kind == K_PAGE_DOWN, page, n_along);
        break;
    case K_HOME:
    case K_END:
        moved = jump(&state->column, key.kind == K_END, columns, columns);
        break;
    default:
        return false;
    }
    state->typed[0] = '\0';
    if (!moved)
        app_beep(view->app);
    return true;
}

/* A column's printed number: the cell goes there when no longer number begins with it, or with Enter. */
static void take_number(struct view *view, bool ended)
{
    struct form_view *state = view->state;
    size_t number = (size_t)strtoul(state->typed, NULL, 10), n = state->figures.form->n_columns;
    if (!ended && strlen(state->typed) < FORM_TYPED_MAX && number * 10 <= n)
        return;
    state->typed[0] = '\0';
    if (number >= 1 && number <= n)
        state->column = number - 1;
    else
        app_fail(view->app, "没有第 %zu 栏，这张表有 1 到 %zu 栏", number, n);
}

static bool number_key(struct view *view, struct key key)
{
    struct form_view *state = view->state;
    size_t len = strlen(state->typed);
    int digit = key_digit(key);
    if (digit > 0 || (digit == 0 && len > 0)) {
        state->typed[len] = (char)('0' + digit);
        state->typed[len + 1] = '\0';
        take_number(view, false);
        return true;
    }
    if (len == 0 || (key.kind != K_BACKSPACE && key.kind != K_ESC && key.kind != K_ENTER))
        return false;
    if (key.kind == K_ENTER)
        take_number(view, true);
    else
        state->typed[key.kind == K_ESC ? 0 : len - 1] = '\0';
    return true;
}

/* ---- keys ---- */

/* The records of the cell in hand; where somebody has to enter it, that. */
static void open_cell(struct view *view)
{
    struct form_view *state = view->state;
    const struct form_row *unit = report_figures_unit(&state->figures, state->unit);
    const struct form_column *column = &state->figures.form->columns[state->column];
    char cell[FORM_CELL_BYTES];
    if (unit->missing[state->column]) {
        report_form_enter(view);
        return;
    }
    if (unit->values[state->column] == 0 && unit->adjusted[state->column] == 0 && !column->by_hand) {
        app_say(view->app, "这里是 0，没有可看的");
        return;
    }
    form_cell_name(state->figures.form, column, cell);
    app_open(view->app, &view_report_rows, &(struct view_argument){.where = cell, .text = state->period, .number = unit->org});
}

static bool sheet_key(struct view *view, struct key key)
{
    if (number_key(view, key) || arrow_key(view, key)) {
        app_touch(view->app);
        return true;
    }
    if (key.kind != K_ENTER || key.modifiers != 0)
        return false;
    open_cell(view);
    return true;
}

static void open_late(struct view *view)
{
    struct form_view *state = view->state;
    if (!state->figures.frozen)
        app_say(view->app, "这一期还没有存档；存档以后到的、改的在这里列出");
    else if (state->figures.n_late == 0)
        app_say(view->app, "和存档时一样，没有补报、调整");
    else
        app_open(view->app, &view_report_late, &(struct view_argument){.type = state->figures.form->name, .text = state->period});
}

static void compare(struct form_view *state)
{
    if (state->mode == FORM_MODE_TABLE)
        state->shown = (state->shown + 1) % FORM_SHOWN_KINDS;
    else
        state->compares = !state->compares;
}

static bool sheet_command(struct view *view, int command)
{
    struct form_view *state = view->state;
    switch (command) {
    case COMMAND_CHECKS:
        if (state->figures.failures.n > 0)
            app_open(view->app, &view_report_checks, &(struct view_argument){.type = state->figures.form->name, .text = state->period});
        else
            app_say(view->app, "这张表的校验全部相符");
        return true;
    case COMMAND_EXPORT:
        report_form_export(view);
        return true;
    case COMMAND_NEW:
        report_form_enter(view);
        return true;
    case COMMAND_COMPARE:
        compare(state);
        return true;
    case COMMAND_LATE:
        open_late(view);
        return true;
    case COMMAND_FREEZE:
        report_form_freeze(view);
        return true;
    case COMMAND_MODE:
        state->mode = state->mode == FORM_MODE_LIST ? FORM_MODE_TABLE : FORM_MODE_LIST;
        state->top = 0;
        return true;
    default:
        return report_period_command(view, &state->desk, &state->choices, state->period, command, set_period);
    }
}

static void sheet_answer(struct view *view, const struct view_answer *answer)
{
    struct form_view *state = view->state;
    if (!report_form_answer(view, answer))
        (void)report_period_answer(view, state->choices, answer, set_period);
}

/* ---- words ---- */

static void sheet_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct form_view *state = view->state;
    const struct report_figures *figures = &state->figures;
    char words[PERIOD_LABEL_BYTES], title[REPORT_TITLE_BYTES];
    report_period_words(&figures->period, words);
    report_short_title(figures->form, title);
    buf_printf(left, "%s%s%s   %s", _(figures->form->label), view->app->cols < GRID_WIDE ? "" : " ", view->app->cols < GRID_WIDE ? "" : title, words);
    if (figures->failures.open > 0)
        buf_printf(right, _("  校验 %lld 处不符"), (long long)figures->failures.open);
    if (figures->frozen)
        buf_printf(right, _("  已存档%s"), figures->n_late > 0 ? _("，有变") : "");
}

static void sheet_hint(struct view *view, size_t columns, struct buf *out)
{
    const struct form_view *state = view->state;
    (void)columns;
    if (state->typed[0] != '\0')
        buf_printf(out, _("到第 %s 栏: Enter，或者接着打"), state->typed);
    else
        report_form_cell_words(state, out);
}

static const struct keymap *sheet_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"F4", COMMAND_CHECKS, "校验", 0},           {"F2", COMMAND_EXPORT, "导出", 0},          {"F8", COMMAND_FREEZE, "存档", 0},            {"F5", COMMAND_NEW, "填数", 0},
        {"F7", COMMAND_LATE, "补报", 0},             {"F6", COMMAND_COMPARE, "上年", 0},         {"Tab", COMMAND_MODE, "表格", 0},             {"Enter", COMMAND_OPEN, "明细", BINDING_HINT | BINDING_HIDDEN},
        {"<", COMMAND_EARLIER, "上一期", BINDING_HIDDEN}, {">", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"Ctrl-T", COMMAND_PERIOD, "选期间", BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding table_bindings[] = {
        {"F4", COMMAND_CHECKS, "校验", 0},           {"F2", COMMAND_EXPORT, "导出", 0},          {"F8", COMMAND_FREEZE, "存档", 0},            {"F5", COMMAND_NEW, "填数", 0},
        {"F7", COMMAND_LATE, "补报", 0},             {"F6", COMMAND_COMPARE, "上年", 0},         {"Tab", COMMAND_MODE, "清单", 0},             {"Enter", COMMAND_OPEN, "明细", BINDING_HINT | BINDING_HIDDEN},
        {"<", COMMAND_EARLIER, "上一期", BINDING_HIDDEN}, {">", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"Ctrl-T", COMMAND_PERIOD, "选期间", BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap list_map = {.bindings = bindings, .commands = COMMANDS}, table_map = {.bindings = table_bindings, .commands = COMMANDS};
    return ((const struct form_view *)view->state)->mode == FORM_MODE_LIST ? &list_map : &table_map;
}

const struct view_class view_report_form = {
    .name = "report-form",
    .state_bytes = sizeof(struct form_view),
    .help = "一张表。清单里是一个单位的各栏，左右键换单位（合计、中心、各站），Tab 换成各单位的表格；打栏号到那一栏；Enter 看是哪些记录，Esc 回到这一格。 < 和 > 换上一期、下一期，Ctrl-T 选别的期。\n"
            "怎么数: 申请按收件日，批准、不批准按决定日，已结按结案日，未结是期末批准了还没有结的；咨询按咨询日，一人问两件事是 1 人次 2 件。请求不可分的群体案件（如同一死者的继承人）算 1 件，可分的（如一批人讨薪）一人一件。\n"
            "“标”一栏: 缺 是手填的栏目没有人填，Enter 填；校 是校验不符，F4 看；说 是不符但已说明；调 是数里有手填的调整；变 是和存档时不同，F7 看。表格里依次写作 ? ! : * ~。\n"
            "上年: “上报”是当时存档或者登记的往年数，“现在”是现在按记录算出来的；增减和上报的比，没有上报的和现在的比。金额是万元。\n"
            "F8 存档要全部校验相符或者已说明；存档不改变任何记录，以后的补报、调整另外列出，可以重新存档。",
    .open = sheet_open,
    .close = sheet_close,
    .key = sheet_key,
    .command = sheet_command,
    .draw = report_form_draw,
    .title = sheet_title,
    .keymap = sheet_keymap,
    .hint = sheet_hint,
    .answer = sheet_answer,
    .refresh = report_form_read_again,
};
