/* core/report/tally_view.c - from a row to its counts: the facts that core/report/count.h asks for, from the row and from those it depends on, as they are or as they were when last counted.
 *
 * Then: of a row up to the mark the journal's image if there is one, else the row; rows above the mark were not there. A handler or group that is deleted is not there. References are 32 lower-case
 * digits; anything else refers to nothing. */
#include <string.h>

#include "core/aid/person_group.h"
#include "core/base/day.h"
#include "core/report/tally_impl.h"

#define AMOUNT_MAX INT64_C(100000000000000) /* what forms take (fen); a file of another machine may say more */
#define CO_APPLICANT "04"

const struct record_type *tally_type(enum tally_type type)
{
    static const char *const NAMES[TALLY_TYPES] = {[TALLY_CONSULTATION] = "consultation", [TALLY_CASE] = "case", [TALLY_PARTY] = "party", [TALLY_HANDLER] = "handler", [TALLY_GROUP] = "case_group"};
    return catalogue_find(NAMES[type]);
}

void tally_view_init(struct tally_view *view, struct store *store, const struct count_rules *rules, bool then, const int64_t upto[TALLY_TYPES])
{
    memset(view, 0, sizeof *view);
    view->store = store;
    view->rules = rules;
    view->then = then;
    memcpy(view->upto, upto, sizeof view->upto);
    for (size_t i = 0; i < COUNT_PARTIES_MAX; i++)
        view->parties[i] = view->party_texts[i];
}

/* ---- columns ---- */

static const char *text_at(struct stmt *row, int column)
{
    return stmt_column_text(row, column, NULL);
}

static int32_t day_at(struct stmt *row, int column)
{
    int64_t day = stmt_column_int(row, column);
    return stmt_column_is_null(row, column) || day < DAY_MIN || day > DAY_MAX ? COUNT_DAY_NONE : (int32_t)day;
}

/* A code of one digit, 0 if it is something else. */
static int digit_at(struct stmt *row, int column)
{
    size_t len;
    const char *text = stmt_column_text(row, column, &len);
    return len == 1 && text[0] >= '0' && text[0] <= '9' ? text[0] - '0' : 0;
}

static int64_t amount_at(struct stmt *row, int column)
{
    int64_t amount = stmt_column_int(row, column);
    return amount > AMOUNT_MAX ? AMOUNT_MAX : amount < -AMOUNT_MAX ? -AMOUNT_MAX : amount;
}

/* ---- what a case depends on ---- */

static bool ref_id(const char *ref, struct id *id)
{
    char text[ID_TEXT_BYTES];
    if (id_parse(ref, strlen(ref), id) != STATUS_OK)
        return false;
    id_format(*id, text);
    return strcmp(text, ref) == 0;
}

/* The memo of a reference: it may be another's. */
static size_t memo_place(const char *ref, size_t memos)
{
    size_t h = 0;
    for (size_t i = 0; i < 8 && ref[i] != '\0'; i++)
        h = h * 31 + (unsigned char)ref[i];
    return h % memos;
}

/* A value of the row with this id, and whether it is deleted: ?1 id, ?2 last row number. *found false: it is not there. The statement is at its row then. */
static struct stmt *find_row(const struct tally_view *view, enum tally_type type, const char *now_sql, const char *then_sql, struct id id, bool *found, enum status *status, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(view->store, view->then ? then_sql : now_sql);
    stmt_id(stmt, 1, id);
    stmt_int(stmt, 2, view->upto[type]);
    *found = stmt_row(stmt, status, err);
    return stmt;
}

/* 1..5, or 0. */
static enum status handler_kind(struct tally_view *view, const char *ref, int *kind, struct errmsg *err)
{
    static const char NOW[] = "SELECT kind,gone FROM handler WHERE id=?1 AND n<=?2";
    static const char THEN[] = "SELECT kind,gone FROM recount_handler WHERE id=?1 UNION ALL "
                               "SELECT kind,gone FROM handler WHERE id=?1 AND n<=?2 AND n NOT IN (SELECT n FROM recount_handler)";
    struct kind_memo *memo = &view->kinds[memo_place(ref, KIND_MEMOS)];
    struct id id;
    enum status status = STATUS_OK;
    bool found;

    *kind = 0;
    if (!ref_id(ref, &id))
        return STATUS_OK;
    if (strcmp(memo->ref, ref) != 0) {
        struct stmt *stmt = find_row(view, TALLY_HANDLER, NOW, THEN, id, &found, &status, err);
        if (status != STATUS_OK)
            return status;
        memo->kind = 0;
        if (found) {
            const char *text = text_at(stmt, 0); /* "01".."05" */
            if (stmt_column_int(stmt, 1) == 0 && text[0] == '0' && text[1] >= '1' && text[1] <= '5' && text[2] == '\0')
                memo->kind = text[1] - '0';
            stmt_reset(stmt);
        }
        memcpy(memo->ref, ref, ID_TEXT_BYTES);
    }
    *kind = memo->kind;
    return STATUS_OK;
}

/* Of the group's cases that are not deleted the one received first. */
static enum status find_speaker(struct tally_view *view, const char *ref, int64_t *speaker, struct errmsg *err)
{
    static const char NOW[] = "SELECT n FROM \"case\" WHERE case_group=?1 AND gone=0 AND n<=?2 ORDER BY received_on,id LIMIT 1";
    static const char THEN[] = "SELECT n FROM (SELECT n,received_on,id FROM \"case\" WHERE case_group=?1 AND gone=0 AND n<=?2 AND n NOT IN (SELECT n FROM recount_case) UNION ALL "
                               "SELECT n,received_on,id FROM recount_case WHERE case_group=?1 AND gone=0) ORDER BY received_on,id LIMIT 1";
    struct stmt *stmt = store_prepare(view->store, view->then ? THEN : NOW);
    enum status status;

    *speaker = 0;
    stmt_string(stmt, 1, ref);
    stmt_int(stmt, 2, view->upto[TALLY_CASE]);
    if (stmt_row(stmt, &status, err)) {
        *speaker = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

/* The row number of the case that speaks for an indivisible group; 0: there is no such group. */
static enum status group_speaker(struct tally_view *view, const char *ref, int64_t *speaker, struct errmsg *err)
{
    static const char NOW[] = "SELECT divisible,gone FROM case_group WHERE id=?1 AND n<=?2";
    static const char THEN[] = "SELECT divisible,gone FROM recount_case_group WHERE id=?1 UNION ALL "
                               "SELECT divisible,gone FROM case_group WHERE id=?1 AND n<=?2 AND n NOT IN (SELECT n FROM recount_case_group)";
    struct group_memo *memo = &view->groups[memo_place(ref, GROUP_MEMOS)];
    struct id id;
    enum status status = STATUS_OK;
    bool found, joint = false;

    *speaker = 0;
    if (!ref_id(ref, &id))
        return STATUS_OK;
    if (strcmp(memo->ref, ref) != 0) {
        struct stmt *stmt = find_row(view, TALLY_GROUP, NOW, THEN, id, &found, &status, err);
        if (status == STATUS_OK && found) {
            joint = stmt_column_int(stmt, 0) == 0 && stmt_column_int(stmt, 1) == 0;
            stmt_reset(stmt);
        }
        memo->ref[0] = '\0';
        memo->speaker = 0;
        if (status == STATUS_OK && joint)
            status = find_speaker(view, ref, &memo->speaker, err);
        if (status != STATUS_OK)
            return status;
        memcpy(memo->ref, ref, ID_TEXT_BYTES);
    }
    *speaker = memo->speaker;
    return STATUS_OK;
}

/* Identity numbers of the co-applicants, in the order they were entered. One that does not fit is none. */
static enum status read_parties(struct tally_view *view, struct id kase, size_t *n, struct errmsg *err)
{
    static const char NOW[] = "SELECT n,id_no FROM party WHERE case_id=?1 AND role='" CO_APPLICANT "' AND gone=0 AND n<=?2 ORDER BY n";
    static const char THEN[] = "SELECT n,id_no FROM party WHERE case_id=?1 AND role='" CO_APPLICANT "' AND gone=0 AND n<=?2 AND n NOT IN (SELECT n FROM recount_party) UNION ALL "
                               "SELECT n,id_no FROM recount_party WHERE case_id=?1 AND role='" CO_APPLICANT "' AND gone=0 ORDER BY n";
    struct stmt *stmt = store_prepare(view->store, view->then ? THEN : NOW);
    char ref[ID_TEXT_BYTES];
    enum status status;

    *n = 0;
    id_format(kase, ref);
    stmt_string(stmt, 1, ref);
    stmt_int(stmt, 2, view->upto[TALLY_PARTY]);
    while (stmt_row(stmt, &status, err)) {
        size_t len;
        const char *id_no = stmt_column_text(stmt, 1, &len);
        if (*n == COUNT_PARTIES_MAX) {
            stmt_reset(stmt);
            return STATUS_OK;
        }
        memcpy(view->party_texts[*n], len < PARTY_TEXT_BYTES ? id_no : "", len < PARTY_TEXT_BYTES ? len + 1 : 1);
        (*n)++;
    }
    return status;
}

/* ---- counting ---- */

enum {
    CASE_RECEIVED = TALLY_FIELDS, CASE_DECIDED, CASE_CLOSED, CASE_TERMINATED, CASE_BORN, CASE_SEX, CASE_STATE, CASE_ETHNIC, CASE_CATEGORIES, CASE_TOWN, CASE_TYPE, CASE_MATTER, CASE_CAUSE,
    CASE_STAT_MATTER, CASE_STAGE, CASE_LEGAL_STATUS, CASE_GROUND, CASE_SOURCE, CASE_EXEMPT, CASE_DECISION, CASE_REASON, CASE_AID_FORM, CASE_OUTCOME, CASE_RECOVERED, CASE_WAGES, CASE_CONSULTATION,
    CASE_HANDLER, CASE_GROUP, CASE_END
};
_Static_assert((int)CASE_END == TALLY_CASE_COUNT, "as TALLY_CASE_COLUMNS");
_Static_assert((int)COUNT_DAY_NONE == PERSON_BORN_UNKNOWN, "one way to say that a day is not known");

static void read_days(struct stmt *row, struct case_facts *facts)
{
    facts->received_on = day_at(row, CASE_RECEIVED);
    facts->decided_on = day_at(row, CASE_DECIDED);
    facts->closed_on = day_at(row, CASE_CLOSED);
    facts->terminated_on = day_at(row, CASE_TERMINATED);
    facts->born = day_at(row, CASE_BORN);
}

static void read_facts(struct stmt *row, struct case_facts *facts)
{
    case_facts_clear(facts);
    read_days(row, facts);
    facts->sex = digit_at(row, CASE_SEX);
    facts->state = text_at(row, CASE_STATE);
    facts->ethnic = text_at(row, CASE_ETHNIC);
    facts->categories = text_at(row, CASE_CATEGORIES);
    facts->town = text_at(row, CASE_TOWN);
    facts->case_type = text_at(row, CASE_TYPE);
    facts->matter = text_at(row, CASE_MATTER);
    facts->cause = text_at(row, CASE_CAUSE);
    facts->stat_matter = text_at(row, CASE_STAT_MATTER);
    facts->stage = text_at(row, CASE_STAGE);
    facts->legal_status = text_at(row, CASE_LEGAL_STATUS);
    facts->notice_ground = text_at(row, CASE_GROUND);
    facts->source = text_at(row, CASE_SOURCE);
    facts->exempt_32 = text_at(row, CASE_EXEMPT);
    facts->decision = text_at(row, CASE_DECISION);
    facts->refuse_reason = text_at(row, CASE_REASON);
    facts->aid_form = text_at(row, CASE_AID_FORM);
    facts->outcome = text_at(row, CASE_OUTCOME);
    facts->recovered = amount_at(row, CASE_RECOVERED);
    facts->wages = amount_at(row, CASE_WAGES);
    facts->from_consultation = text_at(row, CASE_CONSULTATION)[0] != '\0';
}

enum status tally_count_case(struct tally_view *view, struct stmt *row, count_emit emit, void *context, struct errmsg *err)
{
    if (stmt_column_int(row, TALLY_GONE) != 0)
        return STATUS_OK;
    struct case_facts facts;
    int64_t speaker = 0;
    read_facts(row, &facts);
    enum status status = handler_kind(view, text_at(row, CASE_HANDLER), &facts.handler_kind, err);
    if (status == STATUS_OK)
        status = group_speaker(view, text_at(row, CASE_GROUP), &speaker, err);
    if (status == STATUS_OK)
        status = read_parties(view, stmt_column_id(row, TALLY_ID), &facts.n_parties, err);
    if (status != STATUS_OK)
        return status;
    facts.follows = speaker != 0 && speaker != stmt_column_int(row, TALLY_N);
    facts.party_id_nos = view->parties;
    count_case(view->rules, &facts, emit, context);
    return STATUS_OK;
}

enum {
    TALK_DATE = TALLY_FIELDS, TALK_SEX, TALK_AGE_BAND, TALK_ID_NO, TALK_TOWN, TALK_CATEGORY, TALK_HANDLING, TALK_CHANNEL, TALK_TOPIC, TALK_CATEGORIES, TALK_PERSONS, TALK_MATTERS, TALK_END
};
_Static_assert((int)TALK_END == TALLY_CONSULTATION_COUNT, "as TALLY_CONSULTATION_COLUMNS");

void tally_count_consultation(const struct tally_view *view, struct stmt *row, count_emit emit, void *context)
{
    if (stmt_column_int(row, TALLY_GONE) != 0)
        return;
    struct consultation_facts facts;
    consultation_facts_clear(&facts);
    facts.date = day_at(row, TALK_DATE);
    facts.sex = digit_at(row, TALK_SEX);
    facts.age_band = digit_at(row, TALK_AGE_BAND);
    facts.id_no = text_at(row, TALK_ID_NO);
    facts.town = text_at(row, TALK_TOWN);
    facts.category = text_at(row, TALK_CATEGORY);
    facts.handling = text_at(row, TALK_HANDLING);
    facts.channel = text_at(row, TALK_CHANNEL);
    facts.stat_topic = text_at(row, TALK_TOPIC);
    facts.categories = text_at(row, TALK_CATEGORIES);
    facts.persons = amount_at(row, TALK_PERSONS);
    facts.matters = amount_at(row, TALK_MATTERS);
    count_consultation(view->rules, &facts, emit, context);
}
