/* core/record/conflict.h - concurrent edits of one cell: both values kept until a person decides. The rule is in apply.h. */
#ifndef CORE_RECORD_CONFLICT_H
#define CORE_RECORD_CONFLICT_H

#include "core/record/records.h"

struct conflict_side {
    struct value value;  /* borrowed */
    const char *user;
    const char *station;
    int64_t at_ms;       /* the writer's clock */
    int64_t order;
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
enum status conflict_count(struct store *store, const struct actor *actor, int64_t *count, struct errmsg *err);
/* Settle a cell: write `value` (either side's or a third) as a resolve change; all open conflicts of that cell close. field NULL settles delete against
 * edit: a VALUE_INT 1 deletes, 0 keeps. Errors: STATUS_NOT_FOUND, STATUS_FORBIDDEN, STATUS_INVALID. */
enum status conflict_resolve(struct store *store, const struct actor *actor, const struct record_type *type, struct id id, const struct field_def *field,
                             struct value value, struct errmsg *err);

#endif /* CORE_RECORD_CONFLICT_H */
