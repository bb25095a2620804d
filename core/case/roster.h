/* core/case/roster.h - rosters inside the forms of a case: materials, other people, the household. A roster is the text of one field of the step, a line a row; each row becomes a record of its type
 * when the action is done (case_rows.c, household.c), so drafts, history and the command line hold it as they hold any text.
 *
 *   field     row        a line
 *   items     material   居民身份证复印件（身份证明） 2份 3页 原件: the name may have blanks; what stands behind it counts only at the end
 *   parties   party      对方当事人 某公司 / 共同申请人 王小明 13900000002 配偶: words in any order (party_line.h)
 *   members   relation   配偶 王小明 45岁 工资3000元 经营500元 务农: words in any order, the rest is the remark (member_line.h)
 *
 * A row can be written as a line again (roster_line_format) and gives the same row when it is read: that is how a table on the screen edits it. */
#ifndef CORE_CASE_ROSTER_H
#define CORE_CASE_ROSTER_H

#include "core/record/code_book.h"
#include "core/record/record.h"

enum { ROSTER_COLUMNS_MAX = 7, ROSTER_ROWS_MAX = 64 };

struct roster_column {
    const char *field; /* of the row's type */
    const char *label; /* short, for the head of a table */
    int columns;       /* in a table 80 columns wide; 0: what is left */
};

struct roster {
    const char *field; /* of the step */
    const char *type;  /* of the rows */
    const char *none;  /* what a table without rows says */
    struct roster_column columns[ROSTER_COLUMNS_MAX]; /* in the order of a line */
    size_t n_columns, max;                            /* rows: at most ROSTER_ROWS_MAX */
    /* Fill a row from one line. Errors: STATUS_INVALID with the reason in words, naming the column; record_parse's. */
    enum status (*parse)(const char *line, size_t len, const struct code_book *codes, struct record *row, struct errmsg *err);
    /* Append the row's line without looking whether it can be read. */
    void (*format)(const struct record *row, const struct code_book *codes, struct buf *out);
};

/* The roster that a field of the step is; NULL: it is none. */
const struct roster *roster_of(const char *field);
/* A row of the roster's type from one line; the row is an empty record of that type. Errors: roster.parse's. */
enum status roster_line_parse(const struct roster *roster, const char *line, size_t len, const struct code_book *codes, struct record *row, struct errmsg *err);
/* The line of a row, appended. Errors: STATUS_INVALID (a cell holds what a line cannot: the message names the column; nothing appended), STATUS_NOMEM. */
enum status roster_line_format(const struct roster *roster, const struct record *row, const struct code_book *codes, struct buf *out, struct errmsg *err);
/* Whether every line can be read and none is too many. Errors: STATUS_INVALID "第 2 行: ..", line breaks and semicolons divide; *line (may be NULL) gets the row, from 1. */
enum status roster_check(const struct roster *roster, const char *text, const struct code_book *codes, size_t *line, struct errmsg *err);
/* Rows in the text. */
size_t roster_count(const char *text);
/* "第 2 行: " before the message of row `line` (from 1). */
enum status roster_wrong(struct errmsg *err, enum status status, size_t line);

#endif /* CORE_CASE_ROSTER_H */
