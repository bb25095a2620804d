/* core/record/extra.c - see extra.h. */
#include "core/record/extra.h"

#include "core/base/cbor.h"

static uint64_t open_map(const struct buf *extra, struct reader *reader)
{
    reader_init(reader, extra->data, extra->len);
    return extra->len > 0 ? cbor_map(reader) : 0;
}

struct value extra_get(const struct buf *extra, uint64_t field)
{
    struct reader reader;
    uint64_t count = open_map(extra, &reader);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value value = value_decode(&reader);
        if (reader.status == STATUS_OK && no == field)
            return value;
    }
    return value_null();
}

static void put_pair(struct buf *pairs, uint64_t field, struct value value, uint64_t *count)
{
    cbor_put_uint(pairs, field);
    value_encode(value, pairs);
    ++*count;
}

/* Values have one encoding (deterministic CBOR), so encoding again gives the bytes that came. */
enum status extra_put(struct buf *extra, uint64_t field, struct value value)
{
    struct reader reader;
    struct buf pairs, merged;
    uint64_t count = open_map(extra, &reader), kept = 0;
    bool placed = false;
    buf_init(&pairs, extra->max);
    buf_init(&merged, extra->max);
    for (uint64_t i = 0; i < count && reader.status == STATUS_OK; i++) {
        uint64_t no = cbor_uint(&reader);
        struct value old = value_decode(&reader);
        if (!placed && no >= field) {
            put_pair(&pairs, field, value, &kept);
            placed = true;
        }
        if (no != field && reader.status == STATUS_OK)
            put_pair(&pairs, no, old, &kept);
    }
    if (!placed)
        put_pair(&pairs, field, value, &kept);
    cbor_put_map(&merged, kept);
    buf_append(&merged, pairs.data, pairs.len);
    enum status status = reader.status != STATUS_OK ? STATUS_CORRUPT : pairs.status != STATUS_OK ? pairs.status : merged.status;
    if (status == STATUS_OK) {
        buf_clear(extra);
        buf_append(extra, merged.data, merged.len);
        status = extra->status;
    }
    buf_release(&pairs);
    buf_release(&merged);
    return status;
}

bool extra_has_of(const void *extra, size_t len, const struct record_type *type)
{
    struct reader reader;
    reader_init(&reader, extra, len);
    for (uint64_t left = len > 0 ? cbor_map(&reader) : 0; left > 0 && reader.status == STATUS_OK; left--) {
        uint64_t no = cbor_uint(&reader);
        (void)value_decode(&reader);
        if (reader.status == STATUS_OK && catalogue_field_by_no(type, no) != NULL)
            return true;
    }
    return false;
}
