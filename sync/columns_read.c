/* sync/columns_read.c - columns back into entries. The shapes are checked and turned into lists of steps once; each entry then is a walk over its shape's steps, which take the next values of their
 * columns. Every step writes at least a byte, so work is bounded by raw_len; every stream must come out even. */
#include <stdlib.h>
#include <string.h>

#include "core/base/cbor.h"
#include "sync/columns_impl.h"

/* ---- shapes into steps ---- */

static enum status add_op(struct columns *columns, const struct shape_op *op)
{
    if (columns->n_ops == OPS_MAX)
        return STATUS_MALFORMED;
    if (columns->n_ops == columns->cap_ops) {
        size_t cap = columns->cap_ops > 0 ? columns->cap_ops * 2 : 256;
        struct shape_op *ops = realloc(columns->ops, cap * sizeof *ops);

        if (ops == NULL)
            return STATUS_NOMEM;
        columns->ops = ops;
        columns->cap_ops = cap;
    }
    columns->ops[columns->n_ops++] = *op;
    return STATUS_OK;
}

static bool has_column(enum column_token token)
{
    return token == TOKEN_UINT || token == TOKEN_NEGINT || token == TOKEN_BYTES || token == TOKEN_TEXT || token == TOKEN_FIXED || token == TOKEN_HEX || token == TOKEN_ITEM;
}

/* A value's token, its argument and its column. */
static enum status compile_value(struct columns *columns, struct reader *shape, struct shape_op *op, uint64_t place)
{
    op->token = (enum column_token)reader_u8(shape);
    if (shape->status != STATUS_OK || op->token >= TOKENS || op->token == TOKEN_ARRAY)
        return STATUS_MALFORMED;
    if (op->token == TOKEN_CONST || op->token == TOKEN_FIXED || op->token == TOKEN_HEADER || op->token == TOKEN_MAP)
        op->argument = columns_number(shape);
    if (op->token == TOKEN_FIXED && (op->argument == 0 || op->argument > FIXED_MAX_BYTES))
        return STATUS_MALFORMED;
    if (op->token == TOKEN_FIXED)
        place ^= op->argument << 44;
    if (has_column(op->token) && columns_at(columns, column_key(op->token, place), &op->column) == NULL)
        return columns->n == COLUMNS_MAX ? STATUS_MALFORMED : STATUS_NOMEM;
    return shape->status == STATUS_OK ? add_op(columns, op) : STATUS_MALFORMED;
}

static bool is_nested(enum column_token token)
{
    return token == TOKEN_HEADER || token == TOKEN_MAP;
}

static enum status compile_header(struct columns *columns, struct reader *shape, uint64_t n, uint64_t *type)
{
    enum status status = n >= 1 && n <= HEADER_ITEMS ? STATUS_OK : STATUS_MALFORMED;

    for (uint64_t i = 0; i < n && status == STATUS_OK; i++) {
        struct shape_op op = {0};

        status = compile_value(columns, shape, &op, place_in_header(i));
        if (status == STATUS_OK && is_nested(op.token))
            return STATUS_MALFORMED;
        if (i == HEADER_TYPE_ITEM && op.token == TOKEN_CONST)
            *type = op.argument;
    }
    return status;
}

static enum status compile_map(struct columns *columns, struct reader *shape, uint64_t n, uint64_t type)
{
    enum status status = n <= MAP_FIELDS_MAX ? STATUS_OK : STATUS_MALFORMED;
    uint64_t key = 0;

    for (uint64_t i = 0; i < n && status == STATUS_OK; i++) {
        struct shape_op op = {.has_key = true};

        key += columns_number(shape);
        op.key = key;
        status = compile_value(columns, shape, &op, place_in_map(type, key));
        if (status == STATUS_OK && is_nested(op.token))
            return STATUS_MALFORMED;
    }
    return status;
}

static enum status compile_item(struct columns *columns, struct reader *shape, uint64_t place, uint64_t *type)
{
    struct shape_op op = {0};
    enum status status = compile_value(columns, shape, &op, place);

    if (status == STATUS_OK && op.token == TOKEN_HEADER)
        status = compile_header(columns, shape, op.argument, type);
    else if (status == STATUS_OK && op.token == TOKEN_MAP)
        status = compile_map(columns, shape, op.argument, *type);
    return status;
}

static enum status compile_shape(struct columns *columns, const uint8_t *bytes, size_t len)
{
    struct shape record = {.op = columns->n_ops};
    struct shape_op op = {.token = TOKEN_ARRAY};
    struct reader shape;
    enum status status = STATUS_OK;
    uint64_t type = 0;

    reader_init(&shape, bytes, len);
    if (reader_left(&shape) > 0 && *shape.at == TOKEN_ITEM) {
        op = (struct shape_op){0};
        status = compile_value(columns, &shape, &op, 0);
    } else {
        if (reader_u8(&shape) != TOKEN_ARRAY)
            return STATUS_MALFORMED;
        op.argument = columns_number(&shape);
        if (shape.status != STATUS_OK || op.argument > ENTRY_ITEMS_MAX)
            return STATUS_MALFORMED;
        status = add_op(columns, &op);
        for (uint64_t i = 0; i < op.argument && status == STATUS_OK; i++)
            status = compile_item(columns, &shape, place_in_entry(op.argument, i), &type);
    }
    if (status == STATUS_OK && (shape.status != STATUS_OK || reader_left(&shape) != 0))
        status = STATUS_MALFORMED;
    record.n_ops = columns->n_ops - record.op;
    return status == STATUS_OK ? columns_add_shape(columns, &record) : status;
}

static enum status compile_shapes(struct columns *columns, struct reader *in)
{
    uint64_t n = columns_number(in);
    enum status status = in->status == STATUS_OK && n > 0 && n <= SHAPES_MAX ? STATUS_OK : STATUS_MALFORMED;

    for (uint64_t i = 0; i < n && status == STATUS_OK; i++) {
        uint64_t len = columns_number(in);
        const uint8_t *bytes = len <= SHAPE_MAX_BYTES ? reader_take(in, (size_t)len) : NULL;

        status = bytes == NULL ? STATUS_MALFORMED : compile_shape(columns, bytes, (size_t)len);
    }
    return status;
}

/* ---- columns ---- */

static enum status read_sizes(struct columns *columns, struct reader *in)
{
    for (size_t i = 0; i < columns->n; i++) {
        struct column *column = columns->columns[i];
        uint64_t first = columns_number(in), lengths = first, content = first, picks = 0;

        if (column->kind == COLUMN_STRING) {
            if (first >= WAYS)
                return STATUS_MALFORMED;
            column->way = (unsigned)first;
            lengths = columns_number(in);
            content = columns_number(in);
            picks = column->way & WAY_PICK ? columns_number(in) : 0;
        }
        if (in->status != STATUS_OK || lengths > SIZE_MAX || content > SIZE_MAX || picks > SIZE_MAX)
            return STATUS_MALFORMED;
        column->lengths_len = column->kind == COLUMN_FIXED ? 0 : (size_t)lengths;
        column->content_len = column->kind == COLUMN_NUMBER ? 0 : (size_t)content;
        column->picks_len = (size_t)picks;
    }
    return STATUS_OK;
}

static void take(struct reader *in, size_t len, struct reader *out)
{
    const uint8_t *bytes = reader_take(in, len);

    reader_init(out, bytes, bytes != NULL ? len : 0);
}

static void take_contents(struct columns *columns, struct reader *in, enum column_kind kind, unsigned way)
{
    for (size_t i = 0; i < columns->n; i++) {
        struct column *column = columns->columns[i];

        if (column->kind == kind && (column->way & WAY_OTHER) == way)
            take(in, column->content_len, &column->from_content);
    }
}

/* Shortened text in full length; all of it together is no more than the entries will be. */
static enum status lengthen(struct columns *columns, struct column *column, size_t *budget)
{
    enum status status;

    if ((column->way & WAY_SHORT) == 0)
        return STATUS_OK;
    status = columns_lengthen(columns, &column->from_content, *budget, &column->content);
    if (status != STATUS_OK)
        return status;
    *budget -= column->content.len;
    reader_init(&column->from_content, column->content.data, column->content.len);
    return STATUS_OK;
}

/* The values that are picked from. */
static enum status read_values(struct column *column)
{
    if ((column->way & WAY_PICK) == 0)
        return STATUS_OK;
    column->values = calloc(PICK_VALUES_MAX, sizeof *column->values);
    if (column->values == NULL)
        return STATUS_NOMEM;
    while (reader_left(&column->from_lengths) > 0) {
        struct pick *value = &column->values[column->n_values];
        uint64_t len = columns_number(&column->from_lengths);

        if (column->n_values == PICK_VALUES_MAX || column->from_lengths.status != STATUS_OK || len > reader_left(&column->from_content))
            return STATUS_MALFORMED;
        value->len = (size_t)len;
        value->bytes = reader_take(&column->from_content, value->len);
        column->n_values++;
    }
    return STATUS_OK;
}

static enum status read_columns(struct columns *columns, struct reader *in, size_t raw_len)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->kind == COLUMN_NUMBER)
            take(in, columns->columns[i]->lengths_len, &columns->columns[i]->from_lengths);
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->kind == COLUMN_STRING)
            take(in, columns->columns[i]->lengths_len, &columns->columns[i]->from_lengths);
    for (size_t i = 0; i < columns->n; i++)
        if (columns->columns[i]->way & WAY_PICK)
            take(in, columns->columns[i]->picks_len, &columns->columns[i]->from_picks);
    take_contents(columns, in, COLUMN_FIXED, WAY_ASCII);
    take_contents(columns, in, COLUMN_STRING, WAY_ASCII);
    take_contents(columns, in, COLUMN_STRING, WAY_OTHER);
    if (in->status != STATUS_OK || reader_left(in) != 0)
        return STATUS_MALFORMED;
    for (size_t i = 0; i < columns->n && status == STATUS_OK; i++) {
        status = lengthen(columns, columns->columns[i], &raw_len);
        if (status == STATUS_OK)
            status = read_values(columns->columns[i]);
    }
    return status;
}

/* Nothing may be left over. */
static bool used_up(const struct columns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        const struct column *column = columns->columns[i];

        if (column->kind != COLUMN_FIXED && reader_left(&column->from_lengths) != 0)
            return false;
        if (column->kind != COLUMN_NUMBER && reader_left(&column->from_content) != 0)
            return false;
        if ((column->way & WAY_PICK) && reader_left(&column->from_picks) != 0)
            return false;
    }
    return true;
}

/* ---- entries ---- */

static uint64_t next_integer(struct column *column, enum status *status)
{
    uint64_t zigzag = columns_number(&column->from_lengths);

    if (column->from_lengths.status != STATUS_OK)
        *status = STATUS_MALFORMED;
    column->last += zigzag >> 1 ^ ((zigzag & 1) != 0 ? UINT64_MAX : 0);
    return column->last;
}

static struct pick next_string(struct column *column, enum status *status)
{
    struct pick string = {NULL, 0};
    uint64_t len;

    if (column->way & WAY_PICK) {
        size_t no = reader_u8(&column->from_picks);

        if (column->from_picks.status == STATUS_OK && no < column->n_values)
            return column->values[no];
        *status = STATUS_MALFORMED;
        return string;
    }
    len = columns_number(&column->from_lengths);
    if (column->from_lengths.status != STATUS_OK || len > reader_left(&column->from_content)) {
        *status = STATUS_MALFORMED;
        return string;
    }
    string.len = (size_t)len;
    string.bytes = reader_take(&column->from_content, string.len);
    return string;
}

static void put_hex(struct buf *out, const uint8_t *bytes)
{
    static const char digits[] = "0123456789abcdef";
    char text[HEX_DIGITS];

    for (size_t i = 0; i < HEX_DIGITS / 2; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    cbor_put_text(out, text, sizeof text);
}

static enum status write_string(struct buf *out, enum column_token token, struct column *column)
{
    enum status status = STATUS_OK;
    struct pick string = next_string(column, &status);

    if (status != STATUS_OK)
        return status;
    if (token == TOKEN_BYTES)
        cbor_put_bytes(out, string.bytes, string.len);
    else if (token == TOKEN_TEXT)
        cbor_put_text(out, (const char *)string.bytes, string.len);
    else if (string.len > 0)
        buf_append(out, string.bytes, string.len);
    else
        status = STATUS_MALFORMED; /* every step writes something */
    return status;
}

static enum status write_fixed(struct buf *out, const struct shape_op *op, struct column *column)
{
    size_t len = op->token == TOKEN_HEX ? HEX_DIGITS / 2 : (size_t)op->argument;
    const uint8_t *bytes = reader_take(&column->from_content, len);

    if (bytes == NULL)
        return STATUS_MALFORMED;
    if (op->token == TOKEN_HEX)
        put_hex(out, bytes);
    else
        cbor_put_bytes(out, bytes, len);
    return STATUS_OK;
}

static enum status write_negative(struct buf *out, struct column *column)
{
    enum status status = STATUS_OK;
    uint64_t v = next_integer(column, &status);

    if (v > INT64_MAX)
        return STATUS_MALFORMED;
    cbor_put_int(out, -1 - (int64_t)v);
    return status;
}

static enum status write_value(struct columns *columns, const struct shape_op *op, struct buf *out)
{
    struct column *column = has_column(op->token) ? columns->columns[op->column] : NULL;
    enum status status = STATUS_OK;

    switch (op->token) {
    case TOKEN_UINT:
        cbor_put_uint(out, next_integer(column, &status));
        return status;
    case TOKEN_NEGINT:
        return write_negative(out, column);
    case TOKEN_CONST:
        cbor_put_uint(out, op->argument);
        return STATUS_OK;
    case TOKEN_FALSE:
    case TOKEN_TRUE:
        cbor_put_bool(out, op->token == TOKEN_TRUE);
        return STATUS_OK;
    case TOKEN_NULL:
        cbor_put_null(out);
        return STATUS_OK;
    case TOKEN_FIXED:
    case TOKEN_HEX:
        return write_fixed(out, op, column);
    default:
        return write_string(out, op->token, column);
    }
}

/* A HEADER or MAP with its steps behind it. *step: the first behind it all. */
static enum status write_nested(struct columns *columns, const struct shape *shape, size_t *step, struct buf *out)
{
    const struct shape_op *nest = &columns->ops[shape->op + *step - 1];
    enum status status = STATUS_OK;

    buf_clear(&columns->scratch);
    if (nest->token == TOKEN_HEADER)
        cbor_put_array(&columns->scratch, HEADER_ITEMS);
    else
        cbor_put_map(&columns->scratch, nest->argument);
    for (uint64_t i = 0; i < nest->argument && status == STATUS_OK; i++) {
        const struct shape_op *op = &columns->ops[shape->op + (*step)++];

        if (op->has_key)
            cbor_put_uint(&columns->scratch, op->key);
        status = write_value(columns, op, &columns->scratch);
    }
    if (status != STATUS_OK || columns->scratch.status != STATUS_OK)
        return status != STATUS_OK ? status : columns->scratch.status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_MALFORMED;
    cbor_put_bytes(out, columns->scratch.data, columns->scratch.len);
    return STATUS_OK;
}

static enum status write_entry(struct columns *columns, const struct shape *shape, struct buf *out)
{
    enum status status = STATUS_OK;

    for (size_t step = 0; step < shape->n_ops && status == STATUS_OK;) {
        const struct shape_op *op = &columns->ops[shape->op + step++];

        if (op->token == TOKEN_ARRAY)
            cbor_put_array(out, op->argument);
        else if (is_nested(op->token))
            status = write_nested(columns, shape, &step, out);
        else
            status = write_value(columns, op, out);
    }
    return status;
}

static enum status write_entries(struct columns *columns, uint64_t n, struct reader *indexes, size_t end, struct buf *out)
{
    enum status status = STATUS_OK;

    for (uint64_t i = 0; i < n && status == STATUS_OK; i++) {
        uint64_t no = columns->n_shapes > 1 ? columns_number(indexes) : 0;

        if (indexes->status != STATUS_OK || no >= columns->n_shapes)
            return STATUS_MALFORMED;
        status = write_entry(columns, &columns->shapes[no], out);
        /* Text that is not UTF-8 was refused by the buffer; too much is not what was promised. */
        if (status == STATUS_OK && out->status != STATUS_OK)
            status = out->status == STATUS_NOMEM ? STATUS_NOMEM : STATUS_MALFORMED;
        if (status == STATUS_OK && out->len > end)
            status = STATUS_MALFORMED;
    }
    return status == STATUS_OK && (out->len != end || !used_up(columns)) ? STATUS_MALFORMED : status;
}

/* The numbers of the entries' shapes stand before the columns' sizes: step over them. */
static enum status skip_indexes(struct columns *columns, uint64_t n, struct reader *in, struct reader *indexes)
{
    *indexes = *in;
    for (uint64_t i = 0; i < n && columns->n_shapes > 1; i++) {
        (void)columns_number(in);
        if (in->status != STATUS_OK)
            return STATUS_MALFORMED;
    }
    return STATUS_OK;
}

enum status columns_read(struct columns *columns, const void *layout, size_t len, size_t raw_len, struct buf *out)
{
    size_t before = out->len;
    struct reader in, indexes;
    enum status status;
    uint64_t n;

    if (out->status != STATUS_OK)
        return out->status;
    if (raw_len > out->max - before)
        return STATUS_TOO_LARGE;
    columns_reset(columns);
    reader_init(&in, layout, len);
    n = columns_number(&in);
    status = in.status != STATUS_OK || n == 0 || n > raw_len ? STATUS_MALFORMED : compile_shapes(columns, &in);
    if (status == STATUS_OK)
        status = skip_indexes(columns, n, &in, &indexes);
    if (status == STATUS_OK)
        status = read_sizes(columns, &in);
    if (status == STATUS_OK)
        status = read_columns(columns, &in, raw_len);
    if (status == STATUS_OK)
        status = write_entries(columns, n, &indexes, before + raw_len, out);
    if (status != STATUS_OK)
        columns_cut(out, before);
    return status;
}
