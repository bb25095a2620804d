/* core/quality/assess_impl.h - between assess.c (points), assess_subject.c (who), assess_walk.c (rows) and assess_fix.c (what is frozen). */
#ifndef CORE_QUALITY_ASSESS_IMPL_H
#define CORE_QUALITY_ASSESS_IMPL_H

#include "core/quality/assess.h"

enum { ASSESS_ONE = 10000 }; /* a row that counts fully in a rate: hundredths of a per cent */

/* Whose rows: the handlers of a firm, else the subject alone; a station also has the number that is the scope of its rows. */
struct assess_owners {
    struct id *ids; /* owned */
    size_t n;
    int64_t org;
};
enum status assess_owners_load(const struct assess_desk *desk, const struct assess_subject *subject, struct assess_owners *out, struct errmsg *err);
void assess_owners_release(struct assess_owners *owners);
/* All subjects of a kind. *out: owned, free(). */
enum status assess_subjects(const struct assess_desk *desk, const char *kind, struct assess_subject **out, size_t *n, struct errmsg *err);

/* A walk along the rows that one metric looks at, adding up. */
struct assess_walk {
    const struct assess_desk *desk;
    const char *kind;
    const struct assess_owners *owners;
    assess_row_fn fn; /* or NULL */
    void *context;
    bool stopped;
    int64_t value, base; /* rates: value in ASSESS_ONE per row */
    char owner[ID_TEXT_BYTES]; /* whose rows are read now */
    int32_t last_day;          /* what is counted by days: of the row before */
    int64_t day_sum;
    struct errmsg *err;
};
enum status assess_walk(struct assess_walk *walk, const struct assess_metric *metric);

#endif /* CORE_QUALITY_ASSESS_IMPL_H */
