/* core/record/upward_gather_impl.h - what the parts of upward_gather.h share: upward_gather.c has the cursor, its marks and the call; upward_tell.c tells a change or a row; upward_erase.c what the law erased; upward_anew.c
 * tells once more what was told of another state of the center; upward_copies.c hears other copies of the upward store. Included by these only. */
#ifndef CORE_RECORD_UPWARD_GATHER_IMPL_H
#define CORE_RECORD_UPWARD_GATHER_IMPL_H

#include "core/record/branch.h"
#include "core/record/upward.h"
#include "core/record/upward_gather.h"

/* One call. */
struct upward_gathering {
    struct store *center, *upward;
    int64_t org, now_ms;
    int64_t cursor; /* as it will be */
    struct buf body;
    struct upward_cell *cells; /* owned; of the row being told */
    size_t n_cells, room;
    struct upward_gathered *out;
    struct errmsg *err;
};

/* A change of the center's order that belongs to the batch. */
struct upward_item {
    int64_t lsn, log;
    uint64_t seq, type_no;
    struct id id;
};

/* A change on its way up. */
struct upward_one {
    struct upward_gathering *gather;
    bool last_of_row, more; /* tells the row; the next of the batch belongs to the same transaction */
    bool header_only;       /* of an erased row, told once more */
    enum status status;
};

enum upward_row_here { UPWARD_IS_UNKNOWN, UPWARD_IS_ABSENT, UPWARD_IS_ERASED, UPWARD_IS_HERE };

/* All run in the call's transaction of the upward store; errors: storage, STATUS_NOMEM. */

/* upward_tell.c */
enum status upward_append(struct upward_gathering *gather, struct id id, enum change_op op, bool more, const struct buf *body);
/* inner or row may be NULL, as for upward_encode. more: another change of the same transaction follows. */
enum status upward_tell(struct upward_gathering *gather, struct id id, const struct upward_source *inner, const struct upward_standing *row, bool more);
/* The row, borrowed from *hold until upward_let_go. UPWARD_IS_UNKNOWN: a type of a newer program. */
enum status upward_read_row(struct upward_gathering *gather, uint64_t type_no, struct id id, struct upward_standing *row, enum upward_row_here *here, struct stmt **hold);
void upward_let_go(struct stmt **hold);
/* Whether the upward store says of this row that the law erased it. */
enum status upward_told_as_erased(struct upward_gathering *gather, struct id id, bool *erased);
/* The center's change with this number. */
enum status upward_tell_change(struct upward_one *one, int64_t lsn);

/* upward_erase.c: before an erasure itself is told: what was told of the row goes, here and at the hub, and its headers are told once more. Of any other change: nothing. */
enum status upward_erase_told(struct upward_gathering *gather, const struct upward_item *item);
/* The same for a row that the law erased and that another copy told of, unless the own log (its path) said so before. */
enum status upward_erase_heard(struct upward_gathering *gather, const struct log_path *own, struct id id);

/* upward_anew.c: the rows that were told behind own number `after`, up to `to`: a batch of them, as they stand now or as gone. Keeps how far it came in meta upward_anew; says that there is more. */
enum status upward_tell_anew(struct upward_gathering *gather, int64_t after, int64_t to);
/* The row without a change, as it stands or as gone; nothing of one that was told as erased. */
enum status upward_row_anew(struct upward_gathering *gather, uint64_t type_no, struct id id);

/* upward_copies.c: when the center's order has been told to its end: a batch of what other copies told. Keeps how far it came in meta upward_copies; says when there is more. */
enum status upward_answer_copies(struct upward_gathering *gather);
/* Whether there is something of another copy that was not looked at, or so much of the own that it should be passed over. O(own changes since), UPWARD_LOOK_CHANGES at most. */
enum status upward_heard_copies(struct store *upward, bool *heard, struct errmsg *err);

#endif /* CORE_RECORD_UPWARD_GATHER_IMPL_H */
