/* sync/columns_lay.c - entries into columns. One walk over the entries takes each apart: tokens into its shape, values into columns; then everything is written down (columns.h, LAYOUT). */
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "sync/columns_impl.h"
#include "sync/protocol.h"

enum { SHAPE_SLOTS_FIRST = 64, PICK_LEAST_VALUES = 8, PICK_SLOTS = 512 };

struct lay {
    struct columns *columns;
    struct buf *shape; /* of the entry at hand: at the end of columns->shape_bytes */
    uint64_t type;     /* told by its header */
    enum status status;
};

static void fail(struct lay *lay, enum status status)
{
    if (lay->status == STATUS_OK)
        lay->status = status;
}

/* ---- values ---- */

static struct column *column_for(struct lay *lay, enum column_token token, uint64_t place)
{
    uint32_t no;
    struct column *column = columns_at(lay->columns, column_key(token, place), &no);

    buf_putc(lay->shape, (uint8_t)token);
    if (column == NULL) {
        fail(lay, STATUS_UNSUPPORTED);
        return NULL;
    }
    column->count++;
    return column;
}

static void put_integer(struct lay *lay, enum column_token token, uint64_t place, uint64_t v)
{
    struct column *column = column_for(lay, token, place);
    uint64_t difference;

    if (column == NULL)
        return;
    difference = v - column->last;
    column->last = v;
    columns_put_number(&column->lengths, difference << 1 ^ (difference >> 63 != 0 ? UINT64_MAX : 0));
}

static void put_string(struct lay *lay, enum column_token token, uint64_t place, const void *bytes, size_t len)
{
    struct column *column = column_for(lay, token, place);

    if (column == NULL)
        return;
    columns_put_number(&column->lengths, len);
    buf_append(&column->content, bytes, len);
}

static void put_fixed(struct lay *lay, uint64_t place, const void *bytes, size_t len)
{
    /* Of one length a column, so that equal parts stand below each other. */
    struct column *column = column_for(lay, TOKEN_FIXED, place ^ (uint64_t)len << 44);

    columns_put_number(lay->shape, len);
    if (column != NULL)
        buf_append(&column->content, bytes, len);
}

static bool hex_value(char c, uint8_t *out)
{
    if (c >= '0' && c <= '9')
        *out = (uint8_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
        *out = (uint8_t)(c - 'a' + 10);
    else
        return false;
    return true;
}

static bool pack_hex(const char *text, size_t len, uint8_t out[HEX_DIGITS / 2])
{
    if (len != HEX_DIGITS)
        return false;
    for (size_t i = 0; i < HEX_DIGITS / 2; i++) {
        uint8_t high, low;

        if (!hex_value(text[2 * i], &high) || !hex_value(text[2 * i + 1], &low))
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void put_text(struct lay *lay, uint64_t place, const char *text, size_t len)
{
    uint8_t bytes[HEX_DIGITS / 2];
    struct column *column;

    if (!pack_hex(text, len, bytes)) {
        put_string(lay, TOKEN_TEXT, place, text, len);
        return;
    }
    column = column_for(lay, TOKEN_HEX, place);
    if (column != NULL)
        buf_append(&column->content, bytes, sizeof bytes);
}

static void put_bytes(struct lay *lay, uint64_t place, const uint8_t *bytes, size_t len)
{
    if (len > 0 && len <= FIXED_MAX_BYTES)
        put_fixed(lay, place, bytes, len);
    else
        put_string(lay, TOKEN_BYTES, place, bytes, len);
}

static void put_simple(struct lay *lay, struct reader *reader, enum cbor_type type)
{
    buf_putc(lay->shape, type == CBOR_NULL ? TOKEN_NULL : type == CBOR_TRUE ? TOKEN_TRUE : TOKEN_FALSE);
    (void)cbor_skip(reader, &(size_t){0});
}

/* One item that has been checked already, as a value. */
static void lay_value(struct lay *lay, struct reader *reader, uint64_t place)
{
    enum cbor_type type = cbor_peek(reader);
    const uint8_t *bytes;
    size_t len;

    switch (type) {
    case CBOR_UINT:
        put_integer(lay, TOKEN_UINT, place, cbor_uint(reader));
        break;
    case CBOR_NEGINT:
        put_integer(lay, TOKEN_NEGINT, place, (uint64_t)(-1 - cbor_int(reader)));
        break;
    case CBOR_TEXT:
        bytes = (const uint8_t *)cbor_text(reader, &len);
        put_text(lay, place, (const char *)bytes, len);
        break;
    case CBOR_BYTES:
        bytes = cbor_bytes(reader, &len);
        put_bytes(lay, place, bytes, len);
        break;
    case CBOR_NULL:
    case CBOR_TRUE:
    case CBOR_FALSE:
        put_simple(lay, reader, type);
        break;
    default:
        bytes = cbor_skip(reader, &len);
        put_string(lay, TOKEN_ITEM, place, bytes, len);
        break;
    }
}

/* ---- byte strings with something inside ---- */

/* The head of an array of HEADER_ITEMS, then at least one item, fewer than it says, and nothing else. 0: it is none. */
static uint64_t header_items(const uint8_t *bytes, size_t len)
{
    struct reader reader;
    uint64_t n = 0;

    if (len == 0 || bytes[0] != (0x80 | HEADER_ITEMS))
        return 0;
    reader_init(&reader, bytes + 1, len - 1);
    while (reader_left(&reader) > 0 && n <= HEADER_ITEMS) {
        (void)cbor_skip(&reader, &(size_t){0});
        n++;
    }
    return reader.status == STATUS_OK && n <= HEADER_ITEMS ? n : 0;
}

/* What hardly ever changes in a batch goes into the shape: version, type, op, schema. */
static bool is_constant(uint64_t item)
{
    return item == 0 || item == HEADER_TYPE_ITEM || item == 7 || item == 9;
}

static void lay_header(struct lay *lay, const uint8_t *bytes, size_t len, uint64_t n)
{
    struct reader reader;

    buf_putc(lay->shape, TOKEN_HEADER);
    columns_put_number(lay->shape, n);
    reader_init(&reader, bytes + 1, len - 1);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t v;

        if (!is_constant(i) || cbor_peek(&reader) != CBOR_UINT) {
            lay_value(lay, &reader, place_in_header(i));
            continue;
        }
        v = cbor_uint(&reader);
        buf_putc(lay->shape, TOKEN_CONST);
        columns_put_number(lay->shape, v);
        if (i == HEADER_TYPE_ITEM)
            lay->type = v;
    }
}

static bool is_map(const uint8_t *bytes, size_t len)
{
    struct reader reader;

    reader_init(&reader, bytes, len);
    if (cbor_peek(&reader) != CBOR_MAP)
        return false;
    (void)cbor_skip(&reader, &(size_t){0});
    if (reader.status != STATUS_OK || reader_left(&reader) != 0)
        return false;
    reader_init(&reader, bytes, len);
    return cbor_map(&reader) <= MAP_FIELDS_MAX;
}

static void lay_map(struct lay *lay, const uint8_t *bytes, size_t len)
{
    struct reader reader;
    uint64_t n, last = 0;

    reader_init(&reader, bytes, len);
    n = cbor_map(&reader);
    buf_putc(lay->shape, TOKEN_MAP);
    columns_put_number(lay->shape, n);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t key = cbor_uint(&reader);

        columns_put_number(lay->shape, key - last);
        last = key;
        lay_value(lay, &reader, place_in_map(lay->type, key));
    }
}

/* ---- entries ---- */

static void lay_item(struct lay *lay, struct reader *reader, uint64_t place)
{
    const uint8_t *start = reader->at, *bytes;
    uint64_t n;
    size_t len;

    if (cbor_peek(reader) != CBOR_BYTES) {
        lay_value(lay, reader, place);
        return;
    }
    bytes = cbor_bytes(reader, &len);
    if ((n = header_items(bytes, len)) > 0) {
        lay_header(lay, bytes, len, n);
    } else if (is_map(bytes, len)) {
        lay_map(lay, bytes, len);
    } else {
        reader->at = start;
        lay_value(lay, reader, place);
    }
}

static void lay_entry(struct lay *lay, const uint8_t *bytes, size_t len)
{
    struct reader reader;
    uint64_t n;

    lay->type = 0;
    reader_init(&reader, bytes, len);
    if (cbor_peek(&reader) != CBOR_ARRAY || (n = cbor_array(&reader)) > ENTRY_ITEMS_MAX) {
        put_string(lay, TOKEN_ITEM, 0, bytes, len);
        return;
    }
    buf_putc(lay->shape, TOKEN_ARRAY);
    columns_put_number(lay->shape, n);
    for (uint64_t i = 0; i < n; i++)
        lay_item(lay, &reader, place_in_entry(n, i));
}

/* ---- shapes ---- */

static size_t shape_slot(const struct columns *columns, const struct shape *shape)
{
    const uint8_t *bytes = columns->shape_bytes.data;
    size_t slot = (size_t)shape->hash & (columns->n_shape_slots - 1);

    for (; columns->shape_slots[slot] != 0; slot = (slot + 1) & (columns->n_shape_slots - 1)) {
        const struct shape *other = &columns->shapes[columns->shape_slots[slot] - 1];

        if (other->hash == shape->hash && other->len == shape->len && memcmp(bytes + other->at, bytes + shape->at, shape->len) == 0)
            break;
    }
    return slot;
}

static enum status grow_shape_slots(struct columns *columns)
{
    size_t n = columns->n_shape_slots > 0 ? columns->n_shape_slots * 2 : SHAPE_SLOTS_FIRST;
    uint32_t *slots = calloc(n, sizeof *slots);

    if (slots == NULL)
        return STATUS_NOMEM;
    free(columns->shape_slots);
    columns->shape_slots = slots;
    columns->n_shape_slots = n;
    for (size_t i = 0; i < columns->n_shapes; i++)
        slots[shape_slot(columns, &columns->shapes[i])] = (uint32_t)i + 1;
    return STATUS_OK;
}

/* The shape that stands at the end of shape_bytes: known already, or a new one. Its number goes to the entry. */
static enum status close_shape(struct columns *columns, size_t at)
{
    struct shape shape = {.at = at, .len = columns->shape_bytes.len - at};
    enum status status = STATUS_OK;
    size_t slot;

    if (columns->shape_bytes.status != STATUS_OK || shape.len > SHAPE_MAX_BYTES || columns->shape_bytes.len > OPS_MAX)
        return columns->shape_bytes.status != STATUS_OK ? columns->shape_bytes.status : STATUS_UNSUPPORTED;
    shape.hash = columns_hash(columns->shape_bytes.data + at, shape.len);
    if (2 * (columns->n_shapes + 1) > columns->n_shape_slots)
        status = grow_shape_slots(columns);
    if (status != STATUS_OK)
        return status;
    slot = shape_slot(columns, &shape);
    if (columns->shape_slots[slot] != 0) {
        columns->shape_bytes.len = at;
    } else {
        status = columns_add_shape(columns, &shape);
        if (status != STATUS_OK)
            return status;
        columns->shape_slots[slot] = (uint32_t)columns->n_shapes;
    }
    columns_put_number(&columns->indexes, columns->shape_slots[slot] - 1);
    return columns->indexes.status;
}

/* ---- picks ---- */

struct picking {
    struct column *column;
    size_t at[PICK_VALUES_MAX], len[PICK_VALUES_MAX]; /* in content */
    uint64_t hash[PICK_VALUES_MAX];
    uint8_t slots[PICK_SLOTS]; /* 1 + number */
    size_t n, bytes;
};

/* Its number, or PICK_VALUES_MAX when there are too many. */
static size_t pick(struct picking *picking, size_t at, size_t len)
{
    const uint8_t *content = picking->column->content.data;
    uint64_t hash = columns_hash(content == NULL ? (const uint8_t *)"" : content + at, len);
    size_t slot = (size_t)hash & (PICK_SLOTS - 1);

    for (; picking->slots[slot] != 0; slot = (slot + 1) & (PICK_SLOTS - 1)) {
        size_t i = picking->slots[slot] - 1U;

        if (picking->hash[i] == hash && picking->len[i] == len && memcmp(content + picking->at[i], content + at, len) == 0)
            return i;
    }
    if (picking->n == PICK_VALUES_MAX)
        return PICK_VALUES_MAX;
    picking->at[picking->n] = at;
    picking->len[picking->n] = len;
    picking->hash[picking->n] = hash;
    picking->slots[slot] = (uint8_t)(picking->n + 1);
    picking->bytes += len + 1;
    return picking->n++;
}

/* Put each value once, if that is shorter. */
static void replace_content(struct picking *picking)
{
    struct column *column = picking->column;
    struct buf content;

    buf_init(&content, column->content.max);
    buf_clear(&column->lengths);
    for (size_t i = 0; i < picking->n; i++) {
        columns_put_number(&column->lengths, picking->len[i]);
        buf_append(&content, column->content.data + picking->at[i], picking->len[i]);
    }
    buf_release(&column->content);
    column->content = content;
    column->way |= WAY_PICK;
}

static void try_picks(struct column *column)
{
    struct picking picking = {.column = column};
    struct reader lengths;
    size_t at = 0;

    if (column->count < PICK_LEAST_VALUES || column->content.len == 0)
        return;
    reader_init(&lengths, column->lengths.data, column->lengths.len);
    while (reader_left(&lengths) > 0) {
        size_t len = (size_t)columns_number(&lengths), no = pick(&picking, at, len);

        if (no == PICK_VALUES_MAX || 2 * picking.n > column->count) {
            buf_clear(&column->picks);
            return;
        }
        buf_putc(&column->picks, (uint8_t)no);
        at += len;
    }
    if (picking.bytes + column->count < column->content.len + column->lengths.len && column->picks.status == STATUS_OK)
        replace_content(&picking);
    else
        buf_clear(&column->picks);
}

/* Letters and digits pack otherwise than Chinese. */
static void judge_content(struct column *column)
{
    size_t other = 0;

    for (size_t i = 0; i < column->content.len; i++)
        other += column->content.data[i] >= 0x80;
    column->way |= 2 * other > column->content.len ? WAY_OTHER : WAY_ASCII;
}

static enum status shorten(const struct columns *columns, struct column *column)
{
    struct buf content;
    enum status status;

    if (column->content.status != STATUS_OK) /* else it would be forgotten with the buffer */
        return column->content.status;
    if ((column->way & WAY_OTHER) == 0 || column->key >> 56 != TOKEN_TEXT)
        return STATUS_OK;
    buf_init(&content, 2 * CHUNK_RAW_MAX_BYTES);
    status = columns_shorten(columns, &column->content, &content);
    if (status != STATUS_OK || content.len >= column->content.len) {
        buf_release(&content);
        return status;
    }
    buf_release(&column->content);
    column->content = content;
    column->way |= WAY_SHORT;
    return STATUS_OK;
}

/* ---- writing it down ---- */

static void write_shapes(struct columns *columns, uint64_t entries, struct buf *out)
{
    columns_put_number(out, entries);
    columns_put_number(out, columns->n_shapes);
    for (size_t i = 0; i < columns->n_shapes; i++) {
        const struct shape *shape = &columns->shapes[i];

        columns_put_number(out, shape->len);
        buf_append(out, columns->shape_bytes.data + shape->at, shape->len);
    }
    if (columns->n_shapes > 1)
        buf_append(out, columns->indexes.data, columns->indexes.len);
}

static void write_sizes(const struct column *column, struct buf *out)
{
    if (column->kind == COLUMN_STRING) {
        columns_put_number(out, column->way);
        columns_put_number(out, column->lengths.len);
        columns_put_number(out, column->content.len);
        if (column->way & WAY_PICK)
            columns_put_number(out, column->picks.len);
    } else {
        columns_put_number(out, column->kind == COLUMN_FIXED ? column->content.len : column->lengths.len);
    }
}

static void append(struct buf *out, const struct buf *part)
{
    if (part->len > 0)
        buf_append(out, part->data, part->len);
    if (part->status != STATUS_OK && out->status == STATUS_OK)
        out->status = part->status;
}

/* Contents of one class, then a cut. */
static void write_contents(const struct columns *columns, enum column_kind kind, unsigned way, struct buf *out, size_t start, struct columns_cuts *cuts)
{
    size_t before = out->len;

    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->kind == kind && (columns->columns[i]->way & WAY_OTHER) == way)
            append(out, &columns->columns[i]->content);
    if (out->len > before)
        cuts->at[cuts->n++] = before - start;
}

static void write_layout(struct columns *columns, uint64_t entries, struct buf *out, struct columns_cuts *cuts)
{
    size_t start = out->len;

    cuts->n = 0;
    for (size_t i = 0; i < columns->n; i++) {
        if (columns->columns[i]->kind != COLUMN_STRING)
            continue;
        judge_content(columns->columns[i]);
        try_picks(columns->columns[i]);
        if (out->status == STATUS_OK)
            out->status = shorten(columns, columns->columns[i]);
    }
    write_shapes(columns, entries, out);
    for (size_t i = 0; i < columns->n; i++)
        write_sizes(columns->columns[i], out);
    cuts->at[cuts->n++] = out->len - start;
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->kind == COLUMN_NUMBER)
            append(out, &columns->columns[i]->lengths);
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->kind == COLUMN_STRING)
            append(out, &columns->columns[i]->lengths);
    cuts->at[cuts->n++] = out->len - start;
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->way & WAY_PICK)
            append(out, &columns->columns[i]->picks);
    write_contents(columns, COLUMN_FIXED, WAY_ASCII, out, start, cuts);
    write_contents(columns, COLUMN_STRING, WAY_ASCII, out, start, cuts);
    write_contents(columns, COLUMN_STRING, WAY_OTHER, out, start, cuts);
}

/* All that was put into the columns is there: what lays them out empties some of their buffers, and would forget that one of them failed. */
static enum status collected(const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        const struct column *column = columns->columns[i];

        if (column->lengths.status != STATUS_OK || column->content.status != STATUS_OK)
            return column->lengths.status != STATUS_OK ? column->lengths.status : column->content.status;
    }
    return STATUS_OK;
}

enum status columns_lay(struct columns *columns, const void *entries, size_t len, struct buf *out, struct columns_cuts *cuts)
{
    struct lay lay = {.columns = columns, .shape = &columns->shape_bytes};
    size_t before = out->len;
    uint64_t n = 0;
    struct reader reader;

    if (out->status != STATUS_OK)
        return out->status;
    columns_reset(columns);
    reader_init(&reader, entries, len);
    for (; reader_left(&reader) > 0 && lay.status == STATUS_OK; n++) {
        size_t at = columns->shape_bytes.len, entry_len;
        const uint8_t *entry = cbor_skip(&reader, &entry_len);

        if (entry == NULL)
            return STATUS_UNSUPPORTED;
        lay_entry(&lay, entry, entry_len);
        if (lay.status == STATUS_OK)
            lay.status = close_shape(columns, at);
    }
    if (lay.status == STATUS_OK)
        lay.status = collected(columns);
    if (lay.status != STATUS_OK)
        return lay.status;
    write_layout(columns, n, out, cuts);
    if (out->status == STATUS_OK && out->len - before <= len + COLUMNS_SLACK_BYTES)
        return STATUS_OK;
    lay.status = out->status != STATUS_OK ? out->status : STATUS_UNSUPPORTED;
    columns_cut(out, before);
    return lay.status;
}
