/* core/record/value.c - comparing and encoding one value. */
#include "core/record/value.h"

#include <string.h>

#include "core/base/cbor.h"

struct value value_text(const char *text, size_t len)
{
    return (struct value){.kind = VALUE_TEXT, .text = text, .len = len};
}

struct value value_string(const char *text)
{
    return value_text(text, strlen(text));
}

bool value_equal(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case VALUE_NULL:
        return true;
    case VALUE_INT:
        return a.number == b.number;
    case VALUE_TEXT:
        return a.len == b.len && (a.len == 0 || memcmp(a.text, b.text, a.len) == 0);
    }
    return false;
}

void value_encode(struct value value, struct buf *out)
{
    switch (value.kind) {
    case VALUE_NULL:
        cbor_put_null(out);
        break;
    case VALUE_INT:
        cbor_put_int(out, value.number);
        break;
    case VALUE_TEXT:
        cbor_put_text(out, value.text, value.len);
        break;
    }
}

struct value value_decode(struct reader *reader)
{
    switch (cbor_peek(reader)) {
    case CBOR_NULL:
        cbor_null(reader);
        return value_null();
    case CBOR_UINT:
    case CBOR_NEGINT: {
        int64_t number = cbor_int(reader);
        return reader->status == STATUS_OK ? value_int(number) : value_null();
    }
    case CBOR_TEXT: {
        size_t len = 0;
        const char *text = cbor_text(reader, &len);
        return reader->status == STATUS_OK ? value_text(text, len) : value_null();
    }
    default:
        if (reader->status == STATUS_OK)
            reader->status = STATUS_MALFORMED;
        return value_null();
    }
}
