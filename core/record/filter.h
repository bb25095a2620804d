/* core/record/filter.h - the --where expression: field=value, field!=value, field>=value, field<=value, field>value, field<value, field~text (contains),
 * joined by "and"; values may stand in '...' ('' is a quote). Codes by code or name, days as YYYY-MM-DD. An empty value matches empty fields.
 * Parsed against a record type; becomes SQL with bound parameters only. */
#ifndef CORE_RECORD_FILTER_H
#define CORE_RECORD_FILTER_H

#include "core/base/status.h"
#include "core/record/catalogue.h"
#include "core/record/value.h"

struct code_book;
struct buf;
struct stmt;

enum filter_op { FILTER_EQ, FILTER_NE, FILTER_GE, FILTER_LE, FILTER_GT, FILTER_LT, FILTER_CONTAINS };
enum { FILTER_TERMS_MAX = 16 };

struct filter_term {
    const struct field_def *field; /* NULL: the pseudo field named below */
    enum filter_op op;
    struct value value; /* text owned */
};

struct filter {
    const struct record_type *type;
    struct filter_term terms[FILTER_TERMS_MAX];
    size_t n_terms;
};

/* Errors: STATUS_MALFORMED, STATUS_INVALID with a message naming the term; needs no release then. */
enum status filter_parse(struct filter *filter, const struct record_type *type, const struct code_book *codes, const char *text, struct errmsg *err);
void filter_release(struct filter *filter);
/* Append " AND col op ?N.." conditions, numbering parameters from *index on, which moves. */
void filter_sql(const struct filter *filter, struct buf *sql, int *index);
/* Bind the parameters in the same order, from *index on. */
void filter_bind(const struct filter *filter, struct stmt *stmt, int *index);

#endif /* CORE_RECORD_FILTER_H */
