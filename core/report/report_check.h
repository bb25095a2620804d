/* core/report/report_check.h - the checks in and across forms (research domain.md 5.2), and why some do not hold.
 *
 * The checks are data: core/data/report_checks.tsv: form (by which it is shown), expression, words. EXPRESSION: two sums of cells with = or >= between: "F5.13=F5.3+F5.4+F5.5+F5.6+F5.7",
 * "F8.1=F5.1+F6.2+F7.2", "F9.5>=F8.5", "R1=F8.1". It is the check's name. Each is checked for every row and the total. A check that does not hold blocks handing in (freezing, files without --draft) until somebody
 * explains the difference (record of type report_explanation); when the difference changes the explanation no longer stands. */
#ifndef CORE_REPORT_REPORT_CHECK_H
#define CORE_REPORT_REPORT_CHECK_H

#include "core/report/ministry_form.h"

enum { CHECK_CELLS_MAX = 16, CHECK_RULE_BYTES = 96 };

struct check_cell {
    char cell[FORM_CELL_BYTES];
    int64_t value;
    bool left; /* of the sign between */
};

struct check_failure {
    const char *rule;        /* "F8.1=F5.1+F6.2+F7.2"; borrowed, as all texts */
    const char *words;       /* 批准总数等于三类案件批准数之和 */
    int64_t org;             /* 0: total */
    const char *org_name;
    int64_t difference;      /* left less right */
    struct check_cell cells[CHECK_CELLS_MAX];
    size_t n_cells;
    const char *explained;   /* what somebody said; NULL: nothing, or the difference is another now */
    const char *message;     /* "年报表八第1栏 12 ≠ 年报表五第1栏 3 + ..: 相差 1。批准总数.." names every cell */
};
typedef bool (*check_failure_row)(void *context, const struct check_failure *failure);

/* A cell's value for one org (0: the total) wherever it comes from: computed sheets, a snapshot, a file of another office. False: not at hand, then the check is skipped. */
typedef bool (*check_value)(void *context, const char *cell, int64_t org, int64_t *value);

size_t report_check_count(void);
const char *report_check_at(size_t index, const char **form, const char **words); /* the rule; static */

/* Pure: the checks of one form (NULL: all) for one org; explanations are not looked at. */
enum status report_check_run(const struct form_book *book, const char *form, int64_t org, const char *org_name, check_value value, void *context, check_failure_row row, void *row_context, struct errmsg *err);
/* The checks of a form over computed figures of the period, rows and total, with explanations. *open: failures nobody explained. Other forms that a check needs are computed on the way. */
enum status report_check(const struct form_desk *desk, const struct ministry_form *form, const struct form_sheet *sheet, check_failure_row row, void *context, int64_t *open, struct errmsg *err);

/* Save an explanation for the difference that there is now. Own transaction. Errors: STATUS_NOT_FOUND (no such check), STATUS_INVALID (it holds), records_save's. */
enum status report_explain(const struct form_desk *desk, struct random_source random, const char *report, const char *rule, const struct period *period, int64_t org, const char *text, struct errmsg *err);

#endif /* CORE_REPORT_REPORT_CHECK_H */
