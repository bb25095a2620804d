/* tui/views/consult_session.c - what stays the same all day (day, place, channel, worker): written once, carried into every consultation. See consult_entry.h. */
#include <string.h>

#include "core/base/language.h"
#include "tui/record_form.h"
#include "tui/views/consult_entry.h"

const struct form_def entry_session_defs[ENTRY_SESSION_FIELDS] = {
    {.name = "date", .label = "日期", .kind = FORM_DAY, .row = 0, .col = 1, .columns = 12, .max_chars = 20, .flags = FORM_REQUIRED},
    {.name = "station", .label = "地点", .kind = FORM_TEXT, .row = 1, .col = 1, .columns = 40, .max_chars = 60},
    {.name = "town", .label = "镇街", .kind = FORM_CODE, .row = 2, .col = 1, .columns = 12, .name_columns = 24},
    {.name = "village", .label = "村居", .kind = FORM_CODE, .row = 3, .col = 1, .columns = 12, .name_columns = 24},
    {.name = "channel", .label = "方式", .kind = FORM_CODE, .row = 4, .col = 1, .columns = 4, .name_columns = 16},
    {.name = "worker", .label = "接待", .kind = FORM_TEXT, .row = 5, .col = 1, .columns = 20, .max_chars = 100},
};

enum status entry_apply_session(const struct entry *entry, struct record *record, bool has_village)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ENTRY_SESSION_FIELDS && status == STATUS_OK; i++) {
        const struct field_def *field = catalogue_field(record->type, entry_session_defs[i].name);
        bool place = strcmp(field->name, "village") == 0 || strcmp(field->name, "town") == 0;
        if (strcmp(field->name, "village") != 0 && !(place && has_village))
            status = record_set(record, field, record_get(&entry->session, field));
    }
    return status;
}

static bool is_home(const struct field_def *field)
{
    return strcmp(field->name, "town") == 0 || strcmp(field->name, "village") == 0;
}

void entry_take_session(struct entry *entry, const struct record *from)
{
    for (size_t i = 0; i < ENTRY_SESSION_FIELDS; i++) {
        const struct field_def *field = catalogue_field(from->type, entry_session_defs[i].name);
        struct value value = record_get(from, field);
        if (value.kind != VALUE_NULL && !is_home(field))
            record_set(&entry->session, field, value);
    }
}

void entry_open_session(struct view *view)
{
    struct entry *entry = view->state;
    form_clear(&entry->session_form);
    record_form_load(&entry->session_form, &entry->session, view_context(view)->codes);
    entry->in_session = true;
}

void entry_close_session(struct view *view, bool keep)
{
    struct entry *entry = view->state;
    struct form *form = &entry->session_form;
    struct record record;
    struct errmsg err = {{0}};
    size_t bad = 0, village = form_field(&entry->form, "village");
    entry->in_session = keep;
    if (!keep)
        return;
    if (!form_settle(form)) {
        app_fail(view->app, "%s", form->message.text);
        return;
    }
    if (record_copy(&record, &entry->session) != STATUS_OK)
        return;
    enum status status = record_form_store(form, &record, view_context(view)->codes, &bad, &err);
    if (status != STATUS_OK) {
        form_focus(form, bad);
        app_fail(view->app, "%s", errmsg_text(&err, status));
        record_release(&record);
        return;
    }
    record_release(&entry->session);
    entry->session = record;
    entry->in_session = false;
    const char *code = record_text(&entry->session, "village");
    form_set(&entry->form, village, code, strlen(code));
    app_say(view->app, "场次已改，以后各条都按这个记");
}

void entry_draw_session(struct view *view, struct canvas *canvas)
{
    struct entry *entry = view->state;
    canvas_puts(canvas, 2, 1, canvas->cols - 2, STYLE_BOLD, _("场次: 写一次，以后每条都带上"));
    form_draw(&entry->session_form, canvas, 4, 0, true);
}
