/* sync/compress.h - packing of chunks with zstd: one long-lived set of contexts per process, not per connection (a context is ~1 MiB). Not thread-safe.
 *
 * DICTIONARY. What records of this kind begin with, trained beforehand (core/data/SOURCES): a small batch packs to about two thirds. A dictionary has a number (1..) and its bytes never change: machines
 * compare numbers only. A frame that was packed with one names it in its header. */
#ifndef SYNC_COMPRESS_H
#define SYNC_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum { COMPRESS_LEVEL = 3, COMPRESS_SMALL_LEVEL = 18 /* up to 128 KiB, which only slow lines send: a few ms more for a few per cent less */,
       COMPRESS_FEW_LEVEL = 12 /* up to 2 KiB with a dictionary: level 18 would save half a per cent more, for five times the time */, COMPRESS_DICTIONARY = 1 /* the greatest that this program has */, COMPRESS_WINDOW_LOG = 20 };

struct compressor;

/* Errors: STATUS_NOMEM. */
enum status compressor_new(struct compressor **out, int level);
void compressor_free(struct compressor *compressor);
/* From now on with a dictionary at the level it was made with: for who packs much and sends it nowhere (the simulator, whose seeds hold for the bytes as they are). Before anything was packed. */
void compressor_hurry(struct compressor *compressor);
/* Append one zstd frame that states its content size. Errors: STATUS_NOMEM, STATUS_TOO_LARGE (out->max). On error out is unchanged. */
enum status compressor_pack(struct compressor *compressor, const void *raw, size_t len, struct buf *out);
/* The same with more to say. */
struct compress_how {
    uint64_t dictionary;  /* 0: none; at most COMPRESS_DICTIONARY */
    const size_t *cuts;   /* ascending offsets where bytes of another kind begin: each part gets its own tables */
    size_t n_cuts;
};
enum status compressor_pack_as(struct compressor *compressor, const void *raw, size_t len, const struct compress_how *how, struct buf *out);
/* Append what unpacks to exactly raw_len bytes. The stated size is compared before anything is unpacked and no byte over it is written.
 * Errors: STATUS_MALFORMED (not one zstd frame of that size), STATUS_UNSUPPORTED (made with a dictionary that is not here), STATUS_TOO_LARGE, STATUS_NOMEM. On error out is unchanged. */
enum status compressor_unpack(struct compressor *compressor, const void *packed, size_t len, size_t raw_len, struct buf *out);
/* The size a frame says it unpacks to. False if it does not say. */
bool compress_stated_size(const void *packed, size_t len, size_t *raw_len);
const char *compress_library_version(void);

#endif /* SYNC_COMPRESS_H */
