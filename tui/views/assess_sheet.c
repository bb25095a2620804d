/* tui/views/assess_sheet.c - one subject's year: every metric with what was achieved, the target, what it is worth and what it brought, as the data stand now.
 *
 * The selected metric is explained in words below the list. Where the year was fixed, those points stand beside the computed ones. Enter shows the rows behind a figure. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/unit.h"
#include "tui/list_memory.h"
#include "tui/views/assess_desk.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { CELLS = 6, HEAD_ROW = 2, LIST_ROW = 3, DETAIL_ROWS = 3, CELL_BYTES = 64, WHERE_BYTES = 900, WIDE_COLUMNS = 76 };

enum { COMMAND_SUBJECT = COMMAND_VIEW, COMMAND_FIXED };

static const struct command COMMANDS[] = {{COMMAND_SAVE, "fix", "核定: 把算出的分数定下来，由县中心负责人办"},
                                          {COMMAND_NEW, "reward", "登记奖惩: 对象和依据已经填好"},
                                          {COMMAND_SUBJECT, "subject", "打开这个对象的档案"},
                                          {COMMAND_FIXED, "fixed", "打开核定的记录: 名次、备注、当时的各项"},
                                          {COMMAND_NONE, NULL, NULL}};

struct assess_sheet_view {
    struct assess_bench bench;
    struct assess_subject subject;
    struct assess_sheet sheet;
    bool is_fixed;
    struct record fixed; /* when is_fixed */
    struct list_memory memory;
    struct list list;
};

/* ---- words ---- */

static void achieved_text(const struct assess_item *item, char out[CELL_BYTES])
{
    const struct assess_metric *metric = item->line.metric;
    char rate[ASSESS_POINTS_BYTES];
    assess_points_text(item->value, rate);
    if (!item->measured)
        snprintf(out, CELL_BYTES, _("没有数据"));
    else if (metric->shape == ASSESS_COUNT || metric->shape == ASSESS_EACH)
        snprintf(out, CELL_BYTES, "%lld %.12s", (long long)item->value, unit_words(metric->unit, item->value));
    else
        snprintf(out, CELL_BYTES, "%s%s", rate, strcmp(metric->code, "grade") == 0 ? _(" 分") : "%");
}

static void target_text(const struct assess_item *item, char out[CELL_BYTES])
{
    const struct assess_line *line = &item->line;
    out[0] = '\0';
    if (line->metric->shape == ASSESS_COUNT)
        snprintf(out, CELL_BYTES, "%lld %.12s", (long long)line->target, unit_words(line->metric->unit, line->target));
    else if (line->metric->shape == ASSESS_RATE)
        snprintf(out, CELL_BYTES, "%lld%s", (long long)line->target, strcmp(line->metric->code, "grade") == 0 ? _(" 分") : "%");
    else if (line->metric->shape == ASSESS_RATE_LOW)
        snprintf(out, CELL_BYTES, _("不过 %lld%%"), (long long)line->target);
    else if (line->cap != ASSESS_NO_CAP)
        snprintf(out, CELL_BYTES, _("最多 %d"), line->cap);
}

static void weight_text(const struct assess_line *line, char out[CELL_BYTES])
{
    if (line->metric->shape == ASSESS_EACH)
        snprintf(out, CELL_BYTES, _("每个%s%d"), line->weight > 0 ? "+" : "", line->weight);
    else
        snprintf(out, CELL_BYTES, "%d", line->weight);
}

/* ---- reading ---- */

static enum status add_item(struct view *view, size_t i, struct errmsg *err)
{
    struct assess_sheet_view *state = view->state;
    const struct assess_item *item = &state->sheet.items[i];
    const char *code = item->line.metric->code;
    char value[CELL_BYTES], target[CELL_BYTES], weight[CELL_BYTES], points[ASSESS_POINTS_BYTES], fixed[ASSESS_POINTS_BYTES] = "";
    int64_t then = 0;
    bool found = false;
    achieved_text(item, value);
    target_text(item, target);
    weight_text(&item->line, weight);
    assess_points_text(item->points, points);
    enum status status = state->is_fixed ? assess_fixed_points(&state->bench.desk, state->fixed.id, code, &then, &found, err) : STATUS_OK;
    if (found)
        assess_points_text(then, fixed);
    struct list_row row = {.id.bytes = {(uint8_t)(i + 1)}, .tag = (uint32_t)i, .style = found && then != item->points ? STYLE_BOLD : STYLE_NORMAL,
                           .cells = {_(code_book_name(view_context(view)->codes, "assess_metric", code)), value, target, weight, points, fixed}};
    return status == STATUS_OK ? list_memory_add(&state->memory, &row, CELLS) : status;
}

static void forget_fixed(struct assess_sheet_view *state)
{
    if (state->is_fixed)
        record_release(&state->fixed);
    state->is_fixed = false;
}

static enum status read_sheet(struct view *view, int64_t year, struct errmsg *err)
{
    struct assess_sheet_view *state = view->state;
    struct assess_bench bench;
    enum status status = assess_bench_open(view, year, &bench, err);
    if (status != STATUS_OK)
        return status;
    assess_bench_close(&state->bench);
    state->bench = bench;
    forget_fixed(state);
    list_memory_clear(&state->memory);
    status = assess_compute(&state->bench.desk, &state->subject, &state->sheet, err);
    if (status == STATUS_OK)
        status = assess_fixed(&state->bench.desk, &state->subject, &state->fixed, &state->is_fixed, err);
    for (size_t i = 0; status == STATUS_OK && i < state->sheet.n; i++)
        status = add_item(view, i, err);
    return status;
}

static const struct list_column *columns_for(int cols)
{
    static const struct list_column wide[CELLS] = {{"指标", 0, false}, {"实绩", 12, true}, {"目标", 10, true}, {"分值", 8, true}, {"得分", 8, true}, {"核定", 8, true}};
    static const struct list_column narrow[CELLS] = {{"指标", 0, false}, {"实绩", 8, true}, {"目标", 8, true}, {"分值", 7, true}, {"得分", 6, true}, {"核定", 6, true}};
    return cols < WIDE_COLUMNS ? narrow : wide;
}

static void set_columns(struct view *view)
{
    struct assess_sheet_view *state = view->state;
    list_set_columns(&state->list, columns_for(view->app->cols), state->is_fixed ? CELLS : CELLS - 1);
}

static void sheet_refresh(struct view *view)
{
    struct assess_sheet_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_sheet(view, state->bench.desk.year, &err);
    set_columns(view);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- opening ---- */

static void release(struct assess_sheet_view *state)
{
    forget_fixed(state);
    list_release(&state->list);
    list_memory_release(&state->memory);
    assess_bench_close(&state->bench);
}

static enum status sheet_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct assess_sheet_view *state = view->state;
    char id[ID_TEXT_BYTES];
    enum status status = assess_bench_open(view, argument->number, &state->bench, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns_for(view->app->cols), CELLS - 1, LIST_USUAL);
    id_format(argument->id, id);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 11 : 10), err);
    if (status == STATUS_OK)
        status = assess_find(&state->bench.desk, argument->type, id, &state->subject, err);
    if (status == STATUS_OK)
        status = read_sheet(view, argument->number, err);
    set_columns(view);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        release(state);
    return status;
}

static void sheet_close(struct view *view)
{
    release(view->state);
}

/* ---- rewards ---- */

/* name as the filter's text takes it: ' twice. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_putc(out, '\'');
        buf_append(out, text, 1);
    }
    buf_putc(out, '\'');
}

static void add_reward(struct view *view)
{
    struct assess_sheet_view *state = view->state;
    const char *kind = state->subject.kind;
    char id[ID_TEXT_BYTES], points[ASSESS_POINTS_BYTES];
    struct buf where;
    buf_init(&where, WHERE_BYTES);
    id_format(state->subject.id, id);
    buf_printf(&where, "%s=%s and name=", strcmp(kind, "handler") == 0 ? "handler_ref" : strcmp(kind, "volunteer") == 0 ? "volunteer" : "org", id);
    put_quoted(&where, state->subject.name);
    if (state->is_fixed) { /* its basis follows from the assessment */
        id_format(state->fixed.id, id);
        buf_printf(&where, " and assessment=%s", id);
    } else {
        assess_points_text(state->sheet.total, points);
        buf_printf(&where, CHINESE(" and basis='%d 年度考核 %s 分'"), state->sheet.year, points);
    }
    view_open_new(view->app, catalogue_find("reward"), buf_cstr(&where));
    buf_release(&where);
}

/* ---- keys ---- */

static void open_rows(struct view *view)
{
    struct assess_sheet_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row == NULL) {
        app_beep(view->app);
        return;
    }
    app_open(view->app, &view_assess_rows, &(struct view_argument){.type = state->subject.kind, .id = state->subject.id, .number = state->sheet.year,
                                                                    .text = state->sheet.items[row->tag].line.metric->code});
}

static bool sheet_key(struct view *view, struct key key)
{
    struct assess_sheet_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_rows(view);
    return result != LIST_IGNORED;
}

static void open_subject(struct view *view)
{
    struct assess_sheet_view *state = view->state;
    const char *kind = state->subject.kind;
    const char *type = strcmp(kind, "handler") == 0 || strcmp(kind, "volunteer") == 0 ? kind : "org";
    view_open_record(view->app, catalogue_find(type), state->subject.id);
}

static bool sheet_command(struct view *view, int command)
{
    struct assess_sheet_view *state = view->state;
    switch (command) {
    case COMMAND_SAVE:
        assess_ask_fix(view, &state->bench.desk, state->subject.name, state->is_fixed);
        return true;
    case COMMAND_NEW:
        add_reward(view);
        return true;
    case COMMAND_SUBJECT:
        open_subject(view);
        return true;
    case COMMAND_FIXED:
        if (state->is_fixed)
            view_open_record(view->app, state->fixed.type, state->fixed.id);
        else
            app_say(view->app, "%d 年度还没有核定", state->sheet.year);
        return true;
    default:
        return false;
    }
}

static void sheet_answer(struct view *view, const struct view_answer *answer)
{
    struct assess_sheet_view *state = view->state;
    const char *note;
    if (!assess_fix_answered(view, &state->bench.desk, state->is_fixed, answer, &note))
        return;
    assess_fix_now(view, &state->bench.desk, state->subject.kind, &state->subject, note);
    sheet_refresh(view);
}

/* ---- drawing ---- */

static void sheet_title(struct view *view, struct buf *left, struct buf *right)
{
    struct assess_sheet_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    char total[ASSESS_POINTS_BYTES];
    assess_points_text(state->sheet.total, total);
    buf_printf(left, _("年度考核  %s  %s  %d 年"), state->subject.name, _(code_book_name(codes, "assess_kind", state->subject.kind)), state->sheet.year);
    buf_printf(right, _("  总分 %s %s"), total, _(code_book_name(codes, "grade", state->sheet.grade)));
}

static int64_t number_in(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).number;
}

/* What was fixed, in one line. */
static void draw_fixed(struct view *view, struct canvas *canvas)
{
    struct assess_sheet_view *state = view->state;
    char total[ASSESS_POINTS_BYTES], day[DAY_TEXT_BYTES];
    if (!state->is_fixed) {
        canvas_puts(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_NORMAL, _("还没有核定；下面按现在的记录算"));
        return;
    }
    assess_points_text(number_in(&state->fixed, "total"), total);
    day_format((int32_t)number_in(&state->fixed, "date"), day);
    bool same = number_in(&state->fixed, "total") == state->sheet.total;
    canvas_printf(canvas, HEAD_ROW, 1, canvas->cols - 2, same ? STYLE_NORMAL : STYLE_BOLD, "核定 %s %s  %s  %s%s", total,
                  _(code_book_name(view_context(view)->codes, "grade", record_text(&state->fixed, "grade"))), day, record_text(&state->fixed, "worker"),
                  same ? "" : _("；现在算出的不同"));
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

static void sheet_draw(struct view *view, struct canvas *canvas)
{
    struct assess_sheet_view *state = view->state;
    int end = canvas->rows - 2, rows = end - DETAIL_ROWS - 1 - LIST_ROW;
    canvas_rule(canvas, 1);
    draw_fixed(view, canvas);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有考核指标"), true);
    canvas_rule(canvas, end - DETAIL_ROWS - 1);
    const struct list_row *row = list_selected(&state->list); /* of the window as it is now: another height reads it again */
    struct drawing drawing = {canvas, end - DETAIL_ROWS, end};
    if (row != NULL)
        case_wrap(state->sheet.items[row->tag].reason, canvas->cols - 2, draw_detail_line, &drawing);
}

static void sheet_hint(struct view *view, size_t columns, struct buf *out)
{
    struct assess_sheet_view *state = view->state;
    (void)columns;
    if (!state->list.at_end)
        buf_puts(out, _("下面还有，PgDn 翻页"));
    else
        buf_puts(out, _("Enter 看这个数是哪些记录算出来的"));
}

static const struct keymap *sheet_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "明细", BINDING_HINT}, {"F2", COMMAND_SAVE, "核定", 0},       {"F5", COMMAND_NEW, "奖惩", 0}, {"F6", COMMAND_SUBJECT, "档案", 0}, {"F7", COMMAND_FIXED, "核定的", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_assess_sheet = {
    .name = "assess-sheet",
    .state_bytes = sizeof(struct assess_sheet_view),
    .help = "一个对象的考核表: 每项指标的实绩、目标、分值、得分，选中的一项在下面写着怎样算出来的；Enter 列出算进去和没有算进去的记录。\n"
            "没有数据的比率不计，它的分值按比例折到其余各项。加分、扣分在一百分之外。\n"
            "F2 核定（县中心负责人），核定以后记录再变，核定的分数也不变，两个分数并排列着。F5 登记奖惩，对象和依据已经填好。",
    .open = sheet_open,
    .close = sheet_close,
    .key = sheet_key,
    .command = sheet_command,
    .draw = sheet_draw,
    .title = sheet_title,
    .keymap = sheet_keymap,
    .hint = sheet_hint,
    .answer = sheet_answer,
    .refresh = sheet_refresh,
};
