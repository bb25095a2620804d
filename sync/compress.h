/* sync/compress.h - packing of chunks with zstd: one long-lived pair of contexts per process, not per connection (a context is ~1 MiB). Not thread-safe. */
#ifndef SYNC_COMPRESS_H
#define SYNC_COMPRESS_H

#include <stddef.h>

#include "core/base/bytes.h"

enum { COMPRESS_LEVEL = 3 };

struct compressor;

/* Errors: STATUS_NOMEM. */
enum status compressor_new(struct compressor **out, int level);
void compressor_free(struct compressor *compressor);
/* Append one zstd frame that states its content size. Errors: STATUS_NOMEM, STATUS_TOO_LARGE (out->max). On error out is unchanged. */
enum status compressor_pack(struct compressor *compressor, const void *raw, size_t len, struct buf *out);
/* Append what unpacks to exactly raw_len bytes. The stated size is compared before anything is unpacked and no byte over it is written.
 * Errors: STATUS_MALFORMED (not one zstd frame of that size), STATUS_TOO_LARGE, STATUS_NOMEM. On error out is unchanged. */
enum status compressor_unpack(struct compressor *compressor, const void *packed, size_t len, size_t raw_len, struct buf *out);
const char *compress_library_version(void);

#endif /* SYNC_COMPRESS_H */
