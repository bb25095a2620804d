/* tui/views/assess_rows.c - the rows behind one figure of the yearly assessment: those that count, those that do not, and why; Enter opens a row. At most ROWS_MAX are read. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/privacy.h"
#include "tui/list_memory.h"
#include "tui/views/assess_desk.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { CELLS = 4, LIST_ROW = 2, DETAIL_ROWS = 2, ROWS_MAX = 2000, METRIC_BYTES = 32, TITLE_BYTES = 512, WIDE_COLUMNS = 76 };

struct assess_rows_view {
    struct assess_bench bench;
    struct assess_subject subject;
    char metric[METRIC_BYTES];
    size_t counted;
    bool more;
    struct list_memory memory;
    struct list list;
    enum status status; /* while rows are collected */
    struct view *view;
};

/* ---- reading ---- */

/* What may not be seen by name says so. */
static void title_of(struct view *view, const struct assess_row *row, char out[TITLE_BYTES])
{
    struct app_context *context = view_context(view);
    struct record record;
    struct buf title;
    copy_text(out, TITLE_BYTES, _("（封存）"));
    if (records_get(context->store, context->actor, row->type, row->id, &record, NULL) != STATUS_OK)
        return;
    buf_init(&title, 4 * TITLE_BYTES);
    record_show_title(&record, context->codes, &title);
    copy_text(out, TITLE_BYTES, buf_cstr(&title));
    buf_wipe(&title);
    record_release(&record);
}

static bool add_row(void *context, const struct assess_row *found)
{
    struct assess_rows_view *state = context;
    char title[TITLE_BYTES];
    if (state->memory.n == ROWS_MAX) {
        state->more = true;
        return false;
    }
    title_of(state->view, found, title);
    struct list_row row = {.id = found->id, .tag = found->type->no, .cells = {found->counted ? _("计入") : found->in_base ? _("未达") : _("不计"), _(found->type->label), title, found->why}};
    state->status = list_memory_add(&state->memory, &row, CELLS);
    state->counted += found->counted;
    return state->status == STATUS_OK;
}

static enum status read_rows(struct view *view, int64_t year, struct errmsg *err)
{
    struct assess_rows_view *state = view->state;
    struct assess_bench bench;
    enum status status = assess_bench_open(view, year, &bench, err);
    if (status != STATUS_OK)
        return status;
    assess_bench_close(&state->bench);
    state->bench = bench;
    list_memory_clear(&state->memory);
    state->counted = 0;
    state->more = false;
    state->status = STATUS_OK;
    status = assess_rows(&state->bench.desk, &state->subject, state->metric, add_row, state, err);
    return status == STATUS_OK ? state->status : status;
}

static void rows_refresh(struct view *view)
{
    struct assess_rows_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_rows(view, state->bench.desk.year, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- opening ---- */

static void release(struct assess_rows_view *state)
{
    list_release(&state->list);
    list_memory_release(&state->memory);
    assess_bench_close(&state->bench);
}

static enum status rows_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    static const struct list_column wide[CELLS] = {{"", 4, false}, {"记录", 10, false}, {"", 24, false}, {"为什么", 0, false}};
    static const struct list_column narrow[CELLS] = {{"", 4, false}, {"记录", 8, false}, {"", 18, false}, {"为什么", 0, false}};
    struct assess_rows_view *state = view->state;
    char id[ID_TEXT_BYTES];
    enum status status = assess_bench_open(view, argument->number, &state->bench, err);
    if (status != STATUS_OK)
        return status;
    state->view = view;
    copy_text(state->metric, sizeof state->metric, argument->text);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), view->app->cols < WIDE_COLUMNS ? narrow : wide, CELLS, LIST_USUAL);
    id_format(argument->id, id);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 10), err);
    if (status == STATUS_OK)
        status = assess_find(&state->bench.desk, argument->type, id, &state->subject, err);
    if (status == STATUS_OK)
        status = read_rows(view, argument->number, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        release(state);
    return status;
}

static void rows_close(struct view *view)
{
    release(view->state);
}

/* ---- keys ---- */

static bool rows_key(struct view *view, struct key key)
{
    struct assess_rows_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    const struct list_row *row = list_selected(&state->list);
    if (result == LIST_OPEN)
        view_open_record(view->app, catalogue_by_no(row->tag), row->id);
    return result != LIST_IGNORED;
}

/* ---- drawing ---- */

static void rows_title(struct view *view, struct buf *left, struct buf *right)
{
    struct assess_rows_view *state = view->state;
    buf_printf(left, _("%s  %s  %d 年"), _(code_book_name(view_context(view)->codes, "assess_metric", state->metric)), state->subject.name, state->bench.desk.year);
    buf_printf(right, _("  计入 %zu / %zu%s"), state->counted, state->memory.n, state->more ? "+" : "");
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

static void rows_draw(struct view *view, struct canvas *canvas)
{
    struct assess_rows_view *state = view->state;
    int end = canvas->rows - 2, rows = end - DETAIL_ROWS - 1 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有这一项的记录"), true);
    canvas_rule(canvas, end - DETAIL_ROWS - 1);
    const struct list_row *row = list_selected(&state->list); /* of the window as it is now: another height reads it again */
    struct drawing drawing = {canvas, end - DETAIL_ROWS, end};
    if (row == NULL)
        return;
    struct buf text;
    buf_init(&text, 4 * TITLE_BYTES);
    buf_printf(&text, "%s: %s", row->cells[2], row->cells[3]);
    case_wrap(buf_cstr(&text), canvas->cols - 2, draw_detail_line, &drawing);
    buf_wipe(&text);
}

static void rows_hint(struct view *view, size_t columns, struct buf *out)
{
    struct assess_rows_view *state = view->state;
    (void)columns;
    if (state->more)
        buf_printf(out, _("只列前 %d 条"), ROWS_MAX);
    else if (!state->list.at_end)
        buf_puts(out, _("下面还有，PgDn 翻页"));
}

static const struct keymap *rows_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开记录", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_assess_rows = {
    .name = "assess-rows",
    .state_bytes = sizeof(struct assess_rows_view),
    .help = "一项指标看过的记录，按日期排: “计入”是算进实绩的，“未达”是在基数里、没有达到的，“不计”是没有算进去的，后面写着为什么。\n"
            "Enter 打开那条记录；改了它，回来时重新算。",
    .open = rows_open,
    .close = rows_close,
    .key = rows_key,
    .draw = rows_draw,
    .title = rows_title,
    .keymap = rows_keymap,
    .hint = rows_hint,
    .refresh = rows_refresh,
};
