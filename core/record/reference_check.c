/* core/record/reference_check.c - see reference_check.h. */
#include "core/record/reference_check.h"

#include "core/base/language.h"
#include "core/record/records.h"

static enum status check_one(struct store *store, const struct actor *actor, const struct field_def *field, struct value value, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(field->codes);
    struct record other;
    struct id id;
    enum status status = id_parse(value.text, value.len, &id);
    if (status == STATUS_OK)
        status = records_get(store, actor, type, id, &other, err);
    if (status == STATUS_OK)
        record_release(&other);
    else if (status == STATUS_NOT_FOUND || status == STATUS_MALFORMED)
        return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): 没有编号为 %.32s 的%s；写它的编号(aidpost list %s)，不清楚的空着", _(field->label), field->name, value.text, _(type->label), type->name);
    return status;
}

enum status reference_check(struct store *store, const struct actor *actor, const struct record *record, const struct field_def **bad, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        if (field->kind != FIELD_REF || (field->flags & FIELD_MACHINE) || record->values[i].kind != VALUE_TEXT || record->values[i].len == 0 || value_equal(record->values[i], record->loaded[i]))
            continue;
        status = check_one(store, actor, field, record->values[i], err);
        if (status != STATUS_OK && bad != NULL)
            *bad = field;
    }
    return status;
}
