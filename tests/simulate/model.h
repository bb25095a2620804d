/* tests/simulate/model.h - the oracle: every change anybody ever committed, and what the center's order makes of them.
 *
 * It folds the changes by the rule at the top of core/record/apply.h, written a second time in the plainest way: no SQL, no layers, no pending values.
 * What it says about rows and conflicts is compared with the center's tables as text. */
#ifndef TESTS_SIMULATE_MODEL_H
#define TESTS_SIMULATE_MODEL_H

#include "core/base/bytes.h"
#include "core/record/change.h"

enum { MODEL_VALUES_MAX = 4, MODEL_CELLS_MAX = 16, MODEL_TEXT_BYTES = 16 };

struct model_value {
    uint16_t field;
    enum value_kind kind;
    int64_t number;
    char text[MODEL_TEXT_BYTES];
};

struct model_change {
    uint32_t station;
    uint64_t seq, seen;
    uint64_t order; /* filled in from the center before the fold */
    uint64_t type_no;
    int64_t scope;
    struct id id;
    enum change_op op;
    struct model_value values[MODEL_VALUES_MAX];
    size_t n_values;
};

struct model {
    struct model_change *changes; /* in the order they were committed */
    size_t n, cap;
};

void model_init(struct model *model);
void model_release(struct model *model);
void model_add(struct model *model, const struct model_change *change);
struct model_change *model_find(struct model *model, uint32_t station, uint64_t seq);
/* Fold all changes that have an order number. rows: one line per row, sorted by type and id; conflicts: one line each, sorted. */
void model_fold(struct model *model, struct buf *rows, struct buf *conflicts);
/* " field=value" */
void model_put_value(struct buf *out, const struct model_value *value);

#endif /* TESTS_SIMULATE_MODEL_H */
