/* tui/office_source.c - see office_source.h. */
#include "tui/office_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/language.h"
#include "core/record/peer.h"
#include "core/record/pinyin.h"
#include "core/record/reach.h"

enum { CODE_BYTES = 24, SHOWN_BYTES = MACHINE_NAME_MAX_BYTES + 64, INITIALS_BYTES = 512, FIRST_ROOM = 32 };

struct office {
    struct code code; /* points into the texts below: an office never moves */
    char number[CODE_BYTES], name[MACHINE_NAME_MAX_BYTES], shown[SHOWN_BYTES], initials[INITIALS_BYTES];
};

struct office_source {
    struct office **offices; /* owned */
    size_t n, room;
};

struct loading {
    struct office_source *source;
    struct store *store;
    enum office_choice choice;
    struct id record;
    int64_t own;
    enum status status;
};

static bool is_chosen(struct loading *loading, const struct org_choice *org)
{
    bool shared = false;
    if (org->number == loading->own || loading->status != STATUS_OK)
        return false;
    if (loading->choice != OFFICES_TO_MOVE)
        loading->status = reach_find_share(loading->store, loading->record, org->number, &shared, NULL);
    if (loading->status != STATUS_OK)
        return false;
    return loading->choice == OFFICES_TO_UNSHARE ? shared : org->office && (loading->choice == OFFICES_TO_MOVE || !shared);
}

static bool make_room(struct office_source *source)
{
    if (source->n < source->room)
        return true;
    size_t room = source->room == 0 ? FIRST_ROOM : source->room * 2;
    struct office **offices = realloc(source->offices, room * sizeof *offices);
    if (offices == NULL)
        return false;
    source->offices = offices;
    source->room = room;
    return true;
}

static bool take(void *context, const struct org_choice *org)
{
    struct loading *loading = context;
    struct office_source *source = loading->source;
    struct buf initials;
    if (!is_chosen(loading, org))
        return loading->status == STATUS_OK;
    struct office *office = make_room(source) ? calloc(1, sizeof *office) : NULL;
    if (office == NULL) {
        loading->status = STATUS_NOMEM;
        return false;
    }
    snprintf(office->number, sizeof office->number, "%lld", (long long)org->number);
    snprintf(office->name, sizeof office->name, "%s", org->name);
    snprintf(office->shown, sizeof office->shown, "%s%s", org->name, org->revoked ? _("（电脑已停用）") : "");
    buf_init(&initials, INITIALS_BYTES - 1);
    pinyin_initials(office->name, strlen(office->name), &initials);
    snprintf(office->initials, sizeof office->initials, "%s", buf_cstr(&initials));
    buf_release(&initials);
    office->code = (struct code){.set = "", .code = office->number, .name = office->shown, .parent = "", .initials = office->initials};
    source->offices[source->n++] = office;
    return true;
}

enum status office_source_load(struct office_source **out, struct store *store, enum office_choice choice, struct id record, int64_t own, struct errmsg *err)
{
    struct loading loading = {.source = calloc(1, sizeof(struct office_source)), .store = store, .choice = choice, .record = record, .own = own};
    *out = NULL;
    if (loading.source == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    enum status status = org_list(store, take, &loading, err);
    if (status == STATUS_OK && loading.status != STATUS_OK)
        status = errmsg_set(err, loading.status, "%s", status_text(loading.status));
    if (status == STATUS_OK)
        *out = loading.source;
    else
        office_source_free(loading.source);
    return status;
}

void office_source_free(struct office_source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->n; i++)
        free(source->offices[i]);
    free(source->offices);
    free(source);
}

static size_t count(const void *context, const char *set)
{
    const struct office_source *source = context;
    (void)set;
    return source->n;
}

static const struct code *at(const void *context, const char *set, size_t index)
{
    const struct office_source *source = context;
    (void)set;
    return &source->offices[index]->code;
}

struct code_source office_source_codes(const struct office_source *source)
{
    return (struct code_source){.context = source, .set = "", .count = count, .at = at, .matches = code_matches};
}

const char *office_source_name(const struct office_source *source, const char *code)
{
    for (size_t i = 0; i < source->n; i++)
        if (strcmp(source->offices[i]->number, code) == 0)
            return source->offices[i]->name;
    return NULL;
}

const char *office_source_code(const struct office_source *source, const char *name)
{
    for (size_t i = 0; i < source->n; i++)
        if (strcmp(source->offices[i]->name, name) == 0)
            return source->offices[i]->number;
    return NULL;
}
