/* core/record/privacy.c - see privacy.h. */
#include "core/record/privacy.h"

#include <string.h>

bool privacy_sees_sealed(const struct actor *actor)
{
    return actor->acting || (actor->center && actor_is_one_of(actor, 1 << ROLE_DIRECTOR | 1 << ROLE_ARCHIVIST));
}

bool privacy_is_sealed(const struct record *record)
{
    const struct field_def *sealed = catalogue_field(record->type, "sealed");
    return sealed != NULL && record_get(record, sealed).kind == VALUE_INT && record_get(record, sealed).number != 0;
}

void privacy_sql(const struct actor *actor, const struct record_type *type, struct buf *sql)
{
    if (catalogue_field(type, "sealed") != NULL && !privacy_sees_sealed(actor))
        buf_puts(sql, " AND coalesce(sealed,0)=0");
}

bool privacy_masks(const struct record *record, const struct field_def *field)
{
    const struct field_def *safe = catalogue_field(record->type, "safe_contact");
    if (safe == NULL || record_get(record, safe).kind == VALUE_NULL)
        return false;
    return field->kind == FIELD_PHONE || strcmp(field->name, "address") == 0 || strcmp(field->name, "village") == 0;
}

void privacy_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    if (!privacy_masks(record, field))
        record_format(record, field, codes, out);
    else if (record_get(record, field).kind != VALUE_NULL)
        buf_puts(out, "(见安全联系方式)");
}
