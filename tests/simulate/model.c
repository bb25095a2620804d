/* tests/simulate/model.c - the rule of apply.h a second time, plainly. */
#include "tests/simulate/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/catalogue.h"

struct writer {
    uint32_t station;
    uint64_t seq, order;
};

struct cell {
    struct model_value value;
    struct writer by;
};

struct conflict {
    struct id id;
    struct model_value value;
    struct writer by;
};

struct row {
    uint64_t type_no;
    int64_t scope;
    struct id id;
    struct writer created;
    struct cell cells[MODEL_CELLS_MAX];
    size_t n_cells;
};

struct state {
    struct row *rows;
    size_t n_rows;
    struct conflict *conflicts;
    size_t n_conflicts, cap_conflicts;
};

void model_init(struct model *model)
{
    *model = (struct model){0};
}

void model_release(struct model *model)
{
    free(model->changes);
    *model = (struct model){0};
}

void model_add(struct model *model, const struct model_change *change)
{
    if (model->n == model->cap) {
        model->cap = model->cap > 0 ? model->cap * 2 : 64;
        model->changes = realloc(model->changes, model->cap * sizeof *model->changes);
        assert(model->changes != NULL);
    }
    model->changes[model->n++] = *change;
}

struct model_change *model_find(struct model *model, uint32_t station, uint64_t seq)
{
    for (size_t i = 0; i < model->n; i++)
        if (model->changes[i].station == station && model->changes[i].seq == seq)
            return &model->changes[i];
    return NULL;
}

static bool same(const struct model_value *a, const struct model_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_INT)
        return a->number == b->number;
    return a->kind == VALUE_NULL || strcmp(a->text, b->text) == 0;
}

static struct row *find_row(struct state *state, struct id id)
{
    for (size_t i = 0; i < state->n_rows; i++)
        if (id_equal(state->rows[i].id, id))
            return &state->rows[i];
    return NULL;
}

/* The cell, made when it was not there: empty and by the row's creator. */
static struct cell *find_cell(struct row *row, uint16_t field)
{
    for (size_t i = 0; i < row->n_cells; i++)
        if (row->cells[i].value.field == field)
            return &row->cells[i];
    assert(row->n_cells < MODEL_CELLS_MAX);
    row->cells[row->n_cells] = (struct cell){.value = {.field = field}, .by = row->created};
    if (field == 0)
        row->cells[row->n_cells].value.kind = VALUE_INT;
    return &row->cells[row->n_cells++];
}

static bool concurrent(const struct writer *by, const struct model_change *x)
{
    return by->station != x->station && by->order > x->seen;
}

static void open_conflict(struct state *state, struct id id, const struct model_value *value, struct writer by)
{
    for (size_t i = 0; i < state->n_conflicts; i++) {
        const struct conflict *c = &state->conflicts[i];

        if (id_equal(c->id, id) && c->value.field == value->field && c->by.station == by.station && c->by.seq == by.seq)
            return;
    }
    if (state->n_conflicts == state->cap_conflicts) {
        state->cap_conflicts = state->cap_conflicts > 0 ? state->cap_conflicts * 2 : 16;
        state->conflicts = realloc(state->conflicts, state->cap_conflicts * sizeof *state->conflicts);
        assert(state->conflicts != NULL);
    }
    state->conflicts[state->n_conflicts++] = (struct conflict){id, *value, by};
}

static void close_equal(struct state *state, struct id id, const struct model_value *value)
{
    size_t n = 0;

    for (size_t i = 0; i < state->n_conflicts; i++) {
        const struct conflict *c = &state->conflicts[i];

        if (!(id_equal(c->id, id) && c->value.field == value->field && same(&c->value, value)))
            state->conflicts[n++] = *c;
    }
    state->n_conflicts = n;
}

static void close_seen(struct state *state, struct id id, uint16_t field, uint64_t seen)
{
    size_t n = 0;

    for (size_t i = 0; i < state->n_conflicts; i++) {
        const struct conflict *c = &state->conflicts[i];

        if (!(id_equal(c->id, id) && c->value.field == field && c->by.order <= seen))
            state->conflicts[n++] = *c;
    }
    state->n_conflicts = n;
}

static bool is_hold(uint64_t type_no, uint16_t field)
{
    const struct field_def *def = field == 0 ? NULL : catalogue_field_by_no(catalogue_by_no(type_no), field);

    return def != NULL && (def->flags & FIELD_HOLD) != 0;
}

static void write_cell(struct state *state, struct row *row, const struct model_value *value, struct writer self)
{
    struct cell *cell = find_cell(row, value->field);

    close_equal(state, row->id, value);
    cell->value = *value;
    cell->by = self;
}

static void fold_value(struct state *state, struct row *row, const struct model_change *x, const struct model_value *value, struct writer self)
{
    struct cell cell = *find_cell(row, value->field);

    if (concurrent(&cell.by, x) && !same(&cell.value, value)) {
        if (is_hold(row->type_no, value->field)) {
            open_conflict(state, row->id, value, self);
            return;
        }
        open_conflict(state, row->id, &cell.value, cell.by);
    }
    write_cell(state, row, value, self);
}

static void fold_delete(struct state *state, struct row *row, const struct model_change *x, struct writer self)
{
    struct model_value gone = {.field = 0, .kind = VALUE_INT, .number = 1};
    bool unseen = concurrent(&row->created, x);

    for (size_t i = 0; i < row->n_cells; i++)
        if ((row->cells[i].value.field != 0 || row->cells[i].value.number == 0) && concurrent(&row->cells[i].by, x))
            unseen = true; /* an edit, or a decision to keep the row */
    if (unseen)
        open_conflict(state, row->id, &gone, self);
    else
        write_cell(state, row, &gone, self);
}

static void create(struct state *state, const struct model_change *x, struct writer self)
{
    struct row *row;

    state->rows = realloc(state->rows, (state->n_rows + 1) * sizeof *state->rows);
    assert(state->rows != NULL);
    row = &state->rows[state->n_rows++];
    *row = (struct row){.type_no = x->type_no, .scope = x->scope, .id = x->id, .created = self};
    for (size_t i = 0; i < x->n_values; i++)
        find_cell(row, x->values[i].field)->value = x->values[i];
}

static void fold(struct state *state, const struct model_change *x)
{
    struct writer self = {x->station, x->seq, x->order};
    struct row *row = find_row(state, x->id);
    bool existence_named = false;

    if (row == NULL) {
        if (x->op != CHANGE_DELETE)
            create(state, x, self);
        return;
    }
    if (x->op == CHANGE_DELETE) {
        fold_delete(state, row, x, self);
        return;
    }
    for (size_t i = 0; i < x->n_values; i++) {
        existence_named = existence_named || x->values[i].field == 0;
        fold_value(state, row, x, &x->values[i], self);
        if (x->op == CHANGE_RESOLVE)
            close_seen(state, row->id, x->values[i].field, x->seen);
    }
    if (!existence_named) {
        struct cell *cell = find_cell(row, 0);

        if (cell->value.number != 0 && concurrent(&cell->by, x)) {
            open_conflict(state, row->id, &cell->value, cell->by);
            cell->value.number = 0;
            cell->by = self;
        }
    }
}

/* ---- as text ---- */

void model_put_value(struct buf *out, const struct model_value *value)
{
    if (value->kind == VALUE_INT)
        buf_printf(out, " %u=%lld", value->field, (long long)value->number);
    else if (value->kind == VALUE_TEXT)
        buf_printf(out, " %u=%s", value->field, value->text);
    else
        buf_printf(out, " %u=-", value->field);
}

static int compare_changes(const void *a, const void *b)
{
    const struct model_change *x = a, *y = b;

    return (x->order > y->order) - (x->order < y->order);
}

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    if (x->type_no != y->type_no)
        return x->type_no < y->type_no ? -1 : 1;
    return id_compare(x->id, y->id);
}

static int compare_cells(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;

    return (int)x->value.field - (int)y->value.field;
}

static int compare_conflicts(const void *a, const void *b)
{
    const struct conflict *x = a, *y = b;
    int c = id_compare(x->id, y->id);

    if (c != 0)
        return c;
    if (x->value.field != y->value.field)
        return (int)x->value.field - (int)y->value.field;
    if (x->by.station != y->by.station)
        return x->by.station < y->by.station ? -1 : 1;
    return (x->by.seq > y->by.seq) - (x->by.seq < y->by.seq);
}

static void put_row(struct row *row, struct buf *out)
{
    char id[ID_TEXT_BYTES];

    id_format(row->id, id);
    buf_printf(out, "%llu %s scope=%lld", (unsigned long long)row->type_no, id, (long long)row->scope);
    find_cell(row, 0);
    qsort(row->cells, row->n_cells, sizeof row->cells[0], compare_cells);
    for (size_t i = 0; i < row->n_cells; i++)
        if (row->cells[i].value.kind != VALUE_NULL)
            model_put_value(out, &row->cells[i].value);
    buf_putc(out, '\n');
}

void model_fold(struct model *model, struct buf *rows, struct buf *conflicts)
{
    struct model_change *sorted = malloc((model->n + 1) * sizeof *sorted);
    struct state state = {0};
    char id[ID_TEXT_BYTES];

    assert(sorted != NULL);
    memcpy(sorted, model->changes, model->n * sizeof *sorted);
    qsort(sorted, model->n, sizeof *sorted, compare_changes);
    for (size_t i = 0; i < model->n; i++)
        if (sorted[i].order != 0)
            fold(&state, &sorted[i]);
    if (state.n_rows > 0)
        qsort(state.rows, state.n_rows, sizeof *state.rows, compare_rows);
    for (size_t i = 0; i < state.n_rows; i++)
        put_row(&state.rows[i], rows);
    if (state.n_conflicts > 0)
        qsort(state.conflicts, state.n_conflicts, sizeof *state.conflicts, compare_conflicts);
    for (size_t i = 0; i < state.n_conflicts; i++) {
        const struct conflict *c = &state.conflicts[i];

        id_format(c->id, id);
        buf_printf(conflicts, "%s by %u/%llu", id, c->by.station, (unsigned long long)c->by.seq);
        model_put_value(conflicts, &c->value);
        buf_putc(conflicts, '\n');
    }
    free(sorted);
    free(state.rows);
    free(state.conflicts);
}
