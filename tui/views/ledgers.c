/* tui/views/ledgers.c - the office's ledgers and people's own views, one line each; Enter opens the rows. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/report/ledger.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { LIST_ROW = 1, PARTS_BYTES = 256 };

struct ledgers {
    struct ledger_book *book;
    struct list list;
};

/* Shipped ledgers have no id: the row's is its place + 1. */
static bool add_ledger(void *context, struct list_page *page, size_t index)
{
    const struct ledger *ledger = ledger_book_at(((const struct ledgers *)context)->book, index);
    char parts[PARTS_BYTES] = "";
    size_t len = 0;
    for (size_t i = 0; ledger->n_parts > 1 && i < ledger->n_parts && len < sizeof parts; i++)
        len += (size_t)snprintf(parts + len, sizeof parts - len, "%s%s", i > 0 ? _("、") : "", _(ledger->parts[i].title));
    const char *type = ledger->code[0] != '\0' ? "" : _(catalogue_find(ledger->parts[0].type)->label);
    struct list_row row = {.key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}, .tag = (uint32_t)index,
                           .cells = {ledger->code[0] != '\0' ? ledger->code : _("自存"), _(ledger->title), ledger->code[0] != '\0' ? parts : type}};
    row.id.bytes[0] = (uint8_t)(index + 1);
    row.id.bytes[1] = (uint8_t)((index + 1) >> 8);
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct ledgers *state = view->state;
    (void)err;
    list_page_walk(page, way, key, max, ledger_book_count(state->book), add_ledger, state);
    return STATUS_OK;
}

static const struct list_column columns[] = {{"代号", 5, false}, {"台账", 24, false}, {"部分", 0, false}};

static enum status ledgers_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct ledgers *state = view->state;
    (void)argument;
    enum status status = ledger_book_load(&state->book, view_context(view)->store, view_context(view)->actor, err);
    if (status != STATUS_OK)
        return status;
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, columns, 3, LIST_USUAL);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 4 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        ledger_book_free(state->book);
    }
    return status;
}

static void ledgers_close(struct view *view)
{
    struct ledgers *state = view->state;
    list_release(&state->list);
    ledger_book_free(state->book);
}

static void ledgers_refresh(struct view *view)
{
    struct ledgers *state = view->state;
    struct errmsg err = {{0}};
    struct ledger_book *fresh;
    enum status status = ledger_book_load(&fresh, view_context(view)->store, view_context(view)->actor, &err);
    if (status == STATUS_OK) {
        ledger_book_free(state->book);
        state->book = fresh;
        status = list_reload(&state->list, &err);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void open_selected(struct view *view)
{
    struct ledgers *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row == NULL)
        return;
    const struct ledger *ledger = ledger_book_at(state->book, row->tag);
    app_open(view->app, &view_ledger, &(struct view_argument){.text = ledger->code[0] != '\0' ? ledger->code : NULL, .id = ledger->view});
}

static bool ledgers_key(struct view *view, struct key key)
{
    struct ledgers *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static bool ledgers_command(struct view *view, int command)
{
    if (command != COMMAND_NEW)
        return false;
    view_open_new(view->app, catalogue_find("saved_view"), NULL);
    return true;
}

static void ledgers_title(struct view *view, struct buf *left, struct buf *right)
{
    struct ledgers *state = view->state;
    size_t own = 0;
    for (size_t i = 0; i < ledger_book_count(state->book); i++)
        own += ledger_book_at(state->book, i)->code[0] == '\0';
    buf_printf(left, _("台账   %zu 个"), ledger_book_count(state->book) - own);
    buf_printf(right, _("  自存的名单 %zu"), own);
}

static void ledgers_draw(struct view *view, struct canvas *canvas)
{
    struct ledgers *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有台账"), true);
}

static void ledgers_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    (void)view, (void)columns_wide;
    buf_puts(out, _("打编号再按 Enter 打开；在台账里 F2 导出，F5 把当时的条件存成自己的名单"));
}

static const struct keymap *ledgers_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"F5", COMMAND_NEW, "新名单", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_ledgers = {
    .name = "ledgers",
    .state_bytes = sizeof(struct ledgers),
    .help = "L1 到 L15 是机构要有的台账，后面是自己存的名单。上下键或编号选，Enter 打开。\n"
            "F5 直接写一个新名单: 记录类型、条件、排序和列；也可以在台账里筛好了再按 F5 存。自己的名单改名、改条件、删除，在“登记簿”的“常用名单”里。",
    .open = ledgers_open,
    .close = ledgers_close,
    .key = ledgers_key,
    .command = ledgers_command,
    .draw = ledgers_draw,
    .title = ledgers_title,
    .keymap = ledgers_keymap,
    .hint = ledgers_hint,
    .refresh = ledgers_refresh,
};
