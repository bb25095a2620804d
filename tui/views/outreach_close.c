/* tui/views/outreach_close.c - the end of an event: what it adds up to, what only people know (who came, photos, hours), the act `close`, and how it is handed over.
 *
 * As with the materials, what is typed is stored when its field is left: numbers into the event, hours as rows of service_hours, one for a volunteer. F2 then only closes. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/case/prepare.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "core/record/replica.h"
#include "core/register/act.h"
#include "tui/record_form.h"
#include "tui/ref_source.h"
#include "tui/views/case_text.h"
#include "tui/views/common.h"
#include "tui/views/outreach_place.h"
#include "tui/views/views.h"

enum { SERVERS = 6, SERVER_COLUMNS = 30, CATEGORY_LINES = 2, CATEGORY_LINE_BYTES = 1024, TEXT_BYTES = 4096, WHERE_BYTES = 64, TOTALS_ROW = 2, FORM_ROW = TOTALS_ROW + 2 + CATEGORY_LINES, PICK_CODE = 1, NAME_BYTES = 8 };
enum { FIELD_PERSONS, FIELD_PHOTOS, FIELD_VOLUNTEERS, FIELD_NOTE, FIELD_SERVERS, FIELDS = FIELD_SERVERS + 2 * SERVERS };

/* A volunteer and his hours at this event. */
struct server {
    struct id row; /* zero: none yet */
    char who[NAME_BYTES], hours[NAME_BYTES]; /* names of the two fields */
};

struct closing {
    struct outreach_place place;
    struct form_def defs[FIELDS];
    struct form form;
    struct ref_source *volunteers;
    struct server servers[SERVERS];
    struct event_totals totals;
    char lines[CATEGORY_LINES][CATEGORY_LINE_BYTES];
    size_t n_lines;
    int cols; /* the lines are wrapped for */
    bool told; /* that hours are missing */
    bool done;
    char said[ERRMSG_MAX_BYTES];
    int64_t pending;
};

/* ---- totals ---- */

struct listing {
    struct view *view;
    bool more; /* categories that found no room */
};

static bool add_category(void *context, const char *category, int64_t persons, int64_t matters)
{
    struct listing *listing = context;
    struct closing *state = listing->view->state;
    const char *name = category[0] != '\0' ? code_book_name(view_context(listing->view)->codes, "category", category) : _("没有类别");
    char text[128];
    (void)matters;
    int n = snprintf(text, sizeof text, "%s %lld", name, (long long)persons);
    char *line = state->lines[state->n_lines > 0 ? state->n_lines - 1 : 0];
    size_t used = width_text(line, strlen(line)), room = (size_t)state->cols - 4;
    if (state->n_lines == 0 || used + 2 + width_text(text, (size_t)n) > room) {
        if (state->n_lines == CATEGORY_LINES) {
            listing->more = true;
            return false;
        }
        line = state->lines[state->n_lines++];
        line[0] = '\0';
    }
    size_t len = strlen(line);
    snprintf(line + len, CATEGORY_LINE_BYTES - len, "%s%s", len > 0 ? "  " : "", text);
    return true;
}

static void read_totals(struct view *view, int cols)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct listing listing = {.view = view};
    struct errmsg err = {{0}};
    state->n_lines = 0;
    state->cols = cols;
    enum status status = event_totals(context->store, context->actor, context->codes, &state->place.event, &state->totals, &err);
    if (status == STATUS_OK)
        status = event_categories(context->store, context->actor, state->place.event.id, (struct id){{0}}, add_category, &listing, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (listing.more) {
        char *line = state->lines[CATEGORY_LINES - 1];
        size_t len = strlen(line);
        snprintf(line + len, CATEGORY_LINE_BYTES - len, _(" …"));
    }
}

/* ---- storing what is typed ---- */

static enum status save_prepared(struct app_context *context, struct record *record, struct errmsg *err)
{
    return record_save_prepared(context->store, context->actor, context->codes, context->random, record, (struct id){{0}}, err);
}

static enum status save_event(struct view *view, const char *field, const char *text, size_t len, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct record event;
    enum status status = records_get(context->store, context->actor, catalogue_find("event"), state->place.event.id, &event, err);
    if (status != STATUS_OK)
        return status;
    const struct field_def *def = catalogue_field(event.type, field);
    status = record_parse(&event, def, context->codes, text, len, err);
    if (status == STATUS_OK)
        status = save_prepared(context, &event, err);
    record_release(&event);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "%s", _(def->label));
    (void)outreach_place_refresh(&state->place, view);
    read_totals(view, view->app->cols);
    return STATUS_OK;
}

static enum status begin_hours(struct view *view, struct record *record, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    char id[ID_TEXT_BYTES];
    record_init(record, catalogue_find("service_hours"));
    enum status status = records_begin(context->store, context->actor, record, context->codes, err);
    id_format(state->place.event.id, id);
    if (status == STATUS_OK)
        status = record_set_text(record, "event", id);
    if (status == STATUS_OK)
        status = record_set_int(record, "date", event_day(&state->place.event, today_of(view)));
    record->scope = state->place.event.scope == 0 ? record->scope : state->place.event.scope;
    return status;
}

/* Whom the number in the form means; the name goes beside the reference, so that lists need not look it up. */
static enum status put_volunteer(struct view *view, const char *number, struct record *record, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct record volunteer;
    char text[ID_TEXT_BYTES];
    struct id id;
    if (!ref_source_id(state->volunteers, number, &id))
        return errmsg_set(err, STATUS_INVALID, "名册里没有这个人，按 F4 选");
    enum status status = records_get(context->store, context->actor, catalogue_find("volunteer"), id, &volunteer, err);
    if (status != STATUS_OK)
        return status;
    id_format(id, text);
    status = record_set_text(record, "volunteer", text);
    if (status == STATUS_OK)
        status = record_set_text(record, "name", record_text(&volunteer, "name"));
    record_release(&volunteer);
    return status;
}

static enum status save_server(struct view *view, struct server *server, const char *number, const char *hours, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("service_hours");
    struct record record;
    enum status status = id_is_zero(server->row) ? begin_hours(view, &record, err) : records_get(context->store, context->actor, type, server->row, &record, err);
    if (status != STATUS_OK)
        return status;
    status = put_volunteer(view, number, &record, err);
    if (status == STATUS_OK)
        status = record_parse(&record, catalogue_field(type, "hours"), context->codes, hours, strlen(hours), err);
    if (status == STATUS_OK)
        status = save_prepared(context, &record, err);
    if (status == STATUS_OK)
        server->row = record.id;
    record_release(&record);
    return status;
}

/* Both are there: stored. One is missing: what was stored goes away. */
static enum status put_server(struct view *view, size_t index, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct server *server = &state->servers[index];
    struct buf who, hours;
    enum status status = STATUS_OK;
    buf_init(&who, TEXT_BYTES);
    buf_init(&hours, TEXT_BYTES);
    form_text(&state->form, FIELD_SERVERS + 2 * index, &who);
    form_text(&state->form, FIELD_SERVERS + 2 * index + 1, &hours);
    if (who.len > 0 && hours.len > 0) {
        status = save_server(view, server, buf_cstr(&who), buf_cstr(&hours), err);
    } else if (!id_is_zero(server->row)) {
        status = records_delete(context->store, context->actor, catalogue_find("service_hours"), server->row, err);
        server->row = status == STATUS_OK ? (struct id){{0}} : server->row;
    }
    buf_release(&who);
    buf_release(&hours);
    if (status != STATUS_OK)
        return errmsg_wrap(err, status, "志愿者时长");
    read_totals(view, view->app->cols);
    return STATUS_OK;
}

static enum status validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct buf text;
    enum status status;
    if (!form->fields[field].touched)
        return STATUS_OK;
    if (field >= FIELD_SERVERS) {
        status = put_server(view, (field - FIELD_SERVERS) / 2, err);
    } else {
        buf_init(&text, TEXT_BYTES);
        form_text(form, field, &text);
        status = save_event(view, form->defs[field].name, buf_cstr(&text), text.len, err);
        buf_release(&text);
    }
    if (status == STATUS_OK)
        form->fields[field].touched = false;
    return status;
}

static void field_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct errmsg err = {{0}};
    if (validate(context, form, field, &err) != STATUS_OK)
        app_fail(view->app, "没有存: %s", err.text);
}

/* How many volunteers came is counted by their hours, where there are any. */
static bool skip(void *context, const struct form *form, size_t field)
{
    struct view *view = context;
    struct closing *state = view->state;
    (void)form;
    return field == FIELD_VOLUNTEERS && state->totals.hours > 0;
}

/* ---- opening ---- */

static void define(struct closing *state)
{
    static const struct form_def fixed[] = {
        {.name = "persons", .label = "到场人数", .kind = FORM_NUMBER, .row = 0, .col = 1, .columns = 7, .max_chars = 7, .group = 1},
        {.name = "photos", .label = "照片", .kind = FORM_NUMBER, .row = 0, .col = 22, .columns = 5, .max_chars = 5, .group = 1},
        {.name = "volunteers", .label = "志愿者", .kind = FORM_NUMBER, .row = 0, .col = 38, .columns = 4, .max_chars = 5, .group = 1},
        {.name = "note", .label = "备注", .kind = FORM_TEXT, .row = 1, .col = 1, .columns = 48, .max_chars = 500, .group = 1},
    };
    memcpy(state->defs, fixed, sizeof fixed);
    for (size_t i = FIELD_PERSONS + 1; i <= FIELD_VOLUNTEERS; i++) { /* behind each other, however long their labels are in another language */
        int behind = form_end_col(&state->defs[i - 1]) + 2;
        state->defs[i].col = behind > state->defs[i].col ? behind : state->defs[i].col;
    }
    for (size_t i = 0; i < SERVERS; i++) {
        struct server *server = &state->servers[i];
        int row = 3 + (int)i / 2, col = 1 + (int)(i % 2) * SERVER_COLUMNS;
        snprintf(server->who, sizeof server->who, "who%zu", i);
        snprintf(server->hours, sizeof server->hours, "hour%zu", i);
        state->defs[FIELD_SERVERS + 2 * i] = (struct form_def){.name = server->who, .label = "", .kind = FORM_CODE, .row = row, .col = col, .columns = 3, .name_columns = 12, .group = 2};
        state->defs[FIELD_SERVERS + 2 * i + 1] = (struct form_def){.name = server->hours, .label = "", .kind = FORM_NUMBER, .row = row, .col = col + 19, .columns = 2, .max_chars = 2, .group = 2};
    }
}

static bool serves(const struct record *volunteer)
{
    const char *state = record_text(volunteer, "state");
    return strcmp(state, "V4") != 0 && strcmp(state, "V5") != 0;
}

struct taking {
    struct id volunteers[SERVERS];
    int64_t hours[SERVERS];
    struct id rows[SERVERS];
    size_t n;
};

static bool take_hours(void *context, const struct record *record, const struct list_key *key)
{
    struct taking *taking = context;
    const char *volunteer = record_text(record, "volunteer");
    (void)key;
    if (id_parse(volunteer, strlen(volunteer), &taking->volunteers[taking->n]) != STATUS_OK)
        return true;
    taking->hours[taking->n] = record_get(record, catalogue_field(record->type, "hours")).number;
    taking->rows[taking->n++] = record->id;
    return taking->n < SERVERS;
}

static enum status read_servers(struct view *view, struct taking *taking, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find("service_hours");
    struct filter filter;
    char id[ID_TEXT_BYTES], where[WHERE_BYTES];
    id_format(state->place.event.id, id);
    snprintf(where, sizeof where, "event=%s", id);
    enum status status = filter_parse(&filter, type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    status = records_list(context->store, context->actor, &query, take_hours, taking, err);
    filter_release(&filter);
    return status;
}

static void show_server(struct closing *state, size_t i, struct id volunteer, int64_t hours)
{
    char text[NAME_BYTES];
    const char *number = ref_source_code(state->volunteers, volunteer);
    if (number != NULL)
        form_set(&state->form, FIELD_SERVERS + 2 * i, number, strlen(number));
    snprintf(text, sizeof text, "%d", (int)hours);
    if (hours > 0)
        form_set(&state->form, FIELD_SERVERS + 2 * i + 1, text, strlen(text));
}

/* What is stored already; then, if nobody's hours are, the volunteer who sits here. */
static enum status fill_form(struct view *view, struct errmsg *err)
{
    struct closing *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    struct taking taking = {.n = 0};
    for (size_t i = FIELD_PERSONS; i < FIELD_SERVERS; i++) {
        enum status status = record_form_load_field(&state->form, i, &state->place.event, catalogue_field(state->place.event.type, state->defs[i].name), codes);
        if (status != STATUS_OK)
            return status;
    }
    enum status status = read_servers(view, &taking, err);
    for (size_t i = 0; i < taking.n && status == STATUS_OK; i++)
        status = ref_source_keep(state->volunteers, taking.volunteers[i], err);
    for (size_t i = 0; i < SERVERS; i++)
        form_set_source(&state->form, FIELD_SERVERS + 2 * i, ref_source_codes(state->volunteers));
    for (size_t i = 0; i < taking.n; i++) {
        state->servers[i].row = taking.rows[i];
        show_server(state, i, taking.volunteers[i], taking.hours[i]);
    }
    if (taking.n == 0 && !id_is_zero(state->place.desk.volunteer))
        show_server(state, 0, state->place.desk.volunteer, 0);
    return status;
}

static enum status open_form(struct view *view, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct form_hooks hooks = {.context = view, .validate = validate, .skip = skip, .left = field_left};
    define(state);
    enum status status = ref_source_load(&state->volunteers, context->store, context->actor, context->codes, catalogue_find("volunteer"), serves, state->place.desk.volunteer, err);
    if (status != STATUS_OK)
        return status;
    status = form_init(&state->form, state->defs, FIELDS, hooks);
    if (status == STATUS_OK && (status = fill_form(view, err)) != STATUS_OK)
        form_release(&state->form);
    if (status != STATUS_OK)
        ref_source_free(state->volunteers);
    return status;
}

static enum status closing_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct closing *state = view->state;
    enum status status = outreach_place_open(&state->place, view, argument->id, err);
    if (status != STATUS_OK)
        return status;
    status = open_form(view, err);
    if (status != STATUS_OK) {
        outreach_place_close(&state->place);
        return status;
    }
    read_totals(view, view->app->cols);
    return STATUS_OK;
}

static void closing_close(struct view *view)
{
    struct closing *state = view->state;
    form_release(&state->form);
    ref_source_free(state->volunteers);
    outreach_place_close(&state->place);
}

static bool closing_leave(struct view *view)
{
    struct closing *state = view->state;
    if (state->done)
        return true;
    if (!form_settle(&state->form)) {
        app_fail(view->app, "没有存: %s", state->form.message.text);
        return false;
    }
    app_say(view->app, "还没有收场，填的已经存好");
    return true;
}

/* ---- closing ---- */

static enum status close_event(struct view *view, struct errmsg *err)
{
    struct closing *state = view->state;
    struct app_context *context = view_context(view);
    struct act_move move;
    const struct act *act = act_find(catalogue_find("event"), "close");
    enum status status = act_begin(context->store, context->actor, context->codes, act, state->place.event.id, &move, err);
    if (status != STATUS_OK)
        return status;
    status = store_begin(context->store, "close", err);
    if (status == STATUS_OK) {
        status = act_commit(context->store, context->actor, context->codes, context->random, &move, err);
        if (status == STATUS_OK)
            status = outreach_desk_forget(context->store, state->place.event.id, err);
        if (status == STATUS_OK)
            status = store_commit(context->store, err);
        else
            store_rollback(context->store);
    }
    if (status == STATUS_OK)
        copy_text(state->said, sizeof state->said, buf_cstr(&move.said));
    act_release(&move);
    return status;
}

static void read_pending(struct view *view)
{
    struct closing *state = view->state;
    struct replica_state replica = {.pending = 0};
    if (replica_state(view_context(view)->store, &replica, NULL) == STATUS_OK)
        state->pending = replica.pending;
}

/* Back from the stick, or news from the center: what is still to be handed over. */
static void closing_refresh(struct view *view)
{
    form_refresh_sources(&((struct closing *)view->state)->form);
    if (((struct closing *)view->state)->done)
        read_pending(view);
}

/* Somebody is named, but not how long he served: he would not be counted. Said once; F2 again means it. */
static bool lacks_hours(struct view *view)
{
    struct closing *state = view->state;
    if (state->told)
        return false;
    for (size_t i = FIELD_SERVERS; i < FIELDS && !state->told; i += 2) {
        state->told = !form_is_empty(&state->form, i) && form_is_empty(&state->form, i + 1);
        if (state->told)
            form_focus(&state->form, i + 1);
    }
    if (state->told)
        app_fail(view->app, "志愿者的小时没有填，不填不算他；再按 F2 就这样收场");
    return state->told;
}

static void try_close(struct view *view)
{
    struct closing *state = view->state;
    struct errmsg err = {{0}};
    if (!form_settle(&state->form)) {
        app_fail(view->app, "没有存: %s", state->form.message.text);
        return;
    }
    if (lacks_hours(view))
        return;
    enum status status = close_event(view, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有收场: %s", errmsg_text(&err, status));
        return;
    }
    state->done = true;
    read_pending(view);
    read_totals(view, view->app->cols);
    app_say(view->app, "收场了，照下面说的交出去");
}

/* ---- keys and drawing ---- */

static bool closing_key(struct view *view, struct key key)
{
    struct closing *state = view->state;
    if (state->done) {
        if (key.kind == K_ENTER)
            app_back(view->app);
        else if (key_is_text(key))
            app_beep(view->app);
        return key.kind == K_ENTER || key_is_text(key);
    }
    enum form_result result = form_key_told(view, &state->form, key);
    if (result == FORM_COMPLETE)
        app_say(view->app, "F2 收场；还要录就 F10 返回，填的已经存好");
    return result != FORM_IGNORED;
}

static bool closing_command(struct view *view, int command)
{
    struct closing *state = view->state;
    if (state->done) {
        if (command == COMMAND_SAVE)
            app_open(view->app, &view_stick, NULL);
        return command == COMMAND_SAVE;
    }
    if (command == COMMAND_SAVE) {
        try_close(view);
        return true;
    }
    if (command == COMMAND_CODES)
        form_pick_told(view, &state->form, PICK_CODE);
    return command == COMMAND_CODES;
}

static void closing_answer(struct view *view, const struct view_answer *answer)
{
    struct closing *state = view->state;
    if (!answer->cancelled && answer->code != NULL)
        form_take_pick(&state->form, answer->code->code);
}

static void closing_title(struct view *view, struct buf *left, struct buf *right)
{
    struct closing *state = view->state;
    (void)right;
    buf_puts(left, state->done ? _("已收场  ") : _("收场  "));
    outreach_place_text(&state->place, view, left);
}

static void draw_totals(const struct closing *state, struct canvas *canvas)
{
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    event_totals_text(&state->totals, (size_t)canvas->cols - 2, &text);
    canvas_puts(canvas, TOTALS_ROW, 1, canvas->cols - 2, STYLE_BOLD, buf_cstr(&text));
    buf_release(&text);
    for (size_t i = 0; i < state->n_lines; i++)
        canvas_puts(canvas, TOTALS_ROW + 1 + (int)i, 3, canvas->cols - 4, STYLE_NORMAL, state->lines[i]);
    canvas_rule(canvas, FORM_ROW - 1);
}

struct saying {
    struct canvas *canvas;
    int row;
};

static bool say_line(void *context, const char *text)
{
    struct saying *saying = context;
    canvas_puts(saying->canvas, saying->row++, 1, saying->canvas->cols - 2, STYLE_BOLD, text);
    return true;
}

static void draw_handover(struct view *view, const struct closing *state, struct canvas *canvas, int row)
{
    bool center = view_context(view)->machine->center;
    struct saying saying = {canvas, row};
    case_wrap(state->said, canvas->cols - 2, say_line, &saying);
    row = saying.row - 1;
    if (center) {
        canvas_puts(canvas, row + 2, 1, canvas->cols - 2, STYLE_NORMAL, _("这是县中心的机器，不用再交。"));
        return;
    }
    if (machine_is_alone(view_context(view)->store, view_context(view)->machine)) {
        canvas_puts(canvas, row + 2, 1, canvas->cols - 2, STYLE_NORMAL, _("这里是练习用的数据，不与县中心往来，不用交。"));
        return;
    }
    canvas_printf(canvas, row + 2, 1, canvas->cols - 2, STYLE_NORMAL, "还没有交给县中心的变更: %lld 条。两个办法，任选一个:", (long long)state->pending);
    canvas_puts(canvas, row + 3, 3, canvas->cols - 4, STYLE_NORMAL, _("1 联网: 接上网络就自动送出，首页“待发”到 0 就是交完了"));
    canvas_puts(canvas, row + 4, 3, canvas->cols - 4, STYLE_NORMAL, _("2 没有网: 插 U 盘，按 F2 写上去，交给工作站或县中心导入"));
    canvas_puts(canvas, row + 5, 5, canvas->cols - 6, STYLE_NORMAL, _("以后再交在首页 15 同步；交两遍也不会重复"));
}

static void closing_draw(struct view *view, struct canvas *canvas)
{
    struct closing *state = view->state;
    if (state->cols != canvas->cols)
        read_totals(view, canvas->cols);
    canvas_rule(canvas, 1);
    draw_totals(state, canvas);
    if (state->done) {
        draw_handover(view, state, canvas, FORM_ROW + 1);
        canvas_set_cursor(canvas, FORM_ROW + 1, 0);
        return;
    }
    form_draw(&state->form, canvas, FORM_ROW, 0, true);
    canvas_puts(canvas, FORM_ROW + 2, 1, canvas->cols - 2, STYLE_DIM, _("志愿者和服务小时 (整小时)"));
    for (int i = 0; i < SERVERS; i++)
        canvas_puts(canvas, FORM_ROW + 3 + i / 2, 1 + i % 2 * SERVER_COLUMNS + 24, -1, STYLE_NORMAL, _("小时"));
}

static void closing_hint(struct view *view, size_t columns, struct buf *out)
{
    struct closing *state = view->state;
    if (state->done) {
        buf_puts(out, _("Enter 返回"));
        return;
    }
    form_hint(&state->form, columns, out);
    if (out->len > 0)
        return;
    if (state->form.focus >= FIELD_SERVERS)
        buf_puts(out, (state->form.focus - FIELD_SERVERS) % 2 == 0 ? _("志愿者: 打序号、姓名或首字母，F4 选") : _("整小时；离开就存好"));
    else
        buf_puts(out, _("离开一项就存好；没有的空着"));
}

static void closing_cite(struct view *view, struct buf *out)
{
    (void)view;
    buf_puts(out, _("法律援助法 志愿服务条例"));
}

static const struct keymap *closing_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "存，下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "收场", BINDING_KEEP},  {"F4", COMMAND_CODES, "志愿者", 0},
        {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},         {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},  {"F10", COMMAND_BACK, "还不收", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding center_bindings[] = {
        {"Enter", COMMAND_NONE, "返回", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0}};
    static const struct binding done_bindings[] = {
        {"Enter", COMMAND_NONE, "返回", BINDING_HINT}, {"F2", COMMAND_SAVE, "写到U盘", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},   {NULL, 0, NULL, 0}};
    static const struct keymap map = {.bindings = bindings}, done_map = {.bindings = done_bindings}, center_map = {.bindings = center_bindings};
    return !((struct closing *)view->state)->done ? &map : view_context(view)->machine->center ? &center_map : &done_map;
}

static bool closing_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct closing *state = view->state;
    *type = state->place.event.type;
    *id = state->place.event.id;
    return n == 0;
}

const struct view_class view_outreach_close = {
    .name = "outreach-close",
    .state_bytes = sizeof(struct closing),
    .help = "收场: 上面是这场的合计，有逐条登记和计数的按登记算。填到场人数、照片、备注，志愿者各服务几个整小时。\n"
            "离开一项就存好，F2 收场；还要录就 F10 返回。收场以后这场不再列在外展里，发现漏的可以在它的表里重开。\n"
            "交出去: 接上网自动送出；没有网插 U 盘，收场以后按 F2 写上去(首页 15 同步里也有)，交给工作站或县中心导入。",
    .open = closing_open,
    .close = closing_close,
    .leave = closing_leave,
    .key = closing_key,
    .command = closing_command,
    .draw = closing_draw,
    .title = closing_title,
    .keymap = closing_keymap,
    .hint = closing_hint,
    .cite = closing_cite,
    .answer = closing_answer,
    .refresh = closing_refresh,
    .shows = closing_shows,
};
