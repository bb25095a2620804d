/* tui/views/report_desk.h - what the screens of reports share: the county's rules and the forms, one reading of the data at a time, each report's own days of a period, numbers as they are printed. */
#ifndef TUI_VIEWS_REPORT_DESK_H
#define TUI_VIEWS_REPORT_DESK_H

#include "core/aid/rule.h"
#include "core/report/report_file.h"
#include "tui/views/common.h"

enum { REPORT_NUMBER_BYTES = REPORT_WAN_BYTES, REPORT_DAYS_BYTES = 32, REPORT_TITLE_BYTES = 128 };

struct report_desk {
    struct rules *rules;    /* owned */
    struct form_book *book; /* owned */
    struct form_desk desk;  /* tally: NULL but between report_desk_begin and report_desk_end */
};

/* Errors: storage, STATUS_NOMEM; then there is nothing to close. */
enum status report_desk_open(struct report_desk *desk, const struct view *view, struct errmsg *err);
void report_desk_close(struct report_desk *desk);
/* The rules anew: after data changed. On an error the old ones stay. */
enum status report_desk_refresh(struct report_desk *desk, struct errmsg *err);
/* One state of the data until report_desk_end, which must come before the callback returns: a reading transaction is open. What freezes and explains (core/report/snapshot.h, report_check.h) comes after the end.
 * Many changes that wait are written into the tally first. Errors: storage; then there is nothing to end. */
enum status report_desk_begin(struct report_desk *desk, struct errmsg *err);
void report_desk_end(struct report_desk *desk);

/* The days that a report's year ("period_forms", as the rule stands at the period's end) gives the period of that name ("2026H1"). Errors: period_parse's, STATUS_MALFORMED of the rule; both told in words. */
enum status report_desk_period(const struct report_desk *desk, const char *rule, const char *name, struct period *out, struct errmsg *err);
/* Whether any case, consultation or event is on record for those days: else the zeros of a period say nothing. Errors: storage. */
enum status report_desk_has_records(const struct report_desk *desk, const struct period *period, bool *has, struct errmsg *err);

/* "2026年上半年": the label without its days; of PERIOD_DAYS the days. */
void report_period_words(const struct period *period, char out[PERIOD_LABEL_BYTES]);
/* "2025-12-01 至 2026-05-31" */
void report_days_words(const struct period *period, char out[REPORT_DAYS_BYTES]);
/* What a form is about: "民事法律援助"; of those that are not of the half year their title without what stands in brackets. */
void report_short_title(const struct ministry_form *form, char out[REPORT_TITLE_BYTES]);
/* As it is printed: fen in 万元 with two decimals. */
void report_number(int64_t value, bool money, char out[REPORT_NUMBER_BYTES]);
/* What a column's figure is made of, in words: "批准的民事案件，按决定日期；按统计事项分" "本表第 3+6+9 栏" "手填，期内各次相加". Appends. */
void report_source_words(const struct form_column *column, struct buf *out);

#endif /* TUI_VIEWS_REPORT_DESK_H */
