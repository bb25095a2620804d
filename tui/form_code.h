/* tui/form_code.h - code fields of a form: what was typed, and what code that is. Used by form.c, form_draw.c and views/common.c only. */
#ifndef TUI_FORM_CODE_H
#define TUI_FORM_CODE_H

#include "tui/form.h"

/* Replace typed text by the code it stands for. True for fields that are empty, have no source, or hold codes afterwards. False: it is no
 * code, or several match; err (may be NULL) says so; the text stays. */
bool form_code_settle(struct form *form, size_t field, struct errmsg *err);
/* The codes, joined by ',' for FORM_CODES; text that is no code as it is. */
void form_code_text(const struct form *form, size_t field, struct buf *out);
/* Whether what is typed is a code that cannot be continued. */
bool form_code_is_final(const struct form *form, size_t field);
/* Names of the codes, joined by "，"; nothing for what is no code. */
void form_code_names(const struct form *form, size_t field, struct buf *out);
/* The choices for the part being typed. */
void form_code_hint(const struct form *form, size_t field, size_t columns, struct buf *out);
/* The field's source on the form's day. */
struct code_source form_code_source(const struct form *form, size_t field);

#endif /* TUI_FORM_CODE_H */
