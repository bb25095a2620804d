/* core/report/report_check.h - the checks in and across forms (research domain.md 5.2), and why some do not hold.
 *
 * The checks are data: core/data/report_checks.tsv: form (by which it is shown), expression, words, what to do. EXPRESSION: two sums of cells with = or >= between: "F5.13=F5.3+F5.4+F5.5+F5.6+F5.7",
 * "F8.1=F5.1+F6.2+F7.2", "F9.5>=F8.5", "R1=F8.1". It is the check's name. Each is checked for every row and the total. A check that does not hold blocks handing in (freezing, files without --draft) until somebody
 * explains the difference (record of type report_explanation); when the difference changes the explanation no longer stands. */
#ifndef CORE_REPORT_REPORT_CHECK_H
#define CORE_REPORT_REPORT_CHECK_H

#include "core/report/ministry_form.h"

enum { CHECK_CELLS_MAX = 16, CHECK_RULE_BYTES = 96, CHECK_WORDS_BYTES = 192, CHECK_FORM_BYTES = 24 };

/* ---- the table ---- */

struct report_check_line {
    char form[FORM_NAME_BYTES];   /* "form8", "monthly", "summary" */
    char rule[CHECK_RULE_BYTES];  /* "F8.1=F5.1+F6.2+F7.2" */
    char words[CHECK_WORDS_BYTES]; /* 批准总数等于三类案件批准数之和 */
    char todo[CHECK_WORDS_BYTES];  /* what mostly sets it right; "" */
};
size_t report_check_count(void);
/* The index-th check; false behind the last. */
bool report_check_at(size_t index, struct report_check_line *out);

struct report_rule {
    bool at_least; /* >= between, else = */
    size_t n_left, n_cells;
    char cells[CHECK_CELLS_MAX][FORM_CELL_BYTES]; /* left ones first */
};
/* Errors: STATUS_MALFORMED with what is wrong, STATUS_TOO_LARGE (text or number of cells). */
enum status report_rule_parse(const char *text, struct report_rule *out, struct errmsg *err);

/* ---- checking ---- */

struct check_cell {
    char cell[FORM_CELL_BYTES];
    int64_t value;
    bool left; /* of the sign between */
};

struct check_failure {
    const char *form;        /* by which it is shown; borrowed for the call, as all texts */
    const char *rule;        /* "F8.1=F5.1+F6.2+F7.2" */
    const char *words;       /* 批准总数等于三类案件批准数之和 */
    const char *todo;        /* what mostly sets it right; "" */
    bool at_least;
    int64_t org;             /* 0: total */
    const char *org_name;
    int64_t left, right;     /* the sums */
    int64_t difference;      /* left less right */
    struct check_cell cells[CHECK_CELLS_MAX];
    size_t n_cells;
    const char *explained;   /* what somebody said; NULL: nothing, or the difference is another now */
    const char *message;     /* "合计：年报表八第1栏“法律援助案件批准总数”12 ≠ 年报表五第1栏“合计”3 + .. = 13，相差 -1。批准总数.." names every cell and says what to do */
};
typedef bool (*check_failure_row)(void *context, const struct check_failure *failure);

/* A cell's value for one org (0: the total) wherever it comes from: computed sheets, a snapshot, a file of another office. False: not at hand, then the check is skipped. */
typedef bool (*check_value)(void *context, const char *cell, int64_t org, int64_t *value);

/* Pure: the checks of one form (NULL: all) for one org; explanations are not looked at. Errors: STATUS_NOMEM, STATUS_CORRUPT (the table). */
enum status report_check_run(const struct form_book *book, const char *form, int64_t org, const char *org_name, check_value value, void *value_context, check_failure_row row, void *row_context,
                             struct errmsg *err);
/* The same with explanations; `report` is "form8" or "summary". *open grows by the failures nobody explained. Errors: storage too. */
enum status report_check_values(const struct form_desk *desk, const char *report, const struct period *period, int64_t org, const char *org_name, check_value value, void *value_context,
                                check_failure_row row, void *row_context, int64_t *open, struct errmsg *err);
/* The checks of a form over computed figures of the period, rows and total, with explanations. *open: failures nobody explained. Other forms that a check needs are computed on the way. */
enum status report_check(const struct form_desk *desk, const struct ministry_form *form, const struct form_sheet *sheet, check_failure_row row, void *context, int64_t *open, struct errmsg *err);

/* Save an explanation for the difference that there is now (org 0: of the total); one for the same check, period and org is replaced. Counts and saves in one transaction of its own, unless one is open: desk->tally
 * is used in an open one only, and a tally that holds a reading transaction of the store must be closed before.
 * Errors: STATUS_NOT_FOUND (no such check, no such org), STATUS_INVALID (it holds), records_save's. */
enum status report_explain(const struct form_desk *desk, struct random_source random, const char *report, const char *rule, const struct period *period, int64_t org, const char *text, struct errmsg *err);

/* "form8" as people call it: 年报表八; 月报, 季报, 工作总结. */
void report_short_name(const char *report, char out[CHECK_FORM_BYTES]);

#endif /* CORE_REPORT_REPORT_CHECK_H */
