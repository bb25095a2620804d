/* core/quality/assess_standard.h - the scheme of the yearly assessment (年度目标考核): what is measured of whom, how many points it is worth, what fills them. domain.md 6.3.
 *
 * Shipped in core/data/assess_standards.tsv, overlaid by records of type `assess_standard`: of a kind and metric the row with the latest from_year not after the year counts; weight 0:
 * not assessed. What quantity, quality and attitude are worth together must be 100; bonuses and penalties come on top. That is checked when the scheme is used, since a county
 * changes it row by row. What each metric counts stands in core/quality/assess.h. */
#ifndef CORE_QUALITY_ASSESS_STANDARD_H
#define CORE_QUALITY_ASSESS_STANDARD_H

#include "core/record/records.h"

enum { ASSESS_METRICS_MAX = 24, ASSESS_FULL = 100, ASSESS_NO_CAP = -1, ASSESS_KIND_BYTES = 16 };

/* Bits of struct assess_metric.kinds, in the order of set assess_kind. */
enum assess_kind { ASSESS_HANDLER = 1, ASSESS_FIRM = 2, ASSESS_STATION = 4, ASSESS_VOLUNTEER = 8 };

enum assess_shape {
    ASSESS_COUNT,    /* as much as the target fills the points */
    ASSESS_RATE,     /* the target is a percentage; grade: points of 100 */
    ASSESS_RATE_LOW, /* the less the better: up to the target (a percentage) all points, at 100 % none */
    ASSESS_EACH      /* points for each, added or (weight < 0) taken away, at most the cap */
};

struct assess_metric {
    const char *code; /* of set assess_metric */
    unsigned kinds;   /* enum assess_kind */
    enum assess_shape shape;
    const char *unit; /* 件, 天; rates: of what they are rates */
};

size_t assess_metric_count(void);
const struct assess_metric *assess_metric_at(size_t index);
const struct assess_metric *assess_metric_find(const char *code); /* NULL */
/* "handler" .. -> its bit; 0: no such kind. */
unsigned assess_kind_bit(const char *kind);

/* One line of the scheme in force. */
struct assess_line {
    const struct assess_metric *metric;
    int weight;     /* COUNT, RATE, RATE_LOW 1..100; EACH -100..100, not 0 */
    int64_t target; /* COUNT 1..; RATE 1..100; RATE_LOW 0..99 */
    int cap;        /* EACH: ASSESS_NO_CAP or 0..100 */
    int from_year;  /* 0: shipped */
};

struct assess_scheme {
    char kind[ASSESS_KIND_BYTES];
    struct assess_line lines[ASSESS_METRICS_MAX]; /* in the order of the metrics */
    size_t n;
};

/* kind: code of set assess_kind. Errors: STATUS_NOT_FOUND (no such kind), storage. */
enum status assess_scheme_load(struct assess_scheme *out, struct store *store, const struct actor *actor, const char *kind, int year, struct errmsg *err);
/* What fills 100: the weights but those of EACH. */
int assess_scheme_sum(const struct assess_scheme *scheme);
/* Errors: STATUS_INVALID, naming kind and sum. */
enum status assess_scheme_check(const struct assess_scheme *scheme, const struct code_book *codes, int year, struct errmsg *err);
/* A record of type assess_standard as it would be saved: the metric suits the kind; weight, target and cap suit the metric; no second row of kind, metric and year.
 * Errors: STATUS_INVALID, STATUS_EXISTS, storage. */
enum status assess_standard_prepare(struct store *store, const struct actor *actor, const struct code_book *codes, struct record *record, struct errmsg *err);

#endif /* CORE_QUALITY_ASSESS_STANDARD_H */
