/* tui/views/quality.c - the center's page of quality: what waits to be evaluated, how this year's evaluations came out, what organs and observers said, the yearly assessment. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/quality/eval.h"
#include "core/record/filter.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { CELLS = 3, COUNT_BYTES = 24, YEAR_BYTES = 16, WHERE_BYTES = 160, COUNT_MOST = 1000, LIST_ROW = 2 };

/* What a line counts and opens. */
enum line_kind { LINE_DUE, LINE_SECOND, LINE_YEAR /* records of the year, by the condition */, LINE_ALL, LINE_ASSESS };

static const struct line {
    enum line_kind kind;
    const char *label, *type, *condition /* beside the year's; NULL: none */, *words;
} LINES[] = {
    {LINE_DUE, "待评估的案件", NULL, NULL, "上一年和这一年结案的"},
    {LINE_SECOND, "可以复评的", NULL, NULL, "上一年和这一年初评的"},
    {LINE_YEAR, "评为优秀", "eval", "grade=1", NULL},
    {LINE_YEAR, "评为良好", "eval", "grade=2", NULL},
    {LINE_YEAR, "评为合格", "eval", "grade=3", NULL},
    {LINE_YEAR, "评为不合格", "eval", "grade=4", NULL},
    {LINE_YEAR, "办案机关意见", "organ_opinion", NULL, NULL},
    {LINE_YEAR, "庭审旁听", "court_observation", NULL, NULL},
    {LINE_ASSESS, "年度考核", NULL, NULL, "各类对象的得分和名次"},
    {LINE_YEAR, "奖惩", "reward", NULL, NULL},
    {LINE_ALL, "评估项目", "eval_standard", NULL, "本县自定的评估表"},
    {LINE_ALL, "考核指标", "assess_standard", NULL, "本县自定的分值和目标"},
};

enum { N_LINES = sizeof LINES / sizeof LINES[0] };

struct quality {
    int year;
    struct list_memory memory;
    struct list list;
};

/* ---- counting ---- */

static bool count_case(void *context, const struct record *kase, int32_t closed)
{
    (void)kase, (void)closed;
    return ++*(int64_t *)context < COUNT_MOST;
}

static bool count_row(void *context, const struct record *row)
{
    (void)row;
    return ++*(int64_t *)context < COUNT_MOST;
}

static enum status count_waiting(struct view *view, enum line_kind kind, int64_t *count, struct errmsg *err)
{
    struct quality *state = view->state;
    struct app_context *context = view_context(view);
    int32_t from, to;
    if (day_from_ymd(state->year - 1, 1, 1, &from) != STATUS_OK || day_from_ymd(state->year, 12, 31, &to) != STATUS_OK)
        return errmsg_set(err, STATUS_RANGE, "没有 %d 年", state->year);
    return kind == LINE_DUE ? eval_due(context->store, context->actor, from, to, count_case, count, err)
                            : eval_second_due(context->store, context->actor, from, to, count_row, count, err);
}

static void where_of(const struct quality *state, const struct line *line, char out[WHERE_BYTES])
{
    snprintf(out, WHERE_BYTES, "%s%sdate>=%d-01-01 and date<=%d-12-31", line->condition != NULL ? line->condition : "", line->condition != NULL ? " and " : "", state->year, state->year);
}

static enum status count_year(struct view *view, const struct line *line, int64_t *count, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find(line->type);
    struct filter filter;
    char where[WHERE_BYTES];
    where_of(view->state, line, where);
    enum status status = filter_parse(&filter, type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    status = records_count(context->store, context->actor, type, &filter, count, err);
    filter_release(&filter);
    return status;
}

static enum status count_of(struct view *view, const struct line *line, int64_t *count, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    switch (line->kind) {
    case LINE_DUE:
    case LINE_SECOND:
        return count_waiting(view, line->kind, count, err);
    case LINE_YEAR:
        return count_year(view, line, count, err);
    case LINE_ALL:
        return records_count(context->store, context->actor, catalogue_find(line->type), NULL, count, err);
    case LINE_ASSESS:
        break;
    }
    return STATUS_OK;
}

static enum status read_lines(struct view *view, struct errmsg *err)
{
    struct quality *state = view->state;
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    for (size_t i = 0; status == STATUS_OK && i < N_LINES; i++) {
        const struct line *line = &LINES[i];
        char text[COUNT_BYTES] = "";
        int64_t count = 0;
        status = count_of(view, line, &count, err);
        bool waits = line->kind == LINE_DUE || line->kind == LINE_SECOND;
        if (line->kind != LINE_ASSESS)
            snprintf(text, sizeof text, "%lld%s", (long long)(waits && count == COUNT_MOST ? COUNT_MOST - 1 : count), waits && count == COUNT_MOST ? "+" : "");
        struct list_row row = {.id.bytes = {(uint8_t)(i + 1)}, .tag = (uint32_t)i, .cells = {_(line->label), text, _(line->words)}};
        if (status == STATUS_OK)
            status = list_memory_add(&state->memory, &row, CELLS);
    }
    return status;
}

static void show(struct view *view)
{
    struct quality *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_lines(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- opening ---- */

static enum status quality_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    static const struct list_column columns[CELLS] = {{NULL, 16, false}, {"", 6, true}, {"", 0, false}};
    struct quality *state = view->state;
    int month, dom;
    (void)argument;
    if (!view_context(view)->machine->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "质量评估和年度考核在县中心办理");
    day_to_ymd(today_of(view), &state->year, &month, &dom);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, N_LINES, err);
    if (status == STATUS_OK)
        status = read_lines(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
    }
    return status;
}

static void quality_close(struct view *view)
{
    struct quality *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
}

/* ---- keys ---- */

static void open_line(struct view *view, const struct line *line)
{
    struct quality *state = view->state;
    char where[WHERE_BYTES], year[YEAR_BYTES];
    switch (line->kind) {
    case LINE_DUE:
    case LINE_SECOND:
        snprintf(year, sizeof year, "%d", state->year);
        app_open(view->app, &view_eval_due, &(struct view_argument){.number = line->kind == LINE_DUE ? EVAL_PAGE_FIRST : EVAL_PAGE_SECOND, .text = year});
        break;
    case LINE_YEAR:
        where_of(state, line, where);
        app_open(view->app, &view_record_list, &(struct view_argument){.type = line->type, .where = where});
        break;
    case LINE_ALL:
        view_open_list(view->app, line->type);
        break;
    case LINE_ASSESS:
        app_open(view->app, &view_assess, &(struct view_argument){.number = state->year});
        break;
    }
}

static bool quality_key(struct view *view, struct key key)
{
    struct quality *state = view->state;
    if (key.modifiers == 0 && (key.kind == K_LEFT || key.kind == K_RIGHT)) {
        state->year += key.kind == K_LEFT ? -1 : 1;
        show(view);
        return true;
    }
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_line(view, &LINES[list_selected(&state->list)->tag]);
    return result != LIST_IGNORED;
}

/* ---- drawing ---- */

static void quality_title(struct view *view, struct buf *left, struct buf *right)
{
    (void)right;
    buf_printf(left, _("质量   %d 年"), ((struct quality *)view->state)->year);
}

static void quality_draw(struct view *view, struct canvas *canvas)
{
    struct quality *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, "", true);
}

static void quality_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法第五十七条、法律援助法第五十九条"));
}

static const struct keymap *quality_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"左右", COMMAND_NONE, "年度", BINDING_HINT}, {"F9", COMMAND_LAW, "法条", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_quality = {
    .name = "quality",
    .state_bytes = sizeof(struct quality),
    .help = "案件质量评估和年度考核，都是县中心的事。前两行是等着评估的（结案以后还没有评过；只做过初评，可以换人复评），其余是这一年度的评估结果、办案机关意见、庭审旁听、奖惩各多少件。\n"
            "案件也可以在它自己的屏幕上按 Ctrl-E 评估。左右键换年度。评估项目、考核指标只列本县自己定的，没有登记的按程序自带的办。",
    .open = quality_open,
    .close = quality_close,
    .key = quality_key,
    .draw = quality_draw,
    .title = quality_title,
    .keymap = quality_keymap,
    .cite = quality_cite,
    .refresh = show,
};
