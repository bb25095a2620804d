/* core/record/conflict.h - concurrent edits of one cell: both values kept until a person decides. The rule is in apply.h. */
#ifndef CORE_RECORD_CONFLICT_H
#define CORE_RECORD_CONFLICT_H

#include "core/record/records.h"

struct conflict_side {
    struct value value;  /* borrowed */
    const char *user;
    const char *station;
    const char *machine; /* what it is called (machine_name.h); NULL: not known here */
    int64_t at_ms;       /* the writer's clock */
    int64_t order;       /* the center's number; 0: none yet */
    struct log_id log;   /* the change that wrote it */
    uint64_t seq;
    bool skew_known;
    int64_t skew_ms;     /* the writer's clock minus the center's, at its last contact */
};

/* One open conflict: the visible value and one that lost against it. */
struct conflict {
    int64_t no;                     /* row number, stable while open */
    const struct record_type *type;
    struct id id;
    const struct field_def *field;  /* NULL: delete against edit */
    struct conflict_side shown, other;
};

typedef bool (*conflict_row)(void *context, const struct conflict *conflict);
/* Open conflicts in the actor's scope, of one record (id) or all (NULL), oldest first. */
enum status conflict_list(struct store *store, const struct actor *actor, const struct id *id, size_t limit, conflict_row row, void *context, struct errmsg *err);
/* Cells with open conflicts in the actor's scope, however many values each has: what a person has to decide. */
enum status conflict_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err);
/* All values that one cell has: sides[0] is shown, the others lost against it, oldest first. */
enum { CONFLICT_SIDES_MAX = 6 };
struct conflict_cell {
    const struct record_type *type;
    struct id id;
    const struct field_def *field; /* NULL: delete against edit */
    struct conflict_side sides[CONFLICT_SIDES_MAX]; /* values borrowed during the call */
    size_t n, more;                /* more: sides that found no room here */
};
typedef bool (*conflict_cell_row)(void *context, const struct conflict_cell *cell);
/* The record's cells with open conflicts, oldest first. Nothing if the actor may not see the record. */
enum status conflict_cells(struct store *store, const struct actor *actor, struct id id, conflict_cell_row row, void *context, struct errmsg *err);
/* Records with open conflicts in the actor's scope, the one that waits longest first. */
struct conflict_record {
    const struct record_type *type;
    struct id id;
    int64_t cells;
};
typedef bool (*conflict_record_row)(void *context, const struct conflict_record *record);
enum status conflict_records(struct store *store, const struct actor *actor, size_t limit, conflict_record_row row, void *context, struct errmsg *err);
/* Settle a cell: write `value` (either side's or a third) as a resolve change; all open conflicts of that cell close. field NULL settles delete against
 * edit: a VALUE_INT 1 deletes, 0 keeps. Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_INVALID. */
enum status conflict_resolve(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const struct field_def *field,
                             struct value value, struct errmsg *err);
/* The same with a value that somebody typed: it stands in `record`, which is otherwise as it is stored, and what a save of it by hand would refuse is refused here. What was wrong with the record without it is not asked.
 * Errors: record_check's, reference_check's, conflict_resolve's. */
enum status conflict_resolve_typed(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *record, const struct field_def *field, struct errmsg *err);

/* The values of all sides, each once, joined by " / ": for texts that may say both. Appends. Errors: STATUS_INVALID (no such text field, one that an action wrote, or sides that found no room in the cell). */
enum status conflict_join(const struct conflict_cell *cell, struct buf *out, struct errmsg *err);
/* Take the actor's own settlement, the record's last change, back: the cell shows what it showed before; the other values stay in the history. Errors: as records_undo; STATUS_NOT_FOUND: the last change settled nothing. */
enum status conflict_undo(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, struct errmsg *err);
/* The actor's newest settlement that can still be taken back: made on this machine, and nothing was written in its record since. field NULL: of a deletion. Looks through the newest CONFLICT_SETTLED_LOOK changes of
 * this machine. Errors: STATUS_NOT_FOUND (none), storage. */
enum { CONFLICT_SETTLED_LOOK = 500 };
enum status conflict_last_settled(struct store *store, const struct actor *actor, const struct record_type **type, struct id *id, const struct field_def **field, struct errmsg *err);

#endif /* CORE_RECORD_CONFLICT_H */
