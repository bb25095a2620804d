/* core/quality/complaint.c - see complaint.h. */
#include "core/quality/complaint.h"

#include <string.h>

static bool is_empty(const struct record *record, const char *field)
{
    return record_get(record, catalogue_field(record->type, field)).kind == VALUE_NULL;
}

static enum status take(struct record *complaint, const char *field, const struct record *kase, const char *from)
{
    if (!is_empty(complaint, field) || is_empty(kase, from))
        return STATUS_OK;
    return record_set_text(complaint, field, record_text(kase, from));
}

static enum status fill_from_case(struct record *complaint, const struct record *kase)
{
    if (complaint->version == 0)
        complaint->scope = kase->scope;
    if (strcmp(record_text(complaint, "against_kind"), COMPLAINT_AGAINST_HANDLER) != 0)
        return STATUS_OK;
    bool named = !is_empty(complaint, "against") && strcmp(record_text(complaint, "against"), record_text(kase, "handler")) != 0;
    if (named) /* an earlier handler of the case, or somebody else: not the one who handles it now */
        return STATUS_OK;
    enum status status = take(complaint, "handler_ref", kase, "handler_ref");
    return status == STATUS_OK ? take(complaint, "against", kase, "handler") : status;
}

enum status complaint_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *complaint, struct errmsg *err)
{
    const char *text = record_text(complaint, "case_id");
    struct record kase;
    struct id id;
    (void)codes;
    if (text[0] == '\0')
        return STATUS_OK;
    enum status status = id_parse(text, strlen(text), &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, catalogue_find("case"), id, &kase, NULL);
    if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
        return errmsg_set(err, STATUS_INVALID, "字段 案件(case_id): 没有这件案件");
    if (status != STATUS_OK)
        return errmsg_set(err, status, "%s", status_text(status));
    status = fill_from_case(complaint, &kase);
    record_release(&kase);
    return status;
}
