/* tui/views/record_list_columns.c - the columns of a list: the record type's own default ones, as many as the screen has room for. See record_list.h.
 *
 * One of them is elastic and takes what the others leave; of cases the days left stand behind all. */
#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"
#include "tui/views/record_list.h"

enum { LABEL_MOST = 16, NUMBER_COLUMNS = 3, FIELDS_KEPT = 3, ELASTIC_LEAST = 16, KIND_FROM = 96, DAY_FROM = 76, DAY_FROM_FOREIGN = 92 /* words are longer */ };

static int value_width(const struct field_def *field)
{
    switch (field->kind) {
    case FIELD_DAY:
        return 10;
    case FIELD_PHONE:
        return 13;
    case FIELD_INT:
    case FIELD_BOOL:
        return 6;
    case FIELD_NAME:
        return field->max_chars >= 60 ? 24 : 12;
    default:
        return 10;
    }
}

static int column_width(const struct field_def *field)
{
    int label = (int)width_text(_(field->label), strlen(_(field->label))), width = value_width(field);
    return language_is_foreign() && label > width && label <= LABEL_MOST ? label : width;
}

/* What the others leave to the elastic column; each has two blanks before it, row numbers stand in front. */
static int room_left(const struct record_list *state, int columns)
{
    int left = columns - NUMBER_COLUMNS - (state->shows_due ? DUE_CELL_COLUMNS + 2 : 0);
    for (size_t i = 0; i < state->n_fields; i++)
        left -= state->columns[i].columns + 2;
    return left;
}

/* The last one goes; the elastic one stays. */
static void drop_column(struct record_list *state, size_t *elastic)
{
    size_t last = state->n_fields - 1;
    if (*elastic == last) {
        state->fields[last - 1] = state->fields[last];
        state->columns[last - 1] = state->columns[last];
        *elastic = last - 1;
    }
    state->n_fields--;
}

/* Of a case the kind follows from the cause, and the day it came is told by the days left: they come behind the state, which says what is to be done, and are there on wide screens only. */
static bool is_spare(const struct record_list *state, const struct field_def *field, int columns)
{
    int day_from = language_is_foreign() ? DAY_FROM_FOREIGN : DAY_FROM;
    return state->shows_due && columns > 0 && ((columns < KIND_FROM && strcmp(field->name, "case_type") == 0) || (columns < day_from && field->kind == FIELD_DAY));
}

/* The columns are the type's own default ones; the text that names the record, else the last one, takes what is left of the line; where that is too little, the last ones are left out. */
void record_list_choose_columns(struct record_list *state, int columns)
{
    size_t elastic = LIST_FIELDS_MAX;
    state->shows_due = strcmp(state->type->name, "case") == 0;
    state->cols = columns;
    state->n_fields = 0;
    for (size_t i = 0; i < state->type->n_fields && state->n_fields < LIST_FIELDS_MAX; i++) {
        const struct field_def *field = &state->type->fields[i];
        if (!(field->flags & FIELD_LIST) || field->kind == FIELD_SECRET || field->kind == FIELD_REF || is_spare(state, field, columns))
            continue;
        bool text = field->kind == FIELD_TEXT || field->kind == FIELD_LONG, named = elastic < state->n_fields && (state->fields[elastic]->flags & FIELD_TITLE);
        if (text && (!named || (field->flags & FIELD_TITLE)))
            elastic = state->n_fields;
        state->columns[state->n_fields] = (struct list_column){.label = field->label, .columns = column_width(field)};
        state->fields[state->n_fields++] = field;
    }
    for (size_t i = 0; elastic == LIST_FIELDS_MAX && i < state->n_fields; i++) /* names of causes are long */
        elastic = state->fields[i]->kind == FIELD_CODE && (state->fields[i]->flags & FIELD_TITLE) ? i : elastic;
    if (elastic == LIST_FIELDS_MAX)
        elastic = state->n_fields - 1;
    state->columns[elastic].columns = 0;
    while (columns > 0 && state->n_fields > FIELDS_KEPT && room_left(state, columns) < ELASTIC_LEAST)
        drop_column(state, &elastic);
    if (state->shows_due)
        state->columns[state->n_fields] = (struct list_column){.label = _("期限"), .columns = DUE_CELL_COLUMNS};
}
