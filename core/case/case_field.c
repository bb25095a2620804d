/* core/case/case_field.c - reading and clearing fields by name, lists of the table, and the rows that belong to a case: what the engine and all actions share. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"
#include "core/case/case_impl.h"
#include "core/record/filter.h"

bool case_list_has(const char *list, const char *word)
{
    for (const char *at = list;; at++) {
        size_t len = strcspn(at, ",");
        if (len == strlen(word) && strncmp(at, word, len) == 0)
            return true;
        at += len;
        if (*at == '\0')
            return false;
    }
}

static struct value value_named(const struct record *record, const char *field)
{
    const struct field_def *def = catalogue_field(record->type, field);
    assert(def != NULL);
    return record_get(record, def);
}

bool case_day(const struct record *record, const char *field, int32_t *day)
{
    struct value value = value_named(record, field);
    if (value.kind == VALUE_INT)
        *day = (int32_t)value.number;
    return value.kind == VALUE_INT;
}

int64_t case_int(const struct record *record, const char *field)
{
    struct value value = value_named(record, field);
    return value.kind == VALUE_INT ? value.number : 0;
}

int64_t case_loaded_int(const struct record *record, const char *field)
{
    struct value value = record->loaded[catalogue_field_index(record->type, catalogue_field(record->type, field))];
    return value.kind == VALUE_INT ? value.number : 0;
}

bool case_is(const struct record *record, const char *field, const char *code)
{
    return strcmp(record_text(record, field), code) == 0;
}

bool case_empty(const struct record *record, const char *field)
{
    return value_named(record, field).kind == VALUE_NULL;
}

enum status case_clear(struct record *record, const char *field)
{
    return record_set(record, catalogue_field(record->type, field), value_null());
}

enum status case_wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...)
{
    char reason[ERRMSG_MAX_BYTES];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, _(format), args);
    va_end(args);
    const struct field_def *def = catalogue_field(record->type, field);
    return errmsg_set(err, STATUS_INVALID, "字段 %s(%s): %.380s", _(def->label), def->name, reason);
}

/* ---- rows that belong to a case ---- */

struct children {
    case_step_row row;
    void *context;
};

static bool give_child(void *context, const struct record *record, const struct list_key *key)
{
    struct children *children = context;
    (void)key;
    return children->row(children->context, record);
}

enum status case_children(struct store *store, const struct actor *actor, const char *type_name, struct id kase, case_step_row row, void *context, struct errmsg *err)
{
    const struct record_type *type = catalogue_find(type_name);
    char id[ID_TEXT_BYTES];
    id_format(kase, id);
    struct filter filter = {.type = type, .n_terms = 1};
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "case_id"), .op = FILTER_EQ, .value = value_string(id)};
    struct list_query query = {.type = type, .filter = &filter, .ascending = true};
    struct children children = {row, context};
    return records_list(store, actor, &query, give_child, &children, err);
}

enum status case_steps(struct store *store, const struct actor *actor, struct id kase, case_step_row row, void *context, struct errmsg *err)
{
    return case_children(store, actor, "step", kase, row, context, err);
}
