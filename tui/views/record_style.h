/* tui/views/record_style.h - forms that are read aloud to somebody: for a few record types the order of the fields, the words of the question in place of the label, and which questions
 * are passed over. Types that have no style stand as the catalogue has them. */
#ifndef TUI_VIEWS_RECORD_STYLE_H
#define TUI_VIEWS_RECORD_STYLE_H

#include "core/record/catalogue.h"

struct styled_field {
    const char *field;
    const char *question; /* NULL: the catalogue's label, in the common grid */
    const char *when;     /* "field=code": passed over on the way unless it holds; NULL */
};

struct record_style {
    const char *type;
    const char *first;    /* the field where a new record begins */
    int question_columns; /* width of the questions, so that their brackets stand below each other */
    const struct styled_field *fields;
    size_t n;
    const char *follow, *follow_question; /* a reference that the save may bring along: the question whether to open it; NULL */
};

/* NULL if the type has none. */
const struct record_style *record_style(const struct record_type *type);
/* NULL if the style does not name the field; style may be NULL. */
const struct styled_field *record_style_field(const struct record_style *style, const char *field);

#endif /* TUI_VIEWS_RECORD_STYLE_H */
