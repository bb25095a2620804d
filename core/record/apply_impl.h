/* core/record/apply_impl.h - one row while a change is applied to it. Inside apply.c, row_edit.c and station_guard.c only. */
#ifndef CORE_RECORD_APPLY_IMPL_H
#define CORE_RECORD_APPLY_IMPL_H

#include "core/record/apply.h"
#include "core/record/change_body.h"

enum { CELLS_MAX = CHANGE_FIELDS_MAX };

/* Who wrote a cell. */
struct writer {
    uint16_t field;
    int64_t log;
    uint64_t seq;
};

/* The same change wrote both. */
static inline bool writer_is(struct writer a, struct writer b)
{
    return a.log == b.log && a.seq == b.seq;
}

/* Where a change stands in the center's order (order.h); fold 0: own and pending. */
struct place {
    uint64_t fold, taken;
};

/* One row while a change is applied to it. Values in `set` point into the change's body, or into `kept`. */
struct row_edit {
    struct store *store;
    const struct record_type *type;
    const struct change *change;
    const struct apply_origin *origin;
    struct apply_outcome *outcome;
    struct errmsg *err;
    struct stmt *row;                    /* the SELECT, open while old values are needed; NULL: no such row */
    bool emptied;                        /* no such row, but its place n in the table is kept (row_rebuild.h) */
    unsigned absence;                    /* why it was emptied: enum reach_absence */
    int64_t n, head, scope;
    bool was_gone;
    struct writer created;               /* writer of every cell not in cells */
    size_t n_cells;
    bool cells_differ;                   /* from what stands in the row */
    bool gone;
    bool is_set[FIELD_MAX_COUNT];
    char *kept[FIELD_MAX_COUNT];         /* owned texts of values that came from a statement */
    struct buf extra;                    /* unknown fields, merged */
    bool extra_differs;
    bool has_conflicts;                  /* the row has open conflicts: closing must be looked at */
    struct writer known;                 /* one remembered answer of place_of */
    struct place known_place;
    /* From here on nothing is cleared: it is looked at up to n_cells, and where is_set says so. */
    struct writer cells[CELLS_MAX];      /* ascending by field */
    struct value set[FIELD_MAX_COUNT];   /* new visible values by field index */
};

/* Who wrote the cell that is shown. */
struct writer row_edit_writer(const struct row_edit *edit, uint16_t field);
/* The value that is shown; null if there is no row. Borrowed until the row is written. */
struct value row_edit_value(const struct row_edit *edit, uint16_t field);
/* Whether the change did not know what `by` wrote. */
enum status row_edit_is_concurrent(struct row_edit *edit, struct writer by, bool *concurrent);

/* row_edit.c: the row as it stands; a row that is not there leaves edit->row NULL. What is set is written into a new row, or into the one that was read. Errors: storage, STATUS_CORRUPT. */
enum status row_edit_load(struct row_edit *edit);
enum status row_edit_insert(struct row_edit *edit);
enum status row_edit_update(struct row_edit *edit);

/* A station's change over the wire: what the catalogue forbids stations to do with this row as it stands. *reason NULL: nothing against it; else static words.
 * Errors: storage. */
enum status station_guard(struct row_edit *edit, const struct change_body *body, const char **reason);

#endif /* CORE_RECORD_APPLY_IMPL_H */
