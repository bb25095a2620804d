/* core/record/change_body.c - see change_body.h. */
#include "core/record/change_body.h"

#include <string.h>

#include "core/base/cbor.h"
#include "core/base/language.h"

static const char *check_value(const struct change_field *field)
{
    if (field->no == CHANGE_FIELD_EXISTENCE)
        return field->value.kind == VALUE_INT ? NULL : _("存在标记的类型不符");
    if (field->def == NULL || field->value.kind == VALUE_NULL)
        return NULL;
    if (catalogue_is_number(field->def->kind) != (field->value.kind == VALUE_INT))
        return _("字段的类型不符");
    if (field->value.kind == VALUE_TEXT && memchr(field->value.text, '\0', field->value.len) != NULL)
        return _("文字里有不允许的字符");
    return NULL;
}

const char *change_body_parse(const struct record_type *type, enum change_op op, const void *bytes, size_t len, struct change_body *out)
{
    static const char BAD[] = "变更内容的格式不正确";
    struct reader reader;
    reader_init(&reader, bytes, len);
    uint64_t count = cbor_map(&reader);
    if (len > CHANGE_BODY_MAX_BYTES || count > CHANGE_FIELDS_MAX)
        return _("变更内容过长");
    if (op == CHANGE_DELETE && count != 0)
        return _("删除不应带有内容");
    out->count = (size_t)count;
    for (size_t i = 0; i < out->count; i++) {
        struct change_field *field = &out->fields[i];
        uint64_t no = cbor_uint(&reader);
        field->item = reader.at;
        field->value = value_decode(&reader);
        field->item_len = (size_t)(reader.at - field->item);
        if (reader.status != STATUS_OK || no > UINT16_MAX || (i > 0 && no <= out->fields[i - 1].no))
            return BAD;
        field->no = (uint16_t)no;
        field->def = no == CHANGE_FIELD_EXISTENCE ? NULL : catalogue_field_by_no(type, no);
        const char *reason = check_value(field);
        if (reason != NULL)
            return reason;
    }
    return reader.status != STATUS_OK || reader_left(&reader) != 0 ? BAD : NULL;
}

const char *change_body_forbidden(const struct record_type *type, const struct change_body *body)
{
    if (type->flags & TYPE_CENTER)
        return _("这类记录只能由县中心登记");
    for (size_t i = 0; i < body->count; i++)
        if (body->fields[i].def != NULL && (body->fields[i].def->flags & FIELD_CENTER))
            return _("含有只能由县中心填写的字段");
    return NULL;
}

const char *change_body_move_forbidden(const struct record_type *type, const struct change_field *field, struct value before, bool concurrent)
{
    const char *moves = field->def == NULL ? NULL : catalogue_station_moves(type, field->def);
    if (moves == NULL || value_equal(before, field->value))
        return NULL;
    if (field->value.kind != VALUE_TEXT)
        return _("这一项不能由站点清空");
    /* A step made without knowing a newer one is judged by where it leads; the conflict is a person's to settle. */
    bool fine = concurrent ? catalogue_has_move_to(moves, field->value.text, field->value.len)
                           : catalogue_has_move(moves, before.kind == VALUE_TEXT ? before.text : "", before.kind == VALUE_TEXT ? before.len : 0, field->value.text, field->value.len);
    return fine ? NULL : _("这一步不能由站点办理");
}
