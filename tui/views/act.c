/* tui/views/act.c - what can be done with a record that is not a case (core/register/act.h): a list of acts, the form of the chosen one, then the papers it gave out.
 *
 * The list shows first what this person may do now, then the rest with the reason why not. The form asks what the act needs and takes; F2 does it. A refusal takes the person to the field it
 * names. What is typed is a draft until the act is done (act_draft.h). What the act said is told on the record's screen below; with papers it stands here, and Enter shows each for printing. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/width.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "core/register/act.h"
#include "core/base/language.h"
#include "tui/field_grid.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/record_form.h"
#include "tui/record_refs.h"
#include "tui/views/act_draft.h"
#include "tui/views/common.h"
#include "tui/views/record_before.h"
#include "tui/views/views.h"

enum { CELLS = 3, NEEDS_BYTES = 256, LINE_BYTES = 512, HEAD_ROW = 2, FORM_ROW = 5, LIST_ROW = 2, WIDE_COLUMNS = 100, ANSWER_COLUMNS = 20, LONG_ROWS = 3, INDEX_BATCH = 50, UNREAD_MAX_BYTES = 1 << 18 };
enum { PICK_CODE = 1, ASK_DO, ASK_DISCARD };
enum { COMMAND_DISCARD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_DISCARD, "discard", "不要这份草稿，从头填"}, {COMMAND_SAVE, "do", "照填好的办理"}, {COMMAND_NONE, NULL, NULL}};

enum phase { PHASE_MENU, PHASE_FORM, PHASE_DONE };

struct act_view {
    struct record record; /* what is acted upon, as it is in the store */
    enum phase phase;
    struct list_memory memory; /* acts, then papers */
    struct list list;
    size_t n_allowed;
    bool moving; /* move is begun */
    struct act_move move;
    struct record begun; /* as the move began, defaults filled in */
    struct id draft;     /* zero: none stored yet */
    int64_t draft_ms;
    bool dirty;          /* typed since the draft was stored */
    struct form form;
    struct record_refs refs;
    struct record_before before; /* what = repeats */
    struct form_def defs[FIELD_MAX_COUNT];
    const struct field_def *fields[FIELD_MAX_COUNT];
    bool needed[FIELD_MAX_COUNT];
    size_t n;
    int cols, first;
    char said[LINE_BYTES];
};

static const struct list_column act_columns[CELLS] = {{.label = NULL, .columns = 14}, {.label = "", .columns = 0}, {.label = "", .columns = 26}};
static const struct list_column act_columns_narrow[CELLS - 1] = {{.label = NULL, .columns = 14}, {.label = "", .columns = 0}};
static const struct list_column paper_columns[1] = {{.label = NULL, .columns = 0}};

bool view_has_acts(const struct record_type *type)
{
    for (size_t i = 0; i < act_count(); i++)
        if (strcmp(act_at(i)->type, type->name) == 0)
            return true;
    return false;
}

/* ---- the list ---- */

/* "要填 聘期至、退出理由", or the help where nothing is needed. */
static void needs_text(const struct act *act, struct buf *out)
{
    const struct field_def *field;
    bool needed;
    size_t n = 0;
    for (size_t i = 0; (field = act_field_at(act, i, &needed)) != NULL; i++)
        if (needed)
            buf_printf(out, "%s%s", n++ == 0 ? _("要填 ") : _("、"), _(field->label));
    if (n == 0)
        buf_puts(out, _(act->help));
}

static enum status list_act(struct act_view *state, size_t index, const char *reason)
{
    const struct act *act = act_at(index);
    struct buf words;
    buf_init(&words, NEEDS_BYTES);
    if (reason == NULL)
        needs_text(act, &words);
    else
        short_refusal(reason, &words);
    struct list_row row = {.tag = (uint32_t)index, .style = reason == NULL ? STYLE_NORMAL : STYLE_DIM,
                           .cells = {_(act->label), buf_cstr(&words), reason == NULL ? _(act->basis) : ""}};
    row.id.bytes[0] = (uint8_t)(index + 1);
    enum status status = list_memory_add(&state->memory, &row, CELLS);
    buf_release(&words);
    return status;
}

static enum status list_acts(struct view *view)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    state->n_allowed = 0;
    for (int wanted = 1; wanted >= 0; wanted--) {
        for (size_t i = 0; status == STATUS_OK && i < act_count(); i++) {
            struct errmsg reason = {{0}};
            if (strcmp(act_at(i)->type, state->record.type->name) != 0)
                continue;
            bool may = act_allowed(act_at(i), context->actor, context->codes, &state->record, &reason) == STATUS_OK;
            state->n_allowed += wanted == 1 && may;
            if (may == (wanted == 1))
                status = list_act(state, i, may ? NULL : reason.text);
        }
    }
    return status;
}

static enum status show_menu(struct view *view, struct errmsg *err)
{
    struct act_view *state = view->state;
    bool narrow = view->app->cols < WIDE_COLUMNS; /* the article stands in the form, too */
    state->phase = PHASE_MENU;
    list_release(&state->list);
    list_init(&state->list, list_memory_source(&state->memory), narrow ? act_columns_narrow : act_columns, narrow ? CELLS - 1 : CELLS, LIST_USUAL);
    enum status status = list_acts(view);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 5 : 10), err);
    return status == STATUS_OK ? list_reset(&state->list, err) : errmsg_set(err, status, "%s", status_text(status));
}

/* ---- the form ---- */

static void lay_out(struct act_view *state, int cols)
{
    struct field_grid grid;
    field_grid_start(&grid, cols);
    for (size_t i = 0; i < state->n; i++)
        field_grid_place(&grid, state->fields[i], LONG_ROWS, state->needed[i], GRID_REFS_WIDE, &state->defs[i]);
    state->cols = cols;
}

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct act_view *state = view->state;
    struct record copy;
    enum status status = record_copy(&copy, &state->move.record);
    if (status != STATUS_OK)
        return status;
    status = record_form_store_field(form, field, &copy, view_context(view)->codes, err);
    record_release(&copy);
    return status;
}

/* = takes what the newest other record of the type has. */
static bool repeat(void *context, struct form *form, size_t field, struct buf *out)
{
    struct view *view = context;
    struct act_view *state = view->state;
    const struct record *before = record_before_of(&state->before, view, &state->record);
    if (before == NULL)
        return false;
    (void)record_refs_keep(&state->refs, before, NULL); /* a reference without its name is not repeated, no more */
    record_form_value(form, field, before, state->fields[field], view_context(view)->codes, out);
    return out->len > 0;
}

static void store_draft(struct view *view)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record typed;
    struct buf title;
    struct errmsg err = {{0}};
    if (state->phase != PHASE_FORM || !state->dirty || record_copy(&typed, &state->begun) != STATUS_OK)
        return;
    buf_init(&title, LINE_BYTES);
    buf_printf(&title, "%s  ", _(state->move.act->label));
    record_show_title(&state->begun, context->codes, &title);
    record_form_store_lenient(&state->form, &typed, context->codes);
    enum status status = act_draft_store(context, state->move.act, &state->begun, &typed, buf_cstr(&title), &state->draft, &err);
    if (status == STATUS_OK) {
        state->dirty = false;
        state->draft_ms = app_now_ms(view->app);
    } else {
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
    }
    buf_release(&title);
    record_release(&typed);
}

static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct act_view *state = view->state;
    (void)field;
    state->dirty |= form->changed;
    store_draft(view);
}

static void end_move(struct act_view *state)
{
    if (!state->moving)
        return;
    record_release(&state->begun);
    state->draft = (struct id){{0}};
    state->draft_ms = 0;
    state->dirty = false;
    if (state->n > 0) {
        record_refs_close(&state->refs);
        form_release(&state->form);
    }
    act_release(&state->move);
    state->moving = false;
    state->n = 0;
}

static void first_empty(struct act_view *state)
{
    for (size_t i = 0; i < state->n; i++) {
        if (form_is_empty(&state->form, i)) {
            form_focus(&state->form, i);
            return;
        }
    }
}

static enum status open_form(struct view *view, struct errmsg *err)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct form_hooks hooks = {.context = view, .validate = validate, .repeat = repeat, .left = field_left};
    lay_out(state, view->app->cols);
    enum status status = form_init(&state->form, state->defs, state->n, hooks);
    if (status != STATUS_OK) {
        state->n = 0;
        return errmsg_set(err, status, "%s", status_text(status));
    }
    record_form_bind(&state->form, state->move.record.type, context->codes);
    state->form.day = state->move.today;
    state->form.day_field = SIZE_MAX;
    status = record_refs_open(&state->refs, &state->form, &state->move.record, context->store, context->actor, context->codes, err);
    if (status == STATUS_OK)
        status = record_form_load(&state->form, &state->move.record, context->codes);
    first_empty(state);
    if (status == STATUS_OK)
        status = record_refs_enter(&state->refs, err);
    return status;
}

/* Nothing to fill in: ask, then do. */
static void ask_to_do(struct view *view)
{
    static const char *const ANSWERS[] = {"办", "不办"};
    struct act_view *state = view->state;
    char text[LINE_BYTES];
    int n = snprintf(text, sizeof text, _("%s: %s。办吗？"), _(state->move.act->label), _(state->move.act->help));
    if ((int)width_text(text, (size_t)n) + ANSWER_COLUMNS > view->app->cols) /* the answers must be seen; what it is stands in the list */
        snprintf(text, sizeof text, _("%s，办吗？"), _(state->move.act->label));
    app_ask(view->app, ASK_DO, text, ANSWERS, 2, 0);
}

/* Somebody began this before: what he typed stands in the record when the form is made. draft: zero: the newest there is. */
static void take_up_draft(struct view *view, struct id draft)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct buf changed;
    struct errmsg err = {{0}};
    if (id_is_zero(draft) && !act_draft_find(context, state->move.act, state->record.id, &draft))
        return;
    buf_init(&changed, LINE_BYTES);
    enum status status = act_draft_load(context, draft, &state->move, &changed, &err);
    if (status == STATUS_OK) {
        state->draft = draft;
        state->draft_ms = app_now_ms(view->app);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "草稿读不出来: %s", errmsg_text(&err, status));
    else if (changed.len > 0)
        app_fail(view->app, "接着写草稿；其间别人改过 %s，请核对", buf_cstr(&changed));
    else
        app_say(view->app, "接着写草稿；Ctrl-D 不要草稿，从头填");
    buf_release(&changed);
}

static void begin(struct view *view, const struct act *act, struct id draft)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    const struct field_def *field;
    enum status status = act_begin(context->store, context->actor, context->codes, act, state->record.id, &state->move, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    record_init(&state->begun, state->record.type);
    state->moving = true;
    state->n = 0;
    state->first = 0;
    while (state->n < FIELD_MAX_COUNT && (field = act_field_at(act, state->n, &state->needed[state->n])) != NULL)
        state->fields[state->n++] = field;
    if (state->n == 0) {
        ask_to_do(view);
        return;
    }
    status = record_copy(&state->begun, &state->move.record);
    if (status == STATUS_OK) {
        take_up_draft(view, draft);
        status = open_form(view, &err);
    }
    if (status == STATUS_OK) {
        state->phase = PHASE_FORM;
        return;
    }
    end_move(state);
    app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- opening ---- */

static enum status act_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct act *act = NULL;
    struct id on = argument->id;
    enum status status = argument->number == VIEW_DRAFT ? act_draft_of(context, argument->id, &act, &on, err) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    const struct record_type *type = catalogue_find(act != NULL ? act->type : argument->type);
    assert(type != NULL);
    status = records_get(context->store, context->actor, type, on, &state->record, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), act_columns, CELLS, 0);
    status = show_menu(view, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
        record_release(&state->record);
        return status;
    }
    if (act != NULL)
        begin(view, act, argument->id);
    return STATUS_OK;
}

static void act_close(struct view *view)
{
    struct act_view *state = view->state;
    end_move(state);
    record_before_release(&state->before);
    list_release(&state->list);
    list_memory_release(&state->memory);
    record_release(&state->record);
}

/* From the form back to the list; what is typed stays as a draft. */
static bool act_leave(struct view *view)
{
    struct act_view *state = view->state;
    struct errmsg err = {{0}};
    if (state->phase != PHASE_FORM)
        return true;
    state->dirty |= state->form.changed && id_is_zero(state->draft);
    store_draft(view);
    bool kept = !id_is_zero(state->draft);
    end_move(state);
    if (show_menu(view, &err) != STATUS_OK)
        return true;
    if (kept)
        app_say(view->app, "还没有办，填好的已留作草稿");
    app_touch(view->app);
    return false;
}

/* Start anew, as if nothing had been typed. */
static void discard(struct view *view)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct act *act = state->move.act;
    struct errmsg err = {{0}};
    enum status status = id_is_zero(state->draft) ? STATUS_OK : draft_delete(context->store, context->actor, state->draft, &err);
    if (status == STATUS_OK) {
        end_move(state);
        status = show_menu(view, &err);
    }
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    app_say(view->app, "从头填");
    begin(view, act, (struct id){{0}});
}

/* ---- doing it ---- */

static void put_paper(struct view *view, struct id id, struct buf *out)
{
    struct app_context *context = view_context(view);
    struct record paper;
    if (records_get(context->store, context->actor, catalogue_find("document"), id, &paper, NULL) != STATUS_OK)
        return;
    buf_puts(out, _(code_book_name(context->codes, "doc_form", record_text(&paper, "form"))));
    if (record_text(&paper, "number")[0] != '\0')
        buf_printf(out, " %s", record_text(&paper, "number"));
    record_release(&paper);
}

static enum status list_papers(struct view *view, struct errmsg *err)
{
    struct act_view *state = view->state;
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    for (size_t i = 0; status == STATUS_OK && i < state->move.n_documents; i++) {
        struct buf words;
        buf_init(&words, LINE_BYTES);
        put_paper(view, state->move.documents[i], &words);
        struct list_row row = {.id = state->move.documents[i], .tag = (uint32_t)i, .cells = {buf_cstr(&words)}};
        status = list_memory_add(&state->memory, &row, 1);
        buf_release(&words);
    }
    list_release(&state->list);
    list_init(&state->list, list_memory_source(&state->memory), paper_columns, 1, LIST_USUAL);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    return list_reset(&state->list, err);
}

static void say_done(struct view *view)
{
    struct act_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    const struct field_def *def = catalogue_field(state->record.type, "state");
    const char *now = def != NULL ? record_text(&state->move.record, "state") : "";
    bool moved = def != NULL && strcmp(record_text(&state->record, "state"), now) != 0;
    if (strncmp(buf_cstr(&state->move.said), _(state->move.act->label), strlen(_(state->move.act->label))) == 0) {
        copy_text(state->said, sizeof state->said, buf_cstr(&state->move.said)); /* it says so itself, at length */
        return;
    }
    snprintf(state->said, sizeof state->said, _("%s 办好了%s%s%s%s"), _(state->move.act->label), moved ? _("，现在是 ") : "", moved ? _(code_book_name(codes, def->codes, now)) : "",
             state->move.said.len > 0 ? _("；") : "", buf_cstr(&state->move.said));
}

static void finish(struct view *view)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    say_done(view);
    search_catch_up(context->store, context->codes, INDEX_BATCH, NULL, NULL);
    state->form.changed = state->dirty = false;
    state->draft = (struct id){{0}};
    if (state->move.n_documents > 0 && list_papers(view, &err) == STATUS_OK) {
        state->phase = PHASE_DONE;
        app_say(view->app, "%s", state->said);
        return;
    }
    app_close(view->app);
    app_say(view->app, "%s", state->said);
}

/* The act and the end of its draft in one transaction. */
static enum status commit(struct view *view, struct errmsg *err)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = store_begin(context->store, "act", err);
    if (status != STATUS_OK)
        return status;
    status = act_commit(context->store, context->actor, context->codes, context->random, &state->move, err);
    if (status == STATUS_OK && !id_is_zero(state->draft))
        status = draft_delete(context->store, context->actor, state->draft, err);
    if (status == STATUS_OK)
        return store_commit(context->store, err);
    store_rollback(context->store);
    return status;
}

static void do_it(struct view *view)
{
    struct act_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = commit(view, &err);
    if (status == STATUS_OK) {
        finish(view);
        return;
    }
    say_refusal(view, errmsg_text(&err, status));
    if (state->phase == PHASE_FORM) {
        size_t named = form_named_in(&state->form, err.text);
        if (named != SIZE_MAX)
            form_focus(&state->form, named);
    } else {
        end_move(state);
    }
}

static void try_it(struct view *view)
{
    struct act_view *state = view->state;
    struct errmsg err = {{0}};
    size_t bad = 0;
    if (!form_settle(&state->form)) {
        app_fail(view->app, "%s", state->form.message.text);
        return;
    }
    store_draft(view);
    enum status status = record_form_store(&state->form, &state->move.record, view_context(view)->codes, &bad, &err);
    if (status != STATUS_OK) {
        form_focus(&state->form, bad);
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    do_it(view);
}

/* ---- keys ---- */

static void enter_field(struct view *view)
{
    struct act_view *state = view->state;
    struct errmsg err = {{0}};
    if (state->phase == PHASE_FORM && record_refs_enter(&state->refs, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
}

static void choose(struct view *view, const struct list_row *row)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg reason = {{0}};
    if (state->phase == PHASE_DONE) {
        app_open(view->app, &view_document, &(struct view_argument){.type = "document", .id = row->id});
        return;
    }
    const struct act *act = act_at(row->tag);
    if (act_allowed(act, context->actor, context->codes, &state->record, &reason) != STATUS_OK)
        app_fail(view->app, "%s", reason.text);
    else
        begin(view, act, (struct id){{0}});
}

static bool list_keys(struct view *view, struct key key)
{
    struct act_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        choose(view, list_selected(&state->list));
    return result != LIST_IGNORED;
}

static bool act_key(struct view *view, struct key key)
{
    struct act_view *state = view->state;
    if (state->phase != PHASE_FORM)
        return list_keys(view, key);
    enum form_result result = form_key_told(view, &state->form, key);
    state->dirty |= result == FORM_CHANGED;
    if (result == FORM_COMPLETE)
        app_say(view->app, "填完了，F2 办理");
    enter_field(view);
    return result != FORM_IGNORED;
}

static void ask_discard(struct view *view)
{
    static const char *const ANSWERS[] = {"不要草稿", "留着"};
    struct act_view *state = view->state;
    if (state->form.changed || !id_is_zero(state->draft))
        app_ask(view->app, ASK_DISCARD, "填好的都不要了，从头填？", ANSWERS, 2, 0);
    else
        app_say(view->app, "还没有填什么");
}

static bool act_command(struct view *view, int command)
{
    struct act_view *state = view->state;
    if (state->phase != PHASE_FORM || (command != COMMAND_SAVE && command != COMMAND_CODES && command != COMMAND_DISCARD))
        return false;
    if (command == COMMAND_SAVE)
        try_it(view);
    else if (command == COMMAND_DISCARD)
        ask_discard(view);
    else
        form_pick_told(view, &state->form, PICK_CODE);
    return true;
}

static void act_answer(struct view *view, const struct view_answer *answer)
{
    struct act_view *state = view->state;
    bool yes = !answer->cancelled && answer->chosen == 1;
    if (answer->tag == PICK_CODE && !answer->cancelled) {
        form_take_pick(&state->form, answer->text);
        state->dirty = true;
        enter_field(view);
    } else if (answer->tag == ASK_DO && yes) {
        do_it(view);
    } else if (answer->tag == ASK_DO) {
        end_move(state);
    } else if (answer->tag == ASK_DISCARD && yes) {
        discard(view);
    }
}

/* ---- drawing ---- */

static void act_title(struct view *view, struct buf *left, struct buf *right)
{
    struct act_view *state = view->state;
    char clock[CLOCK_TEXT_BYTES];
    buf_printf(left, "%s   %s  ", state->phase == PHASE_MENU ? _("办理") : _(state->move.act->label), _(state->record.type->label));
    record_show_title(&state->record, view_context(view)->codes, left);
    if (state->draft_ms != 0 && state->phase == PHASE_FORM) {
        clock_text(state->draft_ms, clock);
        buf_printf(right, _("  草稿已保存 %s"), clock);
    }
}

static void draw_head(const struct act *act, const struct code_book *codes, struct canvas *canvas)
{
    struct buf line;
    buf_init(&line, LINE_BYTES);
    canvas_puts(canvas, HEAD_ROW, 1, canvas->cols - 2, STYLE_NORMAL, _(act->help));
    if (act->basis[0] != '\0')
        buf_printf(&line, _("依据 %s  "), _(act->basis));
    if (act->deadlines[0] != '\0')
        buf_printf(&line, _("期限 %s  "), act->deadlines);
    if (act->documents[0] != '\0')
        buf_printf(&line, _("出具 %s"), _(code_book_name(codes, "doc_form", act->documents)));
    canvas_puts(canvas, HEAD_ROW + 1, 1, canvas->cols - 2, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

static void draw_form(struct view *view, struct canvas *canvas)
{
    struct act_view *state = view->state;
    if (field_grid_differs(state->cols, canvas->cols)) {
        lay_out(state, canvas->cols);
        form_laid_out(&state->form);
    }
    form_draw_window(&state->form, canvas, FORM_ROW, 0, canvas->rows - 3 - FORM_ROW, &state->first, true);
    draw_head(state->move.act, view_context(view)->codes, canvas);
    canvas_rule(canvas, FORM_ROW - 1);
}

static void act_draw(struct view *view, struct canvas *canvas)
{
    struct act_view *state = view->state;
    int row = state->phase == PHASE_DONE ? LIST_ROW + 2 : LIST_ROW, rows = canvas->rows - 2 - row;
    struct errmsg err = {{0}};
    if (state->phase == PHASE_FORM) {
        draw_form(view, canvas);
        canvas_rule(canvas, 1);
        return;
    }
    canvas_rule(canvas, 1);
    if (state->phase == PHASE_DONE)
        canvas_puts(canvas, LIST_ROW, 1, canvas->cols - 2, STYLE_BOLD, _("出具了下面的文书，Enter 看和打印:"));
    if (list_set_height(&state->list, (size_t)rows, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    list_draw(&state->list, canvas, row, 0, rows, canvas->cols, "没有可办的", true);
}

static void act_hint(struct view *view, size_t columns, struct buf *out)
{
    struct act_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (state->phase == PHASE_FORM) {
        form_hint(&state->form, columns, out);
        const struct field_def *field = state->fields[state->form.focus];
        if (out->len == 0 && field->help != NULL)
            buf_printf(out, "%s: %s", _(field->label), _(field->help));
    } else if (state->phase == PHASE_DONE) {
        buf_puts(out, state->said);
    } else if (row != NULL) {
        buf_puts(out, _(act_at(row->tag)->help));
    }
}

static const struct field_def *act_field(struct view *view)
{
    struct act_view *state = view->state;
    return state->phase == PHASE_FORM ? state->fields[state->form.focus] : NULL;
}

static void act_cite(struct view *view, struct buf *out)
{
    struct act_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (state->phase == PHASE_FORM)
        buf_puts(out, _(state->move.act->basis));
    else if (state->phase == PHASE_MENU && row != NULL)
        buf_puts(out, _(act_at(row->tag)->basis));
}

static bool act_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct act_view *state = view->state;
    *type = state->record.type;
    *id = state->record.id;
    return n == 0;
}

/* What was typed is shown on a screen of its own. */
static bool act_left(struct view *view, const struct record_type *type, struct id id)
{
    struct act_view *state = view->state;
    struct buf unread;
    if (state->phase != PHASE_FORM)
        return false;
    state->dirty |= state->form.changed;
    store_draft(view);
    buf_init(&unread, UNREAD_MAX_BYTES);
    record_form_unread(&state->form, &state->begun, view_context(view)->codes, &unread);
    leave_form(view, type, id, state->draft, buf_cstr(&unread));
    buf_wipe(&unread);
    return true;
}

/* Somebody else may have moved the record on while a paper was looked at. */
static void act_refresh(struct view *view)
{
    struct act_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record fresh;
    struct errmsg err = {{0}};
    record_before_release(&state->before);
    if (state->phase == PHASE_FORM)
        form_refresh_sources(&state->form);
    if (state->phase != PHASE_MENU || state->moving)
        return;
    if (records_get(context->store, context->actor, state->record.type, state->record.id, &fresh, NULL) != STATUS_OK) {
        app_close(view->app);
        return;
    }
    record_release(&state->record);
    state->record = fresh;
    enum status status = list_acts(view);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static const struct keymap *act_keymap(struct view *view)
{
    static const struct binding menu_bindings[] = {
        {"数字", COMMAND_NONE, "选", BINDING_HINT}, {"Enter", COMMAND_OPEN, "办选中的", BINDING_HINT}, {"F9", COMMAND_LAW, "法条", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "不办", BINDING_KEEP},       {NULL, 0, NULL, 0},
    };
    static const struct binding form_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"=", COMMAND_REPEAT_FIELD, "同上条", 0}, {"F2", COMMAND_SAVE, "办理", BINDING_KEEP}, {"F4", COMMAND_CODES, "代码", 0},
        {"F9", COMMAND_LAW, "法条", 0},                  {"Ctrl-D", COMMAND_DISCARD, "从头填", 0},   {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回留草稿", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding done_bindings[] = {
        {"Enter", COMMAND_OPEN, "看文书", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap maps[] = {[PHASE_MENU] = {.bindings = menu_bindings}, [PHASE_FORM] = {.bindings = form_bindings, .commands = COMMANDS}, [PHASE_DONE] = {.bindings = done_bindings}};
    return &maps[((const struct act_view *)view->state)->phase];
}

const struct view_class view_act = {
    .name = "act",
    .state_bytes = sizeof(struct act_view),
    .help = "能对这条记录办什么: 现在能办的在前，不能办的写着原因。选一项，填它要的内容，F2 办理；状态、文号、期限由程序推进。\n"
            "办理动作写进历史，不能直接改；出具的文书 Enter 打开来打印。没办就返回也不丢: 填好的留作草稿，下次办同一条的同一个动作时接着写。",
    .open = act_open,
    .close = act_close,
    .leave = act_leave,
    .key = act_key,
    .command = act_command,
    .draw = act_draw,
    .title = act_title,
    .keymap = act_keymap,
    .hint = act_hint,
    .field = act_field,
    .cite = act_cite,
    .answer = act_answer,
    .refresh = act_refresh,
    .shows = act_shows,
    .left = act_left,
    .idle = store_draft,
};
