/* tui/views/bulk.c - one change to all marked records (core/register/bulk.h): choose the field and its new value, see how many would change and which are refused and why, F2 does it, Ctrl-Z takes
 * the whole of it back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/search.h"
#include "core/register/bulk.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1, PICK_VALUE, N_COLUMNS = 3, LIST_ROW = 2, TEXT_BYTES = 240, VALUE_BYTES = 600, ROWS_MAX = 500, INDEX_BATCH = 500 };

enum phase { PHASE_CHOOSE, PHASE_TRIED, PHASE_DONE };

/* Rows of the first phase beside the fields. */
enum { TAG_DELETE = 0x10000, TAG_UNDO };

struct bulk_view {
    const struct record_type *type;
    struct id *ids; /* owned */
    size_t n;
    enum phase phase;
    struct bulk bulk;
    char value[VALUE_BYTES];
    struct bulk_result result;
    int64_t last; /* what can be taken back; 0: nothing */
    struct list_memory memory;
    struct list list;
};

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "记录", .columns = 34}, {.label = "结果", .columns = 6}, {.label = "原来的值 / 不改的原因", .columns = 0}};
static const struct list_column CHOICE_COLUMNS[N_COLUMNS] = {{.label = "改什么", .columns = 20}, {.label = "", .columns = 6}, {.label = "说明", .columns = 0}};

static void add(struct bulk_view *state, struct id id, uint32_t tag, enum style style, const char *first, const char *second, const char *third)
{
    struct list_row row = {.id = id, .tag = tag, .style = style, .cells = {first, second, third}};
    (void)list_memory_add(&state->memory, &row, N_COLUMNS); /* a row that is not shown is counted all the same */
}

static void show(struct view *view)
{
    struct bulk_view *state = view->state;
    struct errmsg err = {{0}};
    list_set_columns(&state->list, state->phase == PHASE_CHOOSE ? CHOICE_COLUMNS : COLUMNS, N_COLUMNS);
    if (list_is_narrowed(&state->list))
        (void)list_key(&state->list, key_named(K_ESC, 0), &err); /* what was sought among other rows */
    if (list_reset(&state->list, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    app_touch(view->app);
}

/* ---- choosing ---- */

/* What one value can be given to for many: not what names somebody, what actions or the program write, what is written once. */
static bool is_offered(const struct view *view, const struct field_def *field)
{
    const struct actor *actor = view_context(view)->actor;
    static const unsigned NOT = FIELD_ACTION | FIELD_MACHINE | FIELD_ONCE;
    if (field->kind == FIELD_SECRET || field->kind == FIELD_REF || field->kind == FIELD_ID_NO || field->kind == FIELD_NAME || (field->flags & NOT))
        return false;
    return !(field->flags & FIELD_CENTER) || actor->center;
}

static void choose_phase(struct view *view)
{
    struct bulk_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct id none = {{0}};
    state->phase = PHASE_CHOOSE;
    list_memory_clear(&state->memory);
    state->last = 0;
    (void)bulk_last(context->store, context->actor, state->type, &state->last, NULL);
    for (size_t i = 0; state->n > 0 && i < state->type->n_fields; i++) {
        const struct field_def *field = &state->type->fields[i];
        if (is_offered(view, field))
            add(state, none, (uint32_t)i, STYLE_NORMAL, _(field->label), "", field->help != NULL ? _(field->help) : "");
    }
    if (state->n > 0)
        add(state, none, TAG_DELETE, STYLE_NORMAL, _("删除这些记录"), "", _("历史会保留，可以整批撤回"));
    if (state->last != 0)
        add(state, none, TAG_UNDO, STYLE_NORMAL, _("撤回上一次批量修改"), "", _("之后又改过的不动"));
    show(view);
}

static void ask_value(struct view *view, const struct field_def *field)
{
    struct bulk_view *state = view->state;
    state->bulk = (struct bulk){.type = state->type};
    state->bulk.sets[0].field = field;
    state->bulk.n = 1;
    if (field->kind == FIELD_CODE)
        app_pick(view->app, PICK_VALUE, code_source_of_book(view_context(view)->codes, field->codes), field->label, "");
    else
        app_ask_line(view->app, ASK_VALUE, field->label, catalogue_max_chars(field), 0, "");
}

/* ---- trying and doing ---- */

static void value_before(const struct view *view, const struct bulk_row *row, const struct field_def *field, char out[TEXT_BYTES])
{
    struct record before;
    out[0] = '\0';
    record_init(&before, row->record->type);
    if (record_set(&before, field, row->before[catalogue_field_index(row->record->type, field)]) == STATUS_OK)
        record_field_copy(&before, field->name, view_context(view)->codes, out, TEXT_BYTES);
    record_release(&before);
}

static void tell(void *context, const struct bulk_row *row)
{
    struct view *view = context;
    struct bulk_view *state = view->state;
    char title[TEXT_BYTES] = "", more[TEXT_BYTES];
    struct buf text;
    if (row->outcome == BULK_SAME || state->memory.n >= ROWS_MAX)
        return;
    buf_init(&text, 4096);
    if (row->record != NULL)
        record_show_title(row->record, view_context(view)->codes, &text);
    copy_text(title, sizeof title, buf_cstr(&text));
    buf_wipe(&text);
    copy_text(more, sizeof more, row->reason);
    if (row->outcome == BULK_CHANGED && row->before != NULL && state->bulk.n > 0)
        value_before(view, row, state->bulk.sets[0].field, more);
    bool refused = row->outcome == BULK_REFUSED;
    add(state, row->id, 0, refused ? STYLE_CONFLICT : STYLE_NORMAL, title, refused ? _("不改") : state->phase == PHASE_DONE ? _("已改") : _("会改"), more);
}

static void run(struct view *view, bool trial)
{
    struct bulk_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    state->phase = trial ? PHASE_TRIED : PHASE_DONE;
    list_memory_clear(&state->memory);
    enum status status = bulk_run(context->store, context->actor, context->codes, context->random, &state->bulk, state->ids, state->n, trial, tell, view, &state->result, &err);
    if (status != STATUS_OK) {
        say_refusal(view, errmsg_text(&err, status));
        choose_phase(view);
        return;
    }
    if (!trial) {
        state->last = state->result.no;
        search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
        app_say(view->app, "已改 %zu 条，%zu 条没有改；Ctrl-Z 整批撤回", state->result.changed, state->result.refused);
    }
    show(view);
}

static void undo(struct view *view)
{
    struct bulk_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (state->last == 0) {
        app_say(view->app, "没有可以撤回的批量修改");
        app_beep(view->app);
        return;
    }
    state->phase = PHASE_DONE;
    state->bulk.n = 0;
    list_memory_clear(&state->memory);
    enum status status = bulk_undo(context->store, context->actor, state->last, tell, view, &state->result, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有撤回: %s", errmsg_text(&err, status));
        choose_phase(view);
        return;
    }
    state->last = 0;
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    show(view);
    app_say(view->app, "整批撤回: %zu 条恢复原样，%zu 条没有撤回", state->result.changed, state->result.refused);
}

static void bulk_answer(struct view *view, const struct view_answer *answer)
{
    struct bulk_view *state = view->state;
    if (answer->cancelled)
        return;
    if (strlen(answer->text) >= sizeof state->value) {
        app_fail(view->app, "文字太长");
        return;
    }
    copy_text(state->value, sizeof state->value, answer->text);
    state->bulk.sets[0].text = state->value;
    run(view, true);
}

/* ---- the view ---- */

static void bulk_close(struct view *view)
{
    struct bulk_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    free(state->ids);
}

static enum status bulk_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct bulk_view *state = view->state;
    state->type = catalogue_find(argument->type);
    enum status status = records_may_write(view_context(view)->actor, state->type, err);
    if (status != STATUS_OK)
        return status;
    state->n = argument->n_ids;
    state->ids = calloc(state->n + 1, sizeof state->ids[0]);
    if (state->ids == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (state->n > 0)
        memcpy(state->ids, argument->ids, state->n * sizeof state->ids[0]);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), CHOICE_COLUMNS, N_COLUMNS, LIST_USUAL);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status != STATUS_OK)
        bulk_close(view);
    else
        choose_phase(view);
    return status;
}

static bool bulk_key(struct view *view, struct key key)
{
    struct bulk_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result != LIST_OPEN)
        return result != LIST_IGNORED;
    const struct list_row *row = list_selected(&state->list);
    if (state->phase != PHASE_CHOOSE) {
        if (!id_is_zero(row->id))
            view_open_record(view->app, state->type, row->id);
    } else if (row->tag == TAG_UNDO) {
        undo(view);
    } else if (row->tag == TAG_DELETE) {
        state->bulk = (struct bulk){.type = state->type, .deletes = true};
        run(view, true);
    } else {
        ask_value(view, &state->type->fields[row->tag]);
    }
    return true;
}

static bool bulk_command(struct view *view, int command)
{
    struct bulk_view *state = view->state;
    if (command == COMMAND_SAVE && state->phase == PHASE_TRIED && state->result.changed > 0) {
        run(view, false);
    } else if (command == COMMAND_SAVE) {
        app_fail(view->app, "%s", state->phase == PHASE_TRIED ? _("没有可以改的") : _("先选改哪一项、改成什么；看过会改哪些，再按 F2"));
    } else if (command == COMMAND_UNDO) {
        undo(view);
    } else if (command == COMMAND_BACK && state->phase == PHASE_TRIED) {
        choose_phase(view);
    } else {
        return false;
    }
    return true;
}

/* The value as people read it: a code by its name. What cannot be read stands as it was typed. */
static void put_value(struct view *view, struct buf *out)
{
    const struct bulk_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    const struct field_def *field = state->bulk.sets[0].field;
    struct record record;
    size_t before = out->len;
    record_init(&record, state->type);
    if (record_parse(&record, field, codes, state->value, strlen(state->value), NULL) == STATUS_OK)
        record_field_text(&record, field->name, codes, out);
    record_release(&record);
    if (out->len == before)
        buf_puts(out, state->value[0] != '\0' ? state->value : _("(空)"));
}

static void bulk_title(struct view *view, struct buf *left, struct buf *right)
{
    struct bulk_view *state = view->state;
    buf_printf(left, _("批量修改  %s"), _(state->type->label));
    if (state->phase != PHASE_CHOOSE && state->bulk.n > 0) {
        buf_printf(left, "  %s = ", _(state->bulk.sets[0].field->label));
        put_value(view, left);
    } else if (state->phase != PHASE_CHOOSE && state->bulk.deletes) {
        buf_puts(left, _("  删除"));
    }
    if (state->phase == PHASE_CHOOSE)
        buf_printf(right, _("标记了 %zu 条"), state->n);
    else
        buf_printf(right, state->phase == PHASE_TRIED ? _("会改 %zu   本来就是 %zu   不能改 %zu") : _("已改 %zu   本来就是 %zu   没有改 %zu"), state->result.changed, state->result.same,
                   state->result.refused);
}

static void bulk_draw(struct view *view, struct canvas *canvas)
{
    struct bulk_view *state = view->state;
    canvas_rule(canvas, 1);
    list_show(view, &state->list, canvas, LIST_ROW, canvas->rows - 2 - LIST_ROW, state->phase == PHASE_CHOOSE ? _("在列表里用 Ctrl-T 标记记录，再按 F8") : _("没有要改的记录"), true);
}

static void bulk_hint(struct view *view, size_t columns, struct buf *out)
{
    struct bulk_view *state = view->state;
    (void)columns;
    if (state->phase == PHASE_TRIED && state->result.changed > 0)
        buf_puts(out, _("还没有改；F2 才动手，一次办完，Ctrl-Z 可以整批撤回"));
}

static const struct keymap *bulk_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "选", BINDING_HINT},     {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"F2", COMMAND_SAVE, "动手改", BINDING_KEEP}, {"Ctrl-Z", COMMAND_UNDO, "整批撤回", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT},    {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct command commands[] = {{COMMAND_SAVE, "change", "照试算的动手改，一次办完"}, {COMMAND_NONE, NULL, NULL}};
    static const struct keymap map = {.bindings = bindings, .commands = commands};
    (void)view;
    return &map;
}

static bool bulk_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct bulk_view *state = view->state;
    bool shown = state->phase != PHASE_CHOOSE && n < state->memory.n; /* taking back tells rows that were not chosen here */
    *type = state->type;
    *id = shown ? state->memory.rows[n].id : (struct id){{0}};
    return shown;
}

/* It is not among them any more, and its row goes. */
static bool bulk_left(struct view *view, const struct record_type *type, struct id id)
{
    struct bulk_view *state = view->state;
    size_t kept = 0;
    for (size_t i = 0; i < state->n; i++)
        if (!id_equal(state->ids[i], id))
            state->ids[kept++] = state->ids[i];
    state->n = kept;
    list_memory_drop(&state->memory, id);
    show(view);
    app_say_gone(view->app, type, id);
    return true;
}

const struct view_class view_bulk = {
    .name = "bulk",
    .state_bytes = sizeof(struct bulk_view),
    .help = "先选改哪一项、改成什么，屏幕上列出会改哪些、哪些不能改和原因，这时一条也没有动；F2 才动手。\n"
            "每条都按平常保存的规矩查过；不能改的留着原样，不妨碍别的。Ctrl-Z 把整批撤回，之后又有人改过的不动。\n"
            "命令行: aidpost set 类型 --where 条件 字段=值 --dry-run，aidpost undo-bulk。",
    .open = bulk_open,
    .close = bulk_close,
    .key = bulk_key,
    .command = bulk_command,
    .draw = bulk_draw,
    .title = bulk_title,
    .hint = bulk_hint,
    .keymap = bulk_keymap,
    .answer = bulk_answer,
    .shows = bulk_shows,
    .left = bulk_left,
};
