/* core/record/catalogue.c - looking things up in the catalogue. The table itself is catalogue_types.c. */
#include "core/record/catalogue.h"

#include <assert.h>
#include <string.h>

#include "core/record/catalogue_types.h"

/* Limits of a text in characters and of a number where the field's own line gives none. */
static const struct {
    const char *name;
    bool number;
    uint32_t max_chars;
} kinds[FIELD_KINDS] = {
    [FIELD_TEXT] = {"text", false, 200},    [FIELD_LONG] = {"long", false, 20000}, [FIELD_NAME] = {"name", false, 100},
    [FIELD_INT] = {"int", true, 20},        [FIELD_DAY] = {"day", true, 20},       [FIELD_MONEY] = {"money", true, 30},
    [FIELD_BOOL] = {"bool", true, 10},      [FIELD_CODE] = {"code", false, 32},    [FIELD_CODES] = {"codes", false, 500},
    [FIELD_REF] = {"ref", false, 32},       [FIELD_PHONE] = {"phone", false, 30},  [FIELD_ID_NO] = {"id_no", false, 30},
    [FIELD_SECRET] = {"secret", false, 128},
};

/* Names are looked up many times a save; nearly all differ in their first byte, labels always. */
static bool same(const char *a, const char *b)
{
    return *a == *b && strcmp(a, b) == 0;
}

size_t catalogue_count(void)
{
    return catalogue_n_types;
}

const struct record_type *catalogue_at(size_t index)
{
    assert(index < catalogue_n_types);
    return &catalogue_types[index];
}

const struct record_type *catalogue_find(const char *name)
{
    for (size_t i = 0; i < catalogue_n_types; i++) {
        if (same(catalogue_types[i].name, name) || same(catalogue_types[i].label, name))
            return &catalogue_types[i];
    }
    return NULL;
}

const struct record_type *catalogue_by_no(uint64_t no)
{
    for (size_t i = 0; i < catalogue_n_types; i++) {
        if (catalogue_types[i].no == no)
            return &catalogue_types[i];
    }
    return NULL;
}

const struct field_def *catalogue_field(const struct record_type *type, const char *name)
{
    for (size_t i = 0; i < type->n_fields; i++) {
        if (same(type->fields[i].name, name) || same(type->fields[i].label, name))
            return &type->fields[i];
    }
    return NULL;
}

const struct field_def *catalogue_field_by_no(const struct record_type *type, uint64_t no)
{
    /* Most types number their fields in order. */
    if (no >= 1 && no <= type->n_fields && type->fields[no - 1].no == no)
        return &type->fields[no - 1];
    for (size_t i = 0; i < type->n_fields; i++) {
        if (type->fields[i].no == no)
            return &type->fields[i];
    }
    return NULL;
}

size_t catalogue_field_index(const struct record_type *type, const struct field_def *field)
{
    assert(field >= type->fields && field < type->fields + type->n_fields);
    return (size_t)(field - type->fields);
}

uint32_t catalogue_max_chars(const struct field_def *field)
{
    return field->max_chars ? field->max_chars : kinds[field->kind].max_chars;
}

const char *catalogue_kind_name(enum field_kind kind)
{
    assert(kind < FIELD_KINDS);
    return kinds[kind].name;
}

const char *catalogue_station_moves(const struct record_type *type, const struct field_def *field)
{
    for (size_t i = 0; i < n_station_rules; i++)
        if (strcmp(station_rules[i].type, type->name) == 0 && strcmp(station_rules[i].field, field->name) == 0)
            return station_rules[i].moves;
    return NULL;
}

const char *catalogue_open_states(const struct record_type *type)
{
    for (size_t i = 0; i < n_freeze_rules; i++)
        if (strcmp(freeze_rules[i].type, type->name) == 0)
            return freeze_rules[i].moves;
    return NULL;
}

bool catalogue_is_open_state(const char *open_states, const char *state, size_t len)
{
    for (const char *at = open_states; *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == len && memcmp(at, state, len) == 0)
            return true;
        at += word + (at[word] == ' ');
    }
    return false;
}

/* Whether one of the list's words is FROM>TO; from NULL: any FROM. */
static bool has_move(const char *moves, const char *from, size_t from_len, const char *to, size_t to_len)
{
    for (const char *at = moves; *at != '\0';) {
        size_t len = strcspn(at, " "), head = strcspn(at, ">");
        bool from_fits = from == NULL || (from_len == head && memcmp(at, from, head) == 0);
        bool to_fits = head < len && to_len == len - head - 1 && memcmp(at + head + 1, to, to_len) == 0;
        if (from_fits && to_fits)
            return true;
        at += len + (at[len] == ' ');
    }
    return false;
}

bool catalogue_has_move(const char *moves, const char *from, size_t from_len, const char *to, size_t to_len)
{
    return has_move(moves, from, from_len, to, to_len);
}

bool catalogue_has_move_to(const char *moves, const char *to, size_t to_len)
{
    return has_move(moves, NULL, 0, to, to_len);
}

size_t catalogue_worklists(void)
{
    return n_worklists;
}

const struct worklist *catalogue_worklist(size_t index)
{
    assert(index < n_worklists);
    return &worklists[index];
}

bool catalogue_is_sparse(const struct field_def *field)
{
    return field->kind == FIELD_REF && (field->flags & (FIELD_INDEX | FIELD_REQUIRED)) == FIELD_INDEX;
}

bool catalogue_is_number(enum field_kind kind)
{
    assert(kind < FIELD_KINDS);
    return kinds[kind].number;
}
