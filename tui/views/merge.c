/* tui/views/merge.c - two files side by side: which one stays, and for each field whose value. The usual decision is F2, Enter.
 *
 * Chosen beforehand: of two values the surviving file's, and the other's where the survivor has none. Nothing is deleted: the other file stays, marked, with its history. */
#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/aid/person.h"
#include "core/base/language.h"
#include "core/record/filter.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { SIDES = 2, VALUE_BYTES = 256, LABEL_COLUMNS = 12, HEAD_ROW = 2, FIRST_ROW = 4, ASK_MERGE = 1, ASK_NOT_SAME = 2, ORG_BYTES = 64 };

enum { COMMAND_SWAP = COMMAND_VIEW, COMMAND_NOT_SAME };

static const struct command COMMANDS[] = {{COMMAND_SWAP, "swap", "换另一份作保留的档案"}, {COMMAND_NOT_SAME, "not-same", "不是同一人：以后不再列出这一对"}, {COMMAND_NONE, NULL, NULL}};

struct merge_view {
    struct record side[SIDES]; /* 0 stays, 1 is merged into it */
    bool take[FIELD_MAX_COUNT];
    size_t rows[FIELD_MAX_COUNT]; /* field indexes: those of which one side has a value */
    size_t n_rows, at, first;
    char org[SIDES][ORG_BYTES];
    int64_t cases[SIDES];
};

/* ---- reading ---- */

static int64_t count_cases(struct app_context *context, struct id person)
{
    const struct record_type *type = catalogue_find("case");
    struct filter filter = {.type = type, .n_terms = 1};
    char text[ID_TEXT_BYTES];
    int64_t count = 0;
    id_format(person, text);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "applicant"), .op = FILTER_EQ, .value = value_string(text)};
    (void)records_count(context->store, context->actor, type, &filter, &count, NULL);
    return count;
}

static bool is_compared(const struct field_def *field)
{
    return field->kind != FIELD_SECRET && field->kind != FIELD_REF && (field->flags & (FIELD_MACHINE | FIELD_ACTION)) == 0;
}

static bool is_equal(const struct merge_view *state, size_t field)
{
    return value_equal(state->side[0].values[field], state->side[1].values[field]);
}

static void compare(struct view *view)
{
    struct merge_view *state = view->state;
    const struct record_type *type = state->side[0].type;
    state->n_rows = 0;
    for (size_t i = 0; i < type->n_fields; i++) {
        bool left = state->side[0].values[i].kind != VALUE_NULL, right = state->side[1].values[i].kind != VALUE_NULL;
        state->take[i] = is_compared(&type->fields[i]) && !left && right;
        if (is_compared(&type->fields[i]) && (left || right))
            state->rows[state->n_rows++] = i;
    }
    for (int k = 0; k < SIDES; k++) {
        char name[sizeof state->org[k]];
        org_name(view_context(view)->store, state->side[k].scope, name, sizeof name);
        station_short_text(name, state->org[k], sizeof state->org[k]);
        state->cases[k] = count_cases(view_context(view), state->side[k].id);
    }
}

static enum status merge_view_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct merge_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("person");
    struct id other;
    if (id_parse(argument->text, strlen(argument->text), &other) != STATUS_OK)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有另一份档案");
    enum status status = records_get(context->store, context->actor, type, argument->id, &state->side[0], err);
    if (status != STATUS_OK)
        return status;
    status = records_get(context->store, context->actor, type, other, &state->side[1], err);
    if (status != STATUS_OK) {
        record_release(&state->side[0]);
        return status;
    }
    compare(view);
    return STATUS_OK;
}

static void merge_view_close(struct view *view)
{
    struct merge_view *state = view->state;
    record_release(&state->side[0]);
    record_release(&state->side[1]);
}

/* ---- deciding ---- */

static void merge(struct view *view)
{
    struct merge_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct id row;
    enum status status = person_merge(context->store, context->actor, context->codes, context->random, state->side[0].id, state->side[1].id, state->take, "", &row, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有合并: %s", errmsg_text(&err, status));
        return;
    }
    app_close(view->app);
    app_say(view->app, "已合并；两份的历史都保留，在人员档案里按 F8 可以拆开");
}

static void not_same(struct view *view)
{
    struct merge_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = person_set_aside(context->store, context->actor, context->codes, context->random, state->side[0].id, state->side[1].id, "", &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    app_close(view->app);
    app_say(view->app, "记下了：不是同一人，以后不再列出这一对");
}

static void swap(struct view *view)
{
    struct merge_view *state = view->state;
    struct record kept = state->side[0];
    state->side[0] = state->side[1];
    state->side[1] = kept;
    compare(view);
    app_touch(view->app);
}

/* Take the right side's value, or leave the left one's. */
static void choose(struct view *view, bool right)
{
    struct merge_view *state = view->state;
    size_t field = state->rows[state->at];
    if (is_equal(state, field)) {
        app_beep(view->app);
        return;
    }
    state->take[field] = right;
    app_touch(view->app);
}

static void move(struct view *view, int by)
{
    struct merge_view *state = view->state;
    if (by < 0 ? state->at == 0 : state->at + 1 >= state->n_rows) {
        app_beep(view->app);
        return;
    }
    state->at = by < 0 ? state->at - 1 : state->at + 1;
    app_touch(view->app);
}

static bool merge_view_key(struct view *view, struct key key)
{
    struct merge_view *state = view->state;
    int digit = key_digit(key);
    if (state->n_rows == 0)
        return false;
    if (digit == 1 || digit == 2) {
        choose(view, digit == 2);
        return true;
    }
    if (key.modifiers != 0)
        return false;
    switch (key.kind) {
    case K_UP:
        move(view, -1);
        return true;
    case K_DOWN:
    case K_ENTER:
        move(view, 1);
        return true;
    case K_LEFT:
    case K_RIGHT:
        choose(view, key.kind == K_RIGHT);
        return true;
    default:
        return false;
    }
}

static bool merge_view_command(struct view *view, int command)
{
    static const char *const MERGE[] = {"合并", "再看看"}, *const NOT_SAME[] = {"不是同一人", "再看看"};
    struct merge_view *state = view->state;
    switch (command) {
    case COMMAND_SAVE:
        app_ask(view->app, ASK_MERGE, "合并成一份？历史都保留，可以拆开", MERGE, 2, 1);
        return true;
    case COMMAND_NOT_SAME:
        app_ask(view->app, ASK_NOT_SAME, "这两份不是同一人？", NOT_SAME, 2, 1);
        return true;
    case COMMAND_SWAP:
        swap(view);
        return true;
    case COMMAND_HISTORY:
        app_open(view->app, &view_history, &(struct view_argument){.type = "person", .id = state->side[0].id});
        return true;
    default:
        return false;
    }
}

static void merge_view_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->cancelled || answer->chosen != 1)
        return;
    if (answer->tag == ASK_MERGE)
        merge(view);
    else
        not_same(view);
}

/* ---- drawing ---- */

static void merge_view_title(struct view *view, struct buf *left, struct buf *right)
{
    struct merge_view *state = view->state;
    buf_printf(left, _("合并  %s / %s"), record_text(&state->side[0], "name"), record_text(&state->side[1], "name"));
    buf_printf(right, _("%zu 项"), state->n_rows);
}

static int label_columns(const struct merge_view *state)
{
    int columns = LABEL_COLUMNS;
    for (size_t i = 0; i < state->n_rows; i++)
        columns = columns_beside(columns, state->side[0].type->fields[state->rows[i]].label);
    return columns;
}

static void draw_row(struct view *view, struct canvas *canvas, int row, size_t index)
{
    struct merge_view *state = view->state;
    size_t field = state->rows[index];
    const struct field_def *def = &state->side[0].type->fields[field];
    int labels = label_columns(state), half = (canvas->cols - labels) / SIDES;
    bool equal = is_equal(state, field);
    canvas_printf(canvas, row, 0, labels, STYLE_NORMAL, "%s%s", index == state->at ? ">" : " ", _(def->label));
    for (int k = 0; k < SIDES; k++) {
        char value[VALUE_BYTES];
        bool chosen = equal ? k == 0 : state->take[field] == (k == 1);
        record_field_copy(&state->side[k], def->name, view_context(view)->codes, value, sizeof value);
        canvas_printf(canvas, row, labels + k * half, half - 1, chosen ? STYLE_NORMAL : STYLE_DIM, "%s%s", chosen ? "*" : " ", equal && k == 1 ? _("(相同)") : value[0] != '\0' ? value : _("(空)"));
    }
}

/* Over a column of values: what becomes of the file, whose it is; how many cases it has. */
static void draw_head(const struct merge_view *state, struct canvas *canvas, int col, int columns, int side)
{
    static const char *const heads[] = {"1 保留", "2 并入"};
    canvas_printf(canvas, HEAD_ROW, col, columns, STYLE_BOLD, "%s  %s", _(heads[side]), state->org[side]);
    canvas_printf(canvas, HEAD_ROW + 1, col, columns, STYLE_DIM, "  案件 %lld", (long long)state->cases[side]);
}

static void merge_view_draw(struct view *view, struct canvas *canvas)
{
    struct merge_view *state = view->state;
    int labels = label_columns(state), half = (canvas->cols - labels) / SIDES;
    size_t room = canvas->rows - 2 > FIRST_ROW ? (size_t)(canvas->rows - 2 - FIRST_ROW) : 1;
    if (state->at < state->first)
        state->first = state->at;
    if (state->at >= state->first + room)
        state->first = state->at - room + 1;
    canvas_rule(canvas, 1);
    for (int k = 0; k < SIDES; k++)
        draw_head(state, canvas, labels + k * half + 1, half - 2, k);
    for (size_t i = 0; i < room && state->first + i < state->n_rows; i++)
        draw_row(view, canvas, FIRST_ROW + (int)i, state->first + i);
    canvas_set_cursor(canvas, FIRST_ROW + (int)(state->at - state->first), 0);
}

static void merge_view_hint(struct view *view, size_t columns, struct buf *out)
{
    (void)view, (void)columns;
    buf_puts(out, _("* 是合并后留下的值；左右箭头或 1 2 换一边"));
}

static const struct keymap *merge_view_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"左右", COMMAND_NONE, "取哪边", BINDING_HINT}, {"F2", COMMAND_SAVE, "合并", 0},        {"F8", COMMAND_NOT_SAME, "不是同一人", 0},   {"F6", COMMAND_SWAP, "互换", 0},
        {"F7", COMMAND_HISTORY, "历史", 0},              {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

static bool merge_view_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct merge_view *state = view->state;
    *type = catalogue_find("person");
    *id = n < SIDES ? state->side[n].id : (struct id){{0}};
    return n < SIDES;
}

const struct view_class view_merge = {
    .name = "merge",
    .state_bytes = sizeof(struct merge_view),
    .help = "左边一份保留，右边一份并入。带 * 的是合并后的值，左右箭头改。F2 再按 Enter 就合并。\n"
            "并入的那份不删除，指向它的案件照样找得到人；合并记入两份的历史，以后可以拆开。",
    .open = merge_view_open,
    .close = merge_view_close,
    .key = merge_view_key,
    .command = merge_view_command,
    .draw = merge_view_draw,
    .title = merge_view_title,
    .keymap = merge_view_keymap,
    .hint = merge_view_hint,
    .answer = merge_view_answer,
    .shows = merge_view_shows,
};
