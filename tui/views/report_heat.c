/* tui/views/report_heat.c - towns down, months across: how much in each month, a sign behind the number says how much that is. The cursor stands on a cell, which is told in words; Enter opens its rows.
 *
 * Months that do not fit are reached by going there; towns and months stay in sight, as the first column and row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/unit.h"
#include "core/base/width.h"
#include "tui/views/report_open.h"
#include "tui/views/views.h"

enum { FIRST_ROW = 1, HEAD_ROWS = 2, TOWN_MIN = 6, TOWN_MAX = 20, CELL_MIN = 5, NUMBER_BYTES = REPORT_NUMBER_BYTES, LEGEND_BYTES = 128 };

static const struct command COMMANDS[] = {REPORT_PERIOD_COMMANDS, {COMMAND_NONE, NULL, NULL}};

static const char RULE[] = "period_summary";
static const char SIGNS[] = " .:+#"; /* by heat_level */

struct heat_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    bool consultations;
    char name[PERIOD_NAME_BYTES]; /* of the period */
    struct heat heat;
    size_t row, col;      /* the cell: town or total, month or (col == n_months) sum */
    size_t top, left;     /* the first ones in sight */
};

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static enum status read_heat(struct view *view, const char *name, struct errmsg *err)
{
    struct heat_view *state = view->state;
    struct heat *heat = malloc(sizeof *heat);
    struct period period;
    if (heat == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = report_desk_period(&state->desk, RULE, name, &period, err);
    if (status == STATUS_OK)
        status = report_desk_begin(&state->desk, err);
    if (status == STATUS_OK) {
        status = heat_compute(&state->desk.desk, state->consultations, &period, heat, err);
        report_desk_end(&state->desk);
    }
    if (status == STATUS_OK)
        state->heat = *heat;
    free(heat);
    return status;
}

static void heat_close(struct view *view)
{
    struct heat_view *state = view->state;
    report_period_free(state->choices);
    report_desk_close(&state->desk);
}

static enum status heat_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct heat_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    state->consultations = argument != NULL && argument->type != NULL && strcmp(argument->type, "consultations") == 0;
    report_last_half(&state->desk, RULE, today_of(view), argument != NULL ? argument->text : NULL, state->name);
    status = read_heat(view, state->name, err);
    if (status != STATUS_OK)
        heat_close(view);
    return status;
}

/* For that period; the one before stays when it cannot be had. */
static void show_period(struct view *view, const char *name)
{
    struct heat_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status == STATUS_OK)
        status = read_heat(view, name, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    if (name != state->name)
        copy_text(state->name, sizeof state->name, name);
    state->row = state->row < state->heat.n_towns ? state->row : state->heat.n_towns - 1;
    state->col = state->col <= state->heat.n_months ? state->col : state->heat.n_months;
    app_touch(view->app);
}

static void heat_refresh(struct view *view)
{
    struct heat_view *state = view->state;
    show_period(view, state->name);
}

/* ---- layout ------------------------------------------------------------------------------------------------------- */

struct heat_layout {
    int town, cell;    /* columns; a cell with marker, number and sign */
    size_t rows, cols; /* in sight, the sum is a column */
};

static int64_t cell_value(const struct heat *heat, size_t row, size_t col)
{
    return col < heat->n_months ? heat->towns[row].values[col] : heat->towns[row].sum;
}

static void lay_out(const struct heat *heat, int rows, int columns, struct heat_layout *out)
{
    char number[NUMBER_BYTES];
    *out = (struct heat_layout){.town = TOWN_MIN, .cell = CELL_MIN};
    for (size_t row = 0; row < heat->n_towns; row++) {
        int town = (int)width_text(_(heat->towns[row].name), strlen(_(heat->towns[row].name)));
        out->town = town > out->town ? town : out->town;
        report_number(heat->towns[row].sum, false, number);
        out->cell = (int)strlen(number) + 2 > out->cell ? (int)strlen(number) + 2 : out->cell;
    }
    out->town = out->town < TOWN_MAX ? out->town : TOWN_MAX;
    out->cols = (size_t)((columns - 1 - out->town) / (out->cell + 1));
    out->rows = (size_t)(rows - 2 - FIRST_ROW - HEAD_ROWS);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void move_to(struct view *view, size_t row, size_t col)
{
    struct heat_view *state = view->state;
    row = row < state->heat.n_towns ? row : state->heat.n_towns - 1;
    col = col <= state->heat.n_months ? col : state->heat.n_months;
    if (row == state->row && col == state->col)
        app_beep(view->app);
    state->row = row;
    state->col = col;
}

static void open_cell(struct view *view)
{
    struct heat_view *state = view->state;
    if (cell_value(&state->heat, state->row, state->col) == 0)
        app_say(view->app, "这里是 0，没有可看的");
    else
        report_open_heat(view, &state->heat, state->row, state->col);
}

static bool heat_key(struct view *view, struct key key)
{
    struct heat_view *state = view->state;
    struct heat_layout layout;
    size_t row = state->row, col = state->col;
    lay_out(&state->heat, view->app->rows, view->app->cols, &layout);
    switch (key.modifiers == 0 ? key.kind : K_NONE) {
    case K_UP:
        move_to(view, row > 0 ? row - 1 : 0, col);
        return true;
    case K_DOWN:
        move_to(view, row + 1, col);
        return true;
    case K_LEFT:
        move_to(view, row, col > 0 ? col - 1 : 0);
        return true;
    case K_RIGHT:
        move_to(view, row, col + 1);
        return true;
    case K_PAGE_UP:
        move_to(view, row > layout.rows ? row - layout.rows : 0, col);
        return true;
    case K_PAGE_DOWN:
        move_to(view, row + layout.rows, col);
        return true;
    case K_HOME:
        move_to(view, 0, 0);
        return true;
    case K_END:
        move_to(view, state->heat.n_towns, state->heat.n_months);
        return true;
    case K_ENTER:
        open_cell(view);
        return true;
    default:
        return false;
    }
}

static void take_period(struct view *view, const char *name)
{
    report_period_remember(view, name);
    show_period(view, name);
}

static bool heat_command(struct view *view, int command)
{
    struct heat_view *state = view->state;
    return report_period_command(view, &state->desk, &state->choices, state->name, command, take_period);
}

static void heat_answer(struct view *view, const struct view_answer *answer)
{
    struct heat_view *state = view->state;
    (void)report_period_answer(view, state->choices, answer, take_period);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static const char *unit_of(const struct heat_view *state)
{
    return state->consultations ? "人次" : "件";
}

static void column_label(const struct heat *heat, size_t col, char out[HEAT_MONTH_BYTES])
{
    if (col < heat->n_months)
        heat_month_label(heat, col, out);
    else
        snprintf(out, HEAT_MONTH_BYTES, _("合计"));
}

static void heat_view_title(struct view *view, struct buf *left, struct buf *right)
{
    struct heat_view *state = view->state;
    char words[PERIOD_LABEL_BYTES];
    report_period_words(&state->heat.period, words);
    buf_printf(left, _("图  %s"), heat_title(&state->heat));
    buf_printf(right, "  %s", words);
}

/* "数字后的记号: . 1至5  : 6至10  + 11至15  # 16至20" */
static void draw_legend(const struct heat_view *state, struct canvas *canvas)
{
    int64_t from = 1;
    int col = 1;
    if (state->heat.most <= 0) {
        canvas_puts(canvas, FIRST_ROW, 1, canvas->cols - 2, STYLE_DIM, _("没有数"));
        return;
    }
    col += canvas_puts(canvas, FIRST_ROW, col, -1, STYLE_DIM, _("数字后的记号:"));
    for (int level = 1; level <= 4; level++) {
        int64_t to = heat_bound(&state->heat, level);
        char words[LEGEND_BYTES];
        if (to < from)
            continue;
        if (to > from)
            snprintf(words, sizeof words, _("  %c %lld至%lld"), SIGNS[level], (long long)from, (long long)to);
        else
            snprintf(words, sizeof words, "  %c %lld", SIGNS[level], (long long)from);
        col += canvas_puts(canvas, FIRST_ROW, col, -1, STYLE_DIM, words);
        from = to + 1;
    }
}

static void draw_cell(const struct heat_view *state, struct canvas *canvas, const struct heat_layout *layout, int at_row, int at_col, size_t row, size_t col)
{
    char number[NUMBER_BYTES], text[NUMBER_BYTES + 2];
    int64_t value = cell_value(&state->heat, row, col);
    bool selected = row == state->row && col == state->col, is_sum = col == state->heat.n_months || row + 1 == state->heat.n_towns;
    report_number(value, false, number);
    snprintf(text, sizeof text, "%s%c", number, is_sum ? ' ' : SIGNS[heat_level(&state->heat, value)]);
    canvas_put_right(canvas, at_row, at_col + 1, layout->cell - 1, value == 0 ? STYLE_DIM : is_sum ? STYLE_BOLD : STYLE_NORMAL, text);
    if (!selected)
        return;
    int mark = at_col + layout->cell - (int)strlen(text) - 1;
    canvas_puts(canvas, at_row, mark, 1, STYLE_NORMAL, ">");
    canvas_set_cursor(canvas, at_row, mark);
}

static void keep_in_sight(struct heat_view *state, const struct heat_layout *layout)
{
    state->top = state->row < state->top ? state->row : state->row >= state->top + layout->rows ? state->row - layout->rows + 1 : state->top;
    state->left = state->col < state->left ? state->col : state->col >= state->left + layout->cols ? state->col - layout->cols + 1 : state->left;
}

static void heat_draw(struct view *view, struct canvas *canvas)
{
    struct heat_view *state = view->state;
    struct heat_layout layout;
    char label[HEAT_MONTH_BYTES];
    lay_out(&state->heat, canvas->rows, canvas->cols, &layout);
    keep_in_sight(state, &layout);
    draw_legend(state, canvas);
    canvas_puts(canvas, FIRST_ROW + 1, 1, layout.town, STYLE_BOLD, _("乡镇"));
    for (size_t c = 0; c < layout.cols && state->left + c <= state->heat.n_months; c++) {
        column_label(&state->heat, state->left + c, label);
        canvas_put_right(canvas, FIRST_ROW + 1, 1 + layout.town + (int)c * (layout.cell + 1), layout.cell, STYLE_BOLD, label);
    }
    for (size_t r = 0; r < layout.rows && state->top + r < state->heat.n_towns; r++) {
        int row = FIRST_ROW + HEAD_ROWS + (int)r;
        canvas_puts(canvas, row, 1, layout.town, STYLE_NORMAL, _(state->heat.towns[state->top + r].name));
        for (size_t c = 0; c < layout.cols && state->left + c <= state->heat.n_months; c++)
            draw_cell(state, canvas, &layout, row, 1 + layout.town + (int)c * (layout.cell + 1), state->top + r, state->left + c);
    }
}

/* The cell in words, and whether there are more. */
static void heat_hint(struct view *view, size_t columns, struct buf *out)
{
    struct heat_view *state = view->state;
    struct heat_layout layout;
    char label[HEAT_MONTH_BYTES];
    (void)columns;
    bool total = state->row + 1 == state->heat.n_towns && state->col == state->heat.n_months;
    lay_out(&state->heat, view->app->rows, view->app->cols, &layout);
    column_label(&state->heat, state->col, label);
    buf_printf(out, "%s%s%s %lld %s", _(state->heat.towns[state->row].name), total ? "" : " ", total ? "" : label, (long long)cell_value(&state->heat, state->row, state->col),
               unit_words(unit_of(state), cell_value(&state->heat, state->row, state->col)));
    if (layout.cols <= state->heat.n_months)
        buf_printf(out, _("   列 %zu-%zu / %zu"), state->left + 1, state->left + layout.cols <= state->heat.n_months ? state->left + layout.cols : state->heat.n_months + 1, state->heat.n_months + 1);
    if (layout.rows < state->heat.n_towns)
        buf_printf(out, _("   行 %zu / %zu"), state->row + 1, state->heat.n_towns);
}

static const struct keymap *heat_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "明细", BINDING_HINT}, {"方向键", COMMAND_NONE, "移动", BINDING_HINT}, {"<", COMMAND_EARLIER, "上一期", 0}, {">", COMMAND_LATER, "下一期", 0},
        {"F4", COMMAND_PERIOD, "期间", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_report_heat = {
    .name = "report-heat",
    .state_bytes = sizeof(struct heat_view),
    .help = "各乡镇各月的数: 案件按批准日期，咨询按人次。数字后面的记号越重数越大: . : + #，上面一行写着各是多少。最后一行、最后一列是合计。\n"
            "方向键在格子里走，最下面一行用话说选中的格子；Enter 列出这一格是哪些记录。< > 前后一期，F4 选期间，最长一年。写成表格回上一屏按 F2。",
    .open = heat_open,
    .close = heat_close,
    .key = heat_key,
    .command = heat_command,
    .draw = heat_draw,
    .title = heat_view_title,
    .keymap = heat_keymap,
    .hint = heat_hint,
    .answer = heat_answer,
    .refresh = heat_refresh,
};
