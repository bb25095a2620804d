/* core/outreach/outreach_totals.h - outreach work of a period as numbers, for summaries and reports; what they mean and which rows they count: figure.h. */
#ifndef CORE_OUTREACH_OUTREACH_TOTALS_H
#define CORE_OUTREACH_OUTREACH_TOTALS_H

#include "core/outreach/figure.h"

enum { OUTREACH_CODES = 32 };

struct outreach_totals {
    int64_t events, sessions;      /* all events; 场次 */
    int64_t kinds[OUTREACH_CODES]; /* these four by index of the code in its set: event_kind, media_kind, honour_level, token_kind */
    int64_t media[OUTREACH_CODES];
    int64_t honours[OUTREACH_CODES];
    int64_t tokens[OUTREACH_CODES];
    int64_t consulted, matters; /* 人次, 件 */
    int64_t handouts, boards, banners, gifts;
    int64_t accepted;          /* 现场受理, 件 */
    int64_t volunteers, hours; /* each volunteer once */
    int64_t media_items;
    int64_t trainings, training_persons;
    int64_t meetings; /* joint meetings */
};

/* Days both included. Errors: STATUS_RANGE (ends before it begins), storage. */
enum status outreach_totals(struct store *store, const struct actor *actor, const struct code_book *codes, int32_t from, int32_t to, struct outreach_totals *out, struct errmsg *err);

#endif /* CORE_OUTREACH_OUTREACH_TOTALS_H */
