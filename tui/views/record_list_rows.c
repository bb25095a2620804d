/* tui/views/record_list_rows.c - the rows of a list, a page at a time: by the key of its order from records_list, or by their place among the hits of what is looked for. See record_list.h.
 *
 * Hits are kept as ids, at most FOUND_MAX, and their records are read when a page shows them; they are found in pieces, so that no key waits for a search of all that is stored. */
#include <string.h>

#include "tui/views/record_list.h"

enum { CELL_BYTES = 256, FIND_PIECE = 400 /* hits looked at in one piece, a few milliseconds */, LOOK_PIECE = 2000 /* rows, the same */, LOOK_SHOWN_MS = 500 };

struct filling {
    struct view *view;
    struct list_page *page;
    bool any;
    int64_t last_row; /* given, when any */
};

static bool add_row(struct filling *filling, const struct record *record, const struct list_key *key)
{
    struct record_list *state = filling->view->state;
    const struct code_book *codes = view_context(filling->view)->codes;
    struct list_row row = {.id = record->id};
    char cells[LIST_FIELDS_MAX][CELL_BYTES], due[DUE_CELL_BYTES];
    for (size_t i = 0; i < state->n_fields; i++) {
        record_field_copy(record, state->fields[i]->name, codes, cells[i], CELL_BYTES);
        row.cells[i] = cells[i];
    }
    if (state->shows_due) {
        due_case_cell(filling->view, &state->clock, record, due);
        row.cells[state->n_fields] = due;
    }
    list_key_copy(&row.key, key);
    filling->any = true;
    filling->last_row = key->row;
    if (record->conflicts > 0) {
        row.style = STYLE_CONFLICT;
        row.sign = '!';
    }
    return list_page_add(filling->page, &row);
}

static bool browse_row(void *context, const struct record *record, const struct list_key *key)
{
    return add_row(context, record, key);
}

void record_list_forget_gaps(struct record_list *state)
{
    state->gaps[0].pending = state->gaps[1].pending = false;
    state->looked = 0;
}

static enum status browse(struct view *view, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct filling filling = {.view = view, .page = page};
    struct list_query query = {.type = state->type, .filter = state->has_filter ? &state->filter : NULL, .order = state->order,
                               .ascending = state->ascending, .limit = max, .n_fields = state->n_fields, .conflicts = true, .deleted = state->deleted};
    query.fields = state->shows_due ? NULL : state->fields; /* periods are counted from many */
    query.backwards = way == LIST_BEFORE;
    if (key != NULL && key->set)
        query.after = *key;
    if (query.after.set && query.after.value.kind == VALUE_TEXT && key->value.text == key->text)
        query.after.value.text = query.after.text;
    if (way == LIST_FROM && query.after.set) {
        /* The key's own row first: it stands just behind the row before it. */
        query.after.row += state->ascending ? -1 : 1;
    }
    struct looked_gap *gap = &state->gaps[query.backwards];
    bool from_set = query.after.set;
    int64_t from_row = from_set ? key->row : 0;
    if (gap->pending && way != LIST_FROM && gap->from_set == from_set && gap->from_row == from_row)
        list_key_copy(&query.after, &gap->at);
    struct list_look looked;
    query.look = LOOK_PIECE;
    query.looked = &looked;
    enum status status = records_list(context->store, context->actor, &query, browse_row, &filling, err);
    if (status != STATUS_OK)
        return status;
    state->looked += (int64_t)looked.rows;
    gap->pending = looked.unfinished;
    if (!looked.unfinished)
        return STATUS_OK;
    list_page_unfinished(page);
    gap->from_set = filling.any || from_set;
    gap->from_row = filling.any ? filling.last_row : from_row;
    list_key_copy(&gap->at, &looked.at);
    return STATUS_OK;
}

bool record_list_look_on(struct view *view)
{
    struct record_list *state = view->state;
    struct errmsg err = {{0}};
    if (state->searching || state->list.owed == 0)
        return false;
    size_t owed = state->list.owed;
    enum status status = list_go_on(&state->list, &err);
    if (status != STATUS_OK) {
        list_stop(&state->list);
        app_fail(view->app, "%s", errmsg_text(&err, status));
    }
    int64_t since_ms = app_now_ms(view->app) - state->looked_shown_ms;
    if (state->list.owed != owed || since_ms < 0 || since_ms >= LOOK_SHOWN_MS) {
        state->looked_shown_ms = app_now_ms(view->app);
        app_touch(view->app);
    }
    return true;
}

static bool collect(void *context, const struct search_hit *hit)
{
    struct record_list *state = context;
    state->found[state->n_found++] = hit->id;
    return state->n_found < FOUND_MAX;
}

/* The next hits: until so many more are there, or FIND_PIECE records with the words were looked at. */
enum status record_list_find_more(struct view *view, size_t hits, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct buf text;
    buf_init(&text, FIND_CHARS * 4 + 1);
    edit_text(&state->find, &text);
    struct search_query query = {.text = buf_cstr(&text), .type = state->type, .filter = state->has_filter ? &state->filter : NULL, .limit = FOUND_MAX, .count_max = SEARCH_COUNT_TYPING};
    enum status status = search_walk_on(context->store, context->actor, context->codes, &query, &state->walk, hits, FIND_PIECE, collect, state, err);
    buf_release(&text);
    return status;
}

/* Hits [0..n), as far as there are any: for what cannot wait. */
enum status record_list_find_until(struct view *view, size_t n, struct errmsg *err)
{
    struct record_list *state = view->state;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && state->n_found < n && !state->walk.done)
        status = record_list_find_more(view, n - state->n_found, err);
    return status;
}

/* Rows of the search are paged by their place among the hits; key->row is that place + 1. */
static enum status page_found(struct view *view, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct filling filling = {.view = view, .page = page};
    bool from_end = way == LIST_BEFORE && (key == NULL || !key->set);
    size_t at = key != NULL && key->set ? (size_t)key->row - 1 : 0;
    if (key != NULL && key->set && way == LIST_AFTER)
        at++;
    /* The first page takes what is there, others go on until they are full. */
    bool moves = way == LIST_AFTER && key != NULL && key->set;
    enum status found = from_end || moves ? record_list_find_until(view, from_end ? FOUND_MAX : at + max, err) : STATUS_OK;
    if (found != STATUS_OK)
        return found;
    if (from_end)
        at = state->n_found;
    for (size_t taken = 0; taken < max; taken++) {
        if (way == LIST_BEFORE ? at == 0 : at >= state->n_found)
            break;
        size_t index = way == LIST_BEFORE ? --at : at++;
        struct record record;
        enum status status = records_get(context->store, context->actor, state->type, state->found[index], &record, err);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        struct list_key place = {.set = true, .value = value_null(), .row = (int64_t)index + 1};
        bool more = add_row(&filling, &record, &place);
        record_release(&record);
        if (!more)
            break;
    }
    return STATUS_OK;
}

enum status record_list_fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct record_list *state = view->state;
    return state->searching ? page_found(view, way, key, max, page, err) : browse(view, way, key, max, page, err);
}

static bool is_sought(const struct record_list *state)
{
    struct buf text;
    buf_init(&text, FIND_CHARS * 4 + 1);
    edit_text(&state->find, &text);
    bool sought = strspn(buf_cstr(&text), " ") < text.len;
    buf_release(&text);
    return sought;
}

/* What is looked for, from the start: a page of it; or so many as were found before. */
enum status record_list_find(struct view *view, size_t before, struct errmsg *err)
{
    struct record_list *state = view->state;
    state->searching = is_sought(state);
    state->n_found = 0;
    search_walk_begin(&state->walk);
    enum status status = state->searching ? record_list_find_more(view, state->list.height + 1, err) : STATUS_OK;
    return status == STATUS_OK && state->searching ? record_list_find_until(view, before, err) : status;
}
