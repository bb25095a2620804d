/* sync/packing.h - how entries become the packed bytes of a frame and back: rows or columns, with or without the dictionary, whatever is shortest and the other side understands. Not thread-safe.
 *
 * What the other side understands is told in HELLO and WELCOME (protocol.h, PACKING); nothing told means PACKING_NONE and PACKING_ZSTD, which everybody has. */
#ifndef SYNC_PACKING_H
#define SYNC_PACKING_H

#include <stdbool.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "sync/history.h"
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

/* ---- with the history of a session (history.h) ---- */
/* What a sender's chunk is among the others. */
struct packing_turn {
    bool full; /* as large as was asked for */
    bool last; /* of the bulk */
};
/* The window that is offered from now on (its logarithm; 0: no history, in either direction; STREAM_WINDOW_LOG before). always: every chunk begins one or goes on with it, none ends it, and every sender is offered it (for tests). */
void packer_set_history(struct packer *packer, unsigned window_log, bool always);
/* Receiver: sets memory aside in `history` for a sender of so many changes, if that is worth it. Returns the window to tell the sender; 0: none. */
unsigned packer_offer(struct packer *packer, struct history *history, uint64_t changes);
/* As packer_pack; with history->window_log not 0 the chunk may become PACKING_HISTORY, and `follows` is what it has to tell. Costs no more than packer_pack. */
enum status packer_pack_on(struct packer *packer, struct history *history, const void *entries, size_t len, struct packing_turn turn, struct packing_terms terms, struct buf *out, uint64_t *packing,
                           uint8_t follows[MARK_BYTES]);
/* As packer_unpack, for PACKING_HISTORY. Also STATUS_UNSUPPORTED: it follows something else (history_unpack), or no window was agreed. */
enum status packer_unpack_on(struct packer *packer, struct history *history, const uint8_t follows[MARK_BYTES], const void *packed, size_t len, size_t raw_len, struct buf *out);

#endif /* SYNC_PACKING_H */
