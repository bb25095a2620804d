/* tui/views/assess.c - the yearly assessment as a ranking: everybody of a kind with total and grade, worked out as the data stand now; what was fixed stands beside it.
 *
 * Tab changes the kind, Left and Right the year, Enter opens the sheet, F2 fixes all. A scheme that does not sum up is told in place of the list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "tui/list_memory.h"
#include "tui/views/assess_desk.h"
#include "tui/views/views.h"

enum { CELLS = 5, LIST_ROW = 3, RANK_BYTES = 16, CELL_BYTES = 64, PROBLEM_BYTES = 256 };

static const char *const KINDS[] = {"handler", "firm", "station", "volunteer"};

enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };

struct assess_view {
    size_t kind;
    struct assess_bench bench;
    size_t n_fixed;
    char problem[PROBLEM_BYTES]; /* why there is no ranking; "": there is */
    struct list_memory memory;
    struct list list;
};

/* ---- reading ---- */

/* "88.50 良好 01-20" of what was fixed. */
static enum status fixed_text(struct view *view, const struct assess_sheet *sheet, char out[CELL_BYTES], struct errmsg *err)
{
    struct assess_view *state = view->state;
    char points[ASSESS_POINTS_BYTES], day[SHORT_DAY_BYTES];
    struct record fixed;
    bool found;
    out[0] = '\0';
    enum status status = assess_fixed(&state->bench.desk, &sheet->subject, &fixed, &found, err);
    if (status != STATUS_OK || !found)
        return status;
    assess_points_text(record_get(&fixed, catalogue_field(fixed.type, "total")).number, points);
    short_day_text((int32_t)record_get(&fixed, catalogue_field(fixed.type, "date")).number, app_now_ms(view->app), day);
    snprintf(out, CELL_BYTES, "%s %.12s %s", points, _(code_book_name(view_context(view)->codes, "grade", record_text(&fixed, "grade"))), day);
    record_release(&fixed);
    state->n_fixed++;
    return STATUS_OK;
}

static enum status add_sheet(struct view *view, const struct assess_sheet *sheet, struct errmsg *err)
{
    struct assess_view *state = view->state;
    char rank[RANK_BYTES], total[ASSESS_POINTS_BYTES], fixed[CELL_BYTES];
    snprintf(rank, sizeof rank, "%lld", (long long)sheet->rank);
    assess_points_text(sheet->total, total);
    enum status status = fixed_text(view, sheet, fixed, err);
    struct list_row row = {.id = sheet->subject.id, .cells = {rank, sheet->subject.name, total, _(code_book_name(view_context(view)->codes, "grade", sheet->grade)), fixed}};
    return status == STATUS_OK ? list_memory_add(&state->memory, &row, CELLS) : status;
}

/* Rules and holidays may have come with the last sync, so the desk is set up anew. */
static enum status read_ranking(struct view *view, int64_t year, struct errmsg *err)
{
    struct assess_view *state = view->state;
    struct assess_bench bench;
    struct assess_sheet *sheets = NULL;
    size_t n = 0;
    enum status status = assess_bench_open(view, year, &bench, err);
    if (status != STATUS_OK)
        return status;
    assess_bench_close(&state->bench);
    state->bench = bench;
    list_memory_clear(&state->memory);
    state->n_fixed = 0;
    state->problem[0] = '\0';
    status = assess_all(&state->bench.desk, KINDS[state->kind], &sheets, &n, err);
    if (status == STATUS_INVALID) {
        copy_text(state->problem, sizeof state->problem, err->text);
        return STATUS_OK;
    }
    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        status = add_sheet(view, &sheets[i], err);
    free(sheets);
    return status;
}

static void show(struct view *view, int64_t year, bool anew)
{
    struct assess_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_ranking(view, year, &err);
    if (status == STATUS_OK)
        status = anew ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void assess_refresh(struct view *view)
{
    show(view, ((struct assess_view *)view->state)->bench.desk.year, false);
}

/* ---- opening ---- */

static enum status assess_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    static const struct list_column columns[CELLS] = {{"名次", 4, true}, {"姓名或名称", 0, false}, {"总分", 7, true}, {"等次", 6, false}, {"核定的", 20, false}};
    struct assess_view *state = view->state;
    for (size_t i = 0; argument->type != NULL && i < N_KINDS; i++)
        if (strcmp(KINDS[i], argument->type) == 0)
            state->kind = i;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_ranking(view, argument->number, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        list_release(&state->list);
        list_memory_release(&state->memory);
        assess_bench_close(&state->bench);
    }
    return status;
}

static void assess_close(struct view *view)
{
    struct assess_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    assess_bench_close(&state->bench);
}

/* ---- keys ---- */

static bool turn(struct view *view, struct key key)
{
    struct assess_view *state = view->state;
    int year = state->bench.desk.year;
    if (key.kind == K_TAB || key.kind == K_BACKTAB) {
        state->kind = (state->kind + (key.kind == K_TAB ? 1 : N_KINDS - 1)) % N_KINDS;
        show(view, year, true);
        return true;
    }
    if (key.modifiers != 0 || (key.kind != K_LEFT && key.kind != K_RIGHT))
        return false;
    show(view, key.kind == K_LEFT ? year - 1 : year + 1, true);
    return true;
}

static void open_sheet(struct view *view)
{
    struct assess_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row != NULL)
        app_open(view->app, &view_assess_sheet, &(struct view_argument){.type = KINDS[state->kind], .id = row->id, .number = state->bench.desk.year});
    else
        app_beep(view->app);
}

static bool assess_key(struct view *view, struct key key)
{
    struct assess_view *state = view->state;
    if (turn(view, key))
        return true;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_sheet(view);
    return result != LIST_IGNORED;
}

static bool assess_command(struct view *view, int command)
{
    struct assess_view *state = view->state;
    char who[CELL_BYTES];
    if (command != COMMAND_SAVE)
        return false;
    snprintf(who, sizeof who, _("全部 %zu 个%.20s的"), state->memory.n, _(code_book_name(view_context(view)->codes, "assess_kind", KINDS[state->kind])));
    if (state->memory.n == 0)
        app_fail(view->app, "没有可以核定的");
    else
        assess_ask_fix(view, &state->bench.desk, who, state->n_fixed > 0);
    return true;
}

static void assess_answer(struct view *view, const struct view_answer *answer)
{
    struct assess_view *state = view->state;
    const char *note;
    if (!assess_fix_answered(view, &state->bench.desk, state->n_fixed > 0, answer, &note))
        return;
    assess_fix_now(view, &state->bench.desk, KINDS[state->kind], NULL, note);
    assess_refresh(view);
}

/* ---- drawing ---- */

static void assess_title(struct view *view, struct buf *left, struct buf *right)
{
    struct assess_view *state = view->state;
    buf_printf(left, _("年度考核   %s   %d 年"), _(code_book_name(view_context(view)->codes, "assess_kind", KINDS[state->kind])), state->bench.desk.year);
    buf_printf(right, _("  %zu 个  核定 %zu"), state->memory.n, state->n_fixed);
}

static void assess_draw(struct view *view, struct canvas *canvas)
{
    struct assess_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW, col = 0;
    canvas_rule(canvas, 1);
    for (size_t i = 0; i < N_KINDS; i++) {
        bool chosen = i == state->kind;
        col += canvas_printf(canvas, 2, col, -1, chosen ? STYLE_BOLD : STYLE_NORMAL, "%s%s%s", chosen ? "[" : " ", _(code_book_name(view_context(view)->codes, "assess_kind", KINDS[i])),
                             chosen ? "]" : " ");
    }
    list_show(view, &state->list, canvas, LIST_ROW, rows, state->problem[0] != '\0' ? state->problem : _("这一年没有考核对象"), true);
}

static void assess_hint(struct view *view, size_t columns, struct buf *out)
{
    struct assess_view *state = view->state;
    (void)columns;
    if (state->bench.desk.today <= state->bench.desk.to)
        buf_printf(out, _("%d 年度还没有结束，分数按今天的记录算"), state->bench.desk.year);
    else
        buf_puts(out, _("分数按现在的记录算；核定的不再变"));
}

static const struct keymap *assess_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "考核表", BINDING_HINT}, {"Tab", COMMAND_NONE, "对象", BINDING_HINT}, {"左右", COMMAND_NONE, "年度", BINDING_HINT}, {"F2", COMMAND_SAVE, "核定", 0},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct command commands[] = {{COMMAND_SAVE, "fix", "核定: 把列出的全部分数和名次定下来，由县中心负责人办"}, {COMMAND_NONE, NULL, NULL}};
    static const struct keymap map = {.bindings = bindings, .commands = commands};
    (void)view;
    return &map;
}

const struct view_class view_assess = {
    .name = "assess",
    .state_bytes = sizeof(struct assess_view),
    .help = "年度目标考核: 一类对象的总分、等次、名次，按现在的记录算出。Tab 换对象，左右键换年度，Enter 看一个对象的考核表，每一分都写着来历。\n"
            "F2 把全部核定下来（县中心负责人）；核定的总分在最后一列，以后的记录不再改变它。年度没有结束的、核定过再来一次的要写理由。\n"
            "考核什么、各占多少分在“考核指标”里由县里定，没有登记的按程序自带的。",
    .open = assess_open,
    .close = assess_close,
    .key = assess_key,
    .command = assess_command,
    .draw = assess_draw,
    .title = assess_title,
    .keymap = assess_keymap,
    .hint = assess_hint,
    .answer = assess_answer,
    .refresh = assess_refresh,
};
