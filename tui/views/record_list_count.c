/* tui/views/record_list_count.c - the numbers at the head of a list: how many rows the type has, how many the filter picks. See record_list.h.
 *
 * They are counted in pieces (row_count.h) of a few milliseconds each, the first before the picture, the others behind it; what changes meanwhile is counted again, a long count not sooner than
 * RECOUNT_MS after the last. */
#include "tui/views/record_list.h"

enum { COUNT_FIRST = 200 /* before the picture: what a list with its filter has most often */, COUNT_SHORT = 2000 /* no trouble to count again */, COUNT_PIECE = 10000 /* entries of an index */, FILTER_PIECE = 2000 /* rows read */, RECOUNT_MS = 5000 };

static enum status count_piece(struct view *view, struct counted *counted, int64_t most, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    enum status status = row_count_go_on(context->store, context->actor, &counted->rows, most, err);
    if (status != STATUS_OK)
        counted->rows.done = true; /* the number that is shown stays */
    else if (counted->rows.done || counted->more)
        counted->shown = counted->rows.count;
    counted->more = counted->more && !counted->rows.done;
    return status;
}

/* Another number than before is to be shown. */
enum status record_list_count_anew(struct view *view, struct counted *counted, const struct filter *filter, struct errmsg *err)
{
    struct record_list *state = view->state;
    *counted = (struct counted){.more = true, .began_ms = app_now_ms(view->app)};
    row_count_begin(&counted->rows, state->type, filter);
    return count_piece(view, counted, COUNT_FIRST, err);
}

/* A long count is not begun again at each change of others. A clock that was set back does not stop it. */
static bool count_is_due(const struct view *view, const struct counted *counted)
{
    int64_t since_ms = app_now_ms(view->app) - counted->began_ms;
    return counted->rows.done && (counted->shown <= COUNT_SHORT || since_ms < 0 || since_ms >= RECOUNT_MS);
}

/* The same number, of now; the old one is shown until it is there. */
enum status record_list_count_again(struct view *view, struct counted *counted, struct errmsg *err)
{
    counted->again = !count_is_due(view, counted);
    if (counted->again)
        return STATUS_OK;
    counted->began_ms = app_now_ms(view->app);
    row_count_begin(&counted->rows, counted->rows.type, counted->rows.filter);
    return count_piece(view, counted, COUNT_FIRST, err);
}

/* Whether there was something to count; tells when it is done. */
bool record_list_count_on(struct view *view, struct counted *counted)
{
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    if (counted->rows.done && (!counted->again || !count_is_due(view, counted)))
        return false;
    status = counted->rows.done ? record_list_count_again(view, counted, &err) : count_piece(view, counted, counted->rows.filter == NULL ? COUNT_PIECE : FILTER_PIECE, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (counted->rows.done)
        app_touch(view->app);
    return true;
}

/* What the list shows now, how many of them; *more: at least. */
int64_t record_list_total(const struct record_list *state, bool *more)
{
    const struct counted *counted = state->has_filter ? &state->picked : &state->all;
    if (state->deleted) { /* not counted: those that were read */
        *more = !state->list.at_end;
        return (int64_t)state->list.n;
    }
    *more = state->searching ? !state->walk.done || state->walk.total >= SEARCH_COUNT_TYPING : counted->more;
    return state->searching ? state->walk.total : counted->shown;
}
