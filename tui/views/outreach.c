/* tui/views/outreach.c - where outreach mode begins: the events that are not closed, newest first, and a new one. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/outreach_place.h"
#include "tui/views/views.h"

enum { LIST_ROW = 2, EVENTS_MAX = 100, CELL_BYTES = 128, CELLS = 5 };

struct outreach_list {
    struct list list;
    struct list_memory memory;
};

static const struct list_column columns[CELLS] = {{"日期", 10, false}, {"名称", 0, false}, {"类别", 12, false}, {"地点", 18, false}, {"咨询", 8, true}};

struct collecting {
    struct view *view;
    enum status status;
};

static bool add_event(void *context, const struct record *event)
{
    struct collecting *collecting = context;
    struct outreach_list *state = collecting->view->state;
    struct app_context *app = view_context(collecting->view);
    struct event_totals totals = {.consulted = 0};
    char cells[CELLS][CELL_BYTES];
    struct buf where;
    buf_init(&where, CELL_BYTES);
    outreach_where_text(event, app->codes, &where);
    (void)event_totals(app->store, app->actor, app->codes, event, &totals, NULL);
    record_field_copy(event, "date", app->codes, cells[0], CELL_BYTES);
    record_field_copy(event, "title", app->codes, cells[1], CELL_BYTES);
    record_field_copy(event, "kind", app->codes, cells[2], CELL_BYTES);
    copy_text(cells[3], CELL_BYTES, buf_cstr(&where));
    snprintf(cells[4], CELL_BYTES, _("%lld人次"), (long long)totals.consulted);
    buf_release(&where);
    struct list_row row = {.id = event->id, .cells = {cells[0], cells[1], cells[2], cells[3], cells[4]}};
    collecting->status = list_memory_add(&state->memory, &row, CELLS);
    return collecting->status == STATUS_OK;
}

static enum status read_events(struct view *view, struct errmsg *err)
{
    struct outreach_list *state = view->state;
    struct app_context *context = view_context(view);
    struct collecting collecting = {.view = view};
    list_memory_clear(&state->memory);
    enum status status = outreach_open_events(context->store, context->actor, EVENTS_MAX, add_event, &collecting, err);
    return status == STATUS_OK ? collecting.status : status;
}

static enum status outreach_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct outreach_list *state = view->state;
    (void)argument;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 5 : 10), err);
    if (status == STATUS_OK)
        status = read_events(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
    }
    return status;
}

static void outreach_close(struct view *view)
{
    struct outreach_list *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
}

static void outreach_refresh(struct view *view)
{
    struct outreach_list *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_events(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static bool outreach_key(struct view *view, struct key key)
{
    struct outreach_list *state = view->state;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        if (list_selected(&state->list) != NULL)
            app_open(view->app, &view_outreach_event, &(struct view_argument){.id = list_selected(&state->list)->id});
        break;
    default:
        break;
    }
    return true;
}

static bool outreach_command(struct view *view, int command)
{
    if (command == COMMAND_NEW)
        app_open(view->app, &view_outreach_start, NULL);
    return command == COMMAND_NEW;
}

static void outreach_title(struct view *view, struct buf *left, struct buf *right)
{
    struct outreach_list *state = view->state;
    (void)right;
    buf_printf(left, _("外展   没收场的活动 %zu 场"), state->memory.n);
}

static void outreach_draw(struct view *view, struct canvas *canvas)
{
    struct outreach_list *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有开着的活动，F5 开始一场"), true);
}

static void outreach_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    (void)view, (void)columns_wide;
    buf_puts(out, _("进入一场活动接着录；没有的按 F5，填一次，以后每条都带上"));
}

static const struct keymap *outreach_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "进入", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"F5", COMMAND_NEW, "新活动", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_outreach = {
    .name = "outreach",
    .state_bytes = sizeof(struct outreach_list),
    .help = "外展: 到军营、村居、广场、工厂去的一场活动。F5 开始一场: 名称、地点、参加单位只填一次，以后每条咨询都带上。\n"
            "没收场的活动列在这里，断电、关机以后从这里接着录；收场以后就不再列出。",
    .open = outreach_open,
    .close = outreach_close,
    .key = outreach_key,
    .command = outreach_command,
    .draw = outreach_draw,
    .title = outreach_title,
    .keymap = outreach_keymap,
    .hint = outreach_hint,
    .refresh = outreach_refresh,
};
