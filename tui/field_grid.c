/* tui/field_grid.c - see field_grid.h. */
#include "tui/field_grid.h"

#include <string.h>

#include "tui/form_room.h"

enum {
    LEFT = 1,
    RIGHT = 41,
    HALF_COLUMNS = 38,
    FULL_COLUMNS = 77,
    NARROW_REST = 3,       /* columns of a narrow screen that are no field: marker, margins */
    BRACKETS = 3,          /* the brackets and the blank after the label */
    SHORT_TEXT_CHARS = 30, /* a text up to this length shares its line */
    CODE_COLUMNS = 6,      /* codes are two to four characters, typed initials and hanzi a bit more */
    LONG_CODE_COLUMNS = 12, /* divisions, words */
    CODES_COLUMNS = 20,
    DAY_COLUMNS = 12,
    NEEDED_COLUMNS = 4,
    GROUP_FIELDS = 6
};

void field_grid_start(struct field_grid *grid, int cols)
{
    *grid = (struct field_grid){.cols = cols};
}

bool field_grid_differs(int cols_before, int cols)
{
    return cols_before < GRID_WIDE ? cols != cols_before : cols < GRID_WIDE;
}

static bool is_wide(const struct field_def *field, enum grid_refs refs)
{
    return (refs == GRID_REFS_WIDE && field->kind == FIELD_REF) || field->kind == FIELD_LONG || field->kind == FIELD_CODES || (field->kind == FIELD_TEXT && catalogue_max_chars(field) > SHORT_TEXT_CHARS);
}

static bool has_long_codes(const struct field_def *field)
{
    static const char *const sets[] = {"town", "village", "org_kind", "case_action"};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (field->kind == FIELD_CODE && strcmp(field->codes, sets[i]) == 0)
            return true;
    return false;
}

static int columns_of(const struct field_grid *grid, const char *label, bool wide)
{
    int all = grid->cols < GRID_WIDE ? grid->cols - NARROW_REST : wide ? FULL_COLUMNS : HALF_COLUMNS;
    return all - form_label_columns(&(struct form_def){.label = label, .label_columns = GRID_LABEL_COLUMNS}) - BRACKETS;
}

/* Inside the bracket, and what stands behind it. */
static void divide(struct form_def *def, const struct field_def *field, int columns)
{
    def->columns = columns;
    def->name_columns = 0;
    if (def->kind == FORM_CODE)
        def->columns = has_long_codes(field) ? LONG_CODE_COLUMNS : CODE_COLUMNS;
    else if (def->kind == FORM_CODES)
        def->columns = CODES_COLUMNS;
    else if (def->kind == FORM_DAY)
        def->columns = DAY_COLUMNS;
    else if (def->flags & FORM_REQUIRED)
        def->columns = columns - NEEDED_COLUMNS;
    def->name_columns = columns - def->columns;
}

void field_grid_place(struct field_grid *grid, const struct field_def *field, int lines, bool needed, enum grid_refs refs, struct form_def *def)
{
    bool wide = is_wide(field, refs) || grid->cols < GRID_WIDE;
    *def = (struct form_def){.name = field->name, .label = field->label, .label_columns = GRID_LABEL_COLUMNS};
    form_def_from_catalogue(field, def);
    if (field->kind == FIELD_REF && refs != GRID_NO_REFS) {
        def->kind = FORM_CODE;
        def->max_chars = 0;
        def->flags |= FORM_AUTO;
    }
    if (needed)
        def->flags |= FORM_REQUIRED;
    if (wide && grid->right) {
        grid->row++;
        grid->right = false;
    }
    def->row = grid->row;
    def->col = grid->right ? RIGHT : LEFT;
    def->rows = field->kind == FIELD_LONG ? lines : 1;
    def->group = ++grid->placed / GROUP_FIELDS;
    divide(def, field, columns_of(grid, def->label, wide));
    if (wide || grid->right)
        grid->row += def->rows;
    grid->right = !wide && !grid->right;
}

void field_grid_question(struct field_grid *grid, const struct field_def *field, const char *label, int label_columns, int lines, struct form_def *def)
{
    int all = grid->cols < GRID_WIDE ? grid->cols - NARROW_REST : FULL_COLUMNS, labels = form_label_columns(&(struct form_def){.label = label, .label_columns = label_columns});
    *def = (struct form_def){.name = field->name, .label = label, .label_columns = label_columns};
    form_def_from_catalogue(field, def);
    grid->row += grid->right;
    grid->right = false;
    def->row = grid->row;
    def->col = LEFT;
    def->rows = field->kind == FIELD_LONG ? lines : 1;
    def->group = ++grid->placed / GROUP_FIELDS;
    divide(def, field, all - labels - BRACKETS);
    grid->row += def->rows;
}
