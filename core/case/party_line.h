/* core/case/party_line.h - somebody else in a case as one line of a roster: 对方当事人 某公司, 共同申请人 王小明 13900000002, 代理申请人 赵秀兰 女儿 ...
 *
 * Words are divided by blanks or commas, in any order: an identity (code, name or pinyin initials of the set party_role; without one it is a co-applicant), a relation to the applicant by
 * its name (behind the identity also by its code), a telephone number, an identity number, a name; the second other word is the employer. */
#ifndef CORE_CASE_PARTY_LINE_H
#define CORE_CASE_PARTY_LINE_H

#include "core/record/code_book.h"
#include "core/record/record.h"

enum { PARTY_LINES_MAX = 32 };

/* Fill a record of type `party` from one line. Errors: STATUS_INVALID with the reason in words (no name, two names too many, a number that is none), record_parse's with the field's label. */
enum status party_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *party, struct errmsg *err);
/* Append the line of a row: what a line has words for, the identity first. */
void party_line_format(const struct record *party, const struct code_book *codes, struct buf *out);

#endif /* CORE_CASE_PARTY_LINE_H */
