/* tui/form_room.c - see form_room.h. */
#include "tui/form_room.h"

#include <string.h>

#include "core/base/language.h"
#include "core/base/width.h"

enum { LABEL_MOST = 22, FIELD_LEAST = 4, AROUND_FIELD = 3 /* blank after the label, brackets */, MARGIN = 1 };

static int width_of_label(const char *label)
{
    return (int)width_text(label, strlen(label));
}

int form_label_columns(const struct form_def *def)
{
    int columns = width_of_label(_(def->label)), most = def->label_columns > LABEL_MOST ? def->label_columns : LABEL_MOST;
    if (!language_is_foreign())
        most = columns;
    columns = columns > most ? most : columns;
    return columns < def->label_columns ? def->label_columns : columns;
}

/* By how much the labels of the column at col are wider than its table gave them. Sets what they take now. */
static int widen(struct form_def *defs, size_t n, int col)
{
    int given = 0, needed = 0;
    for (size_t i = 0; i < n; i++) {
        if (defs[i].col != col || defs[i].label[0] == '\0')
            continue;
        int own = width_of_label(defs[i].label), shown = form_label_columns(&defs[i]);
        own = own > defs[i].label_columns ? own : defs[i].label_columns;
        given = own > given ? own : given;
        needed = shown > needed ? shown : needed;
    }
    if (needed <= given)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (defs[i].col == col && defs[i].label[0] != '\0')
            defs[i].label_columns = needed;
    return needed - given;
}

/* The field's end is brought into the line. */
static void shrink(struct form_def *def, int cols)
{
    int label = def->label[0] != '\0' ? form_label_columns(def) : -1;
    int over = def->col + label + AROUND_FIELD + def->columns + def->name_columns - (cols - MARGIN);
    int names = over < def->name_columns ? over : def->name_columns;
    if (over <= 0)
        return;
    def->name_columns -= names;
    over -= names;
    def->columns = def->columns - over > FIELD_LEAST ? def->columns - over : FIELD_LEAST;
}

void form_make_room(struct form_def *defs, size_t n, int cols)
{
    int from = -1, shift = 0;
    for (;;) { /* the columns from left to right, as the table has them */
        int col = INT32_MAX;
        for (size_t i = 0; i < n; i++)
            col = defs[i].col > from && defs[i].col < col ? defs[i].col : col;
        if (col == INT32_MAX)
            break;
        int grown = widen(defs, n, col);
        for (size_t i = 0; i < n; i++)
            defs[i].col += defs[i].col > col ? grown : 0;
        shift += grown;
        from = col;
    }
    for (size_t i = 0; i < n && shift > 0; i++)
        shrink(&defs[i], cols);
}
