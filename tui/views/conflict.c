/* tui/views/conflict.c - one record's conflicts, cell by cell: every value with who wrote it, when, on which machine and in which order; a person takes one of them, all of them, or types another.
 *
 * Of the selected value all of it stands below, from where it begins to differ, to be paged through; of a deletion what the side that wrote on wrote.
 *
 * The decision is a change like any other: in the history, sent to every machine, and to be taken back here (Ctrl-Z) as long as it is the record's last change. What was taken back stands here again with its
 * values; choosing anew is then an edit, since for the other machines the conflict is over. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/case/prepare.h"
#include "core/record/order.h"
#include "tui/record_form.h"
#include "tui/scroll.h"
#include "tui/views/case_text.h"
#include "tui/views/common.h"
#include "tui/views/conflict_rows.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1, TITLE_BYTES = 200, FIRST_ROW = 4, STATION_COLUMNS = 12, STATION_FOREIGN_COLUMNS = 14, WHO_COLUMNS = 24, WHOLE_MAX_BYTES = 1 << 20, LEAD_CHARS = 4 /* in sight before what differs */ };
enum { COMMAND_CONFLICT_RECORD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_CONFLICT_RECORD, "conflict-record", "打开这条记录"}, {COMMAND_NONE, NULL, NULL}};

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
    struct {
        const struct field_def *field; /* NULL: none */
        struct buf text; /* all of it */
    } refused; /* what was typed and is no value of the field: offered again, to be put right */
    struct whole_text {
        struct buf text;          /* the selected value to its end; empty: nothing is selected that has more than its row shows */
        size_t differs;           /* from which byte on it is another than the first value (the first: than the second); its length: nowhere */
        size_t top, lines, rows;  /* as it was drawn last.. */
        int cols;                 /* ..on a screen of that width; 0: not yet, it is to be drawn from where it differs */
    } whole;
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
    if (cell->both[0] != '\0' && !(cell->reopened && cell->both_cut))
        offered[n++] = CHOICE_BOTH;
    if (cell->field != NULL && !cell->by_action)
        offered[n++] = CHOICE_TYPE;
    offered[n++] = CHOICE_LEAVE;
    return n;
}

static enum status take_back_settled(struct view *view, const struct field_def *field, struct errmsg *err);

/* Read what is selected to its end. Where that can't be, its row shows what there is. */
static void look(struct view *view)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = present(state);
    struct whole_text *whole = &state->whole;
    size_t offered[CHOICES_MAX];
    struct buf other;
    buf_wipe(&whole->text);
    *whole = (struct whole_text){.top = 0};
    buf_init(&whole->text, WHOLE_MAX_BYTES);
    if (cell == NULL || state->selected >= offer(cell, offered) || offered[state->selected] >= cell->n)
        return;
    size_t side = offered[state->selected];
    if ((cell->field == NULL && strcmp(cell->values[side].raw, "1") == 0) || conflict_value_whole(view_context(view), cell, side, &whole->text, NULL) != STATUS_OK) {
        buf_clear(&whole->text);
        return;
    }
    buf_init(&other, WHOLE_MAX_BYTES);
    if (cell->field != NULL && conflict_value_whole(view_context(view), cell, side == 0 ? 1 : 0, &other, NULL) == STATUS_OK) {
        const char *mine = buf_cstr(&whole->text), *theirs = buf_cstr(&other);
        while (whole->differs < whole->text.len && whole->differs < other.len && mine[whole->differs] == theirs[whole->differs])
            whole->differs++;
        whole->differs = utf8_cut(mine, whole->text.len, whole->differs);
    }
    buf_wipe(&other);
}

static void select_choice(struct view *view, size_t row)
{
    struct conflict_view *state = view->state;
    state->selected = row;
    look(view);
    app_touch(view->app);
}

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
    if (status != STATUS_OK) {
        buf_wipe(&state->whole.text);
        conflict_choices_release(&state->choices);
    } else {
        look(view);
    }
    return status;
}

static void conflict_close(struct view *view)
{
    struct conflict_view *state = view->state;
    conflict_choices_release(&state->choices);
    buf_wipe(&state->whole.text);
    buf_wipe(&state->refused.text);
    memset(&state->last, 0, sizeof state->last);
}

/* What was selected, to be found again: a key that is on its way must not meet another value. */
struct chosen {
    bool any;
    const struct field_def *field;
    size_t choice;              /* CHOICE_BOTH.., else.. */
    struct log_id log;          /* ..who wrote the value */
    uint64_t seq;
};

static struct chosen chosen_of(const struct conflict_view *state)
{
    const struct conflict_choice *cell = present(state);
    size_t offered[CHOICES_MAX];
    if (cell == NULL || state->selected >= offer(cell, offered))
        return (struct chosen){.any = false};
    struct chosen chosen = {.any = true, .field = cell->field, .choice = offered[state->selected]};
    if (chosen.choice < cell->n) {
        chosen.log = cell->values[chosen.choice].log;
        chosen.seq = cell->values[chosen.choice].seq;
    }
    return chosen;
}

static bool is_chosen(const struct conflict_choice *cell, size_t choice, const struct chosen *chosen)
{
    if (choice >= cell->n || chosen->choice >= CONFLICT_SIDES_MAX)
        return choice == chosen->choice;
    const struct conflict_value *value = &cell->values[choice];
    return value->seq == chosen->seq && value->log.station == chosen->log.station && memcmp(value->log.incarnation, chosen->log.incarnation, INCARNATION_BYTES) == 0;
}

/* False: it is not offered any more. */
static bool choose_again(struct conflict_view *state, const struct chosen *chosen)
{
    size_t offered[CHOICES_MAX];
    for (size_t at = 0; at < state->choices.n; at++) {
        const struct conflict_choice *cell = &state->choices.cells[at];
        size_t n = cell->field == chosen->field ? offer(cell, offered) : 0;
        for (size_t row = 0; row < n; row++) {
            if (!is_chosen(cell, offered[row], chosen))
                continue;
            state->at = at;
            state->selected = row;
            return true;
        }
    }
    return false;
}

static void conflict_refresh(struct view *view)
{
    struct conflict_view *state = view->state;
    struct errmsg err = {{0}};
    struct chosen chosen = chosen_of(state);
    bool reopened = present(state) != NULL && present(state)->reopened;
    enum status status = conflict_choices_read(&state->choices, view_context(view), state->id, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (reopened && state->choices.n < CONFLICT_CELLS_MAX) {
        state->choices.cells[state->choices.n] = state->last;
        state->choices.cells[state->choices.n++].reopened = true;
    }
    if (chosen.any && choose_again(state, &chosen)) {
        struct whole_text before = state->whole; /* where it was read; its text is not there any more */
        select_choice(view, state->selected);
        state->whole.top = before.top;
        state->whole.cols = before.cols;
        return;
    }
    if (state->at >= state->choices.n)
        state->at = 0;
    select_choice(view, 0);
    if (chosen.any)
        app_say(view->app, "这一处刚刚变了：别人定了，或者又有新的值来；请再看一遍");
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

/* A third value, as a form takes it and checks it. */
static enum status write_typed(struct view *view, const struct conflict_choice *cell, const char *text, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record record;
    enum status status = records_get(context->store, context->actor, cell->type, cell->id, &record, err);
    if (status != STATUS_OK)
        return status;
    status = record_form_answer(&record, cell->field, context->codes, today_of(view), text, err);
    if (status != STATUS_OK)
        status = errmsg_wrap(err, status, "%s", _(cell->field->label));
    else if (cell->reopened)
        status = record_save_prepared(context->store, context->actor, context->codes, context->random, &record, (struct id){{0}}, err);
    else
        status = conflict_resolve_typed(context->store, context->actor, context->codes, &record, cell->field, err);
    record_release(&record);
    return status;
}

/* All of them joined, where the conflict was taken back. */
static enum status write_both(struct view *view, const struct conflict_choice *cell, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record record;
    enum status status = records_get(context->store, context->actor, cell->type, cell->id, &record, err);
    if (status != STATUS_OK)
        return status;
    status = record_parse(&record, cell->field, context->codes, cell->both, strlen(cell->both), err);
    if (status == STATUS_OK)
        status = records_save(context->store, context->actor, context->codes, context->random, &record, err);
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
        return side == CHOICE_BOTH ? write_both(view, cell, err) : write_logged(view, cell, side, err);
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

/* It begins with what is shown, marked: whoever types writes another value, whoever moves in it first changes that one. */
static void ask_value(struct view *view, const struct conflict_choice *cell)
{
    struct conflict_view *state = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct buf text;
    bool again = state->refused.field == cell->field && state->refused.text.len > 0;
    buf_init(&text, WHOLE_MAX_BYTES);
    if (again)
        buf_puts(&text, buf_cstr(&state->refused.text));
    else if (!cell->values[0].cut && records_get(context->store, context->actor, cell->type, cell->id, &record, NULL) == STATUS_OK) {
        record_form_question(&record, cell->field, context->codes, &text);
        record_release(&record);
    }
    app_ask_line(view->app, ASK_VALUE, cell->field->label, catalogue_max_chars(cell->field), again ? 0 : EDIT_OVER, strchr(buf_cstr(&text), '\n') == NULL ? buf_cstr(&text) : "");
    buf_wipe(&text);
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
    select_choice(view, row);
    struct conflict_choice copy = *cell;
    if (offered[row] < CHOICE_TYPE) {
        decided(view, write_side(view, &copy, offered[row], &err), &copy, &err);
    } else if (offered[row] == CHOICE_TYPE && records_may_settle(view_context(view)->actor, state->type, cell->field, &err) != STATUS_OK) { /* told before he types, not after */
        app_fail(view->app, "%s", err.text);
    } else if (offered[row] == CHOICE_TYPE) {
        ask_value(view, cell);
    } else {
        state->at = (state->at + 1) % state->choices.n;
        select_choice(view, 0);
        app_say(view->app, "先放着了，几个值都留着；以后在 冲突 里再定");
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
    enum status status = write_typed(view, &copy, answer->text, &err);
    state->refused.field = copy.field;
    buf_wipe(&state->refused.text);
    buf_init(&state->refused.text, WHOLE_MAX_BYTES);
    if (status != STATUS_OK)
        buf_puts(&state->refused.text, answer->text);
    decided(view, status, &copy, &err);
}

/* Somebody decided otherwise, not knowing: what was settled here is open again, and to take the own decision back would end in one of the two unasked. Goes there. */
static bool decided_anew(struct conflict_view *state)
{
    for (size_t i = 0; state->last.n > 0 && i < state->choices.n; i++) {
        if (state->choices.cells[i].field != state->last.field || state->choices.cells[i].reopened)
            continue;
        state->at = i;
        return true;
    }
    return false;
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
    if (decided_anew(state)) {
        state->settled = false;
        select_choice(view, 0);
        app_fail(view->app, "这一处别人也定了，和您定的不同: 几个值又都在这里，请再定一次");
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
    select_choice(view, 0);
    app_say(view->app, "已撤回，显示的值恢复为原来显示的；现在可以重新选，离开这里就照显示的");
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
        select_choice(view, (state->selected + (key.kind == K_DOWN ? 1 : n - 1)) % n);
        return true;
    }
    if (key.kind == K_PAGE_UP || key.kind == K_PAGE_DOWN) {
        struct whole_text *whole = &state->whole;
        if (whole->rows == 0 || scroll_key(&whole->top, whole->lines, whole->rows, key) == SCROLL_STUCK)
            app_beep(view->app);
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
    if (command == COMMAND_CONFLICT_RECORD) {
        view_open_record(view->app, state->type, state->id);
        return true;
    }
    if ((command != COMMAND_PREVIOUS && command != COMMAND_NEXT) || state->choices.n == 0)
        return false;
    if (state->choices.n == 1)
        app_fail(view->app, "这条记录只有这一处");
    state->at = (state->at + (command == COMMAND_NEXT ? 1 : state->choices.n - 1)) % state->choices.n;
    select_choice(view, 0);
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

/* From where the values differ, if that is beyond the row: ".." stands for what they have in common. */
static const char *told_from(const struct conflict_value *value, size_t shared, int columns, char out[CONFLICT_VALUE_BYTES + 2])
{
    size_t chars = utf8_count(value->text, shared);
    bool beyond = strlen(value->text) + UTF8_MAX_BYTES >= CONFLICT_VALUE_BYTES && shared == strlen(value->text); /* what differs is not here: below it is */
    if (beyond || width_text(value->text, shared) + 2 * LEAD_CHARS < (size_t)columns || chars <= LEAD_CHARS)
        return value->text;
    snprintf(out, CONFLICT_VALUE_BYTES + 2, "..%s", value->text + utf8_offset(value->text, shared, chars - LEAD_CHARS));
    return out;
}

/* Machines of one office begin alike: of a long name the end stands there, too (白马..1号机). */
static void draw_station(struct canvas *canvas, int row, const struct conflict_value *value)
{
    const char *name = strncmp(value->machine, value->station, strlen(value->station)) == 0 ? value->machine : value->station;
    size_t len = strlen(name), columns = (size_t)station_columns(), end = 0;
    if (width_text(name, len) <= columns) {
        canvas_puts(canvas, row, 3, (int)columns, STYLE_NORMAL, name);
        return;
    }
    while (width_text(name + end, len - end) > columns / 2)
        end += utf8_offset(name + end, len - end, 1);
    size_t head = width_fit(name, len, columns - 2 - width_text(name + end, len - end), NULL);
    canvas_printf(canvas, row, 3, (int)columns, STYLE_NORMAL, "%.*s..%s", (int)head, name, name + end);
}

static void draw_value(const struct view *view, struct canvas *canvas, int row, const struct conflict_value *value, bool shown, size_t shared)
{
    char moment[MOMENT_TEXT_BYTES], who[CONFLICT_WHO_BYTES + MOMENT_TEXT_BYTES + 8], from[CONFLICT_VALUE_BYTES + 2];
    const char *mark = shown ? _("  (显示)") : "";
    int at = value_column(), marked = (int)width_text(mark, strlen(mark)), columns = canvas->cols - at - WHO_COLUMNS - 1;
    moment_text(value->at_ms, app_now_ms(view->app), moment);
    snprintf(who, sizeof who, "%s  %s", moment, value->user);
    draw_station(canvas, row, value);
    const char *text = told_from(value, shared, columns - marked, from);
    int taken = (int)width_text(text, strlen(text));
    taken = taken < columns - marked ? taken : columns - marked;
    canvas_puts(canvas, row, at, taken, shown ? STYLE_BOLD : STYLE_NORMAL, text);
    canvas_puts(canvas, row, at + taken, marked, STYLE_BOLD, mark);
    canvas_puts(canvas, row, canvas->cols - WHO_COLUMNS, WHO_COLUMNS, STYLE_DIM, who);
}

static void draw_named(struct canvas *canvas, int row, const char *name, const char *text)
{
    canvas_puts(canvas, row, 3, station_columns(), STYLE_NORMAL, name);
    canvas_puts(canvas, row, value_column(), canvas->cols - value_column() - 1, STYLE_NORMAL, text);
}

static void draw_choice(const struct view *view, struct canvas *canvas, int row, const struct conflict_choice *cell, size_t choice)
{
    if (choice < cell->n)
        draw_value(view, canvas, row, &cell->values[choice], choice == 0, conflict_values_shared(cell));
    else if (choice == CHOICE_BOTH)
        draw_named(canvas, row, cell->n == 2 ? _("两个都留") : _("几个都留"), cell->both);
    else if (choice == CHOICE_TYPE)
        draw_named(canvas, row, _("手工填写"), "");
    else
        draw_named(canvas, row, _("先放着"), _("不影响办理，几个值都不会丢"));
}

struct drawing {
    struct canvas *canvas;
    size_t at, top, rows;
    int row;
};

static bool draw_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    if (drawing->at >= drawing->top && drawing->at < drawing->top + drawing->rows)
        canvas_puts(drawing->canvas, drawing->row++, 3, drawing->canvas->cols - 4, STYLE_NORMAL, text);
    drawing->at++;
    return true;
}

static bool count_line(void *context, const char *text)
{
    (void)text;
    ++*(size_t *)context;
    return true;
}

static size_t lines_of(const struct canvas *canvas, const char *text, size_t len)
{
    size_t lines = 0;
    struct buf part;
    buf_init(&part, WHOLE_MAX_BYTES);
    buf_append(&part, text, len);
    case_wrap(buf_cstr(&part), canvas->cols - 4, count_line, &lines);
    buf_wipe(&part);
    return lines;
}

/* How long it is, and where it begins to be another. */
static void draw_whole_head(const struct conflict_view *state, struct canvas *canvas, int row)
{
    const struct whole_text *whole = &state->whole;
    const char *text = buf_cstr(&whole->text);
    struct buf line;
    buf_init(&line, 512);
    if (present(state)->field == NULL)
        buf_puts(&line, _("这一边写的"));
    else
        buf_printf(&line, _("全文 %zu 字"), utf8_count(text, whole->text.len));
    if (whole->differs > 0 && whole->differs < whole->text.len)
        buf_printf(&line, _("，第 %zu 字起不同"), utf8_count(text, whole->differs) + 1);
    if (whole->lines > whole->rows)
        buf_printf(&line, _("；PgDn 翻看 %zu-%zu/%zu 行"), whole->top + 1, whole->top + whole->rows, whole->lines);
    canvas_puts(canvas, row, 3, canvas->cols - 4, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

/* The selected value to the end, as far as rows go. Returns the row below. */
static int draw_whole(struct conflict_view *state, struct canvas *canvas, int row, int end)
{
    struct whole_text *whole = &state->whole;
    const char *text = buf_cstr(&whole->text);
    whole->lines = lines_of(canvas, text, whole->text.len);
    whole->rows = end > row + 2 ? (size_t)(end - row - 1) : 1;
    whole->rows = whole->rows < whole->lines ? whole->rows : whole->lines;
    if (whole->cols != canvas->cols) {
        size_t line = lines_of(canvas, text, whole->differs);
        whole->top = line > whole->rows && whole->differs < whole->text.len ? line - 2 : 0;
        whole->cols = canvas->cols;
    }
    if (whole->top > whole->lines - whole->rows)
        whole->top = whole->lines - whole->rows;
    draw_whole_head(state, canvas, row++);
    struct drawing drawing = {.canvas = canvas, .top = whole->top, .rows = whole->rows, .row = row};
    case_wrap(text, canvas->cols - 4, draw_line, &drawing);
    return drawing.row;
}

/* Whether its row does not tell it: it is longer, or a deletion's other side. */
static bool has_more(const struct conflict_view *state, const struct canvas *canvas)
{
    const struct buf *text = &state->whole.text;
    size_t room = (size_t)(canvas->cols - 3 - station_columns() - 1 - WHO_COLUMNS - 1 - 8);
    return text->len > 0 && (present(state)->field == NULL || width_text(buf_cstr(text), text->len) > room || memchr(buf_cstr(text), '\n', text->len) != NULL);
}

/* What is known of its writing. */
/* The column beside the value has room for the whole name of its machine. */
static bool stands_beside(const struct conflict_value *value)
{
    return strcmp(value->station, value->machine) == 0 && width_text(value->machine, strlen(value->machine)) <= (size_t)station_columns();
}

static void draw_order(struct canvas *canvas, int row, const struct conflict_value *value)
{
    struct buf line, skew;
    buf_init(&line, 1024);
    if (value->order != 0)
        buf_printf(&line, _("县中心%s排在第 %" PRIu64 " 号"), order_era((uint64_t)value->order) > 0 ? _("恢复后") : "", order_within_era((uint64_t)value->order));
    else
        buf_puts(&line, _("县中心还没有排号"));
    buf_init(&skew, 256);
    conflict_skew_text(value, &skew);
    if (skew.len > 0) {
        buf_puts(&line, _("；那台机器的钟"));
        buf_puts(&line, buf_cstr(&skew));
    }
    buf_release(&skew);
    if (value->machine[0] != '\0' && !stands_beside(value)) /* last: what is long is cut, the number and the clock are not */
        buf_printf(&line, "  %s", value->machine);
    canvas_puts(canvas, row, 3, canvas->cols - 4, STYLE_DIM, buf_cstr(&line));
    buf_release(&line);
}

/* Rows that draw_notes takes. */
static int notes_rows(const struct conflict_choice *cell)
{
    return (cell->more > 0) + (cell->field != NULL && (cell->field->flags & FIELD_HOLD) != 0) + cell->by_action + 1;
}

/* Returns the row below. */
static int draw_detail(struct conflict_view *state, struct canvas *canvas, int row, const struct conflict_choice *cell, const struct conflict_value *value)
{
    state->whole.rows = 0;
    if (has_more(state, canvas))
        row = draw_whole(state, canvas, row, canvas->rows - 3 - notes_rows(cell) - 2);
    draw_order(canvas, row, value);
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
        draw_choice(view, canvas, row, cell, offered[i]);
    }
    if (offered[state->selected] < cell->n)
        row = draw_detail(state, canvas, row + 1, cell, &cell->values[offered[state->selected]]);
    draw_notes(canvas, row + 1, cell);
    canvas_set_cursor(canvas, FIRST_ROW + (int)state->selected, 0);
}

static const struct keymap *conflict_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"数字", COMMAND_NONE, "选定", BINDING_HINT},      {"Enter", COMMAND_NONE, "定下", BINDING_HINT}, {"F7", COMMAND_PREVIOUS, "上一处", 0},          {"F8", COMMAND_NEXT, "下一处", 0},
        {"F6", COMMAND_CONFLICT_RECORD, "记录", 0},
        {"Ctrl-Z", COMMAND_UNDO, "撤回", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding over[] = {
        {"Ctrl-Z", COMMAND_UNDO, "撤回", BINDING_KEEP}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, over_map = {.bindings = over};
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
            "长的从不同的地方看起，PgUp PgDn 翻看；一边删除了的，另一边写的列在下面。F6 打开这条记录。\n"
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
