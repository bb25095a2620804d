/* core/report/ledger_run.c - which rows a ledger has, and in what order: streamed in the order of a field, else gathered first. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/record/pinyin_order.h"
#include "core/report/ledger_impl.h"

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static void read_pick(struct ledger_list *list, const char *pick)
{
    static const struct {
        const char *name;
        enum pick pick;
    } PICKS[] = {{"category", PICK_CATEGORY}, {"unsatisfied", PICK_UNSATISFIED}, {"overdue", PICK_OVERDUE}};
    size_t len = strcspn(pick, ":");
    list->pick_codes = pick[len] == ':' ? pick + len + 1 : "";
    for (size_t i = 0; i < sizeof PICKS / sizeof PICKS[0]; i++)
        if (strlen(PICKS[i].name) == len && strncmp(pick, PICKS[i].name, len) == 0)
            list->pick = PICKS[i].pick;
    assert(list->pick != PICK_NONE || pick[0] == '\0');
}

static enum status add_term(struct filter *filter, struct filter_term term, struct errmsg *err)
{
    if (filter->n_terms == FILTER_TERMS_MAX)
        return errmsg_set(err, STATUS_TOO_LARGE, "连同台账自己的条件和期间，筛选条件最多 %d 个", FILTER_TERMS_MAX);
    filter->terms[filter->n_terms++] = term;
    return STATUS_OK;
}

/* The further condition's terms move over. */
static enum status add_where(struct ledger_list *list, const char *where, struct errmsg *err)
{
    struct filter more;
    enum status status = filter_parse_on(&more, list->plan.type, list->codes, list->today, where, err);
    for (size_t i = 0; status == STATUS_OK && i < more.n_terms; i++) {
        status = add_term(&list->plan.filter, more.terms[i], err);
        if (status == STATUS_OK)
            more.terms[i] = (struct filter_term){.op = FILTER_EQ};
    }
    if (status == STATUS_OK)
        more.n_terms = 0;
    else
        filter_release(&more);
    return status;
}

static enum status add_period(struct ledger_list *list, struct errmsg *err)
{
    const char *name = list->part->period;
    if (list->from == LEDGER_NO_DAY && list->to == LEDGER_NO_DAY)
        return STATUS_OK;
    if (list->from != LEDGER_NO_DAY && list->to != LEDGER_NO_DAY && list->from > list->to)
        return errmsg_set(err, STATUS_INVALID, "期间的起日晚于止日");
    if (name[0] == '\0' && list->part->pick[0] == '\0' && strcmp(list->part->type, "volunteer") != 0)
        return errmsg_set(err, STATUS_INVALID, "这个名单没有日期，不能按期间选");
    if (name[0] == '\0')
        return STATUS_OK; /* computed columns go by it */
    const struct field_def *field = catalogue_field(list->plan.type, name);
    enum status status = STATUS_OK;
    assert(field != NULL && field->kind == FIELD_DAY);
    if (list->from != LEDGER_NO_DAY)
        status = add_term(&list->plan.filter, (struct filter_term){.field = field, .op = FILTER_GE, .value = value_int(list->from)}, err);
    if (status == STATUS_OK && list->to != LEDGER_NO_DAY)
        status = add_term(&list->plan.filter, (struct filter_term){.field = field, .op = FILTER_LE, .value = value_int(list->to)}, err);
    return status;
}

/* Rows of several types: the condition is asked of each type that has its fields; none has them: it is wrong. */
static enum status add_todo_where(struct ledger_list *list, const char *where, struct errmsg *err)
{
    static const char *const TYPES[] = {"case", "consultation", "duty_help", "volunteer", "complaint", "meeting_action"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++) {
        struct todo_filter *filter = &list->todo_filters[list->n_todo_filters];
        struct errmsg why = {{0}};
        enum status parsed = filter_parse_on(&filter->filter, catalogue_find(TYPES[i]), list->codes, list->today, where, &why);
        filter->type = catalogue_find(TYPES[i]);
        if (parsed == STATUS_OK && filter->filter.n_terms == FILTER_TERMS_MAX) {
            filter_release(&filter->filter);
            parsed = errmsg_set(&why, STATUS_TOO_LARGE, "筛选条件最多 %d 个", FILTER_TERMS_MAX - 1);
        }
        if (parsed == STATUS_OK)
            list->n_todo_filters++;
        else if (status == STATUS_OK)
            status = errmsg_set(err, parsed, "%s", why.text);
    }
    list->has_where = list->n_todo_filters > 0;
    return list->has_where ? STATUS_OK : status;
}

static void make_columns(struct ledger_list *list)
{
    for (size_t i = 0; i < list->plan.n_columns; i++) {
        const struct view_column *column = &list->plan.columns[i];
        struct report_column *out = &list->columns[i];
        *out = (struct report_column){.label = column->label, .kind = REPORT_TEXT, .summed = column->summed};
        if (column->computed != COMPUTED_NONE)
            out->kind = column->computed == COMPUTED_DUE ? REPORT_DAY : computed_is_number(column->computed) ? REPORT_INT : REPORT_TEXT;
        else if (column->field != NULL && column->field->kind != FIELD_REF)
            out->kind = report_kind_of(column->field);
        buf_init(&list->texts[i], COLUMN_TEXT_MAX_BYTES);
    }
}

static enum status gather(struct ledger_list *list, struct errmsg *err);

static enum status open_parts(struct ledger_list *list, const struct ledger_query *query, struct errmsg *err)
{
    const struct ledger_part *part = list->part;
    const char *where = query->where != NULL ? query->where : "";
    bool some = where[strspn(where, " \t\n")] != '\0';
    list->todo = strcmp(part->type, "todo") == 0;
    enum status status = view_plan_parse(&list->plan, list->todo ? NULL : catalogue_find(part->type), list->codes, list->today, part->condition, part->sort, part->columns, err);
    if (status != STATUS_OK) {
        list->plan = (struct view_plan){.type = NULL};
        return status;
    }
    make_columns(list);
    if (query->sort != NULL && query->sort[0] != '\0')
        status = view_plan_sort(&list->plan, query->sort, err);
    read_pick(list, part->pick);
    if (status == STATUS_OK && some)
        status = list->todo ? add_todo_where(list, where, err) : add_where(list, where, err);
    if (status == STATUS_OK && !list->todo)
        status = add_period(list, err);
    if (status == STATUS_OK)
        status = references_new(&list->references, list->store, list->actor, list->codes, err);
    if (status == STATUS_OK)
        status = rules_load(&list->rules, list->store, list->actor, err);
    if (status == STATUS_OK)
        status = calendar_load(&list->calendar, list->store, list->actor, err);
    list->gathers = list->todo || list->plan.order_computed != COMPUTED_NONE;
    if (status == STATUS_OK && list->gathers)
        status = gather(list, err);
    return status;
}

enum status ledger_open(struct ledger_list **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct ledger *ledger, size_t part,
                        const struct ledger_query *query, struct errmsg *err)
{
    struct ledger_list *list = calloc(1, sizeof *list);
    *out = NULL;
    assert(part < ledger->n_parts);
    if (list == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    *list = (struct ledger_list){.store = store, .actor = actor, .codes = codes, .part = &ledger->parts[part], .from = query->from, .to = query->to};
    list->today = day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN);
    enum status status = open_parts(list, query, err);
    if (status != STATUS_OK) {
        ledger_close(list);
        return ledger->n_parts > 1 ? errmsg_wrap(err, status, "%s", ledger->parts[part].title) : status;
    }
    *out = list;
    return STATUS_OK;
}

void ledger_close(struct ledger_list *list)
{
    if (list == NULL)
        return;
    for (size_t i = 0; i < list->n_entries; i++)
        free(list->entries[i].text);
    free(list->entries);
    for (size_t i = 0; i < list->n_todo_filters; i++)
        filter_release(&list->todo_filters[i].filter);
    for (size_t i = 0; i < list->plan.n_columns; i++)
        buf_wipe(&list->texts[i]);
    view_plan_release(&list->plan);
    references_free(list->references);
    calendar_free(list->calendar);
    rules_free(list->rules);
    free(list);
}

size_t ledger_columns(const struct ledger_list *list)
{
    return list->plan.n_columns;
}

const struct report_column *ledger_column(const struct ledger_list *list, size_t index)
{
    assert(index < list->plan.n_columns);
    return &list->columns[index];
}

const struct view_plan *ledger_plan(const struct ledger_list *list)
{
    return &list->plan;
}

/* ---- which rows --------------------------------------------------------------------------------------------------- */

static bool in_category(const struct ledger_list *list, const struct record *record)
{
    struct buf codes;
    bool in = false;
    buf_init(&codes, 1024);
    ledger_categories(record, &codes);
    for (const char *at = buf_cstr(&codes); !in && *at != '\0'; at += strcspn(at, ","), at += *at == ',')
        in = ledger_has_code(list->pick_codes, at, strcspn(at, ","));
    buf_release(&codes);
    return in;
}

static bool is_unsatisfied(const struct record *record)
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (field->kind == FIELD_CODE && strcmp(field->codes, "satisfaction") == 0 && record->values[i].kind == VALUE_TEXT && strcmp(record->values[i].text, "3") == 0)
            return true;
    }
    return false;
}

/* A visit that another one corrects says nothing any more. */
static enum status is_corrected(const struct ledger_list *list, const struct record *record, bool *corrected, struct errmsg *err)
{
    char id[ID_TEXT_BYTES];
    enum status status;
    *corrected = false;
    if (strcmp(record->type->name, "return_visit") != 0)
        return STATUS_OK;
    struct stmt *stmt = store_prepare(list->store, "SELECT 1 FROM return_visit WHERE corrects=?1 AND gone=0");
    id_format(record->id, id);
    stmt_string(stmt, 1, id);
    *corrected = stmt_row(stmt, &status, err);
    if (*corrected)
        stmt_reset(stmt);
    return *corrected ? STATUS_OK : status;
}

/* What no condition can say. */
static enum status keeps(struct ledger_list *list, const struct record *record, bool *keep, struct errmsg *err)
{
    bool hidden = false, corrected = false;
    enum status status = STATUS_OK;
    *keep = list->pick == PICK_CATEGORY ? in_category(list, record) : list->pick == PICK_UNSATISFIED ? is_unsatisfied(record) : true;
    if (*keep && list->pick == PICK_UNSATISFIED)
        status = is_corrected(list, record, &corrected, err);
    if (status == STATUS_OK && *keep && !corrected)
        status = reference_hides(list->references, record, &hidden, err);
    *keep = *keep && !hidden && !corrected;
    return status;
}

/* ---- in the order of a field -------------------------------------------------------------------------------------- */

/* One row that is in the ledger. Return false to stop. */
typedef bool (*kept_row)(void *context, const struct record *record, const struct list_key *key, const struct deadline *deadline, struct errmsg *err);

struct streaming {
    struct ledger_list *list;
    kept_row row;
    void *context;
    enum status status;
    struct errmsg *err;
};

static bool stream_row(void *context, const struct record *record, const struct list_key *key)
{
    struct streaming *streaming = context;
    bool keep;
    streaming->status = keeps(streaming->list, record, &keep, streaming->err);
    if (streaming->status != STATUS_OK)
        return false;
    return !keep || streaming->row(streaming->context, record, key, NULL, streaming->err);
}

static enum status stream(struct ledger_list *list, const struct list_key *after, bool backwards, bool including, kept_row row, void *context, struct errmsg *err)
{
    struct streaming streaming = {.list = list, .row = row, .context = context, .err = err};
    struct list_query query = {.type = list->plan.type, .filter = &list->plan.filter, .order = list->plan.order, .ascending = list->plan.ascending, .backwards = backwards};
    if (after != NULL && after->set) {
        list_key_copy(&query.after, after);
        if (including) /* the key's own row stands just behind the row before it */
            query.after.row += list->plan.ascending ? -1 : 1;
    }
    enum status status = records_list(list->store, list->actor, &query, stream_row, &streaming, err);
    return status == STATUS_OK ? streaming.status : status;
}

/* ---- gathered ----------------------------------------------------------------------------------------------------- */

static enum status add_entry(struct ledger_list *list, const struct record *record, const struct deadline *deadline, struct errmsg *err)
{
    if (list->n_entries == list->room_entries) {
        size_t room = list->room_entries > 0 ? list->room_entries * 2 : 64;
        struct ledger_entry *entries = realloc(list->entries, room * sizeof *entries);
        if (entries == NULL)
            return errmsg_set(err, STATUS_NOMEM, "内存不足");
        list->entries = entries;
        list->room_entries = room;
    }
    struct report_cell cell = {.kind = REPORT_EMPTY};
    struct buf scratch;
    enum status status = STATUS_OK;
    buf_init(&scratch, COLUMN_TEXT_MAX_BYTES);
    if (list->plan.order_computed != COMPUTED_NONE) {
        status = ledger_computed(list, list->plan.order_computed, record, deadline, 0, &cell, &scratch, err);
    } else {
        const struct field_def *field = catalogue_field(record->type, list->plan.order_name);
        if (field != NULL)
            cell = report_cell_of(record, field, list->codes, &scratch);
    }
    struct ledger_entry *entry = &list->entries[list->n_entries];
    *entry = (struct ledger_entry){.type = record->type, .id = record->id, .empty = cell.kind == REPORT_EMPTY, .number = cell.number, .place = list->n_entries};
    if (deadline != NULL)
        entry->deadline = *deadline;
    if (status == STATUS_OK && cell.kind == REPORT_TEXT && (entry->text = strdup(cell.text)) == NULL)
        status = errmsg_set(err, STATUS_NOMEM, "内存不足");
    list->n_entries += status == STATUS_OK;
    buf_wipe(&scratch);
    return status;
}

static int compare_entries(struct pinyin_order *order, const struct ledger_entry *a, const struct ledger_entry *b)
{
    if (a->empty || b->empty)
        return (int)b->empty - (int)a->empty;
    if (a->text != NULL || b->text != NULL) /* words in a column of numbers stand behind them */
        return a->text == NULL ? -1 : b->text == NULL ? 1 : pinyin_order_strings(order, a->text, b->text);
    return a->number < b->number ? -1 : a->number > b->number;
}

static int order_upwards(const void *x, const void *y, void *pinyin)
{
    const struct ledger_entry *a = x, *b = y;
    int order = compare_entries(pinyin, a, b);
    return order != 0 ? order : a->place < b->place ? -1 : 1;
}

static int order_downwards(const void *x, const void *y, void *pinyin)
{
    const struct ledger_entry *a = x, *b = y;
    int order = compare_entries(pinyin, b, a);
    return order != 0 ? order : a->place < b->place ? -1 : 1;
}

static bool gather_row(void *context, const struct record *record, const struct list_key *key, const struct deadline *deadline, struct errmsg *err)
{
    struct streaming *streaming = context;
    (void)key;
    streaming->status = add_entry(streaming->list, record, deadline, err);
    return streaming->status == STATUS_OK;
}

/* Whether a todo row meets the further condition. */
static enum status meets_where(struct ledger_list *list, const struct todo_item *item, bool *meets, struct errmsg *err)
{
    char text[ID_TEXT_BYTES];
    *meets = !list->has_where;
    for (size_t i = 0; list->has_where && i < list->n_todo_filters; i++) {
        struct filter filter = list->todo_filters[i].filter; /* its values stay the list's */
        int64_t count = 0;
        if (list->todo_filters[i].type != item->type)
            continue;
        id_format(item->id, text);
        filter.terms[filter.n_terms++] = (struct filter_term){.pseudo = FILTER_ID, .op = FILTER_EQ, .value = value_string(text)};
        enum status status = records_count(list->store, list->actor, item->type, &filter, &count, err);
        if (status != STATUS_OK)
            return status;
        *meets = count > 0;
    }
    return STATUS_OK;
}

static bool gather_item(void *context, const struct todo_item *item)
{
    struct streaming *streaming = context;
    struct ledger_list *list = streaming->list;
    const struct deadline *deadline = &item->deadline;
    bool meets, hidden;
    if (list->pick == PICK_OVERDUE && deadline->days_left >= 0)
        return false; /* soonest first: nothing behind it is over */
    if (list->pick_codes[0] != '\0' && !ledger_has_code(list->pick_codes, deadline->code, strlen(deadline->code)))
        return true;
    if ((list->from != LEDGER_NO_DAY && deadline->due < list->from) || (list->to != LEDGER_NO_DAY && deadline->due > list->to))
        return true;
    streaming->status = meets_where(list, item, &meets, streaming->err);
    if (streaming->status == STATUS_OK && meets)
        streaming->status = reference_hides(list->references, item->record, &hidden, streaming->err);
    if (streaming->status == STATUS_OK && meets && !hidden)
        streaming->status = add_entry(list, item->record, deadline, streaming->err);
    return streaming->status == STATUS_OK;
}

static enum status gather(struct ledger_list *list, struct errmsg *err)
{
    struct streaming streaming = {.list = list, .err = err};
    enum status status = list->todo ? deadline_todo(list->store, list->actor, list->rules, list->calendar, list->today, false, 0, gather_item, &streaming, err)
                                    : stream(list, NULL, false, false, gather_row, &streaming, err);
    if (status == STATUS_OK)
        status = streaming.status;
    if (status == STATUS_OK && list->n_entries > 1)
        qsort_r(list->entries, list->n_entries, sizeof *list->entries, list->plan.ascending ? order_upwards : order_downwards, store_pinyin(list->store));
    return status;
}

/* The key of an entry is its place from 1. */
static enum status walk_entries(struct ledger_list *list, const struct list_key *after, bool backwards, bool including, kept_row row, void *context, struct errmsg *err)
{
    bool set = after != NULL && after->set;
    size_t at = set ? (size_t)after->row - 1 : backwards ? list->n_entries : 0;
    if (set && !backwards && !including)
        at++;
    if (set && backwards && including)
        at++;
    while (backwards ? at > 0 : at < list->n_entries) {
        size_t index = backwards ? --at : at++;
        const struct ledger_entry *entry = &list->entries[index];
        struct record record;
        struct errmsg why = {{0}};
        enum status status = records_get(list->store, list->actor, entry->type, entry->id, &record, &why);
        if (status == STATUS_NOT_FOUND)
            continue; /* deleted meanwhile */
        if (status != STATUS_OK)
            return errmsg_set(err, status, "%s", why.text);
        struct list_key key = {.set = true, .value = value_null(), .row = (int64_t)index + 1};
        bool more = row(context, &record, &key, list->todo ? &entry->deadline : NULL, err);
        record_release(&record);
        if (!more)
            break;
    }
    return STATUS_OK;
}

static enum status walk(struct ledger_list *list, const struct list_key *after, bool backwards, bool including, kept_row row, void *context, struct errmsg *err)
{
    return list->gathers ? walk_entries(list, after, backwards, including, row, context, err) : stream(list, after, backwards, including, row, context, err);
}

/* ---- giving rows out ---------------------------------------------------------------------------------------------- */

struct giving {
    struct ledger_list *list;
    ledger_row_fn row;
    void *context;
    bool numbered;
    size_t max; /* 0: all */
    int64_t count;
    struct report_cell *totals;
    enum status status;
};

static void add_totals(const struct ledger_list *list, struct report_cell *totals)
{
    for (size_t i = 0; i < list->plan.n_columns; i++) {
        const struct report_cell *cell = &list->cells[i];
        if (!list->columns[i].summed || (cell->kind != REPORT_INT && cell->kind != REPORT_MONEY))
            continue;
        if (__builtin_add_overflow(totals[i].number, cell->number, &totals[i].number)) /* rows of a newer program may hold anything */
            totals[i].number = cell->number < 0 ? INT64_MIN : INT64_MAX;
    }
}

static bool give_row(void *context, const struct record *record, const struct list_key *key, const struct deadline *deadline, struct errmsg *err)
{
    struct giving *giving = context;
    struct ledger_list *list = giving->list;
    giving->count++;
    if (giving->row == NULL)
        return true;
    giving->status = ledger_fill(list, record, deadline, giving->numbered ? giving->count : 0, err);
    if (giving->status != STATUS_OK)
        return false;
    if (giving->totals != NULL)
        add_totals(list, giving->totals);
    struct ledger_row row = {.record = record, .cells = list->cells, .key = *key, .no = giving->numbered ? giving->count : 0};
    if (row.key.value.kind == VALUE_TEXT && key->value.text == key->text)
        row.key.value.text = row.key.text;
    return giving->row(giving->context, &row) && (giving->max == 0 || giving->count < (int64_t)giving->max);
}

enum status ledger_rows(struct ledger_list *list, ledger_row_fn row, void *context, struct report_cell *totals, int64_t *count, struct errmsg *err)
{
    struct giving giving = {.list = list, .row = row, .context = context, .numbered = true, .totals = totals};
    for (size_t i = 0; totals != NULL && i < list->plan.n_columns; i++)
        totals[i] = (struct report_cell){.kind = list->columns[i].summed ? list->columns[i].kind : REPORT_EMPTY};
    enum status status = walk(list, NULL, false, false, give_row, &giving, err);
    if (count != NULL)
        *count = giving.count;
    return status == STATUS_OK ? giving.status : status;
}

enum status ledger_page(struct ledger_list *list, const struct list_key *after, bool backwards, bool including, size_t max, ledger_row_fn row, void *context, struct errmsg *err)
{
    struct giving giving = {.list = list, .row = row, .context = context, .max = max};
    enum status status = max > 0 ? walk(list, after, backwards, including, give_row, &giving, err) : STATUS_OK;
    return status == STATUS_OK ? giving.status : status;
}

enum status ledger_at_most(struct ledger_list *list, int64_t *count, struct errmsg *err)
{
    *count = (int64_t)list->n_entries;
    return list->gathers ? STATUS_OK : records_count(list->store, list->actor, list->plan.type, &list->plan.filter, count, err);
}

enum status ledger_count(struct ledger_list *list, int64_t *count, struct errmsg *err)
{
    struct giving giving = {.list = list};
    enum status status = walk(list, NULL, false, false, give_row, &giving, err);
    *count = giving.count;
    return status;
}
