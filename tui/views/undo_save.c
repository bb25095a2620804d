/* tui/views/undo_save.c - see undo_save.h. */
#include "tui/views/undo_save.h"

#include <string.h>

#include "core/base/language.h"
#include "core/case/prepare.h"
#include "core/record/draft.h"
#include "tui/views/views.h"

enum { TITLE_BYTES = 256 };

/* What people type: the rest is given again when it is saved again. */
static bool is_typed(const struct field_def *field)
{
    return field->kind != FIELD_SECRET && !(field->flags & FIELD_MACHINE);
}

static enum status type_again(const struct last_save *save, struct record *onto)
{
    const struct record *record = &save->record;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (is_typed(field) && (save->kind == SAVE_CREATED || !value_equal(record->values[i], record->loaded[i])))
            status = record_set(onto, field, record->values[i]);
    }
    return status;
}

static enum status begin_again(struct app_context *context, const struct last_save *save, struct record *out, struct errmsg *err)
{
    enum status status;
    if (save->kind == SAVE_CREATED) {
        record_init(out, save->record.type);
        status = records_begin(context->store, context->actor, out, context->codes, err);
        out->scope = save->record.scope;
    } else {
        status = records_get(context->store, context->actor, save->record.type, save->record.id, out, err);
        if (status != STATUS_OK)
            return status;
    }
    if (status == STATUS_OK)
        status = type_again(save, out);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

enum status undo_save(struct app *app, const struct last_save *save, struct record *typed, struct errmsg *err)
{
    struct app_context *context = app->context;
    enum status status = record_undo(context->store, context->actor, save->record.type, save->record.id, err);
    if (status == STATUS_OK)
        status = begin_again(context, save, typed, err);
    if (status == STATUS_OK)
        last_saves_drop(&app->saves, save);
    return status;
}

static enum status open_typed(struct app *app, const struct record *typed, struct errmsg *err)
{
    struct app_context *context = app->context;
    struct id draft = {{0}};
    enum status status = save_titled_draft(context, typed, &draft, err);
    return status == STATUS_OK ? view_open_draft(app, typed->type, draft, typed->id) : status;
}

/* A deletion is not one of the texts that are given back: the record stands where it stood. */
static void undo_deletion(struct app *app, const struct last_save *save, const char *title)
{
    struct errmsg err = {{0}};
    enum status status = record_undo(app->context->store, app->context->actor, save->record.type, save->record.id, &err);
    if (status != STATUS_OK) {
        app_fail(app, "没有撤回 %s: %s", title, errmsg_text(&err, status));
        return;
    }
    last_saves_drop(&app->saves, save);
    app_data_changed(app);
    app_say(app, "没有删除了，已恢复 %s", title);
}

void view_undo_last_save(struct app *app)
{
    const struct last_save *save = last_saves_newest(&app->saves, NULL);
    struct record typed;
    struct errmsg err = {{0}};
    struct buf title;
    if (save == NULL) {
        app_fail(app, "没有刚保存的可以撤回");
        return;
    }
    if (save->kind == SAVE_DONE) { /* an older save is not what the person means */
        app_fail(app, "刚办的是办理动作，撤不回来；要改，办更正或相应的动作");
        return;
    }
    if (save->kind == SAVE_GONE) {
        app_fail(app, "刚保存的那条%s已不在这里，撤不回来", _(save->record.type->label));
        return;
    }
    buf_init(&title, TITLE_BYTES);
    buf_printf(&title, "%s ", _(save->record.type->label));
    record_show_title(&save->record, app->context->codes, &title);
    if (save->kind == SAVE_DELETED) {
        undo_deletion(app, save, buf_cstr(&title));
        buf_wipe(&title);
        return;
    }
    enum status status = undo_save(app, save, &typed, &err);
    if (status == STATUS_OK) {
        status = open_typed(app, &typed, &err);
        record_release(&typed);
        if (status == STATUS_OK)
            app_say(app, "已撤回 %s；写的都在这里，改好再按 F2", buf_cstr(&title));
        else
            app_fail(app, "已撤回 %s，但写的没有放回来: %s", buf_cstr(&title), errmsg_text(&err, status));
    } else {
        app_fail(app, "没有撤回 %s: %s", buf_cstr(&title), errmsg_text(&err, status));
    }
    buf_wipe(&title);
}
