/* tui/views/report_desk.c - see report_desk.h. */
#include "tui/views/report_desk.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "core/record/row.h"

enum { FOLD_LEAST = 500, STATIONS_MAX_BYTES = 1 << 18, MINUTE_CHARS = sizeof "YYYY-MM-DD HH:MM" - 1 };

enum status report_desk_open(struct report_desk *desk, const struct view *view, bool counts, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    *desk = (struct report_desk){.desk = {.store = context->store, .actor = context->actor, .codes = context->codes}};
    if (counts)
        (void)tally_fold_if(context->store, context->codes, FOLD_LEAST, NULL); /* figures are right without it, the next ones quicker with it */
    enum status status = rules_load(&desk->rules, context->store, context->actor, err);
    if (status == STATUS_OK)
        status = form_book_new(&desk->book, err);
    if (status == STATUS_OK && counts)
        status = tally_open(&desk->desk.tally, context->store, context->actor, context->codes, err);
    desk->desk.book = desk->book;
    if (status != STATUS_OK)
        report_desk_close(desk);
    return status;
}

void report_desk_close(struct report_desk *desk)
{
    tally_close(desk->desk.tally);
    form_book_free(desk->book);
    rules_free(desk->rules);
    *desk = (struct report_desk){0};
}

/* ---- periods ---- */

static enum status start_of(const struct report_desk *desk, const char *rule, int32_t day, struct year_start *start, struct errmsg *err)
{
    enum status status = year_start_parse(rules_text(desk->rules, rule, day), start, err);
    return status != STATUS_OK ? errmsg_wrap(err, status, "规则 %s", rule) : STATUS_OK;
}

/* The rule in force at the period's end says which days it has, so that an old report keeps its own. */
static enum status parse_by_rule(const struct report_desk *desk, const char *rule, const char *text, int32_t today, struct period *out, struct errmsg *err)
{
    struct year_start start;
    enum status status = start_of(desk, rule, today, &start, err);
    if (status == STATUS_OK)
        status = period_parse(text, start, out, err);
    if (status == STATUS_OK)
        status = start_of(desk, rule, out->to, &start, err);
    return status == STATUS_OK ? period_parse(text, start, out, err) : status;
}

enum status report_desk_period(const struct report_desk *desk, const char *rule, const char *text, int32_t today, struct period *out, struct errmsg *err)
{
    struct year_start start;
    struct period now;
    if (text != NULL)
        return parse_by_rule(desk, rule, text, today, out, err);
    enum status status = start_of(desk, rule, today, &start, err);
    if (status == STATUS_OK)
        status = period_of_day(PERIOD_HALF, start, today, &now, err);
    return status == STATUS_OK ? period_next(&now, true, out, err) : status;
}

enum status report_desk_step(const struct report_desk *desk, const char *rule, bool backwards, int32_t today, struct period *period, struct errmsg *err)
{
    struct period next;
    enum status status = period_next(period, backwards, &next, err);
    return status == STATUS_OK ? parse_by_rule(desk, rule, next.name, today, period, err) : status;
}

/* ---- head and foot ---- */

struct stations {
    const struct actor *actor;
    struct buf *text;
};

static bool put_station(void *context, const struct peer *peer)
{
    struct stations *stations = context;
    char at[TIME_TEXT_BYTES];
    if (peer->revoked || !row_in_scope(stations->actor, peer->org))
        return true;
    day_format_time(peer->last_contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    at[MINUTE_CHARS] = '\0';
    buf_printf(stations->text, "%s%s %s", stations->text->len > 0 ? "；" : "", peer->name[0] != '\0' ? peer->name : peer->org_name, peer->last_contact_ms > 0 ? at : "还没有同步过");
    return true;
}

static bool take_display(void *context, const struct record *account, const struct list_key *key)
{
    struct report_office *office = context;
    (void)key;
    if (record_text(account, "display")[0] != '\0')
        copy_text(office->worker, sizeof office->worker, record_text(account, "display"));
    return false;
}

/* By the account's display name; the owner as he is called. */
static enum status find_worker(struct report_office *office, const struct app_context *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("user");
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "name"), .op = FILTER_EQ, .value = value_string(context->account)}}};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    copy_text(office->worker, sizeof office->worker, context->actor->name);
    return context->account[0] != '\0' ? records_list(context->store, context->actor, &query, take_display, office, err) : STATUS_OK;
}

enum status report_office_read(struct report_office *office, const struct view *view, struct errmsg *err)
{
    const struct app_context *context = view_context(view);
    struct stations stations = {.actor = context->actor, .text = &office->stations};
    *office = (struct report_office){.office = ""};
    buf_init(&office->stations, STATIONS_MAX_BYTES);
    /* Practice says so on paper as on screens. */
    size_t used = (size_t)snprintf(office->office, sizeof office->office, "%s", context->machine->practice ? "【练习】" : "");
    org_name(context->store, context->machine->org, office->office + used, sizeof office->office - used);
    enum status status = peer_list(context->store, put_station, &stations, err);
    if (status == STATUS_OK)
        status = office->stations.status;
    return status == STATUS_OK ? find_worker(office, context, err) : status;
}

void report_office_release(struct report_office *office)
{
    buf_release(&office->stations);
}

struct report_head report_office_head(const struct report_office *office, const struct report_desk *desk, int32_t today, bool draft)
{
    return (struct report_head){.office = office->office,
                                .leader = rules_text(desk->rules, "report_leader", today),
                                .worker = office->worker,
                                .printed_on = today,
                                .draft = draft,
                                .stations = buf_cstr(&office->stations)};
}

void report_figure_text(int64_t value, bool money, char out[REPORT_WAN_BYTES])
{
    if (money)
        report_wan(value, out);
    else
        snprintf(out, REPORT_WAN_BYTES, "%lld", (long long)value);
}
