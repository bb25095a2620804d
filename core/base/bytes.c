/* core/base/bytes.c - the growing buffer and the bounded reader.
 *
 * The buffer grows by doubling. It copies into fresh memory and wipes the old instead of calling realloc(), which
 * could leave what people told us in freed memory, out of buf_wipe()'s reach. */
#include "core/base/bytes.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST_BYTES = 64 };

void buf_init(struct buf *buf, size_t max_bytes)
{
    *buf = (struct buf){.max = max_bytes, .status = STATUS_OK};
}

void buf_release(struct buf *buf)
{
    free(buf->data);
    buf_init(buf, buf->max);
}

void buf_wipe(struct buf *buf)
{
    if (buf->data != NULL)
        explicit_bzero(buf->data, buf->cap);
    buf_release(buf);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->status = STATUS_OK;
    if (buf->data != NULL)
        buf->data[0] = 0;
}

/* Room for len more bytes and the NUL behind them. */
static bool buf_reserve(struct buf *buf, size_t len)
{
    size_t need, cap;
    uint8_t *data;

    if (buf->status != STATUS_OK)
        return false;
    /* SIZE_MAX itself is out of reach because of the NUL. */
    if (len > buf->max - buf->len || buf->len + len == SIZE_MAX) {
        buf->status = STATUS_TOO_LARGE;
        return false;
    }
    need = buf->len + len + 1;
    if (need <= buf->cap)
        return true;
    cap = buf->cap > SIZE_MAX / 2 ? SIZE_MAX : buf->cap * 2;
    if (cap < need)
        cap = need;
    if (cap < BUF_FIRST_BYTES)
        cap = BUF_FIRST_BYTES;
    if (cap > buf->max && need <= buf->max)
        cap = buf->max;
    data = malloc(cap);
    if (data == NULL) {
        buf->status = STATUS_NOMEM;
        return false;
    }
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len + 1);
        explicit_bzero(buf->data, buf->cap);
        free(buf->data);
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

/* The same without growing. */
static bool has_room(const struct buf *buf, size_t len)
{
    return buf->status == STATUS_OK && buf->len < buf->cap && len < buf->cap - buf->len && len <= buf->max - buf->len;
}

uint8_t *buf_extend(struct buf *buf, size_t len)
{
    uint8_t *at;

    assert(buf->len <= buf->max);
    if (!buf_reserve(buf, len))
        return NULL;
    at = buf->data + buf->len;
    buf->len += len;
    buf->data[buf->len] = 0;
    return at;
}

void buf_append(struct buf *buf, const void *data, size_t len)
{
    uint8_t *at;

    if (len == 0)
        return;
    /* Nearly always a few bytes into room that is there: millions of times while changes are encoded. */
    if (has_room(buf, len)) {
        memcpy(buf->data + buf->len, data, len);
        buf->len += len;
        buf->data[buf->len] = 0;
        return;
    }
    at = buf_extend(buf, len);
    if (at != NULL)
        memcpy(at, data, len);
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, uint8_t byte)
{
    if (has_room(buf, 1)) {
        buf->data[buf->len++] = byte;
        buf->data[buf->len] = 0;
        return;
    }
    buf_append(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    char small[256];
    va_list again;
    size_t len;
    int n;

    if (buf->status != STATUS_OK)
        return;
    va_copy(again, args);
    n = vsnprintf(small, sizeof small, format, args);
    /* vsnprintf() fails only for lack of memory or results over INT_MAX bytes. */
    if (n < 0)
        buf->status = STATUS_NOMEM;
    len = n < 0 ? 0 : (size_t)n;
    if (len < sizeof small)
        buf_append(buf, small, len);
    else if (buf_reserve(buf, len)) {
        vsnprintf((char *)buf->data + buf->len, len + 1, format, again);
        buf->len += len;
    }
    va_end(again);
}

void buf_put_u16(struct buf *buf, uint16_t v)
{
    uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

    buf_append(buf, b, sizeof b);
}

void buf_put_u32(struct buf *buf, uint32_t v)
{
    uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};

    buf_append(buf, b, sizeof b);
}

void buf_put_u64(struct buf *buf, uint64_t v)
{
    uint8_t b[8];

    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)(v >> (56 - 8 * i));
    buf_append(buf, b, sizeof b);
}

void buf_consume(struct buf *buf, size_t n)
{
    assert(n <= buf->len);
    if (n == 0)
        return;
    memmove(buf->data, buf->data + n, buf->len - n + 1);
    buf->len -= n;
}

const char *buf_cstr(const struct buf *buf)
{
    return buf->data != NULL ? (const char *)buf->data : "";
}

void reader_init(struct reader *reader, const void *data, size_t len)
{
    /* Not NULL, so that an empty item read from it differs from a failure. */
    const uint8_t *at = data != NULL ? data : (const uint8_t *)"";

    assert(data != NULL || len == 0);
    *reader = (struct reader){.at = at, .end = at + len, .status = STATUS_OK};
}

size_t reader_left(const struct reader *reader)
{
    return reader->status == STATUS_OK ? (size_t)(reader->end - reader->at) : 0;
}

const uint8_t *reader_take(struct reader *reader, size_t n)
{
    const uint8_t *at = reader->at;

    if (reader->status != STATUS_OK)
        return NULL;
    if (n > reader_left(reader)) {
        reader->status = STATUS_MALFORMED;
        return NULL;
    }
    reader->at += n;
    return at;
}

static uint64_t reader_big_endian(struct reader *reader, size_t n)
{
    const uint8_t *b = reader_take(reader, n);
    uint64_t v = 0;

    for (size_t i = 0; b != NULL && i < n; i++)
        v = v << 8 | b[i];
    return v;
}

uint8_t reader_u8(struct reader *reader)
{
    return (uint8_t)reader_big_endian(reader, 1);
}

uint16_t reader_u16(struct reader *reader)
{
    return (uint16_t)reader_big_endian(reader, 2);
}

uint32_t reader_u32(struct reader *reader)
{
    return (uint32_t)reader_big_endian(reader, 4);
}

uint64_t reader_u64(struct reader *reader)
{
    return reader_big_endian(reader, 8);
}
