/* tui/views/report_summary_read.c - the summary's figures, checks, text and words read in one go, with one state of the data; the lists of its pages. See report_summary.h. */
#include <string.h>

#include "tui/views/case_text.h"
#include "tui/views/report_summary.h"

/* ---- lists -------------------------------------------------------------------------------------------------------- */

enum status summary_list_open(struct view *view, struct summary_list *list, const struct list_column *columns, size_t n, struct errmsg *err)
{
    list_memory_init(&list->memory);
    list_init(&list->list, list_memory_source(&list->memory), columns, n, LIST_USUAL);
    return list_set_height(&list->list, (size_t)(view->app->rows > 14 ? view->app->rows - 10 : 8), err);
}

void summary_list_release(struct summary_list *list)
{
    list_release(&list->list);
    list_memory_release(&list->memory);
}

int summary_list_draw(struct view *view, struct summary_list *list, struct canvas *canvas, int notes)
{
    int rows = canvas->rows - 2 - PAGE_FIRST_ROW - notes - 1;
    list_show(view, &list->list, canvas, PAGE_FIRST_ROW, rows, "", true);
    canvas_rule(canvas, PAGE_FIRST_ROW + rows);
    return PAGE_FIRST_ROW + rows + 1;
}

struct notes {
    struct canvas *canvas;
    int row, end;
};

static bool draw_note(void *context, const char *text)
{
    struct notes *notes = context;
    canvas_puts(notes->canvas, notes->row, 1, notes->canvas->cols - 2, STYLE_NORMAL, text);
    return ++notes->row < notes->end;
}

void summary_notes_draw(struct canvas *canvas, int row, int rows, const char *text)
{
    struct notes notes = {.canvas = canvas, .row = row, .end = row + rows};
    case_wrap(text, canvas->cols - 2, draw_note, &notes);
}

bool summary_list_key(struct view *view, struct summary_list *list, struct key key, bool *opened)
{
    *opened = false;
    enum list_result result = list_key_told(view, &list->list, key);
    if (result == LIST_OPEN)
        *opened = true;
    return result != LIST_IGNORED;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* Whether it was handed in, and what is another figure since. */
static enum status read_frozen(struct summary_view *state, const struct form_desk *desk, struct errmsg *err)
{
    struct snapshot snapshot;
    state->frozen = false;
    state->changed = 0;
    memset(state->has_then, 0, sizeof state->has_then);
    enum status status = snapshot_load(desk, "summary", &state->period, &snapshot, err);
    if (status != STATUS_OK) {
        if (status == STATUS_NOT_FOUND)
            errmsg_clear(err);
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    state->frozen = true;
    state->frozen_on = snapshot.date;
    for (size_t i = 0; i < state->summary.n_cells; i++) {
        state->has_then[i] = snapshot_value(&snapshot, state->summary.cells[i].name, 0, &state->then[i]);
        state->changed += state->has_then[i] && state->then[i] != state->summary.cells[i].value;
    }
    snapshot_release(&snapshot);
    return STATUS_OK;
}

/* A county's template may be wrong: that is told on the page of the text, the figures are there. */
static enum status read_text(struct summary_view *state, const struct form_desk *desk)
{
    buf_clear(&state->marked);
    state->columns = 0;
    state->text_err = (struct errmsg){{0}};
    enum status status = summary_text(desk, &state->summary, true, &state->marked, &state->text_err);
    if (status == STATUS_OK)
        return STATUS_OK;
    if (state->text_err.text[0] == '\0')
        errmsg_set(&state->text_err, status, "%s", status_text(status));
    buf_clear(&state->marked);
    return status == STATUS_NOMEM ? status : STATUS_OK;
}

static enum status read_with(struct view *view, const struct form_desk *desk, struct errmsg *err)
{
    struct summary_view *state = view->state;
    failure_lines_release(&state->failures);
    state->open = 0;
    enum status status = summary_compute(desk, &state->period, true, &state->summary, err);
    if (status == STATUS_OK)
        status = summary_check(desk, &state->summary, failure_lines_add, &state->failures, &state->open, err);
    if (status == STATUS_MALFORMED || status == STATUS_INVALID) { /* of the template: read_text says so as well */
        errmsg_clear(err);
        status = STATUS_OK;
    }
    if (status == STATUS_OK)
        status = state->failures.status;
    if (status == STATUS_OK)
        status = read_frozen(state, desk, err);
    if (status == STATUS_OK)
        status = read_text(state, desk);
    if (status == STATUS_OK)
        status = summary_words_rows(view, desk, err);
    return status == STATUS_OK ? summary_figures_rows(view, err) : status;
}

enum status summary_view_read_all(struct view *view, struct errmsg *err)
{
    struct summary_view *state = view->state;
    enum status status = report_desk_period(&state->desk, SUMMARY_RULE, state->name, &state->period, err);
    if (status == STATUS_OK)
        status = report_desk_begin(&state->desk, err);
    if (status != STATUS_OK)
        return status;
    status = read_with(view, &state->desk.desk, err);
    report_desk_end(&state->desk);
    return status;
}

void summary_view_read(struct view *view)
{
    struct summary_view *state = view->state;
    struct errmsg err = {{0}};
    enum status status = summary_view_read_all(view, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->figures.list, &err);
    if (status == STATUS_OK)
        status = list_reload(&state->words.list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    app_touch(view->app);
}
