/* tui/views/same_person.c - see same_person.h. */
#include "tui/views/same_person.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/org.h"
#include "core/aid/person.h"
#include "core/base/language.h"
#include "core/record/privacy.h"
#include "tui/views/common.h"

enum { PART_BYTES = 96 };

/* What person, case and consultation call by the same name, as far as each has it. */
static const char *const evidence[] = {"name", "id_kind", "id_no", "born", "phone", "phone2", "aliases"};

enum { N_EVIDENCE = sizeof evidence / sizeof evidence[0] };

bool same_person_asks(const char *field)
{
    for (size_t i = 0; i < N_EVIDENCE; i++)
        if (strcmp(evidence[i], field) == 0)
            return true;
    return false;
}

void same_person_line(const struct view *view, const struct record *person, char *out, size_t out_bytes)
{
    static const char *const fields[] = {"born", "phone"};
    struct buf line;
    char part[PART_BYTES];
    buf_init(&line, 1024);
    buf_puts(&line, record_text(person, "name"));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct field_def *field = catalogue_field(person->type, fields[i]);
        if (privacy_masks(person, field) || record_get(person, field).kind == VALUE_NULL)
            continue;
        record_field_copy(person, fields[i], view_context(view)->codes, part, sizeof part);
        buf_printf(&line, " %s", part);
    }
    org_name(view_context(view)->store, person->scope, part, sizeof part);
    buf_printf(&line, " %s", part);
    copy_text(out, out_bytes, buf_cstr(&line));
    buf_wipe(&line);
}

/* The file that the record is, or points to. */
static void own_file(const struct record *typed, struct id *out)
{
    const char *field = strcmp(typed->type->name, "case") == 0 ? "applicant" : "person";
    *out = (struct id){{0}};
    if (strcmp(typed->type->name, "person") == 0)
        *out = typed->id;
    else if (catalogue_field(typed->type, field) != NULL)
        (void)id_parse(record_text(typed, field), strlen(record_text(typed, field)), out);
}

static enum status as_person(const struct record *typed, struct record *out)
{
    enum status status = STATUS_OK;
    record_init(out, catalogue_find("person"));
    own_file(typed, &out->id);
    for (size_t i = 0; i < N_EVIDENCE && status == STATUS_OK; i++) {
        const struct field_def *from = catalogue_field(typed->type, evidence[i]);
        if (from != NULL)
            status = record_set(out, catalogue_field(out->type, evidence[i]), record_get(typed, from));
    }
    return status == STATUS_OK ? record_derive(out, NULL) : status;
}

struct finding {
    const struct view *view;
    struct same_person *out;
};

static bool take(void *context, const struct duplicate *duplicate)
{
    const struct finding *finding = context;
    char line[SAME_PERSON_BYTES];
    same_person_line(finding->view, duplicate->b, line, sizeof line);
    finding->out->id = duplicate->b->id;
    struct buf text;
    buf_init(&text, 4 * SAME_PERSON_BYTES);
    buf_printf(&text, _("可能是同一人：%s %s"), line, duplicate_reason_text(duplicate->reason));
    copy_text(finding->out->text, sizeof finding->out->text, buf_cstr(&text));
    buf_wipe(&text);
    return false;
}

void same_person_find(const struct view *view, const struct record *typed, struct same_person *out)
{
    struct app_context *context = view_context(view);
    struct finding finding = {view, out};
    struct record person;
    *out = (struct same_person){.text = ""};
    if (as_person(typed, &person) == STATUS_OK)
        (void)person_duplicates(context->store, context->actor, &person, take, &finding, NULL); /* a hint: what fails here will be told when saving */
    record_release(&person);
}
