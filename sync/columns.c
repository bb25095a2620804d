/* sync/columns.c - tables of columns and shapes, used by columns_lay.c and columns_read.c. */
#include "sync/columns.h"

#include <stdlib.h>
#include <string.h>

#include "sync/columns_impl.h"
#include "sync/protocol.h"

/* What a usual batch needs is kept for the next one. */
enum { SLOTS_FIRST = 256, KEEP_COLUMNS = 256, KEEP_COLUMN_BYTES = 256 * 1024, KEEP_SHAPES = 4096, KEEP_BYTES = 1024 * 1024, NUMBER_MAX_BYTES = 10 };

enum status columns_new(struct columns **out)
{
    struct columns *columns = calloc(1, sizeof *columns);

    *out = columns;
    if (columns == NULL)
        return STATUS_NOMEM;
    buf_init(&columns->shape_bytes, 2 * CHUNK_RAW_MAX_BYTES);
    buf_init(&columns->scratch, CHUNK_RAW_MAX_BYTES);
    buf_init(&columns->indexes, CHUNK_RAW_MAX_BYTES);
    if (columns_load_chars(columns) == STATUS_OK)
        return STATUS_OK;
    *out = NULL;
    columns_free(columns);
    return STATUS_NOMEM;
}

static void column_release(struct column *column)
{
    buf_release(&column->lengths);
    buf_release(&column->content);
    buf_release(&column->picks);
    free(column->values);
}

static void drop_columns(struct columns *columns, size_t keep)
{
    while (columns->cap > keep) {
        column_release(columns->columns[--columns->cap]);
        free(columns->columns[columns->cap]);
    }
    columns->n = columns->n < keep ? columns->n : keep;
}

void columns_free(struct columns *columns)
{
    if (columns == NULL)
        return;
    drop_columns(columns, 0);
    free(columns->columns);
    free(columns->slots);
    free(columns->shapes);
    free(columns->shape_slots);
    free(columns->ops);
    free(columns->char_codes);
    buf_release(&columns->shape_bytes);
    buf_release(&columns->scratch);
    buf_release(&columns->indexes);
    free(columns);
}

static void buf_renew(struct buf *buf, size_t keep)
{
    if (buf->cap > keep)
        buf_release(buf);
    else
        buf_clear(buf);
}

static void column_renew(struct column *column)
{
    buf_renew(&column->lengths, KEEP_COLUMN_BYTES);
    buf_renew(&column->content, KEEP_COLUMN_BYTES);
    buf_renew(&column->picks, KEEP_COLUMN_BYTES);
    free(column->values);
    column->values = NULL;
    column->n_values = 0;
    column->last = column->count = 0;
    column->way = 0;
}

void columns_reset(struct columns *columns)
{
    drop_columns(columns, KEEP_COLUMNS);
    columns->n = 0;
    columns->n_shapes = columns->n_ops = 0;
    if (columns->cap_shapes > KEEP_SHAPES) {
        free(columns->shapes);
        free(columns->shape_slots);
        free(columns->ops);
        columns->shapes = NULL;
        columns->shape_slots = NULL;
        columns->ops = NULL;
        columns->cap_shapes = columns->n_shape_slots = columns->cap_ops = 0;
    }
    if (columns->n_slots > 4 * KEEP_COLUMNS) {
        free(columns->slots);
        columns->slots = NULL;
        columns->n_slots = 0;
    }
    if (columns->slots != NULL)
        memset(columns->slots, 0, columns->n_slots * sizeof *columns->slots);
    if (columns->shape_slots != NULL)
        memset(columns->shape_slots, 0, columns->n_shape_slots * sizeof *columns->shape_slots);
    buf_renew(&columns->shape_bytes, KEEP_BYTES);
    buf_renew(&columns->scratch, KEEP_BYTES);
    buf_renew(&columns->indexes, KEEP_BYTES);
}

uint64_t columns_hash(const void *data, size_t len)
{
    const uint8_t *at = data;
    uint64_t h = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < len; i++)
        h = (h ^ at[i]) * UINT64_C(1099511628211);
    return h ^ h >> 32;
}

/* ---- columns by key ---- */

static size_t slot_of(const struct columns *columns, uint64_t key)
{
    uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
    size_t slot = (size_t)(h >> 32) & (columns->n_slots - 1);

    while (columns->slots[slot] != 0 && columns->columns[columns->slots[slot] - 1]->key != key)
        slot = (slot + 1) & (columns->n_slots - 1);
    return slot;
}

static bool grow_slots(struct columns *columns)
{
    size_t n = columns->n_slots > 0 ? columns->n_slots * 2 : SLOTS_FIRST;
    uint32_t *slots = calloc(n, sizeof *slots);

    if (slots == NULL)
        return false;
    free(columns->slots);
    columns->slots = slots;
    columns->n_slots = n;
    for (size_t i = 0; i < columns->n; i++)
        columns->slots[slot_of(columns, columns->columns[i]->key)] = (uint32_t)i + 1;
    return true;
}

static bool grow_columns(struct columns *columns)
{
    struct column **list = realloc(columns->columns, (columns->cap + 1) * sizeof(struct column *));
    struct column *column;

    if (list == NULL)
        return false;
    columns->columns = list;
    column = calloc(1, sizeof *column);
    if (column == NULL)
        return false;
    buf_init(&column->lengths, 2 * CHUNK_RAW_MAX_BYTES);
    buf_init(&column->content, CHUNK_RAW_MAX_BYTES);
    buf_init(&column->picks, CHUNK_RAW_MAX_BYTES);
    list[columns->cap++] = column;
    return true;
}

struct column *columns_at(struct columns *columns, uint64_t key, uint32_t *no)
{
    size_t slot;
    struct column *column;

    if (2 * (columns->n + 1) > columns->n_slots && !grow_slots(columns))
        return NULL;
    slot = slot_of(columns, key);
    if (columns->slots[slot] != 0) {
        *no = columns->slots[slot] - 1;
        return columns->columns[*no];
    }
    if (columns->n == COLUMNS_MAX || (columns->n == columns->cap && !grow_columns(columns)))
        return NULL;
    *no = (uint32_t)columns->n++;
    columns->slots[slot] = *no + 1;
    column = columns->columns[*no];
    column_renew(column);
    column->key = key;
    column->kind = column_kind((enum column_token)(key >> 56));
    return column;
}

enum status columns_add_shape(struct columns *columns, const struct shape *shape)
{
    if (columns->n_shapes == SHAPES_MAX)
        return STATUS_UNSUPPORTED;
    if (columns->n_shapes == columns->cap_shapes) {
        size_t cap = columns->cap_shapes > 0 ? columns->cap_shapes * 2 : 64;
        struct shape *shapes = realloc(columns->shapes, cap * sizeof *shapes);

        if (shapes == NULL)
            return STATUS_NOMEM;
        columns->shapes = shapes;
        columns->cap_shapes = cap;
    }
    columns->shapes[columns->n_shapes++] = *shape;
    return STATUS_OK;
}

void columns_cut(struct buf *out, size_t len)
{
    out->len = len;
    out->status = STATUS_OK;
    if (out->data != NULL)
        out->data[len] = 0;
}

/* ---- numbers ---- */

void columns_put_number(struct buf *out, uint64_t v)
{
    uint8_t bytes[NUMBER_MAX_BYTES];
    size_t n = 0;

    while (v >= 0x80) {
        bytes[n++] = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    bytes[n++] = (uint8_t)v;
    buf_append(out, bytes, n);
}

uint64_t columns_number(struct reader *reader)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = reader_u8(reader);

        if (reader->status != STATUS_OK)
            return 0;
        if (shift == 63 && byte > 1)
            break;
        v |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            if (byte == 0 && shift > 0)
                break;
            return v;
        }
    }
    reader->status = STATUS_MALFORMED;
    return 0;
}
