/* tui/views/consult_record.c - the consultation being typed: as a record, as a draft, saved, taken back; and the ones before it. See consult_entry.h. */
#include <stdio.h>
#include <string.h>

#include "core/aid/consultation.h"
#include "core/aid/org.h"
#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/filter.h"
#include "core/record/search.h"
#include "tui/record_form.h"
#include "tui/views/consult_entry.h"
#include "tui/views/undo_save.h"

const struct record_type *entry_type(void)
{
    return catalogue_find("consultation");
}

void entry_field_text(const struct entry *entry, const char *name, struct buf *out)
{
    edit_text(&entry->form.fields[form_field(&entry->form, name)], out);
}

/* strict: stops at the first field that cannot be taken, *bad gets it. */
enum status entry_build(struct view *view, struct entry *entry, bool strict, struct record *out, size_t *bad, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    enum status status = record_copy(out, &entry->base);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = entry_apply_session(entry, out, !form_is_empty(&entry->form, form_field(&entry->form, "village")));
    if (status == STATUS_OK && strict)
        status = record_form_store(&entry->form, out, context->codes, bad, err);
    else if (status == STATUS_OK)
        record_form_store_lenient(&entry->form, out, context->codes);
    if (status == STATUS_OK && !id_is_zero(entry->person)) {
        char text[ID_TEXT_BYTES];
        id_format(entry->person, text);
        status = record_set_text(out, "person", text);
    }
    if (status != STATUS_OK)
        record_release(out);
    return status;
}

void entry_store_draft(struct view *view)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct errmsg err = {{0}};
    if (!entry->dirty)
        return;
    enum status status = entry_build(view, entry, false, &record, NULL, &err);
    if (status == STATUS_OK) {
        status = save_titled_draft(context, &record, &entry->draft, &err);
        record_release(&record);
    }
    if (status == STATUS_OK) {
        entry->dirty = false;
        entry->draft_ms = app_now_ms(view->app);
    } else {
        app_fail(view->app, "草稿没有存上: %s", errmsg_text(&err, status));
    }
}

void entry_count_today(struct view *view)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct filter filter;
    char text[64], day[DAY_TEXT_BYTES];
    day_format(today_of(view), day);
    snprintf(text, sizeof text, "date=%s", day);
    if (filter_parse(&filter, entry_type(), context->codes, text, NULL) != STATUS_OK)
        return;
    records_count(context->store, context->actor, entry_type(), &filter, &entry->count_today, NULL);
    filter_release(&filter);
}

/* ---- the last records ---- */

static bool remember_time(void *context, const struct history_entry *change)
{
    ((struct last_entry *)context)->at_ms = change->at_ms;
    return true;
}

static void push_last(struct entry *entry, const struct record *record, int64_t at_ms)
{
    struct record copy;
    if (record_copy(&copy, record) != STATUS_OK)
        return;
    if (entry->last[1].set)
        record_release(&entry->last[1].record);
    entry->last[1] = entry->last[0];
    entry->last[0] = (struct last_entry){.set = true, .record = copy, .at_ms = at_ms};
}

static void pop_last(struct entry *entry)
{
    record_release(&entry->last[0].record);
    entry->last[0] = entry->last[1];
    entry->last[1] = (struct last_entry){.set = false};
}

void entry_drop_last(struct entry *entry, struct id id)
{
    if (entry->last[1].set && id_equal(entry->last[1].record.id, id)) {
        record_release(&entry->last[1].record);
        entry->last[1] = (struct last_entry){.set = false};
    }
    if (entry->last[0].set && id_equal(entry->last[0].record.id, id))
        pop_last(entry);
}

struct recent {
    struct record records[ENTRY_LAST];
    size_t n;
};

static bool take_recent(void *context, const struct record *record, const struct list_key *key)
{
    struct recent *recent = context;
    (void)key;
    if (record_copy(&recent->records[recent->n], record) != STATUS_OK)
        return false;
    return ++recent->n < ENTRY_LAST;
}

/* As a filter has it in quotes. */
static void put_quoted(struct buf *out, const char *text)
{
    buf_putc(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            buf_putc(out, '\'');
        buf_putc(out, (uint8_t)*text);
    }
    buf_putc(out, '\'');
}

/* The worker's newest consultations of today: to repeat from, and to carry the session on from. Of his own office, and in his name where he has an account: neither the county's stations nor a colleague are to be written
 * into what he takes down. */
void entry_load_recent(struct view *view)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct filter filter;
    struct recent recent = {.n = 0};
    struct buf text;
    char day[DAY_TEXT_BYTES];
    day_format(today_of(view), day);
    buf_init(&text, 2 * ACTOR_NAME_MAX_BYTES + 128);
    buf_printf(&text, "date=%s and scope=%lld", day, (long long)context->actor->org);
    if (!context->actor->owner) {
        buf_puts(&text, " and worker=");
        put_quoted(&text, actor_called(context->actor));
    }
    enum status status = text.status == STATUS_OK ? filter_parse(&filter, entry_type(), context->codes, buf_cstr(&text), NULL) : text.status;
    buf_release(&text);
    if (status != STATUS_OK)
        return;
    struct list_query query = {.type = entry_type(), .filter = &filter, .limit = ENTRY_LAST};
    records_list(context->store, context->actor, &query, take_recent, &recent, NULL);
    filter_release(&filter);
    while (recent.n > 0) {
        struct record *record = &recent.records[--recent.n];
        push_last(entry, record, 0);
        records_history(context->store, context->actor, record->type, record->id, remember_time, &entry->last[0], NULL);
        record_release(record);
    }
}

/* What a new consultation begins with. */
static void begin_base(struct view *view)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct errmsg err = {{0}};
    record_release(&entry->base);
    record_init(&entry->base, entry_type());
    enum status status = records_begin(context->store, context->actor, &entry->base, context->codes, &err);
    if (status == STATUS_OK)
        status = org_offer_category(context->store, context->actor, &entry->base, &err);
    if (status != STATUS_OK)
        app_fail(view->app, "%s", errmsg_text(&err, status));
}

void entry_begin_next(struct view *view)
{
    struct entry *entry = view->state;
    begin_base(view);
    form_clear(&entry->form);
    entry->form.meter = (struct pace_meter){.keys = 0};
    const char *village = record_text(&entry->session, "village");
    form_set(&entry->form, form_field(&entry->form, "village"), village, strlen(village));
    entry->draft = entry->person = (struct id){{0}};
    entry->dirty = false;
    entry->draft_ms = 0;
    entry->keys = 0;
    entry->visitors = (struct visitors){.n = 0};
    entry->same = (struct same_person){.text = ""};
    similar_offer_release(&entry->similar);
    buf_clear(&entry->expanded);
}

void entry_take_typed(struct view *view, const struct record *record)
{
    struct entry *entry = view->state;
    struct record base;
    if (record_copy(&base, record) != STATUS_OK)
        return;
    record_release(&entry->base);
    entry->base = base;
    entry_take_session(entry, record);
    record_form_load(&entry->form, record, view_context(view)->codes);
    const char *person = record_text(record, "person");
    if (id_parse(person, strlen(person), &entry->person) != STATUS_OK)
        entry->person = (struct id){{0}};
    form_focus(&entry->form, 0);
}

bool entry_repeat(void *context, struct form *form, size_t field, struct buf *out)
{
    struct view *view = context;
    struct entry *entry = view->state;
    const struct field_def *def = catalogue_field(entry_type(), form->defs[field].name);
    if (!entry->last[0].set || def == NULL)
        return false;
    record_format_raw(def, record_get(&entry->last[0].record, def), out);
    return out->len > 0;
}

/* ---- saving ---- */

void entry_focus_named(struct form *form, const char *name)
{
    for (size_t i = 0; i < form->n; i++) {
        if (strcmp(form->defs[i].name, name) == 0)
            form_focus(form, i);
    }
}

/* What was typed is remembered without what followed from it. */
static enum status save_record(struct view *view, struct entry *entry, struct record *record, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record typed;
    const struct field_def *bad = NULL;
    enum status status = record_copy(&typed, record);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = consultation_save(context->store, context->actor, context->codes, context->random, record, entry->draft, &bad, err);
    typed.id = record->id;
    if (status == STATUS_OK) {
        last_saves_add(&view->app->saves, &typed, SAVE_CREATED);
        form_saved(view, &entry->form, entry_type());
    }
    record_release(&typed);
    if (bad != NULL)
        entry_focus_named(&entry->form, bad->name);
    return status;
}

void entry_save(struct view *view)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct errmsg err = {{0}};
    size_t bad = entry->form.focus;
    if (!form_settle(&entry->form)) {
        app_fail(view->app, "%s", entry->form.message.text);
        return;
    }
    enum status status = entry_build(view, entry, true, &record, &bad, &err);
    if (status != STATUS_OK) {
        form_focus(&entry->form, bad);
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    status = save_record(view, entry, &record, &err);
    if (status == STATUS_OK) {
        char at[CLOCK_TEXT_BYTES];
        unsigned keys = entry->keys;
        clock_text(app_now_ms(view->app), at);
        push_last(entry, &record, app_now_ms(view->app));
        entry_take_session(entry, &record);
        entry_begin_next(view);
        entry_count_today(view);
        search_catch_up(context->store, context->codes, ENTRY_INDEX_BATCH, NULL, NULL);
        const char *name = record_text(&record, "name");
        app_say(view->app, "已保存 %s  %s  用了 %u 键", at, name[0] != '\0' ? name : _("(未留名)"), keys);
    } else {
        app_fail(view->app, "没有保存: %s", errmsg_text(&err, status));
    }
    record_release(&record);
}

bool entry_is_untouched(const struct entry *entry)
{
    for (size_t i = 0; i < entry->form.n; i++) {
        if (strcmp(entry->form.defs[i].name, "village") != 0 && !form_is_empty(&entry->form, i))
            return false;
    }
    return true;
}

/* Where the form is being used, the text waits as a draft. */
static enum status give_back(struct view *view, const struct record *typed, bool *here, struct errmsg *err)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct id draft = {{0}};
    *here = entry_is_untouched(entry);
    if (!*here)
        return save_titled_draft(context, typed, &draft, err);
    entry_take_typed(view, typed);
    entry->dirty = true;
    entry_store_draft(view);
    return STATUS_OK;
}

/* Take back the record saved last; its text comes back, so that it can be put right. */
void entry_undo_last(struct view *view)
{
    struct entry *entry = view->state;
    struct errmsg err = {{0}};
    struct record typed;
    char name[64];
    bool here = false;
    const struct last_save *save = entry->last[0].set ? last_saves_of(&view->app->saves, entry->last[0].record.id) : NULL;
    if (save == NULL) {
        app_fail(view->app, "没有刚保存的一条可以撤回");
        return;
    }
    copy_text(name, sizeof name, record_text(&save->record, "name"));
    enum status status = undo_save(view->app, save, &typed, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "没有撤回: %s", errmsg_text(&err, status));
        return;
    }
    pop_last(entry);
    status = give_back(view, &typed, &here, &err);
    record_release(&typed);
    entry_count_today(view);
    if (status != STATUS_OK)
        app_fail(view->app, "已撤回 %s，但写的没有放回来: %s", name, errmsg_text(&err, status));
    else
        app_say(view->app, "已撤回 %s，%s", name, here ? _("内容放回来了，改好再按 F2") : _("内容在草稿里，首页可以接着写"));
}

/* Fill what is still empty from the last record: nothing typed is lost. */
void entry_repeat_record(struct view *view)
{
    struct entry *entry = view->state;
    if (!entry->last[0].set) {
        app_fail(view->app, "没有上一条可以重复");
        return;
    }
    form_repeat_all(&entry->form);
    entry->dirty = true;
    app_say(view->app, "已重复上一条，只改不同处");
}
