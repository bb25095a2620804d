/* tui/views/conflict.c - one record's conflicts, cell by cell: every value with who wrote it, when, on which machine and in which order; a person takes one of them, all of them, or types another.
 *
 * Of the selected value all of it stands below, from where it begins to differ, to be paged through; of a deletion what the side that wrote on wrote.
 *
 * The decision is a change like any other: in the history, sent to every machine, and to be taken back here (Ctrl-Z) as long as it is the record's last change. What was taken back stands here again with its
 * values; choosing anew is then an edit, since for the other machines the conflict is over. */
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/case/prepare.h"
#include "tui/record_form.h"
#include "tui/scroll.h"
#include "tui/views/common.h"
#include "tui/views/conflict_impl.h"
#include "tui/views/views.h"

enum { ASK_VALUE = 1 };
enum { COMMAND_CONFLICT_RECORD = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_CONFLICT_RECORD, "conflict-record", "打开这条记录"}, {COMMAND_NONE, NULL, NULL}};

const struct conflict_choice *conflict_present(const struct conflict_view *state)
{
    return state->at < state->choices.n ? &state->choices.cells[state->at] : NULL;
}

size_t conflict_offer(const struct conflict_choice *cell, size_t offered[CHOICES_MAX])
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
    const struct conflict_choice *cell = conflict_present(state);
    struct whole_text *whole = &state->whole;
    size_t offered[CHOICES_MAX];
    struct buf other;
    buf_wipe(&whole->text);
    *whole = (struct whole_text){.top = 0};
    buf_init(&whole->text, CONFLICT_WHOLE_MAX_BYTES);
    if (cell == NULL || state->selected >= conflict_offer(cell, offered) || offered[state->selected] >= cell->n)
        return;
    size_t side = offered[state->selected];
    if ((cell->field == NULL && strcmp(cell->values[side].raw, "1") == 0) || conflict_value_whole(view_context(view), cell, side, &whole->text, NULL) != STATUS_OK) {
        buf_clear(&whole->text);
        return;
    }
    buf_init(&other, CONFLICT_WHOLE_MAX_BYTES);
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
    const struct conflict_choice *cell = conflict_present(state);
    size_t offered[CHOICES_MAX];
    if (cell == NULL || state->selected >= conflict_offer(cell, offered))
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
        size_t n = cell->field == chosen->field ? conflict_offer(cell, offered) : 0;
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
    bool reopened = conflict_present(state) != NULL && conflict_present(state)->reopened;
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
    buf_init(&text, CONFLICT_WHOLE_MAX_BYTES);
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
    const struct conflict_choice *cell = conflict_present(state);
    size_t offered[CHOICES_MAX];
    struct errmsg err = {{0}};
    if (cell == NULL || row >= conflict_offer(cell, offered)) {
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
    const struct conflict_choice *cell = conflict_present(state);
    struct errmsg err = {{0}};
    if (answer->cancelled || answer->tag != ASK_VALUE || cell == NULL)
        return;
    struct conflict_choice copy = *cell;
    enum status status = write_typed(view, &copy, answer->text, &err);
    state->refused.field = copy.field;
    buf_wipe(&state->refused.text);
    buf_init(&state->refused.text, CONFLICT_WHOLE_MAX_BYTES);
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
    if (conflict_present(state) != NULL && conflict_present(state)->reopened)
        show_first(context, &state->choices.cells[state->at]);
    return STATUS_OK;
}

static bool conflict_key(struct view *view, struct key key)
{
    struct conflict_view *state = view->state;
    const struct conflict_choice *cell = conflict_present(state);
    uint32_t digit = key.kind == K_CHAR ? key_command_code(key) : 0;
    size_t offered[CHOICES_MAX], n = cell == NULL ? 0 : conflict_offer(cell, offered);
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

static void conflict_title(struct view *view, struct buf *left, struct buf *right)
{
    struct conflict_view *state = view->state;
    buf_printf(left, _("冲突  %s"), state->title);
    if (state->choices.n > 0)
        buf_printf(right, _("第 %zu / %zu 处"), state->at + 1, state->choices.n);
    if (state->settled)
        buf_puts(right, _("  可撤回"));
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
