/* core/aid/interest.c - see interest.h. The blinded marks are in interest_mark.c.
 *
 * Everybody of the case is looked up, by index, in the cases and parties of the county; what comes back is one hit for each (person here, person there, case), with its
 * strongest evidence. Then each other case is read once: the case itself, its other stages and its group do not count, and it tells who handles it there.
 * Two resident identity numbers that differ refute an equal name. */
#include "core/aid/interest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/interest_mark.h"
#include "core/aid/interest_party.h"
#include "core/aid/person_name.h"
#include "core/base/hash.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/privacy.h"

enum { OTHER_BYTES = 320, HITS_MAX = 5000, STAGES_MAX = 8, BODY_NAME_CHARS = 6, ID_CARD_CHARS = 18 };

/* Certainty of each kind, for somebody on the opposite side; half of it on the same side. */
enum {
    SCORE_ID_NO = 100,
    SCORE_HANDLER = 95,
    SCORE_NAME_AND_PHONE = 90,
    SCORE_NAME_OF_BODY = 90, /* names of companies are registered: two of one name are rare */
    SCORE_FIRM = 80,
    SCORE_NAME = 70,
    SCORE_MARK = 60,
    SCORE_PHONE = 50,
    SCORE_EMPLOYER = 40
};

const char *interest_evidence_text(enum interest_evidence evidence)
{
    static const char *const texts[] = {
        [INTEREST_ID_NO] = "证件号码相同", [INTEREST_NAME] = "姓名或名称相同", [INTEREST_PHONE] = "电话相同",
        [INTEREST_EMPLOYER] = "工作单位相同", [INTEREST_HANDLER] = "承办人或其所在机构", [INTEREST_MARK] = "已知，请中心核对",
    };
    assert((size_t)evidence < sizeof texts / sizeof texts[0]);
    return texts[evidence];
}

struct hit {
    const struct interest_party *here;
    struct id kase;
    enum interest_side there;
    enum interest_evidence evidence;
    int score;
    bool counts; /* the case there is another one; set when it has been read */
    char other[OTHER_BYTES];
};

struct search {
    struct store *store;
    const struct actor *actor;
    const struct record *kase, *handler;
    struct interest_parties parties;
    struct hit *hits;
    size_t n;
    const struct interest_party *now; /* whom is being looked up */
    const char *field;                /* and in which field */
    enum interest_evidence evidence;
    enum status status;
    struct errmsg *err;
};

/* ---- one hit ---- */

/* The same person found by several kinds of evidence is one hit with the strongest. */
static struct hit *same_hit(struct search *search, const struct hit *hit)
{
    for (size_t i = search->n; i-- > 0;) {
        struct hit *other = &search->hits[i];
        if (other->here == hit->here && id_equal(other->kase, hit->kase) && strcmp(other->other, hit->other) == 0)
            return other;
    }
    return NULL;
}

static bool add_hit(struct search *search, const struct hit *hit)
{
    struct hit *known = same_hit(search, hit);
    if (known != NULL) {
        bool name_and_phone = (known->evidence == INTEREST_NAME && hit->evidence == INTEREST_PHONE);
        int score = name_and_phone ? SCORE_NAME_AND_PHONE : hit->score;
        if (score > known->score) {
            known->evidence = name_and_phone ? known->evidence : hit->evidence;
            known->score = score;
        }
        return true;
    }
    if (search->n == HITS_MAX)
        return false;
    if ((search->n & (search->n - 1)) == 0) { /* room for twice as many at 1, 2, 4 .. */
        struct hit *hits = reallocarray(search->hits, search->n == 0 ? 1 : search->n * 2, sizeof hits[0]);
        if (hits == NULL) {
            search->status = STATUS_NOMEM;
            return false;
        }
        search->hits = hits;
    }
    search->hits[search->n++] = *hit;
    return true;
}

static int base_score(const struct search *search)
{
    switch (search->evidence) {
    case INTEREST_ID_NO: return SCORE_ID_NO;
    case INTEREST_NAME: return utf8_count(search->now->name, strlen(search->now->name)) >= BODY_NAME_CHARS ? SCORE_NAME_OF_BODY : SCORE_NAME;
    case INTEREST_PHONE: return SCORE_PHONE;
    default: return SCORE_EMPLOYER;
    }
}

static bool refuted(const struct search *search, const char *id_no)
{
    const char *own = search->now->id_no;
    return search->evidence == INTEREST_NAME && strlen(own) == ID_CARD_CHARS && strlen(id_no) == ID_CARD_CHARS && strcmp(own, id_no) != 0;
}

/* ---- what the look-ups bring ---- */

/* A case: its applicant, agent or opponent, by the field that was looked up. */
static bool take_case(void *context, const struct record *kase, const struct list_key *key)
{
    struct search *search = context;
    bool theirs = strcmp(search->field, "opponent") == 0, agent = strcmp(search->field, "agent") == 0;
    const char *name = record_text(kase, theirs ? "opponent" : agent ? "agent" : "name");
    (void)key;
    if (!theirs && !agent && refuted(search, record_text(kase, "id_no")))
        return true;
    struct hit hit = {.here = search->now, .kase = kase->id, .there = theirs ? SIDE_THEIRS : SIDE_OURS, .evidence = search->evidence, .score = base_score(search)};
    snprintf(hit.other, sizeof hit.other, "%s %s", theirs ? _("对方当事人") : agent ? _("代理申请人") : _("申请人"), name);
    return add_hit(search, &hit);
}

static bool take_party(void *context, const struct record *party, const struct list_key *key)
{
    struct search *search = context;
    bool employer = strcmp(search->field, "employer") == 0;
    struct hit hit = {.here = search->now, .there = interest_side_of(party), .evidence = search->evidence, .score = base_score(search)};
    (void)key;
    if (id_parse(record_text(party, "case_id"), strlen(record_text(party, "case_id")), &hit.kase) != STATUS_OK || refuted(search, record_text(party, "id_no")))
        return true;
    snprintf(hit.other, sizeof hit.other, employer ? _("%s %s 的工作单位 %s") : "%s %s", interest_role_of(party), record_text(party, "name"), record_text(party, "employer"));
    return add_hit(search, &hit);
}

/* A person whose employer is a party here: his cases. */
struct employed {
    struct search *search;
    const struct record *person;
};

static bool take_employed_case(void *context, const struct record *kase, const struct list_key *key)
{
    const struct employed *employed = context;
    struct search *search = employed->search;
    struct hit hit = {.here = search->now, .kase = kase->id, .there = SIDE_OURS, .evidence = INTEREST_EMPLOYER, .score = SCORE_EMPLOYER};
    (void)key;
    snprintf(hit.other, sizeof hit.other, _("申请人 %s 的工作单位 %s"), record_text(kase, "name"), record_text(employed->person, "employer"));
    return add_hit(search, &hit);
}

static bool take_employed(void *context, const struct record *person, const struct list_key *key)
{
    struct search *search = context;
    struct employed employed = {.search = search, .person = person};
    char id[ID_TEXT_BYTES];
    (void)key;
    id_format(person->id, id);
    enum status status = person_value_rows(search->store, search->actor, catalogue_find("case"), "applicant", id, take_employed_case, &employed, search->err);
    if (status != STATUS_OK)
        search->status = status;
    return search->status == STATUS_OK;
}

/* ---- looking up ---- */

static enum status look_up(struct search *search, const char *type_name, const char *field, const char *value, enum interest_evidence evidence, bool as_name)
{
    const struct record_type *type = catalogue_find(type_name);
    records_row row = strcmp(type_name, "case") == 0 ? take_case : strcmp(type_name, "party") == 0 ? take_party : take_employed;
    if (search->status != STATUS_OK || value[0] == '\0')
        return search->status;
    search->field = field;
    search->evidence = evidence;
    enum status status = as_name ? person_name_rows(search->store, search->actor, type, field, value, row, search, search->err)
                                 : person_value_rows(search->store, search->actor, type, field, value, row, search, search->err);
    if (search->status == STATUS_OK)
        search->status = status;
    return search->status;
}

/* The opponent's lawyer meets other lawyers everywhere: only the handler is held against him. */
static bool is_searched(const struct interest_party *party)
{
    return strcmp(party->role, "对方代理人") != 0;
}

static enum status look_up_party(struct search *search, const struct interest_party *party)
{
    search->now = party;
    look_up(search, "case", "id_no", party->id_no, INTEREST_ID_NO, false);
    look_up(search, "party", "id_no", party->id_no, INTEREST_ID_NO, false);
    look_up(search, "case", "name", party->name, INTEREST_NAME, true);
    look_up(search, "case", "opponent", party->name, INTEREST_NAME, true);
    look_up(search, "case", "agent", party->name, INTEREST_NAME, true);
    look_up(search, "party", "name", party->name, INTEREST_NAME, true);
    look_up(search, "case", "phone", party->phone, INTEREST_PHONE, false);
    look_up(search, "party", "phone", party->phone, INTEREST_PHONE, false);
    look_up(search, "party", "employer", party->name, INTEREST_EMPLOYER, true);
    look_up(search, "person", "employer", party->name, INTEREST_EMPLOYER, true);
    look_up(search, "case", "opponent", party->employer, INTEREST_EMPLOYER, true);
    return look_up(search, "party", "name", party->employer, INTEREST_EMPLOYER, true);
}

/* ---- the other cases ---- */

/* The first stage of a matter, up to STAGES_MAX back. */
static enum status first_stage(struct search *search, const struct record *kase, struct id *out)
{
    char id[ID_TEXT_BYTES];
    *out = kase->id;
    snprintf(id, sizeof id, "%.32s", record_text(kase, "prev_case"));
    for (int i = 0; i < STAGES_MAX && id[0] != '\0'; i++) {
        struct record prev;
        struct id prev_id;
        if (id_parse(id, strlen(id), &prev_id) != STATUS_OK)
            break;
        *out = prev_id;
        enum status status = records_get(search->store, search->actor, kase->type, prev_id, &prev, search->err);
        if (status != STATUS_OK)
            return status == STATUS_NOT_FOUND ? STATUS_OK : status;
        snprintf(id, sizeof id, "%.32s", record_text(&prev, "prev_case"));
        record_release(&prev);
    }
    return STATUS_OK;
}

static bool same_text(const struct record *a, const char *field_a, const struct record *b, const char *field_b)
{
    const char *x = record_text(a, field_a), *y = record_text(b, field_b);
    return x[0] != '\0' && strcmp(x, y) == 0;
}

static enum status is_own(struct search *search, const struct record *other, struct id own_first, bool *own)
{
    struct id first;
    enum status status = first_stage(search, other, &first);
    *own = id_equal(other->id, search->kase->id) || id_equal(first, own_first); /* zero, of a case never saved, equals no stored one */
    *own |= same_text(other, "case_group", search->kase, "case_group");
    return status;
}

/* 0, or how surely this handler acts or acted in that case: himself, or his firm. */
static int acts_in(const struct record *handler, const struct record *kase)
{
    char id[ID_TEXT_BYTES];
    id_format(handler->id, id);
    if (strcmp(record_text(kase, "handler_ref"), id) == 0)
        return SCORE_HANDLER;
    if (record_text(kase, "handler_ref")[0] == '\0' && person_name_same(record_text(kase, "handler"), record_text(handler, "name")))
        return SCORE_HANDLER;
    if (person_name_same(record_text(kase, "second_handler"), record_text(handler, "name")))
        return SCORE_HANDLER;
    return same_text(kase, "firm", handler, "firm") ? SCORE_FIRM : 0;
}

static bool is_opposite(const struct hit *hit)
{
    return (hit->here->side == SIDE_OURS && hit->there == SIDE_THEIRS) || (hit->here->side == SIDE_THEIRS && hit->there == SIDE_OURS);
}

/* Acting for our opponent there, or against our applicant there: both forbid him here. */
static void judge_handler(struct search *search, const struct record *other, struct hit *hit)
{
    int score = search->handler != NULL && is_opposite(hit) && hit->evidence != INTEREST_EMPLOYER ? acts_in(search->handler, other) : 0;
    if (score == 0)
        return;
    size_t len = strlen(hit->other);
    snprintf(hit->other + len, sizeof hit->other - len, _("；承办人 %s%s"), record_text(other, "handler"), score == SCORE_FIRM ? _("（同一机构）") : "");
    hit->evidence = INTEREST_HANDLER;
    hit->score = hit->score < SCORE_NAME ? hit->score : score;
}

/* Reads each other case once: hits stand in order of their case. */
static enum status judge_cases(struct search *search)
{
    struct id own_first;
    enum status status = first_stage(search, search->kase, &own_first);
    for (size_t i = 0, end; i < search->n && status == STATUS_OK; i = end) {
        struct record other;
        bool own = true;
        for (end = i; end < search->n && id_equal(search->hits[end].kase, search->hits[i].kase);)
            end++;
        status = records_get(search->store, search->actor, search->kase->type, search->hits[i].kase, &other, search->err);
        if (status == STATUS_NOT_FOUND) { /* deleted, or out of sight: its parties are not ours to show */
            status = STATUS_OK;
            continue;
        }
        if (status != STATUS_OK)
            break;
        status = is_own(search, &other, own_first, &own);
        for (size_t k = i; k < end && !own; k++) {
            search->hits[k].counts = true;
            if (privacy_is_sealed(&other) && !privacy_sees_sealed(search->actor)) /* that there is somebody counts, not who */
                snprintf(search->hits[k].other, sizeof search->hits[k].other, _("封存案件的当事人"));
            judge_handler(search, &other, &search->hits[k]);
        }
        record_release(&other);
    }
    return status;
}

/* The handler himself among the parties of this very case. */
static enum status judge_self(struct search *search)
{
    for (size_t i = 0; search->handler != NULL && i < search->parties.n && search->status == STATUS_OK; i++) {
        const struct interest_party *party = &search->parties.rows[i];
        bool phone = party->phone[0] != '\0' && strcmp(party->phone, record_text(search->handler, "phone")) == 0;
        if (!person_name_same(party->name, record_text(search->handler, "name")))
            continue;
        struct hit hit = {.here = party, .kase = search->kase->id, .there = party->side == SIDE_OURS ? SIDE_THEIRS : SIDE_OURS, .evidence = INTEREST_HANDLER, .counts = true};
        hit.score = phone ? SCORE_HANDLER : SCORE_NAME;
        snprintf(hit.other, sizeof hit.other, _("承办人 %s 与本案%s同名"), record_text(search->handler, "name"), party->role);
        add_hit(search, &hit);
    }
    return search->status;
}

/* ---- the answer ---- */

static int by_case(const void *a, const void *b)
{
    return id_compare(((const struct hit *)a)->kase, ((const struct hit *)b)->kase);
}

static int weight(const struct hit *hit)
{
    int score = is_opposite(hit) ? hit->score : hit->score / 2;
    return score > 0 ? score : 1;
}

/* Opposite ones first, then the surest; the order does not depend on how they were found. */
static int by_weight(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (is_opposite(x) != is_opposite(y))
        return is_opposite(x) ? -1 : 1;
    if (weight(x) != weight(y))
        return weight(x) > weight(y) ? -1 : 1;
    int order = id_compare(x->kase, y->kase);
    return order != 0 ? order : strcmp(x->other, y->other);
}

static bool give_hits(struct search *search, interest_row row, void *context)
{
    if (search->n > 1)
        qsort(search->hits, search->n, sizeof search->hits[0], by_weight);
    for (size_t i = 0; i < search->n; i++) {
        const struct hit *hit = &search->hits[i];
        struct interest_hit out = {.kase = hit->kase, .who = hit->here->name, .other = hit->other, .evidence = hit->evidence, .score = weight(hit), .opposite = is_opposite(hit)};
        if (hit->counts && !row(context, &out))
            return false;
    }
    return true;
}

static enum status give_marks(struct search *search, const struct rules *rules, interest_row row, void *context)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < search->parties.n && status == STATUS_OK; i++) {
        const struct interest_party *party = &search->parties.rows[i];
        struct interest_hit out = {.who = party->name, .other = "", .evidence = INTEREST_MARK, .score = SCORE_MARK, .opposite = true};
        bool known = false;
        if (party->side != SIDE_OTHER && is_searched(party))
            status = interest_mark_known(search->store, search->actor, rules, party, &known, search->err);
        if (status == STATUS_OK && known && !row(context, &out))
            break;
    }
    return status;
}

enum status interest_check(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const struct record *handler, interest_row row,
                           void *context, struct errmsg *err)
{
    struct search search = {.store = store, .actor = actor, .kase = kase, .handler = handler, .err = err};
    enum status status = interest_parties_load(store, actor, kase, &search.parties, err);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < search.parties.n && status == STATUS_OK; i++)
        if (is_searched(&search.parties.rows[i]))
            status = look_up_party(&search, &search.parties.rows[i]);
    if (search.n > 1)
        qsort(search.hits, search.n, sizeof search.hits[0], by_case);
    if (status == STATUS_OK)
        status = judge_cases(&search);
    if (status == STATUS_OK)
        status = judge_self(&search);
    if (status == STATUS_OK && give_hits(&search, row, context) && !actor->all_scopes)
        status = give_marks(&search, rules, row, context);
    if (search.n > 0)
        hash_wipe(search.hits, search.n * sizeof search.hits[0]);
    free(search.hits);
    interest_parties_release(&search.parties);
    return status;
}
