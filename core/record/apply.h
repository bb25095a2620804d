/* core/record/apply.h - the one function every change passes, one's own and everybody else's: change in, row out.
 *
 * THE RULE. The center's order number (rseq) is the only order; clocks decide nothing. State = the changes in rseq order, folded by this rule, cell by cell (row, field):
 *   the cell's present value was written by change C (log_c, rseq_c); change X (log_x, seen_x) writes it now:
 *     C earlier in the same log (or in a log it was begun from, before the place where it was: branch.h), or C known to X's author by seen_x (order.h)   sequential: X's value replaces C's;
 *     else equal values               X's value stands, nothing is said;
 *     else                            concurrent: the later one (X) is shown and C's value goes to `conflict`;
 *                                     in a hold field C stays shown and X's value goes to `conflict`.
 *   delete is a write to cell 0 (the row's existence): against a concurrent edit of any cell of the row, whichever comes later, the row stays visible and
 *   a conflict on cell 0 is opened. A resolve change writes its cells and closes their conflicts whose loser it has seen, pending or placed.
 * Of a type that has TYPE_INNER or TYPE_LATEST nobody is asked: there the later one counts.
 * Source: research sync.md (d), "Order and conflict"; ODK's baseVersion idea with the center's order in place of per-entity versions.
 *
 * A STATION keeps two layers. Base = the fold of what the center has ordered; on top lie its own changes that have no order number yet (pending). A cell with a pending value
 * remembers its base value in table `base`. A change from the center is folded into the base under a pending cell; when the center tells the place of an own change (a stub
 * entry) that change is folded into the base at that place. So every machine with the same ordered prefix has the same base, and conflicts come out the same everywhere.
 *
 * ROW FORMAT. Each type table: n INTEGER PRIMARY KEY, id BLOB UNIQUE, scope, head (lsn of the last change), w_log, w_seq (who wrote every cell not listed in cells),
 * cells BLOB (exceptions: u16 field no, u32 log no, u64 seq, ascending), gone (1 = deleted), extra BLOB (unknown fields, CBOR map), then one column per field.
 * w_log 0: a row that no change is left of (row_rebuild.h): gone, empty, nobody's; the next change creates it anew in its place.
 * Errors of a change's content (unknown type, wrong kind) are not errors here: the outcome says quarantined and why. */
#ifndef CORE_RECORD_APPLY_H
#define CORE_RECORD_APPLY_H

#include "core/record/catalogue.h"
#include "core/record/change.h"
#include "core/record/store.h"

struct apply_origin {
    int64_t log;      /* log number in table log */
    uint64_t order;   /* its place in the order (fold); 0 = own pending change at a station */
    int64_t lsn;      /* row of table change */
    bool late;         /* from_station: it has had this place before, at a center that lost it */
    bool from_station; /* pushed by a station: the center's types and fields are refused */
    bool absent;       /* the caller has looked in this transaction: no row has this id, nor an emptied place */
    bool writing;      /* being written on this machine now: it must be of the row's scope. What the center has placed is of the row whatever scope it names (reach.h) */
};

struct apply_outcome {
    unsigned conflicts;      /* newly opened */
    const char *quarantine;  /* reason for people, static; NULL: applied */
    int64_t prev;            /* lsn of the row's change before this one; 0 = none */
    int64_t scope;           /* the row's, now */
    bool unknown;            /* type or op of a newer program: kept, not applied */
    bool created;            /* the row's first */
    bool reach;              /* the row changed hands, or is not here any more: reach_settle is to be called for it */
    bool anew;               /* an ordered change came to a row whose creation has no place yet (the same tail of a log went on twice): it is to be made anew (row_rebuild.h) */
    bool erased;             /* the row was erased by law: the change is kept without its body */
};

/* Apply to the projection. body NULL: its content is gone (erased by law, or of a row that left): the change only joins the row's list. Inside the caller's transaction. Errors: storage errors only; the caller rolls back. */
enum status apply_change(struct store *store, const struct change *change, const void *body, size_t body_len, const struct apply_origin *origin, struct apply_outcome *outcome,
                         struct errmsg *err);
/* Station: an own pending change got its order number. */
enum status apply_order(struct store *store, const struct change *change, const void *body, size_t body_len, const struct apply_origin *origin, struct apply_outcome *outcome,
                        struct errmsg *err);

#endif /* CORE_RECORD_APPLY_H */
