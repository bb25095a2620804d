/* tui/cli_records.c - records on the command line: list get history search count set add. Actions (do) are cli_do.c. */
#include <stdlib.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/outreach/event.h"
#include "core/base/utf8.h"
#include "core/record/conflict.h"
#include "core/record/filter.h"
#include "core/record/passage.h"
#include "core/record/privacy.h"
#include "core/record/search.h"
#include "core/record/table_writer.h"
#include "tui/cli.h"

enum { LIST_DEFAULT = 100, SEARCH_DEFAULT = 50, ID_SHORT = 8 };

/* ---- list, count --------------------------------------------------------------------------------------------------- */

struct lister {
    struct cli *cli;
    struct errmsg *err;
    enum status status;
    size_t limit, given;
    bool more;
};

static void list_text_row(struct cli *cli, const struct record *record)
{
    char id[ID_TEXT_BYTES];

    id_format(record->id, id);
    buf_printf(&cli->text, "%.*s", ID_SHORT, id);
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        size_t start = cli->text.len + 1;

        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET)
            continue;
        buf_putc(&cli->text, '\t');
        buf_clear(&cli->scratch);
        privacy_show(record, field, cli->codes, &cli->scratch);
        buf_append(&cli->text, buf_cstr(&cli->scratch), cli->scratch.len);
        for (size_t at = start; at < cli->text.len; at++)
            if (cli->text.data[at] == '\n' || cli->text.data[at] == '\t')
                cli->text.data[at] = ' ';
    }
    buf_putc(&cli->text, '\n');
}

static bool list_row(void *context, const struct record *record, const struct list_key *key)
{
    struct lister *lister = context;
    struct cli *cli = lister->cli;

    (void)key;
    if (lister->limit && lister->given == lister->limit) {
        lister->more = true;
        return false;
    }
    lister->given++;
    if (cli->json_output) {
        json_object(&cli->json);
        table_writer_json_fields(&cli->json, record, &cli->scratch);
        json_object_end(&cli->json);
    } else {
        list_text_row(cli, record);
    }
    lister->status = cli_flush(cli, lister->err);
    return lister->status == STATUS_OK;
}

static enum status list_type(struct cli *cli, const struct record_type *type, const struct filter *filter, struct errmsg *err)
{
    struct lister lister = {.cli = cli, .err = err};
    struct list_query query = {.type = type, .filter = filter, .deleted = option_value(&cli->options, "deleted") != NULL};
    int64_t limit;
    enum status status = cli_number(cli, "limit", LIST_DEFAULT, &limit, err);

    /* Hidden from everybody else: it is there for who has to find what a person wants erased. */
    if (!status && query.deleted && (!cli->actor.center || !actor_is_one_of(&cli->actor, 1u << ROLE_ADMIN)))
        status = errmsg_set(err, STATUS_FORBIDDEN, "删除过的只列给县中心的管理员，用来依法清除");
    if (status)
        return status;
    lister.limit = (size_t)limit;
    query.limit = limit ? lister.limit + 1 : 0;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    status = records_list(cli->store, &cli->actor, &query, list_row, &lister, err);
    if (!status)
        status = lister.status;
    if (status)
        return status;
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_key(&cli->json, "more");
        json_bool(&cli->json, lister.more);
        json_object_end(&cli->json);
    } else if (lister.more) {
        cli_note(cli, "还有更多；用 --limit N 或 --where 缩小范围");
    }
    return STATUS_OK;
}

/* The type of that name and the --where filter. The filter is released by the caller when *has is set. */
static enum status type_and_filter(struct cli *cli, const char *name, const struct record_type **type, struct filter *filter, bool *has, struct errmsg *err)
{
    const char *where = option_value(&cli->options, "where");
    enum status status = cli_type(name, type, err);

    *has = false;
    if (status || !where)
        return status;
    status = filter_parse_on(filter, *type, cli->codes, cli_today(cli), where, err);
    if (status)
        return errmsg_wrap(err, status == STATUS_NOMEM ? status : STATUS_USAGE, "--where");
    *has = true;
    return STATUS_OK;
}

static enum status list_named(struct cli *cli, const char *name, struct errmsg *err)
{
    const struct record_type *type;
    struct filter filter;
    bool has;
    enum status status = type_and_filter(cli, name, &type, &filter, &has, err);

    if (status)
        return status;
    status = list_type(cli, type, has ? &filter : NULL, err);
    if (has)
        filter_release(&filter);
    return status;
}

enum status cli_list(struct cli *cli, struct errmsg *err)
{
    return list_named(cli, cli_argument(cli, 0), err);
}

enum status cli_signins(struct cli *cli, struct errmsg *err)
{
    return list_named(cli, "signin", err);
}

enum status cli_count(struct cli *cli, struct errmsg *err)
{
    const struct record_type *type;
    struct filter filter;
    int64_t count = 0;
    bool has;
    enum status status = type_and_filter(cli, cli_argument(cli, 0), &type, &filter, &has, err);

    if (status)
        return status;
    /* Of all there are the sealed are counted, too; a condition would tell who they are. */
    status = has ? records_count_listed(cli->store, &cli->actor, type, &filter, &count, err) : records_count(cli->store, &cli->actor, type, NULL, &count, err);
    if (has)
        filter_release(&filter);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "count");
        json_int(&cli->json, count);
        json_object_end(&cli->json);
    } else {
        buf_printf(&cli->text, "%lld\n", (long long)count);
    }
    return STATUS_OK;
}

/* ---- get ----------------------------------------------------------------------------------------------------------- */

/* What the center gave away is told, the people here know it by that number; else it stays at what was said. */
static enum status say_moved(struct cli *cli, const char *digits, enum status status, struct errmsg *err)
{
    struct passage passage;
    struct errmsg why = {{0}};
    struct buf text;
    bool there = false;

    if (status != STATUS_NOT_FOUND)
        return status;
    enum status looked = passage_find(cli->store, digits, &passage, &there, &why);
    if (looked)
        return errmsg_set(err, looked, "%s", errmsg_text(&why, looked));
    if (!there)
        return status;
    buf_init(&text, PASSAGE_TEXT_BYTES);
    passage_text(&passage, &text);
    status = errmsg_set(err, STATUS_NOT_FOUND, "%s", buf_cstr(&text));
    buf_release(&text);
    return status;
}

enum status cli_load(struct cli *cli, size_t n, struct record *record, struct errmsg *err)
{
    const struct record_type *type = NULL;
    struct id id;
    enum status status = records_resolve_id(cli->store, &cli->actor, cli_argument(cli, n), &type, &id, err);

    if (status)
        return say_moved(cli, cli_argument(cli, n), status, err);
    return records_get(cli->store, &cli->actor, type, id, record, err);
}

struct sides {
    struct cli *cli;
    const struct field_def *field; /* whose conflicts are wanted; NULL: delete against edit */
    bool found;
    bool any[FIELD_MAX_COUNT + 1]; /* first pass: which fields have one; the last: deletion */
};

static bool note_field(void *context, const struct conflict *conflict)
{
    struct sides *sides = context;

    sides->any[conflict->field ? catalogue_field_index(conflict->type, conflict->field) : FIELD_MAX_COUNT] = true;
    return true;
}

static void put_side(struct cli *cli, const struct conflict *conflict, const struct conflict_side *side)
{
    static const struct field_def deleted = {.name = "deleted", .label = "删除", .kind = FIELD_BOOL};
    const struct field_def *field = conflict->field ? conflict->field : &deleted;
    char at[32];

    cli_time(side->at_ms, at);
    if (!cli->json_output) {
        buf_clear(&cli->scratch);
        record_format_raw(field, side->value, &cli->scratch);
        buf_printf(&cli->text, _("  分歧 %s: %s  （%s %s %s）\n"), _(field->label), buf_cstr(&cli->scratch), side->user ? side->user : "", side->machine ? side->machine : side->station ? side->station : "", at);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "value");
    if (conflict->field)
        table_writer_json_value(&cli->json, field, side->value, &cli->scratch);
    else
        json_bool(&cli->json, side->value.kind == VALUE_INT && side->value.number == 1);
    json_key(&cli->json, "user");
    json_string(&cli->json, side->user);
    json_key(&cli->json, "station");
    json_string(&cli->json, side->station);
    json_key(&cli->json, "machine");
    json_string(&cli->json, side->machine);
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_object_end(&cli->json);
}

static bool put_conflict(void *context, const struct conflict *conflict)
{
    struct sides *sides = context;

    if (conflict->field != sides->field)
        return true;
    if (!sides->found)
        put_side(sides->cli, conflict, &conflict->shown);
    sides->found = true;
    put_side(sides->cli, conflict, &conflict->other);
    return true;
}

static enum status put_conflicts(struct cli *cli, const struct record *record, struct errmsg *err)
{
    struct sides sides = {.cli = cli};
    enum status status = conflict_list(cli->store, &cli->actor, &record->id, 0, note_field, &sides, err);

    for (size_t i = 0; !status && i <= FIELD_MAX_COUNT; i++) {
        if (!sides.any[i])
            continue;
        sides.field = i < FIELD_MAX_COUNT ? &record->type->fields[i] : NULL;
        sides.found = false;
        if (cli->json_output) {
            json_object(&cli->json);
            json_key(&cli->json, "field");
            json_string(&cli->json, sides.field ? sides.field->name : "deleted");
            json_key(&cli->json, "values");
            json_array(&cli->json);
        }
        status = conflict_list(cli->store, &cli->actor, &record->id, 0, put_conflict, &sides, err);
        if (cli->json_output) {
            json_array_end(&cli->json);
            json_object_end(&cli->json);
        }
    }
    return status;
}

static void put_fields_json(struct cli *cli, const struct record *record, const bool *written)
{
    json_key(&cli->json, "fields");
    json_object(&cli->json);
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];

        if (field->kind == FIELD_SECRET || (written ? !written[i] : record->values[i].kind == VALUE_NULL))
            continue;
        json_key(&cli->json, field->name);
        table_writer_json_value(&cli->json, field, record->values[i], &cli->scratch);
    }
    json_object_end(&cli->json);
}

static void put_fields_text(struct cli *cli, const struct record *record, const bool *written, const char *indent)
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];

        if (field->kind == FIELD_SECRET || (written ? !written[i] : record->values[i].kind == VALUE_NULL))
            continue;
        buf_clear(&cli->scratch);
        record_show(record, field, cli->codes, &cli->scratch);
        buf_printf(&cli->text, "%s%s: %s\n", indent, _(field->label), buf_cstr(&cli->scratch));
    }
}

enum status cli_get(struct cli *cli, struct errmsg *err)
{
    struct record record;
    char id[ID_TEXT_BYTES];
    enum status status = cli_load(cli, 0, &record, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "type");
        json_string(&cli->json, record.type->name);
        cli_json_id(cli, "id", record.id);
        put_fields_json(cli, &record, NULL);
        json_key(&cli->json, "conflicts");
        json_array(&cli->json);
        status = put_conflicts(cli, &record, err);
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    } else {
        id_format(record.id, id);
        buf_printf(&cli->text, "%s %s%s\n", _(record.type->label), id, record.deleted ? _("（已删除）") : "");
        put_fields_text(cli, &record, NULL, "  ");
        status = put_conflicts(cli, &record, err);
    }
    record_release(&record);
    return status;
}

/* ---- history ------------------------------------------------------------------------------------------------------- */

static void origin_text(const struct log_id *log, char out[64])
{
    size_t used = (size_t)snprintf(out, 64, "%u-", log->station);

    for (size_t i = 0; i < INCARNATION_BYTES; i++)
        used += (size_t)snprintf(out + used, 64 - used, "%02x", log->incarnation[i]);
}

static bool history_row(void *context, const struct history_entry *entry)
{
    struct cli *cli = context;
    char origin[64], at[32];

    origin_text(&entry->origin, origin);
    cli_time(entry->at_ms, at);
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s  %s  %s  %s%s%s%s%s%s%s\n", at, entry->user ? entry->user : "", entry->machine ? entry->machine : entry->station ? entry->station : "", entry->op, entry->order ? "" : _("（待同步）"),
                   entry->quarantined ? _("（已隔离）") : "", entry->flagged ? _("（") : "", entry->flagged ? entry->flag : "", entry->flagged ? _("）") : "", entry->erased ? _("（内容已清除）") : "");
        if (entry->reason)
            buf_printf(&cli->text, _("    内容已依法清除: %s，批准 %s\n"), entry->reason, entry->officer);
        else if (entry->org)
            buf_printf(&cli->text, _("    %s %lld 号机构\n"), strcmp(entry->op, "move") == 0 ? _("移交给") : entry->shared ? _("请协办") : _("协办结束"), (long long)entry->org);
        put_fields_text(cli, entry->fields, entry->written, "    ");
        return true;
    }
    json_object(&cli->json);
    json_key(&cli->json, "origin");
    json_string(&cli->json, origin);
    json_key(&cli->json, "seq");
    json_int(&cli->json, (int64_t)entry->seq);
    json_key(&cli->json, "order");
    json_int(&cli->json, (int64_t)entry->order);
    json_key(&cli->json, "at");
    json_string(&cli->json, at);
    json_key(&cli->json, "user");
    json_string(&cli->json, entry->user);
    json_key(&cli->json, "station");
    json_string(&cli->json, entry->station);
    json_key(&cli->json, "machine");
    json_string(&cli->json, entry->machine);
    json_key(&cli->json, "op");
    json_string(&cli->json, entry->op);
    if (entry->flagged) {
        json_key(&cli->json, "flagged");
        json_bool(&cli->json, true);
    }
    if (entry->erased) {
        json_key(&cli->json, "erased");
        json_bool(&cli->json, true);
    }
    if (entry->org) {
        json_key(&cli->json, "org");
        json_int(&cli->json, entry->org);
        json_key(&cli->json, "shared");
        json_bool(&cli->json, entry->shared);
    }
    if (entry->reason) {
        json_key(&cli->json, "reason");
        json_string(&cli->json, entry->reason);
        json_key(&cli->json, "officer");
        json_string(&cli->json, entry->officer);
    }
    put_fields_json(cli, entry->fields, entry->written);
    json_object_end(&cli->json);
    return true;
}

static bool any_entry(void *context, const struct history_entry *entry)
{
    (void)context;
    (void)entry;
    return false;
}

/* A deleted or erased record is not listed any more; whoever writes its whole number still gets its history. */
static enum status find_history(struct cli *cli, const struct record_type **type, struct id *id, struct errmsg *err)
{
    const char *text = cli_argument(cli, 0);
    enum status status = records_resolve_id(cli->store, &cli->actor, text, type, id, err);

    if (status != STATUS_NOT_FOUND || id_parse(text, strlen(text), id) != STATUS_OK)
        return status;
    for (size_t i = 0; i < catalogue_count(); i++) {
        struct errmsg why = {{0}};
        enum status looked;

        *type = catalogue_at(i);
        looked = records_history(cli->store, &cli->actor, *type, *id, any_entry, NULL, &why);
        if (!looked)
            return STATUS_OK;
        if (looked != STATUS_NOT_FOUND)
            return errmsg_set(err, looked, "%s", errmsg_text(&why, looked));
    }
    return status;
}

enum status cli_history(struct cli *cli, struct errmsg *err)
{
    const struct record_type *type = NULL;
    struct id id;
    enum status status = find_history(cli, &type, &id, err);

    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "changes");
        json_array(&cli->json);
    }
    status = records_history(cli->store, &cli->actor, type, id, history_row, cli, err);
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    }
    return status;
}

/* ---- search -------------------------------------------------------------------------------------------------------- */

/* Hits come before the total is known, so they wait in a buffer of their own. */
struct hits {
    struct cli *cli;
    struct {
        const struct record_type *type;
        struct id id;
        char title[160];
    } *rows;
    size_t n, limit;
};

static bool search_hit_row(void *context, const struct search_hit *hit)
{
    struct hits *hits = context;
    size_t cut;

    if (hits->n == hits->limit)
        return false;
    hits->rows[hits->n].type = hit->type;
    hits->rows[hits->n].id = hit->id;
    cut = utf8_cut(hit->title, strlen(hit->title), sizeof(hits->rows[0].title) - 1);
    memcpy(hits->rows[hits->n].title, hit->title, cut);
    hits->rows[hits->n].title[cut] = 0;
    hits->n++;
    return true;
}

static void put_hits(struct cli *cli, const struct hits *hits, int64_t total)
{
    char id[ID_TEXT_BYTES];

    if (!cli->json_output) {
        for (size_t i = 0; i < hits->n; i++) {
            id_format(hits->rows[i].id, id);
            buf_printf(&cli->text, "%.*s\t%s\t%s\n", ID_SHORT, id, _(hits->rows[i].type->label), hits->rows[i].title);
        }
        cli_note(cli, "共 %lld 条", (long long)total);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "total");
    json_int(&cli->json, total);
    json_key(&cli->json, "rows");
    json_array(&cli->json);
    for (size_t i = 0; i < hits->n; i++) {
        json_object(&cli->json);
        json_key(&cli->json, "type");
        json_string(&cli->json, hits->rows[i].type->name);
        cli_json_id(cli, "id", hits->rows[i].id);
        json_key(&cli->json, "title");
        json_string(&cli->json, hits->rows[i].title);
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_object_end(&cli->json);
}

enum status cli_search(struct cli *cli, struct errmsg *err)
{
    const char *type = option_value(&cli->options, "type");
    struct search_query query = {0};
    struct hits hits = {.cli = cli};
    struct buf text;
    int64_t limit, total = 0;
    enum status status = cli_number(cli, "limit", SEARCH_DEFAULT, &limit, err);

    if (!status && type)
        status = cli_type(type, &query.type, err);
    if (status)
        return status;
    if (limit == 0 || limit > SEARCH_COUNT_MAX)
        limit = SEARCH_COUNT_MAX;
    hits.limit = (size_t)limit;
    hits.rows = calloc(hits.limit, sizeof(hits.rows[0]));
    if (!hits.rows)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    buf_init(&text, 4096);
    for (size_t i = 0; i < cli_arguments(cli); i++) {
        if (i)
            buf_putc(&text, ' ');
        buf_puts(&text, cli_argument(cli, i));
    }
    query.text = buf_cstr(&text);
    query.limit = hits.limit;
    status = text.status ? errmsg_set(err, STATUS_USAGE, "要找的文字过长")
                         : search_find(cli->store, &cli->actor, cli->codes, &query, search_hit_row, &hits, &total, err);
    if (!status)
        put_hits(cli, &hits, total);
    buf_release(&text);
    free(hits.rows);
    return status;
}

/* ---- add, set -------------------------------------------------------------------------------------------------- */

/* The field of an assignment; NULL: none of the type's. */
static const struct field_def *names_field(const struct record_type *type, const char *assignment)
{
    char name[64];
    size_t len = strcspn(assignment, "=");

    snprintf(name, sizeof(name), "%.*s", (int)(len < sizeof(name) ? len : sizeof(name) - 1), assignment);
    return catalogue_field(type, name);
}

/* Whether an assignment is of the field that gives the type's records their day. */
static bool names_day(const struct record_type *type, const char *assignment)
{
    const struct field_def *field = names_field(type, assignment);

    return field && field->kind == FIELD_DAY && strcmp(field->name, type->order) == 0;
}

static enum status assign_all(struct cli *cli, struct record *record, size_t first, struct errmsg *err)
{
    enum status status = STATUS_OK;

    /* The record's day first: codes are judged by it. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = first; !status && i < cli_arguments(cli); i++)
            if (names_day(record->type, cli_argument(cli, i)) == (pass == 0))
                status = cli_assign(cli, record, cli_argument(cli, i), err);
    return status;
}

/* A new record of an event begins with the event's day, place and channel; what is said on the line wins. */
static enum status begin_at_event(struct cli *cli, struct record *record, struct errmsg *err)
{
    const struct field_def *event = catalogue_field(record->type, "event");
    enum status status = STATUS_OK;

    for (size_t i = 1; event != NULL && status == STATUS_OK && i < cli_arguments(cli); i++)
        if (names_field(record->type, cli_argument(cli, i)) == event)
            status = cli_assign(cli, record, cli_argument(cli, i), err);
    return status == STATUS_OK && event != NULL ? event_offer(cli->store, &cli->actor, cli_today(cli), record, err) : status;
}

/* What to look at about what was saved, on stderr. */
static void put_remark(struct cli *cli, const struct record *record)
{
    buf_clear(&cli->scratch);
    if (!record_remark(cli->store, &cli->actor, record, &cli->scratch, NULL) && cli->scratch.len > 0)
        cli_note(cli, "注意: %s", buf_cstr(&cli->scratch));
}

static void put_id(struct cli *cli, struct id id)
{
    char text[ID_TEXT_BYTES];

    if (cli->json_output) {
        json_object(&cli->json);
        cli_json_id(cli, "id", id);
        json_object_end(&cli->json);
        return;
    }
    id_format(id, text);
    buf_printf(&cli->text, "%s\n", text);
}

static enum status save(struct cli *cli, struct record *record, struct errmsg *err)
{
    return record_save_prepared(cli->store, &cli->actor, cli->codes, cli->system->random, record, (struct id){{0}}, err);
}

enum status cli_add(struct cli *cli, struct errmsg *err)
{
    const struct record_type *type;
    struct record record;
    enum status status = cli_type(cli_argument(cli, 0), &type, err);

    if (!status)
        status = cli_once_each(cli, 1, err);
    if (status)
        return status;
    record_init(&record, type);
    status = records_begin(cli->store, &cli->actor, &record, cli->codes, err);
    if (!status)
        status = org_offer_category(cli->store, &cli->actor, &record, err);
    if (!status)
        status = begin_at_event(cli, &record, err);
    if (!status)
        status = assign_all(cli, &record, 1, err);
    if (!status)
        status = save(cli, &record, err);
    if (!status) {
        put_remark(cli, &record);
        put_id(cli, record.id);
    }
    record_release(&record);
    return status;
}

enum status cli_set(struct cli *cli, struct errmsg *err)
{
    struct record record;
    enum status status = cli_once_each(cli, 1, err);

    if (status)
        return status;
    if (option_value(&cli->options, "where") != NULL)
        return cli_bulk(cli, false, 0, err);
    if (option_value(&cli->options, "dry-run") != NULL)
        return errmsg_set(err, STATUS_USAGE, "--dry-run 要同 --where 一起用");
    status = cli_load(cli, 0, &record, err);
    if (status)
        return status;
    status = assign_all(cli, &record, 1, err);
    if (!status)
        status = save(cli, &record, err);
    if (!status) {
        put_remark(cli, &record);
        put_id(cli, record.id);
    }
    record_release(&record);
    return status;
}
