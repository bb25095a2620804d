/* core/case/material_line.h - a material as one line of a roster: 居民身份证复印件（身份证明） 2份 3页 原件.
 *
 * The name comes first and may have blanks and brackets of its own. Behind it, divided by blanks, in any order: copies (2份), pages (3页), 原件; a name in brackets at the end of what is left that
 * is one of the set material_kind is the kind. */
#ifndef CORE_CASE_MATERIAL_LINE_H
#define CORE_CASE_MATERIAL_LINE_H

#include "core/record/code_book.h"
#include "core/record/record.h"

/* Fill a record of type `material` from one line. Errors: STATUS_INVALID (no name), record_parse's with the field's label. */
enum status material_line_parse(const char *line, size_t len, const struct code_book *codes, struct record *material, struct errmsg *err);
/* Append the line of a row. */
void material_line_format(const struct record *material, const struct code_book *codes, struct buf *out);

#endif /* CORE_CASE_MATERIAL_LINE_H */
