/* tests/fuzz/fuzz_cbor.c - core/base/cbor.h with any bytes: what is read and written again is the same bytes, and skipping an item ends where reading it does. */
#include <stdbool.h>
#include <string.h>

#include "core/base/cbor.h"
#include "tests/fuzz/fuzz.h"

enum { DEPTH_MAX = CBOR_DEPTH_MAX + 1, OUT_MAX_BYTES = 1024 * 1024 };

static void copy_item(struct reader *reader, struct buf *out, unsigned depth);

static void copy_many(struct reader *reader, struct buf *out, unsigned depth, uint64_t count, bool pairs)
{
    for (uint64_t i = 0; i < count && reader->status == STATUS_OK; i++) {
        if (pairs)
            cbor_put_uint(out, cbor_uint(reader));
        copy_item(reader, out, depth + 1);
    }
}

static void copy_item(struct reader *reader, struct buf *out, unsigned depth)
{
    size_t len;
    uint64_t count;
    const void *bytes;

    if (depth > DEPTH_MAX) {
        reader->status = STATUS_MALFORMED;
        return;
    }
    switch (cbor_peek(reader)) {
    case CBOR_UINT:
        cbor_put_uint(out, cbor_uint(reader));
        break;
    case CBOR_NEGINT:
        cbor_put_int(out, cbor_int(reader));
        break;
    case CBOR_BYTES:
        bytes = cbor_bytes(reader, &len);
        cbor_put_bytes(out, bytes, bytes != NULL ? len : 0);
        break;
    case CBOR_TEXT:
        bytes = cbor_text(reader, &len);
        cbor_put_text(out, bytes, bytes != NULL ? len : 0);
        break;
    case CBOR_ARRAY:
        count = cbor_array(reader);
        cbor_put_array(out, count);
        copy_many(reader, out, depth, count, false);
        break;
    case CBOR_MAP:
        count = cbor_map(reader);
        cbor_put_map(out, count);
        copy_many(reader, out, depth, count, true);
        break;
    case CBOR_FALSE:
    case CBOR_TRUE:
        cbor_put_bool(out, cbor_bool(reader));
        break;
    case CBOR_NULL:
        cbor_null(reader);
        cbor_put_null(out);
        break;
    default:
        reader->status = STATUS_MALFORMED;
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader reader, skipper;
    struct buf out;

    reader_init(&reader, data, len);
    skipper = reader;
    buf_init(&out, OUT_MAX_BYTES);
    while (reader_left(&reader) > 0 && reader.status == STATUS_OK) {
        size_t item_len = 0, before = out.len;
        const uint8_t *start = skipper.at, *item = cbor_skip(&skipper, &item_len);

        copy_item(&reader, &out, 0);
        FUZZ_HOLDS(skipper.status != STATUS_OK || (item == start && item_len > 0));
        if (skipper.status == STATUS_OK) {
            FUZZ_HOLDS(reader.status == STATUS_OK && reader.at == skipper.at);
            FUZZ_HOLDS(out.status == STATUS_OK && out.len - before == item_len && memcmp(out.data + before, item, item_len) == 0);
        }
        /* The skipper checks all the reader does (keys in order too) and knows a greatest depth. */
        if (reader.status != STATUS_OK)
            FUZZ_HOLDS(skipper.status != STATUS_OK);
        if (skipper.status != STATUS_OK)
            break;
    }
    buf_release(&out);
    return 0;
}

bool fuzz_seed(size_t i, struct buf *out)
{
    switch (i) {
    case 0:
        cbor_put_map(out, 3);
        cbor_put_uint(out, 1);
        cbor_put_text(out, "工资没有发", strlen("工资没有发"));
        cbor_put_uint(out, 24);
        cbor_put_int(out, -70000);
        cbor_put_uint(out, 300);
        cbor_put_null(out);
        return true;
    case 1:
        cbor_put_array(out, 4);
        cbor_put_bytes(out, "0123456789abcdef0123456789abcdef", 32);
        cbor_put_bool(out, true);
        cbor_put_uint(out, UINT64_C(1) << 40);
        cbor_put_array(out, 0);
        return true;
    case 2:
        for (unsigned depth = 0; depth < CBOR_DEPTH_MAX - 1; depth++)
            cbor_put_array(out, 1);
        cbor_put_int(out, INT64_MIN);
        return true;
    default:
        return false;
    }
}
