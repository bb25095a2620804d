/* core/outreach/event_prepare.c - what an event and a campaign must pass before they are saved by hand. See event.h; called by core/case/prepare.c. */
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/outreach/event.h"
#include "core/outreach/event_set.h"

enum { LIST_BYTES = 512 };

static bool day_of(const struct record *record, const char *field, int32_t *day)
{
    struct value value = record_get(record, catalogue_field(record->type, field));

    *day = value.kind == VALUE_INT ? (int32_t)value.number : 0;
    return value.kind == VALUE_INT;
}

static bool has_changed(const struct record *record, const char *field)
{
    size_t i = catalogue_field_index(record->type, catalogue_field(record->type, field));

    return !value_equal(record->values[i], record->loaded[i]);
}

/* The field's day must not lie before `date`. */
static enum status check_order(const struct record *record, const char *field, struct errmsg *err)
{
    char from[DAY_TEXT_BYTES];
    int32_t first, day;

    if (!day_of(record, "date", &first) || !day_of(record, field, &day) || day >= first)
        return STATUS_OK;
    day_format(first, from);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 不能早于%s %s", _(catalogue_field(record->type, field)->label), field, _(catalogue_field(record->type, "date")->label), from);
}

/* An event that lies outside would make the campaign's totals wrong: one before or after it is simply not of the campaign. */
static enum status check_campaign(struct store *store, const struct actor *actor, const struct record *event, struct errmsg *err)
{
    const char *text = record_text(event, "campaign");
    char from[DAY_TEXT_BYTES], to[DAY_TEXT_BYTES];
    int32_t first, last, begin, end;
    struct record campaign;
    struct id id;

    if (!has_changed(event, "campaign") && !has_changed(event, "date") && !has_changed(event, "end_date"))
        return STATUS_OK;
    if (id_parse(text, strlen(text), &id) != STATUS_OK || !day_of(event, "date", &first))
        return STATUS_OK;
    enum status status = records_get(store, actor, catalogue_find("campaign"), id, &campaign, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, STATUS_INVALID, "字段 宣传周(campaign): 没有这次宣传周；县中心登记、同步以后再填");
    if (status != STATUS_OK)
        return status;
    if (!day_of(event, "end_date", &last))
        last = first;
    bool known = day_of(&campaign, "date", &begin) && day_of(&campaign, "end_date", &end);
    if (known && (first < begin || last > end)) {
        day_format(begin, from);
        day_format(end, to);
        status = errmsg_set(err, STATUS_INVALID, "字段 宣传周(campaign): %.60s是 %s 至 %s，这场活动不在其间，不属于它", record_text(&campaign, "name"), from, to);
    }
    record_release(&campaign);
    return status;
}

/* `also` holds the further kinds only. */
static enum status drop_repeated_kind(struct record *event)
{
    const char *kind = record_text(event, "kind"), *also = record_text(event, "also");
    char kept[LIST_BYTES] = "";
    size_t used = 0;

    if (*kind == '\0' || strlen(also) >= sizeof kept || !event_is_of_kind(event, kind))
        return STATUS_OK;
    for (const char *at = also; *at != '\0';) {
        size_t len = strcspn(at, ",");
        if (len != strlen(kind) || memcmp(at, kind, len) != 0)
            used += (size_t)snprintf(kept + used, sizeof kept - used, "%s%.*s", used > 0 ? "," : "", (int)len, at);
        at += len + (at[len] == ',');
    }
    if (strcmp(kept, also) == 0)
        return STATUS_OK;
    return used > 0 ? record_set_text(event, "also", kept) : record_set(event, catalogue_field(event->type, "also"), value_null());
}

enum status event_check_days(const struct record *event, struct errmsg *err)
{
    enum status status = check_order(event, "end_date", err);

    return status == STATUS_OK ? check_order(event, "closed_on", err) : status;
}

enum status event_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *event, struct errmsg *err)
{
    enum status status = event_check_days(event, err);

    if (status == STATUS_OK)
        status = check_campaign(store, actor, event, err);
    if (status == STATUS_OK)
        status = drop_repeated_kind(event);
    return status == STATUS_OK ? record_derive(event, codes) : status;
}

/* ---- a campaign's days ---- */

struct outside {
    int32_t begin, end;
    int64_t count;
};

static bool count_outside(void *context, const struct record *event, const struct event_totals *totals, unsigned present)
{
    struct outside *outside = context;
    int32_t first, last;

    (void)totals, (void)present;
    if (!day_of(event, "date", &first))
        return true;
    if (!day_of(event, "end_date", &last))
        last = first;
    outside->count += first < outside->begin || last > outside->end;
    return true;
}

enum status campaign_prepare(struct store *store, const struct actor *actor, const struct record *campaign, struct errmsg *err)
{
    struct event_set events = {.choice = event_choice_campaign(campaign->id)};
    struct outside outside = {.count = 0};
    enum status status = check_order(campaign, "end_date", err);

    if (status != STATUS_OK || id_is_zero(campaign->id) || !day_of(campaign, "date", &outside.begin) || !day_of(campaign, "end_date", &outside.end))
        return status;
    if (!has_changed(campaign, "date") && !has_changed(campaign, "end_date"))
        return STATUS_OK;
    status = event_set_each(&events, store, actor, count_outside, &outside, err);
    if (status == STATUS_OK && outside.count > 0)
        return errmsg_set(err, STATUS_INVALID, "字段 止日(end_date): 已有 %lld 场活动不在这几天里；先改这些活动的日期或所属宣传周", (long long)outside.count);
    return status;
}
