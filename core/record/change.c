/* core/record/change.c - see change.h for the byte format. */
#include "core/record/change.h"

#include <assert.h>
#include <string.h>

#include "core/base/cbor.h"

enum { HEADER_ITEMS = 12 };

const char *change_op_name(enum change_op op)
{
    static const char *const NAMES[] = {"unknown", "put", "delete", "resolve", "move", "share", "erase"};
    return op < sizeof NAMES / sizeof NAMES[0] ? NAMES[op] : NAMES[0];
}

void change_encode_header(const struct change *change, struct buf *out)
{
    cbor_put_array(out, HEADER_ITEMS);
    cbor_put_uint(out, CHANGE_VERSION);
    cbor_put_uint(out, change->seq);
    cbor_put_uint(out, change->flags);
    cbor_put_int(out, change->at_ms);
    cbor_put_text(out, change->user, strlen(change->user));
    cbor_put_uint(out, change->type_no);
    cbor_put_bytes(out, change->id.bytes, ID_BYTES);
    cbor_put_uint(out, (uint64_t)change->op);
    cbor_put_uint(out, change->seen);
    cbor_put_uint(out, change->schema);
    cbor_put_int(out, change->scope);
    cbor_put_bytes(out, change->body_hash.bytes, HASH_BYTES);
}

enum status change_decode_header(const void *header, size_t len, struct change *out)
{
    struct reader reader;
    reader_init(&reader, header, len);
    if (len > CHANGE_HEADER_MAX_BYTES || cbor_array(&reader) != HEADER_ITEMS)
        return STATUS_MALFORMED;
    uint64_t version = cbor_uint(&reader);
    if (reader.status == STATUS_OK && version != CHANGE_VERSION)
        return STATUS_VERSION;
    *out = (struct change){.seq = cbor_uint(&reader)};
    uint64_t flags = cbor_uint(&reader);
    out->at_ms = cbor_int(&reader);
    size_t user_len;
    const char *user = cbor_text(&reader, &user_len);
    out->type_no = cbor_uint(&reader);
    cbor_bytes_exact(&reader, out->id.bytes, ID_BYTES);
    uint64_t op = cbor_uint(&reader);
    out->seen = cbor_uint(&reader);
    out->schema = cbor_uint(&reader);
    out->scope = cbor_int(&reader);
    cbor_bytes_exact(&reader, out->body_hash.bytes, HASH_BYTES);
    if (reader.status != STATUS_OK || reader_left(&reader) != 0)
        return STATUS_MALFORMED;
    if (user_len >= sizeof out->user || memchr(user, 0, user_len) != NULL || flags > CHANGE_FLAG_MORE || op < CHANGE_PUT || op > CHANGE_OP_MAX || out->seq == 0 || out->seq > INT64_MAX ||
        out->seen > INT64_MAX || out->scope < 0 || out->scope > INT32_MAX || out->type_no > UINT16_MAX)
        return STATUS_MALFORMED;
    memcpy(out->user, user, user_len);
    out->flags = (unsigned)flags;
    out->op = (enum change_op)op;
    return STATUS_OK;
}

struct hash change_chain(struct hash before, const void *header, size_t len)
{
    return hash_pair(before.bytes, HASH_BYTES, header, len);
}
