/* tui/views/act_draft.c - see act_draft.h. */
#include "tui/views/act_draft.h"

#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/draft.h"

enum { DRAFTS_MAX = 64, NAME_BYTES = 96 };

static enum status set_baseline(struct record *typed, const struct record *begun)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < typed->type->n_fields; i++)
        status = record_set_loaded(typed, &typed->type->fields[i], begun->values[i]);
    return status;
}

static enum status name_step(const struct act *act, struct id on, struct record *step)
{
    char name[NAME_BYTES], id[ID_TEXT_BYTES];
    snprintf(name, sizeof name, "%s:%s", act->type, act->name);
    id_format(on, id);
    enum status status = record_set_text(step, "action", name);
    return status == STATUS_OK ? record_set_text(step, "case_id", id) : status;
}

enum status act_draft_store(struct app_context *context, const struct act *act, const struct record *begun, struct record *typed, const char *title, struct id *draft, struct errmsg *err)
{
    struct record step;
    record_init(&step, catalogue_find("step"));
    step.scope = begun->scope;
    enum status status = set_baseline(typed, begun);
    if (status == STATUS_OK)
        status = name_step(act, begun->id, &step);
    const struct record *const parts[] = {&step, typed};
    if (status == STATUS_OK)
        status = draft_save_parts(context->store, context->actor, context->random, parts, 2, title, draft, err);
    record_release(&step);
    return status;
}

static const struct act *act_named(const char *name)
{
    char type[NAME_BYTES];
    const char *colon = strchr(name, ':');
    if (colon == NULL || (size_t)(colon - name) >= sizeof type)
        return NULL;
    snprintf(type, sizeof type, "%.*s", (int)(colon - name), name);
    return catalogue_find(type) != NULL ? act_find(catalogue_find(type), colon + 1) : NULL;
}

enum status act_draft_of(struct app_context *context, struct id draft, const struct act **act, struct id *on, struct errmsg *err)
{
    struct record step;
    enum status status = draft_load(context->store, context->actor, draft, &step, err);
    if (status != STATUS_OK)
        return status;
    bool is_step = strcmp(step.type->name, "step") == 0;
    const char *text = is_step ? record_text(&step, "case_id") : "";
    *act = is_step ? act_named(record_text(&step, "action")) : NULL;
    *on = (struct id){{0}};
    status = id_parse(text, strlen(text), on);
    record_release(&step);
    return *act != NULL && status == STATUS_OK ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "这份草稿不是办理的草稿");
}

struct draft_ids {
    struct id ids[DRAFTS_MAX];
    size_t n;
};

static bool collect(void *context, const struct draft_info *info)
{
    struct draft_ids *drafts = context;
    if (strcmp(info->type->name, "step") == 0)
        drafts->ids[drafts->n++] = info->id;
    return drafts->n < DRAFTS_MAX;
}

bool act_draft_find(struct app_context *context, const struct act *act, struct id on, struct id *draft)
{
    struct draft_ids drafts = {.n = 0};
    if (draft_list(context->store, context->actor, collect, &drafts, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < drafts.n; i++) {
        const struct act *found;
        struct id at;
        if (act_draft_of(context, drafts.ids[i], &found, &at, NULL) == STATUS_OK && found == act && id_equal(at, on)) {
            *draft = drafts.ids[i];
            return true;
        }
    }
    return false;
}

/* Somebody else's change shows in a value that is neither what was typed over nor what this act begins with by itself. */
static enum status lay_field(struct act_move *move, const struct field_def *field, const struct record *drafted, struct buf *changed)
{
    size_t i = catalogue_field_index(drafted->type, field);
    bool default_now = !value_equal(move->record.values[i], move->record.loaded[i]);
    if (value_equal(drafted->values[i], move->record.values[i]))
        return STATUS_OK;
    if (!default_now && !value_equal(drafted->loaded[i], move->record.values[i]))
        buf_printf(changed, "%s%s", changed->len > 0 ? _("、") : "", _(field->label));
    return record_set(&move->record, field, drafted->values[i]);
}

enum status act_draft_load(struct app_context *context, struct id draft, struct act_move *move, struct buf *changed, struct errmsg *err)
{
    struct record step, drafted;
    const struct field_def *field;
    bool needed;
    enum status status = record_copy(&drafted, &move->record);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    record_init(&step, catalogue_find("step"));
    status = set_baseline(&drafted, &move->record);
    struct record *const parts[] = {&step, &drafted};
    if (status == STATUS_OK)
        status = draft_load_parts(context->store, context->actor, draft, parts, 2, err);
    for (size_t i = 0; status == STATUS_OK && (field = act_field_at(move->act, i, &needed)) != NULL; i++)
        status = lay_field(move, field, &drafted, changed);
    record_release(&step);
    record_release(&drafted);
    return status;
}
