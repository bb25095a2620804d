/* tui/views/case.c - a case on one screen: what it is, which periods run, what to mind, and below that one of five parts, switched by a digit; F2 lists what may be done now.
 *
 * Nothing is typed here: fields are changed in the record form while nothing is decided, afterwards by the action `correct`; all else is an action's form (case_action.c).
 * Telephone and address of a person who must be contacted with care are masked (core/record/privacy.h); the header says how instead. */
#include <stdio.h>
#include <string.h>

#include "core/aid/eligibility.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/quality/eval.h"
#include "core/record/privacy.h"
#include "tui/views/case_menu.h"
#include "tui/views/case_panel.h"
#include "tui/views/case_text.h"
#include "tui/views/views.h"

enum { HEAD_ROW = 2, HEAD_LABEL_COLUMNS = 5, NOTES_MAX = 5, LINE_BYTES = 512, DETAIL_ROWS = 3, DETAIL_ROWS_NARROW = 2, TAB_COLUMNS = 12, RIGHT_COLUMN = 41, RIGHT_COLUMN_NARROW = 31 };

enum { COMMAND_DO = COMMAND_VIEW, COMMAND_EDIT, COMMAND_CONFLICT, COMMAND_RELATED, COMMAND_EVAL };

static const struct command COMMANDS[] = {{COMMAND_DO, "do", "办理: 列出现在能办的动作，打数字或拼音首字母"},
                                          {COMMAND_EDIT, "edit", "修改案情等字段；决定之后是更正，要写理由"},
                                          {COMMAND_CONFLICT, "conflict", "看这件案件两边都改过的地方"},
                                          {COMMAND_RELATED, "related", "相关: 回访、投诉、评估、锦旗等挂在这件案件上的，和它引用的"},
                                          {COMMAND_EVAL, "eval", "质量评估: 评过的看各轮，没有评过的打分；报结或者终止以后，在县中心"},
                                          {COMMAND_NONE, NULL, NULL}};

struct case_view {
    struct record kase;
    struct due_clock clock;
    struct deadline deadlines[DEADLINES_MAX];
    size_t n_deadlines;
    char notes[NOTES_MAX][LINE_BYTES]; /* what to mind, wrapped for the width */
    size_t n_notes;
    enum case_panel panel;
    size_t counts[CASE_PANELS];
    struct list_memory memory;
    struct list list;
    struct buf detail; /* of the selected row */
    struct case_menu menu;
    int cols;   /* rows and notes are made for this width */
    bool acted; /* an action's form was opened from here: show the papers it gave out */
};

/* ---- reading ---- */

static bool keep_note(void *context, const char *text)
{
    struct case_view *state = context;
    snprintf(state->notes[state->n_notes++], LINE_BYTES, "%s", text);
    return state->n_notes < NOTES_MAX;
}

static bool is_state(const struct record *kase, const char *states)
{
    char wanted[16];
    snprintf(wanted, sizeof wanted, ",%s,", record_text(kase, "state"));
    return strstr(states, wanted) != NULL;
}

static void note(struct view *view, const char *text)
{
    struct case_view *state = view->state;
    if (state->n_notes < NOTES_MAX)
        case_wrap(text, view->app->cols - 7, keep_note, state);
}

/* What a person must know before doing anything else, the most dangerous first; each begins its own line. */
static void read_notes(struct view *view)
{
    struct case_view *state = view->state;
    const struct record *kase = &state->kase;
    struct eligibility eligibility;
    char safe[LINE_BYTES];
    state->n_notes = 0;
    eligibility_of(state->clock.rules, kase, today_of(view), &eligibility);
    snprintf(safe, sizeof safe, _("只能这样联系: %.400s"), record_text(kase, "safe_contact"));
    if (record_text(kase, "safe_contact")[0] != '\0')
        note(view, safe);
    if (eligibility.must_report)
        note(view, _("未成年人可能受侵害，须强制报告(未成年人保护法第十一条)"));
    if (privacy_is_sealed(kase))
        note(view, _("已封存，不进名单和查找"));
    if (is_state(kase, ",S1,S2,S2c,S3,") && eligibility.urgent)
        note(view, _("离时效届满不足七日，可以先行提供援助(法律援助法第四十四条)"));
    if (is_state(kase, ",S1,S2,S2c,S3,S4,S5,") && eligibility.needs_guardian && record_text(kase, "agent")[0] == '\0')
        note(view, _("未成年人由法定代理人代为申请(法律援助法第四十条)"));
}

/* Rules and holidays may have come with the last sync. */
static enum status read_clock(struct view *view, struct errmsg *err)
{
    struct case_view *state = view->state;
    struct due_clock clock;
    enum status status = due_open(view, &clock, err);
    if (status != STATUS_OK)
        return status;
    due_close(&state->clock);
    state->clock = clock;
    return deadlines_stored(view_context(view)->store, clock.rules, clock.calendar, &state->kase, today_of(view), state->deadlines, &state->n_deadlines, err);
}

static void read_detail(struct view *view)
{
    struct case_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    buf_clear(&state->detail);
    if (row != NULL)
        case_panel_detail(view, state->panel, row->id, &state->detail);
}

/* Another part, or the same one anew: from_end shows its last rows. */
static enum status read_panel(struct view *view, bool anew, struct errmsg *err)
{
    struct case_view *state = view->state;
    enum status status = case_panel_read(view, &state->kase, state->panel, view->app->cols, &state->memory, err);
    if (status == STATUS_OK && anew) {
        size_t n, height = state->list.height;
        const struct list_column *columns = case_panel_columns(state->panel, view->app->cols, &n);
        list_release(&state->list);
        list_init(&state->list, list_memory_source(&state->memory), columns, n, LIST_FIND);
        status = list_set_height(&state->list, height, err);
    }
    if (status == STATUS_OK)
        status = anew ? list_reset(&state->list, err) : list_reload(&state->list, err);
    read_detail(view);
    return status;
}

static enum status read_all(struct view *view, bool anew, struct errmsg *err)
{
    struct case_view *state = view->state;
    enum status status = read_clock(view, err);
    if (status == STATUS_OK)
        status = case_panel_count(view, &state->kase, state->counts, err);
    if (status == STATUS_OK)
        status = read_panel(view, anew, err);
    if (status == STATUS_OK)
        read_notes(view);
    state->cols = view->app->cols;
    return status;
}

static void show_panel(struct view *view, enum case_panel panel, bool at_end)
{
    struct case_view *state = view->state;
    struct errmsg err = {{0}};
    state->panel = panel;
    enum status status = read_panel(view, true, &err);
    if (status == STATUS_OK && at_end && state->list.n > 0) {
        list_key(&state->list, key_named(K_END, 0), &err);
        read_detail(view);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void case_refresh(struct view *view)
{
    struct case_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct record fresh;
    size_t papers = state->counts[PANEL_PAPERS];
    enum status status = records_get(context->store, context->actor, state->kase.type, state->kase.id, &fresh, &err);
    if (status == STATUS_NOT_FOUND) {
        app_close(view->app); /* deleted or sealed, which who did it has just been told */
        return;
    }
    if (status == STATUS_OK) {
        record_release(&state->kase);
        state->kase = fresh;
        status = read_all(view, state->cols != view->app->cols, &err);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (state->acted && state->counts[PANEL_PAPERS] > papers)
        show_panel(view, PANEL_PAPERS, true);
    state->acted = false;
    if (state->menu.open)
        case_menu_refresh(&state->menu, view, state->clock.rules, &state->kase);
}

/* ---- opening ---- */

static void release(struct case_view *state)
{
    record_release(&state->kase);
    due_close(&state->clock);
    list_release(&state->list);
    list_memory_release(&state->memory);
    case_menu_release(&state->menu);
    buf_wipe(&state->detail);
}

static enum status case_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct case_view *state = view->state;
    struct app_context *context = view_context(view);
    enum status status = records_get(context->store, context->actor, catalogue_find("case"), argument->id, &state->kase, err);
    if (status != STATUS_OK)
        return status;
    size_t n;
    const struct list_column *columns = case_panel_columns(PANEL_MAIN, view->app->cols, &n);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, n, LIST_FIND);
    case_menu_init(&state->menu);
    buf_init(&state->detail, 1 << 17);
    status = read_all(view, true, err);
    if (status != STATUS_OK)
        release(state);
    return status;
}

static void case_close(struct view *view)
{
    release(view->state);
}

/* ---- doing ---- */

static void open_action(struct view *view, const struct case_action *action)
{
    struct case_view *state = view->state;
    state->menu.open = false;
    state->acted = true;
    app_open(view->app, &view_case_action, &(struct view_argument){.type = action->name, .id = state->kase.id});
}

static void open_menu(struct view *view)
{
    struct case_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = case_menu_open(&state->menu, view, state->clock.rules, &state->kase, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* Before the decision fields are the record's own; afterwards a correction with its reason (domain.md 3.3 b). */
static void edit_fields(struct view *view)
{
    struct case_view *state = view->state;
    if (record_is_frozen(&state->kase))
        open_action(view, case_action_find("correct"));
    else
        app_open(view->app, &view_record_edit, &(struct view_argument){.type = "case", .id = state->kase.id});
}

static void add_row(struct view *view)
{
    struct case_view *state = view->state;
    char id[ID_TEXT_BYTES];
    id_format(state->kase.id, id);
    if (state->panel == PANEL_MATERIALS || state->panel == PANEL_PARTIES)
        app_open(view->app, &view_record_edit, &(struct view_argument){.type = case_panel_info(state->panel)->type, .text = id});
    else
        app_say(view->app, "F5 在 2材料 和 3当事人 里登记；记录和文书由 F2 办理产生");
}

static void open_row(struct view *view)
{
    struct case_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (state->panel == PANEL_MAIN)
        edit_fields(view);
    else if (row != NULL)
        view_open_record(view->app, catalogue_find(case_panel_info(state->panel)->type), row->id);
}

/* ---- keys ---- */

static bool menu_key(struct view *view, struct key key)
{
    struct case_view *state = view->state;
    const struct case_action *action = NULL;
    enum case_menu_result result = case_menu_key(&state->menu, view, state->clock.rules, &state->kase, key, &action);
    if (result == CASE_MENU_CHOSEN)
        open_action(view, action);
    return result != CASE_MENU_IGNORED;
}

static bool panel_key(struct view *view, struct key key)
{
    struct case_view *state = view->state;
    int digit = key_digit(key);
    bool turn = key.modifiers == 0 && (key.kind == K_LEFT || key.kind == K_RIGHT || key.kind == K_TAB);
    if (digit >= 1 && digit <= CASE_PANELS)
        show_panel(view, (enum case_panel)(digit - 1), false);
    else if (turn)
        show_panel(view, (enum case_panel)((state->panel + (key.kind == K_LEFT ? CASE_PANELS - 1 : 1)) % CASE_PANELS), false);
    return (digit >= 1 && digit <= CASE_PANELS) || turn;
}

static bool case_key(struct view *view, struct key key)
{
    struct case_view *state = view->state;
    if (state->menu.open)
        return menu_key(view, key);
    if (panel_key(view, key))
        return true;
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_MOVED:
        read_detail(view);
        break;
    case LIST_OPEN:
        open_row(view);
        break;
    default:
        break;
    }
    return true;
}

static bool note_eval(void *context, const struct record *row)
{
    (void)row;
    *(bool *)context = true;
    return false;
}

/* How it was judged; what nobody has judged yet is judged now, where the case's state and the person's role allow it. */
static void open_eval(struct view *view)
{
    struct case_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    bool judged = false;
    enum status status = eval_list(context->store, context->actor, state->kase.id, note_eval, &judged, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        app_open(view->app, judged ? &view_eval_rounds : &view_eval_sheet, &(struct view_argument){.type = "case", .id = state->kase.id});
}

static bool case_command(struct view *view, int command)
{
    struct case_view *state = view->state;
    struct view_argument argument = {.type = "case", .id = state->kase.id};
    switch (command) {
    case COMMAND_DO:
        open_menu(view);
        return true;
    case COMMAND_EDIT:
        edit_fields(view);
        return true;
    case COMMAND_NEW:
        add_row(view);
        return true;
    case COMMAND_EVAL:
        open_eval(view);
        return true;
    case COMMAND_RELATED:
        app_open(view->app, &view_related, &(struct view_argument){.type = "case", .id = state->kase.id});
        return true;
    case COMMAND_CONFLICT:
        if (state->kase.conflicts > 0)
            app_open(view->app, &view_conflict, &argument);
        else
            app_say(view->app, "这件案件没有冲突");
        return true;
    case COMMAND_PRINT:
        app_open(view->app, &view_document, &argument);
        return true;
    case COMMAND_HISTORY:
        app_open(view->app, &view_history, &argument);
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void case_title(struct view *view, struct buf *left, struct buf *right)
{
    struct case_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    buf_printf(left, _("案件  %s  "), record_text(&state->kase, "name"));
    record_field_text(&state->kase, "cause", codes, left);
    if (state->kase.conflicts > 0)
        buf_printf(right, _("  冲突 %u"), state->kase.conflicts);
    buf_printf(right, "  %s", _(code_book_name(codes, "case_state", record_text(&state->kase, "state"))));
}

/* The labels of the header's left and right half, and a blank. */
static int label_columns(const char *one, const char *other, const char *third)
{
    int columns = HEAD_LABEL_COLUMNS;
    const char *const labels[] = {one, other, third};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        int label = (int)width_text(labels[i], strlen(labels[i])) + 1;
        columns = label > columns ? label : columns;
    }
    return columns;
}

static int left_columns(void)
{
    int columns = label_columns(_("编号"), _("承办"), _("期限")), note = label_columns(_("注意"), "", "");
    return note > columns ? note : columns;
}

static void put_pair(struct canvas *canvas, int row, const char *left_label, const char *left, const char *right_label, const char *right)
{
    int middle = canvas->cols < RIGHT_COLUMN * 2 - 2 ? RIGHT_COLUMN_NARROW : RIGHT_COLUMN;
    int labels = label_columns(_("站点"), _(P_("day", "收件")), "");
    canvas_puts(canvas, row, 1, -1, STYLE_DIM, left_label);
    canvas_puts(canvas, row, 1 + left_columns(), middle - 3 - left_columns(), STYLE_NORMAL, left);
    canvas_puts(canvas, row, middle, -1, STYLE_DIM, right_label);
    canvas_puts(canvas, row, middle + labels, canvas->cols - middle - labels - 1, STYLE_NORMAL, right);
}

static void draw_deadlines(struct view *view, struct canvas *canvas, int row)
{
    struct case_view *state = view->state;
    int col = 1 + left_columns();
    canvas_puts(canvas, row, 1, -1, STYLE_DIM, _("期限"));
    for (size_t i = 0; i < state->n_deadlines && col < canvas->cols - 1; i++) {
        struct buf text;
        buf_init(&text, LINE_BYTES);
        case_deadline_text(state->clock.rules, &state->deadlines[i], app_now_ms(view->app), &text);
        col += canvas_puts(canvas, row, col, -1, due_presses(&state->deadlines[i]) ? STYLE_OVERDUE : STYLE_NORMAL, buf_cstr(&text)) + 3;
        buf_release(&text);
    }
    if (state->n_deadlines == 0)
        canvas_puts(canvas, row, 6, -1, STYLE_NORMAL, _("没有在走的期限"));
}

/* Returns the row below. */
static int draw_head(struct view *view, struct canvas *canvas)
{
    struct case_view *state = view->state;
    int row = HEAD_ROW;
    char received[SHORT_DAY_BYTES] = "";
    struct buf handler;
    struct value day = record_get(&state->kase, catalogue_field(state->kase.type, "received_on"));
    if (is_state(&state->kase, ",S1,"))
        copy_text(received, sizeof received, _("还没有"));
    else if (day.kind == VALUE_INT)
        short_day_text((int32_t)day.number, app_now_ms(view->app), received);
    buf_init(&handler, LINE_BYTES);
    case_handler_text(view, &state->kase, &handler);
    canvas_rule(canvas, 1);
    put_pair(canvas, row++, _("编号"), case_number_text(&state->kase), _("站点"), record_text(&state->kase, "station"));
    put_pair(canvas, row++, _("承办"), handler.len > 0 ? buf_cstr(&handler) : _("还没有指派"), _(P_("day", "收件")), received);
    buf_release(&handler);
    draw_deadlines(view, canvas, row++);
    for (size_t i = 0; i < state->n_notes; i++) {
        canvas_puts(canvas, row, 1, left_columns(), STYLE_DIM, i == 0 ? _("注意") : "");
        canvas_puts(canvas, row++, 1 + left_columns(), canvas->cols - 2 - left_columns(), STYLE_BOLD, state->notes[i]);
    }
    canvas_rule(canvas, row++);
    return row;
}

/* The chosen part stands in brackets: a reverse bar would cost bytes, a colour alone says nothing. */
static void draw_tabs(const struct case_view *state, struct canvas *canvas, int row)
{
    int columns = canvas->cols < TAB_COLUMNS * CASE_PANELS + 20 ? TAB_COLUMNS - 1 : TAB_COLUMNS + 2;
    for (int i = 0; i < CASE_PANELS; i++) {
        bool chosen = i == (int)state->panel;
        char count[16] = "";
        if (i != PANEL_MAIN)
            snprintf(count, sizeof count, " %zu", state->counts[i]);
        canvas_printf(canvas, row, i * columns, columns, chosen ? STYLE_BOLD : STYLE_NORMAL, "%s%d%s%s%s", chosen ? "[" : " ", i + 1, _(case_panel_info((enum case_panel)i)->label), count,
                      chosen ? "]" : " ");
    }
}

struct drawing {
    struct canvas *canvas;
    int row, end;
};

static bool draw_detail_line(void *context, const char *text)
{
    struct drawing *drawing = context;
    canvas_puts(drawing->canvas, drawing->row++, 1, drawing->canvas->cols - 2, STYLE_NORMAL, text);
    return drawing->row < drawing->end;
}

static void draw_panel(struct view *view, struct canvas *canvas, int row)
{
    struct case_view *state = view->state;
    int end = canvas->rows - 2, detail = canvas->rows < 24 ? DETAIL_ROWS_NARROW : DETAIL_ROWS;
    int below = state->panel == PANEL_STEPS && state->list.n > 0 ? detail + 1 : 0, rows = end - row - below;
    list_show(view, &state->list, canvas, row, rows, case_panel_info(state->panel)->empty, true);
    if (below == 0)
        return;
    struct drawing drawing = {canvas, end - detail, end};
    canvas_rule(canvas, end - detail - 1);
    case_wrap(buf_cstr(&state->detail), canvas->cols - 2, draw_detail_line, &drawing);
}

static void case_draw(struct view *view, struct canvas *canvas)
{
    struct case_view *state = view->state;
    struct errmsg err = {{0}};
    if (state->cols != canvas->cols && read_all(view, true, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    int row = draw_head(view, canvas);
    if (state->menu.open) {
        case_menu_draw(&state->menu, canvas, row, canvas->rows - 2 - row);
        return;
    }
    draw_tabs(state, canvas, row);
    draw_panel(view, canvas, row + 1);
}

static void case_hint(struct view *view, size_t columns, struct buf *out)
{
    struct case_view *state = view->state;
    const struct list_row *row = list_selected(&state->menu.list);
    (void)columns;
    if (state->menu.open && row != NULL)
        buf_puts(out, _(case_action_at(row->tag)->help));
    else if (state->kase.conflicts > 0)
        buf_puts(out, _("两边都改过，等人定一个: 按 F6"));
    else if (state->list.n > 0 && !state->list.at_end)
        buf_puts(out, _("下面还有，PgDn 翻页"));
}

static void case_cite(struct view *view, struct buf *out)
{
    struct case_view *state = view->state;
    const struct list_row *row = list_selected(&state->menu.list);
    if (state->menu.open && row != NULL)
        buf_puts(out, _(case_action_at(row->tag)->basis));
    for (size_t i = 0; i < state->n_notes; i++)
        buf_printf(out, " %s", state->notes[i]);
}

static const struct keymap *case_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"F2", COMMAND_DO, "办理", 0},           {"1-5", COMMAND_NONE, "分栏", BINDING_HINT}, {"Enter", COMMAND_OPEN, "打开", BINDING_HINT},
        {"F4", COMMAND_EDIT, "修改", 0},         {"F5", COMMAND_NEW, "登记", 0},              {"F7", COMMAND_HISTORY, "历史", 0},
        {"F8", COMMAND_PRINT, "文书", 0},        {"Ctrl-R", COMMAND_RELATED, "相关", 0},        {"F9", COMMAND_LAW, "法条", 0},              {"F6", COMMAND_CONFLICT, "冲突", 0},         {"Ctrl-E", COMMAND_EVAL, "评估", BINDING_HIDDEN},         {"F3", COMMAND_SEARCH, "查找", BINDING_HIDDEN},
        {"打字", COMMAND_NONE, "在本栏里找", BINDING_HINT | BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding closed_bindings[] = {
        {"F2", COMMAND_DO, "办理", 0},           {"1-5", COMMAND_NONE, "分栏", BINDING_HINT}, {"Enter", COMMAND_OPEN, "打开", BINDING_HINT},
        {"Ctrl-E", COMMAND_EVAL, "评估", 0},     {"F7", COMMAND_HISTORY, "历史", 0},          {"F8", COMMAND_PRINT, "文书", 0},
        {"Ctrl-R", COMMAND_RELATED, "相关", 0},  {"F4", COMMAND_EDIT, "修改", 0},             {"F5", COMMAND_NEW, "登记", 0},
        {"F9", COMMAND_LAW, "法条", 0},          {"F6", COMMAND_CONFLICT, "冲突", 0},         {"F3", COMMAND_SEARCH, "查找", BINDING_HIDDEN},
        {"打字", COMMAND_NONE, "在本栏里找", BINDING_HINT | BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding menu_bindings[] = {
        {"数字", COMMAND_NONE, "直接办", BINDING_HINT}, {"Enter", COMMAND_OPEN, "办选中的", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F9", COMMAND_LAW, "法条", 0},                 {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},        {"F10", COMMAND_BACK, "不办", BINDING_KEEP},
        {"Esc", COMMAND_BACK, "不办", BINDING_HIDDEN},  {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, menu_map = {.bindings = menu_bindings, .commands = COMMANDS},
                               closed_map = {.bindings = closed_bindings, .commands = COMMANDS};
    struct case_view *state = view->state;
    bool judged = view_context(view)->machine->center && state->kase.type != NULL && is_state(&state->kase, ",S9,S9r,S10,S11,S12,X5,");
    return state->menu.open ? &menu_map : judged ? &closed_map : &map;
}

static bool case_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct case_view *state = view->state;
    *type = state->kase.type;
    *id = state->kase.id;
    return n == 0;
}

const struct view_class view_case = {
    .name = "case",
    .state_bytes = sizeof(struct case_view),
    .help = "一件案件的全部: 上面是编号、承办、在走的期限和要注意的事，下面按数字换五栏。\n"
            "F2 列出现在能办的动作: 打数字直接办，或打拼音首字母、汉字找；现在不能办的列在后面，选中会说明原因。\n"
            "F4 修改字段；作出决定之后只能更正，要写理由。F5 在材料、当事人栏里登记一条。\n"
            "报结或者终止以后，县中心按 Ctrl-E 评估案件质量，评过的在那里看。",
    .open = case_open,
    .close = case_close,
    .key = case_key,
    .command = case_command,
    .draw = case_draw,
    .title = case_title,
    .keymap = case_keymap,
    .hint = case_hint,
    .cite = case_cite,
    .refresh = case_refresh,
    .shows = case_shows,
};
