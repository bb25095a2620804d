/* tui/views/report_office.c - see report_office.h. */
#include "tui/views/report_office.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/record/filter.h"
#include "core/record/peer.h"
#include "core/record/row.h"
#include "tui/views/common.h"

enum { STATIONS_MAX_BYTES = 1 << 18, MINUTE_CHARS = sizeof "YYYY-MM-DD HH:MM" - 1 };

struct stations {
    const struct actor *actor;
    struct buf *text;
};

static bool put_station(void *context, const struct peer *peer)
{
    struct stations *stations = context;
    char at[TIME_TEXT_BYTES], full[2 * MACHINE_NAME_MAX_BYTES];
    if (peer->revoked || !row_in_scope(stations->actor, peer->org))
        return true;
    day_format_time(peer->last_contact_ms, DAY_OFFICE_OFFSET_MIN, at);
    at[MINUTE_CHARS] = '\0';
    peer_full(peer, full, sizeof full);
    buf_printf(stations->text, "%s%s %s", stations->text->len > 0 ? "；" : "", full, peer->last_contact_ms > 0 ? at : "还没有同步过");
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

struct report_head report_office_head(const struct report_office *office, const struct rules *rules, int32_t today, bool draft)
{
    return (struct report_head){.office = office->office,
                                .leader = rules_text(rules, "report_leader", today),
                                .worker = office->worker,
                                .printed_on = today,
                                .draft = draft,
                                .stations = buf_cstr(&office->stations)};
}
