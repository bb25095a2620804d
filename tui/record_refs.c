/* tui/record_refs.c - see record_refs.h. */
#include "tui/record_refs.h"

static struct id held(const struct record *record, const struct field_def *field)
{
    struct value value = record_get(record, field);
    struct id id = {{0}};
    if (value.kind == VALUE_TEXT && id_parse(value.text, value.len, &id) != STATUS_OK)
        id = (struct id){{0}};
    return id;
}

enum status record_refs_open(struct record_refs *refs, struct form *form, const struct record *record, struct store *store, const struct actor *actor, const struct code_book *codes,
                             struct errmsg *err)
{
    enum status status = STATUS_OK;
    *refs = (struct record_refs){.form = form};
    for (size_t i = 0; status == STATUS_OK && i < form->n; i++) {
        const struct field_def *field = catalogue_field(record->type, form->defs[i].name);
        if (field == NULL || field->kind != FIELD_REF)
            continue;
        status = ref_source_begin(&refs->sources[i], store, actor, codes, catalogue_find(field->codes), NULL, held(record, field), err);
        if (status == STATUS_OK)
            form_set_source(form, i, ref_source_codes(refs->sources[i]));
    }
    return status;
}

enum status record_refs_keep(struct record_refs *refs, const struct record *record, struct errmsg *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < refs->form->n; i++)
        if (refs->sources[i] != NULL)
            status = ref_source_keep(refs->sources[i], held(record, catalogue_field(record->type, refs->form->defs[i].name)), err);
    return status;
}

bool record_refs_at(const struct record_refs *refs, const struct record *record, size_t n, const struct record_type **type, struct id *id)
{
    for (size_t i = 0; i < refs->form->n; i++) {
        if (refs->sources[i] == NULL || n-- > 0)
            continue;
        const struct field_def *field = catalogue_field(record->type, refs->form->defs[i].name);
        *type = catalogue_find(field->codes);
        *id = held(record, field);
        if (!ref_source_shows(refs->sources[i], *id))
            *id = (struct id){{0}};
        return true;
    }
    return false;
}

void record_refs_hide(struct record_refs *refs, struct id id)
{
    for (size_t i = 0; i < refs->form->n; i++)
        ref_source_hide(refs->sources[i], id);
}

enum status record_refs_enter(struct record_refs *refs, struct errmsg *err)
{
    struct ref_source *source = refs->form->n > 0 ? refs->sources[refs->form->focus] : NULL;
    return source != NULL ? ref_source_fill(source, err) : STATUS_OK;
}

void record_refs_close(struct record_refs *refs)
{
    for (size_t i = 0; i < FIELD_MAX_COUNT; i++)
        ref_source_free(refs->sources[i]);
    *refs = (struct record_refs){.form = NULL};
}
