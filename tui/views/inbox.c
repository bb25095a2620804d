/* tui/views/inbox.c - the center's inbox: open cases by what the center must do next, the most pressing first.
 *
 * A digit chooses the group, Enter opens the case, F2 does the group's usual action on the selected case at once: a clean case is approved in a handful of keys
 * (research domain.md 7.3). Rows are sorted by days left, which no index knows, so a group is read whole, up to ROWS_MAX cases, the oldest first.
 * 已用 counts the days since the running period began: a paper that came late from a station without a network has used up days already (domain.md 2.5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_flow.h"
#include "core/record/filter.h"
#include "core/record/search.h"
#include "tui/field_grid.h"
#include "tui/list_memory.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { ROWS_MAX = 500, STATES_MAX = 4, CELL_BYTES = 160, COLUMNS = 6, COLUMNS_NARROW = 4, BINDINGS_MAX = 12, GROUP_ROW = 2, INDEX_BATCH = 50, ASK_BATCH = 1, LABEL_BYTES = 40 };
enum { COMMAND_USUAL = COMMAND_VIEW, COMMAND_BATCH };

static const struct command COMMANDS[] = {{COMMAND_USUAL, "usual", "对选中的案件办这一组的动作"},
                                          {COMMAND_BATCH, "batch", "整组办: 待指派的由名册排出，待归档的按默认保管期限"},
                                          {COMMAND_NONE, NULL, NULL}};

/* What the center must do, in the order of a case's life; digits 1..9, then 0. */
static const struct group {
    const char *label, *states, *action;
    bool overdue_only; /* S3: the applicant's time to supply is over */
    bool batch;
} groups[] = {
    {"待初审", "S2", "pre-review", false, false},       {"待审查", "S4", "examine", false, false},          {"待审批", "S5", "approve", false, false},
    {"待指派", "S6,S6u,S6n", "assign", false, true},    {"待签约", "S7", "agree", false, false},            {"结案审核", "S9", "accept-closing", false, false},
    {"待发补贴", "S10", "pay", false, false},           {"待归档", "S10,S11,X5", "archive", false, true},   {"异议", "O1", "decide-objection", false, false},
    {"补正逾期", "S3", "lapse", true, false},
};

enum { GROUPS = sizeof groups / sizeof groups[0] };

static const struct list_column list_columns[COLUMNS] = {{.label = "剩余", .columns = 8}, {.label = "申请人", .columns = 12}, {.label = "案由", .columns = 0},
                                                    {.label = "站点", .columns = 10}, {.label = P_("day", "收件"), .columns = 5}, {.label = "已用", .columns = 5}};

struct inbox {
    struct due_clock clock;
    size_t group;
    int64_t counts[GROUPS];
    struct list_memory memory;
    struct list list;
    bool cut; /* the group has more than ROWS_MAX */
    int cols;
    struct binding bindings[BINDINGS_MAX]; /* of the group */
    struct keymap keymap;
};

/* ---- reading ---- */

/* One state's condition; the states of a group are read one after the other, each by its index. */
static void filter_of(const struct view *view, const struct group *group, const char *state, struct filter *filter)
{
    const struct record_type *type = catalogue_find("case");
    *filter = (struct filter){.type = type, .n_terms = 1};
    filter->terms[0] = (struct filter_term){.field = catalogue_field(type, "state"), .op = FILTER_EQ, .value = value_string(state)};
    if (group->overdue_only)
        filter->terms[filter->n_terms++] = (struct filter_term){.field = catalogue_field(type, "supplement_due"), .op = FILTER_LT, .value = value_int(today_of(view))};
}

static bool next_state(const char **at, char state[8])
{
    size_t len = strcspn(*at, ",");
    if (len == 0)
        return false;
    snprintf(state, 8, "%.*s", (int)len, *at);
    *at += len + ((*at)[len] == ',');
    return true;
}

static enum status count_groups(struct view *view, struct errmsg *err)
{
    struct inbox *inbox = view->state;
    struct app_context *context = view_context(view);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < GROUPS; i++) {
        char state[8];
        inbox->counts[i] = 0;
        for (const char *at = groups[i].states; status == STATUS_OK && next_state(&at, state);) {
            struct filter filter;
            int64_t count = 0;
            filter_of(view, &groups[i], state, &filter);
            status = records_count(context->store, context->actor, filter.type, &filter, &count, err);
            inbox->counts[i] += count;
        }
    }
    return status;
}

struct waiting {
    int64_t order; /* days left; what does not run comes behind, the oldest first */
    struct id id;
    enum style style;
    char cells[COLUMNS][CELL_BYTES];
};

struct reading {
    struct view *view;
    struct waiting *rows; /* owned */
    size_t n;
};

enum { PAUSED_BEHIND = 1 << 20, NOT_RUNNING = 1 << 21 };

static void fill_row(struct view *view, const struct record *kase, struct waiting *row)
{
    struct inbox *inbox = view->state;
    struct app_context *context = view_context(view);
    struct deadline all[DEADLINES_MAX], deadline = {.code = ""};
    size_t n = 0;
    (void)deadlines_stored(context->store, inbox->clock.rules, inbox->clock.calendar, kase, today_of(view), all, &n, NULL);
    bool runs = deadline_soonest(all, n) != NULL;
    if (runs)
        deadline = *deadline_soonest(all, n);
    struct value received = record_get(kase, catalogue_field(kase->type, "received_on"));
    *row = (struct waiting){.id = kase->id, .order = NOT_RUNNING + (received.kind == VALUE_INT ? received.number : 0)};
    if (runs)
        row->order = deadline.days_left + (deadline.paused ? PAUSED_BEHIND : 0);
    row->style = runs && due_presses(&deadline) ? STYLE_OVERDUE : STYLE_NORMAL;
    if (runs && deadline.paused)
        copy_text(row->cells[0], CELL_BYTES, _("中止"));
    else if (runs)
        due_left_text(&deadline, row->cells[0]);
    record_field_copy(kase, "name", context->codes, row->cells[1], CELL_BYTES);
    record_field_copy(kase, "cause", context->codes, row->cells[2], CELL_BYTES);
    case_station_text(kase, row->cells[3], CELL_BYTES);
    if (received.kind == VALUE_INT)
        short_day_text((int32_t)received.number, app_now_ms(view->app), row->cells[4]);
    if (runs && deadline.from != DEADLINE_NO_DAY)
        snprintf(row->cells[5], CELL_BYTES, _("%d 天"), today_of(view) - deadline.from);
}

static bool take(void *context, const struct record *kase, const struct list_key *key)
{
    struct reading *reading = context;
    (void)key;
    if (reading->n == ROWS_MAX)
        return false;
    fill_row(reading->view, kase, &reading->rows[reading->n++]);
    return true;
}

static int by_days(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order) : id_compare(x->id, y->id);
}

static enum status keep_rows(struct inbox *inbox, const struct reading *reading)
{
    enum status status = STATUS_OK;
    list_memory_clear(&inbox->memory);
    for (size_t i = 0; status == STATUS_OK && i < reading->n; i++) {
        const struct waiting *from = &reading->rows[i];
        struct list_row row = {.id = from->id, .style = from->style};
        for (size_t c = 0; c < COLUMNS; c++)
            row.cells[c] = from->cells[c];
        status = list_memory_add(&inbox->memory, &row, COLUMNS);
    }
    return status;
}

static enum status read_group(struct view *view, struct errmsg *err)
{
    struct inbox *inbox = view->state;
    struct app_context *context = view_context(view);
    struct reading reading = {.view = view, .rows = calloc(ROWS_MAX, sizeof *reading.rows)};
    char state[8];
    enum status status = reading.rows != NULL ? STATUS_OK : STATUS_NOMEM;
    for (const char *at = groups[inbox->group].states; status == STATUS_OK && next_state(&at, state);) {
        struct filter filter;
        filter_of(view, &groups[inbox->group], state, &filter);
        struct list_query query = {.type = filter.type, .filter = &filter, .ascending = true, .limit = ROWS_MAX};
        status = records_list(context->store, context->actor, &query, take, &reading, err);
    }
    if (status == STATUS_OK) {
        qsort(reading.rows, reading.n, sizeof *reading.rows, by_days);
        status = keep_rows(inbox, &reading);
        inbox->cut = reading.n == ROWS_MAX;
    }
    free(reading.rows);
    return status == STATUS_NOMEM ? errmsg_set(err, status, "%s", status_text(status)) : status;
}

static enum status read_clock(struct view *view, struct errmsg *err)
{
    struct inbox *inbox = view->state;
    struct due_clock clock;
    enum status status = due_open(view, &clock, err);
    if (status == STATUS_OK) {
        due_close(&inbox->clock);
        inbox->clock = clock;
    }
    return status;
}

/* ---- the group on the screen ---- */

static const struct case_action *usual_action(const struct inbox *inbox)
{
    return case_action_find(groups[inbox->group].action);
}

/* The key line names the group's action. */
static void make_keymap(struct view *view)
{
    struct inbox *inbox = view->state;
    size_t n = 0;
    const struct code_book *codes = view_context(view)->codes; /* NULL: the help of a machine that is nobody yet */
    inbox->bindings[n++] = (struct binding){"F2", COMMAND_USUAL, codes != NULL ? case_action_label(codes, usual_action(inbox)) : _("办理"), 0};
    inbox->bindings[n++] = (struct binding){"Enter", COMMAND_OPEN, _("看案件"), BINDING_HINT};
    inbox->bindings[n++] = (struct binding){_("数字"), COMMAND_NONE, _("换一组"), BINDING_HINT};
    if (groups[inbox->group].batch)
        inbox->bindings[n++] = (struct binding){"F8", COMMAND_BATCH, _("整组办"), 0};
    inbox->bindings[n++] = (struct binding){"F5", COMMAND_NEW, _("收通知"), 0};
    inbox->bindings[n++] = (struct binding){"F3", COMMAND_SEARCH, _("查找"), 0};
    inbox->bindings[n++] = (struct binding){_("打字"), COMMAND_NONE, _("缩小"), BINDING_HINT};
    inbox->bindings[n++] = (struct binding){"F1", COMMAND_HELP, _("帮助"), BINDING_KEEP};
    inbox->bindings[n++] = (struct binding){"F10", COMMAND_BACK, _("返回"), BINDING_KEEP};
    inbox->bindings[n] = (struct binding){.key = NULL};
    inbox->keymap = (struct keymap){.bindings = inbox->bindings, .commands = COMMANDS};
}

static enum status show(struct view *view, bool anew, struct errmsg *err)
{
    struct inbox *inbox = view->state;
    enum status status = count_groups(view, err);
    if (status == STATUS_OK)
        status = read_group(view, err);
    if (status == STATUS_OK && inbox->cols != view->app->cols) {
        size_t height = inbox->list.height;
        list_release(&inbox->list);
        list_init(&inbox->list, list_memory_source(&inbox->memory), list_columns, view->app->cols < GRID_WIDE ? COLUMNS_NARROW : COLUMNS, LIST_FIND);
        inbox->cols = view->app->cols;
        status = list_set_height(&inbox->list, height, err);
        anew = true;
    }
    if (status == STATUS_OK)
        status = anew ? list_reset(&inbox->list, err) : list_reload(&inbox->list, err);
    make_keymap(view);
    return status;
}

static void show_told(struct view *view, bool anew)
{
    struct errmsg err = {{0}};
    enum status status = show(view, anew, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void inbox_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_clock(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        show_told(view, false);
}

static void release(struct inbox *inbox)
{
    list_release(&inbox->list);
    list_memory_release(&inbox->memory);
    due_close(&inbox->clock);
}

/* Begins with the first group that has work for this person, else the first that has any. */
static size_t first_group(const struct view *view)
{
    const struct inbox *inbox = view->state;
    size_t any = GROUPS;
    for (size_t i = 0; i < GROUPS; i++) {
        const struct case_action *action = case_action_find(groups[i].action);
        if (inbox->counts[i] > 0 && actor_is_one_of(view_context(view)->actor, action->roles))
            return i;
        any = any == GROUPS && inbox->counts[i] > 0 ? i : any;
    }
    return any == GROUPS ? 0 : any;
}

static enum status inbox_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct inbox *inbox = view->state;
    (void)argument;
    if (!view_context(view)->actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "收件箱在县中心；本站的案件在 13 案件");
    list_memory_init(&inbox->memory);
    list_init(&inbox->list, list_memory_source(&inbox->memory), list_columns, COLUMNS, LIST_FIND);
    enum status status = read_clock(view, err);
    if (status == STATUS_OK)
        status = count_groups(view, err);
    if (status == STATUS_OK) {
        inbox->group = first_group(view);
        status = show(view, true, err);
    }
    if (status != STATUS_OK)
        release(inbox);
    return status;
}

static void inbox_close(struct view *view)
{
    release(view->state);
}

/* ---- doing ---- */

static void choose_group(struct view *view, size_t group)
{
    struct inbox *inbox = view->state;
    inbox->group = group;
    show_told(view, true);
}

static void do_usual(struct view *view)
{
    struct inbox *inbox = view->state;
    const struct list_row *row = list_selected(&inbox->list);
    if (row == NULL)
        app_beep(view->app);
    else
        app_open(view->app, &view_case_action, &(struct view_argument){.type = groups[inbox->group].action, .id = row->id});
}

/* The action with its defaults on one case; assignment by the roster. */
static enum status do_one(struct view *view, const struct case_action *action, struct id id, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct case_move move;
    enum status status = case_move_begin(context->store, context->actor, context->codes, action, id, &move, err);
    if (status != STATUS_OK)
        return status;
    if (strcmp(action->name, "assign") == 0)
        status = record_set_text(&move.kase, "handler", "auto");
    if (status == STATUS_OK)
        status = case_move_commit(context->store, context->actor, context->codes, context->random, &move, err);
    case_move_release(&move);
    return status;
}

static void do_batch(struct view *view)
{
    struct inbox *inbox = view->state;
    const struct case_action *action = usual_action(inbox);
    struct errmsg first = {{0}};
    char who[CELL_BYTES] = "";
    size_t done = 0, refused = 0;
    for (size_t i = 0; i < inbox->memory.n; i++) {
        struct errmsg err = {{0}};
        enum status status = do_one(view, action, inbox->memory.rows[i].id, &err);
        done += status == STATUS_OK;
        if (status != STATUS_OK && refused++ == 0) {
            errmsg_set(&first, status, "%s", errmsg_text(&err, status));
            copy_text(who, sizeof who, inbox->memory.rows[i].cells[1]);
        }
    }
    search_catch_up(view_context(view)->store, view_context(view)->codes, INDEX_BATCH, NULL, NULL);
    show_told(view, true);
    if (refused == 0)
        app_say(view->app, "%zu 件都办好了", done);
    else
        app_fail(view->app, "办好 %zu 件，没办成 %zu 件；%s: %s", done, refused, who, first.text);
}

static void ask_batch(struct view *view)
{
    static const char *const ANSWERS[] = {"整组办", "不办"};
    struct inbox *inbox = view->state;
    struct errmsg reason = {{0}};
    char text[160];
    const struct case_action *action = usual_action(inbox);
    if (!groups[inbox->group].batch || inbox->memory.n == 0) {
        app_beep(view->app);
        return;
    }
    if (!actor_is_one_of(view_context(view)->actor, action->roles)) {
        (void)case_action_allowed(action, view_context(view)->actor, view_context(view)->codes, inbox->clock.rules, NULL, &reason);
        app_fail(view->app, "%s", reason.text);
        return;
    }
    snprintf(text, sizeof text, _("%s %zu 件，%s？"), _(case_action_label(view_context(view)->codes, action)), inbox->memory.n,
             strcmp(action->name, "assign") == 0 ? _("都由名册排出承办人") : _("都按默认保管期限"));
    app_ask(view->app, ASK_BATCH, text, ANSWERS, 2, 0);
}

/* ---- keys ---- */

static bool inbox_key(struct view *view, struct key key)
{
    struct inbox *inbox = view->state;
    const struct list_row *row = list_selected(&inbox->list);
    int digit = key_digit(key);
    if (digit >= 0) {
        choose_group(view, (size_t)(digit == 0 ? 9 : digit - 1));
        return true;
    }
    if (key.modifiers == 0 && (key.kind == K_LEFT || key.kind == K_RIGHT)) {
        choose_group(view, (inbox->group + (key.kind == K_LEFT ? GROUPS - 1 : 1)) % GROUPS);
        return true;
    }
    enum list_result result = list_key_told(view, &inbox->list, key);
    if (result == LIST_OPEN)
        view_open_record(view->app, catalogue_find("case"), row->id);
    return result != LIST_IGNORED;
}

static bool inbox_command(struct view *view, int command)
{
    switch (command) {
    case COMMAND_USUAL:
        do_usual(view);
        return true;
    case COMMAND_BATCH:
        ask_batch(view);
        return true;
    case COMMAND_NEW: /* a case that begins with an organ's notice, not with an application (法律援助法第三十六条) */
        app_open(view->app, &view_case_action, &(struct view_argument){.type = "notify"});
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    default:
        return false;
    }
}

static void inbox_answer(struct view *view, const struct view_answer *answer)
{
    if (!answer->cancelled && answer->tag == ASK_BATCH && answer->chosen == 1)
        do_batch(view);
}

/* ---- drawing ---- */

static void inbox_title(struct view *view, struct buf *left, struct buf *right)
{
    struct inbox *inbox = view->state;
    char day[SHORT_DAY_BYTES];
    int64_t all = 0;
    for (size_t i = 0; i < GROUPS; i++)
        all += groups[i].overdue_only || strcmp(groups[i].action, "archive") == 0 ? 0 : inbox->counts[i];
    short_day_text(today_of(view), app_now_ms(view->app), day);
    buf_printf(left, _("收件箱  %s  要办 %lld 件"), view_context(view)->machine->name, (long long)all);
    buf_printf(right, "  %s  %s", actor_called(view_context(view)->actor), day);
}

/* Returns the row below. */
static int draw_groups(const struct inbox *inbox, struct canvas *canvas)
{
    int in_line = canvas->cols < GRID_WIDE ? 4 : 5, width = (canvas->cols - 2) / in_line;
    for (int i = 0; i < (int)GROUPS; i++) {
        bool chosen = i == (int)inbox->group;
        canvas_printf(canvas, GROUP_ROW + i / in_line, 1 + i % in_line * width, width, chosen ? STYLE_BOLD : STYLE_NORMAL, "%s%d%s %lld%s", chosen ? "[" : " ", (i + 1) % 10, _(groups[i].label),
                      (long long)inbox->counts[i], chosen ? "]" : "");
    }
    return GROUP_ROW + ((int)GROUPS + in_line - 1) / in_line;
}

static void inbox_draw(struct view *view, struct canvas *canvas)
{
    struct inbox *inbox = view->state;
    char empty[LABEL_BYTES * 2];
    if (inbox->cols != canvas->cols)
        show_told(view, true);
    canvas_rule(canvas, 1);
    int row = draw_groups(inbox, canvas), rows = canvas->rows - 3 - row;
    canvas_rule(canvas, row);
    snprintf(empty, sizeof empty, _("%s: 没有。按数字看别的组"), _(groups[inbox->group].label));
    list_show(view, &inbox->list, canvas, row + 1, rows, empty, true);
}

static void inbox_hint(struct view *view, size_t columns, struct buf *out)
{
    struct inbox *inbox = view->state;
    int64_t hidden = inbox->counts[inbox->group] - (int64_t)inbox->memory.n;
    (void)columns;
    if (inbox->cut)
        buf_printf(out, _("只列最早收件的 %d 件"), ROWS_MAX);
    else if (hidden > 0)
        buf_printf(out, _("另有 %lld 件已封存，由中心负责人办理"), (long long)hidden);
    else if (inbox->memory.n > 0)
        buf_puts(out, _(usual_action(inbox)->help));
}

static const struct keymap *inbox_keymap(struct view *view)
{
    struct inbox *inbox = view->state;
    if (inbox->keymap.bindings == NULL)
        make_keymap(view); /* asked by the help, never opened */
    return &inbox->keymap;
}

const struct view_class view_inbox = {
    .name = "inbox",
    .state_bytes = sizeof(struct inbox),
    .help = "县中心要办的案件，按下一步该做什么分组，每组里期限最近的在前。数字换组，左右键换邻组。\n"
            "F2 直接对选中的案件办这一组的动作，Enter 看案件的全部。剩余: 离期限还有几天；已用: 这段期限已经过去几天。\n"
            "F5 收通知: 办案机关通知辩护或代理的，没有申请，从通知登记起。\n"
            "F8 整组办: 待指派的都由名册排出承办人，待归档的都按默认保管期限归档；没办成的会说明原因。",
    .open = inbox_open,
    .close = inbox_close,
    .key = inbox_key,
    .command = inbox_command,
    .draw = inbox_draw,
    .title = inbox_title,
    .keymap = inbox_keymap,
    .hint = inbox_hint,
    .answer = inbox_answer,
    .refresh = inbox_refresh,
};
