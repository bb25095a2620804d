/* core/record/upward_gather.h - a county center's order, copied change by change into the upward store (core/record/upward.h has the format).
 *
 * The upward store is a station's, enrolled at the hub: what is appended to it here travels by the code that every station uses. One call is one transaction of the upward store with the new changes and the
 * CURSOR: the center's local number (lsn) of the last change that was told. So a process that is killed anywhere has told each change exactly once, as far as this store knows. Numbers of a center rise and
 * are never filled in later; a change that comes late, to an old place, or with a record that was moved, has a new number too. So reading above the cursor finds everything, and work grows with what is new.
 *
 * MARKS. Kept with the cursor: some earlier cursors, the farther back the fewer, each with the chain value of its change and the own number it was told up to. When the center was put back (a restore, a rolled
 * back machine, numbers given twice: core/record/order.h) the change at the cursor is not what it was; then the newest mark that still holds becomes the cursor, what lies above it is told again (the hub takes
 * an inner change once), and every row that was told since that mark is TOLD ANEW as it stands now, or as gone: the center may have lost what was told.
 * COPIES. What the hub has of this county in other logs (an upward folder that was lost, put back or copied) comes down like anybody's changes. The hub may be put back to before it had them, and takes only from
 * the machine that wrote a change; so what they told must stand on the own log, too: rows that the center does not have so, and what was erased by law, are told by the own log once more (upward_copies.c), figures
 * as core/report/upward_cells.h says. Everything else the own log tells by itself.
 * The first change of the center's order says whose store it is: another center's is refused.
 *
 * Kept in table meta of the upward store: upward_order (cursor), upward_marks (blob: 24 bytes each, oldest first: cursor u64, own lsn u64, first 8 bytes of the chain value), upward_origin (chain value of the
 * center's first change), upward_anew, upward_anew_to (own lsns whose rows are to be told anew: above the one, up to the other), upward_copies (up to which own lsn other copies were
 * heard), upward_told_ms. */
#ifndef CORE_RECORD_UPWARD_GATHER_H
#define CORE_RECORD_UPWARD_GATHER_H

#include "core/record/store.h"

enum { UPWARD_BATCH_CHANGES = 256, UPWARD_LOOK_CHANGES = 4096 /* of the own store, for what copies told, in one call */, UPWARD_BATCH_BYTES = 1024 * 1024, UPWARD_MARKS_MAX = 96 };

struct upward_gathered {
    uint64_t changes;  /* of the center, told */
    uint64_t appended; /* to the upward store */
    uint64_t anew;     /* rows told anew */
    uint64_t erased;   /* rows erased by law */
    bool rewound;      /* the center had been put back */
    bool more;         /* there is more: call again */
};

/* Whether the one is a county center's store and the other a station's that may gather from it. Errors: STATUS_FORBIDDEN (roles; practice and real data), STATUS_FOREIGN (gathers from another center); messages say
 * what to do. */
enum status upward_fits(struct store *center, struct store *upward, struct errmsg *err);
/* One batch in one transaction of upward; center is only read. *out is added to, out->more is set. Errors: as upward_fits; storage; nothing of the batch was kept. */
enum status upward_gather(struct store *center, struct store *upward, int64_t now_ms, struct upward_gathered *out, struct errmsg *err);

struct upward_state {
    uint64_t order;  /* cursor, 0: nothing was told yet */
    int64_t told_ms; /* when something was gathered last; 0: never */
    int64_t waiting; /* changes of the center not told yet, counted up to `most` */
};
/* O(most). center NULL: waiting is -1. */
enum status upward_state(struct store *center, struct store *upward, int64_t most, struct upward_state *out, struct errmsg *err);

#endif /* CORE_RECORD_UPWARD_GATHER_H */
