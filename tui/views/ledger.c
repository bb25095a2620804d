/* tui/views/ledger.c - the rows of one part of a ledger, or of an own view: for a period, under a further condition, in an order; to a file; kept as an own view.
 *
 * Columns that do not fit are reached with Left and Right; the first one stays. Rows come by key from core/report/ledger.h. What is read again after data changed is the whole part, with
 * the row in sight kept. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/day_phrase.h"
#include "core/base/language.h"
#include "core/record/privacy.h"
#include "core/report/ledger_file.h"
#include "tui/list.h"
#include "tui/views/common.h"
#include "tui/views/export_ask.h"
#include "tui/views/ledger_layout.h"
#include "tui/views/views.h"

enum { LIST_ROW = 1, GUTTER = 4, GAP = 2, CELL_BYTES = 256, WHERE_CHARS = 100, NAME_CHARS = 60, DAYS_CHARS = 30, TEXT_BYTES = 500, SORT_BYTES = VIEW_NAME_BYTES + 2, NOT_SORTED = -1 };
enum { ASK_WHERE = 1, ASK_PERIOD, ASK_DAYS, ASK_NAME };
enum { COMMAND_PERIOD = COMMAND_VIEW, COMMAND_KEEP };

static const struct command COMMANDS[] = {{COMMAND_PERIOD, "period", "换期间：本月、本季、半年、今年、去年、全部、自定"},
                                          {COMMAND_KEEP, "keep", "把现在的条件、期间、排序和列存成自己的名单"},
                                          {COMMAND_NONE, NULL, NULL}};

struct ledger_view {
    struct ledger_book *book;
    const struct ledger *ledger;
    size_t part;
    struct ledger_list *rows;
    int64_t count;
    bool at_most; /* count is by condition only */
    struct list list;
    struct list_column columns[LIST_MAX_COLUMNS];
    size_t shown[LIST_MAX_COLUMNS]; /* which columns of the ledger */
    size_t n_shown;
    size_t first; /* of those that scroll, counted from the one behind the fixed one */
    int cols;
    enum ledger_period period;
    int32_t from, to;
    char where[TEXT_BYTES];
    int sorted; /* column, or NOT_SORTED: the ledger's own order */
    bool descending;
    struct export_ask export;
};

/* ---- periods ------------------------------------------------------------------------------------------------------ */

static void choose_period(struct view *view, enum ledger_period period)
{
    struct ledger_view *state = view->state;
    state->period = period;
    ledger_period_days(period, today_of(view), &state->from, &state->to);
}

/* A list of what presses now, and one without days, is not cut by the year. */
static enum ledger_period usual_period(const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->n_parts; i++)
        if (strcmp(ledger->parts[i].type, "todo") == 0 || (ledger->parts[i].period[0] == '\0' && ledger->n_parts == 1))
            return PERIOD_ALL;
    return id_is_zero(ledger->view) ? PERIOD_YEAR : PERIOD_ALL;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static void sort_text(const struct ledger_view *state, char out[SORT_BYTES])
{
    out[0] = '\0';
    if (state->sorted != NOT_SORTED && state->rows != NULL)
        snprintf(out, SORT_BYTES, "%s%s", state->descending ? "-" : "", ledger_plan(state->rows)->columns[state->sorted].name);
}

/* The part anew, as it is asked for now; what was open stays when that fails. */
static enum status open_rows(struct view *view, struct errmsg *err)
{
    struct ledger_view *state = view->state;
    struct app_context *context = view_context(view);
    char sort[SORT_BYTES];
    struct ledger_list *fresh;
    sort_text(state, sort);
    struct ledger_query query = {.from = state->from, .to = state->to, .where = state->where, .sort = sort};
    enum status status = ledger_open(&fresh, context->store, context->actor, context->codes, state->ledger, state->part, &query, err);
    if (status != STATUS_OK)
        return status;
    state->at_most = state->ledger->parts[state->part].pick[0] == '\0';
    status = state->at_most ? ledger_at_most(fresh, &state->count, err) : ledger_count(fresh, &state->count, err);
    if (status != STATUS_OK) {
        ledger_close(fresh);
        return status;
    }
    ledger_close(state->rows);
    state->rows = fresh;
    return STATUS_OK;
}

/* ---- columns ------------------------------------------------------------------------------------------------------ */

/* The number stands before each row already. */
static size_t fixed_column(const struct ledger_list *rows)
{
    return ledger_columns(rows) > 1 && ledger_plan(rows)->columns[0].computed == COMPUTED_NO ? 1 : 0;
}

static void show_column(struct ledger_view *state, size_t index, int width)
{
    const struct report_column *column = ledger_column(state->rows, index);
    state->columns[state->n_shown] = (struct list_column){.label = column->label, .columns = width, .right = column->kind == REPORT_INT || column->kind == REPORT_MONEY};
    state->shown[state->n_shown++] = index;
}

/* As many as fit; the last one takes what is left. */
static void choose_columns(struct view *view, int cols)
{
    struct ledger_view *state = view->state;
    size_t fixed = fixed_column(state->rows), n = ledger_columns(state->rows);
    int left = cols - GUTTER;
    state->cols = cols;
    state->n_shown = 0;
    if (fixed + 1 + state->first >= n)
        state->first = n > fixed + 1 ? n - fixed - 2 : 0;
    for (size_t i = fixed; i < n && state->n_shown < LIST_MAX_COLUMNS; i = i == fixed ? fixed + 1 + state->first : i + 1) {
        int width = ledger_column_width(view_context(view)->codes, state->rows, i);
        if (state->n_shown > 0 && width + GAP > left)
            break;
        show_column(state, i, width);
        left -= width + (state->n_shown > 1 ? GAP : 0);
    }
    state->columns[state->n_shown - 1].columns = 0;
    list_set_columns(&state->list, state->columns, state->n_shown);
}

/* ---- rows --------------------------------------------------------------------------------------------------------- */

struct filling {
    struct ledger_view *state;
    const struct code_book *codes;
    struct list_page *page;
};

/* A cell as it is seen. Codes are told in the language of the screen, where the ledger, which is a paper, has them in Chinese. Appends. */
static void show_cell(const struct filling *filling, const struct ledger_row *row, size_t i, struct buf *out)
{
    const struct view_plan *plan = ledger_plan(filling->state->rows);
    const struct view_column *column = &plan->columns[i];
    const struct field_def *field = plan->type == NULL ? catalogue_field(row->record->type, column->name) : column->through == NULL ? column->field : NULL;
    if (column->computed == COMPUTED_NONE && field != NULL && (field->kind == FIELD_CODE || field->kind == FIELD_CODES) && row->cells[i].kind == REPORT_TEXT)
        privacy_show(row->record, field, filling->codes, out);
    else
        report_cell_text(&row->cells[i], out);
}

/* A case may stand among the periods several times: rows of one id would be one row to the list. Twice gives back the id. */
static struct id row_id(const struct ledger_view *state, struct id id, int64_t place)
{
    if (strcmp(state->ledger->parts[state->part].type, "todo") == 0) {
        id.bytes[0] ^= (uint8_t)place;
        id.bytes[1] ^= (uint8_t)(place >> 8);
        id.bytes[2] ^= (uint8_t)(place >> 16);
    }
    return id;
}

static bool add_row(void *context, const struct ledger_row *from)
{
    struct filling *filling = context;
    struct ledger_view *state = filling->state;
    char cells[LIST_MAX_COLUMNS][CELL_BYTES];
    struct list_row row = {.id = row_id(state, from->record->id, from->key.row), .tag = from->record->type->no};
    struct buf text;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < state->n_shown; i++) {
        buf_clear(&text);
        show_cell(filling, from, state->shown[i], &text);
        copy_text(cells[i], CELL_BYTES, buf_cstr(&text));
        row.cells[i] = cells[i];
    }
    buf_wipe(&text);
    list_key_copy(&row.key, &from->key);
    if (from->record->conflicts > 0)
        row.style = STYLE_CONFLICT;
    return list_page_add(filling->page, &row);
}

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct ledger_view *state = view->state;
    struct filling filling = {.state = state, .codes = view_context(view)->codes, .page = page};
    return ledger_page(state->rows, key, way == LIST_BEFORE, way == LIST_FROM, max, add_row, &filling, err);
}

/* After a change of what is asked for. On failure the list stays as it was; false. */
static bool read_anew(struct view *view, bool from_start)
{
    struct ledger_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = open_rows(view, &err);
    if (status == STATUS_OK) {
        choose_columns(view, state->cols);
        status = from_start ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    return status == STATUS_OK;
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static const struct ledger *find_ledger(const struct ledger_book *book, const char *code, struct id own)
{
    size_t part;
    for (size_t i = 0; code == NULL && i < ledger_book_count(book); i++)
        if (id_equal(ledger_book_at(book, i)->view, own))
            return ledger_book_at(book, i);
    return code != NULL ? ledger_book_find(book, code, &part) : NULL;
}

static enum status ledger_view_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct ledger_view *state = view->state;
    enum status status = ledger_book_load(&state->book, view_context(view)->store, view_context(view)->actor, err);
    if (status != STATUS_OK)
        return status;
    state->ledger = find_ledger(state->book, argument->text, argument->id);
    state->sorted = NOT_SORTED;
    if (state->ledger == NULL) {
        ledger_book_free(state->book);
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这个台账，可能已被删除");
    }
    choose_period(view, usual_period(state->ledger));
    status = open_rows(view, err);
    if (status == STATUS_OK) {
        list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, state->columns, 1, LIST_NUMBERS);
        choose_columns(view, view->app->cols > 0 ? view->app->cols : APP_MIN_COLS);
        status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 5 : 10), err);
        if (status == STATUS_OK)
            status = list_reset(&state->list, err);
        if (status != STATUS_OK)
            list_release(&state->list);
    }
    if (status != STATUS_OK) {
        ledger_close(state->rows);
        ledger_book_free(state->book);
    }
    return status;
}

static void ledger_view_close(struct view *view)
{
    struct ledger_view *state = view->state;
    list_release(&state->list);
    ledger_close(state->rows);
    ledger_book_free(state->book);
}

static void ledger_view_refresh(struct view *view)
{
    read_anew(view, false);
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static void open_selected(struct view *view)
{
    struct ledger_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row == NULL)
        app_beep(view->app);
    else
        view_open_record(view->app, catalogue_by_no(row->tag), row_id(state, row->id, row->key.row));
}

static void scroll_columns(struct view *view, bool right)
{
    struct ledger_view *state = view->state;
    struct errmsg err = {{0}};
    bool more = state->shown[state->n_shown - 1] + 1 < ledger_columns(state->rows);
    if (right ? !more : state->first == 0) {
        app_beep(view->app);
        return;
    }
    state->first = right ? state->first + 1 : state->first - 1;
    choose_columns(view, state->cols);
    if (list_reload(&state->list, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
}

static void change_part(struct view *view, bool next)
{
    struct ledger_view *state = view->state;
    struct ledger_view before = *state;
    size_t n = state->ledger->n_parts;
    if (n == 1) {
        app_beep(view->app);
        return;
    }
    state->part = next ? (state->part + 1) % n : (state->part + n - 1) % n;
    state->first = 0;
    state->sorted = NOT_SORTED;
    state->where[0] = '\0'; /* the other part has other fields */
    if (!read_anew(view, true)) {
        state->part = before.part;
        state->sorted = before.sorted;
        copy_text(state->where, sizeof state->where, before.where);
    }
}

static bool ledger_view_key(struct view *view, struct key key)
{
    struct ledger_view *state = view->state;
    if (key.modifiers == 0 && (key.kind == K_LEFT || key.kind == K_RIGHT)) {
        scroll_columns(view, key.kind == K_RIGHT);
        return true;
    }
    if (key.kind == K_TAB || key.kind == K_BACKTAB) {
        change_part(view, key.kind == K_TAB);
        return true;
    }
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

/* ---- condition, period, order ------------------------------------------------------------------------------------- */

static void set_where(struct view *view, const char *text)
{
    struct ledger_view *state = view->state;
    char before[TEXT_BYTES];
    copy_text(before, sizeof before, state->where);
    copy_text(state->where, sizeof state->where, text[strspn(text, " ")] != '\0' ? text : "");
    if (!read_anew(view, true))
        copy_text(state->where, sizeof state->where, before);
}

static void set_period(struct view *view, enum ledger_period period, int32_t from, int32_t to)
{
    struct ledger_view *state = view->state;
    enum ledger_period period_before = state->period;
    int32_t from_before = state->from, to_before = state->to;
    choose_period(view, period);
    if (period == PERIOD_DAYS) {
        state->from = from;
        state->to = to;
    }
    if (!read_anew(view, true)) {
        state->period = period_before;
        state->from = from_before;
        state->to = to_before;
    }
}

/* "2026-01-01 2026-03-31"; one day: that day alone. */
static void take_days(struct view *view, const char *text)
{
    int32_t from, to;
    const char *first = text + strspn(text, " "), *second = first + strcspn(first, " ");
    size_t first_len = (size_t)(second - first), second_len;
    second += strspn(second, " ");
    second_len = strcspn(second, " ");
    int32_t today = today_of(view);
    if (day_phrase_parse(first, first_len, today, &from) != STATUS_OK || (second_len > 0 && day_phrase_parse(second, second_len, today, &to) != STATUS_OK)) {
        app_fail(view->app, "写起日和止日，中间空一格，如 2026-01-01 2026-03-31，或 3.1 今天");
        return;
    }
    set_period(view, PERIOD_DAYS, from, second_len > 0 ? to : from);
}

static bool sortable(const struct ledger_list *rows, size_t index)
{
    const struct view_column *column = &ledger_plan(rows)->columns[index];
    if (column->computed != COMPUTED_NONE)
        return column->computed != COMPUTED_NO;
    return column->through == NULL && (column->field == NULL || column->field->kind != FIELD_REF);
}

/* Upwards, downwards, the next column; behind the last one the ledger's own order. */
static void next_order(struct view *view)
{
    struct ledger_view *state = view->state;
    int before = state->sorted, n = (int)ledger_columns(state->rows);
    bool was_descending = state->descending;
    if (state->sorted != NOT_SORTED && !state->descending) {
        state->descending = true;
    } else {
        state->descending = false;
        do
            state->sorted++;
        while (state->sorted < n && !sortable(state->rows, (size_t)state->sorted));
        if (state->sorted == n)
            state->sorted = NOT_SORTED;
    }
    if (!read_anew(view, true)) {
        state->sorted = before;
        state->descending = was_descending;
    }
}

/* ---- to a file, to an own view ------------------------------------------------------------------------------------ */

static void begin_export(struct view *view)
{
    struct ledger_view *state = view->state;
    struct ledger_query query = {.from = state->from, .to = state->to};
    struct buf name;
    buf_init(&name, TEXT_BYTES * 4);
    ledger_file_name(state->ledger, &query, &name);
    export_ask(view, buf_cstr(&name));
    buf_release(&name);
}

/* All parts, unless a condition or an order of this one is set: others may not have its fields. */
static void write_export(struct view *view)
{
    struct ledger_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    char sort[SORT_BYTES];
    int64_t rows;
    sort_text(state, sort);
    struct ledger_query query = {.from = state->from, .to = state->to, .where = state->where, .sort = sort};
    bool one = state->where[0] != '\0' || sort[0] != '\0';
    enum status status = ledger_file_write(context->store, context->actor, context->codes, state->ledger, one ? state->part + 1 : 0, &query, state->export.path, &rows, &err);
    export_told(view, &state->export, status, rows, &err);
}

static void keep_view(struct view *view, const char *name)
{
    struct ledger_view *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    char sort[SORT_BYTES];
    sort_text(state, sort);
    const struct ledger_query query = {.from = state->from, .to = state->to, .where = state->where, .sort = sort};
    enum status status = ledger_keep(context->store, context->actor, context->codes, context->random, state->ledger, state->part, &query, name, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已存成“%s”，在台账的末尾", name);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* Whether it can be kept is told before a name is asked for. */
static void ask_name(struct view *view)
{
    struct ledger_view *state = view->state;
    const struct ledger_query query = {.from = state->from, .to = state->to, .where = state->where};
    struct errmsg err = {{0}};
    struct buf condition;
    buf_init(&condition, 1 << 14);
    if (ledger_condition(state->ledger, state->part, &query, &condition, &err) == STATUS_OK)
        app_ask_line(view->app, ASK_NAME, "存成名单，名称", NAME_CHARS, 0, "");
    else
        app_fail(view->app, "%s", err.text);
    buf_release(&condition);
}

static bool ledger_view_command(struct view *view, int command)
{
    static const char *const PERIODS[] = {"本月", "本季", "本半年", "今年", "去年", "全部", "自定"};
    struct ledger_view *state = view->state;
    switch (command) {
    case COMMAND_CODES:
        app_ask_line(view->app, ASK_WHERE, "筛选", WHERE_CHARS, 0, state->where);
        return true;
    case COMMAND_SORT:
        next_order(view);
        return true;
    case COMMAND_PERIOD:
        app_ask(view->app, ASK_PERIOD, "期间", PERIODS, 7, 0);
        return true;
    case COMMAND_EXPORT:
        begin_export(view);
        return true;
    case COMMAND_KEEP:
        ask_name(view);
        return true;
    default:
        return false;
    }
}

static void ledger_view_answer(struct view *view, const struct view_answer *answer)
{
    struct ledger_view *state = view->state;
    enum export_step step = export_answer(view, &state->export, answer, ".xlsx .csv .jsonl");
    if (step == EXPORT_WRITE)
        write_export(view);
    if (step != EXPORT_OTHER || answer->cancelled)
        return;
    switch (answer->tag) {
    case ASK_WHERE:
        set_where(view, answer->text);
        break;
    case ASK_PERIOD:
        if (answer->chosen == PERIOD_DAYS)
            app_ask_line(view->app, ASK_DAYS, "起日 止日", DAYS_CHARS, EDIT_FOLD, "");
        else
            set_period(view, (enum ledger_period)answer->chosen, LEDGER_NO_DAY, LEDGER_NO_DAY);
        break;
    case ASK_DAYS:
        take_days(view, answer->text);
        break;
    case ASK_NAME:
        keep_view(view, answer->text);
        break;
    default:
        break;
    }
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void ledger_view_title(struct view *view, struct buf *left, struct buf *right)
{
    struct ledger_view *state = view->state;
    buf_printf(left, "%s%s%s", state->ledger->code, state->ledger->code[0] != '\0' ? " " : "", _(state->ledger->title));
    if (state->ledger->n_parts > 1)
        buf_printf(left, "  %zu/%zu %s", state->part + 1, state->ledger->n_parts, _(state->ledger->parts[state->part].title));
    buf_puts(right, "  ");
    if (state->period == PERIOD_ALL)
        buf_puts(right, _("全部"));
    else
        ledger_period_show(state->from, state->to, right);
}

static void draw_state(const struct ledger_view *state, struct canvas *canvas)
{
    size_t fixed = fixed_column(state->rows), n = ledger_columns(state->rows) - fixed, last = state->shown[state->n_shown - 1] - fixed + 1;
    const char *order = state->sorted != NOT_SORTED ? ledger_column(state->rows, (size_t)state->sorted)->label : _("台账的顺序");
    char columns[64] = "";
    if (state->first > 0 || last < n)
        snprintf(columns, sizeof columns, _("   列 %zu-%zu / %zu"), state->first + 2, last, n);
    canvas_printf(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, "共 %lld 行   排序: %s%s%s%s%s", (long long)state->count, order,
                  state->sorted == NOT_SORTED ? "" : state->descending ? _(" 从大到小") : _(" 从小到大"), columns, state->where[0] != '\0' ? _("   筛选: ") : "", state->where);
}

static void ledger_view_draw(struct view *view, struct canvas *canvas)
{
    struct ledger_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW - 1; /* the last row of the area tells what is shown */
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    if (canvas->cols != state->cols) {
        choose_columns(view, canvas->cols);
        status = list_reload(&state->list, &err);
    }
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(rows - list_header_rows(&state->list)), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    list_draw(&state->list, canvas, LIST_ROW, 0, rows, canvas->cols, state->period == PERIOD_ALL ? "没有行；F4 换筛选" : "这个期间没有行，F8 换期间", true);
    draw_state(state, canvas);
}

static void ledger_view_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    struct ledger_view *state = view->state;
    bool more = state->first > 0 || state->shown[state->n_shown - 1] + 1 < ledger_columns(state->rows);
    (void)columns_wide;
    if (more && state->ledger->n_parts > 1)
        buf_puts(out, _("左右键看其余的列，Tab 换部分"));
    else if (more)
        buf_puts(out, _("左右键看其余的列"));
    else if (state->ledger->n_parts > 1)
        buf_puts(out, _("Tab 换部分"));
}

static const struct keymap *ledger_view_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"左右", COMMAND_NONE, "换列", BINDING_HINT}, {"F8", COMMAND_PERIOD, "期间", 0},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},              {"F2", COMMAND_EXPORT, "导出", 0},
        {"F5", COMMAND_KEEP, "存名单", 0},             {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},   {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding parts_bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"Tab", COMMAND_NONE, "换部分", BINDING_HINT}, {"F8", COMMAND_PERIOD, "期间", 0},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},               {"F2", COMMAND_EXPORT, "导出", 0},
        {"F5", COMMAND_KEEP, "存名单", 0},             {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, parts_map = {.bindings = parts_bindings, .commands = COMMANDS};
    const struct ledger *ledger = ((const struct ledger_view *)view->state)->ledger;
    return ledger != NULL && ledger->n_parts > 1 ? &parts_map : &map;
}

const struct view_class view_ledger = {
    .name = "ledger",
    .state_bytes = sizeof(struct ledger_view),
    .help = "台账的一行就是一条记录，Enter 打开它。开始列的是今年的，F8 换期间。左右键看放不下的列；分几部分的，Tab 换到下一部分。\n"
            "F4 筛选: 字段=值，>= <= != ~(包含)，in (甲, 乙)，用 and 连接。F6 按下一列排，再按一次倒过来；排到最后回到台账自己的顺序。\n"
            "F2 导出成 .xlsx（一部分一张表）、.csv 或 .jsonl: 没有另加筛选和排序时各部分一起导出。导出会记下是谁、多少行。\n"
            "F5 把现在的期间、筛选、排序和列存成自己的名单，以后列在台账末尾，同步后县中心也看得到。封存的人不列；要用安全方式联系的人不列电话和住址。",
    .open = ledger_view_open,
    .close = ledger_view_close,
    .key = ledger_view_key,
    .command = ledger_view_command,
    .draw = ledger_view_draw,
    .title = ledger_view_title,
    .keymap = ledger_view_keymap,
    .hint = ledger_view_hint,
    .answer = ledger_view_answer,
    .refresh = ledger_view_refresh,
};
