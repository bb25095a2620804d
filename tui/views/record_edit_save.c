/* tui/views/record_edit_save.c - what becomes of the record in its form: saved, taken back, deleted, erased by law. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/record_form.h"
#include "tui/views/record_edit.h"
#include "tui/views/undo_save.h"
#include "tui/views/views.h"

enum { INDEX_BATCH = 50, REMARK_MAX_BYTES = 1024, CHANGED_MAX_BYTES = 4096 };

/* Show the record as it is in the store now. */
void record_edit_reload(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record fresh;
    struct errmsg err = {{0}};
    enum status status = records_get(context->store, context->actor, state->record.type, state->record.id, &fresh, &err);
    if (status != STATUS_OK) {
        app_close(view->app);
        app_say_gone(view->app, state->record.type, state->record.id);
        return;
    }
    record_release(&state->record);
    state->record = fresh;
    (void)record_refs_keep(&state->refs, &state->record, NULL); /* without it a name is missing, nothing else */
    record_form_load(&state->form, &state->record, context->codes);
    state->form.changed = state->dirty = false;
    state->told_version = 0;
}

/* Messages begin with a field's label, those of the types' own checks with "字段 label(name)"; take the person there. */
static void focus_named_in(struct form *form, const struct record_type *type, const char *message)
{
    static const char word[] = "字段 ";
    bool named = strncmp(message, word, strlen(word)) == 0;
    if (named)
        message += strlen(word);
    for (size_t i = 0; i < form->n; i++) {
        const struct field_def *field = catalogue_field(type, form->defs[i].name);
        if (field != NULL && strncmp(message, _(field->label), strlen(_(field->label))) == 0 && (!named || message[strlen(_(field->label))] == '(')) {
            form_focus(form, i);
            return;
        }
    }
}

/* A record is prepared in the transaction that saves it; when that fails, the record in memory is as it was before. */
static enum status save_prepared(struct app_context *context, struct record_edit *state, struct errmsg *err)
{
    struct record before;
    enum status status = record_copy(&before, &state->record);
    if (status != STATUS_OK)
        return status;
    status = record_save_prepared(context->store, context->actor, context->codes, context->random, &state->record, state->draft, err);
    record_release(status == STATUS_OK ? &before : &state->record);
    if (status != STATUS_OK)
        state->record = before;
    return status;
}

/* ..and is kept as it was typed, to be taken back. */
static enum status save_remembered(struct view *view, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct record typed;
    enum status status = record_copy(&typed, &state->record);
    if (status != STATUS_OK)
        return status;
    status = save_prepared(view_context(view), state, err);
    bool created = id_is_zero(typed.id);
    typed.id = state->record.id;
    if (status == STATUS_OK) {
        last_saves_add(&view->app->saves, &typed, created ? SAVE_CREATED : SAVE_CHANGED);
        form_saved(view, &state->form, state->record.type);
    }
    record_release(&typed);
    record_before_release(&state->before);
    return status;
}

/* What the save brought along, a complaint of money taken: one Enter away. */
static bool followed(const struct record_edit *state, struct id *id)
{
    const char *text = state->style != NULL && state->style->follow != NULL ? record_text(&state->record, state->style->follow) : "";
    return text[0] != '\0' && id_parse(text, strlen(text), id) == STATUS_OK;
}

static void ask_follow(struct view *view)
{
    static const char *const ANSWERS[] = {"打开", "以后再看"};
    struct record_edit *state = view->state;
    struct id id;
    if (followed(state, &id))
        app_ask(view->app, ASK_FOLLOW, state->style->follow_question, ANSWERS, 2, 1);
}

void record_edit_open_follow(struct view *view)
{
    struct record_edit *state = view->state;
    struct id id;
    if (followed(state, &id))
        view_open_record(view->app, catalogue_find(catalogue_field(state->record.type, state->style->follow)->codes), id);
}

/* Somebody saved one of the same fields: what was typed becomes the draft and is laid beside what is stored. False: there is nothing to lay side by side (the record is gone). */
static bool open_stale(struct view *view)
{
    struct record_edit *state = view->state;
    if (id_is_zero(state->record.id))
        return false;
    state->dirty = true;
    record_edit_store_draft(view);
    state->beside = !id_is_zero(state->draft);
    return state->beside && app_open(view->app, &view_stale, &(struct view_argument){.id = state->draft}) == STATUS_OK;
}

/* Another value was typed on the other screen: it is in the draft, and is what stands in the form now. Takes the record over. */
static void show_draft(struct view *view, struct record *draft)
{
    struct record_edit *state = view->state;
    record_release(&state->record);
    state->record = *draft;
    (void)record_refs_keep(&state->refs, &state->record, NULL);
    (void)record_form_load(&state->form, &state->record, view_context(view)->codes);
    state->form.changed = true;
    state->dirty = false;
}

/* Whether the form holds words that are in no draft: typed since it was stored, or no values. */
static bool has_more(struct view *view)
{
    struct record_edit *state = view->state;
    struct buf unread;
    if (state->dirty || !state->form.changed)
        return state->dirty;
    buf_init(&unread, 1 << 18);
    record_form_unread(&state->form, &state->record, view_context(view)->codes, &unread);
    bool more = unread.len > 0;
    buf_wipe(&unread);
    return more;
}

void record_edit_take_saved_draft(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    if (id_is_zero(state->draft))
        return;
    enum status status = draft_load(context->store, context->actor, state->draft, &record, NULL);
    if (status == STATUS_OK && state->beside)
        show_draft(view, &record);
    else if (status == STATUS_OK)
        record_release(&record);
    state->beside = false;
    if (status != STATUS_NOT_FOUND)
        return;
    state->draft = (struct id){{0}};
    state->draft_ms = 0;
    if (!has_more(view)) {
        record_edit_reload(view);
        return;
    }
    state->dirty = true;
    record_edit_store_draft(view);
    app_say(view->app, "草稿在别处存掉或不要了；这里写的都在");
}

/* The record as it was before anything was typed, of a draft that was taken up too. */
static enum status before_typing(const struct record *record, struct record *out)
{
    enum status status = record_copy(out, record);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < out->type->n_fields && status == STATUS_OK; i++)
        status = record_set(out, &out->type->fields[i], out->loaded[i]);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

/* Nothing stays in the form but what the person typed, as he typed it: also what is no value yet and could not be in a draft. */
static void blank_untyped(struct view *view, const struct record *before)
{
    struct record_edit *state = view->state;
    struct buf now, then;
    buf_init(&now, 1 << 20);
    buf_init(&then, 1 << 20);
    for (size_t i = 0; i < state->form.n; i++) {
        const struct field_def *field = catalogue_field(before->type, state->form.defs[i].name);
        buf_clear(&now);
        buf_clear(&then);
        form_text(&state->form, i, &now);
        if (field != NULL)
            (void)record_form_load_field(&state->form, i, before, field, view_context(view)->codes); /* compared as the form gives both */
        form_text(&state->form, i, &then);
        bool typed = strcmp(buf_cstr(&now), buf_cstr(&then)) != 0;
        (void)form_set(&state->form, i, typed ? buf_cstr(&now) : "", typed ? now.len : 0); /* what it was before is not taken back either */
    }
    buf_wipe(&now);
    buf_wipe(&then);
}

/* What was typed, over nothing; the version stays: it may come back. */
static void empty_record(const struct record *record, struct record *out)
{
    record_init(out, record->type);
    out->id = record->id;
    out->scope = record->scope;
    out->version = record->version;
    out->seen = record->seen;
}

/* It is here again, or was erased by law, since what is typed is no more than that. */
static void end_leave(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record now;
    bool back = records_get(context->store, context->actor, state->record.type, state->record.id, &now, NULL) == STATUS_OK;
    if (back) {
        record_release(&now);
        record_edit_store_draft(view);
    }
    state->form.changed = state->dirty = state->left = false;
    app_close(view->app);
    if (back)
        app_say(view->app, "这条%s又回到本站了；没存的字留作草稿，首页可以继续", _(state->record.type->label));
    else
        app_say_gone(view->app, state->record.type, state->record.id);
}

bool record_edit_take_leave(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record now, before, left;
    if (id_is_zero(state->record.id) || (!state->left && !state->form.changed))
        return false;
    enum reach_absence why;
    enum status status = draft_absence(context->store, state->record.type, state->record.id, &why, NULL);
    if (status != STATUS_OK)
        return state->left; /* nothing is known just now: what is typed stays */
    if (state->left) {
        if (why != REACH_LEFT)
            end_leave(view);
        return true;
    }
    if (why == REACH_ERASED) {
        end_leave(view);
        return true;
    }
    if (why != REACH_LEFT)
        return false;
    status = records_get(context->store, context->actor, state->record.type, state->record.id, &now, NULL);
    if (status == STATUS_OK)
        record_release(&now);
    if (status != STATUS_NOT_FOUND || before_typing(&state->record, &before) != STATUS_OK)
        return false;
    state->dirty = true;
    record_edit_store_draft(view);
    blank_untyped(view, &before);
    record_release(&before);
    empty_record(&state->record, &left);
    record_release(&state->record);
    state->record = left;
    state->left = true;
    state->cols = 0; /* laid out anew: nothing need be filled in any more */
    (void)record_refs_keep(&state->refs, &state->record, NULL);
    say_left(view, state->record.type, state->record.id);
    return true;
}

/* The form goes; what was typed in it, to be shown instead. */
static void leave(struct view *view, const struct record_type *type, struct id on)
{
    struct record_edit *state = view->state;
    struct buf unread;
    state->dirty |= state->form.changed;
    record_edit_store_draft(view);
    buf_init(&unread, 1 << 18);
    record_form_unread(&state->form, &state->record, view_context(view)->codes, &unread);
    leave_form(view, type, on, state->draft, buf_cstr(&unread));
    buf_wipe(&unread);
}

bool record_edit_take_deletion(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record now;
    if (id_is_zero(state->record.id) || state->left || (!state->form.changed && id_is_zero(state->draft)))
        return false;
    enum status status = records_get(context->store, context->actor, state->record.type, state->record.id, &now, NULL);
    if (status == STATUS_OK)
        record_release(&now);
    enum reach_absence why;
    if (status != STATUS_NOT_FOUND || draft_absence(context->store, state->record.type, state->record.id, &why, NULL) != STATUS_OK || why != REACH_NO_CHANGE)
        return false;
    leave(view, state->record.type, state->record.id);
    return true;
}

/* The fields of the form that hold another value in `now` than what was loaded, by their labels. */
static void name_changed(const struct record_edit *state, const struct record *now, struct buf *out)
{
    for (size_t i = 0; i < state->form.n; i++) {
        const struct field_def *field = catalogue_field(now->type, state->form.defs[i].name);
        if (field == NULL || value_equal(record_get(now, field), state->record.loaded[catalogue_field_index(now->type, field)]))
            continue;
        buf_printf(out, "%s%s", out->len > 0 ? "、" : "", _(field->label));
    }
}

void record_edit_tell_changes(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct record now;
    struct buf names;
    if (id_is_zero(state->record.id) || state->left || !state->form.changed || records_get(context->store, context->actor, state->record.type, state->record.id, &now, NULL) != STATUS_OK)
        return;
    if (now.version != state->record.version && now.version != state->told_version) {
        buf_init(&names, CHANGED_MAX_BYTES);
        name_changed(state, &now, &names);
        if (names.len > 0) {
            state->told_version = now.version;
            app_say(view->app, "这条记录刚在别处改过: %s；您写的都在，F2 保存后看到新的", buf_cstr(&names));
        }
        buf_release(&names);
    }
    record_release(&now);
}

/* The case that a new record is a row of; zero: of none, or it is stored. */
static struct id case_of_row(const struct record_edit *state)
{
    bool row = id_is_zero(state->record.id) && catalogue_field(state->record.type, "case_id") != NULL;
    const char *text = row ? record_text(&state->record, "case_id") : "";
    struct id id;
    return id_parse(text, strlen(text), &id) == STATUS_OK ? id : (struct id){{0}};
}

bool record_edit_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct record_edit *state = view->state;
    enum { RECORD, ROW, SAME, REFS };
    if (state->left)
        return false;
    *type = n == RECORD ? state->record.type : catalogue_find(n == ROW ? "case" : "person");
    *id = n == RECORD ? state->record.id : n == ROW ? case_of_row(state) : state->same.id;
    return n < REFS || record_refs_at(&state->refs, &state->record, n - REFS, type, id);
}

bool record_edit_left(struct view *view, const struct record_type *type, struct id id)
{
    struct record_edit *state = view->state;
    if (id_equal(id, state->record.id))
        return record_edit_take_leave(view);
    if (!id_equal(id, case_of_row(state))) {
        record_refs_hide(&state->refs, id);
        if (id_equal(id, state->same.id))
            state->same = (struct same_person){.text = ""};
        return true;
    }
    leave(view, type, id);
    return true;
}

static void save(struct view *view, bool sure)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    size_t bad = 0;
    if (record_edit_take_leave(view)) {
        if (state->left)
            say_left(view, state->record.type, state->record.id);
        return;
    }
    if (record_edit_take_deletion(view))
        return;
    if (!form_settle(&state->form)) {
        app_fail(view->app, "%s", state->form.message.text);
        return;
    }
    enum status status = record_form_store(&state->form, &state->record, context->codes, &bad, &err);
    if (status != STATUS_OK) {
        form_focus(&state->form, bad);
    } else if (!sure && ask_to_seal(view, ASK_SEAL, &state->record)) {
        return;
    } else {
        status = save_remembered(view, &err);
        if (status != STATUS_OK)
            focus_named_in(&state->form, state->record.type, err.text);
    }
    if (status == STATUS_STALE && open_stale(view))
        return;
    if (status != STATUS_OK) {
        say_refusal(view, errmsg_text(&err, status));
        return;
    }
    state->draft = (struct id){{0}};
    state->draft_ms = 0;
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    record_edit_reload(view);
    char clock[CLOCK_TEXT_BYTES];
    clock_text(app_now_ms(view->app), clock);
    struct buf remark;
    buf_init(&remark, REMARK_MAX_BYTES);
    (void)record_remark(context->store, context->actor, &state->record, &remark, NULL); /* it is saved: what cannot be looked up is no error */
    app_say(view->app, "已保存 %s%s%s", clock, remark.len > 0 ? _("；") : "", buf_cstr(&remark));
    buf_wipe(&remark);
    ask_follow(view);
}

void record_edit_save(struct view *view)
{
    save(view, false);
}

void record_edit_save_sealed(struct view *view)
{
    save(view, true);
}

bool record_edit_is_changed(struct view *view)
{
    struct record_edit *state = view->state;
    struct record typed;
    bool changed = false;
    if (!id_is_zero(state->draft) || !state->form.changed)
        return !id_is_zero(state->draft);
    if (record_copy(&typed, &state->record) != STATUS_OK)
        return true;
    changed = record_form_store_lenient(&state->form, &typed, view_context(view)->codes) > 0;
    for (size_t i = 0; i < typed.type->n_fields; i++)
        changed |= !value_equal(typed.values[i], state->record.values[i]);
    record_release(&typed);
    return changed;
}

/* A save of these screens gives its text back to the form, to be put right. */
static enum status take_back(struct view *view, const struct last_save *save, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct record typed;
    enum status status = undo_save(view->app, save, &typed, err);
    if (status != STATUS_OK)
        return status;
    record_release(&state->record);
    state->record = typed;
    record_before_release(&state->before);
    (void)record_refs_keep(&state->refs, &state->record, NULL);
    status = record_form_load(&state->form, &state->record, view_context(view)->codes);
    state->form.changed = state->dirty = true;
    record_edit_store_draft(view);
    return status;
}

static enum status undo_older(struct view *view, struct errmsg *err)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = record_undo(context->store, context->actor, state->record.type, state->record.id, err);
    if (status == STATUS_OK)
        record_edit_reload(view);
    return status;
}

void record_edit_undo(struct view *view)
{
    struct record_edit *state = view->state;
    const struct last_save *save = last_saves_of(&view->app->saves, state->record.id);
    struct errmsg err = {{0}};
    if (record_edit_is_changed(view)) { /* it would be lost, or mixed with what comes back */
        app_fail(view->app, "这里有没保存的修改: 先 F2 保存，或 F10 离开，再撤回");
        return;
    }
    if (id_is_zero(state->record.id)) {
        view_undo_last_save(view->app);
        return;
    }
    enum status status = save != NULL ? take_back(view, save, &err) : undo_older(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "没有撤回: %s", errmsg_text(&err, status));
    else
        app_say(view->app, save != NULL ? "已撤回刚才的保存；写的放回表里了，改好再按 F2" : "已撤回上次保存的修改");
}

void record_edit_delete(struct view *view)
{
    struct record_edit *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    enum status status = record_delete(context->store, context->actor, state->record.type, state->record.id, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有删除: %s", errmsg_text(&err, status));
        return;
    }
    state->form.changed = state->dirty = false;
    last_saves_add(&view->app->saves, &state->record, SAVE_DELETED);
    app_close(view->app);
    app_say(view->app, "已删除；历史里仍可查到，Ctrl-Z 撤回");
}

/* ---- erasing by law ---- */

void record_edit_begin_erasure(struct view *view)
{
    struct record_edit *state = view->state;
    erase_ask(view, &state->erasing, state->record.type, state->record.id);
}

void record_edit_take_erasure(struct view *view, const struct view_answer *answer)
{
    struct record_edit *state = view->state;
    struct erasure_done done;
    if (!erase_answer(view, &state->erasing, answer, &done))
        return;
    state->form.changed = state->dirty = false;
    app_close(view->app);
    erase_told(view, &done);
}
