/* tui/views/record_before.c - see record_before.h. */
#include "tui/views/record_before.h"

struct looking {
    struct record_before *before;
    struct id now;
};

static bool take_newest(void *context, const struct record *record, const struct list_key *key)
{
    struct looking *looking = context;
    (void)key;
    if (id_equal(record->id, looking->now))
        return true;
    looking->before->found = record_copy(&looking->before->record, record) == STATUS_OK;
    return false;
}

const struct record *record_before_of(struct record_before *before, const struct view *view, const struct record *now)
{
    struct app_context *context = view_context(view);
    if (!before->looked) {
        const struct last_save *save = last_saves_newest(&view->app->saves, now->type);
        struct looking looking = {.before = before, .now = now->id};
        struct list_query query = {.type = now->type, .limit = 2};
        before->looked = true;
        if (save != NULL && !id_equal(save->record.id, now->id))
            before->found = record_copy(&before->record, &save->record) == STATUS_OK;
        else
            (void)records_list(context->store, context->actor, &query, take_newest, &looking, NULL); /* without it there is nothing to repeat, no more */
    }
    return before->found ? &before->record : NULL;
}

void record_before_release(struct record_before *before)
{
    if (before->found)
        record_release(&before->record);
    *before = (struct record_before){.looked = false};
}
