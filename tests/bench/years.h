/* tests/bench/years.h - the rows of ten years of a county, for measurements over a filled store: nine offices, forty handlers, consultations and cases with what reports count of them. Nobody's; the same numbers give
 * the same rows. Whoever measures takes them one by one and stores them as it needs: bare rows, or changes. */
#ifndef TESTS_BENCH_YEARS_H
#define TESTS_BENCH_YEARS_H

#include "core/base/id.h"
#include "core/record/catalogue.h"
#include "core/record/code_book.h"
#include "core/record/value.h"

enum { YEARS_ORGS = 9, YEARS_HANDLERS = 40, YEARS_TEXTS_MAX = 4096, YEARS_CAUSES_MAX = 512 };

struct years_row {
    const struct record_type *type;
    struct id id;
    int64_t scope;
    struct value values[FIELD_MAX_COUNT]; /* as the type's fields; texts live as long as struct years and the call */
};
typedef void (*years_put)(void *context, const struct years_row *row);

struct years {
    struct random_source random;
    uint64_t seed;
    years_put put;
    void *context;
    const char *texts[YEARS_TEXTS_MAX];
    size_t text_lens[YEARS_TEXTS_MAX], n_texts;
    const char *causes[YEARS_CAUSES_MAX];
    size_t n_causes;
    char handlers[YEARS_HANDLERS][ID_TEXT_BYTES];
    int32_t first, days; /* 2016-01-01, and so many days */
};

/* codes and context are borrowed as long as years is used. Not to be moved or copied afterwards. */
void years_open(struct years *years, const struct code_book *codes, years_put put, void *context);
/* Offices and handlers, then so many consultations and so many cases, each in the order of their days, more or less; of a case in fifty a co-applicant. */
void years_fill(struct years *years, size_t consultations, size_t cases);

#endif /* TESTS_BENCH_YEARS_H */
