/* tui/views/stale.c - a save came over somebody's newer value of the same field: field by field what was there, what is stored now and by whom, what was typed here; a person takes one of them,
 * both, or types another. Then all is saved as one change, with the draft it came from.
 *
 * What was typed is the draft, what is typed here goes into it at once, so leaving this screen loses nothing; what was typed and is no value is offered again; what is stored is never overwritten unseen: if it changes again meanwhile, the screen asks again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/record_form.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1, VALUE_BYTES = 600, WHO_BYTES = 64, TITLE_BYTES = 200, CELLS_MAX = 40, FIRST_ROW = 2, INDEX_BATCH = 50, LABEL_COLUMNS = 10, WHO_COLUMNS = 26, TYPED_MAX_BYTES = 1 << 20 };

enum choice { CHOICE_NONE, CHOICE_STORED, CHOICE_MINE, CHOICE_BOTH, CHOICE_TYPED, CHOICES };

struct stale_cell {
    const struct field_def *field;
    enum choice choice;
    char before[VALUE_BYTES], stored[VALUE_BYTES], mine[VALUE_BYTES]; /* for people */
    struct buf typed;                                                 /* CHOICE_TYPED: as it was typed, all of it */
    struct buf refused;                                               /* what was typed last and is no value; empty: none */
    char user[WHO_BYTES];                                             /* who wrote what is stored */
    int64_t at_ms;
};

struct stale_view {
    struct id draft;
    struct record mine, now;
    struct stale_cell *cells; /* owned */
    size_t n, at, selected;
    char title[TITLE_BYTES];
};

/* ---- what differs ---- */

static void format(const struct view *view, const struct record *record, const struct field_def *field, struct value value, char out[VALUE_BYTES])
{
    struct record holder;
    struct buf text;
    buf_init(&text, 1 << 20);
    record_init(&holder, record->type);
    if (record_set(&holder, field, value) == STATUS_OK)
        record_show(&holder, field, view_context(view)->codes, &text);
    copy_text(out, VALUE_BYTES, text.len > 0 ? buf_cstr(&text) : _("(空)"));
    record_release(&holder);
    buf_wipe(&text);
}

static bool who_wrote(void *context, const struct history_entry *entry)
{
    struct stale_view *state = context;
    for (size_t i = 0; i < state->n; i++) {
        struct stale_cell *cell = &state->cells[i];
        if (!entry->written[catalogue_field_index(state->now.type, cell->field)])
            continue;
        copy_text(cell->user, sizeof cell->user, entry->user);
        cell->at_ms = entry->at_ms;
    }
    return true;
}

/* Fields that were changed here and, in another way, by somebody else. */
static bool differs(const struct stale_view *state, size_t i)
{
    const struct record *mine = &state->mine, *now = &state->now;
    return !value_equal(mine->values[i], mine->loaded[i]) && !value_equal(now->values[i], mine->loaded[i]) && !value_equal(now->values[i], mine->values[i]);
}

static enum status collect(struct view *view, struct errmsg *err)
{
    struct stale_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = state->at = state->selected = 0;
    for (size_t i = 0; i < state->now.type->n_fields && state->n < CELLS_MAX; i++) {
        if (!differs(state, i))
            continue;
        struct stale_cell *cell = &state->cells[state->n++];
        *cell = (struct stale_cell){.field = &state->now.type->fields[i]};
        buf_init(&cell->typed, TYPED_MAX_BYTES);
        buf_init(&cell->refused, TYPED_MAX_BYTES);
        format(view, &state->mine, cell->field, state->mine.loaded[i], cell->before);
        format(view, &state->mine, cell->field, state->mine.values[i], cell->mine);
        format(view, &state->now, cell->field, state->now.values[i], cell->stored);
    }
    return records_history(context->store, context->actor, state->now.type, state->now.id, who_wrote, state, err);
}

/* On error neither record needs a release. */
static enum status load(struct view *view, struct errmsg *err)
{
    struct stale_view *state = view->state;
    struct app_context *context = view_context(view);
    struct buf title;
    enum status status = draft_load(context->store, context->actor, state->draft, &state->mine, err);
    if (status != STATUS_OK)
        return status;
    status = records_get(context->store, context->actor, state->mine.type, state->mine.id, &state->now, err);
    if (status != STATUS_OK) {
        record_release(&state->mine);
        return status;
    }
    buf_init(&title, 4096);
    record_show_title(&state->now, context->codes, &title);
    copy_text(state->title, sizeof state->title, buf_cstr(&title));
    buf_wipe(&title);
    status = collect(view, err);
    if (status != STATUS_OK) {
        record_release(&state->mine);
        record_release(&state->now);
    }
    return status;
}

static void free_cells(struct stale_cell *cells)
{
    for (size_t i = 0; cells != NULL && i < CELLS_MAX; i++) {
        buf_wipe(&cells[i].typed);
        buf_wipe(&cells[i].refused);
    }
    if (cells != NULL)
        explicit_bzero(cells, CELLS_MAX * sizeof *cells);
    free(cells);
}

static void stale_close(struct view *view)
{
    struct stale_view *state = view->state;
    record_release(&state->mine);
    record_release(&state->now);
    free_cells(state->cells);
}

static enum status stale_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct stale_view *state = view->state;
    state->draft = argument->id;
    state->cells = calloc(CELLS_MAX, sizeof *state->cells);
    if (state->cells == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    enum status status = load(view, err);
    if (status != STATUS_OK) {
        free_cells(state->cells);
        return status;
    }
    if (state->n == 0) {
        stale_close(view);
        return errmsg_set(err, STATUS_INVALID, "没有两边都改过的项");
    }
    return STATUS_OK;
}

/* ---- deciding ---- */

static bool may_join(const struct field_def *field)
{
    return field->kind == FIELD_TEXT || field->kind == FIELD_LONG;
}

/* The choices a cell offers, in the order of their digits. */
static size_t offer(const struct stale_cell *cell, enum choice offered[CHOICES])
{
    size_t n = 0;
    offered[n++] = CHOICE_STORED;
    offered[n++] = CHOICE_MINE;
    if (may_join(cell->field))
        offered[n++] = CHOICE_BOTH;
    offered[n++] = CHOICE_TYPED;
    return n;
}

static enum status take(struct view *view, struct record *result, const struct stale_cell *cell, struct errmsg *err)
{
    struct stale_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    size_t i = catalogue_field_index(result->type, cell->field);
    struct buf both;
    enum status status = STATUS_OK;
    switch (cell->choice) {
    case CHOICE_MINE:
        return record_set(result, cell->field, state->mine.values[i]);
    case CHOICE_BOTH:
        buf_init(&both, 1 << 20);
        record_show(&state->now, cell->field, codes, &both);
        buf_puts(&both, " / ");
        record_show(&state->mine, cell->field, codes, &both);
        status = record_parse(result, cell->field, codes, buf_cstr(&both), both.len, err);
        buf_wipe(&both);
        return status;
    case CHOICE_TYPED:
        return record_form_answer(result, cell->field, codes, today_of(view), buf_cstr(&cell->typed), err);
    default:
        return STATUS_OK;
    }
}

static struct stale_cell *cell_of(struct stale_view *state, const struct field_def *field)
{
    for (size_t i = 0; i < state->n; i++)
        if (state->cells[i].field == field)
            return &state->cells[i];
    return NULL;
}

/* What is stored, with what was typed and chosen over it. */
static enum status compose(struct view *view, struct record *result, struct errmsg *err)
{
    struct stale_view *state = view->state;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < result->type->n_fields && status == STATUS_OK; i++) {
        const struct field_def *field = &result->type->fields[i];
        struct stale_cell *cell = cell_of(state, field);
        if (cell != NULL)
            status = take(view, result, cell, err);
        else if (!value_equal(state->mine.values[i], state->mine.loaded[i]))
            status = record_set(result, field, state->mine.values[i]);
    }
    return status;
}

static enum status write(struct view *view, struct record *result, struct errmsg *err)
{
    struct stale_view *state = view->state;
    struct app_context *context = view_context(view);
    if (!record_changed(result)) /* what is stored is right as it is */
        return draft_delete(context->store, context->actor, state->draft, err);
    return record_save_prepared(context->store, context->actor, context->codes, context->random, result, state->draft, err);
}

/* The next cell that is not decided; behind the last one the hint says to save. */
static void go_on(struct stale_view *state)
{
    for (size_t step = 1; step <= state->n; step++) {
        size_t i = (state->at + step) % state->n;
        if (state->cells[i].choice == CHOICE_NONE) {
            state->at = i;
            state->selected = 0;
            return;
        }
    }
}

/* What was chosen over a value that is still the stored one stays chosen; a value typed here is in the draft by now. */
static void choose_as_before(struct stale_view *state, const struct stale_cell *before, size_t n, const struct record *seen)
{
    for (size_t i = 0; i < n; i++) {
        struct stale_cell *cell = cell_of(state, before[i].field);
        size_t at = catalogue_field_index(seen->type, before[i].field);
        if (cell != NULL && value_equal(state->now.values[at], seen->values[at]))
            cell->choice = before[i].choice == CHOICE_TYPED ? CHOICE_MINE : before[i].choice;
    }
    state->at = state->n > 0 ? state->n - 1 : 0;
    go_on(state);
}

static void again(struct view *view)
{
    struct stale_view *state = view->state;
    struct errmsg err = {{0}};
    struct record seen = state->now;
    struct stale_cell *before = state->cells;
    size_t n = state->n;
    record_release(&state->mine);
    state->n = 0;
    state->cells = calloc(CELLS_MAX, sizeof *state->cells);
    enum status status = state->cells != NULL ? load(view, &err) : STATUS_NOMEM;
    if (status == STATUS_OK)
        choose_as_before(state, before, n, &seen);
    record_release(&seen);
    free_cells(before);
    if (status == STATUS_OK && state->n > 0) {
        app_say(view->app, "刚才又有人改了，请再看一遍");
        return;
    }
    if (status != STATUS_OK)
        record_init(&state->mine, catalogue_at(0)), record_init(&state->now, catalogue_at(0)); /* both were released */
    app_close(view->app);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status)); /* what was typed is the draft */
}

static void save(struct view *view)
{
    struct stale_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct record result;
    for (size_t i = 0; i < state->n; i++) {
        if (state->cells[i].choice == CHOICE_NONE) {
            state->at = i;
            state->selected = 0;
            app_fail(view->app, "%s: 还没有选", _(state->cells[i].field->label));
            return;
        }
    }
    enum status status = record_copy(&result, &state->now);
    if (status == STATUS_OK) {
        status = compose(view, &result, &err);
        if (status == STATUS_OK)
            status = write(view, &result, &err);
        record_release(&result);
    }
    if (status == STATUS_STALE) {
        again(view);
    } else if (status != STATUS_OK) {
        say_refusal(view, errmsg_text(&err, status));
    } else {
        search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
        app_close(view->app);
        app_say(view->app, "已保存；不对还可以用 Ctrl-Z 撤回，各个值都在历史里");
    }
}

/* What is typed here is somebody's words, too: into the draft, for whoever leaves, and for the next one who saves meanwhile. */
static void keep_typed(struct view *view)
{
    struct stale_view *state = view->state;
    struct errmsg err = {{0}};
    struct record copy;
    enum status status = record_copy(&copy, &state->mine);
    if (status == STATUS_OK) {
        for (size_t i = 0; i < state->n && status == STATUS_OK; i++)
            if (state->cells[i].choice == CHOICE_TYPED)
                status = take(view, &copy, &state->cells[i], &err);
        if (status == STATUS_OK)
            status = save_titled_draft(view_context(view), &copy, &state->draft, &err);
        record_release(&copy);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
}

/* It begins with what was typed before, marked: whoever types writes another value, whoever moves in it first changes that one. */
static void ask_value(struct view *view, const struct stale_cell *cell)
{
    struct stale_view *state = view->state;
    struct buf text;
    buf_init(&text, 1 << 20);
    buf_puts(&text, buf_cstr(cell->refused.len > 0 ? &cell->refused : &cell->typed));
    if (text.len == 0)
        record_form_question(&state->mine, cell->field, view_context(view)->codes, &text);
    app_ask_line(view->app, ASK_VALUE, cell->field->label, catalogue_max_chars(cell->field), cell->refused.len > 0 ? 0 : EDIT_OVER, strchr(buf_cstr(&text), '\n') == NULL ? buf_cstr(&text) : "");
    buf_wipe(&text);
}

static void choose(struct view *view, size_t row)
{
    struct stale_view *state = view->state;
    struct stale_cell *cell = &state->cells[state->at];
    enum choice offered[CHOICES];
    if (row >= offer(cell, offered)) {
        app_beep(view->app);
        return;
    }
    state->selected = row;
    app_touch(view->app);
    if (offered[row] == CHOICE_TYPED) {
        ask_value(view, cell);
        return;
    }
    bool was_typed = cell->choice == CHOICE_TYPED;
    cell->choice = offered[row];
    if (was_typed)
        keep_typed(view);
    go_on(state);
}

static void stale_answer(struct view *view, const struct view_answer *answer)
{
    struct stale_view *state = view->state;
    struct stale_cell *cell = &state->cells[state->at];
    struct errmsg err = {{0}};
    struct record trial;
    struct buf typed;
    if (answer->cancelled || answer->tag != ASK_VALUE)
        return;
    buf_init(&typed, TYPED_MAX_BYTES);
    buf_puts(&typed, answer->text);
    enum status status = record_copy(&trial, &state->now);
    if (status == STATUS_OK) {
        status = record_form_answer(&trial, cell->field, view_context(view)->codes, today_of(view), answer->text, &err);
        record_release(&trial);
    }
    if (status == STATUS_OK)
        status = typed.status;
    buf_wipe(&cell->refused);
    if (status != STATUS_OK) {
        cell->refused = typed;
        app_fail(view->app, "%s: %s", _(cell->field->label), errmsg_text(&err, status));
        return;
    }
    buf_wipe(&cell->typed);
    cell->typed = typed;
    cell->choice = CHOICE_TYPED;
    keep_typed(view);
    go_on(state);
}

static bool stale_key(struct view *view, struct key key)
{
    struct stale_view *state = view->state;
    enum choice offered[CHOICES];
    size_t n = offer(&state->cells[state->at], offered);
    int digit = key_digit(key);
    if (digit >= 1) {
        choose(view, (size_t)digit - 1);
        return true;
    }
    if (key.modifiers == 0 && (key.kind == K_DOWN || key.kind == K_UP)) {
        state->selected = (state->selected + (key.kind == K_DOWN ? 1 : n - 1)) % n;
        app_touch(view->app);
        return true;
    }
    if (key.modifiers == 0 && key.kind == K_ENTER) {
        choose(view, state->selected);
        return true;
    }
    return false;
}

static bool stale_command(struct view *view, int command)
{
    struct stale_view *state = view->state;
    if (command == COMMAND_SAVE) {
        save(view);
        return true;
    }
    if (command != COMMAND_PREVIOUS && command != COMMAND_NEXT)
        return false;
    state->at = (state->at + (command == COMMAND_NEXT ? 1 : state->n - 1)) % state->n;
    state->selected = 0;
    app_touch(view->app);
    return true;
}

/* ---- drawing ---- */

static void stale_title(struct view *view, struct buf *left, struct buf *right)
{
    struct stale_view *state = view->state;
    size_t open = 0;
    for (size_t i = 0; i < state->n; i++)
        open += state->cells[i].choice == CHOICE_NONE;
    buf_printf(left, _("同时改过  %s"), state->title);
    buf_printf(right, _("第 %zu / %zu 处   未选 %zu"), state->at + 1, state->n, open);
}

static const char *choice_label(enum choice choice)
{
    static const char *const LABELS[] = {[CHOICE_NONE] = "", [CHOICE_STORED] = N_("已存的"), [CHOICE_MINE] = N_("我写的"), [CHOICE_BOTH] = N_("两个都留"), [CHOICE_TYPED] = N_("手工填写")};
    return _(LABELS[choice]);
}

static void draw_choice(const struct view *view, struct canvas *canvas, int row, const struct stale_cell *cell, enum choice choice)
{
    int at = 4 + LABEL_COLUMNS + 1, columns = canvas->cols - at - WHO_COLUMNS - 1;
    char moment[MOMENT_TEXT_BYTES];
    enum style style = cell->choice == choice ? STYLE_BOLD : STYLE_NORMAL;
    canvas_puts(canvas, row, 4, LABEL_COLUMNS, style, choice_label(choice));
    if (choice == CHOICE_STORED) {
        moment_text(cell->at_ms, app_now_ms(view->app), moment);
        canvas_puts(canvas, row, at, columns, style, cell->stored);
        canvas_printf(canvas, row, canvas->cols - WHO_COLUMNS, WHO_COLUMNS, STYLE_DIM, "%s  %s", moment, cell->user);
    } else if (choice == CHOICE_MINE) {
        canvas_puts(canvas, row, at, columns, style, cell->mine);
    } else if (choice == CHOICE_BOTH) {
        canvas_printf(canvas, row, at, columns, style, "%s / %s", cell->stored, cell->mine);
    } else if (cell->choice == CHOICE_TYPED) {
        canvas_puts(canvas, row, at, columns, style, buf_cstr(&cell->typed));
    }
    if (cell->choice == choice && choice != CHOICE_STORED)
        canvas_puts(canvas, row, canvas->cols - WHO_COLUMNS, WHO_COLUMNS, STYLE_BOLD, _("选定"));
    else if (cell->choice == choice)
        canvas_puts(canvas, row, 2 + 1, 1, STYLE_BOLD, "*");
}

static void stale_draw(struct view *view, struct canvas *canvas)
{
    struct stale_view *state = view->state;
    const struct stale_cell *cell = &state->cells[state->at];
    enum choice offered[CHOICES];
    size_t n = offer(cell, offered);
    int row = FIRST_ROW;
    canvas_rule(canvas, 1);
    canvas_printf(canvas, row++, 1, canvas->cols - 2, STYLE_NORMAL, _("字段  %s"), _(cell->field->label));
    canvas_printf(canvas, row++, 4, canvas->cols - 5, STYLE_DIM, _("原来       %s"), cell->before);
    for (size_t i = 0; i < n; i++, row++) {
        canvas_printf(canvas, row, 0, 3, STYLE_NORMAL, "%s%zu", i == state->selected ? ">" : " ", i + 1);
        draw_choice(view, canvas, row, cell, offered[i]);
    }
    canvas_puts(canvas, row + 1, 1, canvas->cols - 2, STYLE_DIM, _("打开以后别人存了同一项。没有选定以前，已存的不动，您写的在草稿里"));
    canvas_set_cursor(canvas, FIRST_ROW + 2 + (int)state->selected, 0);
}

static void stale_hint(struct view *view, size_t columns, struct buf *out)
{
    struct stale_view *state = view->state;
    (void)columns;
    for (size_t i = 0; i < state->n; i++)
        if (state->cells[i].choice == CHOICE_NONE)
            return;
    buf_puts(out, _("都选好了，F2 保存"));
}

static const struct keymap *stale_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"数字", COMMAND_NONE, "选定", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", BINDING_KEEP}, {"F7", COMMAND_PREVIOUS, "上一处", 0}, {"F8", COMMAND_NEXT, "下一处", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "先放着", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool stale_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    /* What was typed is in the draft, and in the form below. */
    const struct stale_view *state = view->state;
    *type = state->mine.type;
    *id = state->mine.id;
    return n == 0;
}

const struct view_class view_stale = {
    .name = "stale",
    .state_bytes = sizeof(struct stale_view),
    .help = "您打开这条记录以后，别人存了同一项。一项一项选: 留已存的，用您写的，文字可以两个都留，也可以另写一个。\n"
            "都选了按 F2 一起保存；别人没有碰过的项照您写的存。F10 先放着: 您写的在草稿里，首页可以继续。\n"
            "存错了在记录里 Ctrl-Z 撤回，两边的值历史里都有。",
    .open = stale_open,
    .close = stale_close,
    .key = stale_key,
    .command = stale_command,
    .draw = stale_draw,
    .title = stale_title,
    .hint = stale_hint,
    .keymap = stale_keymap,
    .answer = stale_answer,
    .shows = stale_shows,
};
