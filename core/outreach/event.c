/* core/outreach/event.c - see event.h: the figures of one event and of a campaign, and the tally keys. What rows add up to is read in event_set.c. */
#include "core/outreach/event.h"

#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/outreach/event_set.h"
#include "core/record/changelog.h"
#include "core/record/code_book.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048, CODE_BYTES = 40, TOTALS_TEXT_BYTES = 512 };

static const char OUTREACH_CHANNEL[] = "06"; /* 外展现场 */

/* ---- one event ---- */

bool event_is_barracks(const struct record *event)
{
    return privacy_is_military(event);
}

/* Whether a comma-separated list has the code. */
static bool has_code(const char *list, const char *code, size_t len)
{
    for (const char *at = list; *at != '\0';) {
        size_t item = strcspn(at, ",");
        if (item == len && memcmp(at, code, len) == 0)
            return true;
        at += item + (at[item] == ',');
    }
    return false;
}

bool event_is_of_kind(const struct record *event, const char *kind)
{
    return strcmp(record_text(event, "kind"), kind) == 0 || has_code(record_text(event, "also"), kind, strlen(kind));
}

int32_t event_day(const struct record *event, int32_t today)
{
    struct value first = record_get(event, catalogue_field(event->type, "date")), last = record_get(event, catalogue_field(event->type, "end_date"));

    if (first.kind != VALUE_INT)
        return today;
    if (last.kind != VALUE_INT)
        last = first;
    return today >= first.number && today <= last.number ? today : (int32_t)first.number;
}

static enum status give_text(const struct record *event, const char *field, struct record *row)
{
    const char *text = record_text(event, field);
    return text[0] != '\0' ? record_set_text(row, field, text) : STATUS_OK;
}

enum status event_give(const struct record *event, int32_t today, struct record *row)
{
    char id[ID_TEXT_BYTES];
    enum status status = record_set_int(row, "date", event_day(event, today));

    id_format(event->id, id);
    if (status == STATUS_OK)
        status = record_set_text(row, "event", id);
    if (status == STATUS_OK)
        status = record_set_text(row, "channel", OUTREACH_CHANNEL);
    if (status == STATUS_OK && !event_is_barracks(event))
        status = give_text(event, "town", row);
    if (status == STATUS_OK && !event_is_barracks(event))
        status = give_text(event, "village", row);
    row->scope = event->scope == 0 ? row->scope : event->scope;
    return status;
}

enum status event_offer(struct store *store, const struct actor *actor, int32_t today, struct record *row, struct errmsg *err)
{
    struct record event;
    struct id id;
    const char *text = strcmp(row->type->name, "consultation") == 0 ? record_text(row, "event") : "";

    if (id_parse(text, strlen(text), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(store, actor, catalogue_find("event"), id, &event, err);
    if (status != STATUS_OK)
        return status;
    status = event_give(&event, today, row);
    record_release(&event);
    return status != STATUS_OK ? errmsg_set(err, status, "%s", status_text(status)) : STATUS_OK;
}

enum status event_totals(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, struct event_totals *out, struct errmsg *err)
{
    struct event_choice choice = event_choice_one(event->id);
    struct event_set set;
    enum status status = event_set_read(&set, store, actor, codes, &choice, err);

    if (status != STATUS_OK)
        return status;
    event_set_totals(&set, event, out);
    event_set_release(&set);
    return STATUS_OK;
}

static void put_totals(const struct event_totals *totals, bool tight, struct buf *out)
{
    buf_printf(out, tight ? _("咨询%lld人次%lld件 资料%lld份") : _("咨询 %lld 人次 %lld 件  资料 %lld 份"), (long long)totals->consulted, (long long)totals->matters, (long long)totals->handouts);
    buf_printf(out, tight ? _(" 受理%lld件 志愿者%lld人%lld小时") : _("  现场受理 %lld 件  志愿者 %lld 人 %lld 小时"), (long long)totals->accepted, (long long)totals->volunteers,
               (long long)totals->hours);
}

void event_totals_text(const struct event_totals *totals, size_t columns, struct buf *out)
{
    struct buf wide;

    buf_init(&wide, TOTALS_TEXT_BYTES);
    put_totals(totals, false, &wide);
    if (width_text(buf_cstr(&wide), wide.len) <= columns)
        buf_append(out, wide.data, wide.len);
    else
        put_totals(totals, true, out);
    buf_release(&wide);
}

enum status event_categories(struct store *store, const struct actor *actor, struct id event, struct id campaign, event_category_row row, void *context, struct errmsg *err)
{
    struct event_choice choice = id_is_zero(event) ? event_choice_campaign(campaign) : event_choice_one(event);
    struct buf sql;
    int index = 1;
    enum status status;

    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT coalesce(category,''),sum(coalesce(persons,1)),sum(coalesce(matters,1)) FROM consultation WHERE gone=0");
    event_choice_sql(&choice, &sql, &index);
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " GROUP BY coalesce(category,'') ORDER BY 1");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    index = 1;
    event_choice_bind(&choice, stmt, &index);
    row_scope_bind(actor, stmt, &index);
    while (stmt_row(stmt, &status, err)) {
        char category[CODE_BYTES]; /* the caller may look at other statements */
        snprintf(category, sizeof category, "%s", stmt_column_text(stmt, 0, NULL));
        if (!row(context, category, stmt_column_int(stmt, 1), stmt_column_int(stmt, 2))) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- a campaign ---- */

/* Add a comma-separated list's codes to another, ascending, each once. What does not fit is left out; *n counts what is in. */
static void add_codes(char list[CAMPAIGN_CODES_BYTES], const char *more, int64_t *n)
{
    for (const char *at = more; *at != '\0';) {
        size_t len = strcspn(at, ","), used = strlen(list), before = 0;
        const char *code = at;
        at += len + (at[len] == ',');
        if (len == 0 || len >= CODE_BYTES || has_code(list, code, len) || used + len + 2 > CAMPAIGN_CODES_BYTES)
            continue;
        while (before < used) { /* the first code that is greater */
            size_t item = strcspn(list + before, ",");
            int order = strncmp(list + before, code, item < len ? item : len);
            if (order > 0 || (order == 0 && item > len))
                break;
            before += item + (list[before + item] == ',');
        }
        if (before == used) { /* behind all others */
            int put = snprintf(list + used, CAMPAIGN_CODES_BYTES - used, "%s%.*s", used > 0 ? "," : "", (int)len, code);
            *n += put > 0;
            continue;
        }
        memmove(list + before + len + 1, list + before, used - before + 1);
        memcpy(list + before, code, len);
        list[before + len] = ',';
        ++*n;
    }
}

struct campaign_sum {
    const struct code_book *codes;
    struct campaign_totals *out;
    int64_t typed_volunteers;
};

static void add_days(struct campaign_totals *out, const struct record *event)
{
    struct value first = record_get(event, catalogue_field(event->type, "date")), last = record_get(event, catalogue_field(event->type, "end_date"));

    if (first.kind != VALUE_INT)
        return;
    if (last.kind != VALUE_INT || last.number < first.number)
        last = first;
    if (out->first == INT32_MIN || first.number < out->first)
        out->first = (int32_t)first.number;
    if (out->last == INT32_MIN || last.number > out->last)
        out->last = (int32_t)last.number;
}

static bool add_event(void *context, const struct record *event, const struct event_totals *totals, unsigned present)
{
    struct campaign_sum *sum = context;
    struct campaign_totals *out = sum->out;
    int64_t ignored = 0;

    event_totals_add(&out->sum, totals);
    sum->typed_volunteers += present & EVENT_HOURS ? 0 : totals->volunteers;
    out->events++;
    for (size_t i = 0; i < CAMPAIGN_KINDS && i < code_book_count(sum->codes, "event_kind"); i++)
        out->kinds[i] += event_is_of_kind(event, code_book_at(sum->codes, "event_kind", i)->code);
    add_codes(out->bodies, record_text(event, "bodies"), &ignored);
    add_codes(out->laws, record_text(event, "laws"), &ignored);
    if (event_is_barracks(event))
        out->barracks++;
    else
        add_codes(out->town_codes, record_text(event, "town"), &out->towns);
    add_days(out, event);
    return true;
}

enum status campaign_totals(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *campaign, struct campaign_totals *out, struct errmsg *err)
{
    struct event_choice choice = event_choice_campaign(campaign->id);
    struct campaign_sum sum = {.codes = codes, .out = out};
    struct event_set set;
    int64_t ignored = 0;

    *out = (struct campaign_totals){.first = INT32_MIN, .last = INT32_MIN};
    if (id_is_zero(campaign->id) || campaign->deleted)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有这次宣传周");
    add_codes(out->bodies, record_text(campaign, "bodies"), &ignored);
    add_codes(out->laws, record_text(campaign, "laws"), &ignored);
    enum status status = event_set_read(&set, store, actor, codes, &choice, err);
    if (status != STATUS_OK)
        return status;
    status = event_set_each(&set, store, actor, add_event, &sum, err);
    event_set_release(&set);
    if (status == STATUS_OK)
        status = event_set_volunteers(store, actor, &choice, &out->sum.volunteers, err);
    out->sum.volunteers += sum.typed_volunteers;
    return status;
}

/* ---- the tally keys ---- */

/* A fresh row with nobody in it yet. */
static enum status begin_tally(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, const char *category, struct record *row, struct errmsg *err)
{
    char id[ID_TEXT_BYTES];

    record_init(row, catalogue_find("consultation"));
    id_format(event->id, id);
    enum status status = records_begin(store, actor, row, codes, err);
    if (status == STATUS_OK)
        status = record_set_int(row, "date", event_day(event, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN)));
    if (status == STATUS_OK)
        status = record_set_text(row, "event", id);
    if (status == STATUS_OK)
        status = record_set_text(row, "category", category);
    if (status == STATUS_OK)
        status = record_set_text(row, "topic", "现场计数");
    if (status == STATUS_OK)
        status = record_set_text(row, "channel", OUTREACH_CHANNEL);
    if (status == STATUS_OK)
        status = record_set_int(row, "tally", 1);
    if (status == STATUS_OK && event_is_barracks(event))
        status = record_set_text(row, "categories", "06,07"); /* 军人、军属: who comes in a barracks */
    if (status == STATUS_OK)
        status = record_set_int(row, "persons", 0);
    if (status == STATUS_OK)
        status = record_set_int(row, "matters", 0);
    row->scope = event->scope == 0 ? row->scope : event->scope;
    return status;
}

/* The row that a fresh one would repeat, if this machine was the last to write it; zero if there is none. */
static enum status find_tally(struct store *store, const struct actor *actor, const struct record *fresh, struct id *out, struct errmsg *err)
{
    struct log_info own;
    struct buf sql;
    int index = 6;
    enum status status = changelog_own(store, &own, err);

    *out = (struct id){{0}};
    if (status != STATUS_OK)
        return status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id FROM consultation WHERE event=?1 AND category=?2 AND date=?3 AND worker=?4 AND tally=1 AND w_log=?5 AND gone=0");
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " ORDER BY n LIMIT 1");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, record_text(fresh, "event"));
    stmt_string(stmt, 2, record_text(fresh, "category"));
    stmt_int(stmt, 3, record_get(fresh, catalogue_field(fresh->type, "date")).number);
    stmt_string(stmt, 4, record_text(fresh, "worker"));
    stmt_int(stmt, 5, own.no);
    index = 6;
    row_scope_bind(actor, stmt, &index);
    if (stmt_row(stmt, &status, err)) {
        *out = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

static int64_t number_of(const struct record *record, const char *field)
{
    struct value value = record_get(record, catalogue_field(record->type, field));

    return value.kind == VALUE_INT ? value.number : 0;
}

/* Add the step to a loaded or fresh row and store it. */
static enum status step_tally(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *row, int64_t step, int64_t *count,
                              struct errmsg *err)
{
    int64_t persons = number_of(row, "persons") + step, matters = number_of(row, "matters") + step;

    if (persons < 0)
        return errmsg_set(err, STATUS_RANGE, "%s现在只有 %lld 人次，不能再减 %lld", _(code_book_name(codes, "category", record_text(row, "category"))), (long long)(persons - step),
                          (long long)-step);
    *count = persons;
    if (persons == 0)
        return id_is_zero(row->id) ? STATUS_OK : records_delete(store, actor, row->type, row->id, err);
    enum status status = record_set_int(row, "persons", persons);
    if (status == STATUS_OK)
        status = record_set_int(row, "matters", matters > 0 ? matters : 1);
    return status == STATUS_OK ? records_save(store, actor, codes, random, row, err) : status;
}

static enum status tally_inside(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *event, const char *category,
                                int64_t step, int64_t *count, struct errmsg *err)
{
    struct record row, there;
    struct id id;
    enum status status = begin_tally(store, actor, codes, event, category, &row, err);

    if (status == STATUS_OK)
        status = find_tally(store, actor, &row, &id, err);
    if (status == STATUS_OK && id_is_zero(id))
        status = step_tally(store, actor, codes, random, &row, step, count, err);
    else if (status == STATUS_OK && (status = records_get(store, actor, row.type, id, &there, err)) == STATUS_OK) {
        status = step_tally(store, actor, codes, random, &there, step, count, err);
        record_release(&there);
    }
    record_release(&row);
    return status;
}

enum status event_tally(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *event, const char *category,
                        int64_t step, int64_t *count, struct errmsg *err)
{
    int64_t now = 0;

    if (code_book_find(codes, "category", category) == NULL)
        return errmsg_set(err, STATUS_INVALID, "没有这个咨询类别: %.40s", category);
    enum status status = store_begin(store, "tally", err);
    if (status != STATUS_OK)
        return status;
    status = tally_inside(store, actor, codes, random, event, category, step, &now, err);
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store, err);
    if (status == STATUS_OK)
        *count = now;
    return status;
}
