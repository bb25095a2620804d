/* tui/views/record_list_filter.c - what narrows a list and in which order it stands. See record_list.h.
 *
 * A list is narrowed by the condition it was opened with (`where`, it falls away with record_list_all) and by the person's own (`filter_text`), joined by "and" into one filter; digits keep own ones
 * (kept_filter.h), as they were written, so that today's date stands in them as a word. */
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/filter_text.h"
#include "core/record/kept_filter.h"
#include "tui/views/record_list.h"

enum { SORT_ROWS_MAX = 20000 };

/* ---- filter ---- */

/* The condition the list is opened with, and how it reads. */
enum status record_list_limit(struct view *view, const char *where, struct errmsg *err)
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

/* What does not parse; where the advice is a command, the screen has its own. */
static void tell_refused(struct view *view, const char *text)
{
    const char *advice = strstr(text, "aidpost fields") != NULL ? strstr(text, _("；")) : NULL;
    if (advice != NULL)
        app_fail(view->app, "%.*s%s", (int)(advice - text), text, _("；写表头上的名称，F1 有写法"));
    else
        app_fail(view->app, "%s", text);
}

void record_list_set_filter(struct view *view, const char *text)
{
    struct record_list *state = view->state;
    struct filter filter = {0};
    struct errmsg err = {{0}};
    char both[2 * FILTER_BYTES + 8];
    bool own = strspn(text, " ") < strlen(text), some = own || state->where[0] != '\0';
    snprintf(both, sizeof both, "%s%s%.*s", state->where, own && state->where[0] != '\0' ? " and " : "", FILTER_BYTES - 1, own ? text : "");
    if (some && filter_parse_on(&filter, state->type, view_context(view)->codes, today_of(view), both, &err) != STATUS_OK) {
        tell_refused(view, err.text);
        return;
    }
    if (state->has_filter)
        filter_release(&state->filter);
    state->filter = filter;
    state->filter_day = today_of(view);
    state->has_filter = some;
    copy_text(state->filter_text, sizeof state->filter_text, own ? text : "");
    if (some)
        (void)record_list_count_anew(view, &state->picked, &state->filter, NULL); /* the rows tell what is wrong */
    record_list_read_again(view, true);
}

/* ---- filters on digits ---- */

/* The filters on digits, for the last line. */
void record_list_show_kept(struct view *view)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct buf kept;
    buf_init(&kept, sizeof state->kept * 16);
    (void)kept_filter_list(context->store, context->actor, state->type, &kept, NULL); /* not to see them is no error of the list */
    copy_text(state->kept, sizeof state->kept, buf_cstr(&kept));
    buf_release(&kept);
}

/* A digit alone is the filter kept on it, else a condition. */
void record_list_take_filter(struct view *view, const char *text)
{
    struct record_list *state = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    struct buf kept;
    if (text[0] < '1' || text[0] > '9' || text[1] != '\0') {
        record_list_set_filter(view, text);
        return;
    }
    buf_init(&kept, FILTER_BYTES);
    enum status status = kept_filter_get(context->store, context->actor, state->type, text[0] - '0', &kept, &err);
    if (status == STATUS_OK && kept.len == 0)
        status = errmsg_set(&err, STATUS_NOT_FOUND, "数字 %s 上没有存筛选；先筛选，再按 Ctrl-K", text);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
    else
        record_list_set_filter(view, buf_cstr(&kept));
    buf_release(&kept);
}

void record_list_keep_filter(struct view *view, const char *text)
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
    record_list_show_kept(view);
}

/* What the list was opened with falls away; the person's own condition stays. */
void record_list_all(struct view *view)
{
    struct record_list *state = view->state;
    char own[FILTER_BYTES];
    state->where[0] = state->where_words[0] = '\0';
    copy_text(own, sizeof own, state->filter_text);
    record_list_set_filter(view, own);
}

/* ---- order ---- */

/* Any column by its index; without one as long as that is quick. */
static bool sortable(const struct record_list *state, const struct field_def *field)
{
    bool indexed = (field->flags & FIELD_INDEX) || strcmp(field->name, state->type->order) == 0, more;
    int64_t total = record_list_total(state, &more);
    return field->kind != FIELD_REF && field->kind != FIELD_SECRET && (indexed || ((field->flags & FIELD_LIST) && !more && total <= SORT_ROWS_MAX));
}

void record_list_begin_order(struct record_list *state)
{
    const struct field_def *own = state->order != NULL ? state->order : catalogue_field(state->type, state->type->order);
    state->ascending = own->kind == FIELD_NAME || own->kind == FIELD_TEXT || own->kind == FIELD_CODE;
}

/* The field's own direction, the other one, then the next field. */
void record_list_next_order(struct view *view)
{
    struct record_list *state = view->state;
    const struct record_type *type = state->type;
    bool was = state->ascending;
    record_list_begin_order(state);
    if (state->ascending == was) {
        state->ascending = !was;
    } else {
        const struct field_def *own = state->order != NULL ? state->order : catalogue_field(type, type->order);
        size_t i = catalogue_field_index(type, own);
        do {
            i = (i + 1) % type->n_fields;
        } while (!sortable(state, &type->fields[i]));
        state->order = &type->fields[i];
        record_list_begin_order(state);
    }
    record_list_read_again(view, true);
}
