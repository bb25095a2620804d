/* tui/views/record_edit.c - the form of any record type, laid out from the catalogue on the common grid (tui/field_grid.h), scrolled where it is higher than the screen.
 *
 * What is typed is a draft at every field left and 2 s after the last key; F2 saves record and history in one transaction and takes the draft away. A save over
 * somebody's newer value of the same field is refused with the field's name: the draft stays, the person opens the record anew. */
#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/filter_text.h"
#include "tui/field_grid.h"
#include "tui/record_form.h"
#include "tui/views/record_edit.h"
#include "tui/views/record_edit_keys.h"
#include "tui/views/views.h"

enum { FIRST_ROW = 2 };

/* ---- draft ---- */

/* What actions made, and what is never edited: steps, payments, sign-ins. It can be read field by field, nothing can be typed. */
static bool is_read_only(const struct record_edit *state)
{
    return !id_is_zero(state->record.id) && (state->record.type->flags & (TYPE_INSERT_ONLY | TYPE_ACTION));
}

void record_edit_store_draft(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record copy;
    struct errmsg err = {{0}};
    if (!state->dirty || !actor_may_write(context->actor))
        return;
    enum status status = record_copy(&copy, &state->record);
    if (status == STATUS_OK) {
        record_form_store_lenient(&state->form, &copy, context->codes);
        if (record_changed(&copy))
            status = save_titled_draft(context, &copy, &state->draft, &err);
        record_release(&copy);
    }
    if (status != STATUS_OK) {
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
        return;
    }
    state->dirty = false;
    state->draft_ms = id_is_zero(state->draft) ? 0 : app_now_ms(view->app); /* what is no value yet is in no draft, and nobody is told that it is */
}

static bool is_person(const struct record_edit *state)
{
    return strcmp(state->record.type->name, "person") == 0;
}

/* Somebody who is known already is told at once, not when the form is full. */
static void look_for_same(struct view *view, const char *field)
{
    struct record_edit *state = view->state;
    struct record copy;
    if ((!is_person(state) && strcmp(state->record.type->name, "case") != 0) || !same_person_asks(field) || record_copy(&copy, &state->record) != STATUS_OK)
        return;
    record_form_store_lenient(&state->form, &copy, view_context(view)->codes);
    same_person_find(view, &copy, &state->same);
    record_release(&copy);
}

static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct record_edit *state = view->state;
    state->dirty = true;
    record_edit_store_draft(view);
    look_for_same(view, form->defs[field].name);
}

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct record_edit *state = view->state;
    struct record copy;
    enum status status = record_copy(&copy, &state->record);
    if (status != STATUS_OK)
        return status;
    status = record_form_store_field(form, field, &copy, view_context(view)->codes, err);
    record_release(&copy);
    return status;
}

/* A question that what was answered before leaves no room for. */
static bool skip(void *context, const struct form *form, size_t field)
{
    const struct record_edit *state = ((const struct view *)context)->state;
    const struct styled_field *styled = record_style_field(state->style, form->defs[field].name);
    char name[32];
    struct buf text;
    if (styled == NULL || styled->when == NULL)
        return false;
    const char *equals = strchr(styled->when, '=');
    snprintf(name, sizeof name, "%.*s", (int)(equals - styled->when), styled->when);
    buf_init(&text, EDIT_MAX_CHARS);
    form_text(form, form_field(form, name), &text);
    bool holds = strcmp(buf_cstr(&text), equals + 1) == 0;
    buf_release(&text);
    return !holds;
}

/* = and F8: what the record before had. */
static bool repeat(void *context, struct form *form, size_t field, struct buf *out)
{
    struct view *view = context;
    struct record_edit *state = view->state;
    const struct field_def *def = catalogue_field(state->record.type, form->defs[field].name);
    bool first = !state->before.looked;
    const struct record *before = record_before_of(&state->before, view, &state->record);
    if (before == NULL)
        return false;
    if (first)
        (void)record_refs_keep(&state->refs, before, NULL); /* a reference without its name is not repeated, no more */
    record_form_value(form, field, before, def, view_context(view)->codes, out);
    return out->len > 0;
}

/* Fill what is still empty: nothing typed is lost. */
static void repeat_record(struct view *view)
{
    struct record_edit *state = view->state;
    size_t filled = form_repeat_all(&state->form);
    if (filled == 0) {
        app_fail(view->app, record_before_of(&state->before, view, &state->record) != NULL ? "没有空着的可以照上一条填" : "没有上一条可以重复");
        return;
    }
    state->dirty = true;
    record_edit_store_draft(view);
    app_say(view->app, "照上一条填了 %zu 项，只改不同处", filled);
}

static void take_card(void *context, struct form *form, const struct id_reading *card)
{
    struct view *view = context;
    struct record_edit *state = view->state;
    record_form_take_card(form, card, view_context(view)->codes);
    state->dirty = true;
    record_edit_store_draft(view);
    look_for_same(view, "id_no");
}

/* Cards are of those about whom records are. */
static bool takes_cards(const struct record_edit *state)
{
    for (size_t i = 0; i < state->n_defs; i++)
        if (strcmp(state->defs[i].name, "id_no") == 0)
            return true;
    return false;
}

/* ---- opening ---- */

/* A new row of a case belongs to whom the case belongs. */
static enum status join_case(struct view *view, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    const struct field_def *field = catalogue_field(state->record.type, "case_id");
    const char *id_text = field != NULL ? record_text(&state->record, "case_id") : "";
    struct record kase;
    struct id id;
    if (id_text[0] == '\0')
        return STATUS_OK;
    enum status status = id_parse(id_text, strlen(id_text), &id);
    if (status == STATUS_OK)
        status = records_get(context->store, context->actor, catalogue_find("case"), id, &kase, err);
    if (status != STATUS_OK)
        return status;
    state->record.scope = kase.scope;
    record_release(&kase);
    return STATUS_OK;
}

/* A new record begins with what the list it was begun in is limited to. */
static enum status prefill(struct view *view, const char *where, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct filter filter;
    enum status status = filter_parse(&filter, state->record.type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    status = filter_prefill(&filter, context->actor, &state->record);
    filter_release(&filter);
    return status;
}

static enum status load(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find(argument->type);
    if (type == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这类记录");
    if (argument->number == VIEW_DRAFT) {
        state->draft = argument->id;
        enum status status = draft_load(context->store, context->actor, argument->id, &state->record, err);
        state->left = status == STATUS_OK && !id_is_zero(state->record.id) && state->record.version == 0;
        return status != STATUS_NOT_FOUND ? status : errmsg_set(err, status, "草稿要改的这条%s已不在这里；不要这份草稿了按 Ctrl-D", _(type->label));
    }
    if (!id_is_zero(argument->id))
        return records_get(context->store, context->actor, type, argument->id, &state->record, err);
    enum status status = records_may_write(context->actor, type, err);
    if (status != STATUS_OK)
        return status;
    record_init(&state->record, type);
    status = records_begin(context->store, context->actor, &state->record, context->codes, err);
    if (status == STATUS_OK)
        status = org_offer_category(context->store, context->actor, &state->record, err);
    if (status == STATUS_OK && argument->where != NULL)
        status = prefill(view, argument->where, err);
    if (status == STATUS_OK && argument->text != NULL)
        status = record_set_text(&state->record, "case_id", argument->text);
    if (status == STATUS_OK)
        status = join_case(view, err);
    if (status != STATUS_OK)
        record_release(&state->record);
    return status;
}

/* What is known already is filled in: the question that is left. */
static void focus_number(struct record_edit *state, int number)
{
    for (size_t i = 0; i < state->form.n; i++)
        if (catalogue_field(state->record.type, state->form.defs[i].name)->no == number)
            form_focus(&state->form, i);
}

static enum status edit_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = load(view, argument, err);
    if (status != STATUS_OK)
        return status;
    state->style = record_style(state->record.type);
    record_edit_choose_fields(view);
    record_edit_lay_out(view, view->app->cols);
    struct form_hooks hooks = {.context = view, .validate = validate, .repeat = repeat, .left = field_left, .skip = state->style != NULL ? skip : NULL};
    if (takes_cards(state) && !is_read_only(state))
        hooks.card = take_card;
    status = form_init(&state->form, state->defs, state->n_defs, hooks);
    if (status != STATUS_OK) {
        record_release(&state->record);
        return status;
    }
    record_form_bind(&state->form, state->record.type, context->codes);
    status = record_refs_open(&state->refs, &state->form, &state->record, context->store, context->actor, context->codes, err);
    if (status == STATUS_OK)
        status = record_form_load(&state->form, &state->record, context->codes);
    if (status == STATUS_OK && state->style != NULL && id_is_zero(state->record.id) && record_text(&state->record, state->style->fields[0].field)[0] != '\0')
        form_focus(&state->form, form_field(&state->form, state->style->first)); /* what it is about is known: the first question */
    if (status == STATUS_OK && argument->number > VIEW_AT_FIELD)
        focus_number(state, (int)(argument->number - VIEW_AT_FIELD));
    if (status == STATUS_OK)
        status = record_refs_enter(&state->refs, err);
    if (status != STATUS_OK) {
        record_refs_close(&state->refs);
        form_release(&state->form);
        record_release(&state->record);
    }
    if (status == STATUS_OK && state->left)
        say_left(view, state->record.type, state->record.id);
    return status;
}

static void edit_close(struct view *view)
{
    struct record_edit *state = view->state;
    record_before_release(&state->before);
    record_refs_close(&state->refs);
    form_release(&state->form);
    record_release(&state->record);
}

/* What is no value yet is in no draft: said with its words, they are nowhere else. */
static void tell_unread(struct view *view)
{
    struct record_edit *state = view->state;
    struct buf unread;
    buf_init(&unread, 1 << 18);
    record_form_unread(&state->form, &state->record, view_context(view)->codes, &unread);
    for (size_t i = 0; i < unread.len; i++)
        unread.data[i] = unread.data[i] == '\n' ? ' ' : unread.data[i];
    if (unread.len > 0)
        app_fail(view->app, "还不是有效的值，草稿里没有: %s", buf_cstr(&unread));
    buf_wipe(&unread);
}

static bool edit_leave(struct view *view)
{
    struct record_edit *state = view->state;
    state->dirty |= state->form.changed && id_is_zero(state->draft);
    record_edit_store_draft(view);
    if (!id_is_zero(state->draft))
        app_say(view->app, "没保存的修改已留作草稿，首页可以继续");
    if (!is_read_only(state) && state->form.changed)
        tell_unread(view);
    return true;
}

/* ---- keys ---- */

static bool changes_text(struct key key)
{
    bool edits = key_equal(key, key_ctrl('u')) || key_equal(key, key_ctrl('w')) || key_equal(key, key_ctrl('k')) || key_equal(key, key_ctrl('j'));
    return key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE || key.kind == K_DELETE || edits;
}

static bool form_takes(struct view *view, struct key key)
{
    struct record_edit *state = view->state;
    if (is_read_only(state) && changes_text(key)) {
        app_fail(view->app, "%s只能看，不能改", _(state->record.type->label));
        return true;
    }
    switch (form_key_told(view, &state->form, key)) {
    case FORM_IGNORED:
        return false;
    case FORM_CHANGED:
        state->dirty = true;
        break;
    case FORM_COMPLETE:
        app_say(view->app, is_read_only(state) ? "到最后一项了" : "到最后一项了，F2 保存");
        break;
    default:
        break;
    }
    return true;
}

/* A reference's choices are read when one comes to it. */
static void enter_field(struct view *view)
{
    struct record_edit *state = view->state;
    struct errmsg err = {{0}};
    enum status status = record_refs_enter(&state->refs, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static bool edit_view_key(struct view *view, struct key key)
{
    bool taken = form_takes(view, key);
    enter_field(view);
    return taken;
}

/* From a consultation, or a person's file, to an application. */
static void apply_for(struct view *view)
{
    struct record_edit *state = view->state;
    if (id_is_zero(state->record.id) || state->form.changed)
        app_say(view->app, "先按 F2 保存，再转申请");
    else
        app_open(view->app, &view_case_action, &(struct view_argument){.type = "draft", .id = state->record.id});
}

static void act_upon(struct view *view)
{
    struct record_edit *state = view->state;
    if (id_is_zero(state->record.id) || state->form.changed)
        app_say(view->app, "先按 F2 保存，再办理");
    else
        app_open(view->app, &view_act, &(struct view_argument){.type = state->record.type->name, .id = state->record.id});
}

/* Who may erase by law is offered it here, too. */
static void ask_delete(struct view *view)
{
    static const char *const ANSWERS[] = {"删除", "不删", "依法清除.."};
    const struct actor *actor = view_context(view)->actor;
    bool erases = actor->center && actor_is_one_of(actor, 1U << ROLE_ADMIN);
    app_ask(view->app, ASK_DELETE, "删除这条记录？历史会保留", ANSWERS, erases ? 3 : 2, 0);
}

static bool edit_command(struct view *view, int command)
{
    struct record_edit *state = view->state;
    bool stored = !id_is_zero(state->record.id);
    struct view_argument argument = {.type = state->record.type->name, .id = state->record.id};
    switch (command) {
    case COMMAND_SAVE:
        record_edit_save(view);
        enter_field(view);
        return true;
    case COMMAND_CODES:
        if (is_read_only(state))
            app_beep(view->app);
        else
            form_pick_told(view, &state->form, PICK_CODE);
        return true;
    case COMMAND_UNDO:
        record_edit_undo(view);
        enter_field(view);
        return true;
    case COMMAND_REPEAT:
        repeat_record(view);
        return true;
    case COMMAND_HISTORY:
        if (stored)
            app_open(view->app, &view_history, &argument);
        else
            app_say(view->app, "还没有保存，没有历史");
        return true;
    case COMMAND_CONFLICT:
        if (state->record.conflicts > 0)
            app_open(view->app, &view_conflict, &argument);
        else
            app_say(view->app, "这条记录没有冲突");
        return true;
    case COMMAND_APPLY:
        apply_for(view);
        return true;
    case COMMAND_SAME:
        if (stored)
            app_open(view->app, &view_duplicates, &argument);
        else
            app_say(view->app, "先保存，再看可能是同一人的档案");
        return true;
    case COMMAND_DO:
        act_upon(view);
        return true;
    case COMMAND_RELATED:
        if (stored)
            app_open(view->app, &view_related, &argument);
        else
            app_say(view->app, "先保存，再看相关的记录");
        return true;
    case COMMAND_PRINT:
        if (view_usual_form(state->record.type) == NULL)
            app_beep(view->app);
        else if (stored)
            app_open(view->app, &view_document, &argument);
        else
            app_say(view->app, "先保存，再看文书");
        return true;
    case COMMAND_DELETE:
        if (stored)
            ask_delete(view);
        return true;
    case COMMAND_ERASE:
        if (stored)
            record_edit_begin_erasure(view);
        return true;
    default:
        return false;
    }
}

static void edit_answer(struct view *view, const struct view_answer *answer)
{
    struct record_edit *state = view->state;
    if (answer->cancelled)
        return;
    if (answer->tag == PICK_CODE) {
        form_take_pick(&state->form, answer->text);
        state->dirty = true;
        enter_field(view);
    } else if (answer->tag == ASK_SEAL && answer->chosen == 1) {
        record_edit_save_sealed(view);
    } else if (answer->tag == ASK_DELETE && answer->chosen == 1) {
        record_edit_delete(view);
    } else if (answer->tag == ASK_DELETE && answer->chosen == 3) {
        record_edit_begin_erasure(view);
    } else if (erase_asked(answer)) {
        record_edit_take_erasure(view, answer);
    } else if (answer->tag == ASK_FOLLOW && answer->chosen == 1) {
        record_edit_open_follow(view);
    }
}

/* ---- drawing ---- */

static void edit_title(struct view *view, struct buf *left, struct buf *right)
{
    struct record_edit *state = view->state;
    char clock[CLOCK_TEXT_BYTES];
    buf_printf(left, "%s  ", _(state->record.type->label));
    if (id_is_zero(state->record.id))
        buf_puts(left, _("新建"));
    else
        record_show_title(&state->record, view_context(view)->codes, left);
    if (is_person(state) && record_text(&state->record, "merged_into")[0] != '\0')
        buf_puts(right, _("已并入别的档案，F8 看  "));
    if (state->left)
        buf_printf(right, "%s  ", _("只能看，可以抄下"));
    else if (!is_read_only(state))
        form_missing_text(&state->form, right);
    else
        buf_puts(right, _("只读"));
    if (state->told_version != 0)
        buf_puts(right, _("别处改过  "));
    if (state->record.conflicts > 0)
        buf_printf(right, _("冲突 %u  "), state->record.conflicts);
    if (state->draft_ms != 0) {
        clock_text(state->draft_ms, clock);
        buf_printf(right, _("草稿已保存 %s"), clock);
    }
}

static void edit_draw_view(struct view *view, struct canvas *canvas)
{
    struct record_edit *state = view->state;
    if (field_grid_differs(state->cols, canvas->cols)) {
        record_edit_lay_out(view, canvas->cols);
        form_laid_out(&state->form);
    }
    form_draw_window(&state->form, canvas, FIRST_ROW, 0, canvas->rows - 3 - FIRST_ROW, &state->first, true);
    canvas_rule(canvas, 1);
    form_sections_draw(&state->sections, &state->form, canvas, 1);
}

static void edit_hint(struct view *view, size_t columns, struct buf *out)
{
    struct record_edit *state = view->state;
    if (state->same.text[0] != '\0' && !state->form.entered) { /* until somebody types on: then the choices of the field matter more */
        buf_puts(out, state->same.text);
        return;
    }
    form_hint(&state->form, columns, out);
    const struct field_def *field = catalogue_field(state->record.type, state->form.defs[state->form.focus].name);
    if (out->len == 0 && field != NULL && field->help != NULL)
        buf_printf(out, "%s: %s", _(field->label), _(field->help));
}

static const struct field_def *edit_field_of(struct view *view)
{
    struct record_edit *state = view->state;
    return catalogue_field(state->record.type, state->form.defs[state->form.focus].name);
}

static void edit_cite(struct view *view, struct buf *out)
{
    struct record_edit *state = view->state;
    const struct field_def *field = edit_field_of(view);
    form_text(&state->form, state->form.focus, out);
    if (field != NULL && field->help != NULL)
        buf_printf(out, " %s", _(field->help));
}

static void edit_refresh(struct view *view)
{
    struct record_edit *state = view->state;
    record_before_release(&state->before);
    form_refresh_sources(&state->form);
    if (record_edit_take_leave(view) || record_edit_take_deletion(view))
        return;
    if (!id_is_zero(state->record.id))
        record_edit_take_saved_draft(view);
    if (!state->form.changed && id_is_zero(state->draft) && !id_is_zero(state->record.id))
        record_edit_reload(view); /* nothing typed: show the newest.. */
    else
        record_edit_tell_changes(view); /* ..else say so; the save asks where it matters */
}

static bool edit_editing(struct view *view, struct id *record)
{
    struct record_edit *state = view->state;
    *record = state->record.id;
    return !is_read_only(state);
}

static const struct keymap *edit_keymap(struct view *view)
{
    static const struct binding left_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回留草稿", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap left_map = {.bindings = left_bindings};
    const struct record_edit *state = view->state;
    return state->left ? &left_map : record_edit_keymap(state->record.type, id_is_zero(state->record.id));
}

const struct view_class view_record_edit = {
    .name = "record-edit",
    .state_bytes = sizeof(struct record_edit),
    .help = "Enter 到下一项，Tab 到下一组，上箭头按走过的路退回。F2 保存，每次保存都进历史。\n"
            "没保存就返回也不丢: 内容留作草稿。Ctrl-Z 先撤销本项的输入，再撤回上次保存: 刚存的，写的字放回表里。\n"
            "新记录里等号取上一条的这一项，F8 把空着的都照上一条填；上一条是这里刚存的，没有就是最新的。\n"
            "日期随手写: 昨天、大后天、3.8、8日、-2、+7、下周一、月底；金额写 1200、1.2万、12元5角。离开这一项时写全，提示行先告诉是哪一天、多少钱。\n"
            "几个代码用加号、顿号或空格隔开，每个都可以打代码、拼音首字母或汉字。",
    .open = edit_open,
    .close = edit_close,
    .leave = edit_leave,
    .key = edit_view_key,
    .command = edit_command,
    .draw = edit_draw_view,
    .title = edit_title,
    .keymap = edit_keymap,
    .hint = edit_hint,
    .field = edit_field_of,
    .cite = edit_cite,
    .answer = edit_answer,
    .refresh = edit_refresh,
    .shows = record_edit_shows,
    .left = record_edit_left,
    .editing = edit_editing,
    .idle = record_edit_store_draft,
};
