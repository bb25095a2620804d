/* core/quality/visit.h - return visits (回访): what a visit must pass, whom there is still to visit and in which order, how far it has come, what people said.
 * Research domain.md 1 rows 33-34, 6.2; 法律援助法第五十九条.
 *
 * THE FRAME of a year is every civil case whose closing day lies in it, each to be visited: a sample of 100 %. A case is visited once somebody was reached (outcome 已访), by a visit
 * that no later one corrects and that was not made before the year began; unreachable when visits were made and none reached anybody, counted by the last one's outcome; else it is left. Those away, not found or moved stay on
 * the worklist for another try; who refused or has died does not.
 * SATISFACTION (满意率) is (满意 + 基本满意) / answered, question by question, the fifth (总体评价) being the rate of the reports. Every case speaks once, by its last visit that reached
 * somebody, so that the figures fit those of the frame.
 * Figures count sealed cases as well; names of sealed people are given to those who may see them only (core/record/privacy.h). */
#ifndef CORE_QUALITY_VISIT_H
#define CORE_QUALITY_VISIT_H

#include "core/record/code_book.h"
#include "core/record/records.h"

enum { VISIT_OUTCOMES = 6, VISIT_QUESTIONS = 5, VISIT_OVERALL = VISIT_QUESTIONS - 1, VISIT_OUTCOME_REACHED = 1 };

/* Fields of return_visit with the answers, in order: attitude .. overall. */
extern const char *const visit_questions[VISIT_QUESTIONS];

/* Whether the case is at its end, so that its recipient may be visited: it has its closing day, or it is reported, archived or terminated. */
bool visit_case_is_closed(const struct record *kase);
/* The year whose cases are visited now: last year. */
int visit_year(int32_t today);

/* What a new visit must pass and what follows from its case (core/case/prepare.h): name, handler, year, scope; money taken opens a complaint against the handler in the same
 * transaction. Errors: STATUS_INVALID (no such case; not closed; the visitor is the handler; day before the closing day or after today; answers though nobody was reached, or
 * reached without an overall answer; `corrects` names a visit of another case, or one that is corrected already), storage. */
enum status visit_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *visit, struct errmsg *err);

/* ---- answers ---- */

struct visit_satisfaction {
    int64_t visited;                       /* cases whose recipient was reached */
    int64_t unreachable;                   /* cases tried in vain; they do not answer */
    int64_t answered[VISIT_QUESTIONS];     /* cases that answered the question */
    int64_t given[VISIT_QUESTIONS][3];     /* of those 满意, 基本满意, 不满意 */
    int64_t money_taken;                   /* cases that say the handler took something */
};

/* (满意 + 基本满意) / answered in hundredths of a per cent, 0..10000, rounded half up; -1: nobody answered. question: 0..VISIT_QUESTIONS - 1. */
int64_t visit_rate(const struct visit_satisfaction *satisfaction, size_t question);

struct visit_query {
    int year;           /* cases of this year's frame; 0: visits made from `from` to `to`, of whatever kind of case */
    int32_t from, to;
    struct id handler;  /* zero: all */
    int64_t org;        /* org number of the station that holds the case; 0: all */
    const char *town;   /* code; NULL: all. With a year only */
};

/* What one case says: a row behind the figures. */
struct visit_voice {
    struct id kase, visit;
    int32_t date;
    int outcome;                   /* 1..VISIT_OUTCOMES */
    int answers[VISIT_QUESTIONS];  /* 1..3; 0: not answered */
    bool money_taken;
};
typedef bool (*visit_voice_row)(void *context, const struct visit_voice *voice);

/* Adds up what the query covers, within the actor's scope; row (may be NULL) gets each case that counts, until it returns false. Assessment and reports use it alike.
 * O(cases closed in the year) or O(visits made in the period), by index. */
enum status visit_satisfaction(struct store *store, const struct actor *actor, const struct visit_query *query, struct visit_satisfaction *out, visit_voice_row row, void *context,
                               struct errmsg *err);

/* ---- the frame ---- */

struct visit_frame {
    int64_t frame;                      /* = visited + unreachable + left */
    int64_t visited, unreachable, left;
    int64_t by_outcome[VISIT_OUTCOMES]; /* unreachable cases by their last outcome; [outcome - 1], [0] is 0 */
    int64_t again;                      /* of the unreachable: worth another try; the worklist has left + again rows */
    struct visit_satisfaction satisfaction;
};

/* O(cases closed in the year) by index closed_on. */
enum status visit_frame(struct store *store, const struct actor *actor, int year, struct visit_frame *out, struct errmsg *err);
/* As it stood at the end of a day: later visits are not looked at (which visits were corrected is known as of now). */
enum status visit_frame_until(struct store *store, const struct actor *actor, int year, int32_t until, struct visit_frame *out, struct errmsg *err);

/* Only how many, for reports: the frame, and how many of it were visited by the end of the day. O(civil cases closed in the year + visits since it began) by two indexes that hold all it needs
 * (core/record/catalogue_types.c). Errors: storage, STATUS_NOMEM. */
struct visit_count {
    int64_t frame, visited;
};
enum status visit_count_until(struct store *store, const struct actor *actor, int year, int32_t until, struct visit_count *out, struct errmsg *err);

/* The cases behind it, one by one, by closing day. */
struct visit_case {
    struct id kase;
    int64_t n;         /* row number of the case */
    int32_t closed_on;
    int tries;         /* visits; the frame's visited + unreachable are those with any */
    bool reached;      /* the frame's visited */
    struct id visit;   /* the last that reached somebody, else the last try; zero without */
    int32_t visit_on;
};
/* Return false to stop. */
typedef bool (*visit_case_row)(void *context, const struct visit_case *kase);
enum status visit_cases(struct store *store, const struct actor *actor, int year, int32_t until, visit_case_row row, void *context, struct errmsg *err);

struct visit_progress {
    const char *town, *village; /* codes, "" not known; borrowed during the call. village NULL: the whole town */
    const struct visit_frame *frame;
};
typedef bool (*visit_progress_row)(void *context, const struct visit_progress *progress);
/* town NULL: a row per town, in the order of codes, those without a town last; else a row per village of that town. */
enum status visit_progress(struct store *store, const struct actor *actor, int year, const char *town, visit_progress_row row, void *context, struct errmsg *err);

/* ---- the worklist ---- */

struct visit_todo {                 /* texts are never NULL and borrowed during the call */
    struct id kase;
    const char *name;
    const char *contact;            /* telephone; careful: the words of the safe contact, the only way to reach this person */
    bool careful;                   /* then village and address are "": only the record itself gives them */
    const char *town, *village;     /* codes */
    const char *address;
    const char *cause;              /* code */
    const char *handler;
    int32_t closed_on;
    int tries;                      /* visits made so far, in vain */
    struct id last;                 /* the last of them; zero when tries is 0 */
    int32_t last_on;
    const char *last_outcome;       /* code */
};
typedef bool (*visit_todo_row)(void *context, const struct visit_todo *todo);
/* The cases still to be visited in route order: town, village (codes), the numbers in the address, name; what is not known last. town: code, NULL all. Whose file is sealed appears
 * for those who may see it only. O(n log n), n the cases closed in the year. */
enum status visit_worklist(struct store *store, const struct actor *actor, const struct code_book *codes, int year, const char *town, visit_todo_row row, void *context,
                           struct errmsg *err);

#endif /* CORE_QUALITY_VISIT_H */
