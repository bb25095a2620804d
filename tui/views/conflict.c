/* tui/views/conflict.c - two machines wrote the same cell without knowing of each other: the worklist of all such cells, and the screen where a
 * person decides one. Both values are kept until then; the decision is a change like any other, in the history and undoable. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/conflict.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { CONFLICTS_MAX = 200, VALUE_BYTES = 400, WHO_BYTES = 160, ASK_VALUE = 1, N_COLUMNS = 4, LIST_ROW = 2 };

/* One open conflict, copied out of the store. */
struct open_conflict {
    const struct record_type *type;
    struct id id;
    const struct field_def *field; /* NULL: delete against edit */
    char shown[VALUE_BYTES], other[VALUE_BYTES];         /* for people */
    char other_raw[VALUE_BYTES];                         /* as record_parse takes it */
    char shown_who[WHO_BYTES], other_who[WHO_BYTES];
};

static void who_text(const struct conflict_side *side, char out[WHO_BYTES])
{
    char moment[MOMENT_TEXT_BYTES];
    moment_text(side->at_ms, moment);
    snprintf(out, WHO_BYTES, "%s  %s  %s", side->station, side->user, moment);
}

static void value_text_of(const struct conflict *conflict, struct value value, const struct code_book *codes, bool raw, char out[VALUE_BYTES])
{
    struct buf text;
    struct record record;
    if (conflict->field == NULL) {
        copy_text(out, VALUE_BYTES, value.kind == VALUE_INT && value.number != 0 ? "删除这条记录" : "保留这条记录");
        return;
    }
    buf_init(&text, 1 << 20);
    record_init(&record, conflict->type);
    if (raw)
        record_format_raw(conflict->field, value, &text);
    else if (record_set(&record, conflict->field, value) == STATUS_OK)
        record_format(&record, conflict->field, codes, &text);
    copy_text(out, VALUE_BYTES, text.len > 0 ? buf_cstr(&text) : raw ? "" : "(空)");
    record_release(&record);
    buf_wipe(&text);
}

static void copy_conflict(const struct conflict *conflict, const struct code_book *codes, struct open_conflict *out)
{
    *out = (struct open_conflict){.type = conflict->type, .id = conflict->id, .field = conflict->field};
    value_text_of(conflict, conflict->shown.value, codes, false, out->shown);
    value_text_of(conflict, conflict->other.value, codes, false, out->other);
    value_text_of(conflict, conflict->other.value, codes, true, out->other_raw);
    who_text(&conflict->shown, out->shown_who);
    who_text(&conflict->other, out->other_who);
}

struct conflict_rows {
    struct open_conflict *rows; /* owned */
    size_t n;
};

struct collecting {
    struct conflict_rows *into;
    const struct code_book *codes;
};

static bool collect(void *context, const struct conflict *conflict)
{
    struct collecting *collecting = context;
    copy_conflict(conflict, collecting->codes, &collecting->into->rows[collecting->into->n++]);
    return collecting->into->n < CONFLICTS_MAX;
}

static enum status read_conflicts(struct view *view, const struct id *id, struct conflict_rows *rows, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct collecting collecting = {.into = rows, .codes = context->codes};
    if (rows->rows == NULL)
        rows->rows = calloc(CONFLICTS_MAX, sizeof *rows->rows);
    if (rows->rows == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    rows->n = 0;
    return conflict_list(context->store, context->actor, id, CONFLICTS_MAX, collect, &collecting, err);
}

/* ---- the worklist ---- */

struct conflicts_view {
    struct conflict_rows rows;
    struct list list;
};

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "类别", .columns = 6}, {.label = "记录", .columns = 26}, {.label = "字段", .columns = 10}, {.label = "显示的值 / 另一个值", .columns = 0}};

static bool give(struct view *view, struct list_page *page, const struct open_conflict *conflict, size_t index)
{
    struct app_context *context = view_context(view);
    struct list_row row = {.id = conflict->id, .tag = (uint32_t)index, .style = STYLE_CONFLICT, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    char values[2 * VALUE_BYTES + 8];
    struct record record;
    struct buf title;
    buf_init(&title, 512);
    if (records_get(context->store, context->actor, conflict->type, conflict->id, &record, NULL) == STATUS_OK) {
        record_title(&record, context->codes, &title);
        record_release(&record);
    }
    snprintf(values, sizeof values, "%s / %s", conflict->shown, conflict->other);
    row.cells[0] = conflict->type->label;
    row.cells[1] = buf_cstr(&title);
    row.cells[2] = conflict->field == NULL ? "删除" : conflict->field->label;
    row.cells[3] = values;
    bool more = list_page_add(page, &row);
    buf_wipe(&title);
    return more;
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct conflicts_view *state = view->state;
    (void)err;
    size_t at = key != NULL && key->set ? (size_t)key->row - 1 : way == LIST_BEFORE ? state->rows.n : 0;
    if (key != NULL && key->set && way == LIST_AFTER)
        at++;
    for (size_t taken = 0; taken < max; taken++) {
        if (way == LIST_BEFORE ? at == 0 : at >= state->rows.n)
            break;
        size_t index = way == LIST_BEFORE ? --at : at++;
        if (!give(view, page, &state->rows.rows[index], index))
            break;
    }
    return STATUS_OK;
}

static void conflicts_refresh(struct view *view)
{
    struct conflicts_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_conflicts(view, NULL, &state->rows, &err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static enum status conflicts_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct conflicts_view *state = view->state;
    (void)argument;
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, COLUMNS, N_COLUMNS, LIST_NUMBERS | LIST_DIGITS);
    enum status status = read_conflicts(view, NULL, &state->rows, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        free(state->rows.rows);
        list_release(&state->list);
    }
    return status;
}

static void conflicts_close(struct view *view)
{
    struct conflicts_view *state = view->state;
    list_release(&state->list);
    free(state->rows.rows);
}

static bool conflicts_key(struct view *view, struct key key)
{
    struct conflicts_view *state = view->state;
    struct errmsg err = {{0}};
    const struct list_row *row;
    switch (list_key(&state->list, key, &err)) {
    case LIST_IGNORED:
        return false;
    case LIST_MOVED:
        return true;
    case LIST_OPEN:
        row = list_selected(&state->list);
        if (row != NULL && row->tag < state->rows.n)
            app_open(view->app, &view_conflict, &(struct view_argument){.type = state->rows.rows[row->tag].type->name, .id = row->id});
        return true;
    case LIST_FAILED:
        app_fail(view->app, "%s", err.text);
        return true;
    case LIST_REFUSED:
        break;
    }
    app_beep(view->app);
    return true;
}

static void conflicts_title(struct view *view, struct buf *left, struct buf *right)
{
    struct conflicts_view *state = view->state;
    buf_puts(left, "冲突  两边都改过的记录");
    buf_printf(right, "%zu 处", state->rows.n);
}

static void conflicts_draw(struct view *view, struct canvas *canvas)
{
    struct conflicts_view *state = view->state;
    struct errmsg err = {{0}};
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    if (list_set_height(&state->list, (size_t)(rows - list_header_rows(&state->list)), &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    list_draw(&state->list, canvas, LIST_ROW, 0, rows, canvas->cols, "没有冲突。两台机器改了同一条记录的同一项时会列在这里", true);
}

static const struct keymap *conflicts_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "处理", BINDING_HINT},
        {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_conflicts = {
    .name = "conflicts",
    .state_bytes = sizeof(struct conflicts_view),
    .help = "两台机器在不知道对方的情况下改了同一项，两个值都留着，由人来定。不处理也不影响办理。",
    .open = conflicts_open,
    .close = conflicts_close,
    .key = conflicts_key,
    .draw = conflicts_draw,
    .title = conflicts_title,
    .keymap = conflicts_keymap,
    .refresh = conflicts_refresh,
};

/* ---- one record ---- */

struct conflict_view {
    struct conflict_rows rows;
    struct id id;
    size_t at;     /* which of them */
    size_t choice; /* 0 keep shown, 1 take other, 2 type, 3 leave */
    char title[VALUE_BYTES];
};

static const char *const CHOICES[] = {"留显示的", "用另一个", "手工填写", "先放着"};
enum { N_CHOICES = 4 };

static enum status conflict_view_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    state->id = argument->id;
    enum status status = read_conflicts(view, &state->id, &state->rows, err);
    if (status == STATUS_OK)
        status = records_get(context->store, context->actor, catalogue_find(argument->type), state->id, &record, err);
    if (status != STATUS_OK) {
        free(state->rows.rows);
        return status;
    }
    struct buf title;
    buf_init(&title, VALUE_BYTES - 1);
    record_title(&record, context->codes, &title);
    copy_text(state->title, sizeof state->title, buf_cstr(&title));
    buf_wipe(&title);
    record_release(&record);
    return STATUS_OK;
}

static void conflict_view_close(struct view *view)
{
    struct conflict_view *state = view->state;
    free(state->rows.rows);
}

static void conflict_view_refresh(struct view *view)
{
    struct conflict_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_conflicts(view, &state->id, &state->rows, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (state->at >= state->rows.n)
        state->at = 0;
    app_touch(view->app);
}

/* Write the decision. text: as a person types it; NULL: what is shown stays. */
static void decide(struct view *view, const char *text)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct open_conflict *conflict = &state->rows.rows[state->at];
    struct errmsg err = {{0}};
    struct record record;
    struct value value = value_null();
    enum status status = records_get(context->store, context->actor, conflict->type, conflict->id, &record, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    if (conflict->field == NULL)
        value = value_int(text != NULL); /* the other value of delete against edit is the delete */
    else if (text != NULL)
        status = record_parse(&record, conflict->field, context->codes, text, strlen(text), &err);
    if (status == STATUS_OK && conflict->field != NULL)
        value = record_get(&record, conflict->field);
    if (status == STATUS_OK)
        status = conflict_resolve(context->store, context->actor, conflict->type, conflict->id, conflict->field, value, &err);
    record_release(&record);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    conflict_view_refresh(view);
    if (state->rows.n == 0)
        app_close(view->app);
    app_say(view->app, "已处理，决定记入历史，可以撤回");
}

static void choose(struct view *view, size_t choice)
{
    struct conflict_view *state = view->state;
    if (state->rows.n == 0)
        return;
    const struct open_conflict *conflict = &state->rows.rows[state->at];
    state->choice = choice;
    app_touch(view->app);
    if (choice == 0)
        decide(view, NULL);
    else if (choice == 1)
        decide(view, conflict->field == NULL ? "1" : conflict->other_raw);
    else if (choice == 2 && conflict->field != NULL)
        app_ask_line(view->app, ASK_VALUE, conflict->field->label, catalogue_max_chars(conflict->field), 0, conflict->other_raw);
    else
        state->at = (state->at + 1) % state->rows.n;
}

static bool conflict_view_key(struct view *view, struct key key)
{
    struct conflict_view *state = view->state;
    uint32_t digit = key.kind == K_CHAR ? key_command_code(key) : 0;
    if (digit >= '1' && digit < '1' + N_CHOICES) {
        choose(view, digit - '1');
        return true;
    }
    if (key.kind == K_DOWN || key.kind == K_UP) {
        state->choice = (state->choice + (key.kind == K_DOWN ? 1 : N_CHOICES - 1)) % N_CHOICES;
        app_touch(view->app);
        return true;
    }
    if (key.kind == K_ENTER) {
        choose(view, state->choice);
        return true;
    }
    return false;
}

static void conflict_view_answer(struct view *view, const struct view_answer *answer)
{
    if (!answer->cancelled && answer->tag == ASK_VALUE)
        decide(view, answer->text);
}

static void conflict_view_title(struct view *view, struct buf *left, struct buf *right)
{
    struct conflict_view *state = view->state;
    buf_printf(left, "冲突  %s", state->title);
    buf_printf(right, "第 %zu / %zu 处", state->rows.n == 0 ? 0 : state->at + 1, state->rows.n);
}

static void conflict_view_draw(struct view *view, struct canvas *canvas)
{
    struct conflict_view *state = view->state;
    canvas_rule(canvas, 1);
    if (state->rows.n == 0) {
        canvas_puts(canvas, 3, 2, -1, STYLE_NORMAL, "这条记录没有冲突了");
        return;
    }
    const struct open_conflict *conflict = &state->rows.rows[state->at];
    canvas_printf(canvas, 3, 1, canvas->cols - 2, STYLE_BOLD, "字段  %s", conflict->field == NULL ? "删除，但另一边还在修改" : conflict->field->label);
    canvas_printf(canvas, 5, 3, canvas->cols - 4, STYLE_NORMAL, "显示的  %s", conflict->shown);
    canvas_printf(canvas, 6, 11, canvas->cols - 12, STYLE_DIM, "%s", conflict->shown_who);
    canvas_printf(canvas, 8, 3, canvas->cols - 4, STYLE_NORMAL, "另一个  %s", conflict->other);
    canvas_printf(canvas, 9, 11, canvas->cols - 12, STYLE_DIM, "%s", conflict->other_who);
    for (size_t i = 0; i < N_CHOICES; i++)
        canvas_printf(canvas, 11 + (int)i, 0, canvas->cols, STYLE_NORMAL, "%c%zu %s", i == state->choice ? '>' : ' ', i + 1, CHOICES[i]);
    canvas_puts(canvas, 16, 1, canvas->cols - 2, STYLE_DIM, "时间是各机自己的钟，先后仅供参考。先放着也不影响办理，两个值都不会丢。");
    canvas_set_cursor(canvas, 11 + (int)state->choice, 0);
}

static const struct keymap *conflict_view_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"1-4", COMMAND_NONE, "选择", BINDING_HINT},
        {"Enter", COMMAND_NONE, "定下", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_conflict = {
    .name = "conflict",
    .state_bytes = sizeof(struct conflict_view),
    .help = "1 留显示的值，2 用另一个值，3 自己填一个，4 先放着看下一处。决定会同步给各机。",
    .open = conflict_view_open,
    .close = conflict_view_close,
    .key = conflict_view_key,
    .draw = conflict_view_draw,
    .title = conflict_view_title,
    .keymap = conflict_view_keymap,
    .answer = conflict_view_answer,
    .refresh = conflict_view_refresh,
};
