/* tests/fuzz/fuzz_change.c - a change's header and body (core/record/change.h, change_body.h) from any bytes: a header that is understood is the only way to say what it says; a body is either refused with a
 * sentence or has its fields in order, each within the bytes given. Input: u8 type, u16 length of the header, header, body. */
#include <stdbool.h>
#include <string.h>

#include "core/base/cbor.h"
#include "core/base/hash.h"
#include "core/record/change_body.h"
#include "tests/fuzz/fuzz.h"

static void read_header(const uint8_t *header, size_t len)
{
    struct change change;
    struct buf out;

    if (change_decode_header(header, len, &change) != STATUS_OK)
        return;
    buf_init(&out, CHANGE_HEADER_MAX_BYTES);
    change_encode_header(&change, &out);
    FUZZ_HOLDS(out.status == STATUS_OK && out.len == len && memcmp(out.data, header, len) == 0);
    buf_release(&out);
}

static void read_body(const struct record_type *type, const uint8_t *body, size_t len)
{
    static struct change_body parsed;

    for (enum change_op op = CHANGE_PUT; op <= CHANGE_RESOLVE; op++) {
        const char *refused = change_body_parse(type, op, body, len, &parsed);

        if (refused != NULL) {
            FUZZ_HOLDS(refused[0] != '\0');
            continue;
        }
        FUZZ_HOLDS(parsed.count <= CHANGE_FIELDS_MAX);
        for (size_t i = 0; i < parsed.count; i++) {
            const struct change_field *field = &parsed.fields[i];

            FUZZ_HOLDS(i == 0 || field->no > parsed.fields[i - 1].no);
            FUZZ_HOLDS(field->item >= body && field->item + field->item_len <= body + len);
            FUZZ_HOLDS(field->value.kind != VALUE_TEXT || ((const uint8_t *)field->value.text >= body && (const uint8_t *)field->value.text + field->value.len <= body + len));
        }
        (void)change_body_forbidden(type, &parsed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader reader;
    size_t type, header_len;
    const uint8_t *header;

    reader_init(&reader, data, len);
    type = reader_u8(&reader);
    header_len = reader_u16(&reader);
    header = reader_take(&reader, header_len);
    if (reader.status != STATUS_OK)
        return 0;
    read_header(header, header_len);
    read_body(catalogue_at(type % catalogue_count()), reader.at, reader_left(&reader));
    return 0;
}

bool fuzz_seed(size_t i, struct buf *out)
{
    const struct record_type *type;
    struct change change = {.seq = i + 1, .at_ms = 1767225600000, .user = "li", .op = CHANGE_PUT, .seen = 40, .schema = 1, .scope = 12};
    struct buf header, body;

    if (i >= catalogue_count() || i >= 60)
        return false;
    type = catalogue_at(i);
    change.type_no = type->no;
    change.op = i % 7 == 3 ? CHANGE_RESOLVE : CHANGE_PUT;
    buf_init(&header, CHANGE_HEADER_MAX_BYTES);
    buf_init(&body, CHANGE_BODY_MAX_BYTES);
    cbor_put_map(&body, type->n_fields < 5 ? type->n_fields : 5);
    for (size_t f = 0; f < type->n_fields && f < 5; f++) {
        cbor_put_uint(&body, type->fields[f].no);
        if (catalogue_is_number(type->fields[f].kind))
            cbor_put_int(&body, (int64_t)f - 2);
        else
            cbor_put_text(&body, "甲", strlen("甲"));
    }
    change.body_hash = hash_of(body.data, body.len);
    change_encode_header(&change, &header);
    buf_putc(out, (uint8_t)i);
    buf_put_u16(out, (uint16_t)header.len);
    buf_append(out, header.data, header.len);
    buf_append(out, body.data, body.len);
    buf_release(&header);
    buf_release(&body);
    return true;
}
