/* core/report/reference.c - see reference.h. */
#include "core/report/reference.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/privacy.h"

enum { KEPT = 64, SQL_BYTES = 128 };

struct kept {
    const struct record_type *type; /* NULL: free */
    struct id id;
    enum reference_state state;
    struct record record; /* REFERENCE_HERE */
};

struct references {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct kept kept[KEPT];
};

enum status references_new(struct references **out, struct store *store, const struct actor *actor, const struct code_book *codes, struct errmsg *err)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return errmsg_set(err, STATUS_NOMEM, "内存不足");
    **out = (struct references){.store = store, .actor = actor, .codes = codes};
    return STATUS_OK;
}

static void drop(struct kept *kept)
{
    if (kept->type != NULL && kept->state == REFERENCE_HERE)
        record_release(&kept->record);
    kept->type = NULL;
}

void references_free(struct references *references)
{
    if (references == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++)
        drop(&references->kept[i]);
    free(references);
}

static enum status is_sealed(struct references *references, const struct record_type *type, struct id id, bool *sealed, struct errmsg *err)
{
    char sql[SQL_BYTES];
    enum status status;

    *sealed = false;
    if (catalogue_field(type, "sealed") == NULL || privacy_sees_sealed(references->actor))
        return STATUS_OK;
    snprintf(sql, sizeof sql, "SELECT 1 FROM \"%s\" WHERE id=?1 AND coalesce(sealed,0)<>0", type->name);
    struct stmt *stmt = store_prepare(references->store, sql);
    stmt_id(stmt, 1, id);
    *sealed = stmt_row(stmt, &status, err);
    if (*sealed)
        stmt_reset(stmt);
    return *sealed ? STATUS_OK : status;
}

static enum status read_record(struct references *references, const struct record_type *type, struct id id, struct kept *kept, struct errmsg *err)
{
    bool sealed;
    struct errmsg ignored = {{0}};

    drop(kept);
    enum status status = is_sealed(references, type, id, &sealed, err);
    if (status != STATUS_OK)
        return status;
    status = sealed ? STATUS_NOT_FOUND : records_get(references->store, references->actor, type, id, &kept->record, &ignored);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s", ignored.text);
    kept->state = sealed ? REFERENCE_SEALED : status == STATUS_OK ? REFERENCE_HERE : REFERENCE_ABSENT;
    kept->type = type;
    kept->id = id;
    return STATUS_OK;
}

enum status reference_find(struct references *references, const struct record *record, const struct field_def *field, enum reference_state *state, const struct record **out, struct errmsg *err)
{
    struct value value = record_get(record, field);
    const struct record_type *type = catalogue_find(field->codes);
    struct id id;

    assert(field->kind == FIELD_REF && type != NULL);
    *out = NULL;
    *state = REFERENCE_NONE;
    if (value.kind != VALUE_TEXT || id_parse(value.text, value.len, &id) != STATUS_OK)
        return STATUS_OK;
    struct kept *kept = &references->kept[(id.bytes[sizeof id.bytes - 1] ^ type->no) % KEPT];
    if (kept->type != type || !id_equal(kept->id, id)) {
        enum status status = read_record(references, type, id, kept, err);
        if (status != STATUS_OK)
            return status;
    }
    *state = kept->state;
    *out = kept->state == REFERENCE_HERE ? &kept->record : NULL;
    return STATUS_OK;
}

/* The first field of its title. */
static const struct field_def *name_field(const struct record_type *type)
{
    for (size_t i = 0; i < type->n_fields; i++)
        if (type->fields[i].flags & FIELD_TITLE)
            return &type->fields[i];
    return &type->fields[0];
}

enum status reference_cell(struct references *references, const struct record *record, const struct field_def *through, const struct field_def *field, struct report_cell *cell,
                           struct buf *scratch, struct errmsg *err)
{
    enum reference_state state;
    const struct record *other;
    enum status status = reference_find(references, record, through, &state, &other, err);

    *cell = (struct report_cell){.kind = REPORT_EMPTY};
    if (status == STATUS_OK && state == REFERENCE_HERE)
        *cell = report_cell_of(other, field != NULL ? field : name_field(other->type), references->codes, scratch);
    if (status == STATUS_OK && state == REFERENCE_SEALED) {
        static const char SEALED[] = "（封存）";
        *cell = (struct report_cell){.kind = REPORT_TEXT, .text = SEALED, .len = sizeof SEALED - 1};
    }
    return status;
}

enum status reference_hides(struct references *references, const struct record *record, bool *hides, struct errmsg *err)
{
    enum status status = STATUS_OK;

    *hides = false;
    if (privacy_sees_sealed(references->actor) || catalogue_field(record->type, "sealed") != NULL)
        return STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && !*hides && i < record->type->n_fields; i++) {
        const struct field_def *field = &record->type->fields[i];
        enum reference_state state;
        const struct record *other;

        if (field->kind != FIELD_REF || record->values[i].kind == VALUE_NULL || (strcmp(field->codes, "case") != 0 && strcmp(field->codes, "person") != 0))
            continue;
        status = reference_find(references, record, field, &state, &other, err);
        *hides = state == REFERENCE_SEALED;
    }
    return status;
}
