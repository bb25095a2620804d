/* tui/views/case_action_words.c - help with the long texts of an action's form: phrases by their codes (set case_phrase), and what was written before in cases of the same cause or in the same action
 * (core/aid/similar.h) as a template. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/phrase_code.h"
#include "tui/views/case_action.h"

enum { TEXT_BYTES = EDIT_MAX_CHARS * 4 };

static const char phrases[] = "case_phrase";

static bool is_text(const struct action_view *state, size_t field)
{
    bool roster = state->form.parts[field] == PART_STEP && roster_of(state->form.fields[field]->name) != NULL;
    return state->form.fields[field]->kind == FIELD_LONG && !roster;
}

bool action_in_text(const struct action_view *state)
{
    return is_text(state, state->form.form.focus);
}

void action_expand_phrases(struct view *view, size_t field)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    struct buf text, expanded;
    if (!is_text(state, field) || !form->fields[field].touched)
        return;
    buf_init(&text, TEXT_BYTES);
    buf_init(&expanded, TEXT_BYTES);
    form_text(form, field, &text);
    if (phrase_code_expand(view_context(view)->codes, phrases, buf_cstr(&text), text.len, &expanded)) {
        form_type(form, field, buf_cstr(&expanded), expanded.len);
        state->form.dirty = true;
    }
    buf_wipe(&expanded);
    buf_wipe(&text);
}

bool action_pick_phrase(struct view *view)
{
    struct action_view *state = view->state;
    if (!action_in_text(state))
        return false;
    app_pick(view->app, PICK_PHRASE, code_source_of_book(view_context(view)->codes, phrases), "短语", "");
    return true;
}

void action_take_phrase(struct view *view, const char *code)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    const char *text = _(code_book_name(view_context(view)->codes, phrases, code));
    if (!action_in_text(state))
        return;
    if (edit_insert(&form->fields[form->focus], text, strlen(text)) == EDIT_REFUSED)
        app_fail(view->app, "%s最多 %zu 字", _(form->defs[form->focus].label), form->fields[form->focus].max_chars);
    form->fields[form->focus].touched = form->changed = form->entered = true;
    state->form.dirty = true;
}

/* ---- what was written before ---- */

/* The text in hand, else the first of the form; SIZE_MAX: it has none. */
static size_t text_field(const struct action_view *state)
{
    if (action_in_text(state))
        return state->form.form.focus;
    for (size_t i = 0; i < state->form.n; i++)
        if (is_text(state, i))
            return i;
    return SIZE_MAX;
}

static void look_for_similar(struct view *view, size_t field)
{
    struct action_view *state = view->state;
    struct record parts[CASE_PARTS];
    similar_offer_release(&state->similar);
    if (case_form_peek(&state->form, view, parts) != STATUS_OK)
        return;
    struct record *typed = &parts[state->form.parts[field]];
    bool known = similar_fields_of(typed->type, state->form.fields[field], &state->similar_fields);
    if (known && state->form.parts[field] == PART_STEP)
        known = record_set_text(typed, "action", action_of_form(state)->name) == STATUS_OK;
    if (known)
        similar_offer_find(&state->similar, view, &state->similar_fields, typed);
    case_form_drop(parts);
}

void action_ask_similar(struct view *view)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    size_t field = text_field(state);
    if (field == SIZE_MAX) {
        app_fail(view->app, "这个动作没有要写的文字");
        return;
    }
    if (field != form->focus && !form_settle(form)) {
        app_fail(view->app, "%s", form->message.text);
        return;
    }
    form_focus(form, field);
    look_for_similar(view, field);
    if (!similar_offer_ask(&state->similar, view, PICK_SIMILAR))
        app_fail(view->app, state->form.parts[field] == PART_CASE ? "还没有同案由的案件写过这一项；先填案由" : "这个动作以前还没有写过这一项");
}

void action_take_similar(struct view *view, const char *code)
{
    struct action_view *state = view->state;
    struct form *form = &state->form.form;
    const struct record *record = similar_offer_chosen(&state->similar, code);
    char day[SHORT_DAY_BYTES];
    if (record == NULL || !action_in_text(state))
        return;
    const char *text = record_text(record, state->similar_fields.taken);
    form_type(form, form->focus, text, strlen(text));
    state->form.dirty = true;
    action_store_draft(view);
    short_day_text(record_day(record), app_now_ms(view->app), day);
    app_say(view->app, "取了 %s 那件的，改改再按 F2；Ctrl-Z 撤", day);
}
