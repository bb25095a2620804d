/* tui/views/eval_rounds.c - how a case was judged: one round at a time, its scores with their reasons; Left and Right change the round. Nothing is typed here.
 *
 * A new round is begun from here with F5: 复评 after 初评, after both 上级评估. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/eval.h"
#include "tui/list_memory.h"
#include "tui/views/case_text.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ROUNDS_MAX = 8, HEAD_ROW = 2, LIST_ROW = 4, DETAIL_ROWS = 2, CELLS = 5, NUMBER_BYTES = 16, WIDE_COLUMNS = 76 };

#define ROUND_HIGHER "3" /* 上级评估 */

enum { COMMAND_RECORD = COMMAND_VIEW, COMMAND_CASE };

static const struct command COMMANDS[] = {{COMMAND_RECORD, "record", "这一轮的登记: 改评语、删除"}, {COMMAND_CASE, "case", "打开这件案件"}, {COMMAND_NONE, NULL, NULL}};

struct eval_rounds {
    struct id kase;
    struct record evals[ROUNDS_MAX]; /* oldest first */
    size_t n, shown;
    struct list_memory memory;
    struct list list;
    size_t n_items;     /* of the shown round; the comment is one row more */
    enum status status; /* while rows are collected */
};

/* ---- reading ---- */

static void release_evals(struct eval_rounds *state)
{
    for (size_t i = 0; i < state->n; i++)
        record_release(&state->evals[i]);
    state->n = 0;
}

static bool keep_eval(void *context, const struct record *row)
{
    struct eval_rounds *state = context;
    state->status = record_copy(&state->evals[state->n], row);
    state->n += state->status == STATUS_OK;
    return state->status == STATUS_OK && state->n < ROUNDS_MAX;
}

static int number_in(const struct record *record, const char *field)
{
    return (int)record_get(record, catalogue_field(record->type, field)).number;
}

static bool keep_item(void *context, const struct record *item)
{
    struct eval_rounds *state = context;
    char no[NUMBER_BYTES], score[NUMBER_BYTES], max[NUMBER_BYTES];
    snprintf(no, sizeof no, "%d", number_in(item, "item_no"));
    snprintf(score, sizeof score, "%d", number_in(item, "score"));
    snprintf(max, sizeof max, "/%d", number_in(item, "max_score"));
    struct list_row row = {.id = item->id, .cells = {no, record_text(item, "item"), score, max, record_text(item, "reason")}};
    state->status = list_memory_add(&state->memory, &row, CELLS);
    return state->status == STATUS_OK;
}

/* The comment is the last row: it is read like the reasons. */
static enum status read_items(struct view *view, struct errmsg *err)
{
    struct eval_rounds *state = view->state;
    struct app_context *context = view_context(view);
    const struct record *eval = &state->evals[state->shown];
    list_memory_clear(&state->memory);
    state->status = STATUS_OK;
    enum status status = eval_items(context->store, context->actor, eval->id, keep_item, state, err);
    if (status == STATUS_OK)
        status = state->status;
    state->n_items = state->memory.n;
    if (status != STATUS_OK || record_text(eval, "comment")[0] == '\0')
        return status;
    struct list_row row = {.id = eval->id, .cells = {"", _("评语"), "", "", record_text(eval, "comment")}};
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status read_evals(struct view *view, struct errmsg *err)
{
    struct eval_rounds *state = view->state;
    struct app_context *context = view_context(view);
    release_evals(state);
    state->status = STATUS_OK;
    enum status status = eval_list(context->store, context->actor, state->kase, keep_eval, state, err);
    if (status == STATUS_OK)
        status = state->status;
    if (state->shown >= state->n)
        state->shown = state->n > 0 ? state->n - 1 : 0;
    if (status == STATUS_OK && state->n > 0)
        status = read_items(view, err);
    return status;
}

/* ---- opening ---- */

/* Of an evaluation: its case, and later its place among the rounds. */
static enum status find_case(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct eval_rounds *state = view->state;
    struct app_context *context = view_context(view);
    struct record eval;
    state->kase = argument->id;
    if (strcmp(argument->type, "eval") != 0)
        return STATUS_OK;
    enum status status = records_get(context->store, context->actor, catalogue_find("eval"), argument->id, &eval, err);
    if (status != STATUS_OK)
        return status;
    const char *text = record_text(&eval, "case_id");
    status = id_parse(text, strlen(text), &state->kase);
    record_release(&eval);
    return status;
}

static const struct list_column *columns_for(int cols)
{
    static const struct list_column wide[CELLS] = {{"项", 3, true}, {"项目", 18, false}, {"得分", 4, true}, {"", 4, false}, {"扣分理由", 0, false}};
    static const struct list_column narrow[CELLS] = {{"项", 3, true}, {"项目", 14, false}, {"得分", 4, true}, {"", 4, false}, {"扣分理由", 0, false}};
    return cols < WIDE_COLUMNS ? narrow : wide;
}

static enum status rounds_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct eval_rounds *state = view->state;
    enum status status = find_case(view, argument, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns_for(view->app->cols), CELLS, 0);
    state->shown = SIZE_MAX;
    status = read_evals(view, err);
    if (status == STATUS_OK && state->n == 0)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这件案件还没有评估过");
    for (size_t i = 0; i < state->n && status == STATUS_OK; i++)
        if (id_equal(state->evals[i].id, argument->id)) {
            state->shown = i;
            status = read_items(view, err);
        }
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 10 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        release_evals(state);
        list_release(&state->list);
        list_memory_release(&state->memory);
    }
    return status;
}

static void rounds_close(struct view *view)
{
    struct eval_rounds *state = view->state;
    release_evals(state);
    list_release(&state->list);
    list_memory_release(&state->memory);
}

static void rounds_refresh(struct view *view)
{
    struct eval_rounds *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_evals(view, &err);
    if (status == STATUS_OK && state->n == 0) {
        app_close(view->app); /* deleted */
        return;
    }
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys ---- */

static void show(struct view *view, size_t index)
{
    struct eval_rounds *state = view->state;
    struct errmsg err = {{0}};
    if (index >= state->n) {
        app_beep(view->app);
        return;
    }
    state->shown = index;
    enum status status = read_items(view, &err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static bool rounds_key(struct view *view, struct key key)
{
    struct eval_rounds *state = view->state;
    if (key.modifiers == 0 && (key.kind == K_LEFT || key.kind == K_RIGHT)) {
        show(view, key.kind == K_LEFT ? state->shown - 1 : state->shown + 1);
        return true;
    }
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        app_beep(view->app);
    return result != LIST_IGNORED;
}

static bool has_round(const struct eval_rounds *state, const char *round)
{
    for (size_t i = 0; i < state->n; i++)
        if (strcmp(record_text(&state->evals[i], "round"), round) == 0)
            return true;
    return false;
}

static bool rounds_command(struct view *view, int command)
{
    struct eval_rounds *state = view->state;
    bool both = has_round(state, EVAL_FIRST) && has_round(state, EVAL_SECOND);
    switch (command) {
    case COMMAND_NEW:
        if (both && has_round(state, ROUND_HIGHER))
            app_fail(view->app, "初评、复评、上级评估都做过了");
        else
            app_open(view->app, &view_eval_sheet, &(struct view_argument){.id = state->kase, .text = both ? ROUND_HIGHER : NULL});
        return true;
    case COMMAND_RECORD:
        app_open(view->app, &view_record_edit, &(struct view_argument){.type = "eval", .id = state->evals[state->shown].id});
        return true;
    case COMMAND_CASE:
        app_open(view->app, &view_case, &(struct view_argument){.id = state->kase});
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void rounds_title(struct view *view, struct buf *left, struct buf *right)
{
    struct eval_rounds *state = view->state;
    const struct record *eval = &state->evals[state->shown];
    const struct code_book *codes = view_context(view)->codes;
    buf_printf(left, _("评估  %s  "), record_text(eval, "name")[0] != '\0' ? record_text(eval, "name") : _("（封存）"));
    for (size_t i = 0; i < state->n; i++)
        buf_printf(left, "%s%s%s", i == state->shown ? "[" : " ", _(code_book_name(codes, "eval_round", record_text(&state->evals[i], "round"))), i == state->shown ? "]" : " ");
    buf_printf(right, _("  总分 %d %s"), number_in(eval, "total"), _(code_book_name(codes, "grade", record_text(eval, "grade"))));
}

struct drawing {
    struct canvas *canvas;
    int row, end;
};

static bool draw_detail_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    canvas_puts(drawing->canvas, drawing->row++, 1, drawing->canvas->cols - 2, STYLE_NORMAL, text);
    return drawing->row < drawing->end;
}

static void draw_head(struct view *view, struct canvas *canvas)
{
    struct eval_rounds *state = view->state;
    const struct record *eval = &state->evals[state->shown];
    char day[DAY_TEXT_BYTES];
    day_format(number_in(eval, "date"), day);
    canvas_rule(canvas, 1);
    canvas_printf(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_NORMAL, "评估人 %s  %s%s", record_text(eval, "reviewers"), day,
                  state->shown + 1 == state->n ? "" : _("  以后还有一轮，以最后一轮为准"));
    canvas_printf(canvas, HEAD_ROW + 1, 1, canvas->cols - 2, STYLE_NORMAL, "承办人 %s  %s 第 %d 版", record_text(eval, "handler"),
                  _(code_book_name(view_context(view)->codes, "eval_standard", record_text(eval, "standard"))), number_in(eval, "edition"));
}

/* The selected row's reason is written out below. */
static void rounds_draw(struct view *view, struct canvas *canvas)
{
    struct eval_rounds *state = view->state;
    int end = canvas->rows - 2, rows = end - DETAIL_ROWS - 1 - LIST_ROW;
    draw_head(view, canvas);
    list_show(view, &state->list, canvas, LIST_ROW, rows, "", true);
    canvas_rule(canvas, end - DETAIL_ROWS - 1);
    const struct list_row *row = list_selected(&state->list); /* of the window as it is now: another height reads it again */
    struct drawing drawing = {canvas, end - DETAIL_ROWS, end};
    if (row != NULL && row->cells[CELLS - 1] != NULL)
        case_wrap(row->cells[CELLS - 1], canvas->cols - 2, draw_detail_line, &drawing);
}

static void rounds_hint(struct view *view, size_t columns, struct buf *out)
{
    struct eval_rounds *state = view->state;
    (void)columns;
    if (state->n_items == 0)
        buf_puts(out, _("没有逐项打分，只登记了总分"));
    else if (state->n > 1)
        buf_printf(out, _("评过 %zu 轮，左右键换轮次"), state->n);
    else if (!state->list.at_end)
        buf_puts(out, _("下面还有，PgDn 翻页"));
}

static void rounds_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法第五十七条、法律援助法第五十九条"));
}

static const struct keymap *rounds_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"左右", COMMAND_NONE, "换轮次", BINDING_HINT}, {"F5", COMMAND_NEW, "再评一轮", 0},       {"F4", COMMAND_RECORD, "登记", 0}, {"F6", COMMAND_CASE, "案件", 0}, {"F9", COMMAND_LAW, "法条", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},     {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

static bool rounds_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct eval_rounds *state = view->state;
    *type = catalogue_find("case");
    *id = state->kase;
    return n == 0;
}

const struct view_class view_eval_rounds = {
    .name = "eval-rounds",
    .state_bytes = sizeof(struct eval_rounds),
    .help = "一件案件评过的各轮: 每项得多少分、为什么扣。左右键换轮次，以最后一轮为准。选中的一项的理由在下面写全。\n"
            "F5 再评一轮: 初评之后是复评，都做过的是上级评估。F4 打开登记，可以改评语；评错了的在那里删除，再重新评。",
    .open = rounds_open,
    .close = rounds_close,
    .key = rounds_key,
    .command = rounds_command,
    .draw = rounds_draw,
    .title = rounds_title,
    .keymap = rounds_keymap,
    .hint = rounds_hint,
    .cite = rounds_cite,
    .refresh = rounds_refresh,
    .shows = rounds_shows,
};
