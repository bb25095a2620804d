/* core/aid/person.c - see person.h: the file behind a name. Names are in person_name.c, likeness in person_duplicate.c, merging in person_merge.c. */
#include "core/aid/person.h"

#include <assert.h>
#include <string.h>

#include "core/aid/person_name.h"
#include "core/record/privacy.h"

enum { MERGES_MAX = 8 };

enum status person_follow(struct store *store, const struct actor *actor, struct id person, struct id *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("person");
    *out = person;
    for (int steps = 0; steps <= MERGES_MAX; steps++) {
        struct record record;
        struct id next;
        enum status status = records_get(store, actor, type, *out, &record, err);
        if (status == STATUS_NOT_FOUND && steps > 0) { /* the surviving file is another station's: this one is all that can be seen here */
            *out = person;
            return STATUS_OK;
        }
        if (status != STATUS_OK)
            return status;
        const char *into = record_text(&record, "merged_into");
        bool merged = id_parse(into, strlen(into), &next) == STATUS_OK;
        record_release(&record);
        if (!merged)
            return STATUS_OK;
        person = *out;
        *out = next;
    }
    return errmsg_set(err, STATUS_CORRUPT, "人员档案的合并绕成了一圈，请中心拆开其中一次合并");
}

/* ---- the applicant's file ---- */

struct finding {
    const struct record *kase;
    struct id found;
    bool any;
};

/* The same number and the same name, in a scope that holds the case: a number alone may be somebody else's, typed wrong. */
static bool take_person(void *context, const struct record *person, const struct list_key *key)
{
    struct finding *finding = context;
    const char *name = record_text(finding->kase, "name");
    bool held = person->scope == finding->kase->scope || person->scope == 0;
    bool named = person_name_same(record_text(person, "name"), name) || person_name_in(record_text(person, "aliases"), name);
    (void)key;
    if (!held || !named)
        return true;
    finding->found = person->id;
    finding->any = true;
    return false;
}

/* What both types call by one name is copied; a note is about the case, not about the person. */
static enum status fill_person(const struct record *kase, struct record *person)
{
    static const char *const fields[] = {"name", "sex", "born", "ethnic", "phone", "id_kind", "id_no", "town", "village", "safe_contact", "categories", "sealed"};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && status == STATUS_OK; i++)
        status = record_set(person, catalogue_field(person->type, fields[i]), record_get(kase, catalogue_field(kase->type, fields[i])));
    person->scope = kase->scope;
    return status;
}

static enum status make_person(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *kase, struct id *out,
                               struct errmsg *err)
{
    struct record person;
    struct actor acting = *actor;
    acting.acting = true;
    record_init(&person, catalogue_find("person"));
    enum status status = records_begin(store, &acting, &person, codes, err);
    if (status == STATUS_OK)
        status = fill_person(kase, &person);
    if (status == STATUS_OK)
        status = records_save(store, &acting, codes, random, &person, err);
    *out = person.id;
    record_release(&person);
    return status != STATUS_OK ? errmsg_wrap(err, status, "申请人档案") : STATUS_OK;
}

enum status person_for_case(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *kase, struct errmsg *err)
{
    struct finding finding = {.kase = kase};
    struct id person;
    char text[ID_TEXT_BYTES];
    assert(store_in_transaction(store));
    if (record_text(kase, "applicant")[0] != '\0')
        return STATUS_OK;
    enum status status = person_value_rows(store, actor, catalogue_find("person"), "id_no", record_text(kase, "id_no"), take_person, &finding, err);
    if (status == STATUS_OK && finding.any)
        status = person_follow(store, actor, finding.found, &person, err);
    else if (status == STATUS_OK)
        status = make_person(store, actor, codes, random, kase, &person, err);
    if (status != STATUS_OK)
        return status;
    id_format(person, text);
    return record_set_text(kase, "applicant", text);
}

static bool note_open_case(void *context, const struct record *kase, const struct list_key *key)
{
    (void)key;
    *(bool *)context = !privacy_is_sealed(kase);
    return privacy_is_sealed(kase);
}

enum status person_seal_with_case(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *kase,
                                  struct errmsg *err)
{
    const struct record_type *type = catalogue_find("person");
    struct actor acting = *actor;
    struct record person;
    struct id id;
    bool open = false;
    const char *applicant = record_text(kase, "applicant");
    assert(store_in_transaction(store));
    acting.acting = true;
    if (id_parse(applicant, strlen(applicant), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = person_value_rows(store, actor, kase->type, "applicant", applicant, note_open_case, &open, err);
    if (status != STATUS_OK || open)
        return status;
    status = records_get(store, &acting, type, id, &person, err);
    if (status == STATUS_NOT_FOUND) { /* sealed already, or of another scope */
        errmsg_clear(err);
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    status = record_set_int(&person, "sealed", 1);
    if (status == STATUS_OK)
        status = records_save(store, &acting, codes, random, &person, err);
    record_release(&person);
    return status;
}
