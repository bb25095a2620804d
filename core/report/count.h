/* core/report/count.h - what one case or one consultation adds to which figures: the counting rules of every report, in one place (research domain.md 4.6-4.11, 5.2, 5.3).
 *
 * A count is (measure, type, dimension, part) += amount on a day. Reports, charts, screens, drill-down and `verify` use nothing else for cases and consultations, so a figure and the rows behind it cannot
 * differ. All pure: facts in, counts out. Days are event days: when it was received, decided, closed; never when it arrived.
 *
 * CASES. A row counts unless gone. "Approved" is a case with decision 01 (给予), 03 (先行援助) or 04 (终止援助, which only somebody who was given aid can get) and a decided_on; "ended" is an approved one with
 * closed_on or terminated_on; its last day is closed_on, else terminated_on; it is "terminated" if it has terminated_on, whatever else it has (an objection that succeeds takes it away again).
 *   received    申请数, on received_on: state is neither S0 nor S1, or there is a decision, closed_on or terminated_on. Not of notices (sources 11, 12): they are no applications.
 *   approved    批准数, on decided_on. Terminating it later changes nothing.
 *   refused     未批准数, on decided_on: decision 02. Withdrawn, lapsed and transferred applications are neither approved nor refused.
 *   ended       已结数, on its last day. recovered, wages: fen, on the same day.
 *   open        未结数: +1 on the day of approval; if it ended -1 on its last day, but not before the day of approval: read from the beginning of time to the end of the period.
 *   people      受援人(人次), on the day of approval: the applicant and each co-applicant (party of role 04).
 * GROUP CLAIMS (domain.md 5.2 a): a case of a case_group that is not divisible counts in all measures but `people` only if it is the one that speaks: of the group's rows that are not gone the one with the
 *   smallest (received_on, id). The others add their people (applicant and co-applicants) to `people` and their money to recovered and wages, and nothing else. A group that is divisible, or not there, changes
 *   nothing: one row, one case.
 * TYPE of the case, of case_type: criminal 1, civil 2, administrative 3. A row without a case_type is left out: the field is required.
 * TRACK of civil and administrative cases: an outcome 07 (award) makes it not litigation; else by aid_form: 05 06 litigation, 07 08 09 11 12 not; else by stage: 04 05 06 litigation, else not.
 * DIMENSIONS of cases. A code that is empty counts in no part of its dimension, unless said otherwise; the checks of the forms tell.
 *   DIM_ALL      part 0; of every measure
 *   DIM_GROUP    enum person_group_part, of received approved ended people: groups of the applicant on received_on (without it: on decided_on), whichever measure it is; co-applicants by the sex and birthday
 *                of their identity numbers, in `people` only. core/aid/person_group.h
 *   DIM_SOURCE   code of case_source, of received and approved
 *   DIM_STAGE    1 investigation(02) 2 prosecution(03) 3 first instance(04) 4 second(05) 5 any other; approved notices (source 11) with a stage
 *   DIM_GROUND   1 minor(01) 2 blind deaf mute(02) 3 limited capacity(03) 4 life or death(04) 5 any other, except 08 (强制医疗: source 12), which is in none; approved notices (source 11) with a ground
 *   DIM_PARTY    1 suspect 2 defendant 3 victim 4 private prosecutor; approved criminal cases that are neither 11 nor 12: by legal_status (12; 13; 14 15 16; 11), else by source (31 32 33 34), else
 *                by stage (02 03 suspect), else defendant
 *   DIM_MATTER   stat_matter_of() packed by count_code(), of approved civil and administrative cases
 *   DIM_MIGRANT  the same part, of approved civil and administrative cases of migrant workers (category 05), and of matters A3 C2 D2 whatever the categories
 *   DIM_TRACK    1 litigation 2 other; of approved and ended civil and administrative cases
 *   DIM_OUTCOME  of ended cases: 1 won or fully adopted 2 lost or not adopted 3 partly adopted 4 mediated 5 settled 6 withdrawn 7 award 8 done 9 terminated. Criminal cases without tens: 1 2 3 9 exist. The others
 *                +10 when litigation, +20 when not: 11 12 14 15 16 18 19 and 21 22 24 25 26 27 28 29 exist (a part won is won; an award is never litigation). Terminated or outcome 12 -> 9, before anything
 *                else. Criminal: 08 01 04 05 -> 1, 10 02 -> 2, 09 03 -> 3. Others: 01 03 -> 1, 02 -> 2, 04 -> 4, 05 -> 5, 06 -> 6, 07 -> 7, 11 -> 8.
 *                Ended without an outcome, or with one of the other kind of case (criminal: 06 07 11; others: 08 09 10): in none.
 *   DIM_REASON   1 not in scope(01) 2 not poor(02) 3 any other, or empty; of refused
 *   DIM_HANDLER  kind of handler_ref (1..5) * 10 + 1 criminal 2 civil litigation 3 civil other 4 administrative litigation 5 administrative other; of ended with a handler on the roster
 *   DIM_CLASS    of approved, the month's columns 3-6 and 8-13, each case in one. Criminal: 2 notice(source 11) 3 asked by an organ(51) 4 compulsory treatment(12), else 1 applied for. Civil and administrative:
 *                7 appeal to reopen (matter K1, R6), else 8 notary(aid_form 11), else 9 judicial appraisal(aid_form 12), else 5 civil litigation, 6 administrative litigation, else 10 other
 *   DIM_RETRIAL  part 1: approved criminal cases of stage 13 (申诉)
 *   DIM_TOWN     the first nine digits of the town; of approved
 *   DIM_CONSULT  part 1: approved cases that came from a consultation (field consultation)
 * CONSULTATIONS, on `date`, type 0. persons (empty: 1) and matters (empty: 1).
 *   persons      人次: DIM_ALL; DIM_CHANNEL (code); DIM_GROUP; DIM_TOPIC (code of consult_topic); DIM_TOWN
 *   visitors     人次 of channels 01 and 06: DIM_ALL, DIM_GROUP
 *   matters      件: DIM_ALL; DIM_KIND (code of consult_type); DIM_HANDLING (code)
 *   Groups by categories, sex (else that of id_no) and birthday of id_no (else the age band), on `date`, each with all persons of the row. DIM_GROUP part PG_OTHER: none of the groups of the quarterly form.
 *   TOPIC (count_topic_of): stat_topic, else what the category counts as (core/data/consult_map.tsv), else 219. A topic that the quarterly form has no column for (the county's own beyond the two typical ones
 *   of a class, x21 and x22) counts as the rest of its class, x19, by its first digit, and as 219 if that is none of 1..4: so the columns of the four classes add up to all. A category of the county's own
 *   counts as its parent does.
 *   KIND (count_kind_of): what the topic counts as; where that is 09 (other), what the category counts as: labour disputes have no topic but a kind. */
#ifndef CORE_REPORT_COUNT_H
#define CORE_REPORT_COUNT_H

#include "core/base/id.h"
#include "core/record/code_book.h"

enum count_measure {
    COUNT_RECEIVED = 1, COUNT_APPROVED, COUNT_REFUSED, COUNT_ENDED, COUNT_OPEN /* a stock */, COUNT_PEOPLE, COUNT_RECOVERED /* fen */, COUNT_WAGES /* fen */,
    COUNT_PERSONS, COUNT_VISITORS, COUNT_MATTERS, COUNT_MEASURES
};
enum count_dimension {
    DIM_ALL, DIM_GROUP, DIM_SOURCE, DIM_STAGE, DIM_GROUND, DIM_PARTY, DIM_MATTER, DIM_MIGRANT, DIM_TRACK, DIM_OUTCOME, DIM_REASON, DIM_HANDLER, DIM_CLASS, DIM_RETRIAL, DIM_TOWN, DIM_CONSULT,
    DIM_CHANNEL, DIM_TOPIC, DIM_KIND, DIM_HANDLING, COUNT_DIMENSIONS
};
enum { COUNT_CRIMINAL = 1, COUNT_CIVIL = 2, COUNT_ADMINISTRATIVE = 3, COUNT_CONSULTATION = 0 };

/* Groups as the forms have them. */
enum person_group_part {
    PG_FEMALE = 1, /* 女性 */
    PG_WOMAN,      /* 妇女: grown */
    PG_DISABLED,   /* 01 02 */
    PG_DEAF_BLIND, /* 02 */
    PG_PEASANT, PG_MIGRANT, PG_OLD, PG_MINOR,
    PG_SOLDIER,    /* 06 07 */
    PG_MINORITY,
    PG_FOREIGN,    /* 15 */
    PG_POOR,       /* 16 一般贫困者, and 10 低保 11 低收入 09 特困 */
    PG_OTHER,      /* consultations only: in none of FEMALE DISABLED PEASANT MIGRANT SOLDIER MINOR OLD FOREIGN POOR */
    PG_PARTS
};

/* One number names one figure: ((measure * 16 + type) * 64 + dimension) << 40 | part. Part: 0 .. 2^40 - 1. */
static inline int64_t count_metric(enum count_measure measure, int type, enum count_dimension dimension, int64_t part)
{
    return ((((int64_t)measure * 16 + type) * 64 + (int64_t)dimension) << 40) | part;
}
static inline enum count_measure count_measure_of(int64_t metric)
{
    return (enum count_measure)(metric >> 50);
}
/* A code as a part: digits only are their number ("06" is 6), up to five letters and digits their bytes ("A1" is 0x4131). 0: none, or no such code; it counts in no part. */
int64_t count_code(const char *code);

enum { COUNT_DAY_NONE = INT32_MIN, COUNT_CODE_BYTES = 24, COUNT_LIST_BYTES = 96, COUNT_PARTIES_MAX = 200 };

/* What the rules read of a case. Texts are borrowed, "" when empty, never NULL. Begin with case_facts_clear. */
struct case_facts {
    int32_t received_on, decided_on, closed_on, terminated_on, born; /* COUNT_DAY_NONE: empty */
    int sex;                                                         /* 1 male, 2 female, else unknown */
    const char *state, *ethnic, *categories, *town, *case_type, *matter, *cause, *stat_matter, *stage, *legal_status, *notice_ground, *source, *exempt_32, *decision, *refuse_reason, *aid_form, *outcome;
    int64_t recovered, wages;
    bool from_consultation;
    /* of other rows */
    int handler_kind;        /* 1..5; 0: none on the roster */
    bool follows;            /* of an indivisible group, and another row speaks for it */
    size_t n_parties;        /* co-applicants */
    const char *const *party_id_nos; /* their identity numbers, "" unknown; borrowed */
};

/* Begin with consultation_facts_clear. */
struct consultation_facts {
    int32_t date;
    int sex, age_band; /* codes as numbers; 0 empty */
    const char *id_no, *town, *category, *handling, *channel, *stat_topic, *categories;
    int64_t persons, matters; /* below 1: empty */
};

/* Everything empty. */
void case_facts_clear(struct case_facts *facts);
void consultation_facts_clear(struct consultation_facts *facts);

struct count_rules; /* maps built once: cause -> matter, category -> topic, topic -> kind */

/* codes borrowed; what the county puts there later is seen. O(shipped causes), some 200 us. Errors: STATUS_NOMEM. */
enum status count_rules_new(struct count_rules **out, const struct code_book *codes, struct errmsg *err);
void count_rules_free(struct count_rules *rules);

typedef void (*count_emit)(void *context, int64_t metric, int32_t day, int64_t amount);
/* Every count of the row; an amount is never 0. The same metric and day may come twice and adds up. O(1): some fifty calls at most, and a few per co-applicant; 2 to 3 us, a consultation 1. */
void count_case(const struct count_rules *rules, const struct case_facts *facts, count_emit emit, void *context);
void count_consultation(const struct count_rules *rules, const struct consultation_facts *facts, count_emit emit, void *context);
/* TRACK of a civil or administrative case, by its codes. */
bool count_is_litigation(const char *aid_form, const char *stage, const char *outcome);
/* The topic and the kind a consultation counts as: codes of consult_topic and consult_type, never NULL, borrowed from the rules. */
const char *count_topic_of(const struct count_rules *rules, const struct consultation_facts *facts);
const char *count_kind_of(const struct count_rules *rules, const struct consultation_facts *facts);

/* Moves with every change of these rules: stored counts of another version are counted anew. */
enum { COUNT_VERSION = 1 };

/* ---- words, for tables of forms (core/data/ministry_forms.tsv) and for people ---- */

enum { COUNT_TERMS_MAX = 24, COUNT_WORD_BYTES = 64 };
struct count_term {
    int64_t metric;
    int sign; /* +1 or -1 */
};
/* Terms of words: MEASURE[.TYPE][.DIMENSION:PART,PART..], joined by "+" or "-" between blanks; the first may have a sign as well.
 *   "approved.civil"                              one type
 *   "approved"                                    the three types together; consultations have no type: "persons"
 *   "approved.civil.group:women"                  one part
 *   "approved.civil.matter:A1,A2,A3"              parts joined by commas add up
 *   "ended.civil.outcome:11 + ended.civil.outcome:14 - ended.civil.outcome:19"
 * Words are the enums' names in lower case (a measure without a dimension is DIM_ALL); groups: female women disabled deaf_blind peasant migrant old minor soldier minority foreign poor other. A word that
 * can never count (a dimension that the measure does not have, a part that does not exist) is an error: a column would be 0 for ever and nobody would know.
 * *n terms, at most COUNT_TERMS_MAX. Errors: STATUS_MALFORMED naming the word, STATUS_TOO_LARGE. */
enum status count_parse(const char *text, struct count_term *terms, size_t *n, struct errmsg *err);
/* The word of one metric, as count_parse takes it: "approved.civil.group:women"; "?" and the number if it is none. For messages of verify. */
void count_word(int64_t metric, char out[COUNT_WORD_BYTES]);

#endif /* CORE_REPORT_COUNT_H */
