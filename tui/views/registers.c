/* tui/views/registers.c - every register by its group, with how many records it has: the way to each record type of the catalogue.
 *
 * A number, pinyin initials or Chinese chooses, arrows move, Enter opens the list. A person sees a register that holds something in their scope, or that they may write into. Groups and their
 * order are written down here; a type that is in none of them stands under 其他, so that a new one is never out of reach. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/pinyin.h"
#include "tui/edit_field.h"
#include "tui/views/common.h"
#include "tui/views/views.h"
#include "tui/word_find.h"

enum { ENTRIES_MAX = 80, LABEL_BYTES = 48, INITIALS_BYTES = 128, COUNT_MOST = 1000, GROUP_COLUMNS = 12, ENTRY_COLUMNS = 22, FIND_CHARS = 12, FIND_COLUMNS = 12, FIRST_ROW = 2, GROUP_TYPES = 16 };

static const struct group {
    const char *label;
    const char *types[GROUP_TYPES];
} GROUPS[] = {
    {"宣传", {"campaign", "event", "event_material", "stock_move", "media_item"}},
    {"志愿者", {"volunteer", "appointment_letter", "service_hours", "referral", "training", "attendance", "volunteer_fault"}},
    {"网络", {"org", "staff", "duty_shift", "handler"}},
    {"会议与规章", {"meeting", "meeting_action", "rule_document"}},
    {"质量", {"return_visit", "complaint", "organ_opinion", "court_observation", "eval", "assessment", "reward"}},
    {"荣誉", {"honour", "token"}},
    {"咨询和案件", {"consultation", "case", "person", "party", "relation", "material", "document", "duty_help", "case_group", "payment", "step"}},
    {"其他", {NULL}},
};

enum { N_GROUPS = sizeof GROUPS / sizeof GROUPS[0] };

/* Marks are blinded names: nothing in them can be read. */
static const char *const NEVER[] = {"interest_mark"};

struct entry {
    const struct record_type *type;
    size_t group;
    int64_t count;
    int row, col; /* in the grid */
    char initials[INITIALS_BYTES];
};

struct registers {
    struct entry entries[ENTRIES_MAX];
    size_t n, selected;
    int cols, rows; /* the grid is for this width; so many rows it has */
    int group_columns, entry_columns; /* as laid out */
    int first;      /* row of the grid at the top */
    struct edit_field find;
};

/* ---- reading ---- */

static size_t group_of(const struct record_type *type)
{
    for (size_t g = 0; g < N_GROUPS; g++)
        for (size_t i = 0; i < GROUP_TYPES && GROUPS[g].types[i] != NULL; i++)
            if (strcmp(GROUPS[g].types[i], type->name) == 0)
                return g;
    return N_GROUPS - 1;
}

static bool is_never(const struct record_type *type)
{
    if (type->flags & TYPE_INNER)
        return true;
    for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
        if (strcmp(NEVER[i], type->name) == 0)
            return true;
    return false;
}

static enum status add_type(struct view *view, const struct record_type *type, size_t group, struct errmsg *err)
{
    struct registers *state = view->state;
    struct app_context *context = view_context(view);
    struct buf initials;
    int64_t count;
    enum status status = records_count_up_to(context->store, context->actor, type, COUNT_MOST, &count, err);
    if (status != STATUS_OK || (count == 0 && records_may_write(context->actor, type, NULL) != STATUS_OK) || state->n == ENTRIES_MAX)
        return status;
    struct entry *entry = &state->entries[state->n++];
    *entry = (struct entry){.type = type, .group = group, .count = count};
    buf_init(&initials, INITIALS_BYTES * 4);
    pinyin_initials(type->label, strlen(type->label), &initials);
    copy_text(entry->initials, sizeof entry->initials, buf_cstr(&initials));
    buf_release(&initials);
    return STATUS_OK;
}

static enum status read_group(struct view *view, size_t group, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && group < N_GROUPS - 1 && i < GROUP_TYPES && GROUPS[group].types[i] != NULL; i++)
        status = add_type(view, catalogue_find(GROUPS[group].types[i]), group, err);
    for (size_t t = 0; status == STATUS_OK && group == N_GROUPS - 1 && t < catalogue_count(); t++)
        if (group_of(catalogue_at(t)) == group && !is_never(catalogue_at(t)))
            status = add_type(view, catalogue_at(t), group, err);
    return status;
}

static enum status read_all(struct view *view, struct errmsg *err)
{
    struct registers *state = view->state;
    enum status status = STATUS_OK;
    state->n = 0;
    state->cols = 0;
    for (size_t g = 0; status == STATUS_OK && g < N_GROUPS; g++)
        status = read_group(view, g, err);
    if (state->selected >= state->n)
        state->selected = 0;
    return status;
}

static enum status registers_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct registers *state = view->state;
    (void)argument;
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT | EDIT_FOLD);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    enum status status = read_all(view, err);
    if (status != STATUS_OK)
        edit_release(&state->find);
    return status;
}

static void registers_close(struct view *view)
{
    struct registers *state = view->state;
    edit_release(&state->find);
}

static void registers_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_all(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- finding ---- */

static void typed_text(const struct registers *state, char out[FIND_CHARS * 4 + 1])
{
    struct buf text;
    buf_init(&text, FIND_CHARS * 4);
    edit_text(&state->find, &text);
    copy_text(out, FIND_CHARS * 4 + 1, buf_cstr(&text));
    buf_release(&text);
}

/* 2: the number itself; 1: initials or a part of the name; 0: no. */
static int answers(const struct registers *state, size_t i, const char *typed)
{
    struct code code = {.set = "", .code = "", .name = state->entries[i].type->label, .parent = "", .initials = state->entries[i].initials};
    if (typed[0] >= '0' && typed[0] <= '9')
        return strtoul(typed, NULL, 10) == i + 1 ? 2 : 0;
    return code_matches(&code, typed) || word_find_shown(code.name, typed);
}

/* The best answer to what is typed, n if there is none. A name that is typed whole comes before one that holds it. */
static size_t find(const struct registers *state, const char *typed)
{
    size_t best = state->n;
    for (size_t i = 0; i < state->n; i++) {
        if (strcmp(state->entries[i].type->label, typed) == 0)
            return i;
        if (best == state->n && answers(state, i, typed) > 0)
            best = i;
    }
    return best;
}

static bool find_key(struct view *view, struct key key)
{
    struct registers *state = view->state;
    char typed[FIND_CHARS * 4 + 1];
    if (!key_is_text(key) && key.kind != K_PASTE && key.kind != K_BACKSPACE)
        return false;
    if (edit_key(&state->find, key) != EDIT_CHANGED) {
        app_beep(view->app);
        return true;
    }
    typed_text(state, typed);
    size_t found = find(state, typed);
    if (typed[0] != '\0' && found < state->n)
        state->selected = found;
    return true;
}

static void forget(struct registers *state)
{
    edit_set(&state->find, "", 0);
}

/* ---- moving ---- */

static void entry_text(const struct registers *state, size_t i, char out[LABEL_BYTES])
{
    const struct entry *entry = &state->entries[i];
    bool more = entry->count >= COUNT_MOST;
    snprintf(out, LABEL_BYTES, "%2zu %s %lld%s", i + 1, _(entry->type->label), (long long)(more ? COUNT_MOST - 1 : entry->count), more ? "+" : "");
}

/* Groups begin on a new row; entries as many to a row as there is room. */
static void lay_out(struct registers *state, int cols)
{
    char text[LABEL_BYTES];
    state->cols = cols;
    state->group_columns = GROUP_COLUMNS;
    state->entry_columns = ENTRY_COLUMNS;
    for (size_t i = 0; i < state->n; i++) {
        entry_text(state, i, text);
        state->entry_columns = columns_beside(state->entry_columns, text);
        state->group_columns = columns_beside(state->group_columns, GROUPS[state->entries[i].group].label);
    }
    int two = (cols - state->group_columns) / 2; /* rather a long name is cut than most of the screen left empty */
    if (state->entry_columns > two && two >= ENTRY_COLUMNS)
        state->entry_columns = two;
    int in_row = (cols - state->group_columns) / state->entry_columns, row = -1, at = 0;
    in_row = in_row > 0 ? in_row : 1;
    for (size_t i = 0; i < state->n; i++) {
        if (i == 0 || state->entries[i].group != state->entries[i - 1].group || at == in_row) {
            row++;
            at = 0;
        }
        state->entries[i].row = row;
        state->entries[i].col = state->group_columns + at++ * state->entry_columns;
    }
    state->rows = row + 1;
}

/* The entry above or below: in the same column, or the last one left of it. */
static size_t beside(const struct registers *state, int rows)
{
    const struct entry *from = &state->entries[state->selected];
    size_t best = state->selected;
    for (size_t i = 0; i < state->n; i++)
        if (state->entries[i].row == from->row + rows && state->entries[i].col <= from->col)
            best = i;
    return best;
}

static bool move_to(struct view *view, size_t to)
{
    struct registers *state = view->state;
    forget(state);
    if (to == state->selected || to >= state->n)
        app_beep(view->app);
    else
        state->selected = to;
    return true;
}

static void open_selected(struct view *view)
{
    struct registers *state = view->state;
    char typed[FIND_CHARS * 4 + 1];
    typed_text(state, typed);
    if (typed[0] != '\0' && find(state, typed) == state->n) {
        app_fail(view->app, "没有“%s”这本登记簿", typed);
        return;
    }
    forget(state);
    if (state->n > 0)
        view_open_list(view->app, state->entries[state->selected].type->name);
}

static bool registers_key(struct view *view, struct key key)
{
    struct registers *state = view->state;
    char typed[FIND_CHARS * 4 + 1];
    if (find_key(view, key))
        return true;
    if (key.modifiers != 0)
        return false;
    if (state->cols != view->app->cols)
        lay_out(state, view->app->cols);
    switch (key.kind) {
    case K_LEFT:
        return move_to(view, state->selected > 0 ? state->selected - 1 : 0);
    case K_RIGHT:
        return move_to(view, state->selected + 1);
    case K_UP:
        return move_to(view, beside(state, -1));
    case K_DOWN:
        return move_to(view, beside(state, 1));
    case K_HOME:
        return move_to(view, 0);
    case K_END:
        return move_to(view, state->n > 0 ? state->n - 1 : 0);
    case K_ENTER:
        open_selected(view);
        return true;
    case K_ESC:
        typed_text(state, typed);
        forget(state);
        return typed[0] != '\0';
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void registers_title(struct view *view, struct buf *left, struct buf *right)
{
    struct registers *state = view->state;
    (void)right;
    buf_printf(left, _("登记簿   %zu 种"), state->n);
}

static void draw_entry(const struct registers *state, struct canvas *canvas, size_t i, int row)
{
    const struct entry *entry = &state->entries[i];
    char text[LABEL_BYTES];
    entry_text(state, i, text);
    canvas_puts(canvas, row, entry->col - 1, 1, STYLE_NORMAL, i == state->selected ? ">" : " ");
    canvas_puts(canvas, row, entry->col, state->entry_columns - 2, entry->count > 0 ? STYLE_NORMAL : STYLE_DIM, text);
}

static void registers_draw(struct view *view, struct canvas *canvas)
{
    struct registers *state = view->state;
    int rows = canvas->rows - 2 - FIRST_ROW - 1, find = canvas->rows - 3;
    char typed[FIND_CHARS * 4 + 1];
    if (state->cols != canvas->cols)
        lay_out(state, canvas->cols);
    int at = state->n > 0 ? state->entries[state->selected].row : 0;
    state->first = at < state->first ? at : at >= state->first + rows ? at - rows + 1 : state->first;
    if (state->first > state->rows - rows)
        state->first = state->rows > rows ? state->rows - rows : 0;
    canvas_rule(canvas, 1);
    for (size_t i = 0; i < state->n; i++) {
        int row = FIRST_ROW + state->entries[i].row - state->first;
        if (row < FIRST_ROW || row >= FIRST_ROW + rows)
            continue;
        if (state->entries[i].col == state->group_columns && (i == 0 || state->entries[i].group != state->entries[i - 1].group))
            canvas_puts(canvas, row, 1, state->group_columns - 2, STYLE_BOLD, _(GROUPS[state->entries[i].group].label));
        draw_entry(state, canvas, i, row);
    }
    int col = 1 + canvas_puts(canvas, find, 1, -1, STYLE_NORMAL, _("编号或首字母 ["));
    canvas_puts(canvas, find, col + FIND_COLUMNS, -1, STYLE_NORMAL, "]");
    typed_text(state, typed);
    edit_draw(&state->find, canvas, find, col, STYLE_NORMAL, '_', typed[0] != '\0');
    if (typed[0] == '\0' && state->n > 0)
        canvas_set_cursor(canvas, FIRST_ROW + at - state->first, state->entries[state->selected].col - 1);
}

static void registers_hint(struct view *view, size_t columns, struct buf *out)
{
    struct registers *state = view->state;
    (void)columns;
    if (state->n > 0)
        buf_printf(out, "%s: %s", _(state->entries[state->selected].type->label), _(state->entries[state->selected].type->help));
}

static const struct keymap *registers_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F3", COMMAND_SEARCH, "查记录", 0},           {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

static bool registers_command(struct view *view, int command)
{
    if (command != COMMAND_SEARCH)
        return false;
    app_open(view->app, &view_search, NULL);
    return true;
}

const struct view_class view_registers = {
    .name = "registers",
    .state_bytes = sizeof(struct registers),
    .help = "所有的登记簿，各有多少条（1000 条以上写 999+）。打编号、拼音首字母或汉字选一本，Enter 打开它的名单；在名单里 F5 新建。\n"
            "只列看得到记录的，和自己可以登记的；由办理动作产生的（聘书、考核等）在名单里只能看。",
    .open = registers_open,
    .close = registers_close,
    .key = registers_key,
    .command = registers_command,
    .draw = registers_draw,
    .title = registers_title,
    .keymap = registers_keymap,
    .hint = registers_hint,
    .refresh = registers_refresh,
};
