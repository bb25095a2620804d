/* tui/views/todo.c - every period that runs in the person's scope, soonest first; Enter opens the record.
 *
 * The list is computed once when it is opened and again when data changed; it keeps id and text of each row, at most TODO_MAX. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/language.h"
#include "tui/list.h"
#include "tui/views/due.h"
#include "tui/views/views.h"

enum { TODO_MAX = 500, LIST_ROW = 1 };

struct todo_entry {
    const struct record_type *type;
    struct id id;
    bool presses;
    char text[DUE_LINE_BYTES];
};

struct todo_view {
    struct todo_entry *entries; /* owned */
    size_t n, overdue;
    bool more, assumed;
    int cols; /* of the screen that the lines were made for */
    struct list list;
};

struct collecting {
    struct view *view;
    const struct due_clock *clock;
};

static bool add_entry(void *context, const struct todo_item *item)
{
    struct collecting *collecting = context;
    struct todo_view *state = collecting->view->state;
    if (state->n == TODO_MAX) {
        state->more = true;
        return false;
    }
    struct todo_entry *entry = &state->entries[state->n++];
    *entry = (struct todo_entry){.type = item->type, .id = item->id, .presses = due_presses(&item->deadline)};
    due_line(collecting->view, collecting->clock, item, entry->text);
    state->overdue += item->deadline.days_left < 0;
    state->assumed |= item->deadline.assumed;
    return true;
}

static enum status read_todo(struct view *view, struct errmsg *err)
{
    struct todo_view *state = view->state;
    struct app_context *context = view_context(view);
    struct due_clock clock;
    enum status status = due_open(view, &clock, err);
    if (status != STATUS_OK)
        return status;
    struct collecting collecting = {.view = view, .clock = &clock};
    state->n = state->overdue = 0;
    state->more = state->assumed = false;
    state->cols = view->app->cols;
    status = deadline_todo(context->store, context->actor, clock.rules, clock.calendar, today_of(view), false, TODO_MAX + 1, add_entry, &collecting, err);
    due_close(&clock);
    return status;
}

/* A case may stand there with several periods: rows of one id would be one row to the list. */
static struct id row_id(struct id id, size_t index)
{
    id.bytes[0] ^= (uint8_t)index;
    id.bytes[1] ^= (uint8_t)(index >> 8);
    return id;
}

static bool add_row(void *context, struct list_page *page, size_t index)
{
    const struct todo_entry *entry = &((const struct todo_view *)context)->entries[index];
    struct list_row row = {.id = row_id(entry->id, index), .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}, .tag = (uint32_t)index,
                           .style = entry->presses ? STYLE_OVERDUE : STYLE_NORMAL, .cells = {entry->text}};
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct todo_view *state = view->state;
    (void)err;
    list_page_walk(page, way, key, max, state->n, add_row, state);
    return STATUS_OK;
}

static const struct list_column columns[] = {{NULL, 0, false}};

static enum status todo_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct todo_view *state = view->state;
    (void)argument;
    state->entries = calloc(TODO_MAX, sizeof *state->entries);
    if (state->entries == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, columns, 1, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 4 : 10), err);
    if (status == STATUS_OK)
        status = read_todo(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        free(state->entries);
    }
    return status;
}

static void todo_close(struct view *view)
{
    struct todo_view *state = view->state;
    list_release(&state->list);
    free(state->entries);
}

static void todo_refresh(struct view *view)
{
    struct todo_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_todo(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static bool todo_key(struct view *view, struct key key)
{
    struct todo_view *state = view->state;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN: {
        const struct list_row *row = list_selected(&state->list);
        if (row != NULL)
            view_open_record(view->app, state->entries[row->tag].type, state->entries[row->tag].id);
        break;
    }
    default:
        break;
    }
    return true;
}

static void todo_title(struct view *view, struct buf *left, struct buf *right)
{
    struct todo_view *state = view->state;
    buf_printf(left, _("期限   %zu%s 件"), state->n, state->more ? "+" : "");
    buf_printf(right, _("  超期 %zu"), state->overdue);
}

static void todo_draw(struct view *view, struct canvas *canvas)
{
    struct todo_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    if (state->cols != view->app->cols)
        todo_refresh(view);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有正在走的期限；收件、指派等办了以后自动列在这里"), true);
}

static void todo_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    struct todo_view *state = view->state;
    (void)columns_wide;
    if (state->more)
        buf_printf(out, _("只列最先到期的 %d 件"), TODO_MAX);
    else if (state->assumed)
        buf_puts(out, _("有的期限落在还没有录入放假安排的年份，只按周六周日和元旦、劳动节、国庆节休息计算"));
}

static const struct keymap *todo_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},   {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_todo = {
    .name = "todo",
    .state_bytes = sizeof(struct todo_view),
    .help = "各件正在走的法定期限，先到期的在前；Enter 打开那一件。“剩”是到最后一天还有几天，“超”是过了几天，“中止”的时间不计算在内。\n"
            "期限当日不算，最后一天是节假日的顺延到下一个工作日；长短在“规则”里由县中心设定。",
    .open = todo_open,
    .close = todo_close,
    .key = todo_key,
    .draw = todo_draw,
    .title = todo_title,
    .keymap = todo_keymap,
    .hint = todo_hint,
    .refresh = todo_refresh,
};
