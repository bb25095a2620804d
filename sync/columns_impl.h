/* sync/columns_impl.h - what columns_lay.c and columns_read.c share: tokens of shapes, and the table of columns.
 *
 * SHAPE. A token is one byte, some have an argument (numbers as in columns.h):
 *   ARRAY n     the entry is an array of n items, each described by what follows (stands first; an entry that is none is ITEM)
 *   UINT NEGINT their value in a NUMBER column        FALSE TRUE NULL   no value
 *   CONST v     the unsigned integer v                BYTES TEXT        in a STRING column
 *   FIXED n     n bytes, in a FIXED column            HEX               text of 32 lower-case hexadecimal digits: 16 bytes in a FIXED column
 *   ITEM        any CBOR item as it is, in a STRING column
 *   HEADER n    a byte string: the head of an array of HEADER_ITEMS and then n items only (the prefix of a change's header)
 *   MAP n       a byte string that is a map: n times the key (difference to the one before) and a token
 * HEADER and MAP stand in ARRAY only, so depth is two. */
#ifndef SYNC_COLUMNS_IMPL_H
#define SYNC_COLUMNS_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/columns.h"

enum column_token {
    TOKEN_ARRAY,
    TOKEN_UINT,
    TOKEN_NEGINT,
    TOKEN_FALSE,
    TOKEN_TRUE,
    TOKEN_NULL,
    TOKEN_CONST,
    TOKEN_BYTES,
    TOKEN_TEXT,
    TOKEN_FIXED,
    TOKEN_HEX,
    TOKEN_ITEM,
    TOKEN_HEADER,
    TOKEN_MAP,
    TOKENS
};

enum column_kind { COLUMN_NUMBER, COLUMN_FIXED, COLUMN_STRING };

enum column_way { WAY_ASCII, WAY_OTHER, WAY_PICK = 2 /* added: contents are picked from */, WAY_SHORT = 4 /* added: contents are shortened (columns_text.c) */, WAYS = 8 };

enum {
    ENTRY_ITEMS_MAX = 32,
    HEADER_ITEMS = 12,
    MAP_FIELDS_MAX = 1024,
    FIXED_MAX_BYTES = 64,
    HEX_DIGITS = 32,
    COLUMNS_MAX = 4096,
    SHAPES_MAX = 65536,
    SHAPE_MAX_BYTES = 16384,
    OPS_MAX = 256 * 1024, /* tokens of all shapes: bounds what a hostile layout makes us hold */
    PICK_VALUES_MAX = 128,
    HEADER_TYPE_ITEM = 5, /* the header's item that tells the type: part of the key of a body's columns */
};

/* Which column a value goes into. `place`: COLUMN_PLACE(..); kind and token distinguish values of different kinds at one place. */
static inline uint64_t column_key(enum column_token token, uint64_t place)
{
    return (uint64_t)token << 56 | place;
}
static inline uint64_t place_in_entry(uint64_t n, uint64_t i)
{
    return UINT64_C(1) << 52 | n << 16 | i;
}
static inline uint64_t place_in_header(uint64_t i)
{
    return UINT64_C(2) << 52 | i;
}
static inline uint64_t place_in_map(uint64_t type, uint64_t field)
{
    return UINT64_C(3) << 52 | (type & 0xffffffff) << 16 | (field < 0xffff ? field : 0xffff);
}
static inline enum column_kind column_kind(enum column_token token)
{
    return token == TOKEN_UINT || token == TOKEN_NEGINT ? COLUMN_NUMBER : token == TOKEN_FIXED || token == TOKEN_HEX ? COLUMN_FIXED : COLUMN_STRING;
}

struct pick {
    const uint8_t *bytes;
    size_t len;
};

struct column {
    uint64_t key;
    enum column_kind kind;
    unsigned way;
    uint64_t last;  /* NUMBER: the value before */
    uint64_t count; /* values */
    /* laying: what was collected. NUMBER: lengths holds the differences. FIXED: content */
    struct buf lengths, content, picks;
    /* reading: where it goes on and ends */
    struct reader from_lengths, from_content, from_picks;
    size_t lengths_len, content_len, picks_len;
    struct pick *values; /* reading, WAY_PICK */
    size_t n_values;
};

struct shape {
    size_t at, len; /* laying: in shape_bytes; reading: in the layout */
    size_t op, n_ops;
    uint64_t hash;
};

/* Reading: a token with its column looked up. */
struct shape_op {
    enum column_token token;
    uint64_t argument, key; /* key: of a map's pair that this token is the value of */
    bool has_key;
    uint32_t column;
};

struct columns {
    struct column **columns; /* all that were ever needed at a time; n of them in use */
    size_t n, cap;
    uint32_t *slots; /* open addressing by key: 1 + index, 0 free */
    size_t n_slots;
    struct shape *shapes;
    size_t n_shapes, cap_shapes;
    uint32_t *shape_slots;
    size_t n_shape_slots;
    struct buf shape_bytes, scratch, indexes;
    struct shape_op *ops;
    size_t n_ops, cap_ops;
    const uint8_t *chars; /* columns_text.c */
    size_t n_chars;
    uint16_t *char_codes; /* 1 + number, by code point */
};

/* columns.c */
/* Empty for another batch; memory that only a huge one needed is given back. */
void columns_reset(struct columns *columns);
/* The column with that key, made if new. NULL: too many, or no memory. *no: its number. */
struct column *columns_at(struct columns *columns, uint64_t key, uint32_t *no);
/* Append a shape's record. Errors: STATUS_NOMEM, STATUS_UNSUPPORTED (too many). */
enum status columns_add_shape(struct columns *columns, const struct shape *shape);
uint64_t columns_hash(const void *data, size_t len);
/* Undo what was appended behind `len`, and forget that it failed. */
void columns_cut(struct buf *out, size_t len);
void columns_put_number(struct buf *out, uint64_t v);
/* 0 and a failed reader if it is cut off or longer than needed. */
uint64_t columns_number(struct reader *reader);


/* columns_text.c */
/* Errors: STATUS_NOMEM. */
enum status columns_load_chars(struct columns *columns);
/* Append valid UTF-8, shortened. Errors: STATUS_NOMEM, STATUS_TOO_LARGE. */
enum status columns_shorten(const struct columns *columns, const struct buf *text, struct buf *out);
/* Append what was shortened, at most `most` bytes of it. It need not be UTF-8. Errors: STATUS_MALFORMED, STATUS_NOMEM, STATUS_TOO_LARGE. */
enum status columns_lengthen(const struct columns *columns, struct reader *in, size_t most, struct buf *out);

#endif /* SYNC_COLUMNS_IMPL_H */
