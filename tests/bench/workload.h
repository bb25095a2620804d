/* tests/bench/workload.h - consultations to measure with: about 600 bytes of values each, fifteen fields, as rows and as the changes that make them. Nobody's; the same number gives the same one. */
#ifndef TESTS_BENCH_WORKLOAD_H
#define TESTS_BENCH_WORKLOAD_H

#include "core/base/bytes.h"
#include "core/record/catalogue.h"
#include "core/record/value.h"

enum { WORKLOAD_TEXTS_MAX = 1024, WORKLOAD_PHONE_BYTES = 16 };

struct workload {
    const struct record_type *type;
    struct buf text; /* owned: pieces of the practice texts, one after another */
    size_t at[WORKLOAD_TEXTS_MAX + 1], n_texts;
};

/* One of them; texts are borrowed from the workload and the phone here. Not to be copied. */
struct workload_row {
    struct value values[FIELD_MAX_COUNT]; /* as the type's fields */
    char phone[WORKLOAD_PHONE_BYTES];
};

/* Ends the program when there is no memory. */
void workload_open(struct workload *workload);
void workload_close(struct workload *workload);
void workload_fill(const struct workload *workload, uint64_t n, struct workload_row *row);
/* The body of a change that sets these fields of a type, appended: a map by field number. */
void workload_body(const struct record_type *type, const struct value values[FIELD_MAX_COUNT], struct buf *body);

#endif /* TESTS_BENCH_WORKLOAD_H */
