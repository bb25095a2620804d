/* tui/views/outreach_start.c - an event is started: one short form, filled in once; or what was said there is put right while it goes on.
 *
 * Two things in one form: the event's own fields, which travel, and what this laptop keeps in mind (worker, volunteer, whom visitors belong to: core/outreach/outreach_desk.h).
 * What a kind of event usually brings (name, kind of place, groups at a barracks) is offered when the kind is left, and stays wherever somebody typed something else.
 * At a barracks the unit's code stands instead of place, town and village (军人军属法律援助工作实施办法第四条). */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/record/draft.h"
#include "tui/record_form.h"
#include "tui/ref_source.h"
#include "tui/views/common.h"
#include "tui/views/outreach_place.h"
#include "tui/views/views.h"

enum { FORM_ROW = 3, TEXT_BYTES = 4096, PICK_CODE = 1, RIGHT = 31 };

static const char BARRACKS_PLACE[] = "03", SOLDIERS[] = "06";

/* "week", "volunteer" and "groups" are no fields of the event by that name: references by number, and the laptop's own. */
static const struct form_def start_defs[] = {
    {.name = "kind", .label = "类别", .kind = FORM_CODE, .row = 0, .col = 1, .label_columns = 8, .columns = 3, .name_columns = 12, .group = 1, .flags = FORM_AUTO},
    {.name = "date", .label = "日期", .kind = FORM_DAY, .row = 0, .col = RIGHT, .label_columns = 8, .columns = 12, .max_chars = 20, .group = 1, .flags = FORM_REQUIRED},
    {.name = "title", .label = "名称", .kind = FORM_TEXT, .row = 1, .col = 1, .label_columns = 8, .columns = 40, .max_chars = 60, .group = 1, .flags = FORM_REQUIRED},
    {.name = "week", .label = "宣传周", .kind = FORM_CODE, .row = 2, .col = 1, .label_columns = 8, .columns = 3, .name_columns = 40, .group = 1},
    {.name = "place_kind", .label = "场所", .kind = FORM_CODE, .row = 3, .col = 1, .label_columns = 8, .columns = 3, .name_columns = 14, .group = 2, .flags = FORM_AUTO},
    {.name = "unit", .label = "部队代号", .kind = FORM_CODE, .row = 4, .col = 1, .label_columns = 8, .columns = 3, .name_columns = 40, .group = 2, .flags = FORM_AUTO},
    {.name = "place", .label = "地点", .kind = FORM_TEXT, .row = 5, .col = 1, .label_columns = 8, .columns = 40, .max_chars = 60, .group = 2},
    {.name = "town", .label = "镇街", .kind = FORM_CODE, .row = 6, .col = 1, .label_columns = 8, .columns = 12, .name_columns = 30, .group = 2},
    {.name = "village", .label = "村居", .kind = FORM_CODE, .row = 7, .col = 1, .label_columns = 8, .columns = 12, .name_columns = 30, .group = 2},
    {.name = "bodies", .label = "参加部门", .kind = FORM_CODES, .row = 8, .col = 1, .label_columns = 8, .columns = 18, .name_columns = 26, .group = 3},
    {.name = "laws", .label = "宣传法规", .kind = FORM_CODES, .row = 9, .col = 1, .label_columns = 8, .columns = 18, .name_columns = 26, .group = 3},
    {.name = "worker", .label = "接待人", .kind = FORM_TEXT, .row = 10, .col = 1, .label_columns = 8, .columns = 18, .max_chars = 100, .group = 4},
    {.name = "volunteer", .label = "志愿者", .kind = FORM_CODE, .row = 11, .col = 1, .label_columns = 8, .columns = 3, .name_columns = 40, .group = 4},
    {.name = "groups", .label = "来访人群", .kind = FORM_CODES, .row = 12, .col = 1, .label_columns = 8, .columns = 18, .name_columns = 26, .group = 4},
};

enum { START_FIELDS = sizeof start_defs / sizeof start_defs[0] };

/* Where events of a kind are held. */
static const struct usual {
    const char *kind, *place_kind;
} USUAL[] = {{"02", "06"}, {"03", "01"}, {"04", "02"}, {"05", "03"}, {"06", "04"}, {"07", "05"}, {"08", "08"}};

struct start {
    struct record event;
    struct form form;
    struct ref_source *weeks, *volunteers;
    struct outreach_desk desk;
    char kind_name[96], place_kind[8], groups[8]; /* what was offered as title, kind of place and visitors */
    bool dirty;
    struct id draft;
};

static const struct record_type *event_type(void)
{
    return catalogue_find("event");
}

static size_t field_of(const struct start *state, const char *name)
{
    return form_field(&state->form, name);
}

static void text_of(const struct start *state, const char *name, struct buf *out)
{
    buf_clear(out);
    form_text(&state->form, field_of(state, name), out);
}

static bool holds(const struct start *state, const char *name, const char *text)
{
    struct buf now;
    buf_init(&now, TEXT_BYTES);
    text_of(state, name, &now);
    bool same = strcmp(buf_cstr(&now), text) == 0;
    buf_release(&now);
    return same;
}

static void put(struct start *state, const char *name, const char *text)
{
    form_set(&state->form, field_of(state, name), text, strlen(text));
}

/* ---- what follows from the kind and the place ---- */

static void offer(struct view *view)
{
    struct start *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    struct buf kind;
    buf_init(&kind, TEXT_BYTES);
    text_of(state, "kind", &kind);
    const char *name = kind.len > 0 ? code_book_name(codes, "event_kind", buf_cstr(&kind)) : "";
    if (holds(state, "title", state->kind_name))
        put(state, "title", name);
    copy_text(state->kind_name, sizeof state->kind_name, name);
    const char *place = "";
    for (size_t i = 0; i < sizeof USUAL / sizeof USUAL[0]; i++)
        if (strcmp(USUAL[i].kind, buf_cstr(&kind)) == 0)
            place = USUAL[i].place_kind;
    if (holds(state, "place_kind", state->place_kind))
        put(state, "place_kind", place);
    copy_text(state->place_kind, sizeof state->place_kind, place);
    buf_release(&kind);
}

static bool at_barracks(const struct start *state)
{
    return holds(state, "place_kind", BARRACKS_PLACE) || holds(state, "kind", "05");
}

/* At a barracks come soldiers; elsewhere they are not left over from the kind of event before. */
static void offer_groups(struct start *state)
{
    const char *usual = at_barracks(state) ? SOLDIERS : "";
    if (holds(state, "groups", state->groups))
        put(state, "groups", usual);
    copy_text(state->groups, sizeof state->groups, usual);
}

static bool skip(void *context, const struct form *form, size_t field)
{
    struct view *view = context;
    const char *name = form->defs[field].name;
    bool written = strcmp(name, "place") == 0 || strcmp(name, "town") == 0 || strcmp(name, "village") == 0;
    bool barracks = at_barracks(view->state);
    return barracks ? written && form_is_empty(form, field) : strcmp(name, "unit") == 0 && form_is_empty(form, field);
}

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct start *state = view->state;
    struct record copy;
    enum status status = record_copy(&copy, &state->event);
    if (status != STATUS_OK)
        return status;
    status = record_form_store_field(form, field, &copy, view_context(view)->codes, err);
    record_release(&copy);
    return status;
}

/* ---- the record of the form ---- */

/* The reference that a number in the form stands for, as the text of its id; "" for none. */
static void ref_text(const struct start *state, const char *name, const struct ref_source *source, char out[ID_TEXT_BYTES])
{
    struct buf number;
    struct id id;
    out[0] = '\0';
    buf_init(&number, TEXT_BYTES);
    text_of(state, name, &number);
    if (number.len > 0 && ref_source_id(source, buf_cstr(&number), &id))
        id_format(id, out);
    buf_release(&number);
}

static enum status take_event(const struct start *state, struct view *view, bool strict, struct record *out, size_t *bad, struct errmsg *err)
{
    char week[ID_TEXT_BYTES];
    enum status status = record_copy(out, &state->event);
    if (status != STATUS_OK)
        return status;
    if (strict)
        status = record_form_store(&state->form, out, view_context(view)->codes, bad, err);
    else
        record_form_store_lenient(&state->form, out, view_context(view)->codes);
    ref_text(state, "week", state->weeks, week);
    if (status == STATUS_OK && !id_is_zero(out->id)) /* who is in charge stays; who answers here is the laptop's own */
        status = record_set(out, catalogue_field(out->type, "worker"), record_get(&state->event, catalogue_field(out->type, "worker")));
    if (status == STATUS_OK)
        status = record_set(out, catalogue_field(out->type, "campaign"), week[0] != '\0' ? value_string(week) : value_null());
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

static void take_desk(const struct start *state, struct outreach_desk *desk)
{
    char volunteer[ID_TEXT_BYTES];
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    *desk = state->desk;
    text_of(state, "worker", &text);
    copy_text(desk->worker, sizeof desk->worker, buf_cstr(&text));
    text_of(state, "groups", &text);
    copy_text(desk->groups, sizeof desk->groups, buf_cstr(&text));
    ref_text(state, "volunteer", state->volunteers, volunteer);
    if (id_parse(volunteer, strlen(volunteer), &desk->volunteer) != STATUS_OK)
        desk->volunteer = (struct id){{0}};
    buf_release(&text);
}

static void store_draft(struct view *view)
{
    struct start *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct errmsg err = {{0}};
    if (!state->dirty)
        return;
    enum status status = take_event(state, view, false, &record, NULL, &err);
    if (status == STATUS_OK) {
        if (record_changed(&record))
            status = save_titled_draft(context, &record, &state->draft, &err);
        record_release(&record);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
    state->dirty = status != STATUS_OK;
}

static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct start *state = view->state;
    const char *name = form->defs[field].name;
    if (strcmp(name, "kind") == 0)
        offer(view);
    bool says_place = strcmp(name, "kind") == 0 || strcmp(name, "place_kind") == 0;
    if (says_place)
        offer_groups(state);
    state->dirty = true;
    store_draft(view);
}

/* ---- opening ---- */

static bool serves(const struct record *volunteer)
{
    const char *state = record_text(volunteer, "state");
    return strcmp(state, "V4") != 0 && strcmp(state, "V5") != 0;
}

static bool take_kind(void *context, const struct record *record, const struct list_key *key)
{
    struct record *event = context;
    (void)key;
    (void)record_set_text(event, "kind", record_text(record, "kind"));
    return false;
}

/* A new event is mostly of the kind the one before was. */
static enum status begin(struct view *view, struct record *event, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct list_query query = {.type = event_type(), .limit = 1};
    record_init(event, event_type());
    enum status status = records_may_write(context->actor, event_type(), err);
    if (status == STATUS_OK)
        status = records_begin(context->store, context->actor, event, context->codes, err);
    return status == STATUS_OK ? records_list(context->store, context->actor, &query, take_kind, event, err) : status;
}

static enum status load_refs(struct view *view, struct errmsg *err)
{
    struct start *state = view->state;
    struct app_context *context = view_context(view);
    const char *campaign = record_text(&state->event, "campaign");
    struct id week = {{0}};
    (void)id_parse(campaign, strlen(campaign), &week);
    enum status status = ref_source_load(&state->weeks, context->store, context->actor, context->codes, catalogue_find("campaign"), NULL, week, err);
    if (status == STATUS_OK)
        status = ref_source_load(&state->volunteers, context->store, context->actor, context->codes, catalogue_find("volunteer"), serves, state->desk.volunteer, err);
    return status;
}

static void put_ref(struct start *state, const char *name, const struct ref_source *source, struct id id)
{
    const char *number = id_is_zero(id) ? NULL : ref_source_code(source, id);
    if (number != NULL)
        put(state, name, number);
}

static void fill_form(struct view *view)
{
    struct start *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    const char *campaign = record_text(&state->event, "campaign");
    struct id week = {{0}};
    (void)id_parse(campaign, strlen(campaign), &week);
    record_form_bind(&state->form, event_type(), codes);
    record_form_bind_field(&state->form, field_of(state, "groups"), catalogue_field(catalogue_find("consultation"), "categories"), codes);
    form_set_source(&state->form, field_of(state, "week"), ref_source_codes(state->weeks));
    form_set_source(&state->form, field_of(state, "volunteer"), ref_source_codes(state->volunteers));
    (void)record_form_load(&state->form, &state->event, codes);
    put_ref(state, "week", state->weeks, week);
    put_ref(state, "volunteer", state->volunteers, state->desk.volunteer);
    put(state, "groups", state->desk.groups);
    if (state->desk.worker[0] != '\0')
        put(state, "worker", state->desk.worker);
    if (id_is_zero(state->event.id))
        offer(view);
    copy_text(state->groups, sizeof state->groups, at_barracks(state) && holds(state, "groups", SOLDIERS) ? SOLDIERS : "");
    if (id_is_zero(state->event.id))
        offer_groups(state);
    state->form.changed = false;
}

static void release(struct start *state)
{
    ref_source_free(state->weeks);
    ref_source_free(state->volunteers);
    record_release(&state->event);
}

static enum status start_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct start *state = view->state;
    struct app_context *context = view_context(view);
    struct form_hooks hooks = {.context = view, .validate = validate, .skip = skip, .left = field_left};
    enum status status;
    record_init(&state->event, event_type());
    if (id_is_zero(argument->id)) {
        status = begin(view, &state->event, err);
    } else {
        status = records_get(context->store, context->actor, event_type(), argument->id, &state->event, err);
        if (status == STATUS_OK)
            status = outreach_desk_load(context->store, argument->id, &state->desk, err);
    }
    if (status == STATUS_OK)
        status = load_refs(view, err);
    if (status == STATUS_OK)
        status = form_init_table(&state->form, start_defs, START_FIELDS, hooks);
    if (status != STATUS_OK) {
        release(state);
        return status;
    }
    fill_form(view);
    return STATUS_OK;
}

static void start_close(struct view *view)
{
    struct start *state = view->state;
    form_release(&state->form);
    release(state);
}

static bool start_leave(struct view *view)
{
    struct start *state = view->state;
    state->dirty |= state->form.changed && id_is_zero(state->draft);
    store_draft(view);
    if (!id_is_zero(state->draft))
        app_say(view->app, "没保存的已留作草稿，首页可以继续");
    return true;
}

/* ---- starting ---- */

static void focus_named(struct form *form, const char *message)
{
    for (size_t i = 0; i < form->n; i++)
        if (strncmp(message, _(form->defs[i].label), strlen(_(form->defs[i].label))) == 0)
            form_focus(form, i);
}

/* Event, desk and the end of the draft at once. */
static enum status commit(struct view *view, struct record *event, const struct outreach_desk *desk, struct errmsg *err)
{
    struct start *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = store_begin(context->store, "event", err);
    if (status != STATUS_OK)
        return status;
    status = record_save_prepared(context->store, context->actor, context->codes, context->random, event, state->draft, err);
    if (status == STATUS_OK)
        status = outreach_desk_save(context->store, event->id, desk, err);
    if (status == STATUS_OK)
        return store_commit(context->store, err);
    store_rollback(context->store);
    return status;
}

static void go(struct view *view, struct id id, bool started)
{
    struct app *app = view->app;
    app_close(app);
    if (started)
        app_open(app, &view_outreach_event, &(struct view_argument){.id = id});
    app_say(app, "%s", started ? _("开始了。打类别和性别年龄，Enter 就存；F1 看全部写法") : _("已改，以后各条都按这个记"));
}

static void start(struct view *view)
{
    struct start *state = view->state;
    struct app_context *context = view_context(view);
    struct outreach_desk desk;
    struct record event;
    struct errmsg err = {{0}};
    size_t bad = state->form.focus;
    bool new_event = id_is_zero(state->event.id);
    if (!form_settle(&state->form) || form_check(&state->form, &err) != STATUS_OK) {
        app_fail(view->app, "%s", state->form.message.text);
        return;
    }
    enum status status = take_event(state, view, true, &event, &bad, &err);
    if (status != STATUS_OK) {
        form_focus(&state->form, bad);
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    take_desk(state, &desk);
    status = record_derive(&event, context->codes);
    if (status == STATUS_OK)
        status = commit(view, &event, &desk, &err);
    struct id id = event.id;
    record_release(&event);
    if (status == STATUS_OK) {
        state->draft = (struct id){{0}};
        state->dirty = false;
        go(view, id, new_event);
        return;
    }
    focus_named(&state->form, err.text);
    app_fail(view->app, "没有保存: %s", errmsg_text(&err, status));
}

/* ---- keys and drawing ---- */

static bool start_key(struct view *view, struct key key)
{
    struct start *state = view->state;
    enum form_result result = form_key_told(view, &state->form, key);
    if (result == FORM_CHANGED)
        state->dirty = true;
    else if (result == FORM_COMPLETE)
        app_say(view->app, "%s", id_is_zero(state->event.id) ? _("填好了，F2 开始") : _("填好了，F2 保存"));
    return result != FORM_IGNORED;
}

static bool start_command(struct view *view, int command)
{
    struct start *state = view->state;
    switch (command) {
    case COMMAND_SAVE:
        start(view);
        return true;
    case COMMAND_CODES:
        form_pick_told(view, &state->form, PICK_CODE);
        return true;
    default:
        return false;
    }
}

static void start_answer(struct view *view, const struct view_answer *answer)
{
    struct start *state = view->state;
    if (answer->cancelled || answer->code == NULL)
        return;
    form_take_pick(&state->form, answer->code->code);
    state->dirty = true;
}

static void start_title(struct view *view, struct buf *left, struct buf *right)
{
    struct start *state = view->state;
    (void)right;
    buf_puts(left, id_is_zero(state->event.id) ? _("外展  新活动") : _("外展  改场次"));
}

static void start_draw(struct view *view, struct canvas *canvas)
{
    struct start *state = view->state;
    canvas_rule(canvas, 1);
    struct buf behind;
    buf_init(&behind, TEXT_BYTES);
    if (clock_is_wrong(view, &behind))
        canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_OVERDUE, buf_cstr(&behind));
    else
        canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_BOLD, at_barracks(state) ? _("军营: 只写部队代号，不写番号、驻地、任务") : _("写一次，以后每条都带上"));
    buf_release(&behind);
    form_draw(&state->form, canvas, FORM_ROW, 0, true);
    if (at_barracks(state))
        canvas_puts(canvas, FORM_ROW + 5, 10, canvas->cols - 12, STYLE_DIM, _("军营不写地点"));
}

static void start_hint(struct view *view, size_t columns, struct buf *out)
{
    static const struct {
        const char *name, *help;
    } OWN[] = {{"week", "属于哪次宣传周；打序号或名称，F4 选"}, {"volunteer", "在场接待的志愿者；打序号、姓名或首字母，F4 选"}, {"groups", "不另说明的来访人都记成这些人群；军营是军人，军属在那一条上写 +07"},
               {"worker", "谁在接待；写进每条咨询"}};
    struct start *state = view->state;
    const char *name = state->form.defs[state->form.focus].name;
    form_hint(&state->form, columns, out);
    const struct field_def *field = catalogue_field(event_type(), name);
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0] && out->len == 0; i++)
        if (strcmp(OWN[i].name, name) == 0)
            buf_puts(out, _(OWN[i].help));
    if (out->len == 0 && field != NULL && field->help != NULL)
        buf_puts(out, _(field->help));
}

static const struct field_def *start_field(struct view *view)
{
    struct start *state = view->state;
    return catalogue_field(event_type(), state->form.defs[state->form.focus].name);
}

static void start_cite(struct view *view, struct buf *out)
{
    struct start *state = view->state;
    form_text(&state->form, state->form.focus, out);
    buf_puts(out, at_barracks(state) ? _(" 军人地位和权益保障法 法律援助法") : _(" 法律援助法"));
}

static void start_refresh(struct view *view)
{
    form_refresh_sources(&((struct start *)view->state)->form);
}

static const struct keymap *start_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "开始", BINDING_KEEP},  {"F4", COMMAND_CODES, "代码", 0},
        {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},     {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},  {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding edit_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "改好了", BINDING_KEEP}, {"F4", COMMAND_CODES, "代码", 0},
        {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},     {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "不改", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings}, edit_map = {.bindings = edit_bindings};
    return id_is_zero(((struct start *)view->state)->event.id) ? &map : &edit_map;
}

const struct view_class view_outreach_start = {
    .name = "outreach-start",
    .state_bytes = sizeof(struct start),
    .help = "一场活动开始时填一次: 类别按上一场，名称和场所按类别先填好，要改就改；F2 开始。\n"
            "军营只填部队代号，不写地点、镇村，也不写番号、驻地、任务(军人军属法律援助工作实施办法第四条)。\n"
            "接待人、志愿者、来访人群只留在这台机器上，随每条咨询写进去；换人时在录入屏按 F4 改。",
    .open = start_open,
    .close = start_close,
    .leave = start_leave,
    .key = start_key,
    .command = start_command,
    .draw = start_draw,
    .title = start_title,
    .keymap = start_keymap,
    .hint = start_hint,
    .field = start_field,
    .cite = start_cite,
    .answer = start_answer,
    .refresh = start_refresh,
    .idle = store_draft,
};
