/* core/base/cbor.c - the deterministic subset of CBOR.
 *
 * Each item begins with a byte: major type in the upper 3 bits, the argument in the lower 5 (0..23 itself; 24, 25, 26,
 * 27: in the next 1, 2, 4, 8 bytes, big-endian). The rest is refused by read_head(), through which everything goes. */
#include "core/base/cbor.h"

#include <string.h>

#include "core/base/utf8.h"

enum { MAJOR_UINT, MAJOR_NEGINT, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG, MAJOR_SIMPLE };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22 };

/* ---- writing ---- */

static void put_head(struct buf *buf, unsigned major, uint64_t v)
{
    uint8_t head[9];
    unsigned n = v < 24 ? 0 : v <= UINT8_MAX ? 1 : v <= UINT16_MAX ? 2 : v <= UINT32_MAX ? 4 : 8;
    unsigned info = n == 0 ? (unsigned)v : n == 1 ? 24 : n == 2 ? 25 : n == 4 ? 26 : 27;

    if (n == 0) {
        buf_putc(buf, (uint8_t)(major << 5 | info));
        return;
    }
    head[0] = (uint8_t)(major << 5 | info);
    for (unsigned i = 0; i < n; i++)
        head[1 + i] = (uint8_t)(v >> (8 * (n - 1 - i)));
    buf_append(buf, head, 1 + n);
}

void cbor_put_uint(struct buf *buf, uint64_t v)
{
    put_head(buf, MAJOR_UINT, v);
}

void cbor_put_int(struct buf *buf, int64_t v)
{
    if (v >= 0)
        put_head(buf, MAJOR_UINT, (uint64_t)v);
    else
        put_head(buf, MAJOR_NEGINT, (uint64_t)(-1 - v));
}

/* Head and content or, past the limit, neither. */
static void put_string(struct buf *buf, unsigned major, const void *data, size_t len)
{
    size_t start = buf->len;

    put_head(buf, major, len);
    buf_append(buf, data, len);
    if (buf->status != STATUS_OK && buf->len != start) {
        buf->len = start;
        buf->data[start] = 0;
    }
}

void cbor_put_bytes(struct buf *buf, const void *data, size_t len)
{
    put_string(buf, MAJOR_BYTES, data, len);
}

void cbor_put_text(struct buf *buf, const char *text, size_t len)
{
    /* No reader would take it, so it must not get into the log. */
    if (buf->status == STATUS_OK && !utf8_valid(text, len))
        buf->status = STATUS_MALFORMED;
    put_string(buf, MAJOR_TEXT, text, len);
}

void cbor_put_array(struct buf *buf, uint64_t count)
{
    put_head(buf, MAJOR_ARRAY, count);
}

void cbor_put_map(struct buf *buf, uint64_t count)
{
    put_head(buf, MAJOR_MAP, count);
}

void cbor_put_bool(struct buf *buf, bool v)
{
    put_head(buf, MAJOR_SIMPLE, v ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void cbor_put_null(struct buf *buf)
{
    put_head(buf, MAJOR_SIMPLE, SIMPLE_NULL);
}

/* ---- reading ---- */

static void fail(struct reader *reader)
{
    if (reader->status == STATUS_OK)
        reader->status = STATUS_MALFORMED;
}

/* Of the item that begins with this byte; CBOR_BAD: outside the subset. */
static enum cbor_type type_of(uint8_t first)
{
    static const uint8_t types[] = {
        [MAJOR_UINT] = CBOR_UINT,   [MAJOR_NEGINT] = CBOR_NEGINT, [MAJOR_BYTES] = CBOR_BYTES, [MAJOR_TEXT] = CBOR_TEXT,
        [MAJOR_ARRAY] = CBOR_ARRAY, [MAJOR_MAP] = CBOR_MAP,       [MAJOR_TAG] = CBOR_BAD,     [MAJOR_SIMPLE] = CBOR_BAD,
    };
    unsigned info = first & 31U;

    if (first >> 5 == MAJOR_SIMPLE)
        return info == SIMPLE_FALSE  ? CBOR_FALSE
               : info == SIMPLE_TRUE ? CBOR_TRUE
               : info == SIMPLE_NULL ? CBOR_NULL
                                     : CBOR_BAD;
    return info > 27 ? CBOR_BAD : (enum cbor_type)types[first >> 5];
}

enum cbor_type cbor_peek(const struct reader *reader)
{
    if (reader->status != STATUS_OK)
        return CBOR_BAD;
    return reader->at == reader->end ? CBOR_END : type_of(*reader->at);
}

/* The head of the next item; false and a failed reader when it is cut off, not the shortest form, or outside the
 * subset. Counts and lengths are held against the bytes that are left: every item takes at least one. */
static bool read_head(struct reader *reader, unsigned *major, uint64_t *v)
{
    const uint8_t *at = reader->at;
    size_t left = reader_left(reader);
    unsigned info, n;

    if (left == 0 || type_of(*at) == CBOR_BAD) {
        fail(reader);
        return false;
    }
    *major = *at >> 5;
    *v = info = *at & 31U;
    at++;
    left--;
    if (*major != MAJOR_SIMPLE && info >= 24) {
        n = 1U << (info - 24);
        if (left < n) {
            fail(reader);
            return false;
        }
        *v = 0;
        for (unsigned i = 0; i < n; i++)
            *v = *v << 8 | at[i];
        at += n;
        left -= n;
        if (n == 1 ? *v < 24 : *v >> (4 * n) == 0)
            fail(reader);
    }
    reader->at = at;
    if (*major >= MAJOR_BYTES && *major <= MAJOR_ARRAY && *v > left)
        fail(reader);
    if (*major == MAJOR_MAP && *v > left / 2)
        fail(reader);
    if (*major == MAJOR_NEGINT && *v > INT64_MAX)
        fail(reader);
    return reader->status == STATUS_OK;
}

/* A head that must be of this major type; its argument, or 0. */
static uint64_t expect(struct reader *reader, unsigned major)
{
    unsigned found;
    uint64_t v;

    if (!read_head(reader, &found, &v))
        return 0;
    if (found != major) {
        fail(reader);
        return 0;
    }
    return v;
}

uint64_t cbor_uint(struct reader *reader)
{
    return expect(reader, MAJOR_UINT);
}

int64_t cbor_int(struct reader *reader)
{
    unsigned major;
    uint64_t v;

    if (!read_head(reader, &major, &v))
        return 0;
    if (major > MAJOR_NEGINT || v > INT64_MAX) {
        fail(reader);
        return 0;
    }
    return major == MAJOR_UINT ? (int64_t)v : -1 - (int64_t)v;
}

bool cbor_bool(struct reader *reader)
{
    uint64_t v = expect(reader, MAJOR_SIMPLE);

    if (v != SIMPLE_FALSE && v != SIMPLE_TRUE)
        fail(reader);
    return v == SIMPLE_TRUE;
}

void cbor_null(struct reader *reader)
{
    if (expect(reader, MAJOR_SIMPLE) != SIMPLE_NULL)
        fail(reader);
}

const uint8_t *cbor_bytes(struct reader *reader, size_t *len)
{
    uint64_t n = expect(reader, MAJOR_BYTES);
    const uint8_t *data = reader_take(reader, (size_t)n);

    *len = data != NULL ? (size_t)n : 0;
    return data;
}

const char *cbor_text(struct reader *reader, size_t *len)
{
    uint64_t n = expect(reader, MAJOR_TEXT);
    const char *text = (const char *)reader_take(reader, (size_t)n);

    *len = 0;
    if (text == NULL)
        return NULL;
    if (!utf8_valid(text, (size_t)n)) {
        fail(reader);
        return NULL;
    }
    *len = (size_t)n;
    return text;
}

uint64_t cbor_array(struct reader *reader)
{
    return expect(reader, MAJOR_ARRAY);
}

uint64_t cbor_map(struct reader *reader)
{
    return expect(reader, MAJOR_MAP);
}

void cbor_bytes_exact(struct reader *reader, void *out, size_t len)
{
    size_t n;
    const uint8_t *data = cbor_bytes(reader, &n);

    if (data != NULL && n == len) {
        if (len > 0)
            memcpy(out, data, len);
        return;
    }
    fail(reader);
    if (len > 0)
        memset(out, 0, len);
}

/* An open array or map while skipping. */
struct level {
    uint64_t left; /* items still to come; a map's keys and values count each */
    bool is_map, has_key;
    uint64_t last_key;
};

/* In a map every second item is a key: an unsigned integer greater than the one before. */
static bool accept_in(struct level *level, unsigned major, uint64_t v)
{
    bool is_key = level->is_map && level->left % 2 == 0;

    level->left--;
    if (!is_key)
        return true;
    if (major != MAJOR_UINT || (level->has_key && v <= level->last_key))
        return false;
    level->has_key = true;
    level->last_key = v;
    return true;
}

const uint8_t *cbor_skip(struct reader *reader, size_t *len)
{
    struct level levels[CBOR_DEPTH_MAX];
    const uint8_t *start = reader->at;
    unsigned depth = 0;

    *len = 0;
    do {
        unsigned major;
        uint64_t v;

        if (!read_head(reader, &major, &v))
            return NULL;
        if (depth > 0 && !accept_in(&levels[depth - 1], major, v))
            fail(reader);
        if (major == MAJOR_BYTES || major == MAJOR_TEXT) {
            const uint8_t *data = reader_take(reader, (size_t)v);

            if (data != NULL && major == MAJOR_TEXT && !utf8_valid((const char *)data, (size_t)v))
                fail(reader);
        } else if (major == MAJOR_ARRAY || major == MAJOR_MAP) {
            if (depth == CBOR_DEPTH_MAX)
                fail(reader);
            else
                levels[depth++] = (struct level){.left = major == MAJOR_MAP ? v * 2 : v, .is_map = major == MAJOR_MAP};
        }
        if (reader->status != STATUS_OK)
            return NULL;
        while (depth > 0 && levels[depth - 1].left == 0)
            depth--;
    } while (depth > 0);
    *len = (size_t)(reader->at - start);
    return start;
}
