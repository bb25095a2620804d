/* core/report/count_case.c - what one case counts as. The rules stand in count.h, in the order of the functions here. */
#include <string.h>

#include "core/report/count_impl.h"

enum { TENS_LITIGATION = 10, TENS_OTHER = 20, OUTCOME_TERMINATED = 9, HANDLER_KINDS = 5 };
enum { TRACK_LITIGATION = 1, TRACK_OTHER = 2 };
enum { CLASS_APPLIED = 1, CLASS_NOTICE, CLASS_ASKED, CLASS_TREATMENT, CLASS_CIVIL, CLASS_ADMINISTRATIVE, CLASS_REOPEN, CLASS_NOTARY, CLASS_APPRAISAL, CLASS_OTHER };
enum { PARTY_SUSPECT = 1, PARTY_DEFENDANT, PARTY_VICTIM, PARTY_PROSECUTOR };
enum { NO_PART = -1 };

/* A case, and what several rules ask of it. */
struct counted {
    const struct case_facts *facts;
    struct counter counter;
    bool criminal, approved, terminated, litigation;
    int32_t last_day;         /* COUNT_DAY_NONE: not ended */
    uint32_t groups, parts;   /* of the applicant: as people are grouped, and as the forms have them */
};

static bool is_set(int32_t day)
{
    return day != COUNT_DAY_NONE;
}

static int type_of(const char *case_type)
{
    return count_code_in(case_type, "01 02 03") ? case_type[1] - '0' : 0;
}

bool count_is_litigation(const char *aid_form, const char *stage, const char *outcome)
{
    if (count_code_in(outcome, "07"))
        return false;
    if (count_code_in(aid_form, "05 06"))
        return true;
    return !count_code_in(aid_form, "07 08 09 11 12") && count_code_in(stage, "04 05 06");
}

static uint32_t groups_of(const struct case_facts *facts)
{
    const struct person_facts person = {.sex = facts->sex, .born = facts->born, .ethnic = facts->ethnic, .categories = facts->categories};
    return person_groups(&person, is_set(facts->received_on) ? facts->received_on : facts->decided_on);
}

/* A co-applicant is known by an identity number at most. */
static uint32_t parts_of_party(const struct case_facts *facts, const char *id_no)
{
    struct person_facts person = {.born = PERSON_BORN_UNKNOWN, .ethnic = "", .categories = ""};

    count_read_id(id_no, &person);
    return count_group_parts(person_groups(&person, is_set(facts->received_on) ? facts->received_on : facts->decided_on));
}

static bool is_notice(const struct case_facts *facts)
{
    return count_code_in(facts->source, "11");
}

/* ---- applications, and those refused ---- */

static void count_application(const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    const struct counter *counter = &counted->counter;
    bool draft = count_code_in(facts->state, "S0 S1") && facts->decision[0] == '\0' && !is_set(facts->closed_on) && !is_set(facts->terminated_on);
    int32_t day = facts->received_on;

    if (draft || !is_set(day) || count_code_in(facts->source, "11 12"))
        return;
    counter_put(counter, COUNT_RECEIVED, DIM_ALL, 0, day, 1);
    counter_put_groups(counter, COUNT_RECEIVED, counted->parts, day, 1);
    counter_put_code(counter, COUNT_RECEIVED, DIM_SOURCE, facts->source, day, 1);
}

static void count_refusal(const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    bool refused = count_code_in(facts->decision, "02") && is_set(facts->decided_on);
    int reason = count_code_in(facts->refuse_reason, "01 02") ? facts->refuse_reason[1] - '0' : 3;

    if (!refused)
        return;
    counter_put(&counted->counter, COUNT_REFUSED, DIM_ALL, 0, facts->decided_on, 1);
    counter_put(&counted->counter, COUNT_REFUSED, DIM_REASON, reason, facts->decided_on, 1);
}

/* ---- approved: parts of the dimensions, NO_PART for none ---- */

static int stage_part(const struct case_facts *facts)
{
    if (!is_notice(facts) || facts->stage[0] == '\0')
        return NO_PART;
    return count_code_in(facts->stage, "02 03 04 05") ? facts->stage[1] - '1' : 5;
}

static int ground_part(const struct case_facts *facts)
{
    const char *ground = facts->notice_ground;

    if (!is_notice(facts) || ground[0] == '\0' || count_code_in(ground, "08"))
        return NO_PART;
    return count_code_in(ground, "01 02 03 04") ? ground[1] - '0' : 5;
}

/* Of criminal cases that were applied for. */
static int party_part(const struct case_facts *facts)
{
    static const struct {
        const char *statuses, *sources;
        int party;
    } PARTIES[] = {{"12", "31", PARTY_SUSPECT}, {"13", "32", PARTY_DEFENDANT}, {"14 15 16", "33", PARTY_VICTIM}, {"11", "34", PARTY_PROSECUTOR}};
    enum { N = sizeof PARTIES / sizeof PARTIES[0] };

    if (count_code_in(facts->source, "11 12"))
        return NO_PART;
    for (size_t i = 0; i < N; i++)
        if (count_code_in(facts->legal_status, PARTIES[i].statuses))
            return PARTIES[i].party;
    for (size_t i = 0; i < N; i++)
        if (count_code_in(facts->source, PARTIES[i].sources))
            return PARTIES[i].party;
    return count_code_in(facts->stage, "02 03") ? PARTY_SUSPECT : PARTY_DEFENDANT;
}

static int class_part(const struct counted *counted, const char *matter)
{
    const struct case_facts *facts = counted->facts;

    if (counted->criminal)
        return is_notice(facts) ? CLASS_NOTICE : count_code_in(facts->source, "51") ? CLASS_ASKED : count_code_in(facts->source, "12") ? CLASS_TREATMENT : CLASS_APPLIED;
    if (count_code_in(matter, "K1 R6"))
        return CLASS_REOPEN;
    if (count_code_in(facts->aid_form, "11"))
        return CLASS_NOTARY;
    if (count_code_in(facts->aid_form, "12"))
        return CLASS_APPRAISAL;
    if (!counted->litigation)
        return CLASS_OTHER;
    return counted->counter.type == COUNT_CIVIL ? CLASS_CIVIL : CLASS_ADMINISTRATIVE;
}

static const char *matter_of(const struct count_rules *rules, const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    const struct stat_matter_facts asked = {
        .case_type = facts->case_type, .cause = facts->cause, .matter = facts->matter, .stage = facts->stage, .exempt_32 = facts->exempt_32, .stat_matter = facts->stat_matter,
        .migrant = (counted->groups & PERSON_GROUP_BIT(PERSON_MIGRANT)) != 0,
    };
    return stat_matter_find(rules->matters, &asked);
}

/* What form 5 and what forms 6 and 7 tell of an approved case. */
static void count_approved_criminal(const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    const struct counter *counter = &counted->counter;

    counter_put(counter, COUNT_APPROVED, DIM_PARTY, party_part(facts), facts->decided_on, 1);
    counter_put(counter, COUNT_APPROVED, DIM_RETRIAL, count_code_in(facts->stage, "13") ? 1 : NO_PART, facts->decided_on, 1);
}

static void count_approved_other(const struct counted *counted, const char *matter)
{
    const struct counter *counter = &counted->counter;
    int32_t day = counted->facts->decided_on;
    bool migrant = (counted->groups & PERSON_GROUP_BIT(PERSON_MIGRANT)) != 0 || count_code_in(matter, "A3 C2 D2");

    counter_put_code(counter, COUNT_APPROVED, DIM_MATTER, matter, day, 1);
    if (migrant)
        counter_put_code(counter, COUNT_APPROVED, DIM_MIGRANT, matter, day, 1);
    counter_put(counter, COUNT_APPROVED, DIM_TRACK, counted->litigation ? TRACK_LITIGATION : TRACK_OTHER, day, 1);
}

static void count_approved(const struct count_rules *rules, const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    const struct counter *counter = &counted->counter;
    const char *matter = counted->criminal ? "" : matter_of(rules, counted);
    int32_t day = facts->decided_on;

    counter_put(counter, COUNT_APPROVED, DIM_ALL, 0, day, 1);
    counter_put_groups(counter, COUNT_APPROVED, counted->parts, day, 1);
    counter_put_code(counter, COUNT_APPROVED, DIM_SOURCE, facts->source, day, 1);
    counter_put(counter, COUNT_APPROVED, DIM_STAGE, stage_part(facts), day, 1);
    counter_put(counter, COUNT_APPROVED, DIM_GROUND, ground_part(facts), day, 1);
    counter_put(counter, COUNT_APPROVED, DIM_CLASS, class_part(counted, matter), day, 1);
    counter_put_town(counter, COUNT_APPROVED, facts->town, day, 1);
    counter_put(counter, COUNT_APPROVED, DIM_CONSULT, facts->from_consultation ? 1 : NO_PART, day, 1);
    if (counted->criminal)
        count_approved_criminal(counted);
    else
        count_approved_other(counted, matter);
    counter_put(counter, COUNT_OPEN, DIM_ALL, 0, day, 1);
    if (is_set(counted->last_day))
        counter_put(counter, COUNT_OPEN, DIM_ALL, 0, counted->last_day > day ? counted->last_day : day, -1);
}

/* ---- ended ---- */

static int outcome_part(const struct counted *counted)
{
    static const struct {
        const char *criminal, *other;
    } OUTCOMES[] = {[1] = {"08 01 04 05", "01 03"}, [2] = {"10 02", "02"}, [3] = {"09 03", ""}, [4] = {"", "04"}, [5] = {"", "05"}, [6] = {"", "06"}, [7] = {"", "07"}, [8] = {"", "11"}};
    const char *outcome = counted->facts->outcome;
    int unit = counted->terminated || count_code_in(outcome, "12") ? OUTCOME_TERMINATED : 0;

    for (int i = 1; unit == 0 && i < (int)(sizeof OUTCOMES / sizeof OUTCOMES[0]); i++)
        if (count_code_in(outcome, counted->criminal ? OUTCOMES[i].criminal : OUTCOMES[i].other))
            unit = i;
    if (unit == 0)
        return NO_PART;
    return unit + (counted->criminal ? 0 : counted->litigation ? TENS_LITIGATION : TENS_OTHER);
}

static int handler_part(const struct counted *counted)
{
    int kind = counted->facts->handler_kind;

    if (kind < 1 || kind > HANDLER_KINDS)
        return NO_PART;
    return kind * 10 + (counted->criminal ? 1 : (counted->counter.type == COUNT_CIVIL ? 2 : 4) + !counted->litigation);
}

static void count_ended(const struct counted *counted)
{
    const struct counter *counter = &counted->counter;
    int32_t day = counted->last_day;

    counter_put(counter, COUNT_ENDED, DIM_ALL, 0, day, 1);
    counter_put_groups(counter, COUNT_ENDED, counted->parts, day, 1);
    if (!counted->criminal)
        counter_put(counter, COUNT_ENDED, DIM_TRACK, counted->litigation ? TRACK_LITIGATION : TRACK_OTHER, day, 1);
    counter_put(counter, COUNT_ENDED, DIM_OUTCOME, outcome_part(counted), day, 1);
    counter_put(counter, COUNT_ENDED, DIM_HANDLER, handler_part(counted), day, 1);
}

/* ---- what every row of a group claim counts in ---- */

static void count_people(const struct counted *counted)
{
    const struct case_facts *facts = counted->facts;
    const struct counter *counter = &counted->counter;

    counter_put(counter, COUNT_PEOPLE, DIM_ALL, 0, facts->decided_on, 1 + (int64_t)facts->n_parties);
    counter_put_groups(counter, COUNT_PEOPLE, counted->parts, facts->decided_on, 1);
    for (size_t i = 0; i < facts->n_parties; i++)
        counter_put_groups(counter, COUNT_PEOPLE, parts_of_party(facts, facts->party_id_nos[i]), facts->decided_on, 1);
}

static void count_money(const struct counted *counted)
{
    counter_put(&counted->counter, COUNT_RECOVERED, DIM_ALL, 0, counted->last_day, counted->facts->recovered);
    counter_put(&counted->counter, COUNT_WAGES, DIM_ALL, 0, counted->last_day, counted->facts->wages);
}

void count_case(const struct count_rules *rules, const struct case_facts *facts, count_emit emit, void *context)
{
    int type = type_of(facts->case_type);

    if (type == 0)
        return;
    struct counted counted = {.facts = facts, .counter = {emit, context, type}, .criminal = type == COUNT_CRIMINAL, .terminated = is_set(facts->terminated_on), .groups = groups_of(facts)};
    counted.parts = count_group_parts(counted.groups);
    counted.litigation = !counted.criminal && count_is_litigation(facts->aid_form, facts->stage, facts->outcome);
    counted.approved = count_code_in(facts->decision, "01 03 04") && is_set(facts->decided_on);
    counted.last_day = !counted.approved ? COUNT_DAY_NONE : is_set(facts->closed_on) ? facts->closed_on : facts->terminated_on;
    if (!facts->follows) {
        count_application(&counted);
        count_refusal(&counted);
    }
    if (!counted.approved)
        return;
    count_people(&counted);
    if (!facts->follows)
        count_approved(rules, &counted);
    if (!is_set(counted.last_day))
        return;
    count_money(&counted);
    if (!facts->follows)
        count_ended(&counted);
}
