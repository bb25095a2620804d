/* core/quality/assess.h - the yearly assessment (年度目标考核): a sheet per handler, firm, station or volunteer, every point with its reason and the rows behind it. domain.md 6.3.
 *
 * WHAT EACH METRIC COUNTS. Rows count by the day named, within the year, both ends included; deleted rows never. (h) handler, (f) firm, (s) station, (v) volunteer.
 *   closed           hf    cases of the handler's whose closed_on lies in the year and which were not terminated
 *   received         s     cases the station holds, by received_on; not drafts (S1) nor withdrawn by the applicant (X2)
 *   consultations    sv    people (consultation.persons) by date: the station's own, or the volunteer's; a tally row counts its persons
 *   hours            v     service_hours by date; of a day at most rule volunteer_hours_day unless a row of that day has a note
 *   events           sv    events by date: the station's own, held by today, not meetings, trainings or letter ceremonies (kinds 11-13); of a volunteer those with service_hours
 *   duty_days        hfsv  different days with a duty_shift whose result is 到场 and which nobody else took over; of a station, days on which anybody was there
 *   referrals        v     referrals by date
 *   training         hfv   attendance of trainings (not meetings) with result 到场, by date
 *   grade            hf    the mean of the totals of 100 of the evaluations that count (core/quality/eval.h), over cases as in `closed`
 *   signed_in_time   hf    cases by assigned_on: agreed_on no later than D07. Not yet agreed: late once D07 is over; before that, and when terminated first, left out
 *   closed_in_time   hf    cases as in `closed`: reported_on no later than D14. Not yet reported: as above
 *   received_in_time s     cases as in `received`: decided_on no later than D01, paused days not counted; left out: notices, handed on or lapsed, still running, standing still
 *   visits           s     civil cases that closed in the year before: visited (core/quality/visit.h); left out: who died or refused
 *   returned         hf    share of the cases as in `closed` whose closing papers were sent back (step return-closing)
 *   success          hf    cases as in `closed`: outcome 胜诉 部分胜诉 调解 和解 辩护意见全部或部分采纳 (01 03 04 05 08 09); left out: 撤诉 仲裁裁决 办结 终止 and unknown, which say neither
 *   satisfaction     hfs   return visits by date: 满意 and 基本满意 of those who answered the fifth question (visit_satisfaction)
 *   organ            hf    organ_opinion by date: 满意 and 基本满意 of the three answers
 *   complaints       hfsv  complaints by resolved_on found true (finding 1, 2); of a station those it received against the office or its staff
 *   missed           v     volunteer_fault 无故失约 by date
 *   tokens           hfs   silk banners and letters by date, their quantity
 * A firm's figures are the sums over the handlers whose firm it is now. A case counts for the handler who has it now.
 *
 * POINTS, in hundredths, rounded half up. COUNT: weight x min(value / target, 1). RATE: weight x min(rate / target, 1). RATE_LOW: weight x min((100 - rate) / (100 - target), 1).
 * EACH: weight x value, at most the cap. A rate whose base is zero is not measured: it counts for nothing and the other weights of COUNT, RATE and RATE_LOW are spread over the 100
 * (没有数据，不计，其余折算), so that nobody gains or loses by what did not occur. The total may pass 100 by bonuses and fall below 0 by penalties.
 *
 * COST: O(the subject's rows) by the indexes on handler_ref and volunteer; a station's O(the county's rows of the year) by the indexes on dates, since scope has none. */
#ifndef CORE_QUALITY_ASSESS_H
#define CORE_QUALITY_ASSESS_H

#include "core/aid/calendar.h"
#include "core/quality/assess_standard.h"

enum { ASSESS_REASON_BYTES = 512, ASSESS_NAME_BYTES = 256, ASSESS_GRADE_BYTES = 4 };

/* What a question needs; all borrowed. */
struct assess_desk {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const struct rules *rules;
    const struct calendar *calendar;
    int year;
    int32_t from, to; /* the days of the year, both included */
    int32_t today;    /* what is not done is late once its day is past */
};

/* from and to of a calendar year. Errors: STATUS_RANGE (1900..2199). */
enum status assess_desk_year(struct assess_desk *desk, int year, struct errmsg *err);

struct assess_subject {
    char kind[ASSESS_KIND_BYTES]; /* of set assess_kind */
    struct id id;                 /* the handler, the volunteer, the org */
    char name[ASSESS_NAME_BYTES];
};

struct assess_item {
    struct assess_line line;
    bool measured;  /* false: a rate without a base */
    int64_t value;  /* COUNT, EACH: how many; rates: hundredths of a per cent (grade: of a point) */
    int64_t base;   /* rates: of how many; COUNT, EACH: 0 */
    int64_t points; /* hundredths */
    char reason[ASSESS_REASON_BYTES];
};

struct assess_sheet {
    struct assess_subject subject;
    int year;
    struct assess_item items[ASSESS_METRICS_MAX];
    size_t n;
    int64_t total;                    /* hundredths */
    char grade[ASSESS_GRADE_BYTES];   /* by the total: rules grade_excellent, grade_good, grade_pass */
    int64_t rank;                     /* among all of the kind; equal totals share one; 0: not asked */
};

/* By id, its first digits, or name (orgs also by code). Errors: STATUS_NOT_FOUND, STATUS_INVALID (several of that name), storage. */
enum status assess_find(const struct assess_desk *desk, const char *kind, const char *text, struct assess_subject *out, struct errmsg *err);
/* One sheet; rank 0. Errors: STATUS_NOT_FOUND, STATUS_INVALID (the scheme does not sum to 100), storage. */
enum status assess_compute(const struct assess_desk *desk, const struct assess_subject *subject, struct assess_sheet *out, struct errmsg *err);
/* Everybody of the kind, best first, then by name: handlers and volunteers on the roster in the year, stations and branches that are open, firms that have handlers.
 * *out: owned, free(); NULL when *n is 0. */
enum status assess_all(const struct assess_desk *desk, const char *kind, struct assess_sheet **out, size_t *n, struct errmsg *err);

/* A row that a metric looked at. */
struct assess_row {
    const struct record_type *type;
    struct id id;
    bool counted;    /* it is in the value (of RATE_LOW: it hurts) */
    bool in_base;    /* rates: it is in the base */
    const char *why; /* borrowed during the call */
};
typedef bool (*assess_row_fn)(void *context, const struct assess_row *row);
/* The rows behind one figure, by day, until fn returns false. Errors: STATUS_NOT_FOUND (not a metric of this kind), storage. */
enum status assess_rows(const struct assess_desk *desk, const struct assess_subject *subject, const char *metric, assess_row_fn fn, void *context, struct errmsg *err);

/* Whether the actor may fix: the center's director. Errors: STATUS_FORBIDDEN. */
enum status assess_may_fix(const struct actor *actor, struct errmsg *err);
/* The assessment of the desk's year that was fixed last for the subject; *found false: none, *out needs no release. Errors: storage. */
enum status assess_fixed(const struct assess_desk *desk, const struct assess_subject *subject, struct record *out, bool *found, struct errmsg *err);
/* The points (hundredths) a fixed assessment gave for a metric; *found false: that was not measured then. Errors: storage. */
enum status assess_fixed_points(const struct assess_desk *desk, struct id assessment, const char *metric, int64_t *points, bool *found, struct errmsg *err);
/* Freeze: an assessment with its items and the ids of the rows that counted, for one subject or (only NULL) all of the kind, in one transaction. The center's director. A year that is
 * not over, and a subject whose year was fixed before, need a note. *fixed: how many.
 * Errors: STATUS_FORBIDDEN, STATUS_INVALID (a note is needed), assess_compute's; nothing changed. */
enum status assess_fix(const struct assess_desk *desk, struct random_source random, const char *kind, const struct assess_subject *only, const char *note, size_t *fixed,
                       struct errmsg *err);
/* A record of type reward as it would be saved: name, handler, org or volunteer and the basis follow from its assessment or from whom it names. Errors: STATUS_INVALID (no such
 * assessment or person; nobody named), storage. */
enum status reward_prepare(struct store *store, const struct actor *actor, struct record *record, struct errmsg *err);

#endif /* CORE_QUALITY_ASSESS_H */
