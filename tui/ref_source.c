/* tui/ref_source.c - see ref_source.h. */
#include "tui/ref_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/pinyin.h"
#include "core/record/search.h"

enum { CODE_BYTES = 8, NAME_BYTES = 256, INITIALS_BYTES = 512, CHOICES_MAX = REF_CHOICES_MAX + REF_FOUND_MAX + 1 /* and what the field holds */, TYPED_BYTES = 256 };

struct choice {
    struct id id;
    bool hidden;
    struct code code; /* points into the texts below: a choice never moves */
    char number[CODE_BYTES], name[NAME_BYTES], initials[INITIALS_BYTES];
};

struct ref_source {
    struct ref_source *self; /* code sources are asked through a const pointer, but what is typed may find more */
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct record_type *type;
    ref_accept accept;
    struct choice *choices[CHOICES_MAX]; /* owned */
    size_t n;
    bool filled;
    enum status status;
    char typed[TYPED_BYTES]; /* what was searched for last, and what that found */
    const struct code *found[CODE_FOUND_MAX];
    size_t n_found;
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
    record_show_title(record, source->codes, &text); /* at most RECORD_TITLE_COLUMNS wide: fits */
    copy_cut(choice->name, sizeof choice->name, &text);
    buf_init(&text, INITIALS_BYTES - 1);
    pinyin_initials(choice->name, strlen(choice->name), &text);
    copy_cut(choice->initials, sizeof choice->initials, &text);
    choice->code = (struct code){.set = "", .code = choice->number, .name = choice->name, .parent = "", .initials = choice->initials};
    source->choices[source->n++] = choice;
    return true;
}

static const struct choice *choice_of(const struct ref_source *source, struct id id)
{
    for (size_t i = 0; i < source->n; i++)
        if (id_equal(source->choices[i]->id, id))
            return source->choices[i];
    return NULL;
}

static bool accepted(const struct ref_source *source, const struct record *record)
{
    return source->accept == NULL || source->accept(record);
}

static bool take(void *context, const struct record *record, const struct list_key *key)
{
    struct ref_source *source = context;
    (void)key;
    if (!accepted(source, record) || choice_of(source, record->id) != NULL)
        return true;
    return add(source, record) && source->n < REF_CHOICES_MAX;
}

enum status ref_source_keep(struct ref_source *source, struct id keep, struct errmsg *err)
{
    struct record record;
    if (id_is_zero(keep) || choice_of(source, keep) != NULL || source->n == CHOICES_MAX)
        return STATUS_OK;
    enum status status = records_get(source->store, source->actor, source->type, keep, &record, err);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK; /* another station's: the id stays what it is, without a name */
    if (status != STATUS_OK)
        return status;
    add(source, &record);
    record_release(&record);
    return source->status;
}

enum status ref_source_fill(struct ref_source *source, struct errmsg *err)
{
    struct list_query query = {.type = source->type};
    if (source->filled)
        return STATUS_OK;
    enum status status = records_list(source->store, source->actor, &query, take, source, err);
    source->filled = status == STATUS_OK;
    return status != STATUS_OK ? status : source->status;
}

enum status ref_source_begin(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type, ref_accept accept,
                             struct id keep, struct errmsg *err)
{
    struct ref_source *source = calloc(1, sizeof *source);
    *out = NULL;
    if (source == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    *source = (struct ref_source){.self = source, .store = store, .actor = actor, .codes = codes, .type = type, .accept = accept};
    enum status status = ref_source_keep(source, keep, err);
    if (status == STATUS_OK)
        *out = source;
    else
        ref_source_free(source);
    return status;
}

enum status ref_source_load(struct ref_source **out, struct store *store, const struct actor *actor, const struct code_book *codes, const struct record_type *type,
                            ref_accept accept, struct id keep, struct errmsg *err)
{
    struct id none = {{0}};
    enum status status = ref_source_begin(out, store, actor, codes, type, accept, none, err);
    if (status == STATUS_OK)
        status = ref_source_fill(*out, err);
    if (status == STATUS_OK)
        status = ref_source_keep(*out, keep, err);
    if (status != STATUS_OK) {
        ref_source_free(*out);
        *out = NULL;
    }
    return status;
}

static void hide(struct choice *choice)
{
    choice->hidden = true;
    choice->code.retired = true;
    explicit_bzero(choice->initials, sizeof choice->initials);
    explicit_bzero(choice->name, sizeof choice->name);
    snprintf(choice->name, sizeof choice->name, "%s", _("(不在本站)"));
}

void ref_source_hide(struct ref_source *source, struct id id)
{
    for (size_t i = 0; source != NULL && i < source->n; i++)
        if (id_equal(source->choices[i]->id, id))
            hide(source->choices[i]);
}

static void refresh(const void *context)
{
    struct ref_source *source = ((const struct ref_source *)context)->self;
    for (size_t i = 0; i < source->n; i++) {
        struct choice *choice = source->choices[i];
        struct record record;
        enum status status = choice->hidden ? STATUS_EXISTS : records_get(source->store, source->actor, source->type, choice->id, &record, NULL);
        if (status == STATUS_OK)
            record_release(&record);
        if (status == STATUS_NOT_FOUND)
            hide(choice);
    }
    source->typed[0] = '\0'; /* what is typed is searched for anew */
    source->n_found = 0;
}

bool ref_source_shows(const struct ref_source *source, struct id id)
{
    const struct choice *choice = choice_of(source, id);
    return choice != NULL && !choice->hidden;
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

/* ---- found by what is typed ---- */

static void take_found(struct ref_source *source, struct id id)
{
    struct record record;
    const struct choice *choice = choice_of(source, id);
    if (choice == NULL && source->n < CHOICES_MAX && records_get(source->store, source->actor, source->type, id, &record, NULL) == STATUS_OK) {
        if (accepted(source, &record) && add(source, &record))
            choice = source->choices[source->n - 1];
        record_release(&record);
    }
    if (choice != NULL)
        source->found[source->n_found++] = &choice->code;
}

struct hits {
    struct id ids[CODE_FOUND_MAX];
    size_t n;
};

static bool keep_hit(void *context, const struct search_hit *hit)
{
    struct hits *hits = context;
    hits->ids[hits->n++] = hit->id;
    return hits->n < CODE_FOUND_MAX;
}

/* The number of a choice: what a field that was filled in holds. */
static bool is_number(const struct ref_source *source, const char *typed)
{
    struct id id;
    return ref_source_id(source, typed, &id);
}

/* The form asks again at every painting: the same words are searched for once. */
static size_t find(const void *context, const char *set, const char *typed, const struct code *out[CODE_FOUND_MAX])
{
    struct ref_source *source = ((const struct ref_source *)context)->self;
    struct search_query query = {.text = typed, .type = source->type, .limit = CODE_FOUND_MAX};
    struct hits hits = {.n = 0};
    int64_t total;
    (void)set;
    if (!source->filled || !(source->type->flags & TYPE_SEARCH) || strlen(typed) >= TYPED_BYTES || is_number(source, typed))
        return 0;
    if (strcmp(source->typed, typed) != 0) {
        source->n_found = 0;
        (void)search_find(source->store, source->actor, source->codes, &query, keep_hit, &hits, &total, NULL);
        for (size_t i = 0; i < hits.n; i++)
            take_found(source, hits.ids[i]);
        snprintf(source->typed, sizeof source->typed, "%s", typed);
    }
    memcpy(out, source->found, source->n_found * sizeof *out);
    return source->n_found;
}

static bool stored(const void *context, const char *code, struct id *id)
{
    return ref_source_id(context, code, id);
}

static const char *shown(const void *context, struct id id)
{
    return ref_source_code(context, id);
}

struct code_source ref_source_codes(const struct ref_source *source)
{
    return (struct code_source){.context = source, .set = "", .count = count, .at = at, .matches = code_matches, .find = find, .stored = stored, .shown = shown, .refresh = refresh};
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
    const struct choice *choice = choice_of(source, id);
    return choice != NULL ? choice->number : NULL;
}
