/* tui/views/related.c - what a record refers to, and what refers to it, read off the catalogue (core/record/related.h): rows "服务时长  12 条  最近 2026-11-03".
 *
 * Above them what an event or a campaign adds up to (core/outreach/event.h). Enter on a record opens it, on a kind of rows the list limited to them; F5 begins a row of that kind that already names this record. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/outreach/event.h"
#include "core/record/related.h"
#include "core/base/language.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ENTRIES_MAX = 96, TITLE_BYTES = 128, LABEL_BYTES = 64, LIST_ROW = 2, CELLS = 3, WHERE_BYTES = 128, FIGURES_BYTES = 512, CAMPAIGN_COLUMNS = 16 };

struct entry {
    const struct record_type *type;
    const struct field_def *field; /* of the base record when it is a target, else of type */
    struct id target;              /* zero: rows that refer to the base record */
    int64_t count;
    int32_t newest;
    char title[TITLE_BYTES];
};

struct related_view {
    struct record base;
    struct entry entries[ENTRIES_MAX];
    size_t n, n_targets;
    char figures[FIGURES_BYTES]; /* "": the record adds nothing up */
    int cols;                    /* the figures are written for */
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{.label = "种类", .columns = 26}, {.label = "条数、名称", .columns = 0}, {.label = "最近", .columns = 10}};

/* ---- reading ---- */

static bool add_target(void *context, const struct field_def *field, const struct record *target)
{
    struct view *view = context;
    struct related_view *state = view->state;
    struct buf title;
    struct entry *entry = &state->entries[state->n];
    *entry = (struct entry){.type = target->type, .field = field, .target = target->id, .newest = RELATED_NO_DAY};
    buf_init(&title, TITLE_BYTES * 2);
    record_show_title(target, view_context(view)->codes, &title);
    copy_text(entry->title, sizeof entry->title, buf_cstr(&title));
    buf_wipe(&title);
    return ++state->n < ENTRIES_MAX;
}

static bool may_begin(const struct view *view, const struct record_type *type)
{
    return records_may_write(view_context(view)->actor, type, NULL) == STATUS_OK;
}

static bool add_rows(void *context, const struct record_type *type, const struct field_def *field, int64_t count, int32_t newest)
{
    struct view *view = context;
    struct related_view *state = view->state;
    if (count == 0 && !may_begin(view, type))
        return true;
    state->entries[state->n++] = (struct entry){.type = type, .field = field, .count = count, .newest = newest};
    return state->n < ENTRIES_MAX;
}

/* What is there stands before what could be. */
static void empty_last(struct related_view *state)
{
    struct entry sorted[ENTRIES_MAX];
    size_t n = state->n_targets;
    for (int empty = 0; empty <= 1; empty++)
        for (size_t i = state->n_targets; i < state->n; i++)
            if ((state->entries[i].count == 0) == (empty == 1))
                sorted[n++] = state->entries[i];
    memcpy(&state->entries[state->n_targets], &sorted[state->n_targets], (state->n - state->n_targets) * sizeof *sorted);
}

/* A type that may name the record in two ways says which. */
static bool is_twice(const struct related_view *state, const struct entry *entry)
{
    size_t n = 0;
    for (size_t i = state->n_targets; i < state->n; i++)
        n += state->entries[i].type == entry->type;
    return n > 1;
}

static enum status list_entry(struct related_view *state, size_t i)
{
    const struct entry *entry = &state->entries[i];
    char label[LABEL_BYTES], count[32], day[DAY_TEXT_BYTES] = "";
    bool target = !id_is_zero(entry->target);
    if (!target && is_twice(state, entry))
        snprintf(label, sizeof label, _("%s（%s）"), _(entry->type->label), _(entry->field->label));
    else
        snprintf(label, sizeof label, "%s%s", target ? "-> " : "", target ? _(entry->field->label) : _(entry->type->label));
    snprintf(count, sizeof count, _("%lld%s 条"), (long long)entry->count, entry->count >= RELATED_COUNT_MAX ? "+" : "");
    if (entry->newest != RELATED_NO_DAY)
        day_format(entry->newest, day);
    struct list_row row = {.tag = (uint32_t)i, .style = !target && entry->count == 0 ? STYLE_DIM : STYLE_NORMAL, .cells = {label, target ? entry->title : count, day}};
    /* A kind keeps the selection when its first row moves it up: rows are told apart by what they are, not by their place. */
    row.id.bytes[0] = target ? 1 : 2;
    row.id.bytes[1] = (uint8_t)entry->type->no;
    row.id.bytes[2] = (uint8_t)entry->field->no;
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status put_figures(struct app_context *context, const struct record *base, size_t width, struct buf *out, struct errmsg *err)
{
    struct event_totals totals;
    struct campaign_totals campaign;
    enum status status = STATUS_OK;
    if (strcmp(base->type->name, "event") == 0) {
        status = event_totals(context->store, context->actor, context->codes, base, &totals, err);
        if (status == STATUS_OK)
            event_totals_text(&totals, width, out);
    } else if (strcmp(base->type->name, "campaign") == 0) {
        status = campaign_totals(context->store, context->actor, context->codes, base, &campaign, err);
        if (status == STATUS_OK) {
            buf_printf(out, _("活动 %lld 场  "), (long long)campaign.events);
            event_totals_text(&campaign.sum, width - CAMPAIGN_COLUMNS, out);
        }
    }
    return status;
}

static enum status read_figures(struct view *view, int cols, struct errmsg *err)
{
    struct related_view *state = view->state;
    struct buf text;
    buf_init(&text, FIGURES_BYTES);
    enum status status = put_figures(view_context(view), &state->base, (size_t)cols - 2, &text, err);
    state->cols = cols;
    copy_text(state->figures, sizeof state->figures, buf_cstr(&text));
    buf_release(&text);
    return status;
}

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct related_view *state = view->state;
    struct app_context *context = view_context(view);
    state->n = 0;
    list_memory_clear(&state->memory);
    enum status status = related_targets(context->store, context->actor, &state->base, add_target, view, err);
    state->n_targets = state->n;
    if (status == STATUS_OK)
        status = read_figures(view, view->app->cols, err);
    if (status == STATUS_OK && state->n < ENTRIES_MAX)
        status = related_count(context->store, context->actor, state->base.type, state->base.id, add_rows, view, err);
    empty_last(state);
    for (size_t i = 0; status == STATUS_OK && i < state->n; i++)
        status = list_entry(state, i);
    return status;
}

static enum status related_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct related_view *state = view->state;
    struct app_context *context = view_context(view);
    const struct record_type *type = catalogue_find(argument->type);
    assert(type != NULL);
    enum status status = records_get(context->store, context->actor, type, argument->id, &state->base, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_all(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
        record_release(&state->base);
    }
    return status;
}

static void related_close(struct view *view)
{
    struct related_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    record_release(&state->base);
}

static void related_refresh(struct view *view)
{
    struct related_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record fresh;
    struct errmsg err = {{0}};
    if (records_get(context->store, context->actor, state->base.type, state->base.id, &fresh, NULL) != STATUS_OK) {
        app_close(view->app); /* deleted, or no longer ours */
        return;
    }
    record_release(&state->base);
    state->base = fresh;
    enum status status = read_all(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys ---- */

static const struct entry *selected(const struct related_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->entries[row->tag] : NULL;
}

static void where_of(const struct related_view *state, const struct entry *entry, char out[WHERE_BYTES])
{
    char id[ID_TEXT_BYTES];
    id_format(state->base.id, id);
    snprintf(out, WHERE_BYTES, "%s=%s", entry->field->name, id);
}

static void open_entry(struct view *view, const struct entry *entry)
{
    struct related_view *state = view->state;
    char where[WHERE_BYTES];
    where_of(state, entry, where);
    if (!id_is_zero(entry->target))
        view_open_record(view->app, entry->type, entry->target);
    else
        app_open(view->app, &view_record_list, &(struct view_argument){.type = entry->type->name, .where = where});
}

/* An application begins in its own form, which knows whom it is for, or at which event (view_open_new). */
static void begin(struct view *view, const struct entry *entry)
{
    struct related_view *state = view->state;
    char where[WHERE_BYTES];
    where_of(state, entry, where);
    if (!id_is_zero(entry->target))
        app_say(view->app, "这一行是它引用的记录；F5 在下面的种类上新建");
    else if (!may_begin(view, entry->type))
        app_fail(view->app, "%s不在这里新建", _(entry->type->label));
    else
        view_open_new(view->app, entry->type, where);
}

static bool related_key(struct view *view, struct key key)
{
    struct related_view *state = view->state;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        if (selected(state) != NULL)
            open_entry(view, selected(state));
        break;
    default:
        break;
    }
    return true;
}

static bool related_command(struct view *view, int command)
{
    struct related_view *state = view->state;
    if (command != COMMAND_NEW)
        return false;
    if (selected(state) != NULL)
        begin(view, selected(state));
    else
        app_beep(view->app);
    return true;
}

/* ---- drawing ---- */

static void related_title(struct view *view, struct buf *left, struct buf *right)
{
    struct related_view *state = view->state;
    (void)right;
    buf_printf(left, _("相关   %s  "), _(state->base.type->label));
    record_show_title(&state->base, view_context(view)->codes, left);
}

static void related_draw(struct view *view, struct canvas *canvas)
{
    struct related_view *state = view->state;
    int row = LIST_ROW + (state->figures[0] != '\0'), rows = canvas->rows - 2 - row;
    struct errmsg err = {{0}};
    canvas_rule(canvas, 1);
    if (state->cols != canvas->cols && read_figures(view, canvas->cols, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    canvas_puts(canvas, LIST_ROW, 1, canvas->cols - 2, STYLE_BOLD, state->figures);
    list_show(view, &state->list, canvas, row, rows, _("没有别的记录引用这一条"), true);
}

static void related_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct entry *entry = selected(view->state);
    (void)columns_wide;
    if (entry != NULL && id_is_zero(entry->target) && may_begin(view, entry->type))
        buf_printf(out, _("%s: %s；F5 新建一条"), _(entry->type->label), _(entry->type->help));
    else if (entry != NULL)
        buf_printf(out, "%s: %s", _(entry->type->label), _(entry->type->help));
}

static const struct keymap *related_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT},  {"F5", COMMAND_NEW, "新建", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool related_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct related_view *state = view->state;
    *type = state->base.type;
    *id = state->base.id;
    return n == 0;
}

const struct view_class view_related = {
    .name = "related",
    .state_bytes = sizeof(struct related_view),
    .help = "一条记录前后连着什么: 前面带 -> 的是它引用的记录，Enter 打开；后面是引用它的各种记录，有多少条、最近一条是哪天，Enter 列出它们。\n"
            "活动和宣传周的最上面一行是它的合计，登记一条就变。\n"
            "F5 在选中的种类里新建一条，和这条记录的联系已经填好。",
    .open = related_open,
    .close = related_close,
    .key = related_key,
    .command = related_command,
    .draw = related_draw,
    .title = related_title,
    .keymap = related_keymap,
    .hint = related_hint,
    .refresh = related_refresh,
    .shows = related_shows,
};
