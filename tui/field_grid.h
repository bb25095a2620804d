/* tui/field_grid.h - where the fields of a form made from the catalogue stand: one grid for all such forms.
 *
 * From GRID_WIDE columns on two short fields share a line, labels at columns 1 and 41; a wider screen moves nothing. Below that each field has a line of its own.
 * Long ones always have. Labels take GRID_LABEL_COLUMNS, so that all brackets of a column open below each other. */
#ifndef TUI_FIELD_GRID_H
#define TUI_FIELD_GRID_H

#include "tui/form.h"

enum { GRID_WIDE = 80, GRID_LABEL_COLUMNS = 12 };

/* A reference: an id as text (no use to people), a code field among others, or one with a line of its own for the record's title. */
enum grid_refs { GRID_NO_REFS, GRID_REFS, GRID_REFS_WIDE };

struct field_grid {
    int cols; /* of the screen */
    int row;  /* of the next field */
    bool right;
    int placed; /* fields so far: groups for Tab are runs of them */
};

void field_grid_start(struct field_grid *grid, int cols);
/* Kind, limits and place of a field's def; its name and label are the catalogue's. lines: height of texts of several lines. needed: FORM_REQUIRED, with room for 必填.
 * A FIELD_REF becomes a code field unless refs is GRID_NO_REFS (see ref_source.h). */
void field_grid_place(struct field_grid *grid, const struct field_def *field, int lines, bool needed, enum grid_refs refs, struct form_def *def);
/* The same on a line of its own with a label of `label_columns` columns (or more, if the label takes them): a question in its full words. */
void field_grid_question(struct field_grid *grid, const struct field_def *field, const char *label, int label_columns, int lines, struct form_def *def);
/* Whether a form laid out for one width must be laid out anew for another. */
bool field_grid_differs(int cols_before, int cols);

#endif /* TUI_FIELD_GRID_H */
