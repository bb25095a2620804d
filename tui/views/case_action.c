/* tui/views/case_action.c - the form of any action on a case, made from the table of actions (core/case/case_flow.h): what it needs first, then what it takes; F2 does it.
 *
 * Above the form: what the action is, its article, the periods it moves and the papers it gives out. Below: for intake the answer on scope and means as the form stands
 * (法律援助法第三十一至四十二条; what need not be asked is passed over), for assignment the candidates, else what was done before. A refusal takes the person to the field it
 * names. What is typed is a draft until the action is done (case_form.h). */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/draft.h"
#include "tui/record_form.h"
#include "tui/views/case_action.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { HEAD_ROW = 2, HELP_LINES_MAX = 2, FORM_ROWS_MIN = 4, ROSTER_ROWS_MIN = 5, FULL_ROWS = 24, MORE_COLUMNS = 20, HEAD_LABEL_COLUMNS = 5, UNREAD_MAX_BYTES = 1 << 18 };
static const struct command COMMANDS[] = {{COMMAND_DISCARD, "discard", "不要这份草稿，从头填"},
                                          {COMMAND_SAVE, "do", "照填好的办理"},
                                          {COMMAND_INSERT_ROW, "insert-row", "在这一行上面加一行"},
                                          {COMMAND_REMOVE_ROW, "remove-row", "不要这一行，Ctrl-Z 取回"},
                                          {COMMAND_ROW_UP, "row-up", "这一行上移"},
                                          {COMMAND_ROW_DOWN, "row-down", "这一行下移"},
                                          {COMMAND_SIMILAR, "similar", "照以前的: 同案由的案件、同一个动作里写过的，最像的几条，取一条来改"},
                                          {COMMAND_NONE, NULL, NULL}};

static void read_roster(struct view *view)
{
    struct action_view *state = view->state;
    struct record parts[CASE_PARTS];
    struct errmsg err = {{0}};
    if (!state->has_roster || case_form_peek(&state->form, view, parts) != STATUS_OK)
        return;
    enum status status = case_roster_read(&state->roster, view, state->form.move.rules, &state->form.move.kase, record_text(&parts[PART_STEP], "wish"), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    case_form_drop(parts);
}

static void draft_title(struct view *view, struct buf *out)
{
    struct action_view *state = view->state;
    size_t name = case_form_field(&state->form, "name");
    buf_printf(out, "%s  ", _(case_action_label(view_context(view)->codes, action_of_form(state))));
    if (name != SIZE_MAX)
        form_text(&state->form.form, name, out);
    else
        buf_puts(out, record_text(&state->form.move.kase, "name"));
}

void action_store_draft(struct view *view)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    struct buf title;
    buf_init(&title, LINE_BYTES);
    draft_title(view, &title);
    enum status status = case_form_store_draft(&state->form, view, buf_cstr(&title), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
    buf_release(&title);
}

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct action_view *state = view->state;
    (void)form;
    action_expand_phrases(view, field);
    return case_form_check_field(&state->form, view, field, err);
}

static void look_for_same(struct view *view, size_t field)
{
    struct action_view *state = view->state;
    struct record parts[CASE_PARTS];
    if (state->form.parts[field] != PART_CASE || !same_person_asks(state->form.fields[field]->name) || case_form_peek(&state->form, view, parts) != STATUS_OK)
        return;
    same_person_find(view, &parts[PART_CASE], &state->same);
    case_form_drop(parts);
}

static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct action_view *state = view->state;
    (void)form;
    state->form.dirty = true;
    state->form.derived[field] = false;
    action_follow(view);
    look_for_same(view, field);
    if (strcmp(state->form.fields[field]->name, "wish") == 0)
        read_roster(view);
    action_store_draft(view);
}

static bool repeat(void *context, struct form *form, size_t field, struct buf *out)
{
    struct view *view = context;
    struct action_view *state = view->state;
    const struct record *before = state->form.parts[field] == PART_CASE ? record_before_of(&state->before, view, &state->form.move.kase) : NULL;
    if (before == NULL)
        return false;
    record_form_value(form, field, before, state->form.fields[field], view_context(view)->codes, out);
    return out->len > 0;
}

/* Whether a whole case is written here, that may be like the one before. */
static bool is_intake(const struct action_view *state)
{
    const struct case_action *action = action_of_form(state); /* NULL: asked by the help, nothing is open */
    return action != NULL && action_is_one_of(action, ",draft,");
}

static void take_card(void *context, struct form *form, const struct id_reading *card)
{
    struct view *view = context;
    struct action_view *state = view->state;
    record_form_take_card(form, card, view_context(view)->codes);
    state->form.dirty = true;
    action_store_draft(view);
}

static bool holds(const struct action_view *state, const char *name, const char *code)
{
    size_t i = case_form_field(&state->form, name);
    struct buf text;
    if (i == SIZE_MAX)
        return false;
    buf_init(&text, 256);
    form_text(&state->form.form, i, &text);
    bool same = strcmp(buf_cstr(&text), code) == 0;
    buf_release(&text);
    return same;
}

/* What an identity number and a village say for certain; another number or village says it anew. */
static bool is_certain(const char *name)
{
    return strcmp(name, "sex") == 0 || strcmp(name, "born") == 0 || strcmp(name, "id_kind") == 0 || strcmp(name, "town") == 0;
}

/* What only criminal cases have. */
static bool is_criminal(const char *name)
{
    return strcmp(name, "notice_no") == 0 || strcmp(name, "notice_ground") == 0 || strcmp(name, "custody") == 0 || strcmp(name, "detained_at") == 0;
}

static bool is_means(const char *name)
{
    return strcmp(name, "members") == 0 || strcmp(name, "household") == 0 || strcmp(name, "income") == 0 || strcmp(name, "hardship") == 0;
}

/* What the exemptions answer already, and what only criminal cases have (法律援助法第二十五、三十二、四十二条). */
static bool skip(void *context, const struct form *form, size_t field)
{
    struct view *view = context;
    struct action_view *state = view->state;
    const char *name = form->defs[field].name;
    if (state->form.derived[field] && is_certain(name))
        return true;
    if (state->form.needed[field] || !state->asks_eligibility || !form_is_empty(form, field))
        return false;
    if (is_means(name))
        return !state->eligibility.asks_income;
    if (is_criminal(name))
        return !holds(state, "case_type", "01");
    return strcmp(name, "agent_kind") == 0 && holds(state, "agent", "");
}

/* ---- opening ---- */

static void go_on_with_draft(struct view *view, struct id draft)
{
    struct action_view *state = view->state;
    struct buf changed;
    struct errmsg err = {{0}};
    buf_init(&changed, LINE_BYTES);
    enum status status = case_form_load_draft(&state->form, view, draft, &changed, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "草稿读不出来: %s", errmsg_text(&err, status));
    else if (changed.len > 0)
        app_fail(view->app, "接着写草稿；其间别人改过 %s，请核对", buf_cstr(&changed));
    else
        app_say(view->app, "接着写草稿；Ctrl-D 不要草稿，从头填");
    buf_release(&changed);
}

static enum status open_on(struct view *view, const struct case_action *action, struct id on, struct errmsg *err)
{
    struct action_view *state = view->state;
    struct form_hooks hooks = {.context = view, .validate = validate, .repeat = repeat, .skip = skip, .left = field_left, .card = take_card};
    case_roster_init(&state->roster);
    enum status status = case_form_open(&state->form, view, action, on, hooks, view->app->cols, err);
    if (status != STATUS_OK)
        return status;
    if (case_form_field(&state->form, "id_no") == SIZE_MAX)
        state->form.form.hooks.card = NULL;
    state->asks_eligibility = action_is_one_of(action, ",draft,receive,pre-review,");
    state->has_roster = action_is_one_of(action, ",assign,change-handler,");
    return STATUS_OK;
}

static enum status action_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct action_view *state = view->state;
    const struct case_action *action = argument->type != NULL ? case_action_find(argument->type) : NULL;
    struct id on = argument->id, draft = {{0}};
    enum status status = STATUS_OK;
    state->on_the_spot = argument->number == VIEW_ON_THE_SPOT;
    if (argument->number == VIEW_DRAFT) {
        draft = argument->id;
        status = case_form_of_draft(view, draft, &action, &on, err);
    }
    if (status == STATUS_OK && action == NULL)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有这个办理动作");
    if (status == STATUS_OK)
        status = open_on(view, action, on, err);
    if (status != STATUS_OK)
        return status;
    if (!id_is_zero(draft) || case_form_find_draft(&state->form, view, &draft))
        go_on_with_draft(view, draft);
    action_follow(view);
    read_roster(view);
    case_form_start(&state->form, view);
    state->in_roster = state->has_roster && state->roster.n_eligible > 0 && holds(state, "handler", "");
    return STATUS_OK;
}

static void action_close(struct view *view)
{
    struct action_view *state = view->state;
    record_before_release(&state->before);
    similar_offer_release(&state->similar);
    roster_table_close(&state->table);
    case_roster_release(&state->roster);
    case_form_close(&state->form);
}

static bool action_leave(struct view *view)
{
    struct action_view *state = view->state;
    action_close_table(view);
    state->form.dirty |= state->form.form.changed && id_is_zero(state->form.draft);
    action_store_draft(view);
    if (!id_is_zero(state->form.draft))
        app_say(view->app, "还没有办，填好的已留作草稿");
    return true;
}

static void action_idle(struct view *view)
{
    action_keep_table(view);
    action_store_draft(view);
}

/* Whether the draft is stored and still there. */
static bool has_draft(struct view *view)
{
    const struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record draft;
    if (id_is_zero(state->form.draft) || draft_load(context->store, context->actor, state->form.draft, &draft, NULL) != STATUS_OK)
        return false;
    record_release(&draft);
    return true;
}

/* What the form was opened on, and who is said to be the applicant perhaps. An application may start from several kinds of records. */
static bool action_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    static const char *const SOURCES[] = {"consultation", "person", "event"};
    enum { N_SOURCES = sizeof SOURCES / sizeof SOURCES[0] };
    const struct action_view *state = view->state;
    bool same = n == N_SOURCES;
    *type = catalogue_find(same ? "person" : n > N_SOURCES || !is_intake(state) ? "case" : SOURCES[n]);
    *id = same ? state->same.id : n == 0 || is_intake(state) ? state->form.on : (struct id){{0}};
    return n <= N_SOURCES;
}

/* What was typed is shown on a screen of its own, and nothing of what it was typed on. */
static bool action_left(struct view *view, const struct record_type *type, struct id id)
{
    struct action_view *state = view->state;
    struct buf unread;
    if (!id_equal(id, state->form.on)) {
        state->same = (struct same_person){.text = ""};
        return true;
    }
    action_close_table(view);
    state->form.dirty |= state->form.form.changed || !id_is_zero(state->form.draft);
    action_store_draft(view);
    buf_init(&unread, UNREAD_MAX_BYTES);
    case_form_unread(&state->form, view, &unread);
    leave_form(view, type, id, state->form.draft, buf_cstr(&unread));
    buf_wipe(&unread);
    return true;
}

/* The case was deleted: with a draft the form stays as it is: doing it says why not, going back keeps the draft. Without one nothing much was typed: it closes. What left or was erased does not come here (action_left). */
static void action_refresh(struct view *view)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record kase;
    record_before_release(&state->before);
    form_refresh_sources(&state->form.form);
    if (is_intake(state) || id_is_zero(state->form.on))
        return;
    enum status status = records_get(context->store, context->actor, catalogue_find("case"), state->form.on, &kase, NULL);
    if (status == STATUS_OK)
        record_release(&kase);
    if (status != STATUS_NOT_FOUND)
        return;
    if (!has_draft(view))
        app_close(view->app);
    app_say_gone(view->app, catalogue_find("case"), state->form.on);
}

/* Start anew, as if nothing had been typed. */
static void discard(struct view *view)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct case_action *action = action_of_form(state);
    struct id on = state->form.on;
    struct errmsg err = {{0}};
    enum status status = id_is_zero(state->form.draft) ? STATUS_OK : draft_delete(context->store, context->actor, state->form.draft, &err);
    if (status == STATUS_OK) {
        action_close(view);
        *state = (struct action_view){.on_the_spot = state->on_the_spot};
        status = open_on(view, action, on, &err);
        if (status != STATUS_OK) {
            app_fail(view->app, "%s", errmsg_text(&err, status));
            app_close(view->app);
            return;
        }
        action_follow(view);
        read_roster(view);
        case_form_start(&state->form, view);
        app_say(view->app, "从头填");
        return;
    }
    app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys ---- */

static void leave_roster(struct action_view *state, bool taken)
{
    size_t handler = case_form_field(&state->form, "handler");
    state->in_roster = false;
    if (list_is_narrowed(&state->roster.list))
        (void)list_key(&state->roster.list, key_named(K_ESC, 0), NULL);
    form_focus(&state->form.form, handler);
    if (taken) {
        form_type(&state->form.form, handler, state->roster.taken_name, strlen(state->roster.taken_name));
        form_key(&state->form.form, key_named(K_ENTER, 0));
    }
}

static bool take_from_roster(struct view *view)
{
    struct action_view *state = view->state;
    bool taken = case_roster_take(&state->roster, view);
    if (taken)
        leave_roster(state, true);
    return taken;
}

static bool roster_key(struct view *view, struct key key)
{
    struct action_view *state = view->state;
    struct errmsg err = {{0}};
    bool narrowed = list_is_narrowed(&state->roster.list);
    if (key.modifiers == 0 && (key.kind == K_TAB || key.kind == K_F4 || (key.kind == K_ESC && !narrowed))) {
        leave_roster(state, false);
        return true;
    }
    switch (list_key(&state->roster.list, key, &err)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        (void)take_from_roster(view);
        return true;
    case LIST_MOVED:
        return true;
    default:
        if (key.kind == K_ENTER && state->roster.list.n == 0)
            (void)take_from_roster(view); /* tells what to do instead */
        else
            app_beep(view->app);
        return true;
    }
}

static bool action_key(struct view *view, struct key key)
{
    struct action_view *state = view->state;
    if (state->in_roster)
        return roster_key(view, key);
    if (roster_table_is_open(&state->table))
        return action_table_key(view, key);
    switch (form_key_told(view, &state->form.form, key)) {
    case FORM_IGNORED:
        return false;
    case FORM_CHANGED:
        state->form.dirty = true;
        break;
    case FORM_COMPLETE:
        app_say(view->app, "到最后一项了，F2 办理");
        break;
    default:
        break;
    }
    return true;
}

/* Fill what is still empty from the case before: nothing typed is lost. */
static void repeat_case(struct view *view)
{
    struct action_view *state = view->state;
    size_t filled = form_repeat_all(&state->form.form);
    if (filled == 0) {
        app_fail(view->app, "没有上一件，或没有空着的可以照它填");
        return;
    }
    state->form.dirty = true;
    action_follow(view);
    action_store_draft(view);
    app_say(view->app, "照上一件填了 %zu 项，只改不同处", filled);
}

static bool on_handler(const struct action_view *state)
{
    return state->has_roster && strcmp(state->form.fields[state->form.form.focus]->name, "handler") == 0;
}

static bool action_command(struct view *view, int command)
{
    static const char *const ANSWERS[] = {"不要草稿", "留着"};
    struct action_view *state = view->state;
    if (roster_table_is_open(&state->table) && action_table_command(view, command))
        return true;
    switch (command) {
    case COMMAND_SAVE:
        if (action_table_ready(view) && (!state->in_roster || take_from_roster(view)))
            action_try(view);
        return true;
    case COMMAND_CODES:
        if (on_handler(state) && state->roster.list.n > 0)
            state->in_roster = true;
        else if (!action_open_table(view) && !action_pick_phrase(view))
            form_pick_told(view, &state->form.form, PICK_CODE);
        return true;
    case COMMAND_SIMILAR:
        action_ask_similar(view);
        return true;
    case COMMAND_REPEAT:
        if (!is_intake(state))
            return false;
        repeat_case(view);
        return true;
    case COMMAND_DISCARD:
        if (state->form.form.changed || !id_is_zero(state->form.draft))
            app_ask(view->app, ASK_DISCARD, "填好的都不要了，从头填？", ANSWERS, 2, 0);
        else
            app_say(view->app, "还没有填什么");
        return true;
    default:
        return false;
    }
}

static void action_answer(struct view *view, const struct view_answer *answer)
{
    struct action_view *state = view->state;
    if (answer->cancelled)
        return;
    if (answer->tag == PICK_CODE) {
        form_take_pick(&state->form.form, answer->text);
        state->form.dirty = true;
    } else if (answer->tag == PICK_PHRASE) {
        action_take_phrase(view, answer->text);
    } else if (answer->tag == PICK_SIMILAR) {
        action_take_similar(view, answer->text);
    } else if (answer->tag == PICK_CELL && roster_table_is_open(&state->table)) {
        roster_table_take_pick(&state->table, answer->text);
        action_keep_table(view);
    } else if (answer->tag == ASK_SURE && answer->chosen == 1) {
        action_do(view);
    } else if (answer->tag == ASK_DISCARD && answer->chosen == 1) {
        discard(view);
    }
}

/* ---- drawing ---- */

static void action_title(struct view *view, struct buf *left, struct buf *right)
{
    struct action_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    const struct record *kase = &state->form.begun[PART_CASE];
    char clock[CLOCK_TEXT_BYTES];
    buf_printf(left, "%s  %s  ", _(case_action_label(codes, action_of_form(state))), record_text(kase, "name"));
    record_field_text(kase, "cause", codes, left);
    form_missing_text(&state->form.form, right);
    if (state->form.draft_ms != 0) {
        clock_text(state->form.draft_ms, clock);
        buf_printf(right, _("草稿已保存 %s"), clock);
    }
}

/* Of the longest label and a blank. */
static int head_label_columns(void)
{
    const char *const labels[] = {_("依据"), _("期限"), _("出具")};
    int columns = HEAD_LABEL_COLUMNS;
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        int label = (int)width_text(labels[i], strlen(labels[i])) + 1;
        columns = label > columns ? label : columns;
    }
    return columns;
}

static void put_head(struct canvas *canvas, int row, int col, int columns, const char *label, const char *text)
{
    int labels = head_label_columns();
    canvas_puts(canvas, row, col, -1, STYLE_DIM, label);
    canvas_puts(canvas, row, col + labels, columns - labels, STYLE_NORMAL, text);
}

/* Who is exempt fills in no statement of means (法律援助法第四十二条). */
static const char *papers_of(const struct action_view *state)
{
    bool means = strcmp(action_of_form(state)->name, "receive") == 0 && state->eligibility.asks_income;
    return means ? "02,04,05" : action_of_form(state)->documents;
}

struct head_lines {
    struct canvas *canvas;
    int row, left;
};

static bool put_help_line(void *context, const char *text)
{
    struct head_lines *lines = context;
    canvas_puts(lines->canvas, lines->row++, 1, lines->canvas->cols - 2, STYLE_NORMAL, text + strspn(text, " ")); /* English breaks before its blank */
    return --lines->left > 0;
}

/* Returns the row below. A low screen leaves out the sentence of help and puts article and periods on one line. */
static int draw_head(struct view *view, struct canvas *canvas)
{
    struct action_view *state = view->state;
    const struct case_action *action = action_of_form(state);
    int row = HEAD_ROW, middle = canvas->cols / 2 + 1;
    bool both = action->basis[0] != '\0' && action->deadlines[0] != '\0';
    int basis = head_label_columns() + (int)width_text(_(action->basis), strlen(_(action->basis))), deadlines = head_label_columns() + (int)width_text(_(action->deadlines), strlen(_(action->deadlines)));
    bool apart = both && canvas->rows >= FULL_ROWS && (basis > middle - 2 || deadlines > canvas->cols - middle - 1);
    canvas_rule(canvas, 1);
    if (canvas->rows >= FULL_ROWS) {
        struct head_lines lines = {.canvas = canvas, .row = row, .left = HELP_LINES_MAX};
        case_wrap(_(action->help), canvas->cols - 2, put_help_line, &lines);
        row = lines.row;
    }
    if (apart) {
        put_head(canvas, row++, 1, canvas->cols - 2, _("依据"), _(action->basis));
        both = false;
    } else if (action->basis[0] != '\0') {
        put_head(canvas, row, 1, both ? middle - 2 : canvas->cols - 2, _("依据"), _(action->basis));
    }
    if (action->deadlines[0] != '\0')
        put_head(canvas, row, both ? middle : 1, both ? canvas->cols - middle - 1 : canvas->cols - 2, _("期限"), _(action->deadlines));
    row += action->basis[0] != '\0' || action->deadlines[0] != '\0';
    if (action->documents[0] != '\0') {
        struct buf papers;
        buf_init(&papers, LINE_BYTES);
        case_forms_text(papers_of(state), view_context(view)->codes, &papers);
        put_head(canvas, row++, 1, canvas->cols - 2, _("出具"), buf_cstr(&papers));
        buf_release(&papers);
    }
    canvas_rule(canvas, row);
    return row + 1;
}

static void draw_notes(const struct action_view *state, struct canvas *canvas, int row)
{
    if (state->n_notes == 0)
        return;
    canvas_rule(canvas, row++);
    for (size_t i = 0; i < state->n_notes; i++) {
        canvas_puts(canvas, row + (int)i, 1, NOTE_LABEL_COLUMNS - 1, STYLE_DIM, _(state->notes[i].label));
        canvas_puts(canvas, row + (int)i, 1 + NOTE_LABEL_COLUMNS, canvas->cols - 2 - NOTE_LABEL_COLUMNS, STYLE_NORMAL, state->notes[i].text);
    }
}

/* How much of the form is below its window, on the line under it. */
static void draw_more(const struct action_view *state, struct canvas *canvas, int row, int rows)
{
    int more = form_height(&state->form.form) - state->form.first - rows;
    char text[32];
    if (more <= 0)
        return;
    if (state->n_notes == 0 && !state->has_roster)
        canvas_rule(canvas, row + rows);
    snprintf(text, sizeof text, _(" 下面还有 %d 行 "), more);
    canvas_puts(canvas, row + rows, canvas->cols - MORE_COLUMNS, -1, STYLE_DIM, text);
}

/* Over the fields that need not be filled in: so that nobody wonders why they were passed over. */
static void draw_skipped(struct view *view, struct canvas *canvas, int top, int rows)
{
    struct action_view *state = view->state;
    for (size_t i = 0; i < state->form.n; i++) {
        const struct form_def *def = &state->form.defs[i];
        int row = top + def->row - state->form.first;
        bool passed_over = is_means(def->name) && skip(view, &state->form.form, i);
        for (int r = 0; passed_over && r < def->rows; r++)
            if (row + r >= top && row + r < top + rows)
                canvas_puts(canvas, row + r, form_field_col(def), def->columns + 2, STYLE_DIM, r == 0 ? _("不必填，见下面") : "");
    }
}

static void action_draw(struct view *view, struct canvas *canvas)
{
    struct action_view *state = view->state;
    if (state->form.cols != canvas->cols) {
        case_form_lay_out(&state->form, canvas->cols);
        action_follow(view);
    }
    int top = draw_head(view, canvas), bottom = canvas->rows - 3, below = state->has_roster ? ROSTER_ROWS_MIN : (int)state->n_notes;
    if (roster_table_is_open(&state->table)) {
        roster_table_draw(&state->table, canvas, top, bottom - top);
        return;
    }
    bottom -= below;
    if (below > 0 && top + form_height(&state->form.form) < bottom)
        bottom = top + form_height(&state->form.form); /* what stands below follows at once */
    int least = form_height(&state->form.form) < FORM_ROWS_MIN ? form_height(&state->form.form) : FORM_ROWS_MIN;
    if (bottom < top + least)
        bottom = top + least;
    form_draw_window(&state->form.form, canvas, top, 0, bottom - top, &state->form.first, !state->in_roster);
    int below_head = draw_head(view, canvas);
    form_sections_draw(&state->form.sections, &state->form.form, canvas, below_head - 1);
    draw_skipped(view, canvas, top, bottom - top);
    if (!state->has_roster) {
        draw_notes(state, canvas, bottom);
    } else {
        canvas_rule(canvas, bottom);
        case_roster_draw(&state->roster, canvas, bottom + 1, canvas->rows - 3 - bottom, state->in_roster);
    }
    draw_more(state, canvas, top, bottom - top);
}

static void action_hint(struct view *view, size_t columns, struct buf *out)
{
    struct action_view *state = view->state;
    const struct form *form = &state->form.form;
    const struct field_def *field = state->form.fields[form->focus];
    if (state->in_roster) {
        buf_puts(out, _("F2 就指派给选中的人；Enter 先取到表里，F4 回到表里自己写姓名"));
        return;
    }
    if (roster_table_is_open(&state->table)) {
        action_table_hint(state, columns, out);
        return;
    }
    if (state->same.text[0] != '\0' && !form->entered) {
        buf_puts(out, state->same.text);
        return;
    }
    form_hint(form, columns, out);
    if (out->len == 0 && on_handler(state) && state->roster.list.n > 0)
        buf_puts(out, _("写姓名，或 F4 从名册里选；写 auto 由名册排出"));
    else if (out->len == 0 && field->help != NULL)
        buf_printf(out, "%s%s: %s", action_roster(state) != NULL ? _("F4 填成表格  Ctrl-J 换行  ") : "", _(field->label), _(field->help));
    if (action_in_text(state))
        buf_printf(out, "%s%s", out->len > 0 ? "  " : "", _("F4 短语(或代码 11+20)  Ctrl-J 换行"));
}

static const struct field_def *action_field(struct view *view)
{
    struct action_view *state = view->state;
    if (roster_table_is_open(&state->table))
        return roster_table_field(&state->table);
    return state->in_roster ? NULL : state->form.fields[state->form.form.focus];
}

static void action_cite(struct view *view, struct buf *out)
{
    struct action_view *state = view->state;
    const struct field_def *field = state->form.fields[state->form.form.focus];
    form_text(&state->form.form, state->form.form.focus, out);
    buf_printf(out, " %s %s", _(field->help) != NULL ? _(field->help) : "", _(action_of_form(state)->basis));
    for (size_t i = 0; i < state->n_notes; i++)
        buf_printf(out, " %s", state->notes[i].text);
}

/* An action changes the case. */
static bool action_editing(struct view *view, struct id *record)
{
    *record = ((struct action_view *)view->state)->form.move.kase.id;
    return true;
}

static const struct keymap *action_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "办理", BINDING_KEEP}, {"F4", COMMAND_CODES, "代码", 0},
        {"Ctrl-T", COMMAND_SIMILAR, "照以前的", 0},      {"F9", COMMAND_LAW, "法条", 0},             {"Ctrl-D", COMMAND_DISCARD, "从头填", 0},   {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回留草稿", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding intake_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"=", COMMAND_REPEAT_FIELD, "同上件", 0}, {"F2", COMMAND_SAVE, "办理", BINDING_KEEP},
        {"F8", COMMAND_REPEAT, "整件重复", 0},           {"F4", COMMAND_CODES, "代码", 0},         {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},
        {"Ctrl-T", COMMAND_SIMILAR, "照以前的", 0},      {"Ctrl-D", COMMAND_DISCARD, "从头填", 0},  {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回留草稿", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding roster_bindings[] = {
        {"Enter", COMMAND_OPEN, "取这一位", BINDING_HINT}, {"数字", COMMAND_NONE, "选人", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F2", COMMAND_SAVE, "办理", BINDING_KEEP},
        {"F4", COMMAND_CODES, "回表里", 0},                {"F9", COMMAND_LAW, "法条", 0},               {"Ctrl-D", COMMAND_DISCARD, "从头填", BINDING_HIDDEN},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},  {NULL, 0, NULL, 0},
    };
    static const struct binding table_bindings[] = {
        {"Enter", COMMAND_NONE, "下一格", BINDING_HINT}, {"PgUp PgDn", COMMAND_NONE, "换行", BINDING_HINT}, {"F5", COMMAND_INSERT_ROW, "加行", 0},
        {"Ctrl-D", COMMAND_REMOVE_ROW, "删行", 0},       {"F7", COMMAND_ROW_UP, "上移", 0},              {"F8", COMMAND_ROW_DOWN, "下移", 0},
        {"F4", COMMAND_CODES, "代码", 0},                {"F2", COMMAND_SAVE, "办理", BINDING_KEEP},     {"Ctrl-Z", COMMAND_NONE, "撤", BINDING_HINT},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "回表里", BINDING_KEEP}, {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, intake_map = {.bindings = intake_bindings, .commands = COMMANDS},
                               roster_map = {.bindings = roster_bindings, .commands = COMMANDS},
                               table_map = {.bindings = table_bindings, .commands = COMMANDS};
    const struct action_view *state = view->state;
    if (roster_table_is_open(&state->table))
        return &table_map;
    return state->in_roster ? &roster_map : is_intake(state) ? &intake_map : &map;
}

const struct view_class view_case_action = {
    .name = "case-action",
    .state_bytes = sizeof(struct action_view),
    .help = "办理一个动作: 上面写着依据、期限和出具的文书，标着必填的填齐，F2 办理。\n"
            "办不成会说明原因，光标停在要改的一项。没办就返回也不丢: 填好的留作草稿，下次办同一件的同一个动作时接着写。\n"
            "材料清单、其他当事人、家庭成员一行一项，F4 填成表格；直接写也行(Ctrl-J 换行)，如 共同申请人 王小明 13900000002。办理时存成材料、当事人和人员关系。\n"
            "表格里 Enter 下一格，填完一行自动开新的一行；F5 加行，Ctrl-D 删行，F7 F8 上移下移，Ctrl-Z 撤。\n"
            "长的文字: 最后一行只写两位代码(11+20)，离开时换成短语；F4 列出短语，本县可以增加(代码表 case_phrase)。Ctrl-T 取同案由的案件、同一个动作里写过的来改。\n"
            "指派时 F4 在名册和表格之间来回。",
    .open = action_open,
    .close = action_close,
    .leave = action_leave,
    .key = action_key,
    .command = action_command,
    .draw = action_draw,
    .title = action_title,
    .keymap = action_keymap,
    .hint = action_hint,
    .field = action_field,
    .cite = action_cite,
    .answer = action_answer,
    .refresh = action_refresh,
    .shows = action_shows,
    .left = action_left,
    .editing = action_editing,
    .idle = action_idle,
};
