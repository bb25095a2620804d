/* tui/views/report_late.c - cells of a frozen form that are not as they were: as reported then, as known now, the difference; Enter shows the records that came or changed. How far each station had synced then stands
 * below the list. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/field_grid.h"
#include "tui/list.h"
#include "tui/list_memory.h"
#include "tui/views/report_figures.h"
#include "tui/views/views.h"

enum { CELLS = 5, LIST_ROW = 1, DETAIL_ROWS = 2, LABEL_BYTES = 512, STATIONS_BYTES = 4096 };

struct late_view {
    struct report_desk desk;
    const struct ministry_form *form;
    char period_name[PERIOD_NAME_BYTES];
    struct report_figures figures;
    struct list_memory memory;
    struct list list;
};

static const struct list_column columns[CELLS] = {{"单位", 12, false}, {"栏目", 0, false}, {"存档时", 8, true}, {"现在", 8, true}, {"相差", 8, true}};

/* ---- reading ---- */

static enum status add_cell(struct view *view, size_t unit, size_t column)
{
    struct late_view *state = view->state;
    const struct form_row *row = report_figures_unit(&state->figures, unit);
    const struct form_column *of = &state->form->columns[column];
    char cell[FORM_CELL_BYTES], heading[FORM_HEADING_BYTES], label[LABEL_BYTES], then_text[REPORT_NUMBER_BYTES], now[REPORT_NUMBER_BYTES], difference[REPORT_NUMBER_BYTES];
    int64_t then = 0;
    (void)report_figures_frozen(&state->figures, unit, column, &then);
    form_cell_name(state->form, of, cell);
    form_column_heading(of, view_context(view)->codes, heading);
    snprintf(label, sizeof label, "%s %s", cell, heading);
    report_number(then, of->money, then_text);
    report_number(row->values[column], of->money, now);
    report_number(row->values[column] - then, of->money, difference);
    struct list_row out = {.tag = (uint32_t)(unit * FORM_COLUMNS_MAX + column), .cells = {row->name, label, then_text, now, difference}};
    out.id.bytes[0] = 1;
    memcpy(out.id.bytes + 1, &out.tag, sizeof out.tag);
    return list_memory_add(&state->memory, &out, CELLS);
}

static enum status show_cells(struct view *view)
{
    struct late_view *state = view->state;
    enum status status = STATUS_OK;
    list_memory_clear(&state->memory);
    for (size_t unit = 0; unit < report_figures_units(&state->figures); unit++)
        for (size_t c = 0; status == STATUS_OK && c < state->form->n_columns; c++)
            if (report_figures_marks(&state->figures, unit, c) & FIGURE_LATE)
                status = add_cell(view, unit, c);
    return status;
}

static void late_close(struct view *view)
{
    struct late_view *state = view->state;
    list_release(&state->list);
    list_memory_release(&state->memory);
    if (state->figures.form != NULL)
        report_figures_release(&state->figures);
    report_desk_close(&state->desk);
}

static enum status late_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct late_view *state = view->state;
    enum status status = report_desk_open(&state->desk, view, err);
    if (status != STATUS_OK)
        return status;
    list_memory_init(&state->memory);
    list_init(&state->list, list_memory_source(&state->memory), columns, CELLS, LIST_USUAL);
    state->form = form_book_find(state->desk.book, argument->type);
    copy_text(state->period_name, sizeof state->period_name, argument->text);
    status = state->form == NULL ? errmsg_set(err, STATUS_NOT_FOUND, "没有这张报表") : report_figures_read(&state->desk, state->form, argument->text, &state->figures, err);
    if (status != STATUS_OK)
        state->figures.form = NULL;
    if (status == STATUS_OK)
        status = list_set_height(&state->list, (size_t)(view->app->rows > 12 ? view->app->rows - 8 : 8), err);
    if (status == STATUS_OK)
        status = show_cells(view);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK)
        late_close(view);
    return status;
}

static void late_refresh(struct view *view)
{
    struct late_view *state = view->state;
    struct report_figures fresh;
    struct errmsg err = {{0}};
    enum status status = report_figures_read(&state->desk, state->form, state->period_name, &fresh, &err);
    if (status == STATUS_OK) {
        report_figures_release(&state->figures);
        state->figures = fresh;
        status = show_cells(view);
    }
    if (status == STATUS_OK)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}

/* ---- keys ---- */

static void open_selected(struct view *view)
{
    struct late_view *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    char cell[FORM_CELL_BYTES];
    if (row == NULL) {
        app_beep(view->app);
        return;
    }
    form_cell_name(state->form, &state->form->columns[row->tag % FORM_COLUMNS_MAX], cell);
    app_open(view->app, &view_report_late_rows,
             &(struct view_argument){.where = cell, .text = state->period_name, .number = report_figures_unit(&state->figures, row->tag / FORM_COLUMNS_MAX)->org});
}

static bool late_key(struct view *view, struct key key)
{
    struct late_view *state = view->state;
    enum list_result result = list_key_told(view, &state->list, key);
    if (result == LIST_OPEN)
        open_selected(view);
    return result != LIST_IGNORED;
}

/* ---- drawing ---- */

static void late_title(struct view *view, struct buf *left, struct buf *right)
{
    const struct late_view *state = view->state;
    char words[PERIOD_LABEL_BYTES], day[DAY_TEXT_BYTES];
    report_period_words(&state->figures.period, words);
    buf_printf(left, _("%s补报、调整   %s"), _(state->form->label), words);
    if (!state->figures.frozen)
        return;
    day_format(state->figures.snapshot.date, day);
    buf_printf(right, _("  %s 存档"), day);
}

struct told {
    struct buf *out;
    size_t n;
};

static bool tell_station(void *context, const char *name, const char *last_contact)
{
    struct told *told = context;
    buf_printf(told->out, "%s%s %s", told->n++ == 0 ? _("存档时各站: ") : _("、"), name, last_contact);
    return true;
}

static void draw_stations(const struct late_view *state, struct canvas *canvas)
{
    struct buf text;
    struct told told = {.out = &text};
    if (!state->figures.frozen)
        return;
    struct errmsg err = {{0}};
    buf_init(&text, STATIONS_BYTES);
    enum status status = snapshot_stations(&state->figures.snapshot, tell_station, &told, &err);
    canvas_paragraph(canvas, canvas->rows - 2 - DETAIL_ROWS, 1, DETAIL_ROWS, canvas->cols - 2, STYLE_DIM, status == STATUS_OK ? buf_cstr(&text) : err.text);
    buf_release(&text);
}

static void late_draw(struct view *view, struct canvas *canvas)
{
    struct late_view *state = view->state;
    int rows = canvas->rows - 2 - LIST_ROW - DETAIL_ROWS;
    list_show(view, &state->list, canvas, LIST_ROW, rows, _("和存档时一样"), true);
    draw_stations(state, canvas);
}

static void late_hint(struct view *view, size_t columns_wide, struct buf *out)
{
    (void)view, (void)columns_wide;
    buf_puts(out, _("Enter 看是哪些记录补报、调整了；要按现在的数上报，回到表里 F8 重新存档"));
}

static const struct keymap *late_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "明细", BINDING_HINT}, {"数字", COMMAND_NONE, "直达", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT}, {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings};
    (void)view;
    return &map;
}

const struct view_class view_report_late = {
    .name = "report-late",
    .state_bytes = sizeof(struct late_view),
    .help = "和上报时不同的各格: 存档时的数、现在的数、相差。站点后来送到的记录是补报，已有记录改了是调整；下一期上报时可以在补报、调整一栏写明。\n"
            "下面是存档那时各站最后同步的时间。",
    .open = late_open,
    .close = late_close,
    .key = late_key,
    .draw = late_draw,
    .title = late_title,
    .keymap = late_keymap,
    .hint = late_hint,
    .refresh = late_refresh,
};
