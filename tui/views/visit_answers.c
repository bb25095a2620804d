/* tui/views/visit_answers.c - what people answered to the five questions: each number is a place to stand on, Enter lists the visits behind it.
 *
 * The numbers stand in a grid; arrows go from one to the next. They are those of visit_satisfaction, case by case, the last visit that reached somebody. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "tui/views/visit_text.h"
#include "tui/views/views.h"

enum { ANSWERS = 3, LABEL_COLUMNS = 14, NUMBER_COLUMNS = 9, FOREIGN_LABEL_COLUMNS = 22, FOREIGN_NUMBER_COLUMNS = 11, FIRST_ROW = 2, QUESTION_ROW = 5, MONEY_ROW = QUESTION_ROW + VISIT_QUESTIONS + 1, OUTCOME_ROW = MONEY_ROW + 2, CELLS_MAX = 40 };

struct answer_cell {
    int row, col;
    int64_t value;
    char what[VISIT_WHAT_BYTES];
};

struct answers {
    int year;
    bool one_town;
    char town[VISIT_TOWN_BYTES];
    struct visit_satisfaction sum;
    int64_t outcomes[VISIT_OUTCOMES]; /* unreachable, by the last outcome */
    struct answer_cell cells[CELLS_MAX];
    size_t n, selected;
};

/* ---- reading ---- */

static bool count_outcome(void *context, const struct visit_voice *voice)
{
    struct answers *state = context;
    if (voice->outcome > VISIT_OUTCOME_REACHED)
        state->outcomes[voice->outcome - 1]++;
    return true;
}

static void add_cell(struct answers *state, int row, int col, int64_t value, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void add_cell(struct answers *state, int row, int col, int64_t value, const char *format, ...)
{
    struct answer_cell *cell = &state->cells[state->n++];
    va_list args;
    *cell = (struct answer_cell){.row = row, .col = col, .value = value};
    va_start(args, format);
    vsnprintf(cell->what, sizeof cell->what, _(format), args);
    va_end(args);
}

/* Other languages take longer words. */
static int label_columns(void)
{
    return language_is_foreign() ? FOREIGN_LABEL_COLUMNS : LABEL_COLUMNS;
}

static int number_columns(void)
{
    return language_is_foreign() ? FOREIGN_NUMBER_COLUMNS : NUMBER_COLUMNS;
}

static void lay_out(struct answers *state)
{
    int labels = label_columns(), numbers = number_columns();
    state->n = 0;
    add_cell(state, FIRST_ROW, labels, state->sum.visited, "visited");
    add_cell(state, FIRST_ROW, labels + 2 * numbers, state->sum.unreachable, "unreachable");
    for (int q = 0; q < VISIT_QUESTIONS; q++) {
        for (int a = 0; a < ANSWERS; a++)
            add_cell(state, QUESTION_ROW + q, labels + a * numbers, state->sum.given[q][a], "%s=%d", visit_questions[q], a + 1);
        add_cell(state, QUESTION_ROW + q, labels + ANSWERS * numbers, state->sum.visited - state->sum.answered[q], "%s=0", visit_questions[q]);
    }
    add_cell(state, MONEY_ROW, labels, state->sum.money_taken, "money_taken");
    for (int i = 1; i < VISIT_OUTCOMES; i++)
        add_cell(state, OUTCOME_ROW + i - 1, labels, state->outcomes[i], "outcome=%d", i + 1);
}

static enum status read_answers(struct view *view, struct errmsg *err)
{
    struct answers *state = view->state;
    struct app_context *context = view_context(view);
    struct visit_query query = {.year = state->year, .town = state->one_town ? state->town : NULL};
    memset(state->outcomes, 0, sizeof state->outcomes);
    enum status status = visit_satisfaction(context->store, context->actor, &query, &state->sum, count_outcome, state, err);
    lay_out(state);
    return status;
}

static enum status answers_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct answers *state = view->state;
    state->year = argument->number != 0 ? (int)argument->number : visit_year(today_of(view));
    state->one_town = argument->text != NULL;
    copy_text(state->town, sizeof state->town, argument->text != NULL ? argument->text : "");
    return read_answers(view, err);
}

static void answers_refresh(struct view *view)
{
    struct errmsg err = {{0}};
    enum status status = read_answers(view, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys ---- */

/* The cell nearest to the selected one's column in the next row that has any; the same one at the edge. */
static size_t beside_row(const struct answers *state, int step)
{
    const struct answer_cell *from = &state->cells[state->selected];
    size_t best = state->selected;
    for (size_t i = 0; i < state->n; i++) {
        const struct answer_cell *cell = &state->cells[i], *than = &state->cells[best];
        int away = (cell->row - from->row) * step, best_away = (than->row - from->row) * step;
        if (away <= 0)
            continue;
        if (best == state->selected || away < best_away || (away == best_away && abs(cell->col - from->col) < abs(than->col - from->col)))
            best = i;
    }
    return best;
}

static void move(struct view *view, size_t to)
{
    struct answers *state = view->state;
    if (to == state->selected || to >= state->n)
        app_beep(view->app);
    else
        state->selected = to;
}

static void open_cell(struct view *view)
{
    struct answers *state = view->state;
    const struct answer_cell *cell = &state->cells[state->selected];
    if (cell->value == 0)
        app_say(view->app, "这里是 0，没有可看的");
    else
        app_open(view->app, &view_visit_voices, &(struct view_argument){.type = cell->what, .text = state->one_town ? state->town : NULL, .number = state->year});
}

static bool answers_key(struct view *view, struct key key)
{
    struct answers *state = view->state;
    if (key.modifiers != 0)
        return false;
    switch (key.kind) {
    case K_LEFT:
    case K_RIGHT:
        move(view, key.kind == K_RIGHT ? state->selected + 1 : state->selected - 1);
        return true;
    case K_UP:
    case K_DOWN:
        move(view, beside_row(state, key.kind == K_DOWN ? 1 : -1));
        return true;
    case K_HOME:
        state->selected = 0;
        return true;
    case K_END:
        state->selected = state->n - 1;
        return true;
    case K_ENTER:
        open_cell(view);
        return true;
    default:
        return false;
    }
}

/* ---- drawing ---- */

static void answers_title(struct view *view, struct buf *left, struct buf *right)
{
    struct answers *state = view->state;
    (void)right;
    buf_printf(left, _("回访答复   %s   %d 年结案的民事案件"), visit_town_text(view_context(view)->codes, state->one_town ? state->town : NULL), state->year);
}

static void draw_labels(const struct view *view, struct canvas *canvas)
{
    static const char *const heads[] = {"满意", P_("head", "基本满意"), P_("head", "不满意"), "没有回答", "满意率"};
    const struct answers *state = view->state;
    const struct record_type *type = catalogue_find("return_visit");
    int labels = label_columns(), numbers = number_columns();
    char rate[VISIT_RATE_BYTES], code[2] = "0";
    canvas_puts(canvas, FIRST_ROW, 1, labels - 1, STYLE_NORMAL, _("访到的案件"));
    canvas_puts(canvas, FIRST_ROW, labels + numbers + 2, numbers - 2, STYLE_NORMAL, _("未访到"));
    canvas_put_right(canvas, QUESTION_ROW - 1, labels, numbers, STYLE_DIM, _(heads[0]));
    for (int i = 1; i < 5; i++)
        canvas_put_right(canvas, QUESTION_ROW - 1, labels + i * numbers, numbers, STYLE_DIM, _(heads[i]));
    for (int q = 0; q < VISIT_QUESTIONS; q++) {
        canvas_puts(canvas, QUESTION_ROW + q, 1, labels - 1, STYLE_NORMAL, _(catalogue_field(type, visit_questions[q])->label));
        visit_rate_text(visit_rate(&state->sum, (size_t)q), rate);
        canvas_put_right(canvas, QUESTION_ROW + q, labels + 4 * numbers, numbers, q == VISIT_OVERALL ? STYLE_BOLD : STYLE_NORMAL, rate);
    }
    canvas_puts(canvas, MONEY_ROW, 1, labels - 1, STYLE_NORMAL, _("收受财物"));
    for (int i = 1; i < VISIT_OUTCOMES; i++) {
        code[0] = (char)('1' + i);
        canvas_puts(canvas, OUTCOME_ROW + i - 1, 1, labels, STYLE_NORMAL, i == VISIT_OUTCOMES - 1 ? _("地址不详搬迁") : _(code_book_name(view_context(view)->codes, "visit_outcome", code)));
    }
}

static void answers_draw(struct view *view, struct canvas *canvas)
{
    struct answers *state = view->state;
    char number[32];
    int numbers = number_columns();
    canvas_rule(canvas, 1);
    draw_labels(view, canvas);
    for (size_t i = 0; i < state->n; i++) {
        const struct answer_cell *cell = &state->cells[i];
        int digits = snprintf(number, sizeof number, "%lld", (long long)cell->value), at = cell->col + numbers - digits;
        canvas_puts(canvas, cell->row, at, -1, cell->value == 0 ? STYLE_DIM : STYLE_NORMAL, number);
        if (i != state->selected)
            continue;
        canvas_puts(canvas, cell->row, at - 1, -1, STYLE_NORMAL, ">");
        canvas_set_cursor(canvas, cell->row, at - 1);
    }
}

static void answers_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    struct answers *state = view->state;
    const char *what = state->cells[state->selected].what;
    (void)columns_wide;
    for (size_t q = 0; q < VISIT_QUESTIONS; q++)
        if (strncmp(what, visit_questions[q], strlen(visit_questions[q])) == 0)
            buf_puts(out, _(catalogue_field(catalogue_find("return_visit"), visit_questions[q])->help));
    if (out->len == 0)
        buf_puts(out, strcmp(what, "money_taken") == 0 ? _("每一件都立了投诉，在“登记簿”的投诉里") : strcmp(what, "visited") == 0 ? _("每件案件按最后一次访到的答复算") : _("没有访到的不计入满意率"));
}

static void answers_cite(struct view *view, struct buf *out)
{
    const struct answers *state = view->state;
    bool money = strcmp(state->cells[state->selected].what, "money_taken") == 0;
    buf_puts(out, money ? _("法律援助法第二十条") : _("法律援助法第五十九条"));
}

static const struct keymap *answers_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"方向键", COMMAND_NONE, "选数", BINDING_HINT}, {"Enter", COMMAND_OPEN, "看是哪些", BINDING_HINT}, {"F9", COMMAND_LAW, "法条", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},     {"F10", COMMAND_BACK, "返回", BINDING_KEEP},       {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_visit_answers = {
    .name = "visit-answers",
    .state_bytes = sizeof(struct answers),
    .help = "方向键走到一个数，Enter 列出数后面的每一次回访。满意率 = (满意 + 基本满意) / 回答了这一问的；第五问总体评价的满意率是报表用的那一个。\n"
            "每件案件只算一次: 最后一次访到的；被更正的不算。没有访到的不计入满意率，按最后一次的结果分开数。封存案件计入数字，姓名只给能看的人看。",
    .open = answers_open,
    .key = answers_key,
    .draw = answers_draw,
    .title = answers_title,
    .keymap = answers_keymap,
    .hint = answers_hint,
    .cite = answers_cite,
    .refresh = answers_refresh,
};
