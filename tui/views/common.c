/* tui/views/common.c - see common.h and the open functions of views.h. */
#include "tui/views/common.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/aid/account.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/base/utf8.h"
#include "core/record/clock.h"
#include "core/record/draft.h"
#include "core/record/passage.h"
#include "core/record/sync_state.h"
#include "core/record/privacy.h"
#include "tui/form_burst.h"
#include "tui/form_code.h"
#include "tui/views/act_draft.h"
#include "tui/views/views.h"

enum { FIELD_TEXT_BYTES = 1 << 18, TITLE_MAX_BYTES = 4096, DRAFT_TITLE_BYTES = 256, DAY_BYTES = sizeof "2025-10-23" - 1, MINUTE_BYTES = sizeof "2025-10-23 09:12" - 1 };

struct app_context *view_context(const struct view *view)
{
    return view->app->context;
}

void clock_text(int64_t at_ms, char out[CLOCK_TEXT_BYTES])
{
    char text[TIME_TEXT_BYTES];
    day_format_time(at_ms, DAY_OFFICE_OFFSET_MIN, text);
    copy_text(out, CLOCK_TEXT_BYTES, text + 11);
}

void minute_text(int64_t at_ms, char out[CLOCK_TEXT_BYTES])
{
    clock_text(at_ms, out);
    out[5] = '\0';
}

/* What is shown of a moment: of the same year as now from the month on, of another year `other_bytes` from the year on. */
static void put_moment(int64_t at_ms, int64_t now_ms, int other_bytes, char out[MOMENT_TEXT_BYTES])
{
    char text[TIME_TEXT_BYTES], now[TIME_TEXT_BYTES];
    day_format_time(at_ms, DAY_OFFICE_OFFSET_MIN, text);
    day_format_time(now_ms, DAY_OFFICE_OFFSET_MIN, now);
    if (strncmp(text, now, 5) == 0)
        snprintf(out, MOMENT_TEXT_BYTES, "%.11s", text + 5);
    else
        snprintf(out, MOMENT_TEXT_BYTES, "%.*s", other_bytes, text);
}

void moment_text(int64_t at_ms, int64_t now_ms, char out[MOMENT_TEXT_BYTES])
{
    put_moment(at_ms, now_ms, DAY_BYTES, out);
}

void long_moment_text(int64_t at_ms, int64_t now_ms, char out[MOMENT_TEXT_BYTES])
{
    put_moment(at_ms, now_ms, MINUTE_BYTES, out);
}

void short_day_text(int32_t day, int64_t now_ms, char out[SHORT_DAY_BYTES])
{
    char text[DAY_TEXT_BYTES], today[DAY_TEXT_BYTES];
    day_format(day, text);
    day_format(day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN), today);
    bool this_year = strncmp(text, today, 5) == 0;
    copy_text(out, SHORT_DAY_BYTES, this_year ? text + 5 : text);
}

int32_t today_of(const struct view *view)
{
    return day_of_ms(app_now_ms(view->app), DAY_OFFICE_OFFSET_MIN);
}

void record_field_text(const struct record *record, const char *field, const struct code_book *codes, struct buf *out)
{
    const struct field_def *def = catalogue_field(record->type, field);
    if (def != NULL)
        privacy_show(record, def, codes, out);
}

void copy_text(char *out, size_t out_bytes, const char *text)
{
    size_t len = strlen(text);
    if (len >= out_bytes)
        len = utf8_cut(text, len, out_bytes - 1);
    memcpy(out, text, len);
    out[len] = '\0';
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '\n')
            *c = ' ';
    }
}

void station_short_text(const char *name, char *out, size_t out_bytes)
{
    copy_text(out, out_bytes, name);
    const char *usual = CHINESE("法律援助工作站");
    char *tail = strstr(out, usual);
    if (tail == NULL || tail == out)
        return;
    const char *number = tail + strlen(usual); /* of machines of one office (conflict.c) */
    if (*number >= '0' && *number <= '9')
        memmove(tail, number, strlen(number) + 1);
    else
        *tail = '\0';
}

void account_person_text(const struct app_context *context, const char *account, char *out, size_t out_bytes)
{
    struct record found;
    copy_text(out, out_bytes, account);
    if (account_find(context->store, account, &found, NULL) != STATUS_OK)
        return;
    if (record_text(&found, "display")[0] != '\0')
        copy_text(out, out_bytes, record_text(&found, "display"));
    record_release(&found);
}

void record_field_copy(const struct record *record, const char *field, const struct code_book *codes, char *out, size_t out_bytes)
{
    struct buf text;
    buf_init(&text, FIELD_TEXT_BYTES);
    record_field_text(record, field, codes, &text);
    copy_text(out, out_bytes, buf_cstr(&text));
    buf_wipe(&text);
}

bool ask_to_seal(struct view *view, int tag, const struct record *record)
{
    static const char *const ANSWERS[] = {"封存", "再看看"};
    if (!privacy_seals_from(record, view_context(view)->actor))
        return false;
    app_ask(view->app, tag, "封存后你在名单里找不到它，只有县中心主任、档案员看得到", ANSWERS, 2, 0);
    return true;
}

bool form_pick(struct view *view, struct form *form, int tag)
{
    if (!code_source_is_set(&form->sources[form->focus]))
        return false;
    app_pick(view->app, tag, form_code_source(form, form->focus), form->defs[form->focus].label, "");
    return true;
}

void form_pick_told(struct view *view, struct form *form, int tag)
{
    if (!form_pick(view, form, tag))
        app_fail(view->app, "%s: 没有代码表，直接填写", _(form->defs[form->focus].label));
}

void form_take_pick(struct form *form, const char *code)
{
    struct buf text;
    buf_init(&text, EDIT_MAX_CHARS);
    bool several = form->defs[form->focus].kind == FORM_CODES;
    if (several && !form_is_empty(form, form->focus)) {
        edit_text(&form->fields[form->focus], &text);
        if (buf_cstr(&text)[text.len - 1] != '+')
            buf_putc(&text, '+');
    }
    buf_puts(&text, code);
    form_type(form, form->focus, buf_cstr(&text), text.len);
    buf_release(&text);
    if (!several)
        form_key(form, key_named(K_ENTER, 0));
}

void short_refusal(const char *reason, struct buf *out)
{
    const char *when = _("要在 "), *who = _("办理，");
    const char *at = strstr(reason, when), *behind_label = strstr(reason, ") ");
    const char *words = at != NULL ? at : behind_label != NULL ? behind_label + 2 : reason, *end = strstr(words, who);
    buf_append(out, words, end != NULL ? (size_t)(end - words) + strlen(who) - strlen(_("，")) : strlen(words));
}

void say_refusal(struct view *view, const char *message)
{
    const char *word = _("字段 "), *open = strchr(message, '('), *behind = strstr(message, "): ");
    if (strncmp(message, word, strlen(word)) == 0 && open != NULL && behind != NULL && open < behind && memchr(message, ':', (size_t)(open - message)) == NULL)
        app_fail(view->app, "%.*s%s", (int)(open - message - (ptrdiff_t)strlen(word)), message + strlen(word), behind + 1);
    else
        app_fail(view->app, "%s", message);
}

size_t form_named_in(const struct form *form, const char *message)
{
    const char *word = _("字段 ");
    if (strncmp(message, word, strlen(word)) != 0)
        return SIZE_MAX;
    message += strlen(word);
    for (size_t i = 0; i < form->n; i++) {
        const char *label = _(form->defs[i].label);
        size_t len = strlen(label);
        if (len > 0 && strncmp(message, label, len) == 0 && (message[len] == '(' || message[len] == ':'))
            return i;
    }
    return SIZE_MAX;
}

bool form_card_told(struct view *view, struct form *form, struct key key)
{
    struct id_reading card;
    form->today = today_of(view);
    pace_key(&form->meter, app_now_ms(view->app));
    if (!form_burst_key(form, key, app_now_ms(view->app), &card))
        return false;
    form->hooks.card(form->hooks.context, form, &card);
    app_say(view->app, "读到证件 %.6s********%s %s，核对后接着填", card.card.number, card.card.number + 14, card.name);
    explicit_bzero(&card, sizeof card);
    return true;
}

void form_saved(struct view *view, struct form *form, const struct record_type *type)
{
    struct app_context *context = view_context(view);
    (void)pace_add(context->store, context->actor, type, &form->meter, NULL); /* without it a number is missing, nothing else */
    form->meter = (struct pace_meter){.keys = 0};
}

enum form_result form_key_told(struct view *view, struct form *form, struct key key)
{
    return form_card_told(view, form, key) ? FORM_CHANGED : form_key_no_card(view, form, key);
}

enum form_result form_key_no_card(struct view *view, struct form *form, struct key key)
{
    enum form_result result = form_key(form, key);
    if (result == FORM_REFUSED) {
        if (form->message.text[0] != '\0')
            app_fail(view->app, "%s", form->message.text);
        else
            app_beep(view->app);
    }
    return result;
}

enum list_result list_key_told(struct view *view, struct list *list, struct key key)
{
    struct errmsg err = {{0}};
    enum list_result result = list_key(list, key, &err);
    if (result == LIST_FAILED)
        app_fail(view->app, "%s", err.text);
    else if (result == LIST_REFUSED)
        app_beep(view->app);
    return result == LIST_FAILED ? LIST_REFUSED : result;
}

void list_show(struct view *view, struct list *list, struct canvas *canvas, int row, int rows, const char *empty, bool focused)
{
    struct errmsg err = {{0}};
    if (list_set_height(list, (size_t)(rows - list_header_rows(list)), &err) != STATUS_OK)
        app_fail(view->app, "%s", err.text);
    list_draw(list, canvas, row, 0, rows, canvas->cols, empty, focused);
}

void say_left(struct view *view, const struct record_type *type, struct id id)
{
    struct passage passage;
    struct buf text;
    bool there = false;
    enum reach_absence why = REACH_NO_CHANGE;
    if (!id_is_zero(id))
        (void)draft_absence(view_context(view)->store, type, id, &why, NULL);
    buf_init(&text, PASSAGE_TEXT_BYTES);
    if (passage_of(view_context(view)->store, id, &passage, &there, NULL) == STATUS_OK && there)
        passage_text(&passage, &text);
    else if (id_is_zero(id))
        buf_puts(&text, _("要办的记录已不在这里"));
    else
        buf_printf(&text, why == REACH_LEFT ? _("这条%s已由县中心移送走") : _("这条%s已被删除"), _(type->label));
    app_fail(view->app, "%s：这里只有没存的字，可以抄下，不能再存", buf_cstr(&text));
    buf_release(&text);
}

enum status save_titled_draft(struct app_context *context, const struct record *record, struct id *draft, struct errmsg *err)
{
    struct buf title;
    char shown[DRAFT_TITLE_BYTES];
    buf_init(&title, TITLE_MAX_BYTES);
    record_show_title(record, context->codes, &title);
    copy_text(shown, sizeof shown, buf_cstr(&title));
    enum status status = draft_save_parts(context->store, context->actor, context->random, &record, 1, shown, draft, err);
    memset(shown, 0, sizeof shown);
    buf_wipe(&title);
    return status;
}

void leave_form(struct view *view, const struct record_type *type, struct id on, struct id draft, const char *unread)
{
    bool typed = !id_is_zero(draft) || unread[0] != '\0';
    app_close(view->app);
    if (!typed || app_open(view->app, &view_left_draft, &(struct view_argument){.id = draft, .type = type->name, .ids = &on, .n_ids = 1, .text = unread}) != STATUS_OK)
        app_say_gone(view->app, type, on);
}

enum status view_open_record(struct app *app, const struct record_type *type, struct id id)
{
    bool kase = strcmp(type->name, "case") == 0, paper = strcmp(type->name, "document") == 0, eval = strcmp(type->name, "eval") == 0;
    return app_open(app, kase ? &view_case : paper ? &view_document : eval ? &view_eval_rounds : &view_record_edit, &(struct view_argument){.type = type->name, .id = id});
}

enum status view_open_list(struct app *app, const char *type)
{
    assert(catalogue_find(type) != NULL);
    return app_open(app, &view_record_list, &(struct view_argument){.type = type});
}

/* A new application limited to a person, an event or a consultation starts from it. */
static struct id source_of(const char *where)
{
    static const char *const names[] = {"applicant=", "event=", "consultation="};
    struct id id;
    for (size_t i = 0; where != NULL && i < sizeof names / sizeof names[0]; i++)
        if (strncmp(where, names[i], strlen(names[i])) == 0 && id_parse(where + strlen(names[i]), strlen(where + strlen(names[i])), &id) == STATUS_OK)
            return id;
    return (struct id){{0}};
}

enum status view_open_new(struct app *app, const struct record_type *type, const char *where)
{
    struct errmsg err = {{0}};
    enum status status = records_may_write(app->context->actor, type, &err);
    if (status != STATUS_OK) {
        app_fail(app, "%s", err.text);
        return status;
    }
    if (where == NULL && strcmp(type->name, "consultation") == 0)
        return app_open(app, &view_consult_entry, NULL);
    if (strcmp(type->name, "case") == 0)
        return app_open(app, &view_case_action, &(struct view_argument){.type = "draft", .id = source_of(where)});
    return app_open(app, &view_record_edit, &(struct view_argument){.type = type->name, .where = where});
}

enum status last_sync(const struct view *view, int64_t *at_ms, struct errmsg *err)
{
    return sync_last_contact(view_context(view)->store, at_ms, err);
}

bool clock_is_wrong(const struct view *view, struct buf *out)
{
    return clock_warn(view_context(view)->store, app_now_ms(view->app), out);
}

/* A consultation typed at an event is one line there. */
static bool is_line_of_event(const struct app *app, struct id draft)
{
    struct record record;
    if (draft_load(app->context->store, app->context->actor, draft, &record, NULL) != STATUS_OK)
        return false;
    bool line = strcmp(record.type->name, "consultation") == 0 && record_text(&record, "event")[0] != '\0';
    record_release(&record);
    return line;
}

/* The form that it was typed in. Errors: STATUS_NOT_FOUND (it, or what it stands on, is not here any more); told. */
static enum status open_draft_form(struct app *app, const struct record_type *type, struct id draft, struct id record)
{
    if (id_is_zero(record) && strcmp(type->name, "consultation") == 0)
        return is_line_of_event(app, draft) ? app_open(app, &view_outreach_event, &(struct view_argument){.id = draft, .number = VIEW_DRAFT})
                                            : app_open(app, &view_consult_entry, &(struct view_argument){.id = draft});
    const struct act *act;
    const struct record_type *left;
    struct id on;
    bool began = false;
    if (id_is_zero(record)) /* could that not be read, the form of it says so */
        (void)draft_began_on_left(app->context->store, app->context->actor, draft, &began, &left, &on, NULL);
    if (began)
        return app_open(app, &view_left_draft, &(struct view_argument){.id = draft});
    if (strcmp(type->name, "step") == 0)
        return app_open(app, act_draft_of(app->context, draft, &act, &on, NULL) == STATUS_OK ? &view_act : &view_case_action,
                        &(struct view_argument){.id = draft, .number = VIEW_DRAFT});
    bool scores = strcmp(type->name, "eval_item") == 0;
    return app_open(app, scores ? &view_eval_sheet : &view_record_edit, &(struct view_argument){.type = type->name, .id = draft, .number = VIEW_DRAFT});
}

enum status view_open_draft(struct app *app, const struct record_type *type, struct id draft, struct id record)
{
    enum status status = open_draft_form(app, type, draft, record);
    if (status != STATUS_NOT_FOUND)
        return status;
    return app_open(app, &view_left_draft, &(struct view_argument){.id = draft, .type = type->name, .ids = &record, .n_ids = 1}); /* what was typed is there to be read */
}

int columns_beside(int columns, const char *text)
{
    int needed = (int)width_text(_(text), strlen(_(text))) + 2;
    return needed > columns ? needed : columns;
}
