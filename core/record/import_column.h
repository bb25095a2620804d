/* core/record/import_column.h - what a spreadsheet's column head means when it is neither a field's name nor its label: the words offices write ("身份证号码", "联系电话*", "处理情况").
 *
 * Blanks, *, colons and a bracketed remark do not count ("姓名（必填）"). Sums are never taken by such a word: whether 元 or 分 was meant must be said (--map). */
#ifndef CORE_RECORD_IMPORT_COLUMN_H
#define CORE_RECORD_IMPORT_COLUMN_H

#include "core/record/catalogue.h"

/* The field, or NULL. */
const struct field_def *import_column_field(const struct record_type *type, const char *head);

#endif /* CORE_RECORD_IMPORT_COLUMN_H */
