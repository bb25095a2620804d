/* core/base/bytes.h - a byte buffer that grows up to a limit, and a bounded reader over somebody's bytes.
 *
 * Both remember their first failure, so a caller may write or read a whole structure and look once at the end:
 * after a failure every further call does nothing (a writer appends nothing, a reader returns zeros).
 * Integers are big-endian. Not thread-safe. */
#ifndef CORE_BASE_BYTES_H
#define CORE_BASE_BYTES_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

struct buf {
    uint8_t *data;      /* Owned; NULL while empty. data[len] is always 0 when data is not NULL. */
    size_t len;         /* Bytes in use; len <= max. */
    size_t cap;         /* Bytes allocated. */
    size_t max;         /* Appending past it fails with STATUS_TOO_LARGE. */
    enum status status; /* First failure: STATUS_OK, STATUS_NOMEM, STATUS_TOO_LARGE; or that of an encoder on top. */
};

void buf_init(struct buf *buf, size_t max_bytes);
/* Free the memory; the buffer is as after buf_init. */
void buf_release(struct buf *buf);
/* The same, but overwrite the bytes first: for keys, passwords and what people told us. */
void buf_wipe(struct buf *buf);
/* Empty it and forget a failure; memory is kept for reuse. */
void buf_clear(struct buf *buf);
void buf_append(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text); /* without its NUL */
void buf_putc(struct buf *buf, uint8_t byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args);
void buf_put_u16(struct buf *buf, uint16_t v);
void buf_put_u32(struct buf *buf, uint32_t v);
void buf_put_u64(struct buf *buf, uint64_t v);
/* Room for len more bytes; returns where they go and counts them as used, or NULL on failure. */
uint8_t *buf_extend(struct buf *buf, size_t len);
/* Drop the first n bytes (n <= len), moving the rest down. O(len). */
void buf_consume(struct buf *buf, size_t n);
/* The content as a C string, "" when empty. Borrowed until the next change. */
const char *buf_cstr(const struct buf *buf);

struct reader {
    const uint8_t *at, *end; /* Borrowed; at <= end. */
    enum status status;      /* First failure: STATUS_OK or STATUS_MALFORMED. */
};

void reader_init(struct reader *reader, const void *data, size_t len);
size_t reader_left(const struct reader *reader);
uint8_t reader_u8(struct reader *reader);
uint16_t reader_u16(struct reader *reader);
uint32_t reader_u32(struct reader *reader);
uint64_t reader_u64(struct reader *reader);
/* n bytes, borrowed from the input; NULL and STATUS_MALFORMED when fewer are left. */
const uint8_t *reader_take(struct reader *reader, size_t n);

#endif /* CORE_BASE_BYTES_H */
