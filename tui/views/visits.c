/* tui/views/visits.c - the return visits of a year, town by town: how many cases, how many visited, what is left, how content people are (core/quality/visit.h).
 *
 * Enter goes to the worklist of the town, F6 to the answers given there; the last line is all of them. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/visit_text.h"
#include "tui/views/views.h"

enum { LIST_ROW = 2, CELLS = 7, TOWNS_MAX = 200, NUMBER_BYTES = 24, YEAR_MIN = 1990 };
enum { COMMAND_ANSWERS = COMMAND_VIEW, COMMAND_WHOLE };

struct visits {
    int year;
    char towns[TOWNS_MAX][VISIT_TOWN_BYTES];
    size_t n;
    struct visit_frame sum;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"镇街", 0, false}, {"应访", 5, true}, {"已访", 5, true}, {"未访到", 6, true}, {"待访", 5, true}, {"访到率", 7, true}, {"满意率", 7, true}};

static const struct command COMMANDS[] = {{COMMAND_ANSWERS, "answers", "选中一行的答复: 五个问题、没有访到的、收受财物，每个数都能打开"},
                                          {COMMAND_WHOLE, "whole", "全部镇街的待访名单"},
                                          {COMMAND_NONE, NULL, NULL}};

/* ---- reading ---- */

static enum status add_line(struct visits *state, const char *name, const struct visit_frame *frame, struct id id, size_t tag)
{
    char numbers[4][NUMBER_BYTES], reached[VISIT_RATE_BYTES], content[VISIT_RATE_BYTES];
    const int64_t values[4] = {frame->frame, frame->visited, frame->unreachable, frame->left};
    for (size_t i = 0; i < 4; i++)
        snprintf(numbers[i], NUMBER_BYTES, "%lld", (long long)values[i]);
    visit_rate_text(visit_share(frame->visited, frame->frame), reached);
    visit_rate_text(visit_rate(&frame->satisfaction, VISIT_OVERALL), content);
    struct list_row row = {.id = id, .tag = (uint32_t)tag, .style = tag == TOWNS_MAX ? STYLE_BOLD : STYLE_NORMAL,
                           .cells = {name, numbers[0], numbers[1], numbers[2], numbers[3], reached, content}};
    return list_memory_add(&state->memory, &row, CELLS);
}

static bool add_town(void *context, const struct visit_progress *progress)
{
    struct view *view = context;
    struct visits *state = view->state;
    struct id id = {{2}};
    if (state->n == TOWNS_MAX)
        return false;
    snprintf(state->towns[state->n], VISIT_TOWN_BYTES, "%s", progress->town);
    memcpy(id.bytes + 1, progress->town, strnlen(progress->town, sizeof id.bytes - 1)); /* the row stays the same when towns come before it */
    enum status status = add_line(state, visit_town_text(view_context(view)->codes, progress->town), progress->frame, id, state->n);
    state->n += status == STATUS_OK;
    return status == STATUS_OK;
}

static enum status read_year(struct view *view, struct errmsg *err)
{
    struct visits *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    list_memory_clear(&state->memory);
    enum status status = visit_progress(context->store, context->actor, state->year, NULL, add_town, view, err);
    if (status == STATUS_OK)
        status = visit_frame(context->store, context->actor, state->year, &state->sum, err);
    if (status == STATUS_OK && state->n > 0)
        status = add_line(state, _("合计"), &state->sum, (struct id){{1}}, TOWNS_MAX);
    return status;
}

static enum status visits_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct visits *state = view->state;
    state->year = argument->number != 0 ? (int)argument->number : visit_year(today_of(view));
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_year(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
    }
    return status;
}

static void visits_close(struct view *view)
{
    struct visits *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
}

static void read_again(struct view *view, bool from_start)
{
    struct visits *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_year(view, &err);
    if (status == STATUS_OK)
        status = from_start ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static void visits_refresh(struct view *view)
{
    read_again(view, false);
}

/* ---- keys ---- */

/* The town of the selected row, NULL for the sum. */
static const char *selected_town(const struct visits *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row == NULL || row->tag >= state->n ? NULL : state->towns[row->tag];
}

static void go(struct view *view, const struct view_class *where, const char *town)
{
    struct visits *state = view->state;
    if (state->n == 0)
        app_fail(view->app, "%d 年没有结案的民事案件；左右键换年度", state->year);
    else
        app_open(view->app, where, &(struct view_argument){.text = town, .number = state->year});
}

/* Of the running year cases can be visited as soon as they are closed. */
static void change_year(struct view *view, int step)
{
    struct visits *state = view->state;
    int year = state->year + step;
    if (year < YEAR_MIN || year > visit_year(today_of(view)) + 1) {
        app_beep(view->app);
        return;
    }
    state->year = year;
    read_again(view, true);
}

static bool visits_key(struct view *view, struct key key)
{
    struct visits *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        go(view, &view_visit_worklist, selected_town(state));
    return result != LIST_IGNORED;
}

static bool visits_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_ANSWERS:
        go(view, &view_visit_answers, selected_town(view->state));
        return true;
    case COMMAND_WHOLE:
        go(view, &view_visit_worklist, NULL);
        return true;
    case COMMAND_PREVIOUS:
    case COMMAND_NEXT:
        change_year(view, command == COMMAND_NEXT ? 1 : -1);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void visits_title(struct view *view, struct buf *left, struct buf *right)
{
    struct visits *state = view->state;
    buf_printf(left, _("回访   %d 年结案的民事案件"), state->year);
    buf_printf(right, _("  已访 %lld / %lld"), (long long)state->sum.visited, (long long)state->sum.frame);
}

static void visits_draw(struct view *view, struct canvas *canvas)
{
    struct visits *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("这一年没有结案的民事案件；左右键换年度"), true);
}

static void visits_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    struct visits *state = view->state;
    (void)columns_wide;
    if (state->sum.again > 0)
        buf_printf(out, _("未访到的里还有 %lld 件值得再去，也在名单里"), (long long)state->sum.again);
    else if (state->n > 0 && state->sum.left == 0)
        buf_puts(out, _("这一年的都访过了"));
}

static void visits_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法第五十九条"));
}

static const struct keymap *visits_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "名单", BINDING_HINT},  {"F6", COMMAND_ANSWERS, "答复", 0},         {"F8", COMMAND_WHOLE, "全部", 0},
        {"左右", COMMAND_NONE, "换年", BINDING_HINT},    {"Left", COMMAND_PREVIOUS, "上年", BINDING_HIDDEN}, {"Right", COMMAND_NEXT, "下年", BINDING_HIDDEN},
        {"F9", COMMAND_LAW, "法条", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},     {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_visits = {
    .name = "visits",
    .state_bytes = sizeof(struct visits),
    .help = "去年结案的民事案件要逐件回访(法律援助法第五十九条)。应访 = 已访 + 未访到 + 待访；“未访到”是去过而没有见到人的，不计入满意率。\n"
            "访到率 = 已访 / 应访；满意率 = (满意 + 基本满意) / 回答总体评价的。一件案件只按最后一次访到的答复算。\n"
            "Enter 看这个镇街还没有访的，按走的顺序排；F6 看大家怎么答的，每个数都能打开。工作站只看到自己的案件。",
    .open = visits_open,
    .close = visits_close,
    .key = visits_key,
    .command = visits_command,
    .draw = visits_draw,
    .title = visits_title,
    .keymap = visits_keymap,
    .hint = visits_hint,
    .cite = visits_cite,
    .refresh = visits_refresh,
};
