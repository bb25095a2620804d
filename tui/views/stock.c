/* tui/views/stock.c - publicity material on the shelves (core/outreach/stock.h): what came in, what events gave out, what is there; Enter lists the rows, F5 enters a move of the item. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/outreach/stock.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { CELLS = 6, LIST_ROW = 2, FIRST = 32, ITEM_BYTES = 40, ORG_BYTES = 192, NUMBER_BYTES = 32, WHERE_BYTES = 96, ASK_ROWS = 1 };

struct item {
    int64_t org;
    char item[ITEM_BYTES];
};

struct stock_view {
    struct item *items; /* owned */
    size_t n, room, marked;
    int64_t low; /* rule stock_low of today */
    struct item asked; /* whose rows the question is about */
    enum status status;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"品种", 16, false}, {"在库", 8, true}, {"", 6, false}, {"收发", 8, true}, {"活动发出", 8, true}, {"单位", 0, false}};

static bool add_item(void *context, const struct stock_line *line)
{
    static const char *const marks[] = {[STOCK_ENOUGH] = "", [STOCK_LOW] = "! 不足", [STOCK_SHORT] = "! 欠账"};
    struct view *view = context;
    struct stock_view *state = view->state;
    struct app_context *app = view_context(view);
    char org[ORG_BYTES], numbers[3][NUMBER_BYTES];
    const int64_t values[3] = {line->on_hand, line->moved, line->given};
    if (state->n == state->room) {
        size_t room = state->room > 0 ? state->room * 2 : FIRST;
        struct item *items = realloc(state->items, room * sizeof *items);
        if (items == NULL) {
            state->status = STATUS_NOMEM;
            return false;
        }
        state->items = items;
        state->room = room;
    }
    struct item *item = &state->items[state->n];
    item->org = line->org;
    copy_text(item->item, ITEM_BYTES, line->item);
    org_name(app->store, line->org, org, sizeof org);
    for (size_t i = 0; i < 3; i++)
        snprintf(numbers[i], NUMBER_BYTES, "%lld", (long long)values[i]);
    struct list_row row = {.tag = (uint32_t)state->n, .style = line->state == STOCK_ENOUGH ? STYLE_NORMAL : STYLE_OVERDUE,
                           .cells = {_(code_book_name(app->codes, "publicity_item", line->item)), numbers[0], _(marks[line->state]), numbers[1], numbers[2], org}};
    memcpy(row.id.bytes, &line->org, sizeof line->org);
    memcpy(row.id.bytes + 8, line->item, strnlen(line->item, 8));
    state->marked += line->state != STOCK_ENOUGH;
    state->status = list_memory_add(&state->memory, &row, CELLS);
    state->n += state->status == STATUS_OK;
    return state->status == STATUS_OK;
}

static enum status read_stock(struct view *view, struct errmsg *err)
{
    struct stock_view *state = view->state;
    struct app_context *context = view_context(view);
    struct rules *rules;
    enum status status = rules_load(&rules, context->store, context->actor, err);
    if (status != STATUS_OK)
        return status;
    state->n = state->marked = 0;
    state->status = STATUS_OK;
    list_memory_clear(&state->memory);
    state->low = rules_int(rules, "stock_low", today_of(view));
    status = stock_list(context->store, context->actor, context->codes, rules, -1, today_of(view), add_item, view, err);
    rules_free(rules);
    return status == STATUS_OK ? state->status : status;
}

static void stock_close(struct view *view)
{
    struct stock_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->items);
}

static enum status stock_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct stock_view *state = view->state;
    (void)argument;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_stock(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        stock_close(view);
    return status;
}

static void stock_refresh(struct view *view)
{
    struct stock_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_stock(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys ---- */

static const struct item *selected(const struct stock_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->items[row->tag] : NULL;
}

static void ask_rows(struct view *view)
{
    static const char *const ANSWERS[] = {"收发登记", "活动发出的"};
    struct stock_view *state = view->state;
    if (selected(state) == NULL) {
        app_beep(view->app);
        return;
    }
    state->asked = *selected(state);
    app_ask(view->app, ASK_ROWS, "看哪一种记录", ANSWERS, 2, 1);
}

static void begin_move(struct view *view)
{
    const struct item *item = selected(view->state);
    char where[WHERE_BYTES];
    if (item != NULL)
        snprintf(where, sizeof where, "item=%s", item->item);
    view_open_new(view->app, catalogue_find("stock_move"), item != NULL ? where : NULL);
}

static bool stock_key(struct view *view, struct key key)
{
    struct stock_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        ask_rows(view);
    return result != LIST_IGNORED;
}

static bool stock_command(struct view *view, int command)
{
    if (command != COMMAND_NEW)
        return false;
    begin_move(view);
    return true;
}

static void stock_answer(struct view *view, const struct view_answer *answer)
{
    const struct stock_view *state = view->state;
    char where[WHERE_BYTES];
    if (answer->cancelled || answer->tag != ASK_ROWS)
        return;
    snprintf(where, sizeof where, "scope=%lld and item=%s", (long long)state->asked.org, state->asked.item);
    app_open(view->app, &view_record_list, &(struct view_argument){.type = answer->chosen == 1 ? "stock_move" : "event_material", .where = where});
}

/* ---- drawing ---- */

static void stock_title(struct view *view, struct buf *left, struct buf *right)
{
    struct stock_view *state = view->state;
    buf_printf(left, _("宣传材料库存   %zu 项"), state->n);
    if (state->marked > 0)
        buf_printf(right, _("  要补的 %zu"), state->marked);
}

static void stock_draw(struct view *view, struct canvas *canvas)
{
    struct stock_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("还没有登记过，F5 登记入库"), true);
}

static void stock_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct stock_view *state = view->state;
    (void)columns_wide;
    buf_printf(out, _("少于 %lld 的标“不足”；“欠账”是漏记了入库。展板、横幅不随活动减少"), (long long)state->low);
}

static const struct keymap *stock_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "看登记", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},  {"F5", COMMAND_NEW, "收发登记", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_stock = {
    .name = "stock",
    .state_bytes = sizeof(struct stock_view),
    .help = "宣传材料还有多少: 收发(入库、调入、退回为加，调出、报损为减，盘点写差数)减去活动发出的。展板和横幅用完拿回来，活动里写的数不减少库存。\n"
            "F5 登记选中品种的一次收发；Enter 看是哪些登记加起来的。低于多少算不足，在“规则”里由县中心设定。",
    .open = stock_open,
    .close = stock_close,
    .key = stock_key,
    .command = stock_command,
    .draw = stock_draw,
    .title = stock_title,
    .keymap = stock_keymap,
    .hint = stock_hint,
    .answer = stock_answer,
    .refresh = stock_refresh,
};
