/* sync/packing.h - how entries become the packed bytes of a frame and back: rows or columns, with or without the dictionary, whatever is shortest and the other side understands. Not thread-safe.
 *
 * What the other side understands is told in HELLO and WELCOME (protocol.h, PACKING); nothing told means PACKING_NONE and PACKING_ZSTD, which everybody has. */
#ifndef SYNC_PACKING_H
#define SYNC_PACKING_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "sync/protocol.h"

/* What may be used towards one machine. */
struct packing_terms {
    uint64_t packings;   /* bits, 1 << PACKING_* */
    uint64_t dictionary; /* 0: none */
};

/* All that this program has: what HELLO and WELCOME tell. */
struct packing_terms packing_own(void);
/* What both have, when the other side told `theirs`. */
struct packing_terms packing_common(struct packing_terms theirs);

struct packer;

/* Errors: STATUS_NOMEM. */
enum status packer_new(struct packer **out);
void packer_free(struct packer *packer);
/* Packs quickly rather than short from now on (compressor_hurry). Before anything was packed. */
void packer_hurry(struct packer *packer);
/* Append the packed entries; *packing tells how. Cost: at most two attempts, and only small batches get the second. Errors: STATUS_TOO_LARGE (out->max), STATUS_NOMEM. On error out is unchanged. */
enum status packer_pack(struct packer *packer, const void *entries, size_t len, struct packing_terms terms, struct buf *out, uint64_t *packing);
/* Append the raw_len bytes of entries. Errors: STATUS_UNSUPPORTED (a packing or dictionary that this program does not have), STATUS_MALFORMED, STATUS_TOO_LARGE, STATUS_NOMEM. On error out is
 * unchanged. */
enum status packer_unpack(struct packer *packer, uint64_t packing, const void *packed, size_t len, size_t raw_len, struct buf *out);

#endif /* SYNC_PACKING_H */
