/* tui/views/drafts.c - everything this person has begun and not saved, newest first: go on with it, or throw it away. */
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/draft.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { CELLS = 3, LIST_ROW = 2, FIRST = 32, TITLE_BYTES = 256, ASK_DISCARD = 1 };
enum { COMMAND_DISCARD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_DISCARD, "discard", "选中的草稿不要了"}, {COMMAND_NONE, NULL, NULL}};

struct draft_row_state {
    struct id id, record;
    const struct record_type *type;
};

struct drafts_view {
    struct draft_row_state *drafts; /* owned */
    size_t n, room;
    int64_t now_ms; /* when they were read */
    struct id discarding; /* the draft that a question is about */
    enum status status;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"类别", 10, false}, {"内容", 0, false}, {"最后保存", 12, false}};

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static struct draft_row_state *new_draft(struct drafts_view *state)
{
    if (state->n == state->room) {
        size_t room = state->room > 0 ? state->room * 2 : FIRST;
        struct draft_row_state *drafts = realloc(state->drafts, room * sizeof *drafts);
        if (drafts == NULL)
            return NULL;
        state->drafts = drafts;
        state->room = room;
    }
    return &state->drafts[state->n];
}

static bool add_draft(void *context, const struct draft_info *info)
{
    struct drafts_view *state = context;
    struct draft_row_state *draft = info->type != NULL ? new_draft(state) : NULL;
    char title[TITLE_BYTES], at[MOMENT_TEXT_BYTES];
    if (info->type == NULL)
        return true;
    if (draft == NULL) {
        state->status = STATUS_NOMEM;
        return false;
    }
    *draft = (struct draft_row_state){.id = info->id, .record = info->record, .type = info->type};
    copy_text(title, sizeof title, info->title != NULL && info->title[0] != '\0' ? info->title : _("（还没有名称）"));
    moment_text(info->updated_ms, state->now_ms, at);
    struct list_row row = {.id = info->id, .tag = (uint32_t)state->n, .cells = {_(info->type->label), title, at}};
    state->status = list_memory_add(&state->memory, &row, CELLS);
    state->n += state->status == STATUS_OK;
    return state->status == STATUS_OK;
}

static enum status read_drafts(struct view *view, struct errmsg *err)
{
    struct drafts_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    state->now_ms = app_now_ms(view->app);
    state->status = STATUS_OK;
    list_memory_clear(&state->memory);
    enum status status = draft_list(context->store, context->actor, add_draft, state, err);
    return status == STATUS_OK ? state->status : status;
}

static void drafts_close(struct view *view)
{
    struct drafts_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->drafts);
}

static enum status drafts_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct drafts_view *state = view->state;
    (void)argument;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_drafts(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        drafts_close(view);
    return status;
}

static void drafts_refresh(struct view *view)
{
    struct drafts_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_drafts(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static const struct draft_row_state *selected(const struct drafts_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->drafts[row->tag] : NULL;
}

static bool drafts_key(struct view *view, struct key key)
{
    struct drafts_view *state = view->state;
    const struct draft_row_state *draft;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        draft = selected(state);
        view_open_draft(view->app, draft->type, draft->id, draft->record);
        break;
    default:
        break;
    }
    return true;
}

static bool drafts_command(struct view *view, int command)
{
    static const char *const ANSWERS[] = {"不要了", "留着"};
    struct drafts_view *state = view->state;
    const struct draft_row_state *draft = selected(state);
    if (command != COMMAND_DISCARD)
        return false;
    if (draft == NULL) {
        app_beep(view->app);
        return true;
    }
    state->discarding = draft->id;
    app_ask(view->app, ASK_DISCARD, "选中的草稿不要了？没有保存的内容就没有了", ANSWERS, 2, 0);
    return true;
}

static void drafts_answer(struct view *view, const struct view_answer *answer)
{
    struct drafts_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != ASK_DISCARD || answer->chosen != 1)
        return;
    enum status status = draft_delete(context->store, context->actor, state->discarding, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    drafts_refresh(view);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void drafts_title(struct view *view, struct buf *left, struct buf *right)
{
    struct drafts_view *state = view->state;
    buf_puts(left, _("草稿"));
    buf_printf(right, _("%zu 份"), state->n);
}

static void drafts_draw(struct view *view, struct canvas *canvas)
{
    struct drafts_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有草稿，写的都保存了"), true);
}

static const struct keymap *drafts_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "接着写", BINDING_HINT}, {"Ctrl-D", COMMAND_DISCARD, "不要了", 0},       {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_drafts = {
    .name = "drafts",
    .state_bytes = sizeof(struct drafts_view),
    .help = "自己写了一半、还没有保存的，最近的在前。Enter 接着写；保存了就不在这里了。Ctrl-D 不要了。草稿只在本机，不同步，也不算进报表。",
    .open = drafts_open,
    .close = drafts_close,
    .key = drafts_key,
    .command = drafts_command,
    .draw = drafts_draw,
    .title = drafts_title,
    .keymap = drafts_keymap,
    .answer = drafts_answer,
    .refresh = drafts_refresh,
};
