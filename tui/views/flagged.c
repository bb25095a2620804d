/* tui/views/flagged.c - the center's list of what disabled accounts wrote offline: look at the record's history, say that it is fine. */
#include <stdlib.h>
#include <string.h>

#include "core/record/flagged.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { FLAGGED_MAX = 200, TEXT_BYTES = 128, N_COLUMNS = 5, LIST_ROW = 2 };

/* One flag, copied out of the store. */
struct flag_row {
    const struct record_type *type;
    struct id id;
    char user[TEXT_BYTES], station[TEXT_BYTES], moment[MOMENT_TEXT_BYTES];
};

struct flagged_view {
    struct flag_row *rows; /* owned, FLAGGED_MAX */
    size_t n;
    int64_t now_ms; /* when they were read */
    struct list list;
};

static const struct list_column columns[N_COLUMNS] = {
    {.label = "类别", .columns = 8}, {.label = "记录", .columns = 24}, {.label = "谁写的", .columns = 10}, {.label = "站点", .columns = 14}, {.label = "时间", .columns = 0},
};

/* ---- reading -------------------------------------------------------------------------------------------------------- */

static bool take_row(void *context, const struct flagged *flagged)
{
    struct flagged_view *state = context;
    struct flag_row *row = &state->rows[state->n];
    if (flagged->type == NULL)
        return true;
    *row = (struct flag_row){.type = flagged->type, .id = flagged->id};
    copy_text(row->user, sizeof row->user, flagged->user);
    copy_text(row->station, sizeof row->station, flagged->machine != NULL ? flagged->machine : flagged->station);
    moment_text(flagged->at_ms, state->now_ms, row->moment);
    state->n++;
    return state->n < FLAGGED_MAX;
}

static bool give(void *view, struct list_page *page, size_t index)
{
    const struct flag_row *flag = &((const struct flagged_view *)((struct view *)view)->state)->rows[index];
    struct app_context *context = view_context(view);
    struct list_row row = {.id = flag->id, .tag = (uint32_t)index, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    struct record record;
    struct buf title;
    buf_init(&title, 512);
    if (records_get(context->store, context->actor, flag->type, flag->id, &record, NULL) == STATUS_OK) {
        record_show_title(&record, context->codes, &title);
        record_release(&record);
    } else {
        buf_puts(&title, _("(已删除)"));
    }
    row.cells[0] = _(flag->type->label);
    row.cells[1] = buf_cstr(&title);
    row.cells[2] = flag->user;
    row.cells[3] = flag->station;
    row.cells[4] = flag->moment;
    bool more = list_page_add(page, &row);
    buf_wipe(&title);
    return more;
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct flagged_view *state = view->state;
    (void)err;
    list_page_walk(page, way, key, max, state->n, give, view);
    return STATUS_OK;
}

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct flagged_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    state->now_ms = app_now_ms(view->app);
    enum status status = flagged_list(context->store, context->actor, false, take_row, state, err);
    return status == STATUS_OK ? list_reset(&state->list, err) : status;
}

static void flagged_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_all(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void flagged_close(struct view *view)
{
    struct flagged_view *state = view->state;
    list_release(&state->list);
    free(state->rows);
}

static enum status flagged_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct flagged_view *state = view->state;
    (void)argument;
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, columns, N_COLUMNS, LIST_USUAL);
    state->rows = calloc(FLAGGED_MAX, sizeof *state->rows);
    enum status status = state->rows != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_all(view, err);
    if (status != STATUS_OK)
        flagged_close(view);
    return status;
}

/* ---- keys ----------------------------------------------------------------------------------------------------------- */

static const struct flag_row *selected(struct flagged_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL && row->tag < state->n ? &state->rows[row->tag] : NULL;
}

static bool flagged_key(struct view *view, struct key key)
{
    struct flagged_view *state = view->state;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        if (selected(state) != NULL)
            app_open(view->app, &view_history, &(struct view_argument){.type = selected(state)->type->name, .id = selected(state)->id});
        break;
    default:
        break;
    }
    return true;
}

static void review(struct view *view)
{
    const struct flag_row *row = selected(view->state);
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    int64_t count;
    if (row == NULL) {
        app_beep(view->app);
        return;
    }
    enum status status = flagged_review(context->store, context->actor, row->id, &count, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    flagged_refresh(view);
    app_say(view->app, "已复核这条记录的 %lld 次修改", (long long)count);
}

static bool flagged_command(struct view *view, int command)
{
    if (command == COMMAND_SAVE)
        review(view);
    return command == COMMAND_SAVE;
}

/* ---- drawing -------------------------------------------------------------------------------------------------------- */

static void flagged_title(struct view *view, struct buf *left, struct buf *right)
{
    struct flagged_view *state = view->state;
    buf_puts(left, _("复核  等人看一遍的变更"));
    buf_printf(right, _("%zu 条"), state->n);
}

static void flagged_draw(struct view *view, struct canvas *canvas)
{
    struct flagged_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有待复核的。停用的账号在离线时写的记录照常收下，列在这里"), true);
}

static const struct keymap *flagged_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "看历史", BINDING_HINT}, {"F2", COMMAND_SAVE, "复核过了", 0},        {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_flagged = {
    .name = "flagged",
    .state_bytes = sizeof(struct flagged_view),
    .help = "账号停用时站点还离线，人又写了记录：照常收下，由中心的受理人员或负责人看一遍。Enter 看是哪一次修改；F2 复核过了，从这里去掉，历史里仍写着。",
    .open = flagged_open,
    .close = flagged_close,
    .key = flagged_key,
    .command = flagged_command,
    .draw = flagged_draw,
    .title = flagged_title,
    .keymap = flagged_keymap,
    .refresh = flagged_refresh,
};
