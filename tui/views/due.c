/* tui/views/due.c - see due.h. */
#include "tui/views/due.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/field_grid.h"

enum { WORD_BYTES = 96 };

enum status due_open(struct view *view, struct due_clock *clock, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    *clock = (struct due_clock){NULL, NULL};
    enum status status = rules_load(&clock->rules, context->store, context->actor, err);
    if (status == STATUS_OK)
        status = calendar_load(&clock->calendar, context->store, context->actor, err);
    if (status != STATUS_OK)
        due_close(clock);
    return status;
}

void due_close(struct due_clock *clock)
{
    calendar_free(clock->calendar);
    rules_free(clock->rules);
    *clock = (struct due_clock){NULL, NULL};
}

void due_left_text(const struct deadline *deadline, char out[DUE_LEFT_BYTES])
{
    if (deadline->days_left == 0)
        snprintf(out, DUE_LEFT_BYTES, _("今天止"));
    else
        snprintf(out, DUE_LEFT_BYTES, _("%s %d 天"), deadline->days_left < 0 ? _("超") : _("剩"), deadline->days_left < 0 ? -(int)deadline->days_left : (int)deadline->days_left);
}

bool due_presses(const struct deadline *deadline)
{
    return !deadline->informational && !deadline->paused && deadline->days_left <= 1;
}

void due_case_cell(struct view *view, const struct due_clock *clock, const struct record *kase, char out[DUE_CELL_BYTES])
{
    struct deadline deadlines[DEADLINES_MAX];
    char left[DUE_LEFT_BYTES];
    size_t n;
    out[0] = '\0';
    if (clock->rules == NULL || deadlines_stored(view_context(view)->store, clock->rules, clock->calendar, kase, today_of(view), deadlines, &n, NULL) != STATUS_OK)
        return;
    const struct deadline *next = deadline_soonest(deadlines, n);
    if (next == NULL)
        return;
    if (next->paused)
        copy_text(left, sizeof left, _("中止"));
    else if (next->days_left == 0)
        copy_text(left, sizeof left, _("今天"));
    else
        snprintf(left, sizeof left, _("%s%d天"), next->days_left < 0 ? _("超") : _("剩"), next->days_left < 0 ? -(int)next->days_left : (int)next->days_left);
    snprintf(out, DUE_CELL_BYTES, "%s %s", left, next->code);
}

/* The first of the fields the type has. */
static void words_of(const struct record *record, const struct code_book *codes, const char *first, const char *second, char out[WORD_BYTES])
{
    record_field_copy(record, catalogue_field(record->type, first) != NULL ? first : second, codes, out, WORD_BYTES);
}

/* A text in so many columns, cut, and a blank behind it. */
static void put_column(struct buf *line, const char *text, size_t columns)
{
    size_t used, len = width_fit(text, strlen(text), columns, &used);
    buf_append(line, text, len);
    buf_printf(line, "%*s ", (int)(columns - used), "");
}

/* Name and subject between the label and the state, in so many columns with a blank behind each: a long name takes of the subject's what keeps that readable; a name alone has both. */
static void put_what(struct buf *line, const char *name, const char *subject, size_t columns)
{
    size_t wanted = width_text(name, strlen(name)), most = columns > DUE_NAME_COLUMNS + DUE_SUBJECT_LEAST ? columns - DUE_SUBJECT_LEAST - 1 : DUE_NAME_COLUMNS;
    size_t first = wanted < DUE_NAME_COLUMNS ? DUE_NAME_COLUMNS : wanted < most ? wanted : most;
    if (subject[0] == '\0') {
        put_column(line, name, columns);
        return;
    }
    put_column(line, name, first);
    put_column(line, subject, columns - first - 1);
}

/* The columns that stand between the label and the state. The state is read for what is to be done: it stays whole on any screen, and in one column where there is room. */
static size_t what_columns(size_t before, size_t more, const char *state, int cols)
{
    size_t usual = DUE_NAME_COLUMNS + 1 + DUE_SUBJECT_COLUMNS + 1 + more, behind = width_text(state, strlen(state));
    size_t room = (size_t)cols > DUE_BEGINS + before + behind ? (size_t)cols - DUE_BEGINS - before - behind : 0;
    return room > usual ? usual : room > DUE_WHAT_LEAST ? room : DUE_WHAT_LEAST;
}

void due_line(struct view *view, const struct due_clock *clock, const struct todo_item *item, char out[DUE_LINE_BYTES])
{
    const struct code_book *codes = view_context(view)->codes;
    const struct field_def *sealed = catalogue_field(item->type, "sealed");
    char left[DUE_LEFT_BYTES], name[WORD_BYTES], subject[WORD_BYTES], state[WORD_BYTES];
    due_left_text(&item->deadline, left);
    words_of(item->record, codes, "name", "content", name); /* of what a meeting decided: what is to be done */
    if (sealed != NULL && record_get(item->record, sealed).number != 0)
        copy_text(name, sizeof name, _("（封存）"));
    words_of(item->record, codes, "cause", catalogue_field(item->record->type, "category") != NULL ? "category" : "matter", subject);
    copy_text(state, sizeof state, _(item->type->label));
    if (catalogue_field(item->type, "state") != NULL)
        record_field_copy(item->record, "state", codes, state, sizeof state);
    if (item->deadline.paused)
        copy_text(state + strlen(state), sizeof state - strlen(state), _("（中止）"));
    /* A narrow screen gives up the code: the label says the same in words. */
    int cols = view->app->cols, more = !language_is_foreign() || cols < GRID_WIDE ? 0 : cols - GRID_WIDE;
    size_t label_more = more < DUE_MORE_COLUMNS ? (size_t)more : DUE_MORE_COLUMNS, subject_more = (size_t)more - label_more < DUE_MORE_COLUMNS ? (size_t)more - label_more : DUE_MORE_COLUMNS;
    bool narrow = cols < GRID_WIDE;
    struct buf line;
    buf_init(&line, 4 * DUE_LINE_BYTES);
    put_column(&line, left, DUE_LEFT_COLUMNS);
    if (!narrow)
        put_column(&line, item->deadline.code, DUE_CODE_COLUMNS);
    put_column(&line, _(deadline_label(clock->rules, item->deadline.code)), language_is_foreign() && !narrow ? DUE_FOREIGN_LABEL_COLUMNS + label_more : DUE_LABEL_COLUMNS);
    put_what(&line, name, subject, what_columns(width_text(buf_cstr(&line), line.len), subject_more, state, cols) - 1);
    buf_puts(&line, state);
    copy_text(out, DUE_LINE_BYTES, buf_cstr(&line));
    buf_wipe(&line);
}
