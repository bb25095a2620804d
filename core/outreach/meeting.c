/* core/outreach/meeting.c - see meeting.h. */
#include "core/outreach/meeting.h"

#include <string.h>

#include "core/base/day.h"

enum status meeting_action_prepare(struct store *store, const struct actor *actor, struct record *action, struct errmsg *err)
{
    static const char *const days[] = {"due", "done_on"};
    const char *text = record_text(action, "meeting");
    struct record meeting;
    struct id id;
    if (text[0] == '\0') /* the catalogue says that it is needed */
        return STATUS_OK;
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find("meeting"), id, &meeting, NULL);
    if (status != STATUS_OK)
        return errmsg_set(err, status == STATUS_NOT_FOUND || status == STATUS_MALFORMED ? STATUS_INVALID : status, "字段 会议(meeting): 没有这次会议");
    struct value held = record_get(&meeting, catalogue_field(meeting.type, "date"));
    for (size_t i = 0; status == STATUS_OK && held.kind == VALUE_INT && i < sizeof days / sizeof days[0]; i++) {
        const struct field_def *def = catalogue_field(action->type, days[i]);
        struct value value = record_get(action, def);
        char day[DAY_TEXT_BYTES];
        day_format((int32_t)held.number, day);
        if (value.kind == VALUE_INT && value.number < held.number)
            status = errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 在会议（%s）之前", def->label, def->name, day);
    }
    record_release(&meeting);
    return status;
}
