/* core/record/filter.h - the --where expression: field=value, field!=value, field>=value, field<=value, field>value, field<value, field~text (contains), field!~text,
 * field in (value, 'value', ..), joined by "and"; values may stand in '...' ('' is a quote; a comma or bracket in a list needs them). Codes by code or name, days as YYYY-MM-DD. An empty value
 * matches empty fields.
 * Where the day of today is known, a day may be one as people say it, and with = a run of days: 日期=本月, 收件日期>=最近7天 (core/base/day_span.h); >= and < mean its first day, <= and > its last.
 * Fields by English name or Chinese label. ~ on a code field looks for a part of the code's name, on a field of several codes for one of them.
 * in means one of the values; on a field of several codes: at least one of them is there. It matches no empty field, and takes no empty value.
 * A field that points at another record may go on with a field of that record: event.campaign=ID, event.date>=2026-03-01 (rows without such a record are not picked).
 * =, != and in with a code's name mean every version of the list that has it (cause of 2020 and of 2025). != also picks empty fields. Parsed against a record type; becomes SQL with bound parameters only. */
#ifndef CORE_RECORD_FILTER_H
#define CORE_RECORD_FILTER_H

#include "core/base/status.h"
#include "core/record/catalogue.h"
#include "core/record/value.h"

struct actor;
struct code_book;
struct buf;
struct stmt;

enum filter_op { FILTER_EQ, FILTER_NE, FILTER_GE, FILTER_LE, FILTER_GT, FILTER_LT, FILTER_CONTAINS, FILTER_CONTAINS_NOT /* !~, and made from != */, FILTER_IN };
enum { FILTER_TERMS_MAX = 16, FILTER_LIST_MAX = 64 /* values of one "in" */ };

/* What every record has beside its fields: id (= != with 32 hexadecimal digits, ~ with the first digits), scope (also written org: number of the owning org). */
enum filter_pseudo { FILTER_FIELD, FILTER_ID, FILTER_SCOPE };

struct filter_term {
    const struct field_def *via;   /* the FIELD_REF whose record has the field; NULL: the row itself */
    const struct field_def *field; /* NULL: the pseudo field */
    enum filter_pseudo pseudo;
    enum filter_op op;
    struct value value;   /* text owned */
    struct value *values; /* FILTER_IN: n_values of them, owned, texts too */
    size_t n_values;
};

struct filter {
    const struct record_type *type;
    struct filter_term terms[FILTER_TERMS_MAX];
    size_t n_terms;
};

#define FILTER_NO_TODAY INT32_MIN
/* Errors: STATUS_MALFORMED, STATUS_INVALID with a message naming the term; needs no release then. today: from where days are counted; FILTER_NO_TODAY: only whole days are understood. */
enum status filter_parse_on(struct filter *filter, const struct record_type *type, const struct code_book *codes, int32_t today, const char *text, struct errmsg *err);
/* The same without a today. */
enum status filter_parse(struct filter *filter, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err);
void filter_release(struct filter *filter);
/* Append " AND col op ?N.." conditions, numbering parameters from *index on, which moves. Records that rows point at count within the actor's scope only. */
void filter_sql(const struct filter *filter, const struct actor *actor, struct buf *sql, int *index);
/* Bind the parameters in the same order, from *index on. */
void filter_bind(const struct filter *filter, const struct actor *actor, struct stmt *stmt, int *index);

#endif /* CORE_RECORD_FILTER_H */
