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

/* STREAMS. One long frame in pieces: each piece unpacks by itself once those before it were unpacked, and may refer to what they hold, as far back as the window. A stream is bound to what it has seen; what went
 * through it is wiped when it is freed. */
enum {
    STREAM_WINDOW_LOG = 19, /* 512 KiB */
    STREAM_WINDOW_LOG_LEAST = 10,
    STREAM_PACK_BYTES = 6400 * 1024,  /* what one takes at most, with that window (zstd 1.5.4: 6.2 and 0.9 MB) */
    STREAM_UNPACK_BYTES = 1100 * 1024
};
struct pack_stream;
struct unpack_stream;
/* hurries: packs quickly, takes less and is not wiped. Errors: STATUS_NOMEM. */
enum status pack_stream_new(struct pack_stream **out, unsigned window_log, bool hurries);
void pack_stream_free(struct pack_stream *stream);
/* Append the next piece, `last`: with the end of the frame. `cuts` as above. Errors: STATUS_TOO_LARGE (out->max), STATUS_NOMEM: nothing was appended, and the stream is of no more use. */
enum status pack_stream_put(struct pack_stream *stream, const void *raw, size_t len, const size_t *cuts, size_t n_cuts, bool last, struct buf *out);
/* Takes frames with that window or a smaller one. hurries: as above. Errors: STATUS_NOMEM. */
enum status unpack_stream_new(struct unpack_stream **out, unsigned window_log, bool hurries);
void unpack_stream_free(struct unpack_stream *stream);
/* Append what the next piece holds, at most `most` bytes; *ended: it was the last. Work and memory follow `len` and `most`. Errors: STATUS_MALFORMED (also: more than `most`, bytes behind the end), STATUS_NOMEM: out
 * is unchanged, and the stream is of no more use. */
enum status unpack_stream_take(struct unpack_stream *stream, const void *packed, size_t len, size_t most, struct buf *out, bool *ended);

const char *compress_library_version(void);

#endif /* SYNC_COMPRESS_H */
