/* tui/views/record_list.c - the list of any record type: columns from the catalogue, paged by key, found by typing.
 *
 * What is typed goes into the find line at once, digits too (phone tails): initials, Chinese, numbers. While it is empty the rows come from
 * records_list in the chosen order; else they are the newest FOUND_MAX hits of the search that pass the filter.
 *
 * The first page waits for its own rows only, O(page), whatever is stored: how many rows there are, how many the filter picks, and the hits beyond the page come in pieces behind the picture (work), a
 * '+' behind the number until then. What changes meanwhile is counted again, a long count not sooner than RECOUNT_MS after the last. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "core/record/filter_text.h"
#include "core/record/kept_filter.h"
#include "core/record/row_count.h"
#include "core/record/search.h"
#include "core/register/bulk.h"
#include "core/report/record_file.h"
#include "tui/edit_field.h"
#include "tui/list.h"
#include "tui/views/due.h"
#include "tui/views/export_ask.h"
#include "tui/views/views.h"

enum { LABEL_MOST = 16, FOUND_MAX = 200, FIND_CHARS = 60, FIND_COLUMNS = 24, LIST_FIELDS_MAX = 7, FILTER_BYTES = 400, WORDS_BYTES = 256, NUMBER_COLUMNS = 3, FIELDS_KEPT = 3, ELASTIC_LEAST = 16, LIST_ROW = 3, SORT_ROWS_MAX = 20000, ASK_FILTER = 1, ASK_DIGIT = 2, CELL_BYTES = 256, WIDE_COLUMNS = 76, FRAME_COLUMNS = 20 /* of the title: margins, 练习, the word before the condition */, FILTER_COLUMNS_MIN = 12 };

/* Pieces of work behind the picture, each of a few milliseconds: entries of an index, rows read, hits looked at. */
enum { COUNT_FIRST = 2000 /* before the picture */, COUNT_PIECE = 10000, FILTER_PIECE = 2000, FIND_PIECE = 400, RECOUNT_MS = 5000 };

enum { COMMAND_ALL = COMMAND_VIEW, COMMAND_MARK, COMMAND_MARK_ALL, COMMAND_BULK, COMMAND_KEEP };

static const struct command COMMANDS[] = {{COMMAND_ALL, "all", "不限于这一条的，列出全部"},
                                          {COMMAND_MARK, "mark", "标记这一条，或去掉标记"},
                                          {COMMAND_MARK_ALL, "mark-all", "列出的全部标记；已经有标记的，全部去掉"},
                                          {COMMAND_KEEP, "keep-filter", "把现在的筛选存在一个数字上；没有筛选时，去掉那个数字上的"},
                                          {COMMAND_BULK, "bulk", "批量修改标记了的记录，或撤回上一次批量修改"},
                                          {COMMAND_NONE, NULL, NULL}};

/* A number at the head of the list. */
struct counted {
    struct row_count rows;
    int64_t shown;
    bool more;  /* there are more: it has not been counted to its end yet */
    bool again; /* something changed since this count began */
    int64_t began_ms;
};

struct record_list {
    const struct record_type *type;
    struct list list;
    struct list_column columns[LIST_FIELDS_MAX + 1]; /* and the days left, for cases */
    const struct field_def *fields[LIST_FIELDS_MAX];
    size_t n_fields;
    struct edit_field find;
    struct filter filter;
    bool has_filter;
    char filter_text[FILTER_BYTES]; /* as the person wrote it */
    int32_t filter_day;             /* from where its days are counted */
    char where[FILTER_BYTES];       /* what the list was opened with, "": nothing; holds beside the person's own */
    char where_words[WORDS_BYTES];
    const struct field_def *order; /* NULL: the type's own */
    bool ascending;
    bool searching;              /* rows are found[] */
    struct id found[FOUND_MAX];
    size_t n_found;
    struct search_walk walk;    /* hits so far */
    struct counted all, picked; /* rows of the type; of the filter, when nothing is searched for */
    bool stale;         /* the text to look for has changed since */
    bool in_find;       /* the cursor stands in the find line */
    bool shows_due;     /* cases: what counts their periods */
    struct due_clock clock;
    struct export_ask export;
    struct id_set marks;
    char kept[FILTER_BYTES]; /* the filters on digits, as one line */
};

/* ---- rows ---- */

static int value_width(const struct field_def *field)
{
    switch (field->kind) {
    case FIELD_DAY:
        return 10;
    case FIELD_PHONE:
        return 13;
    case FIELD_INT:
    case FIELD_BOOL:
        return 6;
    case FIELD_NAME:
        return field->max_chars >= 60 ? 24 : 12;
    default:
        return 10;
    }
}

static int column_width(const struct field_def *field)
{
    int label = (int)width_text(_(field->label), strlen(_(field->label))), width = value_width(field);
    return language_is_foreign() && label > width && label <= LABEL_MOST ? label : width;
}

/* What the others leave to the elastic column; each has two blanks before it, row numbers stand in front. */
static int room_left(const struct record_list *state, int columns)
{
    int left = columns - NUMBER_COLUMNS - (state->shows_due ? DUE_CELL_COLUMNS + 2 : 0);
    for (size_t i = 0; i < state->n_fields; i++)
        left -= state->columns[i].columns + 2;
    return left;
}

/* The last one goes; the elastic one stays. */
static void drop_column(struct record_list *state, size_t *elastic)
{
    size_t last = state->n_fields - 1;
    if (*elastic == last) {
        state->fields[last - 1] = state->fields[last];
        state->columns[last - 1] = state->columns[last];
        *elastic = last - 1;
    }
    state->n_fields--;
}

/* The columns are the type's own default ones; the text that names the record, else the last one, takes what is left of the line; where that is too little, the last ones are left out.
 * On a narrow screen a case's days left are worth more than the day it came and a code that is no part of its title. */
static void choose_columns(struct record_list *state, int columns)
{
    size_t elastic = LIST_FIELDS_MAX;
    state->shows_due = strcmp(state->type->name, "case") == 0;
    bool narrow = state->shows_due && columns > 0 && columns < WIDE_COLUMNS;
    for (size_t i = 0; i < state->type->n_fields && state->n_fields < LIST_FIELDS_MAX; i++) {
        const struct field_def *field = &state->type->fields[i];
        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET || field->kind == FIELD_REF)
            continue;
        if (narrow && (field->kind == FIELD_DAY || (field->kind == FIELD_CODE && !(field->flags & FIELD_TITLE))))
            continue;
        bool text = field->kind == FIELD_TEXT || field->kind == FIELD_LONG, named = elastic < state->n_fields && (state->fields[elastic]->flags & FIELD_TITLE);
        if (text && (!named || (field->flags & FIELD_TITLE)))
            elastic = state->n_fields;
        state->columns[state->n_fields] = (struct list_column){.label = field->label, .columns = column_width(field)};
        state->fields[state->n_fields++] = field;
    }
    for (size_t i = 0; elastic == LIST_FIELDS_MAX && i < state->n_fields; i++) /* names of causes are long */
        elastic = state->fields[i]->kind == FIELD_CODE && (state->fields[i]->flags & FIELD_TITLE) ? i : elastic;
    if (elastic == LIST_FIELDS_MAX)
        elastic = state->n_fields - 1;
    state->columns[elastic].columns = 0;
    while (columns > 0 && state->n_fields > FIELDS_KEPT && room_left(state, columns) < ELASTIC_LEAST)
        drop_column(state, &elastic);
    if (state->shows_due)
        state->columns[state->n_fields] = (struct list_column){.label = _("期限"), .columns = DUE_CELL_COLUMNS};
}

struct filling {
    struct view *view;
    struct list_page *page;
    bool full;
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
    if (record->conflicts > 0)
        row.style = STYLE_CONFLICT;
    return list_page_add(filling->page, &row);
}

static bool browse_row(void *context, const struct record *record, const struct list_key *key)
{
    return add_row(context, record, key);
}

static enum status browse(struct view *view, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct filling filling = {.view = view, .page = page};
    struct list_query query = {.type = state->type, .filter = state->has_filter ? &state->filter : NULL, .order = state->order,
                               .ascending = state->ascending, .limit = max};
    query.backwards = way == LIST_BEFORE;
    if (key != NULL && key->set)
        query.after = *key;
    if (query.after.set && query.after.value.kind == VALUE_TEXT && key->value.text == key->text)
        query.after.value.text = query.after.text;
    if (way == LIST_FROM && query.after.set) {
        /* The key's own row first: it stands just behind the row before it. */
        query.after.row += state->ascending ? -1 : 1;
    }
    return records_list(context->store, context->actor, &query, browse_row, &filling, err);
}

static bool collect(void *context, const struct search_hit *hit)
{
    struct record_list *state = context;
    state->found[state->n_found++] = hit->id;
    return state->n_found < FOUND_MAX;
}

/* The next hits: until so many more are there, or FIND_PIECE records with the words were looked at. */
static enum status find_more(struct view *view, size_t hits, struct errmsg *err)
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
static enum status find_until(struct view *view, size_t n, struct errmsg *err)
{
    struct record_list *state = view->state;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && state->n_found < n && !state->walk.done)
        status = find_more(view, n - state->n_found, err);
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
    enum status found = from_end || moves ? find_until(view, from_end ? FOUND_MAX : at + max, err) : STATUS_OK;
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

static enum status fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err)
{
    struct view *view = context;
    struct record_list *state = view->state;
    return state->searching ? page_found(view, way, key, max, page, err) : browse(view, way, key, max, page, err);
}

/* ---- finding ---- */

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
static enum status find(struct view *view, size_t before, struct errmsg *err)
{
    struct record_list *state = view->state;
    state->searching = is_sought(state);
    state->n_found = 0;
    search_walk_begin(&state->walk);
    enum status status = state->searching ? find_more(view, state->list.height + 1, err) : STATUS_OK;
    return status == STATUS_OK && state->searching ? find_until(view, before, err) : status;
}

/* ---- counting ---- */

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
static enum status count_anew(struct view *view, struct counted *counted, const struct filter *filter, struct errmsg *err)
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
    return counted->rows.done && (counted->shown <= COUNT_FIRST || since_ms < 0 || since_ms >= RECOUNT_MS);
}

/* The same number, of now; the old one is shown until it is there. */
static enum status count_again(struct view *view, struct counted *counted, struct errmsg *err)
{
    counted->again = !count_is_due(view, counted);
    if (counted->again)
        return STATUS_OK;
    counted->began_ms = app_now_ms(view->app);
    row_count_begin(&counted->rows, counted->rows.type, counted->rows.filter);
    return count_piece(view, counted, COUNT_FIRST, err);
}

/* Whether there was something to count; tells when it is done. */
static bool count_on(struct view *view, struct counted *counted)
{
    struct errmsg err = {{0}};
    enum status status = STATUS_OK;
    if (counted->rows.done && (!counted->again || !count_is_due(view, counted)))
        return false;
    status = counted->rows.done ? count_again(view, counted, &err) : count_piece(view, counted, counted->rows.filter == NULL ? COUNT_PIECE : FILTER_PIECE, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (counted->rows.done)
        app_touch(view->app);
    return true;
}

/* What the list shows now, how many of them; *more: at least. */
static int64_t total_of(const struct record_list *state, bool *more)
{
    const struct counted *counted = state->has_filter ? &state->picked : &state->all;
    *more = state->searching ? !state->walk.done || state->walk.total >= SEARCH_COUNT_TYPING : counted->more;
    return state->searching ? state->walk.total : counted->shown;
}

/* More hits behind the picture; a page that ended with what there was takes them in. */
static void find_on(struct view *view)
{
    struct record_list *state = view->state;
    struct errmsg err = {{0}};
    size_t before = state->n_found;
    enum status status = find_more(view, FOUND_MAX, &err);
    bool grew = state->n_found > before && state->list.at_end;
    if (status == STATUS_OK && grew)
        status = list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    if (grew || state->walk.done)
        app_touch(view->app);
}

static bool list_work(struct view *view)
{
    struct record_list *state = view->state;
    if (state->stale)
        return false; /* it will be sought before it is painted */
    if (state->searching && !state->walk.done)
        find_on(view);
    else if ((state->searching || !state->has_filter || !count_on(view, &state->picked)) && !count_on(view, &state->all))
        return false;
    return true;
}

static void read_again(struct view *view, bool from_start)
{
    struct record_list *state = view->state;
    struct errmsg err = {{0}};
    state->stale = false;
    enum status status = find(view, from_start ? 0 : state->n_found, &err);
    if (status == STATUS_OK)
        status = from_start ? list_reset(&state->list, &err) : list_reload(&state->list, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

/* Several letters typed at once are looked for once: before they are drawn, or before a key that works on what was found. */
static void settle(struct view *view)
{
    struct record_list *state = view->state;
    if (state->stale)
        read_again(view, true);
}

/* Rules and holidays may have come with the last sync. Without them the column stays empty. */
static void read_clock(struct view *view)
{
    struct record_list *state = view->state;
    due_close(&state->clock);
    if (state->shows_due)
        (void)due_open(view, &state->clock, NULL);
}

static void set_filter(struct view *view, const char *text);

static void list_refresh(struct view *view)
{
    struct record_list *state = view->state;
    read_clock(view);
    if (state->filter_text[0] != '\0' && state->filter_day != today_of(view)) { /* 今天 is another day now */
        char own[FILTER_BYTES];
        copy_text(own, sizeof own, state->filter_text);
        set_filter(view, own);
        return;
    }
    (void)count_again(view, &state->all, NULL); /* the rows tell what is wrong */
    if (state->has_filter)
        (void)count_again(view, &state->picked, NULL);
    read_again(view, false);
}

/* The filters on digits, for the last line. */
static void show_kept(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct buf kept;
    buf_init(&kept, sizeof state->kept * 16);
    (void)kept_filter_list(context->store, context->actor, state->type, &kept, NULL); /* not to see them is no error of the list */
    copy_text(state->kept, sizeof state->kept, buf_cstr(&kept));
    buf_release(&kept);
}

/* ---- opening ---- */

/* The condition the list is opened with, and how it reads. */
static enum status limit_to(struct view *view, const char *where, struct errmsg *err)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct buf words;
    if (strlen(where) >= sizeof state->where)
        return errmsg_set(err, STATUS_TOO_LARGE, "筛选条件太长");
    enum status status = filter_parse(&state->filter, state->type, context->codes, where, err);
    if (status != STATUS_OK)
        return status;
    state->has_filter = true;
    copy_text(state->where, sizeof state->where, where);
    buf_init(&words, WORDS_BYTES * 4);
    filter_describe(&state->filter, context->store, context->actor, context->codes, &words);
    copy_text(state->where_words, sizeof state->where_words, buf_cstr(&words));
    buf_release(&words);
    return STATUS_OK;
}

static enum status list_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct record_list *state = view->state;
    state->type = catalogue_find(argument->type);
    assert(state->type != NULL);
    enum status limited = argument->where != NULL ? limit_to(view, argument->where, err) : STATUS_OK;
    if (limited != STATUS_OK)
        return limited;
    choose_columns(state, view->app->cols);
    read_clock(view);
    edit_init(&state->find, FIND_CHARS, 0, EDIT_TIGHT);
    edit_set_size(&state->find, 1, FIND_COLUMNS);
    if (argument->text != NULL)
        edit_set(&state->find, argument->text, strlen(argument->text));
    list_init(&state->list, (struct list_source){.context = view, .fetch = fetch}, state->columns, state->n_fields + state->shows_due, LIST_NUMBERS);
    state->list.marks = &state->marks;
    enum status status = list_set_height(&state->list, (size_t)(view->app->rows > 10 ? view->app->rows - 7 : 10), err);
    if (status == STATUS_OK)
        status = count_anew(view, &state->all, NULL, err);
    if (status == STATUS_OK && state->has_filter)
        status = count_anew(view, &state->picked, &state->filter, err);
    if (status == STATUS_OK)
        status = find(view, 0, err);
    if (status == STATUS_OK)
        status = list_reset(&state->list, err);
    if (status != STATUS_OK) {
        if (state->has_filter)
            filter_release(&state->filter);
        edit_release(&state->find);
        list_release(&state->list);
        due_close(&state->clock);
        return status;
    }
    show_kept(view);
    return STATUS_OK;
}

static void list_close(struct view *view)
{
    struct record_list *state = view->state;
    if (state->has_filter)
        filter_release(&state->filter);
    edit_release(&state->find);
    list_release(&state->list);
    due_close(&state->clock);
    id_set_release(&state->marks);
}

/* ---- filter and order ---- */

static void set_filter(struct view *view, const char *text)
{
    struct record_list *state = view->state;
    struct filter filter = {0};
    struct errmsg err = {{0}};
    char both[2 * FILTER_BYTES + 8];
    bool own = strspn(text, " ") < strlen(text), some = own || state->where[0] != '\0';
    snprintf(both, sizeof both, "%s%s%.*s", state->where, own && state->where[0] != '\0' ? " and " : "", FILTER_BYTES - 1, own ? text : "");
    if (some && filter_parse_on(&filter, state->type, view_context(view)->codes, today_of(view), both, &err) != STATUS_OK) {
        app_fail(view->app, "%s", err.text);
        return;
    }
    if (state->has_filter)
        filter_release(&state->filter);
    state->filter = filter;
    state->filter_day = today_of(view);
    state->has_filter = some;
    copy_text(state->filter_text, sizeof state->filter_text, own ? text : "");
    if (some)
        (void)count_anew(view, &state->picked, &state->filter, NULL); /* the rows tell what is wrong */
    read_again(view, true);
}

/* ---- filters on digits ---- */

/* A digit alone is the filter kept on it, else a condition. */
static void take_filter(struct view *view, const char *text)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct buf kept;
    if (text[0] < '1' || text[0] > '9' || text[1] != '\0') {
        set_filter(view, text);
        return;
    }
    buf_init(&kept, FILTER_BYTES);
    enum status status = kept_filter_get(context->store, context->actor, state->type, text[0] - '0', &kept, &err);
    if (status == STATUS_OK && kept.len == 0)
        status = errmsg_set(&err, STATUS_NOT_FOUND, "数字 %s 上没有存筛选；先筛选，再按 Ctrl-K", text);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        set_filter(view, buf_cstr(&kept));
    buf_release(&kept);
}

static void keep_filter(struct view *view, const char *text)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    if (text[0] < '1' || text[0] > '9' || text[1] != '\0') {
        app_fail(view->app, "请打 1 到 9 的一个数字");
        return;
    }
    enum status status = kept_filter_set(context->store, context->actor, state->type, text[0] - '0', state->filter_text, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "没有存上: %s", errmsg_text(&err, status));
    else if (state->filter_text[0] == '\0')
        app_say(view->app, "数字 %s 上的筛选去掉了", text);
    else
        app_say(view->app, "存好了，F4 %s Enter 就是这个筛选", text);
    show_kept(view);
}

/* What the list was opened with falls away; the person's own condition stays. */
static void list_all(struct view *view)
{
    struct record_list *state = view->state;
    char own[FILTER_BYTES];
    state->where[0] = state->where_words[0] = '\0';
    copy_text(own, sizeof own, state->filter_text);
    set_filter(view, own);
}

/* Any column by its index; without one as long as that is quick. */
static bool sortable(const struct record_list *state, const struct field_def *field)
{
    bool indexed = (field->flags & FIELD_INDEX) || strcmp(field->name, state->type->order) == 0, more;
    int64_t total = total_of(state, &more);
    return field->kind != FIELD_REF && field->kind != FIELD_SECRET && (indexed || ((field->flags & FIELD_LIST) && !more && total <= SORT_ROWS_MAX));
}

/* Newest first, oldest first, then the next field. */
static void next_order(struct view *view)
{
    struct record_list *state = view->state;
    const struct record_type *type = state->type;
    if (!state->ascending) {
        state->ascending = true;
    } else {
        const struct field_def *own = state->order != NULL ? state->order : catalogue_field(type, type->order);
        size_t i = catalogue_field_index(type, own);
        do {
            i = (i + 1) % type->n_fields;
        } while (!sortable(state, &type->fields[i]));
        state->order = &type->fields[i];
        state->ascending = false;
    }
    read_again(view, true);
}

/* ---- keys ---- */

static void open_selected(struct view *view)
{
    struct record_list *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    if (row != NULL)
        view_open_record(view->app, state->type, row->id);
    else
        app_beep(view->app);
}

static bool find_key(struct view *view, struct key key)
{
    struct record_list *state = view->state;
    bool typing = key_is_text(key) || key.kind == K_PASTE || key.kind == K_BACKSPACE || key.kind == K_DELETE;
    bool moving = state->in_find && (key.kind == K_LEFT || key.kind == K_RIGHT || key_equal(key, key_ctrl('u')) || key_equal(key, key_ctrl('w')));
    if (!typing && !moving)
        return false;
    enum edit_result result = edit_key(&state->find, key);
    state->in_find = result != EDIT_IGNORED || state->in_find;
    if (result == EDIT_CHANGED)
        state->stale = true;
    else if (result != EDIT_MOVED)
        app_beep(view->app);
    return true;
}

static bool list_view_key(struct view *view, struct key key)
{
    struct record_list *state = view->state;
    if (find_key(view, key))
        return true;
    settle(view);
    if (key.kind == K_ESC && !edit_is_empty(&state->find)) {
        edit_erase_all(&state->find);
        state->in_find = false;
        read_again(view, true);
        return true;
    }
    if (key.kind == K_ESC && state->filter_text[0] != '\0') { /* then back to the list as it was opened */
        state->order = NULL;
        state->ascending = false;
        set_filter(view, "");
        return true;
    }
    switch (list_key_told(view, &state->list, key)) {
    case LIST_IGNORED:
        return false;
    case LIST_OPEN:
        open_selected(view);
        break;
    case LIST_MOVED:
        state->in_find = false;
        break;
    default:
        break;
    }
    return true;
}

static void open_new(struct view *view)
{
    struct record_list *state = view->state;
    view_open_new(view->app, state->type, state->where[0] != '\0' ? state->where : NULL);
}

/* What the filter picks, in the list's order; what is being looked for does not count. */
static void write_export(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct record_file what = {.type = state->type, .filter = state->has_filter ? &state->filter : NULL, .order = state->order, .ascending = state->ascending, .for_people = true};
    struct errmsg err = {{0}};
    uint64_t rows = 0;
    enum status status = record_file_write(context->store, context->actor, context->codes, &what, state->export.path, &rows, &err);
    export_told(view, &state->export, status, (int64_t)rows, &err);
}

/* ---- marks ---- */

static void mark(struct view *view)
{
    struct record_list *state = view->state;
    const struct list_row *row = list_selected(&state->list);
    struct errmsg err = {{0}};
    if (row == NULL || id_set_toggle(&state->marks, row->id) != STATUS_OK) {
        app_beep(view->app);
        return;
    }
    state->in_find = false;
    (void)list_key(&state->list, key_named(K_DOWN, 0), &err); /* at the end one stays there */
    app_touch(view->app);
}

/* All that the filter picks, of a search what it has found. */
static void mark_all(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct filter none = {.type = state->type};
    struct errmsg err = {{0}};
    struct id *ids = NULL;
    size_t n = 0;
    app_touch(view->app);
    if (state->marks.n > 0) {
        id_set_clear(&state->marks);
        return;
    }
    enum status status = state->searching ? find_until(view, FOUND_MAX, &err)
                                          : bulk_pick(context->store, context->actor, state->has_filter ? &state->filter : &none, &ids, &n, &err);
    if (status == STATUS_OK)
        status = id_set_fill(&state->marks, state->searching ? state->found : ids, state->searching ? state->n_found : n);
    free(ids);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

static void open_bulk(struct view *view)
{
    struct record_list *state = view->state;
    app_open(view->app, &view_bulk, &(struct view_argument){.type = state->type->name, .ids = state->marks.ids, .n_ids = state->marks.n});
}

static bool list_command(struct view *view, int command)
{
    struct record_list *state = view->state;
    settle(view);
    switch (command) {
    case COMMAND_KEEP:
        app_ask_line(view->app, ASK_DIGIT, state->filter_text[0] != '\0' ? "这个筛选存在哪个数字上 (1-9)" : "去掉哪个数字上的筛选 (1-9)", 1, 0, "");
        return true;
    case COMMAND_MARK:
        mark(view);
        return true;
    case COMMAND_MARK_ALL:
        mark_all(view);
        return true;
    case COMMAND_BULK:
        open_bulk(view);
        return true;
    case COMMAND_CODES:
        app_ask_line(view->app, ASK_FILTER, "筛选", FILTER_BYTES / 4, 0, state->filter_text);
        return true;
    case COMMAND_SORT:
        next_order(view);
        return true;
    case COMMAND_EXPORT:
        export_ask(view, state->type->label);
        return true;
    case COMMAND_ALL:
        list_all(view);
        return true;
    case COMMAND_NEW:
        open_new(view);
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    default:
        return false;
    }
}

static void list_answer(struct view *view, const struct view_answer *answer)
{
    struct record_list *state = view->state;
    if (export_answer(view, &state->export, answer, ".xlsx .csv .tsv .jsonl") == EXPORT_WRITE)
        write_export(view);
    else if (!answer->cancelled && answer->tag == ASK_FILTER)
        take_filter(view, answer->text);
    else if (!answer->cancelled && answer->tag == ASK_DIGIT)
        keep_filter(view, answer->text);
}

/* ---- drawing ---- */

/* The condition, cut so that what is listed, and how many, stay in sight. */
static void put_filter(const struct record_list *state, int columns, struct buf *out)
{
    struct buf words;
    size_t used;
    buf_init(&words, WORDS_BYTES * 2 + FILTER_BYTES);
    buf_printf(&words, "%s%s%s", state->where_words, state->where[0] != '\0' && state->filter_text[0] != '\0' ? _(" 且 ") : "", state->filter_text);
    size_t len = width_fit(buf_cstr(&words), words.len, columns > FILTER_COLUMNS_MIN ? (size_t)columns : FILTER_COLUMNS_MIN, &used);
    buf_printf(out, _("  筛选: %.*s%s"), (int)len, buf_cstr(&words), len < words.len ? ".." : "");
    buf_release(&words);
}

static void list_title(struct view *view, struct buf *left, struct buf *right)
{
    struct record_list *state = view->state;
    bool more;
    int64_t total = total_of(state, &more);
    buf_printf(left, _("%s   共 %lld%s   显示 %lld%s"), _(state->type->label), (long long)state->all.shown, state->all.more ? "+" : "", (long long)total, more ? "+" : "");
    if (state->marks.n > 0)
        buf_printf(left, _("   标记 %zu"), state->marks.n);
    if (state->has_filter)
        put_filter(state, view->app->cols - (int)width_text(buf_cstr(left), left->len) - FRAME_COLUMNS, right);
}

/* What a list without rows says: what to do next. */
static const char *none_text(const struct record_list *state)
{
    if (state->searching)
        return state->walk.done ? _("没有符合的；Esc 清掉查找，列出全部") : _("正在查找 ..");
    return state->filter_text[0] != '\0' ? _("没有符合筛选的；F4 改条件，Esc 不筛选") : _("还没有记录，F5 新建");
}

static void list_draw_view(struct view *view, struct canvas *canvas)
{
    struct record_list *state = view->state;
    bool more;
    settle(view);
    int64_t total = total_of(state, &more);
    int rows = canvas->rows - 2 - LIST_ROW - 1; /* the last row of the area tells where one is */
    int find = 1 + canvas_puts(canvas, 1, 1, -1, STYLE_NORMAL, _("查找 ["));
    canvas_puts(canvas, 1, find + FIND_COLUMNS, -1, STYLE_NORMAL, _("]  拼音首字母 / 汉字 / 电话尾号 / 编号"));
    list_show(view, &state->list, canvas, 2, rows, none_text(state), !state->in_find);
    edit_draw(&state->find, canvas, 1, find, STYLE_NORMAL, '_', state->in_find);
    const struct field_def *order = state->order != NULL ? state->order : catalogue_field(state->type, state->type->order);
    canvas_printf(canvas, canvas->rows - 3, 1, canvas->cols - 2, STYLE_DIM, "%zu / %lld%s   排序: %s%s", state->list.n, (long long)total, more ? "+" : "",
                  state->searching ? _("新的在前") : _(order->label), state->searching ? "" : state->ascending ? _(" 从小到大") : _(" 从大到小"));
    if (state->kept[0] != '\0') {
        int half = canvas->cols / 2;
        canvas_printf(canvas, canvas->rows - 3, half, canvas->cols - half - 1, STYLE_DIM, _("存的筛选: %s"), state->kept);
    }
}

/* With this list's own fields. */
static const char *filter_example(const struct record_type *type)
{
    static const struct {
        const char *type, *example;
    } examples[] = {
        {"case", "状态=承办中 and 收件日期=本月"},
        {"person", "性别=女 and 出生日期<1966-01-01"},
        {"consultation", "类别=劳动纠纷 and 日期=最近7天"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (strcmp(type->name, examples[i].type) == 0)
            return _(examples[i].example);
    return _("字段=值 and 字段>=值");
}

static void list_hint(struct view *view, size_t columns, struct buf *out)
{
    struct record_list *state = view->state;
    (void)columns;
    if (view->app->overlay == APP_NO_OVERLAY && state->searching && state->walk.total > FOUND_MAX)
        buf_printf(out, _("只列最新 %d 条，再打几个字缩小范围"), FOUND_MAX);
    else if (!state->has_filter)
        buf_printf(out, _("筛选写法: %s"), filter_example(state->type));
}

static const struct keymap *list_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},
        {"F5", COMMAND_NEW, "新建", 0},                {"F2", COMMAND_EXPORT, "导出", 0},
        {"F8", COMMAND_BULK, "批量", 0},               {"Ctrl-T", COMMAND_MARK, "标记", 0},
        {"F7", COMMAND_MARK_ALL, "全标记", 0},         {"Ins", COMMAND_MARK, "标记", BINDING_HIDDEN},
        {"Ctrl-K", COMMAND_KEEP, "存筛选", 0},
        {"F3", COMMAND_SEARCH, "全部查找", BINDING_HIDDEN},
        {"Esc", COMMAND_BACK, "清查找和筛选", 0},            {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},   {NULL, 0, NULL, 0},
    };
    static const struct binding limited_bindings[] = {
        {"Enter", COMMAND_OPEN, "打开", BINDING_HINT}, {"打字", COMMAND_NONE, "查找", BINDING_HINT},
        {"F5", COMMAND_NEW, "新建", 0},                {"Ctrl-D", COMMAND_ALL, "列出全部", 0},
        {"F4", COMMAND_CODES, "筛选", 0},              {"F6", COMMAND_SORT, "排序", 0},
        {"F2", COMMAND_EXPORT, "导出", 0},
        {"F8", COMMAND_BULK, "批量", 0},               {"Ctrl-T", COMMAND_MARK, "标记", 0},
        {"F7", COMMAND_MARK_ALL, "全标记", 0},         {"Ins", COMMAND_MARK, "标记", BINDING_HIDDEN},
        {"Ctrl-K", COMMAND_KEEP, "存筛选", 0},
        {"F3", COMMAND_SEARCH, "全部查找", BINDING_HIDDEN}, {"Esc", COMMAND_BACK, "清查找和筛选", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},    {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, limited_map = {.bindings = limited_bindings, .commands = COMMANDS};
    return ((const struct record_list *)view->state)->where[0] != '\0' ? &limited_map : &map;
}

const struct view_class view_record_list = {
    .name = "record-list",
    .state_bytes = sizeof(struct record_list),
    .help = "直接打字就是查找: 拼音首字母 zwf、一个字或几个字、电话尾号。上下键选，Enter 打开。\n"
            "F4 筛选写条件: 字段=值，>= <= != ~(包含)，in (甲, 乙)是其中之一，用 and 连接；空着就是不筛选。\n"
            "日期可以写今天、本周、本月、上月、最近7天、今年，如 日期=本月；存在数字上也是哪天打开按哪天算。\n"
            "Ctrl-K 把现在的筛选存在一个数字上，F4 再打这个数字就是它；各人存各人的，存过的写在最下面一行。Esc 先清查找，再清筛选。\n"
            "Ctrl-T（或 Ins）标记，F7 全部标记，F8 批量修改标记了的: 先列出会改哪些，再动手，可以整批撤回。\n"
            "F2 把筛选出来的导出成 .xlsx .csv .tsv 或 .jsonl（代码写成名称）；正在查找的字不算条件。\n"
            "案件的“期限”是最先到期的一项: 剩几天或超几天，和它的代号（D01 审查决定等）。",
    .open = list_open,
    .close = list_close,
    .key = list_view_key,
    .command = list_command,
    .draw = list_draw_view,
    .title = list_title,
    .keymap = list_keymap,
    .hint = list_hint,
    .answer = list_answer,
    .refresh = list_refresh,
    .work = list_work,
};
