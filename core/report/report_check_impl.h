/* core/report/report_check_impl.h - between report_check.c and report_explain.c: a check with where its values and its explanation come from. */
#ifndef CORE_REPORT_REPORT_CHECK_IMPL_H
#define CORE_REPORT_REPORT_CHECK_IMPL_H

#include "core/report/report_check.h"

struct check_source {
    check_value value;
    void *context;
    /* Fills failure->explained, borrowed until the next call; may be NULL. */
    enum status (*explain)(void *context, struct check_failure *failure, struct errmsg *err);
    void *context_explain;
};

/* The lines of one form (NULL: all) that do not hold. */
enum status check_lines(const struct form_book *book, const char *form, int64_t org, const char *org_name, const struct check_source *source, check_failure_row row, void *context,
                        struct errmsg *err);
/* Cells, sums and difference of one rule; false: a value is not at hand. */
bool check_line_evaluate(const struct report_rule *rule, int64_t org, check_value value, void *context, struct check_failure *out);

#endif /* CORE_REPORT_REPORT_CHECK_IMPL_H */
