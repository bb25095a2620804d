/* tui/views/reports.c - every report of a period on one list: the Ministry's forms, each with its own days, its checks and whether it is frozen; the summary; what was entered by hand.
 *
 * A report's year begins where its rule says, so one period ("2026H1") has other days in each. Checks are run for reports that are handed in for such a period. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/filter.h"
#include "tui/field_grid.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/report_period.h"
#include "tui/views/views.h"

enum { CELLS = 5, NARROW_CELLS = 4, LIST_ROW = 1, LINES_MAX = 32, CHECK_BYTES = 32, DETAIL_ROWS = 1 };

enum line_kind { LINE_FORM, LINE_SUMMARY, LINE_PLACE, LINE_REGISTER };

struct line {
    enum line_kind kind;
    const struct ministry_form *form;
    const struct place *place; /* LINE_PLACE */
    const char *type; /* LINE_REGISTER */
    struct period period;
    bool usual; /* handed in for periods of this kind */
    bool frozen;
    int32_t frozen_on;
    int64_t failed, open; /* checks that do not hold; those of them nobody explained */
};

struct reports_view {
    struct report_desk desk;
    struct report_period_choices *choices; /* owned */
    char period[PERIOD_NAME_BYTES];
    struct line lines[LINES_MAX];
    size_t n;
    struct list_memory memory;
    struct list list;
    int cols;
};

static const struct list_column columns[CELLS] = {{"报表", 8, false}, {"名称", 0, false}, {"统计的日子", 22, false}, {"校验", 8, false}, {"存档", 4, false}};
static const struct list_column narrow_columns[NARROW_CELLS] = {{"报表", 8, false}, {"名称", 0, false}, {"校验", 9, false}, {"存档", 6, false}};

/* What else there is of a period. */
static const struct place {
    const char *label, *name, *hint;
    const struct view_class *view;
} places[] = {{"报表日", "上报前要办的事，一项一项", "Enter 看还要办什么，一项一项去办", &view_report_day},
              {"图", "按月、乡镇、人群的条形图，乡镇月份表", "Enter 选一张图，和上年同期对照", &view_report_charts}};

static const char *const registers[] = {"stat_entry", "stat_baseline", "report_snapshot"};

static bool is_narrow(const struct reports_view *state)
{
    return state->cols < GRID_WIDE;
}

/* ---- reading ---- */

static bool count_failure(void *context, const struct check_failure *failure)
{
    (void)failure;
    ++*(int64_t *)context;
    return true;
}

/* A form is handed in for its own kind of period; those for half years for whole ones as well. */
static bool is_usual(const struct ministry_form *form, const struct period *period)
{
    return period->kind == form->usual || (form->usual == PERIOD_HALF && period->kind == PERIOD_YEAR);
}

static enum status check_form(struct reports_view *state, struct line *line, struct errmsg *err)
{
    struct form_sheet sheet;
    enum status status = form_compute(&state->desk.desk, line->form, &line->period, &sheet, err);
    if (status != STATUS_OK)
        return status;
    status = report_check(&state->desk.desk, line->form, &sheet, count_failure, &line->failed, &line->open, err);
    form_sheet_release(&sheet);
    return status;
}

/* As the forms: its figures against each other and against the words of its text. */
static enum status check_summary(struct reports_view *state, struct line *line, struct errmsg *err)
{
    struct summary *summary = malloc(sizeof *summary);
    enum status status = summary != NULL ? summary_compute(&state->desk.desk, &line->period, false, summary, err) : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    if (status == STATUS_OK)
        status = summary_check(&state->desk.desk, summary, count_failure, &line->failed, &line->open, err);
    free(summary);
    return status;
}

/* Its own days, by its own rule; handed in for half years and years. */
static enum status add_summary(struct reports_view *state, struct errmsg *err)
{
    struct line *line = &state->lines[state->n++];
    *line = (struct line){.kind = LINE_SUMMARY};
    enum status status = report_desk_period(&state->desk, "period_summary", state->period, &line->period, err);
    line->usual = status == STATUS_OK && (line->period.kind == PERIOD_HALF || line->period.kind == PERIOD_YEAR);
    return status;
}

static enum status add_forms(struct reports_view *state, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < form_book_count(state->desk.book); i++) {
        struct line *line = &state->lines[state->n++];
        *line = (struct line){.kind = LINE_FORM, .form = form_book_at(state->desk.book, i)};
        status = report_desk_period(&state->desk, line->form->rule, state->period, &line->period, err);
        line->usual = status == STATUS_OK && is_usual(line->form, &line->period);
    }
    return status;
}

/* Newest first: the first of a report and its days is the one that counts. */
static bool take_snapshot(void *context, const struct record *snapshot, const struct list_key *key)
{
    struct reports_view *state = context;
    const struct record_type *type = snapshot->type;
    int64_t from = record_get(snapshot, catalogue_field(type, "from_day")).number, to = record_get(snapshot, catalogue_field(type, "to_day")).number;
    (void)key;
    for (size_t i = 0; i < state->n; i++) {
        struct line *line = &state->lines[i];
        const char *report = line->kind == LINE_FORM ? line->form->name : line->kind == LINE_SUMMARY ? "summary" : "";
        if (line->frozen || strcmp(report, record_text(snapshot, "report")) != 0 || line->period.from != from || line->period.to != to)
            continue;
        line->frozen = true;
        line->frozen_on = record_day(snapshot);
    }
    return true;
}

static enum status read_snapshots(struct reports_view *state, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("report_snapshot");
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "period"), .op = FILTER_EQ, .value = value_string(state->period)};
    return records_list(state->desk.desk.store, state->desk.desk.actor, &query, take_snapshot, state, err);
}

static enum status read_checks(struct reports_view *state, struct errmsg *err)
{
    enum status status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < state->n; i++)
        if (state->lines[i].usual)
            status = state->lines[i].kind == LINE_FORM ? check_form(state, &state->lines[i], err) : check_summary(state, &state->lines[i], err);
    report_desk_end(&state->desk);
    return status;
}

/* ---- rows ---- */

static void check_words(const struct line *line, char out[CHECK_BYTES])
{
    static const char *const when[] = {[PERIOD_MONTH] = "按月报送", [PERIOD_QUARTER] = "按季报送", [PERIOD_HALF] = "半年报送"};
    if (!line->usual)
        snprintf(out, CHECK_BYTES, "%s", _(when[line->kind == LINE_FORM ? line->form->usual : PERIOD_HALF]));
    else if (line->open > 0)
        snprintf(out, CHECK_BYTES, _("%lld 处不符"), (long long)line->open);
    else
        snprintf(out, CHECK_BYTES, "%s", line->failed > 0 ? _("已说明") : _("相符"));
}

/* Label and name of a line. */
static void put_names(const struct line *line, const char **label, char name[REPORT_TITLE_BYTES])
{
    switch (line->kind) {
    case LINE_FORM:
        *label = _(line->form->label);
        report_short_title(line->form, name);
        break;
    case LINE_SUMMARY:
        *label = _("总结");
        copy_text(name, REPORT_TITLE_BYTES, _("工作总结"));
        break;
    case LINE_PLACE:
        *label = _(line->place->label);
        copy_text(name, REPORT_TITLE_BYTES, _(line->place->name));
        break;
    case LINE_REGISTER:
        *label = _(catalogue_find(line->type)->label);
        copy_text(name, REPORT_TITLE_BYTES, _(catalogue_find(line->type)->help));
        break;
    }
}

static bool is_report(const struct line *line)
{
    return line->kind == LINE_FORM || line->kind == LINE_SUMMARY;
}

static enum status show_line(struct reports_view *state, size_t index)
{
    const struct line *line = &state->lines[index];
    char name[REPORT_TITLE_BYTES], days[REPORT_DAYS_BYTES] = "", check[CHECK_BYTES] = "";
    const char *label = "", *kept = line->frozen ? _("已存") : "";
    struct list_row row = {.tag = (uint32_t)index};
    row.id.bytes[0] = (uint8_t)(index + 1);
    put_names(line, &label, name);
    if (is_report(line)) {
        char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
        day_format(line->period.from, from);
        day_format(line->period.to, to);
        snprintf(days, sizeof days, _("%s至%s"), from, to); /* closer than elsewhere: the names need the room */
        check_words(line, check);
        row.style = line->usual ? STYLE_NORMAL : STYLE_DIM;
    }
    const char *wide[CELLS] = {label, name, days, check, kept}, *narrow[NARROW_CELLS] = {label, name, check, kept};
    memcpy(row.cells, is_narrow(state) ? narrow : wide, is_narrow(state) ? sizeof narrow : sizeof wide);
    return list_memory_add(&state->memory, &row, CELLS);
}

static enum status show_lines(struct reports_view *state)
{
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    for (size_t i = 0; status == STATUS_OK && i < state->n; i++)
        status = show_line(state, i);
    return status;
}

static enum status read_reports(struct reports_view *state, struct errmsg *err)
{
    state->n = 0;
    enum status status = add_forms(state, err);
    if (status == STATUS_OK)
        status = add_summary(state, err);
    if (status == STATUS_OK)
        status = read_checks(state, err);
    if (status == STATUS_OK)
        status = read_snapshots(state, err);
    for (size_t i = 0; status == STATUS_OK && i < sizeof places / sizeof places[0]; i++)
        state->lines[state->n++] = (struct line){.kind = LINE_PLACE, .place = &places[i]};
    for (size_t i = 0; status == STATUS_OK && i < sizeof registers / sizeof registers[0]; i++)
        state->lines[state->n++] = (struct line){.kind = LINE_REGISTER, .type = registers[i]};
    return status == STATUS_OK ? show_lines(state) : status;
}

/* ---- opening ---- */

static void choose_columns(struct reports_view *state, int cols)
{
    state->cols = cols;
    list_set_columns(&state->list, is_narrow(state) ? narrow_columns : columns, is_narrow(state) ? NARROW_CELLS : CELLS);
}

static void reports_close(struct view *view)
{
    struct reports_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    report_period_free(state->choices);
    report_desk_close(&state->desk);
}

static enum status reports_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct reports_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    report_period_first(view, &state->desk, argument->text, state->period);
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    choose_columns(state, view->app->cols > 0 ? view->app->cols : APP_MIN_COLS);
    status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 6 : 10), err);
    if (status == STATUS_OK)
        status = read_reports(state, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        reports_close(view);
    return status;
}

static void read_again(struct view *view)
{
    struct reports_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = read_reports(state, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* A form that is looked at may have moved on to another period. */
static void reports_refresh(struct view *view)
{
    struct reports_view *state = view->state;
    struct errmsg err = {{0}};
    if (view_context(view)->report_period[0] != '\0')
        copy_text(state->period, sizeof state->period, view_context(view)->report_period);
    if (report_desk_refresh(&state->desk, &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    read_again(view);
}

/* ---- keys ---- */

static void set_period(struct view *view, const char *name)
{
    struct reports_view *state = view->state;
    char before[PERIOD_NAME_BYTES];
    struct errmsg err = {{0}};
    copy_text(before, sizeof before, state->period);
    copy_text(state->period, sizeof state->period, name);
    enum status status = read_reports(state, &err);
    if (status == STATUS_OK) {
        report_period_remember(view, name);
        status = list_reload(&state->list, &err);
    } else {
        copy_text(state->period, sizeof state->period, before);
        (void)read_reports(state, NULL);
    }
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

static const struct line *selected(const struct reports_view *state)
{
    const struct list_row *row = list_selected(&state->list);
    return row != NULL ? &state->lines[row->tag] : NULL;
}

static void open_selected(struct view *view)
{
    struct reports_view *state = view->state;
    const struct line *line = selected(state);
    if (line == NULL)
        app_beep(view->app);
    else if (line->kind == LINE_REGISTER)
        view_open_list(view->app, line->type);
    else if (line->kind == LINE_PLACE)
        app_open(view->app, line->place->view, &(struct view_argument){.text = state->period});
    else if (line->kind == LINE_SUMMARY)
        app_open(view->app, &view_report_summary, &(struct view_argument){.text = state->period});
    else
        app_open(view->app, &view_report_form, &(struct view_argument){.type = line->form->name, .text = state->period});
}

static bool reports_key(struct view *view, struct key key)
{
    struct reports_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

static bool reports_command(struct view *view, int command)
{
    struct reports_view *state = view->state;
    return report_period_command(view, &state->desk, &state->choices, state->period, command, set_period);
}

static void reports_answer(struct view *view, const struct view_answer *answer)
{
    struct reports_view *state = view->state;
    (void)report_period_answer(view, state->choices, answer, set_period);
}

/* ---- drawing ---- */

static void reports_title(struct view *view, struct buf *left, struct buf *right)
{
    struct reports_view *state = view->state;
    char words[PERIOD_LABEL_BYTES];
    int64_t open = 0;
    for (size_t i = 0; i < state->n; i++)
        open += state->lines[i].open;
    report_period_words(&state->lines[0].period, words);
    buf_printf(left, _("报表   %s"), words);
    if (open > 0)
        buf_printf(right, _("  校验 %lld 处不符"), (long long)open);
}

/* The selected report in full: cut names and left-out days are here. */
static void draw_detail(const struct reports_view *state, struct canvas *canvas)
{
    const struct line *line = selected(state);
    char days[REPORT_DAYS_BYTES], frozen[DAY_TEXT_BYTES];
    struct buf text;
    if (line == NULL || !is_report(line))
        return;
    buf_init(&text, 1024);
    report_days_words(&line->period, days);
    buf_printf(&text, "%s  %s", line->kind == LINE_SUMMARY ? _("工作总结") : is_narrow(state) ? _(line->form->label) : _(line->form->title), days);
    if (line->frozen) {
        day_format(line->frozen_on, frozen);
        buf_printf(&text, _("  %s 存档"), frozen);
    }
    canvas_puts(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, buf_cstr(&text));
    buf_release(&text);
}

static void reports_draw(struct view *view, struct canvas *canvas)
{
    struct reports_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW - DETAIL_ROWS;
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    bool narrow = is_narrow(state);
    if (canvas->cols != state->cols) {
        choose_columns(state, canvas->cols);
        status = narrow != is_narrow(state) ? show_lines(state) : STATUS_OK;
        if (status == STATUS_OK)
            status = list_reload(&state->list, &err);
    }
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(rows - list_header_rows(&state->list)), &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    list_draw(&state->list, canvas, LIST_ROW, 0, rows, canvas->cols, "", true);
    draw_detail(state, canvas);
}

static void reports_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    const struct line *line = selected(view->state);
    (void)columns_wide;
    if (line == NULL)
        return;
    if (line->kind == LINE_REGISTER)
        buf_puts(out, _("Enter 列出全部，不分期"));
    else if (line->kind == LINE_PLACE)
        buf_puts(out, line->place->hint);
    else if (!line->usual)
        buf_puts(out, _("这一期不报这张表，数照样可以看；左右键前后一期，F4 换一种期"));
    else if (line->kind == LINE_SUMMARY)
        buf_puts(out, line->open > 0 ? _("有数不一致: Enter 打开，“正文”一页里写着是哪几处") : _("Enter 打开: 数、文字、正文三页"));
    else if (line->open > 0)
        buf_puts(out, _("有校验不符: Enter 打开，再按 F4 看是哪几个数"));
    else
        buf_puts(out, line->frozen ? _("Enter 打开；以后补报、调整的在里面按 F7 看") : _("Enter 打开，里面每个数都能看到是哪些记录"));
}

static const struct keymap *reports_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT},  {"数字", COMMAND_NONE, "直达", BINDING_HINT},      {"F4", COMMAND_PERIOD, "期间", 0},          {"左右", COMMAND_NONE, "换期", BINDING_HINT},
        {"Left", COMMAND_EARLIER, "上一期", BINDING_HIDDEN}, {"Right", COMMAND_LATER, "下一期", BINDING_HIDDEN}, {"<", COMMAND_EARLIER, "上一期", BINDING_HIDDEN}, {">", COMMAND_LATER, "下一期", BINDING_HIDDEN},
        {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},     {"F10", COMMAND_BACK, "返回", BINDING_KEEP},       {NULL, 0, NULL, 0},
    };
    static const struct command commands[] = {REPORT_PERIOD_COMMANDS, {COMMAND_NONE, NULL, NULL}};
    static const struct keymap map = {.bindings = bindings, .commands = commands};
    (void)view;
    return &map;
}

const struct view_class view_reports = {
    .name = "reports",
    .state_bytes = sizeof(struct reports_view),
    .help = "一期的全部报表。F4 选哪一期: 编号选本月、上月、本季等，或者直接写 2026H1（半年） 2026Q3（季） 2026-03（月） 2026（年）；左右键前后一期。\n"
            "各张报表的年度从哪一天起按“规则”里的 period_ 各条，所以同一期的日子可以不同；“统计的日子”写着每张表的起止日。\n"
            "校验: 表内、表间的数对不对得上。不符的要么改记录，要么写明理由（“已说明”），才能存档和写成正式文件。\n"
            "存档: 上报时的数，以后补报、调整的另外列出。手填数是没有记录可以统计的数和调整数；往年数是启用本程序以前上报的数。",
    .open = reports_open,
    .close = reports_close,
    .key = reports_key,
    .command = reports_command,
    .draw = reports_draw,
    .title = reports_title,
    .keymap = reports_keymap,
    .hint = reports_hint,
    .answer = reports_answer,
    .refresh = reports_refresh,
};
