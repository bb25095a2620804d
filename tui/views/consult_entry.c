/* tui/views/consult_entry.c - quick entry of consultations, sixty a day.
 *
 * What stays the same all day (day, place, channel, worker; in a village also where people live) is the session: written once, shown in the title, carried into every
 * record. What is typed is stored as a draft at every field left; F2 saves, deletes the draft in the same transaction and begins the next.
 * A visitor who was here before is recognised by name, initials or phone tail; a digit takes over what is known.
 * Phrase codes ("11+15") become sentences in the answer, which can be edited after that. */
#include <string.h>

#include "core/aid/consultation.h"
#include "core/base/language.h"
#include "core/record/draft.h"
#include "core/record/search.h"
#include "tui/record_form.h"
#include "tui/views/consult_entry.h"
#include "tui/views/views.h"

enum { ENTRY_PICK = 1, ENTRY_PICK_SIMILAR, SIMILAR_COLUMN = 24, SIMILAR_KEY_COLUMNS = 14, ENTRY_FORM_ROW = 2, ENTRY_LAST_ROW = 13 };

enum { COMMAND_APPLY = COMMAND_VIEW, COMMAND_ASK_CENTER, COMMAND_SIMILAR };

static const struct command COMMANDS[] = {{COMMAND_APPLY, "apply", "转申请: 存好这条咨询，从它起草法律援助申请"},
                                          {COMMAND_ASK_CENTER, "ask-center", "问县中心: 这个人去过别的站没有（工作站，要联网）"},
                                          {COMMAND_SIMILAR, "similar", "照以前的: 类别相同、说的事最像的几条，取一条的答复"},
                                          {COMMAND_NONE, NULL, NULL}};

static const struct form_def entry_defs[] = {
    {.name = "name", .label = "姓名", .kind = FORM_TEXT, .row = 0, .col = 1, .columns = 16, .max_chars = 100, .group = 1, .flags = FORM_OWN},
    {.name = "sex", .label = "性别", .kind = FORM_CODE, .row = 1, .col = 1, .columns = 1, .name_columns = 6, .group = 1, .flags = FORM_AUTO},
    {.name = "phone", .label = "电话", .kind = FORM_NUMBER, .row = 1, .col = 17, .columns = 13, .max_chars = 30, .group = 1, .flags = FORM_OWN},
    {.name = "village", .label = "村居", .kind = FORM_CODE, .row = 1, .col = 39, .columns = 12, .name_columns = 20, .group = 1, .flags = FORM_AUTO},
    {.name = "category", .label = "类别", .kind = FORM_CODE, .row = 2, .col = 1, .columns = 6, .name_columns = 16, .group = 2, .flags = FORM_AUTO},
    {.name = "content", .label = "内容", .kind = FORM_LINES, .row = 3, .col = 1, .columns = 72, .rows = 2, .max_chars = 20000, .group = 2},
    {.name = "phrase", .label = "答复", .kind = FORM_CODES, .row = 5, .col = 1, .columns = 14, .group = 3, .flags = FORM_NO_REPEAT},
    {.name = "answer", .label = "    ", .kind = FORM_LINES, .row = 6, .col = 1, .columns = 72, .rows = 3, .max_chars = 20000, .group = 3},
    {.name = "handling", .label = "处理", .kind = FORM_CODE, .row = 9, .col = 1, .columns = 1, .name_columns = 14, .group = 4, .flags = FORM_AUTO},
    {.name = "minutes", .label = "用时", .kind = FORM_NUMBER, .row = 9, .col = 26, .columns = 4, .max_chars = 4, .group = 4},
};

enum { ENTRY_FIELDS = sizeof entry_defs / sizeof entry_defs[0] };

/* ---- the form ---- */

static void set_typed(struct form *form, const char *name, const char *text)
{
    form_type(form, form_field(form, name), text, strlen(text));
}

static void adopt(struct view *view, const struct visitor *who)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct errmsg err = {{0}};
    enum status status = records_get(context->store, context->actor, who->type, who->id, &record, &err);
    if (status != STATUS_OK) {
        app_fail(view->app, "%s", errmsg_text(&err, status));
        return;
    }
    set_typed(&entry->form, "name", who->name);
    set_typed(&entry->form, "sex", record_text(&record, "sex"));
    set_typed(&entry->form, "phone", who->phone);
    if (record_text(&record, "village")[0] != '\0')
        set_typed(&entry->form, "village", record_text(&record, "village"));
    if (strcmp(who->type->name, "person") == 0)
        entry->person = who->id;
    else if (id_parse(record_text(&record, "person"), strlen(record_text(&record, "person")), &entry->person) != STATUS_OK)
        entry->person = (struct id){{0}};
    record_release(&record);
    entry->visitors.dismissed = true;
    entry->same = (struct same_person){.text = ""};
    entry->dirty = true;
    form_focus(&entry->form, form_field(&entry->form, "category")); /* the check of the name comes here, too: the form goes on from there */
    app_say(view->app, "已沿用 %s 的资料", who->name);
}

static bool only_ascii(const char *text, const char *chars)
{
    return text[0] != '\0' && strspn(text, chars) == strlen(text);
}

/* Digits or initials are not a name: they stand for somebody who was found, or are refused. */
static enum status check_name(struct view *view, struct entry *entry, struct errmsg *err)
{
    struct buf name;
    enum status status = STATUS_OK;
    buf_init(&name, ENTRY_TEXT_BYTES);
    entry_field_text(entry, "name", &name);
    bool digits = only_ascii(buf_cstr(&name), "0123456789");
    bool initials = only_ascii(buf_cstr(&name), "abcdefghijklmnopqrstuvwxyz") && !entry->visitors.dismissed;
    if ((digits || initials) && entry->visitors.n == 1)
        adopt(view, &entry->visitors.people[0]);
    else if (digits || (initials && entry->visitors.n > 1)) {
        entry->visitors.asked = entry->visitors.n > 1;
        status = errmsg_set(err, STATUS_INVALID, entry->visitors.n > 1 ? "有几个人符合，请按数字选一人，或填写姓名" : "没有找到这个尾号的人，请填写姓名");
    }
    buf_release(&name);
    return status;
}

/* Phrase codes to sentences. What the worker wrote by hand stays, the sentences come behind it. */
static void expand_phrases(struct view *view, struct entry *entry)
{
    size_t phrase = form_field(&entry->form, "phrase"), answer = form_field(&entry->form, "answer");
    struct buf codes, text, now;
    buf_init(&codes, ENTRY_TEXT_BYTES);
    buf_init(&text, ENTRY_TEXT_BYTES);
    buf_init(&now, ENTRY_TEXT_BYTES);
    form_text(&entry->form, phrase, &codes);
    char *save = NULL, *list = (char *)codes.data;
    for (char *code = list != NULL ? strtok_r(list, ",", &save) : NULL; code != NULL; code = strtok_r(NULL, ",", &save))
        buf_puts(&text, _(code_book_name(view_context(view)->codes, "phrase", code)));
    edit_text(&entry->form.fields[answer], &now);
    bool by_hand = now.len > 0 && strcmp(buf_cstr(&now), buf_cstr(&entry->expanded)) != 0;
    if (strcmp(buf_cstr(&text), buf_cstr(&entry->expanded)) != 0) {
        if (by_hand)
            buf_puts(&now, buf_cstr(&text));
        const struct buf *result = by_hand ? &now : &text;
        form_type(&entry->form, answer, buf_cstr(result), result->len);
        buf_clear(&entry->expanded);
        buf_puts(&entry->expanded, buf_cstr(&text));
        entry->dirty = true;
    }
    buf_release(&codes);
    buf_release(&text);
    buf_release(&now);
}

static enum status entry_validate(void *context, struct form *form, size_t field, struct errmsg *err)
{
    struct view *view = context;
    struct entry *entry = view->state;
    if (strcmp(form->defs[field].name, "name") == 0)
        return check_name(view, entry, err);
    if (strcmp(form->defs[field].name, "phrase") == 0) {
        expand_phrases(view, entry);
        return STATUS_OK;
    }
    struct record record;
    record_init(&record, entry_type());
    enum status status = record_form_store_field(form, field, &record, view_context(view)->codes, err);
    record_release(&record);
    return status;
}

static void look_for_same(struct view *view, struct entry *entry, const char *field)
{
    struct record record;
    if (!same_person_asks(field) || entry_build(view, entry, false, &record, NULL, NULL) != STATUS_OK)
        return;
    same_person_find(view, &record, &entry->same);
    record_release(&record);
}

/* Once it is known what it is about, and while nothing was answered. */
static void look_for_similar(struct view *view, struct entry *entry, const char *field)
{
    struct record record;
    if ((strcmp(field, "category") != 0 && strcmp(field, "content") != 0) || entry_build(view, entry, false, &record, NULL, NULL) != STATUS_OK)
        return;
    similar_offer_find(&entry->similar, view, &similar_consultations, &record);
    record_release(&record);
}

static void entry_left(void *context, struct form *form, size_t field)
{
    struct view *view = context;
    struct entry *entry = view->state;
    entry->dirty = true;
    entry_store_draft(view);
    look_for_same(view, entry, form->defs[field].name);
    look_for_similar(view, entry, form->defs[field].name);
}

/* What the card says that has no field here goes into the record all the same. */
static void entry_card(void *context, struct form *form, const struct id_reading *card)
{
    struct view *view = context;
    struct entry *entry = view->state;
    entry->person = (struct id){{0}};
    entry->visitors = (struct visitors){.n = 0};
    (void)record_take_card(&entry->base, card, view_context(view)->codes);
    record_form_take_card(form, card, view_context(view)->codes);
    entry->dirty = true;
    entry_store_draft(view);
    look_for_same(view, entry, "id_no");
    if (form_is_empty(form, form_field(form, "name")))
        form_focus(form, form_field(form, "name"));
}

/* ---- opening and closing ---- */

static void open_draft(struct view *view, struct id id)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    struct record record;
    struct errmsg err = {{0}};
    enum status status = draft_load(context->store, context->actor, id, &record, &err);
    if (status == STATUS_OK && record.type == entry_type()) {
        entry_take_typed(view, &record);
        entry->draft = id;
        entry->draft_ms = app_now_ms(view->app);
        app_say(view->app, "接着写草稿");
    } else {
        app_fail(view->app, "%s", errmsg_text(&err, status));
    }
    if (status == STATUS_OK)
        record_release(&record);
}

static enum status open_forms(struct view *view, struct errmsg *err)
{
    struct entry *entry = view->state;
    struct form_hooks hooks = {.context = view, .validate = entry_validate, .repeat = entry_repeat, .left = entry_left, .card = entry_card};
    if (form_init_table(&entry->form, entry_defs, ENTRY_FIELDS, hooks) != STATUS_OK)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    if (form_init_table(&entry->session_form, entry_session_defs, ENTRY_SESSION_FIELDS, (struct form_hooks){0}) != STATUS_OK) {
        form_release(&entry->form);
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    }
    const struct code_book *codes = view_context(view)->codes;
    record_form_bind(&entry->form, entry_type(), codes);
    record_form_bind(&entry->session_form, entry_type(), codes);
    form_set_source(&entry->form, form_field(&entry->form, "phrase"), code_source_of_book(codes, "phrase"));
    return STATUS_OK;
}

static enum status entry_open(struct view *view, const struct view_argument *argument, struct errmsg *err)
{
    struct entry *entry = view->state;
    struct app_context *context = view_context(view);
    enum status status = records_may_write(context->actor, entry_type(), err); /* told before anything is typed */
    if (status == STATUS_OK)
        status = open_forms(view, err);
    if (status != STATUS_OK)
        return status;
    buf_init(&entry->expanded, ENTRY_TEXT_BYTES);
    record_init(&entry->session, entry_type());
    record_init(&entry->base, entry_type());
    status = records_begin(context->store, context->actor, &entry->session, context->codes, err);
    if (status != STATUS_OK) {
        form_release(&entry->form);
        form_release(&entry->session_form);
        return status;
    }
    search_catch_up(context->store, context->codes, ENTRY_INDEX_BATCH, NULL, NULL);
    entry_load_recent(view);
    entry_count_today(view);
    if (entry->last[0].set)
        entry_take_session(entry, &entry->last[0].record);
    entry_begin_next(view);
    if (!id_is_zero(argument->id))
        open_draft(view, argument->id);
    return STATUS_OK;
}

static void entry_close(struct view *view)
{
    struct entry *entry = view->state;
    for (size_t i = 0; i < ENTRY_LAST; i++) {
        if (entry->last[i].set)
            record_release(&entry->last[i].record);
    }
    record_release(&entry->session);
    record_release(&entry->base);
    form_release(&entry->form);
    form_release(&entry->session_form);
    similar_offer_release(&entry->similar);
    buf_wipe(&entry->expanded);
}

static bool entry_leave(struct view *view)
{
    struct entry *entry = view->state;
    entry_store_draft(view);
    if (!id_is_zero(entry->draft) && !entry->dirty)
        app_say(view->app, "没写完的咨询已留作草稿");
    return true;
}

/* ---- keys ---- */

static bool name_digit(struct view *view, struct entry *entry, struct key key)
{
    bool dismiss = false;
    struct buf name;
    if (strcmp(entry->form.defs[entry->form.focus].name, "name") != 0 || key_digit(key) < 0)
        return false;
    buf_init(&name, ENTRY_TEXT_BYTES);
    entry_field_text(entry, "name", &name);
    bool tail = strpbrk(buf_cstr(&name), "0123456789") != NULL;
    buf_release(&name);
    const struct visitor *who = tail && !entry->visitors.asked ? NULL : visitors_choose(&entry->visitors, key_digit(key), &dismiss);
    if (who != NULL) {
        adopt(view, who);
        entry_store_draft(view);
    }
    if (dismiss)
        entry->visitors.dismissed = true;
    return who != NULL || dismiss;
}

static void name_changed(struct view *view, struct entry *entry)
{
    struct buf name;
    buf_init(&name, ENTRY_TEXT_BYTES);
    entry_field_text(entry, "name", &name);
    entry->visitors.dismissed = entry->visitors.asked = false;
    visitors_find(&entry->visitors, view, buf_cstr(&name));
    buf_release(&name);
}

static bool entry_key(struct view *view, struct key key)
{
    struct entry *entry = view->state;
    if (entry->in_session) {
        enum form_result result = form_key_told(view, &entry->session_form, key);
        if (result == FORM_COMPLETE)
            entry_close_session(view, true);
        return result != FORM_IGNORED;
    }
    entry->keys++;
    if (form_card_told(view, &entry->form, key) || name_digit(view, entry, key))
        return true;
    bool in_name = entry->form.focus == form_field(&entry->form, "name");
    enum form_result result = form_key_no_card(view, &entry->form, key);
    if (result == FORM_CHANGED) {
        entry->dirty = true;
        if (in_name && entry->form.focus == form_field(&entry->form, "name"))
            name_changed(view, entry);
    } else if (result == FORM_COMPLETE) {
        app_say(view->app, "按 F2 保存并开始下一条");
    }
    return result != FORM_IGNORED;
}

static bool session_command(struct view *view, int command)
{
    struct entry *entry = view->state;
    if (command == COMMAND_SAVE || command == COMMAND_BACK) {
        entry_close_session(view, command == COMMAND_SAVE);
        return true;
    }
    if (command == COMMAND_CODES)
        form_pick_told(view, &entry->session_form, ENTRY_PICK);
    return command == COMMAND_CODES;
}

/* The visitor applies: save what is on the screen, or take the one just saved, and draft the application from it (法律援助法第四十一条). */
static void apply_for(struct view *view)
{
    struct entry *entry = view->state;
    if (!entry_is_untouched(entry)) {
        entry_save(view);
        if (!entry_is_untouched(entry))
            return; /* refused: the reason stands on the message line */
    }
    if (entry->last[0].set)
        app_open(view->app, &view_case_action, &(struct view_argument){.type = "draft", .id = entry->last[0].record.id});
    else
        app_fail(view->app, "还没有咨询可以转申请");
}

static void ask_center(struct view *view)
{
    struct entry *entry = view->state;
    struct buf name;
    buf_init(&name, ENTRY_TEXT_BYTES);
    form_text(&entry->form, 0, &name);
    app_open(view->app, &view_lookup, &(struct view_argument){.text = buf_cstr(&name)});
    buf_wipe(&name);
}

static bool entry_command(struct view *view, int command)
{
    struct entry *entry = view->state;
    if (entry->in_session)
        return session_command(view, command);
    switch (command) {
    case COMMAND_SAVE:
        entry_save(view);
        return true;
    case COMMAND_REPEAT:
        entry_repeat_record(view);
        return true;
    case COMMAND_UNDO:
        entry_undo_last(view);
        return true;
    case COMMAND_CODES:
        if (!form_pick(view, &entry->form, ENTRY_PICK))
            entry_open_session(view);
        return true;
    case COMMAND_APPLY:
        apply_for(view);
        return true;
    case COMMAND_SEARCH:
        app_open(view->app, &view_search, NULL);
        return true;
    case COMMAND_ASK_CENTER:
        ask_center(view);
        return true;
    case COMMAND_SIMILAR:
        if (!form_settle(&entry->form) || !similar_offer_ask(&entry->similar, view, ENTRY_PICK_SIMILAR))
            app_fail(view->app, "没有像这一条的: 先写类别或内容");
        return true;
    default:
        return false;
    }
}

/* Its answer, and how it was handled, into what is still empty; to be read over before it is saved. */
static void take_similar(struct view *view, const struct record *record)
{
    static const char *const names[] = {"answer", "handling"};
    struct entry *entry = view->state;
    char day[SHORT_DAY_BYTES];
    if (record == NULL)
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (i == 0 || form_is_empty(&entry->form, form_field(&entry->form, names[i])))
            set_typed(&entry->form, names[i], record_text(record, names[i]));
    entry->dirty = true;
    form_focus(&entry->form, form_field(&entry->form, "answer"));
    entry_store_draft(view);
    short_day_text(record_day(record), app_now_ms(view->app), day);
    app_say(view->app, "取了 %s 那条的答复，改改再按 F2", day);
}

static void entry_answer(struct view *view, const struct view_answer *answer)
{
    struct entry *entry = view->state;
    if (answer->cancelled || answer->code == NULL)
        return;
    if (answer->tag == ENTRY_PICK_SIMILAR) {
        take_similar(view, similar_offer_chosen(&entry->similar, answer->code->code));
        return;
    }
    form_take_pick(entry->in_session ? &entry->session_form : &entry->form, answer->code->code);
    entry->dirty = entry->dirty || !entry->in_session;
}

/* ---- drawing ---- */

static void entry_title(struct view *view, struct buf *left, struct buf *right)
{
    struct entry *entry = view->state;
    const struct code_book *codes = view_context(view)->codes;
    char day[SHORT_DAY_BYTES], at[CLOCK_TEXT_BYTES];
    const struct field_def *date = catalogue_field(entry_type(), "date");
    short_day_text((int32_t)record_get(&entry->session, date).number, app_now_ms(view->app), day);
    buf_printf(left, _("咨询速录  F4场次: %s "), day);
    record_field_text(&entry->session, "channel", codes, left); /* before what may be cut: a channel left over from a telephone call must be seen */
    buf_printf(left, " %s %s", record_text(&entry->session, "worker"), record_text(&entry->session, "station"));
    if (entry->draft_ms != 0) {
        minute_text(entry->draft_ms, at);
        buf_printf(right, _(" 草稿 %s"), at);
    }
    if (entry->form.focus != entry->keys_focus || entry->keys == 0) {
        entry->keys_focus = entry->form.focus;
        entry->keys_shown = entry->keys;
    }
    buf_printf(right, _("  已录 %lld  本条 %u 键"), (long long)entry->count_today, entry->keys_shown);
}

static void draw_last(struct view *view, struct canvas *canvas, int row)
{
    struct entry *entry = view->state;
    const struct code_book *codes = view_context(view)->codes;
    int half = canvas->cols / 2;
    for (size_t i = 0; i < ENTRY_LAST; i++) {
        if (!entry->last[i].set)
            continue;
        struct buf line;
        char at[CLOCK_TEXT_BYTES] = "";
        const struct record *record = &entry->last[i].record;
        buf_init(&line, 1024);
        if (entry->last[i].at_ms != 0)
            minute_text(entry->last[i].at_ms, at);
        const char *name = record_text(record, "name");
        buf_printf(&line, "%lld %s ", (long long)entry->count_today - (long long)i, name[0] != '\0' ? name : _("(未留名)"));
        record_field_text(record, "category", codes, &line);
        buf_puts(&line, " ");
        record_field_text(record, "handling", codes, &line);
        canvas_printf(canvas, row, 1 + (int)i * half, half - 2, STYLE_NORMAL, "%s %s", buf_cstr(&line), at);
        buf_release(&line);
    }
}

static void draw_similar(struct view *view, struct canvas *canvas)
{
    struct entry *entry = view->state;
    struct buf line;
    if (entry->similar.n == 0 || !form_is_empty(&entry->form, form_field(&entry->form, "answer")))
        return;
    buf_init(&line, ENTRY_TEXT_BYTES);
    similar_offer_text(&entry->similar, view, canvas->cols - SIMILAR_COLUMN - SIMILAR_KEY_COLUMNS, &line);
    buf_printf(&line, "  Ctrl-T %s", _("照用"));
    canvas_puts(canvas, ENTRY_FORM_ROW + 5, SIMILAR_COLUMN, canvas->cols - SIMILAR_COLUMN - 1, STYLE_DIM, buf_cstr(&line));
    buf_wipe(&line);
}

static void entry_draw(struct view *view, struct canvas *canvas)
{
    struct entry *entry = view->state;
    struct buf text, name;
    canvas_rule(canvas, 1);
    if (entry->in_session) {
        entry_draw_session(view, canvas);
        return;
    }
    form_draw(&entry->form, canvas, ENTRY_FORM_ROW, 0, true);
    const struct form_def *defs = entry->form.defs;
    canvas_puts(canvas, ENTRY_FORM_ROW + 9, form_end_col(&defs[form_field(&entry->form, "minutes")]) + 1, -1, STYLE_NORMAL, _("分钟"));
    buf_init(&text, 1024);
    buf_init(&name, ENTRY_TEXT_BYTES);
    entry_field_text(entry, "name", &name);
    visitors_text(&entry->visitors, buf_cstr(&name), app_now_ms(view->app), &text);
    int beside = form_end_col(&defs[form_field(&entry->form, "name")]) + 2;
    canvas_puts(canvas, ENTRY_FORM_ROW, beside, canvas->cols - beside - 1, STYLE_BOLD, buf_cstr(&text));
    draw_similar(view, canvas);
    canvas_rule(canvas, ENTRY_LAST_ROW);
    draw_last(view, canvas, ENTRY_LAST_ROW + 1);
    buf_release(&text);
    buf_release(&name);
}

static void entry_hint(struct view *view, size_t columns, struct buf *out)
{
    struct entry *entry = view->state;
    struct form *form = entry->in_session ? &entry->session_form : &entry->form;
    if (!entry->in_session && entry->same.text[0] != '\0' && !form->entered) {
        buf_puts(out, entry->same.text);
        return;
    }
    form_hint(form, columns, out);
    if (out->len > 0)
        return;
    const char *name = form->defs[form->focus].name;
    const struct field_def *field = catalogue_field(entry_type(), name);
    if (!entry->in_session && strcmp(name, "name") == 0)
        buf_puts(out, _("姓名；来过的人也可打拼音首字母或电话尾号"));
    else if (field != NULL && field->help != NULL)
        buf_puts(out, _(field->help));
}

static const struct field_def *entry_field(struct view *view)
{
    struct entry *entry = view->state;
    const struct form *form = entry->in_session ? &entry->session_form : &entry->form;
    return catalogue_field(entry_type(), form->defs[form->focus].name);
}

static void entry_cite(struct view *view, struct buf *out)
{
    struct entry *entry = view->state;
    struct form *form = entry->in_session ? &entry->session_form : &entry->form;
    const struct field_def *field = entry_field(view);
    form_text(form, form->focus, out);
    if (field != NULL && field->help != NULL)
        buf_printf(out, " %s", _(field->help));
}

static void entry_refresh(struct view *view)
{
    entry_count_today(view);
}

static const struct keymap *entry_keymap(struct view *view)
{
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT},
        {"=", COMMAND_REPEAT_FIELD, "同上条", 0},
        {"F2", COMMAND_SAVE, "存并下一条", BINDING_KEEP},
        {"F8", COMMAND_REPEAT, "整条重复", 0},
        {"F4", COMMAND_CODES, "代码", 0},
        {"F5", COMMAND_APPLY, "转申请", 0},
        {"Ctrl-Z", COMMAND_UNDO, "撤回上条", 0},
        {"Ctrl-T", COMMAND_SIMILAR, "照以前的", 0},
        {"F7", COMMAND_ASK_CENTER, "问县中心", 0},
        {"F3", COMMAND_SEARCH, "查找", BINDING_HIDDEN},
        {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},
        {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding session_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "场次改好了", 0},   {"F4", COMMAND_CODES, "代码", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},      {"F10", COMMAND_BACK, "不改", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, session_map = {.bindings = session_bindings};
    return ((struct entry *)view->state)->in_session ? &session_map : &map;
}

/* The last ones, and who the visitor may be. */
static bool entry_shows(struct view *view, size_t n, const struct record_type **type, struct id *id)
{
    const struct entry *entry = view->state;
    bool last = n < ENTRY_LAST;
    *type = last ? entry_type() : catalogue_find("person");
    *id = !last ? entry->same.id : entry->last[n].set ? entry->last[n].record.id : (struct id){{0}};
    return n <= ENTRY_LAST;
}

static bool entry_let_go(struct view *view, const struct record_type *type, struct id id)
{
    struct entry *entry = view->state;
    if (id_equal(id, entry->same.id))
        entry->same = (struct same_person){.text = ""};
    entry_drop_last(entry, id);
    (void)type;
    return true;
}

const struct view_class view_consult_entry = {
    .name = "consultation-entry",
    .state_bytes = sizeof(struct entry),
    .help = "一条接一条录咨询。场次（日期、地点、接待人）写一次，在不带代码的项上按 F4 改。F5 转申请: 存好这条，从它起草申请。\n"
            "姓名打两个字、拼音首字母或电话尾号，来过的人会认出来: 按 1 沿用资料，按 2 是新来访。\n"
            "答复打短语代码，如 11+15，自动变成句子，还可以改；没写内容时用类别作事由。\n"
            "身份证阅读器、扫码枪在哪一项都可以用: 读到的姓名、性别、号码填好，当中的键不会当成别的。\n"
            "写好类别和内容，旁边列出以前最像的一条；Ctrl-T 从最像的几条里选，取它的答复，改改就能用。\n"
            "在残联、人武部的分部录的，人群类别先填残疾人、军属；不是的，打开那条记录改。",
    .open = entry_open,
    .close = entry_close,
    .leave = entry_leave,
    .key = entry_key,
    .command = entry_command,
    .draw = entry_draw,
    .title = entry_title,
    .keymap = entry_keymap,
    .hint = entry_hint,
    .field = entry_field,
    .cite = entry_cite,
    .answer = entry_answer,
    .refresh = entry_refresh,
    .shows = entry_shows,
    .left = entry_let_go,
    .idle = entry_store_draft,
};
