/* tui/views/duplicates.c - files that may be one person's: of the whole county for the center's desk, or of one person with what was merged into it.
 *
 * The county's list is made when the screen opens and when it is on top again after a decision; while other people save it is read again at most every REREAD_MS,
 * since it reads all files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/person.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/same_person.h"
#include "tui/views/views.h"

enum { PAIRS_MAX = 200, SIDE_BYTES = 160, REASON_BYTES = 64, N_COLUMNS = 3, LIST_ROW = 2, ASK_UNMERGE = 1, REREAD_MS = 10000 };

struct pair {
    bool merged;    /* b was merged into a, or a into b: taking apart instead of merging */
    struct id a, b; /* a: the older file, or the person the screen is about */
    struct id merge;
    char reason[REASON_BYTES], left[SIDE_BYTES], right[SIDE_BYTES];
};

struct duplicates_view {
    struct id person; /* zero: the county */
    char name[SIDE_BYTES];
    struct pair *pairs; /* owned */
    size_t n;
    int64_t read_ms;
    bool deciding; /* another screen or a question is about a pair: read again afterwards */
    struct list list;
};

/* ---- reading ---- */

static bool add_pair(void *context, const struct duplicate *duplicate)
{
    struct view *view = context;
    struct duplicates_view *state = view->state;
    struct pair *pair = &state->pairs[state->n++];
    *pair = (struct pair){.a = duplicate->a->id, .b = duplicate->b->id};
    copy_text(pair->reason, sizeof pair->reason, duplicate_reason_text(duplicate->reason));
    same_person_line(view, duplicate->a, pair->left, sizeof pair->left);
    same_person_line(view, duplicate->b, pair->right, sizeof pair->right);
    return state->n < PAIRS_MAX;
}

static void side_line(struct view *view, const char *id_text, struct id *id, char out[SIDE_BYTES])
{
    struct app_context *context = view_context(view);
    struct record person;
    copy_text(out, SIDE_BYTES, _("(看不到的档案)"));
    if (id_parse(id_text, strlen(id_text), id) != STATUS_OK || records_get(context->store, context->actor, catalogue_find("person"), *id, &person, NULL) != STATUS_OK)
        return;
    same_person_line(view, &person, out, SIDE_BYTES);
    record_release(&person);
}

static bool add_merge(void *context, const struct record *merge)
{
    struct view *view = context;
    struct duplicates_view *state = view->state;
    struct pair *pair = &state->pairs[state->n++];
    char day[REASON_BYTES];
    *pair = (struct pair){.merged = true, .merge = merge->id};
    record_field_copy(merge, "date", NULL, day, sizeof day);
    snprintf(pair->reason, sizeof pair->reason, _("已合并 %.20s"), day);
    side_line(view, record_text(merge, "survivor"), &pair->a, pair->left);
    side_line(view, record_text(merge, "loser"), &pair->b, pair->right);
    return state->n < PAIRS_MAX;
}

/* This file ended in another one. */
static void add_own_end(struct view *view, const struct record *person)
{
    struct duplicates_view *state = view->state;
    struct pair *pair = &state->pairs[state->n++];
    *pair = (struct pair){.merged = true, .b = person->id, .merge = person->id};
    copy_text(pair->reason, sizeof pair->reason, _("已并入"));
    side_line(view, record_text(person, "merged_into"), &pair->a, pair->left);
    same_person_line(view, person, pair->right, sizeof pair->right);
}

static enum status read_person(struct view *view, struct errmsg *err)
{
    struct duplicates_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record person;
    enum status status = records_get(context->store, context->actor, catalogue_find("person"), state->person, &person, err);
    if (status != STATUS_OK)
        return status;
    copy_text(state->name, sizeof state->name, record_text(&person, "name"));
    if (record_text(&person, "merged_into")[0] != '\0')
        add_own_end(view, &person);
    status = person_merges(context->store, context->actor, state->person, add_merge, view, err);
    if (status == STATUS_OK && state->n < PAIRS_MAX)
        status = person_duplicates(context->store, context->actor, &person, add_pair, view, err);
    record_release(&person);
    return status;
}

static enum status read_pairs(struct view *view, struct errmsg *err)
{
    struct duplicates_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    state->read_ms = app_now_ms(view->app);
    state->deciding = false;
    if (!id_is_zero(state->person))
        return read_person(view, err);
    return person_duplicate_pairs(context->store, context->actor, PAIRS_MAX, add_pair, view, err);
}

/* ---- the list ---- */

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "情形", .columns = 18}, {.label = "一份", .columns = 28}, {.label = "另一份", .columns = 0}};

static bool give(void *context, struct list_page *page, size_t index)
{
    const struct pair *pair = &((const struct duplicates_view *)context)->pairs[index];
    struct list_row row = {.id = pair->b, .tag = (uint32_t)index, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    row.cells[0] = pair->reason;
    row.cells[1] = pair->left;
    row.cells[2] = pair->right;
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct duplicates_view *state = context;
    (void)err;
    list_page_walk(page, way, key, max, state->n, give, state);
    return STATUS_OK;
}

static void reread(struct view *view)
{
    struct duplicates_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_pairs(view, &err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static void duplicates_refresh(struct view *view)
{
    struct duplicates_view *state = view->state;
    bool due = !id_is_zero(state->person) || app_now_ms(view->app) - state->read_ms >= REREAD_MS;
    if (state->deciding || due)
        reread(view);
}

static enum status duplicates_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct duplicates_view *state = view->state;
    if (argument != NULL)
        state->person = argument->id;
    state->pairs = calloc(PAIRS_MAX + 1, sizeof state->pairs[0]);
    if (state->pairs == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    list_init(&state->list, (struct list_source){.context = state, .fetch = fetch}, COLUMNS, N_COLUMNS, LIST_USUAL);
    enum status status = read_pairs(view, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        free(state->pairs);
        list_release(&state->list);
    }
    return status;
}

static void duplicates_close(struct view *view)
{
    struct duplicates_view *state = view->state;
    list_release(&state->list);
    free(state->pairs);
}

/* ---- keys ---- */

static void open_pair(struct view *view)
{
    static const char *const ANSWERS[] = {"拆开", "不拆"};
    struct duplicates_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    char other[ID_TEXT_BYTES];
    if (row == NULL || row->tag >= state->n)
        return;
    const struct pair *pair = &state->pairs[row->tag];
    if (!view_context(view)->actor->center) {
        /* A station looks at the other file; the center decides. */
        view_open_record(view->app, catalogue_find("person"), id_equal(pair->b, state->person) ? pair->a : pair->b);
        return;
    }
    state->deciding = true;
    id_format(pair->b, other);
    if (pair->merged)
        app_ask(view->app, ASK_UNMERGE, "拆开这次合并？两份档案各回各的", ANSWERS, 2, 0);
    else
        app_open(view->app, &view_merge, &(struct view_argument){.id = pair->a, .text = other});
}

static void duplicates_answer(struct view *view, const struct view_answer *answer)
{
    struct duplicates_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct list_row *row = list_selected(&state->list);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != ASK_UNMERGE || answer->chosen != 1 || row == NULL || row->tag >= state->n)
        return;
    enum status status = person_unmerge(context->store, context->actor, context->codes, context->random, state->pairs[row->tag].merge, &err);
    reread(view);
    if (status == STATUS_OK)
        app_say(view->app, "已拆开，两份档案的历史都在");
    else if (status == STATUS_PARTIAL)
        app_say(view->app, "%s", err.text);
    else
        app_fail(view->app, "没有拆开: %s", errmsg_text(&err, status));
}

static bool duplicates_key(struct view *view, struct key key)
{
    struct duplicates_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_pair(view);
    return result != LIST_IGNORED;
}

/* ---- drawing ---- */

static void duplicates_title(struct view *view, struct buf *left, struct buf *right)
{
    struct duplicates_view *state = view->state;
    if (id_is_zero(state->person))
        buf_puts(left, _("查重  可能是同一人的档案"));
    else
        buf_printf(left, _("同一人  %s"), state->name);
    buf_printf(right, _("%zu%s 对"), state->n, state->n == PAIRS_MAX ? "+" : "");
}

static void duplicates_draw(struct view *view, struct canvas *canvas)
{
    struct duplicates_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("没有可能重复的档案；以后发现的会列在这里"), true);
}

static const struct keymap *duplicates_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "比较", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

/* The person, and both files of each pair. */
static bool duplicates_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct duplicates_view *state = view->state;
    const struct pair *pair = n > 0 && n <= 2 * state->n ? &state->pairs[(n - 1) / 2] : NULL;
    *type = catalogue_find("person");
    *id = pair == NULL ? state->person : n % 2 == 1 ? pair->a : pair->b;
    return n == 0 || pair != NULL;
}

static bool duplicates_left(struct view *view, const struct record_type *type, struct id id)
{
    struct duplicates_view *state = view->state;
    if (id_equal(id, state->person))
        return false;
    (void)type;
    reread(view);
    return true;
}

const struct view_class view_duplicates = {
    .name = "duplicates",
    .state_bytes = sizeof(struct duplicates_view),
    .help = "证件号码相同、姓名和出生日期相同、姓名和电话相同、证件号码只差一位的，列成一对。姓名不计间隔号、空格和异体字。\n"
            "县中心在这里合并或者标明不是同一人；合并过的可以拆开，两份的历史都保留。工作站只看得到自己的档案。",
    .open = duplicates_open,
    .close = duplicates_close,
    .key = duplicates_key,
    .draw = duplicates_draw,
    .title = duplicates_title,
    .keymap = duplicates_keymap,
    .answer = duplicates_answer,
    .refresh = duplicates_refresh,
    .shows = duplicates_shows,
    .left = duplicates_left,
};
