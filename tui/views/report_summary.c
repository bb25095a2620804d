/* tui/views/report_summary.c - the half-year and annual summary (core/report/summary.h) on three pages: its figures, the words in it, the text as it is handed in. Tab goes on to the next page.
 *
 * Everything is read in one go with one state of the data, so that a figure, the check that names it and the sentence that tells it agree; it is read again when data changed. */
#include "tui/views/report_summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "tui/views/views.h"

enum { BASIS_CHARS = 200, EXPLAIN_CHARS = 400, NAME_BYTES = 64, QUESTION_BYTES = 200 };
enum { COMMAND_PAGE = COMMAND_VIEW, COMMAND_PAGE_BACK, COMMAND_FREEZE, COMMAND_EXPLAIN, COMMAND_WORDS, COMMAND_FILE };

static const char *const PAGES[SUMMARY_PAGES] = {"数", "文字", P_("page", "正文")};

static const struct command COMMANDS[] = {{COMMAND_PAGE, "page", "下一页：数、文字、正文"},
                                          {COMMAND_PAGE_BACK, "page-back", "上一页"},
                                          {COMMAND_FREEZE, "freeze", "存档：上报时把各个数和正文照样留下，以后好对照"},
                                          {COMMAND_EXPLAIN, "explain", "说明一项校验为什么没有通过；相差的数再变，要重新说明"},
                                          {COMMAND_WORDS, "words", "另写：本期正文里某个数怎么写，如 R7@2"},
                                          {COMMAND_FILE, "file", "写成文件：.pdf .txt，或者把数和图写成 .xlsx"},
                                          REPORT_PERIOD_COMMANDS,
                                          {COMMAND_NONE, NULL, NULL}};

static void summary_close(struct view *view)
{
    struct summary_view *state = view->state;
    failure_lines_release(&state->failures);
    summary_words_rows_release(state);
    free(state->slots);
    report_period_free(state->choices);
    report_desk_close(&state->desk);
    summary_list_release(&state->figures);
    summary_list_release(&state->words);
    buf_release(&state->marked);
    buf_release(&state->lines);
}

static enum status summary_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct summary_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&state->marked, SUMMARY_TEXT_BYTES);
    buf_init(&state->lines, SUMMARY_TEXT_BYTES * 2);
    report_last_half(&state->desk, SUMMARY_RULE, today_of(view), argument != NULL ? argument->text : NULL, state->name);
    state->page = argument != NULL && argument->number == VIEW_SUMMARY_TEXT ? PAGE_TEXT : PAGE_FIGURES;
    status = summary_figures_open(view, err);
    if (status == STATUS_OK)
        status = summary_words_open(view, err);
    if (status == STATUS_OK)
        status = summary_view_read_all(view, err);
    if (status == STATUS_OK)
        status = list_reset(&state->figures.list, err);
    if (status == STATUS_OK)
        status = list_reset(&state->words.list, err);
    if (status != STATUS_OK)
        summary_close(view);
    return status;
}

static void summary_refresh(struct view *view)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = report_desk_refresh(&state->desk, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    summary_view_read(view);
}

static void take_period(struct view *view, const char *name)
{
    struct summary_view *state = view->state;
    copy_text(state->name, sizeof state->name, name);
    state->top = 0;
    report_period_remember(view, state->name);
    summary_view_read(view);
}

/* ---- freezing, explaining ----------------------------------------------------------------------------------------- */

static void ask_freeze(struct view *view)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    char question[QUESTION_BYTES], day[DAY_TEXT_BYTES];
    if (snapshot_may_freeze(view_context(view)->actor, &err) != STATUS_OK || snapshot_period_is_over(&state->period, view_context(view)->actor->now_ms, &err) != STATUS_OK) {
        app_fail(view->app, "%s", err.text);
        return;
    }
    if (state->open > 0) {
        state->page = PAGE_TEXT;
        state->top = 0;
        app_fail(view->app, "有 %lld 处数不一致，先改好，或者 F5 说明理由，再存档", (long long)state->open);
        return;
    }
    day_format(state->frozen_on, day);
    if (state->frozen)
        snprintf(question, sizeof question, _("%s 已存档；重新存档的理由"), day);
    app_ask_line(view->app, ASK_SUMMARY_BASIS, state->frozen ? question : "存档，报送给谁（可空着）", BASIS_CHARS, 0, "");
}

static void freeze(struct view *view, const char *basis)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    struct id id;
    enum status status = summary_freeze(&state->desk.desk, view_context(view)->random, &state->summary, basis[0] != '\0' ? basis : NULL, &id, &err);
    summary_view_read(view);
    if (status == STATUS_OK)
        app_say(view->app, "已存档 %s", state->period.name);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* The n-th of those that wait for an explanation. */
static const struct failure_line *open_failure(const struct summary_view *state, size_t n)
{
    for (size_t i = 0; i < state->failures.n; i++)
        if (state->failures.lines[i].explainable && state->failures.lines[i].explained == NULL && n-- == 0)
            return &state->failures.lines[i];
    return NULL;
}

static void ask_reason(struct view *view, const struct failure_line *failure)
{
    struct summary_view *state = view->state;
    char question[QUESTION_BYTES];
    copy_text(state->answering, sizeof state->answering, failure->rule);
    snprintf(question, sizeof question, _("%s 没有通过的理由"), failure->rule);
    app_ask_line(view->app, ASK_SUMMARY_EXPLAIN, question, EXPLAIN_CHARS, 0, "");
}

static void ask_explain(struct view *view)
{
    struct summary_view *state = view->state;
    const char *rules[PROMPT_MAX_ANSWERS];
    size_t n = 0;
    for (const struct failure_line *failure; n < PROMPT_MAX_ANSWERS && (failure = open_failure(state, n)) != NULL; n++)
        rules[n] = failure->rule;
    if (n == 0)
        app_say(view->app, state->open > 0 ? "正文里写的数和统计的数不一致，改文字或者记录；不能靠说明放行" : "没有要说明的");
    else if (n == 1)
        ask_reason(view, open_failure(state, 0));
    else
        app_ask(view->app, ASK_SUMMARY_RULE, "说明哪一项", rules, n, 0);
}

static void explain(struct view *view, const char *text)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    if (text[strspn(text, " ")] == '\0')
        return;
    enum status status = report_explain(&state->desk.desk, view_context(view)->random, "summary", state->answering, &state->period, 0, text, &err);
    summary_view_read(view);
    if (status == STATUS_OK)
        app_say(view->app, "已说明；相差的数再变，要重新说明");
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- files -------------------------------------------------------------------------------------------------------- */

static void ask_file(struct view *view)
{
    struct summary_view *state = view->state;
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "summary-%s%s", state->period.name, state->open > 0 ? "-draft" : "");
    export_ask_as(view, name, paper_has_pdf() ? "pdf" : "txt");
}

static void begin_file(struct view *view)
{
    static const char *const ANSWERS[] = {"写草稿", "不写"};
    struct summary_view *state = view->state;
    char question[QUESTION_BYTES];
    if (state->marked.len == 0) {
        app_fail(view->app, "%s", state->text_err.text);
        return;
    }
    snprintf(question, sizeof question, _("有 %lld 处数不一致，只能写成草稿"), (long long)state->open);
    if (state->open > 0)
        app_ask(view->app, ASK_SUMMARY_DRAFT, question, ANSWERS, 2, 0);
    else
        ask_file(view);
}

static void write_file(struct view *view)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = summary_paper_write(view, state->export.path, &err);
    if (status == STATUS_OK)
        app_say(view->app, "已写 %s", state->export.path);
    else
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* ---- keys --------------------------------------------------------------------------------------------------------- */

static bool summary_key(struct view *view, struct key key)
{
    struct summary_view *state = view->state;
    switch (state->page) {
    case PAGE_FIGURES:
        return summary_figures_key(view, key);
    case PAGE_WORDS:
        return summary_words_key(view, key);
    default:
        return summary_paper_key(view, key);
    }
}

static bool summary_command(struct view *view, int command)
{
    struct summary_view *state = view->state;
    switch (command) {
    case COMMAND_PAGE:
    case COMMAND_PAGE_BACK:
        state->page = (state->page + (command == COMMAND_PAGE ? 1 : SUMMARY_PAGES - 1)) % SUMMARY_PAGES;
        return true;
    case COMMAND_FREEZE:
        ask_freeze(view);
        return true;
    case COMMAND_EXPLAIN:
        ask_explain(view);
        return true;
    case COMMAND_WORDS:
        summary_words_new(view);
        return true;
    case COMMAND_FILE:
        begin_file(view);
        return true;
    default:
        return report_period_command(view, &state->desk, &state->choices, state->name, command, take_period);
    }
}

static void summary_answer(struct view *view, const struct view_answer *answer)
{
    struct summary_view *state = view->state;
    enum export_step step = export_answer(view, &state->export, answer, ".pdf .txt .xlsx");
    (void)report_period_answer(view, state->choices, answer, take_period);
    if (step == EXPORT_WRITE)
        write_file(view);
    if (step != EXPORT_OTHER || answer->cancelled)
        return;
    switch (answer->tag) {
    case ASK_SUMMARY_DRAFT:
        if (answer->chosen == 1)
            ask_file(view);
        break;
    case ASK_SUMMARY_BASIS:
        freeze(view, answer->text);
        break;
    case ASK_SUMMARY_RULE:
        ask_reason(view, open_failure(state, answer->chosen - 1));
        break;
    case ASK_SUMMARY_EXPLAIN:
        explain(view, answer->text);
        break;
    default:
        summary_words_answer(view, answer);
        break;
    }
}

/* ---- drawing ------------------------------------------------------------------------------------------------------ */

static void summary_title(struct view *view, struct buf *left, struct buf *right)
{
    struct summary_view *state = view->state;
    char label[PERIOD_LABEL_BYTES];
    period_show(&state->period, label);
    buf_printf(left, _("工作总结  %s"), label);
    if (view->app->cols >= SUMMARY_WIDE_COLUMNS) /* else the line below tells */
        buf_puts(right, state->open > 0 ? _("  草稿") : state->frozen && state->changed == 0 ? _("  已存档") : "  ");
}

/* Which page of the three, and how far the report is. */
static void draw_pages(const struct summary_view *state, struct canvas *canvas)
{
    char day[DAY_TEXT_BYTES];
    int col = 1;
    for (size_t i = 0; i < SUMMARY_PAGES; i++)
        col += canvas_printf(canvas, 1, col, -1, i == state->page ? STYLE_BOLD : STYLE_NORMAL, i == state->page ? "【%s】" : "  %s  ", _(PAGES[i]));
    int room = canvas->cols - col - 1;
    day_format(state->frozen_on, day);
    if (state->marked.len == 0)
        canvas_put_right(canvas, 1, col, room, STYLE_ERROR, _("模板有错，见正文"));
    else if (state->open > 0)
        canvas_printf(canvas, 1, col, room, STYLE_ERROR, "   %lld 处数不一致，还不能上报，见正文", (long long)state->open);
    else if (state->frozen && state->changed > 0)
        canvas_printf(canvas, 1, col, room, STYLE_NORMAL, "   %s 已存档，以后 %zu 个数变了", day, state->changed);
    else if (state->frozen)
        canvas_printf(canvas, 1, col, room, STYLE_NORMAL, "   %s 已存档", day);
    else
        canvas_puts(canvas, 1, col, room, STYLE_NORMAL, state->failures.n > 0 ? _("   校验都有说明，可以上报") : _("   校验都通过，可以上报"));
}

static void summary_draw(struct view *view, struct canvas *canvas)
{
    struct summary_view *state = view->state;
    draw_pages(state, canvas);
    if (state->page == PAGE_FIGURES)
        summary_figures_draw(view, canvas);
    else if (state->page == PAGE_WORDS)
        summary_words_draw(view, canvas);
    else
        summary_paper_draw(view, canvas);
}

static void summary_hint(struct view *view, size_t columns, struct buf *out)
{
    struct summary_view *state = view->state;
    (void)columns;
    if (state->page == PAGE_TEXT)
        summary_paper_hint(view, out);
}

static const struct keymap *summary_keymap(struct view *view)
{
    static const struct binding figures[] = {
        {"Enter", COMMAND_OPEN, "明细", BINDING_HINT}, {"Tab", COMMAND_PAGE, "换页", 0}, {"Shift-Tab", COMMAND_PAGE_BACK, "上一页", BINDING_HIDDEN}, {"F2", COMMAND_FILE, "导出", 0},
        {"F8", COMMAND_FREEZE, "存档", 0}, {"F4", COMMAND_PERIOD, "期间", 0}, {"左右", COMMAND_NONE, "换期", BINDING_HINT}, {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN},
        {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding words[] = {
        {"Enter", COMMAND_OPEN, "改", BINDING_HINT}, {"Tab", COMMAND_PAGE, "换页", 0}, {"Shift-Tab", COMMAND_PAGE_BACK, "上一页", BINDING_HIDDEN}, {"F5", COMMAND_WORDS, "另写", 0},
        {"F2", COMMAND_FILE, "导出", 0}, {"F4", COMMAND_PERIOD, "期间", 0}, {"左右", COMMAND_NONE, "换期", BINDING_HINT}, {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN},
        {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding text[] = {
        {"上下", COMMAND_NONE, "翻看", BINDING_HINT}, {"Tab", COMMAND_PAGE, "换页", 0}, {"Shift-Tab", COMMAND_PAGE_BACK, "上一页", BINDING_HIDDEN}, {"F2", COMMAND_FILE, "导出", 0},
        {"F5", COMMAND_EXPLAIN, "说明", 0}, {"F8", COMMAND_FREEZE, "存档", 0}, {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN}, {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN},
        {"F4", COMMAND_PERIOD, "期间", 0}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap maps[SUMMARY_PAGES] = {{.bindings = figures, .commands = COMMANDS}, {.bindings = words, .commands = COMMANDS}, {.bindings = text, .commands = COMMANDS}};
    return &maps[((const struct summary_view *)view->state)->page];
}

const struct view_class view_report_summary = {
    .name = "report-summary",
    .state_bytes = sizeof(struct summary_view),
    .help = "半年和全年的工作总结，三页，Tab 换页: 数、文字、正文。左右键前后一期，F4 打期间: 2026H1 上半年，2026 全年，2026Q1 一季度。\n"
            "数: 本期、上年同期当时上报的和现在知道的。当时上报的取自存档，没有存档的取自“往年数”。Enter 列出这个数是哪些记录加起来的。\n"
            "文字: 正文里可以自己写的话，写明是出厂的、本县每期都用的，还是只在本期用的；Enter 改。正文按模板自己写成，数是 0 的句子不出现。\n"
            "F5 另写: 本期正文里某个数怎么写，文字项填 R7（每一处）或 R7@2（第二处），文字填 近1200。\n"
            "正文: 就是要印的样子。同一个数两处不一致的列在最前面，两处都点名: 改记录、改文字，或者 F5 说明理由；没有处理完的是草稿。\n"
            "F2 写成 .pdf、.txt，或者把数和图写成 .xlsx。F8 存档: 上报时留下各个数和正文，明年同期拿它来比；存档以后数变了，本屏会说。",
    .open = summary_open,
    .close = summary_close,
    .key = summary_key,
    .command = summary_command,
    .draw = summary_draw,
    .title = summary_title,
    .keymap = summary_keymap,
    .hint = summary_hint,
    .answer = summary_answer,
    .refresh = summary_refresh,
};
