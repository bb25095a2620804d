/* tui/views/outreach_material.c - what was given out at an event: one number per item, each stored when its field is left, so that there is nothing to save or to lose.
 *
 * A number is one row of type event_material; typing another number changes that row, an empty one takes it away. Where an event has several rows of one item (two laptops), the oldest is
 * edited here and the rest is said beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/record/filter.h"
#include "tui/views/common.h"
#include "tui/views/outreach_place.h"
#include "tui/views/views.h"

enum { ITEMS_MAX = 14, FORM_ROW = 3, TEXT_BYTES = 64, LABEL_COLUMNS = 24, WHERE_BYTES = 64, NOTE_COL = 40 };

struct item {
    const struct code *code;
    struct id row;    /* zero: none yet */
    int64_t elsewhere; /* in other rows of the event */
};

struct materials {
    struct outreach_place place;
    struct item items[ITEMS_MAX];
    struct form_def defs[ITEMS_MAX];
    size_t n;
    struct form form;
};

/* ---- reading ---- */

static size_t item_of(const struct materials *state, const char *code)
{
    size_t i = 0;
    while (i < state->n && strcmp(state->items[i].code->code, code) != 0)
        i++;
    return i;
}

static bool take_row(void *context, const struct record *record, const struct list_key *key)
{
    struct materials *state = context;
    size_t i = item_of(state, record_text(record, "item"));
    int64_t quantity = record_get(record, catalogue_field(record->type, "quantity")).number;
    (void)key;
    if (i == state->n)
        return true;
    if (!id_is_zero(state->items[i].row)) {
        state->items[i].elsewhere += quantity;
        return true;
    }
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, "%lld", (long long)quantity);
    state->items[i].row = record->id;
    form_set(&state->form, i, text, strlen(text));
    return true;
}

static enum status read_rows(struct view *view, struct errmsg *err)
{
    struct materials *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("event_material");
    struct filter filter;
    char id[ID_TEXT_BYTES], where[WHERE_BYTES];
    id_format(state->place.event.id, id);
    snprintf(where, sizeof where, "event=%s", id);
    enum status status = filter_parse(&filter, type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    for (size_t i = 0; i < state->n; i++) {
        state->items[i].row = (struct id){{0}};
        state->items[i].elsewhere = 0;
    }
    status = records_list(context->store, context->actor, &query, take_row, state, err);
    filter_release(&filter);
    return status;
}

/* ---- storing one number ---- */

static enum status begin_row(struct view *view, const struct item *item, struct record *record, struct errmsg *err)
{
    struct materials *state = view->state;
    struct app_context *context = view_context(view);
    char id[ID_TEXT_BYTES];
    record_init(record, catalogue_find("event_material"));
    enum status status = records_begin(context->store, context->actor, record, context->codes, err);
    id_format(state->place.event.id, id);
    if (status == STATUS_OK)
        status = record_set_text(record, "event", id);
    if (status == STATUS_OK)
        status = record_set_text(record, "item", item->code->code);
    if (status == STATUS_OK)
        status = record_set_int(record, "date", event_day(&state->place.event, today_of(view)));
    record->scope = state->place.event.scope == 0 ? record->scope : state->place.event.scope;
    return status;
}

static enum status save_row(struct app_context *context, struct record *record, struct errmsg *err)
{
    return record_save_prepared(context->store, context->actor, context->codes, context->random, record, (struct id){{0}}, err);
}

static enum status put_quantity(struct view *view, struct item *item, const char *text, size_t len, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("event_material");
    struct record record;
    bool is_new = id_is_zero(item->row);
    if (len == 0) {
        enum status gone = is_new ? STATUS_OK : records_delete(context->store, context->actor, type, item->row, err);
        item->row = gone == STATUS_OK ? (struct id){{0}} : item->row;
        return gone;
    }
    enum status status = is_new ? begin_row(view, item, &record, err) : records_get(context->store, context->actor, type, item->row, &record, err);
    if (status != STATUS_OK)
        return status;
    status = record_parse(&record, catalogue_field(type, "quantity"), context->codes, text, len, err);
    if (status == STATUS_OK)
        status = save_row(context, &record, err);
    if (status == STATUS_OK)
        item->row = record.id;
    record_release(&record);
    return status;
}

/* Leaving a field stores it; a refusal keeps the person there. */
static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct materials *state = view->state;
    struct buf text;
    if (!form->fields[field].touched)
        return STATUS_OK;
    buf_init(&text, TEXT_BYTES);
    form_text(form, field, &text);
    enum status status = put_quantity(view, &state->items[field], buf_cstr(&text), text.len, err);
    buf_release(&text);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "%s", state->items[field].code->name);
    form->fields[field].touched = false;
    app_say(view->app, "已存 %s", state->items[field].code->name);
    return STATUS_OK;
}

/* Going back to a field before this one stores, too. */
static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct errmsg err = {{0}};
    if (validate(context, form, field, &err) != STATUS_OK)
        app_fail(view->app, "没有存: %s", err.text);
}

/* ---- opening and closing ---- */

static void define(struct materials *state, const struct code_book *codes)
{
    size_t count = code_book_count(codes, "publicity_item");
    for (size_t i = 0; i < count && state->n < ITEMS_MAX; i++) {
        const struct code *code = code_book_at(codes, "publicity_item", i);
        if (!code_usable(code, event_day(&state->place.event, CODE_DAY_NEWEST)))
            continue;
        state->items[state->n].code = code;
        state->defs[state->n] = (struct form_def){.name = code->code, .label = code->name, .kind = FORM_NUMBER, .row = (int)state->n, .col = 1, .label_columns = LABEL_COLUMNS, .columns = 8,
                                                  .max_chars = 7, .flags = FORM_NO_REPEAT};
        state->n++;
    }
}

static enum status material_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct materials *state = view->state;
    struct form_hooks hooks = {.context = view, .validate = validate, .left = field_left};
    enum status status = outreach_place_open(&state->place, view, argument->id, err);
    if (status != STATUS_OK)
        return status;
    define(state, view_context(view)->codes);
    status = state->n == 0 ? errmsg_set(err, STATUS_NOT_FOUND, "代码表里没有宣传材料的品种") : form_init(&state->form, state->defs, state->n, hooks);
    if (status != STATUS_OK) {
        outreach_place_close(&state->place);
        return status;
    }
    status = read_rows(view, err);
    if (status != STATUS_OK) {
        form_release(&state->form);
        outreach_place_close(&state->place);
    }
    return status;
}

static void material_close(struct view *view)
{
    struct materials *state = view->state;
    form_release(&state->form);
    outreach_place_close(&state->place);
}

static bool store_focused(struct view *view)
{
    struct materials *state = view->state;
    if (form_settle(&state->form))
        return true;
    app_fail(view->app, "没有存: %s", state->form.message.text);
    return false;
}

static bool material_leave(struct view *view)
{
    return store_focused(view);
}

/* ---- keys and drawing ---- */

static bool material_key(struct view *view, struct key key)
{
    struct materials *state = view->state;
    enum form_result result = form_key_told(view, &state->form, key);
    if (result == FORM_COMPLETE)
        app_back(view->app);
    return result != FORM_IGNORED;
}

static bool material_command(struct view *view, int command)
{
    if (command == COMMAND_SAVE)
        app_back(view->app);
    return command == COMMAND_SAVE;
}

static void material_title(struct view *view, struct buf *left, struct buf *right)
{
    struct materials *state = view->state;
    (void)right;
    buf_puts(left, _("发放材料  "));
    outreach_place_text(&state->place, view, left);
}

static void material_draw(struct view *view, struct canvas *canvas)
{
    struct materials *state = view->state;
    canvas_rule(canvas, 1);
    canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_BOLD, _("这场一共发了多少。再发了就改成新的总数；离开一项就存好"));
    form_draw(&state->form, canvas, FORM_ROW, 0, true);
    for (size_t i = 0; i < state->n; i++)
        if (state->items[i].elsewhere != 0)
            canvas_printf(canvas, FORM_ROW + (int)i, NOTE_COL, canvas->cols - NOTE_COL - 1, STYLE_NORMAL, "另有登记 %lld", (long long)state->items[i].elsewhere);
}

static void material_hint(struct view *view, size_t columns, struct buf *out)
{
    (void)view, (void)columns;
    buf_puts(out, _("只打数字；空着是没有发"));
}

static const struct keymap *material_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "存，下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "存好返回", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},         {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool material_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct materials *state = view->state;
    *type = state->place.event.type;
    *id = state->place.event.id;
    return n == 0;
}

const struct view_class view_outreach_material = {
    .name = "outreach-material",
    .state_bytes = sizeof(struct materials),
    .help = "这场活动发放的宣传材料，一种一个数: 资料、手册、便民卡按份，展板按块，横幅按条，宣传品按件；县里可以增加品种。\n"
            "离开一项就存好；再发了回来改成新的总数，清空就是没有发。发出的从本站库存里减去。",
    .open = material_open,
    .close = material_close,
    .leave = material_leave,
    .key = material_key,
    .command = material_command,
    .draw = material_draw,
    .title = material_title,
    .keymap = material_keymap,
    .hint = material_hint,
    .shows = material_shows,
};
