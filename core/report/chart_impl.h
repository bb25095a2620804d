/* core/report/chart_impl.h - what chart*.c and heat.c share: what each chart counts, and figures by part of a dimension. Not for others. */
#ifndef CORE_REPORT_CHART_IMPL_H
#define CORE_REPORT_CHART_IMPL_H

#include "core/report/chart.h"

enum { CHART_TYPES_MAX = 3 };

/* What is counted: a measure of all three types of cases, or of consultations. */
struct chart_measure {
    enum count_measure measure;
    int types[CHART_TYPES_MAX];
    size_t n_types;
};

/* How a chart finds and orders its bars. */
enum chart_order {
    BY_MONTH,
    BY_TYPE,  /* of cases, in the order of the forms */
    BY_GROUP, /* of people, in the order of the forms */
    BY_CODE,  /* all of a code set, in its order */
    BY_TOWN,  /* the county's, the greatest first */
    BY_VALUE  /* parts that have something, the greatest first */
};

struct chart_source {
    struct chart_kind kind;
    enum chart_order order;
    struct chart_measure measure;
    enum count_dimension dimension;
    const char *set; /* of codes, for labels */
};
/* Of a kind's name; NULL. */
const struct chart_source *chart_source_of(const char *name);

/* A part with its values: this year, last year; or by month. */
struct chart_part {
    int64_t part, values[CHART_MONTHS_MAX];
};

/* Parts by number, ascending. Zero it; release it. */
struct chart_parts {
    struct chart_part *items;
    size_t n, cap;
};

void chart_parts_release(struct chart_parts *parts);
/* The part, added when it is new; NULL: no memory. */
struct chart_part *chart_parts_at(struct chart_parts *parts, int64_t part);
/* Add what each part of the dimension has in from..to to its values[slot]. */
enum status chart_parts_add(const struct form_desk *desk, const struct chart_measure *measure, enum count_dimension dimension, int32_t from, int32_t to, int64_t org, size_t slot, struct chart_parts *parts,
                            struct errmsg *err);
/* The whole, whatever its parts. */
enum status chart_whole(const struct form_desk *desk, const struct chart_measure *measure, int32_t from, int32_t to, int64_t org, int64_t *sum, struct errmsg *err);
/* The terms of a part: as many as types. */
void chart_terms(const struct chart_measure *measure, enum count_dimension dimension, int64_t part, struct count_term terms[CHART_TYPES_MAX]);
/* Add the county's towns, with nothing yet; not for actors that see one org only. */
enum status chart_parts_towns(const struct form_desk *desk, struct chart_parts *parts, struct errmsg *err);
/* A part's label: the code's name in its set, cut to fit. Part 0: 未填. */
void chart_code_label(const struct code_book *codes, const char *set, int64_t part, char out[CHART_LABEL_BYTES]);

#endif /* CORE_REPORT_CHART_IMPL_H */
