/* tui/views/case_action_follow.c - what follows from what is typed in an action's form: fields nobody need type, the answer on scope and means, and the lines below the form. */
#include <stdio.h>
#include <string.h>

#include "core/aid/deadline.h"
#include "core/aid/stat_matter.h"
#include "core/base/language.h"
#include "core/case/household.h"
#include "tui/views/case_action.h"
#include "tui/views/case_text.h"

enum { NOTE_LINES_MAX = 2, HISTORY_NOTES = 2, TEXT_BYTES = 1 << 16 };

bool action_is_one_of(const struct case_action *action, const char *names)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, ",%s,", action->name);
    return strstr(names, wanted) != NULL;
}

const struct case_action *action_of_form(const struct action_view *state)
{
    return state->form.move.action;
}

struct noting {
    struct action_view *state;
    const char *label; /* before the first line */
    int lines;
};

static bool keep_note_line(void *context, const char *text)
{
    struct noting *noting = context;
    struct action_view *state = noting->state;
    if (state->n_notes == NOTES_MAX || noting->lines++ == NOTE_LINES_MAX)
        return false;
    struct note *note = &state->notes[state->n_notes++];
    copy_text(note->label, sizeof note->label, _(noting->label));
    copy_text(note->text, sizeof note->text, text);
    noting->label = "";
    return true;
}

static void add_note(struct action_view *state, const char *label, const char *text)
{
    struct noting noting = {.state = state, .label = label};
    if (text[0] != '\0')
        case_wrap(text, state->form.cols - NOTE_LABEL_COLUMNS - 2, keep_note_line, &noting);
}

static void note_eligibility(struct action_view *state)
{
    const struct eligibility *eligibility = &state->eligibility;
    char text[LINE_BYTES];
    add_note(state, _("事项"), eligibility->scope_text);
    add_note(state, _("经济"), eligibility->means_text);
    snprintf(text, sizeof text, "%s%s%s", eligibility->must_report ? _("未成年人可能受侵害，须强制报告(未成年人保护法第十一条)  ") : "",
             eligibility->needs_guardian ? _("未成年人由法定代理人代为申请(第四十条)  ") : "", eligibility->urgent ? _("离时效届满不足七日，可先行援助(第四十四条)") : "");
    add_note(state, _("注意"), text);
}

/* The steps before this one, the last HISTORY_NOTES of them. */
struct last_steps {
    struct app_context *context;
    const struct code_book *codes;
    int64_t now_ms;
    char labels[HISTORY_NOTES][NOTE_LABEL_BYTES], texts[HISTORY_NOTES][LINE_BYTES];
    size_t n;
};

static bool remember_step(void *context, const struct record *step)
{
    struct last_steps *last = context;
    size_t i = last->n++ % HISTORY_NOTES;
    char day[SHORT_DAY_BYTES], who[ACTOR_NAME_MAX_BYTES];
    struct buf text;
    buf_init(&text, TEXT_BYTES);
    short_day_text((int32_t)record_get(step, catalogue_field(step->type, "date")).number, last->now_ms, day);
    account_person_text(last->context, record_text(step, "worker"), who, sizeof who);
    buf_printf(&text, "%s %s  ", day, who);
    case_step_words(step, last->codes, &text);
    copy_text(last->labels[i], NOTE_LABEL_BYTES, _(code_book_name(last->codes, "case_action", record_text(step, "action"))));
    copy_text(last->texts[i], LINE_BYTES, buf_cstr(&text));
    buf_wipe(&text);
    return true;
}

static void note_steps(struct view *view)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    struct last_steps last = {.context = context, .codes = context->codes, .now_ms = app_now_ms(view->app)};
    (void)case_steps(context->store, context->actor, state->form.move.kase.id, remember_step, &last, NULL);
    for (size_t i = last.n > HISTORY_NOTES ? last.n - HISTORY_NOTES : 0; i < last.n; i++)
        add_note(state, last.labels[i % HISTORY_NOTES], last.texts[i % HISTORY_NOTES]);
}

struct missing {
    struct buf names;
};

static bool name_missing(void *context, const struct record *material)
{
    struct missing *missing = context;
    if (record_get(material, catalogue_field(material->type, "received_on")).kind == VALUE_NULL)
        buf_printf(&missing->names, "%s%s", missing->names.len > 0 ? _("；") : "", record_text(material, "name"));
    return true;
}

/* What was asked for and has not come: to supply it is enough to leave the list empty. */
static void note_missing(struct view *view)
{
    struct action_view *state = view->state;
    struct app_context *context = view_context(view);
    struct missing missing;
    buf_init(&missing.names, LINE_BYTES - 64);
    (void)case_children(context->store, context->actor, "material", state->form.move.kase.id, name_missing, &missing, NULL);
    if (missing.names.len > 0)
        buf_puts(&missing.names, _("（清单空着: 都收到了）"));
    add_note(state, _("还缺"), buf_cstr(&missing.names));
    buf_wipe(&missing.names);
}

static int64_t money_of(const struct record *payment, const char *field)
{
    struct value value = record_get(payment, catalogue_field(payment->type, field));
    return value.kind == VALUE_INT ? value.number : 0;
}

static void note_payment(struct action_view *state, const struct record *payment)
{
    int64_t fen = money_of(payment, "standard") + money_of(payment, "remote") + money_of(payment, "translation") + money_of(payment, "other") - money_of(payment, "deduction");
    char text[64];
    snprintf(text, sizeof text, _("%lld.%02lld元"), (long long)(fen / 100), (long long)(fen < 0 ? -fen % 100 : fen % 100));
    add_note(state, _("实发"), text);
}

/* ---- following what is typed ---- */

/* When a limitation ends follows from its kind and the day it began. */
static void derive_limitation(struct action_view *state, struct record *kase)
{
    struct value from = record_get(kase, catalogue_field(kase->type, "limitation_from"));
    const char *kind = record_text(kase, "limitation_kind");
    if (from.kind != VALUE_INT || kind[0] == '\0')
        return;
    int32_t ends = deadline_limitation(state->form.move.rules, state->form.move.calendar, kind, (int32_t)from.number);
    if (ends != DEADLINE_NO_DAY)
        (void)record_set_int(kase, "limitation_on", ends);
}

static const char *const derived_names[] = {"sex", "born", "id_kind", "town", "limitation_on", "stat_matter", "waived_42", "household"};

enum { DERIVED = sizeof derived_names / sizeof derived_names[0] };

/* The case without what follows from other fields. A kind of identity paper that was typed says whether the number is one at all. */
static enum status without_derived(const struct action_view *state, const struct record *typed, struct record *out)
{
    enum status status = record_copy(out, typed);
    for (size_t i = 0; status == STATUS_OK && i < DERIVED; i++) {
        size_t field = case_form_field(&state->form, derived_names[i]);
        bool typed_kind = strcmp(derived_names[i], "id_kind") == 0 && field != SIZE_MAX && !state->form.derived[field];
        if (field != SIZE_MAX && !typed_kind)
            status = record_set(out, state->form.fields[field], value_null());
    }
    return status;
}

static void derive_stat_matter(const struct code_book *codes, struct record *kase)
{
    const char *stat = stat_matter_of(codes, kase);
    bool known = record_text(kase, "cause")[0] != '\0' || record_text(kase, "matter")[0] != '\0';
    if (stat != NULL && known)
        (void)record_set_text(kase, "stat_matter", stat);
}

static void derive_waiver(const struct action_view *state, struct record *kase)
{
    struct eligibility eligibility;
    eligibility_of(state->form.move.rules, kase, state->form.move.today, &eligibility);
    if (eligibility.waiver[0] != '\0')
        (void)record_set_text(kase, "waived_42", eligibility.waiver);
}

/* What follows from other fields nobody types: from an identity number sex, birth day and kind, from the village the town, from the cause the matter counted, from the members the household. */
static void offer_derived(struct view *view, const struct record *typed, const struct record *step)
{
    struct action_view *state = view->state;
    const struct code_book *codes = view_context(view)->codes;
    struct record kase;
    record_init(&kase, typed->type);
    if (without_derived(state, typed, &kase) == STATUS_OK && record_derive(&kase, codes) == STATUS_OK) {
        derive_limitation(state, &kase);
        derive_stat_matter(codes, &kase);
        derive_waiver(state, &kase);
        (void)household_offer_number(step, &kase);
        for (size_t i = 0; i < DERIVED; i++)
            case_form_offer(&state->form, view, &kase, derived_names[i]);
    }
    record_release(&kase);
}

static void note_all(struct view *view, const struct record parts[CASE_PARTS])
{
    struct action_view *state = view->state;
    state->n_notes = 0;
    if (state->asks_eligibility) {
        note_eligibility(state);
        return;
    }
    if (!state->has_roster && !id_is_zero(state->form.move.kase.id))
        note_steps(view);
    if (action_is_one_of(action_of_form(state), ",supply,"))
        note_missing(view);
    if (action_is_one_of(action_of_form(state), ",pay,"))
        note_payment(state, &parts[PART_BESIDE]);
}

/* Everything on the screen that follows from what the form holds now. */
void action_follow(struct view *view)
{
    struct action_view *state = view->state;
    struct record parts[CASE_PARTS];
    if (case_form_peek(&state->form, view, parts) != STATUS_OK)
        return;
    offer_derived(view, &parts[PART_CASE], &parts[PART_STEP]);
    if (state->asks_eligibility)
        eligibility_of(state->form.move.rules, &parts[PART_CASE], state->form.move.today, &state->eligibility);
    note_all(view, parts);
    case_form_drop(parts);
}
