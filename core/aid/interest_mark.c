/* core/aid/interest_mark.c - see interest_mark.h and interest.h.
 *
 * mark = first 40 bits of hash_slow(county key, kind || text), kind 'n' for name keys, 'i' for document numbers. What a station learns is one bit about somebody it has
 * before it. What a stolen store gives away: whoever also has the key can try names at 10 ms each; that is why only parties are marked and never with a case. */
#include "core/aid/interest_mark.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/interest.h"
#include "core/aid/person.h"
#include "core/aid/person_name.h"
#include "core/base/day.h"
#include "core/base/hash.h"
#include "core/record/name_list.h"
#include "core/record/reach.h"

enum { SALT_BYTES = 16, SALT_TEXT_BYTES = 1024, MARKS_MAX = 2, MARK_BYTES = 5 }; /* a county may type its own key: up to 200 characters */

static const char SALT_RULE[] = "interest_salt";

static enum status make_mark(const char *salt, char kind, const char *text, size_t len, char out[INTEREST_MARK_TEXT_BYTES])
{
    struct hash hash;
    struct buf data;
    char full[HASH_TEXT_BYTES];
    if (len == 0 || salt[0] == '\0')
        return STATUS_INVALID;
    buf_init(&data, len + 1);
    buf_putc(&data, (uint8_t)kind);
    buf_append(&data, text, len);
    enum status status = data.status == STATUS_OK ? hash_slow(salt, strlen(salt), data.data, data.len, &hash) : data.status;
    buf_wipe(&data);
    if (status != STATUS_OK)
        return status;
    hash_format(hash, full);
    snprintf(out, INTEREST_MARK_TEXT_BYTES, "%.*s", 2 * MARK_BYTES, full);
    return STATUS_OK;
}

enum status interest_mark_name(const char *salt, const char *name, char out[INTEREST_MARK_TEXT_BYTES])
{
    struct buf key;
    buf_init(&key, NAME_KEY_MAX_BYTES);
    enum status status = person_name_key(name, strlen(name), &key);
    if (status == STATUS_OK)
        status = make_mark(salt, 'n', buf_cstr(&key), key.len, out);
    buf_wipe(&key);
    return status;
}

enum status interest_mark_number(const char *salt, const char *id_no, char out[INTEREST_MARK_TEXT_BYTES])
{
    return make_mark(salt, 'i', id_no, strlen(id_no), out);
}

/* The party's marks, those that it has something for. */
static enum status marks_of(const char *salt, const struct interest_party *party, char out[MARKS_MAX][INTEREST_MARK_TEXT_BYTES], size_t *n)
{
    *n = 0;
    enum status status = interest_mark_name(salt, party->name, out[*n]);
    *n += status == STATUS_OK;
    if (status == STATUS_OK || status == STATUS_INVALID)
        status = interest_mark_number(salt, party->id_no, out[*n]);
    *n += status == STATUS_OK;
    return status == STATUS_INVALID ? STATUS_OK : status;
}

/* Codes of set party_side. */
static const char *side_code(enum interest_side side)
{
    return side == SIDE_OURS ? "1" : "2";
}

static enum status is_published(struct store *store, const char *mark, const char *side, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM interest_mark WHERE mark=?1 AND side=?2 AND gone=0 LIMIT 1");
    enum status status;
    stmt_string(stmt, 1, mark);
    stmt_string(stmt, 2, side);
    *found = stmt_row(stmt, &status, err);
    if (*found)
        stmt_reset(stmt);
    return status;
}

enum status interest_mark_known(struct store *store, const struct actor *actor, const struct rules *rules, const struct interest_party *party, bool *known, struct errmsg *err)
{
    char marks[MARKS_MAX][INTEREST_MARK_TEXT_BYTES];
    const char *salt = rules_text(rules, SALT_RULE, DAY_MAX);
    const char *other = side_code(party->side == SIDE_OURS ? SIDE_THEIRS : SIDE_OURS);
    size_t n;
    (void)actor; /* marks belong to everyone */
    *known = false;
    if (salt[0] == '\0')
        return STATUS_OK;
    enum status status = marks_of(salt, party, marks, &n);
    for (size_t i = 0; i < n && status == STATUS_OK && !*known; i++)
        status = is_published(store, marks[i], other, known, err);
    return status;
}

/* ---- publishing ---- */

/* The county's key; made when the first case needs it. The caller's snapshot may be older than the rule. */
static enum status county_salt(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules,
                               char out[SALT_TEXT_BYTES], struct errmsg *err)
{
    struct rules *now = NULL;
    uint8_t bytes[SALT_BYTES];
    snprintf(out, SALT_TEXT_BYTES, "%s", rules_text(rules, SALT_RULE, DAY_MAX));
    if (out[0] != '\0')
        return STATUS_OK;
    enum status status = rules_load(&now, store, actor, err);
    if (status != STATUS_OK)
        return status;
    snprintf(out, SALT_TEXT_BYTES, "%s", rules_text(now, SALT_RULE, DAY_MAX));
    rules_free(now);
    if (out[0] != '\0')
        return STATUS_OK;
    random.fill(random.context, bytes, sizeof bytes);
    for (size_t i = 0; i < SALT_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    struct actor writer = *actor;
    writer.acting = true;
    writer.role = ROLE_DIRECTOR; /* the program's own act, whoever's case was the first */
    return rule_set(store, &writer, codes, random, SALT_RULE, out, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN), NULL, err);
}

static enum status publish(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const char *mark, const char *side,
                           struct errmsg *err)
{
    bool found;
    struct record record;
    enum status status = is_published(store, mark, side, &found, err);
    if (status != STATUS_OK || found)
        return status;
    struct actor writer = *actor;
    writer.acting = true;
    record_init(&record, catalogue_find("interest_mark"));
    status = records_begin(store, &writer, &record, codes, err);
    if (status == STATUS_OK)
        status = record_set_text(&record, "mark", mark);
    if (status == STATUS_OK)
        status = record_set_text(&record, "side", side);
    if (status == STATUS_OK)
        status = records_save(store, &writer, codes, random, &record, err);
    record_release(&record);
    return status;
}

enum status interest_mark(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules,
                          const struct record *kase, struct errmsg *err)
{
    struct interest_parties parties;
    char salt[SALT_TEXT_BYTES];
    if (!actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "冲突标记只能由县中心发布");
    enum status status = county_salt(store, actor, codes, random, rules, salt, err);
    if (status == STATUS_OK)
        status = interest_parties_load(store, actor, kase, &parties, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < parties.n && status == STATUS_OK; i++) {
        char marks[MARKS_MAX][INTEREST_MARK_TEXT_BYTES];
        size_t n = 0;
        if (parties.rows[i].side != SIDE_OTHER)
            status = marks_of(salt, &parties.rows[i], marks, &n);
        for (size_t k = 0; k < n && status == STATUS_OK; k++)
            status = publish(store, actor, codes, random, marks[k], side_code(parties.rows[i].side), err);
    }
    interest_parties_release(&parties);
    hash_wipe(salt, sizeof salt);
    return status;
}

/* ---- when a case is erased ---- */

enum { SIDES = 2 };

static const enum interest_side SIDE_LIST[SIDES] = {SIDE_OURS, SIDE_THEIRS};

/* On which sides cases that are left have somebody of this name or number. */
struct bearing {
    bool on[SIDES];
    bool opponent;
};

static bool take_case(void *context, const struct record *kase, const struct list_key *key)
{
    struct bearing *bearing = context;
    (void)kase;
    (void)key;
    bearing->on[bearing->opponent] = true;
    return false;
}

static bool take_party(void *context, const struct record *party, const struct list_key *key)
{
    struct bearing *bearing = context;
    enum interest_side side = interest_side_of(party);
    (void)key;
    for (size_t i = 0; i < SIDES; i++)
        bearing->on[i] |= SIDE_LIST[i] == side;
    return !bearing->on[0] || !bearing->on[1];
}

/* A name among several in a field, whoever's spelling. */
struct seeking {
    const char *name;
    bool found;
    enum status status;
};

static bool take_list(void *context, struct id id, const char *text, size_t len)
{
    struct seeking *seeking = context;
    struct name_list list = {text, len};
    const char *name;
    size_t name_len;
    (void)id;
    while (seeking->status == STATUS_OK && !seeking->found && name_list_next(&list, &name, &name_len)) {
        char *one = strndup(name, name_len);
        seeking->status = one == NULL ? STATUS_NOMEM : person_name_compare(seeking->name, one, &seeking->found);
        if (one != NULL)
            hash_wipe(one, name_len);
        free(one);
    }
    return seeking->status == STATUS_OK && !seeking->found;
}

/* The marks of such a field are made of each name in it (interest_party.c). */
static enum status find_listed(struct store *store, const char *name, const char *field, bool *on, struct errmsg *err)
{
    struct seeking seeking = {.name = name};
    enum status status = *on ? STATUS_OK : name_list_rows(store, "case", field, take_list, &seeking, err);
    *on |= seeking.found;
    return status == STATUS_OK ? seeking.status : status;
}

static enum status find_bearers(struct store *store, const struct actor *actor, const char *text, bool number, struct bearing *out, struct errmsg *err)
{
    static const struct {
        const char *type, *field;
        bool number, opponent;
        records_row row;
    } PLACES[] = {{"case", "name", false, false, take_case},   {"case", "agent", false, false, take_case},  {"case", "opponent", false, true, take_case},
                  {"party", "name", false, false, take_party}, {"case", "id_no", true, false, take_case}, {"party", "id_no", true, false, take_party}};
    enum status status = STATUS_OK;
    *out = (struct bearing){0};
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0] && status == STATUS_OK; i++) {
        const struct record_type *type = catalogue_find(PLACES[i].type);
        if (PLACES[i].number != number)
            continue;
        out->opponent = PLACES[i].opponent;
        status = number ? person_value_rows(store, actor, type, PLACES[i].field, text, PLACES[i].row, out, err) : person_name_rows(store, actor, type, PLACES[i].field, text, PLACES[i].row, out, err);
    }
    if (status == STATUS_OK && !number)
        status = find_listed(store, text, "agent", &out->on[false], err);
    return status == STATUS_OK && !number ? find_listed(store, text, "opponent", &out->on[true], err) : status;
}

/* Deleted or not: the bytes stand in every log. */
static enum status find_published(struct store *store, const char *mark, const char *side, struct id *id, bool *found, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT id FROM interest_mark WHERE mark=?1 AND side=?2 AND w_log<>0 LIMIT 1");
    enum status status;
    stmt_string(stmt, 1, mark);
    stmt_string(stmt, 2, side);
    *found = stmt_row(stmt, &status, err);
    if (*found) {
        *id = stmt_column_id(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

static enum status erase_published(struct store *store, const struct actor *actor, const char *mark, enum interest_side side, const char *reason, const char *officer, int64_t *rows, struct errmsg *err)
{
    struct id id;
    bool found;
    enum status status = find_published(store, mark, side_code(side), &id, &found, err);
    while (status == STATUS_OK && found) {
        status = reach_erase(store, actor, catalogue_find("interest_mark"), id, reason, officer, err);
        *rows += status == STATUS_OK;
        if (status == STATUS_OK)
            status = find_published(store, mark, side_code(side), &id, &found, err);
    }
    return status;
}

static enum status erase_of(struct store *store, const struct actor *actor, const char *salt, const char *text, bool number, const char *reason, const char *officer, int64_t *rows, struct errmsg *err)
{
    struct bearing bearing;
    char mark[INTEREST_MARK_TEXT_BYTES];
    enum status status = find_bearers(store, actor, text, number, &bearing, err);
    if (status != STATUS_OK || (bearing.on[0] && bearing.on[1]))
        return status;
    status = number ? interest_mark_number(salt, text, mark) : interest_mark_name(salt, text, mark);
    if (status == STATUS_INVALID)
        return STATUS_OK;
    for (size_t i = 0; i < SIDES && status == STATUS_OK; i++)
        if (!bearing.on[i])
            status = erase_published(store, actor, mark, SIDE_LIST[i], reason, officer, rows, err);
    return status;
}

static enum status any_published(struct store *store, bool *any, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT 1 FROM interest_mark WHERE w_log<>0 LIMIT 1");
    enum status status;
    *any = stmt_row(stmt, &status, err);
    if (*any)
        stmt_reset(stmt);
    return status;
}

enum status interest_mark_erase(struct store *store, const struct actor *actor, const struct called *called, const char *reason, const char *officer, int64_t *rows, struct errmsg *err)
{
    struct rules *rules = NULL;
    struct actor eraser = *actor;
    enum called_kind kind;
    const char *text, *salt;
    bool any;
    enum status status = any_published(store, &any, err);
    *rows = 0;
    if (status == STATUS_OK && any && called->names.len > 0)
        status = rules_load(&rules, store, actor, err);
    if (status != STATUS_OK || rules == NULL)
        return status;
    eraser.acting = true; /* a sealed case's parties count, too */
    salt = rules_text(rules, SALT_RULE, DAY_MAX);
    for (size_t at = 0; salt[0] != '\0' && status == STATUS_OK && (text = called_next(called, &at, &kind)) != NULL;)
        if (kind != CALLED_PHONE)
            status = erase_of(store, &eraser, salt, text, kind == CALLED_ID_NO, reason, officer, rows, err);
    rules_free(rules);
    return status;
}
