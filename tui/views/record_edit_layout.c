/* tui/views/record_edit_layout.c - which fields of a record its form shows, and where: from the catalogue, or from the type's style. */
#include <string.h>

#include "tui/field_grid.h"
#include "tui/views/record_edit.h"

/* A long text that must be filled is what the record is for (a template): it gets more lines. */
enum { LINES_ROWS = 2, TEXT_ROWS = 11 };
enum { ORG_TYPE = 1, FIRST_REGISTER = 7, LAST_OF_CASE = 16 };

/* What people, consultations and cases point at is filled by their own screens; the rows of a case's panels are begun in the case. */
static bool asks_reference(const struct record_type *type, const struct field_def *field)
{
    bool of_case = type->no <= LAST_OF_CASE && strcmp(field->name, "case_id") == 0;
    return type->no == ORG_TYPE || (type->no >= FIRST_REGISTER && !of_case);
}

/* What only actions write (core/case/case_flow.h) is shown once it is there; the owner may enter old cases whole. */
static bool is_shown(const struct view *view, const struct record *record, const struct field_def *field)
{
    const struct actor *actor = view_context(view)->actor;
    if (field->kind == FIELD_SECRET || (field->flags & FIELD_MACHINE))
        return false;
    if (field->kind == FIELD_REF && !asks_reference(record->type, field))
        return false;
    if ((field->flags & FIELD_ACTION) && !(actor->owner && actor->center) && record_get(record, field).kind == VALUE_NULL)
        return false;
    return !(field->flags & FIELD_CENTER) || actor->center;
}

void record_edit_choose_fields(struct view *view)
{
    struct record_edit *state = view->state;
    for (size_t i = 0; i < state->record.type->n_fields; i++)
        state->shown[i] = is_shown(view, &state->record, &state->record.type->fields[i]) &&
                          (state->style == NULL || record_style_field(state->style, state->record.type->fields[i].name) != NULL);
}

static void place(struct record_edit *state, struct field_grid *grid, const struct field_def *field)
{
    const struct styled_field *styled = record_style_field(state->style, field->name);
    struct form_def *def = &state->defs[state->n_defs++];
    if (styled != NULL && styled->question != NULL)
        field_grid_question(grid, field, styled->question, state->style->question_columns, LINES_ROWS, def);
    else
        field_grid_place(grid, field, field->flags & FIELD_REQUIRED ? TEXT_ROWS : LINES_ROWS, field->flags & FIELD_REQUIRED, GRID_REFS_WIDE, def);
}

void record_edit_lay_out(struct view *view, int cols)
{
    struct record_edit *state = view->state;
    const struct record_type *type = state->record.type;
    struct field_grid grid;
    field_grid_start(&grid, cols);
    state->cols = cols;
    state->n_defs = 0;
    for (size_t i = 0; i < (state->style != NULL ? state->style->n : type->n_fields); i++) {
        const struct field_def *field = state->style != NULL ? catalogue_field(type, state->style->fields[i].field) : &type->fields[i];
        if (state->shown[catalogue_field_index(type, field)])
            place(state, &grid, field);
    }
    for (size_t i = 0; state->left && i < state->n_defs; i++)
        state->defs[i].flags &= ~(unsigned)FORM_REQUIRED; /* nothing is saved of it */
    if (state->style == NULL)
        form_sections_apply(&state->sections, type->name, state->defs, state->n_defs);
}
