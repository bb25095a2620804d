/* tests/simulate/model.c - the rule of apply.h a second time, plainly. */
#include "tests/simulate/model.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/catalogue.h"

enum { ROW_DELETES_MAX = 8 };

struct cell {
    struct model_value value;
    uint32_t by; /* uid */
};

struct conflict {
    struct id id;
    struct model_value value;
    uint32_t by;
};

struct row {
    uint64_t type_no;
    struct id id;
    struct model_hands hands;
    bool born; /* not only changes of hands so far */
    uint32_t created;
    struct cell cells[MODEL_CELLS_MAX];
    size_t n_cells;
    uint32_t deletes[ROW_DELETES_MAX]; /* uids: that stand before its first change */
    size_t n_deletes;
};

struct state {
    struct model *model;
    struct row *rows;
    size_t n_rows, cap_rows;
    struct conflict *conflicts;
    size_t n_conflicts, cap_conflicts;
};

/* ---- sets ---- */

void uid_add(struct uid_set *set, uint32_t uid)
{
    assert(uid < UIDS_MAX);
    set->bits[uid / 64] |= UINT64_C(1) << uid % 64;
}

bool uid_in(const struct uid_set *set, uint32_t uid)
{
    return uid < UIDS_MAX && (set->bits[uid / 64] >> uid % 64 & 1) != 0;
}

void uid_union(struct uid_set *set, const struct uid_set *other)
{
    for (size_t i = 0; i < UIDS_MAX / 64; i++)
        set->bits[i] |= other->bits[i];
}

void uid_take_away(struct uid_set *set, const struct uid_set *other)
{
    for (size_t i = 0; i < UIDS_MAX / 64; i++)
        set->bits[i] &= ~other->bits[i];
}

size_t uid_count(const struct uid_set *set)
{
    size_t n = 0;

    for (size_t i = 0; i < UIDS_MAX / 64; i++)
        n += (size_t)__builtin_popcountll(set->bits[i]);
    return n;
}

/* ---- changes ---- */

void model_init(struct model *model)
{
    *model = (struct model){0};
}

void model_release(struct model *model)
{
    free(model->changes);
    free(model->hands);
    *model = (struct model){0};
}

uint64_t model_fingerprint(uint64_t sum, const void *data, size_t len)
{
    const uint64_t mix = UINT64_C(0x9E3779B97F4A7C15);
    const uint8_t *at = data;
    uint64_t word;

    for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
        memcpy(&word, at, sizeof word);
        sum = (sum ^ word) * mix;
        sum ^= sum >> 32;
    }
    word = (uint64_t)len << 56; /* fewer than 8 bytes are left, so its place is free */
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)at[i] << 8 * i;
    sum = (sum ^ word) * mix;
    return sum ^ sum >> 29;
}

/* Where it stands, or the free place where it would. */
static uint16_t *place_of_header(struct model *model, uint64_t header_bytes)
{
    size_t places = sizeof model->by_header / sizeof *model->by_header, at = header_bytes % places;

    while (model->by_header[at] != 0 && model->changes[model->by_header[at] - 1].header_bytes != header_bytes)
        at = (at + 1) % places;
    return &model->by_header[at];
}

struct model_change *model_by_header(struct model *model, uint64_t header_bytes)
{
    uint16_t found = *place_of_header(model, header_bytes);

    return found != 0 ? &model->changes[found - 1] : NULL;
}

void model_add(struct model *model, const struct model_change *change)
{
    assert(change->uid == model->n && model->n < UIDS_MAX);
    if (model->n == model->cap) {
        model->cap = model->cap > 0 ? model->cap * 2 : 64;
        model->changes = realloc(model->changes, model->cap * sizeof *model->changes);
        assert(model->changes != NULL);
    }
    model->changes[model->n++] = *change;
    *place_of_header(model, change->header_bytes) = (uint16_t)(change->uid + 1);
}

struct model_change *model_find(struct model *model, uint32_t uid)
{
    return uid < model->n ? &model->changes[uid] : NULL;
}

/* ---- hands ---- */

bool model_is_hand_over(enum change_op op)
{
    return op == CHANGE_MOVE || op == CHANGE_SHARE || op == CHANGE_ERASE;
}

bool model_changed_hands(const struct model *model, struct id id, bool erased)
{
    for (size_t i = 0; i < model->n; i++)
        if (model_is_hand_over(model->changes[i].op) && (!erased || model->changes[i].op == CHANGE_ERASE) && id_equal(model->changes[i].id, id))
            return true;
    return false;
}

bool model_org_had(const struct model *model, struct id id, int64_t org)
{
    for (size_t i = 0; i < model->n; i++)
        if ((model->changes[i].scope == org || model->changes[i].org == org) && id_equal(model->changes[i].id, id))
            return true;
    return false;
}

const struct model_hands *model_hands(const struct model *model, struct id id)
{
    for (size_t i = 0; i < model->n_hands; i++)
        if (id_equal(model->hands[i].id, id))
            return &model->hands[i];
    return NULL;
}

bool model_has(const struct model_hands *hands, int64_t org)
{
    if (hands->scope == 0 || hands->scope == org)
        return true;
    for (size_t i = 0; i < hands->n_shares; i++)
        if (hands->shares[i] == org)
            return true;
    return false;
}

/* ---- the rule ---- */

static bool same(const struct model_value *a, const struct model_value *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == VALUE_INT)
        return a->number == b->number;
    return a->kind == VALUE_NULL || (strcmp(a->text, b->text) == 0 && a->repeat == b->repeat);
}

static uint64_t era(uint64_t order)
{
    return order / (UINT64_C(1) << 40);
}

/* The numbers of the era that x's author had seen were given twice before x got its place: such eras are told apart by a step to the next multiple of 256. */
static bool given_twice(const struct model_change *x)
{
    return era(x->fold) / 256 > era(x->seen) / 256;
}

/* Had c come to the author of x by the center's order? A cursor counts deliveries. Places can be counted too, within the era of the cursor, unless its numbers were given twice. */
static bool number_seen(const struct model_change *c, const struct model_change *x)
{
    return c->given <= x->seen || (!given_twice(x) && era(c->fold) == era(x->seen) && c->fold <= x->seen);
}

/* One of the row's changes came twice: the model, which knows each once, says nothing of it. */
static bool is_spoiled(const struct model *model, struct id id)
{
    for (size_t i = 0; i < model->n; i++)
        if (model->changes[i].twice && id_equal(model->changes[i].id, id))
            return true;
    return false;
}

static void note(uint64_t *count, char first[200], const struct model_change *c, const char *what, const struct model_change *x, const char *then)
{
    if ((*count)++ == 0)
        snprintf(first, 200, "u%u (fold %llx given %llx) %s u%u (seen %llx)%s", c->uid, (unsigned long long)c->fold, (unsigned long long)c->given, what, x->uid, (unsigned long long)x->seen, then);
}

/* Of a c that x's cursor does not cover: whether the center gave c another number since the author of x saw it, or x's cursor says nothing (given_twice). So it is when c's number is of another era than the cursor; and
 * within one era when x's machine had c under a number that the cursor did cover, which cannot be c's number now: the center lost c, x's machine followed its new era, and only then c's own writer brought c again. */
static bool across(const struct model_change *c, const struct model_change *x)
{
    return era(c->given) != era(x->seen) || given_twice(x) || uid_in(&x->told, c->uid);
}

/* What the rule says about c being known to the author of x, beside what is true. */
static void judge(struct state *state, const struct model_change *c, const struct model_change *x, bool rule, bool differs)
{
    struct model *model = state->model;
    bool truth = uid_in(&x->path, c->uid) || uid_in(&x->knew, c->uid);

    if (rule == truth || !differs || is_spoiled(model, x->id))
        return;
    if (rule)
        note(&model->unsound, model->first_unsound, c, "is taken for seen by", x, ", which did not know it");
    else if (across(c, x))
        note(&model->across, model->first_across, c, "was known to", x, ", yet counts as concurrent");
    else
        note(&model->invented, model->first_invented, c, "was known to", x, ", yet counts as concurrent");
}

/* Did the author of x not know c? */
static bool concurrent(struct state *state, uint32_t c_uid, const struct model_change *x, bool differs)
{
    const struct model_change *c = &state->model->changes[c_uid];
    bool known = uid_in(&x->path, c->uid) || number_seen(c, x);

    judge(state, c, x, known, differs);
    return !known;
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

static void open_conflict(struct state *state, struct id id, const struct model_value *value, uint32_t by)
{
    for (size_t i = 0; i < state->n_conflicts; i++) {
        const struct conflict *c = &state->conflicts[i];

        if (id_equal(c->id, id) && c->value.field == value->field && c->by == by)
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

/* A decision closes the conflicts whose loser had come to its author by the center's order: only then was it one. */
static void close_seen(struct state *state, struct id id, uint16_t field, const struct model_change *x)
{
    size_t n = 0;

    for (size_t i = 0; i < state->n_conflicts; i++) {
        const struct conflict *c = &state->conflicts[i];

        const struct model_change *loser = &state->model->changes[c->by];
        bool mine = id_equal(c->id, id) && c->value.field == field, known = number_seen(loser, x);

        if (mine && known)
            judge(state, loser, x, true, true);
        if (!mine || !known)
            state->conflicts[n++] = *c;
    }
    state->n_conflicts = n;
}

static bool is_hold(uint64_t type_no, uint16_t field)
{
    const struct field_def *def = field == 0 ? NULL : catalogue_field_by_no(catalogue_by_no(type_no), field);

    return def != NULL && (def->flags & FIELD_HOLD) != 0;
}

static void write_cell(struct state *state, struct row *row, const struct model_value *value, uint32_t self)
{
    struct cell *cell = find_cell(row, value->field);

    close_equal(state, row->id, value);
    cell->value = *value;
    cell->by = self;
}

static void fold_value(struct state *state, struct row *row, const struct model_change *x, const struct model_value *value)
{
    struct cell cell = *find_cell(row, value->field);
    bool differs = !same(&cell.value, value);

    if (concurrent(state, cell.by, x, differs) && differs) {
        if (is_hold(row->type_no, value->field)) {
            open_conflict(state, row->id, value, x->uid);
            return;
        }
        open_conflict(state, row->id, &cell.value, cell.by);
    }
    write_cell(state, row, value, x->uid);
}

static void fold_delete(struct state *state, struct row *row, const struct model_change *x)
{
    struct model_value gone = {.field = 0, .kind = VALUE_INT, .number = 1};
    bool unseen = concurrent(state, row->created, x, true);

    for (size_t i = 0; i < row->n_cells; i++)
        if (row->cells[i].value.field != 0 || row->cells[i].value.number == 0) /* an edit, or a decision to keep the row */
            unseen = concurrent(state, row->cells[i].by, x, !unseen) || unseen;
    if (unseen)
        open_conflict(state, row->id, &gone, x->uid);
    else
        write_cell(state, row, &gone, x->uid);
}

/* A row, or a place for one: a change of hands may stand before the row's own changes, at a center that was put back. */
static struct row *make_place(struct state *state, const struct model_change *x)
{
    struct row *row;

    if (state->n_rows == state->cap_rows) {
        state->cap_rows = state->cap_rows > 0 ? state->cap_rows * 2 : 32;
        state->rows = realloc(state->rows, state->cap_rows * sizeof *state->rows);
        assert(state->rows != NULL);
    }
    row = &state->rows[state->n_rows++];
    *row = (struct row){.type_no = x->type_no, .id = x->id, .hands = {.id = x->id}};
    return row;
}

/* Deletes that come before the row, at a center that lost it and got them first: the row comes all the same, and a person decides. */
static void create(struct state *state, struct row *row, const struct model_change *x)
{
    static const struct model_value gone = {.field = 0, .kind = VALUE_INT, .number = 1};

    for (size_t i = 0; i < row->n_deletes; i++)
        if (concurrent(state, row->deletes[i], x, true))
            open_conflict(state, row->id, &gone, row->deletes[i]);
    row->born = true;
    row->created = x->uid;
    for (size_t i = 0; i < x->n_values; i++)
        find_cell(row, x->values[i].field)->value = x->values[i];
}

/* An edit of a row that was deleted unseen: it comes back, and a person decides. */
static void revive(struct state *state, struct row *row, const struct model_change *x)
{
    struct cell *cell = find_cell(row, 0);

    if (cell->value.number == 0 || !concurrent(state, cell->by, x, true))
        return;
    open_conflict(state, row->id, &cell->value, cell->by);
    cell->value.number = 0;
    cell->by = x->uid;
}

static void set_share(struct model_hands *hands, int64_t org, bool on)
{
    size_t n = 0;

    for (size_t i = 0; i < hands->n_shares; i++)
        if (hands->shares[i] != org)
            hands->shares[n++] = hands->shares[i];
    assert(n < MODEL_SHARES_MAX);
    if (on)
        hands->shares[n++] = org;
    hands->n_shares = n;
}

/* The rule of reach.h, wherever the row's own changes stand (whoever handed it over had it before him): what is an org's own is not shared with it, nor with who gave it away; a share names the owner; of what is erased nothing is left. */
static void fold_hands(struct state *state, struct row *row, const struct model_change *x)
{
    size_t n = 0;

    if (x->op != CHANGE_ERASE) {
        row->hands.scope = x->scope;
        row->hands.moved = true;
    }
    if (x->op == CHANGE_MOVE) {
        set_share(&row->hands, x->scope, false);
        set_share(&row->hands, x->org, false);
    } else if (x->op == CHANGE_SHARE) {
        set_share(&row->hands, x->org, x->on);
    } else {
        row->hands.erased = true;
        for (size_t i = 0; i < state->n_conflicts; i++)
            if (!id_equal(state->conflicts[i].id, row->id))
                state->conflicts[n++] = state->conflicts[i];
        state->n_conflicts = n;
    }
}

static void fold(struct state *state, const struct model_change *x)
{
    struct row *row = find_row(state, x->id);
    bool existence_named = false;

    if (row == NULL)
        row = make_place(state, x);
    if (model_is_hand_over(x->op)) {
        fold_hands(state, row, x);
        return;
    }
    if (row->hands.erased)
        return;
    if (x->op != CHANGE_DELETE && !row->hands.named) {
        row->hands.named = true;
        row->hands.scope = row->hands.moved ? row->hands.scope : x->scope;
    }
    if (!row->born) {
        if (x->op == CHANGE_DELETE) {
            assert(row->n_deletes < ROW_DELETES_MAX);
            row->deletes[row->n_deletes++] = x->uid;
        } else {
            create(state, row, x);
        }
        return;
    }
    if (x->op == CHANGE_DELETE) {
        fold_delete(state, row, x);
        return;
    }
    for (size_t i = 0; i < x->n_values; i++) {
        existence_named = existence_named || x->values[i].field == 0;
        fold_value(state, row, x, &x->values[i]);
        if (x->op == CHANGE_RESOLVE)
            close_seen(state, row->id, x->values[i].field, x);
    }
    if (!existence_named)
        revive(state, row, x);
}

/* ---- as text ---- */

void model_put_text(struct buf *out, const struct model_value *value)
{
    buf_puts(out, value->text);
    for (uint32_t i = 0, mix = value->repeat; i < value->repeat; i++) { /* does not pack well */
        mix = mix * 1664525u + 1013904223u;
        buf_printf(out, "%08x", mix);
    }
}

void model_put_value(struct buf *out, const struct model_value *value)
{
    if (value->kind == VALUE_INT) {
        buf_printf(out, " %u=%lld", value->field, (long long)value->number);
    } else if (value->kind == VALUE_TEXT) {
        buf_printf(out, " %u=", value->field);
        model_put_text(out, value);
    } else {
        buf_printf(out, " %u=-", value->field);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const struct model_change *const *x = a, *const *y = b;

    return ((*x)->fold > (*y)->fold) - ((*x)->fold < (*y)->fold);
}

static int compare_cells(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;

    return (int)x->value.field - (int)y->value.field;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void model_sort_lines(struct buf *text)
{
    size_t n = 0, at = 0;
    char *copy = strdup(buf_cstr(text)), **lines;

    assert(copy != NULL);
    for (size_t i = 0; i < text->len; i++)
        n += text->data[i] == '\n';
    lines = malloc((n + 1) * sizeof *lines);
    assert(lines != NULL);
    for (char *line = copy, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = 0;
        lines[at++] = line;
    }
    qsort(lines, n, sizeof *lines, compare_lines);
    buf_clear(text);
    for (size_t i = 0; i < n; i++) {
        buf_puts(text, lines[i]);
        buf_putc(text, '\n');
    }
    free(lines);
    free(copy);
}

static void put_row(struct row *row, struct buf *out)
{
    char id[ID_TEXT_BYTES];

    id_format(row->id, id);
    buf_printf(out, "%llu %s scope=%lld", (unsigned long long)row->type_no, id, (long long)row->hands.scope);
    find_cell(row, 0);
    qsort(row->cells, row->n_cells, sizeof row->cells[0], compare_cells);
    for (size_t i = 0; i < row->n_cells; i++)
        if (row->cells[i].value.kind != VALUE_NULL || row->cells[i].value.field >= MODEL_NEWER_FIELD)
            model_put_value(out, &row->cells[i].value);
    buf_putc(out, '\n');
}

static void keep_hands(struct model *model, const struct state *state, struct buf *shares)
{
    char id[ID_TEXT_BYTES];

    free(model->hands);
    model->hands = malloc((state->n_rows + 1) * sizeof *model->hands);
    assert(model->hands != NULL);
    model->n_hands = 0;
    for (size_t i = 0; i < state->n_rows; i++) {
        const struct model_hands *hands = &state->rows[i].hands;

        if (!state->rows[i].born && !hands->moved && !hands->erased)
            continue;
        model->hands[model->n_hands++] = *hands;
        id_format(hands->id, id);
        for (size_t k = 0; k < hands->n_shares; k++)
            buf_printf(shares, "%s with %lld\n", id, (long long)hands->shares[k]);
    }
}

void model_fold(struct model *model, struct buf *rows, struct buf *conflicts, struct buf *shares)
{
    const struct model_change **sorted = malloc((model->n + 1) * sizeof *sorted);
    struct state state = {.model = model};
    char id[ID_TEXT_BYTES];
    size_t n = 0;

    assert(sorted != NULL);
    for (size_t i = 0; i < model->n; i++)
        if (model->changes[i].fold != 0 && model->changes[i].fate == FATE_APPLIED)
            sorted[n++] = &model->changes[i];
    qsort(sorted, n, sizeof *sorted, compare_changes);
    for (size_t i = 0; i < n; i++)
        fold(&state, sorted[i]);
    for (size_t i = 0; i < state.n_rows; i++)
        if (state.rows[i].born && !state.rows[i].hands.erased)
            put_row(&state.rows[i], rows);
    keep_hands(model, &state, shares);
    for (size_t i = 0; i < state.n_conflicts; i++) {
        const struct conflict *c = &state.conflicts[i];

        id_format(c->id, id);
        buf_printf(conflicts, "%s by u%u", id, c->by);
        model_put_value(conflicts, &c->value);
        buf_putc(conflicts, '\n');
    }
    model_sort_lines(rows);
    model_sort_lines(conflicts);
    model_sort_lines(shares);
    free(sorted);
    free(state.rows);
    free(state.conflicts);
}
