/* tui/views/outreach_apply.c - see outreach_apply.h. A second matter of the same visitor is drafted from the consultation's own screen. */
#include "tui/views/outreach_apply.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_flow.h"
#include "core/record/filter.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { WHERE_BYTES = 160 };

/* Applications that stand: made here, and not withdrawn. */
static enum status standing(const struct view *view, struct id event, struct filter *filter)
{
    char id[ID_TEXT_BYTES], where[WHERE_BYTES];
    id_format(event, id);
    snprintf(where, sizeof where, "event=%s and state!=X2", id);
    return filter_parse(filter, catalogue_find("case"), view_context(view)->codes, where, NULL);
}

int64_t outreach_applications(const struct view *view, struct id event)
{
    struct app_context *context = view_context(view);
    struct filter filter;
    int64_t count = 0;
    if (standing(view, event, &filter) != STATUS_OK)
        return 0;
    (void)records_count(context->store, context->actor, catalogue_find("case"), &filter, &count, NULL);
    filter_release(&filter);
    return count;
}

struct looking {
    char consultation[ID_TEXT_BYTES];
    struct record found; /* type NULL: none */
    enum status status;
};

static bool is_from(void *context, const struct record *kase, const struct list_key *key)
{
    struct looking *looking = context;
    (void)key;
    if (strcmp(record_text(kase, "consultation"), looking->consultation) != 0)
        return true;
    looking->status = record_copy(&looking->found, kase);
    if (looking->status != STATUS_OK)
        looking->found.type = NULL;
    return false;
}

/* The newest application from the consultation; the event's few are looked through, since the link itself has no index. */
static enum status find_application(const struct view *view, struct id event, struct id consultation, struct record *found)
{
    struct app_context *context = view_context(view);
    struct looking looking = {.status = STATUS_OK};
    struct filter filter;
    enum status status = standing(view, event, &filter);
    if (status != STATUS_OK)
        return status;
    id_format(consultation, looking.consultation);
    struct list_query query = {.type = catalogue_find("case"), .filter = &filter};
    status = records_list(context->store, context->actor, &query, is_from, &looking, NULL);
    filter_release(&filter);
    *found = looking.found;
    return status == STATUS_OK ? looking.status : status;
}

static void go_on_with(struct view *view, const struct record *kase)
{
    struct app_context *context = view_context(view);
    const struct case_action *receive = case_action_find("receive");
    bool receives = case_action_allowed(receive, context->actor, context->codes, NULL, kase, NULL) == STATUS_OK;
    struct id id = kase->id;
    enum status status = receives ? app_open(view->app, &view_case_action, &(struct view_argument){.type = "receive", .id = id, .number = VIEW_ON_THE_SPOT})
                                  : app_open(view->app, &view_case, &(struct view_argument){.type = "case", .id = id});
    if (status == STATUS_OK)
        app_say(view->app, "这一条起草过申请，%s", receives ? _("接着收件") : _("就是这件"));
}

void outreach_apply(struct view *view, struct id event, struct id consultation)
{
    struct record kase = {.type = NULL};
    if (!id_is_zero(consultation) && find_application(view, event, consultation, &kase) != STATUS_OK)
        app_fail(view->app, "没有查到这一条的申请");
    if (kase.type == NULL) {
        app_open(view->app, &view_case_action, &(struct view_argument){.type = "draft", .id = id_is_zero(consultation) ? event : consultation, .number = VIEW_ON_THE_SPOT});
        return;
    }
    go_on_with(view, &kase);
    record_release(&kase);
}
