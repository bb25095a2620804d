/* core/record/replica_impl.h - entries (replica.h) as both sides read and write them. Inside replica*.c and those that tell of changes in the same way only. */
#ifndef CORE_RECORD_REPLICA_IMPL_H
#define CORE_RECORD_REPLICA_IMPL_H

#include "core/base/cbor.h"
#include "core/record/change.h"
#include "core/record/changelog.h"
#include "core/record/store.h"

/* How many items an entry of each kind has. */
enum { PUSHED_ITEMS = 2, PLACED_PUSHED_ITEMS = 3, STUB_ITEMS = 2, REFUSED_STUB_ITEMS = 3, FOLD_STUB_ITEMS = 4, ORDERED_ITEMS = 5, FOLD_ORDERED_ITEMS = 6, TAKEN_ORDERED_ITEMS = 7, LOG_ITEMS = 7 };

/* What an entry brings of a change. */
struct content {
    struct buf header; /* owned; init by the caller */
    struct change change;
    const uint8_t *body; /* borrowed; NULL: it is gone */
    size_t body_len;
};

/* Where the center put a change, the number it came with and the one the center has it under (order.h); fold 0: nowhere yet. */
struct place {
    uint64_t fold, given, taken;
};

/* A change that is here. */
struct known_change {
    int64_t lsn, state, scope;
    struct place place;
};

/* [ ..prefix, body.. ], or [ ..header, null.. ] when the body is gone: without it nobody can put the hash back. */
void replica_put_content(struct buf *out, const uint8_t *header, size_t len, const uint8_t *body, size_t body_len);
/* A column's bytes; NULL for null only. Borrowed until the next row. */
const uint8_t *replica_column_body(struct stmt *stmt, int column, size_t *len);
/* The next change belongs to the same transaction. */
bool replica_more_follows(const uint8_t *header, size_t len);
/* prefix + 58 20 + H(body) = header. Errors: STATUS_MALFORMED, STATUS_NOMEM. */
enum status replica_read_content(struct reader *reader, struct content *out);
/* A change that comes again. Errors: STATUS_FORK (another one is here under its number), storage. */
enum status replica_check_repeat(struct store *store, const struct log_info *log, uint64_t seq, const struct buf *header, struct errmsg *err);
/* Station: number seq of this log. Errors: STATUS_NOT_FOUND, storage. */
enum status replica_find_known(struct store *store, int64_t log, uint64_t seq, struct known_change *out, struct errmsg *err);

#endif /* CORE_RECORD_REPLICA_IMPL_H */
