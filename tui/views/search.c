/* tui/views/search.c - one box over everything: people, consultations, cases, events; initials, Chinese, phone tails.
 *
 * The search runs at every key (core/record/search.h brings its index up to date first, then touches only what matches). Hits are held here, at most
 * FOUND_MAX of them, newest first; F4 narrows them to one kind. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/search.h"
#include "core/base/language.h"
#include "tui/edit_field.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { COMMAND_ASK_CENTER = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_ASK_CENTER, "ask-center", "问县中心: 这个人去过别的站没有（工作站，要联网）"}, {COMMAND_NONE, NULL, NULL}};

enum { FOUND_MAX = 100, FIND_CHARS = 60, FIND_COLUMNS = 30, TITLE_BYTES = 200, SNIPPET_BYTES = 200, LIST_ROW = 3, N_COLUMNS = 4 };

struct found {
    const struct record_type *type;
    struct id id;
    int64_t day;
    char title[TITLE_BYTES], snippet[SNIPPET_BYTES];
};

struct search_view {
    struct edit_field find;
    struct list list;
    struct found found[FOUND_MAX];
    size_t n_found;
    int64_t total;
    const struct record_type *only; /* NULL: every kind */
    bool in_find;
};

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "类别", .columns = 6}, {.label = "日期", .columns = 10}, {.label = "记录", .columns = 30}, {.label = "原文", .columns = 0}};

static bool collect(void *context, const struct search_hit *hit)
{
    struct search_view *state = context;
    struct found *found = &state->found[state->n_found++];
    *found = (struct found){.type = hit->type, .id = hit->id, .day = hit->day};
    copy_text(found->title, sizeof found->title, hit->title);
    copy_text(found->snippet, sizeof found->snippet, hit->snippet);
    return state->n_found < FOUND_MAX;
}

static bool give(struct list_page *page, const struct found *found, size_t index)
{
    char day[DAY_TEXT_BYTES] = "";
    if (found->day > DAY_MIN && found->day <= DAY_MAX)
        day_format((int32_t)found->day, day);
    struct list_row row = {.id = found->id, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    row.cells[0] = _(found->type->label);
    row.cells[1] = day;
    row.cells[2] = found->title;
    row.cells[3] = found->snippet;
    return list_page_add(page, &row);
}

/* Hits are paged by their place; key->row is that place + 1. */
static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct search_view *state = context;
    (void)err;
    size_t at = key != NULL && key->set ? (size_t)key->row - 1 : way == LIST_BEFORE ? state->n_found : 0;
    if (key != NULL && key->set && way == LIST_AFTER)
        at++;
    for (size_t taken = 0; taken < max; taken++) {
        if (way == LIST_BEFORE ? at == 0 : at >= state->n_found)
            break;
        size_t index = way == LIST_BEFORE ? --at : at++;
        if (!give(page, &state->found[index], index))
            break;
    }
    return STATUS_OK;
}

static void run_search(struct view *view)
{
    struct search_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct buf text;
    enum status status = STATUS_OK;
    buf_init(&text, FIND_CHARS * 4 + 1);
    edit_text(&state->find, &text);
    state->n_found = 0;
    state->total = 0;
    if (strspn(buf_cstr(&text), " ") < text.len) {
        struct search_query query = {.text = buf_cstr(&text), .type = state->only, .limit = FOUND_MAX};
        status = search_find(context->store, context->actor, context->codes, &query, collect, state, &state->total, &err);
    }
    buf_release(&text);
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static enum status search_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct search_view *state = view->state;
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    if (argument != NULL && argument->text != NULL)
        edit_set(&state->find, argument->text, strlen(argument->text));
    list_init(&state->list, (struct list_source){.context = state, .fetch = fetch}, COLUMNS, N_COLUMNS, LIST_NUMBERS);
    state->in_find = true;
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 7 : 10), err);
    if (status != STATUS_OK) {
        edit_release(&state->find);
        list_release(&state->list);
        return status;
    }
    run_search(view);
    return STATUS_OK;
}

static void search_close(struct view *view)
{
    struct search_view *state = view->state;
    edit_release(&state->find);
    list_release(&state->list);
    memset(state->found, 0, sizeof state->found);
}

/* Every kind that can be searched, one after the other, then all again. */
static void next_kind(struct view *view)
{
    struct search_view *state = view->state;
    size_t i = 0;
    if (state->only != NULL)
        for (i = 0; catalogue_at(i) != state->only; i++)
            ;
    for (i += state->only != NULL; i < catalogue_count() && !(catalogue_at(i)->flags & TYPE_SEARCH); i++)
        ;
    state->only = i < catalogue_count() ? catalogue_at(i) : NULL;
    run_search(view);
}

static void open_selected(struct view *view)
{
    struct search_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    for (size_t i = 0; row != NULL && i < state->n_found; i++) {
        if (id_equal(state->found[i].id, row->id)) {
            view_open_record(view->app, state->found[i].type, row->id);
            return;
        }
    }
    app_beep(view->app);
}

static bool find_key(struct view *view, struct key key)
{
    struct search_view *state = view->state;
    bool typing = key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE || key.kind == K_DELETE;
    bool moving = state->in_find && (key.kind == K_LEFT || key.kind == K_RIGHT || key_equal(key, key_ctrl('u')) || key_equal(key, key_ctrl('w')));
    if (!typing && !moving)
        return false;
    state->in_find = true;
    switch (edit_key(&state->find, key)) {
    case EDIT_CHANGED:
        run_search(view);
        break;
    case EDIT_MOVED:
        break;
    default:
        app_beep(view->app);
    }
    return true;
}

static bool search_key(struct view *view, struct key key)
{
    struct search_view *state = view->state;
    if (find_key(view, key))
        return true;
    if (key.kind == K_ESC && !edit_is_empty(&state->find)) {
        edit_erase_all(&state->find);
        state->in_find = true;
        run_search(view);
        return true;
    }
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        open_selected(view);
        break;
    case LIST_MOVED:
        state->in_find = false;
        break;
    default:
        break;
    }
    return true;
}

static void ask_center(struct view *view)
{
    struct search_view *state = view->state;
    struct buf text;
    buf_init(&text, FIND_CHARS * 4 + 1);
    edit_text(&state->find, &text);
    app_open(view->app, &view_lookup, &(struct view_argument){.text = buf_cstr(&text)});
    buf_wipe(&text);
}

static bool search_command(struct view *view, int command)
{
    if (command == COMMAND_ASK_CENTER) {
        ask_center(view);
        return true;
    }
    if (command != COMMAND_CODES)
        return false;
    next_kind(view);
    return true;
}

static void search_title(struct view *view, struct buf *left, struct buf *right)
{
    struct search_view *state = view->state;
    buf_puts(left, _("查找"));
    buf_printf(right, _("范围: %s"), state->only == NULL ? _("全部") : _(state->only->label));
}

static void search_draw(struct view *view, struct canvas *canvas)
{
    struct search_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查找 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, "]");
    if (!edit_is_empty(&state->find))
        canvas_printf(canvas, 1, find + 3 + FIND_COLUMNS, canvas->cols - find - 4 - FIND_COLUMNS, STYLE_DIM, "%lld%s 条   空格=并且  -词=不要", (long long)state->total,
                      state->total >= SEARCH_COUNT_MAX ? "+" : "");
    list_show(view, &state->list, canvas, 2, rows, edit_is_empty(&state->find) ? _("打字即找: 拼音首字母 zwf、汉字、电话尾号、证件号尾") : _("没有符合的；少打几个字，或按 F4 换范围"),
              !state->in_find);
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', state->in_find);
}

static const struct keymap *search_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查找", BINDING_HINT},  {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"F4", COMMAND_CODES, "换范围", 0}, {"F6", COMMAND_ASK_CENTER, "问县中心", 0},
        {"Esc", COMMAND_BACK, "清空", 0},              {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_search = {
    .name = "search",
    .state_bytes = sizeof(struct search_view),
    .help = "一个框找所有记录: 拼音首字母、一个字或几个字、电话和证件号的尾数。\n"
            "空格隔开的词都要有，词前加 - 表示不要。上下键选，Enter 打开，F4 换范围。\n"
            "这里只有本站的记录；F6 问县中心这个人去过别的站没有（要联网，要写理由）。",
    .open = search_open,
    .close = search_close,
    .key = search_key,
    .command = search_command,
    .draw = search_draw,
    .title = search_title,
    .keymap = search_keymap,
};
