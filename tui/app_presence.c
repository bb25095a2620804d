/* tui/app_presence.c - who else has the record of the top view open: kept and read on each tick, shown in the title. Failures are passed over: it is a hint. */
#include <stdio.h>
#include <string.h>

#include "core/record/presence.h"
#include "tui/app.h"

static bool edits(const struct app *app, struct id *record)
{
    struct view *view = app->cover == NULL && app->n_views > 0 ? app->views[app->n_views - 1] : NULL;
    *record = (struct id){{0}};
    return view != NULL && view->class->editing != NULL && view->class->editing(view, record) && !id_is_zero(*record);
}

static void read_others(struct app *app)
{
    struct app_presence *presence = &app->presence;
    struct buf names;
    buf_init(&names, sizeof presence->others - 1);
    if (presence_others(app->context->store, app->context->actor, presence->session, presence->record, &names, NULL) != STATUS_OK)
        buf_clear(&names);
    if (strcmp(presence->others, buf_cstr(&names)) != 0) {
        snprintf(presence->others, sizeof presence->others, "%s", buf_cstr(&names));
        app_touch(app);
    }
    buf_release(&names);
}

void app_presence_leave(struct app *app)
{
    struct app_presence *presence = &app->presence;
    if (!id_is_zero(presence->record) && app->quit)
        (void)presence_end(app->context->store, presence->session, NULL);
    else if (!id_is_zero(presence->record))
        (void)presence_leave(app->context->store, presence->session, NULL);
    presence->record = (struct id){{0}};
    presence->others[0] = '\0';
}

void app_presence_update(struct app *app)
{
    struct app_presence *presence = &app->presence;
    struct id record;
    if (!edits(app, &record)) {
        app_presence_leave(app);
        return;
    }
    if (id_is_zero(presence->session))
        presence->session = id_make(app->context->random);
    bool due = app->now_ms >= presence->renew_ms || presence->renew_ms - app->now_ms > PRESENCE_RENEW_MS; /* or the clock was set back */
    if ((due || !id_equal(record, presence->record)) && presence_keep(app->context->store, app->context->actor, presence->session, record, NULL) == STATUS_OK)
        presence->renew_ms = app->now_ms + PRESENCE_RENEW_MS;
    presence->record = record;
    read_others(app);
}

const char *app_presence_others(const struct app *app, const struct view *view)
{
    struct id record;
    bool known = view == app_top(app) && edits(app, &record) && id_equal(record, app->presence.record);
    return known ? app->presence.others : "";
}
