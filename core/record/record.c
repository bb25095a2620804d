/* core/record/record.c - see record.h: values in memory. Text forms and rules are in record_text.c. */
#include "core/record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"

void record_init(struct record *record, const struct record_type *type)
{
    assert(type->n_fields <= FIELD_MAX_COUNT);
    memset(record, 0, sizeof *record);
    record->type = type;
}

/* Texts are what people told us: wiped, not just freed. */
static void drop(struct value *value)
{
    if (value->kind == VALUE_TEXT) {
        union {
            const char *in;
            char *out;
        } text = {.in = value->text}; /* owned by the record, const for readers */
        hash_wipe(text.out, value->len);
        free(text.out);
    }
    *value = value_null();
}

/* A copy that owns its text. */
static enum status copy(struct value from, struct value *to)
{
    if (from.kind != VALUE_TEXT) {
        *to = from;
        return STATUS_OK;
    }
    char *text = malloc(from.len + 1);
    if (text == NULL)
        return STATUS_NOMEM;
    if (from.len > 0)
        memcpy(text, from.text, from.len);
    text[from.len] = '\0';
    *to = value_text(text, from.len);
    return STATUS_OK;
}

static enum status replace(struct value *slot, struct value value)
{
    struct value fresh;
    enum status status = copy(value, &fresh);
    if (status != STATUS_OK)
        return status;
    drop(slot);
    *slot = fresh;
    return STATUS_OK;
}

void record_release(struct record *record)
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        drop(&record->values[i]);
        drop(&record->loaded[i]);
    }
    record_init(record, record->type);
}

enum status record_set(struct record *record, const struct field_def *field, struct value value)
{
    return replace(&record->values[catalogue_field_index(record->type, field)], value);
}

enum status record_set_loaded(struct record *record, const struct field_def *field, struct value value)
{
    return replace(&record->loaded[catalogue_field_index(record->type, field)], value);
}

static const struct field_def *known(const struct record *record, const char *field)
{
    const struct field_def *def = catalogue_field(record->type, field);
    assert(def != NULL);
    return def;
}

enum status record_set_text(struct record *record, const char *field, const char *text)
{
    return record_set(record, known(record, field), text[0] == '\0' ? value_null() : value_string(text));
}

enum status record_set_int(struct record *record, const char *field, int64_t number)
{
    return record_set(record, known(record, field), value_int(number));
}

struct value record_get(const struct record *record, const struct field_def *field)
{
    return record->values[catalogue_field_index(record->type, field)];
}

const char *record_text(const struct record *record, const char *field)
{
    struct value value = record_get(record, known(record, field));
    return value.kind == VALUE_TEXT ? value.text : "";
}

bool record_changed(const struct record *record)
{
    for (size_t i = 0; i < record->type->n_fields; i++)
        if (!value_equal(record->values[i], record->loaded[i]))
            return true;
    return false;
}

bool record_is_frozen(const struct record *record)
{
    const char *open = catalogue_open_states(record->type);
    const struct field_def *state = open != NULL ? catalogue_field(record->type, "state") : NULL;
    if (state == NULL)
        return false;
    struct value now = record->loaded[catalogue_field_index(record->type, state)];
    return now.kind == VALUE_TEXT && !catalogue_is_open_state(open, now.text, now.len);
}

enum status record_mark_loaded(struct record *record)
{
    struct value fresh[FIELD_MAX_COUNT];
    enum status status = record_loaded_begin(record, fresh);
    if (status == STATUS_OK)
        record_loaded_end(record, fresh, true);
    return status;
}

enum status record_loaded_begin(const struct record *record, struct value fresh[FIELD_MAX_COUNT])
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        fresh[i] = value_null();
        if (value_equal(record->loaded[i], record->values[i]) || copy(record->values[i], &fresh[i]) == STATUS_OK)
            continue;
        while (i > 0)
            drop(&fresh[--i]);
        return STATUS_NOMEM;
    }
    return STATUS_OK;
}

void record_loaded_end(struct record *record, struct value fresh[FIELD_MAX_COUNT], bool done)
{
    for (size_t i = 0; i < record->type->n_fields; i++) {
        if (done && !value_equal(record->loaded[i], record->values[i])) {
            drop(&record->loaded[i]);
            record->loaded[i] = fresh[i];
        } else {
            drop(&fresh[i]);
        }
    }
}

enum status record_copy(struct record *to, const struct record *from)
{
    struct record fresh;
    record_init(&fresh, from->type);
    for (size_t i = 0; i < from->type->n_fields; i++) {
        enum status status = replace(&fresh.values[i], from->values[i]);
        if (status == STATUS_OK)
            status = replace(&fresh.loaded[i], from->loaded[i]);
        if (status != STATUS_OK) {
            record_release(&fresh);
            return status;
        }
    }
    fresh.id = from->id;
    fresh.scope = from->scope;
    fresh.version = from->version;
    fresh.seen = from->seen;
    fresh.deleted = from->deleted;
    fresh.conflicts = from->conflicts;
    *to = fresh;
    return STATUS_OK;
}
