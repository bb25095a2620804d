/* tui/form_sections.h - the parts of a long form: tabs over it say where one is and what is still missing, Tab goes from one to the next.
 *
 * A table (form_sections.c) says for a few types of records at which field each part begins; a form takes the parts of which it has fields. Other forms are one part and show no tabs. */
#ifndef TUI_FORM_SECTIONS_H
#define TUI_FORM_SECTIONS_H

#include "tui/form.h"

enum { SECTIONS_MAX = 12 };

struct form_sections {
    const char *labels[SECTIONS_MAX];
    size_t n; /* 0, or at least 2 */
};

/* Give the defs of a form over records of the type their groups; call it whenever they are laid out. */
void form_sections_apply(struct form_sections *sections, const char *type, struct form_def *defs, size_t n);
/* One row: " 1申请人  2申请 缺1  3案情", the one with the focus bold behind '>'. Nothing where there are no sections. */
void form_sections_draw(const struct form_sections *sections, const struct form *form, struct canvas *canvas, int row);
/* "必填缺 2 项  " when something is missing in the whole form; appends to out. */
void form_missing_text(const struct form *form, struct buf *out);

#endif /* TUI_FORM_SECTIONS_H */
