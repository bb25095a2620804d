/* core/outreach/figure.c - see figure.h: the table of figures, their parts, and the walk over both. */
#include "core/outreach/figure.h"

#include <stddef.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/code_book.h"
#include "core/record/filter.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 4096, BASE_BYTES = 96, FIRST = 32 };

/* ---- the figures that an event has ---- */

static const struct measure {
    const char *name, *label, *unit;
    const char *type, *sum; /* rows and what they add up to */
    size_t offset;          /* in struct event_totals: what was typed */
    unsigned part;          /* rows of it are there; 0: it cannot be typed */
} measures[] = {
    {"consulted", "解答咨询", "人次", "consultation", "sum(coalesce(persons,1))", offsetof(struct event_totals, consulted), EVENT_CONSULTATIONS},
    {"matters", "咨询件数", "件", "consultation", "sum(coalesce(matters,1))", offsetof(struct event_totals, matters), EVENT_CONSULTATIONS},
    {"handouts", "发放资料", "份", "event_material", "sum(quantity)", offsetof(struct event_totals, handouts), EVENT_HANDOUTS},
    {"boards", "展出展板", "块", "event_material", "sum(quantity)", offsetof(struct event_totals, boards), EVENT_BOARDS},
    {"banners", "悬挂横幅", "条", "event_material", "sum(quantity)", offsetof(struct event_totals, banners), EVENT_BANNERS},
    {"gifts", "发放宣传品", "件", "event_material", "sum(quantity)", offsetof(struct event_totals, gifts), EVENT_GIFTS},
    {"accepted", "现场受理", "件", "case", "count(*)", offsetof(struct event_totals, accepted), EVENT_CASES},
    {"volunteers", "志愿者", "人", "service_hours", "count(DISTINCT volunteer)", offsetof(struct event_totals, volunteers), EVENT_HOURS},
    {"hours", "志愿服务", "小时", "service_hours", "sum(hours)", offsetof(struct event_totals, hours), 0},
};

enum { MEASURES = sizeof measures / sizeof measures[0] };

static int64_t at_offset(const struct event_totals *totals, size_t offset)
{
    return *(const int64_t *)(const void *)((const char *)totals + offset);
}

/* What stands in an event only. */
struct typed {
    char id[ID_TEXT_BYTES];
    const struct measure *measure; /* NULL: photos or audience */
    const char *name;
    int64_t value;
};

struct figures {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct event_choice *choice;
    const struct figure_want *want;
    bool off; /* the figure being made is not wanted */
    figure_row row;
    void *context;
    struct errmsg *err;
    bool stopped;
    enum status status; /* first failure */
    struct figure_part *parts;
    size_t n_parts, room;
    struct typed *typed;
    size_t n_typed, typed_room;
};

static bool wants(const struct figures *figures, const char *name)
{
    if (figures->want->names == NULL)
        return true;
    for (size_t i = 0; figures->want->names[i] != NULL; i++)
        if (strcmp(figures->want->names[i], name) == 0)
            return true;
    return false;
}

/* What is added next is of this figure. */
static void begin(struct figures *figures, const char *name)
{
    figures->off = !wants(figures, name);
}

/* Whether there is anything to do. */
static bool goes_on(const struct figures *figures)
{
    return figures->status == STATUS_OK && !figures->stopped && !figures->off;
}

/* ---- parts ---- */

static struct figure_part *new_part(struct figures *figures, const char *type)
{
    if (figures->n_parts == figures->room) {
        size_t room = figures->room > 0 ? figures->room * 2 : FIRST;
        struct figure_part *parts = realloc(figures->parts, room * sizeof *parts);
        if (parts == NULL) {
            figures->status = STATUS_NOMEM;
            return NULL;
        }
        figures->parts = parts;
        figures->room = room;
    }
    figures->parts[figures->n_parts] = (struct figure_part){.type = type};
    return &figures->parts[figures->n_parts++];
}

/* Count the rows of the expression, and what they add up to. */
static enum status measure_rows(struct figures *figures, const struct filter *filter, const char *sum, int64_t *rows, int64_t *value)
{
    struct buf sql;
    int index = 1;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT count(*),%s FROM \"%s\" WHERE gone=0", sum, filter->type->name);
    row_scope_sql(figures->actor, &sql, &index);
    filter_sql(filter, figures->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(figures->store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(figures->actor, stmt, &index);
    filter_bind(filter, figures->actor, stmt, &index);
    *rows = *value = 0;
    if (stmt_row(stmt, &status, figures->err)) {
        *rows = stmt_column_int(stmt, 0);
        *value = stmt_column_int(stmt, 1);
        stmt_reset(stmt);
    }
    return status;
}

/* A part for the rows of a --where expression; none if there are no such rows. */
static void add_rows(struct figures *figures, const char *type, const char *sum, const char *format, ...) __attribute__((format(printf, 4, 5)));
static void add_rows(struct figures *figures, const char *type, const char *sum, const char *format, ...)
{
    char where[FIGURE_WHERE_BYTES];
    struct filter filter;
    int64_t rows, value;
    va_list args;

    if (!goes_on(figures))
        return;
    va_start(args, format);
    vsnprintf(where, sizeof where, format, args);
    va_end(args);
    figures->status = filter_parse(&filter, catalogue_find(type), figures->codes, where, figures->err);
    if (figures->status != STATUS_OK)
        return;
    figures->status = measure_rows(figures, &filter, sum, &rows, &value);
    filter_release(&filter);
    if (figures->status != STATUS_OK || rows == 0)
        return;
    struct figure_part *part = new_part(figures, catalogue_find(type)->name);
    if (part == NULL)
        return;
    snprintf(part->where, sizeof part->where, "%s", where);
    part->value = value;
    part->sum = sum;
}

static void add_record(struct figures *figures, const char *type, const char *id, int64_t value)
{
    struct figure_part *part = goes_on(figures) ? new_part(figures, type) : NULL;

    if (part == NULL)
        return;
    snprintf(part->where, sizeof part->where, "id=%s", id);
    part->value = value;
}

/* Give out the figure that the parts gathered so far make up; `always`: also when there are none. */
static void give(struct figures *figures, bool always, const char *name, const char *code, const char *label, const char *unit)
{
    struct figure figure = {.name = name, .code = code, .label = label, .unit = unit, .parts = figures->parts, .n_parts = figures->n_parts};

    for (size_t i = 0; i < figures->n_parts; i++)
        figure.value += figures->parts[i].value;
    if (goes_on(figures) && (always || figures->n_parts > 0))
        figures->stopped = !figures->row(figures->context, &figure);
    figures->n_parts = 0;
}

/* ---- where the choice's rows are ---- */

static void days_of(const struct event_choice *choice, const char *prefix, char out[BASE_BYTES])
{
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];

    day_format(choice->from, from);
    day_format(choice->to, to);
    snprintf(out, BASE_BYTES, "%sdate>=%s and %sdate<=%s", prefix, from, prefix, to);
}

static void of_events(const struct event_choice *choice, char out[BASE_BYTES])
{
    if (choice->kind == EVENTS_OF_PERIOD)
        days_of(choice, "", out);
    else
        snprintf(out, BASE_BYTES, "%s=%s", choice->kind == EVENTS_ONE ? "id" : "campaign", choice->id);
}

static void of_rows(const struct event_choice *choice, char out[BASE_BYTES])
{
    if (choice->kind == EVENTS_OF_PERIOD)
        days_of(choice, "event.", out);
    else
        snprintf(out, BASE_BYTES, "event%s=%s", choice->kind == EVENTS_ONE ? "" : ".campaign", choice->id);
}

/* ---- events ---- */

static void give_events(struct figures *figures)
{
    char base[BASE_BYTES];

    of_events(figures->choice, base);
    begin(figures, "events");
    add_rows(figures, "event", "count(*)", "%s", base);
    give(figures, true, "events", "", "活动", "场");
    begin(figures, "sessions");
    add_rows(figures, "event", "count(*)", "%s and kind!=11 and kind!=12 and kind!=13 and kind!=15", base);
    give(figures, true, "sessions", "", "宣传场次", "场");
    begin(figures, "kind");
    for (size_t i = 0; i < code_book_count(figures->codes, "event_kind"); i++) {
        const struct code *kind = code_book_at(figures->codes, "event_kind", i);
        add_rows(figures, "event", "count(*)", "%s and kind=%s", base, kind->code);
        add_rows(figures, "event", "count(*)", "%s and kind!=%s and also~%s", base, kind->code, kind->code);
        give(figures, false, "kind", kind->code, kind->name, "场");
    }
}

/* The towns that were reached; of barracks nobody is told where they lie. */
static void give_places(struct figures *figures)
{
    char base[BASE_BYTES];

    of_events(figures->choice, base);
    begin(figures, "town");
    for (size_t i = 0; i < code_book_count(figures->codes, "town"); i++) {
        const struct code *town = code_book_at(figures->codes, "town", i);
        add_rows(figures, "event", "count(*)", "%s and town=%s and kind!=05 and also!~05 and place_kind!=03", base, town->code);
        give(figures, false, "town", town->code, town->name, "场");
    }
    begin(figures, "barracks");
    add_rows(figures, "event", "count(*)", "%s and kind=05", base);
    add_rows(figures, "event", "count(*)", "%s and kind!=05 and also~05", base);
    add_rows(figures, "event", "count(*)", "%s and kind!=05 and also!~05 and place_kind=03", base);
    give(figures, true, "barracks", "", "进军营", "场");
}

static void give_lists(struct figures *figures)
{
    static const struct {
        const char *name, *set, *field;
    } lists[] = {{"body", "partner_body", "bodies"}, {"law", "publicity_law", "laws"}};
    char base[BASE_BYTES];

    of_events(figures->choice, base);
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        begin(figures, lists[l].name);
        for (size_t i = 0; i < code_book_count(figures->codes, lists[l].set); i++) {
            const struct code *code = code_book_at(figures->codes, lists[l].set, i);
            add_rows(figures, "event", "count(*)", "%s and %s~%s", base, lists[l].field, code->code);
            if (figures->choice->kind == EVENTS_OF_CAMPAIGN)
                add_rows(figures, "campaign", "0", "id=%s and %s~%s", figures->choice->id, lists[l].field, code->code); /* named for the whole campaign */
            give(figures, false, lists[l].name, code->code, code->name, "场");
        }
    }
}

/* ---- what rows of events add up to ---- */

static void add_materials(struct figures *figures, const struct measure *measure, const char *base)
{
    for (size_t i = 0; i < code_book_count(figures->codes, "publicity_item"); i++) {
        const struct code *item = code_book_at(figures->codes, "publicity_item", i);
        if (event_part_of_item(figures->codes, item->code) == measure->part)
            add_rows(figures, measure->type, measure->sum, "%s and item=%s", base, item->code);
    }
}

static void add_typed(struct figures *figures, const struct measure *measure, const char *name)
{
    for (size_t i = 0; i < figures->n_typed; i++)
        if (figures->typed[i].measure == measure && (measure != NULL || strcmp(figures->typed[i].name, name) == 0))
            add_record(figures, "event", figures->typed[i].id, figures->typed[i].value);
}

static void give_measures(struct figures *figures)
{
    for (size_t i = 0; i < MEASURES; i++) {
        const struct measure *measure = &measures[i];
        char base[BASE_BYTES];
        begin(figures, measure->name);
        if (measure->part == EVENT_CONSULTATIONS && figures->choice->kind == EVENTS_OF_PERIOD)
            days_of(figures->choice, "", base);
        else
            of_rows(figures->choice, base);
        if (measure->part == EVENT_CONSULTATIONS && figures->want->typed_only)
            base[0] = '\0'; /* the caller has them */
        else if (strcmp(measure->type, "event_material") == 0)
            add_materials(figures, measure, base);
        else if (measure->part == EVENT_CASES)
            add_rows(figures, measure->type, measure->sum, "%s and state!=S1 and state!=X2", base);
        else
            add_rows(figures, measure->type, measure->sum, "%s", base);
        add_typed(figures, measure, NULL);
        give(figures, true, measure->name, "", measure->label, measure->unit);
    }
}

static void give_seen(struct figures *figures)
{
    begin(figures, "photos");
    add_typed(figures, NULL, "photos");
    give(figures, true, "photos", "", "照片", "张");
    begin(figures, "audience");
    add_typed(figures, NULL, "audience");
    give(figures, true, "audience", "", "参加人数", "人");
}

static void give_categories(struct figures *figures)
{
    char base[BASE_BYTES];

    of_rows(figures->choice, base);
    begin(figures, "category");
    add_rows(figures, "consultation", "sum(coalesce(persons,1))", "%s and category=", base);
    give(figures, false, "category", "", "未分类", "人次");
    for (size_t i = 0; i < code_book_count(figures->codes, "category"); i++) {
        const struct code *category = code_book_at(figures->codes, "category", i);
        add_rows(figures, "consultation", "sum(coalesce(persons,1))", "%s and category=%s", base, category->code);
        give(figures, false, "category", category->code, category->name, "人次");
    }
}

static void give_event_media(struct figures *figures)
{
    char base[BASE_BYTES];

    of_rows(figures->choice, base);
    begin(figures, "media");
    add_rows(figures, "media_item", "count(*)", "%s", base);
    give(figures, true, "media", "", "媒体报道", "条");
}

/* ---- what a period has beside its events ---- */

static void give_table(struct figures *figures, const char *name, const char *set, const char *type, const char *field, const char *sum, const char *unit)
{
    char base[BASE_BYTES];

    begin(figures, name);
    days_of(figures->choice, "", base);
    for (size_t i = 0; i < code_book_count(figures->codes, set); i++) {
        const struct code *code = code_book_at(figures->codes, set, i);
        add_rows(figures, type, sum, "%s and %s=%s", base, field, code->code);
        give(figures, false, name, code->code, code->name, unit);
    }
}

/* Events of a kind that no row of the register names: registered as events only. audience: how many came, else one each. */
static void add_unnamed_events(struct figures *figures, const char *kind, const char *type, bool audience)
{
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int index = 4;
    enum status status;

    if (!goes_on(figures))
        return;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,coalesce(persons,0) FROM event WHERE date>=?1 AND date<=?2 AND gone=0 AND (kind=?3 OR ','||also||',' LIKE '%%,'||?3||',%%')"
                     " AND NOT EXISTS (SELECT 1 FROM %s WHERE event=lower(hex(\"event\".id)) AND gone=0", type);
    row_scope_sql(figures->actor, &sql, &index);
    buf_puts(&sql, ")");
    row_scope_sql(figures->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(figures->store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, figures->choice->from);
    stmt_int(stmt, 2, figures->choice->to);
    stmt_string(stmt, 3, kind);
    index = 4;
    row_scope_bind(figures->actor, stmt, &index);
    row_scope_bind(figures->actor, stmt, &index);
    while (stmt_row(stmt, &status, figures->err)) {
        id_format(stmt_column_id(stmt, 0), id);
        add_record(figures, "event", id, audience ? stmt_column_int(stmt, 1) : 1);
    }
    figures->status = figures->status == STATUS_OK ? status : figures->status;
}

/* Courses without a list of who came: what was typed. */
static void add_unsigned_trainings(struct figures *figures)
{
    struct buf sql;
    char id[ID_TEXT_BYTES];
    int index = 3;
    enum status status;

    if (!goes_on(figures))
        return;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id,persons FROM training WHERE date>=?1 AND date<=?2 AND gone=0 AND persons>0"
                   " AND NOT EXISTS (SELECT 1 FROM attendance WHERE attendance.training=lower(hex(training.id)) AND attendance.gone=0)");
    row_scope_sql(figures->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(figures->store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, figures->choice->from);
    stmt_int(stmt, 2, figures->choice->to);
    index = 3;
    row_scope_bind(figures->actor, stmt, &index);
    while (stmt_row(stmt, &status, figures->err)) {
        id_format(stmt_column_id(stmt, 0), id);
        add_record(figures, "training", id, stmt_column_int(stmt, 1));
    }
    figures->status = figures->status == STATUS_OK ? status : figures->status;
}

static void give_period(struct figures *figures)
{
    char base[BASE_BYTES], of_training[BASE_BYTES];

    days_of(figures->choice, "", base);
    days_of(figures->choice, "training.", of_training);
    give_table(figures, "media", "media_kind", "media_item", "kind", "sum(coalesce(times,1))", "次");
    begin(figures, "media_items");
    add_rows(figures, "media_item", "count(*)", "%s", base);
    give(figures, true, "media_items", "", "媒体报道", "条");
    give_table(figures, "honour", "honour_level", "honour", "level", "count(*)", "项");
    give_table(figures, "token", "token_kind", "token", "kind", "sum(quantity)", "件");
    begin(figures, "recruited");
    add_rows(figures, "volunteer", "count(*)", "%s", base);
    give(figures, true, "recruited", "", "招募志愿者", "人");
    give_table(figures, "source", "volunteer_source", "volunteer", "source", "count(*)", "人");
    begin(figures, "trainings");
    add_rows(figures, "training", "count(*)", "%s", base);
    add_unnamed_events(figures, "12", "training", false);
    give(figures, true, "trainings", "", "业务培训", "期");
    begin(figures, "training_persons");
    add_rows(figures, "attendance", "count(*)", "%s and result!=2 and result!=3", of_training);
    add_unsigned_trainings(figures);
    add_unnamed_events(figures, "12", "training", true);
    give(figures, true, "training_persons", "", "培训人次", "人次");
    begin(figures, "meetings");
    add_rows(figures, "meeting", "count(*)", "%s and kind=1", base);
    add_unnamed_events(figures, "11", "meeting", false);
    give(figures, true, "meetings", "", "联席会", "次");
}

/* ---- all of them ---- */

static bool push_typed(struct figures *figures, const char *id, const struct measure *measure, const char *name, int64_t value)
{
    if (value == 0)
        return true;
    if (figures->n_typed == figures->typed_room) {
        size_t room = figures->typed_room > 0 ? figures->typed_room * 2 : FIRST;
        struct typed *typed = realloc(figures->typed, room * sizeof *typed);
        if (typed == NULL) {
            figures->status = STATUS_NOMEM;
            return false;
        }
        figures->typed = typed;
        figures->typed_room = room;
    }
    struct typed *typed = &figures->typed[figures->n_typed++];
    *typed = (struct typed){.measure = measure, .name = name, .value = value};
    snprintf(typed->id, sizeof typed->id, "%s", id);
    return true;
}

static bool note_typed(void *context, const struct record *event, const struct event_totals *totals, unsigned present)
{
    struct figures *figures = context;
    char id[ID_TEXT_BYTES];
    bool more = true;

    id_format(event->id, id);
    for (size_t i = 0; more && i < MEASURES; i++)
        if (measures[i].part != 0 && !(present & measures[i].part))
            more = push_typed(figures, id, &measures[i], NULL, at_offset(totals, measures[i].offset));
    return more && push_typed(figures, id, NULL, "photos", totals->photos) && push_typed(figures, id, NULL, "audience", totals->audience);
}

/* Which rows of events the wanted figures hang on: where there are none, what was typed counts. */
static unsigned wanted_parts(const struct figures *figures)
{
    unsigned parts = 0;

    if (figures->want->names == NULL)
        return EVENT_ALL;
    for (size_t i = 0; i < MEASURES; i++)
        if (wants(figures, measures[i].name))
            parts |= measures[i].part;
    return parts;
}

static void read_typed(struct figures *figures)
{
    unsigned parts = wanted_parts(figures);
    struct event_set set;

    if (parts == 0 && !wants(figures, "photos") && !wants(figures, "audience"))
        return;
    bool seen = figures->want->typed_only && (parts & EVENT_CONSULTATIONS) != 0;
    figures->status = event_set_read_some(&set, figures->store, figures->actor, figures->codes, figures->choice, parts, seen, figures->err);
    if (figures->status != STATUS_OK)
        return;
    enum status status = event_set_each(&set, figures->store, figures->actor, note_typed, figures, figures->err);
    event_set_release(&set);
    figures->status = figures->status == STATUS_OK ? status : figures->status;
}

enum status figures_some(struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, const struct figure_want *want, figure_row row, void *context,
                         struct errmsg *err)
{
    struct figures figures = {.store = store, .actor = actor, .codes = codes, .choice = choice, .want = want, .row = row, .context = context, .err = err};

    read_typed(&figures);
    if (choice->kind != EVENTS_ONE)
        give_events(&figures);
    if (choice->kind == EVENTS_OF_CAMPAIGN) {
        give_places(&figures);
        give_lists(&figures);
    }
    give_measures(&figures);
    give_seen(&figures);
    if (choice->kind == EVENTS_OF_PERIOD) {
        give_period(&figures);
    } else {
        give_event_media(&figures);
        give_categories(&figures);
    }
    free(figures.parts);
    free(figures.typed);
    return figures.status;
}

enum status figures_each(struct store *store, const struct actor *actor, const struct code_book *codes, const struct event_choice *choice, figure_row row, void *context, struct errmsg *err)
{
    static const struct figure_want all = {.names = NULL};

    return figures_some(store, actor, codes, choice, &all, row, context, err);
}

/* ---- the rows of a part ---- */

static const char DISTINCT[] = "count(DISTINCT ";

/* What one row adds to "sum(..)", "count(..)" or "0". */
static void put_amount(const char *sum, struct buf *sql)
{
    if (sum == NULL || strncmp(sum, "count(", strlen("count(")) == 0)
        buf_puts(sql, "1");
    else if (strncmp(sum, "sum(", strlen("sum(")) == 0)
        buf_printf(sql, "%.*s", (int)(strlen(sum) - strlen("sum()")), sum + strlen("sum("));
    else
        buf_puts(sql, sum);
}

static struct stmt *rows_statement(struct store *store, const struct actor *actor, const struct figure_part *part, const struct filter *filter)
{
    const char *distinct = part->sum != NULL && strncmp(part->sum, DISTINCT, strlen(DISTINCT)) == 0 ? part->sum + strlen(DISTINCT) : NULL;
    struct buf sql;
    int index = 1;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT id,n,%s%s%s,", distinct != NULL ? "min(" : "", filter->type->order, distinct != NULL ? ")" : "");
    put_amount(part->sum, &sql);
    buf_printf(&sql, ",%s,scope FROM \"%s\" WHERE gone=0", catalogue_field(filter->type, "sealed") != NULL ? "coalesce(sealed,0)" : "0", part->type);
    row_scope_sql(actor, &sql, &index);
    filter_sql(filter, actor, &sql, &index);
    if (distinct != NULL)
        buf_printf(&sql, " GROUP BY %.*s", (int)strcspn(distinct, ")"), distinct);
    buf_puts(&sql, " ORDER BY 3,n");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    row_scope_bind(actor, stmt, &index);
    filter_bind(filter, actor, stmt, &index);
    return stmt;
}

enum status figure_part_rows(struct store *store, const struct actor *actor, const struct code_book *codes, const struct figure_part *part, figure_part_fn row, void *context, struct errmsg *err)
{
    struct filter filter;
    enum status status = filter_parse(&filter, catalogue_find(part->type), codes, part->where, err);

    if (status != STATUS_OK)
        return status;
    struct stmt *stmt = rows_statement(store, actor, part, &filter);
    while (stmt_row(stmt, &status, err)) {
        struct figure_part_row out = {.type = filter.type, .id = stmt_column_id(stmt, 0), .n = stmt_column_int(stmt, 1), .day = (int32_t)stmt_column_int(stmt, 2)};
        out.amount = part->sum != NULL ? stmt_column_int(stmt, 3) : part->value;
        bool sealed = stmt_column_int(stmt, 4) != 0;
        out.scope = stmt_column_int(stmt, 5);
        status = privacy_shows(store, actor, out.type, out.id, &out.seen, err);
        out.seen = out.seen && (!sealed || privacy_sees_sealed(actor));
        if (status != STATUS_OK || !row(context, &out)) {
            stmt_reset(stmt);
            break;
        }
    }
    filter_release(&filter);
    return status;
}

/* ---- in words ---- */

/* Two leading digits stay (one below a hundred); from ten thousand on in 万. */
void figure_round(int64_t number, char out[FIGURE_ROUNDED_BYTES])
{
    int64_t step = 10;
    char tenths[8] = "";

    if (number < 10) {
        snprintf(out, FIGURE_ROUNDED_BYTES, "%" PRId64, number);
        return;
    }
    while (number >= 100 && number / step >= 100)
        step *= 10;
    int64_t kept = number - number % step;
    const char *rest = kept < number ? CHINESE("余") : "";
    if (kept < 10000) {
        snprintf(out, FIGURE_ROUNDED_BYTES, "%" PRId64 "%s", kept, rest);
        return;
    }
    if (kept % 10000 != 0)
        snprintf(tenths, sizeof tenths, ".%d", (int)(kept % 10000 / 1000));
    snprintf(out, FIGURE_ROUNDED_BYTES, "%" PRId64 "%s" CHINESE("万") "%s", kept / 10000, tenths, rest);
}
