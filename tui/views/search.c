/* tui/views/search.c - one box over everything: people, cases, consultations, events, papers, all registers, and the law; initials, Chinese, phone tails, record numbers.
 *
 * The search runs whenever what was typed is to be painted (core/record/search.h brings its index up to date first, then touches only what matches): a page at once, O(page), the other hits, their number and the
 * law behind the picture (work). Hits are held here in memory, at most FOUND_MAX of them, newest first or the nearest first (F6: then all at once); F4 narrows them to one kind. Articles of the law come
 * behind the records. */
#include <stdio.h>
#include <string.h>

#include "core/aid/law.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/search.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/find_box.h"
#include "tui/views/views.h"

enum { COMMAND_ASK_CENTER = COMMAND_VIEW, ASK_SCOPE = 1 };

static const struct command COMMANDS[] = {{COMMAND_ASK_CENTER, "ask-center", "问县中心: 这个人去过别的站没有（工作站，要联网）"}, {COMMAND_NONE, NULL, NULL}};

enum { FOUND_MAX = 100, FIND_PIECE = 400 /* hits looked at in one piece of work, some milliseconds */, LAWS_AMONG_ALL = 5, FIND_COLUMNS = 30, TEXT_BYTES = 200, LIST_ROW = 2, N_COLUMNS = 4 };

/* What can be chosen with one digit; behind them stands the next of the other kinds. */
static const char *const SCOPES[] = {"", "case", "consultation", "person", "event", "document"};
enum { N_SCOPES = sizeof SCOPES / sizeof SCOPES[0], ANSWER_LAW = N_SCOPES, ANSWER_OTHER };

struct search_view {
    struct find_box box;
    struct list list;
    struct list_memory memory;   /* the hits; a row's tag is its record type's number, of the law's articles their index + LAW_TAG */
    struct search_walk walk;     /* through the records */
    bool stale;                  /* what was typed has not been looked for yet */
    bool law_left;               /* the law has not been looked through yet */
    int64_t n_laws, took_ms;     /* articles with it; until the first page */
    const struct record_type *only; /* NULL: every kind */
    bool only_law, by_relevance;
    struct law_book *laws; /* opened at the first need */
};

#define LAW_TAG 0x80000000u

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "类别", .columns = 6}, {.label = "日期", .columns = 10}, {.label = "记录", .columns = 30}, {.label = "原文", .columns = 0}};

/* ---- finding ---- */

static bool collect(void *context, const struct search_hit *hit)
{
    struct search_view *state = context;
    char day[DAY_TEXT_BYTES] = "", title[TEXT_BYTES], snippet[TEXT_BYTES];
    if (hit->day > DAY_MIN && hit->day <= DAY_MAX)
        day_format((int32_t)hit->day, day);
    copy_text(title, sizeof title, hit->title);
    copy_text(snippet, sizeof snippet, hit->snippet);
    struct list_row row = {.id = hit->id, .tag = (uint32_t)hit->type->no, .cells = {_(hit->type->label), day, title, snippet}};
    return list_memory_add(&state->memory, &row, N_COLUMNS) == STATUS_OK && state->memory.n < FOUND_MAX;
}

static enum status find_laws(struct search_view *state, const char *text, size_t most, struct errmsg *err)
{
    size_t hits[FOUND_MAX];
    enum status status = state->laws == NULL ? law_book_open(&state->laws, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    size_t n = law_book_search(state->laws, text, hits, most);
    state->n_laws = (int64_t)n;
    for (size_t i = 0; i < n && i < most && status == STATUS_OK; i++) {
        const struct law_article *article = law_book_at(state->laws, hits[i]);
        char title[TEXT_BYTES], snippet[TEXT_BYTES];
        snprintf(title, sizeof title, "%s %s", article->law, article->title);
        copy_text(snippet, sizeof snippet, article->text);
        struct list_row row = {.tag = LAW_TAG + (uint32_t)hits[i], .cells = {_("法条"), "", title, snippet}};
        status = list_memory_add(&state->memory, &row, N_COLUMNS);
    }
    return status;
}

/* What excludes, and single letters and numbers, says nothing about the law. */
static bool is_about_law(const char *text)
{
    return strstr(text, " -") == NULL && text[0] != '-' && (unsigned char)text[0] >= 0x80;
}

/* The next hits; then the law. */
static enum status find_more(struct view *view, const char *text, size_t hits, struct errmsg *err)
{
    struct search_view *state = view->state;
    struct app_context *context = view_context(view);
    struct search_query query = {.text = text, .type = state->only, .by_relevance = state->by_relevance, .limit = FOUND_MAX, .count_max = SEARCH_COUNT_TYPING};
    if (!state->walk.done)
        return search_walk_on(context->store, context->actor, context->codes, &query, &state->walk, hits, FIND_PIECE, collect, state, err);
    if (!state->law_left)
        return STATUS_OK;
    state->law_left = false;
    return find_laws(state, text, state->only_law ? FOUND_MAX : LAWS_AMONG_ALL, err);
}

static bool is_at_work(const struct search_view *state)
{
    return !state->walk.done || state->law_left;
}

/* Nothing that may still be found is shown: what did not work is said once. */
static void give_up(struct view *view, enum status status, struct errmsg *err)
{
    struct search_view *state = view->state;
    state->walk.done = true;
    state->law_left = false;
    app_fail(view->app, "%s", errmsg_text(err, status));
}

/* What begins with '-' alone excludes from nothing yet: the person is still typing. */
static void run_search(struct view *view)
{
    struct search_view *state = view->state;
    struct errmsg err = {{0}};
    char text[FIND_BOX_BYTES];
    int64_t start_ms = app_now_ms(view->app);
    enum status status = STATUS_OK;
    bool some = find_box_text(&state->box, text);
    state->stale = false;
    list_memory_clear(&state->memory);
    search_walk_begin(&state->walk);
    state->walk.done = !some || state->only_law;
    state->law_left = some && (state->only_law || (state->only == NULL && is_about_law(text)));
    state->n_laws = 0;
    if (some)
        status = find_more(view, text, state->list.height + 1, &err);
    if (status == STATUS_INVALID) {
        app_say(view->app, "%s", err.text);
        state->law_left = false;
        status = STATUS_OK;
    }
    state->took_ms = app_now_ms(view->app) - start_ms;
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        give_up(view, status, &err);
}

/* Several letters typed at once are looked for once: before they are drawn, or before a key that works on what was found. */
static void settle(struct view *view)
{
    struct search_view *state = view->state;
    if (state->stale)
        run_search(view);
}

/* A page that ended with what there was takes in what has come. */
static bool search_work(struct view *view)
{
    struct search_view *state = view->state;
    struct errmsg err = {{0}};
    char text[FIND_BOX_BYTES];
    size_t before = state->memory.n;
    if (state->stale || !is_at_work(state))
        return false;
    find_box_text(&state->box, text);
    enum status status = find_more(view, text, FOUND_MAX, &err);
    bool grew = state->memory.n > before && state->list.at_end;
    if (status == STATUS_OK && grew)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        give_up(view, status, &err);
    if (grew || !is_at_work(state))
        app_touch(view->app);
    return true;
}

/* All rows that may be listed, for a key that goes to them. */
static void find_rest(struct view *view)
{
    struct search_view *state = view->state;
    while (state->memory.n < FOUND_MAX && search_work(view))
        ;
}

/* ---- opening ---- */

static void search_close(struct view *view)
{
    struct search_view *state = view->state;
    find_box_release(&state->box);
    list_release(&state->list);
    list_memory_release(&state->memory);
    law_book_free(state->laws);
}

static enum status search_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct search_view *state = view->state;
    find_box_init(&state->box, FIND_COLUMNS, argument != NULL ? argument->text : NULL);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), COLUMNS, N_COLUMNS, LIST_NUMBERS);
    state->box.active = true;
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 7 : 10), err);
    if (status != STATUS_OK)
        search_close(view);
    else
        run_search(view);
    return status;
}

/* ---- keys ---- */

/* Every kind that can be searched, one after the other, then all again. */
static void next_kind(struct search_view *state)
{
    size_t i = 0;
    if (state->only != NULL)
        for (i = 0; catalogue_at(i) != state->only; i++)
            ;
    for (i += state->only != NULL; i < catalogue_count() && !(catalogue_at(i)->flags & TYPE_SEARCH); i++)
        ;
    state->only = i < catalogue_count() ? catalogue_at(i) : NULL;
}

static void ask_scope(struct view *view)
{
    static const char *const ANSWERS[] = {"全部", "案件", "咨询", "人员", "活动", "文书", "法条", "换下一类"};
    app_ask(view->app, ASK_SCOPE, "找什么", ANSWERS, sizeof ANSWERS / sizeof ANSWERS[0], 0);
}

static void search_answer(struct view *view, const struct view_answer *answer)
{
    struct search_view *state = view->state;
    if (answer->cancelled || answer->tag != ASK_SCOPE)
        return;
    size_t chosen = answer->chosen - 1;
    state->only_law = chosen == ANSWER_LAW;
    if (chosen == ANSWER_OTHER)
        next_kind(state);
    else
        state->only = chosen > 0 && chosen < N_SCOPES ? catalogue_find(SCOPES[chosen]) : NULL;
    run_search(view);
}

static void open_selected(struct view *view)
{
    struct search_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    char citation[TEXT_BYTES];
    if (row->tag < LAW_TAG) {
        view_open_record(view->app, catalogue_by_no(row->tag), row->id);
        return;
    }
    const struct law_article *article = law_book_at(state->laws, row->tag - LAW_TAG);
    snprintf(citation, sizeof citation, "%s%s", article->law, article->title);
    app_open(view->app, &view_law, &(struct view_argument){.text = citation});
}

static bool search_key(struct view *view, struct key key)
{
    struct search_view *state = view->state;
    if (!key_is_text(key) || key_digit(key) >= 0) /* a digit may be a row's number */
        settle(view);
    if (key.kind == K_END || key.kind == K_PAGE_DOWN)
        find_rest(view);
    switch (find_box_key(&state->box, &state->list, key)) {
    case FIND_BOX_CHANGED:
        state->stale = true;
        return true;
    case FIND_BOX_REFUSED:
        app_beep(view->app);
        return true;
    case FIND_BOX_USED:
        return true;
    case FIND_BOX_IGNORED:
        break;
    }
    if (key.kind == K_ESC && find_box_clear(&state->box)) {
        state->box.active = true;
        run_search(view);
        return true;
    }
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    else if (result == LIST_MOVED)
        state->box.active = false;
    return result != LIST_IGNORED;
}

static bool search_command(struct view *view, int command)
{
    struct search_view *state = view->state;
    char text[FIND_BOX_BYTES];
    settle(view);
    switch (command) {
    case COMMAND_ASK_CENTER:
        find_box_text(&state->box, text);
        app_open(view->app, &view_lookup, &(struct view_argument){.text = text});
        return true;
    case COMMAND_SORT:
        state->by_relevance = !state->by_relevance;
        run_search(view);
        return true;
    case COMMAND_CODES:
        ask_scope(view);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void search_title(struct view *view, struct buf *left, struct buf *right)
{
    struct search_view *state = view->state;
    buf_puts(left, _("查找"));
    buf_printf(right, _("范围: %s"), state->only_law ? _("法条") : state->only == NULL ? _("全部") : _(state->only->label));
}

static void search_draw(struct view *view, struct canvas *canvas)
{
    struct search_view *state = view->state;
    settle(view);
    bool empty = edit_is_empty(&state->box.edit), more = !state->walk.done || state->walk.total >= SEARCH_COUNT_TYPING;
    list_show(view, &state->list, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW - 1,
              empty ? _("打字即找: 拼音首字母 zwf、汉字、电话尾号、证件号尾、记录编号") : is_at_work(state) ? _("正在查找 ..") : _("没有符合的；少打几个字，或按 F4 换范围"), !state->box.active);
    int at = find_box_draw(&state->box, canvas, 1) + 2;
    if (!empty)
        canvas_printf(canvas, 1, at, canvas->cols - at, STYLE_DIM, _("%lld%s 条   %.2f 秒   %s"), (long long)(state->walk.total + state->n_laws), more ? "+" : "", (double)state->took_ms / 1000,
                      state->by_relevance ? _("相关的在前") : _("新的在前"));
}

static void search_hint(struct view *view, size_t columns, struct buf *out)
{
    struct search_view *state = view->state;
    (void)columns;
    if (state->walk.total + state->n_laws > (int64_t)state->memory.n)
        buf_printf(out, _("列出 %zu 条；"), state->memory.n);
    buf_puts(out, _("空格=并且  -词=不要  末尾一两位数字=行号"));
}

static const struct keymap *search_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "行号", BINDING_HINT}, {"F4", COMMAND_CODES, "范围", 0},
        {"F6", COMMAND_SORT, "按时间/相关", 0},       {"F7", COMMAND_ASK_CENTER, "问县中心", 0},     {"Esc", COMMAND_BACK, "清空", 0},               {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

/* What was found, not the articles of the law. */
static bool search_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct search_view *state = view->state;
    if (n >= state->memory.n)
        return false;
    bool law = state->memory.rows[n].tag >= LAW_TAG;
    *type = law ? NULL : catalogue_by_no(state->memory.rows[n].tag);
    *id = law ? (struct id){{0}} : state->memory.rows[n].id;
    return true;
}

static bool search_left(struct view *view, const struct record_type *type, struct id id)
{
    (void)type;
    (void)id;
    run_search(view);
    return true;
}

const struct view_class view_search = {
    .name = "search",
    .state_bytes = sizeof(struct search_view),
    .help = "一个框找所有记录和法条: 拼音首字母、一个字或几个字、电话和证件号的尾数（三位以上）、记录编号。\n"
            "空格隔开的词都要有，词前加 - 表示不要。末尾一两位数字是行号: 打 3 再按 Enter 打开第 3 行，上下键也可以。\n"
            "F4 换范围；F6 换排列: 新的在前，或者姓名正是这样的在前、其次开头这样的、再次内容里有的。\n"
            "这里只有本站的记录；F7 问县中心这个人去过别的站没有（要联网，要写理由）。",
    .open = search_open,
    .close = search_close,
    .key = search_key,
    .command = search_command,
    .draw = search_draw,
    .title = search_title,
    .keymap = search_keymap,
    .hint = search_hint,
    .answer = search_answer,
    .work = search_work,
    .shows = search_shows,
    .left = search_left,
};
