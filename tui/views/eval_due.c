/* tui/views/eval_due.c - what waits to be evaluated, on two pages changed by Tab: closed cases that nobody has judged, and first rounds that may get a second one.
 *
 * A page shows two years, so that in January the cases of the year before are still there; Left and Right move them. Enter begins the sheet. At most DUE_MAX rows are read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/eval.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { DUE_ROWS_MAX = 1000, CELLS = 5, CELL_BYTES = 128, LIST_ROW = 3, PAGES = 2, WIDE_COLUMNS = 76 };

enum { COMMAND_CASE = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_CASE, "case", "打开这件案件"}, {COMMAND_NONE, NULL, NULL}};

struct eval_due_view {
    enum view_eval_page page;
    int year; /* the later of the two */
    struct list_memory memory;
    struct list list;
    bool more;
    enum status status; /* while rows are collected */
    struct view *view;
};

/* ---- reading ---- */

static enum status add(struct eval_due_view *state, struct id id, const char *const cells[CELLS])
{
    struct list_row row = {.id = id};
    if (state->memory.n == DUE_ROWS_MAX) {
        state->more = true;
        return STATUS_RANGE;
    }
    memcpy(row.cells, cells, CELLS * sizeof cells[0]);
    return list_memory_add(&state->memory, &row, CELLS);
}

/* Whether to go on. */
static bool keep(struct eval_due_view *state, enum status status)
{
    state->status = status == STATUS_RANGE ? STATUS_OK : status;
    return status == STATUS_OK;
}

static bool add_case(void *context, const struct record *kase, int32_t closed)
{
    struct eval_due_view *state = context;
    const struct code_book *codes = view_context(state->view)->codes;
    char day[SHORT_DAY_BYTES], cause[CELL_BYTES], stage[CELL_BYTES];
    short_day_text(closed, app_now_ms(state->view->app), day);
    record_field_copy(kase, "cause", codes, cause, sizeof cause);
    record_field_copy(kase, "state", codes, stage, sizeof stage);
    return keep(state, add(state, kase->id, (const char *const[CELLS]){day, record_text(kase, "name"), record_text(kase, "handler"), cause, stage}));
}

static bool add_eval(void *context, const struct record *eval)
{
    struct eval_due_view *state = context;
    const struct code_book *codes = view_context(state->view)->codes;
    char day[SHORT_DAY_BYTES], total[CELL_BYTES];
    const char *text = record_text(eval, "case_id"), *name = record_text(eval, "name");
    struct id kase;
    short_day_text((int32_t)record_get(eval, catalogue_field(eval->type, "date")).number, app_now_ms(state->view->app), day);
    snprintf(total, sizeof total, "%lld %s", (long long)record_get(eval, catalogue_field(eval->type, "total")).number, _(code_book_name(codes, "grade", record_text(eval, "grade"))));
    if (id_parse(text, strlen(text), &kase) != STATUS_OK)
        return true;
    return keep(state, add(state, kase, (const char *const[CELLS]){day, name[0] != '\0' ? name : _("（封存）"), record_text(eval, "handler"), record_text(eval, "reviewers"), total}));
}

static enum status read_rows(struct view *view, struct errmsg *err)
{
    struct eval_due_view *state = view->state;
    struct app_context *context = view_context(view);
    int32_t from, to;
    list_memory_clear(&state->memory);
    state->more = false;
    state->status = STATUS_OK;
    enum status status = day_from_ymd(state->year - 1, 1, 1, &from);
    if (status == STATUS_OK)
        status = day_from_ymd(state->year, 12, 31, &to);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "没有 %d 年", state->year);
    if (state->page == EVAL_PAGE_FIRST)
        status = eval_due(context->store, context->actor, from, to, add_case, state, err);
    else
        status = eval_second_due(context->store, context->actor, from, to, add_eval, state, err);
    return status == STATUS_OK ? state->status : status;
}

static const struct list_column *columns_of(enum view_eval_page page, int cols)
{
    static const struct list_column wide[PAGES][CELLS] = {{{P_("day", "结案"), 10, false}, {"受援人", 12, false}, {"承办", 10, false}, {"案由", 0, false}, {"状态", 12, false}},
                                                          {{"初评", 10, false}, {"受援人", 12, false}, {"承办", 10, false}, {"评估人", 0, false}, {"初评结果", 10, false}}};
    static const struct list_column narrow[PAGES][CELLS] = {{{P_("day", "结案"), 10, false}, {"受援人", 10, false}, {"承办", 8, false}, {"案由", 0, false}, {"状态", 12, false}},
                                                            {{"初评", 10, false}, {"受援人", 10, false}, {"承办", 8, false}, {"评估人", 0, false}, {"结果", 9, false}}};
    return (cols < WIDE_COLUMNS ? narrow : wide)[page];
}

static void show(struct view *view, bool anew)
{
    struct eval_due_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_rows(view, &err);
    list_set_columns(&state->list, columns_of(state->page, view->app->cols), CELLS);
    if (status == STATUS_OK)
        status = anew ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void due_refresh(struct view *view)
{
    show(view, false);
}

/* ---- opening ---- */

static enum status due_view_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct eval_due_view *state = view->state;
    int month, dom;
    state->view = view;
    state->page = argument->number == EVAL_PAGE_SECOND ? EVAL_PAGE_SECOND : EVAL_PAGE_FIRST;
    day_to_ymd(today_of(view), &state->year, &month, &dom);
    if (argument->text != NULL)
        state->year = (int)strtol(argument->text, NULL, 10);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns_of(state->page, view->app->cols), CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_rows(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
    }
    return status;
}

static void due_view_close(struct view *view)
{
    struct eval_due_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
}

/* ---- keys ---- */

static bool turn(struct view *view, struct key key)
{
    struct eval_due_view *state = view->state;
    if (key.modifiers != 0 || (key.kind != K_TAB && key.kind != K_LEFT && key.kind != K_RIGHT))
        return false;
    if (key.kind == K_TAB)
        state->page = state->page == EVAL_PAGE_FIRST ? EVAL_PAGE_SECOND : EVAL_PAGE_FIRST;
    else
        state->year += key.kind == K_LEFT ? -1 : 1;
    show(view, true);
    return true;
}

static bool due_view_key(struct view *view, struct key key)
{
    struct eval_due_view *state = view->state;
    if (turn(view, key))
        return true;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN: {
        const struct list_row *row = list_selected(&state->list);
        if (row != NULL)
            app_open(view->app, &view_eval_sheet, &(struct view_argument){.id = row->id});
        break;
    }
    default:
        break;
    }
    return true;
}

static bool due_view_command(struct view *view, int command)
{
    struct eval_due_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (command != COMMAND_CASE)
        return false;
    if (row != NULL)
        app_open(view->app, &view_case, &(struct view_argument){.id = row->id});
    else
        app_beep(view->app);
    return true;
}

/* ---- drawing ---- */

static void due_view_title(struct view *view, struct buf *left, struct buf *right)
{
    struct eval_due_view *state = view->state;
    buf_printf(left, _("评估   %s"), state->page == EVAL_PAGE_FIRST ? _("待评估的案件") : _("可以复评的"));
    buf_printf(right, _("  %zu%s 件"), state->memory.n, state->more ? "+" : "");
}

static void due_view_draw(struct view *view, struct canvas *canvas)
{
    struct eval_due_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    bool first = state->page == EVAL_PAGE_FIRST;
    canvas_rule(canvas, 1);
    canvas_printf(canvas, 2, 0, canvas->cols, STYLE_NORMAL, "%s   %s %d 到 %d 年", first ? _("[待评估] 可以复评 ") : _(" 待评估 [可以复评]"), first ? _(P_("day", "结案")) : _("初评"), state->year - 1, state->year);
    list_show(view, &state->list, canvas, LIST_ROW, rows, first ? _("这两年结案的都评估过了") : _("没有只做过初评的"), true);
}

static void due_view_hint(struct view *view, size_t columns, struct buf *out)
{
    struct eval_due_view *state = view->state;
    (void)columns;
    if (state->more)
        buf_printf(out, _("只列前 %d 件"), DUE_ROWS_MAX);
    else if (state->page == EVAL_PAGE_SECOND && state->memory.n > 0)
        buf_puts(out, _("等次低的在前；复评要换人"));
}

static void due_view_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法第五十七条、法律援助法第五十九条"));
}

static const struct keymap *due_view_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打分", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"Tab", COMMAND_NONE, "换页", BINDING_HINT}, {"左右", COMMAND_NONE, "年度", BINDING_HINT},
        {"F6", COMMAND_CASE, "案件", 0},               {"F9", COMMAND_LAW, "法条", 0},               {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_eval_due = {
    .name = "eval-due",
    .state_bytes = sizeof(struct eval_due_view),
    .help = "等着评估的: 结案或者终止以后还没有评过的案件，先结案的在前；和只做过初评、可以换人复评的，等次低的在前。Tab 换页。\n"
            "Enter 打开评分表。一次列两个年度，左右键换；没打完的评分成草稿，再打开同一件案件就接着写。",
    .open = due_view_open,
    .close = due_view_close,
    .key = due_view_key,
    .command = due_view_command,
    .draw = due_view_draw,
    .title = due_view_title,
    .keymap = due_view_keymap,
    .hint = due_view_hint,
    .cite = due_view_cite,
    .refresh = due_refresh,
};
