/* tui/views/outreach_place.c - see outreach_place.h. */
#include "tui/views/outreach_place.h"

#include "tui/views/common.h"

static bool is_closed(const struct record *event)
{
    return record_get(event, catalogue_field(event->type, "closed_on")).kind != VALUE_NULL;
}

static enum status load(struct view *view, struct id id, struct record *event, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    enum status status = records_get(context->store, context->actor, catalogue_find("event"), id, event, err);
    if (status != STATUS_OK)
        return status;
    if (event->deleted)
        status = errmsg_set(err, STATUS_NOT_FOUND, "这场活动已经删除");
    else if (is_closed(event))
        status = errmsg_set(err, STATUS_INVALID, "这场活动已经收场，要补录请用咨询速录或咨询列表");
    if (status != STATUS_OK)
        record_release(event);
    return status;
}

enum status outreach_place_open(struct outreach_place *place, struct view *view, struct id event, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    enum status status = records_may_write(context->actor, catalogue_find("event"), err);
    if (status == STATUS_OK)
        status = load(view, event, &place->event, err);
    if (status != STATUS_OK)
        return status;
    place->barracks = event_is_barracks(&place->event);
    return outreach_desk_load(context->store, event, &place->desk, err);
}

void outreach_place_close(struct outreach_place *place)
{
    record_release(&place->event);
}

bool outreach_place_refresh(struct outreach_place *place, struct view *view)
{
    struct record event;
    if (load(view, place->event.id, &event, NULL) != STATUS_OK)
        return false;
    record_release(&place->event);
    place->event = event;
    place->barracks = event_is_barracks(&place->event);
    struct outreach_desk desk;
    if (outreach_desk_load(view_context(view)->store, event.id, &desk, NULL) == STATUS_OK) /* else what was on it stays on it */
        place->desk = desk;
    return true;
}

void outreach_where_text(const struct record *event, const struct code_book *codes, struct buf *out)
{
    static const char *const fields[] = {"place", "village", "town"};
    if (event_is_barracks(event)) {
        record_field_text(event, "unit", codes, out);
        return;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (record_text(event, fields[i])[0] != '\0') {
            record_field_text(event, fields[i], codes, out);
            return;
        }
    }
}

void outreach_event_text(const struct record *event, const struct view *view, struct buf *out)
{
    char day[SHORT_DAY_BYTES];
    struct value date = record_get(event, catalogue_field(event->type, "date"));
    short_day_text((int32_t)date.number, app_now_ms(view->app), day);
    buf_printf(out, "%s %s ", record_text(event, "title"), day);
    outreach_where_text(event, view_context(view)->codes, out);
}

void outreach_place_text(const struct outreach_place *place, const struct view *view, struct buf *out)
{
    outreach_event_text(&place->event, view, out);
}
