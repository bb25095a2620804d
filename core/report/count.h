/* core/report/count.h - what one case or one consultation adds to which figures: the counting rules of every report, in one place (research domain.md 4.6-4.11, 5.2, 5.3).
 *
 * A count is (measure, type, dimension, part) += amount on a day. Reports, charts, screens, drill-down and `verify` use nothing else for cases and consultations, so a figure and the rows behind it cannot
 * differ. All pure: facts in, counts out. Days are event days: when it was received, decided, closed; never when it arrived.
 *
 * CASES. A row counts unless gone.
 *   received    申请数, on received_on: state is not S0 or S1, or it is decided or ended. Not of notices (sources 11, 12): they are no applications.
 *   approved    批准数, on decided_on: decision 01 or 03 (先行援助). Terminating it later changes nothing.
 *   refused     未批准数, on decided_on: decision 02. Withdrawn, lapsed and transferred applications are neither.
 *   ended       已结数: an approved case on closed_on, else on terminated_on. recovered, wages: fen, on the same day.
 *   open        未结数: +1 on the day of approval, -1 on the day it ended (if that is not before): read from the beginning of time to the end of the period.
 *   people      受援人(人次), on the day of approval: the applicant and each co-applicant (party of role 04).
 * GROUP CLAIMS (domain.md 5.2 a): a case of a case_group that is not divisible counts in all measures but `people` only if it is the one that speaks: of the group's rows that are not gone the one with the
 *   smallest (received_on, id). Others add their applicant to `people` only, and their money to recovered and wages. A group that is divisible, or not there, changes nothing: one row, one case.
 * TYPE of the case: criminal 1, civil 2, administrative 3; without one it counts in none of them but in type 0... never: case_type is required, and a row without is left out.
 * TRACK of civil and administrative cases: by aid_form 05 06 -> litigation, 07 08 09 11 12 -> not; else by stage 04 05 06 -> litigation, else not. An outcome 07 (award) makes it not litigation.
 * DIMENSIONS of cases
 *   DIM_ALL      part 0
 *   DIM_GROUP    enum person_group_part, of received approved ended people: groups of the applicant on received_on (co-applicants: by their identity number's sex and birthday)
 *   DIM_SOURCE   code of case_source, of received and approved
 *   DIM_STAGE    1 investigation(02) 2 prosecution(03) 3 first instance(04) 4 second(05) 5 other; approved notices (source 11) with a stage
 *   DIM_GROUND   1 minor(01) 2 blind deaf mute(02) 3 limited capacity(03) 4 life or death(04) 5 other(05 06 07 09); approved notices (source 11) with a ground
 *   DIM_PARTY    1 suspect 2 defendant 3 victim 4 private prosecutor; approved criminal cases that are neither 11 nor 12: by legal_status (12; 13; 14 15 16; 11), else by source (31 32 33 34), else
 *                by stage (02 03 suspect), else defendant
 *   DIM_MATTER   stat_matter_of() packed by count_code(), of approved civil and administrative cases; migrant workers: a matter A2, R2, R3 of somebody in group 05 also counts under DIM_MIGRANT
 *   DIM_MIGRANT  the matter (packed) of approved cases of migrant workers (category 05), and A3 C2 D2 whatever the categories
 *   DIM_TRACK    1 litigation 2 other; of approved and ended civil and administrative cases
 *   DIM_OUTCOME  of ended cases: 1 won or fully adopted 2 lost or not adopted 3 partly adopted 4 mediated 5 settled 6 withdrawn 7 award 8 done 9 terminated; +10 when litigation, +20 when not, criminal
 *                without tens. Criminal: 08 01 04 05 -> 1, 10 02 -> 2, 09 03 -> 3, terminated or 12 -> 9. Others: 01 03 -> 1, 02 -> 2, 04 -> 4, 05 -> 5, 06 -> 6, 07 -> 7, 11 -> 8, terminated or 12 -> 9.
 *                Ended without an outcome: in none (and a check of the forms tells).
 *   DIM_REASON   1 not in scope(01) 2 not poor(02) 3 other(03, 04, empty); of refused
 *   DIM_HANDLER  kind of handler_ref (1..5) * 10 + 1 criminal 2 civil litigation 3 civil other 4 administrative litigation 5 administrative other; of ended with a handler on the roster
 *   DIM_CLASS    of approved, the month's columns 3-6 and 8-13: 1 applied for(criminal, not below) 2 notice(11) 3 asked by an organ(51) 4 compulsory treatment(12) 5 civil litigation
 *                6 administrative litigation 7 appeal to reopen (civil, administrative: matter K1, R6) 8 notary(aid_form 11) 9 judicial appraisal(aid_form 12) 10 other. 7 goes before 5, 6, 8-10; each case in one
 *   DIM_RETRIAL  part 1: criminal cases of stage 13 (申诉)
 *   DIM_TOWN     nine digits of the town; of approved
 *   DIM_CONSULT  part 1: approved cases that came from a consultation (field consultation)
 * CONSULTATIONS, on `date`, type 0. persons (empty: 1) and matters (empty: 1).
 *   persons      人次: DIM_ALL; DIM_CHANNEL (code); DIM_GROUP; DIM_TOPIC (code of consult_topic); DIM_TOWN
 *   visitors     人次 of channels 01 and 06: DIM_ALL, DIM_GROUP
 *   matters      件: DIM_ALL; DIM_KIND (code of consult_type); DIM_HANDLING (code)
 *   Groups by categories, sex, age band or birthday of id_no, each with all persons of the row. DIM_GROUP part PG_OTHER: none of the groups of the quarterly form.
 *   The topic: stat_topic, else what the category counts as (count_topic_of), so that the four classes add up to all. The kind: what the topic counts as (count_kind_of). */
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
    PG_OTHER,      /* consultations: in none of FEMALE DISABLED PEASANT MIGRANT SOLDIER MINOR OLD FOREIGN POOR */
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
/* A code of up to four letters and digits as a part: "A1" is 0x4131. Numbers of codes that are digits only ("06") are parts as they are: 6. */
int64_t count_code(const char *code);

enum { COUNT_DAY_NONE = INT32_MIN, COUNT_CODE_BYTES = 24, COUNT_LIST_BYTES = 96, COUNT_PARTIES_MAX = 200 };

/* What the rules read of a case. Texts are borrowed, "" when empty. */
struct case_facts {
    int32_t received_on, decided_on, closed_on, terminated_on, born;
    int sex;
    const char *state, *ethnic, *categories, *town, *case_type, *matter, *cause, *stat_matter, *stage, *legal_status, *notice_ground, *source, *exempt_32, *decision, *refuse_reason, *aid_form, *outcome;
    int64_t recovered, wages;
    bool from_consultation;
    /* of other rows */
    int handler_kind;        /* 1..5; 0: none on the roster */
    bool follows;            /* of an indivisible group, and another row speaks for it */
    size_t n_parties;        /* co-applicants */
    const char *const *party_id_nos; /* their identity numbers, "" unknown */
};

struct consultation_facts {
    int32_t date;
    int sex, age_band;
    const char *id_no, *town, *category, *handling, *channel, *stat_topic, *categories;
    int64_t persons, matters;
};

struct count_rules; /* maps built once: cause -> matter, category -> topic, topic -> kind */

/* codes borrowed. O(shipped causes). Errors: STATUS_NOMEM. */
enum status count_rules_new(struct count_rules **out, const struct code_book *codes, struct errmsg *err);
void count_rules_free(struct count_rules *rules);

typedef void (*count_emit)(void *context, int64_t metric, int32_t day, int64_t amount);
/* Every count of the row; an amount is never 0. The same metric and day may come twice and adds up. O(1): some forty calls at most, and a few per co-applicant. */
void count_case(const struct count_rules *rules, const struct case_facts *facts, count_emit emit, void *context);
void count_consultation(const struct count_rules *rules, const struct consultation_facts *facts, count_emit emit, void *context);
/* The topic a consultation counts as (never NULL; code of consult_topic), and the kind a topic counts as (code of consult_type). */
const char *count_topic_of(const struct count_rules *rules, const struct consultation_facts *facts);
const char *count_kind_of(const struct count_rules *rules, const char *topic);

/* Moves with every change of these rules: stored counts of another version are counted anew. */
enum { COUNT_VERSION = 1 };

/* ---- words, for tables of forms (core/data/ministry_forms.tsv) and for people ---- */

enum { COUNT_TERMS_MAX = 24, COUNT_WORD_BYTES = 64 };
struct count_term {
    int64_t metric;
    int sign; /* +1 or -1 */
};
/* "approved.civil", "approved" (the three types together), "approved.civil.group:women", "approved.matter:A1+A2+A3" is not: parts are joined by commas "approved.civil.matter:A1,A2,A3", terms by blanks
 * "+ " or "- ": "ended.civil.outcome:11 + ended.civil.outcome:13". Words: the enums' names in lower case; groups: female women disabled deaf_blind peasant migrant old minor soldier minority foreign poor
 * other. *n terms, at most COUNT_TERMS_MAX. Errors: STATUS_MALFORMED naming the word, STATUS_TOO_LARGE. */
enum status count_parse(const char *text, struct count_term *terms, size_t *n, struct errmsg *err);
/* The word of one metric: "approved.civil.group:women". For messages of verify. */
void count_word(int64_t metric, char out[COUNT_WORD_BYTES]);

#endif /* CORE_REPORT_COUNT_H */
