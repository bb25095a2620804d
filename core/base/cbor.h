/* core/base/cbor.h - deterministic CBOR (RFC 8949, section 4.2.1): the subset that changes and frames use.
 *
 * Types: unsigned, negative, byte string, text string, array, map, false, true, null. Definite lengths only, shortest
 * integer forms only; map keys are unsigned integers in ascending order. No floats, tags or indefinite items.
 * The writer writes exactly this; the reader refuses everything else, so equal content means equal bytes.
 * The reader is bounded: by the bytes given, by CBOR_DEPTH_MAX, and a count is refused when larger than the bytes left.
 */
#ifndef CORE_BASE_CBOR_H
#define CORE_BASE_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"

enum { CBOR_DEPTH_MAX = 8 };

enum cbor_type {
    CBOR_END,
    CBOR_UINT,
    CBOR_NEGINT,
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_FALSE,
    CBOR_TRUE,
    CBOR_NULL,
    CBOR_BAD
};

void cbor_put_uint(struct buf *buf, uint64_t v);
void cbor_put_int(struct buf *buf, int64_t v);
void cbor_put_bytes(struct buf *buf, const void *data, size_t len);
/* Text that is not UTF-8 is not written and fails the buffer with STATUS_MALFORMED. */
void cbor_put_text(struct buf *buf, const char *text, size_t len);
void cbor_put_array(struct buf *buf, uint64_t count); /* then count items */
void cbor_put_map(struct buf *buf, uint64_t count);   /* then count pairs, keys ascending */
void cbor_put_bool(struct buf *buf, bool v);
void cbor_put_null(struct buf *buf);

/* A struct reader is the cursor; its first failure (STATUS_MALFORMED) sticks. */
enum cbor_type cbor_peek(const struct reader *reader); /* CBOR_END at the end, CBOR_BAD after or at a failure */
uint64_t cbor_uint(struct reader *reader);
int64_t cbor_int(struct reader *reader); /* unsigned or negative */
bool cbor_bool(struct reader *reader);
void cbor_null(struct reader *reader);
/* Borrowed from the input. Text is checked as UTF-8. */
const uint8_t *cbor_bytes(struct reader *reader, size_t *len);
const char *cbor_text(struct reader *reader, size_t *len);
uint64_t cbor_array(struct reader *reader); /* its count; then read that many items */
uint64_t cbor_map(struct reader *reader);   /* its count; then read that many pairs */
/* Exactly len bytes into out; anything else is malformed. */
void cbor_bytes_exact(struct reader *reader, void *out, size_t len);
/* Step over one item of any type, checking it; gives its bytes. Depth-limited, not recursive without bound. */
const uint8_t *cbor_skip(struct reader *reader, size_t *len);

#endif /* CORE_BASE_CBOR_H */
