/* tui/ref_source.c - see ref_source.h. */
#include "tui/ref_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/pinyin.h"

enum { CODE_BYTES = 8, NAME_BYTES = 256, INITIALS_BYTES = 512 };

struct choice {
    struct id id;
    struct code code; /* points into the texts below: a choice never moves */
    char number[CODE_BYTES], name[NAME_BYTES], initials[INITIALS_BYTES];
};

struct ref_source {
    struct choice *choices[REF_CHOICES_MAX + 1]; /* owned; one more for what the field holds */
    size_t n;
    const struct code_book *codes;
    ref_accept accept;
    enum status status;
};

static void copy_cut(char *out, size_t out_bytes, struct buf *text)
{
    snprintf(out, out_bytes, "%s", buf_cstr(text));
    buf_release(text);
}

static bool add(struct ref_source *source, const struct record *record)
{
    struct choice *choice = calloc(1, sizeof *choice);
    struct buf text;
    if (choice == NULL) {
        source->status = STATUS_NOMEM;
        return false;
    }
    choice->id = record->id;
    snprintf(choice->number, sizeof choice->number, "%zu", source->n + 1);
    buf_init(&text, NAME_BYTES - 1);
    record_title(record, source->codes, &text); /* at most RECORD_TITLE_COLUMNS wide: fits */
    copy_cut(choice->name, sizeof choice->name, &text);
    buf_init(&text, INITIALS_BYTES - 1);
    pinyin_initials(choice->name, strlen(choice->name), &text);
    copy_cut(choice->initials, sizeof choice->initials, &text);
    choice->code = (struct code){.set = "", .code = choice->number, .name = choice->name, .parent = "", .initials = choice->initials};
    source->choices[source->n++] = choice;
    return true;
}

static bool take(void *context, const struct record *record, const struct list_key *key)
{
    struct ref_source *source = context;
    (void)key;
    if (source->n == REF_CHOICES_MAX)
        return false;
    return (source->accept != NULL && !source->accept(record)) || add(source, record);
}

static enum status keep_one(struct ref_source *source, struct store *store, const struct actor *actor, const struct record_type *type, struct id keep, struct errmsg *err)
{
    struct record record;
    if (id_is_zero(keep) || ref_source_code(source, keep) != NULL)
        return STATUS_OK;
    enum status status = records_get(store, actor, type, keep, &record, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* another station's: the id stays what it is, without a name */
    if (status != STATUS_OK)
        return status;
    add(source, &record);
    record_release(&record);
    return source->status;
}

enum status ref_source_load(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type,
                            ref_accept accept, struct id keep, struct errmsg *err)
{
    struct list_query query = {.type = type};
    struct ref_source *source = calloc(1, sizeof *source);
    *out = NULL;
    if (source == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    source->codes = codes;
    source->accept = accept;
    enum status status = records_list(store, actor, &query, take, source, err);
    if (status == STATUS_OK)
        status = source->status;
    if (status == STATUS_OK)
        status = keep_one(source, store, actor, type, keep, err);
    if (status == STATUS_OK)
        *out = source;
    else
        ref_source_free(source);
    return status;
}

void ref_source_free(struct ref_source *source)
{
    for (size_t i = 0; source != NULL && i < source->n; i++)
        free(source->choices[i]);
    free(source);
}

static size_t count(const void *context, const char *set)
{
    (void)set;
    return ((const struct ref_source *)context)->n;
}

static const struct code *at(const void *context, const char *set, size_t index)
{
    (void)set;
    return &((const struct ref_source *)context)->choices[index]->code;
}

struct code_source ref_source_codes(const struct ref_source *source)
{
    return (struct code_source){.context = source, .set = "", .count = count, .at = at, .matches = code_matches};
}

bool ref_source_id(const struct ref_source *source, const char *code, struct id *id)
{
    for (size_t i = 0; i < source->n; i++) {
        if (strcmp(source->choices[i]->number, code) == 0) {
            *id = source->choices[i]->id;
            return true;
        }
    }
    return false;
}

const char *ref_source_code(const struct ref_source *source, struct id id)
{
    for (size_t i = 0; i < source->n; i++)
        if (id_equal(source->choices[i]->id, id))
            return source->choices[i]->number;
    return NULL;
}
