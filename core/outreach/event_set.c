/* core/outreach/event_set.c - see event_set.h: ids first, then one grouped statement per table, then the events themselves in order of their days. */
#include "core/outreach/event_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048, WHERE_BYTES = 96, ROWS_FIRST = 16 };

/* ---- the choice ---- */

static struct event_choice choice_by_id(enum event_choice_kind kind, struct id id)
{
    struct event_choice choice = {.kind = kind};

    id_format(id, choice.id);
    return choice;
}

struct event_choice event_choice_one(struct id event)
{
    return choice_by_id(EVENTS_ONE, event);
}

struct event_choice event_choice_campaign(struct id campaign)
{
    return choice_by_id(EVENTS_OF_CAMPAIGN, campaign);
}

struct event_choice event_choice_period(int32_t from, int32_t to)
{
    return (struct event_choice){.kind = EVENTS_OF_PERIOD, .from = from, .to = to};
}

void event_choice_sql(const struct event_choice *choice, struct buf *sql, int *index)
{
    switch (choice->kind) {
    case EVENTS_ONE:
        buf_printf(sql, " AND event=?%d", (*index)++);
        break;
    case EVENTS_OF_CAMPAIGN:
        buf_printf(sql, " AND event IN (SELECT lower(hex(id)) FROM event WHERE campaign=?%d AND gone=0)", (*index)++);
        break;
    case EVENTS_OF_PERIOD:
        buf_printf(sql, " AND event IN (SELECT lower(hex(id)) FROM event WHERE date>=?%d AND date<=?%d AND gone=0)", *index, *index + 1);
        *index += 2;
        break;
    }
}

void event_choice_bind(const struct event_choice *choice, struct stmt *stmt, int *index)
{
    if (choice->kind == EVENTS_OF_PERIOD) {
        stmt_int(stmt, (*index)++, choice->from);
        stmt_int(stmt, (*index)++, choice->to);
    } else {
        stmt_string(stmt, (*index)++, choice->id);
    }
}

/* The same for the events themselves. */
static void where_of(const struct event_choice *choice, char out[WHERE_BYTES])
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];

    if (choice->kind == EVENTS_OF_PERIOD) {
        day_format(choice->from, from);
        day_format(choice->to, to);
        snprintf(out, WHERE_BYTES, "date>=%s and date<=%s", from, to);
    } else {
        snprintf(out, WHERE_BYTES, choice->kind == EVENTS_ONE ? "id=%s" : "campaign=%s", choice->id);
    }
}

static enum status list_events(struct store *store, const struct actor *actor, const struct event_choice *choice, records_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("event");
    struct filter filter;
    char where[WHERE_BYTES];

    where_of(choice, where);
    enum status status = filter_parse(&filter, type, NULL, where, err);
    if (status != STATUS_OK)
        return status;
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    status = records_list(store, actor, &query, row, context, err);
    filter_release(&filter);
    return status;
}

/* ---- reading the rows ---- */

struct reading {
    struct event_set *set;
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    size_t room;
};

static int order_rows(const void *a, const void *b)
{
    return strcmp(((const struct event_rows *)a)->id, ((const struct event_rows *)b)->id);
}

static enum status add_row(struct reading *reading, const char *id)
{
    struct event_set *set = reading->set;

    if (set->n == reading->room) {
        size_t room = reading->room > 0 ? reading->room * 2 : ROWS_FIRST;
        struct event_rows *rows = realloc(set->rows, room * sizeof *rows);
        if (rows == NULL)
            return STATUS_NOMEM;
        set->rows = rows;
        reading->room = room;
    }
    struct event_rows *row = &set->rows[set->n++];
    *row = (struct event_rows){.present = 0};
    snprintf(row->id, sizeof row->id, "%s", id);
    return STATUS_OK;
}

/* The chosen events that the actor sees. */
static enum status read_ids(struct reading *reading, struct errmsg *err)
{
    const struct event_choice *choice = &reading->set->choice;
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int index = choice->kind == EVENTS_OF_PERIOD ? 3 : 2;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, choice->kind == EVENTS_OF_PERIOD ? "SELECT id FROM event WHERE date>=?1 AND date<=?2 AND gone=0" : "SELECT id FROM event WHERE campaign=?1 AND gone=0");
    row_scope_sql(reading->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(reading->store, &sql);
    buf_release(&sql);
    index = 1;
    event_choice_bind(choice, stmt, &index);
    row_scope_bind(reading->actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        id_format(stmt_column_id(stmt, 0), id);
        enum status added = add_row(reading, id);
        if (added != STATUS_OK) {
            stmt_reset(stmt);
            return added;
        }
    }
    return status;
}

static struct event_rows *find_row(const struct event_set *set, const char *id)
{
    struct event_rows key = {.present = 0};

    snprintf(key.id, sizeof key.id, "%s", id);
    return set->n == 0 ? NULL : bsearch(&key, set->rows, set->n, sizeof key, order_rows);
}

/* Column 0 is the event; the rest is for the taker. */
typedef void (*take_row)(struct reading *reading, struct event_rows *row, struct stmt *stmt);

static void take_consultations(struct reading *reading, struct event_rows *row, struct stmt *stmt)
{
    (void)reading;
    row->totals.consultations = stmt_column_int(stmt, 1);
    row->totals.consulted = stmt_column_int(stmt, 2);
    row->totals.matters = stmt_column_int(stmt, 3);
    row->totals.tallies = stmt_column_int(stmt, 4);
    row->present |= EVENT_CONSULTATIONS;
}

/* The unit of an item stands at the end of its name: 宣传资料（份）. Of the shipped items also when the county renames them. */
unsigned event_part_of_item(const struct code_book *codes, const char *item)
{
    static const struct {
        const char *code, *unit;
        enum event_part part;
    } items[] = {
        {"01", "份", EVENT_HANDOUTS}, {"02", "份", EVENT_HANDOUTS}, {"03", "份", EVENT_HANDOUTS},
        {"04", "块", EVENT_BOARDS},   {"05", "条", EVENT_BANNERS},  {"06", "件", EVENT_GIFTS},
    };
    const char *name = code_book_name(codes, "publicity_item", item);
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        char wide[16], narrow[16];
        if (strcmp(items[i].code, item) == 0)
            return items[i].part;
        int n = snprintf(wide, sizeof wide, _("（%s）"), _(items[i].unit)), m = snprintf(narrow, sizeof narrow, "(%s)", _(items[i].unit));
        if ((len > (size_t)n && strcmp(name + len - (size_t)n, wide) == 0) || (len > (size_t)m && strcmp(name + len - (size_t)m, narrow) == 0))
            return items[i].part;
    }
    return 0;
}

static void take_materials(struct reading *reading, struct event_rows *row, struct stmt *stmt)
{
    unsigned part = event_part_of_item(reading->codes, stmt_column_text(stmt, 1, NULL));
    int64_t quantity = stmt_column_int(stmt, 2);

    row->totals.handouts += part == EVENT_HANDOUTS ? quantity : 0;
    row->totals.boards += part == EVENT_BOARDS ? quantity : 0;
    row->totals.banners += part == EVENT_BANNERS ? quantity : 0;
    row->totals.gifts += part == EVENT_GIFTS ? quantity : 0;
    row->present |= part;
}

static void take_cases(struct reading *reading, struct event_rows *row, struct stmt *stmt)
{
    (void)reading;
    row->totals.accepted = stmt_column_int(stmt, 1);
    row->present |= EVENT_CASES;
}

static void take_hours(struct reading *reading, struct event_rows *row, struct stmt *stmt)
{
    (void)reading;
    row->totals.volunteers = stmt_column_int(stmt, 1);
    row->totals.hours = stmt_column_int(stmt, 2);
    row->present |= EVENT_HOURS;
}

static void take_media(struct reading *reading, struct event_rows *row, struct stmt *stmt)
{
    (void)reading;
    row->totals.media = stmt_column_int(stmt, 1);
}

static const struct {
    unsigned parts;
    const char *columns, *table, *condition, *group;
    take_row take;
} tables[] = {
    {EVENT_CONSULTATIONS, "count(*),sum(coalesce(persons,1)),sum(coalesce(matters,1)),sum(coalesce(tally,0))", "consultation", "", "event", take_consultations},
    {EVENT_HANDOUTS | EVENT_BOARDS | EVENT_BANNERS | EVENT_GIFTS, "item,sum(quantity)", "event_material", "", "event,item", take_materials},
    {EVENT_CASES, "count(*)", "case", " AND state NOT IN ('S1','X2')", "event", take_cases},
    {EVENT_HOURS, "count(DISTINCT volunteer),sum(hours)", "service_hours", "", "event", take_hours},
    {EVENT_MEDIA, "count(*)", "media_item", "", "event", take_media},
};

static enum status read_table(struct reading *reading, size_t t, struct errmsg *err)
{
    struct buf sql;
    int index = 1;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT event,%s FROM \"%s\" WHERE gone=0%s", tables[t].columns, tables[t].table, tables[t].condition);
    event_choice_sql(&reading->set->choice, &sql, &index);
    row_scope_sql(reading->actor, &sql, &index);
    buf_printf(&sql, " GROUP BY %s", tables[t].group);
    struct stmt *stmt = store_prepare_buf(reading->store, &sql);
    buf_release(&sql);
    index = 1;
    event_choice_bind(&reading->set->choice, stmt, &index);
    row_scope_bind(reading->actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        struct event_rows *row = find_row(reading->set, stmt_column_text(stmt, 0, NULL));
        if (row != NULL) /* NULL: an event of another scope, or not there yet */
            tables[t].take(reading, row, stmt);
    }
    return status;
}

/* Events with typed figures of consultations that have rows of them: one look by index each. */
static enum status see_consultations(struct reading *reading, struct errmsg *err)
{
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int index = 3;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id FROM event WHERE date>=?1 AND date<=?2 AND gone=0 AND (consulted>0 OR consulted_matters>0)"
                   " AND EXISTS (SELECT 1 FROM consultation WHERE event=lower(hex(\"event\".id)) AND gone=0");
    row_scope_sql(reading->actor, &sql, &index);
    buf_puts(&sql, ")");
    struct stmt *stmt = store_prepare_buf(reading->store, &sql);
    buf_release(&sql);
    index = 1;
    event_choice_bind(&reading->set->choice, stmt, &index);
    row_scope_bind(reading->actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        id_format(stmt_column_id(stmt, 0), id);
        struct event_rows *row = find_row(reading->set, id);
        if (row != NULL)
            row->present |= EVENT_CONSULTATIONS;
    }
    return status;
}

static enum status read_parts(struct event_set *set, struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, unsigned parts, bool seen,
                              struct errmsg *err)
{
    struct reading reading = {.set = set, .store = store, .actor = actor, .codes = codes};

    *set = (struct event_set){.choice = *choice};
    enum status status = choice->kind == EVENTS_ONE ? add_row(&reading, choice->id) : read_ids(&reading, err);
    if (status == STATUS_OK && set->n > 1)
        qsort(set->rows, set->n, sizeof *set->rows, order_rows);
    for (size_t t = 0; status == STATUS_OK && set->n > 0 && t < sizeof tables / sizeof tables[0]; t++)
        if ((tables[t].parts & parts) != 0)
            status = read_table(&reading, t, err);
    if (status == STATUS_OK && set->n > 0 && seen)
        status = see_consultations(&reading, err);
    if (status != STATUS_OK)
        event_set_release(set);
    return status;
}

enum status event_set_read(struct event_set *set, struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, struct errmsg *err)
{
    return read_parts(set, store, actor, codes, choice, EVENT_ALL, false, err);
}

enum status event_set_read_some(struct event_set *set, struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, unsigned parts, bool seen,
                                struct errmsg *err)
{
    return read_parts(set, store, actor, codes, choice, parts & ~(seen ? (unsigned)EVENT_CONSULTATIONS : 0u), seen, err);
}

void event_set_release(struct event_set *set)
{
    free(set->rows);
    set->rows = NULL;
    set->n = 0;
}

/* ---- rows, else what was typed ---- */

static int64_t typed(const struct record *event, const char *field)
{
    struct value value = record_get(event, catalogue_field(event->type, field));

    return value.kind == VALUE_INT ? value.number : 0;
}

unsigned event_set_totals(const struct event_set *set, const struct record *event, struct event_totals *out)
{
    char id[ID_TEXT_BYTES];

    id_format(event->id, id);
    const struct event_rows *row = find_row(set, id);
    unsigned present = row != NULL ? row->present : 0;
    *out = row != NULL ? row->totals : (struct event_totals){0};
    if (!(present & EVENT_CONSULTATIONS)) {
        out->consulted = typed(event, "consulted");
        out->matters = typed(event, "consulted_matters");
    }
    if (!(present & EVENT_HANDOUTS))
        out->handouts = typed(event, "materials");
    if (!(present & EVENT_BOARDS))
        out->boards = typed(event, "boards");
    if (!(present & EVENT_BANNERS))
        out->banners = typed(event, "banners");
    if (!(present & EVENT_GIFTS))
        out->gifts = typed(event, "gifts");
    if (!(present & EVENT_CASES))
        out->accepted = typed(event, "accepted");
    if (!(present & EVENT_HOURS))
        out->volunteers = typed(event, "volunteers");
    out->photos = typed(event, "photos");
    out->audience = typed(event, "persons");
    return present;
}

struct walk {
    const struct event_set *set;
    event_set_row row;
    void *context;
};

static bool walk_event(void *context, const struct record *event, const struct list_key *key)
{
    struct walk *walk = context;
    struct event_totals totals;

    (void)key;
    unsigned present = event_set_totals(walk->set, event, &totals);
    return walk->row(walk->context, event, &totals, present);
}

enum status event_set_each(const struct event_set *set, struct store *store, const struct actor *actor, event_set_row row, void *context, struct errmsg *err)
{
    struct walk walk = {.set = set, .row = row, .context = context};

    return list_events(store, actor, &set->choice, walk_event, &walk, err);
}

enum status event_set_volunteers(struct store *store, const struct actor *actor, const struct event_choice *choice, int64_t *count, struct errmsg *err)
{
    struct buf sql;
    int index = 1;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT count(DISTINCT volunteer) FROM service_hours WHERE gone=0");
    event_choice_sql(choice, &sql, &index);
    row_scope_sql(actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    event_choice_bind(choice, stmt, &index);
    row_scope_bind(actor, stmt, &index);
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

void event_totals_add(struct event_totals *sum, const struct event_totals *part)
{
    sum->consulted += part->consulted;
    sum->matters += part->matters;
    sum->consultations += part->consultations;
    sum->tallies += part->tallies;
    sum->handouts += part->handouts;
    sum->boards += part->boards;
    sum->banners += part->banners;
    sum->gifts += part->gifts;
    sum->accepted += part->accepted;
    sum->volunteers += part->volunteers;
    sum->hours += part->hours;
    sum->media += part->media;
    sum->photos += part->photos;
    sum->audience += part->audience;
}
