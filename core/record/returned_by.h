/* core/record/returned_by.h - which stations have what the center holds for its owner (returned.h, TAKING): who handed it back has it still, at the place it was told then.
 *
 * Until the owner comes it has no place in the center's order and counts in no scope's sum (scope_sum.h), while it counts in the sums of those stations. So what is compared with such a station, and told to it when something
 * else is to be mended, has it, too: it is neither lost nor too much there. What is held without its content is left out: its record left that station, and there it counts nowhere. But for a record that was erased by
 * law: who has that in hands keeps the headers of its changes, and counts them.
 * BYTES of returned.held_by, one after the other: u32 station, u64 fold. */
#ifndef CORE_RECORD_RETURNED_BY_H
#define CORE_RECORD_RETURNED_BY_H

#include "core/record/changelog.h"

/* Center, in a transaction: this station told of what is held under that name, with this place. Nothing when nothing is. Errors: storage. */
enum status returned_by_note(struct store *store, const struct log_id *log, uint64_t seq, uint32_t station_no, uint64_t fold, struct errmsg *err);

struct returned_by {
    uint64_t fold;
    struct log_id log;
    const uint8_t *header, *body; /* borrowed, until the call returns; body NULL: erased */
    size_t header_len, body_len;
};
typedef enum status (*returned_by_row)(void *context, const struct returned_by *held);
/* Center: what this station, of this org, handed back with a place in from..to and is held still. Stops at the first status that is not STATUS_OK and returns it. O(what is held of all machines). */
enum status returned_by_each(struct store *store, uint32_t station_no, int64_t org, uint64_t from, uint64_t to, returned_by_row row, void *context, struct errmsg *err);
/* Center: what all of it adds to the sum of that station; XOR. */
enum status returned_by_sum(struct store *store, uint32_t station_no, int64_t org, uint64_t *sum, struct errmsg *err);

#endif /* CORE_RECORD_RETURNED_BY_H */
