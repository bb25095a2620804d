/* core/record/privacy.c - see privacy.h. */
#include "core/record/privacy.h"

#include <string.h>

#include "core/base/language.h"

bool privacy_sees_sealed(const struct actor *actor)
{
    return actor->acting || (actor->center && actor_is_one_of(actor, 1 << ROLE_DIRECTOR | 1 << ROLE_ARCHIVIST));
}

bool privacy_is_sealed(const struct record *record)
{
    const struct field_def *sealed = catalogue_field(record->type, "sealed");
    return sealed != NULL && record_get(record, sealed).kind == VALUE_INT && record_get(record, sealed).number != 0;
}

bool privacy_seals_from(const struct record *record, const struct actor *actor)
{
    const struct field_def *sealed = catalogue_field(record->type, "sealed");
    if (!privacy_is_sealed(record) || privacy_sees_sealed(actor))
        return false;
    const struct value *before = &record->loaded[sealed - record->type->fields];
    return before->kind != VALUE_INT || before->number == 0;
}

static bool names_a_sealable(const struct field_def *field)
{
    return field->kind == FIELD_REF && (strcmp(field->codes, "case") == 0 || strcmp(field->codes, "person") == 0);
}

bool privacy_follows_seal(const struct record_type *type)
{
    if (catalogue_field(type, "sealed") != NULL || strcmp(type->name, "complaint") == 0)
        return false;
    for (size_t i = 0; i < type->n_fields; i++)
        if (names_a_sealable(&type->fields[i]))
            return true;
    return false;
}

/* The sealed are few and have an index of their own (catalogue_types.c: worklists), so that the set costs next to nothing and is made once a statement. */
void privacy_sql(const struct actor *actor, const struct record_type *type, struct buf *sql)
{
    if (privacy_sees_sealed(actor))
        return;
    if (catalogue_field(type, "sealed") != NULL)
        buf_puts(sql, " AND coalesce(sealed,0)=0");
    for (size_t i = 0; privacy_follows_seal(type) && i < type->n_fields; i++)
        if (names_a_sealable(&type->fields[i]))
            buf_printf(sql, " AND coalesce(\"%s\".\"%s\",'') NOT IN (SELECT lower(hex(id)) FROM \"%s\" WHERE sealed=1)", type->name, type->fields[i].name, type->fields[i].codes);
}

enum status privacy_shows(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, bool *shows, struct errmsg *err)
{
    enum { SQL_MAX_BYTES = 1024 };
    struct buf sql;
    enum status status;
    *shows = true;
    if (privacy_sees_sealed(actor) || !privacy_follows_seal(type))
        return STATUS_OK;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_printf(&sql, "SELECT 1 FROM \"%s\" WHERE id=?1", type->name);
    privacy_sql(actor, type, &sql);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    *shows = stmt_row(stmt, &status, err);
    if (*shows)
        stmt_reset(stmt);
    return *shows ? STATUS_OK : status;
}

static bool lists_code(const char *list, const char *code)
{
    size_t len = strlen(code);
    for (const char *at = list; (at = strstr(at, code)) != NULL; at += len)
        if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
            return true;
    return false;
}

static bool has_places(const struct record_type *type)
{
    return catalogue_field(type, "unit") != NULL && catalogue_field(type, "place_kind") != NULL;
}

/* 05 and 03: 送法进军营 of set event_kind, 军营 of set place_kind. privacy_mask_sql says the same. */
bool privacy_is_military(const struct record *record)
{
    if (!has_places(record->type))
        return false;
    return strcmp(record_text(record, "kind"), "05") == 0 || strcmp(record_text(record, "place_kind"), "03") == 0 || lists_code(record_text(record, "also"), "05");
}

/* What tells where the unit lies. */
static bool is_location(const struct field_def *field)
{
    static const char *const names[] = {"place", "town", "village", "note"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(field->name, names[i]) == 0)
            return true;
    return false;
}

static bool is_contact(const struct field_def *field)
{
    return field->kind == FIELD_PHONE || strcmp(field->name, "address") == 0 || strcmp(field->name, "village") == 0;
}

static bool masks_contact(const struct record *record, const struct field_def *field)
{
    const struct field_def *safe = catalogue_field(record->type, "safe_contact");
    return safe != NULL && record_get(record, safe).kind != VALUE_NULL && is_contact(field);
}

/* A paper as issued says where its receiver lives. */
static bool is_text_of_paper(const struct record_type *type, const struct field_def *field)
{
    return strcmp(type->name, "document") == 0 && strcmp(field->name, "text") == 0;
}

bool privacy_masks(const struct record *record, const struct field_def *field)
{
    return masks_contact(record, field) || is_text_of_paper(record->type, field) || (is_location(field) && privacy_is_military(record));
}

bool privacy_mask_sql(const struct record_type *type, const struct field_def *field, struct buf *sql)
{
    const char *t = type->name;
    if (is_text_of_paper(type, field))
        buf_puts(sql, "1");
    else if (catalogue_field(type, "safe_contact") != NULL && is_contact(field))
        buf_printf(sql, "\"%s\".\"safe_contact\" IS NOT NULL", t);
    else if (has_places(type) && is_location(field))
        buf_printf(sql, "(\"%s\".\"kind\"='05' OR \"%s\".\"place_kind\"='03' OR instr(','||\"%s\".\"also\"||',',',05,')>0)", t, t, t);
    else
        return false;
    return true;
}

bool privacy_asks(const struct field_def *field)
{
    static const char *const names[] = {"sealed", "safe_contact", "kind", "place_kind", "also"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(field->name, names[i]) == 0)
            return true;
    return false;
}

static const char see_safe_contact[] = "(见安全联系方式)";

static bool says_masked(const struct record *record, const struct field_def *field)
{
    return masks_contact(record, field) && record_get(record, field).kind != VALUE_NULL;
}

void privacy_format(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    if (!privacy_masks(record, field))
        record_format(record, field, codes, out);
    else if (says_masked(record, field))
        buf_puts(out, see_safe_contact);
}

void privacy_show(const struct record *record, const struct field_def *field, const struct code_book *codes, struct buf *out)
{
    if (!privacy_masks(record, field))
        record_show(record, field, codes, out);
    else if (says_masked(record, field))
        buf_puts(out, _(see_safe_contact));
}
