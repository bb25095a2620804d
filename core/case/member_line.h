/* core/case/member_line.h - a member of the household as one line of a roster: 配偶 王小明 45岁 工资3000元 经营500元 其他收入200元 务农.
 *
 * Words are divided by blanks or commas, in any order: what the person is to the applicant (name, code or pinyin initials of the set relation), an age (45岁), sums (工资, 经营, 其他收入; a
 * sum alone is wages), a name; what is left is the remark. */
#ifndef CORE_CASE_MEMBER_LINE_H
#define CORE_CASE_MEMBER_LINE_H

#include "core/record/code_book.h"
#include "core/record/record.h"

enum { MEMBER_LINES_MAX = 20 };

/* Fill a record of type `relation` from one line. Errors: STATUS_INVALID with the reason in words (no relation, no name), record_parse's with the field's label. */
enum status member_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *member, struct errmsg *err);
/* Append the line of a row, the relation first. */
void member_line_format(const struct record *member, const struct code_book *codes, struct buf *out);

#endif /* CORE_CASE_MEMBER_LINE_H */
