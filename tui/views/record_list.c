/* tui/views/record_list.c - the list of any record type: columns from the catalogue, paged by key, found by typing.
 *
 * What is typed goes into the find line at once, digits too (phone tails): initials, Chinese, numbers. While it is empty the rows come from
 * records_list in the chosen order; else they are the newest FOUND_MAX hits of the search that pass the filter.
 *
 * The first page waits for its own rows only, O(page), whatever is stored: how many rows there are, how many the filter picks, and the hits beyond the page come in pieces behind the picture (work), a
 * '+' behind the number until then.
 *
 * Here: opening, what is read anew, keys, marks, commands. The rest stands beside it, see record_list.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/register/bulk.h"
#include "core/report/record_file.h"
#include "tui/views/record_list.h"
#include "tui/views/views.h"

enum { ASK_FILTER = 1, ASK_DIGIT = 2 };

enum { COMMAND_ALL = COMMAND_VIEW, COMMAND_MARK, COMMAND_MARK_ALL, COMMAND_BULK, COMMAND_KEEP, COMMAND_DELETED };

static const struct command COMMANDS[] = {{COMMAND_ALL, "all", "不限于这一条的，列出全部"},
                                          {COMMAND_MARK, "mark", "标记这一条，或去掉标记"},
                                          {COMMAND_MARK_ALL, "mark-all", "列出的全部标记；已经有标记的，全部去掉"},
                                          {COMMAND_KEEP, "keep-filter", "把现在的筛选存在一个数字上；没有筛选时，去掉那个数字上的"},
                                          {COMMAND_BULK, "bulk", "批量修改标记了的记录，或撤回上一次批量修改"},
                                          {COMMAND_DELETED, "deleted", "删除过的、内容还在的，找到要依法清除的；县中心的管理员"},
                                          {COMMAND_NONE, NULL, NULL}};

/* ---- behind the picture, and anew ---- */

/* More hits behind the picture; a page that ended with what there was takes them in. */
static void find_on(struct view *view)
{
    struct record_list *state = view->state;
    struct errmsg err = {{0}};
    size_t before = state->n_found;
    enum status status = record_list_find_more(view, FOUND_MAX, &err);
    bool grew = state->n_found > before && state->list.at_end;
    if (status == STATUS_OK && grew)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (grew || state->walk.done)
        app_touch(view->app);
}

static bool list_work(struct view *view)
{
    struct record_list *state = view->state;
    if (state->stale)
        return false; /* it will be sought before it is painted */
    if (state->searching && !state->walk.done)
        find_on(view);
    else if (!record_list_look_on(view) && (state->searching || !state->has_filter || !record_list_count_on(view, &state->picked)) && !record_list_count_on(view, &state->all))
        return false;
    return true;
}

void record_list_read_again(struct view *view, bool from_start)
{
    struct record_list *state = view->state;
    struct errmsg err = {{0}};
    state->stale = false;
    record_list_forget_gaps(state);
    enum status status = record_list_find(view, from_start ? 0 : state->n_found, &err);
    if (status == STATUS_OK)
        status = from_start ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* A screen of another width has room for other columns. */
static void choose_columns_again(struct view *view)
{
    struct record_list *state = view->state;
    record_list_choose_columns(state, view->app->cols);
    list_set_columns(&state->list, state->columns, state->n_fields + state->shows_due);
    record_list_read_again(view, false);
}

/* Several letters typed at once are looked for once: before they are drawn, or before a key that works on what was found. */
void record_list_settle(struct view *view)
{
    struct record_list *state = view->state;
    if (state->cols != view->app->cols)
        choose_columns_again(view);
    if (state->stale)
        record_list_read_again(view, true);
}

/* Rules and holidays may have come with the last sync. Without them the column stays empty. */
static void read_clock(struct view *view)
{
    struct record_list *state = view->state;
    due_close(&state->clock);
    if (state->shows_due)
        (void)due_open(view, &state->clock, NULL);
}

static void list_refresh(struct view *view)
{
    struct record_list *state = view->state;
    read_clock(view);
    record_list_show_kept(view); /* an erasure may have taken one away */
    if (state->filter_text[0] != '\0' && state->filter_day != today_of(view)) { /* 今天 is another day now */
        char own[FILTER_BYTES];
        copy_text(own, sizeof own, state->filter_text);
        record_list_set_filter(view, own);
        return;
    }
    (void)record_list_count_again(view, &state->all, NULL); /* the rows tell what is wrong */
    if (state->has_filter)
        (void)record_list_count_again(view, &state->picked, NULL);
    record_list_read_again(view, false);
}

/* ---- opening ---- */

static enum status read_numbers_and_rows(struct view *view, struct errmsg *err)
{
    struct record_list *state = view->state;
    enum status status = record_list_count_anew(view, &state->all, NULL, err);
    if (status == STATUS_OK && state->has_filter)
        status = record_list_count_anew(view, &state->picked, &state->filter, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status == STATUS_OK)
        record_list_show_kept(view);
    return status;
}

/* What the first picture shows: of one moment, and the file is locked once. A search writes its index first. */
static enum status read_first(struct view *view, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct store *store = view_context(view)->store;
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 7 : 10), err);
    if (status == STATUS_OK)
        status = record_list_find(view, 0, err);
    if (status == STATUS_OK && !state->searching)
        status = store_begin_read(store, err);
    if (status != STATUS_OK)
        return status;
    status = read_numbers_and_rows(view, err);
    if (!state->searching)
        store_end_read(store);
    return status;
}

static enum status list_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct record_list *state = view->state;
    state->type = catalogue_find(argument->type);
    assert(state->type != NULL);
    enum status limited = argument->where != NULL ? record_list_limit(view, argument->where, err) : STATUS_OK;
    if (limited != STATUS_OK)
        return limited;
    record_list_begin_order(state);
    record_list_choose_columns(state, view->app->cols);
    read_clock(view);
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    if (argument->text != NULL)
        edit_set(&state->find, argument->text, strlen(argument->text));
    list_init(&state->list, (struct list_source){.context = view, .fetch = record_list_fetch}, state->columns, state->n_fields + state->shows_due, LIST_NUMBERS);
    state->list.marks = &state->marks;
    enum status status = read_first(view, err);
    if (status != STATUS_OK) {
        if (state->has_filter)
            filter_release(&state->filter);
        edit_release(&state->find);
        list_release(&state->list);
        due_close(&state->clock);
    }
    return status;
}

static void list_close(struct view *view)
{
    struct record_list *state = view->state;
    if (state->has_filter)
        filter_release(&state->filter);
    edit_release(&state->find);
    list_release(&state->list);
    due_close(&state->clock);
    id_set_release(&state->marks);
}

/* ---- keys ---- */

static void open_selected(struct view *view)
{
    struct record_list *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row != NULL && state->deleted)
        erase_ask(view, &state->erasing, state->type, row->id);
    else if (row != NULL)
        view_open_record(view->app, state->type, row->id);
    else
        app_beep(view->app);
}

/* ---- deleted ones ---- */

/* Hidden from everybody else. What is looked for by typing stands in the index, which does not hold them. */
static void show_deleted(struct view *view, bool deleted)
{
    struct record_list *state = view->state;
    const struct actor *actor = view_context(view)->actor;
    if (deleted && (!actor->center || !actor_is_one_of(actor, 1U << ROLE_ADMIN))) {
        app_fail(view->app, "删除过的只列给县中心的管理员，用来依法清除");
        return;
    }
    state->deleted = deleted;
    edit_erase_all(&state->find);
    id_set_clear(&state->marks);
    state->in_find = false;
    record_list_read_again(view, true);
    if (deleted)
        app_say(view->app, "删除过的: F4 筛选，如 姓名=…；Esc 回到没有删除的");
}

/* What there is to be done with them is to be filtered, ordered and erased. */
static bool deleted_command(struct view *view, int command)
{
    bool works = command == COMMAND_CODES || command == COMMAND_SORT || command == COMMAND_OPEN || command == COMMAND_DELETED;
    if (works || command == COMMAND_HELP || command == COMMAND_BACK)
        return false;
    app_beep(view->app);
    return true;
}

static void take_erasure(struct view *view, const struct view_answer *answer)
{
    struct record_list *state = view->state;
    struct erasure_done done;
    if (!erase_answer(view, &state->erasing, answer, &done))
        return;
    record_list_read_again(view, true);
    erase_told(view, &done);
}

static bool find_key(struct view *view, struct key key)
{
    struct record_list *state = view->state;
    bool typing = key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE || key.kind == K_DELETE;
    bool moving = state->in_find && (key.kind == K_LEFT || key.kind == K_RIGHT || key_equal(key, key_ctrl('u')) || key_equal(key, key_ctrl('w')));
    if (!typing && !moving)
        return false;
    if (state->deleted) {
        app_say(view->app, "删除过的: F4 筛选，如 姓名=…；Esc 回到没有删除的");
        return true;
    }
    enum edit_result result = edit_key(&state->find, key);
    state->in_find = result != EDIT_IGNORED || state->in_find;
    if (result == EDIT_CHANGED)
        state->stale = true;
    else if (result != EDIT_MOVED)
        app_beep(view->app);
    return true;
}

static bool list_view_key(struct view *view, struct key key)
{
    struct record_list *state = view->state;
    if (find_key(view, key))
        return true;
    record_list_settle(view);
    if (key.kind == K_ESC && state->list.owed > 0) {
        list_stop(&state->list);
        app_say(view->app, "停下了；再往下（上）翻就接着找");
        return true;
    }
    if (state->list.owed == 0)
        state->looked = 0;
    if (key.kind == K_ESC && !edit_is_empty(&state->find)) {
        edit_erase_all(&state->find);
        state->in_find = false;
        record_list_read_again(view, true);
        return true;
    }
    if (key.kind == K_ESC && state->filter_text[0] != '\0') { /* then back to the list as it was opened */
        state->order = NULL;
        record_list_begin_order(state);
        record_list_set_filter(view, "");
        return true;
    }
    if (key.kind == K_ESC && state->deleted) {
        show_deleted(view, false);
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

static void open_new(struct view *view)
{
    struct record_list *state = view->state;
    view_open_new(view->app, state->type, state->where[0] != '\0' ? state->where : NULL);
}

/* What the filter picks, in the list's order; what is being looked for does not count. */
static void write_export(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct record_file what = {.type = state->type, .filter = state->has_filter ? &state->filter : NULL, .order = state->order, .ascending = state->ascending, .for_people = true};
    struct errmsg err = {{0}};
    uint64_t rows = 0;
    enum status status = record_file_write(context->store, context->actor, context->codes, &what, state->export.path, &rows, &err);
    export_told(view, &state->export, status, (int64_t)rows, &err);
}

/* ---- marks ---- */

static void mark(struct view *view)
{
    struct record_list *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    struct errmsg err = {{0}};
    if (row == NULL || id_set_toggle(&state->marks, row->id) != STATUS_OK) {
        app_beep(view->app);
        return;
    }
    state->in_find = false;
    (void)list_key(&state->list, key_named(K_DOWN, 0), &err); /* at the end one stays there */
    app_touch(view->app);
}

/* All that the filter picks, of a search what it has found. */
static void mark_all(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct filter none = {.type = state->type};
    struct errmsg err = {{0}};
    struct id *ids = NULL;
    size_t n = 0;
    app_touch(view->app);
    if (state->marks.n > 0) {
        id_set_clear(&state->marks);
        return;
    }
    enum status status = state->searching ? record_list_find_until(view, FOUND_MAX, &err)
                                          : bulk_pick(context->store, context->actor, state->has_filter ? &state->filter : &none, &ids, &n, &err);
    if (status == STATUS_OK)
        status = id_set_fill(&state->marks, state->searching ? state->found : ids, state->searching ? state->n_found : n);
    free(ids);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void open_bulk(struct view *view)
{
    struct record_list *state = view->state;
    app_open(view->app, &view_bulk, &(struct view_argument){.type = state->type->name, .ids = state->marks.ids, .n_ids = state->marks.n});
}

static bool list_command(struct view *view, int command)
{
    struct record_list *state = view->state;
    record_list_settle(view);
    if (state->deleted && deleted_command(view, command))
        return true;
    switch (command) {
    case COMMAND_DELETED:
        show_deleted(view, !state->deleted);
        return true;
    case COMMAND_KEEP:
        app_ask_line(view->app, ASK_DIGIT, state->filter_text[0] != '\0' ? "这个筛选存在哪个数字上 (1-9)" : "去掉哪个数字上的筛选 (1-9)", 1, 0, "");
        return true;
    case COMMAND_MARK:
        mark(view);
        return true;
    case COMMAND_MARK_ALL:
        mark_all(view);
        return true;
    case COMMAND_BULK:
        open_bulk(view);
        return true;
    case COMMAND_CODES:
        app_ask_line(view->app, ASK_FILTER, "筛选", FILTER_BYTES / 4, 0, state->filter_text);
        return true;
    case COMMAND_SORT:
        record_list_next_order(view);
        return true;
    case COMMAND_EXPORT:
        export_ask(view, state->type->label);
        return true;
    case COMMAND_ALL:
        record_list_all(view);
        return true;
    case COMMAND_NEW:
        open_new(view);
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    default:
        return false;
    }
}

static void list_answer(struct view *view, const struct view_answer *answer)
{
    struct record_list *state = view->state;
    if (export_answer(view, &state->export, answer, ".xlsx .csv .tsv .jsonl") == EXPORT_WRITE)
        write_export(view);
    else if (erase_asked(answer))
        take_erasure(view, answer);
    else if (!answer->cancelled && answer->tag == ASK_FILTER)
        record_list_take_filter(view, answer->text);
    else if (!answer->cancelled && answer->tag == ASK_DIGIT)
        record_list_keep_filter(view, answer->text);
}

/* ---- the view ---- */

static const struct keymap *list_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},
        {"F5", COMMAND_NEW, "新建", 0},                {"F2", COMMAND_EXPORT, "导出", 0},
        {"F8", COMMAND_BULK, "批量", 0},               {"Ctrl-T", COMMAND_MARK, "标记", 0},
        {"F7", COMMAND_MARK_ALL, "全标记", 0},         {"Ins", COMMAND_MARK, "标记", BINDING_HIDDEN},
        {"Ctrl-K", COMMAND_KEEP, "存筛选", 0},
        {"Ctrl-R", COMMAND_DELETED, "删除过的", BINDING_HIDDEN}, {"F3", COMMAND_SEARCH, "全部查找", BINDING_HIDDEN},
        {"Esc", COMMAND_BACK, "清查找和筛选", 0},            {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},   {NULL, 0, NULL, 0},
    };
    static const struct binding limited_bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F5", COMMAND_NEW, "新建", 0},                {"Ctrl-D", COMMAND_ALL, "列出全部", 0},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},
        {"F2", COMMAND_EXPORT, "导出", 0},
        {"F8", COMMAND_BULK, "批量", 0},               {"Ctrl-T", COMMAND_MARK, "标记", 0},
        {"F7", COMMAND_MARK_ALL, "全标记", 0},         {"Ins", COMMAND_MARK, "标记", BINDING_HIDDEN},
        {"Ctrl-K", COMMAND_KEEP, "存筛选", 0},
        {"Ctrl-R", COMMAND_DELETED, "删除过的", BINDING_HIDDEN}, {"F3", COMMAND_SEARCH, "全部查找", BINDING_HIDDEN}, {"Esc", COMMAND_BACK, "清查找和筛选", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding deleted_bindings[] = {
        {"Enter", COMMAND_OPEN, "依法清除", BINDING_HINT}, {"F4", COMMAND_CODES, "筛选", 0},        {"F6", COMMAND_SORT, "排序", 0},
        {"Ctrl-R", COMMAND_DELETED, "没有删除的", 0},       {"Esc", COMMAND_BACK, "清筛选", 0},      {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},        {NULL, 0, NULL, 0},
    };
    static const struct keymap deleted_map = {.bindings = deleted_bindings, .commands = COMMANDS};
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, limited_map = {.bindings = limited_bindings, .commands = COMMANDS};
    const struct record_list *state = view->state;
    return state->deleted ? &deleted_map : state->where[0] != '\0' ? &limited_map : &map;
}

const struct view_class view_record_list = {
    .name = "record-list",
    .state_bytes = sizeof(struct record_list),
    .help = "直接打字就是查找: 拼音首字母 zwf、一个字或几个字、电话尾号。上下键选，Enter 打开。\n"
            "F4 筛选写条件: 字段=值，>= <= != ~(包含)，in (甲, 乙)是其中之一，用 and 连接；空着就是不筛选。\n"
            "日期可以写今天、本周、本月、上月、最近7天、今年，如 日期=本月；存在数字上也是哪天打开按哪天算。\n"
            "Ctrl-K 把现在的筛选存在一个数字上，F4 再打这个数字就是它；各人存各人的，存过的写在最下面一行。Esc 先清查找，再清筛选。\n"
            "F6 换排列: 同一列先正后反，再下一列；姓名、名称按拼音（曾按 zeng，单按 shan），字母数字在前，没有读音的生僻字在最后。\n"
            "Ctrl-T（或 Ins）标记，F7 全部标记，F8 批量修改标记了的: 先列出会改哪些，再动手，可以整批撤回。\n"
            "F2 把筛选出来的导出成 .xlsx .csv .tsv 或 .jsonl（代码写成名称）；正在查找的字不算条件。\n"
            "县中心的管理员按 Ctrl-R 列出删除过的，F4 筛选，Enter 依法清除: 删除只是不再显示，内容还在各台机器上。\n"
            "编号后面有 ! 的，两边都改过、等人定一个: 打开它，或看“冲突”。\n"
            "案件的“期限”是最先到期的一项: 剩几天或超几天，和它的代号（D01 审查决定等）。",
    .open = list_open,
    .close = list_close,
    .key = list_view_key,
    .command = list_command,
    .draw = record_list_draw,
    .title = record_list_title,
    .keymap = list_keymap,
    .hint = record_list_hint,
    .answer = list_answer,
    .refresh = list_refresh,
    .work = list_work,
};
