/* tui/views/report_failures.h - the checks of a report that do not hold, kept for a screen: told first, explained by the person who hands it in. */
#ifndef TUI_VIEWS_REPORT_FAILURES_H
#define TUI_VIEWS_REPORT_FAILURES_H

#include "core/report/report_check.h"

struct failure_line {
    char rule[CHECK_RULE_BYTES];
    char *message, *explained; /* owned; explained NULL: not */
    int64_t org;               /* 0: the total */
    bool explainable;          /* a check of the table; what the text itself tells otherwise is put right, not explained */
};

/* Zero it; release it. */
struct failure_lines {
    struct failure_line *lines; /* owned */
    size_t n, room;
    enum status status;         /* of keeping; look at it when the check has run */
};

/* A check_failure_row: keeps a copy; context is the struct failure_lines. */
bool failure_lines_add(void *lines, const struct check_failure *failure);
void failure_lines_release(struct failure_lines *lines);
/* How many can be explained and are not. */
size_t failure_lines_open(const struct failure_lines *lines);
/* Told one after another: number and message, what was said about it or what to do; nothing when there are none. Appends lines of text. */
void failure_lines_text(const struct failure_lines *lines, struct buf *out);

#endif /* TUI_VIEWS_REPORT_FAILURES_H */
