/* tui/views/left_draft.c - what somebody was typing in something new on a record that left this station, an action, an application or a row of it (core/record/draft.h), or in a record that somebody else deleted meanwhile:
 * to be read and copied, and thrown away. It cannot be done any more, so there is no form: label and words of each field that was typed in, one below the other; nothing of the record, which is not here. What was no value
 * yet is in no draft: it is shown below, as long as this screen is open. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/draft.h"
#include "tui/views/common.h"
#include "tui/views/views.h"
#include "tui/views/wrapped.h"

enum { TEXT_MAX_BYTES = 1 << 20, FIRST_ROW = 2, ASK_DISCARD = 1 };
enum { COMMAND_DISCARD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_DISCARD, "discard", "不要这份草稿"}, {COMMAND_NONE, NULL, NULL}};

struct left_draft {
    struct id draft, on; /* ..on: zero: the draft does not tell which one is gone */
    bool deleted;
    const struct record_type *type; /* of the record that left or was deleted.. */
    struct buf unread; /* what is in no draft */
    struct buf text;
    struct wrapped wrapped;
};

struct telling {
    struct buf *text;
    const struct code_book *codes;
};

/* Which action, and on what, is no word of his. */
static bool is_name(const struct record *part, const struct field_def *field)
{
    return (strcmp(part->type->name, "step") == 0 && strcmp(field->name, "action") == 0) || strcmp(field->name, "case_id") == 0;
}

static void tell_part(void *context, const struct record *part)
{
    struct telling *telling = context;
    for (size_t i = 0; i < part->type->n_fields; i++) {
        const struct field_def *field = &part->type->fields[i];
        if (part->values[i].kind == VALUE_NULL || is_name(part, field))
            continue;
        buf_printf(telling->text, "%s%s: ", telling->text->len > 0 ? "\n" : "", _(field->label));
        record_show(part, field, telling->codes, telling->text);
    }
}

static enum status read_text(struct view *view, struct errmsg *err)
{
    struct left_draft *state = view->state;
    struct app_context *context = view_context(view);
    struct telling telling = {.text = &state->text, .codes = context->codes};
    enum status status = STATUS_OK;
    buf_clear(&state->text);
    if (!id_is_zero(state->draft))
        status = draft_each_typed(context->store, context->actor, state->draft, tell_part, &telling, err);
    if (status == STATUS_OK && state->unread.len > 0)
        buf_printf(&state->text, "%s%s\n%s", state->text.len > 0 ? "\n" : "", _("下面的还没写完整，不在草稿里，离开这里就没有了:"), buf_cstr(&state->unread));
    return status;
}

static void release(struct left_draft *state)
{
    buf_wipe(&state->text);
    buf_wipe(&state->unread);
}

/* Neither moved away nor erased by law, and not here. */
static bool is_deleted(const struct view *view, const struct record_type *type, struct id id)
{
    struct app_context *context = view_context(view);
    struct record record;
    if (id_is_zero(id))
        return true;
    enum reach_absence why;
    if (draft_absence(context->store, type, id, &why, NULL) != STATUS_OK || why != REACH_NO_CHANGE)
        return false;
    enum status status = records_get(context->store, context->actor, type, id, &record, NULL);
    if (status == STATUS_OK)
        record_release(&record);
    return status == STATUS_NOT_FOUND;
}

static enum status left_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct left_draft *state = view->state;
    struct app_context *context = view_context(view);
    state->draft = argument->id;
    if (argument->n_ids > 0) {
        state->type = catalogue_find(argument->type);
        state->on = argument->ids[0];
    } else {
        bool began;
        enum status looked = draft_began_on_left(context->store, context->actor, state->draft, &began, &state->type, &state->on, err);
        if (looked != STATUS_OK)
            return looked;
        if (!began)
            return errmsg_set(err, STATUS_NOT_FOUND, "没有这份草稿");
    }
    buf_init(&state->text, TEXT_MAX_BYTES);
    buf_init(&state->unread, TEXT_MAX_BYTES);
    if (argument->text != NULL)
        buf_puts(&state->unread, argument->text);
    state->deleted = is_deleted(view, state->type, state->on);
    enum status status = read_text(view, err);
    if (status == STATUS_OK)
        say_left(view, state->type, state->on);
    else
        release(state);
    return status;
}

static void left_close(struct view *view)
{
    release(view->state);
}

/* Erased by law meanwhile, or thrown away elsewhere: it is gone. Back at this station, or not deleted any more: it can be gone on with. */
static void left_refresh(struct view *view)
{
    struct left_draft *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum reach_absence why = REACH_NO_CHANGE;
    enum status looked = state->deleted ? STATUS_OK : draft_absence(context->store, state->type, state->on, &why, &err), status = looked == STATUS_OK ? read_text(view, &err) : looked;
    bool gone = state->deleted ? is_deleted(view, state->type, state->on) : why == REACH_LEFT;
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !gone)) {
        buf_clear(&state->text);
        app_close(view->app);
    } else if (status != STATUS_OK) {
        buf_clear(&state->text); /* not a part of it */
        app_fail(view->app, "%s", errmsg_text(&err, status));
    }
    app_touch(view->app);
}

static bool left_key(struct view *view, struct key key)
{
    return wrapped_key(view, &((struct left_draft *)view->state)->wrapped, key);
}

static bool left_command(struct view *view, int command)
{
    static const char *const ANSWERS[] = {"不要草稿", "留着"};
    if (command != COMMAND_DISCARD)
        return false;
    app_ask(view->app, ASK_DISCARD, "不要这份草稿了？", ANSWERS, 2, 1);
    return true;
}

static void left_answer(struct view *view, const struct view_answer *answer)
{
    struct left_draft *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != ASK_DISCARD || answer->chosen != 1)
        return;
    enum status status = id_is_zero(state->draft) ? STATUS_OK : draft_delete(context->store, context->actor, state->draft, &err);
    if (status == STATUS_OK)
        app_close(view->app);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void left_draw(struct view *view, struct canvas *canvas)
{
    struct left_draft *state = view->state;
    canvas_rule(canvas, 1);
    wrapped_draw(&state->wrapped, canvas, FIRST_ROW, buf_cstr(&state->text));
    canvas_set_cursor(canvas, FIRST_ROW, 0);
}

static void left_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct left_draft *state = view->state;
    buf_puts(left, state->deleted ? _("没存的字  记录已经被删除") : _("没存的字  记录已经移送走"));
    buf_puts(right, _("只能看，可以抄下"));
}

static const struct keymap *left_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"上下", COMMAND_NONE, "翻看", BINDING_HINT}, {"Ctrl-D", COMMAND_DISCARD, "不要草稿", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_left_draft = {
    .name = "left-draft",
    .state_bytes = sizeof(struct left_draft),
    .help = "办到一半的时候，这件被县中心移送走了: 您填的字留在这里，能看能抄，不能再办。\n"
            "记录原来的内容不在本站了，这里也没有。抄完了 Ctrl-D 不要这份草稿；又移送回本站的，从首页的草稿接着办。\n"
            "写到一半，这条被别人删除了的也一样；又恢复了的，从首页的草稿接着写。",
    .open = left_open,
    .close = left_close,
    .key = left_key,
    .command = left_command,
    .answer = left_answer,
    .draw = left_draw,
    .title = left_title,
    .keymap = left_keymap,
    .refresh = left_refresh,
};
