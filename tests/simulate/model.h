/* tests/simulate/model.h - the oracle: every change anybody ever committed, and what the center's order makes of them.
 *
 * Each change has a number of its own, its uid, that no branch, era or restore touches: it travels as the user's name in the header ("u17"). Beside it the model keeps what its author's machine knew
 * when the form was opened (`knew`) and what that machine itself had written before (`path`): sets of uids, taken from what lay in its store, not from any number the protocol gives.
 *
 * model_fold makes rows and conflicts of the changes by the rule at the top of core/record/apply.h, written a second time in the plainest way: no SQL, no layers, no pending values, no log numbers; and
 * beside it says where the rule (order.h: SEEN) took something for known that was not (unsound: a loss) or the other way round (invented: a person is asked for nothing). */
#ifndef TESTS_SIMULATE_MODEL_H
#define TESTS_SIMULATE_MODEL_H

#include "core/base/bytes.h"
#include "core/record/change.h"

enum { MODEL_VALUES_MAX = 4, MODEL_CELLS_MAX = 16, MODEL_TEXT_BYTES = 16, UIDS_MAX = 1024, MODEL_NEWER_FIELD = 1000, MODEL_SHARES_MAX = 8 };

struct uid_set {
    uint64_t bits[UIDS_MAX / 64];
};

void uid_add(struct uid_set *set, uint32_t uid);
bool uid_in(const struct uid_set *set, uint32_t uid);
void uid_union(struct uid_set *set, const struct uid_set *other);
void uid_take_away(struct uid_set *set, const struct uid_set *other);
size_t uid_count(const struct uid_set *set);

struct model_value {
    uint16_t field;
    enum value_kind kind;
    int64_t number;
    char text[MODEL_TEXT_BYTES];
    uint32_t repeat; /* so many words of nonsense behind the text: large changes */
};

/* What the center is to make of it. */
enum model_fate { FATE_APPLIED, FATE_QUARANTINED, FATE_UNKNOWN };

struct model_change {
    uint32_t uid;
    uint32_t txn;       /* changes of one transaction share it */
    size_t machine;     /* index; the author's */
    uint64_t seq, seen;
    bool whole;         /* the center has its content */
    bool twice;         /* the center has it in two logs, at two places */
    uint64_t fold, given; /* filled in from the center before the fold; 0: not there */
    uint64_t type_no;
    int64_t scope;
    struct id id;
    enum change_op op;
    enum model_fate fate;
    struct model_value values[MODEL_VALUES_MAX];
    size_t n_values;
    int64_t org;        /* CHANGE_MOVE: the old owner; CHANGE_SHARE: with whom */
    bool on;            /* CHANGE_SHARE: begins */
    uint64_t header_bytes, bytes; /* model_fingerprint of the header, and on from that of the body, as committed */
    struct uid_set knew, path;
    struct uid_set told; /* the part of `knew` that the author's machine had under numbers up to `seen`; empty where the center was never put back, and gave no change a second number */
};

/* In whose hands a row is, after the fold. */
struct model_hands {
    struct id id;
    int64_t scope, shares[MODEL_SHARES_MAX];
    size_t n_shares;
    bool moved, named; /* a hand-over says whose it is; its first change does */
    bool erased; /* by law: it has no content any more, and no change of it has */
};

struct model {
    struct model_change *changes; /* by uid, from 0 */
    size_t n, cap;
    uint16_t by_header[2 * UIDS_MAX]; /* uid + 1 at its header_bytes, or at the next free place; 0: none */
    struct model_hands *hands; /* one a row that the last fold made */
    size_t n_hands;
    uint64_t unsound, invented, across; /* across: invented where the center lost the known one and gave it another number since (judge), or the numbers of the author's era twice */
    char first_unsound[200], first_invented[200], first_across[200];
};

void model_init(struct model *model);
void model_release(struct model *model);
/* Copies it and gives it the next uid, which it must have already (model->n). */
void model_add(struct model *model, const struct model_change *change);
/* NULL: nobody committed such a thing. */
struct model_change *model_find(struct model *model, uint32_t uid);
/* Of the bytes behind those that `sum` is of (0: the first). */
uint64_t model_fingerprint(uint64_t sum, const void *data, size_t len);
/* The change with this header; NULL: none. */
struct model_change *model_by_header(struct model *model, uint64_t header_bytes);
bool model_is_hand_over(enum change_op op);
/* Somebody committed a change of hands of this row (erased: an erasure), whether or not it has reached anybody. */
bool model_changed_hands(const struct model *model, struct id id, bool erased);
/* Some committed change says that the org has or had the row. */
bool model_org_had(const struct model *model, struct id id, int64_t org);
/* After the fold; NULL: no such row. */
const struct model_hands *model_hands(const struct model *model, struct id id);
bool model_has(const struct model_hands *hands, int64_t org);
/* Fold all changes that have a place in the order and are to be applied. One line per row, per open conflict and per share; each sorted. */
void model_fold(struct model *model, struct buf *rows, struct buf *conflicts, struct buf *shares);
/* The text as it is stored; appended. */
void model_put_text(struct buf *out, const struct model_value *value);
/* " field=value" */
void model_put_value(struct buf *out, const struct model_value *value);
/* Sort the lines of a text. */
void model_sort_lines(struct buf *text);

#endif /* TESTS_SIMULATE_MODEL_H */
