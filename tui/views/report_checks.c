/* tui/views/report_checks.c - the checks of a form that do not hold, each with the cells it compares; Enter goes to a cell, F5 explains. What mostly sets it right stands below the list. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/field_grid.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/report_figures.h"
#include "tui/views/views.h"

enum { CELLS = 3, LIST_ROW = 1, DETAIL_ROWS = 4, LABEL_BYTES = 512, DETAIL_BYTES = 4096, STATE_BYTES = 32, REASON_CHARS = 400, LINE_CELLS = 32 /* of a row's tag: the failure, and 1 + the cell */ };
enum { ASK_REASON = 1 };
enum { COMMAND_EXPLAIN = COMMAND_VIEW };

static const struct command COMMANDS[] = {{COMMAND_EXPLAIN, "explain", "写明这一处为什么不符：写了才能存档、写正式文件；相差的数再变就要重新写"}, {COMMAND_NONE, NULL, NULL}};

struct checks_view {
    struct report_desk desk;
    const struct ministry_form *form;
    struct period period;
    char period_name[PERIOD_NAME_BYTES];
    struct report_failures failures;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"校验和它的栏目", 0, false}, {"数", 10, true}, {"", 8, false}};

/* ---- reading ---- */

static enum status add_line(struct checks_view *state, size_t failure, size_t cell, const char *label, const char *number, const char *word, enum style style)
{
    struct list_row row = {.tag = (uint32_t)(failure * LINE_CELLS + cell), .style = style, .cells = {label, number, word}};
    row.id.bytes[0] = 1;
    row.id.bytes[1] = (uint8_t)cell;
    row.id.bytes[2] = (uint8_t)failure;
    row.id.bytes[3] = (uint8_t)(failure >> 8);
    return list_memory_add(&state->memory, &row, CELLS);
}

static const char *sign_before(const struct report_failure *failure, size_t cell)
{
    bool first_right = !failure->cells[cell].left && (cell == 0 || failure->cells[cell - 1].left);
    return cell == 0 ? "" : first_right ? (failure->at_least ? ">=" : "=") : "+";
}

static enum status add_cell(struct view *view, size_t index, size_t cell)
{
    struct checks_view *state = view->state;
    const struct report_failure *failure = &state->failures.all[index];
    const struct ministry_form *form = NULL;
    const struct form_column *column = form_book_cell(state->desk.book, failure->cells[cell].cell, &form);
    char heading[FORM_HEADING_BYTES] = "", label[LABEL_BYTES], number[REPORT_NUMBER_BYTES];
    if (column != NULL)
        form_column_heading(column, view_context(view)->codes, heading);
    snprintf(label, sizeof label, "   %2s %s %s", sign_before(failure, cell), failure->cells[cell].cell, heading);
    report_number(failure->cells[cell].value, column != NULL && column->money, number);
    return add_line(state, index, 1 + cell, label, number, "", STYLE_NORMAL);
}

static bool is_money(const struct checks_view *state, const struct report_failure *failure)
{
    const struct form_column *column = failure->n_cells > 0 ? form_book_cell(state->desk.book, failure->cells[0].cell, NULL) : NULL;
    return column != NULL && column->money;
}

static enum status add_failure(struct view *view, size_t index)
{
    struct checks_view *state = view->state;
    const struct report_failure *failure = &state->failures.all[index];
    char label[LABEL_BYTES], number[REPORT_NUMBER_BYTES], difference[STATE_BYTES * 2];
    snprintf(label, sizeof label, "%s: %s", failure->org_name, failure->words);
    report_number(failure->difference, is_money(state, failure), number);
    snprintf(difference, sizeof difference, _("差 %s"), number);
    enum status status = add_line(state, index, 0, label, difference, failure->explained != NULL ? _("已说明") : _("没说明"), failure->explained != NULL ? STYLE_NORMAL : STYLE_OVERDUE);
    for (size_t i = 0; status == STATUS_OK && i < failure->n_cells; i++)
        status = add_cell(view, index, i);
    return status;
}

static enum status read_failures(struct view *view, struct errmsg *err)
{
    struct checks_view *state = view->state;
    struct report_failures fresh = {.n = 0};
    struct form_sheet sheet;
    enum status status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    status = form_compute(&state->desk.desk, state->form, &state->period, &sheet, err);
    if (status == STATUS_OK) {
        status = report_failures_read(&state->desk, &sheet, &fresh, err);
        form_sheet_release(&sheet);
    }
    report_desk_end(&state->desk);
    if (status != STATUS_OK) {
        report_failures_release(&fresh);
        return status;
    }
    report_failures_release(&state->failures);
    state->failures = fresh;
    list_memory_clear(&state->memory);
    for (size_t i = 0; status == STATUS_OK && i < fresh.n; i++)
        status = add_failure(view, i);
    return status;
}

static void checks_close(struct view *view)
{
    struct checks_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    report_failures_release(&state->failures);
    report_desk_close(&state->desk);
}

static enum status checks_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct checks_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    state->form = form_book_find(state->desk.book, argument->type);
    copy_text(state->period_name, sizeof state->period_name, argument->text);
    if (state->form == NULL)
        status = errmsg_set(err, STATUS_NOT_FOUND, "没有这张报表");
    if (status == STATUS_OK)
        status = report_desk_period(&state->desk, state->form->rule, argument->text, &state->period, err);
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 14 ? view->app->rows - 10 : 8), err);
    if (status == STATUS_OK)
        status = read_failures(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        checks_close(view);
    return status;
}

static void checks_refresh(struct view *view)
{
    struct checks_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_failures(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys ---- */

/* *cell: which of its cells; the first one where the check itself is selected. */
static const struct report_failure *selected(const struct checks_view *state, size_t *cell)
{
    const struct list_row *row = list_selected(&state->list);
    if (row == NULL)
        return NULL;
    size_t line = row->tag % LINE_CELLS;
    *cell = line > 0 ? line - 1 : 0;
    return &state->failures.all[row->tag / LINE_CELLS];
}

static void open_selected(struct view *view)
{
    struct checks_view *state = view->state;
    const struct ministry_form *form = NULL;
    size_t cell;
    const struct report_failure *failure = selected(state, &cell);
    if (failure == NULL || form_book_cell(state->desk.book, failure->cells[cell].cell, &form) == NULL)
        app_beep(view->app);
    else
        app_open(view->app, &view_report_form, &(struct view_argument){.type = form->name, .text = state->period_name, .where = failure->cells[cell].cell, .number = failure->org});
}

static bool checks_key(struct view *view, struct key key)
{
    struct checks_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static bool checks_command(struct view *view, int command)
{
    struct checks_view *state = view->state;
    size_t cell;
    const struct report_failure *failure = selected(state, &cell);
    struct errmsg err = {{0}};
    if (command != COMMAND_EXPLAIN)
        return false;
    if (failure == NULL)
        app_beep(view->app);
    else if (records_may_write(view_context(view)->actor, catalogue_find("report_explanation"), &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    else
        app_ask_line(view->app, ASK_REASON, "为什么不符", REASON_CHARS, 0, failure->explained != NULL ? failure->explained : "");
    return true;
}

/* The transaction of its own that explains counts again: what is explained is the difference of that moment. */
static void explain(struct view *view, const char *text)
{
    struct checks_view *state = view->state;
    size_t cell;
    const struct report_failure *failure = selected(state, &cell);
    struct errmsg err = {{0}};
    if (failure == NULL || text[strspn(text, " ")] == '\0')
        return;
    enum status status = report_explain(&state->desk.desk, view_context(view)->random, state->form->name, failure->rule, &state->period, failure->org, text, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    checks_refresh(view);
    app_say(view->app, "已说明；相差的数再变，要重新说明");
}

static void checks_answer(struct view *view, const struct view_answer *answer)
{
    if (answer->tag == ASK_REASON && !answer->cancelled)
        explain(view, answer->text);
}

/* ---- drawing ---- */

static void checks_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct checks_view *state = view->state;
    char words[PERIOD_LABEL_BYTES];
    report_period_words(&state->period, words);
    buf_printf(left, _("%s校验   %s"), _(state->form->label), words);
    if (state->failures.n > 0)
        buf_printf(right, _("  不符 %zu 处，没有说明 %lld"), state->failures.n, (long long)state->failures.open);
}

/* The selected check in full and what mostly sets it right, wrapped; on the last line what was said about it. */
static void draw_detail(const struct checks_view *state, struct canvas *canvas)
{
    int row = canvas->rows - 2 - DETAIL_ROWS, width = canvas->cols - 2;
    size_t cell;
    const struct report_failure *failure = selected(state, &cell);
    struct buf text;
    canvas_rule(canvas, row - 1);
    if (failure == NULL)
        return;
    buf_init(&text, DETAIL_BYTES);
    buf_printf(&text, _("%s: %s%s%s（%s）"), failure->org_name, failure->words, failure->todo[0] != '\0' ? _("；") : "", failure->todo, failure->rule);
    canvas_paragraph(canvas, row, 1, DETAIL_ROWS - 1, width, STYLE_NORMAL, buf_cstr(&text));
    buf_release(&text);
    canvas_printf(canvas, row + DETAIL_ROWS - 1, 1, width, failure->explained != NULL ? STYLE_NORMAL : STYLE_OVERDUE, "%s%s", failure->explained != NULL ? _("说明: ") : _("还没有说明"),
                  failure->explained != NULL ? failure->explained : "");
}

static void checks_draw(struct view *view, struct canvas *canvas)
{
    struct checks_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW - DETAIL_ROWS - 1;
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("全部相符"), true);
    draw_detail(state, canvas);
}

static void checks_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct checks_view *state = view->state;
    (void)columns_wide;
    if (state->failures.n > 0)
        buf_puts(out, _("Enter 到那一格，从那里看是哪些记录、改过来；确实如此的 F5 写明理由"));
}

static const struct keymap *checks_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "到那一格", BINDING_HINT}, {"F5", COMMAND_EXPLAIN, "说明", 0}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS};
    (void)view;
    return &map;
}

const struct view_class view_report_checks = {
    .name = "report-checks",
    .state_bytes = sizeof(struct checks_view),
    .help = "对不上的数。每一处下面是它比较的各格: = 两边应相等，>= 左边不应小于右边。全县合计和每个单位分别校验。\n"
            "多半是记录漏填了一项（下面写着看哪里）: Enter 到那一格，再 Enter 看是哪些记录，改好就不再列出。\n"
            "确实如此的（如上一期申请、本期决定），F5 写一行理由，随存档保存。理由只对现在相差的这个数有效。",
    .open = checks_open,
    .close = checks_close,
    .key = checks_key,
    .command = checks_command,
    .draw = checks_draw,
    .title = checks_title,
    .keymap = checks_keymap,
    .hint = checks_hint,
    .answer = checks_answer,
    .refresh = checks_refresh,
};
