/* tui/views/case_form.c - see case_form.h. */
#include "tui/views/case_form.h"

#include <assert.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/roster.h"
#include "core/record/draft.h"
#include "core/record/peer.h"
#include "tui/field_grid.h"
#include "tui/record_form.h"

enum { LONG_ROWS = 3, DRAFTS_MAX = 64 };

static struct record *part_of(struct case_move *move, enum case_part part)
{
    struct record *const records[CASE_PARTS] = {&move->kase, &move->step, &move->beside};
    return records[part];
}

/* ---- opening ---- */

size_t case_form_field(const struct case_form *form, const char *name)
{
    for (size_t i = 0; i < form->n; i++)
        if (strcmp(form->fields[i]->name, name) == 0)
            return i;
    return SIZE_MAX;
}

static enum case_part which_part(struct case_move *move, const struct record *record)
{
    return record == &move->kase ? PART_CASE : record == &move->step ? PART_STEP : PART_BESIDE;
}

static void list_fields(struct case_form *form)
{
    const struct record *record;
    const struct field_def *field;
    bool needed;
    for (size_t i = 0; (record = case_move_field_at(&form->move, i, &field, &needed)) != NULL; i++) {
        assert(form->n < CASE_FORM_FIELDS_MAX);
        form->fields[form->n] = field;
        form->parts[form->n] = which_part(&form->move, record);
        form->needed[form->n++] = needed;
    }
}

static bool handles_cases(const struct record *org)
{
    static const char *const kinds[] = {"firm", "legal_office", "center"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(record_text(org, "kind"), kinds[i]) == 0)
            return true;
    return false;
}

static struct id held_ref(const struct case_form *form, size_t i)
{
    struct value value = record_get(&form->begun[form->parts[i]], form->fields[i]);
    struct id id = {{0}};
    if (value.kind == VALUE_TEXT && id_parse(value.text, value.len, &id) != STATUS_OK)
        id = (struct id){{0}};
    return id;
}

static enum status load_refs(struct case_form *form, struct view *view, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < form->n; i++) {
        const struct record_type *type = form->fields[i]->kind == FIELD_REF ? catalogue_find(form->fields[i]->codes) : NULL;
        bool orgs = type != NULL && strcmp(type->name, "org") == 0;
        if (type != NULL)
            status = ref_source_load(&form->refs[i], context->store, context->actor, context->codes, type, orgs ? handles_cases : NULL, held_ref(form, i), err);
    }
    return status;
}

/* Which offices the action's `target` is one of; false: it asks for no office. */
static bool hands_over(const struct case_action *action, enum office_choice *choice)
{
    static const struct {
        const char *action;
        enum office_choice choice;
    } HANDING[] = {{"transfer", OFFICES_TO_MOVE}, {"share", OFFICES_TO_SHARE}, {"unshare", OFFICES_TO_UNSHARE}};
    for (size_t i = 0; i < sizeof HANDING / sizeof HANDING[0]; i++) {
        *choice = HANDING[i].choice;
        if (strcmp(action->name, HANDING[i].action) == 0)
            return true;
    }
    return false;
}

static enum status load_offices(struct case_form *form, struct view *view, struct errmsg *err)
{
    const struct record *kase = &form->move.kase;
    enum office_choice choice;
    if (!hands_over(form->move.action, &choice))
        return STATUS_OK;
    return office_source_load(&form->offices, view_context(view)->store, choice, kase->id, kase->scope, err);
}

static bool is_office(const struct case_form *form, size_t i)
{
    return form->offices != NULL && form->parts[i] == PART_STEP && strcmp(form->fields[i]->name, "target") == 0;
}

/* A name that may be chosen: half of the line for what is typed, half for who that is. */
static void lay_out_office(struct form_def *def)
{
    int columns = def->columns + def->name_columns;
    def->kind = FORM_CODE;
    def->flags |= FORM_FREE_CODE;
    def->columns = columns / 2;
    def->name_columns = columns - def->columns;
}

void case_form_lay_out(struct case_form *form, int cols)
{
    struct field_grid grid;
    field_grid_start(&grid, cols);
    for (size_t i = 0; i < form->n; i++) {
        field_grid_place(&grid, form->fields[i], LONG_ROWS, form->needed[i], form->refs[i] != NULL ? GRID_REFS : GRID_NO_REFS, &form->defs[i]);
        if (is_office(form, i))
            lay_out_office(&form->defs[i]);
    }
    if (strcmp(form->move.action->name, "draft") == 0)
        form_sections_apply(&form->sections, "draft", form->defs, form->n);
    form->cols = cols;
    if (form->form.fields != NULL)
        form_laid_out(&form->form);
}

static enum status load_field(struct case_form *form, struct view *view, size_t i, const struct record *record)
{
    const char *office = is_office(form, i) ? office_source_code(form->offices, record_text(record, form->fields[i]->name)) : NULL;
    if (office != NULL)
        return form_set(&form->form, i, office, strlen(office));
    if (form->refs[i] == NULL)
        return record_form_load_field(&form->form, i, record, form->fields[i], view_context(view)->codes);
    struct value value = record_get(record, form->fields[i]);
    struct id id;
    const char *code = value.kind == VALUE_TEXT && id_parse(value.text, value.len, &id) == STATUS_OK ? ref_source_code(form->refs[i], id) : NULL;
    form->foreign[i] = value.kind == VALUE_TEXT && code == NULL;
    return form_set(&form->form, i, code != NULL ? code : "", code != NULL ? strlen(code) : 0);
}

static enum status load_all(struct case_form *form, struct view *view)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < form->n; i++)
        status = load_field(form, view, i, part_of(&form->move, form->parts[i]));
    return status;
}

/* Codes are judged by the case's day. */
static void set_day(struct case_form *form)
{
    const struct record *kase = &form->begun[PART_CASE];
    struct value received = record_get(kase, catalogue_field(kase->type, kase->type->order));
    size_t field = case_form_field(form, kase->type->order);
    form->form.day = received.kind == VALUE_INT ? (int32_t)received.number : form->move.today;
    form->form.day_field = field != SIZE_MAX && form->parts[field] == PART_CASE ? field : SIZE_MAX;
}

static void bind_all(struct case_form *form, struct view *view)
{
    set_day(form);
    for (size_t i = 0; i < form->n; i++) {
        if (form->refs[i] != NULL)
            form_set_source(&form->form, i, ref_source_codes(form->refs[i]));
        else if (is_office(form, i))
            form_set_source(&form->form, i, office_source_codes(form->offices));
        else
            record_form_bind_field(&form->form, i, form->fields[i], view_context(view)->codes);
    }
}

enum status case_form_open(struct case_form *form, struct view *view, const struct case_action *action, struct id id, struct form_hooks hooks, int cols, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    *form = (struct case_form){.on = id};
    enum status status = case_move_begin(context->store, context->actor, context->codes, action, id, &form->move, err);
    if (status != STATUS_OK) {
        form->move.action = NULL;
        return status;
    }
    for (size_t i = 0; i < CASE_PARTS; i++)
        record_init(&form->begun[i], part_of(&form->move, (enum case_part)i)->type);
    for (size_t i = 0; status == STATUS_OK && i < CASE_PARTS; i++)
        status = record_copy(&form->begun[i], part_of(&form->move, (enum case_part)i));
    list_fields(form);
    if (status == STATUS_OK)
        status = load_refs(form, view, err);
    if (status == STATUS_OK)
        status = load_offices(form, view, err);
    case_form_lay_out(form, cols);
    if (status == STATUS_OK)
        status = form_init(&form->form, form->defs, form->n, hooks);
    if (status == STATUS_OK) {
        bind_all(form, view);
        status = load_all(form, view);
    }
    if (status != STATUS_OK) {
        case_form_close(form);
        return err != NULL && err->text[0] != '\0' ? status : errmsg_set(err, status, "%s", status_text(status));
    }
    return STATUS_OK;
}

void case_form_close(struct case_form *form)
{
    if (form->move.action == NULL)
        return;
    if (form->form.fields != NULL)
        form_release(&form->form);
    for (size_t i = 0; i < form->n; i++)
        ref_source_free(form->refs[i]);
    office_source_free(form->offices);
    case_form_drop(form->begun);
    case_move_release(&form->move);
    form->move.action = NULL;
}

/* ---- form to records ---- */

static enum status store_ref(const struct case_form *form, size_t i, struct record *record, struct errmsg *err)
{
    struct buf code;
    struct id id;
    char text[ID_TEXT_BYTES];
    buf_init(&code, 64);
    form_text(&form->form, i, &code);
    bool empty = code.len == 0, known = !empty && ref_source_id(form->refs[i], buf_cstr(&code), &id);
    buf_release(&code);
    if (empty)
        return form->foreign[i] ? STATUS_OK : record_set(record, form->fields[i], value_null());
    if (!known)
        return errmsg_set(err, STATUS_INVALID, "%s: 没有这一项，按 F4 选", _(form->fields[i]->label));
    id_format(id, text);
    return record_set(record, form->fields[i], value_string(text));
}

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* Not among the choices: an org all the same, another's full name where the case may go outside, or a mistake. What several offices answer to is none of them: a transfer would end the case. */
static enum status store_other(const struct case_form *form, struct view *view, size_t i, const char *typed, struct record *record, struct errmsg *err)
{
    const char *label = _(form->fields[i]->label);
    char name[MACHINE_NAME_MAX_BYTES];
    int64_t number;
    struct code_source source = office_source_codes(form->offices);
    enum status status = org_find(view_context(view)->store, typed, &number, name, sizeof name, err);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? record_set_text(record, "target", name) : status == STATUS_INVALID ? errmsg_wrap(err, status, "%s", label) : status;
    if (code_source_resolve(&source, typed, NULL) == CODE_SEVERAL)
        return errmsg_set(err, STATUS_INVALID, "%s: 有几个单位符合“%s”，再写几个字或按 F4 选", label, typed);
    if (strcmp(form->move.action->name, "transfer") != 0 || is_number(typed))
        return errmsg_set(err, STATUS_INVALID, "%s: 没有“%s”可选，按 F4 列出各站", label, typed);
    return record_form_store_field(&form->form, i, record, view_context(view)->codes, err);
}

static enum status store_office(const struct case_form *form, struct view *view, size_t i, struct record *record, struct errmsg *err)
{
    struct buf typed;
    buf_init(&typed, EDIT_MAX_CHARS * 4);
    form_text(&form->form, i, &typed);
    const char *name = office_source_name(form->offices, buf_cstr(&typed));
    enum status status = typed.status;
    if (status == STATUS_OK && typed.len == 0)
        status = record_set(record, form->fields[i], value_null());
    else if (status == STATUS_OK)
        status = name != NULL ? record_set_text(record, "target", name) : store_other(form, view, i, buf_cstr(&typed), record, err);
    buf_release(&typed);
    return status;
}

bool case_form_to_office(const struct case_form *form)
{
    return form->offices != NULL && office_source_code(form->offices, record_text(&form->move.step, "target")) != NULL;
}

static enum status store_field(const struct case_form *form, struct view *view, size_t i, struct record *record, struct errmsg *err)
{
    if (is_office(form, i))
        return store_office(form, view, i, record, err);
    if (form->refs[i] != NULL)
        return store_ref(form, i, record, err);
    return record_form_store_field(&form->form, i, record, view_context(view)->codes, err);
}

/* A roster's lines must be readable before the action makes rows of them; a draft may hold anything. */
static enum status check_roster(const struct case_form *form, struct view *view, size_t i, const struct record *record, struct errmsg *err)
{
    const struct roster *roster = form->parts[i] == PART_STEP ? roster_of(form->fields[i]->name) : NULL;
    enum status status = roster != NULL ? roster_check(roster, record_text(record, roster->field), view_context(view)->codes, NULL, err) : STATUS_OK;
    return status == STATUS_OK ? status : errmsg_wrap(err, status, "%s", _(form->fields[i]->label));
}

void case_form_drop(struct record parts[CASE_PARTS])
{
    for (size_t i = 0; i < CASE_PARTS; i++)
        record_release(&parts[i]);
}

static enum status copy_begun(const struct case_form *form, struct record out[CASE_PARTS])
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < CASE_PARTS; i++)
        record_init(&out[i], form->begun[i].type);
    for (size_t i = 0; status == STATUS_OK && i < CASE_PARTS; i++)
        status = record_copy(&out[i], &form->begun[i]);
    if (status != STATUS_OK)
        case_form_drop(out);
    return status;
}

/* What one field needs may stand in a later one: a document number is checked by its kind, a code by the case's day. So what is refused is tried once more. */
static void store_leniently(const struct case_form *form, struct view *view, struct record *const parts[CASE_PARTS])
{
    bool refused[CASE_FORM_FIELDS_MAX];
    for (size_t i = 0; i < form->n; i++)
        refused[i] = store_field(form, view, i, parts[form->parts[i]], NULL) != STATUS_OK;
    for (size_t i = 0; i < form->n; i++)
        if (refused[i])
            (void)store_field(form, view, i, parts[form->parts[i]], NULL);
}

enum status case_form_peek(const struct case_form *form, struct view *view, struct record out[CASE_PARTS])
{
    struct record *const parts[CASE_PARTS] = {&out[PART_CASE], &out[PART_STEP], &out[PART_BESIDE]};
    enum status status = copy_begun(form, out);
    if (status == STATUS_OK)
        store_leniently(form, view, parts);
    return status;
}

void case_form_unread(const struct case_form *form, struct view *view, struct buf *out)
{
    struct record parts[CASE_PARTS];
    if (case_form_peek(form, view, parts) != STATUS_OK)
        return;
    for (size_t i = 0; i < form->n; i++)
        if (store_field(form, view, i, &parts[form->parts[i]], NULL) != STATUS_OK)
            record_form_unread_line(&form->form, i, _(form->fields[i]->label), out);
    case_form_drop(parts);
}

enum status case_form_check_field(const struct case_form *form, struct view *view, size_t field, struct errmsg *err)
{
    struct record parts[CASE_PARTS];
    enum status status = case_form_peek(form, view, parts);
    if (status != STATUS_OK)
        return status;
    status = store_field(form, view, field, &parts[form->parts[field]], err);
    if (status == STATUS_OK)
        status = check_roster(form, view, field, &parts[form->parts[field]], err);
    case_form_drop(parts);
    return status;
}

enum status case_form_take(struct case_form *form, struct view *view, size_t *bad, struct errmsg *err)
{
    struct record *const parts[CASE_PARTS] = {&form->move.kase, &form->move.step, &form->move.beside};
    store_leniently(form, view, parts);
    for (size_t i = 0; i < form->n; i++) {
        enum status status = store_field(form, view, i, part_of(&form->move, form->parts[i]), err);
        if (status == STATUS_OK)
            status = check_roster(form, view, i, part_of(&form->move, form->parts[i]), err);
        if (status != STATUS_OK) {
            *bad = i;
            return status;
        }
    }
    return STATUS_OK;
}

/* Whether the field holds the record's value, however it is written. */
static bool holds_value(const struct case_form *form, struct view *view, size_t i, const struct record *record)
{
    struct record parts[CASE_PARTS];
    if (case_form_peek(form, view, parts) != STATUS_OK)
        return false;
    bool same = value_equal(record_get(&parts[form->parts[i]], form->fields[i]), record_get(record, form->fields[i]));
    case_form_drop(parts);
    return same;
}

void case_form_offer(struct case_form *form, struct view *view, const struct record *record, const char *name)
{
    size_t i = case_form_field(form, name);
    if (i == SIZE_MAX)
        return;
    if (!form->derived[i] && !form_is_empty(&form->form, i) && !holds_value(form, view, i, record))
        return;
    form->derived[i] = load_field(form, view, i, record) == STATUS_OK && !form_is_empty(&form->form, i);
}

/* What is there need not be typed: the first field without anything, else the first. */
static size_t first_empty(const struct case_form *form)
{
    for (size_t i = 0; i < form->n; i++)
        if (form_is_empty(&form->form, i))
            return i;
    return 0;
}

/* Where somebody stopped: behind the last field that he filled in or changed. */
static size_t behind_last(const struct case_form *form, struct view *view)
{
    size_t i = form->n;
    while (i > 0 && (form->derived[i - 1] || form_is_empty(&form->form, i - 1) || holds_value(form, view, i - 1, &form->begun[form->parts[i - 1]])))
        i--;
    return i < form->n ? i : form->n - 1;
}

void case_form_start(struct case_form *form, struct view *view)
{
    for (size_t i = 0; i < form->n; i++) {
        if (form->needed[i] && form_is_empty(&form->form, i)) {
            form_focus(&form->form, i);
            return;
        }
    }
    form_focus(&form->form, id_is_zero(form->draft) ? first_empty(form) : behind_last(form, view));
}

/* ---- drafts ---- */

/* What the draft says the person typed over: the records as the action began. */
static enum status set_baseline(struct record *part, const struct record *begun)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < part->type->n_fields; i++)
        status = record_set_loaded(part, &part->type->fields[i], begun->values[i]);
    return status;
}

static enum status name_step(const struct case_form *form, struct record *step)
{
    static const char *const names[] = {"action", "case_id"};
    char id[ID_TEXT_BYTES];
    enum status status = record_set_text(step, "action", form->move.action->name);
    id_format(form->on, id);
    if (status == STATUS_OK && !id_is_zero(form->on))
        status = record_set_text(step, "case_id", id);
    for (size_t i = 0; status == STATUS_OK && i < sizeof names / sizeof names[0]; i++)
        status = record_set_loaded(step, catalogue_field(step->type, names[i]), value_null());
    return status;
}

/* What follows by itself is not typed: it follows again when the draft is taken up. It may follow from what a consultation said, and that goes when the consultation goes. */
static enum status leave_out_derived(const struct case_form *form, struct record parts[CASE_PARTS])
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < form->n; i++)
        if (form->derived[i] && record_get(&form->begun[form->parts[i]], form->fields[i]).kind == VALUE_NULL)
            status = record_set(&parts[form->parts[i]], form->fields[i], value_null());
    return status;
}

enum status case_form_store_draft(struct case_form *form, struct view *view, const char *title, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record parts[CASE_PARTS];
    if (!form->dirty)
        return STATUS_OK;
    enum status status = case_form_peek(form, view, parts);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; status == STATUS_OK && i < CASE_PARTS; i++)
        status = set_baseline(&parts[i], &form->begun[i]);
    if (status == STATUS_OK)
        status = leave_out_derived(form, parts);
    if (status == STATUS_OK)
        status = name_step(form, &parts[PART_STEP]);
    const struct record *const stored[CASE_PARTS] = {&parts[PART_STEP], &parts[PART_CASE], &parts[PART_BESIDE]};
    if (status == STATUS_OK)
        status = draft_save_parts(context->store, context->actor, context->random, stored, CASE_PARTS, title, &form->draft, err);
    case_form_drop(parts);
    if (status == STATUS_OK) {
        form->dirty = false;
        form->draft_ms = app_now_ms(view->app);
    }
    return status;
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

enum status case_form_of_draft(struct view *view, struct id draft, const struct case_action **action, struct id *on, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record step;
    enum status status = draft_load(context->store, context->actor, draft, &step, err);
    if (status != STATUS_OK)
        return status;
    bool is_step = strcmp(step.type->name, "step") == 0;
    const char *text = is_step ? record_text(&step, "case_id") : "";
    *action = is_step ? case_action_find(record_text(&step, "action")) : NULL;
    *on = (struct id){{0}};
    if (text[0] != '\0')
        status = id_parse(text, strlen(text), on);
    record_release(&step);
    return *action != NULL && status == STATUS_OK ? STATUS_OK : errmsg_set(err, STATUS_INVALID, "这份草稿不是办理的草稿");
}

/* At an event everybody is somebody else. */
static bool is_on_event(const struct case_form *form)
{
    char on[ID_TEXT_BYTES];
    id_format(form->on, on);
    return strcmp(record_text(&form->move.kase, "event"), on) == 0;
}

bool case_form_find_draft(const struct case_form *form, struct view *view, struct id *draft)
{
    struct app_context *context = view_context(view);
    struct draft_ids drafts = {.n = 0};
    if (id_is_zero(form->on) || is_on_event(form) || draft_list(context->store, context->actor, collect, &drafts, NULL) != STATUS_OK)
        return false;
    for (size_t i = 0; i < drafts.n; i++) {
        const struct case_action *action;
        struct id on;
        if (case_form_of_draft(view, drafts.ids[i], &action, &on, NULL) == STATUS_OK && action == form->move.action && id_equal(on, form->on)) {
            *draft = drafts.ids[i];
            return true;
        }
    }
    return false;
}

/* One drafted field. Somebody else's change shows in a value that is neither what was typed over nor this action's default. */
static enum status lay_field(struct case_form *form, size_t field_index, const struct record parts[CASE_PARTS], struct buf *changed)
{
    enum case_part part = form->parts[field_index];
    const struct field_def *field = form->fields[field_index];
    const struct record *begun = &form->begun[part], *drafted = &parts[part];
    size_t i = catalogue_field_index(begun->type, field);
    bool default_now = !value_equal(begun->values[i], begun->loaded[i]);
    if (value_equal(drafted->values[i], begun->values[i]))
        return STATUS_OK;
    if (!default_now && !value_equal(drafted->loaded[i], begun->values[i]))
        buf_printf(changed, "%s%s", changed->len > 0 ? _("、") : "", _(field->label));
    return record_set(part_of(&form->move, part), field, drafted->values[i]);
}

enum status case_form_load_draft(struct case_form *form, struct view *view, struct id draft, struct buf *changed, struct errmsg *err)
{
    struct app_context *context = view_context(view);
    struct record parts[CASE_PARTS];
    enum status status = copy_begun(form, parts);
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    for (size_t i = 0; status == STATUS_OK && i < CASE_PARTS; i++)
        status = set_baseline(&parts[i], &form->begun[i]);
    struct record *const laid[CASE_PARTS] = {&parts[PART_STEP], &parts[PART_CASE], &parts[PART_BESIDE]};
    if (status == STATUS_OK)
        status = draft_load_parts(context->store, context->actor, draft, laid, CASE_PARTS, err);
    for (size_t i = 0; status == STATUS_OK && i < form->n; i++)
        status = lay_field(form, i, parts, changed);
    case_form_drop(parts);
    if (status == STATUS_OK)
        status = load_all(form, view);
    if (status == STATUS_OK) {
        form->draft = draft;
        form->draft_ms = app_now_ms(view->app);
    }
    return status;
}
