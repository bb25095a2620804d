/* tests/direct_count.h - figures the slow way: every case and consultation read as a record and counted by core/report/count.h, nothing kept, nothing by index. What tallies must agree with. */
#ifndef TESTS_DIRECT_COUNT_H
#define TESTS_DIRECT_COUNT_H

#include "core/record/records.h"
#include "core/report/count.h"

struct direct_entry {
    int64_t metric, org, amount;
    int32_t day;
};
struct direct_count {
    struct direct_entry *entries; /* by metric */
    size_t n, room;
    int64_t org; /* of the row being counted */
};

/* All there is in the store. Fails the test on any error. */
void direct_count_load(struct direct_count *count, struct store *store, const struct code_book *codes);
void direct_count_release(struct direct_count *count);
/* As tally_sum; actor decides what is seen. */
int64_t direct_count_sum(const struct direct_count *count, const struct actor *actor, const struct count_term *terms, size_t n_terms, int32_t from, int32_t to, int64_t org);
/* The metrics there are, ascending; returns how many, at most max. */
size_t direct_count_metrics(const struct direct_count *count, int64_t *metrics, size_t max);

#endif /* TESTS_DIRECT_COUNT_H */
