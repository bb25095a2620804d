/* core/paper/document_subject.c - which record a paper is about, and whether it may be issued by hand. See document.h. */
#include <stdio.h>
#include <string.h>

#include "core/paper/document.h"
#include "core/paper/template.h"
#include "core/record/filter.h"

/* What each form is about; forms not named here are about a case. */
static const struct {
    const char *form, *types; /* record types, comma-separated, the usual one first */
} abouts[] = {
    {"01", "consultation,case"}, {"22", "document,case"},  {"23", "duty_help,case"}, {"24", "duty_help,case"}, {"25", "duty_help,case"},
    {"26", "duty_help,case"},    {"27", "duty_help,case"}, {"28", "duty_help,case"}, {"29", "duty_help"},      {"40", "payment,case"},
    {"43", "appointment_letter"}, {"30", "court_observation,case"}, {"31", "organ_opinion,case"}, {"32", "return_visit,case"}, {"44", "complaint"},
};

static const char *about(const char *form)
{
    for (size_t i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++)
        if (strcmp(abouts[i].form, form) == 0)
            return abouts[i].types;
    return "case";
}

static bool is_one_of(const char *name, const char *names)
{
    size_t len = strlen(name);

    for (const char *at = names; *at != 0; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == len && memcmp(at, name, len) == 0)
            return true;
    return false;
}

static enum status refuse(const char *form, const struct record_type *type, struct errmsg *err)
{
    char first[32];
    const char *types = about(form);

    snprintf(first, sizeof(first), "%.*s", (int)strcspn(types, ","), types);
    return errmsg_set(err, STATUS_INVALID, "格式 %s 要给%s的编号，这是%s", form, catalogue_find(first)->label, type->label);
}

/* The record a reference field points to; absent when empty or not visible here. */
static enum status follow(struct store *store, const struct actor *actor, const struct record *from, const char *name, const char *type, struct record *out, bool *has,
                          struct errmsg *err)
{
    const struct field_def *field = catalogue_field(from->type, name);
    struct value value = field != NULL ? record_get(from, field) : value_null();
    struct id id;
    enum status status;

    *has = false;
    if (value.kind != VALUE_TEXT || id_parse(value.text, value.len, &id) != STATUS_OK)
        return STATUS_OK;
    status = records_get(store, actor, catalogue_find(type), id, out, err);
    *has = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status document_subject_load(struct store *store, const struct actor *actor, const char *form, const struct record_type *type, struct id id, struct document_subject *out,
                                  struct errmsg *err)
{
    bool is_case = strcmp(type->name, "case") == 0;
    enum status status;

    memset(out, 0, sizeof(*out));
    if (!is_one_of(type->name, about(form)))
        return refuse(form, type, err);
    status = records_get(store, actor, type, id, is_case ? &out->kase : &out->record, err);
    if (status != STATUS_OK)
        return status;
    out->has_case = is_case;
    out->has_record = !is_case;
    if (!is_case)
        status = follow(store, actor, &out->record, "case_id", "case", &out->kase, &out->has_case, err);
    else if (strcmp(form, "01") == 0)
        status = follow(store, actor, &out->kase, "consultation", "consultation", &out->record, &out->has_record, err);
    if (status != STATUS_OK)
        document_subject_release(out);
    return status;
}

void document_subject_release(struct document_subject *subject)
{
    if (subject->has_case)
        record_release(&subject->kase);
    if (subject->has_record)
        record_release(&subject->record);
    memset(subject, 0, sizeof(*subject));
}

struct document_source document_subject_source(const struct document_subject *subject, int32_t today)
{
    return (struct document_source){.kase = subject->has_case ? &subject->kase : NULL, .record = subject->has_record ? &subject->record : NULL, .today = today};
}

/* ---- rights ------------------------------------------------------------------------------------------------------ */

/* What a case must have before a form can be given out: a field, and its value where one is named. */
static const struct {
    const char *form, *field, *value, *reason;
} needs[] = {
    {"09", "decision", "01,03", "案件还没有给予援助的决定"}, {"10", "decision", "02", "案件没有不予援助的决定"},
    {"11", "assigned_on", NULL, "案件还没有指派"},         {"12", "assigned_on", NULL, "案件还没有指派"},
    {"13", "assigned_on", NULL, "案件还没有指派"},         {"17", "assigned_on", NULL, "案件还没有指派"},
    {"18", "terminated_on", NULL, "案件没有终止"},         {"19", "terminated_on", NULL, "案件没有终止"},
    {"20", "objection_result", NULL, "案件没有异议审查结果"}, {"21", "closed_on", NULL, "案件还没有结案"},
};

static enum status check_need(const char *form, const struct document_subject *subject, struct errmsg *err)
{
    const struct record *record = subject->has_record ? &subject->record : NULL;

    if (strcmp(form, "44") == 0 && (record == NULL || record_get(record, catalogue_field(record->type, "resolved_on")).kind == VALUE_NULL))
        return errmsg_set(err, STATUS_INVALID, "投诉还没有办结，不能出具答复书；请先办结(do resolve)");
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        struct value value;

        if (strcmp(needs[i].form, form) != 0)
            continue;
        value = subject->has_case ? record_get(&subject->kase, catalogue_field(subject->kase.type, needs[i].field)) : value_null();
        if (value.kind == VALUE_NULL || (needs[i].value != NULL && !is_one_of(value.text, needs[i].value)))
            return errmsg_set(err, STATUS_INVALID, "%s，不能出具这份文书；请先办理相应的动作", needs[i].reason);
    }
    return STATUS_OK;
}

enum status document_may_issue(const struct actor *actor, const struct code_book *codes, const char *form, const struct document_subject *subject, struct errmsg *err)
{
    enum { CENTER_DESK = 1 << ROLE_CLERK | 1 << ROLE_REVIEWER | 1 << ROLE_DIRECTOR | 1 << ROLE_ADMIN, BUREAU = 1 << ROLE_BUREAU, ARCHIVE = 1 << ROLE_ARCHIVIST };
    const struct record_type *type = catalogue_find("document");
    const char *moves = catalogue_station_moves(type, catalogue_field(type, "form"));
    const char *title = code_book_name(codes, "doc_form", form);
    bool of_station = moves == NULL || catalogue_has_move(moves, "", 0, form, strlen(form));
    unsigned roles = CENTER_DESK;

    if (of_station)
        roles |= type->writers;
    if (strcmp(form, "20") == 0 || strcmp(form, "44") == 0)
        roles |= BUREAU;
    if (strcmp(form, "41") == 0 || strcmp(form, "42") == 0)
        roles |= ARCHIVE;
    if (!of_station && !actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "%s由县中心出具", title);
    if (strcmp(form, "43") == 0) /* its number stands in the letter and in the volunteer's row */
        return errmsg_set(err, STATUS_INVALID, "%s由志愿者的“聘任”(do appoint)颁发；已颁发的可以再打印", title);
    if (!actor_is_one_of(actor, roles))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 的角色(%s)不能出具%s", actor->name, actor_role_label(actor->role), title);
    return check_need(form, subject, err);
}

/* ---- forms by name ----------------------------------------------------------------------------------------------- */

struct search {
    const char *form;
    struct record *out;
    bool found;
    enum status status;
};

static bool take_issued(void *context, const struct record *document, const struct list_key *key)
{
    struct search *search = context;

    (void)key;
    if (strcmp(record_text(document, "form"), search->form) != 0 || record_get(document, catalogue_field(document->type, "voided")).number != 0)
        return true;
    search->status = record_copy(search->out, document);
    search->found = search->status == STATUS_OK;
    return false;
}

enum status document_find_issued(struct store *store, const struct actor *actor, const char *form, struct id kase, struct record *out, bool *found, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("document");
    char text[ID_TEXT_BYTES];
    struct filter filter = {.type = type, .n_terms = 1, .terms = {{.field = catalogue_field(type, "case_id"), .op = FILTER_EQ}}};
    struct list_query query = {.type = type, .filter = &filter};
    struct search search = {.form = form, .out = out};
    enum status status;

    id_format(kase, text);
    filter.terms[0].value = value_string(text);
    status = records_list(store, actor, &query, take_issued, &search, err);
    *found = search.found;
    return status == STATUS_OK ? search.status : status;
}

enum status document_form_find(const struct code_book *codes, const char *text, char form[4], struct errmsg *err)
{
    bool digits = *text != 0 && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 2;
    size_t found = 0;
    char wanted[4];

    snprintf(wanted, sizeof(wanted), "%s%.2s", strlen(text) == 1 ? "0" : "", text);
    for (size_t i = 0; template_form_at(i) != NULL; i++) {
        const char *each = template_form_at(i), *title = code_book_name(codes, "doc_form", each);

        if (digits ? strcmp(each, wanted) != 0 : strstr(title, text) == NULL)
            continue;
        snprintf(form, 4, "%s", each);
        if (digits || strcmp(title, text) == 0)
            return STATUS_OK;
        found++;
    }
    if (found == 1)
        return STATUS_OK;
    if (found > 1)
        return errmsg_set(err, STATUS_INVALID, "“%.60s”不止一种文书符合，请写格式的号；有哪些见 aidpost document list", text);
    return errmsg_set(err, STATUS_NOT_FOUND, "没有这种文书: %.60s；有哪些见 aidpost document list", text);
}
