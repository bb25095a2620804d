/* tui/views/conflict.c - one record's conflicts, cell by cell: every value with who wrote it, when, on which machine and in which order; a person takes one of them, all of them, or types another.
 *
 * The decision is a change like any other: in the history, sent to every machine, and to be taken back here (Ctrl-Z) as long as it is the record's last change. What was taken back stands here again with its
 * values; choosing anew is then an edit, since for the other machines the conflict is over. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/order.h"
#include "tui/views/common.h"
#include "tui/views/conflict_rows.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1, TITLE_BYTES = 200, FIRST_ROW = 4, STATION_COLUMNS = 12, STATION_FOREIGN_COLUMNS = 14, WHO_COLUMNS = 24, DETAIL_ROWS = 3 };

/* What can be done with a cell: take value i, or one of these. */
enum { CHOICE_BOTH = CONFLICT_SIDES_MAX, CHOICE_TYPE, CHOICE_LEAVE, CHOICES_MAX };

struct conflict_view {
    struct conflict_choices choices;
    const struct record_type *type;
    struct id id;
    size_t at;       /* which cell */
    size_t selected; /* row among the offered choices */
    bool settled;    /* `last` can be taken back */
    struct conflict_choice last;
    char title[TITLE_BYTES];
};

static const struct conflict_choice *present(const struct conflict_view *state)
{
    return state->at < state->choices.n ? &state->choices.cells[state->at] : NULL;
}

/* The choices a cell offers, in the order of their digits. */
static size_t offer(const struct conflict_choice *cell, size_t offered[CHOICES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < cell->n; i++)
        offered[n++] = i;
    if (cell->both[0] != '\0')
        offered[n++] = CHOICE_BOTH;
    if (cell->field != NULL && !cell->by_action)
        offered[n++] = CHOICE_TYPE;
    offered[n++] = CHOICE_LEAVE;
    return n;
}

static enum status take_back_settled(struct view *view, const struct field_def *field, struct errmsg *err);

static enum status conflict_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct buf title;
    state->id = argument->id;
    state->type = catalogue_find(argument->type);
    enum status status = conflict_choices_read(&state->choices, context, state->id, err);
    if (status == STATUS_OK)
        status = records_get(context->store, context->actor, state->type, state->id, &record, err);
    if (status != STATUS_OK) {
        conflict_choices_release(&state->choices);
        return status;
    }
    buf_init(&title, 4096);
    record_show_title(&record, context->codes, &title);
    copy_text(state->title, sizeof state->title, buf_cstr(&title));
    buf_wipe(&title);
    record_release(&record);
    if (argument->number > 0)
        status = take_back_settled(view, argument->number > 1 ? catalogue_field_by_no(state->type, (uint32_t)(argument->number - 1)) : NULL, err);
    if (status != STATUS_OK)
        conflict_choices_release(&state->choices);
    return status;
}

static void conflict_close(struct view *view)
{
    struct conflict_view *state = view->state;
    conflict_choices_release(&state->choices);
    memset(&state->last, 0, sizeof state->last);
}

static void conflict_refresh(struct view *view)
{
    struct conflict_view *state = view->state;
    struct errmsg err = {{0}};
    bool reopened = present(state) != NULL && present(state)->reopened;
    enum status status = conflict_choices_read(&state->choices, view_context(view), state->id, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (reopened && state->choices.n < CONFLICT_CELLS_MAX) {
        state->choices.cells[state->choices.n] = state->last;
        state->choices.cells[state->choices.n++].reopened = true;
    }
    if (state->at >= state->choices.n)
        state->at = 0;
    state->selected = 0;
    app_touch(view->app);
}

/* ---- deciding ---- */

/* What one of the sides wrote, as the log has it: the only place that still has the whole of a long text once it was settled. */
struct written {
    const struct conflict_choice *cell;
    size_t side;
    struct record *into;
    enum status status;
};

static bool take_written(void *context, const struct history_entry *entry)
{
    struct written *written = context;
    const struct conflict_value *side = &written->cell->values[written->side];
    if (entry->seq != side->seq || entry->origin.station != side->log.station || memcmp(entry->origin.incarnation, side->log.incarnation, INCARNATION_BYTES) != 0 ||
        !entry->written[catalogue_field_index(written->cell->type, written->cell->field)])
        return true;
    written->status = record_set(written->into, written->cell->field, record_get(entry->fields, written->cell->field));
    return false;
}

static enum status write_logged(struct view *view, const struct conflict_choice *cell, size_t side, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record record;
    struct written written = {.cell = cell, .side = side, .into = &record, .status = STATUS_NOT_FOUND};
    enum status status = records_get(context->store, context->actor, cell->type, cell->id, &record, err);
    if (status != STATUS_OK)
        return status;
    status = records_history(context->store, context->actor, cell->type, cell->id, take_written, &written, err);
    if (status == STATUS_OK && written.status != STATUS_OK)
        status = errmsg_set(err, written.status, "%s: 原来的内容已不在了，请在记录里改", _(cell->field->label));
    if (status == STATUS_OK)
        status = records_save(context->store, context->actor, context->codes, context->random, &record, err);
    record_release(&record);
    return status;
}

static enum status write_field(struct view *view, const struct conflict_choice *cell, const char *text, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record record;
    enum status status = records_get(context->store, context->actor, cell->type, cell->id, &record, err);
    if (status != STATUS_OK)
        return status;
    if (text != NULL)
        status = record_parse(&record, cell->field, context->codes, text, strlen(text), err);
    if (status == STATUS_OK && cell->reopened)
        status = records_save(context->store, context->actor, context->codes, context->random, &record, err);
    else if (status == STATUS_OK)
        status = conflict_resolve(context->store, context->actor, cell->type, cell->id, cell->field, record_get(&record, cell->field), err);
    record_release(&record);
    return status;
}

/* A long text is taken as it is stored, not through what stands on the screen. */
struct taking {
    const struct conflict_choice *cell;
    size_t side; /* or CHOICE_BOTH */
    struct app_context *context;
    enum status status;
    struct errmsg *err;
};

static bool take_stored(void *context, const struct conflict_cell *cell)
{
    struct taking *taking = context;
    struct buf both;
    if (cell->field != taking->cell->field)
        return true;
    buf_init(&both, 1 << 20);
    struct value value = taking->side < cell->n ? cell->sides[taking->side].value : value_null();
    taking->status = STATUS_OK;
    if (taking->side == CHOICE_BOTH) {
        taking->status = conflict_join(cell, &both, taking->err);
        value = value_text(buf_cstr(&both), both.len);
    }
    if (taking->status == STATUS_OK)
        taking->status = conflict_resolve(taking->context->store, taking->context->actor, taking->cell->type, taking->cell->id, taking->cell->field, value, taking->err);
    buf_wipe(&both);
    return false;
}

static enum status write_side(struct view *view, const struct conflict_choice *cell, size_t side, struct errmsg *err)
{
    struct taking taking = {.cell = cell, .side = side, .context = view_context(view), .status = STATUS_NOT_FOUND, .err = err};
    if (cell->reopened)
        return side == CHOICE_BOTH ? write_field(view, cell, cell->both, err) : write_logged(view, cell, side, err);
    enum status status = conflict_cells(taking.context->store, taking.context->actor, cell->id, take_stored, &taking, err);
    return status != STATUS_OK ? status : taking.status == STATUS_NOT_FOUND ? errmsg_set(err, STATUS_NOT_FOUND, "这处冲突已经有人处理了") : taking.status;
}

static void decided(struct view *view, enum status status, const struct conflict_choice *cell, const struct errmsg *err)
{
    struct conflict_view *state = view->state;
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(err, status));
        return;
    }
    state->last = *cell;
    state->last.reopened = false;
    state->settled = true;
    state->choices.n = 0; /* not to be taken for one that was taken back */
    conflict_refresh(view);
    app_say(view->app, "已处理%s，会同步给各机；Ctrl-Z 撤回", state->choices.n == 0 ? _("，这条记录没有冲突了") : "");
}

static void choose(struct view *view, size_t row)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = present(state);
    size_t offered[CHOICES_MAX];
    struct errmsg err = {{0}};
    if (cell == NULL || row >= offer(cell, offered)) {
        app_beep(view->app);
        return;
    }
    state->selected = row;
    app_touch(view->app);
    struct conflict_choice copy = *cell;
    if (offered[row] < CHOICE_TYPE) {
        decided(view, write_side(view, &copy, offered[row], &err), &copy, &err);
    } else if (offered[row] == CHOICE_TYPE) {
        app_ask_line(view->app, ASK_VALUE, cell->field->label, catalogue_max_chars(cell->field), 0, cell->values[0].cut ? "" : cell->values[0].raw);
    } else {
        state->at = (state->at + 1) % state->choices.n;
        state->selected = 0;
    }
}

static void conflict_answer(struct view *view, const struct view_answer *answer)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = present(state);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != ASK_VALUE || cell == NULL)
        return;
    struct conflict_choice copy = *cell;
    decided(view, write_field(view, &copy, answer->text, &err), &copy, &err);
}

static void take_back(struct view *view)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (!state->settled) {
        app_say(view->app, "没有可以撤回的");
        app_beep(view->app);
        return;
    }
    enum status status = conflict_undo(context->store, context->actor, state->type, state->id, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    state->settled = false;
    state->choices.n = 0;
    conflict_refresh(view);
    if (state->last.field != NULL && state->choices.n < CONFLICT_CELLS_MAX) {
        state->choices.cells[state->choices.n] = state->last;
        state->choices.cells[state->choices.n].reopened = true;
        state->at = state->choices.n++;
    }
    app_say(view->app, "已撤回，显示的值恢复为原来显示的；可以重新选");
}

/* What the record holds now stands first, as in a conflict that is open. */
static void show_first(const struct app_context *context, struct conflict_choice *cell)
{
    struct record record;
    struct buf raw;
    if (records_get(context->store, context->actor, cell->type, cell->id, &record, NULL) != STATUS_OK)
        return;
    buf_init(&raw, 1 << 20);
    record_format_raw(cell->field, record_get(&record, cell->field), &raw);
    for (size_t i = 1; i < cell->n; i++) {
        struct conflict_value value = cell->values[i];
        if (strncmp(value.raw, buf_cstr(&raw), sizeof value.raw - 1) != 0)
            continue;
        cell->values[i] = cell->values[0];
        cell->values[0] = value;
        break;
    }
    buf_wipe(&raw);
    record_release(&record);
}

/* Opened for one that was settled before (from the worklist): taken back at once. */
static enum status take_back_settled(struct view *view, const struct field_def *field, struct errmsg *err)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = field == NULL ? STATUS_OK : conflict_choice_settled(&state->last, context, state->type, state->id, field, err);
    if (status == STATUS_NOT_FOUND) {
        state->last = (struct conflict_choice){.n = 0}; /* taken back all the same, what there was stands in the history */
        status = STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    state->last.reopened = false;
    state->settled = true;
    take_back(view);
    if (present(state) != NULL && present(state)->reopened)
        show_first(context, &state->choices.cells[state->at]);
    return STATUS_OK;
}

static bool conflict_key(struct view *view, struct key key)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = present(state);
    uint32_t digit = key.kind == K_CHAR ? key_command_code(key) : 0;
    size_t offered[CHOICES_MAX], n = cell == NULL ? 0 : offer(cell, offered);
    if (digit >= '1' && digit <= '9' && key.modifiers == 0) {
        choose(view, digit - '1');
        return true;
    }
    if (n > 0 && (key.kind == K_DOWN || key.kind == K_UP)) {
        state->selected = (state->selected + (key.kind == K_DOWN ? 1 : n - 1)) % n;
        app_touch(view->app);
        return true;
    }
    if (n > 0 && key.kind == K_ENTER) {
        choose(view, state->selected);
        return true;
    }
    return false;
}

static bool conflict_command(struct view *view, int command)
{
    struct conflict_view *state = view->state;
    if (command == COMMAND_UNDO) {
        take_back(view);
        return true;
    }
    if ((command != COMMAND_PREVIOUS && command != COMMAND_NEXT) || state->choices.n == 0)
        return false;
    if (state->choices.n == 1)
        app_fail(view->app, "这条记录只有这一处");
    state->at = (state->at + (command == COMMAND_NEXT ? 1 : state->choices.n - 1)) % state->choices.n;
    state->selected = 0;
    app_touch(view->app);
    return true;
}

/* ---- drawing ---- */

static void conflict_title(struct view *view, struct buf *left, struct buf *right)
{
    struct conflict_view *state = view->state;
    buf_printf(left, _("冲突  %s"), state->title);
    if (state->choices.n > 0)
        buf_printf(right, _("第 %zu / %zu 处"), state->at + 1, state->choices.n);
    if (state->settled)
        buf_puts(right, _("  可撤回"));
}

/* "county center" is longer than 县中心. */
static int station_columns(void)
{
    return language_is_foreign() ? STATION_FOREIGN_COLUMNS : STATION_COLUMNS;
}

static int value_column(void)
{
    return 3 + station_columns() + 1;
}

static void draw_value(struct canvas *canvas, int row, const struct conflict_value *value, bool shown)
{
    char moment[MOMENT_TEXT_BYTES], who[CONFLICT_WHO_BYTES + MOMENT_TEXT_BYTES + 8];
    const char *mark = shown ? _("  (显示)") : "";
    int at = value_column(), marked = (int)width_text(mark, strlen(mark)), columns = canvas->cols - at - WHO_COLUMNS - 1;
    moment_text(value->at_ms, moment);
    snprintf(who, sizeof who, "%s  %s", moment, value->user);
    canvas_puts(canvas, row, 3, station_columns(), STYLE_NORMAL, value->station);
    int taken = (int)width_text(value->text, strlen(value->text));
    taken = taken < columns - marked ? taken : columns - marked;
    canvas_puts(canvas, row, at, taken, shown ? STYLE_BOLD : STYLE_NORMAL, value->text);
    canvas_puts(canvas, row, at + taken, marked, STYLE_BOLD, mark);
    canvas_puts(canvas, row, canvas->cols - WHO_COLUMNS, WHO_COLUMNS, STYLE_DIM, who);
}

static void draw_named(struct canvas *canvas, int row, const char *name, const char *text)
{
    canvas_puts(canvas, row, 3, station_columns(), STYLE_NORMAL, name);
    canvas_puts(canvas, row, value_column(), canvas->cols - value_column() - 1, STYLE_NORMAL, text);
}

static void draw_choice(struct canvas *canvas, int row, const struct conflict_choice *cell, size_t choice)
{
    if (choice < cell->n)
        draw_value(canvas, row, &cell->values[choice], choice == 0);
    else if (choice == CHOICE_BOTH)
        draw_named(canvas, row, cell->n == 2 ? _("两个都留") : _("几个都留"), cell->both);
    else if (choice == CHOICE_TYPE)
        draw_named(canvas, row, _("手工填写"), "");
    else
        draw_named(canvas, row, _("先放着"), _("不影响办理，几个值都不会丢"));
}

/* The selected value to the end, and what is known of its writing. */
static int draw_detail(struct canvas *canvas, int row, const struct conflict_value *value)
{
    const char *at = value->text;
    int columns = canvas->cols - 4;
    struct buf line;
    if (width_text(at, strlen(at)) > (size_t)(canvas->cols - 3 - station_columns() - 1 - WHO_COLUMNS - 1 - 8))
        row += canvas_paragraph(canvas, row, 3, DETAIL_ROWS, columns, STYLE_NORMAL, at);
    buf_init(&line, 512);
    if (value->order != 0)
        buf_printf(&line, _("县中心%s排在第 %" PRIu64 " 号"), order_era((uint64_t)value->order) > 0 ? _("恢复后") : "", order_within_era((uint64_t)value->order));
    else
        buf_puts(&line, _("县中心还没有排号"));
    size_t before = line.len;
    buf_puts(&line, _("；那台机器的钟"));
    size_t named = line.len;
    conflict_skew_text(value, &line);
    canvas_put(canvas, row, 3, columns, STYLE_DIM, buf_cstr(&line), line.len > named ? line.len : before);
    buf_release(&line);
    return row + 1;
}

static void draw_notes(struct canvas *canvas, int row, const struct conflict_choice *cell)
{
    if (cell->more > 0 && row < canvas->rows - 3)
        canvas_printf(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, "还有 %zu 个值，在这条记录的历史里", cell->more);
    if (cell->field != NULL && (cell->field->flags & FIELD_HOLD) && row < canvas->rows - 3)
        canvas_puts(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, _("这一项先到先得：后来的值由人定了才显示"));
    if (cell->by_action && row < canvas->rows - 3)
        canvas_puts(canvas, row++, 1, canvas->cols - 2, STYLE_DIM, _("由办理动作产生，只能在这些值里选一个，由县中心来定"));
    if (row < canvas->rows - 3)
        canvas_puts(canvas, row, 1, canvas->cols - 2, STYLE_DIM, _("时间是各机自己的钟，仅供参考；先后以县中心排的号为准"));
}

static void draw_before(struct canvas *canvas, const struct conflict_choice *cell)
{
    canvas_puts(canvas, FIRST_ROW - 1, 3, station_columns(), STYLE_DIM, _("原来"));
    canvas_puts(canvas, FIRST_ROW - 1, value_column(), canvas->cols - value_column() - 1, STYLE_DIM, cell->before[0] != '\0' ? cell->before : _("(空)"));
}

static void conflict_draw(struct view *view, struct canvas *canvas)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = present(state);
    size_t offered[CHOICES_MAX];
    int row = FIRST_ROW;
    canvas_rule(canvas, 1);
    if (cell == NULL) {
        canvas_paragraph(canvas, 2, 1, 2, canvas->cols - 2, STYLE_NORMAL, state->settled ? _("这条记录没有冲突了。F10 返回；定得不对，现在可以按 Ctrl-Z 撤回") : _("这条记录没有冲突了，F10 返回"));
        canvas_set_cursor(canvas, 2, 1);
        return;
    }
    canvas_printf(canvas, 2, 1, canvas->cols - 2, STYLE_BOLD, "字段  %s%s", cell->field == NULL ? _("一边删除了，另一边还在修改") : _(cell->field->label), cell->reopened ? _("   (刚撤回，请重新选)") : "");
    if (cell->field != NULL)
        draw_before(canvas, cell);
    size_t n = offer(cell, offered);
    for (size_t i = 0; i < n; i++, row++) {
        canvas_printf(canvas, row, 0, 3, STYLE_NORMAL, "%c%zu", i == state->selected ? '>' : ' ', i + 1);
        draw_choice(canvas, row, cell, offered[i]);
    }
    if (offered[state->selected] < cell->n)
        row = draw_detail(canvas, row + 1, &cell->values[offered[state->selected]]);
    draw_notes(canvas, row + 1, cell);
    canvas_set_cursor(canvas, FIRST_ROW + (int)state->selected, 0);
}

static const struct keymap *conflict_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"数字", COMMAND_NONE, "选定", BINDING_HINT},      {"Enter", COMMAND_NONE, "定下", BINDING_HINT}, {"F7", COMMAND_PREVIOUS, "上一处", 0},          {"F8", COMMAND_NEXT, "下一处", 0},
        {"Ctrl-Z", COMMAND_UNDO, "撤回", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding over[] = {
        {"Ctrl-Z", COMMAND_UNDO, "撤回", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings}, over_map = {.bindings = over};
    return ((const struct conflict_view *)view->state)->choices.n > 0 ? &map : &over_map;
}

static bool conflict_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct conflict_view *state = view->state;
    *type = state->type;
    *id = state->id;
    return n == 0;
}

const struct view_class view_conflict = {
    .name = "conflict",
    .state_bytes = sizeof(struct conflict_view),
    .help = "每个值后面写着哪台机器、谁、什么时候写的；选中一个，下面是全文和县中心排的号。\n"
            "按数字就定下：留其中一个；文字可以几个都留（中间加 /）；也可以手工填一个。\n"
            "决定记入历史，同步给各机；在这条记录再有修改以前可以用 Ctrl-Z 撤回。\n"
            "先放着也不影响办理，几个值都不会丢。",
    .open = conflict_open,
    .close = conflict_close,
    .key = conflict_key,
    .command = conflict_command,
    .draw = conflict_draw,
    .title = conflict_title,
    .keymap = conflict_keymap,
    .answer = conflict_answer,
    .refresh = conflict_refresh,
    .shows = conflict_shows,
};
