/* core/quality/opinion.h - what courts and other organs say of a handler's work (form 31), and hearings that the center sat in on (form 30). 法律援助法第五十九条; domain.md 6.2.
 *
 * Three questions on one scale: 诉讼礼仪, 专业素养, 敬业精神. An organ's satisfaction is (满意 + 基本满意) / answers given, over the three together: an opinion has three voices. */
#ifndef CORE_QUALITY_OPINION_H
#define CORE_QUALITY_OPINION_H

#include "core/record/code_book.h"
#include "core/record/records.h"

enum { OPINION_QUESTIONS = 3 };

/* Fields of organ_opinion with the answers. */
extern const char *const opinion_questions[OPINION_QUESTIONS];

/* Of a new organ_opinion or court_observation (core/case/prepare.h): the handler, the scope and, where they are empty, organ or court follow from the case.
 * Errors: STATUS_INVALID (no such case, no handler yet, a day after today or before the handler had the case, the handler observes himself), storage. */
enum status opinion_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err);

struct organ_satisfaction {
    int64_t opinions;
    int64_t answered[OPINION_QUESTIONS];
    int64_t given[OPINION_QUESTIONS][3]; /* 满意, 基本满意, 不满意 */
};

/* Over the three questions, in hundredths of a per cent, 0..10000, rounded half up; -1: no answers. */
int64_t organ_rate(const struct organ_satisfaction *satisfaction);

struct opinion_voice {
    struct id id, kase;
    int32_t date;
    int answers[OPINION_QUESTIONS]; /* 1..3; 0: not answered */
};
typedef bool (*opinion_row)(void *context, const struct opinion_voice *voice);
/* Opinions given from `from` to `to`; handler zero: all; org 0: all. Within the actor's scope; row (may be NULL) gets each until it returns false. O(opinions of the period) by index. */
enum status organ_satisfaction(struct store *store, const struct actor *actor, int32_t from, int32_t to, struct id handler, int64_t org, struct organ_satisfaction *out,
                               opinion_row row, void *context, struct errmsg *err);

#endif /* CORE_QUALITY_OPINION_H */
