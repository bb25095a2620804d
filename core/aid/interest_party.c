/* core/aid/interest_party.c - see interest_party.h. */
#include "core/aid/interest_party.h"

#include <stdlib.h>
#include <string.h>

#include "core/aid/person_name.h"
#include "core/base/hash.h"
#include "core/record/name_list.h"

enum { PARTIES_MAX = 1000 };

/* Index: code of set party_role. */
static const struct {
    enum interest_side side;
    const char *role;
} roles[] = {
    {SIDE_OTHER, "当事人"}, {SIDE_THEIRS, "对方当事人"}, {SIDE_OURS, "代理申请人"}, {SIDE_OURS, "法定代理人"}, {SIDE_OURS, "共同申请人"},
    {SIDE_OTHER, "第三人"}, {SIDE_THEIRS, "对方代理人"}, {SIDE_OTHER, "证人"},      {SIDE_OTHER, "其他参加人"},
};

static size_t role_index(const struct record *party)
{
    unsigned long code = strtoul(record_text(party, "role"), NULL, 10);
    return code < sizeof roles / sizeof roles[0] ? code : 0;
}

enum interest_side interest_side_of(const struct record *party)
{
    struct value violator = record_get(party, catalogue_field(party->type, "violator"));
    if (violator.kind == VALUE_INT && violator.number != 0)
        return SIDE_THEIRS;
    return roles[role_index(party)].side;
}

const char *interest_role_of(const struct record *party)
{
    return roles[role_index(party)].role;
}

static void party_release(struct interest_party *party)
{
    char *texts[] = {party->name, party->id_no, party->phone, party->employer};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] != NULL)
            hash_wipe(texts[i], strlen(texts[i]));
        free(texts[i]);
    }
}

void interest_parties_release(struct interest_parties *parties)
{
    for (size_t i = 0; i < parties->n; i++)
        party_release(&parties->rows[i]);
    free(parties->rows);
    *parties = (struct interest_parties){0};
}

static enum status add(struct interest_parties *parties, enum interest_side side, const char *role, const char *name, size_t name_len, const char *id_no, const char *phone,
                       const char *employer)
{
    if (parties->n == PARTIES_MAX) /* a group matter of more people is searched for its first thousand */
        return STATUS_OK;
    struct interest_party *rows = reallocarray(parties->rows, parties->n + 1, sizeof rows[0]);
    if (rows == NULL)
        return STATUS_NOMEM;
    parties->rows = rows;
    struct interest_party party = {.side = side, .role = role};
    party.name = strndup(name, name_len);
    party.id_no = strdup(id_no);
    party.phone = strdup(phone);
    party.employer = strdup(employer);
    if (party.name == NULL || party.id_no == NULL || party.phone == NULL || party.employer == NULL) {
        party_release(&party);
        return STATUS_NOMEM;
    }
    rows[parties->n++] = party;
    return STATUS_OK;
}

/* "甲公司、乙公司" in one field are two. */
static enum status add_list(struct interest_parties *parties, enum interest_side side, const char *role, const char *text)
{
    struct name_list list = {text, strlen(text)};
    enum status status = STATUS_OK;
    const char *name;
    size_t len;
    while (status == STATUS_OK && name_list_next(&list, &name, &len))
        status = add(parties, side, role, name, len, "", "", "");
    return status;
}

struct loading {
    struct interest_parties *parties;
    enum status status;
};

static bool take_party(void *context, const struct record *party, const struct list_key *key)
{
    struct loading *loading = context;
    const char *name = record_text(party, "name");
    (void)key;
    loading->status = add(loading->parties, interest_side_of(party), interest_role_of(party), name, strlen(name), record_text(party, "id_no"), record_text(party, "phone"),
                          record_text(party, "employer"));
    return loading->status == STATUS_OK;
}

static enum status add_rows(struct store *store, const struct actor *actor, struct id kase, struct interest_parties *parties, struct errmsg *err)
{
    char id[ID_TEXT_BYTES];
    struct loading loading = {.parties = parties};
    id_format(kase, id);
    enum status status = person_value_rows(store, actor, catalogue_find("party"), "case_id", id, take_party, &loading, err);
    return status == STATUS_OK ? loading.status : status;
}

/* A file out of this actor's sight, or none, gives no employer. */
static enum status applicant_employer(struct store *store, const struct actor *actor, const struct record *kase, struct record *person, struct errmsg *err)
{
    struct id id;
    const char *applicant = record_text(kase, "applicant");
    record_init(person, catalogue_find("person"));
    if (id_parse(applicant, strlen(applicant), &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = records_get(store, actor, person->type, id, person, err);
    if (status != STATUS_OK)
        record_init(person, catalogue_find("person"));
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status interest_parties_load(struct store *store, const struct actor *actor, const struct record *kase, struct interest_parties *out, struct errmsg *err)
{
    struct record person;
    const char *name = record_text(kase, "name");
    *out = (struct interest_parties){0};
    enum status status = applicant_employer(store, actor, kase, &person, err);
    if (status == STATUS_OK)
        status = add(out, SIDE_OURS, "申请人", name, strlen(name), record_text(kase, "id_no"), record_text(kase, "phone"), record_text(&person, "employer"));
    if (status == STATUS_OK)
        status = add_list(out, SIDE_OURS, "代理申请人", record_text(kase, "agent"));
    if (status == STATUS_OK)
        status = add_list(out, SIDE_THEIRS, "对方当事人", record_text(kase, "opponent"));
    if (status == STATUS_OK && !id_is_zero(kase->id))
        status = add_rows(store, actor, kase->id, out, err);
    record_release(&person);
    if (status != STATUS_OK)
        interest_parties_release(out);
    return status;
}
