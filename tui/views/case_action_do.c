/* tui/views/case_action_do.c - an action's form is in order: do it, in one transaction with the end of its draft, and tell what came of it; a refusal takes the person to the field it names. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/views/case_action.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { INDEX_BATCH = 50 };

static void put_paper(struct view *view, struct id id, struct buf *out)
{
    struct app_context *context = view_context(view);
    struct record paper;
    if (records_get(context->store, context->actor, catalogue_find("document"), id, &paper, NULL) != STATUS_OK)
        return;
    case_forms_text(record_text(&paper, "form"), context->codes, out);
    if (record_text(&paper, "number")[0] != '\0')
        buf_printf(out, " %s", record_text(&paper, "number"));
    record_release(&paper);
}

/* What comes next for the new application at an event: it is received at once by those who may. */
static bool may_receive(const struct app_context *context, const struct case_move *move)
{
    const struct case_action *receive = case_action_find("receive");
    return move->action != receive && case_action_allowed(receive, context->actor, context->codes, move->rules, &move->kase, NULL) == STATUS_OK;
}

/* What happened, for the screen below: the new state, the number a station or the archive gave, the papers that came out with theirs. One line: no word too many. */
static void tell_result(struct view *view)
{
    struct action_view *state = view->state;
    const struct case_move *move = &state->form.move;
    const struct record *begun = &state->form.begun[PART_CASE];
    const struct code_book *codes = view_context(view)->codes;
    bool moved = strcmp(record_text(begun, "state"), record_text(&move->kase, "state")) != 0 || !id_equal(begun->id, move->kase.id);
    struct buf text;
    buf_init(&text, LINE_BYTES);
    const char *label = _(case_action_label(codes, move->action)), *now = _(code_book_name(codes, "case_state", record_text(&move->kase, "state")));
    if (moved && move->n_documents > 0)
        buf_puts(&text, now);
    else
        buf_printf(&text, _("%s 办好了%s%s"), label, moved && strcmp(label, now) != 0 ? _("，现在是 ") : "", moved && strcmp(label, now) != 0 ? now : "");
    static const char *const given[] = {"provisional_no", "archive_no"};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (strcmp(record_text(begun, given[i]), record_text(&move->kase, given[i])) != 0)
            buf_printf(&text, " %s", record_text(&move->kase, given[i]));
    if (state->on_the_spot && strcmp(record_text(&move->kase, "state"), "S1") == 0 && !may_receive(view_context(view), move))
        buf_puts(&text, _("，等工作站人员收件"));
    for (size_t i = 0; i < move->n_documents; i++) {
        buf_puts(&text, i == 0 ? _("；") : _("、"));
        put_paper(view, move->documents[i], &text);
    }
    /* Numbers matter more than the state, which stands on the case's screen. */
    const char *said = buf_cstr(&text), *papers = strstr(said, "；");
    bool fits = (int)width_text(said, text.len) <= view->app->cols - 2;
    app_say(view->app, "%s", fits || papers == NULL ? said : papers + strlen("；"));
    buf_release(&text);
}

static void focus_named(struct action_view *state, const char *message)
{
    size_t named = form_named_in(&state->form.form, message);
    if (named == SIZE_MAX)
        return;
    state->in_roster = false;
    form_focus(&state->form.form, named);
}

/* Two handlers may have one name: who was taken from the list is meant by his file. */
static enum status name_taken(struct action_view *state)
{
    struct record *kase = &state->form.move.kase;
    char id[ID_TEXT_BYTES];
    if (id_is_zero(state->roster.taken) || strcmp(record_text(kase, "handler"), state->roster.taken_name) != 0)
        return STATUS_OK;
    id_format(state->roster.taken, id);
    return record_set_text(kase, "handler", id);
}

/* The action and the end of its draft in one transaction. */
static enum status commit(struct view *view, struct errmsg *err)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = store_begin(context->store, "case", err);
    if (status != STATUS_OK)
        return status;
    status = case_move_commit(context->store, context->actor, context->codes, context->random, &state->form.move, err);
    if (status == STATUS_OK && !id_is_zero(state->form.draft))
        status = draft_delete(context->store, context->actor, state->form.draft, err);
    if (status == STATUS_OK)
        return store_commit(context->store, err);
    store_rollback(context->store);
    return status;
}

static void leave_done(struct view *view)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    bool new_case = !id_equal(state->form.begun[PART_CASE].id, state->form.move.kase.id);
    struct id id = state->form.move.kase.id;
    state->form.draft = (struct id){{0}};
    state->form.dirty = false;
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    app_close(view->app);
    if (state->on_the_spot && may_receive(context, &state->form.move))
        app_open(view->app, &view_case_action, &(struct view_argument){.type = "receive", .id = id, .number = VIEW_ON_THE_SPOT});
    else if (new_case && !state->on_the_spot)
        app_open(view->app, &view_case, &(struct view_argument){.type = "case", .id = id});
    tell_result(view);
}

void action_do(struct view *view)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    bool saved_before = !id_is_zero(state->form.move.step.id);
    enum status status = name_taken(state);
    if (status == STATUS_OK)
        status = commit(view, &err);
    if (status == STATUS_OK) {
        form_saved(view, &state->form.form, state->form.move.kase.type);
        last_saves_add(&view->app->saves, &state->form.move.kase, SAVE_DONE);
        leave_done(view);
        return;
    }
    say_refusal(view, errmsg_text(&err, status));
    focus_named(state, err.text);
    if (!saved_before && !id_is_zero(state->form.move.step.id))
        app_close(view->app); /* done, but not made durable: the draft is still there to begin again from */
}

/* Take the person to the first needed field that is empty. */
static bool lacks_something(struct view *view)
{
    struct action_view *state = view->state;
    for (size_t i = 0; i < state->form.n; i++) {
        if (!state->form.needed[i] || !form_is_empty(&state->form.form, i))
            continue;
        state->in_roster = false;
        form_focus(&state->form.form, i);
        app_fail(view->app, "%s: %s要填这一项", _(state->form.fields[i]->label), _(case_action_label(view_context(view)->codes, action_of_form(state))));
        return true;
    }
    return false;
}

/* Nothing more is done in the case afterwards; an objection that is upheld (责令改正) takes it up again, and another office of the county goes on with what it was handed. */
static bool ends_here(const struct action_view *state)
{
    static const char upheld[] = "02";
    bool goes_on = action_is_one_of(action_of_form(state), ",decide-objection,") && strcmp(record_text(&state->form.move.kase, "objection_result"), upheld) == 0;
    return action_of_form(state)->to[0] == 'X' && !goes_on && !case_form_to_office(&state->form);
}

/* Everything in order so far? Then ask where a state is left for good, else do it. */
void action_try(struct view *view)
{
    static const char *const ANSWERS[] = {"办", "再看看"};
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    size_t bad = 0;
    if (!form_settle(&state->form.form)) {
        app_fail(view->app, "%s", state->form.form.message.text);
        return;
    }
    action_store_draft(view);
    enum status status = case_form_take(&state->form, view, &bad, &err);
    if (status != STATUS_OK) {
        state->in_roster = false;
        form_focus(&state->form.form, bad);
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    if (lacks_something(view))
        return;
    if (ask_to_seal(view, ASK_SURE, &state->form.move.kase))
        return;
    if (!ends_here(state)) {
        action_do(view);
        return;
    }
    char text[LINE_BYTES];
    snprintf(text, sizeof text, _("%s: 办了就不再往下办理，确定吗？"), _(case_action_label(view_context(view)->codes, action_of_form(state))));
    app_ask(view->app, ASK_SURE, text, ANSWERS, 2, 0);
}
