/* tui/views/conflicts.c - the worklist of conflicts: every record of which two machines changed the same cell without knowing of each other, the one that waits longest first. One of them is settled in conflict.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/conflict.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/conflict_rows.h"
#include "tui/views/views.h"

enum { RECORDS_MAX = 200, N_COLUMNS = 3, LIST_ROW = 2, CELL_TEXT_BYTES = 600, TITLE_BYTES = 200 };

struct waiting {
    const struct record_type *type;
    struct id id;
    int64_t cells;
    char title[TITLE_BYTES], what[CELL_TEXT_BYTES];
};

struct conflicts_view {
    struct waiting *records; /* owned */
    size_t n;
    size_t sealed; /* that are not this person's to see, counted on the first screen all the same (privacy.h) */
    struct list list;
};

static const struct list_column COLUMNS[N_COLUMNS] = {{.label = "类别", .columns = 6}, {.label = "记录", .columns = 20}, {.label = "哪一项，几边的值", .columns = 0}};

static bool add_record(void *context, const struct conflict_record *record)
{
    struct conflicts_view *state = context;
    state->records[state->n++] = (struct waiting){.type = record->type, .id = record->id, .cells = record->cells};
    return state->n < RECORDS_MAX;
}

/* One field with its values, the shown one first; of several the names. */
static void describe(const struct conflict_choices *choices, struct waiting *out)
{
    struct buf what;
    buf_init(&what, 64 * 1024);
    if (choices->n > 1)
        buf_printf(&what, _("%zu 处: "), choices->n);
    for (size_t i = 0; i < choices->n; i++)
        buf_printf(&what, "%s%s", i > 0 ? _("、") : "", conflict_field_label(choices->cells[i].field));
    for (size_t i = 0; choices->n == 1 && i < choices->cells[0].n; i++)
        buf_printf(&what, "%s%s", i > 0 ? " / " : "  ", choices->cells[0].values[i].text);
    copy_text(out->what, sizeof out->what, buf_cstr(&what));
    buf_wipe(&what);
}

static bool read_title(const struct app_context *context, struct waiting *waiting)
{
    struct record record;
    struct buf title;
    if (records_get(context->store, context->actor, waiting->type, waiting->id, &record, NULL) != STATUS_OK)
        return false;
    buf_init(&title, 4096);
    record_show_title(&record, context->codes, &title);
    copy_text(waiting->title, sizeof waiting->title, buf_cstr(&title));
    buf_wipe(&title);
    record_release(&record);
    return true;
}

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct conflicts_view *state = view->state;
    struct app_context *context = view_context(view);
    struct conflict_choices choices = {0};
    size_t kept = 0;
    state->n = state->sealed = 0;
    enum status status = conflict_records(context->store, context->actor, RECORDS_MAX, add_record, state, err);
    for (size_t i = 0; i < state->n && status == STATUS_OK; i++) {
        if (!read_title(context, &state->records[i])) {
            state->sealed++;
            continue;
        }
        status = conflict_choices_read(&choices, context, state->records[i].id, err);
        describe(&choices, &state->records[i]);
        state->records[kept++] = state->records[i];
    }
    state->n = kept;
    conflict_choices_release(&choices);
    return status;
}

static bool give(void *context, struct list_page *page, size_t index)
{
    const struct waiting *record = &((const struct conflicts_view *)context)->records[index];
    struct list_row row = {.id = record->id, .tag = (uint32_t)index, .style = STYLE_CONFLICT, .key = {.set = true, .value = value_null(), .row = (int64_t)index + 1}};
    row.cells[0] = _(record->type->label);
    row.cells[1] = record->title;
    row.cells[2] = record->what;
    return list_page_add(page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct conflicts_view *state = context;
    (void)err;
    list_page_walk(page, way, key, max, state->n, give, state);
    return STATUS_OK;
}

static void conflicts_refresh(struct view *view)
{
    struct conflicts_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_all(view, &err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void conflicts_close(struct view *view)
{
    struct conflicts_view *state = view->state;
    list_release(&state->list);
    free(state->records);
}

static enum status conflicts_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct conflicts_view *state = view->state;
    (void)argument;
    list_init(&state->list, (struct list_source){.context = state, .fetch = fetch}, COLUMNS, N_COLUMNS, LIST_USUAL);
    state->records = calloc(RECORDS_MAX, sizeof *state->records);
    enum status status = state->records == NULL ? errmsg_set(err, STATUS_NOMEM, "内存不足") : read_all(view, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        conflicts_close(view);
    return status;
}

static bool conflicts_key(struct view *view, struct key key)
{
    struct conflicts_view *state = view->state;
    const struct list_row *row;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        row = list_selected(&state->list);
        if (row != NULL && row->tag < state->n)
            app_open(view->app, &view_conflict, &(struct view_argument){.type = state->records[row->tag].type->name, .id = row->id});
        break;
    default:
        break;
    }
    return true;
}

/* What this person settled last, from whatever screen: its values stand there again. */
static void take_back(struct view *view)
{
    struct app_context *context = view_context(view);
    const struct record_type *type;
    const struct field_def *field;
    struct id id;
    struct errmsg err = {{0}};
    enum status status = conflict_last_settled(context->store, context->actor, &type, &id, &field, &err);
    if (status == STATUS_OK)
        app_open(view->app, &view_conflict, &(struct view_argument){.type = type->name, .id = id, .number = field != NULL ? (int64_t)field->no + 1 : 1});
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static bool conflicts_command(struct view *view, int command)
{
    if (command == COMMAND_UNDO)
        take_back(view);
    return command == COMMAND_UNDO;
}

static void conflicts_title(struct view *view, struct buf *left, struct buf *right)
{
    struct conflicts_view *state = view->state;
    int64_t cells = 0;
    for (size_t i = 0; i < state->n; i++)
        cells += state->records[i].cells;
    buf_puts(left, _("冲突  两边都改过的记录，等得最久的在前"));
    buf_printf(right, _("%zu 条 %lld 处"), state->n, (long long)cells);
    if (state->sealed > 0)
        buf_printf(right, _("  另有封存的 %zu 条"), state->sealed);
}

static void conflicts_draw(struct view *view, struct canvas *canvas)
{
    struct conflicts_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW;
    canvas_rule(canvas, 1);
    const char *none = state->sealed > 0 ? _("没有您能处理的冲突；封存记录的由县中心负责人来定") : _("没有冲突。两台机器改了同一条记录的同一项时会列在这里");
    list_show(view, &state->list, canvas, LIST_ROW, rows, none, true);
}

static const struct keymap *conflicts_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, P_("key", "处理"), BINDING_HINT},
        {"数字", COMMAND_NONE, "直达", BINDING_HINT},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"Ctrl-Z", COMMAND_UNDO, "撤回上次定的", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_conflicts = {
    .name = "conflicts",
    .state_bytes = sizeof(struct conflicts_view),
    .help = "两台机器在不知道对方的情况下改了同一项，几个值都留着，由人来定。不处理也不影响办理。\n"
            "一台机器删了、另一台还在改的，也列在这里。\n"
            "Ctrl-Z 撤回您在这台机器上最近定的一处，几个值又列出来重新选；那条记录后来又改过的，不能撤回，到它的历史（F7）里看。",
    .open = conflicts_open,
    .close = conflicts_close,
    .key = conflicts_key,
    .command = conflicts_command,
    .draw = conflicts_draw,
    .title = conflicts_title,
    .keymap = conflicts_keymap,
    .refresh = conflicts_refresh,
};
